//! Counts behind the files, taken from the world while it is written.

use std::collections::BTreeMap;

use super::audit::reference_time;
use super::clock::{day_of, midnight, working_days_after};
use super::fate::Channel;
use super::maths::{DAY, real};
use super::meanings as m;
use super::model::{self, CATEGORIES, COUNTRIES, TACTICS};
use super::records::{self, share};
use super::sides::Alert;
use super::truth::{Meaning, TruthEntry};
use super::world::{Action, Kind, Listing, World};

mod traders;

type Group = (&'static str, &'static str);
const ALL: Group = ("", "");

/// Counts, which merge.
#[derive(Debug, Default)]
pub(super) struct Census {
    shares: BTreeMap<(&'static Meaning, Group), (u64, u64)>,
    /// Number of offences → traders.
    offences: BTreeMap<u64, u64>,
    accounts: u64,
    /// Live listings by alert, 0, 7 and 30 days after its publication.
    alerts: BTreeMap<(usize, usize), u64>,
    /// Listings that went live within the window, of all that traders of before it offer of their own accord.
    pub arriving: (u64, u64),
    /// Sums of listings by what they are in, which would be slow in a map.
    frames: [Frame; 2],
}

/// Sums over the listings of a frame.
#[derive(Debug, Default)]
struct Frame {
    cells: BTreeMap<(u8, u8), Cell>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Cell {
    /// Listings, views, orders: of all, and of illegal ones.
    all: [u64; 3],
    illegal: [u64; 3],
}

const ALERT_DAYS: [(i64, &str); 3] = [(0, "0"), (7, "7"), (30, "30")];
const DISPLAYED: [&str; 9] = [
    "trader_name",
    "trader_address",
    "trader_contact",
    "register_number",
    "self_certification",
    "manufacturer",
    "responsible_person",
    "product_identifier",
    "warnings",
];

impl Census {
    fn add(&mut self, meaning: &'static Meaning, group: Group, part: u64, whole: u64) {
        let sums = self.shares.entry((meaning, group)).or_default();
        sums.0 += part;
        sums.1 += whole;
    }

    fn one(&mut self, meaning: &'static Meaning, group: Group, yes: bool) {
        self.add(meaning, group, u64::from(yes), 1);
    }

    /// Counts a block.
    pub fn block(&mut self, world: &World, alerts: &[Alert], holidays: &[i32]) {
        for (_, listing) in world.offered() {
            self.listing(world, listing);
            self.alerted(world, listing, alerts);
            self.linked(world, listing);
            self.noticed(world, listing, holidays);
            if let Some(order) = records::order(world, listing).filter(|o| o.gpsr) {
                let effect = (order.effect < world.until).then_some(order.effect);
                self.deadline(world, &m::ORDER_DEADLINE, (order.received, effect), 2, &[]);
            }
            for purchase in records::purchases(world, listing) {
                let recent = |known: i64| purchase.at < known && known - purchase.at <= model::LOOK_BACK * DAY;
                if purchase.contact && purchase.known.is_some_and(recent) {
                    self.one(&m::TOLD, ALL, purchase.told.is_some());
                }
            }
        }
        for action in &world.actions {
            self.action(world, action);
        }
        self.traders(world);
        self.returns(world);
        self.intercepted(world);
    }

    fn listing(&mut self, world: &World, listing: &Listing) {
        let at = reference_time(world);
        let nature = listing.nature;
        let old = !listing.relisted && world.traders[listing.trader as usize].joined < world.from;
        self.arriving.0 += u64::from(old && listing.fate.live >= world.from);
        self.arriving.1 += u64::from(old);
        let place = (listing.category, listing.country);
        let live = listing.is_live(world, at);
        for (frame, until) in [(0, at), (1, world.until)] {
            if frame == 1 || live {
                let views = listing.views_until(world, until);
                let values = [1, views, listing.orders(views)];
                let cell = self.frames[frame].cells.entry(place).or_default();
                for (i, value) in values.into_iter().enumerate() {
                    cell.all[i] += value;
                    cell.illegal[i] += if nature.illegal { value } else { 0 };
                }
            }
        }
        if live {
            self.one(&m::MISMATCH, ALL, listing.mismatch);
        }
        let ill = nature.illegal;
        self.one(&m::APPARENT, ALL, nature.flagged);
        self.one(if ill { &m::SENSITIVITY } else { &m::SPECIFICITY }, ALL, nature.flagged == ill);
        if ill {
            let found = listing.found_by_platform(world.until);
            self.one(&m::RECALL, ALL, found);
            self.one(&m::RECALL, ("evasion_tactic", TACTICS[usize::from(nature.tactic)].1), found);
            self.one(&m::RECALL, ("category", CATEGORIES[usize::from(listing.category)].name), found);
            let unknown =
                listing.action.is_none() && listing.fate.reports.iter().all(|r| r.received >= listing.gone(world));
            self.add(&m::STOCK, ALL, u64::from(unknown), 1);
            self.add(&m::ILLEGAL, ALL, 1, 1);
        }
        for (i, shown) in records::display(world, listing).into_iter().enumerate() {
            if let Some(shown) = shown {
                let meaning = if i < 5 { &m::SHOWN } else { &m::SAFETY };
                self.one(meaning, ("item", DISPLAYED[i]), shown);
            }
        }
    }

