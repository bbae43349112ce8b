//! Audit samples: frame, design, draw, expected precision, labelling sheet, labels.
//!
//! Sources: W. G. Cochran, *Sampling Techniques* (3rd ed. 1977); C.-E. Särndal, B. Swensson and J. Wretman, *Model
//! Assisted Survey Sampling* (1992); H. O. Hartley and J. N. K. Rao, "Sampling with unequal probabilities and without
//! replacement", *Annals of Mathematical Statistics* 33 (1962), 350–374.
//!
//! ```text
//! Frame ──Design──▶ Precision (before anybody labels)
//!   └────Design, seed──▶ Sample ──▶ Sheet ──coders──▶ labels ──▶ agreement, one label per unit
//! ```
//!
//! Everything follows from the frame, the design and the seed: units are put in the order of their identifiers first,
//! so that the order of the frame's files does not matter, and each stratum has a random stream of its own.

mod agreement;
pub mod cells;
mod design;
mod draw;
mod frame;
pub mod labels;
mod precision;
mod random;
pub mod read;
pub mod sheet;
mod xlsx;

pub use agreement::{Agreement, Rating, agreement};
pub use design::{Allocation, Assumptions, Chance, Design};
pub use draw::{Drawn, Sample, StratumDrawn, draw};
pub use frame::{Frame, Unit};
pub use precision::{Needed, Precision, StratumPrecision, discovery, needed, precision};

use crate::error::Error;
use crate::stats::StatsError;

/// A statistic that cannot be given, as an error of the request.
fn refused(what: &str, error: &StatsError, hint: &str) -> Error {
    Error::usage(format!("{what}: {error}"), hint)
}

/// A count as a double.
#[expect(clippy::cast_precision_loss, reason = "counts of units in memory lie below 2^53")]
fn float(count: usize) -> f64 {
    count as f64
}

/// A count as a double.
#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a size is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}
