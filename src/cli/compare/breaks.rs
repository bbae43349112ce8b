//! Known breaks and faults of the data that concern an estimate.

use crate::compare::before_after::Known;
use crate::estimate::Estimate;
use crate::indicators::{self, Basis};
use crate::tables::faults::{FAULTS, REPORTS, with_origins};
use crate::views;

/// The known breaks and faults that concern an estimate.
pub fn known(e: &Estimate) -> Vec<Known> {
    // Of an indicator that this version does not know, any column may be behind it.
    let columns: Option<Vec<&str>> = match e.basis.as_str() {
        "report" => Some(vec![REPORTS]),
        "statements" => indicators::indicator(&e.indicator)
            .ok()
            .and_then(|i| i.card().requirement(Basis::Statements))
            .map(|needs| with_origins(&views::stored_names(needs.table, needs.columns))),
        _ => return Vec::new(),
    };
    let on_reports = e.basis == Basis::Report.name();
    let groups = e.group_name.as_deref().unwrap_or("");
    FAULTS
        .iter()
        .filter(|f| f.is_of_reports() == on_reports)
        .filter(|f| f.of(&e.platform) || e.platform == crate::estimate::ALL_PLATFORMS)
        .filter(|f| {
            columns.as_ref().is_none_or(|c| f.concerns(c))
                || f.columns.iter().any(|c| groups.split('×').any(|g| g == c))
        })
        .map(|f| Known { id: f.id.clone(), label: f.label.clone(), from: f.from, until: f.until })
        .collect()
}
