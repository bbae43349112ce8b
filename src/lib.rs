//! Measurement of systemic risk on very large online platforms, from the data that they publish or hand
//! to researchers under the EU Digital Services Act.
//!
//! Data flows one way, and every stage leaves files that other tools can open:
//!
//! exports → [`sources`] → [`tables`] in a [`dataset`] → tallies of the [`engine`] → [`estimate`]s of the
//! [`indicators`] → [`compare`]d with each other, and figures of the [`charts`], each recorded by [`provenance`].
//! [`indicators`] → figures of the [`charts`] → the page of the [`report`], each recorded by [`provenance`].

pub mod charts;
pub mod checks;
pub mod cli;
pub mod compare;
pub mod dataset;
pub mod disclosure;
pub mod engine;
pub mod error;
pub mod estimate;
pub mod finding;
pub mod indicators;
pub mod matching;
pub mod measure;
pub mod provenance;
pub mod report;
pub mod sampling;
pub mod simulate;
pub mod sources;
pub mod stats;
pub mod study;
pub mod tables;
pub mod time;
pub mod transparency;
pub mod views;
pub mod wellformed;

pub use dataset::Dataset;
pub use error::{Error, Result};
