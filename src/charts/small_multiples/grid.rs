//! The grid of small multiples: how many columns, how large a panel is, and what is written around it.

use super::super::labels;
use super::super::line::plot::{Around, Plot, dates, gutter};
use super::super::marks::{self, Numbered};
use super::super::scale::axis_caption;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{COLOURS, DASHES, MARKERS, MUTED, SMALL_TEXT, TEXT, Theme};
use super::super::words;
use super::{LOG_TICKS, Panel, Scales};
use crate::time::Period;

/// Width of a panel's axes for each height that looks best.
const ASPECT: f64 = 1.6;
/// What an empty cell of the grid costs against an aspect that is off by the same logarithm.
const EMPTY_CELL: f64 = 0.3;
/// Smallest width and height of a panel's axes, in multiples of small text.
const SMALLEST: (f64, f64) = (8.0, 4.2);
/// Width of a panel's axes that is good to read, in the same.
const GOOD: f64 = 11.0;
/// Columns at most.
const COLUMNS: usize = 12;
/// Size of text in a crowded card, in multiples of small text.
const DENSE: f64 = 0.88;
/// From this number of panels on, their text is smaller.
const MANY: usize = 13;

/// What a grid is made of.
pub(super) struct Given<'s, 'a> {
    pub panels: &'s [Panel<'a>],
    pub periods: &'s [Period],
    /// Names of coloured lines, where a panel can have several.
    pub key: &'s [String],
    pub scales: &'s Scales,
    pub marks: &'s [Numbered<'s>],
}

/// Where the last value of a panel with a single line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Beside,
    Below,
    /// In the table alone: a crowded card has no room for them.
    Nowhere,
}

/// The measures of a grid, in pixels.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    theme: Theme,
    columns: usize,
    rows: usize,
    /// Width and height of a panel's axes.
    axes: (f64, f64),
    /// Distance from one panel to the next.
    pitch: (f64, f64),
    gutter: f64,
    /// Height of what stands over the first row: the key and the unit.
    over: f64,
    /// Names of panels, broken into lines, and whether values stand below them.
    titles: Vec<Vec<String>>,
    values: Values,
    /// Height of the heads of each row.
    heads: Vec<f64>,
    strip: f64,
    /// Height of the whole grid.
    pub height: f64,
    smallest: f64,
    inner: f64,
}

#[expect(clippy::cast_precision_loss, reason = "some dozen panels")]
fn number(n: usize) -> f64 {
    n as f64
}

impl Grid {
    pub(super) fn new(theme: Theme, inner: &Rect, given: &Given<'_, '_>, dense: bool) -> Self {
        let n = given.panels.len().max(1);
        let theme = crowded(theme, n, dense);
        // The best of all numbers of columns: panels of a good shape and size, and few empty cells.
        let score = |grid: &Self| {
            let (w, h) = grid.axes;
            let empty = number(grid.columns * grid.rows - n) / number(grid.columns);
            let shape = if theme.elastic {
                let narrow = (theme.small * GOOD / w.max(1.0)).ln().max(0.0);
                0.5 * (grid.height / inner.height()).ln().abs() + narrow
            } else {
                (w / h.max(1.0) / ASPECT).ln().abs()
            };
            let narrow = if grid.columns > 1 && w < theme.small * SMALLEST.0 { 100.0 } else { 0.0 };
            let low = if grid.fit() { 0.0 } else { 50.0 };
            shape + EMPTY_CELL * empty + narrow + low
        };
        let grids = (1..=n.min(COLUMNS)).map(|columns| Self::with(theme, inner, given, columns, dense));
        let best = grids.map(|g| (score(&g), g)).min_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or_else(|| Self::with(theme, inner, given, 1, dense), |(_, grid)| grid)
    }

    /// How many of these panels would fit into a card at most.
    pub(super) fn capacity(theme: Theme, inner: &Rect, given: &Given<'_, '_>) -> usize {
        let n = given.panels.len().max(1);
        let theme = crowded(theme, n, true);
        let grids = (1..=n.min(COLUMNS)).map(|columns| Self::with(theme, inner, given, columns, true));
        let wide = grids.filter(|g| g.columns == 1 || g.axes.0 >= theme.small * SMALLEST.0);
        wide.map(|g| g.room()).max().unwrap_or(1)
    }

