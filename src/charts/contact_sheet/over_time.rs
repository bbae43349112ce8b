//! Cases of the forms for values over time and rankings: lines, small multiples, dots, calendars, stacks and delays.

use super::Case;
use super::rows::{Series, holes, long_name, name, named, noise, none};
use crate::charts::invented::number;
use crate::charts::invented::over_time::{daily, delays, mixes};
use crate::charts::spec::{ChartSpec, Mark};
use crate::estimate::{Estimate, Status};
use crate::time::Grain;

const LINE: &str = "line";
const PANELS: &str = "small-multiples";
const DOTS: &str = "ranked-dots";
const PROFILE: &str = "latency-profile";
const STACKS: &str = "stacked-shares";
const CALENDAR: &str = "calendar";

const SHARE: &str = "Automated decisions";
const COUNT: &str = "Statements of reasons";
const DELAY: &str = "Delay to decision";
const MIX: &str = "Decisions by category";

/// Their cases.
pub(super) const CASES: &[Case] = &[
    Case::new(LINE, SHARE, "five-platforms", || Series { interval: (0.06, 0.005), ..Series::SHARES }.rows())
        .about("Five platforms, 24 months, intervals.")
        .golden(),
    Case::new(LINE, SHARE, "one-platform", || Series { platforms: 1, ..Series::SHARES }.rows())
        .about("One platform, 24 months."),
    Case::new(LINE, SHARE, "thirty-platforms", || Series { platforms: 30, ..Series::SHARES }.rows())
        .about("Thirty platforms: four in colour, the others grey.")
        .golden(),
    Case::new(LINE, SHARE, "highlighted", || Series { platforms: 12, ..Series::SHARES }.rows())
        .about("Two of twelve platforms highlighted.")
        .set(|spec| spec.highlight = vec!["Zantivo".to_owned(), "Xilonde".to_owned()]),
    Case::new(LINE, SHARE, "long-names", || {
        named(Series { platforms: 5, periods: 12, ..Series::SHARES }.rows(), long_name)
    })
    .about("Names as company registers have them."),
    Case::new(LINE, SHARE, "one-month", || Series { periods: 1, interval: (0.1, 0.02), ..Series::SHARES }.rows())
        .about("A single month."),
    Case::new(LINE, SHARE, "two-months", || Series { periods: 2, ..Series::SHARES }.rows()).about("Two months."),
    Case::new(LINE, SHARE, "forty-months", || Series { platforms: 3, periods: 40, ..Series::SHARES }.rows())
        .about("Forty months."),
    Case::new(LINE, COUNT, "extremes", extremes_over_time).about("Values of 0, 1 and 10⁹ on one axis."),
    Case::new(LINE, SHARE, "zeros", || Series { platforms: 3, periods: 12, level: |_| 0.0, ..Series::SHARES }.rows())
        .about("Nothing but 0%."),
    Case::new(LINE, SHARE, "wholes", || Series { platforms: 3, periods: 12, level: |_| 99.0, ..Series::SHARES }.rows())
        .about("Nothing but 100%."),
    Case::new(LINE, SHARE, "wide-intervals", || wide(4, 12)).about("Intervals as wide as the axis."),
    Case::new(LINE, SHARE, "gaps", || {
        holes(Series::SHARES.rows(), |i, j| (j + 3 * i) % 7 == 5 || i == 2 && j > 14 || i == 4)
    })
    .about("Many months with too few observations, and a platform without any value."),
    Case::new(LINE, SHARE, "nothing", || none(Series { platforms: 2, periods: 6, ..Series::SHARES }.rows()))
        .about("No value at all."),
    Case::new(LINE, DELAY, "logarithmic", || delays_over_time(4)).about("Delays from 0 to 3,650 days."),
    Case::new(LINE, SHARE, "per-million", || per_million(4, 18).rows()).about("Rates per million."),
    Case::new(LINE, SHARE, "small-shares", || small_shares(3, 18).rows()).about("Shares below 0.01%."),
    Case::new(LINE, SHARE, "thin-weeks", thin_weeks).about("Weeks, most of which have too few observations."),
    Case::new(LINE, SHARE, "meeting-ends", meeting_ends).about("Lines that end at about the same value."),
    Case::new(LINE, SHARE, "marks", || Series { platforms: 3, ..Series::SHARES }.rows())
        .about("Events on neighbouring days, and a fault that lasts.")
        .set(events),
    Case::new(PANELS, SHARE, "twelve-platforms", || {
        Series { platforms: 12, interval: (0.06, 0.01), ..Series::SHARES }.rows()
    })
    .about("Twelve platforms, intervals.")
    .golden(),
    Case::new(PANELS, SHARE, "one-platform", || Series { platforms: 1, ..Series::SHARES }.rows())
        .about("One platform."),
    Case::new(PANELS, SHARE, "five-platforms", || Series { periods: 6, ..Series::SHARES }.rows())
        .about("Five platforms, six months."),
    Case::new(PANELS, SHARE, "thirty-platforms", || Series { platforms: 30, ..Series::SHARES }.rows())
        .about("Thirty platforms.")
        .set(|spec| spec.highlight = vec!["Xilonde".to_owned()]),
    Case::new(PANELS, SHARE, "long-names", || {
        named(Series { platforms: 8, periods: 12, ..Series::SHARES }.rows(), long_name)
    })
    .about("Names as company registers have them."),
    Case::new(PANELS, SHARE, "forty-months", || Series { platforms: 6, periods: 40, ..Series::SHARES }.rows())
        .about("Forty months."),
    Case::new(PANELS, COUNT, "extremes", extremes_over_time).about("Values of 0, 1 and 10⁹."),
    Case::new(PANELS, COUNT, "own-scales", extremes_over_time)
        .about("The same, each panel with its own scale.")
        .set(|spec| spec.own_scales = true),
    Case::new(PANELS, SHARE, "wide-intervals", || wide(6, 12)).about("Intervals as wide as the axis."),
    Case::new(PANELS, SHARE, "gaps", || {
        holes(Series { platforms: 7, ..Series::SHARES }.rows(), |i, j| {
            (j + 3 * i) % 7 == 5 || i == 2 && j > 14 || i == 4
        })
    })
    .about("Many months with too few observations, and a platform without any value."),
    Case::new(PANELS, SHARE, "per-million", || per_million(6, 18).rows()).about("Rates per million."),
    Case::new(PANELS, SHARE, "marks", || Series { platforms: 7, ..Series::SHARES }.rows())
        .about("Events on neighbouring days, and a fault that lasts.")
        .set(events),
    Case::new(DOTS, SHARE, "eight-platforms", || {
        Series { platforms: 8, periods: 1, interval: (0.1, 0.02), ..Series::SHARES }.rows()
    })
    .about("Eight platforms, intervals.")
    .golden(),
    Case::new(DOTS, SHARE, "one-platform", || {
        Series { platforms: 1, periods: 1, interval: (0.1, 0.02), ..Series::SHARES }.rows()
    })
    .about("One platform."),
    Case::new(DOTS, SHARE, "thirty-platforms", || {
        Series { platforms: 30, periods: 1, interval: (0.1, 0.02), ..Series::SHARES }.rows()
    })
    .about("Thirty platforms, two highlighted.")
    .set(|spec| spec.highlight = vec!["Zantivo".to_owned(), "Xilonde".to_owned()]),
    Case::new(DOTS, SHARE, "long-names", || {
        named(Series { platforms: 8, periods: 1, ..Series::SHARES }.rows(), long_name)
    })
    .about("Names as company registers have them."),
    Case::new(DOTS, COUNT, "extremes", || last(extremes_over_time())).about("Values of 0, 1 and 10⁹."),
    Case::new(DOTS, COUNT, "one-and-billion", one_and_billion).about("Nothing but 1 and 10⁹."),
    Case::new(DOTS, SHARE, "zeros", || Series { periods: 1, level: |_| 0.0, ..Series::SHARES }.rows())
        .about("Nothing but 0%."),
    Case::new(DOTS, SHARE, "wide-intervals", || wide(6, 1)).about("Intervals as wide as the axis."),
    Case::new(DOTS, SHARE, "gaps", || {
        holes(Series { platforms: 8, periods: 1, ..Series::SHARES }.rows(), |i, _| i % 3 == 1)
    })
    .about("Three of eight without a value."),
    Case::new(DOTS, SHARE, "nothing", || none(Series { platforms: 3, periods: 1, ..Series::SHARES }.rows()))
        .about("No value at all."),
    Case::new(DOTS, DELAY, "logarithmic", || last(delays_over_time(5))).about("Delays from 0 to 3,650 days."),
    Case::new(DOTS, SHARE, "per-million", || per_million(6, 1).rows()).about("Rates per million."),
    Case::new(DOTS, SHARE, "small-shares", || small_shares(6, 1).rows()).about("Shares below 0.01%."),
    Case::new(PROFILE, DELAY, "three-platforms", || named(delays(3, 0), name)).about("Three curves.").golden(),
    Case::new(PROFILE, DELAY, "one-platform", || named(delays(1, 0), name)).about("One curve."),
    Case::new(PROFILE, DELAY, "eight-platforms", || named(delays(8, 0), name)).about("Eight curves: four in colour."),
    Case::new(PROFILE, DELAY, "thirty-platforms", || named(delays(30, 0), name))
        .about("Thirty platforms: ranges in place of curves.")
        .golden(),
    Case::new(PROFILE, DELAY, "long-names", || named(delays(5, 0), long_name))
        .about("Names as company registers have them."),
    Case::new(PROFILE, DELAY, "long-names-in-ranges", || named(delays(12, 0), long_name)).about("The same, as ranges."),
    Case::new(PROFILE, DELAY, "gaps", || named(holes(delays(5, 0), |i, _| i > 1), name))
        .about("Three of five without a value."),
    Case::new(PROFILE, DELAY, "same-day", same_day).about("All on the same day."),
    Case::new(STACKS, MIX, "one-platform", || months_of_mix(12)).about("One platform, twelve months.").golden(),
    Case::new(STACKS, MIX, "one-month", || months_of_mix(1)).about("One platform, one month."),
    Case::new(STACKS, MIX, "forty-months", || months_of_mix(40)).about("One platform, forty months."),
    Case::new(STACKS, MIX, "five-platforms", || named(mixes(5, 1), name)).about("Five platforms, one month.").golden(),
    Case::new(STACKS, MIX, "thirty-platforms", || named(mixes(30, 1), name)).about("Thirty platforms."),
    Case::new(STACKS, MIX, "long-names", || long_groups(named(mixes(6, 1), long_name)))
        .about("Long names of platforms and of categories."),
    Case::new(STACKS, MIX, "gaps", || named(holes(mixes(6, 1), |i, _| i % 2 == 1), name))
        .about("Three of six without a value."),
    Case::new(STACKS, MIX, "one-part", || one_part(named(mixes(5, 1), name))).about("One category has nearly all."),
    Case::new(CALENDAR, COUNT, "three-platforms", || named(daily(3, 200), name))
        .about("Three platforms, 200 days.")
        .golden(),
    Case::new(CALENDAR, COUNT, "one-platform", || named(daily(1, 120), name)).about("One platform, 120 days."),
    Case::new(CALENDAR, COUNT, "one-day", || named(daily(1, 1), name)).about("One day."),
    Case::new(CALENDAR, COUNT, "forty-months", || named(daily(2, 1216), name)).about("Two platforms, forty months."),
    Case::new(CALENDAR, COUNT, "thirty-platforms", || named(daily(6, 300), name))
        .about("As many platforms as the form takes: six."),
    Case::new(CALENDAR, COUNT, "long-names", || named(daily(4, 100), long_name))
        .about("Names as company registers have them."),
    Case::new(CALENDAR, COUNT, "extremes", || {
        let value = |i: usize, j: usize| [0.0, 1.0, 1e9][if noise(i, j) < 0.5 { 0 } else { 1 + j % 2 }];
        valued(named(daily(2, 120), name), value)
    })
    .about("Values of 0, 1 and 10⁹."),
    Case::new(CALENDAR, COUNT, "zeros", || valued(named(daily(1, 120), name), |_, _| 0.0)).about("Nothing but 0."),
    Case::new(CALENDAR, COUNT, "gaps", || named(holes(daily(2, 120), |_, j| j % 3 != 0), name))
        .about("Two days of three without a value."),
    Case::new(CALENDAR, COUNT, "marks", || named(daily(2, 200), name))
        .about("Events on neighbouring days, and a fault that lasts.")
        .set(|spec| mark(spec, 20_080)),
];

