//! Counts, sums and sums of squares that merge: exact ones of whole numbers, stable ones of doubles.
//!
//! Sources: B. P. Welford, "Note on a method for calculating corrected sums of squares and products", *Technometrics* 4
//! (1962), 419–420; T. F. Chan, G. H. Golub and R. J. `LeVeque`, "Algorithms for computing the sample variance:
//! analysis and recommendations", *The American Statistician* 37 (1983), 242–247.

use super::StatsError;

const NO_OBSERVATION: StatsError = StatsError::Insufficient("no observation");
const ONE_OBSERVATION: StatsError = StatsError::Insufficient("a variance needs two observations");

/// Count, sum and sum of squares of whole numbers, exact.
///
/// Parts merge to the same value in any order and by any number of threads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntegerMoments {
    n: u64,
    sum: i128,
    squares: u128,
}

impl IntegerMoments {
    /// Adds `count` observations of `value`.
    ///
    /// The count of all saturates at 2⁶⁴ − 1 and the sum of squares at 2¹²⁸ − 1, which some 10²⁰ observations of 10⁹
    /// reach; variances are refused then.
    pub fn add(&mut self, value: i64, count: u64) {
        let square = u128::from(value.unsigned_abs()).pow(2);
        let sum = i128::from(value).saturating_mul(i128::from(count));
        self.merge(&Self { n: count, sum, squares: square.saturating_mul(u128::from(count)) });
    }

    /// Adds what another part has counted.
    pub fn merge(&mut self, other: &Self) {
        self.n = self.n.saturating_add(other.n);
        self.sum = self.sum.saturating_add(other.sum);
        self.squares = self.squares.saturating_add(other.squares);
    }

    /// Number of observations n.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Sum of the values.
    #[must_use]
    pub fn sum(&self) -> i128 {
        self.sum
    }

    /// Sum of the squared values.
    #[must_use]
    pub fn sum_of_squares(&self) -> u128 {
        self.squares
    }

    /// Arithmetic mean: the exact sum, divided once.
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] without observations.
    #[expect(clippy::cast_precision_loss, reason = "the sum is exact; only the result is rounded")]
    pub fn mean(&self) -> Result<f64, StatsError> {
        if self.n == 0 { Err(NO_OBSERVATION) } else { Ok(self.sum as f64 / self.n as f64) }
    }

    /// Variance of a sample, Σ (x − x̄)²/(n − 1).
    ///
    /// The sum of squares about the mean is computed in whole numbers, so that no digits cancel: it is 0 exactly where
    /// all values are equal.
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] for less than two observations, [`StatsError::Contradiction`] where a sum has
    /// saturated.
    #[expect(clippy::cast_precision_loss, reason = "rounding of the result")]
    pub fn variance(&self) -> Result<f64, StatsError> {
        if self.n < 2 { Err(ONE_OBSERVATION) } else { Ok(self.about_the_mean()? / (self.n - 1) as f64) }
    }

    /// Variance of a population that was observed whole, Σ (x − x̄)²/n; 0 for one observation.
    ///
    /// # Errors
    /// As [`variance`](Self::variance), but one observation is enough.
    #[expect(clippy::cast_precision_loss, reason = "rounding of the result")]
    pub fn population_variance(&self) -> Result<f64, StatsError> {
        if self.n == 0 { Err(NO_OBSERVATION) } else { Ok(self.about_the_mean()? / self.n as f64) }
    }

    /// Σ (x − x̄)² = Σ x² − (Σ x)²/n. With Σ x = a n + r, 0 ≤ r < n, this is (Σ x² − a² n − 2 a r) − r²/n, whose
    /// first part is whole; the second is quotient + remainder/n.
    #[expect(clippy::cast_precision_loss, reason = "rounding of the result")]
    fn about_the_mean(&self) -> Result<f64, StatsError> {
        const SATURATED: StatsError = StatsError::Contradiction("the sum of squares exceeds 128 bits");
        if self.squares == u128::MAX || self.n == u64::MAX {
            return Err(SATURATED);
        }
        let n = i128::from(self.n);
        let (a, r) = (self.sum.div_euclid(n), self.sum.rem_euclid(n).unsigned_abs());
        let (rest, divisor) = (r.pow(2), u128::from(self.n));
        let (quotient, remainder) = (rest / divisor, rest % divisor);
        // a² n is at most Σ x²; 2 a r has the sign of a.
        let squares = a.unsigned_abs().pow(2).checked_mul(divisor).ok_or(SATURATED)?;
        let twice = a.unsigned_abs().checked_mul(r).and_then(|t| t.checked_mul(2)).ok_or(SATURATED)?;
        let base = if a < 0 {
            self.squares.checked_add(twice).and_then(|sum| sum.checked_sub(squares))
        } else {
            self.squares.checked_sub(squares).and_then(|rest| rest.checked_sub(twice))
        };
        let whole = base.and_then(|base| base.checked_sub(quotient)).ok_or(SATURATED)?;
        if remainder == 0 {
            return Ok(whole as f64);
        }
        // whole − remainder/n, without the loss that a difference of two near numbers would bring.
        let below = whole.checked_sub(1).ok_or(SATURATED)?;
        Ok(below as f64 + (divisor - remainder) as f64 / divisor as f64)
    }
}

