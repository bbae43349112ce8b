//! Times until an event that may be censored, truncated or have rivals, and events that recur.
//!
//! Source: J. P. Klein and M. L. Moeschberger, *Survival Analysis: Techniques for Censored and Truncated
//! Data*, 2nd edition (2003); T. M. Therneau and P. M. Grambsch, *Modeling Survival Data* (2000), whose
//! conventions are those of the R package survival. Each method names its own paper.
//!
//! Two forms of input. A [`Spell`] is one unit: when it came under observation, when it left, and why. A
//! [`RiskTable`] is the compact form: how many left at each time, by reason, and how many came late. A table
//! has as many cells as there are distinct times and reasons, tables of disjoint parts merge into that of
//! the whole, and most estimators work on it. [`turnbull()`] needs intervals, [`right_truncated()`] has a
//! compact form of its own, and [`mean_cumulative_function`] needs to know which events belong to one unit.
//!
//! Conventions that all share: a unit with entry `e` and exit `t` is at risk in `(e, t]`; where exits of
//! several kinds fall on one time, events come before censorings, and late entries after both; times are in
//! whatever unit the caller uses, from an origin at 0, and curves are right-continuous. Which method is for
//! which data:
//!
//! ```text
//! still pending at the end of the data          kaplan_meier on spells with code 0
//! seen only from some age on (audit sample)     kaplan_meier with delayed entry
//! other ways out (deleted before a decision)    aalen_johansen, never 1 − kaplan_meier
//! known only to lie between two visits          turnbull
//! a record exists only if the event happened    right_truncated
//! several events of one unit                    mean_cumulative_function
//! ```

mod aalen_johansen;
mod gray;
mod kaplan_meier;
mod linear;
mod log_rank;
mod mean_cumulative;
mod nelson_aalen;
mod quantile;
mod right_truncated;
mod rmst;
mod table;
mod turnbull;

#[cfg(test)]
mod tests;

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{Confidence, Limits, StatsError};

pub use aalen_johansen::{AalenJohansen, IncidenceAt, IncidenceVariance, aalen_johansen};
pub use gray::{GrayTest, gray_test};
pub use kaplan_meier::{KaplanMeier, SurvivalAt, SurvivalStep, kaplan_meier};
pub use log_rank::{LogRank, fleming_harrington, log_rank, stratified_fleming_harrington, stratified_log_rank};
pub use mean_cumulative::{MeanCumulative, MeanCumulativeStep, RecurrentRow, mean_cumulative_function};
pub use nelson_aalen::{HazardStep, NelsonAalen, nelson_aalen};
pub use quantile::{QuantileConvention, SurvivalQuantile};
pub use right_truncated::{DelayAt, DelayQuantile, DelayStep, DelayTable, RightTruncated, right_truncated};
pub use rmst::{Rmst, RmstContrast, rmst, rmst_difference, rmst_ratio};
pub use table::{CENSORED, RiskTable, Spell};
pub use turnbull::{CensoredInterval, Turnbull, TurnbullInterval, turnbull};

/// Two sides of a band at a level of 1 − p are compared with this slack, so that a product of fractions that
/// is ½ on paper is ½ here. It lies above the rounding of 10⁶ factors and below one event in 10⁸ spells.
const SLACK: f64 = 1e-9;

/// The scale on which limits of a probability are symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Transform {
    /// `p ± z·se`, cut off at 0 and 1. Covers badly in small samples and near 0 and 1.
    Plain,
    /// `p·exp(± z·se/p)`, the upper limit cut off at 1: the default of R's `survfit`.
    Log,
    /// `p^exp(± z·se/(p·ln p))`, which stays within (0, 1): the choice of Kalbfleisch and Prentice, and the
    /// default here.
    #[default]
    LogLog,
}

impl Transform {
    /// Limits of a probability with a standard error.
    ///
    /// `None` where the estimate is 0 or 1 (it has no standard error there: give a limit of a proportion of
    /// the number at risk instead) and where the standard error is not a number. R gives the limits (1, 1)
    /// before the first event with the scales "plain" and "log", and none with "log-log".
    #[must_use]
    pub fn limits(self, p: f64, standard_error: f64, confidence: Confidence) -> Option<Limits> {
        if !(p > 0.0 && p < 1.0 && standard_error >= 0.0 && standard_error.is_finite()) {
            return None;
        }
        let half = confidence.z() * standard_error;
        Some(match self {
            Self::Plain => Limits::new((p - half).max(0.0), (p + half).min(1.0)),
            Self::Log => Limits::new(p * (-half / p).exp(), (p * (half / p).exp()).min(1.0)),
            Self::LogLog => {
                let width = half / (p * p.ln());
                Limits::new(p.powf(width.exp()), p.powf((-width).exp()))
            }
        })
    }
}

/// The scale on which limits of a cumulative hazard or a mean number of events are symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CumulativeTransform {
    /// `x ± z·se`, cut off at 0.
    Plain,
    /// `x·exp(± z·se/x)`, which stays above 0; the default.
    #[default]
    Log,
}

impl CumulativeTransform {
    /// Limits of a number above 0 with a standard error; `None` where the estimate is 0 (nothing has happened
    /// yet, so that there is no standard error) and where one of the two is not a number.
    #[must_use]
    pub fn limits(self, value: f64, standard_error: f64, confidence: Confidence) -> Option<Limits> {
        if !(value > 0.0 && value.is_finite() && standard_error >= 0.0 && standard_error.is_finite()) {
            return None;
        }
        let half = confidence.z() * standard_error;
        Some(match self {
            Self::Plain => Limits::new((value - half).max(0.0), value + half),
            Self::Log => Limits::new(value * (-half / value).exp(), value * (half / value).exp()),
        })
    }
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
fn real(count: u64) -> f64 {
    count as f64
}

/// Probability that χ² with so many degrees of freedom exceeds the statistic.
fn chi_squared_p(statistic: f64, degrees: usize) -> Result<f64, StatsError> {
    #[expect(clippy::cast_precision_loss, reason = "a number of groups")]
    let degrees = degrees as f64;
    ChiSquared::new(degrees)
        .map(|law| law.sf(statistic))
        .map_err(|_| StatsError::Insufficient("the groups cannot be compared: no degree of freedom"))
}

/// Index of the last of the sorted times that is at most `t`; `None` before the first, and for NaN.
fn last_at_most<T>(steps: &[T], t: f64, time: impl Fn(&T) -> f64) -> Option<usize> {
    steps.partition_point(|step| time(step) <= t).checked_sub(1)
}

/// Refuses what is not a finite number of at least 0.
fn check_time(what: &'static str, value: f64) -> Result<(), StatsError> {
    if value.is_finite() && value >= 0.0 {
        Ok(())
    } else {
        Err(StatsError::Domain { what, value, expected: "expected a finite number of at least 0" })
    }
}