    fn with(theme: Theme, inner: &Rect, given: &Given<'_, '_>, columns: usize, dense: bool) -> Self {
        let rows = given.panels.len().max(1).div_ceil(columns);
        let unit = &given.scales.unit;
        let gutter = given.scales.all().map(|s| gutter(&theme, s, unit, LOG_TICKS)).fold(0.0, f64::max);
        let gap = theme.small * 1.9;
        // Labels of a shared axis stand left of the first column alone.
        let (outer, each) = if given.scales.shared() { (gutter, 0.0) } else { (0.0, gutter) };
        let across = (inner.width() - outer - gap * number(columns - 1)) / number(columns);
        let width = across - each;
        let (titles, values) = titles(&theme, given, across, dense);
        let head = |titles: &[Vec<String>]| {
            let lines = titles.iter().map(Vec::len).max().unwrap_or(1) + usize::from(values == Values::Below);
            number(lines) * Theme::leading(theme.label) * 0.95 + theme.small * 0.35
        };
        let heads: Vec<f64> = titles.chunks(columns).map(head).collect();
        let strip = marks::strip_height(&theme, given.marks);
        let below = theme.small * 0.7 + Theme::leading(theme.small) * dates(&theme, given.periods, width).1;
        let caption = given.scales.all().any(|s| !axis_caption(unit, s).is_empty());
        let key = key_rows(&theme, given.key, inner.width()).len();
        let over = number(key) * Theme::leading(theme.label)
            + if key > 0 { theme.label * 0.5 } else { 0.0 }
            + if caption { Theme::leading(theme.small) * 1.2 } else { 0.0 };
        let between = theme.small * 1.1;
        let fixed = over + below + between * number(rows - 1) + strip * number(rows) + heads.iter().sum::<f64>();
        let room = (inner.height() - fixed) / number(rows);
        let smallest = theme.small * SMALLEST.1;
        let high = if theme.elastic && given.panels.len() > 1 { (width / ASPECT).max(smallest) } else { room };
        Self {
            theme,
            columns,
            rows,
            axes: (width, high),
            pitch: (across + gap, high + strip + between),
            gutter,
            over,
            titles,
            values,
            heads,
            strip,
            height: fixed + high * number(rows),
            smallest,
            inner: inner.height(),
        }
    }

    /// Whether the panels are high enough to be read.
    pub(super) fn fit(&self) -> bool {
        self.axes.1 >= self.smallest - 1e-6
    }

    /// How many panels of the smallest height would fit.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some dozen panels")]
    fn room(&self) -> usize {
        let heads: f64 = self.heads.iter().sum();
        let pitch = self.pitch.1 - self.axes.1 + self.smallest + heads / number(self.rows);
        let fixed = self.height - self.pitch.1 * number(self.rows) - heads;
        ((self.inner - fixed) / pitch).floor().max(0.0) as usize * self.columns
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, inner: &Rect, given: &Given<'_, '_>) {
        let t = &self.theme;
        self.draw_key(canvas, inner, given.key);
        let caption = given.scales.of(0).map(|s| axis_caption(&given.scales.unit, &s)).unwrap_or_default();
        canvas.text(inner.left, inner.top + self.over - t.small * 0.6, &caption, Type::regular(t.small, SMALL_TEXT));
        for (i, panel) in given.panels.iter().enumerate() {
            let (column, row) = (i % self.columns, i / self.columns);
            let left = inner.left + self.gutter + number(column) * self.pitch.0;
            let above: f64 = self.heads.iter().take(row).sum();
            let top = inner.top + self.over + number(row) * self.pitch.1 + above;
            let head = self.heads.get(row).copied().unwrap_or(0.0);
            let area = Rect {
                left,
                top: top + head + self.strip,
                right: left + self.axes.0,
                bottom: top + head + self.strip + self.axes.1,
            };
            self.draw_head(canvas, (i, panel), &area, (top, head), given);
            let Some(scale) = given.scales.of(i) else { continue };
            let around = Around {
                caption: String::new(),
                values: column == 0 || !given.scales.shared(),
                // Dates stand below the lowest panel of each column.
                dates: i + self.columns >= given.panels.len(),
                log_ticks: LOG_TICKS,
                marks: given.marks.iter().filter(|m| panel.concerned(m)).cloned().collect(),
                panel: true,
                tint: panel.muted.then_some(MUTED),
            };
            let series = (given.periods, panel.series.as_slice());
            Plot::panel(*t, area, series, panel.coloured.clone(), scale, around).draw(canvas);
        }
    }

