//! Tests of mappings and of what they read.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use super::{MappedExport, Mapping};
use crate::error::{Error, Result};
use crate::finding;
use crate::sources::export::TableExport;
use crate::sources::kept::{Kept, file};

pub(super) fn mapping(text: &str) -> Mapping {
    Mapping::parse("m.toml", text).unwrap_or_else(|e| panic!("{e}\nhint: {:?}", e.hint()))
}

/// Reads bytes under a name through a mapping.
pub(super) fn read(text: &str, name: &str, bytes: &[u8]) -> Result<Kept> {
    let folder = tempfile::tempdir().expect("folder");
    let path = file(folder.path(), name, bytes);
    let export = MappedExport::open(&path, &Arc::new(mapping(text)))?.expect("the mapping names the file");
    let mut kept = Kept::default();
    export.read(&mut kept)?;
    Ok(kept)
}

/// A mapping of listings with these lines at its head, table and columns.
pub(super) fn listings(head: &str, table: &str, columns: &str) -> String {
    format!(
        "[mapping]\nname = \"t\"\nplatform = \"Trovanda\"\n{head}\n[[table]]\ntable = \"listings\"\n{table}\n\
         [table.columns]\nlisting_id = \"id\"\n{columns}\n"
    )
}

#[test]
fn a_csv_file_becomes_rows() {
    let text = listings(
        "time_zone = \"Europe/Berlin\"",
        "",
        "price = { column = \"ct\", scale = 0.01 }\nlive_at = { column = \"on\", format = \"%d.%m.%Y %H:%M\" }\n\
         category = { column = \"cat\", values = { MED = \"medicines\" } }\nviews = \"v\"",
    );
    let bytes = "\u{feff}id;ct;on;cat;v;more\r\n1;1999;01.07.2025 12:30;MED;7;x\r\n2;;;TOY;\"1\n\";\r\n3;5;01.07.2025 12:30;a\r\n";
    let kept = read(&text, "a.csv", bytes.as_bytes()).expect("read");
    assert_eq!(kept.count("listings"), 2);
    assert_eq!(kept.cell("listings", 0, "price"), Some("19.99"));
    assert_eq!(kept.cell("listings", 0, "live_at"), Some("2025-07-01T10:30:00Z"));
    assert_eq!(kept.cell("listings", 0, "category"), Some("medicines"));
    assert_eq!(kept.cell("listings", 0, "platform"), Some("Trovanda"));
    assert_eq!(kept.cell("listings", 0, "extra"), Some("{\"more\":\"x\"}"));
    assert_eq!(kept.cell("listings", 0, "source_line"), Some("2"));
    assert_eq!(kept.cell("listings", 1, "category"), Some("TOY"));
    assert_eq!(kept.cell("listings", 1, "views"), Some("1"));
    assert_eq!(kept.cell("listings", 1, "price"), None);
    assert_eq!(kept.rejected, [(5, "4 cells instead of 6".to_owned(), "3;5;01.07.2025 12:30;a".to_owned())]);
    assert_eq!(kept.findings.count(finding::BROKEN_RECORD), 1);
    assert_eq!(kept.findings.count(finding::UNMAPPED_COLUMN), 1);
}

pub(super) fn parquet(columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter(columns).expect("batch");
    let mut bytes = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("writer");
    writer.write(&batch).expect("write");
    writer.close().expect("close");
    bytes
}

