//! Designs: how many units are drawn from where, and with which probability.

use std::collections::BTreeMap;

use super::frame::Frame;
use super::{float, real, refused};
use crate::error::{Error, Result};
use crate::stats::survey::{allocate_neyman, allocate_proportional};

/// How a sample is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Design {
    /// n units, each with the same probability n/N, without replacement.
    Simple {
        /// Units.
        n: u64,
    },
    /// A simple random sample in every stratum.
    Stratified {
        /// Units in all.
        n: u64,
        /// How they are shared out.
        allocation: Allocation,
        /// Units of a stratum at least; a stratum that has fewer is taken whole.
        minimum: u64,
    },
    /// n units with probability proportional to their size.
    Unequal {
        /// Units.
        n: u64,
    },
    /// Clusters, and in them all units or a simple random sample.
    Clusters {
        /// Clusters.
        clusters: u64,
        /// Chance of a cluster.
        chance: Chance,
        /// Units of a cluster at most; all if null.
        take: Option<u64>,
    },
}

/// How a sample is shared out to strata.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allocation {
    /// In proportion to their sizes.
    Proportional,
    /// Such that the variance of the overall share is least, for guessed shares; equal guesses make it proportional.
    Neyman,
    /// As many from each, for comparing them.
    Equal,
}

/// Chance of a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chance {
    /// The same for all.
    Equal,
    /// Proportional to the sum of the sizes of its units; to their number where they have none.
    Size,
}

/// What is supposed of the population before anybody looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumptions {
    /// Guessed share of the units of the kind.
    pub guess: f64,
    /// Guesses for strata that differ, by name.
    pub by_stratum: BTreeMap<String, f64>,
    /// How alike the units of a cluster are (intraclass correlation); 0 for not at all.
    pub intraclass: f64,
    /// Design effect in place of the one that follows from the rest.
    pub design_effect: Option<f64>,
}

impl Assumptions {
    /// One share for all strata and nothing else.
    #[must_use]
    pub fn of(guess: f64) -> Self {
        Self { guess, by_stratum: BTreeMap::new(), intraclass: 0.0, design_effect: None }
    }

    /// Guess for a stratum.
    #[must_use]
    pub fn guess(&self, stratum: Option<&str>) -> f64 {
        stratum.and_then(|s| self.by_stratum.get(s)).copied().unwrap_or(self.guess)
    }

    /// Whether every number is in its range and every stratum exists.
    ///
    /// # Errors
    /// [`Error::Usage`], [`Error::Unknown`] for the name of a stratum that the frame does not have.
    pub fn check(&self, frame: &Frame) -> Result<()> {
        let known = || frame.strata().iter().filter_map(|(name, _)| name.clone());
        if let Some(name) = self.by_stratum.keys().find(|name| !known().any(|k| k == **name)) {
            return Err(Error::Unknown { kind: "stratum", name: name.clone(), known: known().collect() });
        }
        if let Some(guess) = self.by_stratum.values().chain([&self.guess]).find(|g| !(**g > 0.0 && **g < 1.0)) {
            return Err(Error::usage(
                format!("a guess of {guess} is no share between 0 and 1"),
                "say how many of all units you expect to be of the kind, as 0.02; half is the worst case",
            ));
        }
        if !(0.0..=1.0).contains(&self.intraclass) {
            return Err(Error::usage(
                format!("an intraclass correlation of {} does not lie from 0 to 1", self.intraclass),
                "0 says that units of a cluster are no more alike than others, 1 that they are all the same",
            ));
        }
        if self.design_effect.is_some_and(|d| !(d > 0.0 && d.is_finite())) {
            return Err(Error::usage("a design effect is above 0", "1 is that of a simple random sample"));
        }
        Ok(())
    }
}

/// What a design comes to for a frame.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Chosen {
    /// Units per stratum of the frame.
    PerStratum(Vec<u64>),
    /// Units without regard to strata, each with the same probability.
    Simple(u64),
    /// Probability per unit.
    PerUnit(Vec<f64>),
    /// Probability per cluster, and units of it that are taken.
    PerCluster(Vec<(f64, u64)>),
}

