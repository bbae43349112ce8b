//! Tests of penalty policies by hand.

use super::*;
use crate::engine::Frames;
use crate::views::hand_tests::{Hand, I, S, at, step};

fn policies(rows: &[crate::views::hand_tests::Row]) -> Policies {
    let hand = Hand::until(100).with("penalty_policy", rows);
    Policies::read(hand.frame("penalty_policy").expect("a table")).expect("read")
}

fn episodes(days: &[(i64, i64, Option<&'static str>)]) -> Vec<Episode<'static>> {
    days.iter().map(|(day, points, kind)| Episode { at: day * DAY, points: *points, kind: *kind }).collect()
}

fn expected(policies: &Policies, episodes: &[Episode<'_>]) -> Vec<String> {
    let word = |d: Option<Demand<'_>>| match d {
        None => "-".to_owned(),
        Some(d) => {
            let name = d.sanction.map_or("none", |s| SANCTIONS[usize::from(s)]);
            format!("{}:{name}:{}:{}", d.version, d.strikes, d.points)
        }
    };
    policies.demands("A", episodes).into_iter().map(word).collect()
}

#[test]
fn steps_follow_from_strikes_and_lapse() {
    let with_reset = |mut row: crate::views::hand_tests::Row| {
        row.push(("resets_after_days", I(30)));
        row
    };
    let all = policies(&[step(2, "warning", 3), step(3, "suspension", 7)]);
    let five = episodes(&[(1, 0, None), (5, 0, None), (10, 0, None), (40, 0, None), (41, 0, None)]);
    assert_eq!(
        expected(&all, &five),
        ["1:none:1:0", "1:warning:2:0", "1:suspension:3:0", "1:suspension:4:0", "1:suspension:5:0"]
    );
    // After 30 days a violation no longer counts: at day 40 those of days 1, 5 and 10 have lapsed.
    let lapsing = policies(&[with_reset(step(2, "warning", 3)), with_reset(step(3, "suspension", 7))]);
    assert_eq!(
        expected(&lapsing, &five),
        ["1:none:1:0", "1:warning:2:0", "1:suspension:3:0", "1:none:1:0", "1:warning:2:0"]
    );
    assert_eq!(expected(&lapsing, &[]), [""; 0]);
    assert!(lapsing.demands("B", &five).iter().all(Option::is_none), "no policy of that platform");
}

#[test]
fn points_and_kinds_have_steps_of_their_own() {
    let points = |at_least, sanction| {
        vec![("version", S("1")), ("at_least", I(at_least)), ("counts", S("points")), ("sanction", S(sanction))]
    };
    let mut severe = step(1, "termination", 1);
    severe.push(("violation_type", S("severe")));
    let mut property = step(2, "suspension", 1);
    property.push(("violation_type", S("ip")));
    let all = policies(&[points(12, "warning"), points(24, "feature_restriction"), severe, property]);
    let seen = episodes(&[(1, 6, None), (2, 6, Some("ip")), (3, 6, None), (4, 6, Some("ip")), (5, 0, Some("severe"))]);
    // Points: 6, 12, 18, 24, 24. The second episode of ip suspends, a severe one terminates at once.
    assert_eq!(
        expected(&all, &seen),
        ["1:none:1:6", "1:warning:2:12", "1:warning:3:18", "1:suspension:2:12", "1:termination:1:0"]
    );
}

#[test]
fn the_version_in_force_decides() {
    let version = |name, from: Option<i64>, until: Option<i64>, sanction| {
        let mut row = vec![("version", S(name)), ("at_least", I(2)), ("sanction", S(sanction))];
        row.extend(from.map(|d| ("effective_from", at(d, 0))));
        row.extend(until.map(|d| ("effective_until", at(d, 0))));
        row
    };
    let all = policies(&[version("new", Some(10), None, "suspension"), version("old", Some(2), Some(10), "warning")]);
    let seen = episodes(&[(1, 0, None), (2, 0, None), (9, 0, None), (10, 0, None)]);
    // Strikes from before a version count under it; at day 1 none is in force.
    assert_eq!(expected(&all, &seen), ["-", "old:warning:2:0", "old:warning:3:0", "new:suspension:4:0"]);
}
