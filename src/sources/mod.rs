//! Readers of export formats: facts, lossless. A source is recognised by content, never by name.

use std::sync::Arc;

use arrow::array::ArrayRef;

use crate::finding::Findings;
use crate::tables::services::Services;

pub mod archive;
pub mod checksum;
pub mod companions;
pub mod export;
pub mod find;
#[cfg(test)]
pub(crate) mod kept;
pub mod labelling_sheet;
pub mod marketplace;
pub mod penalty_policy;
pub mod product_safety;
pub mod rows;
pub mod statements;
pub mod transparency_report;
pub mod units;

/// Every source, in the order in which they are tried.
pub static SOURCES: &[&dyn Source] = &[
    &statements::StatementDump,
    &product_safety::ProductSafety,
    &transparency_report::TransparencyReport,
    &penalty_policy::StudyPolicy,
    &labelling_sheet::Sheets,
    &marketplace::Marketplace,
];

/// One export format.
pub trait Source: Sync {
    /// Its name on the command line and in manifests.
    fn id(&self) -> &'static str;
    /// What it reads, in a sentence.
    fn about(&self) -> &'static str;
    /// Where such files come from.
    fn origin(&self) -> &'static str;
    /// The table that its rows go to.
    fn table(&self) -> &'static str;
    /// All tables that its rows go to.
    fn tables(&self) -> Vec<&'static str> {
        vec![self.table()]
    }
    /// How sure the source is that a text beginning with `head` is of its format.
    fn recognise(&self, head: &[u8]) -> Recognition;
}

/// What a source says of the beginning of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    /// The format, for certain.
    Yes,
    /// Rows of the format without their header.
    Headerless,
    /// Meant to be the format, but a header lacks these required columns; with the unknown ones it has.
    Broken(Vec<String>, Vec<String>),
    /// No bytes at all.
    Empty,
    /// Something else, described in a few words.
    No(String),
}

/// Records of one unit that could not be read, as they came: one buffer, since a broken file may have
/// millions of short ones.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Index of the inner file.
    pub entry: usize,
    lines: Vec<u64>,
    reasons: Vec<u32>,
    texts: Vec<String>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Rejected {
    /// Adds a record with the line on which it begins, why it is kept aside, and its bytes without the final
    /// line feed.
    pub fn push(&mut self, line: u64, reason: &str, bytes: &[u8]) {
        let known = self.texts.iter().position(|t| t == reason);
        let reason = known.unwrap_or_else(|| {
            self.texts.push(reason.to_owned());
            self.texts.len() - 1
        });
        self.lines.push(line);
        self.reasons.push(u32::try_from(reason).unwrap_or(u32::MAX));
        self.bytes.extend_from_slice(bytes);
        self.ends.push(self.bytes.len());
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Line, reason and bytes of each.
    pub fn iter(&self) -> impl Iterator<Item = (u64, &str, &[u8])> {
        (0..self.len()).map(|i| {
            let start = i.checked_sub(1).map_or(0, |before| self.ends[before]);
            let reason = self.texts.get(self.reasons[i] as usize).map_or("", String::as_str);
            (self.lines[i], reason, &self.bytes[start..self.ends[i]])
        })
    }
}

/// Some rows of a table, column by column.
#[derive(Debug)]
pub struct Batch {
    /// The arrays, in the order of the chosen columns.
    pub columns: Vec<ArrayRef>,
    /// Day since 1970-01-01 under which each row is filed; `None` where the row has no date.
    pub days: Vec<Option<i32>>,
}

/// What decoding one unit found, beside its rows.
#[derive(Debug, Default)]
pub struct UnitReport {
    /// Records loaded.
    pub rows: u64,
    /// Records kept aside in this unit.
    pub rejected: Rejected,
    /// How many records were kept aside.
    pub rejected_rows: u64,
    /// Observations.
    pub findings: Findings,
    /// What identifies the rows: per day and platform, how many, and a fingerprint of which.
    pub cells: std::collections::BTreeMap<(Option<i32>, Arc<str>), Cell>,
    /// Empty cells per column of the table.
    pub nulls: Vec<u64>,
    /// Rows that bear the mark of simulated data.
    pub simulated: u64,
}

/// Which statements an export holds for one day and platform, independent of their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many.
    pub rows: u64,
    /// Sum, modulo 2¹²⁸, of a hash of their identifiers: equal for equal sets.
    pub fingerprint: u128,
}

