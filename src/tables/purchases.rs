//! Codebook of the table `purchases`.

use super::Kind::{Bool, Code, Integer, Number, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Purchases by consumers in the Union.
    Purchases, "purchases",
    row: "one line of one order of a consumer",
    source: "the platform's own export, through a mapping",
    key: ["platform", "purchase_id", "listing_id"],
    columns: [
        PLATFORM,
        given("purchase_id", Text, "DSA Art. 32(1)", "Identifier of the order.").required(),
        given("listing_id", Text, "DSA Art. 32(1)", "Listing that was bought.").required(),
        given("trader_id", Text, "DSA Art. 32(1)(b)", "Trader who sold."),
        given("buyer_id", Text, "DSA Art. 32(1)", "Pseudonym of the buyer.").personal(),
        given("ordered_at", Timestamp, "DSA Art. 32(1)", "Instant of the order.").required(),
        given("status", Code, "DSA Art. 32(1)", "What became of the order.").codes("purchase_status"),
        given("country", Code, "DSA Art. 34(2)", "Country of the buyer (two letters)."),
        given("quantity", Integer, "DSA Art. 34(1)(a)", "Number of pieces.").form("count"),
        given("amount", Number, "DSA Art. 34(1)(a)", "Amount paid in units of the currency."),
        given("currency", Code, "DSA Art. 34(1)(a)", "Currency of the amount (ISO 4217)."),
        given("contact_known", Bool, "DSA Art. 32(1)", "Whether the platform has contact details of the buyer."),
        given("illegal_known_at", Timestamp, "DSA Art. 32(1)", "Instant at which the platform became aware that the product is illegal; null where it did not, or where the actions tell."),
        given("notified_at", Timestamp, "DSA Art. 32(1)", "Instant at which the buyer was told; null where that did not happen."),
    ]
}
