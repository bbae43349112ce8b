//! Properties of the estimators, limits and plans.

#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use proptest::prelude::*;

use super::*;
use crate::stats::{Confidence, Limits, StatsError};

fn near(x: f64, y: f64, tolerance: f64) {
    assert!((x - y).abs() <= tolerance, "{x} {y}");
}

fn share_of(hits: &[bool], clusters: &[u32]) -> DesignEstimate {
    let design = Design::new(&vec![1.0; hits.len()]).and_then(|d| d.clustered(clusters)).expect("design");
    hajek_proportion(&design, hits).expect("share")
}

#[test]
fn equal_weights_give_the_mean() {
    let y = [1.0, 4.0, 4.0, 7.0];
    let estimate = hajek_mean(&Design::new(&[3.0; 4]).expect("design"), &y).expect("mean");
    near(estimate.estimate, 4.0, 1e-15);
    near(estimate.variance, 6.0 / 4.0, 1e-15);
    assert_eq!((estimate.units, estimate.psus, estimate.strata, estimate.degrees_of_freedom()), (4, 4, 1, 3));
    let clusters_of_one = cluster_robust_mean(&y, &[4, 3, 2, 1]).expect("mean");
    near(clusters_of_one.se_cr1, estimate.standard_error(), 1e-15);
    near(clusters_of_one.se_cr0, (18.0_f64 / 16.0).sqrt(), 1e-15);
}

#[test]
fn hansen_hurwitz_is_the_total_with_weights_of_draws() {
    // Four draws with probabilities p: mean of y/p, variance of y/p over n.
    let (y, p) = ([10.0, 30.0, 8.0, 20.0], [0.1, 0.25, 0.1, 0.2]);
    let weights: Vec<f64> = p.iter().map(|p| 1.0 / (4.0 * p)).collect();
    let total = horvitz_thompson_total(&Design::new(&weights).expect("design"), &y).expect("total");
    near(total.estimate, 100.0, 1e-12);
    near(total.variance, (0.0 + 20.0 * 20.0 + 20.0 * 20.0 + 0.0) / 3.0 / 4.0, 1e-10);
}

#[test]
fn what_cannot_be_estimated_is_refused() {
    assert!(matches!(Design::new(&[]), Err(StatsError::Insufficient(_))));
    assert!(matches!(Design::new(&[0.0, 0.0]), Err(StatsError::Insufficient(_))));
    for weight in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(Design::new(&[1.0, weight]), Err(StatsError::Domain { .. })));
    }
    assert!(Design::new(&[f64::MAX, f64::MAX]).is_err());
    let one = Design::new(&[2.0]).expect("design");
    assert!(matches!(hajek_mean(&one, &[1.0]), Err(StatsError::Insufficient(_))));
    near(
        horvitz_thompson_total(&one.clone().single_psu(SinglePsu::Certainty), &[3.0]).expect("total").variance,
        0.0,
        0.0,
    );
    near(horvitz_thompson_total(&one.single_psu(SinglePsu::Adjust), &[3.0]).expect("total").variance, 36.0, 1e-12);
    let two = Design::new(&[1.0, 1.0]).expect("design");
    assert!(hajek_mean(&two, &[1.0]).is_err() && hajek_mean(&two, &[1.0, f64::NAN]).is_err());
    assert!(matches!(ratio(&two, &[1.0, 2.0], &[0.0, 0.0]), Err(StatsError::Insufficient(_))));
    assert!(matches!(domain_mean(&two, &[1.0, 2.0], &[false, false]), Err(StatsError::Insufficient(_))));
    assert!(two.clone().clustered(&["a"]).is_err());
    assert!(matches!(
        two.clone().clustered(&["a", "a"]).and_then(|d| hajek_mean(&d, &[0.0, 1.0])),
        Err(StatsError::Insufficient(_))
    ));
    assert!(two.clone().clustered(&[1, 1]).and_then(|d| d.stratified(&[1, 2])).is_err());
    assert!(two.clone().stratified(&[1, 2]).and_then(|d| d.clustered(&[1, 1])).is_err());
    assert!(two.clone().finite_population(&[1.0, 1.0]).is_err() && two.clone().finite_population(&[5.0, 6.0]).is_err());
    assert!(two.clone().finite_population(&[f64::NAN, f64::NAN]).is_err());
    assert!(two.clone().finite_population(&[5.0, 5.0]).and_then(|d| d.stratified(&[1, 1])).is_err());
    for sizes in [
        vec![("a", 1.0)],
        vec![("a", 1.0), ("b", f64::NAN)],
        vec![("a", 1.0), ("b", 1.0), ("c", 1.0)],
        vec![("a", 1.0), ("a", 1.0)],
    ] {
        assert!(two.clone().post_stratified(&["a", "b"], &sizes).is_err(), "{sizes:?}");
    }
    assert!(kish_effective_size(&[0.0]).is_err());
    assert!(cluster_robust_mean(&[1.0, 2.0], &[1, 1]).is_err() && cluster_robust_mean(&[1.0], &[1, 1]).is_err());
    assert!(design_effect(&two, &[1.0, 1.0]).is_err());
}

