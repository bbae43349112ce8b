//! Codebook of the table `traders`.

use super::Kind::{Bool, Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Traders on a marketplace, with what Art. 30 asks of them.
    Traders, "traders",
    row: "one account of a trader",
    source: "the platform's own export, through a mapping",
    key: ["platform", "trader_id"],
    columns: [
        PLATFORM,
        given("trader_id", Text, "DSA Art. 30(1)", "Identifier of the trader on the platform.").required(),
        given("linked_entity_id", Text, "DSA Art. 23(1)", "Identifier that accounts share which belong to one undertaking, as the holder of the data links them."),
        given("joined_at", Timestamp, "DSA Art. 30(1)", "Instant at which the account was opened."),
        given("closed_at", Timestamp, "DSA Art. 23(1)", "Instant at which the trader closed the account itself."),
        given("country", Code, "DSA Art. 30(1)(a)", "Country of the trader (two letters)."),
        given("size", Code, "DSA Art. 14(4)", "Size of the trader.").codes("trader_size"),
        given("name", Text, "DSA Art. 30(1)(a)", "Name of the trader.").personal(),
        given("address", Text, "DSA Art. 30(1)(a)", "Address of the trader.").personal(),
        given("phone", Text, "DSA Art. 30(1)(a)", "Telephone number of the trader.").personal(),
        given("email", Text, "DSA Art. 30(1)(a)", "E-mail address of the trader.").personal(),
        given("has_identification", Bool, "DSA Art. 30(1)(b)", "Whether the platform holds a copy of an identification document or another electronic identification."),
        given("has_payment_account", Bool, "DSA Art. 30(1)(c)", "Whether the platform holds the details of a payment account of the trader."),
        given("registered", Bool, "DSA Art. 30(1)(d)", "Whether the trader is in a trade register or similar; null where that is not known."),
        given("register_name", Text, "DSA Art. 30(1)(d)", "Trade register of the trader."),
        given("register_number", Text, "DSA Art. 30(1)(d)", "Number in that register, or an equivalent means of identification.").personal(),
        given("vat_number", Text, "DSA Art. 30(1)(d)", "Value added tax identification number.").personal(),
        given("self_certified", Bool, "DSA Art. 30(1)(e)", "Whether the trader committed itself to offer only what complies with Union law."),
    ]
}
