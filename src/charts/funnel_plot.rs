//! Platforms in a funnel: values over their denominators, with the limits that peers of that size have.

use super::alt as sentences;
use super::frame::Frame;
use super::labels;
use super::scale::Scale;
use super::scatter::{Axis, Dot, Key, Plane, unnamed};
use super::select::{Form, Selection, about, platform_label, select_of};
use super::spec::ChartSpec;
use super::step_curves::{when, why};
use super::svg::Canvas;
use super::theme::{AXIS, COLOURS, CONTEXT, DASHES, Marker, SMALL_TEXT, Theme};
use super::words::{self, Caption};
use super::{Chart, Figure, notes};
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};

mod vega;

#[cfg(test)]
mod tests;

/// Names in a sentence.
const NAMED: usize = 6;
/// The statistics of the limits, from the outermost in.
const OUTER: [&str; 2] = ["funnel_lower_998", "funnel_upper_998"];
const INNER: [&str; 2] = ["funnel_lower_95", "funnel_upper_95"];
const CHANCE: [&str; 4] = ["chance_lower_998", "chance_upper_998", "chance_lower_95", "chance_upper_95"];
const TARGET: &str = "funnel_target";

/// The chart form.
#[derive(Debug, Clone, Copy)]
pub struct FunnelPlot;

impl Chart for FunnelPlot {
    fn id(&self) -> &'static str {
        "funnel-plot"
    }

    fn title(&self) -> &'static str {
        "Platforms in a funnel"
    }

    fn doc(&self) -> &'static str {
        "Compares platforms of different size in one period: the value over its denominator, with limits at 95% and 99.8% \
         within which peers of that size are expected, and thin lines where chance alone would put them. The limits are \
         rows of the estimates with x (funnel_lower_95 and so on), which `systemic compare peers` adds. Not a league table: \
         platforms within the limits do not differ from the rest."
    }

    fn suits(&self, estimates: &[Estimate], spec: &ChartSpec) -> bool {
        choose(estimates, spec).is_ok_and(|f| f.points.len() > 2)
    }

    fn draw(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<Figure> {
        let (canvas, caption, alt, csv) = compose(estimates, spec)?;
        Figure::new(&canvas, &caption, alt, csv)
    }

    fn vega(&self, estimates: &[Estimate], spec: &ChartSpec) -> Result<serde_json::Value> {
        vega::vega(estimates, spec)
    }
}

/// Where a platform lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Within,
    Beyond95,
    Beyond998,
}

impl Place {
    /// Marker and colour: a place is never told by colour alone.
    fn look(self) -> (Marker, super::theme::Colour) {
        match self {
            Self::Within => (Marker::Circle, COLOURS[0]),
            Self::Beyond95 => (Marker::Triangle, COLOURS[1]),
            Self::Beyond998 => (Marker::Diamond, COLOURS[2]),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Within => "within the limits",
            Self::Beyond95 => "outside the 95% limits",
            Self::Beyond998 => "outside the 99.8% limits",
        }
    }
}

/// A platform in the funnel.
struct Point<'a> {
    label: String,
    estimate: &'a Estimate,
    n: f64,
    value: f64,
    place: Place,
}

/// What is drawn.
struct Chosen<'a> {
    selection: Selection<'a>,
    points: Vec<Point<'a>>,
    curves: Vec<&'a Estimate>,
    target: Option<&'a Estimate>,
}

