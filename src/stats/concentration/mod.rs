//! Concentration of a total on few units: Lorenz curve, Gini, Herfindahl–Hirschman, top shares.
//!
//! Sources: C. Gini, *Variabilità e mutabilità* (1912); A. Deaton, *The Analysis of Household Surveys* (1997), 3.1;
//! M. O. Lorenz, "Methods of measuring the concentration of wealth", *Publications of the American Statistical
//! Association* 9 (1905), 209–219; O. C. Herfindahl, *Concentration in the U.S. Steel Industry* (1950); P. M. Dixon
//! et al., "Bootstrapping the Gini coefficient of inequality", *Ecology* 68 (1987), 1548–1551.
//!
//! Everything is computed from a [`FrequencyTable`], how many units have which value, and never unit by unit: a
//! thousand million traders with a few thousand distinct counts of offences cost a few thousand steps, resampling
//! included. Whether units without any offence are in the table changes every figure: say which, and give both
//! ([`FrequencyTable::without_zeros`]).

mod multinomial;
mod resampling;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::StatsError;
use super::quantile::Histogram;

pub use resampling::{BootstrapLimits, Concentration, JackknifeLimits, bootstrap, jackknife};

const NO_UNIT: StatsError = StatsError::Insufficient("no unit");
const NO_TOTAL: StatsError = StatsError::Insufficient("all values are 0: there is nothing to be concentrated");

/// Values of units, whole numbers of at least 0, with the number of units that have each.
///
/// Tables of disjoint sets of units merge to that of their union, in any order. A unit must not be split between parts:
/// add up its value first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrequencyTable(BTreeMap<u64, u64>);

impl FrequencyTable {
    /// Adds `count` units with `value`; a count of 0 changes nothing. Counts saturate at 2⁶⁴ − 1.
    pub fn add(&mut self, value: u64, count: u64) {
        if count > 0 {
            let units = self.0.entry(value).or_default();
            *units = units.saturating_add(count);
        }
    }

    /// Adds the units of another table.
    pub fn merge(&mut self, other: &Self) {
        for (value, count) in other.iter() {
            self.add(value, count);
        }
    }

    /// Values with their numbers of units, in increasing order of the values.
    #[must_use = "iterators are lazy"]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        self.0.iter().map(|(value, count)| (*value, *count))
    }

    /// Number of units n.
    #[must_use]
    pub fn n(&self) -> u64 {
        self.0.values().fold(0, |n, count| n.saturating_add(*count))
    }

    /// Sum of the values over all units, exact.
    #[must_use]
    pub fn total(&self) -> u128 {
        self.iter().fold(0, |sum, (value, count)| sum.saturating_add(u128::from(value) * u128::from(count)))
    }

    /// The same table without the units of value 0, as offenders alone.
    #[must_use]
    pub fn without_zeros(&self) -> Self {
        Self(self.0.iter().filter(|(value, _)| **value > 0).map(|(value, count)| (*value, *count)).collect())
    }

    fn sorted(&self) -> Sorted {
        let (values, counts) = self.iter().unzip();
        Sorted { values, counts }
    }
}

impl FromIterator<(u64, u64)> for FrequencyTable {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(pairs: I) -> Self {
        let mut table = Self::default();
        for (value, count) in pairs {
            table.add(value, count);
        }
        table
    }
}

impl TryFrom<&Histogram> for FrequencyTable {
    type Error = StatsError;

    /// The table of a histogram.
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a value below 0, which no concentration is defined for.
    fn try_from(histogram: &Histogram) -> Result<Self, StatsError> {
        histogram
            .iter()
            .map(|(value, count)| {
                let value = u64::try_from(value).map_err(|_| StatsError::Domain {
                    what: "value",
                    value: float_i64(value),
                    expected: "expected a number of at least 0",
                })?;
                Ok((value, count))
            })
            .collect()
    }
}

/// Distinct values in increasing order with their counts, some of which may be 0 in a resample.
struct Sorted {
    values: Vec<u64>,
    counts: Vec<u64>,
}

impl Sorted {
    fn pairs(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        self.values.iter().copied().zip(self.counts.iter().copied()).filter(|(_, count)| *count > 0)
    }

    /// Units and total, or why there is no concentration.
    fn sizes(&self) -> Result<(u64, u128), StatsError> {
        let n = self.counts.iter().fold(0_u64, |n, count| n.saturating_add(*count));
        let total = self.pairs().fold(0_u128, |sum, (v, c)| sum.saturating_add(u128::from(v) * u128::from(c)));
        if n == 0 {
            return Err(NO_UNIT);
        }
        if total == 0 { Err(NO_TOTAL) } else { Ok((n, total)) }
    }

    fn gini(&self) -> Result<f64, StatsError> {
        let (n, total) = self.sizes()?;
        // Sum of the differences of all pairs, gap by gap between neighbouring values: no term is negative, so that
        // nothing cancels.
        let (mut sum, mut below, mut last) = (0.0, 0_u64, 0_u64);
        for (value, count) in self.pairs() {
            sum += float(value - last) * float(below) * float(n - below);
            below = below.saturating_add(count);
            last = value;
        }
        Ok(sum / (float(n) * wide(total)))
    }

