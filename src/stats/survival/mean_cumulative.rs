//! Mean number of events of a unit up to each time, where events recur.
//!
//! Source: W. Nelson, "Graphical analysis of system repair data", *Journal of Quality Technology* 20 (1988),
//! 24–35; variance of J. F. Lawless and C. Nadeau, "Some simple robust methods for the analysis of recurrent
//! events", *Technometrics* 37 (1995), 158–168.

use super::{Confidence, CumulativeTransform, Limits, StatsError, last_at_most, real};

/// A stretch in which a unit was under observation, `(entry, exit]`, in the counting-process form: several
/// rows may belong to one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecurrentRow {
    /// The unit, by any number.
    pub unit: u64,
    /// Begin of the stretch. An event at time 0 needs an entry below 0.
    pub entry: f64,
    /// End of the stretch.
    pub exit: f64,
    /// Number of events at the end of the stretch; 0 where it ends without.
    pub events: u32,
}

/// The mean at one time at which events happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanCumulativeStep {
    /// The time.
    pub time: f64,
    /// Units under observation.
    pub at_risk: u64,
    /// Events.
    pub events: u64,
    /// Mean number of events of a unit up to and including this time.
    pub mean: f64,
    /// Its robust variance.
    pub variance: f64,
}

impl MeanCumulativeStep {
    /// Pointwise limits; `None` where the variance is 0, as with one unit.
    #[must_use]
    pub fn limits(&self, transform: CumulativeTransform, confidence: Confidence) -> Option<Limits> {
        if self.variance > 0.0 { transform.limits(self.mean, self.variance.sqrt(), confidence) } else { None }
    }
}

/// A mean cumulative function: a step at every time at which events happened.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanCumulative {
    /// The steps, in increasing order of time; empty where nothing happened.
    pub steps: Vec<MeanCumulativeStep>,
    /// Number of units.
    pub units: u64,
    /// Number of events.
    pub events: u64,
    /// The end of the last stretch.
    pub last_time: f64,
}

/// Estimates the mean number of events of a unit up to each time.
///
/// With d(u) events among Y(u) units under observation,
///
/// ```text
/// M(t) = Σ d(u)/Y(u)          var M(t) = Σᵢ (Σ Yᵢ(u)/Y(u) · (dᵢ(u) − d(u)/Y(u)))²          over u ≤ t
/// ```
///
/// The variance is the robust one of Lawless and Nadeau, without the factor n/(n − 1), as R's
/// `survfit(cluster = id)` gives: events of one unit may depend on each other, and units may differ; no
/// Poisson law is assumed.
///
/// Conditions: independent units; when a unit leaves tells nothing about its events. Where units are removed
/// because of their events, the estimate holds for those that remain. Limits cover somewhat less than their
/// level below about 50 units. Complexity: O(n log n) in the number of rows.
///
/// # Errors
/// [`StatsError::Domain`] for a time that is not finite; [`StatsError::Contradiction`] for a stretch that
/// ends before or when it begins, and for stretches of a unit that overlap; [`StatsError::Insufficient`] for
/// no row.
pub fn mean_cumulative_function(rows: &[RecurrentRow]) -> Result<MeanCumulative, StatsError> {
    let (stretches, units) = stretches(rows)?;
    let mut by_exit: Vec<usize> = (0..stretches.len()).collect();
    by_exit.sort_by(|a, b| stretches[*a].exit.total_cmp(&stretches[*b].exit));
    let mut by_entry = by_exit.clone();
    by_entry.sort_by(|a, b| stretches[*a].entry.total_cmp(&stretches[*b].entry));
    let mut sweep = Sweep { residual: vec![0.0; units], at_risk: 0, drift: 0.0, sum: 0.0, squares: 0.0 };
    let mut entering = by_entry.into_iter().peekable();
    let (mut steps, mut mean, mut all_events) = (Vec::new(), 0.0, 0_u64);
    for leaving in by_exit.chunk_by(|a, b| stretches[*a].exit.total_cmp(&stretches[*b].exit).is_eq()) {
        let time = stretches[leaving[0]].exit;
        while let Some(stretch) = entering.next_if(|i| stretches[*i].entry < time) {
            sweep.enter(stretches[stretch].unit);
        }
        let events: u64 = leaving.iter().map(|i| u64::from(stretches[*i].events)).sum();
        if events > 0 {
            let y = real(sweep.at_risk);
            mean += real(events) / y;
            all_events = all_events.saturating_add(events);
            sweep.pass(real(events) / (y * y));
            for i in leaving {
                sweep.add(stretches[*i].unit, f64::from(stretches[*i].events) / y);
            }
            let variance = sweep.squares.max(0.0);
            steps.push(MeanCumulativeStep { time, at_risk: sweep.at_risk, events, mean, variance });
        }
        for i in leaving {
            sweep.leave(stretches[*i].unit);
        }
    }
    let last_time = by_exit.last().map_or(0.0, |i| stretches[*i].exit);
    Ok(MeanCumulative { steps, units: units as u64, events: all_events, last_time })
}

