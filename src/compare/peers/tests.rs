//! Ranks, limits, false alarms, and what does not change a result.

use proptest::prelude::*;
use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::*;
use crate::estimate::IntervalKind;
use crate::time::Period;

const H2: Period = Period { start: 20_270, end: 20_454 };

fn float(n: u64) -> f64 {
    standard::float(n)
}

fn share(platform: &str, k: u64, n: u64) -> Estimate {
    let mut e = Estimate::census("complaint-reversal-rate", 1, "share", "share", H2);
    (e.platform, e.basis, e.value) = (platform.into(), "report".into(), Some(float(k) / float(n)));
    (e.k, e.n) = (i64::try_from(k).ok(), i64::try_from(n).ok());
    e
}

/// The eight units of the reference data on funnels.
fn eight() -> Vec<Estimate> {
    let events = [12, 30, 8, 55, 20, 5, 40, 18];
    let trials = [60, 100, 50, 180, 90, 40, 160, 110];
    ["A", "B", "C", "D", "E", "F", "G", "H"]
        .into_iter()
        .zip(events.into_iter().zip(trials))
        .map(|(p, (k, n))| share(p, k, n))
        .collect()
}

fn compared(rows: &[Estimate], options: Options) -> Vec<Comparison> {
    let rows: Vec<&Estimate> = rows.iter().collect();
    compare(&rows, Grouping::All, options).expect("compared").rows
}

fn of<'a>(rows: &'a [Comparison], platform: &str) -> &'a Comparison {
    rows.iter().find(|c| c.platform == platform).expect(platform)
}

fn near(x: Option<f64>, reference: f64, tolerance: f64) {
    assert!(x.is_some_and(|x| (x - reference).abs() <= tolerance), "{x:?} is not {reference}");
}

/// z-scores, φ and τ² of the reference data; limits at n = 50 of `SciPy` are checked where the statistic is.
#[test]
fn the_reference_data_give_its_figures() {
    let plain = Options { spread: Spread::None, ..Options::default() };
    let rows = compared(&eight(), plain);
    let d = of(&rows, "D");
    near(d.z, 2.129_168_168_981_934_6, 1e-12);
    near(d.target, 0.237_974_683_544_303_8, 1e-12);
    near(d.phi, 1.632_808_733_388_973_4, 1e-12);
    assert_eq!((d.rank, d.peers, d.tau, d.position.as_deref()), (Some(1), Some(8), None, Some("above_95")));
    assert_eq!(d.p, d.p_chance, "by chance alone, p is mid-P");
    // 30 of 100 and 55 of 180 are 0.3 and 0.3056; the median of all is the mean of 0.2 and 0.2222.
    near(d.reference, f64::midpoint(0.2, 20.0 / 90.0), 1e-12);
    let winsorised = Options { spread: Spread::AdditiveWinsorised, winsorised: 0.0, target: Target::Pooled };
    let rows = compared(&eight(), winsorised);
    near(of(&rows, "D").tau.map(|t| t * t), 0.002_231_226_381_017_408, 1e-12);
    near(of(&rows, "A").z, -0.523_920_562_660_823_2, 1e-10);
    let multiplicative = Options { spread: Spread::Multiplicative, ..Options::default() };
    near(of(&compared(&eight(), multiplicative), "A").z, -0.540_570_139_829_177_2, 1e-10);
    // Paule and Mandel: the root in SciPy.
    let rows = compared(&eight(), Options::default());
    near(of(&rows, "D").tau.map(|t| t * t), 0.002_148_269_054_548_307_2, 1e-12);
    near(of(&rows, "D").target, 0.227_213_020_241_768_93, 1e-10);
    assert_eq!(of(&rows, "D").interval_kind, IntervalKind::Process);
    assert!(of(&rows, "D").note.as_deref().is_some_and(|n| n.contains("a census has no sampling error")));
}

