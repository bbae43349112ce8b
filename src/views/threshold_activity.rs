//! What traders did between the episode after which the policy demands a suspension and that suspension.

use std::collections::HashMap;

use polars::prelude::{DataType, Expr, LazyFrame, col};
use xxhash_rust::xxh3::{Xxh3Default, Xxh3DefaultBuilder};

use super::batches::{self, Columns, DAY, instant};
use super::offences::derived;
use super::sanctions::Accounts;
use super::trader_records::THRESHOLD;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// Microseconds of a minute.
const MINUTE: i64 = 60_000_000;

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct ThresholdActivity;

static COLUMNS: [Column; 12] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("trader_id", Kind::Text, THRESHOLD, Values::Any, "Identifier of the trader on the platform."),
    derived("size", Kind::Code, &["traders.size"], Values::Codes("trader_size"), "Size of the trader."),
    derived("country", Kind::Code, &["traders.country"], Values::Any, "Country of the trader (two letters)."),
    derived(
        "seat",
        Kind::Code,
        &["traders.country"],
        Values::Form("union or third_country"),
        "Whether the country of the trader is a member state of the Union.",
    ),
    derived(
        "threshold_at",
        Kind::Timestamp,
        THRESHOLD,
        Values::Any,
        "Instant of the first episode at which the policy in force demands a suspension or termination.",
    ),
    derived(
        "active_minutes",
        Kind::Integer,
        THRESHOLD,
        Values::Form("count"),
        "Whole minutes from the threshold until the trader was suspended or closed the account, or observation ended. Null where that is not known.",
    ),
    derived(
        "whole_days",
        Kind::Integer,
        THRESHOLD,
        Values::Form("days"),
        "Whole days in UTC between the day of the threshold and the day of that end, both excluded: those of active_views.",
    ),
    derived(
        "active_listings",
        Kind::Integer,
        THRESHOLD,
        Values::Form("count"),
        "Listings of the trader that went live in that time. Null where the data has no listings.",
    ),
    derived(
        "active_orders",
        Kind::Integer,
        THRESHOLD,
        Values::Form("count"),
        "Orders of listings of the trader in that time, other than cancelled ones. Null where the data has no purchases.",
    ),
    derived(
        "active_views",
        Kind::Integer,
        THRESHOLD,
        Values::Form("count"),
        "Impressions of listings of the trader on the whole days. Null where the data has no views or no listings.",
    ),
    derived(
        "viewed_days",
        Kind::Integer,
        THRESHOLD,
        Values::Form("days"),
        "The whole days, where there are impressions to count on them; else null.",
    ),
];

impl Table for ThresholdActivity {
    fn name(&self) -> &'static str {
        "threshold_activity"
    }
    fn row(&self) -> &'static str {
        "one trader after one of whose episodes the policy demands a suspension, with what went on until there was one"
    }
    fn source(&self) -> &'static str {
        "derived from the view trader_records and the tables listings, views and purchases"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "trader_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for ThresholdActivity {
    fn made_of(&self) -> &'static [&'static str] {
        &["trader_records", "listings", "views", "purchases"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut spells = Spells::read((given.frame)("trader_records")?)?;
        let has = |table| given.has(table);
        if has("listings") {
            spells.read_listings((given.frame)("listings")?)?;
        }
        if has("purchases") {
            spells.read_purchases((given.frame)("purchases")?)?;
        }
        if has("views") && has("listings") {
            spells.read_views((given.frame)("views")?)?;
        }
        spells.frame(has("listings"), has("purchases"), has("views") && has("listings"))
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        false
    }

    fn kept(&self) -> bool {
        true
    }
}

/// The time of one trader.
#[derive(Debug, Clone, Default)]
struct Spell {
    from: i64,
    until: Option<i64>,
    texts: [Option<String>; 3],
    listings: i64,
    orders: i64,
    views: i64,
}

impl Spell {
    fn holds(&self, at: i64) -> bool {
        at > self.from && self.until.is_some_and(|until| at < until)
    }

    /// Days strictly between that of the beginning and that of the end.
    fn days(&self) -> Option<std::ops::Range<i64>> {
        self.until.map(|until| self.from.div_euclid(DAY) + 1..until.div_euclid(DAY))
    }
}

#[derive(Default)]
struct Spells {
    accounts: Accounts,
    all: Vec<Spell>,
    /// Listings of these traders, by a hash of platform and identifier, whose 64 bits are compared.
    owners: HashMap<u64, u32, Xxh3DefaultBuilder>,
}

fn hash(platform: &str, listing: &str) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(platform.as_bytes());
    hash.update(&[0]);
    hash.update(listing.as_bytes());
    hash.digest()
}

