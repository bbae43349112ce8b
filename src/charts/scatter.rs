//! A plane of two scales with dots and labels that keep apart: what funnel and equality plots share.

use super::panels::number;
use super::scale::Scale;
use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{AXIS, Colour, GRID, Marker, SMALL_TEXT, TEXT, Theme};

/// Part of the plot's width that a label may take.
const LABEL_ROOM: f64 = 0.42;

/// An axis.
#[derive(Debug, Clone)]
pub(crate) struct Axis {
    pub scale: Scale,
    /// Unit of its ticks, as of the values.
    pub unit: String,
    pub caption: String,
}

/// An entry of the key: a line or a marker with its meaning.
#[derive(Debug, Clone)]
pub(crate) struct Key {
    pub colour: Colour,
    pub dash: &'static [f64],
    pub marker: Option<Marker>,
    pub words: String,
}

/// A dot with its label.
#[derive(Debug, Clone)]
pub(crate) struct Dot {
    /// Place in pixels.
    pub at: (f64, f64),
    pub label: String,
    pub colour: Colour,
    pub marker: Marker,
    pub bold: bool,
    /// Labels of the highest weight are placed first.
    pub weight: f64,
}

/// The plane.
#[derive(Debug)]
pub(crate) struct Plane {
    theme: Theme,
    pub area: Rect,
    x: Axis,
    y: Axis,
    key: Vec<Vec<(usize, f64, String)>>,
    entries: Vec<Key>,
    top: f64,
    left: f64,
    right: f64,
    /// A line that labels keep clear of, where another place is free.
    pub line: Option<[(f64, f64); 2]>,
}

impl Plane {
    pub(crate) fn new(theme: Theme, inner: &Rect, x: Axis, y: Axis, entries: Vec<Key>) -> Self {
        let small = Type::regular(theme.small, SMALL_TEXT);
        let key = rows(&theme, &entries, inner.width());
        let line = Theme::leading(theme.small);
        let head = number(key.len()) * line + if y.caption.is_empty() { 0.0 } else { line } + theme.small * 0.8;
        let widest = y.scale.ticks(&y.unit, 7).iter().map(|t| small.width(&t.label)).fold(0.0, f64::max);
        let foot = theme.small * if x.caption.is_empty() { 1.9 } else { 3.3 };
        let area = Rect {
            left: inner.left + widest + theme.small * 0.7 + theme.marker,
            top: inner.top + head,
            right: inner.right - theme.small,
            bottom: inner.bottom - foot,
        };
        Self { theme, area, x, y, key, entries, top: inner.top, left: inner.left, right: inner.right, line: None }
    }

    /// The scales across and upwards.
    pub(crate) fn scales(&self) -> (Scale, Scale) {
        (self.x.scale, self.y.scale)
    }

    /// Place of a value across.
    pub(crate) fn x(&self, v: f64) -> f64 {
        self.area.left + self.x.scale.at(v) * self.area.width()
    }

    /// Place of a value upwards.
    pub(crate) fn y(&self, v: f64) -> f64 {
        self.area.bottom - self.y.scale.at(v) * self.area.height()
    }

    /// Draws grid, ticks, captions and key.
    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let line = Theme::leading(t.small);
        for (row, entries) in self.key.iter().enumerate() {
            let base = self.top + t.small * 0.9 + number(row) * line;
            for (i, left, words) in entries {
                self.draw_key(canvas, &self.entries[*i], (self.left + left, base), words);
            }
        }
        let mut free = f64::INFINITY;
        for tick in self.y.scale.ticks(&self.y.unit, 7) {
            let y = area.bottom - tick.at * area.height();
            canvas.line((area.left, y), (area.right, y), GRID, 1.0);
            if y + t.small * 0.6 <= free {
                free = y - t.small * 0.6;
                // A dot on the axis covers no label.
                canvas.text(
                    area.left - t.small * 0.5 - t.marker,
                    y + t.small * 0.36,
                    &tick.label,
                    small.at(Anchor::End),
                );
            }
        }
        let mut free = f64::NEG_INFINITY;
        for tick in self.x.scale.ticks(&self.x.unit, 8) {
            let x = area.left + tick.at * area.width();
            canvas.line((x, area.top), (x, area.bottom), GRID, 1.0);
            let half = small.width(&tick.label) / 2.0;
            // The last label stands a little to the left of its line rather than leave the figure. One that would touch
            // that before it is left out, and its line stays.
            let x = x.min(self.right + t.margin * 0.8 - half);
            if x - half >= free && x - half >= 1.0 {
                free = x + half + t.small * 0.6;
                canvas.text(x, area.bottom + t.small * 1.5, &tick.label, small.at(Anchor::Middle));
            }
        }
        canvas.line((area.left, area.bottom), (area.right, area.bottom), AXIS, 1.0);
        canvas.line((area.left, area.top), (area.left, area.bottom), AXIS, 1.0);
        let caption = text::ellipsis(&self.x.caption, t.small, Face::Regular, area.width());
        canvas.text(area.right, area.bottom + t.small * 2.9, &caption, small.at(Anchor::End));
        let caption = text::ellipsis(&self.y.caption, t.small, Face::Regular, self.right - self.left);
        canvas.text(self.left, area.top - t.small * 1.0, &caption, small);
    }

    fn draw_key(&self, canvas: &mut Canvas, entry: &Key, (x, base): (f64, f64), words: &str) {
        let t = &self.theme;
        let y = base - t.small * 0.34;
        match entry.marker {
            Some(marker) => canvas.dot((x + t.small * 0.6, y), t.marker, marker, entry.colour),
            None => canvas.path(vec![(x, y), (x + sample(t), y)], entry.colour, t.line * 0.7, entry.dash),
        }
        canvas.text(x + indent(t, entry), base, words, Type::regular(t.small, SMALL_TEXT));
    }

    /// Draws dots with as many labels as find a place; gives the labels that find none.
    pub(crate) fn draw_dots(&self, canvas: &mut Canvas, dots: &[Dot]) -> Vec<String> {
        let t = &self.theme;
        for dot in dots {
            canvas.marker(dot.at, t.marker * 1.15, dot.marker, dot.colour);
        }
        let mut order: Vec<usize> = (0..dots.len()).collect();
        order.sort_by(|a, b| {
            dots[*b].weight.total_cmp(&dots[*a].weight).then_with(|| dots[*a].label.cmp(&dots[*b].label))
        });
        let mut taken: Vec<Rect> = Vec::new();
        let mut dropped = Vec::new();
        for i in order {
            let dot = &dots[i];
            let face = if dot.bold { Face::Bold } else { Face::Regular };
            let kind = Type { face, ..Type::regular(t.small, TEXT) };
            let words = text::ellipsis(&dot.label, t.small, face, self.area.width() * LABEL_ROOM);
            let width = kind.width(&words);
            let free = |r: &Rect| {
                let inside = r.left >= self.area.left
                    && r.right <= self.right
                    && r.top >= self.area.top
                    && r.bottom <= self.area.bottom;
                let clear = dots.iter().enumerate().all(|(j, d)| j == i || !meets(r, &dot_box(t, d.at)));
                inside && clear && taken.iter().all(|s| !meets(r, s))
            };
            let all = places(t, dot.at, width);
            let crossed = |r: &Rect| self.line.is_some_and(|line| crosses(r, line));
            let place = all.iter().find(|r| free(r) && !crossed(r)).or_else(|| all.iter().find(|r| free(r))).copied();
            match place {
                Some(r) => {
                    canvas.text_on_paper(r.left, r.top + t.small * 0.78, &words, kind);
                    taken.push(r);
                }
                None => dropped.push(dot.label.clone()),
            }
        }
        // Paper under labels may have covered a part of a dot's rim.
        for dot in dots {
            canvas.dot(dot.at, t.marker * 1.15, dot.marker, dot.colour);
        }
        dropped
    }
}

