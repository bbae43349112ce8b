//! Records of traders: their offences, what the policy demanded first, and how they left or came back.

use polars::prelude::{DataType, LazyFrame, col, len};

use super::batches::{self, Columns, DAY, HOUR, instant};
use super::offences::{OFFENCE, derived};
use super::policy::{SUSPENSION, sanction};
use super::sanctions::{Accounts, Sanction, Sanctions, seat};
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values};

/// Days within which further episodes and sanctions are counted of all traders alike.
const FOLLOW_UP: i64 = 90;
/// Days within which a trader is sanctioned or suspended, or not.
const SANCTION_DAYS: i64 = 30;

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct TraderRecords;

/// What the threshold of a policy rests on.
pub(super) const THRESHOLD: &[&str] =
    &["actions.confirmed", "actions.trader_id", "penalty_policy.at_least", "penalty_policy.sanction"];
/// What a return under another account rests on.
const RETURN: &[&str] = &["actions.trader_id", "traders.joined_at", "traders.linked_entity_id"];

static COLUMNS: [Column; 23] = [
    derived("platform", Kind::Code, &[], Values::Any, "Canonical name of the platform."),
    derived("trader_id", Kind::Text, &["actions.trader_id"], Values::Any, "Identifier of the trader on the platform."),
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
        "n_listings",
        Kind::Integer,
        OFFENCE,
        Values::Form("count"),
        "Number of listings of the trader; null where the data has no listings.",
    ),
    derived("n_offences", Kind::Integer, OFFENCE, Values::Form("count"), "Number of confirmed offences."),
    derived("n_episodes", Kind::Integer, OFFENCE, Values::Form("count"), "Number of episodes of offences."),
    derived(
        "first_episode_at",
        Kind::Timestamp,
        OFFENCE,
        Values::Any,
        "Instant of the first episode; null without one.",
    ),
    derived(
        "episodes_within_90_days",
        Kind::Integer,
        OFFENCE,
        Values::Form("count"),
        "Episodes within 90 days of the first, itself included; null where fewer days were observed.",
    ),
    derived(
        "second_episode_event",
        Kind::Code,
        OFFENCE,
        Values::Form("second_episode, closed, terminated or censored"),
        "What came first after the first episode: a second one, the closing of the account by the trader, its termination for good, or the end of observation.",
    ),
    derived(
        "second_episode_hours",
        Kind::Integer,
        OFFENCE,
        Values::Form("hours"),
        "Whole hours until then. Null where the end of observation is not known and nothing came.",
    ),
    derived(
        "sanctioned_within_30_days",
        Kind::Bool,
        OFFENCE,
        Values::Any,
        "Whether any sanction took effect within 30 days of the first episode; null where fewer days were observed.",
    ),
    derived(
        "threshold_at",
        Kind::Timestamp,
        THRESHOLD,
        Values::Any,
        "Instant of the first episode at which the policy in force demands a suspension or termination; null without one.",
    ),
    derived(
        "suspension_event",
        Kind::Code,
        THRESHOLD,
        Values::Form("suspended, closed or censored"),
        "What came first from the threshold on: a suspension or termination, the closing of the account by the trader, or the end of observation. Null without a threshold.",
    ),
    derived(
        "suspension_hours",
        Kind::Integer,
        THRESHOLD,
        Values::Form("hours"),
        "Whole hours from the threshold until then; 0 for a trader who was suspended already. Null where the account was closed before the threshold, or the end of observation is not known.",
    ),
    derived(
        "suspended_within_30_days",
        Kind::Bool,
        OFFENCE,
        Values::Any,
        "Whether a suspension or termination took effect within 30 days of the threshold; null without a threshold, or where fewer days were observed.",
    ),
    derived(
        "left_at",
        Kind::Timestamp,
        THRESHOLD,
        Values::Any,
        "Instant at which the time from the threshold on ended: suspension_event says how.",
    ),
    derived(
        "suspended_at",
        Kind::Timestamp,
        &["actions.trader_id"],
        Values::Any,
        "Instant from which the first suspension or termination of the trader had effect; null without one.",
    ),
    derived(
        "linked",
        Kind::Bool,
        &["traders.linked_entity_id"],
        Values::Any,
        "Whether the holder of the data names the undertaking that the account belongs to.",
    ),
    derived(
        "return_event",
        Kind::Code,
        RETURN,
        Values::Form("returned or censored"),
        "Whether another account of the same undertaking was opened after the first suspension or termination. Null without one, and where the undertaking is not known.",
    ),
    derived(
        "return_hours",
        Kind::Integer,
        RETURN,
        Values::Form("hours"),
        "Whole hours from the first suspension or termination to the opening of the next account of the undertaking, or to the end of observation.",
    ),
    derived("returned_as", Kind::Text, RETURN, Values::Any, "Identifier of that account."),
];