impl Spells {
    fn read(records: LazyFrame) -> Result<Self> {
        let mut this = Self::default();
        let mut columns: Vec<Expr> = ["platform", "trader_id", "size", "country", "seat"].map(col).to_vec();
        columns.extend(["threshold_at", "left_at"].map(instant));
        let rows = records.filter(col("threshold_at").is_not_null()).select(columns);
        batches::each(rows, "trader_records", |batch| {
            let (platform, id) = (batch.text("platform")?, batch.text("trader_id")?);
            let texts = [batch.text("size")?, batch.text("country")?, batch.text("seat")?];
            let (from, until) = (batch.integer("threshold_at")?, batch.integer("left_at")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(from)) = (platform.get(i), id.get(i), from.get(i)) else {
                    continue;
                };
                this.accounts.number(platform, id);
                let texts = texts.map(|t| t.get(i).map(str::to_owned));
                this.all.push(Spell { from, until: until.get(i), texts, ..Spell::default() });
            }
            Ok(())
        })?;
        Ok(this)
    }

    fn read_listings(&mut self, listings: LazyFrame) -> Result<()> {
        let mut columns: Vec<Expr> = ["platform", "trader_id", "listing_id"].map(col).to_vec();
        columns.push(instant("live_at"));
        batches::each(listings.filter(col("trader_id").is_not_null()).select(columns), "listings", |batch| {
            let (platform, trader, id) = (batch.text("platform")?, batch.text("trader_id")?, batch.text("listing_id")?);
            let live = batch.integer("live_at")?;
            for i in 0..batch.len() {
                let (Some(platform), Some(trader), Some(id)) = (platform.get(i), trader.get(i), id.get(i)) else {
                    continue;
                };
                let Some(number) = self.accounts.known(platform, trader) else { continue };
                self.owners.insert(hash(platform, id), number);
                if let Some(spell) = self.all.get_mut(number as usize)
                    && live.get(i).is_some_and(|live| spell.holds(live))
                {
                    spell.listings += 1;
                }
            }
            Ok(())
        })
    }

    fn read_purchases(&mut self, purchases: LazyFrame) -> Result<()> {
        let mut columns: Vec<Expr> = ["platform", "trader_id", "listing_id", "status"].map(col).to_vec();
        columns.push(instant("ordered_at"));
        batches::each(purchases.select(columns), "purchases", |batch| {
            let (platform, trader, id) = (batch.text("platform")?, batch.text("trader_id")?, batch.text("listing_id")?);
            let (status, at) = (batch.text("status")?, batch.integer("ordered_at")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(at)) = (platform.get(i), id.get(i), at.get(i)) else { continue };
                let number = match trader.get(i) {
                    Some(trader) => self.accounts.known(platform, trader),
                    None => self.owners.get(&hash(platform, id)).copied(),
                };
                let Some(spell) = number.and_then(|n| self.all.get_mut(n as usize)) else { continue };
                if status.get(i) != Some("cancelled") && spell.holds(at) {
                    spell.orders += 1;
                }
            }
            Ok(())
        })
    }

    fn read_views(&mut self, views: LazyFrame) -> Result<()> {
        let mut columns: Vec<Expr> = ["platform", "listing_id", "impressions"].map(col).to_vec();
        columns.push(col("day").cast(DataType::Int32).cast(DataType::Int64));
        batches::each(views.select(columns), "views", |batch| {
            let (platform, id) = (batch.text("platform")?, batch.text("listing_id")?);
            let (impressions, day) = (batch.integer("impressions")?, batch.integer("day")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(day)) = (platform.get(i), id.get(i), day.get(i)) else { continue };
                let Some(number) = self.owners.get(&hash(platform, id)) else { continue };
                let Some(spell) = self.all.get_mut(*number as usize) else { continue };
                if spell.days().is_some_and(|days| days.contains(&day)) {
                    spell.views = spell.views.saturating_add(impressions.get(i).unwrap_or(0));
                }
            }
            Ok(())
        })
    }

    fn frame(&self, listings: bool, purchases: bool, views: bool) -> Result<LazyFrame> {
        let rows = || self.all.iter().zip(0_u32..);
        let spells = || self.all.iter();
        let known = |s: &Spell, is: bool, n: i64| (is && s.until.is_some()).then_some(n);
        let days = |s: &Spell| s.days().map(|days| (days.end - days.start).max(0));
        let mut columns = Columns::default();
        columns.text("platform", rows().map(|(_, n)| Some(self.accounts.name(n).0)));
        columns.text("trader_id", rows().map(|(_, n)| Some(self.accounts.name(n).1)));
        for (name, at) in ["size", "country", "seat"].into_iter().zip(0..) {
            columns.text(name, spells().map(|s| s.texts.get::<usize>(at).and_then(Option::as_deref)));
        }
        columns.integer("threshold_at", spells().map(|s| Some(s.from)));
        columns.integer("active_minutes", spells().map(|s| s.until.map(|until| (until - s.from).div_euclid(MINUTE))));
        columns.integer("whole_days", spells().map(days));
        columns.integer("active_listings", spells().map(|s| known(s, listings, s.listings)));
        columns.integer("active_orders", spells().map(|s| known(s, purchases, s.orders)));
        columns.integer("active_views", spells().map(|s| known(s, views, s.views)));
        columns.integer("viewed_days", spells().map(|s| days(s).filter(|_| views)));
        columns.frame("threshold_activity", &["threshold_at"])
    }
}

#[cfg(test)]
#[path = "threshold_activity_tests.rs"]
mod tests;
