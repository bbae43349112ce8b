//! Tests of the indicators of what was found, how soon, and what stayed hidden: every number by hand.

use std::collections::BTreeSet;

use super::{Basis, Parameters, Scope, indicator};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::measure::measure;
use crate::time::Period;
use crate::views::hand_tests::{B, F, Hand, I, Row, S, V, at};

fn scope(by: &str) -> Scope {
    let (by_platform, grain, groups) = Scope::parse_by(by).expect("valid");
    let window = Period { start: 0, end: 100 };
    let mut scope = Scope::new(window, BTreeSet::new(), "test");
    (scope.by_platform, scope.grain, scope.groups) = (by_platform, grain, groups);
    scope.window = Some(window);
    scope
}

fn run_in(hand: &Hand, id: &str, scope: &Scope) -> Vec<Estimate> {
    let chosen = indicator(id).expect("registered");
    measure(hand, &[chosen], scope, &mut |_| {}).expect("measures").rows().to_vec()
}

fn run(hand: &Hand, id: &str) -> Vec<Estimate> {
    run_in(hand, id, &scope(""))
}

fn of<'a>(rows: &'a [Estimate], statistic: &str) -> &'a Estimate {
    of_group(rows, statistic, None)
}

fn of_group<'a>(rows: &'a [Estimate], statistic: &str, group: Option<&str>) -> &'a Estimate {
    rows.iter()
        .find(|r| r.statistic == statistic && r.group_value.as_deref() == group && r.x.is_none())
        .unwrap_or_else(|| panic!("no {statistic} of {group:?}"))
}

fn near(row: &Estimate, expected: f64) {
    let value = row.value.unwrap_or_else(|| panic!("{} has no value: {:?}", row.statistic, row.reason));
    assert!((value - expected).abs() <= 1e-9, "{}: {value} is not {expected}", row.statistic);
}

fn limits(row: &Estimate, kind: IntervalKind, lower: f64, upper: f64) {
    assert_eq!(row.interval_kind, kind, "{}", row.statistic);
    let (l, u) = (row.lower.expect("lower"), row.upper.expect("upper"));
    assert!((l - lower).abs() <= 1e-4 && (u - upper).abs() <= 1e-4, "{}: {l}, {u}", row.statistic);
}

fn noted(row: &Estimate, words: &str) {
    assert!(row.note.as_deref().is_some_and(|n| n.contains(words)), "{}: {:?}", row.statistic, row.note);
}

fn id(prefix: &str, i: usize) -> &'static str {
    Box::leak(format!("{prefix}{i:03}").into_boxed_str())
}

fn confirmed(listing: &'static str, day: i64, more: &[(&'static str, V)]) -> Row {
    let common = [
        ("listing_id", S(listing)),
        ("action", S("removal")),
        ("confirmed", B(true)),
        ("ground", S("illegal")),
        ("action_at", at(day, 0)),
    ];
    [&common, more].concat()
}

#[test]
fn stock_that_nobody_found() {
    let with = |own: usize, both: usize, told: usize| {
        let source = [("detection_source", S("own_initiative"))];
        let actions: Vec<Row> = (0..own).map(|i| confirmed(id("l", i), 5, &source)).collect();
        let notices: Vec<Row> = (own - both..own - both + told)
            .map(|i| {
                let listing = ("listing_id", S(id("l", i)));
                vec![("notice_id", S("n")), listing, ("received_at", at(4, 0)), ("decision", S("action_on_law"))]
            })
            .collect();
        run(&Hand::until(100).with("actions", &actions).with("notices", &notices), "residual-illegal-stock")
    };
    // n₁ = 20, n₂ = 15, m = 10.
    let rows = with(20, 10, 15);
    let total = of(&rows, "illegal_listings");
    near(total, 21.0 * 16.0 / 11.0 - 1.0);
    assert_eq!((total.k, total.n), (Some(10), Some(25)));
    noted(total, "own initiative 20, others 15, both 10: a lower bound");
    // V = 21 · 16 · 10 · 5/(11² · 12) = 11.5702; f₀ = 50/11; C = exp(1.959964 √ln(1 + V/f₀²)) = 3.69506.
    limits(total, IntervalKind::Process, 25.0 + 50.0 / 11.0 / 3.695_06, 25.0 + 50.0 / 11.0 * 3.695_06);
    near(of(&rows, "undetected"), 50.0 / 11.0);
    limits(of(&rows, "undetected"), IntervalKind::Process, 50.0 / 11.0 / 3.695_06, 50.0 / 11.0 * 3.695_06);
    near(of(&rows, "coverage"), 25.0 / (325.0 / 11.0));
    // Two channels: half of 15 · 14/(2 · 11).
    near(of(&rows, "chao_lower_bound"), 25.0 + 0.5 * 15.0 * 14.0 / 22.0);
    // Six found by both are too few, as are no second source and one listing alone.
    for (own, both, told) in [(20, 6, 15), (20, 0, 0), (1, 1, 1), (1, 0, 0)] {
        assert!(with(own, both, told).iter().all(|r| r.status == Status::Insufficient && r.value.is_none()));
    }
}

