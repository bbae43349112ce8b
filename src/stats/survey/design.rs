//! Design of a sample: weights, clusters, strata, sizes of the population, post-strata.
//!
//! Source: T. Lumley, *Complex Surveys* (2010), chapters 2, 3 and 7; the variance is that of his R package `survey`
//! for one stage of sampling ("ultimate clusters").

use std::collections::{BTreeMap, BTreeSet};

use super::float;
use crate::stats::StatsError;

/// What a stratum with a single primary sampling unit contributes to the variance, which cannot be seen from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SinglePsu {
    /// No variance is given: merge the stratum with a similar one. The default, as in R `survey` ("fail").
    #[default]
    Refuse,
    /// Nothing, which is right only where the unit was certain to be drawn ("certainty").
    Certainty,
    /// The square of its linearised total, not of its distance from the stratum's mean ("adjust"). Conservative.
    Adjust,
}

/// How a sample was drawn. Units stand in the order of the weights.
///
/// Primary sampling units (PSU) are the clusters, or the units themselves where there are none. The variance
/// measures what differs between PSUs within strata; sampling within PSUs needs no description, since its variance
/// shows in that of the PSU totals. Build it in this order: [`new`](Self::new), then
/// [`stratified`](Self::stratified) and [`clustered`](Self::clustered), then
/// [`finite_population`](Self::finite_population), at last [`post_stratified`](Self::post_stratified).
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    weights: Vec<f64>,
    /// PSU of each unit, numbered from 0.
    psu: Vec<usize>,
    /// Stratum of each PSU, numbered from 0.
    stratum_of_psu: Vec<usize>,
    strata: usize,
    /// Share of PSUs drawn, per stratum; 0 for drawing with replacement.
    fraction: Vec<f64>,
    finite: bool,
    single: SinglePsu,
    post: Option<PostStrata>,
}

#[derive(Debug, Clone, PartialEq)]
struct PostStrata {
    /// Post-stratum of each unit, numbered from 0.
    group: Vec<usize>,
    /// Weights before post-stratification.
    base: Vec<f64>,
    /// Their sums, per post-stratum.
    base_sums: Vec<f64>,
}

impl Design {
    /// A sample whose units were drawn one by one, with replacement or from a population of any size.
    ///
    /// A weight is 1/π, the inverse of the probability that the unit is in the sample; only their ratios matter for
    /// means and shares. A unit of weight 0 lies outside the population in question and counts only as part of its
    /// PSU. For n draws with replacement and probabilities p proportional to size, the weights 1/(n·p) make
    /// [`super::horvitz_thompson_total`] the estimator of Hansen and Hurwitz with its exact variance estimator.
    /// Complexity: O(n).
    ///
    /// # Errors
    /// [`StatsError::Insufficient`] where no weight is above 0, [`StatsError::Domain`] for a weight that is
    /// negative or not finite.
    pub fn new(weights: &[f64]) -> Result<Self, StatsError> {
        check_weights(weights)?;
        Ok(Self {
            weights: weights.to_vec(),
            psu: (0..weights.len()).collect(),
            stratum_of_psu: vec![0; weights.len()],
            strata: 1,
            fraction: vec![0.0],
            finite: false,
            single: SinglePsu::default(),
            post: None,
        })
    }

    /// Says which stratum each unit was drawn from. Complexity: O(n log n).
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for a list of another length, a cluster in two strata, or a call after
    /// [`finite_population`](Self::finite_population) or [`post_stratified`](Self::post_stratified).
    pub fn stratified<S: Ord>(mut self, strata: &[S]) -> Result<Self, StatsError> {
        self.is_open(strata.len())?;
        let (stratum, count) = numbered(strata);
        let mut of_psu = vec![usize::MAX; self.stratum_of_psu.len()];
        for (psu, stratum) in self.psu.iter().zip(stratum) {
            assign(&mut of_psu, *psu, stratum)?;
        }
        self.stratum_of_psu = of_psu;
        self.strata = count;
        self.fraction = vec![0.0; count];
        Ok(self)
    }

    /// Says which cluster each unit belongs to: the units that were drawn together, as the listings of a trader.
    ///
    /// A cluster lies in one stratum. Where labels are used again in other strata, make them pairs
    /// `(stratum, cluster)` (`nest = TRUE` in R). Complexity: O(n log n).
    ///
    /// # Errors
    /// As [`stratified`](Self::stratified).
    pub fn clustered<C: Ord>(mut self, clusters: &[C]) -> Result<Self, StatsError> {
        self.is_open(clusters.len())?;
        let (psu, count) = numbered(clusters);
        let mut of_psu = vec![usize::MAX; count];
        for (unit, psu) in psu.iter().enumerate() {
            assign(&mut of_psu, *psu, self.stratum_of_psu[self.psu[unit]])?;
        }
        self.psu = psu;
        self.stratum_of_psu = of_psu;
        Ok(self)
    }

