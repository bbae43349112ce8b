//! Nelson–Aalen estimate of a cumulative hazard.
//!
//! Source: W. Nelson, "Theory and applications of hazard plotting for censored failure data",
//! *Technometrics* 14 (1972), 945–966; O. Aalen, "Nonparametric inference for a family of counting
//! processes", *Annals of Statistics* 6 (1978), 701–726.

use super::{Confidence, CumulativeTransform, Limits, RiskTable, StatsError, last_at_most, real};

/// The cumulative hazard at one time at which somebody left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardStep {
    /// The time.
    pub time: f64,
    /// Units with entry < time ≤ exit.
    pub at_risk: u64,
    /// Events, of every type.
    pub events: u64,
    /// Cumulative hazard H.
    pub hazard: f64,
    /// Variance of H, Aalen's form.
    pub variance: f64,
}

impl HazardStep {
    /// Pointwise limits; `None` before the first event.
    #[must_use]
    pub fn limits(&self, transform: CumulativeTransform, confidence: Confidence) -> Option<Limits> {
        transform.limits(self.hazard, self.variance.sqrt(), confidence)
    }
}

/// A cumulative hazard: a step at every distinct time of exit.
#[derive(Debug, Clone, PartialEq)]
pub struct NelsonAalen {
    /// The steps, in increasing order of time; never empty.
    pub steps: Vec<HazardStep>,
    /// The hazard is counted from here: the earliest entry where every unit came late, else 0.
    pub from: f64,
}

/// Estimates the cumulative hazard.
///
/// ```text
/// H(t) = Σ dᵢ/nᵢ          var H(t) = Σ dᵢ/nᵢ²          over tᵢ ≤ t
/// ```
///
/// The variance is Aalen's, as in R's `survfit(stype = 2, ctype = 1)`; the binomial form, with
/// `dᵢ(nᵢ − dᵢ)/nᵢ³`, is smaller under ties. For one type among several use [`RiskTable::cause_specific`]: the
/// hazard of a type is well defined beside others, unlike a Kaplan–Meier curve. Conditions as in
/// [`super::kaplan_meier()`]. Complexity: O(size of the table).
///
/// # Errors
/// [`StatsError::Insufficient`] for an empty table.
pub fn nelson_aalen(table: &RiskTable) -> Result<NelsonAalen, StatsError> {
    let (mut hazard, mut variance) = (0.0, 0.0);
    let mut steps = Vec::with_capacity(table.size());
    for row in table.rows() {
        let (n, events) = (real(row.at_risk), row.events());
        if events > 0 {
            hazard += real(events) / n;
            variance += real(events) / (n * n);
        }
        steps.push(HazardStep { time: row.time, at_risk: row.at_risk, events, hazard, variance });
    }
    if steps.is_empty() {
        return Err(StatsError::Insufficient("no spell"));
    }
    Ok(NelsonAalen { steps, from: table.observed_from() })
}

impl NelsonAalen {
    /// The step that holds at time `t`; `None` before the first exit, where H = 0, and beyond the last one.
    /// Complexity: O(log steps).
    #[must_use]
    pub fn at(&self, t: f64) -> Option<&HazardStep> {
        let step = &self.steps[last_at_most(&self.steps, t, |step| step.time)?];
        (t <= self.steps.last()?.time).then_some(step)
    }
}
