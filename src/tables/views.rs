//! Codebook of the table `views`: impressions of listings.

use super::Kind::{Code, Date, Integer, Text};
use super::common::{PLATFORM, given, table};

table! {
    /// Impressions of listings by day.
    Views, "views",
    row: "the impressions of one listing on one day, on one surface in one country where these are given",
    source: "the platform's own export, through a mapping",
    key: ["platform", "listing_id", "day", "surface", "country"],
    columns: [
        PLATFORM,
        given("listing_id", Text, "DSA Art. 34(2)", "The listing.").required(),
        given("day", Date, "DSA Art. 34(2)", "The day, in UTC.").required(),
        given("surface", Code, "DSA Art. 27(1)", "Where the listing was shown: search, recommendation, advertisement, product page and others."),
        given("country", Code, "DSA Art. 34(2)", "Country of the users (two letters)."),
        given("impressions", Integer, "DSA Art. 34(2)", "Number of impressions, as the platform counts them.").form("count").required(),
    ]
}
