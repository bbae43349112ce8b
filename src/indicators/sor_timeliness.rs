//! The indicator `sor-timeliness`.

use super::cells::{Cell, CellCounts, Cells, counts_fault, enough, number, value};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, delays,
};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::quantile::Histogram;

indicator! {
    /// Days from the date of the decision to the submission of its statement.
    ///
    /// # Question
    ///
    /// How many days after a decision took effect was its statement of reasons submitted to the database?
    ///
    /// # Formula
    ///
    /// ```text
    /// delay  d = UTC day of created_at − application_date            (whole days)
    /// used   = statements with both dates, application_date not marked as impossible; n_used is their number
    /// median, p90     = smallest d with #{used delays ≤ d} / n_used ≥ 0.5, 0.9
    /// share_over_7d   = #{used delays > 7} / n_used
    /// share_negative  = #{used delays < 0} / n_used
    /// share_within(x) = #{used delays ≤ x} / n_used                  at x days, given where all time is one period
    /// excluded        = statements without one of the dates, or with an impossible one
    /// ```
    ///
    /// Quantiles are of type 1 of Hyndman and Fan (1996): a delay that occurs. Negative delays are used: the
    /// decision is dated after the submission of its statement, which the law allows for one that takes effect
    /// later, and which the time zone can cause by one day.
    ///
    /// The period is that of the day of submission in UTC, or of the date asked for. Below `n_used` = 10 the
    /// result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. What is uncertain
    /// is what platforms report, which no interval describes: see the limits.
    ///
    /// # Limits
    ///
    /// - Art. 24(5) asks for submission without undue delay and sets no number of days. Seven days is a mark on
    ///   the scale, not a limit.
    /// - By date of decision, the last periods hold only what was submitted by the last day loaded, so they look
    ///   fast whatever happened. By date of submission, which is the default, they are complete.
    /// - `application_date` is a day without time and zone: the resolution is one day, and a delay of one can be
    ///   minutes. A platform that always enters the day of submission has delays of exactly zero.
    /// - It is the day from which the decision applies, which can follow or precede the decision itself.
    /// - The median and share of negative delays differ by platform with how it submits: at once, in nightly
    ///   batches, or in bulk after weeks.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Hyndman R. J., Fan Y. (1996), "Sample quantiles in statistical packages", *The American
    ///   Statistician* 50, 361–365.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    /// - Papaevangelou C., Votta F. (2025), "Content moderation and platform observability in the Digital
    ///   Services Act", *Internet Policy Review* 14(3); doi:10.14763/2025.3.2037.
    SorTimeliness {
        id: "sor-timeliness",
        version: 1,
        status: Stability::Experimental,
        name: "Reported delay from decision to submission",
        question: "How many days after the decision took effect did its statement reach the database?",
        unit: "statement of reasons",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["application_date_impossible", "created_at", "submission_delay_days"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 17",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Hyndman, Fan 1996, Am. Stat. 50, 361-365",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
            "Papaevangelou, Votta 2025, doi:10.14763/2025.3.2037",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    Statistic {
        name: "median",
        unit: "days",
        smallest_n: 10,
        meaning: "Half of the used statements have this delay or a shorter one.",
    },
    Statistic {
        name: "p90",
        unit: "days",
        smallest_n: 10,
        meaning: "Nine of ten used statements have this delay or a shorter one.",
    },
    Statistic {
        name: "share_over_7d",
        unit: "share",
        smallest_n: 10,
        meaning: "Used statements with a delay of more than seven days.",
    },
    Statistic {
        name: "share_negative",
        unit: "share",
        smallest_n: 10,
        meaning: "Used statements whose decision is dated after their submission.",
    },
    Statistic {
        name: "excluded",
        unit: "statements",
        smallest_n: 0,
        meaning: "Excluded: a date is missing or impossible.",
    },
    Statistic {
        name: "share_within",
        unit: "share",
        smallest_n: 10,
        meaning: "Used statements with a delay of at most x days.",
    },
];

impl Indicator for SorTimeliness {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        let impossible = Predicate::is_true("application_date_impossible");
        let measures = vec![Measure::count("n"), Measure::count_if("impossible", impossible)];
        scope.tallies(scope.cohort_of(&CARD, basis), vec![Key::column("submission_delay_days")], measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            rows.extend(of_cell(&cells, cell, counts)?);
        }
        Ok(rows)
    }
}

fn of_cell(cells: &Cells, cell: &Cell, counts: &CellCounts) -> Result<Vec<Estimate>> {
    let (mut used, mut excluded) = (Histogram::default(), 0);
    for (key, values) in counts {
        let (n, impossible) = (value(values, 0), value(values, 1));
        match key.first() {
            Some(Scalar::Int(days)) => {
                let rest = u64::try_from(n - impossible);
                used.add(*days, rest.map_err(|_| counts_fault("more statements excluded than there are"))?);
                excluded += impossible;
            }
            Some(Scalar::Null) => excluded += n,
            _ => return Err(counts_fault("a delay is no number of days")),
        }
    }
    let n = used.n().cast_signed();
    let late = n - used.at_most(7).cast_signed();
    let negative = used.at_most(-1).cast_signed();
    let share = |k: i64| ((n > 0).then(|| number(k) / number(n)), Some(k));
    let main =
        [(used.quantile(0.5).map(number), None), (used.quantile(0.9).map(number), None), share(late), share(negative)];
    let mut rows = Vec::new();
    for (statistic, (value, k)) in STATISTICS.iter().zip(main) {
        let mut row = cells.row(cell, statistic);
        (row.value, row.k, row.n) = (value, k, Some(n));
        if excluded > 0 {
            row.add_note(&format!("{excluded} of {} statements excluded", n + excluded));
        }
        rows.push(enough(row, statistic));
    }
    let [.., lost, within] = &STATISTICS;
    let mut row = cells.row(cell, lost);
    (row.value, row.k, row.n) = (Some(number(excluded)), Some(excluded), Some(n + excluded));
    rows.push(row);
    rows.extend(delays::curve(cells, cell, within, &used));
    Ok(rows)
}
