//! The indicator `proactive-detection-recall`.

use super::audits::{count, indicator, real, report, samples, units};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of illegal listings that the platform itself had found before anybody told it.
    ///
    /// # Question
    ///
    /// Of all illegal listings, which share had the platform's own detection flagged before any notice?
    ///
    /// # Formula
    ///
    /// ```text
    /// recall       = Σ w y f / Σ w y    y = 1 where labelled illegal, f = 1 where flagged, w = 1/π
    /// naive_recall = Σ y f / Σ y        the same without weights: what the checked units alone would say
    /// precision    = Σ w y f / Σ w f    share of flagged units that are labelled illegal
    /// ```
    ///
    /// The unit is the illegal listing. The sample must hold flagged and unflagged units, drawn at known rates; the unflagged
    /// ones carry most of the weight. Unsure units count as not illegal. Below 10 units labelled illegal the result is
    /// `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: logit limits of the ratio with the linearised variance between primary sampling units
    /// within strata (Begg and Greenes' estimator where flagged and unflagged units are the strata), with a t quantile. Below
    /// some five units labelled illegal among the unflagged they are too narrow, and the note says so. Errors of labels are not
    /// covered.
    ///
    /// # Limits
    ///
    /// - The share of measures that the platform takes on its own initiative is not recall: it says nothing of what nobody found.
    /// - Recall without an audit of unflagged listings cannot be known; where the sample has none the result is `insufficient`.
    /// - A miss counts whether or not anybody noticed it.
    /// - Flags are those of the reference time: a listing that would have been flagged later counts as missed.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(e), 35(1)(c), (f).
    /// - Begg C. B., Greenes R. A. (1983), "Assessment of diagnostic tests when disease verification is subject to selection
    ///   bias", *Biometrics* 39, 207–215.
    /// - Cochran W. G. (1977), *Sampling Techniques*, 3rd ed., chapter 12.
    ProactiveDetectionRecall {
        id: "proactive-detection-recall",
        version: 1,
        status: Stability::Experimental,
        name: "Illegal listings that the platform found itself",
        question: "Of all illegal listings, which share had the platform's own detection flagged before any notice?",
        unit: "listing labelled illegal",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["flagged", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(e)", "Regulation (EU) 2022/2065, Art. 35(1)(c), (f)"],
        references: &[
            "Begg, Greenes 1983, Biometrics 39, 207-215",
            "Cochran 1977, Sampling Techniques, 3rd ed., ch. 12",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic {
        name: "recall",
        unit: "share",
        smallest_n: 10,
        meaning: "Illegal listings that were flagged per illegal listing.",
    },
    Statistic {
        name: "naive_recall",
        unit: "share",
        smallest_n: 10,
        meaning: "The same among the labelled units alone, without weights: too high where flagged ones are checked more.",
    },
    Statistic {
        name: "precision",
        unit: "share",
        smallest_n: 10,
        meaning: "Flagged listings that are labelled illegal per flagged listing.",
    },
];

/// Fewer illegal units among the unflagged make the limits too narrow.
const FEW_MISSES: usize = 5;

impl Indicator for ProactiveDetectionRecall {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["flagged"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [recall, naive, precision] = &STATISTICS;
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let flagged = sample.truth("flagged");
            let mut rows = Vec::new();
            for (group, domain) in sample.domains() {
                let illegal: Vec<bool> = sample.positive().iter().zip(&domain).map(|(y, d)| *y && *d).collect();
                let caught: Vec<bool> = illegal.iter().zip(&flagged).map(|(y, f)| *y && *f == Some(true)).collect();
                let (n, k) = (count(&illegal), count(&caught));
                let unflagged = flagged.iter().zip(&domain).filter(|(f, d)| **d && **f == Some(false)).count();
                let mut number = sample.ratio(&indicator(&caught), &indicator(&illegal), true);
                if unflagged == 0 {
                    number = super::audits::Number::failed("no unflagged unit was checked");
                }
                let mut row = sample.fill(sample.row(recall, group.as_ref(), (k, n)), &number, recall);
                if n - k < FEW_MISSES && row.value.is_some() {
                    row.add_note(&format!("{} missed units in the sample: limits are too narrow", n - k));
                }
                rows.push(row);
                let mut plain = sample.row(naive, group.as_ref(), (k, n));
                plain.value = (n > 0).then(|| real(k) / real(n));
                rows.push(super::cells::enough(plain, naive));
                let all: Vec<bool> = flagged.iter().zip(&domain).map(|(f, d)| *d && *f == Some(true)).collect();
                let row = sample.row(precision, group.as_ref(), (k, count(&all)));
                rows.push(sample.fill(row, &sample.share(&caught, &all), precision));
            }
            rows
        }))
    }
}
