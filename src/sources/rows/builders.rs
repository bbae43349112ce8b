//! Arrow arrays that grow cell by cell.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Field};

use super::cells::Value;
use crate::tables::Kind;

/// Builder of the array of one column.
#[derive(Debug)]
pub(in crate::sources) enum Builder {
    Text(StringBuilder),
    List(ListBuilder<StringBuilder>),
    Bool(BooleanBuilder),
    Date(Date32Builder),
    Instant(TimestampMicrosecondBuilder),
    Integer(Int64Builder),
    Number(Float64Builder),
}

impl Builder {
    pub(in crate::sources) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Code => Self::Text(StringBuilder::new()),
            Kind::CodeList => {
                let element = Field::new("element", DataType::Utf8, true);
                Self::List(ListBuilder::new(StringBuilder::new()).with_field(element))
            }
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Date => Self::Date(Date32Builder::new()),
            Kind::Timestamp => Self::Instant(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Integer => Self::Integer(Int64Builder::new()),
            Kind::Number => Self::Number(Float64Builder::new()),
        }
    }

    /// Adds a cell; a value of another type than the column's is null.
    pub(in crate::sources) fn append(&mut self, value: Value) {
        match (self, value) {
            (Self::Text(b), Value::Text(v)) => b.append_value(v),
            (Self::List(b), Value::List(v)) => b.append_value(v.into_iter().map(Some)),
            (Self::Bool(b), Value::Bool(v)) => b.append_value(v),
            (Self::Date(b), Value::Date(v)) => b.append_value(v),
            (Self::Instant(b), Value::Instant(v)) => b.append_value(v),
            (Self::Integer(b), Value::Integer(v)) => b.append_value(v),
            (Self::Number(b), Value::Number(v)) => b.append_value(v),
            (Self::Text(b), _) => b.append_null(),
            (Self::List(b), _) => b.append_null(),
            (Self::Bool(b), _) => b.append_null(),
            (Self::Date(b), _) => b.append_null(),
            (Self::Instant(b), _) => b.append_null(),
            (Self::Integer(b), _) => b.append_null(),
            (Self::Number(b), _) => b.append_null(),
        }
    }

    pub(in crate::sources) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(b) => Arc::new(b.finish()),
            Self::List(b) => Arc::new(b.finish()),
            Self::Bool(b) => Arc::new(b.finish()),
            Self::Date(b) => Arc::new(b.finish()),
            Self::Instant(b) => Arc::new(b.finish()),
            Self::Integer(b) => Arc::new(b.finish()),
            Self::Number(b) => Arc::new(b.finish()),
        }
    }
}
