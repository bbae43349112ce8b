//! Krippendorff's alpha and Gwet's AC1 of any number of raters, with missing ratings.

use rand::RngExt as _;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::super::incomplete::beta_quantile;
use super::super::{Confidence, Limits, StatsError};

/// Ratings of units in nominal categories: for each unit, how many raters chose each category.
///
/// Who rated does not matter to either coefficient, so that ratings may be missing and raters may change from
/// unit to unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    categories: usize,
    units: Vec<Vec<u32>>,
}

/// Krippendorff's alpha.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// 1 − Dₒ/Dₑ.
    pub alpha: f64,
    /// Disagreement within units, Dₒ.
    pub observed_disagreement: f64,
    /// Disagreement expected of all ratings put together at random, Dₑ.
    pub expected_disagreement: f64,
    /// Units with two ratings at least; others do not count.
    pub units: usize,
    /// Ratings of these units.
    pub ratings: u64,
}

/// Alpha with bootstrap limits.
#[derive(Debug, Clone, PartialEq)]
pub struct AlphaLimits {
    /// The estimate.
    pub alpha: Alpha,
    /// Percentile limits.
    pub limits: Limits,
    /// Resamples that were drawn.
    pub resamples: u32,
    /// Resamples in which all ratings were of one category and alpha is undefined; they are left out.
    pub undefined: u32,
    /// Seed of the resamples.
    pub seed: u64,
}

/// Gwet's AC1.
#[derive(Debug, Clone, PartialEq)]
pub struct Ac1 {
    /// (pₐ − pₑ)/(1 − pₑ).
    pub ac1: f64,
    /// Standard error over units, raters being fixed.
    pub standard_error: f64,
    /// Limits by Student's t with n − 1 degrees of freedom, truncated to \[−1, 1\].
    pub limits: Limits,
    /// Whether a limit was truncated.
    pub truncated: bool,
    /// Observed agreement pₐ of pairs of raters, averaged over units with two ratings at least.
    pub observed: f64,
    /// Agreement pₑ expected by chance.
    pub expected: f64,
    /// Units with a rating.
    pub units: usize,
}

impl Ratings {
    /// Ratings from units × raters, as category numbers from 0 on; `None` is a missing rating.
    ///
    /// `categories` is how many there are to choose from, used or not: AC1 depends on it, alpha does not.
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for a category beyond their number, more than 65 536 categories, or more
    /// raters than 2³² − 1.
    pub fn new(units: &[Vec<Option<usize>>], categories: usize) -> Result<Self, StatsError> {
        if categories > 1 << 16 {
            return Err(StatsError::Contradiction("more than 65 536 categories"));
        }
        let mut counted = Vec::with_capacity(units.len());
        for unit in units {
            let mut counts = vec![0_u32; categories];
            for category in unit.iter().flatten() {
                let count =
                    counts.get_mut(*category).ok_or(StatsError::Contradiction("a category beyond their number"))?;
                *count = count.checked_add(1).ok_or(StatsError::Contradiction("more raters than can be counted"))?;
            }
            counted.push(counts);
        }
        Ok(Self { categories, units: counted })
    }

    /// Krippendorff's alpha for nominal data.
    ///
    /// ```text
    /// α = 1 − Dₒ/Dₑ
    /// Dₒ = 1/n Σ_u Σ_{c≠k} n_uc n_uk / (m_u − 1),  Dₑ = 1/(n(n − 1)) Σ_{c≠k} n_c n_k
    /// ```
    ///
    /// over units u with two ratings at least (m of a unit), n ratings in all. Where no unit has two ratings, or
    /// all ratings are of one category (no variation, so no reliability to speak of), the data are insufficient.
    /// Complexity: O(units · categories).
    pub fn krippendorff_alpha(&self) -> Result<Alpha, StatsError> {
        self.alpha_of(0..self.units.len())
    }

    /// [`Self::krippendorff_alpha`] with percentile limits from `resamples` samples of units, with replacement.
    ///
    /// Conditions: the units are a random sample; raters are fixed. The limits are the type 1 quantiles α/2 and
    /// 1 − α/2 of the resampled values; some 1 000 resamples at 95 % (40 at least are asked for). They are too
    /// narrow for few units (some 30), and a point where the raters agree throughout. Krippendorff's own bootstrap
    /// resamples pairs of ratings instead and ignores that those of one unit belong together.
    ///
    /// Equal seeds give equal limits. Where a resample has ratings of one category only, it is left out and
    /// counted; where more than half are, the data are insufficient. Complexity: O(resamples · units · categories).
    pub fn krippendorff_alpha_limits(
        &self,
        resamples: u32,
        seed: u64,
        confidence: Confidence,
    ) -> Result<AlphaLimits, StatsError> {
        if resamples < 40 {
            let (what, expected) = ("resamples", "expected 40 or more");
            return Err(StatsError::Domain { what, value: f64::from(resamples), expected });
        }
        let alpha = self.krippendorff_alpha()?;
        let rated: Vec<usize> = (0..self.units.len()).filter(|u| size(&self.units[*u]) > 1).collect();
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut values = Vec::new();
        for _ in 0..resamples {
            let drawn = (0..rated.len()).map(|_| rated[random.random_range(0..rated.len())]);
            if let Ok(found) = self.alpha_of(drawn) {
                values.push(found.alpha);
            }
        }
        let defined = u32::try_from(values.len()).unwrap_or(u32::MAX);
        if defined <= resamples / 2 {
            return Err(StatsError::Insufficient("most resamples have ratings of one category only"));
        }
        values.sort_by(f64::total_cmp);
        let tail = confidence.alpha() / 2.0;
        let limits = Limits { lower: quantile(&values, tail), upper: quantile(&values, 1.0 - tail) };
        Ok(AlphaLimits { alpha, limits, resamples, undefined: resamples - defined, seed })
    }

