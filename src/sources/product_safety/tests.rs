//! Tests of the layouts of alerts, with records as the authorities write them.

use std::path::Path;

use super::{AlertExport, ProductSafety};
use crate::error::Error;
use crate::sources::export::TableExport;
use crate::sources::kept::{Kept, file};
use crate::sources::{Recognition, Source};

fn read(name: &str, bytes: &[u8]) -> Result<Kept, Error> {
    let folder = tempfile::tempdir().expect("folder");
    let path = file(folder.path(), name, bytes);
    let export = AlertExport::open(&path)?.expect("it is recognised");
    let mut kept = Kept::default();
    export.read(&mut kept)?;
    Ok(kept)
}

const WEEKLY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<report><report_date>02/08/2024</report_date><report_week>31</report_week>
<notifications><caseNumber>SR/00012/24</caseNumber><reference>https://ec.europa.eu/x?id=1&amp;y=2</reference>
<category>Toys</category><product>Doll</product><brand>Tom &amp; Co</brand><name>Doll 3</name>
<type_numberOfModel><![CDATA[<a href="x">AB-1</a>]]></type_numberOfModel><barcode>4006381333931, 4 006381 333931; 123</barcode>
<riskType>Choking, Chemical</riskType><danger>null Small parts &lt;b&gt;may&lt;/b&gt; detach.</danger>
<measures>Recall of the product from end users</measures><notifyingCountry>Germany</notifyingCountry>
<countryOfOrigin>Unknown</countryOfOrigin><level>Serious risk</level><onlineTrader>Sold on Temu</onlineTrader>
<pictures><picture>https://a/1</picture><picture>https://a/2</picture></pictures><companyRecallCode>C-1</companyRecallCode></notifications>
<notifications><caseNumber>SR/00013/24</caseNumber><product>Lamp</product><notifyingCountry>France</notifyingCountry><barcode/></notifications>
<notifications><product>No number</product><notifyingCountry>Italy</notifyingCountry></notifications>
</report>"#;

#[test]
fn weekly_reports_are_read() {
    let kept = read("report.xml", WEEKLY.as_bytes()).expect("read");
    let cell = |row, column| kept.cell("alerts", row, column);
    assert_eq!(kept.count("alerts"), 2);
    for (column, text) in [
        ("authority", "safety_gate"),
        ("alert_number", "SR/00012/24"),
        ("published_at", "2024-08-02T00:00:00Z"),
        ("brand", "Tom & Co"),
        ("model", "AB-1"),
        ("gtin", "4006381333931"),
        ("risk", "Small parts may detach."),
        ("risk_type", "Choking, Chemical"),
        ("online_trader", "Sold on Temu"),
        ("online_platform", "Temu"),
        ("url", "https://ec.europa.eu/x?id=1&y=2"),
        ("source_line", "1"),
    ] {
        assert_eq!(cell(0, column), Some(text), "{column}");
    }
    assert_eq!(cell(0, "country_of_origin"), None);
    assert!(cell(0, "unparsed").is_some_and(|t| t.contains("4 006381 333931; 123")));
    assert!(cell(0, "extra").is_some_and(|t| t.contains("companyRecallCode") && t.contains("https://a/2")));
    assert_eq!((cell(1, "alert_number"), cell(1, "gtin")), (Some("SR/00013/24"), None));
    assert_eq!(kept.rejected.len(), 1);
    assert_eq!((kept.rejected[0].0, kept.rejected[0].1.as_str()), (3, "alert_number is empty or cannot be read"));
}

#[test]
fn search_results_are_read_though_they_are_malformed() {
    let text = "<result><notifications><typeOfAlert>Serious risk<caseNumber></typeOfAlert>\
                <caseNumber>A12/00001/24</caseNumber><submittedBy>Spain</submittedBy><counterfeit>Yes</counterfeit>\
                <compulsoryMeasures>Ban</compulsoryMeasures><voluntaryMeasures>Recall</voluntaryMeasures>\
                <name>Fish & Chips</name></notifications></result>";
    let kept = read("search.xml", text.as_bytes()).expect("read");
    assert_eq!(kept.cell("alerts", 0, "measures"), Some("Ban\nRecall"));
    assert_eq!(kept.cell("alerts", 0, "counterfeit"), Some("true"));
    assert_eq!(kept.cell("alerts", 0, "name"), Some("Fish & Chips"));
    let cut = read("cut.xml", &WEEKLY.as_bytes()[..WEEKLY.len() - 60]).err().expect("cut");
    assert!(cut.to_string().contains("ends within alert 3"), "{cut}");
}