#[test]
fn a_parquet_file_becomes_rows() {
    let text = listings(
        "time_zone = \"Europe/Berlin\"",
        "ignore = [\"left*\"]",
        "price = { column = \"ct\", scale = 0.01 }\nlive_at = \"on\"\n\
         category = { column = \"cat\", values = { MED = \"medicines\" }, other = \"null\" }\nviews = \"v\"",
    );
    let bytes = parquet(vec![
        ("id", Arc::new(StringArray::from(vec![Some("1"), Some("2"), None])) as ArrayRef),
        ("ct", Arc::new(Int64Array::from(vec![Some(1999), None, Some(1)]))),
        ("on", Arc::new(TimestampMicrosecondArray::from(vec![Some(1_751_373_000_000_000), None, None]))),
        ("cat", Arc::new(StringArray::from(vec!["MED", "TOY", "MED"]))),
        ("v", Arc::new(Float64Array::from(vec![Some(7.0), Some(f64::NAN), None]))),
        ("more", Arc::new(StringArray::from(vec![Some("x"), None, None]))),
        ("left_1", Arc::new(StringArray::from(vec!["y", "y", "y"]))),
    ]);
    let kept = read(&text, "a.parquet", &bytes).expect("read");
    assert_eq!(kept.count("listings"), 2);
    assert_eq!(kept.cell("listings", 0, "price"), Some("19.99"));
    assert_eq!(kept.cell("listings", 0, "live_at"), Some("2025-07-01T10:30:00Z"));
    assert_eq!(kept.cell("listings", 0, "category"), Some("medicines"));
    assert_eq!(kept.cell("listings", 0, "views"), Some("7"));
    assert_eq!(kept.cell("listings", 0, "extra"), Some("{\"more\":\"x\"}"));
    assert_eq!(kept.cell("listings", 1, "views"), None);
    assert_eq!(kept.cell("listings", 1, "unparsed"), Some("{\"category\":\"TOY\"}"));
    assert_eq!(kept.rejected.len(), 1);
    assert_eq!((kept.rejected[0].0, kept.rejected[0].1.as_str()), (3, "listing_id is empty or cannot be read"));
    let error = read(&listings("", "", "live_at = \"on\""), "a.parquet", &bytes).err().expect("no zone");
    assert!(
        matches!(&error, Error::Invalid { place, .. } if place.contains("a.parquet, line 1, column live_at")),
        "{error}"
    );
}

fn fails(text: &str) -> (String, String, String) {
    match Mapping::parse("m.toml", text).err() {
        Some(Error::Invalid { place, message, hint }) => (place, message, hint),
        other => panic!("{other:?}\n{text}"),
    }
}

