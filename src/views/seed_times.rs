//! How long planted test listings stayed undetected, in hours.

use polars::prelude::{LazyFrame, col, lit, when};

use super::batches::instant;
use super::moderation::known;
use super::offences::derived;
use super::{Given, View, hours_between};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values, seeded_tests::SeededTests};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct SeedTimes;

static COLUMNS: [Column; 2] = [
    derived(
        "seed_event",
        Kind::Code,
        &["detected_at"],
        Values::Form("detected, refused or censored"),
        "How the test ended: detected when live, refused before it was live, or censored where the tester took it away or observation ended first.",
    ),
    derived(
        "seed_hours",
        Kind::Integer,
        &["detected_at", "live_at"],
        Values::Form("hours"),
        "Whole hours from going live to that; 0 where it was refused, or dealt with before it was live. Null where the end of observation is not known.",
    ),
];

impl Table for SeedTimes {
    fn name(&self) -> &'static str {
        "seed_times"
    }
    fn row(&self) -> &'static str {
        "one planted test listing, with how long it stayed undetected"
    }
    fn source(&self) -> &'static str {
        "derived from the table seeded_tests"
    }
    fn key(&self) -> &'static [&'static str] {
        SeededTests.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| SeededTests.column(name))
    }
}

impl View for SeedTimes {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&SeededTests)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["seeded_tests"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let (live, detected, ended) = (instant("live_at"), instant("detected_at"), instant("ended_at"));
        let until = known(given.options.observed_until);
        let withdrawn = ended.clone().is_not_null().and(until.clone().is_null().or(ended.clone().lt(until.clone())));
        let end = when(withdrawn).then(ended).otherwise(until);
        let found = col("detected_at").is_not_null();
        let refused = col("live_at").is_null();
        let at_once = refused.clone().or(detected.clone().lt(live.clone()));
        let hours = when(at_once.fill_null(lit(false)))
            .then(lit(0_i64))
            .when(found.clone())
            .then(hours_between(live.clone(), detected))
            .otherwise(hours_between(live, end));
        let event = when(refused).then(lit("refused")).when(found).then(lit("detected")).otherwise(lit("censored"));
        Ok((given.frame)("seeded_tests")?.with_columns([event.alias("seed_event"), hours.alias("seed_hours")]))
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        true
    }
}
