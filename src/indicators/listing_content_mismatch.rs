//! The indicator `listing-content-mismatch`.

use super::audits::{report, simple_samples, units};
use super::classified::{Classified, classified};
use super::misclassification_adjusted_prevalence::rows_of;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Op, Predicate, Tally, Units};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::views::mismatch_scores::MismatchScores;

indicator! {
    /// Share of listings whose picture, title, variants or reviews disagree, by a classifier corrected for its errors.
    ///
    /// # Question
    ///
    /// In which share of the listings do picture, title, variants and reviews disagree?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = (A + Sp − 1) / (Se + Sp − 1)    A  = listings with a score of at least τ / listings with a score
    ///                                         Se = labelled yes with a score of at least τ / labelled yes
    ///                                         Sp = labelled no with a score below τ / labelled no
    /// ```
    ///
    /// The unit is the listing. A is over all scores in the table `listings` (`mismatch_score`); Se and Sp come from the largest
    /// simple sample (equal weights, no strata, no clusters) with labels of people on the question `mismatch`, which
    /// carries the score of each unit, or where there is none the label of the classifier. The threshold τ is
    /// `mismatch_threshold` of the study file, 0.5 where it says nothing; scores are compared in whole thousandths. Units that
    /// people are unsure of are left out of Se and Sp. The estimate is cut at 0 and 1, and the note gives the uncut one. Refused, as
    /// `insufficient`, where Se + Sp − 1 is not above 0, and below 10 units labelled yes or 10 labelled no.
    ///
    /// # Uncertainty
    ///
    /// The limits are those of Lang and Reiczigel, of kind *sampling*: they cover the draw of the sample that Se and Sp come
    /// from, and treat A as a share of so many listings. The estimate need not be the middle of the limits, and can lie
    /// outside them for small samples. Sensitivity and specificity have Wilson limits.
    ///
    /// # Limits
    ///
    /// - A mismatch is a sign, not a proof: reviews move between variants, and sellers reuse pictures without ill intent.
    /// - Se and Sp differ between categories and languages; titles in several languages lower Sp. Where it matters, sample and
    ///   measure by category.
    /// - A and the sample must speak of the same listings. Where the table holds ended listings too and the sample only live
    ///   ones, the share is right only if the classifier errs alike on both.
    /// - At a low share everything hangs on Sp: with Sp = 0.97 three of a hundred clean listings are flagged.
    /// - A threshold that was chosen on the same sample makes the classifier look better than it is.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(2).
    /// - Rogan W. J., Gladen B. (1978), "Estimating prevalence from the results of a screening test", *American Journal of
    ///   Epidemiology* 107, 71–76.
    /// - Lang Z., Reiczigel J. (2014), "Confidence limits for prevalence of disease adjusted for estimated sensitivity and
    ///   specificity", *Preventive Veterinary Medicine* 113, 13–22.
    ListingContentMismatch {
        id: "listing-content-mismatch",
        version: 1,
        status: Stability::Experimental,
        name: "Listings whose parts disagree",
        question: "In which share of the listings do picture, title, variants and reviews disagree?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["mismatch_scores.mismatch_permille", "outcome", "question", "sample", "sampled_at", "score", "test_label", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 34(2)"],
        references: &[
            "Rogan, Gladen 1978, Am. J. Epidemiol. 107, 71-76",
            "Lang, Reiczigel 2014, Prev. Vet. Med. 113, 13-22",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 20,
        meaning: "Listings whose parts disagree per listing, corrected.",
    },
    Statistic {
        name: "sensitivity",
        unit: "share",
        smallest_n: 10,
        meaning: "Units at or above the threshold per unit whose parts disagree.",
    },
    Statistic {
        name: "specificity",
        unit: "share",
        smallest_n: 10,
        meaning: "Units below the threshold per unit whose parts agree.",
    },
];

/// A score in whole thousandths, rounded down as those of all listings are; `None` for what is no score.
#[expect(clippy::cast_possible_truncation, reason = "within 0 to 1000")]
fn permille(score: f64) -> Option<i64> {
    (0.0..=1.0).contains(&score).then(|| (score * 1000.0 + 1e-6).floor() as i64)
}

/// The threshold in whole thousandths.
fn threshold(scope: &Scope) -> Option<i64> {
    permille(scope.parameters.mismatch_threshold)
}

impl Indicator for ListingContentMismatch {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        // A threshold that is none is refused by the estimate, which can say so.
        let least = threshold(scope).unwrap_or_default();
        let score = "mismatch_permille";
        let flagged = Predicate::Cmp(score.to_owned(), Op::Ge, least.into());
        classified(&CARD, basis, scope, (&MismatchScores, flagged, Predicate::not_null(score)))
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "mismatch", &["score", "test_label"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let least = threshold(scope).ok_or_else(|| {
            Error::usage(
                format!("{} is no threshold of a score", scope.parameters.mismatch_threshold),
                "give a number from 0 to 1 as `mismatch_threshold`",
            )
        })?;
        let flags = Classified::new(counts, scope)?;
        let samples = simple_samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let labels = sample.truth("test_label");
            let scores = sample.units.iter().map(|unit| sample.rows().number("score", *unit));
            let marks: Vec<Option<bool>> = scores
                .zip(labels)
                .map(|(score, label)| score.and_then(permille).map(|score| score >= least).or(label))
                .collect();
            let mut rows = rows_of(sample, &STATISTICS, &flags, &marks, None);
            for row in &mut rows {
                row.add_note(&format!("threshold {}", scope.parameters.mismatch_threshold));
            }
            rows
        }))
    }
}
