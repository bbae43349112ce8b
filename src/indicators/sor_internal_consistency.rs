//! The indicator `sor-internal-consistency`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;
use crate::tables::rules::RULES;

indicator! {
    /// Share of statements that break a documented rule which the database does not enforce.
    ///
    /// # Question
    ///
    /// Which share of statements departs from a rule of the documentation that the database does not enforce at
    /// submission?
    ///
    /// # Formula
    ///
    /// ```text
    /// share(rule) = k / n
    /// k = statements of n that break the rule
    /// n = statements that the rule applies to and that can be judged
    /// ```
    ///
    /// One estimate for each rule, in the group `rule`:
    ///
    /// | rule | a statement shall | applies to |
    /// |---|---|---|
    /// | R19 | not repeat the category among the further ones | statements with further categories |
    /// | R21 | describe a keyword only with the code for another one | statements with a described keyword |
    /// | R23 | name a territorial scope | statements of full exports |
    /// | R28 | end no restriction before it begins | statements with an end date |
    /// | R29 | give an end date only with its decision | statements with an end date |
    /// | R30 | have `content_date` ≤ `application_date` ≤ day of submission | statements with the three dates |
    /// | R31 | give a termination no end date | statements with a termination |
    /// | R39 | give a barcode with the right check digit | statements with a barcode of 13 digits |
    /// | R40 | list each code once | statements with several codes in a list |
    /// | R42 | hold tidy free text | statements with free text |
    /// | fully-automated-undetected | not combine a fully automated decision with no automated detection | statements with both values |
    /// | any | break none of R19 to R42 | all |
    ///
    /// Rules that the database enforces at submission are findings of the load and of `systemic check`, not part
    /// of this.
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
    /// - Few of the rules are about contradictions (R19, R28, R29, R31); R23, R40 and R42 are about order and
    ///   completeness. `any` is therefore no share of statements that contradict themselves.
    /// - A broken rule is an odd row, not an unlawful decision. Some have a plain cause: R30 is broken by a decision
    ///   that takes effect in the future, and by a day's difference of time zones; R40 by the interface for
    ///   batches, which does not tidy lists.
    /// - The last row of the table but one is a pattern, not a rule: content found by a notice can be decided by
    ///   machine.
    /// - `any` counts what can be judged: in light exports, which have fewer columns, it is smaller.
    /// - A platform can meet every rule and still report wrongly.
    /// - Google Play's `automated_detection` was inverted in part of its statements from September 2023 to May
    ///   2026, which shows in the pattern of automation.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    SorInternalConsistency {
        id: "sor-internal-consistency",
        version: 1,
        status: Stability::Experimental,
        name: "Statements that depart from documented rules",
        question: "Which share of statements breaks a documented rule that the database does not enforce?",
        unit: "statement of reasons",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["automated_decision", "automated_detection", "breaks_r19", "breaks_r21", "breaks_r23", "breaks_r28", "breaks_r29", "breaks_r30", "breaks_r31", "breaks_r39", "breaks_r40", "breaks_r42", "created_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
            "Kaushal et al. 2024, arXiv:2404.02894",
        ],
        own_group: Some("rule"),
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Statements that break the rule per statement that it applies to.",
}];

shares!(SorInternalConsistency);

fn parts() -> Vec<Share> {
    use Predicate as P;
    let share = |part: &'static str, k: P, n: P| Share {
        statistic: &STATISTICS[0],
        part: Some(("rule", part)),
        k,
        n,
        lacking: "",
    };
    let documented = || RULES.iter().filter(|r| !r.enforced);
    let mut parts: Vec<Share> =
        documented().map(|r| share(r.id, P::eq(r.column, true), P::not_null(r.column))).collect();
    let both = P::And(vec![P::not_null("automated_detection"), P::not_null("automated_decision")]);
    let odd =
        P::And(vec![P::eq("automated_detection", false), P::eq("automated_decision", "AUTOMATED_DECISION_FULLY")]);
    parts.push(share("fully-automated-undetected", odd, both));
    parts.push(share("any", P::Or(documented().map(|r| P::is_true(r.column)).collect()), P::True));
    parts
}
