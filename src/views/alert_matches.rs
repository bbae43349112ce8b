//! Alerts of dangerous products, with the listings of each platform that were live when and after they were published.

use std::collections::BTreeSet;

use polars::prelude::{Expr, LazyFrame, col};

use super::batches::{self, Columns, DAY, HOUR, instant};
use super::offences::derived;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct AlertMatches;

/// What a match rests on.
const MATCH: &[&str] = &["alerts.published_at", "listings.listing_id"];

/// Days after publication at which live listings are counted.
const DAYS: [i64; 3] = [0, 7, 30];

#[rustfmt::skip]
static COLUMNS: [Column; 18] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("authority", Kind::Code, MATCH, Values::Codes("alert_authority"), "Who published the alert."),
    derived("alert_number", Kind::Text, MATCH, Values::Any, "Number of the alert."),
    derived("product_number", Kind::Text, MATCH, Values::Any, "Which product of the alert, where it names several."),
    derived("alert_row", Kind::Integer, MATCH, Values::Form("number"), "Position of the alert in its table, from 0."),
    derived("published_at", Kind::Timestamp, MATCH, Values::Any, "Day of publication."),
    derived("alert_category", Kind::Code, &["alerts.category"], Values::Any, "Category of the product, as published."),
    derived("risk_level", Kind::Code, &["alerts.risk_level"], Values::Any, "Level of the risk, as published."),
    derived("matches", Kind::Integer, MATCH, Values::Form("count"), "Listings that are the same product, live at any time."),
    derived("live_0", Kind::Integer, MATCH, Values::Form("count"), "Those live at the instant of publication. Null where that is not observed."),
    derived("live_7", Kind::Integer, MATCH, Values::Form("count"), "Those live seven days later. Null where that is not observed."),
    derived("live_30", Kind::Integer, MATCH, Values::Form("count"), "Those live thirty days later. Null where that is not observed."),
    derived("live_at_end", Kind::Integer, MATCH, Values::Form("count"), "Those live when observation ended, for alerts that were published before. Null where that end is not known."),
    derived("rule", Kind::Code, MATCH, Values::Form("barcode, brand-model or model"), "Strongest rule of its matches."),
    derived("first_listing_id", Kind::Text, MATCH, Values::Any, "Listing of the first match: of the strongest rule, the one that was live first."),
    derived("first_evidence", Kind::Text, MATCH, Values::Any, "Why it is one, in words."),
    derived("removal_event", Kind::Code, MATCH, Values::Form("removed, ended or censored"), "How the last of the listings that were live at publication went: by the platform, by its trader or the end of the offer, or censored where one was not seen to go. Null where none was live."),
    derived("removal_hours", Kind::Integer, MATCH, Values::Form("hours"), "Whole hours from publication until the last of them had gone, or observation ended. Null where none was live, or that end is not known."),
];

