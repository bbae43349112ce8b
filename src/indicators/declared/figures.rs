//! Figures of a report: its cells, at a place, added up or not.

use std::collections::BTreeSet;

use crate::time::Period;
use crate::transparency::numbers::{Notation, State};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template;
use crate::transparency::values::ReportValue;

/// The report of one platform on one period.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// Canonical name.
    pub platform: String,
    /// The period, half-open.
    pub period: Period,
    /// Day of publication, where part 1 states one.
    pub published_at: Option<i32>,
    /// The cells that were asked for.
    pub values: Vec<ReportValue>,
}

/// Which cells of a figure: of all, or of a category, sub-category, Member State or language.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Kind of scope.
    pub kind: ScopeKind,
    /// The Member State or language.
    pub scope: Option<String>,
    /// The category; `None` for the row of all, or for any where a sub-category is asked for.
    pub category: Option<String>,
    /// The sub-category; `None` for the row of a category or of all.
    pub sub_category: Option<String>,
    /// Name and value of the group in the result.
    pub group: Option<(String, String)>,
}

impl Place {
    /// Everything.
    pub fn total() -> Self {
        Self::of(ScopeKind::Total)
    }

    /// All of a kind of scope.
    pub fn of(kind: ScopeKind) -> Self {
        Self { kind, scope: None, category: None, sub_category: None, group: None }
    }

    /// One Member State or language.
    pub fn scope(kind: ScopeKind, scope: &str) -> Self {
        Self { scope: Some(scope.to_owned()), ..Self::of(kind) }
    }

    /// The same cells, as a group of the result.
    pub fn named(mut self, name: &str, value: &str) -> Self {
        self.group = Some((name.to_owned(), value.to_owned()));
        self
    }

    /// The same group, of another kind of scope.
    pub fn with(&self, kind: ScopeKind) -> Self {
        Self { kind, ..self.clone() }
    }

    /// The same group, of one category.
    pub fn in_category(&self, category: &str) -> Self {
        Self { category: Some(category.to_owned()), ..self.clone() }
    }

    /// Whether a cell is of this place.
    pub(super) fn holds(&self, v: &ReportValue) -> bool {
        v.scope_kind == self.kind
            && self.scope.as_deref().is_none_or(|s| s == v.scope)
            && v.sub_category == self.sub_category
            && match &self.category {
                Some(category) => v.category.as_ref() == Some(category),
                None => self.sub_category.is_some() || v.is_total_row(),
            }
    }
}

/// A figure of a report, or why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The number.
    pub value: Option<f64>,
    /// Whether it is left blank, so that it does not apply; otherwise, without a value, it is not known.
    pub blank: bool,
    /// Why there is no number.
    pub why: String,
    /// What must be read beside it.
    pub notes: Vec<String>,
}

impl Figure {
    /// A number.
    pub fn of(value: f64) -> Self {
        Self { value: Some(value), blank: false, why: String::new(), notes: Vec::new() }
    }

    /// No number, since nothing applies.
    pub fn blank(why: impl Into<String>) -> Self {
        Self { value: None, blank: true, why: why.into(), notes: Vec::new() }
    }

    /// No number, though there should be one.
    pub fn unknown(why: impl Into<String>) -> Self {
        Self { blank: false, ..Self::blank(why) }
    }

    /// The sum of figures that apply; none where all are blank, or one is not known.
    pub fn sum(figures: impl IntoIterator<Item = Self>) -> Self {
        let (given, lacking): (Vec<Self>, Vec<Self>) = figures.into_iter().partition(|f| f.value.is_some());
        if let Some(unknown) = lacking.iter().find(|f| !f.blank) {
            return unknown.clone();
        }
        let missing: Vec<String> = lacking.into_iter().map(|f| f.why).collect();
        if given.is_empty() {
            return Self::blank(missing.join(", "));
        }
        let mut sum = Self::of(given.iter().filter_map(|f| f.value).sum());
        sum.notes = given.into_iter().flat_map(|f| f.notes).collect();
        sum.notes.extend(missing.into_iter().map(|m| format!("without {m}")));
        sum
    }

    /// The sum of two figures that both have to be given.
    pub fn both(a: Self, b: Self) -> Self {
        if a.value.is_none() {
            return a;
        }
        if b.value.is_none() { b } else { Self::sum([a, b]) }
    }

