//! Layouts in which alerts on unsafe products are published, and which of their fields is which column.
//!
//! Sources: weekly report and search of the Safety Gate, <https://ec.europa.eu/safety-gate-alerts>; its mirror
//! `healthref-europe-rapex-en` on <https://public.opendatasoft.com>; the Recall Retrieval Web Services Programmers
//! Guide of the US Consumer Product Safety Commission, <https://www.saferproducts.gov/RestWebServices>, and the CSV
//! file that its page of recalls offers, <https://www.cpsc.gov/Recalls>.

use crate::sources::marketplace::mapping::Format;

/// One layout.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Its name in registers.
    pub id: &'static str,
    /// Code of the authority.
    pub authority: &'static str,
    /// `None` for XML.
    pub format: Option<Format>,
    /// Fields by which it is known: it has all of them.
    pub marks: &'static [&'static str],
    /// For each column the fields that fill it: texts of several are joined by a line feed.
    pub fields: &'static [(&'static str, &'static [&'static str])],
    /// How its dates are written, the first that fits.
    pub dates: &'static [&'static str],
    /// Fields with personal data, which are not kept.
    pub dropped: &'static [&'static str],
}

/// All layouts; the first whose marks a file has is its own.
pub(super) static LAYOUTS: &[Layout] = &[
    Layout {
        id: "safety-gate-weekly",
        authority: "safety_gate",
        format: None,
        marks: &["caseNumber", "notifyingCountry"],
        fields: &[
            ("alert_number", &["caseNumber"]),
            ("published_at", &["report_date"]),
            ("product", &["product"]),
            ("name", &["name"]),
            ("brand", &["brand"]),
            ("model", &["type_numberOfModel"]),
            ("gtin", &["barcode"]),
            ("batch", &["batchNumber"]),
            ("category", &["category"]),
            ("description", &["description"]),
            ("risk_type", &["riskType"]),
            ("risk_level", &["level"]),
            ("risk", &["danger"]),
            ("measures", &["measures"]),
            ("notifying_country", &["notifyingCountry"]),
            ("country_of_origin", &["countryOfOrigin"]),
            ("counterfeit", &["counterfeit"]),
            ("online_trader", &["onlineTrader"]),
            ("url", &["reference"]),
        ],
        dates: &["%d/%m/%Y", "%Y-%m-%d"],
        dropped: &[],
    },
    Layout {
        id: "safety-gate-search",
        authority: "safety_gate",
        format: None,
        marks: &["caseNumber", "submittedBy"],
        fields: &[
            ("alert_number", &["caseNumber"]),
            ("product", &["product"]),
            ("name", &["name"]),
            ("brand", &["brand"]),
            ("model", &["typeNumberModel"]),
            ("gtin", &["barcode"]),
            ("batch", &["batchNumber"]),
            ("category", &["category"]),
            ("description", &["description", "packagingDescription"]),
            ("risk_type", &["riskType"]),
            ("risk_level", &["typeOfAlert"]),
            ("measures", &["compulsoryMeasures", "voluntaryMeasures"]),
            ("notifying_country", &["submittedBy"]),
            ("country_of_origin", &["countryOfOrigin"]),
            ("counterfeit", &["counterfeit"]),
            ("online_trader", &["onlineTrader"]),
            ("url", &["urlOfCase"]),
        ],
        dates: &["%d/%m/%Y", "%Y-%m-%d"],
        dropped: &[],
    },
    Layout {
        id: "safety-gate-search-csv",
        authority: "safety_gate",
        format: Some(Format::Csv),
        marks: &["alert_number", "type_of_alert", "alert_submitted_by"],
        fields: &[
            ("alert_number", &["alert_number"]),
            ("product", &["product_name"]),
            ("brand", &["brand"]),
            ("model", &["model_type_number"]),
            ("gtin", &["barcode"]),
            ("batch", &["batch_number"]),
            ("category", &["product_category"]),
            ("description", &["product_description", "packaging_description"]),
            ("risk_type", &["risk_type"]),
            ("risk_level", &["type_of_alert"]),
            ("measures", &["compulsory_measures", "voluntary_measures"]),
            ("notifying_country", &["alert_submitted_by"]),
            ("country_of_origin", &["country_of_origin"]),
            ("counterfeit", &["counterfeit"]),
            ("url", &["case_url"]),
        ],
        dates: &["%Y-%m-%d"],
        dropped: &[],
    },
    Layout {
        id: "safety-gate-page-csv",
        authority: "safety_gate",
        format: Some(Format::Csv),
        marks: &["alert_number", "measures_authorities", "notifying_country"],
        fields: &[
            ("alert_number", &["alert_number"]),
            ("product", &["product_name"]),
            ("brand", &["brand"]),
            ("category", &["product_category"]),
            ("description", &["product_description"]),
            ("risk_type", &["risk_type"]),
            ("risk", &["risk_description"]),
            ("measures", &["measures_authorities"]),
            ("notifying_country", &["notifying_country"]),
            ("country_of_origin", &["country_of_origin"]),
        ],
        dates: &["%Y-%m-%d"],
        dropped: &[],
    },
    Layout { id: "safety-gate-opendatasoft", authority: "safety_gate", format: Some(Format::Json), ..OPENDATASOFT },
    Layout { id: "safety-gate-opendatasoft-csv", authority: "safety_gate", format: Some(Format::Csv), ..OPENDATASOFT },
    Layout {
        id: "cpsc-recalls",
        authority: "cpsc",
        format: Some(Format::Json),
        marks: &["RecallID", "RecallDate"],
        fields: &[
            ("alert_number", &["RecallNumber", "RecallID"]),
            ("published_at", &["RecallDate"]),
            ("product", &["product.Type"]),
            ("name", &["product.Name", "Title"]),
            ("brand", &["Manufacturers.Name"]),
            ("model", &["product.Model"]),
            ("gtin", &["ProductUPCs.UPC"]),
            ("category", &["product.CategoryID"]),
            ("description", &["Description"]),
            ("risk_type", &["Hazards.HazardType"]),
            ("risk", &["Hazards.Name"]),
            ("measures", &["Remedies.Name"]),
            ("country_of_origin", &["ManufacturerCountries.Country"]),
            ("online_trader", &["Retailers.Name"]),
            ("url", &["URL"]),
        ],
        dates: &["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"],
        dropped: &["ConsumerContact", "Images"],
    },
    Layout {
        id: "cpsc-recalls-csv",
        authority: "cpsc",
        format: Some(Format::Csv),
        marks: &["Recall Number", "Recall Heading", "Hazard Description"],
        fields: &[
            ("alert_number", &["Recall Number", "Product Safety Warning Number"]),
            ("published_at", &["Date", "Recall Date", "Product Safety Warning Date"]),
            ("name", &["Name of product", "Recall Heading"]),
            ("brand", &["Manufacturers"]),
            ("description", &["Description"]),
            ("risk", &["Hazard Description"]),
            ("measures", &["Remedy"]),
            ("country_of_origin", &["Manufactured In"]),
            ("online_trader", &["Sold At"]),
        ],
        dates: &["%B %d, %Y", "%B %d %Y", "%m/%d/%Y", "%Y-%m-%d", "%a, %m/%d/%Y - %H:%M"],
        dropped: &["Consumer Action"],
    },
];

const OPENDATASOFT: Layout = Layout {
    id: "",
    authority: "",
    format: None,
    marks: &["alert_number", "alert_country", "product_category"],
    fields: &[
        ("alert_number", &["alert_number"]),
        ("published_at", &["alert_date"]),
        ("product", &["product_type"]),
        ("name", &["product_name"]),
        ("brand", &["product_brand"]),
        ("model", &["product_model_type"]),
        ("gtin", &["product_barcode"]),
        ("batch", &["product_batch_number"]),
        ("category", &["product_category"]),
        ("description", &["product_description", "product_packaging_description"]),
        ("risk_type", &["alert_type"]),
        ("risk_level", &["alert_level"]),
        ("risk", &["alert_description", "technical_defect"]),
        ("measures", &["measures_country"]),
        ("notifying_country", &["alert_country"]),
        ("country_of_origin", &["product_country"]),
        ("counterfeit", &["product_counterfeit"]),
        ("url", &["rapex_url"]),
    ],
    dates: &["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%:z"],
    dropped: &[],
};

/// Columns of which the first field that is filled is taken; of others all texts are kept.
pub(super) const FIRST: &[&str] = &["alert_number", "published_at", "name", "url"];
