//! Listings that are the same product as an alert, or as a listing that was removed: every pair, with its evidence.
//!
//! One side is held in an index, listings pass by in batches, so that memory grows with the alerts or removed
//! listings alone. Pairs come in the order of the listings, and of each by the strength of its evidence.

use polars::prelude::{Expr, JoinArgs, JoinType, LazyFrame, MaintainOrderJoin, StringChunked, col, lit, when};

use super::batches::{self, Batch, instant};
use crate::error::Result;
use crate::matching::{Evidence, Index, Item, Rules};

/// What listings are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// Alerts of dangerous products.
    Alerts,
    /// Listings that were removed or disabled as illegal, and not given back.
    Removed,
}

impl Against {
    /// The rules of matching: alerts by identifiers alone, removed listings by similar texts too.
    #[must_use]
    pub fn rules(self) -> Rules {
        match self {
            Self::Alerts => Rules::identifiers(),
            Self::Removed => Rules::listings(),
        }
    }
}

/// A listing and what it is the same product as, or comes close to.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Platform of the listing.
    pub platform: String,
    /// The listing.
    pub listing_id: String,
    /// Its trader.
    pub trader_id: Option<String>,
    /// Its category.
    pub category: Option<String>,
    /// Its country.
    pub country: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Position of the other side among those that are held: of alerts, their row.
    pub at: usize,
    /// Authority of the alert, or platform of the removed listing.
    pub other_source: String,
    /// Number of the alert, or identifier of the removed listing.
    pub other_id: String,
    /// Which product of the alert.
    pub other_part: Option<String>,
    /// Name of the other product.
    pub other_title: Option<String>,
    /// Instant of publication or removal, microseconds since 1970.
    pub other_at: Option<i64>,
    /// Code of the rule; `None` for what only comes close.
    pub rule: Option<&'static str>,
    /// Similarity of the titles, from 0 to 1.
    pub similarity: f64,
    /// Values on both sides.
    pub evidence: String,
    /// Why it is a match, or why it is none.
    pub reason: String,
}

/// One side of the matching, as text.
#[derive(Debug, Default)]
struct Product {
    source: String,
    id: String,
    part: Option<String>,
    at: Option<i64>,
    brand: Option<String>,
    model: Option<String>,
    gtin: Option<String>,
    title: Option<String>,
    text: Option<String>,
}

impl Product {
    fn item(&self) -> Item<'_> {
        Item {
            id: &self.id,
            brand: self.brand.as_deref(),
            model: self.model.as_deref(),
            gtin: self.gtin.as_deref(),
            title: self.title.as_deref(),
            text: self.text.as_deref(),
            price: None,
        }
    }
}

/// Columns of listings that are compared or told.
const LISTING: [&str; 9] =
    ["platform", "listing_id", "trader_id", "category", "country", "brand", "model", "gtin", "title"];

/// Visits every match of the listings, and what comes close where `near`.
///
/// # Errors
/// [`crate::Error::Engine`] where rows cannot be read, or those of `visit`.
pub fn pairs(
    frame: &dyn Fn(&str) -> Result<LazyFrame>,
    against: Against,
    near: bool,
    visit: &mut dyn FnMut(Pair) -> Result<()>,
) -> Result<()> {
    let products = match against {
        Against::Alerts => alerts(frame("alerts")?)?,
        Against::Removed => removed(frame)?,
    };
    let index = Index::new(products.iter().map(Product::item).collect(), &against.rules());
    let mut columns: Vec<Expr> = LISTING.map(col).to_vec();
    columns.push(col("description"));
    batches::each(frame("listings")?.select(columns), "listings", |batch| {
        let texts = Texts::of(batch)?;
        let found = index.matches_of(&(0..batch.len()).map(|i| texts.item(i)).collect::<Vec<_>>());
        for (i, matches) in found.into_iter().enumerate() {
            let (Some(platform), Some(id)) = (texts.get("platform", i), texts.get("listing_id", i)) else { continue };
            let itself =
                |p: &Product| against == Against::Removed && (p.source.as_str(), p.id.as_str()) == (platform, id);
            let pair = |at: usize, p: &Product| texts.pair(i, at, p);
            for found in matches {
                let Some(product) = products.get(found.at).filter(|p| !itself(p)) else { continue };
                visit(Pair {
                    rule: Some(found.rule.code()),
                    similarity: found.similarity,
                    evidence: words(&found.evidence),
                    reason: found.reason,
                    ..pair(found.at, product)
                })?;
            }
            if near {
                for close in index.near_misses(&texts.item(i)) {
                    let Some(product) = products.get(close.at).filter(|p| !itself(p)) else { continue };
                    visit(Pair {
                        similarity: close.similarity,
                        evidence: words(&close.evidence),
                        reason: close.reason,
                        ..pair(close.at, product)
                    })?;
                }
            }
        }
        Ok(())
    })
}

