//! Cases of the forms that hold estimates against each other.

use super::Case;
use super::rows::{holes, long_name, name, named};
use crate::charts::invented::pairs::{both_sides, funnels, two_bases, two_periods};
use crate::charts::spec::Mark;
use crate::estimate::{ALL_PLATFORMS, Estimate};

const FUNNEL: &str = "funnel-plot";
const SLOPE: &str = "slope";
const DUMBBELL: &str = "dumbbell";
const EQUALITY: &str = "equality-plot";

const OVERTURNED: &str = "Decisions reversed on complaint";
const RATE: &str = "Suspended accounts";
const LANGUAGES: &str = "Users and moderators by language";
const RECONCILED: &str = "Reported and counted decisions";

/// Their cases.
pub(super) const CASES: &[Case] = &[
    Case::new(FUNNEL, OVERTURNED, "twelve-platforms", || named(funnels(12, 0), name))
        .about("Twelve platforms.")
        .golden(),
    Case::new(FUNNEL, OVERTURNED, "one-platform", || named(funnels(1, 0), name)).about("One platform."),
    Case::new(FUNNEL, OVERTURNED, "thirty-platforms", || named(funnels(30, 0), name)).about("Thirty platforms."),
    Case::new(FUNNEL, OVERTURNED, "long-names", || named(funnels(8, 0), long_name))
        .about("Names as company registers have them."),
    Case::new(FUNNEL, OVERTURNED, "gaps", || named(holes(funnels(8, 0), |i, _| i % 2 == 1 && i < 8), name))
        .about("Half without a value."),
    Case::new(FUNNEL, OVERTURNED, "same-size", || same_size(named(funnels(8, 0), name))).about("All of the same size."),
    Case::new(SLOPE, RATE, "eight-platforms", || named(two_periods(8, 0), name)).about("Eight platforms.").golden(),
    Case::new(SLOPE, RATE, "one-platform", || {
        named(two_periods(2, 0).into_iter().filter(|e| e.platform.ends_with('1')).collect(), name)
    })
    .about("One platform."),
    Case::new(SLOPE, RATE, "thirty-platforms", || named(two_periods(30, 0), name)).about("Thirty platforms."),
    Case::new(SLOPE, RATE, "highlighted", || named(two_periods(12, 0), name))
        .about("Two of twelve highlighted.")
        .set(|spec| spec.highlight = vec!["Bazaria".to_owned(), "Zantivo".to_owned()]),
    Case::new(SLOPE, RATE, "long-names", || named(two_periods(6, 0), long_name))
        .about("Names as company registers have them."),
    Case::new(SLOPE, RATE, "gaps", || named(holes(two_periods(8, 0), |i, j| i % 3 == j), name))
        .about("One side or both without a value."),
    Case::new(SLOPE, RATE, "ties", || levelled(named(two_periods(6, 0), name))).about("All at the same value."),
    Case::new(SLOPE, RATE, "extremes", || spread(named(two_periods(6, 0), name))).about("Values of 0, 1 and 10⁹."),
    Case::new(SLOPE, RATE, "marks", || named(two_periods(6, 0), name))
        .about("Events between the periods and within them.")
        .set(|spec| {
            let mark =
                |start: i32, label: &str| Mark { start, end: None, label: label.to_owned(), platforms: Vec::new() };
            spec.marks = vec![mark(20_150, "Commitments binding"), mark(20_270, "New template of the reports")];
        }),
    Case::new(DUMBBELL, LANGUAGES, "eight-platforms", || named(both_sides(8, 0), name))
        .about("Eight platforms.")
        .golden(),
    Case::new(DUMBBELL, LANGUAGES, "one-platform", || named(both_sides(1, 0), name)).about("One platform."),
    Case::new(DUMBBELL, LANGUAGES, "thirty-platforms", || named(both_sides(30, 0), name)).about("Thirty platforms."),
    Case::new(DUMBBELL, LANGUAGES, "long-names", || named(both_sides(6, 0), long_name))
        .about("Names as company registers have them."),
    Case::new(DUMBBELL, LANGUAGES, "gaps", || named(holes(both_sides(8, 0), |i, j| i % 3 == j), name))
        .about("One side without a value."),
    Case::new(DUMBBELL, LANGUAGES, "equal", || levelled(named(both_sides(5, 0), name)))
        .about("Both values are the same."),
    Case::new(DUMBBELL, RECONCILED, "extremes", || named(two_bases(8, 0), name)).about("Values from 0 to 10⁹."),
    Case::new(EQUALITY, RECONCILED, "twelve-platforms", || named(two_bases(12, 0), name))
        .about("Twelve platforms.")
        .golden(),
    Case::new(EQUALITY, RECONCILED, "one-platform", || named(two_bases(1, 0), name)).about("One platform."),
    Case::new(EQUALITY, RECONCILED, "thirty-platforms", || named(two_bases(30, 0), name)).about("Thirty platforms."),
    Case::new(EQUALITY, RECONCILED, "long-names", || named(two_bases(6, 0), long_name))
        .about("Names as company registers have them."),
    Case::new(EQUALITY, RECONCILED, "gaps", || named(holes(two_bases(8, 0), |i, j| i % 3 == j), name))
        .about("One side without a value."),
    Case::new(EQUALITY, RECONCILED, "ties", || levelled(named(two_bases(5, 0), name))).about("All at the same place."),
    Case::new(EQUALITY, RECONCILED, "extremes", || spread(named(two_bases(6, 0), name)))
        .about("Values of 0, 1 and 10⁹."),
];

fn same_size(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    for e in rows.iter_mut().filter(|e| e.platform != ALL_PLATFORMS && e.value.is_some()) {
        e.n = Some(2_000);
    }
    rows
}

fn levelled(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    for e in rows.iter_mut().filter(|e| e.value.is_some()) {
        e.value = Some(if e.unit == "share" { 0.3 } else { 12.0 });
    }
    rows
}

fn spread(mut rows: Vec<Estimate>) -> Vec<Estimate> {
    for (at, e) in rows.iter_mut().enumerate().filter(|(_, e)| e.value.is_some()) {
        e.value = Some([0.0, 0.0, 1.0, 1e9, 1e9, 1.0, 0.0, 1.0][at % 8]);
    }
    rows
}
