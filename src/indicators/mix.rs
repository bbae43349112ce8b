//! Mixes: the share of each code of a column.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cells, value};
use super::{Basis, Card, Counts, Scope, shares};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::tables::codes;
use crate::time::Period;

/// First day of the schema of 2025-07-01.
const SCHEMA_V2: i32 = 20_270;

/// Whether the schema knows a code in a period: itself, or as the successor of another one.
fn exists(list: &str, text: &str, period: Period) -> bool {
    let Some(known) = codes::code(list, text) else { return true };
    let replaces = || codes::codes(list).iter().any(|c| c.schema != "v2" && codes::in_v2(list, &c.code) == text);
    (period.end > SCHEMA_V2 && known.schema != "v1")
        || (period.start < SCHEMA_V2 && (known.schema != "v2" || replaces()))
}

/// The tallies of a mix: one GROUP BY by the columns that hold its codes.
pub fn tallies(card: &'static Card, basis: Basis, scope: &Scope, keys: &[Key]) -> Vec<Tally> {
    if basis != Basis::Statements {
        return Vec::new();
    }
    scope.tallies(scope.cohort_of(card, basis), keys.to_vec(), vec![Measure::count("n")])
}

/// The estimates of a mix, whose group is `part` and whose codes are of the enumeration `list`: `codes_of` says which codes a row of the tally has; `None` leaves it out of n.
///
/// # Errors
/// [`Error::Usage`] where the data is split by the same variable already.
pub fn estimate(
    card: &'static Card,
    counts: &Counts,
    scope: &Scope,
    (part, list): (&'static str, Option<&'static str>),
    codes_of: &dyn Fn(&[Scalar]) -> Option<Vec<String>>,
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
            let Some(codes) = codes_of(key) else { continue };
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
            // A code that the schema of the time does not have is no code that nobody used.
            if k == 0 && list.is_some_and(|list| !exists(list, code, cell.period)) {
                continue;
            }
            let mut row = shares::row(&cells, cell, &card.statistics[0], (k, n), (all, &lacking))?;
            shares::part(&mut row, part, code);
            rows.push(row);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_belong_to_their_time() {
        assert_eq!(crate::time::iso(SCHEMA_V2), "2025-07-01");
        let (june, july) = (Period { start: 20_240, end: 20_270 }, Period { start: 20_270, end: 20_301 });
        let category = |name: &str, period| exists("category", &format!("STATEMENT_CATEGORY_{name}"), period);
        assert_eq!((category("CYBER_VIOLENCE", june), category("CYBER_VIOLENCE", july)), (false, true));
        let old = "PORNOGRAPHY_OR_SEXUALIZED_CONTENT";
        assert_eq!((category(old, june), category(old, july)), (true, false));
        // It stands for scope of platform service before.
        assert!(category("OTHER_VIOLATION_TC", june) && category("VIOLENCE", june) && category("NEW", july));
    }
}
