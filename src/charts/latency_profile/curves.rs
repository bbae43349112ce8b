//! Curves of delays: the share within so many days, as steps.

use super::super::frame::Frame;
use super::super::labels;
use super::super::scale::{Scale, axis_caption};
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, BAND_OPACITY, COLOURS, CONTEXT, DASHES, GRID, MARKERS, SMALL_TEXT, TEXT, Theme};
use super::super::words::{self, Caption};
use super::super::{alt, notes};
use super::Profile;
use crate::error::Result;
use crate::estimate::{Estimate, Status};

/// Curves in colour.
const COLOURED: usize = 4;
/// Shares at which there is a line of the grid: quarters, and the one of p90.
const SHARES: [f64; 6] = [0.0, 0.25, 0.5, 0.75, 0.9, 1.0];
/// Heights of the quantiles that have a marker.
pub(super) const MARKED: [f64; 2] = [0.5, 0.9];
/// What they are.
const NAMES: [&str; 2] = ["median", "90th percentile"];
/// Part of the width that labels beside the curves may take.
const LABEL_ROOM: f64 = 0.28;
/// Names in one note.
const NAMED: usize = 4;

/// The drawing of curves, with its words and its table.
pub(super) fn compose(
    selection: &Selection<'_>,
    profiles: &[Profile<'_>],
    spec: &ChartSpec,
    when: &str,
) -> Result<(Canvas, Caption, String, String)> {
    // The 99th percentile has no marker here.
    let drawn: Vec<&Estimate> = selection.rows.iter().copied().filter(|e| e.statistic != "p99").collect();
    let plotted = Selection::of(drawn, spec);
    let curves = ordered(profiles);
    let coloured = coloured(&plotted, &curves, spec)?;
    let unit = x_unit(&curves);
    let over = [format!(", by {}", plotted.things())];
    let measure = format!("Share within so many {unit} (%)");
    let mut caption = words::caption_of(&plotted, spec, &measure, if curves.len() > 1 { &over } else { &[] }, when);
    caption.notes = said(&plotted, &curves, &coloured, spec);
    let theme = Theme::of(spec.preset);
    let frame = Frame::new(theme, &caption);
    let mut canvas = Canvas::new(theme.width, theme.height);
    frame.draw(&mut canvas);
    Plot::new(theme, &frame.inner(theme.height), &curves, &coloured, &unit).draw(&mut canvas);
    let alt = alt::curves(&caption, &plotted, &curves, &coloured);
    Ok((canvas, caption, alt, plotted.csv()?))
}

/// Profiles with a curve from the highest curve, the one of the shortest delays, to the lowest; then the others.
pub(super) fn ordered<'p, 'a>(profiles: &'p [Profile<'a>]) -> Vec<&'p Profile<'a>> {
    let mut all: Vec<&Profile<'_>> = profiles.iter().collect();
    let end = scale(&all);
    let height = |p: &Profile<'_>| {
        let steps: Vec<(f64, f64)> = known(p);
        let ends = steps.iter().skip(1).map(|s| end.at(s.0)).chain([1.0]);
        let area: f64 = steps.iter().zip(ends).map(|((x, share), to)| share * (to - end.at(*x))).sum();
        if steps.is_empty() { f64::NEG_INFINITY } else { area }
    };
    all.sort_by(|a, b| height(b).total_cmp(&height(a)).then_with(|| a.label.cmp(&b.label)));
    all
}

