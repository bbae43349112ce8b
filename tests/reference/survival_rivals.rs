//! Rival events, recurring events, interval-censored and right-truncated times.

use systemic::stats::survival::{
    CensoredInterval, DelayTable, IncidenceVariance, RecurrentRow, Transform, aalen_johansen, kaplan_meier,
    mean_cumulative_function, right_truncated, turnbull,
};

use super::survival::{P95, code, number, numbers, table};
use super::survival_groups::RIVALS;
use super::{case, near, shared};

/// Incidence and errors of R's survival 3.5-3 (jackknife) and cmprsk 2.2-11 (Aalen's variance), at t = 20.
#[test]
fn incidence() {
    let sample = table(&RIVALS.0, &RIVALS.1);
    let jackknife = aalen_johansen(&sample, IncidenceVariance::InfinitesimalJackknife).expect("events");
    let aalen = aalen_johansen(&sample, IncidenceVariance::Aalen).expect("events");
    for (event, f, se, variance) in [
        (1, 0.524_310_064_935_064_9, 0.125_489_830_560_318, 0.018_506_834_232_827_1),
        (2, 0.227_313_311_688_311_7, 0.100_864_140_161_593, 0.011_414_168_597_906_3),
    ] {
        let found = jackknife.at(20.0, event).expect("within follow-up");
        near(found.incidence, f, 1e-12, "F");
        near(found.standard_error.expect("events"), se, 1e-12, "jackknife");
        let found = aalen.at(20.0, event).expect("within follow-up");
        near(found.standard_error.expect("events").powi(2), variance, 1e-12, "Aalen");
    }
    let Some(case) = case("aalen-johansen-small") else { return };
    assert_eq!(numbers(&case["input"]["time"]), RIVALS.0);
    assert_eq!(numbers(&case["input"]["event"]), RIVALS.1);
    let tolerance = number(&case["abs_tol"]);
    for (event, name) in [(1, "removed"), (2, "suspended")] {
        for (i, t) in numbers(&case["input"]["t"]).into_iter().enumerate() {
            let expected = |what: &str| number(&case["expected"][what.replace('*', name)][i]);
            let found = jackknife.at(t, event).expect("within follow-up");
            near(found.incidence, expected("cif_*"), tolerance, name);
            near(found.standard_error.expect("events"), expected("se_*_ij"), tolerance, name);
            let found = aalen.at(t, event).expect("within follow-up");
            near(found.standard_error.expect("events").powi(2), expected("var_*_aalen"), tolerance, name);
        }
    }
}

/// 1 − Kaplan–Meier with rivals as censorings exceeds the probability: 0.622 against 0.524.
#[test]
fn naive_complement_is_too_large() {
    let sample = table(&RIVALS.0, &RIVALS.1);
    let naive = kaplan_meier(&sample.cause_specific(1)).expect("spells");
    let right = aalen_johansen(&sample, IncidenceVariance::default()).expect("events");
    let pair = |t: f64| (1.0 - naive.at(t).expect("t").survival, right.at(t, 1).expect("t").incidence);
    near(pair(20.0).0, 0.622_377_622_377_622, 1e-12, "1 − KM");
    near(pair(20.0).1, 0.524_310_064_935_064_9, 1e-12, "F");
    let Some(case) = case("naive-1-KM-bias") else { return };
    for (i, t) in numbers(&case["input"]["t"]).into_iter().enumerate() {
        let expected = |name: &str| numbers(&case["expected"][name])[i];
        near(pair(t).0, expected("one_minus_km"), number(&case["abs_tol"]), "naive-1-KM-bias");
        near(pair(t).1, expected("aalen_johansen"), number(&case["abs_tol"]), "naive-1-KM-bias");
    }
}

#[test]
fn incidence_of_mgus2() {
    let id = "aalen-johansen-mgus2";
    let (Some(folder), Some(case)) = (shared(), case(id)) else { return };
    let found = aalen_johansen(&super::survival_tables::mgus2(&folder), IncidenceVariance::default()).expect("events");
    for (i, t) in numbers(&case["input"]["t"]).into_iter().enumerate() {
        for (event, name) in [(1, "pcm"), (2, "death")] {
            let at = found.at(t, event).expect("within follow-up");
            let (se, tolerance) = (format!("se_{name}"), number(&case["abs_tol"]));
            near(at.incidence, numbers(&case["expected"][name])[i], tolerance, id);
            near(at.standard_error.expect("events"), numbers(&case["expected"][&se])[i], tolerance, id);
        }
    }
}

