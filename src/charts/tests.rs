//! Layout, words and files of every chart form, over many sizes of data.

use super::spec::{ChartSpec, Preset};
use super::svg::{Canvas, Rect};
use super::words::Caption;
use super::{chart, line, png, ranked_dots};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};

mod desk;
pub(super) mod samples_tests;

pub(super) use super::invented::over_time::months;
use super::invented::{few, name, number, whole};
use samples_tests::SAMPLES;

type Composed = Result<(Canvas, Caption, String, String)>;
type Compose = fn(&[Estimate], &ChartSpec) -> Composed;

/// Forms that draw any estimates.
const FORMS: [(&str, Compose); 2] = [("line", line::compose), ("ranked-dots", ranked_dots::compose)];

pub(super) fn spec(preset: Preset) -> ChartSpec {
    ChartSpec { preset, ..ChartSpec::new("European Commission, DSA Transparency Database") }
}

/// What a test varies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Share,
    Count,
    Days,
}

/// Platforms × months with values that differ, some long names and some gaps.
pub(super) fn estimates(kind: Kind, platforms: usize, periods: usize, interval: bool) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        let name = name(i);
        for (j, p) in months(periods).into_iter().enumerate() {
            let (statistic, unit) = match kind {
                Kind::Share => ("share", "share"),
                Kind::Count => ("count", "statements"),
                Kind::Days => ("median", "days"),
            };
            let mut e = Estimate::census("some-new-indicator", 1, statistic, unit, p);
            let part = number((i * 37 + j * 11) % 101) / 100.0;
            let value = match kind {
                Kind::Share => part,
                Kind::Count => 10_f64.powf(9.0 * part).round() - 1.0,
                Kind::Days => part * 400.0,
            };
            e.platform.clone_from(&name);
            (e.value, e.n) = (Some(value), Some(1000 + 7_000_000 * whole(i)));
            if interval {
                (e.lower, e.upper) =
                    (Some(value * 0.8), Some(if kind == Kind::Share { (value * 1.2).min(1.0) } else { value * 1.2 }));
                (e.interval, e.interval_kind, e.confidence) =
                    (Some("wilson".into()), IntervalKind::Process, Some(0.95));
            }
            if (i + j) % 9 == 5 {
                e.n = Some(3);
                e = few(e);
            }
            out.push(e);
        }
    }
    out
}

fn overlap(a: &Rect, b: &Rect) -> bool {
    a.left + 0.5 < b.right && b.left + 0.5 < a.right && a.top + 0.5 < b.bottom && b.top + 0.5 < a.bottom
}

pub(super) fn assert_layout(canvas: &Canvas, what: &str) {
    let texts = canvas.texts();
    for (i, (text, r)) in texts.iter().enumerate() {
        assert!(
            r.left >= 0.0 && r.top >= 0.0 && r.right <= canvas.width && r.bottom <= canvas.height,
            "{what}: {text:?} leaves the canvas: {r:?}"
        );
        for (other, s) in &texts[i + 1..] {
            assert!(!overlap(r, s), "{what}: {text:?} and {other:?} overlap: {r:?} {s:?}");
        }
    }
}

#[test]
fn no_text_leaves_the_canvas_or_meets_another() {
    for preset in Preset::ALL {
        for (form, compose) in FORMS {
            for kind in [Kind::Share, Kind::Count, Kind::Days] {
                for platforms in [1, 2, 4, 5, 7, 30, 60] {
                    for periods in [1, 2, 12, 40] {
                        let interval = (platforms + periods) % 2 == 0;
                        let what = format!("{form} {} {kind:?} {platforms} × {periods}", preset.name());
                        let rows = estimates(kind, platforms, periods, interval);
                        let (canvas, ..) = compose(&rows, &spec(preset)).expect(&what);
                        assert_layout(&canvas, &what);
                    }
                }
            }
        }
    }
}

