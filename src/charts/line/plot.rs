//! The drawing of a line chart: axes, gaps, intervals, lines, and labels at their ends.

use super::super::labels;
use super::super::scale::{self, DateTick, Scale, axis_caption};
use super::super::select::Selection;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{
    AXIS, BAND_OPACITY, COLOURS, CONTEXT, DASHES, EMPTY, GRID, MARKERS, SMALL_TEXT, TEXT, Theme,
};
use super::super::words;
use super::{Series, notes};
use crate::estimate::Estimate;
use crate::time::Period;

/// Points that stand closer than so many radii of a marker have none: it would hide the line.
const MARKER_ROOM: f64 = 6.0;
/// So many grey lines are labelled too; more would crowd the coloured ones' labels.
const GREY_LABELLED: usize = 3;
/// Part of the width that labels at the ends of lines may take.
const LABEL_ROOM: f64 = 0.28;

/// A label at the end of a line.
struct Label {
    series: usize,
    /// `None` for a grey line.
    colour: Option<usize>,
    name: Vec<String>,
    value: String,
}

impl Label {
    /// Height of the label, with the space to the next one.
    fn height(&self, theme: &Theme) -> f64 {
        let lines = u32::try_from(self.name.len() + usize::from(!self.value.is_empty())).unwrap_or(u32::MAX);
        f64::from(lines) * Label::leading(theme) + theme.label * 0.35
    }

    fn leading(theme: &Theme) -> f64 {
        Theme::leading(theme.label) * 0.94
    }

    fn kind(&self, theme: &Theme) -> Type {
        if self.colour.is_some() { Type::bold(theme.label, TEXT) } else { Type::regular(theme.label, SMALL_TEXT) }
    }
}

pub(super) struct Plot<'s, 'a> {
    theme: Theme,
    selection: &'s Selection<'a>,
    series: &'s [Series<'a>],
    coloured: &'s [usize],
    scale: Scale,
    area: Rect,
    caption: String,
    ticks: Vec<DateTick>,
    labels: Vec<Label>,
    days: (f64, f64),
    pad: f64,
}

