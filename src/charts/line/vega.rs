//! Lines over time in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::marks;
use super::super::select::{Form, select};
use super::super::spec::ChartSpec;
use super::super::theme::{BAND_OPACITY, CONTEXT, EMPTY, SMALL_TEXT, TEXT, Theme};
use super::super::vega::axis::Axis;
use super::super::vega::{self, Looks, Row, Sheet, area, dates, hex, instant, px, row, with};
use super::{Series, TICKS, coloured, compose, ends, notes, on_axis, series, value_scale};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::time::Period;

/// Part of the width that labels at the ends of lines may take.
const LABEL_ROOM: f64 = 0.28;
/// Points that stand closer than so many radii of a marker have none.
const MARKER_ROOM: f64 = 6.0;

pub(crate) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let (_, caption, alt, _) = compose(estimates, spec)?;
    let selection = select(estimates, spec, Form::OverTime)?;
    let series = series(&selection);
    let coloured = coloured(&selection, &series, spec)?;
    let scale = value_scale(&series, &coloured, TICKS);
    let periods = on_axis(&selection);
    let marks = marks::shown(spec, &selection, periods);
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let first = selection.rows.first();
    let (statistic, unit) = first.map_or(("", ""), |e| (e.statistic.as_str(), e.unit.as_str()));
    let axis = Axis::new(scale, statistic, unit);
    let height = px(sheet.inner.height() - t.small * 5.4);
    let room = sheet.inner.width() * LABEL_ROOM;
    let named = ends::labels(&t, periods, &series, &coloured, scale.end(), (room, height));
    let gap = t.label * if named.len() > 1 { 1.3 } else { 1.1 };
    let right = named.iter().map(|l| l.width(&t) + gap).fold(0.0, f64::max);
    let width = px(sheet.inner.width() - axis.gutter(&t) - right);
    let dense = width / super::super::panels::number(periods.len().max(1)) < t.marker * MARKER_ROOM;

    let names: Vec<String> = coloured.iter().map(|&i| series[i].label.clone()).collect();
    let looks = Looks::new(&t, "label", &names, false);
    let rows = series.iter().enumerate().flat_map(|(i, s)| rows(s, periods, coloured.contains(&i), dense)).collect();
    let (under, over) = dates::marks(&marks, periods, &t);
    let y = |v: f64| height * (1.0 - scale.at(v));
    let spans = if periods.len() > 1 { notes::empty_spans(&selection.rows, periods) } else { Vec::new() };
    let mut layer = under;
    layer.extend(empty(&spans, periods));
    layer.push(json!({
        "encoding": {
            "x": dates::across(periods, &t, width, false), "y": axis.upwards("value", &t), "tooltip": vega::tooltip(unit),
        },
        "layer": lines(&t, &looks),
    }));
    layer.extend(over);
    layer.extend(named_ends(&t, &named, &series, (y, height), gap));
    Ok(sheet.finish(&alt, rows, json!({"width": width, "height": height, "layer": layer})))
}

/// The rows of a line: those of adjacent periods have one number of a run, and breaks stand between runs.
pub(crate) fn rows(s: &Series<'_>, periods: &[Period], lit: bool, dense: bool) -> Vec<Row> {
    let (runs, bands, bars) = (s.runs(), s.bands(), s.bars());
    let of = |groups: &[Vec<&Estimate>], e: &Estimate| {
        groups.iter().position(|g| g.iter().any(|other| std::ptr::eq(*other, e)))
    };
    let last = s.valued().last();
    let shown = s.points.iter().filter(|e| periods.binary_search(&e.period()).is_ok());
    shown
        .map(|e| {
            let run = of(&runs, e);
            let alone = run.is_some_and(|i| runs[i].len() == 1);
            let end = last.is_some_and(|l| std::ptr::eq(l, *e));
            let mut out = with(row(e, &s.label), "date", vega::middle(e));
            out = with(out, "lit", lit);
            out = with(out, "run", run);
            out = with(out, "dot", e.value.is_some() && (alone || lit && (!dense || end)));
            if lit {
                out = with(out, "band", of(&bands, e));
                if bars.iter().any(|b| std::ptr::eq(*b, *e)) {
                    out = with(out, "low", e.lower.or(e.value).or(e.upper));
                    out = with(out, "high", e.upper.or(e.value).or(e.lower));
                }
            }
            out
        })
        .collect()
}

