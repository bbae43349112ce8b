//! The indicator `tr-timeliness`.

use super::declared::{self, Declared, Figure, Place};
use super::records::statistic;
use super::{Direction, Level, Stability, Statistic};
use crate::estimate::Estimate;
use crate::transparency::validate::deadline;

indicator! {
    /// Days from the end of a reporting period to the publication of the report.
    ///
    /// # Question
    ///
    /// How long after its period was a transparency report published, and was it within two months?
    ///
    /// # Formula
    ///
    /// ```text
    /// days      = day of publication − last day of the period
    /// days_late = days after the last day of the second month after that of the end of the period, 0 where there are none
    /// ```
    ///
    /// The day of publication is that which part 1 of the report states. Without part 1, or with the cell blank, there is no value:
    /// nothing says that the report was in time.
    ///
    /// # Uncertainty
    ///
    /// They are stated days, so there is no interval. There is no value over several platforms.
    ///
    /// # Limits
    ///
    /// - The report states its own day. What was visible when, an archive of the page tells.
    /// - A version that was put in place of an earlier one can state the day of the first or its own.
    /// - Reports that were never published are in no count.
    ///
    /// # References
    ///
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Art. 2 and 3.
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 42(1).
    TrTimeliness {
        id: "tr-timeliness",
        version: 1,
        status: Stability::Experimental,
        name: "Time to publish a transparency report",
        question: "How long after its period was a transparency report published, and was it within two months?",
        unit: "report",
        direction: Direction::UpWorse,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 1,
        legal: &["Implementing Regulation (EU) 2024/2835, Art. 2", "Regulation (EU) 2022/2065, Art. 42(1)"],
        references: &["Implementing Regulation (EU) 2024/2835, Art. 2 and 3"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    statistic("days", "days", 1, "Days from the last day of the period to the day of publication."),
    statistic("days_late", "days", 1, "Days of publication after the end of two months."),
];

/// Figures that hardly a report lacks, one of which is enough to know its dates.
const DECLARED: &[&str] = &["complaints_total", "measures_automated", "notices", "recipients", "terms_measures"];

declared!(TrTimeliness);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [days, late] = &STATISTICS;
    let mut rows = reports.undated_rows(&[days, late]);
    if !reports.undivided() {
        return rows;
    }
    for set in reports.sets() {
        for (statistic, is_late) in [(days, false), (late, true)] {
            rows.push(reports.single(&set, statistic, &Place::total(), 1.0, |r| {
                let last = r.period.end - 1;
                let since = if is_late { deadline(last).unwrap_or(last) } else { last };
                let figure = match r.published_at {
                    Some(day) if is_late => Figure::of(f64::from((day - since).max(0))),
                    Some(day) => Figure::of(f64::from(day - since)),
                    None => Figure::blank("the day of publication, in part 1"),
                };
                (figure, Figure::of(1.0))
            }));
        }
    }
    rows
}
