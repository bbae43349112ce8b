//! A report, arranged for its rules.

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Fault, Rule};
use crate::tables::services::Service;
use crate::transparency::numbers::Notation;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::values::{ReportText, ReportValue};

/// A row of parts 3 to 6.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub category: Option<&'a str>,
    pub sub_category: Option<&'a str>,
    pub scope: &'a str,
    pub scope_kind: ScopeKind,
    pub description: Option<&'a str>,
    pub surface: Option<&'a str>,
    pub cells: BTreeMap<&'static str, &'a ReportValue>,
}

impl<'a> Row<'a> {
    /// The figure of a code.
    pub fn number(&self, code: &str) -> Option<f64> {
        self.cells.get(code).and_then(|v| v.value)
    }

    pub fn is_total(&self) -> bool {
        self.category == Some(crate::transparency::template::TOTAL)
    }

    pub fn is_category(&self) -> bool {
        self.category.is_some() && !self.is_total() && self.sub_category.is_none()
    }

    /// Its name in messages.
    pub fn name(&self) -> String {
        let mut name = self.sub_category.or(self.category).unwrap_or("no category").to_owned();
        if let Some(category) = self.category.filter(|_| self.sub_category == Some("KEYWORD_OTHER")) {
            name = format!("{category} {name}");
        }
        if self.scope_kind != ScopeKind::Total {
            name = format!("{name}, {}", self.scope);
        }
        if let Some(surface) = self.surface {
            name = format!("{name}, {surface}");
        }
        name
    }

    pub fn filled(&self) -> impl Iterator<Item = &'a ReportValue> {
        self.cells.values().copied().filter(|v| v.value.is_some())
    }
}

/// A report of one platform and period.
#[derive(Debug)]
pub(super) struct Report<'a> {
    pub platform: String,
    pub period: Option<(i32, i32)>,
    pub service: Option<&'a Service>,
    pub values: Vec<&'a ReportValue>,
    pub texts: Vec<&'a ReportText>,
    by_code: BTreeMap<&'static str, Vec<&'a ReportValue>>,
    rows: BTreeMap<u8, Vec<Row<'a>>>,
}

impl<'a> Report<'a> {
    pub fn new(
        platform: String,
        period: Option<(i32, i32)>,
        service: Option<&'a Service>,
        values: Vec<&'a ReportValue>,
        texts: Vec<&'a ReportText>,
    ) -> Self {
        type Key<'k> = (u8, u64, &'k str, Option<&'k str>, Option<&'k str>, Option<&'k str>, Option<&'k str>, i64);
        let mut by_code: BTreeMap<&'static str, Vec<&'a ReportValue>> = BTreeMap::new();
        let mut at: BTreeMap<Key, usize> = BTreeMap::new();
        let mut rows: BTreeMap<u8, Vec<Row<'a>>> = BTreeMap::new();
        for v in &values {
            let Some(code) = v.indicator_code else { continue };
            by_code.entry(code).or_default().push(v);
            if !(3..=6).contains(&v.part) {
                continue;
            }
            let (category, sub_category) = (v.category.as_deref(), v.sub_category.as_deref());
            let (description, surface) = (v.description.as_deref(), v.surface.as_deref());
            let key = (v.part, v.line, v.scope.as_str(), category, sub_category, description, surface, v.occurrence);
            let list = rows.entry(v.part).or_default();
            let place = *at.entry(key).or_insert_with(|| {
                let (scope, scope_kind, cells) = (v.scope.as_str(), v.scope_kind, BTreeMap::new());
                list.push(Row { category, sub_category, scope, scope_kind, description, surface, cells });
                list.len() - 1
            });
            if let Some(row) = list.get_mut(place) {
                row.cells.insert(code, v);
            }
        }
        Self { platform, period, service, values, texts, by_code, rows }
    }

    /// Whether another report of the platform follows without a gap.
    pub fn is_just_before(&self, next: &Self) -> bool {
        let ends = self.period.map(|p| p.1 + 1);
        self.platform == next.platform && ends.is_some() && ends == next.period.map(|p| p.0)
    }

    /// Whether any cell of a part was read.
    pub fn has(&self, part: u8) -> bool {
        self.values.iter().any(|v| v.part == part) || self.texts.iter().any(|t| t.part == part)
    }

    /// The rows of parts 3 to 6.
    pub fn rows(&self, part: u8) -> &[Row<'a>] {
        self.rows.get(&part).map_or(&[], Vec::as_slice)
    }

    /// The cells of a code.
    pub fn cells(&self, code: &str) -> &[&'a ReportValue] {
        self.by_code.get(code).map_or(&[], Vec::as_slice)
    }

    /// Cells of a code with a number, in rows of all categories and of one kind of scope.
    pub fn totals(&self, code: &str, kind: ScopeKind) -> Vec<&'a ReportValue> {
        let wanted = |v: &&&ReportValue| v.scope_kind == kind && v.is_total_row() && v.value.is_some();
        self.cells(code).iter().filter(wanted).copied().collect()
    }

    /// The figure of a code for everything: the sum over surfaces. `None` without a number, and where rows that nothing
    /// tells apart repeat it.
    pub fn total(&self, code: &str, kind: ScopeKind) -> Option<Sum<'a>> {
        let cells = self.totals(code, kind);
        if cells.iter().any(|v| v.occurrence > 1) { None } else { Sum::of(cells) }
    }

    /// A text of part 1 or 11.
    pub fn text(&self, code: &str) -> Option<&'a str> {
        self.texts.iter().find(|t| t.indicator_code == Some(code)).and_then(|t| t.text.as_deref())
    }

    /// A fault about some cells.
    pub fn fault(&self, rule: &'static Rule, shown: String, cells: &[&ReportValue]) -> Fault {
        Fault {
            rule,
            platform: self.platform.clone(),
            period: self.period,
            part: cells.first().map_or(0, |v| v.part),
            indicator: cells.first().and_then(|v| v.indicator_code),
            shown,
            count: 1,
            cells: cells.iter().map(|v| Cell::of(v)).collect(),
            figures: figures(cells),
        }
    }
}