impl Design {
    /// The same design with another size: units, or clusters where these are drawn.
    #[must_use]
    pub fn with_size(self, size: u64) -> Self {
        match self {
            Self::Simple { .. } => Self::Simple { n: size },
            Self::Stratified { allocation, minimum, .. } => Self::Stratified { n: size, allocation, minimum },
            Self::Unequal { .. } => Self::Unequal { n: size },
            Self::Clusters { chance, take, .. } => Self::Clusters { clusters: size, chance, take },
        }
    }

    /// In a few words, for the sheet and the manifest.
    #[must_use]
    pub fn describe(self) -> String {
        match self {
            Self::Simple { n } => format!("simple random sample of {n} units without replacement"),
            Self::Stratified { n, allocation, minimum } => format!(
                "stratified random sample of {n} units, {} allocation, at least {minimum} units of a stratum (or all of it)",
                match allocation {
                    Allocation::Proportional => "proportional",
                    Allocation::Neyman => "Neyman",
                    Allocation::Equal => "equal",
                }
            ),
            Self::Unequal { n } => {
                format!("{n} units with probability proportional to size (systematic, in random order)")
            }
            Self::Clusters { clusters, chance, take } => format!(
                "{clusters} clusters {}, {}",
                match chance {
                    Chance::Equal => "with equal probability",
                    Chance::Size => "with probability proportional to size (systematic, in random order)",
                },
                take.map_or_else(|| "all units of each".to_owned(), |t| format!("at most {t} units of each")),
            ),
        }
    }

    pub(super) fn choose(self, frame: &Frame, assumed: &Assumptions) -> Result<Chosen> {
        match self {
            Self::Simple { n } => {
                enough("units", n, frame.len())?;
                Ok(Chosen::Simple(n))
            }
            Self::Stratified { n, allocation, minimum } => {
                enough("units", n, frame.len())?;
                allocate(frame, n, allocation, minimum, assumed).map(Chosen::PerStratum)
            }
            Self::Unequal { n } => {
                enough("units", n, frame.len())?;
                let sizes: Vec<f64> = frame.units().iter().map(|u| u.size.unwrap_or(0.0)).collect();
                if let Some(at) = sizes.iter().position(|s| *s <= 0.0) {
                    return Err(no_size("unit", &frame.units()[at].id));
                }
                Ok(Chosen::PerUnit(chances(&sizes, n)?))
            }
            Self::Clusters { clusters, chance, take } => {
                enough("clusters", clusters, frame.clusters().len())?;
                if take == Some(0) {
                    return Err(Error::usage("no unit of a cluster would be taken", "--per-cluster is at least 1"));
                }
                let probabilities = match chance {
                    Chance::Equal => vec![real(clusters) / float(frame.clusters().len()); frame.clusters().len()],
                    Chance::Size => chances(&cluster_sizes(frame)?, clusters)?,
                };
                let taken = |units: &[usize]| {
                    let size = units.len() as u64;
                    take.map_or(size, |t| t.min(size))
                };
                let both = probabilities.into_iter().zip(frame.clusters());
                Ok(Chosen::PerCluster(both.map(|(p, (_, units))| (p, taken(units))).collect()))
            }
        }
    }
}

fn enough(what: &str, n: u64, size: usize) -> Result<()> {
    if n == 0 {
        return Err(Error::usage(format!("a sample of 0 {what} was asked for"), "ask for one at least"));
    }
    if n > size as u64 {
        return Err(Error::usage(
            format!("a sample of {n} {what} was asked for, but the frame has {size}"),
            "ask for fewer, or check the filters",
        ));
    }
    Ok(())
}

fn no_size(what: &str, name: &str) -> Error {
    Error::usage(
        format!("{what} {name:?} has no size above 0, and could never be drawn"),
        "set a least size with --least-size, leave such units out by a filter, or choose another column",
    )
}

fn chances(sizes: &[f64], n: u64) -> Result<Vec<f64>> {
    let probabilities = inclusion(sizes, n);
    if probabilities.iter().any(|p| *p <= 0.0) {
        return Err(Error::usage(
            "sizes differ so much that the smallest could never be drawn",
            "set a least size with --least-size, or ask for more units",
        ));
    }
    Ok(probabilities)
}

