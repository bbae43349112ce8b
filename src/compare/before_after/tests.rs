//! Changes that are known, dates between periods, breaks and comparison platforms.

use super::*;
use crate::time::{Grain, parse_iso};

fn day(text: &str) -> i32 {
    parse_iso(text).expect("day")
}

/// A count by month from 2024-01: 100 · 1.02^t, and from month `at` on times `factor`.
fn months(platform: &str, n: usize, at: usize, factor: f64) -> Vec<Estimate> {
    let mut start = day("2024-01-01");
    let mut out = Vec::new();
    for t in 0..n {
        let period = Grain::Month.period(start).expect("month");
        start = period.end;
        let mut e = Estimate::census("statement-count", 1, "count", "statements", period);
        let step = f64::from(u32::try_from(t).expect("small"));
        let wave = 1.0 + 0.01 * (step * 1.7).sin();
        e.platform = platform.to_owned();
        e.value = Some(100.0 * 1.02_f64.powf(step) * if t >= at { factor } else { 1.0 } * wave);
        out.push(e);
    }
    out
}

fn options(date: &str) -> Options {
    Options {
        date: day(date),
        platforms: Vec::new(),
        controls: Vec::new(),
        scale: None,
        lag: None,
        confidence: Confidence::P95,
    }
}

fn find<'a>(rows: &'a [Comparison], quantity: &str) -> &'a Comparison {
    rows.iter().find(|r| r.quantity == quantity).expect(quantity)
}

#[test]
fn a_known_change_is_found() {
    let rows = months("A", 30, 18, 0.5);
    let all: Vec<&Estimate> = rows.iter().collect();
    let found = compare(&all, &options("2025-07-01"), &|_| Vec::new());
    let level = find(&found, "level_change");
    assert!((level.ratio.expect("ratio") - 0.5).abs() < 0.02, "{level:?}");
    assert!(level.ratio_lower < Some(0.5) && level.ratio_upper > Some(0.5) && level.p < Some(0.001));
    let slope = find(&found, "slope_change");
    assert!((slope.ratio.expect("ratio") - 1.0).abs() < 0.003 && slope.unit == "factor per month", "{slope:?}");
    // Where the trend leads: 100 · 1.02^18 = 142.8.
    assert!((level.reference.expect("reference") - 142.8).abs() < 3.0 && level.value.expect("value") < 75.0);
    let methods: Vec<_> = found.iter().filter_map(|r| r.method.clone()).collect();
    assert_eq!(methods, ["Newey-West", "Newey-West", "Prais-Winsten", "Prais-Winsten"]);
    assert!(
        level.sentence.contains("a factor of 0.50") || level.sentence.contains("a factor of 0.49"),
        "{}",
        level.sentence
    );
}

#[test]
fn a_break_13_days_later_is_named() {
    let rows = months("A", 30, 18, 0.5);
    let all: Vec<&Estimate> = rows.iter().collect();
    let schema = |_: &Estimate| {
        vec![
            Known { id: "schema".into(), label: "new categories".into(), from: day("2025-07-01"), until: None },
            Known { id: "old".into(), label: "long ago".into(), from: day("2020-07-01"), until: None },
        ]
    };
    let found = compare(&all, &options("2025-06-18"), &schema);
    let level = find(&found, "level_change");
    let note = level.note.as_deref().expect("note");
    assert!(note.contains("known break schema (new categories) of 2025-07-01 lies 13 days after the date"), "{note}");
    assert!(note.contains("2025-06 holds the date and is left out") && !note.contains("long ago"), "{note}");
    assert!(level.sentence.ends_with("a known break lies within the series."), "{}", level.sentence);
}

#[test]
fn comparison_platforms_take_away_what_happened_to_all() {
    // All fall by half, and A by a further fifth.
    let mut rows = months("A", 30, 18, 0.4);
    for p in ["B", "C", "D", "E"] {
        rows.extend(months(p, 30, 18, 0.5));
    }
    for (i, e) in rows.iter_mut().enumerate() {
        // Some noise of their own, so that placebos differ.
        let own = 1.0 + 0.02 * f64::from(u32::try_from(i % 7).expect("small")).sin();
        e.value = e.value.map(|v| v * own);
    }
    let all: Vec<&Estimate> = rows.iter().collect();
    let asked = Options {
        platforms: vec!["A".into()],
        controls: ["B", "C", "D", "E"].map(str::to_owned).to_vec(),
        ..options("2025-07-01")
    };
    let found = compare(&all, &asked, &|_| Vec::new());
    let level = find(&found, "controlled_level_change");
    assert!((level.ratio.expect("ratio") - 0.8).abs() < 0.03, "{level:?}");
    let did = find(&found, "difference_in_differences");
    assert!((did.ratio.expect("ratio") - 0.8).abs() < 0.03, "{did:?}");
    let placebo = find(&found, "placebo_in_space");
    assert_eq!((placebo.rank, placebo.peers, placebo.p), (Some(1), Some(5), Some(0.2)));
    assert!(level.against.contains("beyond the change of B, C, D, E"));
}

#[test]
fn short_series_are_insufficient() {
    let rows = months("A", 20, 18, 0.5);
    let all: Vec<&Estimate> = rows.iter().collect();
    let found = compare(&all, &options("2025-07-01"), &|_| Vec::new());
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].status, found[0].ratio, found[0].p), (Status::Insufficient, None, None));
    assert!(found[0].reason.as_deref().is_some_and(|r| r.contains("18 periods") && r.contains("2 after")));
    for date in ["2020-01-01", "2030-01-01"] {
        assert_eq!(compare(&all, &options(date), &|_| Vec::new())[0].status, Status::Insufficient, "{date}");
    }
}

#[test]
fn a_series_of_one_value_has_nothing_to_estimate() {
    let mut rows = months("A", 30, 10, 0.5);
    for row in &mut rows {
        row.value = Some(1.0);
        (row.lower, row.upper, row.k) = (None, None, row.n);
    }
    let all: Vec<&Estimate> = rows.iter().collect();
    let found = compare(&all, &options("2025-07-01"), &|_| Vec::new());
    assert_eq!((found.len(), found[0].status, found[0].p), (1, Status::Insufficient, None));
    assert!(found[0].reason.as_deref().is_some_and(|r| r.contains("one value throughout")));
}
