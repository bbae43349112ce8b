//! Records of traders: what the indicators on them have in common.
//!
//! Their views hold traders to whom nothing happened as well, so that a row without the date of a cohort is another
//! trader, and not one whose date is lost.

use super::times::{level, set_limits};
use super::{Scope, Statistic};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Limits;

/// A statistic of a card.
pub const fn statistic(name: &'static str, unit: &'static str, smallest_n: u64, meaning: &'static str) -> Statistic {
    Statistic { name, unit, smallest_n, meaning }
}

/// Tallies that do not count rows without a date.
pub fn dated(mut tallies: Vec<Tally>) -> Vec<Tally> {
    if let Some(undated) = tallies.get_mut(1) {
        undated.filters = vec![Predicate::In("platform".to_owned(), Vec::new())];
    }
    tallies
}

/// Tallies whose filters hold for these rows alone.
pub fn dated_where(tallies: Vec<Tally>, filter: &Predicate) -> Vec<Tally> {
    let mut tallies = dated(tallies);
    for tally in &mut tallies {
        tally.filters.push(filter.clone());
    }
    tallies
}

/// Adds limits of kind *process* at the level of the scope.
///
/// # Errors
/// [`crate::Error::Usage`] for a level of confidence outside (0, 1).
pub fn process(row: &mut Estimate, scope: &Scope, limits: Option<Limits>, method: &str) -> Result<()> {
    let confidence = level(scope)?;
    if let Some(limits) = limits.filter(|_| row.status == Status::Ok) {
        let how = (method, IntervalKind::Process, confidence.level());
        set_limits(row, Some(limits.lower), Some(limits.upper), how);
    }
    Ok(())
}

/// The row of a cell whose records say nothing of the variables that groups are made by.
pub fn no_group(row: Estimate, by: &[&str]) -> Estimate {
    row.without_value(Status::NotApplicable, format!("no row has a value of {}", by.join(", ")))
}

/// A count for the statistics, which have none below 0.
pub fn natural(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(0)
}
