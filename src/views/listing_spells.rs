//! How long listings were live, and what ended that.

use polars::prelude::{DataType, JoinType, LazyFrame, TimeUnit, TimeZone, col, lit, when};

use super::batches::instant;
use super::moderation::{Spell, confirms, effect, known, listing_key, never, ordered, removes};
use super::offences::derived;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct ListingSpells;

static COLUMNS: [Column; 10] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("listing_id", Kind::Text, &["listings.listing_id"], Values::Any, "Identifier of the listing."),
    derived("trader_id", Kind::Text, &["listings.trader_id"], Values::Any, "Trader of the listing."),
    derived("category", Kind::Code, &["listings.category"], Values::Any, "Category of the listing."),
    derived("country", Kind::Code, &["listings.country"], Values::Any, "Country that the listing is offered to."),
    derived("live_at", Kind::Timestamp, &["listings.live_at"], Values::Any, "Instant from which it was live."),
    derived(
        "spell_event",
        Kind::Code,
        &["actions.listing_id", "listings.live_at"],
        Values::Form("removed, ended or censored"),
        "What ended the time live: the first removal, disabling or termination on the listing (removed), the trader or the end of the offer (ended), or the end of observation (censored).",
    ),
    derived(
        "exit_hours",
        Kind::Integer,
        &["actions.listing_id", "listings.live_at"],
        Values::Form("hours"),
        "Whole hours from going live to that; an hour more where it was seen first within the same hour. Null where an action is dated before the listing was live, or the end of observation is not known.",
    ),
    derived(
        "entry_hours",
        Kind::Integer,
        &["listings.live_at"],
        Values::Form("hours"),
        "Whole hours that it had been live when it was seen first or observation began. Null where it was observed from its beginning.",
    ),
    derived(
        "confirmed",
        Kind::Bool,
        &["actions.confirmed", "actions.listing_id"],
        Values::Any,
        "Whether an action confirmed that the listing is illegal; false where none did.",
    ),
];

impl Table for ListingSpells {
    fn name(&self) -> &'static str {
        "listing_spells"
    }
    fn row(&self) -> &'static str {
        "one listing that went live, with how long it was and what ended that"
    }
    fn source(&self) -> &'static str {
        "derived from the tables listings and actions"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "listing_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for ListingSpells {
    fn made_of(&self) -> &'static [&'static str] {
        &["listings", "actions"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut columns = ["platform", "listing_id", "trader_id", "category", "country"].map(col).to_vec();
        columns.extend(["live_at", "ended_at", "first_seen_at", "last_seen_at"].map(instant));
        let listings = (given.frame)("listings")?.filter(col("live_at").is_not_null()).select(columns);
        let acted = if given.has("actions") {
            let [platform, listing] = listing_key();
            listings.join(
                on_listings((given.frame)("actions")?),
                [platform.clone(), listing.clone()],
                [platform, listing],
                ordered(JoinType::Left),
            )
        } else {
            listings.with_columns([never().alias("__removal"), never().alias("__confirmed")])
        };
        let from = known(given.options.observed_from);
        let seen = col("first_seen_at");
        let later = seen.clone().is_null().or(from.clone().is_not_null().and(from.clone().gt(seen.clone())));
        let end = given.options.observed_until.map_or_else(|| col("last_seen_at"), lit);
        let spell = Spell {
            live: col("live_at"),
            entry: when(later).then(from).otherwise(seen),
            removed: col("__removal"),
            ended: col("ended_at"),
            end,
        };
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let confirmed = col("__confirmed").fill_null(lit(0_i64)).gt(lit(0_i64));
        let lf = spell.onto(acted).with_columns([confirmed.alias("confirmed"), col("live_at").cast(utc)]);
        Ok(lf.select(COLUMNS.iter().map(|c| col(c.name)).collect::<Vec<_>>()))
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

/// The first removal of each listing, and how many actions confirmed that it is illegal.
fn on_listings(actions: LazyFrame) -> LazyFrame {
    let takes = removes().or(col("action").eq(lit("termination")));
    actions
        .filter(col("listing_id").is_not_null().and(takes.clone().or(confirms())))
        .select([
            col("platform"),
            col("listing_id"),
            when(takes).then(effect()).otherwise(never()).alias("__removal"),
            confirms().cast(DataType::Int64).alias("__confirmed"),
        ])
        .group_by(listing_key())
        .agg([col("__removal").min(), col("__confirmed").sum()])
}