#[test]
fn long_words_around_the_chart_keep_their_place() {
    let rows = estimates(Kind::Share, 7, 12, true);
    for preset in Preset::ALL {
        for (form, compose) in FORMS {
            let long = "A sentence that goes on and on, with every qualification that a careful author can think of. ";
            let spec = ChartSpec {
                title: Some(long.repeat(3)),
                subtitle: Some(long.repeat(4)),
                note: Some(long.repeat(12)),
                source: long.repeat(3),
                ..spec(preset)
            };
            let (canvas, ..) = compose(&rows, &spec).expect(form);
            assert_layout(&canvas, form);
        }
    }
}

#[test]
fn every_form_draws_files_that_open() {
    let dir = tempfile::tempdir().expect("folder");
    for sample in SAMPLES {
        let form = chart(sample.id).expect("registered");
        assert!(form.id() == sample.id && !form.doc().is_empty() && !form.title().is_empty());
        let rows = (sample.rows)(5, 4);
        let figure = form.draw(&rows, &spec(Preset::Column)).expect("drawn");
        assert_eq!(figure, form.draw(&rows, &spec(Preset::Column)).expect("drawn"), "the same bytes each time");
        let tree = png::parse(&figure.svg).expect("SVG");
        assert!((f64::from(tree.size().width()) - f64::from(figure.width)).abs() < 1e-3);
        assert!(figure.svg.contains("role=\"img\"") && figure.svg.contains("<title>") && figure.svg.contains("<desc>"));
        let paths = figure.write(dir.path(), form.id()).expect("written");
        let endings: Vec<String> = paths
            .iter()
            .map(|p| p.display().to_string().rsplit(form.id()).next().unwrap_or_default().to_owned())
            .collect();
        assert_eq!(endings, [".svg", ".png", ".csv", ".alt.txt"]);
        assert_eq!(std::fs::read_dir(dir.path()).expect("folder").count() % 4, 0, "nothing partial is left");
        let image = std::fs::read(&paths[1]).expect("PNG");
        let side = |at: usize| u32::from_be_bytes(image[at..at + 4].try_into().expect("four bytes"));
        assert_eq!((&image[1..4], side(16), side(20)), (&b"PNG"[..], figure.width * 2, figure.height * 2));
        assert_eq!(image, figure.png().expect("PNG"));
        let table = crate::estimate::Estimates::read(&paths[2]).expect("CSV");
        assert!(!table.is_empty() && table.rows().iter().all(|e| rows.contains(e)));
    }
}

#[test]
fn texts_are_as_wide_as_measured() {
    fn walk(group: &resvg::usvg::Group, out: &mut Vec<f32>) {
        for node in group.children() {
            match node {
                resvg::usvg::Node::Group(g) => walk(g, out),
                resvg::usvg::Node::Text(t) => out.push(t.abs_bounding_box().width()),
                _ => {}
            }
        }
    }
    for sample in SAMPLES {
        let form = sample.id;
        let (canvas, ..) = (sample.compose)(&(sample.rows)(5, 12), &spec(Preset::Web)).expect(form);
        let tree = png::parse(&canvas.svg("t", "d").expect("drawn")).expect("SVG");
        let mut widths = Vec::new();
        walk(tree.root(), &mut widths);
        let texts = canvas.texts();
        assert_eq!(widths.len(), texts.len());
        for (drawn, (text, r)) in widths.into_iter().zip(texts) {
            let (drawn, measured) = (f64::from(drawn), r.width());
            assert!(
                drawn <= measured + 1.0 && drawn > measured * 0.9 - 2.0,
                "{form} {text:?}: {drawn} drawn, {measured} measured"
            );
        }
    }
}

#[test]
fn names_are_escaped_in_svg_and_kept_in_csv() {
    for sample in SAMPLES {
        let mut rows = (sample.rows)(2, 4);
        for e in rows.iter_mut().filter(|e| e.platform == "Platform 1") {
            e.platform = "A & B <i>\"x\"</i> 'y'".into();
        }
        let figure = chart(sample.id).expect("registered").draw(&rows, &spec(Preset::Web)).expect("drawn");
        assert!(png::parse(&figure.svg).is_ok() && !figure.svg.contains("<i>"), "{}", figure.svg);
        assert!(figure.csv.contains("A & B <i>\"\"x\"\"</i> 'y'"), "{}", figure.csv);
    }
}

