//! Rows taken one by one: which cell each belongs to.

use super::cells::Cell;
use super::{Requirement, Scope};
use crate::engine::{Predicate, UnitRows, Units};
use crate::estimate::ALL_PLATFORMS;
use crate::time::Grain;
use crate::views;

/// Platform, group and first day of the period of a cell; no day where everything is one period.
pub type Place = (String, Option<String>, Option<i32>);

/// Columns of the groups of a scope.
fn group_columns(requirement: &Requirement, scope: &Scope) -> Vec<&'static str> {
    let Some(table) = views::table_or_view(requirement.table) else { return Vec::new() };
    scope.groups.iter().filter_map(|g| g.column_of(table)).collect()
}

/// The rows of a requirement that meet further filters, with the columns that their place is told by.
pub fn units(requirement: &Requirement, scope: &Scope, more: Vec<Predicate>, columns: &[&'static str]) -> Units {
    let date = requirement.cohort.column();
    let mut filters = date.map_or_else(|| scope.platform_filter(), |date| scope.dated_filter(date));
    filters.extend(more);
    let mut columns = columns.to_vec();
    let by = scope.by_platform.then_some("platform");
    for column in by.into_iter().chain(group_columns(requirement, scope)).chain(date) {
        if !columns.contains(&column) {
            columns.push(column);
        }
    }
    Units::new(requirement.table, filters, &columns)
}

/// Tells the places of rows of [`units`].
pub struct Places<'a> {
    scope: &'a Scope,
    date: Option<&'static str>,
    groups: Vec<&'static str>,
}

impl<'a> Places<'a> {
    /// For the rows of a requirement.
    pub fn new(requirement: &Requirement, scope: &'a Scope) -> Self {
        Self { scope, date: requirement.cohort.column(), groups: group_columns(requirement, scope) }
    }

    /// The place of a row.
    pub fn of(&self, units: &UnitRows, row: usize) -> Place {
        let platform = if self.scope.by_platform { units.group("platform", row) } else { ALL_PLATFORMS.to_owned() };
        let names: Vec<String> = self.groups.iter().map(|column| units.group(column, row)).collect();
        let group = (!names.is_empty()).then(|| names.join("×"));
        let day = self.date.filter(|_| self.scope.grain != Grain::All).and_then(|date| units.day(date, row));
        (platform, group, day.and_then(|day| self.scope.grain.period(day)).map(|p| p.start))
    }

    /// The place of a cell.
    pub fn of_cell(&self, cell: &Cell) -> Place {
        let day = (self.scope.grain != Grain::All).then_some(cell.period.start);
        (cell.platform.clone(), cell.group.clone(), day)
    }
}
