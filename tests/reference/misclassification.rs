//! Corrected prevalence, verification and prediction-powered inference against asht, epiR and `ppi_py`.

use super::{case, near, shared};
use serde_json::Value;
use systemic::stats::misclassification::implied::{Published, feasible, implied};
use systemic::stats::misclassification::prediction::{
    Labelled, PredictionPowered, Predictions, Target, Tuning, prediction_powered,
};
use systemic::stats::misclassification::rogan_gladen::{Observed, delta_method, known_error_rates, lang_reiczigel};
use systemic::stats::misclassification::two_phase::{PhaseOne, Stratum, two_phase_recall};
use systemic::stats::proportion::{blaker, clopper_pearson, sterne, wilson};
use systemic::stats::{Confidence, Limits};

const P95: Confidence = Confidence::P95;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn observed(input: &Value, share: &str, n: &str) -> Observed {
    Observed::of_share(number(&input[share]), number(&input[n])).expect("a share")
}

#[test]
fn cases_of_lang_and_reiczigel() {
    for id in ["lang-reiczigel-1", "lang-reiczigel-3", "lang-reiczigel-5"] {
        let Some(case) = case(id) else { return };
        let (input, expected, tolerance) = (&case["input"], &case["expected"], number(&case["abs_tol"]));
        let (a, se, sp) = (observed(input, "AP", "nP"), observed(input, "Se", "nSe"), observed(input, "Sp", "nSp"));
        let found = lang_reiczigel(a, se, sp, P95).expect("valid");
        near(found.estimate, number(&expected["est"]), tolerance, id);
        near(found.untruncated_limits.lower, number(&expected["lo_raw"]), tolerance, id);
        near(found.untruncated_limits.upper, number(&expected["hi_raw"]), tolerance, id);
        near(found.limits.lower, number(&expected["lo"]), tolerance, id);
        near(found.limits.upper, number(&expected["hi"]), tolerance, id);
        near(found.limits.lower, number(&expected["published_rounded"][0]), 5e-4, "published");
        near(found.limits.upper, number(&expected["published_rounded"][1]), 5e-4, "published");
    }
}

#[test]
fn cases_of_rogan_and_gladen() {
    let Some(case1) = case("rogan-gladen-delta-4") else { return };
    let (input, expected, tolerance) = (&case1["input"], &case1["expected"], number(&case1["abs_tol"]));
    let (a, se, sp) = (observed(input, "AP", "nP"), observed(input, "Se", "nSe"), observed(input, "Sp", "nSp"));
    let found = delta_method(a, se, sp, P95).expect("valid");
    near(found.estimate, number(&expected["est"]), tolerance, "estimate");
    near(found.standard_error.expect("one"), number(&expected["se"]), tolerance, "standard error");

    let Some(case2) = case("rogan-gladen-known-sesp") else { return };
    let (input, expected, tolerance) = (&case2["input"], &case2["expected"], number(&case2["abs_tol"]));
    let (x, n) = (input["x"].as_u64().expect("x"), input["n"].as_u64().expect("n"));
    let share = Observed::of_counts(x, n).expect("valid").share();
    let limits = wilson(x, n, P95).expect("valid");
    let found = known_error_rates(share, limits, number(&input["Se"]), number(&input["Sp"])).expect("valid");
    near(found.estimate, number(&expected["est"]), tolerance, "estimate");
    near(found.limits.lower, number(&expected["lo"]), tolerance, "lower");
    near(found.limits.upper, number(&expected["hi"]), tolerance, "upper");
}

