//! The drawing of one panel of curves: axes, bands, steps, marks of censoring, medians, and who is at risk.

use super::super::labels;
use super::super::panels::number;
use super::super::scale::Scale;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, BAND_OPACITY, COLOURS, CONTEXT, Colour, DASHES, GRID, MARKERS, SMALL_TEXT, Theme};
use super::{Curve, Kind, Panel, count, ticks};
use crate::estimate::Estimate;

/// Characters that the name of a row of numbers at risk has room for, in multiples of small text.
const NAME_ROOM: f64 = 9.0;
/// Dash of the thin lines that lead to a median.
const GUIDE: [f64; 2] = [3.0, 3.0];

/// The scales that all panels share.
#[derive(Debug)]
pub(super) struct Scales {
    pub value: Scale,
    /// The latest time of any curve.
    end: f64,
    unit: String,
}

impl Scales {
    pub(super) fn new(kind: Kind, panels: &[Panel<'_>], unit: &str) -> Self {
        let points = || panels.iter().flat_map(|p| &p.curves).flat_map(|(c, _)| &c.points);
        let end = points().filter(|e| e.value.is_some()).filter_map(|e| e.x).fold(0.0, f64::max);
        let values = points().flat_map(|e| [e.value, e.lower, e.upper]).flatten();
        let one = panels.len() == 1;
        // Where limits are all that rises above 0, the axis is theirs.
        let nothing = values.clone().all(|v| v == 0.0);
        let value = match kind {
            Kind::Survival => Scale::Linear { low: 0.0, high: 1.0, step: if one { 0.25 } else { 0.5 } },
            // Not to 100% where all events together are had by few: the bands need the room.
            Kind::Incidence => match Scale::linear(values, "", false, if one { 5 } else { 3 }) {
                Scale::Linear { high, .. } if high > 1.0 || nothing => {
                    Scale::Linear { low: 0.0, high: 1.0, step: if one { 0.25 } else { 0.5 } }
                }
                scale => scale,
            },
        };
        Self { value, end: if end > 0.0 { end } else { 1.0 }, unit: unit.to_owned() }
    }

    /// The latest time of any curve.
    pub(super) fn end(&self) -> f64 {
        self.end
    }
}

/// Width of the labels of the axis of values.
pub(super) fn gutter(t: &Theme, scales: &Scales) -> f64 {
    let small = Type::regular(t.small, SMALL_TEXT);
    let widest = scales.value.ticks("share", 6).iter().map(|tick| small.width(&tick.label)).fold(0.0, f64::max);
    widest + t.small * 0.6
}

/// Width that the names of rows of numbers at risk need, with half of the first number.
pub(super) fn risk_gutter(t: &Theme, risks: &[(Option<usize>, &[&Estimate])]) -> f64 {
    let small = Type::regular(t.small, SMALL_TEXT);
    let numbers = risks.iter().flat_map(|(_, row)| row.iter()).filter_map(|e| count(e));
    let widest = numbers.map(|n| small.width(&labels::count(n))).fold(0.0, f64::max);
    let name = if risks.iter().any(|(colour, _)| colour.is_some()) { t.small * NAME_ROOM } else { 0.0 };
    name + widest / 2.0 + if name > 0.0 { t.small } else { 0.0 }
}

/// Height of what stands below the axes: ticks, and the numbers at risk; in a single plot with a heading.
pub(super) fn foot(t: &Theme, risks: usize, single: bool) -> f64 {
    let line = Theme::leading(t.small);
    t.small * 0.7 + line * (1.0 + if single { 1.0 } else { 0.0 } + number(risks)) + t.small * 0.2
}

/// One row as it is drawn: time, share, limits.
#[derive(Clone, Copy)]
struct Step {
    x: f64,
    share: f64,
    limits: Option<(f64, f64)>,
}

pub(super) struct Plot<'p, 'a> {
    theme: Theme,
    area: Rect,
    panel: &'p Panel<'a>,
    scales: &'p Scales,
    /// Whether it stands alone, with names and units written out.
    single: bool,
}

impl<'p, 'a> Plot<'p, 'a> {
    pub(super) fn new(theme: Theme, area: Rect, panel: &'p Panel<'a>, scales: &'p Scales, single: bool) -> Self {
        Self { theme, area, panel, scales, single }
    }

