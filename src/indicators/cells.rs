//! Cells of a result: counts by platform, group and period, and the rows that are made of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Counts;
use super::card::{Basis, Card, Statistic};
use super::scope::{Cohort, Group, PERIOD, Scope};
use crate::engine::{Scalar, TallyTable};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, SIMULATED, Status};
use crate::time::{self, Grain, Period};
use crate::views;

/// What an estimate is about. Ordered by platform, group and period.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Canonical name, or [`ALL_PLATFORMS`].
    pub platform: String,
    /// Values of the groups, crossed.
    pub group: Option<String>,
    /// The period.
    pub period: Period,
}

/// Counts of one cell: values of the indicator's own keys → values of its measures.
pub type CellCounts = BTreeMap<Vec<Scalar>, Vec<i64>>;

/// The counts of an indicator, by cell.
#[derive(Debug)]
pub struct Cells<'a> {
    /// The cells that have statements.
    pub by_cell: BTreeMap<Cell, CellCounts>,
    undated: BTreeMap<(String, Option<String>), i64>,
    /// The one period of [`Grain::All`], or the span of the data.
    whole: Period,
    card: &'static Card,
    /// The scope that was measured.
    pub scope: &'a Scope,
    cohort: Cohort,
    basis: Basis,
    /// Whether a row can be in several groups, for each variable of the scope.
    several: Vec<bool>,
}

impl<'a> Cells<'a> {
    /// Arranges the tables of [`Scope::tallies`] by cell; months are added up to longer periods.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the tables are not those of the tallies; [`Error::Usage`] where nothing
    /// tells which time the data is from.
    pub fn new(counts: &Counts, card: &'static Card, scope: &'a Scope) -> Result<Self> {
        let cohort = scope.cohort_of(card, counts.basis);
        let dated = cohort.column().is_some();
        let nothing = TallyTable::default();
        let (main, undated) = (counts.table(0)?, if dated { counts.table(1)? } else { &nothing });
        let days = if dated && scope.grain == Grain::All { days(counts.table(2)?)? } else { None };
        let statements = counts.basis == Basis::Statements;
        // Dates that are marked as impossible or placeholders do not stretch the period.
        let whole = match scope.window.filter(|_| !statements) {
            Some(window) => window,
            None => days.unwrap_or(scope.span),
        };
        let table = card.requirement(counts.basis).and_then(|r| views::table_or_view(r.table));
        let mut this = Self {
            by_cell: BTreeMap::new(),
            undated: BTreeMap::new(),
            whole,
            card,
            scope,
            cohort,
            basis: counts.basis,
            several: scope.groups.iter().map(|g| table.is_some_and(|t| g.several_in(t))).collect(),
        };
        if whole.end <= whole.start && !(main.rows.is_empty() && undated.rows.is_empty()) {
            return Err(Error::usage(
                format!("no row has a {} date, so the numbers have no period", cohort.name()),
                "choose another cohort date, or look at the rejected cells with `systemic inspect`",
            ));
        }

        let period_at = main.keys.iter().position(|k| k == PERIOD);
        let own = usize::from(scope.by_platform) + scope.groups.len() + usize::from(period_at.is_some());
        for (key, values) in &main.rows {
            let (platform, groups) = this.split(key);
            let period = match period_at.and_then(|i| key.get(i)) {
                None => whole,
                Some(Scalar::Day(day)) => scope.grain.period(*day).ok_or_else(|| out_of_calendar(*day))?,
                Some(other) => return Err(counts_fault(&format!("a period begins at {other}"))),
            };
            let own_keys = key.get(own..).unwrap_or_default();
            for group in groups {
                let cell = Cell { platform: platform.clone(), group, period };
                let sums = this.by_cell.entry(cell).or_default().entry(own_keys.to_vec());
                let sums = sums.or_insert_with(|| vec![0; values.len()]);
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum = sum.checked_add(*value).ok_or_else(|| counts_fault("a sum leaves 64 bits"))?;
                }
            }
        }
        for (key, values) in &undated.rows {
            let (platform, groups) = this.split(key);
            for group in groups {
                let undated = this.undated.entry((platform.clone(), group)).or_default();
                *undated += values.first().copied().unwrap_or_default();
            }
        }
        Ok(this)
    }

    /// The basis that the counts rest on.
    pub fn basis(&self) -> Basis {
        self.basis
    }

    /// Platform and groups of a row of counts: one group, or none, or as many as the values of its lists make.
    fn split(&self, key: &[Scalar]) -> (String, Vec<Option<String>>) {
        let mut key = key.iter();
        let platform = if self.scope.by_platform {
            key.next().map_or_else(String::new, ToString::to_string)
        } else {
            ALL_PLATFORMS.to_owned()
        };
        let mut groups: Vec<Option<String>> = vec![None];
        for several in self.several.iter().take(self.scope.groups.len()) {
            let values = key.next().map_or_else(Vec::new, |k| Group::values(k, *several));
            let crossed = groups.iter().flat_map(|so_far| {
                values.iter().map(move |value| {
                    Some(so_far.as_ref().map_or_else(|| value.clone(), |so_far| format!("{so_far}×{value}")))
                })
            });
            groups = crossed.collect();
        }
        (platform, groups)
    }

    /// A row for a statistic of a cell, with everything but its number: what it is about, and the note
    /// on cohort, completeness and statements without a date.
    pub fn row(&self, cell: &Cell, statistic: &Statistic) -> Estimate {
        let mut row = Estimate::census(self.card.id, self.card.version, statistic.name, statistic.unit, cell.period);
        self.basis.name().clone_into(&mut row.basis);
        row.platform.clone_from(&cell.platform);
        row.group_name = self.scope.group_name();
        row.group_value.clone_from(&cell.group);
        row.input_id.clone_from(&self.scope.input_id);
        if self.scope.simulated {
            row.add_note(SIMULATED);
        }
        row.add_note(&self.cohort.words());
        for (group, _) in self.scope.groups.iter().zip(&self.several).filter(|(_, several)| **several) {
            row.add_note(&format!("a statement counts in each {} that it names", group.name.replace('_', " ")));
        }
        for note in [self.loaded(cell.period), self.limits(cell.period)].into_iter().flatten() {
            row.add_note(&note);
        }
        if let Some(undated) = self.undated.get(&(cell.platform.clone(), cell.group.clone())) {
            row.add_note(&format!("without a {} date and so in no period: {undated}", self.cohort.name()));
        }
        row
    }

    /// Rows for platforms and groups of which no statement has a cohort date: they have no value, but
    /// they are not lost.
    pub fn undated_rows(&self) -> Vec<Estimate> {
        let seen: BTreeSet<_> = self.by_cell.keys().map(|c| (&c.platform, &c.group)).collect();
        let lost = self.undated.iter().filter(|((platform, group), _)| !seen.contains(&(platform, group)));
        lost.flat_map(|((platform, group), n)| {
            let cell = Cell { platform: platform.clone(), group: group.clone(), period: self.whole };
            let noun = if self.basis == Basis::Statements { "statement" } else { self.card.unit };
            let reason = format!("no {noun} has a {} date", self.cohort.name());
            self.card.statistics.iter().map(move |statistic| {
                let mut row = self.row(&cell, statistic);
                row.n = Some(*n);
                row.without_value(Status::NotApplicable, reason.clone())
            })
        })
        .collect()
    }

    /// Which part of the submissions is loaded, where not all of the period's are.
    fn loaded(&self, period: Period) -> Option<String> {
        let days = &self.scope.days_loaded;
        if self.basis != Basis::Statements {
            let window = self.scope.window.filter(|w| *w != period && self.cohort != Cohort::Window)?;
            return Some(format!("observed {} to {}", time::iso(window.start), time::iso(window.end - 1)));
        }
        if days.is_empty() {
            return None;
        }
        let share = |p: Period| {
            let loaded = days.range(p.start..p.end.max(p.start)).count();
            let all = usize::try_from(p.end - p.start).unwrap_or_default();
            (loaded < all).then(|| format!("{loaded} of {all} days loaded"))
        };
        if self.cohort == Cohort::Submission {
            return share(period);
        }
        let span = self.scope.span;
        let gaps = share(span).map_or_else(String::new, |s| format!(" ({s})"));
        Some(format!("submitted {} to {}{gaps}", time::iso(span.start), time::iso(span.end - 1)))
    }

    /// The limits of the dates, where they cut the period.
    fn limits(&self, period: Period) -> Option<String> {
        let name = self.cohort.name();
        let from = self.scope.from.filter(|d| *d > period.start).map(|d| format!("from {}", time::iso(d)));
        let until = self.scope.until.filter(|d| *d < period.end).map(|d| format!("before {}", time::iso(d)));
        let parts: Vec<String> = from.into_iter().chain(until).collect();
        (!parts.is_empty()).then(|| format!("only {name} dates {}", parts.join(" and ")))
    }
}

