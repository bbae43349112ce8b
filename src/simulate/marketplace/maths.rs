//! Logarithm, exponential and draws of continuous distributions that are the same on every machine.
//!
//! `f64::ln` and `f64::exp` differ between systems in the last bit, and a draw that is rounded to minutes would
//! then now and then be another one. What is here uses addition, multiplication and division alone, which
//! IEEE 754 fixes to the last bit.

use crate::simulate::rng::Rng;

/// ln 2, as the two parts of which the first is exact when multiplied by an exponent.
const LN_2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// The natural logarithm of a positive, normal number; relative error below 1e-15.
///
/// `x = m·2^e` with `m` in [1/√2, √2), and `ln m = 2·artanh((m−1)/(m+1))` by its series.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let mut exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or(0) - 1_023;
    let mut m = f64::from_bits(bits & 0x000f_ffff_ffff_ffff | 0x3ff0_0000_0000_0000);
    if m > std::f64::consts::SQRT_2 {
        m /= 2.0;
        exponent += 1;
    }
    let z = (m - 1.0) / (m + 1.0);
    let square = z * z;
    // z² is at most 0.0295: the term that is left out first is below 1e-18.
    let series = (0..11_u32).rev().fold(0.0, |sum, k| sum * square + 1.0 / f64::from(2 * k + 1));
    let e = f64::from(exponent);
    e * LN_2_HIGH + (2.0 * z * series + e * LN_2_LOW)
}

/// The exponential function; relative error below 1e-15, 0 below −700.
pub(super) fn exp(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    let k = (x / std::f64::consts::LN_2).round();
    let r = x - k * LN_2_HIGH - k * LN_2_LOW;
    let series = (1..18_u32).rev().fold(1.0, |sum, n| 1.0 + sum * r / f64::from(n));
    series * f64::from_bits(u64::try_from(whole(k) + 1_023).unwrap_or(0) << 52)
}

/// A whole number as a real one; exact below 2⁵³.
#[expect(clippy::cast_precision_loss, reason = "counts and minutes stay far below 2⁵³")]
pub(super) fn real(x: u64) -> f64 {
    x as f64
}

/// A real number without its fraction; far outside of `i64` the nearest there is.
#[expect(clippy::cast_possible_truncation, reason = "the fraction is what is to be dropped, and `as` saturates")]
pub(super) fn whole(x: f64) -> i64 {
    x as i64
}

/// Minutes of a day.
pub(super) const DAY: i64 = 1_440;

/// Draws of continuous quantities.
pub(super) trait Draw {
    /// A number in (0, 1).
    fn unit(&mut self) -> f64;

    /// True with a probability.
    fn happens(&mut self, probability: f64) -> bool;

    /// Minutes until the first event of a process with this rate for each day; [`NEVER`] where that is 0.
    fn wait(&mut self, per_day: f64) -> i64;

    /// A number of a Pareto distribution with minimum 1 and this shape.
    fn pareto(&mut self, shape: f64) -> f64;

    /// A whole number of minutes from `low` to before `high`; `low` where there is none.
    fn minute(&mut self, low: i64, high: i64) -> i64;

    /// An index drawn in proportion to weights.
    fn index(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize;
}

/// Later than every simulation.
pub(super) const NEVER: i64 = i64::MAX / 4;

impl Draw for Rng {
    fn unit(&mut self) -> f64 {
        (real(self.next() >> 12) + 0.5) / 4_503_599_627_370_496.0
    }

    fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    fn wait(&mut self, per_day: f64) -> i64 {
        if per_day <= 0.0 {
            return NEVER;
        }
        whole(-ln(self.unit()) / per_day * 1_440.0).min(NEVER)
    }

    fn pareto(&mut self, shape: f64) -> f64 {
        exp(-ln(self.unit()) / shape)
    }

    fn minute(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).unwrap_or(0);
        low + i64::try_from(self.below(width)).unwrap_or(0)
    }

    fn index(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        let mut last = 0;
        for (i, weight) in weights.enumerate() {
            if left < weight {
                return i;
            }
            left -= weight;
            last = i;
        }
        last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_agree_with_the_system() {
        for i in 1..4_000_u32 {
            let x = f64::from(i) * 0.37;
            assert!((ln(x) - x.ln()).abs() <= 4e-15 * x.ln().abs().max(1.0), "ln {x}");
            let y = f64::from(i) * 0.02 - 60.0;
            assert!((exp(y) / y.exp() - 1.0).abs() <= 4e-15, "exp {y}");
        }
        assert!((ln(1e-300) - 1e-300_f64.ln()).abs() <= 1e-12);
        assert!(exp(-800.0).abs() < f64::MIN_POSITIVE);
    }

    #[test]
    fn draws_have_their_means() {
        let mut rng = Rng::new([7; 4]);
        let n = 40_000_i64;
        let mean = |x: i64| f64::from(i32::try_from(x / n).expect("small"));
        let days = mean((0..n).map(|_| rng.wait(0.1)).sum());
        assert!((days - 14_400.0).abs() < 4.0 * 14_400.0 / 200.0, "{days}");
        let minutes = mean((0..n).map(|_| rng.minute(100, 301)).sum());
        assert!((minutes - 200.0).abs() < 2.0, "{minutes}");
        assert_eq!(rng.wait(0.0), NEVER);
        assert_eq!(rng.minute(5, 5), 5);
    }
}
