//! What becomes of traders who are followed up in full: the parameters of the process that have no formula.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::block::{self, AlertsOf};
use super::fate;
use super::maths::{DAY, real};
use super::model;
use super::plan::MarketplacePlan;
use super::process::process;
use super::truth::{Meaning, TruthEntry};
use super::world::{Kind, World};

/// Days by which the long simulation goes on after the window, so that everybody is followed for as long.
const FOLLOWED: u32 = 120;

const SUSPENSION: Meaning = process(
    "time-to-suspension",
    "cumulative_incidence",
    "probability that a trader is suspended or terminated within this many days (group) of the begin of its fourth \
     episode, closing shop competing; by a long simulation that is followed up in full, in a window longer by 120 days: accounts open over more days than in this one",
);
const EXIT: Meaning = process(
    "time-to-suspension",
    "cumulative_incidence_of_exit",
    "probability that a trader closes shop within this many days (group) of the begin of its fourth episode before it \
     is suspended or terminated; by the same simulation",
);
const REPEAT: Meaning = process(
    "repeat-offender-rate",
    "second_within",
    "probability that a trader has a second episode within this many days (group) of the begin of its first, an \
     account that ends counted as having none; by a long simulation that is followed up in full, in a window longer by 120 days: accounts open over more days than in this one",
);

const MCF: Meaning = process(
    "recidivism-mcf",
    "mean_episodes",
    "mean number of further episodes of a trader within this many days (group) of the begin of its first, none counted \
     after its account ends; by a long simulation that is followed up in full, in a window longer by 120 days: accounts open over more days than in this one",
);
const FOLLOWED_SHARE: Meaning = process(
    "repeat-offender-rate",
    "followed_second_within",
    "probability that a trader has a second episode within this many days (group) of the begin of its first, of traders \
     whose first episode began 90 days before the end of the window or earlier: what a share with that follow-up for \
     all estimates. Traders who offend often have their first episode early, so that it is higher",
);
const STAYING: Meaning = process(
    "repeat-offender-rate",
    "followed_second_within_staying",
    "one minus the Kaplan-Meier curve of the time to the second episode of these traders, ends of accounts censored",
);
const STAYING_MEAN: Meaning = process(
    "recidivism-mcf",
    "followed_mean_episodes_staying",
    "Nelson's mean cumulative function of the further episodes of these traders, who leave the number at risk with the \
     end of their account",
);

/// What becomes of traders, by days.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Careers {
    /// Traders with a fourth episode; suspended within 30 and 90 days; closed before within 30 and 90.
    pub fourth: u64,
    pub suspended: [u64; 2],
    pub closed: [u64; 2],
    /// Traders with an episode, and with a second one within 30 and 90 days of it.
    pub first: u64,
    pub second: [u64; 2],
    /// Further episodes within 30 and 90 days of the first, and the sum of the squares of their numbers.
    pub further: [(u64, u64); 2],
}

/// Traders whose first episode began 90 days before the end of the window or earlier, so that the end of the window cuts
/// nobody short.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Early {
    pub first: u64,
    /// With a second episode within 30 and 90 days.
    pub second: [u64; 2],
    /// Whole hours to the second episode, or to the end of the account before it, within [`HOURS`]: how many of each.
    pub waits: BTreeMap<i64, (u64, u64)>,
    /// Whole days to each further episode, and to the end of the account, within [`CAREER_DAYS`]: how many of each.
    pub again: BTreeMap<i64, (u64, u64)>,
}

