//! The indicator `platform-concentration`.

use super::cells::{Cells, enough, number, value};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::concentration::{FrequencyTable, gini, herfindahl_hirschman, top_units_share};

indicator! {
    /// How unequally statements are divided among the platforms that submit any.
    ///
    /// # Question
    ///
    /// How unequally are the statements divided among the platforms, and how many of them come from the largest?
    ///
    /// # Formula
    ///
    /// ```text
    /// x₁ ≤ … ≤ x_m = statements of each of the m platforms that submitted any
    /// platforms   = m
    /// gini        = Σᵢ (2i − m − 1) xᵢ / (m Σ x)          (population form; 0 all alike, 1 − 1/m all from one)
    /// hhi         = Σᵢ (xᵢ / Σ x)²                        (Herfindahl–Hirschman; 1/m all alike, 1 all from one)
    /// top1_share  = x_m / Σ x
    /// top3_share  = (x_m + x_{m−1} + x_{m−2}) / Σ x
    /// ```
    ///
    /// The unit is the platform. It is measured over platforms together, so a split by platform changes nothing.
    ///
    /// The period is that of the day of submission in UTC, or of the date asked for. Platforms without statements
    /// in a cell are not counted there. Below 10 statements, or with one platform, the result is `insufficient`;
    /// the three largest need four platforms.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, and the platforms are all that submitted any: there
    /// is no sampling interval.
    ///
    /// # Limits
    ///
    /// - It describes the database, not the market or the risk: the largest senders are those whose systems write
    ///   a statement for each small decision. One platform made up 81 % of all statements up to January 2026.
    /// - Platforms that submit nothing are not in m. With more of them the Gini coefficient would be higher.
    /// - m grew from 14 in September 2023 to 158 in December 2025, which by itself moves the coefficients.
    /// - A high share of one platform means that totals over all platforms are about that platform.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 24(5) and 33.
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Gini C. (1912), *Variabilità e mutabilità*, Bologna.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    PlatformConcentration {
        id: "platform-concentration",
        version: 1,
        status: Stability::Experimental,
        name: "Concentration of statements on platforms",
        question: "How unequally are statements divided among the platforms that submit any?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statements",
            cohort: Cohort::Submission,
            columns: &["created_at", "platform"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 24(5)",
            "Regulation (EU) 2022/2065, Art. 33",
        ],
        references: &[
            "Gini 1912, Variabilità e mutabilità",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    Statistic {
        name: "gini",
        unit: "gini",
        smallest_n: 10,
        meaning: "Gini coefficient of statements per platform, population form.",
    },
    Statistic {
        name: "hhi",
        unit: "ratio",
        smallest_n: 10,
        meaning: "Herfindahl–Hirschman index: sum of squared shares of the platforms.",
    },
    Statistic {
        name: "top1_share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements of the largest platform per statement.",
    },
    Statistic {
        name: "top3_share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements of the three largest platforms per statement.",
    },
    Statistic { name: "platforms", unit: "platforms", smallest_n: 0, meaning: "Number of platforms with statements." },
];

impl Indicator for PlatformConcentration {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        together(scope).tallies(scope.cohort_of(&CARD, basis), vec![Key::column("platform")], vec![Measure::count("n")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let scope = &together(scope);
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let platforms: FrequencyTable = counts
                .iter()
                .filter(|(key, _)| key.first() != Some(&Scalar::Null))
                .filter_map(|(_, values)| Some((u64::try_from(value(values, 0)).ok()?, 1)))
                .collect();
            let m = platforms.n().cast_signed();
            let n: i64 = counts.values().map(|v| value(v, 0)).sum();
            let values = [
                gini(&platforms).ok().map(|g| g.population),
                herfindahl_hirschman(&platforms).ok().map(|h| h.index),
                top_units_share(&platforms, 1).ok().map(|t| t.share),
                top_units_share(&platforms, 3).ok().map(|t| t.share),
                Some(number(m)),
            ];
            for ((statistic, value), least) in STATISTICS.iter().zip(values).zip([2, 2, 2, 4, 0]) {
                let mut row = cells.row(cell, statistic);
                (row.value, row.n, row.clusters) = (value, Some(n), Some(m));
                let row = if m < least || value.is_none() {
                    row.without_value(Status::Insufficient, format!("{m} platforms are below {least}"))
                } else {
                    enough(row, statistic)
                };
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

/// The scope without a split by platform.
fn together(scope: &Scope) -> Scope {
    Scope { by_platform: false, ..scope.clone() }
}
