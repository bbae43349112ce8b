//! Rates of events that occur independently of each other: Poisson limits, and the ratio of two rates.
//!
//! Sources: F. Garwood, "Fiducial limits for the Poisson distribution", *Biometrika* 28 (1936), 437–442;
//! J. Przyborowski and H. Wilenski, "Homogeneity of results in testing samples from Poisson series",
//! *Biometrika* 31 (1940), 313–323, for the conditional test, as in R's `poisson.test`.
//!
//! Exposure is time, or whatever events are counted by: service-months, thousand listings. Events that come in
//! bursts (many by one trader, a campaign) vary more than these limits allow.

use super::incomplete::{Point, gamma_quantile, gamma_quantile_upper};
use super::proportion::{clopper_pearson, exact_test};
use super::{Confidence, Limits, StatsError};

/// A rate with its limits, in events per unit of exposure.
#[derive(Debug, Clone, PartialEq)]
pub struct Rate {
    /// Events divided by exposure.
    pub rate: f64,
    /// Exact limits; the lower one is 0 where there is no event.
    pub limits: Limits,
}

/// Rate of a Poisson process with `events` in `exposure`, with Garwood's exact limits.
///
/// ```text
/// lower = quantile α/2 of Gamma(x, 1) / T,  upper = quantile 1 − α/2 of Gamma(x + 1, 1) / T
/// ```
///
/// which are χ² quantiles with 2x and 2x + 2 degrees of freedom, halved. They cover with at least the level.
/// Without an event the lower limit is 0 and the upper one stays that of a two-sided interval, 3.69/T at 95 %;
/// see [`no_event_upper`]. An exposure that is not finite and above 0 is refused. Complexity: O(√x), bounded.
pub fn poisson_rate(events: u64, exposure: f64, confidence: Confidence) -> Result<Rate, StatsError> {
    check("exposure", exposure)?;
    let (x, tail) = (real(events), confidence.alpha() / 2.0);
    let rate = x / exposure;
    let lower = if events == 0 { 0.0 } else { gamma_quantile(x, tail) / exposure };
    let upper = gamma_quantile_upper(x + 1.0, tail) / exposure;
    Ok(Rate { rate, limits: Limits { lower: lower.min(rate), upper: upper.max(rate) } })
}

/// Exact one-sided upper limit of a rate of which no event was seen: −ln(1 − level) / T.
///
/// The level is that of the one-sided statement; at 95 % it is 2.9957/T, the rule of three. An exposure that
/// is not finite and above 0 is refused.
pub fn no_event_upper(exposure: f64, confidence: Confidence) -> Result<f64, StatsError> {
    check("exposure", exposure)?;
    Ok(-confidence.alpha().ln() / exposure)
}

/// A ratio of two rates with its exact limits and test.
#[derive(Debug, Clone, PartialEq)]
pub struct RateRatio {
    /// First rate divided by the second; infinite where the second sample has no event.
    pub ratio: f64,
    /// Exact limits by the Clopper–Pearson limits of the conditional proportion. The lower one is 0 without an
    /// event in the first sample, the upper one infinite without one in the second.
    pub limits: Limits,
    /// Two-sided p-value of the hypothesis that the ratio is `null`: total probability of the divisions of the
    /// events that are no likelier than the observed one. The convention of R.
    pub p_value: f64,
    /// Twice the smaller tail, at most 1: below α exactly where the limits leave `null` out, as `p_value` does
    /// not always.
    pub p_value_central: f64,
}

/// Ratio of two Poisson rates, given as (events, exposure): exact conditional limits and test.
///
/// Of n = x₁ + x₂ events, x₁ is binomial with probability π = ρT₁/(ρT₁ + T₂), ρ being the ratio; limits of π
/// turn into those of ρ = π/(1 − π) · T₂/T₁, and the test is that of π at ρ = `null`. Limits cover with at
/// least the level. Without any event the data are insufficient. Exposures and `null` that are not finite and
/// above 0 are refused. Complexity: O(√min(x₁, x₂)), bounded.
pub fn rate_ratio(
    (x1, t1): (u64, f64),
    (x2, t2): (u64, f64),
    null: f64,
    confidence: Confidence,
) -> Result<RateRatio, StatsError> {
    check("first exposure", t1)?;
    check("second exposure", t2)?;
    check("null", null)?;
    let Some(n) = x1.checked_add(x2) else {
        return Err(StatsError::Contradiction("more events than can be counted"));
    };
    if n == 0 {
        return Err(StatsError::Insufficient("a rate ratio needs an event"));
    }
    // The upper limit of π leaves 1 − π too few digits where it is close to 1: it is that of the other share.
    let (first, second) = (clopper_pearson(x1, n, confidence)?, clopper_pearson(x2, n, confidence)?);
    let scale = t2 / t1;
    let ratio = real(x1) / real(x2) * scale;
    let limits = Limits {
        lower: (first.lower / second.upper * scale).min(ratio),
        upper: if x2 == 0 { f64::INFINITY } else { (first.upper / second.lower * scale).max(ratio) },
    };
    let odds = null / scale;
    let test = exact_test(x1, n, Point::of_logit(odds.ln()));
    Ok(RateRatio { ratio, limits, p_value: test.p_value, p_value_central: test.p_value_central })
}

