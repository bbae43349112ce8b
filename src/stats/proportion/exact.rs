//! Exact intervals and test of a binomial proportion.
//!
//! Sources: C. J. Clopper and E. S. Pearson, "The use of confidence or fiducial limits illustrated in the case
//! of the binomial", *Biometrika* 26 (1934), 404–413; T. E. Sterne, "Some remarks on confidence or fiducial
//! limits", *Biometrika* 41 (1954), 275–278; H. Blaker, "Confidence curves and improved exact confidence
//! intervals for discrete distributions", *Canadian Journal of Statistics* 28 (2000), 783–798; J. Reiczigel,
//! "Confidence intervals for the binomial parameter: some new considerations", *Statistics in Medicine* 22 (2003),
//! 611–621; for effective sample sizes E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with
//! small expected number of positive counts estimated from survey data", *Survey Methodology* 24 (1998), 193–201.

use super::super::incomplete::{
    Point, beta_quantile, binomial_from, binomial_probability, binomial_up_to, ln_binomial_probability,
};
use super::super::{Confidence, Limits, StatsError};
use super::{real, share};

/// Clopper–Pearson interval: two one-sided exact limits at α/2 each.
///
/// ```text
/// lower = quantile α/2 of Beta(k, n − k + 1),  upper = quantile 1 − α/2 of Beta(k + 1, n − k)
/// ```
///
/// Covers with at least the level for every p and n, mostly with more. 0 for `k = 0` and 1 for `k = n`, where
/// the interval stays two-sided: its other limit is that of a one-sided statement at 1 − α/2. For `n = 0` the
/// data are insufficient; `k > n` is a contradiction. Complexity: O(√min(k, n − k)), bounded.
pub fn clopper_pearson(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    share(k, n)?;
    Ok(limits(real(k), real(n - k), confidence.alpha() / 2.0))
}

/// Clopper–Pearson interval for counts that need not be whole: an effective sample size `n` and `k = n · p`.
///
/// The form of Korn and Graubard for survey data, with the beta distribution of [`clopper_pearson`]. Coverage
/// is no longer guaranteed, since the effective size is itself estimated. Refused unless n is finite and above
/// 0 and 0 ≤ k ≤ n.
pub fn clopper_pearson_effective(k: f64, n: f64, confidence: Confidence) -> Result<Limits, StatsError> {
    if !(n > 0.0 && n.is_finite()) {
        return Err(StatsError::Domain { what: "n", value: n, expected: "expected a finite number above 0" });
    }
    if !(0.0..=n).contains(&k) {
        return Err(StatsError::Domain { what: "k", value: k, expected: "expected a number in [0, n]" });
    }
    Ok(limits(k, n - k, confidence.alpha() / 2.0))
}

/// Exact one-sided lower limit: the smallest p under which `k` or more successes have probability 1 − level.
///
/// To show that a share exceeds a declared value. Covers with at least the level. 0 for `k = 0`; for `n = 0`
/// the data are insufficient; `k > n` is a contradiction.
pub fn clopper_pearson_lower(k: u64, n: u64, confidence: Confidence) -> Result<f64, StatsError> {
    share(k, n)?;
    Ok(limits(real(k), real(n - k), confidence.alpha()).lower)
}

/// Exact one-sided upper limit: the largest p under which `k` or fewer successes have probability 1 − level.
///
/// For `k = 0` that of [`super::zero_events_upper`]. Covers with at least the level. 1 for `k = n`; for
/// `n = 0` the data are insufficient; `k > n` is a contradiction.
pub fn clopper_pearson_upper(k: u64, n: u64, confidence: Confidence) -> Result<f64, StatsError> {
    share(k, n)?;
    Ok(limits(real(k), real(n - k), confidence.alpha()).upper)
}

/// Limits at one tail each, from successes and failures.
fn limits(k: f64, m: f64, tail: f64) -> Limits {
    let lower = if k <= 0.0 { 0.0 } else { beta_quantile(k, m + 1.0, tail).x };
    let upper = if m <= 0.0 { 1.0 } else { beta_quantile(m, k + 1.0, tail).y };
    about(k, m, lower, upper)
}

