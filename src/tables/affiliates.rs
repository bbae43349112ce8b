//! Codebook of the table `affiliates`.

use super::Kind::{Code, Integer, Number, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Links of the affiliate programme.
    Affiliates, "affiliates",
    row: "one affiliate link",
    source: "the platform's own export, through a mapping",
    key: ["platform", "link_id"],
    columns: [
        PLATFORM,
        given("link_id", Text, "DSA Art. 35(1)(e)", "Identifier of the link.").required(),
        given("affiliate_id", Text, "DSA Art. 35(1)(e)", "Identifier of the affiliate."),
        given("listing_id", Text, "DSA Art. 35(1)(e)", "Listing that the link leads to."),
        given("promised_product", Text, "DSA Art. 34(2)", "What the affiliate says that one gets."),
        given("channel", Code, "DSA Art. 35(1)(e)", "Where the link was posted."),
        given("category", Code, "DSA Art. 34(1)(a)", "Category of what is promoted, in the terms that the mapping chooses."),
        given("posted_at", Timestamp, "DSA Art. 35(1)(e)", "Instant at which the link was made."),
        given("clicks", Integer, "DSA Art. 34(2)", "Clicks on the link.").form("count"),
        given("commission", Number, "DSA Art. 35(1)(e)", "Commission that was paid for it."),
        given("currency", Code, "DSA Art. 35(1)(e)", "Currency of the commission (ISO 4217)."),
        given("detected_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the link was found to lead to illegal products or to hide what it leads to; null where it was not."),
        given("disconnected_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the link was disconnected."),
        given("commission_stopped_at", Timestamp, "DSA Art. 35(1)(e)", "Instant from which no commission was paid."),
        given("suspended_at", Timestamp, "DSA Art. 23(1)", "Instant at which the affiliate was suspended."),
    ]
}