/// Curves and points of one question.
fn choose<'a>(estimates: &'a [Estimate], spec: &ChartSpec) -> Result<Chosen<'a>> {
    let rows = about(estimates, spec)?;
    let limit = |e: &&&Estimate| e.statistic.starts_with("funnel_") || e.statistic.starts_with("chance_");
    let points: Vec<&Estimate> =
        rows.iter().filter(|e| e.x.is_none() && !limit(e) && e.platform != ALL_PLATFORMS).copied().collect();
    let no_limits = || {
        Error::usage(
            "these estimates hold no limits of a funnel",
            "`systemic compare peers … --figures FOLDER` computes them, and leaves them in the table beside the figure",
        )
    };
    if points.is_empty() || !rows.iter().any(|e| limit(&e)) {
        return Err(no_limits());
    }
    let selection = select_of(points, spec, Form::Profile)?;
    if selection.groups.len() > 1 {
        return Err(Error::usage(
            format!("a funnel is of one group, and there are {}", selection.groups.len()),
            "compare the groups one by one",
        ));
    }
    let first = *selection.rows.first().ok_or_else(no_limits)?;
    let same = |e: &&&Estimate| {
        (&e.indicator, e.indicator_version, &e.basis, &e.unit, &e.group_value, e.period())
            == (
                &first.indicator,
                first.indicator_version,
                &first.basis,
                &first.unit,
                &first.group_value,
                first.period(),
            )
    };
    let curves: Vec<&Estimate> = rows.iter().filter(limit).filter(same).filter(|e| e.x.is_some()).copied().collect();
    if curves.is_empty() {
        return Err(no_limits());
    }
    let target = rows.iter().filter(same).find(|e| e.statistic == TARGET && e.value.is_some()).copied();
    #[expect(clippy::cast_precision_loss, reason = "counts below 2⁵³ are exact")]
    let points = selection
        .rows
        .iter()
        .filter_map(|e| {
            let (value, n) = (e.value?, e.n.filter(|n| *n > 0)? as f64);
            let outside = |names: [&str; 2]| {
                let at = |name: &str| limit_at(&curves, name, n);
                at(names[0]).is_some_and(|l| value < l) || at(names[1]).is_some_and(|l| value > l)
            };
            let place = match (outside(OUTER), outside(INNER)) {
                (true, _) => Place::Beyond998,
                (false, true) => Place::Beyond95,
                (false, false) => Place::Within,
            };
            Some(Point { label: platform_label(&e.platform), estimate: e, n, value, place })
        })
        .collect();
    Ok(Chosen { selection, points, curves, target })
}

/// A limit at a denominator: that of a row, or between the two nearest on a logarithmic scale.
fn limit_at(curves: &[&Estimate], statistic: &str, n: f64) -> Option<f64> {
    let line = curve(curves, statistic);
    let after = line.iter().position(|(x, _)| *x >= n)?;
    let (x1, y1) = line[after];
    if (x1 - n).abs() < 0.5 || after == 0 {
        return Some(y1);
    }
    let (x0, y0) = line[after - 1];
    let part = (n / x0).ln() / (x1 / x0).ln();
    Some(y0 + (y1 - y0) * part)
}

/// The points of a curve, by x.
fn curve(curves: &[&Estimate], statistic: &str) -> Vec<(f64, f64)> {
    let mut line: Vec<(f64, f64)> =
        curves.iter().filter(|e| e.statistic == statistic).filter_map(|e| Some((e.x?, e.value?))).collect();
    line.sort_by(|a, b| a.0.total_cmp(&b.0));
    line
}

/// The drawing before it is written, with its words and its table.
pub(crate) fn compose(estimates: &[Estimate], spec: &ChartSpec) -> Result<(Canvas, Caption, String, String)> {
    let chosen = choose(estimates, spec)?;
    let selection = &chosen.selection;
    let highlighted = selection.highlighted(spec, 4)?;
    let over = [" in a funnel plot".to_owned()];
    let mut caption = words::caption(selection, spec, &over, &when(selection));
    let theme = Theme::of(spec.preset);
    let mut dropped: Vec<String> = Vec::new();
    let mut canvas = Canvas::new(theme.width, theme.height);
    // The note names the dots without a label, and takes room from others: it is written again where it must.
    for _ in 0..3 {
        caption.notes = said(&chosen, spec, &dropped);
        let frame = Frame::new(theme, &caption);
        canvas = Canvas::new(theme.width, theme.height);
        frame.draw(&mut canvas);
        let plane = plane(&chosen, theme, &frame);
        plane.draw(&mut canvas);
        draw_limits(&mut canvas, &plane, &chosen, &theme);
        let left_out = draw_points(&mut canvas, &plane, &chosen, &highlighted);
        if left_out == dropped {
            break;
        }
        dropped = left_out;
    }
    let alt = alt(&caption, &chosen);
    let plotted = selection.rows.iter().copied().chain(chosen.curves.iter().copied()).chain(chosen.target).collect();
    let csv = selection.with_rows(plotted).csv()?;
    Ok((canvas, caption, alt, csv))
}

