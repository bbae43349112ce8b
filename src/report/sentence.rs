//! Sentences made from estimates, within the claim ladder.
//!
//! Statements and transparency reports support "the platform reports", listings, audits and tests "in this
//! sample", vetted data "we estimate". Where the data is simulated, the sentence says so.

use super::texts::{Texts, fill};
use crate::charts::{labels, words};
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};
use crate::indicators::Card;

/// How far `k / n` may be from a share that it gives, beside rounding.
const SAME: f64 = 1e-9;

/// A value with its unit, as figures write it.
pub(super) fn value(v: f64, unit: &str) -> String {
    let text = labels::value(v, unit);
    let bare = matches!(
        unit,
        "" | "1"
            | "share"
            | "percent"
            | "%"
            | "days"
            | "hours"
            | "minutes"
            | "weeks"
            | "months"
            | "years"
            | "ratio"
            | "gini"
            | "index"
            | "difference of shares"
            | "count"
    );
    if bare { text } else { format!("{text} {unit}") }
}

/// What a statistic says, as it stands within a sentence: without capital and stop.
pub(super) fn meaning(e: &Estimate, card: Option<&Card>) -> String {
    let sentence = card.and_then(|c| c.statistics.iter().find(|s| s.name == e.statistic)).map(|s| s.meaning);
    let Some(sentence) = sentence else {
        let name = card.map_or_else(|| words::name_of(&e.indicator), |c| c.name.to_owned());
        return lower(&name);
    };
    lower(sentence.trim_end_matches('.'))
}

/// The first letter in lower case, unless the word is a name or an abbreviation.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    let (first, second) = (letters.next(), letters.clone().next());
    let name = text.starts_with("Gini") || text.starts_with("Herfindahl");
    match (first, second) {
        (Some(a), Some(b)) if !name && !b.is_uppercase() => a.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// What kind of number a statistic is, where a noun says it.
fn noun(statistic: &str, unit: &str, t: &Texts) -> Option<String> {
    let number = |p: &str| p.parse::<u32>().ok().filter(|p| (1..100).contains(p));
    if let Some(p) = statistic.strip_prefix('p').and_then(number) {
        return Some(fill(t.noun_percentile, &[("p", &p.to_string())]));
    }
    let noun = match (statistic, unit) {
        ("median", _) => t.noun_median,
        ("mean", _) => t.noun_mean,
        (_, "share") => t.noun_share,
        (_, "gini") => t.noun_gini,
        (_, "difference of shares") => t.noun_difference,
        ("rate", _) => t.noun_rate,
        (_, "ratio") => t.noun_ratio,
        ("count", "count" | "") => t.noun_count,
        _ => return None,
    };
    Some(noun.to_owned())
}

/// "95%", "99.9%".
fn level(e: &Estimate) -> String {
    let text = e.confidence.map(|c| format!("{:.2}", c * 100.0)).unwrap_or_default();
    if text.is_empty() { text } else { format!("{}%", text.trim_end_matches('0').trim_end_matches('.')) }
}

/// The lower limit where the upper one follows: the unit of time stands once.
fn low(v: f64, unit: &str) -> String {
    let time = matches!(unit, "days" | "hours" | "minutes" | "weeks" | "months" | "years");
    labels::value(v, if time { "" } else { unit })
}

/// The interval in a cell of a table: "1.2% to 4.1%"; empty without limits.
pub(super) fn limits(e: &Estimate, t: &Texts) -> String {
    let show = |v: f64| value(v, &e.unit);
    match (e.lower, e.upper) {
        (Some(low), Some(high)) => fill(t.between, &[("low", &self::low(low, &e.unit)), ("high", &show(high))]),
        (None, Some(high)) => fill(t.at_most, &[("high", &show(high))]),
        (Some(low), None) => fill(t.at_least, &[("low", &show(low))]),
        (None, None) => String::new(),
    }
}

fn interval(e: &Estimate, t: &Texts) -> String {
    let (kind, both) = match e.interval_kind {
        IntervalKind::Process => (t.kind_process, t.interval_process),
        IntervalKind::Sampling => (t.kind_sampling, t.interval_sampling),
        IntervalKind::None => return String::new(),
    };
    let high = e.upper.map(|v| value(v, &e.unit)).unwrap_or_default();
    let (pattern, low) = match (e.lower, e.upper) {
        (Some(v), Some(_)) => (both, low(v, &e.unit)),
        (None, Some(_)) => (t.bound_upper, String::new()),
        (Some(v), None) => (t.bound_lower, value(v, &e.unit)),
        (None, None) => return String::new(),
    };
    let text = fill(pattern, &[("level", &level(e)), ("kind", kind), ("low", &low), ("high", &high)]);
    // Without a level, two blanks would be left.
    text.replace(",  ", ", ")
}

/// ", 532 of 1,231" where that is the value, else the denominator.
fn of(e: &Estimate, t: &Texts) -> String {
    let Some(n) = words::denominator(e) else { return String::new() };
    let shown = labels::count(n);
    let Some(k) = e.k.filter(|k| e.unit == "share" && (0..=n).contains(k) && n > 0) else {
        return fill(t.n_is, &[("n", &shown)]);
    };
    #[expect(clippy::cast_precision_loss, reason = "counts below 2⁵³ are exact")]
    let same = e.value.is_some_and(|v| (v - k as f64 / n as f64).abs() < SAME);
    let pattern = match (same, e.basis.as_str(), e.censored.is_none()) {
        (true, _, _) => t.k_of_n,
        (false, "audit" | "listings", true) => t.k_of_n_weighted,
        // Of curves and corrected values, k of n is not what the share is made of.
        _ => return fill(t.n_is, &[("n", &shown)]),
    };
    fill(pattern, &[("k", &labels::count(k)), ("n", &shown)])
}

fn said_of(e: &Estimate) -> Option<&str> {
    (e.platform != ALL_PLATFORMS).then_some(e.platform.as_str())
}

/// How a sentence with a number begins, where the evidence is no sample.
fn lead(e: &Estimate, t: &Texts) -> String {
    let one = said_of(e).unwrap_or_default();
    let pattern = match (e.basis.as_str(), one.is_empty()) {
        ("statements" | "report", false) => t.says_report_one,
        ("statements" | "report", true) => t.says_report_all,
        ("vetted", false) => t.says_estimate_one,
        ("vetted", true) => t.says_estimate_all,
        ("statistics", _) => t.says_statistics,
        _ => t.says_other,
    };
    fill(pattern, &[("platform", one)])
}

/// Whether evidence of this basis is a sample of which only the sample is spoken.
fn is_sample(basis: &str) -> bool {
    matches!(basis, "audit" | "listings")
}

/// What keeps a value away, in words.
pub(super) fn why_none(e: &Estimate, t: &Texts) -> String {
    e.reason.clone().filter(|r| !r.trim().is_empty()).unwrap_or_else(|| t.no_reason.to_owned())
}

/// The status in words; empty for `ok`.
pub(super) fn status(status: Status, t: &Texts) -> &'static str {
    match status {
        Status::Ok => "",
        Status::Insufficient => t.status_insufficient,
        Status::NotApplicable => t.status_not_applicable,
        Status::Suppressed => t.status_suppressed,
    }
}