/// Count, mean and sum of squares about the mean of doubles, without cancellation.
///
/// Merging is commutative to the last bit; it is associative up to rounding, as every sum of doubles: merge parts in
/// a fixed order where results must not depend on the number of threads.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Moments {
    n: u64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Adds an observation.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a number that is not finite; nothing is added then.
    pub fn add(&mut self, x: f64) -> Result<(), StatsError> {
        if !x.is_finite() {
            return Err(StatsError::Domain { what: "x", value: x, expected: "expected a finite number" });
        }
        self.merge(&Self { n: 1, mean: x, squares: 0.0 });
        Ok(())
    }

    /// Adds what another part has seen.
    ///
    /// ```text
    /// δ = x̄_b − x̄_a,   x̄ = x̄_a + δ n_b/n,   M = M_a + M_b + δ² n_a n_b/n
    /// ```
    #[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
    pub fn merge(&mut self, other: &Self) {
        if other.n == 0 {
            return;
        }
        if self.n == 0 {
            *self = *other;
            return;
        }
        // From the larger part, and for parts of one size from the smaller mean, whichever of them is `self`.
        let first = self.n > other.n || (self.n == other.n && self.mean.total_cmp(&other.mean).is_le());
        let (a, b) = if first { (*self, *other) } else { (*other, *self) };
        let n = a.n.saturating_add(b.n);
        let (delta, share) = (b.mean - a.mean, b.n as f64 / n as f64);
        self.mean = a.mean + delta * share;
        self.squares = a.squares + b.squares + delta * delta * share * a.n as f64;
        self.n = n;
    }

    /// Number of observations n.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.n
    }

    /// Arithmetic mean.
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] without observations.
    pub fn mean(&self) -> Result<f64, StatsError> {
        if self.n == 0 { Err(NO_OBSERVATION) } else { finite("mean", self.mean) }
    }

    /// Variance of a sample, Σ (x − x̄)²/(n − 1).
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] for less than two observations, [`StatsError::Domain`] where it exceeds the range
    /// of doubles.
    #[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
    pub fn variance(&self) -> Result<f64, StatsError> {
        if self.n < 2 { Err(ONE_OBSERVATION) } else { finite("variance", self.squares / (self.n - 1) as f64) }
    }

    /// Variance of a population that was observed whole, Σ (x − x̄)²/n; 0 for one observation.
    ///
    /// # Errors
    /// As [`variance`](Self::variance), but one observation is enough.
    #[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
    pub fn population_variance(&self) -> Result<f64, StatsError> {
        if self.n == 0 { Err(NO_OBSERVATION) } else { finite("variance", self.squares / self.n as f64) }
    }
}

