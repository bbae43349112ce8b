//! Scales from values and dates to places, and their ticks.

use super::labels;
use super::words;
use crate::estimate::Estimate;
use crate::time::{self, Grain, Period};

/// Part of a logarithmic axis that stands for zero, which has no logarithm.
const ZERO_SLOT: f64 = 0.07;
/// Counts and durations that span more than this factor get a logarithmic axis: on a linear one the small
/// ones would all lie at zero.
pub(crate) const LOG_FROM: f64 = 100.0;

/// A tick: its place from 0 to 1, and its label.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Tick {
    pub at: f64,
    pub label: String,
}

/// A scale of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scale {
    Linear {
        low: f64,
        high: f64,
        step: f64,
    },
    /// From `low` to `high`, both above zero, with a place for zero before them if there are zeros.
    Log {
        low: f64,
        high: f64,
        zero: bool,
    },
    /// The logarithm of values plus one: from 0 to `high`, wide where values are small, with a place for 0.
    Log1p {
        high: f64,
    },
}

/// Days that readers know as such: a day, a week, a month, a quarter, a year and more.
const DAYS: [f64; 9] = [0.0, 1.0, 7.0, 30.0, 90.0, 365.0, 1095.0, 3650.0, 10_950.0];
/// The same for other units.
const ROUND: [f64; 9] = [0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 10_000.0];

impl Scale {
    /// A linear scale with about `ticks` ticks that holds all values, and 0.
    pub(crate) fn linear(values: impl Iterator<Item = f64>, unit: &str, whole: bool, ticks: u32) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for v in values {
            (low, high) = (low.min(v), high.max(v));
        }
        if unit == "share" && high > 0.5 {
            high = 1.0;
        }
        if high <= low {
            high = low + if unit == "share" { 0.01 } else { 1.0 };
        }
        let mut step = nice((high - low) / f64::from(ticks.max(1)));
        if whole {
            step = step.max(1.0);
        }
        // The tolerance keeps an end that is a multiple of the step but for rounding.
        let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
        Self::Linear { low, high: if unit == "share" { high.min(1.0) } else { high }, step }
    }

    /// A logarithmic scale for values of very different size that holds their bounds too; `None` where a
    /// linear one serves.
    pub(crate) fn log_with(values: &[f64], bounds: impl Iterator<Item = f64>) -> Option<Self> {
        let values = || values.iter().copied();
        Self::log(values()).and_then(|_| Self::log(values().chain(bounds)))
    }

    /// A logarithmic scale; `None` where a linear one serves, or a value is negative.
    pub(crate) fn log(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (mut least, mut most, mut zero) = (f64::INFINITY, 0.0_f64, false);
        for v in values {
            if v < 0.0 {
                return None;
            }
            if v == 0.0 {
                zero = true;
            } else {
                (least, most) = (least.min(v), most.max(v));
            }
        }
        if most / least <= LOG_FROM || !least.is_finite() {
            return None;
        }
        // 1, 2 or 5 times a power of ten at both ends: whole powers would leave up to a decade empty.
        let ends = || (-12..=18).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10_f64.powi(e)));
        let low = ends().take_while(|v| *v <= least).last().unwrap_or(least);
        let high = ends().find(|v| *v >= most).unwrap_or(most);
        Some(Self::Log { low, high, zero })
    }

    /// A scale for delays from 0 on, which are many when short and few when long.
    pub(crate) fn log1p(values: impl Iterator<Item = f64>) -> Self {
        let high = values.fold(1.0, f64::max);
        // A known number of days that is near makes a better end.
        let near = DAYS.into_iter().find(|d| *d >= high && *d <= high * 1.4);
        Self::Log1p { high: near.unwrap_or(high) }
    }

    /// The largest value on it.
    pub(crate) fn end(&self) -> f64 {
        match *self {
            Self::Linear { high, .. } | Self::Log { high, .. } | Self::Log1p { high } => high,
        }
    }

    pub(crate) fn is_log(&self) -> bool {
        !matches!(self, Self::Linear { .. })
    }

    /// Place of a value from 0 to 1; what lies outside is put at the end.
    pub(crate) fn at(&self, v: f64) -> f64 {
        match *self {
            Self::Linear { low, high, .. } => ((v - low) / (high - low)).clamp(0.0, 1.0),
            Self::Log { low, high, zero } => {
                let start = if zero { ZERO_SLOT } else { 0.0 };
                if v <= 0.0 {
                    return 0.0;
                }
                let part = (v / low).log10() / (high / low).log10();
                start + part.clamp(0.0, 1.0) * (1.0 - start)
            }
            Self::Log1p { high } => (v.max(0.0).ln_1p() / high.ln_1p()).clamp(0.0, 1.0),
        }
    }

    /// Place from which values are read: zero, or the start of a logarithmic scale.
    pub(crate) fn origin(&self) -> f64 {
        match self {
            Self::Linear { .. } => self.at(0.0),
            Self::Log { .. } | Self::Log1p { .. } => 0.0,
        }
    }

    /// The ticks, at most `most` of them on a logarithmic scale.
    pub(crate) fn ticks(&self, unit: &str, most: usize) -> Vec<Tick> {
        match *self {
            Self::Linear { low, high, step } => {
                let n = ((high - low) / step).round();
                (0..200_u32)
                    .map(f64::from)
                    .take_while(|i| *i <= n)
                    .map(|i| low + i * step)
                    .map(|v| Tick { at: self.at(v), label: labels::tick(v, step, high.abs().max(low.abs()), unit) })
                    .collect()
            }
            Self::Log { low, high, zero } => {
                let powers: Vec<f64> =
                    (-12..=18).map(|e| 10_f64.powi(e)).filter(|v| (low..=high).contains(v)).collect();
                let every = powers.len().div_ceil(most.max(1));
                let powers = powers
                    .into_iter()
                    .step_by(every.max(1))
                    .map(|v| Tick { at: self.at(v), label: labels::tick(v, v, v, unit) });
                zero.then(|| Tick { at: 0.0, label: "0".into() }).into_iter().chain(powers).collect()
            }
            Self::Log1p { high } => {
                let known = if unit == "days" { DAYS } else { ROUND };
                let known: Vec<f64> = known.into_iter().filter(|v| *v <= high).collect();
                // On a short axis every whole number has a place.
                let whole = (0..7_u8).map(f64::from).filter(|v| *v <= high);
                let ticks = if high < 7.0 { whole.collect() } else { known };
                ticks.into_iter().map(|v| Tick { at: self.at(v), label: labels::tick(v, 1.0, v, unit) }).collect()
            }
        }
    }
}

