//! One period against an earlier one.

use super::choose::question;
use super::{Card, Comparison, words};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::stats::proportion::{newcombe_difference, risk_ratio};
use crate::stats::rate::rate_ratio;
use crate::time::Period;

/// Card of this kind.
pub static CARD: Card = Card {
    id: "periods",
    title: "One period against an earlier one",
    doc: "The same estimate in two periods, such as the half-years of two transparency reports: difference and ratio, later \
          against earlier.\n\n\
          Where the counts behind shares or rates are there, the limits are those of two independent proportions (Newcombe's \
          hybrid score limits for the difference, Katz for the ratio) or of two Poisson rates (exact, conditional). Of \
          censuses they are of kind process: what chance would do between two periods of one stable process.\n\n\
          Limits: two periods are two points; a trend or a season cannot be told from a change. What changed its definition \
          between them is no change of the platform: known breaks between the two stand in the note.",
    references: &[
        "Newcombe 1998, Statistics in Medicine 17, 873-890",
        "Katz, Baptista, Azen, Pike 1978, Biometrics 34, 469-474",
        "Przyborowski, Wilenski 1940, Biometrika 31, 313-323",
    ],
};

/// The two latest periods of the commonest length; `None` of fewer than two.
#[must_use]
pub fn latest_two(estimates: &[&Estimate]) -> Option<(Period, Period)> {
    let mut periods: Vec<Period> = estimates.iter().map(|e| e.period()).collect();
    periods.sort_unstable();
    periods.dedup();
    // A period that overlaps the later one, such as the whole of all, is no earlier one.
    let later = *periods.iter().max_by_key(|p| (p.end, p.start))?;
    let near = |p: &&Period| {
        let (a, b) = (p.end - p.start, later.end - later.start);
        p.end <= later.start && (a - b).abs() * 5 <= b
    };
    let earlier = *periods.iter().filter(near).max_by_key(|p| p.end)?;
    Some((earlier, later))
}

/// Compares the later period with the earlier one, for every question and platform that has both; a row that lacks the
/// earlier one says so.
#[must_use]
pub fn compare(
    estimates: &[&Estimate],
    (earlier, later): (Period, Period),
    confidence: Confidence,
    breaks: &dyn Fn(&Estimate, Period) -> Vec<String>,
) -> Vec<Comparison> {
    let mut out = Vec::new();
    for new in estimates.iter().filter(|e| e.period() == later) {
        let old = estimates
            .iter()
            .find(|e| e.period() == earlier && e.platform == new.platform && question(e) == question(new));
        let mut row = Comparison::of(CARD.id, new);
        row.against = earlier.label();
        let known = breaks(new, Period { start: earlier.start, end: later.end });
        for note in &known {
            row.add_note(note);
        }
        row = match old {
            None => row.without(Status::NotApplicable, format!("no estimate of {}", earlier.label())),
            Some(old) => {
                if old.simulated() {
                    row.add_note(crate::estimate::SIMULATED);
                }
                match (new.value, old.value) {
                    (Some(_), Some(before)) => {
                        row.hold_against(earlier.label(), before);
                        limits(&mut row, new, old, confidence);
                        row
                    }
                    (None, _) => {
                        let status = if new.status == Status::Ok { Status::NotApplicable } else { new.status };
                        row.without(status, new.reason.clone().unwrap_or_else(|| "no value".to_owned()))
                    }
                    (_, None) => {
                        let status = if old.status == Status::Ok { Status::NotApplicable } else { old.status };
                        let reason = old.reason.clone().unwrap_or_else(|| "no value".to_owned());
                        row.without(status, format!("{}: {reason}", earlier.label()))
                    }
                }
            }
        };
        out.push(finish(row, new, !known.is_empty()));
    }
    out
}

