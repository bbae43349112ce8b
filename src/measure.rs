//! Measurement: indicators over a table, each tally counted once.

use std::collections::BTreeSet;

use polars::prelude::LazyFrame;

use crate::engine::{self, Tally, TallyTable};
use crate::error::{Error, Result};
use crate::estimate::Estimates;
use crate::indicators::{Basis, Counts, Indicator, Scope};

/// How far a measurement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Id of the indicator whose counts are being made.
    pub indicator: &'static str,
    /// Tallies that are counted.
    pub done: usize,
    /// Tallies in all.
    pub of: usize,
}

/// Measures indicators on the statements in `lf`.
///
/// A tally that several indicators need is counted once. `progress` is called before each tally and once
/// at the end. Data without a statement gives no estimate. Memory grows with the number of groups, and
/// for delays with their number of distinct values, not with the number of statements.
///
/// # Errors
/// [`Error::Usage`] where an indicator is named twice or cannot rest on statements, or where the data
/// lacks a column that is needed; else those of the tallies and of the indicators.
pub fn measure(
    lf: &LazyFrame,
    ids: &[&dyn Indicator],
    scope: &Scope,
    progress: &mut dyn FnMut(Progress),
) -> Result<Estimates> {
    let mut seen = BTreeSet::new();
    let mut plan: Vec<(&'static str, Vec<Tally>)> = Vec::new();
    for indicator in ids {
        let id = indicator.card().id;
        if !seen.insert(id) {
            return Err(Error::usage(format!("{id} is named twice"), "name each indicator once"));
        }
        let tallies = indicator.tallies(Basis::Statements, scope);
        if tallies.is_empty() {
            return Err(Error::usage(
                format!("{id} cannot be measured on statements of reasons"),
                format!("`systemic explain {id}` says what it needs"),
            ));
        }
        plan.push((id, tallies));
    }
    check_columns(lf, &plan)?;

    let mut distinct: Vec<(&'static str, &Tally)> = Vec::new();
    for (id, tally) in plan.iter().flat_map(|(id, tallies)| tallies.iter().map(move |t| (*id, t))) {
        if !distinct.iter().any(|(_, t)| *t == tally) {
            distinct.push((id, tally));
        }
    }
    let of = distinct.len();
    let mut counted: Vec<(&Tally, TallyTable)> = Vec::with_capacity(of);
    for (done, (indicator, tally)) in distinct.iter().enumerate() {
        progress(Progress { indicator, done, of });
        counted.push((tally, engine::polars::run(lf.clone(), tally)?));
    }
    if let Some((indicator, _)) = distinct.last() {
        progress(Progress { indicator, done: of, of });
    }

    let mut rows = Vec::new();
    for (indicator, (_, tallies)) in ids.iter().zip(&plan) {
        let tables =
            tallies.iter().filter_map(|t| counted.iter().find(|(c, _)| *c == t).map(|(_, table)| table.clone()));
        let counts = Counts { basis: Basis::Statements, tables: tables.collect() };
        rows.extend(indicator.estimate(&counts, scope)?);
    }
    Estimates::new(rows)
}

/// Checks that the data has every column that the tallies read.
fn check_columns(lf: &LazyFrame, plan: &[(&'static str, Vec<Tally>)]) -> Result<()> {
    let schema = lf.clone().collect_schema().map_err(|e| Error::engine("cannot read the columns of the data", e))?;
    for (id, tallies) in plan {
        for tally in tallies {
            tally.check()?;
            if let Some(missing) = tally.columns().into_iter().find(|c| !schema.contains(c)) {
                return Err(Error::usage(
                    format!("the data has no column {missing}, which {id} needs with these groups and dates"),
                    "load the exports with all columns",
                ));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
