//! Lines over time: one for each platform or group.
//!
//! A line breaks where a period has no value or is missing: nothing is drawn as zero that is not. Values are
//! placed in the middle of their period.

use super::scale::{self, Scale};
use super::select::{Form, Selection, only_curves, select};
use super::spec::ChartSpec;
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure, alt, frame::Frame, marks};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::time::Period;

mod ends;
pub(crate) mod notes;
pub(crate) mod plot;
pub(crate) mod vega;

/// Lines in colour: as many as can be told apart.
const COLOURED: usize = 4;
/// Ticks of a linear axis of values, about.
const TICKS: usize = 5;
/// Part of the time axis that periods at its ends in which no line has a value may take: more would press
/// the lines together, so that they are left to the note.
const EMPTY_ENDS: f64 = 0.25;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct Line;

/// One line: the estimates of one platform and group, sorted by period.
#[derive(Debug, Clone)]
pub(crate) struct Series<'a> {
    pub label: String,
    pub points: Vec<&'a Estimate>,
}

impl<'a> Series<'a> {
    /// The points that have a value.
    pub(crate) fn valued(&self) -> impl Iterator<Item = &'a Estimate> {
        self.points.iter().copied().filter(|e| e.value.is_some())
    }

    /// Whether there is anything to draw.
    pub(crate) fn drawn(&self) -> bool {
        self.points.iter().any(|e| e.value.is_some() || e.lower.is_some() || e.upper.is_some())
    }

    /// Runs of points with values in adjacent periods.
    fn runs(&self) -> Vec<Vec<&'a Estimate>> {
        let mut runs: Vec<Vec<&Estimate>> = Vec::new();
        let mut before: Option<&Estimate> = None;
        for e in &self.points {
            let joined = before.is_some_and(|b| b.value.is_some() && b.period_end >= e.period_start);
            before = Some(e);
            if e.value.is_none() {
                continue;
            }
            match runs.last_mut() {
                Some(run) if joined => run.push(e),
                _ => runs.push(vec![e]),
            }
        }
        runs
    }

    /// Runs in which two limits are known at neighbouring points: what a band can cover.
    pub(crate) fn bands(&self) -> Vec<Vec<&'a Estimate>> {
        let both = |e: &Estimate| e.lower.is_some() && e.upper.is_some();
        let runs = self.runs();
        let parts = runs.iter().flat_map(|run| run.chunk_by(|a, b| both(a) == both(b)));
        parts.filter(|p| p.len() > 1 && both(p[0])).map(<[&Estimate]>::to_vec).collect()
    }

    /// Points with a limit that no band covers.
    pub(crate) fn bars(&self) -> Vec<&'a Estimate> {
        let banded = self.bands().concat();
        let free =
            |e: &&Estimate| (e.lower.is_some() || e.upper.is_some()) && !banded.iter().any(|b| std::ptr::eq(*b, *e));
        self.points.iter().copied().filter(free).collect()
    }

    /// Whether at least half of its values have no neighbour on one side or both: it reads as points, not as a line.
    pub(crate) fn thin(&self) -> bool {
        let runs = self.runs();
        let short: usize = runs.iter().map(Vec::len).filter(|n| *n < 3).sum();
        runs.len() > 1 && short * 2 >= self.valued().count()
    }

    fn largest(&self) -> f64 {
        self.valued().filter_map(|e| e.value).fold(f64::NEG_INFINITY, f64::max)
    }
}

impl Chart for Line {
    fn id(&self) -> &'static str {
        "line"
    }

    fn title(&self) -> &'static str {
        "Lines over time"
    }

    fn doc(&self) -> &'static str {
        "Shows how a value develops over periods, for one or several platforms or groups. Up to four lines are \
         coloured and labelled at their end; of more, four are coloured and the others grey. A period without a \
         value is a gap. Durations that span more than two orders of magnitude stand on a logarithmic axis, and so do \
         counts and rates of lines so different. For more lines take small-multiples, for many platforms in one period \
         ranked-dots."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        // A choice that is open is told by drawing.
        let moves = |s: &Selection<'_>| valued_periods(s) > 1 && develops(s);
        !only_curves(estimates, spec) && select(estimates, spec, Form::OverTime).map_or(true, |s| moves(&s))
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        several(estimates, spec)?;
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        several(estimates, spec)?;
        vega::vega(estimates, spec)
    }
}

/// Periods in which something has a value.
fn valued_periods(selection: &Selection<'_>) -> usize {
    let known = |p: &&Period| selection.rows.iter().any(|e| e.period() == **p && e.value.is_some());
    selection.periods.iter().filter(known).count()
}

