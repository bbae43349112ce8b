//! Products that were removed as illegal, and whether the same content came back.
//!
//! Content is told apart by its fingerprint, of which 64 bits of a hash are compared: for ten million products the
//! probability that any two are taken for one is below 10⁻⁵.

use polars::prelude::{DataFrame, Expr, IntoLazy, JoinArgs, JoinType, LazyFrame, MaintainOrderJoin, col, lit, when};
use xxhash_rust::xxh3::Xxh3Default;

use super::batches::{self, Columns, HOUR, instant, row_numbers};
use super::offences::derived;
use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct RemovedProducts;

const FROM: &[&str] = &["actions.listing_id", "listings.fingerprint"];

static COLUMNS: [Column; 9] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived(
        "action_id",
        Kind::Text,
        &["actions.action_id"],
        Values::Any,
        "Identifier of the action that removed the product first.",
    ),
    derived("listing_id", Kind::Text, &["actions.listing_id"], Values::Any, "Listing that was removed by it."),
    derived("trader_id", Kind::Text, &["actions.trader_id"], Values::Any, "Trader of that listing."),
    derived("category", Kind::Code, &["actions.category"], Values::Any, "Category of that action."),
    derived(
        "removed_at",
        Kind::Timestamp,
        FROM,
        Values::Any,
        "Instant from which the product was removed first: from which the action had effect, or that of the decision.",
    ),
    derived(
        "relisting_event",
        Kind::Code,
        FROM,
        Values::Form("same_trader, other_trader or censored"),
        "Whether a further listing with the same fingerprint went live after the removal, and whose it is: of the same trader, or of another one or an unknown one. Censored where observation ended first.",
    ),
    derived(
        "relisting_hours",
        Kind::Integer,
        FROM,
        Values::Form("hours"),
        "Whole hours from the removal until then. Null where nothing came back and the end of observation is not known.",
    ),
    derived("relisted_as", Kind::Text, FROM, Values::Any, "Identifier of that listing."),
];

impl Table for RemovedProducts {
    fn name(&self) -> &'static str {
        "removed_products"
    }
    fn row(&self) -> &'static str {
        "one product, told by its fingerprint, that was removed or disabled as illegal, at its first removal"
    }
    fn source(&self) -> &'static str {
        "derived from the tables actions and listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "action_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for RemovedProducts {
    fn made_of(&self) -> &'static [&'static str] {
        &["actions", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        if (given.rows)("actions").max((given.rows)("listings")) >= u64::from(u32::MAX) {
            return Err(Error::usage(
                "more rows than can be numbered for removed products",
                "measure parts of the data, such as a year, in datasets of their own",
            ));
        }
        let mut listings = read_listings(given)?;
        let removals = read_removals(given, &mut listings)?;
        let found = returns(&removals, &listings, given.options.observed_until);
        join(given, &found)
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

/// Position of a row in the frame of its table.
const ROW: &str = "__row";
/// Position of the listing that came back.
const BACK: &str = "__back";

/// A listing that has been live, and its content. In the order of content and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Listing {
    content: u64,
    /// Instant from which it was seen; the latest possible where it never was.
    live: i64,
    id: u64,
    trader: u64,
    row: u32,
}

/// A removal of a listing. In the order of content and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Removal {
    content: u64,
    at: i64,
    row: u32,
    listing: u64,
    trader: u64,
}

/// A removed product: its removal, how it came back, after how long, as which row of the listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Product {
    row: u32,
    at: i64,
    event: &'static str,
    hours: Option<i64>,
    back: Option<u32>,
}

/// Hash of an identifier on a platform.
pub(super) fn hash(platform: &str, text: &str) -> u64 {
    let mut hash = Xxh3Default::new();
    hash.update(platform.as_bytes());
    hash.update(&[0]);
    hash.update(text.as_bytes());
    hash.digest()
}

