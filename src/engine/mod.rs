//! Engines that count: a [`Tally`] is data, and each engine turns it into its own query.
//!
//! [`polars`] runs it in this process over lazy frames of any size; [`sql`] writes it as one SELECT for
//! any engine that speaks SQL. Both follow SQL's three-valued logic, so that their counts are equal.

pub mod examples;
pub mod frames;
pub mod polars;
pub mod predicate;
pub mod sql;
pub mod tally;
pub mod units;

pub use frames::Frames;
pub use predicate::{Op, Predicate, Scalar};
pub use tally::{Key, KeyExpr, Kind, Measure, Tally, TallyTable};
pub use units::{UnitRows, Units};
