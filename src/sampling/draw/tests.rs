//! Draws against what the design promises, by simulation with a known frame.

#![expect(clippy::cast_precision_loss, reason = "small numbers")]

use super::*;
use crate::sampling::{Allocation, Chance, Unit};

/// 60 units in three strata and 12 clusters of unequal size, with sizes and a known total.
fn frame() -> (Frame, Vec<f64>) {
    let unit = |i: usize| Unit {
        id: format!("u{i:02}"),
        stratum: Some(["a", "b", "c"][(i % 10) / 4].to_owned()),
        cluster: Some(format!("t{}", (i * i) % 13)),
        size: Some(1.0 + ((i * 7) % 11) as f64),
        weight: None,
    };
    let frame = Frame::new((0..60).map(unit).collect()).expect("frame");
    let values = (0..60).map(|i| f64::from(u8::from(i % 7 == 0 || i % 10 > 7))).collect();
    (frame, values)
}

fn designs() -> Vec<Design> {
    vec![
        Design::Simple { n: 9 },
        Design::Stratified { n: 12, allocation: Allocation::Proportional, minimum: 2 },
        Design::Stratified { n: 12, allocation: Allocation::Equal, minimum: 2 },
        Design::Unequal { n: 10 },
        Design::Clusters { clusters: 3, chance: Chance::Equal, take: None },
        Design::Clusters { clusters: 4, chance: Chance::Size, take: Some(3) },
    ]
}

#[test]
fn inclusion_probabilities_and_unbiased_totals() {
    let (frame, values) = frame();
    let truth: f64 = values.iter().sum();
    let assumed = Assumptions::of(0.2);
    let draws = 4_000_u32;
    for design in designs() {
        let (mut hits, mut stated) = (vec![0_u32; 60], vec![None; 60]);
        let (mut totals, mut squares, mut sizes) = (0.0, 0.0, 0.0);
        for seed in 0..draws {
            let sample = draw(&frame, design, &assumed, u64::from(seed)).expect("sample");
            let mut total = 0.0;
            for unit in &sample.units {
                hits[unit.unit] += 1;
                assert!((unit.weight * unit.probability - 1.0).abs() <= 1e-12);
                // The same unit has the same probability in every draw.
                assert!(stated[unit.unit].is_none_or(|p: f64| (p - unit.probability).abs() <= 1e-12));
                stated[unit.unit] = Some(unit.probability);
                total += unit.weight * values[unit.unit];
            }
            totals += total;
            squares += total * total;
            sizes += sample.weight_sum();
            match design {
                Design::Simple { n } | Design::Stratified { n, .. } => {
                    assert_eq!(sample.units.len() as u64, n);
                    assert!((sample.weight_sum() - 60.0).abs() <= 1e-9, "{design:?}");
                }
                Design::Unequal { n } => assert_eq!(sample.units.len() as u64, n),
                Design::Clusters { clusters, .. } => {
                    assert_eq!(sample.clusters, Some((clusters, 7)));
                }
            }
        }
        let draws = f64::from(draws);
        for (unit, hits) in hits.iter().enumerate() {
            let p = stated[unit].expect("drawn once in so many");
            // 4.5 standard errors: one in 150 000 would lie outside by chance.
            let error = 4.5 * (p * (1.0 - p) / draws).sqrt() + 1e-12;
            assert!((f64::from(*hits) / draws - p).abs() <= error, "{design:?}: unit {unit}, {p}");
        }
        let mean = totals / draws;
        let error = 4.0 * ((squares / draws - mean * mean) / draws).sqrt();
        assert!((mean - truth).abs() <= error, "{design:?}: {mean} for {truth}, error {error}");
        assert!((sizes / draws - 60.0).abs() <= 2.0, "{design:?}: weights add up to {}", sizes / draws);
    }
}

