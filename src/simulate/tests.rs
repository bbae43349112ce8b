//! The simulation as a whole: what stands in the archives, and whether the truth says the same.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::PathBuf;

use sha1::{Digest as _, Sha1};

use super::truth::Truth;
use super::{StatementsPlan, Version, put_csv, statements};
use crate::sources::checksum::hex;

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("systemic-simulate-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }

    fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let entries = std::fs::read_dir(&self.0).expect("folder").map(|e| e.expect("entry").path());
        entries
            .map(|p| (p.file_name().expect("name").to_string_lossy().into_owned(), std::fs::read(&p).expect("file")))
            .collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Entries of a zip archive by its local headers alone, which hold the sizes.
fn entries(mut zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut out = Vec::new();
    while zip.starts_with(b"PK\x03\x04") {
        let n = |at: usize, len: usize| zip[at..at + len].iter().rev().fold(0, |n, b| n << 8 | usize::from(*b));
        assert_eq!(n(6, 2) & 8, 0, "no data descriptor");
        let (method, packed, size, name) = (n(8, 2), n(18, 4), n(22, 4), n(26, 2));
        let data = &zip[30 + name..30 + name + packed];
        let mut content = Vec::new();
        if method == 8 {
            flate2::read::DeflateDecoder::new(data).read_to_end(&mut content).expect("deflate");
        } else {
            content.extend_from_slice(data);
        }
        assert_eq!(content.len(), size);
        let mut crc = flate2::Crc::new();
        crc.update(&content);
        assert_eq!(crc.sum() as usize, n(14, 4));
        out.push((String::from_utf8_lossy(&zip[30..30 + name]).into_owned(), content));
        zip = &zip[30 + name + packed..];
    }
    assert!(zip.starts_with(b"PK\x01\x02"), "the directory follows");
    out
}

/// Names of the CSV files, and all records.
fn records(zip: &[u8]) -> (Vec<String>, Vec<Vec<u8>>) {
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    for (_, inner) in entries(zip) {
        for (name, csv) in entries(&inner) {
            let own: Vec<&[u8]> = csv.split(|b| *b == b'\n').collect();
            // A line feed ends a file only if it has no records.
            assert_eq!(csv.ends_with(b"\n"), own.len() == 2 && own[1].is_empty());
            assert!(own[0].starts_with(b"uuid,"));
            lines.extend(own[1..].iter().filter(|l| !l.is_empty()).map(|l| l.to_vec()));
            names.push(name);
        }
    }
    (names, lines)
}

fn plan() -> StatementsPlan {
    StatementsPlan {
        seed: 11,
        from: 20_269,
        days: 2,
        rows_per_day: 900,
        versions: vec![Version::Full, Version::Light],
        per_platform: true,
        part_ids: 301,
        sub_part_ids: 31,
        platforms: 9,
        difficult_per_million: 100_000,
        rows: true,
        ..StatementsPlan::default()
    }
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let made: Vec<BTreeMap<String, Vec<u8>>> = [1, 3]
        .into_iter()
        .map(|threads| {
            let folder = Folder::new(&format!("threads{threads}"));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
            let paths = pool.install(|| statements(&plan(), &folder.0, &|_| ())).expect("simulation");
            let files = folder.files();
            assert_eq!(files.len(), paths.len());
            assert!(files.keys().all(|name| !name.ends_with(".partial")));
            files
        })
        .collect();
    assert!(made[0] == made[1]);
}

#[test]
fn clean_archives_stay_as_they_are() {
    let folder = Folder::new("clean");
    let plan = StatementsPlan { versions: vec![Version::Full], per_platform: false, rows: false, ..plan() };
    statements(&plan, &folder.0, &|_| ()).expect("simulation");
    let files = folder.files();
    let truth: Truth = serde_json::from_slice(&files["truth.json"]).expect("truth");
    let mut digest = Sha1::new();
    for file in &truth.files {
        records(&files[&file.name]).1.iter().for_each(|line| digest.update([line.as_slice(), b"\n"].concat()));
    }
    // Data that an earlier version simulated can be made again. Texts are compared, since compressed bytes may
    // change with the compressor.
    assert_eq!(hex(&digest.finalize()), "689791b96c44dfefbc161a1e49b1f852ca70ae34");
}

#[test]
fn archives_hold_what_the_truth_says() {
    let folder = Folder::new("truth");
    let seen = std::sync::Mutex::new(Vec::new());
    statements(&plan(), &folder.0, &|rows| seen.lock().expect("lock").push(rows)).expect("simulation");
    let seen = seen.into_inner().expect("lock");
    assert!(seen.is_sorted() && seen.last() == Some(&1_800));

    let files = folder.files();
    let truth: Truth = serde_json::from_slice(&files["truth.json"]).expect("truth");
    assert_eq!(truth.files.len(), 2 * 2 * 10);
    for file in &truth.files {
        let (names, lines) = records(&files[&file.name]);
        assert_eq!(lines.len() as u64, file.rows, "{}", file.name);
        assert_eq!(files[&format!("{}.sha1", file.name)], format!("{}  {}", file.sha1, file.name).into_bytes());
        let stem = file.name.trim_end_matches(".zip");
        for part in 0..3 {
            assert!(names.contains(&format!("{stem}-{part:05}-00000.csv")), "{} part {part}", file.name);
        }
        let statements = |of: &str| {
            truth.days.iter().filter(|d| d.day == file.day && d.platform == of).map(|d| d.statements).sum::<u64>()
        };
        match &file.platform {
            Some(platform) => assert_eq!(file.rows, statements(platform)),
            None => assert_eq!(file.rows, 900),
        }
    }
    // Platform archives hold the global archive's lines, in its order.
    let (_, global) = records(&files["sor-global-2025-07-01-full.zip"]);
    let (_, one) = records(&files["sor-murmelnet-nederland-nv-2025-07-01-full.zip"]);
    let name = b"\"Murmelnet Nederland N.V.\"";
    let same: Vec<&Vec<u8>> = global.iter().filter(|l| l.windows(name.len()).any(|w| w == name)).collect();
    assert_eq!(same, one.iter().collect::<Vec<_>>());

    // Each row of the truth, encoded, is the line of the archive; light lines lack four cells.
    for (day, era) in [("2025-06-30", super::Era::V1), ("2025-07-01", super::Era::V2)] {
        let rows = &files[&format!("truth-{day}.ndjson")];
        for (version, word) in [(Version::Full, "full"), (Version::Light, "light")] {
            let (_, lines) = records(&files[&format!("sor-global-{day}-{word}.zip")]);
            let encoded: Vec<Vec<u8>> = rows
                .split(|b| *b == b'\n')
                .filter(|l| !l.is_empty())
                .map(|l| {
                    let row: serde_json::Value = serde_json::from_slice(l).expect("row");
                    let mut line = Vec::new();
                    for (i, (_, name)) in super::header(era, version).into_iter().enumerate() {
                        if i > 0 {
                            line.push(b',');
                        }
                        put_csv(&mut line, row[name].as_str().unwrap_or_default().as_bytes());
                    }
                    line
                })
                .collect();
            assert!(lines == encoded, "{day} {word}");
        }
    }
}

#[test]
fn sums_of_the_truth_agree() {
    let folder = Folder::new("sums");
    let plan = StatementsPlan {
        rows_per_day: 3_000,
        per_platform: false,
        part_ids: 1_000_001,
        sub_part_ids: 1_001,
        rows: false,
        ..plan()
    };
    statements(&plan, &folder.0, &|_| ()).expect("simulation");
    let truth: Truth = serde_json::from_slice(&folder.files()["truth.json"]).expect("truth");
    let of = |d: &super::truth::Delays| {
        [&d.ordinary, &d.negative, &d.placeholder].into_iter().flat_map(BTreeMap::values).sum::<u64>()
    };
    for c in &truth.created {
        let n = c.statements;
        for counts in [&c.source_type, &c.category, &c.decision_ground, &c.automated_detection] {
            assert_eq!(counts.values().sum::<u64>(), n);
        }
        assert_eq!(of(&c.delay_days), n);
        assert_eq!(c.submission_delay_days.values().sum::<u64>(), n);
        assert!(c.delay_days.negative.keys().all(|d| *d < 0) && c.delay_days.ordinary.keys().all(|d| *d >= 0));
    }
    assert_eq!(truth.days.iter().map(|d| d.statements).sum::<u64>(), 6_000);
    assert_eq!(truth.created.iter().map(|c| c.statements).sum::<u64>(), 6_000);
    assert_eq!(truth.applied.iter().map(|a| of(&a.delay_days)).sum::<u64>(), 6_000);
    assert!(truth.created.iter().any(|c| !c.delay_days.negative.is_empty()));
    assert!(truth.created.iter().any(|c| !c.delay_days.placeholder.is_empty()));
}
