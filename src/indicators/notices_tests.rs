//! Tests of the indicators of notices and orders: every number by hand.

use std::collections::BTreeSet;

use super::{Parameters, Scope, indicator};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::measure::measure;
use crate::time::Period;
use crate::views::hand_tests::{B, Hand, Row, S, at};

pub(super) fn scope(by: &str) -> Scope {
    let (by_platform, grain, groups) = Scope::parse_by(by).expect("valid");
    let window = Period { start: 0, end: 100 };
    let mut scope = Scope::new(window, BTreeSet::new(), "test");
    (scope.by_platform, scope.grain, scope.groups) = (by_platform, grain, groups);
    scope.window = Some(window);
    scope
}

pub(super) fn run_in(hand: &Hand, id: &str, scope: &Scope) -> Vec<Estimate> {
    let chosen = indicator(id).expect("registered");
    measure(hand, &[chosen], scope, &mut |_| {}).expect("measures").rows().to_vec()
}

pub(super) fn run(hand: &Hand, id: &str) -> Vec<Estimate> {
    run_in(hand, id, &scope(""))
}

/// The row of a statistic, of a platform or group where one is named.
pub(super) fn of<'a>(rows: &'a [Estimate], statistic: &str, about: &str) -> &'a Estimate {
    let fits = |r: &&Estimate| {
        let group = r.group_value.as_deref();
        r.statistic == statistic
            && r.x.is_none()
            && (group == Some(about) || group.is_none() && (about.is_empty() || r.platform == about))
    };
    rows.iter().find(fits).unwrap_or_else(|| panic!("no {statistic} of {about:?}"))
}

pub(super) fn near(row: &Estimate, expected: f64) {
    let value = row.value.unwrap_or_else(|| panic!("{} has no value: {:?}", row.statistic, row.reason));
    assert!((value - expected).abs() <= 1e-9, "{}: {value} is not {expected}", row.statistic);
}

pub(super) fn limits(row: &Estimate, kind: IntervalKind, lower: f64, upper: f64) {
    assert_eq!(row.interval_kind, kind, "{}", row.statistic);
    let (l, u) = (row.lower.expect("lower"), row.upper.expect("upper"));
    assert!((l - lower).abs() <= 1e-6 && (u - upper).abs() <= 1e-6, "{}: {l}, {u}", row.statistic);
}

pub(super) fn noted(row: &Estimate, words: &str) {
    let note = row.note.as_deref().unwrap_or_default();
    assert!(note.contains(words), "{}: {note:?} has no {words:?}", row.statistic);
}

/// So many rows alike.
pub(super) fn times(n: usize, row: &Row) -> Vec<Row> {
    vec![row.clone(); n]
}

