//! The series behind an interrupted time series: equal periods, values on a scale, the place of the date.

use std::collections::BTreeMap;

use crate::compare::scale::Scale;
use crate::estimate::Estimate;
use crate::time::{Grain, Period};

/// Values of one platform by the number of their period.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub platform: String,
    pub values: BTreeMap<i32, f64>,
    /// Periods without a value.
    pub gaps: usize,
}

/// The periods that all lines share.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    pub first: Period,
    pub last: Period,
    days: f64,
    /// Name of one period.
    pub grain: &'static str,
    /// The number of the first period that begins on the date or after it.
    pub at: i32,
    /// A period that the date divides: it belongs to neither side.
    pub divided: Option<Period>,
}

impl Clock {
    /// The clock of these periods, which are of one length; `None` where they are not.
    pub fn new(periods: &[Period], date: i32) -> Option<Self> {
        let (first, last) = (periods.iter().min()?, periods.iter().max()?);
        let grain = Grain::ALL.into_iter().find(|g| periods.iter().all(|p| g.period(p.start) == Some(*p)));
        let (days, name) = match grain {
            Some(Grain::Day) => (1.0, "day"),
            Some(Grain::Week) => (7.0, "week"),
            Some(Grain::Month) => (365.2425 / 12.0, "month"),
            Some(Grain::Quarter) => (365.2425 / 4.0, "quarter"),
            Some(Grain::Half) => (365.2425 / 2.0, "half-year"),
            Some(Grain::Year) => (365.2425, "year"),
            _ => {
                let length = first.end - first.start;
                if periods.iter().any(|p| p.end - p.start != length) {
                    return None;
                }
                (f64::from(length), "period")
            }
        };
        let divided = periods.iter().copied().find(|p| p.start < date && date < p.end);
        let mut clock = Self { first: *first, last: *last, days, grain: name, at: 0, divided };
        let from = divided.map_or(date, |p| p.end);
        clock.at = clock.number(from);
        Some(clock)
    }

    /// Number of the period that begins on this day.
    #[expect(clippy::cast_possible_truncation, reason = "a number of periods")]
    pub fn number(&self, start: i32) -> i32 {
        (f64::from(start - self.first.start) / self.days).round() as i32
    }
}

/// Estimates without those whose period holds another one's: totals of a coarser grain.
pub fn finest<'a>(rows: &[&'a Estimate]) -> Vec<&'a Estimate> {
    let mut periods: Vec<Period> = rows.iter().map(|e| e.period()).collect();
    periods.sort_unstable();
    periods.dedup();
    let holds = |a: &Period, b: &Period| a != b && a.start <= b.start && b.end <= a.end;
    let fine: Vec<Period> = periods.iter().copied().filter(|p| !periods.iter().any(|q| holds(p, q))).collect();
    rows.iter().copied().filter(|e| fine.contains(&e.period())).collect()
}

/// The values of a platform on a scale, without the period that the date divides.
pub fn line(rows: &[&Estimate], platform: &str, scale: Scale, clock: &Clock) -> Line {
    let mut out = Line { platform: platform.to_owned(), values: BTreeMap::new(), gaps: 0 };
    for e in rows.iter().filter(|e| e.platform == platform && Some(e.period()) != clock.divided) {
        match e.value.and_then(|v| scale.to(v)) {
            Some(v) => {
                out.values.insert(clock.number(e.period_start), v);
            }
            None => out.gaps += 1,
        }
    }
    out
}

/// The periods in which all lines have a value, with the values of each.
pub fn common(lines: &[&Line]) -> (Vec<f64>, Vec<Vec<f64>>) {
    let Some((first, rest)) = lines.split_first() else { return (Vec::new(), Vec::new()) };
    let shared: Vec<i32> =
        first.values.keys().copied().filter(|t| rest.iter().all(|l| l.values.contains_key(t))).collect();
    let of = |line: &&Line| shared.iter().filter_map(|t| line.values.get(t).copied()).collect();
    (shared.iter().map(|t| f64::from(*t)).collect(), lines.iter().map(of).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;

    #[test]
    fn months_are_equal_steps_and_a_divided_one_is_left_out() {
        let mut periods = Vec::new();
        let mut day = parse_iso("2023-01-01").expect("day");
        for _ in 0..48 {
            let p = Grain::Month.period(day).expect("month");
            day = p.end;
            periods.push(p);
        }
        let clock = Clock::new(&periods, parse_iso("2025-06-18").expect("day")).expect("clock");
        for (i, p) in periods.iter().enumerate() {
            assert_eq!(usize::try_from(clock.number(p.start)), Ok(i));
        }
        assert_eq!((clock.at, clock.divided.map(Period::label)), (30, Some("2025-06".to_owned())));
        let clock = Clock::new(&periods, parse_iso("2025-07-01").expect("day")).expect("clock");
        assert_eq!((clock.at, clock.divided), (30, None));
        assert!(Clock::new(&[Period { start: 0, end: 3 }, Period { start: 3, end: 10 }], 3).is_none());
    }
}
