//! The indicator `pre-listing-interception-rate`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of illegal content found that was stopped before users could see it.
    ///
    /// # Question
    ///
    /// Of the illegal contents that were found, which share was stopped before it was live?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = contents whose first action came before they were live / contents
    /// ```
    ///
    /// The unit is the content of listings that an action confirms to be illegal (ground illegal or not given), told apart by
    /// its fingerprint, and by the listing where it has none. A content came before it was live where its first confirming action
    /// is dated before the first of these listings was live, or none of them ever was; a listing that was intercepted was not.
    /// Contents of which it is not known when they were live are excluded, with a note. A content belongs to the
    /// period of its first action. Below n = 10 the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All that was found is counted, so there is no sampling interval. Where it is asked for there is a *process* interval
    /// (Wilson): how far chance would move the share if each content were an independent draw of one stable process.
    /// Contents of one trader come in batches, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - What nobody found is in neither number: a platform that finds little once listings are live has a high share. Read
    ///   it with `proactive-detection-recall`.
    /// - Submissions of the same content again count once, so that a trader who tries a hundred times does not raise the share.
    ///   Without fingerprints they cannot be told, and the share is too high.
    /// - A content that was stopped at first and came back by another listing counts as stopped: `relisting-rate` counts it.
    /// - Refusals are often not confirmed by anybody; they are then not counted, and the share is too low.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 35(1)(c).
    /// - Regulation (EU) 2023/988 on general product safety, Art. 22(5).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    PreListingInterceptionRate {
        id: "pre-listing-interception-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Illegal content stopped before it was live",
        question: "Of the illegal contents that were found, which share was stopped before it was live?",
        unit: "content found to be illegal",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "confirmed_listings",
            cohort: Cohort::Own("found_at"),
            columns: &["before_live", "first_of_content", "found_at"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 35(1)(c)"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 1] = [Statistic {
    name: "share",
    unit: "share",
    smallest_n: 10,
    meaning: "Contents stopped before they were live per content found to be illegal.",
}];

fn parts() -> [Share; 1] {
    [Share {
        statistic: &STATISTICS[0],
        part: None,
        k: Predicate::is_true("before_live"),
        n: Predicate::And(vec![Predicate::is_true("first_of_content"), Predicate::not_null("before_live")]),
        lacking: "further listings of a content, no action, or not known when live",
    }]
}

shares!(PreListingInterceptionRate);
