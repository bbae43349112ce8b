//! The limits of a funnel as curves over the denominator, in the schema of estimates.

use super::standard::{Counted, Standardised, exact_limits, levels, scaled};
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};
use crate::stats::Limits;
use crate::stats::comparison::{Dispersion, Events};

/// Points of a curve.
const POINTS: u32 = 48;
/// Expected events above which the normal limits are drawn: they differ by less than a line's width.
const LARGE: f64 = 1e6;

/// Curves `funnel_lower_95` and so on, with over-dispersion, and `chance_lower_95` and so on without it; and the
/// target. `x` is the denominator.
pub fn curves(valued: &[&Estimate], s: &Standardised) -> Vec<Estimate> {
    let (Some(counted), Some(first)) = (&s.counts, valued.first()) else { return Vec::new() };
    let sizes: Vec<u64> = valued.iter().filter_map(|e| u64::try_from(e.n?).ok()).collect();
    let (Some(least), Some(most)) = (sizes.iter().min(), sizes.iter().max()) else { return Vec::new() };
    let simulated = crate::compare::words::any_simulated(valued.iter().copied());
    let row = |statistic: &str, x: Option<u64>, value: f64| {
        let mut e = (*first).clone();
        (e.platform, e.statistic) = (ALL_PLATFORMS.to_owned(), statistic.to_owned());
        (e.status, e.reason) = (Status::Ok, None);
        (e.lower, e.upper, e.interval, e.confidence) = (None, None, None, None);
        (e.interval_kind, e.k, e.clusters, e.censored) = (IntervalKind::None, None, None, None);
        (e.x, e.x_unit) = (x.map(super::standard::float), x.map(|_| "n".to_owned()));
        (e.value, e.n, e.note) = (Some(value), None, Some(s.method.clone()));
        if simulated {
            e.add_note(crate::estimate::SIMULATED);
        }
        e
    };
    let mut out = vec![row("funnel_target", None, s.target)];
    let Some(levels) = levels() else { return out };
    let mut all = grid(*least, *most);
    // At the platforms themselves too, so that a figure puts each on its side of the limits.
    all.extend(&sizes);
    all.sort_unstable();
    all.dedup();
    for n in all {
        for (level, name) in levels.into_iter().zip(["95", "998"]) {
            let mut push = |kind: &str, limits: Limits| {
                let limits = scaled(limits, counted.funnel.kind, counted.scale);
                out.push(row(&format!("{kind}_lower_{name}"), Some(n), limits.lower));
                out.push(row(&format!("{kind}_upper_{name}"), Some(n), limits.upper));
            };
            if counted.dispersion != Dispersion::None
                && let Ok(limits) = counted.funnel.limits(n, counted.dispersion, level)
            {
                push("funnel", limits);
            }
            let chance = if expected(counted, n) > LARGE {
                counted.funnel.limits(n, Dispersion::None, level)
            } else {
                exact_limits(&counted.funnel, n, level)
            };
            if let Ok(limits) = chance {
                push(if counted.dispersion == Dispersion::None { "funnel" } else { "chance" }, limits);
            }
        }
    }
    out
}

fn expected(counted: &Counted, n: u64) -> f64 {
    let events = super::standard::float(n) * counted.funnel.target;
    if counted.funnel.kind == Events::OfTrials { events * (1.0 - counted.funnel.target) } else { events }
}

/// Denominators from a little below the least to a little above the most, evenly on a logarithmic scale.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of platforms")]
fn grid(least: u64, most: u64) -> Vec<u64> {
    let (low, high) = ((super::standard::float(least) / 1.5).max(1.0), super::standard::float(most) * 1.5);
    let step = (high / low).ln() / f64::from(POINTS - 1);
    let mut all: Vec<u64> = (0..POINTS).map(|i| (low * (step * f64::from(i)).exp()).round().max(1.0) as u64).collect();
    all.dedup();
    all
}
