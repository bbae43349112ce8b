//! Curves, rows, and which of them is drawn.

use super::super::invented::over_time::delays;
use super::super::spec::{ChartSpec, PeriodChoice, Preset};
use super::super::svg::Canvas;
use super::super::tests::{assert_layout, spec};
use super::super::theme::{COLOURS, CONTEXT};
use super::compose;
use crate::estimate::{Estimate, Status};
use crate::time::Period;

fn row(statistic: &str, platform: &str, value: f64, x: Option<f64>) -> Estimate {
    let unit = if statistic == "share_within" { "share" } else { "days" };
    let mut e = Estimate::census("delay", 1, statistic, unit, Period { start: 0, end: 90 });
    (e.platform, e.value, e.n, e.x) = (platform.into(), Some(value), Some(200), x);
    e.x_unit = x.map(|_| "days".into());
    e
}

fn curve(platform: &str, points: &[(f64, f64)]) -> Vec<Estimate> {
    points.iter().map(|(x, share)| row("share_within", platform, *share, Some(*x))).collect()
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String, String) {
    let (canvas, caption, alt, csv) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "profile");
    (canvas, caption.note(), alt, csv)
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

#[test]
fn a_curve_is_level_between_its_days_and_rises_on_them() {
    let rows = curve("A", &[(0.0, 0.2), (1.0, 0.6), (7.0, 1.0)]);
    let (canvas, note, alt, csv) = drawn(&rows, &spec(Preset::Web));
    let path = canvas.paths(COLOURS[0]).remove(0);
    assert_eq!(path.len(), 6, "a start, two steps of two points, and the end of the axis: {path:?}");
    let upright = |w: &[(f64, f64)]| (w[0].0 - w[1].0).abs() < 1e-9 || (w[0].1 - w[1].1).abs() < 1e-9;
    assert!(path.windows(2).all(upright) && path.windows(2).all(|w| w[1].1 <= w[0].1 + 1e-9), "{path:?}");
    assert!(note.contains("Between two steps, the share is at least the one drawn."), "{note}");
    assert!(alt.contains("60.0% within 1 day and 100% within 7 days (n = 200)"), "{alt}");
    assert_eq!(csv.lines().count(), 4);
    assert!(has(&canvas, "0") && has(&canvas, "7") && has(&canvas, "90%"));
}

#[test]
fn quantiles_are_markers_with_words() {
    let mut rows = curve("A", &[(0.0, 0.2), (7.0, 1.0)]);
    rows.extend([row("median", "A", 3.0, None), row("p90", "A", 5.0, None), row("p99", "A", 7.0, None)]);
    let (canvas, note, alt, csv) = drawn(&rows, &spec(Preset::Web));
    assert!(has(&canvas, "half within 3 days") && has(&canvas, "90% within 5 days"));
    assert!(note.starts_with("Markers: median and 90th percentile."), "{note}");
    assert!(alt.contains("The platform A reports: half within 3 days and 90% within 5 days (n = 200)."), "{alt}");
    // Within the median lies at least one half: the curve has a step there.
    assert_eq!(canvas.paths(COLOURS[0])[0].len(), 8);
    assert!(csv.contains("p90") && !csv.contains("p99"), "what is not drawn is not in the table: {csv}");
    rows[2].value = Some(0.0);
    assert!(has(&drawn(&rows, &spec(Preset::Web)).0, "half on the same day"));
}

#[test]
fn many_platforms_have_rows_and_few_have_curves() {
    for preset in Preset::ALL {
        for (n, curves) in [(1, true), (4, true), (8, true), (9, false), (30, false), (60, false)] {
            let (canvas, note, alt, csv) = drawn(&delays(n, 0), &spec(preset));
            assert_eq!(csv.contains("share_within"), curves, "{n}");
            assert_eq!(csv.contains("p99"), !curves, "{n}");
            assert_eq!(alt.starts_with("Step chart"), curves, "{n}: {alt}");
            let grey = canvas.paths(CONTEXT).len();
            assert_eq!(grey, if curves { n.saturating_sub(4 + n / 6) } else { 0 }, "{n}");
            assert_eq!(note.contains("Not drawn: too few observations – Platform 5 (n ="), curves && n > 5, "{note}");
        }
    }
    // Without curves, few platforms have rows too.
    let quantiles: Vec<Estimate> = delays(3, 0).into_iter().filter(|e| e.x.is_none()).collect();
    let (canvas, _, alt, _) = drawn(&quantiles, &spec(Preset::Web));
    assert!(alt.starts_with("Range chart") && has(&canvas, "median") && has(&canvas, "99%"), "{alt}");
    // Without medians, many platforms cannot be drawn.
    let curves: Vec<Estimate> = delays(30, 0).into_iter().filter(|e| e.x.is_some()).collect();
    assert!(compose(&curves, &spec(Preset::Web)).is_err());
}

