//! Adherence to a ladder of penalties by step: which share of decisions at each step is as the policy says.
//!
//! Beside adherence stand the shares of decisions below and above what the policy says, each with its interval.

use super::frame::Frame;
use super::panels::{self, Head, Needs, Panels};
use super::ranked_dots::reason;
use super::select::{Form, Selection, about, one_indicator, settle};
use super::spec::ChartSpec;
use super::step_curves::apart;
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure};
use crate::error::{Error, Result};
use crate::estimate::Estimate;

mod plot;
mod said;
mod vega;

/// The statistics shown, each with what its line is called.
pub(crate) const SERIES: [(&str, &str); 3] = [
    ("adherence", "as the policy says"),
    ("under_sanctioned", "below the policy"),
    ("over_sanctioned", "above the policy"),
];
/// Names of the grouping variable whose values are steps.
const STEP: [&str; 2] = ["step", "strike"];
/// The statistic that stands for adherence in an indicator of nothing else.
const SHARE: &str = "share";
/// Steps that are named by their sanction, from the mildest to the severest.
const LADDER: [&str; 5] = ["warning", "strike", "feature_restriction", "suspension", "termination"];
/// Panels at most.
const PANELS: usize = 36;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct EscalationSteps;

/// The steps of one platform or group, in their order.
#[derive(Debug, Clone)]
pub(crate) struct Ladder<'a> {
    pub title: String,
    pub steps: Vec<Step<'a>>,
}

/// One step: its estimates in the order of [`SERIES`].
#[derive(Debug, Clone)]
pub(crate) struct Step<'a> {
    pub name: String,
    pub shares: [Option<&'a Estimate>; 3],
}

impl Step<'_> {
    /// Number of decisions.
    pub(crate) fn n(&self) -> Option<i64> {
        self.shares.iter().flatten().find_map(|e| e.n)
    }

    pub(crate) fn drawn(&self) -> bool {
        self.shares.iter().flatten().any(|e| e.value.is_some() || e.lower.is_some() || e.upper.is_some())
    }
}

impl Ladder<'_> {
    pub(crate) fn drawn(&self) -> bool {
        self.steps.iter().any(Step::drawn)
    }

    fn n(&self) -> i64 {
        self.steps.iter().filter_map(Step::n).sum()
    }
}

impl Chart for EscalationSteps {
    fn id(&self) -> &'static str {
        "escalation-steps"
    }

    fn title(&self) -> &'static str {
        "Adherence to a ladder of penalties, by step"
    }

    fn doc(&self) -> &'static str {
        "Shows how often decisions at the first, second, third … step are as a policy says, from rows of adherence (or share), \
         under_sanctioned and over_sanctioned that are grouped by step (or strike), in one period: dots with their \
         intervals, joined along the steps, and the number of decisions below each. Platforms and other groups have a \
         panel each."
    }

    fn reads(&self) -> &'static [&'static str] {
        &["adherence", "under_sanctioned", "over_sanctioned"]
    }

    fn groups(&self) -> &'static [&'static str] {
        &STEP
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        choose(estimates, spec).is_ok_and(|(_, ladders)| ladders.iter().any(|l| l.drawn() && l.steps.len() > 1))
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
    let (selection, ladders) = choose(estimates, spec)?;
    let series: Vec<usize> = (0..SERIES.len()).filter(|&s| any(&ladders, s)).collect();
    let by = said::variable(&selection);
    let over = [format!(", by {by}")];
    let when = selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default();
    let measure = format!("Share of decisions at each {by} (%)");
    // A single step is no group that the subtitle names: the axis has it.
    let mut caption = words::caption_of(&selection, spec, &measure, &over, &when);
    let base = Theme::of(spec.preset);
    let mut shown = ladders.len().clamp(1, PANELS);
    loop {
        let theme = panels::crowded(base, shown);
        caption.notes = said::notes(&selection, (&ladders, shown), &series, spec);
        let frame = Frame::new(base, &caption);
        let visible = &ladders[..shown.min(ladders.len())];
        if let [one] = visible {
            let mut canvas = Canvas::new(base.width, base.height);
            frame.draw(&mut canvas);
            plot::single(&mut canvas, &theme, &frame.inner(base.height), one, &series, &by);
            let alt = said::alt(&caption, &selection, &ladders);
            return Ok((canvas, caption, alt, selection.csv()?));
        }
        let heads: Vec<Head> = visible.iter().map(head).collect();
        let key: Vec<String> = series.iter().map(|&s| words::name_of(SERIES[s].1)).collect();
        let needs = Needs { heads: &heads, key: &key, gutter: plot::gutter(&theme), foot: plot::foot(&theme, false) };
        let inner = frame.inner(base.height);
        let grid = Panels::new(theme, &inner, &needs);
        if !base.elastic && !grid.fit() && shown > 1 {
            shown = (shown * 9 / 10).clamp(1, shown - 1);
            continue;
        }
        let height = if base.elastic { frame.height_with(grid.height) } else { base.height };
        let mut canvas = Canvas::new(base.width, height);
        frame.draw(&mut canvas);
        let inner = frame.inner(height);
        grid.draw(&mut canvas, &inner, &needs);
        for (i, ladder) in visible.iter().enumerate() {
            plot::Plot::new(theme, grid.area(&inner, i), ladder, &series, false).draw(&mut canvas);
        }
        let alt = said::alt(&caption, &selection, &ladders);
        return Ok((canvas, caption, alt, selection.csv()?));
    }
}

