//! Distribution-free limits of quantiles against the binomial distribution of `SciPy`.

use systemic::stats::Confidence;
use systemic::stats::quantile::{Histogram, quantile_ranks};

use super::{case, near};

/// n, p, level; ranks of the limits (none: 0 and n + 1) and coverage. Conover (1999), 3.2, computed with
/// `scipy.stats.binom` of `SciPy` 1.17.1. The first three are the cases `median-order-ci-*`.
const RANKS: [(u64, f64, f64, u64, u64, f64); 11] = [
    (10, 0.5, 0.95, 2, 9, 0.978_515_625),
    (100, 0.5, 0.95, 40, 61, 0.964_799_799_782_295_2),
    (1000, 0.5, 0.95, 469, 532, 0.953_708_802_639_501_8),
    (1, 0.5, 0.95, 0, 2, 1.0),
    (5, 0.5, 0.95, 0, 6, 1.0),
    (6, 0.5, 0.95, 1, 6, 0.968_75),
    (100, 0.9, 0.95, 84, 96, 0.955_690_107_191_223),
    (50, 0.99, 0.95, 48, 51, 0.986_182_729_169_399_5),
    (72, 0.95, 0.95, 64, 72, 0.965_490_047_908_373_9),
    (73, 0.95, 0.95, 65, 73, 0.965_857_560_698_025),
    (500, 0.25, 0.99, 101, 151, 0.990_266_415_744_724_5),
];

#[test]
fn ranks_agree_with_the_binomial_distribution() {
    for (n, p, level, lower, upper, coverage) in RANKS {
        let found = quantile_ranks(n, p, Confidence::new(level).expect("level")).expect("ranks");
        assert_eq!((found.lower.unwrap_or(0), found.upper.unwrap_or(n + 1)), (lower, upper), "n {n}, p {p}");
        near(found.coverage, coverage, 1e-12, "coverage");
    }
}

/// `scipy.stats.binom.cdf` around α/2 for n = 10⁹.
#[test]
fn ranks_of_a_thousand_million() {
    let n = 1_000_000_000;
    let median = quantile_ranks(n, 0.5, Confidence::P95).expect("ranks");
    assert_eq!((median.lower, median.upper), (Some(499_969_010), Some(500_030_991)));
    let p90 = quantile_ranks(n, 0.9, Confidence::P95).expect("ranks");
    assert_eq!((p90.lower, p90.upper), (Some(899_981_406), Some(900_018_594)));
}

#[test]
fn cases_of_the_median() {
    for id in ["median-order-ci-10", "median-order-ci-100", "median-order-ci-1000"] {
        let Some(case) = case(id) else { return };
        let n = case["input"]["n"].as_u64().expect("n");
        let level = Confidence::new(case["input"]["conf"].as_f64().expect("level")).expect("level");
        let found = quantile_ranks(n, 0.5, level).expect("ranks");
        assert_eq!(found.lower, case["expected"]["lower_rank"].as_u64(), "{id}");
        assert_eq!(found.upper, case["expected"]["upper_rank"].as_u64(), "{id}");
        let (coverage, tolerance) = (&case["expected"]["coverage"], &case["abs_tol"]);
        near(found.coverage, coverage.as_f64().expect("coverage"), tolerance.as_f64().expect("tolerance"), id);
        // The numbers 1 to n are their own ranks.
        let all: Histogram = (1..=i64::try_from(n).expect("small")).map(|v| (v, 1)).collect();
        let limits = all.quantile_limits(0.5, level).expect("limits");
        assert_eq!(limits.lower.map(i64::unsigned_abs), found.lower, "{id}");
        assert_eq!(limits.upper.map(i64::unsigned_abs), found.upper, "{id}");
    }
}