#[test]
fn the_outermost_grey_curve_has_its_name() {
    let fast = ["A", "B", "C", "D"].iter().flat_map(|p| curve(p, &[(0.0, 0.6), (7.0, 0.9), (90.0, 1.0)]));
    let slow = curve("Slow", &[(0.0, 0.1), (7.0, 0.5), (90.0, 1.0)]).into_iter().map(|mut e| {
        e.n = Some(10);
        e
    });
    let (canvas, note, ..) = drawn(&fast.chain(slow).collect::<Vec<_>>(), &spec(Preset::Web));
    assert!(has(&canvas, "Slow") && note.contains("Grey: Slow."), "{note}");
}

#[test]
fn rows_are_sorted_and_keep_those_without_a_value() {
    let mut rows: Vec<Estimate> = [("A", 1.0), ("B", 30.0), ("C", 4.0)]
        .iter()
        .flat_map(|(p, m)| [row("median", p, *m, None), row("p90", p, m * 3.0, None), row("p99", p, m * 9.0, None)])
        .collect();
    rows[8] = rows[8].clone().without_value(Status::Insufficient, "n is below 100");
    let few = |s: &str| row(s, "D", 0.0, None).without_value(Status::Insufficient, "n = 3 is below 10");
    rows.extend(["median", "p90", "p99"].map(few));
    let (canvas, note, alt, _) = drawn(&rows, &spec(Preset::Web));
    let top = |text: &str| canvas.texts().into_iter().find(|(t, _)| t == text).map_or(0.0, |(_, r)| r.top);
    assert!(top("B") < top("C") && top("C") < top("A") && top("A") < top("D"));
    assert!(has(&canvas, "too few (n = 200)") && has(&canvas, "–") && note.contains("A dash: too few"), "{note}");
    assert!(alt.contains("B, half within 30 days, 90% within 90 days and 99% within 270 days (n = 200)"), "{alt}");
    let high = ChartSpec { highlight: vec!["C".into()], ..spec(Preset::Web) };
    assert!(compose(&rows, &high).is_ok());
}

#[test]
fn the_period_of_the_curves_is_shown() {
    let mut rows = curve("A", &[(0.0, 0.2), (7.0, 1.0)]);
    let mut month = row("median", "A", 50.0, None);
    (month.period_start, month.period_end) = (0, 31);
    rows.extend([row("median", "A", 3.0, None), month]);
    for period in [PeriodChoice::Last, PeriodChoice::Longest] {
        let (canvas, ..) = drawn(&rows, &ChartSpec { period, ..spec(Preset::Web) });
        assert!(has(&canvas, "half within 3 days"));
    }
    // The groups of a platform are no reason to leave its own curve.
    let mut group = curve("A", &[(0.0, 0.9)]);
    (group[0].group_name, group[0].group_value) = (Some("category".into()), Some("X".into()));
    rows.extend(group.clone());
    assert!(!drawn(&rows, &spec(Preset::Web)).3.contains("category"));
    group.extend(curve("A", &[(0.0, 0.4), (3.0, 0.9)]).into_iter().map(|mut e| {
        (e.group_name, e.group_value) = (Some("category".into()), Some("Y".into()));
        e
    }));
    let by_group = ChartSpec { group: Some("category".into()), ..spec(Preset::Web) };
    assert!(has(&drawn(&group, &by_group).0, "Y"));
}

#[test]
fn what_is_no_distribution_is_refused() {
    let falling = curve("A", &[(0.0, 0.6), (7.0, 0.5)]);
    let negative = curve("A", &[(-1.0, 0.1), (7.0, 0.5)]);
    for rows in [falling, negative] {
        let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("no distribution");
        assert_eq!(error.code(), "E022", "{error}");
    }
    let mean = ChartSpec { statistic: Some("mean".into()), ..spec(Preset::Web) };
    let error = compose(&curve("A", &[(0.0, 0.6)]), &mean).map(|_| ()).expect_err("another statistic");
    assert_eq!(error.code(), "E020", "{error}");
    let mut count = row("median", "A", 3.0, None);
    count.unit = "statements".into();
    assert!(compose(&[count], &spec(Preset::Web)).is_err(), "a median of counts is no delay");
}
