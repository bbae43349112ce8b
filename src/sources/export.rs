//! Exports of other tables than statements, as their readers give them.

use std::collections::BTreeMap;
use std::fmt;

use arrow::array::ArrayRef;
use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::finding::Kind;
use crate::tables::Table;

/// What an export of tables is, told before its rows are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Id of the source that reads it.
    pub source: &'static str,
    /// What it is, whatever its bytes: a file of the same identity takes the place of an older one.
    pub identity: String,
    /// How it is read, where that is not fixed: name and digest of the mapping. A file that was loaded under another
    /// reading is loaded again.
    pub reading: String,
    /// Instant (microseconds since 1970, UTC) from which what happened is in the export.
    pub observed_from: Option<i64>,
    /// Instant at which observation ends: what had not happened by then is censored.
    pub observed_until: Option<i64>,
    /// Whether its rows are simulated.
    pub simulated: bool,
    /// Tables that it gives rows of, each with the columns that it can fill.
    pub tables: BTreeMap<&'static str, Vec<&'static str>>,
    /// Pieces that other files may hold too; empty where the export is one whole.
    pub pieces: Vec<Piece>,
}

/// A piece of an export that other files may hold too: its rows count once, whichever files hold them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// What it is, whatever file it is in.
    pub identity: String,
    /// The platform that all its rows are about, where there is one.
    pub platform: Option<String>,
    /// Day since 1970-01-01 on which its edition was published, where that is said.
    pub edition: Option<i32>,
    /// Digest of what it says: equal for files that say the same in other forms.
    pub digest: String,
    /// Its rows.
    pub rows: u64,
}

/// An export that was opened and recognised.
pub trait TableExport: fmt::Debug + Send {
    /// What it is.
    fn description(&self) -> &Description;

    /// Names of its inner files; one, its own name, where it is no archive.
    fn entries(&self) -> &[String];

    /// Reads all rows.
    ///
    /// # Errors
    /// Those of the file and its archive, and those of the sink. Broken rows are none: they are kept aside.
    fn read(&self, sink: &mut dyn RowSink) -> Result<()>;
}

/// Takes the rows of an export.
pub trait RowSink {
    /// What follows is of this piece, by its place in [`Description::pieces`].
    fn piece(&mut self, _: usize) -> Result<()> {
        Ok(())
    }

    /// Some rows of a table: an array for each of its columns, in their order.
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()>;

    /// A record that is kept aside: index of the inner file, line on which it begins, why, and its bytes.
    fn reject(&mut self, entry: usize, line: u64, reason: &str, bytes: &[u8]) -> Result<()>;

    /// An observation, as [`crate::finding::Findings::add`] takes it.
    fn find(
        &mut self,
        kind: &'static Kind,
        column: Option<&'static str>,
        value: Option<&str>,
        count: u64,
        place: Option<(usize, u64)>,
    );
}
