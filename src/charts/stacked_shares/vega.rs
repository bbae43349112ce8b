//! Stacked shares in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::ranked_dots::reason;
use super::super::ranked_dots::vega::{Widths, beside, names_axis};
use super::super::spec::ChartSpec;
use super::super::theme::{COLOURS, CONTEXT, Colour, EMPTY, PAPER, SMALL_TEXT, ink};
use super::super::vega::{self, Sheet, hex, px, row, with};
use super::{BARS, Bar, Parts, bars, choose, compose, parts, shares, sorted};
use crate::error::Result;
use crate::estimate::Estimate;

/// A share of a bar from which on it has room for its number.
const LEGIBLE: f64 = 0.06;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let selection = choose(estimates, spec)?;
    let mut bars = bars(&selection)?;
    let (parts, _) = parts(&selection, &bars, spec)?;
    for bar in &mut bars {
        bar.shares = shares(bar, &parts, &selection);
    }
    sorted(&mut bars, &selection);
    bars.truncate(BARS);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let colour = |i: usize| -> Colour { if i < parts.coloured { COLOURS[i] } else { CONTEXT } };
    let part_of = |e: &Estimate| {
        let group = e.group_value.as_deref().map(|g| selection.group_label(g)).unwrap_or_default();
        parts.names.iter().position(|n| *n == group).unwrap_or(parts.names.len().saturating_sub(1))
    };
    let mut rows = Vec::new();
    for bar in &bars {
        for (i, e) in bar.rows.iter().enumerate() {
            let part = part_of(e);
            let mut out = with(row(e, &bar.label), "part", parts.names[part].clone());
            out = with(with(out, "order", part), "ink", hex(ink(colour(part))));
            if i == 0 {
                out = with(out, "of", bar.n().filter(|_| bar.drawn()).map(labels::count));
                if !bar.drawn() {
                    out = with(out, "words", reason(e));
                }
            }
            rows.push(out);
        }
    }
    let names: Vec<String> = bars.iter().map(|b| b.label.clone()).collect();
    let counts: Vec<String> = bars.iter().filter(|b| b.drawn()).filter_map(Bar::n).map(labels::count).collect();
    let widths = Widths::new(&sheet, &names, &counts, std::iter::empty());
    let layer = layers(&sheet, &parts, &colour);
    let view = json!({
        "width": widths.plot, "height": sheet.rows_height(bars.len(), t.small * 6.5),
        "encoding": {"y": names_axis(&t, &names, widths.names)},
        "layer": layer.into_iter().chain(beside(&t, widths.plot, widths.right, &counts)).collect::<Vec<_>>(),
    });
    Ok(sheet.finish(&alt, rows, view))
}

/// The whole in pale, the parts over it, and their numbers. Groups of one part are added up.
fn layers(sheet: &Sheet<'_>, parts: &Parts, colour: &dyn Fn(usize) -> Colour) -> Vec<Value> {
    let t = &sheet.theme;
    let summed = json!([
        {"filter": "isValid(datum.value)"},
        {"aggregate": [{"op": "sum", "field": "value", "as": "share"}, {"op": "max", "field": "ink", "as": "ink"}, {"op": "max", "field": "n", "as": "n"}],
         "groupby": ["label", "part", "order", "period"]},
        {"stack": "share", "groupby": ["label"], "sort": [{"field": "order"}], "as": ["from", "to"]},
        {"calculate": "(datum.from + datum.to) / 2", "as": "middle"},
    ]);
    let mut numbers = summed.clone();
    if let Some(all) = numbers.as_array_mut() {
        all.push(json!({"filter": format!("datum.share >= {LEGIBLE}")}));
    }
    let axis = json!({
        "values": [0, 0.25, 0.5, 0.75, 1], "format": ".0%", "title": null, "grid": true, "domain": false, "ticks": false,
    });
    let x = json!({"field": "from", "type": "quantitative", "scale": {"domain": [0, 1], "clamp": true}, "axis": axis});
    let range: Vec<String> = (0..parts.names.len()).map(|i| hex(colour(i))).collect();
    let says = json!([
        {"field": "label", "type": "nominal", "title": "of"},
        {"field": "part", "type": "nominal", "title": "part"},
        {"field": "share", "type": "quantitative", "title": "share", "format": ".4~%"},
        {"field": "n", "type": "quantitative", "title": "n", "format": ","},
        {"field": "period", "type": "nominal", "title": "period"},
    ]);
    let thick = json!({"band": 0.74});
    vec![
        json!({
            "transform": [{"filter": "isValid(datum.value)"}, {"aggregate": [], "groupby": ["label"]}],
            "mark": {"type": "bar", "color": hex(EMPTY), "height": thick},
            "encoding": {"x": {"datum": 0, "type": "quantitative"}, "x2": {"datum": 1}},
        }),
        json!({
            "transform": summed,
            "mark": {"type": "bar", "stroke": hex(PAPER), "strokeWidth": 1, "height": thick},
            "encoding": {
                "x": x, "x2": {"field": "to"}, "tooltip": says,
                "color": {
                    "field": "part", "type": "nominal", "scale": {"domain": parts.names, "range": range},
                    "legend": {"orient": "top", "title": null, "symbolType": "square", "columns": 3},
                },
            },
        }),
        json!({
            "transform": numbers,
            "mark": {"type": "text", "fontSize": t.label, "fill": {"expr": "datum.ink"}},
            "encoding": {
                "x": {"field": "middle", "type": "quantitative"},
                "text": {"field": "share", "type": "quantitative", "format": ".0%"},
                "tooltip": says,
            },
        }),
        json!({
            "transform": [{"filter": "isValid(datum.words)"}],
            "mark": {"type": "text", "align": "left", "dx": px(t.label * 0.5), "fontSize": t.small, "fill": hex(SMALL_TEXT)},
            "encoding": {"x": {"value": 0}, "text": {"field": "words", "type": "nominal"}},
        }),
    ]
}
