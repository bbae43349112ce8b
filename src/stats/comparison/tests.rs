//! Properties that hold on any input.

use proptest::prelude::*;

use super::*;
use crate::stats::{Confidence, StatsError};

#[test]
fn bad_input_is_refused() {
    for target in [0.0, 1.0, -0.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(funnel_limits(target, 10, Confidence::P95), Err(StatsError::Domain { .. })), "{target}");
        assert!(matches!(funnel_limits_exact(target, 10, Confidence::P95), Err(StatsError::Domain { .. })));
        assert!(matches!(Funnel::new(&[1], &[2], Some(target)), Err(StatsError::Domain { .. })));
    }
    assert!(matches!(funnel_limits(0.5, 0, Confidence::P95), Err(StatsError::Insufficient(_))));
    assert!(matches!(Funnel::new(&[], &[], None), Err(StatsError::Insufficient(_))));
    assert!(matches!(Funnel::new(&[0], &[0], None), Err(StatsError::Insufficient(_))));
    assert!(matches!(Funnel::new(&[0, 0], &[3, 4], None), Err(StatsError::Insufficient(_))));
    assert!(matches!(Funnel::new(&[3, 4], &[3, 4], None), Err(StatsError::Insufficient(_))));
    assert!(matches!(Funnel::new(&[4], &[3], None), Err(StatsError::Contradiction(_))));
    assert!(matches!(Funnel::new(&[1], &[3, 4], None), Err(StatsError::Contradiction(_))));
    let one = Funnel::new(&[1], &[3], None).expect("valid");
    assert!(matches!(one.over_dispersion(0.0), Err(StatsError::Insufficient(_))));
    assert!(matches!(one.over_dispersion(0.5), Err(StatsError::Domain { .. })));
    assert!(matches!(one.over_dispersion(f64::NAN), Err(StatsError::Domain { .. })));

    assert!(matches!(beta_binomial(&[1], &[2]), Err(StatsError::Insufficient(_))));
    assert!(matches!(beta_binomial(&[0, 0], &[2, 2]), Err(StatsError::Insufficient(_))));
    assert!(matches!(beta_binomial(&[1, 0, 1], &[1, 1, 1]), Err(StatsError::Insufficient(_))));
    assert!(matches!(beta_binomial(&[0, 5, 0], &[5, 5, 7]), Err(StatsError::NoConvergence(_))));
    let fit = beta_binomial(&[1, 8], &[10, 10]).expect("a maximum");
    assert!(matches!(fit.rank_intervals(0, 1, Confidence::P95), Err(StatsError::Insufficient(_))));

    assert!(matches!(adjust(&[], Adjustment::Holm), Err(StatsError::Insufficient(_))));
    for p in [-0.1, 1.1, f64::NAN] {
        assert!(matches!(adjust(&[0.5, p], Adjustment::Holm), Err(StatsError::Domain { .. })));
    }
}

/// Units that differ less than chance makes them: one share for all, and no order among them.
#[test]
fn units_alike_are_pooled() {
    let fit = beta_binomial(&[20, 21, 20, 19], &[100, 100, 100, 100]).expect("a maximum");
    assert!(fit.concentration.is_infinite() && fit.alpha().is_infinite() && fit.beta().is_infinite());
    for unit in fit.posterior(Confidence::P95) {
        assert!((unit.mean - 0.2).abs() <= 1e-15 && unit.limits.contains(0.2));
        // About 0.2 ± 1.96 √(0.16/400).
        assert!((unit.limits.width() - 0.078_4).abs() <= 1e-3);
        assert_eq!(unit.shrinkage.to_bits(), 1.0_f64.to_bits());
    }
    let ranks = fit.rank_intervals(10, 1, Confidence::P95).expect("draws");
    assert_eq!(ranks[2], RankInterval { mean: 2.5, lower: 1, upper: 4 });
    let funnel = Funnel::new(&[20, 21, 20, 19], &[100; 4], None).expect("valid");
    let spread = funnel.over_dispersion(0.0).expect("units");
    assert!(spread.tau_squared.to_bits() == 0 && spread.phi < 1.0 && spread.p > 0.5);
    assert_eq!(funnel.adjusted_z(Dispersion::Multiplicative(spread.phi)), funnel.adjusted_z(Dispersion::None));
}

/// Counts as those of a platform: a billion trials and differences of a part in a thousand.
#[test]
fn large_counts() {
    let events = [100_000_000, 101_000_000, 99_500_000, 100_200_000];
    let fit = beta_binomial(&events, &[1_000_000_000; 4]).expect("a maximum");
    // Method of moments: variance of the shares 4.3e-7 with divisor n, M = μ(1 − μ)/σ² ≈ 2.9e5.
    assert!((2.5e5..3.5e5).contains(&fit.concentration), "{}", fit.concentration);
    assert!((fit.mean - 0.100_175).abs() <= 1e-5, "{}", fit.mean);
    let posterior = fit.posterior(Confidence::P95);
    assert!((posterior[1].mean - 0.101).abs() <= 1e-6);
    let ranks = fit.rank_intervals(100, 1, Confidence::P95).expect("draws");
    assert_eq!(ranks.iter().map(|r| (r.lower, r.upper)).collect::<Vec<_>>(), [(3, 3), (1, 1), (4, 4), (2, 2)]);
    let limits = funnel_limits_exact(0.1, 1_000_000_000, Confidence::P95).expect("valid");
    let normal = funnel_limits(0.1, 1_000_000_000, Confidence::P95).expect("valid");
    assert!((limits.lower - normal.lower).abs() <= 1e-9 && (limits.upper - normal.upper).abs() <= 1e-9);
}

