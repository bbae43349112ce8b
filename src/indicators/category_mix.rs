//! The indicator `category-mix`.

use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, mix};
use crate::engine::{Key, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of each category in the statements, in the terms of the schema of 2025-07-01.
    ///
    /// # Question
    ///
    /// How do the decisions that platforms report divide into the categories of the database?
    ///
    /// # Formula
    ///
    /// ```text
    /// share(c) = statements with category_v2 = c / statements with a category
    /// ```
    ///
    /// One estimate for each category, in the group `category`. `category_v2` is the category as submitted, or its
    /// documented successor where schema v1 had another name. The shares add up to one.
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
    /// - The mix is one of decisions, not of content: it follows what a platform looks for and how it files it.
    /// - On 2025-07-01 the categories changed. Where v1 has a documented successor, the two are counted together,
    ///   although they are not the same; others begin or end on that day.
    /// - Further categories are not counted.
    /// - Over all platforms together the largest one dominates. Measure by platform.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(3), 24(5) and 34(1).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Drolsbach C., Pröllochs N. (2024), "Content moderation on social media in the EU: insights from
    ///   the DSA Transparency Database", *WWW '24 Companion*; arXiv:2312.04431.
    CategoryMix {
        id: "category-mix",
        version: 1,
        status: Stability::Experimental,
        name: "Composition of statements",
        question: "How do reported decisions divide into categories?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["category_v2", "created_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(3)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
            "Regulation (EU) 2022/2065, Art. 34(1)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Drolsbach, Pröllochs 2024, arXiv:2312.04431",
        ],
        own_group: Some("category"),
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Statements of the category per statement with a category.",
}];

impl Indicator for CategoryMix {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        mix::tallies(&CARD, basis, scope, &[Key::column("category_v2")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        mix::estimate(&CARD, counts, scope, ("category", Some("category")), &|key| match key.first() {
            Some(Scalar::Text(code)) => Some(vec![code.clone()]),
            _ => None,
        })
    }
}
