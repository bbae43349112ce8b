//! Tests of mappings and of what they read.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use super::{MappedExport, Mapping};
use crate::error::{Error, Result};
use crate::finding;
use crate::sources::export::TableExport;
use crate::sources::kept::{Kept, file};

pub(super) fn mapping(text: &str) -> Mapping {
    Mapping::parse("m.toml", text).unwrap_or_else(|e| panic!("{e}\nhint: {:?}", e.hint()))
}

/// Reads bytes under a name through a mapping.
pub(super) fn read(text: &str, name: &str, bytes: &[u8]) -> Result<Kept> {
    let folder = tempfile::tempdir().expect("folder");
    let path = file(folder.path(), name, bytes);
    let export = MappedExport::open(&path, &Arc::new(mapping(text)))?.expect("the mapping names the file");
    let mut kept = Kept::default();
    export.read(&mut kept)?;
    Ok(kept)
}

/// A mapping of listings with these lines at its head, table and columns.
pub(super) fn listings(head: &str, table: &str, columns: &str) -> String {
    format!(
        "[mapping]\nname = \"t\"\nplatform = \"Trovanda\"\n{head}\n[[table]]\ntable = \"listings\"\n{table}\n\
         [table.columns]\nlisting_id = \"id\"\n{columns}\n"
    )
}

#[test]
fn a_csv_file_becomes_rows() {
    let text = listings(
        "time_zone = \"Europe/Berlin\"",
        "",
        "price = { column = \"ct\", scale = 0.01 }\nlive_at = { column = \"on\", format = \"%d.%m.%Y %H:%M\" }\n\
         category = { column = \"cat\", values = { MED = \"medicines\" } }\nviews = \"v\"",
    );
    let bytes = "\u{feff}id;ct;on;cat;v;more\r\n1;1999;01.07.2025 12:30;MED;7;x\r\n2;;;TOY;\"1\n\";\r\n3;5;01.07.2025 12:30;a\r\n";
    let kept = read(&text, "a.csv", bytes.as_bytes()).expect("read");
    assert_eq!(kept.count("listings"), 2);
    assert_eq!(kept.cell("listings", 0, "price"), Some("19.99"));
    assert_eq!(kept.cell("listings", 0, "live_at"), Some("2025-07-01T10:30:00Z"));
    assert_eq!(kept.cell("listings", 0, "category"), Some("medicines"));
    assert_eq!(kept.cell("listings", 0, "platform"), Some("Trovanda"));
    assert_eq!(kept.cell("listings", 0, "extra"), Some("{\"more\":\"x\"}"));
    assert_eq!(kept.cell("listings", 0, "source_line"), Some("2"));
    assert_eq!(kept.cell("listings", 1, "category"), Some("TOY"));
    assert_eq!(kept.cell("listings", 1, "views"), Some("1"));
    assert_eq!(kept.cell("listings", 1, "price"), None);
    assert_eq!(kept.rejected, [(5, "4 cells instead of 6".to_owned(), "3;5;01.07.2025 12:30;a".to_owned())]);
    assert_eq!(kept.findings.count(finding::BROKEN_RECORD), 1);
    assert_eq!(kept.findings.count(finding::UNMAPPED_COLUMN), 1);
}

pub(super) fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("batch");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("writer");
    writer.write(&batch).expect("write");
    writer.close().expect("close");
    bytes
}

#[test]
fn a_parquet_file_becomes_rows() {
    let text = listings(
        "time_zone = \"Europe/Berlin\"",
        "ignore = [\"left*\"]",
        "price = { column = \"ct\", scale = 0.01 }\nlive_at = \"on\"\n\
         category = { column = \"cat\", values = { MED = \"medicines\" }, other = \"null\" }\nviews = \"v\"",
    );
    let bytes = parquet(vec![
        ("id", Arc::new(StringArray::from(vec![Some("1"), Some("2"), None])) as ArrayRef),
        ("ct", Arc::new(Int64Array::from(vec![Some(1999), None, Some(1)]))),
        ("on", Arc::new(TimestampMicrosecondArray::from(vec![Some(1_751_373_000_000_000), None, None]))),
        ("cat", Arc::new(StringArray::from(vec!["MED", "TOY", "MED"]))),
        ("v", Arc::new(Float64Array::from(vec![Some(7.0), Some(f64::NAN), None]))),
        ("more", Arc::new(StringArray::from(vec![Some("x"), None, None]))),
        ("left_1", Arc::new(StringArray::from(vec!["y", "y", "y"]))),
    ]);
    let kept = read(&text, "a.parquet", &bytes).expect("read");
    assert_eq!(kept.count("listings"), 2);
    assert_eq!(kept.cell("listings", 0, "price"), Some("19.99"));
    assert_eq!(kept.cell("listings", 0, "live_at"), Some("2025-07-01T10:30:00Z"));
    assert_eq!(kept.cell("listings", 0, "category"), Some("medicines"));
    assert_eq!(kept.cell("listings", 0, "views"), Some("7"));
    assert_eq!(kept.cell("listings", 0, "extra"), Some("{\"more\":\"x\"}"));
    assert_eq!(kept.cell("listings", 1, "views"), None);
    assert_eq!(kept.cell("listings", 1, "unparsed"), Some("{\"category\":\"TOY\"}"));
    assert_eq!(kept.rejected.len(), 1);
    assert_eq!((kept.rejected[0].0, kept.rejected[0].1.as_str()), (3, "listing_id is empty or cannot be read"));
    let error = read(&listings("", "", "live_at = \"on\""), "a.parquet", &bytes).err().expect("no zone");
    assert!(
        matches!(&error, Error::Invalid { place, .. } if place.contains("a.parquet, line 1, column live_at")),
        "{error}"
    );
}
