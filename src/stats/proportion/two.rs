//! Two independent proportions: difference, ratio and test.
//!
//! Sources: R. G. Newcombe, "Interval estimation for the difference between independent proportions",
//! *Statistics in Medicine* 17 (1998), 873–890, method 10; D. Katz, J. Baptista, S. P. Azen and M. C. Pike,
//! "Obtaining confidence intervals for the risk ratio in cohort studies", *Biometrics* 34 (1978), 469–474.

use statrs::function::erf::erfc;

use super::super::{Confidence, Limits, StatsError};
use super::{share, wilson};

/// A difference of two proportions.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// p₁ − p₂, in \[−1, 1\].
    pub difference: f64,
    /// Its limits, within \[−1, 1\].
    pub limits: Limits,
}

/// Difference of two independent proportions with Newcombe's hybrid score limits, without correction.
///
/// With \[l, u\] the [`wilson`] limits of each proportion:
///
/// ```text
/// d = p₁ − p₂,  lower = d − √((p₁ − l₁)² + (u₂ − p₂)²),  upper = d + √((u₁ − p₁)² + (p₂ − l₂)²)
/// ```
///
/// Conditions: two independent samples; not for pairs. For an empty sample the data are insufficient; more
/// successes than trials are a contradiction. Complexity: O(1).
pub fn newcombe_difference(
    (k1, n1): (u64, u64),
    (k2, n2): (u64, u64),
    confidence: Confidence,
) -> Result<Difference, StatsError> {
    let ((_, _, p1), (_, _, p2)) = (share(k1, n1)?, share(k2, n2)?);
    let (one, two) = (wilson(k1, n1, confidence)?, wilson(k2, n2, confidence)?);
    let difference = p1 - p2;
    let limits = Limits {
        lower: (difference - (p1 - one.lower).hypot(two.upper - p2)).max(-1.0),
        upper: (difference + (one.upper - p1).hypot(p2 - two.lower)).min(1.0),
    };
    Ok(Difference { difference, limits })
}

/// A ratio of two proportions.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRatio {
    /// p₁ / p₂.
    pub ratio: f64,
    /// Standard error of its natural logarithm.
    pub log_standard_error: f64,
    /// Its limits.
    pub limits: Limits,
}

/// Ratio of two independent proportions with the limits of Katz, symmetric on the log scale.
///
/// ```text
/// p₁/p₂ · exp(∓ z √(1/k₁ − 1/n₁ + 1/k₂ − 1/n₂))
/// ```
///
/// Conditions: two independent samples with some events each. Without an event in one of them the logarithm is
/// not finite, and with events only (k = n in both) its variance is 0: the data are insufficient, and no ½ is
/// added. More successes than trials are a contradiction. Complexity: O(1).
pub fn risk_ratio((k1, n1): (u64, u64), (k2, n2): (u64, u64), confidence: Confidence) -> Result<RiskRatio, StatsError> {
    let ((c1, _, p1), (c2, _, p2)) = (share(k1, n1)?, share(k2, n2)?);
    if k1 == 0 || k2 == 0 {
        return Err(StatsError::Insufficient("a risk ratio needs an event in both samples"));
    }
    if k1 == n1 && k2 == n2 {
        return Err(StatsError::Insufficient("a risk ratio needs a trial without event"));
    }
    let log_standard_error = ((1.0 - p1) / c1 + (1.0 - p2) / c2).sqrt();
    let ratio = p1 / p2;
    let factor = (confidence.z() * log_standard_error).exp();
    Ok(RiskRatio { ratio, log_standard_error, limits: Limits { lower: ratio / factor, upper: ratio * factor } })
}

/// Score test of equal proportions, see [`score_test`].
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTest {
    /// Standard normal deviate; above 0 where p₁ > p₂.
    pub z: f64,
    /// z²: Pearson's χ² with one degree of freedom.
    pub chi_squared: f64,
    /// Two-sided p-value.
    pub p_value: f64,
}

/// Score test that two independent proportions are equal: pooled variance, no continuity correction.
///
/// ```text
/// z = (p₁ − p₂) / √(p(1 − p)(1/n₁ + 1/n₂)),  p = (k₁ + k₂)/(n₁ + n₂)
/// ```
///
/// Pearson's χ² test. Conditions: independent samples; expected counts of some 5 or more. Where all trials or
/// none are successes, the variance is 0 and the data are insufficient; more successes than trials are a
/// contradiction. Complexity: O(1).
pub fn score_test((k1, n1): (u64, u64), (k2, n2): (u64, u64)) -> Result<ScoreTest, StatsError> {
    let ((c1, s1, p1), (c2, s2, p2)) = (share(k1, n1)?, share(k2, n2)?);
    if (k1 == 0 && k2 == 0) || (k1 == n1 && k2 == n2) {
        return Err(StatsError::Insufficient("both samples are all successes or all failures"));
    }
    // 1 − p from the failures: it does not vanish where nearly all are successes.
    let (pooled, rest) = ((c1 + c2) / (s1 + s2), ((s1 - c1) + (s2 - c2)) / (s1 + s2));
    let z = (p1 - p2) / (pooled * rest * (1.0 / s1 + 1.0 / s2)).sqrt();
    Ok(ScoreTest { z, chi_squared: z * z, p_value: erfc(z.abs() / std::f64::consts::SQRT_2) })
}
