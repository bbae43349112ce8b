//! Rows from typed arrays, column by column: no cell becomes text on its way.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, StringArray, StringBuilder, new_null_array};
use arrow::compute::filter;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use xxhash_rust::xxh3::Xxh3;

use super::cells::hash_text;
use super::{BARCODES, RowSink, Rows, barcodes};
use crate::error::{Error, Result};
use crate::finding::{self, shown};
use crate::tables::{Kind, Origin};

/// Some records as arrays: for each column of the table an array of its type, where the export has one.
#[derive(Debug, Default)]
pub struct Records {
    /// The arrays, in the order of the table's columns.
    pub arrays: Vec<Option<ArrayRef>>,
    /// How many records.
    pub len: usize,
    /// Number of the first record.
    pub first: u64,
    /// Records that a filter leaves out.
    pub left_out: Option<BooleanArray>,
    /// Texts that no typed column holds: by record, by column.
    pub unparsed: BTreeMap<usize, BTreeMap<&'static str, String>>,
    /// Cells that nothing maps, as JSON.
    pub extra: Option<ArrayRef>,
    /// Columns whose cells did not go through [`Rows::value`], which looks at them one by one.
    pub cast: BTreeSet<usize>,
    /// Records to keep aside, with the reason.
    pub refused: BTreeMap<usize, String>,
}

impl Rows {
    /// Makes records rows or keeps them aside; `raw` gives the text of a record for that.
    ///
    /// # Errors
    /// Those of the sink, and [`Error::Engine`] for an array of another type or length than its column's.
    pub fn push(&mut self, records: Records, raw: &dyn Fn(usize) -> String, sink: &mut dyn RowSink) -> Result<()> {
        self.flush(sink)?;
        let columns = self.table.columns();
        let Records { mut arrays, len, first, left_out, mut unparsed, extra, refused, cast } = records;
        arrays.resize(columns.len(), None);
        for (about, array) in columns.iter().zip(&arrays) {
            let Some(array) = array else { continue };
            if array.len() != len || array.data_type() != &about.kind.data_type() {
                let found = format!("{} cells of type {}", array.len(), array.data_type());
                return Err(Error::engine(format!("column {}", about.name), found));
            }
        }
        let mut keep = vec![true; len];
        for (i, keep) in keep.iter_mut().enumerate() {
            if left_out.as_ref().is_some_and(|mask| mask.is_valid(i) && mask.value(i)) {
                *keep = false;
                self.counts.filtered += 1;
            }
        }
        let required: Vec<usize> = (0..columns.len())
            .filter(|&c| !columns[c].nullable && columns[c].origin != Origin::Provenance)
            .filter(|&c| arrays[c].as_ref().is_none_or(|a| a.null_count() > 0))
            .collect();
        if !required.is_empty() || !refused.is_empty() {
            for (i, kept) in keep.iter_mut().enumerate().take(len) {
                if !*kept {
                    continue;
                }
                let line = first + i as u64;
                let empty = required.iter().find(|&&c| arrays[c].as_ref().is_none_or(|a| a.is_null(i)));
                let reason = match (refused.get(&i), empty) {
                    (Some(reason), _) => reason.clone(),
                    (None, Some(&c)) => {
                        let place = Some((self.entry, line));
                        self.findings.add(finding::MISSING_REQUIRED, Some(columns[c].name), None, 1, place);
                        format!("{} is empty or cannot be read", columns[c].name)
                    }
                    (None, None) => continue,
                };
                *kept = false;
                self.counts.rejected += 1;
                sink.reject(self.entry, line, &reason, raw(i).as_bytes())?;
            }
        }
        self.check_keys(&arrays, &mut keep, first);
        for (c, array) in arrays.iter().enumerate() {
            if let Some(array) = array {
                self.check_codes(c, array, &keep, first, cast.contains(&c));
            }
        }
        let rows = keep.iter().filter(|k| **k).count();
        if rows == 0 {
            return Ok(());
        }
        let lines: Int64Array = (0..len).map(|i| i64::try_from(first + i as u64).ok()).collect();
        let at = self.provenance;
        arrays[at.line] = Some(Arc::new(lines));
        arrays[at.extra] = extra;
        if !unparsed.is_empty() {
            let texts: StringArray =
                (0..len).map(|i| unparsed.remove(&i).and_then(|cells| serde_json::to_string(&cells).ok())).collect();
            arrays[at.unparsed] = Some(Arc::new(texts));
        }
        let mask = BooleanArray::from(keep);
        let mut out = Vec::with_capacity(columns.len());
        for (c, (about, array)) in columns.iter().zip(arrays).enumerate() {
            let array = match array {
                _ if c == at.file => same(&self.file, rows),
                _ if c == at.entry => match &self.inner {
                    Some(inner) => same(inner, rows),
                    None => new_null_array(&DataType::Utf8, rows),
                },
                None => new_null_array(&about.kind.data_type(), rows),
                Some(array) if rows == len => array,
                Some(array) => filter(&array, &mask).map_err(|e| Error::engine("rows of a batch", e))?,
            };
            self.nulls[c] += array.null_count() as u64;
            out.push(array);
        }
        self.counts.rows += rows as u64;
        sink.push(self.table, out)
    }