fn any(ladders: &[Ladder<'_>], series: usize) -> bool {
    ladders.iter().flat_map(|l| &l.steps).any(|s| s.shares[series].is_some())
}

fn head(ladder: &Ladder<'_>) -> Head {
    let few = ladder.steps.iter().flat_map(|s| s.shares).flatten().next().filter(|_| !ladder.drawn());
    let n = || format!("n = {}", super::labels::count(ladder.n()));
    Head { title: ladder.title.clone(), detail: few.map_or_else(n, reason), drawn: ladder.drawn() }
}

/// The rows of one period that are grouped by step.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<(Selection<'a>, Vec<Ladder<'a>>)> {
    let series = |e: &Estimate| of(&e.statistic);
    if let Some(name) = spec.statistic.as_deref().filter(|s| of(s).is_none()) {
        let known = SERIES.iter().map(|(s, _)| (*s).to_owned()).collect();
        return Err(Error::Unknown { kind: "statistic of this form", name: name.to_owned(), known });
    }
    let stepped = |e: &Estimate| e.group_name.as_deref().is_some_and(|g| g.split('×').any(|part| STEP.contains(&part)));
    let fits = |e: &Estimate| series(e).is_some() && e.x.is_none() && e.unit == "share" && stepped(e);
    let rows: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(|e| fits(e)).collect();
    if !rows.iter().any(|e| series(e) == Some(0)) {
        return Err(Error::usage(
            "there is no adherence by step to draw",
            "this form reads shares of adherence, under_sanctioned and over_sanctioned that are grouped by step",
        ));
    }
    let selection = settle(one_indicator(rows, spec)?, spec, Form::Profile)?;
    selection.highlighted(spec, usize::MAX)?;
    let mut ladders: Vec<Ladder<'a>> = Vec::new();
    for e in &selection.rows {
        let (name, rest) = apart(&selection, e, &STEP);
        let title = rest.join(", ");
        let at = ladders.iter().position(|l| l.title == title).unwrap_or(ladders.len());
        if at == ladders.len() {
            ladders.push(Ladder { title, steps: Vec::new() });
        }
        let steps = &mut ladders[at].steps;
        let step = steps.iter().position(|s| s.name == name).unwrap_or(steps.len());
        if step == steps.len() {
            steps.push(Step { name, shares: [None; 3] });
        }
        if let Some(i) = series(e) {
            steps[step].shares[i] = Some(e);
        }
    }
    for ladder in &mut ladders {
        ladder.steps.sort_by(|a, b| order(&a.name).total_cmp(&order(&b.name)).then_with(|| a.name.cmp(&b.name)));
    }
    ladders.sort_by(|a, b| (b.drawn(), b.n()).cmp(&(a.drawn(), a.n())).then_with(|| a.title.cmp(&b.title)));
    Ok((selection, ladders))
}

/// The number of the series that a statistic belongs to.
fn of(statistic: &str) -> Option<usize> {
    if statistic == SHARE { Some(0) } else { SERIES.iter().position(|(s, _)| *s == statistic) }
}

/// The number at the start of a step's name; sanctions stand after numbers by their severity, other names last.
fn order(name: &str) -> f64 {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    let sanction = || LADDER.iter().position(|s| s.replace('_', " ") == name.to_lowercase().replace('_', " "));
    let last = || sanction().map_or(f64::INFINITY, |i| 1e9 + panels::number(i));
    digits.parse().unwrap_or_else(|_| last())
}

#[cfg(test)]
mod tests;
