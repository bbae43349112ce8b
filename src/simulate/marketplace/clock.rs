//! Minutes, local time of the invented platform, working days and public holidays.
//!
//! Instants are minutes since 1970-01-01 in UTC. The platform writes some of its files in the local time of
//! Berlin: Central European Time, in summer an hour more, from the last Sunday of March to that of October,
//! each time at 01:00 UTC (Directive 2000/84/EC).

use std::fmt::Write as _;

use super::maths::DAY;
use crate::time::{date, days_from_civil, iso};

/// Day (since 1970-01-01) of an instant in UTC.
pub(super) fn day_of(minute: i64) -> i32 {
    i32::try_from(minute.div_euclid(DAY)).unwrap_or(0)
}

/// Instant at which a day begins in UTC.
pub(super) fn midnight(day: i32) -> i64 {
    i64::from(day) * DAY
}

fn year_of(minute: i64) -> i32 {
    date(day_of(minute)).map_or(1970, |d| d.year().into())
}

/// Days since 1970-01-01 are congruent 3 to Sundays, modulo 7: 1970-01-01 was a Thursday.
fn last_sunday(year: i32, month: u32) -> i32 {
    let last = days_from_civil(year, month, 31).unwrap_or(0);
    last - (last - 3).rem_euclid(7)
}

/// 01:00 UTC, at which the clocks change.
const CHANGE: i64 = 60;

/// Local time of Berlin, as minutes since 1970-01-01 00:00 of that clock.
pub(super) fn berlin(minute: i64) -> i64 {
    let year = year_of(minute);
    let summer = midnight(last_sunday(year, 3)) + CHANGE..midnight(last_sunday(year, 10)) + CHANGE;
    minute + if summer.contains(&minute) { 120 } else { 60 }
}

/// The instant itself, or the minute before the clocks were set back where the local clock shows an hour for the
/// second time: local times without a zone are then unambiguous. Order is kept.
pub(super) fn unambiguous(minute: i64) -> i64 {
    let change = midnight(last_sunday(year_of(minute), 10)) + CHANGE;
    if (change..change + 60).contains(&minute) { change - 1 } else { minute }
}

/// `dd.mm.yyyy HH:MM` of the local clock of Berlin.
pub(super) fn put_local(out: &mut String, minute: i64) {
    let local = berlin(minute);
    let time = local.rem_euclid(DAY);
    if let Some(d) = date(day_of(local)) {
        // Writing to a String cannot fail.
        let _ = write!(out, "{:02}.{:02}.{:04} {:02}:{:02}", d.day(), d.month(), d.year(), time / 60, time % 60);
    }
}

/// `yyyy-mm-ddTHH:MM:00Z`.
pub(super) fn put_utc(out: &mut String, minute: i64) {
    let time = minute.rem_euclid(DAY);
    let _ = write!(out, "{}T{:02}:{:02}:00Z", iso(day_of(minute)), time / 60, time % 60);
}

/// Whether a day is Monday to Friday and no holiday.
pub(super) fn is_working(day: i32, holidays: &[i32]) -> bool {
    (day - 3).rem_euclid(7) != 0 && (day - 2).rem_euclid(7) != 0 && !holidays.contains(&day)
}

/// Last day of a period of `n` working days: the day of the event is not counted (Regulation (EEC, Euratom)
/// No 1182/71, Art. 3).
pub(super) fn working_days_after(day: i32, n: u32, holidays: &[i32]) -> i32 {
    let mut last = day;
    for _ in 0..n {
        last += 1;
        while !is_working(last, holidays) {
            last += 1;
        }
    }
    last
}

/// Public holidays of the whole of Germany, where the invented platform has its representative, from one day to
/// before another.
///
/// Easter by the method of Meeus, Jones and Butcher (Nature 13, 1876).
pub(super) fn holidays(from: i32, until: i32) -> Vec<i32> {
    let years = year_of(midnight(from))..=year_of(midnight(until));
    let fixed = [(1, 1), (5, 1), (10, 3), (12, 25), (12, 26)];
    let all = years.flat_map(|year| {
        let days = fixed.into_iter().filter_map(move |(month, day)| days_from_civil(year, month, day));
        days.chain([-2, 1, 39, 50].map(|after| easter(year) + after))
    });
    let mut days: Vec<i32> = all.filter(|d| (from..until).contains(d)).collect();
    days.sort_unstable();
    days
}

fn easter(year: i32) -> i32 {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let part = |x: i32| u32::try_from(x).unwrap_or(1);
    days_from_civil(year, part(n / 31), part(n % 31 + 1)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;

    fn at(day: &str, hour: i64, minute: i64) -> i64 {
        midnight(parse_iso(day).expect("date")) + hour * 60 + minute
    }

    #[test]
    fn clocks_change_as_the_law_says() {
        for (day, hour, minute, local) in [
            ("2025-01-01", 0, 0, "01.01.2025 01:00"),
            ("2025-03-30", 0, 59, "30.03.2025 01:59"),
            ("2025-03-30", 1, 0, "30.03.2025 03:00"),
            ("2025-10-26", 0, 59, "26.10.2025 02:59"),
            ("2025-10-26", 2, 0, "26.10.2025 03:00"),
            ("2024-12-31", 23, 30, "01.01.2025 00:30"),
        ] {
            let mut out = String::new();
            put_local(&mut out, at(day, hour, minute));
            assert_eq!(out, local);
        }
        assert_eq!(unambiguous(at("2025-10-26", 1, 20)), at("2025-10-26", 0, 59));
        assert_eq!(unambiguous(at("2025-10-26", 2, 0)), at("2025-10-26", 2, 0));
        let mut out = String::new();
        put_utc(&mut out, at("2025-02-03", 4, 5));
        assert_eq!(out, "2025-02-03T04:05:00Z");
    }

    #[test]
    fn holidays_and_working_days_are_those_of_the_calendar() {
        let day = |text| parse_iso(text).expect("date");
        let found: Vec<String> = holidays(day("2025-01-01"), day("2025-07-01")).into_iter().map(iso).collect();
        assert_eq!(found, ["2025-01-01", "2025-04-18", "2025-04-21", "2025-05-01", "2025-05-29", "2025-06-09"]);
        let free = holidays(day("2025-01-01"), day("2025-07-01"));
        // Received on Wednesday before Easter: Thursday, Tuesday, Wednesday.
        assert_eq!(iso(working_days_after(day("2025-04-16"), 3, &free)), "2025-04-23");
        assert_eq!(iso(working_days_after(day("2025-04-16"), 3, &[])), "2025-04-21");
        assert_eq!(iso(working_days_after(day("2025-06-14"), 1, &[])), "2025-06-16");
    }
}