/// Grey lines, bands and bars of intervals, coloured lines, and points.
pub(crate) fn lines(t: &Theme, looks: &Looks) -> Vec<Value> {
    let filter = |test: &str| json!([{"filter": test}]);
    let detail = json!([{"field": "label", "type": "nominal"}, {"field": "run", "type": "ordinal"}]);
    vec![
        json!({
            "transform": filter("!datum.lit && isValid(datum.run)"),
            "mark": {"type": "line", "color": hex(CONTEXT), "strokeWidth": px(t.line * 0.5)},
            "encoding": {"detail": detail},
        }),
        json!({
            "transform": filter("!datum.lit && datum.dot"),
            "mark": {"type": "point", "color": hex(CONTEXT), "size": area(t.marker * 0.6)},
        }),
        json!({
            "transform": filter("isValid(datum.band)"),
            "mark": {"type": "area", "opacity": BAND_OPACITY},
            "encoding": {
                "y": {"field": "lower"}, "y2": {"field": "upper"}, "color": looks.color,
                "detail": {"field": "band", "type": "ordinal"},
            },
        }),
        json!({
            "transform": filter("isValid(datum.low)"),
            "mark": {"type": "rule", "strokeWidth": px(t.line * 0.6)},
            "encoding": {"y": {"field": "low"}, "y2": {"field": "high"}, "color": looks.color},
        }),
        json!({
            "transform": filter("datum.lit && isValid(datum.run)"),
            "mark": {"type": "line", "strokeWidth": px(t.line)},
            "encoding": {
                "color": looks.color, "strokeDash": looks.stroke_dash,
                "detail": {"field": "run", "type": "ordinal"},
            },
        }),
        json!({
            "transform": filter("datum.lit && datum.dot"),
            "mark": {"type": "point", "size": area(t.marker)},
            "encoding": {"color": looks.color, "shape": looks.shape},
        }),
    ]
}

/// Spans for which no line has a value.
fn empty(spans: &[(Period, &str)], periods: &[Period]) -> Option<Value> {
    let (first, last) = (periods.first()?, periods.last()?);
    let middle = super::scale::middle;
    let place = |day: i32| instant(f64::from(day).clamp(middle(*first), middle(*last)));
    let rows: Vec<Value> =
        spans.iter().map(|(p, why)| json!({"date": place(p.start), "until": place(p.end), "why": why})).collect();
    (!rows.is_empty()).then(|| {
        json!({
            "data": {"values": rows}, "mark": {"type": "rect", "color": hex(EMPTY), "opacity": 1},
            "encoding": {
                "x": {"field": "date", "type": "temporal"}, "x2": {"field": "until"},
                "tooltip": [{"field": "why", "type": "nominal", "title": "no value"}],
            },
        })
    })
}

/// The names of lines and their last values beside their ends, moved apart.
fn named_ends(
    t: &Theme,
    named: &[ends::Label],
    series: &[Series<'_>],
    (y, height): (impl Fn(f64) -> f64, f64),
    gap: f64,
) -> Vec<Value> {
    let leading = ends::Label::leading(t);
    let lines = |l: &ends::Label| super::super::panels::number(l.name.len() + l.value.len());
    let last = |l: &ends::Label| series[l.series].valued().last();
    let heights: Vec<f64> = named.iter().map(|l| lines(l) * leading + t.label * 0.35).collect();
    let at: Vec<f64> = named.iter().map(|l| last(l).and_then(|e| e.value).map_or(height, &y)).collect();
    let wanted: Vec<f64> = at.iter().zip(&heights).map(|(y, h)| y + (h - leading) / 2.0).collect();
    let mut order: Vec<usize> = (0..named.len()).collect();
    order.sort_by(|&a, &b| at[a].total_cmp(&at[b]).then(a.cmp(&b)));
    let centres = labels::spread(&order, &wanted, &heights, -t.small * 0.4, height + t.small * 0.4);
    let (mut names, mut values) = (Vec::new(), Vec::new());
    for (i, l) in named.iter().enumerate() {
        let Some(e) = last(l) else { continue };
        let dy = centres[i] - heights[i] / 2.0 + leading / 2.0 - at[i];
        let text = |lines: &[String], dy: f64| json!({"date": vega::middle(e), "value": e.value, "text": lines.join("\n"), "dy": px(dy), "lit": l.colour.is_some()});
        names.push(text(&l.name, dy));
        if !l.value.is_empty() {
            values.push(text(&l.value, dy + leading * super::super::panels::number(l.name.len())));
        }
    }
    let layer = |rows: Vec<Value>, weight: &str, colour| {
        (!rows.is_empty()).then(|| {
            json!({
                "data": {"values": rows},
                "mark": {
                    "type": "text", "align": "left", "baseline": "middle", "dx": px(gap), "dy": {"expr": "datum.dy"},
                    "lineHeight": px(leading), "fontWeight": weight, "fill": colour,
                },
                "encoding": {
                    "x": {"field": "date", "type": "temporal"}, "y": {"field": "value", "type": "quantitative"},
                    "text": {"field": "text", "type": "nominal"},
                },
            })
        })
    };
    let (lit, grey): (Vec<Value>, Vec<Value>) = names.into_iter().partition(|n| n["lit"] == true);
    [layer(lit, "bold", hex(TEXT)), layer(grey, "normal", hex(SMALL_TEXT)), layer(values, "normal", hex(SMALL_TEXT))]
        .into_iter()
        .flatten()
        .collect()
}
