//! Rules of form: parts, periods, dates, units, codes and texts.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Report, figure, figures};
use super::{Cell, Fault, Rule, V01, V04, V05, V06, V07, V08, V09, V10, V11, V15, V18, V38, V42, V43};
use crate::time::{self, date, days_from_civil};
use crate::transparency::numbers::{self, State, tidy};
use crate::transparency::scopes::{self, ScopeKind};
use crate::transparency::template::{self, OTHER, TOTAL, part_name};
use crate::transparency::values::ReportValue;

/// Longest text that the Regulation allows.
const LONGEST: usize = 5_000;
/// Figures from this size on can be round by rounding rather than by chance.
const LARGE: f64 = 1_000.0;
/// Fewest such figures of which a share is worth a word.
const FEWEST: usize = 20;
/// Most codes that a message lists.
const CODES: usize = 30;

pub(super) fn check(report: &Report, out: &mut Vec<Fault>) {
    parts(report, out);
    period(report, out);
    published(report, out);
    numbers(report, out);
    texts(report, out);
    codes(report, out);
    places(report, out);
    others(report, out);
    repeated(report, out);
    round(report, out);
}

/// A fault about many cells of a part, of which the first are shown.
fn many(report: &Report, rule: &'static Rule, cells: &[&ReportValue], shown: String) -> Fault {
    let mut fault = report.fault(rule, shown, &cells[..cells.len().min(20)]);
    (fault.count, fault.figures) = (cells.len() as u64, figures(cells));
    fault
}

fn parts(report: &Report, out: &mut Vec<Fault>) {
    let search = report.service.is_some_and(|s| s.search_engine);
    let designated = report.service.is_some_and(|s| s.designated.is_some());
    let mut needed: Vec<u8> = vec![1, 2, 3, 5, 6, 7, 8, 11];
    if !search {
        needed.push(4);
    }
    if designated {
        needed.push(10);
    }
    if designated && !search {
        needed.push(9);
    }
    needed.sort_unstable();
    for part in needed.into_iter().filter(|p| !report.has(*p)) {
        out.push(Fault { part, ..report.fault(V01, format!("part {} is not there", part_name(part)), &[]) });
    }
}

fn period(report: &Report, out: &mut Vec<Fault>) {
    let Some((first, last)) = report.period else {
        out.push(report.fault(V04, "no period can be read".into(), &[]));
        return;
    };
    let half = |a: &str, b: &str| time::iso(first).ends_with(a) && time::iso(last).ends_with(b);
    let year = time::iso(first).get(..4) == time::iso(last).get(..4);
    let halves = half("-01-01", "-06-30") || half("-07-01", "-12-31");
    let whole = half("-01-01", "-12-31") && report.service.is_none_or(|s| s.designated.is_none());
    if !year || !(halves || whole) {
        out.push(report.fault(V04, format!("{} to {}", time::iso(first), time::iso(last)), &[]));
    }
}

/// Last day of the second month after that of the last day of a period: by then its report is due (Art. 2 of the Implementing
/// Regulation). `None` beyond the calendar.
#[must_use]
pub fn deadline(last: i32) -> Option<i32> {
    let end = date(last)?;
    let month = u32::from(end.month().unsigned_abs()) + 3;
    let (year, month) = (i32::from(end.year()) + i32::from(month > 12), if month > 12 { month - 12 } else { month });
    Some(days_from_civil(year, month, 1)? - 1)
}

fn published(report: &Report, out: &mut Vec<Fault>) {
    if !report.has(1) {
        return;
    }
    let mut say = |shown: String| out.push(Fault { part: 1, ..report.fault(V05, shown, &[]) });
    let read = |code: &str| report.text(code).and_then(numbers::date);
    let Some(day) = read("publication_date") else {
        say("no date of publication can be read".into());
        return;
    };
    if let Some((_, last)) = report.period {
        if let Some(due) = deadline(last).filter(|due| day > *due) {
            say(format!("published {}, due {}", time::iso(day), time::iso(due)));
        }
        if day <= last {
            say(format!("published {}, before the period ends on {}", time::iso(day), time::iso(last)));
        }
    }
    if let Some(before) = read("previous_publication_date").filter(|before| *before >= day) {
        say(format!("published {}, and the report before it {}", time::iso(day), time::iso(before)));
    }
}