#[test]
fn what_a_mapping_says_wrongly_is_told_with_its_line_and_a_hint() {
    let head = "[mapping]\nname = \"t\"\nplatform = \"P\"\n";
    let table = "[[table]]\ntable = \"listings\"\n[table.columns]\nlisting_id = \"id\"\n";
    for (text, line, message, hint) in [
        (format!("{head}nam = 1\n{table}"), 4, "[mapping] has no key \"nam\"", "did you mean \"name\"?"),
        (format!("{head}time_zone = \"Europe/Berln\"\n{table}"), 4, "no time zone", "Europe/Berlin"),
        (format!("{head}[[table]]\ntable = \"listing\"\n"), 5, "no table \"listing\"", "did you mean \"listings\"?"),
        (format!("{head}[[table]]\ntable = \"statements\"\n"), 5, "no table \"statements\"", "there is"),
        (format!("{head}{table}prise = \"x\"\n"), 8, "no key \"prise\"", "did you mean \"price\"?"),
        (format!("{head}{table}source_line = \"x\"\n"), 8, "no key \"source_line\"", ""),
        (format!("{head}{table}filter = []\n"), 8, "no key \"filter\"", "stand above [table.columns]"),
        (format!("{head}{table}price = {{ colum = \"x\" }}\n"), 8, "no key \"colum\"", "did you mean \"column\"?"),
        (format!("{head}{table}price = 5\n"), 8, "neither a column nor a table", "price = \"…\""),
        (format!("{head}{table}price = {{ column = \"a\", constant = 1 }}\n"), 8, "needs one source", "column ="),
        (format!("{head}{table}title = {{ column = \"a\", scale = 2 }}\n"), 8, "scale is no use for title", "a number"),
        (
            format!("{head}{table}title = {{ column = \"a\", is = [\"b\"] }}\n"),
            8,
            "is is no use for title",
            "true or false",
        ),
        (format!("{head}{table}live_at = {{ column = \"a\", format = \"dd.mm\" }}\n"), 8, "no format", "%d.%m.%Y"),
        (format!("{head}{table}live_at = {{ column = \"a\", format = \"%H:%M\" }}\n"), 8, "no whole date", "%d.%m.%Y"),
        (format!("{head}{table}title = {{ column = \"a\", pattern = '(' }}\n"), 8, "pattern cannot be read", "regular"),
        (format!("{head}{table}title = {{ column = \"a\", other = \"drop\" }}\n"), 8, "no way \"drop\"", "keep, null"),
        (format!("{head}{table}title = {{ column = \"a\", distinct = true }}\n"), 8, "distinct needs split", "split"),
        (format!("{head}{table}price = {{ column = \"a\", scale = 0.0 }}\n"), 8, "scale of zero", "0.01"),
        (format!("{head}{table}price = {{ column = \"a\", decimal = \"x\" }}\n"), 8, "decimal sign", ","),
        (
            format!("{head}{table}flagged = {{ column = \"a\", is = \"x\", filled = true }}\n"),
            8,
            "several questions",
            "one",
        ),
        (format!("{head}[[table]]\ntable = \"listings\"\nformat = \"xls\"\n"), 6, "no format \"xls\"", "json_lines"),
        (format!("{head}[[table]]\ntable = \"listings\"\ndelimiter = \"ab\"\n"), 6, "delimiter is", "one character"),
        (format!("{head}[[table]]\ntable = \"listings\"\nencoding = \"utf-9\"\n"), 6, "no encoding", "windows-1252"),
        (format!("{head}[[table]]\ntable = \"listings\"\nrecords = \"a/b\"\n"), 6, "no JSON pointer", "slash"),
        (format!("{head}[[table]]\ntable = \"listings\"\n"), 4, "maps no column", "[table.columns]"),
        (
            format!("{head}[[table]]\ntable = \"listings\"\n[table.columns]\ntitle = \"t\"\n"),
            6,
            "gives no listing_id",
            "Identifier",
        ),
        (
            "[mapping]\nname = \"t\"\n[[table]]\ntable = \"listings\"\n[table.columns]\nlisting_id = \"i\"\n"
                .to_owned(),
            1,
            "nothing says of which platform",
            "platform =",
        ),
        (
            format!("{head}observed_from = \"2025-07-01\"\nobserved_until = \"2025-01-01\"\n{table}"),
            5,
            "not after",
            "half-open",
        ),
        (format!("{head}observed_from = \"July\"\n{table}"), 4, "no day and no instant", "2025-01-01"),
        (format!("{head}simulated = \"yes\"\n{table}"), 4, "simulated is", "true or false"),
        (head.to_owned(), 1, "no [[table]]", "[[table]]"),
        ("name = \"t\"\n".to_owned(), 1, "a mapping has no key \"name\"", "below [mapping]"),
        ("[mapping]\nname = \n".to_owned(), 2, "no TOML", "toml.io"),
        (
            format!("{head}[[table]]\ntable = \"listings\"\nfilter = [{{ is = [\"a\"] }}]\n"),
            6,
            "names no column",
            "column",
        ),
        (
            format!("{head}[[table]]\ntable = \"listings\"\nfilter = [{{ column = \"a\" }}]\n"),
            6,
            "asks nothing",
            "one of",
        ),
    ] {
        let (place, found, help) = fails(&text);
        assert!(found.contains(message), "{text}\n{found}");
        assert_eq!(place, format!("m.toml, line {line}"), "{text}\n{found}");
        assert!(help.contains(hint), "{text}\n{help}");
    }
}