/// The 44 rows of `expected_rogan_gladen_R_epiR.csv`.
///
/// epiR steps towards Blaker's limits by 10⁻⁴ from outside and stops before them; it bisects for Sterne's until
/// two logits differ by less than 10⁻⁵, which is at most 2.5 · 10⁻⁶ of a share. Both are exact here.
#[test]
fn table_of_known_error_rates() {
    let Some(folder) = shared() else { return };
    let path = folder.join("data/statistics/expected_rogan_gladen_R_epiR.csv");
    let mut reader = csv::Reader::from_path(path).expect("table");
    let mut rows = 0;
    for record in reader.records() {
        let record = record.expect("row");
        let field = |i: usize| record[i].parse::<f64>().expect("a number");
        let (x, n) = (record[0].parse::<u64>().expect("pos"), record[1].parse::<u64>().expect("tested"));
        let (limits, step) = match &record[4] {
            "c-p" => (clopper_pearson(x, n, P95), 1e-10),
            "wilson" => (wilson(x, n, P95), 1e-10),
            "blaker" => (blaker(x, n, P95), 1e-4 + 1e-10),
            "sterne" => (sterne(x, n, P95), 2.5e-6),
            other => panic!("{other}"),
        };
        let limits = limits.expect("valid");
        let what = record.iter().collect::<Vec<_>>().join(" ");
        let found = known_error_rates(field(5), limits, field(2), field(3)).expect("valid");
        let youden = field(2) + field(3) - 1.0;
        near(found.untruncated, field(8), 1e-12, &what);
        near(limits.lower, field(6), step, &what);
        near(limits.upper, field(7), step, &what);
        near(found.untruncated_limits.lower, field(9), step / youden, &what);
        near(found.untruncated_limits.upper, field(10), step / youden, &what);
        // The software's limits lie outside, for it stops before the exact ones.
        assert!(field(6) <= limits.lower + 1e-10 && limits.upper <= field(7) + 1e-10, "{what}");
        assert_eq!(found.truncated, !(0.0..=1.0).contains(&field(8)), "{what}");
        rows += 1;
    }
    assert_eq!(rows, 44);
}

#[test]
fn case_of_two_phases() {
    let Some(case) = case("recall-two-phase") else { return };
    let (input, expected, tolerance) = (&case["input"], &case["expected"], number(&case["abs_tol"]));
    let stratum = |name: &str, flagged: bool| {
        let count = |key: &str| input[name][key].as_u64().expect("a count");
        Stratum { flagged, units: count("N"), checked: count("checked"), found: count("illegal") }
    };
    let strata = [stratum("flagged", true), stratum("unflagged", false)];
    let found = two_phase_recall(&strata, PhaseOne::Census, P95).expect("valid");
    near(found.recall, number(&expected["recall"]), tolerance, "recall");
    near(found.standard_error.expect("one"), number(&expected["se"]), tolerance, "standard error");
    near(found.limits.lower, number(&expected["logit_ci"][0]), tolerance, "lower");
    near(found.limits.upper, number(&expected["logit_ci"][1]), tolerance, "upper");
    near(found.precision.expect("flagged"), number(&expected["precision"]), tolerance, "precision");
    near(found.prevalence, number(&expected["prevalence"]), tolerance, "prevalence");
    near(found.naive_recall, number(&expected["naive_recall_in_checked"]), tolerance, "naive recall");
}

#[test]
fn case_of_implied_prevalence() {
    let Some(case) = case("implied-prevalence-accuracy") else { return };
    let (input, expected, tolerance) = (&case["input"], &case["expected"], number(&case["abs_tol"]));
    let found =
        implied(number(&input["accuracy"]), number(&input["precision"]), number(&input["recall"])).expect("valid");
    near(found.flagged_share, number(&expected["flagged_share"]), tolerance, "flagged share");
    near(found.prevalence, number(&expected["prevalence"]), tolerance, "prevalence");
}

fn rounded(value: f64) -> Option<Published> {
    Published::rounded(value, 2).ok()
}

