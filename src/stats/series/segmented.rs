//! Segmented regression of an interrupted time series, alone and against comparison series.
//!
//! Source: A. K. Wagner, S. B. Soumerai, F. Zhang and D. Ross-Degnan, "Segmented regression analysis of
//! interrupted time series studies in medication use research", *Journal of Clinical Pharmacy and Therapeutics*
//! 27 (2002), 299–309; J. Lopez Bernal, S. Cummins and A. Gasparrini, "Interrupted time series regression for the
//! evaluation of public health interventions: a tutorial", *International Journal of Epidemiology* 46 (2017),
//! 348–355; the same, "The use of controls in interrupted time series studies of public health interventions",
//! *International Journal of Epidemiology* 47 (2018), 2082–2093; A. Linden, "Conducting interrupted time-series
//! analysis for single- and multiple-group comparisons", *Stata Journal* 15 (2015), 480–500.

use super::covariance::{Covariance, SmallSample, float, newey_west_lag};
use super::ols::{Coefficient, LeastSquares};
use super::prais_winsten::prais_winsten;
use crate::stats::{Confidence, StatsError};

/// Points on each side of a break below which a segmented regression should not be relied on; 12 are better.
///
/// Two points a segment are what the arithmetic needs. Whether to refuse fewer than this is the caller's choice.
pub const SEGMENT_MINIMUM: usize = 8;

/// How the errors of a series are taken into account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errors {
    /// Least squares with a Newey–West covariance.
    NeweyWest {
        /// Its lag; `None` for [`newey_west_lag`].
        lag: Option<usize>,
        /// Its small-sample factor.
        factor: SmallSample,
    },
    /// Autoregressive errors of the first order: [`prais_winsten`], with its classical covariance.
    PraisWinsten,
}

/// How standard errors and limits of a series are made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SeriesOptions {
    /// What is assumed of the errors.
    pub errors: Errors,
    /// Level of the limits.
    pub confidence: Confidence,
}

impl Default for SeriesOptions {
    /// Newey–West with the lag by the rule of thumb and the factor n/(n − k); 95 %.
    fn default() -> Self {
        Self { errors: Errors::NeweyWest { lag: None, factor: SmallSample::Adjusted }, confidence: Confidence::P95 }
    }
}

/// What changed at a break.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The time of the break: the first that belongs to the segment after it.
    pub at: f64,
    /// Change of level at that time, against where the trend before the break leads; in units of y.
    pub level: Coefficient,
    /// Change of slope, in units of y per unit of time.
    pub slope: Coefficient,
    /// Number of points from this break to the next, or to the end.
    pub points: usize,
}

/// A segmented regression.
#[derive(Debug, Clone, PartialEq)]
pub struct Segmented {
    /// Value of the first segment's line at time 0.
    pub intercept: Coefficient,
    /// Slope before the first break, per unit of time.
    pub slope: Coefficient,
    /// The breaks, in order of time.
    pub changes: Vec<Change>,
    /// Number of points before the first break.
    pub points_before: usize,
    /// Whether all steps in time are equal within 1 part in 10⁶, as the standard errors assume.
    pub equally_spaced: bool,
    /// Autocorrelation of the first order that was estimated with [`Errors::PraisWinsten`].
    pub autocorrelation: Option<f64>,
    /// The fit behind it: constant, time, then level and slope for each break.
    pub fit: LeastSquares,
    /// Its covariance.
    pub covariance: Covariance,
}

impl Segmented {
    /// The slope after break `j` (from 0), per unit of time: that before the first break and all changes so far.
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] where there is no such break.
    pub fn slope_after(&self, j: usize, confidence: Confidence) -> Result<Coefficient, StatsError> {
        if j >= self.changes.len() {
            return Err(StatsError::Contradiction("the model has no break of that number"));
        }
        let weights: Vec<f64> =
            (0..self.fit.k()).map(|i| if i % 2 == 1 && i <= 3 + 2 * j { 1.0 } else { 0.0 }).collect();
        self.fit.contrast(&weights, &self.covariance, confidence)
    }

    /// The smallest number of points in a segment, to compare with [`SEGMENT_MINIMUM`].
    #[must_use]
    pub fn smallest_segment(&self) -> usize {
        self.changes.iter().map(|c| c.points).fold(self.points_before, usize::min)
    }
}

