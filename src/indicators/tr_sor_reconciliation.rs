//! The indicator `tr-sor-reconciliation`.

use std::collections::BTreeMap;

use super::declared::{self, Declared, Figure, Report, days};
use super::records::statistic;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally, TallyTable, Units};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::time::Grain;

indicator! {
    /// Measures of a transparency report by statements of reasons of the same period.
    ///
    /// # Question
    ///
    /// Does a platform declare as many measures in its report as it submitted statements of reasons on them?
    ///
    /// # Formula
    ///
    /// ```text
    /// ratio         = report / statements;   log_ratio = ln ratio
    /// report        = M5 + M6 + L4 + T4
    /// statements    = statements created in the half-year of the report, of the platform of this name
    /// ratio_illegal = (M5 + L4) / statements on the ground of illegal content
    /// ratio_terms   = (M6 + T4) / statements on the ground of incompatibility with the terms
    /// M5, M6 = own-initiative measures against illegal content and under the terms (parts 5 and 6)
    /// L4, T4 = actions on notices on the basis of the law and of the terms (part 4)
    /// ```
    ///
    /// A ratio of 1 means as many of one as of the other. By `category`, both sides are of that category, in the terms of the schema of
    /// 2025-07-01. Names of services in reports are put to those of platforms in statements by the list of services. A part
    /// of the report that is blank or absent does not apply and is left out, which the note says. There is a ratio only where every day of
    /// the period is loaded: else the count of statements stands alone, with the number of days. A platform without a statement in a
    /// category has none.
    ///
    /// # Uncertainty
    ///
    /// Both are complete counts, so there is no interval. A difference of some per cent has many causes; look from a ratio of
    /// 1.1 or 0.9 on (|log ratio| > ln 1.1).
    ///
    /// # Limits
    ///
    /// - They need not agree. There are no statements on orders, nor on deceptive commercial content of high volume (Art. 17(2) and (5)),
    ///   and measures without a recipient to inform need none; one measure can have several statements, and one
    ///   statement can be on many items.
    /// - Search engines have no duty to submit statements.
    /// - Statements are counted by their day of submission, measures by when they were taken: late submissions move counts between
    ///   half-years. `--cohort decision` counts by the date of application.
    /// - A service in a report can be a part of a platform in statements, or have several names there.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17, 24(5) and 42.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    /// - Tessa B. et al. (2025), "Improving regulatory oversight in online content moderation", arXiv:2506.04145.
    TrSorReconciliation {
        id: "tr-sor-reconciliation",
        version: 1,
        status: Stability::Experimental,
        name: "Measures of a report by statements of reasons",
        question: "Does a platform declare as many measures in its report as it submitted statements of reasons on them?",
        unit: "report",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            columns: &[
                "indicator_code",
                "scope_kind",
                "state",
                "statements.category_v2",
                "statements.created_at",
                "statements.decision_ground",
                "statements.platform",
            ],
            ..declared::REQUIREMENT
        }],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::B],
        smallest_n: 1,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17",
            "Regulation (EU) 2022/2065, Art. 24(5)",
            "Regulation (EU) 2022/2065, Art. 42",
        ],
        references: &["Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085", "Tessa et al. 2025, arXiv:2506.04145"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("ratio", "ratio", 1, "Measures of the report per statement."),
    statistic("log_ratio", "log ratio", 1, "Natural logarithm of the ratio: 0 where both are equal."),
    statistic("report", "count", 1, "Measures of the report."),
    statistic("statements", "count", 1, "Statements of the same platform and period."),
    statistic("ratio_illegal", "ratio", 1, "The ratio of measures against illegal content."),
    statistic("ratio_terms", "ratio", 1, "The ratio of measures under the terms."),
];

const LAW: &[&str] = &["illegal_measures", "notices_law"];
const TERMS: &[&str] = &["notices_terms", "terms_measures"];
const DECLARED: &[&str] = &["illegal_measures", "notices_law", "notices_terms", "terms_measures"];
const ILLEGAL: &str = "DECISION_GROUND_ILLEGAL_CONTENT";
const INCOMPATIBLE: &str = "DECISION_GROUND_INCOMPATIBLE_CONTENT";

/// Statements by platform, first day of a month, category and ground.
struct Statements<'a>(BTreeMap<(&'a str, i32), Vec<Kind<'a>>>);

/// Category, ground, and number of statements.
type Kind<'a> = (Option<&'a str>, Option<&'a str>, i64);