#[test]
fn a_census_has_no_sampling_variance() {
    let design = Design::new(&[1.0; 3]).and_then(|d| d.finite_population(&[3.0; 3])).expect("design");
    let mean = hajek_mean(&design, &[1.0, 2.0, 6.0]).expect("mean");
    near(mean.estimate, 3.0, 1e-15);
    near(mean.variance, 0.0, 0.0);
    let single = Design::new(&[1.0]).and_then(|d| d.finite_population(&[1.0])).expect("design");
    near(hajek_mean(&single, &[5.0]).expect("mean").variance, 0.0, 0.0);
}

#[test]
fn order_of_strata_and_clusters_does_not_matter() {
    let (strata, clusters, y) = ([1, 1, 1, 2, 2, 2], [1, 1, 2, 3, 4, 4], [1.0, 0.0, 3.0, 2.0, 2.0, 5.0]);
    let one = Design::new(&[1.0; 6]).and_then(|d| d.stratified(&strata)).and_then(|d| d.clustered(&clusters));
    let other = Design::new(&[1.0; 6]).and_then(|d| d.clustered(&clusters)).and_then(|d| d.stratified(&strata));
    assert_eq!(one, other);
    let mean = hajek_mean(&one.expect("design"), &y).expect("mean");
    assert_eq!((mean.psus, mean.strata, mean.degrees_of_freedom()), (4, 2, 2));
}

#[test]
fn no_hits_and_all_hits() {
    let none = share_of(&[false; 60], &(0..60).collect::<Vec<_>>());
    assert!(logit_limits(&none, Confidence::P95).is_err() && arcsine_limits(&none, Confidence::P95).is_err());
    assert!(korn_graubard(&none, EffectiveSize::Estimated, Confidence::P95).is_err());
    let found = korn_graubard(&none, EffectiveSize::AtMostUnits, Confidence::P95).expect("limits");
    assert_eq!((found.limits.lower, found.effective_size, found.degrees_of_freedom), (0.0, Some(60.0), 59));
    near(found.limits.upper, 1.0 - 0.025_f64.powf(1.0 / 60.0), 1e-14);
    // The one-sided bound of 95 % with a design effect of 2.
    let level = Confidence::new(0.9).expect("level");
    let bound = korn_graubard(&none, EffectiveSize::Given(30.0), level).expect("limits").limits.upper;
    near(bound, 1.0 - 0.05_f64.powf(1.0 / 30.0), 1e-14);
    let all = share_of(&[true; 60], &(0..60).collect::<Vec<_>>());
    let mirrored = korn_graubard(&all, EffectiveSize::AtMostUnits, Confidence::P95).expect("limits").limits;
    near(mirrored.lower, 1.0 - found.limits.upper, 1e-14);
    near(mirrored.upper, 1.0, 0.0);
    for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(korn_graubard(&all, EffectiveSize::Given(size), Confidence::P95).is_err());
    }
    // Every cluster has the same share: the variance between them is 0.
    let alike = share_of(&[true, false, true, false, false, true], &[1, 1, 2, 2, 3, 3]);
    assert!(korn_graubard(&alike, EffectiveSize::Estimated, Confidence::P95).is_err());
    let capped = korn_graubard(&alike, EffectiveSize::AtMostUnits, Confidence::P95).expect("limits");
    assert!(capped.effective_size.is_some_and(|n| n <= 6.0) && capped.limits.contains(0.5));
}

#[test]
fn arcsine_limits_end_at_0() {
    let rare = DesignEstimate { estimate: 0.002, variance: 9e-6, units: 500, psus: 500, strata: 1 };
    let found = arcsine_limits(&rare, Confidence::P95).expect("limits");
    assert!(found.truncated && found.limits.lower <= 0.0 && found.limits.upper > 0.002);
}

#[test]
fn korn_graubard_with_known_size_is_clopper_pearson() {
    // 5 of 50: `Hmisc::binconf(5, 50, method = "exact")` in R.
    let hits: Vec<bool> = (0..50).map(|i| i < 5).collect();
    let share = share_of(&hits, &(0..50).collect::<Vec<_>>());
    let limits = korn_graubard(&share, EffectiveSize::Given(50.0), Confidence::P95).expect("limits").limits;
    near(limits.lower, 0.033_275_093_589_022_47, 1e-13);
    near(limits.upper, 0.218_135_366_434_202_28, 1e-13);
}

