//! Laws that hold for any input, and behaviour at the edges.

use proptest::prelude::*;

use super::*;

const P95: Confidence = Confidence::P95;

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

/// Spells in days, some late, with up to three types of events, and many ties.
fn spells() -> impl Strategy<Value = Vec<Spell>> {
    prop::collection::vec((0_u8..30, 0_u32..4, prop::option::of(0_u8..30)), 1..60).prop_map(|list| {
        let spell = |(exit, event, entry): (u8, u32, Option<u8>)| match entry {
            Some(entry) if entry < exit => Spell::delayed(f64::from(entry), f64::from(exit), event),
            _ => Spell::new(f64::from(exit), event),
        };
        list.into_iter().map(spell).collect()
    })
}

fn in_time() -> impl Strategy<Value = Vec<Spell>> {
    spells().prop_map(|list| list.into_iter().map(|s| Spell::new(s.exit, s.event)).collect())
}

/// Numbers of every kind.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        (0_u8..20).prop_map(f64::from),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        Just(-0.0),
        Just(f64::MAX),
        Just(f64::MIN_POSITIVE),
    ]
}

fn table(spells: &[Spell]) -> RiskTable {
    RiskTable::from_spells(spells).expect("spells")
}

fn merged(a: &RiskTable, b: &RiskTable) -> RiskTable {
    let mut sum = a.clone();
    sum.merge(b);
    sum
}

