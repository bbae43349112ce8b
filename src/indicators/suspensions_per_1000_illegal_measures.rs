//! The indicator `suspensions-per-1000-illegal-measures`.

use super::cells::{Cells, enough, number, value};
use super::declared::{self, Declared};
use super::records::statistic;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Measure, Predicate, Scalar, Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Suspensions of repeat offenders per thousand measures against illegal content.
    ///
    /// # Question
    ///
    /// How often does a platform suspend those who frequently provide manifestly illegal content, compared with how
    /// often it acts against illegal content?
    ///
    /// # Formula
    ///
    /// ```text
    /// rate                          = 1000 · suspensions / (M5 + L4)
    /// suspensions                   = suspensions for manifestly illegal content (part 7)
    /// M5, L4                        = own-initiative measures against illegal content (part 5), and actions on notices on the
    ///                                 basis of the law (part 4)
    /// suspensions_notices           = suspensions for manifestly unfounded notices
    /// suspensions_complaints        = suspensions for manifestly unfounded complaints
    ///
    /// in exports of a marketplace:
    /// rate        = 1000 · suspensions / actions on listings with ground = illegal, reinstatements aside
    /// suspensions = suspensions and terminations of traders whose ground is illegal or not given
    /// ```
    ///
    /// In exports both are counted by the day of the decision.
    ///
    /// A part that the report leaves blank or out does not apply and is left out of the sum; the note names it. A platform that acts
    /// under its terms alone has no such measure, and so no rate: the counts of suspensions stand for themselves. Below 100
    /// measures the rate is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The figures are complete counts by the platform, so there is no interval.
    ///
    /// # Limits
    ///
    /// - The law has criteria and no number: what is frequent and what manifestly illegal, each platform decides. Declared
    ///   counts of one half-year run from 2 to several hundred thousand among marketplaces of like size, which no
    ///   difference in behaviour explains. Compare on a log scale, or within a platform over time.
    /// - Illegal content that is removed under the terms is in part 6, and not in the denominator.
    /// - Suspensions need not be among the restrictions of accounts in parts 5 and 6; `tr-internal-consistency` says where they
    ///   exceed all of these.
    /// - It is a ratio of two counts and no share: one suspension answers many items.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 24(1)(b).
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I.
    /// - Spiegelhalter D. J. (2005), "Funnel plots for comparing institutional performance", *Statistics in Medicine* 24,
    ///   1185–1202.
    SuspensionsPer1000IllegalMeasures {
        id: "suspensions-per-1000-illegal-measures",
        version: 1,
        status: Stability::Experimental,
        name: "Suspensions per thousand measures against illegal content",
        question: "How often are providers of manifestly illegal content suspended, compared with measures against illegal content?",
        unit: "suspension",
        direction: Direction::Ambiguous,
        requires: &[
            Requirement {
                basis: Basis::Vetted,
                table: "actions",
                cohort: Cohort::Own("action_at"),
                columns: &["action", "action_at", "ground", "listing_id"],
                optional: &[],
            },
            declared::REQUIREMENT,
        ],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 100,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 24(1)(b)"],
        references: &["Spiegelhalter 2005, Stat. Med. 24, 1185-1202"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("rate", "per 1000 measures", 100, "Suspensions per thousand measures against illegal content."),
    statistic("suspensions", "count", 1, "Suspensions for manifestly illegal content."),
    statistic("suspensions_notices", "count", 1, "Suspensions for manifestly unfounded notices."),
    statistic("suspensions_complaints", "count", 1, "Suspensions for manifestly unfounded complaints."),
];

const DECLARED: &[&str] = &[
    "illegal_measures",
    "notices_law",
    "suspensions_illegal_content",
    "suspensions_unfounded_complaints",
    "suspensions_unfounded_notices",
];

impl Indicator for SuspensionsPer1000IllegalMeasures {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis == Basis::Report { declared::units(scope, DECLARED) } else { Vec::new() }
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis).filter(|r| r.basis == Basis::Vetted) else { return Vec::new() };
        let any = |codes: [&str; 2]| Predicate::In("action".to_owned(), codes.map(Scalar::from).to_vec());
        let on_law = || Predicate::eq("ground", "illegal");
        let suspension = Predicate::And(vec![
            Predicate::is_null("listing_id"),
            any(["suspension", "termination"]),
            Predicate::Or(vec![Predicate::is_null("ground"), on_law()]),
        ]);
        let measures = vec![
            Measure::count_if("suspensions", suspension),
            Measure::count_if("illegal_measures", Predicate::And(vec![shares::is_measure(), on_law()])),
        ];
        scope.tallies_of(requirement, vec![], measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let [rate, suspensions, ..] = &STATISTICS;
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let sum = |at| counts.values().map(|v| value(v, at)).sum::<i64>();
            let (k, n) = (sum(0), sum(1));
            let mut row = cells.row(cell, rate);
            (row.k, row.n) = (Some(k), Some(n));
            row.value = (n > 0).then(|| 1000.0 * number(k) / number(n));
            rows.push(enough(row, rate));
            let mut row = cells.row(cell, suspensions);
            (row.n, row.value) = (Some(k), Some(number(k)));
            rows.push(row);
        }
        Ok(rows)
    }
}

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [rate, illegal, notices, complaints] = &STATISTICS;
    let mut rows = reports.undated_rows(&[rate, illegal, notices, complaints]);
    for set in reports.sets() {
        for place in reports.places(&set, &["suspensions_illegal_content"]) {
            rows.push(reports.ratio(&set, rate, &place, 1000.0, |r| {
                let measures = r.sum(&["illegal_measures", "notices_law"], &place);
                [r.figure("suspensions_illegal_content", &place), measures]
            }));
            for (statistic, code) in [
                (illegal, "suspensions_illegal_content"),
                (notices, "suspensions_unfounded_notices"),
                (complaints, "suspensions_unfounded_complaints"),
            ] {
                rows.push(reports.total(&set, statistic, &place, |r| r.figure(code, &place)));
            }
        }
    }
    rows
}
