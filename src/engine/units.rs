//! Rows of a table or view, for what no count can answer: weighted units of a sample, cases of a few traders.
//!
//! They are few: an indicator that asks for units says which columns of which rows it needs, and is refused more
//! than [`MAX_UNITS`] of them.

use std::collections::BTreeMap;

use polars::prelude::{AnyValue, Column, DataType, Engine, LazyFrame, TimeUnit, col, lit};

use super::Predicate;
use super::polars::condition;
use super::tally::unknown_table;
use crate::error::{Error, Result};
use crate::tables::Kind;
use crate::views;

/// Rows that are taken at most.
pub const MAX_UNITS: usize = 5_000_000;

/// Which rows and columns are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Units {
    /// Table or view.
    pub table: String,
    /// Conditions that a row must all meet.
    pub filters: Vec<Predicate>,
    /// Columns, in any order.
    pub columns: Vec<String>,
}

impl Units {
    /// Rows of a table or view that meet the filters.
    #[must_use]
    pub fn new(table: &str, filters: Vec<Predicate>, columns: &[&str]) -> Self {
        let columns = columns.iter().map(|c| (*c).to_owned()).collect();
        Self { table: table.to_owned(), filters, columns }
    }
}

/// The values of a column; dates are days, timestamps microseconds since 1970 in UTC.
#[derive(Debug, Clone, PartialEq)]
enum Values {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
    Bool(Vec<Option<bool>>),
}

/// The rows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnitRows {
    len: usize,
    columns: BTreeMap<String, Values>,
}

