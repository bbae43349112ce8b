//! The indicator `trader-info-display-rate`.

use super::records::statistic;
use super::shares::{Share, shown_items};
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};

indicator! {
    /// Share of listings whose page shows who the trader is.
    ///
    /// # Question
    ///
    /// How many listings show who sells: name, address, contact, register number and self-certification?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = listings that show all that applies / listings of which every item was looked at
    /// shown = listings that show one item (group item) / listings to which it applies
    /// ```
    ///
    /// The unit is the listing, over the whole time of observation. A register number applies where the trader is in a register; a null
    /// says that it is not, while a null of another item says that nobody looked. Below 10 listings the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All listings of the data are counted: there is no sampling interval. On request there are limits of kind *process*
    /// (Wilson), as if listings were independent draws of one process. Listings of one trader are alike, so true limits are
    /// wider. Where the data is a sample of pages, these numbers describe the sample alone.
    ///
    /// # Limits
    ///
    /// - What a page shows differs by language, by application and website, and by whether one is logged in: the collection says
    ///   which was looked at.
    /// - Information behind a click or a captcha is shown to nobody who does not click; how it is counted is for the collection to say.
    /// - What is shown is not checked: `trader-info-validity` looks at what the platform holds.
    /// - Large traders decide a share of listings; by `category` or `country` the figure may differ.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 30(7) and 31(1), (2).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    TraderInfoDisplayRate {
        id: "trader-info-display-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Listings that show who sells",
        question: "How many listings show who sells: name, address, contact, register number and self-certification?",
        unit: "listing",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Listings,
            table: "listings",
            cohort: Cohort::Window,
            columns: &[
                "shows_register_number",
                "shows_self_certification",
                "shows_trader_address",
                "shows_trader_contact",
                "shows_trader_name",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 30(7)", "Regulation (EU) 2022/2065, Art. 31"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    statistic("share", "share", 10, "Listings that show all that applies per listing looked at."),
    statistic("shown", "share", 10, "Listings that show one item (group item) per listing to which it applies."),
];

/// Items and their columns.
const ITEMS: [(&str, &str); 5] = [
    ("trader_name", "shows_trader_name"),
    ("trader_address", "shows_trader_address"),
    ("trader_contact", "shows_trader_contact"),
    ("register_number", "shows_register_number"),
    ("self_certification", "shows_self_certification"),
];

/// Columns of which a null says that nobody looked; of others, that the item does not apply.
const ALWAYS: [&str; 4] =
    ["shows_trader_name", "shows_trader_address", "shows_trader_contact", "shows_self_certification"];

fn parts() -> Vec<Share> {
    shown_items(&STATISTICS, &ITEMS, &ALWAYS)
}

shares!(TraderInfoDisplayRate);