/// Instant from which a listing was live. Only where no export tells that, the day of submission stands for it:
/// what was submitted and refused did not come back.
pub(super) fn live(given: &Given<'_>) -> Expr {
    let filled = (given.filled)("listings");
    let names: Vec<&str> = if filled.contains("live_at") || filled.contains("first_seen_at") {
        vec!["live_at", "first_seen_at"]
    } else {
        vec!["submitted_at"]
    };
    let first = names.first().copied().unwrap_or("live_at");
    let rest = names.get(1..).unwrap_or_default();
    rest.iter()
        .fold(instant(first), |known, name| when(known.clone().is_not_null()).then(known).otherwise(instant(name)))
}

fn read_listings(given: &Given<'_>) -> Result<Vec<Listing>> {
    let mut listings = Vec::new();
    if !given.has("listings") {
        return Ok(listings);
    }
    let columns = [col(ROW), col("platform"), col("listing_id"), col("trader_id"), col("fingerprint")];
    let rows = (given.frame)("listings")?.with_row_index(ROW, None);
    let rows = rows.filter(col("fingerprint").is_not_null()).with_columns([live(given).alias("live")]);
    let mut columns: Vec<Expr> = columns.to_vec();
    columns[0] = col(ROW).cast(polars::prelude::DataType::Int64);
    columns.push(col("live"));
    batches::each(rows.select(columns), "listings", |batch| {
        let (platform, id, trader) = (batch.text("platform")?, batch.text("listing_id")?, batch.text("trader_id")?);
        let (content, live, row) = (batch.text("fingerprint")?, batch.integer("live")?, batch.integer(ROW)?);
        for i in 0..batch.len() {
            let (Some(platform), Some(id), Some(content)) = (platform.get(i), id.get(i), content.get(i)) else {
                continue;
            };
            listings.push(Listing {
                content: hash(platform, content),
                live: live.get(i).unwrap_or(i64::MAX),
                id: hash(platform, id),
                trader: trader.get(i).map_or(0, |trader| hash(platform, trader)),
                row: number(row.get(i)),
            });
        }
        Ok(())
    })?;
    Ok(listings)
}

fn number(row: Option<i64>) -> u32 {
    row.and_then(|row| u32::try_from(row).ok()).unwrap_or(u32::MAX)
}

/// Removals of content that is known, in their order; leaves the listings in theirs.
fn read_removals(given: &Given<'_>, listings: &mut [Listing]) -> Result<Vec<Removal>> {
    // By identifier first: an action often names its listing alone.
    listings.sort_unstable_by_key(|l| (l.id, l.row));
    let illegal = col("ground").is_null().or(col("ground").eq(lit("illegal")));
    let removal = col("action").eq(lit("removal")).or(col("action").eq(lit("disabling")));
    let stands = col("reversed_at").is_null().and(col("listing_id").is_not_null());
    let at = when(col("effective_at").is_not_null()).then(instant("effective_at")).otherwise(instant("action_at"));
    let mut columns: Vec<Expr> = ["platform", "listing_id", "trader_id", "fingerprint"].map(col).to_vec();
    columns.extend([at.alias("at"), col(ROW).cast(polars::prelude::DataType::Int64)]);
    let rows = (given.frame)("actions")?.with_row_index(ROW, None).filter(removal.and(stands).and(illegal));
    let mut removals = Vec::new();
    batches::each(rows.select(columns), "actions", |batch| {
        let (platform, id, trader) = (batch.text("platform")?, batch.text("listing_id")?, batch.text("trader_id")?);
        let (content, at, row) = (batch.text("fingerprint")?, batch.integer("at")?, batch.integer(ROW)?);
        for i in 0..batch.len() {
            let (Some(platform), Some(id), Some(at)) = (platform.get(i), id.get(i), at.get(i)) else { continue };
            let listing = hash(platform, id);
            let known = listings.get(listings.partition_point(|l| l.id < listing)).filter(|l| l.id == listing);
            let content = content.get(i).map(|content| hash(platform, content));
            let Some(content) = content.or(known.map(|l| l.content)) else { continue };
            let trader = trader.get(i).map(|trader| hash(platform, trader)).or(known.map(|l| l.trader));
            removals.push(Removal { content, at, row: number(row.get(i)), listing, trader: trader.unwrap_or(0) });
        }
        Ok(())
    })?;
    removals.sort_unstable();
    listings.sort_unstable();
    Ok(removals)
}

