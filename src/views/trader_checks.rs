//! What a platform holds of its traders (Art. 30(1)), as truth values: no detail itself leaves the table.

use std::collections::HashMap;

use polars::prelude::{Expr, LazyFrame, col};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use super::batches::{self, Columns, DAY, instant};
use super::offences::derived;
use super::removed_products::hash;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};
use crate::time;
use crate::wellformed::{email, phone, register_number, vat};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct TraderChecks;

/// Months for which details are kept after the end of the contract (Art. 30(5)).
const KEPT_MONTHS: i32 = 6;

/// What the register number rests on.
const REGISTER: &[&str] = &["traders.registered", "traders.register_number"];
/// What completeness rests on.
const ALL: &[&str] = &[
    "traders.address",
    "traders.email",
    "traders.has_identification",
    "traders.has_payment_account",
    "traders.name",
    "traders.phone",
    "traders.register_number",
    "traders.registered",
    "traders.self_certified",
];
/// Listings are counted where there are any: the view does not need them.
const LISTINGS: &[&str] = &["traders.trader_id"];

#[rustfmt::skip]
static COLUMNS: [Column; 20] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("trader_id", Kind::Text, &["traders.trader_id"], Values::Any, "Identifier of the trader on the platform."),
    derived("country", Kind::Code, &["traders.country"], Values::Any, "Country of the trader (two letters)."),
    derived("size", Kind::Code, &["traders.size"], Values::Codes("trader_size"), "Size of the trader."),
    derived("held", Kind::Bool, &[], Values::Any, "Whether details are due when observation ends: the account is open, or was closed at most six months before."),
    derived("has_name", Kind::Bool, &["traders.name"], Values::Any, "Whether a name is given."),
    derived("has_address", Kind::Bool, &["traders.address"], Values::Any, "Whether an address is given."),
    derived("has_phone", Kind::Bool, &["traders.phone"], Values::Any, "Whether a telephone number is given."),
    derived("has_email", Kind::Bool, &["traders.email"], Values::Any, "Whether an e-mail address is given."),
    derived("holds_identification", Kind::Bool, &["traders.has_identification"], Values::Any, "Whether identification is held. Null where that is not known."),
    derived("holds_payment_account", Kind::Bool, &["traders.has_payment_account"], Values::Any, "Whether a payment account is held. Null where that is not known."),
    derived("has_register_number", Kind::Bool, REGISTER, Values::Any, "Whether a register number is given. Null where the trader is in no register, or where neither that nor a number is known."),
    derived("holds_self_certification", Kind::Bool, &["traders.self_certified"], Values::Any, "Whether the trader certified itself. Null where that is not known."),
    derived("complete", Kind::Bool, ALL, Values::Any, "Whether all that Art. 30(1) asks is there, a register number where the trader is registered. Null where one is not known and none is missing."),
    derived("email_well_formed", Kind::Bool, &["traders.email"], Values::Any, "Whether the e-mail address has the form of one. Null where none is given."),
    derived("phone_well_formed", Kind::Bool, &["traders.phone"], Values::Any, "Whether the telephone number has the form of one. Null where none is given."),
    derived("register_number_well_formed", Kind::Bool, &["traders.register_number"], Values::Any, "Whether the register number has the form of one. Null where none is given."),
    derived("vat_number_well_formed", Kind::Bool, &["traders.vat_number"], Values::Any, "Whether the value added tax number has the form and the check digits of its member state. Null where none is given, or it is of no member state."),
    derived("n_listings", Kind::Integer, LISTINGS, Values::Form("count"), "Listings of the trader in the data. Null where the data has none."),
    derived("n_listings_complete", Kind::Integer, LISTINGS, Values::Form("count"), "Its listings, where details are complete; else 0. Null where completeness is not known, or the data has no listings."),
];

impl Table for TraderChecks {
    fn name(&self) -> &'static str {
        "trader_checks"
    }
    fn row(&self) -> &'static str {
        "one account of a trader that was opened before observation ended, with which details are given and well-formed"
    }
    fn source(&self) -> &'static str {
        "derived from the tables traders and listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "trader_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for TraderChecks {
    fn made_of(&self) -> &'static [&'static str] {
        &["traders", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let listings = if given.has("listings") { Some(count_listings(given)?) } else { None };
        let end = given.options.observed_until;
        let kept_from = end.and_then(|end| months_before(end, KEPT_MONTHS));
        let mut rows = Vec::new();
        batches::each((given.frame)("traders")?.select(read()), "traders", |batch| {
            let text = |name| batch.text(name);
            let (platform, id, country, size) =
                (text("platform")?, text("trader_id")?, text("country")?, text("size")?);
            let (name, address, phones, emails) = (text("name")?, text("address")?, text("phone")?, text("email")?);
            let (register, vats) = (text("register_number")?, text("vat_number")?);
            let (joined, closed) = (batch.integer("joined_at")?, batch.integer("closed_at")?);
            let (identification, payment) =
                (batch.boolean("has_identification")?, batch.boolean("has_payment_account")?);
            let (registered, certified) = (batch.boolean("registered")?, batch.boolean("self_certified")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id)) = (platform.get(i), id.get(i)) else { continue };
                if joined.get(i).zip(end).is_some_and(|(joined, end)| joined >= end) {
                    continue;
                }
                let given = |cell: Option<&str>| cell.is_some_and(|text| !text.trim().is_empty());
                let form = |cell: Option<&str>, check: fn(&str) -> bool| cell.filter(|c| given(Some(c))).map(check);
                let number = given(register.get(i));
                rows.push(Row {
                    platform: platform.to_owned(),
                    id: id.to_owned(),
                    country: country.get(i).map(str::to_owned),
                    size: size.get(i).map(str::to_owned),
                    held: closed.get(i).zip(kept_from).is_none_or(|(closed, from)| closed >= from),
                    texts: [name, address, phones, emails].map(|column| given(column.get(i))),
                    identification: identification.get(i),
                    payment: payment.get(i),
                    register: match registered.get(i) {
                        Some(false) => None,
                        Some(true) => Some(number),
                        None => number.then_some(true),
                    },
                    unregistered: registered.get(i) == Some(false),
                    certified: certified.get(i),
                    forms: [
                        form(emails.get(i), email),
                        form(phones.get(i), phone),
                        form(register.get(i), register_number),
                        vats.get(i).filter(|c| given(Some(c))).and_then(vat::valid),
                    ],
                    listings: listings.as_ref().map(|n| n.get(&hash(platform, id)).copied().unwrap_or(0)),
                });
            }
            Ok(())
        })?;
        rows.sort_by(|a, b| (&a.platform, &a.id).cmp(&(&b.platform, &b.id)));
        frame(&rows)
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

