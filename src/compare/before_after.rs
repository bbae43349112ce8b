//! Before and after a date: interrupted time series, alone and against other platforms.

use std::collections::BTreeMap;

use super::choose::question;
use super::scale::{Scale, why};
use super::{Card, Comparison, words};
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::stats::series::{
    Coefficient, Effect, Errors, SEGMENT_MINIMUM, Segmented, SeriesOptions, SmallSample, controlled,
    difference_in_differences, placebo_in_space, segmented,
};
use crate::time::{Period, iso};

mod series;

use series::{Clock, Line, common, finest, line};

/// Card of this kind.
pub static CARD: Card = Card {
    id: "before-after",
    title: "Before and after a date",
    doc: "The change of level and of slope of a series at a date that is known beforehand, such as that of commitments: \
          segmented regression with Newey-West errors (lag ⌊4 (n/100)^(2/9)⌋ unless said otherwise), and with errors of the \
          first order (Prais-Winsten) beside it, because Newey-West limits are too narrow for short series.\n\n\
          Shares stand on the logit scale and numbers above 0 on the log scale, so that a change is a ratio: of odds, or of \
          values. A period that the date divides belongs to neither side. Fewer than 8 periods with a value on a side are \
          insufficient.\n\n\
          With comparison platforms the mean of their series is subtracted at every period (controlled_level_change, \
          controlled_slope_change, and without trends difference_in_differences); with two or more, the change is ranked \
          among those that each of them would have in its place (placebo_in_space): its smallest p-value is 1 in their \
          number plus 1.\n\n\
          Limits: the trend before would have gone on, and nothing else happened. A single series cannot tell the date from \
          a break of the data near it: known breaks within the series are named with their distance. Comparison platforms \
          under measures of their own are none. Seasons are not modelled. More measures after a date can be favourable or \
          not.",
    references: &[
        "Wagner, Soumerai, Zhang, Ross-Degnan 2002, Journal of Clinical Pharmacy and Therapeutics 27, 299-309",
        "Lopez Bernal, Cummins, Gasparrini 2018, International Journal of Epidemiology 47, 2082-2093",
        "Newey, West 1987, Econometrica 55, 703-708",
        "Abadie, Diamond, Hainmueller 2010, Journal of the American Statistical Association 105, 493-505",
    ],
};

/// A known break or fault of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: String,
    /// What it is.
    pub label: String,
    /// First day; of a break, the first day of the new state.
    pub from: i32,
    /// First day after a fault; none of a break.
    pub until: Option<i32>,
}

