//! Dots ranked by value: one row for each platform or group, in one period.
//!
//! Rows without a value stand at the end, with the reason in place of a dot: nothing is drawn as zero that
//! is not.

use super::scale::{Scale, axis_caption, counts, durations, rates};
use super::select::{Form, Selection, only_curves, select};
use super::spec::ChartSpec;
use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{AXIS, COLOURS, GRID, MARKERS, MUTED, SMALL_TEXT, TEXT, Theme};
use super::words::{self, Caption};
use super::{Chart, Figure, alt, frame::Frame, labels, notes};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

pub(crate) mod vega;

/// Rows that a figure shows at most: a longer list is a table.
pub(crate) const ROWS: usize = 40;
/// Height of a row, in multiples of the label's size: the least that is legible, what looks well in a page,
/// and the most on a card, whose height is given.
pub(crate) const PITCH: (f64, f64, f64) = (1.45, 2.0, 8.5);
/// Size of labels in a crowded card, in multiples of small text.
pub(crate) const DENSE: f64 = 0.93;
/// From this number of rows on, the axis is repeated above.
const TWO_AXES: usize = 16;
/// Up to this number of rows, a long name may make all of them higher.
const TWO_LINES: usize = 16;
/// Part of the width that names may take.
pub(crate) const NAME_ROOM: f64 = 0.32;
/// Highlighted rows at most, as in every form.
pub(crate) const HIGHLIGHTED: usize = 4;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct RankedDots;

/// One row.
#[derive(Debug, Clone)]
pub(crate) struct Row<'a> {
    pub label: String,
    pub estimate: &'a Estimate,
}

impl Chart for RankedDots {
    fn id(&self) -> &'static str {
        "ranked-dots"
    }

    fn title(&self) -> &'static str {
        "Dots ranked by value"
    }

    fn doc(&self) -> &'static str {
        "Compares platforms, or the groups of one platform, in one period: a dot for the value, a bar for its \
         interval, the number and its denominator beside it. Counts, rates and durations that span more than two \
         orders of magnitude stand on a logarithmic axis. For development over time take line."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        !only_curves(estimates, spec)
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
    let selection = select(estimates, spec, Form::OnePeriod)?;
    let highlighted = selection.highlighted(spec, HIGHLIGHTED)?;
    let rows = ranked(&selection);
    let when = selection.periods.first().map(|p| words::span(*p, *p)).unwrap_or_default();
    let over = [format!(", by {}", selection.things())];
    let mut caption = words::caption(&selection, spec, if rows.len() > 1 { &over } else { &[] }, &when);
    let mut theme = Theme::of(spec.preset);
    // The number of rows that fit depends on the height of the note, which says how many do not fit: the note
    // is written twice, the second time with the sentence that it then needs.
    let mut shown = rows.len().min(ROWS);
    let mut frame;
    loop {
        caption.notes = said(&selection, estimates, spec, &rows, shown);
        frame = Frame::new(theme, &caption);
        let room = frame.inner(theme.height).height() - axis_height(&theme, shown, true);
        let fit = rows_in(room, &theme).max(1);
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
    let table = Table::new(theme, &frame, &rows[..shown], &highlighted);
    let mut canvas = Canvas::new(theme.width, table.height);
    frame.draw(&mut canvas);
    table.draw(&mut canvas);
    let alt = alt::ranked(&caption, &selection, &rows);
    Ok((canvas, caption, alt, selection.csv()?))
}

/// The least distance of rows: where they are few and a name is long, it has two lines.
pub(crate) fn least_pitch<'n>(theme: &Theme, names: impl Iterator<Item = &'n str>, width: f64) -> f64 {
    let bold = Type::bold(theme.label, TEXT);
    let (mut rows, mut long) = (0, false);
    for name in names {
        rows += 1;
        long |= bold.width(name) > width * NAME_ROOM;
    }
    theme.label * if long && rows <= TWO_LINES { 2.75 } else { PITCH.0 }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure has room for some dozen rows")]
pub(crate) fn rows_in(room: f64, theme: &Theme) -> usize {
    (room / (theme.label * PITCH.0)).floor().max(0.0) as usize
}

/// Rows from the largest value to the smallest, then those without one, each in the order of labels.
fn ranked<'a>(selection: &Selection<'a>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> =
        selection.rows.iter().map(|e| Row { label: selection.label(e), estimate: e }).collect();
    let value = |r: &Row<'_>| place_of(r.estimate).unwrap_or(f64::NEG_INFINITY);
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)).then_with(|| a.label.cmp(&b.label)));
    rows
}

