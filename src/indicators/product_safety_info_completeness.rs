//! The indicator `product-safety-info-completeness`.

use super::records::statistic;
use super::shares::{Share, shown_items};
use super::{Basis, Cohort, Direction, Level, Requirement, Stability, Statistic};

indicator! {
    /// Share of listings whose page shows the product safety information of Art. 22(9) of Regulation (EU) 2023/988.
    ///
    /// # Question
    ///
    /// How many listings show the manufacturer, the responsible person, the product and its warnings?
    ///
    /// # Formula
    ///
    /// ```text
    /// share = listings that show all that applies / listings of which manufacturer and product identifier were looked at
    /// shown = listings that show one item (group item) / listings to which it applies
    /// ```
    ///
    /// The unit is the listing, over the whole time of observation. The responsible person applies where the manufacturer is not in the Union,
    /// warnings where the product needs some: their nulls say that they do not apply. Below 10 listings the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All listings of the data are counted: there is no sampling interval. On request there are limits of kind *process*
    /// (Wilson), as if listings were independent draws of one process. Listings of one trader are alike, so true limits are
    /// wider. Where the data is a sample of pages, these numbers describe the sample alone.
    ///
    /// # Limits
    ///
    /// - Which items apply depends on the class of the product, and is for the collection to decide; split by `category`.
    /// - That a manufacturer is named does not say that it exists or can be reached.
    /// - Information in pictures is seen by people and not by most collectors: then the share is too low.
    /// - Products that other law covers, such as medicines or food, do not fall under Art. 22(9).
    ///
    /// # References
    ///
    /// - Regulation (EU) 2023/988 on general product safety, Art. 19 and 22(9).
    /// - Wilson E. B. (1927), "Probable inference, the law of succession, and statistical inference", *Journal of the
    ///   American Statistical Association* 22, 209–212.
    ProductSafetyInfoCompleteness {
        id: "product-safety-info-completeness",
        version: 1,
        status: Stability::Experimental,
        name: "Listings with product safety information",
        question: "How many listings show the manufacturer, the responsible person, the product and its warnings?",
        unit: "listing",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Listings,
            table: "listings",
            cohort: Cohort::Window,
            columns: &[
                "shows_manufacturer",
                "shows_product_identifier",
                "shows_responsible_person",
                "shows_warnings",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::C, Level::E],
        smallest_n: 10,
        legal: &["Regulation (EU) 2023/988, Art. 19", "Regulation (EU) 2023/988, Art. 22(9)"],
        references: &["Wilson 1927, J. Am. Stat. Assoc. 22, 209-212"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 2] = [
    statistic("share", "share", 10, "Listings that show all that applies per listing looked at."),
    statistic("shown", "share", 10, "Listings that show one item (group item) per listing to which it applies."),
];

/// Items and their columns.
const ITEMS: [(&str, &str); 4] = [
    ("manufacturer", "shows_manufacturer"),
    ("responsible_person", "shows_responsible_person"),
    ("product_identifier", "shows_product_identifier"),
    ("warnings", "shows_warnings"),
];

/// Columns of which a null says that nobody looked; of others, that the item does not apply.
const ALWAYS: [&str; 2] = ["shows_manufacturer", "shows_product_identifier"];

fn parts() -> Vec<Share> {
    shown_items(&STATISTICS, &ITEMS, &ALWAYS)
}

shares!(ProductSafetyInfoCompleteness);
