//! The command line as people and scripts meet it.

use std::path::Path;

use crate::support::{csv, parquet_files, record, s, said, systemic};

fn file(dir: &Path, name: &str, rows: u32) -> std::path::PathBuf {
    let records: Vec<String> = (1..=rows).map(|n| record(n, "facts")).collect();
    let path = dir.join(name);
    std::fs::write(&path, csv(&records)).expect("file");
    path
}

#[test]
fn run_makes_tables_estimates_figures_and_a_manifest() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("out");
    let export = file(dir.path(), "sor-tiktok-2025-07-02-full.csv", 25);
    let (status, stdout, stderr) = said(&systemic(&["run", s(&export), "-o", s(&out)]));
    assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
    assert_eq!(parquet_files(&out.join("data/statements")).len(), 1);
    for name in [
        "estimates.parquet",
        "estimates.csv",
        "manifest.json",
        "data/exports.json",
        "data/findings.csv",
        "data/manifest.json",
    ] {
        assert!(out.join(name).is_file(), "{name}");
    }
    let figures: Vec<String> = std::fs::read_dir(out.join("figures"))
        .expect("figures")
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    for end in [".svg", ".png", ".csv", ".alt.txt"] {
        assert!(
            figures.iter().any(|n| n.starts_with("statement-count-ranked-dots") && n.ends_with(end)),
            "{end} in {figures:?}"
        );
    }
    let last: Vec<&str> = stderr.trim_end().lines().rev().take(5).collect();
    assert!(
        last[0].starts_with("Open first: ") && Path::new(last[0].trim_start_matches("Open first: ")).is_file(),
        "{stderr}"
    );
    assert!(last[4].contains("25 statements of 1 export (1 platform"), "{stderr}");

    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("manifest.json")).expect("manifest")).expect("JSON");
    assert_eq!(manifest["inputs"][0]["rows"], 25);
    assert_eq!(manifest["simulated"], false);
    for output in manifest["outputs"].as_array().expect("outputs") {
        let path = out.join(output["path"].as_str().expect("path"));
        let (sha256, _) = systemic::sources::checksum::digest(&path, false).expect("digest");
        assert_eq!(output["sha256"], sha256, "{}", path.display());
    }

    // Again, and with other inputs: the folder holds what the last run was given, and nothing else.
    let other = file(dir.path(), "sor-tiktok-2025-07-03-full.csv", 4);
    let (status, _, stderr) = said(&systemic(&["run", s(&other), "-o", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    assert!(
        stderr.contains("4 statements of 1 export (1 platform")
            && stderr.contains("dropped sor-tiktok-2025-07-02-full.csv"),
        "{stderr}"
    );
    assert_eq!(parquet_files(&out.join("data/statements")).len(), 1);
}

#[test]
fn repeated_runs_give_the_same_bytes() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 30);
    let made = |name: &str, threads: &str| {
        let out = dir.path().join(name);
        let (status, _, stderr) = said(&systemic(&["run", s(&export), "-o", s(&out), "--threads", threads]));
        assert_eq!(status, 0, "{stderr}");
        let mut files: Vec<_> = glob::glob(&format!("{}/**/*", out.display()))
            .expect("pattern")
            .flatten()
            .filter(|p| p.is_file() && p.file_name().is_some_and(|n| n != "manifest.json"))
            .map(|p| (p.strip_prefix(&out).expect("below").to_owned(), std::fs::read(&p).expect("file")))
            .collect();
        files.sort();
        files
    };
    assert!(made("a", "1") == made("b", "4"));
}