    fn alerted(&mut self, world: &World, listing: &Listing, alerts: &[Alert]) {
        let Some(number) = listing.alert.map(usize::from) else { return };
        let Some(alert) = alerts.get(number) else { return };
        self.add(&m::ALERT_LISTINGS, ALL, 1, 1);
        for (i, (days, _)) in ALERT_DAYS.into_iter().enumerate() {
            let live = listing.is_live(world, alert.published + days * DAY);
            *self.alerts.entry((number, i)).or_default() += u64::from(live);
        }
    }

    fn linked(&mut self, world: &World, listing: &Listing) {
        let Some(link) = records::link(world, listing) else { return };
        self.one(&m::LINK_FRONTS, ALL, link.front);
        let clicks = |yes: bool| if yes { link.clicks } else { 0 };
        let action = listing.action.and_then(|i| world.actions.get(i as usize));
        let confirmed = action.is_some_and(|a| a.on_law && a.confirmed == Some(true));
        self.add(&m::CLICKS, ALL, clicks(listing.nature.illegal), link.clicks);
        self.add(&m::CLICKS_CONFIRMED, ALL, clicks(confirmed), link.clicks);
    }

    fn deadline(
        &mut self,
        world: &World,
        meaning: &'static Meaning,
        (received, done): (i64, Option<i64>),
        days: u32,
        holidays: &[i32],
    ) {
        let end = midnight(working_days_after(day_of(received), days, holidays) + 1);
        if done.is_some() || end <= world.until {
            self.one(meaning, ALL, done.is_some_and(|at| at < end));
        }
    }

    fn noticed(&mut self, world: &World, listing: &Listing, holidays: &[i32]) {
        let safety = CATEGORIES[usize::from(listing.category)].safety;
        let notices = records::notices(world, listing);
        let acts = |n: &records::Notice| n.decision.is_some_and(|d| matches!(d.code, "L" | "A"));
        for notice in &notices {
            self.one(&m::RECEIVED, ALL, notice.decided.is_none());
            if safety {
                let times = (notice.received, notice.decided);
                self.deadline(world, &m::DEADLINE, times, 3, &[]);
                self.deadline(world, &m::DEADLINE_HOLIDAYS, times, 3, holidays);
            }
            if notice.contact {
                self.one(&m::RECEIPTS, ALL, notice.receipt.is_some());
            }
            if notice.decided.is_none() {
                continue;
            }
            self.one(&m::ACTED, ALL, acts(notice));
            if notice.contact {
                self.one(&m::ANSWERS, ALL, notice.answered.is_some());
            }
            if let Some(redress) = notice.redress {
                self.one(&m::REDRESS, ALL, redress);
            }
            if notice.pair.is_some() {
                let route = if notice.logged_in { "true" } else { "false" };
                self.one(&m::ROUTE, ("logged_in", route), acts(notice));
            }
            if let Some(complaint) = records::non_action(world, notice) {
                let language = COUNTRIES[usize::from(listing.country)].1;
                self.complaint(world, ("non_action", language), (complaint.decided, complaint.outcome));
            }
        }
        let pair: Vec<&records::Notice> = notices.iter().filter(|n| n.pair.is_some() && n.decided.is_some()).collect();
        if let [first, second] = pair[..] {
            self.one(&m::PAIRS, ALL, acts(first) != acts(second));
        }
    }

