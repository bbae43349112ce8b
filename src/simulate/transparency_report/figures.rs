//! Figures of a simulated report, which keep every rule.

use std::collections::BTreeMap;

use super::super::rng::Rng;
use crate::transparency::scopes::{LANGUAGES, MEMBER_STATES};
use crate::transparency::template::{self, CATEGORIES, Category, INDICATORS};

/// What the numbers of this simulator are keyed by, beside the seed.
const PURPOSE: u64 = 0x7265_706f_7274;

/// A language beside the official ones, which a report may name.
pub(super) const HEBREW: &str = "he";

/// Counts by code of one row.
pub(super) type Row = BTreeMap<&'static str, u64>;

/// What a service is like, and by how much a half-year departs from it: from one half-year to the next figures change,
/// but not by much.
struct Draw {
    of_service: Rng,
    of_period: Rng,
}

impl Draw {
    fn new(seed: u64, service: u64, period: u64) -> Self {
        let of_period = Rng::new([seed, PURPOSE, service, period + 1]);
        Self { of_service: Rng::new([seed, PURPOSE, service, 0]), of_period }
    }

    /// A count below `end`, give or take a tenth.
    fn count(&mut self, end: u64) -> u64 {
        let size = self.of_service.below(end);
        size * (900 + self.of_period.below(201)) / 1000
    }

    /// So many thousandths of a whole, give or take a few; at most the whole.
    fn share(&mut self, whole: u64, low: u64, high: u64) -> u64 {
        let share = low + self.of_service.below(high - low + 1);
        (whole * share / 1000 * (950 + self.of_period.below(101)) / 1000).min(whole)
    }

    fn chance(&mut self, share: u64, of: u64) -> bool {
        self.of_service.chance(share, of)
    }
}

/// Rows of one part and scope: sub-categories by their place in the template, categories and the total by number.
#[derive(Debug, Clone, Default)]
pub(super) struct Block {
    /// Rows by number of the template: `7`, `7a`; `0` is the total.
    pub rows: BTreeMap<&'static str, Row>,
}

impl Block {
    /// Draws the rows that have no sub-categories, and adds them up to categories and the total.
    fn draw(part: u8, mut row: impl FnMut(&'static Category) -> Row) -> Self {
        let mut block = Self::default();
        for category in template::categories().filter(|c| template::admits(part, c.code)) {
            let own: Vec<&'static Category> = CATEGORIES.iter().filter(|c| c.category == category.code).collect();
            let leaves = if own.len() > 1 { &own[1..] } else { &own[..] };
            for leaf in leaves {
                let drawn = row(leaf);
                for (code, n) in &drawn {
                    *block.rows.entry("0").or_default().entry(code).or_default() += n;
                    if own.len() > 1 {
                        *block.rows.entry(category.number).or_default().entry(code).or_default() += n;
                    }
                }
                block.rows.insert(leaf.number, drawn);
            }
        }
        block
    }

    fn add(&mut self, other: &Self) {
        for (number, row) in &other.rows {
            for (code, n) in row {
                *self.rows.entry(number).or_default().entry(code).or_default() += n;
            }
        }
    }

    pub fn total(&self, code: &str) -> u64 {
        self.rows.get("0").and_then(|row| row.get(code)).copied().unwrap_or_default()
    }
}

/// All figures of a report.
#[derive(Debug, Clone)]
pub(super) struct Figures {
    /// Part 3, by scope: `TOTAL` and Member States.
    pub orders: BTreeMap<&'static str, Block>,
    /// Part 4.
    pub notices: Block,
    /// Parts 5 and 6.
    pub own: [Block; 2],
    /// Part 7 by code; medians are in tenths of hours.
    pub complaints: Row,
    /// Part 8 by scope and code.
    pub automated: BTreeMap<(&'static str, &'static str), u64>,
    /// Part 8, by scope: hits, false alarms, misses and right rejections of an evaluation.
    pub evaluations: BTreeMap<&'static str, [u64; 4]>,
    /// Part 9: internal, external, and those with expertise in a language by scope.
    pub moderators: (u64, u64, BTreeMap<&'static str, u64>),
    /// Part 10 by Member State.
    pub recipients: BTreeMap<&'static str, u64>,
    /// Medians of parts 3 and 4, in tenths of hours, by code.
    pub medians: Row,
    /// Codes of which the service has none to give, as it has no such means.
    pub blank: Vec<&'static str>,
}

impl Figures {
    /// The figures of a service in a half-year.
    pub fn draw(seed: u64, service: u64, period: u64) -> Self {
        let mut draw = Draw::new(seed, service, period);
        let monetary = draw.chance(1, 2);
        let blank: Vec<&'static str> =
            INDICATORS.iter().map(|i| i.code).filter(|c| !monetary && c.contains("_monetary_")).collect();
        let orders = orders(&mut draw);
        let notices = notices(&mut draw);
        let own = [5, 6].map(|part| measures(part, &blank, &mut draw));
        let complaints = complaints(&blank, &own, &mut draw);
        let automated = automated(&notices, &own, &mut draw);
        let scopes = ["TOTAL", "OWN_INITIATIVE", "NOTICES", "NOTICES_FLAGGERS"].into_iter().chain(LANGUAGES);
        let evaluations = scopes.map(|s| (s, [4_000, 80, 180, 9_000].map(|most| 50 + draw.count(most)))).collect();
        let (internal, external) = (100 + draw.count(200), 700 + draw.count(900));
        let mut languages: BTreeMap<&'static str, u64> =
            LANGUAGES.into_iter().chain([HEBREW]).map(|l| (l, 1 + draw.count(60))).collect();
        languages.insert("TOTAL", internal + external - draw.count(20));
        let recipients = MEMBER_STATES.into_iter().map(|s| (s, 40_011 + draw.count(9_000_000))).collect();
        let medians = INDICATORS.iter().filter(|i| matches!(i.part, 3 | 4) && i.unit == "hours");
        let mut medians: Row = medians.map(|i| (i.code, 20 + draw.count(400))).collect();
        // Notices of trusted flaggers come first.
        let all = medians.get("notices_time").copied().unwrap_or(20);
        medians.insert("notices_flaggers_time", all / 2);
        let moderators = (internal, external, languages);
        Self { orders, notices, own, complaints, automated, evaluations, moderators, recipients, medians, blank }
    }

