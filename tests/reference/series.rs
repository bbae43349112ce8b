//! Regression, interrupted series and digits against R (`sandwich`), statsmodels and closed forms.

use serde_json::Value;
use systemic::stats::series::{
    BENFORD_MINIMUM, ClusterCorrection, Conformity, Covariance, Effect, Errors, FirstDigits, LastDigits, LeastSquares,
    SEGMENT_MINIMUM, SeriesOptions, SmallSample, benford, benford_shares, controlled, difference_in_differences,
    heaping, newey_west_lag, placebo_in_space, segmented,
};
use systemic::stats::{Confidence, StatsError};

use super::{case, near, shared};

/// A list of numbers in a case.
pub fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("list").iter().map(|v| v.as_f64().expect("number")).collect()
}

fn all_near(x: &[f64], reference: &[f64], tolerance: f64, what: &str) {
    assert_eq!(x.len(), reference.len(), "{what}");
    for (i, (x, r)) in x.iter().zip(reference).enumerate() {
        near(*x, *r, tolerance, &format!("{what} {i}"));
    }
}

fn index(n: usize) -> Vec<f64> {
    (1..=u32::try_from(n).expect("short")).map(f64::from).collect()
}

fn lag(lag: usize, factor: SmallSample) -> SeriesOptions {
    SeriesOptions { errors: Errors::NeweyWest { lag: Some(lag), factor }, confidence: Confidence::P95 }
}

/// 24 points with a break after the twelfth and negative autocorrelation.
const SHORT: [f64; 24] = [
    10.2, 10.8, 10.1, 11.0, 11.4, 10.9, 11.8, 12.1, 11.7, 12.5, 12.2, 12.9, 9.8, 9.5, 9.9, 9.1, 9.4, 8.8, 9.0, 8.5,
    8.9, 8.1, 8.3, 7.9,
];

/// 48 points with autocorrelation 0.6 and a break after the thirtieth.
const LONG: [f64; 48] = [
    23.129, 23.913, 22.996, 21.124, 20.627, 20.671, 21.731, 22.258, 22.48, 23.254, 21.065, 22.452, 22.235, 22.713,
    22.88, 21.445, 21.331, 20.708, 21.963, 22.149, 22.111, 21.786, 21.489, 22.911, 21.702, 21.979, 22.642, 23.984,
    22.911, 22.721, 17.621, 17.772, 17.831, 19.599, 19.881, 19.539, 20.144, 19.294, 19.019, 19.208, 20.642, 20.499,
    20.15, 17.872, 18.372, 18.499, 17.489, 17.84,
];

/// Cluster, outcome and views of the 24 listings of `survey24`.
const LISTINGS: [(u32, u8, u32); 24] = [
    (1, 1, 100),
    (1, 0, 50),
    (1, 1, 400),
    (2, 0, 20),
    (2, 0, 10),
    (3, 1, 900),
    (3, 1, 300),
    (3, 1, 250),
    (3, 0, 80),
    (4, 0, 5),
    (5, 0, 60),
    (5, 0, 70),
    (5, 0, 20),
    (5, 0, 10),
    (5, 1, 300),
    (6, 1, 500),
    (6, 1, 700),
    (7, 0, 40),
    (7, 0, 30),
    (7, 1, 120),
    (8, 0, 15),
    (8, 0, 25),
    (8, 0, 10),
    (8, 0, 8),
];

fn listings() -> (LeastSquares, Vec<u32>, Vec<f64>) {
    let y: Vec<f64> = LISTINGS.iter().map(|(_, y, _)| f64::from(*y)).collect();
    let views = LISTINGS.iter().map(|(_, _, views)| f64::from(*views).ln()).collect();
    let fit = LeastSquares::fit(&[vec![1.0; 24], views], &y).expect("full rank");
    (fit, LISTINGS.iter().map(|(trader, _, _)| *trader).collect(), y)
}

#[test]
fn interrupted_series_of_the_reference_data() {
    for id in ["its-nw-1", "its-nw-4", "its-nw-ar1"] {
        let Some(case) = case(id) else { return };
        let (input, expected) = (&case["input"], &case["expected"]);
        let tolerance = case["abs_tol"].as_f64().expect("tolerance");
        let y = numbers(&input["y"]);
        let at = input["break_after"].as_f64().expect("number") + 1.0;
        let l = usize::try_from(input["lag"].as_u64().expect("number")).expect("small");
        for (factor, key) in [(SmallSample::None, "se_hac"), (SmallSample::Adjusted, "se_hac_smallsample")] {
            let result = segmented(&index(y.len()), &y, &[at], lag(l, factor)).expect("result");
            all_near(result.fit.coefficients(), &numbers(&expected["coef"]), tolerance, id);
            all_near(&result.covariance.standard_errors(), &numbers(&expected[key]), tolerance, key);
            let classical = Covariance::classical(&result.fit).expect("freedom");
            all_near(&classical.standard_errors(), &numbers(&expected["se_ols"]), tolerance, "classical");
        }
    }
}

