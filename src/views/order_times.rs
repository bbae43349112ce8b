//! By when orders of authorities were given effect, and until when they had to be.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, TimeUnit, TimeZone, col, lit, when};

use super::offences::derived;
use super::{Given, View, hours_between};
use crate::error::Result;
use crate::tables::authority_orders::AuthorityOrders;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct OrderTimes;

static COLUMNS: [Column; 4] = [
    derived(
        "effect_event",
        Kind::Code,
        &["effect_at"],
        Values::Form("effect or censored"),
        "How the wait ended: with effect given to the order, or censored where observation ended first.",
    ),
    derived(
        "effect_hours",
        Kind::Integer,
        &["received_at", "effect_at"],
        Values::Form("hours"),
        "Whole hours from receipt to effect, or to the end of observation. Null where effect is dated before the receipt, or the end of observation is not known.",
    ),
    derived(
        "waited_until",
        Kind::Timestamp,
        &["effect_at"],
        Values::Any,
        "Instant of effect, or the end of observation where there is none. Null where neither is known.",
    ),
    derived(
        "own_limit",
        Kind::Timestamp,
        // Orders under GPSR Art. 22(4) need none: the law sets theirs.
        &["legal_basis"],
        Values::Any,
        "End of the period that the order itself sets. Null where it sets none, and for orders under GPSR Art. 22(4), whose period the law sets.",
    ),
];

impl Table for OrderTimes {
    fn name(&self) -> &'static str {
        "order_times"
    }
    fn row(&self) -> &'static str {
        "one order of an authority, with when it was given effect and until when it had to be"
    }
    fn source(&self) -> &'static str {
        "derived from the table authority_orders"
    }
    fn key(&self) -> &'static [&'static str] {
        AuthorityOrders.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| AuthorityOrders.column(name))
    }
}

impl View for OrderTimes {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&AuthorityOrders)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["authority_orders"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let end: Expr = given.options.observed_until.map_or_else(|| lit(NULL).cast(DataType::Int64), lit);
        let done = col("effect_at").is_not_null();
        let until = when(done.clone()).then(col("effect_at").cast(DataType::Int64)).otherwise(end);
        let instant = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let by_law = col("legal_basis").eq(lit("gpsr_22_4")).fill_null(lit(false));
        // A null that is cast here loses its time zone where every order of a batch is one by law.
        let own = when(by_law.not()).then(col("deadline_at")).otherwise(lit(NULL));
        Ok((given.frame)("authority_orders")?.with_columns([
            when(done).then(lit("effect")).otherwise(lit("censored")).alias("effect_event"),
            hours_between(col("received_at").cast(DataType::Int64), until.clone()).alias("effect_hours"),
            until.cast(instant).alias("waited_until"),
            own.alias("own_limit"),
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
