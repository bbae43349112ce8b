//! The indicator `trusted-flagger-share`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of statements that platforms attribute to notices, and to those of trusted flaggers.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share followed a notice, and which share the notice of a
    /// trusted flagger?
    ///
    /// # Formula
    ///
    /// ```text
    /// share            = k / n            k = statements with source_type = SOURCE_TRUSTED_FLAGGER
    /// share_notices    = k / n            k = statements with source_type = SOURCE_ARTICLE_16,
    ///                                         SOURCE_TRUSTED_FLAGGER or SOURCE_TYPE_OTHER_NOTIFICATION
    ///                                     n = statements with any source_type
    /// share_of_notices = k / n            k = statements with source_type = SOURCE_TRUSTED_FLAGGER
    ///                                     n = statements with one of the three sources of notices
    /// ```
    ///
    /// Notices of trusted flaggers are notices under Art. 16 too, but bear their own code. Codes that the
    /// documentation does not know count in n of the first two and in no k.
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
    /// - It counts decisions, not notices: a notice that led to no decision has no statement here, so it is
    ///   neither the share of notices that are acted on nor a measure of how trusted flaggers are treated.
    /// - Meta's statements on notices of trusted flaggers do not carry that label before 2025-10-28
    ///   (announcement of the database, 2025-11-19).
    /// - Up to January 2026, two platforms made up 88 % of all statements with this source: a share over all
    ///   platforms says little about any of them.
    /// - `source_identity` is almost never filled in, so who the flagger was cannot be told.
    /// - Practice differs: a platform may file notices under its terms and conditions as other notification.
    /// - A high share can mean an active network of flaggers, or a platform that finds little by itself.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16, 17(3)(b), 22 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    TrustedFlaggerShare {
        id: "trusted-flagger-share",
        version: 1,
        status: Stability::Experimental,
        name: "Statements on notices and on trusted flaggers' notices",
        question: "Which share of reported decisions followed a notice, and which a notice of a trusted flagger?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "source_type"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 16",
            "Regulation (EU) 2022/2065, Art. 17(3)(b)",
            "Regulation (EU) 2022/2065, Art. 22",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on notices of trusted flaggers per statement.",
    },
    Statistic {
        name: "share_notices",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on notices of any kind per statement.",
    },
    Statistic {
        name: "share_of_notices",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on notices of trusted flaggers per statement on a notice.",
    },
];

shares!(TrustedFlaggerShare);

const TRUSTED: &str = "SOURCE_TRUSTED_FLAGGER";

fn parts() -> Vec<Share> {
    let any = || Predicate::not_null("source_type");
    let trusted = || Predicate::eq("source_type", TRUSTED);
    let notices = || {
        let codes = ["SOURCE_ARTICLE_16", TRUSTED, "SOURCE_TYPE_OTHER_NOTIFICATION"];
        Predicate::And(vec![any(), Predicate::In("source_type".to_owned(), codes.map(Into::into).to_vec())])
    };
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    vec![
        share(0, trusted(), any(), "no source type"),
        share(1, notices(), any(), "no source type"),
        share(2, trusted(), notices(), ""),
    ]
}
