//! What a graphics desk looks for: legible axes, short leaders, short notes, names and dates as they are said.

use super::super::line;
use super::super::ranked_dots;
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::text::{Face, wrap};
use super::super::theme::{COLOURS, CONTEXT, Theme};
use super::{FORMS, Kind, assert_layout, estimates, months, spec};
use crate::estimate::{Estimate, Status};
use crate::time::{Grain, Period, parse_iso};

fn days(n: usize) -> Vec<Period> {
    let first = parse_iso("2025-06-16").expect("date");
    (first..).take(n).map(|d| Grain::Day.period(d).expect("day")).collect()
}

fn median(platform: &str, period: Period, value: Option<f64>) -> Estimate {
    let mut e = Estimate::census("moderation-latency", 1, "median", "days", period);
    (e.platform, e.value, e.n) = (platform.into(), value, Some(if value.is_some() { 50 } else { 3 }));
    if value.is_some() { e } else { e.without_value(Status::Insufficient, "n = 3 is below 10") }
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

/// Lines of a note on the web preset.
fn note_lines(note: &str) -> usize {
    let t = Theme::of(Preset::Web);
    wrap(note, t.small, Face::Regular, t.width - 2.0 * t.margin, usize::MAX).len()
}

#[test]
fn delays_of_very_different_size_stand_on_a_logarithmic_axis_that_says_so() {
    for (values, log) in [
        ([0.0, 2.0, 1442.0], true),
        ([2.0, 4.0, 1442.0], true),
        ([0.0, 2.0, 150.0], false),
        ([-1.0, 2.0, 1442.0], false),
    ] {
        let names = ["A", "B", "C"];
        let rows: Vec<Estimate> = names
            .iter()
            .zip(values)
            .flat_map(|(name, v)| days(5).into_iter().map(move |p| median(name, p, Some(v))))
            .collect();
        for (form, compose) in FORMS {
            let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect(form);
            assert_layout(&canvas, form);
            let kind =
                if values.contains(&0.0) { "days, logarithmic scale, 0 set apart" } else { "days, logarithmic scale" };
            assert_eq!(has(&canvas, kind), log, "{form} {values:?}");
            assert_eq!(has(&canvas, "days"), !log, "{form} {values:?}");
        }
    }
}

#[test]
fn grey_lines_are_labelled_only_where_they_end_late() {
    // Four coloured lines by their denominators, and two grey ones: one ends late, and one early.
    let rows = |early: usize| {
        let mut rows = Vec::new();
        for (i, name) in ["A", "B", "C", "D", "Late", "Early"].into_iter().enumerate() {
            for (j, p) in days(40).into_iter().enumerate().filter(|(j, _)| i < 5 || *j < early) {
                let level = 10.0 + 10.0 * f64::from(u32::try_from(i).expect("small"));
                let mut e = median(name, p, Some(level));
                e.n = Some(if i < 4 { 900 } else { 20 });
                rows.push(if j == 3 { median(name, p, None) } else { e });
            }
        }
        rows
    };
    for preset in Preset::ALL {
        for (early, labelled) in [(10, false), (34, false), (35, true), (40, true)] {
            let (canvas, caption, ..) = line::compose(&rows(early), &spec(preset)).expect("drawn");
            assert_layout(&canvas, "greys");
            assert!(caption.note().contains("Grey: Early and Late."), "{}", caption.note());
            // In a low plot, the label of a line that ends early enough to have no leader may find no place.
            let low = preset == Preset::Column && early == 35;
            assert!(has(&canvas, "Late"), "{preset:?} {early}");
            assert!(low || has(&canvas, "Early") == labelled, "{preset:?} {early}");
        }
    }
}

#[test]
fn no_leader_runs_far_through_the_plot() {
    for preset in Preset::ALL {
        let limit = Theme::of(preset).label * 6.2;
        for end in [2, 12, 20, 26, 29, 30] {
            let mut rows: Vec<Estimate> = ["A", "B", "C", "D", "E"]
                .iter()
                .flat_map(|n| days(30).into_iter().map(|p| median(n, p, Some(1.0))))
                .collect();
            for e in rows.iter_mut().filter(|e| e.platform == "B" || e.platform == "E") {
                if days(30).iter().position(|p| *p == e.period()).is_some_and(|i| i >= end) {
                    *e = median(&e.platform, e.period(), None);
                }
            }
            let (canvas, ..) = line::compose(&rows, &spec(preset)).expect("drawn");
            assert_layout(&canvas, "leaders");
            for path in COLOURS.iter().chain([&CONTEXT]).flat_map(|c| canvas.paths(*c)) {
                if let [a, b] = path.as_slice() {
                    // A leader rises or falls; the lines here are level.
                    let wide = (b.0 - a.0).abs();
                    assert!((b.1 - a.1).abs() < 1e-9 || wide <= limit, "{preset:?} {end}: {path:?}");
                }
            }
        }
    }
}

#[test]
fn no_level_leader_carries_a_line_on() {
    let rows: Vec<Estimate> = [("A", 30, 1.0), ("B", 29, 9.0)]
        .into_iter()
        .flat_map(|(n, end, v)| days(30).into_iter().take(end).map(move |p| median(n, p, Some(v))))
        .collect();
    let (canvas, ..) = line::compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert_eq!(canvas.paths(COLOURS[1]).iter().map(Vec::len).collect::<Vec<_>>(), [29], "the line alone");
}

#[test]
fn dates_have_their_preposition() {
    let label = |periods: Vec<Period>| {
        let last = periods.len() - 1;
        let mut rows: Vec<Estimate> = periods.iter().map(|p| median("A", *p, Some(14.0))).collect();
        rows.extend(periods[..last].iter().map(|p| median("B", *p, Some(14.0))));
        let (canvas, ..) = line::compose(&rows, &spec(Preset::Web)).expect("drawn");
        let texts: Vec<String> = canvas.texts().into_iter().map(|(t, _)| t).collect();
        texts.join(" ")
    };
    assert!(label(days(28)).contains("14 days on 12 Jul 2025"));
    assert!(label(months(3)).contains("14 days in Nov 2023"));
    let weeks = (0..8).map(|i| Grain::Week.period(days(1)[0].start + 7 * i).expect("week")).collect();
    assert!(label(weeks).contains("14 days in the week from 28 Jul 2025"), "a long date has two lines");
}

#[test]
fn notes_are_short_and_whole() {
    for platforms in [1, 5, 8, 30] {
        for periods in [1, 12, 40] {
            for kind in [Kind::Share, Kind::Count, Kind::Days] {
                let mut rows = estimates(kind, platforms, periods, false);
                for (i, e) in rows.iter_mut().enumerate() {
                    e.add_note("by decision date");
                    e.add_note("submitted 2025-06-17 to 2025-07-14");
                    e.add_note(&format!("{i} of 15 statements excluded"));
                    if e.platform.starts_with("Platform 1") {
                        e.platform = "Murmelnet Nederland N.V.".to_owned() + &e.platform["Platform 1".len()..];
                    }
                }
                for (form, compose) in FORMS {
                    let what = format!("{form} {kind:?} {platforms} × {periods}");
                    let (canvas, caption, alt, _) = compose(&rows, &spec(Preset::Web)).expect(&what);
                    let note = caption.note();
                    assert!(note_lines(&note) <= 3, "{what}: {note}");
                    assert!(!note.contains('…') && !note.contains(".."), "{what}: {note}");
                    assert!(!alt.contains(".."), "{what}: {alt}");
                    let own = note.contains("have notes of their own, in the table.");
                    assert_eq!(own, rows.len() > 1 && (form == "line" || platforms > 1), "{what}: {note}");
                    assert!(note.contains("By decision date. Submitted 2025-06-17 to 2025-07-14."), "{what}: {note}");
                    assert!(canvas.texts().iter().any(|(t, _)| note.starts_with(t.as_str())), "{what}: {note}");
                }
            }
        }
    }
}

#[test]
fn many_gaps_are_counted_and_few_are_named() {
    let rows = |holes: &[usize]| -> Vec<Estimate> {
        let value = |j: usize| if holes.contains(&j) { None } else { Some(1.0) };
        ["A", "B"]
            .iter()
            .flat_map(|n| days(20).into_iter().enumerate().map(move |(j, p)| (*n, j, p)))
            .map(|(n, j, p)| median(n, p, if n == "A" { value(j) } else { Some(2.0) }))
            .collect()
    };
    let note = |holes: &[usize]| line::compose(&rows(holes), &spec(Preset::Web)).expect("drawn").1.note();
    let three = note(&[2, 5, 9]);
    assert!(three.contains("Gaps: too few observations – A (18 June 2025, 21 June 2025 and 25 June 2025)."), "{three}");
    let four = note(&[2, 5, 9, 12]);
    assert!(four.contains("Gaps in 1 line (too few observations); the table lists them."), "{four}");
}

#[test]
fn an_axis_is_not_mostly_empty() {
    let rows: Vec<Estimate> =
        days(40).into_iter().enumerate().map(|(j, p)| median("A", p, (20..38).contains(&j).then_some(5.0))).collect();
    let (canvas, caption, alt, csv) = line::compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert_layout(&canvas, "ends");
    assert!(caption.note().starts_with("No values before 6 July or after 23 July 2025."), "{}", caption.note());
    assert!(!caption.note().contains("Gaps") && alt.contains("22 of 40 points have no value"), "{alt}");
    assert_eq!(csv.lines().count(), 41, "the table has every period");
    assert!(!has(&canvas, "23 Jun") && has(&canvas, "14 Jul"));
    // A short empty end stays on the axis.
    let (_, caption, ..) = line::compose(&rows[18..], &spec(Preset::Web)).expect("drawn");
    assert!(
        caption.note().contains("Gaps: too few observations – 4 to 5 July 2025 and 24 to 25 July 2025."),
        "{}",
        caption.note()
    );
}

#[test]
fn titles_keep_the_platform_before_the_rhythm() {
    let name = "Reported delay from content to decision";
    let rows: Vec<Estimate> = ["A", "B"]
        .iter()
        .flat_map(|n| days(3).into_iter().map(|p| median(n, p, Some(2.0))))
        .map(|mut e| {
            e.add_note("simulated data");
            e
        })
        .collect();
    let spec = super::ChartSpec { indicator_name: Some(name.into()), ..spec(Preset::Web) };
    let (_, caption, ..) = line::compose(&rows, &spec).expect("drawn");
    assert_eq!(caption.title, format!("{name}, by platform (simulated data)"));
}

#[test]
fn a_count_is_not_its_own_denominator() {
    let mut rows = estimates(Kind::Count, 3, 1, false);
    for e in &mut rows {
        #[expect(clippy::cast_possible_truncation, reason = "counts are whole")]
        let n = e.value.map(|v| v as i64);
        e.n = n;
    }
    let (canvas, _, alt, _) = ranked_dots::compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert!(!has(&canvas, "n") && !alt.contains("n = "), "{alt}");
}

#[test]
fn a_long_note_loses_whole_sentences() {
    let rows = estimates(Kind::Share, 2, 12, false);
    let note = "This sentence of the author is neither short nor long, and it stands here many times. ".repeat(9);
    let spec = super::ChartSpec { note: Some(note.trim().to_owned()), ..spec(Preset::Column) };
    for (form, compose) in FORMS {
        let (canvas, caption, ..) = compose(&rows, &spec).expect(form);
        assert_layout(&canvas, form);
        assert!(canvas.texts().iter().all(|(t, _)| !t.contains('…')), "{form}");
        assert!(caption.note().starts_with(note.trim()), "the caption has all of it");
    }
}

#[test]
fn thin_lines_are_points_and_say_what_would_help() {
    let weeks: Vec<Period> = (0..40).map(|i| Grain::Week.period(days(1)[0].start + 7 * i).expect("week")).collect();
    let rows = |every: usize| -> Vec<Estimate> {
        let value = |j: usize| j.is_multiple_of(every).then_some(5.0);
        let of = |name: &'static str, every: bool| {
            weeks.iter().enumerate().map(move |(j, p)| median(name, *p, if every { Some(3.0) } else { value(j) }))
        };
        of("A", false).chain(of("B", true)).collect()
    };
    let (canvas, caption, ..) = line::compose(&rows(3), &spec(Preset::Web)).expect("drawn");
    assert_layout(&canvas, "thin");
    let note = caption.note();
    assert!(note.contains("A has a value in 14 of 40 weeks: longer periods would have fewer gaps."), "{note}");
    assert_eq!(canvas.paths(COLOURS[0]).len(), 1, "the tie of the label alone: no line joins points over gaps");
    let (_, caption, ..) = line::compose(&rows(1), &spec(Preset::Web)).expect("drawn");
    assert!(!caption.note().contains("longer periods"), "{}", caption.note());
}