impl Table for TraderRecords {
    fn name(&self) -> &'static str {
        "trader_records"
    }
    fn row(&self) -> &'static str {
        "one trader who has a listing, an offence or a row in traders, with what is on record"
    }
    fn source(&self) -> &'static str {
        "derived from the view offences and the tables actions, traders and listings"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "trader_id"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for TraderRecords {
    fn made_of(&self) -> &'static [&'static str] {
        &["offences", "actions", "traders", "listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut records = Records { end: given.options.observed_until, ..Records::default() };
        records.accounts.read(given, true)?;
        records.read_offences((given.frame)("offences")?)?;
        if given.has("listings") {
            records.read_listings((given.frame)("listings")?)?;
        }
        // A suspension of a trader without listing, offence and row is of nobody who is on record.
        records.sanctions = Sanctions::read((given.frame)("actions")?, &mut records.accounts)?;
        records.frame(given.has("listings"))
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

/// What is counted of a trader.
#[derive(Debug, Clone, Copy, Default)]
struct Record {
    listings: i64,
    offences: i64,
    episodes: i64,
    early: i64,
    first: Option<i64>,
    second: Option<i64>,
    threshold: Option<i64>,
}

#[derive(Default)]
struct Records {
    accounts: Accounts,
    sanctions: Sanctions,
    all: Vec<Record>,
    end: Option<i64>,
}

/// An event and how long it took; without a time where that cannot be known.
type Wait = (&'static str, Option<i64>);

impl Records {
    fn of(&mut self, platform: &str, trader: &str) -> Option<&mut Record> {
        let number = self.accounts.number(platform, trader);
        self.all.resize(self.accounts.facts.len().max(self.all.len()), Record::default());
        self.all.get_mut(number as usize)
    }

    /// Adds the episodes, which stand in the order of trader and time.
    fn read_offences(&mut self, offences: LazyFrame) -> Result<()> {
        let mut columns = ["platform", "trader_id", "n_offences", "expected_sanction"].map(col).to_vec();
        columns.push(instant("at"));
        batches::each(offences.select(columns), "offences", |batch| {
            let (platform, id, at) = (batch.text("platform")?, batch.text("trader_id")?, batch.integer("at")?);
            let (count, expected) = (batch.integer("n_offences")?, batch.text("expected_sanction")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(at)) = (platform.get(i), id.get(i), at.get(i)) else { continue };
                let Some(record) = self.of(platform, id) else { continue };
                record.offences += count.get(i).unwrap_or(0);
                record.episodes += 1;
                match record.first {
                    None => record.first = Some(at),
                    Some(_) => record.second = record.second.or(Some(at)),
                }
                if record.first.is_some_and(|first| at - first <= FOLLOW_UP * DAY) {
                    record.early += 1;
                }
                if expected.get(i).and_then(sanction).is_some_and(|kind| kind >= SUSPENSION) {
                    record.threshold = record.threshold.or(Some(at));
                }
            }
            Ok(())
        })
    }

    fn read_listings(&mut self, listings: LazyFrame) -> Result<()> {
        let of_trader = listings.filter(col("trader_id").is_not_null()).group_by([col("platform"), col("trader_id")]);
        let counts = of_trader.agg([len().cast(DataType::Int64).alias("n")]);
        batches::each(counts, "listings", |batch| {
            let (platform, id, n) = (batch.text("platform")?, batch.text("trader_id")?, batch.integer("n")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id)) = (platform.get(i), id.get(i)) else { continue };
                if let Some(record) = self.of(platform, id) {
                    record.listings += n.get(i).unwrap_or(0);
                }
            }
            Ok(())
        })
    }

    /// The first of these events, of those at one instant the first named; else the end of observation.
    fn first(&self, from: i64, events: &[(&'static str, Option<i64>)]) -> Wait {
        let within = |at: i64| self.end.is_none_or(|end| at < end);
        let happened = events.iter().filter_map(|(event, at)| Some((*event, (*at)?))).filter(|(_, at)| within(*at));
        // `min_by_key` gives the first of equal ones.
        match happened.min_by_key(|(_, at)| *at) {
            Some((event, at)) => (event, Some(at - from).filter(|t| *t >= 0)),
            None => ("censored", self.end.map(|end| end - from).filter(|t| *t >= 0)),
        }
    }

    fn closed(&self, trader: u32) -> Option<i64> {
        self.accounts.facts.get(trader as usize).and_then(|f| f.closed)
    }

    fn second(&self, trader: u32, record: &Record) -> Option<Wait> {
        let (closed, terminated) = (self.closed(trader), self.sanctions.terminated(trader));
        let events = [("second_episode", record.second), ("closed", closed), ("terminated", terminated)];
        record.first.map(|first| {
            // Offences can be found after an account was closed: then there is no follow-up.
            let after = events.map(|(event, at)| (event, at.map(|at| at.max(first))));
            self.first(first, &after)
        })
    }

    /// Suspensions and terminations.
    fn suspensions(&self, trader: u32) -> impl Iterator<Item = &Sanction> {
        self.sanctions.of(trader).iter().filter(|s| s.kind >= SUSPENSION)
    }

    fn suspension(&self, trader: u32, record: &Record) -> Option<Wait> {
        let threshold = record.threshold?;
        let later = self.suspensions(trader).find(|s| s.until > threshold).map(|s| s.from.max(threshold));
        Some(self.first(threshold, &[("suspended", later), ("closed", self.closed(trader))]))
    }

    /// Whether days from an instant were observed.
    fn observed(&self, from: i64, days: i64) -> bool {
        self.end.is_some_and(|end| from.saturating_add(days * DAY) <= end)
    }

    fn sanctioned(&self, trader: u32, record: &Record) -> Option<bool> {
        let first = record.first.filter(|first| self.observed(*first, SANCTION_DAYS))?;
        Some(self.sanctions.of(trader).iter().any(|s| (0..=SANCTION_DAYS * DAY).contains(&(s.from - first))))
    }

    /// Accounts of undertakings in the order of undertaking and opening.
    fn undertakings(&self) -> Vec<(u32, i64, u32)> {
        let accounts = self.accounts.facts.iter().zip(0_u32..);
        let mut linked: Vec<(u32, i64, u32)> =
            accounts.filter_map(|(f, number)| Some((f.entity?, f.joined?, number))).collect();
        linked.sort_unstable_by(|a, b| {
            let name = |number| self.accounts.name(number);
            (a.0, a.1).cmp(&(b.0, b.1)).then_with(|| name(a.2).cmp(&name(b.2)))
        });
        linked
    }

    fn frame(mut self, listings: bool) -> Result<LazyFrame> {
        self.all.resize(self.accounts.facts.len(), Record::default());
        let order = self.accounts.in_order();
        let linked = self.undertakings();
        let record = |trader: u32| self.all.get(trader as usize).copied().unwrap_or_default();
        let rows: Vec<Row> = order.iter().map(|trader| self.row(*trader, &record(*trader), &linked)).collect();
        let each = || order.iter().copied();
        let both = || rows.iter();
        let hours = |wait: Option<Wait>| wait.and_then(|w| w.1).map(|t| t.div_euclid(HOUR));
        let mut columns = Columns::default();
        columns.text("platform", each().map(|t| Some(self.accounts.name(t).0)));
        columns.text("trader_id", each().map(|t| Some(self.accounts.name(t).1)));
        columns.text("size", each().map(|t| self.accounts.size(t)));
        columns.text("country", each().map(|t| self.accounts.country(t)));
        columns.text("seat", each().map(|t| self.accounts.country(t).map(seat)));
        columns.integer("n_listings", each().map(|t| listings.then(|| record(t).listings)));
        columns.integer("n_offences", each().map(|t| Some(record(t).offences)));
        columns.integer("n_episodes", each().map(|t| Some(record(t).episodes)));
        columns.integer("first_episode_at", each().map(|t| record(t).first));
        let early = |r: Record| r.first.filter(|first| self.observed(*first, FOLLOW_UP)).map(|_| r.early);
        columns.integer("episodes_within_90_days", each().map(|t| early(record(t))));
        columns.text("second_episode_event", both().map(|r| r.second.map(|w| w.0)));
        columns.integer("second_episode_hours", both().map(|r| hours(r.second)));
        columns.boolean("sanctioned_within_30_days", each().map(|t| self.sanctioned(t, &record(t))));
        columns.integer("threshold_at", each().map(|t| record(t).threshold));
        columns.text("suspension_event", both().map(|r| r.suspension.map(|w| w.0)));
        columns.integer("suspension_hours", both().map(|r| hours(r.suspension)));
        columns.boolean("suspended_within_30_days", both().map(|r| r.soon));
        let left = |r: &Row, t: u32| record(t).threshold.zip(r.suspension?.1).map(|(at, wait)| at + wait);
        columns.integer("left_at", both().zip(each()).map(|(r, t)| left(r, t)));
        columns.integer("suspended_at", both().map(|r| r.suspended));
        let linked = |t: u32| self.accounts.facts.get(t as usize).map(|f| f.entity.is_some());
        columns.boolean("linked", each().map(linked));
        columns.text("return_event", both().map(|r| r.back.map(|w| w.0)));
        columns.integer("return_hours", both().map(|r| hours(r.back)));
        columns.text("returned_as", both().map(|r| r.back_as.map(|t| self.accounts.name(t).1)));
        columns.frame("trader_records", &["first_episode_at", "threshold_at", "left_at", "suspended_at"])
    }

    fn row(&self, trader: u32, record: &Record, linked: &[(u32, i64, u32)]) -> Row {
        let suspension = self.suspension(trader, record);
        let observed = record.threshold.is_some_and(|at| self.observed(at, SANCTION_DAYS));
        let timed = suspension.filter(|(_, t)| observed && t.is_some());
        let soon = timed.map(|(event, t)| event == "suspended" && t.is_some_and(|t| t <= SANCTION_DAYS * DAY));
        let within = |at: &i64| self.end.is_none_or(|end| *at < end);
        let suspended = self.suspensions(trader).map(|s| s.from).next().filter(within);
        let entity = self.accounts.facts.get(trader as usize).and_then(|f| f.entity);
        let (mut back, mut back_as) = (None, None);
        if let Some((at, entity)) = suspended.zip(entity) {
            let next = linked.partition_point(|(e, joined, _)| (*e, *joined) <= (entity, at));
            // The account itself cannot come after its own suspension but by a fault of the data.
            let rest = linked.get(next..).unwrap_or_default().iter();
            let new = rest.take_while(|l| l.0 == entity).find(|l| l.2 != trader).filter(|l| within(&l.1));
            back = Some(self.first(at, &[("returned", new.map(|l| l.1))]));
            back_as = new.map(|l| l.2);
        }
        Row { second: self.second(trader, record), suspension, soon, suspended, back, back_as }
    }
}

/// What follows from the record of a trader.
struct Row {
    second: Option<Wait>,
    suspension: Option<Wait>,
    soon: Option<bool>,
    suspended: Option<i64>,
    back: Option<Wait>,
    back_as: Option<u32>,
}

#[cfg(test)]
#[path = "trader_records_tests.rs"]
mod tests;
