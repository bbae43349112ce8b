//! The indicator `phoenix-trader-rate`.

use super::records::{dated_where, statistic};
use super::times::{self, Histograms, Times};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// How many suspended traders return under another account.
    ///
    /// # Question
    ///
    /// Of the traders who were suspended or terminated, which share opens another account within so many days?
    ///
    /// # Formula
    ///
    /// ```text
    /// incidence_t = 1 − S(t), S the Kaplan–Meier curve of the time from the first suspension or termination of an account to the
    ///               opening of the next account of the same undertaking
    /// survival    = S(x)
    /// ```
    ///
    /// The unit is the account of which the holder of the data names the undertaking; others cannot be followed and are left
    /// out. It belongs to the period in which its first suspension or termination had effect. Which accounts belong to
    /// one undertaking is what the holder of the data says. Accounts that were open before the suspension are no return.
    /// Accounts without a return are censored when observation ends. Below 10 accounts the result is
    /// `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All suspended accounts are counted: there is no sampling interval. Limits are *process* limits: how far chance would move
    /// the estimate if accounts were independent draws (Greenwood, log-log scale). Several accounts of one undertaking are
    /// followed by the same new one, so true limits are wider. They do not cover errors of the links.
    ///
    /// # Limits
    ///
    /// - Links that are missed make the number too low, and false ones too high. An audit of pairs of accounts gives
    ///   the sensitivity and specificity by which it can be corrected (Lang and Reiczigel 2014).
    /// - Who returns takes care not to be linked: the number is a lower bound rather than an estimate.
    /// - A new account after a suspension that has ended is not in itself against the rules.
    /// - Links rest on personal data and business secrets: publish rates alone, never pairs.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 30(1) and (2).
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Lang Z., Reiczigel J. (2014), "Confidence limits for prevalence of disease adjusted for estimated sensitivity and
    ///   specificity", *Preventive Veterinary Medicine* 113, 13–22; doi:10.1016/j.prevetmed.2013.09.015.
    PhoenixTraderRate {
        id: "phoenix-trader-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Suspended traders who return under another account",
        question: "Of the traders who were suspended, which share opens another account within so many days?",
        unit: "suspended account",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_records",
            cohort: Cohort::Own("suspended_at"),
            columns: &["linked", "return_event", "return_hours", "suspended_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 30(1) and (2)"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Lang, Reiczigel 2014, doi:10.1016/j.prevetmed.2013.09.015",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("incidence_30", "share", 10, "Probability of another account within 30 days of the suspension."),
    statistic("incidence_90", "share", 10, "Probability of another account within 90 days of the suspension."),
    statistic("survival", "share", 10, "Probability of no other account within x days: the points of the curve."),
    statistic("at_risk", "count", 10, "Suspended accounts observed for x days at least without another one."),
];

static TIMES: Times = Times {
    exit: "return_hours",
    entry: None,
    event: "return_event",
    events: &["returned"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for PhoenixTraderRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        dated_where(times::tallies(&CARD, basis, scope, &TIMES, Predicate::True), &Predicate::is_true("linked"))
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [month, quarter, survival, at_risk] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, table) in &all.tables {
            rows.push(all.within(cell, table, month, 30.0));
            rows.push(all.within(cell, table, quarter, 90.0));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        Ok(rows)
    }
}
