//! The command `sample` from the frame to the labels that come back.

use std::fmt::Write as _;
use std::path::Path;

use crate::support::{s, said, systemic};

/// A frame of 2,000 units in two categories, of 100 traders; every fiftieth is flagged.
fn frame(folder: &Path) -> std::path::PathBuf {
    let mut text = String::from("platform,listing_id,trader_id,category,title,flagged,views,live_at,ended_at\n");
    for i in 0..2_000 {
        let (category, flagged) = (if i % 4 == 0 { "toys" } else { "books" }, i % 50 == 0);
        let ended = if i < 100 { "2025-06-01" } else { "" };
        let _ =
            writeln!(text, "Trovanda,{i:05},t{},{category},=Offer {i},{flagged},{},2025-01-01,{ended}", i % 100, i % 7);
    }
    let path = folder.join("frame.csv");
    std::fs::write(&path, text).expect("file");
    path
}

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).expect("file");
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|r| r.expect("row").iter().map(str::to_owned).collect()).collect()
}

fn at(rows: &[Vec<String>], column: &str) -> usize {
    rows[0].iter().position(|c| c == column).unwrap_or_else(|| panic!("{column} in {:?}", rows[0]))
}

#[test]
fn a_sheet_is_drawn_labelled_and_read_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (from, sheet) = (frame(folder.path()), folder.path().join("sheet.csv"));
    let arguments = [
        "sample",
        s(&from),
        "--design",
        "stratified",
        "--by",
        "category",
        "--n",
        "200",
        "--allocation",
        "neyman",
        "--minimum",
        "30",
        "--guess",
        "0.02",
        "--guess-in",
        "toys=0.2",
        "--seed",
        "7",
        "--sample",
        "first-audit",
        "--coders",
        "2",
        "-o",
        s(&sheet),
    ];
    let (status, stdout, stderr) = said(&systemic(&[&arguments[..], &["--dry-run"]].concat()));
    assert!(status == 0 && stdout.is_empty() && stderr.contains("would draw") && !sheet.exists(), "{stderr}");
    let (status, stdout, stderr) = said(&systemic(&arguments));
    assert_eq!((status, stdout.as_str()), (0, ""), "{stderr}");
    let mut made = rows(&sheet);
    let key = rows(&folder.path().join("sheet-key.csv"));
    assert_eq!((made.len(), key.len()), (241, 241));
    assert!(!made[0].iter().any(|c| c == "flagged") && key[0].iter().any(|c| c == "flagged"));
    let [unit, label, weight, title, stratum] =
        ["unit_id", "label", "weight", "title", "stratum"].map(|c| at(&made, c));
    assert!(made[1..].iter().all(|r| r[title].starts_with("'=Offer ") && r[unit].starts_with('\'')));
    // Each unit once: the weights of a stratum add up to its size.
    let mut seen = std::collections::BTreeMap::new();
    for r in &made[1..] {
        seen.insert(r[unit].clone(), (r[stratum].clone(), r[weight].parse::<f64>().expect("weight")));
    }
    for (name, size) in [("toys", 500.0), ("books", 1_500.0)] {
        let sum: f64 = seen.values().filter(|(s, _)| s == name).map(|(_, w)| w).sum();
        assert!((sum - size).abs() <= 1e-6, "{name}: {sum}");
    }
    let manifest = std::fs::read_to_string(folder.path().join("sheet.csv.manifest.json")).expect("manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(
        (manifest["parameters"]["seed"].as_u64(), manifest["outputs"].as_array().map(Vec::len)),
        (Some(7), Some(2))
    );
    // The same again is refused, since labels may be in the file; elsewhere it gives the same bytes.
    let (status, _, stderr) = said(&systemic(&arguments));
    assert!(status == 2 && stderr.contains("may hold labels") && stderr.contains("hint:"), "{stderr}");
    let again = folder.path().join("again.csv");
    let mut other = arguments;
    other[arguments.len() - 1] = s(&again);
    assert_eq!(said(&systemic(&other)).0, 0);
    assert_eq!(std::fs::read(&again).expect("file"), std::fs::read(&sheet).expect("file"));

    // Toys with an even number are illegal, and the second coder misses those that end in 8.
    let coder = at(&made, "coder");
    for row in &mut made[1..] {
        let number: u32 = row[unit].trim_start_matches('\'').parse().expect("number");
        let missed = row[coder] == "coder-2" && number % 10 == 8;
        row[label] =
            if row[stratum] == "toys" && number.is_multiple_of(8) && !missed { "Illegal" } else { "legal" }.to_owned();
    }
    let mut writer = csv::Writer::from_path(&sheet).expect("file");
    for row in &made {
        writer.write_record(row).expect("row");
    }
    writer.flush().expect("written");
    let (status, stdout, stderr) = said(&systemic(&["sample", "--labels", s(&sheet), "--format", "json"]));
    assert_eq!(status, 0, "{stderr}");
    let said: serde_json::Value = serde_json::from_str(&stdout).expect("JSON");
    let value = |name: &str, column: &str| -> f64 {
        let row = said.as_array().expect("rows").iter().find(|r| r["statistic"] == name).expect("statistic");
        row[column].as_str().expect("text").parse().expect("a number")
    };
    assert!((value("units", "value") - 200.0).abs() < 0.5 && (value("compared", "value") - 40.0).abs() < 0.5);
    assert!(value("agreed", "value") >= 0.8 && stdout.contains("krippendorff_alpha"), "{stdout}");
    // 250 of 2,000 units are illegal, less what was missed.
    assert!(value("share_positive", "lower") <= 0.125 && 0.09 <= value("share_positive", "upper"), "{stdout}");
}