/// Rows whose values follow the number of their platform and of their row.
fn valued(rows: Vec<Estimate>, value: fn(usize, usize) -> f64) -> Vec<Estimate> {
    let mut at = 0;
    let mut before = String::new();
    let mut platform = 0;
    let mut out = rows;
    for e in &mut out {
        if e.platform != before {
            platform += 1;
            (at, before) = (0, e.platform.clone());
        }
        if e.value.is_some() {
            e.value = Some(value(platform, at));
            // The denominator of a count is the count.
            e.n = None;
        }
        at += 1;
    }
    out
}

fn counts(platforms: usize, periods: usize) -> Series {
    Series { platforms, periods, statistic: "count", unit: "statements", level: |_| 1.0, ..Series::SHARES }
}

fn extremes_over_time() -> Vec<Estimate> {
    valued(counts(6, 12).rows(), |i, j| {
        let noise = 0.7 + 0.6 * noise(i, j);
        match i {
            1 => 0.0,
            2 => 1.0,
            3 => (1e9 * noise).round(),
            4 => (40.0 * noise).round(),
            5 => (3e4 * noise).round(),
            _ => [0.0, 1.0, 1e9][j % 3],
        }
    })
}

fn one_and_billion() -> Vec<Estimate> {
    valued(counts(2, 1).rows(), |i, _| if i == 1 { 1.0 } else { 1e9 })
}

