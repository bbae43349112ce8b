//! Distribution of a delay that is on record only because the event has happened, by reversing time.
//!
//! Source: S. W. Lagakos, L. M. Barraj and V. De Gruttola, "Nonparametric analysis of truncated survival
//! data, with application to AIDS", *Biometrika* 75 (1988), 515–523; J. P. Klein and M. L. Moeschberger,
//! *Survival Analysis*, 2nd edition (2003), section 5.3.

use super::table::{joined, merged};
use super::{Confidence, Limits, SLACK, StatsError, Transform, check_time, last_at_most, real};

/// Delays with the windows in which they could be seen, by counts.
///
/// The window of a unit is the time from its beginning to the end of the data: had the delay been longer, the
/// unit would not be on record. Tables of disjoint parts add up with [`DelayTable::merge`]; the empty table
/// is its neutral element. Its size is the number of distinct delays and windows.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DelayTable {
    delays: Vec<(f64, u64)>,
    windows: Vec<(f64, u64)>,
}

impl DelayTable {
    /// The table of pairs `(delay, window)`.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a delay that is negative or not finite, or a window that is not finite;
    /// [`StatsError::Contradiction`] for a delay beyond its window.
    pub fn from_delays(pairs: &[(f64, f64)]) -> Result<Self, StatsError> {
        let mut table = Self::default();
        for &(delay, window) in pairs {
            check_time("delay", delay)?;
            check_time("window", window)?;
            if delay > window {
                return Err(BEYOND);
            }
            table.delays.push((delay + 0.0, 1));
            table.windows.push((window + 0.0, 1));
        }
        table.delays = sorted(table.delays);
        table.windows = sorted(table.windows);
        Ok(table)
    }

    /// The table of two histograms, of the delays and of the windows of the same units.
    ///
    /// # Errors
    /// As [`DelayTable::from_delays`], as far as the counts show it, and [`StatsError::Contradiction`] where
    /// the two are not of equally many units.
    pub fn from_histogram(delays: &[(f64, u64)], windows: &[(f64, u64)]) -> Result<Self, StatsError> {
        for (what, rows) in [("delay", delays), ("window", windows)] {
            for (time, _) in rows {
                check_time(what, *time)?;
            }
        }
        let clean =
            |rows: &[(f64, u64)]| sorted(rows.iter().filter(|row| row.1 > 0).map(|row| (row.0 + 0.0, row.1)).collect());
        let table = Self { delays: clean(delays), windows: clean(windows) };
        if total(&table.delays) != total(&table.windows) {
            return Err(StatsError::Contradiction("delays and windows of different numbers of units"));
        }
        // At every window's end, no more windows may have ended than delays.
        let (mut ended, mut happened, mut next) = (0_u64, 0_u64, 0);
        for (window, count) in &table.windows {
            while let Some((_, delays)) = table.delays.get(next).filter(|row| row.0 <= *window) {
                happened = happened.saturating_add(*delays);
                next += 1;
            }
            ended = ended.saturating_add(*count);
            if ended > happened {
                return Err(BEYOND);
            }
        }
        Ok(table)
    }

    /// Adds the table of other units. Commutative and associative; counts saturate at 2⁶⁴ − 1.
    pub fn merge(&mut self, other: &Self) {
        self.delays = joined(merged(&self.delays, &other.delays, |a, b| a.0.total_cmp(&b.0)));
        self.windows = joined(merged(&self.windows, &other.windows, |a, b| a.0.total_cmp(&b.0)));
    }

    /// Number of units.
    #[must_use]
    pub fn n(&self) -> u64 {
        total(&self.delays)
    }

    /// The longest window: nothing is known of longer delays.
    #[must_use]
    pub fn longest_window(&self) -> Option<f64> {
        self.windows.last().map(|row| row.0)
    }
}

const BEYOND: StatsError = StatsError::Contradiction("a delay beyond its window would not be on record");

fn sorted(mut rows: Vec<(f64, u64)>) -> Vec<(f64, u64)> {
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    joined(rows)
}

fn total(rows: &[(f64, u64)]) -> u64 {
    rows.iter().fold(0, |sum, row| sum.saturating_add(row.1))
}

/// The estimate at one observed delay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayStep {
    /// The delay u.
    pub time: f64,
    /// Units with this delay.
    pub delays: u64,
    /// Units with delay ≤ u ≤ window: the risk set in reversed time.
    pub at_risk: u64,
    /// Probability of a delay of at most u, given one of at most t*.
    pub probability: f64,
    /// Variance of its logarithm: `Σ d/(n(n − d))` over longer delays. Infinite where it is 0.
    pub log_variance: f64,
}

impl DelayStep {
    /// The probability at this step with its standard error.
    #[must_use]
    pub fn value(&self) -> DelayAt {
        let inner = self.probability > 0.0 && self.probability < 1.0;
        DelayAt {
            probability: self.probability,
            standard_error: inner.then(|| self.probability * self.log_variance.sqrt()),
        }
    }
}

/// The conditional distribution function at a chosen delay.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayAt {
    /// Probability of a delay of at most this, given one of at most t*.
    pub probability: f64,
    /// Its standard error; `None` where it is 0 or 1.
    pub standard_error: Option<f64>,
}

impl DelayAt {
    /// Pointwise limits; `None` where there is no standard error.
    #[must_use]
    pub fn limits(&self, transform: Transform, confidence: Confidence) -> Option<Limits> {
        transform.limits(self.probability, self.standard_error?, confidence)
    }
}

