//! The drawing of shares with intervals: names, dots, a line for the whole, and columns of numbers.

use super::super::frame::Frame;
use super::super::labels;
use super::super::panels::number;
use super::super::ranked_dots::{NAME_ROOM, PITCH, least_pitch, reason};
use super::super::scale::{Scale, axis_caption};
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, COLOURS, GRID, MARKERS, MUTED, SMALL_TEXT, TEXT, Theme};
use super::{Row, Unit};
use crate::estimate::Estimate;

/// Colours and markers of the share as observed, and of the shrunken one.
const LOOKS: [usize; 2] = [0, 3];
/// A limit below this part of the smallest value is not on a logarithmic axis: it would press all else together.
const FAR_BELOW: f64 = 0.05;
/// Dash of the line of the whole.
const DASH: [f64; 2] = [4.0, 3.0];

/// How much higher rows with two dots are.
pub(super) fn stretch(rows: &[Row<'_>]) -> f64 {
    if rows.iter().any(|r| r.shrunken.is_some()) { 1.25 } else { 1.0 }
}

/// Height of what stands over and below the rows.
pub(super) fn heights(t: &Theme, overall: bool) -> f64 {
    Theme::leading(t.small) * if overall { 2.0 } else { 1.0 } + t.small * 0.6 + t.small * 2.2
}

/// A column of numbers: its heading and its cells.
struct Column {
    heading: &'static str,
    cells: Vec<String>,
    right: f64,
    /// The look that its heading repeats.
    look: Option<usize>,
}

pub(super) struct Table<'s, 'a> {
    theme: Theme,
    rows: &'s [Row<'a>],
    overall: Option<&'a Estimate>,
    unit: Unit<'a>,
    highlighted: &'s [String],
    names: Vec<Vec<String>>,
    columns: Vec<Column>,
    scale: Scale,
    area: Rect,
    pitch: f64,
    right: f64,
    pub height: f64,
}

