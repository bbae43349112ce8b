//! The indicator `illegal-listing-prevalence`.

use super::audits::{positive_shares, units};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of live listings that auditors label illegal.
    ///
    /// # Question
    ///
    /// Of all listings in the frame of the audit, which share is illegal?
    ///
    /// # Formula
    ///
    /// ```text
    /// share          = Σ w y / Σ w    y = 1 where the unit is labelled illegal, w = 1/π
    /// share_or_unsure: the same with y = 1 where it is labelled illegal or unsure
    /// listings       = N · share      N = listings of the frame: the sum of frame sizes over strata
    /// ```
    ///
    /// The unit is the listing at the reference time of the sample. Units that coders are unsure of are not dropped: they
    /// count as not illegal in `share` and as illegal in `share_or_unsure`; the truth of the labels lies between. Several
    /// coders' labels count as one (the agreed label, else unanimity, else the majority, else unsure). The period is that of
    /// the reference times. Below n = 20 labelled units the result is `insufficient`.
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
    /// - The frame is all that the number speaks of. A sample of search results measures what can be found, not what there is.
    /// - Removed listings by listings is detection times prevalence, and not this number.
    /// - Listings of one trader resemble each other: where traders were drawn as clusters the limits say so; where listings
    ///   were drawn one by one they hold for the listings of the frame, but not for other traders.
    /// - Labels can be wrong; `misclassification-adjusted-prevalence` corrects for known error rates.
    /// - Variants, listings and pages are different units: the frame decides which one is counted.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1)(a).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Hájek J. (1971), comment in *Foundations of Statistical Inference*, ed. Godambe and Sprott, 236.
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    /// - Korn E. L., Graubard B. I. (1998), "Confidence intervals for proportions with small expected number of positive
    ///   counts estimated from survey data", *Survey Methodology* 24, 193–201.
    /// - Hanley J. A., Lippman-Hand A. (1983), "If nothing goes wrong, is everything all right?", *JAMA* 249, 1743–1745.
    IllegalListingPrevalence {
        id: "illegal-listing-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Listings labelled illegal",
        question: "Of all listings in the frame of the audit, which share is illegal?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::D, Level::E],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)"],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Hájek 1971, in Foundations of Statistical Inference, 236",
            "Binder 1983, Int. Stat. Rev. 51, 279-292",
            "Korn, Graubard 1998, Survey Methodology 24, 193-201",
            "Hanley, Lippman-Hand 1983, JAMA 249, 1743-1745",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic { name: "share", unit: "share", smallest_n: 20, meaning: "Listings labelled illegal per listing." },
    Statistic {
        name: "share_or_unsure",
        unit: "share",
        smallest_n: 20,
        meaning: "Listings labelled illegal or unsure per listing.",
    },
    Statistic { name: "listings", unit: "listings", smallest_n: 20, meaning: "Illegal listings in the frame." },
];

impl Indicator for IllegalListingPrevalence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &[])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        positive_shares(counts, &CARD, scope, &STATISTICS)
    }
}
