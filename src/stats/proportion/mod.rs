//! Intervals and tests of a binomial proportion, and of two.
//!
//! Sources: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", *Journal of
//! the American Statistical Association* 22 (1927), 209–212; R. G. Newcombe, "Two-sided confidence intervals
//! for the single proportion", *Statistics in Medicine* 17 (1998), 857–872; A. Agresti and B. A. Coull,
//! "Approximate is better than 'exact'", *The American Statistician* 52 (1998), 119–126; L. D. Brown,
//! T. T. Cai and A. DasGupta, "Interval estimation for a binomial proportion", *Statistical Science* 16 (2001),
//! 101–133, which compares their coverage; J. A. Hanley and A. Lippman-Hand, "If nothing goes wrong, is
//! everything all right?", *Journal of the American Medical Association* 249 (1983), 1743–1745.
//!
//! All of them suppose n independent trials with one probability: a simple random sample, drawn with
//! replacement or a small part of its population. Clusters and weights ask for a survey estimator. Counts above
//! 2⁵³ are rounded to a double. The limits of all but one (see [`agresti_coull`]) hold k/n.

mod exact;
mod paired;
mod two;

pub(super) use exact::exact_test;
pub use exact::{
    BinomialTest, binomial_test, blaker, clopper_pearson, clopper_pearson_effective, clopper_pearson_lower,
    clopper_pearson_upper, sterne,
};
pub use paired::{Pairs, newcombe_paired};
pub use two::{Difference, RiskRatio, ScoreTest, newcombe_difference, risk_ratio, score_test};

use super::incomplete::beta_quantile;
use super::{Confidence, Limits, StatsError};

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}

/// k, n and k/n as doubles.
fn share(k: u64, n: u64) -> Result<(f64, f64, f64), StatsError> {
    if n == 0 {
        return Err(StatsError::Insufficient("no trial"));
    }
    if k > n {
        return Err(StatsError::Contradiction("more successes than trials"));
    }
    Ok((real(k), real(n), real(k) / real(n)))
}

/// Two-sided Wilson score interval of a proportion with `k` successes in `n` trials.
///
/// With z the standard normal quantile of (1 + level) / 2 and p = k/n, the limits are the two solutions θ of
/// (p − θ)² = z² θ (1 − θ) / n:
///
/// ```text
/// (p + z²/2n ∓ z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// Coverage averaged over p is close to the level (95.1 to 95.4 % for n from 10 to 200); for single values of (p, n)
/// it can lie below it (84 % for p = 0.017 and n = 10 at 95 %). The limits are shares in \[0, 1\]; the lower one is
/// exactly 0 for `k = 0`, the upper one exactly 1 for `k = n`. For `n = 0` the data are insufficient; `k > n` is a
/// contradiction. Complexity: O(1).
///
/// ```text
/// wilson(5, 50, 95 %) = [0.04348, 0.21360]
/// ```
pub fn wilson(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    let (_, size, p) = share(k, n)?;
    let z2 = confidence.z().powi(2);
    let scale = 1.0 + z2 / size;
    let centre = (p + z2 / (2.0 * size)) / scale;
    let half = (z2 * (p * (1.0 - p) / size + z2 / (4.0 * size * size))).sqrt() / scale;
    Ok(Limits {
        lower: if k == 0 { 0.0 } else { (centre - half).clamp(0.0, p) },
        upper: if k == n { 1.0 } else { (centre + half).clamp(p, 1.0) },
    })
}

/// Wilson score interval with continuity correction (method 4 of Newcombe).
///
/// The limits solve (|p − θ| − 1/2n)² = z² θ (1 − θ) / n: Wilson's with p ∓ 1/2n in place of p. Wider than
/// Wilson's; close to [`clopper_pearson`], but not guaranteed. Exactly 0 for `k = 0` and 1 for `k = n`. For
/// `n = 0` the data are insufficient; `k > n` is a contradiction. Complexity: O(1).
///
/// R's `prop.test` caps the correction at |k − n/2|, with regard to its test of p = ½: at k = n/2, and nowhere
/// else, it gives the limits of [`wilson`].
pub fn wilson_continuity(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    let (_, size, p) = share(k, n)?;
    let z2 = confidence.z().powi(2);
    let scale = 1.0 + z2 / size;
    let end = |shifted: f64, sign: f64| {
        let half = (z2 * (shifted * (1.0 - shifted) / size + z2 / (4.0 * size * size))).sqrt();
        (shifted + z2 / (2.0 * size) + sign * half) / scale
    };
    Ok(Limits {
        lower: if k == 0 { 0.0 } else { end(p - 0.5 / size, -1.0).clamp(0.0, p) },
        upper: if k == n { 1.0 } else { end(p + 0.5 / size, 1.0).clamp(p, 1.0) },
    })
}