/// Segmented regression with changes of level and slope at known breaks.
///
/// ```text
/// yₜ = β₀ + β₁ t + Σⱼ [ γⱼ 1(t ≥ bⱼ) + δⱼ (t − bⱼ) 1(t ≥ bⱼ) ] + eₜ
/// ```
///
/// with the errors by `options`. γ is the jump at time b itself; some texts count
/// the slope term from 1 after the break, which shifts γ by δ.
///
/// `times` are in any unit that is equally spaced (index, week, month number), strictly increasing; for rates and
/// shares, values are better given as logarithms or logits.
///
/// Conditions: the dates of the breaks are known beforehand and not chosen by looking at the series; the trend
/// before would have gone on; nothing else happened at the break. A single series cannot tell two measures apart
/// that took effect at nearly the same time. Seasons are not modelled. At least two points before, between and
/// after the breaks; see [`SEGMENT_MINIMUM`], and [`Covariance::newey_west`] for the coverage in short series.
///
/// Values that are all equal give changes of 0 with standard errors of 0. Complexity: O(n k² L).
///
/// Source: Wagner et al. (2002); Lopez Bernal et al. (2017).
///
/// # Errors
/// [`StatsError::Contradiction`] for lists of unequal length, times or breaks that do not increase, or no break;
/// [`StatsError::Domain`] for a number that is not finite; [`StatsError::Insufficient`] for fewer than two points
/// in a segment, and fewer than five in all.
pub fn segmented(
    times: &[f64],
    values: &[f64],
    breaks: &[f64],
    options: SeriesOptions,
) -> Result<Segmented, StatsError> {
    check(times, values, breaks)?;
    let mut columns = vec![vec![1.0; times.len()], times.to_vec()];
    for at in breaks {
        columns.push(times.iter().map(|t| if t >= at { 1.0 } else { 0.0 }).collect());
        columns.push(times.iter().map(|t| if t >= at { t - at } else { 0.0 }).collect());
    }
    let points = |from: f64, to: f64| times.iter().filter(|t| from <= **t && **t < to).count();
    let ends: Vec<f64> = breaks.iter().skip(1).copied().chain([f64::INFINITY]).collect();
    let points_before = points(f64::NEG_INFINITY, breaks[0]);
    if points_before < 2 || breaks.iter().zip(&ends).any(|(from, to)| points(*from, *to) < 2) {
        return Err(StatsError::Insufficient(
            "a segment before, between or after the breaks has fewer than two points",
        ));
    }
    let (fit, covariance, autocorrelation) = estimate(&columns, values, options.errors)?;
    let coefficient = |j| fit.coefficient(j, &covariance, options.confidence);
    let changes = breaks
        .iter()
        .zip(&ends)
        .enumerate()
        .map(|(j, (at, end))| {
            Ok(Change {
                at: *at,
                level: coefficient(2 + 2 * j)?,
                slope: coefficient(3 + 2 * j)?,
                points: points(*at, *end),
            })
        })
        .collect::<Result<_, StatsError>>()?;
    Ok(Segmented {
        intercept: coefficient(0)?,
        slope: coefficient(1)?,
        changes,
        points_before,
        equally_spaced: equally_spaced(times),
        autocorrelation,
        covariance,
        fit,
    })
}