/// Six units; R's `survfit(Surv(start, stop, event) ~ 1, id = id, robust = TRUE)`, cumulative hazard. By hand:
/// at t = 2 one of six has an event, so that M = 1/6 and its variance 5/6³.
#[test]
fn recurrence() {
    let rows: Vec<RecurrentRow> = [
        (1, 0, 3, 1),
        (1, 3, 7, 1),
        (1, 7, 12, 0),
        (2, 0, 5, 1),
        (2, 5, 10, 0),
        (3, 0, 8, 0),
        (4, 0, 2, 1),
        (4, 2, 4, 1),
        (4, 4, 9, 1),
        (4, 9, 14, 0),
        (5, 0, 6, 0),
        (6, 0, 6, 1),
        (6, 6, 11, 0),
    ]
    .map(|(unit, entry, exit, events)| RecurrentRow { unit, entry: f64::from(entry), exit: f64::from(exit), events })
    .to_vec();
    let found = mean_cumulative_function(&rows).expect("rows");
    assert_eq!((found.units, found.events), (6, 7));
    near(found.steps[0].mean, 1.0 / 6.0, 1e-15, "M(2)");
    near(found.steps[0].variance, 5.0 / 216.0, 1e-15, "variance");
    let last = found.at(13.0).expect("within follow-up");
    near(last.mean, 1.283_333_333_333_333_2, 1e-14, "M(9)");
    near(last.variance.sqrt(), 0.441_677_148_722_575, 1e-13, "se");
    assert_eq!(found.at(14.5), None);
    let id = "mcf-recurrent";
    let Some(case) = case(id) else { return };
    let [unit, start, stop, event] = ["id", "start", "stop", "event"].map(|name| numbers(&case["input"][name]));
    for (i, row) in rows.iter().enumerate() {
        let given =
            RecurrentRow { unit: u64::from(code(unit[i])), entry: start[i], exit: stop[i], events: code(event[i]) };
        assert_eq!(row, &given);
    }
    let [t, mean, error] = ["t", "mcf", "se_robust"].map(|name| numbers(&case["expected"][name]));
    assert_eq!(t.len(), found.steps.len());
    for (i, step) in found.steps.iter().enumerate() {
        near(step.time, t[i], 0.0, id);
        near(step.mean, mean[i], number(&case["abs_tol"]), id);
        near(step.variance.sqrt(), error[i], number(&case["abs_tol"]), id);
    }
}

/// Months to breast retraction after radiotherapy alone, `(last look without, first with]`, of D. M.
/// Finkelstein and R. A. Wolfe, *Biometrics* 41 (1985), 933–945; 100 for not seen.
const COSMESIS: [(u8, u8); 46] = [
    (45, 100),
    (6, 10),
    (0, 7),
    (46, 100),
    (46, 100),
    (7, 16),
    (17, 100),
    (7, 14),
    (37, 44),
    (0, 8),
    (4, 11),
    (15, 100),
    (11, 15),
    (22, 100),
    (46, 100),
    (46, 100),
    (25, 37),
    (46, 100),
    (26, 40),
    (46, 100),
    (27, 34),
    (36, 44),
    (46, 100),
    (36, 48),
    (37, 100),
    (40, 100),
    (17, 25),
    (46, 100),
    (11, 18),
    (38, 100),
    (5, 12),
    (37, 100),
    (0, 5),
    (18, 100),
    (24, 100),
    (36, 100),
    (5, 11),
    (19, 35),
    (17, 25),
    (24, 100),
    (32, 100),
    (33, 100),
    (19, 26),
    (37, 100),
    (34, 100),
    (36, 100),
];

/// The estimate that M. P. Fay and P. A. Shaw print in *Journal of Statistical Software* 36 (2010), no. 2, by
/// `icfit` of the R package interval.
#[test]
fn interval_censoring() {
    let intervals: Vec<CensoredInterval> = COSMESIS
        .iter()
        .map(|(after, by)| CensoredInterval {
            after: f64::from(*after),
            by: if *by == 100 { f64::INFINITY } else { f64::from(*by) },
            count: 1,
        })
        .collect();
    let found = turnbull(&intervals).expect("intervals");
    let expected = [
        (4.0, 5.0, 0.0463),
        (6.0, 7.0, 0.0334),
        (7.0, 8.0, 0.0887),
        (11.0, 12.0, 0.0708),
        (24.0, 25.0, 0.0926),
        (33.0, 34.0, 0.0818),
        (38.0, 40.0, 0.1209),
        (46.0, 48.0, 0.4656),
    ];
    assert_eq!(found.intervals.len(), expected.len());
    for (interval, (after, by, probability)) in found.intervals.iter().zip(expected) {
        near(interval.after, after, 0.0, "begin");
        near(interval.by, by, 0.0, "end");
        near(interval.probability, probability, 5.01e-5, "probability");
    }
    assert!(found.gap <= 46.0 * 1e-10);
    assert_eq!(found.quantile(0.5).map(|q| (q.lower, q.upper)), Some((38.0, 40.0)));
}

