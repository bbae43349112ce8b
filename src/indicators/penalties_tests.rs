//! Tests of the indicators of the penalty policy: every number by hand.

use std::collections::BTreeSet;

use super::{Scope, indicator};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::measure::measure;
use crate::time::Period;
use crate::views::hand_tests::{B, Hand, I, Row, S, at, offence, sanction, step};

fn scope(by: &str) -> Scope {
    let (by_platform, grain, groups) = Scope::parse_by(by).expect("valid");
    let window = Period { start: 0, end: 100 };
    let mut scope = Scope::new(window, BTreeSet::new(), "test");
    (scope.by_platform, scope.grain, scope.groups) = (by_platform, grain, groups);
    scope.window = Some(window);
    scope
}

fn run_by(hand: &Hand, id: &str, by: &str) -> Vec<Estimate> {
    let chosen = indicator(id).expect("registered");
    measure(hand, &[chosen], &scope(by), &mut |_| {}).expect("measures").rows().to_vec()
}

fn run(hand: &Hand, id: &str) -> Vec<Estimate> {
    run_by(hand, id, "")
}

/// The row of a statistic without group and abscissa.
fn of<'a>(rows: &'a [Estimate], statistic: &str) -> &'a Estimate {
    rows.iter()
        .find(|r| r.statistic == statistic && r.group_value.is_none() && r.x.is_none())
        .unwrap_or_else(|| panic!("no {statistic}"))
}

fn of_group<'a>(rows: &'a [Estimate], statistic: &str, group: &str) -> &'a Estimate {
    rows.iter()
        .find(|r| r.statistic == statistic && r.group_value.as_deref() == Some(group) && r.x.is_none())
        .unwrap_or_else(|| panic!("no {statistic} of {group}"))
}

fn near(row: &Estimate, expected: f64) {
    let value = row.value.unwrap_or_else(|| panic!("{} has no value: {:?}", row.statistic, row.reason));
    assert!((value - expected).abs() <= 1e-9, "{}: {value} is not {expected}", row.statistic);
}

fn limits(row: &Estimate, lower: f64, upper: f64) {
    assert_eq!(row.interval_kind, IntervalKind::Process, "{}", row.statistic);
    let (l, u) = (row.lower.expect("lower"), row.upper.expect("upper"));
    assert!((l - lower).abs() <= 1e-4 && (u - upper).abs() <= 1e-4, "{}: {l}, {u}", row.statistic);
}

fn name(prefix: &str, i: usize) -> &'static str {
    Box::leak(format!("{prefix}{i:02}").into_boxed_str())
}

fn t(i: usize) -> &'static str {
    name("t", i)
}

fn listing(id: &'static str, trader: &'static str, live: i64) -> Row {
    vec![("listing_id", S(id)), ("trader_id", S(trader)), ("live_at", at(live, 0))]
}

