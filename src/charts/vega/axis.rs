//! Scales and axes of values in Vega-Lite.

use serde_json::{Value, json};

use super::super::scale::{Scale, axis_caption};
use super::super::svg::Type;
use super::super::theme::{SMALL_TEXT, Theme};
use super::super::words;
use super::px;

/// Ticks of a logarithmic axis, at most.
const LOG_TICKS: usize = 6;

/// A channel of values: the field with its scale and its axis.
pub(crate) struct Axis {
    scale: Scale,
    unit: String,
    title: String,
    ticks: usize,
}

impl Axis {
    /// Values of a statistic: the title says what is measured, in what unit, and on what kind of scale.
    pub(crate) fn new(scale: Scale, statistic: &str, unit: &str) -> Self {
        let kind = axis_caption("", &scale);
        // Ticks of a share show its percent, and zero is at a place of its own on a symmetric logarithm.
        let kind = match scale {
            Scale::Linear { .. } => "",
            Scale::Log { zero: true, .. } => "logarithmic scale with 0",
            _ => &kind,
        };
        let parts = [words::measure(statistic, unit), kind.to_owned()];
        let title = parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", ");
        Self { scale, unit: unit.to_owned(), title, ticks: LOG_TICKS }
    }

    /// The same with other words.
    pub(crate) fn titled(self, title: &str) -> Self {
        Self { title: title.to_owned(), ..self }
    }

    /// The same with so many ticks on a logarithmic axis at most.
    pub(crate) fn sparse(self, ticks: usize) -> Self {
        Self { ticks, ..self }
    }

    /// Width of its labels.
    pub(crate) fn gutter(&self, t: &Theme) -> f64 {
        let small = Type::regular(t.small, SMALL_TEXT);
        let ticks = self.scale.ticks(&self.unit, self.ticks);
        px(ticks.iter().map(|tick| small.width(&tick.label)).fold(0.0, f64::max) + t.small * 0.6)
    }

    fn values(&self) -> Vec<f64> {
        let tidy = |v: f64| if v == 0.0 { 0.0 } else { v };
        let value = |at: f64| match self.scale {
            Scale::Linear { low, high, step } => tidy(round((low + at * (high - low)) / step) * step),
            Scale::Log { zero: true, .. } if at <= 0.0 => 0.0,
            Scale::Log { low, high, zero } => {
                let start = if zero { self.scale.at(low) } else { 0.0 };
                let v = low * (high / low).powf((at - start) / (1.0 - start));
                10_f64.powf(round(v.log10()))
            }
            Scale::Log1p { high } => tidy(round((at * high.ln_1p()).exp_m1())),
        };
        // A multiple of a step may end in 0.30000000000000004.
        let shown = |v: f64| format!("{v:.12}").parse().unwrap_or(v);
        self.scale.ticks(&self.unit, self.ticks).iter().map(|t| shown(value(t.at))).collect()
    }

    /// The scale.
    pub(crate) fn scale(&self) -> Value {
        match self.scale {
            Scale::Linear { low, high, .. } => json!({"domain": [tidy(low), tidy(high)], "nice": false, "clamp": true}),
            Scale::Log { low, high, zero: false } => {
                json!({"type": "log", "domain": [low, high], "nice": false, "clamp": true})
            }
            // Zero has no logarithm: near it, the scale is linear.
            Scale::Log { low, high, zero: true } => {
                json!({"type": "symlog", "constant": low, "domain": [0, high], "nice": false, "clamp": true})
            }
            Scale::Log1p { high } => {
                json!({"type": "symlog", "constant": 1, "domain": [0, high], "nice": false, "clamp": true})
            }
        }
    }

    /// How ticks are written: a format, or an expression where a format cannot.
    fn labels(&self) -> (&'static str, String) {
        let ticks = self.scale.ticks(&self.unit, self.ticks);
        let decimals = ticks
            .iter()
            .filter_map(|t| t.label.split_once('.'))
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).count())
            .max()
            .unwrap_or(0);
        let logarithmic = self.scale.is_log();
        match (self.unit.as_str(), logarithmic) {
            ("share", false) => ("format", format!(".{decimals}%")),
            ("share", true) => ("labelExpr", "format(datum.value * 100, ',~r') + '%'".to_owned()),
            (_, true) => ("labelExpr", LARGE.to_owned()),
            (_, false) => {
                let named = [("million", "1e6"), ("billion", "1e9"), ("trillion", "1e12")];
                match named.into_iter().find(|(name, _)| ticks.iter().any(|t| t.label.ends_with(name))) {
                    Some((name, size)) => (
                        "labelExpr",
                        format!("datum.value == 0 ? '0' : format(datum.value / {size}, ',.{decimals}f') + ' {name}'"),
                    ),
                    None => ("format", format!(",.{decimals}f")),
                }
            }
        }
    }

    /// The channel across, with its title below at the end.
    pub(crate) fn across(&self, field: &str) -> Value {
        let mut axis = json!({
            "values": self.values(), "title": self.title, "titleAnchor": "end", "titleAlign": "right",
            "labelFlush": false, "labelOverlap": true, "grid": true, "domain": false, "ticks": false,
        });
        self.label(&mut axis);
        json!({"field": field, "type": "quantitative", "scale": self.scale(), "axis": axis})
    }

    /// The channel upwards, with its title over the axis.
    pub(crate) fn upwards(&self, field: &str, t: &Theme) -> Value {
        let gutter = self.gutter(t);
        let mut axis = json!({
            "values": self.values(), "title": self.title, "titleAngle": 0, "titleAlign": "left", "titleBaseline": "bottom",
            "titleX": -gutter, "titleY": -px(t.small * 0.8), "titleLimit": px(t.width * 0.8),
            "minExtent": gutter, "grid": true, "domain": false, "ticks": false, "labelOverlap": true,
            "labelPadding": px(t.small * 0.5),
        });
        self.label(&mut axis);
        json!({"field": field, "type": "quantitative", "scale": self.scale(), "axis": axis})
    }

    fn label(&self, axis: &mut Value) {
        let (key, text) = self.labels();
        axis[key] = text.into();
    }

    /// Where the axis ends.
    pub(crate) fn ends(&self) -> (f64, f64) {
        match self.scale {
            Scale::Linear { low, high, .. } => (tidy(low), tidy(high)),
            Scale::Log { low, high, zero } => (if zero { 0.0 } else { low }, high),
            Scale::Log1p { high } => (0.0, high),
        }
    }
}

/// Numbers from small to large on one axis.
const LARGE: &str = "datum.value >= 1e9 ? format(datum.value / 1e9, ',~r') + ' billion' : datum.value >= 1e6 ? \
                     format(datum.value / 1e6, ',~r') + ' million' : format(datum.value, ',~r')";

fn round(v: f64) -> f64 {
    v.round()
}

/// Without the last bits of a multiple, and without a negative zero.
fn tidy(v: f64) -> f64 {
    let v: f64 = format!("{v:.12}").parse().unwrap_or(v);
    if v == 0.0 { 0.0 } else { v }
}