    fn alpha_of(&self, units: impl Iterator<Item = usize>) -> Result<Alpha, StatsError> {
        let mut totals = vec![0_u64; self.categories];
        let (mut used, mut ratings, mut within) = (0_usize, 0_u64, 0.0);
        for counts in units.map(|u| &self.units[u]) {
            let m = size(counts);
            if m < 2 {
                continue;
            }
            used += 1;
            ratings += m;
            // Σ_{c≠k} n_c n_k = m² − Σ n_c².
            let same: f64 = counts.iter().map(|c| f64::from(*c).powi(2)).sum();
            within += (real(m).powi(2) - same) / (real(m) - 1.0);
            totals.iter_mut().zip(counts).for_each(|(total, count)| *total += u64::from(*count));
        }
        if used == 0 {
            return Err(StatsError::Insufficient("no unit has two ratings"));
        }
        if totals.contains(&ratings) {
            return Err(StatsError::Insufficient("all ratings are of one category"));
        }
        let n = real(ratings);
        let same: f64 = totals.iter().map(|c| real(*c) * (real(*c) / n)).sum();
        let expected = (n - same) / (n - 1.0);
        let observed = within / n;
        Ok(Alpha {
            alpha: 1.0 - observed / expected,
            observed_disagreement: observed,
            expected_disagreement: expected,
            units: used,
            ratings,
        })
    }

    /// Gwet's AC1, with the linearised variance of Gwet (2008) in its form for missing ratings.
    ///
    /// ```text
    /// AC1 = (pₐ − pₑ)/(1 − pₑ),  pₑ = Σ π_k (1 − π_k)/(q − 1)
    /// pₐ = mean over units with r ≥ 2 ratings of Σ_k r_k (r_k − 1)/(r(r − 1)),  π_k = mean over units of r_k/r
    /// ```
    ///
    /// with q categories; the form of R's and Python's `irrCAC`. Units are taken as a sample from a large
    /// population, raters as fixed. Units without rating are left out. With all ratings in one category AC1 is 1
    /// with a standard error of 0, where kappa and alpha are undefined; such limits say nothing.
    ///
    /// Fewer than two categories are a contradiction; with fewer than two rated units, or without a unit that two
    /// raters rated, the data are insufficient. Complexity: O(units · categories).
    pub fn gwet_ac1(&self, confidence: Confidence) -> Result<Ac1, StatsError> {
        if self.categories < 2 {
            return Err(StatsError::Contradiction("agreement needs two categories at least"));
        }
        let rated: Vec<&Vec<u32>> = self.units.iter().filter(|u| size(u) > 0).collect();
        let paired = rated.iter().filter(|u| size(u) > 1).fold(0.0, |count, _| count + 1.0);
        let n = rated.iter().fold(0.0, |count, _| count + 1.0);
        if paired < 1.0 || n < 2.0 {
            return Err(StatsError::Insufficient("two rated units, one of them rated twice, are needed"));
        }
        let agreement = |unit: &[u32]| {
            let r = real(size(unit));
            unit.iter().map(|c| f64::from(*c) * (f64::from(*c) - 1.0)).sum::<f64>() / (r * (r - 1.0)).max(1.0)
        };
        let observed = rated.iter().map(|u| agreement(u)).sum::<f64>() / paired;
        let shares: Vec<f64> = (0..self.categories)
            .map(|k| rated.iter().map(|u| f64::from(u[k]) / real(size(u))).sum::<f64>() / n)
            .collect();
        let choices = shares.iter().fold(-1.0, |count, _| count + 1.0);
        let expected = shares.iter().map(|p| p * (1.0 - p)).sum::<f64>() / choices;
        let rest = 1.0 - expected;
        let ac1 = (observed - expected) / rest;
        let squares = rated.iter().map(|unit| {
            let twice = if size(unit) > 1 { n / paired } else { 0.0 };
            let own = twice * (agreement(unit) - expected) / rest;
            let chance = unit.iter().zip(&shares).map(|(c, p)| f64::from(*c) * (1.0 - p)).sum::<f64>();
            let chance = chance / real(size(unit)) / choices;
            (own - 2.0 * (1.0 - ac1) * (chance - expected) / rest - ac1).powi(2)
        });
        let standard_error = (squares.sum::<f64>() / (n * (n - 1.0))).sqrt();
        // Student's t from the beta distribution of ν/(ν + t²), which holds for any number of units.
        let tail = beta_quantile((n - 1.0) / 2.0, 0.5, confidence.alpha());
        let half = ((n - 1.0) * tail.y / tail.x).sqrt() * standard_error;
        let limits = Limits { lower: (ac1 - half).max(-1.0), upper: (ac1 + half).min(1.0) };
        let truncated = ac1 - half < -1.0 || ac1 + half > 1.0;
        Ok(Ac1 { ac1, standard_error, limits, truncated, observed, expected, units: rated.len() })
    }
}

/// Number of ratings of a unit.
fn size(unit: &[u32]) -> u64 {
    unit.iter().map(|c| u64::from(*c)).sum()
}

/// Type 1 quantile of sorted values, of which there is one at least.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a rank; the cast saturates"
)]
fn quantile(sorted: &[f64], p: f64) -> f64 {
    let rank = (p * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}