    fn x(&self, time: f64) -> f64 {
        self.area.left + time / self.scales.end * self.area.width()
    }

    fn y(&self, share: f64) -> f64 {
        self.area.bottom - self.scales.value.at(share) * self.area.height()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_axes(canvas);
        let t = &self.theme;
        for (curve, _) in self.panel.curves.iter().filter(|(_, colour)| colour.is_none()) {
            self.draw_curve(canvas, curve, (CONTEXT, t.line * 0.6), &[]);
        }
        let coloured = self.panel.coloured();
        for (curve, colour) in &coloured {
            self.draw_bands(canvas, curve, COLOURS[*colour]);
        }
        for (curve, colour) in &coloured {
            self.draw_median(canvas, curve, COLOURS[*colour]);
        }
        for (curve, colour) in &coloured {
            self.draw_curve(canvas, curve, (COLOURS[*colour], t.line), DASHES[*colour]);
            self.draw_censored(canvas, curve, COLOURS[*colour]);
        }
        for (curve, colour) in &coloured {
            if let Some((x, share)) = curve.end() {
                canvas.marker((self.x(x), self.y(share)), t.marker, MARKERS[*colour], COLOURS[*colour]);
            }
        }
    }

    /// Runs of rows with values, each with the time at which it ends.
    fn runs(&self, curve: &Curve<'_>) -> Vec<(Vec<Step>, f64)> {
        let start = curve.kind.start();
        let first = Step { x: 0.0, share: start, limits: Some((start, start)) };
        let mut runs: Vec<(Vec<Step>, f64)> = Vec::new();
        let mut open = if curve.points.first().is_some_and(|e| e.x > Some(0.0) && e.value.is_some()) {
            vec![first]
        } else {
            Vec::new()
        };
        for e in &curve.points {
            let Some(x) = e.x else { continue };
            if let Some(share) = e.value {
                open.push(Step { x, share, limits: e.lower.zip(e.upper) });
            } else if !open.is_empty() {
                // A single row holds until nothing is known, as a point alone would not be seen.
                let end = if open.len() == 1 { x.min(self.scales.end) } else { open[open.len() - 1].x };
                runs.push((std::mem::take(&mut open), end));
            }
        }
        if let Some(last) = open.last().map(|s| s.x) {
            runs.push((open, last));
        }
        runs
    }

    /// The corners of steps that are level up to `end`.
    fn corners(&self, steps: impl Iterator<Item = (f64, f64)>, end: f64) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = Vec::new();
        for (x, share) in steps {
            let (x, y) = (self.x(x), self.y(share));
            if let Some((_, before)) = out.last().copied() {
                out.push((x, before));
            }
            out.push((x, y));
        }
        if let Some((x, y)) = out.last().copied()
            && self.x(end) > x
        {
            out.push((self.x(end), y));
        }
        out
    }

    fn draw_curve(&self, canvas: &mut Canvas, curve: &Curve<'_>, (colour, width): (Colour, f64), dash: &[f64]) {
        for e in curve.points.iter().filter(|e| e.value.is_some()) {
            if let (Some(x), Some(share)) = (e.x, e.value) {
                canvas.value((self.x(x), self.y(share)), &curve.label, e);
            }
        }
        for (mut run, end) in self.runs(curve) {
            // At a median that is given apart, one half has had the event: the curve has a step there.
            if let Some(half) = curve.median.and_then(|_| curve.half())
                && let Some(i) = run.windows(2).position(|w| w[0].x < half && half < w[1].x)
                && run[i].share > 0.5
                && run[i + 1].share <= 0.5
            {
                run.insert(i + 1, Step { x: half, share: 0.5, limits: None });
            }
            let corners = self.corners(run.iter().map(|s| (s.x, s.share)), end);
            if corners.len() > 1 {
                canvas.path(corners, colour, width, dash);
            }
        }
    }