#[test]
fn repeat_offenders() {
    // Ten traders are followed for 95 days: four have a second episode after 10 days, two of these a third, and one a
    // second after 91 days. Two traders are followed for 50 days; one has a second episode after 10.
    let mut actions: Vec<Row> = (0..10).map(|i| offence(t(i), 5, 0)).collect();
    actions.push(offence(t(0), 5, 3));
    actions.extend((0..4).map(|i| offence(t(i), 15, 0)));
    actions.extend((0..2).map(|i| offence(t(i), 25, 0)));
    actions.push(offence(t(4), 96, 0));
    actions.extend([offence(t(10), 50, 0), offence(t(11), 50, 0), offence(t(10), 60, 0)]);
    let hand = Hand::until(100).with("actions", &actions);
    let rows = run(&hand, "repeat-offender-rate");
    near(of(&rows, "share"), 0.4);
    near(of(&rows, "share_3"), 0.2);
    let share = of(&rows, "share");
    assert_eq!((share.k, share.n, share.interval_kind), (Some(4), Some(10), IntervalKind::None));
    assert!(share.note.as_deref().is_some_and(|n| n.contains("2 of 12 rows excluded")), "{:?}", share.note);
    // S(10) = 1 − 5/12; the next event is on day 91, among six who are still observed.
    near(of(&rows, "within_30_days"), 5.0 / 12.0);
    near(of(&rows, "within_90_days"), 5.0 / 12.0);
    let curve = of(&rows, "within_90_days");
    assert_eq!((curve.k, curve.n, curve.censored), (Some(6), Some(12), Some(6)));
    // Greenwood: var = S² · 5/(12 · 7), S = 7/12; on the log-log scale S^exp(± 1.959964 · 0.243975/ln S).
    let (s, se) = (7.0_f64 / 12.0, (5.0_f64 / 84.0).sqrt());
    let width = 1.959_963_985 * se / s.ln().abs();
    limits(curve, 1.0 - s.powf((-width).exp()), 1.0 - s.powf(width.exp()));
    let last = rows.iter().filter(|r| r.statistic == "survival").max_by(|a, b| a.x.partial_cmp(&b.x).expect("order"));
    near(last.expect("a curve"), 7.0 / 12.0 * 5.0 / 6.0);
    assert_eq!(of(&rows, "offences_per_1000_listings").status, Status::NotApplicable);

    let listings: Vec<Row> = (0..84).map(|i| listing(name("l", i), t(i % 12), 1)).collect();
    let hand = hand.with("listings", &listings);
    let rows = run(&hand, "repeat-offender-rate");
    near(of(&rows, "offences_per_1000_listings"), 250.0);
    assert_eq!(of(&rows, "offences_per_1000_listings").k, Some(21));
    // One and two traders.
    for n in [1, 2] {
        let few: Vec<Row> = (0..n).map(|i| offence(t(i), 5, 0)).collect();
        let rows = run(&Hand::until(100).with("actions", &few), "repeat-offender-rate");
        assert!(rows.iter().all(|r| r.status != Status::Ok), "{n}");
    }
    // What was looked at and found legal is no offence.
    let mut legal = offence("a", 1, 0);
    legal.retain(|(name, _)| *name != "confirmed");
    legal.push(("confirmed", B(false)));
    assert!(run(&Hand::until(100).with("actions", &[legal]), "repeat-offender-rate").is_empty());
}

#[test]
fn concentration_of_offences() {
    let counts = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 20];
    let actions: Vec<Row> = (0..14).flat_map(|i| (0..counts[i]).map(move |j| offence(t(i), 10 + j, 0))).collect();
    let traders: Vec<Row> = (0..14).map(|i| vec![("trader_id", S(t(i)))]).collect();
    let hand = Hand::until(100).with("actions", &actions).with("traders", &traders);
    let rows = run(&hand, "offence-concentration-gini");
    // Independent values of these fourteen traders: .764 with, .529 without those who have no offence.
    near(of(&rows, "gini"), 0.764_285_714_285_714_2);
    // Seven offenders are below ten.
    let offenders = of(&rows, "gini_offenders");
    assert_eq!((offenders.status, offenders.n), (Status::Insufficient, Some(7)));
    assert_eq!((of(&rows, "top_10_percent_share").status, of(&rows, "gini").n), (Status::Insufficient, Some(14)));
    let all = of(&rows, "gini");
    assert!(all.interval.as_deref() == Some("bootstrap percentile") && all.interval_kind == IntervalKind::Process);
    assert!(all.lower < all.value && all.value < all.upper);
    // e^(−2μ) (I₀(2μ) + I₁(2μ)) at μ = 40/14, by its power series: Σ (μ^k/k!)² (1 + μ/(k + 1)).
    let mean = 40.0_f64 / 14.0;
    let (mut term, mut sum) = (1.0_f64, 0.0_f64);
    for k in 0..60 {
        sum += term * term * (1.0 + mean / f64::from(k + 1));
        term *= mean / f64::from(k + 1);
    }
    near(of(&rows, "gini_by_chance"), (-2.0 * mean).exp() * sum);
    let lorenz: Vec<(f64, f64)> =
        rows.iter().filter(|r| r.statistic == "lorenz").map(|r| (r.x.expect("x"), r.value.expect("y"))).collect();
    let expected = [(0, 0.0), (7, 0.0), (9, 0.05), (10, 0.1), (11, 0.175), (12, 0.3), (13, 0.5), (14, 1.0)];
    assert_eq!(lorenz.len(), expected.len());
    for ((x, y), (units, share)) in lorenz.iter().zip(expected) {
        assert!((x - f64::from(units) / 14.0).abs() < 1e-12 && (y - share).abs() < 1e-12, "{x} {y}");
    }
    // Without traders and listings, nobody without an offence is known.
    let rows = run(&Hand::until(100).with("actions", &actions), "offence-concentration-gini");
    assert_eq!(of(&rows, "gini").status, Status::NotApplicable);
}