/// Ends a sentence, and says where the data is simulated.
fn end(sentence: &str, simulated: bool, t: &Texts) -> String {
    let sentence = sentence.trim_end_matches('.');
    fill(if simulated { t.sentence_simulated } else { t.sentence_plain }, &[("sentence", sentence)])
}

/// Whether an estimate is of simulated data; a suppressed one has no note that would say so.
pub(super) fn simulated(e: &Estimate, all: bool) -> bool {
    all || e.simulated()
}

/// The answer that one estimate gives, as a sentence.
pub(super) fn answer(e: &Estimate, card: Option<&Card>, all_simulated: bool, t: &Texts) -> String {
    let (meaning, during) = (meaning(e, card), words::during(e.period()));
    let simulated = simulated(e, all_simulated);
    let none = match e.status {
        Status::Ok => None,
        Status::Insufficient => Some(t.none_insufficient),
        Status::NotApplicable => Some(t.none_not_applicable),
        Status::Suppressed => Some(t.none_suppressed),
    };
    if let Some(pattern) = none {
        let sentence = fill(pattern, &[("meaning", &meaning), ("during", &during), ("reason", &why_none(e, t))]);
        let sentence = match said_of(e) {
            Some(platform) => fill(t.none_of_platform, &[("platform", platform), ("sentence", &lower(&sentence))]),
            None => sentence,
        };
        return end(&sentence, simulated, t);
    }
    let noun = noun(&e.statistic, &e.unit, t);
    let (quantity, quantity_is, interval) = match e.value {
        Some(v) => {
            let v = value(v, &e.unit);
            let quantity = noun.as_ref().map_or_else(|| v.clone(), |n| fill(t.a_of, &[("noun", n), ("value", &v)]));
            let is = noun
                .map_or_else(|| fill(t.plain_is, &[("value", &v)]), |n| fill(t.the_is, &[("noun", &n), ("value", &v)]));
            (quantity, is, interval(e, t))
        }
        None => {
            let bounds = limits(e, t);
            (bounds.clone(), fill(t.bounds_are, &[("bounds", &bounds)]), interval(e, t))
        }
    };
    // "7,560 statements (number of statements)" would say it twice.
    let twice = meaning == format!("number of {}", e.unit);
    let pattern = match (is_sample(&e.basis), said_of(e).is_some()) {
        (false, _) if twice => t.sentence_bare,
        (true, true) => t.sample_one,
        (true, false) => t.sample_all,
        (false, _) => t.sentence_of,
    };
    let lead = lead(e, t);
    let sentence = fill(
        pattern,
        &[
            ("lead", &lead),
            ("platform", &e.platform),
            ("quantity", &quantity),
            ("quantity_is", &quantity_is),
            ("meaning", &meaning),
            ("of", &of(e, t)),
            ("interval", &interval),
            ("during", &during),
        ],
    );
    end(&sentence, simulated, t)
}

