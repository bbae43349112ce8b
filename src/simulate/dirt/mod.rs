//! Faults that published dumps have had, put into simulated ones on request.
//!
//! Clean dumps answer whether numbers are right; these answer whether they stay right when the data is not.
//! Each fault is an entry of [`DIRT`]: what it is, where it was seen, and what a correct loader does with it.
//! `truth.json` says how many rows and files have it, and which.
//!
//! A fault of single rows changes as little else of its row as can be, and no row has two of them. Rows
//! without a fault are those of the same plan without any, unless a platform falls silent or changes its
//! volume, by which all rows of these days move.

mod copies;
mod dialect;
pub mod fault;
mod files;
mod names;
mod placement;
mod platforms;
#[cfg(test)]
mod reading_tests;
mod rules;
#[cfg(test)]
mod tests;
mod values;

pub(super) use fault::{Another, FileFault, LEVEL, Make, Scene, Span};
pub use fault::{Expected, Fate, Fault, Level};
pub(super) use files::{EXTRA_COLUMN, LACKING, REPUBLISHED};
pub(super) use placement::{Dirt, FileFaults};

/// What stands for all faults that have a place in a plan.
pub const ALL: &str = "all";

/// Rows in 1,000,000 with each fault of single rows, unless another share is asked for: one in 800, so that a
/// day of 1,000 rows has each of them even if a platform is silent.
pub const PER_MILLION: u32 = 1_250;

/// Every fault.
pub static DIRT: &[&Fault] = &[
    // How a row is written.
    &dialect::BACKSLASH_QUOTE,
    &dialect::TRAILING_BACKSLASH,
    &dialect::EMBEDDED_CR,
    &dialect::EMBEDDED_LF,
    &dialect::BLANKS,
    &dialect::BROKEN_UTF8,
    &dialect::SHORT_ROW,
    &dialect::SURPLUS_FIELD,
    &dialect::OPEN_QUOTE,
    &dialect::EMPTY_LISTS,
    &dialect::SPACED_LIST,
    &dialect::BROKEN_LIST,
    &dialect::BAD_BOOLEAN,
    &dialect::BAD_UUID,
    &dialect::FRACTION,
    &dialect::ISO,
    // Values.
    &values::CATEGORY,
    &values::KEYWORD,
    &values::LANGUAGE,
    &values::COUNTRY,
    &values::DECISION,
    &values::OTHER_ERA_CATEGORY,
    &values::OTHER_ERA_KEYWORD,
    &values::BAD_DATE,
    &values::ZERO_DATE,
    &values::TIME,
    &values::PLACEHOLDER_DATE,
    &values::NEGATIVE_DELAY,
    &values::LATE_DECISION,
    &values::OTHER_DAY,
    // Names of platforms.
    &names::EMPTY,
    &names::ENTITIES,
    &names::BLANK,
    &names::QUOTED,
    &names::SMALL,
    &names::LEGAL_FORM,
    &names::NEW_PLATFORM,
    // Rules.
    &rules::NO_DECISION,
    &rules::VISIBILITY_WITHOUT_TEXT,
    &rules::VISIBILITY_WITHOUT_CODE,
    &rules::MONETARY_WITHOUT_TEXT,
    &rules::MONETARY_WITHOUT_CODE,
    &rules::ILLEGAL_WITHOUT_GROUND,
    &rules::ILLEGAL_WITH_TERMS,
    &rules::TERMS_WITHOUT_GROUND,
    &rules::ILLEGAL_TOO,
    &rules::TYPE_WITHOUT_TEXT,
    &rules::TYPE_WITHOUT_CODE,
    &rules::REPEATED_CATEGORY,
    &rules::KEYWORD_WITHOUT_CODE,
    &rules::UNSORTED_COUNTRIES,
    &rules::REPEATED_COUNTRY,
    &rules::NO_TERRITORY,
    &rules::END_BEFORE_START,
    &rules::END_WITHOUT_DECISION,
    &rules::TERMINATION_WITH_END,
    &rules::NOTIFIER,
    &rules::PLATFORM_UID,
    &rules::SHORT_BARCODE,
    &rules::CHECK_DIGIT,
    &rules::REPEATED_CODE,
    &rules::UNSORTED_CODES,
    // Statements that stand there twice.
    &copies::UUID,
    &copies::ACROSS_DAYS,
    &copies::PLATFORM_UID,
    // Platforms.
    &platforms::ZERO_DELAYS,
    &platforms::INVERTED,
    &platforms::UNLABELLED,
    &platforms::SILENT,
    &platforms::LEVEL_SHIFT,
    // Files.
    &files::MISSING_SHA1,
    &files::WRONG_SHA1,
    &files::TRUNCATED,
    &files::REPUBLISHED_ARCHIVE,
    &files::EXTRA,
    &files::CRLF,
    &files::BOM,
    &files::REORDERED,
    &files::HEADER_ONLY,
    &files::EMPTY,
];

/// The fault of this name.
#[must_use]
pub fn fault(id: &str) -> Option<&'static Fault> {
    DIRT.iter().copied().find(|f| f.id == id)
}
