//! Facts and properties of the estimators of misclassified shares.

use proptest::prelude::*;

use super::super::{Confidence, Limits, StatsError};
use super::implied::{Published, feasible, implied};
use super::prediction::{Labelled, PredictionPowered, Predictions, Target, Tuning, prediction_powered, stratified};
use super::rogan_gladen::{Observed, delta_method, known_error_rates, lang_reiczigel};
use super::two_phase::{PhaseOne, RecallLimits, Stratum, two_phase_recall};
use super::*;

const P95: Confidence = Confidence::P95;

fn of(k: u64, n: u64) -> Observed {
    Observed::of_counts(k, n).expect("valid")
}

#[test]
fn perfect_tests_change_nothing() {
    let limits = Limits { lower: 0.1, upper: 0.3 };
    let same = known_error_rates(0.2, limits, 1.0, 1.0).expect("valid");
    assert!((same.estimate - 0.2).abs() <= 1e-15 && (same.limits.lower - 0.1).abs() <= 1e-15);
    assert!(!same.truncated && !same.limits_truncated && !same.incompatible);
    let delta = delta_method(of(20, 100), of(50, 50), of(50, 50), P95).expect("valid");
    assert!((delta.standard_error.expect("one") - 0.04).abs() <= 1e-12);
}

/// 1 % flagged where a specificity of 95 % lets expect 5 % at least.
#[test]
fn truncation_is_said() {
    let low = delta_method(of(10, 1000), of(90, 100), of(950, 1000), P95).expect("valid");
    assert!(low.truncated && low.untruncated < 0.0 && low.estimate <= 0.0 && low.limits_truncated && low.incompatible);
    let high = known_error_rates(0.99, Limits { lower: 0.95, upper: 1.0 }, 0.9, 0.9).expect("valid");
    assert!(high.truncated && high.estimate >= 1.0 && high.incompatible);
    let within = lang_reiczigel(of(30, 1000), of(90, 100), of(97, 100), P95).expect("valid");
    assert!(within.limits_truncated && within.limits.lower <= 0.0 && !within.incompatible);
}

#[test]
fn bad_shares_are_refused() {
    assert!(Observed::of_counts(0, 0).is_err() && Observed::of_counts(2, 1).is_err());
    for bad in [-0.1, 1.1, f64::NAN] {
        assert!(Observed::of_share(bad, 5.0).is_err());
        assert!(known_error_rates(bad, Limits::new(0.0, 1.0), 0.9, 0.9).is_err());
        assert!(known_error_rates(0.5, Limits::new(0.0, 1.0), bad, 0.9).is_err());
        assert!(implied(bad, 0.5, 0.5).is_err() && Published::rounded(bad, 2).is_err());
    }
    assert!(Observed::of_share(0.5, 0.0).is_err() && Observed::of_share(0.5, f64::INFINITY).is_err());
    // A classifier that flags both kinds alike.
    assert!(matches!(delta_method(of(5, 10), of(5, 10), of(5, 10), P95), Err(StatsError::Domain { .. })));
    assert!(lang_reiczigel(of(5, 10), of(4, 10), of(5, 10), P95).is_err());
    assert!(known_error_rates(0.5, Limits { lower: 0.6, upper: 0.4 }, 0.9, 0.9).is_err());
    let nan = Limits { lower: f64::NAN, upper: 0.4 };
    assert!(known_error_rates(0.5, nan, 0.9, 0.9).is_err());
}

fn stratum(flagged: bool, units: u64, checked: u64, found: u64) -> Stratum {
    Stratum { flagged, units, checked, found }
}

/// Where all units are checked, recall is that of the table.
#[test]
fn full_verification() {
    let strata = [stratum(true, 100, 100, 80), stratum(false, 900, 900, 20)];
    let found = two_phase_recall(&strata, PhaseOne::Census, P95).expect("valid");
    assert!((found.recall - 0.8).abs() <= 1e-15 && (found.naive_recall - 0.8).abs() <= 1e-15);
    assert!((found.precision.expect("flagged") - 0.8).abs() <= 1e-15 && (found.prevalence - 0.1).abs() <= 1e-15);
    assert!((found.specificity.expect("others") - 880.0 / 900.0).abs() <= 1e-15);
}