impl<'a> Statements<'a> {
    fn new(table: &'a TallyTable) -> Self {
        fn text(key: Option<&Scalar>) -> Option<&str> {
            match key {
                Some(Scalar::Text(text)) => Some(text),
                _ => None,
            }
        }
        let mut by_month: BTreeMap<(&str, i32), Vec<_>> = BTreeMap::new();
        for (key, values) in &table.rows {
            if let (Some(platform), Some(Scalar::Day(month))) = (text(key.first()), key.get(1)) {
                let cell = (text(key.get(2)), text(key.get(3)), values.first().copied().unwrap_or_default());
                by_month.entry((platform, *month)).or_default().push(cell);
            }
        }
        Self(by_month)
    }

    /// Those of a report's platform and period; of one category and one ground where asked for.
    fn of(&self, r: &Report, category: Option<&str>, ground: Option<&str>) -> i64 {
        let months = (r.period.start..r.period.end).filter_map(|day| self.0.get(&(r.platform.as_str(), day)));
        let fits = |(c, g, _): &&Kind<'_>| {
            category.is_none_or(|wanted| *c == Some(wanted)) && ground.is_none_or(|wanted| *g == Some(wanted))
        };
        months.flatten().filter(fits).map(|(.., n)| n).sum()
    }
}

/// Why no ratio can be made of a report; `None` where it can.
fn hindered(scope: &Scope, r: &Report) -> Option<String> {
    let whole_months =
        [r.period.start, r.period.end].iter().all(|day| Grain::Month.period(*day).is_some_and(|m| m.start == *day));
    if !whole_months {
        return Some(format!("the period, {}, is not one of whole months", days(r.period)));
    }
    let all = r.period.end - r.period.start;
    let loaded = i32::try_from(scope.days_loaded.range(r.period.start..r.period.end).count()).unwrap_or(i32::MAX);
    (loaded < all).then(|| format!("statements of {loaded} of {all} days are loaded"))
}

impl Indicator for TrSorReconciliation {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let date = scope.cohort.and_then(Cohort::column).unwrap_or("created_at");
        if basis != Basis::Report {
            return Vec::new();
        }
        let keys = vec![
            Key::column("platform"),
            Key::truncated("period", date, Grain::Month),
            Key::column("category_v2"),
            Key::column("decision_ground"),
        ];
        vec![Tally {
            table: "statements".to_owned(),
            filters: scope.platform_filter(),
            keys,
            measures: vec![Measure::count("n")],
        }]
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis == Basis::Report { declared::units(scope, DECLARED) } else { Vec::new() }
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [ratio, log, report, statements, illegal, terms] = &STATISTICS;
        let reports = Declared::new(counts, &CARD, scope);
        let mut rows = reports.undated_rows(&STATISTICS.iter().collect::<Vec<_>>());
        let submitted = Statements::new(counts.table(0)?);
        for set in reports.sets() {
            for place in reports.places(&set, DECLARED) {
                let category = place.category.as_deref();
                if place.scope.is_some() || place.sub_category.is_some() {
                    continue;
                }
                let of = |r: &Report, codes: &[&str], ground: Option<&str>| -> [Figure; 2] {
                    let declared = r.sum(codes, &place);
                    if let Some(why) = hindered(scope, r) {
                        return [declared, Figure::unknown(why)];
                    }
                    #[expect(clippy::cast_precision_loss, reason = "counts of statements lie below 2^53")]
                    let n = submitted.of(r, category, ground) as f64;
                    [
                        declared,
                        if n > 0.0 { Figure::of(n) } else { Figure::blank("statements of this platform and period") },
                    ]
                };
                let row = reports.ratio(&set, ratio, &place, 1.0, |r| of(r, DECLARED, None));
                let mut logarithm =
                    Estimate { statistic: log.name.to_owned(), unit: log.unit.to_owned(), ..row.clone() };
                if row.status == Status::Ok {
                    logarithm = match row.value.filter(|x| *x > 0.0) {
                        Some(x) => Estimate { value: Some(x.ln()), ..logarithm },
                        None => logarithm.without_value(Status::NotApplicable, "the report declares no measure"),
                    };
                }
                rows.extend([row, logarithm]);
                rows.push(reports.total(&set, report, &place, |r| r.sum(DECLARED, &place)));
                rows.push(reports.total(&set, statements, &place, |r| {
                    #[expect(clippy::cast_precision_loss, reason = "counts of statements lie below 2^53")]
                    let mut figure = Figure::of(submitted.of(r, category, None) as f64);
                    figure.notes.extend(hindered(scope, r));
                    figure
                }));
                rows.push(reports.ratio(&set, illegal, &place, 1.0, |r| of(r, LAW, Some(ILLEGAL))));
                rows.push(reports.ratio(&set, terms, &place, 1.0, |r| of(r, TERMS, Some(INCOMPATIBLE))));
            }
        }
        Ok(rows)
    }
}
