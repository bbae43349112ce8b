//! Figures and texts of reports as values.

use super::numbers::{self, Number, State};
use super::scopes::ScopeKind;
use super::template::{Indicator, TOTAL, indicator};

/// One cell for a figure: a row of the table `report_values`, whose codebook says what each field means.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportValue {
    /// Canonical name of the platform.
    pub platform: String,
    /// Provider.
    pub provider: Option<String>,
    /// First day of the period, since 1970-01-01.
    pub period_start: Option<i32>,
    /// Last day of the period, included.
    pub period_end: Option<i32>,
    /// Day of publication.
    pub published_at: Option<i32>,
    /// Part, 3 to 10.
    pub part: u8,
    /// Section of the long parts.
    pub section: Option<String>,
    /// Code of the figure.
    pub indicator_code: Option<&'static str>,
    /// Scope.
    pub scope: String,
    /// Its kind.
    pub scope_kind: ScopeKind,
    /// Member State as statements write it.
    pub country: Option<String>,
    /// Category, or `TOTAL`.
    pub category: Option<String>,
    /// Sub-category.
    pub sub_category: Option<String>,
    /// What a sub-category "other" holds.
    pub description: Option<String>,
    /// Part of the service or classifier.
    pub surface: Option<String>,
    /// Which of several rows that are otherwise the same.
    pub occurrence: i64,
    /// The figure.
    pub value: Option<f64>,
    /// What the cell holds.
    pub state: State,
    /// Its text.
    pub raw: Option<String>,
    /// Contextual information.
    pub context: Option<String>,
    /// Who has to give it.
    pub applicability: Option<String>,
    /// Index of the inner file it came from.
    pub entry: usize,
    /// Line.
    pub line: u64,
    /// Texts that typed columns cannot hold, as JSON.
    pub unparsed: Option<String>,
    /// Cells of other columns, as JSON.
    pub extra: Option<String>,
}

impl ReportValue {
    /// What the figure is in the template.
    #[must_use]
    pub fn indicator(&self) -> Option<&'static Indicator> {
        self.indicator_code.and_then(indicator)
    }

    /// Unit of the figure.
    #[must_use]
    pub fn unit(&self) -> Option<&'static str> {
        self.indicator().map(|i| i.unit)
    }

    /// Whether it is a row of all categories, or of a part without categories.
    #[must_use]
    pub fn is_total_row(&self) -> bool {
        self.category.as_deref().is_none_or(|c| c == TOTAL) && self.sub_category.is_none()
    }

    /// Whether it is the row of a category, neither of a sub-category nor of the total.
    #[must_use]
    pub fn is_category_row(&self) -> bool {
        self.category.as_deref().is_some_and(|c| c != TOTAL) && self.sub_category.is_none()
    }

    /// The cell read again: how it is rounded and written.
    #[must_use]
    pub fn number(&self) -> Number {
        let raw = self.raw.as_deref().unwrap_or_default();
        let context = self.context.as_deref().unwrap_or_default();
        numbers::read(raw, self.unit().unwrap_or("count"), context, false)
    }
}

/// One cell of text: a row of the table `report_texts`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportText {
    /// Canonical name of the platform; `None` in part 2 read alone.
    pub platform: Option<String>,
    /// Provider.
    pub provider: Option<String>,
    /// First day of the period.
    pub period_start: Option<i32>,
    /// Last day of the period, included.
    pub period_end: Option<i32>,
    /// Day of publication.
    pub published_at: Option<i32>,
    /// Part: 1, 2 or 11.
    pub part: u8,
    /// Code of the row.
    pub indicator_code: Option<&'static str>,
    /// Category of a row of part 2.
    pub category: Option<String>,
    /// Sub-category of a row of part 2.
    pub sub_category: Option<String>,
    /// Label of the row.
    pub label: Option<String>,
    /// The text; `None` where the cell is blank.
    pub text: Option<String>,
    /// Contextual information.
    pub context: Option<String>,
    /// Who has to give it.
    pub applicability: Option<String>,
    /// Index of the inner file.
    pub entry: usize,
    /// Line.
    pub line: u64,
    /// Texts that typed columns cannot hold, as JSON.
    pub unparsed: Option<String>,
    /// Cells of other columns, as JSON.
    pub extra: Option<String>,
}
