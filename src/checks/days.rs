//! Days without statements of a platform that usually sends.

use std::collections::{BTreeMap, BTreeSet};

use super::{Check, Facts, Observation};
use crate::engine::TallyTable;
use crate::finding;
use crate::time;

/// The check.
pub struct SilentDays;

/// Days between the first and the last of a platform, below which nothing is usual.
const MIN_DAYS: usize = 10;
/// Share of these days with statements, from which on it usually sends.
const USUALLY: (usize, usize) = (4, 5);
/// Median of statements a day: at a steady rate of ten a day, a day without any has the probability e⁻¹⁰,
/// which is one in twenty thousand.
const MIN_MEDIAN: u64 = 10;

impl Check for SilentDays {
    fn id(&self) -> &'static str {
        "silent-days"
    }
    fn doc(&self) -> &'static str {
        "loaded days, between its first and its last, without statements of a platform that usually sends"
    }
    fn observe(&self, _: &[TallyTable], facts: &Facts) -> Vec<Observation> {
        let loaded = facts.days();
        let mut of_platform: BTreeMap<&str, BTreeMap<i32, u64>> = BTreeMap::new();
        for ((day, platform), n) in &facts.cells {
            if let Some(day) = day {
                *of_platform.entry(platform).or_default().entry(*day).or_default() += n;
            }
        }
        of_platform.into_iter().flat_map(|(platform, days)| silent(platform, &days, &loaded)).collect()
    }
}

fn silent(platform: &str, days: &BTreeMap<i32, u64>, loaded: &BTreeSet<i32>) -> Vec<Observation> {
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value()) else {
        return Vec::new();
    };
    let window: Vec<i32> = loaded.range(*first..=*last).copied().collect();
    let mut volumes: Vec<u64> = days.values().copied().collect();
    volumes.sort_unstable();
    let median = volumes[volumes.len() / 2];
    if window.len() < MIN_DAYS || days.len() * USUALLY.1 < window.len() * USUALLY.0 || median < MIN_MEDIAN {
        return Vec::new();
    }
    let mut found: Vec<Observation> = Vec::new();
    let missing: Vec<i32> = window.iter().copied().filter(|d| !days.contains_key(d)).collect();
    for stretch in missing.chunk_by(|a, b| a + 1 == *b) {
        let [first, .., last] = stretch else {
            found.push(observation(platform, stretch[0], stretch[0], 1, window.len()));
            continue;
        };
        found.push(observation(platform, *first, *last, stretch.len(), window.len()));
    }
    found
}

fn observation(platform: &str, first: i32, last: i32, days: usize, of: usize) -> Observation {
    let value = if first == last { time::iso(first) } else { format!("{} to {}", time::iso(first), time::iso(last)) };
    Observation {
        kind: finding::SILENT_DAYS,
        period: None,
        platform: Some(platform.to_owned()),
        column: Some("created_at"),
        value: Some(value),
        count: days as u64,
        of: Some(of as u64),
        example: None,
        cells: Vec::new(),
        broken: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(silent: &[i32], per_day: u64) -> Facts {
        let mut cells: BTreeMap<(Option<i32>, String), u64> = BTreeMap::new();
        for day in 20_000..20_020 {
            cells.insert((Some(day), "Other".into()), 5);
            if !silent.contains(&day) {
                cells.insert((Some(day), "A".into()), per_day);
            }
        }
        Facts { cells, ..Facts::default() }
    }

    #[test]
    fn a_gap_of_a_usual_sender_is_told_once() {
        let found = SilentDays.observe(&[], &facts(&[20_005, 20_006, 20_010], 50));
        let told: Vec<_> = found.iter().map(|o| (o.value.clone().unwrap_or_default(), o.count, o.of)).collect();
        assert_eq!(
            told,
            [
                (format!("{} to {}", time::iso(20_005), time::iso(20_006)), 2, Some(20)),
                (time::iso(20_010), 1, Some(20))
            ]
        );
        // Before its first day and after its last it may not have been there.
        assert!(SilentDays.observe(&[], &facts(&[20_000, 20_019], 50)).is_empty());
        // Few statements a day can be absent by chance.
        assert!(SilentDays.observe(&[], &facts(&[20_005], 3)).is_empty());
    }
}
