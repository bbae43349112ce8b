//! The indicator `trader-traceability-completeness`.

use super::cells::{Cells, enough, number, value};
use super::records::statistic;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Measure, Predicate, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};

indicator! {
    /// Share of traders of whom the platform holds everything that Art. 30(1) asks for.
    ///
    /// # Question
    ///
    /// Of how many traders does the platform hold all details by which they can be traced?
    ///
    /// # Formula
    ///
    /// ```text
    /// share             = traders with (a) name, address, telephone number, e-mail, (b) identification,
    ///                     (c) payment account, (d) register number where registered, (e) self-certification
    ///                     / traders of whom it is known whether all are there
    /// given             = traders with one item (group item) / traders of whom that is known
    /// share_of_listings = listings of traders with all / listings of all those traders
    /// ```
    ///
    /// The unit is the account of a trader as of the end of observation: opened before it, and open or closed at most six
    /// calendar months before, as details are kept so long (Art. 30(5)). Texts that are null or blank are not given. The register number is due of traders
    /// in a register; of others there is no item (d). Where it is not known whether one item is held and no other is missing, the trader is left out
    /// and counted in the note. Below 10 traders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All accounts are counted: there is no sampling interval. On request shares of traders have limits of kind *process* (Wilson): how far
    /// chance would move the share if traders were independent draws of one process.
    ///
    /// # Limits
    ///
    /// - What is filled is not checked: `trader-info-validity` looks at that.
    /// - Traders who sold before 17 February 2024 had until 17 February 2025 to complete their details; a share at an earlier
    ///   time is below 100 % without any fault.
    /// - Whether a trader is in a register is the platform's own record; one that calls everybody unregistered has no item (d).
    /// - Accounts are not undertakings: one undertaking with many accounts counts often.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 30(1) to (3) and (5).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    TraderTraceabilityCompleteness {
        id: "trader-traceability-completeness",
        version: 1,
        status: Stability::Experimental,
        name: "Traders whose details are complete",
        question: "Of how many traders does the platform hold all details by which they can be traced?",
        unit: "trader",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_checks",
            cohort: Cohort::Window,
            columns: &[
                "complete",
                "has_address",
                "has_email",
                "has_name",
                "has_phone",
                "has_register_number",
                "held",
                "holds_identification",
                "holds_payment_account",
                "holds_self_certification",
                "n_listings",
                "n_listings_complete",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 30(1)", "Regulation (EU) 2022/2065, Art. 30(5)"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("share", "share", 10, "Traders with all details per trader of whom that is known."),
    statistic("given", "share", 10, "Traders with one item (group item) per trader of whom that is known."),
    statistic("share_of_listings", "share", 10, "Listings of traders with all details per listing."),
];

/// Items and their columns, in the order of Art. 30(1).
const ITEMS: [(&str, &str); 8] = [
    ("name", "has_name"),
    ("address", "has_address"),
    ("phone", "has_phone"),
    ("email", "has_email"),
    ("identification", "holds_identification"),
    ("payment_account", "holds_payment_account"),
    ("register_number", "has_register_number"),
    ("self_certification", "holds_self_certification"),
];

/// Position of the measures of items, two each.
const FIRST_ITEM: usize = 5;

impl Indicator for TraderTraceabilityCompleteness {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut measures = vec![
            Measure::count("traders"),
            Measure::count_if("complete", Predicate::is_true("complete")),
            Measure::count_if("known", Predicate::not_null("complete")),
            Measure::sum("listings_complete", "n_listings_complete"),
            Measure::sum("listings", "n_listings"),
        ];
        for (item, column) in ITEMS {
            measures.push(Measure::count_if(item, Predicate::is_true(column)));
            measures.push(Measure::count_if(&format!("{item}_known"), Predicate::not_null(column)));
        }
        measures.push(Measure::count_if("listed", Predicate::not_null("n_listings")));
        let mut tallies = scope.tallies_of(requirement, vec![], measures);
        for tally in &mut tallies {
            tally.filters.push(Predicate::is_true("held"));
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let [share, given, of_listings] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let sum = |at: usize| counts.values().map(|v| value(v, at)).sum::<i64>();
            rows.push(shares::row(&cells, cell, share, (sum(1), sum(2)), (sum(0), "an item is not known"))?);
            for (at, (item, _)) in (FIRST_ITEM..).step_by(2).zip(ITEMS) {
                let lacking = if item == "register_number" { "in no register, or not known" } else { "not known" };
                let mut row = shares::row(&cells, cell, given, (sum(at), sum(at + 1)), (sum(0), lacking))?;
                shares::part(&mut row, "item", item);
                rows.push(row);
            }
            let mut row = cells.row(cell, of_listings);
            (row.k, row.n) = (Some(sum(3)), Some(sum(4)));
            row.value = (sum(4) > 0).then(|| number(sum(3)) / number(sum(4)));
            let known = sum(2) == sum(0);
            rows.push(if sum(FIRST_ITEM + 2 * ITEMS.len()) == 0 {
                (row.k, row.n) = (None, None);
                row.without_value(Status::NotApplicable, "the data has no listings")
            } else if known {
                enough(row, of_listings)
            } else {
                row.add_note("listings of traders of whom an item is not known count as not complete");
                enough(row, of_listings)
            });
        }
        Ok(rows)
    }
}