/// The first removal of each content, and the first further listing of it that went live afterwards, in the order of
/// the actions.
fn returns(removals: &[Removal], listings: &[Listing], end: Option<i64>) -> Vec<Product> {
    let (mut products, mut rest) = (Vec::new(), listings);
    let within = |at: i64| end.map_or(at < i64::MAX, |end| at < end);
    for group in removals.chunk_by(|a, b| a.content == b.content) {
        let Some(removal) = group.first().filter(|r| within(r.at)) else { continue };
        let from = rest.partition_point(|l| l.content < removal.content);
        rest = rest.get(from..).unwrap_or_default();
        let len = rest.partition_point(|l| l.content == removal.content);
        let alike = rest.get(..len).unwrap_or_default();
        let later = alike.get(alike.partition_point(|l| l.live <= removal.at)..).unwrap_or_default();
        // A listing that was given back is no further one.
        let back = later.iter().find(|l| l.id != removal.listing).filter(|l| within(l.live));
        let hours = |until: i64| Some((until - removal.at).div_euclid(HOUR));
        products.push(match back {
            Some(l) => {
                let same = l.trader == removal.trader && l.trader != 0;
                let event = if same { "same_trader" } else { "other_trader" };
                Product { row: removal.row, at: removal.at, event, hours: hours(l.live), back: Some(l.row) }
            }
            None => {
                let hours = end.and_then(hours);
                Product { row: removal.row, at: removal.at, event: "censored", hours, back: None }
            }
        });
    }
    products.sort_unstable();
    products
}

/// Gives the products the words of their actions and listings.
fn join(given: &Given<'_>, products: &[Product]) -> Result<LazyFrame> {
    let fault = |e| Error::engine("cannot list removed products", e);
    let rows: Vec<u32> = products.iter().map(|p| p.row).collect();
    let backs: Vec<u32> = products.iter().map(|p| p.back.unwrap_or(u32::MAX)).collect();
    let mut columns = Columns::default();
    columns.integer("removed_at", products.iter().map(|p| Some(p.at)));
    columns.text("relisting_event", products.iter().map(|p| Some(p.event)));
    columns.integer("relisting_hours", products.iter().map(|p| p.hours));
    let mut df = columns.frame("removed_products", &["removed_at"])?.collect().map_err(fault)?;
    df.with_column(row_numbers(ROW, &rows)).map_err(fault)?;
    df.with_column(row_numbers(BACK, &backs)).map_err(fault)?;
    let join = |kind: JoinType| {
        let mut join = JoinArgs::new(kind);
        join.maintain_order = MaintainOrderJoin::Left;
        join
    };
    let actions = (given.frame)("actions")?
        .select(["platform", "action_id", "listing_id", "trader_id", "category"].map(col))
        .with_row_index(ROW, None);
    let listings = if given.has("listings") {
        (given.frame)("listings")?.select([col("listing_id").alias("relisted_as")]).with_row_index(BACK, None)
    } else {
        no_listings().map_err(fault)?
    };
    let found = df.lazy().join(listings, [col(BACK)], [col(BACK)], join(JoinType::Left));
    let names: Vec<Expr> = COLUMNS.iter().map(|c| col(c.name)).collect();
    Ok(actions.join(found, [col(ROW)], [col(ROW)], join(JoinType::Inner)).select(names))
}

fn no_listings() -> Result<LazyFrame, polars::prelude::PolarsError> {
    let mut columns = Columns::default();
    columns.text("relisted_as", std::iter::empty());
    let mut df: DataFrame = columns.into_frame()?;
    df.with_column(row_numbers(BACK, &[]))?;
    Ok(df.lazy())
}

#[cfg(test)]
#[path = "removed_products_tests.rs"]
mod tests;
