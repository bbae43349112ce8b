//! Curves of time to an event in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::panels::{self, Side, SideLabel, number};
use super::super::spec::ChartSpec;
use super::super::svg::Type;
use super::super::theme::{BAND_OPACITY, CONTEXT, SMALL_TEXT, TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::panels::{Grid, untitled};
use super::super::vega::{self, Looks, Row, Sheet, area, dash, hex, px, row, with};
use super::{Curve, Given, Kind, PANELS, Panel, compose, count, said, trace};
use crate::error::Result;

/// Part of the width that labels beside the curves may take.
const LABEL_ROOM: f64 = 0.25;

pub(crate) fn vega(given: &Given<'_, '_>, spec: &ChartSpec) -> Result<Value> {
    let (kind, key) = (given.kind, given.key);
    let panels = given.panels;
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(given, &page)?;
    let sheet = Sheet::new(spec, &caption);
    let unit = panels.iter().flat_map(|p| &p.curves).map(|(c, _)| c.unit()).next().unwrap_or("days");
    let scales = trace::Scales::new(kind, panels, unit);
    let shown = &panels[..panels.len().min(PANELS)];
    let t = panels::crowded(sheet.theme, shown.len());
    let measure = if kind == Kind::Survival { "share without the event" } else { "share with the event" };
    let y = Axis::new(scales.value, measure, "share");
    let rows = |width: f64| -> Vec<Row> {
        let room = number_room(&t, shown, width);
        shown.iter().flat_map(|p| panel_rows(p, scales.end(), room)).collect()
    };
    let names = names(shown, key);
    let looks = Looks::new(&t, "label", &names, shown.len() > 1 && !key.is_empty());
    let x = |width: f64| {
        json!({
            "field": "time", "type": "quantitative",
            "scale": {"domain": [0, scales.end()], "nice": false, "clamp": true},
            "axis": {
                "title": unit, "titleAnchor": "end", "titleAlign": "right", "grid": false, "labelFlush": false,
                "tickCount": (width / (t.small * 5.0)).round().clamp(2.0, 7.0),
            },
        })
    };
    if let [one] = shown {
        let risks = one.risks().len();
        let height = px(sheet.inner.height() - t.small * (6.0 + 1.4 * number(risks)));
        let labels = beside(one, |share| height * (1.0 - scales.value.at(share)));
        let side = Side::new(&t, &labels, sheet.inner.width() * LABEL_ROOM, height);
        let width = px(sheet.inner.width() - y.gutter(&t) - side.width.max(t.small * 2.0));
        let mut layer = vec![json!({
            "encoding": {"x": x(width), "y": y.upwards("value", &t), "tooltip": vega::tooltip("share")},
            "layer": curves(&t, &looks),
        })];
        layer.extend(at_risk(&t, risks, height, &names));
        layer.extend(named(&t, &side.texts(&t, height), &looks, &names, width));
        return Ok(sheet.finish(&alt, rows(width), json!({"width": width, "height": height, "layer": layer})));
    }
    let risks = shown.iter().map(|p| p.risks().len()).max().unwrap_or(0);
    let grid = Grid::new(&sheet, shown.len(), y.gutter(&t), false);
    let titles: Vec<String> = shown.iter().map(|p| p.title.clone()).collect();
    let (y, title) = untitled(y.upwards("value", &t));
    let mut layer = vec![json!({
        "encoding": {"x": x(grid.width), "y": y, "tooltip": vega::tooltip("share")},
        "layer": curves(&t, &looks),
    })];
    layer.extend(at_risk(&t, risks, grid.height, &names));
    let mut view = grid.facet(&titles, &layer);
    // Numbers stand below each panel's own axis of time.
    view["resolve"] = json!({"axis": {"x": "independent"}});
    view["facet"]["title"] = title;
    view["spacing"]["row"] = px(t.small * (2.0 + 1.4 * number(risks))).into();
    Ok(sheet.finish(&alt, rows(grid.width), view))
}

/// The names of curves in colour, in the order of their colours.
fn names(panels: &[Panel<'_>], key: &[String]) -> Vec<String> {
    match panels {
        _ if !key.is_empty() => key.to_vec(),
        [one] => one.coloured().iter().map(|(c, _)| c.label.clone()).collect(),
        // A curve in each panel: one look for those that stand out, and one for the others.
        _ => vec![LIT.to_owned(), BACK.to_owned()],
    }
}

/// The looks of panels of one curve each.
const LIT: &str = "curve";
const BACK: &str = "other curve";

/// The part of an axis of so many pixels that a number at risk needs.
fn number_room(t: &Theme, panels: &[Panel<'_>], width: f64) -> f64 {
    let small = Type::regular(t.small, SMALL_TEXT);
    let all = panels.iter().flat_map(|p| p.risks()).flat_map(|(_, row)| row.iter().filter_map(|e| count(e)));
    let widest = all.map(|n| small.width(&labels::count(n))).fold(0.0, f64::max);
    (widest + t.small * 0.7) / width.max(1.0)
}

/// The rows of a panel: points with the start of each curve, those at risk (in `room` of the axis each), and those
/// censored.
fn panel_rows(panel: &Panel<'_>, end: f64, room: f64) -> Vec<Row> {
    let mut rows = Vec::new();
    let single = panel.curves.len() == 1 && panel.title == panel.curves[0].0.label;
    for (curve, colour) in &panel.curves {
        let look = match colour {
            Some(c) if single => if *c == 0 { LIT } else { BACK }.to_owned(),
            _ => curve.label.clone(),
        };
        let label = |r: Row| {
            let r = with(with(r, "panel", panel.title.clone()), "label", look.clone());
            with(with(r, "of", curve.label.clone()), "lit", colour.is_some())
        };
        rows.extend(points(curve).into_iter().map(label));
        for e in curve.censored.iter().filter(|e| e.value > Some(0.0)) {
            let Some(share) = e.x.filter(|x| *x <= end).and_then(|x| curve.at(x)) else { continue };
            rows.push(label(with(with(row(e, ""), "time", e.x), "censored", share)));
        }
    }
    for (line, (colour, risks)) in panel.risks().into_iter().enumerate() {
        let mut free = f64::NEG_INFINITY;
        for e in risks {
            let Some(x) = e.x.filter(|x| *x >= free && *x <= end) else { continue };
            let Some(n) = count(e) else { continue };
            free = x + end * room;
            let out = with(with(row(e, ""), "panel", panel.title.clone()), "time", x);
            rows.push(with(with(with(out, "at_risk", labels::count(n)), "line", line), "colour", colour));
        }
    }
    rows
}

/// A curve from its start on; a row without a value ends a run.
fn points(curve: &Curve<'_>) -> Vec<Row> {
    let mut out = Vec::new();
    let mut run = 0;
    if let Some(first) = curve.points.first().filter(|e| e.x > Some(0.0) && e.value.is_some()) {
        let start = curve.kind.start();
        let mut begin = row(first, "");
        for (name, value) in [("value", start), ("lower", start), ("upper", start), ("x", 0.0), ("time", 0.0)] {
            begin.insert(name.to_owned(), value.into());
        }
        out.push(with(with(begin, "run", run), "start", true));
    }
    let last = curve.points.iter().rposition(|e| e.value.is_some());
    let half = curve.half();
    for (i, e) in curve.points.iter().enumerate() {
        run += usize::from(e.value.is_none());
        let mut point = with(with(row(e, ""), "time", e.x), "run", run);
        if e.value.is_some() {
            point = with(point, "end", last == Some(i));
        }
        if last == Some(i) {
            point = with(point, "median", half);
        }
        out.push(point);
    }
    out
}

/// Bands, curves, medians, marks of censoring, and ends.
fn curves(t: &Theme, looks: &Looks) -> Vec<Value> {
    let filter = |test: &str| json!([{"filter": test}]);
    let detail = json!([
        {"field": "of", "type": "nominal"}, {"field": "run", "type": "ordinal"}
    ]);
    let order = json!({"field": "time", "type": "quantitative"});
    let step = |test: &str, mark: Value, color: Value| {
        let mut layer = json!({
            "transform": filter(test), "mark": mark, "encoding": {"detail": detail, "order": order},
        });
        if !color.is_null() {
            layer["encoding"]["color"] = color;
            layer["encoding"]["strokeDash"] = looks.stroke_dash.clone();
        }
        layer
    };
    let median = |from: Value, to: Value| {
        let mut encoding = json!({"color": looks.color});
        for (name, value) in [from, to].into_iter().flat_map(|v| v.as_object().cloned().unwrap_or_default()) {
            encoding[name] = value;
        }
        json!({
            "transform": [{"filter": "datum.lit && isValid(datum.median)"}, {"calculate": "0.5", "as": "half"}, {"calculate": "0", "as": "zero"}],
            "mark": {"type": "rule", "strokeWidth": px(t.line * 0.45), "strokeDash": dash(&[3.0, 3.0], t.line * 0.45)},
            "encoding": encoding,
        })
    };
    vec![
        json!({
            "transform": filter("datum.lit && isValid(datum.run) && isValid(datum.lower) && isValid(datum.upper)"),
            "mark": {"type": "area", "interpolate": "step-after", "opacity": BAND_OPACITY},
            "encoding": {
                "y": {"field": "lower"}, "y2": {"field": "upper"}, "color": looks.color, "detail": detail,
            },
        }),
        step(
            "!datum.lit && isValid(datum.run) && isValid(datum.value)",
            json!({"type": "line", "interpolate": "step-after", "color": hex(CONTEXT), "strokeWidth": px(t.line * 0.6)}),
            Value::Null,
        ),
        median(json!({"x": {"datum": 0}, "x2": {"field": "median"}}), json!({"y": {"field": "half"}})),
        median(json!({"x": {"field": "median"}}), json!({"y": {"field": "zero"}, "y2": {"field": "half"}})),
        step(
            "datum.lit && isValid(datum.run) && isValid(datum.value)",
            json!({"type": "line", "interpolate": "step-after", "strokeWidth": px(t.line)}),
            looks.color.clone(),
        ),
        json!({
            "transform": filter("isValid(datum.censored)"),
            "mark": {"type": "tick", "orient": "vertical", "thickness": px(t.line * 0.5), "size": px(t.small * 0.56)},
            "encoding": {"y": {"field": "censored"}, "color": looks.color},
        }),
        json!({
            "transform": filter("datum.lit && datum.end"),
            "mark": {"type": "point", "size": area(t.marker)},
            "encoding": {"color": looks.color, "shape": looks.shape},
        }),
    ]
}

/// The numbers still at risk below the axis, a line for each curve, with its marker where there are several.
fn at_risk(t: &Theme, lines: usize, height: f64, names: &[String]) -> Vec<Value> {
    let base = |line: usize| px(height + t.small * (3.6 + 1.35 * number(line)));
    let numbers = (0..lines).map(|line| {
        json!({
            "transform": [{"filter": format!("isValid(datum.at_risk) && datum.line == {line}")}],
            "mark": {"type": "text", "fontSize": t.small, "fill": hex(SMALL_TEXT), "baseline": "middle"},
            "encoding": {
                "x": {"field": "time", "type": "quantitative"}, "y": {"value": base(line)},
                "text": {"field": "at_risk", "type": "nominal"},
                "tooltip": [{"field": "at_risk", "type": "nominal", "title": "at risk"}, {"field": "time", "type": "quantitative", "title": "time"}],
            },
        })
    });
    let mut out: Vec<Value> = numbers.collect();
    if lines > 1 {
        out.extend(names.iter().take(lines).enumerate().map(|(i, name)| {
            json!({
                "data": {"values": [{"label": name}]},
                "mark": {
                    "type": "point", "size": area(t.small * 0.3), "shape": vega::shape(super::super::theme::MARKERS[i]),
                    "color": hex(super::super::theme::COLOURS[i]),
                },
                "encoding": {"x": {"value": -px(t.small * 2.2)}, "y": {"value": base(i)}},
            })
        }));
    }
    out
}

/// The labels beside a single plot.
fn beside(panel: &Panel<'_>, y: impl Fn(f64) -> f64) -> Vec<SideLabel> {
    let many = panel.curves.len() > 1;
    let label = |(c, colour): (&Curve<'_>, usize)| {
        let (_, share) = c.end()?;
        let name = if many { c.label.clone() } else { String::new() };
        Some(SideLabel { colour, name, details: said::details(c), y: y(share) })
    };
    panel.coloured().into_iter().filter_map(label).collect()
}

/// Names with their numbers right of a plot, each with the sign of its line.
pub(crate) fn named(t: &Theme, texts: &[panels::SideText], looks: &Looks, names: &[String], width: f64) -> Vec<Value> {
    if texts.is_empty() {
        return Vec::new();
    }
    let at = |x: f64| json!({"value": px(width + x)});
    let place = |field: &str| json!({"field": field, "type": "quantitative", "scale": null, "axis": null});
    let sign: Vec<Value> = texts
        .iter()
        .map(|text| json!({"label": names.get(text.colour), "y": px(text.name_y.min(text.details_y))}))
        .collect();
    let mut out = vec![json!({
        "data": {"values": sign}, "mark": {"type": "point", "size": area(t.marker * 1.1)},
        "encoding": {"x": at(t.label * 1.9), "y": place("y"), "color": looks.color, "shape": looks.shape},
    })];
    let text = |rows: Vec<Value>, weight: &str, colour: String| {
        json!({
            "data": {"values": rows},
            "mark": {
                "type": "text", "align": "left", "baseline": "middle", "fontWeight": weight, "fill": colour,
                "lineHeight": px(panels::leading(t)),
            },
            "encoding": {"x": at(t.label * 3.0), "y": place("y"), "text": {"field": "text", "type": "nominal"}},
        })
    };
    let rows = |of: fn(&panels::SideText) -> (&[String], f64)| -> Vec<Value> {
        let lines = texts.iter().map(of).filter(|(lines, _)| !lines.is_empty());
        lines.map(|(lines, y)| json!({"text": lines.join("\n"), "y": px(y)})).collect()
    };
    let name = rows(|s| (&s.name, s.name_y));
    if !name.is_empty() {
        out.push(text(name, "bold", hex(TEXT)));
    }
    let details = rows(|s| (&s.details, s.details_y));
    if !details.is_empty() {
        out.push(text(details, "normal", hex(SMALL_TEXT)));
    }
    out
}
