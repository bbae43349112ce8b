//! Rules between a report and the one before it.

use std::collections::BTreeMap;

use super::report::{Report, figure};
use super::{Fault, V38, V40};
use crate::transparency::numbers::tidy;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template::is_place_holder;
use crate::transparency::values::ReportValue;

/// Change from one half-year to the next that asks for a word.
const FACTOR: f64 = 3.0;
/// Below this both figures are small, and chance alone changes them by such factors.
const SMALL: f64 = 30.0;

type Key<'a> = (u8, &'static str, Option<&'a str>, Option<&'a str>);

pub(super) fn check(before: &Report, now: &Report, out: &mut Vec<Fault>) {
    let old = figures(before);
    let mut changed: BTreeMap<&'static str, Vec<(&ReportValue, f64, f64)>> = BTreeMap::new();
    for (key, v) in figures(now) {
        let Some((was, is)) = old.get(&key).and_then(|o| o.value).zip(v.value) else { continue };
        let (low, high) = if was < is { (was, is) } else { (is, was) };
        if low > 0.0 && high >= SMALL && high / low > FACTOR {
            changed.entry(key.1).or_default().push((v, was, is));
        }
    }
    for (code, mut cells) in changed {
        cells.sort_by(|a, b| {
            let ratio = |c: &(&ReportValue, f64, f64)| (c.2 / c.1).ln().abs();
            ratio(b).total_cmp(&ratio(a))
        });
        let Some((v, was, is)) = cells.first() else { continue };
        let name = v.category.as_deref().unwrap_or(&v.scope);
        let more = if cells.len() > 1 { format!("; and {} more", cells.len() - 1) } else { String::new() };
        let shown = format!("part {}, {code}, {name}: {} before, {} now{more}", v.part, figure(*was), figure(*is));
        let touched: Vec<&ReportValue> = cells.iter().map(|c| c.0).take(20).collect();
        let mut fault = now.fault(V40, shown, &touched);
        fault.count = cells.len() as u64;
        out.push(fault);
    }
    let same: Vec<&'static str> = now
        .texts
        .iter()
        .filter(|t| t.part == 11)
        .filter_map(|t| {
            let text = t.text.as_deref().map(tidy).filter(|text| !text.is_empty() && !is_place_holder(text))?;
            let code = t.indicator_code?;
            (before.text(code).map(tidy)? == text).then_some(code)
        })
        .collect();
    if !same.is_empty() {
        let mut fault = now.fault(V38, format!("part 11: word for word as before: {}", same.join(", ")), &[]);
        (fault.part, fault.count) = (11, same.len() as u64);
        out.push(fault);
    }
}

/// Counts for everything and for each category.
fn figures<'a>(report: &Report<'a>) -> BTreeMap<Key<'a>, &'a ReportValue> {
    let mut all = BTreeMap::new();
    for v in &report.values {
        let counted = v.unit() == Some("count") && v.scope_kind == ScopeKind::Total && v.sub_category.is_none();
        if let Some(code) = v.indicator_code.filter(|_| counted && v.occurrence == 1) {
            all.insert((v.part, code, v.category.as_deref(), v.surface.as_deref()), *v);
        }
    }
    all
}
