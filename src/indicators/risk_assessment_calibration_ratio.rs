//! The indicator `risk-assessment-calibration-ratio`.

use super::audits::{count, samples, units};
use super::parameters::Declared;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::{Estimate, Status};

indicator! {
    /// How many times larger the measured prevalence is than the one a platform declared.
    ///
    /// # Question
    ///
    /// How many times larger is the share of illegal listings that an audit finds than the one that the platform declared?
    ///
    /// # Formula
    ///
    /// ```text
    /// ratio = share / declared    share: illegal-listing-prevalence of the same category; declared: upper edge of a band
    /// ```
    ///
    /// The unit is the platform and risk. Declared values, their definition and their source stand in the study file; a
    /// value whose definition does not fit is not compared, and the result says so. Where several samples answer, the one with
    /// most labelled units is taken. Below n = 20 labelled units the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The declared value is taken as exact. The limits are those of the measured share divided by it, of kind *sampling*; the
    /// lower one above 1 says that the sample is hard to reconcile with the declared value, at half of one less the level
    /// (2.5 % for limits at 95 %).
    ///
    /// # Limits
    ///
    /// - Definitions must match: views or listings, existing or detected, one category or all.
    /// - Most declared values are confidential; what is not published cannot be compared.
    /// - A ratio above 1 in one category says nothing about others.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1), 42(4)(a).
    /// - Clopper C. J., Pearson E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
    ///   binomial", *Biometrika* 26, 404–413.
    /// - Korn E. L., Graubard B. I. (1998), "Confidence intervals for proportions with small expected number of positive
    ///   counts estimated from survey data", *Survey Methodology* 24, 193–201.
    RiskAssessmentCalibrationRatio {
        id: "risk-assessment-calibration-ratio",
        version: 1,
        status: Stability::Experimental,
        name: "Measured by declared prevalence",
        question: "How many times larger is the share of illegal listings that an audit finds than the one that the platform declared?",
        unit: "platform and risk",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["category", "country", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)", "Regulation (EU) 2022/2065, Art. 42(4)(a)"],
        references: &[
            "Clopper, Pearson 1934, Biometrika 26, 404-413",
            "Korn, Graubard 1998, Survey Methodology 24, 193-201",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "ratio",
    unit: "ratio",
    smallest_n: 20,
    meaning: "Measured share of illegal listings by the declared one.",
}];

impl Indicator for RiskAssessmentCalibrationRatio {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["category", "country"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let ratio = &STATISTICS[0];
        // The groups are those of the declared values.
        let undivided = Scope { groups: Vec::new(), by_platform: true, ..scope.clone() };
        let samples = samples(counts, &CARD, &undivided)?;
        let mut rows = Vec::new();
        for sample in samples.iter().filter(|s| s.main && scope.by_platform && scope.groups.is_empty()) {
            let about = |d: &&Declared| d.platform == sample.platform && d.indicator == "illegal-listing-prevalence";
            let declared: Vec<&Declared> = scope.parameters.declared.iter().filter(about).collect();
            if declared.is_empty() {
                let row = sample.row(ratio, None, (0, sample.units.len()));
                rows.push(row.without_value(Status::NotApplicable, "the study file gives no declared value"));
            }
            let illegal = sample.positive();
            for value in declared {
                let domains = match value.group_name.as_deref() {
                    Some(name @ ("category" | "country")) => sample.domains_by(&[name]),
                    _ => sample.domains(),
                };
                let Some(domain) = domains.get(&value.group_value) else { continue };
                let k = illegal.iter().zip(domain).filter(|(y, d)| **y && **d).count();
                let mut row = sample.row(ratio, None, (k, count(domain)));
                (row.group_name, row.group_value) = (value.group_name.clone(), value.group_value.clone());
                row.add_note(&format!("declared {} ({})", value.value, value.source));
                if !value.comparable {
                    let why = format!("not comparable: {}", value.definition);
                    rows.push(row.without_value(Status::NotApplicable, why));
                    continue;
                }
                if value.value <= 0.0 {
                    rows.push(row.without_value(Status::NotApplicable, "the declared value is not above 0"));
                    continue;
                }
                let mut number = sample.share(&illegal, domain);
                number.scale(1.0 / value.value);
                rows.push(sample.fill(row, &number, ratio));
            }
        }
        Ok(rows)
    }
}
