//! Data quality of a dataset: what is impossible, a placeholder, missing, repeated, unknown or out of rule.
//!
//! One file a group of checks, in [`CHECKS`]. Most checks are a count by platform with a condition, which all
//! are made in one pass over the rows; the others look at counts of codes, at days, or at names.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::{self, Frames, Key, Measure, Predicate, Scalar, Tally, TallyTable};
use crate::error::Result;
use crate::finding::{Kind, Severity};
use crate::tables::faults::with_origins;
use crate::transparency::validate::Fault;
use crate::views;

mod codes;
mod dates;
mod days;
mod faults;
mod missing;
mod names;
mod repeats;
mod reports;
mod rules;

/// Every group of checks, in the order of the help.
pub static CHECKS: &[&dyn Check] = &[
    &missing::Missing,
    &codes::UnknownCodes,
    &dates::Dates,
    &repeats::Repeats,
    &rules::Rules,
    &days::SilentDays,
    &names::LookAlikes,
    &faults::KnownFaults,
    &reports::Reports,
];

/// A group of checks.
pub trait Check: Sync {
    /// Its name in kebab-case.
    fn id(&self) -> &'static str;
    /// What it looks for, in a sentence.
    fn doc(&self) -> &'static str;
    /// Its conditions.
    fn conditions(&self) -> Vec<Condition> {
        Vec::new()
    }
    /// Further counts that it needs.
    fn tallies(&self) -> Vec<Tally> {
        Vec::new()
    }
    /// What it observes in these counts, and in what is known of the data.
    fn observe(&self, _counts: &[TallyTable], _facts: &Facts) -> Vec<Observation> {
        Vec::new()
    }
}

/// A condition that rows are counted by.
pub struct Condition {
    /// What it is evidence of.
    pub kind: &'static Kind,
    /// The column that it is about.
    pub column: &'static str,
    /// What identifies it among those of its kind and column, as a rule's number.
    pub value: Option<String>,
    /// Table or view.
    pub table: &'static str,
    /// Rows that meet it, among those of `of`.
    pub is: Predicate,
    /// Rows that could.
    pub of: Predicate,
    /// Whether so many of so many are worth a word; one is enough by default.
    pub matters: fn(u64, u64) -> bool,
}

/// What is known of the data without reading its rows.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// Statements by day of submission and platform.
    pub cells: BTreeMap<(Option<i32>, String), u64>,
    /// Columns of the table that were loaded.
    pub columns: Vec<String>,
    /// Rules that the transparency reports of the data break.
    pub faults: Vec<Fault>,
    /// Files of the cells that these touch.
    pub files: Vec<String>,
}

impl Facts {
    /// Canonical names of the platforms.
    #[must_use]
    pub fn platforms(&self) -> BTreeSet<&str> {
        self.cells.keys().map(|(_, platform)| platform.as_str()).collect()
    }

    /// Days of submission.
    #[must_use]
    pub fn days(&self) -> BTreeSet<i32> {
        self.cells.keys().filter_map(|(day, _)| *day).collect()
    }
}

/// One observation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// What it is.
    pub kind: &'static Kind,
    /// The platform, where it is about one.
    pub platform: Option<String>,
    /// First and last day of the reporting period, where it is about a report.
    pub period: Option<(i32, i32)>,
    /// The column, where it is about one.
    pub column: Option<&'static str>,
    /// A code, a rule, a stretch of days, a pair of names.
    pub value: Option<String>,
    /// How many rows or days.
    pub count: u64,
    /// Of how many.
    pub of: Option<u64>,
    /// Identifier of the first statement concerned, or the place of the first cell.
    pub example: Option<String>,
    /// Cells of a report that it is about, each with its place, keys and text.
    pub cells: Vec<String>,
    /// The rule of reports that it is the breach of.
    pub broken: Option<Broken>,
}

/// A rule that a report breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Id of the rule.
    pub rule: &'static str,
    /// Part of the template; 0 where it is about none.
    pub part: u8,
    /// Codes of the figures that break it, sorted.
    pub figures: Vec<&'static str>,
}

impl Observation {
    /// How much it matters.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.kind.severity
    }

    /// Whether it touches what is measured from these columns of a table or view.
    #[must_use]
    pub fn touches(&self, table: &'static str, columns: &'static [&'static str]) -> bool {
        let stored = with_origins(&views::stored_names(table, columns));
        self.column.is_some_and(|c| stored.contains(&c) || columns.contains(&c))
    }
}

