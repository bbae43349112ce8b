//! Facts and properties of the intervals of one proportion and of two.

use proptest::prelude::*;

use super::super::incomplete::{Point, binomial_from, binomial_probability, binomial_up_to};
use super::*;

const P95: Confidence = Confidence::P95;

fn level(level: f64) -> Confidence {
    Confidence::new(level).expect("a level")
}

type Interval = fn(u64, u64, Confidence) -> Result<Limits, StatsError>;

const INTERVALS: [(&str, Interval); 7] = [
    ("Wilson", wilson),
    ("Wilson with correction", wilson_continuity),
    ("Jeffreys, modified", jeffreys_modified),
    ("Clopper-Pearson", clopper_pearson),
    ("Blaker", blaker),
    ("Sterne", sterne),
    ("Agresti-Coull", |k, n, c| agresti_coull(k, n, c).map(|i| i.limits)),
];

fn agrees(k: u64, n: u64, lower: f64, upper: f64) {
    let limits = wilson(k, n, P95).expect("valid");
    assert!((limits.lower - lower).abs() <= 1e-10 && (limits.upper - upper).abs() <= 1e-10, "{k}/{n}: {limits:?}");
}

/// For n = 1 the formula reduces to z²/(1 + z²) and its complement; for 1 of 2 it is ½ ∓ ½z/√(2 + z²).
#[test]
fn wilson_of_small_samples() {
    let z2 = 1.959_963_984_540_054_f64.powi(2);
    agrees(0, 1, 0.0, z2 / (1.0 + z2));
    agrees(1, 1, 1.0 / (1.0 + z2), 1.0);
    agrees(0, 2, 0.0, z2 / (2.0 + z2));
    let half = 0.5 * (z2 / (2.0 + z2)).sqrt();
    agrees(1, 2, 0.5 - half, 0.5 + half);
}

#[test]
fn bad_input_is_refused() {
    for (name, interval) in INTERVALS {
        assert!(matches!(interval(0, 0, P95), Err(StatsError::Insufficient(_))), "{name}");
        assert!(matches!(interval(3, 2, P95), Err(StatsError::Contradiction(_))), "{name}");
    }
    assert!(clopper_pearson_lower(0, 0, P95).is_err() && clopper_pearson_upper(2, 1, P95).is_err());
    assert!(newcombe_difference((1, 2), (0, 0), P95).is_err() && newcombe_difference((3, 2), (0, 1), P95).is_err());
    assert!(risk_ratio((0, 2), (1, 2), P95).is_err() && risk_ratio((1, 2), (0, 2), P95).is_err());
    assert!(risk_ratio((2, 2), (3, 3), P95).is_err() && risk_ratio((2, 2), (2, 3), P95).is_ok());
    assert!(score_test((0, 2), (0, 5)).is_err() && score_test((2, 2), (5, 5)).is_err());
    for n in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(zero_events_upper(n, P95).is_err() && clopper_pearson_effective(0.0, n, P95).is_err());
    }
    for k in [-0.1, 5.1, f64::NAN] {
        assert!(clopper_pearson_effective(k, 5.0, P95).is_err());
    }
    for p in [-0.1, 1.1, f64::NAN] {
        assert!(binomial_test(1, 5, p).is_err());
    }
}

#[test]
fn ends_are_exact() {
    for n in [1, 2, 3, 7, 1_000, u64::MAX] {
        for (name, interval) in INTERVALS {
            if name == "Agresti-Coull" {
                continue;
            }
            assert_eq!(interval(0, n, P95).map(|i| i.lower), Ok(0.0), "{name} {n}");
            assert_eq!(interval(n, n, P95).map(|i| i.upper), Ok(1.0), "{name} {n}");
        }
    }
}

/// The limits of 0 successes in one-sided form are the closed form; two-sided ones are those at half of α.
#[test]
fn no_event() {
    for n in [1_u64, 20, 300, 1_000_000_000_000] {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let closed = zero_events_upper(n as f64, P95).expect("valid");
        let exact = clopper_pearson_upper(0, n, P95).expect("valid");
        assert!((exact / closed - 1.0).abs() <= 1e-12, "{n}: {exact} {closed}");
        let two_sided = clopper_pearson(0, n, level(0.9)).expect("valid").upper;
        assert!((two_sided / closed - 1.0).abs() <= 1e-12, "{n}");
    }
}