/// Exact and right-censored times alone: the Kaplan–Meier estimate.
#[test]
fn turnbull_without_intervals_is_kaplan_meier() {
    let (times, events) = super::survival::REMISSION;
    let intervals: Vec<CensoredInterval> = times
        .iter()
        .zip(&events)
        .map(|(t, e)| CensoredInterval { after: *t, by: if *e > 0.0 { *t } else { f64::INFINITY }, count: 1 })
        .collect();
    let (found, curve) = (turnbull(&intervals).expect("intervals"), kaplan_meier(&table(&times, &events)).expect("s"));
    for step in &curve.steps {
        let range = found.survival(step.time);
        near(range.lower, step.survival, 1e-7, "S");
        // Right-censored at the last time leaves the rest open.
        if step.time < 35.0 {
            near(range.upper, step.survival, 1e-7, "S");
        }
    }
}

/// Time of infection and of induction of AIDS, in years, of 37 children: Klein and Moeschberger (2003), section
/// 1.19; a child is on record where the two add up to at most 8.
const CHILDREN: [(f64, f64); 37] = [
    (1.0, 5.5),
    (1.5, 2.25),
    (2.25, 3.0),
    (2.75, 1.0),
    (3.0, 1.75),
    (3.5, 0.75),
    (3.75, 0.75),
    (3.75, 1.0),
    (3.75, 2.75),
    (3.75, 3.0),
    (3.75, 3.5),
    (3.75, 4.25),
    (4.0, 1.0),
    (4.25, 1.75),
    (4.5, 3.25),
    (4.75, 1.0),
    (4.75, 2.25),
    (5.0, 0.5),
    (5.0, 0.75),
    (5.0, 1.5),
    (5.0, 2.5),
    (5.25, 0.25),
    (5.25, 1.0),
    (5.25, 1.5),
    (5.5, 0.5),
    (5.5, 1.5),
    (5.5, 2.5),
    (5.75, 1.75),
    (6.0, 0.5),
    (6.0, 1.25),
    (6.25, 0.5),
    (6.25, 1.25),
    (6.5, 0.75),
    (6.75, 0.5),
    (6.75, 0.75),
    (7.0, 0.75),
    (7.25, 0.25),
];

/// The curve of lifelines 0.30.3 in reversed time: durations 8 − induction, entry at the time of infection.
#[test]
fn right_truncation() {
    let pairs: Vec<(f64, f64)> = CHILDREN.iter().map(|(infected, delay)| (*delay, 8.0 - infected)).collect();
    let sample = DelayTable::from_delays(&pairs).expect("delays");
    let found = right_truncated(&sample, 7.0).expect("delays");
    assert_eq!((found.n, found.exhausted_at), (37, None));
    near(found.conditional_on_at_most, 7.0, 0.0, "t*");
    // The curve of lifelines at 8 − u is P(T < u): the value at the delay before u.
    for (t, probability) in [
        (0.25, 0.024_289_125_990_748_5),
        (0.5, 0.085_011_940_967_619_7),
        (1.0, 0.223_662_368_498_142),
        (1.75, 0.348_598_769_651_401),
        (2.75, 0.458_365_164_247_517),
        (3.25, 0.559_440_559_440_559),
        (3.5, 0.606_060_606_060_606),
        (4.25, 0.666_666_666_666_667),
        (5.5, 1.0),
    ] {
        near(found.at(t).expect("below t*").probability, probability, 1e-12, "P");
    }
    assert_eq!(found.at(7.5), None);
    let median = found.quantile(0.5, Transform::LogLog, P95).expect("p");
    near(median.estimate, 3.0, 0.0, "conditional median");
    assert!(median.limits.contains(3.0) && median.limits.upper <= 7.0);
    // Greenwood's sum by hand for the longest delay but one: 1 of 3 at 5.5.
    let at = found.at(4.25).expect("below t*");
    near(at.standard_error.expect("inner"), 2.0 / 3.0 * (1.0_f64 / 6.0).sqrt(), 1e-14, "se");
    // Conditional on fewer years: P(T ≤ t | T ≤ 3) = P(T ≤ t | T ≤ 7) / P(T ≤ 3 | T ≤ 7).
    let shorter = right_truncated(&sample, 3.0).expect("delays");
    let ratio = found.at(1.0).expect("t").probability / found.at(3.0).expect("t").probability;
    near(shorter.at(1.0).expect("t").probability, ratio, 1e-14, "shorter");
    // A plain median of the delays on record is far too short.
    let mut delays: Vec<f64> = CHILDREN.iter().map(|child| child.1).collect();
    delays.sort_by(f64::total_cmp);
    assert!(delays[18] < 1.5 && median.limits.lower >= 1.0);
    assert!(right_truncated(&sample, 7.5).is_err());
}
