//! The indicator `complaint-time`.

use super::cells::{enough, number, value};
use super::complaint_reversal_rate::outcomes;
use super::declared::{self, Declared};
use super::records::statistic;
use super::times::{self, Histograms, Times};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Predicate, Scalar, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Time from a complaint to the decision on it.
    ///
    /// # Question
    ///
    /// How long do complaints wait for a decision, and how many are decided at once or by machines alone?
    ///
    /// # Formula
    ///
    /// ```text
    /// S(t)         = Π (1 − dᵢ/nᵢ) over tᵢ ≤ t     dᵢ decided, nᵢ waiting at tᵢ (Kaplan–Meier)
    /// median, p90  = smallest t with 1 − S(t) ≥ 0.5, 0.9
    /// within_7_days, within_30_days = 1 − S(7 days), 1 − S(30 days)
    /// rmst_30      = ∫ S(u) du from 0 to 30 days: the mean wait, cut off at 30 days
    /// share_within_1_hour   = complaints decided in less than an hour / decided complaints
    /// share_automated       = complaints decided solely by automated means / decided complaints of which this is known
    ///
    /// in reports (part 7):
    /// median       = declared median in hours / 24
    /// ```
    ///
    /// A declared median is that of the complaints decided in the period, by all accounts, and stands with the number of decisions as n;
    /// by `complaint_type` it is given for each kind of decision complained about. There is none over several platforms or
    /// over several parts of a service, since medians do not add up; a blank cell does not apply, and is no median of 0.
    ///
    /// The unit is the complaint. Times are whole hours, given in days; the period is that of the day on which it was filed, in
    /// UTC. Complaints that were pending when observation ended are censored there. Decisions dated before their complaint are
    /// excluded and counted in the note. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The complaints are all that were filed, so there is no sampling interval. The limits of times are *process* limits: how far
    /// chance would move the estimate if every complaint were an independent draw of one stable process. Limits of
    /// probabilities are those of Greenwood on the log-log scale, those of quantiles follow Brookmeyer and Crowley. The two shares
    /// have none.
    ///
    /// # Limits
    ///
    /// - The law sets no number of days but *timely*; it forbids decisions solely by automated means. Decisions within the
    ///   hour are a reason to look, and no proof: simple cases can be decided fast.
    /// - A median of decided complaints alone, as transparency reports give it, is too short while complaints wait.
    /// - So a declared median lies at or below the measured one; the difference grows with what is pending.
    /// - Reports of some platforms give medians of thousands of hours, probably in another unit.
    /// - The end of observation must be known, else pending complaints are excluded, with a note.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 20(4), 20(5) and 20(6).
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Greenwood M. (1926), "The natural duration of cancer", *Reports on Public Health and Medical Subjects* 33.
    /// - Brookmeyer R., Crowley J. (1982), "A confidence interval for the median survival time", *Biometrics* 38,
    ///   29–41.
    ComplaintTime {
        id: "complaint-time",
        version: 1,
        status: Stability::Experimental,
        name: "Time from complaint to decision",
        question: "How long do complaints wait for a decision, and how many are decided at once or by machines alone?",
        unit: "complaint",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "complaint_times",
            cohort: Cohort::Own("filed_at"),
            columns: &["decided_by_machine", "decision_event", "decision_hours", "filed_at"],
            optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 20(4)",
            "Regulation (EU) 2022/2065, Art. 20(5)",
            "Regulation (EU) 2022/2065, Art. 20(6)",
        ],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Greenwood 1926, Rep. Public Health Med. Subj. 33",
            "Brookmeyer, Crowley 1982, Biometrics 38, 29-41",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 9] = [
    statistic("median", "days", 10, "Time by which half of the complaints are decided."),
    statistic("p90", "days", 100, "Time by which nine in ten complaints are decided."),
    statistic("within_7_days", "share", 10, "Probability of a decision within seven days."),
    statistic("within_30_days", "share", 10, "Probability of a decision within thirty days."),
    statistic("rmst_30", "days", 10, "Mean of the waiting time, cut off at thirty days."),
    statistic("survival", "share", 10, "Probability of still waiting after x days: the points of the curve."),
    statistic("at_risk", "count", 10, "Complaints that were observed to wait for x days at least."),
    statistic("share_within_1_hour", "share", 10, "Complaints decided in less than an hour per decided complaint."),
    statistic("share_automated", "share", 10, "Complaints decided solely by automated means per decided complaint."),
];

