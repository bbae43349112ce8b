//! Expected precision of a design, before anybody labels.
//!
//! Source: Cochran (1977), chapters 4, 5, 9 and 12; for weights and clusters L. Kish, *Survey Sampling* (1965), 8.2 and
//! 11.7; for limits of rare events E. L. Korn and B. I. Graubard, "Confidence intervals for proportions with small
//! expected number of positive counts estimated from survey data", *Survey Methodology* 24 (1998), 193–201.

use super::design::{Assumptions, Chosen, Design};
use super::frame::Frame;
use super::{float, real, refused};
use crate::error::{Error, Result};
use crate::stats::proportion::clopper_pearson;
use crate::stats::survey::{discovery_sample_size_finite, expected_width, margin_of_error};
use crate::stats::{Confidence, StatsError};

/// What a sample of a design can be expected to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Precision {
    /// Units that will have to be labelled; a mean, where clusters of several sizes are drawn.
    pub n: f64,
    /// Units of the frame.
    pub frame_size: u64,
    /// Guessed share over all strata.
    pub guess: f64,
    /// Variance relative to that of a simple random sample of as many units from an infinite population.
    pub design_effect: f64,
    /// Units of a simple random sample that would show as much; null for a census.
    pub effective_size: Option<f64>,
    /// Half the width of the normal limits: z times the standard error. Too small where few cases are expected.
    pub half_width: f64,
    /// Mean width of the exact limits for the effective size, which may be labelled before they are known.
    pub expected_width: f64,
    /// Cases that are expected among the labelled units.
    pub expected_cases: f64,
    /// Probability that the sample holds one case at least: for the effective size, or over all strata.
    pub chance_of_a_case: f64,
    /// The same for each stratum on its own; empty where the design has none.
    pub strata: Vec<StratumPrecision>,
}

/// Expected precision of one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct StratumPrecision {
    /// Its name.
    pub name: String,
    /// Units in the frame.
    pub size: u64,
    /// Units in the sample.
    pub n: u64,
    /// Guessed share.
    pub guess: f64,
    /// As in [`Precision`].
    pub half_width: f64,
    /// As in [`Precision`].
    pub expected_width: f64,
    /// As in [`Precision`].
    pub expected_cases: f64,
}

/// Sizes that reach a half-width: units, or clusters where these are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needed {
    /// By normal limits; null where not even the whole frame does it.
    pub normal: Option<u64>,
    /// By the mean width of exact limits.
    pub exact: Option<u64>,
}

/// Expected precision of the estimated share of a design.
///
/// ```text
/// simple, clusters, unequal:  V = D p (1 − p)/n,  D = n Σ 1/π / N² · (1 + (m − 1) ρ),  m = Σ π t² / Σ π t
/// stratified:                 V = D Σ W_h² p_h (1 − p_h)/n_h · (N_h − n_h)/(N_h − 1)
/// with a first phase of n₁:   V + p (1 − p)/n₁ · (N − n₁)/(N − 1)
/// ```
///
/// π is the probability of a unit (in the middle) or cluster, t the units taken of a cluster, ρ the intraclass
/// correlation. The correction for finite populations is made where units are drawn with one probability per stratum,
/// and left out, to the safe side, for clusters and unequal probabilities. A design effect that is given takes the place
/// of D. Exact limits are those of Clopper and Pearson for n* = p (1 − p)/V. Complexity: that of the design.
///
/// # Errors
/// [`Error::Usage`] where the design or what is supposed does not fit the frame.
pub fn precision(frame: &Frame, design: Design, assumed: &Assumptions, confidence: Confidence) -> Result<Precision> {
    assumed.check(frame)?;
    let Outline { strata, n, guess, variance } = outline(frame, design, assumed, confidence)?;
    let effective = (variance > 0.0).then(|| guess * (1.0 - guess) / variance);
    let width = |n: Option<f64>, p: f64| {
        n.map_or(Ok(0.0), |n| exact_width(n, p, confidence))
            .map_err(|e| refused("the precision cannot be planned", &e, "check the guess and the size"))
    };
    let mut parts = Vec::new();
    for s in strata {
        parts.push(StratumPrecision {
            expected_width: width(s.effective, s.guess)?,
            expected_cases: real(s.n) * s.guess,
            name: s.name,
            size: s.size,
            n: s.n,
            guess: s.guess,
            half_width: s.half_width,
        });
    }
    let (cases, missed) = if parts.is_empty() {
        (n * guess, effective.map_or(0.0, |n| (1.0 - guess).powf(n)))
    } else {
        (parts.iter().map(|s| s.expected_cases).sum(), parts.iter().map(|s| (1.0 - s.guess).powf(real(s.n))).product())
    };
    Ok(Precision {
        n,
        frame_size: frame.len() as u64,
        guess,
        design_effect: variance * n / (guess * (1.0 - guess)),
        effective_size: effective,
        half_width: confidence.z() * variance.sqrt(),
        expected_width: width(effective, guess)?,
        expected_cases: cases,
        chance_of_a_case: 1.0 - missed,
        strata: parts,
    })
}