/// `binom.test(7, 20, 0.5)$p.value` is 0.2631759643554688 and `binom.test(30, 42, 1000/1800)$p.value` is
/// 0.0432169490226413 in R; the central value of the first is the same by symmetry.
#[test]
fn exact_test_agrees_with_r() {
    let test = binomial_test(7, 20, 0.5).expect("valid");
    assert!((test.p_value - 0.263_175_964_355_468_8).abs() <= 1e-13);
    assert!((test.p_value_central - 0.263_175_964_355_468_8).abs() <= 1e-13);
    let other = binomial_test(30, 42, 1000.0 / 1800.0).expect("valid");
    assert!((other.p_value - 0.043_216_949_022_641_3).abs() <= 1e-12);
    let mean = binomial_test(5, 10, 0.5).expect("valid");
    assert_eq!((mean.p_value, mean.p_value_central), (1.0, 1.0));
    let certain = binomial_test(3, 3, 1.0).expect("valid");
    assert_eq!((certain.p_value, certain.p_value_central), (1.0, 1.0));
    assert!(binomial_test(2, 3, 1.0).is_ok_and(|t| t.p_value <= 0.0));
}

/// Sum of the probabilities of the counts that are no likelier than k.
fn p_value_by_hand(k: u32, n: u32, p: f64) -> f64 {
    let at = |i: u32| binomial_probability(f64::from(i), f64::from(n - i), Point::of(p));
    (0..=n).map(at).filter(|q| *q <= at(k) * (1.0 + 1e-7)).sum()
}

/// Sum of the probabilities of the counts whose smaller tail is no larger than that of k.
fn acceptability(k: u32, n: u32, p: f64) -> f64 {
    let tail = |i: u32| {
        let (count, failures) = (f64::from(i), f64::from(n - i));
        binomial_up_to(count, failures, Point::of(p)).min(binomial_from(count, failures, Point::of(p)))
    };
    let own = tail(k) * (1.0 + 1e-12);
    let at = |i: u32| binomial_probability(f64::from(i), f64::from(n - i), Point::of(p));
    (0..=n).filter(|i| tail(*i) <= own).map(at).sum()
}

/// Every p of a grid beyond the limits is rejected, and the limits themselves are where that begins.
#[test]
fn sterne_and_blaker_invert_their_tests() {
    for n in [1_u32, 2, 5, 13, 30, 61] {
        for k in 0..=n {
            for confidence in [0.9, 0.95] {
                let (s, b) =
                    (sterne(k.into(), n.into(), level(confidence)), blaker(k.into(), n.into(), level(confidence)));
                let (s, b) = (s.expect("valid"), b.expect("valid"));
                for step in 1..400 {
                    let p = f64::from(step) / 400.0;
                    // At a limit itself, ties are decided by rounding.
                    if [s.lower, s.upper, b.lower, b.upper].iter().any(|limit| (limit - p).abs() <= 1e-9) {
                        continue;
                    }
                    if !s.contains(p) {
                        assert!(p_value_by_hand(k, n, p) <= 1.0 - confidence + 1e-9, "Sterne {k} of {n} at {p}");
                    }
                    if !b.contains(p) {
                        assert!(acceptability(k, n, p) <= 1.0 - confidence + 1e-9, "Blaker {k} of {n} at {p}");
                    }
                }
                if k > 0 {
                    assert!(p_value_by_hand(k, n, s.lower + 1e-9) > 1.0 - confidence - 1e-7, "Sterne {k} of {n}");
                    assert!(acceptability(k, n, b.lower + 1e-9) > 1.0 - confidence - 1e-7, "Blaker {k} of {n}");
                }
                let outer = clopper_pearson(k.into(), n.into(), level(confidence)).expect("valid");
                assert!(outer.lower <= b.lower + 1e-12 && b.upper <= outer.upper + 1e-12, "{k} of {n}");
            }
        }
    }
}

#[test]
fn tests_agree_with_their_limits() {
    for k in 0..=25 {
        let limits = clopper_pearson(k, 25, P95).expect("valid");
        for p in [limits.lower, limits.upper].into_iter().filter(|p| *p > 0.0 && *p < 1.0) {
            let test = binomial_test(k, 25, p).expect("valid");
            assert!((test.p_value_central - 0.05).abs() <= 1e-12, "{k}");
        }
    }
}

#[test]
fn effective_sizes_extend_counts() {
    let whole = clopper_pearson(5, 50, P95).expect("valid");
    assert_eq!(clopper_pearson_effective(5.0, 50.0, P95), Ok(whole));
    let smaller = clopper_pearson_effective(2.55, 25.5, P95).expect("valid");
    assert!(smaller.lower < whole.lower && smaller.upper > whole.upper);
}

