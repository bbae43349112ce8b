//! Quantiles, means and shares of whole numbers that are given with their counts.
//!
//! Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", *The American
//! Statistician* 50 (1996), 361–365; their definition 1, the inverse of the empirical distribution
//! function. It needs no interpolation: the quantile is a value that was observed.

use std::collections::BTreeMap;

/// Counts of whole numbers, in increasing order of the numbers.
///
/// Adding a value twice adds its counts, so histograms of disjoint parts add up to that of the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Histogram(BTreeMap<i64, u64>);

impl Histogram {
    /// Adds `count` observations of `value`; a count of 0 changes nothing.
    ///
    /// Counts saturate at 2⁶⁴ − 1, which no data reaches.
    pub fn add(&mut self, value: i64, count: u64) {
        if count > 0 {
            let total = self.0.entry(value).or_default();
            *total = total.saturating_add(count);
        }
    }

    /// The values with their counts, in increasing order.
    pub fn iter(&self) -> impl Iterator<Item = (i64, u64)> + '_ {
        self.0.iter().map(|(value, count)| (*value, *count))
    }

    /// Number of observations n. Complexity: O(distinct values).
    #[must_use]
    pub fn n(&self) -> u64 {
        self.0.values().fold(0, |n, count| n.saturating_add(*count))
    }

    /// Quantile of type 1 (Hyndman and Fan): the smallest value v with `#{x ≤ v} / n ≥ p`.
    ///
    /// In the unit of the values, and itself one of them. For p = ½ and even n it is the lower of the
    /// two middle values. `None` where there is no observation, or p lies outside [0, 1]; p = 0 gives
    /// the smallest value. The comparison is exact for a p that is written as a decimal, up to n = 2⁵³.
    /// Complexity: O(distinct values).
    #[must_use]
    pub fn quantile(&self, p: f64) -> Option<i64> {
        let n = self.n();
        if n == 0 || !(0.0..=1.0).contains(&p) {
            return None;
        }
        let mut seen = 0_u64;
        for (value, count) in self.iter() {
            seen = seen.saturating_add(count);
            // r/n rounds to the same double as the decimal p does where the two are equal, so that
            // this needs no tolerance; n·p does not: 0.07 · 100 > 7.
            if ratio(seen, n) >= p {
                return Some(value);
            }
        }
        None
    }

    /// Arithmetic mean, from an exact sum of whole numbers and one division.
    ///
    /// `None` where there is no observation. Complexity: O(distinct values).
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "the sum is exact; only the result is rounded")]
    pub fn mean(&self) -> Option<f64> {
        let n = self.n();
        let sum = self.iter().fold(0_i128, |sum, (value, count)| {
            sum.saturating_add(i128::from(value).saturating_mul(i128::from(count)))
        });
        (n > 0).then(|| sum as f64 / n as f64)
    }

    /// Number of observations that are at most `t`. Complexity: O(distinct values).
    #[must_use]
    pub fn at_most(&self, t: i64) -> u64 {
        self.0.range(..=t).fold(0, |n, (_, count)| n.saturating_add(*count))
    }

    /// Share of observations that are at most `t`, in \[0, 1\]; `None` where there is none.
    #[must_use]
    pub fn share_at_most(&self, t: i64) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| ratio(self.at_most(t), n))
    }
}

impl FromIterator<(i64, u64)> for Histogram {
    fn from_iter<I: IntoIterator<Item = (i64, u64)>>(pairs: I) -> Self {
        let mut histogram = Self::default();
        for (value, count) in pairs {
            histogram.add(value, count);
        }
        histogram
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn histogram(values: &[i64]) -> Histogram {
        values.iter().map(|v| (*v, 1)).collect()
    }

    /// `quantile(c(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), p, type = 1)` in R.
    #[test]
    fn agrees_with_type_1_of_r() {
        let ten = histogram(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        for (p, expected) in
            [(0.0, 1), (0.1, 1), (0.25, 3), (0.3, 3), (0.5, 5), (0.51, 6), (0.7, 7), (0.9, 9), (0.99, 10), (1.0, 10)]
        {
            assert_eq!(ten.quantile(p), Some(expected), "p = {p}");
        }
    }

    #[test]
    fn small_samples() {
        let none = Histogram::default();
        assert_eq!((none.n(), none.quantile(0.5), none.mean(), none.share_at_most(0)), (0, None, None, None));
        let one = histogram(&[-3]);
        assert_eq!((one.quantile(0.0), one.quantile(0.5), one.quantile(1.0)), (Some(-3), Some(-3), Some(-3)));
        assert_eq!((one.mean(), one.share_at_most(-4), one.share_at_most(-3)), (Some(-3.0), Some(0.0), Some(1.0)));
        let two = histogram(&[7, 1]);
        assert_eq!((two.quantile(0.5), two.quantile(0.500_001), two.mean()), (Some(1), Some(7), Some(4.0)));
        assert_eq!((two.quantile(-0.1), two.quantile(1.1), two.quantile(f64::NAN)), (None, None, None));
    }

    #[test]
    fn decimal_probabilities_are_exact() {
        // n·p is 7.000000000000001 in doubles, whose ceiling would be the eighth value.
        let hundred: Histogram = (1..=100).map(|v| (v, 1)).collect();
        assert_eq!(hundred.quantile(0.07), Some(7));
        for percent in 1..=100_i64 {
            #[expect(clippy::cast_precision_loss, reason = "at most 100")]
            let p = percent as f64 / 100.0;
            assert_eq!(hundred.quantile(p), Some(percent));
        }
    }

    #[test]
    fn sums_do_not_overflow() {
        let far: Histogram = [(i64::MAX, 1_000_000), (i64::MIN, 1_000_000)].into_iter().collect();
        assert!((far.mean().expect("observations") + 0.5).abs() <= 1e-12);
    }

    proptest! {
        #[test]
        fn quantile_is_the_value_of_its_rank(
            mut values in prop::collection::vec(-50_i64..50, 1..200),
            permille in 1_u32..=1000,
        ) {
            let p = f64::from(permille) / 1000.0;
            let found = histogram(&values).quantile(p);
            values.sort_unstable();
            let n = values.len();
            // The rank is ⌈n·permille/1000⌉, in whole numbers.
            let rank = (n * permille as usize).div_ceil(1000);
            prop_assert_eq!(found, Some(values[rank - 1]));
        }

        #[test]
        fn parts_add_up(values in prop::collection::vec(-50_i64..50, 0..100), cut in 0_usize..100) {
            let cut = cut.min(values.len());
            let mut sum = histogram(&values[..cut]);
            for (value, count) in histogram(&values[cut..]).iter() {
                sum.add(value, count);
            }
            prop_assert_eq!(&sum, &histogram(&values));
            prop_assert_eq!(sum.at_most(49), sum.n());
        }
    }
}
