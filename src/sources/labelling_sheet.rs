//! Labelling sheets that come back from coders: CSV and workbooks, recognised by their header.
//!
//! A sheet is put together with its key again (`<name>-key.csv` beside it; for a sheet of one coder, the key of all).
//! What the draw decided is taken from the key, so that what a spreadsheet or a person did to identifiers and weights
//! is found and does no harm; labels, tactics and remarks are taken from the sheet. Without the key the sheet is taken
//! as it stands.
//!
//! Forgiven: commas, semicolons and tabs, byte-order marks, ISO-8859-1 in place of UTF-8, columns and rows in another
//! order, other pseudonyms of coders, case and blanks of labels. A row without a coder holds the label that was agreed
//! on.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::checksum;
use super::export::{Description, RowSink, TableExport};
use super::{Recognition, Source};
use crate::error::Result;
use crate::tables::audit_labels::AuditLabels;
use crate::tables::{Origin, Table};

mod arrays;
mod grid;
mod merge;
#[cfg(test)]
mod tests;

use grid::Grid;
use merge::Merged;

/// The reader of labelling sheets.
#[derive(Debug, Clone, Copy)]
pub struct Sheets;

impl Source for Sheets {
    fn id(&self) -> &'static str {
        ID
    }
    fn about(&self) -> &'static str {
        "labelling sheets that come back from coders, with the key beside them: CSV and workbooks (XLSX)"
    }
    fn origin(&self) -> &'static str {
        "`systemic sample`"
    }
    fn table(&self) -> &'static str {
        AuditLabels.name()
    }
    fn recognise(&self, head: &[u8]) -> Recognition {
        if Grid::recognises(head) { Recognition::Yes } else { Recognition::No("no header of a labelling sheet".into()) }
    }
}

/// Id of this source.
const ID: &str = "labelling-sheet";

/// A labelling sheet, read and put together with its key.
#[derive(Debug)]
pub struct LabellingSheet {
    description: Description,
    entries: Vec<String>,
    merged: Merged,
}

/// A label as a sheet gives it, for looking at sheets without a dataset.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetLabel {
    /// The unit.
    pub unit: String,
    /// The coder; null for the label that was agreed on.
    pub coder: Option<String>,
    /// Code of the label; null where there is none.
    pub label: Option<String>,
    /// Stratum.
    pub stratum: Option<String>,
    /// Cluster.
    pub cluster: Option<String>,
    /// Weight.
    pub weight: Option<f64>,
    /// Units of the frame in the stratum.
    pub frame_size: Option<f64>,
}

impl LabellingSheet {
    /// Opens a sheet with the key that lies beside it; `None` where the file is no labelling sheet.
    ///
    /// # Errors
    /// [`crate::Error::Io`], and [`crate::Error::Invalid`] for a key that cannot be read.
    pub fn open(path: &Path) -> Result<Option<Self>> {
        let key = key_of(path);
        Self::open_with(path, key.as_deref())
    }

    /// Opens a sheet with a key of any name, or without one.
    ///
    /// # Errors
    /// As [`LabellingSheet::open`].
    pub fn open_with(path: &Path, key: Option<&Path>) -> Result<Option<Self>> {
        let Some(grid) = Grid::open(path)? else { return Ok(None) };
        let (key, reading) = match key {
            Some(key) => (Some(Grid::key(key)?), checksum::digest(key, false)?.0),
            None => (None, String::new()),
        };
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let merged = merge::merge(&grid, key.as_ref());
        let columns = AuditLabels.columns().iter().filter(|c| c.origin != Origin::Provenance).map(|c| c.name);
        let filled = |c: &&'static str| grid.has(c) || key.as_ref().is_some_and(|k| k.has(c));
        let description = Description {
            source: ID,
            identity: merged.identity.clone(),
            reading,
            observed_from: None,
            observed_until: None,
            simulated: merged.simulated,
            tables: BTreeMap::from([(AuditLabels.name(), columns.filter(filled).collect())]),
            pieces: Vec::new(),
        };
        Ok(Some(Self { description, entries: vec![name], merged }))
    }

    /// The labels.
    #[must_use]
    pub fn labels(&self) -> Vec<SheetLabel> {
        let of = |row: &merge::Row| {
            let text = |name: &str| row.cells.get(name).cloned();
            let number = |name: &str| row.cells.get(name).and_then(|t| t.parse().ok());
            SheetLabel {
                unit: text("unit_id").unwrap_or_default(),
                coder: text("coder"),
                label: text("label"),
                stratum: text("stratum"),
                cluster: text("cluster"),
                weight: number("weight"),
                frame_size: number("frame_size"),
            }
        };
        self.merged.rows.iter().map(of).collect()
    }

    /// What was observed, as findings.
    #[must_use]
    pub fn findings(&self) -> crate::finding::Findings {
        let mut findings = crate::finding::Findings::default();
        for seen in &self.merged.seen {
            findings.add(seen.kind, seen.column, seen.value.as_deref(), 1, seen.line.map(|line| (0, line)));
        }
        findings
    }

    /// Records that are kept aside: line and reason.
    #[must_use]
    pub fn rejected(&self) -> Vec<(u64, String)> {
        self.merged.rejected.iter().map(|r| (r.line, r.reason.to_owned())).collect()
    }
}

impl TableExport for LabellingSheet {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.entries
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        let file = self.entries.first().map_or("", String::as_str);
        if !self.merged.rows.is_empty() {
            sink.push(&AuditLabels, arrays::arrays(&self.merged.rows, file)?)?;
        }
        for rejected in &self.merged.rejected {
            sink.reject(0, rejected.line, rejected.reason, rejected.text.as_bytes())?;
        }
        for seen in &self.merged.seen {
            sink.find(seen.kind, seen.column, seen.value.as_deref(), 1, seen.line.map(|line| (0, line)));
        }
        Ok(())
    }
}

/// The key of a sheet by its name: `sheet.xlsx` and `sheet-coder-2.xlsx` have `sheet-key.csv`.
fn key_of(path: &Path) -> Option<PathBuf> {
    let stem = path.file_stem()?.to_string_lossy().into_owned();
    let of_all = stem.rsplit_once("-coder-").map(|(all, _)| all.to_owned());
    let named = |stem: String| path.with_file_name(format!("{stem}-key.csv"));
    [Some(stem), of_all].into_iter().flatten().map(named).find(|p| p.is_file() && p != path)
}
