//! A block of traders, event by event.
//!
//! Blocks are independent of each other: relisting by another trader stays within a block. Within one, events happen
//! in the order of time, since a sanction ends what would have come after it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::clock::{day_of, midnight, unambiguous};
use super::fate::{self, Channel, Nature, Removal, minutes};
use super::maths::{DAY, Draw, NEVER, real, whole};
use super::model::{self, CATEGORIES, COUNTRIES, POLICY};
use super::plan::MarketplacePlan;
use super::world::{Action, Complaint, Exit, Kind, Listing, Trader, World};
use crate::simulate::rng::Rng;

/// Traders of one block.
pub(super) const TRADERS: u64 = 500;
/// Room for accounts of traders who return, in the numbers of accounts.
pub(super) const ROOM: u64 = 1_000;
/// Listings of one trader that there are numbers for.
const MOST_LISTINGS: usize = 99_999;
/// Scale of the weights of traders, which are whole numbers so that their sums are exact.
const WEIGHT: f64 = 1_000.0;

/// What can happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Detected(u32),
    Relisted(u32),
    Sanction { trader: u32, step: u8 },
    Closed(u32),
    Returned(u32),
}

/// What is drawn about a trader first, so that the shares of all in the listings are known before any is made.
#[derive(Debug)]
pub(super) struct Seedling {
    key: u64,
    weight: u64,
}

fn seedling(plan: &MarketplacePlan, number: u64) -> Seedling {
    let mut rng = Rng::new([plan.seed, 0x7261_6465, number, 0]);
    let key = rng.next();
    let weight = rng.pareto(model::LISTINGS_SHAPE).min(model::LISTINGS_CUT);
    Seedling { key, weight: u64::try_from(whole(weight * WEIGHT)).unwrap_or(1) }
}

/// Sum of the weights of the traders of a block.
pub(super) fn weight(plan: &MarketplacePlan, block: u64) -> u64 {
    weight_of(plan, block, plan.traders())
}

/// The same where there are as many traders as told.
pub(super) fn weight_of(plan: &MarketplacePlan, block: u64, all: u64) -> u64 {
    traders(block, all).map(|n| seedling(plan, n).weight).sum()
}

fn traders(block: u64, all: u64) -> std::ops::Range<u64> {
    block * TRADERS..((block + 1) * TRADERS).min(all)
}

/// Number of blocks.
pub(super) fn blocks(plan: &MarketplacePlan) -> u64 {
    plan.traders().div_ceil(TRADERS)
}

/// Products of alerts by category, as indices of alerts.
pub(super) type AlertsOf = [Vec<u8>; CATEGORIES.len()];

struct Simulation<'a> {
    plan: &'a MarketplacePlan,
    alerts: &'a AlertsOf,
    world: World,
    queue: BinaryHeap<Reverse<(i64, u64, Event)>>,
    queued: u64,
    offenders: Vec<u32>,
}

/// Simulates a block; `before` is the sum of the weights of all blocks before it, `total` that of all.
pub(super) fn simulate(plan: &MarketplacePlan, alerts: &AlertsOf, number: u64, sums: (u64, u64)) -> World {
    simulate_some(plan, alerts, number, plan.traders(), sums)
}

/// The same where there are as many traders as told.
pub(super) fn simulate_some(
    plan: &MarketplacePlan,
    alerts: &AlertsOf,
    number: u64,
    all: u64,
    (before, total): (u64, u64),
) -> World {
    let world = World {
        number,
        traders: Vec::new(),
        listings: Vec::new(),
        actions: Vec::new(),
        from: midnight(plan.from),
        until: midnight(plan.until()),
    };
    let mut s = Simulation { plan, alerts, world, queue: BinaryHeap::new(), queued: 0, offenders: Vec::new() };
    let mut sum = before;
    let share = |sum: u64| {
        u128::from(sum) * u128::from(plan.listings) * model::SPARE.0 / (u128::from(total.max(1)) * model::SPARE.1)
    };
    for n in traders(number, all) {
        let seed = seedling(plan, n);
        let listings = share(sum + seed.weight) - share(sum);
        sum += seed.weight;
        s.trader(seed.key, usize::try_from(listings).unwrap_or(0));
    }
    s.link_accounts();
    while let Some(Reverse((at, _, event))) = s.queue.pop() {
        s.happen(at, event);
    }
    s.routine();
    s.world
}