/// Coefficients and standard errors of R (`lm`, `sandwich::NeweyWest(prewhite = FALSE)`); t, p, limits and the
/// Durbin–Watson statistic of statsmodels 0.15 (`cov_type="HAC"`, `use_correction=True`, `use_t=True`).
#[test]
fn interrupted_series_agree_with_r_and_statsmodels() {
    let result = segmented(&index(24), &SHORT, &[13.0], lag(4, SmallSample::Adjusted)).expect("result");
    let coefficients = [9.975_757_575_757_57, 0.229_370_629_370_63, -3.105_011_655_011_66, -0.396_503_496_503_497];
    all_near(result.fit.coefficients(), &coefficients, 1e-12, "coefficients");
    let errors = [0.086_256_906_026_811, 0.009_944_368_799_268_03, 0.086_371_662_897_305_5, 0.011_385_179_323_425_9];
    all_near(&result.covariance.standard_errors(), &errors, 1e-12, "HAC");
    let change = result.changes[0];
    near(change.level.t, -35.949_425_434_862_34, 1e-9, "t");
    near(change.level.p / 1.198_931_942_371_71e-19, 1.0, 1e-8, "p");
    near(change.level.limits.lower, -3.285_179_786_694_997, 1e-10, "lower");
    near(change.level.limits.upper, -2.924_843_523_328_311, 1e-10, "upper");
    near(change.slope.limits.upper, -0.372_754_428_593_963_2, 1e-10, "slope");
    let after = result.slope_after(0, Confidence::P95).expect("one break");
    near(after.estimate, -0.167_132_867_132_867, 1e-12, "slope after");
    near(after.standard_error, 0.007_047_466_136_466, 1e-12, "its standard error");
    near(result.fit.durbin_watson().expect("residuals"), 3.365_421_232_581_45, 1e-10, "Durbin–Watson");
    near(result.fit.r_squared().expect("spread"), 0.965_351_193_255_477_2, 1e-12, "R²");
    near(result.intercept.estimate, coefficients[0], 1e-12, "intercept");
    near(result.slope.estimate, coefficients[1], 1e-12, "slope before");
    assert_eq!((result.points_before, change.points, result.equally_spaced), (12, 12, true));
    assert!(result.smallest_segment() >= SEGMENT_MINIMUM);

    let times: Vec<f64> = index(48).iter().map(|t| t - 1.0).collect();
    let result = segmented(&times, &LONG, &[15.0, 30.0], lag(2, SmallSample::None)).expect("result");
    let coefficients = [
        22.240_375_000_000_036,
        -0.000_739_285_714_285_917_9,
        -1.039_777_380_952_375_4,
        0.133_971_428_571_428_74,
        -4.113_306_265_664_169,
        -0.146_783_226_448_475_3,
    ];
    all_near(result.fit.coefficients(), &coefficients, 1e-11, "two breaks");
    let errors = [
        0.759_203_344_347_800_6,
        0.072_101_023_071_982_3,
        0.421_788_549_372_236_9,
        0.076_830_211_532_313_66,
        0.696_220_055_664_072_2,
        0.075_246_629_662_535_76,
    ];
    all_near(&result.covariance.standard_errors(), &errors, 1e-11, "two breaks");
    let slopes = coefficients[1] + coefficients[3] + coefficients[5];
    near(result.slope_after(1, Confidence::P95).expect("two breaks").estimate, slopes, 1e-12, "last slope");
}

/// `GLS` of statsmodels 0.15 with the covariance of an autoregressive process, iterated to 1e-14.
#[test]
fn prais_winsten_agrees_with_statsmodels() {
    let options = SeriesOptions { errors: Errors::PraisWinsten, confidence: Confidence::P95 };
    let result = segmented(&index(48), &LONG, &[31.0], options).expect("result");
    near(result.autocorrelation.expect("estimated"), 0.531_608_680_687_359, 1e-9, "ρ");
    let coefficients =
        [22.010_501_188_451_716, 0.019_422_129_467_882_604, -3.989_096_978_413_446_2, -0.005_376_230_200_102_083];
    all_near(result.fit.coefficients(), &coefficients, 1e-8, "coefficients");
    let errors = [0.615_432_124_317_208_3, 0.033_565_545_621_403_91, 0.774_628_048_258_553_4, 0.079_645_466_493_939_64];
    all_near(&result.covariance.standard_errors(), &errors, 1e-8, "standard errors");
}

