//! Properties of the measures of concentration and of their limits.

#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use proptest::prelude::*;

use super::*;
use crate::stats::Confidence;

fn table(values: &[u64]) -> FrequencyTable {
    values.iter().map(|value| (*value, 1)).collect()
}

fn near(x: f64, y: f64, tolerance: f64) {
    assert!((x - y).abs() <= tolerance, "{x} {y}");
}

/// (2i − n − 1) x_(i), unit by unit.
fn gini_by_definition(values: &[u64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_unstable();
    let n = values.len() as f64;
    let sum: f64 = values.iter().zip(1_u32..).map(|(x, i)| (2.0 * f64::from(i) - n - 1.0) * *x as f64).sum();
    sum / (n * values.iter().sum::<u64>() as f64)
}

const MEASURES: [Concentration; 5] = [
    Concentration::Gini,
    Concentration::GiniCorrected,
    Concentration::HerfindahlHirschman,
    Concentration::TopShare(0.1),
    Concentration::TopUnits(2),
];

#[test]
fn nothing_to_be_concentrated() {
    for empty in [FrequencyTable::default(), table(&[0, 0, 0])] {
        assert!(gini(&empty).is_err() && herfindahl_hirschman(&empty).is_err() && lorenz(&empty).is_err());
        assert!(top_share(&empty, 0.1).is_err() && top_units_share(&empty, 1).is_err());
        assert!(lorenz_ordinate(&empty, 0).is_err());
        for measure in MEASURES {
            assert!(bootstrap(&empty, measure, 99, 1, Confidence::P95).is_err());
            assert!(jackknife(&empty, measure, Confidence::P95).is_err());
        }
    }
}

#[test]
fn extremes() {
    // All equal, and one unit with everything.
    let equal = gini(&table(&[4; 10])).expect("gini");
    assert_eq!((equal.population, equal.corrected, equal.n, equal.total), (0.0, Some(0.0), 10, 40));
    let one_of_ten: FrequencyTable = [(0, 9), (7, 1)].into_iter().collect();
    let all = gini(&one_of_ten).expect("gini");
    assert_eq!((all.population, all.corrected), (0.9, Some(1.0)));
    let hhi = herfindahl_hirschman(&one_of_ten).expect("index");
    assert_eq!((hhi.index, hhi.normalised, hhi.effective_units), (1.0, Some(1.0), 1.0));
    let single = gini(&table(&[3])).expect("gini");
    assert_eq!((single.population, single.corrected), (0.0, None));
    assert_eq!(herfindahl_hirschman(&table(&[3])).expect("index").normalised, None);
    let four = herfindahl_hirschman(&table(&[5; 4])).expect("index");
    assert_eq!((four.index, four.normalised, four.effective_units), (0.25, Some(0.0), 4.0));
    assert!(jackknife(&table(&[3]), Concentration::Gini, Confidence::P95).is_err());
    // Without the one unit nothing is left.
    assert!(jackknife(&one_of_ten, Concentration::Gini, Confidence::P95).is_err());
}

#[test]
fn the_top_are_whole_units() {
    let hundred: FrequencyTable = (1..=100).map(|v| (v, 1)).collect();
    for (p, units) in [(0.01, 1), (0.07, 7), (0.071, 8), (0.29, 29), (1.0, 100), (1e-9, 1)] {
        assert_eq!(top_share(&hundred, p).map(|top| top.units), Ok(units), "p = {p}");
    }
    assert_eq!(top_units_share(&hundred, 500).map(|top| (top.units, top.share)), Ok((100, 1.0)));
    assert!(top_units_share(&hundred, 0).is_err());
    for p in [0.0, -1.0, 1.1, f64::NAN] {
        assert!(top_share(&hundred, p).is_err());
        assert!(bootstrap(&hundred, Concentration::TopShare(p), 99, 1, Confidence::P95).is_err());
    }
    assert!(jackknife(&hundred, Concentration::TopUnits(0), Confidence::P95).is_err());
}

#[test]
fn a_thousand_million_units_cost_as_much_as_their_distinct_values() {
    let many: FrequencyTable =
        [(0, 900_000_000), (1, 80_000_000), (2, 15_000_000), (10, 4_999_990), (100_000, 10)].into_iter().collect();
    let found = gini(&many).expect("gini");
    let limits = bootstrap(&many, Concentration::Gini, 999, 5, Confidence::P95).expect("limits");
    assert!(limits.percentile.contains(found.population) && limits.percentile.width() < 2e-3, "{limits:?}");
    let exact = jackknife(&many, Concentration::Gini, Confidence::P95).expect("limits");
    assert!((exact.standard_error / limits.standard_error - 1.0).abs() < 0.1, "{exact:?} {limits:?}");
    near(top_share(&many, 0.1).expect("top").share, 1.0, 1e-12);
}

#[test]
fn seeds_decide_the_resamples() {
    let values = table(&[0, 0, 1, 2, 2, 5, 9, 30]);
    let limits = |seed| bootstrap(&values, Concentration::Gini, 199, seed, Confidence::P95).expect("limits");
    assert_eq!(limits(3), limits(3));
    assert_ne!(limits(3), limits(4));
    assert!(bootstrap(&values, Concentration::Gini, 10, 3, Confidence::P95).is_err());
    assert!(bootstrap(&values, Concentration::Gini, usize::MAX, 3, Confidence::P95).is_err());
    // One unit in ten has anything: some resamples have nothing.
    let rare: FrequencyTable = [(0, 9), (7, 1)].into_iter().collect();
    let limits = bootstrap(&rare, Concentration::Gini, 999, 3, Confidence::P95).expect("limits");
    assert!(limits.undefined > 250 && limits.undefined + limits.replicates == 999, "{limits:?}");
}

#[test]
fn chance_alone() {
    // e^(−z) (I₀ + I₁)(z) by `scipy.special.ive`.
    for (mean, expected) in [
        (0.1, 0.909_221_675_163_141_2),
        (1.0, 0.523_777_611_802_608_6),
        (5.0, 0.249_096_018_547_888_16),
        (14.9, 0.145_544_108_985_530_52),
        (15.1, 0.144_585_198_402_438_36),
        (100.0, 0.056_383_663_343_944_84),
    ] {
        near(poisson_gini(mean).expect("gini"), expected, 1e-14);
    }
    assert!(poisson_gini(1e-12).expect("gini") > 0.999 && poisson_gini(1e300).expect("gini") >= 0.0);
    for mean in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(poisson_gini(mean).is_err());
    }
}

