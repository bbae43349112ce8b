//! Estimates from a design, their limits and the plans of samples against R `survey`.

use serde_json::Value;
use systemic::stats::survey::{
    Design, DesignEstimate, EffectiveSize, SinglePsu, SurveyLimits, arcsine_limits, cluster_robust_mean, design_effect,
    discovery_sample_size, domain_mean, hajek_mean, hajek_proportion, horvitz_thompson_total, kish_effective_size,
    korn_graubard, logit_limits, mean_limits, ratio, sample_size_for_precision,
};
use systemic::stats::{Confidence, StatsError};

use super::{case, near};

/// 24 listings of 8 traders in two strata: trader, illegal, weight, views.
const SURVEY24: [(u32, bool, f64, f64); 24] = [
    (1, true, 10.0, 100.0),
    (1, false, 12.0, 50.0),
    (1, true, 8.0, 400.0),
    (2, false, 20.0, 20.0),
    (2, false, 25.0, 10.0),
    (3, true, 5.0, 900.0),
    (3, true, 6.0, 300.0),
    (3, true, 5.0, 250.0),
    (3, false, 7.0, 80.0),
    (4, false, 40.0, 5.0),
    (5, false, 15.0, 60.0),
    (5, false, 15.0, 70.0),
    (5, false, 14.0, 20.0),
    (5, false, 16.0, 10.0),
    (5, true, 15.0, 300.0),
    (6, true, 9.0, 500.0),
    (6, true, 11.0, 700.0),
    (7, false, 22.0, 40.0),
    (7, false, 20.0, 30.0),
    (7, true, 18.0, 120.0),
    (8, false, 30.0, 15.0),
    (8, false, 28.0, 25.0),
    (8, false, 32.0, 10.0),
    (8, false, 30.0, 8.0),
];

fn weights() -> Vec<f64> {
    SURVEY24.iter().map(|row| row.2).collect()
}

fn traders() -> Vec<u32> {
    SURVEY24.iter().map(|row| row.0).collect()
}

/// The first four traders are one stratum.
fn strata() -> Vec<bool> {
    SURVEY24.iter().map(|row| row.0 > 4).collect()
}

fn illegal() -> Vec<bool> {
    SURVEY24.iter().map(|row| row.1).collect()
}

fn y() -> Vec<f64> {
    SURVEY24.iter().map(|row| f64::from(u8::from(row.1))).collect()
}

fn views() -> (Vec<f64>, Vec<f64>) {
    SURVEY24.iter().map(|row| (f64::from(u8::from(row.1)) * row.3, row.3)).unzip()
}

fn by_row() -> Design {
    Design::new(&weights()).expect("design")
}

fn by_trader() -> Design {
    by_row().clustered(&traders()).expect("design")
}

fn by_stratum() -> Design {
    by_trader().stratified(&strata()).expect("design")
}

fn is(found: &DesignEstimate, estimate: f64, error: f64, tolerance: f64, what: &str) {
    near(found.estimate, estimate, tolerance, what);
    near(found.standard_error(), error, tolerance, what);
}

fn limits(found: &SurveyLimits, lower: f64, upper: f64, tolerance: f64, what: &str) {
    near(found.limits.lower, lower, tolerance, what);
    near(found.limits.upper, upper, tolerance, what);
}

/// Limits of 95 %.
fn p95(
    of: fn(&DesignEstimate, Confidence) -> Result<SurveyLimits, StatsError>,
    estimate: &DesignEstimate,
) -> SurveyLimits {
    of(estimate, Confidence::P95).expect("limits")
}

fn beta(estimate: &DesignEstimate, level: f64) -> SurveyLimits {
    let level = Confidence::new(level).expect("level");
    korn_graubard(estimate, EffectiveSize::Estimated, level).expect("limits")
}

