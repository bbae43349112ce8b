//! Quantiles of a time by inverting a curve and its band.
//!
//! Source: R. Brookmeyer and J. Crowley, "A confidence interval for the median survival time", *Biometrics*
//! 38 (1982), 29–41. The midpoint convention is that of `quantile.survfit` in the R package survival.

use super::{Confidence, KaplanMeier, SLACK, StatsError, Transform};

/// Which time is the quantile where the curve is level at exactly 1 − p.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileConvention {
    /// The smallest time t with S(t) ≤ 1 − p: a time that was observed, as in the module `quantile`.
    #[default]
    Inverse,
    /// The middle of the level stretch, that is half-way between that time and the next event (or the end of
    /// follow-up): what R's survival gives, for the quantile and for its limits.
    Midpoint,
}

/// A quantile of a time with its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalQuantile {
    /// The probability p: the time by which a share p has had the event.
    pub p: f64,
    /// The quantile; `None` where the curve does not come down to 1 − p within the follow-up.
    pub estimate: Option<f64>,
    /// Lower limit: where the lower side of the band comes down to 1 − p. `None` where it does not.
    pub lower: Option<f64>,
    /// Upper limit: where the upper side of the band comes down to 1 − p. `None`: not bounded by the data.
    pub upper: Option<f64>,
    /// The convention of all three.
    pub convention: QuantileConvention,
    /// The scale of the band that was inverted.
    pub transform: Transform,
}

impl KaplanMeier {
    /// The time by which a share `p` has had the event, with limits by inverting the pointwise band.
    ///
    /// The limits hold the times t at which the band around S(t) contains 1 − p. The conditions are those of
    /// the curve. Where the curve ends above 1 − p (heavy censoring), there is no estimate; give the
    /// restricted mean instead. Where S has dropped to 0 there is no band, so that the upper limit is then
    /// not bounded. Complexity: O(steps).
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a `p` outside (0, 1).
    pub fn quantile(
        &self,
        p: f64,
        convention: QuantileConvention,
        transform: Transform,
        confidence: Confidence,
    ) -> Result<SurvivalQuantile, StatsError> {
        if !(p > 0.0 && p < 1.0) {
            return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share in (0, 1)" });
        }
        let level = 1.0 - p;
        let band = |step: &super::SurvivalStep| step.value().limits(transform, confidence);
        let find = |value: &dyn Fn(&super::SurvivalStep) -> Option<f64>| {
            crossing(self.steps.iter().map(|step| (step.time, value(step))), level, convention)
        };
        Ok(SurvivalQuantile {
            p,
            estimate: find(&|step| Some(step.survival)),
            lower: find(&|step| band(step).map(|limits| limits.lower)),
            upper: find(&|step| band(step).map(|limits| limits.upper)),
            convention,
            transform,
        })
    }
}

/// The time at which a falling step function first is at most `level`; steps without a value are passed over.
fn crossing(
    steps: impl Iterator<Item = (f64, Option<f64>)>,
    level: f64,
    convention: QuantileConvention,
) -> Option<f64> {
    let mut reached: Option<f64> = None;
    let mut last = 0.0;
    for (time, value) in steps {
        last = time;
        let Some(value) = value else { continue };
        match reached {
            None if value <= level + SLACK => {
                reached = Some(time);
                if convention == QuantileConvention::Inverse || value < level - SLACK {
                    return reached;
                }
            }
            // The level stretch ends here.
            Some(from) if value < level - SLACK => return Some(f64::midpoint(from, time)),
            _ => {}
        }
    }
    reached.map(|from| f64::midpoint(from, last))
}