#[test]
fn seeds_repeat() {
    let fit = beta_binomial(&[3, 9, 14], &[20, 30, 25]).expect("a maximum");
    let ranks = |seed| fit.rank_intervals(200, seed, Confidence::P95).expect("draws");
    assert_eq!(ranks(4), ranks(4));
    assert_ne!(ranks(4), ranks(5));
}

fn counts() -> impl Strategy<Value = (Vec<u64>, Vec<u64>)> {
    let size = prop_oneof![4 => 0_u64..200, 1 => any::<u64>()];
    prop::collection::vec((size, 0.0..=1.0_f64), 0..8).prop_map(|units| {
        units
            .into_iter()
            .map(|(n, part)| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "cut at n"
                )]
                let events = ((n as f64 * part).round() as u64).min(n);
                (events, n)
            })
            .unzip()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_panics(
        (events, n) in counts(),
        target in prop::option::of(prop::num::f64::ANY),
        share in prop::num::f64::ANY,
        level in 0.0001..0.9999_f64,
    ) {
        let confidence = Confidence::new(level).expect("a level");
        if let Ok(funnel) = Funnel::new(&events, &n, target) {
            let _ = funnel.over_dispersion(share);
            for dispersion in [Dispersion::None, Dispersion::Multiplicative(share), Dispersion::Additive(share)] {
                let _ = funnel.adjusted_z(dispersion);
                let _ = funnel.limits(n[0], dispersion, confidence);
            }
            let exact = funnel_limits_exact(funnel.target, n[0], confidence).expect("valid");
            prop_assert!(exact.lower <= exact.upper && exact.upper <= 1.0, "{exact:?}");
        }
        if let Ok(fit) = beta_binomial(&events, &n) {
            prop_assert!((0.0..=1.0).contains(&fit.mean) && fit.concentration > 0.0);
            for unit in fit.posterior(confidence) {
                prop_assert!((0.0..=1.0).contains(&unit.mean) && (0.0..=1.0).contains(&unit.shrinkage));
                prop_assert!(unit.limits.lower <= unit.limits.upper, "{unit:?}");
                // The posterior mean lies between the raw share and the mean.
                let (low, high) = (unit.raw.min(fit.mean), unit.raw.max(fit.mean));
                prop_assert!(low - 1e-9 <= unit.mean && unit.mean <= high + 1e-9, "{unit:?} {}", fit.mean);
            }
            let units = n.len();
            for rank in fit.rank_intervals(20, 1, confidence).expect("draws") {
                prop_assert!(1 <= rank.lower && rank.lower <= rank.upper && rank.upper <= units);
            }
        }
    }

    /// The fit is a maximum: the likelihood is lower on all sides of it.
    #[test]
    fn the_fit_is_a_maximum(units in prop::collection::vec((0_u64..40, 1_u64..40), 2..8)) {
        let (events, n): (Vec<u64>, Vec<u64>) = units.iter().map(|(x, more)| (*x, x + more)).unzip();
        let Ok(fit) = beta_binomial(&events, &n) else { return Ok(()) };
        prop_assume!(fit.concentration.is_finite());
        let likelihood = |alpha: f64, beta: f64| -> f64 {
            events
                .iter()
                .zip(&n)
                .map(|(x, n)| {
                    super::pochhammer::ln_rising(alpha, *x) + super::pochhammer::ln_rising(beta, n - x)
                        - super::pochhammer::ln_rising(alpha + beta, *n)
                })
                .sum()
        };
        let best = likelihood(fit.alpha(), fit.beta());
        for (a, b) in [(1.02, 1.0), (0.98, 1.0), (1.0, 1.02), (1.0, 0.98), (1.3, 1.3), (0.7, 0.7), (10.0, 10.0)] {
            prop_assert!(likelihood(fit.alpha() * a, fit.beta() * b) <= best + 1e-9);
        }
    }

    /// Order, ties and bounds: every adjustment keeps the order and raises p; the methods are nested.
    #[test]
    fn adjustments_are_nested(p in prop::collection::vec(0.0..=1.0_f64, 1..40)) {
        let at = |method| adjust(&p, method).expect("valid");
        let (bh, by) = (at(Adjustment::BenjaminiHochberg), at(Adjustment::BenjaminiYekutieli));
        let (holm, bonferroni) = (at(Adjustment::Holm), at(Adjustment::Bonferroni));
        for i in 0..p.len() {
            prop_assert!(p[i] <= bh[i] + 1e-15 && bh[i] <= by[i] + 1e-15 && bh[i] <= holm[i] + 1e-15);
            prop_assert!(holm[i] <= bonferroni[i] && bonferroni[i] <= 1.0);
            for j in 0..p.len() {
                if p[i] <= p[j] {
                    prop_assert!(bh[i] <= bh[j] && by[i] <= by[j] && holm[i] <= holm[j]);
                }
            }
        }
        let mut reversed = p.clone();
        reversed.reverse();
        let mut back = adjust(&reversed, Adjustment::Holm).expect("valid");
        back.reverse();
        prop_assert_eq!(back, holm);
    }
}
