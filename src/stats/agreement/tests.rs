//! Facts and properties of the coefficients of agreement.

use proptest::prelude::*;

use super::super::{Confidence, StatsError};
use super::*;

const P95: Confidence = Confidence::P95;

fn pairs(table: &[&[usize]]) -> Vec<Vec<Option<usize>>> {
    let mut units = Vec::new();
    for (i, row) in table.iter().enumerate() {
        for (j, count) in row.iter().enumerate() {
            units.extend(std::iter::repeat_n(vec![Some(i), Some(j)], *count));
        }
    }
    units
}

#[test]
fn perfect_agreement() {
    let kappa = cohen_kappa(&[vec![7, 0], vec![0, 3]], P95).expect("valid");
    assert_eq!((kappa.kappa, kappa.standard_error, kappa.pabak), (1.0, 0.0, 1.0));
    let ratings = Ratings::new(&pairs(&[&[7, 0], &[0, 3]]), 2).expect("valid");
    let alpha = ratings.krippendorff_alpha().expect("valid");
    assert_eq!((alpha.alpha, alpha.units, alpha.ratings), (1.0, 10, 20));
    assert_eq!(ratings.gwet_ac1(P95).map(|a| (a.ac1, a.standard_error)), Ok((1.0, 0.0)));
}

/// Without variation kappa and alpha are undefined; AC1 is 1 by its definition.
#[test]
fn one_category_only() {
    assert!(matches!(cohen_kappa(&[vec![9, 0], vec![0, 0]], P95), Err(StatsError::Insufficient(_))));
    let ratings = Ratings::new(&pairs(&[&[9, 0], &[0, 0]]), 2).expect("valid");
    assert!(matches!(ratings.krippendorff_alpha(), Err(StatsError::Insufficient(_))));
    assert!(ratings.krippendorff_alpha_limits(100, 1, P95).is_err());
    assert_eq!(ratings.gwet_ac1(P95).map(|a| a.ac1), Ok(1.0));
}

#[test]
fn bad_input_is_refused() {
    assert!(cohen_kappa(&[], P95).is_err() && cohen_kappa(&[vec![3]], P95).is_err());
    assert!(cohen_kappa(&[vec![1, 2], vec![3]], P95).is_err());
    assert!(cohen_kappa(&[vec![0, 0], vec![0, 0]], P95).is_err());
    assert!(cohen_kappa(&[vec![u64::MAX, 1], vec![0, 0]], P95).is_err());
    assert!(Ratings::new(&[vec![Some(2)]], 2).is_err() && Ratings::new(&[], usize::MAX).is_err());
    let none = Ratings::new(&[vec![None, Some(1)], vec![Some(0), None], vec![]], 2).expect("valid");
    assert!(none.krippendorff_alpha().is_err() && none.gwet_ac1(P95).is_err());
    assert!(
        Ratings::new(&pairs(&[&[3, 1], &[1, 3]]), 2).is_ok_and(|r| r.krippendorff_alpha_limits(39, 1, P95).is_err())
    );
    assert!(Ratings::new(&[vec![Some(0), Some(0)]], 1).is_ok_and(|r| r.gwet_ac1(P95).is_err()));
}

#[test]
fn limits_depend_on_the_seed_alone() {
    let ratings = Ratings::new(&pairs(&[&[40, 9], &[6, 45]]), 2).expect("valid");
    let once = ratings.krippendorff_alpha_limits(400, 17, P95).expect("valid");
    assert_eq!(ratings.krippendorff_alpha_limits(400, 17, P95), Ok(once.clone()));
    assert_ne!(ratings.krippendorff_alpha_limits(400, 18, P95).map(|l| l.limits), Ok(once.limits));
    assert!(once.limits.contains(once.alpha.alpha) && once.undefined == 0);
    // Close to what large samples give kappa, which alpha hardly differs from here.
    let kappa = cohen_kappa(&[vec![40, 9], vec![6, 45]], P95).expect("valid");
    assert!((once.limits.width() / kappa.limits.width() - 1.0).abs() <= 0.15, "{once:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn two_raters_and_two_categories(a in 0_usize..40, b in 0_usize..40, c in 0_usize..40, d in 0_usize..40) {
        let table = [vec![a as u64, b as u64], vec![c as u64, d as u64]];
        let turned = [vec![a as u64, c as u64], vec![b as u64, d as u64]];
        if let (Ok(one), Ok(two)) = (cohen_kappa(&table, P95), cohen_kappa(&turned, P95)) {
            prop_assert!((one.kappa - two.kappa).abs() <= 1e-12);
            prop_assert!((one.standard_error - two.standard_error).abs() <= 1e-9);
            prop_assert!(one.kappa >= -1.0 - 1e-12 && one.kappa <= 1.0);
            prop_assert!((one.pabak - (2.0 * one.observed - 1.0)).abs() <= 1e-12);
        }
        let ratings = Ratings::new(&pairs(&[&[a, b], &[c, d]]), 2).expect("valid");
        let mirror = Ratings::new(&pairs(&[&[d, c], &[b, a]]), 2).expect("valid");
        if let (Ok(one), Ok(two)) = (ratings.krippendorff_alpha(), mirror.krippendorff_alpha()) {
            prop_assert!((one.alpha - two.alpha).abs() <= 1e-12 && one.alpha <= 1.0);
        }
        if let (Ok(one), Ok(two)) = (ratings.gwet_ac1(P95), mirror.gwet_ac1(P95)) {
            prop_assert!((one.ac1 - two.ac1).abs() <= 1e-12 && one.limits.upper <= 1.0);
            prop_assert!((one.standard_error - two.standard_error).abs() <= 1e-9);
        }
    }

    /// Neither missing ratings nor units that no pair rated change alpha, nor does the order of raters.
    #[test]
    fn missing_ratings_do_not_count(
        mut units in prop::collection::vec(prop::collection::vec(prop::option::of(0_usize..4), 0..6), 0..30),
    ) {
        let before = Ratings::new(&units, 4).expect("valid");
        let alpha = before.krippendorff_alpha();
        let ac1 = before.gwet_ac1(P95);
        for unit in &mut units {
            unit.reverse();
            unit.push(None);
        }
        prop_assert_eq!(&Ratings::new(&units, 4).expect("valid").gwet_ac1(P95), &ac1);
        units.push(vec![Some(3)]);
        prop_assert_eq!(&Ratings::new(&units, 4).expect("valid").krippendorff_alpha(), &alpha);
        if let Ok(limits) = before.krippendorff_alpha_limits(40, 5, P95) {
            prop_assert!(limits.limits.lower <= limits.limits.upper && limits.limits.upper <= 1.0);
        }
    }

    #[test]
    fn nothing_panics(table in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..4), 0..4)) {
        let _ = cohen_kappa(&table, P95);
        let cell = |i: usize, j: usize| table.get(i).and_then(|r| r.get(j)).map_or(0, |c| c / 16);
        let square: Vec<Vec<u64>> = (0..3).map(|i| (0..3).map(|j| cell(i, j)).collect()).collect();
        if let Ok(found) = cohen_kappa(&square, P95) {
            prop_assert!(found.kappa.is_finite() && found.standard_error.is_finite());
        }
    }
}
