//! Tallies in this process: one lazy group-by of Polars' streaming engine.
//!
//! Memory grows with the number of groups, not of rows.

use polars::prelude::{
    AnyValue, Column, DataFrame, DataType, Engine, Expr, IntoSeries, LazyFrame, NamedFrom, PlSmallStr, PolarsError,
    Series, col, lit,
};

use super::{KeyExpr, Kind, Op, Predicate, Scalar, Tally, TallyTable};
use crate::error::{Error, Result};
use crate::tables::{self, Table};
use crate::time::Grain;

/// Counts the rows of `lf`, whose columns have the names and types of the tally's table.
///
/// Only the columns that the tally names must be there. Timestamps are taken as UTC. Rows are counted by
/// summing 64-bit numbers, so that more than 2³² of them fit in one group.
///
/// # Errors
/// Those of [`Tally::check`]; [`Error::Engine`] where Polars cannot go on, for example because a file
/// cannot be read or a column is missing.
pub fn run(lf: LazyFrame, tally: &Tally) -> Result<TallyTable> {
    let table = tally.check()?;
    let key = |i: usize| PlSmallStr::from_string(format!("__key{i}"));
    let measure = |i: usize| PlSmallStr::from_string(format!("__measure{i}"));

    let lf = tally.filters.iter().fold(lf, |lf, filter| lf.filter(condition(filter, table)));
    let mut columns = vec![lit(1_i64).cast(DataType::Int64).alias("__row")];
    columns.extend(tally.keys.iter().enumerate().map(|(i, k)| key_column(&k.expr, table).alias(key(i))));
    columns.extend(tally.measures.iter().enumerate().filter_map(|(i, m)| match &m.kind {
        Kind::Count => None,
        Kind::CountIf(p) => Some(condition(p, table).cast(DataType::Int64).alias(measure(i))),
        Kind::Sum(c) => Some(col(c.as_str()).alias(measure(i))),
    }));
    let mut sums = vec![col("__row").sum()];
    sums.extend(tally.measures.iter().enumerate().map(|(i, m)| match m.kind {
        Kind::Count => col("__row").sum().alias(measure(i)),
        _ => col(measure(i)).sum(),
    }));

    let lf = lf.with_columns(columns);
    let lf = if tally.keys.is_empty() {
        lf.select(sums)
    } else {
        lf.group_by((0..tally.keys.len()).map(|i| col(key(i))).collect::<Vec<_>>()).agg(sums)
    };
    let df = lf.collect_with_engine(Engine::Streaming).map_err(|e| fault(&e, tally))?;
    read(&df.unwrap_single(), tally, &key, &measure)
}

fn fault(error: &PolarsError, tally: &Tally) -> Error {
    Error::engine(format!("cannot count the rows of {}", tally.table), error)
}

/// Turns the frame of groups into a table of counts.
fn read(
    df: &DataFrame,
    tally: &Tally,
    key: &impl Fn(usize) -> PlSmallStr,
    measure: &impl Fn(usize) -> PlSmallStr,
) -> Result<TallyTable> {
    let column = |name: PlSmallStr| df.column(&name).map_err(|e| fault(&e, tally));
    let keys = (0..tally.keys.len()).map(|i| column(key(i))).collect::<Result<Vec<&Column>>>()?;
    let measures = (0..tally.measures.len()).map(|i| column(measure(i))).collect::<Result<Vec<&Column>>>()?;
    let rows = column("__row".into())?;
    let mut table = TallyTable::empty(tally);
    table.rows = (0..df.height())
        .filter(|row| !matches!(rows.get(*row), Ok(AnyValue::Int64(0) | AnyValue::Null)))
        .map(|row| {
            let key = keys.iter().map(|c| scalar(c, row, tally)).collect::<Result<Vec<_>>>()?;
            let values = measures.iter().map(|c| number(c, row, tally)).collect::<Result<Vec<_>>>()?;
            Ok((key, values))
        })
        .collect::<Result<_>>()?;
    Ok(table)
}

fn scalar(column: &Column, row: usize, tally: &Tally) -> Result<Scalar> {
    Ok(match column.get(row).map_err(|e| fault(&e, tally))? {
        AnyValue::Null => Scalar::Null,
        AnyValue::Boolean(value) => Scalar::Bool(value),
        AnyValue::Int64(value) => Scalar::Int(value),
        AnyValue::String(text) => Scalar::Text(text.to_owned()),
        AnyValue::StringOwned(text) => Scalar::Text(text.to_string()),
        AnyValue::Date(day) => Scalar::Day(day),
        other => return Err(wrong_type(tally, column, &other)),
    })
}

