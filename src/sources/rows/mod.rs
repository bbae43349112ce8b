//! Typed rows of any table, from texts of cells or from typed arrays.

use std::collections::{BTreeMap, HashSet};

use arrow::array::ArrayRef;
use xxhash_rust::xxh3::Xxh3;

pub use super::export::RowSink;
use crate::error::{Error, Result};
use crate::finding::{self, Findings, shown};
use crate::tables::{Column, Kind, Origin, Table, Values, codes};

pub mod arrays;
pub mod barcodes;
pub mod builders;
pub mod cells;
pub mod keys;
pub mod times;

use builders::Builder;
use cells::{Oddity, Reading, Unread, Value};
use keys::Keys;

/// Rows that are given on at once: large enough for Parquet row groups, small enough for memory.
pub const BATCH: usize = 64 << 10;

/// The form of columns that hold barcodes.
const BARCODES: Values = Values::Form("digits, joined by a blank");

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is a row.
    Row,
    /// It was kept aside.
    Rejected,
    /// Its key stood before, and only the first row of a key is wanted.
    Passed,
}

/// Records of one table, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows given on.
    pub rows: u64,
    /// Records kept aside.
    pub rejected: u64,
    /// Records that a filter or a repeated key left out.
    pub filtered: u64,
}

/// Builds the rows of one table of one export.
///
/// Cells are set by the index of their column, then [`Rows::end`] makes them a row or keeps the record aside. What is
/// odd is counted and told with [`Rows::finish`].
pub struct Rows {
    table: &'static dyn Table,
    builders: Vec<Builder>,
    row: Vec<Value>,
    unparsed: BTreeMap<&'static str, String>,
    extra: serde_json::Map<String, serde_json::Value>,
    refused: Option<String>,
    known: Vec<Option<HashSet<&'static str, foldhash::fast::FixedState>>>,
    key: Vec<usize>,
    keys: Keys,
    once: Option<HashSet<u64, foldhash::fast::FixedState>>,
    file: String,
    entry: usize,
    inner: Option<String>,
    provenance: Provenance,
    pending: usize,
    findings: Findings,
    counts: Counts,
    nulls: Vec<u64>,
}

/// Indices of the columns that tell where a row stands.
#[derive(Debug, Clone, Copy)]
struct Provenance {
    file: usize,
    entry: usize,
    line: usize,
    unparsed: usize,
    extra: usize,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("table", &self.table.name()).field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl Rows {
    /// No rows yet, of a file of this name. With `once`, of several rows with one key the first is taken.
    ///
    /// # Errors
    /// [`Error::Engine`] for a table without columns of provenance, as only statements are.
    pub fn new(table: &'static dyn Table, file: &str, once: bool) -> Result<Self> {
        let columns = table.columns();
        let at = |name: &str| {
            let found = columns.iter().position(|c| c.name == name && c.origin == Origin::Provenance);
            found.ok_or_else(|| Error::engine(format!("rows of {}", table.name()), format!("it has no column {name}")))
        };
        let provenance = Provenance {
            file: at("source_file")?,
            entry: at("source_entry")?,
            line: at("source_line")?,
            unparsed: at("unparsed")?,
            extra: at("extra")?,
        };
        let known = |c: &Column| match c.values {
            Values::Codes(list) => Some(codes::codes(list).iter().map(|c| c.code.as_str()).collect()),
            _ => None,
        };
        Ok(Self {
            table,
            builders: columns.iter().map(|c| Builder::new(c.kind)).collect(),
            row: vec![Value::Null; columns.len()],
            unparsed: BTreeMap::new(),
            extra: serde_json::Map::new(),
            refused: None,
            known: columns.iter().map(known).collect(),
            key: table.key().iter().filter_map(|k| columns.iter().position(|c| c.name == *k)).collect(),
            keys: Keys::new(),
            once: once.then(HashSet::default),
            file: file.to_owned(),
            entry: 0,
            inner: None,
            provenance,
            pending: 0,
            findings: Findings::default(),
            counts: Counts::default(),
            nulls: vec![0; columns.len()],
        })
    }

    /// The rows that follow stand in this inner file; `name` is null where the file is no archive.
    pub fn enter(&mut self, entry: usize, name: Option<&str>) {
        self.entry = entry;
        self.inner = name.map(str::to_owned);
    }

    /// The table.
    #[must_use]
    pub fn table(&self) -> &'static dyn Table {
        self.table
    }

