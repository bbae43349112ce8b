//! Rows as files: text in the dialect of their sheet, or Parquet.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression as Codec, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::clock::{put_local, put_utc};
use super::plan::Format;
use super::sheet::{Field, Form, Rows, Sheet, Style};
use crate::error::{Error, Result};
use crate::simulate::zip::Partial;
use crate::time::iso;

/// Rows that are gathered before they are written.
const GATHERED: usize = 32_768;

/// A file of a sheet that is being written. Nothing half-written stays under its final name.
pub(super) struct Output {
    rows: Rows,
    sink: Sink,
    partial: Partial,
    path: PathBuf,
    /// Rows that were written.
    written: u64,
}

enum Sink {
    Plain(BufWriter<File>),
    Gzip(Box<GzEncoder<BufWriter<File>>>),
    Parquet(Box<ArrowWriter<File>>),
}

/// Name of a file of a sheet; `part` is the number of the part, from 1.
pub(super) fn name(sheet: &Sheet, format: Format, part: Option<usize>) -> String {
    let ending = match (format, sheet.style) {
        (Format::Parquet, _) => "parquet",
        (_, Style::Jsonl { gzip: true }) => "jsonl.gz",
        (_, Style::Jsonl { .. }) => "jsonl",
        (_, Style::Csv { gzip: true, .. }) => "csv.gz",
        (_, Style::Csv { .. }) => "csv",
    };
    match part {
        Some(part) => format!("{}-{part:04}.{ending}", sheet.stem),
        None => format!("{}.{ending}", sheet.stem),
    }
}

impl Output {
    /// Begins a file.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn create(folder: &Path, sheet: &'static Sheet, format: Format, part: Option<usize>) -> Result<Self> {
        let path = folder.join(name(sheet, format, part));
        let partial = Partial::of(&path);
        let file = File::create(partial.path()).map_err(|e| Error::io("create", partial.path(), e))?;
        let mut sink = match (format, sheet.style) {
            (Format::Parquet, _) => {
                let level = ZstdLevel::try_new(1).map_err(|e| Error::engine("cannot write Parquet", e))?;
                let properties = WriterProperties::builder()
                    .set_compression(Codec::ZSTD(level))
                    .set_created_by(concat!("systemic ", env!("CARGO_PKG_VERSION"), ", simulated data").to_owned())
                    .set_max_row_group_row_count(Some(131_072))
                    .build();
                let writer = ArrowWriter::try_new(file, Arc::new(sheet.schema()), Some(properties))
                    .map_err(|e| Error::engine("cannot write Parquet", e))?;
                Sink::Parquet(Box::new(writer))
            }
            (_, Style::Csv { gzip: true, .. } | Style::Jsonl { gzip: true }) => {
                Sink::Gzip(Box::new(GzEncoder::new(BufWriter::new(file), Compression::new(6))))
            }
            _ => Sink::Plain(BufWriter::new(file)),
        };
        if let (Format::Csv, Style::Csv { delimiter, .. }) = (format, sheet.style) {
            let mut header = String::new();
            for (i, field) in sheet.fields.iter().enumerate() {
                if i > 0 {
                    header.push(delimiter);
                }
                header.push_str(field.name);
            }
            header.push('\n');
            sink.text(header.as_bytes()).map_err(|e| Error::io("write", partial.path(), e))?;
        }
        Ok(Self { rows: Rows::new(sheet), sink, partial, path, written: 0 })
    }

    /// The rows that wait to be written.
    pub fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Writes the rows that wait, where they are many.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Engine`].
    pub fn settle(&mut self) -> Result<()> {
        if self.rows.count >= GATHERED { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        self.written += self.rows.count as u64;
        let batch = self.rows.take()?;
        if let Sink::Parquet(writer) = &mut self.sink {
            return writer.write(&batch).map_err(|e| Error::engine("cannot write Parquet", e));
        }
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            put_row(&mut text, self.rows.sheet, &batch, row);
        }
        self.sink.text(text.as_bytes()).map_err(|e| Error::io("write", self.partial.path(), e))
    }

    /// Writes what is left and gives the file its name; how many rows it has.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Engine`].
    pub fn finish(mut self) -> Result<(PathBuf, u64)> {
        self.write()?;
        let fail = |e| Error::io("write", self.partial.path(), e);
        match self.sink {
            Sink::Plain(mut file) => file.flush().map_err(fail)?,
            Sink::Gzip(file) => file.finish().and_then(|mut file| file.flush()).map_err(fail)?,
            Sink::Parquet(writer) => {
                writer.close().map_err(|e| Error::engine("cannot write Parquet", e))?;
            }
        }
        self.partial.keep(&self.path)?;
        Ok((self.path, self.written))
    }
}

