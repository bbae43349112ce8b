//! Listings that were confirmed to be illegal: through which channels, when first, and what came before.
//!
//! Content is told apart by its fingerprint, of which 64 bits of a hash are compared.

use std::collections::HashMap;

use polars::prelude::{
    BooleanChunked, DataFrame, DataType, Expr, IntoLazy, IntoSeries, JoinType, LazyFrame, NewChunkedArray,
    SortMultipleOptions, TimeUnit, TimeZone, UnionArgs, col, concat, lit, when,
};
use xxhash_rust::xxh3::{Xxh3Default, Xxh3DefaultBuilder};

use super::batches::instant;
use super::moderation::{confirms, listing_key, never, no_text, ordered, removes};
use super::offences::derived;
use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct ConfirmedListings;

const FROM: &[&str] = &["actions.confirmed", "actions.listing_id"];
const CHANNEL: &[&str] = &["actions.confirmed", "actions.detection_source", "actions.listing_id"];

static COLUMNS: [Column; 13] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("listing_id", Kind::Text, FROM, Values::Any, "Identifier of the listing."),
    derived("trader_id", Kind::Text, FROM, Values::Any, "Trader of the listing."),
    derived(
        "category",
        Kind::Code,
        &["actions.category", "actions.confirmed", "actions.listing_id"],
        Values::Any,
        "Category that the first action or notice with one gives; else that of the listing.",
    ),
    derived("country", Kind::Code, &["listings.country"], Values::Any, "Country that the listing is offered to."),
    derived(
        "found_at",
        Kind::Timestamp,
        FROM,
        Values::Any,
        "Instant of the first action that confirms it, or of the first decision on a notice to act on the law.",
    ),
    derived(
        "first_action",
        Kind::Code,
        FROM,
        Values::Codes("action"),
        "First action that confirms it; null where a notice alone does.",
    ),
    derived("found_own", Kind::Bool, CHANNEL, Values::Any, "Whether the platform found it on its own initiative."),
    derived(
        "found_notice",
        Kind::Bool,
        CHANNEL,
        Values::Any,
        "Whether a notice told of it: an action names a notice as its cause, or a notice was decided by action on the law.",
    ),
    derived(
        "found_other",
        Kind::Bool,
        CHANNEL,
        Values::Any,
        "Whether something else told of it: an order, an audit, another source, or one that is not given.",
    ),
    derived(
        "first_of_content",
        Kind::Bool,
        FROM,
        Values::Any,
        "Whether it is the first by its action of the listings with its content; null where no action confirms it.",
    ),
    derived(
        "before_live",
        Kind::Bool,
        &["actions.confirmed", "actions.listing_id", "listings.live_at"],
        Values::Any,
        "Whether the first action on its content came before any confirmed listing with it was live; null where that is not known.",
    ),
    derived(
        "views_before",
        Kind::Integer,
        &["actions.confirmed", "actions.listing_id", "actions.views_before"],
        Values::Form("count"),
        "Views before the first removal or disabling that confirms it; null where there was none, or views are not given.",
    ),
];