/// Limits that hold the share, which they may miss by their rounding at counts of some 10¹⁶ alone.
fn about(k: f64, m: f64, lower: f64, upper: f64) -> Limits {
    let p = k / (k + m);
    Limits { lower: lower.min(p), upper: upper.max(p) }
}

/// Two-sided exact tests of one proportion, see [`binomial_test`].
#[derive(Debug, Clone, PartialEq)]
pub struct BinomialTest {
    /// Probability of all counts that are no likelier than the observed one: the convention of R's `binom.test`
    /// and `SciPy`. It agrees with the limits of [`sterne`], not with those of [`clopper_pearson`].
    pub p_value: f64,
    /// Twice the smaller tail, at most 1. It is below α exactly where [`clopper_pearson`] leaves p₀ out.
    pub p_value_central: f64,
}

/// Exact two-sided test that `k` successes in `n` trials come from the probability `p0`.
///
/// Both conventions of "two-sided" are given, since they can fall on different sides of 5 %. Probabilities
/// count as equal within a relative 10⁻⁷, as in R. `p0` outside \[0, 1\] is refused; for `n = 0` the data are
/// insufficient; `k > n` is a contradiction. Complexity: O(log n) evaluations of the distribution.
pub fn binomial_test(k: u64, n: u64, p0: f64) -> Result<BinomialTest, StatsError> {
    share(k, n)?;
    if !(0.0..=1.0).contains(&p0) {
        return Err(StatsError::Domain { what: "p0", value: p0, expected: "expected a share in [0, 1]" });
    }
    Ok(exact_test(k, n, Point::of(p0)))
}

/// [`binomial_test`] at a probability that is given with its complement; n > 0, k ≤ n.
pub(in super::super) fn exact_test(k: u64, n: u64, at: Point) -> BinomialTest {
    let up_to = |i: u64| binomial_up_to(real(i), real(n - i), at);
    let from = |i: u64| binomial_from(real(i), real(n - i), at);
    let probability = |i: u64| binomial_probability(real(i), real(n - i), at);
    let rarest = probability(k) * (1.0 + 1e-7);
    let mean = real(n) * at.x;
    let p_value = if real(k) < mean {
        // The probabilities fall from the mean on: the first count beyond it that is rare enough.
        up_to(k) + first_true(floor(mean.ceil()).min(n), n, |i| probability(i) <= rarest).map_or(0.0, from)
    } else if real(k) > mean {
        let below = floor(mean).min(n);
        let first = first_true(0, below, |back| probability(below - back) <= rarest);
        from(k) + first.map_or(0.0, |back| up_to(below - back))
    } else {
        1.0
    };
    let central = 2.0 * up_to(k).min(from(k));
    BinomialTest { p_value: p_value.min(1.0), p_value_central: central.min(1.0) }
}

/// Blaker's interval: the hull of all p whose acceptability exceeds α.
///
/// The acceptability of p is the smaller tail at `k` plus the largest opposite tail that is no larger than it.
/// Within [`clopper_pearson`] always, and still covers with at least the level; nested in the level. The
/// limits are exact to rounding, where Blaker's own code and epiR step through a grid. 0 for `k = 0` and 1 for
/// `k = n`. For `n = 0` the data are insufficient; `k > n` is a contradiction. Complexity: O(log n)
/// evaluations of the distribution.
pub fn blaker(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    share(k, n)?;
    let alpha = confidence.alpha();
    Ok(about(real(k), real(n - k), blaker_lower(k, n, alpha).x, blaker_lower(n - k, n, alpha).y))
}