/// Whether values are counts, which are whole and may differ by orders of magnitude.
pub(crate) fn counts<'a>(estimates: impl Iterator<Item = &'a Estimate>) -> bool {
    let mut any = false;
    for e in estimates {
        let quantile = e.statistic.strip_prefix('p').is_some_and(|p| p.parse::<u32>().is_ok());
        if e.unit == "share" || quantile || matches!(e.statistic.as_str(), "median" | "mean" | "ratio" | "rate") {
            return false;
        }
        if let Some(v) = e.value {
            any = true;
            if v.fract() != 0.0 {
                return false;
            }
        }
    }
    any
}

/// Whether values are durations, which may differ by orders of magnitude as counts do.
pub(crate) fn durations(unit: &str) -> bool {
    matches!(unit, "minutes" | "hours" | "days" | "weeks" | "months" | "years")
}

/// Whether values are rates per so many, which may differ by orders of magnitude as counts do.
pub(crate) fn rates(unit: &str) -> bool {
    unit.starts_with("per ")
}

/// The unit as it is shown: not that of shares, whose ticks show it, and not one that only repeats what the
/// measure is called.
pub(crate) fn shown_unit(unit: &str) -> &str {
    if matches!(unit, "share" | "" | "1" | "index" | "count" | "gini" | "ratio" | "rate") { "" } else { unit }
}

/// What stands over an axis of values: the unit where ticks do not show it, and the kind of scale.
pub(crate) fn axis_caption(unit: &str, scale: &Scale) -> String {
    let unit = shown_unit(unit);
    let plus_one = format!("logarithmic scale of {} + 1", if unit.is_empty() { "value" } else { unit });
    let kind = match scale {
        Scale::Linear { .. } => "",
        Scale::Log { zero: false, .. } => "logarithmic scale",
        Scale::Log { zero: true, .. } => "logarithmic scale, 0 set apart",
        Scale::Log1p { .. } => &plus_one,
    };
    [unit, kind].into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The next larger of 1, 2, 2.5, 5 times a power of ten.
fn nice(raw: f64) -> f64 {
    let power = 10_f64.powf(raw.log10().floor());
    [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= raw * (1.0 - 1e-9)).unwrap_or(10.0 * power)
}

/// A tick of a time axis: its place in days, a short label, and the year where it changes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DateTick {
    pub day: f64,
    pub label: String,
    pub year: Option<String>,
}

