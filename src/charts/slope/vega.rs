//! Change between two periods in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::panels::number;
use super::super::ranked_dots::ROWS;
use super::super::scale::{Scale, counts, durations};
use super::super::spec::ChartSpec;
use super::super::svg::Type;
use super::super::theme::{AXIS, COLOURS, CONTEXT, DASHES, MUTED, TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Sheet, area, dash, hex, px, row, with};
use super::super::words;
use super::{LINE, NAMES, Row, choose, compose};
use crate::error::Result;
use crate::estimate::Estimate;

/// What a line does.
const WAYS: [&str; 3] = ["rises", "falls", "stays"];

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let (selection, all, _) = choose(estimates, spec)?;
    let highlighted = selection.highlighted(spec, 4)?;
    let (valued, others): (Vec<&Row<'_>>, Vec<&Row<'_>>) =
        all.iter().partition(|r| r.values().iter().any(Option::is_some));
    let shown = &valued[..valued.len().min(ROWS)];
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let first = selection.rows.first();
    let (statistic, unit) = first.map_or(("", ""), |e| (e.statistic.as_str(), e.unit.as_str()));
    let values = || shown.iter().flat_map(|r| r.values()).flatten();
    let whole = counts(shown.iter().flat_map(|r| r.sides).flatten());
    let wide = whole || durations(unit) || unit.starts_with("per ");
    let scale = wide.then(|| Scale::log(values())).flatten().unwrap_or_else(|| Scale::linear(values(), unit, whole, 5));
    let axis = Axis::new(scale, statistic, unit);
    let room = sheet.inner.height() - t.small * 7.0;
    let height = px(room.max(t.label * LINE * number(shown.len().max(6)) * 1.05));
    let periods: Vec<String> = selection.periods.iter().map(|p| words::short(*p)).collect();
    let bold = Type::bold(t.label, TEXT);
    let widest = shown.iter().map(|r| bold.width(&r.label)).fold(0.0, f64::max).min(sheet.inner.width() * NAMES);
    let numbers = values().map(|v| bold.width(&labels::value(v, unit))).fold(0.0, f64::max);
    let width = px((sheet.inner.width() - widest - numbers * 2.0 - t.label * 4.0).max(t.label * 6.0));

    let mut rows = Vec::new();
    for (row_, e) in shown.iter().chain(&others).flat_map(|r| r.sides.into_iter().flatten().map(move |e| (*r, e))) {
        let way = match row_.values() {
            [Some(a), Some(b)] if b > a => WAYS[0],
            [Some(a), Some(b)] if b < a => WAYS[1],
            _ => WAYS[2],
        };
        let lit = highlighted.is_empty() || highlighted.contains(&row_.label);
        rows.push(with(with(row(e, &row_.label), "way", way), "lit", lit));
    }
    let y = |v: f64| height * (1.0 - scale.at(v));
    let mut layer = lines(&t, shown);
    layer.extend((0..2).map(|side| texts(&t, (shown, &periods), side, (&y, height), unit)));
    let mut values = axis.upwards("value", &t);
    // Numbers stand at both ends: the axis says what they are.
    for (name, value) in [
        ("grid", json!(false)),
        ("labels", json!(false)),
        ("titleX", json!(0)),
        ("minExtent", json!(px(numbers + t.label * 2.0))),
    ] {
        values["axis"][name] = value;
    }
    values["axis"]["titleY"] = (-px(t.small * 2.8)).into();
    let view = json!({
        "width": width, "height": height,
        "encoding": {
            "x": {
                "field": "period", "type": "ordinal", "sort": periods, "title": null, "scale": {"type": "point", "padding": 0},
                "axis": {
                    "orient": "top", "labelAngle": 0, "labelFontSize": t.label, "labelFontWeight": "bold", "labelColor": hex(TEXT),
                    "domain": false, "ticks": false, "grid": true, "gridColor": hex(AXIS), "labelPadding": px(t.label * 0.7),
                },
            },
            "y": values, "tooltip": vega::tooltip(unit),
        },
        "layer": layer,
    });
    Ok(sheet.finish(&alt, rows, view))
}

fn lines(t: &Theme, shown: &[&Row<'_>]) -> Vec<Value> {
    // Only what occurs stands in the key.
    let occurs = |way: usize| {
        shown.iter().any(|r| match r.values() {
            [Some(a), Some(b)] => (way == 0 && b > a) || (way == 1 && b < a),
            _ => false,
        })
    };
    let key: Vec<&str> = (0..2).filter(|w| occurs(*w)).map(|w| WAYS[w]).collect();
    let legend = if key.is_empty() {
        Value::Null
    } else {
        json!({"orient": "top", "title": null, "symbolType": "stroke", "values": key})
    };
    let colour = json!({
        "condition": {"test": "!datum.lit", "value": hex(CONTEXT)},
        "field": "way", "type": "nominal", "legend": legend,
        "scale": {"domain": WAYS, "range": [hex(COLOURS[0]), hex(COLOURS[3]), hex(MUTED)]},
    });
    let patterns: Vec<Value> = [0, 1, 0].iter().map(|i: &usize| dash(DASHES[*i], t.line * 0.8)).collect();
    let dashes = json!({
        "field": "way", "type": "nominal", "legend": legend,
        "scale": {"domain": WAYS, "range": patterns},
    });
    vec![
        json!({
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "line", "strokeWidth": px(t.line * 0.8)},
            "encoding": {"detail": {"field": "label", "type": "nominal"}, "color": colour, "strokeDash": dashes},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "size": area(t.marker * 0.9)}, "encoding": {"color": colour},
        }),
    ]
}

/// The numbers of a side, moved apart, on the right with names.
fn texts(
    t: &Theme,
    (shown, periods): (&[&Row<'_>], &[String]),
    side: usize,
    (y, height): (&dyn Fn(f64) -> f64, f64),
    unit: &str,
) -> Value {
    let there: Vec<(&Row<'_>, f64)> = shown.iter().filter_map(|r| Some((*r, r.values()[side]?))).collect();
    let wanted: Vec<f64> = there.iter().map(|(_, v)| y(*v)).collect();
    let sizes = vec![t.label * LINE; there.len()];
    let mut order: Vec<usize> = (0..there.len()).collect();
    order.sort_by(|a, b| wanted[*a].total_cmp(&wanted[*b]).then(a.cmp(b)));
    let centres = labels::spread(&order, &wanted, &sizes, -t.label * 0.5, height + t.label * 0.6);
    let rows: Vec<Value> = there
        .iter()
        .zip(centres.iter().zip(&wanted))
        .map(|((r, v), (centre, at))| {
            let value = labels::value(*v, unit);
            let alone = side == 0 && r.values()[1].is_none();
            let text = if side == 1 || alone { format!("{value}  {}", r.label) } else { value };
            json!({"period": periods.get(side), "value": v, "text": text, "dy": px(centre - at)})
        })
        .collect();
    let (align, dx) = if side == 0 { ("right", -t.label) } else { ("left", t.label) };
    json!({
        "data": {"values": rows},
        "mark": {
            "type": "text", "align": align, "baseline": "middle", "dx": px(dx), "dy": {"expr": "datum.dy"},
            "limit": px(t.width * NAMES),
        },
        "encoding": {
            "x": {"field": "period", "type": "ordinal"}, "y": {"field": "value", "type": "quantitative"},
            "text": {"field": "text", "type": "nominal"}, "tooltip": {"value": null},
        },
    })
}
