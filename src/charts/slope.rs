//! One period against the one before: a line for each platform or group between two axes.

use super::alt as sentences;
use super::frame::Frame;
use super::labels;
use super::marks::Numbered;
use super::panels::number;
use super::ranked_dots::{DENSE, ROWS};
use super::scale::{self, Scale, axis_caption, counts, durations, rates};
use super::select::{Form, Selection, select};
use super::spec::{ChartSpec, PeriodChoice};
use super::step_curves::why;
use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{AXIS, COLOURS, CONTEXT, Colour, DASHES, GRID, MARKERS, MUTED, SMALL_TEXT, TEXT, Theme};
use super::words::{self, Caption};
use super::{Chart, Figure, marks, notes};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Status};
use crate::time::Period;

mod vega;

#[cfg(test)]
mod tests;

/// Rows in the alternative text.
const NAMED: usize = 4;
/// Height of a label, in multiples of its size.
const LINE: f64 = 1.3;
/// Days of a period from which two of them are compared without being asked to: a half-year of reports.
const LONG: i32 = 150;
/// So many rows with a single value stand beside the lines, however few these are.
const LONE: usize = 3;
/// Part of the width that names may take.
const NAMES: f64 = 0.42;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct Slope;

impl Chart for Slope {
    fn id(&self) -> &'static str {
        "slope"
    }

    fn title(&self) -> &'static str {
        "Change between two periods"
    }

    fn doc(&self) -> &'static str {
        "Compares two periods, such as half-years of reports: a line for each platform or group from its earlier value to \
         its later one, solid where it rises and dashed where it falls, with both numbers. Of more periods the last two are \
         shown; events between their middles are marked. For a development over time take line."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        // With more periods than two, a line shows more; and of two months, no one expects a comparison.
        choose(estimates, spec).is_ok_and(|(selection, rows, periods)| {
            let long = selection.periods.iter().all(|p| p.end - p.start >= LONG);
            periods == 2 && long && rows.iter().filter(|r| r.values().iter().all(Option::is_some)).count() > 1
        })
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        vega::vega(estimates, spec)
    }
}

/// A platform or group with its two estimates.
#[derive(Debug, Clone)]
struct Row<'a> {
    label: String,
    sides: [Option<&'a Estimate>; 2],
}

impl Row<'_> {
    fn values(&self) -> [Option<f64>; 2] {
        self.sides.map(|e| e.and_then(|e| e.value))
    }

    /// Rises, falls, or neither.
    fn look(&self) -> (Colour, &'static [f64]) {
        match self.values() {
            [Some(a), Some(b)] if b < a => (COLOURS[3], DASHES[1]),
            [Some(a), Some(b)] if b > a => (COLOURS[0], DASHES[0]),
            _ => (MUTED, DASHES[0]),
        }
    }
}

/// The rows of the last two periods, and how many periods there are.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<(Selection<'a>, Vec<Row<'a>>, usize)> {
    let spec = ChartSpec { period: PeriodChoice::Last, ..spec.clone() };
    let all = select(estimates, &spec, Form::OverTime)?;
    let periods = all.periods.len();
    let [.., earlier, later] = all.periods.as_slice() else {
        return Err(Error::usage(
            "the estimates are of one period",
            "give those of an earlier period too, or take ranked-dots",
        ));
    };
    let two = [*earlier, *later];
    let kept: Vec<&Estimate> = all.rows.iter().copied().filter(|e| two.contains(&e.period())).collect();
    let selection = Selection::of(kept, &spec);
    let mut rows: Vec<Row<'a>> = Vec::new();
    for e in &selection.rows {
        let label = selection.label(e);
        let side = usize::from(e.period() == two[1]);
        let at = match rows.iter().position(|r| r.label == label) {
            Some(i) => i,
            None => {
                rows.push(Row { label, sides: [None, None] });
                rows.len() - 1
            }
        };
        rows[at].sides[side] = Some(e);
    }
    let place = |r: &Row<'_>| {
        let [a, b] = r.values();
        b.or(a).unwrap_or(f64::NEG_INFINITY)
    };
    rows.sort_by(|a, b| place(b).total_cmp(&place(a)).then_with(|| a.label.cmp(&b.label)));
    Ok((selection, rows, periods))
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let (selection, rows, _) = choose(estimates, spec)?;
    let highlighted = selection.highlighted(spec, 4)?;
    let drawn = drawn(&rows);
    let [earlier, later] = [selection.periods.first(), selection.periods.last()].map(Option::<&Period>::copied);
    let periods = [earlier.unwrap_or(Period { start: 0, end: 1 }), later.unwrap_or(Period { start: 0, end: 1 })];
    let when = format!("{} and {}", words::short(periods[0]), words::short(periods[1]));
    let mut over = vec![" in two periods".to_owned()];
    if rows.len() > 1 {
        over.insert(0, format!(" in two periods, by {}", selection.things()));
    }
    let mut caption = words::caption(&selection, spec, &over, &when);
    let marks = marks::shown(spec, &selection, &periods);
    let mut theme = Theme::of(spec.preset);
    let mut shown = drawn.len().min(ROWS);
    let mut frame;
    loop {
        caption.notes = said(&selection, (spec, &marks), &rows, (drawn.len(), shown), periods);
        frame = Frame::new(theme, &caption);
        let room = frame.inner(theme.height).height() - heads(&theme, &marks);
        let fit = fitting(room, &theme).max(1);
        if theme.elastic || shown <= fit {
            break;
        }
        if theme.label > theme.small * DENSE {
            theme.label = theme.small * DENSE;
        } else {
            shown = fit;
        }
    }
    let plot = Plot::new(theme, &frame, (&drawn[..shown], &marks), periods, &highlighted);
    let mut canvas = Canvas::new(theme.width, plot.height);
    frame.draw(&mut canvas);
    plot.draw(&mut canvas);
    let alt = alt(&caption, &selection, (&rows, &marks), periods);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// The rows that are drawn: all with a value, but where those with a single one outnumber the others by far, which
