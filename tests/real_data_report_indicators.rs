//! Indicators on published transparency reports, where they are there: figures that are known from elsewhere.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use systemic::estimate::{Estimate, Estimates, IntervalKind, Status};

use crate::support::{s, said, systemic};

/// The reports on the second half of 2025, loaded once for all tests of this file.
fn data() -> Option<&'static Path> {
    static DATA: OnceLock<Option<(tempfile::TempDir, PathBuf)>> = OnceLock::new();
    let loaded = DATA.get_or_init(|| {
        let folder = std::env::var_os("SYSTEMIC_SHARED")
            .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
            .join("data/transparency-reports/h2-2025");
        if !folder.is_dir() {
            eprintln!("skipped: no transparency reports at {}", folder.display());
            return None;
        }
        let dir = tempfile::tempdir().expect("folder");
        let out = dir.path().join("data");
        let (status, _, stderr) = said(&systemic(&["load", s(&folder), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
        Some((dir, out))
    });
    loaded.as_ref().map(|(_, path)| path.as_path())
}

fn measure(data: &Path, by: &str, ids: &[&str]) -> Vec<Estimate> {
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("estimates.parquet");
    let mut all = vec!["measure", "--data", s(data), "--by", by, "-o", s(&file)];
    all.extend(ids);
    let (status, _, stderr) = said(&systemic(&all));
    assert_eq!(status, 0, "{stderr}");
    Estimates::read(&file).expect("estimates").rows().to_vec()
}

fn find<'a>(rows: &'a [Estimate], platform: &str, statistic: &str, group: Option<&str>) -> &'a Estimate {
    rows.iter()
        .find(|r| r.platform == platform && r.statistic == statistic && r.group_value.as_deref() == group)
        .unwrap_or_else(|| panic!("no {statistic} of {platform}, {group:?}"))
}

/// That a value is the one known, to the digits that are known.
fn is(row: &Estimate, known: f64, tolerance: f64) {
    let value = row.value.unwrap_or_else(|| panic!("{} of {}: {:?}", row.statistic, row.platform, row.reason));
    assert!((value - known).abs() <= tolerance, "{} of {}: {value}, not {known}", row.statistic, row.platform);
}

const MARKETPLACES: [&str; 4] = ["AliExpress", "Amazon", "Temu", "Shein"];

#[test]
fn benchmark_of_four_marketplaces() {
    let Some(data) = data() else { return };
    let of = |id: &str, statistic: &str, known: [Option<f64>; 4], tolerance: f64| {
        let rows = measure(data, "platform", &[id]);
        for (platform, known) in MARKETPLACES.into_iter().zip(known) {
            let row = find(&rows, platform, statistic, None);
            assert_eq!((row.basis.as_str(), row.interval_kind), ("report", IntervalKind::None));
            match known {
                Some(known) => is(row, known, tolerance),
                None => assert!(row.value.is_none() && row.reason.is_some(), "{id} {statistic} of {platform}: {row:?}"),
            }
        }
    };
    let all = |x: [f64; 4]| x.map(Some);
    of("complaint-reversal-rate", "share", all([0.210, 0.671, 0.432, 0.935]), 0.0005);
    of("moderators-per-million-amar", "rate", all([5.42, 8.91, 27.82, 9.62]), 0.005);
    let id = "suspensions-per-1000-illegal-measures";
    of(id, "suspensions", all([107_859.0, 384_805.0, 2.0, 27.0]), 0.0);
    of(id, "rate", [Some(38.0), None, Some(0.0728), Some(0.4516)], 0.05);
    of("notice-action-rate", "actions_per_item", all([0.635, 0.385, 0.876, 0.205]), 0.0005);
    of("time-to-action", "median", all([14.0 / 24.0, 0.0, 21.85 / 24.0, 43.54 / 24.0]), 0.005);
    of("complaint-time", "median", all([22.0 / 24.0, 11.0 / 24.0, 54.07 / 24.0, 80.39 / 24.0]), 0.005);
    of("other-category-share", "share_of_terms", all([0.963, 0.096, 0.482, 0.736]), 0.0005);
    of("language-coverage-gap", "languages_covered", all([6.0, 9.0, 5.0, 9.0]), 0.0);
    of("automated-error-rate", "precision", [None, Some(0.88), None, None], 1e-12);
    of("automated-error-rate", "accuracy", [None, Some(0.98), None, None], 1e-12);
    of("ods-reversal-rate", "disputes", all([2.0, 179.0, 0.0, 50.0]), 0.0);
    of("ods-implementation-rate", "share", [None, Some(0.2), None, Some(1.0)], 1e-12);
    of("outsourced-share", "share", all([875.0 / 986.0, 39.0 / 1739.0, 3317.0 / 3608.0, 1087.0 / 1498.0]), 1e-12);
}

