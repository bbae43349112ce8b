//! Expected precision against formulas worked out by hand and against simulated samples.

#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use std::collections::BTreeMap;

use super::*;
use crate::sampling::{Allocation, Chance, Unit, draw};

fn frame(n: usize) -> Frame {
    let unit = |i: usize| Unit {
        id: format!("{i:06}"),
        stratum: Some(if i.is_multiple_of(4) { "b" } else { "a" }.to_owned()),
        cluster: Some(format!("t{}", i / 5)),
        size: Some(1.0 + (i % 3) as f64),
        weight: None,
    };
    Frame::new((0..n).map(unit).collect()).expect("frame")
}

#[test]
fn simple_samples_by_hand() {
    let frame = frame(10_000);
    let found = precision(&frame, Design::Simple { n: 400 }, &Assumptions::of(0.1), Confidence::P95).expect("plan");
    // 1.959964 · √(0.09/400 · 9600/9999) = 0.028807
    assert!((found.half_width - 0.028_807).abs() <= 1e-6, "{}", found.half_width);
    assert!((found.effective_size.expect("n") - 400.0 * 9_999.0 / 9_600.0).abs() <= 1e-6);
    assert!((found.expected_cases - 40.0).abs() <= 1e-9 && found.strata.is_empty());
    assert!(found.expected_width > 2.0 * found.half_width && found.expected_width < 2.4 * found.half_width);
    let census = precision(&frame, Design::Simple { n: 10_000 }, &Assumptions::of(0.1), Confidence::P95).expect("plan");
    assert!(
        census.half_width.abs() <= 1e-12 && census.effective_size.is_none() && census.expected_width.abs() <= 1e-12
    );
}

#[test]
fn strata_by_hand() {
    let frame = frame(8_000);
    let assumed = Assumptions { by_stratum: BTreeMap::from([("b".to_owned(), 0.5)]), ..Assumptions::of(0.1) };
    let design = Design::Stratified { n: 400, allocation: Allocation::Equal, minimum: 2 };
    let found = precision(&frame, design, &assumed, Confidence::P95).expect("plan");
    // W = 0.75, 0.25; n = 200 each; corrections 5800/5999 and 1800/1999.
    let variance = 0.5625 * 0.09 / 200.0 * 5_800.0 / 5_999.0 + 0.0625 * 0.25 / 200.0 * 1_800.0 / 1_999.0;
    assert!((found.guess - 0.2).abs() <= 1e-12);
    assert!((found.half_width - Confidence::P95.z() * f64::sqrt(variance)).abs() <= 1e-9, "{}", found.half_width);
    assert_eq!(
        found.strata.iter().map(|s| (s.name.as_str(), s.size, s.n)).collect::<Vec<_>>(),
        [("a", 6_000, 200), ("b", 2_000, 200)]
    );
    let alone = Confidence::P95.z() * (0.25 / 200.0 * 1_800.0 / 1_999.0_f64).sqrt();
    assert!((found.strata[1].half_width - alone).abs() <= 1e-9);
}

#[test]
fn clusters_and_unequal_chances() {
    let frame = frame(1_000);
    let assumed = Assumptions { intraclass: 0.1, ..Assumptions::of(0.1) };
    let clusters = |chance| Design::Clusters { clusters: 40, chance, take: Some(3) };
    for chance in [Chance::Equal, Chance::Size] {
        let found = precision(&frame, clusters(chance), &assumed, Confidence::P95).expect("plan");
        let kish = if chance == Chance::Equal { 1.0 } else { found.design_effect / 1.2 };
        assert!((found.n - 120.0).abs() <= 1e-9);
        // 1 + (3 − 1) · 0.1, clusters all being of five units.
        assert!((found.design_effect - 1.2 * kish).abs() <= 1e-9, "{chance:?}: {}", found.design_effect);
        assert!(kish < 1.05);
    }
    // Sizes 1, 2, 3 in equal parts: n Σ 1/π / N² = 2 · mean of 1, 1/2, 1/3 = 11/9.
    let found = precision(&frame, Design::Unequal { n: 90 }, &assumed, Confidence::P95).expect("plan");
    assert!((found.design_effect - 11.0 / 9.0).abs() <= 2e-3, "{}", found.design_effect);
    let given = Assumptions { design_effect: Some(2.0), ..assumed };
    let found = precision(&frame, Design::Unequal { n: 90 }, &given, Confidence::P95).expect("plan");
    assert!((found.design_effect - 2.0).abs() <= 1e-12);
}

