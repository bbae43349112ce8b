//! Which ranks estimates with errors allow.
//!
//! Source: M. Klein, T. Wright and J. Wieczorek, "A joint confidence region for an overall ranking of populations",
//! *Journal of the Royal Statistical Society C* 69 (2020), 589–606.

use super::funnel::count;
use crate::stats::{Confidence, StatsError};

/// The ranks that a unit may have; rank 1 has the largest value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankLimits {
    /// Smallest rank.
    pub lower: usize,
    /// Largest rank.
    pub upper: usize,
}

/// Joint limits of the ranks of all units.
///
/// ```text
/// lᵢ = 1 + #{j : Lⱼ > Uᵢ},   uᵢ = I − #{j : Uⱼ < Lᵢ},   [L, U] = y ∓ z s  at level (1 − α)^(1/I)
/// ```
///
/// With probability 1 − α or more, all true ranks lie within their limits at the same time. The values may stand on
/// any scale that keeps their order.
///
/// Conditions: independent estimates, each about normal on the scale given. Complexity: O(I²).
///
/// Source: Klein, Wright and Wieczorek (2020).
///
/// # Errors
/// [`StatsError::Contradiction`] for lists of unequal length; [`StatsError::Insufficient`] for no unit;
/// [`StatsError::Domain`] for a value that is not finite or a standard error below 0.
pub fn joint_rank_intervals(
    values: &[f64],
    standard_errors: &[f64],
    confidence: Confidence,
) -> Result<Vec<RankLimits>, StatsError> {
    if values.len() != standard_errors.len() {
        return Err(StatsError::Contradiction("every value needs a standard error"));
    }
    if values.is_empty() {
        return Err(StatsError::Insufficient("no unit"));
    }
    if let Some(value) = values.iter().find(|v| !v.is_finite()) {
        return Err(StatsError::Domain { what: "value", value: *value, expected: "expected a finite number" });
    }
    if let Some(value) = standard_errors.iter().find(|v| !(**v >= 0.0 && v.is_finite())) {
        return Err(StatsError::Domain { what: "standard error", value: *value, expected: "expected 0 or more" });
    }
    let z = Confidence::new(confidence.level().powf(1.0 / count(values.len())))?.z();
    let limits: Vec<(f64, f64)> = values.iter().zip(standard_errors).map(|(y, s)| (y - z * s, y + z * s)).collect();
    Ok(limits
        .iter()
        .map(|(low, high)| RankLimits {
            lower: 1 + limits.iter().filter(|(other, _)| other > high).count(),
            upper: limits.len() - limits.iter().filter(|(_, other)| other < low).count(),
        })
        .collect())
}
