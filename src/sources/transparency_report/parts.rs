//! One sheet as figures or texts.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value as Json};

use super::columns::Columns;
use super::recognise::{Recognised, Role};
use super::text::{Record, Sheet};
use crate::finding::{self, Kind};
use crate::tables::services::Services;
use crate::transparency::numbers::{self, State, folded, tidy};
use crate::transparency::scopes::{self, Scope, ScopeKind};
use crate::transparency::template::{self, OTHER, TOTAL};
use crate::transparency::values::{ReportText, ReportValue};

/// An observation about a sheet: kind, column of the table, value, how often, line.
pub(super) type Observed = (&'static Kind, Option<&'static str>, Option<String>, u64, Option<u64>);

/// What a sheet holds.
#[derive(Debug, Default)]
pub(super) struct Contents {
    pub part: u8,
    pub values: Vec<ReportValue>,
    pub texts: Vec<ReportText>,
    pub observed: Vec<Observed>,
    /// Records kept aside: line, reason, cells.
    pub rejected: Vec<(u64, &'static str, Vec<String>)>,
}

/// Why records are kept aside.
const NO_SERVICE: &str = "no service is named";
const ABOVE_HEADER: &str = "stands above the header";

/// Who reports and when, where rows do not say: from part 1 of the same report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Identity {
    pub platform: Option<String>,
    pub provider: Option<String>,
    pub published: Option<i32>,
    pub first: Option<i32>,
    pub last: Option<i32>,
}

/// Text of a cell as it is, `None` where it is blank.
fn filled(cell: &str) -> Option<String> {
    (!tidy(cell).is_empty()).then(|| cell.to_owned())
}

/// What part 1 says of the report, by platform.
pub(super) fn identities(sheet: &Sheet, found: &Recognised, services: &Services) -> BTreeMap<String, Identity> {
    let mut all: BTreeMap<String, Identity> = BTreeMap::new();
    let Some(header) = sheet.records.get(found.header) else { return all };
    let columns = Columns::new(1, header);
    for record in sheet.records.iter().skip(found.header + 1) {
        let service = tidy(columns.cell(record, Role::Service));
        if service.is_empty() {
            continue;
        }
        let platform = services.canonical(&service);
        let identity = all.entry(platform.clone()).or_default();
        identity.platform = Some(platform);
        let value = columns.cell(record, Role::Cell);
        match template::named(1, columns.cell(record, Role::Indicator), "").map(|i| i.code) {
            Some("provider_name") => identity.provider = filled(value).map(|v| tidy(&v)),
            Some("publication_date") => identity.published = numbers::date(value),
            Some("first_day") => identity.first = numbers::date(value),
            Some("last_day") => identity.last = numbers::date(value),
            _ => {}
        }
    }
    all
}

/// The platforms that a sheet names.
pub(super) fn platforms(sheet: &Sheet, found: &Recognised, services: &Services) -> Vec<String> {
    let Some(header) = sheet.records.get(found.header) else { return Vec::new() };
    let columns = Columns::new(found.part, header);
    let named = |r: &Record| Some(tidy(columns.cell(r, Role::Service))).filter(|s| !s.is_empty());
    let mut all: Vec<String> =
        sheet.records.iter().skip(found.header + 1).filter_map(named).map(|s| services.canonical(&s)).collect();
    all.sort();
    all.dedup();
    all
}

/// Reads a sheet. `identity` tells who reports, by platform, and under `""` where rows name no service.
pub(super) fn contents(
    sheet: &Sheet,
    found: &Recognised,
    services: &Services,
    identity: &BTreeMap<String, Identity>,
) -> Contents {
    let mut out = Contents { part: found.part, ..Contents::default() };
    let Some(header) = sheet.records.get(found.header) else { return out };
    let columns = Columns::new(found.part, header);
    let mut observe = |kind, value: String| out.observed.push((kind, None, Some(value), 1, Some(header.line)));
    for dialect in &sheet.dialect {
        observe(finding::REPORT_DIALECT, dialect.clone());
    }
    for difference in columns.differences() {
        observe(finding::REPORT_HEADER, difference);
    }
    if found.unsure {
        observe(finding::REPORT_HEADER, "the header is that of parts 5 and 6; read as part 6".into());
    }
    for record in sheet.records.iter().take(found.header) {
        out.rejected.push((record.line, ABOVE_HEADER, record.cells.clone()));
    }
    let mut reader =
        Rows { columns, services, identity, comma: sheet.comma, category: HashMap::new(), seen: HashMap::new() };
    for record in sheet.records.iter().skip(found.header + 1) {
        reader.read(record, &mut out);
    }
    out
}

