//! Properties that hold on any input.

use proptest::prelude::*;

use super::*;
use crate::stats::{Confidence, StatsError};

fn index(n: u32) -> Vec<f64> {
    (0..n).map(f64::from).collect()
}

/// Any double, the awkward ones often.
fn any_double() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1e3..1e3_f64,
        1 => prop::num::f64::ANY,
        1 => prop::sample::select(vec![0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 5e-324]),
    ]
}

#[test]
fn bad_input_is_refused() {
    let one = vec![1.0; 5];
    let y = [1.0, 2.0, 3.0, 4.0, 5.0];
    assert!(matches!(LeastSquares::fit(&[], &y), Err(StatsError::Contradiction(_))));
    assert!(matches!(LeastSquares::fit(&[vec![1.0; 4]], &y), Err(StatsError::Contradiction(_))));
    assert!(matches!(LeastSquares::fit(&[one.clone(), vec![2.0; 5]], &y), Err(StatsError::Insufficient(_))));
    assert!(matches!(LeastSquares::fit(&[vec![1.0, f64::NAN]], &[1.0, 2.0]), Err(StatsError::Domain { .. })));
    assert!(matches!(LeastSquares::fit(&[vec![1.0], vec![2.0]], &[1.0]), Err(StatsError::Insufficient(_))));
    assert!(matches!(LeastSquares::fit(&[vec![]], &[]), Err(StatsError::Insufficient(_))));
    let fit = LeastSquares::fit(&[one], &y).expect("full rank");
    assert!(matches!(
        Covariance::cluster_robust(&fit, &[7; 5], ClusterCorrection::Cr1),
        Err(StatsError::Insufficient(_))
    ));
    assert!(matches!(
        Covariance::cluster_robust(&fit, &[7, 8], ClusterCorrection::Cr1),
        Err(StatsError::Contradiction(_))
    ));
    assert!(matches!(Covariance::newey_west(&fit, 5, SmallSample::None), Err(StatsError::Contradiction(_))));
    let covariance = Covariance::classical(&fit).expect("freedom");
    assert!(fit.coefficient(1, &covariance, Confidence::P95).is_err());
    assert!(fit.contrast(&[f64::NAN], &covariance, Confidence::P95).is_err());
    let perfect = LeastSquares::fit(&[vec![1.0, 1.0], vec![0.0, 1.0]], &[1.0, 2.0]).expect("full rank");
    assert!(matches!(Covariance::classical(&perfect), Err(StatsError::Insufficient(_))));
    assert!(matches!(prais_winsten(&[vec![1.0]], &[2.0]), Err(StatsError::Insufficient(_))));
    assert_eq!((perfect.n(), perfect.k()), (2, 2));

    let options = SeriesOptions::default();
    let run = |times: &[f64], values: &[f64], breaks: &[f64]| segmented(times, values, breaks, options);
    let times = index(8);
    assert!(matches!(run(&times, &times, &[]), Err(StatsError::Contradiction(_))));
    assert!(matches!(run(&times, &y, &[4.0]), Err(StatsError::Contradiction(_))));
    assert!(matches!(run(&times, &times, &[4.0, 4.0]), Err(StatsError::Contradiction(_))));
    assert!(matches!(run(&times, &times, &[f64::NAN]), Err(StatsError::Domain { .. })));
    assert!(matches!(run(&times, &times, &[1.0]), Err(StatsError::Insufficient(_))));
    assert!(matches!(run(&times, &times, &[9.0]), Err(StatsError::Insufficient(_))));
    assert!(matches!(controlled(&times, &times, &[], &[4.0], options), Err(StatsError::Insufficient(_))));
    let short = [vec![1.0]];
    assert!(matches!(controlled(&times, &times, &short, &[4.0], options), Err(StatsError::Contradiction(_))));
    let one = [times.clone()];
    assert!(matches!(placebo_in_space(&times, &times, &one, 4.0, Effect::Level), Err(StatsError::Insufficient(_))));
    assert!(difference_in_differences(&times, &times, &one, 7.0, options).is_err());

    assert!(matches!(benford(&FirstDigits::default()), Err(StatsError::Insufficient(_))));
    assert!(matches!(heaping(&LastDigits::default(), Confidence::P95), Err(StatsError::Insufficient(_))));
}

