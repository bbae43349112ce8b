//! A measured value beside the one that the platform declared.

use super::scale::{Scale, normal_p};
use super::{Card, Comparison, words};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::time::Period;

/// Card of this kind.
pub static CARD: Card = Card {
    id: "declared",
    title: "Measured values against declared ones",
    doc: "An estimate from statements, listings, vetted data or an audit beside the value that the platform declared in its \
          report (estimates with basis report) or elsewhere (declared values of a study file).\n\n\
          Two numbers are compared where indicator, version, statistic, unit, group and period are the same and the \
          declared definition fits; else the row says not comparable, and why. A declared value of a study file that names \
          no period is held against the measured one whatever its period.\n\n\
          Where the measured value has a sampling interval, z is the distance to the declared value on the logit scale \
          (shares) or log scale (numbers above 0), in standard errors from the limit on that side, and p its two-sided normal \
          p-value: p below 0.05 says the same as a declared value outside a 95 % interval. With a limit at 0 or 1 there is no \
          z, and only inside or outside is said. A margin asks the other question: whether the whole interval lies within \
          that factor of the declared value.\n\n\
          Limits: a census has no sampling error, so that any difference is one; whether it matters is not statistics. \
          Statements and reports count different things by law, and a difference can lie in the definition alone.",
    references: &[
        "Wald 1943, Transactions of the American Mathematical Society 54, 426-482",
        "Schuirmann 1987, Journal of Pharmacokinetics and Biopharmaceutics 15, 657-680",
    ],
};

/// A declared value.
#[derive(Debug, Clone, PartialEq)]
pub struct Declared {
    /// Canonical name of the platform.
    pub platform: String,
    /// Indicator that it is about.
    pub indicator: String,
    /// Version of the definition, where it is an estimate of this tool.
    pub version: Option<u32>,
    /// Statistic.
    pub statistic: String,
    /// Unit, where it is known.
    pub unit: Option<String>,
    /// Name of the group.
    pub group_name: Option<String>,
    /// Its value.
    pub group_value: Option<String>,
    /// The period, where it was given.
    pub period: Option<Period>,
    /// The value; of a band its upper edge. None where the report leaves it blank.
    pub value: Option<f64>,
    /// Lower edge of a band.
    pub lower: Option<f64>,
    /// Why it is not comparable, where the user says that definitions differ.
    pub differs: Option<String>,
    /// Where it was declared.
    pub source: String,
    /// Whether it is of simulated data.
    pub simulated: bool,
}

impl Declared {
    /// The declared value of a report, which is an estimate with basis `report`.
    #[must_use]
    pub fn of(e: &Estimate) -> Self {
        Self {
            platform: e.platform.clone(),
            indicator: e.indicator.clone(),
            version: Some(e.indicator_version),
            statistic: e.statistic.clone(),
            unit: Some(e.unit.clone()),
            group_name: e.group_name.clone(),
            group_value: e.group_value.clone(),
            period: Some(e.period()),
            value: e.value,
            lower: None,
            differs: None,
            source: format!("transparency report of {}", e.period().label()),
            simulated: e.simulated(),
        }
    }

    fn about(&self, e: &Estimate) -> bool {
        self.platform == e.platform
            && self.indicator == e.indicator
            && self.group_name == e.group_name
            && self.group_value == e.group_value
    }

    /// Why it cannot be held against this estimate, which is about the same.
    fn differences(&self, e: &Estimate) -> Vec<String> {
        let mut out = Vec::new();
        if let Some(why) = &self.differs {
            out.push(format!("definitions differ: {why}"));
        }
        if self.statistic != e.statistic {
            out.push(format!("the declared value is a {}, the measured one a {}", self.statistic, e.statistic));
        }
        if let Some(unit) = self.unit.as_ref().filter(|u| **u != e.unit) {
            out.push(format!("units differ: {unit} and {}", e.unit));
        }
        if self.version.is_some_and(|v| v != e.indicator_version) {
            out.push("versions of the definition differ".to_owned());
        }
        if let Some(period) = self.period.filter(|p| *p != e.period()) {
            out.push(format!("periods differ: {} and {}", period.label(), e.period().label()));
        }
        out
    }
}

/// Compares every declared value with what was measured of the same.
///
/// `margin` is a factor above 1 for the question whether the interval lies within it.
#[must_use]
pub fn compare(measured: &[&Estimate], declared: &[Declared], margin: Option<f64>) -> Vec<Comparison> {
    let measured: Vec<&Estimate> = measured.iter().copied().filter(|e| e.basis != "report").collect();
    let mut out = Vec::new();
    for d in declared {
        let about: Vec<&Estimate> = measured.iter().copied().filter(|e| d.about(e)).collect();
        let fitting: Vec<&Estimate> = about.iter().copied().filter(|e| d.differences(e).is_empty()).collect();
        if !fitting.is_empty() {
            out.extend(fitting.into_iter().map(|e| one(e, d, margin)));
            continue;
        }
        // Of those that do not fit, the one that differs in least stands for all.
        if let Some(e) = about.into_iter().min_by_key(|e| (d.differences(e).len(), std::cmp::Reverse(e.period_end))) {
            let mut row = start(e, d);
            row = row.without(Status::NotApplicable, format!("not comparable: {}", d.differences(e).join("; ")));
            out.push(finish(row, d));
        }
    }
    out
}