/// are what the figure is about, only these.
fn drawn<'a>(rows: &[Row<'a>]) -> Vec<Row<'a>> {
    let count = |r: &Row<'_>| r.values().iter().flatten().count();
    let with = |n: usize| rows.iter().filter(|r| count(r) == n).count();
    let least = if with(2) > 0 && with(1) > with(2) + LONE { 2 } else { 1 };
    rows.iter().filter(|r| count(r) >= least).cloned().collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure has room for some dozen rows")]
fn fitting(room: f64, t: &Theme) -> usize {
    (room / (t.label * LINE)).floor().max(0.0) as usize
}

fn heads(t: &Theme, marks: &[Numbered<'_>]) -> f64 {
    Theme::leading(t.small) * 2.0 + Theme::leading(t.label) + t.small + marks::strip_height(t, marks)
}

fn said(
    selection: &Selection<'_>,
    (spec, marks): (&ChartSpec, &[Numbered<'_>]),
    rows: &[Row<'_>],
    (drawn, shown): (usize, usize),
    periods: [Period; 2],
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let valued = rows.iter().filter(|r| r.values().iter().any(Option::is_some)).count();
    if valued > drawn {
        let rest = selection.others(valued - drawn, "row").replace(" other ", " ");
        out.push(format!("{rest} with a value in one of the periods alone are not drawn: the table has them."));
    }
    if drawn > shown {
        let rest = selection.others(drawn - shown, "row").replace(" other ", " more ");
        out.push(format!("And {rest} with smaller values: the table beside the figure has them."));
    }
    out.extend(marks::note(marks));
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for row in rows {
        for (side, period) in periods.into_iter().enumerate() {
            if row.values()[side].is_none() {
                let reason = row.sides[side].map_or("no data", why);
                let reason = format!("{reason} in {}", words::short(period));
                match reasons.iter_mut().find(|(r, _)| *r == reason) {
                    Some((_, all)) => all.push(row.label.clone()),
                    None => reasons.push((reason, vec![row.label.clone()])),
                }
            }
        }
    }
    let parts: Vec<String> = reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, 3))).collect();
    if !parts.is_empty() {
        out.push(words::sentence(&format!("Gaps: {}", parts.join("; "))));
    }
    out.extend(notes::of_estimates(selection, "points"));
    out
}

struct Plot<'s, 'a> {
    theme: Theme,
    rows: &'s [Row<'a>],
    marks: &'s [Numbered<'s>],
    periods: [Period; 2],
    highlighted: &'s [String],
    scale: Scale,
    unit: &'a str,
    area: Rect,
    inner: Rect,
    height: f64,
}

