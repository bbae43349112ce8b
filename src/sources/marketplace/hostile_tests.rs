//! Tests with files that are broken or mean harm, and of CSV against a naive reading.

use std::fmt::Write as _;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use proptest::prelude::*;

use super::tests::{listings, parquet, read};
use crate::error::Error;
use crate::finding;

fn gz(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("write");
    encoder.finish().expect("finish")
}

#[test]
fn archives_that_are_cut_or_explode_are_refused() {
    let text = listings("", "", "title = \"t\"");
    let mut rows = String::from("id,t\n");
    for n in 0..20_000 {
        let _ = writeln!(rows, "{n},title {}", n * 7919 % 1000);
    }
    let whole = gz(rows.as_bytes());
    assert_eq!(read(&text, "a.csv.gz", &whole).expect("read").count("listings"), 20_000);
    let cut = read(&text, "a.csv.gz", &whole[..whole.len() / 2]).err().expect("cut");
    assert!(matches!(cut, Error::Archive { .. }), "{cut}");
    let mut bomb = b"id,t\n1,".to_vec();
    bomb.resize(300 << 20, b'\n');
    let bomb = read(&text, "a.csv.gz", &gz(&bomb)).err().expect("bomb");
    assert!(matches!(bomb, Error::Archive { .. }), "{bomb}");
}

#[test]
fn files_without_rows_are_no_errors() {
    let text = listings("", "", "title = \"t\"");
    for bytes in [&b""[..], b"id,t\n", b"id,t", b"\xef\xbb\xbfid,t\r\n\r\n"] {
        let kept = read(&text, "a.csv", bytes).expect("read");
        assert_eq!((kept.count("listings"), kept.rejected.len(), kept.findings.count(finding::NO_ROW)), (0, 0, 1));
    }
}

#[test]
fn a_file_without_the_columns_says_which_and_what_it_has() {
    let error = read(&listings("", "", ""), "a.csv", b"idd,t\n1,2\n").err().expect("no id");
    let Error::Invalid { place, message, hint } = &error else { panic!("{error}") };
    assert!(place.ends_with("a.csv") && message.contains("no column \"id\""), "{error}");
    assert!(hint.contains("is it \"idd\"?") && hint.contains("idd, t"), "{hint}");
    let kept = read(&listings("", "", "title = \"absent\""), "a.csv", b"id,t\n1,2\n").expect("read");
    assert_eq!((kept.count("listings"), kept.findings.count(finding::LACKING_COLUMN)), (1, 1));
}

#[test]
fn cells_of_another_type_are_kept_as_text() {
    let text = listings("", "", "price = \"p\"\nviews = \"v\"\nlive_at = \"on\"\nflagged = \"f\"");
    let kept =
        read(&text, "a.csv", b"id,p,v,on,f\n1,a,1.5,soon,maybe\n2,1.5,2,2025-01-01T00:00:00Z,no\n").expect("read");
    assert_eq!(
        kept.cell("listings", 0, "unparsed"),
        Some("{\"flagged\":\"maybe\",\"live_at\":\"soon\",\"price\":\"a\",\"views\":\"1.5\"}")
    );
    assert_eq!(kept.findings.count(finding::BAD_NUMBER), 2);
    assert_eq!((kept.findings.count(finding::BAD_INSTANT), kept.findings.count(finding::BAD_TRUTH)), (1, 1));
    assert_eq!(kept.cell("listings", 1, "flagged"), Some("false"));
    let mixed = parquet(vec![
        ("id", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef),
        ("p", Arc::new(StringArray::from(vec!["x", "2.5"]))),
        ("v", Arc::new(StringArray::from(vec!["", " 3 "]))),
        ("on", Arc::new(Int64Array::from(vec![Some(5), None]))),
        ("f", Arc::new(Int64Array::from(vec![Some(1), Some(7)]))),
    ]);
    let kept = read(&text, "a.parquet", &mixed).expect("read");
    assert_eq!((kept.cell("listings", 0, "listing_id"), kept.cell("listings", 0, "price")), (Some("1"), None));
    assert_eq!((kept.cell("listings", 1, "price"), kept.cell("listings", 1, "views")), (Some("2.5"), Some("3")));
    assert_eq!((kept.cell("listings", 0, "flagged"), kept.cell("listings", 1, "flagged")), (Some("true"), None));
    let cut = read(&text, "a.parquet", &mixed[..mixed.len() - 10]).err().expect("cut");
    assert!(matches!(cut, Error::Archive { .. }), "{cut}");
}

#[test]
fn huge_cells_are_read_and_endless_lines_refused() {
    let text = listings("", "", "title = \"t\"");
    let huge = format!("id,t\n1,\"{}\"\n2,b\n", "x\n".repeat(2 << 20));
    let kept = read(&text, "a.csv", huge.as_bytes()).expect("read");
    assert_eq!(kept.cell("listings", 0, "title").map(str::len), Some((4 << 20) - 1));
    assert_eq!(kept.cell("listings", 1, "source_line"), Some(((2 << 20) + 3).to_string().as_str()));
    let mut endless = b"id,t\n1,".to_vec();
    endless.resize(40 << 20, b'x');
    assert!(matches!(read(&text, "a.csv", &endless), Err(Error::Archive { .. })));
}

