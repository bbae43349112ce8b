//! Dots ranked by value in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::scale::{Scale, counts, durations};
use super::super::select::{Form, select};
use super::super::spec::ChartSpec;
use super::super::svg::Type;
use super::super::theme::{COLOURS, GRID, MUTED, SMALL_TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Sheet, area, hex, px, row, with};
use super::{HIGHLIGHTED, NAME_ROOM, ROWS, compose, place_of, ranked, reason, shown_n, value_words};
use crate::error::Result;
use crate::estimate::Estimate;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let selection = select(estimates, spec, Form::OnePeriod)?;
    let highlighted = selection.highlighted(spec, HIGHLIGHTED)?;
    let mut ranked = ranked(&selection);
    ranked.truncate(ROWS);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let first = selection.rows.first();
    let (statistic, unit) = first.map_or(("", ""), |e| (e.statistic.as_str(), e.unit.as_str()));
    let values: Vec<f64> = ranked.iter().filter_map(|r| r.estimate.value).collect();
    let bounds = || ranked.iter().flat_map(|r| [r.estimate.lower, r.estimate.upper]).flatten();
    let whole = counts(ranked.iter().map(|r| r.estimate));
    let scale = (whole || durations(unit))
        .then(|| Scale::log_with(&values, bounds()))
        .flatten()
        .unwrap_or_else(|| Scale::linear(values.iter().copied().chain(bounds()), unit, whole, 5));
    let axis = Axis::new(scale, statistic, unit);
    let rows = ranked
        .iter()
        .map(|r| {
            let e = r.estimate;
            let mut out = row(e, &r.label);
            out = with(out, "low", e.lower.or(e.value).or(e.upper));
            out = with(out, "high", e.upper.or(e.value).or(e.lower));
            out = with(out, "lit", highlighted.is_empty() || highlighted.contains(&r.label));
            out = with(out, "words", if place_of(e).is_some() { value_words(e, scale.end()) } else { reason(e) });
            with(out, "of", shown_n(e).map(labels::count))
        })
        .collect();
    let names: Vec<String> = ranked.iter().map(|r| r.label.clone()).collect();
    let counted: Vec<String> = ranked.iter().filter_map(|r| shown_n(r.estimate)).map(labels::count).collect();
    let widths = Widths::new(&sheet, &names, &counted, ranked.iter().map(|r| value_words(r.estimate, scale.end())));
    let layer = layers(&t, &axis, &scale, widths.plot);
    let view = json!({
        "width": px(widths.plot), "height": sheet.rows_height(ranked.len(), t.small * 5.0),
        "encoding": {"y": names_axis(&t, &names, widths.names), "tooltip": vega::tooltip(unit)},
        "layer": layer.into_iter().chain(beside(&t, widths.plot, widths.right, &counted)).collect::<Vec<_>>(),
    });
    Ok(sheet.finish(&alt, rows, view))
}

/// The room that names, the plot and what stands right of it take.
pub(crate) struct Widths {
    pub names: f64,
    pub plot: f64,
    pub right: f64,
}

impl Widths {
    /// Names to the left; values right of their dots; denominators at the edge.
    pub(crate) fn new(
        sheet: &Sheet<'_>,
        names: &[String],
        counts: &[String],
        values: impl Iterator<Item = String>,
    ) -> Self {
        let t = &sheet.theme;
        let (label, small) = (Type::regular(t.label, SMALL_TEXT), Type::regular(t.small, SMALL_TEXT));
        let widest =
            |kind: Type, texts: &mut dyn Iterator<Item = &String>| texts.map(|s| kind.width(s)).fold(0.0, f64::max);
        let names = widest(label, &mut names.iter()).min(sheet.inner.width() * NAME_ROOM);
        let counts = widest(small, &mut counts.iter());
        let values = values.map(|v| label.width(&v)).fold(0.0, f64::max) + t.label;
        let right = values + if counts > 0.0 { counts + t.label } else { 0.0 };
        let plot = sheet.inner.width() - names - t.label - right;
        Self { names: px(names), plot: px(plot.max(t.label * 4.0)), right: px(right) }
    }
}

/// The names of rows in their order.
pub(crate) fn names_axis(t: &Theme, names: &[String], width: f64) -> Value {
    json!({
        "field": "label", "type": "nominal", "sort": names,
        "axis": {
            "title": null, "domain": false, "ticks": false, "labelLimit": width + 1.0, "labelFontSize": t.label,
            "labelColor": hex(super::TEXT), "labelPadding": px(t.label * 0.8),
        },
    })
}

/// Guides, intervals, dots, and values in words; rows without a value have their reason.
fn layers(t: &Theme, axis: &Axis, scale: &Scale, width: f64) -> Vec<Value> {
    let colour = json!({"condition": {"test": "datum.lit", "value": hex(COLOURS[0])}, "value": hex(MUTED)});
    let origin = px(scale.origin() * width);
    let valued = json!([{"filter": "isValid(datum.low)"}]);
    let bound = |field: &str| {
        json!({
            "transform": [{"filter": format!("isValid(datum.{field})")}],
            "mark": {"type": "tick", "thickness": px(t.line * 0.7), "size": px(t.marker * 1.6), "opacity": 1},
            "encoding": {"x": {"field": field, "type": "quantitative"}, "color": colour},
        })
    };
    let words = |test: &str, x: Value, size: f64| {
        json!({
            "transform": [{"filter": test}],
            "mark": {"type": "text", "align": "left", "baseline": "middle", "dx": px(t.label * 0.8), "fontSize": size},
            "encoding": {"x": x, "text": {"field": "words", "type": "nominal"}},
        })
    };
    vec![
        // A guide for the eye from the name to the dot: light, because a dot is no bar.
        json!({
            "transform": valued, "mark": {"type": "rule", "color": hex(GRID)},
            "encoding": {"x": axis.across("low"), "x2": {"value": origin}},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.lower) || isValid(datum.upper)"}],
            "mark": {"type": "rule", "strokeWidth": px(t.line * 0.7)},
            "encoding": {"x": {"field": "low", "type": "quantitative"}, "x2": {"field": "high"}, "color": colour},
        }),
        bound("lower"),
        bound("upper"),
        json!({
            "transform": [{"filter": "isValid(datum.value)"}],
            "mark": {"type": "point", "size": area(t.marker * 1.1)},
            "encoding": {"x": {"field": "value", "type": "quantitative"}, "color": colour},
        }),
        words("isValid(datum.high)", json!({"field": "high", "type": "quantitative"}), t.label),
        words("!isValid(datum.high)", json!({"value": origin}), t.small),
    ]
}

/// Denominators at the right edge, with their heading.
pub(crate) fn beside(t: &Theme, width: f64, right: f64, counts: &[String]) -> Vec<Value> {
    if counts.is_empty() {
        return Vec::new();
    }
    let mark = json!({"type": "text", "align": "right", "fontSize": t.small, "fill": hex(SMALL_TEXT)});
    let x = json!({"value": px(width + right)});
    let mut heading = mark.clone();
    heading["baseline"] = "bottom".into();
    heading["text"] = "n".into();
    heading["dy"] = (-px(t.small * 0.4)).into();
    vec![
        json!({
            "transform": [{"filter": "isValid(datum.of)"}], "mark": mark,
            "encoding": {"x": x, "text": {"field": "of", "type": "nominal"}},
        }),
        json!({
            "data": {"values": [{}]}, "mark": heading,
            "encoding": {"x": x, "y": {"value": 0}, "tooltip": {"value": null}},
        }),
    ]
}
