//! In front: what the page is about, and what data went in.

use super::table::{Cell, Table};
use super::texts::{Texts, fill};
use super::{Finding, Material, section};
use crate::charts::{labels, words};
use crate::finding::Severity;

/// Exports and findings that are listed, at most.
const MOST: usize = 60;
/// Letters of a hash that are shown.
const HASH: usize = 12;

/// A number in front, with what it is of.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fact {
    pub name: String,
    pub value: String,
    pub note: String,
}

/// What is counted for the front.
#[derive(Debug)]
pub(super) struct Counts {
    pub indicators: usize,
    pub valued: usize,
    /// Those whose answer has a sampling interval.
    pub sampled: usize,
    pub platforms: Vec<String>,
}

fn count(n: usize) -> String {
    labels::thousands(&n.to_string())
}

/// A number and its noun.
pub(super) fn several(n: usize, (one, many): (&str, &str)) -> String {
    fill(if n == 1 { one } else { many }, &[("n", &count(n))])
}

pub(super) fn facts(material: &Material<'_>, counts: &Counts, t: &Texts) -> Vec<Fact> {
    let fact = |name: &str, value: String, note: String| Fact { name: name.to_owned(), value, note };
    let unmeasured = material.unmeasured.as_ref().map_or_else(|| "–".to_owned(), |u| count(u.len()));
    let valued = count(counts.valued);
    let without = count(counts.indicators.saturating_sub(counts.valued));
    let note = fill(t.fact_indicators_note, &[("valued", &valued), ("without", &without), ("unmeasured", &unmeasured)]);
    let mut facts = vec![
        fact(t.fact_indicators, count(counts.indicators), note),
        fact(t.fact_sampled, count(counts.sampled), fill(t.fact_sampled_note, &[("valued", &valued)])),
        fact(t.fact_platforms, count(counts.platforms.len()), labels::some_names(&counts.platforms, 3)),
    ];
    if let Some(exports) = &material.exports {
        let rows: u64 = exports.iter().map(|e| e.rows).sum();
        let rejected: u64 = exports.iter().map(|e| e.rejected).sum();
        let of = several(exports.len(), (t.one_export, t.many_exports));
        facts.push(fact(t.fact_rows, labels::thousands(&rows.to_string()), of));
        facts.push(fact(t.fact_rejected, labels::thousands(&rejected.to_string()), t.fact_rejected_note.to_owned()));
    }
    if let Some((days, _)) = material.days {
        facts.push(fact(t.fact_days, count(days), t.fact_days_note.to_owned()));
    }
    if let Some(findings) = &material.findings {
        let of = |s: Severity| count(findings.iter().filter(|f| f.severity == s).count());
        let words = [("errors", of(Severity::Error)), ("warnings", of(Severity::Warning))];
        let words: Vec<(&str, &str)> = words.iter().map(|(n, w)| (*n, w.as_str())).collect();
        facts.push(fact(t.fact_findings, count(findings.len()), fill(t.fact_findings_note, &words)));
    }
    facts
}

pub(super) fn exports(material: &Material<'_>, t: &Texts) -> Option<Table> {
    let exports = material.exports.as_ref().filter(|e| !e.is_empty())?;
    let rows = exports.iter().map(|e| {
        let kind = if e.simulated { fill(t.exports_simulated, &[("kind", &e.kind)]) } else { e.kind.clone() };
        let days = e.days.map_or_else(Cell::default, |p| Cell::sorted(words::days(p), p.start));
        let platforms = u64::try_from(e.platforms).ok().filter(|p| *p > 0);
        vec![
            Cell::text(&*e.name),
            Cell::text(kind),
            days,
            Cell::count(platforms),
            Cell::count(Some(e.rows)),
            Cell::count(Some(e.rejected)),
            Cell::text(e.sha256.get(..HASH).unwrap_or(&e.sha256)),
        ]
    });
    let number = |word: &str| format!("#{word}");
    let heads = [
        t.exports_head_file.to_owned(),
        t.exports_head_kind.to_owned(),
        t.exports_head_period.to_owned(),
        number(t.exports_head_platforms),
        number(t.exports_head_rows),
        number(t.exports_head_rejected),
        t.exports_head_hash.to_owned(),
    ];
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let links = ["data/exports.json", "manifest.json"].into_iter().find_map(|f| section::link(material, f, f));
    let table = Table::new("exports-table", t.exports_caption.to_owned(), &heads, rows.collect());
    Some(table.cap(MOST, links.into_iter().collect(), t).without_empty())
}

/// Files of the run that are in no number, or all of them where the register is not at hand.
pub(super) fn aside(material: &Material<'_>, t: &Texts) -> Option<Table> {
    let register = material.exports.is_some();
    let inputs = &material.manifest?.inputs;
    let rows: Vec<Vec<Cell>> = inputs
        .iter()
        .filter(|i| !register || !(i.outcome.starts_with("loaded") || i.outcome == "in the dataset"))
        .map(|i| vec![Cell::text(&*i.path), Cell::text(&*i.outcome), Cell::count(i.rows), Cell::count(i.rejected)])
        .collect();
    let number = |word: &str| format!("#{word}");
    let heads =
        [t.exports_head_file, t.aside_head_what, &number(t.exports_head_rows), &number(t.exports_head_rejected)];
    let caption = if register { t.aside_caption } else { t.exports_caption };
    let links = section::link(material, "manifest.json", "manifest.json").into_iter().collect();
    let table = Table::new("aside-table", caption.to_owned(), &heads, rows).cap(MOST, links, t).without_empty();
    (!table.rows.is_empty()).then_some(table)
}

pub(super) fn tables(material: &Material<'_>, t: &Texts) -> Option<Table> {
    let cells = |(name, what, rows): &(String, &'static str, u64)| {
        vec![Cell::text(&**name), Cell::text(*what), Cell::count(Some(*rows))]
    };
    let rows: Vec<Vec<Cell>> = material.tables.iter().map(cells).collect();
    let heads = [t.tables_head_table, t.tables_head_what, &format!("#{}", t.tables_head_rows)];
    (!rows.is_empty()).then(|| Table::new("tables-table", t.tables_caption.to_owned(), &heads, rows).without_empty())
}

pub(super) fn findings(material: &Material<'_>, t: &Texts) -> Option<Table> {
    let findings = material.findings.as_ref().filter(|f| !f.is_empty())?;
    let cells = |f: &Finding| {
        let rank = match f.severity {
            Severity::Error => 2,
            Severity::Warning => 1,
            Severity::Info => 0,
        };
        let shown = f.count.map(|n| labels::thousands(&n.to_string())).unwrap_or_default();
        let of = f.of.map(|n| labels::thousands(&n.to_string()));
        let shown = of.map_or_else(|| shown.clone(), |all| fill(t.count_of, &[("n", &shown), ("all", &all)]));
        vec![
            Cell::sorted(format!("{:?}", f.severity).to_lowercase(), rank),
            Cell::text(&*f.code),
            Cell::text(&*f.place),
            Cell::text(&*f.what),
            Cell { sort: f.count.map(|n| n.to_string()), number: true, ..Cell::text(shown) },
            Cell::text(&*f.effect),
        ]
    };
    let heads = [
        t.findings_head_severity,
        t.findings_head_code,
        t.findings_head_where,
        t.findings_head_what,
        &format!("#{}", t.findings_head_count),
        t.findings_head_effect,
    ];
    let links = section::link(material, "findings.csv", "findings.csv").into_iter().collect();
    let rows = findings.iter().map(cells).collect();
    Some(Table::new("findings-table", t.findings_caption.to_owned(), &heads, rows).cap(MOST, links, t))
}
