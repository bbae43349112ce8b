//! Indicators on simulated data: every number is computed a second time here, from the truth file.

#![expect(clippy::cast_precision_loss, reason = "counts of a small sample")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use systemic::estimate::{Estimate, Estimates};
use systemic::simulate::truth::{Delays, Truth};
use systemic::time::{self, Grain};

use crate::support::{s, said, systemic};

fn datasets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/statements")
}

fn truth() -> Truth {
    let text = std::fs::read_to_string(datasets().join("truth.json")).expect("truth");
    serde_json::from_str(&text).expect("truth")
}

/// The shipped data, loaded once for all tests of this file.
fn data() -> &'static Path {
    static DATA: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = DATA.get_or_init(|| {
        let dir = tempfile::tempdir().expect("folder");
        let out = dir.path().join("data");
        let (status, _, stderr) = said(&systemic(&["load", s(&datasets()), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
        (dir, out)
    });
    path
}

fn measure(arguments: &[&str]) -> Vec<Estimate> {
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("estimates.parquet");
    let mut all = vec!["measure", "--data", s(data()), "-o", s(&file)];
    all.extend(arguments);
    let (status, _, stderr) = said(&systemic(&all));
    assert_eq!(status, 0, "{stderr}");
    Estimates::read(&file).expect("estimates").rows().to_vec()
}

fn close(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() <= 1e-9)
}

#[test]
fn counts_by_platform_and_day_are_those_of_the_truth() {
    let estimates = measure(&["statement-count", "--by", "platform,day"]);
    let mut expected = BTreeMap::new();
    for cell in &truth().created {
        *expected.entry((cell.platform.clone(), time::parse_iso(&cell.day).expect("a day"))).or_insert(0_u64) +=
            cell.statements;
    }
    assert_eq!(estimates.len(), expected.len());
    for e in &estimates {
        let n = expected[&(e.platform.clone(), e.period_start)];
        assert!(close(e.value, n as f64), "{} {}: {:?}, not {n}", e.platform, time::iso(e.period_start), e.value);
        assert!(e.simulated(), "an estimate from simulated data says so");
    }
}

#[test]
fn own_initiative_by_platform_and_week_is_that_of_the_truth() {
    let estimates = measure(&["own-initiative-share", "--by", "platform,week"]);
    let mut expected: BTreeMap<(String, i32), (u64, u64)> = BTreeMap::new();
    for cell in &truth().created {
        let week = Grain::Week.period(time::parse_iso(&cell.day).expect("a day")).expect("a week").start;
        let slot = expected.entry((cell.platform.clone(), week)).or_default();
        slot.0 += cell.source_type.get("SOURCE_VOLUNTARY").copied().unwrap_or(0);
        slot.1 += cell.statements;
    }
    assert_eq!(estimates.len(), expected.len());
    let mut insufficient = 0;
    for e in &estimates {
        let (k, n) = expected[&(e.platform.clone(), e.period_start)];
        assert_eq!((e.k, e.n), (Some(k.cast_signed()), Some(n.cast_signed())), "{}", e.platform);
        if n < 10 {
            insufficient += 1;
            assert_eq!(e.value, None, "{} of {n}", e.platform);
        } else {
            assert!(close(e.value, k as f64 / n as f64), "{}", e.platform);
        }
    }
    assert!(insufficient > 0, "no week of a small platform tests the smallest denominator");
}

#[test]
fn latency_by_platform_and_month_of_decision_is_that_of_the_truth() {
    let estimates = measure(&["moderation-latency", "--by", "platform,month"]);
    let truth = truth();
    let (mut seen, mut passed_over) = (0, 0);
    for cell in &truth.applied {
        let start = time::parse_iso(&format!("{}-01", cell.month)).expect("a month");
        let get = |statistic: &str| {
            estimates
                .iter()
                .find(|e| e.platform == cell.platform && e.period_start == start && e.statistic == statistic)
                .unwrap_or_else(|| panic!("no {statistic} of {} in {}", cell.platform, cell.month))
        };
        let Delays { ordinary, negative, placeholder } = &cell.delay_days;
        let count = |h: &BTreeMap<i32, u64>| h.values().sum::<u64>();
        assert!(close(get("excluded_negative").value, count(negative) as f64), "{} {}", cell.platform, cell.month);
        assert!(close(get("excluded_placeholder").value, count(placeholder) as f64));
        // The truth knows no submission dates here: where one makes a date impossible, the cell is passed over.
        if !close(get("excluded_impossible").value, 0.0) {
            passed_over += 1;
            continue;
        }
        let n = count(ordinary);
        // Every delay, one by one: the plainest way to a quantile.
        let mut delays: Vec<i32> =
            ordinary.iter().flat_map(|(d, c)| vec![*d; usize::try_from(*c).expect("few")]).collect();
        delays.sort_unstable();
        for (statistic, p, least) in [("median", 50, 10), ("p90", 90, 10), ("p99", 99, 100)] {
            let e = get(statistic);
            if n < least {
                assert_eq!(e.value, None, "{statistic} of {n}");
                continue;
            }
            let rank = (u128::from(n) * p).div_ceil(100);
            let value = delays[usize::try_from(rank).expect("few") - 1];
            assert!(
                close(e.value, f64::from(value)),
                "{statistic} of {} in {}: {:?}, not {value}",
                cell.platform,
                cell.month,
                e.value
            );
            seen += 1;
        }
        if n >= 10 {
            let mean = delays.iter().map(|d| f64::from(*d)).sum::<f64>() / n as f64;
            assert!(close(get("mean").value, mean));
            for (statistic, t) in [("share_within_1d", 1), ("share_within_7d", 7)] {
                let k = delays.iter().filter(|d| **d <= t).count();
                assert!(close(get(statistic).value, k as f64 / n as f64), "{statistic}");
            }
        }
    }
    assert!(seen > 20 && passed_over <= 1, "{seen} quantiles were compared, {passed_over} cells passed over");
}

#[test]
fn breakdowns_add_up_to_the_whole() {
    let whole = measure(&["statement-count", "--by", "all"])[0].n;
    for by in [
        "category",
        "decision_ground",
        "source_type",
        "content_types",
        "language",
        "platform",
        "day",
        "platform,category,week",
    ] {
        let parts = measure(&["statement-count", "--by", by]);
        assert_eq!(parts.iter().filter_map(|e| e.n).sum::<i64>(), whole.expect("a count"), "{by}");
    }
    // Over the break of 2025-07-01 renamed categories are one.
    let names: Vec<String> =
        measure(&["statement-count", "--by", "category"]).iter().filter_map(|e| e.group_value.clone()).collect();
    assert!(names.iter().any(|n| n == "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"));
    assert!(!names.iter().any(|n| n == "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"));
}

#[test]
fn the_shipped_data_is_what_its_description_says() {
    let text = std::fs::read_to_string(datasets().with_file_name("statements.meta.toml")).expect("description");
    let meta: toml::Table = text.parse().expect("TOML");
    let command = meta["command"].as_str().expect("a command");
    let dir = tempfile::tempdir().expect("folder");
    let mut words: Vec<&str> = command.split_whitespace().skip(1).collect();
    let at = words.iter().position(|w| *w == "-o").expect("an output");
    let out = dir.path().join("statements");
    words[at + 1] = s(&out);
    let (status, _, stderr) = said(&systemic(&words));
    assert_eq!(status, 0, "{stderr}");
    let mut compared = 0;
    for entry in std::fs::read_dir(datasets()).expect("datasets").flatten() {
        let made = std::fs::read(out.join(entry.file_name())).expect("made again");
        assert!(made == std::fs::read(entry.path()).expect("shipped"), "{:?} differs", entry.file_name());
        compared += 1;
    }
    assert_eq!(compared, 57);
}
