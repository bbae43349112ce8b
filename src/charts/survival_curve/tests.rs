//! Tests of the form `survival-curve`.

use super::super::invented::events::{at, row, survival, with_limits};
use super::super::spec::Preset;
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::{COLOURS, CONTEXT};
use super::*;

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "survival");
    (canvas, caption.note(), alt, csv)
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-6
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

fn curve(platform: &str, points: &[(f64, f64)]) -> Vec<Estimate> {
    let point = |(x, share): &(f64, f64)| {
        let mut e = at(row("survival", "share", platform, *share), *x);
        e.n = Some(200);
        e
    };
    points.iter().map(point).collect()
}

/// The long path of a colour: the curve.
fn steps(canvas: &Canvas, colour: usize) -> Vec<(f64, f64)> {
    canvas.paths(COLOURS[colour]).into_iter().max_by_key(Vec::len).expect("a path")
}

#[test]
fn a_curve_starts_at_one_and_is_level_between_rows() {
    let rows = curve("A", &[(10.0, 0.75), (20.0, 0.4), (40.0, 0.0)]);
    let (canvas, note, alt, csv) = drawn(&rows, &spec(Preset::Web));
    let path = steps(&canvas, 0);
    // (0, 1) (10, 1) (10, .75) (20, .75) (20, .4) (40, .4) (40, 0)
    assert_eq!(path.len(), 7);
    let (left, right) = (path[0].0, path[6].0);
    let (top, bottom) = (path[0].1, path[6].1);
    let places = path.iter().map(|(x, y)| ((x - left) / (right - left) * 40.0, (bottom - y) / (bottom - top)));
    let wanted = [(0.0, 1.0), (10.0, 1.0), (10.0, 0.75), (20.0, 0.75), (20.0, 0.4), (40.0, 0.4), (40.0, 0.0)];
    for ((x, share), (a, b)) in places.zip(wanted) {
        assert!((x - a).abs() < 1e-6 && (share - b).abs() < 1e-6, "{x} {share}");
    }
    assert!(has(&canvas, "median 20 days") && has(&canvas, "n = 200"));
    assert!(note.contains("the first time given at which the curve is at 50% or less"), "{note}");
    assert!(alt.contains("We estimate: median 20 days and 0% at 40 days (n = 200)."), "{alt}");
    assert_eq!(csv.lines().count(), 4);
}

#[test]
fn a_median_that_is_given_has_a_step_and_one_that_is_not_reached_is_said() {
    let mut rows = curve("A", &[(10.0, 0.75), (40.0, 0.4)]);
    rows.push(row("median", "days", "A", 33.0));
    let (canvas, note, ..) = drawn(&rows, &spec(Preset::Web));
    assert!(has(&canvas, "median 33 days") && note.contains("Thin dashed lines: median."), "{note}");
    assert_eq!(steps(&canvas, 0).len(), 7);
    let (canvas, note, alt, _) = drawn(&curve("A", &[(10.0, 0.75), (40.0, 0.6)]), &spec(Preset::Web));
    assert!(note.contains("Median not reached.") && alt.contains("median not reached"), "{note} {alt}");
    assert!(has(&canvas, "60.0% at 40 days"));
    let mut two = curve("A", &[(10.0, 0.75)]);
    two.extend(curve("B", &[(10.0, 0.2)]));
    assert!(drawn(&two, &spec(Preset::Web)).1.contains("Median not reached: A."));
}

#[test]
fn those_at_risk_stand_below_their_time() {
    let mut rows = curve("A", &[(0.0, 1.0), (30.0, 0.8), (60.0, 0.7), (90.0, 0.6)]);
    for (x, n) in [(0.0, 200.0), (30.0, 150.0), (60.0, 99.0), (90.0, 41.0)] {
        rows.push(at(row("at_risk", "count", "A", n), x));
    }
    rows.push(at(row("censored", "count", "A", 3.0), 30.0));
    for preset in Preset::ALL {
        let (canvas, note, _, csv) = drawn(&rows, &spec(preset));
        let place = |text: &str| {
            let found = canvas.texts().into_iter().find(|(t, _)| t == text).map(|(_, r)| r);
            let r = found.unwrap_or_else(|| panic!("{text} is missing"));
            (f64::midpoint(r.left, r.right), r.top)
        };
        for (tick, n) in [("0", "200"), ("30", "150"), ("60", "99"), ("90", "41")] {
            assert!((place(tick).0 - place(n).0).abs() < 0.5 && place(n).1 > place(tick).1, "{tick}");
        }
        assert!(has(&canvas, "Number at risk") && note.contains("Short upright strokes: censored observations."));
        assert_eq!(csv.matches("at_risk").count(), 4);
    }
}

#[test]
fn bands_cover_what_is_known_and_single_limits_are_bars() {
    let mut rows = curve("A", &[(10.0, 0.8), (20.0, 0.6), (30.0, 0.5)]);
    rows[0] = with_limits(rows[0].clone(), Some(0.7), Some(0.9));
    rows[1] = with_limits(rows[1].clone(), Some(0.4), None);
    let (canvas, note, ..) = drawn(&rows, &spec(Preset::Web));
    // The marker at the end is a disc: the only area is the band.
    assert_eq!(canvas.areas(COLOURS[0]).len(), 1);
    let bars = canvas.paths(COLOURS[0]).into_iter().filter(|p| p.len() == 2 && close(p[0].0, p[1].0));
    assert_eq!(bars.count(), 1);
    assert!(note.contains("95% intervals (log-log) for sampling error"), "{note}");
}

#[test]
fn few_share_a_plot_and_more_have_panels() {
    for preset in Preset::ALL {
        for n in [1, 2, 4, 5, 30] {
            for size in [1, 3, 200] {
                let (canvas, note, alt, _) = drawn(&survival(n, size), &spec(preset));
                assert_eq!(alt.contains(" panels"), n > 4, "{n}: {alt}");
                assert_eq!(note.contains("Time in days"), n > 4, "{note}");
                assert!(n > 4 || canvas.paths(COLOURS[n - 1]).len() > usize::from(size == 0), "{n}");
            }
        }
    }
    let high = ChartSpec { highlight: vec!["Platform 1".into()], ..spec(Preset::Web) };
    assert_eq!(drawn(&survival(3, 12), &high).0.paths(CONTEXT).len(), 2);
}

#[test]
fn what_is_no_survival_is_refused() {
    for rows in [curve("A", &[(0.0, 0.5), (7.0, 0.6)]), curve("A", &[(-1.0, 0.5), (7.0, 0.4)])] {
        let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("no survival");
        assert_eq!(error.code(), "E022", "{error}");
    }
    let mut weeks = curve("A", &[(0.0, 1.0), (7.0, 0.6)]);
    weeks[1].x_unit = Some("hours".into());
    assert!(compose(&weeks, &spec(Preset::Web)).is_err(), "two units of time");
}