impl<'s, 'a> Plot<'s, 'a> {
    fn new(
        theme: Theme,
        frame: &Frame,
        (rows, marks): (&'s [Row<'a>], &'s [Numbered<'s>]),
        periods: [Period; 2],
        highlighted: &'s [String],
    ) -> Self {
        let heads = heads(&theme, marks);
        let estimates = || rows.iter().flat_map(|r| r.sides).flatten();
        let unit = estimates().next().map_or("", |e| e.unit.as_str());
        let values = || rows.iter().flat_map(Row::values).flatten();
        let whole = counts(estimates());
        let wide = whole || durations(unit) || rates(unit);
        let scale =
            wide.then(|| Scale::log(values())).flatten().unwrap_or_else(|| Scale::linear(values(), unit, whole, 5));
        let least = theme.label * LINE * number(rows.len().max(6)) * 1.05;
        let room = frame.inner(theme.height).height() - heads;
        let height = if theme.elastic { frame.height_with(heads + room.max(least)) } else { theme.height };
        let inner = frame.inner(height);
        let number_width = |side: usize| {
            let kind = Type::bold(theme.label, TEXT);
            rows.iter()
                .filter_map(|r| r.values()[side])
                .map(|v| kind.width(&labels::value(v, unit)))
                .fold(0.0, f64::max)
        };
        let bold = Type::bold(theme.label, TEXT);
        let widest = rows.iter().map(|r| bold.width(&r.label)).fold(0.0, f64::max).min(inner.width() * NAMES);
        let gap = theme.label * 1.9;
        let left = inner.left + number_width(0) + gap;
        let right = inner.right - number_width(1) - widest - gap - theme.label * 0.6;
        let area = Rect {
            left,
            top: inner.top + heads,
            right: right.max(left + theme.label * 4.0),
            bottom: inner.bottom - theme.label * 0.5,
        };
        Self { theme, rows, marks, periods, highlighted, scale, unit, area, inner, height }
    }

    /// Where a day stands: a value stands for the middle of its period, as on every axis of time. A mark before the
    /// first middle or after the second stands at the axis.
    fn x(&self, day: f64) -> f64 {
        let [from, to] = self.periods.map(scale::middle);
        self.area.left + (day - from) / (to - from).max(1.0) * self.area.width()
    }

    fn y(&self, v: f64) -> f64 {
        self.area.bottom - self.scale.at(v) * self.area.height()
    }

    fn draw(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let line = Theme::leading(t.small);
        let mut x = self.inner.left;
        let base = self.inner.top + t.small * 0.9;
        for (words, colour, dash) in [("rises", COLOURS[0], DASHES[0]), ("falls", COLOURS[3], DASHES[1])] {
            if self.rows.iter().any(|r| r.look().0 == colour) {
                let y = base - t.small * 0.34;
                canvas.path(vec![(x, y), (x + t.small * 2.2, y)], colour, t.line * 0.8, dash);
                canvas.text(x + t.small * 2.7, base, words, small);
                x += t.small * 4.1 + small.width(words);
            }
        }
        let caption = axis_caption(self.unit, &self.scale);
        let caption = text::ellipsis(&caption, t.small, Face::Regular, self.inner.width());
        canvas.text(self.inner.left, base + line, &caption, small);
        let head = area.top - t.label * 0.9 - marks::strip_height(t, self.marks);
        marks::draw_bands(canvas, self.marks, area, |day| self.x(day));
        let bold = Type::bold(t.label, TEXT);
        let names = self.periods.map(words::short);
        let left = area.left.max(self.inner.left + bold.width(&names[0]) / 2.0);
        canvas.text(left, head, &names[0], bold.at(Anchor::Middle));
        let right = area.right.min(self.inner.right - bold.width(&names[1]) / 2.0);
        // Two long names of periods in a narrow plot stand to their sides.
        if right - left > f64::midpoint(bold.width(&names[0]), bold.width(&names[1])) + t.label {
            canvas.text(right, head, &names[1], bold.at(Anchor::Middle));
        } else {
            canvas.text(left + bold.width(&names[0]) / 2.0 + t.label, head, &names[1], bold);
        }
        for x in [area.left, area.right] {
            canvas.line((x, area.top), (x, area.bottom), AXIS, 1.0);
        }
        // A logarithmic scale has no zero.
        if !self.scale.is_log() {
            let origin = area.bottom - self.scale.origin() * area.height();
            canvas.line((area.left, origin), (area.right, origin), GRID, 1.0);
        }
        marks::draw_lines(canvas, t, self.marks, (area, area.right), |day| self.x(day), true);
        for row in self.rows.iter().rev() {
            self.draw_line(canvas, row);
        }
        self.draw_labels(canvas, 0);
        self.draw_labels(canvas, 1);
    }

    fn lit(&self, row: &Row<'_>) -> bool {
        self.highlighted.is_empty() || self.highlighted.contains(&row.label)
    }

    fn draw_line(&self, canvas: &mut Canvas, row: &Row<'_>) {
        let (t, area) = (&self.theme, &self.area);
        let (colour, dash) = row.look();
        let colour = if self.lit(row) { colour } else { CONTEXT };
        let [a, b] = row.values();
        if let (Some(a), Some(b)) = (a, b) {
            canvas.path(vec![(area.left, self.y(a)), (area.right, self.y(b))], colour, t.line * 0.8, dash);
        }
        for (side, (x, v)) in [(area.left, a), (area.right, b)].into_iter().enumerate() {
            if let (Some(v), Some(e)) = (v, row.sides[side]) {
                canvas.value((x, self.y(v)), &row.label, e);
                canvas.marker((x, self.y(v)), t.marker * 0.9, MARKERS[0], colour);
            }
        }
    }

    /// The numbers of a side, and on the right the names too; where only the left has a value, the name stands there.
    fn draw_labels(&self, canvas: &mut Canvas, side: usize) {
        let (t, area) = (&self.theme, &self.area);
        let there: Vec<&Row<'_>> = self.rows.iter().filter(|r| r.values()[side].is_some()).collect();
        let wanted: Vec<f64> = there.iter().filter_map(|r| r.values()[side]).map(|v| self.y(v)).collect();
        let sizes = vec![t.label * LINE; there.len()];
        let mut order: Vec<usize> = (0..there.len()).collect();
        order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
        let centres = labels::spread(&order, &wanted, &sizes, area.top - t.label * 0.5, area.bottom + t.label * 0.6);
        let gap = t.label * 1.7;
        for ((row, centre), y) in there.iter().zip(centres).zip(&wanted) {
            let bold = self.highlighted.contains(&row.label);
            let kind = if bold { Type::bold(t.label, TEXT) } else { Type::regular(t.label, TEXT) };
            let value = row.values()[side].map(|v| labels::value(v, self.unit)).unwrap_or_default();
            let base = centre + t.label * 0.36;
            let (x, out) = if side == 0 { (area.left, -1.0) } else { (area.right, 1.0) };
            if (centre - y).abs() > 1.0 {
                let (from, to) = ((x + out * t.marker * 1.4, *y), (x + out * (gap - t.label * 0.3), centre));
                canvas.line(from, to, CONTEXT, 1.0);
            }
            let x = x + out * gap;
            if side == 0 {
                canvas.text(x, base, &value, kind.at(Anchor::End));
                if row.values()[1].is_none() {
                    let room = area.width() - t.label * 1.2;
                    let name = text::ellipsis(&row.label, t.small, Face::Regular, room);
                    // Between the axes: the right has no place for it.
                    canvas.text_on_paper(area.left + t.label * 0.8, base, &name, Type::regular(t.small, SMALL_TEXT));
                }
            } else {
                let column = kind.width(&value) + t.label * 0.6;
                canvas.text(x, base, &value, kind);
                let name = text::ellipsis(&row.label, t.label, kind.face, self.inner.right - x - column);
                let kind = Type { colour: if self.lit(row) { TEXT } else { SMALL_TEXT }, ..kind };
                canvas.text(x + column, base, &name, kind);
            }
        }
    }
}

