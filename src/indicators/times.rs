//! Times to an event: what the indicators of this kind have in common.
//!
//! Such an indicator reads a view in which a row is a case: how long it lasted (`exit`, whole hours or days), how it
//! ended (`event`, a code; null or `censored` where observation ended first), and, where it exists in the data
//! only because it lasted beyond some time, that time (`entry`). The tally is a histogram of the three.
//!
//! Intervals are of kind *process*: the cases are all there are, but observation cut some of them short, and
//! the interval says how far chance would move the estimate if each case were an independent draw of one process.

use std::collections::BTreeMap;

use super::cells::{Cell, Cells, enough, value};
use super::{Basis, Card, Counts, Scope, Statistic};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::survival::{
    AalenJohansen, CENSORED, IncidenceVariance, KaplanMeier, QuantileConvention, RiskTable, Transform, aalen_johansen,
    kaplan_meier, rmst,
};
use crate::stats::{Confidence, Limits};
use crate::time::Grain;

/// Points of a curve that are kept; the figure of a curve is no finer.
const CURVE_POINTS: usize = 240;

/// How a view tells the times of its cases.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// Column of the time at which the case ended or observation did.
    pub exit: &'static str,
    /// Column of the time from which the case was observed, where it can be late; null means from its beginning.
    pub entry: Option<&'static str>,
    /// Column of the code of the event.
    pub event: &'static str,
    /// The events that are told apart; others count as censored. Their order gives their number, from 1.
    pub events: &'static [&'static str],
    /// How many units of the columns make one unit of the estimates: 24 for hours given in days.
    pub per_unit: u32,
    /// Unit of the estimates.
    pub unit: &'static str,
}

/// The tallies: one histogram of the cases that meet `of`.
pub fn tallies(card: &'static Card, basis: Basis, scope: &Scope, times: &Times, of: Predicate) -> Vec<Tally> {
    let Some(requirement) = card.requirement(basis) else { return Vec::new() };
    let mut keys = vec![Key::column(times.event), Key::column(times.exit)];
    keys.extend(times.entry.map(Key::column));
    scope.tallies_of(requirement, keys, vec![Measure::count("all"), Measure::count_if("cases", of)])
}

/// The cases of each cell.
pub struct Histograms<'a> {
    /// Cells, with how rows of them are made.
    pub cells: Cells<'a>,
    /// Who was at risk and who left, by cell.
    pub tables: BTreeMap<Cell, RiskTable>,
    /// Cases without a time, by cell.
    pub untimed: BTreeMap<Cell, i64>,
    confidence: Confidence,
    unit: &'static str,
}

impl<'a> Histograms<'a> {
    /// Arranges the counts of [`tallies`].
    ///
    /// # Errors
    /// Those of [`Cells::new`]; [`Error::Usage`] for a level of confidence outside (0, 1).
    pub fn new(counts: &Counts, card: &'static Card, scope: &'a Scope, times: &Times) -> Result<Self> {
        let cells = Cells::new(counts, card, scope)?;
        let (mut tables, mut untimed) = (BTreeMap::new(), BTreeMap::new());
        for (cell, counts) in &cells.by_cell {
            let (mut exits, mut entries, mut without) = (Vec::new(), Vec::new(), 0);
            for (key, values) in counts {
                let count = value(values, 1);
                let Ok(count) = u64::try_from(count) else { continue };
                if count == 0 {
                    continue;
                }
                let code = times.events.iter().zip(1_u32..).find(|(e, _)| key.first() == Some(&Scalar::from(**e)));
                let Some(exit) = key.get(1).and_then(|k| time(k, times)).filter(|t| *t >= 0.0) else {
                    without += count.cast_signed();
                    continue;
                };
                if let Some(entry) = key.get(2).and_then(|k| time(k, times)).filter(|t| *t >= 0.0) {
                    // Seen first when or after it had ended: it was never at risk under observation.
                    if entry >= exit {
                        without += count.cast_signed();
                        continue;
                    }
                    entries.push((entry, count));
                }
                exits.push((exit, code.map_or(CENSORED, |(_, code)| code), count));
            }
            if without > 0 {
                untimed.insert(cell.clone(), without);
            }
            if exits.is_empty() && without == 0 {
                continue;
            }
            tables.insert(cell.clone(), RiskTable::from_histogram(&exits, &entries).map_err(stats_fault)?);
        }
        Ok(Self { cells, tables, untimed, confidence: level(scope)?, unit: times.unit })
    }