    fn complaint(
        &mut self,
        world: &World,
        (kind, language): (&'static str, &'static str),
        (decided, outcome): (i64, u8),
    ) {
        let outcome = (decided < world.until).then(|| super::dialect::OUTCOME[usize::from(outcome)].1);
        if let Some(outcome) = outcome {
            self.one(&m::OMITTED, ALL, outcome == "omitted");
        }
        if let Some(outcome) = outcome.filter(|o| *o != "omitted") {
            self.one(&m::REVERSED_WHOLLY, ALL, outcome == "reversed");
            self.one(&m::REVERSED, ALL, outcome != "upheld");
            self.one(&m::REVERSED, ("complaint_type", kind), outcome != "upheld");
            self.one(&m::REVERSED, ("language", language), outcome != "upheld");
        }
    }

    fn action(&mut self, world: &World, action: &Action) {
        let kind = match action.kind {
            Kind::Reinstatement => return,
            Kind::Sanction(step) if usize::from(step) >= model::SUSPENSION => "account_restriction",
            Kind::Sanction(_) => "service_restriction",
            _ => "listing_restriction",
        };
        self.one(&m::COMPLAINTS, ALL, action.complaint.is_some());
        if let Some(complaint) = action.complaint {
            let listing = action.listing.and_then(|i| world.listings.get(i as usize));
            let language = listing.map_or("en", |l| COUNTRIES[usize::from(l.country)].1);
            self.complaint(world, (kind, language), (complaint.decided, complaint.outcome));
        }
        if action.listing.is_none() {
            let severe = kind == "account_restriction";
            self.add(&m::SUSPENSIONS, ALL, u64::from(severe), 0);
            return;
        }
        self.add(&m::SUSPENSIONS, ALL, 0, u64::from(action.on_law));
        let taken = action.taken;
        self.one(&m::PRECISION, ALL, action.right);
        self.one(&m::PRECISION, ("automated", if taken.automated { "true" } else { "false" }), action.right);
        self.one(&m::OWN, ALL, taken.channel == Channel::Own);
        self.one(&m::AUTOMATED, ALL, taken.automated);
        if action.on_law && action.confirmed == Some(true) {
            let listing = action.listing.and_then(|i| world.listings.get(i as usize));
            if let Some(listing) = listing.filter(|_| action.kind != Kind::Interception) {
                let views = records::views_before(world, listing, taken.acted);
                self.add(&m::EXPOSURE, ALL, views, 1);
                self.one(&m::UNSEEN, ALL, views == 0);
            }
        }
    }

    /// Adds the counts of other traders.
    pub fn merge(&mut self, other: Self) {
        for (key, (part, whole)) in other.shares {
            self.add(key.0, key.1, part, whole);
        }
        for (offences, traders) in other.offences {
            *self.offences.entry(offences).or_default() += traders;
        }
        for (key, live) in other.alerts {
            *self.alerts.entry(key).or_default() += live;
        }
        self.accounts += other.accounts;
        self.arriving = (self.arriving.0 + other.arriving.0, self.arriving.1 + other.arriving.1);
        for (mine, frame) in self.frames.iter_mut().zip(other.frames) {
            for (place, cell) in frame.cells {
                mine.cells.entry(place).or_default().merge(cell);
            }
        }
    }

    /// Counts that come from elsewhere.
    pub fn side(&mut self, meaning: &'static Meaning, group: Group, (part, whole): (u64, u64)) {
        self.add(meaning, group, part, whole);
    }

    /// The entries of the truth.
    pub fn entries(mut self, alerts: usize) -> Vec<TruthEntry> {
        self.frames();
        for (i, (_, days)) in ALERT_DAYS.into_iter().enumerate() {
            let live = (0..alerts).filter(|a| self.alerts.get(&(*a, i)).is_some_and(|n| *n > 0)).count();
            self.add(&m::ALERTS, ("days", days), live as u64, alerts as u64);
        }
        let mut all: Vec<TruthEntry> = self
            .shares
            .iter()
            .map(|((meaning, group), (k, n))| {
                let value = if meaning.total { Some(real(*k)) } else { share(*k, *n) };
                let value = value.map(|value| value * f64::from(meaning.factor));
                let mut entry = meaning.entry(*group, value);
                (entry.k, entry.n) = (Some(*k), Some(*n));
                entry
            })
            .collect();
        if let (Some(plain), Some((k, n))) = (self.recall(|t| t == "none"), Some(self.evasive())) {
            let gap = share(k, n).map(|evasive| plain - evasive);
            all.push(GAP.entry(ALL, gap));
        }
        if let Some((k, n)) = self.shares.get(&(&m::PRECISION, ALL)).copied() {
            let right = share(k, n).map(|p| p * (1.0 - model::CODERS.2));
            all.push(m::PRECISION_LABELLED.entry(ALL, right));
        }
        let without: BTreeMap<u64, u64> =
            self.offences.iter().filter(|(x, _)| **x > 0).map(|(x, n)| (*x, *n)).collect();
        all.push(m::GINI.entry(ALL, gini(&without)));
        all.push(m::GINI_ALL.entry(ALL, gini(&self.offences)));
        all.sort_by(|a, b| {
            (&a.indicator, &a.statistic, &a.group_name).cmp(&(&b.indicator, &b.statistic, &b.group_name))
        });
        all
    }