/// Lower limit; the upper one is that of n − k, seen from 1.
fn blaker_lower(k: u64, n: u64, alpha: f64) -> Point {
    if k == 0 {
        return Point { x: 0.0, y: 1.0 };
    }
    let (count, failures) = (real(k), real(n - k));
    let from = |at: Point| binomial_from(count, failures, at);
    let up_to = |j: u64, at: Point| binomial_up_to(real(j), real(n - j), at);
    let start = beta_quantile(count, failures + 1.0, alpha / 2.0);
    // Counts below k up to some number have together at most the probability of k and more, which is α/2 at
    // the end of the Clopper–Pearson interval. This is the first count that is not among them.
    let next = first_true(0, k - 1, |j| up_to(j, start) > alpha / 2.0).unwrap_or(k - 1);
    // With p rising it joins them where its tail has fallen to that of k: from there on the acceptability is
    // above α, since both tails are above α/2.
    let end =
        if k == n { 60.0 + real(n).ln() } else { beta_quantile(failures, count + 1.0, alpha / 2.0).flipped().logit() };
    let knot = first_logit(start.logit(), end, |at| up_to(next, at) <= from(at));
    // Before it, the acceptability may already have risen above α.
    let opposite = |at: Point| if next == 0 { 0.0 } else { up_to(next - 1, at) };
    let above = |at: Point| from(at) + opposite(at) > alpha;
    if above(Point::of_logit(knot)) {
        return Point::of_logit(first_logit(start.logit(), knot, above));
    }
    Point::of_logit(knot)
}

/// Sterne's interval: the hull of all p that the exact test of [`binomial_test`] does not reject.
///
/// Covers with at least the level and is short on average; not always within [`clopper_pearson`]. Computed as
/// by Reiczigel (2003), but to rounding. 0 for `k = 0` and 1 for `k = n`. For `n = 0` the data
/// are insufficient; `k > n` is a contradiction. Complexity: O(log n) evaluations of the distribution.
pub fn sterne(k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    share(k, n)?;
    let alpha = confidence.alpha();
    Ok(about(real(k), real(n - k), sterne_lower(k, n, alpha).x, sterne_lower(n - k, n, alpha).y))
}

/// Lower limit; the upper one is that of n − k, seen from 1.
fn sterne_lower(k: u64, n: u64, alpha: f64) -> Point {
    if k == 0 {
        return Point { x: 0.0, y: 1.0 };
    }
    let (count, failures) = (real(k), real(n - k));
    let size = count + failures;
    let centre = Point { x: (count + 0.5) / (size + 1.0), y: (failures + 0.5) / (size + 1.0) };
    let peak = ln_binomial_probability(count, failures, centre);
    // Where j and k are equally likely. Differences of log-probabilities near the peak keep their digits;
    // those of log-factorials would not.
    let knot = |j: u64| centre.logit() + (ln_binomial_probability(real(j), real(n - j), centre) - peak) / real(k - j);
    // The p-value where the counts below `next` are no likelier than k.
    let p_value = |at: Point, next: u64| {
        let opposite = if next == 0 { 0.0 } else { binomial_up_to(real(next - 1), real(n - next) + 1.0, at) };
        binomial_from(count, failures, at) + opposite
    };
    // From the knot of j on, the counts up to j are no likelier than k; the p-value rises from knot to knot.
    let next = first_true(0, k - 1, |j| p_value(Point::of_logit(knot(j)), j + 1) > alpha).unwrap_or(k - 1);
    let end = knot(next);
    if p_value(Point::of_logit(end), next) <= alpha {
        return Point::of_logit(end);
    }
    let start = if next == 0 { end.min(0.0) - 60.0 - size.ln() } else { knot(next - 1) };
    Point::of_logit(first_logit(start, end, |at| p_value(at, next) > alpha))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count; the cast saturates")]
fn floor(x: f64) -> u64 {
    x as u64
}

/// First number of `low..=high` from which on `f` is true; `None` where it never is.
fn first_true(low: u64, high: u64, f: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (low, high);
    if low > high || !f(high) {
        return None;
    }
    while low < high {
        let middle = low + (high - low) / 2;
        if f(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    Some(high)
}

/// The logarithm of odds in `low..high` from which on `f` is true.
fn first_logit(low: f64, high: f64, f: impl Fn(Point) -> bool) -> f64 {
    let (mut low, mut high) = (low, high);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if f(Point::of_logit(middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}