fn delays_over_time(platforms: usize) -> Vec<Estimate> {
    let series = Series { platforms, periods: 18, statistic: "median", unit: "days", level: |_| 1.0, ..Series::SHARES };
    valued(series.rows(), |i, j| {
        let noise = 0.6 + 0.8 * noise(i, j);
        let level = [0.0, 0.0, 2.0, 45.0, 3000.0, 0.2][i.min(5)];
        if i == 4 && j == 17 { 3650.0 } else { (level * noise * 10.0).round() / 10.0 }
    })
}

fn per_million(platforms: usize, periods: usize) -> Series {
    let level = |i: usize| [310.0, 42.0, 7.5, 0.4, 122.0, 0.0][i % 6];
    Series {
        platforms,
        periods,
        statistic: "rate",
        unit: "per million",
        level,
        interval: (0.25, 0.0),
        ..Series::SHARES
    }
}

fn small_shares(platforms: usize, periods: usize) -> Series {
    let level = |i: usize| [8e-5, 2.5e-5, 6e-6, 4e-8, 0.0][i % 5];
    Series { platforms, periods, level, ..Series::SHARES }
}

fn wide(platforms: usize, periods: usize) -> Vec<Estimate> {
    Series { platforms, periods, interval: (0.3, 0.4), ..Series::SHARES }.rows()
}

