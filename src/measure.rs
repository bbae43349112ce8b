//! Measurement: indicators over a table, each tally counted once.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::SchemaRef;

use crate::engine::{self, Frames, Measure, Scalar, Tally, TallyTable};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Estimates};
use crate::indicators::{Basis, Card, Counts, Indicator, Scope};
use crate::tables::Column;
use crate::tables::faults::{FAULTS, with_origins};
use crate::tables::rules::rule_of;
use crate::tables::statements::COLUMNS;
use crate::views;

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

/// Measures indicators on statements.
///
/// Tallies that differ in their measures alone are counted at once. `progress` is called before each tally and
/// once at the end. Data without a statement gives no estimate. Memory grows with the number of groups, and
/// for delays with their number of distinct values, not with the number of statements.
///
/// # Errors
/// [`Error::Usage`] where an indicator is named twice or cannot rest on statements, or where the data
/// lacks a column that is needed; else those of the tallies and of the indicators.
pub fn measure(
    data: &dyn Frames,
    ids: &[&dyn Indicator],
    scope: &Scope,
    progress: &mut dyn FnMut(Progress),
) -> Result<Estimates> {
    Counter::new(data).measure(ids, scope, progress)
}

/// Measures several scopes of the same data, and remembers counts: what is counted by platform and month needs
/// no further pass over the rows to be known by month, or in all. Begin with the finest scope.
pub struct Counter<'a> {
    data: &'a dyn Frames,
    counted: Vec<(Tally, TallyTable)>,
}

impl<'a> Counter<'a> {
    /// For this data, with nothing counted yet.
    #[must_use]
    pub fn new(data: &'a dyn Frames) -> Self {
        Self { data, counted: Vec::new() }
    }

    /// As [`measure`].
    ///
    /// # Errors
    /// As [`measure`].
    pub fn measure(
        &mut self,
        ids: &[&dyn Indicator],
        scope: &Scope,
        progress: &mut dyn FnMut(Progress),
    ) -> Result<Estimates> {
        let plan = plan(ids, scope)?;
        check_columns(self.data, &plan)?;
        let mut combined: Vec<(&'static str, Combined)> = Vec::new();
        for (id, tally) in plan.iter().flat_map(|(id, tallies)| tallies.iter().map(move |t| (*id, t))) {
            match combined.iter_mut().find(|(_, c)| c.takes(tally)) {
                Some((_, c)) => c.add(tally),
                None => combined.push((id, Combined::new(tally))),
            }
        }
        let of = combined.len();
        let mut counted: Vec<(&Combined, TallyTable)> = Vec::with_capacity(of);
        for (done, (indicator, combined)) in combined.iter().enumerate() {
            progress(Progress { indicator, done, of });
            counted.push((combined, self.count(&combined.tally)?));
        }
        if let Some((indicator, _)) = combined.last() {
            progress(Progress { indicator, done: of, of });
        }

        let mut rows = Vec::new();
        for (indicator, (_, tallies)) in ids.iter().zip(&plan) {
            let tables = tallies.iter().filter_map(|t| counted.iter().find_map(|(c, table)| c.part(table, t)));
            let counts = Counts { basis: Basis::Statements, tables: tables.collect() };
            let mut estimates = indicator.estimate(&counts, scope)?;
            mark_faults(&mut estimates, indicator.card(), scope);
            rows.extend(estimates);
        }
        Estimates::new(rows)
    }

    /// The counts of a tally: rolled up from finer ones where there are such, else made.
    ///
    /// # Errors
    /// Those of the tally, and [`Error::Engine`] where rows cannot be read.
    pub fn count(&mut self, tally: &Tally) -> Result<TallyTable> {
        if let Some((finer, counts)) = self.counted.iter().find(|(finer, _)| is_finer(finer, tally)) {
            return roll_up(finer, counts, tally);
        }
        let counts = engine::polars::run(self.data.frame(&tally.table)?, tally)?;
        self.counted.push((tally.clone(), counts.clone()));
        Ok(counts)
    }
}

/// Whether the counts of a tally hold those of another: the same rows, split by more keys, with its measures.
fn is_finer(finer: &Tally, tally: &Tally) -> bool {
    (&finer.table, &finer.filters) == (&tally.table, &tally.filters)
        && tally.keys.iter().all(|k| finer.keys.contains(k))
        && tally.measures.iter().all(|m| finer.measures.iter().any(|f| f.kind == m.kind))
}

/// Adds up the counts of a finer tally.
fn roll_up(finer: &Tally, counts: &TallyTable, tally: &Tally) -> Result<TallyTable> {
    let keys: Vec<usize> = tally.keys.iter().filter_map(|k| finer.keys.iter().position(|f| f == k)).collect();
    let measures: Vec<usize> =
        tally.measures.iter().filter_map(|m| finer.measures.iter().position(|f| f.kind == m.kind)).collect();
    let mut table = TallyTable::empty(tally);
    for (key, values) in &counts.rows {
        let key: Vec<Scalar> = keys.iter().map(|i| key[*i].clone()).collect();
        let sums = table.rows.entry(key).or_insert_with(|| vec![0; measures.len()]);
        for (sum, at) in sums.iter_mut().zip(&measures) {
            *sum = sum
                .checked_add(values[*at])
                .ok_or_else(|| Error::engine("cannot add up counts", "they leave 64 bits"))?;
        }
    }
    Ok(table)
}

/// The tallies of each indicator.
fn plan(ids: &[&dyn Indicator], scope: &Scope) -> Result<Vec<(&'static str, Vec<Tally>)>> {
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
    Ok(plan)
}

/// Adds to each estimate a note on the known faults and breaks that touch it.
///
/// Which day a fault concerns is that of submission; by another cohort date the note is about as good as the
/// two dates are near each other.
fn mark_faults(estimates: &mut [Estimate], card: &'static Card, scope: &Scope) {
    let Some(requirement) = card.requirement(Basis::Statements) else { return };
    let mut columns = views::stored(requirement.table, requirement.columns);
    columns.extend(scope.groups.iter().map(|g| g.column));
    let all = with_origins(&columns);
    let measured = |platform: &String| {
        scope.platforms_loaded.contains(platform) && (scope.platforms.is_empty() || scope.platforms.contains(platform))
    };
    for estimate in estimates {
        let period = estimate.period();
        let own = card.own_group.and_then(|_| own_columns(estimate.group_value.as_deref()?));
        let columns = own.as_ref().unwrap_or(&all);
        for fault in FAULTS.iter().filter(|f| f.touches(period, &scope.days_loaded, columns)) {
            let here = if estimate.platform == ALL_PLATFORMS {
                fault.platforms.is_empty() || fault.platforms.iter().any(measured)
            } else {
                fault.of(&estimate.platform)
            };
            if here {
                estimate.add_note(&fault.note());
            }
        }
    }
}

/// The columns that a rule or a field rests on, where an indicator has one for each.
fn own_columns(group: &str) -> Option<Vec<&'static str>> {
    let value = group.rsplit('×').next()?;
    let named = |c: &&'static Column| c.name == value;
    let column = rule_of(value).map(|r| r.column).or_else(|| COLUMNS.iter().find(named).map(|c| c.name))?;
    Some(with_origins(&[column]))
}

