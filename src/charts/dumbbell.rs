//! Two values of each row, joined by a line: users and moderators of a language, declared and measured values.

use super::alt as sentences;
use super::equality_plot::missing;
use super::frame::Frame;
use super::labels;
use super::pairs::{self, Pair, Pairs};
use super::panels::number;
use super::ranked_dots::{DENSE, NAME_ROOM, PITCH, ROWS, least_pitch, rows_in};
use super::scale::{Scale, axis_caption, counts, durations, rates};
use super::spec::ChartSpec;
use super::step_curves::when;
use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{AXIS, COLOURS, CONTEXT, Colour, GRID, MARKERS, MUTED, Marker, SMALL_TEXT, TEXT, Theme};
use super::words::{self, Caption};
use super::{Chart, Figure, notes};
use crate::error::Result;
use crate::estimate::Estimate;

mod vega;

#[cfg(test)]
mod tests;

/// Rows in the alternative text.
const NAMED: usize = 4;
/// Colours and markers of the two sides.
const LOOKS: [(Marker, Colour); 2] = [(MARKERS[0], COLOURS[0]), (MARKERS[3], COLOURS[3])];

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct Dumbbell;

impl Chart for Dumbbell {
    fn id(&self) -> &'static str {
        "dumbbell"
    }

    fn title(&self) -> &'static str {
        "Two values of each row"
    }

    fn doc(&self) -> &'static str {
        "Compares two values of each platform or group on one axis, joined by a line: shares of users and of moderators by \
         language, declared and measured values. Rows are sorted by the first. A side without a value is a gap with its \
         reason. Groups of several platforms are drawn for the one that is highlighted. For counts of very different size \
         take equality-plot."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        pairs::natural(estimates, spec)
            && pairs::choose(estimates, spec)
                .is_ok_and(|p| p.all.iter().filter(|p| p.values().iter().all(Option::is_some)).count() > 1)
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        vega::vega(estimates, spec)
    }
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let mut pairs = pairs::choose(estimates, spec)?;
    sorted(&mut pairs);
    let highlighted = highlighted(&pairs, spec)?;
    let mut caption = caption(&pairs, spec);
    let mut theme = Theme::of(spec.preset);
    let mut shown = pairs.all.len().min(ROWS);
    let mut frame;
    loop {
        caption.notes = said(&pairs, spec, shown);
        frame = Frame::new(theme, &caption);
        let fit = rows_in(frame.inner(theme.height).height() - heads(&theme), &theme).max(1);
        if theme.elastic || shown <= fit {
            break;
        }
        // A card that is too low for the rows has smaller ones first, and then fewer.
        if theme.label > theme.small * DENSE {
            theme.label = theme.small * DENSE;
        } else {
            shown = fit;
        }
    }
    let table = Table::new(theme, &frame, &pairs, shown, &highlighted);
    let mut canvas = Canvas::new(theme.width, table.height);
    frame.draw(&mut canvas);
    table.draw(&mut canvas);
    let alt = alt(&caption, &pairs);
    Ok((canvas, caption, alt, pairs.selection.csv()?))
}

/// From the largest first value to the smallest.
fn sorted(pairs: &mut Pairs<'_>) {
    let place = |p: &Pair<'_>| {
        let [a, b] = p.values();
        a.or(b).unwrap_or(f64::NEG_INFINITY)
    };
    pairs.all.sort_by(|a, b| place(b).total_cmp(&place(a)).then_with(|| a.label.cmp(&b.label)));
}

/// The rows to show in colour: a platform that only says whose groups are shown is none.
fn highlighted(pairs: &Pairs<'_>, spec: &ChartSpec) -> Result<Vec<String>> {
    if pairs.selection.groups.len() > 1 && pairs.selection.platforms.len() == 1 {
        let mut spec = spec.clone();
        spec.highlight.retain(|h| !pairs.selection.platforms.iter().any(|p| p.eq_ignore_ascii_case(h)));
        return pairs.selection.highlighted(&spec, 4);
    }
    pairs.selection.highlighted(spec, 4)
}

fn caption(pairs: &Pairs<'_>, spec: &ChartSpec) -> Caption {
    let [first, second] = &pairs.names;
    let selection = &pairs.selection;
    let mut spec = spec.clone();
    let when = when(selection);
    let unit = selection.rows.first().map_or("", |e| e.unit.as_str());
    let unit = if unit == "share" {
        " (%)".to_owned()
    } else if unit.is_empty() {
        String::new()
    } else {
        format!(" ({unit})")
    };
    let mut start = first.clone();
    if let Some(letter) = start.get_mut(..1) {
        letter.make_ascii_uppercase();
    }
    // A single row is named by the title.
    let over: Vec<String> = (pairs.all.len() > 1).then(|| format!(", by {}", selection.things())).into_iter().collect();
    spec.subtitle.get_or_insert_with(|| format!("{start} and {second}{unit}{}, {when}", over.concat()));
    words::caption(selection, &spec, &over, &when)
}