/// A count within n.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "within n")]
fn part_of(part: f64, n: u64) -> u64 {
    (part * n as f64) as u64
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn intervals_hold_the_share(n in 1_u64..100_000, part in 0.0..=1.0_f64, confidence in 0.01..0.999_f64) {
        let k = part_of(part, n);
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let p = k as f64 / n as f64;
        for (name, interval) in INTERVALS {
            let limits = interval(k, n, level(confidence)).expect("valid");
            prop_assert!(0.0 <= limits.lower && limits.upper <= 1.0, "{} {:?}", name, limits);
            if name == "Agresti-Coull" {
                let (raw, inner) = (agresti_coull(k, n, level(confidence)), wilson(k, n, level(confidence)));
                let (raw, inner) = (raw.expect("valid").untruncated, inner.expect("valid"));
                prop_assert!(raw.lower <= inner.lower + 1e-12 && inner.upper <= raw.upper + 1e-12);
            }
            // With little confidence, that of Agresti and Coull and that of Jeffreys may leave k/n out.
            if !["Agresti-Coull", "Jeffreys, modified"].contains(&name) {
                prop_assert!(limits.lower <= p + 1e-15 && p <= limits.upper + 1e-15, "{} {:?} {}", name, limits, p);
            }
            let mirror = interval(n - k, n, level(confidence)).expect("valid");
            prop_assert!((mirror.lower - (1.0 - limits.upper)).abs() <= 1e-12, "{}", name);
            prop_assert!((mirror.upper - (1.0 - limits.lower)).abs() <= 1e-12, "{}", name);
            if name != "Sterne" {
                let narrow = interval(k, n, level(confidence / 2.0)).expect("valid");
                prop_assert!(limits.lower <= narrow.lower + 1e-12 && narrow.upper <= limits.upper + 1e-12, "{}", name);
            }
        }
    }

    #[test]
    fn clopper_pearson_holds_jeffreys(n in 1_u64..100_000, part in 0.0..=1.0_f64) {
        let k = part_of(part, n);
        let (outer, inner) = (clopper_pearson(k, n, P95).expect("valid"), jeffreys(k, n, P95).expect("valid"));
        prop_assert!(outer.lower <= inner.lower && inner.upper <= outer.upper);
    }

    #[test]
    fn differences_and_ratios_mirror(k1 in 0_u64..60, m1 in 0_u64..60, k2 in 0_u64..60, m2 in 0_u64..60) {
        let (one, two) = ((k1, k1 + m1), (k2, k2 + m2));
        if let (Ok(there), Ok(back)) = (newcombe_difference(one, two, P95), newcombe_difference(two, one, P95)) {
            prop_assert!((there.difference + back.difference).abs() <= 1e-15);
            prop_assert!((there.limits.lower + back.limits.upper).abs() <= 1e-12);
            prop_assert!(there.limits.contains(there.difference));
            prop_assert!(there.limits.lower >= -1.0 && there.limits.upper <= 1.0);
        }
        if let (Ok(there), Ok(back)) = (risk_ratio(one, two, P95), risk_ratio(two, one, P95)) {
            prop_assert!((there.ratio * back.ratio - 1.0).abs() <= 1e-12);
            prop_assert!((there.limits.lower * back.limits.upper - 1.0).abs() <= 1e-12);
        }
        if let (Ok(there), Ok(back)) = (score_test(one, two), score_test(two, one)) {
            prop_assert!((there.z + back.z).abs() <= 1e-12 && (0.0..=1.0).contains(&there.p_value));
        }
    }

    /// No input is answered by a panic or a number that is none.
    #[test]
    fn nothing_panics((k1, n1, k2, n2) in any::<(u64, u64, u64, u64)>(), (p, q) in any::<(f64, f64)>()) {
        let confidence = Confidence::new(p.abs().fract()).unwrap_or(P95);
        for (name, interval) in INTERVALS {
            if let Ok(limits) = interval(k1, n1, confidence) {
                let fine = limits.lower >= 0.0 && limits.lower <= limits.upper && limits.upper <= 1.0;
                prop_assert!(fine, "{} {:?}", name, limits);
            }
        }
        if let Ok(test) = binomial_test(k1, n1, p) {
            prop_assert!((0.0..=1.0).contains(&test.p_value) && (0.0..=1.0).contains(&test.p_value_central));
        }
        let _ = (newcombe_difference((k1, n1), (k2, n2), confidence), risk_ratio((k1, n1), (k2, n2), confidence));
        let _ = (score_test((k1, n1), (k2, n2)), zero_events_upper(p, confidence));
        let _ = clopper_pearson_effective(q, p, confidence);
    }
}
