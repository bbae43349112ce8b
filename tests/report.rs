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

#[test]
fn options_that_would_change_nothing_are_refused_for_a_folder_that_is_made() {
    let dir = tempfile::tempdir().expect("folder");
    let out = dir.path().join("made");
    let (status, _, stderr) = said(&systemic(&["run", s(&export(dir.path())), "-o", s(&out), "--quiet"]));
    assert_eq!(status, 0, "{stderr}");
    let page = read(&out.join("report.html"));
    for (options, named) in [
        (&["--from", "2025-07-01"][..], "--from changes nothing"),
        (&["--platform", "TikTok", "--preset", "wide"], "--platform, --preset change nothing"),
        (&["--period", "week"], "--period changes nothing"),
    ] {
        let words = [&["report", s(&out)], options].concat();
        let (status, _, stderr) = said(&systemic(&words));
        assert!(status == 2 && stderr.contains(named) && stderr.contains("E021"), "{stderr}");
        assert!(stderr.contains("hint: ") && stderr.contains("systemic report"), "{stderr}");
        assert_eq!(read(&out.join("report.html")), page);
    }
}

#[test]
fn figures_come_in_the_formats_and_of_the_basis_that_are_asked_for() {
    let dir = tempfile::tempdir().expect("folder");
    let estimates = dir.path().join("e.csv");
    let row = |basis: &str, platform: &str, value: f64, note: &str| {
        format!(
            "automated-share,1,{basis},share,ok,,{platform},,,2025-01-01,2025-07-01,,,{value},,,,none,,,100,,,share,{note},\n"
        )
    };
    let head = "indicator,indicator_version,basis,statistic,status,reason,platform,group_name,group_value,period_start,\
                period_end,x,x_unit,value,lower,upper,interval,interval_kind,confidence,k,n,clusters,censored,unit,note,\
                input_id\n";
    let rows: String =
        [("report", "A", 0.5), ("report", "B", 0.25), ("statements", "A", 0.75), ("statements", "B", 1.0)]
            .into_iter()
            .map(|(basis, platform, value)| row(basis, platform, value, ""))
            .collect();
    std::fs::write(&estimates, format!("{head}{rows}")).expect("file");
    let figures = dir.path().join("figures");
    let chart = |more: &[&str]| said(&systemic(&[&["chart", s(&estimates), "-o", s(&figures)], more].concat()));
    let (status, _, stderr) = chart(&["--form", "ranked-dots"]);
    assert!(status == 2 && stderr.contains("differ in basis: report, statements"), "{stderr}");
    assert!(stderr.contains("say which with --basis"), "{stderr}");
    let (status, _, stderr) = chart(&["--basis", "reprot"]);
    assert!(status == 2 && stderr.contains("did you mean \"report\"?"), "{stderr}");
    let (status, _, stderr) = chart(&["--basis", "report", "--form", "line"]);
    assert!(status == 2 && stderr.contains("there is a single period: H1 2025"), "{stderr}");
    assert!(stderr.contains("take ranked-dots, or measure by a shorter period"), "{stderr}");
    let (status, _, stderr) = chart(&["--basis", "report", "--format", "vega,csv,vega"]);
    assert_eq!(status, 0, "{stderr}");
    let mut made: Vec<String> = std::fs::read_dir(&figures)
        .expect("folder")
        .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
        .collect();
    made.sort();
    let stem = "automated-share-report-ranked-dots";
    assert_eq!(made, [format!("{stem}.csv"), format!("{stem}.vl.json"), "manifest.json".to_owned()]);
    let table = read(&figures.join(format!("{stem}.csv")));
    assert!(table.contains(",report,") && !table.contains(",statements,"), "{table}");
    let spec: serde_json::Value = serde_json::from_str(&read(&figures.join(format!("{stem}.vl.json")))).expect("JSON");
    let values: Vec<Option<f64>> =
        spec["data"]["values"].as_array().expect("rows").iter().map(|r| r["value"].as_f64()).collect();
    assert_eq!(values, [Some(0.5), Some(0.25)]);
    let source = spec["usermeta"]["source"].as_str().expect("source");
    assert!(source.starts_with("transparency reports") && !source.contains("Transparency Database"), "{source}");
    let (status, _, stderr) = chart(&["--format", "pdf"]);
    assert!(status == 2 && stderr.contains("pdf"), "{stderr}");
}