#[test]
fn a_new_user_gets_on() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 3);
    let data = dir.path().join("data");
    let (status, _, _) = said(&systemic(&["load", s(&export), "-o", s(&data)]));
    assert_eq!(status, 0);
    let typo = dir.path().join("dat.csv");
    let empty = dir.path().join("empty");
    std::fs::create_dir(&empty).expect("folder");
    let full = dir.path().join("full");
    std::fs::create_dir(&full).expect("folder");
    std::fs::write(full.join("thesis.docx"), "mine").expect("file");
    let nothing = dir.path().join("*.zip");
    let new = dir.path().join("new");
    let cases: &[(&[&str], &str, &str)] = &[
        (&["load", s(&typo), "-o", s(&data)], "E002", "did you mean"),
        (&["load", s(&nothing), "-o", s(&data)], "E002", "pattern"),
        (&["load", s(&empty), "-o", s(&data)], "E021", "no file"),
        (&["load", s(&export), "-o", s(&full)], "E021", "not empty"),
        (&["run", s(&export), "-o", s(&full)], "E021", "thesis.docx"),
        (&["load", s(&export), "-o", s(&new), "--columns", "categry"], "E020", "\"category\""),
        (&["load", s(&export), "-o", s(&data), "--columns", "category"], "E021", "other columns"),
        (&["measure", "statement-cuont", "--data", s(&data)], "E020", "\"statement-count\""),
        (&["measure", "--data", s(&data), "--by", "platfrom"], "E020", "\"platform\""),
        (&["measure", "--data", s(&data), "--platform", "TikTak"], "E020", "\"TikTok\""),
        (&["measure", "--data", s(&full)], "E021", "no dataset"),
        (&["measure", "--data", s(&typo)], "E002", "did you mean"),
        (&["measure", "--data", s(&data), "-o", "estimates.xyz"], "E021", "--format"),
        (&["inspect", s(&typo)], "E002", "did you mean"),
        (&["chart", s(&typo), "-o", "figures"], "E002", "did you mean"),
        (&["chart", s(&export), "-o", "figures"], "E022", "no file of estimates"),
        (&["explain", "delay_dyas"], "E020", "\"delay_days\""),
    ];
    for (arguments, code, word) in cases {
        let (status, stdout, stderr) = said(&systemic(arguments));
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(&format!("error[{code}]")) && stderr.contains(word), "{arguments:?}: {stderr}");
        assert!(stderr.contains("  hint: "), "{arguments:?}: {stderr}");
    }
}

#[test]
fn results_go_to_stdout_in_every_format() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 3);
    let data = dir.path().join("data");
    said(&systemic(&["load", s(&export), "-o", s(&data)]));
    let get = |format: &str| systemic(&["measure", "statement-count", "--data", s(&data), "--format", format]);
    let (_, csv, stderr) = said(&get("csv"));
    assert!(csv.starts_with("indicator,indicator_version,basis,statistic,status"), "{csv}");
    assert_eq!(stderr, "");
    assert_eq!(csv.lines().count(), 2);
    let (_, json, _) = said(&get("json"));
    assert_eq!(serde_json::from_str::<serde_json::Value>(&json).expect("JSON")[0]["value"], 3.0);
    let (_, ndjson, _) = said(&get("ndjson"));
    assert_eq!(ndjson.lines().count(), 1);
    let (_, table, _) = said(&get("table"));
    assert!(table.contains("TikTok"));
    assert!(get("parquet").stdout.starts_with(b"PAR1"));
    // Off a terminal the default is CSV, and `-o -` is stdout.
    let (_, default, _) = said(&systemic(&["measure", "statement-count", "--data", s(&data), "-o", "-"]));
    assert_eq!(default, csv);
    let (_, inspected, _) = said(&systemic(&["inspect", s(&export)]));
    assert!(inspected.contains("rows,statements,3,,"), "{inspected}");
}

#[test]
fn dry_runs_write_nothing() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 3);
    let out = dir.path().join("out");
    for command in ["load", "run"] {
        let (status, stdout, stderr) = said(&systemic(&[command, s(&export), "-o", s(&out), "--dry-run"]));
        assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
        assert!(stderr.contains("would"), "{stderr}");
    }
    said(&systemic(&["simulate", "statements", "-o", s(&out), "--dry-run"]));
    assert!(!out.exists());
}

#[test]
fn chosen_columns_are_kept_with_those_that_identify() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 30);
    let data = dir.path().join("data");
    let (status, _, stderr) =
        said(&systemic(&["load", s(&export), "-o", s(&data), "--columns", "source_type,delay_days"]));
    assert_eq!(status, 0, "{stderr}");
    let rows = crate::support::rows(&data, "statements");
    assert_eq!(rows[0]["delay_days"].as_deref(), Some("1"));
    assert!(
        rows[0].contains_key("uuid")
            && !rows[0].contains_key("decision_facts")
            && !rows[0].contains_key("content_date")
    );
    // What needs a column that is not there is said, the rest is measured.
    let (status, csv, _) = said(&systemic(&["measure", "--data", s(&data), "--by", "all"]));
    assert!(status == 0 && csv.contains("own-initiative-share") && !csv.contains("moderation-latency"), "{csv}");
    let (status, _, stderr) = said(&systemic(&["measure", "moderation-latency", "--data", s(&data)]));
    assert!(status == 2 && stderr.contains("content_date_placeholder"), "{stderr}");
}

