//! The indicator `complaint-reversal-rate`.

use super::records::statistic;
use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::{Predicate, Scalar};

indicator! {
    /// Share of decided complaints that reverse the first decision.
    ///
    /// # Question
    ///
    /// Of the complaints that were decided, which share reversed the first decision, wholly or in part?
    ///
    /// # Formula
    ///
    /// ```text
    /// share          = (reversed + partly reversed) / (upheld + partly reversed + reversed)
    /// share_reversed = reversed / (upheld + partly reversed + reversed)
    /// share_omitted  = complaints on which no decision was taken / complaints with an outcome
    /// ```
    ///
    /// The unit is the complaint; it belongs to the period of its day of decision in UTC. Pending complaints have no such day, and
    /// the note counts them. Complaints whose outcome is that no decision was taken (`omitted`) are not in the first two
    /// shares. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The complaints are all that were decided, so there is no sampling interval. Where asked for, a Wilson interval is given and called
    /// a *process* interval: how far chance would move the share if complaints were independent draws of one process. One
    /// trader's complaints are decided alike, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - Those who complain select themselves: it is not the share of all decisions that are wrong. `moderation-precision`
    ///   takes a sample of decisions.
    /// - A high share can mean open ears or bad first decisions: read it beside `complaint-rate`.
    /// - Complaints against suspensions of accounts are reversed far less often than others: split by `complaint_type`.
    /// - Outcomes in a transparency report need not add up to the complaints of the same period, since some were filed before.
    /// - An omitted complaint for which no day is recorded is counted as pending.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 20(4) and 24(1).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the American
    ///   Statistical Association* 22, 209–212.
    ComplaintReversalRate {
        id: "complaint-reversal-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Decisions reversed on complaint",
        question: "Of the complaints that were decided, which share reversed the first decision, wholly or in part?",
        unit: "complaint",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "complaints",
            cohort: Cohort::Own("decided_at"),
            columns: &["decided_at", "outcome"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 20(4)", "Regulation (EU) 2022/2065, Art. 24(1)"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("share", "share", 10, "Complaints that reversed the decision wholly or in part per complaint decided."),
    statistic("share_reversed", "share", 10, "Complaints that reversed the decision wholly per complaint decided."),
    statistic("share_omitted", "share", 10, "Complaints on which no decision was taken per complaint with an outcome."),
];

shares!(ComplaintReversalRate);

/// Whether the outcome of a complaint is one of these.
fn outcome(codes: &[&str]) -> Predicate {
    let codes = codes.iter().map(|c| Scalar::from(*c)).collect();
    Predicate::And(vec![Predicate::not_null("outcome"), Predicate::In("outcome".to_owned(), codes)])
}

/// Whether a complaint reversed the decision, wholly or in part.
pub(super) fn reversed() -> Predicate {
    outcome(&["partly_reversed", "reversed"])
}

/// Whether a complaint was decided on what it says.
pub(super) fn judged() -> Predicate {
    outcome(&["partly_reversed", "reversed", "upheld"])
}

fn parts() -> Vec<Share> {
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    let aside = "no decision was taken, or its outcome is not known";
    vec![
        share(0, reversed(), judged(), aside),
        share(1, outcome(&["reversed"]), judged(), aside),
        share(2, outcome(&["omitted"]), Predicate::not_null("outcome"), "outcome not known"),
    ]
}