/// Controlled segmented regression: the changes in one series beyond those in comparison series.
///
/// The mean of the comparison series is subtracted from the series at every time, and [`segmented`] is applied to
/// the differences:
///
/// ```text
/// dₜ = yₜ − (1/m) Σ cₜ
/// ```
///
/// With Newey–West errors, its changes of level and slope equal the coefficients of treated × level and treated × slope in the pooled
/// regression of all series with a constant and trend for each group (Linden 2015; Lopez Bernal et al. 2018). The
/// standard errors allow for shocks that the series share at one time, which the pooled regression takes for
/// independent.
///
/// Conditions: as for [`segmented`], and what else happened at the break happened to all series alike; series
/// that were under measures of their own are no comparison. The limits treat the comparison series as given: with
/// few of them, give [`placebo_in_space`] beside it.
///
/// Complexity: O(n m + n k² L) for m comparison series.
///
/// # Errors
/// As [`segmented`]; [`StatsError::Insufficient`] without a comparison series.
pub fn controlled(
    times: &[f64],
    treated: &[f64],
    comparisons: &[Vec<f64>],
    breaks: &[f64],
    options: SeriesOptions,
) -> Result<Segmented, StatsError> {
    segmented(times, &differences(treated, comparisons)?, breaks, options)
}

/// Difference in differences: the change of the mean beyond that of comparison series, without trends.
///
/// ```text
/// mean of d from the break on − mean of d before it,   dₜ = yₜ − (1/m) Σ cₜ
/// ```
///
/// with the errors by `options`. With Newey–West errors it equals the estimate with effects for series and times in
/// the balanced panel of one treated and m comparison series.
///
/// Conditions: without the measure, the series would have moved in parallel with the mean of the comparison
/// series; see [`controlled`] for one with trends. At least two points on each side. Complexity: O(n (m + L)).
///
/// Source: J. D. Angrist and J.-S. Pischke, *Mostly Harmless Econometrics* (2009), section 5.2; M. Bertrand, E.
/// Duflo and S. Mullainathan, "How much should we trust differences-in-differences estimates?", *Quarterly Journal
/// of Economics* 119 (2004), 249–275, on why autocorrelation must not be ignored.
///
/// # Errors
/// As [`controlled`].
pub fn difference_in_differences(
    times: &[f64],
    treated: &[f64],
    comparisons: &[Vec<f64>],
    at: f64,
    options: SeriesOptions,
) -> Result<Coefficient, StatsError> {
    let values = differences(treated, comparisons)?;
    check(times, &values, &[at])?;
    let after: Vec<f64> = times.iter().map(|t| if *t >= at { 1.0 } else { 0.0 }).collect();
    let points_after = times.iter().filter(|t| **t >= at).count();
    if points_after < 2 || times.len() - points_after < 2 {
        return Err(StatsError::Insufficient("one side of the break has fewer than two points"));
    }
    let (fit, covariance, _) = estimate(&[vec![1.0; times.len()], after], &values, options.errors)?;
    fit.coefficient(1, &covariance, options.confidence)
}

/// Which change of a controlled segmented regression a placebo test compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Change of level at the break.
    Level,
    /// Change of slope at the break.
    Slope,
}

/// Result of [`placebo_in_space`].
#[derive(Debug, Clone, PartialEq)]
pub struct Placebo {
    /// Change in the treated series against all others.
    pub effect: f64,
    /// Change in each comparison series, were it the treated one; in the order given.
    pub placebos: Vec<f64>,
    /// Rank of the treated series by the size of its change: 1 for the largest. Ties count against it.
    pub rank: usize,
    /// Permutation p-value, rank / (m + 1): at least 1 / (m + 1).
    pub p: f64,
}