proptest! {
    #[test]
    fn tables_add_up(a in spells(), b in spells(), c in spells()) {
        let (x, y, z) = (table(&a), table(&b), table(&c));
        prop_assert_eq!(&merged(&RiskTable::default(), &x), &x);
        prop_assert_eq!(&merged(&x, &RiskTable::default()), &x);
        prop_assert_eq!(merged(&x, &y), merged(&y, &x));
        prop_assert_eq!(merged(&merged(&x, &y), &z), merged(&x, &merged(&y, &z)));
        prop_assert_eq!(merged(&x, &y), table(&[a, b].concat()));
    }

    #[test]
    fn both_forms_are_one(list in spells()) {
        let exits: Vec<_> = list.iter().map(|s| (s.exit, s.event, 1)).collect();
        let late: Vec<_> = list.iter().filter(|s| s.entry >= 0.0).map(|s| (s.entry, 1)).collect();
        let x = table(&list);
        prop_assert_eq!(RiskTable::from_histogram(&exits, &late), Ok(x.clone()));
        for t in 0..30 {
            let t = f64::from(t);
            let at_risk = list.iter().filter(|s| s.entry < t && t <= s.exit).count();
            prop_assert_eq!(x.at_risk(t), at_risk as u64);
        }
        prop_assert!(x.rows().all(|row| row.at_risk == x.at_risk(row.time)));
        prop_assert_eq!(x.n(), list.len() as u64);
        prop_assert_eq!(x.events(), list.iter().filter(|s| s.event > 0).count() as u64);
    }

    #[test]
    fn nothing_panics(
        raw in prop::collection::vec((any_number(), any_number(), 0_u32..4), 0..12),
        counts in prop::collection::vec((any_number(), 0_u32..4, any::<u64>()), 0..6),
        t in any_number(),
    ) {
        let list: Vec<Spell> = raw.iter().map(|(entry, exit, event)| Spell::delayed(*entry, *exit, *event)).collect();
        let good: Vec<Spell> = list.iter().copied().filter(|s| RiskTable::from_spells(&[*s]).is_ok()).collect();
        let late: Vec<_> = counts.iter().map(|(time, _, count)| (*time, *count)).collect();
        let small: Vec<_> = counts.iter().map(|(time, event, count)| (*time, *event, count % 1000)).collect();
        let tables = [
            RiskTable::from_spells(&list),
            RiskTable::from_spells(&good),
            RiskTable::from_histogram(&counts, &[]),
            RiskTable::from_histogram(&small, &[]),
            RiskTable::from_histogram(&counts, &late),
        ];
        let tables: Vec<RiskTable> = tables.into_iter().flatten().collect();
        for x in &tables {
            let _ = x.at_risk(t);
            if let Ok(curve) = kaplan_meier(x) {
                let _ = (curve.at(t), rmst(&curve, t));
                let _ = curve.quantile(t, QuantileConvention::Midpoint, Transform::LogLog, P95);
                prop_assert!(curve.steps.iter().all(|step| (0.0..=1.0).contains(&step.survival)));
            }
            let _ = nelson_aalen(x).map(|curve| curve.at(t).copied());
            for method in [IncidenceVariance::Aalen, IncidenceVariance::InfinitesimalJackknife] {
                let _ = aalen_johansen(x, method).map(|curve| curve.at(t, 1));
            }
        }
        let _ = (log_rank(&tables), fleming_harrington(&tables, t, 1.0), gray_test(&tables, 1));
        let pairs: Vec<_> = raw.iter().map(|(a, b, _)| (*a, *b)).collect();
        let _ = DelayTable::from_delays(&pairs).and_then(|x| right_truncated(&x, t)).map(|x| x.at(t));
        if let Ok(x) = DelayTable::from_histogram(&late, &late) {
            let _ = right_truncated(&x, t).and_then(|x| x.quantile(0.5, Transform::Log, P95));
        }
        let intervals: Vec<_> =
            raw.iter().map(|(after, by, n)| CensoredInterval { after: *after, by: *by, count: u64::from(*n) }).collect();
        let _ = turnbull(&intervals).map(|x| (x.survival(t), x.quantile(t)));
        let rows: Vec<_> = raw
            .iter()
            .map(|(entry, exit, n)| RecurrentRow { unit: u64::from(*n), entry: *entry, exit: *exit, events: *n })
            .collect();
        let _ = mean_cumulative_function(&rows).map(|x| x.at(t).copied());
    }

    #[test]
    fn probabilities_add_up_to_one(list in spells(), t in 0_u8..30) {
        let x = table(&list);
        let Ok(found) = aalen_johansen(&x, IncidenceVariance::Aalen) else { return Ok(()) };
        let curve = kaplan_meier(&x).expect("spells");
        for (i, step) in curve.steps.iter().enumerate() {
            let sum: f64 = found.incidence.iter().map(|one| one[i]).sum();
            prop_assert!(near(found.event_free[i], step.survival) && near(sum + step.survival, 1.0));
            prop_assert!(found.variance.iter().all(|one| one[i] >= 0.0));
        }
        // With rivals as censorings the complement is never smaller than the probability.
        let naive = kaplan_meier(&x.cause_specific(1)).expect("spells");
        if let (Some(naive), Some(right)) = (naive.at(f64::from(t)), found.at(f64::from(t), 1)) {
            prop_assert!(1.0 - naive.survival >= right.incidence - 1e-12);
        }
    }

    /// Without rivals the jackknife is Greenwood's variance.
    #[test]
    fn jackknife_without_rivals_is_greenwood(list in in_time()) {
        let single: Vec<Spell> = list.iter().map(|s| Spell::new(s.exit, s.event.min(1))).collect();
        let Ok(found) = aalen_johansen(&table(&single), IncidenceVariance::InfinitesimalJackknife) else {
            return Ok(());
        };
        let curve = kaplan_meier(&table(&single)).expect("spells");
        for (i, step) in curve.steps.iter().enumerate() {
            if let Some(error) = step.value().standard_error {
                prop_assert!(near(found.variance[0][i], error * error));
            }
        }
    }

    #[test]
    fn curve_falls_and_band_holds_it(list in spells(), p in 1_u8..100) {
        let curve = kaplan_meier(&table(&list)).expect("spells");
        let mut before = 1.0;
        for step in &curve.steps {
            prop_assert!(step.survival <= before && step.survival >= 0.0);
            before = step.survival;
            for transform in [Transform::Plain, Transform::Log, Transform::LogLog] {
                if let Some(limits) = step.value().limits(transform, P95) {
                    prop_assert!(limits.contains(step.survival) && limits.lower >= 0.0 && limits.upper <= 1.0);
                }
            }
        }
        let p = f64::from(p) / 100.0;
        let found = curve.quantile(p, QuantileConvention::Inverse, Transform::LogLog, P95).expect("p");
        if let Some(estimate) = found.estimate {
            prop_assert!(curve.at(estimate).expect("observed").survival <= 1.0 - p + SLACK);
            prop_assert!(found.lower.is_none_or(|lower| lower <= estimate));
            prop_assert!(found.upper.is_none_or(|upper| upper >= estimate));
        }
        // The restricted mean is the area below the steps.
        let tau = 20.0;
        let area: f64 = (0..20).map(|t| curve.at(f64::from(t)).map_or(curve.steps.last().map_or(1.0, |s| s.survival), |at| at.survival)).sum();
        prop_assert!(near(rmst(&curve, tau).expect("tau").mean, area));
    }

    #[test]
    fn order_of_groups_does_not_matter(a in in_time(), b in in_time(), c in in_time()) {
        let (x, y, z) = (table(&a), table(&b), table(&c));
        let one = [x.clone(), y.clone(), z.clone()];
        let other = [z, x.clone(), y.clone(), RiskTable::default()];
        for (p, q) in [
            (log_rank(&one).map(|t| (t.chi_squared, t.p)), log_rank(&other).map(|t| (t.chi_squared, t.p))),
            (gray_test(&one, 1).map(|t| (t.chi_squared, t.p)), gray_test(&other, 1).map(|t| (t.chi_squared, t.p))),
        ] {
            match (p, q) {
                (Ok(p), Ok(q)) => prop_assert!((p.0 - q.0).abs() <= 1e-6 * (1.0 + p.0) && (p.1 - q.1).abs() <= 1e-6),
                (p, q) => prop_assert!(p.is_err() && q.is_err()),
            }
        }
        // A group against itself.
        if let Ok(same) = log_rank(&[x.clone(), x.clone()]) {
            prop_assert!(same.chi_squared <= 1e-18 && near(same.p, 1.0));
        }
        if let Ok(same) = gray_test(&[y.clone(), y], 1) {
            prop_assert!(same.chi_squared <= 1e-18 && near(same.p, 1.0));
        }
    }

    /// Reversed, right truncation is delayed entry.
    #[test]
    fn right_truncation_is_delayed_entry_in_reversed_time(
        pairs in prop::collection::vec((0_u8..20, 0_u8..10), 1..60),
    ) {
        let pairs: Vec<(f64, f64)> = pairs.iter().map(|(t, more)| (f64::from(*t), f64::from(*t) + f64::from(*more))).collect();
        let x = DelayTable::from_delays(&pairs).expect("pairs");
        let longest = x.longest_window().expect("pairs");
        let found = right_truncated(&x, longest).expect("pairs");
        // Half a day earlier, as a unit at the end of its window is at risk.
        let reversed: Vec<Spell> = pairs.iter().map(|(t, window)| Spell::delayed(99.5 - window, 100.0 - t, 1)).collect();
        let curve = kaplan_meier(&table(&reversed)).expect("spells");
        for step in &found.steps {
            let other = curve.at(100.0 - step.time - 0.5).expect("inner");
            prop_assert!(near(step.probability, other.survival));
            match (step.value().standard_error, other.standard_error) {
                (Some(a), Some(b)) => prop_assert!(near(a, b)),
                (a, b) => prop_assert!(a.is_none() && b.is_none()),
            }
        }
        let median = found.quantile(0.5, Transform::LogLog, P95).expect("p");
        prop_assert!(median.limits.contains(median.estimate));
        // The two forms, and parts.
        let (delays, windows): (Vec<_>, Vec<_>) = pairs.iter().map(|(t, w)| ((*t, 1), (*w, 1))).unzip();
        prop_assert_eq!(DelayTable::from_histogram(&delays, &windows), Ok(x.clone()));
        let cut = pairs.len() / 2;
        let mut sum = DelayTable::from_delays(&pairs[cut..]).expect("pairs");
        sum.merge(&DelayTable::from_delays(&pairs[..cut]).expect("pairs"));
        sum.merge(&DelayTable::default());
        prop_assert_eq!(sum, x);
    }

    /// The sweep against the definition, unit by unit.
    #[test]
    fn mean_cumulative_function_by_its_definition(
        units in prop::collection::vec((0_u8..5, prop::collection::vec((1_u8..6, 0_u32..3), 1..5)), 1..12),
    ) {
        let mut rows = Vec::new();
        for (unit, (start, stretches)) in (0..).zip(&units) {
            let mut at = f64::from(*start);
            for (length, events) in stretches {
                rows.push(RecurrentRow { unit, entry: at, exit: at + f64::from(*length), events: *events });
                at += f64::from(*length);
            }
        }
        let found = mean_cumulative_function(&rows).expect("rows");
        for step in &found.steps {
            let mut squares = 0.0;
            let mut mean = 0.0;
            for unit in 0..units.len() as u64 {
                let mut residual = 0.0;
                mean = 0.0;
                for u in found.steps.iter().filter(|u| u.time <= step.time) {
                    let now = |row: &&RecurrentRow| row.entry < u.time && u.time <= row.exit;
                    let y = real(rows.iter().filter(now).count() as u64);
                    let d: u32 = rows.iter().filter(|row| (row.exit - u.time).abs() < 0.1).map(|row| row.events).sum();
                    mean += f64::from(d) / y;
                    if rows.iter().filter(|row| row.unit == unit).any(|row| now(&row)) {
                        let own: u32 = rows
                            .iter()
                            .filter(|row| row.unit == unit && (row.exit - u.time).abs() < 0.1)
                            .map(|row| row.events)
                            .sum();
                        residual += (f64::from(own) - f64::from(d) / y) / y;
                    }
                }
                squares += residual * residual;
            }
            prop_assert!(near(step.mean, mean) && near(step.variance, squares), "{} {}", step.variance, squares);
        }
    }

    #[test]
    fn interval_estimate_is_a_maximum(
        list in prop::collection::vec((0_u8..15, 0_u8..8, any::<bool>(), 1_u64..4), 1..40),
    ) {
        let intervals: Vec<CensoredInterval> = list
            .iter()
            .map(|(after, length, seen, count)| CensoredInterval {
                after: f64::from(*after),
                by: if *seen { f64::from(*after) + f64::from(*length) } else { f64::INFINITY },
                count: *count,
            })
            .collect();
        let found = turnbull(&intervals).expect("intervals");
        let sum: f64 = found.intervals.iter().map(|i| i.probability).sum();
        prop_assert!(near(sum, 1.0) && found.gap <= 1e-10 * real(found.n));
        // No shift of probability between two intervals is better.
        let within = |outer: &CensoredInterval, inner: &TurnbullInterval| {
            let exact = outer.by <= outer.after;
            let begin = if exact { inner.by <= inner.after } else { inner.after > outer.after || (inner.after >= outer.after && inner.by > inner.after) };
            inner.after >= outer.after && inner.by <= outer.by && begin
        };
        let likelihood = |masses: &[f64]| -> f64 {
            intervals
                .iter()
                .map(|outer| {
                    let p: f64 = found.intervals.iter().zip(masses).filter(|(i, _)| within(outer, i)).map(|(_, m)| m).sum();
                    real(outer.count) * p.ln()
                })
                .sum()
        };
        let masses: Vec<f64> = found.intervals.iter().map(|i| i.probability).collect();
        let best = likelihood(&masses);
        prop_assert!((best - found.log_likelihood).abs() <= 1e-5, "{best} {}", found.log_likelihood);
        for i in 0..masses.len() {
            for j in 0..masses.len() {
                let mut moved = masses.clone();
                let step = (0.01_f64).min(moved[i] / 2.0);
                moved[i] -= step;
                moved[j] += step;
                prop_assert!(likelihood(&moved) <= best + 1e-7);
            }
        }
    }
}

