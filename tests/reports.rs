//! Transparency reports through the program: simulated, loaded once whatever their form, and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::support::{rows, s, said, systemic, zip};

/// Runs the program, expecting this status; gives stdout and stderr.
fn run(args: &[&str], status: i32) -> (String, String) {
    let (got, stdout, stderr) = said(&systemic(args));
    assert_eq!(got, status, "{args:?}: {stderr}");
    (stdout, stderr)
}

/// Simulated reports in a folder.
fn simulated(folder: &Path, args: &[&str]) -> PathBuf {
    let out = folder.join("reports");
    let mut all = vec!["simulate", "transparency-report", "-o", s(&out)];
    all.extend(args);
    run(&all, 0);
    out
}

/// The findings of `check`, by column.
fn findings(target: &Path) -> Vec<BTreeMap<String, String>> {
    let (text, _) = run(&["check", s(target), "--format", "json"], 0);
    serde_json::from_str(&text).expect("JSON")
}

/// The figures of a dataset: everything but where they came from and how they were written.
fn figures(dataset: &Path) -> BTreeSet<String> {
    let place = ["source_file", "source_entry", "source_line", "raw", "unparsed", "extra", "published_at"];
    let key = |mut row: super::support::Row| {
        row.retain(|name, _| !place.contains(&name.as_str()));
        format!("{row:?}")
    };
    rows(dataset, "report_values").into_iter().map(key).collect()
}

/// Files of a folder as entries of an archive, below this name.
fn packed(folder: &Path, below: &str) -> Vec<u8> {
    let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("folder")
        .flatten()
        .map(|e| (format!("{below}/{}", e.file_name().to_string_lossy()), std::fs::read(e.path()).expect("file")))
        .collect();
    files.sort();
    let entries: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip(&entries, true)
}

#[test]
fn clean_reports_have_no_finding_and_broken_ones_say_their_cells() {
    let dir = tempfile::tempdir().expect("folder");
    let dirt = ["--services", "1", "--dirt", "sub-categories-zero,gbk,no-texts"];
    let out = simulated(dir.path(), &dirt);
    let clean = out.join("trovanda-2026H1");
    assert!(findings(&clean).is_empty());
    run(&["check", s(&clean), "--fail-on", "info"], 0);
    let broken = out.join("trovanda-sub-categories-zero-2026H1");
    run(&["check", s(&broken), "--fail-on", "error"], 1);
    let found = findings(&broken);
    assert!(found.len() >= 5, "{found:?}");
    for line in &found {
        let of = |name: &str| line[name].as_str();
        assert_eq!((of("severity"), of("code")), ("error", "Q083"));
        assert_eq!(of("platform"), "Trovanda sub-categories-zero (simulated)");
        assert_eq!(of("period"), "2026-01-01/2026-06-30");
        assert!(of("value").starts_with("V12: part 4, ") && of("value").contains("cells of 0, category "), "{line:?}");
        assert!(of("example").starts_with("4_notices.csv:"), "{line:?}");
        assert!(of("cells").split("; ").count() >= 4 && of("cells").contains("KEYWORD_COPYRIGHT_INFRINGEMENT: 0"));
    }
    // The encoding is told where the file is loaded, and in the record of the run.
    let data = dir.path().join("data");
    run(&["load", s(&out.join("trovanda-gbk-2026H1")), "-o", s(&data)], 0);
    let manifest = std::fs::read_to_string(data.join("manifest.json")).expect("manifest");
    assert!(manifest.contains("loaded (read as encoding GBK)"), "{manifest}");
    let missing = findings(&out.join("trovanda-no-texts-2026H1"));
    assert_eq!((missing.len(), missing[0]["value"].as_str()), (1, "V01: part 11_qualitative is not there"));
}