impl<'s, 'a> Plot<'s, 'a> {
    pub(super) fn new(
        theme: Theme,
        inner: &Rect,
        selection: &'s Selection<'a>,
        series: &'s [Series<'a>],
        coloured: &'s [usize],
        scale: Scale,
    ) -> Self {
        let unit = selection.rows.first().map_or("", |e| e.unit.as_str());
        let small = Type::regular(theme.small, SMALL_TEXT);
        let gutter = scale.ticks(unit, 6).iter().map(|t| small.width(&t.label)).fold(0.0, f64::max) + theme.small * 0.6;
        // What the axis of dates takes is not known yet; two lines of it are the most.
        let height = inner.height() - theme.small * 2.6 - Theme::leading(theme.small) * 2.0;
        let labels =
            fitting(end_labels(&theme, selection, series, coloured, inner.width() * LABEL_ROOM), &theme, height);
        let room = labels.iter().map(|l| label_width(&theme, l)).fold(0.0, f64::max);
        let caption = axis_caption(unit, &scale);
        let mut area = Rect {
            left: inner.left + gutter,
            top: inner.top + theme.small * if caption.is_empty() { 0.5 } else { 1.9 },
            right: inner.right - if labels.is_empty() { 0.0 } else { room + label_gap(&theme, labels.len()) },
            bottom: inner.bottom,
        };
        let days = match (selection.periods.first(), selection.periods.last()) {
            (Some(a), Some(b)) => (scale::middle(*a), scale::middle(*b)),
            _ => (0.0, 0.0),
        };
        let pad = theme.marker * 2.4;
        let per_day = (area.width() - 2.0 * pad) / (days.1 - days.0).max(1.0);
        let ticks = scale::date_ticks(&selection.periods, per_day, theme.small * 2.7);
        let rows = if ticks.iter().any(|t| t.year.is_some()) { 2.0 } else { 1.0 };
        area.bottom -= theme.small * 0.7 + Theme::leading(theme.small) * rows;
        Self { theme, selection, series, coloured, scale, area, caption, ticks, labels, days, pad }
    }

    /// Where a day stands.
    fn x(&self, day: f64) -> f64 {
        let (first, last) = self.days;
        if last <= first {
            // One period: not at the end, so that labels stand beside the points.
            return self.area.left + self.area.width() * 0.5;
        }
        self.area.left + self.pad + (day - first) / (last - first) * (self.area.width() - 2.0 * self.pad)
    }

    fn y(&self, value: f64) -> f64 {
        self.area.bottom - self.scale.at(value) * self.area.height()
    }

    /// Where a point of a series stands; in a single period, coloured series stand side by side.
    fn point_x(&self, e: &Estimate, colour: Option<usize>) -> f64 {
        let x = self.x(scale::middle(e.period()));
        let Some(colour) = colour.filter(|_| self.days.1 <= self.days.0) else { return x };
        let step = self.theme.marker * 5.0;
        #[expect(clippy::cast_precision_loss, reason = "at most four colours")]
        let place = colour as f64 - (self.coloured.len().max(1) - 1) as f64 / 2.0;
        x + place * step
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_empty_spans(canvas);
        self.draw_axes(canvas);
        let grey = (0..self.series.len()).filter(|i| !self.coloured.contains(i));
        for s in grey.map(|i| &self.series[i]) {
            for run in s.runs() {
                let points: Vec<_> =
                    run.iter().map(|e| (self.x(scale::middle(e.period())), self.y(e.value.unwrap_or(0.0)))).collect();
                if let [(x, y)] = points.as_slice() {
                    canvas.marker((*x, *y), self.theme.marker * 0.6, MARKERS[0], CONTEXT);
                } else {
                    canvas.path(points, CONTEXT, self.theme.line * 0.5, &[]);
                }
            }
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            self.draw_intervals(canvas, &self.series[i], colour);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            self.draw_series(canvas, &self.series[i], colour);
        }
        self.draw_labels(canvas);
        if !self.series.iter().any(Series::drawn) {
            let kind = Type::regular(self.theme.label, SMALL_TEXT).at(Anchor::Middle);
            let middle =
                (f64::midpoint(self.area.left, self.area.right), f64::midpoint(self.area.top, self.area.bottom));
            canvas.text(middle.0, middle.1, "No value for any period", kind);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let unit = self.selection.rows.first().map_or("", |e| e.unit.as_str());
        // Where nothing is drawn, an axis would measure nothing.
        let drawn = self.series.iter().any(Series::drawn);
        for tick in self.scale.ticks(unit, 6).into_iter().filter(|_| drawn) {
            let y = area.bottom - tick.at * area.height();
            canvas.line((area.left, y), (area.right, y), GRID, 1.0);
            canvas.text(area.left - t.small * 0.6, y + t.small * 0.36, &tick.label, small.at(Anchor::End));
        }
        let zero = if self.scale.is_log() { area.bottom } else { self.y(0.0) };
        canvas.line((area.left, zero), (area.right, zero), AXIS, 1.0);
        let first_tick = self.scale.ticks(unit, 6).iter().map(|t| small.width(&t.label)).fold(0.0, f64::max);
        canvas.text(area.left - first_tick - t.small * 0.6, area.top - t.small, &self.caption, small);
        for tick in &self.ticks {
            let x = self.x(tick.day);
            canvas.line((x, area.bottom), (x, area.bottom + t.small * 0.4), AXIS, 1.0);
            let baseline = area.bottom + t.small * 0.6 + t.small;
            canvas.text(x, baseline, &tick.label, small.at(Anchor::Middle));
            if let Some(year) = &tick.year {
                canvas.text(
                    x,
                    baseline + Theme::leading(t.small),
                    year,
                    Type { face: Face::Bold, ..small }.at(Anchor::Middle),
                );
            }
        }
    }

    /// Shades spans for which no series has a value, and says why where there is room.
    fn draw_empty_spans(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        if self.selection.periods.len() < 2 {
            return;
        }
        for (span, words) in notes::empty_spans(self.selection) {
            let edge = |day: i32| self.x(f64::from(day)).clamp(self.area.left, self.area.right);
            let (left, right) = (edge(span.start), edge(span.end));
            canvas.rect(Rect { left, right, ..self.area }, EMPTY);
            let small = Type::regular(t.small, SMALL_TEXT).at(Anchor::Middle);
            if small.width(words) + t.small < right - left {
                canvas.text(f64::midpoint(left, right), self.area.top + t.small * 1.5, words, small);
            }
        }
    }

    fn draw_intervals(&self, canvas: &mut Canvas, series: &Series<'_>, colour: usize) {
        let x = |e: &Estimate| self.x(scale::middle(e.period()));
        for band in series.bands() {
            let upper = band.iter().map(|e| (x(e), self.y(e.upper.unwrap_or(0.0))));
            let lower = band.iter().rev().map(|e| (x(e), self.y(e.lower.unwrap_or(0.0))));
            canvas.area(upper.chain(lower).collect(), COLOURS[colour], BAND_OPACITY);
        }
        for e in series.bars() {
            let ends = [e.lower.or(e.value).or(e.upper), e.upper.or(e.value).or(e.lower)];
            let (x, cap, width) = (self.point_x(e, Some(colour)), self.theme.marker, self.theme.line * 0.6);
            if let [Some(low), Some(high)] = ends {
                canvas.line((x, self.y(low)), (x, self.y(high)), COLOURS[colour], width);
            }
            for bound in [e.lower, e.upper].into_iter().flatten() {
                canvas.line((x - cap, self.y(bound)), (x + cap, self.y(bound)), COLOURS[colour], width);
            }
        }
    }

    fn draw_series(&self, canvas: &mut Canvas, series: &Series<'_>, colour: usize) {
        let t = &self.theme;
        let place = |e: &Estimate| (self.point_x(e, Some(colour)), self.y(e.value.unwrap_or(0.0)));
        let runs = series.runs();
        for run in &runs {
            if run.len() > 1 {
                canvas.path(run.iter().map(|e| place(e)).collect(), COLOURS[colour], t.line, DASHES[colour]);
            }
        }
        let periods = u32::try_from(self.selection.periods.len()).unwrap_or(u32::MAX);
        let dense = self.area.width() / f64::from(periods) < t.marker * MARKER_ROOM;
        let last = series.valued().last();
        for run in &runs {
            for e in run {
                let end = last.is_some_and(|l| std::ptr::eq(l, *e));
                if !dense || run.len() == 1 || end {
                    canvas.marker(
                        place(e),
                        t.marker * if dense && !end { 0.8 } else { 1.0 },
                        MARKERS[colour],
                        COLOURS[colour],
                    );
                }
            }
        }
    }

    fn draw_labels(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let leading = Label::leading(t);
        let ends: Vec<(f64, f64)> = self
            .labels
            .iter()
            .map(|l| {
                let last = self.series[l.series].valued().last();
                last.map_or((self.area.right, self.area.bottom), |e| {
                    (self.point_x(e, l.colour), self.y(e.value.unwrap_or(0.0)))
                })
            })
            .collect();
        let several = self.labels.len() > 1;
        let sizes: Vec<f64> = self.labels.iter().map(|l| l.height(t)).collect();
        // The first line, not the middle of the label, stands at the height of the line's end.
        let wanted: Vec<f64> =
            ends.iter().zip(&sizes).map(|((_, y), h)| y + (h - leading) / 2.0 - t.label * 0.17).collect();
        // Beside the points of a single period, labels stand within the axes.
        let single = self.days.1 <= self.days.0;
        let over = if single { 0.0 } else { t.small * 0.4 };
        let centres = labels::spread(&wanted, &sizes, self.area.top - over, self.area.bottom + over);
        let edge = ends.iter().map(|(x, _)| *x).fold(self.area.left, f64::max);
        for (((label, end), size), centre) in self.labels.iter().zip(&ends).zip(&sizes).zip(&centres) {
            let top = centre - size / 2.0 + t.label * 0.17;
            let middle = top + leading / 2.0;
            let mut x = edge + label_gap(t, 1);
            if several {
                let from = (end.0 + t.marker * 1.9, end.1);
                let to = (x + t.label * 0.9, middle);
                let colour = label.colour.map_or(CONTEXT, |c| COLOURS[c]);
                let far = (middle - end.1).abs() > 1.5 || to.0 - from.0 > label_gap(t, 2) * 1.5;
                if far || single {
                    canvas.line(from, to, colour, 0.8);
                }
                x += label_gap(t, 2) - label_gap(t, 1);
                // Beside the points of a single period, a marker would look like one more point.
                if let Some(c) = label.colour.filter(|_| !single) {
                    canvas.marker((x - t.label * 0.65, middle), t.marker, MARKERS[c], colour);
                }
            }
            let kind = label.kind(t);
            let lines =
                label.name.iter().map(|l| (l, kind)).chain([(&label.value, Type::regular(t.label, SMALL_TEXT))]);
            let mut y = top + t.label * 0.95;
            for (line, kind) in lines.filter(|(l, _)| !l.is_empty()) {
                canvas.text_on_paper(x, y, line, kind);
                y += leading;
            }
        }
    }
}