/// Middle of a period in days: where its point stands.
pub(crate) fn middle(p: Period) -> f64 {
    f64::midpoint(f64::from(p.start), f64::from(p.end))
}

/// The grain that all periods have.
pub(crate) fn grain(periods: &[Period]) -> Option<Grain> {
    Grain::ALL.into_iter().find(|g| periods.iter().all(|p| g.period(p.start) == Some(*p)))
}

/// Ticks under sorted periods: calendar periods or dates, so many that labels stay apart.
///
/// `pixels_per_day` is the scale; `room` the width that one label needs, with a gap.
pub(crate) fn date_ticks(periods: &[Period], pixels_per_day: f64, room: f64) -> Vec<DateTick> {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return Vec::new() };
    if first == last {
        return vec![DateTick { day: middle(*first), label: words::short(*first), year: None }];
    }
    let candidates = match grain(periods) {
        Some(g @ (Grain::Month | Grain::Quarter | Grain::Half | Grain::Year)) => {
            calendar(g, *first, *last, pixels_per_day, room)
        }
        Some(Grain::Week) => dates(first.start, last.start, 3.5, 7, pixels_per_day, room),
        Some(Grain::Day) => dates(first.start, last.start, 0.5, 1, pixels_per_day, room),
        _ => dates(first.start, last.end, 0.0, 1, pixels_per_day, room),
    };
    with_years(candidates)
}

/// Calendar periods whose number is a multiple of a step that leaves room for the labels.
fn calendar(g: Grain, first: Period, last: Period, pixels_per_day: f64, room: f64) -> Vec<(f64, i32, String)> {
    let mut all = Vec::new();
    let mut p = first;
    while p.start <= last.start && all.len() < 5000 {
        all.push(p);
        let Some(next) = g.period(p.end) else { break };
        p = next;
    }
    let months = match g {
        Grain::Month => 1,
        Grain::Quarter => 3,
        Grain::Half => 6,
        _ => 12,
    };
    let number =
        |p: &Period| time::date(p.start).map_or(0, |d| (i32::from(d.year()) * 12 + i32::from(d.month()) - 1) / months);
    let per_year = 12 / months;
    let steps = [1, 2, 3, 4, 6]
        .into_iter()
        .filter(|s| per_year % s == 0)
        .chain([1, 2, 5, 10, 20, 50, 100].map(|y| y * per_year));
    let width = pixels_per_day * 30.4 * f64::from(months);
    let step = steps.into_iter().find(|s| f64::from(*s) * width >= room).unwrap_or(100 * per_year);
    all.iter()
        .filter(|p| number(p) % step == 0)
        .map(|p| (middle(*p), p.start, if g == Grain::Year { p.label() } else { words::tick(*p) }))
        .collect()
}

/// Days, Mondays or firsts of months, shifted by half of what a point stands for.
fn dates(first: i32, last: i32, shift: f64, smallest: i32, pixels_per_day: f64, room: f64) -> Vec<(f64, i32, String)> {
    // "27 Sep" is longer than "Sep".
    let long = room * 1.5;
    // 1970-01-05 was a Monday.
    let step = [1, 2, 7, 14].into_iter().filter(|s| *s >= smallest).find(|s| f64::from(*s) * pixels_per_day >= long);
    if let Some(step) = step {
        let from = if step >= 7 { 4 } else { first };
        return (first..=last)
            .filter(|d| (d - from).rem_euclid(step) == 0)
            .map(|d| (f64::from(d) + shift, d, words::day_tick(d)))
            .collect();
    }
    let whole = |day| Grain::Month.period(day).unwrap_or(Period { start: day, end: day + 30 });
    let mut months = calendar(Grain::Month, whole(first), whole(last), pixels_per_day, room);
    months.retain(|(_, start, _)| (first..=last).contains(start));
    for tick in &mut months {
        tick.0 = f64::from(tick.1);
    }
    months
}