/// p.adjust(c(0.04, 0.001, 0.04, 0.2, 0.013), "BH") of R is 0.05, 0.005, 0.05, 0.2, 0.0325; here the family is the
/// platforms of one question, and adjusted values are those of `adjust`.
#[test]
fn one_question_is_one_family() {
    let mut both = eight();
    let mut other = eight();
    for e in &mut other {
        e.indicator = "other".into();
    }
    both.extend(other);
    let rows = compared(&both, Options { spread: Spread::None, ..Options::default() });
    let p: Vec<f64> = rows.iter().filter(|c| c.indicator == "other").filter_map(|c| c.p).collect();
    let expected = adjust(&p, Adjustment::BenjaminiHochberg).expect("valid");
    let found: Vec<f64> = rows.iter().filter(|c| c.indicator == "other").filter_map(|c| c.p_adjusted).collect();
    assert_eq!(found, expected);
    assert_eq!(p.len(), 8);
}

#[test]
fn ties_have_equal_ranks_and_the_next_one_skips() {
    let rows = compared(
        &[share("A", 5, 10), share("B", 5, 10), share("C", 50, 100), share("D", 9, 10), share("E", 1, 10)],
        Options::default(),
    );
    let ranks: Vec<_> = ["A", "B", "C", "D", "E"].map(|p| of(&rows, p).rank).into();
    assert_eq!(ranks, [Some(2), Some(2), Some(2), Some(1), Some(5)]);
    assert!(of(&rows, "A").rank_lower.is_none(), "a census has its ranks");
}

#[test]
fn few_peers_are_insufficient_and_some_more_have_no_funnel() {
    let two = compared(&eight()[..2], Options::default());
    assert!(two.iter().all(|c| c.status == Status::Insufficient && c.rank.is_none() && c.difference.is_none()));
    assert!(two[0].value.is_some(), "the value itself stays");
    let four = compared(&eight()[..4], Options::default());
    assert!(four.iter().all(|c| c.rank.is_some() && c.z.is_none() && c.position.is_none()));
    assert!(four[0].note.as_deref().is_some_and(|n| n.contains("no funnel: it needs 5")));
    let mut gap = eight();
    gap[0] = gap[0].clone().without_value(Status::Insufficient, "n = 3 is below 10");
    let rows = compared(&gap, Options::default());
    let a = of(&rows, "A");
    assert_eq!((a.status, a.value, a.rank, a.peers), (Status::Insufficient, None, None, Some(7)));
    assert!(a.sentence.contains("n = 3 is below 10"), "{}", a.sentence);
}

#[test]
fn rates_and_values_without_counts() {
    let rate = |platform: &str, k: u64, n: u64| {
        let mut e = share(platform, k, n);
        (e.unit, e.statistic) = ("per million".into(), "rate".into());
        e.value = e.value.map(|v| (v * 1e8).round() / 100.0);
        e
    };
    let all = [
        rate("A", 1739, 195_184_376),
        rate("B", 3608, 129_700_000),
        rate("C", 10, 12_000_000),
        rate("D", 55, 44_000_000),
        rate("E", 900, 100_000_000),
    ];
    let found = compare(&all.iter().collect::<Vec<_>>(), Grouping::All, Options::default()).expect("compared");
    let b = of(&found.rows, "B");
    near(b.value, 27.82, 1e-9);
    assert!(b.method.as_deref().is_some_and(|m| m.starts_with("Poisson")) && b.tau.is_some_and(|t| t > 5.0), "{b:?}");
    assert!(b.limit_upper_95.is_some_and(|l| l > 20.0) && b.limit_lower_95 == Some(0.0));
    assert!(found.funnels[0].curves && found.funnels[0].estimates.iter().all(|e| e.fault().is_none()));
    let medians: Vec<Estimate> = all
        .iter()
        .map(|e| Estimate { statistic: "median".into(), unit: "hours".into(), k: None, n: None, ..e.clone() })
        .collect();
    let found = compare(&medians.iter().collect::<Vec<_>>(), Grouping::All, Options::default()).expect("compared");
    assert!(found.rows.iter().all(|c| c.rank.is_some() && c.difference.is_some() && c.z.is_none() && c.p.is_none()));
    assert!(!found.funnels[0].curves);
}