fn numbers(report: &Report, out: &mut Vec<Fault>) {
    let hours = report.period.map(|(first, last)| f64::from(last - first + 1) * 24.0);
    let mut broken: BTreeMap<(usize, u8, &str), Vec<&ReportValue>> = BTreeMap::new();
    for v in &report.values {
        let unit = v.unit().unwrap_or("count");
        let code = v.indicator_code.unwrap_or_default();
        if v.state == State::Mark {
            broken.entry((3, v.part, "")).or_default().push(v);
        }
        let Some(x) = v.value else { continue };
        let at = match unit {
            "count" if x < 0.0 || x.fract() != 0.0 => 0,
            "hours" | "full-time equivalents" if x < 0.0 => 0,
            "share" if !(0.0..=1.0).contains(&x) => 1,
            "hours" if hours.is_some_and(|h| x > h) => 2,
            _ => continue,
        };
        broken.entry((at, v.part, code)).or_default().push(v);
    }
    for ((at, part, code), cells) in broken {
        let texts: BTreeSet<String> = cells.iter().filter_map(|v| v.raw.as_deref()).map(tidy).collect();
        let texts: Vec<String> = texts.into_iter().take(8).collect();
        let (rule, why) = match at {
            0 => (V06, String::new()),
            1 => (V07, String::new()),
            2 => (V18, format!(", and the period has {} hours", figure(hours.unwrap_or_default()))),
            _ => (V08, String::new()),
        };
        let code = if code.is_empty() { String::new() } else { format!(", {code}") };
        out.push(many(report, rule, &cells, format!("part {part}{code}: {}{why}", texts.join("; "))));
    }
}

fn texts(report: &Report, out: &mut Vec<Fault>) {
    let long = |text: &Option<String>| text.as_deref().map(|t| t.chars().count()).filter(|n| *n > LONGEST);
    for t in &report.texts {
        for length in [long(&t.text), long(&t.context)].into_iter().flatten() {
            let name = t.indicator_code.unwrap_or("a text");
            let shown = format!("part {}, {name}: {} characters", t.part, figure_of(length));
            out.push(Fault { part: t.part, indicator: t.indicator_code, ..report.fault(V09, shown, &[]) });
        }
    }
    for v in &report.values {
        for length in [long(&v.context), long(&v.description)].into_iter().flatten() {
            let name = v.indicator_code.unwrap_or("a text");
            out.push(report.fault(V09, format!("part {}, {name}: {} characters", v.part, figure_of(length)), &[v]));
        }
    }
    if report.has(11) {
        let missing: Vec<&str> = template::INDICATORS
            .iter()
            .filter(|i| {
                i.part == 11 && report.text(i.code).is_none_or(|t| tidy(t).is_empty() || template::is_place_holder(t))
            })
            .map(|i| i.code)
            .collect();
        if !missing.is_empty() {
            let mut fault = report.fault(V38, format!("part 11: no text of {}", missing.join(", ")), &[]);
            (fault.part, fault.count) = (11, missing.len() as u64);
            out.push(fault);
        }
    }
}

fn figure_of(n: usize) -> String {
    figure(f64::from(u32::try_from(n).unwrap_or(u32::MAX)))
}

/// The scope as the report writes it, where it is not the code.
fn written_scope(v: &ReportValue) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(v.unparsed.as_deref()?).ok()?;
    json.get("scope").and_then(|s| s.as_str()).map(str::to_owned)
}

fn codes(report: &Report, out: &mut Vec<Fault>) {
    type Unlisted<'a> = (BTreeSet<String>, Vec<&'a ReportValue>);
    let mut unlisted: BTreeMap<(u8, &str), Unlisted> = BTreeMap::new();
    for v in report.values.iter().filter(|v| v.state != State::Blank) {
        let mut add = |what, code: String| {
            let of = unlisted.entry((v.part, what)).or_default();
            of.0.insert(code);
            of.1.push(v);
        };
        if let Some(category) = v.category.as_deref().filter(|c| *c != TOTAL && !template::is_category(c)) {
            add("category", category.to_owned());
        }
        let known = |s: &str| s == OTHER || template::category_of(s).is_some();
        if let Some(sub) = v.sub_category.as_deref().filter(|s| !known(s)) {
            add("sub-category", sub.to_owned());
        } else if v.sub_category.is_some() && v.category.is_none() {
            add("sub-category of no category", v.sub_category.clone().unwrap_or_default());
        }
        if v.indicator_code.is_none() {
            add("row", "no row of the template".into());
            continue;
        }
        let listed = match v.scope_kind {
            ScopeKind::Total | ScopeKind::Template => true,
            ScopeKind::MemberState => matches!(v.part, 3 | 10),
            ScopeKind::Language => matches!(v.part, 8 | 9),
            ScopeKind::OwnInitiative | ScopeKind::Notices | ScopeKind::NoticesFlaggers => v.part == 8,
            ScopeKind::MemberStates | ScopeKind::Other => false,
        };
        match written_scope(v) {
            Some(written) if !scopes::read(v.part, &written).listed => add("scope", tidy(&written)),
            None if !listed => add("scope", v.scope.clone()),
            _ => {}
        }
    }
    for ((part, what), (codes, cells)) in unlisted {
        let more = codes.len().saturating_sub(CODES);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let codes: Vec<String> = codes.into_iter().take(CODES).collect();
        out.push(many(report, V10, &cells, format!("part {part}, {what}: {}{more}", codes.join(", "))));
    }
    for t in report.texts.iter().filter(|t| t.indicator_code.is_none() && t.text.is_some()) {
        let label = t.label.as_deref().map(tidy).unwrap_or_default();
        out.push(Fault { part: t.part, ..report.fault(V10, format!("part {}, row: {label}", t.part), &[]) });
    }
}

