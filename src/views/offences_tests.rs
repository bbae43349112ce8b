//! Tests of episodes and of adherence to the policy, by hand.

use crate::views::hand_tests::{B, Hand, I, Row, S, at, offence, sanction, step};

fn with(mut row: Row, more: &[(&'static str, crate::views::hand_tests::V)]) -> Row {
    row.retain(|(name, _)| more.iter().all(|(other, _)| other != name));
    row.extend_from_slice(more);
    row
}

#[test]
fn offences_of_a_day_are_one_episode() {
    let hand = Hand::until(100).with(
        "actions",
        &[
            offence("b", 3, 0),
            offence("b", 2, 0),
            // Within 24 hours of the first; the second of them is not within 24 hours of it: at 3d 0h exactly.
            offence("b", 2, 23),
            // Dated by detection, not by the action.
            with(offence("a", 9, 0), &[("detected_at", at(5, 0)), ("points", I(4)), ("violation_type", S("x"))]),
            with(offence("a", 5, 1), &[("points", I(6)), ("violation_type", S("y"))]),
            // None of these is a confirmed illegal offence of a trader.
            with(offence("a", 6, 0), &[("confirmed", B(false))]),
            with(offence("a", 6, 0), &[("ground", S("incompatible"))]),
            with(sanction("a", "suspension", 8, 0), &[("confirmed", B(true))]),
            with(offence("a", 6, 0), &[("action", S("reinstatement"))]),
            vec![("action", S("removal")), ("confirmed", B(true)), ("action_at", at(6, 0))],
            with(offence("b", 2, 0), &[("platform", S("B"))]),
        ],
    );
    let columns = ["platform", "trader_id", "episode", "n_offences", "violation_type", "points", "days_since_first"];
    assert_eq!(
        hand.lines("offences", &columns),
        ["A a 1 2 y 6 0", "A b 1 2 null null 0", "A b 2 1 null null 1", "B b 1 1 null null 0"]
    );
    // The suspension is no offence but a sanction, three days after.
    let columns = ["trader_id", "applied_sanction", "applied_hours", "days_followed", "adherence", "policy_version"];
    assert_eq!(
        hand.lines("offences", &columns),
        [
            "a suspension 72 95 null null",
            "b null null 98 null null",
            "b null null 98 null null",
            "b null null 98 null null"
        ]
    );
}

#[test]
fn episodes_of_other_lengths() {
    let rows = [offence("a", 1, 0), offence("a", 1, 1), offence("a", 2, 0)];
    let episodes = |hours| {
        let mut hand = Hand::until(100).with("actions", &rows);
        hand.options.episode_hours = hours;
        hand.lines("offences", &["n_offences"])
    };
    assert_eq!(episodes(0), ["1", "1", "1"]);
    assert_eq!(episodes(24), ["2", "1"]);
    assert_eq!(episodes(25), ["3"]);
    assert!(Hand::until(1).with("actions", &[]).lines("offences", &["at"]).is_empty());
}

/// Classes of the episodes of trader a, with `never_under`.
fn classes(actions: &[Row]) -> Vec<String> {
    let policy = [step(1, "warning", 3), step(2, "strike", 3), step(3, "suspension", 7)];
    let hand = Hand::until(100).with("actions", actions).with("penalty_policy", &policy);
    hand.lines("offences", &["adherence", "never_under"])
}

#[test]
fn sanctions_are_held_against_the_policy() {
    let one = offence("a", 10, 0);
    let after = |action, day, hour| classes(&[one.clone(), sanction("a", action, day, hour)]);
    assert_eq!(classes(std::slice::from_ref(&one)), ["absent false"]);
    assert_eq!(after("warning", 10, 0), ["followed true"]);
    assert_eq!(after("warning", 13, 0), ["followed true"]);
    assert_eq!(after("warning", 13, 1), ["late false"]);
    assert_eq!(after("warning", 9, 23), ["absent false"]);
    assert_eq!(after("strike", 11, 0), ["over true"]);
    // It took effect too late, whenever it was decided.
    let slow = with(sanction("a", "warning", 11, 0), &[("effective_at", at(20, 0))]);
    assert_eq!(classes(&[one.clone(), slow]), ["late false"]);
    // Taken back before it had effect.
    let gone = with(sanction("a", "warning", 11, 0), &[("effective_at", at(12, 0)), ("reversed_at", at(12, 0))]);
    assert_eq!(classes(&[one.clone(), gone]), ["absent false"]);
    // Time for it runs out at the very end of observation, or after it.
    assert_eq!(classes(&[offence("a", 97, 0)]), ["absent false"]);
    assert_eq!(classes(&[offence("a", 97, 1), sanction("a", "warning", 98, 0)]), ["open null"]);
}

#[test]
fn accounts_that_are_closed_have_no_time_left() {
    let policy = [step(1, "warning", 3)];
    let of = |closed: i64, more: &[Row]| {
        let actions: Vec<Row> = [offence("a", 10, 0)].into_iter().chain(more.iter().cloned()).collect();
        let hand = Hand::until(100).with("actions", &actions).with("penalty_policy", &policy);
        hand.with("traders", &[with(vec![("trader_id", S("a"))], &[("closed_at", at(closed, 0))])])
            .lines("offences", &["adherence"])
    };
    // The time for a sanction runs out on day 13.
    assert_eq!(of(12, &[]), ["open"]);
    assert_eq!(of(13, &[]), ["open"]);
    assert_eq!(of(14, &[]), ["absent"]);
    assert_eq!(of(12, &[sanction("a", "warning", 11, 0)]), ["open"]);
    // The export dates the closing where the platform ended the account: that is a sanction.
    assert_eq!(of(12, &[sanction("a", "termination", 12, 0)]), ["over"]);
}

#[test]
fn sanctions_of_several_episodes_are_told_apart() {
    let actions = [
        offence("a", 10, 0),
        sanction("a", "warning", 11, 0),
        offence("a", 12, 0),
        // Milder than the strike that is due.
        sanction("a", "warning", 13, 0),
        offence("a", 20, 0),
        sanction("a", "suspension", 25, 0),
        // While suspended.
        offence("a", 40, 0),
    ];
    assert_eq!(classes(&actions), ["followed null", "under null", "followed null", "followed false"]);
    // The suspension ends, and the fourth episode has no consequence.
    let mut ended = actions.to_vec();
    ended[5].push(("ends_at", at(30, 0)));
    assert_eq!(classes(&ended)[3], "absent false");
    let mut back = actions.to_vec();
    back.push(sanction("a", "reinstatement", 39, 0));
    assert_eq!(classes(&back)[3], "absent false");
    // A suspension after the second episode, within the time of the first, does not go beyond the policy for the first.
    let close = [offence("a", 10, 0), offence("a", 11, 0), sanction("a", "strike", 12, 0)];
    assert_eq!(classes(&close), ["followed null", "followed true"]);
}

#[test]
fn own_ranks_and_episodes_without_a_step() {
    let ranked = |action, day, rank| with(sanction("a", action, day, 0), &[("sanction_rank", I(rank))]);
    // On this platform a restriction of features is milder than a strike.
    let policy = [step(2, "strike", 3)];
    let actions =
        [offence("a", 10, 0), offence("a", 20, 0), ranked("feature_restriction", 21, 1), ranked("strike", 60, 2)];
    let hand = Hand::until(100).with("actions", &actions).with("penalty_policy", &policy);
    assert_eq!(hand.lines("offences", &["adherence"]), ["none_due", "late"]);
    let early = [offence("a", 10, 0), sanction("a", "warning", 12, 0), offence("b", 99, 0)];
    let hand = Hand::until(100).with("actions", &early).with("penalty_policy", &policy);
    assert_eq!(hand.lines("offences", &["adherence", "never_under"]), ["unprovoked null", "open null"]);
    // Without an end of observation nobody knows what followed.
    let mut hand = Hand::until(100).with("actions", &early).with("penalty_policy", &policy);
    hand.options.observed_until = None;
    assert_eq!(hand.lines("offences", &["adherence", "days_followed"]), ["null null", "null null"]);
}
