//! Coverage of limits, and error rates of tests, of series and comparisons in simulations with known truth.
//!
//! Seeds are fixed. Bands hold what the docstrings say, with three standard errors of the simulation: 1.5 points for
//! 2,000 repetitions at 95 %.

use std::f64::consts::PI;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use systemic::stats::comparison::{Adjustment, Funnel, adjust, beta_binomial, funnel_limits, funnel_limits_exact};
use systemic::stats::series::{
    ClusterCorrection, Covariance, Effect, Errors, FirstDigits, LastDigits, LeastSquares, SeriesOptions, SmallSample,
    benford, difference_in_differences, heaping, placebo_in_space, segmented,
};
use systemic::stats::{Confidence, Limits};

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    1.0 - rng.random::<f64>()
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    (-2.0 * uniform(rng).ln()).sqrt() * (2.0 * PI * uniform(rng)).cos()
}

/// `n` errors with autocorrelation `rho`, from their stationary distribution.
fn autocorrelated(rng: &mut ChaCha8Rng, n: usize, rho: f64) -> Vec<f64> {
    let mut last = normal(rng) / (1.0 - rho * rho).sqrt();
    (0..n)
        .map(|_| {
            last = rho * last + normal(rng);
            last
        })
        .collect()
}

fn binomial(rng: &mut ChaCha8Rng, n: u64, p: f64) -> u64 {
    (0..n).map(|_| u64::from(rng.random::<f64>() < p)).sum()
}

/// Share of repetitions in which limits hold the truth.
fn coverage(repetitions: u32, seed: u64, truth: f64, mut limits: impl FnMut(&mut ChaCha8Rng) -> Limits) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let held: u32 = (0..repetitions).map(|_| u32::from(limits(&mut rng).contains(truth))).sum();
    f64::from(held) / f64::from(repetitions)
}

fn within(share: f64, low: f64, high: f64, what: &str) {
    println!("{what}: {share:.4}");
    assert!((low..=high).contains(&share), "{what}: {share} is not in {low} to {high}");
}

fn index(n: u32) -> Vec<f64> {
    (0..n).map(f64::from).collect()
}

/// y = 1 + 2x + e, e normal and independent, 12 rows: t limits are exact.
#[test]
fn classical_limits_are_exact() {
    let x: Vec<f64> = index(12).iter().map(|i| (i * 0.7).exp().ln_1p()).collect();
    let share = coverage(4_000, 1, 2.0, |rng| {
        let y: Vec<f64> = x.iter().map(|x| 1.0 + 2.0 * x + normal(rng)).collect();
        let fit = LeastSquares::fit(&[vec![1.0; 12], x.clone()], &y).expect("full rank");
        let covariance = Covariance::classical(&fit).expect("freedom");
        fit.coefficient(1, &covariance, Confidence::P95).expect("slope").limits
    });
    within(share, 0.935, 0.965, "classical");
}

/// G clusters of 5 rows with a common shock each and a regressor that varies by cluster and row; the true slope
/// is 1. CR1 with t(G − 1) covers the better the more clusters there are, as its docstring says; the classical
/// covariance, which takes rows for independent, covers 76 %.
#[test]
fn cluster_robust_limits_cover() {
    for (g, robust, low, high) in
        [(20_u32, true, 0.89, 0.935), (40, true, 0.9, 0.94), (160, true, 0.92, 0.955), (40, false, 0.7, 0.82)]
    {
        let clusters: Vec<u32> = (0..5 * g).map(|i| i / 5).collect();
        let share = coverage(2_000, 2, 1.0, |rng| {
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for _ in 0..g {
                let (level, shock) = (normal(rng), normal(rng));
                for _ in 0..5 {
                    x.push(level + 0.5 * normal(rng));
                    y.push(x[x.len() - 1] + shock + normal(rng));
                }
            }
            let fit = LeastSquares::fit(&[vec![1.0; x.len()], x], &y).expect("full rank");
            let covariance = if robust {
                Covariance::cluster_robust(&fit, &clusters, ClusterCorrection::Cr1)
            } else {
                Covariance::classical(&fit)
            };
            fit.coefficient(1, &covariance.expect("clusters"), Confidence::P95).expect("slope").limits
        });
        within(share, low, high, &format!("{g} clusters, {}", if robust { "CR1" } else { "classical" }));
    }
}

