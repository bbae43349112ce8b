//! How long complaints took to be decided, in hours.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, col, lit, when};

use super::offences::derived;
use super::{Given, View, hours_between};
use crate::error::Result;
use crate::tables::complaints::Complaints;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct ComplaintTimes;

static COLUMNS: [Column; 3] = [
    derived(
        "decision_event",
        Kind::Code,
        &["decided_at"],
        Values::Form("decided or censored"),
        "How the wait ended: decided, or censored where observation ended first.",
    ),
    derived(
        "decision_hours",
        Kind::Integer,
        &["filed_at", "decided_at"],
        Values::Form("hours"),
        "Whole hours from the complaint to the decision, or to the end of observation. Null where the decision is dated before the complaint, or the end of observation is not known.",
    ),
    derived(
        "decided_by_machine",
        Kind::Bool,
        // Times are known without it.
        &["decided_at"],
        Values::Any,
        "Whether the complaint was decided solely by automated means. Null where this is not said, or it is pending.",
    ),
];

impl Table for ComplaintTimes {
    fn name(&self) -> &'static str {
        "complaint_times"
    }
    fn row(&self) -> &'static str {
        "one complaint, with how long it waited for a decision"
    }
    fn source(&self) -> &'static str {
        "derived from the table complaints"
    }
    fn key(&self) -> &'static [&'static str] {
        Complaints.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| Complaints.column(name))
    }
}

impl View for ComplaintTimes {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&Complaints)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["complaints"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let end: Expr = given.options.observed_until.map_or_else(|| lit(NULL).cast(DataType::Int64), lit);
        let decided = col("decided_at").is_not_null();
        let until = when(decided.clone()).then(col("decided_at").cast(DataType::Int64)).otherwise(end);
        let nothing = lit(NULL).cast(DataType::Boolean);
        Ok((given.frame)("complaints")?.with_columns([
            when(decided.clone()).then(lit("decided")).otherwise(lit("censored")).alias("decision_event"),
            hours_between(col("filed_at").cast(DataType::Int64), until).alias("decision_hours"),
            when(decided).then(col("automated")).otherwise(nothing).alias("decided_by_machine"),
        ]))
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        true
    }

    fn kept(&self) -> bool {
        true
    }
}