#[test]
fn small_samples() {
    let empty = RiskTable::default();
    assert!(kaplan_meier(&empty).is_err() && nelson_aalen(&empty).is_err() && log_rank(&[]).is_err());
    assert!(aalen_johansen(&empty, IncidenceVariance::Aalen).is_err());
    assert!(mean_cumulative_function(&[]).is_err() && turnbull(&[]).is_err());
    assert!(right_truncated(&DelayTable::default(), 1.0).is_err());
    // One event at time 0: all is over at once.
    let one = kaplan_meier(&table(&[Spell::new(0.0, 1)])).expect("spell");
    assert_eq!(one.at(0.0).map(|at| (at.survival, at.standard_error)), Some((0.0, None)));
    assert_eq!(one.at(5.0).map(|at| at.survival), Some(0.0));
    assert_eq!(rmst(&one, 3.0).map(|mean| (mean.mean, mean.standard_error)), Ok((0.0, 0.0)));
    // Only censorings: no limits, no median, and nothing beyond.
    let none = kaplan_meier(&table(&[Spell::new(4.0, 0); 3])).expect("spells");
    assert_eq!(none.at(4.0).and_then(|at| at.limits(Transform::Plain, P95)), None);
    assert_eq!(none.at(4.1), None);
    let mean = rmst(&none, 10.0).expect("tau");
    assert!(mean.extended && near(mean.mean, 10.0));
    assert!(rmst_difference(&mean, &mean, P95).is_err());
    assert!(log_rank(&[table(&[Spell::new(4.0, 0)]), table(&[Spell::new(4.0, 0)])]).is_err());
}

