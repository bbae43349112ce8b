//! The indicator `illegal-view-prevalence`.

use super::audits::{report, samples, units, weighted_shares};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of views that go to listings which auditors label illegal.
    ///
    /// # Question
    ///
    /// Of all views of listings, which share goes to illegal ones?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = Σ w v y / Σ w v    y = 1 where the unit is labelled illegal, v = its views, w = 1/π
    /// ```
    ///
    /// The unit is the listing, weighted by its views in the period of the audit, as the labelling sheet gives them. Units
    /// without a number of views are excluded and counted in the note; unsure units count as not illegal. Where listings
    /// were drawn with a probability that grows with their views, the weights undo that. Below n = 20 labelled units with
    /// views the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: logit limits of the ratio with the linearised variance between primary sampling units
    /// within strata, and a t quantile. Views are heavy-tailed: where the tenth of the units with most views holds more
    /// than half of them, the note says so, since the linearised variance is then too small. Errors of labels are not
    /// covered.
    ///
    /// # Limits
    ///
    /// - A sample of listings gives an unstable figure by views: the few listings with most views decide it. Draw with
    ///   probability proportional to views for this question.
    /// - What a view is (an impression, a second, a click; with or without robots) is the platform's definition.
    /// - Views of listings that were removed in the period must be in the frame, else only survivors are counted.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(1)(a), (2).
    /// - Implementing Regulation (EU) 2024/2835, Annex II.
    /// - Cochran W. G. (1977), *Sampling Techniques*, 3rd ed., chapter 6.
    /// - Hansen M. H., Hurwitz W. N. (1943), "On the theory of sampling from finite populations", *Annals of Mathematical
    ///   Statistics* 14, 333–362.
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    IllegalViewPrevalence {
        id: "illegal-view-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Views of listings labelled illegal",
        question: "Of all views of listings, which share goes to illegal ones?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["outcome", "question", "sample", "sampled_at", "views", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)", "Implementing Regulation (EU) 2024/2835, Annex II"],
        references: &[
            "Cochran 1977, Sampling Techniques, 3rd ed., ch. 6",
            "Hansen, Hurwitz 1943, Ann. Math. Stat. 14, 333-362",
            "Binder 1983, Int. Stat. Rev. 51, 279-292",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 20,
    meaning: "Views of listings labelled illegal per view.",
}];

impl Indicator for IllegalViewPrevalence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["views"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| weighted_shares(sample, "views", &STATISTICS[0])))
    }
}
