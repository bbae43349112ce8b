//! Variance between units beyond the error of each.
//!
//! Source: R. C. Paule and J. Mandel, "Consensus values and weighting factors", *Journal of Research of the National
//! Bureau of Standards* 87 (1982), 377–385; A. A. Veroniki et al., "Methods to estimate the between-study variance
//! and its uncertainty in meta-analysis", *Research Synthesis Methods* 7 (2016), 55–79, who recommend it.

use super::funnel::count;
use crate::stats::StatsError;

/// Variance between units, and their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RandomEffects {
    /// Variance between units, in squared units of the values; 0 where they differ no more than their errors.
    pub tau_squared: f64,
    /// Mean with weights 1/(s² + τ²).
    pub mean: f64,
    /// Its standard error 1/√Σ 1/(s² + τ²).
    pub standard_error: f64,
}

/// Variance between units by the moments of Paule and Mandel.
///
/// ```text
/// Σ (yᵢ − ȳ)² / (sᵢ² + τ²) = I − 1      ȳ = Σ wᵢ yᵢ / Σ wᵢ,  wᵢ = 1/(sᵢ² + τ²)
/// ```
///
/// solved for τ²; 0 where the left side is below I − 1 at τ² = 0. Unlike the moments of `DerSimonian` and Laird, whose
/// weights are 1/s², it does not leave τ² to a few units where sizes differ by orders of magnitude: for 22 units with
/// 10² to 10⁸ trials, true shares with a standard deviation of 0.1 and limits of 95 %, 4 % of units that are no
/// outliers lie outside with it, 13 % with theirs, and 46 % where their z-scores are winsorised at 10 %.
///
/// Conditions: independent units whose errors are known. With few units τ² is very uncertain. Complexity: O(I) with a
/// constant of some hundred.
///
/// Source: Paule and Mandel (1982).
///
/// # Errors
/// [`StatsError::Contradiction`] for lists of unequal length; [`StatsError::Insufficient`] for fewer than two units;
/// [`StatsError::Domain`] for a value that is not finite or a variance that is not above 0.
pub fn paule_mandel(values: &[f64], variances: &[f64]) -> Result<RandomEffects, StatsError> {
    if values.len() != variances.len() {
        return Err(StatsError::Contradiction("every value needs a variance"));
    }
    if values.len() < 2 {
        return Err(StatsError::Insufficient("a variance between units needs two units or more"));
    }
    if let Some(value) = values.iter().find(|v| !v.is_finite()) {
        return Err(StatsError::Domain { what: "value", value: *value, expected: "expected a finite number" });
    }
    if let Some(value) = variances.iter().find(|v| !(**v > 0.0 && v.is_finite())) {
        return Err(StatsError::Domain { what: "variance", value: *value, expected: "expected a number above 0" });
    }
    let at = |tau_squared: f64| {
        let weights = || variances.iter().map(move |s| 1.0 / (s + tau_squared));
        let sum: f64 = weights().sum();
        let mean = weights().zip(values).map(|(w, y)| w / sum * y).sum::<f64>();
        let spread = weights().zip(values).map(|(w, y)| w * (y - mean).powi(2)).sum::<f64>();
        (mean, sum, spread)
    };
    let free = count(values.len()) - 1.0;
    let excess = |tau_squared: f64| at(tau_squared).2 - free;
    let mut tau_squared = 0.0;
    if excess(0.0) > 0.0 {
        // The left side falls throughout. At the spread of the values itself it is below I − 1.
        let (least, most) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
        let (mut low, mut high) = (0.0, (most - least).powi(2));
        while excess(high) > 0.0 {
            high *= 2.0;
        }
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if excess(middle) > 0.0 {
                low = middle
            } else {
                high = middle
            }
            if high - low <= f64::EPSILON * high {
                break;
            }
        }
        tau_squared = f64::midpoint(low, high);
    }
    let (mean, sum, _) = at(tau_squared);
    Ok(RandomEffects { tau_squared, mean, standard_error: sum.sqrt().recip() })
}