    /// Part and whole, each added up over pairs that give both; pairs that lack either are left out of both.
    pub fn pairs(pairs: impl IntoIterator<Item = [Self; 2]>) -> [Self; 2] {
        let (mut parts, mut wholes, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        for [part, whole] in pairs {
            match (part.value, whole.value) {
                (Some(_), Some(_)) => {
                    parts.push(part);
                    wholes.push(whole);
                }
                (None, _) => lacking.push(part),
                _ => lacking.push(whole),
            }
        }
        parts.extend(lacking);
        [Self::sum(parts), Self::sum(wholes)]
    }

    /// The difference; none where either is missing.
    pub fn minus(self, other: Self) -> Self {
        match (self.value, other.value) {
            (Some(a), Some(b)) => {
                Self { value: Some(a - b), notes: [self.notes, other.notes].concat(), ..Self::of(0.0) }
            }
            (None, _) => self,
            _ => other,
        }
    }
}

impl Report {
    /// The cells of a figure.
    pub fn cells<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a ReportValue> {
        self.values.iter().filter(move |v| v.indicator_code == Some(code))
    }

    /// A figure at a place: a count is added up over surfaces, and `KEYWORD_OTHER` over what each of its rows describes.
    pub fn figure<'a>(&'a self, code: &'a str, place: &Place) -> Figure {
        let label = template::indicator(code).map_or(code, |i| i.label);
        let unit = template::indicator(code).map_or("count", |i| i.unit);
        let cells: Vec<&ReportValue> = self.cells(code).filter(|v| place.holds(v)).collect();
        if cells.is_empty() {
            return Figure::blank(format!("\"{label}\" (not in the report)"));
        }
        if let Some(v) = cells.iter().find(|v| v.state == State::Unreadable) {
            return Figure::unknown(format!("\"{label}\" is {:?}, which is no number", v.raw.as_deref().unwrap_or("")));
        }
        let filled: Vec<&ReportValue> = cells.iter().filter(|v| v.value.is_some()).copied().collect();
        let Some(first) = filled.first() else {
            let mark = cells.iter().find_map(|v| v.raw.as_deref().filter(|_| v.state == State::Mark));
            return Figure::blank(format!("\"{label}\" ({})", mark.unwrap_or("blank")));
        };
        let mut rows = BTreeSet::new();
        let own = |v: &&'a ReportValue| {
            let (surface, described) = (v.surface.as_deref(), v.description.as_deref());
            (surface, v.scope.as_str(), v.category.as_deref(), described)
        };
        let what = if place.sub_category.is_some() { "rows" } else { "surfaces" };
        if filled.iter().any(|v| v.occurrence > 1 || !rows.insert(own(v))) {
            return Figure::unknown(format!(
                "\"{label}\" stands {} times, and nothing tells the rows apart",
                filled.len()
            ));
        }
        let sums = matches!(unit, "count" | "full-time equivalents");
        if filled.len() > 1 && !sums {
            return Figure::unknown(format!("\"{label}\" is given for {} {what} apart, and has no sum", filled.len()));
        }
        if let Some(x) = filled.iter().filter_map(|v| v.value).find(|x| *x < 0.0) {
            return Figure::unknown(format!("\"{label}\" is {x}, below 0"));
        }
        let mut figure = Figure::of(filled.iter().filter_map(|v| v.value).sum());
        if filled.len() > 1 {
            figure.notes.push(format!("\"{label}\" added up over {} {what}", filled.len()));
        }
        let rounded = |v: &&&ReportValue| v.number().notation.contains(&Notation::Scaled);
        if let Some(raw) = filled.iter().find(rounded).and_then(|v| v.raw.as_deref()) {
            figure.notes.push(format!("\"{label}\" is rounded: {raw}"));
        }
        if unit == "hours" && first.value.is_some_and(|h| h > f64::from(self.period.end - self.period.start) * 24.0) {
            figure.notes.push(format!("\"{label}\" is longer than the period: probably in another unit"));
        }
        figure
    }

    /// The sum of figures at a place; see [`Figure::sum`].
    pub fn sum(&self, codes: &[&str], place: &Place) -> Figure {
        Figure::sum(codes.iter().map(|code| self.figure(code, place)))
    }
}
