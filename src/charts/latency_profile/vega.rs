//! Profiles of delays in Vega-Lite: curves, or rows from the median to the 99th percentile.

use serde_json::{Value, json};

use super::super::labels;
use super::super::panels::number;
use super::super::ranked_dots::vega::{Widths, beside, names_axis};
use super::super::ranked_dots::{HIGHLIGHTED, ROWS, reason};
use super::super::scale::Scale;
use super::super::spec::ChartSpec;
use super::super::theme::{BAND_OPACITY, COLOURS, CONTEXT, MUTED, SMALL_TEXT, TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Looks, Row, Sheet, area, hex, px, row, with};
use super::{CURVES, Profile, QUANTILES, choose, compose, curved, curves, ranges};
use crate::error::Result;
use crate::estimate::Estimate;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, mut caption, alt, _) = compose(estimates, &page)?;
    // The columns of numbers that dashes stand in are not in a specification.
    caption.notes.retain(|note| !note.starts_with(ranges::DASH));
    let (selection, profiles) = choose(estimates, spec)?;
    let sheet = Sheet::new(spec, &caption);
    if profiles.iter().any(curved) && profiles.len() <= CURVES {
        let curves = curves::ordered(&profiles);
        let coloured = curves::coloured(&selection, &curves, spec)?;
        return Ok(of_curves(&sheet, &alt, &curves, &coloured));
    }
    let highlighted = selection.highlighted(spec, HIGHLIGHTED)?;
    let mut rows = ranges::ranked(&profiles);
    rows.truncate(ROWS);
    Ok(of_ranges(&sheet, &alt, &rows, &highlighted))
}

/// A curve's rows: its points, and its quantiles where it has half and nine tenths.
fn curve_rows(p: &Profile<'_>, lit: bool) -> Vec<Row> {
    // Delay and share of an estimate.
    let place = |e: &Estimate| match e.x {
        Some(x) => (Some(x), e.value),
        None if e.statistic == QUANTILES[0] => (e.value, Some(0.5)),
        None => (e.value, Some(0.9)),
    };
    let mut points: Vec<&Estimate> = p.points.iter().chain(p.quantiles[..2].iter().flatten()).copied().collect();
    points.sort_by(|a, b| {
        let key = |v: Option<f64>| v.unwrap_or(f64::INFINITY);
        let ((x, share), (other, beside)) = (place(a), place(b));
        key(x).total_cmp(&key(other)).then(key(share).total_cmp(&key(beside)))
    });
    let mut highest = 0.0_f64;
    let rows = points.into_iter().map(|e| {
        let (delay, share) = place(e);
        highest = highest.max(share.unwrap_or(0.0));
        let known = share.is_some() && delay.is_some();
        let out = with(with(row(e, &p.label), "delay", delay), "share", known.then_some(highest));
        with(with(out, "lit", lit), "marked", known && e.x.is_none())
    });
    rows.collect()
}

fn of_curves(sheet: &Sheet<'_>, alt: &str, curves: &[&Profile<'_>], coloured: &[usize]) -> Value {
    let t = &sheet.theme;
    let unit = curves::x_unit(curves);
    let axis = Axis::new(curves::scale(curves), "delay", &unit);
    let shares = Axis::new(Scale::Linear { low: 0.0, high: 1.0, step: 0.25 }, "share within the delay", "share");
    let names: Vec<String> = coloured.iter().map(|&i| curves[i].label.clone()).collect();
    let looks = Looks::new(t, "label", &names, false);
    let rows = curves.iter().enumerate().flat_map(|(i, p)| curve_rows(p, coloured.contains(&i))).collect();
    let height = px(sheet.inner.height() - t.small * 5.4);
    let room = sheet.inner.width() * 0.28;
    let labels = if curves.len() > 1 { curves::fitting(t, curves, coloured, &unit, room, height) } else { Vec::new() };
    let widest = labels.iter().flat_map(|l| curves::widths(t, l)).fold(0.0, f64::max);
    let right = if labels.is_empty() { 0.0 } else { widest + t.label * 3.4 };
    let width = px(sheet.inner.width() - shares.gutter(t) - right);
    let step = |colour: Value, filter: &str, width: f64| {
        let mut layer = json!({
            "transform": [{"filter": filter}],
            "mark": {"type": "line", "interpolate": "step-after", "strokeWidth": px(width)},
            "encoding": {"detail": {"field": "label", "type": "nominal"}, "order": {"field": "delay", "type": "quantitative"}},
        });
        if colour.is_string() {
            layer["mark"]["color"] = colour;
        } else {
            layer["encoding"]["color"] = colour;
            layer["encoding"]["strokeDash"] = looks.stroke_dash.clone();
        }
        layer
    };
    let mut layer = vec![
        step(hex(CONTEXT).into(), "!datum.lit && isValid(datum.share)", t.line * 0.6),
        json!({
            "transform": [{"filter": "datum.lit && isValid(datum.x) && isValid(datum.lower) && isValid(datum.upper)"}],
            "mark": {"type": "area", "interpolate": "step-after", "opacity": BAND_OPACITY},
            "encoding": {"y": {"field": "lower"}, "y2": {"field": "upper"}, "color": looks.color},
        }),
        step(looks.color.clone(), "datum.lit && isValid(datum.share)", t.line),
        json!({
            "transform": [{"filter": "datum.lit && datum.marked"}],
            "mark": {"type": "point", "size": area(t.marker * 1.1)},
            "encoding": {"color": looks.color, "shape": looks.shape},
        }),
    ];
    layer.extend(key(t, &labels, &names, &looks, width));
    if let [one] = curves {
        layer.push(details(t, one, &unit));
    }
    let view = json!({
        "width": width, "height": height,
        "encoding": {
            "x": axis.across("delay"), "y": shares.upwards("share", t), "tooltip": vega::tooltip("share"),
        },
        "layer": layer,
    });
    sheet.finish(alt, rows, view)
}

