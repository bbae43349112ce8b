//! Two values of each row in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::pairs;
use super::super::ranked_dots::ROWS;
use super::super::ranked_dots::vega::{Widths, names_axis};
use super::super::scale::{Scale, counts, durations, shown_unit};
use super::super::spec::ChartSpec;
use super::super::theme::{CONTEXT, MUTED, SMALL_TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Sheet, area, hex, px, row, shape, with};
use super::{LOOKS, compose, highlighted, sorted};
use crate::error::Result;
use crate::estimate::Estimate;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let mut pairs = pairs::choose(estimates, spec)?;
    sorted(&mut pairs);
    let highlighted = highlighted(&pairs, spec)?;
    pairs.all.truncate(ROWS);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
    let values: Vec<f64> = pairs.all.iter().flat_map(pairs::Pair::values).flatten().collect();
    let sides = || pairs.all.iter().flat_map(|p| [p.first, p.second]).flatten();
    let limits = || sides().flat_map(|e| [e.lower, e.upper]).flatten();
    let whole = counts(pairs.selection.rows.iter().copied());
    let scale = (whole || durations(unit))
        .then(|| Scale::log_with(&values, limits()))
        .flatten()
        .unwrap_or_else(|| Scale::linear(values.iter().copied().chain(limits()), unit, whole, 5));
    let statistic = pairs.selection.rows.first().map_or("", |e| e.statistic.as_str());
    let one = pairs.selection.rows.iter().all(|e| e.statistic == statistic);
    let axis =
        Axis::new(scale, if one { statistic } else { "value" }, if unit == "share" { unit } else { shown_unit(unit) });
    let names: Vec<String> = pairs.all.iter().map(|p| p.label.clone()).collect();
    let mut rows = Vec::new();
    for pair in &pairs.all {
        let lit = highlighted.is_empty() || highlighted.contains(&pair.label);
        for (side, e) in [pair.first, pair.second].into_iter().enumerate() {
            let Some(e) = e else { continue };
            let out = with(with(row(e, &pair.label), "side", pairs.names[side].clone()), "lit", lit);
            let words = e.value.map_or_else(|| "–".to_owned(), |v| labels::value(v, unit));
            rows.push(with(with(out, "words", words), "place", side));
        }
    }
    let cells = || values.iter().map(|v| labels::value(*v, unit)).max_by_key(String::len);
    let counts: Vec<String> = cells().into_iter().collect();
    let widths = Widths::new(&sheet, &names, &counts, cells().into_iter());
    let view = json!({
        "width": widths.plot, "height": sheet.rows_height(pairs.all.len(), t.small * 6.5),
        "encoding": {"y": names_axis(&t, &names, widths.names), "tooltip": vega::tooltip(unit)},
        "layer": layers(&t, &axis, &pairs.names, &widths),
    });
    Ok(sheet.finish(&alt, rows, view))
}

fn layers(t: &Theme, axis: &Axis, names: &[String; 2], widths: &Widths) -> Vec<Value> {
    let x = |field: &str| json!({"field": field, "type": "quantitative"});
    let key = json!({"orient": "top", "title": null});
    let colour = json!({
        "condition": {"test": "!datum.lit", "value": hex(MUTED)},
        "field": "side", "type": "nominal", "legend": key,
        "scale": {"domain": names, "range": LOOKS.map(|(_, colour)| hex(colour))},
    });
    let shapes = json!({
        "field": "side", "type": "nominal", "legend": key,
        "scale": {"domain": names, "range": LOOKS.map(|(marker, _)| shape(marker))},
    });
    let cells = |side: usize, at: f64| {
        json!({
            "transform": [{"filter": format!("datum.place == {side}")}],
            "mark": {"type": "text", "align": "right", "fontSize": t.small, "fill": hex(SMALL_TEXT)},
            "encoding": {"x": {"value": px(at)}, "text": {"field": "words", "type": "nominal"}},
        })
    };
    vec![
        json!({
            "transform": [
                {"filter": "isValid(datum.value)"},
                {"aggregate": [{"op": "min", "field": "value", "as": "from"}, {"op": "max", "field": "value", "as": "to"}], "groupby": ["label"]},
            ],
            "mark": {"type": "rule", "color": hex(CONTEXT), "strokeWidth": px(t.line * 1.1)},
            "encoding": {"x": axis.across("from"), "x2": {"field": "to"}, "tooltip": {"value": null}},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.lower) && isValid(datum.upper)"}],
            "mark": {"type": "rule", "strokeWidth": px(t.line * 0.5)},
            "encoding": {"x": x("lower"), "x2": {"field": "upper"}, "color": colour},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "size": area(t.marker * 1.1)},
            "encoding": {"x": x("value"), "color": colour, "shape": shapes},
        }),
        cells(0, widths.plot + widths.right / 2.0),
        cells(1, widths.plot + widths.right),
    ]
}
