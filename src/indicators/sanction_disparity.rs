//! The indicator `sanction-disparity`.

use std::collections::BTreeMap;

use super::cells::{Cell, CellCounts, Cells, enough, number, value};
use super::records::{dated, natural, no_group, process, statistic};
use super::times::level;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Status};
use crate::stats::comparison::{Adjustment, adjust};
use crate::stats::proportion::{risk_ratio, score_test};

indicator! {
    /// Whether traders of different size or seat are sanctioned alike.
    ///
    /// # Question
    ///
    /// After their first offences, are traders of one size, or from the Union, sanctioned more often than others?
    ///
    /// # Formula
    ///
    /// ```text
    /// sanctioned_share = traders with any sanction within 30 days of their first episode / traders observed so long
    /// suspended_share  = traders suspended or terminated within 30 days of the threshold / traders observed so long
    /// risk ratio       = share of a group / share of the group of reference
    /// p_adjusted       = Benjamini–Hochberg over all comparisons of a cell
    /// ```
    ///
    /// The unit is the trader with an episode of confirmed offences; it belongs to the period of its first. Groups are `size`, and
    /// `seat`: in the Union or in a third country. The group of reference is the one with most traders; it is
    /// named in the note. The threshold is the first episode at which the policy in force demands a suspension or termination;
    /// without the table `penalty_policy` nobody reaches it, and n is 0. Traders of unknown size or country are left out of that
    /// comparison. p-values are those of the score test of two shares. Below 10 traders in either group the result is
    /// `insufficient`, and so is a ratio where one of the groups has no sanction.
    ///
    /// # Uncertainty
    ///
    /// All traders are counted: there is no sampling interval. Limits are those of Katz, of kind *process*: how far chance would
    /// move the ratio if each trader were sanctioned with the probability of its group, independently. One of several
    /// comparisons will lie beyond its limits by chance: read the adjusted p-values.
    ///
    /// # Limits
    ///
    /// - Groups differ in what they did: gravity, number and kind of offences are not adjusted for. Split by a group
    ///   of the records, or compare `suspended_share`, where the policy demands the same of all.
    /// - Large traders are few: their groups make single traders identifiable.
    /// - A difference is no proof of arbitrary treatment, and no difference is no proof of the contrary.
    /// - Accounts of one undertaking are not independent.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 14(4) and 20(4): not arbitrary, not discriminatory.
    /// - Katz D., Baptista J., Azen S. P., Pike M. C. (1978), "Obtaining confidence intervals for the risk ratio in cohort
    ///   studies", *Biometrics* 34, 469–474.
    /// - Benjamini Y., Hochberg Y. (1995), "Controlling the false discovery rate", *Journal of the Royal Statistical
    ///   Society B* 57, 289–300.
    SanctionDisparity {
        id: "sanction-disparity",
        version: 1,
        status: Stability::Experimental,
        name: "Sanctions by size and seat of traders",
        question: "After their first offences, are traders of one size or seat sanctioned more often than others?",
        unit: "trader with an offence",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_records",
            cohort: Cohort::Own("first_episode_at"),
            columns: &["first_episode_at", "sanctioned_within_30_days", "suspended_within_30_days"], optional: &["seat", "size"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 14(4)", "Regulation (EU) 2022/2065, Art. 20(4)"],
        references: &[
            "Katz, Baptista, Azen, Pike 1978, Biometrics 34, 469-474",
            "Benjamini, Hochberg 1995, J. R. Stat. Soc. B 57, 289-300",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("sanctioned_share", "share", 10, "Share of a group sanctioned within 30 days of the first episode."),
    statistic("sanctioned_risk_ratio", "ratio", 10, "That share by the one of the group of reference."),
    statistic(
        "sanctioned_p_adjusted",
        "p-value",
        10,
        "Adjusted p-value of the hypothesis that both are sanctioned alike.",
    ),
    statistic("suspended_share", "share", 10, "Share of a group suspended within 30 days of the threshold."),
    statistic("suspended_risk_ratio", "ratio", 10, "That share by the one of the group of reference."),
    statistic(
        "suspended_p_adjusted",
        "p-value",
        10,
        "Adjusted p-value of the hypothesis that both are suspended alike.",
    ),
];

/// Variables that groups are made by, in the order of the keys.
const BY: [&str; 2] = ["size", "seat"];
/// Columns of the outcomes, in the order of the statistics.
const OUTCOMES: [&str; 2] = ["sanctioned_within_30_days", "suspended_within_30_days"];

/// Traders with the outcome, and traders.
type Pair = (i64, i64);

/// A group held against the one of reference.
struct Comparison<'a> {
    by: &'static str,
    group: &'a str,
    own: Pair,
    reference: (&'a str, Pair),
    p: Option<f64>,
}

impl Indicator for SanctionDisparity {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn compares(&self) -> &'static [&'static str] {
        &BY
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let measures = OUTCOMES.iter().flat_map(|column| {
            [
                Measure::count_if(column, Predicate::is_true(column)),
                Measure::count_if(&format!("known_{column}"), Predicate::not_null(column)),
            ]
        });
        dated(scope.tallies_of(requirement, BY.map(Key::column).to_vec(), measures.collect()))
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if let Some(by) = BY.iter().find(|by| scope.groups.iter().any(|g| g.name == **by)) {
            return Err(Error::usage(
                format!("{} compares traders by {by} already", CARD.id),
                format!("measure it without {by} in --by"),
            ));
        }
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let before = rows.len();
            for (outcome, statistics) in (0..OUTCOMES.len()).zip(STATISTICS.chunks_exact(3)) {
                let groups: Vec<BTreeMap<&str, Pair>> = (0..BY.len()).map(|by| pairs(counts, by, outcome)).collect();
                let mut comparisons = Vec::new();
                for (by, groups) in BY.iter().zip(&groups) {
                    compare(by, groups, &mut comparisons);
                    rows.extend(shares_of(&cells, cell, &statistics[0], (by, groups)));
                }
                rows.extend(ratios(&cells, cell, statistics, &comparisons)?);
            }
            if rows.len() == before {
                rows.push(no_group(cells.row(cell, &STATISTICS[0]), &BY));
            }
        }
        Ok(rows)
    }
}

/// Traders by one of the variables, of an outcome.
fn pairs(counts: &CellCounts, by: usize, outcome: usize) -> BTreeMap<&str, Pair> {
    let mut groups: BTreeMap<&str, Pair> = BTreeMap::new();
    for (key, values) in counts {
        let Some(Scalar::Text(group)) = key.get(by) else { continue };
        let (k, n) = (value(values, 2 * outcome), value(values, 2 * outcome + 1));
        let sums = groups.entry(group).or_default();
        *sums = (sums.0 + k, sums.1 + n);
    }
    groups
}

/// Holds each group against the one with most traders, of several such the first by name.
fn compare<'a>(by: &'static str, groups: &BTreeMap<&'a str, Pair>, into: &mut Vec<Comparison<'a>>) {
    let largest = groups.iter().max_by(|a, b| a.1.1.cmp(&b.1.1).then(b.0.cmp(a.0)));
    let Some((name, reference)) = largest.map(|(name, pair)| (*name, *pair)) else { return };
    for (group, own) in groups.iter().filter(|(group, _)| **group != name) {
        let smallest = STATISTICS[1].smallest_n.cast_signed();
        let enough = own.1 >= smallest && reference.1 >= smallest;
        let counts = |(k, n): Pair| (natural(k), natural(n));
        let p = score_test(counts(*own), counts(reference)).ok().map(|t| t.p_value.clamp(0.0, 1.0));
        into.push(Comparison { by, group, own: *own, reference: (name, reference), p: p.filter(|_| enough) });
    }
}

