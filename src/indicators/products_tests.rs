//! Tests of the indicators of products, traders and affiliates: every number by hand.

use std::collections::BTreeSet;

use super::{Scope, indicator};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::measure::measure;
use crate::time::Period;
use crate::views::hand_tests::{B, F, Hand, I, Row, S, V, at, offence};

fn scope(by: &str) -> Scope {
    let (by_platform, grain, groups) = Scope::parse_by(by).expect("valid");
    let window = Period { start: 0, end: 300 };
    let mut scope = Scope::new(window, BTreeSet::new(), "test");
    (scope.by_platform, scope.grain, scope.groups, scope.window) = (by_platform, grain, groups, Some(window));
    scope
}

fn run_in(hand: &Hand, id: &str, scope: &Scope) -> Vec<Estimate> {
    measure(hand, &[indicator(id).expect("registered")], scope, &mut |_| {}).expect("measures").rows().to_vec()
}

fn run(hand: &Hand, id: &str) -> Vec<Estimate> {
    run_in(hand, id, &scope(""))
}

/// The row of a statistic without abscissa, of a group or of none.
fn of<'a>(rows: &'a [Estimate], statistic: &str, group: Option<&str>) -> &'a Estimate {
    rows.iter()
        .find(|r| r.statistic == statistic && r.group_value.as_deref() == group && r.x.is_none())
        .unwrap_or_else(|| panic!("no {statistic} of {group:?}"))
}

fn is(row: &Estimate, k: i64, n: i64) {
    assert_eq!((row.k, row.n), (Some(k), Some(n)), "{} {:?}", row.statistic, row.group_value);
    #[expect(clippy::cast_precision_loss, reason = "small counts")]
    near(row, k as f64 / n as f64);
}

fn near(row: &Estimate, expected: f64) {
    let value = row.value.unwrap_or_else(|| panic!("{} has no value: {:?}", row.statistic, row.reason));
    assert!((value - expected).abs() <= 1e-9, "{}: {value} is not {expected}", row.statistic);
}

fn name(prefix: &str, i: usize) -> &'static str {
    Box::leak(format!("{prefix}{i:02}").into_boxed_str())
}

fn without(mut row: Row, column: &str) -> Row {
    row.retain(|(name, _)| *name != column);
    row
}

fn trader(i: usize) -> Row {
    vec![
        ("trader_id", S(name("t", i))),
        ("name", S("N")),
        ("address", S("A")),
        ("phone", S("+33 1 99 00 00 47")),
        ("email", S("a@b.example")),
        ("has_identification", B(true)),
        ("has_payment_account", B(true)),
        ("registered", B(true)),
        ("register_number", S("HRB 123")),
        ("vat_number", S("DE136695976")),
        ("self_certified", B(true)),
    ]
}

#[test]
fn details_of_traders() {
    // Twelve traders: two lack an e-mail, one is in no register, of one the payment account is not known.
    let mut traders: Vec<Row> = (0..12).map(trader).collect();
    traders[0] = without(trader(0), "email");
    traders[1] = without(trader(1), "email");
    traders[2] = without(without(trader(2), "registered"), "register_number");
    traders[2].push(("registered", B(false)));
    traders[3] = without(trader(3), "has_payment_account");
    traders[4] = without(trader(4), "vat_number");
    traders[4].push(("vat_number", S("DE136695975")));
    // Closed long before the end: nothing is due any more.
    let mut closed = without(trader(12), "email");
    closed.push(("closed_at", at(10, 0)));
    traders.push(closed);
    let hand = Hand::until(300).with("traders", &traders);
    let rows = run(&hand, "trader-traceability-completeness");
    is(of(&rows, "share", None), 9, 11);
    is(of(&rows, "given", Some("email")), 10, 12);
    is(of(&rows, "given", Some("payment_account")), 11, 11);
    is(of(&rows, "given", Some("register_number")), 11, 11);
    assert_eq!(of(&rows, "share_of_listings", None).status, Status::NotApplicable);
    assert_eq!(of(&rows, "share", None).interval_kind, IntervalKind::None);
    // Twenty listings, five of them of a trader without an e-mail.
    let listing =
        |i: usize| vec![("listing_id", S(name("l", i))), ("trader_id", S(name("t", if i < 5 { 0 } else { 7 })))];
    let listings: Vec<Row> = (0..20).map(listing).collect();
    let rows = run(&hand.with("listings", &listings), "trader-traceability-completeness");
    is(of(&rows, "share_of_listings", None), 15, 20);

    let hand = Hand::until(300).with("traders", &traders);
    let rows = run(&hand, "trader-info-validity");
    is(of(&rows, "well_formed", Some("vat_number")), 11, 12);
    is(of(&rows, "well_formed", Some("email")), 10, 10);
    // One and two traders, and none.
    for n in [1, 2] {
        let rows = run(&Hand::until(300).with("traders", &traders[..n]), "trader-traceability-completeness");
        assert!(rows.iter().all(|r| r.status != Status::Ok), "{n}");
    }
    assert!(Hand::until(300).with("traders", &[]).lines("trader_checks", &["held"]).is_empty());
    let lacking: Vec<Row> = traders.iter().map(|t| without(t.clone(), "self_certified")).collect();
    let rows = run(&Hand::until(300).with("traders", &lacking), "trader-traceability-completeness");
    let reason = rows[0].reason.as_deref().expect("a reason");
    assert!(rows.iter().all(|r| r.status == Status::NotApplicable) && reason.contains("self_certified"), "{reason}");
}

