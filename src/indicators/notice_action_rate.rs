//! The indicator `notice-action-rate`.

use super::declared::{self, Declared};
use super::records::statistic;
use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::{Predicate, Scalar};
use crate::estimate::Estimate;

indicator! {
    /// Share of notified items that the platform acts on.
    ///
    /// # Question
    ///
    /// Of the items that were notified and decided on, to which share did the platform respond with action?
    ///
    /// # Formula
    ///
    /// ```text
    /// share        = items with action / decided items
    /// share_on_law = items with action on the basis of the law / decided items
    /// share_valid  = items with action / decided items without duplicates and invalid notices
    ///
    /// in reports (part 4):
    /// actions_per_item          = (actions on the basis of the law + of the terms) / items notified
    /// actions_per_item_law      = actions on the basis of the law / items notified
    /// actions_per_item_flaggers = the first of the notices of trusted flaggers
    /// ```
    ///
    /// In reports actions are counted and not items with action: one item can have several, and one action can answer several
    /// notices of one item, so that the ratio is no share and may exceed 1. A blank number of actions on one of the two
    /// grounds does not apply and is left out of the sum; the note says so.
    ///
    /// The unit is the notified item, which belongs to the period of its day of receipt in UTC. Action is `action_on_law` or
    /// `action_on_terms`. Duplicates and invalid notices are decided without action, and so lower `share`. Items without a decision
    /// are excluded and counted in the note. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The notices are all that were received, so there is no sampling interval. Where asked for, a Wilson interval is given and
    /// called a *process* interval: how far chance would move the share if items were independent draws of one process. Items of one
    /// notice are decided together, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - A low share can come from notices without substance or from notices that were not followed: read it by category
    ///   and by notifier, and audit a sample of refusals.
    /// - A few notifiers with long lists, as holders of rights, decide the total.
    /// - `actions_per_item` of reports is not `share`: side by side they agree only where each item has one action at most.
    /// - Reports count duplicates, and items of notices that were not yet decided; providers differ in what they call an item,
    ///   and some report fewer items than notices.
    /// - Notices that are decided late are missing at the end of observation; if action takes longer than refusal, the last
    ///   periods are too low.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 15(1)(b) and 16.
    /// - Commission Implementing Regulation (EU) 2024/2835 laying down templates of transparency reports, Annex I.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the American
    ///   Statistical Association* 22, 209–212.
    NoticeActionRate {
        id: "notice-action-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Notices that led to action",
        question: "Of the items that were notified and decided on, to which share did the platform respond with action?",
        unit: "notified item",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notices",
            cohort: Cohort::Own("received_at"),
            columns: &["decision", "received_at"],
            optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 15(1)(b)", "Regulation (EU) 2022/2065, Art. 16"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("share", "share", 10, "Items with action per decided item."),
    statistic("share_on_law", "share", 10, "Items with action on the basis of the law per decided item."),
    statistic("share_valid", "share", 10, "Items with action per decided item, duplicates and invalid notices aside."),
    statistic("actions_per_item", "ratio", 10, "In reports, actions on notices per item notified."),
    statistic("actions_per_item_law", "ratio", 10, "In reports, actions on the basis of the law per item notified."),
    statistic(
        "actions_per_item_flaggers",
        "ratio",
        10,
        "In reports, actions on notices of trusted flaggers per item that these notified.",
    ),
];

const DECLARED: &[&str] = &[
    "notices_flaggers_items",
    "notices_flaggers_law",
    "notices_flaggers_terms",
    "notices_items",
    "notices_law",
    "notices_terms",
];

shares!(NoticeActionRate, declared);

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [_, _, _, all, law, flaggers] = &STATISTICS;
    let mut rows = reports.undated_rows(&[all, law, flaggers]);
    for set in reports.sets() {
        for place in reports.places(&set, &["notices_items"]) {
            for (statistic, actions, items) in [
                (all, &["notices_law", "notices_terms"][..], "notices_items"),
                (law, &["notices_law"], "notices_items"),
                (flaggers, &["notices_flaggers_law", "notices_flaggers_terms"], "notices_flaggers_items"),
            ] {
                let of = |r: &declared::Report| [r.sum(actions, &place), r.figure(items, &place)];
                rows.push(reports.ratio(&set, statistic, &place, 1.0, of));
            }
        }
    }
    rows
}

/// Whether there was action on an item.
pub(super) fn acted() -> Predicate {
    let codes = ["action_on_law", "action_on_terms"].map(Scalar::from).to_vec();
    Predicate::And(vec![decided(), Predicate::In("decision".to_owned(), codes)])
}

/// Whether an item was decided.
pub(super) fn decided() -> Predicate {
    Predicate::not_null("decision")
}

fn parts(_: Basis) -> Vec<Share> {
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    let aside = ["duplicate", "invalid"].map(Scalar::from).to_vec();
    let valid = Predicate::And(vec![decided(), Predicate::In("decision".to_owned(), aside).negated()]);
    vec![
        share(0, acted(), decided(), "no decision yet"),
        share(1, Predicate::eq("decision", "action_on_law"), decided(), "no decision yet"),
        share(2, acted(), valid, "no decision yet, a duplicate, or invalid"),
    ]
}
