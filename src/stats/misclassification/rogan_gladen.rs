//! Prevalence from a flagged share, corrected by sensitivity and specificity.
//!
//! Sources: W. J. Rogan and B. Gladen, "Estimating prevalence from the results of a screening test", *American
//! Journal of Epidemiology* 107 (1978), 71–76; Z. Lang and J. Reiczigel, "Confidence limits for prevalence of
//! disease adjusted for estimated sensitivity and specificity", *Preventive Veterinary Medicine* 113 (2014),
//! 13–22; J. Reiczigel, J. Földi and L. Ózsvári, "Exact confidence limits for prevalence of a disease with an
//! imperfect diagnostic test", *Epidemiology and Infection* 138 (2010), 1674–1678.
//!
//! Conditions of all: sensitivity and specificity are the same in the population as where they were measured,
//! within the units that are and are not of the kind. A validation set that is easier than the platform
//! breaks this, and no interval here shows it. The three samples are independent and simple random.

use super::super::{Confidence, Limits, StatsError};

/// An observed share with the size of its sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observed {
    share: f64,
    n: f64,
}

impl Observed {
    /// `k` of `n` units.
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] for `n = 0`, [`StatsError::Contradiction`] for `k > n`.
    #[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in k or n is below any use")]
    pub fn of_counts(k: u64, n: u64) -> Result<Self, StatsError> {
        if n == 0 {
            return Err(StatsError::Insufficient("no unit was observed"));
        }
        if k > n {
            return Err(StatsError::Contradiction("more units of the kind than units"));
        }
        Ok(Self { share: k as f64 / n as f64, n: n as f64 })
    }

    /// A share of `n` units, where `n` may be an effective sample size.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a share outside \[0, 1\] and for an `n` that is not finite and above 0.
    pub fn of_share(share: f64, n: f64) -> Result<Self, StatsError> {
        probability("share", share)?;
        if !(n > 0.0 && n.is_finite()) {
            return Err(StatsError::Domain { what: "n", value: n, expected: "expected a finite number above 0" });
        }
        Ok(Self { share, n })
    }

    /// The share.
    #[must_use]
    pub fn share(self) -> f64 {
        self.share
    }

    /// Variance of the share, p(1 − p)/n.
    fn variance(self) -> f64 {
        self.share * (1.0 - self.share) / self.n
    }

    /// With `add` units of each kind added.
    fn with(self, add: f64) -> Self {
        let n = self.n + 2.0 * add;
        Self { share: (self.n * self.share + add) / n, n }
    }
}

/// A corrected prevalence. What lies outside \[0, 1\] is truncated, and said.
#[derive(Debug, Clone, PartialEq)]
pub struct Prevalence {
    /// Share that was flagged.
    pub apparent: f64,
    /// The estimate as the formula gives it.
    pub untruncated: f64,
    /// The estimate within \[0, 1\].
    pub estimate: f64,
    /// Whether the estimate was truncated: fewer flags than the specificity lets expect of units none of which
    /// are of the kind, or more than the sensitivity of units that all are.
    pub truncated: bool,
    /// Limits as the formula gives them.
    pub untruncated_limits: Limits,
    /// Limits within \[0, 1\].
    pub limits: Limits,
    /// Whether a limit was truncated.
    pub limits_truncated: bool,
    /// Whether the untruncated limits lie beside \[0, 1\] altogether: no prevalence agrees with sensitivity and
    /// specificity, which therefore do not hold here. The truncated limits are then one point and no interval.
    pub incompatible: bool,
    /// Standard error of the untruncated estimate, where the method has one.
    pub standard_error: Option<f64>,
}

impl Prevalence {
    fn new(apparent: f64, untruncated: f64, limits: Limits, standard_error: Option<f64>) -> Self {
        let within = Limits { lower: limits.lower.clamp(0.0, 1.0), upper: limits.upper.clamp(0.0, 1.0) };
        let estimate = untruncated.clamp(0.0, 1.0);
        Self {
            apparent,
            untruncated,
            estimate,
            truncated: !(0.0..=1.0).contains(&untruncated),
            untruncated_limits: limits,
            limits: within,
            limits_truncated: within != limits,
            incompatible: limits.upper < 0.0 || limits.lower > 1.0,
            standard_error,
        }
    }
}

