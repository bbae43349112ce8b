//! Times of two groups, held against each other.

use super::card::{Basis, Card, Statistic};
use super::cells::{Cell, enough};
use super::records::process;
use super::times::{self, Histograms, Times, level};
use super::{Counts, Scope};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::StatsError;
use crate::stats::survival::{
    QuantileConvention, RiskTable, RmstContrast, Transform, rmst, rmst_difference, rmst_ratio,
};

/// How two restricted means are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Contrast {
    /// First less second.
    Difference,
    /// First by second.
    Ratio,
}

/// The cases of two groups.
pub struct Two<'a> {
    /// The first.
    pub first: Histograms<'a>,
    /// The second.
    pub second: Histograms<'a>,
    names: [&'static str; 2],
}

/// The tallies: a histogram of each group, which the predicates tell.
pub fn tallies(card: &'static Card, basis: Basis, scope: &Scope, times: &Times, of: [Predicate; 2]) -> Vec<Tally> {
    of.into_iter().flat_map(|of| times::tallies(card, basis, scope, times, of)).collect()
}

impl<'a> Two<'a> {
    /// Arranges the counts of [`tallies`]; the names are those of the groups in notes.
    ///
    /// # Errors
    /// Those of [`Histograms::new`].
    pub fn new(
        counts: &Counts,
        card: &'static Card,
        scope: &'a Scope,
        times: &Times,
        names: [&'static str; 2],
    ) -> Result<Self> {
        let half = counts.tables.len() / 2;
        let of = |tables: &[_]| Counts { basis: counts.basis, tables: tables.to_vec(), units: Vec::new() };
        let (first, second) = counts.tables.split_at(half);
        Ok(Self {
            first: Histograms::new(&of(first), card, scope, times)?,
            second: Histograms::new(&of(second), card, scope, times)?,
            names,
        })
    }

    /// The cells, which are those of both groups.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.first.cells.by_cell.keys()
    }

    fn tables(&self, cell: &Cell) -> [Option<&RiskTable>; 2] {
        [self.first.tables.get(cell), self.second.tables.get(cell)]
    }

    /// A row without its number; its n is that of the smaller group.
    fn row(&self, cell: &Cell, statistic: &Statistic) -> Estimate {
        let mut row = self.first.cells.row(cell, statistic);
        let n = self.tables(cell).map(|t| t.map_or(0, RiskTable::n));
        let censored = self.tables(cell).map(|t| t.map_or(0, |t| t.n().saturating_sub(t.events())));
        row.n = Some(n[0].min(n[1]).cast_signed());
        row.clusters = Some(n[0].saturating_add(n[1]).cast_signed());
        row.censored = Some(censored[0].saturating_add(censored[1]).cast_signed());
        row.add_note(&format!("{} {} against {} {}", n[0], self.names[0], n[1], self.names[1]));
        let without = [&self.first, &self.second].map(|h| h.untimed.get(cell).copied().unwrap_or_default());
        if without[0] + without[1] > 0 {
            row.add_note(&format!("excluded, without a time: {}", without[0] + without[1]));
        }
        row
    }

    /// The mean time cut off at `tau`, of the first group against the second, with process limits.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] for a level of confidence outside (0, 1).
    pub fn restricted_means(&self, cell: &Cell, statistic: &Statistic, tau: f64, how: Contrast) -> Result<Estimate> {
        let scope = self.first.cells.scope;
        let mut row = self.row(cell, statistic);
        let means = self.tables(cell).map(|t| Histograms::curve(t?).and_then(|c| rmst(&c, tau).ok()));
        let [Some(one), Some(two)] = means.map(|m| m.filter(|m| !m.extended)) else {
            let row = enough(row, statistic);
            let reason = format!("in one of the groups nobody was observed for {tau} days without the event");
            return Ok(without(row, &reason));
        };
        let (made, plain, method): (std::result::Result<RmstContrast, StatsError>, _, _) = match how {
            Contrast::Difference => {
                (rmst_difference(&one, &two, level(scope)?), Some(one.mean - two.mean), "rmst normal")
            }
            Contrast::Ratio => {
                let ratio = (two.mean > 0.0).then(|| one.mean / two.mean);
                (rmst_ratio(&one, &two, level(scope)?), ratio, "rmst log-normal")
            }
        };
        row.value = plain;
        let mut row = without(enough(row, statistic), "the mean of the second group is 0");
        process(&mut row, scope, made.ok().map(|c| c.limits), method)?;
        Ok(row)
    }

    /// The median of the first group by that of the second.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] for a level of confidence outside (0, 1).
    pub fn median_ratio(&self, cell: &Cell, statistic: &Statistic) -> Result<Estimate> {
        let confidence = level(self.first.cells.scope)?;
        let mut row = self.row(cell, statistic);
        let median = |table: Option<&RiskTable>| {
            let curve = Histograms::curve(table?)?;
            curve.quantile(0.5, QuantileConvention::default(), Transform::LogLog, confidence).ok()?.estimate
        };
        let [one, two] = self.tables(cell).map(median);
        row.value = one.zip(two).filter(|(_, two)| *two > 0.0).map(|(one, two)| one / two);
        Ok(without(enough(row, statistic), "a median was not reached, or is below an hour"))
    }
}

/// Without a value for a reason, where there is none although there are cases enough.
pub fn without(row: Estimate, reason: &str) -> Estimate {
    if row.status == Status::Ok && row.value.is_none() { row.without_value(Status::Insufficient, reason) } else { row }
}