/// A conditional distribution of delays. It is not the distribution of all delays, and must not be shown as
/// such: how many delays exceed t* the data cannot tell.
#[derive(Debug, Clone, PartialEq)]
pub struct RightTruncated {
    /// The steps, in increasing order of delay; never empty.
    pub steps: Vec<DelayStep>,
    /// t*: everything here is conditional on a delay of at most so much.
    pub conditional_on_at_most: f64,
    /// Number of delays of at most t*.
    pub n: u64,
    /// The longest delay at which all at risk fall, although there are shorter ones. Below it the estimate is
    /// 0, whatever the data say: choose a t* below it.
    pub exhausted_at: Option<f64>,
}

/// A quantile of delays of at most t*.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DelayQuantile {
    /// The probability p.
    pub p: f64,
    /// The smallest observed delay that a share p of the delays of at most t* does not exceed.
    pub estimate: f64,
    /// Limits by inverting the pointwise band; the upper one is t* where the band does not bound it before.
    pub limits: Limits,
    /// t*.
    pub conditional_on_at_most: f64,
    /// The scale of the band that was inverted.
    pub transform: Transform,
}

/// Estimates the distribution of delays T from units that are on record because T lies within their window.
///
/// Reversed, a unit enters at its window and has its event at its delay, so that the Kaplan–Meier estimate
/// with delayed entry applies. With d(u) delays of u and `n(u) = #{T ≤ u ≤ window}`,
///
/// ```text
/// P(T ≤ t | T ≤ t*) = Π (1 − d(u)/n(u))          over t < u ≤ t*
/// ```
///
/// with variance of Greenwood's form. Plain quantiles of such delays are too short, as long delays of late
/// units are not yet on record.
///
/// Conditions: delay and window independent (delays did not change over the period of the data), no
/// censoring. t* may not exceed the longest window; the smaller it is, the more units could have shown it and
/// the narrower are the limits. Complexity: O(size of the table).
///
/// # Errors
/// [`StatsError::Insufficient`] where no delay is at most t*; [`StatsError::Domain`] for a t* that is negative
/// or not finite; [`StatsError::Contradiction`] for one beyond the longest window, where nothing is
/// identified.
pub fn right_truncated(table: &DelayTable, conditional_on_at_most: f64) -> Result<RightTruncated, StatsError> {
    check_time("conditional_on_at_most", conditional_on_at_most)?;
    if table.longest_window().is_some_and(|window| conditional_on_at_most > window) {
        return Err(StatsError::Contradiction("no window is so long: nothing is known of such delays"));
    }
    let mut steps = Vec::new();
    let (mut happened, mut ended, mut next) = (0_u64, 0_u64, 0);
    for &(time, delays) in table.delays.iter().take_while(|row| row.0 <= conditional_on_at_most) {
        happened = happened.saturating_add(delays);
        while let Some((_, windows)) = table.windows.get(next).filter(|row| row.0 < time) {
            ended = ended.saturating_add(*windows);
            next += 1;
        }
        let at_risk = happened.saturating_sub(ended);
        steps.push(DelayStep { time, delays, at_risk, probability: 1.0, log_variance: 0.0 });
    }
    let n = happened;
    let (mut probability, mut log_variance, mut exhausted_at) = (1.0, 0.0, None);
    for (place, step) in steps.iter_mut().enumerate().rev() {
        (step.probability, step.log_variance) = (probability, log_variance);
        let (d, n) = (real(step.delays), real(step.at_risk));
        if step.delays >= step.at_risk {
            if place > 0 && exhausted_at.is_none() {
                exhausted_at = Some(step.time);
            }
            (probability, log_variance) = (0.0, f64::INFINITY);
        } else {
            probability *= (n - d) / n;
            log_variance += d / (n * (n - d));
        }
    }
    if steps.is_empty() {
        return Err(StatsError::Insufficient("no delay of at most t*"));
    }
    Ok(RightTruncated { steps, conditional_on_at_most, n, exhausted_at })
}

impl RightTruncated {
    /// Probability of a delay of at most `t`, given one of at most t*.
    ///
    /// 0 below the smallest delay; `None` for a `t` beyond t* or not a number. Complexity: O(log steps).
    #[must_use]
    pub fn at(&self, t: f64) -> Option<DelayAt> {
        if t.is_nan() || t > self.conditional_on_at_most {
            return None;
        }
        let place = last_at_most(&self.steps, t, |step| step.time);
        Some(place.map_or(DelayAt { probability: 0.0, standard_error: None }, |place| self.steps[place].value()))
    }

    /// The quantile of delays of at most t*, with limits by inverting the band. p = ½ is the conditional
    /// median. Complexity: O(steps).
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a `p` outside (0, 1).
    pub fn quantile(&self, p: f64, transform: Transform, confidence: Confidence) -> Result<DelayQuantile, StatsError> {
        if !(p > 0.0 && p < 1.0) {
            return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share in (0, 1)" });
        }
        let first = |value: &dyn Fn(&DelayStep) -> Option<f64>| {
            self.steps.iter().find(|step| value(step).is_some_and(|v| v >= p - SLACK)).map(|step| step.time)
        };
        let end = self.steps.last().map_or(self.conditional_on_at_most, |step| step.time);
        let estimate = first(&|step| Some(step.probability)).unwrap_or(end);
        let lower = first(&|step| step.value().limits(transform, confidence).map(|limits| limits.upper));
        let upper = first(&|step| step.value().limits(transform, confidence).map(|limits| limits.lower));
        Ok(DelayQuantile {
            p,
            estimate,
            limits: Limits::new(lower.unwrap_or(estimate), upper.unwrap_or(self.conditional_on_at_most)),
            conditional_on_at_most: self.conditional_on_at_most,
            transform,
        })
    }
}
