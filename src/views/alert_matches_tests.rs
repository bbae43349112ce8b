//! Tests of alerts and their listings by hand.

use crate::views::hand_tests::{Hand, Row, S, V, at};

fn alert(number: &'static str, model: &'static str, day: i64) -> Row {
    vec![
        ("authority", S("safety_gate")),
        ("alert_number", S(number)),
        ("published_at", at(day, 0)),
        ("brand", S("Lumeqa")),
        ("model", S(model)),
        ("name", S("Lamp")),
    ]
}

fn listing(id: &'static str, model: &'static str, live: i64, more: &[(&'static str, V)]) -> Row {
    let mut row = vec![
        ("listing_id", S(id)),
        ("brand", S("Lumeqa")),
        ("model", S(model)),
        ("title", S("Lumeqa lamp")),
        ("live_at", at(live, 0)),
    ];
    row.extend_from_slice(more);
    row
}

fn removal(listing: &'static str, day: i64, more: &[(&'static str, V)]) -> Row {
    let mut row = vec![("action", S("removal")), ("listing_id", S(listing)), ("action_at", at(day, 0))];
    row.extend_from_slice(more);
    row
}

fn hand() -> Hand {
    Hand::until(100)
        .with(
            "alerts",
            &[
                alert("1", "TX-21345", 50),
                alert("2", "TX-77777", 50),
                alert("3", "TX-99999", 50),
                // Thirty days later nobody looks any more; before observation began; never dated.
                alert("4", "TX-21345", 75),
                alert("5", "TX-21345", -20),
                vec![("authority", S("safety_gate")), ("alert_number", S("6")), ("model", S("TX-21345"))],
            ],
        )
        .with(
            "listings",
            &[
                listing("a", "TX-21345", 10, &[]),
                listing("b", "TX-21345", 20, &[("ended_at", at(55, 0))]),
                listing("c", "TX-21345", 52, &[]),
                listing("d", "TX-77777", 40, &[]),
                listing("e", "TX-77777", 110, &[]),
                listing("f", "TX-55555", 10, &[]),
            ],
        )
        .with("actions", &[removal("a", 60, &[]), removal("d", 70, &[("reversed_at", at(71, 0))])])
}

#[test]
fn each_match_is_shown_with_its_life() {
    let lines = hand().lines("alert_listings", &["alert_number", "listing_id", "rule", "end"]);
    let expected: Vec<&str> =
        lines.iter().map(String::as_str).filter(|l| l.starts_with("1 ") || l.starts_with("2 ")).collect();
    assert_eq!(
        expected,
        [
            "1 a brand-model removed",
            "1 b brand-model ended",
            "1 c brand-model censored",
            "2 d brand-model censored",
            "2 e brand-model censored"
        ]
    );
    let reasons = hand().lines("alert_listings", &["reason", "evidence"]);
    assert!(reasons.iter().all(|r| r.len() > 10 && r.contains("tx")), "{reasons:?}");
}

#[test]
fn alerts_count_their_live_listings() {
    let columns = [
        "alert_number",
        "matches",
        "live_0",
        "live_7",
        "live_30",
        "live_at_end",
        "removal_event",
        "removal_hours",
        "first_listing_id",
    ];
    assert_eq!(
        hand().lines("alert_matches", &columns),
        [
            // a until 60, b until 55, c from 52: live on 50, on 57 and on 80.
            "1 3 2 2 1 1 removed 240 a",
            "2 1 1 1 1 1 censored 1200 d",
            "3 0 0 0 0 0 null null null",
            "4 3 1 1 null 1 censored 600 a",
            "5 3 null null 1 1 null null a",
            "6 3 null null null null null null a",
        ]
    );
    // Without listings there is no platform, and without a match there are rows all the same.
    let none = Hand::until(100).with("alerts", &[alert("1", "TX-21345", 50)]);
    assert!(none.lines("alert_matches", &["matches"]).is_empty());
    let two = Hand::until(100)
        .with("alerts", &[alert("1", "TX-21345", 50)])
        .with("listings", &[listing("x", "AB-12345", 1, &[("platform", S("B"))]), listing("y", "TX-21345", 1, &[])]);
    assert_eq!(two.lines("alert_matches", &["platform", "live_7"]), ["A 1", "B 0"]);
}
