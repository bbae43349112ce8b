//! Sanctions on traders, in the order of their effect, and who the traders are.

use polars::prelude::{Expr, LazyFrame, col, lit};

use super::Given;
use super::batches::{self, Names, instant};
use super::policy::{SANCTIONS, TERMINATION, sanction};
use crate::error::Result;

/// Member states of the Union by their codes of ISO 3166, and by those of the Union where these differ.
const MEMBER_STATES: [&str; 28] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU",
    "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Whether a country is a member state of the Union, as a code.
pub(super) fn seat(country: &str) -> &'static str {
    if MEMBER_STATES.contains(&country) { "union" } else { "third_country" }
}

/// Actions that are sanctions on a trader.
pub(super) fn is_sanction() -> Expr {
    let any = SANCTIONS.iter().map(|code| col("action").eq(lit(*code))).reduce(Expr::or);
    col("listing_id").is_null().and(any.unwrap_or_else(|| lit(false)))
}

/// Actions that record a confirmed offence of a trader.
pub(super) fn is_offence() -> Expr {
    let illegal = col("ground").is_null().or(col("ground").eq(lit("illegal")));
    let of_trader = col("trader_id").is_not_null().and(is_sanction().not());
    // What gives a listing or a trader back records no offence.
    of_trader.and(col("confirmed")).and(illegal).and(col("action").neq(lit("reinstatement")))
}

/// Accounts of traders, numbered, with what the table `traders` says of them.
#[derive(Default)]
pub(super) struct Accounts {
    names: Names,
    key: String,
    /// What is known of each account, by number.
    pub facts: Vec<Facts>,
    codes: Names,
    entities: Names,
}

/// What is known of an account.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Facts {
    /// When it was opened.
    pub joined: Option<i64>,
    /// When the trader closed it.
    pub closed: Option<i64>,
    /// Number of the undertaking.
    pub entity: Option<u32>,
    size: Option<u32>,
    country: Option<u32>,
}

impl Accounts {
    /// The number of an account.
    pub fn number(&mut self, platform: &str, trader: &str) -> u32 {
        self.compose(platform, trader);
        let number = self.names.number(&self.key);
        if self.facts.len() < self.names.len() {
            self.facts.resize(self.names.len(), Facts::default());
        }
        number
    }

    /// The number of an account that was met.
    pub fn known(&mut self, platform: &str, trader: &str) -> Option<u32> {
        self.compose(platform, trader);
        self.names.known(&self.key)
    }

    fn compose(&mut self, platform: &str, trader: &str) {
        self.key.clear();
        self.key.push_str(platform);
        self.key.push('\0');
        self.key.push_str(trader);
    }

    /// Platform and identifier of an account.
    pub fn name(&self, number: u32) -> (&str, &str) {
        self.names.text(number).split_once('\0').unwrap_or_default()
    }

    /// The numbers in the order of platform and identifier.
    pub fn in_order(&self) -> Vec<u32> {
        let mut order: Vec<u32> = (0..).take(self.names.len()).collect();
        order.sort_unstable_by(|a, b| self.names.text(*a).cmp(self.names.text(*b)));
        order
    }

    /// Size of the trader.
    pub fn size(&self, number: u32) -> Option<&str> {
        self.facts.get(number as usize)?.size.map(|code| self.codes.text(code))
    }

    /// Country of the trader.
    pub fn country(&self, number: u32) -> Option<&str> {
        self.facts.get(number as usize)?.country.map(|code| self.codes.text(code))
    }

    /// Reads the table `traders`, if it is there; all its accounts, or those that were met before.
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where rows cannot be read.
    pub fn read(&mut self, given: &Given<'_>, all: bool) -> Result<()> {
        if !given.has("traders") {
            return Ok(());
        }
        let names = ["platform", "trader_id", "linked_entity_id", "size", "country"];
        let mut columns: Vec<Expr> = names.iter().map(|n| col(*n)).collect();
        columns.extend([instant("joined_at"), instant("closed_at")]);
        batches::each((given.frame)("traders")?.select(columns), "traders", |batch| {
            let text = |name| batch.text(name);
            let (platform, id, entity) = (text("platform")?, text("trader_id")?, text("linked_entity_id")?);
            let (size, country) = (text("size")?, text("country")?);
            let (joined, closed) = (batch.integer("joined_at")?, batch.integer("closed_at")?);
            for i in 0..batch.len() {
                let (Some(platform), Some(id)) = (platform.get(i), id.get(i)) else { continue };
                let number = if all { Some(self.number(platform, id)) } else { self.known(platform, id) };
                let Some(number) = number else { continue };
                let entity = entity.get(i).map(|entity| {
                    self.compose(platform, entity);
                    self.entities.number(&self.key)
                });
                let facts = Facts {
                    joined: joined.get(i),
                    closed: closed.get(i),
                    entity,
                    size: size.get(i).map(|code| self.codes.number(code)),
                    country: country.get(i).map(|code| self.codes.number(code)),
                };
                if let Some(known) = self.facts.get_mut(number as usize) {
                    *known = facts;
                }
            }
            Ok(())
        })
    }
}

