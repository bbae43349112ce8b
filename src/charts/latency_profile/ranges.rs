//! Delays of many platforms: one row each, from the median to the 90th and the 99th percentile.

use super::super::frame::Frame;
use super::super::labels;
use super::super::ranked_dots::{DENSE, HIGHLIGHTED, NAME_ROOM, PITCH, ROWS, least_pitch, reason, rows_in};
use super::super::scale::{Scale, axis_caption};
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, COLOURS, Colour, GRID, MARKERS, MUTED, SMALL_TEXT, TEXT, Theme};
use super::super::words::{self, Caption};
use super::super::{alt, notes};
use super::{Profile, QUANTILES};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

/// Headings of the columns of numbers.
const HEADINGS: [&str; 4] = ["median", "90%", "99%", "n"];
/// What they are, in words.
const NAMES: [&str; 3] = ["median", "90th percentile", "99th percentile"];
/// How the sentence about cells without a number begins.
pub(super) const DASH: &str = "A dash:";
/// Radius of the dot of each quantile, in multiples of a marker; the last one is a bar.
const RADIUS: [f64; 3] = [1.1, 0.75, 0.0];

/// The drawing of ranges, with its words and its table.
pub(super) fn compose(
    selection: &Selection<'_>,
    profiles: &[Profile<'_>],
    spec: &ChartSpec,
    when: &str,
) -> Result<(Canvas, Caption, String, String)> {
    let drawn: Vec<&Estimate> =
        selection.rows.iter().copied().filter(|e| QUANTILES.contains(&e.statistic.as_str())).collect();
    let plotted = Selection::of(drawn, spec);
    let highlighted = plotted.highlighted(spec, HIGHLIGHTED)?;
    let rows = ranked(profiles);
    let unit = rows.iter().find_map(|r| r.quantiles[0]).map_or("days", |e| e.unit.as_str());
    let over = [format!(", by {}", plotted.things())];
    let known = |i: usize| rows.iter().any(|r| r.quantiles[i].is_some());
    let measure = match (known(1), known(2)) {
        (true, true) => format!("Median, 90th and 99th percentile ({unit})"),
        (true, false) => format!("Median and 90th percentile ({unit})"),
        _ => format!("Median ({unit})"),
    };
    let mut caption = words::caption_of(&plotted, spec, &measure, if rows.len() > 1 { &over } else { &[] }, when);
    let mut theme = Theme::of(spec.preset);
    let mut shown = rows.len().min(ROWS);
    let mut frame;
    loop {
        caption.notes = said(&plotted, spec, &rows, shown);
        frame = Frame::new(theme, &caption);
        let fit = rows_in(frame.inner(theme.height).height() - axes_height(&theme), &theme).max(1);
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
    let table = Table::new(theme, &frame, &rows[..shown], &highlighted, unit);
    let mut canvas = Canvas::new(theme.width, table.height);
    frame.draw(&mut canvas);
    table.draw(&mut canvas);
    let alt = alt::ranges(&caption, &plotted, &rows);
    Ok((canvas, caption, alt, plotted.csv()?))
}

/// From the longest median to the shortest, then those without one.
pub(super) fn ranked<'p, 'a>(profiles: &'p [Profile<'a>]) -> Vec<&'p Profile<'a>> {
    let mut rows: Vec<&Profile<'_>> = profiles.iter().collect();
    let at = |p: &Profile<'_>, i: usize| p.quantile(i).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| {
        let by = |i: usize| at(b, i).total_cmp(&at(a, i));
        by(0).then_with(|| by(1)).then_with(|| by(2)).then_with(|| a.label.cmp(&b.label))
    });
    rows
}

fn said(selection: &Selection<'_>, spec: &ChartSpec, rows: &[&Profile<'_>], shown: usize) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if rows.len() > shown {
        let rest = selection.others(rows.len() - shown, "row").replace(" other ", " more ");
        out.push(format!("And {rest} below these: the table beside the figure has them."));
    }
    let lacks = |e: &&Estimate| e.status == Status::Insufficient;
    let few = rows[..shown].iter().filter(|r| r.quantile(0).is_some()).flat_map(|r| r.quantiles.iter().flatten());
    if few.copied().any(|e| lacks(&e)) {
        out.push(format!("{DASH} too few observations for this percentile."));
    }
    out.extend(notes::of_estimates(selection, "numbers"));
    out
}

