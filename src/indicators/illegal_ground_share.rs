//! The indicator `illegal-ground-share`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of statements that rest on illegality, and beside it those that call incompatible content illegal too.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share rests on the illegality of the content? And which
    /// share rests on the terms and conditions, but says that the content is considered illegal as well?
    ///
    /// # Formula
    ///
    /// ```text
    /// share                          = k / n   k = statements with decision_ground = DECISION_GROUND_ILLEGAL_CONTENT
    /// share_incompatible_and_illegal = k / n   k = statements with decision_ground =
    ///                                              DECISION_GROUND_INCOMPATIBLE_CONTENT and
    ///                                              incompatible_content_illegal = Yes
    /// share_either                   = k / n   k = statements of the one or the other kind
    ///                                          n = statements with any decision_ground
    /// ```
    ///
    /// The first two never overlap. Which of them is meant must be said wherever one is quoted: over the whole
    /// database up to January 2026, 0.07 % of the statements rested on illegality, while 0.7 %, ten times as
    /// many, called incompatible content illegal too.
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
    /// - It is not the prevalence of illegal content. It is the ground that platforms choose, among decisions
    ///   taken; most decide under their terms and conditions even where the law would be a ground too.
    /// - `incompatible_content_illegal` is optional. Empty does not mean that the content is legal.
    /// - Decisions on orders of authorities have no statement (Art. 17(5)).
    /// - Platforms that act on notices of illegal content under their terms and conditions show a low share
    ///   without acting on less illegal content.
    /// - At least one platform reports every decision as illegal content.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 3(h), 17(3)(d) and (e) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    IllegalGroundShare {
        id: "illegal-ground-share",
        version: 1,
        status: Stability::Experimental,
        name: "Statements on illegal content",
        question: "Which share of reported decisions rests on illegality, or says that the content was also illegal?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "decision_ground", "incompatible_content_illegal"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 3(h)",
            "Regulation (EU) 2022/2065, Art. 17(3)(d), (e)",
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
        meaning: "Statements whose ground is illegal content per statement.",
    },
    Statistic {
        name: "share_incompatible_and_illegal",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on incompatible content that is also called illegal per statement.",
    },
    Statistic {
        name: "share_either",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements of the one or the other kind per statement.",
    },
];

shares!(IllegalGroundShare);

fn parts() -> Vec<Share> {
    let ground = |code: &str| Predicate::eq("decision_ground", format!("DECISION_GROUND_{code}").as_str());
    let illegal = || ground("ILLEGAL_CONTENT");
    let also =
        || Predicate::And(vec![ground("INCOMPATIBLE_CONTENT"), Predicate::is_true("incompatible_content_illegal")]);
    let share = |at: usize, k| Share {
        statistic: &STATISTICS[at],
        part: None,
        k,
        n: Predicate::not_null("decision_ground"),
        lacking: "no decision ground",
    };
    vec![share(0, illegal()), share(1, also()), share(2, Predicate::Or(vec![illegal(), also()]))]
}