/// The points of a curve, with those that its quantiles add: within the median lies at least one half.
fn known(p: &Profile<'_>) -> Vec<(f64, f64)> {
    let mut steps: Vec<(f64, f64)> = p.shares().collect();
    for (i, share) in MARKED.into_iter().enumerate() {
        if let Some(x) = p.quantile(i).filter(|_| !steps.is_empty()) {
            steps.push((x, share));
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut highest = 0.0_f64;
    for step in &mut steps {
        highest = highest.max(step.1);
        step.1 = highest;
    }
    steps
}

/// An axis up to where the last curve reaches its end: what lies beyond is level.
pub(super) fn scale(profiles: &[&Profile<'_>]) -> Scale {
    let end = |p: &&Profile<'_>| {
        let last = p.shares().last()?.1;
        p.shares().find(|(_, share)| *share >= last).map(|(x, _)| x)
    };
    let quantiles = profiles.iter().flat_map(|p| [p.quantile(0), p.quantile(1)]).flatten();
    Scale::log1p(profiles.iter().filter_map(end).chain(quantiles))
}

pub(super) fn x_unit(profiles: &[&Profile<'_>]) -> String {
    let unit = profiles.iter().flat_map(|p| &p.points).find_map(|e| e.x_unit.clone());
    unit.unwrap_or_else(|| "days".to_owned())
}

/// Indices of the curves in colour: those wanted, or all if they are few, or those with the largest n.
pub(super) fn coloured(selection: &Selection<'_>, curves: &[&Profile<'_>], spec: &ChartSpec) -> Result<Vec<usize>> {
    let wanted = selection.highlighted(spec, COLOURED)?;
    let mut all: Vec<usize> = (0..curves.len()).filter(|&i| super::curved(curves[i])).collect();
    if !wanted.is_empty() {
        all.retain(|&i| wanted.contains(&curves[i].label));
    }
    if all.len() > COLOURED {
        all.sort_by_key(|&i| (std::cmp::Reverse(curves[i].n()), i));
        all.truncate(COLOURED);
        all.sort_unstable();
    }
    Ok(all)
}

fn said(selection: &Selection<'_>, curves: &[&Profile<'_>], coloured: &[usize], spec: &ChartSpec) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let grey: Vec<String> = (0..curves.len())
        .filter(|i| !coloured.contains(i) && super::curved(curves[*i]))
        .map(|i| curves[i].label.clone())
        .collect();
    if !grey.is_empty() {
        let why = if spec.highlight.is_empty() {
            format!("Coloured: the {} with the largest denominators (n). ", coloured.len())
        } else {
            String::new()
        };
        out.push(words::sentence(&format!("{why}Grey: {}", labels::some_names(&grey, NAMED))));
    }
    let shown = || coloured.iter().map(|&i| curves[i]);
    if shown().any(|p| p.quantile(0).is_some() || p.quantile(1).is_some()) {
        out.push("Markers: median and 90th percentile.".to_owned());
    }
    let steps = |p: &&Profile<'_>| {
        let xs: Vec<f64> = p.shares().map(|(x, _)| x).collect();
        xs.windows(2).any(|w| w[1] - w[0] > 1.0)
    };
    if curves.iter().any(steps) {
        out.push("Between two steps, the share is at least the one drawn.".to_owned());
    }
    out.extend(notes::intervals(shown().flat_map(|p| p.points.iter().copied()), "Bands"));
    out.extend(absent(curves));
    let all: Vec<i64> = curves.iter().filter(|p| super::curved(p)).filter_map(|p| p.n()).collect();
    if let (Some(least), Some(most)) = (all.iter().min(), all.iter().max()) {
        let range = if least == most { String::new() } else { format!(" to {}", labels::count(*most)) };
        out.push(format!("Denominator{} (n): {}{range}.", if least == most { "" } else { "s" }, labels::count(*least)));
    }
    out.extend(notes::of_estimates(selection, "points"));
    out
}

/// Which platforms or groups have no curve, and why.
fn absent(curves: &[&Profile<'_>]) -> Option<String> {
    let why = |p: &Profile<'_>| match p.points.first().or(p.quantiles[0].as_ref()).map(|e| e.status) {
        Some(Status::Insufficient) => "too few observations",
        Some(Status::Suppressed) => "withheld",
        Some(Status::NotApplicable) => "not applicable",
        _ => "no data",
    };
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for p in curves.iter().filter(|p| !super::curved(p)) {
        let n = p.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let who = format!("{}{n}", p.label);
        match reasons.iter_mut().find(|(r, _)| *r == why(p)) {
            Some((_, all)) => all.push(who),
            None => reasons.push((why(p), vec![who])),
        }
    }
    let parts: Vec<String> =
        reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, NAMED))).collect();
    (!parts.is_empty()).then(|| words::sentence(&format!("Not drawn: {}", parts.join("; "))))
}

/// A label beside the curves: name and details.
pub(super) struct Label {
    pub colour: usize,
    pub name: Vec<String>,
    pub details: Vec<String>,
}

struct Plot<'p, 'a> {
    theme: Theme,
    curves: &'p [&'p Profile<'a>],
    coloured: &'p [usize],
    scale: Scale,
    unit: &'p str,
    area: Rect,
    labels: Vec<Label>,
    right: f64,
}

impl<'p, 'a> Plot<'p, 'a> {
    fn new(theme: Theme, inner: &Rect, curves: &'p [&'p Profile<'a>], coloured: &'p [usize], unit: &'p str) -> Self {
        let small = Type::regular(theme.small, SMALL_TEXT);
        let gutter = small.width("100%") + theme.small * 0.6;
        let area = Rect {
            left: inner.left + gutter,
            top: inner.top + theme.small * 0.5,
            right: inner.right,
            bottom: inner.bottom - theme.small * 0.7 - Theme::leading(theme.small) * 2.0,
        };
        let room = inner.width() * LABEL_ROOM;
        // A single curve has its labels beside its markers.
        let labels =
            if curves.len() > 1 { fitting(&theme, curves, coloured, unit, room, area.height()) } else { vec![] };
        let widest = labels.iter().flat_map(|l| widths(&theme, l)).fold(0.0, f64::max);
        let right =
            if labels.is_empty() { area.right } else { area.right - widest - sample(&theme) - theme.label * 2.0 };
        let area = Rect { right, ..area };
        Self { theme, curves, coloured, scale: scale(curves), unit, area, labels, right: inner.right }
    }