    fn herfindahl(&self) -> Result<f64, StatsError> {
        let (_, total) = self.sizes()?;
        let share = |value: u64| float(value) / wide(total);
        Ok(self.pairs().map(|(value, count)| float(count) * share(value) * share(value)).sum())
    }

    fn top(&self, units: u64) -> Result<f64, StatsError> {
        let (_, total) = self.sizes()?;
        let (mut left, mut sum) = (units, 0_u128);
        for (value, count) in self.pairs().rev() {
            let taken = count.min(left);
            sum = sum.saturating_add(u128::from(value) * u128::from(taken));
            left -= taken;
            if left == 0 {
                break;
            }
        }
        Ok(wide(sum) / wide(total))
    }
}

/// Gini coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct Gini {
    /// For the units as the whole population; in \[0, 1 − 1/n\].
    pub population: f64,
    /// Times n/(n − 1), in \[0, 1\]: less biased for a sample, and 1 where one unit has everything; `None` for n = 1.
    pub corrected: Option<f64>,
    /// Number of units n.
    pub n: u64,
    /// Sum of the values.
    pub total: u128,
}

/// Gini coefficient: half the mean difference between two units relative to the mean.
///
/// ```text
/// G = Σ_i Σ_j |x_i − x_j| / (2 n² x̄) = Σ_i (2i − n − 1) x_(i) / (n Σ x),   corrected G · n/(n − 1)
/// ```
///
/// 0 where all values are equal. The population form does not change when every unit is doubled, the corrected
/// one does (Deaton 1997 uses it; Dixon et al. 1987 call it unbiased, which it is only to first order). Values that
/// differ by chance alone also give G > 0: compare with [`poisson_gini`]. Complexity: O(distinct values).
///
/// # Errors
/// [`StatsError::Insufficient`] for no unit, or where all values are 0.
pub fn gini(table: &FrequencyTable) -> Result<Gini, StatsError> {
    let sorted = table.sorted();
    let (n, total) = sorted.sizes()?;
    let population = sorted.gini()?;
    // One unit that has everything gives (n − 1)/n, whose correction must not exceed 1 by rounding.
    let corrected = (n > 1).then(|| (population * (float(n) / float(n - 1))).min(1.0));
    Ok(Gini { population, corrected, n, total })
}

/// Gini coefficient of a Poisson distribution: what chance alone makes of units with one and the same rate.
///
/// ```text
/// G = e^(−2μ) (I₀(2μ) + I₁(2μ)),   I the modified Bessel functions
/// ```
///
/// 1 in the limit of μ → 0, about 1/√(πμ) for large μ. An observed G near it shows no concentration beyond chance.
/// Source: the mean difference of B. Ramasubban, "The mean difference and the mean deviation of some discontinuous
/// distributions", *Biometrika* 45 (1958), 549–556. Complexity: O(1).
///
/// # Errors
/// [`StatsError::Domain`] for a mean that is not a positive number.
pub fn poisson_gini(mean: f64) -> Result<f64, StatsError> {
    if !(mean > 0.0 && mean.is_finite()) {
        return Err(StatsError::Domain { what: "mean", value: mean, expected: "expected a positive number" });
    }
    let z = 2.0 * mean;
    if z < 30.0 {
        // Power series: (z/2)^2k/(k!)² and (z/2)^(2k+1)/(k! (k+1)!), all positive.
        let (mut term, mut sum) = (1.0, 0.0);
        for k in 0..100 {
            let k = f64::from(k);
            sum += term * (1.0 + mean / (k + 1.0));
            term *= (mean / (k + 1.0)) * (mean / (k + 1.0));
        }
        return Ok((-z).exp() * sum);
    }
    // Asymptotic expansion of e^(−z) I(z), to its smallest term or double precision.
    let scaled = |four_squares: f64| {
        let (mut term, mut sum) = (1.0, 1.0);
        for k in 1..30 {
            let k = f64::from(k);
            term *= ((2.0 * k - 1.0) * (2.0 * k - 1.0) - four_squares) / (8.0 * k * z);
            sum += term;
        }
        sum / (std::f64::consts::TAU * z).sqrt()
    };
    Ok(scaled(0.0) + scaled(4.0))
}

/// A point of the Lorenz curve.
#[derive(Debug, Clone, PartialEq)]
pub struct LorenzPoint {
    /// The largest value among these units; 0 at the origin.
    pub value: u64,
    /// Number of units up to here, from the smallest values on.
    pub units: u64,
    /// The same as a share of all units.
    pub unit_share: f64,
    /// Share of the total that these units have.
    pub total_share: f64,
}