/// What a row is sorted by: its value, else the bound that is known.
fn place_of(e: &Estimate) -> Option<f64> {
    e.value.or(e.upper).or(e.lower)
}

fn said(
    selection: &Selection<'_>,
    given: &[Estimate],
    spec: &ChartSpec,
    rows: &[Row<'_>],
    shown: usize,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if rows.len() > shown {
        let rest = selection.others(rows.len() - shown, "row").replace(" other ", " more ");
        out.push(format!("And {rest} below these: the table beside the figure has them."));
    }
    out.extend(notes::intervals(rows[..shown].iter().map(|r| r.estimate), "Bars through dots"));
    out.extend(absent(selection, given));
    out.extend(notes::of_estimates(selection, "rows"));
    out
}

/// Platforms that have estimates of this indicator, but none for this period: absent is not zero.
fn absent(selection: &Selection<'_>, given: &[Estimate]) -> Option<String> {
    let first = selection.rows.first()?;
    let same = |e: &&Estimate| {
        (&e.indicator, e.indicator_version, &e.basis, &e.statistic, &e.group_name)
            == (&first.indicator, first.indicator_version, &first.basis, &first.statistic, &first.group_name)
    };
    let mut names: Vec<String> = given
        .iter()
        .filter(same)
        .filter(|e| !selection.platforms.contains(&e.platform.as_str()))
        .map(|e| text::clean(&e.platform))
        .collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| words::sentence(&format!("No data for this period: {}", labels::some_names(&names, 4))))
}

/// Height of the headings, of the axis below, and of the one above where it is repeated.
fn axis_height(theme: &Theme, rows: usize, captioned: bool) -> f64 {
    let one = theme.small * 2.2;
    let heading = if captioned || rows < TWO_AXES { Theme::leading(theme.small) } else { 0.0 };
    heading + one + if rows >= TWO_AXES { one } else { 0.0 }
}

struct Table<'s, 'a> {
    theme: Theme,
    rows: &'s [Row<'a>],
    highlighted: &'s [String],
    names: Vec<Vec<String>>,
    scale: Scale,
    unit: &'a str,
    caption: String,
    /// Where dots stand: from the axis' start to its end, over all rows.
    area: Rect,
    pitch: f64,
    right: f64,
    height: f64,
}

