//! Rules that the figures of a report keep to: those of the Regulation, of arithmetic, and of plausibility.
//!
//! Each broken rule is a [`Fault`] with the cells that it touches and the arithmetic behind it. A blank cell means that
//! nothing applies: it is never taken for 0, and a sum of blanks is no sum.

mod across;
mod change;
mod complaints;
mod form;
mod means;
mod report;
mod rows;
mod sums;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub use self::form::deadline;
use self::report::Report;
use super::values::{ReportText, ReportValue};
use crate::finding::{self, Kind};
use crate::tables::services::Services;

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its id, stable.
    pub id: &'static str,
    /// The finding that breaking it is.
    pub kind: &'static Kind,
    /// What it demands.
    pub demand: &'static str,
}

macro_rules! rules {
    ($($id:ident, $kind:ident, $demand:literal;)*) => {
        $(#[doc = $demand] pub(super) const $id: &Rule =
            &Rule { id: stringify!($id), kind: finding::$kind, demand: $demand };)*
        /// Every rule that is checked here, by id.
        ///
        /// V02, V03 and what V08 says of unreadable cells are seen where files are read. V37 (recipients against the page
        /// of Art. 24(2)), V39 (marks of changed versions) and V41 (reports against statements) need more than reports.
        pub static RULES: &[&Rule] = &[$($id),*];
    };
}

rules! {
    V01, REPORT_PART_MISSING, "a report has all parts that its service has to give";
    V04, REPORT_PERIOD, "the period is a half-year, or a year where the service is not designated";
    V05, REPORT_PUBLISHED, "a report is published after its period and within two months, and after the report before it";
    V06, REPORT_COUNT, "counts are whole and not negative";
    V07, REPORT_SHARE, "shares lie between 0 and 1";
    V08, REPORT_MARK, "what does not apply is left blank";
    V09, REPORT_LONG_TEXT, "texts have at most 5,000 characters";
    V10, REPORT_CODE, "categories, sub-categories, scopes and rows are those of the template";
    V11, REPORT_CATEGORY_PLACE, "category 15 stands in part 6 alone, 16 in part 3, 17 in part 4";
    V12, REPORT_SUBCATEGORY_SUM, "a category is the sum of its sub-categories";
    V13, REPORT_TOTAL_SUM, "the total is the sum of the categories";
    V14, REPORT_STATE_SUM, "orders in total are the sum over Member States";
    V14L, REPORT_BREAKDOWN, "measures in total are the sum over languages, or over Member States";
    V15, REPORT_OTHER, "each row 'other' has a description of its own";
    V16, REPORT_ORDER, "there are at least as many items as notices";
    V17, REPORT_EXCESS, "what trusted flaggers sent is a part of all";
    V18, REPORT_MEDIAN, "a median is not longer than the period";
    V19, REPORT_ORDER, "notices of trusted flaggers are acted on no later than others";
    V20, REPORT_UNEXPLAINED, "actions on notices are at most as many as items";
    V21, REPORT_EXCESS, "measures after automated detection are a part of all measures";
    V22, REPORT_ORDER, "each measure has at least one restriction";
    V23, REPORT_EXCESS, "restrictions of one kind are at most as many as measures";
    V24, REPORT_PARTS_DISAGREE, "own-initiative measures of part 8 are at most those of parts 5 and 6";
    V25, REPORT_PARTS_DISAGREE, "own-initiative measures by automated means alone (part 8) are those detected so (parts 5 and 6)";
    V26, REPORT_PARTS_DISAGREE, "notices of part 8 are those of part 4";
    V27, REPORT_COMPLAINTS, "complaints are the sum of their outcomes";
    V28, REPORT_COMPLAINTS, "complaints are the sum of their kinds";
    V29, REPORT_ORDER, "complaints about notices of trusted flaggers are at most those about all notices";
    V30, REPORT_COMPLAINTS, "the share of outcomes implemented is one of whole decisions, and blank where there are none";
    V31, REPORT_ORDER, "suspensions for manifestly illegal content are among the restrictions reported";
    V32, REPORT_ACCURACY, "accuracy, precision and recall agree with some evaluation set";
    V33, REPORT_UNEXPLAINED, "accuracy is given, or part 11 says why not";
    V34, REPORT_ORDER, "moderators with expertise in a language are among all moderators";
    V35, REPORT_LANGUAGES, "each official language has a figure, of at most the total";
    V36, REPORT_BREAKDOWN, "recipients by Member State are given for all 27 and add up to the total or more";
    V38, REPORT_UNEXPLAINED, "all texts of part 11 are there, and new";
    V40, REPORT_QUESTION, "figures change by less than a factor of three from one half-year to the next";
    V42, REPORT_QUESTION, "at most a fifth of the larger figures end in 000";
    V43, REPORT_REPEATED, "rows differ in something";
}

