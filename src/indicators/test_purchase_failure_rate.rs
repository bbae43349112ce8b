//! The indicator `test-purchase-failure-rate`.

use super::cells::{Cell, CellCounts, Cells, enough, number, value};
use super::shares::part;
use super::times::{level, set_limits};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind};
use crate::stats::Confidence;
use crate::stats::proportion::wilson;
use crate::tables::{Table, test_purchases::TestPurchases};
use crate::time::Grain;

indicator! {
    /// Share of bought products that fail a requirement of Union law.
    ///
    /// # Question
    ///
    /// Of the products that testers bought, which share fails a requirement?
    ///
    /// # Formula
    ///
    /// ```text
    /// share           = failed / (failed + passed)    among products that were selected at random
    /// share_of_tested = failed / (failed + passed)    among all products that were tested
    /// ```
    ///
    /// The unit is the product that was bought. It fails where it fails any of the requirements that it was tested for, and
    /// passes where it passes all of them; other products are unclear, and excluded with a note. The group `requirement`
    /// gives the same for one requirement each, where the unit is the product tested for it. A product is selected at random
    /// where `selection_rule` is `random`. The period is that of the purchase. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are Wilson's. For products selected at random they are of kind *sampling*: they cover the draw from the
    /// frame that the products were selected from. Where products were selected on purpose they are of kind *process*: how
    /// far chance would move the share if each product were an independent draw of one stable process, which is not the
    /// platform's offer. The note then says that products were selected on purpose.
    ///
    /// # Limits
    ///
    /// - Test purchases are nearly always purposive: of suspicious offers, cheap goods or risky categories. Their share of
    ///   failures is no prevalence on the platform, and says nothing of other products.
    /// - Shares of two platforms are comparable only where products were selected in the same way; a difference within the
    ///   limits of chance shows nothing.
    /// - The more requirements a product is tested for, the more likely it fails one: compare by `requirement`.
    /// - Products of one trader or batch resemble each other, so true limits are wider.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1)(a).
    /// - Regulation (EU) 2023/988 on general product safety, Art. 5, 22.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    TestPurchaseFailureRate {
        id: "test-purchase-failure-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Bought products that fail a requirement",
        question: "Of the products that testers bought, which share fails a requirement?",
        unit: "bought product",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "tested_products",
            cohort: Cohort::Own("bought_at"),
            columns: &[
                "bought_at",
                "product_result",
                "selection_rule",
                "test_purchases.bought_at",
                "test_purchases.requirement",
                "test_purchases.result",
                "test_purchases.selection_rule",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)", "Regulation (EU) 2023/988, Art. 5, 22"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Products selected at random that fail per such product with a clear result.",
    },
    Statistic {
        name: "share_of_tested",
        unit: "share",
        smallest_n: 10,
        meaning: "Products that fail per product with a clear result, however they were selected.",
    },
];

/// Rule of selection by which a sample stands for its frame.
const RANDOM: &str = "random";

fn measures(result: &str) -> Vec<Measure> {
    let is = |code: &str| Predicate::eq(result, code);
    vec![
        Measure::count("all"),
        Measure::count_if("failed", is("fail")),
        Measure::count_if("clear", Predicate::Or(vec![is("fail"), is("pass")])),
    ]
}

impl Indicator for TestPurchaseFailureRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let rule = || vec![Key::column("selection_rule")];
        let mut tallies = scope.tallies_of(requirement, rule(), measures("product_result"));
        if scope.groups_fit(&TestPurchases) {
            let keys = rule().into_iter().chain([Key::column("requirement")]).collect();
            let own = scope.tallies_of(requirement, keys, measures("result"));
            let table = TestPurchases.name().to_owned();
            tallies.extend(own.into_iter().next().map(|tally| Tally { table, ..tally }));
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let confidence = level(scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            rows.extend(rows_of(&cells, cell, counts, confidence));
        }
        let own = if scope.grain == Grain::All { 3 } else { 2 };
        if let Some(by_requirement) = counts.tables.get(own) {
            let mut tables = counts.tables.clone();
            tables.truncate(own);
            if let Some(first) = tables.first_mut() {
                first.clone_from(by_requirement);
            }
            let counts = Counts { basis: counts.basis, tables, units: Vec::new() };
            let cells = Cells::new(&counts, &CARD, scope)?;
            for (cell, counts) in &cells.by_cell {
                for (requirement, counts) in by_last(counts) {
                    rows.extend(rows_of(&cells, cell, &counts, confidence).map(|mut row| {
                        part(&mut row, "requirement", &requirement.to_string());
                        row
                    }));
                }
            }
        }
        Ok(rows)
    }
}

/// Counts by the second of their keys.
fn by_last(counts: &CellCounts) -> std::collections::BTreeMap<Scalar, CellCounts> {
    let mut parts = std::collections::BTreeMap::<Scalar, CellCounts>::new();
    for (key, values) in counts {
        let requirement = key.get(1).cloned().unwrap_or(Scalar::Null);
        parts.entry(requirement).or_default().insert(key.clone(), values.clone());
    }
    parts
}

fn rows_of(cells: &Cells<'_>, cell: &Cell, counts: &CellCounts, confidence: Confidence) -> [Estimate; 2] {
    let [share, of_tested] = &STATISTICS;
    let random = |key: &Vec<Scalar>| key.first() == Some(&Scalar::from(RANDOM));
    let sum = |at: usize, all: bool| {
        let chosen = counts.iter().filter(|(key, _)| all || random(key));
        chosen.map(|(_, values)| value(values, at)).sum::<i64>()
    };
    let only_random = counts.keys().all(random);
    [(share, false), (of_tested, true)].map(|(statistic, all)| {
        let (products, k, n) = (sum(0, all), sum(1, all), sum(2, all));
        let mut row = cells.row(cell, statistic);
        (row.k, row.n) = (Some(k), Some(n));
        row.value = (n > 0).then(|| number(k) / number(n));
        if n < products {
            row.add_note(&format!("{} of {products} products excluded: unclear", products - n));
        }
        let kind = if all && !only_random { IntervalKind::Process } else { IntervalKind::Sampling };
        if kind == IntervalKind::Process {
            row.add_note("products were selected on purpose: no share of what the platform offers");
        }
        if let Ok(limits) = wilson(k.unsigned_abs(), n.unsigned_abs(), confidence) {
            set_limits(&mut row, Some(limits.lower), Some(limits.upper), ("wilson", kind, confidence.level()));
        }
        enough(row, statistic)
    })
}