#[test]
fn weights_of_strata_add_up_to_their_sizes() {
    let (frame, _) = frame();
    let design = Design::Stratified { n: 15, allocation: Allocation::Equal, minimum: 2 };
    let sample = draw(&frame, design, &Assumptions::of(0.2), 7).expect("sample");
    for stratum in &sample.strata {
        let units: Vec<&Drawn> = sample.units.iter().filter(|u| u.stratum == stratum.name).collect();
        assert_eq!(units.len() as u64, stratum.drawn);
        assert!(units.iter().all(|u| u.frame_size == Some(stratum.size)));
        let sum: f64 = units.iter().map(|u| u.weight).sum();
        assert!((sum - real(stratum.size)).abs() <= 1e-9, "{stratum:?}: {sum}");
    }
}

#[test]
fn the_order_of_the_files_does_not_matter_and_seeds_do() {
    let (frame, _) = frame();
    let mut units = frame.units().to_vec();
    units.reverse();
    units.swap(3, 40);
    let other = Frame::new(units).expect("frame");
    let assumed = Assumptions::of(0.2);
    for design in designs() {
        let sample = draw(&frame, design, &assumed, 7).expect("sample");
        assert_eq!(sample, draw(&other, design, &assumed, 7).expect("sample"));
        assert_ne!(sample.units, draw(&frame, design, &assumed, 8).expect("sample").units, "{design:?}");
    }
}

#[test]
fn certain_units_are_always_there() {
    let unit =
        |i: usize| Unit { id: format!("u{i}"), size: Some(if i == 0 { 1_000.0 } else { 1.0 }), ..Unit::default() };
    let frame = Frame::new((0..20).map(unit).collect()).expect("frame");
    for seed in 0..50 {
        let sample = draw(&frame, Design::Unequal { n: 3 }, &Assumptions::of(0.1), seed).expect("sample");
        let large = sample.units.iter().find(|u| u.id == "u0").expect("certain");
        assert!(large.certain && (large.weight - 1.0).abs() <= 1e-15);
        let others: Vec<f64> = sample.units.iter().filter(|u| !u.certain).map(|u| u.weight).collect();
        assert!(others.len() == 2 && others.iter().all(|w| (w - 9.5).abs() <= 1e-12), "{others:?}");
        assert_eq!(sample.notes, ["1 unit is so large as to be certain to be drawn"]);
    }
}

#[test]
fn phases_multiply_and_stay_unbiased() {
    let (frame, values) = frame();
    let truth: f64 = values.iter().sum();
    let (mut totals, mut squares) = (0.0, 0.0);
    for seed in 0..4_000 {
        let first = frame.first_phase(30, seed).expect("first phase");
        let design = Design::Stratified { n: 12, allocation: Allocation::Equal, minimum: 2 };
        let sample = draw(&first, design, &Assumptions::of(0.2), seed + 1_000_000).expect("sample");
        let mut total = 0.0;
        for unit in &sample.units {
            assert!(unit.weight >= 2.0 && unit.frame_size.is_none());
            let number: usize = unit.id[1..].parse().expect("number");
            total += unit.weight * values[number];
        }
        assert!((sample.weight_sum() - 60.0).abs() <= 1e-9);
        totals += total;
        squares += total * total;
    }
    let mean = totals / 4_000.0;
    let error = 4.0 * ((squares / 4_000.0 - mean * mean) / 4_000.0_f64).sqrt();
    assert!((mean - truth).abs() <= error, "{mean} for {truth}, error {error}");
    assert!(frame.first_phase(0, 1).is_err() && frame.first_phase(61, 1).is_err());
}

#[test]
fn small_strata_are_taken_whole_and_said() {
    let units = (0..43).map(|i| Unit {
        id: format!("{i}"),
        stratum: Some(if i < 40 { "large" } else { "small" }.to_owned()),
        ..Unit::default()
    });
    let frame = Frame::new(units.collect()).expect("frame");
    let design = Design::Stratified { n: 13, allocation: Allocation::Proportional, minimum: 5 };
    let sample = draw(&frame, design, &Assumptions::of(0.2), 7).expect("sample");
    assert_eq!(sample.strata.iter().map(|s| s.drawn).collect::<Vec<_>>(), [10, 3]);
    assert!(sample.notes[0].contains("\"small\" has 3 units, fewer than the 5 asked for"), "{:?}", sample.notes);
}