/// Figures of a transparency report, .98/.88/.99 and .93/.93/1, with the ranges that rounding leaves: flagged
/// shares of .11–.21 and .82–1 and a prevalence of .10–.19.
#[test]
fn facts_of_published_figures() {
    let exact = implied(0.98, 0.88, 0.99).expect("valid");
    near(exact.flagged_share, 0.155_172_413_793_103_6, 1e-12, "flagged share");
    near(exact.prevalence, 0.137_931_034_482_758_73, 1e-12, "prevalence");
    let range = feasible(rounded(0.98), rounded(0.88), rounded(0.99)).expect("some set agrees");
    near(range.flagged_share.lower, 0.11, 5e-3, "flagged share");
    near(range.flagged_share.upper, 0.21, 5e-3, "flagged share");
    near(range.prevalence.lower, 0.10, 5e-3, "prevalence");
    near(range.prevalence.upper, 0.19, 5e-3, "prevalence");
    let notices = feasible(rounded(0.93), rounded(0.93), rounded(1.0)).expect("some set agrees");
    near(notices.flagged_share.lower, 0.82, 5e-3, "flagged share");
    near(notices.flagged_share.upper, 1.0, 1e-12, "flagged share");
}

/// Worked examples of Lang and Reiczigel (2014), as the manual of R's asht 1.0 gives them; example 4 rounded.
#[test]
fn facts_of_lang_and_reiczigel() {
    let of = |k, n| Observed::of_counts(k, n).expect("valid");
    let at = |a, se, sp| lang_reiczigel(a, se, sp, P95).expect("valid");
    let one = at(of(4060, 11284), of(178, 179), of(358, 359));
    near(one.estimate, 0.360_030_184_924_523_5, 1e-10, "example 1");
    near(one.limits.lower, 0.348_673_545_667_138_3, 1e-10, "example 1");
    near(one.limits.upper, 0.372_082_954_561_085_26, 1e-10, "example 1");
    let two = at(of(51, 2971), of(32, 33), of(20, 20));
    near(two.limits.lower, 0.0, 5e-4, "example 2");
    near(two.limits.upper, 0.053, 5e-4, "example 2");
    let three = at(Observed::of_share(0.06, 11862.0).expect("valid"), of(8, 10), of(12, 12));
    near(three.untruncated_limits.lower, -0.257_934_107_014_429_1, 1e-10, "example 3");
    near(three.limits.upper, 0.146_668_393_423_820_15, 1e-10, "example 3");
    assert!(three.limits_truncated && !three.truncated && three.limits.lower.abs() <= 0.0);
    let four = at(of(259, 509), of(84, 127), of(96, 109));
    near(four.limits.lower, 0.58, 5e-3, "example 4");
    near(four.limits.upper, 0.87, 5e-3, "example 4");
    let delta = delta_method(of(259, 509), of(84, 127), of(96, 109), P95).expect("valid");
    near(delta.estimate, 0.718_572_163_416_922_9, 1e-12, "delta method");
    near(delta.standard_error.expect("one"), 0.070_907_326_212_887_9, 1e-12, "delta method");
    let five = at(of(51, 509), of(23, 41), of(187, 195));
    near(five.limits.lower, 0.036_609_810_510_873_78, 1e-10, "example 5");
    near(five.limits.upper, 0.194_694_062_163_026_43, 1e-10, "example 5");
    // epiR 2.0.57, `epi.prev(4060, 11284, 178/179, 358/359, method = "wilson")`.
    let limits = wilson(4060, 11284, P95).expect("valid");
    let known = known_error_rates(4060.0 / 11284.0, limits, 178.0 / 179.0, 358.0 / 359.0).expect("valid");
    near(known.limits.lower, 0.351_149_583_641_509, 1e-9, "known");
    near(known.limits.upper, 0.369_007_016_087_553, 1e-9, "known");
}

