//! Values of peers standardised about a target, with limits for each.

use super::ranks::median;
use super::{FEW, Options, SMALLEST_FUNNEL, Spread, Target};
use crate::compare::scale::{Scale, normal_p, standard_error, why};
use crate::estimate::{Estimate, IntervalKind};
use crate::stats::comparison::{
    Dispersion, Events, Funnel, binomial_mid_p, funnel_limits_exact, paule_mandel, poisson_funnel_limits_exact,
    poisson_mid_p,
};
use crate::stats::{Confidence, Limits};

/// How far a share may be from k / n, or a rate from its multiple, because it was rounded.
const ROUNDING: f64 = 5e-4;

/// One peer in the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub z: f64,
    pub p: f64,
    pub p_chance: Option<f64>,
    /// At 95 % and at 99.8 %.
    pub limits: [Limits; 2],
    pub position: &'static str,
}

/// All peers in the funnel.
#[derive(Debug, Clone, PartialEq)]
pub struct Standardised {
    pub target: f64,
    pub phi: Option<f64>,
    pub tau: Option<f64>,
    pub units: Vec<Unit>,
    pub method: String,
    pub kind: IntervalKind,
    pub notes: Vec<String>,
    /// The funnel of counts, for curves; none where intervals took their place.
    pub counts: Option<Counted>,
}

/// A funnel of counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub funnel: Funnel,
    pub dispersion: Dispersion,
    /// Value of one event per unit of n.
    pub scale: f64,
}

/// The levels of a funnel's limits.
pub fn levels() -> Option<[Confidence; 2]> {
    Some([Confidence::P95, Confidence::new(0.998).ok()?])
}

/// Standardises the values of peers; or says why they have no funnel.
pub fn standardise(valued: &[&Estimate], options: Options) -> Result<Standardised, String> {
    if valued.len() < SMALLEST_FUNNEL {
        return Err(format!("no funnel: it needs {SMALLEST_FUNNEL} peers with a value"));
    }
    match counts(valued) {
        Ok((kind, events, n, scale)) => by_counts(valued, options, kind, &events, &n, scale),
        Err(reason) => by_intervals(valued, options).ok_or(reason),
    }
}

type CountsOf = (Events, Vec<u64>, Vec<u64>, f64);

/// The counts behind the values, where these are shares or rates of them.
fn counts(valued: &[&Estimate]) -> Result<CountsOf, String> {
    let none = || "no funnel: the values are no shares or rates of counts".to_owned();
    let mut events = Vec::new();
    let mut sizes = Vec::new();
    let mut scales = Vec::new();
    for e in valued {
        let (Some(k), Some(n), Some(value)) = (e.k, e.n, e.value) else { return Err(none()) };
        let (Ok(k), Ok(n)) = (u64::try_from(k), u64::try_from(n)) else { return Err(none()) };
        if n == 0 {
            return Err(none());
        }
        let raw = float(k) / float(n);
        if k > 0 {
            scales.push(value / raw);
        } else if value.abs() > ROUNDING {
            return Err(none());
        }
        events.push(k);
        sizes.push(n);
    }
    let share = valued.iter().all(|e| e.unit == "share");
    if share {
        let fits = |(e, (k, n)): (&&Estimate, (&u64, &u64))| {
            e.value.is_some_and(|v| (v - float(*k) / float(*n)).abs() <= ROUNDING) && k <= n
        };
        if valued.iter().zip(events.iter().zip(&sizes)).all(fits) {
            return Ok((Events::OfTrials, events, sizes, 1.0));
        }
        return Err("no funnel: the shares are not those of their counts, and have no intervals".to_owned());
    }
    let scale = median(&scales);
    if scales.is_empty() || !scales.iter().all(|s| (s / scale - 1.0).abs() <= 0.01) {
        return Err(none());
    }
    // Rates are given per 1, 1,000, a million: rounding of the values is not that of the scale.
    let power = 10_f64.powf(scale.log10().round());
    let scale = if (power / scale - 1.0).abs() <= 0.01 { power } else { scale };
    Ok((Events::InExposure, events, sizes, scale))
}

