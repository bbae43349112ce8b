//! Exact values beside the marks of a figure, for programs that show them under a pointer.
//!
//! They stand in the SVG's `metadata` as JSON: `labels`, the names of lines and rows, and `values`, for each
//! mark its place in the units of the `viewBox`, the number of its label, and what is to be said.

use std::fmt::Write as _;

use serde::Serialize;

use super::{labels, words};
use crate::estimate::Estimate;

/// Marks with a value in one figure, at most: beyond it, they are too close to be pointed at.
const MOST: usize = 1_500;

/// The values of a figure.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Values {
    labels: Vec<String>,
    values: Vec<(i64, i64, usize, String)>,
}

impl Values {
    /// Adds a mark; the place is in units of the `viewBox`.
    pub(crate) fn add(&mut self, (x, y): (i64, i64), label: &str, e: &Estimate) {
        let Some(said) = said(e) else { return };
        let known = self.labels.iter().position(|l| l == label);
        let label = known.unwrap_or_else(|| {
            self.labels.push(label.to_owned());
            self.labels.len() - 1
        });
        self.values.push((x, y, label, said));
    }

    /// The JSON; `None` where there is nothing to say, or too much.
    pub(crate) fn json(&self) -> Option<String> {
        (1..=MOST).contains(&self.values.len()).then(|| serde_json::to_string(self).ok()).flatten()
    }
}

/// A number with up to seven significant digits; a share in percent.
fn exact(v: f64, unit: &str) -> String {
    let (v, sign) = if unit == "share" { (v * 100.0, "%") } else { (v, "") };
    let whole = v.abs().log10().floor().clamp(-12.0, 15.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 18")]
    let decimals = if v == 0.0 { 0 } else { (6.0 - whole).clamp(0.0, 18.0) as usize };
    let text = format!("{v:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{}{sign}", labels::thousands(text))
}

/// "33.33333%, 30% to 36.2%, n = 1,231, in Jul 2025"; `None` without a value.
fn said(e: &Estimate) -> Option<String> {
    let value = exact(e.value?, &e.unit);
    let bare =
        matches!(e.unit.as_str(), "" | "1" | "share" | "ratio" | "index" | "gini" | "count" | "difference of shares");
    let mut text = if bare { value } else { format!("{value} {}", e.unit) };
    if let (Some(x), Some(unit)) = (e.x, &e.x_unit) {
        let place = match unit.replace('_', " ").strip_prefix("share of ") {
            // "share of traders by offences" names what is counted along the axis first.
            Some(units) => format!("{} of {}", exact(x, "share"), units.split(" by ").next().unwrap_or(units)),
            None => format!("{} {unit}", exact(x, "")),
        };
        let _ = write!(text, " at {place}");
    }
    let limit = |v: f64| exact(v, &e.unit);
    let _ = match (e.lower, e.upper) {
        (Some(low), Some(high)) => write!(text, ", {} to {}", limit(low), limit(high)),
        (None, Some(high)) => write!(text, ", at most {}", limit(high)),
        (Some(low), None) => write!(text, ", at least {}", limit(low)),
        (None, None) => Ok(()),
    };
    if let Some(n) = words::denominator(e) {
        let _ = write!(text, ", n = {}", labels::count(n));
    }
    let _ = write!(text, ", {}", words::during_short(e.period()));
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Period;

    #[test]
    fn values_are_exact_and_said_whole() {
        for (v, unit, text) in [
            (1.0 / 3.0, "share", "33.33333%"),
            (0.0, "share", "0%"),
            (1.0, "share", "100%"),
            (1_234_567.0, "statements", "1,234,567"),
            (1.5, "days", "1.5"),
            (0.000_012_345, "ratio", "0.000012345"),
            (-0.25, "difference of shares", "−0.25"),
        ] {
            assert_eq!(exact(v, unit), text);
        }
        let mut e = Estimate::census("i", 1, "share", "share", Period { start: 20270, end: 20301 });
        (e.value, e.n, e.lower, e.upper) = (Some(0.5), Some(1200), Some(0.25), Some(0.75));
        assert_eq!(said(&e).as_deref(), Some("50%, 25% to 75%, n = 1,200, in Jul 2025"));
        (e.x, e.x_unit, e.lower, e.upper) = (Some(0.9), Some("share of traders by offences".into()), None, None);
        assert_eq!(said(&e).as_deref(), Some("50% at 90% of traders, n = 1,200, in Jul 2025"));
        (e.x, e.x_unit) = (Some(7.0), Some("days".into()));
        assert_eq!(said(&e).as_deref(), Some("50% at 7 days, n = 1,200, in Jul 2025"));
        e.value = None;
        assert_eq!(said(&e), None);
    }

    #[test]
    fn labels_stand_once_and_crowds_are_left_out() {
        let mut values = Values::default();
        assert_eq!(values.json(), None);
        let mut e = Estimate::census("i", 1, "count", "count", Period { start: 20270, end: 20271 });
        e.value = Some(2.0);
        values.add((1, 2), "A", &e);
        values.add((3, 4), "A", &e);
        assert_eq!(
            values.json().as_deref(),
            Some(r#"{"labels":["A"],"values":[[1,2,0,"2, on 1 Jul 2025"],[3,4,0,"2, on 1 Jul 2025"]]}"#)
        );
        for _ in 0..MOST {
            values.add((1, 2), "A", &e);
        }
        assert_eq!(values.json(), None);
    }
}