/// Placebo in space: is the change in the treated series larger than those in series that nothing happened to?
///
/// Each of the m comparison series takes the place of the treated one, against all other series, that one included;
/// the treated series is ranked by |change| (by least squares) among all m + 1. If nothing happened, and the series are exchangeable,
/// every rank has the same probability: the p-value is exact. (Where the treated series is left out of the
/// comparisons of the others, as in Abadie et al., it is not: with four comparisons the treated one is first with
/// probability 0.24 in place of 0.2.)
///
/// Conditions: the series are exchangeable but for the measure. With few of them the smallest p-value is large:
/// 0.2 for four comparisons. Complexity: O(m² n).
///
/// Source: A. Abadie, A. Diamond and J. Hainmueller, "Synthetic control methods for comparative case studies",
/// *Journal of the American Statistical Association* 105 (2010), 493–505.
///
/// # Errors
/// As [`controlled`]; [`StatsError::Insufficient`] for fewer than two comparison series.
pub fn placebo_in_space(
    times: &[f64],
    treated: &[f64],
    comparisons: &[Vec<f64>],
    at: f64,
    effect: Effect,
) -> Result<Placebo, StatsError> {
    if comparisons.len() < 2 {
        return Err(StatsError::Insufficient("a placebo test needs two comparison series or more"));
    }
    // Only estimates are needed.
    let errors = Errors::NeweyWest { lag: Some(0), factor: SmallSample::None };
    let options = SeriesOptions { errors, ..SeriesOptions::default() };
    let change = |treated: &[f64], others: &[Vec<f64>]| {
        let result = controlled(times, treated, others, &[at], options)?;
        let change = result.changes[0];
        Ok(if effect == Effect::Level { change.level.estimate } else { change.slope.estimate })
    };
    let own = change(treated, comparisons)?;
    let placebos = (0..comparisons.len())
        .map(|i| {
            let mut others = comparisons.to_vec();
            others[i] = treated.to_vec();
            change(&comparisons[i], &others)
        })
        .collect::<Result<Vec<f64>, StatsError>>()?;
    let rank = 1 + placebos.iter().filter(|p| p.abs() >= own.abs()).count();
    let p = float(rank) / float(placebos.len() + 1);
    Ok(Placebo { effect: own, placebos, rank, p })
}

fn estimate(
    columns: &[Vec<f64>],
    values: &[f64],
    errors: Errors,
) -> Result<(LeastSquares, Covariance, Option<f64>), StatsError> {
    match errors {
        Errors::NeweyWest { lag, factor } => {
            let fit = LeastSquares::fit(columns, values)?;
            let lag = lag.unwrap_or_else(|| newey_west_lag(values.len()));
            let covariance = Covariance::newey_west(&fit, lag, factor)?;
            Ok((fit, covariance, None))
        }
        Errors::PraisWinsten => {
            let result = prais_winsten(columns, values)?;
            let covariance = Covariance::classical(&result.fit)?;
            Ok((result.fit, covariance, Some(result.autocorrelation)))
        }
    }
}

fn check(times: &[f64], values: &[f64], breaks: &[f64]) -> Result<(), StatsError> {
    if times.len() != values.len() {
        return Err(StatsError::Contradiction("every time needs one value"));
    }
    if breaks.is_empty() {
        return Err(StatsError::Contradiction("a segmented regression needs a break"));
    }
    for (what, list) in [("time", times), ("break", breaks)] {
        if let Some(value) = list.iter().find(|v| !v.is_finite()) {
            return Err(StatsError::Domain { what, value: *value, expected: "expected a finite number" });
        }
    }
    if times.windows(2).any(|pair| pair[0] >= pair[1]) || breaks.windows(2).any(|pair| pair[0] >= pair[1]) {
        return Err(StatsError::Contradiction("times and breaks must increase, each from the one before"));
    }
    Ok(())
}

fn differences(treated: &[f64], comparisons: &[Vec<f64>]) -> Result<Vec<f64>, StatsError> {
    if comparisons.is_empty() {
        return Err(StatsError::Insufficient("no comparison series"));
    }
    if comparisons.iter().any(|c| c.len() != treated.len()) {
        return Err(StatsError::Contradiction("comparison series need a value for every time"));
    }
    let m = float(comparisons.len());
    Ok(treated.iter().enumerate().map(|(t, y)| y - comparisons.iter().map(|c| c[t]).sum::<f64>() / m).collect())
}

fn equally_spaced(times: &[f64]) -> bool {
    let steps = times.windows(2).map(|pair| pair[1] - pair[0]);
    let (shortest, longest) = steps.fold((f64::INFINITY, 0.0_f64), |(s, l), step| (s.min(step), l.max(step)));
    longest - shortest <= 1e-6 * longest
}
