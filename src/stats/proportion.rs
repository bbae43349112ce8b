//! Intervals of a binomial proportion.
//!
//! Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
//! *Journal of the American Statistical Association* 22 (1927), 209–212. Its coverage is compared with
//! that of other intervals in L. D. Brown, T. T. Cai and A. DasGupta, "Interval estimation for a
//! binomial proportion", *Statistical Science* 16 (2001), 101–133.

use statrs::distribution::{ContinuousCDF, Normal};

/// Two-sided Wilson score interval `(lower, upper)` of a proportion with `k` successes in `n` trials.
///
/// With z the standard normal quantile of (1 + `confidence`) / 2 and p = k/n, the limits are the two
/// solutions θ of (p − θ)² = z² θ (1 − θ) / n:
///
/// ```text
/// (p + z²/2n ∓ z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n)
/// ```
///
/// Conditions: `n` independent trials with one probability. Mean coverage is close to the nominal
/// level; for single values of (p, n) it can lie below it. The limits are shares in \[0, 1\], with
/// lower ≤ k/n ≤ upper; the lower one is exactly 0 for `k = 0`, the upper one exactly 1 for `k = n`.
///
/// `None` for `n = 0`, for `k > n` and for a confidence outside (0, 1). Counts above 2⁵³ are rounded.
/// Complexity: O(1).
///
/// ```text
/// wilson(5, 50, 0.95) = (0.04348, 0.21360)
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in k or n is below any use")]
pub fn wilson(k: u64, n: u64, confidence: f64) -> Option<(f64, f64)> {
    if n == 0 || k > n || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let z = Normal::standard().inverse_cdf(f64::midpoint(1.0, confidence));
    let (size, p) = (n as f64, k as f64 / n as f64);
    let z2 = z * z;
    let scale = 1.0 + z2 / size;
    let centre = (p + z2 / (2.0 * size)) / scale;
    let half = z * (p * (1.0 - p) / size + z2 / (4.0 * size * size)).sqrt() / scale;
    let lower = if k == 0 { 0.0 } else { (centre - half).clamp(0.0, p) };
    let upper = if k == n { 1.0 } else { (centre + half).clamp(p, 1.0) };
    Some((lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TOLERANCE: f64 = 1e-10;

    fn agrees(k: u64, n: u64, lower: f64, upper: f64) {
        let (lo, hi) = wilson(k, n, 0.95).expect("valid");
        assert!((lo - lower).abs() <= TOLERANCE && (hi - upper).abs() <= TOLERANCE, "{k}/{n}: {lo} {hi}");
    }

    /// Values that R's `Hmisc::binconf` and `SciPy`'s `binomtest` give.
    #[test]
    fn agrees_with_reference_software() {
        agrees(5, 50, 0.043_475_764_931_890_4, 0.213_602_314_374_796_57);
        agrees(0, 20, 0.0, 0.161_125_158_052_819_4);
        agrees(20, 20, 0.838_874_841_947_180_4, 1.0);
        agrees(3, 1000, 0.001_020_783_881_138_619_5, 0.008_783_014_053_503_176);
    }

    /// For n = 1 the formula reduces to z²/(1 + z²) and its complement; for 1 of 2 it is ½ ∓ ½z/√(2 + z²).
    #[test]
    fn small_samples() {
        let z2 = 1.959_963_984_540_054_f64.powi(2);
        assert_eq!(wilson(0, 0, 0.95), None);
        agrees(0, 1, 0.0, z2 / (1.0 + z2));
        agrees(1, 1, 1.0 / (1.0 + z2), 1.0);
        agrees(0, 2, 0.0, z2 / (2.0 + z2));
        let half = 0.5 * (z2 / (2.0 + z2)).sqrt();
        agrees(1, 2, 0.5 - half, 0.5 + half);
    }

    #[test]
    fn ends_are_exact_and_bad_input_is_refused() {
        for n in [1, 2, 3, 7, 1_000, u64::MAX] {
            assert_eq!(wilson(0, n, 0.99).map(|i| i.0), Some(0.0));
            assert_eq!(wilson(n, n, 0.99).map(|i| i.1), Some(1.0));
        }
        for confidence in [0.0, 1.0, -0.5, 95.0, f64::NAN, f64::INFINITY] {
            assert_eq!(wilson(1, 2, confidence), None, "{confidence}");
        }
        assert_eq!(wilson(3, 2, 0.95), None);
    }

    proptest! {
        #[test]
        fn holds_the_share_and_is_symmetric(n in 1_u64..1_000_000, part in 0.0..=1.0_f64, level in 0.01..0.999_f64) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "within n")]
            let k = (part * n as f64) as u64;
            let (lo, hi) = wilson(k, n, level).expect("valid");
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let p = k as f64 / n as f64;
            prop_assert!(0.0 <= lo && lo <= p && p <= hi && hi <= 1.0);
            let (other_lo, other_hi) = wilson(n - k, n, level).expect("valid");
            prop_assert!((other_lo - (1.0 - hi)).abs() <= 1e-12 && (other_hi - (1.0 - lo)).abs() <= 1e-12);
            let (narrow_lo, narrow_hi) = wilson(k, n, level / 2.0).expect("valid");
            prop_assert!(lo <= narrow_lo + 1e-12 && narrow_hi <= hi + 1e-12);
        }
    }
}