/// Refuses a single period, in which nothing develops.
fn several(estimates: &[Estimate], spec: &ChartSpec) -> Result<()> {
    let selection = select(estimates, spec, Form::OverTime)?;
    match selection.periods.as_slice() {
        [one] => Err(Error::usage(
            format!("a line shows how values develop, but there is a single period: {}", words::short(*one)),
            "take ranked-dots, or measure by a shorter period, as in `systemic measure --by platform,month`",
        )),
        _ => Ok(()),
    }
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let selection = select(estimates, spec, Form::OverTime)?;
    let series = series(&selection);
    let coloured = coloured(&selection, &series, spec)?;
    let scale = value_scale(&series, &coloured, TICKS);
    let periods = on_axis(&selection);
    let mut caption = words::caption(&selection, spec, &compared(&selection, series.len()), &when(&selection));
    let marks = marks::shown(spec, &selection, periods);
    caption.notes = notes::notes(&selection, (periods, &series), &coloured, &marks, spec);
    let theme = Theme::of(spec.preset);
    let frame = Frame::new(theme, &caption);
    let mut canvas = Canvas::new(theme.width, theme.height);
    frame.draw(&mut canvas);
    let alt = alt::line(&caption, &selection, &series, &coloured, &marks);
    let inner = frame.inner(theme.height);
    plot::Plot::new(theme, &inner, &selection, (periods, &series), &coloured, scale, marks).draw(&mut canvas);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// The periods on the axis: all, but for those without any value at the ends where these are too many.
pub(crate) fn on_axis<'s>(selection: &'s Selection<'_>) -> &'s [Period] {
    let all = selection.periods.as_slice();
    let known = |p: &Period| {
        let here = |e: &&&Estimate| e.period() == *p && (e.value.is_some() || e.lower.is_some() || e.upper.is_some());
        selection.rows.iter().any(|e| here(&e))
    };
    let (Some(first), Some(last)) = (all.iter().position(known), all.iter().rposition(known)) else { return all };
    let days = |from: usize, to: usize| scale::middle(all[to]) - scale::middle(all[from]);
    if first < last && days(first, last) < days(0, all.len() - 1) * (1.0 - EMPTY_ENDS) {
        return &all[first..=last];
    }
    all
}

/// Whether enough lines are more than a point: of two half-years, one may be of a few platforms alone.
pub(crate) fn develops(selection: &Selection<'_>) -> bool {
    let series = series(selection);
    let with = |n: usize| series.iter().filter(|s| s.valued().count() >= n).count();
    selection.periods.len() < 2 || with(1) == 0 || with(2) * 3 >= with(1)
}

pub(crate) fn series<'a>(selection: &Selection<'a>) -> Vec<Series<'a>> {
    // Rows are sorted by platform, group and period, so that a series is a run of them.
    let mut all: Vec<Series<'a>> = Vec::new();
    for e in &selection.rows {
        match all.last_mut() {
            Some(s) if s.points.first().is_some_and(|p| p.platform == e.platform && p.group_value == e.group_value) => {
                s.points.push(e);
            }
            _ => all.push(Series { label: selection.label(e), points: vec![e] }),
        }
    }
    all
}

/// Endings of the title, longest first.
pub(crate) fn compared(selection: &Selection<'_>, lines: usize) -> Vec<String> {
    let rhythm = words::rhythm(&selection.periods);
    match (lines > 1, selection.periods.len() > 1) {
        (true, true) => {
            let things = format!(", by {}", selection.things());
            vec![format!("{things} and {}", rhythm.trim_start_matches("by ")), things, format!(", {rhythm}")]
        }
        (true, false) => vec![format!(", by {}", selection.things())],
        (false, true) => vec![format!(", {rhythm}")],
        (false, false) => Vec::new(),
    }
}

pub(crate) fn when(selection: &Selection<'_>) -> String {
    match (selection.periods.first(), selection.periods.last()) {
        (Some(first), Some(last)) => words::span(*first, *last),
        _ => String::new(),
    }
}

/// Indices of the series in colour: those wanted, or all if they are few, or the largest.
fn coloured(selection: &Selection<'_>, series: &[Series<'_>], spec: &ChartSpec) -> Result<Vec<usize>> {
    let wanted = selection.highlighted(spec, COLOURED)?;
    if !wanted.is_empty() {
        return Ok(wanted.iter().filter_map(|w| series.iter().position(|s| s.label == *w)).collect());
    }
    let mut all: Vec<usize> = (0..series.len()).filter(|&i| series[i].drawn()).collect();
    if all.len() > COLOURED {
        let size = |i: usize| notes::size(&series[i], notes::by_n(series));
        all.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
        all.truncate(COLOURED);
        all.sort_unstable();
    }
    Ok(all)
}

/// A scale with about `ticks` ticks for the values of all series and the intervals of those in colour.
pub(crate) fn value_scale(series: &[Series<'_>], coloured: &[usize], ticks: usize) -> Scale {
    let whole = scale::counts(series.iter().flat_map(Series::valued));
    let unit = series.first().and_then(|s| s.points.first()).map_or("", |e| e.unit.as_str());
    let values = || series.iter().flat_map(Series::valued).filter_map(|e| e.value);
    let bounds = || coloured.iter().flat_map(|&i| &series[i].points).flat_map(|e| [e.lower, e.upper]).flatten();
    // Only counts and rates whose lines are of very different size need a logarithm: the growth of a single one shows on
    // a linear axis. A single delay of years, though, would press all days to the floor.
    let largest = || series.iter().map(Series::largest).filter(|v| *v > 0.0);
    let apart = largest().fold(0.0, f64::max) / largest().fold(f64::INFINITY, f64::min) > scale::LOG_FROM;
    (scale::durations(unit) || (whole || scale::rates(unit)) && apart)
        .then(|| Scale::log_with(&values().collect::<Vec<_>>(), bounds()))
        .flatten()
        .unwrap_or_else(|| Scale::linear(values().chain(bounds()), unit, whole, u32::try_from(ticks).unwrap_or(5)))
}