/// The interval of Agresti and Coull, see [`agresti_coull`].
#[derive(Debug, Clone, PartialEq)]
pub struct AgrestiCoull {
    /// Centre (k + z²/2) / (n + z²): not the share k/n, and not meant as an estimate of it.
    pub centre: f64,
    /// Limits as the formula gives them; they may leave \[0, 1\].
    pub untruncated: Limits,
    /// Limits truncated to \[0, 1\].
    pub limits: Limits,
    /// Whether a limit was truncated.
    pub truncated: bool,
}

/// Agresti–Coull interval: Wald's about the centre of Wilson's.
///
/// ```text
/// n′ = n + z²,  p′ = (k + z²/2) / n′,  p′ ∓ z √(p′(1 − p′)/n′)
/// ```
///
/// The untruncated limits hold those of [`wilson`]. For `n = 0` the data are insufficient; `k > n` is a contradiction.
/// Complexity: O(1).
pub fn agresti_coull(k: u64, n: u64, confidence: Confidence) -> Result<AgrestiCoull, StatsError> {
    let (count, size, _) = share(k, n)?;
    let z2 = confidence.z().powi(2);
    let total = size + z2;
    let centre = (count + z2 / 2.0) / total;
    let half = (z2 * centre * (1.0 - centre) / total).sqrt();
    let untruncated = Limits { lower: centre - half, upper: centre + half };
    let limits = Limits { lower: untruncated.lower.clamp(0.0, 1.0), upper: untruncated.upper.clamp(0.0, 1.0) };
    Ok(AgrestiCoull { centre, untruncated, limits, truncated: limits != untruncated })
}

/// Jeffreys interval: the equal-tailed posterior interval under the prior Beta(½, ½).
///
/// The quantiles α/2 and 1 − α/2 of Beta(k + ½, n − k + ½), unmodified: for `k = 0` the lower limit is above 0
/// and so above k/n; see [`jeffreys_modified`]. For `n = 0` the data are insufficient; `k > n` is a
/// contradiction. Complexity: O(√min(k, n − k)).
pub fn jeffreys(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    let (count, _, _) = share(k, n)?;
    let (a, b, tail) = (count + 0.5, real(n - k) + 0.5, confidence.alpha() / 2.0);
    Ok(Limits::new(beta_quantile(a, b, tail).x, beta_quantile(b, a, tail).y))
}

/// Jeffreys interval with the ends that Brown, Cai and `DasGupta` recommend: 0 for `k = 0`, 1 for `k = n`.
///
/// Otherwise [`jeffreys`]. Its coverage does not fall to 0 where p tends to 0 or 1. For `n = 0` the data are
/// insufficient; `k > n` is a contradiction.
pub fn jeffreys_modified(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    let limits = jeffreys(k, n, confidence)?;
    Ok(Limits { lower: if k == 0 { 0.0 } else { limits.lower }, upper: if k == n { 1.0 } else { limits.upper } })
}

/// Exact one-sided upper limit of a proportion of which no case was seen in `n` trials.
///
/// ```text
/// 1 − (1 − level)^(1/n)
/// ```
///
/// The level is that of the one-sided statement: at 95 % the limit is close to 3/n, the rule of three, which
/// lies above it. `n` need not be whole, so that an effective sample size can take its place. It is refused
/// unless finite and above 0. Complexity: O(1).
pub fn zero_events_upper(n: f64, confidence: Confidence) -> Result<f64, StatsError> {
    if !(n > 0.0 && n.is_finite()) {
        return Err(StatsError::Domain { what: "n", value: n, expected: "expected a finite number above 0" });
    }
    Ok(-(confidence.alpha().ln() / n).exp_m1())
}

#[cfg(test)]
mod tests;