/// Without errors the line is found, changes are exact, and nothing is left to vary.
#[test]
fn exact_lines_are_found() {
    let times = index(20);
    let values: Vec<f64> =
        times.iter().map(|t| 3.0 + 0.5 * t + if *t >= 10.0 { -2.0 + 0.25 * (t - 10.0) } else { 0.0 }).collect();
    for errors in [SeriesOptions::default().errors, Errors::PraisWinsten] {
        let options = SeriesOptions { errors, confidence: Confidence::P95 };
        let result = segmented(&times, &values, &[10.0], options).expect("result");
        let change = result.changes[0];
        for (found, truth) in [
            (result.intercept.estimate, 3.0),
            (result.slope.estimate, 0.5),
            (change.level.estimate, -2.0),
            (change.slope.estimate, 0.25),
            (result.slope_after(0, Confidence::P95).expect("one break").estimate, 0.75),
            (change.level.standard_error, 0.0),
        ] {
            assert!((found - truth).abs() <= 1e-12, "{found} {truth}");
        }
        assert!(result.slope_after(1, Confidence::P95).is_err());
    }
    let flat = segmented(&times, &[0.0; 20], &[10.0], SeriesOptions::default()).expect("result");
    let level = flat.changes[0].level;
    assert_eq!((level.estimate, level.standard_error, level.t, level.p), (0.0, 0.0, 0.0, 1.0));
    assert_eq!((flat.fit.r_squared(), flat.fit.durbin_watson()), (None, None));
    let gap: Vec<f64> = times.iter().map(|t| if *t > 5.0 { t + 1.0 } else { *t }).collect();
    assert!(!segmented(&gap, &values, &[10.0], SeriesOptions::default()).expect("result").equally_spaced);
}

#[test]
fn methods_name_themselves() {
    let fit = LeastSquares::fit(&[vec![1.0; 4]], &[1.0, 3.0, 2.0, 5.0]).expect("full rank");
    let name = |covariance: Result<Covariance, StatsError>| covariance.expect("a covariance").kind().name();
    assert_eq!(name(Covariance::classical(&fit)), "classical (independent errors of one variance)");
    assert_eq!(
        name(Covariance::cluster_robust(&fit, &["a", "a", "b", "c"], ClusterCorrection::Cr1)),
        "cluster-robust (CR1, 3 clusters)"
    );
    assert_eq!(
        name(Covariance::newey_west(&fit, 1, SmallSample::Adjusted)),
        "Newey–West (Bartlett weights, lag 1, factor n/(n − k))"
    );
}

