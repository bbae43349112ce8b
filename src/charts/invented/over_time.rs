//! Invented rows over time and for one period: values, delays, parts of a whole, and days.

use super::{few, name, number, whole};
use crate::estimate::{Estimate, Status};
use crate::time::{Grain, Period};

/// 2023-10-01.
const FIRST_MONTH: i32 = 19_631;

/// So many months from October 2023 on.
pub(crate) fn months(n: usize) -> Vec<Period> {
    periods(Grain::Month, FIRST_MONTH, n)
}

/// So many periods of a grain, from that of a day on.
pub(crate) fn periods(grain: Grain, day: i32, n: usize) -> Vec<Period> {
    let first = grain.period(day);
    std::iter::successors(first, |p| grain.period(p.end)).take(n).collect()
}

/// Curves of delays with their quantiles; every ninth platform has too few.
pub(crate) fn delays(platforms: usize, _size: usize) -> Vec<Estimate> {
    let period = Period { start: 20_000, end: 20_100 };
    let mut out = Vec::new();
    for i in 0..platforms {
        let median = number((i * 29) % 60);
        let row = |statistic: &str, unit: &str, value: f64, x: Option<f64>| {
            let mut e = Estimate::census("delay", 1, statistic, unit, period);
            (e.platform, e.n, e.value, e.x) = (name(i), Some(40 + 9000 * whole(i % 7)), Some(value), x);
            e.x_unit = x.map(|_| "days".to_owned());
            if i % 9 == 5 { few(e) } else { e }
        };
        out.push(row("median", "days", median, None));
        out.push(row("p90", "days", median * 4.0, None));
        out.push(row("p99", "days", median * 9.0, None));
        for x in [0.0, 1.0, 2.0, 7.0, 30.0, 90.0, 365.0, 3650.0] {
            let share = if x >= median * 4.0 { 0.9 + 0.1 * x / 3650.0 } else { 0.5 * f64::from(x >= median) };
            out.push(row("share_within", "share", share, Some(x)));
        }
    }
    out
}

/// Shares of seven groups that add up to one; every ninth platform has too few.
pub(crate) fn mixes(platforms: usize, size: usize) -> Vec<Estimate> {
    let periods = months(if platforms == 1 { size.min(40) } else { 1 });
    let mut out = Vec::new();
    for (i, p) in (0..platforms).flat_map(|i| periods.iter().map(move |p| (i, *p))) {
        for g in 0..7_usize {
            let mut e = Estimate::census("some-mix", 1, "share", "share", p);
            (e.platform, e.group_name, e.group_value) =
                (name(i), Some("category".into()), Some(format!("Category {g}")));
            let weights: usize = (0..7).map(|g| 1 + (g * 5 + i * 3) % 11).sum();
            (e.value, e.n) = (Some(number(1 + (g * 5 + i * 3) % 11) / number(weights)), Some(500 + whole(30_000 * i)));
            out.push(if i % 9 == 5 { few(e) } else { e });
        }
    }
    out
}

/// 2024-10-20.
const FIRST_DAY: i32 = 20_016;

/// A count on each day, with days that lack and days without a value.
pub(crate) fn daily(platforms: usize, days: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        for (j, day) in (FIRST_DAY..).take(days.max(1)).enumerate().filter(|(j, _)| (i + j) % 17 != 4) {
            let mut e = Estimate::census("some-count", 1, "count", "statements", Period { start: day, end: day + 1 });
            let value = (j * 37 + i * 11) % 101 * [1, 10, 100, 1_000, 10_000][i % 5];
            (e.platform, e.value, e.n) = (name(i), Some(number(value)), Some(whole(value)));
            out.push(match (i + j) % 13 {
                5 => few(e),
                8 => e.without_value(Status::Suppressed, "rule"),
                _ => e,
            });
        }
    }
    out
}
