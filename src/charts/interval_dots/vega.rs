//! Shares of groups with their intervals in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::ranked_dots::vega::{Widths, beside, names_axis};
use super::super::ranked_dots::{HIGHLIGHTED, ROWS, reason};
use super::super::spec::ChartSpec;
use super::super::theme::{AXIS, COLOURS, GRID, MARKERS, MUTED, SMALL_TEXT};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Row as Record, Sheet, area, dash, hex, px, row, shape, with};
use super::{Row, Unit, choose, compose, table, unit};
use crate::error::Result;
use crate::estimate::Estimate;

/// What the two dots of a row are.
const KINDS: [&str; 2] = ["as observed", "shrunken"];

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let (selection, mut all, overall) = choose(estimates, spec)?;
    let highlighted = selection.highlighted(spec, HIGHLIGHTED)?;
    let unit = unit(&all, overall);
    all.truncate(ROWS);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let name = match unit {
        Unit::PerMillion => "per million",
        Unit::Of(unit) => unit,
    };
    let statistic = selection.rows.first().map_or("", |e| e.statistic.as_str());
    let axis = Axis::new(table::scale(&all, overall, unit, 5), statistic, name);
    let two = all.iter().any(|r| r.shrunken.is_some());
    let lit = |r: &Row<'_>| highlighted.is_empty() || highlighted.contains(&r.label);
    let mut rows: Vec<Record> = all.iter().flat_map(|r| records(r, unit, lit(r))).collect();
    rows.extend(overall.map(|e| with(row(e, "all groups together"), "whole", e.value.map(|v| unit.scaled(v)))));
    let names: Vec<String> = all.iter().map(|r| r.name.clone()).collect();
    let counts: Vec<String> = all.iter().filter_map(|r| r.raw.n).map(labels::count).collect();
    let values = all.iter().filter_map(|r| r.raw.value).map(|v| unit.words(v));
    let widths = Widths::new(&sheet, &names, &counts, values);
    let mut layer = layers(&sheet, &axis, two);
    if overall.is_some_and(|e| e.value.is_some()) {
        let line = json!({
            "transform": [{"filter": "isValid(datum.whole)"}],
            "mark": {"type": "rule", "color": hex(AXIS), "strokeDash": dash(&[4.0, 3.0], 1.0)},
            "encoding": {
                "x": {"field": "whole", "type": "quantitative"}, "y": {"value": 0}, "y2": {"value": "height"},
            },
        });
        layer.insert(0, line);
    }
    let mut view = json!({
        "width": widths.plot, "height": sheet.rows_height(all.len(), t.small * 5.0),
        "encoding": {"y": names_axis(&t, &names, widths.names), "tooltip": vega::tooltip(name)},
        "layer": layer.into_iter().chain(beside(&t, widths.plot, widths.right, &counts)).collect::<Vec<_>>(),
    });
    if two {
        // Room for two dots in a row.
        view["height"] = px(view["height"].as_f64().unwrap_or(0.0) * 1.25).into();
    }
    Ok(sheet.finish(&alt, rows, view))
}

/// The rows of one group: as observed, and shrunken.
fn records(r: &Row<'_>, unit: Unit<'_>, lit: bool) -> Vec<Record> {
    let scaled = |v: Option<f64>| v.map(|v| unit.scaled(v));
    let one = |e: &Estimate, kind: usize| {
        let mut out = with(with(row(e, &r.name), "kind", KINDS[kind]), "lit", lit);
        out = with(out, "shown", scaled(e.value));
        out = with(out, "low", scaled(e.lower.or(e.value).or(e.upper)));
        out = with(out, "high", scaled(e.upper.or(e.value).or(e.lower)));
        out = with(out, "from", scaled(e.lower));
        with(out, "to", scaled(e.upper))
    };
    let mut raw = one(r.raw, 0);
    let known = r.raw.value.or(r.raw.lower).or(r.raw.upper).is_some();
    raw = with(raw, "of", r.raw.n.filter(|_| known).map(labels::count));
    raw = with(raw, "words", if known { r.raw.value.map(|v| unit.words(v)) } else { Some(reason(r.raw)) });
    std::iter::once(raw).chain(r.shrunken.map(|e| one(e, 1))).collect()
}

fn layers(sheet: &Sheet<'_>, axis: &Axis, two: bool) -> Vec<Value> {
    let t = &sheet.theme;
    let looks = [0, 3];
    let key = if two { json!({"orient": "top", "title": null}) } else { Value::Null };
    let colour = json!({
        "condition": {"test": "!datum.lit", "value": hex(MUTED)},
        "field": "kind", "type": "nominal",
        "scale": {"domain": KINDS, "range": looks.map(|i| hex(COLOURS[i]))},
        "legend": key,
    });
    let shapes = json!({
        "field": "kind", "type": "nominal", "legend": key,
        "scale": {"domain": KINDS, "range": looks.map(|i| shape(MARKERS[i]))},
    });
    let offset = if two {
        json!({"field": "kind", "type": "nominal", "sort": KINDS, "scale": {"paddingOuter": 0.6}})
    } else {
        Value::Null
    };
    let layer = |test: &str, mark: Value, mut encoding: Value| {
        if two {
            encoding["yOffset"] = offset.clone();
        }
        json!({"transform": [{"filter": test}], "mark": mark, "encoding": encoding})
    };
    let x = |field: &str| json!({"field": field, "type": "quantitative"});
    let bound = |field: &str| {
        layer(
            &format!("isValid(datum.{field})"),
            json!({"type": "tick", "orient": "vertical", "thickness": px(t.line * 0.7), "size": px(t.marker * 1.6), "opacity": 1}),
            json!({"x": x(field), "color": colour}),
        )
    };
    let end = axis.ends().0.max(0.0);
    vec![
        layer(
            "isValid(datum.low) && datum.kind == 'as observed'",
            json!({"type": "rule", "color": hex(GRID)}),
            json!({"x": axis.across("low"), "x2": {"datum": end}}),
        ),
        layer(
            "isValid(datum.from) || isValid(datum.to)",
            json!({"type": "rule", "strokeWidth": px(t.line * 0.7)}),
            json!({"x": x("low"), "x2": {"field": "high"}, "color": colour}),
        ),
        bound("from"),
        bound("to"),
        layer(
            "isValid(datum.shown)",
            json!({"type": "point", "size": area(t.marker * 1.1)}),
            json!({"x": x("shown"), "color": colour, "shape": shapes}),
        ),
        layer(
            "isValid(datum.words) && isValid(datum.high)",
            json!({"type": "text", "align": "left", "dx": px(t.label * 0.8)}),
            json!({"x": x("high"), "text": {"field": "words", "type": "nominal"}}),
        ),
        layer(
            "isValid(datum.words) && !isValid(datum.high)",
            json!({"type": "text", "align": "left", "dx": px(t.label * 0.5), "fontSize": t.small, "fill": hex(SMALL_TEXT)}),
            json!({"x": {"value": 0}, "text": {"field": "words", "type": "nominal"}}),
        ),
    ]
}
