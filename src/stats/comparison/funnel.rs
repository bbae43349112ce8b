//! Funnel plots of shares and rates, with over-dispersion.
//!
//! Source: D. J. Spiegelhalter, "Funnel plots for comparing institutional performance", *Statistics in Medicine*
//! 24 (2005), 1185–1202, and "Handling over-dispersion of performance indicators", *Quality and Safety in Health
//! Care* 14 (2005), 347–351; R. `DerSimonian` and N. Laird, "Meta-analysis in clinical trials", *Controlled Clinical
//! Trials* 7 (1986), 177–188, for τ².

use crate::stats::incomplete::{Point, Tails, beta_tails, binomial_probability, gamma_tails};
use crate::stats::{Confidence, Limits, StatsError};

/// Normal funnel limits about a target share, for a unit of `n` trials.
///
/// ```text
/// θ₀ ± z √(θ₀ (1 − θ₀) / n)
/// ```
///
/// They are not cut at 0 and 1, so that z-scores and limits agree; cut them when drawing. Funnels are drawn for
/// 95 % and 99.8 %. Conditions: n θ₀ and n (1 − θ₀) of 5 or more; for less use [`funnel_limits_exact`].
/// Complexity: O(1).
///
/// Source: Spiegelhalter, *Statistics in Medicine* (2005), section 2.
///
/// # Errors
/// [`StatsError::Domain`] for a target outside (0, 1); [`StatsError::Insufficient`] for `n` = 0.
pub fn funnel_limits(target: f64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    let half = confidence.z() * standard_error(target, n)?;
    Ok(Limits::new(target - half, target + half))
}

/// Exact funnel limits about a target share, interpolated between whole numbers of events.
///
/// ```text
/// (r − a) / n,   r = min { r : F(r) ≥ p },   a = (F(r) − p) / (F(r) − F(r − 1))
/// ```
///
/// for p = α/2 and 1 − α/2, with F the distribution function of the binomial distribution of `n` trials with
/// probability `target`. The lower limit is below 0 where not even 0 events are as rare as p; limits are not cut.
///
/// Complexity: O(log n) evaluations of F, each O(√n) up to 10⁷ expected events.
///
/// Source: Spiegelhalter, *Statistics in Medicine* (2005), appendix A.1.
///
/// # Errors
/// As [`funnel_limits`].
pub fn funnel_limits_exact(target: f64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
    standard_error(target, n)?;
    let tail = confidence.alpha() / 2.0;
    Ok(Limits::new(interpolated(target, n, tail, false), interpolated(target, n, tail, true)))
}

/// The interpolated limit with probability `tail` below it, or above it.
fn interpolated(target: f64, n: u64, tail: f64, above: bool) -> f64 {
    let at = Point::of(target);
    let size = float(n);
    // Whether F(r) ≥ p, asked of the tail that has the digits.
    let reached = |r: u64| {
        let both = tails(r, n, at);
        if above { both.upper <= tail } else { both.lower >= tail }
    };
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if reached(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let r = float(low);
    let both = tails(low, n, at);
    let beyond = if above { tail - both.upper } else { both.lower - tail };
    let step = binomial_probability(r, float(n - low), at);
    // A probability too small for a double cannot be interpolated.
    let part = if step > 0.0 { (beyond / step).clamp(0.0, 1.0) } else { 0.0 };
    (r - part) / size
}

/// P(X ≤ r) and P(X > r) of the binomial distribution.
fn tails(r: u64, n: u64, at: Point) -> Tails {
    if r >= n {
        return Tails { lower: 1.0, upper: 0.0 };
    }
    let beta = beta_tails(float(r) + 1.0, float(n - r), at);
    Tails { lower: beta.upper, upper: beta.lower }
}

/// What the counts of a funnel are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Events {
    /// Some of `n` trials: binomial.
    OfTrials,
    /// Any number in an exposure of `n`: Poisson.
    InExposure,
}

/// Shares or rates of several units, standardised about one target.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// What the counts are.
    pub kind: Events,
    /// The target share or rate θ₀.
    pub target: f64,
    /// Whether the target is the pooled share or rate of the units themselves.
    pub pooled: bool,
    /// Share or rate of each unit.
    pub shares: Vec<f64>,
    /// Standard error of each unit at the target: √(θ₀ (1 − θ₀) / n) of a share, √(θ₀ / n) of a rate.
    pub standard_errors: Vec<f64>,
    /// z-scores (share − θ₀) / standard error.
    pub z: Vec<f64>,
}

