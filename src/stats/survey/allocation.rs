//! Allocation of a sample to strata, in whole units that add up exactly.
//!
//! Sources: J. Neyman, "On the two different aspects of the representative method", *Journal of the Royal Statistical
//! Society* 97 (1934), 558–625; T. Wright, "The equivalence of Neyman optimum allocation for sampling and equal
//! proportions for apportioning the U.S. House of Representatives", *The American Statistician* 66 (2012), 217–224;
//! M. L. Balinski and H. P. Young, *Fair Representation* (2nd ed. 2001) for the method of Webster.

use crate::stats::StatsError;
use crate::stats::quantile::MAX_TRIALS;

/// Units of a sample of `n` per stratum, in proportion to the sizes of the strata.
///
/// Each stratum gets at least `minimum` (or all it has, where that is less) and at most its size; the rest is rounded
/// by the method of Webster and adds up to `n`. Equal claims go to the stratum that comes first. Strata of size 0 get
/// 0. Complexity: O(strata · log n), with a factor of 64.
///
/// ```text
/// sizes 5 000, 3 000, 2 000, n = 100 → 50, 30, 20
/// ```
///
/// # Errors
/// [`StatsError::Insufficient`] for no stratum; [`StatsError::Contradiction`] where n is below the sum of the minima or
/// above that of the sizes; [`StatsError::Domain`] for n above 10¹².
pub fn allocate_proportional(sizes: &[u64], n: u64, minimum: u64) -> Result<Vec<u64>, StatsError> {
    let claims: Vec<f64> = sizes.iter().map(|size| float(*size)).collect();
    allocate(&claims, sizes, n, minimum, webster)
}

/// Units of a sample of `n` per stratum, such that the variance of the estimated mean is least.
///
/// ```text
/// minimise Σ_h N_h² S_h² / n_h   subject to   Σ_h n_h = n,   minimum ≤ n_h ≤ N_h
/// ```
///
/// N and S are the size of a stratum and the standard deviation that is expected in it (for a share p, √(p (1 − p))).
/// The whole numbers are the optimum itself (Wright 2012), not rounded from the continuous solution n N S / Σ N S;
/// bounds and ties as in [`allocate_proportional`]. Every stratum that varies gets a unit where n allows; ask for a
/// minimum of 2, since the variance cannot be estimated from one. Strata that do not vary get the minimum, and more
/// only where all others are taken whole. Complexity: O(strata · log n), with a factor of 64.
///
/// # Errors
/// As [`allocate_proportional`]; [`StatsError::Contradiction`] for lists of different length; [`StatsError::Domain`]
/// for a standard deviation that is negative or not finite; [`StatsError::Insufficient`] where all are 0.
pub fn allocate_neyman(sizes: &[u64], deviations: &[f64], n: u64, minimum: u64) -> Result<Vec<u64>, StatsError> {
    if sizes.len() != deviations.len() {
        return Err(StatsError::Contradiction("one standard deviation per stratum is needed"));
    }
    if let Some(value) = deviations.iter().find(|s| !s.is_finite() || **s < 0.0) {
        let expected = "expected a finite number of at least 0";
        return Err(StatsError::Domain { what: "standard deviation", value: *value, expected });
    }
    // Relative to the largest, so that products stay finite.
    let largest = deviations.iter().fold(0.0_f64, |a, b| a.max(*b));
    if largest <= 0.0 && !sizes.is_empty() {
        return Err(StatsError::Insufficient("no stratum has a standard deviation above 0"));
    }
    let claims: Vec<f64> = sizes.iter().zip(deviations).map(|(size, s)| float(*size) * (s / largest)).collect();
    allocate(&claims, sizes, n, minimum, equal_proportions)
}

/// Claim of a stratum for its next unit when it has `m`, per unit of its claim.
type Priority = fn(m: f64) -> f64;

fn webster(m: f64) -> f64 {
    1.0 / (m + 0.5)
}