/// Level change of −2 in the middle of series with and without autocorrelation. Newey–West limits cover in long
/// series without it; how far they fall short otherwise, and those of Prais and Winsten less, is the table in the
/// docstring of `newey_west`.
#[test]
fn limits_of_a_level_change() {
    let newey_west = |lag, factor| Errors::NeweyWest { lag: Some(lag), factor };
    let adjusted = |lag| newey_west(lag, SmallSample::Adjusted);
    for (n, rho, errors, low, high) in [
        (48_u32, 0.0, newey_west(3, SmallSample::None), 0.84, 0.88),
        (48, 0.0, adjusted(3), 0.86, 0.91),
        (48, 0.6, adjusted(3), 0.73, 0.8),
        (200, 0.0, adjusted(4), 0.92, 0.955),
        (200, 0.6, adjusted(4), 0.82, 0.88),
        (48, 0.0, Errors::PraisWinsten, 0.90, 0.95),
        (48, 0.6, Errors::PraisWinsten, 0.85, 0.905),
        (200, 0.6, Errors::PraisWinsten, 0.91, 0.95),
    ] {
        let times = index(n);
        let at = f64::from(n / 2);
        let options = SeriesOptions { errors, confidence: Confidence::P95 };
        let share = coverage(2_000, 3, -2.0, |rng| {
            let errors = autocorrelated(rng, times.len(), rho);
            let y: Vec<f64> =
                times.iter().zip(errors).map(|(t, e)| 5.0 + 0.1 * t + e - if *t >= at { 2.0 } else { 0.0 }).collect();
            segmented(&times, &y, &[at], options).expect("result").changes[0].level.limits
        });
        within(share, low, high, &format!("{n} points, autocorrelation {rho}, {errors:?}"));
    }
}

/// A shock at each of 100 times that three series share, and a change of 1 in the first from the middle on.
#[test]
fn difference_in_differences_covers_under_common_shocks() {
    let times = index(100);
    let share = coverage(2_000, 4, 1.0, |rng| {
        let shocks = autocorrelated(rng, 100, 0.9);
        let mut series = |change: f64| -> Vec<f64> {
            times.iter().zip(&shocks).map(|(t, s)| s + normal(rng) + if *t >= 50.0 { change } else { 0.0 }).collect()
        };
        let (treated, others) = (series(1.0), vec![series(0.0), series(0.0)]);
        let result = difference_in_differences(&times, &treated, &others, 50.0, SeriesOptions::default());
        result.expect("result").limits
    });
    within(share, 0.925, 0.965, "difference in differences");
}

/// Five series of the same kind to which nothing happens: each is first of five with probability 0.2.
#[test]
fn placebo_p_values_are_uniform() {
    let times = index(24);
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut first = 0;
    for _ in 0..2_000 {
        let mut series: Vec<Vec<f64>> = (0..5).map(|_| autocorrelated(&mut rng, 24, 0.5)).collect();
        let treated = series.remove(0);
        let result = placebo_in_space(&times, &treated, &series, 12.0, Effect::Level).expect("result");
        first += u32::from(result.rank == 1);
    }
    within(f64::from(first) / 2_000.0, 0.17, 0.23, "placebo in space");
}

/// Numbers 10^u with u uniform over four orders of magnitude follow Benford's law; χ² and D reject 5 % of samples.
/// The last digits of five-digit numbers are uniform; χ² rejects 5 %, limits hold 1/5.
#[test]
fn digit_tests_keep_their_level() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let (mut squares, mut gaps, mut last, mut held) = (0, 0, 0, 0);
    for _ in 0..4_000 {
        let first: FirstDigits = (0..500)
            .map(|_| {
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 10^8 to 10^12")]
                let value = 10_f64.powf(8.0 + 4.0 * rng.random::<f64>()) as u64;
                value
            })
            .collect();
        let result = benford(&first).expect("numbers");
        squares += u32::from(result.p <= 0.05);
        gaps += u32::from(result.kolmogorov_smirnov > result.kolmogorov_smirnov_critical);
        let digits: LastDigits = (0..200).map(|_| rng.random_range(10_000_u64..100_000)).collect();
        let result = heaping(&digits, Confidence::P95).expect("numbers");
        last += u32::from(result.p <= 0.05);
        held += u32::from(result.round[0].limits.contains(0.2));
    }
    let share = |count: u32| f64::from(count) / 4_000.0;
    within(share(squares), 0.038, 0.062, "Benford χ²");
    within(share(gaps), 0.038, 0.062, "Benford D");
    within(share(last), 0.038, 0.062, "last digits");
    within(share(held), 0.93, 0.97, "share of multiples of 5");
}

