//! First and last digits of reported counts: Benford's law and heaping on round numbers.
//!
//! Source: F. Benford, "The law of anomalous numbers", *Proceedings of the American Philosophical Society* 78
//! (1938), 551–572; M. J. Nigrini, *Benford's Law* (2012), for the mean absolute deviation; J. Morrow, "Benford's
//! law, families of distributions and a test basis", CEP Discussion Paper 1291 (2014), for the critical value of
//! the Kolmogorov–Smirnov statistic; D. F. Heitjan and D. B. Rubin, "Ignorability and coarse data", *Annals of
//! Statistics* 19 (1991), 2244–2253, for heaping.
//!
//! Both screen: they say that digits are unlike those that counting gives, never why. A reason may be as plain as
//! a threshold, a price or a unit of reporting.

use super::covariance::float;
use crate::stats::incomplete::gamma_tails;
use crate::stats::proportion::wilson;
use crate::stats::{Confidence, Limits, StatsError};

/// Numbers below which [`benford`] should not be relied on.
pub const BENFORD_MINIMUM: u64 = 300;

/// Critical value at 5 % of √n · D for the first digit, D being the Kolmogorov–Smirnov statistic.
const KS_CRITICAL: f64 = 1.148;

/// Counts of first digits of whole numbers above 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstDigits {
    counts: [u64; 9],
    range: Option<(u64, u64)>,
}

impl FirstDigits {
    /// Counts that were made elsewhere, of the digits 1 to 9.
    #[must_use]
    pub fn from_counts(counts: [u64; 9]) -> Self {
        Self { counts, range: None }
    }

    /// Adds a number; 0 has no first digit and is left out.
    pub fn add(&mut self, value: u64) {
        let Some(magnitude) = value.checked_ilog10() else { return };
        // A number's first digit is its quotient by its power of ten: 1 to 9.
        let digit = usize::try_from(value / 10_u64.pow(magnitude)).unwrap_or(1);
        self.counts[digit - 1] = self.counts[digit - 1].saturating_add(1);
        let (low, high) = self.range.unwrap_or((value, value));
        self.range = Some((low.min(value), high.max(value)));
    }

    /// Counts of disjoint parts together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        self.range = match (self.range, other.range) {
            (Some((a, b)), Some((c, d))) => Some((a.min(c), b.max(d))),
            (range, None) | (None, range) => range,
        };
        self
    }

    /// Counts of the digits 1 to 9.
    #[must_use]
    pub fn counts(&self) -> [u64; 9] {
        self.counts
    }

    /// Number of counted numbers.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |n, c| n.saturating_add(*c))
    }

    /// log₁₀ of largest over smallest number; Benford's law needs about 3. `None` where numbers were not added.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a logarithm to a few digits")]
    pub fn orders_of_magnitude(&self) -> Option<f64> {
        self.range.map(|(low, high)| (high as f64 / low as f64).log10())
    }
}

impl FromIterator<u64> for FirstDigits {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut digits = Self::default();
        for value in values {
            digits.add(value);
        }
        digits
    }
}

/// Nigrini's bands for the mean absolute deviation of first digits. They do not depend on n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conformity {
    /// At most 0.006.
    Close,
    /// At most 0.012.
    Acceptable,
    /// At most 0.015.
    Marginal,
    /// Above 0.015.
    None,
}

/// First digits against Benford's law.
#[derive(Debug, Clone, PartialEq)]
pub struct Benford {
    /// Number of numbers.
    pub n: u64,
    /// Shares of the digits 1 to 9.
    pub observed: [f64; 9],
    /// Shares by Benford's law.
    pub expected: [f64; 9],
    /// Pearson's χ² with 8 degrees of freedom.
    pub chi_squared: f64,
    /// Its upper tail.
    pub p: f64,
    /// Mean absolute deviation of the nine shares.
    pub mean_absolute_deviation: f64,
    /// Nigrini's band for it.
    pub conformity: Conformity,
    /// Kolmogorov–Smirnov statistic: the largest difference of the cumulated shares.
    pub kolmogorov_smirnov: f64,
    /// What it exceeds with a probability of 5 % under the law: 1.148/√n.
    pub kolmogorov_smirnov_critical: f64,
}

/// Share of first digit d by Benford's law: log₁₀(1 + 1/d), for d from 1 to 9.
#[must_use]
pub fn benford_shares() -> [f64; 9] {
    std::array::from_fn(|i| (1.0 / float(i + 1)).ln_1p() / std::f64::consts::LN_10)
}