#[test]
fn products_that_fail() {
    let test = |product: usize, requirement: &'static str, result: Option<&'static str>, rule: &'static str| -> Row {
        let mut row = vec![
            ("purchase_id", S(id("p", product))),
            ("requirement", S(requirement)),
            ("selection_rule", S(rule)),
            ("bought_at", at(5, 0)),
        ];
        row.extend(result.map(|result| ("result", S(result))));
        row
    };
    let mut tests = Vec::new();
    for i in 0..12 {
        // Three fail one requirement of two; one is unclear, and one has no result.
        let first = if i < 3 { "fail" } else { "pass" };
        let second = if i == 11 { None } else { Some(if i == 10 { "unclear" } else { "pass" }) };
        tests.extend([test(i, "a", Some(first), "random"), test(i, "b", second, "random")]);
    }
    tests.extend((12..22).map(|i| test(i, "a", Some(if i < 18 { "fail" } else { "pass" }), "cheap")));
    let rows = run(&Hand::until(100).with("test_purchases", &tests), "test-purchase-failure-rate");
    let share = of(&rows, "share");
    near(share, 0.3);
    assert_eq!((share.k, share.n), (Some(3), Some(10)));
    noted(share, "2 of 12 products excluded");
    limits(share, IntervalKind::Sampling, 0.107_79, 0.603_22);
    let all = of(&rows, "share_of_tested");
    near(all, 9.0 / 20.0);
    assert_eq!(all.interval_kind, IntervalKind::Process);
    noted(all, "on purpose");
    near(of_group(&rows, "share", Some("a")), 3.0 / 12.0);
    near(of_group(&rows, "share_of_tested", Some("a")), 9.0 / 22.0);
    let second = of_group(&rows, "share_of_tested", Some("b"));
    near(second, 0.0);
    assert_eq!((second.n, second.interval_kind), (Some(10), IntervalKind::Sampling));
    // By rule: the purposive products have no share of a frame.
    let rows = run_in(
        &Hand::until(100).with("test_purchases", &tests),
        "test-purchase-failure-rate",
        &scope("selection_rule,month"),
    );
    assert_eq!(of_group(&rows, "share", Some("cheap")).status, Status::Insufficient);
    near(of_group(&rows, "share_of_tested", Some("cheap")), 0.6);
    assert_eq!(of_group(&rows, "share_of_tested", Some("random")).interval_kind, IntervalKind::Sampling);
    for n in 1..3 {
        let rows = run(&Hand::until(100).with("test_purchases", &tests[..n]), "test-purchase-failure-rate");
        assert!(rows.iter().all(|r| r.status == Status::Insufficient), "{n}");
    }
}

