//! `stat series`: level and slope of a series before and after a date.

use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::answer::{Answer, Method, Refusal, limits_json, need, p_value, percent, row, share, short};
use super::file::{Source, Table, number};
use super::{Calculation, Level};
use crate::error::{Error, Result};
use crate::stats::Confidence;
use crate::stats::series::{
    Coefficient, Effect, Errors, SEGMENT_MINIMUM, SeriesOptions, SmallSample, controlled, placebo_in_space, segmented,
};
use crate::time;

/// Change of level and slope of a series at a date, alone or beyond that of comparison series
#[derive(Debug, Args)]
pub struct Series {
    #[command(flatten)]
    source: Source,
    /// Column with the time: dates (2025-07-01), months (2025-07) or numbers, equally spaced (default: row number)
    #[arg(long, value_name = "COLUMN")]
    time: Option<String>,
    /// Column with the values
    #[arg(long, value_name = "COLUMN", required_unless_present = "explain")]
    value: Option<String>,
    /// The first time after the change, as in the column of times, else the row number; several are possible
    #[arg(long = "break", value_name = "DATE|NUMBER", value_delimiter = ',', required_unless_present = "explain")]
    #[arg(allow_negative_numbers = true)]
    breaks: Vec<String>,
    /// Columns of comparison series: their mean is subtracted from the values
    #[arg(long, value_name = "COLUMN,…", value_delimiter = ',')]
    compare: Vec<String>,
    /// How correlated errors are treated
    #[arg(long, value_enum, default_value = "newey-west")]
    method: Kind,
    /// Lag of the Newey–West covariance (default: 4 (n/100)^(2/9), rounded down)
    #[arg(long, value_name = "L")]
    lag: Option<usize>,
    #[command(flatten)]
    level: Level,
}

/// How correlated errors are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Least squares with standard errors that allow for correlation
    NeweyWest,
    /// Errors that follow the one before: closer to the level in short series
    PraisWinsten,
}

static NEWEY_WEST: Method = Method {
    name: "segmented regression, Newey–West standard errors with n/(n − k), t limits",
    formula: "yₜ = β₀ + β₁ t + Σⱼ [ γⱼ 1(t ≥ bⱼ) + δⱼ (t − bⱼ) 1(t ≥ bⱼ) ] + eₜ      t in steps of the series\n\
              V = n/(n − k) (XᵀX)⁻¹ [ Γ₀ + Σ_{l≤L} (1 − l/(L + 1)) (Γl + Γlᵀ) ] (XᵀX)⁻¹",
    conditions: "Conditions: the date was not chosen by looking at the series, the trend before would have gone on, and nothing\n\
                 else happened then; seasons are not modelled. 8 points on each side at least, better 12. With few\n\
                 points and positive autocorrelation the limits are too narrow: compare --method prais-winsten and other\n\
                 lags. With --compare, what else happened must have happened to all series alike.",
    source: "A. K. Wagner et al., Journal of Clinical Pharmacy and Therapeutics 27 (2002), 299–309; J. Lopez Bernal et al.,\n\
             International Journal of Epidemiology 46 (2017), 348–355, and 47 (2018), 2082–2093; W. K. Newey and\n\
             K. D. West, Econometrica 55 (1987), 703–708",
    function: "series::segmented, controlled, placebo_in_space",
};

static PRAIS_WINSTEN: Method = Method {
    name: "segmented regression with autoregressive errors (Prais–Winsten), t limits",
    formula: "yₜ = β₀ + β₁ t + Σⱼ [ γⱼ 1(t ≥ bⱼ) + δⱼ (t − bⱼ) 1(t ≥ bⱼ) ] + eₜ,   eₜ = ρ eₜ₋₁ + uₜ\n\
              least squares of yₜ − ρ yₜ₋₁, first row times √(1 − ρ²), iterated",
    conditions: "Conditions: those of --method newey-west, and errors that follow such a process. In short series ρ is estimated\n\
                 too low, and limits are somewhat too narrow.",
    source: "S. J. Prais and C. B. Winsten, Cowles Commission Discussion Paper 383 (1954); A. K. Wagner et al., Journal of\n\
             Clinical Pharmacy and Therapeutics 27 (2002), 299–309",
    function: "series::segmented, prais_winsten",
};

/// The times of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    Days,
    Months,
    Numbers,
}

impl Clock {
    /// A time as a number that increases: days, months since year 0, or the number itself.
    fn parse(self, text: &str) -> Option<f64> {
        match self {
            Self::Days => time::parse_iso(text).map(f64::from),
            Self::Months => months(text),
            Self::Numbers => number(text),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Days => "a date such as 2025-07-01",
            Self::Months => "a month such as 2025-07",
            Self::Numbers => "a number",
        }
    }