impl Table for AlertMatches {
    fn name(&self) -> &'static str {
        "alert_matches"
    }
    fn row(&self) -> &'static str {
        "one alert of a dangerous product and one platform whose listings are in the data"
    }
    fn source(&self) -> &'static str {
        "derived from the table alerts and the view alert_listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "alert_row"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for AlertMatches {
    fn made_of(&self) -> &'static [&'static str] {
        &["alerts", "alert_listings", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let alerts = read_alerts(given)?;
        let platforms = platforms(given)?;
        let matches = read_matches(given)?;
        let observed = Observed { from: given.options.observed_from, until: given.options.observed_until };
        let mut rows: Vec<Row<'_>> = Vec::new();
        for platform in &platforms {
            let from = matches.partition_point(|m| m.platform < *platform);
            let mut rest = matches.get(from..).unwrap_or_default();
            for (alert, at) in alerts.iter().zip(0_i64..) {
                let len = rest.partition_point(|m| m.platform == *platform && m.alert <= at);
                let (own, later) = rest.split_at(len);
                rest = later;
                rows.push(observed.row(platform, alert, at, own));
            }
        }
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

/// An alert.
struct Alert {
    texts: [Option<String>; 5],
    at: Option<i64>,
}

/// Columns of its texts.
const TEXTS: [&str; 5] = ["authority", "alert_number", "product_number", "category", "risk_level"];

/// A listing that is the product of an alert. In the order of platform and alert.
struct Match {
    platform: String,
    alert: i64,
    listing: String,
    rule: String,
    reason: String,
    from: Option<i64>,
    until: Option<i64>,
    end: String,
}

impl Match {
    fn live(&self, at: i64) -> bool {
        self.from.is_some_and(|from| from <= at) && self.until.is_none_or(|until| until > at)
    }

    /// Strongest rule first: their codes happen to be in no order.
    fn strength(&self) -> (usize, i64, &str) {
        let rules = crate::matching::Rule::ALL;
        let place = rules.iter().position(|r| r.code() == self.rule).unwrap_or(rules.len());
        (place, self.from.unwrap_or(i64::MAX), &self.listing)
    }
}

/// When listings were observed.
struct Observed {
    from: Option<i64>,
    until: Option<i64>,
}

/// A row of the view.
struct Row<'a> {
    platform: &'a str,
    alert: &'a Alert,
    at: i64,
    matches: i64,
    live: [Option<i64>; 3],
    live_at_end: Option<i64>,
    first: Option<&'a Match>,
    removal: Option<(&'static str, Option<i64>)>,
}

impl Observed {
    fn holds(&self, at: i64) -> bool {
        self.from.is_none_or(|from| at >= from) && self.until.is_none_or(|until| at < until)
    }

    fn row<'a>(&self, platform: &'a str, alert: &'a Alert, at: i64, own: &'a [Match]) -> Row<'a> {
        let count = |instant: i64| i64::try_from(own.iter().filter(|m| m.live(instant)).count()).unwrap_or(i64::MAX);
        let live = DAYS.map(|days| alert.at.map(|at| at + days * DAY).filter(|at| self.holds(*at)).map(count));
        let published = alert.at.filter(|at| self.until.is_none_or(|until| *at < until));
        let live_at_end = published.and(self.until).map(|until| count(until - 1));
        let ever = own.iter().filter(|m| m.from.is_some());
        Row {
            platform,
            alert,
            at,
            matches: i64::try_from(ever.clone().count()).unwrap_or(i64::MAX),
            live,
            live_at_end,
            first: ever.min_by(|a, b| a.strength().cmp(&b.strength())),
            removal: alert.at.filter(|at| self.holds(*at)).and_then(|at| self.removal(at, own)),
        }
    }

    /// How and after how many hours the last of the listings went that were live at publication.
    fn removal(&self, at: i64, own: &[Match]) -> Option<(&'static str, Option<i64>)> {
        let hours = |until: i64| (until - at).div_euclid(HOUR);
        let live: Vec<&Match> = own.iter().filter(|m| m.live(at)).collect();
        if live.is_empty() {
            return None;
        }
        // One that was not seen to go censors them all: until it was seen last, they had not all gone.
        let open = live.iter().filter(|m| !matches!(m.end.as_str(), "removed" | "ended"));
        if let Some(seen) = open.map(|m| m.until.or(self.until)).reduce(|a, b| a.zip(b).map(|(a, b)| a.max(b))) {
            return Some(("censored", seen.map(hours)));
        }
        let last = live.iter().filter_map(|m| Some((m.until?, m.end == "removed"))).max()?;
        Some((if last.1 { "removed" } else { "ended" }, Some(hours(last.0))))
    }
}

fn read_alerts(given: &Given<'_>) -> Result<Vec<Alert>> {
    let mut alerts = Vec::new();
    let mut columns: Vec<Expr> = TEXTS.map(col).to_vec();
    columns.push(instant("published_at"));
    batches::each((given.frame)("alerts")?.select(columns), "alerts", |batch| {
        let texts: Vec<_> = TEXTS.iter().map(|name| batch.text(name)).collect::<Result<_>>()?;
        let at = batch.integer("published_at")?;
        for i in 0..batch.len() {
            let text = |column: usize| texts.get(column).and_then(|c| c.get(i)).map(str::to_owned);
            alerts.push(Alert { texts: std::array::from_fn(text), at: at.get(i) });
        }
        Ok(())
    })?;
    Ok(alerts)
}