static TIMES: Times = Times {
    exit: "decision_hours",
    entry: None,
    event: "decision_event",
    events: &["decided"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for ComplaintTime {
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
        let mut tallies = times::tallies(&CARD, basis, scope, &TIMES, Predicate::True);
        if let Some(tally) = tallies.first_mut() {
            let column = "decided_by_machine";
            tally.measures.push(Measure::count_if("by_machine", Predicate::is_true(column)));
            tally.measures.push(Measure::count_if("manner_known", Predicate::not_null(column)));
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [median, p90, week, month, mean, survival, at_risk, hour, automated] = &STATISTICS;
        let mut rows = all.cells.undated_rows();
        for (cell, table) in &all.tables {
            rows.push(all.quantile(cell, table, median, 0.5));
            rows.push(all.quantile(cell, table, p90, 0.9));
            rows.push(all.within(cell, table, week, 7.0));
            rows.push(all.within(cell, table, month, 30.0));
            rows.push(all.restricted_mean(cell, table, mean, 30.0));
            rows.extend(all.curve_rows(cell, table, (survival, at_risk)));
        }
        for (cell, counts) in &all.cells.by_cell {
            let [mut at_once, mut timed, mut machine, mut known] = [0; 4];
            for (key, values) in counts {
                machine += value(values, 2);
                known += value(values, 3);
                if let (Some(Scalar::Text(event)), Some(Scalar::Int(hours))) = (key.first(), key.get(1))
                    && event == "decided"
                {
                    timed += value(values, 0);
                    at_once += if *hours == 0 { value(values, 0) } else { 0 };
                }
            }
            for (statistic, k, n) in [(hour, at_once, timed), (automated, machine, known)] {
                let mut row = all.cells.row(cell, statistic);
                (row.k, row.n) = (Some(k), Some(n));
                row.value = (n > 0).then(|| number(k) / number(n));
                rows.push(enough(row, statistic));
            }
        }
        Ok(rows)
    }
}

const DECLARED: &[&str] = &[
    "complaints_time",
    "complaints_upheld",
    "complaints_partial",
    "complaints_reversed",
    "complaints_visibility_time",
    "complaints_visibility_upheld",
    "complaints_visibility_partial",
    "complaints_visibility_reversed",
    "complaints_service_time",
    "complaints_service_upheld",
    "complaints_service_partial",
    "complaints_service_reversed",
    "complaints_account_time",
    "complaints_account_upheld",
    "complaints_account_partial",
    "complaints_account_reversed",
    "complaints_monetary_time",
    "complaints_monetary_upheld",
    "complaints_monetary_partial",
    "complaints_monetary_reversed",
    "complaints_notice_time",
    "complaints_notice_upheld",
    "complaints_notice_partial",
    "complaints_notice_reversed",
    "complaints_flagger_notice_time",
    "complaints_flagger_notice_upheld",
    "complaints_flagger_notice_partial",
    "complaints_flagger_notice_reversed",
];

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let median = &STATISTICS[0];
    let mut rows = reports.undated_rows(&[median]);
    for set in reports.sets() {
        for (place, cases) in reports.complaints() {
            rows.push(reports.single(&set, median, &place, declared::PER_DAY, |r| {
                let [_, decided] = outcomes(r, cases, &place);
                (r.figure(&format!("{cases}_time"), &place), decided)
            }));
        }
    }
    rows
}
