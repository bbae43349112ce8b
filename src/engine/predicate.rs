//! Conditions on one row, and the scalar values that they compare.

use std::collections::BTreeSet;
use std::fmt;

use crate::error::{Error, Result};
use crate::tables::{self, Column, Table};
use crate::time;

/// A condition on one row. A comparison with a null is unknown, and so is its negation (SQL).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Predicate {
    /// Every row.
    True,
    /// The column equals the value, which must not be null.
    Eq(String, Scalar),
    /// The column equals one of the values; none of them may be null. No row is in an empty list.
    In(String, Vec<Scalar>),
    /// The column is null.
    IsNull(String),
    /// The column, a number or a date, stands in this order to the value.
    Cmp(String, Op, Scalar),
    /// All hold; true if there are none.
    And(Vec<Predicate>),
    /// At least one holds; false if there are none.
    Or(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
}

/// Order of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Less than.
    Lt,
    /// At most.
    Le,
    /// Greater than.
    Gt,
    /// At least.
    Ge,
}

/// One value of a key, or one operand. Ordered: null, booleans, numbers, text by bytes, days.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scalar {
    /// No value.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text or a code.
    Text(String),
    /// A day, counted from 1970-01-01. Compared with a timestamp, it stands for that UTC day.
    Day(i32),
}

impl fmt::Display for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("(none)"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => f.write_str(value),
            Self::Day(value) => f.write_str(&time::iso(*value)),
        }
    }
}

impl From<bool> for Scalar {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<i64> for Scalar {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Scalar {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl Predicate {
    /// The column equals `value`.
    #[must_use]
    pub fn eq(column: &str, value: impl Into<Scalar>) -> Self {
        Self::Eq(column.to_owned(), value.into())
    }

    /// The boolean column is true; a null is not, and its negation counts nulls too.
    #[must_use]
    pub fn is_true(column: &str) -> Self {
        Self::And(vec![Self::not_null(column), Self::eq(column, true)])
    }

    /// The column is null.
    #[must_use]
    pub fn is_null(column: &str) -> Self {
        Self::IsNull(column.to_owned())
    }

    /// The column is not null.
    #[must_use]
    pub fn not_null(column: &str) -> Self {
        Self::is_null(column).negated()
    }

    /// It does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    pub(super) fn columns<'a>(&'a self, into: &mut BTreeSet<&'a str>) {
        match self {
            Self::True => {}
            Self::Eq(c, _) | Self::In(c, _) | Self::IsNull(c) | Self::Cmp(c, _, _) => {
                into.insert(c);
            }
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|p| p.columns(into)),
            Self::Not(part) => part.columns(into),
        }
    }

    pub(super) fn check(&self, table: &dyn Table) -> Result<()> {
        match self {
            Self::True => Ok(()),
            Self::IsNull(c) => column(table, c).map(|_| ()),
            Self::Eq(c, value) => fits(column(table, c)?, value, false),
            Self::In(c, values) => {
                let column = column(table, c)?;
                values.iter().try_for_each(|v| fits(column, v, false))
            }
            Self::Cmp(c, _, value) => fits(column(table, c)?, value, true),
            Self::And(parts) | Self::Or(parts) => parts.iter().try_for_each(|p| p.check(table)),
            Self::Not(part) => part.check(table),
        }
    }
}

/// The column of this name.
pub(super) fn column(table: &dyn Table, name: &str) -> Result<&'static Column> {
    table.column(name).ok_or_else(|| Error::Unknown {
        kind: "column",
        name: name.to_owned(),
        known: table.columns().iter().map(|c| c.name.to_owned()).collect(),
    })
}

fn fits(column: &Column, value: &Scalar, ordered: bool) -> Result<()> {
    use tables::Kind::{Bool, Code, Date, Integer, Text, Timestamp};
    let fits = match (column.kind, value) {
        // Engines order text by different collations, so only equality is asked of it.
        (Text | Code, Scalar::Text(_)) | (Bool, Scalar::Bool(_)) => !ordered,
        (Integer, Scalar::Int(_)) | (Date | Timestamp, Scalar::Day(_)) => true,
        _ => false,
    };
    if fits {
        return Ok(());
    }
    Err(Error::Invalid {
        place: format!("condition on {}", column.name),
        message: format!("it is a {}, which has no such comparison with {value}", column.kind.name()),
        hint: "nulls are asked for with IsNull; text and booleans are compared for equality alone".into(),
    })
}