impl Sink {
    fn text(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        match self {
            Self::Plain(file) => file.write_all(bytes),
            Self::Gzip(file) => file.write_all(bytes),
            Self::Parquet(_) => Ok(()),
        }
    }
}

fn put_row(out: &mut String, sheet: &Sheet, batch: &RecordBatch, row: usize) {
    match sheet.style {
        Style::Csv { delimiter, .. } => {
            let mut cell = String::new();
            for (i, (field, array)) in sheet.fields.iter().zip(batch.columns()).enumerate() {
                if i > 0 {
                    out.push(delimiter);
                }
                if array.is_valid(row) {
                    cell.clear();
                    put_cell(&mut cell, field, array.as_ref(), row);
                    put_quoted(out, &cell, delimiter);
                }
            }
        }
        Style::Jsonl { .. } => {
            out.push('{');
            let mut first = true;
            for (field, array) in sheet.fields.iter().zip(batch.columns()).filter(|(_, a)| a.is_valid(row)) {
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                put_json(out, field, array.as_ref(), row);
            }
            out.push('}');
        }
    }
    out.push('\n');
}

/// A member of a JSON object: absent where there is no value, numbers and booleans without quotes.
fn put_json(out: &mut String, field: &Field, array: &dyn Array, row: usize) {
    let _ = write!(out, "\"{}\":", field.name);
    match field.form {
        Form::Flag => out.push_str(if array.as_boolean().value(row) { "true" } else { "false" }),
        Form::Int | Form::Cents | Form::Permille | Form::Number => put_cell(out, field, array, row),
        Form::Text | Form::Local | Form::Utc | Form::Day => {
            let mut cell = String::new();
            put_cell(&mut cell, field, array, row);
            // A text is always valid as JSON.
            out.push_str(&serde_json::to_string(&cell).unwrap_or_default());
        }
    }
}

fn put_cell(out: &mut String, field: &Field, array: &dyn Array, row: usize) {
    let minute = || array.as_primitive::<TimestampMicrosecondType>().value(row).div_euclid(60_000_000);
    // Writing to a String cannot fail.
    let _ = match field.form {
        Form::Text => out.write_str(array.as_string::<i32>().value(row)),
        Form::Local => {
            put_local(out, minute());
            Ok(())
        }
        Form::Utc => {
            put_utc(out, minute());
            Ok(())
        }
        Form::Day => out.write_str(&iso(array.as_primitive::<Date32Type>().value(row))),
        Form::Int | Form::Cents | Form::Permille => write!(out, "{}", array.as_primitive::<Int64Type>().value(row)),
        Form::Number => write!(out, "{}", array.as_primitive::<Float64Type>().value(row)),
        Form::Flag => out.write_str(if array.as_boolean().value(row) { "J" } else { "N" }),
    };
}

/// A cell with quotes where it needs them (RFC 4180).
fn put_quoted(out: &mut String, cell: &str, delimiter: char) {
    if !cell.contains([delimiter, '"', '\n', '\r']) {
        out.push_str(cell);
        return;
    }
    out.push('"');
    out.push_str(&cell.replace('"', "\"\""));
    out.push('"');
}
