//! Kaplan–Meier curve, its quantiles and means, and the Nelson–Aalen estimate, against R and by hand.
//!
//! Also what the other files of this family share: reading of samples.

use serde_json::Value;
use systemic::stats::Confidence;
use systemic::stats::survival::{
    CumulativeTransform, KaplanMeier, QuantileConvention, RiskTable, Spell, Transform, kaplan_meier, nelson_aalen,
    rmst, rmst_difference, rmst_ratio,
};

use super::{case, near, shared};

pub const P95: Confidence = Confidence::P95;

/// The table of times and codes.
pub fn table(times: &[f64], events: &[f64]) -> RiskTable {
    assert_eq!(times.len(), events.len());
    let spells: Vec<Spell> = times.iter().zip(events).map(|(t, e)| Spell::new(*t, code(*e))).collect();
    RiskTable::from_spells(&spells).expect("spells")
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small whole numbers")]
pub fn code(event: f64) -> u32 {
    event as u32
}

/// A list of numbers; NaN for null.
pub fn numbers(value: &Value) -> Vec<f64> {
    let list = value.as_array().expect("a list");
    list.iter().map(|v| v.as_f64().unwrap_or(f64::NAN)).collect()
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// A sample within the reference values.
pub fn sample(name: &str) -> Option<Value> {
    let path = shared()?.join("reference/reference_values.json");
    let text = std::fs::read_to_string(path).expect("reference values");
    let all: Value = serde_json::from_str(&text).expect("JSON");
    Some(all["datasets"][name].clone())
}

fn lung() -> Option<KaplanMeier> {
    let sample = sample("lung")?;
    kaplan_meier(&table(&numbers(&sample["time"]), &numbers(&sample["event"]))).ok()
}

fn rossi() -> Option<KaplanMeier> {
    let sample = sample("rossi")?;
    kaplan_meier(&table(&numbers(&sample["week"]), &numbers(&sample["arrest"]))).ok()
}

/// The tables of those spells whose `label` is each of the values.
pub fn split(times: &[f64], events: &[f64], labels: &[f64], values: &[f64]) -> Vec<RiskTable> {
    let part = |value: &f64| {
        let of = |list: &[f64]| -> Vec<f64> {
            // Labels are small whole numbers.
            list.iter().zip(labels).filter(|(_, label)| (**label - value).abs() < 0.5).map(|(x, _)| *x).collect()
        };
        table(&of(times), &of(events))
    };
    values.iter().map(part).collect()
}

fn check_curve(curve: &KaplanMeier, ids: &[&str]) {
    for id in ids {
        let Some(case) = case(id) else { return };
        let tolerance = number(&case["abs_tol"]);
        let at = curve.at(number(&case["input"]["t"])).expect("within follow-up");
        let expected = &case["expected"];
        near(at.survival, number(&expected["S"]), tolerance, id);
        near(at.standard_error.expect("events"), number(&expected["greenwood_se"]), tolerance, id);
        for (name, transform) in [("loglog", Transform::LogLog), ("log", Transform::Log), ("plain", Transform::Plain)] {
            if let Some(limits) = expected.get(name).map(numbers) {
                let found = at.limits(transform, P95).expect("limits");
                near(found.lower, limits[0], tolerance, id);
                near(found.upper, limits[1], tolerance, id);
            }
        }
    }
}

fn check_quantiles(curve: &KaplanMeier, id: &str) {
    let Some(case) = case(id) else { return };
    let expected = &case["expected"];
    for (i, p) in numbers(&case["input"]["probs"]).into_iter().enumerate() {
        for (name, transform) in [("loglog", Transform::LogLog), ("log", Transform::Log)] {
            if expected.get(format!("{name}_lo")).is_none() {
                continue;
            }
            let found = curve.quantile(p, QuantileConvention::Midpoint, transform, P95).expect("p");
            let bounds = [
                (found.estimate, "q".to_owned()),
                (found.lower, format!("{name}_lo")),
                (found.upper, format!("{name}_hi")),
            ];
            for (value, key) in bounds {
                // Null: not reached.
                assert_eq!(value, expected[&key][i].as_f64(), "{id}, p = {p}, {key}");
            }
        }
    }
}

#[test]
fn curves_of_reference_values() {
    if let Some(curve) = lung() {
        check_curve(&curve, &["km-lung-t100", "km-lung-t180", "km-lung-t365", "km-lung-t500"]);
        check_quantiles(&curve, "km-lung-quantiles");
    }
    if let Some(curve) = rossi() {
        check_curve(&curve, &["km-rossi-t10", "km-rossi-t26", "km-rossi-t52"]);
        check_quantiles(&curve, "km-rossi-quantiles");
        // The median is not reached.
        let median = curve.quantile(0.5, QuantileConvention::Midpoint, Transform::LogLog, P95).expect("p");
        assert_eq!((median.estimate, median.upper), (None, None));
    }
}

#[test]
fn medians_by_sex() {
    let (Some(sample), Some(case)) = (sample("lung"), case("km-lung-sex-median")) else { return };
    let [time, event, sex] = ["time", "event", "sex"].map(|name| numbers(&sample[name]));
    for (i, part) in split(&time, &event, &sex, &[1.0, 2.0]).iter().enumerate() {
        let curve = kaplan_meier(part).expect("spells");
        let median = curve.quantile(0.5, QuantileConvention::Inverse, Transform::LogLog, P95).expect("p");
        assert_eq!(median.estimate, case["expected"]["median"][i].as_f64());
        assert_eq!(median.lower, case["expected"]["lo"][i].as_f64());
        assert_eq!(median.upper, case["expected"]["hi"][i].as_f64());
    }
}

#[test]
fn restricted_means_of_reference_values() {
    for (id, curve) in [("rmst-lung-365", lung()), ("rmst-rossi-52", rossi())] {
        let (Some(case), Some(curve)) = (case(id), curve) else { return };
        let found = rmst(&curve, number(&case["input"]["tau"])).expect("tau");
        near(found.mean, number(&case["expected"]["rmst"]), number(&case["abs_tol"]), id);
        near(found.standard_error, number(&case["expected"]["se"]), number(&case["abs_tol"]), id);
        assert!(!found.extended);
    }
    let id = "rmst-diff-rossi-fin";
    let (Some(case), Some(sample)) = (case(id), sample("rossi")) else { return };
    let [week, arrest, fin] = ["week", "arrest", "fin"].map(|name| numbers(&sample[name]));
    let means: Vec<_> = split(&week, &arrest, &fin, &[0.0, 1.0])
        .iter()
        .map(|part| rmst(&kaplan_meier(part).expect("spells"), number(&case["input"]["tau"])).expect("tau"))
        .collect();
    let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
    for (i, mean) in means.iter().enumerate() {
        near(mean.mean, numbers(&expected["rmst"])[i], tolerance, id);
        near(mean.standard_error, numbers(&expected["se"])[i], tolerance, id);
    }
    let difference = rmst_difference(&means[1], &means[0], P95).expect("events");
    near(difference.estimate, number(&expected["diff"]), tolerance, id);
    near(difference.standard_error, number(&expected["diff_se"]), tolerance, id);
    near(difference.z, number(&expected["z"]), tolerance, id);
    near(difference.p, number(&expected["p"]), tolerance, id);
    let ratio = rmst_ratio(&means[1], &means[0], P95).expect("events");
    near(ratio.estimate, means[1].mean / means[0].mean, 1e-15, id);
}

#[test]
fn cumulative_hazard_of_reference_values() {
    let id = "nelson-aalen-lung";
    let (Some(case), Some(sample)) = (case(id), sample("lung")) else { return };
    let curve = nelson_aalen(&table(&numbers(&sample["time"]), &numbers(&sample["event"]))).expect("spells");
    for (i, t) in numbers(&case["input"]["t"]).into_iter().enumerate() {
        let step = curve.at(t).expect("within follow-up");
        let tolerance = number(&case["abs_tol"]);
        near(step.hazard, numbers(&case["expected"]["H"])[i], tolerance, id);
        near(step.variance.sqrt(), numbers(&case["expected"]["se"])[i], tolerance, id);
    }
}

/// Remission of 21 patients under 6-MP, of E. J. Freireich and others, *Blood* 21 (1963), 699–716.
pub const REMISSION: ([f64; 21], [f64; 21]) = (
    [
        6.0, 6.0, 6.0, 6.0, 7.0, 9.0, 10.0, 10.0, 11.0, 13.0, 16.0, 17.0, 19.0, 20.0, 22.0, 23.0, 25.0, 32.0, 32.0,
        34.0, 35.0,
    ],
    [1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0],
);

/// Values of R 4.2.2, survival 3.5-3: `survfit(Surv(t, s) ~ 1, conf.type = "log-log")`.
#[test]
fn remission_under_6mp() {
    let curve = kaplan_meier(&table(&REMISSION.0, &REMISSION.1)).expect("spells");
    for (t, s, se, lower, upper) in [
        (6.0, 0.857_142_857_142_857, 0.076_360_354_832_121_3, 0.619_717_955_265_984, 0.951_551_747_646_997),
        (13.0, 0.690_196_078_431_372, 0.106_814_707_775_01, 0.431_610_222_486_184, 0.849_065_963_349_451),
        (23.0, 0.448_179_271_708_683, 0.134_591_456_755_76, 0.188_052_005_959_232, 0.680_142_628_495_241),
    ] {
        let at = curve.at(t).expect("within follow-up");
        near(at.survival, s, 1e-12, "S");
        near(at.standard_error.expect("events"), se, 1e-12, "se");
        let limits = at.limits(Transform::LogLog, P95).expect("events");
        near(limits.lower, lower, 1e-12, "lower");
        near(limits.upper, upper, 1e-12, "upper");
    }
    // Nothing is known beyond 35 weeks; no event before 6.
    assert_eq!(curve.at(35.5), None);
    assert_eq!(curve.at(5.0).map(|at| (at.survival, at.standard_error)), Some((1.0, None)));
    let Some(case) = case("km-freireich-6mp") else { return };
    let sample = table(&numbers(&case["input"]["time"]), &numbers(&case["input"]["status"]));
    assert_eq!(kaplan_meier(&sample).as_ref(), Ok(&curve));
    let lists = ["t", "S", "se", "loglog_lo", "loglog_hi"].map(|name| numbers(&case["expected"][name]));
    for (i, t) in lists[0].iter().enumerate() {
        let at = curve.at(*t).expect("within follow-up");
        let limits = at.limits(Transform::LogLog, P95).expect("events");
        let found = [at.survival, at.standard_error.expect("events"), limits.lower, limits.upper];
        for (x, list) in found.iter().zip(&lists[1..]) {
            near(*x, list[i], number(&case["abs_tol"]), "km-freireich-6mp");
        }
    }
}

/// Thirty lives between 58 and 80 years: Klein and Moeschberger (2003), exercise 4.7, with delayed entry at
/// the age of entry. Curve and hazard as lifelines 0.30.3 gives them with `entry`, the standard error of the
/// hazard by Σ d/n².
#[test]
fn delayed_entry() {
    let lives: [(f64, f64, u32); 30] = [
        (58.0, 60.0, 1),
        (58.0, 63.0, 1),
        (59.0, 69.0, 0),
        (60.0, 62.0, 1),
        (60.0, 65.0, 1),
        (61.0, 72.0, 0),
        (61.0, 69.0, 0),
        (62.0, 73.0, 0),
        (62.0, 66.0, 1),
        (62.0, 65.0, 1),
        (63.0, 68.0, 1),
        (63.0, 74.0, 0),
        (64.0, 71.0, 1),
        (66.0, 68.0, 1),
        (66.0, 69.0, 1),
        (67.0, 70.0, 1),
        (67.0, 77.0, 1),
        (67.0, 69.0, 1),
        (68.0, 72.0, 1),
        (69.0, 79.0, 0),
        (69.0, 72.0, 1),
        (69.0, 70.0, 1),
        (70.0, 76.0, 0),
        (70.0, 71.0, 1),
        (70.0, 78.0, 0),
        (71.0, 79.0, 0),
        (72.0, 76.0, 1),
        (72.0, 73.0, 1),
        (73.0, 80.0, 0),
        (73.0, 74.0, 1),
    ];
    let spells: Vec<Spell> = lives.iter().map(|(entry, exit, code)| Spell::delayed(*entry, *exit, *code)).collect();
    let sample = RiskTable::from_spells(&spells).expect("spells");
    let curve = kaplan_meier(&sample).expect("spells");
    let hazard = nelson_aalen(&sample).expect("spells");
    assert!((curve.conditional_on_at_least - 58.0).abs() < 1e-15 && curve.exhausted_at.is_none());
    for (t, s, h) in [
        (60.0, 0.666_666_666_666_667, 0.333_333_333_333_333),
        (62.0, 0.555_555_555_555_555, 0.5),
        (65.0, 0.388_888_888_888_889, 0.825),
        (69.0, 0.232_007_575_757_576, 1.298_484_848_484_85),
        (73.0, 0.107_988_980_716_253, 1.991_414_141_414_14),
        (77.0, 0.065_821_854_912_763_9, 2.445_382_395_382_4),
    ] {
        near(curve.at(t).expect("within follow-up").survival, s, 1e-13, "S");
        near(hazard.at(t).expect("within follow-up").hazard, h, 1e-13, "H");
    }
    assert_eq!(curve.steps.iter().map(|step| step.at_risk).take(4).collect::<Vec<_>>(), [3, 6, 8, 10]);
    let first = hazard.at(60.0).expect("within follow-up");
    near(first.variance.sqrt(), 1.0 / 3.0, 1e-15, "se of H");
    assert!(first.limits(CumulativeTransform::Log, P95).is_some());
}

/// Women and men of Channing House (Klein and Moeschberger (2003), section 1.16), by age in months. Women: as
/// lifelines 0.30.3 gives; men: all at risk have died at 781 months, which lifelines refuses.
#[test]
fn channing_house() {
    let Some(folder) = shared() else { return };
    let rows = super::survival_tables::read(&folder, "survival-datasets/KMsurv_channing.csv");
    let of = |gender: &str| {
        let spells: Vec<Spell> = rows
            .iter()
            .filter(|row| row["gender"] == gender)
            .map(|row| ["ageentry", "age", "death"].map(|name| row[name].parse::<f64>().expect("a number")))
            .filter(|[entry, exit, _]| entry < exit)
            .map(|[entry, exit, death]| Spell::delayed(entry, exit, code(death)))
            .collect();
        kaplan_meier(&RiskTable::from_spells(&spells).expect("spells")).expect("spells")
    };
    let (women, men) = (of("2"), of("1"));
    for (age, s) in [
        (900.0, 0.823_746_037_032_324_7),
        (1000.0, 0.573_998_395_003_913_4),
        (1100.0, 0.202_110_964_240_705_38),
        (1150.0, 0.130_594_776_893_994_24),
    ] {
        near(women.at(age).expect("within follow-up").survival, s, 1e-12, "women");
    }
    assert_eq!(women.exhausted_at, None);
    assert_eq!(men.exhausted_at, Some(781.0));
    assert_eq!(men.at(900.0).map(|at| at.survival), Some(0.0));
}

/// Where S(t) is exactly ½ over a stretch the conventions part: 1, 2, 3, 4 without censoring.
#[test]
fn conventions_of_the_median() {
    let curve = kaplan_meier(&table(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4])).expect("spells");
    let median = |convention| curve.quantile(0.5, convention, Transform::LogLog, P95).expect("p").estimate;
    assert_eq!(median(QuantileConvention::Inverse), Some(2.0));
    assert_eq!(median(QuantileConvention::Midpoint), Some(2.5));
}
