//! Codebook of the table `authority_orders`.

use super::Kind::{Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Orders of authorities to act against content or to provide information.
    AuthorityOrders, "authority_orders",
    row: "one order of an authority",
    source: "the platform's own export or the authority's records, through a mapping",
    key: ["platform", "order_id"],
    columns: [
        PLATFORM,
        given("order_id", Text, "DSA Art. 9(1)", "Identifier of the order.").required(),
        given("listing_id", Text, "DSA Art. 9(2)(a)", "Listing that the order is about."),
        given("legal_basis", Code, "DSA Art. 9(2)(a)", "Legal basis of the order.").codes("order_basis"),
        given("authority", Text, "DSA Art. 9(2)(a)", "Authority that gave the order."),
        given("country", Code, "DSA Art. 9(1)", "Member State of the authority (two letters)."),
        given("category", Code, "DSA Art. 15(1)(a)", "Category of the content, in the terms that the mapping chooses."),
        given("received_at", Timestamp, "DSA Art. 9(1)", "Instant of receipt.").required(),
        given("informed_at", Timestamp, "DSA Art. 9(1)", "Instant at which the authority was informed of the effect given to the order."),
        given("effect_at", Timestamp, "DSA Art. 9(1)", "Instant at which effect was given to the order; null where it is pending."),
        given("deadline_at", Timestamp, "DSA Art. 9(1)", "End of the period that the order itself sets, where it sets one."),
    ]
}
