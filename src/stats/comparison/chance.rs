//! What chance alone does about a target: exact limits of a rate, and mid-P values of shares and rates.
//!
//! Source: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", *Statistics in Medicine*
//! 24 (2005), 1185–1202, appendix A.1; H. O. Lancaster, "Significance tests in discrete distributions", *Journal of
//! the American Statistical Association* 56 (1961), 223–234, for mid-P.

use super::funnel::float;
use crate::stats::incomplete::{Point, beta_tails, binomial_probability, gamma_tails};
use crate::stats::{Confidence, Limits, StatsError};

/// Exact funnel limits about a target rate, interpolated between whole numbers of events.
///
/// ```text
/// (r − a) / n,   r = min { r : F(r) ≥ p },   a = (F(r) − p) / (F(r) − F(r − 1))
/// ```
///
/// for p = α/2 and 1 − α/2, with F the distribution function of the Poisson distribution with mean n · `target`. The
/// lower limit is below 0 where not even 0 events are as rare as p; limits are not cut. No mid-P is taken: the
/// interpolation does what it is for.
///
/// Complexity: O(log μ) evaluations of F for a mean of μ.
///
/// Source: Spiegelhalter, *Statistics in Medicine* (2005), appendix A.1.
///
/// # Errors
/// [`StatsError::Domain`] for a target that is not a finite number above 0; [`StatsError::Insufficient`] for an
/// exposure of 0.
pub fn poisson_funnel_limits_exact(target: f64, exposure: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    check(target, exposure)?;
    let (tail, n) = (confidence.alpha() / 2.0, float(exposure));
    let mean = target * n;
    Ok(Limits::new(interpolated(mean, tail, false) / n, interpolated(mean, tail, true) / n))
}

fn check(target: f64, exposure: u64) -> Result<(), StatsError> {
    if !(target > 0.0 && target.is_finite()) {
        return Err(StatsError::Domain { what: "target", value: target, expected: "expected a rate above 0" });
    }
    if exposure == 0 {
        return Err(StatsError::Insufficient("a unit has no exposure"));
    }
    Ok(())
}

/// The interpolated number of events with probability `tail` below it, or above it.
fn interpolated(mean: f64, tail: f64, above: bool) -> f64 {
    // P(X ≤ r) and P(X > r).
    let tails = |r: f64| {
        let gamma = gamma_tails(r + 1.0, mean);
        (gamma.upper, gamma.lower)
    };
    let reached = |r: f64| {
        let (lower, upper) = tails(r);
        if above { upper <= tail } else { lower >= tail }
    };
    let mut high = (mean + 1.0).ceil();
    while !reached(high) {
        high *= 2.0;
    }
    let mut low = 0.0_f64;
    while low < high {
        let middle = ((low + high) / 2.0).floor();
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1.0;
        }
    }
    let (lower, upper) = tails(low);
    let beyond = if above { tail - upper } else { lower - tail };
    let step = poisson_probability(low, mean);
    // A probability too small for a double cannot be interpolated.
    low - if step > 0.0 { (beyond / step).clamp(0.0, 1.0) } else { 0.0 }
}

/// P(X = r) as the difference of tails on the side that has the digits.
fn poisson_probability(r: f64, mean: f64) -> f64 {
    let at = gamma_tails(r + 1.0, mean);
    if r <= 0.0 {
        return at.upper;
    }
    let before = gamma_tails(r, mean);
    if at.upper < at.lower { (at.upper - before.upper).max(0.0) } else { (before.lower - at.lower).max(0.0) }
}

/// Two-sided mid-P value of `events` of `n` trials at a target share: twice the smaller of the two tails, each with
/// half the probability of the events themselves; at most 1.
///
/// It errs less to the side of chance than the exact p-value, and can be below the true level by a little.
/// Complexity: O(√n), bounded.
///
/// Source: Lancaster (1961).
///
/// # Errors
/// [`StatsError::Domain`] for a target outside (0, 1); [`StatsError::Insufficient`] for no trial;
/// [`StatsError::Contradiction`] for more events than trials.
pub fn binomial_mid_p(events: u64, n: u64, target: f64) -> Result<f64, StatsError> {
    if !(target > 0.0 && target < 1.0) {
        return Err(StatsError::Domain { what: "target", value: target, expected: "expected a share in (0, 1)" });
    }
    if n == 0 {
        return Err(StatsError::Insufficient("a unit has no trials"));
    }
    if events > n {
        return Err(StatsError::Contradiction("a unit has more events than trials"));
    }
    let (k, m) = (float(events), float(n - events));
    let at = Point::of(target);
    let half = binomial_probability(k, m, at) / 2.0;
    // P(X > k) and P(X < k).
    let above = if events == n { 0.0 } else { beta_tails(k + 1.0, m, at).lower };
    let below = if events == 0 { 0.0 } else { beta_tails(k, m + 1.0, at).upper };
    Ok((2.0 * (below.min(above) + half)).min(1.0))
}

/// The same for events of a Poisson process with rate `target` in an exposure.
///
/// # Errors
/// As [`poisson_funnel_limits_exact`].
pub fn poisson_mid_p(events: u64, exposure: u64, target: f64) -> Result<f64, StatsError> {
    check(target, exposure)?;
    let (k, mean) = (float(events), target * float(exposure));
    let half = poisson_probability(k, mean) / 2.0;
    let above = gamma_tails(k + 1.0, mean).lower;
    let below = if events == 0 { 0.0 } else { gamma_tails(k, mean).upper };
    Ok((2.0 * (below.min(above) + half)).min(1.0))
}
