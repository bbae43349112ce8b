//! What cases are made of: names, smooth series with noise, and changes of rows that other forms have.

use crate::charts::invented::{few, number, over_time::periods, whole};
use crate::estimate::{Estimate, IntervalKind};
use crate::time::{Grain, Period};

/// 2023-10-01.
const FIRST_DAY: i32 = 19_631;

/// Names of platforms that do not exist.
const NAMES: [&str; 30] = [
    "Bazaria",
    "Murmelnet",
    "Nachtlager",
    "Quenziro",
    "Trovanda",
    "Velonta",
    "Zantivo",
    "Plauderon",
    "Tashuna",
    "Xilonde",
    "Ulvora",
    "Sodavel",
    "Pravelle",
    "Rinzuka",
    "Tremmux",
    "Wexandra",
    "Ygrentis",
    "Quorrel",
    "Tovaridge",
    "Lumbrico",
    "Festaflik",
    "Okavelo",
    "Drifthall",
    "Kesterra",
    "Halvmarkt",
    "Jandoro",
    "Mirolette",
    "Nembus",
    "Corvanta",
    "Ettelia",
];

/// The same, as registers of companies have them.
const LONG_NAMES: [&str; 12] = [
    "Murmelnet Nederland Onderlinge Waarborgmaatschappij N.V.",
    "Plauderon International Unlimited Company (Marketplace & Streaming)",
    "Donaudampfschifffahrtsgesellschaftsmarktplatz.example",
    "Quenziro Commerce Électronique, société par actions simplifiée",
    "Xo",
    "Przedsiębiorstwo Handlowo-Usługowe Zantivo Spółka z o.o.",
    "Velonta Servicios Digitales y Comercio, Sociedad Limitada",
    "Tashuna – Ηλεκτρονική Αγορά Α.Ε.",
    "Ulvora Nettkjøp og Markedsplass Aksjeselskap",
    "<b>Sodavel</b> & \"Töchter\" GmbH & Co. KGaA",
    "Rinzuka Global Holdings Public Limited Company, Irish branch",
    "Lumbrico Sociedade Anónima de Comércio Eletrónico",
];

/// The name of the platform of this number.
pub(super) fn name(i: usize) -> String {
    numbered(&NAMES, i)
}

/// A long name for it.
pub(super) fn long_name(i: usize) -> String {
    numbered(&LONG_NAMES, i)
}

fn numbered(names: &[&str], i: usize) -> String {
    let name = names[i % names.len()];
    if i < names.len() { name.to_owned() } else { format!("{name} {}", i / names.len() + 1) }
}

/// The same rows with other names, in the order in which platforms appear.
pub(super) fn named(mut rows: Vec<Estimate>, name: fn(usize) -> String) -> Vec<Estimate> {
    let mut known: Vec<String> = Vec::new();
    for e in rows.iter_mut().filter(|e| e.platform != crate::estimate::ALL_PLATFORMS) {
        let at = known.iter().position(|k| *k == e.platform).unwrap_or_else(|| {
            known.push(e.platform.clone());
            known.len() - 1
        });
        e.platform = name(at);
    }
    rows
}

/// The same rows without the value of any.
pub(super) fn none(rows: Vec<Estimate>) -> Vec<Estimate> {
    rows.into_iter().map(few).collect()
}

/// The same rows without the values that a rule takes, by the number of the platform and of its row.
pub(super) fn holes(rows: Vec<Estimate>, taken: fn(usize, usize) -> bool) -> Vec<Estimate> {
    let mut known: Vec<(String, usize)> = Vec::new();
    rows.into_iter()
        .map(|e| {
            let at = known.iter().position(|(k, _)| *k == e.platform).unwrap_or_else(|| {
                known.push((e.platform.clone(), 0));
                known.len() - 1
            });
            let row = known[at].1;
            known[at].1 += 1;
            if taken(at, row) { few(e) } else { e }
        })
        .collect()
}

/// Number from 0 to 1 that looks like chance, by a hash of whole numbers.
pub(super) fn noise(i: usize, j: usize) -> f64 {
    let mut h = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (j as u64).wrapping_mul(0xC2B2_AE3D_27D4_EB4F);
    h = (h ^ (h >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    h = (h ^ (h >> 32)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number(usize::try_from((h >> 40) % 10_000).unwrap_or(0)) / 10_000.0
}

/// A wave between −1 and 1 with a period of twelve, made of straight lines: no sine differs between machines.
fn wave(j: usize) -> f64 {
    let part = number(j % 12) / 12.0;
    if part < 0.5 { 4.0 * part - 1.0 } else { 3.0 - 4.0 * part }
}

/// How a value moves about its level: seasons, a slow drift, and chance.
fn course(i: usize, j: usize) -> f64 {
    let drift = (noise(i, 7_001) - 0.5) * 0.03 * number(j.min(30));
    (1.0 + 0.12 * wave(j + 5 * i) + drift + 0.22 * (noise(i, j) - 0.5)).max(0.05)
}

/// What series are made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Series {
    pub platforms: usize,
    pub grain: Grain,
    pub periods: usize,
    pub statistic: &'static str,
    pub unit: &'static str,
    /// About which the values of a platform move.
    pub level: fn(usize) -> f64,
    /// Half the width of intervals, as a part of the value and in its unit; none where both are zero.
    pub interval: (f64, f64),
}

impl Series {
    /// Shares of five platforms in two years.
    pub(super) const SHARES: Self = Self {
        platforms: 5,
        grain: Grain::Month,
        periods: 24,
        statistic: "share",
        unit: "share",
        level: |i| 0.08 + 0.8 * noise(i, 31),
        interval: (0.0, 0.0),
    };

    /// The rows, with four significant digits.
    pub(super) fn rows(&self) -> Vec<Estimate> {
        let periods = periods(self.grain, FIRST_DAY, self.periods);
        (0..self.platforms).flat_map(|i| periods.iter().enumerate().map(move |(j, p)| self.row(i, j, *p))).collect()
    }

    fn row(&self, i: usize, j: usize, period: Period) -> Estimate {
        let mut e = Estimate::census("invented-measure", 1, self.statistic, self.unit, period);
        e.platform = name(i);
        let level = (self.level)(i);
        let moved = level * course(i, j);
        let whole_number = self.statistic == "count";
        let value = if whole_number { moved.round() } else { digits(moved) };
        let most = if self.unit == "share" { 1.0 } else { f64::INFINITY };
        let value = value.min(most);
        (e.value, e.n) = (Some(value), Some(400 + 90_000 * whole(i % 7) + 37 * whole(j)));
        if self.interval != (0.0, 0.0) {
            let half = value * self.interval.0 + self.interval.1;
            (e.lower, e.upper) = (Some(digits((value - half).max(0.0)).min(value)), Some((value + half).min(most)));
            (e.interval_kind, e.interval, e.confidence) =
                (IntervalKind::Sampling, Some("wilson".to_owned()), Some(0.95));
        }
        e
    }
}

/// The number with about four significant digits.
fn digits(v: f64) -> f64 {
    let unit = [1e-9, 1e-6, 1e-3, 1.0, 1e3, 1e6].into_iter().rfind(|u| v >= *u).unwrap_or(1e-9) * 1e-3;
    (v / unit).round() * unit
}