/// 180 of 200 checked flagged units of 5 000 and 6 of 400 checked others of 95 000; closed form.
#[test]
fn facts_of_two_phases() {
    let strata = [
        Stratum { flagged: true, units: 5_000, checked: 200, found: 180 },
        Stratum { flagged: false, units: 95_000, checked: 400, found: 6 },
    ];
    let found = two_phase_recall(&strata, PhaseOne::Census, P95).expect("valid");
    near(found.recall, 0.759_493_670_886_076, 1e-10, "recall");
    near(found.standard_error.expect("one"), 0.074_135_592_878_010_73, 1e-10, "standard error");
    near(found.limits.lower, 0.587_692_611_939_876_7, 1e-10, "lower");
    near(found.limits.upper, 0.874_941_596_643_952_1, 1e-10, "upper");
    near(found.naive_recall, 0.967_741_935_483_871, 1e-10, "naive recall");
}

/// Units 0..240 of two congruences: predictions x and labels 0.8x + 0.3e; the first 40 are labelled.
fn units() -> Vec<(f64, f64)> {
    let part = |x: u32, of: u32| f64::from(x % of) / f64::from(of);
    let x = |i: u32| part(7 * i * i + 3 * i + 1, 101);
    (0..240).map(|i| (0.8 * x(i) + 0.3 * part(13 * i * i + 5 * i + 2, 97), x(i))).collect()
}

/// `ppi_mean_ci` and `ppi_mean_pointestimate` of `ppi_py` 0.2.3, `alpha=0.05`, with `lam=1` and `lam=None`.
///
/// That software divides sums of squares by n, here n − 1 does: the parts of the variance are scaled back.
#[test]
fn facts_of_prediction_powered_inference() {
    let real = units();
    let binary: Vec<(f64, f64)> =
        real.iter().map(|(y, f)| (f64::from(u8::from(*y > 0.55)), f64::from(u8::from(*f > 0.5)))).collect();
    let mixed: Vec<(f64, f64)> = real.iter().zip(&binary).map(|(r, b)| (b.0, r.1)).collect();
    let run = |units: &[(f64, f64)], tuning: Tuning| -> PredictionPowered {
        let labelled: Labelled = units[..40].iter().copied().collect();
        let rest: Predictions = units[40..].iter().map(|u| u.1).collect();
        prediction_powered(labelled, rest, tuning, Target::Mean, P95).expect("valid")
    };
    for (what, units, tuning, estimate, lower, upper) in [
        (
            "numbers, plain",
            &real,
            Tuning::Plain,
            0.503_954_782_076_145_7,
            0.452_080_268_714_188_9,
            0.555_829_295_438_102_3,
        ),
        (
            "numbers, tuned",
            &real,
            Tuning::Power,
            0.495_680_511_804_602_5,
            0.452_276_695_510_912_15,
            0.539_084_328_098_292_8,
        ),
        (
            "numbers, labels",
            &real,
            Tuning::Fixed(0.0),
            0.476_182_504_848_423,
            0.391_411_820_605_606_1,
            0.560_953_189_091_239_9,
        ),
        ("flags, plain", &binary, Tuning::Plain, 0.49, 0.380_816_635_491_852_33, 0.599_183_364_508_147_7),
        (
            "flags, tuned",
            &binary,
            Tuning::Power,
            0.477_911_188_811_188_77,
            0.380_213_400_220_097_3,
            0.575_608_977_402_280_2,
        ),
        (
            "probabilities",
            &mixed,
            Tuning::Power,
            0.477_772_277_227_722_75,
            0.376_135_246_400_321_87,
            0.579_409_308_055_123_7,
        ),
    ] {
        let found = run(units, tuning);
        near(found.untruncated, estimate, 1e-12, what);
        let variance = found.variance_predictions * 199.0 / 200.0 + found.variance_labels * 39.0 / 40.0;
        let half = P95.z() * variance.sqrt();
        near(found.untruncated - half, lower, 1e-12, what);
        near(found.untruncated + half, upper, 1e-12, what);
        let wider = Limits { lower: found.untruncated - half, upper: found.untruncated + half };
        assert!(found.limits.width() >= wider.width(), "{what}");
    }
}
