//! Funnels, partial pooling and multiplicity against published examples, R, `SciPy` and statsmodels.

use serde_json::Value;
use systemic::stats::comparison::{
    Adjustment, BetaBinomial, Dispersion, Events, Funnel, RankLimits, adjust, beta_binomial, binomial_mid_p,
    funnel_limits, funnel_limits_exact, joint_rank_intervals, paule_mandel, poisson_funnel_limits_exact, poisson_mid_p,
};
use systemic::stats::{Confidence, Limits};

use super::series::numbers;
use super::{case, near};

/// Eight units: events and trials.
const EVENTS: [u64; 8] = [12, 30, 8, 55, 20, 5, 40, 18];
const TRIALS: [u64; 8] = [60, 100, 50, 180, 90, 40, 160, 110];

/// The 15 p-values of Benjamini and Hochberg (1995), section 3.
const P_VALUES: [f64; 15] = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590,
    1.0000,
];

fn level(level: f64) -> Confidence {
    Confidence::new(level).expect("a level")
}

fn limits_near(limits: Limits, reference: &[f64], tolerance: f64, what: &str) {
    near(limits.lower, reference[0], tolerance, what);
    near(limits.upper, reference[1], tolerance, what);
}

fn all_near(x: &[f64], reference: &[f64], tolerance: f64, what: &str) {
    assert_eq!(x.len(), reference.len(), "{what}");
    for (i, (x, r)) in x.iter().zip(reference).enumerate() {
        near(*x, *r, tolerance, &format!("{what} {i}"));
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("number")
}

#[test]
fn funnels_of_the_reference_data() {
    for id in ["funnel-binomial-20", "funnel-binomial-50"] {
        let Some(case) = case(id) else { return };
        let (target, n) = (number(&case["input"]["p0"]), case["input"]["n"].as_u64().expect("count"));
        let tolerance = number(&case["abs_tol"]);
        for (share, suffix) in [(0.95, "95"), (0.998, "998")] {
            let expected = |kind: &str| numbers(&case["expected"][format!("{kind}{suffix}")]);
            let normal = funnel_limits(target, n, level(share)).expect("valid");
            limits_near(normal, &expected("normal"), tolerance, id);
            let exact = funnel_limits_exact(target, n, level(share)).expect("valid");
            limits_near(exact, &expected("exact"), tolerance, id);
        }
    }
    let Some(case) = case("funnel-overdispersion") else { return };
    let (tolerance, expected) = (number(&case["abs_tol"]), &case["expected"]);
    let funnel = Funnel::new(&EVENTS, &TRIALS, None).expect("valid");
    near(funnel.target, number(&expected["p0"]), tolerance, "target");
    all_near(&funnel.z, &numbers(&expected["z"]), tolerance, "z");
    near(funnel.over_dispersion(0.0).expect("units").phi, number(&expected["phi"]), tolerance, "φ");
    near(funnel.over_dispersion(0.1).expect("units").phi, number(&expected["phi_w10"]), tolerance, "φ");
    let Some(case) = super::case("funnel-additive-tau2") else { return };
    let tau_squared = funnel.over_dispersion(0.0).expect("units").tau_squared;
    near(tau_squared, number(&case["expected"]["tau2"]), number(&case["abs_tol"]), "τ²");
}

/// Appendix A.1 of Spiegelhalter (2005) on the binomial distribution of `SciPy` 1.17; normal limits in closed form.
#[test]
fn funnel_limits_agree_with_scipy() {
    let exact = |target, n, share| funnel_limits_exact(target, n, level(share)).expect("valid");
    limits_near(exact(0.2, 20, 0.95), &[0.011_684_043_449_710_075, 0.366_115_479_450_973_1], 1e-12, "20, 95 %");
    limits_near(exact(0.2, 20, 0.998), &[-0.045_663_191_310_057_98, 0.489_254_126_284_270_6], 1e-12, "20, 99.8 %");
    limits_near(exact(0.2, 50, 0.95), &[0.084_404_822_012_269_07, 0.307_093_883_352_058_2], 1e-12, "50, 95 %");
    limits_near(exact(0.2, 50, 0.998), &[0.034_776_143_207_507_76, 0.379_144_097_675_037_2], 1e-12, "50, 99.8 %");
    limits_near(exact(0.2, 200, 0.95), &[0.143_416_708_971_598_7, 0.254_346_772_057_861_94], 1e-12, "200, 95 %");
    limits_near(exact(0.03, 1000, 0.998), &[0.014_214_013_655_737_833, 0.047_488_943_354_385_17], 1e-12, "1,000");
    limits_near(exact(0.4, 100_000, 0.95), &[0.396_959_589_124_383_5, 0.403_032_313_932_022_5], 1e-11, "100,000");
    let normal = |n, share| funnel_limits(0.2, n, level(share)).expect("valid");
    limits_near(normal(20, 0.95), &[0.024_695_491_884_683_7, 0.375_304_508_115_316_35], 1e-12, "20");
    limits_near(normal(20, 0.998), &[-0.076_398_780_114_286_91, 0.476_398_780_114_286_93], 1e-12, "20");
    limits_near(normal(50, 0.95), &[0.089_127_694_052_025_78, 0.310_872_305_947_974_2], 1e-12, "50");
}

/// Closed forms in `NumPy`; χ² tails of `SciPy` 1.17.
#[test]
fn over_dispersion_agrees_with_closed_forms() {
    let funnel = Funnel::new(&EVENTS, &TRIALS, None).expect("valid");
    near(funnel.target, 0.237_974_683_544_303_8, 1e-15, "target");
    assert!(funnel.pooled);
    let z = [
        -0.690_748_116_936_856,
        1.456_528_241_252_314_8,
        -1.294_757_824_019_600_3,
        2.129_168_168_981_934_6,
        -0.350_929_273_806_974_2,
        -1.677_880_590_389_594_6,
        0.357_195_867_982_098_85,
        -1.830_876_309_359_366_3,
    ];
    all_near(&funnel.z, &z, 1e-12, "z");
    let raw = funnel.over_dispersion(0.0).expect("units");
    near(raw.phi, 1.903_311_746_547_614, 1e-12, "φ");
    near(raw.p, 0.033_203_233_488_382_285, 1e-10, "p");
    near(raw.tau_squared, 0.002_231_226_381_017_408, 1e-14, "τ²");
    let winsorised = funnel.over_dispersion(0.1).expect("units");
    near(winsorised.phi, 1.632_808_733_388_973_4, 1e-12, "winsorised φ");
    near(winsorised.p, 0.070_600_873_822_348_2, 1e-10, "p");
    let additive = [
        -0.523_920_562_660_823_2,
        0.975_277_749_399_083_8,
        -1.018_769_495_804_365_4,
        1.187_515_723_037_852,
        -0.241_741_369_856_492_72,
        -1.373_579_568_895_706_9,
        0.207_313_986_055_374,
        -1.193_461_071_479_058_6,
    ];
    all_near(&funnel.adjusted_z(Dispersion::Additive(raw.tau_squared)), &additive, 1e-10, "additive");
    let multiplicative = funnel.adjusted_z(Dispersion::Multiplicative(winsorised.phi));
    near(multiplicative[0], -0.540_570_139_829_177_2, 1e-10, "multiplicative");
    near(multiplicative[7], -1.432_819_052_694_999, 1e-10, "multiplicative");
    all_near(&funnel.adjusted_z(Dispersion::None), &z, 1e-12, "none");
    let limits = funnel.limits(100, Dispersion::None, Confidence::P95).expect("valid");
    assert_eq!(limits, funnel_limits(funnel.target, 100, Confidence::P95).expect("valid"));
}

/// Appendix A.1 of Spiegelhalter (2005) on the Poisson distribution of `SciPy` 1.17.
#[test]
fn funnel_limits_of_rates_agree_with_scipy() {
    let exact = |target, n, share| poisson_funnel_limits_exact(target, n, level(share)).expect("valid");
    limits_near(exact(0.02, 100, 0.95), &[-0.008_152_735_975_267_335, 0.047_662_363_617_151_9], 1e-12, "2, 95 %");
    limits_near(exact(0.02, 100, 0.998), &[-0.009_926_109_439_010_693, 0.071_125_592_459_958_09], 1e-12, "2, 99.8 %");
    let rare = exact(8.4e-6, 5_000_000, 0.95);
    limits_near(rare, &[5.852_975_491_825_676e-6, 1.093_676_180_500_598_3e-5], 1e-15, "42, 95 %");
    limits_near(exact(0.3, 1000, 0.998), &[0.247_407_583_557_565_04, 0.354_442_730_026_934_4], 1e-11, "300, 99.8 %");
    limits_near(exact(0.005, 40, 0.95), &[-0.024_236_623_276_149_893, 0.023_858_461_150_770_7], 1e-12, "0.2, 95 %");
    let (events, exposure) = ([1739, 3604, 10, 55], [195_184_376, 130_000_000, 12_000_000, 44_000_000]);
    let funnel = Funnel::of_rates(&events, &exposure, None).expect("valid");
    assert_eq!(funnel.kind, Events::InExposure);
    near(funnel.target, 1.418_736_008_214_565_5e-5, 1e-19, "target");
    let z = [-19.576_163_241_237_87, 40.973_412_975_161_65, -12.281_518_566_161_706, -22.783_540_251_298_31];
    all_near(&funnel.z, &z, 1e-10, "z of rates");
}

/// Tails and probabilities of `scipy.stats.binom` and `poisson`, `SciPy` 1.17.
#[test]
fn mid_p_values_agree_with_scipy() {
    for ((k, n, p), expected) in [
        ((12, 60, 0.24), 0.481_163_401_125_143_1),
        ((0, 20, 0.2), 0.011_529_215_046_068_48),
        ((20, 20, 0.9), 0.121_576_654_590_569_35),
        ((30, 100, 0.24), 0.167_763_007_357_682_68),
    ] {
        near(binomial_mid_p(k, n, p).expect("valid"), expected, 1e-12, "binomial");
    }
    for ((k, mean), expected) in [
        ((3, 8.0), 0.056_134_079_735_686_94),
        ((0, 2.5), 0.082_084_998_623_898_8),
        ((60, 42.0), 0.008_642_760_394_305_468),
    ] {
        near(poisson_mid_p(k, 1000, mean / 1000.0).expect("valid"), expected, 1e-11, "Poisson");
    }
    assert!(
        binomial_mid_p(3, 2, 0.5).is_err() && binomial_mid_p(0, 0, 0.5).is_err() && binomial_mid_p(1, 2, 1.0).is_err()
    );
    assert!(poisson_mid_p(3, 0, 0.5).is_err() && poisson_mid_p(3, 2, 0.0).is_err());
}

/// The root by `scipy.optimize.brentq`; and by hand for two values with equal errors: (y₁ − y₂)² / 2 − s².
#[test]
fn variance_between_units_agrees_with_scipy() {
    let funnel = Funnel::new(&EVENTS, &TRIALS, None).expect("valid");
    let variances: Vec<f64> = funnel.standard_errors.iter().map(|s| s * s).collect();
    let found = paule_mandel(&funnel.shares, &variances).expect("units");
    near(found.tau_squared, 0.002_148_269_054_548_307_2, 1e-14, "τ²");
    near(found.mean, 0.227_213_020_241_768_93, 1e-12, "mean");
    near(found.standard_error, 0.022_978_989_443_365_978, 1e-12, "standard error");
    let two = paule_mandel(&[1.0, 5.0], &[3.0, 3.0]).expect("units");
    near(two.tau_squared, 5.0, 1e-12, "τ² by hand");
    near(two.mean, 3.0, 1e-15, "mean by hand");
    let alike = paule_mandel(&[1.0, 1.5], &[3.0, 1.0]).expect("units");
    assert_eq!(alike.tau_squared.to_bits(), 0.0_f64.to_bits());
    near(alike.mean, (1.0 / 3.0 + 1.5) / (4.0 / 3.0), 1e-15, "weighted mean");
    assert!(paule_mandel(&[1.0], &[1.0]).is_err() && paule_mandel(&[1.0, 2.0], &[1.0, 0.0]).is_err());
    assert!(paule_mandel(&[1.0, f64::NAN], &[1.0, 1.0]).is_err() && paule_mandel(&[1.0, 2.0], &[1.0]).is_err());
}

/// By hand: three units at level 0.95^(1/3), z = 2.388. The first two overlap, and the third lies above both.
#[test]
fn joint_rank_limits_by_hand() {
    let ranks = joint_rank_intervals(&[1.0, 1.4, 3.0], &[0.1, 0.1, 0.1], Confidence::P95).expect("units");
    let of = |lower, upper| RankLimits { lower, upper };
    assert_eq!(ranks, [of(2, 3), of(2, 3), of(1, 1)]);
    // 2 · 2.388 · 0.08 = 0.382 < 0.4 keeps the first two apart.
    let ranks = joint_rank_intervals(&[1.0, 1.4, 3.0], &[0.08, 0.08, 0.1], Confidence::P95).expect("units");
    assert_eq!(ranks, [of(3, 3), of(2, 2), of(1, 1)]);
    assert_eq!(joint_rank_intervals(&[1.0], &[0.0], Confidence::P95).expect("one"), [of(1, 1)]);
    assert!(joint_rank_intervals(&[], &[], Confidence::P95).is_err());
    assert!(joint_rank_intervals(&[1.0], &[-1.0], Confidence::P95).is_err());
}

fn fitted() -> BetaBinomial {
    beta_binomial(&EVENTS, &TRIALS).expect("a maximum")
}

/// The likelihood equations solved by `scipy.optimize.root` to 1e-15; posterior quantiles of `scipy.stats.beta`.
#[test]
fn beta_binomial_agrees_with_scipy() {
    let fit = fitted();
    near(fit.alpha(), 22.685_022_202_400_454, 1e-8, "α");
    near(fit.beta(), 76.791_059_702_353_72, 1e-8, "β");
    let means = [
        0.217_493_568_867_059_37,
        0.264_116_989_361_945_1,
        0.205_283_827_428_343_22,
        0.277_966_621_232_637_77,
        0.225_279_210_828_611_9,
        0.198_492_973_306_391_54,
        0.241_583_045_890_951_23,
        0.194_222_757_235_355_2,
    ];
    let lower = [
        0.157_169_938_892_954_58,
        0.205_425_563_761_102_46,
        0.144_652_361_107_355_05,
        0.227_097_894_705_630_8,
        0.168_810_121_804_428,
        0.136_819_902_829_356_94,
        0.191_555_353_989_231_01,
        0.143_648_797_970_992_8,
    ];
    let upper = [
        0.284_525_018_626_178_7,
        0.327_287_834_841_358_26,
        0.273_379_933_215_845_36,
        0.331_845_087_794_227_5,
        0.287_239_285_505_861_03,
        0.268_349_071_444_210_4,
        0.295_383_143_903_840_7,
        0.250_323_856_944_567_1,
    ];
    let posterior = fit.posterior(Confidence::P95);
    for (i, unit) in posterior.iter().enumerate() {
        near(unit.mean, means[i], 1e-10, "mean");
        limits_near(unit.limits, &[lower[i], upper[i]], 1e-9, "limits");
        near(unit.raw * (1.0 - unit.shrinkage) + fit.mean * unit.shrinkage, unit.mean, 1e-12, "shrinkage");
    }
    let Some(case) = case("eb-beta-binomial-ml") else { return };
    let (tolerance, expected) = (number(&case["abs_tol"]), &case["expected"]);
    near(fit.alpha(), number(&expected["alpha"]), tolerance, "α");
    near(fit.beta(), number(&expected["beta"]), tolerance, "β");
    near(fit.mean, number(&expected["mean"]), tolerance, "mean");
    let means: Vec<f64> = posterior.iter().map(|u| u.mean).collect();
    all_near(&means, &numbers(&expected["posterior_mean"]), tolerance, "posterior mean");
}

/// 400,000 draws with `NumPy`; mean ranks have a Monte-Carlo error of 0.003 there and of 0.02 here.
#[test]
fn rank_intervals_agree_with_numpy() {
    let ranks = fitted().rank_intervals(10_000, 1, Confidence::P95).expect("draws");
    let means = [5.094_185, 2.477_36, 5.783_867_5, 1.805_755, 4.632_042_5, 6.135_137_5, 3.624_167_5, 6.447_485];
    let intervals = [(1, 8), (1, 6), (2, 8), (1, 5), (1, 8), (2, 8), (1, 7), (3, 8)];
    for (i, rank) in ranks.iter().enumerate() {
        near(rank.mean, means[i], 0.08, "mean rank");
        assert!(rank.lower.abs_diff(intervals[i].0) <= 1 && rank.upper.abs_diff(intervals[i].1) <= 1, "unit {i}");
    }
}

#[test]
fn adjusted_p_values_of_the_reference_data() {
    for (id, method) in [
        ("padj-bh", Adjustment::BenjaminiHochberg),
        ("padj-by", Adjustment::BenjaminiYekutieli),
        ("padj-holm", Adjustment::Holm),
    ] {
        let Some(case) = case(id) else { return };
        let adjusted = adjust(&numbers(&case["input"]["p"]), method).expect("valid");
        all_near(&adjusted, &numbers(&case["expected"]["adjusted"]), number(&case["abs_tol"]), id);
        let alpha = number(&case["input"]["alpha"]);
        let rejected = adjusted.iter().filter(|p| **p <= alpha).count();
        assert_eq!(u64::try_from(rejected).ok(), case["expected"]["n_reject"].as_u64(), "{id}");
    }
}

/// Benjamini and Hochberg (1995): their procedure rejects the four smallest of 15 at 5 %, Bonferroni's three.
/// Values of `p.adjust` in R, and of statsmodels 0.15 for unsorted p-values with a tie.
#[test]
fn adjusted_p_values_agree_with_r() {
    let at = |method| adjust(&P_VALUES, method).expect("valid");
    let rejected = |method| at(method).iter().filter(|p| **p <= 0.05).count();
    assert_eq!(rejected(Adjustment::BenjaminiHochberg), 4);
    assert_eq!(rejected(Adjustment::BenjaminiYekutieli), 3);
    assert_eq!(rejected(Adjustment::Holm), 3);
    assert_eq!(rejected(Adjustment::Bonferroni), 3);
    near(at(Adjustment::BenjaminiHochberg)[5], 0.063_857_142_857_142_9, 1e-14, "BH");
    near(at(Adjustment::BenjaminiYekutieli)[8], 0.253_844_517_982_018, 1e-13, "BY");
    near(at(Adjustment::Holm)[8], 0.3213, 1e-14, "Holm");
    near(at(Adjustment::Bonferroni)[2], 0.0285, 1e-14, "Bonferroni");
    let unsorted = [0.04, 0.001, 0.04, 0.2, 0.013];
    for (method, expected) in [
        (Adjustment::BenjaminiHochberg, [0.05, 0.005, 0.05, 0.2, 0.0325]),
        (
            Adjustment::BenjaminiYekutieli,
            [
                0.114_166_666_666_666_67,
                0.011_416_666_666_666_667,
                0.114_166_666_666_666_67,
                0.456_666_666_666_666_67,
                0.074_208_333_333_333_32,
            ],
        ),
        (Adjustment::Holm, [0.12, 0.005, 0.12, 0.2, 0.052]),
        (Adjustment::Bonferroni, [0.2, 0.005, 0.2, 1.0, 0.065]),
    ] {
        all_near(&adjust(&unsorted, method).expect("valid"), &expected, 1e-14, method.name());
    }
}
