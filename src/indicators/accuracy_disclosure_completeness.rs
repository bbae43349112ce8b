//! The indicator `accuracy-disclosure-completeness`.

use std::collections::BTreeSet;

use super::declared::{self, Declared, Figure, Place, Report};
use super::records::statistic;
use super::{Basis, Card, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Scalar, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::transparency::numbers::tidy;
use crate::transparency::scopes::{LANGUAGES, ScopeKind};
use crate::transparency::template::is_place_holder;
use crate::transparency::values::ReportValue;

indicator! {
    /// Share of the figures on accuracy of automated means that a report gives.
    ///
    /// # Question
    ///
    /// How much of what the template asks on the accuracy of automated means does a report give?
    ///
    /// # Formula
    ///
    /// ```text
    /// share           = figures given / 12: accuracy, precision and recall of all measures, of own-initiative measures, of notices,
    ///                   and of notices of trusted flaggers
    /// share_languages = official languages with a figure / 24
    /// method_given    = 1 where part 11 describes the indicators of accuracy, 0 where it does not
    /// ```
    ///
    /// A figure counts as given where at least one row of it holds a number from 0 to 1. A blank cell, one with a mark such as NA, and an
    /// absent row do not count: all three leave the reader without a figure, though a blank says that none applies. Reports of
    /// which neither part 8 nor part 11 is in the data have no row.
    ///
    /// # Uncertainty
    ///
    /// It is a count of cells, so there is no interval.
    ///
    /// # Limits
    ///
    /// - A blank can be right, as of a platform that takes no measure by automated means: then part 11 says so.
    /// - In the template the rows of languages repeat accuracy for the first, precision for some and recall for the last
    ///   language; for a language any of the three counts.
    /// - It says nothing on whether figures are right: see `automated-error-rate`.
    /// - The duty to break accuracy down by language is that of very large platforms.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(e) and 42(2)(c).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, parts 8 and 11.
    /// - Trujillo A., Tessa B., Cresci S. (2026), "Disarranged Harmonization", arXiv:2605.17655.
    AccuracyDisclosureCompleteness {
        id: "accuracy-disclosure-completeness",
        version: 1,
        status: Stability::Experimental,
        name: "Completeness of figures on accuracy",
        question: "How much of what the template asks on the accuracy of automated means does a report give?",
        unit: "cell",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            optional: declared::optional_columns![
                "report_texts.indicator_code",
                "report_texts.period_end",
                "report_texts.period_start",
                "report_texts.platform",
                "report_texts.text",
            ],
            ..declared::REQUIREMENT
        }],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(e)", "Regulation (EU) 2022/2065, Art. 42(2)(c)"],
        references: &["Trujillo, Tessa, Cresci 2026, arXiv:2605.17655"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic(
        "share",
        "share",
        1,
        "Figures on accuracy of four kinds of measures that are given per figure asked for.",
    ),
    statistic("share_languages", "share", 1, "Official languages with a figure on accuracy per official language."),
    statistic("method_given", "ratio", 1, "1 where part 11 describes the indicators of accuracy, 0 where it does not."),
];

const MEASURES: [&str; 3] = ["accuracy", "precision", "recall"];
const KINDS: [ScopeKind; 4] =
    [ScopeKind::Total, ScopeKind::OwnInitiative, ScopeKind::Notices, ScopeKind::NoticesFlaggers];
const DECLARED: &[&str] = &[
    "accuracy",
    "measures_automated",
    "measures_not_automated",
    "notices_automated",
    "notices_not_automated",
    "precision",
    "recall",
];

/// Number of cells, as a figure.
fn number(cells: usize) -> Figure {
    Figure::of(f64::from(u32::try_from(cells).unwrap_or(u32::MAX)))
}

impl Indicator for AccuracyDisclosureCompleteness {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis != Basis::Report {
            return Vec::new();
        }
        let mut filters = scope.platform_filter();
        // Any text of part 11 shows that it was read.
        let codes = crate::transparency::template::INDICATORS.iter().filter(|i| i.part == 11).map(|i| i.code);
        filters.push(Predicate::In("indicator_code".to_owned(), codes.map(Scalar::from).collect()));
        let columns = ["indicator_code", "period_end", "period_start", "platform", "text"];
        let mut units = declared::units(scope, DECLARED);
        units.push(Units::new("report_texts", filters, &columns));
        units
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [share, languages, method] = &STATISTICS;
        let reports = Declared::new(counts, &CARD, scope);
        let mut rows = reports.undated_rows(&[share, languages, method]);
        let texts = counts.rows(1)?;
        let mut told: BTreeSet<(&str, Option<i32>)> = BTreeSet::new();
        let mut read: BTreeSet<(&str, Option<i32>)> = BTreeSet::new();
        for i in 0..texts.len() {
            let of = (texts.text("platform", i).unwrap_or_default(), texts.day("period_start", i));
            read.insert(of);
            let text = texts.text("text", i).filter(|_| texts.text("indicator_code", i) == Some("automated_accuracy"));
            if text.is_some_and(|t| !tidy(t).is_empty() && !is_place_holder(t)) {
                told.insert(of);
            }
        }
        if !reports.undivided() {
            return Ok(rows);
        }
        let place = Place::total();
        let valid = |v: &&ReportValue| v.value.is_some_and(|x| (0.0..=1.0).contains(&x));
        for set in reports.sets() {
            rows.push(reports.ratio(&set, share, &place, 1.0, |r: &Report| {
                let pairs = MEASURES.iter().flat_map(|code| KINDS.map(|kind| (code, kind)));
                let given = pairs.filter(|(code, kind)| r.cells(code).filter(valid).any(|v| v.scope_kind == *kind));
                [number(given.count()), number(MEASURES.len() * KINDS.len())]
            }));
            rows.push(reports.ratio(&set, languages, &place, 1.0, |r: &Report| {
                let named = |language: &&&str| {
                    let of = |v: &ReportValue| v.scope_kind == ScopeKind::Language && v.scope == **language;
                    MEASURES.iter().any(|code| r.cells(code).filter(valid).any(of))
                };
                [number(LANGUAGES.iter().filter(named).count()), number(LANGUAGES.len())]
            }));
            rows.push(reports.single(&set, method, &place, 1.0, |r: &Report| {
                let of = (r.platform.as_str(), Some(r.period.start));
                let figure = if read.contains(&of) {
                    number(usize::from(told.contains(&of)))
                } else {
                    Figure::blank("part 11 (not in the data)")
                };
                (figure, Figure::of(1.0))
            }));
        }
        Ok(rows)
    }
}