/// A trader.
struct Row {
    platform: String,
    id: String,
    country: Option<String>,
    size: Option<String>,
    held: bool,
    /// Name, address, telephone number, e-mail.
    texts: [bool; 4],
    identification: Option<bool>,
    payment: Option<bool>,
    register: Option<bool>,
    unregistered: bool,
    certified: Option<bool>,
    /// E-mail, telephone, register and value added tax number.
    forms: [Option<bool>; 4],
    listings: Option<i64>,
}

impl Row {
    fn complete(&self) -> Option<bool> {
        let mut all = self.texts.map(Some).to_vec();
        all.extend([self.identification, self.payment, self.certified]);
        if !self.unregistered {
            all.push(self.register);
        }
        if all.contains(&Some(false)) {
            return Some(false);
        }
        all.iter().all(|item| *item == Some(true)).then_some(true)
    }
}

fn read() -> Vec<Expr> {
    let mut columns: Vec<Expr> = [
        "platform",
        "trader_id",
        "country",
        "size",
        "name",
        "address",
        "phone",
        "email",
        "register_number",
        "vat_number",
        "has_identification",
        "has_payment_account",
        "registered",
        "self_certified",
    ]
    .map(col)
    .to_vec();
    columns.extend(["joined_at", "closed_at"].map(instant));
    columns
}

/// The instant so many calendar months before another, in microseconds; the last day of shorter months.
pub(super) fn months_before(at: i64, months: i32) -> Option<i64> {
    let day = i32::try_from(at.div_euclid(DAY)).ok()?;
    let before = time::date(day)?.checked_sub(jiff::Span::new().months(months)).ok()?;
    Some(i64::from(time::days(before)) * DAY + at.rem_euclid(DAY))
}

fn count_listings(given: &Given<'_>) -> Result<HashMap<u64, i64, Xxh3DefaultBuilder>> {
    let mut counts = HashMap::with_hasher(Xxh3DefaultBuilder);
    let rows = (given.frame)("listings")?.filter(col("trader_id").is_not_null());
    batches::each(rows.select([col("platform"), col("trader_id")]), "listings", |batch| {
        let (platform, id) = (batch.text("platform")?, batch.text("trader_id")?);
        for i in 0..batch.len() {
            if let (Some(platform), Some(id)) = (platform.get(i), id.get(i)) {
                *counts.entry(hash(platform, id)).or_insert(0) += 1;
            }
        }
        Ok(())
    })?;
    Ok(counts)
}

fn frame(rows: &[Row]) -> Result<LazyFrame> {
    let mut columns = Columns::default();
    columns.text("platform", rows.iter().map(|r| Some(r.platform.as_str())));
    columns.text("trader_id", rows.iter().map(|r| Some(r.id.as_str())));
    columns.text("country", rows.iter().map(|r| r.country.as_deref()));
    columns.text("size", rows.iter().map(|r| r.size.as_deref()));
    columns.boolean("held", rows.iter().map(|r| Some(r.held)));
    for (at, name) in ["has_name", "has_address", "has_phone", "has_email"].into_iter().enumerate() {
        columns.boolean(name, rows.iter().map(|r| r.texts.get(at).copied()));
    }
    columns.boolean("holds_identification", rows.iter().map(|r| r.identification));
    columns.boolean("holds_payment_account", rows.iter().map(|r| r.payment));
    columns.boolean("has_register_number", rows.iter().map(|r| r.register));
    columns.boolean("holds_self_certification", rows.iter().map(|r| r.certified));
    columns.boolean("complete", rows.iter().map(Row::complete));
    let forms = ["email_well_formed", "phone_well_formed", "register_number_well_formed", "vat_number_well_formed"];
    for (at, name) in forms.into_iter().enumerate() {
        columns.boolean(name, rows.iter().map(|r| r.forms.get(at).copied().flatten()));
    }
    columns.integer("n_listings", rows.iter().map(|r| r.listings));
    let of_complete = |r: &Row| Some(if r.complete()? { r.listings? } else { r.listings.map(|_| 0)? });
    columns.integer("n_listings_complete", rows.iter().map(of_complete));
    columns.frame("trader_checks", &[])
}

#[cfg(test)]
#[path = "trader_checks_tests.rs"]
mod tests;
