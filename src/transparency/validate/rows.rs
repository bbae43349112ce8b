//! Rules within a row of parts 3 to 6.

use super::report::{Report, Row, figure};
use super::{Fault, Rule, V16, V17, V19, V20, V21, V22, V23};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template::{INDICATORS, Indicator};
use crate::transparency::values::ReportValue;

/// A row that breaks a rule: the figure that is too large, what it may reach, and both as arithmetic.
struct Broken<'r, 'a> {
    row: &'r Row<'a>,
    excess: f64,
    shown: String,
    cells: Vec<&'a ReportValue>,
}

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    let within = |part, small: &'static str, large: &'static str| at_most(report, part, small, large);
    for (items, notices) in [("notices_items", "notices"), ("notices_flaggers_items", "notices_flaggers")] {
        tell(report, V16, 4, items, within(4, notices, items), out);
    }
    for of in ["", "_items", "_law", "_terms"] {
        let pair = [format!("notices_flaggers{of}"), format!("notices{of}")];
        if let [Some(small), Some(large)] = pair.map(|code| crate::transparency::template::indicator(&code)) {
            tell(report, V17, 4, small.code, within(4, small.code, large.code), out);
        }
    }
    let sent = |row: &Row| row.number("notices_flaggers").is_some_and(|n| n > 0.0);
    let slower =
        within(4, "notices_flaggers_time", "notices_time").into_iter().filter(|b| b.row.is_total() && sent(b.row));
    tell(report, V19, 4, "notices_flaggers_time", slower.collect(), out);
    tell(report, V20, 4, "notices_items", actions(report), out);
    for (part, prefix) in [(5, "illegal"), (6, "terms")] {
        let own: Vec<&'static Indicator> = INDICATORS.iter().filter(|i| i.part == part).collect();
        let [measures, detected, restrictions @ ..] = own.as_slice() else { continue };
        debug_assert!(measures.code.starts_with(prefix));
        tell(report, V21, part, detected.code, within(part, detected.code, measures.code), out);
        tell(report, V22, part, measures.code, unrestricted(report, part, measures.code, restrictions), out);
        for restriction in restrictions {
            tell(report, V23, part, restriction.code, within(part, restriction.code, measures.code), out);
        }
    }
}

fn rows<'r, 'a>(report: &'r Report<'a>, part: u8) -> impl Iterator<Item = &'r Row<'a>> {
    report.rows(part).iter().filter(|r| r.scope_kind != ScopeKind::Template)
}

/// Rows in which one figure exceeds another.
fn at_most<'r, 'a>(report: &'r Report<'a>, part: u8, small: &str, large: &str) -> Vec<Broken<'r, 'a>> {
    let broken = |row: &'r Row<'a>| {
        let (a, b) = (row.cells.get(small)?, row.cells.get(large)?);
        let (x, y) = (a.value?, b.value?);
        (x > y).then(|| Broken {
            row,
            excess: x - y,
            shown: format!("{small} {}, {large} {}", figure(x), figure(y)),
            cells: vec![*a, *b],
        })
    };
    rows(report, part).filter_map(broken).collect()
}

/// Rows with more actions on notices than items.
fn actions<'r, 'a>(report: &'r Report<'a>) -> Vec<Broken<'r, 'a>> {
    let broken = |row: &'r Row<'a>| {
        let cells = ["notices_law", "notices_terms", "notices_items"].map(|code| row.cells.get(code).copied());
        let [law, terms, items] = cells;
        let [x, y] = [law, terms].map(|v| v.and_then(|v| v.value));
        let items_value = items?.value?;
        let sum = x.unwrap_or_default() + y.unwrap_or_default();
        let some = x.is_some() || y.is_some();
        (some && sum > items_value).then(|| Broken {
            row,
            excess: sum - items_value,
            shown: format!(
                "actions {} + {} = {}, items {}",
                figure(x.unwrap_or_default()),
                figure(y.unwrap_or_default()),
                figure(sum),
                figure(items_value)
            ),
            cells: cells.into_iter().flatten().collect(),
        })
    };
    rows(report, 4).filter_map(broken).collect()
}

/// Rows whose restrictions, of any kind, are fewer than their measures.
fn unrestricted<'r, 'a>(
    report: &'r Report<'a>,
    part: u8,
    measures: &str,
    restrictions: &[&'static Indicator],
) -> Vec<Broken<'r, 'a>> {
    let broken = |row: &'r Row<'a>| {
        let all = row.cells.get(measures)?;
        let given: Vec<&ReportValue> =
            restrictions.iter().filter_map(|i| row.cells.get(i.code).copied()).filter(|v| v.value.is_some()).collect();
        let (sum, whole) = (given.iter().filter_map(|v| v.value).sum::<f64>(), all.value?);
        (!given.is_empty() && sum < whole).then(|| Broken {
            row,
            excess: whole - sum,
            shown: format!("restrictions add up to {}, {measures} {}", figure(sum), figure(whole)),
            cells: std::iter::once(*all).chain(given).collect(),
        })
    };
    rows(report, part).filter_map(broken).collect()
}

/// One fault for all rows that break a rule; shown is the row of all categories, or else the one that breaks it most.
fn tell(
    report: &Report,
    rule: &'static Rule,
    part: u8,
    code: &'static str,
    mut broken: Vec<Broken>,
    out: &mut Vec<Fault>,
) {
    broken.sort_by(|a, b| {
        let key = |x: &Broken| (x.row.scope_kind == ScopeKind::Total && x.row.is_total(), x.row.is_category());
        key(b).cmp(&key(a)).then(b.excess.total_cmp(&a.excess))
    });
    let Some(first) = broken.first() else { return };
    let more = broken.len() - 1;
    let more = if more == 0 { String::new() } else { format!("; and {more} more rows") };
    let shown = format!("part {part}, {}: {}{more}", first.row.name(), first.shown);
    let mut fault = report.fault(rule, shown, &first.cells);
    fault.indicator = Some(code);
    fault.count = broken.len() as u64;
    out.push(fault);
}