fn said(pairs: &Pairs<'_>, spec: &ChartSpec, shown: usize) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let rest = pairs.all.len() - shown;
    if rest > 0 {
        let rest = if rest == 1 { "row".to_owned() } else { format!("{rest} rows") };
        out.push(format!("And {rest} more below these: the table beside the figure has them."));
    }
    out.extend(missing(pairs));
    out.extend(notes::of_estimates(&pairs.selection, "rows"));
    out
}

/// Height of the key, of the headings of columns and of the axis below.
fn heads(t: &Theme) -> f64 {
    Theme::leading(t.small) * 2.0 + t.small * 0.8 + t.small * 2.2
}

struct Table<'s, 'a> {
    theme: Theme,
    pairs: &'s Pairs<'a>,
    shown: usize,
    highlighted: &'s [String],
    names: Vec<Vec<String>>,
    /// Right edges of the two columns of numbers.
    columns: [f64; 2],
    scale: Scale,
    unit: &'a str,
    area: Rect,
    pitch: f64,
    left: f64,
    right: f64,
    height: f64,
}

impl<'s, 'a> Table<'s, 'a> {
    fn new(theme: Theme, frame: &Frame, pairs: &'s Pairs<'a>, shown: usize, highlighted: &'s [String]) -> Self {
        let rows = &pairs.all[..shown];
        let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
        let inner = frame.inner(theme.height);
        let n = number(shown.max(1));
        let room = (inner.height() - heads(&theme)) / n;
        let pitch =
            if theme.elastic {
                room.clamp(theme.label * PITCH.0, theme.label * PITCH.1 * if n < 8.0 { 1.4 } else { 1.0 })
                    .max(least_pitch(&theme, rows.iter().map(|p| p.label.as_str()), inner.width()))
            } else {
                room.clamp(theme.label * PITCH.0 * 0.95, theme.label * PITCH.2)
            };
        let height = if theme.elastic { frame.height_with(heads(&theme) + pitch * n) } else { theme.height };
        let inner = frame.amid(height, heads(&theme) + pitch * n);
        let lines = if pitch > theme.label * 2.3 { 2 } else { 1 };
        let mut widest = 0.0_f64;
        let names: Vec<Vec<String>> = rows
            .iter()
            .map(|p| {
                let kind = name_type(&theme, highlighted.contains(&p.label));
                let name = text::wrap(&p.label, theme.label, kind.face, inner.width() * NAME_ROOM, lines);
                widest = name.iter().map(|l| kind.width(l)).fold(widest, f64::max);
                name
            })
            .collect();
        let small = cell_type(&theme);
        let sign = theme.small * 1.4;
        let width = |side: usize| {
            rows.iter()
                .filter_map(|p| p.values()[side])
                .map(|v| small.width(&labels::value(v, unit)))
                .fold(sign, f64::max)
        };
        let second = inner.right;
        let first = second - width(1) - theme.label;
        let columns = [first, second];
        let end = first - width(0) - theme.label;
        let left = inner.left + widest + theme.label * 1.2;
        let top = inner.top + heads(&theme) - theme.small * 2.2;
        let area = Rect { left, top, right: end.max(left + theme.label * 4.0), bottom: top + pitch * n };
        let values: Vec<f64> = rows.iter().flat_map(Pair::values).flatten().collect();
        let limits =
            || rows.iter().flat_map(|p| [p.first, p.second]).flatten().flat_map(|e| [e.lower, e.upper]).flatten();
        let whole = counts(pairs.selection.rows.iter().copied());
        let ticks = if area.width() < theme.label * 22.0 { 3 } else { 5 };
        let scale = (whole || durations(unit) || rates(unit))
            .then(|| Scale::log_with(&values, limits()))
            .flatten()
            .unwrap_or_else(|| Scale::linear(values.iter().copied().chain(limits()), unit, whole, ticks));
        let (left, right) = (inner.left, inner.right);
        Self { theme, pairs, shown, highlighted, names, columns, scale, unit, area, pitch, left, right, height }
    }

    fn x(&self, v: f64) -> f64 {
        self.area.left + self.scale.at(v) * self.area.width()
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        self.draw_key(canvas);
        let mut free = f64::NEG_INFINITY;
        for tick in self.scale.ticks(self.unit, 6) {
            let x = area.left + tick.at * area.width();
            canvas.line((x, area.top), (x, area.bottom), GRID, 1.0);
            let half = small.width(&tick.label) / 2.0;
            if x - half >= free && x + half < self.right {
                free = x + half + t.small * 0.6;
                canvas.text(x, area.bottom + t.small * 1.5, &tick.label, small.at(Anchor::Middle));
            }
        }
        let origin = area.left + self.scale.origin() * area.width();
        canvas.line((origin, area.top), (origin, area.bottom), AXIS, 1.0);
        let base = area.top - t.small * 0.6;
        let caption = text::ellipsis(&axis_caption(self.unit, &self.scale), t.small, Face::Regular, area.width());
        if caption != "…" {
            canvas.text(area.left, base, &caption, small);
        }
        for (column, (marker, colour)) in self.columns.into_iter().zip(LOOKS) {
            canvas.dot((column - t.small * 0.6, base - t.small * 0.34), t.small * 0.32, marker, colour);
        }
        for (i, (pair, name)) in self.pairs.all[..self.shown].iter().zip(&self.names).enumerate() {
            self.draw_row(canvas, i, pair, name);
        }
    }

