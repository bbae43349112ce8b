//! Invented rows for the forms that hold estimates against each other.

use super::events::{PERIOD, row};
use super::{few, name, number, power_of_ten, whole};
use crate::estimate::{ALL_PLATFORMS, Estimate};
use crate::time::Period;

/// Denominators from 10 to 10⁹, values about 0.4, and limits of a variance between platforms.
pub(crate) fn funnels(platforms: usize, _size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    let sizes: Vec<i64> = (0..platforms).map(|i| power_of_ten(1 + (i * 5) % 9) * (1 + whole(i % 4))).collect();
    for (i, n) in sizes.iter().enumerate() {
        let mut e = row("share", "share", &name(i), number((i * 37) % 101) / 100.0);
        (e.basis, e.n, e.period_start, e.period_end) = ("report".into(), Some(*n), PERIOD.start, PERIOD.end);
        out.push(if i % 9 == 5 { few(e) } else { e });
    }
    let curve = |statistic: &str, x: Option<f64>, value: f64| {
        let mut e = row(statistic, "share", ALL_PLATFORMS, value.clamp(0.0, 1.0));
        (e.basis, e.x, e.x_unit) = ("report".into(), x, x.map(|_| "n".to_owned()));
        e.note = Some("binomial, additive over-dispersion (Paule-Mandel τ²)".into());
        e
    };
    out.push(curve("funnel_target", None, 0.4));
    for j in 0..40_usize {
        let x = 10_f64.powf(0.8 + 9.0 * number(j) / 40.0).round();
        let chance = 0.49 / x.sqrt();
        let both = chance.hypot(0.2);
        for (level, z) in [("95", 1.96), ("998", 3.09)] {
            out.push(curve(&format!("funnel_lower_{level}"), Some(x), 0.4 - z * both));
            out.push(curve(&format!("funnel_upper_{level}"), Some(x), 0.4 + z * both));
            out.push(curve(&format!("chance_lower_{level}"), Some(x), 0.4 - z * chance));
            out.push(curve(&format!("chance_upper_{level}"), Some(x), 0.4 + z * chance));
        }
    }
    out
}

/// The halves of 2025.
const HALVES: [Period; 2] = [Period { start: 20_089, end: 20_270 }, Period { start: 20_270, end: 20_454 }];

/// Two half-years; some platforms lack the later one, and some the earlier.
pub(crate) fn two_periods(platforms: usize, _size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        for (j, period) in HALVES.into_iter().enumerate() {
            let mut e = row("rate", "per million", &name(i), number((i * 13 + j * (i % 5) * 3) % 40));
            (e.basis, e.period_start, e.period_end) = ("report".into(), period.start, period.end);
            e.n = Some(500);
            if i % 7 == 3 && j == 0 {
                continue;
            }
            out.push(if i % 9 == 5 && j == 1 { few(e) } else { e });
        }
    }
    out
}

/// Shares of users and of moderators.
pub(crate) fn both_sides(platforms: usize, _size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        for (j, statistic) in ["users", "moderators"].into_iter().enumerate() {
            let mut e = row(statistic, "share", &name(i), number((i * 17 + j * 31) % 60) / 100.0);
            (e.basis, e.n) = ("report".into(), Some(1000));
            out.push(if i % 9 == 5 && j == 1 { few(e) } else { e });
        }
    }
    out
}

/// Counts of two kinds of evidence, from 0 to 10⁹.
pub(crate) fn two_bases(platforms: usize, _size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        for (j, basis) in ["statements", "report"].into_iter().enumerate() {
            let size = 10_f64.powf(9.0 * number((i * 37 + j * 3) % 101) / 100.0).round();
            let mut e = row("count", "decisions", &name(i), if i % 8 == 7 { 0.0 } else { size });
            (e.basis, e.n) = (basis.into(), Some(1000));
            out.push(if i % 9 == 5 && j == 1 { few(e) } else { e });
        }
    }
    out
}
