//! Totals of transparency reports beside counts of statements of reasons.

use std::collections::BTreeMap;

use super::{Card, Comparison, words};
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};
use crate::time::Period;

/// Card of this kind.
pub static CARD: Card = Card {
    id: "reports",
    title: "Reports against statements",
    doc: "Measures that a transparency report counts beside the statements of reasons of the same platform and period: \
          difference and ratio ρ = report / statements, for the whole and for each category that both give.\n\n\
          A ratio outside 1/f to f, f being 1.1 unless said otherwise, is marked above or below. There is no interval: both \
          are censuses.\n\n\
          Limits: the two differ by law. No statement is owed for deceptive high-volume commercial content, for orders, or \
          where the platform does not know the user's contact details (Art. 17); one measure can lead to several statements, \
          and reports count items, statements decisions. A ratio far from 1 is a question to the platform, not an answer. \
          Count statements of a whole reporting period (measure --by platform,half), by date of decision and of submission: \
          backlogs shift them.",
    references: &[
        "Trujillo, Fagni, Cresci 2025, Proceedings of the ACM on Human-Computer Interaction 9(2), doi:10.1145/3711085",
        "Tessa, Amram, Monreale, Cresci 2025, arXiv:2506.04145",
    ],
};

/// A ratio beyond this factor is marked, where the user names no other.
pub const FACTOR: f64 = 1.1;

/// Holds counts of reports against counts of statements.
///
/// `name` gives the canonical name of a platform, so that a service's name in a report meets that in the statements.
/// Rows of a report without statements of the same platform, period and group are `not_applicable` and say which of
/// these is missing; statements without a report are left out.
#[must_use]
pub fn compare(
    reports: &[&Estimate],
    statements: &[&Estimate],
    factor: f64,
    name: &dyn Fn(&str) -> String,
) -> Vec<Comparison> {
    type Key = (String, Period, Option<String>, Option<String>);
    let key = |e: &Estimate| -> Key { (name(&e.platform), e.period(), e.group_name.clone(), e.group_value.clone()) };
    let counted: BTreeMap<Key, &Estimate> =
        statements.iter().filter(|e| e.platform != ALL_PLATFORMS).map(|e| (key(e), *e)).collect();
    let mut out = Vec::new();
    for report in reports.iter().filter(|e| e.platform != ALL_PLATFORMS) {
        let wanted = key(report);
        let mut row = Comparison::of(CARD.id, report);
        row.platform.clone_from(&wanted.0);
        row.against = "statements of reasons of the same period".to_owned();
        let Some(found) = counted.get(&wanted) else {
            let missing = missing(&wanted, &counted);
            out.push(finish(row.without(Status::NotApplicable, missing), factor));
            continue;
        };
        if found.simulated() {
            row.add_note(crate::estimate::SIMULATED);
        }
        match (report.value, found.value) {
            (Some(_), Some(count)) => {
                row.hold_against(row.against.clone(), count);
                row.position = row.ratio.map(|r| {
                    if r > factor {
                        "above"
                    } else if r < 1.0 / factor {
                        "below"
                    } else {
                        "within"
                    }
                    .to_owned()
                });
                if count == 0.0 && row.value != Some(0.0) {
                    row.position = Some("above".to_owned());
                }
            }
            (None, _) => {
                let status = if report.status == Status::Ok { Status::NotApplicable } else { report.status };
                let reason = report.reason.clone().unwrap_or_else(|| "the report gives no value".to_owned());
                row = row.without(status, reason);
            }
            (_, None) => {
                let reason = found.reason.clone().unwrap_or_else(|| "no count of statements".to_owned());
                row = row.without(found.status, reason);
            }
        }
        out.push(finish(row, factor));
    }
    out
}

fn missing(
    (platform, period, group, value): &(String, Period, Option<String>, Option<String>),
    counted: &BTreeMap<(String, Period, Option<String>, Option<String>), &Estimate>,
) -> String {
    if !counted.keys().any(|k| k.0 == *platform) {
        return format!("no statements of {platform} are counted");
    }
    let mut periods: Vec<String> = counted.keys().filter(|k| k.0 == *platform).map(|k| k.1.label()).collect();
    periods.sort();
    periods.dedup();
    if !periods.contains(&period.label()) {
        return format!(
            "statements are counted for {}, not for {}: measure them by the report's period",
            periods.first().map_or("another period", String::as_str),
            period.label()
        );
    }
    match (group, value) {
        (Some(group), Some(value)) => format!("no statements of {group} {value} are counted"),
        _ => "statements are counted by groups only".to_owned(),
    }
}

