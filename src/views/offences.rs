//! Offences of traders, by episode, with what the penalty policy demands after each and what followed.

use polars::prelude::{Expr, LazyFrame, col, when};

use super::batches::{self, Columns, DAY, HOUR, Names, instant};
use super::policy::{Demand, Episode, Policies, SANCTIONS};
use super::sanctions::{Accounts, Sanction, Sanctions, is_offence, seat};
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Table};

#[path = "offences_columns.rs"]
mod columns;
use columns::COLUMNS;
pub(super) use columns::{OFFENCE, derived};

/// Days after an episode that no step is reached by, in which a sanction still counts as one for it.
const UNPROVOKED_DAYS: i64 = 30;

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct Offences;

impl Table for Offences {
    fn name(&self) -> &'static str {
        "offences"
    }
    fn row(&self) -> &'static str {
        "one episode of confirmed offences of a trader: those within a day of the first of them"
    }
    fn source(&self) -> &'static str {
        "derived from the tables actions, penalty_policy and traders"
    }
    fn key(&self) -> &'static [&'static str] {
        &["platform", "trader_id", "episode"]
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
}

impl View for Offences {
    fn made_of(&self) -> &'static [&'static str] {
        &["actions", "penalty_policy", "traders"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let mut rows = Rows::read(given)?;
        rows.accounts.read(given, false)?;
        let sanctions = Sanctions::read((given.frame)("actions")?, &mut rows.accounts)?;
        let policies = if given.has("penalty_policy") {
            Policies::read((given.frame)("penalty_policy")?)?
        } else {
            Policies::default()
        };
        rows.episodes(given, &policies, &sanctions)
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

/// One confirmed offence. In the order of trader and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Offence {
    trader: u32,
    at: i64,
    /// Position of the codes in the order of their texts, from 1; 0 for none.
    kind: u32,
    category: u32,
    points: Option<i64>,
}

/// The offences.
struct Rows {
    offences: Vec<Offence>,
    accounts: Accounts,
    codes: Names,
}

/// One row of the view.
struct Row<'a> {
    trader: u32,
    place: i64,
    number: i64,
    at: i64,
    first_at: i64,
    offences: i64,
    points: Option<i64>,
    kind: Option<&'a str>,
    category: Option<&'a str>,
    followed: Option<i64>,
    left: Option<bool>,
    demand: Option<Demand<'a>>,
    applied: Option<(u8, i64)>,
    adherence: Option<&'static str>,
    always: Option<bool>,
}

