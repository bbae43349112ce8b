//! Coverage of 95 % limits of proportions, rates, corrected shares, populations and agreement.
//!
//! Where there are few outcomes, coverage is summed over all of them and has no error; elsewhere samples are
//! drawn with fixed seeds.

use rand::{RngExt as _, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{Binomial, Discrete, Poisson};
use systemic::stats::agreement::{Ratings, cohen_kappa};
use systemic::stats::capture::{chao_lower_bound, chapman};
use systemic::stats::misclassification::prediction::{
    Labelled, Predictions, Stratum as PredictionStratum, Target, Tuning, prediction_powered, stratified,
};
use systemic::stats::misclassification::rogan_gladen::{Observed, lang_reiczigel};
use systemic::stats::misclassification::two_phase::{PhaseOne, Stratum, two_phase_recall};
use systemic::stats::proportion::{
    agresti_coull, blaker, clopper_pearson, jeffreys_modified, newcombe_difference, sterne, wilson, wilson_continuity,
};
use systemic::stats::rate::poisson_rate;
use systemic::stats::{Confidence, Limits, StatsError};

const P95: Confidence = Confidence::P95;

/// Coverage of an interval at every p of a grid, from all outcomes.
fn exact(n: u64, interval: impl Fn(u64) -> Limits) -> Vec<f64> {
    let limits: Vec<Limits> = (0..=n).map(interval).collect();
    (1..1000)
        .map(|i| {
            let p = f64::from(i) / 1000.0;
            let law = Binomial::new(p, n).expect("a law");
            (0..=n).zip(&limits).filter(|(_, l)| l.contains(p)).map(|(k, _)| law.pmf(k)).sum()
        })
        .collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.iter().fold(0.0, |n, _| n + 1.0)
}

fn least(values: &[f64]) -> f64 {
    values.iter().copied().fold(f64::INFINITY, f64::min)
}

type Interval = fn(u64, u64, Confidence) -> Result<Limits, StatsError>;

/// Truth: every p of 0.001, 0.002, … 0.999, for n of 10, 20, 50 and 200 trials.
///
/// Wilson's and Jeffreys's limits cover with 95 % on average over p, and with less where p is near 0 or 1: 84 %
/// and 87 % at worst for n = 10. Agresti and Coull's stay above 92 %.
#[test]
fn approximate_limits_of_a_proportion() {
    let agresti: Interval = |k, n, c| agresti_coull(k, n, c).map(|i| i.limits);
    for n in [10, 20, 50, 200] {
        for (name, interval, worst) in [
            ("Wilson", wilson as Interval, 0.84),
            ("Jeffreys", jeffreys_modified, 0.86),
            ("Agresti-Coull", agresti, 0.92),
        ] {
            let coverage = exact(n, |k| interval(k, n, P95).expect("valid"));
            assert!((0.945..=0.97).contains(&mean(&coverage)), "{name}, n = {n}: {}", mean(&coverage));
            assert!(least(&coverage) >= worst, "{name}, n = {n}: {}", least(&coverage));
        }
    }
}

/// Truth as above. These cover with 95 % at least, everywhere; Blaker's and Sterne's with less to spare.
#[test]
fn exact_limits_of_a_proportion() {
    for n in [10, 20, 50, 200] {
        let all: Vec<Vec<f64>> = [clopper_pearson as Interval, blaker, sterne, wilson_continuity]
            .iter()
            .map(|interval| exact(n, |k| interval(k, n, P95).expect("valid")))
            .collect();
        for coverage in &all {
            assert!(least(coverage) >= 0.95 - 1e-9, "n = {n}: {}", least(coverage));
        }
        assert!(mean(&all[1]) < mean(&all[0]) && mean(&all[2]) < mean(&all[0]), "n = {n}");
    }
}

/// Truth: every rate of 0.1, 0.2, … 39.9 events in the exposure. Garwood's limits cover with 95 % at least.
#[test]
fn limits_of_a_rate() {
    let limits: Vec<Limits> = (0..150).map(|x| poisson_rate(x, 1.0, P95).expect("valid").limits).collect();
    let coverage: Vec<f64> = (1..400)
        .map(|i| {
            let rate = f64::from(i) / 10.0;
            let law = Poisson::new(rate).expect("a law");
            (0..150).zip(&limits).filter(|(_, l)| l.contains(rate)).map(|(x, _)| law.pmf(x)).sum()
        })
        .collect();
    assert!(least(&coverage) >= 0.95 && mean(&coverage) <= 0.97, "{} {}", least(&coverage), mean(&coverage));
}

/// Truth: the differences of the shares that stand here, from all pairs of outcomes.
#[test]
fn limits_of_a_difference() {
    for (n1, n2, p1, p2) in [(30, 40, 0.2, 0.1), (81, 81, 0.7, 0.65), (20, 50, 0.5, 0.02), (100, 30, 0.9, 0.95)] {
        let (one, two) = (Binomial::new(p1, n1).expect("a law"), Binomial::new(p2, n2).expect("a law"));
        let mut coverage = 0.0;
        for (i, j) in (0..=n1).flat_map(|i| (0..=n2).map(move |j| (i, j))) {
            if newcombe_difference((i, n1), (j, n2), P95).expect("valid").limits.contains(p1 - p2) {
                coverage += one.pmf(i) * two.pmf(j);
            }
        }
        assert!((0.93..=0.97).contains(&coverage), "{p1} of {n1}, {p2} of {n2}: {coverage}");
    }
}

fn draw(random: &mut ChaCha8Rng, n: u64, p: f64) -> u64 {
    (0..n).map(|_| u64::from(random.random::<f64>() < p)).sum()
}

/// Share of `repetitions` in which `covers` holds.
fn simulate(seed: u64, repetitions: u32, mut covers: impl FnMut(&mut ChaCha8Rng) -> bool) -> f64 {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    f64::from((0..repetitions).map(|_| u32::from(covers(&mut random))).sum::<u32>()) / f64::from(repetitions)
}

/// Asserts a coverage of 93 to 97 %, and three standard errors of the simulation.
fn fair(coverage: f64, repetitions: u32, what: &str) {
    let error = 3.0 * (0.95 * 0.05 / f64::from(repetitions)).sqrt();
    assert!((0.93 - error..=0.97 + error).contains(&coverage), "{what}: {coverage}");
}

/// Truth: prevalence, sensitivity and specificity that stand here; all three are estimated.
#[test]
fn limits_of_lang_and_reiczigel() {
    for (seed, (prevalence, n, se, n1, sp, n0)) in (100..).zip([
        (0.1, 500, 0.8, 60, 0.95, 200),
        (0.05, 500, 0.9, 100, 0.97, 300),
        (0.3, 300, 0.75, 50, 0.85, 80),
        (0.02, 1000, 0.9, 50, 0.99, 300),
        (0.5, 200, 0.9, 100, 0.9, 100),
    ]) {
        let of = |random: &mut ChaCha8Rng, n, p| Observed::of_counts(draw(random, n, p), n).expect("valid");
        let flagged = prevalence * se + (1.0 - prevalence) * (1.0 - sp);
        let coverage = simulate(seed, 4000, |random| {
            let (a, s, t) = (of(random, n, flagged), of(random, n1, se), of(random, n0, sp));
            lang_reiczigel(a, s, t, P95).expect("valid").limits.contains(prevalence)
        });
        fair(coverage, 4000, &format!("prevalence {prevalence}"));
    }
}

/// Truth: 5 000 flagged and 95 000 other units with these shares of the kind. The first four rows expect 20, 6,
/// 2 and 1 units of the kind among the checked unflagged ones; with 1, a third of the samples has none and exact
/// limits.
#[test]
fn limits_of_recall() {
    for (seed, (flagged, others, checked, checked_others)) in
        (200..).zip([(0.9, 0.05, 200, 400), (0.9, 0.015, 200, 400), (0.8, 0.005, 200, 400), (0.8, 0.0025, 200, 400)])
    {
        let truth = 5e3 * flagged / (5e3 * flagged + 95e3 * others);
        let coverage = simulate(seed, 4000, |random| {
            let stratum = |random: &mut ChaCha8Rng, flagged, units, checked, p| Stratum {
                flagged,
                units,
                checked,
                found: draw(random, checked, p),
            };
            let one = stratum(random, true, 5_000, checked, flagged);
            let two = stratum(random, false, 95_000, checked_others, others);
            two_phase_recall(&[one, two], PhaseOne::Census, P95).expect("valid").limits.contains(truth)
        });
        fair(coverage, 4000, &format!("{others} of the others"));
    }
}

/// Truth: populations of 200 to 1 000 units and two independent sources.
///
/// Log-normal limits cover as they should down to some 20 units found by both. With 3 (the last row) they cover
/// less than 92 % and normal ones some 80 %.
#[test]
fn limits_of_chapman() {
    let run = |seed, size: u32, p1: f64, p2: f64| {
        let mut normal = 0_u32;
        let coverage = simulate(seed, 4000, |random| {
            let (mut first, mut second, mut both) = (0, 0, 0);
            for _ in 0..size {
                let (one, two) = (random.random::<f64>() < p1, random.random::<f64>() < p2);
                first += u64::from(one);
                second += u64::from(two);
                both += u64::from(one && two);
            }
            let found = chapman(first, second, both, P95).expect("valid");
            normal += u32::from(found.normal.contains(f64::from(size)));
            found.lognormal.contains(f64::from(size))
        });
        (coverage, f64::from(normal) / 4000.0)
    };
    for (seed, size, p1, p2) in [(300, 500, 0.4, 0.3), (301, 200, 0.3, 0.3), (302, 1000, 0.1, 0.2)] {
        let (lognormal, normal) = run(seed, size, p1, p2);
        fair(lognormal, 4000, &format!("{size} units"));
        assert!(normal < lognormal, "{normal} {lognormal}");
    }
    let (lognormal, normal) = run(303, 300, 0.1, 0.1);
    assert!((0.85..0.92).contains(&lognormal) && normal < 0.83, "{lognormal} {normal}");
}

/// Truth: 300 and 1 000 units, each seen by each of t sources with one probability; the bound is then the number.
#[test]
fn limits_of_chao() {
    for (seed, size, t, p) in [(310, 300_u32, 5, 0.15), (311, 1000, 4, 0.1)] {
        let coverage = simulate(seed, 2000, |random| {
            let (mut seen, mut once, mut twice) = (0, 0, 0);
            for _ in 0..size {
                let k = draw(random, t, p);
                seen += u64::from(k > 0);
                once += u64::from(k == 1);
                twice += u64::from(k == 2);
            }
            let found = chao_lower_bound(seen, once, twice, Some(t), P95).expect("valid");
            found.bias_corrected_limits.contains(f64::from(size))
        });
        fair(coverage, 2000, &format!("{t} sources"));
    }
}

/// A label that is 1 with probability `p`, and a flag that agrees with it with probability `right`.
fn unit(random: &mut ChaCha8Rng, p: f64, right: f64) -> (f64, f64) {
    let label = random.random::<f64>() < p;
    let flag = (random.random::<f64>() < right) == label;
    (f64::from(u8::from(label)), f64::from(u8::from(flag)))
}

fn gather(random: &mut ChaCha8Rng, (n, rest): (u32, u32), p: f64, right: f64) -> (Labelled, Predictions) {
    let labelled = (0..n).map(|_| unit(random, p, right)).collect();
    (labelled, (0..rest).map(|_| unit(random, p, right).1).collect())
}

/// Truth: the share p of a population of which n units are labelled, by a classifier that is right so often.
///
/// Normal limits need some 20 units of each kind, as Wald's do: with 9 to be expected (the last row) they cover
/// some 90 % rather than 95 %.
#[test]
fn limits_of_prediction_powered_shares() {
    for tuning in [Tuning::Plain, Tuning::Power] {
        let run = |seed, sizes, p, right| {
            simulate(seed, 2000, |random| {
                let (labelled, rest) = gather(random, sizes, p, right);
                prediction_powered(labelled, rest, tuning, Target::Share, P95).is_ok_and(|f| f.limits.contains(p))
            })
        };
        for (seed, sizes, p, right) in
            [(400, (200, 1000), 0.3, 0.85), (401, (300, 600), 0.5, 0.7), (402, (600, 1500), 0.1, 0.9)]
        {
            fair(run(seed, sizes, p, right), 2000, &format!("{tuning:?} at {p}"));
        }
        let few = run(403, (30, 500), 0.3, 0.9);
        assert!((0.85..0.94).contains(&few), "{tuning:?}: {few}");
    }
}

/// Truth: mean 0.75 of y = x + e/2 with x and e uniform on [0, 1], predicted by x² with an error that the
/// labels correct.
#[test]
fn limits_of_prediction_powered_means() {
    for (seed, tuning) in [(410, Tuning::Plain), (411, Tuning::Power), (412, Tuning::Fixed(0.5))] {
        let coverage = simulate(seed, 2000, |random| {
            let mut unit = || {
                let (x, e) = (random.random::<f64>(), random.random::<f64>());
                (x + e / 2.0, x * x)
            };
            let labelled: Labelled = (0..100).map(|_| unit()).collect();
            let rest: Predictions = (0..400).map(|_| unit().1).collect();
            let found = prediction_powered(labelled, rest, tuning, Target::Mean, P95).expect("valid");
            found.limits.contains(0.75)
        });
        fair(coverage, 2000, &format!("{tuning:?}"));
    }
}

/// Truth: 0.7 · 0.15 + 0.3 · 0.6 = 0.285, with a classifier that is better in the first stratum.
#[test]
fn limits_of_stratified_inference() {
    let coverage = simulate(420, 2000, |random| {
        let strata = [(0.7, (250, 700), 0.15, 0.92), (0.3, (150, 300), 0.6, 0.75)].map(|(weight, sizes, p, right)| {
            let (labelled, predictions) = gather(random, sizes, p, right);
            PredictionStratum { weight, labelled, predictions }
        });
        stratified(&strata, Tuning::Power, Target::Share, P95).expect("valid").limits.contains(0.285)
    });
    fair(coverage, 2000, "strata");
}

/// Truth: two raters who are right independently, with the same probability; kappa, alpha and AC1 follow.
#[test]
fn limits_of_agreement() {
    for (seed, n, share, right) in [(500, 100_u32, 0.5, 0.9), (501, 100, 0.2, 0.9), (502, 300, 0.05, 0.95)] {
        let agree = right * right + (1.0 - right) * (1.0 - right);
        let rated = share * right + (1.0 - share) * (1.0 - right);
        let corrected = |chance: f64| (agree - chance) / (1.0 - chance);
        let kappa = corrected(rated * rated + (1.0 - rated) * (1.0 - rated));
        let ac1 = corrected(2.0 * rated * (1.0 - rated));
        let mut covered = [0_u32; 2];
        let alpha = simulate(seed, 800, |random| {
            let mut table = vec![vec![0, 0], vec![0, 0]];
            let mut units = Vec::new();
            for _ in 0..n {
                let kind = random.random::<f64>() < share;
                let mut rate = || usize::from((random.random::<f64>() < right) == kind);
                let (a, b) = (rate(), rate());
                table[a][b] += 1;
                units.push(vec![Some(a), Some(b)]);
            }
            let ratings = Ratings::new(&units, 2).expect("valid");
            covered[0] += u32::from(cohen_kappa(&table, P95).is_ok_and(|k| k.limits.contains(kappa)));
            covered[1] += u32::from(ratings.gwet_ac1(P95).is_ok_and(|a| a.limits.contains(ac1)));
            ratings.krippendorff_alpha_limits(200, seed, P95).is_ok_and(|l| l.limits.contains(kappa))
        });
        fair(alpha, 800, &format!("alpha at {share}"));
        fair(f64::from(covered[0]) / 800.0, 800, &format!("kappa at {share}"));
        fair(f64::from(covered[1]) / 800.0, 800, &format!("AC1 at {share}"));
    }
}