fn start(e: &Estimate, d: &Declared) -> Comparison {
    let mut row = Comparison::of(CARD.id, e);
    row.against = d.source.clone();
    row.reference = d.value;
    if d.simulated {
        row.add_note(crate::estimate::SIMULATED);
    }
    row
}

fn one(e: &Estimate, d: &Declared, margin: Option<f64>) -> Comparison {
    let mut row = start(e, d);
    let (Some(value), Some(upper)) = (e.value, d.value) else {
        let (status, reason) = if d.value.is_none() {
            (Status::NotApplicable, "the report gives no value".to_owned())
        } else {
            let status = if e.status == Status::Ok { Status::NotApplicable } else { e.status };
            (status, e.reason.clone().unwrap_or_else(|| "only bounds are measured".to_owned()))
        };
        return finish(row.without(status, reason), d);
    };
    let lower = d.lower.unwrap_or(upper).min(upper);
    // Of a band, the nearest edge counts.
    let reference = value.clamp(lower, upper);
    row.hold_against(&d.source, reference);
    if d.lower.is_some() {
        row.add_note(&format!(
            "declared as a band from {} to {}",
            words::value(lower, &e.unit),
            words::value(upper, &e.unit)
        ));
    }
    let (below, above) = (e.lower, e.upper);
    if e.interval_kind == IntervalKind::Sampling && (below.is_some() || above.is_some()) {
        row.interval_kind = IntervalKind::Sampling;
        row.confidence = e.confidence;
        row.method = e.interval.clone();
        let over = above.is_some_and(|u| u < lower);
        let under = below.is_some_and(|l| l > upper);
        row.position = Some(
            if under {
                "above"
            } else if over {
                "below"
            } else {
                "within"
            }
            .to_owned(),
        );
        (row.difference_lower, row.difference_upper) = (below.map(|l| l - reference), above.map(|u| u - reference));
        if reference > 0.0 {
            (row.ratio_lower, row.ratio_upper) = (below.map(|l| l / reference), above.map(|u| u / reference));
        }
        if let Some((z, scale)) = z(e, reference) {
            (row.z, row.p) = (Some(z), Some(normal_p(z)));
            row.add_note(&format!("z on the {} scale, from the limit on the side of the declared value", scale.name()));
        }
        if let (Some(margin), Some(l), Some(u)) = (margin, row.ratio_lower, row.ratio_upper) {
            let inside = l >= 1.0 / margin && u <= margin;
            row.add_note(&format!(
                "the interval {} within a factor of {margin} of the declared value",
                if inside { "lies" } else { "does not lie" }
            ));
        }
    } else {
        row.add_note("everything reported was counted: no sampling error, so no test");
    }
    finish(row, d)
}

/// Distance from the declared value in standard errors, from the limit on its side.
fn z(e: &Estimate, reference: f64) -> Option<(f64, Scale)> {
    let level = Confidence::new(e.confidence?).ok()?.z();
    let value = e.value?;
    let limit = if reference < value { e.lower? } else { e.upper? };
    let scale = Scale::of(&e.unit, [value, limit, reference]);
    if e.unit == "share" && scale != Scale::Logit {
        return None;
    }
    let (at, edge, held) = (scale.to(value)?, scale.to(limit)?, scale.to(reference)?);
    let error = (at - edge).abs() / level;
    (error > 0.0).then_some(((at - held) / error, scale))
}

