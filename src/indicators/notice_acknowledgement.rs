//! The indicator `notice-acknowledgement`.

use super::records::statistic;
use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of notices whose receipt and decision are told to the notifier.
    ///
    /// # Question
    ///
    /// Do notifiers who left an address get a receipt, the decision, and word of how to seek redress?
    ///
    /// # Formula
    ///
    /// ```text
    /// receipt  = items with a confirmation of receipt / items to whose notifier messages are owed
    /// decision = items whose decision was notified / decided items to whose notifier messages are owed
    /// redress  = items whose decision told of redress / items whose decision was notified, where this is known
    /// ```
    ///
    /// The unit is the notified item, which belongs to the period of its day of receipt in UTC. Messages are owed where the notifier left
    /// an electronic address; where the data does not say, it is taken that one was left. Items whose notifier is owed no
    /// message are excluded and counted in the note. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// The notices are all that were received, so there is no sampling interval. Where asked for, a Wilson interval is given and
    /// called a *process* interval: how far chance would move the share if items were independent draws of one process.
    ///
    /// # Limits
    ///
    /// - The law asks for messages without undue delay and gives no number: a message counts however late it was sent, and one that
    ///   was due just before observation ended counts as missing.
    /// - That a message was sent does not say that it arrived, or that it could be understood; test notices show that.
    /// - Items of one notice share their messages.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 16(4) and 16(5).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the American
    ///   Statistical Association* 22, 209–212.
    NoticeAcknowledgement {
        id: "notice-acknowledgement",
        version: 1,
        status: Stability::Experimental,
        name: "Messages to notifiers",
        question: "Do notifiers who left an address get a receipt, the decision, and word of how to seek redress?",
        unit: "notified item",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "notice_times",
            cohort: Cohort::Own("received_at"),
            columns: &[
                "decided_at",
                "decision_sent_at",
                "message_owed",
                "receipt_sent_at",
                "received_at",
                "redress_info",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 16(4)", "Regulation (EU) 2022/2065, Art. 16(5)"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("receipt", "share", 10, "Items with a confirmation of receipt per item to whose notifier one is owed."),
    statistic(
        "decision",
        "share",
        10,
        "Items whose decision was notified per decided item to whose notifier it is owed.",
    ),
    statistic("redress", "share", 10, "Items whose decision told of redress per item whose decision was notified."),
];

shares!(NoticeAcknowledgement);

fn parts() -> Vec<Share> {
    let owed = || Predicate::is_true("message_owed");
    let both = |column| Predicate::And(vec![owed(), Predicate::not_null(column)]);
    let told =
        Predicate::And(vec![owed(), Predicate::not_null("decision_sent_at"), Predicate::not_null("redress_info")]);
    let share = |at: usize, k, n, lacking| Share { statistic: &STATISTICS[at], part: None, k, n, lacking };
    vec![
        share(0, Predicate::not_null("receipt_sent_at"), owed(), "no address was left"),
        share(
            1,
            Predicate::not_null("decision_sent_at"),
            both("decided_at"),
            "no address was left, or no decision yet",
        ),
        share(2, Predicate::is_true("redress_info"), told, "no decision was notified, or its content is not known"),
    ]
}