/// Prevalence with the limits of Lang and Reiczigel: sensitivity and specificity are estimates.
///
/// ```text
/// P = (A + Sp − 1)/(Se + Sp − 1)
/// n′ = n + z²,  A′ = (nA + z²/2)/n′,  Se′ = (n₁Se + 1)/(n₁ + 2),  Sp′ = (n₀Sp + 1)/(n₀ + 2)
/// P′ = (A′ + Sp′ − 1)/J′,  J′ = Se′ + Sp′ − 1
/// d  = 2z² (P′ Se′(1 − Se′)/(n₁ + 2) − (1 − P′) Sp′(1 − Sp′)/(n₀ + 2))
/// V  = (A′(1 − A′)/n′ + P′² Se′(1 − Se′)/(n₁ + 2) + (1 − P′)² Sp′(1 − Sp′)/(n₀ + 2)) / J′²
/// limits = P′ + d ∓ z√V
/// ```
///
/// with A of n units the flagged share, Se of n₁ positive and Sp of n₀ negative reference units. In V the paper
/// prints (1 + P′)², a misprint, see the manual of R's `asht`. Coverage is close to the level for Se and Sp from 0.7
/// to near 1 (95 to 97 % in simulations). The estimate need not be the middle of the limits; with small reference
/// samples it can lie outside them, since P′ shrinks towards ½.
///
/// Refused where Se + Sp − 1, or its adjusted form, is not above 0: such a classifier says nothing.
/// Complexity: O(1).
pub fn lang_reiczigel(
    apparent: Observed,
    sensitivity: Observed,
    specificity: Observed,
    confidence: Confidence,
) -> Result<Prevalence, StatsError> {
    let raw = estimate(apparent.share, sensitivity.share, specificity.share)?;
    let z = confidence.z();
    let (a, se, sp) = (apparent.with(z * z / 2.0), sensitivity.with(1.0), specificity.with(1.0));
    let youden = youden(se.share, sp.share)?;
    let centre = estimate(a.share, se.share, sp.share)?;
    let rest = 1.0 - centre;
    let shift = 2.0 * z * z * (centre * se.variance() - rest * sp.variance());
    let variance = a.variance() + centre * centre * se.variance() + rest * rest * sp.variance();
    let half = z * variance.sqrt() / youden;
    let limits = Limits { lower: centre + shift - half, upper: centre + shift + half };
    Ok(Prevalence::new(apparent.share, raw, limits, None))
}

/// Prevalence with normal limits by the delta method: sensitivity and specificity are estimates.
///
/// ```text
/// V = (A(1 − A)/n + P² Se(1 − Se)/n₁ + (1 − P)² Sp(1 − Sp)/n₀) / (Se + Sp − 1)²
/// ```
///
/// Covers less than the level for small samples and for shares near 0 or 1, where a variance is estimated as 0;
/// [`lang_reiczigel`] is to be preferred for limits. Refused where Se + Sp − 1 is not above 0. Complexity: O(1).
pub fn delta_method(
    apparent: Observed,
    sensitivity: Observed,
    specificity: Observed,
    confidence: Confidence,
) -> Result<Prevalence, StatsError> {
    let youden = youden(sensitivity.share, specificity.share)?;
    let p = estimate(apparent.share, sensitivity.share, specificity.share)?;
    let variance = apparent.variance() + p * p * sensitivity.variance() + (1.0 - p).powi(2) * specificity.variance();
    let error = variance.sqrt() / youden;
    let half = confidence.z() * error;
    Ok(Prevalence::new(apparent.share, p, Limits { lower: p - half, upper: p + half }, Some(error)))
}

/// Prevalence where sensitivity and specificity are known: limits of the flagged share, transformed.
///
/// (A + Sp − 1)/(Se + Sp − 1) of the estimate and of each of `apparent_limits`, which come from any method
/// (Wilson, Blaker, a survey estimator) and hand down their coverage. Refused for shares outside \[0, 1\], limits
/// that are not finite or not in order, and where Se + Sp − 1 is not above 0. Complexity: O(1).
pub fn known_error_rates(
    apparent: f64,
    apparent_limits: Limits,
    sensitivity: f64,
    specificity: f64,
) -> Result<Prevalence, StatsError> {
    probability("apparent prevalence", apparent)?;
    probability("sensitivity", sensitivity)?;
    probability("specificity", specificity)?;
    for (what, value) in [("lower limit", apparent_limits.lower), ("upper limit", apparent_limits.upper)] {
        if !value.is_finite() {
            return Err(StatsError::Domain { what, value, expected: "expected a finite number" });
        }
    }
    if apparent_limits.lower > apparent_limits.upper {
        return Err(StatsError::Contradiction("the lower limit lies above the upper one"));
    }
    let limits = Limits {
        lower: estimate(apparent_limits.lower, sensitivity, specificity)?,
        upper: estimate(apparent_limits.upper, sensitivity, specificity)?,
    };
    Ok(Prevalence::new(apparent, estimate(apparent, sensitivity, specificity)?, limits, None))
}

fn estimate(apparent: f64, sensitivity: f64, specificity: f64) -> Result<f64, StatsError> {
    Ok((apparent + specificity - 1.0) / youden(sensitivity, specificity)?)
}

/// Youden's index, which must be above 0.
fn youden(sensitivity: f64, specificity: f64) -> Result<f64, StatsError> {
    let index = sensitivity + specificity - 1.0;
    if index > 0.0 {
        return Ok(index);
    }
    let expected = "expected a number above 0: a classifier that says something";
    Err(StatsError::Domain { what: "sensitivity + specificity - 1", value: index, expected })
}

fn probability(what: &'static str, value: f64) -> Result<(), StatsError> {
    if (0.0..=1.0).contains(&value) {
        return Ok(());
    }
    Err(StatsError::Domain { what, value, expected: "expected a share in [0, 1]" })
}
