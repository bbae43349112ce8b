//! Counts of traders and of content over all their listings: episodes, sanctions, details, returns, interceptions.

use std::collections::BTreeMap;

use super::super::details::details;
use super::super::maths::DAY;
use super::super::meanings as m;
use super::super::model::{self, POLICY, SIZES};
use super::super::records;
use super::super::world::{Action, Exit, Kind, Trader, World};
use super::{ALL, Census};

impl Census {
    pub(super) fn traders(&mut self, world: &World) {
        let mut sanctions: Vec<Vec<(i64, usize)>> = vec![Vec::new(); world.traders.len()];
        let mut offences = vec![0_u64; world.traders.len()];
        let mut dates: Vec<Vec<i64>> = vec![Vec::new(); world.traders.len()];
        for action in &world.actions {
            let trader = action.trader as usize;
            if let Kind::Sanction(step) = action.kind {
                sanctions[trader].push((action.taken.acted, usize::from(step)));
            } else if action.kind != Kind::Reinstatement && action.on_law && action.confirmed == Some(true) {
                offences[trader] += 1;
                dates[trader].push(action.taken.detected);
            }
        }
        for (i, trader) in world.traders.iter().enumerate() {
            self.accounts += 1;
            *self.offences.entry(offences[i]).or_default() += 1;
            let episodes = episodes(&mut dates[i]);
            if !episodes.is_empty() {
                self.add(&m::EPISODES_1, ALL, 1, 1);
                let end = episodes[0] + 90 * DAY;
                if end <= world.until {
                    let within = episodes.iter().filter(|at| **at <= end).count();
                    self.one(&m::EPISODES_2, ALL, within >= 2);
                    self.one(&m::EPISODES_3, ALL, within >= 3);
                }
            }
            let mine = &sanctions[i];
            let closed = trader.exit.filter(|(_, exit)| *exit == Exit::Closed).map(|(at, _)| at);
            for (number, begin) in (1_u32..).zip(&episodes) {
                let step = super::super::block::expected(number);
                let end = begin + POLICY[step].within * DAY;
                if end < world.until && closed.is_none_or(|closed| end < closed) {
                    let kept = mine.iter().any(|(at, s)| *s >= step && (*begin..=end).contains(at));
                    self.one(&m::ADHERENCE, ALL, kept);
                }
            }
            let severe = || mine.iter().filter(|(_, step)| *step >= model::SUSPENSION).map(|(at, _)| *at);
            if let Some(fourth) = episodes.get(3).copied() {
                let stopped = severe().filter(|at| *at >= fourth).min();
                self.one(&m::THRESHOLD, ALL, stopped.is_some());
                let end = stopped.unwrap_or(world.until).min(closed.unwrap_or(world.until)).min(world.until);
                self.beyond(world, trader, fourth..end);
            }
            if let Some(first) = severe().min() {
                let linked = |t: &Trader| t.entity.is_some() && t.entity == trader.entity;
                let back = world.traders.iter().any(|t| t.id != trader.id && linked(t) && t.joined > first);
                self.one(&m::SUSPENDED, ALL, back);
            }
            self.detail(trader);
        }
    }

    /// What a trader did between its fourth episode and its end.
    fn beyond(&mut self, world: &World, trader: &Trader, times: std::ops::Range<i64>) {
        let mut counts = [0, 0, u64::try_from(times.end - times.start).unwrap_or(0)];
        let offered = trader.listings.iter().filter_map(|i| world.listings.get(*i as usize)).filter(|l| !l.void);
        for listing in offered {
            counts[0] +=
                records::purchases(world, listing).filter(|p| p.state != "ST" && times.contains(&p.at)).count() as u64;
            counts[1] += u64::from(listing.live().is_some_and(|live| times.contains(&live)));
        }
        for (meaning, count) in [&m::POST_ORDERS, &m::POST_LISTINGS, &m::POST_MINUTES].into_iter().zip(counts) {
            self.add(meaning, ALL, count, count);
        }
    }