/// A sanction on a trader. In the order of trader and effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Sanction {
    /// Number of the account.
    pub trader: u32,
    /// Instant from which it had effect.
    pub from: i64,
    /// Position among [`SANCTIONS`].
    pub kind: u8,
    /// Severity in the platform's own order.
    pub rank: Option<i64>,
    /// Instant at which it ended, was taken back or the trader was reinstated; the latest possible without.
    pub until: i64,
}

/// All sanctions, sorted.
#[derive(Debug, Default)]
pub(super) struct Sanctions {
    all: Vec<Sanction>,
    /// Lowest rank of each sanction, by platform.
    ranks: std::collections::BTreeMap<(String, u8), i64>,
}

impl Sanctions {
    /// Reads the sanctions on accounts that were met; those taken back before they had effect are none.
    ///
    /// # Errors
    /// [`crate::Error::Engine`] where rows cannot be read.
    pub fn read(actions: LazyFrame, accounts: &mut Accounts) -> Result<Self> {
        let back = col("listing_id").is_null().and(col("action").eq(lit("reinstatement")));
        let mut columns: Vec<Expr> = ["platform", "trader_id", "action", "sanction_rank"].map(col).to_vec();
        columns.extend(["action_at", "effective_at", "ends_at", "reversed_at"].map(instant));
        let rows = actions.filter(is_sanction().or(back).and(col("trader_id").is_not_null())).select(columns);
        let (mut this, mut returns) = (Self::default(), Vec::new());
        batches::each(rows, "actions", |batch| {
            let (platform, id, action) = (batch.text("platform")?, batch.text("trader_id")?, batch.text("action")?);
            let (rank, decided) = (batch.integer("sanction_rank")?, batch.integer("action_at")?);
            let (effective, ends) = (batch.integer("effective_at")?, batch.integer("ends_at")?);
            let reversed = batch.integer("reversed_at")?;
            for i in 0..batch.len() {
                let (Some(platform), Some(id), Some(action)) = (platform.get(i), id.get(i), action.get(i)) else {
                    continue;
                };
                let Some(from) = effective.get(i).or(decided.get(i)) else { continue };
                let Some(trader) = accounts.known(platform, id) else { continue };
                let Some(kind) = sanction(action) else {
                    returns.push((trader, from));
                    continue;
                };
                let until = [ends.get(i), reversed.get(i)].into_iter().flatten().min().unwrap_or(i64::MAX);
                if reversed.get(i).is_some_and(|reversed| reversed <= from) {
                    continue;
                }
                let rank = rank.get(i);
                if let Some(rank) = rank {
                    let least = this.ranks.entry((platform.to_owned(), kind)).or_insert(rank);
                    *least = rank.min(*least);
                }
                this.all.push(Sanction { trader, from, kind, rank, until });
            }
            Ok(())
        })?;
        this.all.sort_unstable();
        returns.sort_unstable();
        for sanction in &mut this.all {
            let after = returns.partition_point(|r| *r <= (sanction.trader, sanction.from));
            if let Some((_, at)) = returns.get(after).filter(|(trader, _)| *trader == sanction.trader) {
                sanction.until = sanction.until.min(*at);
            }
        }
        Ok(this)
    }

    /// Those on an account, in the order of their effect. Complexity: O(log n).
    pub fn of(&self, trader: u32) -> &[Sanction] {
        let start = self.all.partition_point(|s| s.trader < trader);
        let rest = self.all.get(start..).unwrap_or_default();
        let len = rest.partition_point(|s| s.trader == trader);
        rest.get(..len).unwrap_or_default()
    }

    /// How severe a sanction is beside the one expected of a platform: by the platform's own ranks where it gives one
    /// to both, else by the order of [`SANCTIONS`].
    pub fn compare(&self, platform: &str, sanction: &Sanction, expected: u8) -> std::cmp::Ordering {
        let own = self.ranks.get(&(platform.to_owned(), expected)).zip(sanction.rank);
        own.map_or_else(|| sanction.kind.cmp(&expected), |(expected, rank)| rank.cmp(expected))
    }

    /// Instant from which an account was closed for good by the platform, and not opened again.
    pub fn terminated(&self, trader: u32) -> Option<i64> {
        self.of(trader).iter().find(|s| s.kind == TERMINATION && s.until == i64::MAX).map(|s| s.from)
    }
}