/// R 4.2.2, `survey` 4.1-1: `svymean`, `svytotal`, `svyratio`, `svymean(deff = )`.
#[test]
fn estimates_agree_with_r() {
    let row = hajek_proportion(&by_row(), &illegal()).expect("share");
    is(&row, 0.210_653_753_026_634_4, 0.077_748_439_720_891_38, 1e-14, "rows");
    let trader = hajek_proportion(&by_trader(), &illegal()).expect("share");
    is(&trader, 0.210_653_753_026_634_4, 0.094_730_386_423_550_33, 1e-14, "traders");
    let nested = hajek_proportion(&by_stratum(), &illegal()).expect("share");
    is(&nested, 0.210_653_753_026_634_4, 0.101_855_290_241_870_37, 1e-14, "traders in strata");
    assert_eq!((trader.degrees_of_freedom(), nested.degrees_of_freedom()), (7, 6));
    let total = horvitz_thompson_total(&by_trader(), &y()).expect("total");
    is(&total, 87.0, 25.809_743_453_642_795, 1e-12, "total");
    let (illegal_views, all_views) = views();
    let share = ratio(&by_trader(), &illegal_views, &all_views).expect("ratio");
    is(&share, 0.801_308_900_523_560_2, 0.092_378_113_874_723_7, 1e-14, "views");
    let deff = design_effect(&by_trader(), &y()).expect("design effect");
    near(deff.with_replacement, 1.241_279_847_042_235, 1e-12, "deff = replace");
    near(deff.without_replacement.expect("weights of a population"), 1.317_862_665_368_748_2, 1e-12, "deff = TRUE");
    let deff = design_effect(&by_stratum(), &y()).expect("design effect");
    near(deff.with_replacement, 1.435_021_037_690_078_3, 1e-12, "deff = replace, strata");
}

/// R: `fpc = ~N` with 40 and 25 traders in the population; 413 listings.
#[test]
fn finite_populations_agree_with_r() {
    let sizes: Vec<f64> = strata().iter().map(|low| if *low { 25.0 } else { 40.0 }).collect();
    let design = by_stratum().finite_population(&sizes).expect("design");
    let (illegal_views, all_views) = views();
    let mean = hajek_mean(&design, &y()).expect("mean");
    is(&mean, 0.210_653_753_026_634_4, 0.094_390_290_065_798_17, 1e-14, "mean");
    let total = horvitz_thompson_total(&design, &y()).expect("total");
    is(&total, 87.0, 25.011_197_492_323_31, 1e-12, "total");
    let share = ratio(&design, &illegal_views, &all_views).expect("ratio");
    is(&share, 0.801_308_900_523_560_2, 0.090_765_890_305_395_04, 1e-14, "ratio");
    let listings = by_row().finite_population(&[413.0; 24]).expect("design");
    is(&hajek_mean(&listings, &y()).expect("mean"), 0.210_653_753_026_634_4, 0.075_455_596_566_012_6, 1e-14, "rows");
}

/// R: `postStratify` to 300 listings with weights from 15 on and 160 below; `subset` for the domain.
#[test]
fn post_strata_and_domains_agree_with_r() {
    let groups: Vec<&str> = SURVEY24.iter().map(|row| if row.2 >= 15.0 { "big" } else { "small" }).collect();
    let sizes = [("big", 300.0), ("small", 160.0)];
    let population: Vec<f64> = strata().iter().map(|low| if *low { 25.0 } else { 40.0 }).collect();
    let seen: Vec<bool> = SURVEY24.iter().map(|row| row.3 >= 25.0).collect();
    let (illegal_views, all_views) = views();
    let finite = by_stratum().finite_population(&population).expect("design");
    for (design, mean, total, share, domain) in [
        (
            by_stratum(),
            0.057_642_739_651_275_51,
            26.515_660_239_586_733,
            0.057_464_009_264_651_034,
            0.071_904_455_065_638_21,
        ),
        (finite, 0.052_952_476_119_905_556, 24.358_139_015_156_553, 0.052_985_671_798_800_44, 0.066_490_472_335_289_3),
    ] {
        let design = design.post_stratified(&groups, &sizes).expect("design");
        is(&hajek_mean(&design, &y()).expect("mean"), 0.281_909_658_667_598_7, mean, 1e-14, "mean");
        is(&horvitz_thompson_total(&design, &y()).expect("total"), 129.678_442_987_095_42, total, 1e-12, "total");
        let views = ratio(&design, &illegal_views, &all_views).expect("ratio");
        is(&views, 0.857_944_318_970_093_9, share, 1e-14, "ratio");
        let part = domain_mean(&design, &y(), &seen).expect("domain");
        is(&part, 0.505_282_333_513_761_5, domain, 1e-14, "domain");
        assert_eq!(part.degrees_of_freedom(), 4);
    }
    let viewed: Vec<bool> = SURVEY24.iter().map(|row| row.3 >= 50.0).collect();
    let part = domain_mean(&by_trader(), &y(), &viewed).expect("domain");
    is(&part, 0.639_705_882_352_941_2, 0.133_198_356_438_696_4, 1e-14, "domain");
    assert_eq!(part.degrees_of_freedom(), 4);
    limits(&beta(&part, 0.95), 0.256_250_019_201_059_7, 0.922_077_037_426_556_7, 1e-10, "domain, beta");
    let part = domain_mean(&by_stratum(), &y(), &viewed).expect("domain");
    is(&part, 0.639_705_882_352_941_2, 0.143_869_523_693_649_83, 1e-14, "domain in strata");
    assert_eq!(part.degrees_of_freedom(), 3);
}

