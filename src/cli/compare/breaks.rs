//! Known breaks and faults of the data that concern an estimate.

use crate::compare::before_after::Known;
use crate::estimate::Estimate;
use crate::indicators::{self, Basis};
use crate::tables::faults::{FAULTS, with_origins};
use crate::views;

/// First day of the data that harmonised transparency reports cover: 2025-07-01.
///
/// Source: Implementing Regulation (EU) 2024/2835, Art. 2 and 3.
const TEMPLATE: i32 = 20_270;

/// The known breaks and faults that concern an estimate.
pub fn known(e: &Estimate) -> Vec<Known> {
    if e.basis == "report" {
        return vec![Known {
            id: "harmonised-template".to_owned(),
            label: "transparency reports follow the template of Regulation (EU) 2024/2835".to_owned(),
            from: TEMPLATE,
            until: None,
        }];
    }
    if e.basis != "statements" {
        return Vec::new();
    }
    // Of an indicator that this version does not know, any column may be behind it.
    let columns = indicators::indicator(&e.indicator)
        .ok()
        .and_then(|i| i.card().requirement(Basis::Statements))
        .map(|needs| with_origins(&views::stored_names(needs.table, needs.columns)));
    let groups = e.group_name.as_deref().unwrap_or("");
    FAULTS
        .iter()
        .filter(|f| f.of(&e.platform) || e.platform == crate::estimate::ALL_PLATFORMS)
        .filter(|f| {
            columns.as_ref().is_none_or(|c| f.concerns(c))
                || f.columns.iter().any(|c| groups.split('×').any(|g| g == c))
        })
        .map(|f| Known { id: f.id.clone(), label: f.label.clone(), from: f.from, until: f.until })
        .collect()
}