#[test]
fn adherence_to_the_policy() {
    let mut actions: Vec<Row> = (0..10).map(|i| offence(t(i), 10, 0)).collect();
    actions.extend((0..6).map(|i| sanction(t(i), "strike", 11, 0)));
    actions.push(sanction(t(6), "suspension", 11, 0));
    actions.push(sanction(t(7), "warning", 11, 0));
    actions.push(sanction(t(8), "strike", 20, 0));
    // A second episode without consequence, and one whose time has not run out.
    actions.extend([offence(t(0), 40, 0), offence(t(10), 98, 0)]);
    let hand = Hand::until(100).with("actions", &actions);
    let rows = run(&hand, "penalty-escalation-adherence");
    let reason = rows[0].reason.as_deref().expect("a reason");
    assert!(rows.iter().all(|r| r.status == Status::NotApplicable) && reason.contains("penalty_policy."), "{reason}");

    let hand = hand.with("penalty_policy", &[step(1, "strike", 3)]);
    let rows = run(&hand, "penalty-escalation-adherence");
    for (statistic, k) in [("share", 7), ("late_share", 1), ("under_share", 1), ("absent_share", 2), ("over_share", 1)]
    {
        let row = of(&rows, statistic);
        near(row, f64::from(k) / 11.0);
        assert_eq!((row.k, row.n), (Some(i64::from(k)), Some(11)), "{statistic}");
        assert!(row.note.as_deref().is_some_and(|n| n.contains("run out when observation or the account ended: 1")));
    }
    near(of_group(&rows, "share", "strike"), 7.0 / 11.0);
    // Traders 1 to 6 of the ten judged; binom.test(6, 10) in R.
    let traders = of(&rows, "trader_share");
    near(traders, 0.6);
    limits(traders, 0.262_378, 0.878_448);
    // By month, the ten episodes of January stand alone.
    let rows = run_by(&hand, "penalty-escalation-adherence", "platform,month");
    let january = rows.iter().find(|r| r.statistic == "share" && r.group_value.is_none()).expect("January");
    assert_eq!((january.platform.as_str(), january.k, january.n), ("A", Some(7), Some(10)));
    assert!(rows.iter().all(|r| r.statistic != "trader_share"));
}

/// Twelve traders at the threshold on day 10: four suspended after 2 days, two closed after 5, one suspended after 10.
fn at_threshold() -> Hand {
    let mut actions: Vec<Row> = (0..12).map(|i| offence(t(i), 10, 0)).collect();
    actions.extend((0..4).map(|i| sanction(t(i), "suspension", 12, 0)));
    actions.push(sanction(t(6), "termination", 20, 0));
    let closed = |i| vec![("trader_id", S(t(i))), ("closed_at", at(15, 0))];
    Hand::until(100).with("actions", &actions).with("traders", &[closed(4), closed(5)])
}

#[test]
fn suspensions_after_the_threshold() {
    let rows = run(&at_threshold(), "time-to-suspension");
    let reason = rows[0].reason.as_deref().expect("a reason");
    assert!(rows.iter().all(|r| r.status == Status::NotApplicable) && reason.contains("penalty_policy."), "{reason}");
    let hand = at_threshold().with("penalty_policy", &[step(1, "suspension", 7)]);
    let rows = run(&hand, "time-to-suspension");
    // 4/12; then S = 2/3, two of eight close: 1/6, S = 1/2; then one of six: 1/12.
    near(of(&rows, "incidence_7"), 1.0 / 3.0);
    near(of(&rows, "incidence_30"), 5.0 / 12.0);
    near(of(&rows, "incidence_90"), 5.0 / 12.0);
    near(of(&rows, "closed_90"), 1.0 / 6.0);
    let row = of(&rows, "incidence_30");
    assert_eq!((row.n, row.k, row.censored), (Some(12), Some(7), Some(5)));
    assert!(row.note.as_deref().is_some_and(|n| !n.contains("without")), "{:?}", row.note);
    let curve: Vec<_> = rows
        .iter()
        .filter(|r| r.statistic == "cumulative_incidence" && r.group_value.as_deref() == Some("suspended"))
        .filter_map(|r| Some((r.x?, r.value?)))
        .collect();
    assert_eq!(curve.iter().map(|c| c.0).collect::<Vec<_>>()[..3], [2.0, 5.0, 10.0]);
}