fn check(what: &'static str, value: f64) -> Result<(), StatsError> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(StatsError::Domain { what, value, expected: "expected a finite number above 0" })
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const P95: Confidence = Confidence::P95;

    /// `poisson.test(0, 1)$conf.int` of R is [0, 3.688879]: −ln 0.025.
    #[test]
    fn without_event() {
        let none = poisson_rate(0, 2.0, P95).expect("valid");
        assert_eq!((none.rate, none.limits.lower), (0.0, 0.0));
        assert!((none.limits.upper - 3.688_879_454_113_936 / 2.0).abs() <= 1e-12);
        assert!((no_event_upper(2.0, P95).expect("valid") - 2.995_732_273_553_991 / 2.0).abs() <= 1e-12);
    }

    #[test]
    fn ratio_without_event_in_one_sample() {
        let none = rate_ratio((0, 1.0), (4, 1.0), 1.0, P95).expect("valid");
        assert_eq!((none.ratio, none.limits.lower), (0.0, 0.0));
        assert!(none.limits.upper.is_finite());
        let all = rate_ratio((4, 1.0), (0, 1.0), 1.0, P95).expect("valid");
        assert!(all.ratio.is_infinite() && all.limits.upper.is_infinite());
        assert!((all.limits.lower * none.limits.upper - 1.0).abs() <= 1e-12);
        // 2 · ½⁴ for four events that all fall to one side.
        assert!((all.p_value - 0.125).abs() <= 1e-15 && (all.p_value_central - 0.125).abs() <= 1e-15);
    }

    #[test]
    fn bad_input_is_refused() {
        assert!(matches!(rate_ratio((0, 1.0), (0, 1.0), 1.0, P95), Err(StatsError::Insufficient(_))));
        assert!(matches!(rate_ratio((u64::MAX, 1.0), (1, 1.0), 1.0, P95), Err(StatsError::Contradiction(_))));
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(poisson_rate(1, bad, P95).is_err() && no_event_upper(bad, P95).is_err());
            assert!(rate_ratio((1, bad), (1, 1.0), 1.0, P95).is_err());
            assert!(rate_ratio((1, 1.0), (1, bad), 1.0, P95).is_err());
            assert!(rate_ratio((1, 1.0), (1, 1.0), bad, P95).is_err());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn limits_agree_with_the_test(x1 in 0_u64..80, x2 in 0_u64..80, t1 in 0.1..10.0_f64, t2 in 0.1..10.0_f64) {
            prop_assume!(x1 + x2 > 0);
            let found = rate_ratio((x1, t1), (x2, t2), 1.0, P95).expect("valid");
            if found.limits.lower > 0.0 {
                let at = rate_ratio((x1, t1), (x2, t2), found.limits.lower, P95).expect("valid");
                prop_assert!((at.p_value_central - 0.05).abs() <= 1e-9);
            }
            let back = rate_ratio((x2, t2), (x1, t1), 1.0, P95).expect("valid");
            prop_assert!((back.p_value - found.p_value).abs() <= 1e-9);
            prop_assert_eq!(found.p_value_central < 0.05, !found.limits.contains(1.0));
        }

        #[test]
        fn rates_scale(x in 0_u64..10_000, exposure in 0.01..1e6_f64) {
            let rate = |exposure| poisson_rate(x, exposure, P95).expect("valid");
            let (found, unit) = (rate(exposure), rate(1.0));
            prop_assert!(found.limits.contains(found.rate));
            prop_assert!((found.limits.upper * exposure / unit.limits.upper - 1.0).abs() <= 1e-12);
        }

        #[test]
        fn nothing_panics((x1, x2) in any::<(u64, u64)>(), (t1, t2, null) in any::<(f64, f64, f64)>()) {
            if let Ok(found) = poisson_rate(x1, t1, P95) {
                prop_assert!(found.limits.lower <= found.rate && found.rate <= found.limits.upper);
            }
            if let Ok(found) = rate_ratio((x1 / 2, t1), (x2 / 2, t2), null, P95) {
                prop_assert!((0.0..=1.0).contains(&found.p_value), "{:?}", found);
            }
            let _ = no_event_upper(t1, P95);
        }
    }
}
