//! What the truth says of faults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Truth, merge};
use crate::simulate::dirt::{Dirt, Fate, Level, Make};
use crate::simulate::statements::Made;
use crate::time::iso;

/// Rows of one fault that the truth names; more are only counted.
const LISTED: usize = 1_000;

/// A fault that was put in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirtTruth {
    /// Its name.
    pub id: String,
    /// What it is.
    pub meaning: String,
    /// What it happens to.
    pub level: Level,
    /// What a correct loader does with it.
    pub expected: ExpectedTruth,
    /// Records that have it, those of archives that must be refused left aside. Each is counted once, however
    /// many archives of its day (full and light, global and per platform) it is in.
    pub rows: u64,
    /// The same by UTC day of submission and the platform that it is filed under. Of rejected records as well,
    /// although nobody reads these from them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<DirtCell>,
    /// For faults of single rows: the records, up to `cap`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub listed: Vec<DirtRow>,
    /// How many records are listed at most.
    pub cap: u64,
    /// For faults of platforms: which, and when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanTruth>,
    /// For faults of files: the archives, or the CSV files in them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<String>,
}

/// What a correct loader does with a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedTruth {
    /// What becomes of the rows.
    pub fate: Fate,
    /// Findings that it reports while it loads.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<FindingTruth>,
    /// Codes of findings of a look at the whole dataset.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<String>,
    /// Rules that the rows break, where these apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    /// What the reader gets, and which numbers are affected.
    pub effect: String,
}

/// A finding that a fault causes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingTruth {
    /// Its code.
    pub code: String,
    /// The column that it names; `None` where it is about none, or about one of several.
    pub column: Option<String>,
}

/// Records with a fault, of one platform and one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirtCell {
    /// UTC day of submission, as an ISO date.
    pub day: String,
    /// The platform.
    pub platform: String,
    /// Number of records.
    pub rows: u64,
}

/// A record with a fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirtRow {
    /// Its identifier, as it stands in the file.
    pub uuid: String,
    /// CSV file of the first archive of its day, inner archive and file, as in column `source_entry`.
    pub entry: String,
    /// Line on which it begins; the header is line 1.
    pub line: u64,
}

/// Days of a platform that behaves in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanTruth {
    /// The platform.
    pub platform: String,
    /// First day of the archives concerned, as an ISO date.
    pub from: String,
    /// Last day.
    pub to: String,
}

/// Mergeable counts of faults, by their numbers.
#[derive(Default)]
pub(in crate::simulate) struct DirtTally {
    faults: BTreeMap<usize, Counts>,
}

#[derive(Default)]
struct Counts {
    cells: BTreeMap<(i32, usize), u64>,
    listed: Vec<DirtRow>,
    files: Vec<String>,
}

impl DirtTally {
    /// Counts a record with its faults; `place` gives its file and line.
    pub fn add(&mut self, dirt: &Dirt, made: &Made<'_, '_>, place: impl Fn() -> (String, u64)) {
        for fault in made.faults {
            let counts = self.faults.entry(*fault).or_default();
            *counts.cells.entry((made.statement.created_day(), made.statement.name)).or_default() += 1;
            if counts.listed.len() < LISTED && dirt.chosen[*fault].level() == Level::Row {
                let (entry, line) = place();
                counts.listed.push(DirtRow { uuid: made.statement.uuid.clone(), entry, line });
            }
        }
    }

    /// Notes a file that has a fault.
    pub fn file(&mut self, fault: usize, name: String) {
        self.faults.entry(fault).or_default().files.push(name);
    }

    /// Adds the counts of what comes after.
    pub fn merge(&mut self, other: Self) {
        for (fault, counts) in other.faults {
            let mine = self.faults.entry(fault).or_default();
            merge(&mut mine.cells, counts.cells);
            let left = LISTED - mine.listed.len();
            mine.listed.extend(counts.listed.into_iter().take(left));
            mine.files.extend(counts.files);
        }
    }
}

impl Truth {
    /// Takes over what is known of faults.
    pub(in crate::simulate) fn fill_dirt(&mut self, mut tally: DirtTally, dirt: &Dirt) {
        for (number, fault) in dirt.chosen.iter().enumerate() {
            let counts = tally.faults.remove(&number).unwrap_or_default();
            let cells = counts.cells.into_iter();
            let cells: Vec<DirtCell> = cells
                .map(|((day, name), rows)| DirtCell {
                    day: iso(day),
                    platform: dirt.names.filed(name).to_owned(),
                    rows,
                })
                .collect();
            let span = dirt.spells.iter().find(|s| s.fault == number).map(|spell| SpanTruth {
                platform: dirt.names.filed(spell.platform).to_owned(),
                from: iso(spell.days.start),
                to: iso(spell.days.end - 1),
            });
            let expected = &fault.expected;
            let findings = expected.all_findings().map(|(kind, column)| FindingTruth {
                code: kind.code.to_owned(),
                column: Some(column.to_owned()).filter(|c| !c.is_empty()),
            });
            self.dirt.push(DirtTruth {
                id: fault.id.to_owned(),
                meaning: fault.meaning.to_owned(),
                level: fault.level(),
                expected: ExpectedTruth {
                    fate: expected.fate,
                    findings: findings.collect(),
                    checks: expected.all_checks().map(|kind| kind.code.to_owned()).collect(),
                    rules: expected.rules.iter().map(|r| (*r).to_owned()).collect(),
                    effect: expected.effect.to_owned(),
                },
                rows: cells.iter().map(|c| c.rows).sum(),
                cells,
                listed: counts.listed,
                cap: if matches!(fault.make, Make::Row(_) | Make::Another(_)) { LISTED as u64 } else { 0 },
                span,
                files: counts.files,
            });
        }
    }
}