/// For two strata the numbers add R²(1 − R)²(1/N₁ + 1/N₂), the form in which Begg and Greenes print it.
#[test]
fn samples_vary_more_than_censuses() {
    let strata = [stratum(true, 5_000, 200, 180), stratum(false, 95_000, 400, 6)];
    let census = two_phase_recall(&strata, PhaseOne::Census, P95).expect("valid");
    let sample = two_phase_recall(&strata, PhaseOne::Sample, P95).expect("valid");
    let more = sample.standard_error.expect("one").powi(2) - census.standard_error.expect("one").powi(2);
    let r = census.recall;
    let expected = (r * (1.0 - r)).powi(2) * (1.0 / 5_000.0 + 1.0 / 95_000.0);
    assert!((more / expected - 1.0).abs() <= 1e-9);
    // A stratum that is cut in two like halves changes nothing.
    let halves = [stratum(true, 5_000, 200, 180), stratum(false, 47_500, 200, 3), stratum(false, 47_500, 200, 3)];
    let cut = two_phase_recall(&halves, PhaseOne::Sample, P95).expect("valid");
    assert!((cut.recall - r).abs() <= 1e-15);
    assert!((cut.standard_error.expect("one") - sample.standard_error.expect("one")).abs() <= 1e-12);
}

#[test]
fn nothing_missed_is_not_recall_for_certain() {
    let strata = [stratum(true, 5_000, 200, 180), stratum(false, 95_000, 400, 0)];
    let all = two_phase_recall(&strata, PhaseOne::Census, P95).expect("valid");
    assert_eq!((all.recall, all.standard_error, all.limits_method), (1.0, None, RecallLimits::Exact));
    // Up to 1 − 0.0125^(1/400), 1.09 %, of 95 000 unflagged units may be of the kind.
    assert!((all.limits.lower - 0.803).abs() <= 0.002 && all.limits.upper >= 1.0, "{all:?}");
    let none = two_phase_recall(&[stratum(true, 5_000, 200, 0), stratum(false, 95_000, 400, 6)], PhaseOne::Census, P95)
        .expect("valid");
    assert!(none.recall <= 0.0 && none.limits.lower <= 0.0 && none.limits.upper > 0.0 && none.limits.upper < 0.3);
}

#[test]
fn strata_that_say_nothing() {
    let run = |strata: &[Stratum]| two_phase_recall(strata, PhaseOne::Census, P95);
    assert!(matches!(run(&[]), Err(StatsError::Insufficient(_))));
    assert!(matches!(run(&[stratum(true, 9, 3, 0), stratum(false, 9, 3, 0)]), Err(StatsError::Insufficient(_))));
    assert!(matches!(run(&[stratum(true, 9, 3, 1), stratum(false, 9, 0, 0)]), Err(StatsError::Insufficient(_))));
    assert!(matches!(run(&[stratum(true, 9, 3, 4)]), Err(StatsError::Contradiction(_))));
    assert!(matches!(run(&[stratum(true, 2, 3, 1)]), Err(StatsError::Contradiction(_))));
    let flagged_only = run(&[stratum(true, 9, 3, 2), stratum(false, 0, 0, 0)]).expect("valid");
    assert_eq!((flagged_only.recall, flagged_only.limits), (1.0, Limits { lower: 1.0, upper: 1.0 }));
}

fn two(value: f64) -> Option<Published> {
    Published::rounded(value, 2).ok()
}

/// Accuracy 0.93, precision 0.93 and recall 1 leave nothing that was rightly not flagged.
#[test]
fn figures_at_the_edge_of_the_possible() {
    let exact = implied(0.93, 0.93, 1.0).expect("valid");
    assert!((exact.flagged_share - 1.0).abs() <= 1e-12 && (exact.prevalence - 0.93).abs() <= 1e-12 && exact.possible);
    let range = feasible(two(0.93), two(0.93), two(1.0)).expect("some set agrees");
    assert!((range.flagged_share.lower - 0.82).abs() <= 0.005 && (range.flagged_share.upper - 1.0).abs() <= 1e-12);
    assert!(implied(0.5, 0.9, 0.9).is_ok_and(|i| !i.possible));
    assert!(matches!(feasible(two(0.5), two(0.9), two(0.9)), Err(StatsError::Contradiction(_))));
}

