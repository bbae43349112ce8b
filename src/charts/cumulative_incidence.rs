//! Cumulative incidence of competing events: the share that has had each, by the time since an origin.
//!
//! One event ends the risk of the others. The complement of a survival curve that takes the others as censored
//! would be too large; curves here are drawn as they are given, and never made from survival.

use super::select::Selection;
use super::spec::ChartSpec;
use super::step_curves::{self, COLOURED, Curve, Given, Kind, Panel, apart, when};
use super::svg::Canvas;
use super::words::{self, Caption};
use super::{Chart, Figure};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::time;

/// Names of the grouping variable whose values are kinds of events.
const EVENT: [&str; 2] = ["event", "event_type"];

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct CumulativeIncidence;

impl Chart for CumulativeIncidence {
    fn id(&self) -> &'static str {
        "cumulative-incidence"
    }

    fn title(&self) -> &'static str {
        "Cumulative incidence of competing events"
    }

    fn doc(&self) -> &'static str {
        "Shows how large a share has had each of several events that exclude each other, by the time since an origin, \
         from rows of cumulative_incidence with x in days or hours, grouped by event, as steps with their bands. Rows \
         of at_risk with the same x, grouped or not, give the number still at risk below the axis. Up to four events \
         of a platform are coloured, the others grey; of several platforms, each has a panel."
    }

    fn reads(&self) -> &'static [&'static str] {
        &["cumulative_incidence"]
    }

    fn groups(&self) -> &'static [&'static str] {
        &EVENT
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        step_curves::choose(estimates, spec, Kind::Incidence).is_ok_and(|(_, curves)| curves.iter().any(Curve::drawn))
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        given(estimates, spec, step_curves::vega::vega)
    }
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    given(estimates, spec, step_curves::compose)
}

/// What is to be drawn, given to what draws it.
fn given<T>(
    estimates: &[Estimate],
    spec: &ChartSpec,
    to: impl Fn(&Given<'_, '_>, &ChartSpec) -> Result<T>,
) -> Result<T> {
    let (selection, curves) = step_curves::choose(estimates, spec, Kind::Incidence)?;
    let over = if curves.len() > 1 { vec![format!(", by {}", selection.things())] } else { Vec::new() };
    let caption = words::caption(&selection, spec, &over, &when(&selection));
    let (panels, key) = panels(&selection, curves, spec)?;
    for panel in &panels {
        check(panel)?;
    }
    let key = if panels.len() > 1 { key } else { Vec::new() };
    to(&Given { kind: Kind::Incidence, selection: &selection, panels: &panels, key: &key, caption }, spec)
}

/// A panel for each platform, and each other part of a cross; an event has one colour in all of them.
fn panels<'a>(
    selection: &Selection<'a>,
    curves: Vec<Curve<'a>>,
    spec: &ChartSpec,
) -> Result<(Vec<Panel<'a>>, Vec<String>)> {
    let wanted = selection.highlighted(spec, usize::MAX)?;
    let lit = |c: &Curve<'_>| {
        let label = c.points.first().map(|e| selection.label(e));
        wanted.is_empty() || label.is_some_and(|l| wanted.contains(&l))
    };
    let mut events: Vec<(String, f64)> = Vec::new();
    let mut panels: Vec<Panel<'a>> = Vec::new();
    for mut curve in curves {
        let Some(first) = curve.points.first() else { continue };
        let (event, rest) = apart(selection, first, &EVENT);
        let title = rest.join(", ");
        let size = if curve.drawn() && lit(&curve) { curve.end().map_or(0.0, |(_, s)| s) } else { f64::NEG_INFINITY };
        // Without groups, the curves are of platforms, and each has a panel.
        curve.label.clone_from(if event.is_empty() { &title } else { &event });
        match events.iter_mut().find(|(name, _)| *name == event) {
            Some((_, most)) => *most = most.max(size),
            None => events.push((event, size)),
        }
        match panels.iter_mut().find(|p| p.title == title) {
            Some(panel) => panel.curves.push((curve, None)),
            None => panels.push(Panel { title, curves: vec![(curve, None)] }),
        }
    }
    events.retain(|(_, size)| size.is_finite());
    events.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    events.truncate(COLOURED);
    let key: Vec<String> = events.into_iter().map(|(name, _)| name).collect();
    for (curve, colour) in panels.iter_mut().flat_map(|p| &mut p.curves) {
        let event = curve.points.first().map(|e| apart(selection, e, &EVENT).0);
        *colour = key.iter().position(|k| Some(k) == event.as_ref()).filter(|_| curve.drawn());
    }
    let n = |p: &Panel<'_>| p.curves.iter().filter_map(|(c, _)| c.n()).max();
    panels.sort_by(|a, b| (b.drawn(), n(b)).cmp(&(a.drawn(), n(a))).then_with(|| a.title.cmp(&b.title)));
    let key = if key.len() > 1 { key } else { Vec::new() };
    Ok((panels, key))
}

/// Events that exclude each other are never had by more than all.
fn check(panel: &Panel<'_>) -> Result<()> {
    let Some(first) = panel.curves.first().and_then(|(c, _)| c.points.first().copied()) else { return Ok(()) };
    let times = panel.curves.iter().flat_map(|(c, _)| c.points.iter().filter_map(|e| e.x));
    for x in times {
        let sum: f64 = panel.curves.iter().filter_map(|(c, _)| c.at(x)).sum();
        if sum > 1.0 + 1e-6 {
            return Err(Error::Invalid {
                place: format!("cumulative_incidence of {} from {}", panel.title, time::iso(first.period_start)),
                message: format!("at {x} the events together have been had by more than all"),
                hint: "these are not competing events, or their incidence was made from survival curves: draw one of \
                       them, or estimate them together"
                    .into(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
