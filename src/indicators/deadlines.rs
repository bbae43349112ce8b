//! Compliance with time limits: what the indicators of this kind have in common.
//!
//! What was done within the limit is timely; what was done later, or was pending when the limit had passed, is late; what was
//! pending within the limit when observation ended is undecided, and in neither.

use std::collections::BTreeMap;

use super::cells::{Cell, Cells, enough, number};
use super::placed::Place;
use super::records::natural;
use super::times::set_limits;
use super::working_days::WorkingDays;
use super::{Parameters, Scope, Statistic};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::stats::proportion::clopper_pearson;

/// How many cases kept a limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Done within it.
    pub timely: i64,
    /// Done after it.
    pub done_late: i64,
    /// Pending after it.
    pub pending_late: i64,
    /// Pending within it when observation ended.
    pub undecided: i64,
    /// Without times that fit: done before receipt, or pending with an unknown end of observation.
    pub unknown: i64,
}

/// One case, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Case {
    /// Receipt.
    pub from: Option<i64>,
    /// When it was done, or until when it was seen to be pending.
    pub until: Option<i64>,
    /// Whether it was done.
    pub done: bool,
}

impl Outcomes {
    /// Adds a case whose period is over at the instant `end`, which itself is late.
    pub fn add(&mut self, case: Case, end: Option<i64>) {
        let place = match (case.from, case.until, end) {
            (Some(from), Some(until), Some(_)) if until < from => &mut self.unknown,
            (Some(_), Some(until), Some(end)) => match (case.done, until < end) {
                (true, true) => &mut self.timely,
                (true, false) => &mut self.done_late,
                (false, true) => &mut self.undecided,
                (false, false) => &mut self.pending_late,
            },
            _ => &mut self.unknown,
        };
        *place += 1;
    }

    /// Timely and late ones.
    pub fn judged(&self) -> i64 {
        self.timely + self.late()
    }

    /// Late ones.
    pub fn late(&self) -> i64 {
        self.done_late + self.pending_late
    }
}

/// Outcomes by place.
pub type ByPlace = BTreeMap<Place, Outcomes>;

/// What a note says of the calendar.
pub fn calendar(parameters: &Parameters, days: &WorkingDays) -> String {
    let zone = &parameters.working_time_zone;
    match days.holidays() {
        0 => format!("days in {zone}, no holiday from Monday to Friday given"),
        n => format!("days in {zone}, {n} holidays from Monday to Friday given"),
    }
}

/// Gives the rows of one cell.
pub struct Deadlines<'a> {
    /// The cells.
    pub cells: &'a Cells<'a>,
    /// The cell.
    pub cell: &'a Cell,
    /// Its outcomes.
    pub outcomes: Outcomes,
    /// What a note says of the limit.
    pub note: &'a str,
}

impl Deadlines<'_> {
    fn row(&self, statistic: &Statistic, k: i64) -> Estimate {
        let mut row = self.cells.row(self.cell, statistic);
        (row.k, row.n) = (Some(k), Some(self.outcomes.judged()));
        row.censored = Some(self.outcomes.undecided);
        row.add_note(self.note);
        for (count, words) in [
            (self.outcomes.pending_late, "late and pending when observation ended"),
            (self.outcomes.undecided, "excluded, pending within the limit when observation ended"),
            (self.outcomes.unknown, "excluded, without times that fit"),
        ] {
            if count > 0 {
                row.add_note(&format!("{words}: {count}"));
            }
        }
        row
    }

    /// The share of timely ones; where it is asked for, with the exact limits of a process.
    ///
    /// # Errors
    /// [`Error::Usage`] for a level of confidence outside (0, 1).
    pub fn share(&self, statistic: &Statistic, scope: &Scope) -> Result<Estimate> {
        let (k, n) = (self.outcomes.timely, self.outcomes.judged());
        let mut row = self.row(statistic, k);
        row.value = (n > 0).then(|| number(k) / number(n));
        let mut row = enough(row, statistic);
        if let Some(confidence) = scope.process_interval.filter(|_| row.status == Status::Ok) {
            let level = Confidence::new(confidence).map_err(|_| {
                Error::usage(
                    format!("{confidence} is no confidence level"),
                    "give a number between 0 and 1, such as 0.95",
                )
            })?;
            if let Ok(limits) = clopper_pearson(natural(k), natural(n), level) {
                let how = ("clopper-pearson", IntervalKind::Process, confidence);
                set_limits(&mut row, Some(limits.lower), Some(limits.upper), how);
            }
        }
        Ok(row)
    }

    /// The number of late ones.
    pub fn late(&self, statistic: &Statistic) -> Estimate {
        let late = self.outcomes.late();
        let mut row = self.row(statistic, late);
        row.value = Some(number(late));
        enough(row, statistic)
    }
}
