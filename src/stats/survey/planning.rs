//! Sizes of samples: for a precision, for finding at least one case, and the width that limits will have.
//!
//! Source: W. G. Cochran, *Sampling Techniques* (3rd ed. 1977), 4.4 and 4.7; for discovery sampling H. Arkin,
//! *Handbook of Sampling for Auditing and Accounting* (1963).

use crate::stats::quantile::{BinomialWindow, MAX_TRIALS};
use crate::stats::{Confidence, Limits, StatsError};

/// Size of a sample that reaches a precision.
#[derive(Debug, Clone, PartialEq)]
pub struct PrecisionPlan {
    /// Size for simple random sampling from an infinite population, before rounding: n₀ = z² p (1 − p)/e².
    pub n_infinite: f64,
    /// Size for the design effect and the population that were given, rounded up.
    pub n: u64,
}

/// Size of a sample for which the normal limits of a proportion p are p ∓ e.
///
/// ```text
/// n₀ = z² p (1 − p) / e²,   n = D n₀ / (1 + (D n₀ − 1)/N)
/// ```
///
/// N is the size of the population (`None`: infinite), D the design effect (1: simple random sampling; for clusters of
/// m units alike to the degree ρ, 1 + (m − 1) ρ). p = ½ is the worst case. Conditions: n·p and n·(1 − p) of some 10 at
/// least; for rare events plan with [`expected_width`] of an exact interval. Unit: units of the population.
/// Complexity: O(1). Source: Cochran (1977), 4.4, whose correction is that of N − n over N − 1.
///
/// # Errors
/// [`StatsError::Domain`] for p or e outside (0, 1), a population of 0, a design effect that is not above 0.
pub fn sample_size_for_precision(
    p: f64,
    half_width: f64,
    population: Option<u64>,
    design_effect: f64,
    confidence: Confidence,
) -> Result<PrecisionPlan, StatsError> {
    share("p", p)?;
    share("half_width", half_width)?;
    positive("design_effect", design_effect)?;
    let z = confidence.z();
    let n_infinite = z * z * p * (1.0 - p) / (half_width * half_width);
    let wanted = n_infinite * design_effect;
    let n = match population {
        None => wanted,
        Some(0) => return Err(empty_population()),
        // Fewer than one unit cannot be drawn, and the correction would be above 1 for it.
        Some(size) => wanted.max(1.0) / (1.0 + (wanted.max(1.0) - 1.0) / float(size)),
    };
    let n = round_up(n).max(1);
    Ok(PrecisionPlan { n_infinite, n: population.map_or(n, |size| n.min(size)) })
}

/// Half the width of the normal limits of a proportion p from n units: what [`sample_size_for_precision`] inverts.
///
/// ```text
/// e = z √(D p (1 − p)/n · (N − n)/(N − 1))
/// ```
///
/// A share; 0 for a census. Complexity: O(1).
///
/// # Errors
/// [`StatsError::Insufficient`] for n = 0, [`StatsError::Contradiction`] for n > N, [`StatsError::Domain`] as
/// [`sample_size_for_precision`].
pub fn margin_of_error(
    p: f64,
    n: u64,
    population: Option<u64>,
    design_effect: f64,
    confidence: Confidence,
) -> Result<f64, StatsError> {
    share("p", p)?;
    positive("design_effect", design_effect)?;
    if n == 0 {
        return Err(StatsError::Insufficient("a sample of 0 units"));
    }
    let rest = match population {
        None => 1.0,
        Some(size) if n > size => return Err(StatsError::Contradiction("more units in the sample than exist")),
        Some(1) => 0.0,
        Some(size) => float(size - n) / float(size - 1),
    };
    Ok(confidence.z() * (design_effect * p * (1.0 - p) / float(n) * rest).sqrt())
}

