//! Sums: sub-categories, categories, Member States, languages.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Report, Row, Sum, figure};
use super::{Fault, V12, V13, V14, V14L, V36};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template::{INDICATORS, TOTAL};
use crate::transparency::values::ReportValue;

/// Member States of the Union.
const STATES: usize = 27;

/// Rows of one scope and surface.
struct Group<'r, 'a> {
    rows: Vec<&'r Row<'a>>,
}

impl<'a> Group<'_, 'a> {
    /// The cell of the row of all categories or of one category; `None` without a number, and where the row is repeated.
    fn row(&self, category: &str, code: &str) -> Option<Sum<'a>> {
        let rows = self.rows.iter().filter(|r| r.sub_category.is_none() && r.category == Some(category));
        let cells: Vec<&ReportValue> = rows.filter_map(|r| r.cells.get(code).copied()).collect();
        if cells.len() > 1 { None } else { Sum::of(cells) }
    }

    /// The sum of a category's sub-categories.
    fn subs(&self, category: &str, code: &str) -> Option<Sum<'a>> {
        let rows = self.rows.iter().filter(|r| r.sub_category.is_some() && r.category == Some(category));
        Sum::of(rows.filter_map(|r| r.cells.get(code).copied()))
    }

    /// A category's figure, of its own row or else of its sub-categories.
    fn category(&self, category: &str, code: &str) -> Option<Sum<'a>> {
        self.row(category, code).or_else(|| self.subs(category, code))
    }

    fn categories(&self) -> BTreeSet<&'a str> {
        self.rows.iter().filter_map(|r| r.category).filter(|c| *c != TOTAL).collect()
    }

    /// The sum of all categories, and of sub-categories that stand under none.
    fn sum(&self, code: &str) -> Option<Sum<'a>> {
        let categories = self.categories().into_iter().fold(None, |sum, c| Sum::plus(sum, self.category(c, code)));
        let orphans = self.rows.iter().filter(|r| r.category.is_none() && r.sub_category.is_some());
        Sum::plus(categories, Sum::of(orphans.filter_map(|r| r.cells.get(code).copied())))
    }

    fn repeats(&self) -> bool {
        self.rows.iter().any(|r| r.sub_category.is_none() && r.cells.values().any(|v| v.occurrence > 1))
    }
}

type Place<'a> = (&'a str, Option<&'a str>);

fn groups<'r, 'a>(report: &'r Report<'a>, part: u8) -> BTreeMap<Place<'a>, Group<'r, 'a>> {
    let mut groups: BTreeMap<Place, Group> = BTreeMap::new();
    for row in report.rows(part).iter().filter(|r| r.scope_kind != ScopeKind::Template) {
        groups.entry((row.scope, row.surface)).or_insert_with(|| Group { rows: Vec::new() }).rows.push(row);
    }
    groups
}

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    for part in 3..=6 {
        let codes = || INDICATORS.iter().filter(move |i| i.part == part && i.unit == "count").map(|i| i.code);
        for ((scope, surface), group) in groups(report, part) {
            let mut place = if scope == TOTAL { String::new() } else { format!(", {scope}") };
            if let Some(surface) = surface {
                place = format!("{place}, {surface}");
            }
            for code in codes() {
                categories(report, &group, &format!("part {part}, {code}{place}"), code, out);
            }
        }
    }
    states(report, out);
    breakdowns(report, out);
    recipients(report, out);
}

/// V12 and V13 in one group of rows.
fn categories(report: &Report, group: &Group, place: &str, code: &'static str, out: &mut Vec<Fault>) {
    for category in group.categories() {
        if let (Some(whole), Some(parts)) = (group.row(category, code), group.subs(category, code))
            && whole.differs(&parts)
        {
            let shown = format!(
                "{place}, {category}: sub-categories {}, category {}{}",
                parts.shown(),
                figure(whole.value),
                commented(&whole)
            );
            out.push(fault(report, V12, shown, &whole, &parts));
        }
    }
    if let (Some(total), Some(sum)) = (group.row(TOTAL, code), group.sum(code))
        && !group.repeats()
        && total.differs(&sum)
    {
        let shown = format!("{place}: categories {}, TOTAL {}{}", sum.shown(), figure(total.value), commented(&total));
        out.push(fault(report, V13, shown, &total, &sum));
    }
}

fn fault(report: &Report, rule: &'static super::Rule, shown: String, whole: &Sum, parts: &Sum) -> Fault {
    let cells: Vec<&ReportValue> = whole.cells.iter().chain(&parts.cells).copied().collect();
    report.fault(rule, shown, &cells)
}

/// A word where the provider comments on the cell.
fn commented(sum: &Sum) -> &'static str {
    if sum.cells.iter().any(|v| v.context.is_some() && v.surface.is_none()) {
        " (the report comments on it)"
    } else {
        ""
    }
}

