//! The drawing of a line chart: axes, gaps, intervals, lines, and labels at their ends.

use super::super::marks::{self, Numbered};
use super::super::scale::{self, DateTick, Scale, axis_caption};
use super::super::select::Selection;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::Face;
use super::super::theme::{
    AXIS, BAND_OPACITY, COLOURS, CONTEXT, Colour, DASHES, EMPTY, GRID, MARKERS, SMALL_TEXT, Theme,
};
use super::ends::{self, Label, Place};
use super::{Series, notes};
use crate::estimate::Estimate;
use crate::time::Period;

/// Points that stand closer than so many radii of a marker have none: it would hide the line.
const MARKER_ROOM: f64 = 6.0;
/// Ticks of a logarithmic axis, at most.
const LOG_TICKS: usize = 6;
/// Space between an axis of values and its labels, in multiples of small text.
const GUTTER: f64 = 0.6;
/// Bands that lie on each value of the others, in the mean, from which they have edges.
const CROWDED: f64 = 0.8;
/// Part of the width that labels at the ends of lines may take.
const LABEL_ROOM: f64 = 0.28;

/// What is written and drawn around the lines of a plot.
#[derive(Debug, Clone)]
pub(crate) struct Around<'s> {
    /// Words over the axis of values.
    pub caption: String,
    /// Whether the ticks of the two axes have labels here, and not in the panel beside or below.
    pub values: bool,
    pub dates: bool,
    /// Ticks of a logarithmic axis, at most.
    pub log_ticks: usize,
    /// Breaks and faults; in a panel, their numbers stand alone.
    pub marks: Vec<Numbered<'s>>,
    /// Whether it is a panel among others, where the head and the shade say what lacks.
    pub panel: bool,
    /// One colour for all coloured series, in place of their own.
    pub tint: Option<Colour>,
}

pub(crate) struct Plot<'s, 'a> {
    theme: Theme,
    rows: Vec<&'a Estimate>,
    /// The periods on the axis.
    periods: &'s [Period],
    series: &'s [Series<'a>],
    /// Series in colour, each with the number of its colour.
    coloured: Vec<(usize, usize)>,
    scale: Scale,
    area: Rect,
    ticks: Vec<DateTick>,
    around: Around<'s>,
    labels: Vec<Label>,
    /// Whether labels repeat the markers of their lines: a single line needs none.
    marked: bool,
    days: (f64, f64),
    pad: f64,
}