impl Known {
    /// Its days of change within a period: of a break one, of a fault its beginning and its end.
    #[must_use]
    pub fn within(&self, window: Period) -> Vec<i32> {
        let inside = |day: &i32| window.start < *day && *day < window.end;
        [Some(self.from), self.until].into_iter().flatten().filter(inside).collect()
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The date: the first day of the new state.
    pub date: i32,
    /// Platforms to show; all that are no comparison if none.
    pub platforms: Vec<String>,
    /// Comparison platforms.
    pub controls: Vec<String>,
    /// The scale; that of the unit if none.
    pub scale: Option<Scale>,
    /// Lag of Newey and West; by their rule of thumb if none.
    pub lag: Option<usize>,
    /// Level of the limits.
    pub confidence: Confidence,
}

/// Compares each series of each question with itself before the date. `known` gives the breaks that concern an
/// estimate.
#[must_use]
pub fn compare(estimates: &[&Estimate], options: &Options, known: &dyn Fn(&Estimate) -> Vec<Known>) -> Vec<Comparison> {
    let mut questions: BTreeMap<_, Vec<&Estimate>> = BTreeMap::new();
    for e in estimates {
        questions.entry(question(e)).or_default().push(e);
    }
    let mut out = Vec::new();
    for rows in questions.into_values() {
        let rows = finest(&rows);
        let mut platforms: Vec<&str> = rows.iter().map(|e| e.platform.as_str()).collect();
        platforms.sort_unstable();
        platforms.dedup();
        let wanted = |p: &&str| {
            let named = options.platforms.iter().any(|o| o == p);
            named || options.platforms.is_empty() && !options.controls.iter().any(|c| c == p) && *p != ALL_PLATFORMS
        };
        for platform in platforms.iter().copied().filter(wanted) {
            out.extend(one(&rows, platform, options, known));
        }
    }
    out
}

fn one(
    rows: &[&Estimate],
    platform: &str,
    options: &Options,
    known: &dyn Fn(&Estimate) -> Vec<Known>,
) -> Vec<Comparison> {
    let own: Vec<&Estimate> = rows.iter().copied().filter(|e| e.platform == platform).collect();
    let Some(last) = own.iter().copied().max_by_key(|e| e.period_end) else { return Vec::new() };
    let controls: Vec<&str> = options
        .controls
        .iter()
        .map(String::as_str)
        .filter(|c| *c != platform && rows.iter().any(|e| e.platform == *c))
        .collect();
    let used = || rows.iter().filter(|e| e.platform == platform || controls.contains(&e.platform.as_str()));
    let periods: Vec<Period> = own.iter().map(|e| e.period()).collect();
    let mut base = Comparison::of(CARD.id, last);
    (base.value, base.lower, base.upper, base.k, base.n) = (None, None, None, None, None);
    (base.status, base.reason, base.note) = (Status::Ok, None, None);
    if words::any_simulated(used().copied()) {
        base.add_note(crate::estimate::SIMULATED);
    }
    base.quantity = "level_change".to_owned();
    base.against = format!("before {}", iso(options.date));
    let Some(clock) = Clock::new(&periods, options.date) else {
        let row = base.without(Status::NotApplicable, "the periods are of different length");
        return vec![finish(row, None)];
    };
    (base.period_start, base.period_end) = (iso(clock.first.start), iso(clock.last.end));
    let scale = options.scale.unwrap_or_else(|| Scale::of(&last.unit, used().filter_map(|e| e.value)));
    let series = line(&own, platform, scale, &clock);
    notes(&mut base, &clock, &series, scale, options, &known(last));
    let before = series.values.range(..clock.at).count();
    let after = series.values.range(clock.at..).count();
    if before.min(after) < SEGMENT_MINIMUM {
        let reason =
            format!("{before} periods with a value before and {after} after: a segment needs {SEGMENT_MINIMUM}");
        return vec![finish(base.without(Status::Insufficient, reason), None)];
    }
    let context = Context { clock: &clock, scale, confidence: options.confidence, at: f64::from(clock.at) };
    let newey = SeriesOptions {
        errors: Errors::NeweyWest { lag: options.lag, factor: SmallSample::Adjusted },
        confidence: options.confidence,
    };
    let prais = SeriesOptions { errors: Errors::PraisWinsten, confidence: options.confidence };
    let (times, values) = common(&[&series]);
    let mut out = Vec::new();
    for (settings, method) in [(newey, "Newey-West"), (prais, "Prais-Winsten")] {
        match segmented(&times, &values[0], &[context.at], settings) {
            Ok(fit) => out.extend(context.changes(&base, &fit, method, "")),
            Err(e) => out.push(finish(method_of(&base, method).without(Status::Insufficient, why(&e)), None)),
        }
    }
    if !controls.is_empty() {
        let others: Vec<Line> = controls.iter().map(|c| line(rows, c, scale, &clock)).collect();
        out.extend(context.controlled(&base, &series, &others, newey));
    }
    out
}

fn method_of(base: &Comparison, method: &str) -> Comparison {
    let mut row = base.clone();
    row.method = Some(method.to_owned());
    row
}

/// What must be read beside a result: the scale, gaps, and what else happened.
fn notes(row: &mut Comparison, clock: &Clock, series: &Line, scale: Scale, options: &Options, known: &[Known]) {
    if scale != Scale::Identity {
        row.add_note(match scale {
            Scale::Logit => "on the logit scale: ratios are of odds",
            _ => "on the log scale: ratios are of values",
        });
    }
    if let Some(divided) = clock.divided {
        row.add_note(&format!("{} holds the date and is left out", divided.label()));
    }
    if series.gaps > 0 {
        row.add_note(&format!("{} periods have no value on this scale", series.gaps));
    }
    let window = Period { start: clock.first.start, end: clock.last.end };
    for k in known {
        for day in k.within(window) {
            let distance = day - options.date;
            let when = match distance {
                0 => "on the date itself".to_owned(),
                1.. => format!("{} after the date", days(distance)),
                _ => format!("{} before the date", days(-distance)),
            };
            row.add_note(&format!("known break {} ({}) of {} lies {when}", k.id, k.label, iso(day)));
        }
    }
}

fn days(n: i32) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

/// What the rows of one series share.
struct Context<'a> {
    clock: &'a Clock,
    scale: Scale,
    confidence: Confidence,
    at: f64,
}

