//! The drawing of stacked bars: the key, the bars with their shares, names and denominators.

use super::super::frame::Frame;
use super::super::labels;
use super::super::ranked_dots::{DENSE, NAME_ROOM, PITCH, reason, rows_in};
use super::super::spec::ChartSpec;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, COLOURS, CONTEXT, Colour, EMPTY, GRID, PAPER, SMALL_TEXT, TEXT, Theme, ink};
use super::super::words::Caption;
use super::{BARS, Bar, Parts};
use crate::estimate::Estimate;

/// Ticks of the axis.
const TICKS: [f64; 5] = [0.0, 0.25, 0.5, 0.75, 1.0];
/// Part of a row's height that its bar takes.
const THICK: f64 = 0.74;
/// Thickness of a bar at most, in multiples of the label's size: a single one is no block.
const THICKEST: f64 = 4.5;
/// Height of a row at most, in the same.
const ROW: f64 = 6.0;

/// What is drawn.
pub(super) struct Drawing<'s, 'a> {
    pub bars: &'s [Bar<'a>],
    pub parts: &'s Parts,
    /// Labels of bars in bold.
    pub bold: &'s [String],
    /// Whether bars are periods, of which the latest are shown where not all fit.
    pub over_time: bool,
}

/// An entry of the key: the number of its part, its left edge, and its words.
type Entry = (usize, f64, String);

/// Draws the bars. `said` gives the notes for so many bars shown.
pub(super) fn draw(
    spec: &ChartSpec,
    caption: &mut Caption,
    given: &Drawing<'_, '_>,
    said: &dyn Fn(usize) -> Vec<String>,
) -> Canvas {
    let mut theme = Theme::of(spec.preset);
    let mut shown = given.bars.len().min(BARS);
    let mut frame;
    loop {
        caption.notes = said(shown);
        frame = Frame::new(theme, caption);
        let inner = frame.inner(theme.height);
        let fit = rows_in(inner.height() - around(&theme, &key(&theme, given, inner.width())), &theme).max(1);
        if theme.elastic || shown <= fit {
            break;
        }
        // As in a ranking: first smaller rows, then fewer.
        if theme.label > theme.small * DENSE {
            theme.label = theme.small * DENSE;
        } else {
            shown = fit;
        }
    }
    let first = if given.over_time { given.bars.len() - shown } else { 0 };
    let given = Drawing { bars: &given.bars[first..first + shown], ..*given };
    let table = Table::new(theme, &frame, &given);
    let mut canvas = Canvas::new(theme.width, table.height);
    frame.draw(&mut canvas);
    table.draw(&mut canvas, &table.inner, &given);
    canvas
}

/// Height of the key, of the heading of denominators, and of the axis.
fn around(theme: &Theme, key: &[Vec<Entry>]) -> f64 {
    let rows = f64::from(u32::try_from(key.len()).unwrap_or(u32::MAX));
    rows * Theme::leading(theme.label) + theme.label * 0.4 + Theme::leading(theme.small) + theme.small * 2.2
}

/// The key in rows, in the order of the parts. With a single bar, it has the shares too.
fn key(theme: &Theme, given: &Drawing<'_, '_>, width: f64) -> Vec<Vec<Entry>> {
    let mut rows: Vec<Vec<Entry>> = Vec::new();
    let mut free = 0.0;
    let sign = theme.label * 1.4;
    for (i, name) in given.parts.names.iter().enumerate() {
        let share = match given.bars {
            [one] if one.drawn() => one.shares.get(i).map(|s| format!(" {}", labels::value(*s, "share"))),
            _ => None,
        };
        let share = share.unwrap_or_default();
        let room = width - sign - Type::bold(theme.label, TEXT).width(&share);
        let words = format!("{}{share}", text::ellipsis(name, theme.label, Face::Bold, room));
        let need = sign + Type::bold(theme.label, TEXT).width(&words);
        if rows.is_empty() || free + need > width {
            rows.push(Vec::new());
            free = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((i, free, words));
        }
        free += need + theme.label * 1.5;
    }
    rows
}

