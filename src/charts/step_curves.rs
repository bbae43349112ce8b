//! What curves of time to an event have in common: their rows, their panels, and the figure around them.
//!
//! A curve is made of rows with `x`, the time since an origin; between two rows it is level. Beside it there may
//! be the number still at risk and the number censored at the same times, and the median.

use std::collections::BTreeSet;

use super::frame::Frame;
use super::panels::{self, Head, Needs, Panels, Side, SideLabel};
use super::scale;
use super::select::{Form, Selection, about, one_indicator, platform_label, settle};
use super::spec::ChartSpec;
use super::svg::{Canvas, Rect, Type};
use super::theme::{SMALL_TEXT, Theme};
use super::words::Caption;
use super::{labels, words};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Status};
use crate::time;

pub(crate) mod said;
mod ticks;
mod trace;
pub(crate) mod vega;

/// Curves in colour within a panel.
pub(crate) const COLOURED: usize = 4;
/// Panels at most: more are a table.
const PANELS: usize = 36;
/// Part of the width that labels beside the curves may take.
const LABEL_ROOM: f64 = 0.25;
/// The statistic that counts who is still at risk at `x`.
pub(crate) const AT_RISK: &str = "at_risk";
/// The statistic that counts who is censored at `x`.
pub(crate) const CENSORED: &str = "censored";
/// The statistic of the time within which half have had the event.
const MEDIAN: &str = "median";

/// What the curves of a form show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Falls from 1: the share that has not had the event.
    Survival,
    /// Rises from 0: the share that has had this event, among several.
    Incidence,
}

impl Kind {
    /// The statistic of its points.
    pub(crate) fn statistic(self) -> &'static str {
        match self {
            Self::Survival => "survival",
            Self::Incidence => "cumulative_incidence",
        }
    }

    /// Where a curve begins, at time 0.
    fn start(self) -> f64 {
        if self == Self::Survival { 1.0 } else { 0.0 }
    }
}

/// One curve, with what belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Curve<'a> {
    pub kind: Kind,
    pub label: String,
    /// Its rows, by `x`.
    pub points: Vec<&'a Estimate>,
    pub at_risk: Vec<&'a Estimate>,
    pub censored: Vec<&'a Estimate>,
    pub median: Option<&'a Estimate>,
}

impl<'a> Curve<'a> {
    /// The rows with a value: time and share.
    pub(crate) fn shares(&self) -> impl Iterator<Item = (f64, f64)> + '_ {
        self.points.iter().filter_map(|e| Some((e.x?, e.value?)))
    }

    pub(crate) fn drawn(&self) -> bool {
        self.shares().next().is_some()
    }

    /// The latest time and share.
    pub(crate) fn end(&self) -> Option<(f64, f64)> {
        self.shares().last()
    }

    /// Number of units: the denominator of the rows, else those at risk at time 0.
    pub(crate) fn n(&self) -> Option<i64> {
        let first = || self.at_risk.iter().find(|e| e.x == Some(0.0)).and_then(|e| count(e));
        self.points.iter().find_map(|e| e.n).or_else(first)
    }

    /// The share at a time, and no value where the curve has ended or breaks.
    pub(crate) fn at(&self, x: f64) -> Option<f64> {
        let before = self.points.iter().rev().find(|e| e.x.is_some_and(|p| p <= x));
        before.map_or(Some(self.kind.start()), |e| e.value)
    }

    /// The median: as it is given, else the first time given at which the curve is at one half or below.
    pub(crate) fn half(&self) -> Option<f64> {
        if self.kind != Kind::Survival {
            return None;
        }
        let crossing = || self.shares().find(|(_, s)| *s <= 0.5 + 1e-12).map(|(x, _)| x);
        match self.median {
            Some(e) => e.value,
            None => crossing(),
        }
    }

    fn unit(&self) -> &'a str {
        self.points.iter().find_map(|e| e.x_unit.as_deref()).unwrap_or("days")
    }
}

/// A whole number that a row counts.
#[expect(clippy::cast_possible_truncation, reason = "counts are far below 2⁶³")]
pub(crate) fn count(e: &Estimate) -> Option<i64> {
    e.value.map(|v| v.round() as i64)
}

