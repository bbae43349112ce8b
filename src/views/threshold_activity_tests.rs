//! Tests of what went on after the threshold, by hand.

use crate::views::hand_tests::{Hand, I, Row, S, at, offence, sanction, step};

#[test]
fn what_went_on_is_counted_until_the_suspension() {
    let listing = |id, trader, day, hour| -> Row {
        vec![("listing_id", S(id)), ("trader_id", S(trader)), ("live_at", at(day, hour))]
    };
    let order = |listing, trader: Option<&'static str>, day, status| -> Row {
        let mut row = vec![
            ("purchase_id", S("p")),
            ("listing_id", S(listing)),
            ("ordered_at", at(day, 1)),
            ("status", S(status)),
        ];
        row.extend(trader.map(|t| ("trader_id", S(t))));
        row
    };
    let seen = |listing, day, n| -> Row { vec![("listing_id", S(listing)), ("day", I(day)), ("impressions", I(n))] };
    let hand = Hand::until(30)
        .with(
            "actions",
            &[
                offence("a", 10, 6),
                sanction("a", "suspension", 14, 18),
                offence("b", 20, 0),
                sanction("c", "suspension", 1, 0),
            ],
        )
        .with("penalty_policy", &[step(1, "suspension", 1)]);
    let columns = [
        "trader_id",
        "active_minutes",
        "whole_days",
        "active_listings",
        "active_orders",
        "active_views",
        "viewed_days",
    ];
    assert_eq!(
        hand.lines("threshold_activity", &columns),
        ["a 6480 3 null null null null", "b 14400 9 null null null null"]
    );
    let hand = hand
        .with(
            "listings",
            &[
                listing("1", "a", 1, 0),
                listing("2", "a", 10, 6),
                listing("3", "a", 10, 7),
                listing("4", "a", 14, 17),
                listing("5", "a", 14, 18),
                listing("6", "b", 25, 0),
                listing("7", "c", 25, 0),
            ],
        )
        .with(
            "purchases",
            &[
                order("1", Some("a"), 10, "completed"),
                order("1", Some("a"), 11, "completed"),
                order("1", None, 12, "refunded"),
                order("1", Some("a"), 12, "cancelled"),
                order("1", Some("a"), 15, "completed"),
                order("7", Some("c"), 12, "completed"),
            ],
        )
        // Days 11, 12 and 13 lie wholly within.
        .with(
            "views",
            &[
                seen("1", 10, 1),
                seen("1", 11, 10),
                seen("3", 13, 100),
                seen("1", 14, 1000),
                seen("6", 21, 7),
                seen("7", 12, 5),
            ],
        );
    assert_eq!(hand.lines("threshold_activity", &columns), ["a 6480 3 2 2 110 3", "b 14400 9 1 0 7 9"]);
}
