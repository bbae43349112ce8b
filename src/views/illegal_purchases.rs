//! Purchases of listings that are confirmed to be illegal, with when the platform knew and whether buyers were told.

use polars::prelude::{DataType, Expr, JoinArgs, JoinType, LazyFrame, MaintainOrderJoin, NULL, col, lit, when};

use super::batches::{self, Columns, DAY, instant};
use super::offences::derived;
use super::trader_checks::months_before;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct IllegalPurchases;

/// Calendar months before the platform knew in which purchases count (Art. 32(1)).
const MONTHS: i32 = 6;

/// Days after the platform knew by which a notification counts as prompt.
const PROMPT: i64 = 30;

/// What a purchase is known by; that the platform knew is told by it or by the actions.
const PURCHASE: &[&str] = &["purchases.listing_id", "purchases.ordered_at"];
const NOTICE: &[&str] = &["purchases.notified_at"];

#[rustfmt::skip]
static COLUMNS: [Column; 11] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("purchase_id", Kind::Text, PURCHASE, Values::Any, "Identifier of the order."),
    derived("listing_id", Kind::Text, PURCHASE, Values::Any, "Listing that was bought."),
    derived("country", Kind::Code, &["purchases.country"], Values::Any, "Country of the buyer (two letters)."),
    derived("status", Kind::Code, &["purchases.status"], Values::Codes("purchase_status"), "What became of the order."),
    derived("ordered_at", Kind::Timestamp, PURCHASE, Values::Any, "Instant of the order."),
    derived("known_at", Kind::Timestamp, PURCHASE, Values::Any, "Instant at which the platform knew: as the purchase says, else the first detection of a confirmed illegal listing."),
    derived("window", Kind::Code, PURCHASE, Values::Form("within, earlier or later"), "Whether the order lies within the six calendar months before the platform knew, earlier, or later than that."),
    derived("contact_known", Kind::Bool, &["purchases.contact_known"], Values::Any, "Whether the platform has contact details of the buyer."),
    derived("notified", Kind::Bool, NOTICE, Values::Any, "Whether the buyer was told before observation ended."),
    derived("notified_within_30_days", Kind::Bool, NOTICE, Values::Any, "Whether the buyer was told at most thirty days after the platform knew. Null where observation ended before, whether told or not."),
];