/// A panel with its curves; each in colour has the number of its colour.
#[derive(Debug, Clone)]
pub(crate) struct Panel<'a> {
    pub title: String,
    pub curves: Vec<(Curve<'a>, Option<usize>)>,
}

impl<'a> Panel<'a> {
    pub(crate) fn drawn(&self) -> bool {
        self.curves.iter().any(|(c, _)| c.drawn())
    }

    /// The curves in colour, in the order of their colours.
    pub(crate) fn coloured(&self) -> Vec<(&Curve<'a>, usize)> {
        let mut all: Vec<_> = self.curves.iter().filter_map(|(c, colour)| Some((c, (*colour)?))).collect();
        all.sort_by_key(|(_, colour)| *colour);
        all
    }

    /// Who is at risk: one row where all curves have the same, else one for each curve in colour.
    fn risks(&self) -> Vec<(Option<usize>, &[&'a Estimate])> {
        let coloured = self.coloured();
        let given = |e: &[&Estimate]| e.iter().map(|e| (e.x.map(f64::to_bits), count(e))).collect::<Vec<_>>();
        let mut rows: Vec<(Option<usize>, &[&'a Estimate])> = Vec::new();
        for (curve, colour) in coloured.iter().filter(|(c, _)| c.at_risk.iter().any(|e| e.value.is_some())) {
            rows.push((Some(*colour), &curve.at_risk));
        }
        let same = rows.windows(2).all(|w| given(w[0].1) == given(w[1].1));
        if rows.len() > 1 && same && rows.len() == coloured.len() {
            rows.truncate(1);
            rows[0].0 = None;
        }
        if coloured.len() == 1
            && let Some(row) = rows.first_mut()
        {
            row.0 = None;
        }
        rows
    }
}

/// The rows of the curves of one period, and what stands beside them.
pub(crate) fn choose<'a>(
    estimates: &'a [Estimate],
    spec: &ChartSpec,
    kind: Kind,
) -> Result<(Selection<'a>, Vec<Curve<'a>>)> {
    let main = kind.statistic();
    if let Some(name) = spec.statistic.as_deref().filter(|s| *s != main) {
        let known = vec![main.to_owned()];
        return Err(Error::Unknown { kind: "statistic of this form", name: name.to_owned(), known });
    }
    let time = |unit: Option<&str>| unit.is_some_and(scale::durations);
    let point = |e: &Estimate, statistic: &str| e.statistic == statistic && e.x.is_some() && time(e.x_unit.as_deref());
    let median = |e: &Estimate| kind == Kind::Survival && e.statistic == MEDIAN && e.x.is_none() && time(Some(&e.unit));
    let beside = |e: &Estimate| point(e, AT_RISK) || point(e, CENSORED) || median(e);
    let rows: Vec<&Estimate> = about(estimates, spec)?.into_iter().filter(|e| point(e, main) || beside(e)).collect();
    if !rows.iter().any(|e| e.statistic == main) {
        return Err(Error::usage(
            format!("there are no rows of {main} with x to draw"),
            format!("this form reads {main} with x in a unit of time, and {AT_RISK} beside it"),
        ));
    }
    let rows = one_indicator(rows, spec)?;
    let (curves, others): (Vec<&Estimate>, Vec<&Estimate>) = rows.into_iter().partition(|e| e.statistic == main);
    let selection = settle(curves, spec, Form::Profile)?;
    let period = selection.periods.first().copied();
    let group = selection.rows.first().and_then(|e| e.group_name.clone());
    let mut others: Vec<&Estimate> = others
        .into_iter()
        .filter(|e| Some(e.period()) == period && (e.group_name == group || e.group_name.is_none()))
        .collect();
    others.sort_by(|a, b| a.cmp_key(b));
    let mut all: Vec<Curve<'a>> = Vec::new();
    for e in &selection.rows {
        let same = |c: &Curve<'_>| {
            c.points.first().is_some_and(|o| (&o.platform, &o.group_value) == (&e.platform, &e.group_value))
        };
        if let Some(curve) = all.iter_mut().find(|c| same(c)) {
            curve.points.push(e);
            continue;
        }
        // Competing events share those at risk: their number may be given once for all of them.
        let of = |statistic: &str| -> Vec<&'a Estimate> {
            let mine = |o: &&&Estimate| o.statistic == statistic && o.platform == e.platform;
            let own: Vec<&Estimate> =
                others.iter().filter(mine).filter(|o| o.group_value == e.group_value).copied().collect();
            if !own.is_empty() || kind == Kind::Survival {
                return own;
            }
            others.iter().filter(mine).filter(|o| o.group_name.is_none()).copied().collect()
        };
        all.push(Curve {
            kind,
            label: selection.label(e),
            points: vec![e],
            at_risk: of(AT_RISK),
            censored: of(CENSORED),
            median: of(MEDIAN).first().copied(),
        });
    }
    for curve in &all {
        check(curve)?;
    }
    Ok((selection, all))
}

