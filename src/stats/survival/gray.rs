//! Gray's test of equal probabilities of one type of event among rivals.
//!
//! Source: R. J. Gray, "A class of K-sample tests for comparing the cumulative incidence of a competing
//! risk", *Annals of Statistics* 16 (1988), 1141–1154, with ρ = 0. Ties are treated as in the R package
//! cmprsk, by the factor `1 − (d − 1)/(n − 1)` in the variance of d events among n. For n it takes the number at
//! risk in all groups on the scale of one, `S(t−)·Σ Y/S(t−)`; where hardly anybody is left that can lie below d, and
//! the factor below 0. It is kept as cmprsk has it.

use super::linear::quadratic_form;
use super::table::{Row, together};
use super::{RiskTable, StatsError, chi_squared_p, real};

/// A comparison of the probabilities of one type of event between k groups.
#[derive(Debug, Clone, PartialEq)]
pub struct GrayTest {
    /// The type of event.
    pub event: u32,
    /// The score of each group: above 0 where it has more events than under equal probabilities. Sum 0.
    pub score: Vec<f64>,
    /// Covariance of the scores.
    pub covariance: Vec<Vec<f64>>,
    /// The statistic, χ² under equal probabilities.
    pub chi_squared: f64,
    /// The rank of the covariance: k − 1 where all groups can be compared.
    pub degrees_of_freedom: usize,
    /// Probability of a statistic so large under equal probabilities.
    pub p: f64,
}

/// One group at one time with an event.
#[derive(Debug, Clone, Copy)]
struct Group {
    at_risk: f64,
    /// Events of other types.
    others: f64,
    /// S of the group just before and at the time.
    before: f64,
    after: f64,
}

/// One time with an event.
struct Moment {
    groups: Vec<Group>,
    /// Events of the type, of all groups.
    events: f64,
    /// Σ Y/S(t−): what the number at risk would be without the events before.
    freed: f64,
    /// Common probability of the event just before and at the time.
    pooled_before: f64,
    pooled: f64,
}

/// Gray's test: is the probability of events of one type the same function of time in all groups?
///
/// In place of the number at risk Yⱼ the score weighs with `Rⱼ = Yⱼ(1 − Fⱼ(t−))/Sⱼ(t−)`, which keeps units
/// with another event as if they still could have this one: it compares the hazards of the subdistribution,
/// and so the probabilities, where the log-rank test with the other types as censorings compares hazards of
/// the type alone. The variance is that of the score as a sum over events, under the common probability F⁰
/// with jumps `d/Σ(Yⱼ/Sⱼ(t−))`.
///
/// Conditions: independent units without late entry; censoring that tells nothing about the events, with a
/// distribution that may differ between groups. Complexity: O(T·k²) for T distinct times with events, memory
/// O(T·k).
///
/// # Errors
/// [`StatsError::Insufficient`] for fewer than two groups, or too few events to compare them;
/// [`StatsError::Contradiction`] where units came late.
pub fn gray_test(groups: &[RiskTable], event: u32) -> Result<GrayTest, StatsError> {
    let k = groups.len();
    if k < 2 {
        return Err(StatsError::Insufficient("fewer than two groups"));
    }
    if event == super::CENSORED {
        return Err(StatsError::Contradiction("code 0 is no event"));
    }
    if groups.iter().any(|group| group.delayed() > 0) {
        return Err(StatsError::Contradiction("Gray's test needs units without late entry"));
    }
    let (score, moments) = score(groups, event);
    let covariance = covariance(&moments, k);
    let (chi_squared, degrees_of_freedom) = quadratic_form(&score, &covariance)?;
    let p = chi_squared_p(chi_squared, degrees_of_freedom)?;
    Ok(GrayTest { event, score, covariance, chi_squared, degrees_of_freedom, p })
}