/// The gain of Σ a²/m by one more unit is a²/(m (m + 1)): its square root.
fn equal_proportions(m: f64) -> f64 {
    1.0 / (m * (m + 1.0)).sqrt()
}

fn allocate(claims: &[f64], sizes: &[u64], n: u64, minimum: u64, priority: Priority) -> Result<Vec<u64>, StatsError> {
    if sizes.is_empty() {
        return Err(StatsError::Insufficient("no stratum"));
    }
    if n > MAX_TRIALS {
        return Err(StatsError::Domain { what: "n", value: float(n), expected: "expected at most 10^12 units" });
    }
    let least: Vec<u64> = sizes.iter().map(|size| minimum.min(*size)).collect();
    let sum = |units: &[u64]| units.iter().fold(0_u64, |sum, m| sum.saturating_add(*m));
    if sum(&least) > n {
        return Err(StatsError::Contradiction("the minima per stratum add up to more than the sample"));
    }
    if sum(sizes) < n {
        return Err(StatsError::Contradiction("the sample is larger than the strata together"));
    }
    // A claim of next to nothing stays a claim, but not one that is lost to rounding.
    let floor = claims.iter().fold(0.0_f64, |a, b| a.max(*b)) * 1e-100;
    let claims: Vec<f64> = claims.iter().map(|claim| if *claim > 0.0 { claim.max(floor) } else { 0.0 }).collect();
    let mut units = apportion(&claims, &least, sizes, n, priority);
    if sum(&units) < n {
        // All strata with a claim are taken whole: the others share the rest by their size.
        let rest: Vec<f64> =
            claims.iter().zip(sizes).map(|(claim, size)| if *claim > 0.0 { 0.0 } else { float(*size) }).collect();
        units = apportion(&rest, &units, sizes, n, webster);
    }
    Ok(units)
}

/// Gives units to the highest priorities, from `least` up to `most` per stratum, until there are n or none is wanted.
fn apportion(claims: &[f64], least: &[u64], most: &[u64], n: u64, priority: Priority) -> Vec<u64> {
    // What strata hold when every priority of at least `level` is served; it falls as the level rises.
    let served = |level: f64| -> Vec<u64> {
        claims.iter().zip(least.iter().zip(most)).map(|(a, (l, u))| held(*a, *l, *u, level, priority)).collect()
    };
    let sum = |units: &[u64]| units.iter().fold(0_u64, |sum, m| sum.saturating_add(*m));
    // Bisection over the doubles in the order of their bits, down to two neighbours.
    let (mut below, mut above) = (0_u64, f64::INFINITY.to_bits());
    while above - below > 1 {
        let middle = u64::midpoint(below, above);
        if sum(&served(f64::from_bits(middle))) <= n {
            above = middle;
        } else {
            below = middle;
        }
    }
    let mut units = served(f64::from_bits(above));
    // What is left are equal claims, less than one per stratum but for rounding.
    for _ in sum(&units)..n {
        let next = (0..units.len())
            .filter(|h| claims[*h] > 0.0 && units[*h] < most[*h])
            .map(|h| (h, claims[h] * priority(float(units[h]))))
            .reduce(|best, other| {
                let larger = other.1 > best.1 || (other.1.is_infinite() && claims[other.0] > claims[best.0]);
                if larger { other } else { best }
            });
        let Some((h, _)) = next else { break };
        units[h] += 1;
    }
    units
}

/// Largest m in `least..=most` such that the priority of the m-th unit is at least `level`.
fn held(claim: f64, least: u64, most: u64, level: f64, priority: Priority) -> u64 {
    if claim <= 0.0 {
        return least;
    }
    let (mut has, mut lacks) = (least, most.saturating_add(1).max(least + 1));
    while lacks - has > 1 {
        let middle = u64::midpoint(has, lacks);
        // At an infinite level nobody is served, not even the first unit under equal proportions.
        if level < f64::INFINITY && claim * priority(float(middle - 1)) >= level {
            has = middle;
        } else {
            lacks = middle;
        }
    }
    has
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a size is below any use")]
fn float(n: u64) -> f64 {
    n as f64
}