/// A cell that a fault touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Part.
    pub part: u8,
    /// Code of the figure; empty where the template has none.
    pub indicator: &'static str,
    /// Scope.
    pub scope: String,
    /// Category, or `TOTAL`, and sub-category.
    pub category: Option<String>,
    /// Sub-category.
    pub sub_category: Option<String>,
    /// Index of the file that it came from, as in [`ReportValue::entry`].
    pub entry: usize,
    /// Line of the file.
    pub line: u64,
    /// Its text.
    pub raw: Option<String>,
}

impl Cell {
    fn of(v: &ReportValue) -> Self {
        Self {
            part: v.part,
            indicator: v.indicator_code.unwrap_or_default(),
            scope: v.scope.clone(),
            category: v.category.clone(),
            sub_category: v.sub_category.clone(),
            entry: v.entry,
            line: v.line,
            raw: v.raw.clone(),
        }
    }
}

/// A rule that a report breaks.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// The rule.
    pub rule: &'static Rule,
    /// Canonical name of the platform.
    pub platform: String,
    /// First and last day of the period.
    pub period: Option<(i32, i32)>,
    /// Part; 0 where it is about none.
    pub part: u8,
    /// Code of the figure, where it is about one.
    pub indicator: Option<&'static str>,
    /// What was found, with the arithmetic: `part 4, notices, …: 0 + 0 = 0, and the category is 573,751`.
    pub shown: String,
    /// How many cells or rows break the rule so.
    pub count: u64,
    /// The cells: of the example shown where many rows break the rule.
    pub cells: Vec<Cell>,
    /// Codes of the figures of all cells that break it, sorted.
    pub figures: Vec<&'static str>,
}

impl Fault {
    /// The finding that it is.
    #[must_use]
    pub fn kind(&self) -> &'static Kind {
        self.rule.kind
    }

    /// The value of the finding: rule, platform, period and what was found.
    #[must_use]
    pub fn value(&self) -> String {
        let period = self.period.map_or_else(String::new, |(first, last)| {
            format!(" {}/{}", crate::time::iso(first), crate::time::iso(last))
        });
        format!("{}: {}{period}: {}", self.rule.id, self.platform, self.shown)
    }
}

type Owner = (String, Option<(i32, i32)>);

/// Checks the reports of any number of platforms and periods. Faults come in the order of platforms, periods and rules.
///
/// `texts` are those of the same reports. Complexity: O(n log n) in the number of cells.
#[must_use]
pub fn validate(values: &[ReportValue], texts: &[ReportText], services: &Services) -> Vec<Fault> {
    let mut owners: BTreeMap<Owner, (Vec<&ReportValue>, Vec<&ReportText>)> = BTreeMap::new();
    for v in values {
        let period = v.period_start.zip(v.period_end);
        owners.entry((v.platform.clone(), period)).or_default().0.push(v);
    }
    for t in texts {
        let Some(platform) = t.platform.clone() else { continue };
        owners.entry((platform, t.period_start.zip(t.period_end))).or_default().1.push(t);
    }
    let reports: Vec<Report> = owners
        .into_iter()
        .map(|((platform, period), (values, texts))| {
            let service = services.get(&platform);
            Report::new(platform, period, service, values, texts)
        })
        .collect();
    let mut faults = Vec::new();
    for (at, report) in reports.iter().enumerate() {
        let mut own = Vec::new();
        form::check(report, &mut own);
        sums::check(report, &mut own);
        rows::check(report, &mut own);
        across::check(report, &mut own);
        complaints::check(report, &mut own);
        means::check(report, &mut own);
        let before = at.checked_sub(1).and_then(|b| reports.get(b)).filter(|b| b.is_just_before(report));
        if let Some(before) = before {
            change::check(before, report, &mut own);
        }
        let place = |f: &Fault| RULES.iter().position(|r| *r == f.rule);
        own.sort_by_key(place);
        faults.extend(own);
    }
    faults
}
