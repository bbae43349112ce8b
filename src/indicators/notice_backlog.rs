//! The indicator `notice-backlog`.

use super::cells::{Cells, enough, number, value};
use super::records::{natural, statistic};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::quantile::Histogram;

indicator! {
    /// Share of notices that are pending when observation ends, and how old they are.
    ///
    /// # Question
    ///
    /// How many of the notified items have no decision when observation ends, and how long have they waited?
    ///
    /// # Formula
    ///
    /// ```text
    /// share      = items without a decision when observation ends / items received
    /// pending    = items without a decision when observation ends
    /// age_median = smallest age that half of the pending items have at most; age_p90 likewise for nine in ten
    /// ```
    ///
    /// The unit is the notified item, which belongs to the period of its day of receipt in UTC. Ages are whole hours from receipt to
    /// the end of observation, given in days; without a known end there are none. Quantiles are of type 1 of Hyndman and Fan:
    /// ages that occur. Below 10 items received, or 10 pending for ages (100 for `age_p90`), the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// None: it is a count of everything, at one instant.
    ///
    /// # Limits
    ///
    /// - Old periods have had more time: their share pending is lower at equal speed. `time-to-action` allows for that.
    /// - Data that was cut before decisions were entered shows a backlog that does not exist.
    /// - The templates of transparency reports do not ask for it; a report of two half-years cannot give it.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16(6).
    /// - Hyndman R. J., Fan Y. (1996), "Sample quantiles in statistical packages", *The American Statistician* 50, 361–365.
    NoticeBacklog {
        id: "notice-backlog",
        version: 1,
        status: Stability::Experimental,
        name: "Pending notices",
        question: "How many of the notified items have no decision when observation ends, and how long have they waited?",
        unit: "notified item",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &["decision_event", "decision_hours", "received_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 16(6)"],
        references: &["Hyndman, Fan 1996, Am. Stat. 50, 361-365"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("share", "share", 10, "Items without a decision per item received."),
    statistic("pending", "count", 1, "Items without a decision."),
    statistic("age_median", "days", 10, "Age that half of the pending items have at most."),
    statistic("age_p90", "days", 100, "Age that nine in ten pending items have at most."),
];

impl Indicator for NoticeBacklog {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let keys = vec![Key::column("decision_event"), Key::column("decision_hours")];
        scope.tallies_of(requirement, keys, vec![Measure::count("notices")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let [share, pending, median, p90] = &STATISTICS;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let (mut ages, mut waiting, mut all) = (Histogram::default(), 0, 0);
            for (key, values) in counts {
                let count = value(values, 0);
                all += count;
                if key.first() == Some(&Scalar::from("censored")) {
                    waiting += count;
                    if let Some(Scalar::Int(hours)) = key.get(1) {
                        ages.add(*hours, natural(count));
                    }
                }
            }
            for (statistic, of) in [(share, number(waiting) / number(all.max(1))), (pending, number(waiting))] {
                let mut row = cells.row(cell, statistic);
                (row.k, row.n, row.value) = (Some(waiting), Some(all), Some(of));
                rows.push(enough(row, statistic));
            }
            for (statistic, p) in [(median, 0.5), (p90, 0.9)] {
                let mut row = cells.row(cell, statistic);
                row.n = Some(ages.n().cast_signed());
                row.value = ages.quantile(p).map(|hours| number(hours) / 24.0);
                let without = waiting - ages.n().cast_signed();
                if without > 0 {
                    row.add_note(&format!("pending, of unknown age: {without}"));
                }
                rows.push(enough(row, statistic));
            }
        }
        Ok(rows)
    }
}
