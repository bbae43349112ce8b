//! Two values of the same thing with the line of equality in Vega-Lite.

use serde_json::{Value, json};

use super::super::pairs;
use super::super::scale::Scale;
use super::super::scatter::UNNAMED;
use super::super::spec::ChartSpec;
use super::super::theme::{AXIS, COLOURS, MARKERS, MUTED, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{Row, Sheet, area, hex, px, shape};
use super::super::words;
use super::{capital, compose};
use crate::error::Result;
use crate::estimate::Estimate;

/// Dots up to which all have their name; of more, those highlighted and those farthest from the line.
const NAMED: usize = 14;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let (_, mut caption, alt, _) = compose(estimates, spec)?;
    // Here names may meet: they are not moved apart.
    caption.notes.retain(|note| !note.starts_with(UNNAMED));
    let pairs = pairs::choose(estimates, spec)?;
    let highlighted = pairs.selection.highlighted(spec, 4)?;
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let unit = pairs.selection.rows.first().map_or("", |e| e.unit.as_str());
    let both = || {
        pairs.all.iter().filter_map(|p| match p.values() {
            [Some(x), Some(y)] => Some((p, x, y)),
            _ => None,
        })
    };
    let values = || both().flat_map(|(_, x, y)| [x, y]);
    let scale = Scale::log(values()).unwrap_or_else(|| Scale::linear(values(), unit, false, 5));
    let kind = match scale {
        Scale::Log { zero: true, .. } => ", logarithmic scale with 0",
        Scale::Log { .. } => ", logarithmic scale",
        _ => "",
    };
    let axis = |name: &str| Axis::new(scale, "value", unit).titled(&format!("{}{kind}", capital(name)));
    let [x, y] = [axis(&pairs.names[0]), axis(&pairs.names[1])];
    let distance = |x: f64, y: f64| if x > 0.0 && y > 0.0 { (y / x).ln().abs() } else { 50.0 };
    let mut far: Vec<f64> = both().map(|(_, x, y)| distance(x, y)).collect();
    far.sort_by(|a, b| b.total_cmp(a));
    let least = far.get(NAMED).copied().unwrap_or(-1.0);
    let rows = pairs
        .all
        .iter()
        .map(|p| {
            let [a, b] = p.values();
            let bold = highlighted.contains(&p.label);
            let e = p.first.or(p.second);
            let near = a.zip(b).is_none_or(|(a, b)| distance(a, b) <= least);
            let row = json!({
                "label": p.label, "x": a, "y": b,
                "platform": e.map(|e| e.platform.clone()), "group": e.and_then(|e| e.group_value.clone()),
                "period": e.map(|e| words::short(e.period())),
                "status_x": p.first.map(|e| e.status), "status_y": p.second.map(|e| e.status),
                "lit": highlighted.is_empty() || bold, "bold": bold, "name": bold || !near,
            });
            row.as_object().cloned().unwrap_or_else(Row::new)
        })
        .collect();
    let ends = x.ends();
    let gutter = y.gutter(&t);
    let view = json!({
        "width": px(sheet.inner.width() - gutter - t.label), "height": px(sheet.inner.height() - t.small * 7.0),
        "layer": layers(&t, (&x.across("x"), &y.upwards("y", &t)), ends, (&pairs.names, unit)),
    });
    Ok(sheet.finish(&alt, rows, view))
}

fn layers(
    t: &Theme,
    (x, y): (&Value, &Value),
    (low, high): (f64, f64),
    (names, unit): (&[String; 2], &str),
) -> Vec<Value> {
    let format = if unit == "share" { ".4~%" } else { ",.7~r" };
    let says = json!([
        {"field": "label", "type": "nominal", "title": "of"},
        {"field": "x", "type": "quantitative", "title": names[0], "format": format},
        {"field": "y", "type": "quantitative", "title": names[1], "format": format},
        {"field": "period", "type": "nominal", "title": "period"},
    ]);
    let at = json!({"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}, "tooltip": says});
    let with = |more: Value| {
        let mut all = at.clone();
        for (name, value) in more.as_object().cloned().unwrap_or_default() {
            all[name] = value;
        }
        all
    };
    vec![
        json!({
            "data": {"values": [{"x": low, "y": low}, {"x": high, "y": high}]},
            "mark": {"type": "line", "color": hex(AXIS), "strokeWidth": px(t.line * 0.6)},
            "encoding": {"x": x, "y": y},
        }),
        json!({
            "transform": [{"filter": "isValid(datum.x) && isValid(datum.y)"}],
            "mark": {"type": "point", "size": area(t.marker * 1.15)},
            "encoding": with(json!({
                "color": {"condition": {"test": "datum.lit", "value": hex(COLOURS[0])}, "value": hex(MUTED)},
                "shape": {"condition": {"test": "datum.bold", "value": shape(MARKERS[3])}, "value": shape(MARKERS[0])},
            })),
        }),
        json!({
            "transform": [{"filter": "datum.name && isValid(datum.x) && isValid(datum.y)"}],
            "mark": {"type": "text", "align": "left", "dx": px(t.marker * 2.0), "fontSize": t.small, "limit": px(t.width * 0.3)},
            "encoding": with(json!({"text": {"field": "label", "type": "nominal"}})),
        }),
    ]
}