#[test]
fn audited_details_are_samples_of_one_check() {
    let label = |unit: usize, check, label| -> Row {
        vec![
            ("sample", S("traders")),
            ("question", S("trader_details")),
            ("unit_id", S(name("t", unit))),
            ("requirement", S(check)),
            ("label", S(label)),
            ("weight", F(2.0)),
            ("frame_size", I(60)),
            ("stratum", S("all")),
            ("sampled_at", at(100, 0)),
            ("coder", S("K1")),
        ]
    };
    // Thirty traders of sixty: 24 addresses right; twenty telephone numbers were looked at, all right.
    let mut labels: Vec<Row> = (0..30).map(|i| label(i, "address", if i < 24 { "yes" } else { "no" })).collect();
    labels.extend((0..20).map(|i| label(i, "phone", "yes")));
    let mut one = labels.clone();
    one[0].push(("cluster", S("c")));
    let rows = run(&Hand::until(300).with("audit_labels", &one), "trader-info-validity");
    let address = of(&rows, "share", Some("address"));
    is(address, 24, 30);
    assert_eq!(address.interval_kind, IntervalKind::Sampling);
    // Wilson for 24 of 30: binom::binom.wilson(24, 30) in R gives .6269 and .9049.
    let (lower, upper) = (address.lower.expect("lower"), address.upper.expect("upper"));
    assert!((lower - 0.6269).abs() < 1e-3 && (upper - 0.9049).abs() < 1e-3, "{lower} {upper}");
    let phone = of(&rows, "share", Some("phone"));
    is(phone, 20, 20);
    assert!(phone.upper.is_none() && phone.lower.is_some());
}