#[test]
fn figures_that_determine_nothing() {
    assert!(matches!(implied(1.0, 1.0, 1.0), Err(StatsError::Insufficient(_))));
    assert!(matches!(implied(0.9, 0.0, 0.0), Err(StatsError::Insufficient(_))));
    assert!(matches!(implied(0.9, 1.0, 1.0), Err(StatsError::Contradiction(_))));
    assert!(matches!(implied(0.9, 0.0, 0.3), Err(StatsError::Contradiction(_))));
    let any = feasible(None, None, None).expect("all sets agree");
    let whole = Limits { lower: 0.0, upper: 1.0 };
    assert_eq!((any.flagged_share, any.prevalence, any.accuracy), (whole, whole, whole));
    assert_eq!((any.precision, any.recall, any.specificity), (Some(whole), Some(whole), Some(whole)));
    let perfect = Published::within(1.0, 0.0).ok();
    let without_errors = feasible(perfect, perfect, perfect).expect("some set agrees");
    assert_eq!(without_errors.prevalence, whole);
    assert!(Published::within(0.5, f64::NAN).is_err() && Published::within(0.5, -1.0).is_err());
}

fn units(n: u64) -> Vec<(f64, f64)> {
    let part = |x: u64, of: u64| {
        f64::from(u32::try_from(x % of).expect("small")) / f64::from(u32::try_from(of).expect("small"))
    };
    (0..n)
        .map(|i| {
            (
                0.8 * part(7 * i * i + 3 * i + 1, 101) + 0.3 * part(13 * i * i + 5 * i + 2, 97),
                part(7 * i * i + 3 * i + 1, 101),
            )
        })
        .collect()
}

fn run(labelled: &[(f64, f64)], rest: &[f64], tuning: Tuning, target: Target) -> Result<PredictionPowered, StatsError> {
    prediction_powered(labelled.iter().copied().collect(), rest.iter().copied().collect(), tuning, target, P95)
}

#[test]
fn without_predictions_the_labels_remain() {
    let labelled = units(40);
    let rest: Vec<f64> = units(240)[40..].iter().map(|u| u.1).collect();
    let alone = run(&labelled, &rest, Tuning::Fixed(0.0), Target::Mean).expect("valid");
    assert!((alone.estimate - alone.labels_alone).abs() <= 1e-15);
    assert!((alone.standard_error - alone.labels_alone_standard_error).abs() <= 1e-15);
    let flat: Vec<(f64, f64)> = labelled.iter().map(|u| (u.0, 0.4)).collect();
    let useless = run(&flat, &[0.4; 90], Tuning::Power, Target::Mean).expect("valid");
    assert_eq!(useless.lambda, vec![0.0]);
    assert!((useless.estimate - alone.estimate).abs() <= 1e-15);
    let tuned = run(&labelled, &rest, Tuning::Power, Target::Mean).expect("valid");
    assert!(tuned.standard_error < alone.standard_error);
}

#[test]
fn predictions_that_say_nothing_for_certain() {
    let insufficient = |r: Result<PredictionPowered, StatsError>| matches!(r, Err(StatsError::Insufficient(_)));
    // Labels that agree with the predictions throughout say nothing of how often they do not.
    assert!(insufficient(run(&[(1.0, 1.0), (0.0, 0.0), (1.0, 1.0)], &[1.0, 0.0], Tuning::Plain, Target::Share)));
    assert!(insufficient(run(&[(1.0, 0.3)], &[1.0, 0.0], Tuning::Plain, Target::Mean)));
    assert!(insufficient(run(&[(1.0, 0.3), (0.0, 0.1)], &[1.0], Tuning::Plain, Target::Mean)));
    assert!(insufficient(stratified(&[], Tuning::Plain, Target::Mean, P95)));
    let bad = run(&[(1.0, f64::NAN), (0.0, 0.1)], &[1.0, 0.5], Tuning::Power, Target::Mean);
    assert!(matches!(bad, Err(StatsError::Domain { .. })), "{bad:?}");
    for lambda in [-0.1, 1.1, f64::NAN] {
        assert!(run(&units(9), &[1.0, 0.5], Tuning::Fixed(lambda), Target::Mean).is_err());
    }
    let all: Labelled = units(9).into_iter().collect();
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        let strata = [prediction::Stratum { weight, labelled: all, predictions: Predictions::default() }];
        assert!(matches!(stratified(&strata, Tuning::Plain, Target::Mean, P95), Err(StatsError::Domain { .. })));
    }
    assert!(Predictions::of_counts(2, 1).is_err());
}

