//! Codebook of the table `complaints`.

use super::Kind::{Bool, Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Complaints to the internal complaint-handling system (DSA Art. 20).
    Complaints, "complaints",
    row: "one complaint",
    source: "the platform's own export, through a mapping",
    key: ["platform", "complaint_id"],
    columns: [
        PLATFORM,
        given("complaint_id", Text, "DSA Art. 20(1)", "Identifier of the complaint.").required(),
        given("action_id", Text, "DSA Art. 20(1)", "Action that the complaint is against."),
        given("trader_id", Text, "DSA Art. 20(1)", "Trader who complains."),
        given("complaint_type", Code, "DSA Art. 20(1)", "What the complaint is against.").codes("complaint_type"),
        given("category", Code, "DSA Art. 20(4)", "Category of the risk, in the terms that the mapping chooses."),
        given("filed_at", Timestamp, "DSA Art. 20(1)", "Instant at which the complaint was filed.").required(),
        given("decided_at", Timestamp, "DSA Art. 20(5)", "Instant of the decision; null where it is pending."),
        given("outcome", Code, "DSA Art. 20(4)", "Outcome of the complaint; null where it is pending.").codes("complaint_outcome"),
        given("automated", Bool, "DSA Art. 20(6)", "Whether the complaint was decided solely by automated means."),
        given("language", Code, "DSA Art. 20(4)", "Language of the complaint (two letters)."),
        given("country", Code, "DSA Art. 20(4)", "Country of the person who complains (two letters)."),
        given("trader_size", Code, "DSA Art. 14(4)", "Size of the trader who complains.").codes("trader_size"),
    ]
}