/// Shares of one direction, of times that are not negative, all in one unit.
fn check(curve: &Curve<'_>) -> Result<()> {
    let shares: Vec<(f64, f64)> = curve.shares().collect();
    let sign = if curve.kind == Kind::Survival { -1.0 } else { 1.0 };
    let turns = shares.windows(2).any(|w| (w[1].1 - w[0].1) * sign < -1e-9);
    let units = curve.points.iter().any(|e| e.unit != "share" || e.x_unit.as_deref() != Some(curve.unit()));
    if turns || units || curve.points.iter().any(|e| e.x.is_some_and(|x| x < 0.0)) {
        let way = if curve.kind == Kind::Survival { "rises" } else { "falls" };
        let start = curve.points.first().map_or(0, |e| e.period_start);
        return Err(Error::Invalid {
            place: format!("{} of {} from {}", curve.kind.statistic(), curve.label, time::iso(start)),
            message: format!("this is no curve of {}", curve.kind.statistic()),
            hint: format!("its values are shares, none {way} with time, and times are not negative, in one unit"),
        });
    }
    Ok(())
}

/// A figure to be composed: the panels, and the words that the form chooses.
pub(crate) struct Given<'s, 'a> {
    pub kind: Kind,
    pub selection: &'s Selection<'a>,
    pub panels: &'s [Panel<'a>],
    /// Names of the lines in colour, where panels have several.
    pub key: &'s [String],
    pub caption: Caption,
}

/// Draws panels, or a single one with labels beside its curves.
pub(crate) fn compose(given: &Given<'_, '_>, spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let Given { kind, selection, panels, key, .. } = *given;
    let mut caption = given.caption.clone();
    let base = Theme::of(spec.preset);
    let unit = panels.iter().flat_map(|p| &p.curves).map(|(c, _)| c.unit()).next().unwrap_or("days");
    let scales = trace::Scales::new(kind, panels, unit);
    let mut shown = panels.len().clamp(1, PANELS);
    loop {
        let theme = panels::crowded(base, shown);
        caption.notes = said::notes(kind, selection, (panels, shown), spec);
        let frame = Frame::new(base, &caption);
        let visible = &panels[..shown.min(panels.len())];
        if let [one] = visible {
            let mut canvas = Canvas::new(base.width, base.height);
            frame.draw(&mut canvas);
            single(&mut canvas, &theme, &frame.inner(base.height), one, &scales);
            return finish(canvas, caption, kind, selection, panels);
        }
        let heads: Vec<Head> = visible.iter().map(head).collect();
        let risks = visible.iter().map(|p| p.risks().len()).max().unwrap_or(0);
        let needs = Needs {
            heads: &heads,
            key,
            gutter: trace::gutter(&theme, &scales),
            foot: trace::foot(&theme, risks, false),
        };
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
        for (i, panel) in visible.iter().enumerate() {
            trace::Plot::new(theme, grid.area(&inner, i), panel, &scales, false).draw(&mut canvas);
        }
        return finish(canvas, caption, kind, selection, panels);
    }
}