impl<'s, 'a> Table<'s, 'a> {
    fn new(theme: Theme, frame: &Frame, rows: &'s [Row<'a>], highlighted: &'s [String]) -> Self {
        let unit = rows.first().map_or("", |r| r.estimate.unit.as_str());
        let values = || rows.iter().filter_map(|r| r.estimate.value);
        let bounds = || rows.iter().flat_map(|r| [r.estimate.lower, r.estimate.upper]).flatten();
        let whole = counts(rows.iter().map(|r| r.estimate));
        let ticks = if theme.width < 800.0 { 4 } else { 5 };
        let scale = (whole || durations(unit) || rates(unit))
            .then(|| Scale::log_with(&values().collect::<Vec<_>>(), bounds()))
            .flatten()
            .unwrap_or_else(|| Scale::linear(values().chain(bounds()), unit, whole, ticks));
        let caption = axis_caption(unit, &scale);
        let axes = axis_height(&theme, rows.len(), !caption.is_empty());
        let inner = frame.inner(theme.height);
        #[expect(clippy::cast_precision_loss, reason = "at most forty rows")]
        let n = rows.len().max(1) as f64;
        let pitch = if theme.elastic {
            // Few rows stand wider, and up to the preset's height there is no need to press them.
            ((inner.height() - axes) / n)
                .clamp(theme.label * PITCH.0, theme.label * PITCH.1 * if n < 8.0 { 1.4 } else { 1.0 })
                .max(least_pitch(&theme, rows.iter().map(|r| r.label.as_str()), inner.width()))
        } else {
            ((inner.height() - axes) / n).clamp(theme.label * PITCH.0 * 0.95, theme.label * PITCH.2)
        };
        let height = if theme.elastic { frame.height_with(axes + pitch * n) } else { theme.height };
        let (names, area, right) =
            columns(&theme, &frame.amid(height, axes + pitch * n), rows, &scale, pitch, highlighted);
        let top = area.top + axes - theme.small * 2.2;
        let area = Rect { top, bottom: top + pitch * n, ..area };
        Self { theme, rows, highlighted, names, scale, unit, caption, area, pitch, right, height }
    }

    fn x(&self, value: f64) -> f64 {
        self.area.left + self.scale.at(value) * self.area.width()
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
        let both = self.rows.len() >= TWO_AXES;
        let mut free = f64::NEG_INFINITY;
        // Where no row has a value, an axis would measure nothing.
        let drawn = self.rows.iter().any(|r| place_of(r.estimate).is_some());
        for tick in self.scale.ticks(self.unit, 7).into_iter().filter(|_| drawn) {
            let x = area.left + tick.at * area.width();
            canvas.line((x, area.top), (x, area.bottom), GRID, 1.0);
            let half = small.width(&tick.label) / 2.0;
            // A label that would touch the one before is left out: its line stays.
            if x - half < free {
                continue;
            }
            free = x + half + t.small * 0.6;
            let kind = small.at(Anchor::Middle);
            canvas.text(x, area.bottom + t.small * 1.5, &tick.label, kind);
            if both {
                canvas.text(x, area.top - t.small * 0.7, &tick.label, kind);
            }
        }
        let origin = area.left + self.scale.origin() * area.width();
        canvas.line((origin, area.top), (origin, area.bottom), AXIS, 1.0);
        if self.rows.iter().any(|r| shown_n(r.estimate).is_some()) {
            canvas.text(self.right, area.top - t.small * 0.7, "n", small.at(Anchor::End));
        }
        if !self.caption.is_empty() {
            let heading = area.top - t.small * if both { 2.5 } else { 0.7 };
            canvas.text(area.left, heading, &self.caption, small);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: &Row<'_>, name: &[String], y: f64) {
        let (t, e) = (&self.theme, row.estimate);
        let highlight = self.highlighted.contains(&row.label);
        let base = y + t.label * 0.36;
        let kind = name_type(t, row, highlight);
        let leading = Theme::leading(t.label) * 0.85;
        #[expect(clippy::cast_precision_loss, reason = "a name has three lines at most")]
        let first = base - leading * (name.len().max(1) - 1) as f64 / 2.0;
        canvas.lines(t.margin, first, leading, name, kind);
        if let Some(n) = shown_n(e) {
            canvas.text(
                self.right,
                base,
                &labels::count(n),
                Type::regular(t.small.min(t.label), SMALL_TEXT).at(Anchor::End),
            );
        }
        if place_of(e).is_none() {
            canvas.text_on_paper(
                self.area.left + t.label * 0.5,
                base,
                &reason(e),
                Type::regular(t.small.min(t.label), SMALL_TEXT),
            );
            return;
        }
        let colour = if self.highlighted.is_empty() || highlight { COLOURS[0] } else { MUTED };
        let radius = t.marker.min(self.pitch * 0.3) * 1.1;
        let mut end = f64::NEG_INFINITY;
        if let (Some(low), Some(high)) = (e.lower.or(e.value).or(e.upper), e.upper.or(e.value).or(e.lower)) {
            // A guide for the eye from the name to the dot: light, because a dot is no bar.
            let origin = self.area.left + self.scale.origin() * self.area.width();
            if self.x(low) > origin {
                canvas.line((origin, y), (self.x(low), y), GRID, 1.0);
            }
            if e.lower.is_some() || e.upper.is_some() {
                canvas.line((self.x(low), y), (self.x(high), y), colour, t.line * 0.7);
                for bound in [e.lower, e.upper].into_iter().flatten() {
                    let x = self.x(bound);
                    canvas.line((x, y - radius * 0.7), (x, y + radius * 0.7), colour, t.line * 0.7);
                }
            }
            end = end.max(self.x(high));
        }
        if let Some(v) = e.value {
            let marker = if highlight { MARKERS[3] } else { MARKERS[0] };
            canvas.dot((self.x(v), y), radius, marker, colour);
            canvas.value((self.x(v), y), &row.label, e);
            end = end.max(self.x(v) + radius);
        }
        let kind = value_type(t, self.rows.len(), highlight);
        let base = y + kind.size * 0.36;
        canvas.text_on_paper(end + t.label * 0.5, base, &value_words(e, self.scale.end()), kind);
    }
}