#[test]
fn interceptions_and_views() {
    // Ten listings with 0, 0, 0, 1, …, 7 views; a further removal of one of them; two refused, of one content.
    let views = [0, 0, 0, 1, 2, 3, 4, 5, 6, 7];
    let mut actions: Vec<Row> =
        views.iter().enumerate().map(|(i, v)| confirmed(id("l", i), 5, &[("views_before", I(*v))])).collect();
    actions.push(confirmed(id("l", 9), 6, &[("views_before", I(100))]));
    for i in 10..12 {
        let mut refused = confirmed(id("l", i), 5, &[("fingerprint", S("same")), ("views_before", I(0))]);
        refused[1] = ("action", S("interception"));
        actions.push(refused);
    }
    let listings: Vec<Row> = (0..12)
        .map(|i| {
            let mut row = vec![("listing_id", S(id("l", i)))];
            row.extend((i < 10).then(|| ("live_at", at(1, 0))));
            row
        })
        .collect();
    let hand = Hand::until(100).with("actions", &actions).with("listings", &listings);
    let rows = run(&hand, "exposure-before-action");
    near(of(&rows, "mean"), 2.8);
    near(of(&rows, "median"), 2.0);
    near(of(&rows, "share_without_views"), 0.3);
    near(of(&rows, "top_tenth_share"), 0.25);
    assert_eq!((of(&rows, "p90").status, of(&rows, "mean").n), (Status::Insufficient, Some(10)));
    noted(of(&rows, "mean"), "2 of 12 rows excluded");
    assert_eq!((of(&rows, "median").interval_kind, of(&rows, "mean").lower), (IntervalKind::None, None));
    let mut asked = scope("");
    asked.process_interval = Some(0.95);
    // Ranks 2 and 9 of ten.
    limits(of(&run_in(&hand, "exposure-before-action", &asked), "median"), IntervalKind::Process, 0.0, 6.0);

    let rows = run(&hand, "pre-listing-interception-rate");
    let share = of(&rows, "share");
    near(share, 1.0 / 11.0);
    assert_eq!((share.k, share.n), (Some(1), Some(11)));
    let nobody: Vec<Row> = (0..10).map(|i| confirmed(id("l", i), 5, &[("views_before", I(0))])).collect();
    let rows = run(&Hand::until(100).with("actions", &nobody), "exposure-before-action");
    assert_eq!(of(&rows, "top_tenth_share").status, Status::NotApplicable);
    for n in 1..3 {
        let hand = Hand::until(100).with("actions", &actions[..n]).with("listings", &listings);
        for id in ["exposure-before-action", "pre-listing-interception-rate"] {
            assert!(run(&hand, id).iter().all(|r| r.status == Status::Insufficient), "{n}");
        }
    }
}

