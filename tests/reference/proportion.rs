//! Intervals and tests of proportions against R (base, Hmisc, epiR), `SciPy` and statsmodels.

use super::{case, near, shared};
use serde_json::Value;
use systemic::stats::proportion::{
    agresti_coull, blaker, clopper_pearson, jeffreys, jeffreys_modified, newcombe_difference, risk_ratio, score_test,
    sterne, wilson, wilson_continuity, zero_events_upper,
};
use systemic::stats::{Confidence, Limits};

const P95: Confidence = Confidence::P95;

fn both(found: Limits, lower: f64, upper: f64, tolerance: f64, what: &str) {
    near(found.lower, lower, tolerance, &format!("{what}, lower"));
    near(found.upper, upper, tolerance, &format!("{what}, upper"));
}

/// x, n and confidence of a case.
fn counts(case: &Value) -> (u64, u64, Confidence) {
    let input = &case["input"];
    let level = input["conf"].as_f64().expect("a level");
    let (x, n) = (input["x"].as_u64().expect("x"), input["n"].as_u64().expect("n"));
    (x, n, Confidence::new(level).expect("a level"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn cases_of_one_proportion() {
    for (id, interval) in [
        ("wilson-5_50", wilson as fn(u64, u64, Confidence) -> _),
        ("wilson-0_20", wilson),
        ("wilson-20_20", wilson),
        ("wilson-3_1000", wilson),
        ("wilson-112_162-90", wilson),
        ("wilson-cc-112_162", wilson_continuity),
        ("clopper-pearson-5_50", clopper_pearson),
        ("clopper-pearson-0_20", clopper_pearson),
        ("clopper-pearson-20_20", clopper_pearson),
        ("clopper-pearson-112_162", clopper_pearson),
        ("jeffreys-5_50", jeffreys),
        ("jeffreys-0_20", jeffreys),
        ("jeffreys-20_20", jeffreys),
        ("jeffreys-3_1000", jeffreys),
    ] {
        let Some(case) = case(id) else { return };
        let (x, n, confidence) = counts(&case);
        let expected = &case["expected"];
        let found = interval(x, n, confidence).expect("valid");
        both(found, number(&expected["lo"]), number(&expected["hi"]), number(&case["abs_tol"]), id);
    }
}

#[test]
fn cases_of_agresti_and_coull() {
    for id in ["agresti-coull-0_20", "agresti-coull-20_20", "agresti-coull-112_162", "agresti-coull-3_1000"] {
        let Some(case) = case(id) else { return };
        let (x, n, confidence) = counts(&case);
        let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
        let found = agresti_coull(x, n, confidence).expect("valid");
        near(found.centre, number(&expected["adjusted_est"]), tolerance, id);
        both(found.untruncated, number(&expected["lo"]), number(&expected["hi"]), tolerance, id);
        both(found.limits, number(&expected["lo_clipped"]), number(&expected["hi_clipped"]), tolerance, id);
        assert_eq!(found.truncated, x == 0 || x == n, "{id}");
    }
}

#[test]
fn cases_without_event() {
    for id in ["zero-events-upper-100", "zero-events-upper-300"] {
        let Some(case) = case(id) else { return };
        let confidence = Confidence::new(number(&case["input"]["conf_one_sided"])).expect("a level");
        let found = zero_events_upper(number(&case["input"]["n"]), confidence).expect("valid");
        near(found, number(&case["expected"]["hi"]), number(&case["abs_tol"]), id);
    }
}

#[test]
fn cases_of_two_proportions() {
    let sample = |case: &Value, i: u8| {
        let input = |key: String| case["input"][key].as_u64().expect("a count");
        (input(format!("x{i}")), input(format!("n{i}")))
    };
    let Some(case1) = case("newcombe-diff-shein-temu") else { return };
    let (expected, tolerance) = (&case1["expected"], number(&case1["abs_tol"]));
    let found = newcombe_difference(sample(&case1, 1), sample(&case1, 2), P95).expect("valid");
    near(found.difference, number(&expected["diff"]), tolerance, "difference");
    both(found.limits, number(&expected["lo"]), number(&expected["hi"]), tolerance, "difference");

    let Some(case2) = case("katz-rr") else { return };
    let (expected, tolerance) = (&case2["expected"], number(&case2["abs_tol"]));
    let found = risk_ratio(sample(&case2, 1), sample(&case2, 2), P95).expect("valid");
    near(found.ratio, number(&expected["rr"]), tolerance, "ratio");
    both(found.limits, number(&expected["lo"]), number(&expected["hi"]), tolerance, "ratio");

    let Some(case3) = case("two-prop-score-test") else { return };
    let (expected, tolerance) = (&case3["expected"], number(&case3["abs_tol"]));
    let found = score_test(sample(&case3, 1), sample(&case3, 2)).expect("valid");
    near(found.z, number(&expected["z"]), tolerance, "z");
    near(found.chi_squared, number(&expected["chi2"]), tolerance, "chi-squared");
    near(found.p_value, number(&expected["p"]), tolerance, "p");
}

/// Complaints of a platform against suspended accounts: 27 of 859 decisions were reversed.
#[test]
fn case_of_reversed_suspensions() {
    let Some(case) = case("aliexpress-h2-2025-acct-reversal") else { return };
    let input = |key: &str| case["input"][key].as_u64().expect("a count");
    let limits = &case["expected"]["wilson"];
    let found = wilson(input("reversed"), input("total"), P95).expect("valid");
    both(found, number(&limits[0]), number(&limits[1]), number(&case["abs_tol"]), "reversals");
}

/// The 387 rows of `expected_binomial_intervals_R.csv`.
///
/// R's `prop.test` caps the continuity correction at |k − n/2| (see `wilson_continuity`), so that its limits for
/// k = n/2 are Wilson's without correction. The table's Jeffreys limits are those with modified ends.
#[test]
fn table_of_binomial_intervals() {
    let Some(folder) = shared() else { return };
    let path = folder.join("data/statistics/expected_binomial_intervals_R.csv");
    let mut reader = csv::Reader::from_path(path).expect("table");
    let mut rows = 0;
    for record in reader.records() {
        let record = record.expect("row");
        let field = |i: usize| record[i].parse::<f64>().expect("a number");
        let (x, n) = (record[0].parse::<u64>().expect("x"), record[1].parse::<u64>().expect("n"));
        let confidence = Confidence::new(field(2)).expect("a level");
        let corrected = if 2 * x == n { wilson } else { wilson_continuity };
        let agresti = |x, n, c| agresti_coull(x, n, c).map(|i| i.untruncated);
        let intervals: [(&str, Limits); 5] = [
            ("Clopper-Pearson", clopper_pearson(x, n, confidence).expect("valid")),
            ("Wilson", wilson(x, n, confidence).expect("valid")),
            ("Wilson with correction", corrected(x, n, confidence).expect("valid")),
            ("Jeffreys", jeffreys_modified(x, n, confidence).expect("valid")),
            ("Agresti-Coull", agresti(x, n, confidence).expect("valid")),
        ];
        for (i, (name, found)) in intervals.into_iter().enumerate() {
            let what = format!("{name} of {x}/{n} at {}", field(2));
            both(found, field(3 + 2 * i), field(4 + 2 * i), 1e-10, &what);
        }
        rows += 1;
    }
    assert_eq!(rows, 387);
}

/// Values that stand for those above where the reference data are absent.
///
/// Wilson: Hmisc `binconf` 4.8-0 and `SciPy` 1.17; with correction: R 4.2 `prop.test`; Clopper-Pearson: Hmisc;
/// Jeffreys and Agresti-Coull: epiR 2.0.57; Newcombe: statsmodels 0.15; score test: R `prop.test`.
#[test]
fn facts() {
    let tolerance = 1e-10;
    let at = |x, n, interval: fn(u64, u64, Confidence) -> _, lower, upper| {
        let found: Result<Limits, _> = interval(x, n, P95);
        both(found.expect("valid"), lower, upper, tolerance, &format!("{x}/{n}"));
    };
    at(5, 50, wilson, 0.043_475_764_931_890_4, 0.213_602_314_374_796_57);
    at(0, 20, wilson, 0.0, 0.161_125_158_052_819_4);
    at(20, 20, wilson, 0.838_874_841_947_180_4, 1.0);
    at(3, 1000, wilson, 0.001_020_783_881_138_619_5, 0.008_783_014_053_503_176);
    at(112, 162, wilson_continuity, 0.613_278_987_609_95, 0.760_192_616_447_98);
    at(5, 50, clopper_pearson, 0.033_275_093_589_022_47, 0.218_135_366_434_202_28);
    at(0, 20, clopper_pearson, 0.0, 0.168_433_470_983_085_34);
    at(20, 20, clopper_pearson, 0.831_566_529_016_914_6, 1.0);
    at(112, 162, clopper_pearson, 0.614_096_222_377_109_7, 0.761_463_871_323_389_4);
    at(5, 50, jeffreys, 0.039_194_364_394_183_79, 0.205_354_828_023_047_64);
    at(0, 20, jeffreys, 2.424_647_845_924_273_3e-5, 0.116_638_982_904_875_43);
    at(3, 1000, jeffreys, 0.000_845_634_801_829_834_6, 0.007_984_367_358_403_443);
    let agresti = agresti_coull(3, 1000, P95).expect("valid");
    both(agresti.limits, 0.000_581_432_352_708_980_7, 0.009_222_365_581_932_81, tolerance, "Agresti-Coull");

    // 1 − 0.05^(1/100), closed form.
    near(zero_events_upper(100.0, P95).expect("valid"), 0.029_513_049_607_039_932, 1e-12, "no event in 100");
    // 73 % and 65 % of 81 products each that failed a test; the difference is none that chance would not make.
    let (one, two) = ((59, 81), (53, 81));
    let difference = newcombe_difference(one, two, P95).expect("valid");
    near(difference.difference, 0.074_074_074_074_074_07, tolerance, "difference");
    both(difference.limits, -0.067_566_073_708_435_84, 0.211_765_119_622_200_7, tolerance, "difference");
    let ratio = risk_ratio(one, two, P95).expect("valid");
    near(ratio.ratio, 1.113_207_547_169_811_3, tolerance, "ratio");
    both(ratio.limits, 0.905_300_290_129_661_6, 1.368_861_864_496_187, tolerance, "ratio");
    let test = score_test(one, two).expect("valid");
    near(test.z, 1.020_504_077_124_913_4, 1e-9, "z");
    near(test.p_value, 0.307_489_456_618_681_43, 1e-9, "p");
}

/// Blaker's and Sterne's limits in epiR 2.0.57 (`epi.prev`), which steps by 10⁻⁴ and stops at 10⁻⁵ in the logit.
#[test]
fn facts_of_blaker_and_sterne() {
    for (x, n, b, s) in [
        (45, 150, (0.228_270_015_802_334, 0.379_321_233_624_219), (0.229_301_012_268_395, 0.379_713_359_975_547)),
        (5, 100, (0.019_831_879_182_052_1, 0.111_534_911_105_463), (0.019_905_557_134_673, 0.113_410_287_900_501)),
        (0, 50, (0.0, 0.064_221_736_464_197_4), (0.0, 0.074_975_395_898_434_3)),
    ] {
        both(blaker(x, n, P95).expect("valid"), b.0, b.1, 1e-4, &format!("Blaker {x}/{n}"));
        both(sterne(x, n, P95).expect("valid"), s.0, s.1, 1e-5, &format!("Sterne {x}/{n}"));
    }
}