/// The scores, and what the variance needs of each time.
fn score(groups: &[RiskTable], event: u32) -> (Vec<f64>, Vec<Moment>) {
    let k = groups.len();
    let mut score = vec![0.0; k];
    let mut moments = Vec::new();
    let mut survival = vec![1.0; k];
    let mut incidence = vec![0.0; k];
    let mut pooled = 0.0;
    together(groups, |rows| {
        if rows.iter().all(|row| row.events() == 0) {
            return;
        }
        let events: f64 = rows.iter().map(|row| real(row.of(event))).sum();
        let present: Vec<Group> = rows.iter().zip(&survival).map(|(row, s)| group(row, event, *s)).collect();
        let freed: f64 = present.iter().map(Group::freed).sum();
        let subject = |group: &Group, f: f64| group.freed() * (1.0 - f);
        let at_risk: f64 = present.iter().zip(&incidence).map(|(group, f)| subject(group, *f)).sum();
        for (j, (group, row)) in present.iter().zip(rows).enumerate() {
            if events > 0.0 && at_risk > 0.0 {
                score[j] += real(row.of(event)) - events * subject(group, incidence[j]) / at_risk;
            }
        }
        for (j, (group, row)) in present.iter().zip(rows).enumerate() {
            if group.at_risk > 0.0 {
                incidence[j] += group.before * real(row.of(event)) / group.at_risk;
            }
            survival[j] = group.after;
        }
        let pooled_before = pooled;
        if freed > 0.0 {
            pooled += events / freed;
        }
        moments.push(Moment { groups: present, events, freed, pooled_before, pooled });
    });
    (score, moments)
}

fn group(row: &Row, event: u32, before: f64) -> Group {
    let at_risk = real(row.at_risk);
    let after =
        if row.at_risk > 0 { before * real(row.at_risk.saturating_sub(row.events())) / at_risk } else { before };
    Group { at_risk, others: real(row.events().saturating_sub(row.of(event))), before, after }
}

impl Group {
    fn freed(&self) -> f64 {
        if self.at_risk > 0.0 && self.before > 0.0 { self.at_risk / self.before } else { 0.0 }
    }
}

/// Covariance of the scores, from the last time to the first.
///
/// An event of the type in group g at time t moves score j by `aⱼ(t) + e(t)·Dⱼ(t)`, one of another type by
/// `−Dⱼ(t)(1 − F⁰)/S`, where a is the weight of the group at t, D the sum of weights times the jumps of the
/// common hazard after t, and `e = 1 − (1 − F⁰)/S`.
fn covariance(moments: &[Moment], k: usize) -> Vec<Vec<f64>> {
    let mut covariance = vec![vec![0.0; k]; k];
    // after[g][j]: the sum D of group g for score j.
    let mut after = vec![vec![0.0; k]; k];
    let mut moves = vec![0.0; k];
    let tie_factor = |events: f64, n: f64| {
        if events > 1.0 && n > 1.0 { 1.0 - (events - 1.0) / (n - 1.0) } else { 1.0 }
    };
    for moment in moments.iter().rev() {
        let jump = moment.events / (moment.freed * (1.0 - moment.pooled_before));
        for (g, group) in moment.groups.iter().enumerate() {
            if group.at_risk <= 0.0 {
                continue;
            }
            let ratio = if group.after > 0.0 { (1.0 - moment.pooled) / group.after } else { 0.0 };
            let weight = |j: usize| {
                let own = if j == g { 1.0 } else { 0.0 };
                group.freed() * (own - moment.groups[j].freed() / moment.freed)
            };
            if moment.events > 0.0 {
                let expected = moment.events * group.freed() / moment.freed;
                let ties = tie_factor(moment.events, moment.freed * group.before);
                let variance = ties * (group.before / group.at_risk).powi(2) * expected;
                for (j, value) in moves.iter_mut().enumerate() {
                    *value = weight(j) + (1.0 - ratio) * after[g][j];
                }
                add_outer(&mut covariance, &moves, variance);
            }
            if group.others > 0.0 && group.after > 0.0 {
                let ties = tie_factor(group.others, group.at_risk);
                let variance = ties * (group.before / group.at_risk).powi(2) * group.others;
                for (value, sum) in moves.iter_mut().zip(&after[g]) {
                    *value = -ratio * sum;
                }
                add_outer(&mut covariance, &moves, variance);
            }
            if moment.events > 0.0 && jump.is_finite() {
                for (j, sum) in after[g].iter_mut().enumerate() {
                    *sum += weight(j) * jump;
                }
            }
        }
    }
    covariance
}

fn add_outer(covariance: &mut [Vec<f64>], moves: &[f64], variance: f64) {
    for (row, a) in covariance.iter_mut().zip(moves) {
        for (cell, b) in row.iter_mut().zip(moves) {
            *cell += a * b * variance;
        }
    }
}
