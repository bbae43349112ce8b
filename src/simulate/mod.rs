//! Synthetic exports with known truth.
//!
//! Daily archives of statements as the DSA Transparency Database publishes them, made by invented platforms.
//! They serve for trying the tool, for tests whose answers are known, and for benchmarks, and so are built to
//! be neither easier nor harder to read than published dumps. Next to them lies `truth.json` with the counts
//! behind them, taken while the values were made and not read back.
//!
//! Faults that published dumps have had can be put in on request; [`dirt`] lists them.
//!
//! Every number comes from whole-number arithmetic keyed by seed, day and place in the day: the same plan
//! gives the same bytes, whatever the number of threads, and the archives of one day (full and light,
//! global and per platform) hold the same statements.

pub mod dirt;
mod draw;
mod exporter;
mod identifiers;
pub mod marketplace;
mod plan;
mod profiles;
mod rng;
mod row;
mod rules;
mod statement;
mod statements;
mod sub_part;
#[cfg(test)]
mod tests;
mod text;
pub mod transparency_report;
pub mod truth;
mod write;
mod zip;

pub use dirt::DIRT;
pub use exporter::{Era, clean, header, put_csv, slug};
pub use plan::{StatementsPlan, UUID_MARK, Version, is_simulated};
pub use write::{faults, statements};
