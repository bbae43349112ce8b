//! The dialect against an oracle: where `fputcsv` and RFC 4180 agree, a general CSV reader must agree too.

use proptest::prelude::*;
use systemic::sources::statements::dialect::{self, Split};

/// `fputcsv` of PHP with its default escape character, then `rtrim`: the encoder that the exporter uses.
fn fputcsv(cells: &[String]) -> String {
    let line: Vec<String> = cells
        .iter()
        .map(|cell| {
            if !cell.contains([',', '"', '\\', '\n', '\r', '\t', ' ']) {
                return cell.clone();
            }
            let mut out = String::from("\"");
            let mut escaped = false;
            for c in cell.chars() {
                if c == '\\' {
                    escaped = true;
                } else if c == '"' && !escaped {
                    out.push('"');
                } else {
                    escaped = false;
                }
                out.push(c);
            }
            out.push('"');
            out
        })
        .collect();
    line.join(",")
}

fn split(line: &str) -> Option<Vec<String>> {
    let mut fields = Vec::new();
    if dialect::split(line.as_bytes(), &mut fields) != Split::Fields {
        return None;
    }
    let cell = |&(start, end): &(u32, u32)| {
        let mut out = Vec::new();
        dialect::unescape(dialect::content(&line.as_bytes()[start as usize..end as usize]), &mut out);
        String::from_utf8(out).expect("UTF-8 in, UTF-8 out")
    };
    Some(fields.iter().map(cell).collect())
}

fn oracle(line: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    reader.records().next().map_or_else(Vec::new, |r| r.expect("RFC 4180").iter().map(str::to_owned).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_a_general_reader_without_backslashes(cells in prop::collection::vec("[a-zé\", \t;=]{0,40}", 2..40)) {
        let line = fputcsv(&cells);
        prop_assert_eq!(split(&line), Some(cells));
        prop_assert_eq!(split(&line).unwrap_or_default(), oracle(&line));
    }

    #[test]
    fn reads_what_fputcsv_wrote(mut cells in prop::collection::vec(r#"[a-z\\", ]{0,12}"#, 1..6)) {
        // Fixed cells around the free text, as in a dump: they tell the readings apart.
        cells.insert(0, "4b989c23-3736-4fd9-8612-a975b98d88d6".into());
        cells.push("2025-07-02 13:14:15".into());
        let line = fputcsv(&cells);
        if let Some(read) = split(&line) {
            prop_assert_eq!(read, cells);
        } else {
            let last = cells.len() - 1;
            let fits = |i: usize, cell: &[u8]| {
                if i == 0 { cell.len() == 36 } else if i == last { cell.starts_with(b"2025") } else { true }
            };
            let readings = dialect::readings(line.as_bytes(), cells.len(), &fits);
            prop_assert!(readings.count > 0, "no reading of {line}");
            if readings.count == 1 {
                let read: Vec<String> = readings.cells.into_iter().map(|c| String::from_utf8(c).expect("UTF-8")).collect();
                prop_assert_eq!(read, cells);
            }
        }
    }

    #[test]
    fn never_panics_on_any_bytes(line in prop::collection::vec(any::<u8>(), 0..300)) {
        let mut fields = Vec::new();
        let _ = dialect::split(&line, &mut fields);
        let _ = dialect::readings(&line, 5, &|_, _| true);
    }
}
