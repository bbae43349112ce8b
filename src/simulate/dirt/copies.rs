//! Faults by which a statement stands in the files twice.

use super::fault::{Another, Expected, Fault, Make};
use crate::finding;

const fn copy(
    id: &'static str,
    meaning: &'static str,
    seen: &'static str,
    expected: Expected,
    another: Another,
) -> Fault {
    Fault { id, meaning, seen, expected, make: Make::Another(another), era: None }
}

pub static UUID: Fault = copy(
    "duplicate-uuid",
    "a row that stands twice in the archive of its day",
    "passes unnoticed in other tools; duplicates were removed from the database in May and June 2024",
    Expected::repeated("counted once").checks(&[finding::REPEATED_UUID]),
    Another::SameDay,
);
pub static ACROSS_DAYS: Fault = copy(
    "duplicate-across-days",
    "a row of the day before that stands in the archive of its day too",
    "files were cut by ranges of ids, so that a few rows could fall into two of them",
    Expected::repeated("counted once, on the day of its submission").checks(&[finding::REPEATED_UUID]),
    Another::DayBefore,
);
pub static PLATFORM_UID: Fault = copy(
    "duplicate-platform-uid",
    "a decision that was submitted twice: one platform_uid under two UUIDs",
    "mass removal in May and June 2024; repeated identifiers were accepted for a time, and can be after months",
    Expected::kept("kept: two statements of one decision, which counts of statements count twice")
        .checks(&[finding::REPEATED_UID]),
    Another::NewUuid,
);
