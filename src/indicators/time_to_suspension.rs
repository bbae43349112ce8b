//! The indicator `time-to-suspension`.

use super::records::{dated, statistic};
use super::times::{self, Histograms, Times};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Time from the episode after which the policy demands a suspension to that suspension.
    ///
    /// # Question
    ///
    /// Once the platform's own policy demands that a trader be suspended, how long does it take until it is?
    ///
    /// # Formula
    ///
    /// ```text
    /// T           = time from the threshold to the first suspension or termination that has effect
    /// incidence_t = Σ S(u−) d(u)/n(u) over u ≤ t days       (Aalen–Johansen)
    ///               d(u) traders suspended, n(u) traders neither suspended nor gone, S the Kaplan–Meier curve of both exits
    /// cumulative_incidence (group event) = the curve for suspended and for closed
    /// ```
    ///
    /// The unit is the trader that reached the threshold: the first episode of confirmed offences at which the version of
    /// the policy in force demands a suspension or a termination. The clock starts there and not at the first offence: the time
    /// before it cannot hold a suspension that the policy demands, and would make waiting times too long. A trader
    /// belongs to the period of its threshold. A termination counts as a suspension. Traders who close their
    /// account first are a competing exit, of whom nobody knows when they would have been suspended. Who is
    /// suspended already at the threshold counts with 0 days; who closed the account before it is excluded, with
    /// a note. Without the table `penalty_policy` there is no threshold, and the result is `not_applicable`. Times are
    /// whole hours, given in days. Below 10 traders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All traders are counted: there is no sampling interval. Limits are *process* limits: how far chance would move
    /// the curve if each trader were an independent draw of one stable process, observed for as long as it was. The
    /// variance is that of the infinitesimal jackknife; the limits are pointwise, on the log-log scale.
    ///
    /// # Limits
    ///
    /// - One minus a Kaplan–Meier curve that censors closed accounts would overstate how many are suspended.
    /// - Art. 4(2) of Regulation (EU) 2019/1150 gives business users 30 days' notice before a termination, but not those who
    ///   infringe repeatedly (Art. 4(4)(c)): a wait for that notice is not separated here from delay.
    /// - What the policy demands is computed from the data: points or strikes from before it begins are not known, and
    ///   the threshold then seems to be reached late.
    /// - A suspension of one account does not end the business of an undertaking with several.
    /// - The law sets no number of days (Art. 23(1): a reasonable period); none is invented.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23(1).
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(11).
    /// - Regulation (EU) 2019/1150 on fairness and transparency for business users, Art. 4(2) and (4).
    /// - Aalen O. O., Johansen S. (1978), "An empirical transition matrix for non-homogeneous Markov chains based on
    ///   censored observations", *Scandinavian Journal of Statistics* 5, 141–150.
    /// - Putter H., Fiocco M., Geskus R. B. (2007), "Tutorial in biostatistics: competing risks and multi-state models",
    ///   *Statistics in Medicine* 26, 2389–2430; doi:10.1002/sim.2712.
    TimeToSuspension {
        id: "time-to-suspension",
        version: 1,
        status: Stability::Experimental,
        name: "Time from the threshold to suspension",
        question: "Once the policy demands that a trader be suspended, how long does it take until it is?",
        unit: "trader at the threshold",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_records",
            cohort: Cohort::Own("threshold_at"),
            columns: &["suspension_event", "suspension_hours", "threshold_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 23(1)",
            "Regulation (EU) 2023/988, Art. 22(11)",
            "Regulation (EU) 2019/1150, Art. 4(2) and (4)",
        ],
        references: &[
            "Aalen, Johansen 1978, Scand. J. Stat. 5, 141-150",
            "Putter, Fiocco, Geskus 2007, doi:10.1002/sim.2712",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("incidence_7", "share", 10, "Probability of a suspension within 7 days of the threshold."),
    statistic("incidence_30", "share", 10, "Probability of a suspension within 30 days of the threshold."),
    statistic("incidence_90", "share", 10, "Probability of a suspension within 90 days of the threshold."),
    statistic(
        "closed_90",
        "share",
        10,
        "Probability that the trader closes the account within 90 days and before a suspension.",
    ),
    statistic(
        "cumulative_incidence",
        "share",
        10,
        "Probability of the exit within x days: the points of the curve of each exit.",
    ),
    statistic("at_risk", "count", 10, "Traders who were neither suspended nor gone before x days."),
];

static TIMES: Times = Times {
    exit: "suspension_hours",
    entry: None,
    event: "suspension_event",
    events: &["suspended", "closed"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for TimeToSuspension {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        dated(times::tallies(&CARD, basis, scope, &TIMES, Predicate::True))
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [week, month, quarter, closed, curve, at_risk] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, table) in &all.tables {
            for (statistic, event, days) in [(week, 1, 7.0), (month, 1, 30.0), (quarter, 1, 90.0), (closed, 2, 90.0)] {
                rows.push(all.incidence_within(cell, table, statistic, (event, days)));
            }
            rows.extend(all.incidence_rows(cell, table, (curve, at_risk), TIMES.events));
        }
        Ok(rows)
    }
}