#[test]
fn plans() {
    let level = Confidence::P95;
    assert_eq!(discovery_sample_size(0.05, level), Ok(59));
    assert_eq!(discovery_sample_size(0.5, Confidence::new(0.75).expect("level")), Ok(2));
    assert!(discovery_sample_size(1e-300, level).is_err() && discovery_sample_size(0.0, level).is_err());
    assert_eq!(discovery_sample_size_finite(1000, 1, level), Ok(950));
    assert_eq!(discovery_sample_size_finite(1000, 1000, level), Ok(1));
    assert_eq!(discovery_sample_size_finite(1, 1, level), Ok(1));
    // C(90, n)/C(100, n) ≤ 0.05: hypergeometric distribution of SciPy 1.17.1.
    assert_eq!(discovery_sample_size_finite(100, 10, level), Ok(25));
    assert_eq!(discovery_sample_size_finite(1_000_000_000, 10_000_000, level), Ok(299));
    assert!(
        discovery_sample_size_finite(10, 0, level).is_err() && discovery_sample_size_finite(10, 11, level).is_err()
    );
    assert!(discovery_sample_size_finite(u64::MAX, 1, level).is_err());
    assert!(sample_size_for_precision(0.5, 0.05, Some(0), 1.0, level).is_err());
    let clustered = sample_size_for_precision(0.5, 0.05, None, 2.0, level).expect("plan");
    assert_eq!(clustered.n, 769);
    assert_eq!(sample_size_for_precision(0.5, 0.05, Some(20), 1.0, level).map(|p| p.n), Ok(20));
    assert_eq!(margin_of_error(0.5, 10, Some(10), 1.0, level), Ok(0.0));
    assert!(
        margin_of_error(0.5, 11, Some(10), 1.0, level).is_err() && margin_of_error(0.5, 0, None, 1.0, level).is_err()
    );
}

#[test]
fn expected_width_of_a_given_interval() {
    // Width 1 whatever is found; width x/n has the mean p.
    near(expected_width(1000, 0.3, |_| Ok(Limits::new(0.0, 1.0))).expect("width"), 1.0, 1e-13);
    let mean = expected_width(50_000, 0.3, |x| Ok(Limits::new(0.0, x as f64 / 50_000.0))).expect("width");
    near(mean, 0.3, 1e-13);
    assert!(expected_width(10, 1.5, |_| Ok(Limits::new(0.0, 1.0))).is_err());
    assert!(expected_width(10, 0.5, |_| Err(StatsError::Insufficient("no limits"))).is_err());
    near(expected_width(10, 1.0, |x| Ok(Limits::new(0.0, if x == 10 { 2.0 } else { 0.0 }))).expect("width"), 2.0, 0.0);
}

#[test]
fn allocations() {
    assert_eq!(allocate_proportional(&[5000, 3000, 2000], 100, 0), Ok(vec![50, 30, 20]));
    assert_eq!(allocate_proportional(&[5000, 3000, 2000, 3, 0], 100, 5), Ok(vec![49, 29, 19, 3, 0]));
    assert_eq!(allocate_proportional(&[10, 10], 20, 1), Ok(vec![10, 10]));
    assert_eq!(allocate_proportional(&[1, 1, 1], 2, 0), Ok(vec![1, 1, 0]));
    assert!(allocate_proportional(&[10, 10], 21, 1).is_err() && allocate_proportional(&[10, 10], 3, 2).is_err());
    assert!(allocate_proportional(&[], 0, 0).is_err());
    // N S = 400, 300, 100: continuous 50, 37.5, 12.5, of which 300²/37 + 100²/13 is less than 300²/38 + 100²/12.
    assert_eq!(allocate_neyman(&[400, 100, 100], &[1.0, 3.0, 1.0], 100, 0), Ok(vec![50, 37, 13]));
    // The second stratum is taken whole; the third gets its minimum although it does not vary.
    assert_eq!(allocate_neyman(&[1000, 10, 500], &[0.1, 50.0, 0.0], 50, 2), Ok(vec![38, 10, 2]));
    assert_eq!(allocate_neyman(&[5, 5, 90], &[1.0, 1.0, 0.0], 40, 0), Ok(vec![5, 5, 30]));
    assert_eq!(allocate_neyman(&[10, 10, 10], &[1.0, 2.0, 3.0], 2, 0), Ok(vec![0, 1, 1]));
    assert!(allocate_neyman(&[10], &[0.0], 2, 0).is_err() && allocate_neyman(&[10], &[f64::NAN], 2, 0).is_err());
    assert!(allocate_neyman(&[10], &[1.0, 2.0], 2, 0).is_err());
    let extreme = allocate_neyman(&[u64::MAX, 1_000_000_000_000], &[1.0, f64::MIN_POSITIVE], 1_000_000, 0);
    assert_eq!(extreme.map(|units| units.iter().sum::<u64>()), Ok(1_000_000));
}