impl Early {
    /// Adds a trader.
    fn add(&mut self, episodes: &[i64], exit: Option<i64>) {
        let Some((first, further)) = episodes.split_first() else { return };
        self.first += 1;
        let since = |at: i64| at.max(*first) - first;
        let (left, second) = (exit.map(since), further.first().copied().map(since));
        for (i, days) in CAREER_DAYS.into_iter().enumerate() {
            self.second[i] += u64::from(second.is_some_and(|t| t <= days * DAY));
        }
        let before = second.filter(|t| left.is_none_or(|left| *t <= left));
        if let Some(wait) = before.or(left).map(|t| t / 60).filter(|t| *t <= HOURS) {
            let slot = self.waits.entry(wait).or_default();
            slot.0 += u64::from(before.is_some());
            slot.1 += u64::from(before.is_none());
        }
        for t in further.iter().map(|at| since(*at)).filter(|t| left.is_none_or(|left| *t <= left)) {
            self.again.entry(t / DAY).or_default().0 += 1;
        }
        if let Some(left) = left {
            self.again.entry(left / DAY).or_default().1 += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        self.first += other.first;
        for (mine, other) in self.second.iter_mut().zip(other.second) {
            *mine += other;
        }
        for (mine, other) in [(&mut self.waits, other.waits), (&mut self.again, other.again)] {
            for (t, (event, left)) in other {
                let slot = mine.entry(t).or_default();
                *slot = (slot.0 + event, slot.1 + left);
            }
        }
    }

    /// One minus the Kaplan–Meier curve of the time to the second episode, ends of accounts censored, with its
    /// Greenwood standard error.
    fn within(&self, days: i64) -> Option<(f64, f64)> {
        let (mut at_risk, mut survival, mut sum) = (self.first, 1.0, 0.0);
        for (events, left) in self.waits.range(..=days * 24).map(|(_, slot)| *slot) {
            let (n, d) = (real(at_risk), real(events));
            survival *= 1.0 - d / n;
            sum += if events < at_risk { d / (n * (n - d)) } else { 0.0 };
            at_risk -= events + left;
        }
        (self.first > 0).then(|| (1.0 - survival, survival * sum.sqrt()))
    }

    /// Nelson's mean number of further episodes among those who are still there.
    fn mean(&self, days: i64) -> Option<f64> {
        let (mut at_risk, mut mean) = (self.first, 0.0);
        for (events, left) in self.again.range(..=days).map(|(_, slot)| *slot) {
            if events > 0 && at_risk > 0 {
                mean += real(events) / real(at_risk);
            }
            at_risk -= left;
        }
        (self.first > 0).then_some(mean)
    }
}

const CAREER_DAYS: [i64; 2] = [30, 90];
/// Hours of the longer of them.
const HOURS: i64 = 90 * 24;

impl Careers {
    /// Counts the traders of a block whose first or fourth episode began before `until`.
    pub fn add(&mut self, world: &World, until: i64) {
        let mut suspensions: Vec<Vec<i64>> = vec![Vec::new(); world.traders.len()];
        for action in &world.actions {
            if let (Kind::Sanction(step), Some(list)) = (action.kind, suspensions.get_mut(action.trader as usize))
                && usize::from(step) >= model::SUSPENSION
            {
                list.push(action.taken.acted);
            }
        }
        for (trader, suspensions) in world.traders.iter().zip(&suspensions) {
            if let Some(first) = trader.episodes.first().filter(|at| **at < until) {
                self.first += 1;
                for (i, days) in CAREER_DAYS.into_iter().enumerate() {
                    let end = first + days * DAY;
                    let further = trader.episodes.iter().skip(1).filter(|at| **at <= end).count() as u64;
                    self.second[i] += u64::from(further > 0);
                    self.further[i] = (self.further[i].0 + further, self.further[i].1 + further * further);
                }
            }
            let Some(fourth) = trader.episodes.get(3).copied().filter(|at| *at < until) else { continue };
            self.fourth += 1;
            let suspended = suspensions.iter().copied().filter(|at| *at >= fourth).min();
            let closed = trader.exit.map(|(at, _)| at).filter(|at| suspended.is_none_or(|s| *at < s));
            for (i, days) in CAREER_DAYS.into_iter().enumerate() {
                let within = |at: Option<i64>| u64::from(at.is_some_and(|at| at <= fourth + days * DAY));
                self.suspended[i] += within(suspended);
                self.closed[i] += within(closed);
            }
        }
    }

