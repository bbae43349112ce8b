//! Tests of the records of traders by hand.

use crate::views::hand_tests::{Hand, Row, S, at, offence, sanction, step};

fn trader(id: &'static str, more: &[(&'static str, crate::views::hand_tests::V)]) -> Row {
    let mut row = vec![("trader_id", S(id))];
    row.extend_from_slice(more);
    row
}

fn listing(trader: &'static str, id: &'static str) -> Row {
    vec![("trader_id", S(trader)), ("listing_id", S(id))]
}

#[test]
fn everybody_is_on_record() {
    let hand = Hand::until(100)
        .with("actions", &[offence("c", 10, 0), offence("c", 10, 1), offence("c", 40, 0), offence("c", 99, 0)])
        .with("listings", &[listing("b", "1"), listing("b", "2"), listing("c", "3"), vec![("listing_id", S("4"))]])
        .with(
            "traders",
            &[trader("a", &[("size", S("small")), ("country", S("CN"))]), trader("c", &[("country", S("FR"))])],
        );
    let columns =
        ["trader_id", "size", "country", "seat", "n_listings", "n_offences", "n_episodes", "episodes_within_90_days"];
    assert_eq!(
        hand.lines("trader_records", &columns),
        ["a small CN third_country 0 0 0 null", "b null null null 2 0 0 null", "c null FR union 1 4 3 3"]
    );
    let columns = ["second_episode_event", "second_episode_hours", "sanctioned_within_30_days"];
    assert_eq!(
        hand.lines("trader_records", &columns),
        ["null null null", "null null null", "second_episode 720 false"]
    );
}

#[test]
fn episodes_are_counted_over_ninety_days_or_not() {
    // From day 10 on, ninety days end with observation; from day 11 on they do not.
    let hand = Hand::until(100).with(
        "actions",
        &[
            offence("a", 10, 0),
            offence("b", 10, 1),
            offence("c", 5, 0),
            offence("c", 95, 0),
            offence("c", 95, 23),
            offence("c", 97, 0),
        ],
    );
    // The second of c is at day 95 exactly: within 90 days; the third is not.
    assert_eq!(hand.lines("trader_records", &["trader_id", "episodes_within_90_days"]), ["a 1", "b null", "c 2"]);
}

#[test]
fn second_episodes_have_rivals() {
    let hand = Hand::until(100)
        .with(
            "actions",
            &[
                offence("a", 10, 0),
                offence("b", 10, 0),
                offence("b", 30, 0),
                offence("c", 10, 0),
                sanction("c", "termination", 15, 0),
                offence("d", 10, 0),
                sanction("d", "termination", 15, 0),
                sanction("d", "reinstatement", 16, 0),
            ],
        )
        .with("traders", &[trader("b", &[("closed_at", at(20, 0))])]);
    assert_eq!(
        hand.lines("trader_records", &["trader_id", "second_episode_event", "second_episode_hours"]),
        ["a censored 2160", "b closed 240", "c terminated 120", "d censored 2160"]
    );
    assert_eq!(
        hand.lines("trader_records", &["trader_id", "sanctioned_within_30_days", "suspended_at"])[2],
        "c true 1970-01-16 00:00:00 UTC"
    );
}

#[test]
fn the_clock_of_suspension_starts_at_the_threshold() {
    let two = |t| [offence(t, 10, 0), offence(t, 20, 0)];
    let mut actions: Vec<Row> = ["a", "b", "c", "d", "e"].into_iter().flat_map(two).collect();
    actions.push(offence("f", 10, 0));
    actions.push(sanction("a", "suspension", 22, 12));
    // Before the threshold and over by then.
    let mut early = sanction("b", "suspension", 12, 0);
    early.push(("ends_at", at(15, 0)));
    actions.push(early);
    // Still running.
    actions.push(sanction("c", "termination", 12, 0));
    let hand = Hand::until(49)
        .with("actions", &actions)
        .with("penalty_policy", &[step(1, "warning", 3), step(2, "suspension", 7)])
        .with("traders", &[trader("d", &[("closed_at", at(15, 0))]), trader("e", &[("closed_at", at(30, 0))])]);
    let columns = ["trader_id", "suspension_event", "suspension_hours", "suspended_within_30_days"];
    // 29 days from the threshold to the end: too few for thirty.
    assert_eq!(
        hand.lines("trader_records", &columns),
        [
            "a suspended 60 null",
            "b censored 696 null",
            "c suspended 0 null",
            "d closed null null",
            "e closed 240 null",
            "f null null null"
        ]
    );
    let mut hand = hand;
    hand.options.observed_until = Some(50 * 86_400_000_000);
    assert_eq!(
        hand.lines("trader_records", &["suspended_within_30_days"]),
        ["true", "false", "true", "null", "false", "null"]
    );
}

#[test]
fn suspended_traders_return_under_other_accounts() {
    let linked = |id, entity, joined| trader(id, &[("linked_entity_id", S(entity)), ("joined_at", at(joined, 0))]);
    let hand = Hand::until(100)
        .with(
            "actions",
            &[
                sanction("a", "suspension", 20, 0),
                sanction("c", "termination", 20, 0),
                sanction("d", "suspension", 20, 0),
                sanction("e", "warning", 20, 0),
            ],
        )
        .with(
            "traders",
            &[
                linked("a", "x", 1),
                // There already when a was suspended, and then two new ones.
                linked("a2", "x", 19),
                linked("a3", "x", 40),
                linked("a4", "x", 30),
                linked("c", "y", 1),
                // After the end of observation.
                linked("c2", "y", 100),
                trader("d", &[("joined_at", at(1, 0))]),
                linked("e", "z", 1),
            ],
        );
    assert_eq!(
        hand.lines("trader_records", &["trader_id", "return_event", "return_hours", "returned_as", "linked"]),
        [
            "a returned 240 a4 true",
            "a2 null null null true",
            "a3 null null null true",
            "a4 null null null true",
            "c censored 1920 null true",
            "c2 null null null true",
            "d null null null false",
            "e null null null true"
        ]
    );
}
