//! Audit samples, drawn while the listings pass by, and what two coders make of them.
//!
//! Every unit of a frame has a random key, and a stratum keeps the units with the smallest keys: a simple random
//! sample without replacement within it, whatever the order or number of the pieces.

use std::collections::BTreeMap;

use super::clock::{midnight, unambiguous};
use super::details;
use super::maths::{Draw, real};
use super::model::{self, CATEGORIES, COUNTRIES, TACTICS};
use super::plan::MarketplacePlan;
use super::sheet::Rows;
use super::world::{Kind, Listing, World};
use crate::simulate::rng::Rng;

/// A sampled unit, with the truth about it.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    pub id: String,
    pub listing: Option<u64>,
    pub trader: Option<u64>,
    pub category: Option<u8>,
    pub country: Option<u8>,
    pub entered: Option<i64>,
    pub views: Option<u64>,
    pub orders: Option<u64>,
    pub flagged: Option<bool>,
    pub test: Option<bool>,
    pub score: Option<u16>,
    pub tactic: Option<u8>,
    pub automated: Option<bool>,
    pub requirement: Option<&'static str>,
    pub truth: bool,
}

/// Units that are sampled together, with their key: one, or all of a cluster with the units in it.
#[derive(Debug, Clone)]
struct Chosen {
    units: Vec<Unit>,
    /// Units that there are in the cluster.
    of: usize,
}

/// A stratum of a sample.
#[derive(Debug, Clone, Default)]
struct Stratum {
    frame: u64,
    /// Units behind `frame`, where it counts clusters.
    inside: u64,
    chosen: BTreeMap<u64, Chosen>,
}

/// What a sample is about.
#[derive(Debug)]
struct Design {
    name: &'static str,
    /// Code of the platform for the question.
    question: &'static str,
    clusters: bool,
}

const DESIGNS: [Design; 9] = [
    Design { name: "stock", question: "Q1", clusters: false },
    Design { name: "simple", question: "Q1", clusters: false },
    Design { name: "clusters", question: "Q1", clusters: true },
    Design { name: "period", question: "Q1", clusters: false },
    Design { name: "measures", question: "Q2", clusters: false },
    Design { name: "links", question: "Q3", clusters: false },
    Design { name: "mismatch", question: "Q4", clusters: false },
    Design { name: "matches", question: "Q5", clusters: false },
    Design { name: "traders", question: "Q6", clusters: true },
];
const STOCK: usize = 0;
const SIMPLE: usize = 1;
const CLUSTERS: usize = 2;
const PERIOD: usize = 3;
const MEASURES: usize = 4;
const LINKS: usize = 5;
const MISMATCH: usize = 6;
const MATCHES: usize = 7;
const TRADERS: usize = 8;

/// Units of a cluster, at most.
const CLUSTER: usize = 25;

/// All audit samples, or those of some traders.
#[derive(Debug, Default)]
pub(super) struct Audit {
    samples: BTreeMap<(usize, String), Stratum>,
}

/// Units of a stratum that a sample takes, at most.
fn size(plan: &MarketplacePlan, design: usize, stratum: &str) -> usize {
    let n = plan.audit as usize;
    let cells = CATEGORIES.len();
    let wanted = match (design, stratum.starts_with("flagged")) {
        (STOCK, _) => n / 2 / cells,
        (PERIOD, true) => n / 3 / cells,
        (PERIOD, false) => n * 2 / 3 / cells,
        (CLUSTERS, _) => n / 10,
        (MEASURES, _) => n / 8,
        (MATCHES, _) => n / 4,
        (LINKS | MISMATCH, _) => n / 2,
        (TRADERS, _) => n / 4 / model::SIZES.len(),
        _ => n,
    };
    wanted.max(1)
}

/// Instant of the samples of what is live.
pub(super) fn reference_time(world: &World) -> i64 {
    reference_time_of(world.from, world.until)
}

/// The same from begin and end of the window.
pub(super) fn reference_time_of(from: i64, until: i64) -> i64 {
    unambiguous(until - (30 * super::maths::DAY).min((until - from) / 4))
}

impl Audit {
    fn add(
        &mut self,
        plan: &MarketplacePlan,
        design: usize,
        stratum: String,
        key: u64,
        chosen: impl FnOnce() -> Chosen,
    ) {
        let most = size(plan, design, &stratum);
        let stratum = self.samples.entry((design, stratum)).or_default();
        stratum.frame += 1;
        let last = stratum.chosen.last_key_value().map(|(key, _)| *key);
        if stratum.chosen.len() < most || last.is_some_and(|last| key < last) {
            stratum.chosen.insert(key, chosen());
            if stratum.chosen.len() > most {
                stratum.chosen.pop_last();
            }
        }
    }