fn by_counts(
    valued: &[&Estimate],
    options: Options,
    kind: Events,
    events: &[u64],
    n: &[u64],
    scale: f64,
) -> Result<Standardised, String> {
    let make = |target: Option<f64>| match kind {
        Events::OfTrials => Funnel::new(events, n, target),
        Events::InExposure => Funnel::of_rates(events, n, target),
    };
    let refused = |e: crate::stats::StatsError| format!("no funnel: {}", why(&e));
    let pooled = make(None).map_err(refused)?;
    let over = pooled.over_dispersion(options.winsorised).map_err(refused)?;
    let variances: Vec<f64> = pooled.standard_errors.iter().map(|s| s * s).collect();
    let random = paule_mandel(&pooled.shares, &variances).map_err(refused)?;
    let dispersion = match options.spread {
        Spread::None => Dispersion::None,
        Spread::Multiplicative if over.phi > 1.0 => Dispersion::Multiplicative(over.phi),
        Spread::Additive if random.tau_squared > 0.0 => Dispersion::Additive(random.tau_squared),
        Spread::AdditiveWinsorised if over.tau_squared > 0.0 => Dispersion::Additive(over.tau_squared),
        _ => Dispersion::None,
    };
    let target = match (options.target, dispersion) {
        (Target::Pooled, _) => None,
        (Target::Median, _) => Some(median(&pooled.shares)),
        (Target::Fixed(v), _) => Some(v / scale),
        (Target::Model, Dispersion::Additive(tau_squared)) => Some(weighted(&pooled.shares, &variances, tau_squared)),
        (Target::Model, _) => None,
    };
    let funnel = make(target).map_err(refused)?;
    let z = funnel.adjusted_z(dispersion);
    let levels = levels().ok_or_else(|| "no funnel".to_owned())?;
    let exact = dispersion == Dispersion::None;
    let mut units = Vec::with_capacity(n.len());
    for (i, z) in z.into_iter().enumerate() {
        let p_chance = match kind {
            Events::OfTrials => binomial_mid_p(events[i], n[i], funnel.target),
            Events::InExposure => poisson_mid_p(events[i], n[i], funnel.target),
        }
        .map_err(refused)?;
        let mut limits = [Limits::new(0.0, 0.0); 2];
        for (limit, level) in limits.iter_mut().zip(levels) {
            let found = if exact { exact_limits(&funnel, n[i], level) } else { funnel.limits(n[i], dispersion, level) };
            *limit = scaled(found.map_err(refused)?, kind, scale);
        }
        let value = funnel.shares[i] * scale;
        let p = if exact { p_chance } else { normal_p(z) };
        units.push(Unit { z, p, p_chance: Some(p_chance), limits, position: position(value, &limits) });
    }
    let law = if kind == Events::OfTrials { "binomial" } else { "Poisson" };
    let (spread, tau) = match dispersion {
        Dispersion::None => (format!("exact {law} limits, interpolated; mid-P"), None),
        Dispersion::Multiplicative(_) => (format!("{law}, multiplicative over-dispersion (winsorised φ)"), None),
        Dispersion::Additive(t) if options.spread == Spread::Additive => {
            (format!("{law}, additive over-dispersion (Paule-Mandel τ²)"), Some(t.sqrt() * scale))
        }
        Dispersion::Additive(t) => {
            (format!("{law}, additive over-dispersion (DerSimonian-Laird τ², winsorised)"), Some(t.sqrt() * scale))
        }
    };
    let census = valued.iter().all(|e| e.interval_kind != IntervalKind::Sampling && is_census(&e.basis));
    Ok(Standardised {
        target: funnel.target * scale,
        phi: Some(over.phi),
        tau,
        units,
        method: spread,
        kind: if census { IntervalKind::Process } else { IntervalKind::Sampling },
        notes: notes(valued.len(), census),
        counts: Some(Counted { funnel, dispersion, scale }),
    })
}

/// Limits by chance alone.
pub fn exact_limits(funnel: &Funnel, n: u64, level: Confidence) -> Result<Limits, crate::stats::StatsError> {
    match funnel.kind {
        Events::OfTrials => funnel_limits_exact(funnel.target, n, level),
        Events::InExposure => poisson_funnel_limits_exact(funnel.target, n, level),
    }
}

