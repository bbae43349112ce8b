//! Numbers and dates as providers write them.
//!
//! The template asks for plain numbers, shares from 0 to 1, medians in hours and dates such as 2026-08-31. Reports
//! hold `"644,956"`, `395348.0`, `124.1M`, `96.83%`, `1 234`, `NA`, `/`, `2026/8/31`. Each is read as what it says, and
//! what was done is told by a [`Notation`].

use crate::time::days_from_civil;

/// What a cell for a figure holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A number.
    Number,
    /// Nothing: not applicable, which is no 0.
    Blank,
    /// A mark in place of a blank: `NA`, `/`, `-`.
    Mark,
    /// Text that is no number.
    Unreadable,
}

impl State {
    /// Its code in the table.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Blank => "blank",
            Self::Mark => "mark",
            Self::Unreadable => "unreadable",
        }
    }

    /// The state of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        [Self::Number, Self::Blank, Self::Mark, Self::Unreadable].into_iter().find(|s| s.code() == code)
    }
}

/// How a number is written otherwise than the template asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notation {
    /// Digits in groups: `644,956`, `1 234`, `1.234.567`.
    Grouped,
    /// A count with decimals that are 0: `395348.0`.
    DecimalCount,
    /// A word or letter for a power of ten: `124.1M`.
    Scaled,
    /// A share in percent: `96.83%`.
    Percent,
    /// A comma before the decimals: `21,85`.
    DecimalComma,
    /// A median in another unit than hours: `3 days`.
    OtherUnit,
}

impl Notation {
    /// What it is, in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Grouped => "digits in groups",
            Self::DecimalCount => "a count with decimals",
            Self::Scaled => "a letter for millions or thousands",
            Self::Percent => "a percentage",
            Self::DecimalComma => "a decimal comma",
            Self::OtherUnit => "a median in another unit than hours",
        }
    }
}

/// A cell for a figure, read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Number {
    /// The value in the unit of its column, where there is one.
    pub value: Option<f64>,
    /// How far rounding to the digits written may have moved it: 0.05 million for `124.1M`.
    pub half_unit: f64,
    /// Decimals written.
    pub decimals: u32,
    /// What is unusual in how it is written.
    pub notation: Vec<Notation>,
    /// What the cell holds; `None` stands for blank.
    state: Option<State>,
}

impl Number {
    /// What the cell holds.
    #[must_use]
    pub fn state(&self) -> State {
        self.state.unwrap_or(State::Blank)
    }

    fn without(state: State) -> Self {
        Self { state: Some(state), ..Self::default() }
    }
}

/// Marks that stand for a blank.
const MARKS: &[&str] =
    &["na", "n/a", "n.a.", "n.a", "n\\a", "/", "-", "--", "–", "—", "not applicable", "none", "nil", "null", "."];

/// Hours in a unit of time, by its names.
const TIMES: &[(f64, &[&str])] = &[
    (1.0, &["h", "hr", "hrs", "hour", "hours"]),
    (24.0, &["d", "day", "days"]),
    (168.0, &["week", "weeks"]),
    (1.0 / 60.0, &["min", "mins", "minute", "minutes"]),
    (1.0 / 3600.0, &["s", "sec", "secs", "second", "seconds"]),
];

/// Powers of ten, by their names.
const SCALES: &[(i32, &[&str])] = &[
    (3, &["k", "thousand"]),
    (6, &["m", "mn", "mio", "million", "millions"]),
    (9, &["b", "bn", "billion", "billions"]),
];

/// Blanks of every width as one kind, typographic signs as plain ones, none at the ends or twice.
#[must_use]
pub fn tidy(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| match c {
            '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{00b4}' => '\'',
            '\u{201c}' | '\u{201d}' | '\u{201e}' => '"',
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{feff}' | '\u{200b}' => ' ',
            c => c,
        })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// [`tidy`], in small letters: equal for headers and names that differ in nothing but how they are typed.
#[must_use]
pub fn folded(text: &str) -> String {
    tidy(text).to_lowercase()
}

