//! Invented rows for the forms on times to an event, concentration, groups with intervals and ladders of penalties.

use super::{few, name, number, whole};
use crate::estimate::{Estimate, IntervalKind};
use crate::time::Period;

pub(crate) const PERIOD: Period = Period { start: 20_000, end: 20_365 };

/// A row without groups, of a period of a year.
pub(crate) fn row(statistic: &str, unit: &str, platform: &str, value: f64) -> Estimate {
    let mut e = Estimate::census("some-new-indicator", 1, statistic, unit, PERIOD);
    (e.platform, e.value, e.basis) = (platform.into(), Some(value), "vetted".into());
    e
}

pub(crate) fn grouped(mut e: Estimate, variable: &str, value: &str) -> Estimate {
    (e.group_name, e.group_value) = (Some(variable.into()), Some(value.into()));
    e
}

pub(crate) fn at(mut e: Estimate, x: f64) -> Estimate {
    (e.x, e.x_unit) = (Some(x), Some("days".into()));
    e
}

pub(crate) fn with_limits(mut e: Estimate, lower: Option<f64>, upper: Option<f64>) -> Estimate {
    (e.lower, e.upper, e.interval_kind) = (lower, upper, IntervalKind::Sampling);
    (e.interval, e.confidence) = (Some("log-log".into()), Some(0.95));
    e
}

/// Times of a curve with so many steps over a year.
fn times(steps: usize) -> Vec<f64> {
    (0..=steps).map(|j| (number(j) * 365.0 / number(steps.max(1))).round()).collect()
}

/// Survival with those at risk and those censored; every ninth platform has too few, and others end early.
pub(crate) fn survival(platforms: usize, size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        let n = 40 + 9000 * whole(i % 7);
        for (j, x) in times(size).into_iter().enumerate() {
            let share = (-x / (60.0 + 300.0 * number((i * 3) % 7))).exp();
            let spread = 0.02 + 0.2 * number(j) / number(size + 1);
            let e = at(row("survival", "share", &name(i), share), x);
            let mut e = with_limits(e, Some((share - spread).max(0.0)), Some((share + spread).min(1.0)));
            e.n = Some(n);
            let late = i % 4 == 2 && j * 3 > size * 2;
            out.push(if i % 9 == 5 || late { few(e) } else { e });
            #[expect(clippy::cast_precision_loss, reason = "small")]
            let risk = (n as f64 * share * 0.9).round();
            out.push(at(row("at_risk", "count", &name(i), risk), x));
            if j % 5 == 3 {
                out.push(at(row("censored", "count", &name(i), number(j % 3)), x));
            }
        }
    }
    out
}

/// Incidence of three events that exclude each other.
pub(crate) fn incidence(platforms: usize, size: usize) -> Vec<Estimate> {
    let events = [("suspension", 0.45), ("closed_by_trader", 0.2), ("a rare event with a long name", 0.01)];
    let mut out = Vec::new();
    for i in 0..platforms {
        for (event, most) in events {
            for x in times(size) {
                let share = most * (1.0 - (-x / (80.0 + 40.0 * number(i % 5))).exp());
                let e = at(row("cumulative_incidence", "share", &name(i), share), x);
                let e = with_limits(e, Some(share * 0.8), Some((share * 1.3).min(1.0)));
                let mut e = grouped(e, "event", event);
                e.n = Some(500 + whole(i));
                out.push(if i % 9 == 5 { few(e) } else { e });
                let risk = at(row("at_risk", "count", &name(i), (500.0 * (1.0 - x / 500.0)).round()), x);
                out.push(grouped(risk, "event", event));
            }
        }
    }
    out
}

/// Lorenz curves of shares that grow with a power, and the numbers beside them.
pub(crate) fn lorenz(platforms: usize, size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        let power = 1.5 + number((i * 5) % 11);
        let mut push = |mut e: Estimate| {
            e.n = Some(100 + 500 * whole(i));
            out.push(if i % 9 == 5 { few(e) } else { e });
        };
        for j in 1..=size {
            let x = number(j) / number(size);
            let mut e = row("lorenz", "share", &name(i), x.powf(power));
            (e.x, e.x_unit) = (Some(x), Some("share of traders by offences".into()));
            push(e);
        }
        let gini = (power - 1.0) / (power + 1.0);
        push(with_limits(row("gini", "index", &name(i), gini), Some(gini * 0.9), Some((gini * 1.05).min(1.0))));
        push(row("gini_without_zeros", "index", &name(i), gini * 0.8));
        push(row("top_1_percent_share", "share", &name(i), 1.0 - 0.99_f64.powf(power)));
        push(row("top_10_percent_share", "share", &name(i), 1.0 - 0.9_f64.powf(power)));
    }
    out
}

/// Shares of groups with their shrunken estimates; a single platform has as many groups as the size says.
pub(crate) fn categories(platforms: usize, size: usize) -> Vec<Estimate> {
    let groups = if platforms == 1 { size } else { 2 };
    let mut out = Vec::new();
    for i in 0..platforms {
        for g in 0..groups {
            let at = i * groups + g;
            let n = 30 + 1700 * whole(at % 9);
            let share = if at % 6 == 4 { 0.0 } else { 10_f64.powf(-number(at % 5)) * 0.4 };
            let label =
                if g % 4 == 3 { format!("A category {g} with a remarkably long name") } else { format!("C{g}") };
            let push = |statistic: &str, value: f64| {
                let e = row(statistic, "share", &name(i), value);
                let e = with_limits(e, Some(value * 0.3), Some((value * 2.0 + 0.003).min(1.0)));
                let mut e = grouped(e, "category", &label);
                (e.k, e.n) = (Some(whole(at)), Some(n));
                if at % 9 == 5 { few(e) } else { e }
            };
            out.push(push("share", share));
            out.push(push("share_shrunken", share * 0.7 + 0.01));
        }
        let mut all = row("share", "share", &name(i), 0.08);
        all.n = Some(40_000);
        out.push(all);
    }
    out
}

/// A ladder of up to ten steps for each platform.
pub(crate) fn ladders(platforms: usize, size: usize) -> Vec<Estimate> {
    let mut out = Vec::new();
    for i in 0..platforms {
        for j in 1..=size.min(10) {
            let right = 0.9 - 0.06 * number((j + i) % 10);
            for (statistic, share) in [
                ("adherence", right),
                ("under_sanctioned", (1.0 - right) * 0.8),
                ("over_sanctioned", (1.0 - right) * 0.2),
            ] {
                let e = row(statistic, "share", &name(i), share);
                let e = with_limits(e, Some(share * 0.7), Some((share * 1.2).min(1.0)));
                let mut e = grouped(e, "step", &j.to_string());
                e.n = Some(9000 / whole(j * j));
                out.push(if (i + j) % 9 == 5 { few(e) } else { e });
            }
        }
    }
    out
}