fn with_years(ticks: Vec<(f64, i32, String)>) -> Vec<DateTick> {
    let mut before = None;
    ticks
        .into_iter()
        .map(|(day, start, label)| {
            let year = time::date(start).map(jiff::civil::Date::year);
            // A label that is the year needs none below it.
            let shown = (year != before && year.is_some_and(|y| y.to_string() != label)).then_some(year).flatten();
            before = year;
            DateTick { day, label, year: shown.map(|y| y.to_string()) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: Scale, unit: &str) -> Vec<String> {
        scale.ticks(unit, 8).into_iter().map(|t| t.label).collect()
    }

    #[test]
    fn linear_scales_hold_zero_and_all_values() {
        let share = |v: &[f64]| Scale::linear(v.iter().copied(), "share", false, 5);
        assert_eq!(labels(share(&[0.2, 0.51]), "share"), ["0%", "20%", "40%", "60%", "80%", "100%"]);
        assert_eq!(labels(share(&[0.03]), "share"), ["0%", "1%", "2%", "3%"]);
        assert_eq!(labels(share(&[0.0]), "share").first().map(String::as_str), Some("0%"));
        let count = |v: &[f64]| Scale::linear(v.iter().copied(), "statements", true, 5);
        assert_eq!(labels(count(&[1.0]), ""), ["0", "1"]);
        assert_eq!(
            labels(count(&[1e9]), ""),
            ["0", "0.2 billion", "0.4 billion", "0.6 billion", "0.8 billion", "1.0 billion"]
        );
        let signed = Scale::linear([-3.0, 7.0].into_iter(), "days", false, 5);
        assert_eq!(labels(signed, "days"), ["−4", "−2", "0", "2", "4", "6", "8"]);
    }

    #[test]
    fn counts_of_many_sizes_get_a_logarithmic_scale_with_a_place_for_zero() {
        assert_eq!(Scale::log([1.0, 100.0].into_iter()), None);
        assert_eq!(Scale::log([-1.0, 1e9].into_iter()), None);
        assert_eq!(Scale::log([0.0, 0.0].into_iter()), None);
        let scale = Scale::log([0.0, 10.0, 1e4].into_iter()).expect("log");
        assert_eq!(labels(scale, ""), ["0", "10", "100", "1,000", "10,000"]);
        assert!(scale.at(0.0) < scale.at(10.0) && scale.at(10.0) < scale.at(11.0));
        assert!((scale.at(1e4) - 1.0).abs() < 1e-12);
        let days = Scale::log_with(&[0.0, 0.5, 1442.0], [0.1].into_iter()).expect("log");
        assert_eq!(labels(days, "days"), ["0", "0.1", "1", "10", "100", "1,000"]);
        assert_eq!(axis_caption("days", &days), "days, logarithmic scale, 0 set apart");
        assert_eq!(Scale::log_with(&[1.0, 99.0], [0.1].into_iter()), None);
        assert_eq!(Scale::log_with(&[1.0, 1442.0], [-1.0].into_iter()), None);
    }

    #[test]
    fn delays_stand_wide_where_they_are_short() {
        let days = Scale::log1p([3.0, 300.0].into_iter());
        assert_eq!(labels(days, "days"), ["0", "1", "7", "30", "90", "365"]);
        assert!((days.at(1.0) - 2_f64.ln() / 366_f64.ln()).abs() < 1e-12 && days.at(0.0) == 0.0);
        assert_eq!(labels(Scale::log1p([0.0].into_iter()), "days"), ["0", "1"]);
        assert_eq!(labels(Scale::log1p([40.0].into_iter()), "hours"), ["0", "1", "3", "10", "30"]);
        assert_eq!(axis_caption("days", &days), "days, logarithmic scale of days + 1");
    }

    #[test]
    fn date_ticks_stay_apart_and_name_the_year_once() {
        let start = time::parse_iso("2024-11-15").expect("date");
        for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Half, Grain::Year] {
            for n in [2, 5, 12, 40, 200] {
                let mut periods = vec![grain.period(start).expect("period")];
                while periods.len() < n {
                    let end = periods[periods.len() - 1].end;
                    periods.push(grain.period(end).expect("period"));
                }
                let span = middle(periods[n - 1]) - middle(periods[0]);
                let (per_day, room) = (600.0 / span, 34.0);
                let ticks = date_ticks(&periods, per_day, room);
                assert!(!ticks.is_empty(), "{grain:?} {n}");
                assert!(
                    ticks.windows(2).all(|w| (w[1].day - w[0].day) * per_day > room * 0.9),
                    "{grain:?} {n}: {ticks:?}"
                );
                let years: Vec<_> = ticks.iter().filter_map(|t| t.year.clone()).collect();
                let mut unique = years.clone();
                unique.dedup();
                assert_eq!(years, unique);
            }
        }
    }
}
