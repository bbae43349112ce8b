//! Log-rank test of k groups, stratified and weighted.
//!
//! Source: N. Mantel, *Cancer Chemotherapy Reports* 50 (1966), 163–170; R. Peto and J. Peto, *Journal of the
//! Royal Statistical Society A* 135 (1972), 185–207; weights of D. P. Harrington and T. R. Fleming, "A class
//! of rank test procedures for censored survival data", *Biometrika* 69 (1982), 553–566, and T. R. Fleming
//! and D. P. Harrington, *Counting Processes and Survival Analysis* (1991), section 7.2.

use super::linear::quadratic_form;
use super::table::{Row, together};
use super::{RiskTable, StatsError, chi_squared_p, real};

/// A comparison of the hazards of k groups.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// Weighted number of events of each group: the plain number for ρ = γ = 0.
    pub observed: Vec<f64>,
    /// Weighted number of events expected were the hazards equal.
    pub expected: Vec<f64>,
    /// Covariance of observed less expected, of the hypergeometric form of Mantel and Haenszel.
    pub covariance: Vec<Vec<f64>>,
    /// The statistic, χ² under equal hazards.
    pub chi_squared: f64,
    /// The rank of the covariance: k − 1 where all groups can be compared.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic so large under equal hazards.
    pub p: f64,
    /// Exponent of S in the weight.
    pub rho: f64,
    /// Exponent of 1 − S in the weight.
    pub gamma: f64,
    /// Number of strata.
    pub strata: usize,
}

/// Log-rank test: were the hazards of the groups equal?
///
/// At each time with d events among n at risk, group j with nⱼ at risk expects `d·nⱼ/n`; observed less
/// expected has the covariance `d (n − d)/(n − 1) · (nⱼ/n)(δⱼₗ − nₗ/n)`. The statistic is the quadratic form of
/// the sums over time in their covariance.
///
/// Conditions: independent units; censoring and late entry that tell nothing about the event, though they
/// may differ between groups. Most powerful where the hazards are proportional; where they cross it may see
/// nothing. Every code above 0 counts as the event. Complexity: O(T·k²) for T distinct times.
///
/// # Errors
/// [`StatsError::Insufficient`] for fewer than two groups, and where no time with an event has two groups at
/// risk.
pub fn log_rank(groups: &[RiskTable]) -> Result<LogRank, StatsError> {
    fleming_harrington(groups, 0.0, 0.0)
}

/// Log-rank test within strata: observed, expected and covariance add up over the strata, each of which holds
/// the same groups in the same order. A group may be empty in a stratum.
///
/// # Errors
/// As [`log_rank`], and [`StatsError::Contradiction`] where the strata differ in their number of groups.
pub fn stratified_log_rank(strata: &[Vec<RiskTable>]) -> Result<LogRank, StatsError> {
    stratified_fleming_harrington(strata, 0.0, 0.0)
}

/// Test of the family G^(ρ,γ): the log-rank test with each time weighted by `S(t−)^ρ (1 − S(t−))^γ`, where S
/// is the Kaplan–Meier curve of all groups together.
///
/// ρ = 1, γ = 0 is the Peto–Prentice form of the Wilcoxon test, as `survdiff(rho = 1)` in R, which weights
/// early differences; ρ = 0, γ = 1 weights late ones. The weight must be chosen before the data are seen.
///
/// # Errors
/// As [`log_rank`], and [`StatsError::Domain`] for an exponent that is negative or not finite.
pub fn fleming_harrington(groups: &[RiskTable], rho: f64, gamma: f64) -> Result<LogRank, StatsError> {
    test(&[groups], rho, gamma)
}

/// [`fleming_harrington`] within strata, with the curve of each stratum as weight.
///
/// # Errors
/// As [`stratified_log_rank`] and [`fleming_harrington`].
pub fn stratified_fleming_harrington(strata: &[Vec<RiskTable>], rho: f64, gamma: f64) -> Result<LogRank, StatsError> {
    let strata: Vec<&[RiskTable]> = strata.iter().map(Vec::as_slice).collect();
    test(&strata, rho, gamma)
}

fn test(strata: &[&[RiskTable]], rho: f64, gamma: f64) -> Result<LogRank, StatsError> {
    super::check_time("rho", rho)?;
    super::check_time("gamma", gamma)?;
    let k = strata.first().map_or(0, |groups| groups.len());
    if k < 2 {
        return Err(StatsError::Insufficient("fewer than two groups"));
    }
    if strata.iter().any(|groups| groups.len() != k) {
        return Err(StatsError::Contradiction("strata with different numbers of groups"));
    }
    let mut sums = Sums { observed: vec![0.0; k], expected: vec![0.0; k], covariance: vec![vec![0.0; k]; k] };
    for groups in strata {
        let mut survival: f64 = 1.0;
        together(groups, |rows| {
            let weight = if rho == 0.0 && gamma == 0.0 {
                1.0
            } else {
                survival.powf(rho) * (1.0 - survival).max(0.0).powf(gamma)
            };
            survival *= sums.add(rows, weight);
        });
    }
    let score: Vec<f64> = sums.observed.iter().zip(&sums.expected).map(|(o, e)| o - e).collect();
    let (chi_squared, degrees_of_freedom) = quadratic_form(&score, &sums.covariance)?;
    Ok(LogRank {
        observed: sums.observed,
        expected: sums.expected,
        covariance: sums.covariance,
        chi_squared,
        degrees_of_freedom,
        p: chi_squared_p(chi_squared, degrees_of_freedom)?,
        rho,
        gamma,
        strata: strata.len(),
    })
}

struct Sums {
    observed: Vec<f64>,
    expected: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl Sums {
    /// Adds one time; returns the share of all at risk that had no event.
    fn add(&mut self, rows: &[Row], weight: f64) -> f64 {
        let events: u64 = rows.iter().map(Row::events).sum();
        if events == 0 {
            return 1.0;
        }
        let (d, n) = (real(events), rows.iter().map(|row| real(row.at_risk)).sum::<f64>());
        let spread = if n > 1.0 { weight * weight * d * (n - d) / (n - 1.0) } else { 0.0 };
        for (j, row) in rows.iter().enumerate() {
            let share = real(row.at_risk) / n;
            self.observed[j] += weight * real(row.events());
            self.expected[j] += weight * d * share;
            if share > 0.0 {
                for (l, other) in rows.iter().enumerate() {
                    let own = if j == l { 1.0 } else { 0.0 };
                    self.covariance[j][l] += spread * share * (own - real(other.at_risk) / n);
                }
            }
        }
        (n - d) / n
    }
}
