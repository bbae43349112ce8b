//! Mixes: the share of each code of a column.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cells, value};
use super::{Basis, Card, Counts, Scope, shares};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::Estimate;

/// The tallies of a mix: one GROUP BY by the columns that hold its codes.
pub fn tallies(card: &'static Card, basis: Basis, scope: &Scope, keys: &[Key]) -> Vec<Tally> {
    if basis != Basis::Statements {
        return Vec::new();
    }
    scope.tallies(scope.cohort.unwrap_or(card.cohort), keys.to_vec(), vec![Measure::count("n")])
}

/// The estimates of a mix: `codes` says which codes a row of the tally has; `None` leaves it out of n.
///
/// # Errors
/// [`Error::Usage`] where the data is split by the same variable already.
pub fn estimate(
    card: &'static Card,
    counts: &Counts,
    scope: &Scope,
    part: &'static str,
    codes: &dyn Fn(&[Scalar]) -> Option<Vec<String>>,
) -> Result<Vec<Estimate>> {
    if scope.groups.iter().any(|g| g.name == part) {
        return Err(Error::usage(
            format!("{} is split by {part} already", card.id),
            format!("measure it without {part} in --by"),
        ));
    }
    let cells = Cells::new(counts, card, scope)?;
    let mut mixes = BTreeMap::new();
    // A code that a platform uses in one period has a share in each of its periods, be it 0.
    let mut met: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for (cell, counts) in &cells.by_cell {
        let (mut of_code, mut n, mut all) = (BTreeMap::<String, i64>::new(), 0, 0);
        for (key, values) in counts {
            let k = value(values, 0);
            all += k;
            let Some(codes) = codes(key) else { continue };
            n += k;
            for code in codes {
                *of_code.entry(code).or_default() += k;
            }
        }
        met.entry((&cell.platform, &cell.group)).or_default().extend(of_code.keys().cloned());
        mixes.insert(cell, (of_code, n, all));
    }
    let lacking = format!("no {part}");
    let mut rows = cells.undated_rows();
    for (cell, (of_code, n, all)) in mixes {
        for code in met.get(&(&cell.platform, &cell.group)).into_iter().flatten() {
            let k = of_code.get(code).copied().unwrap_or_default();
            let mut row = shares::row(&cells, cell, &card.statistics[0], (k, n), (all, &lacking))?;
            shares::part(&mut row, part, code);
            rows.push(row);
        }
    }
    Ok(rows)
}
