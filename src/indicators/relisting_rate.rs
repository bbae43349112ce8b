//! The indicator `relisting-rate`.

use super::cells::{enough, number};
use super::records::statistic;
use super::times::{self, Histograms, Times};
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Predicate, Tally};
use crate::error::Result;
use crate::estimate::Estimate;

indicator! {
    /// How many products that were removed as illegal come back.
    ///
    /// # Question
    ///
    /// Of the products that were removed as illegal, which share is on offer again within so many days, and from whom?
    ///
    /// # Formula
    ///
    /// ```text
    /// incidence_t = 1 − S(t), S the Kaplan–Meier curve of the time from the first removal to the next listing
    ///               of the same content
    /// incidence_t for the group trader = Σ S(u−) d(u)/n(u) over u ≤ t: came back from the same_trader, from an other_trader
    /// share       = products that came back / products removed, however long each was observed
    /// ```
    ///
    /// The unit is the product, told by the fingerprint of its content; it belongs to the period of its first removal or
    /// disabling as illegal (not as incompatible with terms alone, and not taken back later). It comes back with the first other
    /// listing of that fingerprint that goes live afterwards; where no export says when listings went live, their
    /// submission stands for it. The same listing, given back, is no return. What was refused at submission did not come back.
    /// Returns with the same trader and with another one are told apart; an unknown trader is another one. Products that
    /// did not come back are censored when observation ends. Below 10 products the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All removed products are counted: there is no sampling interval. Limits are *process* limits: how far chance would move
    /// the estimate if products came back independently of each other (Greenwood, log-log; for the groups Aalen–Johansen
    /// with the infinitesimal jackknife). One trader brings back many products together, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - It is as good as the fingerprint: one that small changes escape misses returns, one that is coarse takes
    ///   other products for them. Publish its recall and precision beside this number.
    /// - Many traders share the pictures of one manufacturer: other listings of that content can be legal.
    /// - `share` is how platforms put it (unique products that reappeared by unique products moderated); it falls with
    ///   the length of the time over which products were observed, and so has no place in comparisons.
    /// - Offers of the same content that were live already when the first was removed are no returns, however long
    ///   they stay.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 35.
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(5): identical content.
    /// - Kaplan E. L., Meier P. (1958), "Nonparametric estimation from incomplete observations", *Journal of the
    ///   American Statistical Association* 53, 457–481.
    /// - Aalen O. O., Johansen S. (1978), "An empirical transition matrix for non-homogeneous Markov chains based on
    ///   censored observations", *Scandinavian Journal of Statistics* 5, 141–150.
    RelistingRate {
        id: "relisting-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Removed products that come back",
        question: "Of the products that were removed as illegal, which share is on offer again within so many days?",
        unit: "removed product",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "removed_products",
            cohort: Cohort::Own("removed_at"),
            columns: &["relisting_event", "relisting_hours", "removed_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 35", "Regulation (EU) 2023/988, Art. 22(5)"],
        references: &[
            "Kaplan, Meier 1958, J. Am. Stat. Assoc. 53, 457-481",
            "Aalen, Johansen 1978, Scand. J. Stat. 5, 141-150",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    statistic(
        "incidence_30",
        "share",
        10,
        "Probability that a product is on offer again within 30 days of its removal.",
    ),
    statistic(
        "incidence_90",
        "share",
        10,
        "Probability that a product is on offer again within 90 days of its removal.",
    ),
    statistic("share", "share", 10, "Share that came back, however long each was observed."),
    statistic(
        "cumulative_incidence",
        "share",
        10,
        "Probability of a return within x days: the points of the curve by whose listing it is.",
    ),
    statistic("at_risk", "count", 10, "Products observed for x days at least without a return."),
];

/// How returns are told.
pub(super) static TIMES: Times = Times {
    exit: "relisting_hours",
    entry: None,
    event: "relisting_event",
    events: &["same_trader", "other_trader"],
    per_unit: 24,
    unit: "days",
};

impl Indicator for RelistingRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        times::tallies(&CARD, basis, scope, &TIMES, Predicate::True)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let all = Histograms::new(counts, &CARD, scope, &TIMES)?;
        let [month, quarter, share, curve, at_risk] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, table) in &all.tables {
            for (statistic, days) in [(month, 30.0), (quarter, 90.0)] {
                rows.push(all.within(cell, table, statistic, days));
                for (event, code) in TIMES.events.iter().zip(1_u32..) {
                    let mut row = all.incidence_within(cell, table, statistic, (code, days));
                    shares::part(&mut row, "trader", event);
                    rows.push(row);
                }
            }
            let mut row = all.row(cell, table, share);
            row.value = row.k.zip(row.n).filter(|(_, n)| *n > 0).map(|(k, n)| number(k) / number(n));
            rows.push(enough(row, share));
            rows.extend(all.incidence_rows(cell, table, (curve, at_risk), TIMES.events));
        }
        Ok(rows)
    }
}