/// Smallest sample that holds at least one case with the given confidence, where a share p of the population are cases.
///
/// ```text
/// n = ⌈ln(1 − confidence) / ln(1 − p)⌉
/// ```
///
/// Read backwards: n units without a case show at that confidence that the share is below p. 59 for 5 %, 299 for 1 %.
/// Conditions: simple random sampling from a large population, and cases that are recognised; where the test finds a
/// share s of them, give p·s. For clusters multiply by the design effect. Complexity: O(1).
///
/// # Errors
/// [`StatsError::Domain`] for p outside (0, 1), or so small that the sample has more than 10¹⁸ units.
pub fn discovery_sample_size(p: f64, confidence: Confidence) -> Result<u64, StatsError> {
    share("p", p)?;
    let n = confidence.alpha().ln() / (-p).ln_1p();
    if n > 1e18 {
        return Err(StatsError::Domain { what: "p", value: p, expected: "expected a share that can be found" });
    }
    Ok(round_up(n).max(1))
}

/// Smallest sample without replacement that holds at least one of `cases` among `population` units with the given
/// confidence.
///
/// ```text
/// smallest n with  C(N − D, n) / C(N, n) ≤ 1 − confidence
/// ```
///
/// Exact. Complexity: O(√N) at worst.
///
/// # Errors
/// [`StatsError::Insufficient`] for 0 cases, which no sample can find; [`StatsError::Contradiction`] for more cases
/// than units; [`StatsError::Domain`] for a population above 10¹².
pub fn discovery_sample_size_finite(population: u64, cases: u64, confidence: Confidence) -> Result<u64, StatsError> {
    if cases == 0 {
        return Err(StatsError::Insufficient("no case to find"));
    }
    if cases > population {
        return Err(StatsError::Contradiction("more cases than units"));
    }
    if population > MAX_TRIALS {
        let expected = "expected at most 10^12 units";
        return Err(StatsError::Domain { what: "population", value: float(population), expected });
    }
    let alpha = confidence.alpha() * (1.0 + 1e-12);
    let (units, found) = (float(population), float(cases));
    // The chance of missing every case is a product of n factors over the units drawn, or of D over the cases.
    if units / found < found {
        let (mut missed, mut n) = (1.0, 0_u64);
        while missed > alpha && n < population {
            missed *= (units - found - float(n)).max(0.0) / (units - float(n));
            n += 1;
        }
        return Ok(n);
    }
    let missed = |n: u64| {
        let mut product = 1.0;
        for case in 0..cases {
            product *= (units - float(n) - float(case)).max(0.0) / (units - float(case));
            if product <= 0.0 {
                break;
            }
        }
        product
    };
    let (mut below, mut enough) = (0, population);
    while enough - below > 1 {
        let middle = u64::midpoint(below, enough);
        if missed(middle) <= alpha {
            enough = middle;
        } else {
            below = middle;
        }
    }
    Ok(enough)
}

/// Mean width of the limits that an interval gives for a binomial share: what a sample of n can be expected to show.
///
/// ```text
/// Σ_x P(X = x) · (upper(x) − lower(x)),   X binomial with n and p
/// ```
///
/// `limits` gives the limits for x hits in n. Outcomes with a probability below 10⁻²⁰ of the likeliest one are left
/// out. A share. Complexity: O(√n) calls.
///
/// # Errors
/// [`StatsError::Domain`] for p outside \[0, 1\] or n above 10¹²; whatever `limits` fails with.
pub fn expected_width(
    n: u64,
    p: f64,
    mut limits: impl FnMut(u64) -> Result<Limits, StatsError>,
) -> Result<f64, StatsError> {
    let window = BinomialWindow::new(n, p)?;
    let mut width = 0.0;
    for (hits, probability) in window.iter() {
        width += probability * limits(hits)?.width();
    }
    Ok(width)
}

fn share(what: &'static str, value: f64) -> Result<(), StatsError> {
    if value > 0.0 && value < 1.0 {
        return Ok(());
    }
    Err(StatsError::Domain { what, value, expected: "expected a share in (0, 1)" })
}

fn positive(what: &'static str, value: f64) -> Result<(), StatsError> {
    if value > 0.0 && value.is_finite() {
        return Ok(());
    }
    Err(StatsError::Domain { what, value, expected: "expected a positive number" })
}

fn empty_population() -> StatsError {
    StatsError::Domain { what: "population", value: 0.0, expected: "expected at least one unit" }
}

/// The next whole number; rounding of the last digits does not make it one more.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and n is positive")]
fn round_up(n: f64) -> u64 {
    (n * (1.0 - 1e-12)).ceil() as u64
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a size is below any use")]
fn float(n: u64) -> f64 {
    n as f64
}
