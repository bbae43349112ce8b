//! Codebook of the table `alerts`.

use super::Kind::{Bool, Code, Text, Timestamp};
use super::common::{given, table};

table! {
    /// Alerts and recalls of dangerous products that authorities publish.
    Alerts, "alerts",
    row: "one alert about one product",
    source: "Safety Gate (GPSR Art. 25) and the recalls of the US Consumer Product Safety Commission",
    key: ["authority", "alert_number", "product_number"],
    columns: [
        given("authority", Code, "GPSR Art. 25", "Who published the alert.").codes("alert_authority").required(),
        given("alert_number", Text, "GPSR Art. 26", "Number of the alert.").required(),
        given("product_number", Text, "GPSR Art. 26", "Which product of the alert, where it names several."),
        given("published_at", Timestamp, "GPSR Art. 26(10)", "Day of publication."),
        given("product", Text, "GPSR Art. 26", "What the product is."),
        given("name", Text, "GPSR Art. 26", "Name of the product."),
        given("brand", Text, "GPSR Art. 26", "Brand of the product."),
        given("model", Text, "GPSR Art. 26", "Model, type or part numbers, as published."),
        given("gtin", Text, "GPSR Art. 26", "Barcodes, several joined by a blank, as published.").form("digits, joined by a blank"),
        given("batch", Text, "GPSR Art. 26", "Batch numbers or dates of production, as published."),
        given("category", Code, "GPSR Art. 26", "Category of the product, as published."),
        given("description", Text, "GPSR Art. 26", "Description of the product and its packaging."),
        given("risk_type", Code, "GPSR Art. 26", "Kinds of risk, as published."),
        given("risk_level", Code, "GPSR Art. 26", "Level of the risk, as published."),
        given("risk", Text, "GPSR Art. 26", "The risk in the authority's words."),
        given("measures", Text, "GPSR Art. 26", "Measures that were ordered or taken."),
        given("notifying_country", Code, "GPSR Art. 26", "Country that notified, as published."),
        given("country_of_origin", Code, "GPSR Art. 26", "Country of origin of the product, as published."),
        given("counterfeit", Bool, "GPSR Art. 26", "Whether the product was found to be counterfeit."),
        given("online_trader", Text, "GPSR Art. 22(4)", "Marketplace or web shop on which the product was found, as published."),
        given("online_platform", Code, "GPSR Art. 22(4)", "Canonical name of the marketplace in online_trader, where it is one that this version knows."),
        given("url", Text, "GPSR Art. 26", "Address of the alert."),
    ]
}
