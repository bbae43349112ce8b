//! Curves of survival: the share that has not had the event, by the time since an origin, in one period.
//!
//! Up to four platforms or groups share one plot; of more, each has a panel of its own with the same axes.

use super::select::{Selection, platform_label};
use super::spec::ChartSpec;
use super::step_curves::{self, COLOURED, Curve, Given, Kind, Panel, when};
use super::svg::Canvas;
use super::words::{self, Caption};
use super::{Chart, Figure};
use crate::error::Result;
use crate::estimate::Estimate;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct SurvivalCurve;

impl Chart for SurvivalCurve {
    fn id(&self) -> &'static str {
        "survival-curve"
    }

    fn title(&self) -> &'static str {
        "Survival curves"
    }

    fn doc(&self) -> &'static str {
        "Shows how large a share has not had an event by the time since an origin, from rows of survival with x in days \
         or hours, as steps with their bands. Rows of at_risk with the same x give the number still at risk below the \
         axis, rows of censored the marks of censoring, and a row of median the median, which else is read from the \
         curve. Up to four platforms or groups stand in one plot, more have a panel each."
    }

    fn reads(&self) -> &'static [&'static str] {
        &["survival"]
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        step_curves::choose(estimates, spec, Kind::Survival).is_ok_and(|(_, curves)| curves.iter().any(Curve::drawn))
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
    let (selection, curves) = step_curves::choose(estimates, spec, Kind::Survival)?;
    let over = if curves.len() > 1 { vec![format!(", by {}", selection.things())] } else { Vec::new() };
    let caption = words::caption(&selection, spec, &over, &when(&selection));
    let panels = panels(&selection, curves, spec)?;
    to(&Given { kind: Kind::Survival, selection: &selection, panels: &panels, key: &[], caption }, spec)
}

/// One panel for a few curves, else one for each, those with the largest denominators first.
fn panels<'a>(selection: &Selection<'a>, mut curves: Vec<Curve<'a>>, spec: &ChartSpec) -> Result<Vec<Panel<'a>>> {
    let wanted = selection.highlighted(spec, COLOURED)?;
    // The highest curve comes first, as its label stands highest.
    let height = |c: &Curve<'_>| c.end().map_or(-1.0, |(_, s)| s);
    if curves.len() <= COLOURED {
        curves.sort_by(|a, b| height(b).total_cmp(&height(a)).then_with(|| a.label.cmp(&b.label)));
        let mut free = 0..COLOURED;
        let lit = |c: &Curve<'_>| c.drawn() && (wanted.is_empty() || wanted.contains(&c.label));
        let coloured = |c: Curve<'a>| {
            let colour = if lit(&c) { free.next() } else { None };
            (c, colour)
        };
        let title = selection.platforms.first().map(|p| platform_label(p)).unwrap_or_default();
        return Ok(vec![Panel { title, curves: curves.into_iter().map(coloured).collect() }]);
    }
    curves.sort_by(|a, b| {
        let rank = |c: &Curve<'_>| (c.drawn(), wanted.contains(&c.label), c.n());
        rank(b).cmp(&rank(a)).then_with(|| a.label.cmp(&b.label))
    });
    let panel = |c: Curve<'a>| {
        let lit = wanted.is_empty() || wanted.contains(&c.label);
        Panel { title: c.label.clone(), curves: vec![(c, Some(usize::from(!lit)))] }
    };
    Ok(curves.into_iter().map(panel).collect())
}

#[cfg(test)]
mod tests;