    fn check_keys(&mut self, arrays: &[Option<ArrayRef>], keep: &mut [bool], first: u64) {
        for (i, keep) in keep.iter_mut().enumerate() {
            if !*keep {
                continue;
            }
            let filled = |c: &usize| arrays[*c].as_ref().is_some_and(|a| a.is_valid(i));
            if !self.key.iter().skip(1).any(filled) {
                continue;
            }
            let mut hasher = Xxh3::new();
            for &c in &self.key {
                match &arrays[c] {
                    Some(array) => hash_cell(array, i, &mut hasher),
                    None => hasher.update(&[0]),
                }
            }
            let hash = hasher.digest();
            if let Some(once) = &mut self.once {
                if !once.insert(hash) {
                    *keep = false;
                    self.counts.filtered += 1;
                }
            } else if self.keys.add(hash) {
                self.findings.add(finding::REPEATED_KEY, None, None, 1, Some((self.entry, first + i as u64)));
            }
        }
    }

    fn check_codes(&mut self, c: usize, array: &ArrayRef, keep: &[bool], first: u64, typed: bool) {
        let about = &self.table.columns()[c];
        let Some(texts) = array.as_string_opt::<i32>() else { return };
        if about.values == BARCODES && typed {
            for (i, text) in texts.iter().enumerate() {
                if let Some(text) = text.filter(|t| keep[i] && !t.split(' ').all(barcodes::is_valid)) {
                    let place = Some((self.entry, first + i as u64));
                    self.findings.add(finding::BAD_BARCODE, Some(about.name), Some(&shown(text)), 1, place);
                }
            }
        }
        let Some(known) = &self.known[c] else { return };
        let mut last = "";
        let mut last_known = false;
        for (i, text) in texts.iter().enumerate() {
            let Some(text) = text.filter(|_| keep[i]) else { continue };
            if text != last {
                (last, last_known) = (text, known.contains(text));
            }
            if !last_known {
                let value = if about.personal { None } else { Some(shown(text)) };
                let place = Some((self.entry, first + i as u64));
                self.findings.add(finding::UNKNOWN_CODE, Some(about.name), value.as_deref(), 1, place);
            }
        }
    }
}

/// Hashes a cell as [`super::Rows::end`] does, so that keys agree whatever the format of the file.
fn hash_cell(array: &ArrayRef, i: usize, hasher: &mut Xxh3) {
    if array.is_null(i) {
        return hasher.update(&[0]);
    }
    match array.data_type() {
        DataType::Utf8 => hash_text(hasher, array.as_string::<i32>().value(i)),
        DataType::Int64 => hasher.update(&array.as_primitive::<Int64Type>().value(i).to_le_bytes()),
        DataType::Float64 => hasher.update(&array.as_primitive::<Float64Type>().value(i).to_le_bytes()),
        DataType::Timestamp(..) => {
            hasher.update(&array.as_primitive::<TimestampMicrosecondType>().value(i).to_le_bytes());
        }
        DataType::Date32 => {
            hasher.update(&i64::from(array.as_primitive::<Date32Type>().value(i)).to_le_bytes());
        }
        DataType::Boolean => hasher.update(&[1, u8::from(array.as_boolean().value(i))]),
        _ => {}
    }
}

/// An array of one text.
#[must_use]
pub fn same(text: &str, len: usize) -> ArrayRef {
    let mut builder = StringBuilder::with_capacity(len, len * text.len());
    for _ in 0..len {
        builder.append_value(text);
    }
    Arc::new(builder.finish())
}

/// An array of one text in a column of codes or text; null for others.
#[must_use]
pub fn constant(kind: Kind, text: &str, len: usize) -> ArrayRef {
    match kind {
        Kind::Text | Kind::Code => same(text, len),
        _ => new_null_array(&kind.data_type(), len),
    }
}