/// R: `options(survey.lonely.psu = )` with the sixth trader as a stratum of its own.
#[test]
fn single_units_agree_with_r() {
    let strata: Vec<u8> = SURVEY24.iter().map(|row| if row.0 == 6 { 2 } else { u8::from(row.0 > 4) }).collect();
    let design = by_trader().stratified(&strata).expect("design");
    assert!(hajek_mean(&design, &y()).is_err());
    for (rule, mean, total) in [
        (SinglePsu::Adjust, 0.096_591_612_254_245_34, 32.664_965_942_122_15),
        (SinglePsu::Certainty, 0.088_706_194_507_935_13, 25.826_343_140_289_914),
    ] {
        let design = design.clone().single_psu(rule);
        let found = hajek_mean(&design, &y()).expect("mean");
        is(&found, 0.210_653_753_026_634_4, mean, 1e-14, "mean");
        assert_eq!(found.degrees_of_freedom(), 5);
        is(&horvitz_thompson_total(&design, &y()).expect("total"), 87.0, total, 1e-12, "total");
    }
}

/// R: `svyciprop` with `method = "xlogit"`, `"asin"`, `"mean"`, `"beta"`; `"logit"` agrees with `"xlogit"` to 1e-8.
#[test]
fn limits_agree_with_r() {
    let [row, trader, nested] =
        [by_row(), by_trader(), by_stratum()].map(|design| hajek_proportion(&design, &illegal()).expect("share"));
    for (share, logit, asin, mean, kg) in [
        (
            &row,
            (0.092_100_779_505_837_8, 0.412_478_550_248_164_8),
            (0.076_173_119_154_334_77, 0.389_567_233_982_237_36),
            (0.049_818_851_499_805_83, 0.371_488_654_553_462_9),
            (0.079_712_664_896_590_8, 0.407_528_043_512_513_5),
        ),
        (
            &trader,
            (0.064_880_005_367_794_1, 0.506_538_837_090_740_5),
            (0.040_319_285_711_735_99, 0.466_128_531_686_815_2),
            (-0.013_348_016_073_248_6, 0.434_655_522_126_517_4),
            (0.045_532_399_341_946_4, 0.501_895_830_767_170_4),
        ),
        (
            &nested,
            (0.056_260_185_973_014_66, 0.544_354_321_218_069_9),
            (0.029_036_213_793_362_57, 0.497_037_879_969_749_46),
            (-0.038_577_163_768_008_7, 0.459_884_669_821_277_5),
            (0.035_082_591_929_160_86, 0.540_345_317_411_756),
        ),
    ] {
        limits(&p95(logit_limits, share), logit.0, logit.1, 1e-12, "logit");
        limits(&p95(arcsine_limits, share), asin.0, asin.1, 1e-12, "arcsine");
        limits(&p95(mean_limits, share), mean.0, mean.1, 1e-12, "mean");
        limits(&beta(share, 0.95), kg.0, kg.1, 1e-11, "beta");
    }
    limits(&beta(&trader, 0.9), 0.063_375_515_127_233_4, 0.449_873_964_366_900_6, 1e-11, "beta, 90 %");
    let level = Confidence::new(0.9).expect("level");
    let logit = logit_limits(&trader, level).expect("limits");
    limits(&logit, 0.083_146_281_694_445_35, 0.439_884_190_909_038_5, 1e-12, "logit, 90 %");
    // The estimated effective size is below 24 here, so that the cap changes nothing.
    let capped = korn_graubard(&trader, EffectiveSize::AtMostUnits, Confidence::P95).expect("limits");
    assert_eq!(capped.limits, beta(&trader, 0.95).limits);
}

#[test]
fn cases_of_estimates() {
    let est = |id: &str, found: &DesignEstimate| {
        let Some(case) = case(id) else { return };
        let (expected, tolerance) = (&case["expected"], case["abs_tol"].as_f64().expect("tolerance"));
        is(found, number(expected, "est"), number(expected, "se"), tolerance, id);
    };
    est("hajek-weighted-prop", &hajek_proportion(&by_row(), &illegal()).expect("share"));
    est("hajek-cluster-strat", &hajek_proportion(&by_stratum(), &illegal()).expect("share"));
    est("ht-total-cluster", &horvitz_thompson_total(&by_trader(), &y()).expect("total"));
    let (illegal_views, all_views) = views();
    est("view-weighted-ratio", &ratio(&by_trader(), &illegal_views, &all_views).expect("ratio"));
    let finite = by_row().finite_population(&[413.0; 24]).expect("design");
    est("survey-fpc", &hajek_mean(&finite, &y()).expect("mean"));
    est("api-dclus1", &hajek_mean(&dclus1(), &API00.concat()).expect("mean"));
}