    /// Index of the column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        self.table.columns().iter().position(|c| c.name == name)
    }

    /// Sets a cell of the row from its text, in the usual notation.
    ///
    /// # Errors
    /// See [`Rows::read`].
    pub fn text(&mut self, column: usize, text: &str, line: u64) -> Result<()> {
        self.read(column, text, &Reading::default(), line)
    }

    /// Sets a cell of the row from its text. Blanks around it go; where nothing is left it is null.
    ///
    /// What the column's type cannot hold is null, and its text goes to column `unparsed`.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a local time without a time zone, which nobody can place.
    pub fn read(&mut self, column: usize, text: &str, how: &Reading, line: u64) -> Result<()> {
        let Some(about) = self.table.columns().get(column) else { return Ok(()) };
        let (value, whole) = self.value(column, text, how, line)?;
        if !whole {
            self.unparsed.insert(about.name, text.trim().to_owned());
        }
        self.row[column] = value;
        Ok(())
    }

    /// The value of a cell, and whether it holds all that the text says.
    ///
    /// # Errors
    /// See [`Rows::read`].
    pub fn value(&mut self, column: usize, text: &str, how: &Reading, line: u64) -> Result<(Value, bool)> {
        let text = text.trim();
        let Some(about) = self.table.columns().get(column).filter(|_| !text.is_empty()) else {
            return Ok((Value::Null, true));
        };
        match cells::read(about.kind, text, how) {
            Ok((value, oddity)) => {
                if let Some(oddity) = oddity {
                    self.odd(about, oddity, line);
                }
                if about.values == BARCODES && !text.split(' ').all(barcodes::is_valid) {
                    self.find(finding::BAD_BARCODE, about, text, line);
                }
                Ok((value, oddity != Some(Oddity::TimeInDate)))
            }
            Err(Unread::Bad) => {
                self.find(bad(about.kind), about, text, line);
                Ok((Value::Null, false))
            }
            Err(Unread::NoZone) => Err(self.no_zone(about, text, line)),
        }
    }

    /// Sets a cell of the row to a value of the column's type.
    pub fn set(&mut self, column: usize, value: Value) {
        if let Some(cell) = self.row.get_mut(column) {
            *cell = value;
        }
    }

    /// Leaves a cell of the row null but keeps its text.
    pub fn leave_out(&mut self, column: usize, text: &str, line: u64) {
        if let Some(about) = self.table.columns().get(column) {
            self.find(finding::VALUE_LEFT_OUT, about, text, line);
            self.unparsed.insert(about.name, text.to_owned());
        }
    }

    /// Keeps the text of a cell in column `unparsed`.
    pub fn keep_text(&mut self, column: usize, text: &str) {
        if let Some(about) = self.table.columns().get(column) {
            self.unparsed.insert(about.name, text.to_owned());
        }
    }

    /// Counts an observation on a cell that is not of the row that grows.
    pub fn find_cell(&mut self, kind: &'static finding::Kind, column: usize, text: &str, line: u64) {
        if let Some(about) = self.table.columns().get(column) {
            self.find(kind, about, text, line);
        }
    }

    /// Counts what is odd about a cell that is not of the row that grows.
    pub fn odd_cell(&mut self, column: usize, oddity: Oddity, line: u64) {
        if let Some(about) = self.table.columns().get(column) {
            self.odd(about, oddity, line);
        }
    }

    /// Keeps a cell that nothing maps.
    pub fn extra(&mut self, name: &str, value: impl Into<serde_json::Value>) {
        self.extra.insert(name.to_owned(), value.into());
    }

    /// The record shall be kept aside for the value of a column.
    pub fn refuse(&mut self, column: usize, text: &str, line: u64) {
        if let Some(about) = self.table.columns().get(column) {
            self.find(finding::REFUSED_VALUE, about, text, line);
            self.refused = Some(format!("{} has a value that the mapping refuses", about.name));
        }
    }

    /// Ends the row: gives it on, or keeps the record aside with the bytes it had.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn end(&mut self, line: u64, raw: &[u8], sink: &mut dyn RowSink) -> Result<Outcome> {
        let columns = self.table.columns();
        if let Some(i) = (0..columns.len())
            .find(|&i| !columns[i].nullable && columns[i].origin != Origin::Provenance && self.row[i] == Value::Null)
            && self.refused.is_none()
        {
            self.findings.add(finding::MISSING_REQUIRED, Some(columns[i].name), None, 1, Some((self.entry, line)));
            self.refused = Some(format!("{} is empty or cannot be read", columns[i].name));
        }
        if let Some(reason) = self.refused.take() {
            self.clear();
            self.counts.rejected += 1;
            sink.reject(self.entry, line, &reason, raw)?;
            return Ok(Outcome::Rejected);
        }
        if let Some(hash) = self.hash() {
            if let Some(once) = &mut self.once {
                if !once.insert(hash) {
                    self.clear();
                    self.counts.filtered += 1;
                    return Ok(Outcome::Passed);
                }
            } else if self.keys.add(hash) {
                self.findings.add(finding::REPEATED_KEY, None, None, 1, Some((self.entry, line)));
            }
        }
        for (i, about) in columns.iter().enumerate() {
            if let (Some(known), Value::Text(code)) = (&self.known[i], &self.row[i])
                && !known.contains(code.as_str())
            {
                let value = if about.personal { None } else { Some(shown(code)) };
                let place = Some((self.entry, line));
                self.findings.add(finding::UNKNOWN_CODE, Some(about.name), value.as_deref(), 1, place);
            }
        }
        self.place(line);
        for (i, (builder, value)) in self.builders.iter_mut().zip(&mut self.row).enumerate() {
            if *value == Value::Null {
                self.nulls[i] += 1;
            }
            builder.append(std::mem::replace(value, Value::Null));
        }
        self.pending += 1;
        self.counts.rows += 1;
        if self.pending >= BATCH {
            self.flush(sink)?;
        }
        Ok(Outcome::Row)
    }

    /// Keeps a record aside that could not be read.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn broken(&mut self, line: u64, reason: &str, raw: &[u8], sink: &mut dyn RowSink) -> Result<()> {
        self.findings.add(finding::BROKEN_RECORD, None, Some(reason), 1, Some((self.entry, line)));
        self.counts.rejected += 1;
        sink.reject(self.entry, line, reason, raw)
    }

    /// Drops the cells of the row: a filter left its record out.
    pub fn pass(&mut self) {
        self.clear();
        self.counts.filtered += 1;
    }

    /// Gives on what is left and tells the findings.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self, sink: &mut dyn RowSink) -> Result<Counts> {
        self.flush(sink)?;
        let (repeats, each) = std::mem::take(&mut self.keys).finish();
        if repeats > 0 {
            let value = (each > 1).then(|| format!("estimated from one key of {each}"));
            self.findings.add(finding::REPEATED_KEY, None, value.as_deref(), repeats, None);
        }
        if self.counts.filtered > 0 {
            let table = Some(self.table.name());
            self.findings.add(finding::FILTERED_ROW, None, table, self.counts.filtered, None);
        }
        for (kind, column, value, count, place) in self.findings.iter() {
            sink.find(kind, column, value, count, place);
        }
        Ok(self.counts)
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Rows without a value, for each column.
    #[must_use]
    pub fn nulls(&self) -> &[u64] {
        &self.nulls
    }

    /// Counts an observation that is about a file rather than a cell.
    pub fn note(&mut self, kind: &'static finding::Kind, column: Option<&'static str>, value: Option<&str>, line: u64) {
        self.findings.add(kind, column, value, 1, Some((self.entry, line)));
    }

    fn flush(&mut self, sink: &mut dyn RowSink) -> Result<()> {
        if self.pending == 0 {
            return Ok(());
        }
        self.pending = 0;
        let columns: Vec<ArrayRef> = self.builders.iter_mut().map(Builder::finish).collect();
        sink.push(self.table, columns)
    }

    fn clear(&mut self) {
        self.row.fill(Value::Null);
        self.unparsed.clear();
        self.extra.clear();
        self.refused = None;
    }

    /// Fills the columns of provenance.
    fn place(&mut self, line: u64) {
        let at = self.provenance;
        self.row[at.file] = Value::Text(self.file.clone());
        self.row[at.entry] = self.inner.clone().map_or(Value::Null, Value::Text);
        self.row[at.line] = Value::Integer(i64::try_from(line).unwrap_or(i64::MAX));
        if !self.unparsed.is_empty() {
            self.row[at.unparsed] = serde_json::to_string(&self.unparsed).map_or(Value::Null, Value::Text);
            self.unparsed.clear();
        }
        if !self.extra.is_empty() {
            self.row[at.extra] = serde_json::to_string(&self.extra).map_or(Value::Null, Value::Text);
            self.extra.clear();
        }
    }

    /// Hash of the key; `None` where the row has no value in it but the first, which all rows may share.
    fn hash(&self) -> Option<u64> {
        if self.key.iter().skip(1).all(|&i| self.row[i] == Value::Null) {
            return None;
        }
        let mut hasher = Xxh3::new();
        for &i in &self.key {
            self.row[i].hash(&mut hasher);
        }
        Some(hasher.digest())
    }

    fn find(&mut self, kind: &'static finding::Kind, about: &'static Column, text: &str, line: u64) {
        let value = if about.personal { None } else { Some(shown(text)) };
        self.findings.add(kind, Some(about.name), value.as_deref(), 1, Some((self.entry, line)));
    }

    fn odd(&mut self, about: &'static Column, oddity: Oddity, line: u64) {
        let kind = match oddity {
            Oddity::TimeInDate => finding::DATE_WITH_TIME,
            Oddity::DateAlone => finding::DAY_ALONE,
            Oddity::Skipped => finding::SKIPPED_TIME,
            Oddity::Twice => finding::REPEATED_TIME,
        };
        self.findings.add(kind, Some(about.name), None, 1, Some((self.entry, line)));
    }

    /// Where a row stands, for messages.
    fn site(&self) -> String {
        match &self.inner {
            Some(inner) => format!("{} > {inner}", self.file),
            None => self.file.clone(),
        }
    }

    fn no_zone(&self, about: &'static Column, text: &str, line: u64) -> Error {
        Error::Invalid {
            place: format!("{}, line {line}, column {}", self.site(), about.name),
            message: format!("{} is a local time, and nothing says of which time zone", shown(text)),
            hint: format!(
                "write time_zone = \"Europe/Berlin\" (or the zone that the platform writes in; \"UTC\" for universal \
                 time) below [mapping], or for this column: {} = {{ column = \"…\", time_zone = \"…\" }}",
                about.name
            ),
        }
    }
}

/// The finding for a text that a type cannot hold.
fn bad(kind: Kind) -> &'static finding::Kind {
    match kind {
        Kind::Bool => finding::BAD_TRUTH,
        Kind::Date => finding::BAD_DATE,
        Kind::Timestamp => finding::BAD_INSTANT,
        Kind::CodeList => finding::BAD_LIST,
        Kind::Integer | Kind::Number => finding::BAD_NUMBER,
        // Any text is one.
        Kind::Text | Kind::Code => finding::UNKNOWN_CODE,
    }
}

#[cfg(test)]
mod tests;
