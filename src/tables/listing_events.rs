//! Codebook of the table `listing_events`.

use super::Kind::{Code, Text, Timestamp};
use super::common::{PLATFORM, given, table};

table! {
    /// Changes of state of listings, where a platform logs several per listing.
    ListingEvents, "listing_events",
    row: "one change of state of one listing",
    source: "the platform's own log, through a mapping",
    key: ["platform", "listing_id", "event", "event_at"],
    columns: [
        PLATFORM,
        given("listing_id", Text, "DSA Art. 35(1)(c)", "The listing.").required(),
        given("event", Code, "DSA Art. 35(1)(c)", "What happened.").codes("listing_event").required(),
        given("event_at", Timestamp, "DSA Art. 35(1)(c)", "When it happened.").required(),
        given("actor", Code, "DSA Art. 35(1)(c)", "Who did it: the trader, the platform, or the end of the offer.").codes("event_actor"),
    ]
}
