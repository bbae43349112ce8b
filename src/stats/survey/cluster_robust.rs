//! Mean of clustered observations with a cluster-robust standard error.
//!
//! Sources: K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models", *Biometrika* 73
//! (1986), 13–22; A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust inference", *Journal of
//! Human Resources* 50 (2015), 317–372.

use super::design::{finite, numbered};
use super::float;
use crate::stats::StatsError;

/// A mean with standard errors that allow observations of one cluster to be alike.
#[derive(Debug, Clone, PartialEq)]
pub struct ClusterRobustMean {
    /// Σ y / n, in the unit of the values.
    pub mean: f64,
    /// Standard error CR0, without a correction for few clusters: `√(Σ_g (Σ_i (y − ȳ))²) / n`.
    pub se_cr0: f64,
    /// Standard error CR1: CR0 · √(G/(G − 1)), that of [`super::hajek_mean`] with equal weights, and of Stata.
    pub se_cr1: f64,
    /// Observations n.
    pub observations: usize,
    /// Clusters G; G − 1 degrees of freedom go with the t quantile.
    pub clusters: usize,
}

/// Unweighted mean with cluster-robust standard errors.
///
/// Conditions: clusters are independent and many; below some 40, and with clusters of very unequal size, CR0 is too
/// small (Cameron and Miller 2015, VI), so that CR1 with the t quantile for G − 1 degrees of freedom is the one to
/// report. With clusters of one observation CR0 is the heteroscedasticity-robust HC0. Values that are all equal give 0.
/// Complexity: O(n log G).
///
/// # Errors
/// [`StatsError::Insufficient`] for less than two clusters, [`StatsError::Contradiction`] for lists of different
/// length, [`StatsError::Domain`] for a value that is not finite.
pub fn cluster_robust_mean<C: Ord>(y: &[f64], clusters: &[C]) -> Result<ClusterRobustMean, StatsError> {
    if y.len() != clusters.len() {
        return Err(StatsError::Contradiction("one cluster per observation is needed"));
    }
    let (number, count) = numbered(clusters);
    if count < 2 {
        return Err(StatsError::Insufficient("fewer than two clusters"));
    }
    let n = float(y.len());
    let mean = finite("sum of values", y.iter().sum())? / n;
    let mut sums = vec![0.0; count];
    for (y, number) in y.iter().zip(number) {
        sums[number] += y - mean;
    }
    let squares = finite("sum of squares", sums.iter().map(|s| s * s).sum::<f64>())?;
    let se_cr0 = squares.sqrt() / n;
    let few = (float(count) / float(count - 1)).sqrt();
    Ok(ClusterRobustMean { mean, se_cr0, se_cr1: se_cr0 * few, observations: y.len(), clusters: count })
}