    /// What the first cell looks like.
    fn of(text: &str) -> Self {
        [Self::Days, Self::Months].into_iter().find(|clock| clock.parse(text).is_some()).unwrap_or(Self::Numbers)
    }
}

/// Months since year 0 of `2025-07`.
fn months(text: &str) -> Option<f64> {
    let (year, month) = text.split_once('-')?;
    let plain = year.len() == 4 && month.len() == 2 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let (year, month): (i32, i32) = (year.parse().ok()?, month.parse().ok()?);
    (plain && (1..=12).contains(&month)).then(|| f64::from(12 * year + month - 1))
}

/// The rows in order of time, and the step at which each break falls, counted from 1.
struct Order {
    rows: Vec<usize>,
    breaks: Vec<f64>,
    /// What a break is called.
    labels: Vec<String>,
}

impl Series {
    fn order(&self, table: &Table) -> Result<Order, Refusal> {
        let n = table.len();
        let first = self.time.as_ref().and_then(|_| table.texts(0).next());
        let clock = first.map_or(Clock::Numbers, Clock::of);
        let times = match &self.time {
            Some(_) => table.values(0, clock.expected(), |text| clock.parse(text))?,
            None => steps(n),
        };
        let mut rows: Vec<usize> = (0..n).collect();
        rows.sort_by(|a, b| times[*a].total_cmp(&times[*b]));
        let sorted: Vec<f64> = rows.iter().map(|i| times[*i]).collect();
        if self.time.is_some() {
            let texts: Vec<&str> = table.texts(0).collect();
            spaced(&sorted, clock, &|i| texts[rows[i]])?;
        }
        let mut breaks = Vec::new();
        for text in &self.breaks {
            let at = clock.parse(text).or_else(|| breaks_in_months(clock, text)).ok_or_else(|| {
                let message = format!("--break {text:?} is not {}", clock.expected());
                Error::usage(message, "give it as the times are written in the file")
            })?;
            // The first step at or after it.
            let step = sorted.partition_point(|t| *t < at);
            if step == 0 || step >= n {
                let message = format!("--break {text} does not lie within the series");
                return Err(Error::usage(message, "give the first time after the change").into());
            }
            breaks.push((step, text.clone()));
        }
        breaks.sort();
        let steps = steps(n);
        Ok(Order {
            rows,
            breaks: breaks.iter().map(|(step, _)| steps[*step]).collect(),
            labels: breaks.into_iter().map(|(_, text)| text).collect(),
        })
    }

    fn options(&self) -> SeriesOptions {
        let errors = match self.method {
            Kind::NeweyWest => Errors::NeweyWest { lag: self.lag, factor: SmallSample::Adjusted },
            Kind::PraisWinsten => Errors::PraisWinsten,
        };
        SeriesOptions { errors, confidence: self.level.confidence }
    }
}

/// 1, 2, …, n.
fn steps(n: usize) -> Vec<f64> {
    std::iter::successors(Some(1.0), |t| Some(t + 1.0)).take(n).collect()
}

/// In a series of days, a month is its first day.
fn breaks_in_months(clock: Clock, text: &str) -> Option<f64> {
    if clock == Clock::Days { time::parse_iso(&format!("{text}-01")).map(f64::from) } else { None }
}

/// Refuses times that do not follow each other at one distance: days, or days of the month.
fn spaced<'a>(times: &[f64], clock: Clock, name: &dyn Fn(usize) -> &'a str) -> Result<(), Refusal> {
    let fault = |list: &[f64]| {
        let first = list.get(1)? - list[0];
        (1..list.len()).find(|i| {
            let step = list[*i] - list[i - 1];
            step <= 0.0 || (step - first).abs() > 1e-6 * first.abs().max(step.abs())
        })
    };
    let Some(place) = fault(times) else { return Ok(()) };
    if clock == Clock::Days {
        let civil: Option<Vec<_>> = (0..times.len()).map(|i| name(i).get(..7).and_then(months)).collect();
        let day = |i: usize| name(i).get(8..);
        if let Some(list) = civil
            && (1..times.len()).all(|i| day(i) == day(0))
            && fault(&list).is_none()
        {
            return Ok(());
        }
    }
    let message = format!("{} follows {} at another distance than the times before", name(place), name(place - 1));
    Err(Error::usage(message, "give every time once, without gaps: add rows, or sum up to weeks or months").into())
}

