//! Coefficients of agreement against epiR, statsmodels, irrCAC and krippendorff.

use super::{case, near};
use serde_json::Value;
use systemic::stats::Confidence;
use systemic::stats::agreement::{Ratings, cohen_kappa};

const P95: Confidence = Confidence::P95;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// The case gives the standard error of epiR, which is Cohen's of 1960 although it cites the later one too.
#[test]
fn case_of_kappa() {
    let Some(case) = case("cohen-kappa") else { return };
    let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
    let table: Vec<Vec<u64>> = serde_json::from_value(case["input"]["table"].clone()).expect("a table");
    let found = cohen_kappa(&table, P95).expect("valid");
    near(found.kappa, number(&expected["kappa"]), tolerance, "kappa");
    near(found.standard_error_1960, number(&expected["se"]), tolerance, "standard error");
    near(found.limits_1960.lower, number(&expected["lo"]), tolerance, "lower");
    near(found.limits_1960.upper, number(&expected["hi"]), tolerance, "upper");
    near(found.pabak, number(&expected["pabak"]), tolerance, "pabak");
}

/// `cohens_kappa` of statsmodels 0.15, with the standard error of Fleiss, Cohen and Everitt.
#[test]
fn facts_of_kappa() {
    for (table, kappa, error) in [
        (vec![vec![40, 9], vec![6, 45]], 0.699_519_230_769_230_7, 0.071_393_602_699_988_22),
        (vec![vec![118, 5], vec![2, 0]], -0.023_391_812_865_496_08, 0.012_286_756_672_845_256),
        (vec![vec![44, 5, 1], vec![7, 20, 3], vec![9, 5, 6]], 0.491_525_423_728_813_47, 0.072_127_459_293_340_68),
        (vec![vec![88, 14, 18], vec![10, 40, 10], vec![2, 6, 12]], 0.491_525_423_728_813_47, 0.051_001_815_576_077_86),
    ] {
        let found = cohen_kappa(&table, P95).expect("valid");
        near(found.kappa, kappa, 1e-12, "kappa");
        near(found.standard_error, error, 1e-12, "standard error");
    }
}

/// Krippendorff's example of 12 units, 4 observers and missing ratings: α = 0.743 in his text, with more digits
/// from krippendorff 0.9; AC1 from irrCAC 0.4.4.
#[test]
fn facts_of_missing_ratings() {
    let observers = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."];
    let units: Vec<Vec<Option<usize>>> = (0..12)
        .map(|u| {
            let digit = |o: &&str| o.chars().nth(u).and_then(|c| c.to_digit(10)).map(|d| d as usize - 1);
            observers.iter().map(digit).collect()
        })
        .collect();
    let ratings = Ratings::new(&units, 5).expect("valid");
    let alpha = ratings.krippendorff_alpha().expect("valid");
    near(alpha.alpha, 0.743_421_052_631_579, 1e-12, "alpha");
    assert_eq!((alpha.units, alpha.ratings), (11, 40));
    let ac1 = ratings.gwet_ac1(P95).expect("valid");
    near(ac1.ac1, 0.775_444_068_126_995, 1e-12, "AC1");
    near(ac1.standard_error, 0.142_949_950_640_765, 1e-12, "standard error");
    near(ac1.observed, 0.818_181_818_181_818, 1e-12, "observed");
    near(ac1.expected, 0.190_321_180_555_556, 1e-12, "expected");
    // SciPy's quantile of t, 2.200985160082957, is exact to 10⁻¹¹ alone.
    near(ac1.limits.lower, 0.460_813_348_132_08, 1e-10, "lower");
    assert!(ac1.limits.upper >= 1.0 && ac1.truncated);
    // The limits of the resampled units hold the text's alpha and are wide: 11 units say little.
    let limits = ratings.krippendorff_alpha_limits(1000, 7, P95).expect("valid").limits;
    assert!(limits.contains(alpha.alpha) && limits.width() > 0.3, "{limits:?}");
}

/// Two raters: irrCAC 0.4.4 and krippendorff 0.9. In the second table the kind is rare: they agree on 94 % of the
/// units, and alpha is below 0.
#[test]
fn facts_of_two_raters() {
    for (table, alpha, ac1, error, lower) in [
        ([40, 9, 6, 45], 0.700_751_879_699_248_1, 0.700_748_129_675_811, 0.071_711_260_563_483, 0.558_457_430_851_692),
        ([118, 5, 2, 0], -0.024_691_358_024_691_468, 0.940_776_337_608_718, 0.023_056_964_302_39, 0.895_140_146_616_31),
    ] {
        let cells = [(0, 0), (0, 1), (1, 0), (1, 1)];
        let units: Vec<Vec<Option<usize>>> = cells
            .iter()
            .zip(table)
            .flat_map(|((a, b), count)| std::iter::repeat_n(vec![Some(*a), Some(*b)], count))
            .collect();
        let ratings = Ratings::new(&units, 2).expect("valid");
        near(ratings.krippendorff_alpha().expect("valid").alpha, alpha, 1e-12, "alpha");
        let found = ratings.gwet_ac1(P95).expect("valid");
        near(found.ac1, ac1, 1e-12, "AC1");
        near(found.standard_error, error, 1e-12, "standard error");
        near(found.limits.lower, lower, 1e-10, "lower");
    }
}
