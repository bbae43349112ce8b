//! Estimates held against each other: peers, declared values, statements, periods, and before and after a date.
//!
//! A comparison reads [`crate::estimate::Estimate`]s alone, so that it works for an indicator that nobody has
//! written yet, and gives [`Comparison`]s: one row for one number against another, with one plain sentence. One file
//! for each kind; [`COMPARISONS`] lists them.
//!
//! Nothing here is a verdict. What can have several causes stays a difference, what is defined differently is not
//! compared, and several indicators are put into one number only where the user gives the weights.

mod choose;
mod result;
mod scale;
mod words;

pub mod before_after;
pub mod composite;
pub mod declared;
pub mod peers;
pub mod periods;
pub mod reports;

pub use choose::{Choice, choose, fullest_period};
pub use result::{Comparison, Comparisons, SCHEMA};
pub use scale::Scale;

/// What a kind of comparison is, for help and for `explain`.
#[derive(Debug)]
pub struct Card {
    /// Its id, which is its subcommand.
    pub id: &'static str,
    /// What it does, in a few words.
    pub title: &'static str,
    /// Method, conditions and limits.
    pub doc: &'static str,
    /// Sources of the method.
    pub references: &'static [&'static str],
}

/// Every kind of comparison, in the order of the help.
pub static COMPARISONS: &[&Card] =
    &[&peers::CARD, &declared::CARD, &reports::CARD, &before_after::CARD, &periods::CARD];

/// The card of this id.
#[must_use]
pub fn comparison(id: &str) -> Option<&'static Card> {
    COMPARISONS.iter().copied().find(|c| c.id == id)
}
