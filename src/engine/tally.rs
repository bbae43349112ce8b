//! Tallies: what to count, as data, and the counts, which merge.

use std::collections::{BTreeMap, BTreeSet};

use super::predicate::{Predicate, Scalar, column};
use crate::error::{Error, Result};
use crate::tables::{self, Table};
use crate::time::Grain;
use crate::views;

/// One GROUP BY of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Name of the table.
    pub table: String,
    /// Conditions that a row must all meet; a row where one is unknown (null) is left out.
    pub filters: Vec<Predicate>,
    /// What the counts are split by. A null is a key like any other.
    pub keys: Vec<Key>,
    /// What is counted.
    pub measures: Vec<Measure>,
}

/// A named key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name in the result.
    pub name: String,
    /// Where its values come from.
    pub expr: KeyExpr,
}

/// Where the values of a key come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyExpr {
    /// A column of text, codes, booleans, whole numbers or dates.
    Column(String),
    /// First UTC day of the day, ISO week or month that a date or timestamp lies in. Longer periods
    /// consist of whole months and are added up afterwards.
    Truncated(String, Grain),
}

/// A named measure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Its name in the result.
    pub name: String,
    /// What it counts.
    pub kind: Kind,
}

/// What a measure counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Rows.
    Count,
    /// Rows for which the predicate is true.
    CountIf(Predicate),
    /// Sum of a column of whole numbers; nulls add nothing.
    Sum(String),
}

impl Key {
    /// The column itself, under its own name.
    #[must_use]
    pub fn column(name: &str) -> Self {
        Self { name: name.to_owned(), expr: KeyExpr::Column(name.to_owned()) }
    }

    /// A date or timestamp cut to a day, week or month.
    #[must_use]
    pub fn truncated(name: &str, column: &str, grain: Grain) -> Self {
        Self { name: name.to_owned(), expr: KeyExpr::Truncated(column.to_owned(), grain) }
    }
}

impl Measure {
    /// Number of rows.
    #[must_use]
    pub fn count(name: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Count }
    }

    /// Number of rows for which the predicate is true.
    #[must_use]
    pub fn count_if(name: &str, predicate: Predicate) -> Self {
        Self { name: name.to_owned(), kind: Kind::CountIf(predicate) }
    }

    /// Sum of a column of whole numbers.
    #[must_use]
    pub fn sum(name: &str, column: &str) -> Self {
        Self { name: name.to_owned(), kind: Kind::Sum(column.to_owned()) }
    }
}

impl Tally {
    /// The columns that it reads, in order of their names.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns = BTreeSet::new();
        self.filters.iter().for_each(|p| p.columns(&mut columns));
        for key in &self.keys {
            let (KeyExpr::Column(c) | KeyExpr::Truncated(c, _)) = &key.expr;
            columns.insert(c.as_str());
        }
        for measure in &self.measures {
            match &measure.kind {
                Kind::Count => {}
                Kind::CountIf(p) => p.columns(&mut columns),
                Kind::Sum(c) => {
                    columns.insert(c);
                }
            }
        }
        columns
    }

    /// Checks it against the codebook of its table, which is returned.
    ///
    /// # Errors
    /// [`Error::Unknown`] for a table or column that is not there; [`Error::Invalid`] for a value of
    /// another type than its column, a key or operand that is no scalar, a grain longer than a month, or
    /// a name given twice.
    pub fn check(&self) -> Result<&'static dyn Table> {
        let table = views::table_or_view(&self.table).ok_or_else(|| unknown_table(&self.table))?;
        let mut names = BTreeSet::new();
        for name in self.keys.iter().map(|k| &k.name).chain(self.measures.iter().map(|m| &m.name)) {
            if !names.insert(name) {
                return Err(invalid(&self.table, format!("two keys or measures are called {name:?}")));
            }
        }
        self.filters.iter().try_for_each(|p| p.check(table))?;
        for key in &self.keys {
            match &key.expr {
                KeyExpr::Column(c) => {
                    let column = column(table, c)?;
                    if matches!(column.kind, tables::Kind::CodeList | tables::Kind::Timestamp | tables::Kind::Number) {
                        return Err(invalid(&self.table, format!("{c} is a {}, which is no key", column.kind.name())));
                    }
                }
                KeyExpr::Truncated(c, grain) => {
                    let column = column(table, c)?;
                    if !matches!(column.kind, tables::Kind::Date | tables::Kind::Timestamp) {
                        return Err(invalid(
                            &self.table,
                            format!("{c} is a {}, which has no {}", column.kind.name(), grain.name()),
                        ));
                    }
                    if !matches!(grain, Grain::Day | Grain::Week | Grain::Month) {
                        return Err(invalid(
                            &self.table,
                            format!("{c} is cut to a {}; months add up to it", grain.name()),
                        ));
                    }
                }
            }
        }
        for measure in &self.measures {
            match &measure.kind {
                Kind::Count => {}
                Kind::CountIf(p) => p.check(table)?,
                Kind::Sum(c) => {
                    if column(table, c)?.kind != tables::Kind::Integer {
                        return Err(invalid(&self.table, format!("{c} is not a whole number: it has no sum")));
                    }
                }
            }
        }
        Ok(table)
    }
}

