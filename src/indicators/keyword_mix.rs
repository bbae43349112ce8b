//! The indicator `keyword-mix`.

use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, mix};
use crate::engine::{Key, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of statements that bear each keyword, in the terms of the schema of 2025-07-01.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report with a keyword, which share bears each of them?
    ///
    /// # Formula
    ///
    /// ```text
    /// share(w) = statements with keyword w / statements with any keyword
    /// ```
    ///
    /// One estimate for each keyword, in the group `keyword`. Keywords are those submitted, or their documented
    /// successors where schema v1 had other names. A statement with several keywords counts in each, so the
    /// shares add up to more than one.
    ///
    /// Codes that occur in none of the periods of a platform have no row; one that occurs in some has a row in
    /// all whose schema knows it. Below n = 10 the result is `insufficient`. The period is that of the day of submission in UTC, or of
    /// the date asked for.
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
    /// - Keywords are optional and few statements have one (2.4 % up to January 2026): the shares are of those. How
    ///   many have none is `other-category-share`.
    /// - The set of keywords grew on 2025-07-01. A keyword that begins there is new, not newly found.
    /// - Keywords specify a category; the same matter can be filed under others.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(3) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    KeywordMix {
        id: "keyword-mix",
        version: 1,
        status: Stability::Experimental,
        name: "Labels of statements",
        question: "Which keywords do reported decisions bear, and how many bear one?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "keyword_set"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(3)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
        ],
        own_group: Some("keyword"),
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Statements with the keyword per statement with any keyword.",
}];

impl Indicator for KeywordMix {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        mix::tallies(&CARD, basis, scope, &[Key::column("keyword_set")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        mix::estimate(&CARD, counts, scope, ("keyword", Some("category_specification")), &|key| match key.first() {
            Some(Scalar::Text(set)) => Some(set.split(',').map(str::to_owned).collect()),
            _ => None,
        })
    }
}
