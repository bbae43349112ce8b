//! Allocation and probabilities against values worked out by hand.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers above 0"
)]

use std::collections::BTreeMap;

use super::*;
use crate::sampling::Unit;
use proptest::prelude::*;

fn strata(sizes: &[(&str, usize)]) -> Frame {
    let units = sizes.iter().flat_map(|(name, n)| {
        (0..*n).map(move |i| Unit { id: format!("{name}{i}"), stratum: Some((*name).to_owned()), ..Unit::default() })
    });
    Frame::new(units.collect()).expect("frame")
}

fn numbers(frame: &Frame, n: u64, allocation: Allocation, minimum: u64, assumed: &Assumptions) -> Vec<u64> {
    match (Design::Stratified { n, allocation, minimum }).choose(frame, assumed).expect("allocation") {
        Chosen::PerStratum(numbers) => numbers,
        other => panic!("{other:?}"),
    }
}

#[test]
fn neyman_by_hand() {
    // N S: 600 · √(0.5 · 0.5) = 300, 300 · √(0.1 · 0.9) = 90, 100 · √(0.01 · 0.99) = 9.95: shares of 100 are
    // 75.0, 22.5 and 2.49.
    let frame = strata(&[("a", 600), ("b", 300), ("c", 100)]);
    let by_stratum = BTreeMap::from([("a".to_owned(), 0.5), ("b".to_owned(), 0.1), ("c".to_owned(), 0.01)]);
    let assumed = Assumptions { by_stratum, ..Assumptions::of(0.02) };
    assert_eq!(numbers(&frame, 100, Allocation::Neyman, 1, &assumed), [75, 22, 3]);
    assert_eq!(numbers(&frame, 100, Allocation::Neyman, 10, &assumed), [69, 21, 10]);
    // Equal guesses: in proportion to size.
    assert_eq!(numbers(&frame, 100, Allocation::Neyman, 1, &Assumptions::of(0.02)), [60, 30, 10]);
    assert_eq!(numbers(&frame, 100, Allocation::Proportional, 2, &Assumptions::of(0.02)), [60, 30, 10]);
}

#[test]
fn equal_shares_and_small_strata() {
    let frame = strata(&[("a", 600), ("b", 5), ("c", 100)]);
    let none = Assumptions::of(0.02);
    assert_eq!(numbers(&frame, 101, Allocation::Equal, 1, &none), [48, 5, 48]);
    assert_eq!(numbers(&frame, 102, Allocation::Equal, 1, &none), [49, 5, 48]);
    assert_eq!(numbers(&frame, 60, Allocation::Proportional, 20, &none), [35, 5, 20]);
    let few = Design::Stratified { n: 20, allocation: Allocation::Proportional, minimum: 20 };
    let error = few.choose(&frame, &none).expect_err("45 units are needed");
    assert!(error.to_string().contains("need 45 units, not 20"), "{error}");
}

#[test]
fn probabilities_proportional_to_size() {
    // 8 of 10 + 2 + 2 + 1 + 1 = 16 with n = 2: the first is certain, the others share one draw by sixths.
    let found = inclusion(&[10.0, 2.0, 2.0, 1.0, 1.0], 2);
    for (p, wanted) in found.iter().zip([1.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0]) {
        assert!((p - wanted).abs() <= 1e-12, "{found:?}");
    }
    // Taking one out makes the next one certain.
    assert_eq!(inclusion(&[100.0, 10.0, 1.0, 1.0], 3)[..2], [1.0, 1.0]);
    assert_eq!(inclusion(&[1.0, 1.0], 2), [1.0, 1.0]);
}

#[test]
fn requests_that_cannot_be_met() {
    let frame = Frame::new(vec![Unit { id: "a".into(), ..Unit::default() }]).expect("frame");
    let none = Assumptions::of(0.1);
    let take = |take| Design::Clusters { clusters: 1, chance: Chance::Equal, take };
    for design in [
        Design::Simple { n: 0 },
        Design::Simple { n: 2 },
        Design::Stratified { n: 1, allocation: Allocation::Equal, minimum: 1 },
        Design::Unequal { n: 1 },
        take(Some(0)),
    ] {
        assert_eq!(design.choose(&frame, &none).expect_err("impossible").code(), "E021", "{design:?}");
    }
    assert!(take(None).choose(&frame, &none).is_ok());
    for bad in [
        Assumptions::of(0.0),
        Assumptions::of(1.5),
        Assumptions { intraclass: -0.1, ..Assumptions::of(0.1) },
        Assumptions { design_effect: Some(0.0), ..Assumptions::of(0.1) },
    ] {
        assert!(bad.check(&frame).is_err(), "{bad:?}");
    }
    let typo = Assumptions { by_stratum: BTreeMap::from([("toyz".to_owned(), 0.1)]), ..none };
    assert_eq!(typo.check(&strata(&[("toys", 3)])).expect_err("typo").code(), "E020");
}

#[test]
fn frames_that_are_none() {
    let unit = |id: &str| Unit { id: id.into(), ..Unit::default() };
    assert!(Frame::new(vec![]).is_err() && Frame::new(vec![unit("")]).is_err());
    assert!(
        Frame::new(vec![unit("a"), unit("b"), unit("a")]).expect_err("twice").to_string().contains("more than once")
    );
    assert!(Frame::new(vec![Unit { weight: Some(0.5), ..unit("a") }]).is_err());
    assert!(Frame::new(vec![Unit { size: Some(f64::NAN), ..unit("a") }]).is_err());
}

proptest! {
    #[test]
    fn probabilities_add_up(sizes in proptest::collection::vec(0.01_f64..1000.0, 1..60), part in 0.0_f64..1.0) {
        let n = ((part * sizes.len() as f64) as u64).max(1);
        let found = inclusion(&sizes, n);
        prop_assert!((found.iter().sum::<f64>() - n as f64).abs() <= 1e-9 * n as f64);
        prop_assert!(found.iter().all(|p| *p > 0.0 && *p <= 1.0));
    }

    #[test]
    fn equal_allocation_is_level(sizes in proptest::collection::vec(1_u64..40, 1..12), part in 0.0_f64..1.0) {
        let all: u64 = sizes.iter().sum();
        let n = ((part * all as f64) as u64).max(1);
        let units = equal(&sizes, n);
        prop_assert_eq!(units.iter().sum::<u64>(), n);
        let most = *units.iter().max().expect("a stratum");
        // Whoever has less than the most, by more than the odd unit, is taken whole.
        prop_assert!(units.iter().zip(&sizes).all(|(u, s)| u <= s && (u + 1 >= most || u == s)));
    }
}
