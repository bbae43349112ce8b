//! The register of a dataset: which exports its rows come from, and what was observed while loading them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::finding::Finding;
use crate::sources::checksum::Checksum;
use crate::sources::export::Piece;
use crate::time;

/// Version of the register's form.
const FORMAT: u32 = 1;

/// Name of the register in the folder of the dataset.
pub const FILE: &str = "exports.json";

/// What makes two files the same export, whatever their bytes: a day is published again under the same one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// `global`, or the slug of a platform, or what stands in its place where no name says it.
    pub scope: String,
    /// The day of most of its statements, `YYYY-MM-DD`.
    pub day: String,
    /// Part of a day, for single CSV files of one; empty for the whole.
    pub part: String,
    /// `full` or `light`.
    pub version: String,
    /// Header era, `v1` or `v2`.
    pub schema: String,
    /// Whether a name in the form of published files says so. Files of other names that share an identity
    /// may be anything: they never take each other's place for it.
    pub declared: bool,
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.scope, self.day, self.version)?;
        if !self.part.is_empty() {
            write!(f, " part {}", self.part)?;
        }
        write!(f, " ({})", self.schema)
    }
}

/// Statements of one platform on one day in an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellRecord {
    /// Day of submission, `YYYY-MM-DD`, or `unknown-day`.
    pub day: String,
    /// Canonical platform.
    pub platform: String,
    /// How many.
    pub rows: u64,
    /// Which, as a sum of hashes of their identifiers, in hexadecimal.
    pub fingerprint: String,
}

/// One loaded export.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Export {
    /// Name of the file.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// The comparison with its published SHA-1.
    pub checksum: Checksum,
    /// What it is.
    pub identity: Identity,
    /// Official columns in its header.
    pub richness: usize,
    /// Records in it.
    pub rows_in: u64,
    /// Records loaded.
    pub rows: u64,
    /// Records kept aside.
    pub rejected: u64,
    /// Loaded records that bear the mark of simulated data.
    pub simulated: u64,
    /// Which statements it holds.
    pub cells: Vec<CellRecord>,
    /// Empty cells per column.
    pub nulls: BTreeMap<String, u64>,
    /// Its Parquet files, relative to the folder of the table.
    pub files: Vec<PathBuf>,
    /// Its rejected records, relative to the dataset.
    pub rejected_file: Option<PathBuf>,
    /// What was observed.
    pub findings: Vec<Finding>,
}

/// An export that was read but not kept, since its statements are in another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetAside {
    /// Name of the file.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
    /// The export that holds its statements.
    pub held_by: String,
    /// SHA-256 of that one.
    pub held_by_sha256: String,
    /// Its records.
    pub rows: u64,
}

/// Rows of one table from one export of other tables than statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The table.
    pub table: String,
    /// Columns that the export can fill.
    pub columns: Vec<String>,
    /// Rows loaded.
    pub rows: u64,
    /// Empty cells per column that the export can fill.
    pub nulls: BTreeMap<String, u64>,
    /// Its Parquet files, relative to the folder of the table.
    pub files: Vec<PathBuf>,
    /// What the rows are, where other files may hold them too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub piece: Option<Piece>,
}

/// One loaded export of other tables than statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableExport {
    /// Name of the file.
    pub name: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Id of the source that read it.
    pub source: String,
    /// What it is, whatever its bytes.
    pub identity: String,
    /// How it was read: name and digest of the mapping.
    pub reading: String,
    /// Instant (microseconds since 1970, UTC) from which what happened is in it.
    pub observed_from: Option<i64>,
    /// Instant at which observation ends.
    pub observed_until: Option<i64>,
    /// Whether its rows are simulated.
    pub simulated: bool,
    /// Records loaded, over all tables.
    pub rows: u64,
    /// Records kept aside.
    pub rejected: u64,
    /// Rows by platform, where a table has one.
    pub platforms: BTreeMap<String, u64>,
    /// Its rows, by table.
    pub parts: Vec<Part>,
    /// Its rejected records, relative to the dataset.
    pub rejected_file: Option<PathBuf>,
    /// What was observed.
    pub findings: Vec<Finding>,
}

/// What a dataset was loaded from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Version of this form.
    pub format: u32,
    /// The table.
    pub table: String,
    /// Columns kept, in order; all files have the same.
    pub columns: Vec<String>,
    /// Digest of the platform names that were used; all files have the same.
    pub aliases: String,
    /// The exports, by identity.
    pub exports: Vec<Export>,
    /// Exports whose statements are in others.
    pub set_aside: Vec<SetAside>,
    /// Exports of other tables, by identity.
    #[serde(default)]
    pub table_exports: Vec<TableExport>,
}

