//! The indicator `machine-assisted-prevalence`.

use super::audits::{Number, report, simple_samples, units};
use super::classified::{Classified, flagged};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::misclassification::prediction::{Labelled, Predictions, Target, Tuning, prediction_powered};

indicator! {
    /// Prevalence from labels of a sample and a classifier's labels of all listings together.
    ///
    /// # Question
    ///
    /// Which share of all listings is illegal, by labels of a sample sharpened by what a classifier says of every listing?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = λ F + (ȳ − λ f̄)    F = flagged share of all listings; ȳ, f̄ = labelled illegal and flagged shares of the sample
    ///                             λ: the weight of the classifier that makes the variance smallest (PPI++)
    /// ```
    ///
    /// The unit is the listing. Labels are those of the largest simple sample (equal weights, no strata, no clusters) that also
    /// has the classifier's label (`test_label`); F is over the whole table `listings`. Unsure units count as not illegal.
    /// `relative_width` is the standard error by that of the labels alone. Below n = 50 labelled units the result is
    /// `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are normal limits of prediction-powered inference, of kind *sampling*, cut at 0 and 1. No sensitivity or
    /// specificity is assumed: a bad classifier costs width, not coverage. Coverage of 95 % limits lies between 93 and 97 % in
    /// simulations with some hundred labels.
    ///
    /// # Limits
    ///
    /// - The sample and the flags must be of the same listings: where the size of the frame and the number of classified
    ///   listings differ by more than a twentieth, the result is `insufficient`.
    /// - The classifier must not have been fitted to the labels of this sample.
    /// - Labels of people are taken as right.
    /// - Below some five illegal units in the sample the normal limits are too narrow on their upper side; see
    ///   `illegal-listing-prevalence`.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1)(a).
    /// - Angelopoulos A. N., Bates S., Fannjiang C., Jordan M. I., Zrnic T. (2023), "Prediction-powered inference",
    ///   *Science* 382, 669–674.
    /// - Angelopoulos A. N., Duchi J. C., Zrnic T. (2023), "PPI++: efficient prediction-powered inference", arXiv:2311.01453.
    MachineAssistedPrevalence {
        id: "machine-assisted-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Prevalence from labels and a classifier",
        question: "Which share of all listings is illegal, by labels of a sample sharpened by what a classifier says of every listing?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["listings.flagged", "outcome", "question", "sample", "sampled_at", "test_label", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::D],
        smallest_n: 50,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)"],
        references: &[
            "Angelopoulos et al. 2023, Science 382, 669-674",
            "Angelopoulos, Duchi, Zrnic 2023, arXiv:2311.01453",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    Statistic { name: "share", unit: "share", smallest_n: 50, meaning: "Illegal listings per listing." },
    Statistic {
        name: "relative_width",
        unit: "ratio",
        smallest_n: 50,
        meaning: "Standard error by that of the labels alone: below 1 where the classifier helps.",
    },
];

/// Fewer illegal units in the sample make normal limits too narrow.
const FEW_HITS: usize = 5;

impl Indicator for MachineAssistedPrevalence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        flagged(&CARD, basis, scope)
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["test_label"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [share, width] = &STATISTICS;
        let flags = Classified::new(counts, scope)?;
        let samples = simple_samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let same_frame = |p| flags.other_frame(sample).map_or(Ok(p), Err);
            let (positive, flagged) = (sample.positive(), sample.truth("test_label"));
            let mut rows = Vec::new();
            for (group, domain) in sample.domains() {
                let pairs: Vec<(f64, f64)> = positive
                    .iter()
                    .zip(&flagged)
                    .zip(&domain)
                    .filter_map(|((y, f), d)| {
                        Some((f64::from(u8::from(*y)), f64::from(u8::from((*f)?)))).filter(|_| *d)
                    })
                    .collect();
                let hits = pairs.iter().filter(|(y, _)| *y > 0.5).count();
                let Some((k, n)) = flags.of(&sample.platform, group.as_ref()) else { continue };
                let labelled: Labelled = pairs.iter().copied().collect();
                // The labelled units are not among those that the classifier alone speaks of.
                let ones = pairs.iter().filter(|(_, f)| *f > 0.5).count();
                let (k, n) = (k.saturating_sub(ones), n.saturating_sub(pairs.len()));
                let powered = Predictions::of_counts(k as u64, n as u64).and_then(|others| {
                    prediction_powered(labelled, others, Tuning::Power, Target::Share, sample.confidence())
                });
                let (number, ratio) = match powered.map_err(|e| e.to_string()).and_then(same_frame) {
                    Ok(p) => {
                        let ratio = p.standard_error / p.labels_alone_standard_error;
                        (
                            Number::within(p.estimate, p.limits, "prediction-powered"),
                            Some(ratio).filter(|r| r.is_finite()),
                        )
                    }
                    Err(why) => (Number::failed(why), None),
                };
                let row = sample.row(share, group.as_ref(), (hits, pairs.len()));
                let mut row = sample.fill(row, &number, share);
                if hits < FEW_HITS && row.value.is_some() {
                    row.add_note(&format!("{hits} illegal units in the sample: limits are too narrow"));
                }
                rows.push(row);
                let number = ratio.map_or_else(
                    || Number::failed("the labels alone have no limits"),
                    |ratio| Number { value: Some(ratio), ..Number::default() },
                );
                let row = sample.row(width, group.as_ref(), (hits, pairs.len()));
                rows.push(sample.fill(row, &number, width));
            }
            rows
        }))
    }
}
