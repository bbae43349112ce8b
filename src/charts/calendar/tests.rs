//! Days in their places, and what they lack.

use super::super::invented::over_time::daily;
use super::super::spec::{ChartSpec, Mark, Preset};
use super::super::svg::Canvas;
use super::super::tests::{Kind, assert_layout, estimates, spec};
use super::super::theme::{EMPTY, PAPER, RAMP, TEXT};
use super::compose;
use crate::error::Error;
use crate::estimate::{Estimate, Status};
use crate::time::{Grain, parse_iso};

fn day(platform: &str, date: &str, after: i32, share: Option<f64>) -> Estimate {
    let start = parse_iso(date).expect("date") + after;
    let mut e = Estimate::census("i", 1, "share", "share", Grain::Day.period(start).expect("day"));
    (e.platform, e.value, e.n) = (platform.into(), share, Some(50));
    if share.is_some() { e } else { e.without_value(Status::Insufficient, "n = 3 is below 10") }
}

fn drawn(rows: &[Estimate], spec: &ChartSpec) -> (Canvas, String, String) {
    let (canvas, caption, alt, _) = compose(rows, spec).expect("drawn");
    assert_layout(&canvas, "calendar");
    (canvas, caption.note(), alt)
}

/// Left and top of every square of a colour, but for those of the key.
fn squares(canvas: &Canvas, colour: (u8, u8, u8)) -> Vec<(f64, f64)> {
    let first = canvas.texts().into_iter().find(|(t, _)| t == "Mon").map_or(0.0, |(_, r)| r.top - 20.0);
    let square = |p: &Vec<(f64, f64)>| ((p[1].0 - p[0].0) - (p[2].1 - p[1].1)).abs() < 0.01;
    canvas.areas(colour).into_iter().filter(square).map(|p| p[0]).filter(|p| p.1 > first).collect()
}

fn has(canvas: &Canvas, text: &str) -> bool {
    canvas.texts().iter().any(|(t, _)| t == text)
}

#[test]
fn weeks_are_columns_and_weekdays_rows() {
    // 2025-06-30 was a Monday.
    let rows: Vec<Estimate> = (0..14).map(|i| day("A", "2025-06-30", i, Some(0.5))).collect();
    let (canvas, ..) = drawn(&rows, &spec(Preset::Web));
    let places = squares(&canvas, RAMP[3]);
    assert_eq!(places.len(), 14);
    assert!((places[0].0 - places[6].0).abs() < 1e-9 && places[6].1 > places[5].1, "the first week is a column");
    assert!(places[7].0 > places[6].0 && (places[7].1 - places[0].1).abs() < 1e-9, "the next Monday stands beside");
    assert!(has(&canvas, "Jul 2025") || has(&canvas, "Jul"));
    assert!(has(&canvas, "50.0%"), "large squares hold their values");
}

#[test]
fn days_without_data_or_value_are_no_small_values() {
    let rows = [
        day("A", "2025-07-01", 0, Some(0.0)),
        day("A", "2025-07-01", 1, None),
        day("A", "2025-07-01", 4, Some(1.0)),
        day("A", "2025-07-01", 5, None).without_value(Status::Suppressed, "rule"),
        day("A", "2025-07-01", 6, None).without_value(Status::NotApplicable, "none"),
    ];
    let (canvas, note, alt) = drawn(&rows, &spec(Preset::Web));
    assert_eq!((squares(&canvas, RAMP[0]).len(), squares(&canvas, RAMP[5]).len()), (1, 1));
    assert_eq!(squares(&canvas, EMPTY).len(), 3, "three days have a row and no value, two have no row");
    for words in ["no data", "too few observations", "withheld", "no single value"] {
        assert!(has(&canvas, words), "{words} is in the key");
    }
    assert!(
        note.contains("Without a value: no data – 2 days; too few observations – 1 day; withheld – 1 day"),
        "{note}"
    );
    assert!(alt.contains("5 of 7 days have no value"), "{alt}");
    assert!(alt.contains("0% (1 July 2025) at the least and 100% (5 July 2025) at the most"), "{alt}");
}

#[test]
fn a_count_of_zero_has_a_square_of_its_own() {
    let mut rows = daily(1, 60);
    rows.retain(|e| e.value.is_some());
    for (e, v) in rows.iter_mut().zip([0.0, 1.0, 900.0].into_iter().cycle()) {
        e.value = Some(v);
    }
    let zeros = rows.iter().filter(|e| e.value == Some(0.0)).count();
    let (canvas, ..) = drawn(&rows, &spec(Preset::Web));
    assert_eq!(squares(&canvas, PAPER).len(), zeros);
    assert!(has(&canvas, "0") && has(&canvas, "1,000"));
}

