//! How often the intervals of the indicators of marketplaces cover what is true, on simulated bazaars.
//!
//! `benches/coverage.py` makes the table of more of them; docs/coverage.md holds it, and says where coverage falls short
//! and why.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use systemic::estimate::{Estimate, Estimates};
use systemic::simulate::marketplace::{MarketplaceTruth, TruthKind};

use crate::support::{s, said, systemic};

const BAZAARS: u64 = 200;

/// Options of every bazaar: large enough that hardly an estimate is insufficient.
const OPTIONS: [&str; 12] = [
    "--listings",
    "12000",
    "--prevalence",
    "4",
    "--offender-share",
    "0.3",
    "--audit",
    "600",
    "--routine-actions",
    "0.05",
    "--format",
    "parquet",
];

/// 90 days before the observation ends: traders whose first episode is earlier are followed for as long.
const FOLLOWED: &str = "2025-04-02";

/// Which of the measurements of a bazaar holds a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    All,
    Notifiers,
    Followed,
}

/// A value whose interval is judged.
struct Row {
    name: &'static str,
    indicator: &'static str,
    statistic: &'static str,
    of: Of,
    /// Name and value of its group.
    group: Option<(&'static str, &'static str)>,
    /// Indicator, statistic and group of its truth.
    truth: (&'static str, &'static str, Option<&'static str>),
    /// By how much coverage may fall short of 0.95 beyond Monte-Carlo error.
    slack: f64,
    /// Share of bazaars without a value.
    insufficient: f64,
}

const PREVALENCE: &str = "illegal-listing-prevalence";

const fn audit(
    name: &'static str,
    (indicator, statistic): (&'static str, &'static str),
    sample: Option<&'static str>,
    truth: (&'static str, &'static str),
) -> Row {
    let group = match sample {
        Some(sample) => Some(("sample", sample)),
        None => None,
    };
    let truth = (truth.0, truth.1, None);
    Row { name, indicator, statistic, of: Of::All, group, truth, slack: 0.0, insufficient: 0.02 }
}

const fn process(
    name: &'static str,
    (indicator, statistic): (&'static str, &'static str),
    of: Of,
    (truth, group): (&'static str, Option<&'static str>),
) -> Row {
    let truth = (indicator, truth, group);
    Row { name, indicator, statistic, of, group: None, truth, slack: 0.0, insufficient: 0.02 }
}

const ROWS: &[Row] = &[
    // Strata of flagged listings hold a few units each, and nearly all illegal ones of the others weigh fifteen times
    // as much: the linearised variance is itself uncertain.
    Row {
        slack: 0.03,
        ..audit("prevalence, flagged × category", (PREVALENCE, "share"), Some("stock"), (PREVALENCE, "share"))
    },
    audit("prevalence of the period", (PREVALENCE, "share"), Some("simple"), (PREVALENCE, "share_of_period")),
    audit(
        "prevalence of the period, stratified",
        (PREVALENCE, "share"),
        Some("period"),
        (PREVALENCE, "share_of_period"),
    ),
    // Traders differ much in size and in what they do, and 60 of them are few.
    Row {
        slack: 0.03,
        ..audit("prevalence, clusters", (PREVALENCE, "share"), Some("clusters"), (PREVALENCE, "share"))
    },
    audit(
        "prevalence, misclassification-adjusted",
        ("misclassification-adjusted-prevalence", "share"),
        None,
        ("misclassification-adjusted-prevalence", "share"),
    ),
    audit(
        "prevalence, prediction-powered",
        ("machine-assisted-prevalence", "share"),
        None,
        (PREVALENCE, "share_of_period"),
    ),
    audit("recall", ("proactive-detection-recall", "recall"), Some("period"), ("proactive-detection-recall", "share")),
    // Counts vary somewhat more than those of independent traders: accounts that come back share their owner.
    Row {
        slack: 0.03,
        ..process(
            "second episode, share followed",
            ("repeat-offender-rate", "share"),
            Of::All,
            ("followed_second_within", Some("90")),
        )
    },
    Row {
        slack: 0.03,
        ..process(
            "second episode within 30 days",
            ("repeat-offender-rate", "within_30_days"),
            Of::Followed,
            ("followed_second_within_staying", Some("30")),
        )
    },
    Row {
        slack: 0.03,
        ..process(
            "second episode within 90 days",
            ("repeat-offender-rate", "within_90_days"),
            Of::Followed,
            ("followed_second_within_staying", Some("90")),
        )
    },
    process(
        "relisted within 30 days",
        ("relisting-rate", "incidence_30"),
        Of::All,
        ("cumulative_incidence", Some("30")),
    ),
    process(
        "relisted within 90 days",
        ("relisting-rate", "incidence_90"),
        Of::All,
        ("cumulative_incidence", Some("90")),
    ),
    Row {
        insufficient: 0.06,
        ..process(
            "suspended within 30 days",
            ("time-to-suspension", "incidence_30"),
            Of::All,
            ("cumulative_incidence", Some("30")),
        )
    },
    // Nine in ten are suspended or gone within days: often nobody else is seen for 90.
    Row {
        insufficient: 0.4,
        ..process(
            "suspended within 90 days",
            ("time-to-suspension", "incidence_90"),
            Of::All,
            ("cumulative_incidence", Some("90")),
        )
    },
    process("days to removal", ("time-to-detection", "median"), Of::All, ("median", None)),
    Row {
        group: Some(("notifier_type", "user")),
        ..process("days to decision", ("time-to-action", "median"), Of::Notifiers, ("median", Some("user")))
    },
];

/// Value and limits of a row, and what is true.
type Answer = (Option<f64>, (Option<f64>, Option<f64>), f64);

fn done(arguments: &[&str]) {
    let (status, _, stderr) = said(&systemic(arguments));
    assert_eq!(status, 0, "{arguments:?}: {stderr}");
}

fn simulate(folder: &Path, seed: u64, careers: &str) -> MarketplaceTruth {
    let seed = seed.to_string();
    let mut words = vec!["simulate", "marketplace", "--seed", &seed, "--careers", careers, "-q", "-o", s(folder)];
    words.extend(OPTIONS);
    words.extend(["--threads", "1"]);
    done(&words);
    let text = std::fs::read(folder.join("truth.json")).expect("truth");
    serde_json::from_slice(&text).expect("a truth")
}

fn measured(data: &Path, of: Of, ids: &[&str]) -> Vec<Estimate> {
    let out = data.with_extension("parquet");
    let by = if of == Of::Notifiers { "notifier_type,all" } else { "all" };
    let mut words = vec!["measure", "--data", s(data), "--by", by, "--process-interval", "-q", "-o", s(&out)];
    if of == Of::Followed {
        words.extend(["--until", FOLLOWED]);
    }
    words.extend(["--threads", "1"]);
    words.extend(ids);
    done(&words);
    Estimates::read(&out).expect("estimates").rows().to_vec()
}

/// What one bazaar says of each row.
fn bazaar(seed: u64, parameters: &MarketplaceTruth, rows: &[&Row]) -> Vec<Answer> {
    let dir = tempfile::tempdir().expect("folder");
    let (export, data) = (dir.path().join("export"), dir.path().join("data"));
    let truth = simulate(&export, seed, "0");
    done(&["load", s(&export), "-o", s(&data), "-q", "--threads", "1"]);
    let sets: Vec<(Of, Vec<Estimate>)> = [Of::All, Of::Notifiers, Of::Followed]
        .into_iter()
        .map(|of| {
            let mut ids: Vec<&str> = rows.iter().filter(|r| r.of == of).map(|r| r.indicator).collect();
            ids.sort_unstable();
            ids.dedup();
            (of, measured(&data, of, &ids))
        })
        .collect();
    rows.iter()
        .map(|row| {
            let (_, estimates) = sets.iter().find(|(of, _)| *of == row.of).expect("measured");
            let group = |e: &Estimate| e.group_name.clone().zip(e.group_value.clone());
            let wanted = row.group.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let found = estimates.iter().find(|e| {
                // Of listings that were found the times are too short: what auditors found is asked for.
                let audited = e.indicator != "time-to-detection" || e.basis == "audit";
                audited
                    && (e.indicator.as_str(), e.statistic.as_str(), e.x, group(e))
                        == (row.indicator, row.statistic, None, wanted.clone())
            });
            let (indicator, statistic, of) = row.truth;
            let known = |t: &MarketplaceTruth| {
                t.entry(indicator, statistic, of).filter(|e| e.kind != TruthKind::Count).and_then(|e| e.value)
            };
            let true_value = known(&truth).or_else(|| known(parameters));
            let true_value = true_value.unwrap_or_else(|| panic!("no truth of {}", row.name));
            let e = found.unwrap_or_else(|| panic!("no estimate of {}", row.name));
            (e.value, (e.lower, e.upper), true_value)
        })
        .collect()
}

#[test]
#[expect(clippy::cast_precision_loss, reason = "counts of bazaars")]
fn intervals_cover_the_truth() {
    let rows: Vec<&Row> = ROWS.iter().collect();
    let folder = tempfile::tempdir().expect("folder");
    let parameters = simulate(folder.path(), 0, "2000000");
    let next = AtomicU64::new(1);
    let answers: Mutex<Vec<Vec<Answer>>> = Mutex::default();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed > BAZAARS {
                        break;
                    }
                    let said = bazaar(seed, &parameters, &rows);
                    answers.lock().expect("no panic").push(said);
                }
            });
        }
    });
    let answers = answers.into_inner().expect("no panic");
    let mut faults = Vec::new();
    for (i, row) in rows.iter().enumerate() {
        let limited: Vec<&Answer> =
            answers.iter().map(|a| &a[i]).filter(|(_, (lower, upper), _)| lower.or(*upper).is_some()).collect();
        let n = limited.len() as f64;
        let covers = |a: &&&Answer| a.1.0.is_none_or(|l| l <= a.2) && a.1.1.is_none_or(|u| a.2 <= u);
        let coverage = limited.iter().filter(covers).count() as f64 / n;
        let insufficient = 1.0 - n / answers.len() as f64;
        // Of the nominal coverage, so that a row that never covers cannot have an error of nought.
        let least = 0.95 - 3.0 * (0.95 * 0.05 / n).sqrt() - row.slack;
        let gaps: Vec<f64> = limited.iter().filter_map(|a| a.0.map(|value| value - a.2)).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let spread = (gaps.iter().map(|g| (g - mean).powi(2)).sum::<f64>() / (gaps.len() as f64 - 1.0)).sqrt();
        let bias = mean / spread;
        let line = format!("{}: coverage {coverage:.3}, bias {bias:+.2}, insufficient {insufficient:.3}", row.name);
        println!("{line}");
        // A wrong definition shows as bias before it shows in coverage.
        if !(coverage >= least && insufficient <= row.insufficient && bias.abs() <= MOST_BIAS) {
            faults.push(format!("{line}; at least {least:.3}, at most {:.2}", row.insufficient));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Mean of the deviations in their standard deviations: 95 % limits of a normal estimate with this bias still cover 0.93.
const MOST_BIAS: f64 = 0.4;