#[test]
fn cases_of_limits_and_sizes() {
    let share = hajek_proportion(&by_trader(), &illegal()).expect("share");
    for (id, found) in [
        ("survey-ci-logit", p95(logit_limits, &share)),
        ("survey-ci-asin", p95(arcsine_limits, &share)),
        ("survey-ci-mean", p95(mean_limits, &share)),
    ] {
        let Some(case) = case(id) else { return };
        let (expected, tolerance) = (&case["expected"], case["abs_tol"].as_f64().expect("tolerance"));
        assert_eq!(case["input"]["df"].as_u64(), Some(found.degrees_of_freedom as u64));
        limits(&found, number(expected, "lo"), number(expected, "hi"), tolerance, id);
        near(share.estimate, number(expected, "est"), tolerance, id);
    }
    let Some(kish) = case("kish-neff") else { return };
    let found = kish_effective_size(&weights()).expect("size");
    near(found.effective_size, number(&kish["expected"], "n_eff"), 1e-10, "kish-neff");
    near(found.design_effect, number(&kish["expected"], "deff_w"), 1e-10, "kish-neff");
    let Some(cr0) = case("cluster-robust-mean-CR0") else { return };
    let found = cluster_robust_mean(&y(), &traders()).expect("mean");
    near(found.mean, number(&cr0["expected"], "mean"), 1e-10, "cluster-robust-mean-CR0");
    near(found.se_cr0, number(&cr0["expected"], "se"), 1e-10, "cluster-robust-mean-CR0");
    let Some(discovery) = case("discovery-n-0.01") else { return };
    let p = number(&discovery["input"], "p");
    assert_eq!(discovery_sample_size(p, Confidence::P95).ok(), discovery["expected"]["n"].as_u64());
    let Some(plan) = case("srs-n-precision") else { return };
    let (p, e) = (number(&plan["input"], "p"), number(&plan["input"], "e"));
    let found = sample_size_for_precision(p, e, plan["input"]["N"].as_u64(), 1.0, Confidence::P95).expect("plan");
    near(found.n_infinite, number(&plan["expected"], "n_inf"), 1e-9, "srs-n-precision");
    assert_eq!(Some(found.n), plan["expected"]["n_fpc"].as_u64());
}

/// Begg and Greenes (1983): 180 of 200 audited among 5 000 flagged, 6 of 400 among 95 000 others are illegal. The
/// variance of that case is p (1 − p)/n within strata, that of the design p (1 − p)/(n − 1): 0.1 % more in the standard
/// error.
#[test]
fn recall_of_two_phases_is_a_ratio() {
    let mut rows = Vec::new();
    for (flagged, illegal, checked, size) in [(1.0, 180, 200, 5000.0), (0.0, 6, 400, 95_000.0)] {
        let y = |i| if i < illegal { 1.0 } else { 0.0 };
        rows.extend((0..checked).map(|i| (size / f64::from(checked), flagged > 0.0, y(i), y(i) * flagged)));
    }
    let of = |column: fn(&(f64, bool, f64, f64)) -> f64| rows.iter().map(column).collect::<Vec<f64>>();
    let strata: Vec<bool> = rows.iter().map(|row| row.1).collect();
    let design = Design::new(&of(|row| row.0)).and_then(|d| d.stratified(&strata)).expect("design");
    let recall = ratio(&design, &of(|row| row.3), &of(|row| row.2)).expect("recall");
    near(recall.estimate, 0.759_493_670_886_076, 1e-12, "recall-two-phase");
    near(recall.standard_error(), 0.074_135_592_878_010_73 * (400.0_f64 / 399.0).sqrt(), 1e-4, "recall-two-phase");
    assert!(recall.standard_error() > 0.074_135_592_878_010_73);
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("no number {key}"))
}

