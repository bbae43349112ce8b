//! Records that could not be read, as Parquet: `file`, `entry`, `line`, `reason`, `bytes`.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use crate::error::{Error, Result};
use crate::sources::Rejected;

/// A file of rejected records; it comes into being with the first one.
pub struct Writer {
    path: PathBuf,
    file: String,
    entries: Vec<String>,
    open: Option<ArrowWriter<File>>,
}

/// Records turned into arrays at once.
const BATCH: usize = 8192;

fn fail(e: impl std::fmt::Display) -> Error {
    Error::engine("cannot write rejected records", e)
}

impl Writer {
    /// A file at `path` for the records of the export `file` with these inner files.
    #[must_use]
    pub fn new(path: PathBuf, file: String, entries: Vec<String>) -> Self {
        Self { path, file, entries, open: None }
    }

    /// Appends records.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Engine`].
    pub fn append(&mut self, rejected: &Rejected) -> Result<()> {
        let entry = self.entries.get(rejected.entry).cloned();
        let mut records = rejected.iter().peekable();
        while records.peek().is_some() {
            let some: Vec<(u64, &str, &[u8])> = records.by_ref().take(BATCH).collect();
            self.write(entry.as_deref(), &some)?;
        }
        Ok(())
    }

    fn write(&mut self, entry: Option<&str>, records: &[(u64, &str, &[u8])]) -> Result<()> {
        let columns: [(&str, ArrayRef); 5] = [
            ("file", Arc::new(StringArray::from_iter_values(records.iter().map(|_| &self.file)))),
            ("entry", Arc::new(records.iter().map(|_| entry).collect::<StringArray>())),
            ("line", Arc::new(Int64Array::from_iter_values(records.iter().map(|r| r.0.cast_signed())))),
            ("reason", Arc::new(StringArray::from_iter_values(records.iter().map(|r| r.1)))),
            ("bytes", Arc::new(BinaryArray::from_iter_values(records.iter().map(|r| r.2)))),
        ];
        let nullable = columns.map(|(name, array)| (name, array, true));
        let batch = RecordBatch::try_from_iter_with_nullable(nullable).map_err(fail)?;
        if self.open.is_none() {
            let zstd = ZstdLevel::try_new(3).map_err(fail)?;
            let properties = WriterProperties::builder().set_compression(Compression::ZSTD(zstd)).build();
            if let Some(folder) = self.path.parent() {
                std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
            }
            let file = File::create(&self.path).map_err(|e| Error::io("create", &self.path, e))?;
            self.open = Some(ArrowWriter::try_new(file, batch.schema(), Some(properties)).map_err(fail)?);
        }
        self.open.as_mut().map_or(Ok(()), |writer| writer.write(&batch).map_err(fail))
    }

    /// Closes the file; gives its path if there were records.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn finish(self) -> Result<Option<PathBuf>> {
        let Some(writer) = self.open else { return Ok(None) };
        writer.close().map_err(fail)?;
        Ok(Some(self.path))
    }
}

/// Name of the file of rejected records of an export.
#[must_use]
pub fn file_name(stem: &str) -> PathBuf {
    Path::new("rejected").join(format!("{stem}.parquet"))
}
