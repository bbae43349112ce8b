//! Files that are broken, odd or hostile: the rest loads, and the output says exactly what happened.

use std::path::{Path, PathBuf};

use crate::support::{HEADER, csv, record, rows, s, said, systemic, systemic_with, zip};

struct Loaded {
    status: i32,
    stderr: String,
    out: PathBuf,
    _dir: tempfile::TempDir,
}

impl Loaded {
    fn rows(&self) -> Vec<crate::support::Row> {
        rows(&self.out, "statements")
    }

    /// Rows of the table of findings with this code, as (column, value, count).
    fn findings(&self, code: &str) -> Vec<(String, String, u64)> {
        let mut reader = csv::Reader::from_path(self.out.join("findings.csv")).expect("findings.csv");
        reader
            .records()
            .map(|r| r.expect("record"))
            .filter(|r| &r[1] == code)
            .map(|r| (r[3].to_owned(), r[4].to_owned(), r[5].parse().expect("count")))
            .collect()
    }
}

fn load(files: &[(&str, &[u8])], extra: &[&str]) -> Loaded {
    let dir = tempfile::tempdir().expect("folder");
    let input = dir.path().join("in");
    std::fs::create_dir(&input).expect("folder");
    for (name, bytes) in files {
        std::fs::write(input.join(name), bytes).expect("file");
    }
    let out = dir.path().join("data");
    let single = input.join(files[0].0);
    let from = if files.len() == 1 { single.as_path() } else { input.as_path() };
    let mut args = vec!["load", s(from), "-o", s(&out)];
    args.extend(extra);
    let (status, _, stderr) = said(&systemic(&args));
    Loaded { status, stderr, out, _dir: dir }
}

fn three() -> Vec<String> {
    (1..=3).map(|n| record(n, "\"facts, of the case\"")).collect()
}

#[test]
fn a_broken_row_is_kept_aside_with_its_place_and_bytes() {
    let mut records = three();
    records.insert(1, "4b989c23-3736-4fd9-8612-00000000000f,too,short".into());
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    assert_eq!(loaded.status, 0, "{}", loaded.stderr);
    assert!(loaded.stderr.contains("3 statements, 1 row rejected"), "{}", loaded.stderr);
    assert_eq!(loaded.rows().len(), 3);
    let rejected = rows(&loaded.out, "rejected");
    assert_eq!(rejected.len(), 1);
    assert_eq!(rejected[0]["line"].as_deref(), Some("3"));
    assert_eq!(rejected[0]["reason"].as_deref(), Some("3 fields where the header has 38"));
    assert_eq!(rejected[0]["bytes"].as_deref(), Some(records[1].as_str()));
}

#[test]
fn an_open_quote_takes_no_other_row_with_it() {
    let mut records = three();
    records.insert(1, record(9, "\"never closed"));
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
    assert_eq!(rows(&loaded.out, "rejected").len(), 1);
}

#[test]
fn a_record_with_line_feeds_is_read_whole() {
    let mut records = three();
    records.insert(1, record(9, "\"first line\nsecond, line\n\nlast \"\"line\"\"\""));
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 4), "{}", loaded.stderr);
    let row = &loaded.rows()[1];
    assert_eq!(row["decision_facts"].as_deref(), Some("first line\nsecond, line\n\nlast \"line\""));
    assert_eq!((row["source_line"].as_deref(), loaded.rows()[2]["source_line"].as_deref()), (Some("3"), Some("7")));
    assert_eq!(loaded.findings("Q004")[0].2, 1);
}

#[test]
fn a_wrong_checksum_stops_the_file_but_not_the_others() {
    let good = csv(&three());
    let bad = csv(&[record(7, "x")]);
    let sha = format!("{}  bad.csv", "0".repeat(40));
    let files: &[(&str, &[u8])] =
        &[("bad.csv", bad.as_bytes()), ("bad.csv.sha1", sha.as_bytes()), ("good.csv", good.as_bytes())];
    let loaded = load(files, &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (1, 3), "{}", loaded.stderr);
    assert!(loaded.stderr.contains("error[E012]") && loaded.stderr.contains("hint: "), "{}", loaded.stderr);
    let all = load(files, &["--no-checksum"]);
    assert_eq!((all.status, all.rows().len()), (0, 4), "{}", all.stderr);
    assert_eq!(all.findings("Q041").len(), 1);
    let manifest = std::fs::read_to_string(all.out.join("manifest.json")).expect("manifest");
    assert!(manifest.contains("\"checksum\": \"mismatch\""));
}

