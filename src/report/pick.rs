//! Which estimates answer the question of an indicator.

use std::collections::{BTreeMap, BTreeSet};

use crate::estimate::{ALL_PLATFORMS, Estimate, Status};
use crate::indicators::{Card, INDICATORS};

/// Statistics in the order in which one is the main one, where no card says it.
const PREFERRED: [&str; 6] = ["share", "rate", "ratio", "median", "mean", "count"];

/// The card of an indicator; `None` for one that this version does not know.
pub(super) fn card(id: &str) -> Option<&'static Card> {
    INDICATORS.iter().map(|i| i.card()).find(|c| c.id == id)
}

/// The estimates of one indicator on one basis.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    pub basis: &'a str,
    pub rows: Vec<&'a Estimate>,
    pub main: &'a str,
}

/// What answers the question on one basis.
#[derive(Debug, Default)]
pub(super) struct Answer<'a> {
    /// The row of all platforms together, or of the only one.
    pub whole: Option<&'a Estimate>,
    /// Rows of single platforms, where there are several, by name.
    pub platforms: Vec<&'a Estimate>,
    /// Rows of the groups that the indicator divides into, the largest value first; empty where there is a row
    /// without a group.
    pub groups: Vec<&'a Estimate>,
}

/// Divides the rows of one indicator by their basis.
pub(super) fn evidence<'a>(rows: &[&'a Estimate], card: Option<&Card>) -> Vec<Evidence<'a>> {
    let mut by: BTreeMap<&str, Vec<&Estimate>> = BTreeMap::new();
    for row in rows {
        by.entry(&row.basis).or_default().push(row);
    }
    by.into_iter().map(|(basis, rows)| Evidence { basis, main: main(&rows, card), rows }).collect()
}

/// The statistic that answers the question: the first on the card that is no curve, else a usual one.
fn main<'a>(rows: &[&'a Estimate], card: Option<&Card>) -> &'a str {
    let present: BTreeSet<&str> = rows.iter().filter(|e| e.x.is_none()).map(|e| e.statistic.as_str()).collect();
    let of_card = card.into_iter().flat_map(|c| c.statistics).map(|s| s.name);
    let named = of_card.chain(PREFERRED).find_map(|name| present.get(name).copied());
    named.or_else(|| present.first().copied()).or_else(|| rows.first().map(|e| e.statistic.as_str())).unwrap_or("")
}

/// The later of two rows of equal length, else the longer one.
fn longer<'a>(a: &'a Estimate, b: &'a Estimate) -> &'a Estimate {
    let key = |e: &Estimate| (e.period_end - e.period_start, e.period_end, e.indicator_version);
    if key(b) > key(a) { b } else { a }
}

impl<'a> Evidence<'a> {
    /// The rows of the longest period of the main statistic.
    pub fn answer(&self) -> Answer<'a> {
        let main = || self.rows.iter().copied().filter(|e| e.statistic == self.main && e.x.is_none());
        let mut whole: BTreeMap<&str, &Estimate> = BTreeMap::new();
        for e in main().filter(|e| e.group_name.is_none()) {
            whole.entry(&e.platform).and_modify(|old| *old = longer(old, e)).or_insert(e);
        }
        let mut platforms: Vec<&Estimate> =
            whole.iter().filter(|(p, _)| **p != ALL_PLATFORMS).map(|(_, e)| *e).collect();
        let single = platforms.len() == 1;
        let all = whole.get(ALL_PLATFORMS).copied();
        // Of one platform, the name says more than "all".
        let answer = if single { platforms.pop() } else { all };
        if answer.is_some() || !platforms.is_empty() {
            return Answer { whole: answer, platforms, groups: Vec::new() };
        }
        Answer { whole: None, platforms, groups: self.groups() }
    }

    /// The groups of all platforms together (or of the only one) over the longest period.
    fn groups(&self) -> Vec<&'a Estimate> {
        let rows = || self.rows.iter().copied().filter(|e| e.statistic == self.main && e.x.is_none());
        let own = rows().filter_map(|e| e.group_name.as_deref()).min_by_key(|name| (name.contains('×'), name.len()));
        let together = rows().any(|e| e.platform == ALL_PLATFORMS);
        let mut groups: BTreeMap<(&str, &str), &Estimate> = BTreeMap::new();
        for e in rows().filter(|e| e.group_name.as_deref() == own && (e.platform == ALL_PLATFORMS) == together) {
            let key = (e.platform.as_str(), e.group_value.as_deref().unwrap_or(""));
            groups.entry(key).and_modify(|old| *old = longer(old, e)).or_insert(e);
        }
        let mut groups: Vec<&Estimate> = groups.into_values().collect();
        groups.sort_by(|a, b| b.value.unwrap_or(f64::NEG_INFINITY).total_cmp(&a.value.unwrap_or(f64::NEG_INFINITY)));
        groups
    }

    /// Every statistic of the cell that the answer is of.
    pub fn statistics(&self, of: &Estimate) -> Vec<&'a Estimate> {
        let same = |e: &&Estimate| {
            e.x.is_none()
                && (&e.platform, &e.group_name, &e.group_value) == (&of.platform, &of.group_name, &of.group_value)
                && e.period() == of.period()
        };
        self.rows.iter().copied().filter(same).collect()
    }
}

impl<'a> Answer<'a> {
    /// Every row of the answer.
    pub fn rows(&self) -> impl Iterator<Item = &'a Estimate> + '_ {
        self.whole.into_iter().chain(self.platforms.iter().copied()).chain(self.groups.iter().copied())
    }

    /// Whether any row has a value or a bound.
    pub fn has_value(&self) -> bool {
        self.rows().any(|e| e.status == Status::Ok)
    }
}