    fn x(&self, days: f64) -> f64 {
        let pad = self.theme.marker * 2.0;
        self.area.left + pad + self.scale.at(days) * (self.area.width() - pad)
    }

    fn y(&self, share: f64) -> f64 {
        self.area.bottom - share * self.area.height()
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.draw_axes(canvas);
        let t = &self.theme;
        let end = self.scale.end();
        for p in self.curves {
            // Beyond the axis, a curve is level.
            for e in p.points.iter().filter(|e| e.x.is_some_and(|x| x <= end)) {
                if let (Some(x), Some(share)) = (e.x, e.value) {
                    canvas.value((self.x(x), self.y(share)), &p.label, e);
                }
            }
        }
        for p in (0..self.curves.len()).filter(|i| !self.coloured.contains(i)).map(|i| self.curves[i]) {
            canvas.path(self.steps(&known(p)), CONTEXT, t.line * 0.6, &[]);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            self.draw_band(canvas, self.curves[i], colour);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            canvas.path(self.steps(&known(self.curves[i])), COLOURS[colour], t.line, DASHES[colour]);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            for (q, share) in MARKED.into_iter().enumerate() {
                if let (Some(e), Some(days)) = (self.curves[i].quantiles[q], self.curves[i].quantile(q)) {
                    let label = format!("{}, {}", self.curves[i].label, NAMES[q]);
                    canvas.value((self.x(days), self.y(share)), &label, e);
                    canvas.marker((self.x(days), self.y(share)), t.marker * 1.1, MARKERS[colour], COLOURS[colour]);
                }
            }
        }
        if let [one] = self.curves {
            self.draw_details(canvas, one);
        }
        self.draw_outer(canvas);
        self.draw_labels(canvas);
    }

    /// Names of the highest and the lowest curve where these are grey: readers ask for them first. Beyond them
    /// there is no other curve, so that their names find room.
    fn draw_outer(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let drawn: Vec<usize> = (0..self.curves.len()).filter(|&i| super::curved(self.curves[i])).collect();
        let (Some(highest), Some(lowest)) = (drawn.first(), drawn.last()) else { return };
        let kind = Type::regular(t.label, SMALL_TEXT);
        for i in [*highest, *lowest].into_iter().filter(|i| !self.coloured.contains(i)) {
            let name = text::ellipsis(&self.curves[i].label, t.label, Face::Regular, self.area.width() * 0.3);
            let Some((x, y)) = self.steps(&known(self.curves[i])).into_iter().find(|(_, y)| *y <= self.y(0.5)) else {
                continue;
            };
            let (gap, width) = (t.label * 0.6, kind.width(&name));
            if i == *lowest && x + gap + width <= self.area.right && y < self.area.bottom - t.label {
                canvas.text_on_paper(x + gap, y + t.label * 1.1, &name, kind);
            } else if i != *lowest && x - gap - width >= self.area.left && y > self.area.top + t.label {
                canvas.text_on_paper(x - gap - width, y - t.label * 0.4, &name, kind);
            }
        }
    }

    /// The points of steps, level to the end of the axis.
    fn steps(&self, known: &[(f64, f64)]) -> Vec<(f64, f64)> {
        let mut out: Vec<(f64, f64)> = Vec::new();
        for (x, share) in known {
            let (x, y) = (self.x(*x), self.y(*share));
            if let Some((_, before)) = out.last().copied() {
                out.push((x, before));
            }
            out.push((x, y));
        }
        if let Some((_, y)) = out.last().copied() {
            out.push((self.area.right, y));
        }
        out
    }