#[test]
fn aliases_of_the_user_win() {
    let dir = tempfile::tempdir().expect("folder");
    let export = file(dir.path(), "day.csv", 3);
    let aliases = dir.path().join("aliases.toml");
    std::fs::write(&aliases, "[aliases]\nTikTok = \"The Clock\"\n").expect("file");
    let data = dir.path().join("data");
    let (status, _, stderr) = said(&systemic(&["load", s(&export), "-o", s(&data), "--aliases", s(&aliases)]));
    assert_eq!(status, 0, "{stderr}");
    let rows = crate::support::rows(&data, "statements");
    assert_eq!(
        (rows[0]["platform"].as_deref(), rows[0]["platform_name"].as_deref()),
        (Some("The Clock"), Some("TikTok"))
    );
    // A platform has one name in a dataset; `run` begins anew instead.
    let (status, _, stderr) = said(&systemic(&["load", s(&export), "-o", s(&data)]));
    assert!(status == 2 && stderr.contains("other platform names"), "{stderr}");
    let out = dir.path().join("out");
    for arguments in [&["--aliases", s(&aliases)][..], &[]] {
        let mut all = vec!["run", s(&export), "-o", s(&out)];
        all.extend(arguments);
        let (status, _, stderr) = said(&systemic(&all));
        assert_eq!(status, 0, "{stderr}");
        let name = if arguments.is_empty() { "TikTok" } else { "The Clock" };
        assert_eq!(crate::support::rows(&out.join("data"), "statements")[0]["platform"].as_deref(), Some(name));
    }
    std::fs::write(&aliases, "aliases = 3\n").expect("file");
    let (status, _, stderr) =
        said(&systemic(&["load", s(&export), "-o", s(&dir.path().join("b")), "--aliases", s(&aliases)]));
    assert!(status == 2 && stderr.contains("E022"), "{stderr}");
}

#[test]
fn a_contact_sheet_shows_every_case_in_every_size() {
    let dir = tempfile::tempdir().expect("folder");
    let sheet = dir.path().join("sheet");
    let arguments = ["chart", "--contact-sheet", "--form", "dumbbell", "-o", s(&sheet)];
    let (status, stdout, stderr) = said(&systemic(&arguments));
    assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
    let html = std::fs::read_to_string(sheet.join("contact-sheet.html")).expect("page");
    let cases = systemic::charts::contact_sheet::cases().into_iter().filter(|c| c.form == "dumbbell");
    let mut figures = 0;
    for case in cases {
        for size in ["web", "wide", "square", "column"] {
            let path = format!("dumbbell/{}-{size}", case.id);
            assert!(html.contains(&format!("src=\"{path}.svg\"")), "{path} is not on the page");
            let svg = std::fs::read_to_string(sheet.join(format!("{path}.svg"))).expect("SVG");
            assert!(svg.contains("simulated data"), "{path}");
            assert!(sheet.join(format!("{path}.png")).is_file(), "{path}");
            figures += 1;
        }
    }
    assert!(stderr.contains(&format!("drew {figures} figures of simulated data")), "{stderr}");
    let manifest = std::fs::read_to_string(sheet.join("manifest.json")).expect("manifest");
    assert!(manifest.contains("\"simulated\": true") && manifest.contains("contact-sheet.html"), "{manifest}");
    // Again into the same folder, but never over what others wrote.
    assert_eq!(said(&systemic(&arguments)).0, 0);
    std::fs::write(sheet.join("thesis.docx"), "mine").expect("file");
    let (status, _, stderr) = said(&systemic(&arguments));
    assert!(status == 2 && stderr.contains("thesis.docx"), "{stderr}");
    for wrong in [&["chart", "-o", "x"][..], &["chart", "--contact-sheet", "e.csv", "-o", "x"]] {
        assert_eq!(said(&systemic(wrong)).0, 2, "{wrong:?}");
    }
}