/// ⌊4 (n/100)^(2/9)⌋ by hand: (0.24)^(2/9) = 0.728, (0.48)^(2/9) = 0.850, (10)^(2/9) = 1.668.
#[test]
fn rule_of_thumb_for_the_lag() {
    assert_eq!([24, 48, 100, 1000].map(newey_west_lag), [2, 3, 4, 6]);
    assert_eq!([0, 1, 2].map(newey_west_lag), [0, 0, 1]);
}

fn comparisons() -> (Vec<f64>, Vec<Vec<f64>>) {
    let times: Vec<f64> = index(48).iter().map(|t| t - 1.0).collect();
    let after = |t: f64| if t >= 30.0 { 1.0 } else { 0.0 };
    let first = times.iter().map(|t| 20.0 + 0.02 * t + t.sin()).collect();
    let second = times.iter().map(|t| 19.0 - 0.01 * t + (1.7 * t).cos() - 1.5 * after(*t)).collect();
    (times, vec![first, second])
}

/// The pooled regression with a constant, trend, level and slope for each group (statsmodels 0.15, OLS), and the
/// panel with effects for series and times (statsmodels 0.15, OLS with dummies).
#[test]
fn controlled_series_agree_with_the_pooled_regression() {
    let (times, series) = comparisons();
    let result = controlled(&times, &LONG, &series, &[30.0], SeriesOptions::default()).expect("result");
    near(result.changes[0].level.estimate, -2.498_451_955_384_912_7, 1e-10, "level");
    near(result.changes[0].slope.estimate, -0.035_334_815_241_455_673, 1e-10, "slope");
    let options = lag(3, SmallSample::Adjusted);
    let effect = difference_in_differences(&times, &LONG, &series, 30.0, options).expect("result");
    near(effect.estimate, -2.565_415_662_033_503, 1e-10, "difference in differences");
    near(effect.standard_error, 0.417_915_142_866_892_5, 1e-10, "its standard error");
    near(effect.p / 1.794_087_554_024_862_9e-7, 1.0, 1e-8, "its p");
}

/// Five flat series of which one falls: the treated one is first among five, p = 1/5.
#[test]
fn placebos_rank_the_treated_series() {
    let times = index(20);
    let wave = |k: f64| times.iter().map(|t| (k * t).sin()).collect::<Vec<f64>>();
    let treated: Vec<f64> = times.iter().map(|t| (0.3 * t).sin() - if *t >= 11.0 { 9.0 } else { 0.0 }).collect();
    let others: Vec<Vec<f64>> = [1.1, 2.3, 0.7, 1.9].map(wave).to_vec();
    let result = placebo_in_space(&times, &treated, &others, 11.0, Effect::Level).expect("result");
    assert_eq!((result.rank, result.placebos.len()), (1, 4));
    near(result.p, 0.2, 0.0, "p");
    let direct = controlled(&times, &treated, &others, &[11.0], SeriesOptions::default()).expect("result");
    near(result.effect, direct.changes[0].level.estimate, 1e-12, "effect");
}

#[test]
fn cluster_robust_of_the_reference_data() {
    let Some(case) = case("cluster-robust-ols") else { return };
    let tolerance = case["abs_tol"].as_f64().expect("tolerance");
    let (fit, traders, _) = listings();
    all_near(fit.coefficients(), &numbers(&case["expected"]["coef"]), tolerance, "coefficients");
    for (correction, key) in [(ClusterCorrection::Cr0, "se_CR0"), (ClusterCorrection::Cr1, "se_CR1")] {
        let covariance = Covariance::cluster_robust(&fit, &traders, correction).expect("clusters");
        all_near(&covariance.standard_errors(), &numbers(&case["expected"][key]), tolerance, key);
    }
    // The inline data are those of the file.
    let file = shared().expect("present").join("reference/reference_values.json");
    let all: Value = serde_json::from_str(&std::fs::read_to_string(file).expect("readable")).expect("JSON");
    for (row, (trader, y, views)) in all["datasets"]["survey24"].as_array().expect("list").iter().zip(LISTINGS) {
        assert_eq!(
            (row["trader"].as_u64(), row["y"].as_u64(), row["views"].as_u64()),
            (Some(u64::from(trader)), Some(u64::from(y)), Some(u64::from(views)))
        );
    }
}

