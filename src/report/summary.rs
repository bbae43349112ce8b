//! The table of the main statistic of every indicator, by platform.

use super::Material;
use super::pick::{self, Evidence};
use super::sentence;
use super::table::{Cell, Table, slug};
use super::texts::Texts;
use crate::charts::words;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};

/// Rows that the table has at most.
const MOST: usize = 2_000;

/// The table with what it can be filtered by.
#[derive(Debug)]
pub(super) struct Summary {
    pub table: Table,
    pub platforms: Vec<String>,
    pub indicators: Vec<String>,
}

/// The rows of one indicator, with its name.
pub(super) struct Named<'m, 'a> {
    pub id: &'a str,
    pub name: String,
    pub evidence: &'m [Evidence<'a>],
}

pub(super) fn summary(material: &Material<'_>, all: &[Named<'_, '_>], t: &Texts) -> Summary {
    let (mut rows, mut platforms, mut indicators) = (Vec::new(), Vec::new(), Vec::new());
    for Named { id, name, evidence } in all {
        for one in *evidence {
            let answer = one.answer();
            for e in answer.whole.into_iter().chain(answer.platforms.iter().copied()) {
                let platform = platform(e, t);
                if !platforms.contains(&platform) {
                    platforms.push(platform.clone());
                }
                if !indicators.contains(name) {
                    indicators.push(name.clone());
                }
                rows.push(row(e, platform, (id, name), t));
            }
        }
    }
    platforms.sort_by_key(|p| (p != t.all_platforms, p.to_lowercase()));
    let words = [
        t.head_platform,
        t.head_indicator,
        &format!("#{}", t.head_value),
        t.head_interval,
        &format!("#{}", t.head_n),
        t.head_statistic,
        t.head_period,
    ];
    let links = super::section::all_rows(material);
    let table = Table::new("summary-table", t.summary_caption.to_owned(), &words, rows).cap(MOST, links, t);
    Summary { table, platforms, indicators }
}

/// The platform in words.
pub(super) fn platform(e: &Estimate, t: &Texts) -> String {
    if e.platform == ALL_PLATFORMS { t.all_platforms.to_owned() } else { e.platform.clone() }
}

/// A value, or the word that stands in its place.
pub(super) fn value(e: &Estimate, t: &Texts) -> Cell {
    match (e.status, e.value) {
        (Status::Ok, Some(v)) => Cell::number(sentence::value(v, &e.unit), v),
        // Bounds alone stand in the column of intervals.
        (Status::Ok, None) => Cell { number: true, ..Cell::default() },
        (status, _) => Cell { text: sentence::status(status, t).to_owned(), number: true, ..Cell::default() },
    }
}

fn row(e: &Estimate, platform: String, (id, name): (&str, &str), t: &Texts) -> Vec<Cell> {
    let card = pick::card(&e.indicator);
    vec![
        Cell::text(platform),
        Cell::text(name).to(format!("#i-{}", slug(id))),
        value(e, t),
        Cell::text(sentence::limits(e, t)),
        Cell::count(e.n.and_then(|n| u64::try_from(n).ok())),
        Cell::text(sentence::meaning(e, card)),
        Cell::sorted(words::short(e.period()), e.period_start),
    ]
}
