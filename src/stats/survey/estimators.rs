//! Means, shares, totals and ratios of a design, with linearised variances.
//!
//! Sources: Hájek (1971); Horvitz and Thompson (1952); W. G. Cochran, *Sampling Techniques* (3rd ed. 1977),
//! chapter 6; Binder (1983); L. Kish, *Survey Sampling* (1965), 8.2 and 11.7.

use super::design::{Design, check_weights, finite};
use super::float;
use crate::stats::StatsError;

/// An estimate of a design with what limits are made from.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignEstimate {
    /// The estimate, in the unit of the values.
    pub estimate: f64,
    /// Its variance: linearised, between PSUs within strata, with replacement unless the design is finite.
    pub variance: f64,
    /// Units with weight above 0 (of the domain, where the estimate is of one).
    pub units: usize,
    /// PSUs that hold such units.
    pub psus: usize,
    /// Strata that hold such units.
    pub strata: usize,
}

impl DesignEstimate {
    /// Standard error: the square root of the variance.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.variance.sqrt()
    }

    /// Degrees of freedom of the design: PSUs less strata, counting those with weight above 0 (`degf` in R).
    #[must_use]
    pub fn degrees_of_freedom(&self) -> usize {
        self.psus.saturating_sub(self.strata)
    }
}

/// Weighted mean after Hájek: the ratio of the weighted sum to the sum of weights.
///
/// ```text
/// ȳ = Σ w y / Σ w,   linearised value e = (y − ȳ) / Σ w
/// ```
///
/// Conditions: weights proportional to 1/π; bias of order 1/(number of PSUs). The variance is the linearised one of
/// [`Design`]; with less than some 30 PSUs it is too small on average, which the t quantile of the limits only
/// partly makes good. With equal weights it is the mean, with variance s²/n. Values that are all equal give a variance
/// of 0. Complexity: O(n). `svymean` in R.
///
/// # Errors
/// [`StatsError::Contradiction`] for another number of values than units, [`StatsError::Domain`] for a value that is
/// not finite, [`StatsError::Insufficient`] for a stratum with a single PSU (as a sample of one), unless
/// [`Design::single_psu`] says otherwise.
pub fn hajek_mean(design: &Design, y: &[f64]) -> Result<DesignEstimate, StatsError> {
    check_values(design, y)?;
    let size: f64 = design.weights().iter().sum();
    let mean = finite("weighted sum", weighted_sum(design, y))? / size;
    let e: Vec<f64> = y.iter().map(|y| (y - mean) / size).collect();
    conclude(design, mean, &e, |_| true)
}

/// [`hajek_mean`] of yes and no: the weighted share of yes, in \[0, 1\].
///
/// # Errors
/// As [`hajek_mean`].
pub fn hajek_proportion(design: &Design, hits: &[bool]) -> Result<DesignEstimate, StatsError> {
    let y: Vec<f64> = hits.iter().map(|hit| f64::from(u8::from(*hit))).collect();
    hajek_mean(design, &y)
}

/// Total of the population after Horvitz and Thompson: Σ w y, the weights being 1/π.
///
/// Unbiased. The variance treats PSUs as drawn with replacement (but for the factor of a finite population), which
/// needs no joint probabilities and is conservative for fixed-size designs without replacement. The total of
/// a post-stratified design is the calibrated one. Complexity: O(n). `svytotal` in R.
///
/// # Errors
/// As [`hajek_mean`].
pub fn horvitz_thompson_total(design: &Design, y: &[f64]) -> Result<DesignEstimate, StatsError> {
    check_values(design, y)?;
    conclude(design, finite("total", weighted_sum(design, y))?, y, |_| true)
}

/// Ratio of two totals, as views of illegal listings to all views.
///
/// ```text
/// R = Σ w y / Σ w x,   linearised value e = (y − R x) / Σ w x
/// ```
///
/// Combined over strata. Conditions: as [`hajek_mean`]; the bias is small where the coefficient of variation of Σ w x
/// is below 0.1 (Cochran 1977, 6.8). Where few units hold much of x (heavy tails), the linearised variance is too
/// small: draw in proportion to x then. The recall of a detection, audited among flagged and unflagged units as strata,
/// is the ratio of illegal and flagged to illegal units. Complexity: O(n). `svyratio` in R.
///
/// # Errors
/// As [`hajek_mean`]; [`StatsError::Insufficient`] where Σ w x is 0.
pub fn ratio(design: &Design, y: &[f64], x: &[f64]) -> Result<DesignEstimate, StatsError> {
    ratio_within(design, y, x, |_| true)
}

/// Mean of the units of a part of the population whose size is unknown, as the listings of one category.
///
/// It is [`ratio`] of y·d to d, d telling the domain. PSUs without a unit of the domain stay in the variance,
/// as they must: dropping them would treat the number of PSUs as fixed. They do not count in the degrees of freedom.
/// `svymean` of a `subset` in R. Complexity: O(n).
///
/// # Errors
/// As [`ratio`].
pub fn domain_mean(design: &Design, y: &[f64], domain: &[bool]) -> Result<DesignEstimate, StatsError> {
    check_values(design, y)?;
    if domain.len() != y.len() {
        return Err(StatsError::Contradiction("one entry per unit is needed"));
    }
    let inside: Vec<f64> = domain.iter().map(|d| f64::from(u8::from(*d))).collect();
    let values: Vec<f64> = y.iter().zip(&inside).map(|(y, d)| y * d).collect();
    ratio_within(design, &values, &inside, |unit| domain[unit])
}

