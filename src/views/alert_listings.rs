//! Listings that are the product of an alert, with the evidence of each match and the time for which they were live.

use std::collections::HashMap;

use polars::prelude::{Expr, LazyFrame, col, when};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use super::batches::{self, Columns, instant};
use super::offences::derived;
use super::product_pairs::{self, Against, Pair, is_removal};
use super::removed_products::{hash, live};
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AlertListings;

/// What a match rests on.
const MATCH: &[&str] = &["alerts.published_at", "listings.listing_id"];

#[rustfmt::skip]
static COLUMNS: [Column; 18] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("authority", Kind::Code, MATCH, Values::Codes("alert_authority"), "Who published the alert."),
    derived("alert_number", Kind::Text, MATCH, Values::Any, "Number of the alert."),
    derived("product_number", Kind::Text, MATCH, Values::Any, "Which product of the alert, where it names several."),
    derived("alert_row", Kind::Integer, MATCH, Values::Form("number"), "Position of the alert in its table, from 0."),
    derived("published_at", Kind::Timestamp, MATCH, Values::Any, "Day of publication of the alert."),
    derived("alert_name", Kind::Text, MATCH, Values::Any, "Name of the product of the alert."),
    derived("listing_id", Kind::Text, MATCH, Values::Any, "Listing that is the same product."),
    derived("trader_id", Kind::Text, MATCH, Values::Any, "Trader of the listing."),
    derived("title", Kind::Text, MATCH, Values::Any, "Title of the listing."),
    derived("category", Kind::Code, &["listings.category"], Values::Any, "Category of the listing."),
    derived("country", Kind::Code, &["listings.country"], Values::Any, "Country that the listing is offered to."),
    derived("rule", Kind::Code, MATCH, Values::Form("barcode, brand-model or model"), "Rule that the match rests on."),
    derived("evidence", Kind::Text, MATCH, Values::Any, "Values on both sides that are equal."),
    derived("reason", Kind::Text, MATCH, Values::Any, "Why they are the same product, in words."),
    derived("live_from", Kind::Timestamp, MATCH, Values::Any, "Instant from which the listing was seen live. Null where it never was."),
    derived("live_until", Kind::Timestamp, MATCH, Values::Any, "Instant at which it was removed or ended, or was seen last. Null where it is live when observation ends."),
    derived("end", Kind::Code, MATCH, Values::Form("removed, ended or censored"), "How that time ended: by the platform, by the trader or the end of the offer, or censored where it was not seen to end."),
];

