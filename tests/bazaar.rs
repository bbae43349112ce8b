//! The invented marketplace through its own mapping: what is loaded is what the truth says was written.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::support::{rows, s, said, systemic};

/// Simulates, loads, and gives the truth and the dataset.
fn loaded(dir: &std::path::Path, format: &str) -> (Value, std::path::PathBuf) {
    let (export, data) = (dir.join(format), dir.join(format!("{format}-data")));
    let arguments =
        ["simulate", "marketplace", "--listings", "1500", "--audit", "90", "--format", format, "-o", s(&export)];
    let (status, _, stderr) = said(&systemic(&arguments));
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.contains("simulated"), "{stderr}");
    let truth = std::fs::read(export.join("truth.json")).expect("truth");
    let (status, _, stderr) = said(&systemic(&["load", s(&export), "-o", s(&data)]));
    assert_eq!(status, 0, "{stderr}");
    (serde_json::from_slice(&truth).expect("json"), data)
}

#[test]
fn the_mapping_reads_every_row_of_both_forms() {
    let dir = tempfile::tempdir().expect("folder");
    let (truth, data) = loaded(dir.path(), "csv");
    let (same, typed) = loaded(dir.path(), "parquet");
    assert_eq!(truth["rows"], same["rows"]);
    for (table, count) in truth["rows"].as_object().expect("rows") {
        let (from_text, from_types) = (rows(&data, table), rows(&typed, table));
        assert_eq!(from_text.len() as u64, count.as_u64().expect("count"), "{table}");
        assert_eq!(from_types.len(), from_text.len(), "{table}");
        let plain = |rows: Vec<BTreeMap<String, Option<String>>>| {
            let mut rows: Vec<_> = rows
                .into_iter()
                .map(|mut row| {
                    row.retain(|column, _| !column.starts_with("source_"));
                    row
                })
                .collect();
            rows.sort();
            rows
        };
        for row in &from_text {
            assert!(row["unparsed"].is_none() && row["extra"].is_none(), "{table}: {row:?}");
        }
        assert!(plain(from_text) == plain(from_types), "{table} differs between text and Parquet");
    }
    assert!(!data.join("rejected").exists() || rows(&data, "rejected").is_empty());
}