fn plane(chosen: &Chosen<'_>, theme: Theme, frame: &Frame) -> Plane {
    let first = chosen.selection.rows.first();
    let unit = first.map_or("", |e| e.unit.as_str());
    let sizes = || chosen.curves.iter().filter_map(|e| e.x);
    let x = Scale::log(sizes()).unwrap_or_else(|| Scale::linear(sizes(), "", true, 5));
    let values = || chosen.points.iter().map(|p| p.value).chain(chosen.target.and_then(|e| e.value));
    let most = values().fold(0.0, f64::max);
    // Limits of the smallest units can be far from all values: the axis holds what is twice as far at most.
    let limits = || {
        let named = |e: &&&Estimate| OUTER.contains(&e.statistic.as_str()) || INNER.contains(&e.statistic.as_str());
        chosen.curves.iter().filter(named).filter_map(|e| e.value).filter(move |v| *v <= most * 1.6)
    };
    // Those at the sizes of the platforms belong to the comparison, however far they are.
    let beside = || {
        let at = |p: &Point<'_>| INNER.map(|name| limit_at(&chosen.curves, name, p.n));
        chosen.points.iter().flat_map(at).flatten().filter(|v| !cut(chosen, *v))
    };
    let ticks = if theme.height < 500.0 { 4 } else { 5 };
    // Shares have their own scale; rates can differ by orders of magnitude.
    let all: Vec<f64> = values().collect();
    let least = all.iter().copied().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
    let near = |v: &f64| *v > least / 30.0 && *v < most * 30.0;
    let main = chosen.curves.iter().filter(|e| e.statistic.starts_with("funnel_")).filter_map(|e| e.value);
    let y = if unit == "share" { None } else { Scale::log_with(&all, main.filter(near)) };
    let y = y.unwrap_or_else(|| Scale::linear(values().chain(limits()).chain(beside()), unit, false, ticks));
    let mut caption = words::measure(first.map_or("", |e| &e.statistic), unit);
    if y.is_log() {
        caption.push_str(", logarithmic scale");
    }
    let logarithmic = if x.is_log() { ", logarithmic scale" } else { "" };
    // Limits that lie wholly beyond the axis are no lines of this figure.
    let within = |v: f64| !cut(chosen, v) && (1e-9..1.0 - 1e-9).contains(&y.at(v));
    let drawn = |names: &[&str]| {
        names.iter().any(|name| curve(&chosen.curves, name).windows(2).any(|w| within(w[0].1) && within(w[1].1)))
    };
    let mut key = Vec::new();
    for (names, dash, words) in [(OUTER, &[][..], "99.8% limits"), (INNER, DASHES[1], "95% limits")] {
        if drawn(&names) {
            key.push(Key { colour: AXIS, dash, marker: None, words: words.to_owned() });
        }
    }
    if drawn(&CHANCE) {
        key.push(Key { colour: CONTEXT, dash: DASHES[2], marker: None, words: "by chance alone".to_owned() });
    }
    if let Some(value) = chosen.target.and_then(|e| e.value) {
        let words = format!("centre: {}", labels::value(value, unit));
        key.push(Key { colour: SMALL_TEXT, dash: DASHES[3], marker: None, words });
    }
    for place in [Place::Within, Place::Beyond95, Place::Beyond998] {
        if chosen.points.iter().any(|p| p.place == place) {
            let (marker, colour) = place.look();
            key.push(Key { colour, dash: &[], marker: Some(marker), words: place.words().to_owned() });
        }
    }
    let x = Axis { scale: x, unit: String::new(), caption: format!("denominator (n){logarithmic}") };
    let y = Axis { scale: y, unit: unit.to_owned(), caption };
    Plane::new(theme, &frame.inner(theme.height), x, y, key)
}

fn draw_limits(canvas: &mut Canvas, plane: &Plane, chosen: &Chosen<'_>, t: &Theme) {
    let looks = [
        (&CHANCE[..], CONTEXT, 0.45, DASHES[2]),
        (&OUTER[..], AXIS, 0.7, DASHES[0]),
        (&INNER[..], AXIS, 0.7, DASHES[1]),
    ];
    for (names, colour, width, dash) in looks {
        for name in names {
            // What lies off the axis is cut, not drawn along its edge.
            let mut run: Vec<(f64, f64)> = Vec::new();
            for (x, y) in curve(&chosen.curves, name) {
                let at = (plane.x(x), plane.y(y));
                if cut(chosen, y) || at.1 <= plane.area.top + 1e-9 || at.1 >= plane.area.bottom - 1e-9 {
                    canvas.path(std::mem::take(&mut run), colour, t.line * width, dash);
                } else {
                    run.push(at);
                }
            }
            if run.len() > 1 {
                canvas.path(run, colour, t.line * width, dash);
            }
        }
    }
    if let Some(value) = chosen.target.and_then(|e| e.value) {
        let y = plane.y(value);
        canvas.path(vec![(plane.area.left, y), (plane.area.right, y)], SMALL_TEXT, t.line * 0.45, DASHES[3]);
    }
}