fn live(i: usize, more: &[(&'static str, V)]) -> Row {
    [&[("listing_id", S(id("l", i))), ("live_at", at(10, 0))], more].concat()
}

#[test]
fn detection_of_listings_that_were_found() {
    // Removed after 1, 2, 3 and 4 days; one ended after 2; five confirmed by a label stay live.
    let listings: Vec<Row> =
        (0..11).map(|i| if i == 4 { live(i, &[("ended_at", at(12, 0))]) } else { live(i, &[]) }).collect();
    let mut actions: Vec<Row> = (0..4).zip(11..).map(|(i, day)| confirmed(id("l", i), day, &[])).collect();
    actions.extend((4..10).map(|i| {
        let mut row = confirmed(id("l", i), 50, &[]);
        row[1] = ("action", S("labelling"));
        row
    }));
    let hand = Hand::until(100).with("listings", &listings).with("actions", &actions);
    let rows = run(&hand, "time-to-detection");
    near(of(&rows, "within_1_day"), 0.1);
    near(of(&rows, "within_7_days"), 1.0 - 0.8 * 5.0 / 7.0);
    near(of(&rows, "incidence_30"), 0.4);
    near(of(&rows, "rmst_30"), 1.0 + 0.9 + 0.8 + 0.8 * 6.0 / 7.0 + 26.0 * 0.8 * 5.0 / 7.0);
    let week = of(&rows, "within_7_days");
    assert_eq!((week.k, week.n, week.interval_kind), (Some(4), Some(10), IntervalKind::Process));
    assert_eq!(of(&rows, "median").value, None);
    noted(week, "listings that nobody found are missing");
    let ended: Vec<&Estimate> = rows
        .iter()
        .filter(|r| r.statistic == "cumulative_incidence" && r.group_value.as_deref() == Some("ended"))
        .collect();
    near(ended.last().expect("a curve"), 0.1);
    let at: Vec<f64> = rows.iter().filter(|r| r.statistic == "survival").filter_map(|r| r.x).collect();
    assert_eq!(at.iter().take(4).copied().collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0]);
    // One and two listings.
    for n in 1..3 {
        let few = Hand::until(100).with("listings", &listings).with("actions", &actions[..n]);
        assert!(run(&few, "time-to-detection").iter().all(|r| r.status == Status::Insufficient), "{n}");
    }
}

#[test]
fn detection_with_late_entries() {
    // Ten are seen from the beginning, five of them removed after a day; ten more are seen first after two days, and
    // removed after three, when five others are at risk.
    let listings: Vec<Row> =
        (0..20).map(|i| if i < 10 { live(i, &[]) } else { live(i, &[("first_seen_at", at(12, 0))]) }).collect();
    let actions: Vec<Row> = (0..20)
        .map(|i| {
            let day = if i < 5 { 11 } else { 13 };
            let mut row = confirmed(id("l", i), day, &[]);
            if (5..10).contains(&i) {
                row[1] = ("action", S("demotion"));
            }
            row
        })
        .collect();
    let rows = run(&Hand::until(100).with("listings", &listings).with("actions", &actions), "time-to-detection");
    near(of(&rows, "within_1_day"), 0.5);
    near(of(&rows, "within_7_days"), 1.0 - 0.5 * 5.0 / 15.0);
    near(of(&rows, "median"), 1.0);
    noted(of(&rows, "median"), "10 of them seen first when they lasted already");
}

fn label(question: &'static str, unit: usize, label: &'static str, weight: f64, more: &[(&'static str, V)]) -> Row {
    let common = [
        ("sample", S("s")),
        ("question", S(question)),
        ("unit_id", S(id("l", unit))),
        ("coder", S("c")),
        ("label", S(label)),
        ("weight", F(weight)),
        ("frame_size", I(40)),
        ("sampled_at", at(20, 0)),
    ];
    [&common, more].concat()
}

/// Another sample, with strata and clusters: without it no export would fill their columns.
fn other_sample() -> Row {
    label("illegal", 999, "legal", 2.0, &[("sample", S("t")), ("stratum", S("a")), ("cluster", S("b"))])
}

#[test]
fn detection_by_audit() {
    // Twelve are sampled at the age of ten days; six are removed at fifteen.
    let entered = [("entered_at", at(10, 0))];
    let labels: Vec<Row> = (0..12).map(|i| label("illegal", i, "illegal", 2.0, &entered)).collect();
    let actions: Vec<Row> = (0..6).map(|i| confirmed(id("l", i), 25, &[])).collect();
    let hand = Hand::until(100).with("audit_labels", &labels).with("actions", &actions);
    let audit = |rows: Vec<Estimate>| -> Vec<Estimate> {
        rows.into_iter().filter(|r| r.basis == Basis::Audit.name()).collect()
    };
    let rows = audit(run(&hand, "time-to-detection"));
    near(of(&rows, "median"), 15.0);
    let month = of(&rows, "within_30_days");
    near(month, 0.5);
    assert_eq!(month.interval_kind, IntervalKind::Sampling);
    noted(month, "live for 10.0 days");
    // Nobody was observed at seven days.
    assert_eq!((of(&rows, "within_7_days").status, of(&rows, "within_7_days").lower), (Status::Insufficient, None));
    // Unequal weights.
    let mut unequal = labels.clone();
    unequal[0] = label("illegal", 0, "illegal", 3.0, &entered);
    let hand = Hand::until(100).with("audit_labels", &unequal).with("actions", &actions);
    let rows = audit(run(&hand, "time-to-detection"));
    assert!(!rows.is_empty() && rows.iter().all(|r| r.status == Status::Insufficient));
    assert!(of(&rows, "median").reason.as_deref().is_some_and(|r| r.contains("equal weights")));
}

#[test]
fn planted_tests() {
    let seed = |i: usize, more: &[(&'static str, V)]| -> Row {
        [&[("seed_id", S(id("s", i))), ("submitted_at", at(1, 0)), ("evasion_tactic", S("none"))], more].concat()
    };
    let online = ("live_at", at(2, 0));
    let found = |day, hour| ("detected_at", at(day, hour));
    let mut seeds: Vec<Row> = (0..2).map(|i| seed(i, &[found(1, 5)])).collect();
    seeds.extend([seed(2, &[online, found(2, 12)]), seed(3, &[online, found(5, 0)])]);
    seeds.extend([seed(4, &[online, found(12, 0)]), seed(5, &[online, found(42, 0)])]);
    seeds.extend((6..9).map(|i| seed(i, &[online, ("ended_at", at(22, 0))])));
    seeds.extend((9..12).map(|i| seed(i, &[online])));
    let rows = run(&Hand::until(100).with("seeded_tests", &seeds), "seeded-test-detection");
    let day = of(&rows, "within_1_day");
    near(day, 0.25);
    assert_eq!((day.k, day.n, day.interval.as_deref()), (Some(3), Some(12), Some("clopper-pearson")));
    limits(day, IntervalKind::Sampling, 0.054_86, 0.571_86);
    near(of(&rows, "within_7_days"), 4.0 / 12.0);
    near(of(&rows, "refused"), 2.0 / 12.0);
    // Three were taken away after twenty days: Kaplan–Meier, with five found of twelve by then.
    let month = of(&rows, "within_30_days");
    near(month, 5.0 / 12.0);
    assert_eq!((month.interval.as_deref(), month.interval_kind), (Some("greenwood log-log"), IntervalKind::Sampling));
    let rows =
        run_in(&Hand::until(100).with("seeded_tests", &seeds), "seeded-test-detection", &scope("evasion_tactic"));
    near(of_group(&rows, "within_1_day", Some("none")), 0.25);
    // No miss among ten: 0.05^(1/10) at least.
    let all: Vec<Row> = (0..10).map(|i| seed(i, &[online, found(2, 12)])).collect();
    let rows = run(&Hand::until(100).with("seeded_tests", &all), "seeded-test-detection");
    let week = of(&rows, "within_7_days");
    near(week, 1.0);
    assert!((week.lower.expect("lower") - 0.05_f64.powf(0.1)).abs() <= 1e-9 && week.upper.is_none());
    noted(week, "no miss: up to 25.9 %");
    // Data that nowhere says when a seed was detected does not say that none was.
    let none: Vec<Row> = (0..10).map(|i| seed(i, &[online])).collect();
    let rows = run(&Hand::until(100).with("seeded_tests", &none), "seeded-test-detection");
    assert!(rows.iter().all(|r| r.status == Status::NotApplicable));
    for n in 1..3 {
        let rows = run(&Hand::until(100).with("seeded_tests", &seeds[2..2 + n]), "seeded-test-detection");
        assert!(rows.iter().all(|r| r.status == Status::Insufficient), "{n}");
    }
}

#[test]
fn links_that_front_for_something_else() {
    let labels: Vec<Row> = (0..20)
        .map(|i| label("hidden_link", i, ["yes", "unsure", "no"][usize::from(i >= 4) + usize::from(i >= 6)], 2.0, &[]))
        .collect();
    let labels: Vec<Row> = labels.into_iter().chain([other_sample()]).collect();
    let rows = run(&Hand::until(100).with("audit_labels", &labels), "hidden-link-prevalence");
    near(of(&rows, "share"), 0.2);
    limits(of(&rows, "share"), IntervalKind::Sampling, 0.080_66, 0.416_02);
    near(of(&rows, "share_or_unsure"), 0.3);
    near(of(&rows, "units"), 8.0);
    let few = [&labels[..2], &[other_sample()]].concat();
    let few = run(&Hand::until(100).with("audit_labels", &few), "hidden-link-prevalence");
    assert!(!few.is_empty() && few.iter().all(|r| r.status == Status::Insufficient));
}

#[test]
fn listings_whose_parts_disagree() {
    // A fifth of the listings is at the threshold or above; Se = 18/20, Sp = 27/30.
    let score = |i: usize| F(if i < 20 { 0.5 } else { 0.499 });
    let listings: Vec<Row> =
        (0..100).map(|i| vec![("listing_id", S(id("l", i))), ("mismatch_score", score(i))]).collect();
    let labels: Vec<Row> = (0..50)
        .map(|i| {
            let (answer, score) = if i < 20 { ("yes", if i < 18 { 0.9 } else { 0.1 }) } else { ("no", 0.2) };
            let score = if (20..23).contains(&i) { 0.6 } else { score };
            label("mismatch", i, answer, 2.0, &[("score", F(score)), ("test_label", B(false))])
        })
        .collect();
    let frame = |(name, v)| if name == "frame_size" { (name, I(100)) } else { (name, v) };
    let labels = labels.into_iter().map(|row| row.into_iter().map(frame).collect());
    let labels: Vec<Row> = labels.chain([other_sample()]).collect();
    let hand = Hand::until(100).with("listings", &listings).with("audit_labels", &labels);
    let rows = run(&hand, "listing-content-mismatch");
    near(of(&rows, "sensitivity"), 0.9);
    near(of(&rows, "specificity"), 0.9);
    let share = of(&rows, "share");
    near(share, (0.2 + 0.9 - 1.0) / 0.8);
    assert_eq!((share.k, share.n, share.interval.as_deref()), (Some(20), Some(100), Some("lang-reiczigel")));
    assert_eq!(share.interval_kind, IntervalKind::Sampling);
    // A threshold that flags nobody tells nothing; one that is none is refused.
    let with = |mismatch_threshold| Scope {
        parameters: Parameters { mismatch_threshold, ..Parameters::default() },
        ..scope("")
    };
    let rows = run_in(&hand, "listing-content-mismatch", &with(0.95));
    assert_eq!((of(&rows, "share").status, of(&rows, "share").k), (Status::Insufficient, Some(0)));
    let chosen = indicator("listing-content-mismatch").expect("registered");
    assert!(measure(&hand, &[chosen], &with(1.5), &mut |_| {}).is_err());
}
