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

/// Counts of the truth that no statistic of an indicator is: what they count is censored, so that indicators give curves.
const WITHOUT_STATISTIC: [(&str, &str); 6] = [
    ("misclassification-adjusted-prevalence", "apparent"),
    ("notice-access-parity", "share"),
    ("phoenix-trader-rate", "returned"),
    ("repeat-offender-rate", "traders_1"),
    ("seeded-test-detection", "found"),
    ("time-to-suspension", "suspended"),
];

const KEY: [&str; 4] = ["indicator", "statistic", "group_name", "group_value"];

#[test]
fn every_count_of_the_truth_is_found_in_the_files() {
    let dir = tempfile::tempdir().expect("folder");
    let truth = std::fs::read("datasets/marketplace/truth.json").expect("truth");
    let truth: Value = serde_json::from_slice(&truth).expect("json");
    let data = dir.path().join("data");
    let (status, _, stderr) = said(&systemic(&["load", "datasets/marketplace", "-o", s(&data), "--quiet"]));
    assert_eq!(status, 0, "{stderr}");
    let study = dir.path().join("study.toml");
    let holidays = &truth["holidays"];
    // Truth counts working days in UTC.
    std::fs::write(&study, format!("[parameters]\nholidays = {holidays}\nworking_time_zone = \"UTC\"\n"))
        .expect("study");
    let counted: Vec<&Value> =
        truth["entries"].as_array().expect("entries").iter().filter(|e| e["kind"] == "count").collect();
    let text = |entry: &Value, name: &str| entry[name].as_str().map(str::to_owned);
    let mut found: BTreeMap<[Option<String>; 4], Vec<Value>> = BTreeMap::new();
    for by in ["", "complaint_type", "language", "size"] {
        let by = if by.is_empty() { "platform,all".to_owned() } else { format!("platform,all,{by}") };
        let out = dir.path().join("estimates.json");
        let arguments = ["measure", "--data", s(&data), "--by", &by, "--study", s(&study), "-o", s(&out), "--quiet"];
        let (status, _, stderr) = said(&systemic(&arguments));
        assert_eq!(status, 0, "{stderr}");
        let rows: Vec<Value> = serde_json::from_slice(&std::fs::read(&out).expect("estimates")).expect("json");
        for row in rows {
            let key = KEY.map(|name| text(&row, name));
            found.entry(key).or_default().push(row);
        }
    }
    let mut equal = 0;
    for entry in counted {
        let mut key = KEY.map(|name| text(entry, name));
        if WITHOUT_STATISTIC.iter().any(|(id, name)| entry["indicator"] == *id && entry["statistic"] == *name) {
            continue;
        }
        let mut value = entry["value"].as_f64();
        if entry["statistic"] == "trader_minutes" {
            key[1] = Some("trader_days".to_owned());
            value = value.map(|minutes| minutes / 1440.0);
        }
        let rows = found.get(&key).unwrap_or_else(|| panic!("nothing measures {key:?}"));
        // The bazaar has no reports; where there is an audit too, the export's own rows are meant.
        let row = rows.iter().min_by_key(|r| r["basis"] == "audit").unwrap_or_else(|| panic!("{key:?}: no row"));
        match row["status"].as_str() {
            Some("ok") => {
                let (measured, value) = (row["value"].as_f64().expect("value"), value.expect("value"));
                assert!((measured - value).abs() <= 1e-9 * value.abs().max(1.0), "{entry}\n{row}");
                equal += 1;
            }
            // Too few for a number; the counts are given all the same.
            Some("insufficient") => assert_eq!((&row["k"], &row["n"]), (&entry["k"], &entry["n"]), "{entry}\n{row}"),
            status => panic!("{key:?} is {status:?}: {row}"),
        }
    }
    assert!(equal >= 60, "{equal} compared");
}

#[test]
fn small_marketplaces_are_measured_too() {
    let dir = tempfile::tempdir().expect("folder");
    for (listings, seed) in [("60", "2"), ("200", "1"), ("200", "3"), ("500", "3")] {
        let [export, data] = ["export", "data"].map(|name| dir.path().join(format!("{name}-{listings}-{seed}")));
        let simulate = ["simulate", "marketplace", "--listings", listings, "--audit", "40", "--seed", seed];
        for arguments in [
            [&simulate[..], &["-o", s(&export), "--quiet"]].concat(),
            vec!["load", s(&export), "-o", s(&data), "--quiet"],
            vec!["measure", "--data", s(&data), "--by", "platform,all", "-o", s(&dir.path().join("e.csv")), "--quiet"],
        ] {
            let (status, _, stderr) = said(&systemic(&arguments));
            assert_eq!(status, 0, "{arguments:?}: {stderr}");
        }
    }
}

#[test]
fn views_have_the_types_that_their_codebooks_say() {
    use systemic::engine::Frames as _;

    let dir = tempfile::tempdir().expect("folder");
    let data = dir.path().join("data");
    let (status, _, stderr) = said(&systemic(&["load", "datasets/marketplace", "-o", s(&data), "--quiet"]));
    assert_eq!(status, 0, "{stderr}");
    let dataset = systemic::dataset::Dataset::open(&data).expect("dataset");
    let mut seen = 0;
    for view in systemic::views::VIEWS {
        if view.made_of().iter().any(|table| dataset.filled_columns(table).is_empty()) {
            continue;
        }
        let rows = dataset.frame(view.name()).expect("frame").collect().expect("rows");
        // What a table of these columns would hold: instants in UTC, whole numbers of 64 bits.
        let said = systemic::dataset::scan::empty_of(*view);
        for column in view.columns() {
            let [is, said] = [&rows, &said].map(|frame| frame.column(column.name).expect("column").dtype());
            assert_eq!(is, said, "{} {}", view.name(), column.name);
        }
        seen += 1;
    }
    assert!(seen >= 15, "{seen} views");
}
