//! Series over time and lists of reported counts: regression, breaks, digits.
//!
//! [`LeastSquares`] fits, a [`Covariance`] says how precisely, [`segmented`] and [`controlled`] apply both to the
//! date of a measure; [`benford`] and [`heaping`] look at digits. Each file names its sources.

mod covariance;
mod digits;
mod ols;
mod prais_winsten;
mod qr;
mod segmented;
#[cfg(test)]
mod tests;

pub use covariance::{ClusterCorrection, Covariance, CovarianceKind, SmallSample, newey_west_lag};
pub use digits::{
    BENFORD_MINIMUM, Benford, Conformity, FirstDigits, Heaping, LastDigits, Round, benford, benford_shares, heaping,
};
pub use ols::{Coefficient, LeastSquares};
pub use prais_winsten::{PraisWinsten, prais_winsten};
pub use segmented::{
    Change, Effect, Errors, Placebo, SEGMENT_MINIMUM, Segmented, SeriesOptions, controlled, difference_in_differences,
    placebo_in_space, segmented,
};