    fn recall(&self, which: impl Fn(&str) -> bool) -> Option<f64> {
        let (k, n) = self.sum_recall(which);
        share(k, n)
    }

    fn evasive(&self) -> (u64, u64) {
        self.sum_recall(|tactic| tactic != "none")
    }

    fn sum_recall(&self, which: impl Fn(&str) -> bool) -> (u64, u64) {
        let of = self
            .shares
            .iter()
            .filter(|((meaning, group), _)| **meaning == m::RECALL && group.0 == "evasion_tactic" && which(group.1));
        of.fold((0, 0), |sum, (_, x)| (sum.0 + x.0, sum.1 + x.1))
    }

    fn frames(&mut self) {
        let meanings: [[&'static Meaning; 3]; 2] =
            [[&m::PREVALENCE, &m::VIEWS, &m::ORDERS], [&m::PREVALENCE_EVER, &m::VIEWS_EVER, &m::ORDERS_EVER]];
        for (frame, meanings) in std::mem::take(&mut self.frames).into_iter().zip(meanings) {
            for ((category, country), cell) in frame.cells {
                let category = ("category", CATEGORIES[usize::from(category)].name);
                let country = ("country", COUNTRIES[usize::from(country)].0);
                for (i, meaning) in meanings.into_iter().enumerate() {
                    for group in [ALL, category, country] {
                        if group == country && i > 0 {
                            continue;
                        }
                        self.add(meaning, group, cell.illegal[i], cell.all[i]);
                    }
                }
                if *meanings[0] == m::PREVALENCE {
                    self.add(&m::BY_CATEGORY, category, cell.illegal[0], cell.all[0]);
                } else {
                    self.add(&m::ADJUSTED, ALL, cell.illegal[0], cell.all[0]);
                }
            }
        }
    }
}

/// Recall on plain listings less that on evasive ones.
static GAP: Meaning = Meaning {
    indicator: "evasion-recall-gap",
    statistic: "difference",
    kind: super::truth::TruthKind::Population,
    total: false,
    factor: 1,
    definition: "recall (as in proactive-detection-recall) of illegal listings without a tactic of evasion, less that of those with one",
};

impl Cell {
    fn merge(&mut self, other: Self) {
        for i in 0..3 {
            self.all[i] += other.all[i];
            self.illegal[i] += other.illegal[i];
        }
    }
}

/// Gini coefficient of a histogram, Σ(2i − n − 1)·x₍ᵢ₎ / (n·Σx).
fn gini(histogram: &BTreeMap<u64, u64>) -> Option<f64> {
    let n: u64 = histogram.values().sum();
    let total: u64 = histogram.iter().map(|(x, count)| x * count).sum();
    if total == 0 {
        return None;
    }
    let (mut before, mut sum) = (0_u64, 0.0);
    for (x, count) in histogram {
        // Σ of (2i − n − 1) over ranks before+1 … before+count.
        let ranks = real(*count) * (2.0 * real(before) + real(*count) - real(n));
        sum += ranks * real(*x);
        before += count;
    }
    Some(sum / (real(n) * real(total)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gini_is_that_of_known_cases() {
        let of = |values: &[u64]| {
            let mut histogram = BTreeMap::new();
            for x in values {
                *histogram.entry(*x).or_default() += 1;
            }
            gini(&histogram)
        };
        assert!((of(&[1, 2, 3, 4, 5]).expect("positive") - 4.0 / 15.0).abs() < 1e-12);
        assert!((of(&[0, 0, 0, 7]).expect("positive") - 0.75).abs() < 1e-12);
        assert!(of(&[3, 3, 3]).expect("positive").abs() < 1e-12);
        assert_eq!(of(&[0, 0]), None);
    }
}
