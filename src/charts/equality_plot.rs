//! Two counts of the same thing, one over the other, with the line on which they are equal.

use super::alt as sentences;
use super::frame::Frame;
use super::labels;
use super::pairs::{self, Pair, Pairs};
use super::scale::{Scale, counts};
use super::scatter::{Axis, Dot, Key, Plane, unnamed};
use super::spec::ChartSpec;
use super::step_curves::{when, why};
use super::svg::Canvas;
use super::theme::{AXIS, COLOURS, MARKERS, MUTED, Theme};
use super::words::{self, Caption};
use super::{Chart, Figure, notes};
use crate::error::{Error, Result};
use crate::estimate::Estimate;

mod vega;

#[cfg(test)]
mod tests;

/// Rows in the alternative text.
const NAMED: usize = 5;

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct EqualityPlot;

impl Chart for EqualityPlot {
    fn id(&self) -> &'static str {
        "equality-plot"
    }

    fn title(&self) -> &'static str {
        "Two values of the same thing, with the line of equality"
    }

    fn doc(&self) -> &'static str {
        "Holds two values of each platform or group against each other, such as measures in reports over statements of \
         reasons: a dot for each on two equal axes, with the line of equality. Values that span more than two orders of \
         magnitude stand on logarithmic axes, on which the distance from the line is the ratio. For few rows and their \
         differences take dumbbell."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        pairs::natural(estimates, spec)
            && pairs::choose(estimates, spec).is_ok_and(|p| {
                // Numbers that lie near each other are read better from a dumbbell.
                let values = || p.all.iter().flat_map(Pair::values).flatten();
                p.all.iter().filter(|p| p.values().iter().all(Option::is_some)).count() > 2
                    && Scale::log(values()).is_some()
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

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let pairs = pairs::choose(estimates, spec)?;
    let selection = &pairs.selection;
    if !pairs.all.iter().any(|p| p.values().iter().all(Option::is_some)) {
        return Err(Error::usage(
            "no platform or group has both values",
            "the two sides meet by platform, group and period",
        ));
    }
    let highlighted = selection.highlighted(spec, 4)?;
    let mut caption = caption(&pairs, spec);
    let theme = Theme::of(spec.preset);
    let mut dropped: Vec<String> = Vec::new();
    let mut canvas = Canvas::new(theme.width, theme.height);
    // The note names the dots without a label, and takes room from others: it is written again where it must.
    for _ in 0..3 {
        caption.notes = said(&pairs, spec, &dropped);
        let frame = Frame::new(theme, &caption);
        canvas = Canvas::new(theme.width, theme.height);
        frame.draw(&mut canvas);
        let left_out = draw(&mut canvas, &pairs, theme, &frame, &highlighted);
        if left_out == dropped {
            break;
        }
        dropped = left_out;
    }
    let alt = alt(&caption, &pairs);
    let csv = selection.csv()?;
    Ok((canvas, caption, alt, csv))
}

fn caption(pairs: &Pairs<'_>, spec: &ChartSpec) -> Caption {
    let [x, y] = &pairs.names;
    let mut spec = spec.clone();
    let when = when(&pairs.selection);
    let over = (pairs.all.len() > 1).then(|| format!(", by {}", pairs.selection.things()));
    let over: Vec<String> = over.into_iter().collect();
    spec.subtitle.get_or_insert_with(|| format!("{} against {x}{}, {when}", capital(y), over.concat()));
    words::caption(&pairs.selection, &spec, &over, &when)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|c| c.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn draw(canvas: &mut Canvas, pairs: &Pairs<'_>, theme: Theme, frame: &Frame, highlighted: &[String]) -> Vec<String> {
    let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
    let both: Vec<(&Pair<'_>, f64, f64)> = pairs
        .all
        .iter()
        .filter_map(|p| match p.values() {
            [Some(x), Some(y)] => Some((p, x, y)),
            _ => None,
        })
        .collect();
    let values = || both.iter().flat_map(|(_, x, y)| [*x, *y]);
    let scale = Scale::log(values()).unwrap_or_else(|| {
        let whole = counts(both.iter().filter_map(|(p, ..)| p.first));
        Scale::linear(values(), unit, whole, 5)
    });
    let kind = match scale {
        Scale::Log { zero: true, .. } => ", logarithmic scale, 0 set apart",
        Scale::Log { .. } => ", logarithmic scale",
        _ => "",
    };
    let [x, y] = &pairs.names;
    let axis = |name: &str| Axis { scale, unit: unit.to_owned(), caption: format!("{}{kind}", capital(name)) };
    let line = Key { colour: AXIS, dash: &[], marker: None, words: format!("line of equality: above it, more in {y}") };
    let mut plane = Plane::new(theme, &frame.inner(theme.height), axis(x), axis(y), vec![line]);
    plane.draw(canvas);
    // On equal scales the line runs from corner to corner, past the place of zero on a logarithmic one.
    let corners = match scale {
        Scale::Linear { low, high, .. } | Scale::Log { low, high, .. } => [low, high],
        Scale::Log1p { high } => [0.0, high],
    };
    let line = corners.map(|v| (plane.x(v), plane.y(v)));
    canvas.path(line.to_vec(), AXIS, theme.line * 0.6, &[]);
    plane.line = Some(line);
    let dots: Vec<Dot> = both
        .iter()
        .map(|(pair, x, y)| {
            let bold = highlighted.contains(&pair.label);
            let lit = highlighted.is_empty() || bold;
            let distance = if *x > 0.0 && *y > 0.0 { (y / x).ln().abs() } else { 50.0 };
            Dot {
                at: (plane.x(*x), plane.y(*y)),
                label: pair.label.clone(),
                colour: if lit { COLOURS[0] } else { MUTED },
                marker: if bold { MARKERS[3] } else { MARKERS[0] },
                bold,
                // Those far from the line are what a reader looks for.
                weight: distance + if bold { 1000.0 } else { 0.0 },
            }
        })
        .collect();
    for (pair, x, y) in &both {
        for (side, e) in [pair.first, pair.second].into_iter().enumerate() {
            let label = format!("{}, {}", pair.label, pairs.names[side]);
            if let Some(e) = e {
                canvas.value((plane.x(*x), plane.y(*y)), &label, e);
            }
        }
    }
    plane.draw_dots(canvas, &dots)
}

fn said(pairs: &Pairs<'_>, spec: &ChartSpec, dropped: &[String]) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    out.extend(unnamed(dropped));
    out.extend(missing(pairs));
    out.extend(notes::of_estimates(&pairs.selection, "rows"));
    out
}

/// What has only one of the values, or none, and why.
pub(crate) fn missing(pairs: &Pairs<'_>) -> Option<String> {
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for pair in pairs.all.iter().filter(|p| p.values().iter().any(Option::is_none)) {
        let side = usize::from(pair.values()[0].is_some());
        let e = if side == 0 { pair.first } else { pair.second };
        let reason = format!("{} in {}", e.map_or("no data", why), pairs.names[side]);
        match reasons.iter_mut().find(|(r, _)| *r == reason) {
            Some((_, all)) => all.push(pair.label.clone()),
            None => reasons.push((reason, vec![pair.label.clone()])),
        }
    }
    let parts: Vec<String> = reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, 4))).collect();
    (!parts.is_empty()).then(|| words::sentence(&format!("Not paired: {}", parts.join("; "))))
}

