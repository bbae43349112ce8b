//! A grid of equal panels for forms whose panels are no lines over time: columns, sizes, heads and areas.

use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{COLOURS, DASHES, MARKERS, SMALL_TEXT, TEXT, Theme};

/// Width of a panel's axes for each height that looks best.
const ASPECT: f64 = 1.5;
/// What an empty cell of the grid costs against an aspect that is off by the same logarithm.
const EMPTY_CELL: f64 = 0.3;
/// Smallest width and height of a panel's axes, in multiples of small text.
const SMALLEST: (f64, f64) = (8.0, 4.0);
/// Columns at most.
const COLUMNS: usize = 8;
/// From this number of panels on, their text is smaller.
const MANY: usize = 9;
/// Size of text in a crowded grid, in multiples of small text.
const DENSE: f64 = 0.92;

/// What stands over a panel: its name, and a detail such as its denominator.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub title: String,
    pub detail: String,
    /// Whether there is anything in the panel.
    pub drawn: bool,
}

/// What a grid is made of.
#[derive(Debug)]
pub(crate) struct Needs<'s> {
    pub heads: &'s [Head],
    /// Names of the lines, where a panel has several.
    pub key: &'s [String],
    /// Width of the labels left of each panel's axes.
    pub gutter: f64,
    /// Height of what stands below each panel's axes.
    pub foot: f64,
}

/// The measures of a grid, in pixels.
#[derive(Debug, Clone)]
pub(crate) struct Panels {
    theme: Theme,
    columns: usize,
    /// Width and height of a panel's axes.
    axes: (f64, f64),
    /// Distance from one panel to the next, without the head.
    pitch: (f64, f64),
    gutter: f64,
    over: f64,
    titles: Vec<Vec<String>>,
    /// Height of the heads of each row, and whether details have a line of their own.
    heads: Vec<f64>,
    below: bool,
    /// Height of the whole grid.
    pub height: f64,
}

#[expect(clippy::cast_precision_loss, reason = "some dozen panels")]
pub(crate) fn number(n: usize) -> f64 {
    n as f64
}

/// The sizes of text and lines in so many panels.
pub(crate) fn crowded(theme: Theme, panels: usize) -> Theme {
    let (label, small, line) = match panels {
        0 | 1 => return theme,
        n if n < MANY => (theme.label.min(theme.small * 1.08), theme.small, theme.line * 0.85),
        _ => (theme.small * DENSE, theme.small * DENSE, theme.line * 0.7),
    };
    Theme { label, small, line, marker: theme.marker * line / theme.line * 0.85, ..theme }
}

impl Panels {
    /// The best of all numbers of columns: panels of a good shape and size, and few empty cells. The theme is
    /// that of [`crowded`].
    pub(crate) fn new(theme: Theme, inner: &Rect, needs: &Needs<'_>) -> Self {
        let n = needs.heads.len().max(1);
        let score = |grid: &Self| {
            let (w, h) = grid.axes;
            let rows = n.div_ceil(grid.columns);
            let empty = number(grid.columns * rows - n) / number(grid.columns);
            let shape = if theme.elastic {
                0.5 * (grid.height / inner.height()).ln().abs() + (theme.small * 12.0 / w.max(1.0)).ln().max(0.0)
            } else {
                (w / h.max(1.0) / ASPECT).ln().abs()
            };
            shape + EMPTY_CELL * empty + if grid.fit() { 0.0 } else { 50.0 }
        };
        let grids = (1..=n.min(COLUMNS)).map(|columns| Self::with(theme, inner, needs, columns));
        let best = grids.map(|g| (score(&g), g)).min_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or_else(|| Self::with(theme, inner, needs, 1), |(_, grid)| grid)
    }

    fn with(theme: Theme, inner: &Rect, needs: &Needs<'_>, columns: usize) -> Self {
        let rows = needs.heads.len().max(1).div_ceil(columns);
        let gap = theme.small * 1.9;
        let across = (inner.width() - gap * number(columns - 1)) / number(columns);
        let (bold, regular) = (Type::bold(theme.label, TEXT), Type::regular(theme.label, SMALL_TEXT));
        let below = needs.heads.iter().any(|h| {
            !h.detail.is_empty() && bold.width(&h.title) + theme.label * 0.8 + regular.width(&h.detail) > across
        });
        let titles: Vec<Vec<String>> =
            needs.heads.iter().map(|h| text::wrap(&h.title, theme.label, Face::Bold, across, 2)).collect();
        let head = |titles: &[Vec<String>]| {
            let lines = titles.iter().map(Vec::len).max().unwrap_or(1) + usize::from(below);
            number(lines) * leading(&theme) + theme.small * 0.7
        };
        let heads: Vec<f64> = titles.chunks(columns).map(head).collect();
        let key = key_rows(&theme, needs.key, inner.width()).len();
        let over = if key > 0 { number(key) * Theme::leading(theme.label) + theme.label * 0.5 } else { 0.0 };
        let between = theme.small * 0.9;
        let fixed = over + (needs.foot + between) * number(rows) - between + heads.iter().sum::<f64>();
        let width = across - needs.gutter;
        let room = (inner.height() - fixed) / number(rows);
        let smallest = theme.small * SMALLEST.1;
        let high = if theme.elastic { (width / ASPECT).clamp(smallest, smallest * 4.0) } else { room };
        // In a page, few panels may be as high as the preset allows.
        let high = if theme.elastic { high.max(room.min(width / ASPECT)) } else { high };
        Self {
            theme,
            columns,
            axes: (width, high),
            pitch: (across + gap, high + needs.foot + between),
            gutter: needs.gutter,
            over,
            titles,
            heads,
            below,
            height: fixed + high * number(rows),
        }
    }