#[test]
fn sizes_that_reach_a_width() {
    let frame = frame(50_000);
    let assumed = Assumptions::of(0.02);
    let found = needed(&frame, Design::Simple { n: 1 }, &assumed, 0.01, Confidence::P95).expect("sizes");
    let formula = crate::stats::survey::sample_size_for_precision(0.02, 0.01, Some(50_000), 1.0, Confidence::P95);
    assert_eq!(found.normal, formula.ok().map(|p| p.n));
    let exact = found.exact.expect("size");
    assert!(exact > found.normal.expect("size"));
    let width = |n| precision(&frame, Design::Simple { n }, &assumed, Confidence::P95).expect("plan").expected_width;
    assert!(width(exact) <= 0.02 && width(exact - 5) > 0.0199, "{} {}", width(exact), width(exact - 5));
    let design = Design::Stratified { n: 1, allocation: Allocation::Proportional, minimum: 30 };
    let stratified = needed(&frame, design, &assumed, 0.01, Confidence::P95).expect("sizes");
    assert!(stratified.normal.expect("size").abs_diff(found.normal.expect("size")) <= 1);
    // 10 clusters of 5 cannot do it, however many are drawn: there is no correction for clusters.
    let small = Frame::new(frame.units()[..50].to_vec()).expect("frame");
    let design = Design::Clusters { clusters: 1, chance: Chance::Equal, take: None };
    assert_eq!(needed(&small, design, &assumed, 0.01, Confidence::P95).expect("sizes").normal, None);
    assert!(needed(&frame, design, &assumed, 0.0, Confidence::P95).is_err());
}

#[test]
fn discovery_of_one_case() {
    let frame = frame(50_000);
    assert_eq!(discovery(&frame, 0.01, 1.0, Confidence::P95).expect("size"), 298);
    assert_eq!(discovery(&frame, 0.01, 2.0, Confidence::P95).expect("size"), 596);
    assert!(discovery(&frame, 1e-9, 1.0, Confidence::P95).expect("size") <= 50_000);
}

#[test]
fn the_width_that_was_announced_is_the_width_of_samples() {
    // Share 0.3 in a, 0.6 in b: the spread of estimates over many draws is what was planned.
    let frame = frame(2_000);
    let assumed = Assumptions { by_stratum: BTreeMap::from([("b".to_owned(), 0.6)]), ..Assumptions::of(0.3) };
    let positive = |i: usize| if i.is_multiple_of(4) { i % 20 < 12 } else { i % 10 < 3 };
    let share = |stratum: bool| {
        let units: Vec<usize> = (0..2_000_usize).filter(|i| i.is_multiple_of(4) == stratum).collect();
        units.iter().filter(|i| positive(**i)).count() as f64 / units.len() as f64
    };
    let assumed = Assumptions {
        guess: share(false),
        by_stratum: assumed.by_stratum.keys().map(|k| (k.clone(), share(true))).collect(),
        ..assumed
    };
    for design in [
        Design::Simple { n: 150 },
        Design::Stratified { n: 150, allocation: Allocation::Equal, minimum: 2 },
        Design::Stratified { n: 150, allocation: Allocation::Neyman, minimum: 2 },
    ] {
        let planned = precision(&frame, design, &assumed, Confidence::P95).expect("plan").half_width;
        let estimate = |seed| -> f64 {
            let sample = draw(&frame, design, &assumed, seed).expect("sample");
            sample.units.iter().filter(|u| positive(u.unit)).map(|u| u.weight).sum::<f64>() / 2_000.0
        };
        let estimates: Vec<f64> = (0..2_000).map(estimate).collect();
        let mean = estimates.iter().sum::<f64>() / 2_000.0;
        let deviation = (estimates.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 1_999.0).sqrt();
        let seen = Confidence::P95.z() * deviation;
        // The relative error of a deviation from 2 000 draws is some 1.6 %.
        assert!((seen / planned - 1.0).abs() <= 0.065, "{design:?}: {seen} for {planned}");
    }
}