fn alt(
    caption: &Caption,
    selection: &Selection<'_>,
    (rows, marks): (&[Row<'_>], &[Numbered<'_>]),
    periods: [Period; 2],
) -> String {
    let both: Vec<(&Row<'_>, f64, f64)> = rows
        .iter()
        .filter_map(|r| match r.values() {
            [Some(a), Some(b)] => Some((r, a, b)),
            _ => None,
        })
        .collect();
    let rise = both.iter().filter(|(_, a, b)| b > a).count();
    let fall = both.iter().filter(|(_, a, b)| b < a).count();
    let n = both.len();
    let mut out = vec![
        sentences::start("Slope chart", caption),
        format!(
            "It has {n} line{} from {} to {}: {rise} rise and {fall} fall.",
            if n == 1 { "" } else { "s" },
            words::short(periods[0]),
            words::short(periods[1])
        ),
    ];
    let mut largest = both.clone();
    largest.sort_by(|x, y| (y.2 - y.1).abs().total_cmp(&(x.2 - x.1).abs()).then_with(|| x.0.label.cmp(&y.0.label)));
    let unit = selection.rows.first().map_or("", |e| e.unit.as_str());
    let named: Vec<String> = largest
        .iter()
        .take(NAMED)
        .map(|(r, a, b)| format!("{}, from {} to {}", r.label, labels::value(*a, unit), labels::value(*b, unit)))
        .collect();
    if let Some(first) = selection.rows.first().filter(|_| !named.is_empty()) {
        let lead = words::lead(&first.basis, &selection.platforms);
        out.push(format!("The largest changes first. {lead}: {}.", named.join("; ")));
    }
    out.extend(sentences::without(selection.rows.iter().filter(|e| e.status != Status::Ok).count(), "values"));
    out.extend(marks::alt(marks));
    sentences::finish(&out)
}
