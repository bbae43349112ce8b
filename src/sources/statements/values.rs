//! Dates, instants and lists as the exporter writes them.

use crate::time::days_from_civil;

/// What a date cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateCell {
    /// A day.
    Day(i32),
    /// A day and a time other than midnight: the time does not fit the column.
    DayAndTime(i32),
    /// No date.
    Bad,
}

/// Reads `YYYY-MM-DD`, with or without a time.
#[must_use]
pub fn date(text: &[u8]) -> DateCell {
    match instant(text) {
        Some(micros) if micros.rem_euclid(DAY) == 0 => DateCell::Day(day_of(micros)),
        Some(micros) => DateCell::DayAndTime(day_of(micros)),
        None => match text.len() {
            10 => day(text).map_or(DateCell::Bad, DateCell::Day),
            _ => DateCell::Bad,
        },
    }
}

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// The UTC day of an instant in microseconds since 1970.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "years have four digits")]
pub fn day_of(micros: i64) -> i32 {
    micros.div_euclid(DAY) as i32
}

/// Reads `YYYY-MM-DD HH:MM:SS` in UTC, to microseconds since 1970. Also accepted, since files that passed
/// through other tools have them: a `T` between date and time, a fraction of a second, a final `Z`.
#[must_use]
pub fn instant(text: &[u8]) -> Option<i64> {
    if text.len() < 19 || !matches!(text[10], b' ' | b'T') || text[13] != b':' || text[16] != b':' {
        return None;
    }
    let day = day(&text[..10])?;
    let (h, m, s) = (two(&text[11..13])?, two(&text[14..16])?, two(&text[17..19])?);
    if h > 23 || m > 59 || s > 59 {
        return None;
    }
    let mut rest = &text[19..];
    if let [start @ .., b'Z'] = rest {
        rest = start;
    } else if let [start @ .., b'+', b'0', b'0', b':', b'0', b'0'] = rest {
        rest = start;
    }
    let mut fraction = 0_i64;
    if let [b'.', digits @ ..] = rest {
        if digits.is_empty() || digits.len() > 9 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        for i in 0..6 {
            fraction = fraction * 10 + digits.get(i).map_or(0, |d| i64::from(d - b'0'));
        }
    } else if !rest.is_empty() {
        return None;
    }
    Some(i64::from(day) * DAY + i64::from(h * 3600 + m * 60 + s) * SECOND + fraction)
}

fn day(text: &[u8]) -> Option<i32> {
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = two(&text[..2])? * 100 + two(&text[2..4])?;
    days_from_civil(year.cast_signed(), two(&text[5..7])?, two(&text[8..10])?)
}

#[inline]
fn two(text: &[u8]) -> Option<u32> {
    match text {
        [a, b] if a.is_ascii_digit() && b.is_ascii_digit() => Some(u32::from(a - b'0') * 10 + u32::from(b - b'0')),
        _ => None,
    }
}

/// Reads a JSON array of strings. `None` if it is none.
#[must_use]
pub fn list(text: &str) -> Option<Vec<String>> {
    if text == "[]" {
        return Some(Vec::new());
    }
    // Elements are codes: without escapes, an array is split by hand; anything else is left to JSON.
    if let Some(inner) = text.strip_prefix("[\"").and_then(|t| t.strip_suffix("\"]"))
        && !inner.contains('\\')
    {
        let parts: Vec<String> = inner.split("\",\"").map(str::to_owned).collect();
        if parts.iter().all(|p| !p.contains('"')) {
            return Some(parts);
        }
    }
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_and_dates() {
        assert_eq!(instant(b"1970-01-02 00:00:01"), Some(DAY + SECOND));
        assert_eq!(instant(b"2025-07-02T13:14:15.250Z"), instant(b"2025-07-02 13:14:15").map(|t| t + 250_000));
        for bad in
            ["2025-02-30 00:00:00", "2025-07-02 24:00:00", "0000-00-00 00:00:00", "2025-07-02 00:00:00x", "yesterday"]
        {
            assert_eq!(instant(bad.as_bytes()), None, "{bad}");
            assert_eq!(date(bad.as_bytes()), DateCell::Bad, "{bad}");
        }
        assert_eq!(date(b"2025-07-02 00:00:00"), date(b"2025-07-02"));
        assert!(matches!(date(b"2025-07-02 01:00:00"), DateCell::DayAndTime(_)));
    }

    #[test]
    fn lists_keep_what_they_hold() {
        let read = |t: &str| list(t);
        assert_eq!(read("[]"), Some(vec![]));
        assert_eq!(read(r#"[""]"#), Some(vec![String::new()]));
        assert_eq!(read(r#"["B","A","A"]"#), Some(vec!["B".into(), "A".into(), "A".into()]));
        assert_eq!(read(r#"["A", "B"]"#), Some(vec!["A".into(), "B".into()]));
        assert_eq!(read("A"), None);
        assert_eq!(read(r#"["A"#), None);
    }
}
