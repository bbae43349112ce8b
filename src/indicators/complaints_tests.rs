//! Tests of the indicators of complaints: every number by hand.

use super::indicator;
use super::notices_tests::{limits, near, noted, of, run, run_in, scope, times};
use crate::estimate::{IntervalKind, Status};
use crate::measure::measure;
use crate::views::hand_tests::{B, Hand, Row, S, V, at};

/// A complaint of a day, decided on another at hour 0, with further cells.
fn complaint(filed: i64, decided: Option<i64>, more: &[(&'static str, V)]) -> Row {
    let mut row = vec![("complaint_id", S("c")), ("filed_at", at(filed, 0))];
    row.extend(decided.map(|day| ("decided_at", at(day, 0))));
    row.extend_from_slice(more);
    row
}

#[test]
fn reversals_of_decided_complaints() {
    let mut complaints = Vec::new();
    for (n, outcome) in [(6, "upheld"), (2, "partly_reversed"), (4, "reversed"), (3, "omitted")] {
        complaints.extend(times(n, &complaint(1, Some(9), &[("outcome", S(outcome))])));
    }
    complaints.extend(times(2, &complaint(1, None, &[])));
    let rows = run(&Hand::until(20).with("complaints", &complaints), "complaint-reversal-rate");
    near(of(&rows, "share", ""), 0.5);
    near(of(&rows, "share_reversed", ""), 4.0 / 12.0);
    near(of(&rows, "share_omitted", ""), 0.2);
    noted(of(&rows, "share", ""), "3 of 15 rows excluded");
    noted(of(&rows, "share", ""), "without a decided_at date and so in no period: 2");
    assert_eq!(of(&rows, "share", "").interval_kind, IntervalKind::None);
    for n in [1, 2] {
        let few = times(n, &complaint(1, Some(2), &[("outcome", S("upheld"))]));
        let rows = run(&Hand::until(20).with("complaints", &few), "complaint-reversal-rate");
        assert!(rows.iter().all(|r| r.status == Status::Insufficient), "{n}");
    }
}

#[test]
fn complaints_by_restrictions() {
    let action = |kind: &'static str, day, platform: &'static str| {
        vec![("action", S(kind)), ("action_at", at(day, 0)), ("platform", S(platform)), ("category", S("x"))]
    };
    let mut actions = times(120, &action("removal", 5, "A"));
    actions.extend(times(20, &action("warning", 5, "A")));
    actions.extend(times(5, &action("reinstatement", 5, "A")));
    actions.extend(times(4, &action("no_action", 5, "A")));
    // In February nobody complains, and neither does anybody on platform B.
    actions.extend(times(100, &action("suspension", 40, "A")));
    actions.extend(times(100, &action("demotion", 5, "B")));
    let of_type = |kind| complaint(9, None, &[("complaint_type", S(kind)), ("category", S("x"))]);
    let mut complaints = times(30, &of_type("listing_restriction"));
    complaints.extend(times(5, &of_type("non_action")));
    complaints.extend(times(2, &complaint(9, None, &[("category", S("x"))])));
    let hand = Hand::until(60).with("complaints", &complaints).with("actions", &actions);

    let mut by = scope("platform,month");
    by.process_interval = Some(0.95);
    let rows = run_in(&hand, "complaint-rate", &by);
    let rates: Vec<_> = rows.iter().filter(|r| r.statistic == "rate").collect();
    let found: Vec<_> = rates.iter().map(|r| (r.platform.as_str(), r.period_start, r.k, r.n)).collect();
    assert_eq!(found, [("A", 0, Some(30), Some(120)), ("A", 31, Some(0), Some(100)), ("B", 0, Some(0), Some(100))]);
    near(rates[0], 250.0);
    near(rates[1], 0.0);
    // Garwood's limits of 30 are 20.24087 and 42.82687; of none, 0 and 3.688879.
    limits(rates[0], IntervalKind::Process, 20.240_874_021 / 0.12, 42.826_865_395 / 0.12);
    limits(rates[1], IntervalKind::Process, 0.0, 36.888_794_5);
    noted(rates[0], "2 of 37 complaints excluded: no type");
    let all = rows.iter().find(|r| r.statistic == "rate_all_measures").expect("a row");
    near(all, 30_000.0 / 140.0);
    near(of(&run(&hand, "complaint-rate"), "rate", ""), 30_000.0 / 320.0);
    near(of(&run_in(&hand, "complaint-rate", &scope("category")), "rate", "x"), 30_000.0 / 320.0);
    // Actions are not known by the type of complaint.
    let rows = run_in(&hand, "complaint-rate", &scope("complaint_type"));
    assert!(!rows.is_empty() && rows.iter().all(|r| r.status == Status::NotApplicable));
    let rows = run(&Hand::until(60).with("complaints", &complaints), "complaint-rate");
    assert!(!rows.is_empty() && rows.iter().all(|r| r.status == Status::NotApplicable));
}

#[test]
fn time_to_decide_complaints() {
    let mut complaints = times(3, &complaint(4, Some(4), &[("automated", B(true))]));
    complaints.push(complaint(4, Some(4), &[("automated", B(false))]));
    complaints.extend(times(6, &complaint(4, Some(6), &[("automated", B(false))])));
    complaints.extend(times(2, &complaint(4, None, &[("automated", B(true))])));
    complaints.push(complaint(4, Some(3), &[]));
    let rows = run(&Hand::until(14).with("complaints", &complaints), "complaint-time");
    // S(0) = 8/12, S(2) = 8/12 · 2/8.
    near(of(&rows, "median", ""), 2.0);
    near(of(&rows, "within_7_days", ""), 10.0 / 12.0);
    let week = of(&rows, "within_7_days", "");
    assert_eq!((week.k, week.n, week.censored), (Some(10), Some(12), Some(2)));
    noted(week, "excluded, without a time: 1");
    assert_eq!(of(&rows, "within_30_days", "").status, Status::Insufficient);
    near(of(&rows, "share_within_1_hour", ""), 0.4);
    // Pending ones were decided by nobody.
    near(of(&rows, "share_automated", ""), 0.3);
    assert!(rows.iter().any(|r| r.statistic == "survival" && r.x == Some(2.0)));
    // It is not known how they were decided.
    let plain = times(10, &complaint(4, Some(6), &[]));
    let rows = run(&Hand::until(14).with("complaints", &plain), "complaint-time");
    near(of(&rows, "median", ""), 2.0);
    assert_eq!(of(&rows, "share_automated", "").status, Status::Insufficient);
}

#[test]
fn reversals_by_group() {
    let mut complaints = Vec::new();
    for (language, n, reversed) in [("de", 20, 10), ("pl", 20, 2), ("fr", 10, 3)] {
        for i in 0..n {
            let size = if complaints.len() < 25 { "micro" } else { "large" };
            complaints.push(complaint(
                1,
                Some(9),
                &[
                    ("language", S(language)),
                    ("country", S("AT")),
                    ("trader_size", S(size)),
                    ("automated", B(false)),
                    ("outcome", S(if i < reversed { "reversed" } else { "upheld" })),
                ],
            ));
        }
    }
    // What was omitted or has no language is in no group.
    complaints.push(complaint(1, Some(9), &[("language", S("sv")), ("outcome", S("omitted"))]));
    complaints.push(complaint(1, Some(9), &[("outcome", S("reversed"))]));
    let hand = Hand::until(20).with("complaints", &complaints);
    let rows = run(&hand, "reversal-disparity");
    near(of(&rows, "share", "de"), 0.5);
    near(of(&rows, "share", "AT"), 0.3);
    let german = of(&rows, "difference", "de");
    near(german, 10.0 / 20.0 - 5.0 / 30.0);
    limits(german, IntervalKind::Process, 0.070_970_109, 0.554_662_074);
    near(of(&rows, "difference", "pl"), 0.1 - 13.0 / 30.0);
    near(of(&rows, "difference", "large"), -0.36);
    // Score tests: .011743, .011743, 1 and .005479 of four comparisons.
    near(of(&rows, "p_adjusted", "large"), 0.015_657_843_068_230_117);
    near(of(&rows, "p_adjusted", "de"), 0.015_657_843_068_230_117);
    near(of(&rows, "p_adjusted", "fr"), 1.0);
    noted(of(&rows, "p_adjusted", "de"), "of 4 comparisons");
    assert_eq!(rows.iter().filter(|r| r.statistic == "difference").count(), 4);
    let chosen = indicator("reversal-disparity").expect("registered");
    let refused = measure(&hand, &[chosen], &scope("language"), &mut |_| {});
    assert_eq!(refused.map_err(|e| e.code()).err(), Some("E021"));
}