impl UnitRows {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The rows at positions that `keep` holds for, in their order.
    #[must_use]
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        fn pick<T: Clone>(values: &[Option<T>], rows: &[usize]) -> Vec<Option<T>> {
            rows.iter().map(|row| values.get(*row).cloned().flatten()).collect()
        }
        let rows: Vec<usize> = (0..self.len).filter(|row| keep(*row)).collect();
        let columns = self.columns.iter().map(|(name, values)| {
            let values = match values {
                Values::Text(values) => Values::Text(pick(values, &rows)),
                Values::Integer(values) => Values::Integer(pick(values, &rows)),
                Values::Number(values) => Values::Number(pick(values, &rows)),
                Values::Bool(values) => Values::Bool(pick(values, &rows)),
            };
            (name.clone(), values)
        });
        Self { len: rows.len(), columns: columns.collect() }
    }

    /// A cell of text or of a code; `None` where it is null, or no such column was asked for.
    #[must_use]
    pub fn text(&self, column: &str, row: usize) -> Option<&str> {
        match self.columns.get(column)? {
            Values::Text(values) => values.get(row)?.as_deref(),
            _ => None,
        }
    }

    /// A cell of whole numbers, of dates (days since 1970) or of timestamps (microseconds since 1970).
    #[must_use]
    pub fn integer(&self, column: &str, row: usize) -> Option<i64> {
        match self.columns.get(column)? {
            Values::Integer(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// A cell of numbers, whole or not.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
    pub fn number(&self, column: &str, row: usize) -> Option<f64> {
        match self.columns.get(column)? {
            Values::Number(values) => *values.get(row)?,
            Values::Integer(values) => values.get(row)?.map(|v| v as f64),
            _ => None,
        }
    }

    /// A cell of truth values.
    #[must_use]
    pub fn bool(&self, column: &str, row: usize) -> Option<bool> {
        match self.columns.get(column)? {
            Values::Bool(values) => *values.get(row)?,
            _ => None,
        }
    }

    /// The UTC day of a timestamp, or a date.
    #[must_use]
    pub fn day(&self, column: &str, row: usize) -> Option<i32> {
        let value = self.integer(column, row)?;
        // No instant of four-digit years has so few microseconds that it could be a number of days.
        let days = if value.unsigned_abs() > 10_000_000 { value.div_euclid(86_400_000_000) } else { value };
        i32::try_from(days).ok()
    }

    /// A value as a group is named after it; no value is a group too.
    #[must_use]
    pub fn group(&self, column: &str, row: usize) -> String {
        let text = self.text(column, row).map(str::to_owned);
        let text = text.or_else(|| self.bool(column, row).map(|b| b.to_string()));
        text.or_else(|| self.integer(column, row).map(|i| i.to_string())).unwrap_or_else(|| "(none)".to_owned())
    }
}

/// Takes the rows out of the frame of their table or view, in its order; `None` where there are more than
/// [`MAX_UNITS`].
///
/// # Errors
/// [`Error::Unknown`] for a table or column that is not there, [`Error::Engine`] where Polars cannot go on.
pub fn run(lf: LazyFrame, units: &Units) -> Result<Option<UnitRows>> {
    run_up_to(lf, units, MAX_UNITS)
}

fn run_up_to(lf: LazyFrame, units: &Units, most: usize) -> Result<Option<UnitRows>> {
    let table = views::table_or_view(&units.table).ok_or_else(|| unknown_table(&units.table))?;
    let fault = |e| Error::engine(format!("cannot take rows of {}", units.table), e);
    units.filters.iter().try_for_each(|p| p.check(table))?;
    let mut chosen = Vec::new();
    for name in &units.columns {
        let column = super::predicate::column(table, name)?;
        chosen.push(match column.kind {
            Kind::Timestamp => col(name.as_str())
                .cast(DataType::Datetime(TimeUnit::Microseconds, None))
                .cast(DataType::Int64)
                .alias(name.as_str()),
            Kind::Date => col(name.as_str()).cast(DataType::Int32).cast(DataType::Int64),
            _ => col(name.as_str()),
        });
    }
    if chosen.is_empty() {
        chosen.push(lit(true).alias("__row"));
    }
    let lf = units.filters.iter().fold(lf, |lf, filter| lf.filter(condition(filter, table)));
    let limit = u32::try_from(most + 1).unwrap_or(u32::MAX);
    let df = lf.select(chosen).limit(limit).collect_with_engine(Engine::Streaming).map_err(fault)?.unwrap_single();
    if df.height() > most {
        return Ok(None);
    }
    let columns = units.columns.iter().map(|name| {
        let column = df.column(name).map_err(fault)?;
        Ok((name.clone(), values(column).map_err(fault)?))
    });
    Ok(Some(UnitRows { len: df.height(), columns: columns.collect::<Result<_>>()? }))
}

fn values(column: &Column) -> Result<Values, polars::prelude::PolarsError> {
    let series = column.as_materialized_series();
    Ok(match series.dtype() {
        DataType::String => Values::Text(series.str()?.iter().map(|v| v.map(str::to_owned)).collect()),
        DataType::Int64 => Values::Integer(series.i64()?.iter().collect()),
        DataType::Float64 => Values::Number(series.f64()?.iter().collect()),
        DataType::Boolean => Values::Bool(series.bool()?.iter().collect()),
        _ => Values::Text(
            series.iter().map(|v| if matches!(v, AnyValue::Null) { None } else { Some(v.to_string()) }).collect(),
        ),
    })
}

#[cfg(test)]
mod tests {
    use polars::prelude::{IntoLazy, df};

    use super::*;
    use crate::engine::Op;

    #[test]
    fn rows_come_with_their_types_and_nulls() {
        let frame = df!(
            "platform" => ["A", "B", "A"],
            "listing_id" => ["1", "2", "3"],
            "views" => [Some(5_i64), None, Some(7)],
            "price" => [1.5, 2.5, 3.5],
            "flagged" => [Some(true), Some(false), None],
        )
        .expect("frame");
        let filters = vec![Predicate::eq("platform", "A"), Predicate::Cmp("views".into(), Op::Gt, 4.into())];
        let units = Units::new("listings", filters, &["listing_id", "views", "price", "flagged"]);
        assert_eq!(run_up_to(frame.clone().lazy(), &units, 1).expect("counted"), None);
        assert!(run_up_to(frame.clone().lazy(), &units, 2).expect("counted").is_some());
        let rows = run(frame.lazy(), &units).expect("rows").expect("not too many");
        assert_eq!((rows.len(), rows.is_empty()), (2, false));
        assert_eq!((rows.text("listing_id", 1), rows.integer("views", 1)), (Some("3"), Some(7)));
        assert_eq!((rows.number("views", 0), rows.number("price", 1)), (Some(5.0), Some(3.5)));
        assert_eq!((rows.bool("flagged", 0), rows.bool("flagged", 1)), (Some(true), None));
        assert_eq!(rows.group("flagged", 1), "(none)");
        assert_eq!((rows.text("nothing", 0), rows.text("listing_id", 9)), (None, None));
        let wrong = Units::new("listings", vec![], &["viws"]);
        let frame = df!("views" => [1_i64]).expect("frame");
        assert_eq!(run(frame.lazy(), &wrong).map_err(|e| e.code()).err(), Some("E020"));
    }
}
