//! Codebook of the table `listings`.

use super::Kind::{Bool, Code, Integer, Number, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Offers of traders on a marketplace.
    Listings, "listings",
    row: "one listing: an offer of one trader under one address, with all its variants",
    source: "the platform's own export, through a mapping",
    key: ["platform", "listing_id"],
    columns: [
        PLATFORM,
        given("listing_id", Text, "DSA Art. 34(1)(a)", "Identifier of the listing on the platform.").required(),
        given("trader_id", Text, "DSA Art. 30(1)", "Identifier of the trader on the platform."),
        given("category", Code, "DSA Art. 34(1)(a)", "Category of the product or of the risk, in the terms that the mapping chooses."),
        given("country", Code, "DSA Art. 34(2)", "Country (two letters) that the listing is offered to."),
        given("language", Code, "DSA Art. 34(2)", "Language of the listing (two letters)."),
        given("title", Text, "DSA Art. 34(1)(a)", "Title of the listing."),
        given("description", Text, "DSA Art. 34(1)(a)", "Text of the listing."),
        given("brand", Text, "GPSR Art. 22(9)", "Brand as the listing states it."),
        given("model", Text, "GPSR Art. 22(9)", "Model, type or part number as the listing states it."),
        given("gtin", Text, "GPSR Art. 22(9)", "Barcodes (EAN, UPC, GTIN) as the listing states them, several joined by a blank.").form("digits, joined by a blank"),
        given("url", Text, "DSA Art. 16(2)(b)", "Address of the listing."),
        given("price", Number, "DSA Art. 34(1)(a)", "Price in units of the currency."),
        given("currency", Code, "DSA Art. 34(1)(a)", "Currency of the price (ISO 4217)."),
        given("fingerprint", Text, "GPSR Art. 22(5)", "Fingerprint of the content by which the holder of the data tells identical content: equal for equal content."),
        given("image_hash", Text, "GPSR Art. 22(5)", "Hash of the main picture."),
        given("submitted_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the trader submitted the listing."),
        given("live_at", Timestamp, "DSA Art. 35(1)(c)", "Instant from which users could see the listing; null where they never could."),
        given("ended_at", Timestamp, "DSA Art. 35(1)(c)", "Instant at which the trader, or the end of the offer, took the listing away; not a moderation action."),
        given("first_seen_at", Timestamp, "DSA Art. 40(12)", "Instant at which a collection or audit saw the listing first; null where the export holds listings from their beginning."),
        given("last_seen_at", Timestamp, "DSA Art. 40(12)", "Instant at which a collection saw the listing last."),
        given("views", Integer, "DSA Art. 34(2)", "Views of the listing by users in the Union, as the platform counts views.").form("count"),
        given("orders", Integer, "DSA Art. 34(2)", "Orders of the listing by users in the Union.").form("count"),
        given("flagged", Bool, "DSA Art. 15(1)(e)", "Whether a classifier labels the listing illegal; given for every listing of the frame."),
        given("score", Number, "DSA Art. 15(1)(e)", "Score of that classifier.").form("from 0 to 1"),
        given("mismatch_score", Number, "DSA Art. 34(2)", "Score of a classifier of listings whose picture, title, variants or reviews disagree.").form("from 0 to 1"),
        given("shows_trader_name", Bool, "DSA Art. 30(7)", "Whether the page shows the name of the trader."),
        given("shows_trader_address", Bool, "DSA Art. 30(7)", "Whether the page shows the address of the trader."),
        given("shows_trader_contact", Bool, "DSA Art. 30(7)", "Whether the page shows a telephone number or an e-mail address of the trader."),
        given("shows_register_number", Bool, "DSA Art. 30(7)", "Whether the page shows the register number of the trader; null where the trader is in no register."),
        given("shows_self_certification", Bool, "DSA Art. 30(7)", "Whether the page shows the self-certification of the trader."),
        given("shows_manufacturer", Bool, "GPSR Art. 22(9)(a)", "Whether the page shows the manufacturer and how to reach it."),
        given("shows_responsible_person", Bool, "GPSR Art. 22(9)(b)", "Whether the page shows the responsible person in the Union; null where the manufacturer is in the Union."),
        given("shows_product_identifier", Bool, "GPSR Art. 22(9)(c)", "Whether the page shows what identifies the product, with a picture and its type."),
        given("shows_warnings", Bool, "GPSR Art. 22(9)(d)", "Whether the page shows the warnings and safety information; null where none is required."),
    ]
}