#[test]
fn a_stray_quote_loses_one_line() {
    let text = listings("", "", "title = \"t\"");
    let rows = "id,t\n1,a\n2,\"b\n3,c\n4,d\n5,\"e\"\n6,f\n";
    let kept = read(&text, "a.csv", rows.as_bytes()).expect("read");
    assert_eq!(kept.rejected.len(), 1, "{:?}", kept.rejected);
    assert_eq!((kept.rejected[0].0, kept.rejected[0].2.as_str()), (3, "2,\"b"));
    let titles: Vec<_> = (0..kept.count("listings")).map(|n| kept.cell("listings", n, "title").unwrap_or("")).collect();
    assert_eq!(titles, ["a", "c", "d", "e", "f"]);
}

#[test]
fn changes_of_the_clock_are_told() {
    let text = listings("time_zone = \"Europe/Berlin\"", "", "live_at = \"on\"");
    let rows = b"id,on\n1,2025-03-30 02:30\n2,2025-10-26 02:30\n3,2025-06-01\n4,2025-06-01 00:00+00:00\n";
    let kept = read(&text, "a.csv", rows).expect("read");
    for (row, at) in [
        (0, "2025-03-30T01:30:00Z"),
        (1, "2025-10-26T00:30:00Z"),
        (2, "2025-05-31T22:00:00Z"),
        (3, "2025-06-01T00:00:00Z"),
    ] {
        assert_eq!(kept.cell("listings", row, "live_at"), Some(at));
    }
    for kind in [finding::SKIPPED_TIME, finding::REPEATED_TIME, finding::DAY_ALONE] {
        assert_eq!(kept.findings.count(kind), 1, "{}", kind.code);
    }
    let error = read(&listings("", "", "live_at = \"on\""), "a.csv", rows).err().expect("no zone");
    let Error::Invalid { place, hint, .. } = &error else { panic!("{error}") };
    assert!(
        place.ends_with("a.csv, line 2, column live_at") && hint.contains("time_zone = \"Europe/Berlin\""),
        "{error}"
    );
}

/// Fields between signs, with quotes doubled where there is need: the inverse of reading.
fn written(rows: &[Vec<String>], sign: char, end: &str, always: bool) -> String {
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> = row
            .iter()
            .map(|cell| {
                let quote = always || cell.contains([sign, '"', '\n', '\r']) || cell.is_empty();
                if quote { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.clone() }
            })
            .collect();
        out.push_str(&cells.join(&sign.to_string()));
        out.push_str(end);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn csv_in_any_dialect_gives_the_cells_that_were_written(
        rows in prop::collection::vec(("[a-z0-9]{1,6}", "[ -~äß€\n]{0,12}", "[ -~,;|\t\"\n]{0,12}"), 0..40),
        sign in prop::sample::select(vec![',', ';', '\t', '|']),
        end in prop::sample::select(vec!["\n", "\r\n"]),
        always in any::<bool>(),
        bom in any::<bool>(),
    ) {
        let mut table = vec![vec!["id".to_owned(), "t".to_owned(), "d".to_owned()]];
        table.extend(rows.iter().map(|r| vec![r.0.clone(), r.1.clone(), r.2.clone()]));
        let text = written(&table, sign, end, always);
        let text = if bom { format!("\u{feff}{text}") } else { text };
        let kept = read(&listings("", "", "title = \"t\"\ndescription = \"d\""), "a.csv", text.as_bytes()).expect("read");
        prop_assert_eq!(kept.rejected.len(), 0);
        prop_assert_eq!(kept.count("listings"), rows.len());
        let mut line = 2;
        for (n, (id, title, description)) in rows.iter().enumerate() {
            let trimmed = |t: &str| Some(t.trim().to_owned()).filter(|t| !t.is_empty());
            prop_assert_eq!(kept.cell("listings", n, "listing_id"), Some(id.as_str()));
            prop_assert_eq!(kept.cell("listings", n, "title").map(str::to_owned), trimmed(title));
            prop_assert_eq!(kept.cell("listings", n, "description").map(str::to_owned), trimmed(description));
            let told = line.to_string();
            prop_assert_eq!(kept.cell("listings", n, "source_line"), Some(told.as_str()));
            line += 1 + (title.matches('\n').count() + description.matches('\n').count());
        }
    }

    #[test]
    fn no_bytes_break_the_reader_and_no_record_is_lost(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut text = b"id,t\n".to_vec();
        text.extend(bytes);
        // What is no error gives each record as a row or keeps it aside.
        if let Ok(kept) = read(&listings("", "format = \"csv\"\ndelimiter = \",\"", "title = \"t\""), "a.csv", &text) {
            let filled = text.split(|b| *b == b'\n' || *b == b'\r').skip(1).filter(|l| !l.is_empty()).count();
            prop_assert!(kept.count("listings") + kept.rejected.len() <= filled);
            prop_assert!(filled == 0 || kept.count("listings") + kept.rejected.len() > 0);
        }
    }
}