    /// A row of a cell without its number: cases, of which censored, and what is excluded.
    pub fn row(&self, cell: &Cell, table: &RiskTable, statistic: &Statistic) -> Estimate {
        let mut row = self.cells.row(cell, statistic);
        row.n = Some(table.n().cast_signed());
        row.k = Some(table.events().cast_signed());
        row.censored = Some(table.n().saturating_sub(table.events()).cast_signed());
        if table.delayed() > 0 {
            row.add_note(&format!("{} of them seen first when they lasted already", table.delayed()));
        }
        if let Some(without) = self.untimed.get(cell) {
            row.add_note(&format!("excluded, without a time: {without}"));
        }
        row
    }

    /// The curve of time to any of the events; `None` without a case.
    pub fn curve(table: &RiskTable) -> Option<KaplanMeier> {
        kaplan_meier(table).ok()
    }

    /// The probabilities of the rival events; `None` without an event.
    pub fn incidence(table: &RiskTable) -> Option<AalenJohansen> {
        let variance =
            if table.delayed() > 0 { IncidenceVariance::Aalen } else { IncidenceVariance::InfinitesimalJackknife };
        aalen_johansen(table, variance).ok()
    }

    /// The time by which a share `p` had the event, with limits after Brookmeyer and Crowley.
    pub fn quantile(&self, cell: &Cell, table: &RiskTable, statistic: &Statistic, p: f64) -> Estimate {
        let mut row = self.row(cell, table, statistic);
        let quantile = Self::curve(table)
            .and_then(|c| c.quantile(p, QuantileConvention::default(), Transform::LogLog, self.confidence).ok());
        row.value = quantile.and_then(|q| q.estimate);
        if let Some(q) = quantile.filter(|q| q.lower.is_some() || q.upper.is_some()) {
            self.set_limits(&mut row, q.lower, q.upper, "brookmeyer-crowley");
        }
        let row = enough(row, statistic);
        if row.status == Status::Ok && row.value.is_none() {
            let reason = format!("a share of {p} had not been reached when observation ended");
            if row.lower.is_some() {
                let mut row = row;
                row.add_note(&reason);
                return row;
            }
            return row.without_value(Status::Insufficient, reason);
        }
        row
    }

    /// The probability of the event within `t`, any of the events alike.
    pub fn within(&self, cell: &Cell, table: &RiskTable, statistic: &Statistic, t: f64) -> Estimate {
        let mut row = self.row(cell, table, statistic);
        let at = Self::curve(table).and_then(|c| c.at(t));
        row.value = at.map(|a| 1.0 - a.survival);
        if let Some(limits) = at.and_then(|a| a.limits(Transform::LogLog, self.confidence)) {
            self.set_limits(&mut row, Some(1.0 - limits.upper), Some(1.0 - limits.lower), "greenwood log-log");
        }
        self.known(enough(row, statistic), t)
    }

    /// The probability that this event has happened within `t`, the others being rivals.
    pub fn incidence_within(
        &self,
        cell: &Cell,
        table: &RiskTable,
        statistic: &Statistic,
        (event, t): (u32, f64),
    ) -> Estimate {
        let mut row = self.row(cell, table, statistic);
        let none = Self::curve(table).and_then(|c| c.at(t)).filter(|_| table.events() == 0).map(|_| 0.0);
        let at = Self::incidence(table).and_then(|c| c.at(t, event));
        // Sums of steps can pass 1 by their rounding.
        row.value = at.map(|a| a.incidence.min(1.0)).or(none);
        if let Some(limits) = at.and_then(|a| a.limits(Transform::LogLog, self.confidence)) {
            self.set_limits(&mut row, Some(limits.lower), Some(limits.upper), "aalen-johansen log-log");
        }
        self.known(enough(row, statistic), t)
    }

    /// The mean of the time, cut off at `tau`.
    pub fn restricted_mean(&self, cell: &Cell, table: &RiskTable, statistic: &Statistic, tau: f64) -> Estimate {
        let mut row = self.row(cell, table, statistic);
        let mean = Self::curve(table).and_then(|c| rmst(&c, tau).ok()).filter(|m| !m.extended);
        row.value = mean.map(|m| m.mean);
        if let Some(m) = mean.filter(|m| m.standard_error > 0.0) {
            let Limits { lower, upper } = m.limits(self.confidence);
            self.set_limits(&mut row, Some(lower), Some(upper), "rmst normal");
        }
        self.known(enough(row, statistic), tau)
    }