/// Limits from the counts, where these give the values.
fn limits(row: &mut Comparison, new: &Estimate, old: &Estimate, confidence: Confidence) {
    let counts = |e: &Estimate| Some((u64::try_from(e.k?).ok()?, u64::try_from(e.n?).ok()?)).filter(|c| c.1 > 0);
    let (Some((k1, n1)), Some((k2, n2))) = (counts(new), counts(old)) else { return };
    let raw = |k: u64, n: u64| float(k) / float(n);
    let census = |e: &Estimate| e.interval_kind != IntervalKind::Sampling;
    let kind = if census(new) && census(old) { IntervalKind::Process } else { IntervalKind::Sampling };
    if row.unit == "share" {
        let fits = |e: &Estimate, k, n| e.value.is_some_and(|v| (v - raw(k, n)).abs() <= 5e-4);
        if !(fits(new, k1, n1) && fits(old, k2, n2)) {
            return;
        }
        if let Ok(found) = newcombe_difference((k1, n1), (k2, n2), confidence) {
            (row.difference_lower, row.difference_upper) = (Some(found.limits.lower), Some(found.limits.upper));
            row.method = Some("Newcombe difference of proportions".to_owned());
        }
        if let Ok(found) = risk_ratio((k1, n1), (k2, n2), confidence) {
            (row.ratio_lower, row.ratio_upper) = (Some(found.limits.lower), Some(found.limits.upper));
            row.method = Some("Newcombe difference and Katz ratio of proportions".to_owned());
        }
    } else {
        let (Some(v1), Some(v2)) = (new.value, old.value) else { return };
        let (s1, s2) = (v1 / raw(k1, n1), v2 / raw(k2, n2));
        if k1 == 0 || k2 == 0 || (s1 / s2 - 1.0).abs() > 0.01 {
            return;
        }
        if let Ok(found) = rate_ratio((k1, float(n1)), (k2, float(n2)), 1.0, confidence) {
            (row.ratio_lower, row.ratio_upper) = (Some(found.limits.lower), Some(found.limits.upper));
            row.p = Some(found.p_value_central);
            row.method = Some("exact conditional limits of a ratio of Poisson rates".to_owned());
        }
    }
    if row.method.is_some() {
        (row.interval_kind, row.confidence) = (kind, Some(confidence.level()));
        if kind == IntervalKind::Process {
            row.add_note("process limits: what chance would do between two periods of one stable process");
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn float(n: u64) -> f64 {
    n as f64
}

fn finish(mut row: Comparison, new: &Estimate, broken: bool) -> Comparison {
    let what = words::of(new);
    let simulated = row.simulated();
    let text = match (row.status, row.value, row.reference, row.difference) {
        (Status::Ok, Some(value), Some(before), Some(difference)) => {
            let ratio = row.ratio.map(|r| format!(", {} times", words::number(r))).unwrap_or_default();
            let caution = if broken { "; a known break lies between or in these periods" } else { "" };
            format!(
                "{} {what}: {} in {}, {} in {} (difference {}{ratio}){caution}.",
                words::says(&row.basis, &row.platform),
                words::value(value, &row.unit),
                new.period().label(),
                words::value(before, &row.unit),
                row.against,
                words::difference(difference, &row.unit),
            )
        }
        _ => format!("{}, {what}: no comparison ({}).", row.platform, row.reason.as_deref().unwrap_or("no value")),
    };
    row.sentence = words::sentence(&text, simulated);
    row
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::parse_iso;

    fn half(year: i32, second: bool) -> Period {
        let day = |text: String| parse_iso(&text).expect("day");
        if second {
            Period { start: day(format!("{year}-07-01")), end: day(format!("{}-01-01", year + 1)) }
        } else {
            Period { start: day(format!("{year}-01-01")), end: day(format!("{year}-07-01")) }
        }
    }

    fn row(period: Period, k: i64, n: i64) -> Estimate {
        let mut e = Estimate::census("complaint-reversal-rate", 1, "share", "share", period);
        #[expect(clippy::cast_precision_loss, reason = "small")]
        let value = k as f64 / n as f64;
        (e.platform, e.basis, e.value, e.k, e.n) = ("A".into(), "report".into(), Some(value), Some(k), Some(n));
        e
    }

    /// 56 of 70 and 48 of 80: Newcombe (1998), table II, example (a), method 10: 0.2, 0.0524 to 0.3339.
    #[test]
    fn shares_have_the_limits_of_newcombe() {
        let rows = [row(half(2025, true), 56, 70), row(half(2025, false), 48, 80), row(half(2024, true), 1, 2)];
        let all: Vec<&Estimate> = rows.iter().collect();
        let two = latest_two(&all).expect("two");
        assert_eq!((two.0.label(), two.1.label()), ("2025-H1".to_owned(), "2025-H2".to_owned()));
        let found = compare(&all, two, Confidence::P95, &|_, _| vec!["known break x".into()]).remove(0);
        assert!((found.difference.expect("difference") - 0.2).abs() <= 1e-12);
        assert!((found.difference_lower.expect("limit") - 0.0524).abs() <= 5e-5, "{found:?}");
        assert!((found.difference_upper.expect("limit") - 0.3339).abs() <= 5e-5, "{found:?}");
        assert_eq!(found.interval_kind, IntervalKind::Process);
        assert!(found.note.as_deref().is_some_and(|n| n.contains("known break x") && n.contains("process limits")));
        assert!(found.sentence.contains("80.0% in 2025-H2, 60.0% in 2025-H1"), "{}", found.sentence);
    }

    #[test]
    fn rates_and_gaps() {
        let rate = |period, k: i64, n: i64| {
            let mut e = row(period, k, n);
            e.unit = "per million".into();
            e.value = e.value.map(|v| v * 1e6);
            e
        };
        let rows = [rate(half(2025, true), 30, 2_000_000), rate(half(2025, false), 10, 1_000_000)];
        let all: Vec<&Estimate> = rows.iter().collect();
        let two = latest_two(&all).expect("two");
        let found = compare(&all, two, Confidence::P95, &|_, _| Vec::new()).remove(0);
        assert!((found.ratio.expect("ratio") - 1.5).abs() <= 1e-12);
        assert!(found.ratio_lower.is_some_and(|l| l < 1.0) && found.ratio_upper.is_some_and(|u| u > 1.5));
        let alone = compare(&all[..1], two, Confidence::P95, &|_, _| Vec::new()).remove(0);
        assert_eq!((alone.status, alone.difference), (Status::NotApplicable, None));
        assert!(latest_two(&all[..1]).is_none());
        let few = row(half(2025, false), 1, 2).without_value(Status::Insufficient, "n = 2 is below 10");
        let new = row(half(2025, true), 56, 70);
        let found = compare(&[&new, &few], two, Confidence::P95, &|_, _| Vec::new()).remove(0);
        assert_eq!(found.status, Status::Insufficient);
        assert!(found.reason.is_some_and(|r| r.contains("2025-H1")));
    }
}