fn dot_box(t: &Theme, (x, y): (f64, f64)) -> Rect {
    let r = t.marker * 1.4;
    Rect { left: x - r, right: x + r, top: y - r, bottom: y + r }
}

/// Whether a line that goes on beyond its two points runs through a box.
fn crosses(r: &Rect, [a, b]: [(f64, f64); 2]) -> bool {
    let side = |x: f64, y: f64| (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0);
    let sides = [side(r.left, r.top), side(r.right, r.top), side(r.left, r.bottom), side(r.right, r.bottom)];
    sides.iter().any(|s| *s > 0.0) && sides.iter().any(|s| *s < 0.0)
}

fn meets(a: &Rect, b: &Rect) -> bool {
    a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}

/// How the sentence about dots without a name begins.
pub(crate) const UNNAMED: &str = "Without a name for want of room";

/// The sentence for dots whose name found no place.
pub(crate) fn unnamed(dropped: &[String]) -> Option<String> {
    (!dropped.is_empty()).then(|| {
        let dots = if dropped.len() == 1 { "dot" } else { "dots" };
        let names = super::labels::some_names(dropped, 3);
        super::words::sentence(&format!("{UNNAMED}, the {dots} of {names}"))
    })
}

/// Boxes for a label about a dot, the best first: right, left, above, below, and the corners, near and a little further.
fn places(t: &Theme, (x, y): (f64, f64), width: f64) -> Vec<Rect> {
    let height = t.small * 1.05;
    let mut all = Vec::new();
    for gap in [t.marker * 1.7, t.marker * 3.2] {
        let at = |left: f64, top: f64| Rect { left, top, right: left + width, bottom: top + height };
        let (middle, above, below) = (y - height / 2.0, y - gap - height, y + gap);
        all.extend([
            at(x + gap, middle),
            at(x - gap - width, middle),
            at(x - width / 2.0, above),
            at(x - width / 2.0, below),
            at(x + gap * 0.6, above + gap * 0.4),
            at(x + gap * 0.6, below - gap * 0.4),
            at(x - gap * 0.6 - width, above + gap * 0.4),
            at(x - gap * 0.6 - width, below - gap * 0.4),
        ]);
    }
    all
}

fn sample(t: &Theme) -> f64 {
    t.small * 2.2
}

fn indent(t: &Theme, entry: &Key) -> f64 {
    if entry.marker.is_some() { t.small * 1.5 } else { sample(t) + t.small * 0.5 }
}

/// Entries in rows: number, left edge, words.
fn rows(t: &Theme, entries: &[Key], width: f64) -> Vec<Vec<(usize, f64, String)>> {
    let mut rows: Vec<Vec<(usize, f64, String)>> = Vec::new();
    let mut free = 0.0;
    for (i, entry) in entries.iter().enumerate() {
        let sign = indent(t, entry);
        let words = text::ellipsis(&entry.words, t.small, Face::Regular, width - sign);
        let need = sign + Type::regular(t.small, TEXT).width(&words);
        if rows.is_empty() || free + need > width {
            rows.push(Vec::new());
            free = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((i, free, words));
        }
        free += need + t.small * 1.4;
    }
    rows
}