/// The names of the curves with their numbers, beside the plot from the top on.
fn key(t: &Theme, labels: &[curves::Label], of: &[String], looks: &Looks, width: f64) -> Vec<Value> {
    let leading = curves::leading(t);
    let mut y = t.label * 0.5;
    let (mut names, mut details) = (Vec::new(), Vec::new());
    for l in labels {
        names.push(json!({"label": of[l.colour], "text": l.name.join("\n"), "y": px(y)}));
        y += leading * number(l.name.len());
        if !l.details.is_empty() {
            details.push(json!({"text": l.details.join("\n"), "y": px(y)}));
        }
        y += leading * number(l.details.len()) + t.label * 0.6;
    }
    if names.is_empty() {
        return Vec::new();
    }
    let at = |x: f64| json!({"value": px(width + x)});
    let place = json!({"field": "y", "type": "quantitative", "scale": null});
    let text = |rows: Vec<Value>, weight: &str, colour: String| {
        json!({
            "data": {"values": rows},
            "mark": {
                "type": "text", "align": "left", "baseline": "middle", "fontWeight": weight, "fill": colour,
                "lineHeight": px(leading),
            },
            "encoding": {
                "x": at(t.label * 3.0), "y": place, "text": {"field": "text", "type": "nominal"}, "tooltip": {"value": null},
            },
        })
    };
    vec![
        json!({
            "data": {"values": names}, "mark": {"type": "point", "size": area(t.marker * 1.1)},
            "encoding": {
                "x": at(t.label * 1.9), "y": place, "color": looks.color, "shape": looks.shape, "tooltip": {"value": null},
            },
        }),
        text(names, "bold", hex(TEXT)),
        text(details, "normal", hex(SMALL_TEXT)),
    ]
}

/// The quantiles of a single curve in words.
fn details(t: &Theme, p: &Profile<'_>, unit: &str) -> Value {
    let rows: Vec<Value> = curves::MARKED
        .into_iter()
        .enumerate()
        .filter_map(|(q, share)| {
            let days = p.quantile(q)?;
            Some(json!({"delay": days, "share": share, "text": curves::detail(q, days, unit)}))
        })
        .collect();
    json!({
        "data": {"values": rows},
        "mark": {"type": "text", "align": "left", "baseline": "top", "dx": px(t.marker * 2.2), "dy": px(t.label * 0.3)},
        "encoding": {"text": {"field": "text", "type": "nominal"}, "tooltip": {"value": null}},
    })
}

fn of_ranges(sheet: &Sheet<'_>, alt: &str, profiles: &[&Profile<'_>], highlighted: &[String]) -> Value {
    let t = &sheet.theme;
    let unit = profiles.iter().find_map(|r| r.quantiles[0]).map_or("days", |e| e.unit.as_str());
    let axis = Axis::new(
        Scale::log1p(profiles.iter().flat_map(|r| (0..3).filter_map(|i| r.quantile(i)))),
        "median, 90th and 99th percentile",
        unit,
    );
    let mut rows = Vec::new();
    for p in profiles {
        for e in p.quantiles.iter().flatten() {
            let mut out = with(row(e, &p.label), "lit", highlighted.is_empty() || highlighted.contains(&p.label));
            if e.statistic == QUANTILES[0] {
                let far = p.quantile(2).or(p.quantile(1)).or(p.quantile(0));
                out = with(with(out, "far", far), "of", p.n().filter(|_| e.value.is_some()).map(labels::count));
                if e.value.is_none() {
                    out = with(out, "words", reason(e));
                }
            }
            rows.push(out);
        }
    }
    let names: Vec<String> = profiles.iter().map(|p| p.label.clone()).collect();
    let counts: Vec<String> = profiles.iter().filter_map(|p| p.n()).map(labels::count).collect();
    let widths = Widths::new(sheet, &names, &counts, std::iter::empty());
    let colour = json!({"condition": {"test": "datum.lit", "value": hex(COLOURS[0])}, "value": hex(MUTED)});
    let sizes = json!({
        "field": "statistic", "type": "ordinal", "sort": QUANTILES, "legend": {"orient": "top", "title": null},
        "scale": {"domain": QUANTILES, "range": [area(t.marker * 1.2), area(t.marker * 0.85), area(t.marker * 0.5)]},
    });
    let layer = vec![
        json!({
            "transform": [{"filter": "isValid(datum.far) && isValid(datum.value)"}],
            "mark": {"type": "rule", "strokeWidth": px(t.line * 0.7)},
            "encoding": {"x": axis.across("value"), "x2": {"field": "far"}, "color": colour},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.value)"}], "mark": {"type": "point"},
            "encoding": {"x": {"field": "value", "type": "quantitative"}, "color": colour, "size": sizes},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.words)"}],
            "mark": {"type": "text", "align": "left", "dx": px(t.label * 0.5), "fontSize": t.small, "fill": hex(SMALL_TEXT)},
            "encoding": {"x": {"value": 0}, "text": {"field": "words", "type": "nominal"}},
        }),
    ];
    let view = json!({
        "width": widths.plot, "height": sheet.rows_height(profiles.len(), t.small * 6.0),
        "encoding": {"y": names_axis(t, &names, widths.names), "tooltip": vega::tooltip(unit)},
        "layer": layer.into_iter().chain(beside(t, widths.plot, widths.right, &counts)).collect::<Vec<_>>(),
    });
    sheet.finish(alt, rows, view)
}
