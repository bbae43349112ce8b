//! The indicator `reversal-disparity`.

use std::collections::BTreeMap;

use super::cells::{Cell, CellCounts, Cells, enough, number, value};
use super::complaint_reversal_rate::{judged, reversed};
use super::contrasts::without;
use super::records::{natural, no_group, process, statistic};
use super::times::level;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::stats::comparison::{Adjustment, adjust};
use crate::stats::proportion::{newcombe_difference, score_test};

indicator! {
    /// Whether first decisions are reversed as often for one group as for the others.
    ///
    /// # Question
    ///
    /// Are decisions reversed on complaint more often for some languages, countries, sizes of traders, or manners of decision?
    ///
    /// # Formula
    ///
    /// ```text
    /// share      = complaints of a group that reversed the decision, wholly or in part / its decided complaints
    /// difference = share of the group − share of all others whose group is known
    /// p_adjusted = Benjamini–Hochberg over all comparisons of a cell
    /// ```
    ///
    /// The unit is the decided complaint (upheld, partly reversed or reversed); it belongs to the period of its day of decision in UTC.
    /// Groups are `language`, `country`, `trader_size`, and `automated`: whether the complaint was decided solely by automated
    /// means. p-values are those of the score test of two shares. Of a variable with two groups, the smaller is
    /// compared (of equal ones the first by name), as the other says the same. Below 10 complaints in the group or among the
    /// others the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All complaints are counted: there is no sampling interval. Limits are those of Newcombe, of kind *process*: how far chance
    /// would move the difference if each complaint were reversed with the probability of its group, independently. One of
    /// several comparisons will lie beyond its limits by chance: read the adjusted p-values.
    ///
    /// # Limits
    ///
    /// - Those who complain select themselves, and not alike in each group: a difference need not be one of first decisions.
    /// - Groups differ in what they complain of: split by `complaint_type` or `category`.
    /// - A group that is hidden in several small ones, as in many languages, is not found by comparing each of them.
    /// - A difference is no proof of unequal treatment, and no difference is no proof of the contrary.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 14(4), 20(4) and 20(6).
    /// - Newcombe R. G. (1998), "Interval estimation for the difference between independent proportions: comparison of eleven
    ///   methods", *Statistics in Medicine* 17, 873–890.
    /// - Benjamini Y., Hochberg Y. (1995), "Controlling the false discovery rate", *Journal of the Royal Statistical
    ///   Society B* 57, 289–300.
    ReversalDisparity {
        id: "reversal-disparity",
        version: 1,
        status: Stability::Experimental,
        name: "Reversals on complaint by group",
        question: "Are decisions reversed on complaint more often for some languages, countries, sizes of traders, or manners of decision?",
        unit: "complaint",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "complaints",
            cohort: Cohort::Own("decided_at"),
            columns: &["decided_at", "outcome"], optional: &["automated", "country", "language", "trader_size"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 14(4)", "Regulation (EU) 2022/2065, Art. 20(4)"],
        references: &[
            "Newcombe 1998, Stat. Med. 17, 873-890",
            "Benjamini, Hochberg 1995, J. R. Stat. Soc. B 57, 289-300",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("share", "share", 10, "Share of a group's decided complaints that reversed the decision."),
    statistic("difference", "difference of shares", 10, "That share less the one of all others."),
    statistic("p_adjusted", "p-value", 10, "Adjusted p-value of the hypothesis that group and others are alike."),
];

/// Variables that groups are made by, in the order of the keys.
const BY: [&str; 4] = ["language", "country", "trader_size", "automated"];

/// Complaints that reversed the decision, and decided complaints.
type Pair = (i64, i64);

/// A group held against all others of its variable.
struct Comparison {
    by: &'static str,
    group: String,
    own: Pair,
    others: Pair,
    p: Option<f64>,
}

impl Indicator for ReversalDisparity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn compares(&self) -> &'static [&'static str] {
        &BY
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let measures = vec![Measure::count_if("reversed", reversed()), Measure::count_if("judged", judged())];
        scope.tallies_of(requirement, BY.map(Key::column).to_vec(), measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if let Some(by) = BY.iter().find(|by| scope.groups.iter().any(|g| g.name == **by)) {
            return Err(Error::usage(
                format!("{} compares complaints by {by} already", CARD.id),
                format!("measure it without {by} in --by"),
            ));
        }
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let before = rows.len();
            let mut comparisons = Vec::new();
            for (at, by) in BY.iter().enumerate() {
                let groups = pairs(counts, at);
                for (group, (k, n)) in &groups {
                    let mut row = cells.row(cell, &STATISTICS[0]);
                    (row.k, row.n) = (Some(*k), Some(*n));
                    row.value = (*n > 0).then(|| number(*k) / number(*n));
                    shares::part(&mut row, by, group);
                    rows.push(enough(row, &STATISTICS[0]));
                }
                comparisons.extend(compare(by, &groups));
            }
            rows.extend(compared(&cells, cell, &comparisons)?);
            if rows.len() == before {
                rows.push(no_group(cells.row(cell, &STATISTICS[0]), &BY));
            }
        }
        Ok(rows)
    }
}

/// Complaints by one of the variables.
fn pairs(counts: &CellCounts, at: usize) -> BTreeMap<String, Pair> {
    let mut groups: BTreeMap<String, Pair> = BTreeMap::new();
    for (key, values) in counts {
        let Some(group) = key.get(at).filter(|k| **k != Scalar::Null) else { continue };
        let sums = groups.entry(group.to_string()).or_default();
        *sums = (sums.0 + value(values, 0), sums.1 + value(values, 1));
    }
    // Groups of pending or omitted complaints alone have nothing to compare.
    groups.retain(|_, (_, n)| *n > 0);
    groups
}

fn compare(by: &'static str, groups: &BTreeMap<String, Pair>) -> Vec<Comparison> {
    let all = groups.values().fold((0, 0), |sum, pair| (sum.0 + pair.0, sum.1 + pair.1));
    let smallest = groups.iter().min_by(|a, b| a.1.1.cmp(&b.1.1).then(a.0.cmp(b.0))).map(|(name, _)| name);
    let chosen = |name: &String| match groups.len() {
        0 | 1 => false,
        2 => smallest == Some(name),
        _ => true,
    };
    let least = STATISTICS[1].smallest_n.cast_signed();
    let counts = |(k, n): Pair| (natural(k), natural(n));
    let of = |(group, own): (&String, &Pair)| {
        let others = (all.0 - own.0, all.1 - own.1);
        let p = score_test(counts(*own), counts(others)).ok().map(|t| t.p_value.clamp(0.0, 1.0));
        let p = p.filter(|_| own.1.min(others.1) >= least);
        Comparison { by, group: group.clone(), own: *own, others, p }
    };
    groups.iter().filter(|(name, _)| chosen(name)).map(of).collect()
}

fn compared(cells: &Cells<'_>, cell: &Cell, comparisons: &[Comparison]) -> Result<Vec<Estimate>> {
    let [_, difference, p] = &STATISTICS;
    let known: Vec<f64> = comparisons.iter().filter_map(|c| c.p).collect();
    let mut adjusted = adjust(&known, Adjustment::BenjaminiHochberg).unwrap_or_default().into_iter();
    let mut rows = Vec::new();
    for Comparison { by, group, own, others, p: raw } in comparisons {
        let row = |statistic: &Statistic| {
            let mut row = cells.row(cell, statistic);
            (row.k, row.n) = (Some(own.0), Some(own.1.min(others.1)));
            row.clusters = Some(own.1 + others.1);
            row.add_note(&format!("{} of {} against {} of {} of all others", own.0, own.1, others.0, others.1));
            shares::part(&mut row, by, group);
            row
        };
        let counts = |(k, n): Pair| (natural(k), natural(n));
        let made = newcombe_difference(counts(*own), counts(*others), level(cells.scope)?).ok();
        let mut one = row(difference);
        one.value = made.as_ref().map(|d| d.difference);
        let mut one = enough(one, difference);
        process(&mut one, cells.scope, made.map(|d| d.limits), "newcombe")?;
        rows.push(one);
        let mut one = row(p);
        one.value = raw.and_then(|_| adjusted.next());
        one.add_note(&format!("of {} comparisons", known.len()));
        rows.push(without(enough(one, p), "all complaints ended alike: there is nothing to test"));
    }
    Ok(rows)
}
