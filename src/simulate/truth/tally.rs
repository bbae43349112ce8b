//! Mergeable counts behind the truth, by number of the name that a statement is filed under.

use std::collections::BTreeMap;

use super::{AppliedTruth, CreatedTruth, Delays, Histogram, Truth, Values, merge};
use crate::simulate::dirt::Dirt;
use crate::simulate::draw::{FIRST_APPLICATION, PLACEHOLDER};
use crate::simulate::profiles::Source;
use crate::simulate::row;
use crate::simulate::rules::{RULES, broken};
use crate::simulate::statement::{Form, List, Statement};
use crate::time::{date, iso};

/// 2038-01-01, the last date that the database accepts.
const LAST_DATE: i32 = 24_837;

/// Columns that hold one code of few, with what their codes begin with.
const CODES: [(&str, &str); 10] = [
    ("category", "STATEMENT_CATEGORY_"),
    ("decision_ground", "DECISION_GROUND_"),
    ("automated_detection", ""),
    ("automated_decision", ""),
    ("incompatible_content_illegal", ""),
    ("decision_monetary", "DECISION_MONETARY_"),
    ("decision_provision", "DECISION_PROVISION_"),
    ("decision_account", "DECISION_ACCOUNT_"),
    ("account_type", "ACCOUNT_TYPE_"),
    ("content_language", ""),
];

/// Columns that hold lists, with what their codes begin with. Of the last two single codes are counted.
const LISTS: [(&str, &str); 5] = [
    ("decision_visibility", "DECISION_VISIBILITY_"),
    ("content_type", "CONTENT_TYPE_"),
    ("territorial_scope", ""),
    ("category_addition", "STATEMENT_CATEGORY_"),
    ("category_specification", "KEYWORD_"),
];
const SETS: usize = 3;

/// Optional columns of the export.
const OPTIONAL: [&str; 25] = [
    "decision_visibility",
    "decision_visibility_other",
    "end_date_visibility_restriction",
    "decision_monetary",
    "decision_monetary_other",
    "end_date_monetary_restriction",
    "decision_provision",
    "end_date_service_restriction",
    "decision_account",
    "end_date_account_restriction",
    "account_type",
    "decision_ground_reference_url",
    "illegal_content_legal_ground",
    "illegal_content_explanation",
    "incompatible_content_ground",
    "incompatible_content_explanation",
    "incompatible_content_illegal",
    "category_addition",
    "category_specification",
    "category_specification_other",
    "content_type_other",
    "content_language",
    "content_id_ean",
    "territorial_scope",
    "source_identity",
];

/// Mergeable counts behind a [`Truth`].
#[derive(Default)]
pub(in crate::simulate) struct Tally<'a> {
    created: BTreeMap<(i32, usize), Counts<'a>>,
    applied: BTreeMap<(i16, i8, usize), Spread>,
}