/// Reads a cell for a figure.
///
/// `unit` is that of the column (`count`, `hours`, `share`, `full-time equivalents`). `context` may say that a median is
/// in days or minutes. `comma` says that the file writes decimals after a comma, as those with semicolons between cells
/// do. A single comma before three digits groups them (`1,234`) unless `comma` is set.
#[must_use]
pub fn read(text: &str, unit: &str, context: &str, comma: bool) -> Number {
    let written = tidy(text);
    if written.is_empty() {
        return Number::default();
    }
    let lower = written.to_lowercase();
    if MARKS.contains(&lower.as_str()) {
        return Number::without(State::Mark);
    }
    let Some(cut) = lower.rfind(|c: char| c.is_ascii_digit()).map(|at| at + 1) else {
        return Number::without(State::Unreadable);
    };
    let (digits, suffix) = lower.split_at(cut);
    let suffix = suffix.trim().trim_end_matches('.');
    let Some((plain, mut notation)) = plain_digits(digits, comma) else {
        return Number::without(State::Unreadable);
    };
    let decimals = plain.split_once('.').map_or(0, |(_, d)| d.len());
    let exponent = match suffix {
        "" => 0,
        "%" | "percent" => {
            notation.push(Notation::Percent);
            -2
        }
        _ => match SCALES.iter().find(|(_, names)| names.contains(&suffix) && unit != "hours") {
            Some((power, _)) => {
                notation.push(Notation::Scaled);
                *power
            }
            None => 0,
        },
    };
    let hours = if unit == "hours" { hours(suffix, context) } else { Some(1.0) };
    let known = suffix.is_empty() || exponent != 0 || (unit == "hours" && time(suffix).is_some());
    let value = format!("{plain}e{exponent}").parse::<f64>().ok().filter(|v| v.is_finite());
    let (Some(value), Some(hours), true) = (value, hours, known) else {
        return Number::without(State::Unreadable);
    };
    if (hours - 1.0).abs() > 1e-9 {
        notation.push(Notation::OtherUnit);
    }
    if unit == "count" && decimals > 0 && exponent == 0 && value.fract() == 0.0 {
        notation.push(Notation::DecimalCount);
    }
    let places = i32::try_from(decimals).unwrap_or(i32::MAX).min(300);
    Number {
        value: Some(value * hours),
        half_unit: 0.5 * 10_f64.powi(exponent - places) * hours,
        decimals: u32::try_from((places - exponent).max(0)).unwrap_or(0),
        notation,
        state: Some(State::Number),
    }
}

/// Digits with a point before the decimals, and what was unusual in them.
fn plain_digits(text: &str, comma: bool) -> Option<(String, Vec<Notation>)> {
    let (sign, body) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest.trim_start()));
    let body = body.strip_prefix('+').unwrap_or(body);
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_digit() || " ,.'".contains(c)) {
        return None;
    }
    let mut notation = Vec::new();
    let (commas, points) = (body.matches(',').count(), body.matches('.').count());
    // The last sign is the decimal one where both stand, or where it cannot part groups of three.
    let last = body.rfind([',', '.']);
    let tail = last.map_or("", |at| &body[at + 1..]);
    let groups_three = tail.len() == 3 && last.is_some_and(|at| at > 0 && !body.starts_with('0'));
    let decimal = match (commas, points) {
        (0, 0) => None,
        (1.., 1..) => last.filter(|at| body[..*at].matches(&body[*at..=*at]).count() == 0),
        (0, 1) => last.filter(|_| !(comma && groups_three)),
        (1, 0) => last.filter(|_| comma || !groups_three),
        _ => None,
    };
    let (whole, fraction) = decimal.map_or((body, ""), |at| (&body[..at], &body[at + 1..]));
    if decimal.is_some_and(|at| &body[at..=at] == ",") {
        notation.push(Notation::DecimalComma);
    }
    let groups: Vec<&str> = whole.split([' ', ',', '.', '\'']).collect();
    if groups.len() > 1 {
        let first = groups.first().is_some_and(|g| (1..=3).contains(&g.len()));
        if !first || groups.iter().skip(1).any(|g| g.len() != 3) {
            return None;
        }
        notation.push(Notation::Grouped);
    }
    let whole = groups.concat();
    if !fraction.chars().all(|c| c.is_ascii_digit()) || whole.len() + fraction.len() == 0 {
        return None;
    }
    let point = if fraction.is_empty() { "" } else { "." };
    let whole = if whole.is_empty() { "0".to_owned() } else { whole };
    Some((format!("{sign}{whole}{point}{fraction}"), notation))
}

