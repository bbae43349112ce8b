//! What a simulation put into its archives, counted while the values were made.
//!
//! All counts but those of files are of the statements that a correct loader keeps: a statement counts once
//! however often it stands in the files, records that cannot be read count nowhere, and neither do those of
//! archives that must be refused. A value that is no date, no list or neither Yes nor No counts as none.

use std::collections::BTreeMap;
use std::io::Write;

use serde::{Deserialize, Serialize};

use super::plan::{StatementsPlan, Version};
use super::profiles::Profile;

mod dirt;
mod tally;

pub(super) use dirt::DirtTally;
pub use dirt::{DirtCell, DirtRow, DirtTruth, ExpectedTruth, FindingTruth, SpanTruth};
pub(super) use tally::Tally;

/// Days → number of statements.
pub type Histogram = BTreeMap<i32, u64>;

/// Values → number of statements. Statements without a value are not in it.
pub type Values = BTreeMap<String, u64>;

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
    /// The faults that were put in.
    #[serde(default)]
    pub dirt: Vec<DirtTruth>,
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
    /// File name, with the folder where it lies in one.
    pub name: String,
    /// Its day, as an ISO date.
    pub day: String,
    /// The platform; `None` for a global archive.
    pub platform: Option<String>,
    /// Full or light.
    pub version: Version,
    /// Number of records.
    pub rows: u64,
    /// Bytes of all its CSV files.
    pub csv_bytes: u64,
    /// Bytes of the archive.
    pub zip_bytes: u64,
    /// SHA-1 of the archive, in hexadecimal; of one that is cut short, as it was before.
    pub sha1: String,
    /// Records that a correct loader keeps aside.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub rejected: u64,
    /// Records of statements that stand elsewhere already, in this archive or that of the day before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub repeated: u64,
    /// Whether a correct loader refuses it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Faults of files that it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<String>,
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
///
/// Sets are codes sorted, without repetition, joined by a comma. Values are as submitted, in the terms of
/// their own schema.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatedTruth {
    /// UTC day of `created_at`, as an ISO date.
    pub day: String,
    /// The platform, by the name that it is filed under; empty for statements without one.
    pub platform: String,
    /// Number of statements.
    pub statements: u64,
    /// By `source_type`.
    pub source_type: Values,
    /// By `category`.
    pub category: Values,
    /// By `decision_ground`.
    pub decision_ground: Values,
    /// By `automated_detection`, Yes or No.
    pub automated_detection: Values,
    /// `application_date` − `content_date`, of statements with both.
    pub delay_days: Delays,
    /// UTC day of `created_at` − `application_date`, of statements with the latter.
    pub submission_delay_days: Histogram,
    /// Those of the ordinary delays that a date makes impossible: outside what the database accepts, or more
    /// than one day after the submission.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub impossible_delay_days: Histogram,
    /// Statements without one of the dates of the delay.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_delay: u64,
    /// By `automated_decision`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub automated_decision: Values,
    /// By `incompatible_content_illegal`, Yes or No.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub incompatible_content_illegal: Values,
    /// By set of `decision_visibility`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decision_visibility: Values,
    /// By `decision_monetary`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decision_monetary: Values,
    /// By `decision_provision`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decision_provision: Values,
    /// By `decision_account`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub decision_account: Values,
    /// By `account_type`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub account_type: Values,
    /// By code in `category_addition`: a statement counts once with each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub category_addition: Values,
    /// By code in `category_specification`: a statement counts once with each.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub category_specification: Values,
    /// By set of `content_type`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub content_type: Values,
    /// By `content_language`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub content_language: Values,
    /// By set of `territorial_scope`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub territorial_scope: Values,
    /// Statements whose `territorial_scope` names no country.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub territorial_scope_empty: u64,
    /// Statements that have a value, by optional column of the export: a date that is one, a list with a code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub filled: Values,
    /// Statements with a list that holds no code, by column: `[]`, `[""]` and `["null"]`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub empty_lists: Values,
    /// Statements that break a rule of the database, by its number.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rules: Values,
}

/// Delays of the decisions that one platform dates to one month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppliedTruth {
    /// Month of `application_date`, as in 2025-07.
    pub month: String,
    /// The platform, by the name that it is filed under; empty for statements without one.
    pub platform: String,
    /// Number of statements.
    pub statements: u64,
    /// `application_date` − `content_date`, of statements with the latter.
    pub delay_days: Delays,
    /// Those of the ordinary delays that a date makes impossible.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub impossible_delay_days: Histogram,
    /// Statements without `content_date`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub without_delay: u64,
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

fn merge<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, n) in from {
        *into.entry(key).or_default() += n;
    }
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
        list(&mut out, "dirt", &self.dirt)?;
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
