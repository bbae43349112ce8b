//! Codebook of the table `actions`.

use super::Kind::{Bool, Code, Integer, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Moderation actions of a platform on a listing or a trader.
    Actions, "actions",
    row: "one moderation action on one listing or one trader",
    source: "the platform's own moderation log, through a mapping",
    key: ["platform", "action_id"],
    columns: [
        PLATFORM,
        given("action_id", Text, "DSA Art. 17", "Identifier of the action."),
        given("listing_id", Text, "DSA Art. 17(1)(a)", "Listing that the action is on; null where it is on a trader."),
        given("trader_id", Text, "DSA Art. 17(1)(d)", "Trader that the action is on, or whose listing it is on."),
        given("action", Code, "DSA Art. 17(1)", "What was done.").codes("action").required(),
        given("detection_source", Code, "DSA Art. 17(3)(b)", "What made the platform look.").codes("detection_source"),
        given("detected_at", Timestamp, "DSA Art. 35(1)(c)", "Instant of the detection."),
        given("action_at", Timestamp, "DSA Art. 17(2)", "Instant of the decision.").required(),
        given("effective_at", Timestamp, "DSA Art. 23(1)", "Instant from which the action had effect, where that is another one."),
        given("ends_at", Timestamp, "DSA Art. 23(1)", "Instant at which the action ends; null means without end."),
        given("ground", Code, "DSA Art. 17(3)(d), (e)", "Ground of the decision.").codes("ground"),
        given("category", Code, "DSA Art. 17(3)(d)", "Category of the risk, in the terms that the mapping chooses."),
        given("violation_type", Code, "DSA Art. 14(4)", "Kind of violation in the terms of the platform's penalty policy."),
        given("automated", Bool, "DSA Art. 17(3)(c)", "Whether the decision was taken solely by automated means."),
        given("confirmed", Bool, "DSA Art. 23(1)", "Whether the content was confirmed to be illegal; null where nobody looked."),
        given("reversed_at", Timestamp, "DSA Art. 20(4)", "Instant at which the action was taken back; null where it stands."),
        given("points", Integer, "DSA Art. 14(4)", "Penalty points that the violation carries.").form("count"),
        given("sanction_rank", Integer, "DSA Art. 23(1)", "Severity of a sanction on a trader in the platform's own order, from 1 for the mildest; null where the policy names the actions alone.").form("rank"),
        given("views_before", Integer, "DSA Art. 34(2)", "Views by users in the Union before the action.").form("count"),
        given("orders_before", Integer, "DSA Art. 34(2)", "Orders by users in the Union before the action.").form("count"),
        given("fingerprint", Text, "GPSR Art. 22(5)", "Fingerprint of the content, as in listings."),
        given("notice_id", Text, "DSA Art. 16(5)", "Notice that led to the action."),
    ]
}
