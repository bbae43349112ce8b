//! Rows of an export of tables, written as Parquet as they come.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::pipeline::Progress;
use super::register::Part;
use super::rejected;
use crate::error::{Error, Result};
use crate::finding::{Findings, Kind};
use crate::sources::Rejected;
use crate::sources::export::{Description, RowSink};
use crate::tables::{self, Table};

/// Rows after which a new file is begun: large enough for readers, small enough to be handled.
const FILE_ROWS: usize = 4_000_000;

fn fail(e: impl std::fmt::Display) -> Error {
    Error::engine("cannot write Parquet", e)
}

/// Writes the rows of one export below a folder: `<table>/<stem>-NNN.parquet`.
pub struct Sink<'a> {
    folder: &'a Path,
    stem: &'a str,
    progress: &'a Progress,
    rejected: rejected::Writer,
    /// Records kept aside.
    rejected_rows: u64,
    findings: Findings,
    platforms: BTreeMap<String, u64>,
    tables: BTreeMap<(&'static str, Option<usize>), OfTable>,
    /// Pieces that the dataset has already.
    skipped: BTreeSet<usize>,
    /// The piece that comes.
    piece: Option<usize>,
}

struct OfTable {
    table: &'static dyn Table,
    schema: SchemaRef,
    open: Option<ArrowWriter<BufWriter<File>>>,
    in_file: usize,
    files: Vec<PathBuf>,
    rows: u64,
    nulls: Vec<u64>,
}

/// What was written.
pub struct Written {
    /// Rows by table.
    pub parts: Vec<Part>,
    /// Records kept aside.
    pub rejected: u64,
    /// File of these, if there are any.
    pub rejected_file: Option<PathBuf>,
    /// Rows by platform.
    pub platforms: BTreeMap<String, u64>,
    /// What was observed.
    pub findings: Findings,
}

impl<'a> Sink<'a> {
    /// For an export of this name with these inner files; pieces that are `skipped` are not written.
    pub fn new(
        folder: &'a Path,
        stem: &'a str,
        (name, entries): (&str, &[String]),
        skipped: BTreeSet<usize>,
        progress: &'a Progress,
    ) -> Self {
        let rejected = rejected::Writer::new(folder.join(rejected::file_name(stem)), name.to_owned(), entries.to_vec());
        Self {
            folder,
            stem,
            progress,
            rejected,
            rejected_rows: 0,
            findings: Findings::default(),
            platforms: BTreeMap::new(),
            tables: BTreeMap::new(),
            skipped,
            piece: None,
        }
    }

    fn skips(&self) -> bool {
        self.piece.is_some_and(|p| self.skipped.contains(&p))
    }

    /// Closes all files.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn finish(self, description: &Description) -> Result<Written> {
        let mut parts = Vec::new();
        for ((name, piece), of_table) in self.tables {
            if let Some(writer) = of_table.open {
                writer.close().map_err(fail)?;
            }
            let filled = description.tables.get(name).cloned().unwrap_or_default();
            let nulls = of_table.table.columns().iter().zip(&of_table.nulls);
            parts.push(Part {
                table: name.to_owned(),
                nulls: nulls.filter(|(c, _)| filled.contains(&c.name)).map(|(c, n)| (c.name.to_owned(), *n)).collect(),
                columns: filled.iter().map(|c| (*c).to_owned()).collect(),
                rows: of_table.rows,
                files: of_table.files,
                piece: piece.and_then(|p| description.pieces.get(p).cloned()),
            });
        }
        let rejected_file = self.rejected.finish()?.is_some().then(|| rejected::file_name(self.stem));
        Ok(Written {
            parts,
            rejected: self.rejected_rows,
            rejected_file,
            platforms: self.platforms,
            findings: self.findings,
        })
    }

    fn count_platforms(&mut self, table: &dyn Table, columns: &[ArrayRef]) {
        let Some(at) = table.columns().iter().position(|c| c.name == "platform") else { return };
        let Some(names) = columns.get(at).and_then(|c| c.as_string_opt::<i32>()) else { return };
        for name in names.iter().flatten() {
            // An export has few platforms: the name is there already for nearly every row.
            match self.platforms.get_mut(name) {
                Some(n) => *n += 1,
                None => {
                    self.platforms.insert(name.to_owned(), 1);
                }
            }
        }
    }
}