fn places(report: &Report, out: &mut Vec<Fault>) {
    for part in 3..=6 {
        let mut misplaced: BTreeMap<&str, Vec<&ReportValue>> = BTreeMap::new();
        for row in report.rows(part) {
            if let Some(category) = row.category.filter(|c| !template::admits(part, c)) {
                misplaced.entry(category).or_default().extend(row.filled());
            }
        }
        for (category, cells) in misplaced.into_iter().filter(|(_, cells)| !cells.is_empty()) {
            let sum: f64 = cells.iter().filter(|v| v.sub_category.is_none()).filter_map(|v| v.value).sum();
            let shown = format!("part {part}, {category}: {} figures, {} in its own row", cells.len(), figure(sum));
            out.push(many(report, V11, &cells, shown));
        }
    }
}

fn others(report: &Report, out: &mut Vec<Fault>) {
    for part in 3..=6 {
        let mut bare: Vec<&ReportValue> = Vec::new();
        let mut seen: BTreeSet<(Option<&str>, &str, Option<&str>, String)> = BTreeSet::new();
        for row in
            report.rows(part).iter().filter(|r| r.sub_category == Some(OTHER) && r.scope_kind != ScopeKind::Template)
        {
            let Some(cell) = row.filled().find(|v| v.value.is_some_and(|x| x > 0.0)) else { continue };
            let text = row.description.map(tidy).unwrap_or_default().to_lowercase();
            if text.is_empty() || !seen.insert((row.category, row.scope, row.surface, text)) {
                bare.push(cell);
            }
        }
        if !bare.is_empty() {
            let names: BTreeSet<&str> = bare.iter().filter_map(|v| v.category.as_deref()).collect();
            let names: Vec<&str> = names.into_iter().take(5).collect();
            out.push(many(report, V15, &bare, format!("part {part}: {} rows, as in {}", bare.len(), names.join(", "))));
        }
    }
}

fn repeated(report: &Report, out: &mut Vec<Fault>) {
    let mut repeats: BTreeMap<u8, Vec<&ReportValue>> = BTreeMap::new();
    let plain = |v: &&&ReportValue| v.occurrence > 1 && v.value.is_some() && v.sub_category.as_deref() != Some(OTHER);
    for v in
        report.values.iter().filter(plain).filter(|v| v.unit() != Some("share") && v.scope_kind != ScopeKind::Template)
    {
        repeats.entry(v.part).or_default().push(v);
    }
    for (part, cells) in repeats {
        let first = cells.first().map(|v| Cell::of(v));
        let name = first.map(|c| format!("{} {}", c.indicator, c.sub_category.or(c.category).unwrap_or(c.scope)));
        let shown = format!("part {part}: {} figures, as {}", cells.len(), name.unwrap_or_default());
        out.push(many(report, V43, &cells, shown));
    }
}

fn round(report: &Report, out: &mut Vec<Fault>) {
    let leaf = |v: &&&ReportValue| {
        let leaf =
            (3..=6).contains(&v.part) && v.sub_category.is_some() || v.part == 8 && v.scope_kind == ScopeKind::Language;
        leaf && v.unit() == Some("count") && v.value.is_some_and(|x| x >= LARGE)
    };
    let large: Vec<&ReportValue> = report.values.iter().filter(leaf).copied().collect();
    let round: Vec<&ReportValue> =
        large.iter().filter(|v| v.value.is_some_and(|x| x % LARGE == 0.0)).copied().collect();
    if large.len() >= FEWEST && round.len() * 5 > large.len() {
        let shown = format!("{} of {} figures of 1,000 or more end in 000", round.len(), large.len());
        out.push(many(report, V42, &round, shown));
    }
}
