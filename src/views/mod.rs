//! Derivations of tables that one GROUP BY cannot express: each row of the base with further columns.
//!
//! A view says what its columns are, as a table does; how to make it in this process; and how to write it as
//! SQL, so that its tallies run on any engine.

use crate::tables::{Origin, Table};

pub mod statement_repeats;

/// Every view, in the order of the help.
pub static VIEWS: &[&dyn View] = &[&statement_repeats::StatementRepeats];

/// A table that is derived from another one. As a [`Table`], it lists the columns that it adds; it has those
/// of its base too.
pub trait View: Table {
    /// The table whose rows it has.
    fn base(&self) -> &'static dyn Table;

    /// A SELECT that makes it of `from`, the text that stands for the base after FROM.
    fn sql(&self, from: &str) -> String;

    /// Whether counts over parts of the data add up to those over the whole.
    fn merges(&self) -> bool;
}

/// The view of this name.
#[must_use]
pub fn view(name: &str) -> Option<&'static dyn View> {
    VIEWS.iter().copied().find(|v| v.name() == name)
}

/// The table or view of this name.
#[must_use]
pub fn table_or_view(name: &str) -> Option<&'static dyn Table> {
    crate::tables::table(name).or_else(|| view(name).map(|v| v as &dyn Table))
}

/// The stored columns that columns of a table or view rest on: those of a table are stored themselves, those
/// that a view adds are made of others.
#[must_use]
pub fn stored(table: &str, columns: &'static [&'static str]) -> Vec<&'static str> {
    let Some(view) = view(table) else { return columns.to_vec() };
    let mut stored = Vec::new();
    for name in columns {
        match view.columns().iter().find(|c| c.name == *name).map(|c| c.origin) {
            Some(Origin::Derived(from)) => stored.extend_from_slice(from),
            _ => stored.push(name),
        }
    }
    stored.sort_unstable();
    stored.dedup();
    stored
}