    /// Counts for everything, by code; those that are left blank are not there.
    pub fn totals(&self) -> BTreeMap<String, u64> {
        let mut all: BTreeMap<&'static str, u64> = BTreeMap::new();
        let blocks = self.orders.get("TOTAL").into_iter().chain([&self.notices]).chain(&self.own);
        for (code, n) in blocks.filter_map(|b| b.rows.get("0")).flatten() {
            all.insert(code, *n);
        }
        let counts = |code: &str| template::indicator(code).is_some_and(|i| i.unit == "count");
        all.extend(self.complaints.iter().filter(|(c, _)| counts(c)).map(|(c, n)| (*c, *n)));
        all.extend(self.automated.iter().filter(|((s, _), _)| *s == "TOTAL").map(|((_, c), n)| (*c, *n)));
        all.insert("moderators_internal", self.moderators.0);
        all.insert("moderators_external", self.moderators.1);
        all.insert("recipients", self.recipients.values().sum());
        all.into_iter().filter(|(c, _)| !self.blank.contains(c)).map(|(c, n)| (c.to_owned(), n)).collect()
    }
}

fn orders(draw: &mut Draw) -> BTreeMap<&'static str, Block> {
    let mut orders = BTreeMap::new();
    let mut total = Block::default();
    for state in MEMBER_STATES {
        let block = Block::draw(3, |_| {
            let act = if draw.chance(1, 16) { 1 + draw.count(60) } else { 0 };
            let information = if draw.chance(1, 24) { 1 + draw.count(40) } else { 0 };
            let items = act + draw.share(act, 0, 900);
            Row::from([("orders_act", act), ("orders_act_items", items), ("orders_information", information)])
        });
        total.add(&block);
        orders.insert(state, block);
    }
    orders.insert("TOTAL", total);
    orders
}

fn notices(draw: &mut Draw) -> Block {
    Block::draw(4, |_| {
        let notices = draw.count(4_000);
        let flaggers = draw.share(notices, 0, 20);
        let items = notices + draw.share(notices, 0, 800);
        let flaggers_items = flaggers + draw.share(flaggers, 0, 500);
        let (law, terms) = (draw.share(items, 50, 250), draw.share(items, 100, 500));
        let flaggers_law = draw.share(flaggers_items, 100, 400).min(law);
        let flaggers_terms = draw.share(flaggers_items, 100, 400).min(terms);
        Row::from([
            ("notices", notices),
            ("notices_flaggers", flaggers),
            ("notices_items", items),
            ("notices_flaggers_items", flaggers_items),
            ("notices_law", law),
            ("notices_flaggers_law", flaggers_law),
            ("notices_terms", terms),
            ("notices_flaggers_terms", flaggers_terms),
        ])
    })
}

/// Measures on the provider's own initiative: each with one restriction.
fn measures(part: u8, blank: &[&'static str], draw: &mut Draw) -> Block {
    let codes = INDICATORS.iter().filter(|i| i.part == part).map(|i| i.code);
    let codes: Vec<&'static str> = codes.filter(|c| !blank.contains(c)).collect();
    let most = if part == 5 { 3_000 } else { 400_000 };
    Block::draw(part, |_| {
        let measures = draw.count(most);
        let mut row = Row::new();
        let mut left = measures;
        if let [all, detected, restrictions @ ..] = codes.as_slice() {
            row.insert(all, measures);
            row.insert(detected, draw.share(measures, 300, 990));
            for (at, code) in restrictions.iter().enumerate() {
                let share = if at + 1 == restrictions.len() { left } else { draw.share(left, 50, 600) };
                row.insert(code, share);
                left -= share;
            }
        }
        row
    })
}

fn complaints(blank: &[&'static str], own: &[Block; 2], draw: &mut Draw) -> Row {
    let mut row = Row::new();
    let mut set = |code: String, n: u64| {
        if let Some(i) = template::indicator(&code).filter(|i| !blank.contains(&i.code)) {
            row.insert(i.code, n);
        }
    };
    let mut sums = [0_u64; 3];
    let mut on_notices = [0_u64; 3];
    let mut most = 40_000;
    for kind in ["visibility", "service", "account", "monetary", "notice", "flagger_notice"] {
        let mut outcomes = [most, most / 20, most / 2].map(|end| 1 + draw.count(end));
        if kind == "flagger_notice" {
            // Few of those about notices, and beside them.
            outcomes = on_notices.map(|n| draw.share(n, 0, 40));
        }
        on_notices = outcomes;
        most = most / 3 + 100;
        if blank.contains(&format!("complaints_{kind}_total").as_str()) {
            continue;
        }
        for (sum, n) in sums.iter_mut().zip(outcomes) {
            *sum += n;
        }
        for (outcome, n) in ["upheld", "partial", "reversed"].into_iter().zip(outcomes) {
            set(format!("complaints_{kind}_{outcome}"), n);
        }
        set(format!("complaints_{kind}_total"), outcomes.iter().sum());
        set(format!("complaints_{kind}_time"), 50 + draw.count(600));
    }
    for (outcome, n) in ["upheld", "partial", "reversed", "omitted"].into_iter().zip(sums.into_iter().chain([0])) {
        set(format!("complaints_{outcome}"), n);
    }
    set("complaints_total".into(), sums.iter().sum());
    set("complaints_time".into(), 50 + draw.count(600));
    set("restrictions_after_complaint".into(), draw.count(300));
    let disputes = [12 + draw.count(30), 1 + draw.count(4), 3 + draw.count(9), draw.count(20)];
    for (outcome, n) in ["upheld", "partial", "reversed", "omitted"].into_iter().zip(disputes) {
        set(format!("disputes_{outcome}"), n);
    }
    set("disputes_total".into(), disputes.iter().sum());
    set("disputes_time".into(), 50 + draw.count(600));
    // Ten-thousandths: all but one were done.
    let decided = disputes[1] + disputes[2];
    set("disputes_implemented".into(), (10_000 * (decided - 1) + decided / 2) / decided);
    let accounts = |prefix: &str, block: &Block| {
        let codes = INDICATORS.iter().map(|i| i.code).filter(|c| c.starts_with(prefix) && c.contains("_account_"));
        codes.map(|c| block.total(c)).sum::<u64>()
    };
    set("suspensions_illegal_content".into(), (accounts("illegal", &own[0]) + accounts("terms", &own[1])) / 3);
    set("suspensions_unfounded_notices".into(), draw.count(40));
    set("suspensions_unfounded_complaints".into(), draw.count(40));
    row
}

fn automated(notices: &Block, own: &[Block; 2], draw: &mut Draw) -> BTreeMap<(&'static str, &'static str), u64> {
    let mut all = BTreeMap::new();
    let sum = |code: &str| own[0].total(&format!("illegal_{code}")) + own[1].total(&format!("terms_{code}"));
    let (measures, detected) = (sum("measures"), sum("detected_automated"));
    let by_hand = draw.share(measures - detected, 100, 1_000);
    all.insert(("OWN_INITIATIVE", "measures_automated"), detected);
    all.insert(("OWN_INITIATIVE", "measures_not_automated"), by_hand);
    let on_notices = notices.total("notices_law") + notices.total("notices_terms");
    all.insert(("TOTAL", "measures_automated"), detected);
    all.insert(("TOTAL", "measures_not_automated"), by_hand + on_notices);
    for (scope, code) in [("NOTICES", "notices"), ("NOTICES_FLAGGERS", "notices_flaggers")] {
        let total = notices.total(code);
        let alone = draw.share(total, 0, 1_000);
        all.insert((scope, "notices_automated"), alone);
        all.insert((scope, "notices_not_automated"), total - alone);
    }
    for (code, mut left) in [("measures_automated", detected), ("measures_not_automated", by_hand + on_notices)] {
        for (at, language) in LANGUAGES.into_iter().enumerate() {
            let share = if at + 1 == LANGUAGES.len() { left } else { draw.share(left, 5, 250) };
            all.insert((language, code), share);
            left -= share;
        }
    }
    all
}