#[test]
fn every_key_of_a_column_does_what_it_says() {
    let text = listings(
        "time_zone = \"UTC\"\nmissing = [\"-\"]\ndecimal = \",\"\nobserved_from = 2025-01-01\nobserved_until = \"2025-07-01\"\n\
         simulated = true\nsource = \"a test\"",
        "files = [\"a*.csv\"]\ndelimiter = \"|\"\nignore = [\"left\"]\nfilter = [{ column = \"kind\", is = [\"item\"] }]",
        "live_at = { column = \"on\", format = \"%d.%m.%Y %H:%M\", time_zone = \"Europe/Rome\" }\n\
         price = { column = \"ct\", scale = 0.01 }\n\
         category = { column = \"cat\", values = { MED = \"medicines\" }, other = \"keep\" }\n\
         currency = { constant = \"EUR\" }\n\
         gtin = { column = \"ean\", split = \"/\", distinct = true, join = \" \" }\n\
         title = { columns = [\"first\", \"last\"], join = \"_\" }\n\
         url = { columns = [\"none\", \"last\"], first = true }\n\
         model = { column = \"twice\", doubled = true }\n\
         brand = { column = \"brand\", without = \"last\" }\n\
         flagged = { column = \"score\", at_least = 0.5 }\n\
         shows_warnings = { column = \"score\", at_most = 0.5 }\n\
         shows_trader_name = { column = \"none\", filled = true }\n\
         shows_manufacturer = { column = \"kind\", is = [\"item\", \"x\"] }\n\
         shows_trader_contact = { column = \"kind\", is_not = [\"x\"] }\n\
         description = { column = \"first\", pattern = '^(A)' }\n\
         language = { column = \"cat\", values = { MED = \"de\" }, other = \"null\" }\n\
         country = { column = \"cc\", missing = [\"ZZ\"] }",
    );
    let table = "id|on|ct|cat|ean|first|last|twice|brand|score|none|kind|cc|left\n\
                 1|01.01.2025 12:00|1.999|MED|4006381333931/4006381333931|Ada|L|Q 1 Q 1|Xy L|0,7||item|ZZ|1\n\
                 2|-|-|TOY|-|-|-|-|-|-|-|item|DE|1\n\
                 3||||||||||||other|DE|1\n"
        .replace("||||||||||||other", "|||||||||||other");
    let kept = read(&text, "a.csv", table.as_bytes()).expect("read");
    let cell = |row, column| kept.cell("listings", row, column);
    for (column, wanted) in [
        ("live_at", "2025-01-01T11:00:00Z"),
        ("price", "19.99"),
        ("category", "medicines"),
        ("currency", "EUR"),
        ("gtin", "4006381333931"),
        ("title", "Ada_L"),
        ("url", "L"),
        ("model", "Q 1"),
        ("brand", "Xy"),
        ("flagged", "true"),
        ("shows_warnings", "false"),
        ("shows_trader_name", "false"),
        ("shows_manufacturer", "true"),
        ("shows_trader_contact", "true"),
        ("description", "A"),
        ("language", "de"),
    ] {
        assert_eq!(cell(0, column), Some(wanted), "{column}");
    }
    assert_eq!(cell(0, "country"), None);
    for column in ["live_at", "price", "gtin", "title", "url", "model", "brand", "flagged", "description", "language"] {
        assert_eq!(cell(1, column), None, "{column}");
    }
    assert_eq!((cell(1, "country"), cell(1, "category"), cell(1, "extra")), (Some("DE"), Some("TOY"), None));
    assert_eq!(cell(1, "unparsed"), Some("{\"language\":\"TOY\"}"));
    assert_eq!((kept.count("listings"), kept.findings.count(finding::FILTERED_ROW), kept.rejected.len()), (2, 1, 0));
    let rejecting = listings("", "", "category = { column = \"cat\", values = { MED = \"m\" }, other = \"reject\" }");
    let kept = read(&rejecting, "a.csv", b"id,cat\n1,MED\n2,TOY\n").expect("read");
    assert_eq!((kept.count("listings"), kept.rejected.len()), (1, 1));
    assert_eq!(kept.findings.count(finding::REFUSED_VALUE), 1);
}

#[test]
fn exports_say_what_they_are() {
    let folder = tempfile::tempdir().expect("folder");
    let path = file(folder.path(), "a.csv", b"id\n1\n");
    let text =
        listings("observed_from = 2025-01-01\nobserved_until = \"2025-07-01T00:00:00Z\"\nsimulated = true", "", "");
    let export = MappedExport::open(&path, &Arc::new(mapping(&text))).expect("open").expect("named");
    let about = export.description();
    assert_eq!((about.source, about.identity.as_str(), about.simulated), ("marketplace", "marketplace:t:a.csv", true));
    assert_eq!((about.observed_from, about.observed_until), (Some(1_735_689_600_000_000), Some(1_751_328_000_000_000)));
    assert_eq!(about.tables["listings"], ["platform", "listing_id"]);
    assert!(about.reading.starts_with("t ") && about.reading.len() == 34);
    let named = listings("", "files = [\"b*.csv\"]", "");
    assert!(MappedExport::open(&path, &Arc::new(mapping(&named))).expect("open").is_none());
}

