//! The one result schema: every indicator gives rows of it, every chart and comparison reads it.
//!
//! A row is one number with its interval, its denominator and what it is about. The key is
//! [`Estimate::cmp_key`]; a collection is unique by it and sorted by it.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::time::{self, Period};

mod files;
mod schema;

pub use schema::SCHEMA;

/// Name of the platform column where an estimate is about all platforms together.
pub const ALL_PLATFORMS: &str = "all platforms";

/// What marks an estimate from simulated data in [`Estimate::note`].
pub const SIMULATED: &str = "simulated data";

/// Whether an estimate has a value, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It has a value, or at least a bound.
    Ok,
    /// The denominator is below the smallest one of the indicator.
    Insufficient,
    /// The question makes no sense here.
    NotApplicable,
    /// Withheld by a disclosure rule.
    Suppressed,
}

/// What an interval covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IntervalKind {
    /// Sampling error of a sample of a population.
    Sampling,
    /// A census seen as one draw of a stable process: what chance alone would do.
    Process,
    /// No interval.
    None,
}

/// One number with everything needed to read, check and cite it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Id of the indicator.
    pub indicator: String,
    /// Version of its definition.
    pub indicator_version: u32,
    /// Kind of evidence: `statements`, `report`, `listings`, `vetted`, `audit`, `statistics`.
    pub basis: String,
    /// What the value is: `share`, `median`, `p90`, `count`, …
    pub statistic: String,
    /// Whether there is a value.
    pub status: Status,
    /// Why there is none.
    pub reason: Option<String>,
    /// Canonical platform name, or [`ALL_PLATFORMS`].
    pub platform: String,
    /// Name of the subgroup's variable; crosses as `a×b`.
    pub group_name: Option<String>,
    /// Its value; crosses as `a×b`.
    pub group_value: Option<String>,
    /// First day of the period.
    #[serde(with = "iso_day")]
    pub period_start: i32,
    /// First day after the period.
    #[serde(with = "iso_day")]
    pub period_end: i32,
    /// Abscissa of a point of a curve.
    pub x: Option<f64>,
    /// Unit of `x`.
    pub x_unit: Option<String>,
    /// The number.
    pub value: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Method of the interval.
    pub interval: Option<String>,
    /// What the interval covers.
    pub interval_kind: IntervalKind,
    /// Its confidence level.
    pub confidence: Option<f64>,
    /// Numerator.
    pub k: Option<i64>,
    /// Denominator.
    pub n: Option<i64>,
    /// Independent clusters.
    pub clusters: Option<i64>,
    /// Censored observations.
    pub censored: Option<i64>,
    /// Unit of `value`.
    pub unit: String,
    /// What a reader must know beside the number.
    pub note: Option<String>,
    /// Identity of the data: hash of the hashes of its exports.
    pub input_id: String,
}

impl Estimate {
    /// A count, share or quantile of a census: `ok`, no interval. Set the rest afterwards.
    #[must_use]
    pub fn census(indicator: &str, version: u32, statistic: &str, unit: &str, period: Period) -> Self {
        Self {
            indicator: indicator.to_owned(),
            indicator_version: version,
            basis: "statements".to_owned(),
            statistic: statistic.to_owned(),
            status: Status::Ok,
            reason: None,
            platform: ALL_PLATFORMS.to_owned(),
            group_name: None,
            group_value: None,
            period_start: period.start,
            period_end: period.end,
            x: None,
            x_unit: None,
            value: None,
            lower: None,
            upper: None,
            interval: None,
            interval_kind: IntervalKind::None,
            confidence: None,
            k: None,
            n: None,
            clusters: None,
            censored: None,
            unit: unit.to_owned(),
            note: None,
            input_id: String::new(),
        }
    }

    /// The period.
    #[must_use]
    pub fn period(&self) -> Period {
        Period { start: self.period_start, end: self.period_end }
    }

    /// Takes the value away and says why.
    #[must_use]
    pub fn without_value(mut self, status: Status, reason: impl Into<String>) -> Self {
        (self.value, self.lower, self.upper, self.interval, self.confidence) = (None, None, None, None, None);
        self.interval_kind = IntervalKind::None;
        if status == Status::Suppressed {
            (self.k, self.n, self.clusters, self.censored, self.note) = (None, None, None, None, None);
        }
        self.status = status;
        self.reason = Some(reason.into());
        self
    }

    /// Adds a sentence to the note.
    pub fn add_note(&mut self, text: &str) {
        match &mut self.note {
            Some(note) if note.split("; ").any(|part| part == text) => {}
            Some(note) => {
                note.push_str("; ");
                note.push_str(text);
            }
            None => self.note = Some(text.to_owned()),
        }
    }

    /// Whether it comes from simulated data.
    #[must_use]
    pub fn simulated(&self) -> bool {
        self.note.as_deref().is_some_and(|n| n.contains(SIMULATED))
    }