#[test]
fn pages_show_what_applies() {
    let listing = |i: usize, more: &[(&'static str, V)]| -> Row {
        let mut row = vec![("listing_id", S(name("l", i)))];
        row.extend_from_slice(more);
        row
    };
    let all = [
        ("shows_manufacturer", B(true)),
        ("shows_product_identifier", B(true)),
        ("shows_warnings", B(true)),
        ("shows_responsible_person", B(true)),
    ];
    let mut listings: Vec<Row> = (0..12).map(|i| listing(i, &all)).collect();
    listings[0] = without(listings[0].clone(), "shows_warnings");
    listings[1] = without(listings[1].clone(), "shows_responsible_person");
    listings[1].push(("shows_responsible_person", B(false)));
    listings[2] = without(listings[2].clone(), "shows_manufacturer");
    let rows = run(&Hand::until(300).with("listings", &listings), "product-safety-info-completeness");
    // Warnings do not apply to one, one shows no responsible person, and of one nobody looked at the manufacturer.
    is(of(&rows, "share", None), 10, 11);
    is(of(&rows, "shown", Some("warnings")), 11, 11);
    is(of(&rows, "shown", Some("responsible_person")), 11, 12);
    is(of(&rows, "shown", Some("manufacturer")), 11, 11);
    let rows = run(&Hand::until(300).with("listings", &listings), "trader-info-display-rate");
    assert!(rows.iter().all(|r| r.status == Status::NotApplicable));

    let shown = ["shows_trader_name", "shows_trader_address", "shows_trader_contact", "shows_self_certification"];
    let page = |i: usize| listing(i, &shown.map(|column| (column, B(i != 0 || column != "shows_trader_name"))));
    let mut pages: Vec<Row> = (0..12).map(page).collect();
    pages[5].push(("shows_register_number", B(true)));
    pages[6].push(("shows_register_number", B(false)));
    let rows = run(&Hand::until(300).with("listings", &pages), "trader-info-display-rate");
    is(of(&rows, "share", None), 10, 12);
    is(of(&rows, "shown", Some("trader_name")), 11, 12);
    let register = of(&rows, "shown", Some("register_number"));
    assert_eq!((register.k, register.n, register.status), (Some(1), Some(2), Status::Insufficient));
}

#[test]
fn buyers_are_told_or_not() {
    // Known on day 250: ten purchases within six months, of which six were told, four of these at once.
    let purchase = |i: usize, day: i64, contact: bool, told: Option<i64>| -> Row {
        let mut row = vec![
            ("purchase_id", S(name("p", i))),
            ("listing_id", S("l")),
            ("ordered_at", at(day, 0)),
            ("contact_known", B(contact)),
        ];
        row.extend(told.map(|day| ("notified_at", at(day, 0))));
        row
    };
    let told = |i: usize| {
        if i < 4 {
            Some(251)
        } else if i < 6 {
            Some(290)
        } else {
            None
        }
    };
    let mut purchases: Vec<Row> = (0..10).map(|i| purchase(i, 200, true, told(i))).collect();
    purchases.extend([
        purchase(10, 200, false, None),
        purchase(11, 10, true, Some(251)),
        purchase(12, 260, true, Some(261)),
    ]);
    let hand = Hand::until(300).with("purchases", &purchases).with("actions", &[offence("t", 250, 0)]);
    let rows = run(&hand, "consumer-notification-rate");
    is(of(&rows, "share", None), 6, 10);
    is(of(&rows, "within_30_days", None), 4, 10);
    is(of(&rows, "contact_share", None), 10, 11);
    let with = Scope { process_interval: Some(0.95), ..scope("") };
    assert_eq!(
        of(&run_in(&hand, "consumer-notification-rate", &with), "share", None).interval_kind,
        IntervalKind::Process
    );
    let few = Hand::until(300).with("purchases", &purchases[..2]).with("actions", &[offence("t", 250, 0)]);
    assert_eq!(of(&run(&few, "consumer-notification-rate"), "share", None).status, Status::Insufficient);
    let legal = Hand::until(300).with("purchases", &purchases);
    assert!(run(&legal, "consumer-notification-rate").is_empty());
}

fn link(i: usize, more: &[(&'static str, V)]) -> Row {
    let mut row =
        vec![("link_id", S(name("k", i))), ("affiliate_id", S(name("a", i % 6))), ("listing_id", S(name("l", i)))];
    row.extend_from_slice(more);
    row
}

#[test]
fn affiliates_promote_illegal_listings() {
    // Twelve links of six affiliates with 10 clicks each: two of confirmed listings, one found abusive; one without clicks.
    let mut links: Vec<Row> =
        (0..12).map(|i| link(i, &[("clicks", I(10)), ("commission", F(2.0)), ("currency", S("EUR"))])).collect();
    links[2].push(("detected_at", at(50, 0)));
    links[11] = without(links[11].clone(), "clicks");
    let confirmed = |i: usize| {
        let mut row = without(offence("t", 50, 0), "listing_id");
        row.push(("listing_id", S(name("l", i))));
        row
    };
    let hand = Hand::until(300).with("affiliates", &links).with("actions", &[confirmed(0), confirmed(1)]);
    let rows = run(&hand, "affiliate-illegal-promotion-share");
    near(of(&rows, "share", None), 30.0 / 110.0);
    near(of(&rows, "share_confirmed", None), 20.0 / 110.0);
    near(of(&rows, "links_share", None), 3.0 / 12.0);
    near(of(&rows, "commission_share", None), 6.0 / 24.0);
    let share = of(&rows, "share", None);
    assert_eq!(
        (share.k, share.n, share.clusters, share.interval_kind),
        (Some(3), Some(12), Some(6), IntervalKind::None)
    );
    assert!(share.note.as_deref().is_some_and(|n| n.contains("1 of 12 links without clicks")), "{:?}", share.note);
    let with = Scope { process_interval: Some(0.95), ..scope("") };
    let rows = run_in(&hand, "affiliate-illegal-promotion-share", &with);
    let share = of(&rows, "links_share", None);
    // Affiliates with y = 1, 1, 1, 0, 0, 0 of x = 2: e = ±.5, var = 6/5 · 6 · .25/144 = .0125; logit(.25) ± t₅ · √var/(.25 · .75).
    let (logit, width) = ((0.25_f64 / 0.75).ln(), 2.570_581_836 * 0.0125_f64.sqrt() / 0.1875);
    let back = |x: f64| 1.0 / (1.0 + (-x).exp());
    let (lower, upper) = (share.lower.expect("lower"), share.upper.expect("upper"));
    assert!(
        (lower - back(logit - width)).abs() < 1e-6 && (upper - back(logit + width)).abs() < 1e-6,
        "{lower} {upper}"
    );
    // Two currencies do not add up, and by currency they need not.
    links[0] = link(0, &[("clicks", I(10)), ("commission", F(2.0)), ("currency", S("PLN"))]);
    let two = Hand::until(300).with("affiliates", &links).with("actions", &[confirmed(0)]);
    let rows = run(&two, "affiliate-illegal-promotion-share");
    assert_eq!(of(&rows, "commission_share", None).status, Status::NotApplicable);
    // A category of its own is a cell too, and few links give no number.
    let few = Hand::until(300).with("affiliates", &links[..2]).with("actions", &[confirmed(0)]);
    let rows = run(&few, "affiliate-illegal-promotion-share");
    assert!(rows.iter().all(|r| r.status != Status::Ok && r.value.is_none()));
}

#[test]
fn reactions_to_links_have_their_own_times() {
    // Ten links found on day 50: six disconnected after 1 day, two after 10; commission of five stopped after 2 days.
    let found = |i: usize| -> Row {
        let mut row = link(i, &[("detected_at", at(50, 0))]);
        row.extend((i < 6).then(|| ("disconnected_at", at(51, 0))));
        row.extend((6..8).contains(&i).then(|| ("disconnected_at", at(60, 0))));
        row.extend((i < 5).then(|| ("commission_stopped_at", at(52, 0))));
        row.extend((i == 0).then(|| ("suspended_at", at(40, 0))));
        row.extend((i == 1).then(|| ("suspended_at", at(70, 0))));
        row
    };
    let mut links: Vec<Row> = (0..10).map(found).collect();
    links.push(link(10, &[]));
    let hand = Hand::until(300).with("affiliates", &links);
    let rows = run(&hand, "affiliate-sanction-latency");
    near(of(&rows, "within_1_day", Some("disconnected")), 0.6);
    near(of(&rows, "within_30_days", Some("disconnected")), 0.8);
    near(of(&rows, "median", Some("disconnected")), 1.0);
    near(of(&rows, "within_7_days", Some("commission_stopped")), 0.5);
    let suspended = of(&rows, "within_30_days", Some("suspended"));
    assert_eq!((suspended.n, suspended.status), (Some(9), Status::Insufficient));
    assert!(suspended.note.as_deref().is_some_and(|n| n.contains("without a time: 1")), "{:?}", suspended.note);
    let first = of(&rows, "within_1_day", Some("disconnected"));
    assert_eq!((first.n, first.k, first.censored), (Some(10), Some(8), Some(2)));
    assert!(first.note.as_deref().is_some_and(|n| !n.contains("without a detected_at")), "{:?}", first.note);
    // By month and platform the same links are found again.
    let rows = run_in(&hand, "affiliate-sanction-latency", &scope("platform,month"));
    near(of(&rows, "within_1_day", Some("disconnected")), 0.6);
    assert!(
        run(&Hand::until(300).with("affiliates", &[link(0, &[])]), "affiliate-sanction-latency")
            .iter()
            .all(|r| r.value.is_none())
    );
}

#[test]
fn alerts_have_live_listings() {
    // Twelve alerts on day 100: of ten a listing is live, eight of these removed after 5 days, one ended after 20; one left.
    let alert = |i: usize| -> Row {
        vec![
            ("authority", S("safety_gate")),
            ("alert_number", S(name("n", i))),
            ("brand", S("Lumeqa")),
            ("model", S(name("TX-2134", i))),
            ("published_at", at(100, 0)),
        ]
    };
    let listing = |i: usize| -> Row {
        let mut row = vec![
            ("listing_id", S(name("l", i))),
            ("title", S("lamp")),
            ("brand", S("Lumeqa")),
            ("model", S(name("TX-2134", i))),
            ("live_at", at(50, 0)),
        ];
        row.extend((i == 8).then(|| ("ended_at", at(120, 0))));
        row
    };
    let removal = |i: usize| -> Row {
        vec![("action", S("removal")), ("listing_id", S(name("l", i))), ("action_at", at(105, 0))]
    };
    let hand = Hand::until(300)
        .with("alerts", &(0..12).map(alert).collect::<Vec<_>>())
        .with("listings", &(0..10).map(listing).collect::<Vec<_>>())
        .with("actions", &(0..8).map(removal).collect::<Vec<_>>());
    let rows = run(&hand, "safety-gate-match-rate");
    is(of(&rows, "share", Some("0")), 10, 12);
    is(of(&rows, "share", Some("7")), 2, 12);
    is(of(&rows, "share", Some("30")), 1, 12);
    is(of(&rows, "share_at_end", None), 1, 12);
    is(of(&rows, "matched_share", Some("brand-model")), 10, 12);
    is(of(&rows, "matched_share", Some("barcode")), 0, 12);
    near(of(&rows, "gone_within_7_days", None), 0.8);
    near(of(&rows, "gone_within_30_days", None), 0.9);
    near(of(&rows, "median_removal", None), 5.0);
    assert!(of(&rows, "share", Some("7")).note.as_deref().is_some_and(|n| n.contains("lower bound")));
    // Without listings nothing is known.
    let none = Hand::until(300).with("alerts", &(0..12).map(alert).collect::<Vec<_>>());
    assert!(run(&none, "safety-gate-match-rate").iter().all(|r| r.status == Status::NotApplicable));
}