impl Rows {
    fn read(given: &Given<'_>) -> Result<Self> {
        let (mut offences, mut accounts, mut codes) = (Vec::new(), Accounts::default(), Names::default());
        let at: Expr =
            when(col("detected_at").is_not_null()).then(instant("detected_at")).otherwise(instant("action_at"));
        let mut columns: Vec<Expr> =
            ["platform", "trader_id", "violation_type", "category", "points"].map(col).to_vec();
        columns.push(at.alias("at"));
        batches::each((given.frame)("actions")?.filter(is_offence()).select(columns), "actions", |batch| {
            let (platform, id, kind) =
                (batch.text("platform")?, batch.text("trader_id")?, batch.text("violation_type")?);
            let (category, points, at) = (batch.text("category")?, batch.integer("points")?, batch.integer("at")?);
            let mut code = |text: Option<&str>| text.map_or(0, |text| codes.number(text) + 1);
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(at)) = (platform.get(i), id.get(i), at.get(i)) else { continue };
                let trader = accounts.number(platform, id);
                let (kind, category) = (code(kind.get(i)), code(category.get(i)));
                offences.push(Offence { trader, at, kind, category, points: points.get(i) });
            }
            Ok(())
        })?;
        offences.sort_unstable();
        Ok(Self { offences, accounts, codes })
    }

    fn code(&self, number: u32) -> Option<&str> {
        number.checked_sub(1).map(|number| self.codes.text(number))
    }

    /// Of offences of one instant and equal points, the one whose codes come first as text stands for the episode:
    /// which number they got says nothing.
    fn most_severe(&self, batch: &[Offence]) -> Option<Offence> {
        let key = |o: &Offence| {
            (std::cmp::Reverse(o.points), o.at, self.code(o.kind).unwrap_or(""), self.code(o.category).unwrap_or(""))
        };
        batch.iter().min_by(|a, b| key(a).cmp(&key(b))).copied()
    }

    /// Episodes of one trader, whose offences stand in their order: each with its first instant and its offences.
    fn split(offences: &[Offence], hours: u32) -> Vec<(i64, &[Offence])> {
        let reach = i64::from(hours).saturating_mul(HOUR);
        let (mut episodes, mut rest) = (Vec::new(), offences);
        while let Some(first) = rest.first() {
            // At least the first, also where episodes have no length.
            let len = rest.partition_point(|o| o.at - first.at < reach).max(1);
            let (episode, later) = rest.split_at(len);
            episodes.push((first.at, episode));
            rest = later;
        }
        episodes
    }

    fn episodes(&self, given: &Given<'_>, policies: &Policies, sanctions: &Sanctions) -> Result<LazyFrame> {
        let mut of_trader: Vec<Option<&[Offence]>> = vec![None; self.accounts.facts.len()];
        for offences in self.offences.chunk_by(|a, b| a.trader == b.trader) {
            if let Some(place) = offences.first().and_then(|o| of_trader.get_mut(o.trader as usize)) {
                *place = Some(offences);
            }
        }
        let end = given.options.observed_until;
        let judge = Judge { sanctions, end, at_once: i64::from(given.options.episode_hours.max(24)) * HOUR };
        let mut rows: Vec<Row<'_>> = Vec::new();
        for (trader, place) in self.accounts.in_order().into_iter().zip(0..) {
            let Some(offences) = of_trader.get(trader as usize).copied().flatten() else { continue };
            let episodes = Self::split(offences, given.options.episode_hours);
            let first_at = episodes.first().map_or(0, |e| e.0);
            let closed = self.accounts.facts.get(trader as usize).and_then(|f| f.closed);
            let exit =
                [end, closed, sanctions.terminated(trader)].into_iter().flatten().min().filter(|_| end.is_some());
            let before = rows.len();
            for ((at, batch), number) in episodes.iter().zip(1..) {
                let worst = self.most_severe(batch);
                rows.push(Row {
                    trader,
                    place,
                    number,
                    at: *at,
                    first_at,
                    offences: i64::try_from(batch.len()).unwrap_or(i64::MAX),
                    points: worst.and_then(|o| o.points),
                    kind: worst.and_then(|o| self.code(o.kind)),
                    category: worst.and_then(|o| self.code(o.category)),
                    followed: exit.map(|exit| (exit - first_at).max(0)),
                    left: exit.zip(end).map(|(exit, end)| exit < end),
                    demand: None,
                    applied: None,
                    adherence: None,
                    always: None,
                });
            }
            let (platform, _) = self.accounts.name(trader);
            if let Some(rows) = rows.get_mut(before..) {
                let seen: Vec<Episode<'_>> =
                    rows.iter().map(|r| Episode { at: r.at, points: r.points.unwrap_or(0), kind: r.kind }).collect();
                let demands = policies.demands(platform, &seen);
                // An account that the platform ended is not one that its trader closed.
                let left = closed.filter(|closed| sanctions.terminated(trader).is_none_or(|at| at > *closed));
                judge.judge(platform, rows, demands, left);
            }
        }
        self.frame(&rows)
    }

    fn frame(&self, rows: &[Row<'_>]) -> Result<LazyFrame> {
        let mut columns = Columns::default();
        let names = |row: &Row<'_>| self.accounts.name(row.trader);
        let whole = |micros: Option<i64>, unit: i64| micros.map(|m| m.div_euclid(unit));
        columns.text("platform", rows.iter().map(|r| Some(names(r).0)));
        columns.text("trader_id", rows.iter().map(|r| Some(names(r).1)));
        columns.integer("trader_number", rows.iter().map(|r| Some(r.place)));
        columns.integer("episode", rows.iter().map(|r| Some(r.number)));
        columns.integer("at", rows.iter().map(|r| Some(r.at)));
        columns.integer("first_at", rows.iter().map(|r| Some(r.first_at)));
        columns.integer("days_since_first", rows.iter().map(|r| whole(Some(r.at - r.first_at), DAY)));
        columns.integer("days_followed", rows.iter().map(|r| whole(r.followed, DAY)));
        columns.boolean("left", rows.iter().map(|r| r.left));
        columns.integer("n_offences", rows.iter().map(|r| Some(r.offences)));
        columns.text("violation_type", rows.iter().map(|r| r.kind));
        columns.text("category", rows.iter().map(|r| r.category));
        columns.integer("points", rows.iter().map(|r| r.points));
        columns.text("size", rows.iter().map(|r| self.accounts.size(r.trader)));
        columns.text("country", rows.iter().map(|r| self.accounts.country(r.trader)));
        columns.text("seat", rows.iter().map(|r| self.accounts.country(r.trader).map(seat)));
        columns.text("policy_version", rows.iter().map(|r| r.demand.map(|d| d.version)));
        columns.integer("cumulated_strikes", rows.iter().map(|r| r.demand.map(|d| d.strikes)));
        columns.integer("cumulated_points", rows.iter().map(|r| r.demand.map(|d| d.points)));
        let name = |kind: u8| SANCTIONS.get(usize::from(kind)).copied();
        columns.text("expected_sanction", rows.iter().map(|r| r.demand?.sanction.and_then(name)));
        columns.integer("within_days", rows.iter().map(|r| r.demand?.within_days));
        columns.text("applied_sanction", rows.iter().map(|r| r.applied.and_then(|(kind, _)| name(kind))));
        columns.integer("applied_hours", rows.iter().map(|r| whole(r.applied.map(|(_, after)| after), HOUR)));
        columns.text("adherence", rows.iter().map(|r| r.adherence));
        columns.boolean("never_under", rows.iter().map(|r| r.always));
        columns.frame("offences", &["at", "first_at"])
    }
}