/// Platforms that have listings, in their order.
fn platforms(given: &Given<'_>) -> Result<Vec<String>> {
    let mut names: BTreeSet<String> = BTreeSet::new();
    if given.has("listings") {
        let all = (given.frame)("listings")?.select([col("platform"), col("listing_id")]);
        let distinct = all.group_by([col("platform")]).agg([col("listing_id").count()]);
        batches::each(distinct, "listings", |batch| {
            names.extend(batch.text("platform")?.iter().flatten().map(str::to_owned));
            Ok(())
        })?;
    }
    Ok(names.into_iter().collect())
}

fn read_matches(given: &Given<'_>) -> Result<Vec<Match>> {
    let mut matches = Vec::new();
    if !given.has("listings") {
        return Ok(matches);
    }
    let texts = ["platform", "listing_id", "rule", "reason", "end"];
    let mut columns: Vec<Expr> = texts.map(col).to_vec();
    columns.extend([col("alert_row"), instant("live_from"), instant("live_until")]);
    batches::each((given.frame)("alert_listings")?.select(columns), "alert_listings", |batch| {
        let [platform, listing, rule] = [batch.text("platform")?, batch.text("listing_id")?, batch.text("rule")?];
        let (reason, end, alert) = (batch.text("reason")?, batch.text("end")?, batch.integer("alert_row")?);
        let (from, until) = (batch.integer("live_from")?, batch.integer("live_until")?);
        for i in 0..batch.len() {
            let text = |cell: Option<&str>| cell.unwrap_or_default().to_owned();
            matches.push(Match {
                platform: text(platform.get(i)),
                alert: alert.get(i).unwrap_or(i64::MAX),
                listing: text(listing.get(i)),
                rule: text(rule.get(i)),
                reason: text(reason.get(i)),
                from: from.get(i),
                until: until.get(i),
                end: text(end.get(i)),
            });
        }
        Ok(())
    })?;
    matches.sort_by(|a, b| (&a.platform, a.alert).cmp(&(&b.platform, b.alert)));
    Ok(matches)
}

fn frame(rows: &[Row<'_>]) -> Result<LazyFrame> {
    let mut columns = Columns::default();
    let text = |r: &Row<'_>, at: usize| r.alert.texts.get(at).cloned().flatten();
    let texts: Vec<Vec<Option<String>>> =
        (0..TEXTS.len()).map(|at| rows.iter().map(|r| text(r, at)).collect()).collect();
    let names = ["authority", "alert_number", "product_number", "alert_category", "risk_level"];
    columns.text("platform", rows.iter().map(|r| Some(r.platform)));
    for (name, values) in names.into_iter().zip(&texts).take(3) {
        columns.text(name, values.iter().map(Option::as_deref));
    }
    columns.integer("alert_row", rows.iter().map(|r| Some(r.at)));
    columns.integer("published_at", rows.iter().map(|r| r.alert.at));
    for (name, values) in names.into_iter().zip(&texts).skip(3) {
        columns.text(name, values.iter().map(Option::as_deref));
    }
    columns.integer("matches", rows.iter().map(|r| Some(r.matches)));
    for (at, name) in ["live_0", "live_7", "live_30"].into_iter().enumerate() {
        columns.integer(name, rows.iter().map(|r| r.live.get(at).copied().flatten()));
    }
    columns.integer("live_at_end", rows.iter().map(|r| r.live_at_end));
    columns.text("rule", rows.iter().map(|r| r.first.map(|m| m.rule.as_str())));
    columns.text("first_listing_id", rows.iter().map(|r| r.first.map(|m| m.listing.as_str())));
    columns.text("first_evidence", rows.iter().map(|r| r.first.map(|m| m.reason.as_str())));
    columns.text("removal_event", rows.iter().map(|r| r.removal.map(|(event, _)| event)));
    columns.integer("removal_hours", rows.iter().map(|r| r.removal.and_then(|(_, hours)| hours)));
    columns.frame("alert_matches", &["published_at"])
}

#[cfg(test)]
#[path = "alert_matches_tests.rs"]
mod tests;
