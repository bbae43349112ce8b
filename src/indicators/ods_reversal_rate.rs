//! The indicator `ods-reversal-rate`.

use super::complaint_reversal_rate::{omitted, outcomes};
use super::declared::{self, Declared};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;

indicator! {
    /// Share of out-of-court decisions against the platform.
    ///
    /// # Question
    ///
    /// Of the disputes that certified bodies decided, which share did they decide wholly or partly for the user?
    ///
    /// # Formula
    ///
    /// ```text
    /// share         = (reversed + partly reversed) / (upheld + partly reversed + reversed)
    /// share_omitted = disputes on which no decision was taken / disputes with an outcome
    /// disputes      = disputes submitted
    /// median        = declared median time of the procedure, in hours / 24
    /// ```
    ///
    /// All figures stand in part 7 of the report. An outcome left blank does not apply and is left out of the sums, which the
    /// note says; without the number upheld, or without either kind of reversal, there is no share. Below n = 10
    /// decisions the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The figures are complete counts by the platform, so there is no interval. Disputes are few: a share of a dozen
    /// decisions moves by several points with each of them.
    ///
    /// # Limits
    ///
    /// - Those who go to a body select themselves, and choose the body: the share says nothing on decisions at large.
    /// - Disputes without a decision can be most of all. They include those in which the platform did not take part,
    ///   withdrawals and cases still open, which reports do not tell apart.
    /// - Bodies count the cases that they received, platforms those that they were told of; the two differ.
    /// - Disputes end in other half-years than they begin.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 21 and 24(1)(a).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I, part 7.
    OdsReversalRate {
        id: "ods-reversal-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Out-of-court decisions against the platform",
        question: "Of the disputes that certified bodies decided, which share did they decide wholly or partly for the user?",
        unit: "dispute",
        direction: Direction::Ambiguous,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 21", "Regulation (EU) 2022/2065, Art. 24(1)(a)"],
        references: &["Implementing Regulation (EU) 2024/2835, Annex I"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("share", "share", 10, "Disputes decided wholly or partly against the platform per dispute decided."),
    statistic("share_omitted", "share", 10, "Disputes without a decision per dispute with an outcome."),
    statistic("disputes", "count", 1, "Disputes submitted to out-of-court bodies."),
    statistic("median", "days", 10, "Declared median time of out-of-court procedures."),
];

const DECLARED: &[&str] = &[
    "disputes_omitted",
    "disputes_partial",
    "disputes_reversed",
    "disputes_time",
    "disputes_total",
    "disputes_upheld",
];

declared!(OdsReversalRate);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [share, left, disputes, median] = &STATISTICS;
    let mut rows = reports.undated_rows(&[share, left, disputes, median]);
    for set in reports.sets() {
        for place in reports.places(&set, &["disputes_total"]) {
            rows.push(reports.ratio(&set, share, &place, 1.0, |r| outcomes(r, "disputes", &place)));
            rows.push(reports.ratio(&set, left, &place, 1.0, |r| omitted(r, "disputes", &place)));
            rows.push(reports.total(&set, disputes, &place, |r| r.figure("disputes_total", &place)));
            rows.push(reports.single(&set, median, &place, declared::PER_DAY, |r| {
                let [_, decided] = outcomes(r, "disputes", &place);
                (r.figure("disputes_time", &place), decided)
            }));
        }
    }
    rows
}
