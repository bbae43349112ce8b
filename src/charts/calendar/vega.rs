//! A calendar of days in Vega-Lite.

use serde_json::{Value, json};

use super::super::labels;
use super::super::scale;
use super::super::spec::ChartSpec;
use super::super::theme::{AXIS, CONTEXT, EMPTY, PAPER, SMALL_TEXT};
use super::super::vega::panels::Grid;
use super::super::vega::{self, Row, Sheet, hex, px, row, with};
use super::sheet::{monday, strips};
use super::steps::Steps;
use super::{Lack, choose, compose, days, no_days, panels, span};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::time;

/// Weekdays from Monday on.
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Signs of days without a value: Vega-Lite knows no hatching.
const SIGNS: [(Lack, &str); 4] =
    [(Lack::NoData, "/"), (Lack::TooFew, "•"), (Lack::Withheld, "×"), (Lack::NoValue, "–")];

pub(super) fn vega(estimates: &[Estimate], spec: &ChartSpec) -> Result<Value> {
    let page = vega::in_page(spec);
    let (_, mut caption, alt, _) = compose(estimates, &page)?;
    let selection = choose(estimates, spec)?;
    let panels = panels(&selection);
    let Some(span) = span(&selection) else { return Err(no_days()) };
    let steps = Steps::new(&selection.rows);
    let occurs = |lack: &Lack| panels.iter().any(|p| days(p, span).iter().any(|(_, e)| Lack::of(*e) == Some(*lack)));
    let signs: Vec<String> =
        SIGNS.iter().filter(|(l, _)| occurs(l)).map(|(l, sign)| format!("{sign} {}", l.words())).collect();
    if !signs.is_empty() {
        caption.notes.push(format!("Signs: {}.", signs.join(", ")));
    }
    let sheet = Sheet::new(spec, &caption);
    let t = sheet.theme;
    let strips = strips(span);
    let mut rows: Vec<Row> = Vec::new();
    let mut titles = Vec::new();
    for panel in &panels {
        let all = days(panel, span);
        for strip in &strips {
            let title = match strip.year {
                Some(year) => format!("{}, {year}", panel.label),
                None => panel.label.clone(),
            };
            for (day, e) in all.iter().filter(|(d, _)| (strip.days.start..strip.days.end).contains(d)) {
                rows.push(day_row(*day, *e, &panel.label, &title));
            }
            titles.push(title);
        }
    }
    let weeks = strips.iter().map(|s| s.weeks).max().unwrap_or(1);
    let gutter = t.small * 3.0;
    let columns = if weeks > 26 { 1 } else { titles.len().min(2) };
    let mut grid = Grid::new(&sheet, titles.len(), gutter, true);
    grid.columns = columns;
    let most = (sheet.inner.width() - gutter - t.label * 2.0 * super::super::panels::number(columns - 1))
        / super::super::panels::number(columns);
    let cell = (most / f64::from(weeks)).min(t.label * if titles.len() == 1 { 3.6 } else { 2.3 });
    (grid.width, grid.height) = (px(cell * f64::from(weeks)), px(cell * 7.0));
    let unit = scale::shown_unit(&steps.unit).to_owned();
    let mut view = grid.facet(&titles, &layers(&sheet, &steps, &unit, cell));
    view["resolve"] = json!({"scale": {"x": "independent"}, "axis": {"y": "independent"}});
    Ok(sheet.finish(&alt, rows, view))
}

fn day_row(day: i32, e: Option<&Estimate>, label: &str, panel: &str) -> Row {
    let lack = Lack::of(e);
    let mut out = match e {
        Some(e) => with(row(e, label), "words", e.value.map(|v| labels::value(v, &e.unit))),
        None => with(Row::new(), "label", label.to_owned()),
    };
    let weekday = WEEKDAYS[usize::try_from((day - monday(day)).rem_euclid(7)).unwrap_or(0)];
    out = with(with(out, "panel", panel.to_owned()), "day", time::iso(day));
    out = with(with(out, "week", time::iso(monday(day))), "weekday", weekday);
    with(out, "lacks", lack.map(Lack::words))
}

