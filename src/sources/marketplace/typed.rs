//! Columns of tables from typed arrays.

use std::borrow::Cow;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Float64Array, Int64Array, StringArray, StringBuilder, TimestampMicrosecondArray,
};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::columns::{Cell, ColumnMapping, From};
use crate::error::{Error, Result};
use crate::finding;
use crate::sources::rows::Rows;
use crate::sources::rows::arrays::{Records, constant};
use crate::sources::rows::builders::Builder;
use crate::sources::rows::cells::{Reading, Value, odd, scaled, whole};
use crate::sources::rows::times::{Clock, Format, Zone};
use crate::tables::Kind;

/// The array of a column. What no typed cell can hold goes to `records`, what is odd to `rows`.
///
/// # Errors
/// [`Error::Invalid`] for a local time without a time zone; [`Error::Engine`].
pub(super) fn column(
    column: &ColumnMapping,
    sources: &[Option<ArrayRef>],
    records: &mut Records,
    rows: &mut Rows,
) -> Result<ArrayRef> {
    if let From::Constant(text) = &column.from {
        return constants(column, text, records, rows);
    }
    if column.is_plain()
        && let [Some(array)] = sources
        && let Some(array) = fast(column, array, records.first, rows)?
    {
        records.cast.insert(column.index);
        return Ok(array);
    }
    through_text(column, sources, records, rows)
}

fn constants(column: &ColumnMapping, text: &str, records: &mut Records, rows: &mut Rows) -> Result<ArrayRef> {
    if matches!(column.about.kind, Kind::Text | Kind::Code) {
        return Ok(constant(column.about.kind, text, records.len));
    }
    let (value, _) = rows.value(column.index, text, &column.reading, records.first)?;
    let mut builder = Builder::new(column.about.kind);
    for _ in 0..records.len {
        builder.append(value.clone());
    }
    Ok(builder.finish())
}

/// Casts an array whose type says what its cells are; `None` where only its texts do.
fn fast(column: &ColumnMapping, array: &ArrayRef, first: u64, rows: &mut Rows) -> Result<Option<ArrayRef>> {
    let engine = |e: arrow::error::ArrowError| Error::engine(format!("column {}", column.about.name), e);
    let from = array.data_type();
    let kind = column.about.kind;
    let is_text = is_text(from);
    match kind {
        Kind::Text | Kind::Code if is_text || (from.is_integer() && column.reading.scale.is_none()) => {
            let texts = cast(array, &DataType::Utf8).map_err(engine)?;
            // Empty cells are null, and blanks around a text go, whatever the format of the file.
            let tidy = texts.as_string::<i32>().iter().flatten().all(|t| !t.is_empty() && t.len() == t.trim().len());
            Ok(tidy.then_some(texts))
        }
        Kind::Bool if *from == DataType::Boolean => Ok(Some(Arc::clone(array))),
        Kind::Integer if from.is_integer() && *from != DataType::UInt64 && column.reading.scale.is_none() => {
            cast(array, &DataType::Int64).map(Some).map_err(engine)
        }
        Kind::Integer if from.is_floating() && column.reading.scale.is_none() => {
            let numbers = cast(array, &DataType::Float64).map_err(engine)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            let all_whole = numbers.iter().flatten().all(|n| n.is_nan() || whole(n).is_some());
            let cells = || numbers.iter().map(|n| n.and_then(whole)).collect::<Int64Array>();
            Ok(all_whole.then(|| Arc::new(cells()) as ArrayRef))
        }
        Kind::Number if from.is_numeric() => {
            let numbers = cast(array, &DataType::Float64).map_err(engine)?;
            let numbers = numbers.as_primitive::<Float64Type>();
            if numbers.iter().flatten().any(f64::is_infinite) {
                return Ok(None);
            }
            let scale = column.reading.scale;
            let cells: Float64Array =
                numbers.iter().map(|n| n.filter(|n| !n.is_nan()).map(|n| scaled(n, scale))).collect();
            Ok(Some(Arc::new(cells)))
        }
        Kind::Date if matches!(from, DataType::Date32) => Ok(Some(Arc::clone(array))),
        Kind::Timestamp => instants(column, array, first, rows),
        _ => Ok(None),
    }
}

fn instants(column: &ColumnMapping, array: &ArrayRef, first: u64, rows: &mut Rows) -> Result<Option<ArrayRef>> {
    let engine = |e: arrow::error::ArrowError| Error::engine(format!("column {}", column.about.name), e);
    let utc = Kind::Timestamp.data_type();
    // A cell that microseconds cannot hold is an error, not a null.
    let strict = CastOptions { safe: false, ..CastOptions::default() };
    match (array.data_type(), &column.reading.format) {
        (DataType::Timestamp(_, Some(_)), _) => {
            let micros = cast_with_options(array, &utc, &strict).map_err(engine)?;
            Ok(Some(micros))
        }
        (DataType::Timestamp(_, None), _) => {
            let Some(zone) = &column.reading.zone else { return Ok(None) };
            let micros = DataType::Timestamp(TimeUnit::Microsecond, None);
            let local = cast_with_options(array, &micros, &strict).map_err(engine)?;
            Ok(Some(localised(column, local.as_primitive::<TimestampMicrosecondType>(), zone, first, rows)))
        }
        (from, Format::Epoch(unit)) if from.is_integer() && *from != DataType::UInt64 => {
            let whole = cast(array, &DataType::Int64).map_err(engine)?;
            let cells = whole.as_primitive::<Int64Type>();
            let top = i64::MAX / unit / 2;
            if cells.iter().flatten().any(|n| n.abs() > top) {
                return Ok(None);
            }
            let cells: TimestampMicrosecondArray = cells.unary(|n| n * unit);
            Ok(Some(Arc::new(cells.with_timezone("UTC"))))
        }
        _ => Ok(None),
    }
}

