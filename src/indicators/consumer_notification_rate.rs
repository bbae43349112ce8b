//! The indicator `consumer-notification-rate`.

use super::records::statistic;
use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of the buyers of illegal products who were told.
    ///
    /// # Question
    ///
    /// Of those who bought a product in the six months before the platform knew that it is illegal, how many were told?
    ///
    /// # Formula
    ///
    /// ```text
    /// share          = purchases whose buyer was told / purchases with known contact in the six months before
    /// within_30_days = purchases whose buyer was told at most 30 days after the platform knew
    ///                  / those of them for which 30 days were observed
    /// contact_share  = purchases with known contact / purchases in the six months before of which that is known
    /// ```
    ///
    /// The unit is the line of an order, so that who bought twice counts twice. The platform knew when the purchase says so, else at the first detection
    /// that led to an action by which the listing is confirmed to be illegal and which stands. The six months are calendar
    /// months in UTC: an order of the same day of the sixth month before counts, an order from the instant of knowledge on does
    /// not. The period is that of the day on which the platform knew. Orders that were cancelled or refunded count; split by `status`. Below 10 purchases
    /// the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All purchases are counted: there is no sampling interval. On request there are limits of kind *process* (Wilson). Buyers of one listing
    /// are told together or not at all, so true limits are much wider.
    ///
    /// # Limits
    ///
    /// - Buyers without known contact are to be told by a public notice (Art. 32(2)), which is not seen here.
    /// - In `share`, purchases of which the platform knew shortly before observation ended had less time: `within_30_days`
    ///   gives all the same time.
    /// - The platform can have known before it recorded a detection; orders after it knew are another matter, and in no number here.
    /// - Illegality that nobody confirmed has no purchases here.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 32(1) and (2).
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(12) and 35.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    ConsumerNotificationRate {
        id: "consumer-notification-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Buyers of illegal products who were told",
        question: "Of those who bought a product in the six months before the platform knew that it is illegal, how many were told?",
        unit: "purchase",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "illegal_purchases",
            cohort: Cohort::Own("known_at"),
            columns: &["contact_known", "known_at", "notified", "notified_within_30_days", "window"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 32(1)", "Regulation (EU) 2023/988, Art. 35"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("share", "share", 10, "Purchases whose buyer was told per purchase with known contact."),
    statistic(
        "within_30_days",
        "share",
        10,
        "Purchases whose buyer was told within thirty days per purchase observed so long.",
    ),
    statistic("contact_share", "share", 10, "Purchases with known contact per purchase of which that is known."),
];

fn parts() -> Vec<Share> {
    let [share, prompt, contact] = &STATISTICS;
    let within = Predicate::And(vec![Predicate::not_null("window"), Predicate::eq("window", "within")]);
    let known = Predicate::And(vec![within.clone(), Predicate::is_true("contact_known")]);
    vec![
        Share {
            statistic: share,
            part: None,
            k: Predicate::is_true("notified"),
            n: known.clone(),
            lacking: "ordered earlier or later, or no known contact",
        },
        Share {
            statistic: prompt,
            part: None,
            k: Predicate::is_true("notified_within_30_days"),
            n: Predicate::And(vec![known, Predicate::not_null("notified_within_30_days")]),
            lacking: "ordered earlier or later, no known contact, or thirty days not observed",
        },
        Share {
            statistic: contact,
            part: None,
            k: Predicate::is_true("contact_known"),
            n: Predicate::And(vec![within, Predicate::not_null("contact_known")]),
            lacking: "ordered earlier or later, or contact not recorded",
        },
    ]
}

shares!(ConsumerNotificationRate);
