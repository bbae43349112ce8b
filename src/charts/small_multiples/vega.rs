//! Small multiples in Vega-Lite.

use serde_json::{Value, json};

use super::super::line::{self, Series, vega as lines};
use super::super::marks::{self, Numbered};
use super::super::panels::number;
use super::super::select::{Form, select};
use super::super::spec::ChartSpec;
use super::super::theme::{AXIS, COLOURS, EMPTY, MARKED, MUTED};
use super::super::vega::axis::Axis;
use super::super::vega::panels::{Grid, untitled};
use super::super::vega::{self, Looks, Row, Sheet, dash, dates, hex, instant, px, with};
use super::{LOG_TICKS, PANELS, Panel, Scales, compose, panels};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::time::Period;

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, caption, alt, _) = compose(estimates, &page)?;
    let selection = select(estimates, spec, Form::OverTime)?;
    let (mut panels, key) = panels(&selection, spec)?;
    let scales = Scales::new(&panels, spec.own_scales);
    panels.truncate(PANELS);
    let periods = line::on_axis(&selection);
    let marks = marks::shown(spec, &selection, periods);
    let sheet = Sheet::new(spec, &caption);
    let t = super::super::panels::crowded(sheet.theme, panels.len());
    let statistic = selection.rows.first().map_or("", |e| e.statistic.as_str());
    let axes: Vec<Axis> =
        scales.all().map(|scale| Axis::new(*scale, statistic, &scales.unit).sparse(LOG_TICKS)).collect();
    let gutter = axes.iter().map(|a| a.gutter(&t)).fold(0.0, f64::max);
    let grid = Grid::new(&sheet, panels.len(), gutter, !scales.shared());
    let dense = grid.width / number(periods.len().max(1)) < t.marker * 6.0;
    let titles: Vec<String> = panels.iter().map(|p| p.title.clone()).collect();

    let mut rows: Vec<Row> = Vec::new();
    for panel in &panels {
        for (i, series) in panel.series.iter().enumerate() {
            // Without a key each panel has one colour, and the name of its line is that of the panel.
            let lit = panel.coloured.iter().any(|(c, _)| *c == i) && !panel.muted;
            let named = Series {
                label: if key.is_empty() { panel.title.clone() } else { series.label.clone() },
                points: series.points.clone(),
            };
            rows.extend(
                lines::rows(&named, periods, lit, dense).into_iter().map(|r| with(r, "panel", panel.title.clone())),
            );
        }
        rows.extend(empty_rows(panel, periods));
        rows.extend(marks.iter().filter(|m| panel.concerned(m)).map(|m| mark(m, &panel.title, periods)));
    }
    let looks = if key.is_empty() { one_colour(&sheet) } else { Looks::new(&t, "label", &key, true) };
    let mut y = axes.first().map(|a| a.upwards("value", &t)).unwrap_or_default();
    if !scales.shared() {
        // Each panel has a scale of its own, from 0 on.
        y["scale"] = json!({"zero": true, "nice": true});
        for fixed in ["values", "format", "labelExpr"] {
            y["axis"].as_object_mut().map(|axis| axis.remove(fixed));
        }
        y["axis"]["tickCount"] = 3.into();
        if scales.unit == "share" {
            y["axis"]["format"] = "~%".into();
        }
    }
    // The unit stands in the subtitle; a title over each panel would be too many.
    let (y, title) = untitled(y);
    let (first, over) = mark_layers(&t);
    let mut layer = first;
    layer.push(json!({
        "encoding": {
            "x": dates::across(periods, &t, grid.width, true), "y": y, "tooltip": vega::tooltip(&scales.unit),
        },
        "layer": lines::lines(&t, &looks),
    }));
    layer.extend(over);
    let mut view = grid.facet(&titles, &layer);
    view["facet"]["title"] = title;
    if !scales.shared() {
        view["resolve"] = json!({"scale": {"y": "independent"}});
    }
    Ok(sheet.finish(&alt, rows, view))
}

/// The looks of panels of one line each.
fn one_colour(sheet: &Sheet<'_>) -> Looks {
    let t = &sheet.theme;
    let dash = dash(&[], t.line);
    Looks {
        color: json!({"condition": {"test": "datum.lit", "value": hex(COLOURS[0])}, "value": hex(MUTED)}),
        stroke_dash: json!({"value": dash}),
        shape: json!({"value": "circle"}),
    }
}

/// A break or fault as a row of its panel: a panel's marks are those of its platform.
fn mark(m: &Numbered<'_>, panel: &str, periods: &[Period]) -> Row {
    let (start, end) = m.days();
    let mut row = Row::new();
    row.insert("panel".into(), panel.into());
    row.insert("mark".into(), m.number.to_string().into());
    row.insert("label".into(), m.mark.label.clone().into());
    row.insert("date".into(), ends(start, periods).into());
    if end > start {
        row.insert("until".into(), ends(end, periods).into());
    }
    row
}

/// The spans in which a panel has no value.
fn empty_rows(panel: &Panel<'_>, periods: &[Period]) -> Vec<Row> {
    let points: Vec<&Estimate> = panel.series.iter().flat_map(|s| s.points.iter().copied()).collect();
    let spans = line::notes::empty_spans(&points, periods);
    let row = |(p, why): (Period, &str)| {
        let mut row = Row::new();
        row.insert("panel".into(), panel.title.clone().into());
        row.insert("empty".into(), why.into());
        row.insert("date".into(), ends(p.start, periods).into());
        row.insert("until".into(), ends(p.end, periods).into());
        row
    };
    spans.into_iter().map(row).collect()
}

/// A day on the axis, which ends at the middles of the first and the last period.
fn ends(day: i32, periods: &[Period]) -> String {
    let middle = super::scale::middle;
    let (first, last) = (periods.first().map_or(0.0, |p| middle(*p)), periods.last().map_or(0.0, |p| middle(*p)));
    instant(f64::from(day).clamp(first, last))
}

/// The layers of marks, behind and over the lines.
fn mark_layers(t: &super::Theme) -> (Vec<Value>, Vec<Value>) {
    let x = json!({"field": "date", "type": "temporal"});
    let says = json!([
        {"field": "mark", "type": "ordinal", "title": "mark"}, {"field": "label", "type": "nominal", "title": "what"}
    ]);
    let under = json!({
        "transform": [{"filter": "isValid(datum.mark) && isValid(datum.until)"}],
        "mark": {"type": "rect", "color": hex(MARKED), "opacity": 1},
        "encoding": {"x": x, "x2": {"field": "until"}, "tooltip": says},
    });
    let line = json!({
        "transform": [{"filter": "isValid(datum.mark) && !isValid(datum.until)"}],
        "mark": {"type": "rule", "color": hex(AXIS), "strokeDash": dash(&[3.0, 2.5], 1.0)},
        "encoding": {"x": x, "tooltip": says},
    });
    let number = json!({
        "transform": [{"filter": "isValid(datum.mark)"}],
        "mark": {"type": "text", "baseline": "top", "align": "left", "dx": 2, "fontSize": px(t.small * 0.9)},
        "encoding": {"x": x, "y": {"value": 0}, "text": {"field": "mark", "type": "ordinal"}, "tooltip": says},
    });
    let empty = json!({
        "transform": [{"filter": "isValid(datum.empty)"}],
        "mark": {"type": "rect", "color": hex(EMPTY), "opacity": 1},
        "encoding": {"x": x, "x2": {"field": "until"}, "tooltip": [{"field": "empty", "type": "nominal", "title": "no value"}]},
    });
    (vec![empty, under], vec![line, number])
}