/// Tests first digits against Benford's law.
///
/// ```text
/// χ² = n Σ (o_d − b_d)² / b_d,   MAD = (1/9) Σ |o_d − b_d|,   D = max |O_d − B_d|,   b_d = log₁₀(1 + 1/d)
/// ```
///
/// with O and B the cumulated shares. The critical value of D is that of the discrete law; the usual 1.358/√n is
/// for continuous data and rejects too rarely.
///
/// Conditions: independent numbers that span three orders of magnitude or more, without limits set from outside;
/// no totals beside their parts; at least [`BENFORD_MINIMUM`] of them (below 110, an expected count lies under 5,
/// and χ² is rough). In large data χ² finds any trifle; look at the deviation.
///
/// Complexity: O(1).
///
/// Source: Benford (1938); Nigrini (2012); Morrow (2014).
///
/// # Errors
/// [`StatsError::Insufficient`] where there is no number.
pub fn benford(digits: &FirstDigits) -> Result<Benford, StatsError> {
    let n = digits.n();
    if n == 0 {
        return Err(StatsError::Insufficient("no number with a first digit"));
    }
    let expected = benford_shares();
    let observed = digits.counts.map(|c| ratio(c, n));
    let size = ratio(n, 1);
    let chi_squared = chi_squared(&observed, &expected, size);
    let mean_absolute_deviation = observed.iter().zip(&expected).map(|(o, b)| (o - b).abs()).sum::<f64>() / 9.0;
    let mut gap = 0.0_f64;
    let mut kolmogorov_smirnov = 0.0_f64;
    for (o, b) in observed.iter().zip(&expected) {
        gap += o - b;
        kolmogorov_smirnov = kolmogorov_smirnov.max(gap.abs());
    }
    Ok(Benford {
        n,
        observed,
        expected,
        chi_squared,
        p: gamma_tails(4.0, chi_squared / 2.0).upper,
        mean_absolute_deviation,
        conformity: match mean_absolute_deviation {
            m if m <= 0.006 => Conformity::Close,
            m if m <= 0.012 => Conformity::Acceptable,
            m if m <= 0.015 => Conformity::Marginal,
            _ => Conformity::None,
        },
        kolmogorov_smirnov,
        kolmogorov_smirnov_critical: KS_CRITICAL / size.sqrt(),
    })
}

/// Counts of last digits of whole numbers, and of those that end in two and three zeros.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LastDigits {
    counts: [u64; 10],
    hundreds: u64,
    thousands: u64,
}

impl LastDigits {
    /// Adds a number.
    ///
    /// Small numbers have last digits that are far from uniform without any rounding: leave those below 1,000
    /// out.
    pub fn add(&mut self, value: u64) {
        let digit = usize::try_from(value % 10).unwrap_or(0);
        self.counts[digit] = self.counts[digit].saturating_add(1);
        self.hundreds = self.hundreds.saturating_add(u64::from(value.is_multiple_of(100)));
        self.thousands = self.thousands.saturating_add(u64::from(value.is_multiple_of(1000)));
    }

    /// Counts of disjoint parts together.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        for (count, more) in self.counts.iter_mut().zip(other.counts) {
            *count = count.saturating_add(more);
        }
        self.hundreds = self.hundreds.saturating_add(other.hundreds);
        self.thousands = self.thousands.saturating_add(other.thousands);
        self
    }

    /// Counts of the digits 0 to 9.
    #[must_use]
    pub fn counts(&self) -> [u64; 10] {
        self.counts
    }

    /// Number of counted numbers.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.counts.iter().fold(0, |n, c| n.saturating_add(*c))
    }
}

impl FromIterator<u64> for LastDigits {
    fn from_iter<I: IntoIterator<Item = u64>>(values: I) -> Self {
        let mut digits = Self::default();
        for value in values {
            digits.add(value);
        }
        digits
    }
}

/// Share of numbers that are multiples of a round number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Round {
    /// The round number: 5, 10, 100 or 1,000.
    pub multiple_of: u32,
    /// How many are multiples of it.
    pub count: u64,
    /// Their share.
    pub share: f64,
    /// Wilson limits of the share.
    pub limits: Limits,
    /// Share without rounding: 1 / `multiple_of`.
    pub expected: f64,
}

/// Last digits against the uniform distribution.
#[derive(Debug, Clone, PartialEq)]
pub struct Heaping {
    /// Number of numbers.
    pub n: u64,
    /// Pearson's χ² with 9 degrees of freedom.
    pub chi_squared: f64,
    /// Its upper tail.
    pub p: f64,
    /// Multiples of 5, 10, 100 and 1,000. Five times the first share is Whipple's index / 100.
    pub round: [Round; 4],
}

/// Tests last digits for heaping on round numbers.
///
/// ```text
/// χ² = n Σ (o_d − 0.1)² / 0.1,   share of multiples of 5, 10, 100, 1,000 with Wilson limits
/// ```
///
/// Conditions: independent numbers of three digits and more (see [`LastDigits::add`]); at least 50, so that every
/// digit is expected five times. Complexity: O(1).
///
/// Source: Heitjan and Rubin (1991); Pearson's test of fit.
///
/// # Errors
/// [`StatsError::Insufficient`] where there is no number.
pub fn heaping(digits: &LastDigits, confidence: Confidence) -> Result<Heaping, StatsError> {
    let n = digits.n();
    if n == 0 {
        return Err(StatsError::Insufficient("no number"));
    }
    let chi_squared = chi_squared(&digits.counts.map(|c| ratio(c, n)), &[0.1; 10], ratio(n, 1));
    let round = |multiple_of: u32, count: u64| {
        Ok(Round {
            multiple_of,
            count,
            share: ratio(count, n),
            limits: wilson(count, n, confidence)?,
            expected: 1.0 / f64::from(multiple_of),
        })
    };
    Ok(Heaping {
        n,
        chi_squared,
        p: gamma_tails(4.5, chi_squared / 2.0).upper,
        round: [
            round(5, digits.counts[0].saturating_add(digits.counts[5]))?,
            round(10, digits.counts[0])?,
            round(100, digits.hundreds)?,
            round(1000, digits.thousands)?,
        ],
    })
}

fn chi_squared(observed: &[f64], expected: &[f64], n: f64) -> f64 {
    n * observed.iter().zip(expected).map(|(o, e)| (o - e).powi(2) / e).sum::<f64>()
}

#[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}
