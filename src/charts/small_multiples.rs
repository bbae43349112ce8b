//! Small multiples: one panel for each platform or group, with the same axes in all.
//!
//! Where a line chart would hold more than four lines, each has a panel of its own here. A panel without a
//! value stays, shaded: nothing is drawn as zero that is not.

use super::line::{self, Series, notes as of_lines};
use super::marks::{self, Numbered};
use super::scale::{self, Scale};
use super::select::{Form, Selection, platform_label, select};
use super::spec::ChartSpec;
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure, alt, frame::Frame, notes};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};
use crate::time::Period;

mod grid;
mod vega;

/// Lines in colour within a panel, as in a line chart.
const COLOURED: usize = 4;
/// Panels at most: more are a table.
const PANELS: usize = 48;
/// Ticks of a logarithmic axis in a panel.
const LOG_TICKS: usize = 3;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct SmallMultiples;

/// What makes a panel, and what a line in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Facet {
    Platform,
    Group,
}

/// A panel: the lines of one platform or group.
#[derive(Debug, Clone)]
pub(crate) struct Panel<'a> {
    pub title: String,
    pub series: Vec<Series<'a>>,
    /// Its series in colour, each with the number of its colour.
    pub coloured: Vec<(usize, usize)>,
    /// Whether it stands back behind highlighted ones.
    pub muted: bool,
}

impl Panel<'_> {
    fn drawn(&self) -> bool {
        self.series.iter().any(Series::drawn)
    }

    fn total(&self) -> bool {
        self.series.iter().flat_map(|s| &s.points).all(|e| e.platform == ALL_PLATFORMS && e.group_value.is_none())
    }

    fn size(&self, by_n: bool) -> f64 {
        let sizes = self.series.iter().map(|s| of_lines::size(s, by_n));
        if by_n { sizes.sum() } else { sizes.fold(f64::NEG_INFINITY, f64::max) }
    }

    fn concerned(&self, mark: &Numbered<'_>) -> bool {
        self.series.iter().any(|s| s.points.first().is_some_and(|e| mark.concerns(&e.platform)))
    }
}

impl Chart for SmallMultiples {
    fn id(&self) -> &'static str {
        "small-multiples"
    }

    fn title(&self) -> &'static str {
        "Small multiples over time"
    }

    fn doc(&self) -> &'static str {
        "Shows how values develop over periods in one panel for each platform, or for each group where these are more \
         than four and the platforms are not. All panels have the same axes, unless own scales are asked for, and stand \
         in the order of their denominators, else of their largest values. Up to four lines in a panel are coloured. A \
         period without a value is a gap. For up to four lines take line."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        let Ok(selection) = select(estimates, spec, Form::OverTime) else { return false };
        selection.periods.len() > 1
            && line::develops(&selection)
            && selection.platforms.len() * selection.groups.len().max(1) > COLOURED
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
    let selection = select(estimates, spec, Form::OverTime)?;
    if selection.periods.len() < 2 {
        return Err(Error::usage(
            "small multiples show how values develop, but there is a single period",
            "take ranked-dots, or measure by a shorter period",
        ));
    }
    let (panels, key) = panels(&selection, spec)?;
    let periods = line::on_axis(&selection);
    let marks = marks::shown(spec, &selection, periods);
    let when = line::when(&selection);
    let mut caption = words::caption(&selection, spec, &line::compared(&selection, panels.len().max(key.len())), &when);
    let theme = Theme::of(spec.preset);
    let scales = Scales::new(&panels, spec.own_scales);
    // How many panels fit depends on the height of the note, which says how many do not. A card that is too low
    // has denser ones first, and then fewer.
    let mut shown = panels.len().min(PANELS);
    let mut dense = false;
    let mut frame;
    let mut grid;
    loop {
        caption.notes = said(&selection, (&panels, shown), periods, &marks, spec);
        frame = Frame::new(theme, &caption);
        let given = grid::Given { panels: &panels[..shown], periods, key: &key, scales: &scales, marks: &marks };
        let inner = frame.inner(theme.height);
        grid = grid::Grid::new(theme, &inner, &given, dense);
        if grid.fit() || shown == 1 {
            break;
        }
        if dense {
            shown = grid::Grid::capacity(theme, &inner, &given).clamp(1, shown - 1);
        }
        dense = true;
    }
    let height = if theme.elastic { frame.height_with(grid.height) } else { theme.height };
    let mut canvas = Canvas::new(theme.width, height);
    frame.draw(&mut canvas);
    let given = grid::Given { panels: &panels[..shown], periods, key: &key, scales: &scales, marks: &marks };
    grid.draw(&mut canvas, &frame.inner(height), &given);
    let alt = alt::multiples(&caption, &selection, &panels, &key, &marks);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// One scale of values for all panels, or one for each.
