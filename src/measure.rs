//! Measurement: indicators over a table, each tally counted once.

use std::collections::{BTreeMap, BTreeSet};

use polars::prelude::SchemaRef;

use crate::engine::{self, Frames, Measure, Scalar, Tally, TallyTable};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Estimates, SIMULATED, Status};
use crate::indicators::{Basis, Card, Counts, Indicator, Requirement, Scope, Statistic};
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

/// Measures indicators, each on every basis that the data holds.
///
/// Tallies that differ in their measures alone are counted at once. `progress` is called before each tally and
/// once at the end. Data without a row gives no estimate. Where a table is there but lacks a column that a basis
/// other than statements needs, the estimate is `not_applicable` and names the column. Memory grows with the number
/// of groups, and for delays with their number of distinct values, not with the number of rows; and with the number
/// of units, where an indicator takes them one by one.
///
/// # Errors
/// [`Error::Usage`] where an indicator is named twice or cannot rest on the data, or where statements lack a column
/// that is needed; else those of the tallies and of the indicators.
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
        let plan = plan(self.data, ids, scope)?;
        check_columns(self.data, &plan)?;
        let mut combined: Vec<(&'static str, Combined)> = Vec::new();
        for (id, tally) in plan.iter().flat_map(|p| p.tallies.iter().map(move |t| (p.id(), t))) {
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
        for part in &plan {
            let card = part.indicator.card();
            if !part.lacking.is_empty() {
                rows.extend(not_applicable(part, scope, &format!("the data has no {}", part.lacking.join(", "))));
                continue;
            }
            let tables = part.tallies.iter().filter_map(|t| counted.iter().find_map(|(c, table)| c.part(table, t)));
            let tables = tables.collect();
            let units = part.indicator.units(part.basis, scope);
            let mut taken = Vec::with_capacity(units.len());
            for u in &units {
                match engine::units::run(self.data.frame(&u.table)?, u)? {
                    Some(rows) => taken.push(rows),
                    None => break,
                }
            }
            if let Some(u) = units.get(taken.len()) {
                let reason = format!(
                    "it takes rows of {} one by one, and there are more than {}: measure fewer platforms or a shorter time",
                    u.table,
                    engine::units::MAX_UNITS
                );
                rows.extend(not_applicable(part, scope, &reason));
                continue;
            }
            let units = taken;
            let mut estimates = part.indicator.estimate(&Counts { basis: part.basis, tables, units }, scope)?;
            if part.basis == Basis::Statements {
                mark_faults(&mut estimates, card, scope);
            }
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

/// An indicator on one basis.
struct Part<'a> {
    indicator: &'a dyn Indicator,
    basis: Basis,
    tallies: Vec<Tally>,
    /// Columns that the data lacks, as `table.column`: then nothing is counted.
    lacking: Vec<String>,
}

impl Part<'_> {
    fn id(&self) -> &'static str {
        self.indicator.card().id
    }
}

/// What the data has of what a basis needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supply {
    /// Everything, as far as is known.
    Whole,
    /// The tables, but not these columns, named as `table.column`.
    Lacks(Vec<String>),
    /// No row of this table.
    Nothing(&'static str),
}

/// What the data has of what an indicator needs on a basis.
#[must_use]
pub fn supply(data: &dyn Frames, requirement: &Requirement) -> Supply {
    let first = views::first_table(requirement.table);
    if data.filled(first).is_some_and(|f| f.is_empty()) {
        return Supply::Nothing(first);
    }
    // What a report leaves blank is an answer of its own.
    let matters = |table: &str| !table.starts_with("report_");
    let lacks = |(table, column): &(&str, &str)| {
        matters(table) && data.filled(table).is_some_and(|filled| !filled.contains(*column))
    };
    let needs = views::stored(requirement.table, requirement.columns);
    let lacking: Vec<String> =
        needs.into_iter().filter(lacks).map(|(table, column)| format!("{table}.{column}")).collect();
    if lacking.is_empty() { Supply::Whole } else { Supply::Lacks(lacking) }
}

/// The parts of the measurement.
fn plan<'a>(data: &dyn Frames, ids: &[&'a dyn Indicator], scope: &Scope) -> Result<Vec<Part<'a>>> {
    let mut seen = BTreeSet::new();
    let mut plan = Vec::new();
    for indicator in ids {
        let card = indicator.card();
        if !seen.insert(card.id) {
            return Err(Error::usage(format!("{} is named twice", card.id), "name each indicator once"));
        }
        let mut absent = Vec::new();
        let mut split = false;
        let before = plan.len();
        for requirement in card.requires {
            let basis = requirement.basis;
            let lacking = match supply(data, requirement) {
                Supply::Nothing(table) => {
                    absent.push(table);
                    continue;
                }
                // Statements are loaded with chosen columns: to ask for what was left out is a mistake.
                Supply::Lacks(columns) if basis != Basis::Statements => columns,
                _ => Vec::new(),
            };
            if views::table_or_view(requirement.table).is_some_and(|t| !scope.groups_fit(t)) {
                split = true;
                continue;
            }
            let tallies = if lacking.is_empty() { indicator.tallies(basis, scope) } else { Vec::new() };
            plan.push(Part { indicator: *indicator, basis, tallies, lacking });
        }
        if plan.len() == before && !split {
            return Err(Error::usage(
                format!("{} cannot be measured on this data: it has no {}", card.id, absent.join(", and no ")),
                format!("`systemic explain {}` says what it needs", card.id),
            ));
        }
    }
    Ok(plan)
}

/// Rows without a value where the data lacks columns, or has too many rows.
fn not_applicable(part: &Part<'_>, scope: &Scope, reason: &str) -> Vec<Estimate> {
    let card = part.indicator.card();
    let period = scope.window.unwrap_or(scope.span);
    let chosen = |p: &&String| scope.platforms.is_empty() || scope.platforms.contains(p);
    let platforms: Vec<String> = if scope.by_platform {
        scope.platforms_observed.iter().filter(chosen).cloned().collect()
    } else {
        vec![ALL_PLATFORMS.to_owned()]
    };
    let row = |platform: &String, statistic: &Statistic| {
        let mut row = Estimate::census(card.id, card.version, statistic.name, statistic.unit, period);
        part.basis.name().clone_into(&mut row.basis);
        row.platform.clone_from(platform);
        row.input_id.clone_from(&scope.input_id);
        if scope.simulated {
            row.add_note(SIMULATED);
        }
        row.without_value(Status::NotApplicable, reason.to_owned())
    };
    platforms.iter().flat_map(|p| card.statistics.iter().map(move |s| row(p, s))).collect()
}

/// Adds to each estimate a note on the known faults and breaks that touch it.
///
/// Which day a fault concerns is that of submission; by another cohort date the note is about as good as the
/// two dates are near each other.
fn mark_faults(estimates: &mut [Estimate], card: &'static Card, scope: &Scope) {
    let Some(requirement) = card.requirement(Basis::Statements) else { return };
    let mut columns = views::stored_names(requirement.table, requirement.columns);
    columns.extend(views::stored_names(requirement.table, requirement.optional));
    columns.extend(scope.groups.iter().filter_map(|g| g.column));
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
fn check_columns(data: &dyn Frames, plan: &[Part<'_>]) -> Result<()> {
    let schema = |table: &str| -> Result<SchemaRef> {
        let fault = |e| Error::engine("cannot read the columns of the data", e);
        data.frame(table)?.collect_schema().map_err(fault)
    };
    let mut known: BTreeMap<&str, SchemaRef> = BTreeMap::new();
    for part in plan {
        let id = part.id();
        for tally in &part.tallies {
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