/// Whether a limit stands at the edge of what the value can be: it was cut there, and is no limit.
fn cut(chosen: &Chosen<'_>, limit: f64) -> bool {
    limit <= 0.0 || limit >= 1.0 && chosen.selection.rows.iter().any(|e| e.unit == "share")
}

fn draw_points(canvas: &mut Canvas, plane: &Plane, chosen: &Chosen<'_>, highlighted: &[String]) -> Vec<String> {
    let dots: Vec<Dot> = chosen
        .points
        .iter()
        .map(|p| {
            let (marker, colour) = p.place.look();
            let bold = highlighted.contains(&p.label);
            let outside = match p.place {
                Place::Within => 0.0,
                Place::Beyond95 => 100.0,
                Place::Beyond998 => 200.0,
            };
            let weight = outside + if bold { 1000.0 } else { 0.0 } + p.n.log10();
            Dot { at: (plane.x(p.n), plane.y(p.value)), label: p.label.clone(), colour, marker, bold, weight }
        })
        .collect();
    for p in &chosen.points {
        canvas.value((plane.x(p.n), plane.y(p.value)), &p.label, p.estimate);
    }
    plane.draw_dots(canvas, &dots)
}

/// Sentences of the note, in the order of their weight.
fn said(chosen: &Chosen<'_>, spec: &ChartSpec, dropped: &[String]) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let selection = &chosen.selection;
    let census =
        selection.rows.first().is_some_and(|e| matches!(e.basis.as_str(), "report" | "statements" | "statistics"));
    let method = chosen.curves.first().and_then(|e| e.note.as_deref()).and_then(|n| n.split("; ").next());
    if let Some(method) = method.filter(|m| !m.contains(crate::estimate::SIMULATED)) {
        out.push(words::sentence(&format!("Limits: {method}")));
    }
    if census {
        out.push(
            "They say where peers of that size are expected, not how precise a figure is: everything reported was counted."
                .to_owned(),
        );
    }
    let main = |e: &&&Estimate| !CHANCE.contains(&e.statistic.as_str());
    if chosen.curves.iter().filter(main).filter_map(|e| e.value).any(|v| cut(chosen, v)) {
        let share = selection.rows.iter().any(|e| e.unit == "share");
        let edge = if share { "below 0% or above 100%" } else { "below 0" };
        out.push(format!("Limits {edge} are not drawn."));
    }
    out.extend(unnamed(dropped));
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for e in selection.rows.iter().filter(|e| e.value.is_none() || e.n.is_none_or(|n| n <= 0)) {
        let reason = if e.value.is_some() { "no denominator" } else { why(e) };
        let label = platform_label(&e.platform);
        match reasons.iter_mut().find(|(r, _)| *r == reason) {
            Some((_, all)) => all.push(label),
            None => reasons.push((reason, vec![label])),
        }
    }
    let parts: Vec<String> = reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, 4))).collect();
    if !parts.is_empty() {
        out.push(words::sentence(&format!("Not in the funnel: {}", parts.join("; "))));
    }
    out.extend(notes::of_estimates(selection, "dots"));
    out
}

/// Sentences for those who do not see it.
fn alt(caption: &Caption, chosen: &Chosen<'_>) -> String {
    let n = chosen.points.len();
    let mut out = vec![
        sentences::start("Funnel plot", caption),
        format!("It has {n} dot{}, each a platform over its denominator.", if n == 1 { "" } else { "s" }),
    ];
    if let Some(e) = chosen.target
        && let Some(v) = e.value
    {
        out.push(format!("The centre is {}.", labels::value(v, &e.unit)));
    }
    for place in [Place::Beyond998, Place::Beyond95, Place::Within] {
        let mut there: Vec<&Point<'_>> = chosen.points.iter().filter(|p| p.place == place).collect();
        there.sort_by(|a, b| b.value.total_cmp(&a.value).then_with(|| a.label.cmp(&b.label)));
        let one = |p: &&Point<'_>| {
            let n = p.estimate.n.map(labels::count).unwrap_or_default();
            format!("{} ({}, n = {n})", p.label, labels::value(p.value, &p.estimate.unit))
        };
        let all: Vec<String> = there.iter().map(one).collect();
        if !all.is_empty() {
            let mut words = place.words().to_owned();
            if let Some(first) = words.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            out.push(format!("{words}: {}.", labels::names(&all, NAMED)));
        }
    }
    out.extend(sentences::without(chosen.selection.rows.iter().filter(|e| e.value.is_none()).count(), "platforms"));
    sentences::finish(&out)
}