#[test]
fn shares_are_truncated_and_means_are_not() {
    let labelled = [(0.0, 0.9), (0.0, 0.8), (0.0, 0.95), (1.0, 0.9), (0.0, 0.7)];
    let rest = [0.1, 0.2, 0.05, 0.0, 0.1];
    let mean = run(&labelled, &rest, Tuning::Plain, Target::Mean).expect("valid");
    let share = run(&labelled, &rest, Tuning::Plain, Target::Share).expect("valid");
    assert!(mean.estimate < 0.0 && !mean.truncated);
    assert!(share.estimate >= 0.0 && share.truncated && share.untruncated < 0.0 && share.limits.lower >= 0.0);
}

#[test]
fn strata_weigh_what_they_say() {
    let parts = [units(40), units(90)];
    let rest: Vec<f64> = units(300).iter().map(|u| u.1).collect();
    let make = |i: usize, weight: f64| prediction::Stratum {
        weight,
        labelled: parts[i].iter().copied().collect(),
        predictions: rest.iter().copied().collect(),
    };
    let each: Vec<PredictionPowered> =
        (0..2).map(|i| run(&parts[i], &rest, Tuning::Power, Target::Mean).expect("valid")).collect();
    let both = stratified(&[make(0, 1e308), make(1, 3e307)], Tuning::Power, Target::Mean, P95).expect("valid");
    let (u, v) = (10.0 / 13.0, 3.0 / 13.0);
    assert!((both.estimate - u * each[0].estimate - v * each[1].estimate).abs() <= 1e-12);
    let error = (u * each[0].standard_error).hypot(v * each[1].standard_error);
    assert!((both.standard_error - error).abs() <= 1e-12);
    let one = stratified(&[make(0, 2.0), make(1, 0.0)], Tuning::Power, Target::Mean, P95).expect("valid");
    assert!((one.estimate - each[0].estimate).abs() <= 1e-15 && one.lambda.len() == 1);
}

#[test]
fn counts_of_predictions_are_predictions() {
    let listed: Predictions = [1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0].into_iter().collect();
    let counted = Predictions::of_counts(3, 7).expect("valid");
    let labelled = units(20);
    let one = prediction_powered(labelled.iter().copied().collect(), listed, Tuning::Power, Target::Mean, P95);
    let two = prediction_powered(labelled.into_iter().collect(), counted, Tuning::Power, Target::Mean, P95);
    assert!((one.expect("valid").standard_error - two.expect("valid").standard_error).abs() <= 1e-12);
    assert_eq!(Predictions::of_counts(0, 0), Ok(Predictions::default()));
}

/// Equal up to the rounding of sums.
fn alike(a: &PredictionPowered, b: &PredictionPowered) -> bool {
    (a.estimate - b.estimate).abs() <= 1e-9 && (a.standard_error - b.standard_error).abs() <= 1e-9
}

