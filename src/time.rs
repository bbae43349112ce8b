//! Civil dates and reporting periods, all in UTC.

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar.
///
/// `None` where there is no such date (2025-02-29). Method: H. Hinnant, "chrono-compatible low-level
/// date algorithms", 2014.
#[must_use]
pub fn days_from_civil(year: i32, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (month.cast_signed() + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day.cast_signed() - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    Some(era * 146_097 + doe - 719_468)
}

fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The date that lies `days` after 1970-01-01, or `None` outside the years −9999 to 9999.
#[must_use]
pub fn date(days: i32) -> Option<Date> {
    Date::new(1970, 1, 1).ok()?.checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

/// Days from 1970-01-01 to `date`.
#[must_use]
pub fn days(date: Date) -> i32 {
    days_from_civil(date.year().into(), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
        .unwrap_or(0)
}

/// A day as `YYYY-MM-DD`.
#[must_use]
pub fn iso(days: i32) -> String {
    date(days).map_or_else(|| format!("day {days}"), |d| d.to_string())
}

/// Parses `YYYY-MM-DD`.
#[must_use]
pub fn parse_iso(text: &str) -> Option<i32> {
    let b = text.as_bytes();
    if b.len() != 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    days_from_civil(text[..4].parse().ok()?, text[5..7].parse().ok()?, text[8..].parse().ok()?)
}

/// Length of the periods that numbers are given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// One UTC day.
    Day,
    /// ISO week, Monday to Sunday.
    Week,
    /// Calendar month.
    Month,
    /// Calendar quarter.
    Quarter,
    /// January to June, July to December: the reporting period of Implementing Regulation (EU) 2024/2835.
    Half,
    /// Calendar year.
    Year,
    /// Everything that was loaded.
    All,
}

/// The half-open span `[start, end)` of days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// First day in it.
    pub start: i32,
    /// First day after it.
    pub end: i32,
}

impl Grain {
    /// Every grain, shortest first.
    pub const ALL: [Self; 7] = [Self::Day, Self::Week, Self::Month, Self::Quarter, Self::Half, Self::Year, Self::All];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Half => "half",
            Self::Year => "year",
            Self::All => "all",
        }
    }

    /// The period of this grain that `day` lies in; `None` for [`Grain::All`] and for days that no
    /// calendar of four-digit years holds.
    #[must_use]
    pub fn period(self, day: i32) -> Option<Period> {
        let d = date(day)?;
        let first = |year: i16, month: i8| Date::new(year, month, 1).ok().map(days);
        let months = |start: i8, length: i8| {
            let end = start + length;
            let (year, month) = if end > 12 { (d.year() + 1, end - 12) } else { (d.year(), end) };
            Some(Period { start: first(d.year(), start)?, end: first(year, month)? })
        };
        match self {
            Self::Day => Some(Period { start: day, end: day + 1 }),
            Self::Week => {
                let start = day - i32::from(d.weekday().since(Weekday::Monday));
                Some(Period { start, end: start + 7 })
            }
            Self::Month => months(d.month(), 1),
            Self::Quarter => months((d.month() - 1) / 3 * 3 + 1, 3),
            Self::Half => months((d.month() - 1) / 6 * 6 + 1, 6),
            Self::Year => months(1, 12),
            Self::All => None,
        }
    }
}

impl Period {
    /// The period in words: `2025-07`, `2025-Q3`, `2025-H2`, `2025`, a day, or `first to last`.
    #[must_use]
    pub fn label(self) -> String {
        let Some(d) = date(self.start) else { return format!("{} to {}", iso(self.start), iso(self.end - 1)) };
        for grain in [Grain::Day, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year] {
            if grain.period(self.start) == Some(self) {
                return match grain {
                    Grain::Day => d.to_string(),
                    Grain::Month => format!("{}-{:02}", d.year(), d.month()),
                    Grain::Quarter => format!("{}-Q{}", d.year(), (d.month() - 1) / 3 + 1),
                    Grain::Half => format!("{}-H{}", d.year(), (d.month() - 1) / 6 + 1),
                    _ => d.year().to_string(),
                };
            }
        }
        format!("{} to {}", iso(self.start), iso(self.end - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_days_agree_with_the_calendar_library() {
        for day in (-200_000..200_000).step_by(37) {
            let d = date(day).expect("in range");
            assert_eq!(days(d), day);
        }
        assert_eq!(days_from_civil(2025, 2, 29), None);
        assert_eq!(days_from_civil(2024, 2, 29), Some(19_782));
        assert_eq!(parse_iso("0000-00-00"), None);
    }

    #[test]
    fn periods_are_half_open_and_hold_their_day() {
        let day = parse_iso("2025-07-02").expect("date");
        for grain in Grain::ALL {
            if let Some(p) = grain.period(day) {
                assert!(p.start <= day && day < p.end, "{grain:?}");
                assert_eq!(grain.period(p.start), Some(p));
                assert_eq!(grain.period(p.end - 1), Some(p));
            }
        }
        assert_eq!(Grain::Week.period(day).map(|p| iso(p.start)).as_deref(), Some("2025-06-30"));
        assert_eq!(Grain::Half.period(day).map(Period::label).as_deref(), Some("2025-H2"));
        assert_eq!(Grain::Year.period(day).map(|p| iso(p.end)).as_deref(), Some("2026-01-01"));
    }
}
