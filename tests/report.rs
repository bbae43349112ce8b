//! The page of a run: made at its end, made again, and made of a dataset.

use std::path::Path;

use systemic::provenance::Manifest;

use crate::support::{csv, record, s, said, systemic};

fn export(folder: &Path) -> std::path::PathBuf {
    let records: Vec<String> = (0..30).map(|n| record(n, "\"<script>alert(1)</script>\"")).collect();
    let path = folder.join("day.csv");
    std::fs::write(&path, csv(&records)).expect("file");
    path
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

#[test]
fn the_page_is_made_by_a_run_and_again() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("made");
    let (status, _, stderr) = said(&systemic(&["run", s(&export(dir.path())), "-o", s(&out), "--threads", "1"]));
    assert_eq!(status, 0, "{stderr}");
    assert!(stderr.trim_end().ends_with(&format!("Open first: {}", out.join("report.html").display())), "{stderr}");
    let page = read(&out.join("report.html"));
    assert!(page.contains("The platform TikTok reports 30 statements, on 2 July 2025."), "the answer");
    assert!(page.contains("<dt>Rows rejected</dt><dd><span class=\"big\">0</span>"), "what went in");
    assert!(page.contains("The data has no "), "what was not measured");
    assert!(page.contains("href=\"figures/statement-count-") && page.contains("href=\"estimates.parquet\""));
    // Where it went and on how many threads does not stand in it.
    assert!(page.contains(" -o out</code>") && !page.contains("--threads"), "the command");
    let manifest = Manifest::read(&out.join("manifest.json")).expect("manifest");
    assert!(manifest.outputs.iter().any(|o| o.path == "report.html"));
    assert!(!page.contains(&manifest.run.started_at), "no clock");

    let (status, _, stderr) = said(&systemic(&["report", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(read(&out.join("report.html")), page, "the same bytes");
    assert_eq!(Manifest::read(&out.join("manifest.json")).expect("manifest"), manifest);

    // Elsewhere, its links lead back.
    let other = dir.path().join("elsewhere/page.html");
    let (status, _, stderr) = said(&systemic(&["report", s(&out), "-o", s(&other)]));
    assert_eq!(status, 0, "{stderr}");
    assert!(read(&other).contains("href=\"../made/estimates.parquet\""));
}

#[test]
fn a_dataset_is_measured_for_its_page() {
    let dir = tempfile::tempdir().expect("folder");
    let (data, out) = (dir.path().join("tables"), dir.path().join("page"));
    let (status, _, stderr) = said(&systemic(&["load", s(&export(dir.path())), "-o", s(&data)]));
    assert_eq!(status, 0, "{stderr}");
    let (status, _, stderr) = said(&systemic(&["report", s(&data)]));
    assert!(status == 2 && stderr.contains("name one with -o"), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["report", s(&data), "-o", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    let page = read(&out.join("report.html"));
    assert!(page.contains("The platform TikTok reports 30 statements") && page.contains("<dt>Rows read</dt>"));
    let (status, _, stderr) = said(&systemic(&["report", s(&out)]));
    assert_eq!(status, 0, "{stderr}");
    assert_eq!(read(&out.join("report.html")), page);
}

#[test]
fn what_has_no_estimates_is_refused_with_a_hint() {
    let dir = tempfile::tempdir().expect("folder");
    let (status, _, stderr) = said(&systemic(&["report", s(dir.path())]));
    assert!(status == 2 && stderr.contains("no estimates") && stderr.contains("hint: "), "{stderr}");
    let (status, _, stderr) = said(&systemic(&["report", s(&dir.path().join("nowhere"))]));
    assert!(status == 2 && stderr.contains("E002"), "{stderr}");
}