#[test]
fn a_report_counts_once_whatever_its_form() {
    let dir = tempfile::tempdir().expect("folder");
    let out = simulated(dir.path(), &["--services", "1"]);
    let parts = out.join("trovanda-2026H1");
    let archive = dir.path().join("report.zip");
    std::fs::write(&archive, packed(&parts, "report")).expect("archive");
    let data = dir.path().join("data");
    run(&["load", s(&archive), "-o", s(&data)], 0);
    let once = figures(&data);
    assert_eq!(once.len(), rows(&data, "report_values").len());
    let (_, told) = run(&["load", s(&parts), "-o", s(&data)], 0);
    assert_eq!(told.matches("set aside, its").count(), 11, "{told}");
    assert_eq!(figures(&data), once);
    assert_eq!(once.len(), rows(&data, "report_values").len());
    // The other way round.
    let (other, last) = (dir.path().join("other"), dir.path().join("unpacked.zip"));
    std::fs::rename(&archive, &last).expect("renamed");
    let (_, told) = run(&["load", s(&parts), s(&last), "-o", s(&other)], 0);
    assert!(told.contains("unpacked.zip: set aside, its") && told.contains("more files"), "{told}");
    assert!(figures(&other) == once);
    assert_eq!(rows(&other, "report_values").len(), once.len());
}

#[test]
fn the_edition_published_last_counts() {
    let dir = tempfile::tempdir().expect("folder");
    let parts = simulated(dir.path(), &["--services", "1"]).join("trovanda-2026H1");
    let later = dir.path().join("later");
    std::fs::create_dir(&later).expect("folder");
    for entry in std::fs::read_dir(&parts).expect("folder").flatten() {
        let text = std::fs::read_to_string(entry.path());
        let bytes = match (text, entry.file_name().to_str()) {
            (Ok(text), Some("1_report_identification.csv")) => text.replace("2026-08-24", "2026-09-10").into_bytes(),
            (Ok(text), Some("10_AMAR.csv")) => {
                let (head, malta) = text.split_once(",MT,").expect("Malta");
                let (_, rest) = malta.split_once('\n').expect("a line");
                format!("{head},MT,123456\n{rest}").into_bytes()
            }
            _ => std::fs::read(entry.path()).expect("file"),
        };
        std::fs::write(later.join(entry.file_name()), bytes).expect("file");
    }
    let malta = |data: &Path| -> Vec<Option<String>> {
        let all = rows(data, "report_values");
        all.iter()
            .filter(|r| r["scope"].as_deref() == Some("MT") && r["part"].as_deref() == Some("10"))
            .map(|r| r["value"].clone())
            .collect()
    };
    for (at, order) in [[&parts, &later], [&later, &parts]].into_iter().enumerate() {
        let data = dir.path().join(format!("data{at}"));
        let mut told = String::new();
        for folder in order {
            told += &run(&["load", s(folder), "-o", s(&data)], 0).1;
        }
        assert_eq!(malta(&data), [Some("123456".to_owned())], "{at}: {told}");
        let found = findings(&data);
        let of = |code: &str| found.iter().filter(|f| f["code"] == code).collect::<Vec<_>>();
        let editions = of("Q098");
        assert!(editions.iter().any(|f| f["value"].contains("10_AMAR")), "{editions:?}");
        // The later edition came after its day, and Malta no longer adds up.
        assert!(!of("Q074").is_empty(), "{found:?}");
        assert_eq!(rows(&data, "report_texts").iter().filter(|r| r["part"].as_deref() == Some("1")).count(), 5);
    }
}