/// Hours in the unit of time of this name.
fn time(name: &str) -> Option<f64> {
    TIMES.iter().find(|(_, names)| names.contains(&name)).map(|(hours, _)| *hours)
}

/// Hours in the unit of a median: what stands after the number, or what the context says in so many words.
fn hours(suffix: &str, context: &str) -> Option<f64> {
    if !suffix.is_empty() {
        return time(suffix);
    }
    let context = folded(context);
    let words: Vec<&str> = context.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let long = |word: &&str| (word.len() > 3).then(|| time(word)).flatten();
    if let [only] = words.as_slice() {
        return Some(time(only).unwrap_or(1.0));
    }
    let said = words.windows(2).find_map(|pair| ["in", "unit", "units"].contains(&pair[0]).then(|| long(&pair[1]))?);
    // "in days" after words such as "orders received" says when, not in which unit: it has to be about the median.
    let about = ["median", "unit", "units", "expressed", "reported", "given", "measured", "stated", "time", "times"];
    Some(said.filter(|_| words.len() <= 2 || words.iter().any(|w| about.contains(w))).unwrap_or(1.0))
}

/// Reads a date: `2026-08-31`, `2026/8/31`, `31.8.2026`, `31/08/2026`; days since 1970-01-01.
///
/// A year last means that the day is first, as in the Union.
#[must_use]
pub fn date(text: &str) -> Option<i32> {
    let written = tidy(text);
    let day = written.split([' ', 'T']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    if year.len() != 4 {
        return None;
    }
    days_from_civil(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

/// Reads a reporting period such as `2026-01-01/2026-06-30`: its first and its last day.
#[must_use]
pub fn period(text: &str) -> Option<(i32, i32)> {
    let written = tidy(text);
    let both = |at: usize| Some((date(&written[..at])?, date(&written[at + 1..])?));
    let found = written.match_indices(['/', '-']).find_map(|(at, _)| both(at));
    found.or_else(|| {
        let (first, last) = written.split_once(" to ")?;
        Some((date(first)?, date(last)?))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(text: &str, unit: &str) -> Option<f64> {
        read(text, unit, "", false).value
    }

    #[test]
    fn numbers_as_providers_write_them() {
        for (text, unit, expected) in [
            ("644,956", "count", 644_956.0),
            ("395348.0", "count", 395_348.0),
            ("124.1M", "count", 124_100_000.0),
            ("0.1M", "count", 100_000.0),
            ("96.83%", "share", 0.9683),
            ("1 234", "count", 1_234.0),
            ("1\u{a0}234\u{202f}567", "count", 1_234_567.0),
            ("0 ", "count", 0.0),
            (" 12", "count", 12.0),
            ("1.234.567", "count", 1_234_567.0),
            ("1.234.567,5", "hours", 1_234_567.5),
            ("1,234,567.5", "hours", 1_234_567.5),
            ("21,85", "hours", 21.85),
            ("0,123", "share", 0.123),
            ("-5", "count", -5.0),
            ("\u{2212}5", "count", -5.0),
            (".5", "share", 0.5),
            ("1.5 million", "count", 1_500_000.0),
            ("1'234", "count", 1_234.0),
        ] {
            let got = value(text, unit).unwrap_or_else(|| panic!("{text}"));
            assert!((got - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{text}: {got}");
        }
    }

    #[test]
    fn blank_marks_and_unreadable_cells_are_three_things() {
        let state = |text: &str| read(text, "count", "", false).state();
        for blank in ["", " ", "\u{a0}", "\t"] {
            assert_eq!(state(blank), State::Blank);
        }
        for mark in ["NA", "/", "n/a", "N/A", "-", "n.a.", "—", " na "] {
            assert_eq!(state(mark), State::Mark, "{mark}");
        }
        for text in ["<5", "about 10", "1,23,4", "12 apples", "1.2.3", "twelve", "1,2345,678", "5e3x", "inf", "NaN"] {
            assert_eq!(state(text), State::Unreadable, "{text}");
        }
        assert_eq!(state("0"), State::Number);
    }

    #[test]
    fn medians_are_hours_whatever_they_are_given_in() {
        let hours = |text: &str, context: &str| read(text, "hours", context, false).value;
        for (text, context, expected) in [
            ("3 days", "", 72.0),
            ("90 min", "", 1.5),
            ("12h", "", 12.0),
            ("2", "Median time in days", 48.0),
            ("30", "minutes", 0.5),
            ("30", "Expressed in minutes.", 0.5),
            ("30", "orders received in days of holiday take longer", 30.0),
            ("30", "We answer within 2 days", 30.0),
            ("30", "time in hours", 30.0),
        ] {
            let got = hours(text, context).unwrap_or_else(|| panic!("{text} {context}"));
            assert!((got - expected).abs() < 1e-9, "{text} {context}: {got}");
        }
        assert_eq!(hours("3 moons", ""), None);
        assert_eq!(read("2", "hours", "in days", false).notation, [Notation::OtherUnit]);
    }

    #[test]
    fn files_with_semicolons_write_decimals_after_a_comma() {
        assert_eq!(read("1,234", "hours", "", true).value, Some(1.234));
        assert_eq!(read("1.234", "count", "", true).value, Some(1234.0));
        assert_eq!(read("1.234", "hours", "", false).value, Some(1.234));
    }

    #[test]
    fn rounding_is_known_from_the_digits() {
        let half = |text: &str, unit: &str| read(text, unit, "", false).half_unit;
        assert!((half("124.1M", "count") - 50_000.0).abs() < 1e-6);
        assert!((half("96.83%", "share") - 0.000_05).abs() < 1e-12);
        assert!((half("0.93", "share") - 0.005).abs() < 1e-12);
        assert_eq!(read("96.83%", "share", "", false).decimals, 4);
    }

    #[test]
    fn dates_and_periods() {
        let day = crate::time::parse_iso("2026-08-31");
        for text in ["2026-08-31", "2026/8/31", "31.8.2026", "31/08/2026", " 2026-08-31 00:00:00"] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in ["2026-02-30", "August", "08/26", "", "1/2/3"] {
            assert_eq!(date(text), None, "{text}");
        }
        let half = (crate::time::parse_iso("2026-01-01"), crate::time::parse_iso("2026-06-30"));
        for text in ["2026-01-01/2026-06-30", "2026/1/1-2026/6/30", "2026-01-01 / 2026-06-30", "1.1.2026 to 30.6.2026"]
        {
            assert_eq!(period(text).map(|(a, b)| (Some(a), Some(b))), Some(half), "{text}");
        }
        assert_eq!(period("YYYY-MM-DD/YYYY-MM-DD"), None);
    }

    proptest! {
        #[test]
        fn grouping_changes_nothing(n in 0_u64..9_007_199_254_740_992) {
            let plain = n.to_string();
            let mut grouped = String::new();
            for (i, c) in plain.chars().enumerate() {
                if i > 0 && (plain.len() - i).is_multiple_of(3) {
                    grouped.push(',');
                }
                grouped.push(c);
            }
            #[allow(clippy::cast_precision_loss)]
            let expected = Some(n as f64);
            prop_assert_eq!(value(&plain, "count"), expected);
            prop_assert_eq!(value(&grouped, "count"), expected);
            prop_assert_eq!(value(&grouped.replace(',', "\u{202f}"), "count"), expected);
        }

        #[test]
        fn nothing_panics(text in "\\PC{0,24}", context in "\\PC{0,24}") {
            for unit in ["count", "hours", "share"] {
                let number = read(&text, unit, &context, text.len() % 2 == 0);
                prop_assert_eq!(number.value.is_some(), number.state() == State::Number);
            }
            let _ = (date(&text), period(&text));
        }
    }
}
