//! Figures of transparency reports against the rules that they keep to.

use super::{Broken, Check, Facts, Observation};
use crate::engine::TallyTable;
use crate::transparency::validate::{Cell, Fault};

/// The check.
pub struct Reports;

impl Check for Reports {
    fn id(&self) -> &'static str {
        "reports"
    }
    fn doc(&self) -> &'static str {
        "rules of the template, of arithmetic and of plausibility that transparency reports break"
    }
    fn observe(&self, _: &[TallyTable], facts: &Facts) -> Vec<Observation> {
        facts.faults.iter().map(|f| observation(f, &facts.files)).collect()
    }
}

fn observation(fault: &Fault, files: &[String]) -> Observation {
    let place = |c: &Cell| format!("{}:{}", files.get(c.entry).map_or("?", String::as_str), c.line);
    Observation {
        kind: fault.kind(),
        platform: Some(fault.platform.clone()),
        period: fault.period,
        // The rules are about figures; those about texts name no figure.
        column: fault.indicator.map(|_| "value"),
        value: Some(format!("{}: {}", fault.rule.id, fault.shown)),
        count: fault.count,
        of: None,
        example: fault.cells.first().map(place),
        cells: fault.cells.iter().map(|c| cell(c, &place(c))).collect(),
        broken: Some(Broken { rule: fault.rule.id, part: fault.part, figures: fault.figures.clone() }),
    }
}

/// A cell in words: `4_notices.csv:12 notices TOTAL STATEMENT_CATEGORY_…: 573,751`.
fn cell(cell: &Cell, place: &str) -> String {
    let code = if cell.indicator.is_empty() { "?" } else { cell.indicator };
    let keys = [Some(code), Some(cell.scope.as_str()), cell.category.as_deref(), cell.sub_category.as_deref()];
    let keys: Vec<&str> = keys.into_iter().flatten().collect();
    format!("{place} {}: {}", keys.join(" "), cell.raw.as_deref().unwrap_or("blank").trim())
}