/// Space between the end of the lines and their labels; with several, a marker and a leader stand there.
fn label_gap(theme: &Theme, labels: usize) -> f64 {
    theme.label * if labels > 1 { 2.6 } else { 1.1 }
}

/// The labels that a low plot has room for: without those of grey lines, then without values, then fewer.
fn fitting(mut labels: Vec<Label>, theme: &Theme, height: f64) -> Vec<Label> {
    let full = |labels: &[Label]| labels.iter().map(|l| l.height(theme)).sum::<f64>() > height;
    if full(&labels) {
        labels.retain(|l| l.colour.is_some());
    }
    if full(&labels) {
        for label in &mut labels {
            label.value.clear();
        }
    }
    while full(&labels) && labels.pop().is_some() {}
    labels
}

fn label_width(theme: &Theme, label: &Label) -> f64 {
    let name = label.name.iter().map(|l| label.kind(theme).width(l)).fold(0.0, f64::max);
    name.max(Type::regular(theme.label, TEXT).width(&label.value))
}

fn end_labels(
    theme: &Theme,
    selection: &Selection<'_>,
    series: &[Series<'_>],
    coloured: &[usize],
    room: f64,
) -> Vec<Label> {
    let last_period: Option<Period> = selection.periods.last().copied();
    let single = selection.periods.len() == 1;
    let labels = coloured.iter().enumerate().filter_map(|(colour, &i)| {
        let s = &series[i];
        let last = s.valued().last()?;
        let mut value = last.value.map(|v| labels::value(v, &last.unit)).unwrap_or_default();
        if Some(last.period()) != last_period {
            value = format!("{value} in {}", words::short(last.period()));
        }
        if let Some(n) = last.n.filter(|_| single) {
            value = format!("{value} (n = {})", labels::count(n));
        }
        let name = text::wrap(&s.label, theme.label, Face::Bold, room, 2);
        Some(Label {
            series: i,
            colour: Some(colour),
            name,
            value: text::ellipsis(&value, theme.label, Face::Regular, room),
        })
    });
    let grey: Vec<usize> =
        (0..series.len()).filter(|i| !coloured.contains(i) && series[*i].valued().next().is_some()).collect();
    let few = grey.len() <= GREY_LABELLED;
    let greys = grey.into_iter().filter(|_| few).map(|i| {
        let name = text::wrap(&series[i].label, theme.label, Face::Regular, room, 1);
        Label { series: i, colour: None, name, value: String::new() }
    });
    labels.chain(greys).collect()
}