/// Breaks the names, and divides the width among names, dots with their values, and denominators.
fn columns(
    theme: &Theme,
    inner: &Rect,
    rows: &[Row<'_>],
    scale: &Scale,
    pitch: f64,
    highlighted: &[String],
) -> (Vec<Vec<String>>, Rect, f64) {
    let lines = if pitch > theme.label * 4.0 {
        3
    } else if pitch > theme.label * 2.3 {
        2
    } else {
        1
    };
    let mut name_width = 0.0_f64;
    let names: Vec<Vec<String>> = rows
        .iter()
        .map(|r| {
            let kind = name_type(theme, r, highlighted.contains(&r.label));
            let name = text::wrap(&r.label, theme.label, kind.face, inner.width() * NAME_ROOM, lines);
            name_width = name.iter().map(|l| kind.width(l)).fold(name_width, f64::max);
            name
        })
        .collect();
    let small = Type::regular(theme.small, SMALL_TEXT);
    let n_width =
        rows.iter().filter_map(|r| shown_n(r.estimate)).map(|n| small.width(&labels::count(n))).fold(0.0, f64::max);
    let n_room = if n_width > 0.0 { n_width + theme.label } else { 0.0 };
    let left = inner.left + name_width + theme.label * 1.4;
    let most = inner.right - n_room;
    // The axis ends where every value's label still fits to the right of its dot: each label asks for an end
    // of its own, and the nearest one serves all.
    let bold = value_type(theme, rows.len(), true);
    let right = rows
        .iter()
        .filter_map(|r| {
            let far = r.estimate.upper.or(r.estimate.value).or(r.estimate.lower)?;
            let need = bold.width(&value_words(r.estimate, scale.end())) + theme.label * 1.2;
            let at = scale.at(far);
            Some(if at > 0.0 { left + (most - need - left) / at } else { most })
        })
        .fold(most - theme.label * 1.5, f64::min);
    // Unit and scale stand at the axis' start: a chart is never narrower than them.
    (names, Rect { left, right: right.max(left + theme.label * 4.0), ..*inner }, inner.right)
}

fn name_type(theme: &Theme, row: &Row<'_>, highlight: bool) -> Type {
    let total = row.estimate.platform == ALL_PLATFORMS && row.estimate.group_name.is_none();
    let colour = if place_of(row.estimate).is_some() { TEXT } else { SMALL_TEXT };
    Type { face: if highlight || total { Face::Bold } else { Face::Regular }, ..Type::regular(theme.label, colour) }
}

/// How values are written; the only one of a card is what the card is about.
fn value_type(theme: &Theme, rows: usize, highlight: bool) -> Type {
    if rows == 1 && !theme.elastic {
        return Type::bold(theme.label * 1.9, TEXT);
    }
    if highlight { Type::bold(theme.label, TEXT) } else { Type::regular(theme.label, TEXT) }
}

fn value_words(e: &Estimate, top: f64) -> String {
    let word = |v: f64| labels::beside(v, &e.unit, top);
    match (e.value, e.lower, e.upper) {
        (Some(v), ..) => word(v),
        (None, Some(a), Some(b)) => format!("{} to {}", word(a), word(b)),
        (None, Some(a), None) => format!("≥ {}", word(a)),
        (None, None, Some(b)) => format!("≤ {}", word(b)),
        (None, None, None) => String::new(),
    }
}

/// The denominator beside a row, which says itself how few too few are.
fn shown_n(e: &Estimate) -> Option<i64> {
    words::denominator(e).filter(|_| place_of(e).is_some())
}

/// Why a row has no dot.
pub(crate) fn reason(e: &Estimate) -> String {
    match (e.status, e.n) {
        (Status::Insufficient, Some(n)) => format!("too few (n = {})", labels::count(n)),
        (Status::Insufficient, None) => "too few".to_owned(),
        (Status::Suppressed, _) => "withheld".to_owned(),
        _ => "not applicable".to_owned(),
    }
}
