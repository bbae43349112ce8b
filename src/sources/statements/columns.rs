//! Column builders: the cells of a batch of records, column by column, as Arrow arrays.
//!
//! Free text is copied once, from the inflated buffer into the array. Codes are in [`super::codes`].

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, StringArray, TimestampMicrosecondArray, new_null_array};
use arrow::buffer::{BooleanBuffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType;

use super::dialect::{Span, content, unescape};
use super::values::{self, DateCell};
use crate::error::{Error, Result};
use crate::finding::{self, Findings, shown};

/// The records of a batch, split into fields.
#[derive(Debug)]
pub struct Rows<'a> {
    /// Text of the unit.
    pub text: &'a [u8],
    /// Records that had to be rewritten.
    pub side: &'a [u8],
    /// Fields, record after record.
    pub spans: &'a [Span],
    /// Fields in a record.
    pub width: usize,
    /// Whether each record lies in `side`.
    pub in_side: &'a [bool],
    /// Line on which each record begins.
    pub lines: &'a [u64],
}

impl<'a> Rows<'a> {
    /// Number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Content of a field, inner quotes still doubled.
    #[inline]
    #[must_use]
    pub fn cell(&self, row: usize, field: usize) -> &'a [u8] {
        let (start, end) = self.spans[row * self.width + field];
        let text = if self.in_side[row] { self.side } else { self.text };
        content(&text[start as usize..end as usize])
    }
}

/// What a batch leaves to say beside its arrays.
#[derive(Debug, Default)]
pub struct Notes {
    /// Index of the inner file.
    pub entry: usize,
    /// Observations.
    pub findings: Findings,
    /// Cells that their typed column cannot hold: row of the batch → column → text.
    pub unparsed: BTreeMap<usize, Vec<(&'static str, String)>>,
}

impl Notes {
    pub(super) fn keep(&mut self, row: usize, column: &'static str, raw: &[u8]) {
        let mut cell = Vec::new();
        unescape(raw, &mut cell);
        self.unparsed.entry(row).or_default().push((column, text_or_hex(&cell)));
    }