#[test]
fn samples_are_standardised_by_their_intervals_and_have_rank_limits() {
    let sampled = |platform: &str, value: f64, half: f64| {
        let mut e = share(platform, 1, 2);
        (e.value, e.k, e.n, e.basis) = (Some(value), None, Some(500), "audit".into());
        (e.lower, e.upper) = (Some(value - half), Some(value + half));
        (e.interval, e.interval_kind, e.confidence) = (Some("logit".into()), IntervalKind::Sampling, Some(0.95));
        e
    };
    let all = [
        sampled("A", 0.10, 0.02),
        sampled("B", 0.11, 0.02),
        sampled("C", 0.12, 0.02),
        sampled("D", 0.11, 0.02),
        sampled("E", 0.60, 0.02),
    ];
    let rows = compared(&all, Options { spread: Spread::None, ..Options::default() });
    let (a, e) = (of(&rows, "A"), of(&rows, "E"));
    assert_eq!((e.rank, e.rank_lower, e.rank_upper), (Some(1), Some(1), Some(1)));
    assert_eq!((a.rank, a.rank_lower, a.rank_upper), (Some(5), Some(2), Some(5)));
    assert_eq!((e.interval_kind, e.position.as_deref()), (IntervalKind::Sampling, Some("above_998")));
    assert!(e.method.as_deref().is_some_and(|m| m.contains("logit")));
}

#[test]
fn peer_groups_are_of_one_kind() {
    let kind = |p: &str| match p {
        "A" | "B" | "C" => Some("marketplace".to_owned()),
        "D" | "E" | "F" => Some("social".to_owned()),
        _ => None,
    };
    let eight = eight();
    let all: Vec<&Estimate> = eight.iter().collect();
    let found = compare(&all, Grouping::Kind(&kind), Options::default()).expect("compared");
    assert_eq!(found.ungrouped, ["G", "H"]);
    assert_eq!(of(&found.rows, "A").peer_group.as_deref(), Some("marketplace"));
    assert_eq!((found.rows.len(), of(&found.rows, "A").peers), (6, Some(3)));
    let one = compare(&all, Grouping::Only("social", &kind), Options::default()).expect("compared");
    assert_eq!((one.rows.len(), one.ungrouped.len()), (3, 0));
}

/// True shares about 0.4 with a standard deviation of 0.1, trials from 10² to 10⁸: with the variance between peers
/// added, about 5 % of peers that are no outliers lie outside the 95 % limits, and few outside those of 99.8 %; by chance
/// alone nearly all do, and with winsorised moments almost half.
#[test]
fn false_alarms_stay_near_their_level_under_over_dispersion() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let mut normal = move || -> (f64, f64) {
        let (u, v): (f64, f64) = (1.0 - rng.random::<f64>(), rng.random());
        let angle = 2.0 * std::f64::consts::PI * v;
        let radius = (-2.0 * u.ln()).sqrt();
        (radius * angle.cos(), radius * angle.sin())
    };
    let (mut outside, mut far, mut chance, mut winsorised, mut all) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    for _ in 0..60 {
        let peers: Vec<Estimate> = (0..22)
            .map(|i| {
                let (a, b) = normal();
                let (c, _) = normal();
                // Φ(c) is uniform: sizes from 10² to 10⁸.
                let uniform = 0.5 * statrs::function::erf::erfc(-c / std::f64::consts::SQRT_2);
                let n = 10_f64.powf(2.0 + 6.0 * uniform).round();
                let p = (0.4 + 0.1 * a).clamp(0.001, 0.999);
                // The binomial distribution of 10² trials and more is close to the normal one.
                let k = (n * p + b * (n * p * (1.0 - p)).sqrt()).round().clamp(0.0, n);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts")]
                let (k, n) = (k as u64, n as u64);
                share(&format!("P{i}"), k, n)
            })
            .collect();
        let beyond = |options: Options, words: &str| {
            let rows = compared(&peers, options);
            let n = rows.iter().filter(|c| {
                c.position.as_deref().is_some_and(|p| p.contains(words) || words.is_empty() && p != "within")
            });
            u32::try_from(n.count()).expect("small")
        };
        outside += beyond(Options::default(), "");
        far += beyond(Options::default(), "998");
        chance += beyond(Options { spread: Spread::None, ..Options::default() }, "");
        winsorised += beyond(Options { spread: Spread::AdditiveWinsorised, ..Options::default() }, "");
        all += 22;
    }
    let rate = |n: u32| f64::from(n) / f64::from(all);
    assert!((0.02..0.07).contains(&rate(outside)), "{}", rate(outside));
    assert!(rate(far) < 0.01, "{}", rate(far));
    assert!(rate(chance) > 0.6 && rate(winsorised) > 0.25, "{} {}", rate(chance), rate(winsorised));
}