#[test]
fn what_is_broken_is_told_and_the_rest_loads() {
    let dir = tempfile::tempdir().expect("folder");
    let parts = simulated(dir.path(), &["--services", "1"]).join("trovanda-2026H1");
    let file = |name: &str| std::fs::read_to_string(parts.join(name)).expect("part");
    let write = |name: &str, bytes: &[u8]| std::fs::write(parts.join(name), bytes).expect("file");
    let data = dir.path().join("data");
    run(&["load", s(&parts), "-o", s(&data)], 0);
    let whole = figures(&data);
    write("empty.csv", b"");
    write("notes.txt", b"not a report");
    write(
        "wrong.csv",
        file("4_notices.csv").replace("Number of notices received,", "Number of notice received,").as_bytes(),
    );
    write("anonymous.csv", file("4_notices.csv").replacen(",Service,", ",Site,", 1).as_bytes());
    write("bare.csv", file("7_appeals_and_recidivism.csv").lines().next().expect("header").as_bytes());
    write("cut.xlsx", &packed(&parts, "xl")[..2_000]);
    write("4_notices (1).csv", file("4_notices.csv").as_bytes());
    let again = dir.path().join("again");
    let (_, told) = run(&["load", s(&parts), "-o", s(&again)], 1);
    assert!(figures(&again) == whole, "{told}");
    assert_eq!(rows(&again, "report_values").len(), whole.len());
    for words in [
        "looks like part 4_notices of a transparency report, without its column \"Number of notices received\"",
        "is \"Number of notice received\" meant to be it?",
        "without its column \"Service\"",
        "bare.csv: has the header of a part of a transparency report, but no row that the template has",
        "headers and rows are those of Annex I",
        "cut.xlsx: the archive is cut short or damaged",
        "left aside empty.csv",
        "left aside notes.txt",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let (_, told) = run(&["load", s(&parts.join("4_notices.csv")), "--dry-run", "-o", s(&data)], 0);
    assert!(told.contains("would load") && told.contains("Trovanda (simulated), 2026-01-01/2026-06-30"), "{told}");
    let (text, _) = run(&["inspect", s(&parts.join("8_automated_means.csv")), "--format", "csv"], 0);
    assert!(text.contains("rows,report_values,") && text.contains("platform,Trovanda (simulated),"), "{text}");
    let (text, _) = run(&["inspect", s(&data), "--format", "csv"], 0);
    assert!(text.contains(&format!("rows,report_values,{}", whole.len())), "{text}");
}

#[test]
fn the_shipped_reports_are_what_their_description_says() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("datasets/transparency-reports");
    let text = std::fs::read_to_string(shipped.with_extension("meta.toml")).expect("description");
    let meta: toml::Table = text.parse().expect("TOML");
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("made");
    let mut words: Vec<&str> = meta["command"].as_str().expect("a command").split_whitespace().skip(1).collect();
    let at = words.iter().position(|w| *w == "-o").expect("an output");
    words[at + 1] = s(&out);
    run(&words, 0);
    let pattern = format!("{}/**/*.*", shipped.display());
    let files: Vec<PathBuf> = glob::glob(&pattern).expect("pattern").flatten().filter(|p| p.is_file()).collect();
    assert_eq!(i64::try_from(files.len()).ok(), meta["files"].as_integer());
    for path in files {
        let made = std::fs::read(out.join(path.strip_prefix(&shipped).expect("below"))).expect("made again");
        assert!(made == std::fs::read(&path).expect("shipped"), "{} differs", path.display());
    }
    assert!(findings(&shipped).is_empty());
}

#[test]
fn services_are_listed_with_what_they_rest_on() {
    let (text, _) = run(&["list", "services", "--format", "json"], 0);
    let all: Vec<BTreeMap<String, String>> = serde_json::from_str(&text).expect("JSON");
    let of = |name: &str| all.iter().find(|s| s["name"] == name).unwrap_or_else(|| panic!("{name}"));
    assert!(all.len() >= 25);
    // What has no source that could be read is said to have none, and nothing else is.
    for service in &all {
        let open = service["unverified"].as_str();
        assert_eq!(service["provider source"].is_empty(), open.contains("provider"), "{service:?}");
        assert!(service["designated"].is_empty() || !service["source"].is_empty(), "{service:?}");
    }
    assert_eq!((of("AliExpress")["unverified"].as_str(), of("Shein")["unverified"].as_str()), ("provider", ""));
    assert!(of("Stripchat")["designated"].is_empty() && of("Stripchat")["source"].contains("27 May 2025"));
    assert_eq!(of("Temu")["designated"], "2024-05-31");
}