/// Tallies that differ in nothing but their measures, as one: rows are read and grouped once for all.
struct Combined {
    tally: Tally,
}

impl Combined {
    fn new(tally: &Tally) -> Self {
        let mut this = Self { tally: Tally { measures: Vec::new(), ..tally.clone() } };
        this.add(tally);
        this
    }

    fn takes(&self, other: &Tally) -> bool {
        let this = &self.tally;
        (&this.table, &this.filters, &this.keys) == (&other.table, &other.filters, &other.keys)
    }

    fn add(&mut self, other: &Tally) {
        for measure in &other.measures {
            if self.at(measure).is_none() {
                let name = format!("m{}", self.tally.measures.len());
                self.tally.measures.push(Measure { name, ..measure.clone() });
            }
        }
    }

    fn at(&self, measure: &Measure) -> Option<usize> {
        self.tally.measures.iter().position(|m| m.kind == measure.kind)
    }

    /// The counts of one of the tallies; `None` if it is none of them.
    fn part(&self, counts: &TallyTable, tally: &Tally) -> Option<TallyTable> {
        let at: Vec<usize> =
            Some(tally).filter(|t| self.takes(t))?.measures.iter().map(|m| self.at(m)).collect::<Option<_>>()?;
        let mut part = TallyTable::empty(tally);
        part.rows =
            counts.rows.iter().map(|(key, values)| (key.clone(), at.iter().map(|i| values[*i]).collect())).collect();
        Some(part)
    }
}

/// Checks that the data has every column that the tallies read.
fn check_columns(data: &dyn Frames, plan: &[(&'static str, Vec<Tally>)]) -> Result<()> {
    let schema = |table: &str| -> Result<SchemaRef> {
        let fault = |e| Error::engine("cannot read the columns of the data", e);
        data.frame(table)?.collect_schema().map_err(fault)
    };
    let mut known: BTreeMap<&str, SchemaRef> = BTreeMap::new();
    for (id, tallies) in plan {
        for tally in tallies {
            tally.check()?;
            if !known.contains_key(tally.table.as_str()) {
                known.insert(&tally.table, schema(&tally.table)?);
            }
            let schema = &known[tally.table.as_str()];
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
