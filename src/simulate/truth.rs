//! What a simulation put into its archives, counted while the values were made.

use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::plan::{StatementsPlan, Version};
use super::profiles::{Profile, Source};
use super::row::{Facts, PLACEHOLDER};
use crate::time::{date, iso};

/// Days → number of statements.
pub type Histogram = BTreeMap<i32, u64>;

/// The content of `truth.json`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Truth {
    /// Says that nothing of it is real.
    pub note: String,
    /// What was asked for.
    pub plan: StatementsPlan,
    /// Who submits.
    pub platforms: Vec<PlatformTruth>,
    /// The archives.
    pub files: Vec<FileTruth>,
    /// Statements of each day's archive, by platform. A few may have been created on the day next to it.
    pub days: Vec<DayTruth>,
    /// Counts by UTC day of `created_at` and platform.
    pub created: Vec<CreatedTruth>,
    /// Delays by month of `application_date` and platform: cohorts of decisions.
    pub applied: Vec<AppliedTruth>,
}

/// An invented platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlatformTruth {
    /// Its name, which is canonical.
    pub name: String,
    /// What kind of service it is.
    pub kind: String,
    /// Its name in file names.
    pub slug: String,
}

/// An archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileTruth {
    /// File name.
    pub name: String,
    /// Its day, as an ISO date.
    pub day: String,
    /// The platform; `None` for a global archive.
    pub platform: Option<String>,
    /// Full or light.
    pub version: Version,
    /// Number of statements.
    pub rows: u64,
    /// Bytes of all its CSV files.
    pub csv_bytes: u64,
    /// Bytes of the archive.
    pub zip_bytes: u64,
    /// SHA-1 of the archive, in hexadecimal.
    pub sha1: String,
}

/// Statements of one platform in the archive of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayTruth {
    /// Day of the archive, as an ISO date.
    pub day: String,
    /// The platform.
    pub platform: String,
    /// Number of statements.
    pub statements: u64,
}

/// Statements that one platform submitted on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedTruth {
    /// UTC day of `created_at`, as an ISO date.
    pub day: String,
    /// The platform.
    pub platform: String,
    /// Number of statements.
    pub statements: u64,
    /// By `source_type`.
    pub source_type: BTreeMap<String, u64>,
    /// By `category`.
    pub category: BTreeMap<String, u64>,
    /// By `decision_ground`.
    pub decision_ground: BTreeMap<String, u64>,
    /// By `automated_detection`, Yes or No.
    pub automated_detection: BTreeMap<String, u64>,
    /// `application_date` − `content_date`.
    pub delay_days: Delays,
    /// UTC day of `created_at` − `application_date`.
    pub submission_delay_days: Histogram,
}

/// Delays of the decisions that one platform dates to one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedTruth {
    /// Month of `application_date`, as in 2025-07.
    pub month: String,
    /// The platform.
    pub platform: String,
    /// Number of statements.
    pub statements: u64,
    /// `application_date` − `content_date`.
    pub delay_days: Delays,
}

/// Delays in days, by whether they can be one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Delays {
    /// 0 and more.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub ordinary: Histogram,
    /// The decision is dated before the content.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub negative: Histogram,
    /// The content date is 2000-01-01, which stands for an unknown date.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub placeholder: Histogram,
}

impl Delays {
    fn add(&mut self, applied: i32, content: i32) {
        let delay = applied - content;
        let histogram = if content == PLACEHOLDER {
            &mut self.placeholder
        } else if delay < 0 {
            &mut self.negative
        } else {
            &mut self.ordinary
        };
        *histogram.entry(delay).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        merge(&mut self.ordinary, other.ordinary);
        merge(&mut self.negative, other.negative);
        merge(&mut self.placeholder, other.placeholder);
    }
}

fn merge<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, n) in from {
        *into.entry(key).or_default() += n;
    }
}

/// Mergeable counts behind a [`Truth`], by number of the platform.
#[derive(Default)]
pub(super) struct Tally {
    created: BTreeMap<(i32, usize), Counts>,
    applied: BTreeMap<(i16, i8, usize), Delays>,
}

#[derive(Default)]
struct Counts {
    source: [u64; 4],
    category: BTreeMap<String, u64>,
    /// Incompatible, illegal.
    ground: [u64; 2],
    /// No, yes.
    detected: [u64; 2],
    delay: Delays,
    submission: Histogram,
}

