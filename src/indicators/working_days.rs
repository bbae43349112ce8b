//! Working days: when a period of the law that is counted in them ends.
//!
//! Regulation (EEC, Euratom) No 1182/71, Art. 2 and 3: the day on which the event falls is not counted; public holidays,
//! Sundays and Saturdays are no working days; the period ends with the last hour of its last day. Days are those of a time zone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::parameters::Parameters;
use crate::error::{Error, Result};
use crate::time;

/// Which days are working days, and when they begin.
#[derive(Debug, Clone)]
pub struct WorkingDays {
    zone: TimeZone,
    /// Holidays from Monday to Friday, in order: others change nothing.
    holidays: Vec<i32>,
}

impl WorkingDays {
    /// As the parameters say: their time zone and their holidays.
    ///
    /// # Errors
    /// [`Error::Usage`] for a time zone that is not known, or a holiday that is no day.
    pub fn new(parameters: &Parameters) -> Result<Self> {
        let zone = TimeZone::get(&parameters.working_time_zone).map_err(|_| {
            Error::usage(
                format!("{:?} is no known time zone", parameters.working_time_zone),
                "give an IANA name such as Europe/Dublin, or UTC",
            )
        })?;
        let mut holidays = BTreeSet::new();
        for text in &parameters.holidays {
            let day = time::parse_iso(text).ok_or_else(|| {
                Error::usage(format!("the holiday {text:?} is no day"), "give holidays as YYYY-MM-DD")
            })?;
            if is_weekday(day) {
                holidays.insert(day);
            }
        }
        Ok(Self { zone, holidays: holidays.into_iter().collect() })
    }

    /// The same without holidays.
    #[must_use]
    pub fn without_holidays(&self) -> Self {
        Self { zone: self.zone.clone(), holidays: Vec::new() }
    }

    /// How many holidays fall on Mondays to Fridays.
    #[must_use]
    pub fn holidays(&self) -> usize {
        self.holidays.len()
    }

    /// The instant (microseconds since 1970 in UTC) at which a period of so many working days after an instant ends:
    /// the begin of the day after its last. `None` outside the calendar of four-digit years.
    #[must_use]
    pub fn end(&self, from: i64, working_days: u32) -> Option<i64> {
        let local = self.zone.to_datetime(Timestamp::from_microsecond(from).ok()?);
        let last = self.last_day(time::days(local.date()), working_days);
        // Where a day begins late, as clocks are set forward at midnight, it begins then.
        let begin = time::date(last.checked_add(1)?)?.to_zoned(self.zone.clone()).ok()?;
        Some(begin.timestamp().as_microsecond())
    }

    /// The last day of a period of so many working days after a day, which is not counted; for none, that day.
    ///
    /// Weeks are counted at once, and holidays among them push the end: O(log h) for h holidays and each push.
    #[must_use]
    pub fn last_day(&self, day: i32, working_days: u32) -> i32 {
        let wanted = i64::from(working_days);
        let mut pushed = 0;
        loop {
            let last = weekday_after(day, wanted + pushed);
            let holidays = self.holidays.partition_point(|h| *h <= last) - self.holidays.partition_point(|h| *h <= day);
            let holidays = i64::try_from(holidays).unwrap_or(i64::MAX);
            if holidays <= pushed {
                return last;
            }
            pushed = holidays;
        }
    }
}

/// Monday is 0; day 0, 1970-01-01, was a Thursday.
fn day_of_week(day: i32) -> i64 {
    (i64::from(day) + 3).rem_euclid(7)
}

fn is_weekday(day: i32) -> bool {
    day_of_week(day) < 5
}

