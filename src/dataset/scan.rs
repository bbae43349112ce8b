//! Frames of a table that has no rows.

use polars::prelude::{DataFrame, DataType, Field, Schema, TimeUnit, TimeZone};

use crate::tables::statements::COLUMNS;
use crate::tables::{Column, Kind, Table};

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Code => DataType::String,
        Kind::CodeList => DataType::List(Box::new(DataType::String)),
        Kind::Bool => DataType::Boolean,
        Kind::Date => DataType::Date,
        Kind::Timestamp => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        Kind::Integer => DataType::Int64,
        Kind::Number => DataType::Float64,
    }
}

/// A frame of the table `statements` with these columns and no row.
#[must_use]
pub fn empty(columns: &[String]) -> DataFrame {
    without_rows(COLUMNS.iter().filter(|c| columns.iter().any(|n| n == c.name)))
}

/// A frame of a table with all its columns and no row.
#[must_use]
pub fn empty_of(table: &dyn Table) -> DataFrame {
    without_rows(table.columns().iter())
}

fn without_rows<'a>(columns: impl Iterator<Item = &'a Column>) -> DataFrame {
    let fields = columns.map(|c| Field::new(c.name.into(), data_type(c.kind)));
    DataFrame::empty_with_schema(&fields.collect::<Schema>())
}
