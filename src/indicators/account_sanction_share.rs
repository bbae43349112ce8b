//! The indicator `account-sanction-share`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of statements that restrict the account of the recipient, and of those that end it.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report, which share suspends or terminates an account, and how do the
    /// two divide?
    ///
    /// # Formula
    ///
    /// ```text
    /// share                = k / n   k = statements with any decision_account
    /// share_suspended      = k / n   k = statements with decision_account = DECISION_ACCOUNT_SUSPENDED
    /// share_terminated     = k / n   k = statements with decision_account = DECISION_ACCOUNT_TERMINATED
    ///                                n = all statements
    /// share_suspended_with_end = statements on suspended accounts with an end date / statements on suspended accounts
    /// ```
    ///
    /// A statement that names no restriction of an account has none: an empty cell counts in n.
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
    /// - The database holds no identifier of accounts, so it cannot be told how often the same account was
    ///   restricted, nor whether repeated offences had consequences. That takes data on traders or users.
    /// - A platform can send a statement for the account and one for each of its items; the share then falls
    ///   with the number of items.
    /// - Restrictions of the service (`decision_provision`) and of payments are not counted here; the mix of
    ///   decisions shows them.
    /// - A high share can mean firm consequences, or accounts removed where an item would have been enough.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(1)(d), 23 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    AccountSanctionShare {
        id: "account-sanction-share",
        version: 1,
        status: Stability::Experimental,
        name: "Statements on restricted accounts",
        question: "Which share of reported decisions restricts an account, and which ends it?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "decision_account", "end_date_account_restriction"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17(1)(d)",
            "Regulation (EU) 2022/2065, Art. 23",
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

static STATISTICS: [Statistic; 4] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that restrict an account per statement.",
    },
    Statistic {
        name: "share_suspended",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that suspend an account per statement.",
    },
    Statistic {
        name: "share_terminated",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that terminate an account per statement.",
    },
    Statistic {
        name: "share_suspended_with_end",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that suspend an account until a stated day per statement that suspends one.",
    },
];

shares!(AccountSanctionShare);

fn parts() -> Vec<Share> {
    let suspended = || {
        let column = "decision_account";
        Predicate::And(vec![Predicate::not_null(column), Predicate::eq(column, "DECISION_ACCOUNT_SUSPENDED")])
    };
    let share = |at: usize, k, n| Share { statistic: &STATISTICS[at], part: None, k, n, lacking: "" };
    vec![
        share(0, Predicate::not_null("decision_account"), Predicate::True),
        share(1, suspended(), Predicate::True),
        share(2, Predicate::eq("decision_account", "DECISION_ACCOUNT_TERMINATED"), Predicate::True),
        share(3, Predicate::not_null("end_date_account_restriction"), suspended()),
    ]
}