#[test]
fn the_mirror_is_read_in_all_its_forms() {
    let fields = r#"{"alert_number":"SR/01725/26","product_brand":"Alpina","product_category":"Motor vehicles",
        "alert_type":["Injuries","Fire"],"alert_description":"Airbag may burst.","alert_country":"Germany",
        "measures_country":["Recall"],"alert_date":"2026-06-12","product_barcode":null}"#;
    let v1 = format!("{{\"nhits\":1,\"records\":[{{\"recordid\":\"x\",\"fields\":{fields}}}]}}");
    let v2 = format!("{{\"total_count\":1,\"results\":[{fields}]}}");
    let list = format!("[{fields}]");
    let table = "alert_number;alert_date;alert_country;product_category;product_brand;alert_type;alert_description\n\
                 SR/01725/26;2026-06-12;Germany;Motor vehicles;Alpina;Injuries Fire;Airbag may burst.\n";
    for (name, text) in [("v1.json", v1.as_str()), ("v2.json", &v2), ("list.json", &list), ("a.csv", table)] {
        let kept = read(name, text.as_bytes()).expect("read");
        assert_eq!(kept.count("alerts"), 1, "{name}");
        assert_eq!(kept.cell("alerts", 0, "published_at"), Some("2026-06-12T00:00:00Z"), "{name}");
        assert_eq!(kept.cell("alerts", 0, "brand"), Some("Alpina"), "{name}");
        assert_eq!(kept.cell("alerts", 0, "risk_type"), Some("Injuries Fire"), "{name}");
        assert_eq!(kept.cell("alerts", 0, "risk"), Some("Airbag may burst."), "{name}");
    }
}

#[test]
fn recalls_have_a_row_for_each_product() {
    let text = r#"[{"RecallID":1,"RecallNumber":"24001","RecallDate":"2024-01-05T00:00:00","Title":"T","URL":"u",
        "ConsumerContact":"Jane Doe","Products":[{"Name":"A","Model":"M1","Type":"","NumberOfUnits":"About 5,000"},
        {"Name":"B","Model":""}],"ProductUPCs":[{"UPC":"036000291452"}],"Hazards":[{"Name":"Fire"}],
        "Retailers":[{"Name":"Online at Amazon.com in 2023 for $20"}],"ManufacturerCountries":[{"Country":"China"}]},
        {"RecallID":2,"RecallNumber":"24002","RecallDate":"2024-01-06T00:00:00","Products":[{"Name":"C"}]}]"#;
    let kept = read("recalls.json", text.as_bytes()).expect("read");
    let cell = |row, column| kept.cell("alerts", row, column);
    assert_eq!(kept.count("alerts"), 3);
    assert_eq!((cell(0, "name"), cell(0, "product_number"), cell(0, "model")), (Some("A"), Some("1"), Some("M1")));
    assert_eq!((cell(1, "name"), cell(1, "product_number")), (Some("B"), Some("2")));
    assert_eq!((cell(2, "name"), cell(2, "product_number")), (Some("C"), None));
    assert_eq!((cell(0, "gtin"), cell(0, "online_platform")), (Some("036000291452"), Some("Amazon")));
    assert_eq!((cell(0, "risk"), cell(0, "country_of_origin")), (Some("Fire"), Some("China")));
    assert!(cell(0, "extra").is_some_and(|t| t.contains("About 5,000") && !t.contains("Jane")));
    let error = r#"[{"RecallID":0,"RecallNumber":null,"RecallDate":null,"Title":"Error retrieving Recalls: timeout"}]"#;
    assert!(matches!(read("recalls.json", error.as_bytes()), Err(Error::Invalid { .. })));
    let table = "Recall Number,Date,Recall Heading,Name of product,Description,Hazard Description,Remedy,Sold At,\
                 Manufactured In\n24-001,January 15 2024,Heading,Widget,\"A toy, red\",Fire,Refund,Amazon.com,China\n\
                 24-002,\"February 3, 2024\",H,W,D,F,R,,\n";
    let kept = read("recalls.csv", table.as_bytes()).expect("read");
    assert_eq!(kept.cell("alerts", 0, "published_at"), Some("2024-01-15T00:00:00Z"));
    assert_eq!(kept.cell("alerts", 1, "published_at"), Some("2024-02-03T00:00:00Z"));
    assert_eq!(kept.cell("alerts", 0, "authority"), Some("cpsc"));
}

#[test]
fn other_files_are_none_of_these() {
    for text in ["", "a,b\n1,2\n", "[]", "{}", "<html><body>caseNumber</body></html>", "PAR1"] {
        assert!(matches!(ProductSafety.recognise(text.as_bytes()), Recognition::No(_)), "{text}");
        let folder = tempfile::tempdir().expect("folder");
        assert!(AlertExport::open(&file(Path::new(folder.path()), "x", text.as_bytes())).expect("open").is_none());
    }
}
