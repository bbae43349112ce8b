//! The indicator `decision-type-mix`.

use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, mix};
use crate::engine::{Key, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of statements that impose each restriction.
    ///
    /// # Question
    ///
    /// Which restrictions do the decisions that platforms report impose: on visibility, payments, the service, or
    /// the account?
    ///
    /// # Formula
    ///
    /// ```text
    /// share(r) = statements that impose restriction r / statements
    /// ```
    ///
    /// One estimate for each code of `decision_visibility`, `decision_monetary`, `decision_provision` and
    /// `decision_account`, in the group `restriction`, and `(none)` for statements without any. A statement can
    /// impose several restrictions and counts in each, so the shares can add up to more than one.
    ///
    /// Codes that occur in none of the periods of a platform have no row; one that occurs in some has a row in
    /// all. Below n = 10 the result is `insufficient`. The period is that of the day of submission in UTC, or of
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
    /// - It says what was imposed, not on how much content, for how long or in how many countries.
    /// - Platforms differ in what they call removal, disabling and demotion of content.
    /// - A restriction "other" is described in free text, which is not read here.
    /// - Statements are not decisions one to one.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(1) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    DecisionTypeMix {
        id: "decision-type-mix",
        version: 1,
        status: Stability::Experimental,
        name: "Decisions in statements",
        question: "Which restrictions do reported decisions impose?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "decision_account", "decision_monetary", "decision_provision", "visibility_set"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(1)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: Some("restriction"),
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Statements that impose the restriction per statement.",
}];

impl Indicator for DecisionTypeMix {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        mix::tallies(
            &CARD,
            basis,
            scope,
            &["visibility_set", "decision_monetary", "decision_provision", "decision_account"].map(Key::column),
        )
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        mix::estimate(&CARD, counts, scope, ("restriction", None), &|key| {
            let codes = key.iter().filter_map(|k| match k {
                Scalar::Text(set) => Some(set.split(',').map(str::to_owned)),
                _ => None,
            });
            let codes: Vec<String> = codes.flatten().collect();
            Some(if codes.is_empty() { vec![Scalar::Null.to_string()] } else { codes })
        })
    }
}