#[test]
fn unknown_names_and_codes_are_kept_and_reported() {
    let records = [
        record(1, "x").replace("TikTok", "\"New &amp; Unheard\""),
        record(2, "x").replace("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", "STATEMENT_CATEGORY_NEW"),
        record(3, "x")
            .replace("KEYWORD_PHISHING", "KEYWORD_NEW")
            .replace(",EN,", ",XX,")
            .replace("\"\"AT\"\"", "\"\"ZZ\"\""),
    ];
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
    let rows = loaded.rows();
    assert_eq!(rows[0]["platform_name"].as_deref(), Some("New &amp; Unheard"));
    assert_eq!(rows[0]["platform"].as_deref(), Some("New & Unheard"));
    assert_eq!(rows[1]["category"].as_deref(), Some("STATEMENT_CATEGORY_NEW"));
    assert_eq!(rows[1]["category_v2"].as_deref(), Some("STATEMENT_CATEGORY_NEW"));
    assert_eq!(rows[2]["category_specification"].as_deref(), Some("[\"KEYWORD_NEW\"]"));
    assert_eq!(loaded.findings("Q020"), [("platform_name".into(), "New &amp; Unheard".into(), 1)]);
    let codes: Vec<String> = loaded.findings("Q021").into_iter().map(|f| f.1).collect();
    assert_eq!(codes.len(), 4, "{codes:?}");
    for code in ["STATEMENT_CATEGORY_NEW", "KEYWORD_NEW", "XX", "ZZ"] {
        assert!(codes.iter().any(|c| c == code), "{code} in {codes:?}");
    }
}

