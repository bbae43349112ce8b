//! Rows of Parquet files: typed columns stay typed, others go through text.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, StringArray, StringBuilder};
use arrow::datatypes::{DataType, Schema};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::file::reader::ChunkReader;

use super::loader::Target;
use super::mapping::TableMapping;
use super::typed;
use crate::error::{ArchiveProblem, Error, Result};
use crate::sources::archive::{Entry, is_gzip, is_zip};
use crate::sources::export::RowSink;
use crate::sources::rows::BATCH;
use crate::sources::rows::arrays::Records;

/// A Parquet file inside an archive is held whole; larger ones are refused.
const MAX_INNER: usize = 1 << 30;

/// Whether bytes begin as Parquet.
#[must_use]
pub(super) fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// A Parquet file on disk, or the bytes of one inside an archive.
enum Source {
    File(File),
    Bytes(Bytes),
}

fn open(entry: &Entry, path: &Path) -> Result<Source> {
    let mut head = [0; 4];
    let mut file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    let got = std::io::Read::read(&mut file, &mut head).map_err(|e| Error::io("read", path, e))?;
    if !is_zip(&head[..got]) && !is_gzip(&head[..got]) {
        return Ok(Source::File(file));
    }
    let mut reader = entry.open()?;
    let mut bytes = Vec::new();
    let mut block = vec![0; 1 << 20];
    loop {
        let got = reader.fill(&mut block)?;
        bytes.extend_from_slice(&block[..got]);
        if got < block.len() {
            return Ok(Source::Bytes(bytes.into()));
        }
        if bytes.len() > MAX_INNER {
            return Err(Error::Archive { place: entry.place().to_owned(), problem: ArchiveProblem::TooDeep(0) });
        }
    }
}

fn damaged(entry: &Entry, e: impl std::fmt::Display) -> Error {
    let problem = ArchiveProblem::Corrupt(format!("Parquet: {e}"));
    Error::Archive { place: entry.place().to_owned(), problem }
}

/// The columns of a Parquet file; those in structures as dotted paths.
///
/// # Errors
/// [`Error::Archive`] for a file that is cut short or no Parquet.
pub(super) fn columns(entry: &Entry, path: &Path) -> Result<Vec<String>> {
    let meta = match open(entry, path)? {
        Source::File(file) => ArrowReaderMetadata::load(&file, ArrowReaderOptions::default()),
        Source::Bytes(bytes) => ArrowReaderMetadata::load(&bytes, ArrowReaderOptions::default()),
    };
    let meta = meta.map_err(|e| damaged(entry, e))?;
    Ok(names(meta.schema()))
}

fn names(schema: &Schema) -> Vec<String> {
    fn walk(prefix: &str, fields: &arrow::datatypes::Fields, out: &mut Vec<String>) {
        for field in fields {
            let name = if prefix.is_empty() { field.name().clone() } else { format!("{prefix}.{}", field.name()) };
            match field.data_type() {
                DataType::Struct(inner) => walk(&name, inner, out),
                _ => out.push(name),
            }
        }
    }
    let mut out = Vec::new();
    walk("", schema.fields(), &mut out);
    out
}

/// The array at a dotted path of a batch.
fn at(batch: &RecordBatch, path: &str) -> Option<ArrayRef> {
    if let Some(array) = batch.column_by_name(path) {
        return Some(Arc::clone(array));
    }
    let mut steps = path.split('.');
    let mut array = Arc::clone(batch.column_by_name(steps.next()?)?);
    for step in steps {
        array = Arc::clone(array.as_struct_opt()?.column_by_name(step)?);
    }
    Some(array)
}

/// Reads a Parquet file into its tables.
///
/// # Errors
/// Those of the file and of the sink.
pub(super) fn read(entry: &Entry, path: &Path, targets: &mut [&mut Target<'_>], sink: &mut dyn RowSink) -> Result<u64> {
    match open(entry, path)? {
        Source::File(file) => read_from(entry, file, targets, sink),
        Source::Bytes(bytes) => read_from(entry, bytes, targets, sink),
    }
}

fn read_from<R: ChunkReader + 'static>(
    entry: &Entry,
    source: R,
    targets: &mut [&mut Target<'_>],
    sink: &mut dyn RowSink,
) -> Result<u64> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(source).map_err(|e| damaged(entry, e))?;
    let all = names(builder.schema());
    let mapped: Vec<&str> = targets.iter().flat_map(|t| t.mapping.sources()).collect();
    let unmapped: Vec<String> = all.iter().filter(|n| !mapped.contains(&n.as_str())).cloned().collect();
    let kept = |name: &str| targets.iter().any(|t| !t.mapping.ignores(name));
    let roots: Vec<usize> = builder
        .schema()
        .fields()
        .iter()
        .enumerate()
        .filter(|(_, f)| {
            let below =
                |n: &&str| *n == f.name() || n.strip_prefix(f.name().as_str()).is_some_and(|r| r.starts_with('.'));
            mapped.iter().any(&below) || unmapped.iter().any(|n| below(&n.as_str()) && kept(n))
        })
        .map(|(i, _)| i)
        .collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let reader: ParquetRecordBatchReader =
        builder.with_projection(mask).with_batch_size(BATCH).build().map_err(|e| damaged(entry, e))?;
    let mut number = 1;
    for batch in reader {
        let batch = batch.map_err(|e| damaged(entry, e))?;
        for target in targets.iter_mut() {
            let records = make(&batch, target, &unmapped, number)?;
            let raw = |i: usize| row_text(&batch, i);
            target.rows.push(records, &raw, sink)?;
        }
        number += batch.num_rows() as u64;
    }
    Ok(number - 1)
}