#[test]
fn the_frame_of_a_dataset_is_what_is_live() {
    let folder = tempfile::tempdir().expect("folder");
    let export = folder.path().join("export");
    std::fs::create_dir(&export).expect("folder");
    let mapping = "[mapping]\nname = \"m\"\nplatform = \"Trovanda\"\nsimulated = true\ntime_zone = \"UTC\"\n\
                   [[table]]\ntable = \"listings\"\nfiles = [\"items.csv\"]\n[table.columns]\nlisting_id = \"item\"\n\
                   live_at = \"live\"\nended_at = \"ended\"\n\
                   [[table]]\ntable = \"actions\"\nfiles = [\"acts.csv\"]\n[table.columns]\naction_id = \"act\"\n\
                   listing_id = \"item\"\naction = \"what\"\naction_at = \"at\"\nreversed_at = \"undone\"\n";
    // Live on 1 June: a; c, which is removed later; d, which was demoted; e, whose removal was taken back.
    let items = "item,live,ended\na,2025-01-01T00:00:00Z,\nb,2025-01-01T00:00:00Z,\nc,2025-01-01T00:00:00Z,\n\
                 d,2025-01-01T00:00:00Z,\ne,2025-01-01T00:00:00Z,\nf,2025-01-01T00:00:00Z,2025-03-01T00:00:00Z\n\
                 g,2025-08-01T00:00:00Z,\nh,2025-01-01T00:00:00Z,\n";
    let acts = "act,item,what,at,undone\n1,b,removal,2025-02-01T00:00:00Z,\n2,c,removal,2025-07-01T00:00:00Z,\n\
                3,d,demotion,2025-02-01T00:00:00Z,\n4,e,disabling,2025-02-01T00:00:00Z,2025-02-09T00:00:00Z\n\
                5,h,disabling,2025-02-01T00:00:00Z,2025-06-09T00:00:00Z\n";
    for (name, text) in [("mapping.toml", mapping), ("items.csv", items), ("acts.csv", acts)] {
        std::fs::write(export.join(name), text).expect("file");
    }
    let (data, sheet) = (folder.path().join("data"), folder.path().join("sheet.csv"));
    let (status, _, stderr) = said(&systemic(&["load", s(&export), "-o", s(&data)]));
    assert_eq!(status, 0, "{stderr}");
    let (status, _, stderr) =
        said(&systemic(&["sample", s(&data), "--live-at", "2025-06-01", "--n", "4", "-o", s(&sheet)]));
    assert_eq!(status, 0, "{stderr}");
    let made = rows(&sheet);
    let [unit, frame, entered, simulated] = ["unit_id", "frame_size", "entered_at", "simulated"].map(|c| at(&made, c));
    let mut units: Vec<&str> = made[1..].iter().map(|r| r[unit].trim_start_matches('\'')).collect();
    units.sort_unstable();
    assert_eq!(units, ["a", "c", "d", "e"]);
    for row in &made[1..] {
        assert_eq!((&*row[frame], &*row[entered], &*row[simulated]), ("4", "2025-01-01T00:00:00Z", "true"));
    }
}

