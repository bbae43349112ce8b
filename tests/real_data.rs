//! Real data, where it is there: `$SYSTEMIC_SHARED`, or `shared` beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::support::{Row, parquet_files, rows, s, said, systemic};

pub fn shared() -> Option<PathBuf> {
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

type Cells = serde_json::Map<String, serde_json::Value>;

fn cell<'a>(row: &'a Cells, column: &str) -> &'a str {
    row.get(column).and_then(serde_json::Value::as_str).unwrap_or_default()
}

/// Codes of a list cell, each once.
fn codes(row: &Cells, column: &str) -> std::collections::BTreeSet<String> {
    let list: Vec<Option<String>> = serde_json::from_str(cell(row, column)).unwrap_or_default();
    list.into_iter().flatten().filter(|c| !c.is_empty() && c != "null").collect()
}

fn day(row: &Cells, column: &str) -> Option<i32> {
    systemic::time::parse_iso(cell(row, column).get(..10)?)
}

/// Shares that the archives must give, counted here from the rows as PHP was given them: indicator, statistic,
/// group, k of these rows, and whether the row is in n.
type Expected = (&'static str, &'static str, Option<&'static str>, fn(&Cells) -> bool, fn(&Cells) -> bool);

const EXPECTED: [Expected; 27] = [
    ("own-initiative-share", "share", None, |r| cell(r, "source_type") == "SOURCE_VOLUNTARY", |_| true),
    ("trusted-flagger-share", "share", None, |r| cell(r, "source_type") == "SOURCE_TRUSTED_FLAGGER", |_| true),
    ("trusted-flagger-share", "share_notices", None, |r| cell(r, "source_type") != "SOURCE_VOLUNTARY", |_| true),
    ("automated-share", "share_detected", None, |r| cell(r, "automated_detection") == "Yes", |_| true),
    (
        "automated-share",
        "share_both",
        None,
        |r| cell(r, "automated_detection") == "Yes" && cell(r, "automated_decision") == "AUTOMATED_DECISION_FULLY",
        |_| true,
    ),
    ("illegal-ground-share", "share", None, |r| cell(r, "decision_ground").ends_with("ILLEGAL_CONTENT"), |_| true),
    (
        "illegal-ground-share",
        "share_incompatible_and_illegal",
        None,
        |r| {
            cell(r, "decision_ground").ends_with("INCOMPATIBLE_CONTENT")
                && cell(r, "incompatible_content_illegal") == "Yes"
        },
        |_| true,
    ),
    ("unsafe-product-share", "share", None, |r| cell(r, "category").contains("_UNSAFE_AND_"), |_| true),
    ("account-sanction-share", "share", None, |r| !cell(r, "decision_account").is_empty(), |_| true),
    (
        "account-sanction-share",
        "share_suspended_with_end",
        None,
        |r| !cell(r, "end_date_account_restriction").is_empty(),
        |r| cell(r, "decision_account") == "DECISION_ACCOUNT_SUSPENDED",
    ),
    ("territorial-uniformity", "share_eea", None, |r| codes(r, "territorial_scope").len() == 30, scoped),
    ("territorial-uniformity", "share_one", None, |r| codes(r, "territorial_scope").len() == 1, scoped),
    ("territorial-uniformity", "share_none", None, |r| !scoped(r), |_| true),
    ("other-category-share", "share_no_keyword", None, |r| codes(r, "category_specification").is_empty(), |_| true),
    (
        "other-category-share",
        "share_keyword_other",
        None,
        |r| codes(r, "category_specification").contains("KEYWORD_OTHER"),
        |r| !codes(r, "category_specification").is_empty(),
    ),
    ("sor-timeliness", "share_over_7d", None, |r| submission(r) > 7, |_| true),
    ("sor-timeliness", "share_negative", None, |r| submission(r) < 0, |_| true),
    (
        "sor-field-completeness",
        "share",
        Some("content_language"),
        |r| !cell(r, "content_language").is_empty(),
        |_| true,
    ),
    (
        "sor-field-completeness",
        "share",
        Some("source_identity"),
        |r| !cell(r, "source_identity").is_empty(),
        |r| cell(r, "source_type") != "SOURCE_VOLUNTARY",
    ),
    (
        "sor-internal-consistency",
        "share",
        Some("R19"),
        |r| codes(r, "category_addition").contains(cell(r, "category")),
        |r| !codes(r, "category_addition").is_empty(),
    ),
    ("sor-internal-consistency", "share", Some("R23"), |r| !scoped(r), |_| true),
    (
        "sor-internal-consistency",
        "share",
        Some("R28"),
        |r| ends(r).any(|e| Some(e) < day(r, "application_date")),
        ended,
    ),
    ("sor-internal-consistency", "share", Some("R30"), |r| submission(r) < 0 || delay(r) < 0, |_| true),
    (
        "sor-internal-consistency",
        "share",
        Some("fully-automated-undetected"),
        |r| cell(r, "automated_detection") == "No" && cell(r, "automated_decision") == "AUTOMATED_DECISION_FULLY",
        |_| true,
    ),
    ("sor-duplicate-rate", "share", None, |_| false, |_| true),
    ("sor-duplicate-rate", "share_uuid", None, |_| false, |_| true),
    (
        "decision-type-mix",
        "share",
        Some("DECISION_VISIBILITY_CONTENT_REMOVED"),
        |r| codes(r, "decision_visibility").contains("DECISION_VISIBILITY_CONTENT_REMOVED"),
        |_| true,
    ),
];

fn scoped(row: &Cells) -> bool {
    !codes(row, "territorial_scope").is_empty()
}

fn ends(row: &Cells) -> impl Iterator<Item = i32> {
    let columns = ["visibility", "monetary", "service", "account"].map(|c| format!("end_date_{c}_restriction"));
    columns.into_iter().filter_map(|c| day(row, &c)).collect::<Vec<_>>().into_iter()
}

fn ended(row: &Cells) -> bool {
    ends(row).next().is_some()
}

fn submission(row: &Cells) -> i32 {
    day(row, "created_at").expect("a day") - day(row, "application_date").expect("a day")
}

fn delay(row: &Cells) -> i32 {
    day(row, "application_date").expect("a day") - day(row, "content_date").expect("a day")
}

#[test]
fn indicators_on_php_written_archives_are_those_of_the_rows() {
    let Some(shared) = shared() else { return };
    let folder = shared.join("data/statements/php-written");
    let truth = truth(&folder);
    let dir = tempfile::tempdir().expect("folder");
    let (data, file) = (dir.path().join("data"), dir.path().join("e.parquet"));
    let exports = format!("{}/sor-global-*-full.zip", folder.display());
    assert_eq!(said(&systemic(&["load", &exports, "-o", s(&data)])).0, 0);
    assert_eq!(said(&systemic(&["measure", "--data", s(&data), "--by", "platform,all", "-o", s(&file)])).0, 0);
    let rows = systemic::estimate::Estimates::read(&file).expect("estimates");
    let mut compared = 0;
    for platform in ["Booking.com", "Example @ Shop N.V.", "Google Play", "TikTok"] {
        let of_platform: Vec<&Cells> = truth.values().filter(|r| cell(r, "platform_name") == platform).collect();
        for (indicator, statistic, group, k, n) in EXPECTED {
            let row = rows
                .rows()
                .iter()
                .find(|e| {
                    e.indicator == indicator
                        && e.statistic == statistic
                        && e.platform == platform
                        && e.group_value.as_deref() == group
                        && e.x.is_none()
                })
                .unwrap_or_else(|| panic!("no {indicator} {statistic} {group:?} of {platform}"));
            let of: Vec<&&Cells> = of_platform.iter().filter(|r| n(r)).collect();
            let counts = (of.iter().filter(|r| k(r)).count(), of.len());
            let given = (row.k.expect("k"), row.n.expect("n"));
            let expected = (i64::try_from(counts.0).expect("few"), i64::try_from(counts.1).expect("few"));
            assert_eq!(given, expected, "{indicator} {statistic} {group:?} of {platform}");
            compared += 1;
        }
    }
    assert_eq!(compared, 4 * EXPECTED.len());
}
