//! Limits of a proportion that was estimated from a design.
//!
//! Sources: E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small expected number of positive
//! counts estimated from survey data", *Survey Methodology* 24 (1998), 193–201; T. Lumley, R package `survey` 4.1,
//! `svyciprop`; J. D. Parker et al., "National Center for Health Statistics data presentation standards for
//! proportions", *Vital and Health Statistics* 2 (2017), no. 175.
//!
//! All take Student's t with PSUs less strata degrees of freedom, as `svyciprop` does. (`confint` of an `svymean`
//! takes the normal quantile unless told otherwise.) A one-sided limit at level 1 − α is that end of the two-sided
//! limits at level 1 − 2α.
//!
//! Clusters must be many. In simulations of traders with 2 to 20 listings and a share of 15.5 %, three quarters of it
//! with 30 % of the traders, limits of 95 % contain it so often (in %, 4 000 samples each):
//!
//! ```text
//! clusters           8    15    30    80   200
//! logit           91.6  93.7  94.2  94.5  94.9
//! Korn–Graubard   91.5  94.2  94.9  95.2  95.4
//! arcsine         88.9  92.4  93.4  93.9  94.8
//! mean            86.7  90.4  92.2  93.3  94.5
//! ignoring them   76.8  74.9  74.6  75.1  74.1
//! ```

use super::estimators::DesignEstimate;
use super::float;
use crate::stats::incomplete::beta_quantile;
use crate::stats::student;
use crate::stats::{Confidence, Limits, StatsError};

/// Limits of a proportion, with what was done to get them.
#[derive(Debug, Clone, PartialEq)]
pub struct SurveyLimits {
    /// The limits, a share.
    pub limits: Limits,
    /// The method: `mean`, `logit`, `arcsine` or `korn-graubard`.
    pub method: &'static str,
    /// Degrees of freedom: PSUs less strata.
    pub degrees_of_freedom: usize,
    /// Effective size that went into the beta quantiles; [`korn_graubard`] alone.
    pub effective_size: Option<f64>,
    /// Whether a limit would have left its range and was put at its end.
    pub truncated: bool,
}

impl SurveyLimits {
    fn new(method: &'static str, estimate: &DesignEstimate, lower: f64, upper: f64) -> Self {
        Self {
            limits: Limits::new(lower, upper),
            method,
            degrees_of_freedom: estimate.degrees_of_freedom(),
            effective_size: None,
            truncated: false,
        }
    }
}

/// Limits p ∓ t·SE: symmetrical, for means and totals as well as proportions.
///
/// For proportions they may leave \[0, 1\] and are then *not* cut, as in `svyciprop(method = "mean")`; use another
/// method below some 30 hits or misses. A variance of 0 gives limits of width 0. Complexity: O(1).
///
/// # Errors
/// [`StatsError::Insufficient`] without a degree of freedom, [`StatsError::Domain`] for an estimate or variance that is
/// not finite or is negative.
pub fn mean_limits(estimate: &DesignEstimate, confidence: Confidence) -> Result<SurveyLimits, StatsError> {
    if !(estimate.estimate.is_finite() && estimate.variance.is_finite() && estimate.variance >= 0.0) {
        let expected = "expected a finite estimate and a variance of at least 0";
        return Err(StatsError::Domain { what: "variance", value: estimate.variance, expected });
    }
    let half = t_quantile(estimate, confidence)? * estimate.standard_error();
    Ok(SurveyLimits::new("mean", estimate, estimate.estimate - half, estimate.estimate + half))
}

/// Limits on the scale of the logit, ln p/(1 − p): always within (0, 1), wider towards ½.
///
/// ```text
/// expit(logit p ∓ t · SE / (p (1 − p)))
/// ```
///
/// The delta method on the estimate, `svyciprop(method = "xlogit")`; `method = "logit"`, the default there, fits
/// a model with an intercept alone and agrees to some eight digits. Conditions: some ten hits and misses.
/// Complexity: O(1).
///
/// # Errors
/// As [`mean_limits`]; [`StatsError::Insufficient`] for a share of 0 or 1, where the logit is infinite (see
/// [`korn_graubard`]); [`StatsError::Domain`] for an estimate outside \[0, 1\].
pub fn logit_limits(estimate: &DesignEstimate, confidence: Confidence) -> Result<SurveyLimits, StatsError> {
    let p = proportion(estimate)?;
    if p <= 0.0 || p >= 1.0 {
        return Err(StatsError::Insufficient("a share of 0 or 1 has no limits on the logit scale"));
    }
    let centre = (p / (1.0 - p)).ln();
    let half = t_quantile(estimate, confidence)? * estimate.standard_error() / (p * (1.0 - p));
    Ok(SurveyLimits::new("logit", estimate, expit(centre - half), expit(centre + half)))
}

/// Limits on the scale of arcsin √p, whose variance depends little on p.
///
/// ```text
/// sin²(arcsin √p ∓ t · SE / (2 √(p (1 − p))))
/// ```
///
/// `svyciprop(method = "asin")`, but for one thing: where an end passes 0 or π/2 it is put there (`truncated`), so that
/// the limit is 0 or 1; R squares the sine of it, which makes the limit turn back into the interval. Complexity: O(1).
///
/// # Errors
/// As [`logit_limits`].
pub fn arcsine_limits(estimate: &DesignEstimate, confidence: Confidence) -> Result<SurveyLimits, StatsError> {
    let p = proportion(estimate)?;
    if p <= 0.0 || p >= 1.0 {
        return Err(StatsError::Insufficient("a share of 0 or 1 has no limits on the arcsine scale"));
    }
    let centre = p.sqrt().asin();
    let half = t_quantile(estimate, confidence)? * estimate.standard_error() / (2.0 * (p * (1.0 - p)).sqrt());
    let (lower, upper) = (centre - half, centre + half);
    let (low, high) = (lower.max(0.0), upper.min(std::f64::consts::FRAC_PI_2));
    let truncated = low > lower || high < upper;
    let limit = |angle: f64| angle.sin() * angle.sin();
    Ok(SurveyLimits { truncated, ..SurveyLimits::new("arcsine", estimate, limit(low), limit(high)) })
}