impl<'s, 'a> Table<'s, 'a> {
    pub(super) fn new(
        theme: Theme,
        frame: &Frame,
        rows: &'s [Row<'a>],
        overall: Option<&'a Estimate>,
        unit: Unit<'a>,
        highlighted: &'s [String],
    ) -> Self {
        let inner = frame.inner(theme.height);
        let axes = heights(&theme, overall.is_some());
        let n = number(rows.len().max(1));
        let least = theme.label * PITCH.0 * stretch(rows);
        let most = theme.label * PITCH.1 * stretch(rows) * if rows.len() < 8 { 1.4 } else { 1.0 };
        let room = (inner.height() - axes) / n;
        let roomy = least_pitch(&theme, rows.iter().map(|r| r.name.as_str()), inner.width());
        let pitch =
            if theme.elastic { room.clamp(least, most).max(roomy) } else { room.clamp(least * 0.95, most * 2.0) };
        let height = if theme.elastic { frame.height_with(axes + pitch * n) } else { theme.height };
        let inner = frame.amid(height, axes + pitch * n);
        let lines = if pitch > theme.label * 2.3 { 2 } else { 1 };
        let mut name_width = 0.0_f64;
        let names: Vec<Vec<String>> = rows
            .iter()
            .map(|r| {
                let kind = name_type(&theme, r, highlighted);
                let name = text::wrap(&r.name, theme.label, kind.face, inner.width() * NAME_ROOM, lines);
                name_width = name.iter().map(|l| kind.width(l)).fold(name_width, f64::max);
                name
            })
            .collect();
        let (columns, columns_left) = columns(&theme, rows, unit, inner.right);
        let top = inner.top + axes - theme.small * 2.2;
        let left = inner.left + name_width + theme.label * 1.4;
        let right = (columns_left - theme.label).max(left + theme.label * 4.0);
        let area = Rect { left, top, right, bottom: top + pitch * n };
        let scale = scale(rows, overall, unit, if area.width() < theme.label * 22.0 { 3 } else { 5 });
        Self { theme, rows, overall, unit, highlighted, names, columns, scale, area, pitch, right: inner.right, height }
    }

    fn x(&self, v: f64) -> f64 {
        self.area.left + self.scale.at(self.unit.scaled(v)) * self.area.width()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        // The line of the whole runs behind what is written over the axis.
        self.draw_overall(canvas);
        self.draw_axes(canvas);
        for (i, (row, name)) in self.rows.iter().zip(&self.names).enumerate() {
            self.draw_row(canvas, i, row, name);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let unit = match self.unit {
            Unit::PerMillion => "",
            Unit::Of(unit) => unit,
        };
        let mut free = f64::NEG_INFINITY;
        for tick in self.scale.ticks(unit, 6) {
            let x = area.left + tick.at * area.width();
            canvas.line((x, area.top), (x, area.bottom), GRID, 1.0);
            let half = small.width(&tick.label) / 2.0;
            // A label that would touch the one before is left out: its line stays.
            if x - half >= free && x + half < self.right {
                free = x + half + t.small * 0.6;
                canvas.text(x, area.bottom + t.small * 1.5, &tick.label, small.at(Anchor::Middle));
            }
        }
        let origin = area.left + self.scale.origin() * area.width();
        canvas.line((origin, area.top), (origin, area.bottom), AXIS, 1.0);
        let base = area.top - t.small * 0.6;
        let kind = axis_caption(unit, &self.scale);
        let caption = match (self.unit, kind.is_empty()) {
            (Unit::PerMillion, true) => "per million".to_owned(),
            (Unit::PerMillion, false) => format!("per million, {kind}"),
            _ => kind,
        };
        // Headings stand right of the axis, which its caption may not leave.
        let columns_left = self.columns.first().map_or(self.right, |c| c.right - width(t, c));
        let room = columns_left - area.left - t.small;
        let caption = text::ellipsis(&caption, t.small, Face::Regular, room);
        if !caption.is_empty() && caption != "…" {
            canvas.text_on_paper(area.left, base, &caption, small);
        }
        for column in &self.columns {
            canvas.text(column.right, base, column.heading, small.at(Anchor::End));
            if let Some(look) = column.look {
                let x = column.right - small.width(column.heading) - t.small * 0.7;
                canvas.dot((x, base - t.small * 0.34), t.small * 0.3, MARKERS[look], COLOURS[look]);
            }
        }
    }

    fn draw_overall(&self, canvas: &mut Canvas) {
        let Some(v) = self.overall.and_then(|e| e.value) else { return };
        let (t, area) = (&self.theme, &self.area);
        let x = self.x(v);
        let base = area.top - t.small * 0.6 - Theme::leading(t.small);
        canvas.path(vec![(x, base + t.small * 0.35), (x, area.bottom)], SMALL_TEXT, t.line * 0.45, &DASH);
        let words = format!("all together: {}", self.unit.words(v));
        let small = Type::bold(t.small, SMALL_TEXT);
        let width = small.width(&words);
        let left = (x - width / 2.0).min(self.right - width).max(t.margin);
        canvas.text(left, base, &words, small);
    }

    fn draw_row(&self, canvas: &mut Canvas, i: usize, row: &Row<'_>, name: &[String]) {
        let t = &self.theme;
        let y = self.area.top + self.pitch * (number(i) + 0.5);
        let base = y + t.label * 0.36;
        let leading = Theme::leading(t.label) * 0.85;
        let first = base - leading * number(name.len().max(1) - 1) / 2.0;
        canvas.lines(t.margin, first, leading, name, name_type(t, row, self.highlighted));
        let small = Type::regular(t.small.min(t.label), SMALL_TEXT);
        for column in &self.columns {
            let cell = column.cells.get(i).map(String::as_str).unwrap_or_default();
            let kind = if column.look == Some(LOOKS[0]) { Type { colour: TEXT, ..small } } else { small };
            canvas.text(column.right, base, cell, kind.at(Anchor::End));
        }
        if !known(row.raw) && !row.shrunken.is_some_and(known) {
            canvas.text_on_paper(self.area.left + t.label * 0.5, base, &reason(row.raw), small);
            return;
        }
        let lit = self.highlighted.is_empty() || self.highlighted.contains(&row.label);
        let both = row.shrunken.is_some_and(known);
        let offset = if both { self.pitch * 0.19 } else { 0.0 };
        if known(row.raw) {
            self.draw_dot(canvas, (row.raw, &row.label), y - offset, LOOKS[0], lit);
        }
        if let Some(e) = row.shrunken.filter(|e| known(e)) {
            self.draw_dot(canvas, (e, &row.label), y + offset, LOOKS[1], lit);
        }
    }

    fn draw_dot(&self, canvas: &mut Canvas, (e, label): (&Estimate, &str), y: f64, look: usize, lit: bool) {
        let t = &self.theme;
        let colour = if lit { COLOURS[look] } else { MUTED };
        let radius = t.marker.min(self.pitch * 0.2).max(t.marker * 0.6);
        let low = e.lower.or(e.value).or(e.upper);
        let high = e.upper.or(e.value).or(e.lower);
        if let (Some(low), Some(high), true) = (low, high, e.lower.is_some() || e.upper.is_some()) {
            canvas.line((self.x(low), y), (self.x(high), y), colour, t.line * 0.65);
            for bound in [e.lower, e.upper].into_iter().flatten().filter(|b| self.on_axis(*b)) {
                let x = self.x(bound);
                canvas.line((x, y - radius * 0.7), (x, y + radius * 0.7), colour, t.line * 0.65);
            }
        }
        if let Some(v) = e.value {
            canvas.dot((self.x(v), y), radius, MARKERS[look], colour);
            canvas.value((self.x(v), y), label, e);
        }
    }

    /// Whether a limit stands where it is, and not at the end of the axis because there is no room for it.
    fn on_axis(&self, v: f64) -> bool {
        match self.scale {
            Scale::Log { low, zero, .. } => self.unit.scaled(v) >= low || (v == 0.0 && zero),
            _ => true,
        }
    }
}