/// The n-th Monday to Friday after a day; the day itself for n = 0.
fn weekday_after(day: i32, n: i64) -> i32 {
    if n == 0 {
        return day;
    }
    // From a weekend one counts as from its Friday.
    let of_week = day_of_week(day);
    let base = i64::from(day) - (of_week - 4).max(0);
    let place = of_week.min(4) + n;
    let last = base + n + 2 * place.div_euclid(5);
    i32::try_from(last).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn calendar(zone: &str, holidays: &[&str]) -> WorkingDays {
        let parameters = Parameters {
            holidays: holidays.iter().map(|h| (*h).to_owned()).collect(),
            working_time_zone: zone.to_owned(),
            ..Parameters::default()
        };
        WorkingDays::new(&parameters).expect("valid")
    }

    fn instant(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("an instant").as_microsecond()
    }

    fn day(text: &str) -> i32 {
        time::parse_iso(text).expect("a day")
    }

    /// Day after day: a second way to count.
    fn day_by_day(from: i32, n: u32, holidays: &BTreeSet<i32>) -> i32 {
        let (mut day, mut left) = (from, n);
        while left > 0 {
            day += 1;
            if ![5, 6].contains(&(i64::from(day) + 3).rem_euclid(7)) && !holidays.contains(&day) {
                left -= 1;
            }
        }
        day
    }

    proptest! {
        #[test]
        fn days_are_those_of_a_loop(
            from in -800_i32..40_000,
            n in 0_u32..40,
            ahead in prop::collection::btree_set(-5_i32..70, 0..30),
        ) {
            let holidays: BTreeSet<i32> = ahead.iter().map(|d| from + d).collect();
            let names: Vec<String> = holidays.iter().map(|d| time::iso(*d)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            prop_assert_eq!(calendar("UTC", &names).last_day(from, n), day_by_day(from, n, &holidays));
        }
    }

    #[test]
    fn weekends_and_holidays_are_not_counted() {
        let easter = calendar("UTC", &["2025-04-18", "2025-04-21", "2025-04-20"]);
        // Sunday changes nothing: two of three holidays are Mondays to Fridays.
        assert_eq!((easter.holidays(), easter.without_holidays().holidays()), (2, 0));
        for (from, n, last) in [
            ("2025-04-14", 3, "2025-04-17"),
            ("2025-04-15", 3, "2025-04-22"),
            ("2025-04-17", 3, "2025-04-24"),
            ("2025-04-18", 2, "2025-04-23"),
            ("2025-04-19", 1, "2025-04-22"),
            ("2025-04-20", 1, "2025-04-22"),
            ("2025-04-25", 3, "2025-04-30"),
            ("2025-04-26", 3, "2025-04-30"),
        ] {
            assert_eq!(time::iso(easter.last_day(day(from), n)), last, "{from}");
        }
        let plain = easter.without_holidays();
        assert_eq!(time::iso(plain.last_day(day("2025-04-17"), 3)), "2025-04-22");
    }

    #[test]
    fn days_begin_in_the_time_zone() {
        let utc = calendar("UTC", &[]);
        let dublin = calendar("Europe/Dublin", &[]);
        // Wednesday 23:30 in UTC is Thursday in Dublin in summer: the period ends a day later there, an hour earlier in UTC.
        let from = instant("2025-06-04T23:30:00Z");
        assert_eq!(utc.end(from, 3), Some(instant("2025-06-10T00:00:00Z")));
        assert_eq!(dublin.end(from, 3), Some(instant("2025-06-10T23:00:00Z")));
        // Over the change of clocks on 30 March: Friday, two working days, until the end of Tuesday in summer time.
        assert_eq!(dublin.end(instant("2025-03-28T12:00:00Z"), 2), Some(instant("2025-04-01T23:00:00Z")));
        // And back, on 26 October.
        assert_eq!(dublin.end(instant("2025-10-23T22:59:59Z"), 2), Some(instant("2025-10-28T00:00:00Z")));
        // Midnight of the last day is over; in Beirut clocks went from 0:00 to 1:00 on 31 March 2024, a Sunday.
        let beirut = calendar("Asia/Beirut", &[]);
        assert_eq!(beirut.end(instant("2024-03-29T12:00:00Z"), 0), Some(instant("2024-03-29T22:00:00Z")));
        assert_eq!(beirut.end(instant("2024-03-30T12:00:00Z"), 0), Some(instant("2024-03-30T22:00:00Z")));
        assert_eq!(utc.end(i64::MAX, 3), None);
    }

    #[test]
    fn what_is_no_zone_or_day_is_refused() {
        let with = |zone: &str, holiday: &str| {
            let parameters = Parameters {
                holidays: vec![holiday.to_owned()],
                working_time_zone: zone.to_owned(),
                ..Parameters::default()
            };
            WorkingDays::new(&parameters).map(|_| ()).map_err(|e| e.code())
        };
        assert_eq!(with("UTC", "2025-12-25"), Ok(()));
        assert_eq!(with("Europe/Trovanda", "2025-12-25"), Err("E021"));
        assert_eq!(with("UTC", "2025-02-30"), Err("E021"));
    }
}