    /// Order of the key: `(indicator, indicator_version, basis, statistic, platform, group_name,
    /// group_value, period_start, period_end, x)`, nulls first.
    #[must_use]
    pub fn cmp_key(&self, other: &Self) -> Ordering {
        let key = |e: &Self| {
            (
                e.indicator.clone(),
                e.indicator_version,
                e.basis.clone(),
                e.statistic.clone(),
                e.platform.clone(),
                e.group_name.clone(),
                e.group_value.clone(),
                e.period_start,
                e.period_end,
            )
        };
        key(self).cmp(&key(other)).then_with(|| match (self.x, other.x) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            (a, b) => a.is_some().cmp(&b.is_some()),
        })
    }

    /// What breaks the schema's invariants in this row, if anything does.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let numbers = [self.x, self.value, self.lower, self.upper, self.confidence];
        if numbers.iter().flatten().any(|v| !v.is_finite()) {
            return Some("a number is not finite".into());
        }
        if self.period_end <= self.period_start {
            return Some("the period is empty".into());
        }
        if self.status == Status::Ok {
            if self.value.is_none() && self.lower.is_none() && self.upper.is_none() {
                return Some("ok without a value or a bound".into());
            }
        } else if self.value.is_some() || self.lower.is_some() || self.upper.is_some() {
            return Some("a value or limit without status ok".into());
        } else if self.reason.is_none() {
            return Some("no value and no reason".into());
        }
        if self.status == Status::Suppressed
            && (self.k.is_some() || self.n.is_some() || self.clusters.is_some() || self.note.is_some())
        {
            return Some("suppressed, but counts or a note are left".into());
        }
        let ordered = |a: Option<f64>, b: Option<f64>| !matches!((a, b), (Some(a), Some(b)) if a > b);
        if !(ordered(self.lower, self.value) && ordered(self.value, self.upper) && ordered(self.lower, self.upper)) {
            return Some("lower ≤ value ≤ upper does not hold".into());
        }
        if (self.lower.is_some() || self.upper.is_some()) == (self.interval_kind == IntervalKind::None) {
            return Some("limits and interval_kind do not agree".into());
        }
        if self.unit == "share"
            && [self.value, self.lower, self.upper].iter().flatten().any(|v| !(0.0..=1.0).contains(v))
        {
            return Some("a share outside [0, 1]".into());
        }
        if self.group_name.is_some() != self.group_value.is_some() {
            return Some("group_name and group_value go together".into());
        }
        None
    }
}

/// Estimates that are unique by key, sorted by it, and keep the invariants.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estimates(Vec<Estimate>);

impl Estimates {
    /// Sorts the rows and checks them.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a row that breaks an invariant, or two rows with one key.
    pub fn new(mut rows: Vec<Estimate>) -> Result<Self> {
        rows.sort_by(Estimate::cmp_key);
        let invalid = |e: &Estimate, message: String| Error::Invalid {
            place: format!(
                "{} ({}, {}, {}, from {})",
                e.indicator,
                e.statistic,
                e.platform,
                e.group_value.as_deref().unwrap_or("no group"),
                time::iso(e.period_start)
            ),
            message,
            hint: "estimates follow the schema that `systemic explain estimates` prints".into(),
        };
        if let Some((e, fault)) = rows.iter().find_map(|e| e.fault().map(|f| (e, f))) {
            return Err(invalid(e, fault));
        }
        if let Some((first, _)) = rows.iter().zip(rows.iter().skip(1)).find(|(a, b)| a.cmp_key(b).is_eq()) {
            return Err(invalid(first, "two rows have the same key".into()));
        }
        Ok(Self(rows))
    }

    /// The rows, sorted by key.
    #[must_use]
    pub fn rows(&self) -> &[Estimate] {
        &self.0
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Days as `YYYY-MM-DD` in text formats.
mod iso_day {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
    pub fn serialize<S: Serializer>(day: &i32, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&crate::time::iso(*day))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<i32, D::Error> {
        let text = String::deserialize(d)?;
        crate::time::parse_iso(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is no date YYYY-MM-DD")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(value: f64) -> Estimate {
        let period = Period { start: 0, end: 1 };
        let mut e = Estimate::census("i", 1, "share", "share", period);
        (e.value, e.k, e.n) = (Some(value), Some(1), Some(2));
        e
    }

    #[test]
    fn invariants_are_enforced() {
        assert_eq!(share(0.5).fault(), None);
        assert!(share(1.5).fault().is_some());
        assert!(share(f64::NAN).fault().is_some());
        let mut limits = share(0.5);
        limits.lower = Some(0.6);
        assert!(limits.fault().is_some());
        let empty = share(0.5).without_value(Status::Insufficient, "n = 2 is below 10");
        assert_eq!((empty.fault(), empty.value, empty.n), (None, None, Some(2)));
        let suppressed = share(0.5).without_value(Status::Suppressed, "rule");
        assert_eq!((suppressed.fault(), suppressed.n), (None, None));
        assert!(Estimates::new(vec![share(0.5), share(0.6)]).is_err(), "one key twice");
    }
}