#[test]
fn histograms_become_tables() {
    let histogram: Histogram = [(0, 3), (7, 2)].into_iter().collect();
    assert_eq!(FrequencyTable::try_from(&histogram), Ok([(0, 3), (7, 2)].into_iter().collect()));
    let negative: Histogram = [(-1, 3)].into_iter().collect();
    assert!(FrequencyTable::try_from(&negative).is_err());
    assert_eq!(table(&[0, 0, 5]).without_zeros(), table(&[5]));
}

proptest! {
    #[test]
    fn agrees_with_the_definition(values in prop::collection::vec(0_u64..40, 1..80)) {
        prop_assume!(values.iter().any(|v| *v > 0));
        let found = gini(&table(&values)).expect("gini").population;
        prop_assert!((found - gini_by_definition(&values)).abs() <= 1e-12);
        // Twice the area between the diagonal and the Lorenz curve.
        let points = lorenz(&table(&values)).expect("curve");
        let area: f64 = points
            .windows(2)
            .map(|w| (w[1].unit_share - w[0].unit_share) * (w[0].total_share + w[1].total_share))
            .sum();
        prop_assert!((1.0 - area - found).abs() <= 1e-12);
        prop_assert!(points.iter().all(|p| p.total_share <= p.unit_share + 1e-12));
    }

    #[test]
    fn scale_and_copies_do_not_matter(values in prop::collection::vec(0_u64..40, 2..80), factor in 1_u64..1000) {
        prop_assume!(values.iter().any(|v| *v > 0));
        let one = gini(&table(&values)).expect("gini").population;
        let scaled: FrequencyTable = values.iter().map(|v| (v * factor, 1)).collect();
        let copies: FrequencyTable = values.iter().map(|v| (*v, factor)).collect();
        prop_assert!((gini(&scaled).expect("gini").population - one).abs() <= 1e-12);
        prop_assert!((gini(&copies).expect("gini").population - one).abs() <= 1e-12);
    }

    #[test]
    fn leaving_out_is_as_computed_anew(values in prop::collection::vec(0_u64..9, 3..25)) {
        prop_assume!(values.iter().filter(|v| **v > 0).count() > 1);
        for measure in MEASURES {
            let found = jackknife(&table(&values), measure, Confidence::P95).expect("jackknife");
            let without: Vec<f64> = (0..values.len())
                .map(|i| {
                    let rest = [&values[..i], &values[i + 1..]].concat();
                    let rest = table(&rest);
                    match measure {
                        Concentration::Gini => gini(&rest).expect("gini").population,
                        Concentration::GiniCorrected => gini(&rest).expect("gini").corrected.expect("two units"),
                        Concentration::HerfindahlHirschman => herfindahl_hirschman(&rest).expect("index").index,
                        Concentration::TopShare(p) => top_share(&rest, p).expect("top").share,
                        Concentration::TopUnits(k) => top_units_share(&rest, k).expect("top").share,
                    }
                })
                .collect();
            let n = without.len() as f64;
            let mean = without.iter().sum::<f64>() / n;
            let error = ((n - 1.0) / n * without.iter().map(|x| (x - mean).powi(2)).sum::<f64>()).sqrt();
            let found = found.standard_error;
            prop_assert!((found - error).abs() <= 1e-9, "{:?}: {} {}", measure, found, error);
        }
    }

    #[test]
    fn merging_is_commutative_and_associative(
        a in prop::collection::vec(0_u64..9, 0..30),
        b in prop::collection::vec(0_u64..9, 0..30),
        c in prop::collection::vec(0_u64..9, 0..30),
    ) {
        let sum = |x: &FrequencyTable, y: &FrequencyTable| {
            let mut sum = x.clone();
            sum.merge(y);
            sum
        };
        let (x, y, z) = (table(&a), table(&b), table(&c));
        prop_assert_eq!(&sum(&FrequencyTable::default(), &x), &x);
        prop_assert_eq!(sum(&x, &y), sum(&y, &x));
        prop_assert_eq!(sum(&sum(&x, &y), &z), sum(&x, &sum(&y, &z)));
        prop_assert_eq!(sum(&sum(&x, &y), &z), table(&[a, b, c].concat()));
    }

    #[test]
    fn nothing_panics(
        pairs in prop::collection::vec((any::<u64>(), any::<u64>()), 0..6),
        p in any::<f64>(),
        k in any::<u64>(),
    ) {
        let huge: FrequencyTable = pairs.iter().copied().collect();
        let few: FrequencyTable = pairs.iter().map(|(value, count)| (*value, count % 1000)).collect();
        for table in [huge, few] {
            if let Ok(found) = gini(&table) {
                prop_assert!((0.0..=1.0 + 1e-9).contains(&found.population));
            }
            let _ = (herfindahl_hirschman(&table), lorenz(&table), lorenz_ordinate(&table, k));
            let _ = (top_share(&table, p), top_units_share(&table, k), poisson_gini(p));
            for measure in [Concentration::GiniCorrected, Concentration::TopShare(p), Concentration::TopUnits(k)] {
                let _ = bootstrap(&table, measure, 40, k, Confidence::P95);
                let _ = jackknife(&table, measure, Confidence::P95);
            }
        }
    }
}