/// Codes of the figures of some cells, sorted.
pub(super) fn figures(cells: &[&ReportValue]) -> Vec<&'static str> {
    cells.iter().filter_map(|v| v.indicator_code).collect::<BTreeSet<_>>().into_iter().collect()
}

/// A sum of cells, with what rounding may hide.
#[derive(Debug, Clone)]
pub(super) struct Sum<'a> {
    pub value: f64,
    pub slack: f64,
    pub cells: Vec<&'a ReportValue>,
}

impl<'a> Sum<'a> {
    /// The sum of the numbers among some cells; `None` where there is none.
    pub fn of(cells: impl IntoIterator<Item = &'a ReportValue>) -> Option<Self> {
        let cells: Vec<&ReportValue> = cells.into_iter().filter(|v| v.value.is_some()).collect();
        let value = cells.iter().filter_map(|v| v.value).sum();
        let slack = cells.iter().map(|v| slack(v)).sum();
        (!cells.is_empty()).then_some(Self { value, slack, cells })
    }

    /// This and another sum, either of which may be missing.
    pub fn plus(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(mut a), Some(b)) => {
                a.value += b.value;
                a.slack += b.slack;
                a.cells.extend(b.cells);
                Some(a)
            }
            (a, b) => a.or(b),
        }
    }

    /// Whether it differs from another by more than rounding can.
    pub fn differs(&self, other: &Self) -> bool {
        (self.value - other.value).abs() > self.room(other)
    }

    /// Whether it exceeds another by more than rounding can.
    pub fn exceeds(&self, other: &Self) -> bool {
        self.value - other.value > self.room(other)
    }

    fn room(&self, other: &Self) -> f64 {
        self.slack + other.slack + 1e-9 * self.value.abs().max(other.value.abs())
    }

    /// The arithmetic: `12 + 3 = 15`; the middle of long sums is left out.
    pub fn shown(&self) -> String {
        let terms: Vec<String> = self
            .cells
            .iter()
            .filter_map(|v| v.value)
            .filter(|x| *x != 0.0 || self.cells.len() <= 3)
            .map(figure)
            .collect();
        match terms.as_slice() {
            [] => format!("{} cells of 0", self.cells.len()),
            [_] if self.cells.len() == 1 => figure(self.value),
            [only] => format!("{only} (and 0 in {} cells)", self.cells.len() - 1),
            few if few.len() <= 6 => format!("{} = {}", few.join(" + "), figure(self.value)),
            many => {
                let (head, tail) = (&many[..3], &many[many.len() - 1]);
                format!("{} + … + {tail} ({} cells) = {}", head.join(" + "), self.cells.len(), figure(self.value))
            }
        }
    }
}

/// What rounding may have moved a figure by: nothing where all digits are written.
fn slack(v: &ReportValue) -> f64 {
    let number = v.number();
    if number.notation.contains(&Notation::Scaled) { number.half_unit } else { 0.0 }
}

/// A figure in messages: `1,603,848,715`, `24.8`.
pub(super) fn figure(x: f64) -> String {
    let text = format!("{:.6}", x.abs());
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let mut out = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let sign = if x < 0.0 { "-" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{out}{point}{fraction}")
}
