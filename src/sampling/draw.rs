//! Draws: which units are in the sample, and what they stand for.

use rand::Rng;

use super::design::{Assumptions, Chosen, Design};
use super::frame::Frame;
use super::random::{shuffle, stream, uniform};
use super::{float, real};
use crate::error::Result;

/// One unit of a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawn {
    /// Its place in the frame.
    pub unit: usize,
    /// Its identifier.
    pub id: String,
    /// Its stratum, where strata were drawn from.
    pub stratum: Option<String>,
    /// Its cluster, where clusters were drawn.
    pub cluster: Option<String>,
    /// Probability with which it came into the sample, over all phases and stages.
    pub probability: f64,
    /// The inverse of that: units that it stands for.
    pub weight: f64,
    /// Units of the frame in its stratum, or in all without strata; null where a first phase does not tell.
    pub frame_size: Option<u64>,
    /// Whether it was certain to be drawn.
    pub certain: bool,
}

/// What was drawn from one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumDrawn {
    /// Its name; null for all units where the design has no strata.
    pub name: Option<String>,
    /// Units in the frame.
    pub size: u64,
    /// Units in the sample.
    pub drawn: u64,
}

/// A sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its units in random order, so that coders who tire do not tire of one stratum.
    pub units: Vec<Drawn>,
    /// Strata that were drawn from, by name.
    pub strata: Vec<StratumDrawn>,
    /// Units of the frame.
    pub frame_size: u64,
    /// Clusters drawn and in the frame, where clusters were drawn.
    pub clusters: Option<(u64, u64)>,
    /// What is special about the draw, in sentences.
    pub notes: Vec<String>,
}

impl Sample {
    /// Sum of the weights: the size of the population, exactly for samples of units with one probability per stratum,
    /// on average for others.
    #[must_use]
    pub fn weight_sum(&self) -> f64 {
        self.units.iter().map(|u| u.weight).sum()
    }
}

/// Draws a sample. Equal frames, designs and seeds give equal samples.
///
/// Units are drawn without replacement. Simple and stratified samples: a random permutation per stratum, so that the
/// sample of a smaller n lies in that of a larger one. Probabilities proportional to size: systematic through units in
/// random order, which meets them exactly (Hartley and Rao 1962). Weights of a first phase multiply those of the
/// second. Complexity: O(N log N).
///
/// # Errors
/// [`crate::Error::Usage`] where the design does not fit the frame.
pub fn draw(frame: &Frame, design: Design, assumed: &Assumptions, seed: u64) -> Result<Sample> {
    let mut notes = Vec::new();
    let mut clusters = None;
    let size = frame.len() as u64;
    let whole = [(None, (0..frame.len()).collect::<Vec<_>>())];
    let mut units = match design.choose(frame, assumed)? {
        Chosen::Simple(n) => of_strata(frame, &whole, &[n], seed),
        Chosen::PerStratum(drawn) => {
            for ((name, units), n) in frame.strata().iter().zip(&drawn) {
                note_stratum(name.as_deref().unwrap_or_default(), units.len() as u64, *n, design, &mut notes);
            }
            of_strata(frame, frame.strata(), &drawn, seed)
        }
        Chosen::PerUnit(probabilities) => {
            let chosen = systematic(&mut stream(seed, "systematic"), &probabilities);
            note_certain(chosen.iter().filter(|u| probabilities[**u] >= 1.0).count(), "unit", "units", &mut notes);
            chosen.into_iter().map(|u| drawn(frame, u, probabilities[u], (None, Some(size)), None)).collect()
        }
        Chosen::PerCluster(plan) => {
            let chosen = if let Design::Clusters { chance: super::Chance::Equal, clusters, .. } = design {
                let mut order: Vec<usize> = (0..plan.len()).collect();
                let n = usize::try_from(clusters).unwrap_or(usize::MAX).min(order.len());
                shuffle(&mut stream(seed, "clusters"), &mut order, n);
                order.truncate(n);
                order
            } else {
                let probabilities: Vec<f64> = plan.iter().map(|(p, _)| *p).collect();
                systematic(&mut stream(seed, "systematic"), &probabilities)
            };
            note_certain(chosen.iter().filter(|c| plan[**c].0 >= 1.0).count(), "cluster", "clusters", &mut notes);
            clusters = Some((chosen.len() as u64, plan.len() as u64));
            of_clusters(frame, &plan, &chosen, seed)
        }
    };
    if frame.is_first_phase() {
        for unit in &mut units {
            let first = frame.weight(unit.unit);
            (unit.probability, unit.weight) = (unit.probability / first, unit.weight * first);
            unit.frame_size = None;
            unit.certain = unit.certain && first <= 1.0;
        }
        notes.push("the frame is itself a sample: weights are products of both phases".to_owned());
    }
    let count = |name: Option<&String>| units.iter().filter(|u| u.stratum.as_ref() == name).count() as u64;
    let strata = if matches!(design, Design::Stratified { .. }) {
        let of = |(name, all): &(Option<String>, Vec<usize>)| StratumDrawn {
            name: name.clone(),
            size: all.len() as u64,
            drawn: count(name.as_ref()),
        };
        frame.strata().iter().map(of).collect()
    } else {
        vec![StratumDrawn { name: None, size, drawn: units.len() as u64 }]
    };
    units.sort_by_key(|u| u.unit);
    let n = units.len();
    shuffle(&mut stream(seed, "order of the sheet"), &mut units, n);
    Ok(Sample { units, strata, frame_size: size, clusters, notes })
}