struct Table {
    theme: Theme,
    names: Vec<Vec<String>>,
    key: Vec<Vec<Entry>>,
    area: Rect,
    pitch: f64,
    right: f64,
    /// The room for key, bars and axis.
    inner: Rect,
    height: f64,
}

impl Table {
    fn new(theme: Theme, frame: &Frame, given: &Drawing<'_, '_>) -> Self {
        let inner = frame.inner(theme.height);
        let key = key(&theme, given, inner.width());
        let n = f64::from(u32::try_from(given.bars.len().max(1)).unwrap_or(u32::MAX));
        let free = (inner.height() - around(&theme, &key)) / n;
        let pitch = if theme.elastic {
            free.clamp(theme.label * PITCH.0, theme.label * PITCH.1 * if n < 8.0 { 1.5 } else { 1.0 })
        } else {
            free.clamp(theme.label * PITCH.0 * 0.95, theme.label * ROW)
        };
        let chart = around(&theme, &key) + pitch * n;
        let height = if theme.elastic { frame.height_with(chart) } else { theme.height };
        let inner = frame.amid(height, chart);
        let lines = if pitch > theme.label * 2.3 { 2 } else { 1 };
        let mut width = 0.0_f64;
        let names = given
            .bars
            .iter()
            .map(|b| {
                let kind = name_type(&theme, b, given.bold);
                let name = text::wrap(&b.label, theme.label, kind.face, inner.width() * NAME_ROOM, lines);
                width = name.iter().map(|l| kind.width(l)).fold(width, f64::max);
                name
            })
            .collect();
        let small = Type::regular(theme.small, SMALL_TEXT);
        let counts = given.bars.iter().filter(|b| b.drawn()).filter_map(Bar::n);
        let n_width = counts.map(|n| small.width(&labels::count(n))).fold(0.0, f64::max);
        let rows = f64::from(u32::try_from(key.len()).unwrap_or(u32::MAX));
        let top = inner.top + rows * Theme::leading(theme.label) + theme.label * 0.4 + Theme::leading(theme.small);
        let area = Rect {
            left: inner.left + width + theme.label,
            top,
            // The last tick's label ends over the denominators' column.
            right: inner.right - if n_width > 0.0 { n_width + theme.label * 1.6 } else { theme.label * 1.6 },
            bottom: top + pitch * n,
        };
        Self { theme, names, key, area, pitch, right: inner.right, inner, height }
    }

    fn x(&self, share: f64) -> f64 {
        self.area.left + share.clamp(0.0, 1.0) * self.area.width()
    }

    fn draw(&self, canvas: &mut Canvas, inner: &Rect, given: &Drawing<'_, '_>) {
        let (t, area) = (&self.theme, &self.area);
        self.draw_key(canvas, inner, given.parts);
        let small = Type::regular(t.small, SMALL_TEXT);
        for share in TICKS {
            let x = self.x(share);
            canvas.line((x, area.top), (x, area.bottom + t.small * 0.3), GRID, 1.0);
            let label = labels::tick(share, 0.25, 1.0, "share");
            canvas.text(x, area.bottom + t.small * 1.5, &label, small.at(Anchor::Middle));
        }
        if given.bars.iter().any(|b| b.drawn() && b.n().is_some()) {
            canvas.text(self.right, area.top - t.small * 0.5, "n", small.at(Anchor::End));
        }
        let mut y = area.top + self.pitch / 2.0;
        for (bar, name) in given.bars.iter().zip(&self.names) {
            self.draw_bar(canvas, bar, name, y, given);
            y += self.pitch;
        }
        canvas.line((area.left, area.top), (area.left, area.bottom), AXIS, 1.0);
    }