fn axes_height(theme: &Theme) -> f64 {
    Theme::leading(theme.small) * 2.0 + theme.small * 2.2
}

struct Table<'s, 'a> {
    theme: Theme,
    rows: &'s [&'s Profile<'a>],
    highlighted: &'s [String],
    names: Vec<Vec<String>>,
    scale: Scale,
    unit: &'s str,
    area: Rect,
    /// Right edge of each column of numbers that is there.
    columns: Vec<(usize, f64)>,
    pitch: f64,
    height: f64,
}

impl<'s, 'a> Table<'s, 'a> {
    fn new(theme: Theme, frame: &Frame, rows: &'s [&'s Profile<'a>], highlighted: &'s [String], unit: &'s str) -> Self {
        let scale = Scale::log1p(rows.iter().flat_map(|r| (0..3).filter_map(|i| r.quantile(i))));
        let inner = frame.inner(theme.height);
        let n = f64::from(u32::try_from(rows.len().max(1)).unwrap_or(u32::MAX));
        let free = (inner.height() - axes_height(&theme)) / n;
        let pitch =
            if theme.elastic {
                free.clamp(theme.label * PITCH.0, theme.label * PITCH.1 * if n < 8.0 { 1.4 } else { 1.0 })
                    .max(least_pitch(&theme, rows.iter().map(|r| r.label.as_str()), inner.width()))
            } else {
                free.clamp(theme.label * PITCH.0 * 0.95, theme.label * PITCH.2)
            };
        let height = if theme.elastic { frame.height_with(axes_height(&theme) + pitch * n) } else { theme.height };
        let inner = frame.amid(height, axes_height(&theme) + pitch * n);
        let lines = if pitch > theme.label * 2.3 { 2 } else { 1 };
        let mut width = 0.0_f64;
        let names = rows
            .iter()
            .map(|r| {
                let kind = name_type(&theme, r, highlighted.contains(&r.label));
                let name = text::wrap(&r.label, theme.label, kind.face, inner.width() * NAME_ROOM, lines);
                width = name.iter().map(|l| kind.width(l)).fold(width, f64::max);
                name
            })
            .collect();
        let columns = columns(&theme, rows, inner.right);
        let numbers = columns.first().map_or(inner.right, |(i, right)| right - column_width(&theme, rows, *i));
        let top = inner.top + Theme::leading(theme.small) * 2.0;
        let area = Rect {
            left: inner.left + width + theme.label * 1.4,
            right: numbers - theme.label * 1.8,
            top,
            bottom: top + pitch * n,
        };
        Self { theme, rows, highlighted, names, scale, unit, area, columns, pitch, height }
    }

