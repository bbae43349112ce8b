//! Pure mathematics: no tables, no files, no data frames.
//!
//! One file per family. Every method names its source, its conditions, its convention where there are
//! several (form of the variance, definition of the quantile, type of the interval, correction) and its
//! behaviour on empty input, and is tested against values that other software gives. Special functions and
//! distributions come from statrs where these are exact enough; the incomplete beta and gamma functions, of
//! which counts of platforms ask more, are in `incomplete`.

pub mod agreement;
pub mod capture;
pub mod comparison;
pub mod concentration;
mod incomplete;
mod limits;
pub mod misclassification;
pub mod moments;
pub mod proportion;
pub mod quantile;
pub mod rate;
pub mod series;
mod student;
pub mod survey;
pub mod survival;

pub use limits::{Confidence, Limits, StatsError};
