//! Frames of a table that has no rows.

use polars::prelude::{DataFrame, DataType, Field, Schema, TimeUnit, TimeZone};

use crate::tables::statements::COLUMNS;
use crate::tables::{Column, Kind};

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
    let chosen = COLUMNS.iter().filter(|c| columns.iter().any(|n| n == c.name));
    let fields = chosen.map(|c: &Column| Field::new(c.name.into(), data_type(c.kind)));
    DataFrame::empty_with_schema(&fields.collect::<Schema>())
}