fn shares_of(
    cells: &Cells<'_>,
    cell: &Cell,
    statistic: &Statistic,
    (by, groups): (&str, &BTreeMap<&str, Pair>),
) -> Vec<Estimate> {
    let row = |(group, (k, n)): (&&str, &Pair)| {
        let mut row = cells.row(cell, statistic);
        (row.k, row.n) = (Some(*k), Some(*n));
        row.value = (*n > 0).then(|| number(*k) / number(*n));
        shares::part(&mut row, by, group);
        enough(row, statistic)
    };
    groups.iter().map(row).collect()
}

fn ratios(
    cells: &Cells<'_>,
    cell: &Cell,
    statistics: &[Statistic],
    comparisons: &[Comparison<'_>],
) -> Result<Vec<Estimate>> {
    let known: Vec<f64> = comparisons.iter().filter_map(|c| c.p).collect();
    let mut adjusted = adjust(&known, Adjustment::BenjaminiHochberg).unwrap_or_default().into_iter();
    let mut rows = Vec::new();
    for comparison in comparisons {
        let (name, reference) = comparison.reference;
        let row = |statistic: &Statistic| {
            let mut row = cells.row(cell, statistic);
            (row.k, row.n) = (Some(comparison.own.0), Some(comparison.own.1.min(reference.1)));
            row.clusters = Some(comparison.own.1 + reference.1);
            row.add_note(&format!(
                "{} of {} against {} of {} ({name})",
                comparison.own.0, comparison.own.1, reference.0, reference.1
            ));
            shares::part(&mut row, comparison.by, comparison.group);
            row
        };
        let [_, ratio, p] = statistics else { continue };
        let counts = |(k, n): Pair| (natural(k), natural(n));
        let made = risk_ratio(counts(comparison.own), counts(reference), level(cells.scope)?).ok();
        let mut one = row(ratio);
        one.value = made.as_ref().map(|r| r.ratio);
        let mut one = unless_none(enough(one, ratio), "a group has no sanction, or all have one");
        process(&mut one, cells.scope, made.map(|r| r.limits), "katz")?;
        rows.push(one);
        let mut one = row(p);
        one.value = comparison.p.and_then(|_| adjusted.next());
        one.add_note(&format!("of {} comparisons", known.len()));
        rows.push(unless_none(enough(one, p), "all traders are treated alike: there is nothing to test"));
    }
    Ok(rows)
}

fn unless_none(row: Estimate, reason: &str) -> Estimate {
    if row.status == Status::Ok && row.value.is_none() { row.without_value(Status::Insufficient, reason) } else { row }
}
