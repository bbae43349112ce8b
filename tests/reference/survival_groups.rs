//! Tests between groups against R's survival and cmprsk, and lifelines.

use systemic::stats::survival::{
    QuantileConvention, RiskTable, Spell, Transform, fleming_harrington, gray_test, kaplan_meier, log_rank,
    stratified_log_rank,
};

use super::survival::{P95, REMISSION, number, numbers, sample, split, table};
use super::{case, near, shared};

#[test]
fn log_rank_by_sex() {
    let (Some(sample), Some(plain), Some(weighted)) =
        (sample("lung"), case("logrank-lung-sex"), case("gehan-peto-lung-sex"))
    else {
        return;
    };
    let [time, event, sex] = ["time", "event", "sex"].map(|name| numbers(&sample[name]));
    let groups = split(&time, &event, &sex, &[1.0, 2.0]);
    let found = log_rank(&groups).expect("groups");
    let (expected, tolerance) = (&plain["expected"], number(&plain["abs_tol"]));
    near(found.chi_squared, number(&expected["chisq"]), tolerance, "chi-squared");
    near(found.p, number(&expected["p"]), tolerance, "p");
    near(found.covariance[0][0], number(&expected["var11"]), tolerance, "variance");
    for group in 0..2 {
        near(found.observed[group], numbers(&expected["observed"])[group], tolerance, "observed");
        near(found.expected[group], numbers(&expected["expected"])[group], tolerance, "expected");
    }
    let found = fleming_harrington(&groups, 1.0, 0.0).expect("groups");
    near(found.chi_squared, number(&weighted["expected"]["chisq"]), number(&weighted["abs_tol"]), "rho = 1");
    // lifelines 0.30.3: logrank_test(weightings="fleming-harrington", p=…, q=…).
    for (rho, gamma, chi_squared) in
        [(0.0, 1.0, 3.459_984_166_091_16), (0.5, 0.5, 8.768_604_308_336_23), (1.0, 1.0, 7.664_782_978_601_05)]
    {
        let found = fleming_harrington(&groups, rho, gamma).expect("groups");
        near(found.chi_squared, chi_squared, 1e-9, "weights of both ends");
    }
}

/// The control arm of the trial of Freireich and others (1963); all relapsed.
const CONTROL: [f64; 21] =
    [1.0, 1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 5.0, 8.0, 8.0, 8.0, 8.0, 11.0, 11.0, 12.0, 12.0, 15.0, 17.0, 22.0, 23.0];

/// R's `survdiff`: chisq = 16.79 in the textbooks.
#[test]
fn log_rank_of_remission() {
    let groups = [table(&REMISSION.0, &REMISSION.1), table(&CONTROL, &[1.0; 21])];
    let found = log_rank(&groups).expect("groups");
    near(found.chi_squared, 16.792_940_989_216_5, 1e-10, "chi-squared");
    near(found.p, 4.168_809_109_339_48e-5, 1e-14, "p");
    near(found.expected[0], 19.250_500_948_031_1, 1e-12, "expected");
    let Some(case) = case("logrank-freireich") else { return };
    let side = |name: &str| {
        let list = |what: &str| numbers(&case["input"][format!("{what}_{name}")]);
        table(&list("time"), &list("status"))
    };
    assert_eq!([side("a"), side("b")], groups);
    let (expected, tolerance) = (&case["expected"], number(&case["abs_tol"]));
    near(found.chi_squared, number(&expected["chisq"]), tolerance, "logrank-freireich");
    near(found.p, number(&expected["p"]), tolerance, "logrank-freireich");
    for (group, part) in groups.iter().enumerate() {
        near(found.observed[group], numbers(&expected["observed"])[group], tolerance, "observed");
        near(found.expected[group], numbers(&expected["expected"])[group], tolerance, "expected");
        let curve = kaplan_meier(part).expect("spells");
        let median = curve.quantile(0.5, QuantileConvention::Inverse, Transform::LogLog, P95).expect("p").estimate;
        assert_eq!(median, expected["medians"][group].as_f64());
    }
}

