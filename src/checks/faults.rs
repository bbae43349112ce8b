//! Announced faults and breaks that touch the data.

use super::{Check, Facts, Observation};
use crate::engine::TallyTable;
use crate::finding;
use crate::tables::faults::FAULTS;
use crate::tables::{Table, statements::Statements};

/// The check.
pub struct KnownFaults;

impl Check for KnownFaults {
    fn id(&self) -> &'static str {
        "known-faults"
    }
    fn doc(&self) -> &'static str {
        "faults and breaks that were announced for the days and platforms that are loaded"
    }
    fn observe(&self, _: &[TallyTable], facts: &Facts) -> Vec<Observation> {
        let mut found = Vec::new();
        for fault in FAULTS.iter() {
            if !fault.columns.iter().any(|c| c == "*" || facts.columns.iter().any(|l| l == c)) {
                continue;
            }
            let concerned = |platform: &str| fault.of(platform);
            let inside = |day: i32| day >= fault.from && fault.until.is_none_or(|until| day < until);
            let rows = |inside_too: bool| {
                let cells = facts.cells.iter().filter(|((_, platform), _)| concerned(platform));
                cells.filter_map(|((day, _), n)| (*day).filter(|d| !inside_too || inside(*d)).map(|_| n)).sum::<u64>()
            };
            let before = facts.cells.keys().any(|(d, p)| d.is_some_and(|d| d < fault.from) && concerned(p));
            let (count, of) = (rows(true), rows(false));
            // A break matters to data on both its sides.
            if count == 0 || (fault.until.is_none() && !before) {
                continue;
            }
            let first = fault.columns.first().map_or("", String::as_str);
            found.push(Observation {
                kind: finding::KNOWN_FAULT,
                period: None,
                platform: (!fault.platforms.is_empty()).then(|| fault.platforms.join(", ")),
                column: Statements.columns().iter().map(|c| c.name).find(|c| *c == first),
                value: Some(fault.note()),
                count,
                of: Some(of),
                example: None,
                cells: Vec::new(),
                broken: None,
            });
        }
        found
    }
}
