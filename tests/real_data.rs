//! Real data, where it is there: `$SYSTEMIC_SHARED`, or `shared` beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{Row, parquet_files, rows, s, said, systemic};

fn shared() -> Option<PathBuf> {
    let folder = std::env::var_os("SYSTEMIC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    if folder.join("data/statements").is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no real data at {}", folder.display());
    None
}

/// The truth of the PHP-written archives: rows as stored in the database, by identifier.
fn truth(folder: &Path) -> BTreeMap<String, serde_json::Map<String, serde_json::Value>> {
    let mut all = BTreeMap::new();
    for day in ["2024-09-05", "2025-07-02"] {
        let text = std::fs::read_to_string(folder.join(format!("truth-{day}.json"))).expect("truth");
        let rows: Vec<serde_json::Map<String, serde_json::Value>> = serde_json::from_str(&text).expect("JSON");
        for row in rows {
            all.insert(row["uuid"].as_str().expect("uuid").to_owned(), row);
        }
    }
    all
}

#[test]
fn every_cell_of_every_php_written_archive_is_what_php_was_given() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("data/statements/php-written");
    let truth = truth(&folder);
    let mut archives: Vec<PathBuf> =
        glob::glob(&format!("{}/*.zip", folder.display())).expect("pattern").flatten().collect();
    archives.sort();
    assert_eq!(archives.len(), 24);
    let light_lacks =
        ["illegal_content_explanation", "incompatible_content_explanation", "territorial_scope", "decision_facts"];
    let mut cells = 0;
    for archive in archives {
        let name = archive.file_name().expect("name").to_string_lossy().into_owned();
        let dir = tempfile::tempdir().expect("folder");
        let out = dir.path().join("data");
        let (status, _, stderr) = said(&systemic(&["load", s(&archive), "-o", s(&out), "--threads", "2"]));
        assert_eq!(status, 0, "{name}: {stderr}");
        let loaded: Vec<Row> = rows(&out, "statements");
        let day = if name.contains("2024-09-05") { "2024-09-05" } else { "2025-07-02" };
        let expected: Vec<_> = truth
            .values()
            .filter(|t| t["created_at"].as_str().expect("text").starts_with(day))
            .filter(|t| {
                let platform = t["platform_name"].as_str().expect("text");
                name.contains("global")
                    || match platform {
                        "Booking.com" => name.contains("bookingcom"),
                        "Example @ Shop N.V." => name.contains("example-at-shop-nv"),
                        "Google Play" => name.contains("google-play"),
                        "TikTok" => name.contains("tiktok"),
                        other => panic!("{other}"),
                    }
            })
            .collect();
        assert_eq!(loaded.len(), expected.len(), "{name}");
        for row in &loaded {
            let uuid = row["uuid"].clone().expect("uuid");
            let stored = &truth[&uuid];
            for (column, value) in stored {
                if column == "pid" {
                    continue;
                }
                let absent = name.contains("light") && light_lacks.contains(&column.as_str());
                let expected = if absent { None } else { value.as_str() };
                assert_eq!(row[column].as_deref(), expected, "{name}, {uuid}, {column}");
                cells += 1;
            }
            assert_eq!(row["unparsed"], None, "{name}, {uuid}");
        }
    }
    assert!(cells > 17_000, "{cells} cells were compared");
}

#[test]
fn overlapping_exports_count_every_statement_once() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("data/statements/php-written");
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("data");
    let (status, _, stderr) = said(&systemic(&["load", s(&folder), "-o", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    let uuids = |out: &Path| {
        let mut all: Vec<String> = rows(out, "statements").iter().filter_map(|r| r["uuid"].clone()).collect();
        all.sort();
        all
    };
    let mut expected: Vec<String> = truth(&folder).into_keys().collect();
    expected.sort();
    assert_eq!(uuids(&out), expected);
    // In the other order, platforms first, the days of all platforms take the place of the single ones.
    let other = dir.path().join("other");
    for pattern in ["sor-[!g]*-light.zip", "sor-[!g]*-full.zip", "sor-g*-*.zip"] {
        let inputs = folder.join(pattern);
        let (status, _, stderr) = said(&systemic(&["load", s(&inputs), "-o", s(&other)]));
        assert_eq!(status, 0, "{stderr}");
    }
    assert_eq!(uuids(&other), expected);
}

#[test]
fn published_rows_load_with_none_rejected() {
    let Some(shared) = shared() else { return };
    let real = shared.join("data/statements/real");
    for (file, count) in [("sor-global-2024-03-14-full.zip", 202), ("sor-global-2025-07-01-full-00000-00000.csv", 50)] {
        let dir = tempfile::tempdir().expect("folder");
        let out = dir.path().join("data");
        let (status, _, stderr) = said(&systemic(&["load", s(&real.join(file)), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
        assert!(stderr.contains(&format!("loaded {file}: {count} statements")), "{stderr}");
        assert!(parquet_files(&out.join("rejected")).is_empty());
        assert_eq!(rows(&out, "statements").len(), count);
    }
}

#[test]
fn a_part_of_a_day_gives_way_to_the_whole_day() {
    let Some(shared) = shared() else { return };
    let real = shared.join("data/statements/real");
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("data");
    let part = real.join("sor-global-2024-03-14-full-00000-00000.csv");
    let whole = real.join("sor-global-2024-03-14-full.zip");
    for file in [&part, &whole, &part] {
        let (status, _, stderr) = said(&systemic(&["load", s(file), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
    }
    assert_eq!(rows(&out, "statements").len(), 202);
}