/// Smallest sizes of a design that reach a half-width of the overall share.
///
/// Found by bisection over the size of the design, everything else being the same; allocation to strata follows the
/// size. Complexity: O(log N) times that of [`precision`].
///
/// # Errors
/// As [`precision`]; [`Error::Usage`] for a half-width outside (0, 1).
pub fn needed(
    frame: &Frame,
    design: Design,
    assumed: &Assumptions,
    half_width: f64,
    confidence: Confidence,
) -> Result<Needed> {
    assumed.check(frame)?;
    if !(half_width > 0.0 && half_width < 1.0) {
        return Err(Error::usage(
            format!("a half-width of {half_width} is no share between 0 and 1"),
            "0.01 asks for an estimate of 2 % to be known from 1 to 3 %",
        ));
    }
    let (least, most) = match design {
        Design::Stratified { minimum, .. } => {
            let least = frame.strata().iter().map(|(_, units)| minimum.max(1).min(units.len() as u64)).sum();
            (least, frame.len() as u64)
        }
        Design::Clusters { .. } => (1, frame.clusters().len() as u64),
        Design::Simple { .. } | Design::Unequal { .. } => (1, frame.len() as u64),
    };
    let search = |enough: &dyn Fn(&Outline) -> Result<bool>| -> Result<Option<u64>> {
        let reached = |n: u64| enough(&outline(frame, design.with_size(n), assumed, confidence)?);
        if !reached(most)? {
            return Ok(None);
        }
        let (mut below, mut above) = (least.saturating_sub(1), most);
        while above - below > 1 {
            let middle = u64::midpoint(below, above);
            if reached(middle)? { above = middle } else { below = middle }
        }
        Ok(Some(above))
    };
    // Rounding of the last digits does not make it one more.
    let wanted = half_width * (1.0 + 1e-12);
    let normal = search(&|o| Ok(confidence.z() * o.variance.sqrt() <= wanted))?;
    let exact = search(&|o| {
        if o.variance <= 0.0 {
            return Ok(true);
        }
        let n = o.guess * (1.0 - o.guess) / o.variance;
        let width = exact_width(n, o.guess, confidence);
        width.map(|w| w / 2.0 <= wanted).map_err(|e| refused("the size cannot be planned", &e, "check the guess"))
    })?;
    Ok(Needed { normal, exact })
}

/// Units of a simple random sample that hold at least one case with the given confidence, where the share of cases in
/// the frame is `guess`; read backwards, so many units without a case show that the share is below it.
///
/// Exact for the frame (hypergeometric), with ⌈N p⌉ cases; multiplied by the design effect of clusters, up to N.
///
/// # Errors
/// [`Error::Usage`] for a guess outside (0, 1).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, and at most the frame's size")]
pub fn discovery(frame: &Frame, guess: f64, design_effect: f64, confidence: Confidence) -> Result<u64> {
    let size = frame.len() as u64;
    let cases = (guess * real(size) - 1e-9).ceil().max(1.0) as u64;
    let simple = discovery_sample_size_finite(size, cases, confidence)
        .map_err(|e| refused("no size for discovery", &e, "a guess lies between 0 and 1"))?;
    Ok(((real(simple) * design_effect.max(1.0) - 1e-9).ceil() as u64).min(size))
}