/// Holds what followed against what was due.
struct Judge<'a> {
    sanctions: &'a Sanctions,
    end: Option<i64>,
    /// Microseconds within which a sanction follows at once.
    at_once: i64,
}

impl Judge<'_> {
    /// Judges the episodes of one trader, who closed the account at `left`.
    fn judge<'a>(&self, platform: &str, rows: &mut [Row<'a>], demands: Vec<Option<Demand<'a>>>, left: Option<i64>) {
        let Some(trader) = rows.first().map(|r| r.trader) else { return };
        let sanctions = self.sanctions.of(trader);
        let starts: Vec<i64> = rows.iter().map(|r| r.at).collect();
        let (mut judged, mut under) = (None, false);
        for (i, (row, demand)) in rows.iter_mut().zip(demands).enumerate() {
            let next = starts.get(i + 1).copied().unwrap_or(i64::MAX);
            row.demand = demand;
            row.applied = self.applied(platform, sanctions, row.at, next, demand);
            row.adherence = demand.and_then(|d| self.class(platform, sanctions, (row.at, next, left), d));
            let fails = matches!(row.adherence, Some("late" | "under" | "absent"));
            if fails || matches!(row.adherence, Some("followed" | "over")) {
                judged = Some(i);
                under |= fails;
            }
        }
        if let Some(row) = judged.and_then(|i| rows.get_mut(i)) {
            row.always = Some(!under);
        }
    }

    fn due(&self, at: i64, demand: Demand<'_>) -> i64 {
        at.saturating_add(demand.within_days.map_or(self.at_once, |days| days.saturating_mul(DAY)))
    }

    /// The most severe sanction that took effect after the episode and before the next one, or still within the
    /// time for it; its kind and how long after the episode.
    fn applied(
        &self,
        platform: &str,
        sanctions: &[Sanction],
        at: i64,
        next: i64,
        demand: Option<Demand<'_>>,
    ) -> Option<(u8, i64)> {
        let due = demand.filter(|d| d.sanction.is_some()).map_or(at, |d| self.due(at, d));
        let end = self.end.unwrap_or(i64::MAX);
        let after = sanctions.iter().filter(|s| s.from >= at && s.from < end && (s.from < next || s.from <= due));
        // Of equal ones the first counts.
        let worst = after.reduce(|a, b| if self.sanctions.compare(platform, b, a.kind).is_gt() { b } else { a });
        worst.map(|s| (s.kind, s.from - at))
    }

    /// How what followed relates to what was due; `None` where the end of observation is not known.
    fn class(
        &self,
        platform: &str,
        sanctions: &[Sanction],
        (at, next, left): (i64, i64, Option<i64>),
        demand: Demand<'_>,
    ) -> Option<&'static str> {
        let end = self.end?;
        // Nobody sanctions an account that is closed: its time ends there, whatever was done by then.
        let over = left.map_or(end, |left| end.min(left.saturating_sub(1)));
        let order = |s: &Sanction, expected| self.sanctions.compare(platform, s, expected);
        let Some(expected) = demand.sanction else {
            let until = next.min(at.saturating_add(UNPROVOKED_DAYS * DAY));
            if until > over {
                return Some("open");
            }
            let any = sanctions.iter().any(|s| s.from >= at && s.from < until);
            return Some(if any { "unprovoked" } else { "none_due" });
        };
        let due = self.due(at, demand);
        if due > over {
            return Some("open");
        }
        let in_time = |s: &&Sanction| s.from >= at && s.from <= due;
        // A trader who is off the platform already needs no further sanction.
        let running = |s: &&Sanction| s.from < at && s.until > at && s.kind >= 2;
        let meets = |s: &Sanction| order(s, expected).is_ge();
        if sanctions.iter().filter(in_time).any(|s| s.from < next && order(s, expected).is_gt()) {
            return Some("over");
        }
        if sanctions.iter().filter(|s| in_time(s) || running(s)).any(meets) {
            return Some("followed");
        }
        let mut after = sanctions.iter().filter(|s| s.from >= at && s.from < end && (s.from < next || s.from <= due));
        if after.clone().any(|s| s.from > due && meets(s)) {
            return Some("late");
        }
        Some(if after.next().is_some() { "under" } else { "absent" })
    }
}

#[cfg(test)]
#[path = "offences_tests.rs"]
mod tests;
