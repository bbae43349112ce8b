//! The indicator `complaint-reversal-rate`.

use super::declared::{self, Declared, Figure, Place, Report};
use super::records::statistic;
use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::{Predicate, Scalar};
use crate::estimate::Estimate;

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
    /// In reports (part 7) the same formulas take the numbers of decisions that the platform declares for complaints of all kinds, and
    /// by `complaint_type` for each kind of decision complained about. Reversed or partly reversed may be blank where the
    /// platform knows no such outcome: it is left out of the sums, and the note says so. Without the number upheld, or
    /// without either kind of reversal, there is no share.
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
    /// - Declared and measured shares differ in period: reports count decisions of the half-year, whenever the complaint came,
    ///   as the measured share does by its day of decision; but providers may count outcomes of the complaints received.
    /// - A complaint about a notice of a trusted flagger may also be counted among those about notices.
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
            columns: &["decided_at", "outcome"],
            optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
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

const DECLARED: &[&str] = &[
    "complaints_upheld",
    "complaints_partial",
    "complaints_reversed",
    "complaints_omitted",
    "complaints_visibility_upheld",
    "complaints_visibility_partial",
    "complaints_visibility_reversed",
    "complaints_service_upheld",
    "complaints_service_partial",
    "complaints_service_reversed",
    "complaints_account_upheld",
    "complaints_account_partial",
    "complaints_account_reversed",
    "complaints_monetary_upheld",
    "complaints_monetary_partial",
    "complaints_monetary_reversed",
    "complaints_notice_upheld",
    "complaints_notice_partial",
    "complaints_notice_reversed",
    "complaints_flagger_notice_upheld",
    "complaints_flagger_notice_partial",
    "complaints_flagger_notice_reversed",
];

shares!(ComplaintReversalRate, declared);

/// Cases of a report that were reversed wholly or in part, and cases that were decided.
pub(super) fn outcomes(r: &Report, cases: &str, place: &Place) -> [Figure; 2] {
    let of = |outcome: &str| r.figure(&format!("{cases}_{outcome}"), place);
    let reversed = Figure::sum([of("partial"), of("reversed")]);
    [reversed.clone(), Figure::both(reversed, of("upheld"))]
}

/// Cases of a report on which no decision was taken, and cases with an outcome.
pub(super) fn omitted(r: &Report, cases: &str, place: &Place) -> [Figure; 2] {
    let omitted = r.figure(&format!("{cases}_omitted"), place);
    let [_, decided] = outcomes(r, cases, place);
    [omitted.clone(), Figure::both(omitted, decided)]
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share, wholly, left] = &STATISTICS;
    let mut rows = reports.undated_rows(&[share, wholly, left]);
    for set in reports.sets() {
        for (place, cases) in reports.complaints() {
            rows.push(reports.ratio(&set, share, &place, 1.0, |r| outcomes(r, cases, &place)));
            rows.push(reports.ratio(&set, wholly, &place, 1.0, |r| {
                let [_, decided] = outcomes(r, cases, &place);
                [r.figure(&format!("{cases}_reversed"), &place), decided]
            }));
            // The template has this outcome for complaints of all kinds alone.
            if reports.undivided() {
                rows.push(reports.ratio(&set, left, &place, 1.0, |r| omitted(r, cases, &place)));
            }
        }
    }
    rows
}

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

fn parts(_: Basis) -> Vec<Share> {
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    let aside = "no decision was taken, or its outcome is not known";
    vec![
        share(0, reversed(), judged(), aside),
        share(1, outcome(&["reversed"]), judged(), aside),
        share(2, outcome(&["omitted"]), Predicate::not_null("outcome"), "outcome not known"),
    ]
}