fn cells(label: String, c: &Coefficient) -> Vec<String> {
    vec![
        label,
        short(c.estimate),
        short(c.standard_error),
        short(c.limits.lower),
        short(c.limits.upper),
        p_value(c.p).trim_start_matches("p ").trim_start_matches("= ").to_owned(),
    ]
}

fn fields(c: &Coefficient) -> Value {
    json!({
        "estimate": c.estimate,
        "standard_error": c.standard_error,
        "limits": limits_json(c.limits),
        "t": c.t,
        "p_value": c.p,
        "degrees_of_freedom": c.degrees_of_freedom,
    })
}

impl Calculation for Series {
    fn name(&self) -> &'static str {
        "series"
    }

    fn method(&self) -> &'static Method {
        match self.method {
            Kind::NeweyWest => &NEWEY_WEST,
            Kind::PraisWinsten => &PRAIS_WINSTEN,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let confidence: Confidence = self.level.confidence;
        let mut names: Vec<&str> = self.time.as_deref().into_iter().collect();
        let place = names.len();
        names.push(need(self.value.as_deref(), "--value")?);
        names.extend(self.compare.iter().map(String::as_str));
        let file = self.source.read(&names)?;
        if file.len() == 0 {
            return Err(Error::usage("the file has no rows", "give one row for each time").into());
        }
        let order = self.order(&file)?;
        let column = |c: usize| -> Result<Vec<f64>> {
            let values = file.numbers(c)?;
            Ok(order.rows.iter().map(|i| values[*i]).collect())
        };
        let values = column(place)?;
        let others = (place + 1..names.len()).map(column).collect::<Result<Vec<_>>>()?;
        let times = steps(values.len());
        let options = self.options();
        let found = if others.is_empty() {
            segmented(&times, &values, &order.breaks, options)?
        } else {
            controlled(&times, &values, &others, &order.breaks, options)?
        };
        let mut rows = vec![row(["", "estimate", "se", "lower", "upper", "p"])];
        rows.push(cells("slope before".into(), &found.slope));
        let mut changes = Vec::new();
        for (j, (change, label)) in found.changes.iter().zip(&order.labels).enumerate() {
            let after = found.slope_after(j, confidence)?;
            rows.push(cells(format!("change of level at {label}"), &change.level));
            rows.push(cells(format!("change of slope at {label}"), &change.slope));
            rows.push(cells(format!("slope from {label} on"), &after));
            changes.push(json!({
                "break": label,
                "points": change.points,
                "level_change": fields(&change.level),
                "slope_change": fields(&change.slope),
                "slope_after": fields(&after),
            }));
        }
        let mut notes = file.notes();
        if found.smallest_segment() < SEGMENT_MINIMUM {
            notes.push(format!(
                "a segment has {} points: with fewer than {SEGMENT_MINIMUM} neither estimates nor limits should be relied on",
                found.smallest_segment()
            ));
        }
        let method = found.covariance.kind().name();
        let mut list = vec![
            ("slope_before", fields(&found.slope)),
            ("intercept", fields(&found.intercept)),
            ("changes", json!(changes)),
            ("n", json!(values.len())),
            ("points_before", json!(found.points_before)),
            ("covariance", json!(method)),
            ("autocorrelation", json!(found.autocorrelation)),
            ("durbin_watson", json!(found.fit.durbin_watson())),
            ("confidence", json!(confidence.level())),
        ];
        let mut sentences = vec![format!(
            "{} points, {} of them before the first break; slopes are per step; {} limits",
            values.len(),
            found.points_before,
            percent(confidence)
        )];
        let errors = match (self.method, found.autocorrelation) {
            (Kind::PraisWinsten, Some(rho)) => format!("Errors: autocorrelation {}", short(rho)),
            _ => format!("Errors: {method}"),
        };
        let watson = found.fit.durbin_watson().map_or_else(String::new, |d| format!("; Durbin–Watson {}", short(d)));
        sentences.push(format!("{errors}{watson}"));
        if others.len() > 1 && order.breaks.len() == 1 {
            let mut placebos = Vec::new();
            for (effect, name) in [(Effect::Level, "level"), (Effect::Slope, "slope")] {
                let placebo = placebo_in_space(&times, &values, &others, order.breaks[0], effect)?;
                sentences.push(format!(
                    "Change of {name} against each comparison series in its place: rank {} of {}, p = {}",
                    placebo.rank,
                    others.len() + 1,
                    share(placebo.p)
                ));
                placebos.push(json!({ "effect": name, "rank": placebo.rank, "p_value": placebo.p }));
            }
            list.push(("placebo_in_space", json!(placebos)));
        }
        Ok(Answer { sentences, tables: vec![rows], notes, fields: list })
    }
}