    fn x(&self, days: f64) -> f64 {
        self.area.left + self.scale.at(days) * self.area.width()
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.draw_axes(canvas);
        let mut y = self.area.top + self.pitch / 2.0;
        for (row, name) in self.rows.iter().zip(&self.names) {
            self.draw_row(canvas, row, name, y);
            y += self.pitch;
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let mut free = f64::NEG_INFINITY;
        for tick in self.scale.ticks(self.unit, 9) {
            let x = area.left + tick.at * area.width();
            canvas.line((x, area.top), (x, area.bottom), GRID, 1.0);
            let half = small.width(&tick.label) / 2.0;
            if x - half >= free {
                canvas.text(x, area.bottom + t.small * 1.5, &tick.label, small.at(Anchor::Middle));
                free = x + half + t.small * 0.6;
            }
        }
        canvas.line((area.left, area.top), (area.left, area.bottom), AXIS, 1.0);
        // The unit stands in a line of its own, over the headings that show the signs.
        let heading = area.top - t.small * 0.7;
        canvas.text(area.left, heading - Theme::leading(t.small), &axis_caption(self.unit, &self.scale), small);
        for (i, right) in &self.columns {
            canvas.text(*right, heading, HEADINGS[*i], small.at(Anchor::End));
            if *i < 3 {
                let x = right - small.width(HEADINGS[*i]) - t.marker * 2.2;
                self.sign(canvas, *i, (x, heading - t.small * 0.36), self.plain());
            }
        }
    }

    fn plain(&self) -> Colour {
        if self.highlighted.is_empty() { COLOURS[0] } else { MUTED }
    }

    /// The dot or bar of a quantile.
    fn sign(&self, canvas: &mut Canvas, quantile: usize, (x, y): (f64, f64), colour: Colour) {
        let t = &self.theme;
        let marker = t.marker.min(self.pitch * 0.3);
        if RADIUS[quantile] > 0.0 {
            canvas.dot((x, y), marker * RADIUS[quantile], MARKERS[0], colour);
        } else {
            canvas.line((x, y - marker), (x, y + marker), colour, t.line * 0.8);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Profile<'_>, name: &[String], y: f64) {
        let t = &self.theme;
        let highlight = self.highlighted.contains(&row.label);
        let base = y + t.label * 0.36;
        let leading = Theme::leading(t.label) * 0.85;
        let above = f64::from(u32::try_from(name.len().saturating_sub(1)).unwrap_or(0)) * leading / 2.0;
        canvas.lines(t.margin, base - above, leading, name, name_type(t, row, highlight));
        let small = Type::regular(t.small.min(t.label), SMALL_TEXT);
        let Some(median) = row.quantile(0) else {
            let why = row.quantiles[0].map_or_else(|| "no data".to_owned(), reason);
            canvas.text_on_paper(self.area.left + t.label * 0.5, base, &why, small);
            return;
        };
        let colour = if highlight { COLOURS[0] } else { self.plain() };
        let mut from = median;
        for (i, width) in [(1, 0.75), (2, 0.35)] {
            if let Some(to) = row.quantile(i) {
                canvas.line((self.x(from), y), (self.x(to), y), colour, t.line * width);
                from = to;
            }
        }
        for i in (0..3).rev() {
            if let (Some(e), Some(days)) = (row.quantiles[i], row.quantile(i)) {
                canvas.value((self.x(days), y), &format!("{}, {}", row.label, NAMES[i]), e);
                self.sign(canvas, i, (self.x(days), y), colour);
            }
        }
        for (i, right) in &self.columns {
            let kind = match (*i, highlight) {
                (0, true) => Type::bold(t.label, TEXT),
                (0, false) => Type::regular(t.label, TEXT),
                _ => small,
            };
            canvas.text(*right, base, &cell(row, *i), kind.at(Anchor::End));
        }
    }
}

fn name_type(theme: &Theme, row: &Profile<'_>, highlight: bool) -> Type {
    let total = row.any().is_some_and(|e| e.platform == ALL_PLATFORMS && e.group_name.is_none());
    let colour = if row.quantile(0).is_some() { TEXT } else { SMALL_TEXT };
    Type { face: if highlight || total { Face::Bold } else { Face::Regular }, ..Type::regular(theme.label, colour) }
}

/// The number in a column: a quantile, or the denominator.
fn cell(row: &Profile<'_>, column: usize) -> String {
    match row.quantiles.get(column) {
        Some(quantile) => match (row.quantile(column), quantile) {
            (Some(days), _) => labels::value(days, ""),
            (None, Some(_)) => "–".to_owned(),
            (None, None) => String::new(),
        },
        None => row.n().map(labels::count).unwrap_or_default(),
    }
}

fn column_width(theme: &Theme, rows: &[&Profile<'_>], column: usize) -> f64 {
    let kind = if column == 0 { Type::bold(theme.label, TEXT) } else { Type::regular(theme.small, SMALL_TEXT) };
    let sign = if column < 3 { theme.marker * 3.6 } else { 0.0 };
    let heading = Type::regular(theme.small, SMALL_TEXT).width(HEADINGS[column]) + sign;
    rows.iter().map(|r| kind.width(&cell(r, column))).fold(heading, f64::max)
}

/// The columns that hold any number, with their right edges.
fn columns(theme: &Theme, rows: &[&Profile<'_>], right: f64) -> Vec<(usize, f64)> {
    let mut edge = right;
    let mut out = Vec::new();
    for column in (0..HEADINGS.len()).rev() {
        if rows.iter().any(|r| !cell(r, column).is_empty()) {
            out.push((column, edge));
            edge -= column_width(theme, rows, column) + theme.label;
        }
    }
    out.reverse();
    out
}