    /// Whether the panels are large enough to be read.
    pub(crate) fn fit(&self) -> bool {
        let small = self.theme.small;
        self.axes.0 >= small * SMALLEST.0 - 1e-6 && self.axes.1 >= small * SMALLEST.1 - 1e-6
    }

    /// The axes of a panel.
    pub(crate) fn area(&self, inner: &Rect, panel: usize) -> Rect {
        let (column, row) = (panel % self.columns, panel / self.columns);
        let left = inner.left + self.gutter + number(column) * self.pitch.0;
        let above: f64 = self.heads.iter().take(row + 1).sum();
        let top = inner.top + self.over + number(row) * self.pitch.1 + above;
        Rect { left, top, right: left + self.axes.0, bottom: top + self.axes.1 }
    }

    /// Writes the key and the heads.
    pub(crate) fn draw(&self, canvas: &mut Canvas, inner: &Rect, needs: &Needs<'_>) {
        let t = &self.theme;
        draw_key(canvas, t, inner, needs.key);
        for (i, (head, title)) in needs.heads.iter().zip(&self.titles).enumerate() {
            let area = self.area(inner, i);
            let left = area.left - self.gutter;
            let colour = if head.drawn { TEXT } else { SMALL_TEXT };
            let lines = title.len() + usize::from(self.below);
            // Heads of one line stand over their axes, not above an empty line.
            let first = area.top - t.small * 0.7 - leading(t) * number(lines) + t.label * 0.95;
            let after = canvas.lines(left, first, leading(t), title, Type::bold(t.label, colour));
            let kind = Type::regular(t.label, SMALL_TEXT);
            if self.below {
                let shown = text::ellipsis(&head.detail, t.label, Face::Regular, area.right - left);
                canvas.text(left, after, &shown, kind);
            } else {
                canvas.text(area.right, first, &head.detail, kind.at(Anchor::End));
            }
        }
    }
}

/// Distance of two lines of labels.
pub(crate) fn leading(theme: &Theme) -> f64 {
    Theme::leading(theme.label) * 0.95
}

/// Which line is which, over the panels.
fn draw_key(canvas: &mut Canvas, t: &Theme, inner: &Rect, key: &[String]) {
    let mut baseline = inner.top + t.label * 0.9;
    for row in key_rows(t, key, inner.width()) {
        for (i, left, name) in row {
            let (from, to) = (inner.left + left, inner.left + left + sample(t));
            draw_sample(canvas, t, (from, baseline - t.label * 0.34), i);
            canvas.text(to + t.label * 0.5, baseline, &name, Type::bold(t.label, TEXT));
        }
        baseline += Theme::leading(t.label);
    }
}

/// The sample of a line with its marker, from its left end on.
pub(crate) fn draw_sample(canvas: &mut Canvas, t: &Theme, (x, y): (f64, f64), colour: usize) {
    canvas.path(vec![(x, y), (x + sample(t), y)], COLOURS[colour], t.line, DASHES[colour]);
    canvas.marker((x + sample(t) / 2.0, y), t.marker * 1.1, MARKERS[colour], COLOURS[colour]);
}

/// Length of the sample of a line.
pub(crate) fn sample(theme: &Theme) -> f64 {
    theme.label * 2.4
}

/// Entries of the key in rows: the number of each, its left edge, and its name.
fn key_rows(theme: &Theme, key: &[String], width: f64) -> Vec<Vec<(usize, f64, String)>> {
    let mut rows: Vec<Vec<(usize, f64, String)>> = Vec::new();
    let mut free = 0.0;
    for (i, name) in key.iter().enumerate().take(COLOURS.len()) {
        let sign = sample(theme) + theme.label * 0.5;
        let name = text::ellipsis(name, theme.label, Face::Bold, width - sign);
        let need = sign + Type::bold(theme.label, TEXT).width(&name);
        if rows.is_empty() || free + need > width {
            rows.push(Vec::new());
            free = 0.0;
        }
        if let Some(row) = rows.last_mut() {
            row.push((i, free, name));
        }
        free += need + theme.label * 1.6;
    }
    rows
}