impl Table for AlertListings {
    fn name(&self) -> &'static str {
        "alert_listings"
    }
    fn row(&self) -> &'static str {
        "one match of a listing with an alert, by barcode, brand and model, or model"
    }
    fn source(&self) -> &'static str {
        "derived from the tables alerts, listings and actions"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "alert_row", "listing_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for AlertListings {
    fn made_of(&self) -> &'static [&'static str] {
        &["alerts", "listings", "actions"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut found: Vec<Pair> = Vec::new();
        product_pairs::pairs(given.frame, Against::Alerts, false, &mut |pair| {
            found.push(pair);
            Ok(())
        })?;
        found.sort_by(|a, b| (&a.platform, a.at, &a.listing_id).cmp(&(&b.platform, b.at, &b.listing_id)));
        // A listing that stands twice in the data is one.
        found.dedup_by(|a, b| (&a.platform, a.at, &a.listing_id) == (&b.platform, b.at, &b.listing_id));
        let lives = lives(given, &found)?;
        frame(&found, &lives)
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

/// When a listing was live.
#[derive(Debug, Clone, Copy, Default)]
struct Life {
    from: Option<i64>,
    ended: Option<i64>,
    seen: Option<i64>,
    removed: Option<i64>,
}

impl Life {
    /// The instant at which it ended and how; of equal instants, by the platform.
    fn end(&self) -> (Option<i64>, &'static str) {
        match (self.removed, self.ended) {
            (Some(removed), ended) if ended.is_none_or(|ended| removed <= ended) => (Some(removed), "removed"),
            (_, Some(ended)) => (Some(ended), "ended"),
            _ => (self.seen, "censored"),
        }
    }
}

type Lives = HashMap<u64, Life, Xxh3DefaultBuilder>;

/// The lives of matched listings alone: of all others nothing is held.
fn lives(given: &Given<'_>, pairs: &[Pair]) -> Result<Lives> {
    let mut lives: Lives = pairs.iter().map(|p| (hash(&p.platform, &p.listing_id), Life::default())).collect();
    if lives.is_empty() {
        return Ok(lives);
    }
    let end = given.options.observed_until.unwrap_or(i64::MAX);
    let within = |at: Option<i64>| at.filter(|at| *at < end);
    let mut columns: Vec<Expr> = vec![col("platform"), col("listing_id"), live(given).alias("from")];
    columns.extend(["ended_at", "last_seen_at"].map(instant));
    batches::each((given.frame)("listings")?.select(columns), "listings", |batch| {
        let (platform, id, from) = (batch.text("platform")?, batch.text("listing_id")?, batch.integer("from")?);
        let (ended, seen) = (batch.integer("ended_at")?, batch.integer("last_seen_at")?);
        for i in 0..batch.len() {
            let (Some(platform), Some(id)) = (platform.get(i), id.get(i)) else { continue };
            if let Some(life) = lives.get_mut(&hash(platform, id)) {
                life.from = within(from.get(i));
                (life.ended, life.seen) = (within(ended.get(i)), within(seen.get(i)));
            }
        }
        Ok(())
    })?;
    if !given.has("actions") {
        return Ok(lives);
    }
    let at = when(col("effective_at").is_not_null()).then(instant("effective_at")).otherwise(instant("action_at"));
    let removals = (given.frame)("actions")?.filter(is_removal());
    let columns = [col("platform"), col("listing_id"), at.alias("at")];
    batches::each(removals.select(columns), "actions", |batch| {
        let (platform, id, at) = (batch.text("platform")?, batch.text("listing_id")?, batch.integer("at")?);
        for i in 0..batch.len() {
            let (Some(platform), Some(id), Some(at)) = (platform.get(i), id.get(i), within(at.get(i))) else {
                continue;
            };
            if let Some(life) = lives.get_mut(&hash(platform, id)) {
                life.removed = Some(life.removed.map_or(at, |known| known.min(at)));
            }
        }
        Ok(())
    })?;
    Ok(lives)
}

fn frame(pairs: &[Pair], lives: &Lives) -> Result<LazyFrame> {
    let life = |p: &Pair| lives.get(&hash(&p.platform, &p.listing_id)).copied().unwrap_or_default();
    let mut columns = Columns::default();
    columns.text("platform", pairs.iter().map(|p| Some(p.platform.as_str())));
    columns.text("authority", pairs.iter().map(|p| Some(p.other_source.as_str())));
    columns.text("alert_number", pairs.iter().map(|p| Some(p.other_id.as_str())));
    columns.text("product_number", pairs.iter().map(|p| p.other_part.as_deref()));
    columns.integer("alert_row", pairs.iter().map(|p| i64::try_from(p.at).ok()));
    columns.integer("published_at", pairs.iter().map(|p| p.other_at));
    columns.text("alert_name", pairs.iter().map(|p| p.other_title.as_deref()));
    columns.text("listing_id", pairs.iter().map(|p| Some(p.listing_id.as_str())));
    columns.text("trader_id", pairs.iter().map(|p| p.trader_id.as_deref()));
    columns.text("title", pairs.iter().map(|p| p.title.as_deref()));
    columns.text("category", pairs.iter().map(|p| p.category.as_deref()));
    columns.text("country", pairs.iter().map(|p| p.country.as_deref()));
    columns.text("rule", pairs.iter().map(|p| p.rule));
    columns.text("evidence", pairs.iter().map(|p| Some(p.evidence.as_str())));
    columns.text("reason", pairs.iter().map(|p| Some(p.reason.as_str())));
    columns.integer("live_from", pairs.iter().map(|p| life(p).from));
    columns.integer("live_until", pairs.iter().map(|p| life(p).end().0));
    columns.text("end", pairs.iter().map(|p| Some(life(p).end().1)));
    columns.frame("alert_listings", &["published_at", "live_from", "live_until"])
}
