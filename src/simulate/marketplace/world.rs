//! What there is on the invented marketplace: traders, listings, actions, complaints.

use super::fate::{Fate, Nature, Removal};

/// How a trader's account came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit {
    /// The trader closed shop.
    Closed,
    /// The platform terminated the account.
    Terminated,
}

/// An account of a trader.
#[derive(Debug, Clone)]
pub(super) struct Trader {
    /// Number of the account, from 1.
    pub id: u64,
    /// Number of the undertaking, where several accounts belong to it; without, the account is one by itself.
    pub entity: Option<u64>,
    pub joined: i64,
    pub exit: Option<(i64, Exit)>,
    /// Suspended until then.
    pub blocked_until: i64,
    pub offender: bool,
    /// Index into [`super::model::TRADER_COUNTRIES`].
    pub country: u8,
    /// Index into [`super::model::SIZES`].
    pub size: u8,
    /// Begin of each episode of offences.
    pub episodes: Vec<i64>,
    /// Whether it was suspended or terminated already.
    pub sanctioned: bool,
    /// When this account replaced a suspended one.
    pub phoenix: bool,
    /// Its listings, as indices into those of the block.
    pub listings: Vec<u32>,
    /// Which parts of a page it mostly fills in, by [`super::model::DISPLAY`].
    pub display: [bool; 9],
    /// Key of everything else that is drawn about it.
    pub key: u64,
}

/// A listing.
#[derive(Debug, Clone)]
pub(super) struct Listing {
    /// Index of the trader in the block.
    pub trader: u32,
    /// Its number among the listings of the trader.
    pub number: u32,
    /// Index into [`super::model::CATEGORIES`].
    pub category: u8,
    /// Index into [`super::model::COUNTRIES`].
    pub country: u8,
    pub nature: Nature,
    pub submitted: i64,
    pub fate: Fate,
    /// When the end of the trader's account or its suspension took it away.
    pub cut: Option<i64>,
    /// It would have been submitted while the trader could not: it does not exist.
    pub void: bool,
    /// What happened to it, as an index into the actions of the block.
    pub action: Option<u32>,
    /// Identity of the content.
    pub content: u64,
    /// Whether it is content that was removed before.
    pub relisted: bool,
    /// Index of the alert whose product it offers.
    pub alert: Option<u8>,
    /// Views a day in thousandths.
    pub view_rate: u64,
    /// Orders in 10,000 views.
    pub conversion: u64,
    /// Classifier's number from 0 to 999.
    pub score: u16,
    /// Whether picture, title and variants disagree, and the classifier's number for that.
    pub mismatch: bool,
    pub mismatch_score: u16,
    /// Key of everything else that is drawn about it.
    pub key: u64,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Removal,
    Disabling,
    Demotion,
    Labelling,
    Interception,
    /// Index into [`super::model::POLICY`].
    Sanction(u8),
    Reinstatement,
}

/// An action.
#[derive(Debug, Clone)]
pub(super) struct Action {
    pub listing: Option<u32>,
    pub trader: u32,
    pub kind: Kind,
    pub taken: Removal,
    /// On the ground of the law.
    pub on_law: bool,
    /// Whether somebody found the content to be illegal.
    pub confirmed: Option<bool>,
    /// Whether it was right, which nobody in the files knows.
    pub right: bool,
    pub ends: Option<i64>,
    pub reversed: Option<i64>,
    pub complaint: Option<Complaint>,
}

/// A complaint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Complaint {
    pub filed: i64,
    pub decided: i64,
    /// Upheld, partly reversed, reversed, omitted.
    pub outcome: u8,
}

/// Some traders with everything that is theirs.
#[derive(Debug)]
pub(super) struct World {
    /// Number of the block.
    pub number: u64,
    pub traders: Vec<Trader>,
    pub listings: Vec<Listing>,
    pub actions: Vec<Action>,
    /// Observation window.
    pub from: i64,
    pub until: i64,
}

impl Listing {
    /// The action that took it away or refused it.
    pub fn removal(&self) -> Option<Removal> {
        self.action.and(self.fate.removal)
    }

    /// When users could see it no more; at or after the end of the window where they still can.
    pub fn gone(&self, world: &World) -> i64 {
        let ended = self.cut.unwrap_or(self.fate.ended);
        match self.removal() {
            Some(r) => r.acted,
            None => ended.min(world.until),
        }
    }

    /// When the trader, or the end of the offer, took it away within the window.
    pub fn ended(&self, world: &World) -> Option<i64> {
        let ended = self.cut.unwrap_or(self.fate.ended);
        (!self.fate.intercepted && self.action.is_none() && ended < world.until).then_some(ended)
    }

    /// When users could see it first.
    pub fn live(&self) -> Option<i64> {
        (!self.fate.intercepted).then_some(self.fate.live)
    }

    /// Whether users can see it at an instant.
    pub fn is_live(&self, world: &World, at: i64) -> bool {
        self.live().is_some_and(|live| live <= at) && self.gone(world) > at
    }

    /// Views from the begin of the window, or since it was live, until an instant.
    pub fn views_until(&self, world: &World, at: i64) -> u64 {
        let Some(live) = self.live() else { return 0 };
        super::fate::views(self.view_rate, live.max(world.from), self.gone(world).min(at))
    }

    /// Orders that go with a number of views.
    pub fn orders(&self, views: u64) -> u64 {
        views.saturating_mul(self.conversion) / 10_000
    }

    /// Whether the platform's own detection marked it by an instant, before any notice: the label of its classifier,
    /// or an action of its own accord.
    pub fn found_by_platform(&self, at: i64) -> bool {
        let first_notice = self.fate.reports.first().map_or(i64::MAX, |r| r.received);
        let own = self
            .removal()
            .is_some_and(|r| r.channel == super::fate::Channel::Own && r.detected <= at && r.detected < first_notice);
        self.nature.flagged || own
    }
}

impl World {
    /// Identifier of a listing in the files.
    pub fn listing_id(&self, listing: &Listing) -> u64 {
        let trader = self.traders.get(listing.trader as usize).map_or(0, |t| t.id);
        trader * 100_000 + u64::from(listing.number)
    }

    /// Identifier of an action in the files, from its place.
    pub fn action_id(&self, index: usize) -> u64 {
        self.number * 10_000_000 + index as u64 + 1
    }

    /// Listings that exist, with their places.
    pub fn offered(&self) -> impl Iterator<Item = (usize, &Listing)> {
        self.listings.iter().enumerate().filter(|(_, l)| !l.void)
    }
}