/// A label beside a plot, as high as its line's end where others leave room.
#[derive(Debug, Clone)]
pub(crate) struct SideLabel {
    pub colour: usize,
    pub name: String,
    pub details: Vec<String>,
    /// Where its line ends.
    pub y: f64,
}

/// Labels beside a plot: broken into lines, with as many details as there is room for.
#[derive(Debug)]
pub(crate) struct Side {
    labels: Vec<(SideLabel, Vec<String>)>,
    /// Width of the column, with the space left of it.
    pub width: f64,
}

impl Side {
    pub(crate) fn new(t: &Theme, labels: &[SideLabel], room: f64, height: f64) -> Self {
        if labels.is_empty() {
            return Self { labels: Vec::new(), width: 0.0 };
        }
        let most = labels.iter().map(|l| l.details.len()).max().unwrap_or(0);
        let (bold, regular) = (Type::bold(t.label, TEXT), Type::regular(t.label, SMALL_TEXT));
        let mut kept = most;
        loop {
            let lines = if kept == 0 { 1 } else { 2 };
            let fitted: Vec<(SideLabel, Vec<String>)> = labels
                .iter()
                .cloned()
                .map(|mut l| {
                    l.details.truncate(kept);
                    let wrapped = l.details.iter().flat_map(|d| text::wrap(d, t.label, Face::Regular, room, 2));
                    l.details = wrapped.collect();
                    let name = text::wrap(&l.name, t.label, Face::Bold, room, lines);
                    (l, name)
                })
                .collect();
            let needed: f64 = fitted.iter().map(|l| size(t, l)).sum();
            if needed <= height || kept == 0 {
                let of = |(l, name): &(SideLabel, Vec<String>)| {
                    let names = name.iter().map(|n| bold.width(n));
                    names.chain(l.details.iter().map(|d| regular.width(d))).fold(0.0, f64::max)
                };
                let widest = fitted.iter().map(of).fold(0.0, f64::max);
                return Self { labels: fitted, width: widest + sample(t) + t.label * 1.7 };
            }
            kept -= 1;
        }
    }

    /// Writes the labels from `left` on, within the height of the plot.
    pub(crate) fn draw(&self, canvas: &mut Canvas, t: &Theme, left: f64, area: &Rect) {
        for ((label, name), first) in self.labels.iter().zip(self.baselines(t, area.top, area.bottom)) {
            let x = left + t.label * 1.2;
            draw_sample(canvas, t, (x, first - t.label * 0.34), label.colour);
            let x = x + sample(t) + t.label * 0.5;
            let y = canvas.lines(x, first, leading(t), name, Type::bold(t.label, TEXT));
            canvas.lines(x, y, leading(t), &label.details, Type::regular(t.label, SMALL_TEXT));
        }
    }

    /// The baseline of each label's first line, apart from each other and within the height of the plot.
    fn baselines(&self, t: &Theme, top: f64, bottom: f64) -> Vec<f64> {
        let sizes: Vec<f64> = self.labels.iter().map(|l| size(t, l)).collect();
        let wanted: Vec<f64> = self.labels.iter().map(|(l, _)| l.y).collect();
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        order.sort_by(|&a, &b| wanted[a].total_cmp(&wanted[b]).then(a.cmp(&b)));
        let centres = super::labels::spread(&order, &wanted, &sizes, top - t.label * 0.4, bottom);
        centres.iter().zip(&sizes).map(|(centre, size)| centre - size / 2.0 + gap(t) / 2.0 + t.label * 0.82).collect()
    }

    /// The labels in their places beside a plot of this height, whose top is 0.
    pub(crate) fn texts(&self, t: &Theme, height: f64) -> Vec<SideText> {
        let places = self.labels.iter().zip(self.baselines(t, 0.0, height));
        places
            .map(|((label, name), first)| {
                let middle = first - t.label * 0.34;
                SideText {
                    colour: label.colour,
                    name: name.clone(),
                    details: label.details.clone(),
                    name_y: middle,
                    details_y: middle + leading(t) * number(name.len()),
                }
            })
            .collect()
    }
}

/// A label beside a plot in its place: the middles of the first lines of its name and of its details.
#[derive(Debug, Clone)]
pub(crate) struct SideText {
    pub colour: usize,
    pub name: Vec<String>,
    pub details: Vec<String>,
    pub name_y: f64,
    pub details_y: f64,
}

fn gap(t: &Theme) -> f64 {
    t.label * 0.5
}

fn size(t: &Theme, (label, name): &(SideLabel, Vec<String>)) -> f64 {
    number(name.len() + label.details.len()) * leading(t) + gap(t)
}
