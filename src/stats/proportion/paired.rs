//! Two proportions of the same units.
//!
//! Source: R. G. Newcombe, "Improved confidence intervals for the difference between binomial proportions based on
//! paired data", *Statistics in Medicine* 17 (1998), 2635–2650, method 10.

use super::super::{Confidence, StatsError};
use super::{Difference, real, share, wilson};
use crate::stats::Limits;

/// Pairs by the outcome of their first and their second member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pairs {
    /// Both succeed.
    pub both: u64,
    /// The first alone.
    pub first: u64,
    /// The second alone.
    pub second: u64,
    /// Neither.
    pub neither: u64,
}

impl Pairs {
    /// How many, at most 2⁶⁴ − 1.
    #[must_use]
    pub fn n(self) -> u64 {
        [self.first, self.second, self.neither].into_iter().fold(self.both, u64::saturating_add)
    }

    /// Those whose members differ.
    #[must_use]
    pub fn discordant(self) -> u64 {
        self.first.saturating_add(self.second)
    }
}

/// Difference of two proportions of the same units with Newcombe's paired score limits (his method 10).
///
/// With a, b, c, d pairs of which both, the first alone, the second alone and neither succeed, n their sum, p₁ = (a + b)/n and
/// p₂ = (a + c)/n, and \[l, u\] the [`wilson`] limits of each:
///
/// ```text
/// δ = (b − c)/n
/// lower = δ − √((p₁ − l₁)² − 2φ (p₁ − l₁)(u₂ − p₂) + (u₂ − p₂)²)
/// upper = δ + √((u₁ − p₁)² − 2φ (u₁ − p₁)(p₂ − l₂) + (p₂ − l₂)²)
/// φ = max(ad − bc − n/2, 0) / √((a + b)(c + d)(a + c)(b + d))   where ad ≥ bc
/// φ = (ad − bc) / √(…)                                          else; 0 where the root is 0
/// ```
///
/// The exact test that both are alike (`McNemar`) is [`super::binomial_test`] of b among b + c at ½. Conditions:
/// pairs are independent. Without a pair the data are insufficient. Complexity: O(1).
///
/// ```text
/// a, b, c, d = 36, 12, 2, 0:  0.2000 [0.0569, 0.3404]
/// ```
pub fn newcombe_paired(pairs: Pairs, confidence: Confidence) -> Result<Difference, StatsError> {
    let total = pairs.n();
    let (k1, k2) = (pairs.both.saturating_add(pairs.first), pairs.both.saturating_add(pairs.second));
    let ((_, all, p1), (_, _, p2)) = (share(k1, total)?, share(k2, total)?);
    let (one, two) = (wilson(k1, total, confidence)?, wilson(k2, total, confidence)?);
    let [both, first, second, neither] = [pairs.both, pairs.first, pairs.second, pairs.neither].map(real);
    let root = ((both + first) * (second + neither) * (both + second) * (first + neither)).sqrt();
    let excess = both * neither - first * second;
    let corrected = if excess >= 0.0 { (excess - all / 2.0).max(0.0) } else { excess };
    let phi = if root > 0.0 { corrected / root } else { 0.0 };
    // Rounding can take the square of a sum of equal parts below 0.
    let joint = |x: f64, y: f64| (x * x - 2.0 * phi * x * y + y * y).max(0.0).sqrt();
    let difference = (first - second) / all;
    let limits = Limits {
        lower: (difference - joint(p1 - one.lower, two.upper - p2)).max(-1.0),
        upper: (difference + joint(one.upper - p1, p2 - two.lower)).min(1.0),
    };
    Ok(Difference { difference, limits })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(both: u64, first: u64, second: u64, neither: u64) -> Difference {
        newcombe_paired(Pairs { both, first, second, neither }, Confidence::P95).expect("pairs")
    }

    /// Values of the formula from a second program; the first is an example of the paper, to its four digits.
    #[test]
    fn limits_of_examples() {
        for ((a, b, c, d), expected) in [
            ((36, 12, 2, 0), [0.2, 0.056_929_584_0, 0.340_427_603_0]),
            ((53, 16, 8, 9), [0.093_023_255_8, -0.020_104_076_9, 0.203_915_835_3]),
            ((20, 8, 2, 5), [0.171_428_571_4, -0.008_328_781_6, 0.338_659_628_6]),
            ((3, 6, 2, 4), [0.266_666_666_7, -0.081_309_538_5, 0.538_093_991_7]),
        ] {
            let found = of(a, b, c, d);
            let found = [found.difference, found.limits.lower, found.limits.upper];
            assert!(
                found.iter().zip(expected).all(|(one, other)| (one - other).abs() <= 1e-9),
                "{a} {b} {c} {d}: {found:?}"
            );
        }
        let none = newcombe_paired(Pairs::default(), Confidence::P95);
        assert!(matches!(none, Err(StatsError::Insufficient(_))), "{none:?}");
        // One pair that agrees: nothing is known.
        let one = of(1, 0, 0, 0);
        assert!(one.difference.abs() < 1e-12 && one.limits.lower < -0.7 && one.limits.upper > 0.7, "{one:?}");
    }

    proptest! {
        #[test]
        fn limits_hold_the_difference_and_turn_with_the_pairs(a in 0_u64..60, b in 0_u64..60, c in 0_u64..60, d in 0_u64..60) {
            prop_assume!(a + b + c + d > 0);
            let (one, two) = (of(a, b, c, d), of(a, c, b, d));
            prop_assert!(one.limits.lower <= one.difference + 1e-12 && one.difference <= one.limits.upper + 1e-12);
            prop_assert!((one.difference + two.difference).abs() < 1e-12);
            prop_assert!((one.limits.lower + two.limits.upper).abs() < 1e-12);
        }
    }
}
