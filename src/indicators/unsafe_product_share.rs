//! The indicator `unsafe-product-share`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of statements in the category of unsafe, non-compliant or prohibited products.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share is filed under unsafe and illegal products (before
    /// 2025-07-01) or unsafe, non-compliant or prohibited products (since then)?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = k / n
    /// k = statements with category = STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS     (schema v1)
    ///                             or STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS  (schema v2)
    /// n = statements with any category
    /// share_illegal_ground = statements of k with decision_ground = DECISION_GROUND_ILLEGAL_CONTENT
    ///                        / statements of k with any decision_ground
    /// ```
    ///
    /// The main category alone counts; a further category does not.
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
    /// - It is not the prevalence of unsafe products on a platform: products that nobody found have no
    ///   statement. A marketplace that looks harder can show a higher share.
    /// - The two categories are not the same. That of 2025 also takes in prohibited products, and so part of
    ///   what was filed elsewhere before; a step on 2025-07-01 is the break of the schema, not a change.
    /// - Counterfeits have a category of their own (intellectual property), as have missing details of
    ///   traders (consumer information).
    /// - A platform that is no marketplace has few products. Compare marketplaces with each other.
    /// - Platforms choose the category; what one files as product safety another files as other violation of
    ///   its terms.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(3), 24(5), 30 to 32 and 34(1)(a).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    UnsafeProductShare {
        id: "unsafe-product-share",
        version: 1,
        status: Stability::Experimental,
        name: "Statements on unsafe or prohibited products",
        question: "Which share of reported decisions concerns unsafe, illegal or prohibited products?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["category", "created_at", "decision_ground"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(3)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
            "Regulation (EU) 2022/2065, Art. 30 to 32",
            "Regulation (EU) 2022/2065, Art. 34(1)(a)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on unsafe or prohibited products per statement.",
    },
    Statistic {
        name: "share_illegal_ground",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements on such products whose ground is illegality per statement on such products.",
    },
];

shares!(UnsafeProductShare);

fn parts() -> Vec<Share> {
    let products = || {
        let codes = ["ILLEGAL", "PROHIBITED"].map(|c| format!("STATEMENT_CATEGORY_UNSAFE_AND_{c}_PRODUCTS"));
        Predicate::In("category".to_owned(), codes.iter().map(|c| c.as_str().into()).collect())
    };
    vec![
        Share {
            statistic: &STATISTICS[0],
            part: None,
            k: products(),
            n: Predicate::not_null("category"),
            lacking: "no category",
        },
        Share {
            statistic: &STATISTICS[1],
            part: None,
            k: Predicate::eq("decision_ground", "DECISION_GROUND_ILLEGAL_CONTENT"),
            n: Predicate::And(vec![products(), Predicate::not_null("decision_ground")]),
            lacking: "",
        },
    ]
}
