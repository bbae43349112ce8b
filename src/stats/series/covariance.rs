//! Covariances of least-squares coefficients: classical, cluster-robust, autocorrelation-robust.
//!
//! Source: K.-Y. Liang and S. L. Zeger, "Longitudinal data analysis using generalized linear models",
//! *Biometrika* 73 (1986), 13–22; A. C. Cameron and D. L. Miller, "A practitioner's guide to cluster-robust
//! inference", *Journal of Human Resources* 50 (2015), 317–372; W. K. Newey and K. D. West, "A simple, positive
//! semi-definite, heteroskedasticity and autocorrelation consistent covariance matrix", *Econometrica* 55 (1987),
//! 703–708. The sandwiches follow `vcovCL` and `NeweyWest` of the R package `sandwich`.

use std::collections::BTreeMap;

use super::ols::{LeastSquares, TOO_LARGE};
use crate::stats::StatsError;

/// How a covariance was estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CovarianceKind {
    /// Independent errors of one variance.
    Classical,
    /// Errors independent between clusters alone.
    ClusterRobust {
        /// Correction for few clusters.
        correction: ClusterCorrection,
        /// Number of clusters G.
        clusters: usize,
    },
    /// Errors correlated over time up to a lag, and of any variance.
    NeweyWest {
        /// Largest lag L with a weight above 0.
        lag: usize,
        /// Small-sample factor.
        factor: SmallSample,
    },
}

impl CovarianceKind {
    /// The method in words, as it stands beside a result.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Classical => "classical (independent errors of one variance)".into(),
            Self::ClusterRobust { correction, clusters } => {
                let name = if correction == ClusterCorrection::Cr0 { "CR0" } else { "CR1" };
                format!("cluster-robust ({name}, {clusters} clusters)")
            }
            Self::NeweyWest { lag, factor } => {
                let factor = if factor == SmallSample::None { "" } else { ", factor n/(n − k)" };
                format!("Newey–West (Bartlett weights, lag {lag}{factor})")
            }
        }
    }
}

/// Factor by which a cluster-robust covariance is multiplied, for G clusters, n rows and k coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClusterCorrection {
    /// None: Liang and Zeger (1986). Too small with few clusters.
    Cr0,
    /// G/(G − 1) · (n − 1)/(n − k): the default of Stata and of `vcovCL(type = "HC1")` in R.
    Cr1,
}

/// Factor by which a Newey–West covariance is multiplied, for n rows and k coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmallSample {
    /// None: Newey and West (1987); `NeweyWest(adjust = FALSE)` in R.
    None,
    /// n/(n − k): `NeweyWest(adjust = TRUE)` in R, `newey` in Stata.
    Adjusted,
}

/// A covariance matrix of coefficients, with how it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Covariance {
    kind: CovarianceKind,
    matrix: Vec<Vec<f64>>,
    degrees_of_freedom: f64,
}

