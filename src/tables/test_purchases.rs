//! Codebook of the table `test_purchases`.

use super::Kind::{Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Products that testers bought and tested.
    TestPurchases, "test_purchases",
    row: "one product that was bought, and one requirement that it was tested for",
    source: "the tester's records, through a mapping",
    key: ["platform", "purchase_id", "requirement"],
    columns: [
        PLATFORM,
        given("purchase_id", Text, "GPSR Art. 5", "Identifier of the purchase.").required(),
        given("listing_id", Text, "GPSR Art. 5", "Listing that was bought from."),
        given("category", Code, "GPSR Art. 5", "Category of the product, in the terms that the mapping chooses."),
        given("country", Code, "GPSR Art. 5", "Country that the product was delivered to (two letters)."),
        given("bought_at", Timestamp, "GPSR Art. 5", "Instant of the purchase."),
        given("requirement", Code, "GPSR Art. 5", "Requirement of Union law that was tested, such as `phthalates` or `small parts`."),
        given("result", Code, "GPSR Art. 5", "Result of the test.").codes("test_result"),
        given("selection_rule", Code, "GPSR Art. 5", "How the products were selected: `random`, or a purposive rule in the tester's words."),
        given("tester", Text, "GPSR Art. 5", "Who tested."),
    ]
}
