//! Ranks, the median, and the ranks that errors allow.

use crate::compare::scale::{Scale, standard_error};
use crate::estimate::Estimate;
use crate::stats::Confidence;
use crate::stats::comparison::{RankLimits, joint_rank_intervals};

/// Rank of a value among all: 1 + the number that are larger ("standard competition").
pub fn rank(value: f64, all: &[f64]) -> i64 {
    let larger = all.iter().filter(|v| **v > value).count();
    i64::try_from(larger).map_or(i64::MAX, |n| n + 1)
}

/// The median: the mean of the two middle values of an even number. NaN of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    match (n, n % 2) {
        (0, _) => f64::NAN,
        (_, 1) => sorted[n / 2],
        _ => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// Joint limits of the ranks, where every estimate has a sampling interval.
pub fn intervals(valued: &[&Estimate]) -> Option<Vec<RankLimits>> {
    let first = valued.first()?;
    let scale = Scale::of(&first.unit, valued.iter().flat_map(|e| [e.value, e.lower, e.upper]).flatten());
    let values: Vec<f64> = valued.iter().filter_map(|e| scale.to(e.value?)).collect();
    let errors: Vec<f64> = valued.iter().filter_map(|e| standard_error(e, scale)).collect();
    if errors.len() != valued.len() || values.len() != valued.len() {
        return None;
    }
    joint_rank_intervals(&values, &errors, Confidence::P95).ok()
}