fn alt(caption: &Caption, pairs: &Pairs<'_>) -> String {
    let mut both: Vec<(&Pair<'_>, f64, f64)> = pairs
        .all
        .iter()
        .filter_map(|p| match p.values() {
            [Some(x), Some(y)] => Some((p, x, y)),
            _ => None,
        })
        .collect();
    let n = both.len();
    let above = both.iter().filter(|(_, x, y)| y > x).count();
    let below = both.iter().filter(|(_, x, y)| y < x).count();
    let [x, y] = &pairs.names;
    let mut out = vec![
        sentences::start("Scatter plot with the line of equality", caption),
        format!(
            "It has {n} dot{}: {above} above the line, with more in {y}, and {below} below it, with more in {x}.",
            if n == 1 { "" } else { "s" }
        ),
    ];
    let distance = |x: f64, y: f64| if x > 0.0 && y > 0.0 { (y / x).ln().abs() } else { f64::INFINITY };
    both.sort_by(|a, b| distance(b.1, b.2).total_cmp(&distance(a.1, a.2)).then_with(|| a.0.label.cmp(&b.0.label)));
    let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
    let one = |(pair, a, b): &(&Pair<'_>, f64, f64)| {
        format!("{} ({} and {})", pair.label, labels::value(*b, unit), labels::value(*a, unit))
    };
    let named: Vec<String> = both.iter().map(one).collect();
    out.push(format!("From the farthest on, with {y} first: {}.", labels::names(&named, NAMED)));
    out.extend(sentences::without(pairs.selection.rows.iter().filter(|e| e.value.is_none()).count(), "rows"));
    sentences::finish(&out)
}