#[test]
fn ties_and_order_within_a_time() {
    // At time 2: one event, one censoring, one late entry. The event comes first, the entry last.
    let list = [Spell::new(2.0, 1), Spell::new(2.0, 0), Spell::delayed(2.0, 5.0, 1), Spell::new(5.0, 0)];
    let curve = kaplan_meier(&table(&list)).expect("spells");
    let at_risk: Vec<u64> = curve.steps.iter().map(|step| step.at_risk).collect();
    assert_eq!(at_risk, [3, 2]);
    assert!(near(curve.steps[0].survival, 2.0 / 3.0) && near(curve.steps[1].survival, 1.0 / 3.0));
    // −0 is 0.
    assert_eq!(table(&[Spell::new(-0.0, 1)]), table(&[Spell::new(0.0, 1)]));
    // All 2 at risk die at 3; the one that comes at 4 can tell nothing any more.
    let list = [Spell::delayed(1.0, 3.0, 1), Spell::delayed(2.0, 3.0, 1), Spell::delayed(4.0, 6.0, 0)];
    let curve = kaplan_meier(&table(&list)).expect("spells");
    assert_eq!((curve.exhausted_at, curve.at(6.0).map(|at| at.survival)), (Some(3.0), Some(0.0)));
    assert!(near(curve.conditional_on_at_least, 1.0));
    let gap = [Spell::new(3.0, 0), Spell::delayed(3.0, 6.0, 1)];
    assert_eq!(kaplan_meier(&table(&gap)).map(|curve| curve.exhausted_at), Ok(None));
}

