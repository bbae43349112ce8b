//! Announced faults and breaks of the data, as data.
//!
//! Estimates that one of them touches say so in their note, and figures over time mark it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::{Table, statements::Statements};
use crate::time::{self, Period};

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FaultKind {
    /// A stretch of time in which a column is wrong or incomplete.
    Fault,
    /// A day on which a definition or a scope changed.
    Break,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    kind: FaultKind,
    platforms: Vec<String>,
    columns: Vec<String>,
    from: String,
    until: Option<String>,
    label: String,
    what: String,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    fault: Vec<Entry>,
}

/// What stands among the columns of a break that concerns every estimate on transparency reports.
pub const REPORTS: &str = "report_values";

/// An announced fault or break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Id in kebab-case.
    pub id: String,
    /// What it is.
    pub kind: FaultKind,
    /// Canonical names of the platforms concerned; empty means all.
    pub platforms: Vec<String>,
    /// Columns concerned; `*` stands for every estimate on statements, [`REPORTS`] for every one on transparency reports.
    pub columns: Vec<String>,
    /// First day; of a break, the first day of the new state.
    pub from: i32,
    /// First day after a fault; `None` for a break.
    pub until: Option<i32>,
    /// What it is, in a few words.
    pub label: String,
    /// What happened and what it does to the numbers.
    pub what: String,
    /// Who said so, and when.
    pub source: String,
}

/// Every known fault and break, by first day.
pub static FAULTS: LazyLock<Vec<Fault>> = LazyLock::new(|| {
    let file = toml::from_str::<File>(include_str!("known_faults.toml"));
    let mut faults: Vec<Fault> = file.map_or_else(|_| Vec::new(), |f| f.fault.into_iter().filter_map(fault).collect());
    faults.sort_by(|a, b| (a.from, &a.id).cmp(&(b.from, &b.id)));
    faults
});

fn fault(e: Entry) -> Option<Fault> {
    let until = match &e.until {
        Some(day) => Some(time::parse_iso(day)?),
        None => None,
    };
    Some(Fault {
        id: e.id,
        kind: e.kind,
        platforms: e.platforms,
        columns: e.columns,
        from: time::parse_iso(&e.from)?,
        until,
        label: e.label,
        what: e.what,
        source: e.source,
    })
}

impl Fault {
    /// Whether it touches what is measured from these columns in this period, of which these days are loaded
    /// (none if that is not known).
    ///
    /// A fault touches every period that it meets, a break those that lie on both sides of it.
    #[must_use]
    pub fn touches(&self, period: Period, loaded: &BTreeSet<i32>, columns: &[&str]) -> bool {
        let any = |start: i32, end: i32| {
            let (start, end) = (start.max(period.start), end.min(period.end));
            start < end && (loaded.is_empty() || loaded.range(start..end).next().is_some())
        };
        let time = match self.until {
            Some(until) => any(self.from, until),
            None => any(i32::MIN, self.from) && any(self.from, i32::MAX),
        };
        time && self.concerns(columns)
    }

    /// Whether it is about one of these columns, or about all.
    #[must_use]
    pub fn concerns(&self, columns: &[&str]) -> bool {
        self.columns.iter().any(|c| c == "*" || columns.contains(&c.as_str()))
    }

    /// Whether it is about transparency reports, and not about statements.
    #[must_use]
    pub fn is_of_reports(&self) -> bool {
        self.columns.iter().any(|c| c == REPORTS)
    }

    /// Whether it is about this platform.
    #[must_use]
    pub fn of(&self, platform: &str) -> bool {
        self.platforms.is_empty() || self.platforms.iter().any(|p| p == platform)
    }

    /// What it is and when, as in a note.
    #[must_use]
    pub fn note(&self) -> String {
        let who = if self.platforms.is_empty() { String::new() } else { format!("{}: ", self.platforms.join(", ")) };
        let when = match self.until {
            Some(until) => format!("{} to {}", time::iso(self.from), time::iso(until - 1)),
            None => format!("since {}", time::iso(self.from)),
        };
        let kind = if self.kind == FaultKind::Fault { "known fault" } else { "break" };
        format!("{kind} {}: {who}{} ({when})", self.id, self.label)
    }
}

/// The fault with this id.
#[must_use]
pub fn fault_of(id: &str) -> Option<&'static Fault> {
    FAULTS.iter().find(|f| f.id == id)
}

/// Columns of the table that a list of columns rests on: themselves, and what they are derived from.
#[must_use]
pub fn with_origins(columns: &[&'static str]) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = columns.to_vec();
    let mut at = 0;
    while at < all.len() {
        if let Some(super::Origin::Derived(from)) = Statements.column(all[at]).map(|c| c.origin) {
            let new: Vec<&'static str> = from.iter().copied().filter(|c| !all.contains(c)).collect();
            all.extend(new);
        }
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::platforms;

    #[test]
    fn the_file_is_whole_and_names_what_exists() {
        let file: File = toml::from_str(include_str!("known_faults.toml")).expect("TOML");
        assert_eq!(file.fault.len(), FAULTS.len(), "a date is wrong");
        for f in FAULTS.iter() {
            let reports = f.columns == [REPORTS];
            assert!(reports || f.columns.iter().all(|c| c == "*" || Statements.column(c).is_some()), "{}", f.id);
            assert!(f.platforms.iter().all(|p| platforms::is_known(p)), "{}", f.id);
            assert_eq!(f.until.is_some(), f.kind == FaultKind::Fault, "{}", f.id);
            assert!(f.until.is_none_or(|u| u > f.from) && f.what.ends_with('.') && !f.source.is_empty(), "{}", f.id);
        }
    }

    #[test]
    fn faults_touch_what_they_meet_and_breaks_what_they_cut() {
        let period = |a: &str, b: &str| Period {
            start: time::parse_iso(a).expect("day"),
            end: time::parse_iso(b).expect("day"),
        };
        let days = BTreeSet::new();
        let schema = fault_of("schema-2025-07-01").expect("known");
        assert!(schema.touches(period("2025-06-01", "2025-08-01"), &days, &["category_v2"]));
        assert!(!schema.touches(period("2025-07-01", "2025-08-01"), &days, &["category_v2"]));
        assert!(!schema.touches(period("2025-06-01", "2025-08-01"), &days, &["source_type"]));
        let play = fault_of("google-play-automated-detection").expect("known");
        assert!(play.touches(period("2026-05-28", "2026-06-01"), &days, &["automated_detection"]));
        assert!(!play.touches(period("2026-05-29", "2026-06-01"), &days, &["automated_detection"]));
        let loaded = [20_240, 20_241].into();
        assert!(!schema.touches(period("2025-06-01", "2025-08-01"), &loaded, &["category_v2"]));
        assert!(play.of("Google Play") && !play.of("YouTube"));
        let template = fault_of("harmonised-template").expect("known");
        assert!(template.is_of_reports() && template.concerns(&[REPORTS]) && !schema.concerns(&[REPORTS]));
        assert!(!template.touches(period("2025-06-01", "2025-08-01"), &days, &["category_v2", "created_at"]));
    }

    #[test]
    fn derived_columns_rest_on_others() {
        assert_eq!(with_origins(&["category_v2"]), ["category_v2", "category"]);
    }
}