/// Size that stands for the number of trials in [`korn_graubard`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EffectiveSize {
    /// p (1 − p)/V · (t for n − 1 / t for PSUs − strata)², as in `svyciprop(method = "beta")`. It may exceed the number
    /// of units n, where strata make the design better than a simple random sample, or by chance.
    Estimated,
    /// The same, but never above the number of units, which also stands for p (1 − p)/V where that is undefined:
    /// the standard of the US National Center for Health Statistics.
    AtMostUnits,
    /// A size that is known otherwise, as units / design effect of an earlier survey; taken as it is. For 0 hits in
    /// clusters it is the only one to trust: such a sample says nothing about how alike the units of a cluster are.
    Given(f64),
}

/// Limits of Korn and Graubard: those of Clopper and Pearson for the effective size of the sample.
///
/// ```text
/// lower = quantile of Beta(x, n* − x + 1) at α/2,   upper = quantile of Beta(x + 1, n* − x) at 1 − α/2,   x = n* p
/// ```
///
/// Within \[0, 1\], conservative for rare events, and defined for shares of 0 and 1, where one limit is 0 or 1 and the
/// other 1 − (α/2)^(1/n*) or its mirror image; for the one-sided bound with 0 hits at level 95 % ask for 90 %.
/// Complexity: O(√n*).
///
/// # Errors
/// As [`mean_limits`]; [`StatsError::Insufficient`] where the variance is 0 and the size is to be
/// [`EffectiveSize::Estimated`]; [`StatsError::Domain`] for an estimate outside \[0, 1\] or a given size that is not
/// positive; [`StatsError::NoConvergence`] for sizes above some 10⁹.
pub fn korn_graubard(
    estimate: &DesignEstimate,
    size: EffectiveSize,
    confidence: Confidence,
) -> Result<SurveyLimits, StatsError> {
    let p = proportion(estimate)?;
    let units = float(estimate.units);
    // Sums of residuals that cancel leave rounding in place of 0.
    let rounding = f64::EPSILON * p * (1.0 - p).max(f64::EPSILON);
    let varies = p > 0.0 && p < 1.0 && estimate.variance > rounding * rounding * units.max(1.0);
    let estimated = if varies { Some(p * (1.0 - p) / estimate.variance) } else { None };
    let n = match (size, estimated) {
        (EffectiveSize::Given(n), _) => n,
        (EffectiveSize::Estimated, None) => {
            return Err(StatsError::Insufficient("no variance to take the effective size from"));
        }
        (EffectiveSize::Estimated, Some(n)) => n * few_psus(estimate, confidence)?,
        (EffectiveSize::AtMostUnits, n) => (n.unwrap_or(units) * few_psus(estimate, confidence)?).min(units),
    };
    if !(n > 0.0 && n.is_finite()) {
        return Err(StatsError::Domain { what: "effective size", value: n, expected: "expected a positive number" });
    }
    let half_alpha = confidence.alpha() / 2.0;
    let lower = if p <= 0.0 { 0.0 } else { beta_quantile(n * p, n * (1.0 - p) + 1.0, half_alpha).x };
    let upper = if p >= 1.0 { 1.0 } else { beta_quantile(n * (1.0 - p), n * p + 1.0, half_alpha).y };
    Ok(SurveyLimits { effective_size: Some(n), ..SurveyLimits::new("korn-graubard", estimate, lower, upper) })
}

/// (t for n − 1 / t for PSUs − strata)²: what the variance being estimated from few PSUs costs.
fn few_psus(estimate: &DesignEstimate, confidence: Confidence) -> Result<f64, StatsError> {
    let simple = student_quantile(float(estimate.units) - 1.0, confidence)?;
    let t = simple / t_quantile(estimate, confidence)?;
    Ok(t * t)
}

fn t_quantile(estimate: &DesignEstimate, confidence: Confidence) -> Result<f64, StatsError> {
    student_quantile(float(estimate.degrees_of_freedom()), confidence)
}

/// Half the width of a two-sided interval in standard errors.
fn student_quantile(df: f64, confidence: Confidence) -> Result<f64, StatsError> {
    if df.is_nan() || df <= 0.0 {
        return Err(StatsError::Insufficient("no degree of freedom"));
    }
    Ok(student::two_sided_quantile(confidence.level(), df))
}

fn proportion(estimate: &DesignEstimate) -> Result<f64, StatsError> {
    let p = estimate.estimate;
    if !(-1e-12..=1.0 + 1e-12).contains(&p) {
        return Err(StatsError::Domain { what: "estimate", value: p, expected: "expected a share in [0, 1]" });
    }
    mean_limits(estimate, Confidence::P95)?;
    Ok(p.clamp(0.0, 1.0))
}

fn expit(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + (-x).exp())
    } else {
        let e = x.exp();
        e / (1.0 + e)
    }
}