fn known(e: &Estimate) -> bool {
    e.value.is_some() || e.lower.is_some() || e.upper.is_some()
}

fn name_type(t: &Theme, row: &Row<'_>, highlighted: &[String]) -> Type {
    let colour = if known(row.raw) { TEXT } else { SMALL_TEXT };
    let face = if highlighted.contains(&row.label) { Face::Bold } else { Face::Regular };
    Type { face, ..Type::regular(t.label, colour) }
}

/// A linear scale, or a logarithmic one where values differ by more than two orders of magnitude.
pub(super) fn scale(rows: &[Row<'_>], overall: Option<&Estimate>, unit: Unit<'_>, ticks: u32) -> Scale {
    let all = || rows.iter().flat_map(|r| [Some(r.raw), r.shrunken]).chain([overall]).flatten();
    let values: Vec<f64> = all().filter_map(|e| e.value).map(|v| unit.scaled(v)).collect();
    let bounds = || all().flat_map(|e| [e.lower, e.upper]).flatten().map(|v| unit.scaled(v));
    let least = values.iter().copied().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
    let near = bounds().filter(|v| *v >= least * FAR_BELOW);
    let name = match unit {
        Unit::PerMillion => "",
        Unit::Of(unit) => unit,
    };
    Scale::log_with(&values, near)
        .unwrap_or_else(|| Scale::linear(values.iter().copied().chain(bounds()), name, false, ticks))
}

/// The columns from the right edge on, and where they begin.
fn columns(t: &Theme, rows: &[Row<'_>], unit: Unit<'_>, edge: f64) -> (Vec<Column>, f64) {
    let value = |e: &Estimate| match (e.value, e.lower, e.upper) {
        (Some(v), ..) => unit.words(v),
        (None, Some(a), None) => format!("≥ {}", unit.words(a)),
        (None, None, Some(b)) => format!("≤ {}", unit.words(b)),
        (None, Some(a), Some(b)) => format!("{}–{}", unit.words(a), unit.words(b)),
        (None, None, None) => String::new(),
    };
    let of = |cell: &dyn Fn(&Row<'_>) -> String| rows.iter().map(cell).collect::<Vec<_>>();
    let both = rows.iter().any(|r| r.shrunken.is_some());
    let kn = |r: &Row<'_>| match (r.raw.k.filter(|_| known(r.raw)), r.raw.n.filter(|_| known(r.raw))) {
        (Some(k), Some(n)) => format!("{} / {}", labels::count(k), labels::count(n)),
        (None, Some(n)) => labels::count(n),
        _ => String::new(),
    };
    let any_k = rows.iter().any(|r| r.raw.k.is_some());
    let shrunken = |r: &Row<'_>| r.shrunken.map(value).unwrap_or_default();
    let look = |i: usize| both.then_some(LOOKS[i]);
    let mut all = vec![Column {
        heading: if both { "observed" } else { "value" },
        cells: of(&|r| value(r.raw)),
        right: 0.0,
        look: look(0),
    }];
    if both {
        all.push(Column { heading: "shrunken", cells: of(&shrunken), right: 0.0, look: look(1) });
    }
    all.push(Column { heading: if any_k { "k / n" } else { "n" }, cells: of(&kn), right: 0.0, look: None });
    all.retain(|c| c.cells.iter().any(|cell| !cell.is_empty()));
    let mut right = edge;
    for column in all.iter_mut().rev() {
        column.right = right;
        right -= width(t, column) + t.label * 1.1;
    }
    (all, right + t.label * 1.1)
}

fn width(t: &Theme, column: &Column) -> f64 {
    let small = Type::regular(t.small, SMALL_TEXT);
    let sign = if column.look.is_some() { t.small * 1.2 } else { 0.0 };
    column.cells.iter().map(|c| small.width(c)).fold(small.width(column.heading) + sign, f64::max)
}