/// Local times as instants.
fn localised(
    column: &ColumnMapping,
    local: &TimestampMicrosecondArray,
    zone: &Zone,
    first: u64,
    rows: &mut Rows,
) -> ArrayRef {
    let cells: TimestampMicrosecondArray = local
        .iter()
        .zip(first..)
        .map(|(cell, line)| {
            let (at, clock) = zone.instant(cell?)?;
            if clock != Clock::Plain
                && let Some(oddity) = odd(clock)
            {
                rows.odd_cell(column.index, oddity, line);
            }
            Some(at)
        })
        .collect();
    Arc::new(cells.with_timezone("UTC"))
}

/// Goes through the texts of the cells, as a CSV file would.
fn through_text(
    column: &ColumnMapping,
    sources: &[Option<ArrayRef>],
    records: &mut Records,
    rows: &mut Rows,
) -> Result<ArrayRef> {
    let texts: Vec<Option<StringArray>> =
        sources.iter().map(|a| a.as_ref().map(texts).transpose()).collect::<Result<_>>()?;
    let temporal = sources.iter().flatten().any(|a| a.data_type().is_temporal());
    // The text of a typed time is ISO, whatever format the mapping gives for other files of the table.
    let reading = if temporal {
        Cow::Owned(Reading { format: Format::Iso, ..column.reading.clone() })
    } else {
        Cow::Borrowed(&column.reading)
    };
    let mut builder = Builder::new(column.about.kind);
    for i in 0..records.len {
        let line = records.first + i as u64;
        let text = |n: usize| {
            let array = texts.get(n)?.as_ref()?;
            array.is_valid(i).then(|| Cow::Borrowed(array.value(i)))
        };
        let (value, left) = match column.cell(&text) {
            Cell::Null => (Value::Null, None),
            Cell::Value(value) => (value, None),
            Cell::Text(text) => {
                let (value, all) = rows.value(column.index, &text, &reading, line)?;
                (value, (!all).then_some(text))
            }
            Cell::LeftOut(text) => {
                rows.find_cell(finding::VALUE_LEFT_OUT, column.index, &text, line);
                (Value::Null, Some(text))
            }
            Cell::Refused(text) => {
                rows.find_cell(finding::REFUSED_VALUE, column.index, &text, line);
                records.refused.insert(i, format!("{} has a value that the mapping refuses", column.about.name));
                (Value::Null, None)
            }
        };
        if let Some(text) = left {
            records.unparsed.entry(i).or_default().insert(column.about.name, text.into_owned());
        }
        builder.append(value);
    }
    Ok(builder.finish())
}

fn is_text(from: &DataType) -> bool {
    match from {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// The texts of an array, as CSV would write them; lists are joined by a blank.
///
/// # Errors
/// [`Error::Engine`] for a type that has no text.
pub(in crate::sources) fn texts(array: &ArrayRef) -> Result<StringArray> {
    let engine = |e: arrow::error::ArrowError| Error::engine("texts of a column", e);
    let from = array.data_type();
    match from {
        _ if is_text(from) || from.is_integer() || *from == DataType::Boolean => {
            Ok(cast(array, &DataType::Utf8).map_err(engine)?.as_string::<i32>().clone())
        }
        _ if from.is_floating() => {
            let numbers = cast(array, &DataType::Float64).map_err(engine)?;
            // Whole numbers that were floating only because some cells are empty read as whole numbers.
            let text = |n: f64| whole(n).map_or_else(|| n.to_string(), |w| w.to_string());
            let numbers = numbers.as_primitive::<Float64Type>();
            Ok(numbers.iter().map(|n| n.filter(|n| !n.is_nan()).map(text)).collect())
        }
        DataType::Timestamp(_, Some(_)) => {
            // Arrow writes offsets without a database of time zones, but no names.
            let utc = DataType::Timestamp(TimeUnit::Microsecond, Some("+00:00".into()));
            formatted(&cast(array, &utc).map_err(engine)?)
        }
        DataType::List(_) => {
            let lists = array.as_list::<i32>();
            let mut builder = StringBuilder::new();
            for list in lists {
                match list {
                    None => builder.append_null(),
                    Some(list) => {
                        let parts = texts(&list)?;
                        builder.append_value(parts.iter().flatten().collect::<Vec<_>>().join(" "));
                    }
                }
            }
            Ok(builder.finish())
        }
        _ => formatted(array),
    }
}

fn formatted(array: &ArrayRef) -> Result<StringArray> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options).map_err(|e| Error::engine("texts of a column", e))?;
    let mut builder = StringBuilder::new();
    for i in 0..array.len() {
        if array.is_null(i) {
            builder.append_null();
        } else {
            builder.append_value(formatter.value(i).to_string());
        }
    }
    Ok(builder.finish())
}