/// R `sandwich::vcovCL` (CR0, CR1), statsmodels 0.15 (classical, HC0), and the mean of the case
/// `cluster-robust-mean-CR0`.
#[test]
fn cluster_robust_agrees_with_r_and_statsmodels() {
    let (fit, traders, y) = listings();
    all_near(fit.coefficients(), &[-0.742_819_640_049_218_6, 0.273_407_960_040_758_3], 1e-12, "coefficients");
    let errors = |covariance: Result<Covariance, StatsError>| covariance.expect("a covariance").standard_errors();
    let robust = |clusters: &[u32], correction| errors(Covariance::cluster_robust(&fit, clusters, correction));
    let cr0 = robust(&traders, ClusterCorrection::Cr0);
    all_near(&cr0, &[0.100_202_207_276_866, 0.021_128_059_886_223_5], 1e-12, "CR0");
    let cr1 = robust(&traders, ClusterCorrection::Cr1);
    all_near(&cr1, &[0.109_528_172_001_328, 0.023_094_479_055_522_1], 1e-12, "CR1");
    let classical = errors(Covariance::classical(&fit));
    all_near(&classical, &[0.153_320_744_468_554_07, 0.035_160_788_322_168_256], 1e-12, "classical");
    let hc0 = [0.099_777_557_959_432_06, 0.022_163_266_161_986_002];
    let single: Vec<u32> = (0..24).collect();
    all_near(&robust(&single, ClusterCorrection::Cr0), &hc0, 1e-12, "one row a cluster");
    all_near(&errors(Covariance::newey_west(&fit, 0, SmallSample::None)), &hc0, 1e-12, "lag 0");
    let mean = LeastSquares::fit(&[vec![1.0; 24]], &y).expect("one column");
    let cr0 = Covariance::cluster_robust(&mean, &traders, ClusterCorrection::Cr0).expect("clusters");
    near(mean.coefficients()[0], 0.375, 1e-14, "mean");
    near(cr0.standard_errors()[0], 0.120_130_860_361_154_13, 1e-12, "CR0 of the mean");
    near(cr0.degrees_of_freedom(), 7.0, 0.0, "degrees of freedom");
}

/// First digits of the first 500 Fibonacci numbers: closed forms; χ² tail of `SciPy`.
#[test]
fn benford_of_fibonacci_numbers() {
    let digits = FirstDigits::from_counts([151, 88, 63, 47, 40, 33, 29, 27, 22]);
    let result = benford(&digits).expect("numbers");
    near(result.chi_squared, 0.173_719_272_564_119_84, 1e-12, "χ²");
    near(result.p, 0.999_997_787_279_494_3, 1e-12, "p");
    near(result.mean_absolute_deviation, 0.001_267_900_501_116_895, 1e-15, "MAD");
    near(result.kolmogorov_smirnov, 0.001_940_008_672_037_585_3, 1e-14, "D");
    assert_eq!(result.conformity, Conformity::Close);
    assert!(result.n >= BENFORD_MINIMUM && result.kolmogorov_smirnov < result.kolmogorov_smirnov_critical);
    let Some(case) = case("benford-fib500") else { return };
    let tolerance = case["abs_tol"].as_f64().expect("tolerance");
    let expected = &case["expected"];
    all_near(&benford_shares(), &numbers(&expected["benford"]), tolerance, "Benford");
    near(result.chi_squared, expected["chi2"].as_f64().expect("number"), tolerance, "χ²");
    near(result.p, expected["p"].as_f64().expect("number"), tolerance, "p");
    near(result.mean_absolute_deviation, expected["mad"].as_f64().expect("number"), tolerance, "MAD");
}

/// 100 numbers of which 40 end in 0 and 20 in 5. By hand: χ² = 10 Σ (o − 10)²/100 = (900 + 100 + 8·25)/10 = 120;
/// tail and Wilson limits of `SciPy` 1.17 (`chi2.sf`, `binomtest`).
#[test]
fn heaping_by_hand() {
    let mut values = vec![1_000_u64; 10];
    values.extend(vec![1_300; 10]);
    values.extend(vec![1_310; 20]);
    values.extend(vec![1_315; 20]);
    for digit in [1, 2, 3, 4, 6, 7, 8, 9] {
        values.extend(vec![2_340 + digit; 5]);
    }
    let result = heaping(&values.into_iter().collect::<LastDigits>(), Confidence::P95).expect("numbers");
    near(result.chi_squared, 120.0, 1e-10, "χ²");
    near(result.p / 1.336_164_776_532_522e-21, 1.0, 1e-9, "p");
    let [fives, tens, hundreds, thousands] = result.round;
    assert_eq!([fives.count, tens.count, hundreds.count, thousands.count], [60, 40, 20, 10]);
    near(fives.share, 0.6, 1e-15, "share");
    near(fives.limits.lower, 0.502_002_586_791_061_8, 1e-10, "lower");
    near(fives.limits.upper, 0.690_598_713_567_541_1, 1e-10, "upper");
    near(hundreds.expected, 0.01, 0.0, "expected");
}