#[test]
fn digits_are_read() {
    let digits: FirstDigits = [0, 1, 19, 999, 1_000, 20, u64::MAX].into_iter().collect();
    assert_eq!(digits.counts(), [4, 1, 0, 0, 0, 0, 0, 0, 1]);
    assert!((digits.orders_of_magnitude().expect("numbers") - 19.265_919_722_494_797).abs() <= 1e-12);
    assert_eq!(FirstDigits::from_counts([1; 9]).orders_of_magnitude(), None);
    let last: LastDigits = [0, 10, 15, 100, 2_000, u64::MAX].into_iter().collect();
    assert_eq!(last.counts(), [4, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
    let round = heaping(&last, Confidence::P95).expect("numbers").round;
    assert_eq!(round.map(|r| r.count), [6, 4, 3, 2]);
    let mut sum = 0.0;
    for share in benford_shares() {
        sum += share;
    }
    assert!((sum - 1.0).abs() <= 1e-15);
    let many = benford(&FirstDigits::from_counts([u64::MAX; 9])).expect("numbers");
    assert_eq!((many.p, many.conformity), (0.0, Conformity::None));
    for (counts, band) in [
        ([301, 176, 125, 97, 79, 67, 58, 51, 46], Conformity::Close),
        ([341, 166, 115, 97, 79, 67, 58, 51, 26], Conformity::Acceptable),
        ([361, 176, 125, 97, 79, 37, 28, 51, 46], Conformity::Marginal),
        ([401, 76, 125, 97, 79, 67, 58, 51, 46], Conformity::None),
    ] {
        let result = benford(&FirstDigits::from_counts(counts)).expect("numbers");
        assert_eq!(result.conformity, band, "{}", result.mean_absolute_deviation);
    }
}

proptest! {
    #[test]
    fn nothing_panics(
        columns in prop::collection::vec(prop::collection::vec(any_double(), 0..12), 0..4),
        y in prop::collection::vec(any_double(), 0..12),
        clusters in prop::collection::vec(0_u8..4, 0..12),
        breaks in prop::collection::vec(any_double(), 0..3),
        lag in 0_usize..14,
    ) {
        // Columns of the length of y as well as any other.
        let fitting: Vec<Vec<f64>> = columns.iter().filter(|c| c.len() >= y.len()).map(|c| c[..y.len()].to_vec()).collect();
        for design in [&columns, &fitting] {
            let _ = prais_winsten(design, &y);
            let Ok(fit) = LeastSquares::fit(design, &y) else { continue };
            let covariances = [
                Covariance::classical(&fit),
                Covariance::cluster_robust(&fit, &clusters, ClusterCorrection::Cr0),
                Covariance::newey_west(&fit, lag, SmallSample::Adjusted),
            ];
            for covariance in covariances.into_iter().flatten() {
                if let Ok(c) = fit.coefficient(0, &covariance, Confidence::P95) {
                    prop_assert!(c.limits.contains(c.estimate) && (0.0..=1.0).contains(&c.p));
                }
            }
        }
        let mut times = columns.first().cloned().unwrap_or_default();
        times.sort_by(f64::total_cmp);
        for errors in [Errors::NeweyWest { lag: Some(lag), factor: SmallSample::None }, Errors::PraisWinsten] {
            let options = SeriesOptions { errors, confidence: Confidence::P95 };
            let _ = segmented(&times, &y, &breaks, options);
            let _ = controlled(&times, &y, &columns, &breaks, options);
            let _ = difference_in_differences(&times, &y, &columns, 0.0, options);
        }
        let _ = placebo_in_space(&times, &y, &columns, 0.0, Effect::Slope);
    }

    /// Residuals are orthogonal to the columns; scaling y scales what depends on it; the classical covariance does
    /// not depend on the order of rows, nor CR0 on the names of the clusters.
    #[test]
    fn least_squares_properties(
        rows in prop::collection::vec((-10.0..10.0_f64, -10.0..10.0_f64, 0_u8..4), 6..30),
        factor in 0.1..10.0_f64,
    ) {
        let x: Vec<f64> = rows.iter().map(|r| r.0).collect();
        let y: Vec<f64> = rows.iter().map(|r| r.1).collect();
        let Ok(fit) = LeastSquares::fit(&[vec![1.0; x.len()], x.clone()], &y) else { return Ok(()) };
        let sum: f64 = fit.residuals().iter().sum();
        let product: f64 = fit.residuals().iter().zip(&x).map(|(e, x)| e * x).sum();
        prop_assert!(sum.abs() <= 1e-9 && product.abs() <= 1e-8, "{sum} {product}");
        let scaled: Vec<f64> = y.iter().map(|v| v * factor).collect();
        let larger = LeastSquares::fit(&[vec![1.0; x.len()], x.clone()], &scaled).expect("the same design");
        let errors = Covariance::classical(&fit).expect("freedom").standard_errors();
        let larger_errors = Covariance::classical(&larger).expect("freedom").standard_errors();
        for j in 0..2 {
            prop_assert!((larger.coefficients()[j] - factor * fit.coefficients()[j]).abs() <= 1e-8);
            prop_assert!((larger_errors[j] - factor * errors[j]).abs() <= 1e-8);
        }
        let backwards: Vec<Vec<f64>> = vec![vec![1.0; x.len()], x.iter().rev().copied().collect()];
        let reversed = LeastSquares::fit(&backwards, &y.iter().rev().copied().collect::<Vec<_>>()).expect("full rank");
        for (a, b) in fit.coefficients().iter().zip(reversed.coefficients()) {
            prop_assert!((a - b).abs() <= 1e-8);
        }
        let clusters: Vec<u8> = rows.iter().map(|r| r.2).collect();
        let names: Vec<String> = clusters.iter().map(|c| format!("{}", 9 - c)).collect();
        let named = Covariance::cluster_robust(&fit, &names, ClusterCorrection::Cr0);
        if let Ok(covariance) = Covariance::cluster_robust(&fit, &clusters, ClusterCorrection::Cr0) {
            let pairs = covariance.standard_errors().into_iter().zip(named.expect("as many").standard_errors());
            for (a, b) in pairs {
                prop_assert!((a - b).abs() <= 1e-7 * a.max(1e-6));
            }
        }
        let lagged = Covariance::newey_west(&fit, 3, SmallSample::None).expect("freedom");
        prop_assert!(lagged.matrix().iter().enumerate().all(|(j, row)| row[j] >= -1e-12), "positive semi-definite");
    }

    /// A change of scale or origin of time leaves the change of level alone.
    #[test]
    fn segments_do_not_depend_on_the_origin_of_time(
        values in prop::collection::vec(-5.0..5.0_f64, 12..30),
        origin in -30_000.0..30_000.0_f64,
    ) {
        let times: Vec<f64> = (0..values.len()).map(super::covariance::float).collect();
        let moved: Vec<f64> = times.iter().map(|t| t + origin.round()).collect();
        let options = SeriesOptions::default();
        let here = segmented(&times, &values, &[6.0], options).expect("result").changes[0];
        let there = segmented(&moved, &values, &[6.0 + origin.round()], options).expect("result").changes[0];
        prop_assert!((here.level.estimate - there.level.estimate).abs() <= 1e-7);
        prop_assert!((here.level.standard_error - there.level.standard_error).abs() <= 1e-7);
        prop_assert!((here.slope.estimate - there.slope.estimate).abs() <= 1e-7);
    }

    #[test]
    fn digits_add_up(values in prop::collection::vec(any::<u64>(), 0..40), a in 0_usize..40, b in 0_usize..40) {
        let (a, b) = (a.min(b).min(values.len()), a.max(b).min(values.len()));
        let parts = [&values[..a], &values[a..b], &values[b..]];
        let first = parts.map(|p| p.iter().copied().collect::<FirstDigits>());
        let all: FirstDigits = values.iter().copied().collect();
        prop_assert_eq!(first[0].merge(first[1]).merge(first[2]), all);
        prop_assert_eq!(first[2].merge(first[0].merge(first[1])), all);
        prop_assert_eq!(FirstDigits::default().merge(all), all);
        let last = parts.map(|p| p.iter().copied().collect::<LastDigits>());
        let all: LastDigits = values.iter().copied().collect();
        prop_assert_eq!(last[0].merge(last[1]).merge(last[2]), all);
        prop_assert_eq!(last[2].merge(last[1].merge(last[0])), all);
        prop_assert_eq!(LastDigits::default().merge(all), all);
        prop_assert_eq!(all.n(), u64::try_from(values.len()).expect("few"));
        if let Ok(result) = benford(&values.iter().copied().collect()) {
            prop_assert!((0.0..=1.0).contains(&result.p) && result.chi_squared >= 0.0);
        }
    }
}