fn cluster_sizes(frame: &Frame) -> Result<Vec<f64>> {
    let given = frame.units().iter().any(|u| u.size.is_some());
    let size = |units: &[usize]| -> f64 {
        if given { units.iter().map(|u| frame.units()[*u].size.unwrap_or(0.0)).sum() } else { float(units.len()) }
    };
    let sizes: Vec<f64> = frame.clusters().iter().map(|(_, units)| size(units)).collect();
    match sizes.iter().position(|s| *s <= 0.0) {
        Some(at) => Err(no_size("cluster", &frame.clusters()[at].0)),
        None => Ok(sizes),
    }
}

fn allocate(frame: &Frame, n: u64, allocation: Allocation, minimum: u64, assumed: &Assumptions) -> Result<Vec<u64>> {
    let strata = frame.strata();
    if strata.len() == 1 && strata[0].0.is_none() {
        return Err(Error::usage("no column says what the strata are", "name one or more with --by, as --by category"));
    }
    let sizes: Vec<u64> = strata.iter().map(|(_, units)| units.len() as u64).collect();
    let minimum = minimum.max(1);
    let needed: u64 = sizes.iter().map(|size| minimum.min(*size)).sum();
    if needed > n {
        return Err(Error::usage(
            format!("{} strata with at least {minimum} units each need {needed} units, not {n}", sizes.len()),
            "ask for more units, a smaller --minimum, or fewer strata",
        ));
    }
    let hint = "the sizes of the strata and the guesses do not allow it";
    match allocation {
        Allocation::Proportional => allocate_proportional(&sizes, n, minimum),
        Allocation::Neyman => {
            let deviation = |name: &Option<String>| {
                let p = assumed.guess(name.as_deref());
                (p * (1.0 - p)).sqrt()
            };
            let deviations: Vec<f64> = strata.iter().map(|(name, _)| deviation(name)).collect();
            allocate_neyman(&sizes, &deviations, n, minimum)
        }
        Allocation::Equal => Ok(equal(&sizes, n)),
    }
    .map_err(|e| refused("the sample cannot be shared out", &e, hint))
}

/// The same number for every stratum; what a small one lacks goes to the others, single units to the first.
///
/// n is at most the sum of the sizes.
fn equal(sizes: &[u64], n: u64) -> Vec<u64> {
    let mut units = vec![0; sizes.len()];
    let mut left = n;
    loop {
        let open: Vec<usize> = (0..sizes.len()).filter(|h| units[*h] < sizes[*h]).collect();
        if left == 0 || open.is_empty() {
            return units;
        }
        let each = left / open.len() as u64;
        for h in open {
            let more = each.max(1).min(sizes[h] - units[h]).min(left);
            units[h] += more;
            left -= more;
        }
    }
}

/// Probabilities of inclusion proportional to size: π = n x / Σ x, and 1 for units so large that this would pass 1,
/// which are taken out with certainty before the others share the rest (Särndal, Swensson and Wretman 1992, 3.6).
///
/// Sizes are above 0 and n is at most their number. Complexity: O(N · rounds), few rounds.
pub(super) fn inclusion(sizes: &[f64], n: u64) -> Vec<f64> {
    let mut probabilities = vec![0.0; sizes.len()];
    let mut certain = 0_u64;
    loop {
        let rest: f64 = sizes.iter().zip(&probabilities).filter(|(_, p)| **p < 1.0).map(|(x, _)| x).sum();
        let left = real(n.saturating_sub(certain));
        let mut found = false;
        for (p, x) in probabilities.iter_mut().zip(sizes).filter(|(p, _)| **p < 1.0) {
            // Rounding must not leave a unit at a hair below certainty.
            if left * x >= rest * (1.0 - 1e-12) {
                *p = 1.0;
                certain += 1;
                found = true;
            } else {
                *p = left * x / rest;
            }
        }
        if !found {
            return probabilities;
        }
    }
}

#[cfg(test)]
mod tests;
