//! Transparency reports of a dataset, read back as values.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::Dataset;
use crate::error::{Error, Result};
use crate::tables::{Table, report_texts::ReportTexts, report_values::ReportValues};
use crate::transparency::numbers::State;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template;
use crate::transparency::values::{ReportText, ReportValue};

/// The reports of a dataset.
#[derive(Debug, Default)]
pub struct Reports {
    /// Figures; their `entry` is a place in `files`.
    pub values: Vec<ReportValue>,
    /// Texts, likewise.
    pub texts: Vec<ReportText>,
    /// Files, with the inner file or sheet where there is one.
    pub files: Vec<String>,
}

impl Reports {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.texts.is_empty()
    }

    fn file(&mut self, row: &Row) -> usize {
        let mut name = row.text("source_file").unwrap_or_default();
        if let Some(entry) = row.text("source_entry") {
            name = format!("{name}/{entry}");
        }
        // Rows of one file stand together.
        if let Some(at) = self.files.iter().rposition(|f| *f == name) {
            return at;
        }
        self.files.push(name);
        self.files.len() - 1
    }
}

impl Dataset {
    /// The transparency reports that were loaded.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Engine`] where a file cannot be read.
    pub fn reports(&self) -> Result<Reports> {
        let mut all = Reports::default();
        for path in self.table_files(ReportValues.name()) {
            for batch in batches(&path)? {
                for at in 0..batch.num_rows() {
                    let row = Row { batch: &batch, at };
                    let entry = all.file(&row);
                    all.values.extend(value(&row, entry));
                }
            }
        }
        for path in self.table_files(ReportTexts.name()) {
            for batch in batches(&path)? {
                for at in 0..batch.num_rows() {
                    let row = Row { batch: &batch, at };
                    let entry = all.file(&row);
                    all.texts.extend(text(&row, entry));
                }
            }
        }
        Ok(all)
    }
}

fn batches(path: &Path) -> Result<Vec<RecordBatch>> {
    let fail = |e: &dyn std::fmt::Display| Error::engine(format!("cannot read {}", path.display()), e);
    let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).and_then(|b| b.build()).map_err(|e| fail(&e))?;
    reader.collect::<std::result::Result<Vec<_>, _>>().map_err(|e| fail(&e))
}

/// A row of a table; columns of another type than the codebook's read as null.
struct Row<'a> {
    batch: &'a RecordBatch,
    at: usize,
}

impl Row<'_> {
    fn text(&self, name: &str) -> Option<String> {
        let array = self.batch.column_by_name(name)?.as_string_opt::<i32>()?;
        array.is_valid(self.at).then(|| array.value(self.at).to_owned())
    }

    fn day(&self, name: &str) -> Option<i32> {
        let array = self.batch.column_by_name(name)?.as_primitive_opt::<Date32Type>()?;
        array.is_valid(self.at).then(|| array.value(self.at))
    }

    fn integer(&self, name: &str) -> Option<i64> {
        let array = self.batch.column_by_name(name)?.as_primitive_opt::<Int64Type>()?;
        array.is_valid(self.at).then(|| array.value(self.at))
    }

    fn number(&self, name: &str) -> Option<f64> {
        let array = self.batch.column_by_name(name)?.as_primitive_opt::<Float64Type>()?;
        array.is_valid(self.at).then(|| array.value(self.at))
    }

    fn part(&self) -> Option<u8> {
        self.integer("part").and_then(|p| u8::try_from(p).ok())
    }

    fn line(&self) -> u64 {
        self.integer("source_line").and_then(|l| u64::try_from(l).ok()).unwrap_or_default()
    }

    fn code(&self) -> Option<&'static str> {
        self.text("indicator_code").and_then(|c| template::indicator(&c)).map(|i| i.code)
    }
}

fn value(row: &Row, entry: usize) -> Option<ReportValue> {
    Some(ReportValue {
        platform: row.text("platform")?,
        provider: row.text("provider"),
        period_start: row.day("period_start"),
        period_end: row.day("period_end"),
        published_at: row.day("published_at"),
        part: row.part()?,
        section: row.text("section"),
        indicator_code: row.code(),
        scope: row.text("scope")?,
        scope_kind: row.text("scope_kind").and_then(|k| ScopeKind::of(&k))?,
        country: row.text("country"),
        category: row.text("category"),
        sub_category: row.text("sub_category"),
        description: row.text("description"),
        surface: row.text("surface"),
        occurrence: row.integer("occurrence").unwrap_or(1),
        value: row.number("value"),
        state: row.text("state").and_then(|s| State::of(&s))?,
        raw: row.text("raw"),
        context: row.text("context"),
        applicability: row.text("applicability"),
        entry,
        line: row.line(),
        unparsed: row.text("unparsed"),
        extra: row.text("extra"),
    })
}

fn text(row: &Row, entry: usize) -> Option<ReportText> {
    Some(ReportText {
        platform: row.text("platform"),
        provider: row.text("provider"),
        period_start: row.day("period_start"),
        period_end: row.day("period_end"),
        published_at: row.day("published_at"),
        part: row.part()?,
        indicator_code: row.code(),
        category: row.text("category"),
        sub_category: row.text("sub_category"),
        label: row.text("label"),
        text: row.text("text"),
        context: row.text("context"),
        applicability: row.text("applicability"),
        entry,
        line: row.line(),
        unparsed: row.text("unparsed"),
        extra: row.text("extra"),
    })
}