#[test]
fn a_gap_is_never_drawn_as_zero() {
    let row = |i: usize, value: Option<f64>| {
        let mut e = Estimate::census("i", 1, "share", "share", months(7)[i]);
        (e.platform, e.value, e.n) = ("A".into(), value, Some(3));
        if value.is_some() { e } else { e.without_value(Status::Insufficient, "n = 3 is below 10") }
    };
    // April is insufficient, and July has no row at all.
    let rows =
        [row(0, Some(0.4)), row(1, Some(0.4)), row(2, None), row(3, Some(0.4)), row(4, Some(0.4)), row(6, Some(0.4))];
    let (canvas, caption, alt, _) = line::compose(&rows, &spec(Preset::Web)).expect("drawn");
    let paths = canvas.paths(super::theme::COLOURS[0]);
    assert_eq!(paths.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2], "two runs; the last point stands alone");
    let heights: Vec<f64> = paths.concat().iter().map(|p| p.1).collect();
    assert!(heights.iter().all(|y| (y - heights[0]).abs() < 1e-9), "{heights:?}");
    assert!(
        caption.note().contains("too few observations – December 2023; no data – March 2024"),
        "{}",
        caption.note()
    );
    assert!(alt.contains("1 of 6 points have no value"), "{alt}");
    let (canvas, _, alt, csv) = ranked_dots::compose(&rows[2..3], &spec(Preset::Web)).expect("drawn");
    assert!(alt.contains("1 of the rows has no value"), "{alt}");
    assert!(
        canvas.texts().iter().any(|(t, _)| t == "too few (n = 3)") && canvas.paths(super::theme::COLOURS[0]).is_empty()
    );
    assert!(csv.contains("insufficient"));
}

#[test]
fn bounds_without_a_value_are_bars_and_words() {
    let bounds = |i: usize, lower: Option<f64>, upper: Option<f64>| {
        let mut e = Estimate::census("i", 1, "share", "share", months(1)[0]);
        (e.platform, e.lower, e.upper, e.interval_kind) = (format!("P{i}"), lower, upper, IntervalKind::Sampling);
        e
    };
    let rows = [bounds(0, Some(0.1), None), bounds(1, None, Some(0.2)), bounds(2, Some(0.3), Some(0.4))];
    let (canvas, ..) = ranked_dots::compose(&rows, &spec(Preset::Web)).expect("drawn");
    for words in ["≥ 10.0%", "≤ 20.0%", "30.0% to 40.0%"] {
        assert!(canvas.texts().iter().any(|(t, _)| t == words), "{words}");
    }
    let (canvas, caption, ..) = line::compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert_layout(&canvas, "bounds");
    assert!(caption.note().contains("Upright bars: intervals for sampling error."), "{}", caption.note());
}

#[test]
fn notes_of_estimates_are_repeated_once() {
    let mut rows = estimates(Kind::Share, 3, 1, false);
    for e in &mut rows {
        e.add_note("counts are rounded");
    }
    rows[1].add_note("changed its rules in 2023");
    for (form, compose) in FORMS {
        let (_, caption, ..) = compose(&rows, &spec(Preset::Web)).expect(form);
        let note = caption.note();
        assert_eq!(note.matches("Counts are rounded.").count(), 1, "{form}: {note}");
        assert!(note.contains("Platform 1: changed its rules in 2023."), "{form}: {note}");
    }
}

#[test]
fn sentences_keep_to_their_evidence() {
    for (basis, words) in [
        ("statements", "The platform A reports: 40.0% in October 2023"),
        ("listings", "In this sample: 40.0%"),
        ("vetted", "We estimate: 40.0%"),
    ] {
        let mut e = Estimate::census("i", 1, "share", "share", months(1)[0]);
        (e.platform, e.basis, e.value) = ("A".into(), basis.into(), Some(0.4));
        let (_, _, alt, _) = line::compose(&[e], &spec(Preset::Web)).expect("drawn");
        assert!(alt.contains(words), "{alt}");
    }
    let mut all = estimates(Kind::Share, 1, 1, false);
    all[0].platform = ALL_PLATFORMS.into();
    let (_, _, alt, _) = ranked_dots::compose(&all, &spec(Preset::Web)).expect("drawn");
    assert!(alt.contains("The platforms report: 0% (n = 1,000)."), "{alt}");
}

