//! The indicator `time-to-relisting`.

use super::cells::{Cell, Cells, enough, number, value};
use super::records::statistic;
use super::relisting_rate::TIMES;
use super::times::{self, Histograms};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Time for which a product that was removed as illegal stays away.
    ///
    /// # Question
    ///
    /// How long does it take until a removed product is on offer again?
    ///
    /// # Formula
    ///
    /// ```text
    /// survival = S(x) = Π (1 − dᵢ/nᵢ) over tᵢ ≤ x      dᵢ products back, nᵢ products still away at tᵢ (Kaplan–Meier)
    /// rmst_30, rmst_90 = ∫ S(u) du from 0 to 30, 90 days: mean of the days away, cut off there
    /// median           = smallest t with S(t) ≤ 0.5
    /// median_of_returned = median of the days away of those that came back
    /// ```
    ///
    /// Unit, first removal and return are those of `relisting-rate`. Times are whole hours, given in days. Products that did not
    /// come back are censored when observation ends. Most never do: then the median is not reached, and the
    /// restricted mean is the number to read. Below 10 products the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All removed products are counted: there is no sampling interval. Limits are *process* limits: how far chance would move
    /// the estimate if products came back independently of each other. Those of the curve are Greenwood's on the log-log
    /// scale, those of the median follow Brookmeyer and Crowley, those of the restricted mean are normal. One trader brings
    /// back many products together, so true limits are wider. The median of those that returned has none.
    ///
    /// # Limits
    ///
    /// - The median of the products that came back, as platforms give it, leaves out all that never did: it is conditional
    ///   on a return, and can fall when fewer products come back.
    /// - A longer observation finds later returns; a restricted mean does not depend on it.
    /// - The limits of the fingerprint are those of `relisting-rate`.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 35.
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Royston P., Parmar M. K. B. (2013), "Restricted mean survival time: an alternative to the hazard ratio",
    ///   *BMC Medical Research Methodology* 13, 152; doi:10.1186/1471-2288-13-152.
    TimeToRelisting {
        id: "time-to-relisting",
        version: 1,
        status: Stability::Experimental,
        name: "Time until a removed product returns",
        question: "How long does it take until a removed product is on offer again?",
        unit: "removed product",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "removed_products",
            cohort: Cohort::Own("removed_at"),
            columns: &["relisting_event", "relisting_hours", "removed_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 35"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Royston, Parmar 2013, doi:10.1186/1471-2288-13-152",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("rmst_30", "days", 10, "Mean of the days away, cut off at thirty days."),
    statistic("rmst_90", "days", 10, "Mean of the days away, cut off at ninety days."),
    statistic("median", "days", 10, "Time by which half of the products are on offer again."),
    statistic("median_of_returned", "days", 10, "Median of the days away of those that came back."),
    statistic("survival", "share", 10, "Probability of still being away after x days: the points of the curve."),
    statistic("at_risk", "count", 10, "Products observed to stay away for x days at least."),
];

impl Indicator for TimeToRelisting {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        times::tallies(&CARD, basis, scope, &TIMES, Predicate::True)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [month, quarter, median, of_returned, survival, at_risk] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, table) in &all.tables {
            rows.push(all.restricted_mean(cell, table, month, 30.0));
            rows.push(all.restricted_mean(cell, table, quarter, 90.0));
            rows.push(all.quantile(cell, table, median, 0.5));
            rows.push(returned(&all.cells, cell, of_returned));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        Ok(rows)
    }
}

/// Median of the times of those that came back: the smallest that half of them do not exceed.
fn returned(cells: &Cells<'_>, cell: &Cell, statistic: &Statistic) -> Estimate {
    let mut hours: Vec<(i64, i64)> = Vec::new();
    for (key, values) in cells.by_cell.get(cell).into_iter().flatten() {
        let back = TIMES.events.iter().any(|event| key.first() == Some(&Scalar::from(*event)));
        if let (true, Some(Scalar::Int(time))) = (back, key.get(1)) {
            hours.push((*time, value(values, 1)));
        }
    }
    hours.sort_unstable();
    let n: i64 = hours.iter().map(|(_, count)| count).sum();
    let mut below = 0;
    let half = hours.iter().find(|(_, count)| {
        below += count;
        2 * below >= n
    });
    let mut row = cells.row(cell, statistic);
    row.n = Some(n);
    row.value = half.map(|(time, _)| number(*time) / f64::from(TIMES.per_unit));
    row.add_note("of those that came back alone");
    enough(row, statistic)
}
