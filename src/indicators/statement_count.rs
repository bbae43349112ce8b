//! The indicator `statement-count`.

use super::cells::{Cells, number, value};
use super::scope::N;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Number of statements of reasons.
    ///
    /// # Question
    ///
    /// How many statements of reasons did platforms submit to the DSA Transparency Database?
    ///
    /// # Formula
    ///
    /// ```text
    /// count = number of statements in the cell
    /// ```
    ///
    /// A cell is a platform (or all of them), a value of each group, and a period. The unit is the
    /// statement of reasons (DSA Art. 17) as it stands in the daily dumps; a statement that stands in
    /// several dumps counts once, by its `uuid`. The period is that of the day of submission in UTC, the
    /// date of `created_at`; on request, of the day from which the decision applies (`application_date`)
    /// or of the day of the content (`content_date`). Periods are half-open, `[start, end)`. A single
    /// period for all the data runs from the first to the last such date; dates that the codebook marks
    /// as impossible or as placeholders are counted, but do not stretch it.
    ///
    /// Exclusions: statements without the date that assigns them to a period are in no cell. The note
    /// of the platform and group that they belong to gives their number. Statements with a missing or
    /// unknown code form groups of their own, `(none)` and the code as submitted.
    ///
    /// # Uncertainty
    ///
    /// None is given. The count is that of a census of what was submitted, not of a sample: there is no
    /// sampling error. What is left is error of coverage, which no interval describes: see the limits.
    ///
    /// # Limits
    ///
    /// - A statement is neither a piece of content nor a user. One piece of content can lead to several
    ///   statements, and one statement can restrict content, payments, a service and an account at once.
    /// - Not every decision leads to a statement here: none is owed for deceptive high-volume commercial
    ///   content, where the user's contact details are not known, or for orders of authorities (Art. 17(2)
    ///   and (5)), and micro and small enterprises need not submit theirs (Art. 19). Counts therefore
    ///   differ from those of transparency reports, which have another scope.
    /// - A higher count can mean more content to act on, more action, finer-grained statements, or a
    ///   larger service. Counts of platforms are comparable only with a denominator.
    /// - By day of submission, backlogs that are submitted late appear as peaks. By day of decision, the
    ///   last periods lack what is submitted later, and periods before the first day loaded hold only
    ///   what was submitted late. The note gives the days of submission that are loaded.
    /// - Dumps follow days of submission, but statements made near midnight may stand in the dump of the
    ///   day before or after.
    /// - Cells without a statement have no row. A day without statements and a day that was not loaded
    ///   look alike in a series; the note says how many days of a period are loaded.
    /// - Known breaks, announced by the database: duplicates were removed in May and June 2024; Google
    ///   Shopping, with about four of five statements up to January 2026, stopped submitting some of its
    ///   decisions on 2024-06-28 and 2025-05-30; the schema of 2025-07-01 replaced categories (the group
    ///   `category` holds the documented successor, `category_as_submitted` the code as it came).
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17 and 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Kaushal R. et al. (2024), "Automated transparency: a legal and empirical analysis of the Digital
    ///   Services Act Transparency Database", *ACM Conference on Fairness, Accountability, and
    ///   Transparency*; arXiv:2404.02894.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    /// - Drolsbach C., Pröllochs N. (2024), "Content moderation on social media in the EU: insights from
    ///   the DSA Transparency Database", *WWW '24 Companion*; arXiv:2312.04431.
    StatementCount {
        id: "statement-count",
        version: 1,
        status: Stability::Experimental,
        name: "Statements of reasons",
        question: "How many statements of reasons did platforms submit?",
        unit: "statement of reasons",
        direction: Direction::Ambiguous,
        requires: &[Requirement { basis: Basis::Statements, table: "statements", cohort: Cohort::Submission, columns: &["created_at"], optional: &[] }],
        statistics: &[COUNT],
        levels: &[Level::B],
        smallest_n: 0,
        legal: &["Regulation (EU) 2022/2065, Art. 17", "Regulation (EU) 2022/2065, Art. 24(5)"],
        references: &[
            "European Commission, DSA Transparency Database, doi:10.2906/134353607485211",
            "Kaushal et al. 2024, arXiv:2404.02894",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
            "Drolsbach, Pröllochs 2024, arXiv:2312.04431",
        ],
        own_group: None,
    }
}

const COUNT: Statistic =
    Statistic { name: "count", unit: "statements", smallest_n: 0, meaning: "Number of statements." };

impl Indicator for StatementCount {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis != Basis::Statements {
            return Vec::new();
        }
        scope.tallies(scope.cohort_of(&CARD, basis), vec![], vec![Measure::count(N)])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        rows.extend(cells.by_cell.iter().map(|(cell, counts)| {
            let n = counts.values().map(|v| value(v, 0)).sum::<i64>();
            let mut row = cells.row(cell, &COUNT);
            row.value = Some(number(n));
            row.n = Some(n);
            row
        }));
        Ok(rows)
    }
}
