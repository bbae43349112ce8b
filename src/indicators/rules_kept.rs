//! Rules of reports as an indicator: which of those that apply a report keeps.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::{self, Declared, Figure, Place, Report, value};
use super::{Basis, Counts, INDICATORS, Indicator, Requirement, Scope, Statistic};
use crate::engine::{Predicate, UnitRows, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::finding::Severity;
use crate::tables::services::Services;
use crate::time::Period;
use crate::transparency::template;
use crate::transparency::validate::{Fault, RULES, validate};
use crate::transparency::values::ReportText;

/// A rule with the parts that it needs: one of each list. A rule without lists always applies.
pub type Tested = (&'static str, &'static [&'static [u8]]);

/// Columns of `report_texts` that the rules read.
pub const TEXTS: [&str; 8] =
    ["context", "indicator_code", "label", "part", "period_end", "period_start", "platform", "text"];

/// What the indicators of rules need: as those of single figures, and what the rules read beside them.
pub const REQUIREMENT: Requirement = Requirement {
    optional: declared::optional_columns![
        "unparsed",
        "report_texts.context",
        "report_texts.indicator_code",
        "report_texts.label",
        "report_texts.part",
        "report_texts.period_end",
        "report_texts.period_start",
        "report_texts.platform",
        "report_texts.text",
    ],
    ..declared::REQUIREMENT
};

/// Values and texts of whole reports.
pub fn units(basis: Basis, scope: &Scope) -> Vec<Units> {
    if basis != Basis::Report {
        return Vec::new();
    }
    let own = |column: &&str| !column.contains('.');
    let columns: Vec<&str> =
        REQUIREMENT.columns.iter().chain(REQUIREMENT.optional).copied().filter(own).chain(["platform"]).collect();
    let values = Units::new("report_values", scope.platform_filter(), &columns);
    vec![values, Units::new("report_texts", scope.platform_filter(), &TEXTS)]
}

/// The texts of [`units`].
fn texts(rows: &UnitRows) -> Vec<ReportText> {
    let text = |i: usize| {
        let text = |column: &str| rows.text(column, i).map(str::to_owned);
        ReportText {
            platform: text("platform"),
            provider: None,
            period_start: rows.day("period_start", i),
            period_end: rows.day("period_end", i),
            published_at: None,
            part: rows.integer("part", i).and_then(|p| u8::try_from(p).ok()).unwrap_or_default(),
            indicator_code: rows.text("indicator_code", i).and_then(template::indicator).map(|i| i.code),
            category: None,
            sub_category: None,
            label: text("label"),
            text: text("text"),
            context: text("context"),
            applicability: None,
            entry: 0,
            line: 0,
            unparsed: None,
            extra: None,
        }
    };
    (0..rows.len()).map(text).collect()
}

/// Reports with their faults.
pub struct Checked {
    faults: BTreeMap<(String, i32), Vec<Fault>>,
    parts: BTreeMap<(String, i32), Vec<u8>>,
}

impl Checked {
    /// Checks the reports of [`units`].
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] where the rows were not asked for.
    pub fn new(counts: &Counts) -> Result<Self> {
        let rows = counts.rows(0)?;
        let values: Vec<_> = (0..rows.len()).map(|i| value(rows, i)).collect();
        let texts = texts(counts.rows(1)?);
        let mut parts: BTreeMap<(String, i32), Vec<u8>> = BTreeMap::new();
        let of_values = values.iter().map(|v| (Some(&v.platform), v.period_start, v.part));
        for (platform, start, part) in
            of_values.chain(texts.iter().map(|t| (t.platform.as_ref(), t.period_start, t.part)))
        {
            if let (Some(platform), Some(start)) = (platform, start) {
                let parts = parts.entry((platform.clone(), start)).or_default();
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
        }
        let mut faults: BTreeMap<(String, i32), Vec<Fault>> = BTreeMap::new();
        for fault in validate(&values, &texts, &Services::default()) {
            if let Some((start, _)) = fault.period {
                faults.entry((fault.platform.clone(), start)).or_default().push(fault);
            }
        }
        Ok(Self { faults, parts })
    }

    /// The faults of a report by rules of a list, with the number of rules that apply to it.
    fn of(&self, r: &Report, rules: &[Tested], severity: Option<Severity>) -> (Vec<&Fault>, Vec<&'static str>) {
        let key = (r.platform.clone(), r.period.start);
        let parts = self.parts.get(&key).map_or(&[][..], Vec::as_slice);
        let severe = |id: &str| {
            RULES.iter().any(|rule| rule.id == id && severity.is_none_or(|wanted| rule.kind.severity == wanted))
        };
        let applies =
            |(id, needs): &&Tested| severe(id) && needs.iter().all(|any| any.iter().any(|part| parts.contains(part)));
        let applicable: Vec<&'static str> = rules.iter().filter(applies).map(|(id, _)| *id).collect();
        let faults = self.faults.get(&key).map_or(&[][..], Vec::as_slice);
        (faults.iter().filter(|f| applicable.contains(&f.rule.id)).collect(), applicable)
    }
}

/// Ids of the indicators on reports that the breach of a rule touches: those that read one of the figures that break it,
/// or that count the rule. A breach that is about no figure touches what reads the part, and one about no part, as of the
/// period, all.
///
/// `part` is 0 where there is none; `figures` are codes of the template.
#[must_use]
pub fn touched(rule: &str, part: u8, figures: &[&str]) -> Vec<&'static str> {
    let counted = |id: &str| {
        let of = |rules: &[Tested]| rules.iter().any(|(counted, _)| *counted == rule);
        match id {
            "tr-structural-validity" => of(super::tr_structural_validity::RULES),
            "tr-internal-consistency" => of(super::tr_internal_consistency::RULES),
            // The day of publication stands in part 1, and is no figure.
            "tr-timeliness" => part == 1,
            _ => false,
        }
    };
    let reads = |indicator: &dyn Indicator| {
        let codes = codes(indicator);
        match (figures, part) {
            ([], 0) => true,
            // It asks for a few figures only to find the reports.
            _ if indicator.card().id == "tr-timeliness" => false,
            ([], _) => codes.iter().any(|code| template::indicator(code).is_some_and(|i| i.part == part)),
            _ => figures.iter().any(|figure| codes.contains(*figure)),
        }
    };
    let on_reports = INDICATORS.iter().filter(|i| i.card().requirement(Basis::Report).is_some());
    on_reports.filter(|i| counted(i.card().id) || reads(**i)).map(|i| i.card().id).collect()
}

/// Codes of the figures and texts that an indicator asks reports for; none where it takes whole reports.
fn codes(indicator: &dyn Indicator) -> BTreeSet<String> {
    let scope = Scope::new(Period { start: 0, end: 1 }, BTreeSet::new(), "");
    let mut codes = BTreeSet::new();
    for units in indicator.units(Basis::Report, &scope) {
        for filter in units.filters {
            if let Predicate::In(column, wanted) = filter
                && column == "indicator_code"
            {
                codes.extend(wanted.iter().map(ToString::to_string));
            }
        }
    }
    codes
}

fn number(n: usize) -> Figure {
    Figure::of(f64::from(u32::try_from(n).unwrap_or(u32::MAX)))
}

/// Rows on rules of a list: shares of the rules that apply which are kept, of all and of those whose breach is an error;
/// findings in all; and findings by rule.
pub fn rows(
    reports: &Declared<'_>,
    checked: &Checked,
    rules: &[Tested],
    [share, errors, findings]: [&Statistic; 3],
) -> Vec<Estimate> {
    let mut rows = reports.undated_rows(&[share, errors, findings]);
    if !reports.undivided() {
        return rows;
    }
    let place = Place::total();
    let kept = |r: &Report, severity| {
        let (faults, applicable) = checked.of(r, rules, severity);
        let broken = |id: &&&str| faults.iter().any(|f| f.rule.id == **id);
        let kept = applicable.len() - applicable.iter().filter(broken).count();
        [number(kept), number(applicable.len())]
    };
    for set in reports.sets() {
        rows.push(reports.ratio(&set, share, &place, 1.0, |r| kept(r, None)));
        rows.push(reports.ratio(&set, errors, &place, 1.0, |r| kept(r, Some(Severity::Error))));
        rows.push(reports.total(&set, findings, &place, |r| number(checked.of(r, rules, None).0.len())));
        for rule in RULES.iter().filter(|rule| rules.iter().any(|(id, _)| *id == rule.id)) {
            let count = |r: &Report| checked.of(r, rules, None).0.iter().filter(|f| f.rule.id == rule.id).count();
            if set.reports.iter().any(|r| count(r) > 0) {
                let mut row =
                    reports.total(&set, findings, &place.clone().named("rule", rule.id), |r| number(count(r)));
                row.add_note(&format!("broken: {}", rule.demand));
                rows.push(row);
            }
        }
    }
    rows
}
