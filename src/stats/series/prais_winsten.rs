//! Regression with autoregressive errors of the first order.
//!
//! Source: S. J. Prais and C. B. Winsten, "Trend estimators and serial correlation", Cowles Commission Discussion
//! Paper 383 (1954); Greene (2018), section 20.9.

use super::ols::LeastSquares;
use crate::stats::StatsError;

/// Rounds after which the iteration is given up; it settles within some ten.
const ROUNDS: u32 = 200;

/// Change of ρ at which the iteration has settled.
const SETTLED: f64 = 1e-10;

/// A regression whose errors follow eₜ = ρ eₜ₋₁ + uₜ.
#[derive(Debug, Clone, PartialEq)]
pub struct PraisWinsten {
    /// Least squares of the transformed data; its residuals are u. Its coefficients are those of the untransformed
    /// columns, and its classical covariance is theirs.
    pub fit: LeastSquares,
    /// Autocorrelation ρ.
    pub autocorrelation: f64,
    /// Rounds that were needed.
    pub rounds: u32,
}

/// Fits y to the columns of a design by generalised least squares with autoregressive errors of the first order.
///
/// ```text
/// y*₁ = √(1 − ρ²) y₁,   y*ₜ = yₜ − ρ yₜ₋₁,   likewise for the columns;   ρ = Σ eₜ eₜ₋₁ / Σ_{t≥2} eₜ₋₁²
/// ```
///
/// starting with ρ = 0 and alternating until ρ changes by less than 10⁻¹⁰; e are the untransformed residuals. ρ is
/// held within ±0.999.
///
/// Conditions: rows in order of time and equally spaced; the errors do follow such a process. In short series ρ is
/// estimated too low, and limits are somewhat too narrow; they are closer to their level than those of
/// [`super::Covariance::newey_west`] (see there). Complexity: O(n k²) a round.
///
/// # Errors
/// As [`LeastSquares::fit`]; [`StatsError::Insufficient`] for no more rows than columns;
/// [`StatsError::NoConvergence`] where ρ does not settle.
pub fn prais_winsten(columns: &[Vec<f64>], y: &[f64]) -> Result<PraisWinsten, StatsError> {
    let mut fit = LeastSquares::fit(columns, y)?;
    if fit.n() <= fit.k() {
        return Err(StatsError::Insufficient("no more observations than coefficients"));
    }
    let negligible = 1e-24 * y.iter().map(|v| v * v).sum::<f64>();
    let mut autocorrelation = 0.0_f64;
    for rounds in 1..=ROUNDS {
        let errors: Vec<f64> = y
            .iter()
            .enumerate()
            .map(|(t, y)| y - columns.iter().zip(fit.coefficients()).map(|(c, b)| c[t] * b).sum::<f64>())
            .collect();
        let squares: f64 = errors[..errors.len() - 1].iter().map(|e| e * e).sum();
        let products: f64 = errors.windows(2).map(|pair| pair[0] * pair[1]).sum();
        // A perfect fit leaves rounding errors, of which ρ says nothing.
        let next = if squares > negligible { (products / squares).clamp(-0.999, 0.999) } else { 0.0 };
        let change = (next - autocorrelation).abs();
        autocorrelation = next;
        let transformed: Vec<Vec<f64>> = columns.iter().map(|c| transform(c, autocorrelation)).collect();
        fit = LeastSquares::fit(&transformed, &transform(y, autocorrelation))?;
        if change <= SETTLED {
            return Ok(PraisWinsten { fit, autocorrelation, rounds });
        }
    }
    Err(StatsError::NoConvergence("the autocorrelation of the errors does not settle"))
}

fn transform(values: &[f64], rho: f64) -> Vec<f64> {
    let first = values.iter().take(1).map(|v| (1.0 - rho * rho).sqrt() * v);
    first.chain(values.windows(2).map(|pair| pair[1] - rho * pair[0])).collect()
}