fn number(column: &Column, row: usize, tally: &Tally) -> Result<i64> {
    match column.get(row).map_err(|e| fault(&e, tally))? {
        AnyValue::Int64(value) => Ok(value),
        AnyValue::Null => Ok(0),
        other => Err(wrong_type(tally, column, &other)),
    }
}

fn wrong_type(tally: &Tally, column: &Column, value: &AnyValue) -> Error {
    Error::engine(
        format!("cannot count the rows of {}", tally.table),
        format!("{} has the type {}, which the codebook does not know", column.name(), value.dtype()),
    )
}

fn key_column(expr: &KeyExpr, table: &dyn Table) -> Expr {
    match expr {
        KeyExpr::Column(c) => col(c.as_str()),
        KeyExpr::Truncated(c, grain) => {
            let day = day_or_column(c, table);
            match grain {
                Grain::Day => day,
                Grain::Week => day.dt().truncate(lit("1w")),
                _ => day.dt().truncate(lit("1mo")),
            }
        }
    }
}

/// The column, or the UTC day of a timestamp.
fn day_or_column(name: &str, table: &dyn Table) -> Expr {
    match table.column(name).map(|c| c.kind) {
        // The cast divides the instant by the length of a day, rounding down, and knows no time zone.
        Some(tables::Kind::Timestamp) => col(name).cast(DataType::Date),
        _ => col(name),
    }
}

pub(super) fn condition(predicate: &Predicate, table: &dyn Table) -> Expr {
    let all = |parts: &[Predicate], start: bool, with: fn(Expr, Expr) -> Expr| {
        parts.iter().map(|p| condition(p, table)).reduce(with).unwrap_or_else(|| lit(start))
    };
    match predicate {
        Predicate::True => lit(true),
        Predicate::Eq(c, value) => day_or_column(c, table).eq(literal(value)),
        Predicate::In(_, values) if values.is_empty() => lit(false),
        Predicate::In(c, values) => day_or_column(c, table).is_in(lit(series(values)).implode(false), false),
        Predicate::IsNull(c) => col(c.as_str()).is_null(),
        Predicate::Cmp(c, op, value) => {
            let (column, value) = (day_or_column(c, table), literal(value));
            match op {
                Op::Lt => column.lt(value),
                Op::Le => column.lt_eq(value),
                Op::Gt => column.gt(value),
                Op::Ge => column.gt_eq(value),
            }
        }
        Predicate::And(parts) => all(parts, true, Expr::and),
        Predicate::Or(parts) => all(parts, false, Expr::or),
        Predicate::Not(part) => condition(part, table).not(),
    }
}

fn literal(value: &Scalar) -> Expr {
    match value {
        Scalar::Null => lit(polars::prelude::NULL),
        Scalar::Bool(value) => lit(*value),
        Scalar::Int(value) => lit(*value).cast(DataType::Int64),
        Scalar::Text(value) => lit(value.as_str()),
        Scalar::Day(value) => lit(*value).cast(DataType::Date),
    }
}

/// The operands of a membership, which all have the type of their column.
fn series(values: &[Scalar]) -> Series {
    let name = PlSmallStr::EMPTY;
    match &values[0] {
        Scalar::Bool(_) | Scalar::Null => {
            Series::new(name, values.iter().map(|v| matches!(v, Scalar::Bool(true))).collect::<Vec<_>>())
        }
        Scalar::Int(_) => Series::new(name, values.iter().filter_map(as_int).collect::<Vec<i64>>()),
        Scalar::Text(_) => Series::new(name, values.iter().map(ToString::to_string).collect::<Vec<_>>()),
        Scalar::Day(_) => {
            polars::prelude::Int32Chunked::new(name, values.iter().filter_map(as_day).collect::<Vec<i32>>())
                .into_date()
                .into_series()
        }
    }
}

fn as_int(value: &Scalar) -> Option<i64> {
    if let Scalar::Int(value) = value { Some(*value) } else { None }
}

fn as_day(value: &Scalar) -> Option<i32> {
    if let Scalar::Day(value) = value { Some(*value) } else { None }
}

#[cfg(test)]
#[path = "polars_tests.rs"]
mod tests;