#[test]
fn activity_after_the_threshold() {
    let hand = at_threshold().with("penalty_policy", &[step(1, "suspension", 7)]).with(
        "listings",
        &[
            listing("1", t(0), 11),
            listing("2", t(0), 13),
            listing("3", t(7), 50),
            listing("4", t(7), 51),
            listing("5", t(8), 52),
        ],
    );
    let rows = run(&hand, "post-threshold-activity");
    // 4 · 2 + 2 · 5 + 10 + 5 · 90 trader-days.
    near(of(&rows, "trader_days"), 478.0);
    near(of(&rows, "listings"), 4.0);
    let rate = of(&rows, "listings_per_trader_day");
    near(rate, 4.0 / 478.0);
    // Garwood's limits of 4 are 1.089865 and 10.24159.
    limits(rate, 1.089_865 / 478.0, 10.241_59 / 478.0);
    for statistic in ["orders", "orders_per_trader_day", "views", "views_per_trader_day"] {
        assert_eq!(of(&rows, statistic).status, Status::NotApplicable, "{statistic}");
    }
    let seen = vec![("listing_id", S("3")), ("day", I(60)), ("impressions", I(870))];
    let rows = run(&hand.with("views", &[seen]), "post-threshold-activity");
    // Whole days between: 1 for each of four, 4 for each of two, 9, and 89 for each of five.
    near(of(&rows, "views_per_trader_day"), 870.0 / 466.0);
    assert_eq!(of(&rows, "views_per_trader_day").interval_kind, IntervalKind::None);
}

#[test]
fn further_episodes_by_time() {
    let mut actions: Vec<Row> = (0..10).map(|i| offence(t(i), 10, 0)).collect();
    actions.extend([offence(t(0), 20, 0), offence(t(0), 40, 0), offence(t(1), 20, 0)]);
    // Found after the trader had left.
    actions.push(offence(t(2), 50, 0));
    let traders = [vec![("trader_id", S(t(2))), ("closed_at", at(15, 0))]];
    let hand = Hand::until(100).with("actions", &actions).with("traders", &traders);
    let rows = run(&hand, "recidivism-mcf");
    let month = of(&rows, "mcf_30");
    near(month, 3.0 / 9.0);
    near(of(&rows, "mcf_90"), 3.0 / 9.0);
    assert_eq!(of(&rows, "mcf_365").status, Status::Insufficient);
    assert_eq!((month.k, month.n), (Some(3), Some(10)));
    assert!(month.note.as_deref().is_some_and(|n| n.contains("left before observation ended: 1")));
    // Residuals in 81sts: 15, 6, seven times −3 and 0; their squares add up to 324/6561, whose root is 2/9.
    let factor = (1.959_963_985_f64 * 2.0 / 3.0).exp();
    limits(month, 1.0 / 3.0 / factor, factor / 3.0);
    let points: Vec<_> = rows.iter().filter(|r| r.statistic == "mcf").filter_map(|r| Some((r.x?, r.value?))).collect();
    assert_eq!(points.len(), 2);
    assert!((points[0].0 - 10.0).abs() < 1e-12 && (points[0].1 - 2.0 / 9.0).abs() < 1e-12);
    // By platform and by month of the first episode the same traders are found again.
    for by in ["platform", "month", "platform,quarter"] {
        near(of(&run_by(&hand, "recidivism-mcf", by), "mcf_30"), 3.0 / 9.0);
    }
}

