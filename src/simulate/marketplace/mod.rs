//! An export of an invented marketplace, "Trovanda", with known truth.
//!
//! Traders list products, legal and not; the platform, notifiers and authorities act; traders come back, complain,
//! close shop. [`model`](self) holds every number of this in one place. The export is in a layout of its own, with the
//! mapping that turns it into tables, and `truth.json` holds what is true of it: of the finite population, which no
//! file tells; of the process; and counts that a correct program finds.
//!
//! Traders are made in blocks that are independent of each other, each event by event. Draws are keyed by what they
//! are about, and the functions behind them are this crate's own, so that the same plan gives the same bytes on every
//! machine, whatever the number of threads.
//!
//! Everything is seen from the observation window. Listings of before are in the export where they were still live
//! when it began (left truncation, `first_seen_at`); views, orders, notices and actions are those of the window; what
//! had not happened by its end is missing (right censoring). The penalty policy is in force from its first day on.

mod audit;
mod block;
mod careers;
mod census;
mod clock;
mod details;
mod dialect;
mod export;
mod fate;
mod mapping;
mod maths;
mod meanings;
mod model;
mod plan;
mod process;
mod records;
mod run;
mod sheet;
mod sides;
#[cfg(test)]
mod tests;
mod truth;
mod world;
mod write;

pub use plan::{Format, MarketplacePlan};
pub use run::marketplace;
pub use truth::{MarketplaceTruth, TruthEntry, TruthKind};
