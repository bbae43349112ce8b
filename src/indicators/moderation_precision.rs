//! The indicator `moderation-precision`.

use super::audits::{count, report, samples, units};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of moderation actions that a blind second look agrees with.
    ///
    /// # Question
    ///
    /// Of the moderation actions taken, which share does a blind expert review find right?
    ///
    /// # Formula
    ///
    /// ```text
    /// precision       = Σ w y / Σ w    y = 1 where the review finds the action right, w = 1/π
    /// coder_agreement = units with equal labels / units that several coders labelled
    /// ```
    ///
    /// The unit is the sampled action. Coders do not see what the platform decided on a complaint. Unsure counts as not right.
    /// Below n = 20 labelled actions the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: they cover the draw of the sample from its frame. A simple sample (equal
    /// weights, no strata, no clusters) has Wilson limits; others have logit limits with the linearised variance between
    /// primary sampling units within strata, and a t quantile with clusters − strata degrees of freedom; below ten hits or
    /// misses those of Korn and Graubard. Without a hit there is an exact one-sided upper bound alone. Below five
    /// clusters there is no interval; below ten the note says so. Errors of labels are not covered.
    ///
    /// # Limits
    ///
    /// - Reversals of complaints are not precision: those who complain choose themselves.
    /// - Actions on the ground of terms and conditions must be judged by the terms in force on their day.
    /// - By `automated` the figure says how decisions of machines and of people differ; the sample must hold enough of both.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(e), 17, 20.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Hájek J. (1971), comment in *Foundations of Statistical Inference*, ed. Godambe and Sprott, 236.
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    /// - Korn E. L., Graubard B. I. (1998), "Confidence intervals for proportions with small expected number of positive
    ///   counts estimated from survey data", *Survey Methodology* 24, 193–201.
    ModerationPrecision {
        id: "moderation-precision",
        version: 1,
        status: Stability::Experimental,
        name: "Moderation actions that a review finds right",
        question: "Of the moderation actions taken, which share does a blind expert review find right?",
        unit: "moderation action",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["disagreed", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(e)", "Regulation (EU) 2022/2065, Art. 17"],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Hájek 1971, in Foundations of Statistical Inference, 236",
            "Binder 1983, Int. Stat. Rev. 51, 279-292",
            "Korn, Graubard 1998, Survey Methodology 24, 193-201",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    Statistic { name: "precision", unit: "share", smallest_n: 20, meaning: "Actions found right per action reviewed." },
    Statistic {
        name: "coder_agreement",
        unit: "share",
        smallest_n: 20,
        meaning: "Units with equal labels per unit that several coders labelled.",
    },
];

impl Indicator for ModerationPrecision {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "measure_right", &["disagreed"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [precision, agreement] = &STATISTICS;
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| {
            let right = sample.positive();
            let mut rows = Vec::new();
            for (group, domain) in sample.domains() {
                let k = right.iter().zip(&domain).filter(|(r, d)| **r && **d).count();
                let row = sample.row(precision, group.as_ref(), (k, count(&domain)));
                rows.push(sample.fill(row, &sample.share(&right, &domain), precision));
                rows.push(sample.agreement(agreement, group.as_ref(), &domain));
            }
            rows
        }))
    }
}