/// Units of 500 trials with the target share 0.1: 5 % lie outside, and the spread is significant in 5 % of sets
/// of 20 units.
#[test]
fn funnels_hold_units_in_control() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let normal = funnel_limits(0.1, 500, Confidence::P95).expect("valid");
    let exact = funnel_limits_exact(0.1, 500, Confidence::P95).expect("valid");
    let (mut in_normal, mut in_exact, mut significant) = (0, 0, 0);
    for _ in 0..400 {
        let events: Vec<u64> = (0..20).map(|_| binomial(&mut rng, 500, 0.1)).collect();
        for x in &events {
            #[expect(clippy::cast_precision_loss, reason = "at most 500")]
            let share = *x as f64 / 500.0;
            in_normal += u32::from(normal.contains(share));
            in_exact += u32::from(exact.contains(share));
        }
        let funnel = Funnel::new(&events, &[500; 20], None).expect("valid");
        significant += u32::from(funnel.over_dispersion(0.0).expect("units").p <= 0.05);
    }
    within(f64::from(in_normal) / 8_000.0, 0.935, 0.965, "normal funnel");
    within(f64::from(in_exact) / 8_000.0, 0.935, 0.965, "exact funnel");
    within(f64::from(significant) / 400.0, 0.02, 0.085, "over-dispersion");
}

/// 30 units of 40 to 98 trials whose shares come from Beta(3, 12). Posterior limits hold the true share, and rank
/// intervals the true rank, in 95 % of units or more; with six units posterior limits do in 84 %, since α and β are
/// taken as known.
#[test]
fn posterior_limits_and_ranks_cover() {
    for (units, repetitions, low, high) in [(30_u64, 150, 0.93, 0.965), (6, 400, 0.81, 0.87)] {
        let mut rng = ChaCha8Rng::seed_from_u64(8);
        let (mut shares_held, mut ranks_held, mut all) = (0_u32, 0_u32, 0_u32);
        for _ in 0..repetitions {
            let trials: Vec<u64> = (0..units).map(|i| 40 + 2 * (i % 30)).collect();
            // Beta(3, 12) as the third smallest of 14 uniform draws.
            let truth: Vec<f64> = trials
                .iter()
                .map(|_| {
                    let mut draws: Vec<f64> = (0..14).map(|_| rng.random()).collect();
                    draws.sort_by(f64::total_cmp);
                    draws[2]
                })
                .collect();
            let events: Vec<u64> = trials.iter().zip(&truth).map(|(n, p)| binomial(&mut rng, *n, *p)).collect();
            let fit = beta_binomial(&events, &trials).expect("a maximum");
            let posterior = fit.posterior(Confidence::P95);
            let ranks = fit.rank_intervals(400, 9, Confidence::P95).expect("draws");
            for i in 0..trials.len() {
                let rank = 1 + truth.iter().filter(|p| **p > truth[i]).count();
                shares_held += u32::from(posterior[i].limits.contains(truth[i]));
                ranks_held += u32::from((ranks[i].lower..=ranks[i].upper).contains(&rank));
                all += 1;
            }
        }
        within(f64::from(shares_held) / f64::from(all), low, high, &format!("posterior limits, {units} units"));
        within(f64::from(ranks_held) / f64::from(all), 0.94, 1.0, &format!("rank intervals, {units} units"));
    }
}

/// 50 tests of which 35 are of true hypotheses, independent. At 5 %, Benjamini–Hochberg has 35/50 · 5 % = 3.5 %
/// false among its rejections; Holm and Bonferroni reject any true hypothesis in at most 5 % of families.
#[test]
fn multiplicity_is_controlled() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let (mut discoveries, mut dependent, mut holm, mut bonferroni) = (0.0, 0.0, 0, 0);
    for _ in 0..2_000 {
        // True hypotheses first; p of the others is a sixth power of a uniform number.
        let p: Vec<f64> = (0..50).map(|i| uniform(&mut rng).powi(if i < 35 { 1 } else { 6 })).collect();
        let rejected = |method| -> (u32, u32) {
            let adjusted = adjust(&p, method).expect("valid");
            let count = |part: &[f64]| part.iter().map(|p| u32::from(*p <= 0.05)).sum();
            (count(&adjusted[..35]), count(&adjusted))
        };
        let share = |(wrong, all): (u32, u32)| f64::from(wrong) / f64::from(all.max(1));
        discoveries += share(rejected(Adjustment::BenjaminiHochberg));
        dependent += share(rejected(Adjustment::BenjaminiYekutieli));
        holm += u32::from(rejected(Adjustment::Holm).0 > 0);
        bonferroni += u32::from(rejected(Adjustment::Bonferroni).0 > 0);
    }
    within(discoveries / 2_000.0, 0.028, 0.042, "false discoveries of Benjamini–Hochberg");
    within(dependent / 2_000.0, 0.003, 0.015, "false discoveries of Benjamini–Yekutieli");
    within(f64::from(holm) / 2_000.0, 0.03, 0.06, "any false rejection of Holm");
    within(f64::from(bonferroni) / 2_000.0, 0.02, 0.05, "any false rejection of Bonferroni");
}
