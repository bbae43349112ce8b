//! Links, clicks and commission of affiliates, and those of links to illegal listings.

use std::collections::BTreeMap;

use polars::prelude::{DataType, Expr, JoinArgs, JoinType, LazyFrame, MaintainOrderJoin, NULL, col, lit};

use super::batches::{self, Columns, instant};
use super::illegal_purchases::{DETECTED, confirmed};
use super::offences::derived;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AffiliateSums;

/// What a link is known by.
const LINK: &[&str] = &["affiliates.listing_id"];
/// What tells that it leads to an illegal listing.
const ILLEGAL: &[&str] = &["actions.confirmed", "affiliates.listing_id"];

#[rustfmt::skip]
static COLUMNS: [Column; 13] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("affiliate_id", Kind::Text, &["affiliates.affiliate_id"], Values::Any, "Identifier of the affiliate."),
    derived("channel", Kind::Code, &["affiliates.channel"], Values::Any, "Where the links were posted."),
    derived("category", Kind::Code, &["affiliates.category"], Values::Any, "Category of what is promoted."),
    derived("currency", Kind::Code, &[], Values::Any, "Currency of the commission (ISO 4217)."),
    derived("links", Kind::Integer, LINK, Values::Form("count"), "Links."),
    derived("illegal_links", Kind::Integer, ILLEGAL, Values::Form("count"), "Links whose listing is confirmed to be illegal, or that were found to be abusive."),
    derived("clicks", Kind::Integer, &["affiliates.clicks"], Values::Form("count"), "Clicks on the links."),
    derived("illegal_clicks", Kind::Integer, &["actions.confirmed", "affiliates.clicks"], Values::Form("count"), "Clicks on illegal_links."),
    derived("confirmed_clicks", Kind::Integer, &["actions.confirmed", "affiliates.clicks"], Values::Form("count"), "Clicks on links whose listing is confirmed to be illegal, found abusive or not."),
    derived("commission", Kind::Number, &[], Values::Any, "Commission paid for the links. Null where none is given."),
    derived("illegal_commission", Kind::Number, &[], Values::Any, "Commission paid for illegal_links. Null where none is given."),
    derived("without_clicks", Kind::Integer, &["affiliates.clicks"], Values::Form("count"), "Links whose clicks are not given."),
];

impl Table for AffiliateSums {
    fn name(&self) -> &'static str {
        "affiliate_sums"
    }
    fn row(&self) -> &'static str {
        "the links of one affiliate in one channel, category and currency"
    }
    fn source(&self) -> &'static str {
        "derived from the tables affiliates and actions"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "affiliate_id", "channel", "category", "currency"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for AffiliateSums {
    fn made_of(&self) -> &'static [&'static str] {
        &["affiliates", "actions"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut columns: Vec<Expr> = KEY.map(col).to_vec();
        columns.extend([col("listing_id"), col("clicks"), col("commission"), instant("detected_at")]);
        let links = (given.frame)("affiliates")?.select(columns);
        let joined = if given.has("actions") {
            let key = [col("platform"), col("listing_id")];
            let mut join = JoinArgs::new(JoinType::Left);
            join.maintain_order = MaintainOrderJoin::Left;
            links.join(confirmed(given)?, key.clone(), key, join)
        } else {
            links.with_columns([lit(NULL).cast(DataType::Int64).alias(DETECTED)])
        };
        let end = given.options.observed_until.unwrap_or(i64::MAX);
        let mut sums: BTreeMap<[Option<String>; 5], Sums> = BTreeMap::new();
        batches::each(joined, "affiliates", |batch| {
            let keys: Vec<_> = KEY.iter().map(|name| batch.text(name)).collect::<Result<_>>()?;
            let (clicks, commission) = (batch.integer("clicks")?, batch.number("commission")?);
            let (found, confirmed) = (batch.integer("detected_at")?, batch.integer(DETECTED)?);
            for i in 0..batch.len() {
                let key = std::array::from_fn(|at| keys.get(at).and_then(|c| c.get(i)).map(str::to_owned));
                let before = |at: Option<i64>| at.is_some_and(|at| at < end);
                let (confirmed, found) = (before(confirmed.get(i)), before(found.get(i)));
                sums.entry(key).or_default().add(clicks.get(i), commission.get(i), confirmed, confirmed || found);
            }
            Ok(())
        })?;
        frame(&sums)
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

/// Columns that a row stands for.
const KEY: [&str; 5] = ["platform", "affiliate_id", "channel", "category", "currency"];

/// Sums of links.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// All, illegal.
    links: [i64; 2],
    /// All, illegal, of confirmed listings.
    clicks: [i64; 3],
    /// All, illegal.
    commission: Option<[f64; 2]>,
    without: i64,
}

impl Sums {
    fn add(&mut self, clicks: Option<i64>, commission: Option<f64>, confirmed: bool, illegal: bool) {
        self.links[0] += 1;
        self.links[1] += i64::from(illegal);
        self.without += i64::from(clicks.is_none());
        let clicks = clicks.unwrap_or(0).max(0);
        for (sum, counts) in self.clicks.iter_mut().zip([true, illegal, confirmed]) {
            *sum = sum.saturating_add(if counts { clicks } else { 0 });
        }
        if let Some(paid) = commission {
            let sums = self.commission.get_or_insert_default();
            sums[0] += paid;
            sums[1] += if illegal { paid } else { 0.0 };
        }
    }
}

fn frame(sums: &BTreeMap<[Option<String>; 5], Sums>) -> Result<LazyFrame> {
    let mut columns = Columns::default();
    for (at, name) in KEY.into_iter().enumerate() {
        columns.text(name, sums.keys().map(|key| key.get(at).and_then(Option::as_deref)));
    }
    columns.integer("links", sums.values().map(|s| Some(s.links[0])));
    columns.integer("illegal_links", sums.values().map(|s| Some(s.links[1])));
    columns.integer("clicks", sums.values().map(|s| Some(s.clicks[0])));
    columns.integer("illegal_clicks", sums.values().map(|s| Some(s.clicks[1])));
    columns.integer("confirmed_clicks", sums.values().map(|s| Some(s.clicks[2])));
    columns.number("commission", sums.values().map(|s| s.commission.map(|c| c[0])));
    columns.number("illegal_commission", sums.values().map(|s| s.commission.map(|c| c[1])));
    columns.integer("without_clicks", sums.values().map(|s| Some(s.without)));
    columns.frame("affiliate_sums", &[])
}
