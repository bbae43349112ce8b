//! The scale on which estimates differ: logits for shares, logarithms for what is above 0.

use crate::estimate::{Estimate, IntervalKind};
use crate::stats::{Confidence, StatsError};

/// A scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// As it is.
    Identity,
    /// Natural logarithm.
    Log,
    /// Logarithm of the odds.
    Logit,
}

impl Scale {
    /// Every scale, with its name.
    pub const ALL: [(&'static str, Self); 3] =
        [("identity", Self::Identity), ("log", Self::Log), ("logit", Self::Logit)];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Log => "log",
            Self::Logit => "logit",
        }
    }

    /// The scale for values of this unit: logits for shares, logarithms where all are above 0.
    #[must_use]
    pub fn of(unit: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let mut values = values.into_iter();
        if unit == "share" {
            if values.all(|v| v > 0.0 && v < 1.0) { Self::Logit } else { Self::Identity }
        } else if values.all(|v| v > 0.0) {
            Self::Log
        } else {
            Self::Identity
        }
    }

    /// The value on the scale; `None` where it has no place there.
    #[must_use]
    pub fn to(self, v: f64) -> Option<f64> {
        let at = match self {
            Self::Identity => v,
            Self::Log => v.ln(),
            Self::Logit => (v / (1.0 - v)).ln(),
        };
        Some(at).filter(|v| v.is_finite())
    }

    /// Back from the scale.
    #[must_use]
    pub fn back(self, v: f64) -> f64 {
        match self {
            Self::Identity => v,
            Self::Log => v.exp(),
            Self::Logit => 1.0 / (1.0 + (-v).exp()),
        }
    }
}

/// Standard error on a scale, from the limits of a sampling interval: (upper − lower) / 2z.
pub fn standard_error(e: &Estimate, scale: Scale) -> Option<f64> {
    if e.interval_kind != IntervalKind::Sampling {
        return None;
    }
    let z = Confidence::new(e.confidence?).ok()?.z();
    let (lower, upper) = (scale.to(e.lower?)?, scale.to(e.upper?)?);
    Some((upper - lower) / (2.0 * z)).filter(|s| *s > 0.0)
}

/// Two-sided p-value of a standard normal z.
pub fn normal_p(z: f64) -> f64 {
    statrs::function::erf::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// A statistical refusal in words.
pub fn why(e: &StatsError) -> String {
    e.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_go_there_and_back() {
        for (scale, v) in [(Scale::Identity, -3.0), (Scale::Log, 0.2), (Scale::Logit, 0.2)] {
            assert!((scale.back(scale.to(v).expect("a place")) - v).abs() <= 1e-15);
        }
        assert_eq!((Scale::Log.to(0.0), Scale::Logit.to(1.0), Scale::Logit.to(0.0)), (None, None, None));
        assert_eq!(Scale::of("share", [0.2, 1.0]), Scale::Identity);
        assert_eq!(Scale::of("days", [0.2, 4.0]), Scale::Log);
        assert!((normal_p(1.959_963_984_540_054) - 0.05).abs() <= 1e-12);
    }
}