    /// Bands over rows whose limits are both known, and upright bars where a single limit is, or a single row.
    /// How many other bands lie on the values of a coloured curve, in the mean over all of them.
    fn crowd(&self) -> f64 {
        let all = self.panel.coloured();
        let holds = |c: &Curve<'_>, x: f64, v: f64| {
            let before = c.points.iter().rev().find(|e| e.x.is_some_and(|p| p <= x));
            before.and_then(|e| e.lower.zip(e.upper)).is_some_and(|(low, high)| (low..=high).contains(&v))
        };
        let (mut points, mut over) = (0_u32, 0_u32);
        for (curve, colour) in &all {
            for (x, v) in curve.shares() {
                points += 1;
                let others = all.iter().filter(|(_, other)| other != colour);
                over += u32::try_from(others.filter(|(c, _)| holds(c, x, v)).count()).unwrap_or(0);
            }
        }
        f64::from(over) / f64::from(points.max(1))
    }

    fn draw_bands(&self, canvas: &mut Canvas, curve: &Curve<'_>, colour: Colour) {
        // As in a line chart, bands that lie over each other are lighter.
        let opacity = BAND_OPACITY / (1.0 + self.crowd());
        for (run, end) in self.runs(curve) {
            let mut at = 0;
            for part in run.chunk_by(|a, b| a.limits.is_some() == b.limits.is_some()) {
                at += part.len();
                let until = run.get(at).map_or(end, |next| next.x);
                let limits = |which: fn((f64, f64)) -> f64| {
                    self.corners(part.iter().filter_map(|s| Some((s.x, which(s.limits?)))), until)
                };
                let (lower, upper) = (limits(|l| l.0), limits(|l| l.1));
                let wide = lower.first().zip(lower.last()).is_some_and(|(a, b)| b.0 > a.0 + 0.5);
                let open = |p: &[(f64, f64)], q: &[(f64, f64)]| p.iter().zip(q).any(|(a, b)| (a.1 - b.1).abs() > 0.05);
                if wide && open(&lower, &upper) {
                    canvas.area(lower.into_iter().chain(upper.into_iter().rev()).collect(), colour, opacity);
                }
            }
        }
        let rows: Vec<&Estimate> = curve.points.iter().copied().filter(|e| e.value.is_some()).collect();
        for e in &rows {
            let (Some(x), Some(v)) = (e.x, e.value) else { continue };
            let both = e.lower.is_some() && e.upper.is_some();
            // The last row's band has no width.
            let last = rows.last().is_some_and(|l| std::ptr::eq(*l, *e));
            if (both && last) || (!both && (e.lower.is_some() || e.upper.is_some())) {
                let (low, high) = (e.lower.unwrap_or(v), e.upper.unwrap_or(v));
                canvas.line((self.x(x), self.y(low)), (self.x(x), self.y(high)), colour, self.theme.line * 0.5);
            }
        }
    }

    fn draw_median(&self, canvas: &mut Canvas, curve: &Curve<'_>, colour: Colour) {
        let Some(half) = curve.half().filter(|h| *h <= self.scales.end) else { return };
        let (x, y) = (self.x(half), self.y(0.5));
        let guide = vec![(self.area.left, y), (x, y), (x, self.area.bottom)];
        canvas.path(guide, colour, self.theme.line * 0.45, &GUIDE);
    }

    fn draw_censored(&self, canvas: &mut Canvas, curve: &Curve<'_>, colour: Colour) {
        let t = &self.theme;
        let half = t.small * 0.28;
        for e in curve.censored.iter().filter(|e| e.value.is_some_and(|v| v > 0.0)) {
            let Some(x) = e.x.filter(|x| *x <= self.scales.end) else { continue };
            if let Some(share) = curve.at(x) {
                let y = self.y(share);
                canvas.line((self.x(x), y - half), (self.x(x), y + half), colour, t.line * 0.5);
            }
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        for tick in self.scales.value.ticks("share", 6) {
            let y = area.bottom - tick.at * area.height();
            canvas.line((area.left, y), (area.right, y), if tick.at > 0.0 { GRID } else { AXIS }, 1.0);
            canvas.text(area.left - t.small * 0.6, y + t.small * 0.36, &tick.label, small.at(Anchor::End));
        }
        let risks = if self.panel.drawn() { self.panel.risks() } else { Vec::new() };
        let mut grid: Vec<f64> = risks.iter().flat_map(|(_, row)| row.iter()).filter_map(|e| e.x).collect();
        grid.sort_by(f64::total_cmp);
        grid.dedup();
        let line = Theme::leading(t.small);
        let at_risk = |row: &[&Estimate], x: f64| {
            row.iter().find(|e| e.x.is_some_and(|g| (g - x).abs() < 1e-9 * x.abs().max(1.0))).and_then(|e| count(e))
        };
        // The box that a tick and the numbers below it take.
        let span = |x: f64| {
            let numbers = risks.iter().filter_map(|(_, row)| at_risk(row, x)).map(|n| small.width(&labels::count(n)));
            let width = numbers.fold(small.width(&labels::value(x, "")), f64::max);
            // A number at the end stands over the edge by little, so that it does not meet the next panel's.
            let centre = self.x(x).min(area.right + t.small * 0.7 - width / 2.0);
            (centre - width / 2.0, centre + width / 2.0, centre)
        };
        let fit = |x: f64, others: &[f64]| {
            let (left, right, _) = span(x);
            others.iter().map(|o| span(*o)).all(|(l, r, _)| right + t.small * 0.6 <= l || r + t.small * 0.6 <= left)
        };
        let base = area.bottom + t.small * 0.7 + t.small * 0.86;
        let heading = if self.single { line } else { 0.0 };
        for x in ticks::ticks(self.scales.end, &grid, &self.scales.unit, &fit) {
            canvas.line((self.x(x), area.bottom), (self.x(x), area.bottom + t.small * 0.4), AXIS, 1.0);
            let (.., centre) = span(x);
            let kind = small.at(Anchor::Middle);
            canvas.text(centre, base, &labels::value(x, ""), kind);
            for (i, (_, row)) in risks.iter().enumerate() {
                if let Some(n) = at_risk(row, x) {
                    canvas.text(centre, base + heading + line * number(i + 1), &labels::count(n), kind);
                }
            }
        }
        if self.single {
            canvas.text(area.right, base + line, &self.scales.unit, small.at(Anchor::End));
        }
        self.draw_risk_names(canvas, &risks, base + heading);
    }

    fn draw_risk_names(&self, canvas: &mut Canvas, risks: &[(Option<usize>, &[&Estimate])], base: f64) {
        let t = &self.theme;
        let small = Type::regular(t.small, SMALL_TEXT);
        let line = Theme::leading(t.small);
        let room = risk_gutter(t, risks);
        let left = if self.single { self.area.left - room } else { self.area.left - t.small * 3.0 };
        if self.single && !risks.is_empty() {
            canvas.text(left.min(self.area.left), base, "Number at risk", small);
        }
        for (i, (colour, _)) in risks.iter().enumerate() {
            let Some(colour) = *colour else { continue };
            let y = base + line * number(i + 1);
            let radius = t.small * 0.27;
            canvas.dot((left + radius, y - t.small * 0.34), radius, MARKERS[colour], COLOURS[colour]);
            if self.single
                && let Some((curve, _)) = self.panel.coloured().into_iter().find(|(_, c)| *c == colour)
            {
                let name = text::ellipsis(&curve.label, t.small, Face::Regular, t.small * (NAME_ROOM - 1.0));
                canvas.text(left + t.small, y, &name, small);
            }
        }
    }
}
