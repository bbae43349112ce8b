//! Tests of drafts: what is proposed can be read and reads what was looked at.

use std::fmt::Write as _;

use super::draft;
use crate::sources::kept::file;
use crate::sources::marketplace::tests::read;
use crate::sources::marketplace::{Mapping, check::Trial, export::MappedExport};
use std::sync::Arc;

fn of(name: &str, bytes: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("folder");
    draft(&[file(folder.path(), name, bytes)], None).expect("draft")
}

#[test]
fn a_german_export_is_understood() {
    let mut text = String::from("Artikelnummer;Händler-ID;Titel;Preis;EAN;Online seit;Farbe\n");
    for n in 0..40 {
        let (trader, day, hour) = (n % 7, n % 28 + 1, n % 10);
        let _ = writeln!(text, "A{n};H{trader};Mütze {n};1.2{n:02},50;4006381333931;{day:02}.07.2025 1{hour}:30;rot");
    }
    let drafted = of("artikel_2025-07-01.csv", text.as_bytes());
    for line in [
        "table = \"listings\"",
        "files = [\"artikel_*.csv\"]",
        "delimiter = \";\"",
        "listing_id = \"Artikelnummer\"",
        "trader_id = \"Händler-ID\"",
        "title = \"Titel\"",
        "price = { column = \"Preis\", decimal = \",\" }",
        "gtin = { column = \"EAN\", split = \" \", distinct = true }",
        "live_at = { column = \"Online seit\", format = \"%d.%m.%Y %H:%M\" }",
        "time_zone = \"UTC\"  # a guess",
        "# Not placed, kept in column extra: Farbe",
    ] {
        assert!(drafted.contains(line), "{line}\n{drafted}");
    }
    let kept = read(&drafted, "artikel_2025-07-01.csv", text.as_bytes()).expect("read");
    assert_eq!((kept.count("listings"), kept.rejected.len()), (40, 0));
    assert_eq!(kept.cell("listings", 7, "price"), Some("1207.5"));
}

#[test]
fn days_and_months_that_may_be_swapped_are_told() {
    let text = "notice_id,received\nn1,01/02/2025\nn2,03/04/2025\n";
    let drafted = of("notices.csv", text.as_bytes());
    assert!(drafted.contains("table = \"notices\""), "{drafted}");
    assert!(drafted.contains("%d/%m/%Y") && drafted.contains("every value fits %m/%d/%Y as well"), "{drafted}");
    Mapping::parse("draft", &drafted).expect("it can be read");
    let sure = of("notices.csv", b"notice_id,received\nn1,01/13/2025\nn2,03/04/2025\n");
    assert!(sure.contains("format = \"%m/%d/%Y\"") && !sure.contains("as well"), "{sure}");
}

#[test]
fn codes_are_proposed_and_what_is_unknown_listed() {
    let text =
        "case_id,seller_id,measure,action_date\n1,s1,REMOVED,2025-01-01T00:00:00Z\n2,s2,Z9,2025-01-02T00:00:00Z\n";
    let drafted = of("moderation_actions.csv", text.as_bytes());
    assert!(drafted.contains("table = \"actions\"") && drafted.contains("\"REMOVED\" = \"removal\""), "{drafted}");
    assert!(drafted.contains("no code was found for Z9"), "{drafted}");
    Mapping::parse("draft", &drafted).expect("it can be read");
}

#[test]
fn any_file_gives_a_mapping_that_can_be_read() {
    for (name, text) in [
        (
            "a.json",
            "{\"meta\": {\"x\": 1}, \"data\": {\"rows\": [{\"sku\": \"1\", \"p\": {\"amount\": 3}}, {\"sku\": \"2\"}]}}",
        ),
        ("b.jsonl", "{\"a\\\"b\": 1, \"c\": \"x\"}\n{\"c\": \"y\"}\n"),
        ("c.csv", "a,\"b\n c\",\"d = \"\"e\"\"\"\n1,2,3\n"),
        ("d.csv", "x\n1\n"),
        ("e.tsv", "col 1\tcol 2\n\t\n"),
    ] {
        let drafted = of(name, text.as_bytes());
        let mapping = Mapping::parse("draft", &drafted).unwrap_or_else(|e| panic!("{name}: {e}\n{drafted}"));
        let folder = tempfile::tempdir().expect("folder");
        let path = file(folder.path(), name, text.as_bytes());
        if let Some(export) =
            MappedExport::open(&path, &Arc::new(mapping)).unwrap_or_else(|e| panic!("{name}: {e}\n{drafted}"))
        {
            Trial::of(&export).unwrap_or_else(|e| panic!("{name}: {e}\n{drafted}"));
        }
    }
}