#[test]
fn simulated_data_is_said_everywhere() {
    let mut rows = estimates(Kind::Share, 3, 3, false);
    rows[0].add_note("simulated data");
    for sample in SAMPLES {
        let form = chart(sample.id).expect("registered");
        for title in [None, Some("A title of the author's".to_owned())] {
            let mut one = (sample.rows)(3, 3);
            for e in one.iter_mut().filter(|e| e.status != Status::Suppressed) {
                e.add_note("simulated data");
            }
            let figure = form
                .draw(&one, &ChartSpec { title, subtitle: Some("Words".into()), ..spec(Preset::Web) })
                .expect("drawn");
            for text in [&figure.title, &figure.caption, &figure.alt] {
                assert!(text.contains("simulated data"), "{}: {text}", form.id());
            }
        }
    }
    let figure = line::Line;
    let drawn = super::Chart::draw(&figure, &rows, &spec(Preset::Web)).expect("drawn");
    assert!(drawn.title.contains("simulated data"), "one simulated estimate marks the whole figure");
}

#[test]
fn generated_titles_have_ten_words_at_most() {
    for name in [
        "Short",
        "A name of an indicator that has eight words",
        "One two three four five six seven eight nine ten eleven twelve",
    ] {
        for simulated in [false, true] {
            for platforms in [1, 3] {
                for sample in SAMPLES {
                    let mut rows = (sample.rows)(platforms, 3);
                    for e in rows.iter_mut().filter(|e| simulated && e.status != Status::Suppressed) {
                        e.add_note("simulated data");
                    }
                    let spec = ChartSpec { indicator_name: Some(name.into()), ..spec(Preset::Web) };
                    let (_, caption, ..) = (sample.compose)(&rows, &spec).expect(sample.id);
                    assert!(caption.title.split_whitespace().filter(|w| *w != "…").count() <= 10, "{}", caption.title);
                    assert!(caption.title.starts_with(&name[..5]), "{}", caption.title);
                }
            }
        }
    }
}

#[test]
fn extreme_values_are_drawn_and_labelled() {
    for (values, unit, wanted) in [
        ([0.0, 1.0, 1e9], "statements", ["0", "1", "1 billion"]),
        ([0.0, 1.0, 1e-9], "share", ["0%", "100%", "<0.01%"]),
        ([-5.0, 0.0, 5.0], "points", ["−5", "0", "5"]),
    ] {
        let rows: Vec<Estimate> = values
            .iter()
            .enumerate()
            .map(|(i, v)| {
                let mut e = Estimate::census("i", 1, "difference", unit, months(1)[0]);
                (e.platform, e.value) = (format!("P{i}"), Some(*v));
                e
            })
            .collect();
        for (form, compose) in FORMS {
            let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect(form);
            assert_layout(&canvas, form);
            for label in wanted {
                assert!(canvas.texts().iter().any(|(t, _)| t == label), "{form} {label}");
            }
        }
    }
}

#[test]
fn highlights_are_coloured_and_named_in_vain_with_a_hint() {
    let rows = estimates(Kind::Share, 7, 3, false);
    let chosen =
        |names: &[&str]| ChartSpec { highlight: names.iter().map(|n| (*n).to_owned()).collect(), ..spec(Preset::Web) };
    let (canvas, caption, ..) = line::compose(&rows, &chosen(&["platform 2", "Platform 6"])).expect("drawn");
    assert!(caption.note().contains("Grey: 5 other platforms."), "{}", caption.note());
    assert_eq!(canvas.paths(super::theme::COLOURS[0]).len(), 1);
    let error = line::compose(&rows, &chosen(&["Platfrom 2"])).map(|_| ()).expect_err("unknown");
    assert_eq!(error.hint().as_deref(), Some("did you mean \"Platform 2\"?"));
    assert!(
        ranked_dots::compose(&rows, &chosen(&["Platform 0", "Platform 1", "Platform 2", "Platform 5", "Platform 6"]))
            .is_err()
    );
}