/// Variation between units beyond chance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OverDispersion {
    /// φ = Σ z² / I, of winsorised z-scores where that was asked.
    pub phi: f64,
    /// Share of the z-scores that was drawn in at each end; 0 for none.
    pub winsorised: f64,
    /// P(χ² ≥ I φ), with I degrees of freedom, or I − 1 for a pooled target: small where chance alone does not
    /// explain the spread. Of winsorised scores it is too large, so that it errs on the side of chance.
    pub p: f64,
    /// Variance between units, in squared shares; 0 where the spread is no more than chance gives.
    pub tau_squared: f64,
}

/// How funnel limits and z-scores allow for over-dispersion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dispersion {
    /// Chance alone.
    None,
    /// Standard errors times √φ; a φ below 1 counts as 1.
    Multiplicative(f64),
    /// Standard errors √(s² + τ²); a τ² below 0 counts as 0. Limits do not close in as units grow.
    Additive(f64),
}

impl Dispersion {
    fn widen(self, standard_error: f64) -> f64 {
        match self {
            Self::None => standard_error,
            Self::Multiplicative(phi) => standard_error * phi.max(1.0).sqrt(),
            Self::Additive(tau_squared) => standard_error.hypot(tau_squared.max(0.0).sqrt()),
        }
    }
}

impl Funnel {
    /// Standardises the share of each unit about a target, or about the pooled share Σ events / Σ n.
    ///
    /// Conditions: counts of independent units with the same definition of an event. Complexity: O(units).
    ///
    /// Source: Spiegelhalter, *Statistics in Medicine* (2005), sections 2 and 4.
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for lists of unequal length or more events than trials;
    /// [`StatsError::Insufficient`] for no unit, a unit without trials, and a pooled share of 0 or 1, about which
    /// nothing can be standardised; [`StatsError::Domain`] for a target outside (0, 1).
    pub fn new(events: &[u64], n: &[u64], target: Option<f64>) -> Result<Self, StatsError> {
        let (total_events, total) = totals(events, n)?;
        let pooled = target.is_none();
        let target = target.unwrap_or(total_events / total);
        if pooled && (target <= 0.0 || target >= 1.0) {
            return Err(StatsError::Insufficient("the units have no event at all, or nothing but events"));
        }
        Self::about(Events::OfTrials, target, pooled, events, n)
    }

    /// The same for rates: events in an exposure, of which there can be more than its units. The pooled rate is
    /// Σ events / Σ exposure, and the standard error at the target √(θ₀ / exposure).
    ///
    /// Conditions: counts that are Poisson in a stable process. Complexity: O(units).
    ///
    /// Source: Spiegelhalter, *Statistics in Medicine* (2005), section 3 and appendix A.1.
    ///
    /// # Errors
    /// As [`Funnel::new`], but for more events than exposure; [`StatsError::Domain`] for a target that is not
    /// above 0.
    pub fn of_rates(events: &[u64], exposure: &[u64], target: Option<f64>) -> Result<Self, StatsError> {
        let (total_events, total) = sums(events, exposure)?;
        let pooled = target.is_none();
        let target = target.unwrap_or(total_events / total);
        if pooled && target <= 0.0 {
            return Err(StatsError::Insufficient("the units have no event at all"));
        }
        Self::about(Events::InExposure, target, pooled, events, exposure)
    }

    fn about(kind: Events, target: f64, pooled: bool, events: &[u64], n: &[u64]) -> Result<Self, StatsError> {
        let standard_errors = n.iter().map(|n| kind.standard_error(target, *n)).collect::<Result<Vec<_>, _>>()?;
        let shares: Vec<f64> = events.iter().zip(n).map(|(x, n)| float(*x) / float(*n)).collect();
        let z = shares.iter().zip(&standard_errors).map(|(share, error)| (share - target) / error).collect();
        Ok(Self { kind, target, pooled, shares, standard_errors, z })
    }