/// Limits on the scale of the values, within what these can be.
pub fn scaled(limits: Limits, kind: Events, scale: f64) -> Limits {
    let most = if kind == Events::OfTrials { 1.0 } else { f64::INFINITY };
    Limits { lower: limits.lower.clamp(0.0, most) * scale, upper: limits.upper.clamp(0.0, most) * scale }
}

fn is_census(basis: &str) -> bool {
    matches!(basis, "report" | "statements" | "statistics")
}

fn notes(peers: usize, census: bool) -> Vec<String> {
    let mut notes = Vec::new();
    if census {
        notes.push("limits say what chance and the variance between peers do in a stable process; a census has no sampling error".to_owned());
    }
    if peers < FEW {
        notes.push(format!("the variance between {peers} peers is very uncertain"));
    }
    notes
}

/// Mean with weights 1/(s² + τ²).
fn weighted(values: &[f64], variances: &[f64], tau_squared: f64) -> f64 {
    let weights = || variances.iter().map(|s| 1.0 / (s + tau_squared));
    let sum: f64 = weights().sum();
    weights().zip(values).map(|(w, y)| w / sum * y).sum()
}

/// Where a value lies among its limits at 95 % and 99.8 %.
fn position(value: f64, limits: &[Limits; 2]) -> &'static str {
    let [near, far] = limits;
    if value > far.upper {
        "above_998"
    } else if value < far.lower {
        "below_998"
    } else if value > near.upper {
        "above_95"
    } else if value < near.lower {
        "below_95"
    } else {
        "within"
    }
}

/// The same from sampling intervals, where every value has one: on the logit or log scale.
fn by_intervals(valued: &[&Estimate], options: Options) -> Option<Standardised> {
    let first = valued.first()?;
    let scale = Scale::of(&first.unit, valued.iter().flat_map(|e| [e.value, e.lower, e.upper]).flatten());
    let values: Vec<f64> = valued.iter().map(|e| scale.to(e.value?)).collect::<Option<_>>()?;
    let variances: Vec<f64> = valued.iter().map(|e| standard_error(e, scale).map(|s| s * s)).collect::<Option<_>>()?;
    let random = paule_mandel(&values, &variances).ok()?;
    let fixed = weighted(&values, &variances, 0.0);
    let chi: f64 = values.iter().zip(&variances).map(|(y, s)| (y - fixed).powi(2) / s).sum();
    #[expect(clippy::cast_precision_loss, reason = "a number of platforms")]
    let phi = chi / (values.len() - 1) as f64;
    let (tau_squared, factor) = match options.spread {
        Spread::Additive | Spread::AdditiveWinsorised => (random.tau_squared, 1.0),
        Spread::Multiplicative => (0.0, phi.max(1.0)),
        Spread::None => (0.0, 1.0),
    };
    let centre = match options.target {
        Target::Fixed(v) => scale.to(v)?,
        Target::Median => median(&values),
        Target::Pooled => fixed,
        Target::Model => weighted(&values, &variances, tau_squared),
    };
    let levels = levels()?;
    let units = values
        .iter()
        .zip(&variances)
        .zip(valued)
        .map(|((y, s), e)| {
            let error = (s * factor + tau_squared).sqrt();
            let at = |level: Confidence| {
                let half = level.z() * error;
                Limits::new(scale.back(centre - half), scale.back(centre + half))
            };
            let limits = levels.map(at);
            let z = (y - centre) / error;
            let place = position(e.value.unwrap_or(f64::NAN), &limits);
            Unit { z, p: normal_p(z), p_chance: None, limits, position: place }
        })
        .collect();
    Some(Standardised {
        target: scale.back(centre),
        phi: Some(phi),
        tau: Some(tau_squared.sqrt()).filter(|_| tau_squared > 0.0),
        units,
        method: format!("sampling intervals on the {} scale, {} over-dispersion", scale.name(), options.spread.name()),
        kind: IntervalKind::Sampling,
        notes: notes(valued.len(), false)
            .into_iter()
            .chain([format!("tau stands on the {} scale", scale.name())])
            .collect(),
        counts: None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
pub fn float(n: u64) -> f64 {
    n as f64
}
