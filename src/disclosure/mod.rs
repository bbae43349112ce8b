//! Output checks for vetted data: cells that are too small to be published.
//!
//! Rows about few units are suppressed: value, limits and counts go, and the row stays with its status. Where exactly
//! one group of a breakdown is suppressed, its value would follow from the others and their total, so the next smallest goes
//! too. That guards one breakdown at a time: what follows from several tables together is for a person to judge.
//!
//! Source: Hundepool A. et al. (2012), *Statistical Disclosure Control*, Wiley, ch. 4 (threshold rule, secondary
//! suppression).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::{Estimate, Status};

/// Which estimates may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Estimates on fewer units are suppressed.
    pub smallest_n: i64,
    /// Shares of which fewer units than this have the property, or have it not, are suppressed, unless none has it.
    #[serde(default)]
    pub smallest_k: i64,
}

impl Rule {
    /// Whether a row is too small by itself.
    fn forbids(&self, e: &Estimate) -> bool {
        let few = |n: Option<i64>, least: i64| n.is_some_and(|n| n > 0 && n < least);
        let rest = e.n.zip(e.k).map(|(n, k)| n - k);
        let share = e.unit == "share";
        few(e.n, self.smallest_n) || (share && (few(e.k, self.smallest_k) || few(rest, self.smallest_k)))
    }

    /// Suppresses what must not be published, and gives how many rows that were.
    pub fn apply(&self, rows: &mut [Estimate]) -> usize {
        let shown = |e: &Estimate| e.status == Status::Ok;
        let mut hidden: Vec<bool> = rows.iter().map(|e| shown(e) && self.forbids(e)).collect();
        let mut families: BTreeMap<Family<'_>, Vec<usize>> = BTreeMap::new();
        for (at, e) in rows.iter().enumerate().filter(|(_, e)| shown(e) && e.x.is_none()) {
            if let Some(name) = e.group_name.as_deref() {
                let of = (e.indicator.as_str(), e.basis.as_str(), e.statistic.as_str());
                families.entry((of, &e.platform, name, e.period_start, e.period_end)).or_default().push(at);
            }
        }
        for members in families.values() {
            let gone = members.iter().filter(|at| hidden[**at]).count();
            let next = members.iter().filter(|at| !hidden[**at]).min_by_key(|at| rows[**at].n.unwrap_or(i64::MAX));
            if let (1, Some(next)) = (gone, next) {
                hidden[*next] = true;
            }
        }
        for (row, _) in rows.iter_mut().zip(&hidden).filter(|(_, hidden)| **hidden) {
            let reason = "too few units to be published, or needed to work out a row with too few".to_owned();
            *row = row.clone().without_value(Status::Suppressed, reason);
            (row.k, row.n, row.clusters, row.censored, row.note) = (None, None, None, None, None);
        }
        hidden.iter().filter(|hidden| **hidden).count()
    }
}

/// Rows that differ in the value of their group alone.
type Family<'a> = ((&'a str, &'a str, &'a str), &'a String, &'a str, i32, i32);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimates;
    use crate::time::Period;

    fn row(group: Option<&str>, k: i64, n: i64) -> Estimate {
        let mut row = Estimate::census("x", 1, "share", "share", Period { start: 0, end: 30 });
        row.platform = "P".into();
        (row.k, row.n, row.value) = (Some(k), Some(n), Some(0.5));
        row.group_name = group.map(|_| "category".to_owned());
        row.group_value = group.map(str::to_owned);
        row
    }

    #[test]
    fn small_cells_go_and_what_would_give_them_away() {
        let mut rows = vec![row(None, 50, 100), row(Some("a"), 2, 4), row(Some("b"), 20, 40), row(Some("c"), 28, 56)];
        let rule = Rule { smallest_n: 10, smallest_k: 0 };
        assert_eq!(rule.apply(&mut rows), 2);
        let of = |rows: &[Estimate]| rows.iter().map(|r| r.status).collect::<Vec<_>>();
        assert_eq!(of(&rows), [Status::Ok, Status::Suppressed, Status::Suppressed, Status::Ok]);
        assert_eq!((rows[1].value, rows[1].n, rows[1].note.clone()), (None, None, None));
        assert!(Estimates::new(rows).is_ok());
        // Two that are too small guard each other.
        let mut rows = vec![row(Some("a"), 2, 4), row(Some("b"), 2, 4), row(Some("c"), 28, 56)];
        assert_eq!(rule.apply(&mut rows), 2);
        assert_eq!(rows[2].status, Status::Ok);
    }

    #[test]
    fn few_with_or_without_the_property() {
        let rule = Rule { smallest_n: 10, smallest_k: 3 };
        let counts = |k, n| rule.apply(&mut [row(None, k, n)]);
        assert_eq!([counts(2, 100), counts(98, 100), counts(0, 100), counts(3, 100), counts(97, 100)], [1, 1, 0, 0, 0]);
    }
}