    fn merge(mut self, other: &Self) -> Self {
        self.fourth += other.fourth;
        self.first += other.first;
        for i in 0..2 {
            self.suspended[i] += other.suspended[i];
            self.closed[i] += other.closed[i];
            self.second[i] += other.second[i];
            self.further[i] = (self.further[i].0 + other.further[i].0, self.further[i].1 + other.further[i].1);
        }
        self
    }
}

/// What becomes of those who are followed within the window itself, by a larger marketplace of the same plan.
pub(super) fn early(plan: &MarketplacePlan, alerts: &AlertsOf, listings: u64) -> Early {
    let plan = MarketplacePlan { seed: plan.seed ^ 0x6561_726c, listings, routine_actions: 0.0, ..plan.clone() };
    let blocks = block::blocks(&plan);
    let weights: Vec<u64> = (0..blocks).into_par_iter().map(|b| block::weight(&plan, b)).collect();
    let total: u64 = weights.iter().sum();
    let latest = super::clock::midnight(plan.until()) - 90 * DAY;
    (0..blocks)
        .into_par_iter()
        .map(|b| {
            let before: u64 = weights.iter().take(usize::try_from(b).unwrap_or(0)).sum();
            let world = block::simulate(&plan, alerts, b, (before, total));
            let mut early = Early::default();
            for trader in world.traders.iter().filter(|t| t.episodes.first().is_some_and(|at| *at <= latest)) {
                early.add(&trader.episodes, trader.exit.map(|(at, _)| at));
            }
            early
        })
        .reduce(Early::default, |mut all, some| {
            all.merge(some);
            all
        })
}

/// What becomes of traders when they are followed up in full.
pub(super) fn careers(plan: &MarketplacePlan, alerts: &AlertsOf, arriving: f64, listings: u64) -> Careers {
    let longer = 1.0 + f64::from(FOLLOWED) / f64::from(plan.days) * arriving;
    let mut long = MarketplacePlan {
        seed: plan.seed ^ 0x6c6f_6e67,
        days: plan.days + FOLLOWED,
        listings,
        routine_actions: 0.0,
        ..plan.clone()
    };
    let traders = long.traders();
    long.listings = fate::share_of(listings, longer);
    let until = super::clock::midnight(plan.until());
    let blocks = traders.div_ceil(block::TRADERS);
    // As many traders as before the window was made longer, with more listings each.
    let weights: Vec<u64> = (0..blocks).into_par_iter().map(|b| block::weight_of(&long, b, traders)).collect();
    let total: u64 = weights.iter().sum();
    (0..blocks)
        .into_par_iter()
        .map(|b| {
            let before: u64 = weights.iter().take(usize::try_from(b).unwrap_or(0)).sum();
            let world = block::simulate_some(&long, alerts, b, traders, (before, total));
            let mut careers = Careers::default();
            careers.add(&world, until);
            careers
        })
        .reduce(Careers::default, |all, some| all.merge(&some))
}

/// The parameters of the process that a long simulation gives; `arriving` is the share of listings that went live within
/// the window.
pub(super) fn entries(plan: &MarketplacePlan, alerts: &AlertsOf, arriving: f64) -> Vec<TruthEntry> {
    let c = careers(plan, alerts, arriving, plan.careers);
    let early = early(plan, alerts, plan.careers);
    let mut all = Vec::new();
    let mut push = |meaning: &Meaning, days: i64, value: Option<(f64, Option<f64>)>| {
        let mut entry = meaning.entry(("days", &days.to_string()), value.map(|(value, _)| value));
        entry.error = value.and_then(|(_, error)| error);
        all.push(entry);
    };
    let share = |k: u64, n: u64| super::records::share(k, n).map(|p| (p, Some((p * (1.0 - p) / real(n)).sqrt())));
    for (i, days) in CAREER_DAYS.into_iter().enumerate() {
        push(&SUSPENSION, days, share(c.suspended[i], c.fourth));
        push(&EXIT, days, share(c.closed[i], c.fourth));
        push(&REPEAT, days, share(c.second[i], c.first));
    }
    for (i, days) in CAREER_DAYS.into_iter().enumerate() {
        let mean = super::records::share(c.further[i].0, c.first);
        let square = super::records::share(c.further[i].1, c.first);
        let error = |(mean, square): (f64, f64)| ((square - mean * mean) / real(c.first)).sqrt();
        push(&MCF, days, mean.map(|m| (m, square.map(|square| error((m, square))))));
    }
    for (i, days) in CAREER_DAYS.into_iter().enumerate() {
        push(&FOLLOWED_SHARE, days, share(early.second[i], early.first));
        push(&STAYING, days, early.within(days).map(|(p, error)| (p, Some(error))));
        push(&STAYING_MEAN, days, early.mean(days).map(|mean| (mean, None)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_careers_are_those_counted_by_hand() {
        let days = |list: &[i64]| list.iter().map(|d| 1_000 + d * DAY).collect::<Vec<i64>>();
        let mut early = Early::default();
        early.add(&days(&[0, 10, 12]), None);
        early.add(&days(&[0]), Some(1_000 + 5 * DAY));
        early.add(&days(&[0, 20]), None);
        let mut other = Early::default();
        other.add(&days(&[0, 100]), None);
        other.add(&[], None);
        early.merge(other);
        assert_eq!((early.first, early.second), (4, [2, 2]));
        let near = |a: Option<f64>, b: f64| assert!(a.is_some_and(|a| (a - b).abs() < 1e-12), "{a:?}, not {b}");
        // Of three one on day 10, of two one on day 20.
        near(early.within(15).map(|w| w.0), 1.0 / 3.0);
        near(early.within(30).map(|w| w.0), 2.0 / 3.0);
        near(early.within(15).map(|w| w.1), (1.0_f64 / 3.0 * 2.0 / 3.0 / 3.0).sqrt());
        near(early.mean(11), 1.0 / 3.0);
        near(early.mean(90), 1.0);
        assert_eq!(Early::default().within(30), None);
        assert_eq!(Early::default().mean(30), None);
    }
}
