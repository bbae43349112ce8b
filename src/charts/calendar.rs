//! A calendar of days: weeks as columns, weekdays as rows, the value as one of a few steps of a colour.
//!
//! A day without a row is hatched, and one without a value has a sign: neither looks like a small value.

use super::line::{self, Series, notes as of_lines};
use super::marks::{self, Numbered};
use super::select::{Form, Selection, about, select_of};
use super::spec::{ChartSpec, Preset};
use super::svg::Canvas;
use super::theme::Theme;
use super::words::{self, Caption};
use super::{Chart, Figure, alt, frame::Frame, labels, notes};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};
use crate::time::Period;

mod day;
mod key;
mod sheet;
mod steps;
mod vega;

/// Calendars that a figure holds: more are too small to compare.
const PANELS: usize = 6;
/// Days from which on a calendar shows more than a line.
const WORTH: usize = 14;
/// Names in one note.
const NAMED: usize = 4;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct Calendar;

impl Chart for Calendar {
    fn id(&self) -> &'static str {
        "calendar"
    }

    fn title(&self) -> &'static str {
        "Calendar of days"
    }

    fn doc(&self) -> &'static str {
        "Shows a value on each day in a calendar for each of up to six platforms or groups: weeks are columns, weekdays \
         rows, and a darker blue is a larger value. Of more than six, those highlighted are shown. It reads estimates of \
         single days; a day without one is hatched, and one without a value has a sign. Several years stand below each \
         other. Use it to find weekly rhythms, outages and gaps; for levels take line."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        choose(estimates, spec).is_ok_and(|selection| selection.periods.len() >= WORTH)
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
    let selection = choose(estimates, spec)?;
    let panels = panels(&selection);
    let Some(span) = span(&selection) else { return Err(no_days()) };
    let marks = marks::shown(spec, &selection, &selection.periods);
    let mut caption =
        words::caption(&selection, spec, &line::compared(&selection, panels.len()), &line::when(&selection));
    caption.notes = said(&selection, &panels, span, &marks, spec);
    let theme = Theme::of(spec.preset);
    let frame = Frame::new(theme, &caption);
    let given = sheet::Given { panels: &panels, span, steps: steps::Steps::new(&selection.rows), marks: &marks };
    let sheet = sheet::Sheet::new(theme, &frame.inner(theme.height), &given);
    if !sheet.legible() {
        return Err(Error::usage(
            format!("{} calendars of this time are too small in preset {}", panels.len(), spec.preset.name()),
            format!("take preset {}, which grows, or fewer platforms", Preset::Web.name()),
        ));
    }
    let height = if theme.elastic { frame.height_with(sheet.height) } else { theme.height };
    let mut canvas = Canvas::new(theme.width, height);
    frame.draw(&mut canvas);
    sheet.draw(&mut canvas, &frame.inner(height), &given);
    let alt = alt::calendar(&caption, &selection, &panels, span, &marks);
    Ok((canvas, caption, alt, selection.csv()?))
}

fn no_days() -> Error {
    Error::usage("there are no estimates of single days", "measure by day, or take line for longer periods")
}

/// The rows of single days; of many platforms, of those that are highlighted.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Selection<'a>> {
    let daily = |e: &&Estimate| e.x.is_none() && e.period_end - e.period_start == 1;
    let days: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(daily).collect();
    if days.is_empty() {
        return Err(no_days());
    }
    let selection = select_of(days, spec, Form::OverTime)?;
    let wanted = selection.highlighted(spec, PANELS)?;
    let count = line::series(&selection).len();
    if count <= PANELS {
        return Ok(selection);
    }
    if wanted.is_empty() {
        return Err(Error::usage(
            format!("there are {count} calendars to draw, and a figure holds {PANELS}"),
            format!("highlight up to {PANELS} platforms or groups, or take small-multiples"),
        ));
    }
    let rows = selection.rows.iter().copied().filter(|e| wanted.contains(&selection.label(e))).collect();
    Ok(Selection::of(rows, spec))
}

/// The calendars in the order of their size, all platforms together first.
fn panels<'a>(selection: &Selection<'a>) -> Vec<Series<'a>> {
    let mut panels = line::series(selection);
    let by_n = of_lines::by_n(&panels);
    let total = |s: &Series<'_>| s.points.iter().all(|e| e.platform == ALL_PLATFORMS && e.group_value.is_none());
    let rank = |s: &Series<'_>| (total(s), s.valued().next().is_some());
    panels.sort_by(|a, b| {
        let size = of_lines::size(b, by_n).total_cmp(&of_lines::size(a, by_n));
        rank(b).cmp(&rank(a)).then(size).then_with(|| a.label.cmp(&b.label))
    });
    panels
}

/// From the first day to the last.
fn span(selection: &Selection<'_>) -> Option<Period> {
    let (first, last) = (selection.periods.first()?, selection.periods.last()?);
    Some(Period { start: first.start, end: last.end })
}

/// What a day is, beside a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    NoData,
    TooFew,
    Withheld,
    /// Not applicable, or only bounds are known.
    NoValue,
}

impl Lack {
    pub(crate) const ALL: [Self; 4] = [Self::NoData, Self::TooFew, Self::Withheld, Self::NoValue];

    /// What a day with this estimate lacks.
    pub(crate) fn of(e: Option<&Estimate>) -> Option<Self> {
        let Some(e) = e else { return Some(Self::NoData) };
        match e.status {
            _ if e.value.is_some() => None,
            Status::Insufficient => Some(Self::TooFew),
            Status::Suppressed => Some(Self::Withheld),
            Status::Ok | Status::NotApplicable => Some(Self::NoValue),
        }
    }

    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NoData => "no data",
            Self::TooFew => "too few observations",
            Self::Withheld => "withheld",
            Self::NoValue => "no single value",
        }
    }
}

/// The estimate of each day of a span.
pub(crate) fn days<'a>(panel: &Series<'a>, span: Period) -> Vec<(i32, Option<&'a Estimate>)> {
    let mut points = panel.points.iter().copied().peekable();
    (span.start..span.end)
        .map(|day| {
            while points.next_if(|e| e.period_start < day).is_some() {}
            (day, points.next_if(|e| e.period_start == day))
        })
        .collect()
}

fn said(
    selection: &Selection<'_>,
    panels: &[Series<'_>],
    span: Period,
    marks: &[Numbered<'_>],
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    out.extend(marks::note(marks));
    let mut reasons = Vec::new();
    for lack in Lack::ALL {
        let mut who = Vec::new();
        for panel in panels {
            let n = days(panel, span).iter().filter(|(_, e)| Lack::of(*e) == Some(lack)).count();
            let days = format!("{n} day{}", if n == 1 { "" } else { "s" });
            if n > 0 {
                who.push(if panels.len() == 1 { days } else { format!("{} ({days})", panel.label) });
            }
        }
        if !who.is_empty() {
            reasons.push(format!("{} – {}", lack.words(), labels::some_names(&who, NAMED)));
        }
    }
    if !reasons.is_empty() {
        out.push(words::sentence(&format!("Without a value: {}", reasons.join("; "))));
    }
    out.extend(of_lines::denominators(panels));
    out.extend(notes::of_estimates(selection, "days"));
    out
}

#[cfg(test)]
mod tests;