/// The rows of a sheet, which say some things once for those that follow.
struct Rows<'a> {
    columns: Columns,
    services: &'a Services,
    identity: &'a BTreeMap<String, Identity>,
    comma: bool,
    /// The category that a platform's rows were last about, by scope.
    category: HashMap<(String, String), String>,
    /// How often a key was met.
    seen: HashMap<String, i64>,
}

/// What all cells of a row share.
struct Shared {
    identity: Identity,
    first: Option<i32>,
    last: Option<i32>,
    unparsed: Map<String, Json>,
    extra: Option<String>,
    applicability: Option<String>,
}

impl Rows<'_> {
    fn read(&mut self, record: &Record, out: &mut Contents) {
        let part = self.columns.part;
        let Some(shared) = self.shared(record, out) else {
            out.rejected.push((record.line, NO_SERVICE, record.cells.clone()));
            return;
        };
        if matches!(part, 1 | 2 | 11) {
            self.text(record, &shared, out);
        } else if (3..=6).contains(&part) {
            self.wide(record, &shared, out);
        } else {
            self.long(record, &shared, out);
        }
    }

    /// Who reports and when; `None` where nothing names the service.
    fn shared(&self, record: &Record, out: &mut Contents) -> Option<Shared> {
        let mut unparsed = Map::new();
        let written = tidy(self.columns.cell(record, Role::Service));
        let fallback = self.identity.get("");
        let platform = match written.as_str() {
            "" => fallback.and_then(|i| i.platform.clone()),
            name => Some(self.services.canonical(name)),
        };
        if platform.is_none() && self.columns.part != 2 {
            return None;
        }
        if !written.is_empty() && platform.as_deref() != Some(&written) {
            unparsed.insert("platform".into(), Json::String(written));
        }
        let known = platform.as_ref().and_then(|p| self.identity.get(p)).or(fallback).cloned().unwrap_or_default();
        let service = platform.as_deref().and_then(|p| self.services.get(p));
        let provider = known.provider.clone().or_else(|| service.and_then(|s| s.provider.clone()));
        let cell = self.columns.cell(record, Role::Period);
        let mut period = numbers::period(cell);
        if period.is_none() {
            if !tidy(cell).is_empty() {
                unparsed.insert("period_start".into(), Json::String(cell.to_owned()));
                let (kind, column) = (finding::REPORT_PERIOD, Some("period_start"));
                out.observed.push((kind, column, Some(format!("not a period: {}", tidy(cell))), 1, Some(record.line)));
            }
            period = known.first.zip(known.last);
        }
        Some(Shared {
            identity: Identity { platform, provider, ..known },
            first: period.map(|p| p.0),
            last: period.map(|p| p.1),
            unparsed,
            extra: self.columns.extra(record),
            applicability: filled(self.columns.cell(record, Role::Applicability)),
        })
    }

    fn text(&mut self, record: &Record, shared: &Shared, out: &mut Contents) {
        let part = self.columns.part;
        let mut unparsed = shared.unparsed.clone();
        let name = self.columns.cell(record, if part == 2 { Role::Label } else { Role::Indicator });
        let indicator = if part == 2 { template::indicator("category_name") } else { template::named(part, name, "") };
        if indicator.is_none() && !tidy(name).is_empty() {
            unparsed.insert("indicator_code".into(), Json::String(name.to_owned()));
        }
        let (mut category, mut sub_category) = (None, None);
        if part == 2 {
            let code = tidy(self.columns.cell(record, Role::Category));
            (category, sub_category) = self.place(&code, "", shared);
        }
        let text = filled(self.columns.cell(record, Role::Cell));
        out.texts.push(ReportText {
            platform: shared.identity.platform.clone(),
            provider: shared.identity.provider.clone(),
            period_start: shared.first,
            period_end: shared.last,
            published_at: shared.identity.published,
            part,
            indicator_code: indicator.map(|i| i.code),
            category,
            sub_category,
            label: filled(name),
            text,
            context: filled(self.columns.cell(record, Role::Context(None))),
            applicability: shared.applicability.clone(),
            entry: 0,
            line: record.line,
            unparsed: json(unparsed),
            extra: shared.extra.clone(),
        });
    }

    /// A row of parts 3 to 6: one figure a value column.
    fn wide(&mut self, record: &Record, shared: &Shared, out: &mut Contents) {
        let part = self.columns.part;
        let mut unparsed = shared.unparsed.clone();
        let scope = if part == 3 {
            self.scope(record, &mut unparsed)
        } else {
            Scope { code: TOTAL.into(), kind: ScopeKind::Total, listed: true }
        };
        let code = tidy(self.columns.cell(record, Role::Category));
        let (category, sub_category) = self.place(&code, &scope.code, shared);
        let written = self.columns.cell(record, Role::Description);
        let description = filled(written).filter(|d| !template::is_place_holder(d));
        if description.is_none() && filled(written).is_some() {
            unparsed.insert("description".into(), Json::String(written.to_owned()));
        }
        let contexts: Vec<&str> = (0..self.columns.roles.len())
            .filter(|at| matches!(self.columns.roles[*at], Role::Context(_)))
            .filter_map(|at| record.cells.get(at).map(String::as_str))
            .collect();
        let surface = contexts.iter().find_map(|c| surface(c));
        let mut extra = shared.extra.clone();
        for (at, role) in self.columns.roles.iter().enumerate() {
            let Role::Value(indicator) = *role else { continue };
            let raw = record.cells.get(at).map_or("", String::as_str);
            let context = self.columns.cell(record, Role::Context(Some(indicator.code)));
            let mut value = self.value(record, shared, raw, context, Some(indicator), out);
            value.scope.clone_from(&scope.code);
            value.scope_kind = scope.kind;
            value.country = scope.country().map(str::to_owned);
            value.category.clone_from(&category);
            value.sub_category.clone_from(&sub_category);
            value.description.clone_from(&description);
            value.surface.clone_from(&surface);
            value.unparsed = json(unparsed.clone());
            // Once a row is enough.
            value.extra = extra.take();
            out.values.push(value);
        }
        let first = out.values.len() - self.columns.roles.iter().filter(|r| matches!(r, Role::Value(_))).count();
        let key = out.values.get(first).map(row_key);
        let occurrence = key.map_or(1, |key| self.count(key));
        for value in out.values.iter_mut().skip(first) {
            value.occurrence = occurrence;
        }
    }

    /// A row of parts 7 to 10: one figure.
    fn long(&mut self, record: &Record, shared: &Shared, out: &mut Contents) {
        let part = self.columns.part;
        let mut unparsed = shared.unparsed.clone();
        let name = self.columns.cell(record, Role::Indicator);
        let written = self.columns.cell(record, Role::Scope);
        let indicator = template::named(part, name, written);
        let mut category = None;
        let scope = if part == 7 && indicator.is_some() {
            // The outcome is part of the code.
            Scope { code: TOTAL.into(), kind: ScopeKind::Total, listed: true }
        } else if template::is_category(&tidy(written)) {
            category = Some(tidy(written));
            unparsed.insert("scope".into(), Json::String(written.to_owned()));
            Scope { code: TOTAL.into(), kind: ScopeKind::Total, listed: false }
        } else {
            self.scope(record, &mut unparsed)
        };
        if indicator.is_none() {
            unparsed.insert("indicator_code".into(), Json::String(name.to_owned()));
        }
        let raw = self.columns.cell(record, Role::Cell);
        let context = self.columns.cell(record, Role::Context(None));
        let mut value = self.value(record, shared, raw, context, indicator, out);
        let section = tidy(self.columns.cell(record, Role::Section));
        value.section = indicator.map(|i| i.section.to_owned()).filter(|s| !s.is_empty());
        if value.section.as_deref().is_none_or(|s| folded(s) != folded(&section)) && !section.is_empty() {
            if indicator.is_some() {
                unparsed.insert("section".into(), Json::String(section));
            } else {
                value.section = Some(section);
            }
        }
        value.scope_kind = scope.kind;
        value.country = scope.country().map(str::to_owned);
        value.scope = scope.code;
        value.category = category;
        value.surface = surface(context)
            .or_else(|| indicator.filter(|i| i.unit == "share" && part == 8).and_then(|_| short(context)));
        value.unparsed = json(unparsed);
        value.extra.clone_from(&shared.extra);
        value.occurrence = self.count(row_key(&value) + value.indicator_code.unwrap_or(name));
        out.values.push(value);
    }

    fn scope(&self, record: &Record, unparsed: &mut Map<String, Json>) -> Scope {
        let written = self.columns.cell(record, Role::Scope);
        let scope = scopes::read(self.columns.part, written);
        if !scope.listed && scope.code != tidy(written) {
            unparsed.insert("scope".into(), Json::String(written.to_owned()));
        }
        scope
    }

    /// Category and sub-category of a row. `KEYWORD_OTHER`, and keywords that nobody knows, fall under the category of
    /// the rows above them.
    fn place(&mut self, code: &str, scope: &str, shared: &Shared) -> (Option<String>, Option<String>) {
        let key = (shared.identity.platform.clone().unwrap_or_default(), scope.to_owned());
        let upper = code.to_uppercase();
        if upper.is_empty() {
            return (None, None);
        }
        if upper == TOTAL {
            self.category.remove(&key);
            return (Some(upper), None);
        }
        if upper.starts_with("STATEMENT_CATEGORY_") {
            self.category.insert(key, upper.clone());
            return (Some(upper), None);
        }
        let known = template::category_of(&upper).or_else(|| template::category_of(&format!("KEYWORD_{upper}")));
        if let Some(category) = known {
            self.category.insert(key, category.to_owned());
            return (
                Some(category.to_owned()),
                Some(if upper.starts_with("KEYWORD_") { upper } else { code.to_owned() }),
            );
        }
        let sub = if upper == OTHER { upper } else { code.to_owned() };
        (self.category.get(&key).cloned(), Some(sub))
    }

    fn value(
        &self,
        record: &Record,
        shared: &Shared,
        raw: &str,
        context: &str,
        indicator: Option<&'static template::Indicator>,
        out: &mut Contents,
    ) -> ReportValue {
        let unit = indicator.map_or("count", |i| i.unit);
        let number = numbers::read(raw, unit, context, self.comma);
        let place = Some(record.line);
        for notation in &number.notation {
            let said = Some(notation.words().to_owned());
            out.observed.push((finding::REPORT_NOTATION, Some("value"), said, 1, place));
        }
        match number.state() {
            State::Unreadable => {
                out.observed.push((finding::REPORT_NUMBER, Some("value"), Some(finding::shown(&tidy(raw))), 1, place));
            }
            // Marks are told of where the report is checked as a whole.
            State::Number | State::Blank | State::Mark => {}
        }
        ReportValue {
            platform: shared.identity.platform.clone().unwrap_or_default(),
            provider: shared.identity.provider.clone(),
            period_start: shared.first,
            period_end: shared.last,
            published_at: shared.identity.published,
            part: self.columns.part,
            section: None,
            indicator_code: indicator.map(|i| i.code),
            scope: String::new(),
            scope_kind: ScopeKind::Other,
            country: None,
            category: None,
            sub_category: None,
            description: None,
            surface: None,
            occurrence: 1,
            value: number.value,
            state: number.state(),
            raw: filled(raw),
            context: filled(context),
            applicability: shared.applicability.clone(),
            entry: 0,
            line: record.line,
            unparsed: None,
            extra: None,
        }
    }

    fn count(&mut self, key: String) -> i64 {
        let count = self.seen.entry(key).or_default();
        *count += 1;
        *count
    }
}

/// What tells rows apart.
fn row_key(v: &ReportValue) -> String {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    [v.platform.clone(), format!("{:?}{:?}", v.period_start, v.period_end), v.scope.clone()]
        .into_iter()
        .chain([text(&v.category), text(&v.sub_category), text(&v.description), text(&v.surface)])
        .collect::<Vec<_>>()
        .join("\u{1f}")
}

/// The part of a service that a contextual cell names: `surface: Ads`.
fn surface(context: &str) -> Option<String> {
    let text = tidy(context);
    let head = text.get(..8).filter(|h| h.eq_ignore_ascii_case("surface:"))?;
    Some(text[head.len()..].trim().to_owned()).filter(|s| !s.is_empty())
}

/// A contextual cell that is a name rather than a sentence: the classifier that an accuracy is of.
fn short(context: &str) -> Option<String> {
    let text = tidy(context);
    (!text.is_empty() && text.chars().count() <= 60 && !text.ends_with('.')).then_some(text)
}

fn json(map: Map<String, Json>) -> Option<String> {
    (!map.is_empty()).then(|| Json::Object(map).to_string())
}