/// Evidence in one text.
fn words(evidence: &[Evidence]) -> String {
    let one = |e: &Evidence| format!("{}: {} = {}", e.what, e.here, e.there);
    evidence.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Texts of a batch of listings.
struct Texts<'a> {
    columns: Vec<(&'static str, &'a StringChunked)>,
}

impl<'a> Texts<'a> {
    fn of(batch: &Batch<'a>) -> Result<Self> {
        let names = LISTING.into_iter().chain(["description"]);
        let columns = names.map(|name| Ok((name, batch.text(name)?))).collect::<Result<_>>()?;
        Ok(Self { columns })
    }

    fn get(&self, name: &str, row: usize) -> Option<&'a str> {
        self.columns.iter().find(|(n, _)| *n == name).and_then(|(_, column)| column.get(row))
    }

    fn item(&self, row: usize) -> Item<'a> {
        let get = |name| self.get(name, row);
        Item {
            id: get("listing_id").unwrap_or_default(),
            brand: get("brand"),
            model: get("model"),
            gtin: get("gtin"),
            title: get("title"),
            text: get("description"),
            price: None,
        }
    }

    fn pair(&self, row: usize, at: usize, product: &Product) -> Pair {
        let get = |name| self.get(name, row).map(str::to_owned);
        Pair {
            platform: get("platform").unwrap_or_default(),
            listing_id: get("listing_id").unwrap_or_default(),
            trader_id: get("trader_id"),
            category: get("category"),
            country: get("country"),
            title: get("title"),
            at,
            other_source: product.source.clone(),
            other_id: product.id.clone(),
            other_part: product.part.clone(),
            other_title: product.title.clone(),
            other_at: product.at,
            rule: None,
            similarity: 0.0,
            evidence: String::new(),
            reason: String::new(),
        }
    }
}

fn alerts(rows: LazyFrame) -> Result<Vec<Product>> {
    let names =
        ["authority", "alert_number", "product_number", "brand", "model", "gtin", "name", "product", "description"];
    let mut columns: Vec<Expr> = names.map(col).to_vec();
    columns.push(instant("published_at"));
    let mut products = Vec::new();
    batches::each(rows.select(columns), "alerts", |batch| {
        let texts: Vec<_> = names.iter().map(|name| batch.text(name)).collect::<Result<_>>()?;
        let at = batch.integer("published_at")?;
        for i in 0..batch.len() {
            let get = |column: usize| texts.get(column).and_then(|c| c.get(i)).map(str::to_owned);
            products.push(Product {
                source: get(0).unwrap_or_default(),
                id: get(1).unwrap_or_default(),
                part: get(2),
                at: at.get(i),
                brand: get(3),
                model: get(4),
                gtin: get(5),
                title: get(6).or_else(|| get(7)),
                text: get(8),
            });
        }
        Ok(())
    })?;
    Ok(products)
}

/// Actions that take a listing away as illegal and stand.
pub(super) fn is_removal() -> Expr {
    let removal = col("action").eq(lit("removal")).or(col("action").eq(lit("disabling")));
    removal.and(col("listing_id").is_not_null()).and(col("reversed_at").is_null())
}

fn removed(frame: &dyn Fn(&str) -> Result<LazyFrame>) -> Result<Vec<Product>> {
    let illegal = col("ground").is_null().or(col("ground").eq(lit("illegal")));
    let at = when(col("effective_at").is_not_null()).then(instant("effective_at")).otherwise(instant("action_at"));
    let first = frame("actions")?
        .filter(is_removal().and(illegal))
        .select([col("platform"), col("listing_id"), at.alias("removed_at")])
        .group_by([col("platform"), col("listing_id")])
        .agg([col("removed_at").min()]);
    let mut columns: Vec<Expr> = LISTING.map(col).to_vec();
    columns.extend([col("description"), col("removed_at")]);
    let mut join = JoinArgs::new(JoinType::Inner);
    join.maintain_order = MaintainOrderJoin::Left;
    let key = [col("platform"), col("listing_id")];
    let rows = frame("listings")?.join(first, key.clone(), key, join).select(columns);
    let mut products = Vec::new();
    batches::each(rows, "removed listings", |batch| {
        let texts = Texts::of(batch)?;
        let at = batch.integer("removed_at")?;
        for i in 0..batch.len() {
            let get = |name| texts.get(name, i).map(str::to_owned);
            products.push(Product {
                source: get("platform").unwrap_or_default(),
                id: get("listing_id").unwrap_or_default(),
                part: None,
                at: at.get(i),
                brand: get("brand"),
                model: get("model"),
                gtin: get("gtin"),
                title: get("title"),
                text: get("description"),
            });
        }
        Ok(())
    })?;
    Ok(products)
}