#[derive(Debug)]
pub(crate) struct Scales {
    pub unit: String,
    own: Vec<Scale>,
    shared: Option<Scale>,
}

impl Scales {
    fn new(panels: &[Panel<'_>], own: bool) -> Self {
        let unit = panels.iter().flat_map(|p| &p.series).flat_map(|s| &s.points).map(|e| e.unit.clone()).next();
        let unit = unit.unwrap_or_default();
        let shared = || {
            let series: Vec<Series<'_>> = panels.iter().flat_map(|p| p.series.iter().cloned()).collect();
            // What is muted has its intervals too.
            line::value_scale(&series, &(0..series.len()).collect::<Vec<_>>(), LOG_TICKS)
        };
        // Linear: that some panels are logarithmic and others are not, nobody would see.
        let linear = |p: &Panel<'_>| {
            let points = || p.series.iter().flat_map(|s| s.points.iter().copied());
            let values = points().flat_map(|e| [e.value, e.lower, e.upper]).flatten();
            Scale::linear(values, &unit, scale::counts(points()), 3)
        };
        Self {
            own: if own { panels.iter().map(linear).collect() } else { Vec::new() },
            shared: (!own).then(shared),
            unit,
        }
    }

    /// Whether all panels have the same scale, so that its labels need to stand only once.
    pub(crate) fn shared(&self) -> bool {
        self.shared.is_some()
    }

    /// The scale of a panel.
    pub(crate) fn of(&self, panel: usize) -> Option<Scale> {
        self.shared.or_else(|| self.own.get(panel).copied())
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Scale> {
        self.shared.iter().chain(&self.own)
    }
}

/// What makes a panel: the one of platforms and groups that a line chart has no colours for.
pub(crate) fn facet(selection: &Selection<'_>) -> Facet {
    match (selection.platforms.len(), selection.groups.len()) {
        (_, 0 | 1) => Facet::Platform,
        (1, _) => Facet::Group,
        (platforms, groups) if platforms <= COLOURED && groups > COLOURED => Facet::Group,
        _ => Facet::Platform,
    }
}

/// The panels in their order, and the names of coloured lines where a panel can have several.
fn panels<'a>(selection: &Selection<'a>, spec: &ChartSpec) -> Result<(Vec<Panel<'a>>, Vec<String>)> {
    let by = facet(selection);
    if spec.highlight.len() > COLOURED {
        return Err(Error::usage(
            format!("{} names are to be highlighted, but a figure has {COLOURED} colours", spec.highlight.len()),
            "highlight fewer, or draw several figures",
        ));
    }
    let wanted = selection.highlighted(spec, usize::MAX)?;
    let names = |e: &Estimate| {
        let group = e.group_value.as_deref().map(|g| selection.group_label(g)).unwrap_or_default();
        match by {
            Facet::Platform => (platform_label(&e.platform), group),
            Facet::Group => (group, platform_label(&e.platform)),
        }
    };
    let mut panels: Vec<Panel<'a>> = Vec::new();
    for mut series in line::series(selection) {
        let Some(first) = series.points.first() else { continue };
        let (title, line) = names(first);
        series.label = line;
        match panels.iter_mut().find(|p| p.title == title) {
            Some(panel) => panel.series.push(series),
            None => panels.push(Panel { title, series: vec![series], coloured: Vec::new(), muted: false }),
        }
    }
    let lit =
        |s: &Series<'_>| wanted.is_empty() || s.points.first().is_some_and(|e| wanted.contains(&selection.label(e)));
    let key = key(&panels, &lit);
    for panel in &mut panels {
        let number = |s: &Series<'_>| if key.is_empty() { Some(0) } else { key.iter().position(|k| *k == s.label) };
        let single = key.is_empty();
        let coloured = panel.series.iter().enumerate().filter(|(_, s)| single || lit(s));
        panel.coloured = coloured.filter_map(|(i, s)| Some((i, number(s)?))).collect();
        panel.muted = single && !panel.series.iter().any(lit);
    }
    let by_n = by_n(&panels);
    let rank = |p: &Panel<'_>| (p.total(), p.drawn());
    panels.sort_by(|a, b| {
        rank(b).cmp(&rank(a)).then(b.size(by_n).total_cmp(&a.size(by_n))).then_with(|| a.title.cmp(&b.title))
    });
    Ok((panels, key))
}

