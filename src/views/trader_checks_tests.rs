//! Tests of the checks of traders by hand.

use super::months_before;
use crate::time::parse_iso;
use crate::views::hand_tests::{B, Hand, Row, S, at};

/// A trader with all of Art. 30(1).
fn complete(id: &'static str) -> Row {
    vec![
        ("trader_id", S(id)),
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

/// That trader with other cells.
fn with(id: &'static str, change: &[(&'static str, crate::views::hand_tests::V)]) -> Row {
    let mut row = complete(id);
    row.retain(|(name, _)| change.iter().all(|(other, _)| other != name));
    row.extend_from_slice(change);
    row
}

#[test]
fn details_become_truth_values() {
    let mut unknown = complete("e");
    unknown.retain(|(name, _)| *name != "has_payment_account");
    let mut unregistered = with("f", &[("registered", B(false))]);
    unregistered.retain(|(name, _)| *name != "register_number");
    let mut lacking = complete("g");
    lacking.retain(|(name, _)| *name != "registered" && *name != "register_number");
    let traders = [
        complete("a"),
        with("b", &[("email", S("  "))]),
        with("c", &[("phone", S("n/a")), ("vat_number", S("DE136695975")), ("register_number", S("000"))]),
        with("d", &[("has_payment_account", B(false)), ("vat_number", S("CHE107787577"))]),
        unknown,
        unregistered,
        lacking,
        // Opened after the end, and closed long before it.
        with("h", &[("joined_at", at(400, 0))]),
        with("i", &[("closed_at", at(100, 0))]),
        with("j", &[("closed_at", at(300, 0))]),
    ];
    let listings: Vec<Row> = ["a", "a", "b", "e"].map(|t| vec![("listing_id", S("l")), ("trader_id", S(t))]).to_vec();
    let hand = Hand::until(400).with("traders", &traders).with("listings", &listings);
    let columns =
        ["trader_id", "held", "has_email", "has_register_number", "complete", "n_listings", "n_listings_complete"];
    assert_eq!(
        hand.lines("trader_checks", &columns),
        [
            "a true true true true 2 2",
            "b true false true false 1 0",
            "c true true true true 0 0",
            "d true true true false 0 0",
            "e true true true null 1 null",
            "f true true null true 0 0",
            "g true true null null 0 null",
            "i false true true true 0 0",
            "j true true true true 0 0",
        ]
    );
    let forms = [
        "trader_id",
        "email_well_formed",
        "phone_well_formed",
        "register_number_well_formed",
        "vat_number_well_formed",
    ];
    assert_eq!(
        hand.lines("trader_checks", &forms)[..4],
        ["a true true true true", "b null true true true", "c true false false false", "d true true true null"]
    );
    // Without listings nothing is known of them, and without traders there is no row.
    let alone = Hand::until(400).with("traders", &[complete("a")]);
    assert_eq!(alone.lines("trader_checks", &["n_listings", "n_listings_complete"]), ["null null"]);
    assert!(Hand::until(400).with("traders", &[]).lines("trader_checks", &["complete"]).is_empty());
}

#[test]
fn calendar_months_are_counted_back() {
    let day = |text: &str| i64::from(parse_iso(text).expect("a date")) * 86_400_000_000;
    assert_eq!(months_before(day("2025-08-31") + 5, 6), Some(day("2025-02-28") + 5));
    assert_eq!(months_before(day("2025-07-01"), 6), Some(day("2025-01-01")));
    assert_eq!(months_before(i64::MAX, 6), None);
}