    /// Adds a unit to the frame of a sample.
    pub fn offer(
        &mut self,
        plan: &MarketplacePlan,
        design: usize,
        stratum: &str,
        key: u64,
        unit: impl FnOnce() -> Unit,
    ) {
        self.add(plan, design, stratum.to_owned(), key, || Chosen { units: vec![unit()], of: 1 });
    }

    /// Adds the frames of a block.
    pub fn block(&mut self, plan: &MarketplacePlan, world: &World, alerts: &[(u8, &'static str)]) {
        let at = reference_time(world);
        for (_, listing) in world.offered() {
            let mut keys = Rng::new([plan.seed, listing.key, 13, 0]);
            let category = CATEGORIES[usize::from(listing.category)].code;
            let found = listing.found_by_platform(world.until);
            let stratum = format!("{}-{category}", if found { "flagged" } else { "unflagged" });
            self.offer(plan, PERIOD, &stratum, keys.next(), || unit(world, listing, world.until, found));
            self.offer(plan, SIMPLE, "", keys.next(), || unit(world, listing, world.until, found));
            if let Some(link) = super::records::link(world, listing) {
                self.offer(plan, LINKS, "", keys.next(), || Unit {
                    id: format!("L{}", world.listing_id(listing)),
                    flagged: None,
                    test: None,
                    score: None,
                    tactic: None,
                    truth: link.front,
                    ..unit(world, listing, world.until, found)
                });
            }
            let known = keys.next();
            for (number, (of, brand)) in alerts.iter().enumerate() {
                let own = listing.alert.map(usize::from) == Some(number);
                let alike = *of == listing.category
                    && (own || (listing.alert.is_none() && details::brand(listing.content) == *brand));
                if alike {
                    self.offer(plan, MATCHES, "", known ^ number as u64, || Unit {
                        id: format!("{}|{}", super::sides::alert_number(number), world.listing_id(listing)),
                        flagged: None,
                        test: None,
                        score: None,
                        tactic: None,
                        truth: own,
                        ..unit(world, listing, world.until, found)
                    });
                }
            }
            if let Some(action) = listing.action {
                self.measure(plan, world, action as usize, keys.next());
            }
            if !listing.is_live(world, at) {
                continue;
            }
            let found = listing.found_by_platform(at);
            let stratum = format!("{}-{category}", if found { "flagged" } else { "unflagged" });
            self.offer(plan, STOCK, &stratum, keys.next(), || unit(world, listing, at, found));
            self.offer(plan, MISMATCH, "", keys.next(), || Unit {
                test: Some(listing.mismatch_score >= 500),
                score: Some(listing.mismatch_score),
                flagged: None,
                tactic: None,
                truth: listing.mismatch,
                ..unit(world, listing, at, found)
            });
        }
        for (i, action) in world.actions.iter().enumerate() {
            if matches!(action.kind, Kind::Labelling | Kind::Demotion) {
                let key = Rng::new([plan.seed, world.action_id(i), 14, 0]).next();
                self.measure(plan, world, i, key);
            }
        }
        self.traders(plan, world, at);
    }

    fn measure(&mut self, plan: &MarketplacePlan, world: &World, index: usize, key: u64) {
        let action = &world.actions[index];
        let stratum = match (action.taken.automated, action.on_law) {
            (true, true) => "machine-law",
            (true, false) => "machine-terms",
            (false, true) => "person-law",
            (false, false) => "person-terms",
        };
        let Some(listing) = action.listing.and_then(|i| world.listings.get(i as usize)) else { return };
        self.offer(plan, MEASURES, stratum, key, || Unit {
            id: world.action_id(index).to_string(),
            automated: Some(action.taken.automated),
            flagged: None,
            test: None,
            score: None,
            tactic: None,
            entered: None,
            truth: action.right,
            ..unit(world, listing, world.until, false)
        });
    }

    fn traders(&mut self, plan: &MarketplacePlan, world: &World, at: i64) {
        for trader in &world.traders {
            let mut keys = Rng::new([plan.seed, trader.key, 15, 0]);
            let (first, second) = (keys.next(), keys.next());
            let live = trader.listings.iter().filter_map(|i| world.listings.get(*i as usize));
            let live: Vec<&Listing> = live.filter(|l| !l.void && l.is_live(world, at)).collect();
            if !live.is_empty() {
                self.add(plan, CLUSTERS, String::new(), first, || {
                    let mut order: Vec<(u64, &Listing)> =
                        live.iter().map(|l| (Rng::new([plan.seed, l.key, 16, 0]).next(), *l)).collect();
                    order.sort_unstable_by_key(|(key, _)| *key);
                    let units = order.into_iter().take(CLUSTER);
                    let units = units.map(|(_, l)| unit(world, l, at, l.found_by_platform(at))).collect();
                    Chosen { units, of: live.len() }
                });
                let stratum = self.samples.entry((CLUSTERS, String::new())).or_default();
                stratum.inside += live.len() as u64;
            }
            let size = model::SIZES[usize::from(trader.size)].1;
            self.add(plan, TRADERS, size.to_owned(), second, || {
                let checks = details::details(trader).checks;
                let of = checks.len();
                let unit = |(requirement, truth)| Unit {
                    id: trader.id.to_string(),
                    trader: Some(trader.id),
                    requirement: Some(requirement),
                    truth,
                    ..Unit::default()
                };
                Chosen { units: checks.into_iter().map(unit).collect(), of }
            });
        }
    }

    /// Adds the frames and samples of other traders.
    pub fn merge(&mut self, plan: &MarketplacePlan, other: Self) {
        for ((design, name), stratum) in other.samples {
            let most = size(plan, design, &name);
            let mine = self.samples.entry((design, name)).or_default();
            mine.frame += stratum.frame;
            mine.inside += stratum.inside;
            mine.chosen.extend(stratum.chosen);
            while mine.chosen.len() > most {
                mine.chosen.pop_last();
            }
        }
    }

    /// Writes the labels: of two coders, and the one that they agreed on. `at` is the reference time of the samples of
    /// what is live; the others are of the whole window.
    pub fn write(&self, plan: &MarketplacePlan, at: i64, rows: &mut Rows) {
        for ((index, name), stratum) in &self.samples {
            let design = &DESIGNS[*index];
            let drawn = stratum.chosen.len().max(1);
            let of_live = matches!(*index, STOCK | CLUSTERS | MISMATCH);
            let sampled = if of_live { at } else { midnight(plan.until()) };
            for (key, chosen) in &stratum.chosen {
                let inside = real(chosen.of as u64) / real(chosen.units.len().max(1) as u64);
                // The checks of a trader are no sample of them.
                let inside = if *index == TRADERS { 1.0 } else { inside };
                let weight = real(stratum.frame) / real(drawn as u64) * inside;
                for (i, unit) in chosen.units.iter().enumerate() {
                    let mut rng = Rng::new([plan.seed, *key, i as u64, 17]);
                    let labels = labels(&mut rng, design, unit.truth);
                    // What a trader gave is checked piece by piece: a sample for each.
                    let sample = match unit.requirement {
                        Some(requirement) => format!("{}-{requirement}", design.name),
                        None => design.name.to_owned(),
                    };
                    for (coder, label) in [Some("K1"), Some("K2"), None].into_iter().zip(labels) {
                        let mut row = rows.row();
                        row.text(sample.as_str()).text(design.question).text(unit.id.as_str());
                        row.id(unit.listing).id(unit.trader).text(coder).text(label);
                        row.text((!name.is_empty()).then_some(name.as_str())).number(weight);
                        row.int(if design.clusters && stratum.inside > 0 { stratum.inside } else { stratum.frame });
                        row.id(if design.clusters { unit.trader } else { None });
                        row.text(unit.category.map(|c| CATEGORIES[usize::from(c)].code));
                        row.text(unit.country.map(|c| COUNTRIES[usize::from(c)].0));
                        row.time(sampled).time(unit.entered).int(unit.views).int(unit.orders);
                        row.flag(unit.flagged).flag(unit.test).int(unit.score.map(u64::from));
                        row.text(unit.tactic.map(|t| TACTICS[usize::from(t)].0));
                        row.flag(unit.automated).text(unit.requirement);
                    }
                }
            }
        }
    }
}

/// Labels of two coders, and the agreed one.
fn labels(rng: &mut Rng, design: &Design, truth: bool) -> [&'static str; 3] {
    let of = |yes: bool| match (design.question, yes) {
        ("Q1", true) => "ill",
        ("Q1", false) => "leg",
        (_, true) => "y",
        (_, false) => "n",
    };
    let (unsure, wrong, agreed) = model::CODERS;
    let open = rng.happens(agreed);
    let mut coder = || {
        if open || rng.happens(unsure) { "?" } else { of(truth != rng.happens(wrong)) }
    };
    let (first, second) = (coder(), coder());
    [first, second, if open { "?" } else { of(truth) }]
}

/// A listing as a unit; views and orders from the begin of the window to `at`.
fn unit(world: &World, listing: &Listing, at: i64, found: bool) -> Unit {
    let views = listing.views_until(world, at);
    let id = world.listing_id(listing);
    Unit {
        id: id.to_string(),
        listing: Some(id),
        trader: world.traders.get(listing.trader as usize).map(|t| t.id),
        category: Some(listing.category),
        country: Some(listing.country),
        entered: (at < world.until).then(|| listing.live()).flatten(),
        views: Some(views),
        orders: Some(listing.orders(views)),
        flagged: Some(found),
        test: Some(listing.nature.flagged),
        score: Some(listing.score),
        tactic: Some(listing.nature.tactic),
        automated: None,
        requirement: None,
        truth: listing.nature.illegal,
    }
}