#[test]
fn several_tables_and_platforms_come_from_one_file() {
    let text = "[mapping]\nname = \"t\"\nplatform = { column = \"shop\" }\n\
        [[table]]\ntable = \"listings\"\n[table.columns]\nlisting_id = \"id\"\ntrader_id = \"seller\"\n\
        [[table]]\ntable = \"traders\"\nonce = true\nignore = [\"*\"]\n[table.columns]\ntrader_id = \"seller\"\n";
    let kept =
        read(text, "a.csv", b"shop,id,seller,more\nAmazon Store,1,s1,x\nEtsy,2,s1,\nAmazon,3,s1,z\n").expect("read");
    assert_eq!((kept.count("listings"), kept.count("traders")), (3, 2));
    assert_eq!(kept.cell("listings", 0, "platform"), Some("Amazon"));
    assert_eq!((kept.cell("listings", 0, "extra"), kept.cell("traders", 0, "extra")), (Some("{\"more\":\"x\"}"), None));
}

#[test]
fn json_is_read_by_paths() {
    let columns = "title = \"a.title\"\ngtin = { column = \"codes[].ean\", split = \" \", distinct = true }\nprice = \"price\"\nbrand = \"x.y\"";
    let one = r#"{"id": 9007199254740993, "a": {"title": "T", "b": [1, {"c": 2}]}, "codes": [{"ean": "4006381333931"},
        {"ean": "4006381333931"}], "price": 12.5, "x.y": "dotted", "z": null}"#
        .replace('\n', " ");
    let check = |kept: Kept, name: &str| {
        for (column, wanted) in [
            ("listing_id", "9007199254740993"),
            ("title", "T"),
            ("gtin", "4006381333931"),
            ("price", "12.5"),
            ("brand", "dotted"),
            ("extra", "{\"a.b\":[1,{\"c\":2}],\"codes\":[{\"ean\":\"4006381333931\"},{\"ean\":\"4006381333931\"}]}"),
        ] {
            assert_eq!(kept.cell("listings", 0, column), Some(wanted), "{name} {column}");
        }
    };
    let lines = format!("{one}\nno json\n\n[1]\n{{\"id\": 2\n{{\"title\": 1}}\n");
    let kept = read(&listings("", "", columns), "a.jsonl", lines.as_bytes()).expect("read");
    let reasons: Vec<(u64, &str)> = kept.rejected.iter().map(|r| (r.0, r.1.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (2, "the line is no JSON"),
            (4, "the line is JSON, but no object"),
            (5, "the JSON object ends early"),
            (6, "listing_id is empty or cannot be read")
        ]
    );
    check(kept, "lines");
    check(read(&listings("", "", columns), "a.json", format!("[{one}, 5]").as_bytes()).expect("read"), "list");
    let nested = format!("{{\"meta\": {{\"n\": [1]}}, \"data\": {{\"items\": [{one}], \"more\": 1}}}}");
    check(
        read(&listings("", "records = \"/data/items\"", columns), "a.json", nested.as_bytes()).expect("read"),
        "nested",
    );
    let cut = read(&listings("", "", columns), "a.json", format!("[{one}, {{").as_bytes()).err().expect("cut");
    assert!(cut.to_string().contains("no JSON"), "{cut}");
    let absent = listings("", "records = \"/data/rows\"", "");
    let told = read(&absent, "a.json", nested.as_bytes()).err().expect("absent");
    assert!(told.to_string().contains("there is no array of records at \"/data/rows\""), "{told}");
}

#[test]
fn encodings_are_undone() {
    let text = listings("", "encoding = \"windows-1252\"", "title = \"Titel\"");
    let kept = read(&text, "a.csv", b"id;Titel\n1;M\xfctze \x80 5\n").expect("read");
    assert_eq!(kept.cell("listings", 0, "title"), Some("Mütze € 5"));
    let wide: Vec<u8> = "\u{feff}id\tTitel\n1\tMütze\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let kept = read(&listings("", "", "title = \"Titel\""), "a.csv", &wide).expect("read");
    assert_eq!(kept.cell("listings", 0, "title"), Some("Mütze"));
    let kept =
        read(&listings("", "", "title = \"Titel\""), "a.csv", b"id;Titel\n1;M\xfctze\n2;M\xc3\xbctze\n").expect("read");
    assert_eq!((kept.count("listings"), kept.rejected.len()), (1, 1));
    assert!(kept.rejected[0].1.contains("windows-1252"));
}
