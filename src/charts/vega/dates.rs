//! Axes of time in Vega-Lite, and the breaks and faults that they mark.

use serde_json::{Value, json};

use super::super::line::plot;
use super::super::marks::Numbered;
use super::super::scale;
use super::super::theme::{MARKED, SMALL_TEXT, TEXT, Theme};
use super::{dash, hex, instant, px, quoted};
use crate::time::Period;

/// The channel of the middles of periods, `width` pixels wide. In panels, the labels at its ends are `flush` with them,
/// or they would meet those of the next panel.
pub(crate) fn across(periods: &[Period], t: &Theme, width: f64, flush: bool) -> Value {
    let (ticks, _) = plot::dates(t, periods, width);
    let days: Vec<f64> = ticks.iter().map(|tick| tick.day).collect();
    let values: Vec<String> = days.iter().map(|day| instant(*day)).collect();
    let labels = match ticks.as_slice() {
        [] => "''".to_owned(),
        [one] => quoted(&one.label),
        [first, ..] => {
            let label = format(&first.label);
            let gap = days.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min).ceil();
            if ticks.iter().any(|tick| tick.year.is_some()) {
                let year = format!("datum.index == 0 || utcdayofyear(datum.value) <= {gap}");
                format!("[{label}, {year} ? utcFormat(datum.value, '%Y') : '']")
            } else {
                label
            }
        }
    };
    let (first, last) = (periods.first(), periods.last());
    let domain = match (first, last) {
        // A single period takes the whole width.
        (Some(a), Some(b)) if a == b => [f64::from(a.start), f64::from(a.end)],
        (Some(a), Some(b)) => [scale::middle(*a), scale::middle(*b)],
        _ => [0.0, 1.0],
    };
    // In panels, the labels at the ends would meet those of the next panel.
    let padding = if flush { 0.0 } else { px(t.marker * 2.4) };
    let scale = json!({"type": "utc", "domain": domain.map(instant), "nice": false, "padding": padding, "clamp": true});
    let axis = json!({
        "values": values, "labelExpr": labels, "title": null, "grid": false, "labelFlush": flush, "labelOverlap": true,
        "tickSize": px(t.small * 0.4),
    });
    json!({"field": "date", "type": "temporal", "scale": scale, "axis": axis})
}

/// The expression that writes a tick as this label is written.
fn format(label: &str) -> String {
    let time = |pattern: &str| format!("utcFormat(datum.value, '{pattern}')");
    match label.as_bytes() {
        [b'Q', _] => time("Q%q"),
        [b'H', _] => "utcmonth(datum.value) < 6 ? 'H1' : 'H2'".to_owned(),
        [a, .., d] if a.is_ascii_digit() && d.is_ascii_digit() => time("%Y"),
        [a, ..] if a.is_ascii_digit() => time("%-d %b"),
        _ => time("%b"),
    }
}

/// Layers of breaks and faults: bands behind all else; lines and numbers over it.
pub(crate) fn marks(marks: &[Numbered<'_>], periods: &[Period], t: &Theme) -> (Vec<Value>, Vec<Value>) {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return (Vec::new(), Vec::new()) };
    // Beyond the middles of the first and the last period there is no axis.
    let place = |day: i32| instant(f64::from(day).clamp(scale::middle(*first), scale::middle(*last)));
    let (mut bands, mut lines) = (Vec::new(), Vec::new());
    for mark in marks {
        let (start, end) = mark.days();
        let row = json!({"number": mark.number.to_string(), "label": mark.mark.label, "date": place(start), "until": place(end)});
        if end > start { bands.push(row) } else { lines.push(row) }
    }
    let x = json!({"field": "date", "type": "temporal"});
    let says = json!([
        {"field": "number", "type": "ordinal", "title": "mark"}, {"field": "label", "type": "nominal", "title": "what"}
    ]);
    let mut under = Vec::new();
    let mut over = Vec::new();
    if !bands.is_empty() {
        under.push(json!({
            "data": {"values": bands}, "mark": {"type": "rect", "color": hex(MARKED), "opacity": 1},
            "encoding": {"x": x, "x2": {"field": "until"}, "tooltip": says},
        }));
    }
    if !lines.is_empty() {
        over.push(json!({
            "data": {"values": lines},
            "mark": {"type": "rule", "color": hex(SMALL_TEXT), "strokeWidth": 1, "strokeDash": dash(&[3.0, 2.5], 1.0)},
            "encoding": {"x": x, "tooltip": says},
        }));
    }
    let all: Vec<Value> = bands.into_iter().chain(lines).collect();
    if !all.is_empty() {
        over.push(json!({
            "data": {"values": all},
            "mark": {"type": "text", "baseline": "bottom", "fontSize": t.small, "fill": hex(TEXT), "dy": -px(t.small * 0.2)},
            "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "number", "type": "ordinal"}, "tooltip": says},
        }));
    }
    (under, over)
}
