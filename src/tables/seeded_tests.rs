//! Codebook of the table `seeded_tests`.

use super::Kind::{Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Test listings that an authority or auditor planted.
    SeededTests, "seeded_tests",
    row: "one planted test listing",
    source: "the tester's records, through a mapping",
    key: ["platform", "seed_id"],
    columns: [
        PLATFORM,
        given("seed_id", Text, "DSA Art. 37, 69, 72", "Identifier of the test listing.").required(),
        given("category", Code, "DSA Art. 34(1)(a)", "Category that the test listing stands for."),
        given("evasion_tactic", Code, "DSA Art. 34(2)", "Tactic of evasion that it uses; `none` where it uses none."),
        given("account_age", Code, "DSA Art. 34(2)", "Whether it was planted from a new or an old account."),
        given("live_at", Timestamp, "DSA Art. 35(1)(c)", "Instant from which users could see it; null where the platform refused it before.").form("instant"),
        given("submitted_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which it was submitted.").required(),
        given("detected_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the platform acted on it; null where it did not."),
        given("ended_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the tester took it away."),
    ]
}
