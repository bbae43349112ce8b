//! A sink for tests that keeps all rows as texts.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef};

use super::export::RowSink;
use crate::error::Result;
use crate::finding::{Findings, Kind};
use crate::tables::Table;

/// Rows as texts by column, and what was kept aside.
#[derive(Default)]
pub struct Kept {
    pub rows: BTreeMap<&'static str, Vec<BTreeMap<&'static str, String>>>,
    pub rejected: Vec<(u64, String, String)>,
    pub findings: Findings,
}

impl RowSink for Kept {
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()> {
        assert_eq!(columns.len(), table.columns().len());
        let rows = self.rows.entry(table.name()).or_default();
        let start = rows.len();
        rows.resize(start + columns[0].len(), BTreeMap::new());
        for (about, array) in table.columns().iter().zip(&columns) {
            assert_eq!(array.data_type(), &about.kind.data_type(), "{}", about.name);
            let texts = super::marketplace::typed::texts(array).expect("texts");
            for i in (0..array.len()).filter(|&i| texts.is_valid(i)) {
                rows[start + i].insert(about.name, texts.value(i).to_owned());
            }
        }
        Ok(())
    }

    fn reject(&mut self, _: usize, line: u64, reason: &str, bytes: &[u8]) -> Result<()> {
        self.rejected.push((line, reason.to_owned(), String::from_utf8_lossy(bytes).into_owned()));
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
        self.findings.add(kind, column, value, count, place);
    }
}

impl Kept {
    pub fn cell(&self, table: &str, row: usize, column: &str) -> Option<&str> {
        self.rows.get(table)?.get(row)?.get(column).map(String::as_str)
    }

    pub fn count(&self, table: &str) -> usize {
        self.rows.get(table).map_or(0, Vec::len)
    }
}

pub fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::File::create(&path).and_then(|mut f| f.write_all(bytes)).expect("file");
    path
}