    pub(super) fn odd(&mut self, kind: &'static finding::Kind, column: &'static str, raw: &[u8], line: u64) {
        let mut cell = Vec::new();
        unescape(raw, &mut cell);
        let shown = shown(&String::from_utf8_lossy(&cell));
        self.findings.add(kind, Some(column), Some(&shown), 1, Some((self.entry, line)));
    }
}

/// Text as it is; bytes that are no UTF-8 as hexadecimal.
fn text_or_hex(cell: &[u8]) -> String {
    use std::fmt::Write;
    std::str::from_utf8(cell).map_or_else(
        |_| {
            cell.iter().fold("hex:".to_owned(), |mut s, b| {
                let _ = write!(s, "{b:02x}");
                s
            })
        },
        str::to_owned,
    )
}

pub(super) fn arrow(e: impl std::fmt::Display) -> Error {
    Error::engine("cannot build a column", e)
}

pub(super) fn nulls(valid: Vec<bool>) -> Option<NullBuffer> {
    let buffer = NullBuffer::new(BooleanBuffer::from(valid));
    (buffer.null_count() > 0).then_some(buffer)
}

/// Free text and identifiers.
pub fn text(rows: &Rows<'_>, field: usize, column: &'static str, notes: &mut Notes) -> Result<ArrayRef> {
    let n = rows.len();
    if (0..n).all(|row| rows.cell(row, field).is_empty()) {
        // Most columns of free text are empty in most batches.
        return Ok(new_null_array(&DataType::Utf8, n));
    }
    let mut data: Vec<u8> = Vec::with_capacity(n * 16);
    let mut offsets: Vec<i32> = Vec::with_capacity(n + 1);
    let mut valid = Vec::with_capacity(n);
    offsets.push(0);
    for row in 0..n {
        let cell = rows.cell(row, field);
        valid.push(!cell.is_empty());
        unescape(cell, &mut data);
        offsets.push(i32::try_from(data.len()).map_err(arrow)?);
    }
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    match StringArray::try_new(offsets, data.into(), nulls(valid)) {
        Ok(array) => Ok(Arc::new(array)),
        Err(_) => Ok(lossy_text(rows, field, column, notes)),
    }
}

/// The same for cells of which some are not valid UTF-8.
fn lossy_text(rows: &Rows<'_>, field: usize, column: &'static str, notes: &mut Notes) -> ArrayRef {
    let mut cell = Vec::new();
    let array: StringArray = (0..rows.len())
        .map(|row| {
            let raw = rows.cell(row, field);
            if raw.is_empty() {
                return None;
            }
            cell.clear();
            unescape(raw, &mut cell);
            if std::str::from_utf8(&cell).is_err() {
                notes.keep(row, column, raw);
                notes.findings.add(finding::INVALID_UTF8, Some(column), None, 1, Some((notes.entry, rows.lines[row])));
            }
            Some(String::from_utf8_lossy(&cell).into_owned())
        })
        .collect();
    Arc::new(array)
}

/// Days of a date column; null where the cell is empty or no date.
pub fn dates(rows: &Rows<'_>, field: usize, column: &'static str, notes: &mut Notes) -> Date32Array {
    let n = rows.len();
    let mut days = Vec::with_capacity(n);
    let mut valid = Vec::with_capacity(n);
    let mut previous: (&[u8], Option<DateCell>) = (b"", None);
    for row in 0..n {
        let cell = rows.cell(row, field);
        if cell != previous.0 {
            previous = (cell, Some(values::date(cell)));
        }
        match previous.1 {
            None => {
                days.push(0);
                valid.push(false);
            }
            Some(DateCell::Day(day)) => {
                days.push(day);
                valid.push(true);
            }
            Some(_) if cell.is_empty() => {
                days.push(0);
                valid.push(false);
            }
            Some(DateCell::DayAndTime(day)) => {
                notes.keep(row, column, cell);
                notes.odd(finding::DATE_WITH_TIME, column, cell, rows.lines[row]);
                days.push(day);
                valid.push(true);
            }
            Some(DateCell::Bad) => {
                notes.keep(row, column, cell);
                notes.odd(finding::BAD_DATE, column, cell, rows.lines[row]);
                days.push(0);
                valid.push(false);
            }
        }
    }
    Date32Array::new(ScalarBuffer::from(days), nulls(valid))
}

/// Instants of a timestamp column in microseconds; null where the cell is empty or no instant.
pub fn instants(rows: &Rows<'_>, field: usize, column: &'static str, notes: &mut Notes) -> TimestampMicrosecondArray {
    let mut previous: (&[u8], Option<i64>) = (b"", None);
    (0..rows.len())
        .map(|row| {
            let cell = rows.cell(row, field);
            // Statements are written in the order of submission: most share their second with the one before.
            if cell != previous.0 {
                previous = (cell, values::instant(cell));
            }
            let micros = previous.1;
            if micros.is_none() && !cell.is_empty() {
                notes.keep(row, column, cell);
                notes.odd(finding::BAD_DATE, column, cell, rows.lines[row]);
            }
            micros
        })
        .collect::<TimestampMicrosecondArray>()
        .with_timezone("UTC")
}

/// A two-valued column: `Yes`, `No`, or empty.
pub fn booleans(rows: &Rows<'_>, field: usize, column: &'static str, notes: &mut Notes) -> ArrayRef {
    let array: BooleanArray = (0..rows.len())
        .map(|row| match rows.cell(row, field) {
            b"Yes" => Some(true),
            b"No" => Some(false),
            b"" => None,
            other => {
                notes.keep(row, column, other);
                notes.odd(finding::BAD_BOOLEAN, column, other, rows.lines[row]);
                None
            }
        })
        .collect();
    Arc::new(array)
}
