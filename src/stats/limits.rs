//! What the families have in common: level of confidence, limits, and why a statistic cannot be given.

use statrs::distribution::{ContinuousCDF, Normal};

/// Why a statistic cannot be given. Never a panic, and never a number in its place.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// The data are too few, or of too little variety, for this statistic: no observation, one cluster,
    /// no event. The estimate is `insufficient`.
    #[error("insufficient data: {0}")]
    Insufficient(&'static str),
    /// An argument lies outside the domain of the method: a share above 1, a weight below 0, not a number.
    #[error("{what} is {value}; {expected}")]
    Domain {
        /// The argument's name.
        what: &'static str,
        /// The value that was given.
        value: f64,
        /// What is expected, as "expected a number in (0, 1)".
        expected: &'static str,
    },
    /// Two arguments contradict each other, as more events than trials, or lists of different length.
    #[error("{0}")]
    Contradiction(&'static str),
    /// An iteration did not settle.
    #[error("no solution found: {0}")]
    NoConvergence(&'static str),
}

/// A level of confidence, in (0, 1).
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Confidence(f64);

impl Confidence {
    /// 95 %.
    pub const P95: Self = Self(0.95);

    /// A level such as 0.95.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a number outside (0, 1).
    pub fn new(level: f64) -> Result<Self, StatsError> {
        if level > 0.0 && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(StatsError::Domain { what: "confidence", value: level, expected: "expected a share in (0, 1)" })
        }
    }

    /// The level.
    #[must_use]
    pub fn level(self) -> f64 {
        self.0
    }

    /// α = 1 − level: what lies outside two-sided limits.
    #[must_use]
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }

    /// Standard normal quantile of (1 + level) / 2: half the width of a two-sided interval in standard errors.
    #[must_use]
    pub fn z(self) -> f64 {
        Normal::standard().inverse_cdf(f64::midpoint(1.0, self.0))
    }
}

impl Default for Confidence {
    fn default() -> Self {
        Self::P95
    }
}

/// Limits of an interval, `lower ≤ upper`; infinite where there is no bound on that side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Lower limit.
    pub lower: f64,
    /// Upper limit.
    pub upper: f64,
}

impl Limits {
    /// Limits from two ends, in either order.
    #[must_use]
    pub fn new(a: f64, b: f64) -> Self {
        Self { lower: a.min(b), upper: a.max(b) }
    }

    /// Whether a value lies within, the ends included.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Upper less lower limit.
    #[must_use]
    pub fn width(self) -> f64 {
        self.upper - self.lower
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels() {
        assert!((Confidence::P95.z() - 1.959_963_984_540_054).abs() <= 1e-12);
        for level in [0.0, 1.0, -0.1, 95.0, f64::NAN, f64::INFINITY] {
            assert!(Confidence::new(level).is_err(), "{level}");
        }
        assert_eq!(Confidence::new(0.9).map(Confidence::level), Ok(0.9));
    }

    #[test]
    fn ends_are_put_in_order() {
        let limits = Limits::new(2.0, -1.0);
        assert_eq!((limits.lower, limits.upper, limits.width()), (-1.0, 2.0, 3.0));
        assert!(limits.contains(2.0) && !limits.contains(2.1) && !limits.contains(f64::NAN));
    }
}