impl Cell {
    /// The cell of both sets of statements together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, fingerprint: self.fingerprint.wrapping_add(other.fingerprint) }
    }
}

impl UnitReport {
    /// Adds another report, but for its rejected records, which are written as they come.
    pub fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.rejected_rows += other.rejected_rows;
        self.findings.merge(&other.findings);
        for (key, cell) in other.cells {
            let slot = self.cells.entry(key).or_default();
            *slot = slot.plus(cell);
        }
        if self.nulls.len() < other.nulls.len() {
            self.nulls.resize(other.nulls.len(), 0);
        }
        for (a, b) in self.nulls.iter_mut().zip(&other.nulls) {
            *a += b;
        }
        self.simulated += other.simulated;
    }
}

/// The source of statements that recognises a text, with what it said; the last word of each if none does. Exports of
/// other tables are opened by [`open_tables`].
#[must_use]
pub fn recognise(head: &[u8]) -> (Option<&'static dyn Source>, Recognition) {
    let mut last = Recognition::No("no source".into());
    for source in SOURCES.iter().filter(|s| s.table() == "statements") {
        match source.recognise(head) {
            Recognition::No(why) => last = Recognition::No(why),
            other => return (Some(*source), other),
        }
    }
    (None, last)
}

/// Opens a file that holds tables other than statements: through a mapping of the user, as an export that is known by
/// its content, or through a shipped mapping; `None` where it is none of these.
///
/// # Errors
/// Those of the archive, [`crate::Error::Invalid`] for a file that a mapping of the user names but does not fit or that is
/// nearly a part of a report, and [`crate::Error::Unrecognised`] for workbooks that hold nothing known.
pub fn open_tables(
    path: &std::path::Path,
    mappings: &marketplace::Mappings,
) -> crate::Result<Option<Box<dyn export::TableExport>>> {
    open_tables_of(path, mappings, &Services::default())
}

/// [`open_tables`] with a list of the services that publish transparency reports.
///
/// # Errors
/// As [`open_tables`].
pub fn open_tables_of(
    path: &std::path::Path,
    mappings: &marketplace::Mappings,
    services: &Services,
) -> crate::Result<Option<Box<dyn export::TableExport>>> {
    if path.as_os_str() == "-" {
        return Ok(None);
    }
    if let Some(export) = mappings.open_with_users(path)? {
        return Ok(Some(Box::new(export)));
    }
    if let Some(export) = product_safety::AlertExport::open(path)? {
        return Ok(Some(Box::new(export)));
    }
    if let Some(report) = transparency_report::open_file(path, services)? {
        return Ok(Some(Box::new(report)));
    }
    if let Some(policy) = penalty_policy::PolicyExport::open(path)? {
        return Ok(Some(Box::new(policy)));
    }
    if let Some(sheet) = labelling_sheet::LabellingSheet::open(path)? {
        return Ok(Some(Box::new(sheet)));
    }
    if let Some(export) = marketplace::Mappings::open_with_shipped(path)? {
        return Ok(Some(Box::new(export)));
    }
    match transparency_report::sheet_names(path)? {
        // Without this the streams inside would be told of, which no user has ever seen.
        Some(names) => Err(crate::Error::Unrecognised {
            place: path.display().to_string(),
            found: format!("a workbook, none of whose sheets is known ({})", names.join(", ")),
        }),
        None => Ok(None),
    }
}