/// Weeks of three platforms: of the first, one week in five has enough; of the second, single weeks; the third is whole.
fn thin_weeks() -> Vec<Estimate> {
    let rows = Series { platforms: 3, grain: Grain::Week, periods: 40, ..Series::SHARES }.rows();
    holes(rows, |i, j| match i {
        0 => noise(3, j) > 0.35,
        1 => j % 4 != 1,
        _ => false,
    })
}

fn meeting_ends() -> Vec<Estimate> {
    let mut rows = Series { platforms: 4, periods: 12, ..Series::SHARES }.rows();
    let last = rows.iter().map(|e| e.period_start).max();
    for (i, e) in rows.iter_mut().filter(|e| Some(e.period_start) == last).enumerate() {
        e.value = Some(0.41 + 0.002 * number(i));
    }
    rows
}

/// The rows of the last period.
fn last(rows: Vec<Estimate>) -> Vec<Estimate> {
    let last = rows.iter().map(|e| e.period_start).max();
    rows.into_iter().filter(|e| Some(e.period_start) == last).collect()
}

fn events(spec: &mut ChartSpec) {
    // 2024-05-02, amid the time shown.
    mark(spec, 19_845);
}

/// Three events on neighbouring days, one much later on, and a fault of one platform that lasts a month and a half.
fn mark(spec: &mut ChartSpec, day: i32) {
    let event = |start: i32, end: Option<i32>, label: &str, platforms: &[&str]| Mark {
        start,
        end,
        label: label.to_owned(),
        platforms: platforms.iter().map(|p| (*p).to_owned()).collect(),
    };
    spec.marks = vec![
        event(day, None, "Commitments of the provider become binding", &[]),
        event(day + 6, None, "New template of the reports", &[]),
        event(day + 9, None, "Election", &[]),
        event(day - 120, Some(day - 75), "sent twice", &["Murmelnet"]),
        event(day + 80, None, "Decision of the Commission", &[]),
    ];
}

fn same_day() -> Vec<Estimate> {
    let mut rows = named(delays(3, 0), name);
    for e in rows.iter_mut().filter(|e| e.value.is_some()) {
        e.value = Some(if e.x.is_some() { 1.0 } else { 0.0 });
    }
    rows
}

fn months_of_mix(months: usize) -> Vec<Estimate> {
    let mut rows = named(mixes(1, months), name);
    let first = rows.iter().map(|e| e.period_start).min().unwrap_or(0);
    // Parts that move from month to month, and add up to one.
    let weight = |g: usize, month: usize| [6.0, 4.0, 3.0, 2.0, 1.0, 0.6, 0.3][g % 7] * (0.6 + 0.8 * noise(g, month));
    for (at, e) in rows.iter_mut().enumerate() {
        let month = usize::try_from((e.period_start - first + 10) / 30).unwrap_or(0);
        let all: f64 = (0..7).map(|g| weight(g, month)).sum();
        e.value = Some(weight(at % 7, month) / all);
    }
    rows
}

fn long_groups(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    const LONG: [&str; 7] = [
        "Data protection and privacy violations",
        "Scope of platform service",
        "Negative effects on civic discourse or elections",
        "Intellectual property infringements",
        "Unsafe, non-compliant or prohibited products",
        "Risk for public security",
        "Other",
    ];
    for (at, e) in rows.iter_mut().enumerate() {
        e.group_value = Some(LONG[at % 7].to_owned());
    }
    rows
}

fn one_part(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    for (at, e) in rows.iter_mut().enumerate().filter(|(_, e)| e.status == Status::Ok) {
        e.value = Some(if at % 7 == 0 { 0.9994 } else { 0.0001 });
    }
    rows
}
