//! Sizes of populations against the closed forms of Chapman, Seber and Chao.

use super::{case, near};
use serde_json::Value;
use systemic::stats::Confidence;
use systemic::stats::capture::{chao_lower_bound, chapman};

const P95: Confidence = Confidence::P95;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn cases() {
    for id in ["chapman-200-150-50", "chapman-100-120-10"] {
        let Some(case) = case(id) else { return };
        let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
        let count = |key: &str| case["input"][key].as_u64().expect("a count");
        let found = chapman(count("n1"), count("n2"), count("m"), P95).expect("valid");
        near(found.estimate, number(&expected["N"]), tolerance, id);
        near(found.standard_error, number(&expected["se"]), tolerance, id);
        near(found.normal.lower, number(&expected["normal"][0]), tolerance, id);
        near(found.normal.upper, number(&expected["normal"][1]), tolerance, id);
        near(found.lognormal.lower, number(&expected["lognormal"][0]), tolerance, id);
        near(found.lognormal.upper, number(&expected["lognormal"][1]), tolerance, id);
        near(found.lincoln_petersen.expect("overlap"), number(&expected["lincoln_petersen"]), tolerance, id);
        near(found.recall_first, number(&expected["recall_source1"]), tolerance, id);
        near(found.recall_second, number(&expected["recall_source2"]), tolerance, id);
        near(found.coverage, number(&expected["union_coverage"]), tolerance, id);
    }
    let Some(case) = case("chao-lower-bound") else { return };
    let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
    let count = |key: &str| case["input"][key].as_u64().expect("a count");
    let found = chao_lower_bound(count("S_obs"), count("f1"), count("f2"), None, P95).expect("valid");
    near(found.classic.expect("twice"), number(&expected["chao1_classic"]), tolerance, "classic");
    near(found.bias_corrected, number(&expected["chao1_bias_corrected"]), tolerance, "bias-corrected");
    near(found.classic_standard_error.expect("twice"), number(&expected["se_classic"]), tolerance, "standard error");
}

/// Closed forms, computed independently in Python.
#[test]
fn facts() {
    let found = chapman(200, 150, 50, P95).expect("valid");
    near(found.estimate, 594.117_647_058_823_5, 1e-9, "estimate");
    near(found.standard_error, 58.017_670_066_329_56, 1e-9, "standard error");
    near(found.lognormal.lower, 500.545_462_217_636_8, 1e-9, "lower");
    near(found.lognormal.upper, 731.349_527_208_654_3, 1e-9, "upper");
    let bound = chao_lower_bound(300, 120, 40, None, P95).expect("valid");
    near(bound.classic.expect("twice"), 480.0, 1e-9, "classic");
    near(bound.classic_standard_error.expect("twice"), 45.497_252_664_309_3, 1e-9, "standard error");
    near(bound.bias_corrected, 474.146_341_463_414_6, 1e-9, "bias-corrected");
}