#[test]
fn years_stand_below_each_other() {
    let rows: Vec<Estimate> = (0..800).map(|i| day("A", "2023-11-05", i, Some(0.5))).collect();
    let (canvas, ..) = drawn(&rows, &spec(Preset::Web));
    let top = |year: &str| canvas.texts().into_iter().find(|(t, _)| t == year).map(|(_, r)| r.top);
    let years: Vec<f64> = ["2023", "2024", "2025", "2026"].iter().filter_map(|y| top(y)).collect();
    assert!(years.len() == 4 && years.windows(2).all(|w| w[0] < w[1]), "{years:?}");
    assert_eq!(squares(&canvas, RAMP[3]).len(), 800, "each day once");
    // A winter is one strip, though it has two years.
    let (canvas, ..) = drawn(&rows[..120], &spec(Preset::Web));
    assert!(top("2023").is_some() && !has(&canvas, "2023") && has(&canvas, "Nov 2023"));
}

#[test]
fn a_figure_holds_six_calendars() {
    let rows: Vec<Estimate> =
        (0..7).flat_map(|p| (0..30).map(move |i| day(&format!("P{p}"), "2025-06-01", i, Some(0.4)))).collect();
    let error = compose(&rows, &spec(Preset::Web)).map(|_| ()).expect_err("seven");
    assert!(error.hint().is_some_and(|h| h.contains("highlight up to 6")), "{error}");
    let some = ChartSpec { highlight: vec!["p3".into(), "P6".into()], ..spec(Preset::Web) };
    let (canvas, ..) = drawn(&rows, &some);
    assert!(has(&canvas, "P3") && has(&canvas, "P6") && !has(&canvas, "P0"));
    let wrong = ChartSpec { highlight: vec!["P9".into()], ..spec(Preset::Web) };
    assert!(matches!(compose(&rows, &wrong), Err(Error::Unknown { .. })));
}

#[test]
fn other_periods_than_days_are_left_out() {
    let months = estimates(Kind::Share, 1, 4, false);
    let error = compose(&months, &spec(Preset::Web)).map(|_| ()).expect_err("months");
    assert!(error.to_string().contains("single days"), "{error}");
    let mut both = months;
    both.extend((0..20).map(|i| {
        let mut e = day("Platform 0", "2023-10-01", i, Some(0.3));
        e.indicator = "some-new-indicator".into();
        e
    }));
    assert!(drawn(&both, &spec(Preset::Web)).2.contains("It has 1 calendar of 20 days."));
}

#[test]
fn a_card_that_is_too_small_says_what_to_take() {
    let rows: Vec<Estimate> =
        (0..6).flat_map(|p| (0..2500).map(move |i| day(&format!("P{p}"), "2019-01-01", i, Some(0.4)))).collect();
    let error = compose(&rows, &spec(Preset::Wide)).map(|_| ()).expect_err("too small");
    assert!(error.hint().is_some_and(|h| h.contains("preset web")), "{error}");
    drawn(&rows, &spec(Preset::Web));
}

#[test]
fn a_break_runs_between_the_days() {
    let rows: Vec<Estimate> = (0..40).map(|i| day("A", "2025-06-02", i, Some(0.5))).collect();
    let mark = |start: &str, end: Option<&str>| Mark {
        start: parse_iso(start).expect("date"),
        end: end.and_then(parse_iso),
        label: "a break".into(),
        platforms: Vec::new(),
    };
    // A Monday: an upright line; a Thursday: a line with a step.
    for (date, corners) in [("2025-06-16", 2), ("2025-06-19", 4)] {
        let marked = ChartSpec { marks: vec![mark(date, None)], ..spec(Preset::Web) };
        let (canvas, note, _) = drawn(&rows, &marked);
        assert_eq!(canvas.paths(TEXT).iter().map(Vec::len).collect::<Vec<_>>(), [corners], "{note}");
    }
    let marked = ChartSpec { marks: vec![mark("2025-06-10", Some("2025-06-20"))], ..spec(Preset::Web) };
    let (canvas, note, _) = drawn(&rows, &marked);
    assert!(canvas.paths(TEXT).len() == 2 && note.contains("Marked: 1 a break (10 to 19 June 2025)."), "{note}");
}
