//! Lorenz curves in Vega-Lite.

use serde_json::{Value, json};

use super::super::panels::{Side, SideLabel};
use super::super::scale::Scale;
use super::super::spec::ChartSpec;
use super::super::step_curves::vega::named;
use super::super::theme::{AXIS, BAND_OPACITY, CONTEXT};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Looks, Row, Sheet, area, hex, px, row, with};
use super::plot::{ASPECT, LABEL_ROOM, TOPS};
use super::{Profile, choose, coloured, compose, nouns, said};
use crate::error::Result;
use crate::estimate::Estimate;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let (_, caption, alt, _) = compose(estimates, spec)?;
    let (selection, profiles) = choose(estimates, spec)?;
    let coloured = coloured(&selection, &profiles, spec)?;
    let (units, what) = nouns(&profiles);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let whole = Scale::Linear { low: 0.0, high: 1.0, step: 0.2 };
    let x =
        Axis::new(whole, "share", "share").titled(&format!("cumulative share of {units}, those with the fewest first"));
    let y = Axis::new(whole, "share", "share").titled(&format!("cumulative share of {what}"));
    let many = profiles.len() > 1;
    let labels: Vec<SideLabel> = coloured
        .iter()
        .enumerate()
        .map(|(colour, &i)| SideLabel {
            colour,
            name: if many { profiles[i].label.clone() } else { String::new() },
            details: said::details(&profiles[i], &what),
            y: super::super::panels::number(colour),
        })
        .collect();
    let height = px(sheet.inner.height() - t.small * 5.4);
    let room = sheet.inner.width() * if many { LABEL_ROOM.1 } else { LABEL_ROOM.0 };
    let side = Side::new(&t, &labels, room, height);
    let wide = sheet.inner.width() - y.gutter(&t) - side.width;
    let width = px(wide.min(height * ASPECT));
    let names: Vec<String> = coloured.iter().map(|&i| profiles[i].label.clone()).collect();
    let looks = Looks::new(&t, "label", &names, false);
    let rows = profiles.iter().enumerate().flat_map(|(i, p)| curve_rows(p, coloured.contains(&i))).collect();
    let by_x = json!({"field": "x", "type": "quantitative"});
    let line = |test: &str, width: f64| {
        json!({
            "transform": [{"filter": format!("{test} && datum.statistic == 'lorenz' && isValid(datum.value)")}],
            "mark": {"type": "line", "strokeWidth": px(width)},
            "encoding": {"detail": {"field": "label", "type": "nominal"}, "order": by_x},
        })
    };
    let mut grey = line("!datum.lit", t.line * 0.6);
    grey["mark"]["color"] = hex(CONTEXT).into();
    let mut lit = line("datum.lit", t.line);
    lit["encoding"]["color"] = looks.color.clone();
    lit["encoding"]["strokeDash"] = looks.stroke_dash.clone();
    let mut layer = vec![
        json!({
            "data": {"values": [{"x": 0, "value": 0}, {"x": 1, "value": 1}]},
            "mark": {"type": "line", "color": hex(AXIS), "strokeWidth": 1},
            "encoding": {"x": x.across("x"), "y": y.upwards("value", &t)},
        }),
        json!({
            "encoding": {
                "x": {"field": "x", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"},
                "tooltip": vega::tooltip("share"),
            },
            "layer": [
                grey,
                {
                    "transform": [{"filter": "datum.lit && isValid(datum.lower) && isValid(datum.upper)"}],
                    "mark": {"type": "area", "opacity": BAND_OPACITY},
                    "encoding": {"y": {"field": "lower"}, "y2": {"field": "upper"}, "color": looks.color},
                },
                lit,
                {
                    "transform": [{"filter": "datum.lit && datum.top"}],
                    "mark": {"type": "point", "size": area(t.marker)},
                    "encoding": {"y": {"field": "height"}, "color": looks.color, "shape": looks.shape},
                },
            ],
        }),
    ];
    layer.extend(named(&t, &side.texts(&t, height), &looks, &names, width));
    Ok(sheet.finish(&alt, rows, json!({"width": width, "height": height, "layer": layer})))
}

/// The curve with its corners, and where those at the top begin.
fn curve_rows(p: &Profile<'_>, lit: bool) -> Vec<Row> {
    let mut rows: Vec<Row> = p.points.iter().map(|e| row(e, &p.label)).collect();
    if let Some(first) = p.points.first().filter(|_| p.drawn()) {
        for (x, value) in [(0.0, 0.0), (1.0, 1.0)] {
            if !p.points.iter().any(|e| e.x == Some(x)) {
                let mut corner = with(with(row(first, &p.label), "x", x), "value", value);
                corner.insert("lower".into(), Value::Null);
                corner.insert("upper".into(), Value::Null);
                rows.push(corner);
            }
        }
        for (top, statistic, _) in TOPS {
            if let (Some(e), Some(share)) = (p.beside[statistic], p.number(statistic)) {
                let out = with(with(row(e, &p.label), "x", 1.0 - top), "height", 1.0 - share);
                rows.push(with(out, "top", true));
            }
        }
    }
    rows.into_iter().map(|r| with(r, "lit", lit)).collect()
}