/// V14: orders in total and over Member States, for all categories and for each.
fn states(report: &Report, out: &mut Vec<Fault>) {
    let groups = groups(report, 3);
    let whole = groups.iter().filter(|((scope, _), _)| *scope == TOTAL).map(|(_, g)| g);
    let parts: Vec<&Group> = groups.iter().filter(|((scope, _), _)| *scope != TOTAL).map(|(_, g)| g).collect();
    if parts.iter().any(|g| g.repeats()) {
        return;
    }
    for group in whole {
        for code in INDICATORS.iter().filter(|i| i.part == 3 && i.unit == "count").map(|i| i.code) {
            let mut keys: Vec<&str> = vec![TOTAL];
            keys.extend(group.categories());
            for key in keys {
                let of = |g: &Group<'_, '_>| {
                    if key == TOTAL {
                        g.row(TOTAL, code).or_else(|| g.sum(code)).map(|s| s.value)
                    } else {
                        g.category(key, code).map(|s| s.value)
                    }
                };
                let numbers: Vec<f64> = parts.iter().filter_map(|g| of(g)).collect();
                let Some(total) = group.row(key, code).filter(|_| !numbers.is_empty()) else { continue };
                let sum: f64 = numbers.iter().sum();
                if (total.value - sum).abs() > total.slack + 1e-9 * sum.abs() {
                    let shown = format!(
                        "part 3, {code}, {key}: {} scopes of Member States add up to {}, TOTAL {}{}",
                        numbers.len(),
                        figure(sum),
                        figure(total.value),
                        commented(&total)
                    );
                    out.push(report.fault(V14, shown, &total.cells));
                }
            }
        }
    }
}

/// Measures of part 8 by language, or by Member State, beside those in total.
fn breakdowns(report: &Report, out: &mut Vec<Fault>) {
    for code in ["measures_automated", "measures_not_automated"] {
        let surfaces: BTreeSet<Option<&str>> = report.cells(code).iter().map(|v| v.surface.as_deref()).collect();
        for surface in surfaces {
            let of = |kind| {
                let cells = report.totals(code, kind).into_iter().filter(|v| v.surface.as_deref() == surface);
                cells.collect::<Vec<_>>()
            };
            let total = of(ScopeKind::Total);
            let ([only], Some(whole)) = (total.as_slice(), Sum::of(total.iter().copied())) else { continue };
            for (kind, name) in [(ScopeKind::Language, "languages"), (ScopeKind::MemberState, "Member States")] {
                let cells = of(kind);
                let repeated = cells.iter().any(|v| v.occurrence > 1);
                let Some(sum) = Sum::of(cells.iter().copied()).filter(|s| s.cells.len() > 1 && !repeated) else {
                    continue;
                };
                if sum.differs(&whole) {
                    let surface = surface.map_or_else(String::new, |s| format!(", {s}"));
                    let shown = format!(
                        "part 8, {code}{surface}: {} {name} add up to {}, Total number {}",
                        sum.cells.len(),
                        figure(sum.value),
                        figure(whole.value)
                    );
                    let cells: Vec<&ReportValue> = std::iter::once(*only).chain(sum.cells.iter().copied()).collect();
                    out.push(report.fault(V14L, shown, &cells));
                }
            }
        }
    }
}

/// Half of the largest power of ten that all figures are multiples of: what rounding each may have taken away.
fn rounding(cells: &[&ReportValue]) -> f64 {
    let multiple = |unit: f64| cells.iter().filter_map(|v| v.value).all(|x| x % unit == 0.0);
    let unit = [1e6, 1e5, 1e4, 1e3, 1e2, 1e1].into_iter().find(|u| multiple(*u)).unwrap_or(1.0);
    if unit > 1.0 { unit / 2.0 } else { 0.0 }
}

fn recipients(report: &Report, out: &mut Vec<Fault>) {
    let states = report.totals("recipients", ScopeKind::MemberState);
    let Some(total) = report.total("recipients", ScopeKind::Total) else { return };
    let Some(sum) = Sum::of(states.iter().copied()) else { return };
    let given: BTreeSet<&str> = states.iter().map(|v| v.scope.as_str()).collect();
    let each = rounding(&states);
    let count = f64::from(u32::try_from(states.len()).unwrap_or(u32::MAX));
    // Letters for millions say how the figures were rounded; else what they are all multiples of does.
    let hidden = |slack: f64, otherwise: f64| if slack > 0.0 { slack } else { otherwise };
    let room = hidden(sum.slack, each * count) + hidden(total.slack, rounding(&total.cells)) + 1e-9 * total.value;
    let arithmetic =
        format!("{} Member States add up to {}, TOTAL {}", given.len(), figure(sum.value), figure(total.value));
    if given.len() < STATES {
        out.push(fault(report, V36, format!("part 10, recipients: {arithmetic}"), &total, &sum));
    } else if total.value - sum.value > room {
        let shown = format!("part 10, recipients: {arithmetic}, more than each counted once could be");
        out.push(fault(report, V36, shown, &total, &sum));
    }
}