    /// Estimates the over-dispersion, with a share of the z-scores winsorised at each end (0 for none; 0.1 is
    /// usual, so that outliers do not hide themselves).
    ///
    /// ```text
    /// φ  = Σ z² / I            with z drawn in to its quantiles of type 7 at w and 1 − w
    /// τ² = max(0, (I φ − (I − 1)) / (Σ u − Σ u² / Σ u)),   u = 1/s²
    /// ```
    ///
    /// Conditions: ten units or more; with few, φ and τ² are very uncertain. With counts in millions chance
    /// explains next to nothing, and [`Dispersion::Additive`] is the only reasonable choice. Complexity: O(I log I).
    ///
    /// Source: Spiegelhalter, *Statistics in Medicine* (2005), section 4 and appendix A.2; `DerSimonian` and Laird
    /// (1986).
    ///
    /// # Errors
    /// [`StatsError::Domain`] for a share outside [0, 0.5); [`StatsError::Insufficient`] for fewer than two units.
    pub fn over_dispersion(&self, winsorised: f64) -> Result<OverDispersion, StatsError> {
        if !(0.0..0.5).contains(&winsorised) {
            return Err(StatsError::Domain {
                what: "winsorised share",
                value: winsorised,
                expected: "expected a share in [0, 0.5)",
            });
        }
        let units = self.z.len();
        if units < 2 {
            return Err(StatsError::Insufficient("over-dispersion needs two units or more"));
        }
        let mut sorted = self.z.clone();
        sorted.sort_by(f64::total_cmp);
        let (low, high) = (type_7(&sorted, winsorised), type_7(&sorted, 1.0 - winsorised));
        // The quantiles bound each other but for rounding.
        let squares: f64 = self.z.iter().map(|z| z.max(low).min(high.max(low)).powi(2)).sum();
        let i = count(units);
        let weights: Vec<f64> = self.standard_errors.iter().map(|s| s.powi(-2)).collect();
        let sum: f64 = weights.iter().sum();
        let spread = sum - weights.iter().map(|w| w * (w / sum)).sum::<f64>();
        let free = if self.pooled { i - 1.0 } else { i };
        Ok(OverDispersion {
            phi: squares / i,
            winsorised,
            p: gamma_tails(free / 2.0, squares / 2.0).upper,
            tau_squared: ((squares - (i - 1.0)) / spread).max(0.0),
        })
    }

    /// z-scores that allow for over-dispersion. Complexity: O(units).
    #[must_use]
    pub fn adjusted_z(&self, dispersion: Dispersion) -> Vec<f64> {
        let difference = |share: &f64| share - self.target;
        self.shares.iter().zip(&self.standard_errors).map(|(p, s)| difference(p) / dispersion.widen(*s)).collect()
    }

    /// Normal funnel limits for a unit of `n` trials that allow for over-dispersion; not cut at 0 and 1.
    ///
    /// # Errors
    /// As [`funnel_limits`].
    pub fn limits(&self, n: u64, dispersion: Dispersion, confidence: Confidence) -> Result<Limits, StatsError> {
        let half = confidence.z() * dispersion.widen(self.kind.standard_error(self.target, n)?);
        Ok(Limits::new(self.target - half, self.target + half))
    }
}

/// Sums of events and of trials, after checking them.
pub(super) fn totals(events: &[u64], n: &[u64]) -> Result<(f64, f64), StatsError> {
    let totals = sums(events, n)?;
    if events.iter().zip(n).any(|(x, n)| x > n) {
        return Err(StatsError::Contradiction("a unit has more events than trials"));
    }
    Ok(totals)
}

fn sums(events: &[u64], n: &[u64]) -> Result<(f64, f64), StatsError> {
    if events.len() != n.len() {
        return Err(StatsError::Contradiction("every unit needs a number of events and a number of trials"));
    }
    if n.is_empty() {
        return Err(StatsError::Insufficient("no unit"));
    }
    if n.contains(&0) {
        return Err(StatsError::Insufficient("a unit has no trials"));
    }
    Ok((events.iter().map(|x| float(*x)).sum(), n.iter().map(|n| float(*n)).sum()))
}

impl Events {
    /// Standard error of a unit of size `n` at the target.
    fn standard_error(self, target: f64, n: u64) -> Result<f64, StatsError> {
        if self == Self::OfTrials {
            return standard_error(target, n);
        }
        if !(target > 0.0 && target.is_finite()) {
            return Err(StatsError::Domain { what: "target", value: target, expected: "expected a rate above 0" });
        }
        if n == 0 {
            return Err(StatsError::Insufficient("a unit has no exposure"));
        }
        Ok((target / float(n)).sqrt())
    }
}

fn standard_error(target: f64, n: u64) -> Result<f64, StatsError> {
    if !(target > 0.0 && target < 1.0) {
        return Err(StatsError::Domain { what: "target", value: target, expected: "expected a share in (0, 1)" });
    }
    if n == 0 {
        return Err(StatsError::Insufficient("a unit has no trials"));
    }
    Ok((target * (1.0 - target) / float(n)).sqrt())
}

/// Quantile of type 7 of sorted values, at least one: linear between the order statistics (Hyndman and Fan 1996).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in the list")]
fn type_7(sorted: &[f64], p: f64) -> f64 {
    let position = p * count(sorted.len() - 1);
    let below = (position.floor() as usize).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (position - count(below)) * (sorted[above] - sorted[below])
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
pub(super) fn float(n: u64) -> f64 {
    n as f64
}

#[expect(clippy::cast_precision_loss, reason = "a number of units")]
pub(super) fn count(n: usize) -> f64 {
    n as f64
}