impl OfTable {
    fn new(table: &'static dyn Table) -> Self {
        let columns = table.columns();
        Self {
            table,
            schema: Arc::new(tables::arrow_schema(columns)),
            open: None,
            in_file: 0,
            files: Vec::new(),
            rows: 0,
            nulls: vec![0; columns.len()],
        }
    }

    /// `before` files of the table are of other pieces.
    fn writer(&mut self, folder: &Path, stem: &str, before: usize) -> Result<&mut ArrowWriter<BufWriter<File>>> {
        if self.in_file >= FILE_ROWS
            && let Some(full) = self.open.take()
        {
            full.close().map_err(fail)?;
        }
        if self.open.is_none() {
            let name = PathBuf::from(format!("{stem}-{:03}.parquet", before + self.files.len()));
            let folder = folder.join(self.table.name());
            std::fs::create_dir_all(&folder).map_err(|e| Error::io("create", &folder, e))?;
            let path = folder.join(&name);
            let file = File::create(&path).map_err(|e| Error::io("create", &path, e))?;
            let properties = WriterProperties::builder()
                .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(fail)?))
                .set_created_by(concat!("systemic ", env!("CARGO_PKG_VERSION")).to_owned())
                .build();
            let writer = ArrowWriter::try_new(BufWriter::new(file), Arc::clone(&self.schema), Some(properties));
            self.open = Some(writer.map_err(fail)?);
            self.files.push(name);
            self.in_file = 0;
        }
        self.open.as_mut().ok_or_else(|| fail("no file is open"))
    }
}

impl RowSink for Sink<'_> {
    fn piece(&mut self, piece: usize) -> Result<()> {
        self.piece = Some(piece);
        // Pieces come one after the other: few files are open at once.
        for of_table in self.tables.values_mut() {
            if let Some(writer) = of_table.open.take() {
                writer.close().map_err(fail)?;
            }
        }
        Ok(())
    }

    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()> {
        if self.skips() {
            return Ok(());
        }
        self.count_platforms(table, &columns);
        let key = (table.name(), self.piece);
        let before =
            self.tables.iter().filter(|((t, p), _)| *t == key.0 && *p != key.1).map(|(_, o)| o.files.len()).sum();
        let of_table = self.tables.entry(key).or_insert_with(|| OfTable::new(table));
        for (sum, column) in of_table.nulls.iter_mut().zip(&columns) {
            *sum += column.null_count() as u64;
        }
        let batch = RecordBatch::try_new(Arc::clone(&of_table.schema), columns).map_err(fail)?;
        if batch.num_rows() == 0 {
            return Ok(());
        }
        of_table.writer(self.folder, self.stem, before)?.write(&batch).map_err(fail)?;
        of_table.in_file += batch.num_rows();
        of_table.rows += batch.num_rows() as u64;
        self.progress.rows.fetch_add(batch.num_rows() as u64, Ordering::Relaxed);
        Ok(())
    }

    fn reject(&mut self, entry: usize, line: u64, reason: &str, bytes: &[u8]) -> Result<()> {
        if self.skips() {
            return Ok(());
        }
        let mut one = Rejected::default();
        one.entry = entry;
        one.push(line, reason, bytes);
        self.rejected_rows += 1;
        self.rejected.append(&one)
    }

    fn find(
        &mut self,
        kind: &'static Kind,
        column: Option<&'static str>,
        value: Option<&str>,
        count: u64,
        place: Option<(usize, u64)>,
    ) {
        if !self.skips() {
            self.findings.add(kind, column, value, count, place);
        }
    }
}
