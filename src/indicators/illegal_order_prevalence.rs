//! The indicator `illegal-order-prevalence`.

use super::audits::{report, samples, units, weighted_shares};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// Share of orders that are of listings which auditors label illegal.
    ///
    /// # Question
    ///
    /// Of all orders, which share is of illegal products?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = Σ w v y / Σ w v    y = 1 where the unit is labelled illegal, v = its orders, w = 1/π
    /// ```
    ///
    /// The unit is the listing, weighted by its orders in the period of the audit, as the labelling sheet gives them. Units
    /// without a number of orders are excluded and counted in the note; unsure units count as not illegal. Where listings
    /// were drawn with a probability that grows with their orders, the weights undo that. Below n = 20 labelled units with
    /// orders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The limits are of kind *sampling*: logit limits of the ratio with the linearised variance between primary sampling units
    /// within strata, and a t quantile. Orders are heavy-tailed: where the tenth of the units with most orders holds more
    /// than half of them, the note says so, since the linearised variance is then too small. Errors of labels are not
    /// covered.
    ///
    /// # Limits
    ///
    /// - Cancelled and refunded orders count or do not, as the platform counts orders.
    /// - An order from before a product was banned is none of an illegal product: labels must hold for the time of the order.
    /// - Orders are rarer and more concentrated than views: the figure needs large samples.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 32, 34(1)(a).
    /// - Cochran W. G. (1977), *Sampling Techniques*, 3rd ed., chapter 6.
    /// - Hansen M. H., Hurwitz W. N. (1943), "On the theory of sampling from finite populations", *Annals of Mathematical
    ///   Statistics* 14, 333–362.
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    IllegalOrderPrevalence {
        id: "illegal-order-prevalence",
        version: 1,
        status: Stability::Experimental,
        name: "Orders of listings labelled illegal",
        question: "Of all orders, which share is of illegal products?",
        unit: "listing",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Audit,
            table: "audit_units",
            cohort: Cohort::Window,
            columns: &["orders", "outcome", "question", "sample", "sampled_at", "weight"], optional: &["cluster", "frame_size", "stratum"],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 34(1)(a)", "Regulation (EU) 2022/2065, Art. 32"],
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
    meaning: "Orders of listings labelled illegal per order.",
}];

impl Indicator for IllegalOrderPrevalence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        units(&CARD, basis, scope, "illegal", &["orders"])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let samples = samples(counts, &CARD, scope)?;
        Ok(report(&samples, |sample| weighted_shares(sample, "orders", &STATISTICS[0])))
    }
}
