//! Adherence by step in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::panels;
use super::super::scale::Scale;
use super::super::spec::ChartSpec;
use super::super::svg::Type;
use super::super::theme::{SMALL_TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::panels::{Grid, untitled};
use super::super::vega::{self, Looks, Row, Sheet, area, hex, px, row, with};
use super::super::words;
use super::{Ladder, PANELS, SERIES, Step, any, choose, compose, reason, said};
use crate::error::Result;
use crate::estimate::Estimate;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let (selection, mut ladders) = choose(estimates, spec)?;
    ladders.truncate(PANELS);
    let series: Vec<usize> = (0..SERIES.len()).filter(|&s| any(&ladders, s)).collect();
    let names: Vec<String> = series.iter().map(|&s| words::name_of(SERIES[s].1)).collect();
    let sheet = Sheet::new(spec, &caption);
    let t = panels::crowded(sheet.theme, ladders.len());
    let by = words::name_of(&said::variable(&selection));
    let one = ladders.len() == 1;
    let step = if one { 0.25 } else { 0.5 };
    let y = Axis::new(Scale::Linear { low: 0.0, high: 1.0, step }, "share of decisions", "share");
    let steps: Vec<String> =
        super::super::select::distinct(ladders.iter().flat_map(|l| &l.steps).map(|s| s.name.clone()));
    let grid = Grid::new(&sheet, ladders.len(), y.gutter(&t), false);
    let width = if one { px(sheet.inner.width() - y.gutter(&t)) } else { grid.width };
    // Where numbers would run into each other, the reader who points at a dot has them.
    let small = Type::regular(t.small, SMALL_TEXT);
    let widest = ladders.iter().flat_map(|l| &l.steps).map(|s| small.width(&below(s))).fold(0.0, f64::max);
    let longest = ladders.iter().map(|l| l.steps.len()).max().unwrap_or(1);
    let room = widest + t.small * 0.5 <= width / panels::number(longest);
    let foot = if one && room { format!("{by}, and number of decisions (n)") } else { by };
    let rows = ladders.iter().flat_map(|l| records(l, &series, room)).collect();
    let looks = Looks::new(&t, "series", &names, true);
    let (values, title) = if one { (y.upwards("value", &t), Value::Null) } else { untitled(y.upwards("value", &t)) };
    let layer = layers(&t, &values, &looks, (&names, &steps), &foot);
    if one {
        let height = px(sheet.inner.height() - t.small * 9.0);
        return Ok(sheet.finish(&alt, rows, json!({"width": width, "height": height, "layer": layer})));
    }
    let titles: Vec<String> = ladders.iter().map(|l| l.title.clone()).collect();
    let mut view = grid.facet(&titles, &layer);
    view["facet"]["title"] = title;
    view["resolve"] = json!({"scale": {"x": "independent"}});
    Ok(sheet.finish(&alt, rows, view))
}

/// The rows of a ladder. Under each step stands the number of decisions, or why there is no value.
fn records(ladder: &Ladder<'_>, series: &[usize], room: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for step in &ladder.steps {
        let known = series.iter().filter_map(|&s| Some((s, step.shares[s]?)));
        for (place, (s, e)) in known.enumerate() {
            let name = words::name_of(SERIES[s].1);
            let mut out = with(with(row(e, &ladder.title), "panel", ladder.title.clone()), "series", name);
            out = with(with(out, "step", step.name.clone()), "run", run(ladder, s, &step.name));
            out = with(out, "low", e.lower.or(e.value).or(e.upper));
            out = with(out, "high", e.upper.or(e.value).or(e.lower));
            if place == 0 && room {
                out = with(out, "below", below(step));
            }
            rows.push(out);
        }
    }
    rows
}

/// The number of decisions at a step, or why it has no value.
fn below(step: &Step<'_>) -> String {
    match step.shares.iter().flatten().next() {
        Some(e) if !step.drawn() => reason(e),
        _ => step.n().map(labels::count).unwrap_or_default(),
    }
}

/// The number of the run that a step belongs to: a line breaks at a step without a value.
fn run(ladder: &Ladder<'_>, series: usize, step: &str) -> usize {
    let before = ladder.steps.iter().take_while(|s| s.name != step);
    before.filter(|s| s.shares[series].is_none_or(|e| e.value.is_none())).count()
}

fn layers(t: &Theme, y: &Value, looks: &Looks, (names, steps): (&[String], &[String]), foot: &str) -> Vec<Value> {
    let x = json!({
        "field": "step", "type": "ordinal", "sort": steps,
        "axis": {
            "title": foot, "titleAnchor": "start", "titlePadding": px(t.small * 2.0), "labelAngle": 0, "ticks": false, "labelPadding": px(t.small * 0.5),
        },
    });
    let offset = json!({"field": "series", "type": "nominal", "sort": names, "scale": {"paddingOuter": 1}});
    let layer = |test: &str, mark: Value, mut encoding: Value| {
        encoding["xOffset"] = offset.clone();
        json!({"transform": [{"filter": test}], "mark": mark, "encoding": encoding})
    };
    let bound = |field: &str| {
        layer(
            &format!("isValid(datum.{field})"),
            json!({"type": "tick", "orient": "horizontal", "thickness": px(t.line * 0.6), "size": px(t.marker * 1.4), "opacity": 1}),
            json!({"y": {"field": field}, "color": looks.color}),
        )
    };
    vec![
        json!({
            "encoding": {"x": x, "y": y, "tooltip": vega::tooltip("share")},
            "layer": [
                layer(
                    "isValid(datum.value)",
                    json!({"type": "line", "strokeWidth": px(t.line * 0.7)}),
                    json!({"color": looks.color, "strokeDash": looks.stroke_dash, "detail": {"field": "run", "type": "ordinal"}}),
                ),
                layer(
                    "isValid(datum.lower) || isValid(datum.upper)",
                    json!({"type": "rule", "strokeWidth": px(t.line * 0.6)}),
                    json!({"y": {"field": "low"}, "y2": {"field": "high"}, "color": looks.color}),
                ),
                bound("lower"),
                bound("upper"),
                layer(
                    "isValid(datum.value)",
                    json!({"type": "point", "size": area(t.marker)}),
                    json!({"color": looks.color, "shape": looks.shape}),
                ),
            ],
        }),
        json!({
            "transform": [{"filter": "isValid(datum.below)"}],
            "mark": {"type": "text", "fontSize": t.small, "fill": hex(SMALL_TEXT), "baseline": "top", "dy": px(t.small * 2.0)},
            "encoding": {
                "x": x, "y": {"value": "height"}, "text": {"field": "below", "type": "nominal"},
            },
        }),
    ]
}