impl Tally {
    /// Counts a statement.
    pub fn add(&mut self, facts: &Facts<'_>) {
        let counts = self.created.entry((facts.created, facts.platform)).or_default();
        counts.source[facts.source as usize] += 1;
        if let Some(n) = counts.category.get_mut(facts.category) {
            *n += 1;
        } else {
            counts.category.insert(facts.category.to_owned(), 1);
        }
        counts.ground[usize::from(facts.illegal)] += 1;
        counts.detected[usize::from(facts.detected)] += 1;
        counts.delay.add(facts.applied, facts.content);
        *counts.submission.entry(facts.created - facts.applied).or_default() += 1;
        if let Some(d) = date(facts.applied) {
            let key = (d.year(), d.month(), facts.platform);
            self.applied.entry(key).or_default().add(facts.applied, facts.content);
        }
    }

    /// Adds the counts of another tally.
    pub fn merge(&mut self, other: Self) {
        for (key, counts) in other.created {
            let mine = self.created.entry(key).or_default();
            mine.source.iter_mut().zip(counts.source).for_each(|(a, b)| *a += b);
            mine.ground.iter_mut().zip(counts.ground).for_each(|(a, b)| *a += b);
            mine.detected.iter_mut().zip(counts.detected).for_each(|(a, b)| *a += b);
            merge(&mut mine.category, counts.category);
            mine.delay.merge(counts.delay);
            merge(&mut mine.submission, counts.submission);
        }
        for (key, delays) in other.applied {
            self.applied.entry(key).or_default().merge(delays);
        }
    }

    /// Statements of each platform that submitted any.
    pub fn platforms(&self) -> BTreeMap<usize, u64> {
        let mut all = BTreeMap::new();
        for ((_, platform), counts) in &self.created {
            *all.entry(*platform).or_default() += counts.source.iter().sum::<u64>();
        }
        all
    }
}

fn named(names: &[&str], counts: &[u64]) -> BTreeMap<String, u64> {
    names.iter().zip(counts).filter(|(_, n)| **n > 0).map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

impl Truth {
    /// The truth about a plan before anything is counted.
    pub(super) fn new(plan: &StatementsPlan, profiles: &[Profile]) -> Self {
        Self {
            note: "simulated data: invented platforms, invented statements".into(),
            plan: plan.clone(),
            platforms: profiles
                .iter()
                .map(|p| PlatformTruth { name: p.name.clone(), kind: p.kind.clone(), slug: super::slug(&p.name) })
                .collect(),
            ..Self::default()
        }
    }

    /// Takes over the counts of all days.
    pub(super) fn fill(&mut self, tally: Tally) {
        let name = |platform: usize| self.platforms.get(platform).map_or_else(String::new, |p| p.name.clone());
        let created = tally.created.into_iter().map(|((day, platform), c)| CreatedTruth {
            day: iso(day),
            platform: name(platform),
            statements: c.source.iter().sum(),
            source_type: named(&Source::CODES, &c.source),
            category: c.category.into_iter().map(|(k, n)| (format!("STATEMENT_CATEGORY_{k}"), n)).collect(),
            decision_ground: named(
                &["DECISION_GROUND_INCOMPATIBLE_CONTENT", "DECISION_GROUND_ILLEGAL_CONTENT"],
                &c.ground,
            ),
            automated_detection: named(&["No", "Yes"], &c.detected),
            delay_days: c.delay,
            submission_delay_days: c.submission,
        });
        let created = created.collect();
        let applied = tally.applied.into_iter().map(|((year, month, platform), delay_days)| AppliedTruth {
            month: format!("{year:04}-{month:02}"),
            platform: name(platform),
            statements: [&delay_days.ordinary, &delay_days.negative, &delay_days.placeholder]
                .into_iter()
                .flat_map(BTreeMap::values)
                .sum(),
            delay_days,
        });
        let applied = applied.collect();
        (self.created, self.applied) = (created, applied);
    }

    /// JSON with one element of each list a line, so that it can be searched and compared by line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, mut out: impl Write) -> std::io::Result<()> {
        write!(out, "{{\n\"note\":")?;
        serde_json::to_writer(&mut out, &self.note)?;
        write!(out, ",\n\"plan\":")?;
        serde_json::to_writer(&mut out, &self.plan)?;
        list(&mut out, "platforms", &self.platforms)?;
        list(&mut out, "files", &self.files)?;
        list(&mut out, "days", &self.days)?;
        list(&mut out, "created", &self.created)?;
        list(&mut out, "applied", &self.applied)?;
        out.write_all(b"\n}\n")
    }
}

fn list<T: Serialize>(out: &mut impl Write, name: &str, elements: &[T]) -> std::io::Result<()> {
    write!(out, ",\n\"{name}\":[")?;
    for (i, element) in elements.iter().enumerate() {
        out.write_all(if i == 0 { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut *out, element)?;
    }
    out.write_all(b"\n]")
}