/// The days in steps of colour, and the signs of days without a value.
fn layers(sheet: &Sheet<'_>, steps: &Steps, unit: &str, cell: f64) -> Vec<Value> {
    let t = &sheet.theme;
    let range: Vec<String> = steps.colours().iter().map(|c| hex(*c)).collect();
    let inner = steps.bounds().get(1..steps.bounds().len().saturating_sub(1)).unwrap_or_default();
    let format = if steps.unit == "share" { "~%" } else { ",~r" };
    let title = if unit.is_empty() { Value::Null } else { unit.into() };
    let legend = json!({"orient": "top", "title": title, "format": format, "gradientLength": px(t.width * 0.3)});
    let mut colour = if range.len() > 1 {
        json!({
            "field": "value", "type": "quantitative", "legend": legend,
            "scale": {"type": "threshold", "domain": inner, "range": range},
        })
    } else {
        json!({"value": range.first().cloned().unwrap_or_else(|| hex(PAPER))})
    };
    if steps.zero() {
        // Zero has a step of its own.
        colour["condition"] = json!({"test": "datum.value === 0", "value": hex(PAPER)});
    }
    let says = json!([
        {"field": "label", "type": "nominal", "title": "of"},
        {"field": "day", "type": "nominal", "title": "day"},
        {"field": "value", "type": "quantitative", "title": "value", "format": if format == "~%" { ".4~%" } else { ",.7~r" }},
        {"field": "lacks", "type": "nominal", "title": "lacks"},
    ]);
    // Each month's first whole week has its name.
    let month = "utcdate(toDate(datum.value)) <= 7 ? utcFormat(toDate(datum.value), utcmonth(toDate(datum.value)) == 0 ? \
                 '%b %Y' : '%b') : ''";
    let x = json!({
        "field": "week", "type": "ordinal", "title": null,
        "axis": {"orient": "top", "labelExpr": month, "labelAngle": 0, "labelAlign": "left", "ticks": false, "domain": false, "labelOverlap": false},
    });
    let y = json!({
        "field": "weekday", "type": "ordinal", "sort": WEEKDAYS, "title": null,
        "axis": {"ticks": false, "domain": false},
    });
    let square = |filter: &str, mark: Value, more: Value| {
        let mut encoding = json!({"x": x, "y": y, "tooltip": says});
        if let (Some(all), Some(more)) = (encoding.as_object_mut(), more.as_object()) {
            all.extend(more.clone());
        }
        json!({"transform": [{"filter": filter}], "mark": mark, "encoding": encoding})
    };
    let side = json!({"band": 0.9});
    let rect = |fill: Value, stroke: Value| json!({"type": "rect", "width": side, "height": side, "fill": fill, "stroke": stroke, "strokeWidth": 0.8});
    let mut layer = vec![
        square(
            "isValid(datum.value)",
            json!({"type": "rect", "width": side, "height": side, "stroke": if steps.zero() { json!(hex(AXIS)) } else { Value::Null }, "strokeWidth": 0.4}),
            json!({"color": colour}),
        ),
        square("datum.lacks && !datum.status", rect(Value::Null, hex(CONTEXT).into()), json!({})),
        square("datum.lacks && datum.status", rect(hex(EMPTY).into(), Value::Null), json!({})),
    ];
    let sign = |lack: Lack, text: &str| {
        square(
            &format!("datum.lacks == '{}'", lack.words()),
            json!({"type": "text", "fontSize": px(cell * 0.6), "fill": hex(SMALL_TEXT), "text": text}),
            json!({}),
        )
    };
    layer.extend(SIGNS.map(|(lack, text)| sign(lack, text)));
    layer
}
