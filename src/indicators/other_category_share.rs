//! The indicator `other-category-share`.

use std::collections::BTreeSet;

use super::cells::{Cells, enough, number, value};
use super::declared::{self, Declared, Figure, Report};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Scalar, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::tables::codes::codes;
use crate::transparency::template;

indicator! {
    /// Share of statements in the residual category, without a keyword, or with the residual keyword.
    ///
    /// # Question
    ///
    /// How specific are the labels that platforms give to their decisions: which share is filed as other violation
    /// of the terms and conditions, which has no keyword, and which the keyword for "other"?
    ///
    /// # Formula
    ///
    /// ```text
    /// share               = statements with category_v2 = STATEMENT_CATEGORY_OTHER_VIOLATION_TC / statements with a category
    /// share_no_keyword    = statements without a keyword / statements
    /// share_keyword_other = statements with KEYWORD_OTHER / statements with a keyword
    /// entropy             = − Σ pᵢ ln pᵢ / ln m,   pᵢ = share of category i, m = the larger of 16 and the
    ///                       number of categories that occur
    ///
    /// in reports (parts 5 and 6, own-initiative measures):
    /// share               = measures in category 15 / measures against illegal content and under the terms
    /// share_of_terms      = measures in category 15 / measures under the terms (part 6)
    /// share_no_keyword    = 1 − measures in sub-categories / measures in categories
    /// share_keyword_other = measures in sub-categories "other" / measures in sub-categories
    /// entropy             = as above, over the categories of parts 5 and 6 together
    /// ```
    ///
    /// Category 15 of a report, "other violation of the provider's terms and conditions", exists in part 6 alone. Where its row is blank or
    /// absent there is no share: nothing says that it is 0. Blank sub-categories are left out of the sums.
    ///
    /// The residual category of schema v1 is "scope of platform service", whose documented successor is the one
    /// above; they are counted together. The normalised entropy (Shannon 1948) is 0 where all statements bear
    /// one category, and 1 where the 16 categories of schema v2 are used equally.
    ///
    /// The unit is the statement of reasons. The period is that of the day of submission in UTC, or of the
    /// date asked for; statements without that date are in no period, and the note gives their number.
    /// Below n = 10 the result is `insufficient`: one statement would move a share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone would
    /// move the share if every statement were an independent draw of one stable process. Decisions come in
    /// batches and processes change, so the share usually varies more than that. The interval covers no
    /// error of reporting.
    ///
    /// # Limits
    ///
    /// - "Scope of platform service" and "other violation of terms and conditions" are not the same label. A step
    ///   on 2025-07-01 is first of all the break of the schema. The first held 91 % of all statements before
    ///   it, four fifths of which one platform sent.
    /// - A residual category can be right: a platform may decide mostly on matters for which there is no other.
    ///   A share near zero is no proof of precision either.
    /// - Keywords are optional. Up to March 2025, 1.6 % of statements had one, up to January 2026 2.4 %.
    /// - In reports sub-categories need not add up to their category, and where they exceed it there is no
    ///   `share_no_keyword`. The two shares of category 15 differ by the measures against illegal content alone.
    /// - Entropy says how evenly categories are used, not how well they fit.
    /// - A statement with several keywords counts once in each share.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(3) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Shannon C. E. (1948), "A mathematical theory of communication", *Bell System Technical Journal* 27,
    ///   379–423.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    OtherCategoryShare {
        id: "other-category-share",
        version: 1,
        status: Stability::Experimental,
        name: "Statements without a specific category or keyword",
        question: "Which share of reported decisions bears the residual category, no keyword, or the residual keyword?",
        unit: "statement of reasons",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["category_v2", "created_at", "keyword_set"], optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(3)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Shannon 1948, Bell Syst. Tech. J. 27, 379-423",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements in the residual category per statement with a category.",
    },
    Statistic {
        name: "share_no_keyword",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements without a keyword per statement.",
    },
    Statistic {
        name: "share_keyword_other",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements with the residual keyword per statement with a keyword.",
    },
    Statistic {
        name: "entropy",
        unit: "ratio",
        smallest_n: 100,
        meaning: "Shannon entropy of the categories, normalised to 0 (one category) to 1 (all alike).",
    },
    Statistic {
        name: "share_of_terms",
        unit: "share",
        smallest_n: 10,
        meaning: "In reports, measures in category 15 per own-initiative measure under the terms.",
    },
];

const DECLARED: &[&str] = &["illegal_measures", "terms_measures"];

const OTHER: &str = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC";
const OTHER_KEYWORD: &str = "KEYWORD_OTHER";

