//! The indicator `notice-deadline-compliance`.

use super::cells::Cells;
use super::deadlines::{ByPlace, Case, Deadlines, calendar};
use super::placed::{self, Places};
use super::records::statistic;
use super::working_days::WorkingDays;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Predicate, Tally, UnitRows, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of notices on product safety that are decided within three working days.
    ///
    /// # Question
    ///
    /// Are notices on the safety of products processed within the three working days that the law gives?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = timely / (timely + late)     timely: decided by the end of the third working day after the day of receipt
    /// late  = decided after that, or pending when it had passed
    /// ```
    ///
    /// The unit is the notified item that the data marks as being about product safety; it belongs to the period of its day of
    /// receipt in UTC. Working days follow Regulation 1182/71: the day of receipt is not counted, Saturdays, Sundays and the holidays of
    /// the study file (`holidays`) are none, and the period ends with the last hour of its last day, in the time zone
    /// `working_time_zone`. `share_without_holidays` counts every Monday to Friday, and so shows what the choice of holidays
    /// does. Items that were pending within the limit when observation ended are undecided: they are excluded and counted in the
    /// note, as are decisions dated before receipt. Below n = 10 the share is `insufficient`; `late` is given from n = 1.
    ///
    /// # Uncertainty
    ///
    /// The notices are all that were received, so there is no sampling interval. Where asked for, a Clopper–Pearson interval is
    /// given and called a *process* interval. It says nothing of compliance: each late item missed the limit, however many
    /// were timely, and `late` counts them.
    ///
    /// # Limits
    ///
    /// - Public holidays differ between Member States, and the law does not say whose count. Those of the State of the
    ///   establishment or legal representative are the usual choice; the result names how many were given.
    /// - The law speaks of processing: a decision that was only recorded, or is an automated receipt, counts as one here.
    /// - Which notices are about product safety is the data's word.
    /// - A median of 72 hours or less cannot show compliance, and a share of one period says nothing of another.
    /// - Rows are taken one by one; more than five million are refused.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(8).
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16.
    /// - Regulation (EEC, Euratom) No 1182/71 determining the rules applicable to periods, dates and time limits, Art. 2 and 3.
    /// - Clopper C. J., Pearson E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
    ///   binomial", *Biometrika* 26, 404–413.
    NoticeDeadlineCompliance {
        id: "notice-deadline-compliance",
        version: 1,
        status: Stability::Experimental,
        name: "Notices on product safety within three working days",
        question: "Are notices on the safety of products processed within the three working days that the law gives?",
        unit: "notified item on product safety",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &["decision_event", "product_safety", "received_at", "waited_until"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2023/988, Art. 22(8)", "Regulation (EEC, Euratom) No 1182/71, Art. 2 and 3"],
        references: &["Clopper, Pearson 1934, Biometrika 26, 404-413"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic(
        "share",
        "share",
        10,
        "Items decided within three working days per item whose limit is known to be kept or missed.",
    ),
    statistic("share_without_holidays", "share", 10, "The same where every Monday to Friday is a working day."),
    statistic("late", "count", 1, "Items decided later, or pending when the three working days had passed."),
];

/// Working days that the law gives.
const LIMIT: u32 = 3;

impl Indicator for NoticeDeadlineCompliance {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut tallies = scope.tallies_of(requirement, vec![], vec![Measure::count("notices")]);
        for tally in &mut tallies {
            tally.filters.push(Predicate::is_true("product_safety"));
        }
        tallies
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let filters = vec![Predicate::is_true("product_safety")];
        vec![placed::units(requirement, scope, filters, &["decision_event", "received_at", "waited_until"])]
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        let Some(requirement) = CARD.requirement(counts.basis) else { return Ok(rows) };
        let (units, places) = (counts.rows(0)?, Places::new(requirement, scope));
        let days = WorkingDays::new(&scope.parameters)?;
        let plain = days.without_holidays();
        let (given, without) = (judge(units, &places, &days), judge(units, &places, &plain));
        let [share, share_plain, late] = &STATISTICS;
        for cell in cells.by_cell.keys() {
            let place = places.of_cell(cell);
            let of = |outcomes: &ByPlace| outcomes.get(&place).copied().unwrap_or_default();
            let note = calendar(&scope.parameters, &days);
            let one = Deadlines { cells: &cells, cell, outcomes: of(&given), note: &note };
            rows.push(one.share(share, scope)?);
            rows.push(one.late(late));
            let note = calendar(&scope.parameters, &plain);
            rows.push(
                Deadlines { cells: &cells, cell, outcomes: of(&without), note: &note }.share(share_plain, scope)?,
            );
        }
        Ok(rows)
    }
}

fn judge(units: &UnitRows, places: &Places<'_>, days: &WorkingDays) -> ByPlace {
    let mut outcomes = ByPlace::new();
    for i in 0..units.len() {
        let from = units.integer("received_at", i);
        let done = units.text("decision_event", i) == Some("decided");
        let case = Case { from, until: units.integer("waited_until", i), done };
        let end = from.and_then(|from| days.end(from, LIMIT));
        outcomes.entry(places.of(units, i)).or_default().add(case, end);
    }
    outcomes
}
