//! Codebook of the table `penalty_policy`.

use super::Kind::{Code, Integer, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// The steps of a platform's published penalty policy.
    PenaltyPolicy, "penalty_policy",
    row: "one step: which sanction follows from how many violations or points, in one version of the policy",
    source: "the terms and conditions of the platform (DSA Art. 14), through a mapping or in the study file",
    key: ["platform", "version", "violation_type", "at_least"],
    columns: [
        PLATFORM,
        given("version", Text, "DSA Art. 14(2)", "Version of the policy."),
        given("effective_from", Timestamp, "DSA Art. 14(2)", "Instant from which the version is in force; null means from the beginning."),
        given("effective_until", Timestamp, "DSA Art. 14(2)", "Instant at which it ceases to be; null means that it still is."),
        given("violation_type", Code, "DSA Art. 14(4)", "Kind of violation that the step is for; null means any."),
        given("at_least", Integer, "DSA Art. 23(1)", "Cumulated strikes or points from which the step applies.").form("count").required(),
        given("counts", Code, "DSA Art. 23(1)", "What is cumulated.").codes("policy_counts"),
        given("sanction", Code, "DSA Art. 23(1)", "Sanction that follows.").codes("action").required(),
        given("within_days", Integer, "DSA Art. 23(1)", "Days within which it follows; null means at once.").form("days"),
        given("resets_after_days", Integer, "DSA Art. 23(1)", "Days after which a violation no longer counts; null means never.").form("days"),
    ]
}