impl Simulation<'_> {
    fn push(&mut self, at: i64, event: Event) {
        if at < self.world.until {
            self.queued += 1;
            self.queue.push(Reverse((at, self.queued, event)));
        }
    }

    fn account(&mut self, key: u64, joined: i64, offender: bool) -> u32 {
        let mut rng = Rng::new([key, 1, 0, 0]);
        let index = u32::try_from(self.world.traders.len()).unwrap_or(u32::MAX);
        let id = self.world.number * ROOM + u64::from(index) + 1;
        let country = rng.index(model::TRADER_COUNTRIES.iter().map(|c| c.1));
        let size = rng.index(model::SIZES.iter().map(|s| s.2));
        self.world.traders.push(Trader {
            id,
            entity: None,
            joined,
            exit: None,
            blocked_until: 0,
            offender,
            country: u8::try_from(country).unwrap_or(0),
            size: u8::try_from(size).unwrap_or(0),
            episodes: Vec::new(),
            sanctioned: false,
            phoenix: false,
            listings: Vec::new(),
            display: model::DISPLAY.map(|share| rng.happens(share)),
            key,
        });
        if offender {
            self.offenders.push(index);
        }
        let closing = joined.max(self.world.from) + rng.wait(model::CLOSING.0).max(1);
        self.push(closing, Event::Closed(index));
        index
    }

    fn trader(&mut self, key: u64, listings: usize) {
        let mut rng = Rng::new([key, 2, 0, 0]);
        let (from, until) = (self.world.from, self.world.until);
        let joined = if rng.happens(model::NEW_TRADERS) {
            rng.minute(from, until - DAY)
        } else {
            from - rng.minute(model::HISTORY * DAY, 1_500 * DAY)
        };
        let offender = rng.happens(self.plan.offender_share);
        let index = self.account(key, unambiguous(joined), offender);
        let home = rng.index(CATEGORIES.iter().map(|c| c.share));
        // Who joined within the window has had less time to list, at the rate of the others.
        let listings = if joined > from {
            let life = f64::from(day_of(until - joined)) / (f64::from(day_of(until - from)) + model::STOCK_DAYS);
            let wanted = real(listings as u64) * life;
            usize::try_from(whole(wanted) + i64::from(rng.happens(wanted - wanted.floor()))).unwrap_or(0)
        } else {
            listings
        };
        let mut last = 0;
        for _ in 0..listings.min(MOST_LISTINGS / 4) {
            let earliest = joined.max(from - model::HISTORY * DAY);
            last = self.base(&mut rng, index, home, (earliest, last));
        }
    }

    /// A listing that the trader offers of its own accord, and its submission. What left the site before the window
    /// is no part of the export, and is drawn again: what remains is as old as a stock is.
    fn base(&mut self, rng: &mut Rng, trader: u32, home: usize, (earliest, last): (i64, i64)) -> i64 {
        let until = self.world.until;
        loop {
            // The last hour is left out: what is submitted is live within the window, or refused.
            let batch = last > 0 && last < until - 3 * 60 && rng.happens(model::BATCH);
            let submitted = if batch { last + rng.minute(1, 120) } else { rng.minute(earliest, until - 60) };
            let submitted = unambiguous(submitted);
            let category = if rng.happens(0.5) { home } else { rng.index(CATEGORIES.iter().map(|c| c.share)) };
            let country = rng.index(COUNTRIES.iter().map(|c| c.2));
            let nature = self.nature(rng, trader, category, country);
            let fate = fate::draw(rng, nature, submitted, true, until);
            let before = fate.exit() < self.world.from || (fate.intercepted && submitted < self.world.from);
            if !before {
                self.listing(rng, trader, (category, country), nature, submitted, fate, None);
                return submitted;
            }
        }
    }

    fn nature(&self, rng: &mut Rng, trader: u32, category: usize, country: usize) -> Nature {
        let offender = self.world.traders[trader as usize].offender;
        let factor = if offender { model::OFFENDER.0 } else { model::OFFENDER.1 };
        let illegal = (CATEGORIES[category].prevalence * COUNTRIES[country].3 * factor * self.plan.prevalence)
            .min(model::MOST_ILLEGAL);
        let illegal = rng.happens(illegal);
        let tactic = if illegal { self.tactic(rng) } else { 0 };
        let terms = !illegal && rng.happens(model::TERMS.0);
        Nature { illegal, terms, tactic, flagged: self.label(rng, illegal, tactic) }
    }

    fn tactic(&self, rng: &mut Rng) -> u8 {
        let index = rng.index(model::TACTICS.iter().map(|t| t.2));
        if rng.happens(self.plan.evasion) { u8::try_from(index).unwrap_or(0) } else { 0 }
    }

    fn label(&self, rng: &mut Rng, illegal: bool, tactic: u8) -> bool {
        let flagged = if illegal { fate::sensitivity(self.plan, tactic) } else { 1.0 - self.plan.specificity };
        rng.happens(flagged)
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of a listing")]
    fn listing(
        &mut self,
        rng: &mut Rng,
        trader: u32,
        (category, country): (usize, usize),
        nature: Nature,
        submitted: i64,
        fate: fate::Fate,
        from: Option<u32>,
    ) {
        let index = u32::try_from(self.world.listings.len()).unwrap_or(u32::MAX);
        let key = rng.next();
        let mut draw = Rng::new([key, 3, 0, 0]);
        let swaps = nature.tactic >= 3;
        let mismatch = draw.happens(if swaps { model::MISMATCH.0 } else { model::MISMATCH.1 });
        let marked = draw.happens(if mismatch { model::MISMATCH.2 } else { 1.0 - model::MISMATCH.3 });
        let alerts = &self.alerts[category];
        let alert = if nature.illegal && !alerts.is_empty() && draw.happens(model::ALERTS.1) {
            draw.one(alerts).copied()
        } else {
            None
        };
        let parent = from.and_then(|i| self.world.listings.get(i as usize));
        let (content, alert, relisted) =
            parent.map_or((draw.next(), alert, false), |parent| (parent.content, parent.alert, true));
        let (low, high) = model::CONVERSION;
        let owner = &mut self.world.traders[trader as usize];
        let number = u32::try_from(owner.listings.len() + 1).unwrap_or(u32::MAX);
        owner.listings.push(index);
        let mut fate = fate;
        fate.live = unambiguous(fate.live);
        fate.ended = unambiguous(fate.ended);
        if let Some(removal) = fate.removal.filter(|r| r.acted < self.world.until) {
            self.push(removal.detected, Event::Detected(index));
        }
        self.world.listings.push(Listing {
            trader,
            number,
            category: u8::try_from(category).unwrap_or(0),
            country: u8::try_from(country).unwrap_or(0),
            nature,
            submitted,
            fate,
            cut: None,
            void: false,
            action: None,
            content,
            relisted,
            alert,
            view_rate: fate::view_rate(&mut draw, nature.illegal),
            conversion: low + draw.below(high - low),
            score: score(&mut draw, nature.flagged),
            mismatch,
            mismatch_score: score(&mut draw, marked),
            key,
        });
    }

    /// Some undertakings hold two accounts from before the window on.
    fn link_accounts(&mut self) {
        let from = self.world.from;
        let mut last: Option<usize> = None;
        for i in 0..self.world.traders.len() {
            let trader = &self.world.traders[i];
            let mut rng = Rng::new([trader.key, 4, 0, 0]);
            if trader.joined >= from || !rng.happens(0.06) {
                continue;
            }
            match last.take() {
                None => last = Some(i),
                Some(first) => {
                    let entity = self.world.traders[first].id;
                    for account in [first, i] {
                        self.world.traders[account].entity = Some(entity);
                    }
                }
            }
        }
    }

    fn happen(&mut self, at: i64, event: Event) {
        match event {
            Event::Detected(listing) => self.detected(listing),
            Event::Relisted(listing) => self.relisted(at, listing),
            Event::Sanction { trader, step } => self.sanction(at, trader, step),
            Event::Closed(trader) => self.exit(at, trader, Exit::Closed),
            Event::Returned(trader) => self.returned(at, trader),
        }
    }

    fn detected(&mut self, index: u32) {
        let until = self.world.until;
        let listing = &self.world.listings[index as usize];
        let Some(taken) = listing.fate.removal else { return };
        if listing.void || listing.cut.is_some_and(|cut| cut <= taken.detected) {
            return;
        }
        let (nature, trader, country) = (listing.nature, listing.trader, listing.country);
        let intercepted = listing.fate.intercepted;
        let rng = &mut Rng::new([listing.key, 5, 0, 0]);
        let kind = match (intercepted, nature.terms, rng.happens(0.15)) {
            (true, ..) => Kind::Interception,
            (false, _, false) => Kind::Removal,
            (false, _, true) => Kind::Disabling,
        };
        // What breaks the terms alone is acted on under them; what is legal otherwise is mistaken for illegal.
        let on_law = if nature.illegal { rng.happens(model::ON_LAW) } else { !nature.terms };
        let confirmed = (nature.illegal && rng.happens(model::CONFIRMED)).then_some(true);
        let right = nature.illegal || nature.terms;
        let language = COUNTRIES.get(usize::from(country)).map_or("", |c| c.1);
        let outcomes = match (right, model::RARE_LANGUAGES.contains(&language)) {
            (true, _) => model::OUTCOMES_RIGHT,
            (false, false) => model::OUTCOMES_WRONG,
            (false, true) => model::OUTCOMES_WRONG_RARE,
        };
        let probability = if right { model::COMPLAINT.1 } else { model::COMPLAINT.0 };
        let complaint = complaint(rng, probability, taken.acted, outcomes, until);
        let reversed = complaint.filter(|c| c.outcome == 2 && c.decided < until).map(|c| c.decided);
        let action = Action {
            listing: Some(index),
            trader,
            kind,
            taken,
            on_law,
            confirmed: if reversed.is_some() { Some(false) } else { confirmed },
            right,
            ends: None,
            reversed,
            complaint,
        };
        let relisted = on_law && !intercepted && rng.happens(self.plan.relisting);
        let back = taken.acted + rng.wait(1.0 / model::RELISTED.0).max(60);
        self.world.listings[index as usize].action = Some(count(&self.world.actions));
        self.world.actions.push(action.clone());
        if let Some(at) = reversed {
            let taken = Removal { detected: at, acted: at, channel: Channel::Own, automated: false };
            let back = Action { kind: Kind::Reinstatement, taken, complaint: None, reversed: None, ..action };
            self.world.actions.push(back);
        }
        if relisted {
            self.push(back, Event::Relisted(index));
        }
        if nature.illegal && on_law && confirmed.is_some() {
            self.offence(taken.detected, trader);
        }
    }

    /// A confirmed offence; the first of an episode has consequences.
    fn offence(&mut self, at: i64, index: u32) {
        let trader = &mut self.world.traders[index as usize];
        if trader.episodes.last().is_some_and(|start| at < start + model::EPISODE) {
            return;
        }
        trader.episodes.push(at);
        let number = u32::try_from(trader.episodes.len()).unwrap_or(u32::MAX);
        let step = expected(number);
        let mut rng = Rng::new([trader.key, 6, u64::from(number), 0]);
        let within = POLICY[step].within * DAY;
        let later = (step + 1).min(POLICY.len() - 1);
        let sanction = |step: usize| Event::Sanction { trader: index, step: u8::try_from(step).unwrap_or(0) };
        if rng.happens(self.plan.adherence) {
            let over = rng.happens(model::OVER);
            let delay = rng.minute(10, within - 10);
            self.push(at + delay, sanction(if over { later } else { step }));
        } else if rng.happens(model::LATE.0) {
            let delay = within + rng.wait(1.0 / model::LATE.1).max(60);
            self.push(at + delay, sanction(step));
        }
        if number == POLICY[model::SUSPENSION].at_least {
            let closing = at + rng.wait(model::CLOSING.1).max(1);
            self.push(closing, Event::Closed(index));
        }
    }

    fn sanction(&mut self, at: i64, index: u32, step: u8) {
        let trader = &mut self.world.traders[index as usize];
        if trader.exit.is_some() {
            return;
        }
        let mut rng = Rng::new([trader.key, 7, u64::try_from(at).unwrap_or(0), 0]);
        let suspends = usize::from(step) == model::SUSPENSION;
        let terminates = usize::from(step) == model::TERMINATION;
        let first = (suspends || terminates) && !trader.sanctioned;
        trader.sanctioned |= suspends || terminates;
        let probability = if suspends || terminates { model::COMPLAINT.2 } else { model::COMPLAINT.3 };
        let complaint = complaint(&mut rng, probability, at, model::OUTCOMES_RIGHT, self.world.until);
        let ends = suspends.then_some(at + model::SUSPENDED * DAY);
        if let Some(ends) = ends {
            trader.blocked_until = trader.blocked_until.max(ends);
        }
        self.world.actions.push(Action {
            listing: None,
            trader: index,
            kind: Kind::Sanction(step),
            taken: Removal { detected: at, acted: at, channel: Channel::Own, automated: false },
            on_law: true,
            confirmed: None,
            right: true,
            ends,
            reversed: None,
            complaint,
        });
        if suspends {
            self.cut(at, index, ends);
        }
        if terminates {
            self.exit(at, index, Exit::Terminated);
        }
        if first && rng.happens(model::PHOENIX.0) {
            self.push(at + rng.wait(1.0 / model::PHOENIX.1).max(60), Event::Returned(index));
        }
    }

    fn exit(&mut self, at: i64, index: u32, exit: Exit) {
        let trader = &mut self.world.traders[index as usize];
        if trader.exit.is_none() {
            trader.exit = Some((unambiguous(at), exit));
            self.cut(at, index, None);
        }
    }

    /// Takes away what a trader has on offer, and what it would have offered until it may again.
    fn cut(&mut self, at: i64, trader: u32, until: Option<i64>) {
        for i in &self.world.traders[trader as usize].listings {
            let listing = &mut self.world.listings[*i as usize];
            if listing.submitted >= at {
                listing.void |= until.is_none_or(|until| listing.submitted < until);
            } else if listing.action.is_none() && listing.cut.is_none() && !listing.fate.intercepted {
                let ended = listing.fate.ended;
                listing.cut = (ended > at).then_some(unambiguous(at).max(listing.fate.live));
            }
        }
    }

    fn relisted(&mut self, at: i64, index: u32) {
        let parent = &self.world.listings[index as usize];
        let (owner, nature) = (parent.trader, parent.nature);
        let place = (usize::from(parent.category), usize::from(parent.country));
        let mut rng = Rng::new([parent.key, 8, 0, 0]);
        let free = |s: &Self, i: u32| {
            let t = &s.world.traders[i as usize];
            t.joined < at && t.exit.is_none() && t.blocked_until <= at && t.listings.len() < MOST_LISTINGS
        };
        let mut trader = (rng.happens(model::RELISTED.1) && free(self, owner)).then_some(owner);
        let tries = self.offenders.clone();
        for _ in 0..20 {
            if trader.is_some() || tries.is_empty() {
                break;
            }
            trader = rng.one(&tries).copied().filter(|i| *i != owner && free(self, *i));
        }
        let all = count(&self.world.traders);
        let start = u32::try_from(rng.below(u64::from(all))).unwrap_or(0);
        let any = (0..all).map(|i| (start + i) % all).find(|i| free(self, *i));
        let Some(trader) = trader.or(any) else { return };
        // What comes back has passed the first check: tactic and label are those of a listing that was not refused.
        let nature = loop {
            let tactic = if nature.illegal { self.tactic(&mut rng) } else { 0 };
            let flagged = self.label(&mut rng, nature.illegal, tactic);
            let refused = if nature.illegal { model::INTERCEPTED.0 } else { model::INTERCEPTED.1 };
            if !flagged || !rng.happens(refused) {
                break Nature { tactic, flagged, ..nature };
            }
        };
        let mut fate = fate::draw(&mut rng, nature, at, false, self.world.until);
        let wait = fate.live - at;
        fate.live -= wait;
        self.listing(&mut rng, trader, place, nature, at - 30, fate, Some(index));
    }

    fn returned(&mut self, at: i64, index: u32) {
        let old = &self.world.traders[index as usize];
        let (key, entity) = (old.key, old.entity.unwrap_or(old.id));
        if u64::from(count(&self.world.traders)) >= ROOM {
            return;
        }
        self.world.traders[index as usize].entity = Some(entity);
        let mut rng = Rng::new([key, 9, 0, 0]);
        let account = self.account(rng.next(), unambiguous(at), true);
        let new = &mut self.world.traders[account as usize];
        (new.entity, new.phoenix) = (Some(entity), true);
        let home = rng.index(CATEGORIES.iter().map(|c| c.share));
        let mut submitted = at;
        for _ in 0..model::PHOENIX_LISTINGS.1 {
            submitted += rng.wait(1.0 / model::PHOENIX_LISTINGS.0).max(60);
            if submitted >= self.world.until - 60 {
                break;
            }
            let country = rng.index(COUNTRIES.iter().map(|c| c.2));
            let nature = self.nature(&mut rng, account, home, country);
            let at = unambiguous(submitted);
            let fate = fate::draw(&mut rng, nature, at, true, self.world.until);
            self.listing(&mut rng, account, (home, country), nature, at, fate, None);
        }
    }

    /// Routine actions under the terms: labels and demotions by machine, which leave a listing where it is.
    fn routine(&mut self) {
        let mean = self.plan.routine_actions;
        if mean <= 0.0 {
            return;
        }
        for i in 0..self.world.listings.len() {
            let listing = &self.world.listings[i];
            let Some(live) = listing.live().filter(|_| !listing.void) else { continue };
            let (start, end) = (live.max(self.world.from), listing.gone(&self.world));
            let (trader, mut rng) = (listing.trader, Rng::new([listing.key, 10, 0, 0]));
            let whole_part = whole(mean);
            let rest = rng.happens(mean - f64::from(i32::try_from(whole_part).unwrap_or(0)));
            for _ in 0..whole_part + i64::from(rest) {
                if end <= start + 2 {
                    continue;
                }
                let at = rng.minute(start + 1, end);
                let kind = if rng.happens(0.7) { Kind::Labelling } else { Kind::Demotion };
                self.world.actions.push(Action {
                    listing: u32::try_from(i).ok(),
                    trader,
                    kind,
                    taken: Removal { detected: at - 1, acted: at, channel: Channel::Own, automated: true },
                    on_law: false,
                    confirmed: None,
                    right: rng.happens(0.93),
                    ends: None,
                    reversed: None,
                    complaint: None,
                });
            }
        }
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// The step that the policy names for an episode of this number, from 1.
pub(super) fn expected(number: u32) -> usize {
    POLICY.iter().rposition(|step| step.at_least <= number).unwrap_or(0)
}

/// A classifier's number in thousandths: above a half for what it labels.
fn score(rng: &mut Rng, marked: bool) -> u16 {
    let u = rng.unit();
    let x = if marked { 1.0 - 0.5 * u * u } else { 0.5 * u * u };
    u16::try_from(whole(x * 1_000.0)).unwrap_or(0).clamp(if marked { 500 } else { 0 }, if marked { 999 } else { 499 })
}

fn complaint(rng: &mut Rng, probability: f64, after: i64, outcomes: [f64; 4], until: i64) -> Option<Complaint> {
    let files = rng.happens(probability);
    let filed = after + rng.wait(1.0 / model::COMPLAINT_DAYS.0).max(10);
    let decided = filed + minutes(0.5) + rng.wait(1.0 / model::COMPLAINT_DAYS.1);
    let outcome = u8::try_from(rng.index(outcomes.into_iter())).unwrap_or(0);
    (files && filed < until).then_some(Complaint { filed, decided: decided.min(NEVER), outcome })
}
