//! Shares of statements: what the indicators of this kind have in common.
//!
//! Such an indicator says what it counts and among which statements, as predicates; the tally, the notes on
//! what is excluded, the process interval and the smallest denominator are the same for all.

use super::cells::{Cell, Cells, enough, number, value};
use super::{Basis, Card, Cohort, Counts, Requirement, Scope, Statistic};
use crate::engine::{Measure, Predicate, Tally};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind};
use crate::stats::Confidence;
use crate::stats::proportion::wilson;

/// A share of statements.
pub struct Share {
    /// The statistic that it is.
    pub statistic: &'static Statistic,
    /// Name and value of a group that it stands for, where the indicator makes groups of its own.
    pub part: Option<(&'static str, &'static str)>,
    /// What is counted, among the statements of `n`.
    pub k: Predicate,
    /// The statements that it is a share of.
    pub n: Predicate,
    /// Why other statements are excluded, as in "no source type"; empty where this goes without saying.
    pub lacking: &'static str,
}

/// Actions of a marketplace, by what led to them.
pub const MEASURES_BY_CHANNEL: Requirement = Requirement {
    basis: Basis::Vetted,
    table: "actions",
    cohort: Cohort::Own("action_at"),
    columns: &["action", "action_at", "detection_source", "listing_id"],
    optional: &[],
};

/// Actions of a marketplace, by how they were decided.
pub const AUTOMATED_MEASURES: Requirement =
    Requirement { columns: &["action", "action_at", "automated", "listing_id"], ..MEASURES_BY_CHANNEL };

/// An action on a listing that is no reinstatement.
pub fn is_measure() -> Predicate {
    Predicate::And(vec![Predicate::not_null("listing_id"), Predicate::eq("action", "reinstatement").negated()])
}

/// Shares of listings that show every item, and each of the items: name and column. Of the columns of `always` a null
/// says that nobody looked; of others, that the item does not apply.
pub fn shown_items(
    [all, shown]: &'static [Statistic; 2],
    items: &[(&'static str, &'static str)],
    always: &[&str],
) -> Vec<Share> {
    let looked = Predicate::And(always.iter().map(|column| Predicate::not_null(column)).collect());
    let complete = items.iter().map(|(_, column)| {
        if always.contains(column) {
            Predicate::is_true(column)
        } else {
            Predicate::Or(vec![Predicate::is_null(column), Predicate::eq(column, true)])
        }
    });
    let mut parts = vec![Share {
        statistic: all,
        part: None,
        k: Predicate::And(complete.collect()),
        n: looked,
        lacking: "nobody looked at every item",
    }];
    parts.extend(items.iter().map(|(item, column)| Share {
        statistic: shown,
        part: Some(("item", item)),
        k: Predicate::is_true(column),
        n: Predicate::not_null(column),
        lacking: if always.contains(column) { "nobody looked" } else { "it does not apply, or nobody looked" },
    }));
    parts
}

/// Where the counts of each share stand among the measures.
struct Plan {
    measures: Vec<Measure>,
    at: Vec<(usize, usize)>,
}

/// Position of the count of all statements.
const ALL: usize = 0;

fn plan(shares: &[Share]) -> Plan {
    let mut measures = vec![Measure::count("statements")];
    let mut place = |predicate: Predicate| {
        let name = format!("m{}", measures.len());
        let measure = Measure::count_if(&name, predicate);
        measures.iter().position(|m| m.kind == measure.kind).unwrap_or_else(|| {
            measures.push(measure);
            measures.len() - 1
        })
    };
    let at = shares
        .iter()
        .map(|s| {
            let n = if s.n == Predicate::True { ALL } else { place(s.n.clone()) };
            let k = if s.n == Predicate::True { s.k.clone() } else { Predicate::And(vec![s.n.clone(), s.k.clone()]) };
            (place(k), n)
        })
        .collect();
    Plan { measures, at }
}

/// The tallies of an indicator that consists of shares.
pub fn tallies(card: &'static Card, basis: Basis, scope: &Scope, shares: &[Share]) -> Vec<Tally> {
    let Some(requirement) = card.requirement(basis) else { return Vec::new() };
    scope.tallies_of(requirement, vec![], plan(shares).measures)
}

/// The estimates of an indicator that consists of shares.
///
/// # Errors
/// Those of [`Cells::new`] and [`row`].
pub fn estimate(card: &'static Card, counts: &Counts, scope: &Scope, shares: &[Share]) -> Result<Vec<Estimate>> {
    let cells = Cells::new(counts, card, scope)?;
    let at = plan(shares).at;
    let mut rows = cells.undated_rows();
    for (cell, counts) in &cells.by_cell {
        let sum = |at| counts.values().map(|v| value(v, at)).sum::<i64>();
        for (share, (k, n)) in shares.iter().zip(&at) {
            let mut row = row(&cells, cell, share.statistic, (sum(*k), sum(*n)), (sum(ALL), share.lacking))?;
            if let Some((name, value)) = share.part {
                part(&mut row, name, value);
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

/// The row of a share: k of n, with a note on the statements of `all` that are in neither and why.
///
/// # Errors
/// [`Error::Usage`] for a level of confidence outside (0, 1).
pub fn row(
    cells: &Cells<'_>,
    cell: &Cell,
    statistic: &Statistic,
    (k, n): (i64, i64),
    (all, lacking): (i64, &str),
) -> Result<Estimate> {
    let mut row = cells.row(cell, statistic);
    (row.k, row.n) = (Some(k), Some(n));
    row.value = (n > 0).then(|| number(k) / number(n));
    if n < all && !lacking.is_empty() {
        let noun = if cells.basis() == Basis::Statements { "statements" } else { "rows" };
        row.add_note(&format!("{} of {all} {noun} excluded: {lacking}", all - n));
    }
    if let Some(confidence) = cells.scope.process_interval {
        set_process_interval(&mut row, confidence)?;
    }
    Ok(enough(row, statistic))
}

/// Makes a row one of a group of the indicator's own, crossed with those of the scope.
pub fn part(row: &mut Estimate, name: &str, value: &str) {
    let cross = |given: Option<String>, own: &str| Some(given.map_or_else(|| own.to_owned(), |g| format!("{g}×{own}")));
    row.group_name = cross(row.group_name.take(), name);
    row.group_value = cross(row.group_value.take(), value);
}

/// Adds the Wilson interval of k of n, called a process interval.
fn set_process_interval(row: &mut Estimate, confidence: f64) -> Result<()> {
    let level = Confidence::new(confidence).map_err(|_| {
        Error::usage(format!("{confidence} is no confidence level"), "give a number between 0 and 1, such as 0.95")
    })?;
    let count = |c: Option<i64>| c.and_then(|c| u64::try_from(c).ok()).unwrap_or_default();
    if let Ok(limits) = wilson(count(row.k), count(row.n), level) {
        (row.lower, row.upper, row.confidence) = (Some(limits.lower), Some(limits.upper), Some(confidence));
        row.interval = Some("wilson".to_owned());
        row.interval_kind = IntervalKind::Process;
    }
    Ok(())
}
