//! Ticks of an axis of time from 0 on, at times for which those at risk are given.

use super::super::scale::durations;

/// Days that readers know as such, the best first.
const DAYS: [f64; 9] = [365.0, 180.0, 90.0, 30.0, 7.0, 730.0, 1095.0, 60.0, 14.0];
/// Ticks of a regular axis, about.
const ABOUT: f64 = 6.0;
/// Ticks at times that are given, at most.
const MOST: usize = 11;

/// Where ticks stand: regular ones where every number at risk is given for them, else some of the times given.
/// `fit` says whether a tick has room beside those that are there already.
pub(super) fn ticks(end: f64, grid: &[f64], unit: &str, fit: &dyn Fn(f64, &[f64]) -> bool) -> Vec<f64> {
    let known = |x: f64| grid.is_empty() || grid.iter().any(|g| (g - x).abs() < 1e-9 * x.abs().max(1.0));
    for step in steps(end, unit) {
        let all: Vec<f64> =
            (0..200_u32).map(|i| f64::from(i) * step).take_while(|x| *x <= end * (1.0 + 1e-9)).collect();
        let apart = (1..all.len()).all(|i| fit(all[i], &all[..i]));
        // Those at risk at time 0 are the denominator, and stand in the words.
        if apart && all.len() > 2 && all[1..].iter().all(|x| known(*x)) {
            return all;
        }
    }
    if let Some(even) = even(end, grid, fit) {
        return even;
    }
    let mut wanted: Vec<f64> = grid.to_vec();
    if !known(0.0) || grid.is_empty() {
        wanted.push(0.0);
    }
    if grid.is_empty() {
        wanted.push(end);
    }
    wanted.sort_by(|a, b| rank(*a, end, unit).cmp(&rank(*b, end, unit)).then(b.total_cmp(a)));
    let mut out: Vec<f64> = Vec::new();
    for x in wanted.into_iter().filter(|x| *x <= end * (1.0 + 1e-9)) {
        if fit(x, &out) {
            out.push(x);
        }
    }
    out.sort_by(f64::total_cmp);
    out
}

/// Every so many of times that are given at about equal distances, where that leaves enough ticks.
fn even(end: f64, grid: &[f64], fit: &dyn Fn(f64, &[f64]) -> bool) -> Option<Vec<f64>> {
    let times: Vec<f64> = grid.iter().copied().filter(|x| *x <= end * (1.0 + 1e-9)).collect();
    let gaps = || times.windows(2).map(|w| w[1] - w[0]);
    let (least, most) = (gaps().fold(f64::INFINITY, f64::min), gaps().fold(0.0, f64::max));
    if times.len() < 4 || times.first() != Some(&0.0) || most > least * 1.5 {
        return None;
    }
    let last = times.len() - 1;
    let every = |step: &usize| -> Option<Vec<f64>> {
        let all: Vec<f64> = times.iter().copied().step_by(*step).collect();
        let apart = (1..all.len()).all(|i| fit(all[i], &all[..i]));
        (apart && (3..=MOST).contains(&all.len())).then_some(all)
    };
    // Steps that reach the last time are better than others.
    (1..=last)
        .filter(|s| last.is_multiple_of(*s))
        .find_map(|s| every(&s))
        .or_else(|| (1..=last).find_map(|s| every(&s)))
}

/// The ends first, then times that are known, then rounder numbers.
fn rank(x: f64, end: f64, unit: &str) -> usize {
    if x == 0.0 {
        return 0;
    }
    if (x - end).abs() < 1e-9 {
        return 1;
    }
    if unit == "days"
        && let Some(i) = DAYS.iter().position(|d| (d - x).abs() < 1e-9)
    {
        return 2 + i;
    }
    let round = [100.0, 50.0, 10.0, 5.0, 1.0].iter().position(|r| (x / r).fract() == 0.0);
    20 + round.unwrap_or(9)
}

/// Steps of a regular axis, the one with about the right number of ticks first.
fn steps(end: f64, unit: &str) -> Vec<f64> {
    let mut all: Vec<f64> = match unit {
        "days" => vec![1.0, 2.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0, 730.0, 1825.0, 3650.0],
        "hours" => vec![1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 48.0, 72.0, 168.0, 336.0, 720.0],
        _ => Vec::new(),
    };
    if !durations(unit) || !(4.0..=20_000.0).contains(&end) || all.is_empty() {
        all = (-9..=9).flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10_f64.powi(e))).collect();
    }
    let far = |s: &f64| (end / s / ABOUT).ln().abs();
    all.sort_by(|a, b| far(a).total_cmp(&far(b)));
    all.truncate(4);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apart(room: f64) -> impl Fn(f64, &[f64]) -> bool {
        move |x, others| others.iter().all(|o| (o - x).abs() >= room)
    }

    #[test]
    fn regular_where_numbers_are_given_and_else_times_that_are() {
        assert_eq!(ticks(180.0, &[], "days", &apart(10.0)), [0.0, 30.0, 60.0, 90.0, 120.0, 150.0, 180.0]);
        let grid = [0.0, 1.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 365.0];
        assert_eq!(ticks(365.0, &grid, "days", &apart(28.0)), [0.0, 30.0, 60.0, 90.0, 180.0, 365.0]);
        assert_eq!(ticks(48.0, &[], "hours", &apart(5.0)), [0.0, 6.0, 12.0, 18.0, 24.0, 30.0, 36.0, 42.0, 48.0]);
        // A grid that no round step meets: every so many of its times.
        let tenths: Vec<f64> = (0..=40_u32).map(|j| (f64::from(j) * 9.125).round()).collect();
        assert_eq!(
            ticks(365.0, &tenths, "days", &apart(20.0)),
            [0.0, 37.0, 73.0, 110.0, 146.0, 183.0, 219.0, 256.0, 292.0, 329.0, 365.0]
        );
        assert_eq!(ticks(17.0, &[5.0, 17.0], "days", &apart(1.0)), [0.0, 5.0, 17.0]);
        assert_eq!(ticks(0.0, &[0.0], "days", &apart(1.0)), [0.0]);
        assert_eq!(ticks(100.0, &[], "days", &apart(200.0)), [0.0]);
    }
}
