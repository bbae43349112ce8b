//! Kaplan–Meier estimate of the distribution of a time, with right-censoring and delayed entry.
//!
//! Source: E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", *Journal of
//! the American Statistical Association* 53 (1958), 457–481; variance of M. Greenwood, "The natural duration
//! of cancer", *Reports on Public Health and Medical Subjects* 33 (1926); delayed entry as in T. L. Lai and
//! Z. Ying, *Annals of Statistics* 19 (1991), 417–442.

use super::{Confidence, Limits, RiskTable, StatsError, Transform, last_at_most, real};

/// The curve at one time at which somebody left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// The time.
    pub time: f64,
    /// Units with entry < time ≤ exit.
    pub at_risk: u64,
    /// Events, of every type.
    pub events: u64,
    /// Censorings.
    pub censored: u64,
    /// Probability of no event up to and including this time.
    pub survival: f64,
    /// Greenwood's sum `Σ d/(n(n − d))`: the variance of ln S. Infinite where S = 0.
    pub log_variance: f64,
}

/// The curve of Kaplan and Meier: a step at every distinct time of exit.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// The steps, in increasing order of time; never empty.
    pub steps: Vec<SurvivalStep>,
    /// Number of spells.
    pub n: u64,
    /// Number of events.
    pub events: u64,
    /// The curve is conditional on lasting at least so long: the earliest entry where every unit came late,
    /// else 0.
    pub conditional_on_at_least: f64,
    /// The first time after which nobody was at risk although units came later, which happens with delayed
    /// entry alone. From there on the curve is not to be used: where all then at risk had the event it stays
    /// at 0, whatever the rest of the data say.
    pub exhausted_at: Option<f64>,
}

/// The curve at a chosen time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalAt {
    /// Probability of no event up to and including the time.
    pub survival: f64,
    /// Greenwood's standard error of that probability; `None` where it is 0 or 1, as there is none then.
    pub standard_error: Option<f64>,
}

impl SurvivalAt {
    /// Pointwise limits; `None` where there is no standard error.
    #[must_use]
    pub fn limits(&self, transform: Transform, confidence: Confidence) -> Option<Limits> {
        transform.limits(self.survival, self.standard_error?, confidence)
    }
}

/// Estimates the probability S(t) that no event has happened up to and including time t.
///
/// With d events among n at risk at each time tᵢ,
///
/// ```text
/// S(t) = Π (1 − dᵢ/nᵢ)          se S(t) = S(t) √Σ dᵢ/(nᵢ(nᵢ − dᵢ))          over tᵢ ≤ t
/// ```
///
/// Conditions: whether and when a unit is censored, and when it comes under observation, tells nothing about
/// its event. Units that leave for a reason that rules the event out are not censored: use
/// [`super::aalen_johansen()`]. Every code above 0 counts as the event; [`RiskTable::cause_specific`] chooses
/// one. Ties are exact: all dᵢ fall on one time. Without any event the curve is 1 throughout.
///
/// Complexity: O(size of the table).
///
/// # Errors
/// [`StatsError::Insufficient`] for an empty table.
pub fn kaplan_meier(table: &RiskTable) -> Result<KaplanMeier, StatsError> {
    let mut steps = Vec::with_capacity(table.size());
    let (mut survival, mut log_variance) = (1.0, 0.0);
    let mut exhausted_at = None;
    let mut left_behind: Option<f64> = None;
    for row in table.rows() {
        let (events, censored, at_risk) = (row.events(), row.censored(), row.at_risk);
        // Somebody leaves after a time at which all had left.
        exhausted_at = exhausted_at.or(left_behind.take());
        let (n, d) = (real(at_risk), real(events));
        if events > 0 {
            survival *= real(at_risk.saturating_sub(events)) / n;
            log_variance += if events < at_risk { d / (n * (n - d)) } else { f64::INFINITY };
        }
        if row.exits() >= at_risk && (events >= at_risk || !row.renewed) {
            left_behind = Some(row.time);
        }
        steps.push(SurvivalStep { time: row.time, at_risk, events, censored, survival, log_variance });
    }
    if steps.is_empty() {
        return Err(StatsError::Insufficient("no spell"));
    }
    let events = table.events();
    Ok(KaplanMeier { steps, n: table.n(), events, conditional_on_at_least: table.observed_from(), exhausted_at })
}

impl KaplanMeier {
    /// The curve at time `t`.
    ///
    /// 1 before the first exit. `None` beyond the last exit, unless the curve has reached 0, and for a `t`
    /// that is not a number: the data do not say how the curve goes on. Complexity: O(log steps).
    #[must_use]
    pub fn at(&self, t: f64) -> Option<SurvivalAt> {
        if t.is_nan() {
            return None;
        }
        let Some(place) = last_at_most(&self.steps, t, |step| step.time) else {
            return Some(SurvivalAt { survival: 1.0, standard_error: None });
        };
        let step = self.steps[place];
        let beyond = place + 1 == self.steps.len() && t > step.time && step.survival > 0.0;
        (!beyond).then(|| step.value())
    }

    /// The last time at which somebody left: the end of follow-up.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.steps.last().map_or(0.0, |step| step.time)
    }
}

impl SurvivalStep {
    /// The probability at this step with its standard error.
    #[must_use]
    pub fn value(&self) -> SurvivalAt {
        let inner = self.survival > 0.0 && self.survival < 1.0;
        SurvivalAt { survival: self.survival, standard_error: inner.then(|| self.survival * self.log_variance.sqrt()) }
    }
}
