//! Profiles of delays: how large a share lies within so many days, in one period.
//!
//! Few platforms have a curve each, the empirical distribution function as steps; of more, curves would hide
//! each other, so that each has a row from its median to its 99th percentile. Short delays are many and long
//! ones few: the axis of delays is logarithmic, with a place for zero.

use super::scale;
use super::select::{Form, Selection, about, one_indicator, settle};
use super::spec::ChartSpec;
use super::svg::Canvas;
use super::words::{self, Caption};
use super::{Chart, Figure};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::time;

mod curves;
mod ranges;
mod vega;

/// The statistic of a curve's points: the share of delays of at most `x`.
const CURVE: &str = "share_within";
/// The statistics that a row of ranges shows, from the least to the largest.
const QUANTILES: [&str; 3] = ["median", "p90", "p99"];
/// Curves at most: of more, the eye does not follow one.
const CURVES: usize = 8;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct LatencyProfile;

/// The delays of one platform or group.
#[derive(Debug, Clone)]
pub(crate) struct Profile<'a> {
    pub label: String,
    /// The points of its curve, by `x`.
    pub points: Vec<&'a Estimate>,
    /// Median, 90th and 99th percentile.
    pub quantiles: [Option<&'a Estimate>; 3],
}

impl Profile<'_> {
    /// A quantile that has a value.
    pub(crate) fn quantile(&self, i: usize) -> Option<f64> {
        self.quantiles[i].and_then(|e| e.value)
    }

    /// The points that have a value: `x` and share.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (f64, f64)> {
        self.points.iter().filter_map(|e| Some((e.x?, e.value?)))
    }

    /// Its denominator.
    pub(crate) fn n(&self) -> Option<i64> {
        self.points.iter().chain(self.quantiles.iter().flatten()).find_map(|e| e.n)
    }

    fn any(&self) -> Option<&Estimate> {
        self.points.iter().chain(self.quantiles.iter().flatten()).next().copied()
    }
}

impl Chart for LatencyProfile {
    fn id(&self) -> &'static str {
        "latency-profile"
    }

    fn title(&self) -> &'static str {
        "Profile of delays"
    }

    fn doc(&self) -> &'static str {
        "Shows how delays are distributed in one period. Up to eight platforms or groups have a curve each: the share \
         that lies within so many days, from rows of share_within with x, with markers at median and p90; up to four \
         are coloured and labelled, others grey. Of more, or where there are no curves, each has a row from median to \
         p90 and p99. Delays stand on a logarithmic axis. For one quantile alone take ranked-dots, over time take line."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        spec.statistic.is_none() && choose(estimates, spec).is_ok_and(|(_, profiles)| profiles.iter().any(curved))
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        vega::vega(estimates, spec)
    }
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let (selection, profiles) = choose(estimates, spec)?;
    let when = selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default();
    if profiles.iter().filter(|p| curved(p)).count() > 0 && profiles.len() <= CURVES {
        return curves::compose(&selection, &profiles, spec, &when);
    }
    if profiles.iter().all(|p| p.quantiles[0].is_none()) {
        return Err(Error::usage(
            format!("there are {} curves, of which a figure holds {CURVES}, and no medians", profiles.len()),
            "measure median, p90 and p99 too, or draw fewer platforms",
        ));
    }
    ranges::compose(&selection, &profiles, spec, &when)
}

fn curved(profile: &Profile<'_>) -> bool {
    profile.shares().next().is_some()
}

/// The rows of curves and quantiles in one period, by platform and group.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<(Selection<'a>, Vec<Profile<'a>>)> {
    if let Some(name) = spec.statistic.as_deref().filter(|s| *s != CURVE && !QUANTILES.contains(s)) {
        let known = [CURVE].iter().chain(&QUANTILES).map(|s| (*s).to_owned()).collect();
        return Err(Error::Unknown { kind: "statistic of this form", name: name.to_owned(), known });
    }
    let delay = |unit: Option<&str>| unit.is_some_and(scale::durations);
    let curve = |e: &Estimate| e.statistic == CURVE && e.x.is_some() && delay(e.x_unit.as_deref());
    let quantile =
        |e: &Estimate| QUANTILES.contains(&e.statistic.as_str()) && e.x.is_none() && delay(Some(e.unit.as_str()));
    let rows: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(|e| curve(e) || quantile(e)).collect();
    if rows.is_empty() {
        return Err(Error::usage(
            "there are no delays to draw",
            format!("this form reads {CURVE} with x in days, and {} in days", QUANTILES.join(", ")),
        ));
    }
    let rows = one_indicator(rows, spec)?;
    let (curves, quantiles): (Vec<&Estimate>, Vec<&Estimate>) = rows.into_iter().partition(|e| e.statistic == CURVE);
    // Curves may be given for one period and quantiles for many: the curves choose.
    let selection = if curves.is_empty() {
        settle(quantiles, spec, Form::Profile)?
    } else {
        let chosen = settle(curves, spec, Form::Profile)?;
        let (period, group) = (chosen.periods.first().copied(), chosen.rows.first().map(|e| &e.group_name));
        let beside = quantiles.into_iter().filter(|e| Some(e.period()) == period && Some(&e.group_name) == group);
        let exactly = ChartSpec { group: group.cloned().flatten(), ..spec.clone() };
        settle(chosen.rows.iter().copied().chain(beside).collect(), &exactly, Form::Profile)?
    };
    let mut profiles: Vec<Profile<'a>> = Vec::new();
    for e in &selection.rows {
        let same =
            |p: &Profile<'_>| p.any().is_some_and(|o| (&o.platform, &o.group_value) == (&e.platform, &e.group_value));
        let at = profiles.iter().position(same).unwrap_or(profiles.len());
        if at == profiles.len() {
            profiles.push(Profile { label: selection.label(e), points: Vec::new(), quantiles: [None; 3] });
        }
        match QUANTILES.iter().position(|q| *q == e.statistic) {
            Some(i) => profiles[at].quantiles[i] = Some(e),
            None => profiles[at].points.push(e),
        }
    }
    check(&profiles)?;
    Ok((selection, profiles))
}

/// A share within more days is no smaller one.
fn check(profiles: &[Profile<'_>]) -> Result<()> {
    for p in profiles {
        let shares: Vec<(f64, f64)> = p.shares().collect();
        let falls = shares.windows(2).any(|w| w[1].1 < w[0].1 - 1e-9);
        let unit = p.points.iter().any(|e| e.unit != "share");
        if falls || unit || shares.iter().any(|(x, _)| *x < 0.0) {
            let start = p.any().map_or(0, |e| e.period_start);
            return Err(Error::Invalid {
                place: format!("{CURVE} of {} from {}", p.label, time::iso(start)),
                message: "this is no cumulative share of delays".into(),
                hint: "shares within more days are never smaller, and days are not negative".into(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