#[test]
fn figures_of_single_cells() {
    let Some(data) = data() else { return };
    let rows = measure(data, "platform,complaint_type", &["complaint-reversal-rate"]);
    is(find(&rows, "AliExpress", "share", Some("account_restriction")), 0.031, 0.0005);
    let rows = measure(data, "platform,category", &["notice-action-rate", "time-to-action"]);
    let products = Some("STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS");
    is(find(&rows, "AliExpress", "actions_per_item", products), (445.0 + 27.0) / 9_025.0, 1e-12);
    is(find(&rows, "Amazon", "actions_per_item", products), 14_432.0 / 45_652.0, 1e-12);
    // A sub-category, by either name, and within its category.
    let (id, keyword) = ("notice-action-rate", "KEYWORD_UNSAFE_PRODUCTS");
    for (by, value) in [
        ("platform,keyword", keyword.to_owned()),
        ("platform,sub_category", keyword.to_owned()),
        ("platform,category,keyword", format!("STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS\u{d7}{keyword}")),
    ] {
        let rows = measure(data, by, &[id]);
        let row = find(&rows, "AliExpress", "actions_per_item", Some(&value));
        assert_eq!((row.k, row.n), (Some(18), Some(6_727)), "{by}");
        is(row, 18.0 / 6_727.0, 1e-12);
        is(find(&rows, "Amazon", "actions_per_item", Some(&value)), 3_204.0 / 13_897.0, 1e-12);
    }
    // Temu leaves both cells blank, which is no 0.
    assert_eq!(find(&rows, "Temu", "actions_per_item", products).value, None);
    // Amazon's figures, as rounded, describe a set with one violation in seven.
    let rows = measure(data, "platform", &["automated-error-rate"]);
    is(find(&rows, "Amazon", "implied_flagged_share", None), 0.155_172, 1e-6);
    is(find(&rows, "Amazon", "implied_prevalence", None), 0.137_931, 1e-6);
    is(find(&rows, "Amazon", "implied_flagged_share_least", Some("NOTICES")), 0.82, 0.01);
    is(find(&rows, "Amazon", "implied_flagged_share_most", Some("NOTICES")), 1.0, 1e-9);
    // Twice the same row: not added up.
    let rows = measure(data, "platform", &["automated-share", "trusted-flagger-priority-ratio"]);
    assert!(find(&rows, "Pornhub", "share_decided_not", None).reason.as_deref().is_some_and(|r| r.contains("2 times")));
    is(find(&rows, "Temu", "share_detected", None), (0.721 * 27_450.0 + 0.857 * 768_352_129.0) / 768_379_579.0, 0.0005);
    assert_eq!(find(&rows, "Shein", "median_ratio", None).status, Status::Insufficient);
    // Without figures on Greece nothing is Greek; with them it is GR.
    let rows = measure(data, "platform,country", &["language-coverage-gap"]);
    assert!(rows.iter().any(|r| r.group_value.as_deref() == Some("GR")));
    assert!(rows.iter().all(|r| r.group_value.as_deref() != Some("EL")));
}

#[test]
fn the_shipped_benchmark_is_what_reports_give() {
    let Some(data) = data() else { return };
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/benchmarks/vlop-h2-2025.csv");
    let shipped = Estimates::read(&path).expect("estimates");
    let meta: toml::Table =
        std::fs::read_to_string(path.with_extension("meta.toml")).expect("description").parse().expect("TOML");
    let command = meta["command"].as_str().expect("a command");
    let ids: Vec<&str> = command.split_whitespace().skip(2).take_while(|word| !word.starts_with("--")).collect();
    assert!(ids.len() >= 20 && ids.contains(&"automated-error-rate") && command.contains("--by platform,all"));
    let made = Estimates::new(measure(data, "platform,all", &ids)).expect("estimates");
    // The digits of a CSV are those of the numbers: the file is the same, line by line.
    let mut text = Vec::new();
    made.write_csv(&mut text).expect("written");
    assert!(
        String::from_utf8(text).expect("text") == std::fs::read_to_string(&path).expect("file"),
        "made again, it differs"
    );
    let platforms: std::collections::BTreeSet<&str> = shipped.rows().iter().map(|r| r.platform.as_str()).collect();
    assert_eq!(platforms.len(), 22);
}