impl Context<'_> {
    /// The rows of a change of level and of slope.
    fn changes(&self, base: &Comparison, fit: &Segmented, method: &str, prefix: &str) -> Vec<Comparison> {
        let Some(change) = fit.changes.first() else { return Vec::new() };
        let mut level = method_of(base, method);
        level.quantity = format!("{prefix}level_change");
        if prefix.is_empty() {
            // Where the trend before leads, and where the series begins after the date.
            let led = fit.intercept.estimate + fit.slope.estimate * self.at;
            level.reference = Some(self.scale.back(led));
            level.value = Some(self.scale.back(led + change.level.estimate));
        }
        self.fill(&mut level, &change.level);
        let mut slope = method_of(base, method);
        slope.quantity = format!("{prefix}slope_change");
        slope.unit = match self.scale {
            Scale::Identity => format!("{} per {}", base.unit, self.clock.grain),
            Scale::Log => format!("factor per {}", self.clock.grain),
            Scale::Logit => format!("factor of odds per {}", self.clock.grain),
        };
        if prefix.is_empty() {
            let back = |v: f64| if self.scale == Scale::Identity { v } else { v.exp() };
            slope.reference = Some(back(fit.slope.estimate));
            slope.value = Some(back(fit.slope.estimate + change.slope.estimate));
        }
        self.fill(&mut slope, &change.slope);
        if !fit.equally_spaced {
            for row in [&mut level, &mut slope] {
                row.add_note("the series has gaps, over which errors are taken as neighbours");
            }
        }
        vec![finish(level, Some(self)), finish(slope, Some(self))]
    }

    /// Writes a coefficient: as a difference on the scale of the values, else as a ratio.
    fn fill(&self, row: &mut Comparison, c: &Coefficient) {
        (row.z, row.p) = (Some(c.t).filter(|t| t.is_finite()), Some(c.p).filter(|p| p.is_finite()));
        (row.interval_kind, row.confidence) = (IntervalKind::Process, Some(self.confidence.level()));
        let finite = |v: f64| Some(v).filter(|v| v.is_finite());
        if self.scale == Scale::Identity {
            row.difference = finite(c.estimate);
            (row.difference_lower, row.difference_upper) = (finite(c.limits.lower), finite(c.limits.upper));
        } else {
            row.ratio = finite(c.estimate.exp());
            (row.ratio_lower, row.ratio_upper) = (finite(c.limits.lower.exp()), finite(c.limits.upper.exp()));
        }
    }

    /// The change beyond that of comparison platforms.
    fn controlled(&self, base: &Comparison, series: &Line, others: &[Line], options: SeriesOptions) -> Vec<Comparison> {
        let mut lines: Vec<&Line> = vec![series];
        lines.extend(others);
        let (times, mut values) = common(&lines);
        let treated = values.remove(0);
        let mut base = base.clone();
        let names: Vec<&str> = others.iter().map(|o| o.platform.as_str()).collect();
        base.against = format!("{}, beyond the change of {}", base.against, names.join(", "));
        let refused = |quantity: &str, reason: String| {
            let mut row = base.clone();
            row.quantity = quantity.to_owned();
            finish(row.without(Status::Insufficient, reason), None)
        };
        let before = times.iter().filter(|t| **t < self.at).count();
        if before.min(times.len() - before) < SEGMENT_MINIMUM {
            let reason = format!(
                "{before} periods in which all platforms have a value before and {} after: a segment needs \
                 {SEGMENT_MINIMUM}",
                times.len() - before
            );
            return vec![refused("controlled_level_change", reason)];
        }
        let mut out = match controlled(&times, &treated, &values, &[self.at], options) {
            Ok(fit) => self.changes(&base, &fit, "controlled, Newey-West", "controlled_"),
            Err(e) => vec![refused("controlled_level_change", why(&e))],
        };
        match difference_in_differences(&times, &treated, &values, self.at, options) {
            Ok(c) => {
                let mut row = method_of(&base, "difference in differences, Newey-West");
                row.quantity = "difference_in_differences".to_owned();
                self.fill(&mut row, &c);
                out.push(finish(row, Some(self)));
            }
            Err(e) => out.push(refused("difference_in_differences", why(&e))),
        }
        match placebo_in_space(&times, &treated, &values, self.at, Effect::Level) {
            Ok(placebo) => {
                let mut row = method_of(&base, "placebo in space: permutation of the change of level");
                row.quantity = "placebo_in_space".to_owned();
                (row.rank, row.peers) = (i64::try_from(placebo.rank).ok(), i64::try_from(values.len() + 1).ok());
                row.p = Some(placebo.p);
                if self.scale == Scale::Identity {
                    row.difference = Some(placebo.effect);
                } else {
                    row.ratio = Some(placebo.effect.exp()).filter(|v| v.is_finite());
                }
                out.push(finish(row, Some(self)));
            }
            Err(e) => out.push(refused("placebo_in_space", why(&e))),
        }
        out
    }
}