/// Names of the lines in colour, where a panel has several: those wanted, or all, or the largest.
fn key(panels: &[Panel<'_>], lit: &dyn Fn(&Series<'_>) -> bool) -> Vec<String> {
    if panels.iter().all(|p| p.series.len() < 2) {
        return Vec::new();
    }
    let mut lines: Vec<(String, f64)> = Vec::new();
    for s in panels.iter().flat_map(|p| &p.series).filter(|s| s.drawn() && lit(s)) {
        // Within a panel, parts of a whole have the same denominators: last values tell the large ones.
        let size = of_lines::size(s, false).max(0.0);
        match lines.iter_mut().find(|(name, _)| *name == s.label) {
            Some((_, sum)) => *sum += size,
            None => lines.push((s.label.clone(), size)),
        }
    }
    if lines.len() > COLOURED {
        let mut sizes: Vec<f64> = lines.iter().map(|(_, size)| *size).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        lines.retain(|(_, size)| *size >= sizes[COLOURED - 1]);
        lines.truncate(COLOURED);
    }
    lines.into_iter().map(|(name, _)| name).collect()
}

/// Whether panels can be ranked by their denominators.
fn by_n(panels: &[Panel<'_>]) -> bool {
    let known = panels.iter().flat_map(|p| &p.series).all(|s| s.valued().all(|e| e.n.is_some()));
    known && of_lines::differ(panels.iter().filter(|p| p.drawn()).map(|p| p.size(true)))
}

/// The sentences of the note, in the order of their weight.
fn said(
    selection: &Selection<'_>,
    (panels, shown): (&[Panel<'_>], usize),
    periods: &[Period],
    marks: &[Numbered<'_>],
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let thing = if facet(selection) == Facet::Group { selection.group_words() } else { "platform".to_owned() };
    let things = |n: usize| format!("{n} more {}", if n == 1 { thing.clone() } else { words::plural(&thing) });
    if panels.len() > shown {
        let rest = panels.len() - shown;
        out.push(format!("{} {} in the table alone.", things(rest), if rest == 1 { "is" } else { "are" }));
    }
    out.extend(marks::note(marks));
    let series: Vec<Series<'_>> = panels.iter().flat_map(|p| p.series.iter().cloned()).collect();
    if panels.len() > 1 {
        let order = if by_n(panels) { "denominators (n)" } else { "largest values" };
        let scales = if spec.own_scales { ", each with a scale of values of its own" } else { "" };
        out.push(format!("Panels stand in the order of their {order}, largest first{scales}."));
    }
    if panels.iter().any(|p| p.series.len() > p.coloured.len()) {
        let lines = if facet(selection) == Facet::Group { "platform".to_owned() } else { selection.group_words() };
        out.push(format!("Grey: the other {} of a panel.", words::plural(&lines)));
    }
    let drawn: Vec<&Series<'_>> = panels.iter().flat_map(|p| p.coloured.iter().map(|(i, _)| &p.series[*i])).collect();
    let points = drawn.iter().flat_map(|s| s.points.iter().copied());
    out.extend(notes::intervals(points, of_lines::shape(&drawn)));
    out.extend(of_lines::ends(selection, periods));
    let of_panels: Vec<&[Series<'_>]> = panels.iter().map(|p| p.series.as_slice()).collect();
    out.extend(of_lines::panel_gaps(&of_panels, periods));
    out.extend(of_lines::denominators(&series));
    out.extend(notes::of_estimates(selection, "points"));
    out
}

#[cfg(test)]
mod tests;
