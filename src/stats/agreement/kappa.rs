//! Cohen's kappa of two raters.

use super::super::{Confidence, Limits, StatsError};

/// Cohen's kappa with its companions.
#[derive(Debug, Clone, PartialEq)]
pub struct Kappa {
    /// (pₒ − pₑ)/(1 − pₑ), in \[−1, 1\].
    pub kappa: f64,
    /// Large-sample standard error of Fleiss, Cohen and Everitt (not that under the hypothesis κ = 0).
    pub standard_error: f64,
    /// κ ∓ z · standard error, truncated to \[−1, 1\].
    pub limits: Limits,
    /// Whether a limit was truncated.
    pub truncated: bool,
    /// Cohen's standard error of 1960, √(pₒ(1 − pₒ)/n)/(1 − pₑ): it takes pₑ for known. That of epiR.
    pub standard_error_1960: f64,
    /// κ ∓ z · standard error of 1960, truncated to \[−1, 1\].
    pub limits_1960: Limits,
    /// Share of units on which the raters agree, pₒ.
    pub observed: f64,
    /// Agreement expected from the raters' marginal shares, pₑ.
    pub expected: f64,
    /// Kappa adjusted for prevalence and bias, (c pₒ − 1)/(c − 1) with c categories; 2pₒ − 1 for two.
    pub pabak: f64,
    /// Units that both raters rated.
    pub n: u64,
}

/// Cohen's kappa from a square table of counts: row i, column j holds the units that the first rater put into
/// category i and the second into j.
///
/// ```text
/// κ = (pₒ − pₑ)/(1 − pₑ),  pₒ = Σ pᵢᵢ,  pₑ = Σ pᵢ. p.ᵢ
/// Var κ = (Σ pᵢᵢ (1 − (pᵢ. + p.ᵢ)(1 − κ))² + (1 − κ)² Σ_{i≠j} pᵢⱼ (p.ᵢ + pⱼ.)² − (κ − pₑ(1 − κ))²)
///         / (n (1 − pₑ)²)
/// ```
///
/// the variance of large samples, as in `statsmodels`. Unweighted. Conditions: independent units, the
/// same two raters throughout; for more raters or missing ratings see [`super::Ratings`]. With perfect agreement the
/// standard error is 0 and the limits are no more than the estimate: large-sample theory has nothing to say there.
/// Where both raters use one and the same category only, pₑ = 1 and the data are insufficient, as they are without
/// units. A table that is not square or has fewer than two categories is a contradiction. Complexity: O(c²).
pub fn cohen_kappa(table: &[Vec<u64>], confidence: Confidence) -> Result<Kappa, StatsError> {
    let c = table.len();
    if c < 2 || table.iter().any(|row| row.len() != c) {
        return Err(StatsError::Contradiction("the table needs as many rows as columns, two at least"));
    }
    let n = table.iter().flatten().try_fold(0_u64, |sum, count| sum.checked_add(*count));
    let n = n.ok_or(StatsError::Contradiction("more units than can be counted"))?;
    if n == 0 {
        return Err(StatsError::Insufficient("no unit was rated by both"));
    }
    let share = |i: usize, j: usize| real(table[i][j]) / real(n);
    let rows: Vec<f64> = (0..c).map(|i| (0..c).map(|j| share(i, j)).sum()).collect();
    let columns: Vec<f64> = (0..c).map(|j| (0..c).map(|i| share(i, j)).sum()).collect();
    let observed: f64 = (0..c).map(|i| share(i, i)).sum();
    let expected: f64 = rows.iter().zip(&columns).map(|(r, s)| r * s).sum();
    if (0..c).any(|i| table[i][i] == n) {
        return Err(StatsError::Insufficient("both raters used one category only"));
    }
    let rest = 1.0 - expected;
    let kappa = (observed - expected) / rest;
    let apart = 1.0 - kappa;
    let mut sum = 0.0;
    for i in 0..c {
        for j in 0..c {
            let term = if i == j { 1.0 - (rows[i] + columns[i]) * apart } else { apart * (columns[i] + rows[j]) };
            sum += share(i, j) * term * term;
        }
    }
    let variance = (sum - (kappa - expected * apart).powi(2)) / (real(n) * rest * rest);
    // Rounding may leave less than nothing where the raters agree throughout.
    let standard_error = if observed >= 1.0 { 0.0 } else { variance.max(0.0).sqrt() };
    let standard_error_1960 = (observed * (1.0 - observed).max(0.0) / real(n)).sqrt() / rest;
    let about = |half: f64| Limits { lower: (kappa - half).max(-1.0), upper: (kappa + half).min(1.0) };
    let half = confidence.z() * standard_error;
    let categories = rows.iter().fold(0.0, |count, _| count + 1.0);
    Ok(Kappa {
        kappa,
        standard_error,
        limits: about(half),
        standard_error_1960,
        limits_1960: about(confidence.z() * standard_error_1960),
        truncated: kappa - half < -1.0 || kappa + half > 1.0,
        observed,
        expected,
        pabak: (categories * observed - 1.0) / (categories - 1.0),
        n,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}
