//! Rows of a sheet as arrays of the table.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray, new_null_array,
};

use super::merge::Row;
use crate::error::{Error, Result};
use crate::tables::audit_labels::AuditLabels;
use crate::tables::{Column, Kind, Table};

/// An array for each column of the table; texts are known to fit their column.
pub fn arrays(rows: &[Row], file: &str) -> Result<Vec<ArrayRef>> {
    AuditLabels.columns().iter().map(|column| array(column, rows, file)).collect()
}

fn array(column: &Column, rows: &[Row], file: &str) -> Result<ArrayRef> {
    let json = |cells: &BTreeMap<String, String>| -> Result<Option<String>> {
        if cells.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(cells).map(Some).map_err(|e| Error::engine("cannot keep cells aside", e))
    };
    let text = |row: &Row| -> Option<String> { row.cells.get(column.name).cloned() };
    Ok(match (column.name, column.kind) {
        ("source_file", _) => Arc::new(StringArray::from_iter_values(rows.iter().map(|_| file))),
        ("source_line", _) => {
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| i64::try_from(r.line).unwrap_or(i64::MAX))))
        }
        ("unparsed", _) => {
            Arc::new(rows.iter().map(|r| json(&r.unparsed)).collect::<Result<Vec<_>>>().map(StringArray::from)?)
        }
        ("extra", _) => {
            Arc::new(rows.iter().map(|r| json(&r.extra)).collect::<Result<Vec<_>>>().map(StringArray::from)?)
        }
        (_, Kind::Text | Kind::Code) => Arc::new(rows.iter().map(text).collect::<StringArray>()),
        (_, Kind::Bool) => {
            Arc::new(rows.iter().map(|r| text(r).and_then(|t| t.parse::<bool>().ok())).collect::<BooleanArray>())
        }
        (_, Kind::Integer) => {
            Arc::new(rows.iter().map(|r| text(r).and_then(|t| t.parse::<i64>().ok())).collect::<Int64Array>())
        }
        (_, Kind::Number) => {
            Arc::new(rows.iter().map(|r| text(r).and_then(|t| t.parse::<f64>().ok())).collect::<Float64Array>())
        }
        (_, Kind::Timestamp) => {
            let times = rows.iter().map(|r| text(r).and_then(|t| t.parse::<i64>().ok()));
            Arc::new(times.collect::<TimestampMicrosecondArray>().with_timezone("UTC"))
        }
        (_, kind @ (Kind::CodeList | Kind::Date)) => new_null_array(&kind.data_type(), rows.len()),
    })
}
