//! Tests of the form `slope`.

use super::super::invented::pairs::two_periods;
use super::super::spec::Preset;
use super::super::tests::{assert_layout, spec};
use super::*;

#[test]
fn lines_rise_and_fall_and_gaps_are_said() {
    let rows = two_periods(8, 1);
    for preset in Preset::ALL {
        let (canvas, caption, alt, _) = compose(&rows, &spec(preset)).expect("drawn");
        assert_layout(&canvas, "slope");
        assert!(alt.contains("from H1 2025 to H2 2025"), "{alt}");
        assert!(caption.note().contains("no data in H1 2025 – Platform 3"), "{}", caption.note());
        assert!(caption.note().contains("too few observations in H2 2025 – Platform 5"), "{}", caption.note());
        // 6 platforms have both; Platform 0 stays.
        assert_eq!(alt.matches("It has 6 lines").count(), 1, "{alt}");
    }
    let (canvas, ..) = compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert!(canvas.texts().iter().any(|(t, _)| t == "Platform 5"), "a name on the left, where only that has a value");
}

#[test]
fn events_stand_between_the_middles_of_the_periods() {
    let mark =
        |start: i32, label: &str| crate::charts::Mark { start, end: None, label: label.into(), platforms: Vec::new() };
    // The middles are 2025-04-01 and 2025-10-01, and the second half begins amid them.
    let marks = vec![mark(20_120, "early"), mark(20_270, "New template")];
    let spec = ChartSpec { marks, ..spec(Preset::Web) };
    let (canvas, caption, alt, _) = compose(&two_periods(4, 1), &spec).expect("drawn");
    assert_layout(&canvas, "marks");
    for words in [caption.note(), alt] {
        assert!(words.contains("1 early (1 February 2025); 2 New template (1 July 2025)"), "{words}");
    }
    let axes: Vec<f64> = canvas.paths(AXIS).iter().filter(|p| (p[0].0 - p[1].0).abs() < 1e-9).map(|p| p[0].0).collect();
    let dashed: Vec<f64> = canvas.paths(SMALL_TEXT).iter().map(|p| p[0].0).collect();
    assert_eq!(dashed.len(), 2);
    assert!((dashed[0] - axes[0]).abs() < 1e-9, "before the first middle, at the axis");
    let part = (dashed[1] - axes[0]) / (axes[1] - axes[0]);
    assert!((part - 90.5 / 182.5).abs() < 1e-6, "{part}");
    let single: Vec<Estimate> = two_periods(2, 1).into_iter().filter(|e| e.platform == "Platform 1").collect();
    assert!(!compose(&single, &spec).expect("drawn").1.title.contains("by platform"));
}

#[test]
fn lone_values_do_not_hide_the_lines() {
    let mut rows = two_periods(12, 1);
    rows.retain(|e| e.period_start < 20_270 || ["Platform 1", "Platform 2"].contains(&e.platform.as_str()));
    for preset in Preset::ALL {
        let (canvas, caption, alt, csv) = compose(&rows, &spec(preset)).expect("drawn");
        assert_layout(&canvas, "lone");
        let note = caption.note();
        let has = |name: &str| canvas.texts().iter().any(|(t, _)| t == name);
        assert!(has("Platform 1") && has("Platform 2") && !has("Platform 0"), "{preset:?}");
        assert!(note.contains("8 platforms with a value in one of the periods alone are not drawn"), "{note}");
        assert!(note.contains("no data in H2 2025") && csv.contains("Platform 0") && alt.contains("It has 2 lines"));
    }
}

#[test]
fn one_period_is_no_slope_and_of_more_the_last_two_are_shown() {
    let rows = two_periods(3, 1);
    let one: Vec<Estimate> = rows.iter().filter(|e| e.period_start == rows[0].period_start).cloned().collect();
    let error = compose(&one, &spec(Preset::Web)).expect_err("one period");
    assert!(error.hint().is_some_and(|h| h.contains("earlier period")));
    let mut three = rows.clone();
    let mut old = rows[0].clone();
    (old.period_start, old.period_end) = (old.period_start - 184, old.period_start);
    three.push(old);
    let (_, _, alt, csv) = compose(&three, &spec(Preset::Web)).expect("drawn");
    assert!(alt.contains("from H1 2025 to H2 2025"), "{alt}");
    assert_eq!(csv.lines().count(), rows.len() + 1);
}
