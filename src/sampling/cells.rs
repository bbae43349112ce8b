//! Cells that survive spreadsheets: no formula, no number, no date where a text is meant.
//!
//! A spreadsheet runs what begins with `=`, `+`, `-` or `@` when it opens a CSV file, takes leading zeros off, and makes
//! dates of identifiers. An apostrophe before such a text keeps it: every spreadsheet shows it as it is and writes it
//! back, and [`unguard`] takes it off again.

use std::borrow::Cow;

/// What marks a guarded cell.
const MARK: char = '\'';

/// Beginnings that a spreadsheet takes for a formula, and the mark itself.
const FORMULA: [char; 7] = ['=', '+', '-', '@', '\t', '\r', MARK];

/// A text as a cell that is no formula.
#[must_use]
pub fn guard(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) { Cow::Owned(format!("{MARK}{text}")) } else { Cow::Borrowed(text) }
}

/// An identifier as a cell that is neither a formula nor a number nor a date.
#[must_use]
pub fn guard_id(text: &str) -> Cow<'_, str> {
    if text.starts_with(FORMULA) || reads_as_value(text) {
        Cow::Owned(format!("{MARK}{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// What [`guard`] and [`guard_id`] were given: the mark is taken off where one of them would have set it.
#[must_use]
pub fn unguard(cell: &str) -> &str {
    let marked = |rest: &&str| rest.starts_with(FORMULA) || reads_as_value(rest);
    cell.strip_prefix(MARK).filter(marked).unwrap_or(cell)
}

/// Whether a spreadsheet may take a text for a number, a date or a truth value: digits with what stands between them
/// in numbers, dates and times, or with the name of a month, or a name of a truth value in a common language.
fn reads_as_value(text: &str) -> bool {
    const WORDS: [&str; 10] =
        ["true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "falso", "waar", "onwaar"];
    let lower = text.trim().to_lowercase();
    if WORDS.contains(&lower.as_str()) {
        return true;
    }
    let digits = lower.chars().any(|c| c.is_ascii_digit());
    let letters: String = lower.chars().filter(|c| c.is_alphabetic()).collect();
    let others = lower.chars().all(|c| c.is_alphanumeric() || " .,:/-+_%$€£()'".contains(c));
    // E for powers of ten, months from three letters on: the letters of a date are few.
    digits && others && (letters.len() <= 2 || (letters.len() <= 10 && letters.is_ascii() && names_a_month(&letters)))
}

fn names_a_month(letters: &str) -> bool {
    const MONTHS: [&str; 24] = [
        "jan", "feb", "mar", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec", "dez", "mrz",
        "avr", "fev", "ago", "ene", "abr", "set", "dic", "maj",
    ];
    MONTHS.iter().any(|month| letters.starts_with(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn damage_is_kept_off() {
        for text in ["=1+1", "+49", "-x", "@sum", "\tx", "'quoted", "'"] {
            assert!(guard(text).starts_with('\''), "{text:?}");
        }
        for id in ["00123", "12345678901234567", "1E5", "12e10", "MAR1", "1-2", "2024-05-06", "TRUE", "3,5", "12:30"] {
            assert!(guard_id(id).starts_with('\''), "{id:?}");
        }
        for id in ["L-0001-abc", "lst_000123", "550e8400-e29b-41d4-a716-446655440000", "trader"] {
            assert_eq!(guard_id(id), id);
        }
        assert_eq!(unguard("'"), "'");
        assert_eq!((unguard(""), unguard("'typed by a person")), ("", "'typed by a person"));
    }

    proptest! {
        #[test]
        fn guarded_cells_come_back(text in ".*", id in "[-+=@' 0-9A-Za-z.]{0,12}") {
            for (guarded, text) in [(guard(&text), &text), (guard_id(&id), &id)] {
                prop_assert_eq!(unguard(&guarded), text);
                prop_assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']));
            }
        }
    }
}