impl Register {
    /// An empty register of a table.
    #[must_use]
    pub fn new(table: &str, columns: Vec<String>, aliases: String) -> Self {
        Self {
            format: FORMAT,
            table: table.to_owned(),
            columns,
            aliases,
            exports: Vec::new(),
            set_aside: Vec::new(),
            table_exports: Vec::new(),
        }
    }

    /// Reads the register of a dataset; `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Invalid`] where it has another form.
    pub fn read(folder: &Path) -> Result<Option<Self>> {
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(Error::io("read", &path, e)),
        };
        let invalid = |message: String| Error::Invalid {
            place: path.display().to_string(),
            message,
            hint: "load the exports again into a new folder".into(),
        };
        let register: Self = serde_json::from_str(&text).map_err(|e| invalid(format!("this is no register: {e}")))?;
        if register.format != FORMAT {
            return Err(invalid(format!("the register has form {}, this version reads {FORMAT}", register.format)));
        }
        Ok(Some(register))
    }

    /// Writes the register, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&mut self, folder: &Path) -> Result<()> {
        self.exports.sort_by(|a, b| (&a.identity, &a.sha256).cmp(&(&b.identity, &b.sha256)));
        self.table_exports.sort_by(|a, b| (&a.identity, &a.sha256).cmp(&(&b.identity, &b.sha256)));
        self.set_aside.sort_by(|a, b| (&a.name, &a.sha256).cmp(&(&b.name, &b.sha256)));
        let text = serde_json::to_string_pretty(self).map_err(|e| Error::engine("cannot write the register", e))?;
        super::write_whole(&folder.join(FILE), text.as_bytes())
    }

    /// Statements in the dataset.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.exports.iter().map(|e| e.rows).sum()
    }

    /// Whether any row is simulated.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.exports.iter().any(|e| e.simulated > 0) || self.table_exports.iter().any(|e| e.simulated)
    }

    /// The parts of a table.
    pub fn parts<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Part> {
        self.table_exports.iter().flat_map(|e| &e.parts).filter(move |p| p.table == table)
    }

    /// Rows of a table.
    #[must_use]
    pub fn rows_of(&self, table: &str) -> u64 {
        if table == self.table { self.rows() } else { self.parts(table).map(|p| p.rows).sum() }
    }

    /// Names of the tables that have rows, in the order of the help.
    #[must_use]
    pub fn tables(&self) -> Vec<&'static str> {
        crate::tables::TABLES.iter().map(|t| t.name()).filter(|t| self.rows_of(t) > 0).collect()
    }

    /// When observation begins, and when it ends, in microseconds: what all exports of other tables that say so
    /// cover. `None` where none does.
    #[must_use]
    pub fn observed(&self) -> (Option<i64>, Option<i64>) {
        let from = self.table_exports.iter().filter_map(|e| e.observed_from).max();
        (from, self.table_exports.iter().filter_map(|e| e.observed_until).min())
    }

    /// Statements per day and platform, over all exports; `None` stands for rows without a date.
    #[must_use]
    pub fn cells(&self) -> BTreeMap<(Option<i32>, String), u64> {
        let mut cells = BTreeMap::new();
        for cell in self.exports.iter().flat_map(|e| &e.cells) {
            *cells.entry((time::parse_iso(&cell.day), cell.platform.clone())).or_default() += cell.rows;
        }
        cells
    }

    /// Identity of the data: a hash of the hashes of its exports and of the columns kept.
    #[must_use]
    pub fn input_id(&self) -> String {
        use sha2::{Digest, Sha256};
        let mut hashes: Vec<&str> = self.exports.iter().map(|e| e.sha256.as_str()).collect();
        let mut digest = Sha256::new();
        let mut readings: Vec<&str> = Vec::new();
        for export in &self.table_exports {
            hashes.push(&export.sha256);
            readings.push(&export.reading);
        }
        hashes.sort_unstable();
        readings.sort_unstable();
        let reading =
            readings.into_iter().chain(self.columns.iter().map(String::as_str)).chain([self.aliases.as_str()]);
        for part in hashes.into_iter().chain(reading) {
            digest.update(part.as_bytes());
            digest.update(b"\n");
        }
        crate::sources::checksum::hex(&digest.finalize())[..16].to_owned()
    }
}