    fn draw_band(&self, canvas: &mut Canvas, p: &Profile<'_>, colour: usize) {
        let bounds = |bound: fn(&Estimate) -> Option<f64>| -> Option<Vec<(f64, f64)>> {
            p.points.iter().map(|e| Some((e.x?, bound(e)?))).collect()
        };
        if let (Some(lower), Some(upper)) = (bounds(|e| e.lower), bounds(|e| e.upper)) {
            let outline = self.steps(&upper).into_iter().chain(self.steps(&lower).into_iter().rev()).collect();
            canvas.area(outline, COLOURS[colour], BAND_OPACITY);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        for share in SHARES {
            let y = self.y(share);
            canvas.line((area.left, y), (area.right, y), if share > 0.0 { GRID } else { AXIS }, 1.0);
            let label = labels::tick(share, 0.05, 1.0, "share");
            canvas.text(area.left - t.small * 0.6, y + t.small * 0.36, &label, small.at(Anchor::End));
        }
        let mut free = f64::NEG_INFINITY;
        for tick in self.scale.ticks(self.unit, 9) {
            let pad = t.marker * 2.0;
            let x = area.left + pad + tick.at * (area.width() - pad);
            canvas.line((x, area.bottom), (x, area.bottom + t.small * 0.4), AXIS, 1.0);
            let half = small.width(&tick.label) / 2.0;
            if x - half >= free {
                canvas.text(x, area.bottom + t.small * 1.6, &tick.label, small.at(Anchor::Middle));
                free = x + half + t.small * 0.5;
            }
        }
        let baseline = area.bottom + t.small * 1.6 + Theme::leading(t.small);
        canvas.text(area.left, baseline, &axis_caption(self.unit, &self.scale), small);
    }

    /// Quantiles of a single curve beside their markers: below a curve that rises, there is always room to the
    /// right, and above it to the left.
    fn draw_details(&self, canvas: &mut Canvas, p: &Profile<'_>) {
        let t = &self.theme;
        let kind = Type::regular(t.label, TEXT);
        for (q, share) in MARKED.into_iter().enumerate() {
            let Some(days) = p.quantile(q) else { continue };
            let words = detail(q, days, self.unit);
            let (x, y) = (self.x(days), self.y(share));
            let gap = t.marker * 2.2;
            if x + gap + kind.width(&words) <= self.right {
                canvas.text_on_paper(x + gap, y + t.label * 1.15, &words, kind);
            } else {
                canvas.text_on_paper(x - gap - kind.width(&words), y - t.label * 0.5, &words, kind);
            }
        }
    }

    fn draw_labels(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let left = self.area.right + t.label * 1.2;
        let mut y = self.area.top + t.label * 0.9;
        for label in &self.labels {
            let (from, to, middle) = (left, left + sample(t), y - t.label * 0.34);
            canvas.path(vec![(from, middle), (to, middle)], COLOURS[label.colour], t.line, DASHES[label.colour]);
            let centre = (f64::midpoint(from, to), middle);
            canvas.marker(centre, t.marker * 1.1, MARKERS[label.colour], COLOURS[label.colour]);
            let x = to + t.label * 0.5;
            y = canvas.lines(x, y, leading(t), &label.name, Type::bold(t.label, TEXT));
            y = canvas.lines(x, y, leading(t), &label.details, Type::regular(t.label, SMALL_TEXT));
            y += t.label * 0.6;
        }
    }
}

/// Length of the sample of a curve beside its name.
fn sample(theme: &Theme) -> f64 {
    theme.label * 2.2
}

pub(super) fn leading(theme: &Theme) -> f64 {
    Theme::leading(theme.label) * 0.94
}

/// A quantile in words.
pub(super) fn detail(quantile: usize, delay: f64, unit: &str) -> String {
    words::within(if quantile == 0 { "half" } else { "90%" }, delay, unit)
}

pub(super) fn widths(theme: &Theme, label: &Label) -> Vec<f64> {
    let of = |lines: &[String], kind: Type| -> Vec<f64> { lines.iter().map(|l| kind.width(l)).collect() };
    let (bold, regular) = (Type::bold(theme.label, TEXT), Type::regular(theme.label, SMALL_TEXT));
    of(&label.name, bold).into_iter().chain(of(&label.details, regular)).collect()
}

/// The labels that there is room for: with quantiles and denominators, else with fewer of these.
pub(super) fn fitting(
    theme: &Theme,
    curves: &[&Profile<'_>],
    coloured: &[usize],
    unit: &str,
    room: f64,
    height: f64,
) -> Vec<Label> {
    let label = |(colour, &i): (usize, &usize), most: usize| {
        let p = curves[i];
        let quantiles = (0..MARKED.len()).filter_map(|q| Some(detail(q, p.quantile(q)?, unit)));
        let n = p.n().map(|n| format!("n = {}", labels::count(n)));
        let details: Vec<String> = quantiles.chain(n).take(most).collect();
        Label { colour, name: text::wrap(&p.label, theme.label, Face::Bold, room, 2), details }
    };
    for most in (0..=3).rev() {
        let labels: Vec<Label> = coloured.iter().enumerate().map(|c| label(c, most)).collect();
        let lines = labels.iter().map(|l| l.name.len() + l.details.len()).sum::<usize>();
        let lines = f64::from(u32::try_from(lines).unwrap_or(u32::MAX));
        let gaps = f64::from(u32::try_from(labels.len()).unwrap_or(u32::MAX)) * theme.label * 0.6;
        if lines * leading(theme) + gaps <= height || most == 0 {
            return labels;
        }
    }
    Vec::new()
}