/// Lorenz curve: its points from (0, 0) to (1, 1), one per distinct value; between them it is straight.
///
/// Units stand in increasing order of their values, so that the curve is convex and below the diagonal; twice the area
/// between them is the Gini coefficient of the population. Complexity: O(distinct values).
///
/// # Errors
/// As [`gini`].
pub fn lorenz(table: &FrequencyTable) -> Result<Vec<LorenzPoint>, StatsError> {
    let (n, total) = table.sorted().sizes()?;
    let mut points = vec![LorenzPoint { value: 0, units: 0, unit_share: 0.0, total_share: 0.0 }];
    let (mut units, mut sum) = (0_u64, 0_u128);
    for (value, count) in table.iter() {
        units = units.saturating_add(count);
        sum = sum.saturating_add(u128::from(value) * u128::from(count));
        let (unit_share, total_share) = (float(units) / float(n), wide(sum) / wide(total));
        points.push(LorenzPoint { value, units, unit_share, total_share });
    }
    Ok(points)
}

/// Ordinate of the Lorenz curve at `units`/n: share of the total that the `units` smallest units have.
///
/// Complexity: O(distinct values).
///
/// # Errors
/// As [`gini`]; [`StatsError::Contradiction`] for more units than there are.
pub fn lorenz_ordinate(table: &FrequencyTable, units: u64) -> Result<f64, StatsError> {
    let (n, total) = table.sorted().sizes()?;
    if units > n {
        return Err(StatsError::Contradiction("more units than there are"));
    }
    let (mut left, mut sum) = (units, 0_u128);
    for (value, count) in table.iter() {
        let taken = count.min(left);
        sum = sum.saturating_add(u128::from(value) * u128::from(taken));
        left -= taken;
    }
    Ok(wide(sum) / wide(total))
}

/// Herfindahl–Hirschman index.
#[derive(Debug, Clone, PartialEq)]
pub struct HerfindahlHirschman {
    /// Sum of squared shares, in \[1/n, 1\]; times 10 000 on the scale of competition authorities.
    pub index: f64,
    /// (H − 1/n)/(1 − 1/n), in \[0, 1\]: without what the number of units does; `None` for n = 1.
    pub normalised: Option<f64>,
    /// 1/H: the number of equal units with the same index.
    pub effective_units: f64,
}

/// Herfindahl–Hirschman index, the sum of squared shares: Σ (`x_i` / Σ x)².
///
/// Units of value 0 change the normalised index alone. Complexity: O(distinct values).
///
/// # Errors
/// As [`gini`].
pub fn herfindahl_hirschman(table: &FrequencyTable) -> Result<HerfindahlHirschman, StatsError> {
    let sorted = table.sorted();
    let (n, _) = sorted.sizes()?;
    let index = sorted.herfindahl()?;
    let equal = 1.0 / float(n);
    let normalised = (n > 1).then(|| ((index - equal) / (1.0 - equal)).clamp(0.0, 1.0));
    Ok(HerfindahlHirschman { index, normalised, effective_units: 1.0 / index })
}

/// What the units with the largest values have of the total.
#[derive(Debug, Clone, PartialEq)]
pub struct TopShare {
    /// Number of units that were counted as the top.
    pub units: u64,
    /// Their share of the total, in \[0, 1\].
    pub share: f64,
}

/// Share of the `units` largest units in the total. All units, where there are fewer. Complexity: O(distinct values).
///
/// Discloses about single units: at most a few contribute to it.
///
/// # Errors
/// As [`gini`]; [`StatsError::Domain`] for 0 units.
pub fn top_units_share(table: &FrequencyTable, units: u64) -> Result<TopShare, StatsError> {
    let sorted = table.sorted();
    let (n, _) = sorted.sizes()?;
    if units == 0 {
        return Err(StatsError::Domain { what: "units", value: 0.0, expected: "expected at least one unit" });
    }
    Ok(TopShare { units: units.min(n), share: sorted.top(units)? })
}

/// Share of the total that the top `p` of units have, as 0.01 for the top 1 %.
///
/// The top are the k = ⌈p n⌉ units with the largest values, at least one: whole units, no interpolation of the
/// Lorenz curve (which gives 1 − L(1 − p), less where p n is not whole). For n = 14 the top 10 % are 2 units.
/// Complexity: O(distinct values).
///
/// # Errors
/// As [`gini`]; [`StatsError::Domain`] for p outside (0, 1\].
pub fn top_share(table: &FrequencyTable, p: f64) -> Result<TopShare, StatsError> {
    if !(p > 0.0 && p <= 1.0) {
        return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share in (0, 1]" });
    }
    top_units_share(table, top_count(table.n(), p))
}

/// ⌈p n⌉, at least 1: the smallest k with k/n ≥ p, exact for a p that is written as a decimal.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and n")]
fn top_count(n: u64, p: f64) -> u64 {
    let k = (p * float(n)).ceil() as u64;
    // k/n rounds to the same double as the decimal p does where the two are equal; p·n does not.
    if k > 1 && float(k - 1) / float(n) >= p { k - 1 } else { k.clamp(1, n.max(1)) }
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn float(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a value is below any use")]
fn float_i64(n: i64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a sum is below any use")]
fn wide(n: u128) -> f64 {
    n as f64
}