proptest! {
    #[test]
    fn parts_merge(
        labelled in prop::collection::vec((-3.0..3.0_f64, -3.0..3.0_f64), 4..60),
        rest in prop::collection::vec(-3.0..3.0_f64, 4..60),
        cuts in (0_usize..60, 0_usize..60),
    ) {
        let gather = |units: &[(f64, f64)]| units.iter().copied().collect::<Labelled>();
        let collect = |units: &[f64]| units.iter().copied().collect::<Predictions>();
        let (i, j) = (cuts.0.min(cuts.1), cuts.0.max(cuts.1));
        let cut = |n: usize| (i.min(n), j.min(n));
        let (a, b) = cut(labelled.len());
        let (x, y, z) = (gather(&labelled[..a]), gather(&labelled[a..b]), gather(&labelled[b..]));
        prop_assert_eq!(x.merge(y), y.merge(x));
        prop_assert_eq!(x.merge(Labelled::default()), x);
        prop_assert_eq!(Labelled::default().merge(x), x);
        let (c, d) = cut(rest.len());
        let (p, q, r) = (collect(&rest[..c]), collect(&rest[c..d]), collect(&rest[d..]));
        prop_assert_eq!(p.merge(q), q.merge(p));
        prop_assert_eq!(p.merge(Predictions::default()), p);
        prop_assert_eq!(Predictions::default().merge(p), p);
        let left = prediction_powered(x.merge(y).merge(z), p.merge(q).merge(r), Tuning::Power, Target::Mean, P95);
        let right = prediction_powered(x.merge(y.merge(z)), p.merge(q.merge(r)), Tuning::Power, Target::Mean, P95);
        if let (Ok(left), Ok(right)) = (left, right) {
            prop_assert!(alike(&left, &right), "{:?} {:?}", left, right);
        }
    }

    /// A table of counts agrees with the figures that it gives, rounded or not.
    #[test]
    fn tables_lie_in_their_ranges(tp in 1_u32..500, others in prop::array::uniform3(0_u32..500), decimals in 1_u32..4) {
        let (tp, [fp, fn_, tn]) = (f64::from(tp), others.map(f64::from));
        let n = tp + fp + fn_ + tn;
        let (a, p, r) = ((tp + tn) / n, tp / (tp + fp), tp / (tp + fn_));
        let (q, pi) = ((tp + fp) / n, (tp + fn_) / n);
        if let Ok(exact) = implied(a, p, r) {
            prop_assert!((exact.flagged_share - q).abs() <= 1e-6 && (exact.prevalence - pi).abs() <= 1e-6);
            prop_assert!(exact.possible);
        }
        let unit = 10_f64.powi(i32::try_from(decimals).expect("small"));
        let rounded = |x: f64| Published::rounded((x * unit).round() / unit, decimals).ok();
        let range = feasible(rounded(a), rounded(p), rounded(r)).expect("the table itself agrees");
        let holds = |limits: Limits, x: f64| limits.lower <= x + 1e-9 && x <= limits.upper + 1e-9;
        prop_assert!(holds(range.flagged_share, q) && holds(range.prevalence, pi) && holds(range.accuracy, a));
        prop_assert!(holds(range.precision.expect("flagged"), p) && holds(range.recall.expect("of the kind"), r));
        if tn + fp > 0.0 {
            prop_assert!(range.specificity.is_some_and(|s| holds(s, tn / (tn + fp))));
        }
        let wider = feasible(None, rounded(p), rounded(r)).expect("the table itself agrees");
        prop_assert!(wider.prevalence.lower <= range.prevalence.lower + 1e-9);
        prop_assert!(range.prevalence.upper <= wider.prevalence.upper + 1e-9);
    }

    #[test]
    fn nothing_panics((k, n, m) in any::<(u64, u64, u64)>(), (x, y, z) in any::<(f64, f64, f64)>()) {
        for (a, b, c) in [(k, n, m), (k % 50, n % 50, m % 50)] {
            if let (Ok(one), Ok(two)) = (Observed::of_counts(a, b), Observed::of_share(x, y)) {
                let _ = (lang_reiczigel(one, two, one, P95), delta_method(two, one, one, P95));
            }
            let strata = [stratum(true, a, b, c), stratum(false, a, c, b), stratum(false, c, b, a)];
            for cut in 1..=3 {
                if let Ok(found) = two_phase_recall(&strata[..cut], PhaseOne::Sample, P95) {
                    prop_assert!(found.limits.lower >= 0.0 && found.limits.upper <= 1.0);
                    prop_assert!(found.limits.lower <= found.limits.upper);
                }
            }
        }
        let _ = (known_error_rates(x, Limits { lower: y, upper: z }, z, y), implied(x, y, z));
        let share = |v: f64| Published::within(v.abs().fract(), y.abs()).ok();
        if let Ok(found) = feasible(share(x), share(y), share(z)) {
            prop_assert!(found.prevalence.lower >= 0.0 && found.prevalence.upper <= 1.0);
        }
        let labelled: Labelled = [(x, y), (z, x), (y, y)].into_iter().collect();
        let rest: Predictions = [x, z].into_iter().collect();
        for tuning in [Tuning::Plain, Tuning::Power, Tuning::Fixed(y)] {
            if let Ok(found) = prediction_powered(labelled, rest, tuning, Target::Share, P95) {
                prop_assert!(found.estimate.is_finite() && found.limits.lower <= found.limits.upper);
            }
        }
    }
}
