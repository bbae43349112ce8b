//! The indicator `territorial-uniformity`.

use super::cells::{Cells, counts_fault, value};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::tables::codes::codes;

indicator! {
    /// Share of statements whose territorial scope is the whole EU or EEA.
    ///
    /// # Question
    ///
    /// Of the decisions that platforms report with a territorial scope, which share applies in every country of
    /// the EU or the EEA, and which in one country alone?
    ///
    /// # Formula
    ///
    /// ```text
    /// share      = share_eea + share_eu
    /// share_eea  = statements whose scope is the 30 countries of the EEA / n
    /// share_eu   = statements whose scope is the 27 Member States alone / n
    /// share_one  = statements whose scope is one country / n
    /// n          = statements with any territorial scope
    /// share_none = statements of full exports without a scope / statements of full exports
    /// ```
    ///
    /// The scope is the set of codes, whatever their order and repetition. Codes beyond the 30 make a set of
    /// their own.
    ///
    /// The unit is the statement of reasons. The period is that of the day of submission in UTC, or of the
    /// date asked for; statements without that date are in no period, and the note gives their number.
    /// Below n = 10 the result is `insufficient`: one statement would move a share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone would
    /// move the share if every statement were an independent draw of one stable process. Decisions come in
    /// batches and processes change, so the share usually varies more than that. The interval covers no
    /// error of reporting.
    ///
    /// # Limits
    ///
    /// - Light exports have no territorial scope: their statements are in no count but the note.
    /// - The published norm is that nearly all scopes are EU-wide or EEA-wide, so most comparisons of countries
    ///   from statements rest on few of them.
    /// - An empty scope is allowed by the submission interface and asked for by its documentation. Some
    ///   platforms leave it empty where they mean everywhere.
    /// - A decision on illegal content under the law of one country should apply there (Art. 9(2)(b) asks the
    ///   same of orders); one under the terms and conditions can apply everywhere. Compare by decision ground.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 9(2)(b), 17(3)(a) and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Papaevangelou C., Votta F. (2025), "Content moderation and platform observability in the Digital
    ///   Services Act", *Internet Policy Review* 14(3); doi:10.14763/2025.3.2037.
    TerritorialUniformity {
        id: "territorial-uniformity",
        version: 1,
        status: Stability::Experimental,
        name: "Decisions that apply EU-wide",
        question: "Which share of reported decisions applies in all countries of the EU or the EEA, and which in one?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "export_version", "territory_set"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 9(2)(b)",
            "Regulation (EU) 2022/2065, Art. 17(3)(a)",
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Papaevangelou, Votta 2025, doi:10.14763/2025.3.2037",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that apply in the whole EU or EEA per statement with a scope.",
    },
    Statistic {
        name: "share_eea",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that apply in the 30 countries of the EEA per statement with a scope.",
    },
    Statistic {
        name: "share_eu",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that apply in the 27 Member States alone per statement with a scope.",
    },
    Statistic {
        name: "share_one",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that apply in one country per statement with a scope.",
    },
    Statistic {
        name: "share_none",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements without a scope per statement of a full export.",
    },
];

/// Countries of the EEA that are no Member States of the EU.
const EEA_ONLY: [&str; 3] = ["IS", "LI", "NO"];

impl Indicator for TerritorialUniformity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        let full = Predicate::eq("export_version", "full");
        let measures = vec![Measure::count("n"), Measure::count_if("full", full)];
        scope.tallies(scope.cohort_of(&CARD, basis), vec![Key::column("territory_set")], measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let mut countries: Vec<&str> = codes("territorial_scope").iter().map(|c| c.code.as_str()).collect();
        countries.sort_unstable();
        let eea = countries.join(",");
        countries.retain(|c| !EEA_ONLY.contains(c));
        let eu = countries.join(",");

        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let (mut k, mut scoped, mut all, mut full, mut none) = ([0; 3], 0, 0, 0, 0);
            for (key, values) in counts {
                let (n, of_full) = (value(values, 0), value(values, 1));
                all += n;
                full += of_full;
                match key.first() {
                    Some(Scalar::Null) => none += of_full,
                    Some(Scalar::Text(set)) => {
                        scoped += n;
                        let of = [*set == eea, *set == eu, !set.contains(',')];
                        k.iter_mut().zip(of).filter(|(_, is)| *is).for_each(|(k, _)| *k += n);
                    }
                    _ => return Err(counts_fault("a territorial scope is no text")),
                }
            }
            let without = (all, "no territorial scope");
            let [eea, eu, one] = k;
            for (statistic, k) in STATISTICS.iter().zip([eea + eu, eea, eu, one]) {
                rows.push(shares::row(&cells, cell, statistic, (k, scoped), without)?);
            }
            rows.push(shares::row(&cells, cell, &STATISTICS[4], (none, full), (all, "light exports have no scope"))?);
        }
        Ok(rows)
    }
}