/// The arrays of a table from a batch.
fn make(batch: &RecordBatch, target: &mut Target<'_>, unmapped: &[String], first: u64) -> Result<Records> {
    let mapping: &TableMapping = target.mapping;
    let rows = batch.num_rows();
    let mut records = Records { len: rows, first, ..Records::default() };
    records.arrays.resize(mapping.table.columns().len(), None);
    for column in &mapping.columns {
        let sources: Vec<Option<ArrayRef>> = column.sources().map(|name| at(batch, name)).collect();
        let array = typed::column(column, &sources, &mut records, &mut target.rows)?;
        records.arrays[column.index] = Some(array);
    }
    if !mapping.filter.is_empty() {
        let mut left_out = vec![false; rows];
        for condition in &mapping.filter {
            let texts = at(batch, &condition.column).map(|a| typed::texts(&a)).transpose()?;
            for (i, out) in left_out.iter_mut().enumerate() {
                let text = texts.as_ref().filter(|t| t.is_valid(i)).map(|t| t.value(i));
                *out |= !condition.holds(text);
            }
        }
        records.left_out = Some(BooleanArray::from(left_out));
    }
    let extra: Vec<(&String, StringArray)> = unmapped
        .iter()
        .filter(|n| !mapping.ignores(n))
        .filter_map(|n| Some((n, at(batch, n)?)))
        .map(|(n, array)| Ok((n, typed::texts(&array)?)))
        .collect::<Result<_>>()?;
    if !extra.is_empty() {
        let mut builder = StringBuilder::new();
        for i in 0..rows {
            let cells: serde_json::Map<String, serde_json::Value> = extra
                .iter()
                .filter(|(_, texts)| texts.is_valid(i) && !texts.value(i).is_empty())
                .map(|(name, texts)| ((*name).clone(), texts.value(i).into()))
                .collect();
            if cells.is_empty() {
                builder.append_null();
            } else {
                builder.append_option(serde_json::to_string(&cells).ok());
            }
        }
        records.extra = Some(Arc::new(builder.finish()));
    }
    Ok(records)
}

/// The first cells of a column as texts.
pub(super) struct Cells {
    pub name: String,
    pub cells: Vec<Option<String>>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.cells.len()
    }
}

/// The first records of a Parquet file, column by column.
///
/// # Errors
/// Those of the file.
pub(super) fn sample(entry: &Entry, path: &Path, rows: usize) -> Result<Vec<Cells>> {
    match open(entry, path)? {
        Source::File(file) => sample_from(entry, file, rows),
        Source::Bytes(bytes) => sample_from(entry, bytes, rows),
    }
}

fn sample_from<R: ChunkReader + 'static>(entry: &Entry, source: R, rows: usize) -> Result<Vec<Cells>> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(source).map_err(|e| damaged(entry, e))?;
    let all = names(builder.schema());
    let mut reader = builder.with_batch_size(rows).build().map_err(|e| damaged(entry, e))?;
    let Some(batch) = reader.next() else { return Ok(Vec::new()) };
    let batch = batch.map_err(|e| damaged(entry, e))?;
    let mut out = Vec::new();
    for name in all {
        if let Some(array) = at(&batch, &name) {
            let texts = typed::texts(&array)?;
            out.push(Cells { name, cells: texts.iter().map(|t| t.map(str::to_owned)).collect() });
        }
    }
    Ok(out)
}

/// A row as JSON text, for records that are kept aside.
fn row_text(batch: &RecordBatch, i: usize) -> String {
    let cells: serde_json::Map<String, serde_json::Value> = batch
        .schema()
        .fields()
        .iter()
        .zip(batch.columns())
        .filter(|(_, array)| array.is_valid(i))
        .filter_map(|(field, array)| {
            let text = typed::texts(&array.slice(i, 1)).ok()?;
            Some((field.name().clone(), text.value(0).into()))
        })
        .collect();
    serde_json::Value::Object(cells).to_string()
}