/// A row with its unit numbered from 0.
struct Stretch {
    unit: usize,
    entry: f64,
    exit: f64,
    events: u32,
}

fn stretches(rows: &[RecurrentRow]) -> Result<(Vec<Stretch>, usize), StatsError> {
    for row in rows {
        for (what, value) in [("entry", row.entry), ("exit", row.exit)] {
            if !value.is_finite() {
                return Err(StatsError::Domain { what, value, expected: "expected a finite number" });
            }
        }
        if row.entry >= row.exit {
            return Err(StatsError::Contradiction("a stretch ends before or when it begins"));
        }
    }
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| a.unit.cmp(&b.unit).then(a.entry.total_cmp(&b.entry)));
    let mut found = Vec::with_capacity(sorted.len());
    let mut units = 0;
    for rows in sorted.chunk_by(|a, b| a.unit == b.unit) {
        if rows.windows(2).any(|pair| pair[1].entry < pair[0].exit) {
            return Err(StatsError::Contradiction("stretches of a unit overlap"));
        }
        // −0 becomes 0, so that equal times compare as equal.
        found.extend(rows.iter().map(|row| Stretch {
            unit: units,
            entry: row.entry + 0.0,
            exit: row.exit + 0.0,
            events: row.events,
        }));
        units += 1;
    }
    if units == 0 {
        return Err(StatsError::Insufficient("no unit"));
    }
    Ok((found, units))
}

/// The residual of each unit, in one sweep: all units at risk drift by the same amount, so that only those
/// with an event, an entry or an exit are touched.
struct Sweep {
    /// The residual; while at risk, plus the drift.
    residual: Vec<f64>,
    at_risk: u64,
    drift: f64,
    /// Sum of residuals over units at risk.
    sum: f64,
    /// Sum of squared residuals over all units.
    squares: f64,
}

impl Sweep {
    fn enter(&mut self, unit: usize) {
        self.at_risk += 1;
        self.sum += self.residual[unit];
        self.residual[unit] += self.drift;
    }

    fn leave(&mut self, unit: usize) {
        self.at_risk -= 1;
        self.residual[unit] -= self.drift;
        self.sum -= self.residual[unit];
    }

    /// Takes `expected` from the residual of every unit at risk.
    fn pass(&mut self, expected: f64) {
        let y = real(self.at_risk);
        self.squares += expected * (y * expected - 2.0 * self.sum);
        self.sum -= y * expected;
        self.drift += expected;
    }

    fn add(&mut self, unit: usize, amount: f64) {
        self.squares += amount * (amount + 2.0 * (self.residual[unit] - self.drift));
        self.sum += amount;
        self.residual[unit] += amount;
    }
}

impl MeanCumulative {
    /// The step that holds at time `t`; `None` before the first event, where the mean is 0, and beyond the end
    /// of the last stretch. Complexity: O(log steps).
    #[must_use]
    pub fn at(&self, t: f64) -> Option<&MeanCumulativeStep> {
        let step = &self.steps[last_at_most(&self.steps, t, |step| step.time)?];
        (t <= self.last_time).then_some(step)
    }
}