#[derive(Default)]
struct Counts<'a> {
    statements: u64,
    source: [u64; 4],
    codes: [BTreeMap<&'a str, u64>; CODES.len()],
    sets: [BTreeMap<Vec<&'a str>, u64>; SETS],
    elements: [BTreeMap<&'a str, u64>; LISTS.len() - SETS],
    empty_lists: [u64; LISTS.len()],
    filled: [u64; OPTIONAL.len()],
    rules: [u64; RULES.len()],
    spread: Spread,
    submission: Histogram,
}

/// Delays with those that are none.
#[derive(Default)]
struct Spread {
    delays: Delays,
    impossible: Histogram,
    unknown: u64,
}

impl Spread {
    fn add(&mut self, s: &Statement<'_>) {
        let (Some(applied), Some(content)) = (s.applied.day(), s.content.day()) else {
            self.unknown += 1;
            return;
        };
        let delay = applied - content;
        let latest = s.created_day() + 1;
        let impossible = |first: i32, day: i32| !(first..=LAST_DATE.min(latest)).contains(&day);
        let histogram = if content == PLACEHOLDER {
            &mut self.delays.placeholder
        } else if delay < 0 {
            &mut self.delays.negative
        } else {
            if impossible(PLACEHOLDER, content) || impossible(FIRST_APPLICATION, applied) {
                *self.impossible.entry(delay).or_default() += 1;
            }
            &mut self.delays.ordinary
        };
        *histogram.entry(delay).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        merge(&mut self.delays.ordinary, other.delays.ordinary);
        merge(&mut self.delays.negative, other.delays.negative);
        merge(&mut self.delays.placeholder, other.delays.placeholder);
        merge(&mut self.impossible, other.impossible);
        self.unknown += other.unknown;
    }
}

impl<'a> Counts<'a> {
    fn add(&mut self, s: &Statement<'a>, scratch: &mut Vec<&'a str>) {
        self.statements += 1;
        self.source[s.source as usize] += 1;
        let codes = [
            s.category,
            row::ground(s.illegal),
            // Another word is none.
            if matches!(s.detected, "Yes" | "No") { s.detected } else { "" },
            s.automation,
            s.illegal_too,
            s.monetary,
            s.provision,
            s.account,
            s.account_type,
            s.language,
        ];
        for (counts, code) in self.codes.iter_mut().zip(codes).filter(|(_, code)| !code.is_empty()) {
            *counts.entry(code).or_default() += 1;
        }
        let lists = [&s.visibility, &s.content_types, &s.territory, &s.additions, &s.keywords];
        for (i, list) in lists.into_iter().enumerate() {
            scratch.clear();
            scratch.extend(list.codes());
            scratch.sort_unstable();
            scratch.dedup();
            if scratch.is_empty() {
                self.empty_lists[i] += u64::from(matches!(list.form, Form::Array | Form::Spaced));
            } else if i >= SETS {
                for code in scratch.iter() {
                    *self.elements[i - SETS].entry(code).or_default() += 1;
                }
            } else if let Some(n) = self.sets[i].get_mut(scratch.as_slice()) {
                *n += 1;
            } else {
                self.sets[i].insert(scratch.clone(), 1);
            }
        }
        for (n, filled) in self.filled.iter_mut().zip(filled(s)) {
            *n += u64::from(filled);
        }
        for (n, broken) in self.rules.iter_mut().zip(broken(s)) {
            *n += u64::from(broken);
        }
        self.spread.add(s);
        if let Some(applied) = s.applied.day() {
            *self.submission.entry(s.created_day() - applied).or_default() += 1;
        }
    }

    fn merge(&mut self, other: Self) {
        fn sum<const N: usize>(into: &mut [u64; N], from: [u64; N]) {
            into.iter_mut().zip(from).for_each(|(a, b)| *a += b);
        }
        self.statements += other.statements;
        sum(&mut self.source, other.source);
        sum(&mut self.empty_lists, other.empty_lists);
        sum(&mut self.filled, other.filled);
        sum(&mut self.rules, other.rules);
        self.codes.iter_mut().zip(other.codes).for_each(|(a, b)| merge(a, b));
        self.sets.iter_mut().zip(other.sets).for_each(|(a, b)| merge(a, b));
        self.elements.iter_mut().zip(other.elements).for_each(|(a, b)| merge(a, b));
        self.spread.merge(other.spread);
        merge(&mut self.submission, other.submission);
    }

    fn truth(self, day: i32, platform: String) -> CreatedTruth {
        let [category, decision_ground, detection, automation, too, monetary, provision, account, kind, language] =
            prefixed(&CODES, self.codes);
        let mut lists = LISTS.into_iter();
        let [decision_visibility, content_type, territorial_scope] = self.sets.map(|sets| {
            let (_, prefix) = lists.next().unwrap_or_default();
            sets.into_iter().map(|(set, n)| (joined(prefix, &set), n)).collect()
        });
        let [category_addition, category_specification] = prefixed(&[LISTS[SETS], LISTS[SETS + 1]], self.elements);
        let countries: u64 = Values::values(&territorial_scope).sum();
        CreatedTruth {
            day: iso(day),
            platform,
            statements: self.statements,
            source_type: named(&Source::CODES, &self.source),
            category,
            decision_ground,
            automated_detection: detection,
            delay_days: self.spread.delays,
            submission_delay_days: self.submission,
            impossible_delay_days: self.spread.impossible,
            without_delay: self.spread.unknown,
            automated_decision: automation,
            incompatible_content_illegal: too,
            decision_visibility,
            decision_monetary: monetary,
            decision_provision: provision,
            decision_account: account,
            account_type: kind,
            category_addition,
            category_specification,
            content_type,
            content_language: language,
            territorial_scope,
            territorial_scope_empty: self.statements - countries,
            filled: named(&OPTIONAL, &self.filled),
            empty_lists: named(&LISTS.map(|l| l.0), &self.empty_lists),
            rules: named(&RULES, &self.rules),
        }
    }
}

/// Whether a reader gets a value of each of [`OPTIONAL`].
fn filled(s: &Statement<'_>) -> [bool; OPTIONAL.len()] {
    let text = |text: &str| !text.is_empty();
    let list = |list: &List<'_>| list.is_filled();
    [
        list(&s.visibility),
        text(s.visibility_other),
        s.visibility_end.day().is_some(),
        text(s.monetary),
        text(s.monetary_other),
        s.monetary_end.day().is_some(),
        text(s.provision),
        s.provision_end.day().is_some(),
        text(s.account),
        s.account_end.day().is_some(),
        text(s.account_type),
        text(s.url),
        text(&s.legal_ground),
        text(&s.legal_explanation),
        text(&s.terms_ground),
        text(&s.terms_explanation),
        text(s.illegal_too),
        list(&s.additions),
        list(&s.keywords),
        text(s.keyword_other),
        text(s.content_type_other),
        text(s.language),
        text(&s.ean),
        list(&s.territory),
        text(s.notifier),
    ]
}

fn prefixed<const N: usize>(columns: &[(&str, &str); N], counts: [BTreeMap<&str, u64>; N]) -> [Values; N] {
    let mut columns = columns.iter();
    counts.map(|counts| {
        let prefix = columns.next().map_or("", |c| c.1);
        counts.into_iter().map(|(code, n)| (format!("{prefix}{code}"), n)).collect()
    })
}

fn joined(prefix: &str, codes: &[&str]) -> String {
    let codes: Vec<String> = codes.iter().map(|code| format!("{prefix}{code}")).collect();
    codes.join(",")
}

fn named(names: &[&str], counts: &[u64]) -> Values {
    names.iter().zip(counts).filter(|(_, n)| **n > 0).map(|(name, n)| ((*name).to_owned(), *n)).collect()
}

impl<'a> Tally<'a> {
    /// Counts a statement. `scratch` saves memory from call to call.
    pub fn add(&mut self, s: &Statement<'a>, scratch: &mut Vec<&'a str>) {
        self.created.entry((s.created_day(), s.name)).or_default().add(s, scratch);
        if let Some(d) = s.applied.day().and_then(date) {
            self.applied.entry((d.year(), d.month(), s.name)).or_default().add(s);
        }
    }

    /// Adds the counts of another tally.
    pub fn merge(&mut self, other: Self) {
        for (key, counts) in other.created {
            self.created.entry(key).or_default().merge(counts);
        }
        for (key, spread) in other.applied {
            self.applied.entry(key).or_default().merge(spread);
        }
    }

    /// Statements under each name that has any.
    pub fn platforms(&self) -> BTreeMap<usize, u64> {
        let mut all = BTreeMap::new();
        for ((_, name), counts) in &self.created {
            *all.entry(*name).or_default() += counts.statements;
        }
        all
    }
}

impl Truth {
    /// Takes over the counts of all days.
    pub(in crate::simulate) fn fill(&mut self, tally: Tally<'_>, dirt: &Dirt) {
        let name = |name: usize| dirt.names.filed(name).to_owned();
        self.created = tally.created.into_iter().map(|((day, number), c)| c.truth(day, name(number))).collect();
        let applied = tally.applied.into_iter().map(|((year, month, number), spread)| {
            let known = [&spread.delays.ordinary, &spread.delays.negative, &spread.delays.placeholder];
            AppliedTruth {
                month: format!("{year:04}-{month:02}"),
                platform: name(number),
                statements: spread.unknown + known.into_iter().flat_map(BTreeMap::values).sum::<u64>(),
                delay_days: spread.delays,
                impossible_delay_days: spread.impossible,
                without_delay: spread.unknown,
            }
        });
        self.applied = applied.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::Origin;
    use crate::tables::statements::COLUMNS;

    #[test]
    fn optional_columns_are_those_of_the_codebook() {
        let export = |o: Origin| matches!(o, Origin::Export | Origin::FullExport | Origin::ExportV2);
        let columns = COLUMNS.iter().filter(|c| c.nullable && export(c.origin)).map(|c| c.name);
        assert!(columns.eq(OPTIONAL));
        assert!(CODES.iter().chain(&LISTS).all(|(name, _)| COLUMNS.iter().any(|c| c.name == *name)));
    }
}
