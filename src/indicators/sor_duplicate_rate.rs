//! The indicator `sor-duplicate-rate`.

use super::shares::Share;
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};
use crate::engine::Predicate;

indicator! {
    /// Share of statements that bear an identifier which an earlier statement bears already.
    ///
    /// # Question
    ///
    /// Which share of the statements was submitted again: under an identifier of the platform, or of the database,
    /// that an earlier statement bears?
    ///
    /// # Formula
    ///
    /// ```text
    /// share             = k / n   k = statements whose platform_uid an earlier statement of the platform bears
    /// share_across_days = k / n   k = those of them whose first statement was submitted on another UTC day
    ///                             n = statements with a platform_uid
    /// share_uuid        = k / n   k = statements whose uuid an earlier statement bears
    ///                             n = statements with a uuid
    /// ```
    ///
    /// Of statements with one identifier, the first submitted is the original, and the others repeat it; so
    /// share = 1 − distinct / n where all belong to one period. A repeat belongs to the period of its own
    /// submission, whenever the original was submitted. All statements of the dataset are compared, also those
    /// outside the platforms and dates that are measured. What is not across days lies within one day's export.
    ///
    /// The unit is the statement of reasons. The period is that of the day of submission in UTC, or of the
    /// date asked for; statements without that date are in no period, and the note gives their number.
    /// Below n = 10 the result is `insufficient`: one statement would move a share by ten points or more.
    ///
    /// # Uncertainty
    ///
    /// The statements are a census of what was submitted, so there is no sampling interval. On request a
    /// Wilson interval (1927) is drawn and called a *process* interval: it says how far chance alone would
    /// move the share if every statement were an independent draw of one stable process. Decisions come in
    /// batches and processes change, so the share usually varies more than that. The interval covers no
    /// error of reporting.
    ///
    /// # Limits
    ///
    /// - Originals outside the dataset are not seen: with one day loaded, the share across days is zero.
    /// - `platform_uid` identifies the statement within the platform. Platforms that reuse it show repeats that
    ///   are none, and the database itself cut identifiers of Discord in autumn 2025.
    /// - The submission interface has refused repeated identifiers since 2024-04-08, over about six months;
    ///   before, and over longer spans, they are possible. The database itself removed repeated statements from
    ///   its exports in May and June 2024, so older exports that were kept differ from those published since.
    /// - Statements with equal content under different identifiers are not counted: equal decisions on equal
    ///   items are common.
    /// - A repeated `uuid` cannot come from the database; it comes from files that were put together twice.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 24(5).
    /// - European Commission, *DSA Transparency Database*, doi:10.2906/134353607485211.
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference",
    ///   *Journal of the American Statistical Association* 22, 209–212.
    /// - Trujillo A., Fagni T., Cresci S. (2025), "The DSA's Transparency Database: auditing self-reported
    ///   moderation actions by social media", *Proceedings of the ACM on Human-Computer Interaction* 9(2);
    ///   doi:10.1145/3711085.
    SorDuplicateRate {
        id: "sor-duplicate-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Statements that repeat an identifier",
        question: "Which share of statements bears an identifier that an earlier statement bears already?",
        unit: "statement of reasons",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Statements,
            table: "statement_repeats",
            cohort: Cohort::Submission,
            columns: &["created_at", "platform_uid", "uid_repeated", "uid_repeated_across_days", "uuid", "uuid_repeated"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::B],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 24(5)",
        ],
        references: &[
            "Wilson 1927, J. Am. Stat. Assoc. 22, 209-212",
            "Trujillo, Fagni, Cresci 2025, doi:10.1145/3711085",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    Statistic {
        name: "share",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that repeat a platform_uid per statement with one.",
    },
    Statistic {
        name: "share_across_days",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that repeat a platform_uid of another day per statement with one.",
    },
    Statistic {
        name: "share_uuid",
        unit: "share",
        smallest_n: 10,
        meaning: "Statements that repeat a uuid per statement with one.",
    },
];

shares!(SorDuplicateRate);

fn parts() -> Vec<Share> {
    let share = |at: usize, flag: &str, id: &str, lacking| Share {
        statistic: &STATISTICS[at],
        part: None,
        k: Predicate::is_true(flag),
        n: Predicate::not_null(id),
        lacking,
    };
    vec![
        share(0, "uid_repeated", "platform_uid", "no platform_uid"),
        share(1, "uid_repeated_across_days", "platform_uid", "no platform_uid"),
        share(2, "uuid_repeated", "uuid", "no uuid"),
    ]
}