/// Σ a²/n over all allocations that keep to the bounds, by enumeration.
fn least_variance(claims: &[f64], sizes: &[u64], n: u64, minimum: u64) -> f64 {
    let Some((size, sizes)) = sizes.split_first() else { return if n == 0 { 0.0 } else { f64::INFINITY } };
    (minimum.min(*size)..=(*size).min(n))
        .filter(|units| *units > 0)
        .map(|units| claims[0] * claims[0] / units as f64 + least_variance(&claims[1..], sizes, n - units, minimum))
        .fold(f64::INFINITY, f64::min)
}

proptest! {
    #[test]
    fn neyman_is_the_optimum_in_whole_units(
        strata in prop::collection::vec((1_u64..12, 0.01_f64..10.0), 1..5),
        extra in 0_u64..20,
        minimum in 1_u64..4,
    ) {
        let (sizes, deviations): (Vec<u64>, Vec<f64>) = strata.into_iter().unzip();
        let least: u64 = sizes.iter().map(|size| minimum.min(*size)).sum();
        let n = (least + extra).min(sizes.iter().sum());
        let units = allocate_neyman(&sizes, &deviations, n, minimum).expect("allocation");
        prop_assert_eq!(units.iter().sum::<u64>(), n);
        let claims: Vec<f64> = sizes.iter().zip(&deviations).map(|(size, s)| *size as f64 * s).collect();
        let found: f64 = claims.iter().zip(&units).map(|(a, m)| a * a / *m as f64).sum();
        let best = least_variance(&claims, &sizes, n, minimum);
        prop_assert!(found <= best * (1.0 + 1e-12), "{:?}: {} > {}", units, found, best);
    }

    #[test]
    fn allocations_keep_to_their_bounds(
        strata in prop::collection::vec((any::<u32>(), 0.0_f64..1e9), 1..20),
        n in 0_u64..1_000_000,
        minimum in 0_u64..50,
    ) {
        let (sizes, deviations): (Vec<u64>, Vec<f64>) = strata.into_iter().map(|(n, s)| (u64::from(n), s)).unzip();
        for units in [allocate_proportional(&sizes, n, minimum), allocate_neyman(&sizes, &deviations, n, minimum)] {
            let Ok(units) = units else { continue };
            prop_assert_eq!(units.iter().sum::<u64>(), n);
            prop_assert!(units.iter().zip(&sizes).all(|(m, size)| m <= size && *m >= minimum.min(*size)));
        }
    }

    #[test]
    fn precision_is_reached_and_not_exceeded(
        p in 0.01_f64..0.99, e in 0.005_f64..0.2, size in 30_u64..1_000_000_000, deff in 1.0_f64..4.0,
    ) {
        let plan = |deff| sample_size_for_precision(p, e, Some(size), deff, Confidence::P95).expect("plan").n;
        let margin = |n| margin_of_error(p, n, Some(size), 1.0, Confidence::P95).expect("margin");
        let n = plan(1.0);
        prop_assert!(n <= plan(deff) && margin(n) <= e * (1.0 + 1e-9));
        prop_assert!(n == 1 || margin(n - 1) > e * (1.0 - 1e-9));
        let infinite = sample_size_for_precision(p, e, None, deff, Confidence::P95).expect("plan").n;
        let reached = margin_of_error(p, infinite, None, deff, Confidence::P95).expect("margin");
        prop_assert!(reached <= e * (1.0 + 1e-9));
    }

    #[test]
    fn discovery_in_a_population_needs_no_more(size in 2_u64..100_000, share in 0.001_f64..1.0) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
        let cases = ((size as f64 * share) as u64).max(1);
        let n = discovery_sample_size_finite(size, cases, Confidence::P95).expect("plan");
        let missed = |n: u64| {
            (0..n).map(|i| (size - cases).saturating_sub(i) as f64 / (size - i) as f64).product::<f64>()
        };
        prop_assert!(missed(n) <= 0.05 + 1e-12 && (n <= 1 || missed(n - 1) > 0.05 - 1e-12));
        if cases < size {
            let infinite = discovery_sample_size(cases as f64 / size as f64, Confidence::P95).expect("plan");
            prop_assert!(n <= infinite);
        }
    }

    #[test]
    fn scale_of_weights_does_not_matter(
        units in prop::collection::vec((0.1_f64..50.0, any::<bool>(), 0_u8..6), 8..60),
        scale in 0.001_f64..1000.0,
    ) {
        let weights: Vec<f64> = units.iter().map(|u| u.0).collect();
        let scaled: Vec<f64> = weights.iter().map(|w| w * scale).collect();
        let hits: Vec<bool> = units.iter().map(|u| u.1).collect();
        let clusters: Vec<u8> = units.iter().map(|u| u.2).collect();
        let of = |weights: &[f64]| {
            Design::new(weights).and_then(|d| d.clustered(&clusters)).and_then(|d| hajek_proportion(&d, &hits))
        };
        if let (Ok(a), Ok(b)) = (of(&weights), of(&scaled)) {
            prop_assert!((a.estimate - b.estimate).abs() <= 1e-12 && (a.variance - b.variance).abs() <= 1e-12);
            for size in [EffectiveSize::Estimated, EffectiveSize::AtMostUnits] {
                if let Ok(found) = korn_graubard(&a, size, Confidence::P95) {
                    let Limits { lower, upper } = found.limits;
                    prop_assert!(0.0 <= lower && lower <= a.estimate && a.estimate <= upper && upper <= 1.0);
                }
            }
            for limits in [logit_limits, arcsine_limits] {
                let Ok(found) = limits(&a, Confidence::P95) else { continue };
                prop_assert!(found.limits.lower <= a.estimate + 1e-12 && found.limits.upper >= a.estimate - 1e-12);
                prop_assert!(found.limits.lower >= 0.0 && found.limits.upper <= 1.0);
            }
        }
    }

    #[test]
    fn nothing_panics(
        units in prop::collection::vec((any::<f64>(), any::<f64>(), any::<f64>(), 0_u8..4, 0_u8..3), 0..12),
        size in any::<f64>(), p in any::<f64>(), e in any::<f64>(), n in any::<u64>(),
    ) {
        let weights: Vec<f64> = units.iter().map(|u| u.0.abs()).collect();
        let (y, x): (Vec<f64>, Vec<f64>) = units.iter().map(|u| (u.1, u.2)).unzip();
        let clusters: Vec<u8> = units.iter().map(|u| u.3).collect();
        let strata: Vec<u8> = units.iter().map(|u| u.4).collect();
        let nested: Vec<(u8, u8)> = strata.iter().copied().zip(clusters.iter().copied()).collect();
        let groups = [(0, size), (1, 10.0), (2, 1e-300), (3, 1e300)];
        for rule in [SinglePsu::Refuse, SinglePsu::Certainty, SinglePsu::Adjust] {
            let design = Design::new(&weights).and_then(|d| d.stratified(&strata)).and_then(|d| d.clustered(&nested));
            let finite = design.clone().and_then(|d| d.finite_population(&vec![size; weights.len()]));
            let post = design.clone().and_then(|d| d.post_stratified(&clusters, &groups));
            for design in [design, finite, post].into_iter().flatten().map(|d| d.single_psu(rule)) {
                let domain: Vec<bool> = y.iter().map(|y| *y > 0.0).collect();
                let _ = design_effect(&design, &y);
                for found in [
                    hajek_mean(&design, &y),
                    hajek_proportion(&design, &domain),
                    horvitz_thompson_total(&design, &y),
                    ratio(&design, &y, &x),
                    domain_mean(&design, &y, &domain),
                ].into_iter().flatten() {
                    prop_assert!(found.estimate.is_finite() && found.variance >= 0.0);
                    let _ = (mean_limits(&found, Confidence::P95), logit_limits(&found, Confidence::P95));
                    let _ = arcsine_limits(&found, Confidence::P95);
                    let _ = korn_graubard(&found, EffectiveSize::Estimated, Confidence::P95);
                    let _ = korn_graubard(&found, EffectiveSize::Given(size), Confidence::P95);
                }
            }
        }
        let _ = (kish_effective_size(&weights), cluster_robust_mean(&y, &clusters));
        let _ = sample_size_for_precision(p, e, Some(n), size, Confidence::P95);
        let _ = (margin_of_error(p, n, None, size, Confidence::P95), discovery_sample_size(p, Confidence::P95));
        let _ = discovery_sample_size_finite(n, n / 1000, Confidence::P95);
        let _ = allocate_neyman(&[n, 3, 0], &[p, e, size], n / 2, n % 7);
    }
}