fn finite(what: &'static str, value: f64) -> Result<f64, StatsError> {
    if value.is_finite() {
        return Ok(value);
    }
    Err(StatsError::Domain { what, value, expected: "expected a finite number: values are too large" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn whole(values: &[i64]) -> IntegerMoments {
        let mut moments = IntegerMoments::default();
        for value in values {
            moments.add(*value, 1);
        }
        moments
    }

    fn doubles(values: &[f64]) -> Moments {
        let mut moments = Moments::default();
        for value in values {
            moments.add(*value).expect("finite");
        }
        moments
    }

    fn sum<T: Copy>(parts: &[T], merge: fn(&mut T, &T)) -> T {
        let mut first = parts[0];
        for part in &parts[1..] {
            merge(&mut first, part);
        }
        first
    }

    #[test]
    fn small_samples() {
        let none = IntegerMoments::default();
        assert!(none.mean().is_err() && none.variance().is_err() && none.population_variance().is_err());
        let one = whole(&[-7]);
        assert_eq!((one.mean(), one.population_variance(), one.variance().is_err()), (Ok(-7.0), Ok(0.0), true));
        let two = whole(&[1, 4]);
        assert_eq!((two.mean(), two.variance(), two.population_variance()), (Ok(2.5), Ok(4.5), Ok(2.25)));
        let none = Moments::default();
        assert!(none.mean().is_err() && none.variance().is_err() && none.population_variance().is_err());
        let two = doubles(&[1.0, 4.0]);
        assert_eq!((two.mean(), two.variance(), two.population_variance()), (Ok(2.5), Ok(4.5), Ok(2.25)));
        for bad in [f64::NAN, f64::INFINITY] {
            assert!(Moments::default().add(bad).is_err());
        }
    }

    /// The numbers of T. F. Chan et al. and of NIST's `NumAcc4`: 10⁷ + 0.2 and ± 0.1 about it, variance 0.01.
    #[test]
    fn large_means_cancel_nothing() {
        let values: Vec<f64> = (0..1001).map(|i| 1e7 + [0.2, 0.1, 0.3][if i == 0 { 0 } else { 1 + i % 2 }]).collect();
        let variance = doubles(&values).variance().expect("variance");
        assert!((variance - 0.01).abs() <= 1e-9, "{variance}");
        let far = whole(&[4_000_000_000_000_000_001, 4_000_000_000_000_000_002, 4_000_000_000_000_000_003]);
        assert_eq!(far.variance(), Ok(1.0));
        let mut billion = IntegerMoments::default();
        billion.add(1, 999_999_999);
        billion.add(0, 1);
        let expected = (1.0 - 1e-9) / 999_999_999.0;
        assert!((billion.variance().expect("variance") / expected - 1.0).abs() <= 1e-14);
    }

    #[test]
    fn saturated_sums_are_refused() {
        let mut moments = IntegerMoments::default();
        moments.add(i64::MIN, u64::MAX);
        moments.add(i64::MAX, 3);
        assert!(moments.variance().is_err() && moments.mean().is_ok());
        let huge = doubles(&[f64::MAX, -f64::MAX]);
        assert!(huge.variance().is_err());
    }

    proptest! {
        #[test]
        fn whole_numbers_merge_in_any_order(
            a in prop::collection::vec(any::<i64>(), 0..20),
            b in prop::collection::vec(any::<i64>(), 0..20),
            c in prop::collection::vec(-5_i64..5, 0..20),
        ) {
            let (x, y, z) = (whole(&a), whole(&b), whole(&c));
            let merge = IntegerMoments::merge;
            prop_assert_eq!(sum(&[IntegerMoments::default(), x], merge), x);
            prop_assert_eq!(sum(&[x, y], merge), sum(&[y, x], merge));
            prop_assert_eq!(sum(&[sum(&[x, y], merge), z], merge), sum(&[x, sum(&[y, z], merge)], merge));
            prop_assert_eq!(sum(&[x, y, z], merge), whole(&[a, b, c].concat()));
        }

        #[test]
        fn doubles_merge_in_any_order(
            a in prop::collection::vec(-1e6_f64..1e6, 0..20),
            b in prop::collection::vec(-1e6_f64..1e6, 0..20),
            c in prop::collection::vec(-1.0_f64..1.0, 0..20),
        ) {
            let (x, y, z) = (doubles(&a), doubles(&b), doubles(&c));
            let merge = Moments::merge;
            prop_assert_eq!(sum(&[Moments::default(), x], merge), x);
            prop_assert_eq!(sum(&[x, Moments::default()], merge), x);
            prop_assert_eq!(sum(&[x, y], merge), sum(&[y, x], merge));
            let (left, right) = (sum(&[sum(&[x, y], merge), z], merge), sum(&[x, sum(&[y, z], merge)], merge));
            if let (Ok(l), Ok(r)) = (left.variance(), right.variance()) {
                prop_assert!((l - r).abs() <= 1e-12 * l.max(r));
            }
            prop_assert_eq!(left.n(), right.n());
        }

        #[test]
        fn both_agree_with_the_definition(values in prop::collection::vec(-1000_i32..1000, 2..100)) {
            let n = f64::from(u32::try_from(values.len()).expect("few"));
            let mean = values.iter().map(|v| f64::from(*v)).sum::<f64>() / n;
            let variance = values.iter().map(|v| (f64::from(*v) - mean).powi(2)).sum::<f64>() / (n - 1.0);
            let exact = whole(&values.iter().map(|v| i64::from(*v)).collect::<Vec<_>>());
            let stable = doubles(&values.iter().map(|v| f64::from(*v)).collect::<Vec<_>>());
            for found in [exact.variance(), stable.variance()] {
                prop_assert!((found.expect("variance") - variance).abs() <= 1e-9 * variance.max(1e-9));
            }
        }

        #[test]
        fn nothing_panics(values in prop::collection::vec((any::<i64>(), any::<u64>()), 0..6), x in any::<f64>()) {
            let mut moments = IntegerMoments::default();
            for (value, count) in &values {
                moments.add(*value, *count);
            }
            let _ = (moments.mean(), moments.variance(), moments.population_variance());
            let mut stable = Moments::default();
            let _ = (stable.add(x), stable.add(f64::MIN), stable.mean(), stable.variance());
        }
    }
}
