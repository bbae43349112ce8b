//! Quantiles, means and shares of whole numbers that are given with their counts.
//!
//! Source: R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", *The American
//! Statistician* 50 (1996), 361–365; their definition 1, the inverse of the empirical distribution
//! function. It needs no interpolation: the quantile is a value that was observed.
//!
//! Limits of a quantile: W. J. Conover, *Practical Nonparametric Statistics* (3rd ed. 1999), 3.2; G. J. Hahn and
//! W. Q. Meeker, *Statistical Intervals* (1991), 5.2; for values that occur more than once H. Scheffé and J. W. Tukey,
//! "Non-parametric estimation. I. Validation of order statistics", *Annals of Mathematical Statistics* 16 (1945),
//! 187–192.

use std::collections::BTreeMap;

use super::{Confidence, StatsError};

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

    /// Adds the observations of another histogram. Adding an empty one changes nothing, and the order of several
    /// does not matter. Complexity: O(distinct values of `other` · log).
    pub fn merge(&mut self, other: &Self) {
        for (value, count) in other.iter() {
            self.add(value, count);
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

    /// The order statistic x₍ᵣ₎: the value at `rank` r, counted from 1 for the smallest.
    ///
    /// `None` for rank 0 or above n. Complexity: O(distinct values).
    #[must_use]
    pub fn at_rank(&self, rank: u64) -> Option<i64> {
        let mut seen = 0_u64;
        self.iter()
            .find(|(_, count)| {
                seen = seen.saturating_add(*count);
                rank > 0 && seen >= rank
            })
            .map(|(value, _)| value)
    }

    /// Distribution-free limits of the quantile p: two order statistics, whose ranks are those of [`quantile_ranks`].
    ///
    /// The limits contain the quantile of the population with at least the probability `coverage`, whatever the
    /// distribution; with exactly that one where no value can occur twice. Conditions: independent observations from
    /// one distribution. A census has no such limits, and pending cases (durations that still run) need
    /// those of a survival curve. Complexity: O(distinct values + √n).
    ///
    /// # Errors
    /// As [`quantile_ranks`].
    pub fn quantile_limits(&self, p: f64, confidence: Confidence) -> Result<QuantileLimits, StatsError> {
        let ranks = quantile_ranks(self.n(), p, confidence)?;
        let at = |rank: Option<u64>| rank.and_then(|rank| self.at_rank(rank));
        Ok(QuantileLimits { lower: at(ranks.lower), upper: at(ranks.upper), ranks })
    }

    /// Points of the empirical distribution function, one per distinct value, in increasing order.
    ///
    /// Between them it is constant; below the first it is 0, at the last 1. Empty without observations.
    #[must_use]
    pub fn ecdf(&self) -> Vec<EcdfPoint> {
        let n = self.n();
        let mut at_most = 0_u64;
        self.iter()
            .map(|(value, count)| {
                at_most = at_most.saturating_add(count);
                EcdfPoint { value, at_most, share: ratio(at_most, n) }
            })
            .collect()
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

/// A step of the empirical distribution function.
#[derive(Debug, Clone, PartialEq)]
pub struct EcdfPoint {
    /// A value that was observed.
    pub value: i64,
    /// Number of observations of at most this value.
    pub at_most: u64,
    /// The same as a share of all observations, in (0, 1].
    pub share: f64,
}

/// Ranks of the order statistics that limit a quantile.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantileRanks {
    /// Rank of the lower limit, from 1 for the smallest; `None` where the sample is too small for one.
    pub lower: Option<u64>,
    /// Rank of the upper limit; `None` where the sample is too small for one.
    pub upper: Option<u64>,
    /// P(lower ≤ B < upper) for B binomial with n and p: at least the confidence that was asked for.
    pub coverage: f64,
}

/// Limits of a quantile, both values that were observed.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantileLimits {
    /// Lower limit; `None` where the sample is too small for one (minus infinity).
    pub lower: Option<i64>,
    /// Upper limit; `None` where the sample is too small for one (infinity).
    pub upper: Option<i64>,
    /// Their ranks and the probability of containing the quantile.
    pub ranks: QuantileRanks,
}

/// Ranks of the order statistics that contain the quantile p of a population with at least the given confidence.
///
/// With B, binomial with n and p, the number of observations up to the quantile:
///
/// ```text
/// lower = largest r with P(B ≤ r − 1) ≤ α/2,   upper = smallest s with P(B ≥ s) ≤ α/2
/// ```
///
/// The convention with equal tails (Conover): neither limit is wrong with a probability above α/2. It is not the
/// shortest interval of ranks. For the median, n = 10, 100, 1 000 gives ranks 2–9, 40–61, 469–532. Below some sizes
/// (n = 6 for the median, n = 72 for the upper limit of p = 0.95) there is no rank for a limit, and none is
/// given. Probabilities are exact to some 10⁻¹². Complexity: O(√n).
///
/// # Errors
/// [`StatsError::Insufficient`] for n = 0, [`StatsError::Domain`] for p outside (0, 1) or n above 10¹².
pub fn quantile_ranks(n: u64, p: f64, confidence: Confidence) -> Result<QuantileRanks, StatsError> {
    if n == 0 {
        return Err(StatsError::Insufficient("no observation"));
    }
    if !(p > 0.0 && p < 1.0) {
        return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share in (0, 1)" });
    }
    let window = BinomialWindow::new(n, p)?;
    // Equality with α/2 may be missed by rounding.
    let tail = confidence.alpha() / 2.0 * (1.0 + 1e-12);
    let mut below = 0.0;
    let lower = window.iter().find(|(_, probability)| {
        below += probability;
        below > tail
    });
    let mut above = 0.0;
    let upper = window.iter().rev().find(|(_, probability)| {
        above += probability;
        above > tail
    });
    // Where the tail passes α/2 at k from below, k itself is the rank; from above it is the next one.
    let lower = lower.map_or(0, |(k, _)| k);
    let upper = upper.map_or(n, |(k, _)| k) + 1;
    let coverage = window.iter().filter(|(k, _)| lower <= *k && *k < upper).map(|(_, p)| p).sum::<f64>().min(1.0);
    Ok(QuantileRanks { lower: (lower > 0).then_some(lower), upper: (upper <= n).then_some(upper), coverage })
}

/// Most trials of a binomial distribution that is summed here.
pub(in crate::stats) const MAX_TRIALS: u64 = 1_000_000_000_000;

/// Probabilities of a binomial distribution around its mode, as far as they exceed 10⁻²⁰ of the largest.
///
/// From the ratios of neighbours, normalised by their sum: no gamma function, so that nothing cancels for large n.
pub(in crate::stats) struct BinomialWindow {
    first: u64,
    probabilities: Vec<f64>,
}

impl BinomialWindow {
    const NEGLIGIBLE: f64 = 1e-20;

    /// Binomial distribution of n trials with probability p in \[0, 1\]. Complexity: O(√(n p (1 − p))).
    pub(in crate::stats) fn new(n: u64, p: f64) -> Result<Self, StatsError> {
        if !(0.0..=1.0).contains(&p) {
            return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share in [0, 1]" });
        }
        if n > MAX_TRIALS {
            let expected = "expected at most 10^12 trials";
            return Err(StatsError::Domain { what: "n", value: float(n), expected });
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n + 1")]
        let mode = (((float(n) + 1.0) * p).floor() as u64).min(n);
        let odds = p / (1.0 - p);
        let (mut down, mut weight, mut first) = (Vec::new(), 1.0, mode);
        while first > 0 && weight > Self::NEGLIGIBLE {
            weight *= float(first) / (float(n - first + 1) * odds);
            down.push(weight);
            first -= 1;
        }
        down.reverse();
        down.push(1.0);
        let (mut weight, mut last) = (1.0, mode);
        while last < n && weight > Self::NEGLIGIBLE {
            weight *= float(n - last) * odds / float(last + 1);
            down.push(weight);
            last += 1;
        }
        let sum: f64 = down.iter().sum();
        Ok(Self { first, probabilities: down.into_iter().map(|weight| weight / sum).collect() })
    }

    /// Numbers of successes with their probabilities, in increasing order.
    pub(in crate::stats) fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, f64)> + '_ {
        // The window lies within 0..=n, so that this cannot overflow.
        self.probabilities.iter().enumerate().map(|(i, p)| (self.first + i as u64, *p))
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts lie below 2^53")]
fn float(n: u64) -> f64 {
    n as f64
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

    #[test]
    fn order_statistics() {
        let values = histogram(&[5, 5, 5, 9, -2]);
        assert_eq!([0, 1, 2, 4, 5, 6].map(|r| values.at_rank(r)), [None, Some(-2), Some(5), Some(5), Some(9), None]);
        let points: Vec<_> = values.ecdf().into_iter().map(|p| (p.value, p.at_most, p.share)).collect();
        assert_eq!(points, [(-2, 1, 0.2), (5, 4, 0.8), (9, 5, 1.0)]);
        assert!(Histogram::default().ecdf().is_empty() && Histogram::default().at_rank(1).is_none());
    }

    #[test]
    fn limits_are_refused_or_open_where_the_sample_is_small() {
        let ranks = |n, p| quantile_ranks(n, p, Confidence::P95);
        assert!(ranks(0, 0.5).is_err() && ranks(u64::MAX, 0.5).is_err());
        for p in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(ranks(10, p).is_err());
        }
        let five = ranks(5, 0.5).expect("ranks");
        assert_eq!((five.lower, five.upper), (None, None));
        let limits = histogram(&[1, 2, 3, 4, 5, 6]).quantile_limits(0.5, Confidence::P95).expect("limits");
        assert_eq!((limits.lower, limits.upper, limits.ranks.coverage), (Some(1), Some(6), 0.96875));
        let tail = ranks(50, 0.99).expect("ranks");
        assert_eq!((tail.lower, tail.upper), (Some(48), None));
    }

    #[test]
    fn binomial_probabilities_add_up() {
        for (n, p) in [(0, 0.3), (1, 0.5), (10, 0.0), (10, 1.0), (1_000_000, 1e-6), (1_000_000, 0.999), (40, 1e-300)] {
            let window = BinomialWindow::new(n, p).expect("window");
            let (sum, mean) = window.iter().fold((0.0, 0.0), |(s, m), (k, w)| (s + w, m + w * float(k)));
            assert!((sum - 1.0).abs() <= 1e-12 && (mean - float(n) * p).abs() <= 1e-9 * float(n), "{n} {p}");
        }
        assert!(BinomialWindow::new(5, f64::NAN).is_err() && BinomialWindow::new(5, 1.1).is_err());
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
        fn merging_is_commutative_and_associative(
            a in prop::collection::vec(-9_i64..9, 0..30),
            b in prop::collection::vec(-9_i64..9, 0..30),
            c in prop::collection::vec(-9_i64..9, 0..30),
        ) {
            let sum = |x: &Histogram, y: &Histogram| {
                let mut sum = x.clone();
                sum.merge(y);
                sum
            };
            let (x, y, z) = (histogram(&a), histogram(&b), histogram(&c));
            prop_assert_eq!(&sum(&Histogram::default(), &x), &x);
            prop_assert_eq!(sum(&x, &y), sum(&y, &x));
            prop_assert_eq!(sum(&sum(&x, &y), &z), sum(&x, &sum(&y, &z)));
            prop_assert_eq!(sum(&sum(&x, &y), &z), histogram(&[a, b, c].concat()));
        }

        #[test]
        fn limits_surround_the_quantile(
            values in prop::collection::vec(-50_i64..50, 1..300),
            permille in 1_u32..1000,
            level in 0.5_f64..0.999,
        ) {
            let (all, p) = (histogram(&values), f64::from(permille) / 1000.0);
            let limits = all.quantile_limits(p, Confidence::new(level).expect("level")).expect("limits");
            let quantile = all.quantile(p).expect("quantile");
            prop_assert!(limits.lower.is_none_or(|lower| lower <= quantile));
            prop_assert!(limits.upper.is_none_or(|upper| upper >= quantile));
            prop_assert!(limits.ranks.coverage >= level - 1e-9);
        }

        #[test]
        fn limits_never_panic(values in prop::collection::vec((any::<i64>(), any::<u64>()), 0..5), p in any::<f64>()) {
            let all: Histogram = values.into_iter().collect();
            let _ = (all.quantile_limits(p, Confidence::P95), all.ecdf(), all.mean(), all.quantile(p));
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