impl<'s, 'a> Plot<'s, 'a> {
    /// A chart of its own: `inner` is all the room that it has.
    pub(super) fn new(
        theme: Theme,
        inner: &Rect,
        selection: &'s Selection<'a>,
        (periods, series): (&'s [Period], &'s [Series<'a>]),
        coloured: &[usize],
        scale: Scale,
        marks: Vec<Numbered<'s>>,
    ) -> Self {
        let unit = selection.rows.first().map_or("", |e| e.unit.as_str());
        let gutter = gutter(&theme, &scale, unit, LOG_TICKS);
        // What the axis of dates takes is not known yet; two lines of it are the most.
        let height = inner.height() - theme.small * 2.6 - Theme::leading(theme.small) * 2.0;
        let labels = ends::labels(&theme, periods, series, coloured, scale.end(), (inner.width() * LABEL_ROOM, height));
        let marked = labels.len() > 1 || series.iter().filter(|s| s.drawn()).count() > 1;
        // Beside the points of a single period, labels stand within the axes.
        let room = if labels.is_empty() || periods.len() == 1 {
            0.0
        } else {
            labels
                .iter()
                .map(|l| l.width(&theme))
                .fold(label_gap(&theme, marked), |w, l| w.max(l + label_gap(&theme, marked)))
        };
        let caption = axis_caption(unit, &scale);
        let mut area = Rect {
            left: inner.left + gutter,
            top: inner.top
                + theme.small * if caption.is_empty() { 0.5 } else { 1.9 }
                + marks::strip_height(&theme, &marks),
            right: inner.right - room,
            bottom: inner.bottom,
        };
        let (ticks, rows) = dates(&theme, periods, area.width());
        area.bottom -= theme.small * 0.7 + Theme::leading(theme.small) * rows;
        let around =
            Around { caption, values: true, dates: true, log_ticks: LOG_TICKS, marks, panel: false, tint: None };
        let coloured = coloured.iter().enumerate().map(|(colour, &i)| (i, colour)).collect();
        let plot = Self::panel(theme, area, (periods, series), coloured, scale, around);
        Self { ticks, labels, marked, ..plot }
    }

    /// A panel among others: its lines stand in `area`, and what is around them is given.
    pub(crate) fn panel(
        theme: Theme,
        area: Rect,
        (periods, series): (&'s [Period], &'s [Series<'a>]),
        coloured: Vec<(usize, usize)>,
        scale: Scale,
        around: Around<'s>,
    ) -> Self {
        let rows = series.iter().flat_map(|s| s.points.iter().copied()).collect();
        let (ticks, _) = dates(&theme, periods, area.width());
        let days = span(periods);
        let (labels, marked, pad) = (Vec::new(), false, pad(&theme));
        Self { theme, rows, periods, series, coloured, scale, area, ticks, around, labels, marked, days, pad }
    }

    fn unit(&self) -> &'a str {
        self.rows.first().map_or("", |e| e.unit.as_str())
    }

    fn colour(&self, number: usize) -> Colour {
        self.around.tint.unwrap_or(COLOURS[number])
    }

    /// Where a day stands.
    fn x(&self, day: f64) -> f64 {
        let (first, last) = self.days;
        if last <= first {
            // One period takes the whole width, so that labels stand beside the points in its middle.
            let days = self.periods.first().map_or(1.0, |p| f64::from(p.end - p.start));
            return self.area.left + self.area.width() * (0.5 + (day - first) / days);
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
        let step = self.theme.marker * 3.2;
        #[expect(clippy::cast_precision_loss, reason = "at most four colours")]
        let place = colour as f64 - (self.coloured.len().max(1) - 1) as f64 / 2.0;
        x + place * step
    }

    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        let spans = if self.periods.len() > 1 { notes::empty_spans(&self.rows, self.periods) } else { Vec::new() };
        marks::draw_bands(canvas, &self.around.marks, &self.area, |day| self.x(day));
        self.shade(canvas, &spans);
        self.draw_axes(canvas);
        let signs = (&self.area, self.area.right);
        marks::draw_lines(canvas, &self.theme, &self.around.marks, signs, |day| self.x(day), !self.around.panel);
        if self.around.panel || self.series.iter().any(Series::drawn) {
            self.explain(canvas, &spans);
        }
        let grey = (0..self.series.len()).filter(|i| !self.coloured.iter().any(|(c, _)| c == i));
        for s in grey.map(|i| &self.series[i]) {
            for e in s.valued().filter(|_| !self.around.panel) {
                canvas.value((self.x(scale::middle(e.period())), self.y(e.value.unwrap_or(0.0))), &s.label, e);
            }
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
        for &(i, colour) in &self.coloured {
            self.draw_intervals(canvas, &self.series[i], colour);
        }
        for &(i, colour) in &self.coloured {
            self.draw_series(canvas, &self.series[i], colour);
        }
        self.draw_labels(canvas);
        if !self.around.panel && !self.series.iter().any(Series::drawn) {
            let kind = Type::regular(self.theme.label, SMALL_TEXT).at(Anchor::Middle);
            let middle =
                (f64::midpoint(self.area.left, self.area.right), f64::midpoint(self.area.top, self.area.bottom));
            canvas.text(middle.0, middle.1, "No value for any period", kind);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let ticks = self.scale.ticks(self.unit(), self.around.log_ticks);
        // Where nothing is drawn, an axis would measure nothing.
        let drawn = self.series.iter().any(Series::drawn);
        for tick in ticks.iter().filter(|_| drawn) {
            let y = area.bottom - tick.at * area.height();
            canvas.line((area.left, y), (area.right, y), GRID, 1.0);
        }
        let mut free = f64::INFINITY;
        // A panel has its row's labels even where it has no value itself.
        for tick in ticks.iter().filter(|_| self.around.values && (drawn || self.around.panel)) {
            let y = area.bottom - tick.at * area.height() + t.small * 0.36;
            // In a low panel, the place of zero is near to the first power of ten.
            if y <= free {
                canvas.text(area.left - t.small * GUTTER, y, &tick.label, small.at(Anchor::End));
                free = y - t.small * 1.1;
            }
        }
        let zero = if self.scale.is_log() { area.bottom } else { self.y(0.0) };
        canvas.line((area.left, zero), (area.right, zero), AXIS, 1.0);
        let left = area.left - gutter(t, &self.scale, self.unit(), self.around.log_ticks);
        let over = area.top - t.small - marks::strip_height(t, &self.around.marks);
        canvas.text(left, over, &self.around.caption, small);
        for tick in &self.ticks {
            let x = self.x(tick.day);
            canvas.line((x, area.bottom), (x, area.bottom + t.small * 0.4), AXIS, 1.0);
            if !self.around.dates {
                continue;
            }
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

    fn span_edges(&self, span: Period) -> (f64, f64) {
        let edge = |day: i32| self.x(f64::from(day)).clamp(self.area.left, self.area.right);
        (edge(span.start), edge(span.end))
    }

    /// Shades spans for which no series has a value.
    fn shade(&self, canvas: &mut Canvas, spans: &[(Period, &str)]) {
        // Spans that meet are one shade: two would leave a seam.
        for run in spans.chunk_by(|a, b| a.0.end >= b.0.start) {
            let (left, right) = (self.span_edges(run[0].0).0, self.span_edges(run[run.len() - 1].0).1);
            canvas.rect(Rect { left, right, ..self.area }, EMPTY);
        }
    }

    /// Says why spans are empty, where there is room.
    fn explain(&self, canvas: &mut Canvas, spans: &[(Period, &str)]) {
        let small = Type::regular(self.theme.small, SMALL_TEXT);
        for (span, words) in spans {
            let (left, right) = self.span_edges(*span);
            let width = small.width(words);
            if width + self.theme.small < right - left {
                let baseline = self.area.top + self.theme.small * 1.5;
                canvas.text_on(EMPTY, f64::midpoint(left, right) - width / 2.0, baseline, words, small);
            }
        }
    }

    /// How many other bands lie on the values of a coloured line, in the mean over all of them.
    fn crowd(&self) -> f64 {
        let banded = || self.coloured.iter().map(|(i, _)| &self.series[*i]).filter(|s| !s.bands().is_empty());
        let holds = |e: &Estimate, v: f64| e.lower.zip(e.upper).is_some_and(|(low, high)| (low..=high).contains(&v));
        let (mut points, mut over) = (0_u32, 0_u32);
        for s in banded() {
            for e in s.valued() {
                points += 1;
                let others = banded().filter(|o| o.label != s.label).flat_map(|o| &o.points);
                let same = others.filter(|o| o.period_start == e.period_start && holds(o, e.value.unwrap_or(0.0)));
                over += u32::try_from(same.count()).unwrap_or(0);
            }
        }
        f64::from(over) / f64::from(points.max(1))
    }

    fn draw_intervals(&self, canvas: &mut Canvas, series: &Series<'_>, colour: usize) {
        // Bands that lie over each other would be one mud: they are lighter, and have edges.
        let crowd = self.crowd();
        let opacity = BAND_OPACITY / (1.0 + crowd);
        let x = |e: &Estimate| self.x(scale::middle(e.period()));
        for band in series.bands() {
            let upper: Vec<_> = band.iter().map(|e| (x(e), self.y(e.upper.unwrap_or(0.0)))).collect();
            let lower: Vec<_> = band.iter().rev().map(|e| (x(e), self.y(e.lower.unwrap_or(0.0)))).collect();
            if crowd > CROWDED {
                for edge in [&upper, &lower] {
                    canvas.path(edge.clone(), self.colour(colour), self.theme.line * 0.25, &[]);
                }
            }
            canvas.area(upper.into_iter().chain(lower).collect(), self.colour(colour), opacity);
        }
        for e in series.bars() {
            let ends = [e.lower.or(e.value).or(e.upper), e.upper.or(e.value).or(e.lower)];
            let (x, cap, width) = (self.point_x(e, Some(colour)), self.theme.marker, self.theme.line * 0.6);
            if let [Some(low), Some(high)] = ends {
                canvas.line((x, self.y(low)), (x, self.y(high)), self.colour(colour), width);
            }
            for bound in [e.lower, e.upper].into_iter().flatten() {
                canvas.line((x - cap, self.y(bound)), (x + cap, self.y(bound)), self.colour(colour), width);
            }
        }
    }

    fn draw_series(&self, canvas: &mut Canvas, series: &Series<'_>, colour: usize) {
        let t = &self.theme;
        let place = |e: &Estimate| (self.point_x(e, Some(colour)), self.y(e.value.unwrap_or(0.0)));
        for e in series.valued() {
            canvas.value(place(e), &series.label, e);
        }
        let runs = series.runs();
        for run in &runs {
            if run.len() > 1 {
                canvas.path(run.iter().map(|e| place(e)).collect(), self.colour(colour), t.line, DASHES[colour]);
            }
        }
        let periods = u32::try_from(self.periods.len()).unwrap_or(u32::MAX);
        let dense = self.area.width() / f64::from(periods) < t.marker * MARKER_ROOM;
        // Where most values stand alone, they are points and no line.
        let dense = dense && !series.thin();
        let last = series.valued().last();
        for run in &runs {
            for e in run {
                let end = last.is_some_and(|l| std::ptr::eq(l, *e));
                if !dense || run.len() == 1 || end {
                    canvas.marker(
                        place(e),
                        t.marker * if dense && !end { 0.8 } else { 1.0 },
                        MARKERS[colour],
                        self.colour(colour),
                    );
                }
            }
        }
    }

    fn draw_labels(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let single = self.periods.len() == 1;
        // Beside the points of a single period, labels stand within the axes.
        let over = if single { 0.0 } else { t.small * 0.4 };
        let end = |l: &Label| {
            let last = self.series[l.series].valued().last();
            last.map_or((self.area.right, self.area.bottom), |e| {
                (self.point_x(e, l.colour), self.y(e.value.unwrap_or(0.0)))
            })
        };
        let edge = if single {
            self.labels.iter().map(|l| end(l).0).fold(self.area.left, f64::max)
        } else {
            self.x(self.days.1)
        };
        let x = edge + label_gap(t, self.marked && !single);
        let start = x - t.label * if single { 0.4 } else { 0.6 };
        let height = (self.area.top - over, self.area.bottom + over);
        for Place { label, end, top, middle, led } in
            ends::places(t, &self.labels, end, height, (self.area.right, start))
        {
            if self.marked {
                let from = ends::leader_start(t, end.0);
                let colour = label.colour.map_or(CONTEXT, |c| self.colour(c));
                // A level leader would carry a line on that ends early, and a marker ties its label to it as well;
                // only at the end of the axis does a grey line's label, which has no marker, have one.
                let shifted = (middle - end.1).abs() > 1.5;
                let far = shifted || label.colour.is_none() && end.0 > edge - 1.0;
                if led && (far || single) {
                    canvas.line((from, end.1), (start - if single { 0.0 } else { t.label * 0.2 }, middle), colour, 0.8);
                }
                // Beside the points of a single period, a marker would look like one more point.
                if let Some(c) = label.colour.filter(|_| !single) {
                    canvas.marker((x - t.label * 0.65, middle), t.marker, MARKERS[c], colour);
                }
            }
            let name = label.name.iter().map(|l| (l, label.kind(t)));
            let value = label.value.iter().map(|l| (l, Type::regular(t.label, SMALL_TEXT)));
            let mut y = top + t.label * 0.95;
            for (line, kind) in name.chain(value) {
                canvas.text_on_paper(x, y, line, kind);
                y += Label::leading(t);
            }
        }
    }
}

/// Space between the end of the lines and their labels; a marker and a leader may stand there.
fn label_gap(theme: &Theme, marked: bool) -> f64 {
    theme.label * if marked { 2.6 } else { 1.1 }
}

/// Room that the labels of an axis of values take.
pub(crate) fn gutter(theme: &Theme, scale: &Scale, unit: &str, log_ticks: usize) -> f64 {
    let small = Type::regular(theme.small, SMALL_TEXT);
    let ticks = scale.ticks(unit, log_ticks);
    ticks.iter().map(|t| small.width(&t.label)).fold(0.0, f64::max) + theme.small * GUTTER
}

/// Ticks under an axis of so many pixels, and the lines that their labels take.
pub(crate) fn dates(theme: &Theme, periods: &[Period], width: f64) -> (Vec<DateTick>, f64) {
    let (first, last) = span(periods);
    let per_day = (width - 2.0 * pad(theme)) / (last - first).max(1.0);
    let ticks = scale::date_ticks(periods, per_day, theme.small * 2.7);
    let rows = if ticks.iter().any(|t| t.year.is_some()) { 2.0 } else { 1.0 };
    (ticks, rows)
}

/// Space between the ends of the axis of dates and its first and last point.
fn pad(theme: &Theme) -> f64 {
    theme.marker * 2.4
}

/// The middles of the first and of the last period.
fn span(periods: &[Period]) -> (f64, f64) {
    match (periods.first(), periods.last()) {
        (Some(a), Some(b)) => (scale::middle(*a), scale::middle(*b)),
        _ => (0.0, 0.0),
    }
}