/// The answer of an indicator that divides into groups: the largest values, in words. `rows` are sorted by
/// value, the largest first; `name` gives a group's value in words.
pub(super) fn groups(
    rows: &[&Estimate],
    card: Option<&Card>,
    name: &dyn Fn(&Estimate) -> String,
    all_simulated: bool,
    t: &Texts,
) -> Option<String> {
    let valued: Vec<&&Estimate> = rows.iter().filter(|e| e.value.is_some()).collect();
    let Some(first) = valued.first() else {
        return rows.first().map(|e| answer(e, card, all_simulated, t));
    };
    let pattern = if is_sample(&first.basis) { t.group_first_sample } else { t.group_first };
    let mut sentence = fill(
        pattern,
        &[
            ("lead", &lead(first, t)),
            ("group", &fill(t.group_named, &[("name", &group_words(first)), ("group", &name(first))])),
            ("value", &value(first.value.unwrap_or_default(), &first.unit)),
            ("meaning", &meaning(first, card)),
            ("of", &of(first, t)),
            ("interval", &interval(first, t)),
            ("during", &words::during(first.period())),
        ],
    );
    let next: Vec<String> = valued
        .iter()
        .skip(1)
        .take(2)
        .map(|e| format!("{} {}", name(e), value(e.value.unwrap_or_default(), &e.unit)))
        .collect();
    if !next.is_empty() {
        sentence.push_str(&fill(t.group_next, &[("list", &labels::names(&next, next.len()))]));
    }
    Some(end(&sentence, simulated(first, all_simulated), t))
}

/// The grouping variable in words.
fn group_words(e: &Estimate) -> String {
    e.group_name.as_deref().unwrap_or_default().replace(['_', '-'], " ").replace('×', " and ")
}

/// What single platforms have: all of few, the ends of many.
pub(super) fn by_platform(rows: &[&Estimate], t: &Texts) -> Option<String> {
    let mut valued: Vec<&&Estimate> = rows.iter().filter(|e| e.value.is_some()).collect();
    let by_value = |a: &&&Estimate, b: &&&Estimate| {
        a.value.unwrap_or_default().total_cmp(&b.value.unwrap_or_default()).then_with(|| a.platform.cmp(&b.platform))
    };
    valued.sort_by(by_value);
    let show = |e: &Estimate| value(e.value.unwrap_or_default(), &e.unit);
    let mut parts = Vec::new();
    match valued.as_slice() {
        [] => return None,
        [low, .., high] if valued.len() > 4 && show(low) == show(high) => {
            let words = [("n", valued.len().to_string()), ("value", show(low))];
            parts.push(fill(t.by_platform_same, &words.each_ref().map(|(n, w)| (*n, w.as_str()))));
        }
        [low, .., high] if valued.len() > 4 => {
            // One name would be chosen by chance where several have the same.
            let who = |e: &Estimate| match valued.iter().filter(|other| show(other) == show(e)).count() {
                1 => e.platform.clone(),
                n => fill(t.many_platforms, &[("n", &n.to_string())]),
            };
            parts.push(fill(
                t.by_platform_range,
                &[
                    ("low", &show(low)),
                    ("low_platform", &who(low)),
                    ("high", &show(high)),
                    ("high_platform", &who(high)),
                ],
            ));
        }
        few => {
            let list: Vec<String> = few.iter().rev().map(|e| format!("{} {}", e.platform, show(e))).collect();
            parts.push(fill(t.by_platform, &[("list", &labels::names(&list, list.len()))]));
        }
    }
    if valued.len() < rows.len() {
        let (n, all) = ((rows.len() - valued.len()).to_string(), rows.len().to_string());
        parts.push(fill(t.by_platform_missing, &[("n", &n), ("all", &all)]));
    }
    Some(parts.join(" "))
}
