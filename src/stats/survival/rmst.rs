//! Restricted mean survival time: the mean of a time that is cut off at τ.
//!
//! Source: J. O. Irwin, "The standard error of an estimate of expectation of life", *Journal of Hygiene* 47
//! (1949), 188–189; P. Royston and M. K. B. Parmar, *BMC Medical Research Methodology* 13 (2013), 152;
//! contrasts of two groups as in H. Uno and others, *Journal of Clinical Oncology* 32 (2014), 2380–2385.

use statrs::distribution::{ContinuousCDF, Normal};

use super::{Confidence, KaplanMeier, Limits, StatsError, real};

/// A restricted mean with its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rmst {
    /// The horizon τ.
    pub tau: f64,
    /// Mean of min(T, τ): the area below the curve up to τ.
    pub mean: f64,
    /// Standard error, of Greenwood's form; 0 where no event lies before τ.
    pub standard_error: f64,
    /// Whether τ lies beyond the end of follow-up at a curve above 0. The curve is then taken as level up to
    /// τ, as R does, which makes the mean an upper bound of the estimate and the standard error too small.
    pub extended: bool,
}

impl Rmst {
    /// Limits mean ± z·se, cut off at 0 and τ.
    #[must_use]
    pub fn limits(&self, confidence: Confidence) -> Limits {
        let half = confidence.z() * self.standard_error;
        Limits::new((self.mean - half).max(0.0), (self.mean + half).min(self.tau))
    }
}

/// Two restricted means compared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RmstContrast {
    /// First less second mean, or first by second.
    pub estimate: f64,
    /// Standard error: of the difference, or of the logarithm of the ratio.
    pub standard_error: f64,
    /// Limits of the estimate.
    pub limits: Limits,
    /// Difference (or logarithm of the ratio) in standard errors.
    pub z: f64,
    /// Two-sided p value of no difference.
    pub p: f64,
}

/// Mean of min(T, τ), where T has the estimated distribution.
///
/// ```text
/// RMST(τ) = ∫₀^τ S(u) du          se² = Σ (∫_tᵢ^τ S(u) du)² dᵢ/(nᵢ(nᵢ − dᵢ))          over tᵢ ≤ τ
/// ```
///
/// In the unit of the times. A time at which all at risk had the event adds nothing to the variance, as in
/// R's `print(survfit, rmean)`. Where all units came late the area still begins at 0, with S = 1 until the
/// first entry. Complexity: O(steps).
///
/// # Errors
/// [`StatsError::Domain`] for a τ that is not a finite number above 0.
pub fn rmst(curve: &KaplanMeier, tau: f64) -> Result<Rmst, StatsError> {
    if !(tau > 0.0 && tau.is_finite()) {
        return Err(StatsError::Domain { what: "tau", value: tau, expected: "expected a finite number above 0" });
    }
    let used = curve.steps.partition_point(|step| step.time <= tau);
    // From the end: the area between each step and τ.
    let (mut area, mut variance, mut end) = (0.0, 0.0, tau);
    for step in curve.steps[..used].iter().rev() {
        area += step.survival * (end - step.time);
        end = step.time;
        if step.events > 0 && step.events < step.at_risk {
            let (n, d) = (real(step.at_risk), real(step.events));
            variance += area * area * d / (n * (n - d));
        }
    }
    let extended = tau > curve.last_time() && curve.steps.last().is_some_and(|step| step.survival > 0.0);
    Ok(Rmst { tau, mean: area + end, standard_error: variance.sqrt(), extended })
}

/// First less second restricted mean, of independent groups, with limits and a two-sided test on the normal
/// law.
///
/// # Errors
/// [`StatsError::Contradiction`] for different horizons; [`StatsError::Insufficient`] where neither has a
/// standard error above 0.
pub fn rmst_difference(first: &Rmst, second: &Rmst, confidence: Confidence) -> Result<RmstContrast, StatsError> {
    same_horizon(first, second)?;
    contrast(first.mean - second.mean, first.standard_error.hypot(second.standard_error), confidence, |x| x)
}

/// First by second restricted mean, of independent groups, with limits on the logarithmic scale:
/// `se² = (se₁/m₁)² + (se₂/m₂)²`.
///
/// # Errors
/// As [`rmst_difference`], and [`StatsError::Insufficient`] where a mean is 0.
pub fn rmst_ratio(first: &Rmst, second: &Rmst, confidence: Confidence) -> Result<RmstContrast, StatsError> {
    same_horizon(first, second)?;
    if !(first.mean > 0.0 && second.mean > 0.0) {
        return Err(StatsError::Insufficient("a restricted mean is 0"));
    }
    let error = (first.standard_error / first.mean).hypot(second.standard_error / second.mean);
    contrast((first.mean / second.mean).ln(), error, confidence, f64::exp)
}

fn same_horizon(first: &Rmst, second: &Rmst) -> Result<(), StatsError> {
    if first.tau.total_cmp(&second.tau).is_eq() {
        Ok(())
    } else {
        Err(StatsError::Contradiction("restricted means with different horizons cannot be compared"))
    }
}

fn contrast(
    value: f64,
    standard_error: f64,
    confidence: Confidence,
    back: impl Fn(f64) -> f64,
) -> Result<RmstContrast, StatsError> {
    if !(standard_error > 0.0 && standard_error.is_finite() && value.is_finite()) {
        return Err(StatsError::Insufficient("no event before the horizon in either group"));
    }
    let (z, half) = (value / standard_error, confidence.z() * standard_error);
    Ok(RmstContrast {
        estimate: back(value),
        standard_error,
        limits: Limits::new(back(value - half), back(value + half)),
        z,
        p: 2.0 * Normal::standard().sf(z.abs()),
    })
}