fn finish(mut row: Comparison, d: &Declared) -> Comparison {
    let what = words::what(&row.indicator, &row.statistic, row.group_value.as_deref());
    let simulated = row.simulated();
    let text = match (row.status, row.value, row.reference, row.difference) {
        (Status::Ok, Some(value), Some(reference), Some(difference)) => {
            let unit = &row.unit;
            let ratio = row.ratio.map(|r| format!(", {} times", words::number(r))).unwrap_or_default();
            let place = match row.position.as_deref() {
                Some("above") => "; the interval lies above the declared value",
                Some("below") => "; the interval lies below the declared value",
                Some(_) => "; the declared value lies within the interval",
                None => "",
            };
            let test = row.p.map(|p| format!(" ({})", words::p(p))).unwrap_or_default();
            format!(
                "{} {what}: {}; declared in {}: {} (difference {}{ratio}){place}{test}.",
                words::says(&row.basis, &row.platform),
                words::value(value, unit),
                d.source,
                words::value(reference, unit),
                words::difference(difference, unit),
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

    const HALF: Period = Period { start: 20_270, end: 20_454 };

    fn measured(value: f64, limits: Option<(f64, f64)>) -> Estimate {
        let mut e = Estimate::census("illegal-listing-prevalence", 1, "share", "share", HALF);
        (e.platform, e.basis, e.value) = ("Trovanda".into(), "audit".into(), Some(value));
        if let Some((l, u)) = limits {
            (e.lower, e.upper, e.interval_kind) = (Some(l), Some(u), IntervalKind::Sampling);
            (e.interval, e.confidence) = (Some("wilson".into()), Some(0.95));
        }
        e
    }

    fn declared(value: f64) -> Declared {
        Declared {
            platform: "Trovanda".into(),
            indicator: "illegal-listing-prevalence".into(),
            version: None,
            statistic: "share".into(),
            unit: None,
            group_name: None,
            group_value: None,
            period: None,
            value: Some(value),
            lower: None,
            differs: None,
            source: "risk assessment of 2025, page 12".into(),
            simulated: false,
        }
    }

    fn compared(e: &Estimate, d: &Declared) -> Comparison {
        compare(&[e], std::slice::from_ref(d), Some(2.0)).remove(0)
    }

    /// logit 0.2 = −1.3863, logit 0.1 = −2.1972: a lower limit of 0.1 is 1.96 standard errors away, so that a
    /// declared 0.1 has z = 1.96 and p = 0.05.
    #[test]
    fn a_declared_value_on_the_limit_has_p_of_one_less_the_level() {
        let e = measured(0.2, Some((0.1, 0.3)));
        let row = compared(&e, &declared(0.1));
        assert!((row.z.expect("z") - 1.959_963_984_540_054).abs() <= 1e-9, "{row:?}");
        assert!((row.p.expect("p") - 0.05).abs() <= 1e-9);
        assert_eq!(row.position.as_deref(), Some("within"));
        let row = compared(&e, &declared(0.05));
        assert_eq!(row.position.as_deref(), Some("above"));
        assert!(row.p.expect("p") < 0.05 && (row.ratio.expect("ratio") - 4.0).abs() <= 1e-12);
        assert!(row.sentence.contains("the interval lies above the declared value"), "{}", row.sentence);
        assert_eq!(compared(&e, &declared(0.4)).position.as_deref(), Some("below"));
    }

    #[test]
    fn limits_at_an_end_and_censuses_have_no_test() {
        let none = measured(0.0, Some((0.0, 0.02)));
        let row = compared(&none, &declared(0.01));
        assert_eq!((row.z, row.p, row.position.as_deref()), (None, None, Some("within")));
        let mut census = measured(0.2, None);
        census.basis = "statements".into();
        let row = compared(&census, &declared(0.25));
        assert_eq!((row.z, row.p, row.position, row.status), (None, None, None, Status::Ok));
        assert!((row.difference.expect("difference") + 0.05).abs() <= 1e-12);
        assert!(row.note.expect("note").contains("no sampling error"));
    }

    #[test]
    fn what_is_defined_otherwise_is_not_compared() {
        let e = measured(0.2, None);
        for (d, said) in [
            (Declared { statistic: "mean".into(), ..declared(0.1) }, "a mean"),
            (Declared { unit: Some("days".into()), ..declared(0.1) }, "units differ"),
            (Declared { version: Some(2), ..declared(0.1) }, "versions"),
            (Declared { period: Some(Period { start: 0, end: 9 }), ..declared(0.1) }, "periods differ"),
            (Declared { differs: Some("views, not listings".into()), ..declared(0.1) }, "views, not listings"),
        ] {
            let row = compared(&e, &d);
            assert_eq!((row.status, row.difference, row.ratio), (Status::NotApplicable, None, None));
            let reason = row.reason.expect("reason");
            assert!(reason.starts_with("not comparable: ") && reason.contains(said), "{reason}");
        }
        assert!(compare(&[&e], &[Declared { platform: "Other".into(), ..declared(0.1) }], None).is_empty());
        let blank = compared(&e, &Declared { value: None, ..declared(0.1) });
        assert_eq!(blank.status, Status::NotApplicable);
    }

    #[test]
    fn bands_count_from_their_nearest_edge() {
        let band = Declared { lower: Some(0.05), ..declared(0.15) };
        let row = compared(&measured(0.1, None), &band);
        assert_eq!((row.difference, row.reference), (Some(0.0), Some(0.1)));
        let row = compared(&measured(0.2, Some((0.16, 0.25))), &band);
        assert_eq!((row.reference, row.position.as_deref()), (Some(0.15), Some("above")));
    }
}
