//! The indicator `hidden-link-prevalence`.

use super::audits::{positive_shares, units};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of listings or affiliate links that front for something else than they show.
    ///
    /// # Question
    ///
    /// Of all listings or affiliate links in the frame of the audit, which share fronts for something else?
    ///
    /// # Formula
    ///
    /// ```text
    /// share           = Σ w y / Σ w    y = 1 where the unit is labelled yes, w = 1/π (Hájek)
    /// share_or_unsure : the same with y = 1 where it is labelled yes or unsure
    /// units           = N · share      N = units of the frame: the sum of frame sizes over strata
    /// ```
    ///
    /// The unit is what was sampled: a listing, or a link of an affiliate channel to one. It fronts for something else where
    /// what buyers get is, by the link, post or promoter that leads to it, another product than the listing shows
    /// (audit question `hidden_link`). Units that coders are unsure of count as no in `share` and as yes in `share_or_unsure`.
    /// Several coders' labels count as one (the agreed label, else unanimity, else the majority, else unsure). The
    /// period is that of the reference times. Below n = 20 labelled units the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: they cover the draw of the sample from its frame. A simple sample (equal weights, no
    /// strata, no clusters) has Wilson limits; others have logit limits with the linearised variance between primary
    /// sampling units within strata, and a t quantile; below ten hits or misses those of Korn and Graubard. Without a hit
    /// there is an exact one-sided upper bound alone. Below five clusters there is no interval. Errors of labels are not covered.
    ///
    /// # Limits
    ///
    /// - The frame is all that the number speaks of, and frames differ: links in the platform's own log of affiliates, posts
    ///   on social networks, and listings on the platform give different shares. Compare only within one frame.
    /// - Seen from the platform such a listing looks harmless; the sign lies outside. A sample of listings without the links
    ///   that lead to them finds nearly none.
    /// - Posts that somebody came across are no sample: they give cases, not a share.
    /// - Where two frames overlap (posts and the log of links) weights must allow for units that are in both.
    /// - Short links lead elsewhere tomorrow: what they led to must be stored with its date.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(2), 35(1)(c), (e).
    /// - Hájek J. (1971), comment in *Foundations of Statistical Inference*, ed. Godambe and Sprott, 236.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    /// - Korn E. L., Graubard B. I. (1998), "Confidence intervals for proportions with small expected number of positive
    ///   counts estimated from survey data", *Survey Methodology* 24, 193–201.
    HiddenLinkPrevalence {
        id: "hidden-link-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Listings or links that front for something else",
        question: "Of all listings or affiliate links in the frame of the audit, which share fronts for something else?",
        unit: "listing or affiliate link",
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
        legal: &["Regulation (EU) 2022/2065, Art. 34(2)", "Regulation (EU) 2022/2065, Art. 35(1)(c), (e)"],
        references: &[
            "Hájek 1971, in Foundations of Statistical Inference, 236",
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Korn, Graubard 1998, Survey Methodology 24, 193-201",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 20,
        meaning: "Units that front for something else per unit.",
    },
    Statistic {
        name: "share_or_unsure",
        unit: "share",
        smallest_n: 20,
        meaning: "Units that do, or of which coders are unsure, per unit.",
    },
    Statistic {
        name: "units",
        unit: "count",
        smallest_n: 20,
        meaning: "Units of the frame that front for something else.",
    },
];

impl Indicator for HiddenLinkPrevalence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "hidden_link", &[])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        positive_shares(counts, &CARD, scope, &STATISTICS)
    }
}
