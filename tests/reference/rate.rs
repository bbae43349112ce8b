//! Poisson rates against R's `poisson.test`.

use super::{case, near};
use serde_json::Value;
use systemic::stats::Confidence;
use systemic::stats::rate::{poisson_rate, rate_ratio};

const P95: Confidence = Confidence::P95;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn cases() {
    let Some(one) = case("poisson-garwood-15") else { return };
    let (input, expected, tolerance) = (&one["input"], &one["expected"], number(&one["abs_tol"]));
    let found = poisson_rate(input["x"].as_u64().expect("x"), number(&input["T"]), P95).expect("valid");
    near(found.rate, number(&expected["rate"]), tolerance, "rate");
    near(found.limits.lower, number(&expected["lo"]), tolerance, "lower");
    near(found.limits.upper, number(&expected["hi"]), tolerance, "upper");

    let Some(two) = case("poisson-rr-exact") else { return };
    let (input, expected, tolerance) = (&two["input"], &two["expected"], number(&two["abs_tol"]));
    let sample = |x: &str, t: &str| (input[x].as_u64().expect("x"), number(&input[t]));
    let found = rate_ratio(sample("x1", "T1"), sample("x2", "T2"), 1.0, P95).expect("valid");
    near(found.ratio, number(&expected["rr"]), tolerance, "ratio");
    near(found.limits.lower, number(&expected["lo"]), tolerance, "lower");
    near(found.limits.upper, number(&expected["hi"]), tolerance, "upper");
    near(found.p_value, number(&expected["p"]), tolerance, "p");
}

/// R 4.2: `poisson.test(15, 10)` and `poisson.test(c(30, 12), c(1000, 800))`.
///
/// The second p-value is below 5 % while the limits hold 1: R's test and R's limits split the tails differently.
/// The central p-value agrees with the limits.
#[test]
fn facts() {
    let found = poisson_rate(15, 10.0, P95).expect("valid");
    near(found.limits.lower, 0.839_538_613_278_331_6, 1e-10, "lower");
    near(found.limits.upper, 2.474_021_887_148_584_4, 1e-10, "upper");
    let ratio = rate_ratio((30, 1000.0), (12, 800.0), 1.0, P95).expect("valid");
    near(ratio.ratio, 2.0, 1e-12, "ratio");
    near(ratio.limits.lower, 0.994_370_508_049_721, 1e-9, "lower");
    near(ratio.limits.upper, 4.289_334_786_806_21, 1e-9, "upper");
    near(ratio.p_value, 0.043_216_949_022_641_3, 1e-9, "p");
    assert!(ratio.p_value_central > 0.05 && ratio.limits.contains(1.0));
}