#[test]
fn bands_over_each_other_have_edges() {
    let rows = |apart: f64| -> Vec<Estimate> {
        let of = |name: &'static str, level: f64| {
            days(12).into_iter().map(move |p| {
                let mut e = median(name, p, Some(level));
                (e.lower, e.upper) = (Some(level - 4.0), Some(level + 4.0));
                (e.interval_kind, e.confidence) = (crate::estimate::IntervalKind::Sampling, Some(0.95));
                e
            })
        };
        of("A", 10.0).chain(of("B", 10.0 + apart)).collect()
    };
    let lines = |apart: f64| {
        let (canvas, ..) = line::compose(&rows(apart), &spec(Preset::Web)).expect("drawn");
        canvas.paths(COLOURS[0]).iter().filter(|p| p.len() == 12).count()
    };
    assert_eq!((lines(1.0), lines(20.0)), (3, 1));
}

#[test]
fn nothing_is_measured_where_nothing_is_drawn() {
    let rows: Vec<Estimate> = days(6).into_iter().map(|p| median("A", p, None)).collect();
    for (form, compose) in FORMS {
        let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect(form);
        assert!(!has(&canvas, "0") && !has(&canvas, "1"), "{form}");
    }
}

#[test]
fn rates_of_very_different_size_stand_on_a_logarithmic_axis() {
    for (low, log) in [(0.4, true), (40.0, false)] {
        let rows: Vec<Estimate> = [("A", low), ("B", 310.0)]
            .into_iter()
            .flat_map(|(n, v)| days(5).into_iter().map(move |p| (n, v, p)))
            .map(|(n, v, p)| {
                let mut e = Estimate::census("complaints", 1, "rate", "per million", p);
                (e.platform, e.value, e.n) = (n.into(), Some(v), Some(50));
                e
            })
            .collect();
        for (form, compose) in FORMS {
            let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect(form);
            assert_eq!(has(&canvas, "per million, logarithmic scale"), log, "{form}");
        }
    }
}

#[test]
fn a_long_name_has_two_lines_where_rows_are_few() {
    let rows = |n: usize| -> Vec<Estimate> {
        let name = |i: usize| format!("{i} Waarborgmaatschappij Murmelnet Nederland N.V.");
        (0..n).map(|i| median(&name(i), days(1)[0], Some(5.0))).collect()
    };
    let second = |n: usize| {
        let (canvas, ..) = ranked_dots::compose(&rows(n), &spec(Preset::Web)).expect("drawn");
        assert_layout(&canvas, "names");
        canvas.texts().iter().filter(|(t, _)| t.ends_with("N.V.")).count()
    };
    assert_eq!((second(12), second(30)), (12, 0));
}
