//! Platforms in a funnel in Vega-Lite.

use serde_json::{Value, json};

use super::super::frame::Frame;
use super::super::scatter::UNNAMED;
use super::super::spec::ChartSpec;
use super::super::theme::{AXIS, CONTEXT, DASHES, SMALL_TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Row, Sheet, area, dash, hex, px, row, shape, with};
use super::super::words;
use super::{CHANCE, INNER, OUTER, Place, choose, compose, cut, plane};
use crate::error::Result;
use crate::estimate::Estimate;

/// Points from which on only those outside the limits, and those highlighted, have their name beside them.
const NAMED: usize = 14;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let (_, mut caption, alt, _) = compose(estimates, spec)?;
    // Here names may meet: they are not moved apart.
    caption.notes.retain(|note| !note.starts_with(UNNAMED));
    let chosen = choose(estimates, spec)?;
    let highlighted = chosen.selection.highlighted(spec, 4)?;
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let first = chosen.selection.rows.first();
    let (statistic, unit) = first.map_or(("", ""), |e| (e.statistic.as_str(), e.unit.as_str()));
    let plane = plane(&chosen, t, &Frame::new(t, &caption));
    let (across, upwards) = plane.scales();
    let logarithmic = if across.is_log() { ", logarithmic scale" } else { "" };
    let x = Axis::new(across, "count", "").titled(&format!("denominator (n){logarithmic}"));
    let y = Axis::new(upwards, statistic, unit);
    let (low, high) = y.ends();

    let mut rows: Vec<Row> = chosen
        .points
        .iter()
        .map(|p| {
            let bold = highlighted.contains(&p.label);
            let out = with(with(row(p.estimate, &p.label), "place", p.place.words()), "size", p.n);
            with(out, "name", bold || p.place != Place::Within || chosen.points.len() <= NAMED)
        })
        .collect();
    // Without a place: too few, or no denominator.
    let placed = |e: &Estimate| chosen.points.iter().any(|p| std::ptr::eq(p.estimate, e));
    rows.extend(chosen.selection.rows.iter().filter(|e| !placed(e)).map(|e| row(e, &e.platform)));
    for e in chosen.curves.iter().chain(&chosen.target) {
        let names = [(&CHANCE[..], KINDS[2]), (&OUTER[..], KINDS[0]), (&INNER[..], KINDS[1])];
        let kind = names.iter().find(|(all, _)| all.contains(&e.statistic.as_str())).map_or(KINDS[3], |(_, kind)| kind);
        let limit = e.value.filter(|v| kind == KINDS[3] || !cut(&chosen, *v) && *v > low && *v < high);
        let out = with(with(row(e, &words::name_of(&e.statistic)), "line", kind), "limit", limit);
        rows.push(with(out, "size", e.x));
    }
    let view = json!({
        "width": px(sheet.inner.width() - y.gutter(&t) - t.label),
        "height": px(sheet.inner.height() - t.small * 8.5),
        "encoding": {"tooltip": vega::tooltip(unit)},
        "layer": layers(&t, &x.across("size"), &y.upwards("value", &t), &present(&chosen)),
    });
    Ok(sheet.finish(&alt, rows, view))
}

/// What the lines are.
const KINDS: [&str; 4] = ["99.8% limits", "95% limits", "by chance alone", "centre"];

fn present(chosen: &super::Chosen<'_>) -> Vec<Place> {
    let all = [Place::Within, Place::Beyond95, Place::Beyond998];
    all.into_iter().filter(|place| chosen.points.iter().any(|p| p.place == *place)).collect()
}

fn layers(t: &Theme, x: &Value, y: &Value, places: &[Place]) -> Vec<Value> {
    let key = json!({"orient": "top", "title": null});
    let lines = json!({"orient": "top", "title": null, "symbolType": "stroke"});
    let domain: Vec<&str> = places.iter().map(|p| p.words()).collect();
    let channel = |range: Vec<String>| json!({"field": "place", "type": "nominal", "legend": key, "scale": {"domain": domain, "range": range}});
    let dashes: Vec<Value> = DASHES.iter().take(3).map(|d| dash(d, t.line * 0.7)).collect();
    let limits = |test: &str| {
        json!({
            "transform": [{"filter": test}],
            "mark": {"type": "line", "strokeWidth": px(t.line * 0.6), "invalid": "break-paths-filter-domains"},
            "encoding": {
                "x": x, "y": {"field": "limit", "type": "quantitative"},
                "detail": {"field": "statistic", "type": "nominal"},
                "stroke": {
                    "field": "line", "type": "nominal", "legend": lines,
                    "scale": {"domain": &KINDS[..3], "range": [hex(AXIS), hex(AXIS), hex(CONTEXT)]},
                },
                "strokeDash": {
                    "field": "line", "type": "nominal", "legend": lines,
                    "scale": {"domain": &KINDS[..3], "range": dashes},
                },
            },
        })
    };
    let mut first = limits("isValid(datum.line) && datum.line != 'centre'");
    // The axis of values is that of the first layer.
    let mut axis = y.clone();
    axis["field"] = "limit".into();
    first["encoding"]["y"] = axis;
    let point =
        json!({"x": {"field": "size", "type": "quantitative"}, "y": {"field": "value", "type": "quantitative"}});
    let mut dots = json!({
        "transform": [{"filter": "isValid(datum.place)"}],
        "mark": {"type": "point", "size": area(t.marker * 1.15)}, "encoding": point,
    });
    dots["encoding"]["color"] = channel(places.iter().map(|p| hex(p.look().1)).collect());
    dots["encoding"]["shape"] = channel(places.iter().map(|p| shape(p.look().0).to_owned()).collect());
    let mut names = json!({
        "transform": [{"filter": "datum.name"}],
        "mark": {"type": "text", "align": "left", "dx": px(t.marker * 2.0), "fontSize": t.small, "limit": px(t.width * 0.3)},
        "encoding": point,
    });
    names["encoding"]["text"] = json!({"field": "label", "type": "nominal"});
    vec![
        first,
        json!({
            "transform": [{"filter": "datum.line == 'centre'"}],
            "mark": {"type": "rule", "color": hex(SMALL_TEXT), "strokeWidth": px(t.line * 0.45), "strokeDash": dash(DASHES[3], t.line * 0.45)},
            "encoding": {"y": {"field": "limit", "type": "quantitative"}},
        }),
        dots,
        names,
    ]
}
