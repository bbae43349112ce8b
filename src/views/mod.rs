//! Derivations of tables that one GROUP BY cannot express: each row of the base with further columns.
//!
//! A view says what its columns are, as a table does; how to make it in this process; and, where it can be
//! written so, as SQL, so that its tallies run on any engine. Derived columns name their origins: columns of the
//! base, or of any table as `table.column`.

use std::collections::BTreeSet;
use std::path::PathBuf;

use polars::prelude::{Expr, LazyFrame, NULL, lit, when};

use crate::error::Result;
use crate::tables::{Origin, Table};

pub mod affiliate_sums;
pub mod affiliate_times;
pub mod alert_listings;
pub mod alert_matches;
pub mod audit_spells;
pub mod audit_units;
mod batches;
pub mod complaint_times;
pub mod confirmed_listings;
#[cfg(test)]
pub(crate) mod hand_tests;
pub mod illegal_purchases;
pub mod listing_spells;
pub mod mismatch_scores;
mod moderation;
pub mod notice_times;
pub mod offences;
pub mod order_times;
mod policy;
pub mod product_pairs;
pub mod removed_products;
mod sanctions;
pub mod seed_times;
#[cfg(test)]
mod spells_tests;
pub mod statement_repeats;
pub mod tested_products;
pub mod threshold_activity;
pub mod trader_checks;
pub mod trader_records;

/// Every view, in the order of the help.
pub static VIEWS: &[&dyn View] = &[
    &statement_repeats::StatementRepeats,
    &notice_times::NoticeTimes,
    &order_times::OrderTimes,
    &complaint_times::ComplaintTimes,
    &audit_units::AuditUnits,
    &offences::Offences,
    &trader_records::TraderRecords,
    &removed_products::RemovedProducts,
    &threshold_activity::ThresholdActivity,
    &confirmed_listings::ConfirmedListings,
    &listing_spells::ListingSpells,
    &audit_spells::AuditSpells,
    &seed_times::SeedTimes,
    &tested_products::TestedProducts,
    &mismatch_scores::MismatchScores,
    &affiliate_sums::AffiliateSums,
    &affiliate_times::AffiliateTimes,
    &trader_checks::TraderChecks,
    &alert_listings::AlertListings,
    &alert_matches::AlertMatches,
    &illegal_purchases::IllegalPurchases,
];

/// A table that is derived from others.
pub trait View: Table {
    /// The table whose rows it has, with further columns: then, as a [`Table`], it lists the columns that it adds.
    /// `None` where it makes rows of its own: then it lists all that it has.
    fn base(&self) -> Option<&'static dyn Table> {
        None
    }

    /// The tables and views that it is made of; without the first of them there is none, others may be absent.
    fn made_of(&self) -> &'static [&'static str];

    /// The view, lazily.
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where rows cannot be read.
    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame>;

    /// A SELECT that makes it, where one is written; `from` gives the text that stands for a table after FROM.
    fn sql(&self, from: &dyn Fn(&str) -> String) -> Option<String>;

    /// Whether counts over parts of the data add up to those over the whole.
    fn merges(&self) -> bool;

    /// Whether it is made once and kept as a file of the dataset, since many counts read it.
    fn kept(&self) -> bool {
        false
    }
}

/// What a view is made of.
pub struct Given<'a> {
    /// A table or view, by name.
    pub frame: &'a dyn Fn(&str) -> Result<LazyFrame>,
    /// Columns of a table that any export fills; empty where the table is not there.
    pub filled: &'a dyn Fn(&str) -> BTreeSet<String>,
    /// Files of a table, in the order of its frame.
    pub files: &'a dyn Fn(&str) -> Vec<PathBuf>,
    /// Rows of a table.
    pub rows: &'a dyn Fn(&str) -> u64,
    /// How views are made.
    pub options: &'a Options,
}

impl Given<'_> {
    /// Whether a table is there.
    #[must_use]
    pub fn has(&self, table: &str) -> bool {
        !(self.filled)(table).is_empty()
    }
}

/// How views are made: what the study file says, and when observation begins and ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Offences of a trader within these hours of the first of them are one episode.
    pub episode_hours: u32,
    /// Days within which a removed product must come back to count as relisted.
    pub relisting_days: u32,
    /// Instant (microseconds) from which what happened is in the data.
    pub observed_from: Option<i64>,
    /// Instant at which observation ends.
    pub observed_until: Option<i64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { episode_hours: 24, relisting_days: 90, observed_from: None, observed_until: None }
    }
}

/// Whole hours from one instant to another, both in microseconds; null where the second is earlier.
fn hours_between(from: Expr, to: Expr) -> Expr {
    let micros = to - from;
    when(micros.clone().gt_eq(lit(0_i64))).then(micros / lit(3_600_000_000_i64)).otherwise(lit(NULL))
}

/// The view of this name.
#[must_use]
pub fn view(name: &str) -> Option<&'static dyn View> {
    VIEWS.iter().copied().find(|v| v.name() == name)
}

/// The table or view of this name.
#[must_use]
pub fn table_or_view(name: &str) -> Option<&'static dyn Table> {
    crate::tables::table(name).or_else(|| view(name).map(|v| v as &dyn Table))
}

/// The first table that a table or view is made of: without it there is no row.
#[must_use]
pub fn first_table(name: &'static str) -> &'static str {
    match view(name).and_then(|v| v.made_of().first()) {
        Some(first) => first_table(first),
        None => name,
    }
}

/// The stored columns, each with its table, that columns of a table or view rest on: those of a table are stored
/// themselves, those of a view are made of others. A column of another table is named `table.column`.
#[must_use]
pub fn stored(table: &'static str, columns: &[&'static str]) -> Vec<(&'static str, &'static str)> {
    let mut stored = Vec::new();
    for name in columns {
        match name.split_once('.') {
            Some((other, name)) => trace(other, name, &mut stored),
            None => trace(table, name, &mut stored),
        }
    }
    stored.sort_unstable();
    stored.dedup();
    stored
}

/// The names of [`stored`] columns.
#[must_use]
pub fn stored_names(table: &'static str, columns: &[&'static str]) -> Vec<&'static str> {
    stored(table, columns).into_iter().map(|(_, column)| column).collect()
}

fn trace(table: &'static str, column: &'static str, into: &mut Vec<(&'static str, &'static str)>) {
    let Some(view) = view(table) else {
        into.push((table, column));
        return;
    };
    let base = view.base().map_or(table, Table::name);
    match view.columns().iter().find(|c| c.name == column).map(|c| c.origin) {
        Some(Origin::Derived(from)) => {
            for origin in from {
                match origin.split_once('.') {
                    Some((table, column)) => trace(table, column, into),
                    None => trace(base, origin, into),
                }
            }
        }
        Some(_) => {}
        None => trace(base, column, into),
    }
}
