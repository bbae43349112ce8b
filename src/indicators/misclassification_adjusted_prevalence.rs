//! The indicator `misclassification-adjusted-prevalence`.

use super::audits::{Number, Sample, report, simple_samples, units};
use super::classified::{Classified, flagged};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::Confidence;
use crate::stats::misclassification::rogan_gladen::{Observed, Prevalence, known_error_rates, lang_reiczigel};
use crate::stats::proportion::wilson;

indicator! {
    /// Prevalence from a classifier of all listings, corrected for its known or estimated errors.
    ///
    /// # Question
    ///
    /// Which share of all listings is illegal, if a classifier that looked at all of them errs as it does on audited ones?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = (A + Sp − 1) / (Se + Sp − 1)    A  = flagged listings / listings that the classifier looked at
    ///                                         Se = labelled illegal and flagged / labelled illegal
    ///                                         Sp = labelled legal and not flagged / labelled legal
    /// ```
    ///
    /// The unit is the listing. A is over the whole table `listings`; Se and Sp come from the largest simple sample (equal
    /// weights, no strata, no clusters) with labels of people and of the classifier (`test_label`), or from the study file
    /// where it says that they are known. Units that people are unsure of are left out of Se and Sp. The estimate is cut at 0
    /// and 1, and the note gives the uncut one. Refused, as `insufficient`, where Se + Sp − 1 is not above 0. Below 10 units
    /// labelled illegal or 10 labelled legal the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// With estimated Se and Sp the limits are those of Lang and Reiczigel, of kind *sampling*: they cover the draw of the
    /// sample that Se and Sp come from, and treat A as a share of so many listings. With known Se and Sp the Wilson limits
    /// of A are transformed. The estimate need not be the middle of the limits, and can lie outside them for small samples.
    ///
    /// # Limits
    ///
    /// - The sample and the flags must be of the same listings: where the size of the frame and the number of classified
    ///   listings differ by more than a twentieth, the result is `insufficient`.
    /// - At low prevalence everything hangs on Sp: with Sp = 0.99 and a prevalence of 0.5 %, two of three flags are false.
    /// - Se and Sp of another platform, category or language do not carry over.
    /// - A sample drawn by what the classifier says has no simple Se and Sp; it answers through
    ///   `illegal-listing-prevalence` with its weights.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(e), 34(1)(a).
    /// - Rogan W. J., Gladen B. (1978), "Estimating prevalence from the results of a screening test", *American Journal of
    ///   Epidemiology* 107, 71–76.
    /// - Lang Z., Reiczigel J. (2014), "Confidence limits for prevalence of disease adjusted for estimated sensitivity and
    ///   specificity", *Preventive Veterinary Medicine* 113, 13–22.
    /// - Reiczigel J., Földi J., Ózsvári L. (2010), "Exact confidence limits for prevalence of a disease with an imperfect
    ///   diagnostic test", *Epidemiology and Infection* 138, 1674–1678.
    MisclassificationAdjustedPrevalence {
        id: "misclassification-adjusted-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Prevalence corrected for a classifier's errors",
        question: "Which share of all listings is illegal, if a classifier that looked at all of them errs as it does on audited ones?",
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
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(e)", "Regulation (EU) 2022/2065, Art. 34(1)(a)"],
        references: &[
            "Rogan, Gladen 1978, Am. J. Epidemiol. 107, 71-76",
            "Lang, Reiczigel 2014, Prev. Vet. Med. 113, 13-22",
            "Reiczigel, Földi, Ózsvári 2010, Epidemiol. Infect. 138, 1674-1678",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic { name: "share", unit: "share", smallest_n: 20, meaning: "Illegal listings per listing, corrected." },
    Statistic {
        name: "sensitivity",
        unit: "share",
        smallest_n: 10,
        meaning: "Flagged units per unit labelled illegal.",
    },
    Statistic {
        name: "specificity",
        unit: "share",
        smallest_n: 10,
        meaning: "Units not flagged per unit labelled legal.",
    },
];

impl Indicator for MisclassificationAdjustedPrevalence {
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
        let known = scope.parameters.sensitivity.zip(scope.parameters.specificity);
        let flags = Classified::new(counts, scope)?;
        let samples = simple_samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| rows_of(sample, &STATISTICS, &flags, &sample.truth("test_label"), known)))
    }
}

/// Rows of one sample: the share of flagged listings corrected for what the sample says of the flags, and that.
pub(super) fn rows_of(
    sample: &Sample<'_>,
    [share, sensitivity, specificity]: &'static [Statistic; 3],
    flags: &Classified,
    marks: &[Option<bool>],
    known: Option<(f64, f64)>,
) -> Vec<Estimate> {
    let (positive, unsure) = (sample.positive(), sample.unsure());
    let mut rows = Vec::new();
    for (group, domain) in sample.domains() {
        let of = |illegal: bool, flag: bool| {
            let unit = |i: &usize| domain[*i] && !unsure[*i] && positive[*i] == illegal && marks[*i] == Some(flag);
            (0..positive.len()).filter(unit).count()
        };
        let (hit, missed, clear, wrong) = (of(true, true), of(true, false), of(false, false), of(false, true));
        for (statistic, (k, n)) in [(sensitivity, (hit, hit + missed)), (specificity, (clear, clear + wrong))] {
            let row = sample.row(statistic, group.as_ref(), (k, n));
            rows.push(sample.fill(row, &sample.simple_share(k, n), statistic));
        }
        let Some((k, n)) = flags.of(&sample.platform, group.as_ref()) else { continue };
        let row = sample.row(share, group.as_ref(), (k, n));
        let enough = known.is_some() || (hit + missed >= LEAST && clear + wrong >= LEAST);
        let corrected = if let Some(why) = flags.other_frame(sample) {
            Err(why)
        } else if enough {
            correct((k, n), (hit, hit + missed), (clear, clear + wrong), known, sample.confidence())
        } else {
            Err(format!(
                "{} units labelled positive and {} negative: one is below {LEAST}",
                hit + missed,
                clear + wrong
            ))
        };
        let number = match &corrected {
            Ok(p) => {
                let method = if known.is_some() { "wilson, transformed" } else { "lang-reiczigel" };
                Number::within(p.estimate, p.limits, method)
            }
            Err(why) => Number::failed(why.clone()),
        };
        let mut row = sample.fill(row, &number, share);
        row.add_note("k and n: flagged and classified listings");
        if let Ok(p) = corrected
            && p.truncated
        {
            row.add_note(&format!("uncut estimate {:.5}", p.untruncated));
        }
        rows.push(row);
    }
    rows
}

/// Fewer units labelled illegal, or legal, say too little of the classifier.
const LEAST: usize = 10;

fn correct(
    (k, n): (usize, usize),
    se: (usize, usize),
    sp: (usize, usize),
    known: Option<(f64, f64)>,
    confidence: Confidence,
) -> std::result::Result<Prevalence, String> {
    let observed = |(k, n): (usize, usize)| Observed::of_counts(k as u64, n as u64);
    let corrected = match known {
        Some((se, sp)) => wilson(k as u64, n as u64, confidence)
            .and_then(|limits| known_error_rates(observed((k, n))?.share(), limits, se, sp)),
        None => observed((k, n)).and_then(|a| lang_reiczigel(a, observed(se)?, observed(sp)?, confidence)),
    };
    corrected.map_err(|e| e.to_string())
}