impl Table for ConfirmedListings {
    fn name(&self) -> &'static str {
        "confirmed_listings"
    }
    fn row(&self) -> &'static str {
        "one listing that was confirmed to be illegal, by an action or by the decision on a notice"
    }
    fn source(&self) -> &'static str {
        "derived from the tables actions, notices and listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "listing_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for ConfirmedListings {
    fn made_of(&self) -> &'static [&'static str] {
        &["actions", "notices", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let fault = |e| Error::engine("cannot list what was confirmed to be illegal", e);
        let mut parts = vec![by_actions((given.frame)("actions")?)];
        if given.has("notices") {
            parts.push(by_notices((given.frame)("notices")?));
        }
        let found = concat(parts, UnionArgs::default()).map_err(fault)?;
        let mut df = with_listings(by_listing(found), given)?.collect().map_err(fault)?;
        let (first, before) = contents(&df).map_err(fault)?;
        df.with_column(first.with_name("first_of_content".into()).into_series().into()).map_err(fault)?;
        df.with_column(before.with_name("before_live".into()).into_series().into()).map_err(fault)?;
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let lf = df.lazy().with_columns([col("found_at").cast(utc)]);
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

/// Actions that confirm a listing to be illegal.
fn by_actions(actions: LazyFrame) -> LazyFrame {
    let source = |codes: &[&str]| {
        let any = codes.iter().map(|code| col("detection_source").eq(lit(*code))).reduce(Expr::or);
        any.unwrap_or_else(|| lit(false)).fill_null(lit(false))
    };
    let (own, notice) = (source(&["own_initiative"]), source(&["notice", "trusted_flagger"]));
    let views = when(removes()).then(col("views_before")).otherwise(never());
    actions.filter(col("listing_id").is_not_null().and(confirms())).select([
        col("platform"),
        col("listing_id"),
        instant("action_at").alias("at"),
        col("action_id"),
        col("action"),
        col("trader_id"),
        col("category"),
        col("fingerprint"),
        views.alias("views_before"),
        removes().cast(DataType::Int64).alias("removes"),
        own.clone().cast(DataType::Int64).alias("own"),
        notice.clone().cast(DataType::Int64).alias("notice"),
        own.or(notice).not().cast(DataType::Int64).alias("other"),
    ])
}

/// Notices that were decided by action on the law.
fn by_notices(notices: LazyFrame) -> LazyFrame {
    let decided = when(col("decided_at").is_not_null()).then(instant("decided_at")).otherwise(instant("received_at"));
    let acted = col("decision").eq(lit("action_on_law")).fill_null(lit(false));
    notices.filter(col("listing_id").is_not_null().and(acted)).select([
        col("platform"),
        col("listing_id"),
        decided.alias("at"),
        no_text().alias("action_id"),
        no_text().alias("action"),
        no_text().alias("trader_id"),
        col("category"),
        no_text().alias("fingerprint"),
        never().alias("views_before"),
        lit(0_i64).cast(DataType::Int64).alias("removes"),
        lit(0_i64).cast(DataType::Int64).alias("own"),
        lit(1_i64).cast(DataType::Int64).alias("notice"),
        lit(0_i64).cast(DataType::Int64).alias("other"),
    ])
}

/// One row for each listing, in the order of platform and identifier.
fn by_listing(found: LazyFrame) -> LazyFrame {
    let first = |name: &str| col(name).drop_nulls().first();
    // Views at the first removal, even where they are not given.
    let removal = col("views_before").filter(col("removes").eq(lit(1_i64))).first();
    let acted_at = col("at").filter(col("action").is_not_null()).min();
    let channel = |name: &str| col(name).sum().gt(lit(0_i64)).alias(format!("found_{name}"));
    found
        .sort(["platform", "listing_id", "at", "action_id"], SortMultipleOptions::default().with_maintain_order(true))
        .group_by_stable(listing_key())
        .agg([
            first("trader_id").alias("__trader"),
            first("category").alias("__category"),
            first("fingerprint").alias("__fingerprint"),
            first("action").alias("first_action"),
            col("at").min().alias("found_at"),
            acted_at.alias("__acted"),
            removal,
            channel("own"),
            channel("notice"),
            channel("other"),
        ])
}

/// With what the table `listings` says of them: first as `__live`, and whether it has them as `__known`.
fn with_listings(found: LazyFrame, given: &Given<'_>) -> Result<LazyFrame> {
    let listings = if given.has("listings") {
        (given.frame)("listings")?.select([
            col("platform"),
            col("listing_id"),
            instant("live_at").alias("__live"),
            col("platform").is_not_null().alias("__known"),
            col("fingerprint"),
            col("country"),
            col("category"),
            col("trader_id"),
        ])
    } else {
        let none = [no_text().alias("fingerprint"), no_text().alias("country")];
        let none = none.into_iter().chain([no_text().alias("category"), no_text().alias("trader_id")]);
        let none = none.chain([never().alias("__live"), lit(false).alias("__known")]);
        return Ok(described(found.with_columns(none.collect::<Vec<_>>())));
    };
    let [platform, listing] = listing_key();
    let key = [platform, listing];
    Ok(described(found.join(listings, key.clone(), key, ordered(JoinType::Left))))
}

/// With trader, category and content from the one table or the other.
fn described(lf: LazyFrame) -> LazyFrame {
    lf.with_columns([
        col("__trader").fill_null(col("trader_id")).alias("trader_id"),
        col("__category").fill_null(col("category")).alias("category"),
        col("__fingerprint").fill_null(col("fingerprint")).alias("__content"),
    ])
}

/// What is known of a content.
#[derive(Default)]
struct Content {
    /// Row of its first action, and the instant.
    first: Option<(i64, usize)>,
    /// First instant at which a listing with it was live.
    live: Option<i64>,
    /// Whether it is not known of one listing whether and when it was live.
    unknown: bool,
}

/// Whether each row is the first of its content, and whether that was acted on before it was live.
fn contents(df: &DataFrame) -> Result<(BooleanChunked, BooleanChunked), polars::prelude::PolarsError> {
    let text = |name: &str| df.column(name).and_then(|c| c.as_materialized_series().str().cloned());
    let time = |name: &str| df.column(name).and_then(|c| c.as_materialized_series().i64().cloned());
    let (platform, listing, content) = (text("platform")?, text("listing_id")?, text("__content")?);
    let (action, acted, live) = (text("first_action")?, time("__acted")?, time("__live")?);
    let known = df.column("__known")?.as_materialized_series().bool()?.clone();
    let mut all: HashMap<u64, Content, Xxh3DefaultBuilder> = HashMap::default();
    let mut keys = Vec::with_capacity(df.height());
    for i in 0..df.height() {
        let mut hash = Xxh3Default::new();
        hash.update(platform.get(i).unwrap_or_default().as_bytes());
        // A listing without a fingerprint is a content of its own.
        let (mark, name) = content.get(i).map_or((0, listing.get(i).unwrap_or_default()), |text| (1, text));
        hash.update(&[0, mark]);
        hash.update(name.as_bytes());
        let key = hash.digest();
        keys.push(key);
        let of = all.entry(key).or_default();
        let Some(at) = acted.get(i) else { continue };
        of.first = of.first.map_or(Some((at, i)), |first| Some(first.min((at, i))));
        if action.get(i) == Some("interception") {
            continue;
        }
        match live.get(i) {
            Some(live) => of.live = Some(of.live.map_or(live, |other| other.min(live))),
            None => of.unknown |= !known.get(i).unwrap_or(false),
        }
    }
    let of = |i: usize| acted.get(i).and_then(|_| all.get(keys.get(i)?));
    let first = (0..df.height()).map(|i| of(i).map(|c| c.first.is_some_and(|(_, row)| row == i)));
    let before = (0..df.height()).map(|i| {
        let of = of(i)?;
        let (at, _) = of.first?;
        match of.live {
            Some(live) if at >= live => Some(false),
            _ if of.unknown => None,
            _ => Some(true),
        }
    });
    Ok((
        BooleanChunked::from_iter_options("first_of_content".into(), first),
        BooleanChunked::from_iter_options("before_live".into(), before),
    ))
}