/// Mean width of exact limits for an effective size, which is rounded.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates, and n is positive")]
fn exact_width(n: f64, p: f64, confidence: Confidence) -> std::result::Result<f64, StatsError> {
    let n = (n.round() as u64).max(1);
    expected_width(n, p, |hits| clopper_pearson(hits, n, confidence))
}

struct Outline {
    n: f64,
    guess: f64,
    variance: f64,
    strata: Vec<OutlineStratum>,
}

struct OutlineStratum {
    name: String,
    size: u64,
    n: u64,
    guess: f64,
    half_width: f64,
    effective: Option<f64>,
}

fn outline(frame: &Frame, design: Design, assumed: &Assumptions, confidence: Confidence) -> Result<Outline> {
    let fail = |e: StatsError| refused("the precision cannot be planned", &e, "check the guess and the size");
    let size = frame.len() as u64;
    let weights: f64 = (0..frame.len()).map(|u| frame.weight(u)).sum();
    let shares: Vec<f64> =
        frame.strata().iter().map(|(_, units)| units.iter().map(|u| frame.weight(*u)).sum::<f64>() / weights).collect();
    let overall: f64 = frame.strata().iter().zip(&shares).map(|((s, _), w)| w * assumed.guess(s.as_deref())).sum();
    let effect = assumed.design_effect.unwrap_or(1.0);
    let spread = overall * (1.0 - overall);
    let z = confidence.z();
    let mut strata = Vec::new();
    let (n, mut variance) = match design.choose(frame, assumed)? {
        Chosen::Simple(n) => {
            let half = margin_of_error(overall, n, Some(size), effect, confidence).map_err(fail)?;
            (real(n), (half / z).powi(2))
        }
        Chosen::PerStratum(numbers) => {
            let mut variance = 0.0;
            for (((name, units), n), share) in frame.strata().iter().zip(&numbers).zip(&shares) {
                let (guess, size) = (assumed.guess(name.as_deref()), units.len() as u64);
                let half_width = margin_of_error(guess, *n, Some(size), effect, confidence).map_err(fail)?;
                let own = (half_width / z).powi(2);
                variance += share * share * own;
                strata.push(OutlineStratum {
                    name: name.clone().unwrap_or_default(),
                    size,
                    n: *n,
                    guess,
                    half_width,
                    effective: (own > 0.0).then(|| guess * (1.0 - guess) / own),
                });
            }
            (real(numbers.iter().sum()), variance)
        }
        Chosen::PerUnit(probabilities) => {
            let n: f64 = probabilities.iter().sum();
            let inverse: f64 = probabilities.iter().map(|p| 1.0 / p).sum();
            let kish = n * inverse / (real(size) * real(size));
            (n, assumed.design_effect.unwrap_or(kish) * spread / n)
        }
        Chosen::PerCluster(plan) => {
            let taken = |(p, t): &(f64, u64)| p * real(*t);
            let n: f64 = plan.iter().map(taken).sum();
            let squares: f64 = plan.iter().map(|(p, t)| p * real(*t) * real(*t)).sum();
            let of = |((p, t), (_, units)): (&(f64, u64), &(String, Vec<usize>))| {
                float(units.len()) * float(units.len()) / (p * real(*t))
            };
            let inverse: f64 = plan.iter().zip(frame.clusters()).map(of).sum();
            let kish = n * inverse / (real(size) * real(size));
            let alike = 1.0 + (squares / n - 1.0).max(0.0) * assumed.intraclass;
            (n, assumed.design_effect.unwrap_or(kish * alike) * spread / n)
        }
    };
    if frame.is_first_phase() {
        let population = weights.max(real(size));
        let rest = if population > 1.0 { (population - real(size)) / (population - 1.0) } else { 0.0 };
        variance += spread / real(size) * rest;
    }
    Ok(Outline { n, guess: overall, variance, strata })
}

#[cfg(test)]
mod tests;
