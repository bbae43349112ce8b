//! Invented estimates for every form of chart: deterministic, of platforms that do not exist.
//!
//! They feed the contact sheet and the tests of layout. Values follow from the number of a platform and of a period by
//! whole numbers alone wherever that is possible, so that they are the same on every machine.

use crate::estimate::{Estimate, Status};

pub(crate) mod events;
pub(crate) mod over_time;
pub(crate) mod pairs;

#[expect(clippy::cast_precision_loss, reason = "numbers of platforms and periods are small")]
pub(crate) fn number(n: usize) -> f64 {
    n as f64
}

pub(crate) fn whole(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Ten to this power, as far as it goes.
pub(crate) fn power_of_ten(exponent: usize) -> i64 {
    (0..exponent).fold(1, |p, _| i64::saturating_mul(p, 10))
}

/// The name of a platform: some are long, and some hold what markup uses.
pub(crate) fn name(i: usize) -> String {
    match i % 5 {
        3 => format!("Platform {i} with a remarkably long legal name Aktiengesellschaft & Co. KG"),
        4 => format!("<Plat>\"{i}\" & 'sons'"),
        _ => format!("Platform {i}"),
    }
}

/// The row without its value, as one on too few observations is.
pub(crate) fn few(e: Estimate) -> Estimate {
    e.without_value(Status::Insufficient, "n = 3 is below 10")
}