    fn detail(&mut self, trader: &Trader) {
        let d = details(trader);
        self.one(&m::COMPLETE, ALL, d.complete());
        self.one(&m::COMPLETE, ("size", SIZES[usize::from(trader.size)].1), d.complete());
        let given = [
            ("name", d.name.is_some()),
            ("address", d.address.is_some()),
            ("phone", d.phone.is_some()),
            ("email", d.email.is_some()),
            ("identification", d.identification),
            ("payment_account", d.payment),
            ("self_certification", d.self_certified),
        ];
        for (what, yes) in given {
            self.one(&m::GIVEN, ("item", what), yes);
        }
        if d.registered {
            self.one(&m::GIVEN, ("item", "register_number"), d.register_number.is_some());
        }
        for (what, valid) in &d.checks {
            self.one(&m::VALID, ("requirement", what), *valid);
        }
    }

    /// Removed content that is live again.
    pub(super) fn returns(&mut self, world: &World) {
        let mut first: BTreeMap<u64, i64> = BTreeMap::new();
        let stands = |a: &&Action| a.reversed.is_none_or(|at| at >= world.until);
        let removes = |a: &&Action| a.on_law && matches!(a.kind, Kind::Removal | Kind::Disabling);
        for action in world.actions.iter().filter(removes).filter(stands) {
            let Some(listing) = action.listing.and_then(|i| world.listings.get(i as usize)) else { continue };
            let at = first.entry(listing.content).or_insert(action.taken.acted);
            *at = action.taken.acted.min(*at);
        }
        let mut back: BTreeMap<u64, bool> = first.keys().map(|content| (*content, false)).collect();
        for (_, listing) in world.offered() {
            if let (Some(at), Some(live)) = (first.get(&listing.content), listing.live())
                && live > *at
                && let Some(back) = back.get_mut(&listing.content)
            {
                *back = true;
            }
        }
        for returned in back.into_values() {
            self.one(&m::RELISTED, ALL, returned);
        }
    }

    /// Confirmed content that was stopped before it was live.
    pub(super) fn intercepted(&mut self, world: &World) {
        // Of each listing the first action that confirms it, and of each content the first of these.
        let mut listings: BTreeMap<u32, (i64, Kind)> = BTreeMap::new();
        for action in world.actions.iter().filter(|a| a.on_law && a.confirmed == Some(true)) {
            let Some(listing) = action.listing.filter(|_| action.kind != Kind::Reinstatement) else { continue };
            let first = listings.entry(listing).or_insert((action.taken.acted, action.kind));
            if action.taken.acted < first.0 {
                *first = (action.taken.acted, action.kind);
            }
        }
        let mut contents: BTreeMap<u64, (i64, Option<i64>)> = BTreeMap::new();
        for (listing, (acted, kind)) in listings {
            let Some(listing) = world.listings.get(listing as usize) else { continue };
            let live = listing.live().filter(|_| kind != Kind::Interception);
            let content = contents.entry(listing.content).or_insert((acted, live));
            content.0 = content.0.min(acted);
            content.1 = content.1.into_iter().chain(live).min();
        }
        for (acted, live) in contents.into_values() {
            self.one(&m::INTERCEPTION, ALL, live.is_none_or(|live| acted < live));
        }
    }
}

/// Begins of episodes: 24 hours from the first offence of a batch are one.
fn episodes(dates: &mut [i64]) -> Vec<i64> {
    dates.sort_unstable();
    let mut begins: Vec<i64> = Vec::new();
    for at in dates.iter() {
        if begins.last().is_none_or(|begin| *at >= begin + model::EPISODE) {
            begins.push(*at);
        }
    }
    begins
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn episodes_begin_a_day_after_the_first_of_the_last() {
        assert_eq!(episodes(&mut [1_500, 0, 1_439, 1_440, 5_000]), [0, 1_440, 5_000]);
        assert!(episodes(&mut []).is_empty());
    }
}
