//! A dataset: a folder of loaded tables that counts every statement once.
//!
//! ```text
//! data/
//!   statements/2025-07-01/….parquet   the rows, by day of submission (UTC); rows of many days in no order
//!                                     are filed under mixed-days, rows without one under unknown-day
//!   rejected/….parquet                records that could not be read: file, entry, line, reason, bytes
//!   exports.json                      the register: which exports, what is in them, what was observed
//!   findings.csv                      the observations as a table
//! ```
//!
//! Every file of a table has the same columns in the same order, so that one expression reads them all:
//! `select * from 'data/statements/**/*.parquet'`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{DataFrame, IntoLazy, LazyFrame, PlRefPath, ScanArgsParquet};

use crate::error::{Error, Result};
use register::Register;

pub mod encode;
mod folder;
pub mod load;
pub mod open;
pub mod overlap;
pub mod pipeline;
pub mod register;
mod rejected;
pub mod scan;

/// Name of the record of a run, beside everything that is made.
pub const MANIFEST: &str = "manifest.json";

/// A folder of loaded tables.
///
/// ```no_run
/// use polars::prelude::*;
/// let lf = systemic::Dataset::open("data")?.statements()?;
/// let by_platform = lf.group_by([col("platform")]).agg([len()]).collect();
/// # Ok::<(), systemic::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Dataset {
    folder: PathBuf,
    register: Register,
    /// What was derived from all rows, and is needed again for other groups and periods.
    derived: Arc<Mutex<BTreeMap<String, DataFrame>>>,
}

impl Dataset {
    /// Opens a dataset.
    ///
    /// # Errors
    /// [`Error::Usage`] where the folder is no dataset, [`Error::Io`], [`Error::Invalid`].
    pub fn open(folder: impl AsRef<Path>) -> Result<Self> {
        let folder = folder.as_ref();
        if !folder.exists() {
            return Err(Error::NotFound {
                what: folder.display().to_string(),
                nearest: crate::sources::find::nearest(folder),
            });
        }
        if let Some(register) = Register::read(folder)? {
            return Ok(Self::of(folder, register));
        }
        let inner = folder.join("data");
        let hint = if inner.join(register::FILE).is_file() {
            format!("the dataset is in {}", inner.display())
        } else {
            format!("`systemic load EXPORT… -o {}` makes one", folder.display())
        };
        Err(Error::usage(format!("{}: this is no dataset (it has no {})", folder.display(), register::FILE), hint))
    }

    fn of(folder: &Path, register: Register) -> Self {
        Self { folder: folder.to_owned(), register, derived: Arc::default() }
    }

    /// Whether a folder holds a dataset.
    #[must_use]
    pub fn is_dataset(folder: &Path) -> bool {
        folder.join(register::FILE).is_file()
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The register.
    #[must_use]
    pub fn register(&self) -> &Register {
        &self.register
    }

    /// Folder of the table `statements`.
    #[must_use]
    pub fn table_folder(&self) -> PathBuf {
        self.folder.join(&self.register.table)
    }

    /// Files of the table `statements`, in the order of [`Dataset::statements`].
    #[must_use]
    pub fn statement_files(&self) -> Vec<PathBuf> {
        let folder = self.table_folder();
        self.register.exports.iter().flat_map(|e| &e.files).map(|f| folder.join(f)).collect()
    }

    /// What `make` derives from the rows, made once for each name.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn remember(&self, name: &str, make: impl FnOnce() -> Result<DataFrame>) -> Result<DataFrame> {
        let mut derived = self.derived.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(frame) = derived.get(name) {
            return Ok(frame.clone());
        }
        let frame = make()?;
        derived.insert(name.to_owned(), frame.clone());
        Ok(frame)
    }

    /// The table `statements`, lazily. A dataset without rows gives a frame without rows.
    ///
    /// # Errors
    /// [`Error::Engine`] where Polars cannot open a file.
    pub fn statements(&self) -> Result<LazyFrame> {
        let folder = self.table_folder();
        let paths: Vec<PlRefPath> =
            self.statement_files().iter().map(|f| PlRefPath::new(f.to_string_lossy())).collect();
        if paths.is_empty() {
            return Ok(scan::empty(&self.register.columns).lazy());
        }
        LazyFrame::scan_parquet_files(paths.into(), ScanArgsParquet::default())
            .map_err(|e| Error::engine(format!("cannot open {}", folder.display()), e))
    }
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    std::fs::write(&partial, bytes).map_err(|e| Error::io("write", &partial, e))?;
    std::fs::rename(&partial, path).map_err(|e| Error::io("write", path, e))
}
