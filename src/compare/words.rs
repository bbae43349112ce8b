//! Numbers and platforms in sentences, within the claim ladder.

use crate::estimate::{Estimate, SIMULATED};

/// A whole number with commas.
fn grouped(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |d| ("−", d));
    let (whole, rest) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    let mut out = String::from(sign);
    for (i, c) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out + rest
}

/// About three digits; whole numbers in full.
pub fn number(v: f64) -> String {
    let size = v.abs();
    if v == 0.0 {
        return "0".to_owned();
    }
    if v.fract() == 0.0 && size < 1e15 {
        return grouped(&format!("{v:.0}"));
    }
    if size >= 999.5 {
        return grouped(&format!("{v:.0}"));
    }
    let decimals = if size >= 99.5 {
        0
    } else if size >= 9.95 {
        1
    } else if size >= 0.0995 {
        2
    } else if size >= 0.000_995 {
        4
    } else {
        return format!("{v:.1e}").replace('-', "−");
    };
    grouped(&format!("{v:.decimals$}"))
}

/// A value with its unit.
pub fn value(v: f64, unit: &str) -> String {
    match unit {
        "share" => percent(v),
        "" | "1" | "ratio" | "rate" | "index" | "count" => number(v),
        unit if unit.starts_with("per ") => format!("{} {unit}", number(v)),
        unit => format!("{} {unit}", number(v)),
    }
}

fn percent(v: f64) -> String {
    let p = v * 100.0;
    if p > 0.0 && p < 0.005 {
        return "under 0.01%".to_owned();
    }
    if p > 99.95 && p < 100.0 {
        return "over 99.9%".to_owned();
    }
    let decimals = if p.abs() < 0.995 && p != 0.0 { 2 } else { 1 };
    format!("{}%", grouped(&format!("{p:.decimals$}")))
}

/// A difference with its sign: shares in percentage points.
pub fn difference(v: f64, unit: &str) -> String {
    let sign = if v > 0.0 { "+" } else { "" };
    match unit {
        "share" => {
            let p = v * 100.0;
            let decimals = if p.abs() < 0.995 && p != 0.0 { 2 } else { 1 };
            format!("{sign}{} percentage points", grouped(&format!("{p:.decimals$}")))
        }
        "" | "1" | "ratio" | "rate" | "index" | "count" => format!("{sign}{}", number(v)),
        unit => format!("{sign}{} {unit}", number(v)),
    }
}

/// A p-value.
pub fn p(v: f64) -> String {
    if v < 0.001 { "p < 0.001".to_owned() } else { format!("p = {v:.3}") }
}

/// Who says so: the start of a sentence with a number of this platform.
pub fn says(basis: &str, platform: &str) -> String {
    match basis {
        "statements" => format!("{platform} reports in its statements"),
        "report" => format!("{platform} reports"),
        "listings" => format!("In this sample of listings, {platform} has"),
        "audit" => format!("In this audit sample, {platform} has"),
        "vetted" => format!("We estimate for {platform}"),
        "statistics" => format!("Published statistics give for {platform}"),
        _ => format!("{platform} has"),
    }
}

/// The indicator and its statistic in words.
pub fn what(indicator: &str, statistic: &str, group: Option<&str>) -> String {
    let name = indicator.replace(['-', '_'], " ");
    let statistic = statistic.replace('_', " ");
    let statistic = if name.ends_with(&statistic) { String::new() } else { format!(" ({statistic})") };
    match group {
        Some(group) => format!("{name}{statistic} of {group}"),
        None => format!("{name}{statistic}"),
    }
}

/// The same for an estimate.
pub fn of(e: &Estimate) -> String {
    what(&e.indicator, &e.statistic, e.group_value.as_deref())
}

/// A sentence that says where its numbers come from, if they are simulated.
pub fn sentence(text: &str, simulated: bool) -> String {
    if simulated { format!("Simulated data: {text}") } else { text.to_owned() }
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Whether any estimate is of simulated data.
pub fn any_simulated<'a>(mut rows: impl Iterator<Item = &'a Estimate>) -> bool {
    rows.any(|e| e.note.as_deref().is_some_and(|n| n.contains(SIMULATED)))
}

/// An ordinal number.
pub fn ordinal(n: i64) -> String {
    let end = match (n % 10, n % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{n}{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!((value(0.2103, "share").as_str(), value(0.0, "share").as_str()), ("21.0%", "0.0%"));
        assert_eq!((value(1_604_376_465.0, "items").as_str(), number(5.41).as_str()), ("1,604,376,465 items", "5.41"));
        assert_eq!((number(-1234.5).as_str(), number(2e-6).as_str()), ("−1,234", "2.0e−6"));
        assert_eq!(difference(-0.1, "share"), "−10.0 percentage points");
        assert_eq!(difference(3.0, "days"), "+3 days");
        assert_eq!((ordinal(1), ordinal(12), ordinal(22)), ("1st".into(), "12th".into(), "22nd".into()));
        assert_eq!(what("own-initiative-share", "share", None), "own initiative share");
        assert_eq!(what("time-to-action", "median", Some("X")), "time to action (median) of X");
        assert_eq!((p(0.2).as_str(), p(1e-9).as_str()), ("p = 0.200", "p < 0.001"));
    }
}