/// A notice of these days and hours, with further cells.
fn notice(
    received: (i64, i64),
    decided: Option<(i64, i64)>,
    more: &[(&'static str, crate::views::hand_tests::V)],
) -> Row {
    let mut row = vec![("notice_id", S("n")), ("received_at", at(received.0, received.1))];
    row.extend(decided.map(|(day, hour)| ("decided_at", at(day, hour))));
    row.extend_from_slice(more);
    row
}

fn safety(received: (i64, i64), decided: Option<(i64, i64)>) -> Row {
    notice(received, decided, &[("product_safety", B(true))])
}

/// Day 4, 1970-01-05, was a Monday.
#[test]
fn three_working_days_for_product_safety() {
    let mut notices = times(8, &safety((4, 12), Some((7, 23))));
    notices.push(safety((4, 12), Some((8, 0))));
    // From a Friday, over a weekend and Tuesday the 13th, which is a holiday.
    notices.push(safety((8, 9), Some((14, 5))));
    // Pending: since long, since the period ended this instant, and within it.
    notices.extend([safety((4, 0), None), safety((14, 23), None), safety((19, 0), None)]);
    notices.push(safety((4, 12), Some((3, 0))));
    notices.push(notice((4, 12), Some((18, 0)), &[("product_safety", B(false))]));
    let hand = Hand::until(20).with("notices", &notices);
    let mut scope = scope("");
    scope.parameters.holidays = vec!["1970-01-13".to_owned()];
    let rows = run_in(&hand, "notice-deadline-compliance", &scope);
    let share = of(&rows, "share", "");
    near(share, 9.0 / 12.0);
    assert_eq!(
        (share.k, share.n, share.censored, share.interval_kind),
        (Some(9), Some(12), Some(1), IntervalKind::None)
    );
    for words in [
        "days in UTC, 1 holidays",
        "observation ended: 2",
        "within the limit when observation ended: 1",
        "times that fit: 1",
    ] {
        noted(share, words);
    }
    near(of(&rows, "share_without_holidays", ""), 8.0 / 12.0);
    near(of(&rows, "late", ""), 3.0);
    // Clopper–Pearson of 9 in 12, from tables.
    scope.process_interval = Some(0.95);
    let rows = run_in(&hand, "notice-deadline-compliance", &scope);
    let exact = of(&rows, "share", "");
    assert_eq!((exact.interval.as_deref(), exact.interval_kind), (Some("clopper-pearson"), IntervalKind::Process));
    let (lower, upper) = (exact.lower.expect("lower"), exact.upper.expect("upper"));
    assert!((lower - 0.4281).abs() < 1e-4 && (upper - 0.9451).abs() < 1e-4, "{lower} {upper}");

    // Ten notices of Monday 20:00 in UTC, when it is Tuesday in Tokyo, decided on Friday at 14:00, before it is Saturday there.
    let hand = Hand::until(20).with("notices", &times(10, &safety((4, 20), Some((8, 14)))));
    scope.parameters = Parameters { working_time_zone: "Asia/Tokyo".to_owned(), ..Parameters::default() };
    near(of(&run_in(&hand, "notice-deadline-compliance", &scope), "share", ""), 1.0);
    near(of(&run(&hand, "notice-deadline-compliance"), "share", ""), 0.0);
    scope.parameters.working_time_zone = "Trovanda/Mitte".to_owned();
    let chosen = indicator("notice-deadline-compliance").expect("registered");
    assert_eq!(measure(&hand, &[chosen], &scope, &mut |_| {}).map_err(|e| e.code()).err(), Some("E021"));
}

#[test]
fn few_notices_and_several_platforms_and_months() {
    for n in [1, 2] {
        let hand = Hand::until(20).with("notices", &times(n, &safety((4, 12), Some((9, 0)))));
        let rows = run(&hand, "notice-deadline-compliance");
        assert_eq!(of(&rows, "share", "").status, Status::Insufficient);
        near(of(&rows, "late", ""), if n == 1 { 1.0 } else { 2.0 });
    }
    let others = times(12, &notice((4, 12), Some((9, 0)), &[("product_safety", B(false))]));
    assert!(run(&Hand::until(20).with("notices", &others), "notice-deadline-compliance").is_empty());
    // Of platform A all late in January and timely in February; of B one more in February, late.
    let mut notices = times(10, &safety((4, 12), Some((9, 0))));
    notices.extend(times(10, &safety((40, 12), Some((40, 13)))));
    let mut other = safety((40, 12), Some((60, 0)));
    other.push(("platform", S("B")));
    notices.push(other);
    let hand = Hand::until(80).with("notices", &notices);
    let rows = run_in(&hand, "notice-deadline-compliance", &scope("platform,month"));
    let late: Vec<_> = rows.iter().filter(|r| r.statistic == "late").collect();
    let found: Vec<_> = late.iter().map(|r| (r.platform.as_str(), r.period_start, r.k, r.n)).collect();
    assert_eq!(found, [("A", 0, Some(10), Some(10)), ("A", 31, Some(0), Some(10)), ("B", 31, Some(1), Some(1))]);
}

#[test]
fn orders_by_the_law_and_by_themselves() {
    let order = |basis: &'static str, received: (i64, i64), effect: Option<(i64, i64)>, limit: Option<(i64, i64)>| {
        let mut row =
            vec![("order_id", S("o")), ("legal_basis", S(basis)), ("received_at", at(received.0, received.1))];
        row.extend(effect.map(|(day, hour)| ("effect_at", at(day, hour))));
        row.extend(limit.map(|(day, hour)| ("deadline_at", at(day, hour))));
        row
    };
    // An order under the product-safety law has two working days, whatever it says.
    let mut orders = times(7, &order("gpsr_22_4", (4, 9), Some((6, 23)), Some((5, 0))));
    orders.extend(times(2, &order("gpsr_22_4", (4, 9), Some((7, 0)), None)));
    orders.extend([order("gpsr_22_4", (4, 9), None, None), order("gpsr_22_4", (29, 9), None, None)]);
    // In time at the very instant that the order sets.
    orders.extend(times(9, &order("dsa_9", (4, 9), Some((10, 0)), Some((10, 0)))));
    orders.push(order("dsa_9", (4, 9), Some((10, 1)), Some((10, 0))));
    orders.extend([order("dsa_9", (4, 9), Some((5, 0)), None), order("dsa_10", (4, 9), None, Some((40, 0)))]);
    let rows = run(&Hand::until(30).with("authority_orders", &orders), "order-deadline-compliance");
    let share = of(&rows, "share", "");
    near(share, 0.7);
    assert_eq!((share.k, share.n, share.censored), (Some(7), Some(10), Some(1)));
    noted(share, "no holiday");
    near(of(&rows, "share_without_holidays", ""), 0.7);
    near(of(&rows, "late", ""), 3.0);
    near(of(&rows, "share_own_limit", ""), 0.9);
    near(of(&rows, "late_own_limit", ""), 1.0);
    noted(of(&rows, "share_own_limit", ""), "without a period of their own: 1");
    // Without any period of their own, nothing is said of it.
    let orders = [order("gpsr_22_4", (4, 9), Some((4, 10)), None)];
    let rows = run(&Hand::until(30).with("authority_orders", &orders), "order-deadline-compliance");
    near(of(&rows, "late", ""), 0.0);
    assert_eq!(of(&rows, "late_own_limit", "").status, Status::Insufficient);
}

#[test]
fn action_and_messages() {
    let decided = |code| notice((4, 0), Some((5, 0)), &[("decision", S(code))]);
    let mut notices = Vec::new();
    for (n, code) in [(3, "action_on_law"), (2, "action_on_terms"), (5, "no_action"), (2, "duplicate"), (1, "invalid")]
    {
        notices.extend(times(n, &decided(code)));
    }
    notices.push(notice((9, 0), None, &[]));
    let rows = run(&Hand::until(10).with("notices", &notices), "notice-action-rate");
    near(of(&rows, "share", ""), 5.0 / 13.0);
    near(of(&rows, "share_on_law", ""), 3.0 / 13.0);
    near(of(&rows, "share_valid", ""), 0.5);
    noted(of(&rows, "share", ""), "1 of 14 rows excluded: no decision yet");

    let owed = |more: &[_]| {
        let sent = [("decision_sent_at", at(5, 1)), ("redress_info", B(true))];
        notice((4, 0), Some((5, 0)), &[&sent[..], more].concat())
    };
    let mut notices = times(5, &owed(&[("receipt_sent_at", at(4, 1)), ("contact_given", B(true))]));
    notices.extend(times(4, &owed(&[("receipt_sent_at", at(4, 1))])));
    notices.push(notice((4, 0), Some((5, 0)), &[("decision_sent_at", at(5, 1)), ("redress_info", B(false))]));
    notices.push(notice((4, 0), Some((5, 0)), &[]));
    notices.push(notice((4, 0), None, &[]));
    notices.extend(times(3, &notice((4, 0), Some((5, 0)), &[("contact_given", B(false))])));
    let rows = run(&Hand::until(10).with("notices", &notices), "notice-acknowledgement");
    near(of(&rows, "receipt", ""), 9.0 / 12.0);
    near(of(&rows, "decision", ""), 10.0 / 11.0);
    near(of(&rows, "redress", ""), 0.9);
    noted(of(&rows, "receipt", ""), "3 of 15 rows excluded: no address was left");
}

#[test]
fn backlog_and_its_age() {
    let mut notices = times(8, &notice((4, 0), Some((5, 0)), &[]));
    notices.extend((18..30).map(|day| notice((day, 0), None, &[])));
    let hand = Hand::until(30).with("notices", &notices);
    let rows = run(&hand, "notice-backlog");
    near(of(&rows, "share", ""), 0.6);
    near(of(&rows, "pending", ""), 12.0);
    // Ages are 1 to 12 days: the sixth.
    near(of(&rows, "age_median", ""), 6.0);
    assert_eq!(of(&rows, "age_p90", "").status, Status::Insufficient);
    // Nobody knows when observation ended.
    let mut hand = hand;
    hand.options.observed_until = None;
    let rows = run(&hand, "notice-backlog");
    near(of(&rows, "pending", ""), 12.0);
    assert_eq!(of(&rows, "age_median", "").status, Status::Insufficient);
    noted(of(&rows, "age_median", ""), "of unknown age: 12");
}

#[test]
fn waits_of_trusted_flaggers() {
    let wait = |trusted, days: i64| notice((4, 0), Some((4 + days, 0)), &[("trusted_flagger", B(trusted))]);
    let mut notices: Vec<Row> = [1, 3].iter().flat_map(|d| times(5, &wait(true, *d))).collect();
    notices.extend([2, 6].iter().flat_map(|d| times(5, &wait(false, *d))));
    notices.push(notice((4, 0), Some((20, 0)), &[]));
    let rows = run(&Hand::until(60).with("notices", &notices), "trusted-flagger-priority-ratio");
    let ratio = of(&rows, "rmst_ratio_30", "");
    near(ratio, 0.5);
    assert_eq!((ratio.n, ratio.clusters, ratio.censored), (Some(10), Some(20), Some(0)));
    // Greenwood: var of the means 1² · 5/50 and 2² · 5/50, of the logarithm 0.1/2² + 0.4/4².
    let factor = (1.959_963_985 * 0.05_f64.sqrt()).exp();
    limits(ratio, IntervalKind::Process, 0.5 / factor, 0.5 * factor);
    near(of(&rows, "median_ratio", ""), 0.5);
    noted(ratio, "not stratified by category");
    // All alike within each group: a ratio, and no error.
    let alike: Vec<Row> = [(true, 1), (false, 4)].into_iter().flat_map(|(t, d)| times(10, &wait(t, d))).collect();
    let rows = run(&Hand::until(60).with("notices", &alike), "trusted-flagger-priority-ratio");
    near(of(&rows, "rmst_ratio_30", ""), 0.25);
    assert_eq!(of(&rows, "rmst_ratio_30", "").interval_kind, IntervalKind::None);
    for n in [0, 1, 2] {
        let mut few = times(10, &wait(false, 1));
        few.extend(times(n, &wait(true, 1)));
        let rows = run(&Hand::until(60).with("notices", &few), "trusted-flagger-priority-ratio");
        assert!(rows.iter().all(|r| r.status == Status::Insufficient && r.n == i64::try_from(n).ok()), "{n}");
    }
    // Observation ends after ten days, with a trusted flagger's notice pending.
    let mut pending = times(10, &wait(false, 1));
    pending.extend(times(10, &wait(true, 1)));
    pending.push(notice((4, 0), None, &[("trusted_flagger", B(true))]));
    let rows = run(&Hand::until(14).with("notices", &pending), "trusted-flagger-priority-ratio");
    assert_eq!(of(&rows, "rmst_ratio_30", "").status, Status::Insufficient);
    assert_eq!(of(&rows, "rmst_ratio_30", "").censored, Some(1));
    near(of(&rows, "median_ratio", ""), 1.0);
}

#[test]
fn notices_with_and_without_an_account() {
    let test = |pair: usize, logged_in, acted: Option<bool>| {
        let pair: &'static str = Box::leak(format!("p{pair}").into_boxed_str());
        let mut row = notice((4, 0), Some((5, 0)), &[("pair_id", S(pair)), ("logged_in", B(logged_in))]);
        row.extend(acted.map(|a| ("decision", S(if a { "action_on_law" } else { "no_action" }))));
        row
    };
    let mut notices = Vec::new();
    let kinds = [(3, true, true), (6, true, false), (2, false, true), (4, false, false)];
    let pairs = kinds.iter().flat_map(|(n, one, other)| vec![(*one, *other); *n]);
    for (i, (one, other)) in pairs.enumerate() {
        notices.extend([test(i, false, Some(other)), test(i, true, Some(one))]);
    }
    notices.extend([test(50, true, Some(true)), test(51, true, Some(true)), test(51, false, None)]);
    let other = |logged_in, acted, days: i64| {
        let decision = S(if acted { "action_on_terms" } else { "no_action" });
        notice((4, 0), Some((4 + days, 0)), &[("decision", decision), ("logged_in", B(logged_in))])
    };
    for (logged_in, acted, days) in [(true, 6, 1), (false, 3, 2)] {
        notices.extend((0..10).map(|i| other(logged_in, i < acted, days)));
    }
    let hand = Hand::until(60).with("notices", &notices);
    let rows = run(&hand, "notice-access-parity");
    let paired = of(&rows, "paired_difference", "");
    near(paired, 4.0 / 15.0);
    assert_eq!((paired.k, paired.n), (Some(8), Some(15)));
    limits(paired, IntervalKind::Sampling, -0.081_309_538, 0.538_093_992);
    noted(paired, "without a decision on each route: 2");
    // Six of eight at one half: 2 · (1 + 8 + 28)/256.
    near(of(&rows, "paired_p_value", ""), 74.0 / 256.0);
    near(of(&rows, "discordant_share", ""), 8.0 / 15.0);
    let difference = of(&rows, "action_difference", "");
    near(difference, 0.3);
    limits(difference, IntervalKind::Process, ACTION.0, ACTION.1);
    near(of(&rows, "rmst_difference_30", ""), -1.0);
    // Nothing but tests, or no test at all.
    let tests: Vec<Row> = notices.iter().filter(|r| r.iter().any(|(c, _)| *c == "pair_id")).cloned().collect();
    let rows = run(&Hand::until(60).with("notices", &tests), "notice-access-parity");
    near(of(&rows, "paired_difference", ""), 4.0 / 15.0);
    assert_eq!(of(&rows, "action_difference", "").status, Status::Insufficient);
    let rows = run(&Hand::until(60).with("notices", &notices[notices.len() - 20..]), "notice-access-parity");
    near(of(&rows, "action_difference", ""), 0.3);
    assert_eq!(
        (of(&rows, "paired_difference", "").status, of(&rows, "paired_difference", "").n),
        (Status::Insufficient, Some(0))
    );
}

/// Newcombe's limits of 6 of 10 less 3 of 10, from a second program.
const ACTION: (f64, f64) = (-0.117_731_797, 0.601_138_766);
