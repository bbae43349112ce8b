//! Rules of parts 8 and 9: accuracy of automated means, and moderators.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Report, Sum, figure};
use super::{Fault, V32, V33, V34, V35};
use crate::stats::misclassification::implied::{Published, feasible};
use crate::transparency::numbers::tidy;
use crate::transparency::scopes::{LANGUAGES, ScopeKind};
use crate::transparency::template::is_place_holder;
use crate::transparency::values::ReportValue;

const MEASURES: [&str; 3] = ["accuracy", "precision", "recall"];

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    accuracy(report, out);
    moderators(report, out);
}

/// V32: the three measures of one scope and classifier; V33: that there are any.
fn accuracy(report: &Report, out: &mut Vec<Fault>) {
    type Key<'a> = (&'a str, Option<&'a str>, Option<&'a str>, i64);
    let mut groups: BTreeMap<Key, [Option<&ReportValue>; 3]> = BTreeMap::new();
    for (at, code) in MEASURES.iter().enumerate() {
        for v in report.cells(code).iter().filter(|v| v.value.is_some() && v.scope_kind != ScopeKind::Template) {
            let key = (v.scope.as_str(), v.category.as_deref(), v.surface.as_deref(), v.occurrence);
            groups.entry(key).or_default()[at] = Some(v);
        }
    }
    if groups.is_empty() && report.values.iter().any(|v| v.part == 8) {
        let reason = report.text("automated_accuracy").is_some_and(|t| !tidy(t).is_empty() && !is_place_holder(t));
        if !reason {
            let shown = "part 8: no accuracy, precision or recall, and no reason in part 11".to_owned();
            let figures = vec!["accuracy", "precision", "recall"];
            out.push(Fault { part: 8, figures, ..report.fault(V33, shown, &[]) });
        }
    }
    for ((scope, category, surface, _), cells) in groups {
        let given: Vec<&ReportValue> = cells.iter().flatten().copied().collect();
        // A 1 beside 0.96 and 0.52 was rounded as they were.
        let decimals = given.iter().map(|v| v.number().decimals).max().unwrap_or(0).max(2);
        let published = cells.map(|v| v.and_then(|v| Published::rounded(v.value?, decimals).ok()));
        let [Some(a), Some(p), Some(r)] = published else { continue };
        if feasible(Some(a), Some(p), Some(r)).is_err() {
            let place: Vec<&str> = [Some(scope), category, surface].into_iter().flatten().collect();
            let figures: Vec<String> = given.iter().filter_map(|v| v.value).map(figure).collect();
            let shown = format!(
                "part 8, {}: accuracy, precision, recall {}: no table of hits and misses has all three",
                place.join(", "),
                figures.join(", ")
            );
            out.push(report.fault(V32, shown, &given));
        }
    }
}

fn moderators(report: &Report, out: &mut Vec<Fault>) {
    let total = |code| report.total(code, ScopeKind::Total);
    let all = Sum::plus(total("moderators_internal"), total("moderators_external"));
    let linguistic = total("moderators_linguistic");
    if let (Some(linguistic), Some(all)) = (&linguistic, &all)
        && linguistic.exceeds(all)
    {
        let shown = format!("part 9: with expertise in a language {}, all {}", figure(linguistic.value), all.shown());
        let cells: Vec<&ReportValue> = linguistic.cells.iter().chain(&all.cells).copied().collect();
        out.push(report.fault(V34, shown, &cells));
    }
    let cells = report.totals("moderators_linguistic", ScopeKind::Language);
    if !report.values.iter().any(|v| v.part == 9) {
        return;
    }
    let given: BTreeSet<&str> = cells.iter().map(|v| v.scope.as_str()).collect();
    let missing: Vec<&str> = LANGUAGES.iter().copied().filter(|l| !given.contains(l)).collect();
    if !missing.is_empty() {
        let shown = format!("part 9: {} of 24 official languages, without {}", 24 - missing.len(), missing.join(", "));
        let mut fault = report.fault(V35, shown, &[]);
        (fault.part, fault.indicator) = (9, Some("moderators_linguistic"));
        fault.count = missing.len() as u64;
        out.push(fault);
    }
    let Some(most) = linguistic else { return };
    for v in cells.iter().filter(|v| v.value.is_some_and(|x| x > most.value + most.slack)) {
        let shown =
            format!("part 9, {}: {}, total {}", v.scope, figure(v.value.unwrap_or_default()), figure(most.value));
        out.push(report.fault(V35, shown, &[v]));
    }
}
