//! Reading an export through a mapping without keeping its rows.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};

use crate::error::Result;
use crate::finding::{self, Findings, Kind};
use crate::sources::export::{RowSink, TableExport};
use crate::tables::Table;

/// What a reading gave.
#[derive(Debug, Default)]
pub struct Trial {
    /// Rows and empty cells for each column, by table.
    pub tables: BTreeMap<&'static str, Tried>,
    /// Records kept aside, by reason.
    pub reasons: BTreeMap<String, u64>,
    /// Records that filters left out, by table.
    pub filtered: BTreeMap<String, u64>,
    /// Observations.
    pub findings: Findings,
}

/// Rows of one table.
#[derive(Debug, Default)]
pub struct Tried {
    /// How many.
    pub rows: u64,
    /// Empty cells of each column, in the order of the table.
    pub nulls: Vec<u64>,
}

impl Trial {
    /// Reads an export to its end.
    ///
    /// # Errors
    /// Those of the export.
    pub fn of(export: &dyn TableExport) -> Result<Self> {
        let mut trial = Self::default();
        export.read(&mut trial)?;
        Ok(trial)
    }

    /// How many records were kept aside.
    #[must_use]
    pub fn rejected(&self) -> u64 {
        self.reasons.values().sum()
    }
}

impl RowSink for Trial {
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()> {
        let tried = self.tables.entry(table.name()).or_default();
        tried.rows += columns.first().map_or(0, |c| c.len() as u64);
        tried.nulls.resize(columns.len(), 0);
        for (nulls, column) in tried.nulls.iter_mut().zip(&columns) {
            *nulls += column.null_count() as u64;
        }
        Ok(())
    }

    fn reject(&mut self, _: usize, _: u64, reason: &str, _: &[u8]) -> Result<()> {
        *self.reasons.entry(reason.to_owned()).or_default() += 1;
        Ok(())
    }

    fn find(
        &mut self,
        kind: &'static Kind,
        column: Option<&'static str>,
        value: Option<&str>,
        count: u64,
        place: Option<(usize, u64)>,
    ) {
        if kind == finding::FILTERED_ROW {
            *self.filtered.entry(value.unwrap_or_default().to_owned()).or_default() += count;
        }
        self.findings.add(kind, column, value, count, place);
    }
}
