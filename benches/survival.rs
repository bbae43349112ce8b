//! Speed of the estimates of times until an event: ten million spells as a histogram by days, and a million
//! spells one by one beside the sort that they need in any case.
//!
//! `cargo bench --bench survival`. Beside lifelines: `benches/survival_peer.py`.

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use systemic::stats::Confidence;
use systemic::stats::survival::{
    IncidenceVariance, QuantileConvention, RiskTable, Spell, Transform, aalen_johansen, gray_test, kaplan_meier,
    log_rank,
};

fn main() {
    divan::main();
}

const SPELLS: u64 = 10_000_000;
const RAW: usize = 1_000_000;
const DAYS: u32 = 1_000;
/// Kinds of exits: still pending, and two types of events.
const KINDS: u32 = 3;

/// Ten million spells in two groups: delays in days up to 999, of three kinds.
fn histogram(group: u32) -> Vec<(f64, u32, u64)> {
    let cells = DAYS * KINDS;
    (0..cells)
        .map(|cell| {
            // Counts that fall with the delay, with a sum of about half of all spells.
            let (day, kind) = (cell / KINDS, cell % KINDS);
            let falling = u64::from(2 * (DAYS - day) + group * (day % 7));
            (f64::from(day), kind, falling * (SPELLS / 2) / (u64::from(cells) * u64::from(DAYS)))
        })
        .collect()
}

/// A million spells with times that hardly ever tie, or in whole days.
fn spells(continuous: bool) -> Vec<Spell> {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    (0..RAW)
        .map(|_| {
            let (time, end) = (-100.0 * (1.0 - rng.random::<f64>()).ln(), 400.0 * rng.random::<f64>());
            let exit = time.min(end);
            Spell::new(if continuous { exit } else { exit.floor() }, u32::from(time <= end))
        })
        .collect()
}

#[divan::bench]
fn histogram_of_10_million_to_median_and_tests(bencher: Bencher) {
    let groups = [histogram(0), histogram(1)];
    bencher.counter(ItemsCount::new(SPELLS)).bench_local(|| {
        let tables: Vec<RiskTable> =
            groups.iter().map(|group| RiskTable::from_histogram(black_box(group), &[]).expect("histogram")).collect();
        let mut all = tables[0].clone();
        all.merge(&tables[1]);
        let curve = kaplan_meier(&all).expect("spells");
        let median =
            curve.quantile(0.5, QuantileConvention::Inverse, Transform::LogLog, Confidence::P95).expect("a share");
        let rivals = aalen_johansen(&all, IncidenceVariance::InfinitesimalJackknife).expect("events");
        let tests = (log_rank(&tables).expect("groups"), gray_test(&tables, 1).expect("groups"));
        (median, rivals, tests)
    });
}

#[divan::bench(args = ["distinct times", "whole days"])]
fn sort_a_million(bencher: Bencher, times: &str) {
    let spells = spells(times == "distinct times");
    bencher.counter(ItemsCount::new(RAW)).bench_local(|| {
        let mut sorted: Vec<(f64, u32)> = black_box(&spells).iter().map(|spell| (spell.exit, spell.event)).collect();
        sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        sorted
    });
}

#[divan::bench(args = ["distinct times", "whole days"])]
fn table_of_a_million(bencher: Bencher, times: &str) {
    let spells = spells(times == "distinct times");
    bencher.counter(ItemsCount::new(RAW)).bench_local(|| RiskTable::from_spells(black_box(&spells)));
}

#[divan::bench(args = ["distinct times", "whole days"])]
fn table_and_curve_of_a_million(bencher: Bencher, times: &str) {
    let spells = spells(times == "distinct times");
    bencher
        .counter(ItemsCount::new(RAW))
        .bench_local(|| RiskTable::from_spells(black_box(&spells)).and_then(|table| kaplan_meier(&table)));
}