/// `survdiff(Surv(time, status) ~ pat.karno + strata(inst), data = lung)`, from the manual of R's survival:
/// χ² = 21.4 on 7 degrees of freedom, p = 0.00326.
#[test]
fn stratified() {
    let Some(folder) = shared() else { return };
    let rows = super::survival_tables::read(&folder, "survival-datasets/cancer.csv");
    let mut strata: Vec<String> = rows.iter().map(|row| row["inst"].clone()).filter(|inst| !inst.is_empty()).collect();
    strata.sort();
    strata.dedup();
    let groups = ["30", "40", "50", "60", "70", "80", "90", "100"];
    let cell = |inst: &str, karno: &str| {
        let spells: Vec<Spell> = rows
            .iter()
            .filter(|row| row["inst"] == inst && row["pat.karno"] == karno)
            .map(|row| Spell::new(row["time"].parse().expect("time"), u32::from(row["status"] == "2")))
            .collect();
        RiskTable::from_spells(&spells).expect("spells")
    };
    let tables: Vec<Vec<RiskTable>> =
        strata.iter().map(|inst| groups.iter().map(|karno| cell(inst, karno)).collect()).collect();
    let found = stratified_log_rank(&tables).expect("groups");
    near(found.chi_squared, 21.4, 0.05, "chi-squared");
    near(found.p, 0.003_26, 5e-6, "p");
    assert_eq!((found.degrees_of_freedom, found.strata), (7, strata.len()));
    let expected = [0.692, 1.099, 1.166, 16.298, 26.358, 41.938, 47.242, 26.207];
    for (x, reference) in found.expected.iter().zip(expected) {
        near(*x, reference, 5.01e-4, "expected");
    }
    // One stratum is the plain test.
    let pooled: Vec<RiskTable> = groups
        .iter()
        .enumerate()
        .map(|(g, _)| {
            let mut sum = RiskTable::default();
            for stratum in &tables {
                sum.merge(&stratum[g]);
            }
            sum
        })
        .collect();
    assert_eq!(stratified_log_rank(std::slice::from_ref(&pooled)), log_rank(&pooled));
}

/// Twenty spells with two rival events; groups alternate.
pub const RIVALS: ([f64; 20], [f64; 20]) = (
    [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 10.0, 12.0, 15.0, 15.0, 18.0, 20.0, 22.0, 25.0],
    [1.0, 1.0, 2.0, 0.0, 1.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0, 1.0, 0.0, 1.0, 2.0, 0.0, 1.0, 0.0, 2.0, 0.0],
);

/// R's `cmprsk::cuminc`, version 2.2-11.
#[test]
fn gray() {
    let label: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
    let groups = split(&RIVALS.0, &RIVALS.1, &label, &[0.0, 1.0]);
    let stat_p = [(1.657_740_043_937_77, 0.197_908_735_024_035), (5.738_663_396_172_25, 0.016_595_416_671_901_8)];
    for (event, (chi_squared, p)) in (1..).zip(stat_p) {
        let found = gray_test(&groups, event).expect("groups");
        near(found.chi_squared, chi_squared, 1e-10, "chi-squared");
        near(found.p, p, 1e-10, "p");
        assert_eq!(found.degrees_of_freedom, 1);
        near(found.score.iter().sum(), 0.0, 1e-12, "scores");
    }
    // Three groups: by the formulas of cmprsk's source, computed apart.
    let label: Vec<f64> = (0..20).map(|i| f64::from(i % 3)).collect();
    let three = split(&RIVALS.0, &RIVALS.1, &label, &[0.0, 1.0, 2.0]);
    for (event, chi_squared) in (1..).zip([1.432_214_300_587_184_6, 1.840_753_371_207_179_7]) {
        let found = gray_test(&three, event).expect("groups");
        near(found.chi_squared, chi_squared, 1e-12, "three groups");
        assert_eq!(found.degrees_of_freedom, 2);
    }
    let Some(case) = case("gray-test-small") else { return };
    assert_eq!(numbers(&case["input"]["time"]), RIVALS.0);
    assert_eq!(numbers(&case["input"]["event"]), RIVALS.1);
    for (event, expected) in (1..).zip(case["expected"]["stat_p_df"].as_array().expect("a list")) {
        let found = gray_test(&groups, event).expect("groups");
        near(found.chi_squared, number(&expected[0]), number(&case["abs_tol"]), "gray-test-small");
        near(found.p, number(&expected[1]), number(&case["abs_tol"]), "gray-test-small");
    }
}

/// Without rival events Gray's score is that of the log-rank test.
#[test]
fn gray_without_rivals() {
    let groups = [table(&REMISSION.0, &REMISSION.1), table(&CONTROL, &[1.0; 21])];
    let (gray, rank) = (gray_test(&groups, 1).expect("groups"), log_rank(&groups).expect("groups"));
    near(gray.score[0], rank.observed[0] - rank.expected[0], 1e-12, "score");
}
