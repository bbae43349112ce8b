//! Columns that say where a row stands, and what of it could not be typed.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};

use super::codes::constant;
use super::columns::{Notes, Rows};
use super::decode::Context;
use super::dialect;
use super::header::Target;
use crate::error::Result;
use crate::tables::statements::COLUMNS;

/// Sets them for a batch.
///
/// # Errors
/// None that an input can cause.
pub fn columns(made: &mut [Option<ArrayRef>], rows: &Rows<'_>, context: &Context, notes: &Notes) -> Result<()> {
    let n = rows.len();
    let mut set = |name: &str, array: ArrayRef| {
        if let Some(c) = COLUMNS.iter().position(|c| c.name == name) {
            made[c] = Some(array);
        }
    };
    set("schema_version", constant(context.layout.schema, n)?);
    set("export_version", constant(context.layout.version, n)?);
    set("source_file", constant(&context.file_name, n)?);
    if let Some(entry) = &context.entry_name {
        set("source_entry", constant(entry, n)?);
    }
    set("source_line", Arc::new(Int64Array::from_iter_values(rows.lines.iter().map(|l| l.cast_signed()))));
    if !notes.unparsed.is_empty() {
        let texts: StringArray = (0..n)
            .map(|row| {
                let cells = notes.unparsed.get(&row)?;
                let object: serde_json::Map<String, serde_json::Value> =
                    cells.iter().map(|(c, t)| ((*c).to_owned(), t.clone().into())).collect();
                serde_json::to_string(&object).ok()
            })
            .collect();
        set("unparsed", Arc::new(texts));
    }
    let extra: Vec<(usize, &str)> = context
        .layout
        .targets
        .iter()
        .enumerate()
        .filter_map(|(f, t)| match t {
            Target::Extra(name) => Some((f, name.as_str())),
            Target::Column(_) => None,
        })
        .collect();
    if !extra.is_empty() {
        let texts: StringArray = (0..n)
            .map(|row| {
                let object: serde_json::Map<String, serde_json::Value> = extra
                    .iter()
                    .filter_map(|&(f, name)| {
                        let mut cell = Vec::new();
                        dialect::unescape(rows.cell(row, f), &mut cell);
                        (!cell.is_empty())
                            .then(|| (name.to_owned(), String::from_utf8_lossy(&cell).into_owned().into()))
                    })
                    .collect();
                if object.is_empty() { None } else { serde_json::to_string(&object).ok() }
            })
            .collect();
        set("extra", Arc::new(texts));
    }
    Ok(())
}