pub(super) fn unknown_table(name: &str) -> Error {
    let known = tables::TABLES.iter().map(|t| t.name()).chain(views::VIEWS.iter().map(|v| v.name()));
    Error::Unknown { kind: "table", name: name.to_owned(), known: known.map(str::to_owned).collect() }
}

fn invalid(table: &str, message: String) -> Error {
    Error::Invalid {
        place: format!("tally of {table}"),
        message,
        hint: format!("`systemic explain {table}` lists the columns and their types"),
    }
}

/// The counts of a [`Tally`]: one row per combination of keys that occurs, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TallyTable {
    /// Names of the keys.
    pub keys: Vec<String>,
    /// Names of the measures.
    pub measures: Vec<String>,
    /// Values of the keys → values of the measures.
    pub rows: BTreeMap<Vec<Scalar>, Vec<i64>>,
}

impl TallyTable {
    /// The table of no rows.
    #[must_use]
    pub fn empty(tally: &Tally) -> Self {
        Self {
            keys: tally.keys.iter().map(|k| k.name.clone()).collect(),
            measures: tally.measures.iter().map(|m| m.name.clone()).collect(),
            rows: BTreeMap::new(),
        }
    }

    /// Adds the counts of a disjoint part of the same data.
    ///
    /// Associative and commutative; a table without headings (the default) and one without rows change
    /// nothing. Complexity: O(m log n) for m rows of `other`.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the headings differ or a sum leaves 64 bits.
    pub fn merge(mut self, other: Self) -> Result<Self> {
        if self == Self::default() {
            return Ok(other);
        }
        if other == Self::default() {
            return Ok(self);
        }
        let fault = |message: &str| Error::Invalid {
            place: format!("counts by {}", self.keys.join(", ")),
            message: message.to_owned(),
            hint: "only counts of the same tally add up".into(),
        };
        if (&self.keys, &self.measures) != (&other.keys, &other.measures) {
            return Err(fault("the other counts have other headings"));
        }
        let overflow = fault("a sum leaves 64 bits");
        for (key, values) in other.rows {
            match self.rows.get_mut(&key) {
                None => {
                    self.rows.insert(key, values);
                }
                Some(sums) => {
                    for (sum, value) in sums.iter_mut().zip(values) {
                        match sum.checked_add(value) {
                            Some(total) => *sum = total,
                            None => return Err(overflow),
                        }
                    }
                }
            }
        }
        Ok(self)
    }
}

#[cfg(test)]
#[path = "tally_tests.rs"]
mod tests;