#[test]
fn products_that_come_back() {
    let removal = |i: usize| -> Row {
        vec![
            ("action_id", S(name("r", i))),
            ("action", S("removal")),
            ("listing_id", S(name("l", i))),
            ("trader_id", S(t(i))),
            ("action_at", at(10, 0)),
        ]
    };
    let offer = |id, trader, i: usize, live| -> Row {
        let mut row = listing(id, trader, live);
        row.push(("fingerprint", S(name("f", i))));
        row
    };
    let mut listings: Vec<Row> = (0..10).map(|i| offer(name("l", i), t(i), i, 1)).collect();
    listings.extend([offer("x", t(0), 0, 15), offer("y", "other", 1, 30), offer("z", "other", 2, 70)]);
    let actions: Vec<Row> = (0..10).map(removal).collect();
    let hand = Hand::until(100).with("actions", &actions).with("listings", &listings);
    let rows = run(&hand, "relisting-rate");
    near(of(&rows, "incidence_30"), 0.2);
    near(of(&rows, "incidence_90"), 0.3);
    near(of(&rows, "share"), 0.3);
    near(of_group(&rows, "incidence_30", "same_trader"), 0.1);
    near(of_group(&rows, "incidence_30", "other_trader"), 0.1);
    near(of_group(&rows, "incidence_90", "other_trader"), 0.2);
    let rows = run(&hand, "time-to-relisting");
    // 1 for 5 days, 0.9 for 15, 0.8 for 10; then 0.8 for 30 and 0.7 for 30.
    near(of(&rows, "rmst_30"), 26.5);
    near(of(&rows, "rmst_90"), 71.5);
    // Three of ten: half of them are not reached, and only a lower limit is known.
    assert_eq!((of(&rows, "median").value, of(&rows, "median").upper), (None, None));
    let returned = of(&rows, "median_of_returned");
    assert_eq!((returned.status, returned.n), (Status::Insufficient, Some(3)));
}

#[test]
fn accounts_that_return() {
    let actions: Vec<Row> = (0..12).map(|i| sanction(t(i), "suspension", 10, 0)).collect();
    let account = |id, entity: Option<usize>, joined| -> Row {
        let mut row = vec![("trader_id", S(id)), ("joined_at", at(joined, 0))];
        row.extend(entity.map(|i| ("linked_entity_id", S(name("e", i)))));
        row
    };
    // Two of the suspended cannot be followed; three of the others open an account after 20 days, one after 60.
    let mut traders: Vec<Row> = (0..12).map(|i| account(t(i), Some(i).filter(|i| *i < 10), 1)).collect();
    traders.extend((0..3).map(|i| account(name("n", i), Some(i), 30)));
    traders.push(account("later", Some(3), 70));
    let hand = Hand::until(100).with("actions", &actions).with("traders", &traders);
    let rows = run(&hand, "phoenix-trader-rate");
    near(of(&rows, "incidence_30"), 0.3);
    near(of(&rows, "incidence_90"), 0.4);
    assert_eq!((of(&rows, "incidence_30").n, of(&rows, "incidence_30").k), (Some(10), Some(4)));
}

#[test]
fn sanctions_by_size_and_seat() {
    let mut actions: Vec<Row> = (0..30).map(|i| offence(t(i), 10, 0)).collect();
    // Ten of twenty small traders and two of ten large ones.
    actions.extend((0..10).chain(20..22).map(|i| sanction(t(i), "warning", 20, 0)));
    let traders: Vec<Row> = (0..30)
        .map(|i| {
            let size = if i < 20 { "small" } else { "large" };
            vec![("trader_id", S(t(i))), ("size", S(size)), ("country", S("FR"))]
        })
        .collect();
    let hand = Hand::until(100).with("actions", &actions).with("traders", &traders);
    let rows = run(&hand, "sanction-disparity");
    near(of_group(&rows, "sanctioned_share", "small"), 0.5);
    near(of_group(&rows, "sanctioned_share", "union"), 0.4);
    let ratio = of_group(&rows, "sanctioned_risk_ratio", "large");
    near(ratio, 0.4);
    // exp(1.959964 · √(1/2 − 1/10 + 1/10 − 1/20)) = 3.72394.
    limits(ratio, 0.107_413, 1.489_577);
    assert!(ratio.note.as_deref().is_some_and(|n| n.contains("2 of 10 against 10 of 20 (small)")), "{:?}", ratio.note);
    // z = −0.3/√(0.24 · 0.15) = −1.581139.
    let p = of_group(&rows, "sanctioned_p_adjusted", "large").value.expect("a p-value");
    assert!((p - 0.113_846).abs() < 1e-5, "{p}");
    assert_eq!(of_group(&rows, "suspended_share", "small").status, Status::Insufficient);
    assert!(measure(&hand, &[indicator("sanction-disparity").expect("it")], &scope("size"), &mut |_| {}).is_err());
}