#[test]
fn plans_say_what_a_sample_can_show() {
    let folder = tempfile::tempdir().expect("folder");
    let from = frame(folder.path());
    let plan = |more: &[&str]| {
        let (status, stdout, stderr) = said(&systemic(&[&["sample", s(&from), "--plan"], more].concat()));
        assert_eq!(status, 0, "{stderr}");
        let rows: Vec<Vec<String>> = stdout.lines().map(|l| l.split(',').map(str::to_owned).collect()).collect();
        rows
    };
    let rows = plan(&["--n", "100", "--half-width", "0.05"]);
    let cell = |rows: &[Vec<String>], row: usize, column: &str| rows[row][at(rows, column)].clone();
    // 1.959964 · √(0.25/100 · 1900/1999) = 0.09554; Cochran's size is 323.
    assert_eq!(cell(&rows, 1, "half_width"), "0.09554");
    assert_eq!(cell(&rows, 1, "needed_normal"), "323");
    let rows = plan(&[
        "--n",
        "100",
        "--design",
        "two-phase",
        "--allocation",
        "equal",
        "--guess",
        "0.01",
        "--guess-in",
        "true=0.5",
    ]);
    assert_eq!((rows.len(), cell(&rows, 2, "stratum"), cell(&rows, 3, "n")), (4, "false".into(), "40".into()));
    let rows = plan(&["--n", "100", "--design", "cluster", "--per-cluster", "5"]);
    // All traders have 20 units: 1 + 4 · 0.05.
    assert_eq!((cell(&rows, 1, "n"), cell(&rows, 1, "design_effect")), ("100".into(), "1.200".into()));
    let rows = plan(&["--live-at", "2025-07-01", "--category", "toys"]);
    assert_eq!(cell(&rows, 1, "frame_size"), "475");
}

#[test]
fn every_design_makes_a_workbook_and_coders_of_two_phases_are_blind() {
    let folder = tempfile::tempdir().expect("folder");
    let from = frame(folder.path());
    let designs: [&[&str]; 5] = [
        &["--n", "50", "--live-at", "2025-07-01"],
        &["--design", "two-phase", "--n", "60", "--allocation", "equal"],
        &["--design", "cluster", "--n", "60", "--per-cluster", "3", "--equal-chance"],
        &["--design", "unequal", "--size", "views", "--least-size", "1", "--n", "40"],
        &[
            "--design",
            "stratified",
            "--by",
            "category",
            "--first-phase",
            "500",
            "--n",
            "40",
            "--separate",
            "--coders",
            "2",
        ],
    ];
    for (i, design) in designs.iter().enumerate() {
        let sheet = folder.path().join(format!("sheet{i}.xlsx"));
        let (status, _, stderr) = said(&systemic(&[&["sample", s(&from), "-o", s(&sheet)], *design].concat()));
        assert_eq!(status, 0, "{design:?}: {stderr}");
        let key = rows(&folder.path().join(format!("sheet{i}-key.csv")));
        assert!(key.len() > 39, "{design:?}");
        let back = if i == 4 { folder.path().join("sheet4-coder-1.xlsx") } else { sheet };
        let (status, stdout, stderr) = said(&systemic(&["sample", "--labels", s(&back), "--format", "csv"]));
        assert_eq!(status, 0, "{design:?}: {stderr}");
        assert!(stdout.contains("units,") && stderr.contains("Q144"), "{stdout} {stderr}");
    }
}

#[test]
fn requests_that_cannot_be_met_say_what_to_do() {
    let folder = tempfile::tempdir().expect("folder");
    let from = frame(folder.path());
    let typo = folder.path().join("fram.csv");
    let sheet = folder.path().join("sheet.xlsx");
    let cases: &[(&[&str], &str, &str)] = &[
        (&[s(&typo), "--plan"], "E002", "did you mean"),
        (&[s(&from), "--plan", "--design", "stratified"], "E021", "--by"),
        (&[s(&from), "--plan", "--design", "stratified", "--by", "categry"], "E020", "\"category\""),
        (&[s(&from), "--plan", "--design", "unequal"], "E021", "--size"),
        (&[s(&from), "--plan", "--design", "unequal", "--size", "views"], "E021", "--least-size"),
        (&[s(&from), "--plan", "--n", "3000"], "E021", "2000"),
        (&[s(&from), "--plan", "--category", "cars"], "E021", "no unit"),
        (&[s(&from), "--plan", "--id", "trader_id"], "E021", "more than once"),
        (&[s(&from), "--plan", "--guess", "2"], "E021", "share"),
        (&[s(&from)], "E021", "-o sheet.xlsx"),
        (&[s(&from), "-o", "sheet.docx"], "E021", ".xlsx"),
        (&[s(&from), "-o", s(&sheet), "--question", "illegl"], "E020", "\"illegal\""),
        (&[s(&from), "-o", s(&sheet), "--show", "flagged"], "E021", "blind"),
        (&["--labels", s(&from)], "E010", "labelling sheet"),
    ];
    for (arguments, code, word) in cases {
        let (status, stdout, stderr) = said(&systemic(&[&["sample"], *arguments].concat()));
        assert_eq!((status, stdout.as_str()), (2, ""), "{arguments:?}: {stderr}");
        assert!(stderr.contains(&format!("error[{code}]")) && stderr.contains(word), "{arguments:?}: {stderr}");
    }
    assert!(!sheet.exists());
}