    /// Says how many PSUs the population has in each unit's stratum, given per unit: the variance of a stratum is
    /// multiplied by 1 − n/N, n and N its PSUs in the sample and in the population.
    ///
    /// Right for PSUs drawn without replacement whose units are all in the sample, or that are the units. Where
    /// units were drawn within PSUs it makes the variance too small by their share of it; leave it out then. A size
    /// may be infinite. Complexity: O(n).
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for a list of another length, sizes that differ within a stratum, a size below
    /// the number of PSUs drawn, or a second call.
    pub fn finite_population(mut self, sizes: &[f64]) -> Result<Self, StatsError> {
        self.is_open(sizes.len())?;
        let mut size_of = vec![None; self.strata];
        for (unit, size) in sizes.iter().enumerate() {
            let known = &mut size_of[self.stratum_of_psu[self.psu[unit]]];
            if known.is_some_and(|k: f64| k.to_bits() != size.to_bits()) {
                return Err(StatsError::Contradiction("sizes of the population differ within a stratum"));
            }
            *known = Some(*size);
        }
        let drawn = self.psus_by_stratum();
        for (stratum, size) in size_of.iter().enumerate() {
            let (size, drawn) = (size.unwrap_or(f64::NAN), float(drawn[stratum]));
            if size.is_nan() || size < drawn {
                return Err(StatsError::Contradiction("more PSUs in the sample than in the population"));
            }
            self.fraction[stratum] = drawn / size;
        }
        self.finite = true;
        Ok(self)
    }

    /// Says what a stratum with a single PSU contributes to the variance; see [`SinglePsu`].
    #[must_use]
    pub fn single_psu(mut self, rule: SinglePsu) -> Self {
        self.single = rule;
        self
    }

    /// Multiplies the weights within each group so that they add up to its known number of units in the population,
    /// and has the variance measure distances from the group's mean.
    ///
    /// ```text
    /// w* = w · N_g / Σ_g w,   linearised value e* = e − Σ_g w e / Σ_g w
    /// ```
    ///
    /// Each group needs some 20 units of the sample, else merge groups. Source: Särndal, Swensson and Wretman
    /// (1992), 7.6; `postStratify` in R. Complexity: O(n log n).
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a size that is not a positive number; [`StatsError::Contradiction`] for a list of
    /// another length, a group of the sample without a size or given twice, a size of a group without weight in the
    /// sample, or a second call (cross the variables in place of one after the other).
    pub fn post_stratified<G: Ord>(mut self, groups: &[G], population: &[(G, f64)]) -> Result<Self, StatsError> {
        if self.post.is_some() {
            return Err(StatsError::Contradiction("the design is post-stratified already"));
        }
        if groups.len() != self.weights.len() {
            return Err(StatsError::Contradiction("one group per unit is needed"));
        }
        let mut sizes = BTreeMap::new();
        for (label, size) in population {
            if !(*size > 0.0 && size.is_finite()) {
                let expected = "expected a positive number";
                return Err(StatsError::Domain { what: "size of a post-stratum", value: *size, expected });
            }
            let number = sizes.len();
            if sizes.insert(label, (number, *size)).is_some() {
                return Err(StatsError::Contradiction("a post-stratum is given twice"));
            }
        }
        let mut group = Vec::with_capacity(groups.len());
        let mut base_sums = vec![0.0; sizes.len()];
        for (label, weight) in groups.iter().zip(&self.weights) {
            let Some((number, _)) = sizes.get(label) else {
                return Err(StatsError::Contradiction("a post-stratum of the sample has no size"));
            };
            group.push(*number);
            base_sums[*number] += weight;
        }
        if base_sums.contains(&0.0) {
            return Err(StatsError::Contradiction("a post-stratum has no weight in the sample: merge it"));
        }
        let mut factors = vec![0.0; base_sums.len()];
        for (number, size) in sizes.values() {
            factors[*number] = size / base_sums[*number];
        }
        let adjusted: Vec<f64> = self.weights.iter().zip(&group).map(|(w, g)| w * factors[*g]).collect();
        check_weights(&adjusted)?;
        let base = std::mem::replace(&mut self.weights, adjusted);
        self.post = Some(PostStrata { group, base, base_sums });
        Ok(self)
    }