impl Table for IllegalPurchases {
    fn name(&self) -> &'static str {
        "illegal_purchases"
    }
    fn row(&self) -> &'static str {
        "one line of an order of a listing of which the platform knew before observation ended that it is illegal"
    }
    fn source(&self) -> &'static str {
        "derived from the tables purchases and actions"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "purchase_id", "listing_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for IllegalPurchases {
    fn made_of(&self) -> &'static [&'static str] {
        &["purchases", "actions"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut columns: Vec<Expr> =
            ["platform", "purchase_id", "listing_id", "country", "status", "contact_known"].map(col).to_vec();
        columns.extend(["ordered_at", "illegal_known_at", "notified_at"].map(instant));
        let purchases = (given.frame)("purchases")?.select(columns);
        let joined = if given.has("actions") {
            let key = [col("platform"), col("listing_id")];
            let mut join = JoinArgs::new(JoinType::Left);
            join.maintain_order = MaintainOrderJoin::Left;
            purchases.join(confirmed(given)?, key.clone(), key, join)
        } else {
            purchases.with_columns([lit(NULL).cast(DataType::Int64).alias(DETECTED)])
        };
        let own = col("illegal_known_at").is_not_null();
        let known = when(own).then(col("illegal_known_at")).otherwise(col(DETECTED)).alias("known_at");
        let rows = joined.with_columns([known]).filter(col("known_at").is_not_null());
        collect(rows, given.options.observed_until)
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

/// First detection of a listing that is confirmed to be illegal.
pub(super) const DETECTED: &str = "__detected";

/// Listings that are confirmed to be illegal by an action that stands, each with its first detection.
pub(super) fn confirmed(given: &Given<'_>) -> Result<LazyFrame> {
    let illegal = col("ground").is_null().or(col("ground").eq(lit("illegal")));
    let stands = col("confirmed").and(illegal).and(col("action").neq(lit("reinstatement")));
    let at = when(col("detected_at").is_not_null()).then(instant("detected_at")).otherwise(instant("action_at"));
    Ok((given.frame)("actions")?
        .filter(stands.and(col("listing_id").is_not_null()).and(col("reversed_at").is_null()))
        .select([col("platform"), col("listing_id"), at.alias(DETECTED)])
        .group_by([col("platform"), col("listing_id")])
        .agg([col(DETECTED).min()]))
}

/// The rows that are left, which are few: calendar months are counted one by one.
fn collect(rows: LazyFrame, end: Option<i64>) -> Result<LazyFrame> {
    let mut texts: [Vec<Option<String>>; 5] = Default::default();
    let mut instants: [Vec<Option<i64>>; 2] = Default::default();
    let mut truths: [Vec<Option<bool>>; 3] = Default::default();
    let mut windows: Vec<Option<&'static str>> = Vec::new();
    let ended = |at: i64| end.is_some_and(|end| at >= end);
    batches::each(rows, "purchases", |batch| {
        let names = ["platform", "purchase_id", "listing_id", "country", "status"];
        let columns: Vec<_> = names.iter().map(|name| batch.text(name)).collect::<Result<_>>()?;
        let (contact, ordered) = (batch.boolean("contact_known")?, batch.integer("ordered_at")?);
        let (known, told) = (batch.integer("known_at")?, batch.integer("notified_at")?);
        for i in 0..batch.len() {
            let Some(known) = known.get(i).filter(|known| !ended(*known)) else { continue };
            for (values, column) in texts.iter_mut().zip(&columns) {
                values.push(column.get(i).map(str::to_owned));
            }
            let (ordered, told) = (ordered.get(i), told.get(i).filter(|told| !ended(*told)));
            instants[0].push(ordered);
            instants[1].push(Some(known));
            windows.push(ordered.and_then(|ordered| {
                let from = months_before(known, MONTHS)?;
                Some(if ordered >= known {
                    "later"
                } else if ordered < from {
                    "earlier"
                } else {
                    "within"
                })
            }));
            let prompt = told.is_some_and(|told| told - known <= PROMPT * DAY);
            truths[0].push(contact.get(i));
            truths[1].push(Some(told.is_some()));
            truths[2].push(end.is_none_or(|end| known + PROMPT * DAY <= end).then_some(prompt));
        }
        Ok(())
    })?;
    let mut columns = Columns::default();
    for (name, values) in ["platform", "purchase_id", "listing_id", "country", "status"].into_iter().zip(&texts) {
        columns.text(name, values.iter().map(Option::as_deref));
    }
    for (name, values) in ["ordered_at", "known_at"].into_iter().zip(&instants) {
        columns.integer(name, values.iter().copied());
    }
    columns.text("window", windows.iter().copied());
    for (name, values) in ["contact_known", "notified", "notified_within_30_days"].into_iter().zip(&truths) {
        columns.boolean(name, values.iter().copied());
    }
    columns.frame("illegal_purchases", &["ordered_at", "known_at"])
}

#[cfg(test)]
mod tests {
    use crate::views::hand_tests::{B, Hand, Row, S, V, at, offence};

    fn purchase(id: &'static str, listing: &'static str, day: i64, more: &[(&'static str, V)]) -> Row {
        let mut row = vec![("purchase_id", S(id)), ("listing_id", S(listing)), ("ordered_at", at(day, 0))];
        row.extend_from_slice(more);
        row
    }

    #[test]
    fn purchases_lie_within_six_months_or_not() {
        // Detected on day 250; day 250 is 1970-09-08, six months before is 1970-03-08, day 66.
        let mut action = offence("t", 260, 0);
        action.push(("detected_at", at(250, 0)));
        let mut reversed = offence("t", 100, 0);
        reversed.retain(|(name, _)| *name != "listing_id");
        reversed.extend([("listing_id", S("back")), ("reversed_at", at(101, 0))]);
        let rows = [
            purchase("1", "l", 66, &[("notified_at", at(280, 0)), ("contact_known", B(true))]),
            purchase("2", "l", 65, &[("contact_known", B(true))]),
            purchase("3", "l", 250, &[("notified_at", at(281, 0))]),
            purchase("4", "back", 66, &[]),
            purchase("5", "other", 66, &[]),
            // The purchase itself says when the platform knew: too late to see thirty days.
            purchase("6", "other", 280, &[("illegal_known_at", at(281, 0))]),
            purchase("7", "other", 280, &[("illegal_known_at", at(281, 0)), ("notified_at", at(282, 0))]),
            // Known, and told, after the end.
            purchase("8", "other", 280, &[("illegal_known_at", at(300, 0))]),
            purchase("9", "l", 240, &[("notified_at", at(300, 0))]),
        ];
        let hand = Hand::until(300).with("purchases", &rows).with("actions", &[action, reversed]);
        let columns = ["purchase_id", "window", "contact_known", "notified", "notified_within_30_days"];
        assert_eq!(
            hand.lines("illegal_purchases", &columns),
            [
                "1 within true true true",
                "2 earlier true false false",
                "3 later null true false",
                "6 within null false null",
                "7 within null true null",
                "9 within null false false",
            ]
        );
        let hand = Hand::until(300).with("purchases", &rows);
        assert_eq!(hand.lines("illegal_purchases", &["purchase_id"]), ["6", "7"]);
    }
}