#[test]
fn crlf_byte_order_mark_blank_lines_and_extra_columns() {
    let text = csv(&three().into_iter().map(|r| format!("{r},\"extra, value\"")).collect::<Vec<_>>());
    let text =
        format!("\u{feff}{}\r\n\r\n", text.replacen(HEADER, &format!("{HEADER},new_column"), 1).replace('\n', "\r\n"));
    let loaded = load(&[("day.csv", text.as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
    assert_eq!(loaded.rows()[0]["extra"].as_deref(), Some("{\"new_column\":\"extra, value\"}"));
    assert_eq!(loaded.rows()[0]["created_at"].as_deref(), Some("2025-07-02 13:14:15"));
    assert_eq!(loaded.findings("Q007")[0].2, 4);
    assert_eq!(loaded.findings("Q008")[0].2, 1);
    assert_eq!(loaded.findings("Q012")[0].1, "new_column");
}

#[test]
fn invalid_utf8_keeps_the_row_and_the_bytes() {
    let mut text = csv(&three()).into_bytes();
    let at = text.windows(5).position(|w| w == b"facts").expect("facts");
    // The first "facts" stands in the header: take the one in the first record.
    let at = at + 5 + text[at + 5..].windows(5).position(|w| w == b"facts").expect("facts");
    text[at] = 0xff;
    let loaded = load(&[("day.csv", &text)], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
    let row = &loaded.rows()[0];
    assert_eq!(row["decision_facts"].as_deref(), Some("\u{fffd}acts, of the case"));
    assert!(row["unparsed"].as_deref().is_some_and(|u| u.contains("hex:ff616374")), "{:?}", row["unparsed"]);
    assert_eq!(loaded.findings("Q006")[0].0, "decision_facts");
}

#[test]
fn odd_dates_and_booleans_become_null_and_keep_their_text() {
    let records = [
        record(1, "x").replace("\"2025-07-01 00:00:00\"", "\"0000-00-00 00:00:00\""),
        record(2, "x").replace("\"2025-07-01 00:00:00\"", "\"2025-07-01 10:30:00\""),
        record(3, "x").replace(",Yes,", ",yes,"),
        record(4, "x").replace("\"2025-07-02 13:14:15\"", "2025-07-02T13:14:15Z"),
        record(5, "x").replace("\"[\"\"AT\"\",\"\"BE\"\"]\"", "AT"),
    ];
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 5), "{}", loaded.stderr);
    let rows = loaded.rows();
    assert_eq!((rows[0]["content_date"].as_deref(), rows[0]["delay_days"].as_deref()), (None, None));
    assert_eq!(rows[0]["unparsed"].as_deref(), Some("{\"content_date\":\"0000-00-00 00:00:00\"}"));
    assert_eq!(rows[1]["content_date"].as_deref(), Some("2025-07-01 00:00:00"));
    assert!(rows[1]["unparsed"].is_some());
    assert_eq!(rows[2]["automated_detection"], None);
    assert_eq!(rows[2]["unparsed"].as_deref(), Some("{\"automated_detection\":\"yes\"}"));
    assert_eq!(rows[3]["created_at"].as_deref(), Some("2025-07-02 13:14:15"));
    assert_eq!(rows[4]["territorial_scope"], None);
    assert_eq!(loaded.findings("Q022"), [("content_date".into(), "0000-00-00 00:00:00".into(), 1)]);
    assert_eq!(loaded.findings("Q024"), [("automated_detection".into(), "yes".into(), 1)]);
    assert_eq!(loaded.findings("Q025").len(), 1);
}

#[test]
fn empty_and_header_only_parts_and_headerless_ones() {
    let records = three();
    let first = csv(&records[..1]);
    let only_header = format!("{HEADER}\n");
    let inner = zip(
        &[
            ("sor-global-2025-07-02-full-00000-00000.csv", first.as_bytes()),
            ("sor-global-2025-07-02-full-00000-00001.csv", only_header.as_bytes()),
            ("sor-global-2025-07-02-full-00000-00002.csv", b""),
            ("sor-global-2025-07-02-full-00000-00003.csv", records[1].as_bytes()),
            ("readme.txt", b"hello"),
        ],
        true,
    );
    for deflated in [false, true] {
        let outer = zip(&[("sor-global-2025-07-02-full-00000.csv.zip", &inner)], deflated);
        let loaded = load(&[("sor-global-2025-07-02-full.zip", &outer)], &[]);
        assert_eq!((loaded.status, loaded.rows().len()), (0, 2), "{}", loaded.stderr);
        assert_eq!(loaded.findings("Q009").len(), 1);
        assert_eq!(loaded.findings("Q010").len(), 1);
        assert_eq!(loaded.findings("Q011").len(), 1);
        assert_eq!(loaded.findings("Q014").len(), 1);
        let entry = loaded.rows()[1]["source_entry"].clone();
        assert_eq!(
            entry.as_deref(),
            Some("sor-global-2025-07-02-full-00000.csv.zip/sor-global-2025-07-02-full-00000-00003.csv")
        );
    }
}

#[test]
fn backslashes_before_quotes() {
    let records =
        [record(1, r#""he said \"stop\", then left""#), record(2, r#""path C:\tmp\""#), record(3, r#""x\\"y""#)];
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    let facts: Vec<String> = loaded.rows().iter().filter_map(|r| r["decision_facts"].clone()).collect();
    assert_eq!(facts, [r#"he said \"stop\", then left"#, r"path C:\tmp\", r#"x\\"y"#], "{}", loaded.stderr);
}

#[test]
fn what_is_no_dump_is_refused_with_a_hint() {
    let text = csv(&three());
    let truncated = &zip(&[("a.csv", text.as_bytes())], true)[..300];
    let climbing = zip(&[("../a.csv", text.as_bytes())], true);
    let mut encrypted = zip(&[("a.csv", text.as_bytes())], true);
    let central = encrypted.windows(4).rposition(|w| w == b"PK\x01\x02").expect("central directory");
    encrypted[central + 8] |= 1;
    let mut corrupt = zip(&[("a.csv", text.as_bytes())], false);
    corrupt[200] ^= 1;
    let bomb =
        zip(&[("a.csv", format!("{text}\n{}", format!("{}\n", "a".repeat(1 << 20)).repeat(100)).as_bytes())], true);
    let missing = text.replacen("category,", "categorie,", 1);
    for (name, bytes, code, word) in [
        ("cut.zip", truncated, "E011", "cut short"),
        ("climb.zip", climbing.as_slice(), "E011", "climbs out"),
        ("secret.zip", encrypted.as_slice(), "E011", "encrypted"),
        ("corrupt.zip", corrupt.as_slice(), "E011", "checksum"),
        ("bomb.zip", bomb.as_slice(), "E011", "inflates more than"),
        ("column.csv", missing.as_bytes(), "E013", "is \"categorie\" meant to be \"category\"?"),
        ("page.zip", b"<!doctype html><title>Sign in</title>", "E010", "web page"),
        ("other.csv", b"a,b,c\n1,2,3\n", "E010", "first line"),
        ("empty.csv", b"", "E010", "empty"),
    ] {
        let alone = load(&[(name, bytes)], &[]);
        assert_eq!(alone.status, 2, "{name}: {}", alone.stderr);
        assert!(alone.stderr.contains(code) && alone.stderr.contains(word), "{name}: {}", alone.stderr);
        assert!(alone.stderr.contains("hint: "), "{name}: {}", alone.stderr);
        let with_good = load(&[(name, bytes), ("good.csv", text.as_bytes())], &[]);
        assert_eq!(with_good.rows().len(), 3, "{name}: {}", with_good.stderr);
        assert!(with_good.stderr.contains(name), "{name}: {}", with_good.stderr);
        let leftovers: Vec<_> =
            std::fs::read_dir(&with_good.out).expect("folder").flatten().map(|e| e.file_name()).collect();
        assert!(!leftovers.iter().any(|n| n.to_string_lossy().starts_with(".loading")), "{leftovers:?}");
    }
}

#[test]
fn partly_overlapping_exports_are_an_error() {
    let first = csv(&[record(1, "x"), record(2, "x")]);
    let second = csv(&[record(2, "x"), record(3, "x")]);
    let loaded = load(&[("a.csv", first.as_bytes()), ("b.csv", second.as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (1, 2), "{}", loaded.stderr);
    assert!(loaded.stderr.contains("error[E014]") && loaded.stderr.contains("share 1 statements"), "{}", loaded.stderr);
    let disjoint = csv(&[record(3, "x"), record(4, "x")]);
    let both = load(&[("a.csv", first.as_bytes()), ("b.csv", disjoint.as_bytes())], &[]);
    assert_eq!((both.status, both.rows().len()), (0, 4), "{}", both.stderr);
}

#[test]
fn a_day_published_again_replaces_the_old_one() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("data");
    let file = dir.path().join("sor-tiktok-2025-07-02-full.csv");
    for n in [3, 2, 4] {
        let records: Vec<String> = (1..=n).map(|n| record(n, "x")).collect();
        std::fs::write(&file, csv(&records)).expect("file");
        let (status, _, stderr) = said(&systemic(&["load", s(&file), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
        assert_eq!(rows(&out, "statements").len(), n as usize);
    }
}

#[test]
fn standard_input_gzip_and_reordered_columns() {
    let text = csv(&three());
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("data");
    let (status, _, stderr) = said(&systemic_with(&["load", "-", "-o", s(&out)], text.as_bytes()));
    assert_eq!((status, rows(&out, "statements").len()), (0, 3), "{stderr}");
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut gz, text.as_bytes()).expect("gzip");
    let gz = gz.finish().expect("gzip");
    let (status, _, stderr) = said(&systemic_with(&["load", "-", "-o", s(&dir.path().join("gz"))], &gz));
    assert_eq!((status, rows(&dir.path().join("gz"), "statements").len()), (0, 3), "{stderr}");
    let file = load(&[("day.csv.gz", &gz)], &[]);
    assert_eq!((file.status, file.rows().len()), (0, 3), "{}", file.stderr);
    // Columns are found by name: here the first one stands last.
    let moved: Vec<String> =
        text.lines().map(|l| l.split_once(',').map(|(a, b)| format!("{b},{a}")).expect("comma")).collect();
    let loaded = load(&[("day.csv", moved.join("\n").as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
    assert_eq!(loaded.rows()[0]["uuid"], file.rows()[0]["uuid"]);
}

#[test]
fn the_number_of_threads_never_shows() {
    // Several units of one stream, records of several days, a broken row in the middle.
    let mut text = format!("{HEADER}\n");
    let long = format!("\"{}\"", "many words of facts ".repeat(100));
    for n in 0..40_000 {
        let created = if n % 1000 == 0 { "2025-07-03 00:00:01" } else { "2025-07-02 13:14:15" };
        text.push_str(&record(n, &long).replace("2025-07-02 13:14:15", created));
        text.push('\n');
        if n == 20_000 {
            text.push_str("broken,row\n");
        }
        if text.len() > 40 << 20 {
            break;
        }
    }
    let dir = tempfile::tempdir().expect("folder");
    let file = dir.path().join("big.csv");
    std::fs::write(&file, &text).expect("file");
    let digest = |threads: &str| {
        let out = dir.path().join(format!("data{threads}"));
        let (status, _, stderr) = said(&systemic(&["load", s(&file), "-o", s(&out), "--threads", threads]));
        assert_eq!(status, 0, "{stderr}");
        let files: Vec<(PathBuf, Vec<u8>)> = ["statements/**/*.parquet", "rejected/*.parquet", "*.csv", "exports.json"]
            .iter()
            .flat_map(|p| glob::glob(&format!("{}/{p}", out.display())).expect("pattern").flatten().collect::<Vec<_>>())
            .map(|p| (p.strip_prefix(&out).map(Path::to_path_buf).expect("below"), std::fs::read(&p).expect("file")))
            .collect();
        assert!(files.len() >= 4, "{files:?}");
        files
    };
    assert!(digest("1") == digest("3"));
}

#[test]
fn files_of_one_name_in_two_folders_never_take_each_others_place() {
    let dir = tempfile::tempdir().expect("folder");
    for (folder, range) in [("a", 1..=3), ("b", 3..=5)] {
        std::fs::create_dir(dir.path().join(folder)).expect("folder");
        let records: Vec<String> = range.map(|n| record(n, "x")).collect();
        std::fs::write(dir.path().join(folder).join("export.csv"), csv(&records)).expect("file");
    }
    let out = dir.path().join("data");
    let (a, b) = (dir.path().join("a"), dir.path().join("b"));
    let (status, _, stderr) = said(&systemic(&["load", s(&a), s(&b), "-o", s(&out)]));
    assert_eq!((status, rows(&out, "statements").len()), (1, 3), "{stderr}");
    assert!(stderr.contains("error[E014]"), "{stderr}");
}

#[test]
fn what_was_set_aside_can_be_loaded_when_its_holder_loses_it() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("data");
    let whole = dir.path().join("sor-global-2025-07-02-full.csv");
    let part = dir.path().join("sor-tiktok-2025-07-02-full.csv");
    let write = |path: &Path, numbers: &[u32]| {
        let records: Vec<String> = numbers.iter().map(|n| record(*n, "x")).collect();
        std::fs::write(path, csv(&records)).expect("file");
    };
    let load = |path: &Path| {
        let (status, _, stderr) = said(&systemic(&["load", s(path), "-o", s(&out)]));
        assert_eq!(status, 0, "{stderr}");
        stderr
    };
    write(&whole, &[1, 2]);
    write(&part, &[2]);
    load(&whole);
    assert!(load(&part).contains("set aside"));
    write(&whole, &[1, 3]);
    load(&whole);
    assert!(load(&part).contains("1 statement"));
    assert_eq!(rows(&out, "statements").len(), 3);
}

#[test]
fn an_archive_of_several_exports_is_refused() {
    let text = csv(&three());
    let both = zip(
        &[("sor-tiktok-2025-07-02-full.csv", text.as_bytes()), ("sor-tiktok-2025-07-02-light.csv", text.as_bytes())],
        true,
    );
    let loaded = load(&[("both.zip", &both)], &[]);
    assert!(loaded.status == 2 && loaded.stderr.contains("2 exports"), "{}", loaded.stderr);
    assert_eq!(loaded.stderr.matches("error[").count(), 1, "{}", loaded.stderr);
}

#[test]
fn header_lines_between_records_are_no_statements() {
    let text = format!("{}\n{}", csv(&three()), csv(&[record(7, "x")]));
    let loaded = load(&[("day.csv", text.as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 4), "{}", loaded.stderr);
    assert_eq!(loaded.findings("Q015")[0].2, 1);
}

#[test]
fn line_feeds_in_files_that_quote_everything_or_begin_otherwise() {
    let quoted: Vec<String> = (1..=4)
        .map(|n| {
            let plain = record(n, "\"two\nlines\"");
            plain.replacen("4b98", "\"4b98", 1).replacen(&format!("{n:012x},"), &format!("{n:012x}\","), 1)
        })
        .collect();
    let loaded = load(&[("day.csv", csv(&quoted).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 4), "{}", loaded.stderr);
    // The identifier last: nothing marks where a record begins.
    let moved = |text: &str| text.split_once(',').map(|(a, b)| format!("{b},{a}")).expect("comma");
    let mut text = moved(HEADER);
    for n in 1..=4 {
        text.push('\n');
        text.push_str(&moved(&record(n, "\"two\nlines\"")));
    }
    let loaded = load(&[("day.csv", text.as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 4), "{}", loaded.stderr);
    assert_eq!(loaded.rows()[3]["decision_facts"].as_deref(), Some("two\nlines"));
}

#[test]
fn text_about_persons_is_not_printed() {
    let secret = "Maria Musterfrau, maria@example.org";
    let records = [
        record(1, "x").replace("STATEMENT_CATEGORY_SCAMS_AND_FRAUD", &format!("\"{secret}\"")),
        record(2, "x").replace("\"2025-07-01 00:00:00\"", &format!("\"{secret}\"")),
        record(3, "x").replace(",EN,", &format!(",\"{secret}\",")),
    ];
    let loaded = load(&[("day.csv", csv(&records).as_bytes())], &[]);
    let findings = std::fs::read_to_string(loaded.out.join("findings.csv")).expect("findings");
    assert_eq!(loaded.status, 0);
    assert!(!loaded.stderr.contains("Maria") && !findings.contains("Maria"), "{}", loaded.stderr);
    assert!(findings.contains("(text of 35 characters)"), "{findings}");
    assert_eq!(loaded.rows()[0]["category"].as_deref(), Some(secret));
    let none = load(&[("notes.csv", format!("{secret}\nand more").as_bytes())], &[]);
    assert!(none.status == 2 && !none.stderr.contains("Maria"), "{}", none.stderr);
}

#[test]
fn one_process_loads_into_a_dataset_at_a_time() {
    let first = load(&[("day.csv", csv(&three()).as_bytes())], &[]);
    let lock = std::fs::File::create(first.out.join(".lock")).expect("file");
    lock.lock().expect("lock");
    let export = first.out.with_file_name("in").join("day.csv");
    let (status, _, stderr) = said(&systemic(&["load", s(&export), "-o", s(&first.out)]));
    assert!(status == 2 && stderr.contains("another process"), "{stderr}");
}

#[test]
fn rows_of_many_days_are_filed_together_and_still_compared() {
    let on = |n: u32| {
        let day = systemic::time::iso(19_700 + i32::try_from(n).expect("few"));
        record(n, "x").replace("2025-07-02 13:14:15", &format!("{day} 13:14:15"))
    };
    let first: Vec<String> = (0..200).map(on).collect();
    let second: Vec<String> = (150..350).map(on).collect();
    let loaded = load(&[("a.csv", csv(&first).as_bytes()), ("b.csv", csv(&second).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (1, 200), "{}", loaded.stderr);
    assert!(loaded.stderr.contains("share 50 statements"), "{}", loaded.stderr);
    let folders = std::fs::read_dir(loaded.out.join("statements")).expect("folder").count();
    assert_eq!(folders, 2, "one of the first day, one of all others");
    // The same days, but each statement under another time: the sets differ in every cell.
    let third: Vec<String> = (0..200).map(|n| on(n).replacen("-8612-", "-8613-", 1)).collect();
    let both = load(&[("a.csv", csv(&first).as_bytes()), ("c.csv", csv(&third).as_bytes())], &[]);
    assert_eq!((both.status, both.rows().len()), (0, 400), "{}", both.stderr);
}

#[test]
fn an_archive_cut_after_a_whole_inner_one_is_no_smaller_export() {
    let inner =
        |n: u32| zip(&[("sor-global-2025-07-02-full-00000-00000.csv", csv(&[record(n, "facts")]).as_bytes())], true);
    let (first, second) = (inner(1), inner(2));
    let outer = zip(
        &[
            ("sor-global-2025-07-02-full-00000.csv.zip", first.as_slice()),
            ("sor-global-2025-07-02-full-00001.csv.zip", second.as_slice()),
        ],
        false,
    );
    let end = outer.windows(first.len()).position(|w| w == first).expect("inside") + first.len();
    // Cut behind the first inner archive, whose end then stands at the end of the file; and in the second one.
    for cut in [end, end + 60] {
        let loaded = load(&[("cut.zip", &outer[..cut])], &[]);
        assert_eq!(loaded.status, 2, "cut at {cut}: {}", loaded.stderr);
        assert!(loaded.stderr.contains("E011") && loaded.stderr.contains("cut short"), "{}", loaded.stderr);
    }
    assert_eq!(load(&[("whole.zip", &outer)], &[]).rows().len(), 2);
}

#[test]
fn a_record_over_two_lines_takes_no_more_than_its_own() {
    let mut records = three();
    records[0] = record(1, "\"one line\nand another\"");
    // The next one has no UUID to mark its beginning.
    records[1] = records[1].replacen("4b989c23-3736-4fd9-8612-000000000002", "no-identifier", 1);
    let loaded = load(&[("a.csv", csv(&records).as_bytes())], &[]);
    assert_eq!((loaded.status, loaded.rows().len()), (0, 3), "{}", loaded.stderr);
}