fn ratio_within(
    design: &Design,
    y: &[f64],
    x: &[f64],
    inside: impl Fn(usize) -> bool,
) -> Result<DesignEstimate, StatsError> {
    check_values(design, y)?;
    check_values(design, x)?;
    let (upper, lower) = (weighted_sum(design, y), finite("weighted sum", weighted_sum(design, x))?);
    if lower == 0.0 {
        return Err(StatsError::Insufficient("the denominator of the ratio is 0"));
    }
    let ratio = finite("ratio", upper / lower)?;
    let e: Vec<f64> = y.iter().zip(x).map(|(y, x)| (y - ratio * x) / lower).collect();
    conclude(design, ratio, &e, inside)
}

fn conclude(
    design: &Design,
    estimate: f64,
    e: &[f64],
    inside: impl Fn(usize) -> bool,
) -> Result<DesignEstimate, StatsError> {
    let variance = design.variance(e)?;
    let (units, psus, strata) = design.sizes(inside);
    Ok(DesignEstimate { estimate, variance, units, psus, strata })
}

fn weighted_sum(design: &Design, y: &[f64]) -> f64 {
    design.weights().iter().zip(y).map(|(w, y)| w * y).sum()
}

fn check_values(design: &Design, y: &[f64]) -> Result<(), StatsError> {
    if y.len() != design.weights().len() {
        return Err(StatsError::Contradiction("one value per unit is needed"));
    }
    match y.iter().find(|y| !y.is_finite()) {
        Some(value) => Err(StatsError::Domain { what: "value", value: *value, expected: "expected a finite number" }),
        None => Ok(()),
    }
}

/// Effective size of a sample with unequal weights.
#[derive(Debug, Clone, PartialEq)]
pub struct KishSize {
    /// (Σ w)² / Σ w²: the size of a sample of equal weights with the same variance, between 1 and the units.
    pub effective_size: f64,
    /// Units with weight above 0.
    pub units: usize,
    /// Units / effective size = 1 + CV² of the weights: what unequal weights do to the variance.
    pub design_effect: f64,
}

/// Effective size after Kish, where weights have nothing to do with the values.
///
/// It leaves out clusters and strata; for those see [`design_effect`]. Weights of 0 do not count. Unit: units.
/// Complexity: O(n). Source: L. Kish (1965), 11.7.
///
/// # Errors
/// [`StatsError::Insufficient`] without a weight above 0, [`StatsError::Domain`] for a weight that is negative or not
/// finite.
pub fn kish_effective_size(weights: &[f64]) -> Result<KishSize, StatsError> {
    let sum = check_weights(weights)?;
    // Shares of the sum, so that squares of large weights do not overflow.
    let effective_size = 1.0 / weights.iter().map(|w| (w / sum) * (w / sum)).sum::<f64>();
    let units = weights.iter().filter(|w| **w > 0.0).count();
    Ok(KishSize { effective_size, units, design_effect: float(units) / effective_size })
}

/// Variance of a mean relative to that under simple random sampling of as many units.
#[derive(Debug, Clone, PartialEq)]
pub struct DesignEffect {
    /// Against simple random sampling with replacement, s²/n (`deff = "replace"` in R).
    pub with_replacement: f64,
    /// Against sampling without replacement from Σ w units, s²/n · (1 − n/Σ w), as Kish (`deff = TRUE` in R);
    /// `None` unless the weights add up to more than the number of units.
    pub without_replacement: Option<f64>,
}

/// Design effect of [`hajek_mean`]: what clusters, strata and weights together do to its variance.
///
/// ```text
/// deff = V(ȳ) / (s²/n),   s² = n/(n − 1) Σ w (y − ȳ)² / Σ w
/// ```
///
/// n counts the units with weight above 0. Above 1 where units of a cluster are alike. Complexity: O(n).
///
/// # Errors
/// As [`hajek_mean`]; [`StatsError::Insufficient`] for one unit or values that are all equal.
pub fn design_effect(design: &Design, y: &[f64]) -> Result<DesignEffect, StatsError> {
    let mean = hajek_mean(design, y)?;
    let (size, n) = (design.weights().iter().sum::<f64>(), float(mean.units));
    let spread = design.weights().iter().zip(y).map(|(w, y)| w / size * (y - mean.estimate) * (y - mean.estimate));
    let simple = finite("variance", spread.sum::<f64>())? / (n - 1.0);
    if mean.units < 2 || simple <= 0.0 {
        return Err(StatsError::Insufficient("values do not vary"));
    }
    let with_replacement = mean.variance / simple;
    let rest = (size > n).then(|| with_replacement / (1.0 - n / size));
    Ok(DesignEffect { with_replacement, without_replacement: rest.filter(|r| r.is_finite()) })
}
