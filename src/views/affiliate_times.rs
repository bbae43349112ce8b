//! How long abusive affiliate links went on after they were found, in hours.

use polars::prelude::{DataType, Expr, LazyFrame, NULL, col, lit, when};

use super::{Given, View, hours_between};
use crate::error::Result;
use crate::tables::affiliates::Affiliates;
use crate::tables::{Column, Kind, Origin, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AffiliateTimes;

const fn event(name: &'static str, from: &'static [&'static str], meaning: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Code,
        nullable: true,
        origin: Origin::Derived(from),
        meaning,
        values: Values::Form("done or censored"),
        legal: "",
        personal: false,
    }
}

const fn hours(name: &'static str, from: &'static [&'static str], meaning: &'static str) -> Column {
    Column { kind: Kind::Integer, values: Values::Form("hours"), ..event(name, from, meaning) }
}

const DISCONNECTED: &[&str] = &["detected_at", "disconnected_at"];
const STOPPED: &[&str] = &["detected_at", "commission_stopped_at"];
const SUSPENDED: &[&str] = &["detected_at", "suspended_at"];

#[rustfmt::skip]
static COLUMNS: [Column; 6] = [
    event("disconnection_event", DISCONNECTED, "Whether the link was disconnected before observation ended. Null where it was not found to be abusive."),
    hours("disconnection_hours", DISCONNECTED, "Whole hours from when it was found until then, or until observation ended. Null where that is not known, or it was disconnected before."),
    event("commission_event", STOPPED, "Whether commission was stopped before observation ended. Null where the link was not found to be abusive."),
    hours("commission_hours", STOPPED, "Whole hours from when it was found until then, or until observation ended. Null where that is not known, or commission was stopped before."),
    event("suspension_event", SUSPENDED, "Whether the affiliate was suspended before observation ended. Null where the link was not found to be abusive."),
    hours("suspension_hours", SUSPENDED, "Whole hours from when it was found until then, or until observation ended. Null where that is not known, or the affiliate was suspended before."),
];

/// Name and instant of each reaction.
const REACTIONS: [(&str, &str); 3] =
    [("disconnection", "disconnected_at"), ("commission", "commission_stopped_at"), ("suspension", "suspended_at")];

impl Table for AffiliateTimes {
    fn name(&self) -> &'static str {
        "affiliate_times"
    }
    fn row(&self) -> &'static str {
        "one affiliate link, with how long it took to react to it where it was found to be abusive"
    }
    fn source(&self) -> &'static str {
        "derived from the table affiliates"
    }
    fn key(&self) -> &'static [&'static str] {
        Affiliates.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| Affiliates.column(name))
    }
}

impl View for AffiliateTimes {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&Affiliates)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["affiliates"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let end = || given.options.observed_until.map_or_else(|| lit(NULL).cast(DataType::Int64), lit);
        let micros = |name: &str| col(name).cast(DataType::Int64);
        let mut columns: Vec<Expr> = Vec::new();
        for (name, column) in REACTIONS {
            // What happened after the end of observation had not happened by then.
            let mut done = col(column).is_not_null();
            if let Some(end) = given.options.observed_until {
                done = done.and(micros(column).lt(lit(end)));
            }
            let until = when(done.clone()).then(micros(column)).otherwise(end());
            let event = when(col("detected_at").is_null())
                .then(lit(NULL).cast(DataType::String))
                .otherwise(when(done).then(lit("done")).otherwise(lit("censored")));
            columns.push(event.alias(format!("{name}_event")));
            columns.push(hours_between(micros("detected_at"), until).alias(format!("{name}_hours")));
        }
        Ok((given.frame)("affiliates")?.with_columns(columns))
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

#[cfg(test)]
mod tests {
    use crate::views::hand_tests::{Hand, S, at};

    #[test]
    fn each_reaction_has_its_own_time() {
        let rows = [
            vec![
                ("link_id", S("1")),
                ("detected_at", at(10, 0)),
                ("disconnected_at", at(11, 3)),
                ("suspended_at", at(120, 0)),
            ],
            vec![("link_id", S("2")), ("detected_at", at(10, 0)), ("commission_stopped_at", at(9, 0))],
            vec![("link_id", S("3")), ("suspended_at", at(20, 0))],
        ];
        let hand = Hand::until(100).with("affiliates", &rows);
        let columns = [
            "disconnection_event",
            "disconnection_hours",
            "commission_event",
            "commission_hours",
            "suspension_event",
            "suspension_hours",
        ];
        assert_eq!(
            hand.lines("affiliate_times", &columns),
            [
                "done 27 censored 2160 censored 2160",
                "censored 2160 done null censored 2160",
                "null null null null null null"
            ]
        );
    }
}