    /// Weights of the units, after post-stratification.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Numbers of units, PSUs and strata with weight above 0 among the units that `inside` names.
    pub(super) fn sizes(&self, inside: impl Fn(usize) -> bool) -> (usize, usize, usize) {
        let mut units = 0;
        let (mut psus, mut strata) = (vec![false; self.stratum_of_psu.len()], vec![false; self.strata]);
        for unit in (0..self.weights.len()).filter(|unit| self.weights[*unit] > 0.0 && inside(*unit)) {
            units += 1;
            psus[self.psu[unit]] = true;
            strata[self.stratum_of_psu[self.psu[unit]]] = true;
        }
        let count = |seen: &[bool]| seen.iter().filter(|s| **s).count();
        (units, count(&psus), count(&strata))
    }

    /// Variance of Σ w e for the linearised values e of the units.
    ///
    /// ```text
    /// Σ_h (1 − f_h) n_h/(n_h − 1) Σ_i (u_hi − ū_h)²,   u_hi = Σ w e over the units of PSU i in stratum h
    /// ```
    pub(super) fn variance(&self, e: &[f64]) -> Result<f64, StatsError> {
        let mut totals = vec![0.0; self.stratum_of_psu.len()];
        let means = self.post.as_ref().map(|post| {
            let mut means = vec![0.0; post.base_sums.len()];
            for ((group, weight), e) in post.group.iter().zip(&post.base).zip(e) {
                means[*group] += weight * e / post.base_sums[*group];
            }
            means
        });
        for (unit, e) in e.iter().enumerate() {
            let centre = match (&self.post, &means) {
                (Some(post), Some(means)) => means[post.group[unit]],
                _ => 0.0,
            };
            totals[self.psu[unit]] += self.weights[unit] * (e - centre);
        }
        let sizes = self.psus_by_stratum();
        let mut centres = vec![0.0; self.strata];
        for (total, stratum) in totals.iter().zip(&self.stratum_of_psu) {
            centres[*stratum] += total / float(sizes[*stratum]);
        }
        let mut factors = Vec::with_capacity(self.strata);
        for (stratum, size) in sizes.iter().enumerate() {
            let rest = 1.0 - self.fraction[stratum];
            factors.push(match (*size, self.single) {
                // A stratum that was taken whole has no sampling variance, single or not.
                _ if rest <= 0.0 => 0.0,
                (0 | 1, SinglePsu::Refuse) => {
                    return Err(StatsError::Insufficient("a stratum has a single PSU: merge it with another"));
                }
                (0 | 1, SinglePsu::Certainty) => 0.0,
                (0 | 1, SinglePsu::Adjust) => {
                    centres[stratum] = 0.0;
                    rest
                }
                (n, _) => rest * float(n) / float(n - 1),
            });
        }
        let variance = totals
            .iter()
            .zip(&self.stratum_of_psu)
            .map(|(total, h)| factors[*h] * (total - centres[*h]) * (total - centres[*h]))
            .sum::<f64>();
        finite("variance", variance)
    }

    fn psus_by_stratum(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.strata];
        for stratum in &self.stratum_of_psu {
            sizes[*stratum] += 1;
        }
        sizes
    }

    fn is_open(&self, len: usize) -> Result<(), StatsError> {
        if len != self.weights.len() {
            return Err(StatsError::Contradiction("one entry per unit is needed"));
        }
        if self.finite || self.post.is_some() {
            return Err(StatsError::Contradiction(
                "strata and clusters come before sizes of the population, and those before post-strata",
            ));
        }
        Ok(())
    }
}

/// The value, or an error where sums have overflowed.
pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, StatsError> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(StatsError::Domain { what, value, expected: "expected a finite number: values or weights are too large" })
    }
}

/// Weights are finite, not negative, and have a finite sum above 0.
pub(super) fn check_weights(weights: &[f64]) -> Result<f64, StatsError> {
    let expected = "expected a finite number of at least 0";
    if let Some(value) = weights.iter().find(|w| !w.is_finite() || **w < 0.0) {
        return Err(StatsError::Domain { what: "weight", value: *value, expected });
    }
    let sum = finite("sum of weights", weights.iter().sum())?;
    if sum > 0.0 { Ok(sum) } else { Err(StatsError::Insufficient("no unit with a weight above 0")) }
}

fn assign(of_psu: &mut [usize], psu: usize, stratum: usize) -> Result<(), StatsError> {
    if of_psu[psu] != usize::MAX && of_psu[psu] != stratum {
        return Err(StatsError::Contradiction("a cluster lies in two strata"));
    }
    of_psu[psu] = stratum;
    Ok(())
}

/// Numbers of the labels, from 0 in their order, and how many there are.
pub(super) fn numbered<L: Ord>(labels: &[L]) -> (Vec<usize>, usize) {
    let distinct: BTreeSet<&L> = labels.iter().collect();
    let numbers: BTreeMap<&L, usize> = distinct.into_iter().zip(0..).collect();
    // Every label is in the map.
    (labels.iter().filter_map(|label| numbers.get(label).copied()).collect(), numbers.len())
}
