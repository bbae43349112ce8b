//! Cases of the forms on times to an event, concentration, groups with intervals and ladders of penalties.

use super::Case;
use super::rows::{holes, long_name, name, named};
use crate::charts::invented::events::{categories, incidence, ladders, lorenz, survival};
use crate::estimate::Estimate;

const SURVIVAL: &str = "survival-curve";
const INCIDENCE: &str = "cumulative-incidence";
const LORENZ: &str = "lorenz-curve";
const DOTS: &str = "interval-dots";
const STEPS: &str = "escalation-steps";

const TIME: &str = "Time to suspension";
const EXIT: &str = "How traders leave";
const OFFENCES: &str = "Concentration of offences";
const CATEGORIES: &str = "Prevalence by category";
const LADDER: &str = "Adherence to the penalty policy";

/// Their cases.
pub(super) const CASES: &[Case] = &[
    Case::new(SURVIVAL, TIME, "three-platforms", || named(survival(3, 40), name))
        .about("Three curves with their intervals.")
        .golden(),
    Case::new(SURVIVAL, TIME, "one-platform", || named(survival(1, 40), name)).about("One curve."),
    Case::new(SURVIVAL, TIME, "thirty-platforms", || named(survival(30, 20), name))
        .about("Thirty platforms: a panel each."),
    Case::new(SURVIVAL, TIME, "long-names", || named(survival(5, 20), long_name))
        .about("Names as company registers have them."),
    Case::new(SURVIVAL, TIME, "gaps", || named(holes(survival(4, 20), |i, j| i == 1 || i == 3 && j > 20), name))
        .about("A curve without any value, and one that ends early."),
    Case::new(SURVIVAL, TIME, "no-event", || flat(named(survival(2, 12), name), 1.0))
        .about("No event: the curves stay at 100%."),
    Case::new(SURVIVAL, TIME, "at-once", || flat(named(survival(2, 12), name), 0.0)).about("All at once."),
    Case::new(SURVIVAL, TIME, "wide-intervals", || widened(named(survival(3, 6), name)))
        .about("Intervals as wide as the axis."),
    Case::new(INCIDENCE, EXIT, "one-platform", || named(incidence(1, 30), name))
        .about("One platform, three ways out.")
        .golden(),
    Case::new(INCIDENCE, EXIT, "four-platforms", || named(incidence(4, 30), name)).about("Four platforms."),
    Case::new(INCIDENCE, EXIT, "thirty-platforms", || named(incidence(30, 12), name)).about("Thirty platforms."),
    Case::new(INCIDENCE, EXIT, "long-names", || named(incidence(5, 12), long_name))
        .about("Names as company registers have them."),
    Case::new(INCIDENCE, EXIT, "gaps", || named(holes(incidence(3, 12), |i, _| i == 1), name))
        .about("A platform without any value."),
    Case::new(INCIDENCE, EXIT, "no-event", || flat(named(incidence(1, 12), name), 0.0))
        .about("No event: the curves stay at 0%."),
    Case::new(LORENZ, OFFENCES, "three-platforms", || named(lorenz(3, 40), name)).about("Three curves.").golden(),
    Case::new(LORENZ, OFFENCES, "one-platform", || named(lorenz(1, 40), name)).about("One curve."),
    Case::new(LORENZ, OFFENCES, "thirty-platforms", || named(lorenz(30, 20), name))
        .about("Thirty platforms: four in colour."),
    Case::new(LORENZ, OFFENCES, "long-names", || named(lorenz(4, 20), long_name))
        .about("Names as company registers have them."),
    Case::new(LORENZ, OFFENCES, "gaps", || named(holes(lorenz(4, 20), |i, _| i % 2 == 1), name))
        .about("Two of four without a value."),
    Case::new(LORENZ, OFFENCES, "equal", || curved(1.0)).about("All have the same: the curve is the line of equality."),
    Case::new(LORENZ, OFFENCES, "one-has-all", || curved(400.0)).about("One has nearly all."),
    Case::new(DOTS, CATEGORIES, "one-platform", || named(categories(1, 12), name))
        .about("One platform, twelve categories.")
        .golden(),
    Case::new(DOTS, CATEGORIES, "one-category", || named(categories(1, 1), name)).about("One platform, one category."),
    Case::new(DOTS, CATEGORIES, "forty-categories", || named(categories(1, 40), name)).about("Forty categories."),
    Case::new(DOTS, CATEGORIES, "thirty-platforms", || named(categories(30, 1), name))
        .about("Thirty platforms, two categories each."),
    Case::new(DOTS, CATEGORIES, "long-names", || named(categories(5, 1), long_name))
        .about("Names as company registers have them."),
    Case::new(DOTS, CATEGORIES, "gaps", || named(holes(categories(1, 12), |_, j| j % 6 < 3), name))
        .about("Half of the categories without a value."),
    Case::new(DOTS, CATEGORIES, "zeros", || flat(named(categories(1, 8), name), 0.0)).about("Nothing but 0%."),
    Case::new(DOTS, CATEGORIES, "per-million", || scaled(named(categories(1, 8), name), 1e-4))
        .about("Shares of some per million."),
    Case::new(DOTS, CATEGORIES, "wide-intervals", || widened(named(categories(1, 8), name)))
        .about("Intervals as wide as the axis."),
    Case::new(STEPS, LADDER, "one-platform", || named(ladders(1, 6), name)).about("One platform, six steps.").golden(),
    Case::new(STEPS, LADDER, "one-step", || named(ladders(1, 1), name)).about("One step."),
    Case::new(STEPS, LADDER, "five-platforms", || named(ladders(5, 10), name)).about("Five platforms, ten steps."),
    Case::new(STEPS, LADDER, "thirty-platforms", || named(ladders(30, 6), name)).about("Thirty platforms."),
    Case::new(STEPS, LADDER, "long-names", || named(ladders(5, 6), long_name))
        .about("Names as company registers have them."),
    Case::new(STEPS, LADDER, "gaps", || named(holes(ladders(3, 8), |i, j| i == 1 || j > 12), name))
        .about("Later steps without a value, and a platform without any."),
    Case::new(STEPS, LADDER, "wide-intervals", || widened(named(ladders(1, 6), name)))
        .about("Intervals as wide as the axis."),
];

