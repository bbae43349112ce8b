//! How long notices took to be decided, in hours.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, TimeUnit, TimeZone, col, lit, when};

use super::offences::derived;
use super::{Given, View, hours_between};
use crate::error::Result;
use crate::tables::notices::Notices;
use crate::tables::{Column, Kind, Origin, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct NoticeTimes;

static COLUMNS: [Column; 5] = [
    Column {
        name: "decision_event",
        kind: Kind::Code,
        nullable: false,
        origin: Origin::Derived(&["decided_at"]),
        meaning: "How the wait ended: decided, or censored where observation ended first.",
        values: Values::Form("decided or censored"),
        legal: "",
        personal: false,
    },
    Column {
        name: "decision_hours",
        kind: Kind::Integer,
        nullable: true,
        origin: Origin::Derived(&["received_at", "decided_at"]),
        meaning: "Whole hours from receipt to the decision, or to the end of observation. Null where the decision is dated before the receipt, or the end of observation is not known.",
        values: Values::Form("hours"),
        legal: "",
        personal: false,
    },
    derived(
        "waited_until",
        Kind::Timestamp,
        &["decided_at"],
        Values::Any,
        "Instant of the decision, or the end of observation where there is none. Null where neither is known.",
    ),
    derived(
        "message_owed",
        Kind::Bool,
        // Where nobody says whether there was an address, it is taken that there was one.
        &["received_at"],
        Values::Any,
        "Whether the notifier is owed messages: not where the data says that no electronic address was left.",
    ),
    derived(
        "pair",
        Kind::Text,
        // Data without test notices answers too.
        &["received_at"],
        Values::Any,
        "Identifier that two test notices share which notify the same item by two routes. Null for all others.",
    ),
];

impl Table for NoticeTimes {
    fn name(&self) -> &'static str {
        "notice_times"
    }
    fn row(&self) -> &'static str {
        "one item that was notified, with how long it waited for a decision"
    }
    fn source(&self) -> &'static str {
        "derived from the table notices"
    }
    fn key(&self) -> &'static [&'static str] {
        Notices.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| Notices.column(name))
    }
}

impl View for NoticeTimes {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&Notices)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["notices"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let end: Expr = given.options.observed_until.map_or_else(|| lit(NULL).cast(DataType::Int64), lit);
        let decided = col("decided_at").is_not_null();
        let until = when(decided.clone()).then(col("decided_at").cast(DataType::Int64)).otherwise(end);
        let instant = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let event = when(decided).then(lit("decided")).otherwise(lit("censored"));
        Ok((given.frame)("notices")?.with_columns([
            event.alias("decision_event"),
            hours_between(col("received_at").cast(DataType::Int64), until.clone()).alias("decision_hours"),
            until.cast(instant).alias("waited_until"),
            col("contact_given").fill_null(lit(true)).alias("message_owed"),
            col("pair_id").alias("pair"),
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