    fn draw_key(&self, canvas: &mut Canvas, inner: &Rect, parts: &Parts) {
        let t = &self.theme;
        let mut baseline = inner.top + t.label * 0.9;
        for row in &self.key {
            for (i, left, words) in row {
                let (left, side) = (inner.left + left, t.label * 0.95);
                let patch =
                    Rect { left, right: left + side, top: baseline - side * 0.85, bottom: baseline + side * 0.15 };
                canvas.rect(patch, colour(*i, parts));
                canvas.text(left + t.label * 1.4, baseline, words, Type::bold(t.label, TEXT));
            }
            baseline += Theme::leading(t.label);
        }
    }

    fn draw_bar(&self, canvas: &mut Canvas, bar: &Bar<'_>, name: &[String], y: f64, given: &Drawing<'_, '_>) {
        let t = &self.theme;
        let base = y + t.label * 0.36;
        let leading = Theme::leading(t.label) * 0.85;
        let above = f64::from(u32::try_from(name.len().saturating_sub(1)).unwrap_or(0)) * leading / 2.0;
        canvas.lines(t.margin, base - above, leading, name, name_type(t, bar, given.bold));
        let small = Type::regular(t.small.min(t.label), SMALL_TEXT);
        if !bar.drawn() {
            let why = bar.rows.first().map_or_else(|| "no data".to_owned(), |e| reason(e));
            canvas.text_on_paper(self.area.left + t.label * 0.5, base, &why, small);
            return;
        }
        if let Some(n) = bar.n() {
            canvas.text(self.right, base, &labels::count(n), small.at(Anchor::End));
        }
        let half = (self.pitch * THICK).min(t.label * THICKEST) / 2.0;
        let (top, bottom) = (y - half, y + half);
        canvas.rect(Rect { left: self.x(0.0), right: self.x(1.0), top, bottom }, EMPTY);
        let mut from = 0.0;
        for (i, share) in bar.shares.iter().enumerate().filter(|(_, s)| **s > 0.0) {
            let colour = colour(i, given.parts);
            let (left, right) = (self.x(from), self.x(from + share));
            canvas.rect(Rect { left, top, right, bottom }, colour);
            // A hair of paper keeps neighbours apart, also in print without colours.
            if from > 0.0 && right - left > 2.0 {
                canvas.line((left, top), (left, bottom), PAPER, 1.0);
            }
            if let (Some(name), Some(e)) = (given.parts.names.get(i), part(bar, *share)) {
                canvas.value((f64::midpoint(left, right), y), &format!("{}, {name}", bar.label), &e);
            }
            from += share;
            let kind = Type::regular(t.label.min(self.pitch * 0.6), ink(colour));
            let words = within(*share);
            if kind.width(&words) + t.label * 0.5 <= right - left {
                canvas.text(f64::midpoint(left, right), base, &words, kind.at(Anchor::Middle));
            }
        }
    }
}

/// The share of a part, which may be that of several groups together, as an estimate: its limits are not drawn.
fn part(bar: &Bar<'_>, share: f64) -> Option<Estimate> {
    let first = bar.rows.iter().find(|e| e.value.is_some())?;
    Some(Estimate { value: Some(share), lower: None, upper: None, ..(*first).clone() })
}

fn colour(part: usize, parts: &Parts) -> Colour {
    if part < parts.coloured { COLOURS[part] } else { CONTEXT }
}

/// A share within its part: whole percents, but for those that would round to nothing or to all.
fn within(share: f64) -> String {
    let percent = share * 100.0;
    if (1.0..=99.0).contains(&percent) { format!("{percent:.0}%") } else { labels::value(share, "share") }
}

fn name_type(theme: &Theme, bar: &Bar<'_>, bold: &[String]) -> Type {
    let colour = if bar.drawn() { TEXT } else { SMALL_TEXT };
    let face = if bar.total || bold.contains(&bar.label) { Face::Bold } else { Face::Regular };
    Type { face, ..Type::regular(theme.label, colour) }
}