/// The same facts for where the cases are absent: L. Kish (1965); `sandwich::vcovCL` of R with HC0; closed forms.
#[test]
fn sizes_and_plans() {
    let kish = kish_effective_size(&weights()).expect("size");
    near(kish.effective_size, 18.513_947_682_622_38, 1e-12, "n_eff");
    near(kish.design_effect, 1.296_319_964_354_601_3, 1e-12, "1 + CV²");
    let robust = cluster_robust_mean(&y(), &traders()).expect("mean");
    near(robust.mean, 0.375, 1e-15, "mean");
    near(robust.se_cr0, 0.120_130_860_361_154_13, 1e-14, "CR0");
    near(robust.se_cr1, 0.120_130_860_361_154_13 * (8.0_f64 / 7.0).sqrt(), 1e-14, "CR1");
    assert_eq!(discovery_sample_size(0.01, Confidence::P95), Ok(299));
    let plan = sample_size_for_precision(0.5, 0.05, Some(10_000), 1.0, Confidence::P95).expect("plan");
    near(plan.n_infinite, 384.145_882_069_412_55, 1e-9, "n without end");
    assert_eq!(plan.n, 370);
}

/// `apiclus1` of R `survey`: scores of the schools in 15 of 757 Californian districts, 2000.
const API00: [&[f64]; 15] = [
    &[608.0, 684.0, 612.0, 710.0, 729.0, 714.0, 759.0, 585.0, 625.0, 664.0, 669.0],
    &[443.0, 467.0, 482.0, 496.0],
    &[411.0, 494.0],
    &[493.0, 592.0, 550.0, 689.0, 598.0, 628.0, 652.0, 628.0, 832.0, 777.0, 709.0, 709.0, 736.0],
    &[561.0, 555.0],
    &[696.0, 631.0, 564.0, 602.0],
    &[529.0, 491.0, 510.0, 547.0],
    &[814.0, 806.0, 715.0, 785.0, 720.0, 905.0, 617.0, 630.0, 629.0, 696.0, 476.0, 757.0, 825.0, 595.0, 552.0, 847.0],
    &[714.0, 724.0, 687.0, 723.0, 662.0, 699.0, 807.0, 679.0, 691.0],
    &[
        622.0, 754.0, 655.0, 764.0, 795.0, 505.0, 638.0, 733.0, 523.0, 511.0, 710.0, 657.0, 602.0, 490.0, 664.0, 651.0,
        603.0, 698.0, 511.0, 814.0, 669.0, 711.0, 538.0, 705.0, 595.0, 551.0, 762.0, 521.0, 709.0, 780.0, 780.0, 722.0,
        828.0, 737.0,
    ],
    &[
        595.0, 661.0, 502.0, 614.0, 585.0, 582.0, 642.0, 536.0, 746.0, 667.0, 629.0, 745.0, 674.0, 637.0, 696.0, 632.0,
        639.0, 745.0, 789.0, 656.0, 789.0,
    ],
    &[
        517.0, 478.0, 582.0, 592.0, 587.0, 553.0, 516.0, 535.0, 566.0, 481.0, 472.0, 559.0, 610.0, 599.0, 551.0, 554.0,
        561.0, 505.0, 492.0, 504.0, 487.0, 627.0, 465.0, 529.0, 625.0, 436.0, 542.0, 515.0, 461.0, 528.0, 512.0, 508.0,
        670.0, 760.0, 652.0, 546.0, 717.0,
    ],
    &[701.0, 748.0, 735.0, 699.0, 685.0, 827.0, 711.0, 677.0, 759.0, 697.0, 742.0, 691.0, 700.0],
    &[551.0],
    &[703.0, 676.0, 714.0, 842.0, 824.0, 717.0, 836.0, 733.0, 719.0, 817.0, 749.0, 781.0],
];

fn dclus1() -> Design {
    let districts: Vec<usize> = API00.iter().enumerate().flat_map(|(i, d)| vec![i; d.len()]).collect();
    let weights = vec![33.846_996_307_373_05; districts.len()];
    let design = Design::new(&weights).and_then(|d| d.clustered(&districts));
    design.and_then(|d| d.finite_population(&vec![757.0; districts.len()])).expect("design")
}

/// R documentation of `svymean`: 644.17, standard error 23.54. Shares of schools above 800 by `svyciprop`.
#[test]
fn schools_agree_with_r() {
    let scores = API00.concat();
    let mean = hajek_mean(&dclus1(), &scores).expect("mean");
    is(&mean, 644.169_398_907_103_9, 23.542_240_693_781_04, 1e-9, "api00");
    assert_eq!((mean.units, mean.psus, mean.degrees_of_freedom()), (183, 15, 14));
    let high: Vec<bool> = scores.iter().map(|score| *score > 800.0).collect();
    let share = hajek_proportion(&dclus1(), &high).expect("share");
    near(share.estimate, 0.076_502_732_240_495_95, 1e-12, "share");
    // `method = "logit"`, an iterated fit.
    limits(&p95(logit_limits, &share), 0.029_064_882_910_634_117, 0.186_494_066_345_790_77, 1e-7, "logit");
}
