//! The indicator `time-to-action`.

use super::declared::{self, Declared};
use super::times::{self, Histograms, Times};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Predicate, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Time from the receipt of a notice to the decision on it.
    ///
    /// # Question
    ///
    /// How long do notices of possibly illegal content wait for a decision?
    ///
    /// # Formula
    ///
    /// ```text
    /// S(t)         = Π (1 − dᵢ/nᵢ) over tᵢ ≤ t     dᵢ decided, nᵢ waiting at tᵢ (Kaplan–Meier)
    /// median, p90  = smallest t with 1 − S(t) ≥ 0.5, 0.9
    /// within_1_day = 1 − S(1 day), and so on
    /// rmst_30      = ∫ S(u) du from 0 to 30 days: the mean wait, cut off at 30 days
    ///
    /// in reports (part 4):
    /// median, median_flaggers = declared median to take action, in hours / 24, of all notices and of those of trusted flaggers
    /// ```
    ///
    /// A declared median stands with the number of notices as n, and by `category` for each category. The template has none for
    /// own-initiative measures. There is none over several platforms, since medians do not add up.
    ///
    /// The unit is the notified item. Times are whole hours, given in days; the period is that of the day of receipt
    /// in UTC. Items that were not decided when observation ended are censored there: they count as waiting as long as
    /// they were seen to wait. Decisions dated before their receipt are excluded and counted in the note. Duplicates
    /// and invalid notices count with the decision that they are such. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The notices are all that were received, so there is no sampling interval. The limits are called *process*
    /// limits: they say how far chance would move the estimate if every item were an independent draw of one stable
    /// process, observed for as long as it was. Limits of probabilities are those of Greenwood on the log-log scale,
    /// those of quantiles follow Brookmeyer and Crowley by inverting them. Items of one notice are decided
    /// together, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - The law sets no number but *timely*: the distribution is reported, and no limit is invented.
    /// - A declared median may leave out notices without action and count an automated receipt within the hour as 0
    ///   (Annex II): it lies below the measured one. Hours beyond the length of the period are probably in another unit.
    /// - A median of decided items alone, as transparency reports give it, leaves out what is pending, and so is too
    ///   short while notices wait.
    /// - What the platform calls a decision can be an automated receipt; times near zero may show that.
    /// - The end of observation must be known, else pending items are excluded, with a note.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16(6).
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(8).
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Greenwood M. (1926), "The natural duration of cancer", *Reports on Public Health and Medical Subjects* 33.
    /// - Brookmeyer R., Crowley J. (1982), "A confidence interval for the median survival time", *Biometrics* 38,
    ///   29–41.
    TimeToAction {
        id: "time-to-action",
        version: 1,
        status: Stability::Experimental,
        name: "Time from notice to decision",
        question: "How long do notices of possibly illegal content wait for a decision?",
        unit: "notified item",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &["decision_event", "decision_hours", "received_at"], optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 16(6)", "Regulation (EU) 2023/988, Art. 22(8)"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Greenwood 1926, Rep. Public Health Med. Subj. 33",
            "Brookmeyer, Crowley 1982, Biometrics 38, 29-41",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 9] = [
    Statistic { name: "median", unit: "days", smallest_n: 10, meaning: "Time by which half of the items are decided." },
    Statistic { name: "p90", unit: "days", smallest_n: 100, meaning: "Time by which nine in ten items are decided." },
    Statistic {
        name: "within_1_day",
        unit: "share",
        smallest_n: 10,
        meaning: "Probability of a decision within a day.",
    },
    Statistic {
        name: "within_7_days",
        unit: "share",
        smallest_n: 10,
        meaning: "Probability of a decision within seven days.",
    },
    Statistic {
        name: "within_30_days",
        unit: "share",
        smallest_n: 10,
        meaning: "Probability of a decision within thirty days.",
    },
    Statistic {
        name: "rmst_30",
        unit: "days",
        smallest_n: 10,
        meaning: "Mean of the waiting time, cut off at thirty days.",
    },
    Statistic {
        name: "survival",
        unit: "share",
        smallest_n: 10,
        meaning: "Probability of still waiting after x days: the points of the curve.",
    },
    Statistic {
        name: "at_risk",
        unit: "count",
        smallest_n: 10,
        meaning: "Items that were observed to wait for x days at least.",
    },
    Statistic {
        name: "median_flaggers",
        unit: "days",
        smallest_n: 10,
        meaning: "In reports, the median of notices of trusted flaggers.",
    },
];

const DECLARED: &[&str] = &["notices", "notices_flaggers", "notices_flaggers_time", "notices_time"];

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [median, .., flaggers] = &STATISTICS;
    let mut rows = reports.undated_rows(&[median, flaggers]);
    for set in reports.sets() {
        for place in reports.places(&set, &["notices_time"]) {
            for (statistic, notices) in [(median, "notices"), (flaggers, "notices_flaggers")] {
                rows.push(reports.single(&set, statistic, &place, declared::PER_DAY, |r| {
                    (r.figure(&format!("{notices}_time"), &place), r.figure(notices, &place))
                }));
            }
        }
    }
    rows
}

static TIMES: Times = Times {
    exit: "decision_hours",
    entry: None,
    event: "decision_event",
    events: &["decided"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for TimeToAction {
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
        times::tallies(&CARD, basis, scope, &TIMES, Predicate::True)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [median, p90, day, week, month, mean, survival, at_risk, _] = &STATISTICS;
        let mut rows = all.cells.undated_rows();
        for (cell, table) in &all.tables {
            rows.push(all.quantile(cell, table, median, 0.5));
            rows.push(all.quantile(cell, table, p90, 0.9));
            rows.push(all.within(cell, table, day, 1.0));
            rows.push(all.within(cell, table, week, 7.0));
            rows.push(all.within(cell, table, month, 30.0));
            rows.push(all.restricted_mean(cell, table, mean, 30.0));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        Ok(rows)
    }
}