    fn draw_head(
        &self,
        canvas: &mut Canvas,
        (i, panel): (usize, &Panel<'_>),
        area: &Rect,
        (top, head): (f64, f64),
        given: &Given<'_, '_>,
    ) {
        let t = &self.theme;
        let leading = Theme::leading(t.label) * 0.95;
        let left = if given.scales.shared() { area.left } else { area.left - self.gutter };
        let title = self.titles.get(i).map_or(&[][..], Vec::as_slice);
        // Heads of one line stand over their axes, not above an empty line.
        let lines = title.len() + usize::from(self.values == Values::Below);
        let free = head - t.small * 0.35 - leading * number(lines);
        let colour = if panel.drawn() { TEXT } else { SMALL_TEXT };
        let first = top + free + t.label * 0.85;
        let after = canvas.lines(left, first, leading, title, Type::bold(t.label, colour));
        let value = latest(panel, given, i);
        let kind = Type::regular(t.label, SMALL_TEXT);
        match self.values {
            Values::Below => {
                let shown = text::ellipsis(&value, t.label, Face::Regular, area.right - left);
                canvas.text(left, after, &shown, kind);
            }
            Values::Beside => canvas.text(area.right, first, &value, kind.at(Anchor::End)),
            Values::Nowhere => {}
        }
    }

    /// Which line is which, over the panels.
    fn draw_key(&self, canvas: &mut Canvas, inner: &Rect, key: &[String]) {
        let t = &self.theme;
        let mut baseline = inner.top + t.label * 0.9;
        for row in key_rows(t, key, inner.width()) {
            for (i, left, name) in row {
                let (from, to, y) = (inner.left + left, inner.left + left + sample(t), baseline - t.label * 0.34);
                canvas.path(vec![(from, y), (to, y)], COLOURS[i], t.line, DASHES[i]);
                canvas.marker((f64::midpoint(from, to), y), t.marker * 1.15, MARKERS[i], COLOURS[i]);
                canvas.text(to + t.label * 0.5, baseline, &name, Type::bold(t.label, TEXT));
            }
            baseline += Theme::leading(t.label);
        }
    }
}

/// The sizes of text and lines in panels, which are smaller than a chart of their own.
fn crowded(theme: Theme, panels: usize, dense: bool) -> Theme {
    let small = theme.small * if dense { DENSE } else { 1.0 };
    let (label, line) = match panels {
        _ if dense => (small, theme.line * 0.7),
        1 => (theme.label, theme.line),
        n if n < MANY => (theme.label.min(small * 1.08), theme.line * 0.85),
        _ => (small, theme.line * 0.7),
    };
    Theme { label, small, line, marker: theme.marker * line / theme.line * 0.85, ..theme }
}

/// The value at the end of a panel's single line, with its period where this is not the last one.
fn latest(panel: &Panel<'_>, given: &Given<'_, '_>, number: usize) -> String {
    let [series] = panel.series.as_slice() else { return String::new() };
    let Some(last) = series.valued().last() else { return String::new() };
    let top = given.scales.of(number).map_or(f64::INFINITY, |s| s.end());
    let value = last.value.map(|v| labels::beside(v, &last.unit, top)).unwrap_or_default();
    if Some(&last.period()) == given.periods.last() {
        return value;
    }
    format!("{value} ({})", words::short(last.period()))
}

/// Names of panels in at most two lines. Values stand beside names where all have room for it, else below. In a
/// crowded card there is one line for both.
fn titles(theme: &Theme, given: &Given<'_, '_>, across: f64, dense: bool) -> (Vec<Vec<String>>, Values) {
    let bold = Type::bold(theme.label, TEXT);
    let regular = Type::regular(theme.label, SMALL_TEXT);
    let values: Vec<String> = given.panels.iter().enumerate().map(|(i, p)| latest(p, given, i)).collect();
    let any = values.iter().any(|v| !v.is_empty());
    let beside = given.panels.iter().zip(&values).all(|(p, v)| {
        let gap = if v.is_empty() { 0.0 } else { theme.label * 0.8 };
        bold.width(&p.title) + gap + regular.width(v) <= across
    });
    let lines = if dense { 1 } else { 2 };
    let wrap = |p: &Panel<'_>| text::wrap(&p.title, theme.label, Face::Bold, across, lines);
    let place = match (any && !beside, dense) {
        (false, _) => Values::Beside,
        (true, false) => Values::Below,
        (true, true) => Values::Nowhere,
    };
    (given.panels.iter().map(wrap).collect(), place)
}

/// Length of the sample of a line in the key.
fn sample(theme: &Theme) -> f64 {
    theme.label * 2.2
}

/// Entries of the key in rows: the number of each, its left edge, and its name.
fn key_rows(theme: &Theme, key: &[String], width: f64) -> Vec<Vec<(usize, f64, String)>> {
    let mut rows: Vec<Vec<(usize, f64, String)>> = Vec::new();
    let mut free = 0.0;
    for (i, name) in key.iter().enumerate() {
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