fn finish(
    canvas: Canvas,
    caption: Caption,
    kind: Kind,
    selection: &Selection<'_>,
    panels: &[Panel<'_>],
) -> Result<(Canvas, Caption, String, String)> {
    let alt = said::alt(kind, &caption, selection, panels);
    let curves = panels.iter().flat_map(|p| &p.curves).map(|(c, _)| c);
    let all = curves.flat_map(|c| c.points.iter().chain(&c.at_risk).chain(&c.censored).chain(c.median.as_ref()));
    // Those at risk may be the same rows for several curves.
    let mut seen = BTreeSet::new();
    let mut rows: Vec<&Estimate> = all.copied().filter(|e| seen.insert(std::ptr::from_ref(*e))).collect();
    rows.sort_by(|a, b| a.cmp_key(b));
    let csv = selection.with_rows(rows).csv()?;
    Ok((canvas, caption, alt, csv))
}

fn head(panel: &Panel<'_>) -> Head {
    let coloured = panel.coloured();
    let curve = coloured.first().map(|(c, _)| *c).or_else(|| panel.curves.first().map(|(c, _)| c));
    let few = curve.and_then(|c| c.points.first()).filter(|_| !panel.drawn());
    let n = curve.and_then(Curve::n).map(|n| format!("n = {}", labels::count(n))).unwrap_or_default();
    let detail = few.map_or(n, |e| super::ranked_dots::reason(e));
    Head { title: panel.title.clone(), detail, drawn: panel.drawn() }
}

/// One plot with its labels to the right.
fn single(canvas: &mut Canvas, theme: &Theme, inner: &Rect, panel: &Panel<'_>, scales: &trace::Scales) {
    let risks = panel.risks();
    let gutter = trace::gutter(theme, scales).max(trace::risk_gutter(theme, &risks));
    let area = Rect {
        left: inner.left + gutter,
        top: inner.top + theme.small * 0.5,
        right: inner.right,
        bottom: inner.bottom - trace::foot(theme, risks.len(), true),
    };
    let y = |share: f64| area.bottom - scales.value.at(share) * area.height();
    let many = panel.curves.len() > 1;
    let side: Vec<SideLabel> = panel
        .coloured()
        .into_iter()
        .filter_map(|(c, colour)| {
            let (_, share) = c.end()?;
            let name = if many { c.label.clone() } else { String::new() };
            Some(SideLabel { colour, name, details: said::details(c), y: y(share) })
        })
        .collect();
    // A single curve is what the title names already: its label has only numbers.
    let side = Side::new(theme, &side, inner.width() * LABEL_ROOM, area.height());
    let last = Type::regular(theme.small, SMALL_TEXT).width("0000");
    let area = Rect { right: inner.right - side.width.max(last), ..area };
    trace::Plot::new(*theme, area, panel, scales, true).draw(canvas);
    side.draw(canvas, theme, area.right, &area);
}

/// The names of a row's platform and group apart: the part of a cross that `variable` names, and the rest with
/// the platform.
pub(crate) fn apart(selection: &Selection<'_>, e: &Estimate, variables: &[&str]) -> (String, Vec<String>) {
    let names: Vec<&str> = e.group_name.as_deref().unwrap_or_default().split('×').collect();
    let values: Vec<&str> = e.group_value.as_deref().unwrap_or_default().split('×').collect();
    let at = names.iter().position(|n| variables.contains(n)).unwrap_or(names.len().saturating_sub(1));
    let part = values.get(at).copied().unwrap_or_default();
    let mut rest: Vec<String> = Vec::new();
    if selection.platforms.len() > 1 {
        rest.push(platform_label(&e.platform));
    }
    rest.extend(values.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, v)| selection.group_label(v)));
    if rest.is_empty() {
        rest.push(platform_label(&e.platform));
    }
    let name = selection.group_label(part);
    // A code that nobody gave words for.
    (if name == part { name.replace('_', " ") } else { name }, rest)
}

/// Why a row has no value, in words.
pub(crate) fn why(e: &Estimate) -> &'static str {
    match e.status {
        Status::Insufficient => "too few observations",
        Status::Suppressed => "withheld",
        Status::NotApplicable => "not applicable",
        Status::Ok => "no data",
    }
}

/// The words of the period that a figure shows.
pub(crate) fn when(selection: &Selection<'_>) -> String {
    selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default()
}