fn note_stratum(name: &str, size: u64, n: u64, design: Design, notes: &mut Vec<String>) {
    let minimum = if let Design::Stratified { minimum, .. } = design { minimum } else { 0 };
    if n == size && size < minimum {
        notes.push(format!("stratum {name:?} has {size} units, fewer than the {minimum} asked for: all are taken"));
    } else if n == 1 && size > 1 {
        notes.push(format!("stratum {name:?} has one unit in the sample: its variance cannot be estimated"));
    }
}

fn note_certain(n: usize, one: &str, many: &str, notes: &mut Vec<String>) {
    if n > 0 {
        let (noun, are) = if n == 1 { (one, "is") } else { (many, "are") };
        notes.push(format!("{n} {noun} {are} so large as to be certain to be drawn"));
    }
}

fn drawn(
    frame: &Frame,
    unit: usize,
    probability: f64,
    (stratum, frame_size): (Option<String>, Option<u64>),
    cluster: Option<String>,
) -> Drawn {
    Drawn {
        unit,
        id: frame.units()[unit].id.clone(),
        stratum,
        cluster,
        probability,
        weight: 1.0 / probability,
        frame_size,
        certain: probability >= 1.0,
    }
}

fn of_strata(frame: &Frame, strata: &[(Option<String>, Vec<usize>)], numbers: &[u64], seed: u64) -> Vec<Drawn> {
    let mut all = Vec::new();
    for ((name, units), n) in strata.iter().zip(numbers) {
        let mut order = units.clone();
        let n = usize::try_from(*n).unwrap_or(usize::MAX).min(order.len());
        let purpose = name.as_ref().map_or_else(|| "units".to_owned(), |name| format!("stratum {name}"));
        shuffle(&mut stream(seed, &purpose), &mut order, n);
        let (size, count) = (float(units.len()), float(n));
        all.extend(order[..n].iter().map(|unit| {
            let place = (name.clone(), Some(units.len() as u64));
            // N/n itself: the inverse of n/N would be off by rounding, and weights are to add up.
            Drawn { weight: size / count, ..drawn(frame, *unit, count / size, place, None) }
        }));
    }
    all
}

fn of_clusters(frame: &Frame, plan: &[(f64, u64)], chosen: &[usize], seed: u64) -> Vec<Drawn> {
    let mut all = Vec::new();
    for at in chosen {
        let ((name, units), (probability, take)) = (&frame.clusters()[*at], plan[*at]);
        let mut order = units.clone();
        let n = usize::try_from(take).unwrap_or(usize::MAX).min(order.len());
        shuffle(&mut stream(seed, &format!("cluster {name}")), &mut order, n);
        let within = real(take) / float(units.len());
        let place = || (None, Some(frame.len() as u64));
        all.extend(order[..n].iter().map(|u| drawn(frame, *u, probability * within, place(), Some(name.clone()))));
    }
    all
}

/// Systematic sample with the given probabilities through the units in random order.
///
/// The sum of the probabilities is whole; so many units are drawn. A point in [0, 1) and all that lie whole steps
/// beyond it hit the units whose stretch of the sum they fall into.
fn systematic(random: &mut impl Rng, probabilities: &[f64]) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..probabilities.len()).filter(|u| probabilities[*u] >= 1.0).collect();
    let mut order: Vec<usize> = (0..probabilities.len()).filter(|u| probabilities[*u] < 1.0).collect();
    let n = order.len();
    shuffle(random, &mut order, n);
    let sum: f64 = order.iter().map(|u| probabilities[*u]).sum();
    // Rounding may put the last end a hair off the whole number that it is.
    let whole = sum.round();
    let scale = if sum > 0.0 { whole / sum } else { 1.0 };
    let (mut next, mut end) = (uniform(random), 0.0);
    for unit in order {
        end += probabilities[unit] * scale;
        if next < end && next < whole {
            chosen.push(unit);
            next += 1.0;
        }
    }
    chosen
}

#[cfg(test)]
mod tests;
