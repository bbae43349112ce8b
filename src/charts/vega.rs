//! Figures as specifications in Vega-Lite, so that newsrooms and notebooks can go on from there.
//!
//! A specification draws what the form draws: the same rows, scales, order, colours and words. It holds the rows
//! plotted, those without a value too, and names the data `estimates`. What drawing alone can do is left to
//! the reader of the specification: names of dots that keep apart in a crowd.
//!
//! Source: A. Satyanarayan, D. Moritz, K. Wongsuphasawat, J. Heer, "Vega-Lite: A Grammar of Interactive Graphics",
//! IEEE Transactions on Visualization and Computer Graphics 23(1), 2017, 341–350; schema of version 5, which version 6
//! reads too.

use serde_json::{Map, Value, json};

use super::frame::Frame;
use super::scale;
use super::spec::{ChartSpec, Preset};
use super::svg::{FONT_STACK, Rect};
use super::text::{self, Face};
use super::theme::{AXIS, COLOURS, Colour, DASHES, GRID, MARKERS, Marker, PAPER, SMALL_TEXT, TEXT, Theme};
use super::words::{self, Caption};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::time;

pub(crate) mod axis;
pub(crate) mod dates;
pub(crate) mod panels;
#[cfg(test)]
mod tests;

/// The schema that every specification names.
pub(crate) const SCHEMA: &str = "https://vega.github.io/schema/vega-lite/v5.json";
/// The name of the rows plotted.
const DATA: &str = "estimates";
/// Lines of a title or subtitle at most.
const MOST_LINES: usize = 8;
/// Rows that a form whose height is given draws in a specification, as it does in a page.
const PAGE: Preset = Preset::Web;

/// One row of the data: a plotted estimate, with what the form adds.
pub(crate) type Row = Map<String, Value>;

/// The columns of an estimate that a reader of the figure needs.
pub(crate) fn row(e: &Estimate, label: &str) -> Row {
    let mut out = Row::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("label", label.into());
    put("statistic", e.statistic.clone().into());
    put("platform", e.platform.clone().into());
    if let Some(group) = &e.group_value {
        put("group", group.clone().into());
    }
    put("period_start", time::iso(e.period_start).into());
    put("period_end", time::iso(e.period_end).into());
    put("period", words::short(e.period()).into());
    if let Some(x) = e.x {
        put("x", x.into());
    }
    put("value", e.value.into());
    put("lower", e.lower.into());
    put("upper", e.upper.into());
    put("n", e.n.into());
    put("status", json!(e.status));
    out
}

/// The row with one more column.
pub(crate) fn with(mut row: Row, name: &str, value: impl Into<Value>) -> Row {
    row.insert(name.to_owned(), value.into());
    row
}

/// What is said of a row under a pointer.
pub(crate) fn tooltip(unit: &str) -> Value {
    let number = |field: &str, title: &str| match unit {
        "share" => json!({"field": field, "type": "quantitative", "title": title, "format": ".4~%"}),
        _ => json!({"field": field, "type": "quantitative", "title": title, "format": ",.7~r"}),
    };
    json!([
        {"field": "label", "type": "nominal", "title": "of"},
        number("value", "value"),
        number("lower", "at least"),
        number("upper", "at most"),
        {"field": "n", "type": "quantitative", "title": "n", "format": ","},
        {"field": "period", "type": "nominal", "title": "period"},
        {"field": "status", "type": "nominal", "title": "status"},
    ])
}

/// `#12436D`.
pub(crate) fn hex((r, g, b): Colour) -> String {
    format!("#{r:02X}{g:02X}{b:02X}")
}

/// Pixels with one decimal.
pub(crate) fn px(v: f64) -> f64 {
    (v * 10.0).round() / 10.0
}

/// The area by which Vega-Lite gives the size of a point of this radius.
pub(crate) fn area(radius: f64) -> f64 {
    px(4.0 * radius * radius)
}

/// The name of a marker's shape.
pub(crate) fn shape(marker: Marker) -> &'static str {
    match marker {
        Marker::Circle => "circle",
        Marker::Square => "square",
        Marker::Triangle => "triangle-up",
        Marker::Diamond => "diamond",
    }
}

/// A dash pattern in pixels, for a line of this width.
pub(crate) fn dash(pattern: &[f64], width: f64) -> Value {
    if pattern.is_empty() { json!([1, 0]) } else { pattern.iter().map(|d| json!(px(d * width))).collect() }
}

/// The house colours, dashes and shapes of up to four names, as channels of the field `field`; a legend only where
/// `legend` is true.
pub(crate) struct Looks {
    pub color: Value,
    pub stroke_dash: Value,
    pub shape: Value,
}

impl Looks {
    pub(crate) fn new(theme: &Theme, field: &str, names: &[String], legend: bool) -> Self {
        let n = names.len().min(COLOURS.len());
        // The same key for all three makes one of them.
        let key = if legend { json!({"orient": "top", "title": null, "symbolOpacity": 1}) } else { Value::Null };
        let channel = |range: Vec<Value>| {
            json!({
                "field": field, "type": "nominal", "legend": key,
                "scale": {"domain": &names[..n], "range": range},
            })
        };
        Self {
            color: channel(COLOURS[..n].iter().map(|c| hex(*c).into()).collect()),
            stroke_dash: channel(DASHES[..n].iter().map(|d| dash(d, theme.line)).collect()),
            shape: channel(MARKERS[..n].iter().map(|m| shape(*m).into()).collect()),
        }
    }
}

/// The figure without a limit on rows that a card has: in a specification the height follows the rows.
pub(crate) fn in_page(spec: &ChartSpec) -> ChartSpec {
    let preset = if Theme::of(spec.preset).elastic { spec.preset } else { PAGE };
    ChartSpec { preset, ..spec.clone() }
}