/// Runs every check.
///
/// Gives also what could not be checked, for want of which columns.
///
/// # Errors
/// [`crate::Error::Engine`] where rows cannot be read.
pub fn run(data: &dyn Frames, facts: &Facts) -> Result<(Vec<Observation>, BTreeSet<String>)> {
    let mut found = Vec::new();
    let mut skipped = BTreeSet::new();
    let loaded = |columns: &BTreeSet<&str>, table: &str| {
        let own: Vec<&str> = views::view(table).map_or_else(Vec::new, |v| v.columns().iter().map(|c| c.name).collect());
        columns.iter().all(|c| own.contains(c) || facts.columns.iter().any(|l| l == c))
    };
    let mut conditions: BTreeMap<&'static str, Vec<Condition>> = BTreeMap::new();
    for condition in CHECKS.iter().flat_map(|c| c.conditions()) {
        let tally = tally(condition.table, std::slice::from_ref(&condition));
        let stored_there = views::view(condition.table).is_none() || facts.columns.iter().any(|c| c == "platform_uid");
        if loaded(&tally.columns(), condition.table) && stored_there {
            conditions.entry(condition.table).or_default().push(condition);
        } else {
            skipped.insert(condition.column.to_owned());
        }
    }
    for (table, conditions) in &conditions {
        found.extend(counted(data, table, conditions)?);
    }
    for check in CHECKS {
        let (tallies, not): (Vec<Tally>, Vec<Tally>) =
            check.tallies().into_iter().partition(|t| loaded(&t.columns(), &t.table));
        skipped.extend(
            not.iter().flat_map(Tally::columns).filter(|c| !facts.columns.iter().any(|l| l == c)).map(str::to_owned),
        );
        let counts =
            tallies.iter().map(|t| engine::polars::run(data.frame(&t.table)?, t)).collect::<Result<Vec<_>>>()?;
        found.extend(check.observe(&counts, facts));
    }
    found.sort_by(|a, b| {
        let key = |o: &Observation| (std::cmp::Reverse(o.severity()), o.kind.code, o.platform.clone());
        (key(a), b.count, &a.column, &a.value).cmp(&(key(b), a.count, &b.column, &b.value))
    });
    Ok((found, skipped))
}

/// The tally of some conditions: two counts each, by platform.
fn tally(table: &str, conditions: &[Condition]) -> Tally {
    let measures = conditions.iter().enumerate().flat_map(|(i, c)| {
        let is = Predicate::And(vec![c.of.clone(), c.is.clone()]);
        [Measure::count_if(&format!("is{i}"), is), Measure::count_if(&format!("of{i}"), c.of.clone())]
    });
    Tally {
        table: table.to_owned(),
        filters: Vec::new(),
        keys: vec![Key::column("platform")],
        measures: measures.collect(),
    }
}

fn counted(data: &dyn Frames, table: &str, conditions: &[Condition]) -> Result<Vec<Observation>> {
    let counts = engine::polars::run(data.frame(table)?, &tally(table, conditions))?;
    let mut found = Vec::new();
    let mut asked = Vec::new();
    for (key, values) in &counts.rows {
        let platform = key.first().map(ToString::to_string);
        let counts = values.as_chunks::<2>().0.iter().map(|c| c.map(|n| u64::try_from(n).unwrap_or_default()));
        for (at, (condition, [count, of])) in conditions.iter().zip(counts).enumerate() {
            if count > 0 && (condition.matters)(count, of) {
                asked.push((at, key.first().cloned().unwrap_or(Scalar::Null)));
                found.push(Observation {
                    kind: condition.kind,
                    period: None,
                    platform: platform.clone(),
                    column: Some(condition.column),
                    value: condition.value.clone(),
                    count,
                    of: Some(of),
                    example: None,
                    cells: Vec::new(),
                    broken: None,
                });
            }
        }
    }
    let used: BTreeSet<usize> = asked.iter().map(|(at, _)| *at).collect();
    let wanted: Vec<Predicate> =
        used.iter().map(|at| Predicate::And(vec![conditions[*at].of.clone(), conditions[*at].is.clone()])).collect();
    let examples = engine::examples::first_uuid(data.frame(table)?, table, &wanted)?;
    for (observation, (at, platform)) in found.iter_mut().zip(asked) {
        let position = used.iter().position(|u| *u == at);
        observation.example = position
            .and_then(|p| examples.get(&platform).and_then(|of_platform| of_platform.get(p).cloned().flatten()));
    }
    Ok(found)
}

/// One is enough.
fn any(_: u64, _: u64) -> bool {
    true
}

/// All of at least a hundred: fewer can be chance.
fn all_of_many(count: u64, of: u64) -> bool {
    count == of && of >= 100
}