/// Where peers differ by chance alone, no more than 5 % or so lie outside.
#[test]
fn no_more_alarms_than_chance_gives_without_over_dispersion() {
    let peers: Vec<Estimate> = (0..40_u64).map(|i| share(&format!("P{i}"), 200 + i % 11 * 3 - 15, 1000)).collect();
    let rows = compared(&peers, Options::default());
    assert!(rows.iter().all(|c| c.position.as_deref() == Some("within") && c.tau.is_none()), "{:?}", rows[0]);
    assert!(rows[0].method.as_deref().is_some_and(|m| m.contains("exact binomial limits, interpolated; mid-P")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn the_order_of_input_changes_nothing(
        counts in prop::collection::vec((0_u64..500, 1_u64..5000), 5..25),
        seed in any::<u64>(),
    ) {
        let mut rows: Vec<Estimate> = counts
            .iter()
            .enumerate()
            .map(|(i, (k, more))| share(&format!("P{i:02}"), *k, k + more))
            .collect();
        let before = crate::compare::Comparisons::new(compared(&rows, Options::default()));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for i in (1..rows.len()).rev() {
            rows.swap(i, rng.random_range(0..=i));
        }
        let after = crate::compare::Comparisons::new(compared(&rows, Options::default()));
        for (a, b) in before.rows().iter().zip(after.rows()) {
            prop_assert_eq!((&a.platform, a.rank, &a.position), (&b.platform, b.rank, &b.position));
            // Sums in another order differ in their last digits.
            for (x, y) in [(a.z, b.z), (a.p_adjusted, b.p_adjusted), (a.reference, b.reference)] {
                let (x, y) = (x.unwrap_or(0.0), y.unwrap_or(0.0));
                prop_assert!((x - y).abs() <= 1e-6 * (1.0 + x.abs()), "{} {}", x, y);
            }
        }
    }

    #[test]
    fn ranks_limits_and_positions_agree(counts in prop::collection::vec((0_u64..500, 1_u64..5000), 5..25)) {
        let rows: Vec<Estimate> =
            counts.iter().enumerate().map(|(i, (k, more))| share(&format!("P{i:02}"), *k, k + more)).collect();
        for spread in Spread::ALL {
            for c in compared(&rows, Options { spread, ..Options::default() }) {
                let rank = c.rank.expect("rank");
                prop_assert!((1..=c.peers.expect("peers")).contains(&rank));
                let Some(value) = c.value else { continue };
                let limits = [c.limit_lower_998, c.limit_lower_95, c.limit_upper_95, c.limit_upper_998];
                let limits: Vec<f64> = limits.into_iter().flatten().collect();
                if limits.len() == 4 {
                    prop_assert!(limits.windows(2).all(|w| w[0] <= w[1] + 1e-12), "{:?}", limits);
                    let inside = limits[1] <= value && value <= limits[2];
                    prop_assert_eq!(inside, c.position.as_deref() == Some("within"));
                }
                if let (Some(p), Some(adjusted)) = (c.p, c.p_adjusted) {
                    prop_assert!(p <= adjusted + 1e-12 && adjusted <= 1.0);
                }
            }
        }
    }
}
