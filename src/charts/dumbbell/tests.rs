//! Tests of the form `dumbbell`.

use super::super::invented::events::{grouped, row};
use super::super::invented::pairs::{both_sides, two_bases};
use super::super::spec::Preset;
use super::super::tests::{assert_layout, spec};
use super::*;
use crate::estimate::IntervalKind;

#[test]
fn equal_values_hide_neither_marker() {
    let mut rows = both_sides(2, 0);
    for e in &mut rows {
        e.value = Some(0.3);
    }
    let (canvas, caption, ..) = compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert_layout(&canvas, "equal");
    let diamonds = canvas.areas(COLOURS[3]);
    let rows: Vec<f64> = canvas
        .texts()
        .into_iter()
        .filter(|(t, _)| t.starts_with("Platform"))
        .map(|(_, r)| f64::midpoint(r.top, r.bottom))
        .collect();
    // Those of the key and of the heading aside, a diamond stands below the middle of its row.
    let below = |y: &f64| diamonds.iter().any(|d| (1.0..6.0).contains(&(f64::midpoint(d[0].1, d[2].1) - y)));
    assert!(rows.len() == 2 && rows.iter().all(below), "{rows:?} {diamonds:?}");
    assert!(caption.subtitle.contains("by platform"));
}

fn language(platform: &str, language: &str, users: f64, moderators: Option<f64>) -> [Estimate; 2] {
    let one = |statistic: &str, value: Option<f64>| {
        let e = grouped(row(statistic, "share", platform, value.unwrap_or(0.0)), "language", language);
        if value.is_some() { e } else { e.without_value(crate::estimate::Status::NotApplicable, "blank") }
    };
    [one("users", Some(users)), one("moderators", moderators)]
}

#[test]
fn languages_of_one_platform_with_a_gap() {
    let mut rows = Vec::new();
    for p in ["A", "B"] {
        rows.extend(language(p, "de", 0.2, Some(0.1)));
        rows.extend(language(p, "fr", 0.3, Some(0.6)));
        rows.extend(language(p, "mt", 0.01, None));
    }
    let error = compose(&rows, &spec(Preset::Web)).expect_err("two platforms");
    assert!(error.hint().is_some_and(|h| h.contains("--highlight")));
    let one = ChartSpec { highlight: vec!["B".into()], ..spec(Preset::Web) };
    let (canvas, caption, alt, csv) = compose(&rows, &one).expect("drawn");
    assert_layout(&canvas, "dumbbell");
    assert!(alt.contains("It has 3 rows, sorted by users."), "{alt}");
    assert!(alt.contains("fr, 30.0% and 60.0%; de, 20.0% and 10.0%"), "{alt}");
    assert!(caption.note().contains("Not paired: not applicable in moderators – mt."), "{}", caption.note());
    assert!(caption.subtitle.contains("Users and moderators (%), by language"), "{}", caption.subtitle);
    assert!(canvas.texts().iter().any(|(t, _)| t == "–") && !csv.contains(",A,"));
    assert_eq!(canvas.paths(CONTEXT).len(), 2, "a gap has no line");
}

#[test]
fn two_bases_are_a_pair_and_intervals_are_drawn() {
    let mut rows = two_bases(3, 1);
    let (_, caption, ..) = compose(&rows, &spec(Preset::Web)).expect("drawn");
    assert!(caption.subtitle.starts_with("Statements of reasons and transparency reports"), "{}", caption.subtitle);
    for e in rows.iter_mut().filter(|e| e.basis == "statements") {
        (e.lower, e.upper, e.interval_kind) =
            (e.value.map(|v| v * 0.5), e.value.map(|v| v * 2.0), IntervalKind::Sampling);
    }
    for preset in Preset::ALL {
        assert_layout(&compose(&rows, &spec(preset)).expect("drawn").0, "limits");
    }
    let mut mixed = both_sides(2, 1);
    mixed[1].unit = "days".into();
    assert!(compose(&mixed, &spec(Preset::Web)).is_err(), "two units");
}