fn finish(mut row: Comparison, factor: f64) -> Comparison {
    let simulated = row.simulated();
    let group = row.group_value.as_deref().map(|g| format!(" of {g}")).unwrap_or_default();
    let text = match (row.status, row.value, row.reference) {
        (Status::Ok, Some(value), Some(count)) => {
            let ratio = match row.ratio {
                Some(r) => format!("{} times as many", words::number(r)),
                None => "no ratio".to_owned(),
            };
            let place = match row.position.as_deref() {
                Some("within") => format!(", within a factor of {factor}"),
                Some(_) => format!(", beyond a factor of {factor}"),
                None => String::new(),
            };
            format!(
                "The report of {} counts {} measures{group}, and its statements of reasons are {}: {ratio}{place}.",
                row.platform,
                words::number(value),
                words::number(count),
            )
        }
        _ => format!(
            "{}{group}: report and statements are not compared ({}).",
            row.platform,
            row.reason.as_deref().unwrap_or("no value")
        ),
    };
    row.sentence = words::sentence(&text, simulated);
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    const H2: Period = Period { start: 20_270, end: 20_454 };

    fn count(basis: &str, platform: &str, value: f64, group: Option<&str>) -> Estimate {
        let mut e = Estimate::census("i", 1, "count", "measures", H2);
        (e.basis, e.platform, e.value) = (basis.into(), platform.into(), Some(value));
        (e.group_name, e.group_value) = (group.map(|_| "category".into()), group.map(str::to_owned));
        e
    }

    /// AliExpress in the second half of 2025: 2,516,646 + 236,256,023 measures and 307,014,174 statements.
    #[test]
    fn ratios_by_hand() {
        let report = [count("report", "Aliexpress", 238_772_669.0, None), count("report", "Nowhere", 5.0, None)];
        let statements =
            [count("statements", "AliExpress", 307_014_174.0, None), count("statements", "all platforms", 1.0, None)];
        let name = |text: &str| if text.eq_ignore_ascii_case("aliexpress") { "AliExpress".into() } else { text.into() };
        let rows = compare(&report.iter().collect::<Vec<_>>(), &statements.iter().collect::<Vec<_>>(), 1.1, &name);
        assert!((rows[0].ratio.expect("ratio") - 0.777_725_176_6).abs() <= 1e-9, "{:?}", rows[0].ratio);
        assert_eq!(rows[0].position.as_deref(), Some("below"));
        assert_eq!(rows[0].difference, Some(-68_241_505.0));
        assert!(rows[0].sentence.contains("238,772,669 measures"), "{}", rows[0].sentence);
        assert_eq!(rows[1].status, Status::NotApplicable);
        assert!(rows[1].reason.as_deref().is_some_and(|r| r.contains("no statements of Nowhere")));
    }

    #[test]
    fn what_is_missing_is_named_and_zero_is_a_count() {
        let name = |text: &str| text.to_owned();
        let one = |r: Estimate, s: Estimate| compare(&[&r], &[&s], 1.1, &name).remove(0);
        let mut month = count("statements", "A", 3.0, None);
        month.period_end = H2.start + 31;
        let row = one(count("report", "A", 5.0, None), month);
        assert!(row.reason.expect("reason").contains("2025-07, not for 2025-H2"));
        let row = one(count("report", "A", 5.0, Some("X")), count("statements", "A", 3.0, Some("Y")));
        assert!(row.reason.expect("reason").contains("category X"));
        let row = one(count("report", "A", 5.0, None), count("statements", "A", 0.0, None));
        assert_eq!((row.ratio, row.position.as_deref(), row.difference), (None, Some("above"), Some(5.0)));
        let row = one(count("report", "A", 0.0, None), count("statements", "A", 0.0, None));
        assert_eq!((row.status, row.ratio, row.position), (Status::Ok, None, None));
        let blank = count("report", "A", 5.0, None).without_value(Status::NotApplicable, "blank");
        let row = one(blank, count("statements", "A", 0.0, None));
        assert_eq!((row.status, row.difference), (Status::NotApplicable, None));
    }
}
