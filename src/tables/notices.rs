//! Codebook of the table `notices`.

use super::Kind::{Bool, Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Notices of possibly illegal content (DSA Art. 16).
    Notices, "notices",
    row: "one item that was notified: a notice of several items is several rows",
    source: "the platform's own export or the notifier's records, through a mapping",
    key: ["platform", "notice_id", "listing_id"],
    columns: [
        PLATFORM,
        given("notice_id", Text, "DSA Art. 16(1)", "Identifier of the notice.").required(),
        given("listing_id", Text, "DSA Art. 16(2)(b)", "Listing that was notified."),
        given("pair_id", Text, "DSA Art. 16(1)", "Identifier that two test notices share which notify the same item by two routes."),
        given("received_at", Timestamp, "DSA Art. 16(4)", "Instant of receipt.").required(),
        given("receipt_sent_at", Timestamp, "DSA Art. 16(4)", "Instant at which receipt was confirmed to the notifier."),
        given("decided_at", Timestamp, "DSA Art. 16(6)", "Instant of the decision; null where it is pending."),
        given("decision_sent_at", Timestamp, "DSA Art. 16(5)", "Instant at which the decision was notified to the notifier."),
        given("decision", Code, "DSA Art. 16(6)", "The decision; null where it is pending.").codes("notice_decision"),
        given("ground", Code, "DSA Art. 17(3)(d), (e)", "Ground of the decision.").codes("ground"),
        given("category", Code, "DSA Art. 16(2)(a)", "Category of the risk, in the terms that the mapping chooses."),
        given("product_safety", Bool, "GPSR Art. 22(8)", "Whether the notice is about the safety of a product, to which the limit of three working days applies."),
        given("notifier_type", Code, "DSA Art. 16(1)", "Who notified.").codes("notifier_type"),
        given("trusted_flagger", Bool, "DSA Art. 22(1)", "Whether a trusted flagger notified within its area of expertise."),
        given("logged_in", Bool, "DSA Art. 16(1)", "Whether the notifier was logged in to an account."),
        given("contact_given", Bool, "DSA Art. 16(4)", "Whether the notifier left an electronic address, without which no message is owed."),
        given("redress_info", Bool, "DSA Art. 16(5)", "Whether the message on the decision told of the possibilities of redress."),
        given("country", Code, "DSA Art. 16(1)", "Country of the notifier (two letters)."),
        given("automated", Bool, "DSA Art. 16(6)", "Whether the decision was taken by automated means."),
    ]
}
