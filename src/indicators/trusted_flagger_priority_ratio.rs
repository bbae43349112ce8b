//! The indicator `trusted-flagger-priority-ratio`.

use super::contrasts::{self, Contrast, Two};
use super::declared::{self, Declared};
use super::records::statistic;
use super::times::Times;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Tally, Units};
use crate::error::Result;
use crate::estimate::{Estimate, Status};

indicator! {
    /// Waiting time of notices of trusted flaggers, by that of others.
    ///
    /// # Question
    ///
    /// Are notices of trusted flaggers decided faster than those of others, as the law demands?
    ///
    /// # Formula
    ///
    /// ```text
    /// rmst_ratio_30 = mean wait, cut off at 30 days, of trusted flaggers' notices / that of others
    /// median_ratio  = median wait of trusted flaggers' notices / that of others
    ///
    /// in reports (part 4):
    /// median_ratio  = declared median to act on notices of trusted flaggers / that of all notices
    /// ```
    ///
    /// Reports give the median of all notices, those of trusted flaggers among them, and none of others: where these are few, the two
    /// hardly differ. With a median of 0 hours for all there is no ratio. n is the number of trusted flaggers' notices. By
    /// `category` the ratio is within the category.
    ///
    /// The unit is the notified item; it belongs to the period of its day of receipt in UTC. Means are areas below Kaplan–Meier
    /// curves, so that items that were pending when observation ended count as waiting as long as they were seen to wait. Below
    /// 1, trusted flaggers wait less. Items of which it is not known whether a trusted flagger notified within its area of
    /// expertise are in neither group. Below 10 items in the smaller group the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The notices are all that were received, so there is no sampling interval. The limits of `rmst_ratio_30` are *process* limits:
    /// how far chance would move the ratio if items were independent draws of two stable processes; normal on the log scale, by the
    /// delta method. Notices of one flagger are alike, so true limits are wider. `median_ratio` has none.
    ///
    /// # Limits
    ///
    /// - It is not stratified: trusted flaggers notify other categories than users do. Split it by `category` before a
    ///   difference is read as priority.
    /// - Trusted flaggers are few, and so are their notices: some platforms had three in half a year.
    /// - Priority means processing before others, not a number of hours; a short wait of all leaves little room for it.
    /// - A ratio of declared medians has no interval, and medians of 0 hours stand for less than an hour or for a receipt.
    /// - A label of trusted flagger can be given to others in error.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 22(1).
    /// - Royston P., Parmar M. K. B. (2013), "Restricted mean survival time: an alternative to the hazard ratio", *BMC
    ///   Medical Research Methodology* 13, 152; doi:10.1186/1471-2288-13-152.
    /// - Uno H. et al. (2014), "Moving beyond the hazard ratio in quantifying the between-group difference in survival
    ///   analysis", *Journal of Clinical Oncology* 32, 2380–2385.
    TrustedFlaggerPriorityRatio {
        id: "trusted-flagger-priority-ratio",
        version: 1,
        status: Stability::Experimental,
        name: "Wait of trusted flaggers by that of others",
        question: "Are notices of trusted flaggers decided faster than those of others, as the law demands?",
        unit: "notified item",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &["decision_event", "decision_hours", "received_at", "trusted_flagger"], optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 22(1)"],
        references: &[
            "Royston, Parmar 2013, BMC Med. Res. Methodol. 13, 152",
            "Uno et al. 2014, J. Clin. Oncol. 32, 2380-2385",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    statistic(
        "rmst_ratio_30",
        "ratio",
        10,
        "Mean wait, cut off at thirty days, of trusted flaggers by that of others.",
    ),
    statistic("median_ratio", "ratio", 10, "Median wait of trusted flaggers by that of others."),
];

/// The waits of notices.
pub(super) static WAITS: Times = Times {
    exit: "decision_hours",
    entry: None,
    event: "decision_event",
    events: &["decided"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for TrustedFlaggerPriorityRatio {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis == Basis::Report { declared::units(scope, DECLARED) } else { Vec::new() }
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis == Basis::Report {
            return Vec::new();
        }
        let of = [true, false].map(|trusted| {
            let column = "trusted_flagger";
            Predicate::And(vec![Predicate::not_null(column), Predicate::eq(column, trusted)])
        });
        contrasts::tallies(&CARD, basis, scope, &WAITS, of)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let two = Two::new(counts, &CARD, scope, &WAITS, ["of trusted flaggers", "of others"])?;
        let [mean, median] = &STATISTICS;
        let mut rows = two.first.cells.undated_rows();
        for cell in two.cells() {
            for mut row in [two.restricted_means(cell, mean, 30.0, Contrast::Ratio)?, two.median_ratio(cell, median)?] {
                if !scope.groups.iter().any(|g| g.name == "category") {
                    row.add_note("not stratified by category");
                }
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

const DECLARED: &[&str] = &["notices_flaggers", "notices_flaggers_time", "notices_time"];

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [_, median] = &STATISTICS;
    let mut rows = reports.undated_rows(&[median]);
    for set in reports.sets() {
        for place in reports.places(&set, &["notices_flaggers_time"]) {
            let mut row = reports.single(&set, median, &place, 1.0, |r| {
                let all = r.figure("notices_time", &place);
                let mut ratio = r.figure("notices_flaggers_time", &place);
                if all.value.is_none() {
                    ratio = all;
                } else if all.value == Some(0.0) && ratio.value.is_some() {
                    ratio = declared::Figure::unknown("a ratio, since the median of all notices is 0");
                } else if let (Some(flaggers), Some(all)) = (ratio.value, all.value) {
                    ratio.value = Some(flaggers / all);
                }
                (ratio, r.figure("notices_flaggers", &place))
            });
            if row.status == Status::Ok {
                row.add_note("against all notices, those of trusted flaggers among them");
            }
            rows.push(row);
        }
    }
    rows
}