/// From the first day of the table to the day after the last.
fn days(table: &TallyTable) -> Result<Option<Period>> {
    let day = |key: Option<&Vec<Scalar>>| match key.and_then(|k| k.first()) {
        None => Ok(None),
        Some(Scalar::Day(day)) => Ok(Some(*day)),
        Some(other) => Err(counts_fault(&format!("{other} is no day"))),
    };
    let first = day(table.rows.keys().next())?;
    let last = day(table.rows.keys().next_back())?;
    Ok(first.zip(last).map(|(first, last)| Period { start: first, end: last + 1 }))
}

/// The measure at this position of a row of counts.
pub fn value(values: &[i64], at: usize) -> i64 {
    values.get(at).copied().unwrap_or_default()
}

/// A count as a value.
#[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
pub fn number(count: i64) -> f64 {
    count as f64
}

/// Takes the value away where the denominator is below the smallest one of the statistic.
pub fn enough(row: Estimate, statistic: &Statistic) -> Estimate {
    let n = row.n.unwrap_or_default();
    if n < statistic.smallest_n.cast_signed() {
        row.without_value(Status::Insufficient, format!("n = {n} is below {}", statistic.smallest_n))
    } else {
        row
    }
}

fn out_of_calendar(day: i32) -> Error {
    counts_fault(&format!("day {day} is in no calendar of four-digit years"))
}

pub(super) fn counts_fault(message: &str) -> Error {
    Error::Invalid {
        place: "counts".to_owned(),
        message: message.to_owned(),
        hint: "these counts do not come from the indicator's own tallies".into(),
    }
}
