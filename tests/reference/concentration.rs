//! Concentration against closed forms and resampling of `SciPy`.

use serde_json::Value;
use systemic::stats::Confidence;
use systemic::stats::concentration::{
    Concentration, FrequencyTable, bootstrap, gini, herfindahl_hirschman, jackknife, lorenz, lorenz_ordinate,
    top_share, top_units_share,
};

use super::{case, near};

fn table(values: &[u64]) -> FrequencyTable {
    values.iter().map(|value| (*value, 1)).collect()
}

/// Offences of 14 traders, half of them without any.
const OFFENCES: [u64; 14] = [0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 20];

/// Σ (2i − n − 1) x_(i)/(n Σ x), its correction, Σ s², shares of the largest unit and of the top 10 %: closed forms,
/// also computed from the mean difference (Gini 1912; Deaton 1997; Dixon et al. 1987).
#[test]
fn closed_forms() {
    let offenders = table(&OFFENCES).without_zeros();
    for (values, g, corrected, hhi, top1, top10) in [
        (table(&[1, 2, 3, 4, 5]), 4.0 / 15.0, 1.0 / 3.0, 55.0 / 225.0, 1.0 / 3.0, 1.0 / 3.0),
        (table(&OFFENCES), 0.764_285_714_285_714_2, 0.823_076_923_076_923, 0.315, 0.5, 0.7),
        (offenders, 0.528_571_428_571_428_6, 0.616_666_666_666_666_7, 0.315, 0.5, 0.5),
    ] {
        let found = gini(&values).expect("gini");
        near(found.population, g, 1e-14, "gini");
        near(found.corrected.expect("several units"), corrected, 1e-14, "corrected");
        near(herfindahl_hirschman(&values).expect("index").index, hhi, 1e-14, "index");
        near(top_units_share(&values, 1).expect("top").share, top1, 1e-14, "largest unit");
        near(top_share(&values, 0.01).expect("top").share, top1, 1e-14, "top 1 %");
        near(top_share(&values, 0.1).expect("top").share, top10, 1e-14, "top 10 %");
    }
}

/// Cumulative shares of the traders in increasing order (Lorenz 1905).
#[test]
fn lorenz_curve_of_offences() {
    let expected = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.025, 0.05, 0.1, 0.175, 0.3, 0.5, 1.0];
    for (units, share) in (0..).zip(expected) {
        near(lorenz_ordinate(&table(&OFFENCES), units).expect("ordinate"), share, 1e-15, "ordinate");
    }
    let points = lorenz(&table(&OFFENCES)).expect("curve");
    let units: Vec<u64> = points.iter().map(|p| p.units).collect();
    assert_eq!(units, [0, 7, 9, 10, 11, 12, 13, 14]);
    for point in points {
        near(point.total_share, expected[usize::try_from(point.units).expect("small")], 1e-15, "point");
    }
}

/// `scipy.stats.bootstrap` (`SciPy` 1.17.1) with 40 000 resamples, to the error of both simulations; leave-one-out with
/// numpy.
#[test]
fn limits_agree_with_scipy() {
    let offenders = table(&OFFENCES).without_zeros();
    let many: FrequencyTable = (1..).zip([300, 200, 120, 80, 50, 30, 20, 10, 6, 4]).chain([(30, 5)]).collect();
    for (values, percentile, bca, error, jack, tolerance) in [
        (&offenders, (0.232_80, 0.598_21), (0.411_43, 0.626_37), 0.099_92, 0.125_836_559_295_664_84, 0.01),
        (&many, (0.369_41, 0.428_12), (0.374_06, 0.435_24), 0.015_08, 0.015_408_368_473_886_498, 0.001),
    ] {
        let found = bootstrap(values, Concentration::Gini, 19_999, 1, Confidence::P95).expect("limits");
        near(found.percentile.lower, percentile.0, tolerance, "percentile");
        near(found.percentile.upper, percentile.1, tolerance, "percentile");
        let accelerated = found.bca.expect("limits");
        near(accelerated.lower, bca.0, tolerance, "BCa");
        near(accelerated.upper, bca.1, tolerance, "BCa");
        near(found.standard_error, error, tolerance / 5.0, "standard error");
        let exact = jackknife(values, Concentration::Gini, Confidence::P95).expect("limits");
        near(exact.standard_error, jack, 1e-12, "jackknife");
    }
    let exact = |measure| jackknife(&many, measure, Confidence::P95).expect("limits");
    near(exact(Concentration::Gini).bias_corrected, 0.399_301_301_655_953, 1e-10, "bias");
    near(exact(Concentration::HerfindahlHirschman).standard_error, 0.000_261_649_260_830_988_5, 1e-12, "index");
    near(exact(Concentration::TopUnits(3)).standard_error, 0.001_419_092_913_910_029_3, 1e-12, "top 3");
}

#[test]
fn cases() {
    for id in ["gini-12345", "gini-offences14", "gini-offences-nozero"] {
        let Some(case) = case(id) else { return };
        let values = table(&list(&case["input"]["x"]));
        let expected = |key: &str| case["expected"][key].as_f64();
        let tolerance = case["abs_tol"].as_f64().expect("tolerance");
        let found = gini(&values).expect("gini");
        near(found.population, expected("gini").expect("gini"), tolerance, id);
        near(found.corrected.expect("units"), expected("gini_unbiased").expect("corrected"), tolerance, id);
        for (key, share) in [
            ("hhi", herfindahl_hirschman(&values).expect("index").index),
            ("top1_share", top_units_share(&values, 1).expect("top").share),
            ("top_10pct_share", top_share(&values, 0.1).expect("top").share),
        ] {
            if let Some(expected) = expected(key) {
                near(share, expected, tolerance, key);
            }
        }
    }
    let Some(case) = case("lorenz-offences14") else { return };
    let values = table(&list(&case["input"]["x"]));
    for (units, share) in (0..).zip(case["expected"]["L"].as_array().expect("ordinates")) {
        near(lorenz_ordinate(&values, units).expect("ordinate"), share.as_f64().expect("share"), 1e-12, "Lorenz");
    }
}

fn list(values: &Value) -> Vec<u64> {
    values.as_array().expect("values").iter().map(|v| v.as_u64().expect("a count")).collect()
}