/// Sums over rows of categories and of sub-categories; none where all are blank.
fn over(r: &Report, wanted: impl Fn(&str, Option<&str>) -> bool) -> Figure {
    let cells = DECLARED.iter().flat_map(|code| r.cells(code)).filter(|v| {
        v.category.as_deref().is_some_and(|c| c != template::TOTAL && wanted(c, v.sub_category.as_deref()))
    });
    let values: Vec<f64> = cells.filter_map(|v| v.value).collect();
    if values.is_empty() { Figure::blank("measures by category (blank)") } else { Figure::of(values.iter().sum()) }
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share, no_keyword, keyword_other, even, of_terms] = &STATISTICS;
    let known = codes("category").iter().filter(|c| c.schema != "v1").count();
    let mut rows = reports.undated_rows(&[share, no_keyword, keyword_other, even, of_terms]);
    if !reports.undivided() {
        return rows;
    }
    let place = declared::Place::total();
    let rest = place.in_category(OTHER);
    for set in reports.sets() {
        let other = |r: &Report| r.figure("terms_measures", &rest);
        rows.push(reports.ratio(&set, share, &place, 1.0, |r| [other(r), r.sum(DECLARED, &place)]));
        rows.push(reports.ratio(&set, of_terms, &place, 1.0, |r| [other(r), r.figure("terms_measures", &place)]));
        rows.push(reports.ratio(&set, no_keyword, &place, 1.0, |r| {
            let categories = over(r, |_, sub| sub.is_none());
            let without = categories.clone().minus(over(r, |_, sub| sub.is_some()));
            if without.value.is_some_and(|x| x < 0.0) {
                return [Figure::unknown("a whole, since sub-categories exceed their categories"), categories];
            }
            [without, categories]
        }));
        rows.push(reports.ratio(&set, keyword_other, &place, 1.0, |r| {
            [over(r, |_, sub| sub == Some(OTHER_KEYWORD)), over(r, |_, sub| sub.is_some())]
        }));
        let names: BTreeSet<&str> =
            set.reports.iter().flat_map(|r| &r.values).filter_map(|v| v.category.as_deref()).collect();
        let sum = |name: &str| {
            let each = set.reports.iter().filter_map(|r| over(r, |c, sub| c == name && sub.is_none()).value);
            each.sum::<f64>()
        };
        let counts: Vec<i64> = names.iter().filter_map(|name| declared::whole(sum(name))).collect();
        let n: i64 = counts.iter().sum();
        let mut row = reports.row(&set, even, &place);
        row.n = Some(n);
        row.value = (n > 0).then(|| entropy(counts.into_iter(), n, known));
        rows.push(enough(row, even));
    }
    rows
}

impl Indicator for OtherCategoryShare {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis == Basis::Report { declared::units(scope, DECLARED) } else { Vec::new() }
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        let keys = vec![Key::column("category_v2"), Key::column("keyword_set")];
        scope.tallies(scope.cohort_of(&CARD, basis), keys, vec![Measure::count("n")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let known = codes("category").iter().filter(|c| c.schema != "v1").count();
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let mut categories = std::collections::BTreeMap::<&Scalar, i64>::new();
            let (mut all, mut keywords, mut other_keyword) = (0, 0, 0);
            for (key, values) in counts {
                let n = value(values, 0);
                all += n;
                if let Some(category) = key.first().filter(|c| **c != Scalar::Null) {
                    *categories.entry(category).or_default() += n;
                }
                if let Some(Scalar::Text(set)) = key.get(1) {
                    keywords += n;
                    other_keyword += if set.split(',').any(|k| k == OTHER_KEYWORD) { n } else { 0 };
                }
            }
            let labelled: i64 = categories.values().sum();
            let other = categories.get(&Scalar::from(OTHER)).copied().unwrap_or_default();
            let mut push = |at: usize, k: i64, n: i64, lacking: &str| -> Result<()> {
                rows.push(shares::row(&cells, cell, &STATISTICS[at], (k, n), (all, lacking))?);
                Ok(())
            };
            push(0, other, labelled, "no category")?;
            push(1, all - keywords, all, "")?;
            push(2, other_keyword, keywords, "")?;

            let mut row = cells.row(cell, &STATISTICS[3]);
            row.n = Some(labelled);
            row.value = (labelled > 0).then(|| entropy(categories.values().copied(), labelled, known));
            rows.push(enough(row, &STATISTICS[3]));
        }
        Ok(rows)
    }
}

/// Shannon entropy of counts that add up to n, over the logarithm of the number of categories there could be.
#[expect(clippy::cast_precision_loss, reason = "a number of categories")]
fn entropy(counts: impl Iterator<Item = i64>, n: i64, known: usize) -> f64 {
    let shares: Vec<f64> = counts.filter(|c| *c > 0).map(|c| number(c) / number(n)).collect();
    let most = shares.len().max(known) as f64;
    // A single category has the entropy 0, not −0.
    (-shares.iter().map(|p| p * p.ln()).sum::<f64>() / most.ln()).clamp(0.0, 1.0) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entropy_of_one_of_all_and_of_two() {
        assert!(entropy([7].into_iter(), 7, 16).abs() <= 1e-15);
        assert!((entropy([3; 16].into_iter(), 48, 16) - 1.0).abs() <= 1e-12);
        // One half each: ln 2 / ln 16 = 1/4.
        assert!((entropy([5, 5].into_iter(), 10, 16) - 0.25).abs() <= 1e-12);
    }
}