    fn draw_key(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let kind = Type::regular(t.small, TEXT);
        let base = self.area.top - t.small * 0.6 - Theme::leading(t.small) - t.small * 0.3;
        let room = (self.right - self.left) / 2.0 - t.small * 3.0;
        let mut x = self.left;
        for (name, (marker, colour)) in self.pairs.names.iter().zip(LOOKS) {
            canvas.dot((x + t.small * 0.5, base - t.small * 0.34), t.small * 0.36, marker, colour);
            let words = text::ellipsis(name, t.small, Face::Regular, room);
            canvas.text(x + t.small * 1.3, base, &words, kind);
            x += t.small * 2.9 + kind.width(&words);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, i: usize, pair: &Pair<'_>, name: &[String]) {
        let t = &self.theme;
        let y = self.area.top + self.pitch * (number(i) + 0.5);
        let base = y + t.label * 0.36;
        let bold = self.highlighted.contains(&pair.label);
        let leading = Theme::leading(t.label) * 0.85;
        let first = base - leading * number(name.len().max(1) - 1) / 2.0;
        canvas.lines(self.left, first, leading, name, name_type(t, bold));
        let lit = self.highlighted.is_empty() || bold;
        let values = pair.values();
        if let [Some(a), Some(b)] = values {
            canvas.line((self.x(a), y), (self.x(b), y), CONTEXT, t.line * 1.1);
        }
        let radius = t.marker.min(self.pitch * 0.28) * 1.1;
        // Two values at the same place stand over each other: neither hides the other.
        let same = matches!(values, [Some(a), Some(b)] if (self.x(a) - self.x(b)).abs() < radius * 1.2);
        let apart = if same { [-radius * 0.8, radius * 0.8] } else { [0.0, 0.0] };
        for (side, e) in [pair.first, pair.second].into_iter().enumerate() {
            let (marker, colour) = LOOKS[side];
            let colour = if lit { colour } else { MUTED };
            let cell = cell_type(t);
            match values[side] {
                Some(v) => {
                    if let Some((low, high)) = e.and_then(|e| Some((e.lower?, e.upper?))) {
                        canvas.line((self.x(low), y), (self.x(high), y), colour, t.line * 0.5);
                    }
                    let at = (self.x(v), y + apart[side]);
                    if let Some(e) = e {
                        canvas.value(at, &format!("{}, {}", pair.label, self.pairs.names[side]), e);
                    }
                    canvas.marker(at, radius, marker, colour);
                    canvas.text(self.columns[side], base, &labels::value(v, self.unit), cell.at(Anchor::End));
                }
                // A gap is no zero: its reason stands in the note.
                None => canvas.text(self.columns[side], base, "–", cell.at(Anchor::End)),
            }
        }
    }
}

fn name_type(t: &Theme, bold: bool) -> Type {
    Type { face: if bold { Face::Bold } else { Face::Regular }, ..Type::regular(t.label, TEXT) }
}

fn cell_type(t: &Theme) -> Type {
    Type::regular(t.small.min(t.label), SMALL_TEXT)
}

fn alt(caption: &Caption, pairs: &Pairs<'_>) -> String {
    let n = pairs.all.len();
    let [first, second] = &pairs.names;
    let mut out = vec![
        sentences::start("Dumbbell chart", caption),
        if n == 1 { "It has 1 row.".to_owned() } else { format!("It has {n} rows, sorted by {first}.") },
    ];
    let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
    let one = |p: &Pair<'_>| match p.values() {
        [Some(a), Some(b)] => Some(format!("{}, {} and {}", p.label, labels::value(a, unit), labels::value(b, unit))),
        _ => None,
    };
    let mut both: Vec<&Pair<'_>> = pairs.all.iter().filter(|p| p.values().iter().all(Option::is_some)).collect();
    let gap = |p: &Pair<'_>| match p.values() {
        [Some(a), Some(b)] => (a - b).abs(),
        _ => 0.0,
    };
    both.sort_by(|a, b| gap(b).total_cmp(&gap(a)).then_with(|| a.label.cmp(&b.label)));
    let named: Vec<String> = both.iter().take(NAMED).filter_map(|p| one(p)).collect();
    if !named.is_empty() {
        out.push(format!("The widest gaps, {first} and {second}: {}.", named.join("; ")));
    }
    out.extend(sentences::without(pairs.selection.rows.iter().filter(|e| e.value.is_none()).count(), "values"));
    sentences::finish(&out)
}