impl Covariance {
    /// Classical covariance.
    ///
    /// ```text
    /// V = s² (XᵀX)⁻¹,   s² = Σ e² / (n − k),   n − k degrees of freedom
    /// ```
    ///
    /// Conditions: independent errors of one variance; limits are exact for normal errors. Complexity: O(k³).
    ///
    /// Source: Greene (2018), section 4.3.
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] where n = k.
    pub fn classical(fit: &LeastSquares) -> Result<Self, StatsError> {
        let left = left_over(fit)?;
        let variance = fit.residual_sum_of_squares() / left;
        let k = fit.k();
        let meat: Vec<Vec<f64>> =
            (0..k).map(|i| (0..k).map(|j| if i == j { variance } else { 0.0 }).collect()).collect();
        Self::new(fit, CovarianceKind::Classical, &meat, left)
    }

    /// Cluster-robust covariance.
    ///
    /// ```text
    /// V = c (XᵀX)⁻¹ (Σg sg sgᵀ) (XᵀX)⁻¹,   sg = Σ_{i in g} xᵢ eᵢ,   G − 1 degrees of freedom
    /// ```
    ///
    /// with c by `correction`. With one row a cluster, CR0 is the covariance HC0 of White (1980).
    ///
    /// Conditions: errors independent between clusters, of any form within; many clusters of like size. Limits are
    /// too narrow with few clusters even with CR1 and t(G − 1): of 95 % for a regressor that varies between
    /// clusters, 91 % cover with 20 clusters, 92 % with 40 and 94 % with 160, and fewer where sizes are very unequal
    /// (Cameron and Miller 2015, section VI). With fewer than ten they should not be given. The matrix has at most
    /// rank G − 1 where the columns contain a constant.
    ///
    /// `clusters` holds the cluster of each row; its order does not matter. Complexity: O(n k log G).
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for another number of clusters than rows; [`StatsError::Insufficient`] for
    /// one cluster, and for CR1 where n = k.
    pub fn cluster_robust<C: Ord>(
        fit: &LeastSquares,
        clusters: &[C],
        correction: ClusterCorrection,
    ) -> Result<Self, StatsError> {
        if clusters.len() != fit.n() {
            return Err(StatsError::Contradiction("every row needs a cluster"));
        }
        let k = fit.k();
        let mut scores: BTreeMap<&C, Vec<f64>> = BTreeMap::new();
        for (i, (cluster, residual)) in clusters.iter().zip(fit.residuals()).enumerate() {
            let score = scores.entry(cluster).or_insert_with(|| vec![0.0; k]);
            for (s, column) in score.iter_mut().zip(&fit.qr.q) {
                *s += column[i] * residual;
            }
        }
        let g = scores.len();
        if g < 2 {
            return Err(StatsError::Insufficient("a cluster-robust variance needs two clusters or more"));
        }
        let (size, n) = (float(g), float(fit.n()));
        let factor = match correction {
            ClusterCorrection::Cr0 => 1.0,
            ClusterCorrection::Cr1 => size / (size - 1.0) * (n - 1.0) / left_over(fit)?,
        };
        let mut meat = vec![vec![0.0; k]; k];
        for score in scores.values() {
            add_product(&mut meat, score, score, factor);
        }
        Self::new(fit, CovarianceKind::ClusterRobust { correction, clusters: g }, &meat, size - 1.0)
    }

    /// Newey–West covariance: robust to autocorrelation up to a lag and to unequal variances.
    ///
    /// ```text
    /// V = c (XᵀX)⁻¹ [ Γ₀ + Σ_{l=1..L} (1 − l/(L + 1)) (Γl + Γlᵀ) ] (XᵀX)⁻¹
    /// Γl = Σ_{t>l} xₜ eₜ eₜ₋ₗ xₜ₋ₗᵀ,   n − k degrees of freedom
    /// ```
    ///
    /// with Bartlett weights, no prewhitening, the given lag L, and c by `factor`. L = 0 is HC0. Limits use
    /// Student's t with n − k degrees of freedom (as `coeftest` of the R package `lmtest`), not the normal
    /// distribution.
    ///
    /// Conditions: rows in order of time and equally spaced; a lag is one row, so a gap in the series counts as
    /// one step. The variance is consistent for long series, and too small in short ones. Limits of 95 % for the
    /// level change in the middle of a segmented regression, with autocorrelation ρ, cover as follows, beside those
    /// of [`super::prais_winsten`]:
    ///
    /// ```text
    ///   n   ρ   L   Newey–West   with n/(n − k)   Prais–Winsten
    ///  48   0   3      86 %          87 %             92 %
    ///  48  0.6  3                    77 %             88 %
    /// 200   0   4                    94 %
    /// 200  0.6  4                    85 %             93 %
    /// ```
    ///
    /// Complexity: O(n k² (L + 1)).
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for a lag of n or more; [`StatsError::Insufficient`] where n = k.
    pub fn newey_west(fit: &LeastSquares, lag: usize, factor: SmallSample) -> Result<Self, StatsError> {
        let (n, k) = (fit.n(), fit.k());
        if lag >= n {
            return Err(StatsError::Contradiction("the lag must be smaller than the number of observations"));
        }
        let left = left_over(fit)?;
        let c = match factor {
            SmallSample::None => 1.0,
            SmallSample::Adjusted => float(n) / left,
        };
        let scores: Vec<Vec<f64>> =
            fit.residuals().iter().enumerate().map(|(i, e)| fit.qr.q.iter().map(|q| q[i] * e).collect()).collect();
        let mut meat = vec![vec![0.0; k]; k];
        for (t, score) in scores.iter().enumerate() {
            add_product(&mut meat, score, score, c);
            for l in 1..=lag.min(t) {
                let weight = c * (1.0 - float(l) / float(lag + 1));
                add_product(&mut meat, score, &scores[t - l], weight);
                add_product(&mut meat, &scores[t - l], score, weight);
            }
        }
        Self::new(fit, CovarianceKind::NeweyWest { lag, factor }, &meat, left)
    }

    fn new(
        fit: &LeastSquares,
        kind: CovarianceKind,
        meat: &[Vec<f64>],
        degrees_of_freedom: f64,
    ) -> Result<Self, StatsError> {
        let matrix = fit.qr.sandwich(meat);
        if matrix.iter().flatten().all(|v| v.is_finite()) {
            Ok(Self { kind, matrix, degrees_of_freedom })
        } else {
            Err(TOO_LARGE)
        }
    }

    /// How it was estimated.
    #[must_use]
    pub fn kind(&self) -> CovarianceKind {
        self.kind
    }

    /// The matrix, by rows, in the order of the coefficients; symmetric.
    #[must_use]
    pub fn matrix(&self) -> &[Vec<f64>] {
        &self.matrix
    }

    /// Degrees of freedom that limits take from Student's t.
    #[must_use]
    pub fn degrees_of_freedom(&self) -> f64 {
        self.degrees_of_freedom
    }

    /// Square roots of the diagonal, in the order of the coefficients.
    #[must_use]
    pub fn standard_errors(&self) -> Vec<f64> {
        self.matrix.iter().enumerate().map(|(j, row)| row[j].max(0.0).sqrt()).collect()
    }
}

/// Lag for [`Covariance::newey_west`] by a rule of thumb: ⌊4 (n/100)^(2/9)⌋, at most n − 1.
///
/// It is a convention, not an estimate: give results for other lags beside it.
///
/// Source: W. K. Newey and K. D. West, "Automatic lag selection in covariance matrix estimation", *Review of
/// Economic Studies* 61 (1994), 631–653, as used in Greene (2018), section 20.5.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number that is not negative")]
pub fn newey_west_lag(n: usize) -> usize {
    let lag = (4.0 * (float(n) / 100.0).powf(2.0 / 9.0)).floor() as usize;
    lag.min(n.saturating_sub(1))
}

/// n − k, which divides squares of residuals.
fn left_over(fit: &LeastSquares) -> Result<f64, StatsError> {
    if fit.n() > fit.k() {
        Ok(float(fit.n() - fit.k()))
    } else {
        Err(StatsError::Insufficient("no more observations than coefficients: nothing is left for a variance"))
    }
}

/// meat += weight · a bᵀ.
fn add_product(meat: &mut [Vec<f64>], a: &[f64], b: &[f64], weight: f64) {
    for (row, x) in meat.iter_mut().zip(a) {
        for (entry, y) in row.iter_mut().zip(b) {
            *entry += weight * x * y;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of rows lie below 2^53")]
pub(super) fn float(n: usize) -> f64 {
    n as f64
}