fn finish(mut row: Comparison, context: Option<&Context<'_>>) -> Comparison {
    let what = words::what(&row.indicator, &row.statistic, row.group_value.as_deref());
    let quantity = match row.quantity.trim_start_matches("controlled_") {
        "level_change" => "change of level",
        "slope_change" => "change of slope",
        "difference_in_differences" => "difference in differences",
        _ => "change of level among placebos",
    };
    let Some(context) = context else {
        let reason = row.reason.clone().unwrap_or_default();
        let text = format!("{}, {what}: no {quantity} is estimated ({reason}).", row.platform);
        row.sentence = words::sentence(&text, row.simulated());
        return row;
    };
    let limits = |a: Option<f64>, b: Option<f64>, say: &dyn Fn(f64) -> String| match (a, b) {
        (Some(a), Some(b)) => format!(" ({:.0}% limits {} to {})", context.confidence.level() * 100.0, say(a), say(b)),
        _ => String::new(),
    };
    let size = match (row.difference, row.ratio) {
        (Some(d), _) => {
            let say = |v: f64| words::difference(v, &row.unit);
            format!("{}{}", say(d), limits(row.difference_lower, row.difference_upper, &say))
        }
        (None, Some(r)) => {
            let of = if context.scale == Scale::Logit { "a factor of the odds of" } else { "a factor of" };
            format!("{of} {}{}", words::number(r), limits(row.ratio_lower, row.ratio_upper, &words::number))
        }
        _ => "not a finite number".to_owned(),
    };
    let place = match (row.quantity.as_str(), row.rank, row.peers) {
        ("placebo_in_space", Some(rank), Some(peers)) => format!(", {} of {peers} by size", words::ordinal(rank)),
        _ => String::new(),
    };
    let p = row.p.map(|p| format!(", {}", words::p(p))).unwrap_or_default();
    let method = row.method.clone().unwrap_or_default();
    let caution = if row.note.as_deref().is_some_and(|n| n.contains("known break")) {
        "; a known break lies within the series"
    } else {
        ""
    };
    let text =
        format!("{}, {what}, {}: {quantity} of {size}{place}{p} [{method}]{caution}.", row.platform, row.against);
    row.sentence = words::sentence(&text, row.simulated());
    row
}

#[cfg(test)]
mod tests;
