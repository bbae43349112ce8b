//! A dataset: a folder of loaded tables that counts every row once.
//!
//! ```text
//! data/
//!   statements/2025-07-01/….parquet   the rows, by day of submission (UTC); rows of many days in no order
//!                                     are filed under mixed-days, rows without one under unknown-day
//!   listings/….parquet, …             the rows of other tables
//!   derived/….parquet                 what was derived from them and is read many times, such as spells
//!   rejected/….parquet                records that could not be read: file, entry, line, reason, bytes
//!   exports.json                      the register: which exports, what is in them, what was observed
//!   findings.csv                      the observations as a table
//! ```
//!
//! Every file of a table has the same columns in the same order, so that one expression reads them all:
//! `select * from 'data/statements/**/*.parquet'`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use polars::prelude::{IntoLazy, LazyFrame, PlRefPath, ScanArgsParquet};

use crate::error::{Error, Result};
use crate::tables::{self, Table, statements::Statements};
use crate::views::Options;
use register::Register;

pub mod encode;
mod folder;
pub mod load;
pub mod open;
pub mod overlap;
mod pieces;
pub mod pipeline;
pub mod register;
mod rejected;
pub mod reports;
pub mod scan;
mod table_rows;
mod tables_in;

/// Folder of the views that are kept as files.
pub const DERIVED: &str = "derived";

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
#[derive(Clone)]
pub struct Dataset {
    folder: PathBuf,
    register: Register,
    /// How views are made.
    options: Options,
    /// What was derived from all rows, and is needed again for other groups and periods.
    derived: Arc<Mutex<BTreeMap<String, LazyFrame>>>,
}

impl std::fmt::Debug for Dataset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dataset").field("folder", &self.folder).finish_non_exhaustive()
    }
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
        let (observed_from, observed_until) = register.observed();
        let options = Options { observed_from, observed_until, ..Options::default() };
        Self { folder: folder.to_owned(), register, options, derived: Arc::default() }
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

    /// How views are made.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The dataset, with its views made otherwise.
    #[must_use]
    pub fn with_options(self, change: impl FnOnce(&mut Options)) -> Self {
        let mut options = self.options;
        change(&mut options);
        Self { options, derived: Arc::default(), ..self }
    }

    /// What `make` derives from the rows, made once for each name.
    ///
    /// # Errors
    /// Those of `make`.
    pub fn remember(&self, name: &str, make: impl FnOnce() -> Result<LazyFrame>) -> Result<LazyFrame> {
        let known = |name: &str| self.derived.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned();
        if let Some(frame) = known(name) {
            return Ok(frame);
        }
        // Not locked meanwhile: a view may be made of views.
        let frame = make()?;
        self.derived.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), frame.clone());
        Ok(frame)
    }

    /// What stands for a table or a kept view of a dataset in this folder after FROM, in SQL.
    #[must_use]
    pub fn sql_source(folder: &Path, name: &str) -> String {
        let folder = folder.display().to_string().replace('\'', "''");
        match tables::table(name) {
            Some(_) => format!("'{folder}/{name}/**/*.parquet'"),
            None => format!("'{folder}/{DERIVED}/{name}.parquet'"),
        }
    }

    /// File of a view that is kept.
    #[must_use]
    pub fn view_file(&self, name: &str) -> PathBuf {
        self.folder.join(DERIVED).join(format!("{name}.parquet"))
    }

    /// Files of a table, in the order of its frame.
    #[must_use]
    pub fn table_files(&self, name: &str) -> Vec<PathBuf> {
        if name == Statements.name() {
            return self.statement_files();
        }
        let folder = self.folder.join(name);
        self.register.parts(name).flat_map(|p| &p.files).map(|f| folder.join(f)).collect()
    }

    /// Columns of a table that some export fills; empty where no row of it is loaded.
    #[must_use]
    pub fn filled_columns(&self, name: &str) -> BTreeSet<String> {
        if name == Statements.name() {
            let loaded = !self.register.exports.is_empty();
            return self.register.columns.iter().filter(|_| loaded).cloned().collect();
        }
        let own = tables::table(name).into_iter().flat_map(Table::columns);
        let set = own.filter(|c| c.origin == tables::Origin::Provenance).map(|c| c.name.to_owned());
        let mut filled: BTreeSet<String> =
            self.register.parts(name).filter(|p| p.rows > 0).flat_map(|p| p.columns.iter().cloned()).collect();
        if !filled.is_empty() {
            filled.extend(set);
        }
        filled
    }

    /// A table, lazily. Without rows it is a frame without rows.
    ///
    /// # Errors
    /// [`Error::Unknown`] where there is no such table, [`Error::Engine`] where Polars cannot open a file.
    pub fn table(&self, name: &str) -> Result<LazyFrame> {
        if name == Statements.name() {
            return self.statements();
        }
        let table = tables::table(name).ok_or_else(|| Error::Unknown {
            kind: "table",
            name: name.to_owned(),
            known: tables::TABLES.iter().map(|t| t.name().to_owned()).collect(),
        })?;
        scan_files(&self.table_files(name), || scan::empty_of(table))
    }

    /// The table `statements`, lazily. A dataset without rows gives a frame without rows.
    ///
    /// # Errors
    /// [`Error::Engine`] where Polars cannot open a file.
    pub fn statements(&self) -> Result<LazyFrame> {
        scan_files(&self.statement_files(), || scan::empty(&self.register.columns))
    }
}

fn scan_files(files: &[PathBuf], empty: impl FnOnce() -> polars::prelude::DataFrame) -> Result<LazyFrame> {
    let Some(first) = files.first() else { return Ok(empty().lazy()) };
    let paths: Vec<PlRefPath> = files.iter().map(|f| PlRefPath::new(f.to_string_lossy())).collect();
    LazyFrame::scan_parquet_files(paths.into(), ScanArgsParquet::default())
        .map_err(|e| Error::engine(format!("cannot open {}", first.display()), e))
}

/// Writes a file whole or not at all.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut partial = path.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    std::fs::write(&partial, bytes).map_err(|e| Error::io("write", &partial, e))?;
    std::fs::rename(&partial, path).map_err(|e| Error::io("write", path, e))
}