/// The same rows with one value for all shares.
fn flat(mut rows: Vec<Estimate>, value: f64) -> Vec<Estimate> {
    for e in rows.iter_mut().filter(|e| e.value.is_some() && e.unit == "share") {
        // A survival begins at 1, and falls afterwards.
        let value = if e.statistic == "survival" && e.x == Some(0.0) { 1.0 } else { value };
        e.value = Some(value);
        if e.lower.is_some() {
            (e.lower, e.upper) = (Some((value - 0.02).max(0.0)), Some((value + 0.02).min(1.0)));
        }
    }
    rows
}

fn widened(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    for e in rows.iter_mut().filter(|e| e.lower.is_some()) {
        let value = e.value.unwrap_or(0.5);
        (e.lower, e.upper) = (Some((value - 0.6).max(0.0)), Some((value + 0.5).min(1.0)));
    }
    rows
}

fn scaled(mut rows: Vec<Estimate>, by: f64) -> Vec<Estimate> {
    for e in &mut rows {
        (e.value, e.lower, e.upper) = (e.value.map(|v| v * by), e.lower.map(|v| v * by), e.upper.map(|v| v * by));
    }
    rows
}

/// Lorenz curves of one power.
fn curved(power: f64) -> Vec<Estimate> {
    let mut rows = named(lorenz(1, 40), name);
    for e in &mut rows {
        let value = match (e.statistic.as_str(), e.x) {
            ("lorenz", Some(x)) => x.powf(power),
            ("gini" | "gini_without_zeros", _) => (power - 1.0) / (power + 1.0),
            ("top_1_percent_share", _) => 1.0 - 0.99_f64.powf(power),
            _ => 1.0 - 0.9_f64.powf(power),
        };
        e.value = Some(value);
        if e.lower.is_some() {
            (e.lower, e.upper) = (Some(value * 0.9), Some((value * 1.05).min(1.0)));
        }
    }
    rows
}