    /// Points of the curve of time to any of the events, as rows of `survival` with the numbers at risk as rows of
    /// `at_risk`; none where the data is split by period or group, as nobody reads hundreds of curves.
    pub fn curve_rows(
        &self,
        cell: &Cell,
        table: &RiskTable,
        (survival, at_risk): (&Statistic, &Statistic),
    ) -> Vec<Estimate> {
        let Some(curve) = Self::curve(table).filter(|_| self.wants_curves(table, survival)) else { return Vec::new() };
        let mut rows = Vec::new();
        for i in thinned(curve.steps.len()) {
            let Some(step) = curve.steps.get(i) else { continue };
            let mut row = self.point(cell, table, survival, step.time);
            row.value = Some(step.survival);
            if let Some(limits) = step.value().limits(Transform::LogLog, self.confidence) {
                self.set_limits(&mut row, Some(limits.lower), Some(limits.upper), "greenwood log-log");
            }
            rows.push(row);
            let mut row = self.point(cell, table, at_risk, step.time);
            row.value = Some(super::cells::number(step.at_risk.cast_signed()));
            rows.push(row);
        }
        rows
    }

    /// Points of the cumulative incidence of each event, as rows of the group `event`.
    pub fn incidence_rows(
        &self,
        cell: &Cell,
        table: &RiskTable,
        (incidence, at_risk): (&Statistic, &Statistic),
        events: &[&str],
    ) -> Vec<Estimate> {
        let Some(curves) = Self::incidence(table).filter(|_| self.wants_curves(table, incidence)) else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        for i in thinned(curves.times.len()) {
            let Some(&time) = curves.times.get(i) else { continue };
            for (name, code) in events.iter().zip(1_u32..) {
                let Some(at) = curves.at(time, code) else { continue };
                let mut row = self.point(cell, table, incidence, time);
                row.value = Some(at.incidence.min(1.0));
                if let Some(limits) = at.limits(Transform::LogLog, self.confidence) {
                    self.set_limits(&mut row, Some(limits.lower), Some(limits.upper), "aalen-johansen log-log");
                }
                super::shares::part(&mut row, "event", name);
                rows.push(row);
            }
            let mut row = self.point(cell, table, at_risk, time);
            row.value = curves.at_risk.get(i).map(|n| super::cells::number(n.cast_signed()));
            rows.push(row);
        }
        rows
    }

    fn wants_curves(&self, table: &RiskTable, statistic: &Statistic) -> bool {
        let scope = self.cells.scope;
        scope.grain == Grain::All && scope.groups.is_empty() && table.n() >= statistic.smallest_n
    }

    fn point(&self, cell: &Cell, table: &RiskTable, statistic: &Statistic, time: f64) -> Estimate {
        let mut row = self.row(cell, table, statistic);
        (row.x, row.x_unit) = (Some(time), Some(self.unit.to_owned()));
        row
    }

    fn set_limits(&self, row: &mut Estimate, lower: Option<f64>, upper: Option<f64>, method: &str) {
        set_limits(row, lower, upper, (method, IntervalKind::Process, self.confidence.level()));
    }

    /// Without a value where observation does not reach so far.
    fn known(&self, row: Estimate, t: f64) -> Estimate {
        if row.status == Status::Ok && row.value.is_none() {
            let reason = format!("nobody was observed for {t} {} without the event", self.unit);
            return row.without_value(Status::Insufficient, reason);
        }
        row
    }
}

/// Sets limits, kept on their side of the value, whose rounding can differ from theirs.
pub fn set_limits(
    row: &mut Estimate,
    lower: Option<f64>,
    upper: Option<f64>,
    (method, kind, level): (&str, IntervalKind, f64),
) {
    let value = row.value;
    row.lower = lower.map(|l| value.map_or(l, |v| l.min(v)));
    row.upper = upper.map(|u| value.map_or(u, |v| u.max(v)));
    row.interval = Some(method.to_owned());
    row.interval_kind = kind;
    row.confidence = Some(level);
}

/// The level of confidence of a scope.
///
/// # Errors
/// [`Error::Usage`] for one outside (0, 1).
pub fn level(scope: &Scope) -> Result<Confidence> {
    Confidence::new(scope.confidence()).map_err(|_| {
        Error::usage(
            format!("{} is no confidence level", scope.confidence()),
            "give a number between 0 and 1, such as 0.95",
        )
    })
}

/// What the statistics refuse although the counts were checked.
pub fn stats_fault(error: impl std::fmt::Display) -> Error {
    super::cells::counts_fault(&error.to_string())
}

#[expect(clippy::cast_precision_loss, reason = "hours of data lie below 2^53")]
fn time(key: &Scalar, times: &Times) -> Option<f64> {
    match key {
        Scalar::Int(units) => Some(*units as f64 / f64::from(times.per_unit)),
        _ => None,
    }
}

/// Indices of at most [`CURVE_POINTS`] of so many steps, the first and the last among them.
pub(super) fn thinned(steps: usize) -> impl Iterator<Item = usize> {
    let last = steps.saturating_sub(1);
    let points = steps.min(CURVE_POINTS);
    (0..points).map(move |i| if points < 2 { 0 } else { i * last / (points - 1) })
}
