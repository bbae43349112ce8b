//! Panels of the same axes in Vega-Lite.

use serde_json::{Value, json};

use super::super::panels::number;
use super::{Sheet, px};

/// Width of a panel's axes that is good to read, in multiples of small text.
const GOOD: f64 = 15.0;
/// Width of a panel's axes for each height.
const ASPECT: f64 = 1.6;

/// An axis without its title, which then stands once over all panels.
pub(crate) fn untitled(mut channel: Value) -> (Value, Value) {
    let title = channel["axis"]["title"].take();
    (channel, title)
}

/// A grid of panels: columns, and the size of each panel's axes.
pub(crate) struct Grid {
    pub columns: usize,
    pub width: f64,
    pub height: f64,
    spacing: f64,
}

impl Grid {
    /// The grid of so many panels beside an axis whose labels take `gutter`.
    pub(crate) fn new(sheet: &Sheet<'_>, panels: usize, gutter: f64, own: bool) -> Self {
        let t = &sheet.theme;
        let spacing = t.small * 1.9 + if own { gutter } else { 0.0 };
        let room = sheet.inner.width() - gutter;
        let most = (1..=panels.max(1))
            .take_while(|n| (room - spacing * number(n - 1)) / number(*n) >= t.small * GOOD)
            .last()
            .unwrap_or(1);
        // As many columns as make the last row full.
        let rows = panels.max(1).div_ceil(most);
        let columns = panels.max(1).div_ceil(rows);
        let width = (room - spacing * number(columns - 1)) / number(columns);
        let high = (sheet.inner.height() / number(rows) - t.label * 3.5).clamp(t.small * 6.0, width / ASPECT);
        Self { columns, width: px(width), height: px(high.max(t.small * 6.0)), spacing: px(spacing) }
    }

    /// The panels by the field `panel`, in the order of their titles.
    pub(crate) fn facet(&self, titles: &[String], layer: &[Value]) -> Value {
        json!({
            "columns": self.columns, "spacing": {"row": self.spacing * 0.8, "column": self.spacing},
            "facet": {"field": "panel", "type": "nominal", "sort": titles, "title": null, "header": {"labelLimit": self.width}},
            "spec": {"width": self.width, "height": self.height, "layer": layer},
        })
    }
}