/// A figure to be: its sizes and the words around it.
pub(crate) struct Sheet<'c> {
    pub theme: Theme,
    /// The room between the words.
    pub inner: Rect,
    caption: &'c Caption,
}

impl<'c> Sheet<'c> {
    pub(crate) fn new(spec: &ChartSpec, caption: &'c Caption) -> Self {
        let theme = Theme::of(spec.preset);
        let inner = Frame::new(theme, caption).inner(theme.height);
        Self { theme, inner, caption }
    }

    /// Height of so many rows: that of the room where it suffices, else as much as they need.
    pub(crate) fn rows_height(&self, rows: usize, around: f64) -> f64 {
        let n = super::panels::number(rows.max(1));
        let room = self.inner.height() - around;
        px((room / n).clamp(self.theme.label * 1.6, self.theme.label * 2.8) * n)
    }

    /// The specification: `view` is a view with marks and encodings, without data and title.
    pub(crate) fn finish(&self, alt: &str, rows: Vec<Row>, mut view: Value) -> Value {
        let (t, c) = (&self.theme, self.caption);
        let room = t.width - 2.0 * t.margin;
        let wrap = |text: &str, size: f64, face: Face| text::wrap(text, size, face, room, usize::MAX);
        let balanced = |text: &str, size: f64, face: Face| text::wrap_balanced(text, size, face, room, MOST_LINES);
        let mut foot = wrap(&c.notes.join(" "), t.small, Face::Regular);
        foot.extend(wrap(&format!("Source: {}", c.source), t.small, Face::Regular));
        view["title"] = json!({
            "text": foot, "orient": "bottom", "anchor": "start", "frame": "bounds", "offset": px(t.label),
            "fontSize": t.small, "fontWeight": "normal", "color": hex(SMALL_TEXT), "lineHeight": px(t.small * 1.32),
        });
        json!({
            "$schema": SCHEMA,
            "description": alt,
            "usermeta": {"title": c.title, "subtitle": c.subtitle, "note": c.notes.join(" "), "source": c.source},
            "background": hex(PAPER),
            "padding": {"left": px(t.margin), "right": px(t.margin), "top": px(t.margin), "bottom": px(t.margin * 0.6)},
            "title": {
                "text": balanced(&c.title, t.title, Face::Bold),
                "subtitle": balanced(&c.subtitle, t.subtitle, Face::Regular),
                "anchor": "start", "frame": "bounds", "offset": px(t.label),
            },
            "config": config(t),
            "data": {"name": DATA, "values": Value::Array(rows.into_iter().map(Value::Object).collect())},
            "vconcat": [view],
        })
    }
}

/// The look of the house.
fn config(t: &Theme) -> Value {
    let (small, grey) = (t.small, hex(SMALL_TEXT));
    json!({
        "font": FONT_STACK.replace('\'', "\""),
        "view": {"stroke": null},
        "title": {
            "fontSize": t.title, "fontWeight": "bold", "color": hex(TEXT), "lineHeight": px(t.title * 1.25),
            "subtitleFontSize": t.subtitle, "subtitleColor": grey, "subtitleLineHeight": px(t.subtitle * 1.32),
            "subtitlePadding": px(t.subtitle * 0.4),
        },
        "axis": {
            "labelFontSize": small, "labelColor": grey, "titleFontSize": small, "titleColor": grey,
            "titleFontWeight": "normal", "domainColor": hex(AXIS), "tickColor": hex(AXIS), "gridColor": hex(GRID),
        },
        "legend": {"labelFontSize": small, "labelColor": hex(TEXT), "titleFontSize": small, "titleFontWeight": "normal", "titleColor": grey, "labelLimit": px(t.width * 0.4)},
        "header": {"titleFontSize": small, "titleFontWeight": "normal", "titleColor": grey, "titleAnchor": "start", "labelFontSize": t.label, "labelFontWeight": "bold", "labelColor": hex(TEXT), "labelAnchor": "start"},
        "text": {"fontSize": t.label, "fill": hex(TEXT), "lineBreak": "\n"},
        "point": {"filled": true, "opacity": 1},
    })
}

/// A point in time as text, from days since 1970: a day or its half.
pub(crate) fn instant(day: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "days of calendars are far below 2³¹")]
    let (whole, rest) = (day.floor() as i32, day - day.floor());
    let hour = if rest >= 0.5 { 12 } else { 0 };
    format!("{}T{hour:02}:00:00Z", time::iso(whole))
}

/// The middle of an estimate's period, where its point stands.
pub(crate) fn middle(e: &Estimate) -> String {
    instant(scale::middle(e.period()))
}

/// A text in an expression of Vega.
pub(crate) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A specification as text: indented, but for the rows of data, of which each has a line.
///
/// # Errors
/// [`Error::Engine`] where it cannot be written as JSON.
pub(crate) fn text(mut spec: Value) -> Result<String> {
    /// Where the rows go; no word of a figure holds a control character.
    const PLACE: &str = "\u{1}";
    let failed = |e: serde_json::Error| Error::engine("cannot write the specification as JSON", e);
    let rows = std::mem::replace(&mut spec["data"]["values"], PLACE.into());
    let around = serde_json::to_string_pretty(&spec).map_err(failed)?;
    let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
    let rows = rows.iter().map(serde_json::to_string).collect::<std::result::Result<Vec<_>, _>>().map_err(failed)?;
    let rows = if rows.is_empty() { "[]".to_owned() } else { format!("[\n      {}\n    ]", rows.join(",\n      ")) };
    Ok(around.replacen("\"\\u0001\"", &rows, 1) + "\n")
}