#[test]
fn contradictions_are_refused() {
    assert!(RiskTable::from_spells(&[Spell::delayed(3.0, 3.0, 1)]).is_err());
    assert!(RiskTable::from_spells(&[Spell::new(-1.0, 1)]).is_err());
    assert!(RiskTable::from_spells(&[Spell::delayed(f64::NAN, 3.0, 1)]).is_err());
    assert!(RiskTable::from_histogram(&[(1.0, 1, 5)], &[(2.0, 5)]).is_err());
    assert!(RiskTable::from_histogram(&[(1.0, 1, 1)], &[(0.0, 5)]).is_err());
    assert!(RiskTable::from_histogram(&[(1.0, 1, u64::MAX)], &[]).is_err());
    assert!(DelayTable::from_delays(&[(3.0, 2.0)]).is_err());
    assert!(DelayTable::from_histogram(&[(3.0, 2)], &[(2.0, 1), (4.0, 1)]).is_err());
    assert!(DelayTable::from_histogram(&[(3.0, 2)], &[(4.0, 1)]).is_err());
    // All 3 at risk at 2 have this delay, as the window of the shorter one had ended.
    let gap = DelayTable::from_delays(&[(1.0, 1.5), (2.0, 9.0), (2.0, 5.0), (2.0, 4.0), (3.0, 5.0)]).expect("delays");
    let found = right_truncated(&gap, 5.0).expect("delays");
    assert_eq!((found.exhausted_at, found.at(1.0).map(|at| at.probability)), (Some(2.0), Some(0.0)));
    let row = |unit, entry, exit| RecurrentRow { unit, entry, exit, events: 1 };
    assert!(mean_cumulative_function(&[row(1, 0.0, 2.0), row(1, 1.0, 3.0)]).is_err());
    assert!(mean_cumulative_function(&[row(1, 2.0, 2.0)]).is_err());
    let late = table(&[Spell::delayed(1.0, 3.0, 1), Spell::new(2.0, 1)]);
    assert!(aalen_johansen(&late, IncidenceVariance::InfinitesimalJackknife).is_err());
    assert!(gray_test(&[late.clone(), late.clone()], 1).is_err());
    assert!(stratified_log_rank(&[vec![late.clone(), late.clone()], vec![late.clone()]]).is_err());
    assert!(fleming_harrington(&[late.clone(), late], -1.0, 0.0).is_err());
}
