//! Tests of removed products by hand.

use crate::views::hand_tests::{Hand, Row, S, V, at};

fn listing(id: &'static str, trader: &'static str, content: &'static str, live: Option<V>) -> Row {
    let mut row =
        vec![("listing_id", S(id)), ("trader_id", S(trader)), ("fingerprint", S(content)), ("submitted_at", at(1, 0))];
    row.extend(live.map(|at| ("live_at", at)));
    row
}

fn removal(id: &'static str, listing: &'static str, day: i64) -> Row {
    vec![("action_id", S(id)), ("action", S("removal")), ("listing_id", S(listing)), ("action_at", at(day, 0))]
}

#[test]
fn content_comes_back_or_not() {
    let mut slow = removal("r1", "1", 10);
    slow.push(("effective_at", at(12, 0)));
    let mut reversed = removal("r6", "6", 10);
    reversed.push(("reversed_at", at(15, 0)));
    let mut terms = removal("r7", "7", 10);
    terms.push(("ground", S("incompatible")));
    let mut other = removal("r9", "9", 10);
    other.push(("platform", S("B")));
    let hand = Hand::until(100)
        .with(
            "actions",
            &[
                slow,
                removal("r2", "2", 20),
                removal("r3", "3", 20),
                removal("r4", "4", 20),
                reversed,
                terms,
                removal("r8", "3", 25),
                other,
                removal("none", "8", 3),
            ],
        )
        .with(
            "listings",
            &[
                listing("1", "a", "x", Some(at(2, 0))),
                // Live between the decision on the first and its effect, and removed itself: the same product.
                listing("2", "b", "x", Some(at(11, 0))),
                listing("1b", "b", "x", Some(at(14, 6))),
                listing("1c", "a", "x", Some(at(13, 0))),
                // Given back: no further listing.
                listing("3", "a", "y", Some(at(30, 0))),
                // Submitted again, and refused.
                listing("3b", "a", "y", None),
                listing("4", "a", "z", Some(at(2, 0))),
                listing("4b", "c", "z", Some(at(20, 1))),
                listing("6", "a", "u", Some(at(2, 0))),
                listing("7", "a", "v", Some(at(2, 0))),
                // Of another platform: other content.
                {
                    let mut row = listing("9", "a", "z", Some(at(2, 0)));
                    row.push(("platform", S("B")));
                    row
                },
                vec![("listing_id", S("8"))],
            ],
        );
    let columns = ["platform", "action_id", "listing_id", "relisting_event", "relisting_hours", "relisted_as"];
    assert_eq!(
        hand.lines("removed_products", &columns),
        [
            "A r1 1 same_trader 24 1c",
            "A r3 3 censored 1920 null",
            "A r4 4 other_trader 1 4b",
            "B r9 9 censored 2160 null"
        ]
    );
    let mut hand = hand;
    hand.options.observed_until = None;
    assert_eq!(hand.lines("removed_products", &["relisting_hours"]), ["24", "null", "1", "null"]);
}

#[test]
fn fingerprints_of_actions_suffice() {
    let mut row = removal("r1", "1", 10);
    row.push(("fingerprint", S("x")));
    let hand = Hand::until(20).with("actions", std::slice::from_ref(&row));
    assert_eq!(
        hand.lines("removed_products", &["relisting_event", "relisting_hours", "relisted_as"]),
        ["censored 240 null"]
    );
    // Where nobody logs when listings went live, their submission stands for it.
    let mut again = vec![("listing_id", S("2")), ("fingerprint", S("x")), ("submitted_at", at(11, 0))];
    again.push(("trader_id", S("t")));
    let hand = hand.with("listings", &[again]);
    assert_eq!(
        hand.lines("removed_products", &["relisting_event", "relisting_hours", "relisted_as"]),
        ["other_trader 24 2"]
    );
    assert!(Hand::until(1).with("actions", &[]).lines("removed_products", &["removed_at"]).is_empty());
}
