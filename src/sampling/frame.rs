//! Frames: the lists of units that a sample is drawn from.

use std::collections::BTreeMap;

use super::random;
use crate::error::{Error, Result};

/// Stratum of the units that have no value in a column by which strata are made.
pub const NO_STRATUM: &str = "(none)";

/// One unit of a frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unit {
    /// Its identifier, unique in the frame.
    pub id: String,
    /// Its stratum; null in a frame without strata.
    pub stratum: Option<String>,
    /// Its cluster, such as its trader; a unit without one is a cluster of its own.
    pub cluster: Option<String>,
    /// Its size, where chances are to be proportional to it.
    pub size: Option<f64>,
    /// Weight from a first phase that the frame is a sample of; null means 1.
    pub weight: Option<f64>,
}

/// Units in the order of their identifiers, grouped into strata and clusters.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    units: Vec<Unit>,
    strata: Vec<(Option<String>, Vec<usize>)>,
    clusters: Vec<(String, Vec<usize>)>,
    first_phase: bool,
}

impl Frame {
    /// A frame from units in any order.
    ///
    /// Where some units have a stratum and others do not, these form the stratum `(none)`. Complexity: O(N log N).
    ///
    /// # Errors
    /// [`Error::Usage`] for no unit, an empty or repeated identifier (which would have twice the chance), a weight
    /// below 1, or a size that is negative or no number.
    pub fn new(mut units: Vec<Unit>) -> Result<Self> {
        if units.is_empty() {
            return Err(Error::usage(
                "the frame holds no unit",
                "check the filters, and that the file is the one that you mean",
            ));
        }
        units.sort_by(|a, b| a.id.cmp(&b.id));
        if units[0].id.is_empty() {
            return Err(Error::usage(
                "a unit of the frame has no identifier",
                "leave such rows out, or choose another column with --id",
            ));
        }
        if let Some(pair) = units.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(Error::usage(
                format!("unit {:?} stands in the frame more than once, and would be drawn twice as often", pair[0].id),
                "one row per unit is needed: take the repeats out, or choose one platform with --platform",
            ));
        }
        for unit in &units {
            if let Some(weight) = unit.weight.filter(|w| !(*w >= 1.0 && w.is_finite())) {
                return Err(Error::usage(
                    format!("unit {:?} has a weight of {weight} from the first phase", unit.id),
                    "a weight is the inverse of a probability, and so at least 1",
                ));
            }
            if let Some(size) = unit.size.filter(|s| !(*s >= 0.0 && s.is_finite())) {
                return Err(Error::usage(
                    format!("unit {:?} has a size of {size}", unit.id),
                    "a size is a number above 0",
                ));
            }
        }
        if units.iter().any(|u| u.stratum.is_some()) {
            for unit in &mut units {
                unit.stratum.get_or_insert_with(|| NO_STRATUM.to_owned());
            }
        }
        let mut strata: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
        let mut clusters: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, unit) in units.iter().enumerate() {
            strata.entry(unit.stratum.clone()).or_default().push(at);
            let cluster = unit.cluster.clone().unwrap_or_else(|| format!("unit:{}", unit.id));
            clusters.entry(cluster).or_default().push(at);
        }
        let first_phase = units.iter().any(|u| u.weight.is_some_and(|w| w > 1.0));
        Ok(Self { units, strata: strata.into_iter().collect(), clusters: clusters.into_iter().collect(), first_phase })
    }

    /// The units, by identifier.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Number of units.
    #[must_use]
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is none; never so.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Strata in the order of their names, each with its units; one without a name where there are none.
    #[must_use]
    pub fn strata(&self) -> &[(Option<String>, Vec<usize>)] {
        &self.strata
    }

    /// Clusters in the order of their names, each with its units.
    #[must_use]
    pub fn clusters(&self) -> &[(String, Vec<usize>)] {
        &self.clusters
    }

    /// Whether the frame is itself a sample, whose units stand for others.
    #[must_use]
    pub fn is_first_phase(&self) -> bool {
        self.first_phase
    }

    /// Weight of a unit from the first phase.
    #[must_use]
    pub fn weight(&self, unit: usize) -> f64 {
        self.units.get(unit).and_then(|u| u.weight).unwrap_or(1.0)
    }

    /// A simple random sample of `n` units, as the frame of a second phase: weights are multiplied by N/n.
    ///
    /// # Errors
    /// [`Error::Usage`] for a sample of 0 or of more units than there are.
    pub fn first_phase(&self, n: u64, seed: u64) -> Result<Self> {
        let size = self.units.len();
        let n = usize::try_from(n).ok().filter(|n| (1..=size).contains(n)).ok_or_else(|| {
            Error::usage(
                format!("a first phase of {n} units cannot be drawn from {size}"),
                "leave --first-phase out to take the whole frame",
            )
        })?;
        let mut order: Vec<usize> = (0..size).collect();
        random::shuffle(&mut random::stream(seed, "first phase"), &mut order, n);
        let factor = super::float(size) / super::float(n);
        let units = order[..n].iter().map(|at| {
            let unit = self.units[*at].clone();
            Unit { weight: Some(unit.weight.unwrap_or(1.0) * factor), ..unit }
        });
        Self::new(units.collect())
    }
}
