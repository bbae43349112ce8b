//! Faulty archives through the decoder of real dumps: what is kept, kept aside and found is what the truth says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::Array;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::{DIRT, Fate, FileFault, Level, Make};
use crate::finding::Findings;
use crate::simulate::truth::{CreatedTruth, Truth, Values};
use crate::simulate::{StatementsPlan, Version, statements};
use crate::sources::archive::Archive;
use crate::sources::statements::decode::{Context, Decoder, choose};
use crate::sources::statements::header::{self, Layout};
use crate::sources::statements::last_record;
use crate::sources::units::{Unit, Units};
use crate::sources::{Recognition, checksum, recognise};
use crate::tables::platforms::Aliases;
use crate::tables::statements::COLUMNS;
use crate::tables::{Kind, Origin};
use crate::{finding, time};

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("systemic-dirt-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("folder");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn simulate(plan: &StatementsPlan, folder: &Folder) -> Truth {
    statements(plan, &folder.0, &|_| ()).expect("simulation");
    serde_json::from_slice(&std::fs::read(folder.0.join("truth.json")).expect("truth")).expect("truth")
}

/// Column → text, without what is null.
type Row = BTreeMap<&'static str, String>;

/// What the decoder got out of an archive.
#[derive(Default)]
struct Read {
    rows: Vec<Row>,
    rejected: Vec<(String, u64, String)>,
    findings: Findings,
    empty: u64,
    header_only: u64,
    extra: BTreeSet<String>,
}

fn read(path: &Path) -> Read {
    let archive = Archive::open(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let chosen: Arc<[usize]> = choose(None).expect("columns").into();
    let mut out = Read::default();
    for (i, entry) in archive.entries.iter().enumerate() {
        let head = entry.head().expect("head");
        match recognise(&head).1 {
            Recognition::Yes => {}
            Recognition::Empty => {
                out.empty += 1;
                continue;
            }
            other => panic!("{}: {other:?}", entry.name),
        }
        let line = header::first_line(&head);
        let layout = Layout::parse(line).expect("header");
        out.extra.extend(layout.targets.iter().filter_map(|t| match t {
            header::Target::Extra(name) => Some(name.clone()),
            header::Target::Column(_) => None,
        }));
        let line = line.strip_prefix(header::BOM).unwrap_or(line);
        let context = Context {
            layout: Arc::new(layout),
            header: line.strip_suffix(b"\r").unwrap_or(line).into(),
            has_header: true,
            entry: i,
            entry_name: Some(Arc::from(entry.name.as_str())),
            file_name: Arc::from("archive.zip"),
        };
        let mut decoder = Decoder::new(Arc::clone(&chosen), Arc::new(Aliases::default()));
        let mut units = Units::new(entry.open().expect("stream"), last_record);
        let (mut unit, before) = (Unit::default(), out.rows.len() + out.rejected.len());
        while units.next(&mut unit).expect("unit") {
            let rows = &mut out.rows;
            let mut keep = |batch: crate::sources::Batch| {
                let options = FormatOptions::default();
                let columns: Vec<(&'static str, &dyn Array, Option<ArrayFormatter<'_>>)> = chosen
                    .iter()
                    .zip(&batch.columns)
                    .map(|(c, array)| {
                        let plain = COLUMNS[*c].kind != Kind::Timestamp;
                        let show = plain.then(|| ArrayFormatter::try_new(array, &options).expect("a format"));
                        (COLUMNS[*c].name, array.as_ref(), show)
                    })
                    .collect();
                for row in 0..batch.days.len() {
                    let filled = columns.iter().filter(|(_, array, _)| array.is_valid(row));
                    // Of an instant the day is enough.
                    let day = || batch.days[row].map_or_else(String::new, time::iso);
                    let text = |show: &Option<ArrayFormatter<'_>>| {
                        show.as_ref().map_or_else(day, |s| s.value(row).to_string())
                    };
                    rows.push(filled.map(|(name, _, show)| (*name, text(show))).collect());
                }
                Ok(())
            };
            let report = decoder.decode(&unit, &context, &mut keep).expect("rows");
            out.findings.merge(&report.findings);
            for (line, _, bytes) in report.rejected.iter() {
                out.rejected.push((entry.name.clone(), line, String::from_utf8_lossy(bytes).into_owned()));
            }
        }
        out.header_only += u64::from(out.rows.len() + out.rejected.len() == before);
    }
    out
}

fn get<'r>(row: &'r Row, column: &str) -> &'r str {
    row.get(column).map_or("", String::as_str)
}

/// Codes of a list, as Arrow shows it.
fn elements(text: &str) -> BTreeSet<&str> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    inner.split(", ").filter(|c| !c.is_empty() && *c != "null").collect()
}

/// Counts from rows as they were read, in the form of the truth.
fn count(rows: &[Row]) -> Vec<CreatedTruth> {
    let mut all: BTreeMap<(String, String), CreatedTruth> = BTreeMap::new();
    for row in rows {
        let (day, platform) = (get(row, "created_at").to_owned(), get(row, "platform").to_owned());
        let slot = all.entry((day.clone(), platform.clone())).or_default();
        (slot.day, slot.platform) = (day, platform);
        slot.statements += 1;
        let code = |values: &mut Values, value: &str| {
            if !value.is_empty() {
                *values.entry(value.to_owned()).or_default() += 1;
            }
        };
        let yes = |column: &str| match get(row, column) {
            "true" => "Yes",
            "false" => "No",
            other => other,
        };
        code(&mut slot.source_type, get(row, "source_type"));
        code(&mut slot.category, get(row, "category"));
        code(&mut slot.decision_ground, get(row, "decision_ground"));
        code(&mut slot.automated_detection, yes("automated_detection"));
        code(&mut slot.automated_decision, get(row, "automated_decision"));
        code(&mut slot.incompatible_content_illegal, yes("incompatible_content_illegal"));
        code(&mut slot.decision_monetary, get(row, "decision_monetary"));
        code(&mut slot.decision_provision, get(row, "decision_provision"));
        code(&mut slot.decision_account, get(row, "decision_account"));
        code(&mut slot.account_type, get(row, "account_type"));
        code(&mut slot.content_language, get(row, "content_language"));
        code(&mut slot.content_type, get(row, "content_types"));
        code(&mut slot.territorial_scope, get(row, "territory_set"));
        let visibility: Vec<&str> = elements(get(row, "decision_visibility")).into_iter().collect();
        code(&mut slot.decision_visibility, &visibility.join(","));
        for keyword in elements(get(row, "category_specification")) {
            code(&mut slot.category_specification, keyword);
        }
        for category in elements(get(row, "category_addition")) {
            code(&mut slot.category_addition, category);
        }
        slot.territorial_scope_empty += u64::from(get(row, "territory_set").is_empty());
        for column in COLUMNS.iter().filter(|c| c.nullable && row.contains_key(c.name)) {
            let list = column.kind == Kind::CodeList && elements(get(row, column.name)).is_empty();
            match column.origin {
                Origin::Derived(_) | Origin::Provenance => {}
                _ if list => code(&mut slot.empty_lists, column.name),
                _ => code(&mut slot.filled, column.name),
            }
            if let Some(rule) = column.name.strip_prefix("breaks_")
                && get(row, column.name) == "true"
            {
                code(&mut slot.rules, &rule.to_uppercase());
            }
        }
        let number = |column: &str| row.get(column).map(|n| n.parse::<i32>().expect("a number"));
        let is = |column: &str| get(row, column) == "true";
        if let Some(delay) = number("delay_days") {
            let histogram = if is("content_date_placeholder") {
                &mut slot.delay_days.placeholder
            } else if delay < 0 {
                &mut slot.delay_days.negative
            } else {
                if is("content_date_impossible") || is("application_date_impossible") {
                    *slot.impossible_delay_days.entry(delay).or_default() += 1;
                }
                &mut slot.delay_days.ordinary
            };
            *histogram.entry(delay).or_default() += 1;
        } else {
            slot.without_delay += 1;
        }
        if let Some(delay) = number("submission_delay_days") {
            *slot.submission_delay_days.entry(delay).or_default() += 1;
        }
    }
    all.into_values().collect()
}

/// Compares counts cell by cell: a whole list would be unreadable where they differ.
fn same(name: &str, got: &[CreatedTruth], truth: &Truth) {
    let mut expected: Vec<CreatedTruth> = truth.created.clone();
    expected.sort_by(|a, b| (&a.day, &a.platform).cmp(&(&b.day, &b.platform)));
    for (got, expected) in got.iter().zip(&expected) {
        assert_eq!(got, expected, "{name}");
    }
    assert_eq!(got.len(), expected.len(), "{name}");
}

/// Rows of the archives that the truth does not refuse; of those published twice, of the second.
fn loaded(folder: &Folder, truth: &Truth, version: Version, platform: Option<&str>) -> Read {
    let mut all = Read::default();
    for file in &truth.files {
        let again = format!("{}/{}", super::REPUBLISHED, file.name);
        if file.refused
            || file.version != version
            || file.platform.as_deref() != platform
            || truth.files.iter().any(|f| f.name == again)
        {
            continue;
        }
        let one = read(&folder.0.join(&file.name));
        assert_eq!((one.rows.len() + one.rejected.len()) as u64, file.rows, "{}", file.name);
        assert_eq!(one.rejected.len() as u64, file.rejected, "{}", file.name);
        all.rows.extend(one.rows);
        all.rejected.extend(one.rejected);
        all.findings.merge(&one.findings);
        all.empty += one.empty;
        all.header_only += one.header_only;
        all.extra.extend(one.extra);
    }
    all
}

/// The rows, each statement once.
fn distinct(rows: &[Row]) -> Vec<Row> {
    let mut met = BTreeSet::new();
    rows.iter().filter(|row| met.insert(get(row, "uuid").to_owned())).cloned().collect()
}

fn plan(dirt: &[&str]) -> StatementsPlan {
    StatementsPlan {
        seed: 77,
        from: 20_279,
        days: 2,
        rows_per_day: 160,
        level: 1,
        dirt: dirt.iter().map(|id| (*id).to_owned()).collect(),
        dirt_per_million: 25_000,
        difficult_per_million: 0,
        ..StatementsPlan::default()
    }
}

/// Findings by code and column.
fn found(findings: &Findings) -> BTreeMap<(String, String), u64> {
    let mut all = BTreeMap::new();
    for f in findings.list(&[]) {
        *all.entry((f.code, f.column.unwrap_or_default())).or_default() += f.count;
    }
    all
}

#[test]
fn each_fault_of_rows_is_met_as_it_should_be() {
    let folder = Folder::new("clean");
    let truth = simulate(&plan(&[]), &folder);
    let clean = found(&loaded(&folder, &truth, Version::Full, None).findings);
    for fault in DIRT.iter().filter(|f| f.level() == Level::Row) {
        let folder = Folder::new(fault.id);
        let truth = simulate(&plan(&[fault.id]), &folder);
        let read = loaded(&folder, &truth, Version::Full, None);
        same(fault.id, &count(&distinct(&read.rows)), &truth);
        let dirt = &truth.dirt[0];
        assert_eq!(dirt.rows, if fault.id == "duplicate-across-days" { 4 } else { 8 }, "{}", fault.id);
        assert_eq!((dirt.listed.len() as u64, dirt.cells.iter().map(|c| c.rows).sum()), (dirt.rows, dirt.rows));
        let (rejected, repeated) = (read.rejected.len() as u64, (read.rows.len() - distinct(&read.rows).len()) as u64);
        let of = |fate: Fate| if fault.expected.fate == fate { dirt.rows } else { 0 };
        assert_eq!((rejected, repeated), (of(Fate::Rejected), of(Fate::Repeated)), "{}", fault.id);
        let mut more = found(&read.findings);
        for (key, n) in &clean {
            *more.entry(key.clone()).or_default() -= n;
        }
        // What cannot be read is null, in a column that is never empty: that may be found as well.
        let missing = |code: &str| code == finding::MISSING_VALUE.code && !fault.id.starts_with("empty");
        more.retain(|(code, _), n| *n > 0 && !missing(code));
        let mut expected = BTreeMap::new();
        // The day of an export is the loader's to tell.
        for (kind, column) in fault.expected.all_findings().filter(|(kind, _)| **kind != *finding::FAR_DAY) {
            let of_kind = more.iter().filter(|((code, _), _)| code == kind.code);
            assert_eq!(of_kind.clone().map(|(_, n)| n).sum::<u64>(), dirt.rows, "{}: {}", fault.id, kind.code);
            for ((code, met), n) in of_kind {
                assert!(column.is_empty() || met == column, "{}: {code} in {met}", fault.id);
                expected.insert((code.clone(), met.clone()), *n);
            }
        }
        assert_eq!(more, expected, "{}", fault.id);
    }
}

#[test]
fn all_faults_together_leave_the_counts_of_the_truth() {
    let folder = Folder::new("all");
    let plan = StatementsPlan {
        from: 20_267,
        days: 6,
        rows_per_day: 820,
        versions: vec![Version::Full, Version::Light],
        per_platform: true,
        platforms: 6,
        part_ids: 401,
        sub_part_ids: 101,
        dirt_per_million: 1_250,
        difficult_per_million: 5_000,
        ..plan(&["all"])
    };
    let truth = simulate(&plan, &folder);
    let read = loaded(&folder, &truth, Version::Full, None);
    let rows = distinct(&read.rows);
    same("all", &count(&rows), &truth);
    let repeated: u64 = truth.dirt.iter().filter(|d| d.expected.fate == Fate::Repeated).map(|d| d.rows).sum();
    assert_eq!((read.rows.len() - rows.len()) as u64, repeated);
    assert!(truth.dirt.iter().filter(|d| d.level == Level::Row).all(|d| d.rows > 0 && d.listed.len() as u64 == d.rows));
    // Listed rows stand where they are said to.
    let places: BTreeMap<(&str, &str), &Row> =
        read.rows.iter().map(|r| ((get(r, "source_entry"), get(r, "source_line")), r)).collect();
    for row in truth.dirt.iter().flat_map(|d| &d.listed) {
        let line = row.line.to_string();
        let kept = places.get(&(row.entry.as_str(), line.as_str())).map(|r| get(r, "uuid").to_owned());
        // A record that lacks its last fields may lack its identifier, where the columns stand in another order.
        let aside = read.rejected.iter().any(|r| r.0 == row.entry && r.1 == row.line);
        assert!(kept.as_ref() == Some(&row.uuid) || aside, "{} is not at {}:{line}", row.uuid, row.entry);
    }
    // Light archives hold the same records, those of platforms all but the ones of a platform without archive.
    let light = loaded(&folder, &truth, Version::Light, None);
    assert_eq!((light.rows.len(), light.rejected.len()), (read.rows.len(), read.rejected.len()));
    let own: usize = truth
        .platforms
        .iter()
        .map(|p| loaded(&folder, &truth, Version::Full, Some(&p.name)))
        .map(|r| r.rows.len() + r.rejected.len())
        .sum();
    let foreign = truth.dirt.iter().find(|d| d.id == "new-platform").map_or(0, |d| d.rows);
    assert_eq!((own as u64) + foreign, (read.rows.len() + read.rejected.len()) as u64);
    // Applied months are those of the created days, summed up another way.
    let statements: u64 = truth.applied.iter().map(|a| a.statements).sum();
    let undated = rows.iter().filter(|r| !r.contains_key("application_date")).count() as u64;
    assert_eq!(statements + undated, rows.len() as u64);
    let days: u64 = truth.days.iter().map(|d| d.statements).sum();
    assert_eq!(days, rows.len() as u64);
    let impossible = |h: &BTreeMap<i32, u64>| h.values().sum::<u64>();
    assert_eq!(
        truth.applied.iter().map(|a| impossible(&a.impossible_delay_days)).sum::<u64>(),
        truth.created.iter().map(|c| impossible(&c.impossible_delay_days)).sum::<u64>()
    );
}

#[test]
fn faults_of_older_days_leave_the_counts_of_the_truth() {
    // Before and after empty arrays, identifiers and scopes were put right, in April 2024.
    for (from, days) in [(19_670, 2), (19_828, 8)] {
        let folder = Folder::new(&format!("old{from}"));
        let truth = simulate(
            &StatementsPlan { seed: 78, from, days, rows_per_day: 300, dirt_per_million: 10_000, ..plan(&["all"]) },
            &folder,
        );
        let rows = distinct(&loaded(&folder, &truth, Version::Full, None).rows);
        same("old", &count(&rows), &truth);
        assert!(truth.dirt.iter().any(|d| d.id == "unsorted-countries" && d.rows > 0));
    }
}

#[test]
fn each_fault_of_files_is_met_as_it_should_be() {
    for fault in DIRT.iter().filter(|f| f.level() == Level::File) {
        let folder = Folder::new(fault.id);
        let truth = simulate(&plan(&[fault.id]), &folder);
        let dirt = &truth.dirt[0];
        let Make::File(file) = fault.make else { panic!("{}", fault.id) };
        let verdicts: Vec<(bool, bool, bool)> = truth
            .files
            .iter()
            .map(|f| {
                let path = folder.0.join(&f.name);
                assert_eq!(
                    f.faults.contains(&fault.id.to_owned()),
                    dirt.files.iter().any(|d| d.contains(&f.name[4..25]))
                );
                let verified = checksum::verify(&path, true);
                (Archive::open(&path).is_ok(), verified.is_ok(), checksum::beside(&path).is_file())
            })
            .collect();
        let whole = (true, true, true);
        let expected = match file {
            FileFault::MissingSha1 => vec![(true, true, false), whole],
            FileFault::WrongSha1 => vec![whole, whole, (true, false, true)],
            FileFault::Truncated => vec![whole, whole, (false, false, true)],
            FileFault::Republished => vec![whole, whole, whole],
            _ => vec![whole, whole],
        };
        assert_eq!(verdicts, expected, "{}", fault.id);
        let read = loaded(&folder, &truth, Version::Full, None);
        same(fault.id, &count(&read.rows), &truth);
        assert_eq!(read.rows.len(), 320, "{}", fault.id);
        let met: BTreeSet<String> = found(&read.findings).into_keys().map(|(code, _)| code).collect();
        for (kind, _) in fault.expected.findings {
            let seen = match file {
                FileFault::ExtraColumn => read.extra.contains(super::EXTRA_COLUMN),
                FileFault::HeaderOnly => read.header_only == 1,
                FileFault::Empty => read.empty == 1,
                _ => met.contains(kind.code),
            };
            assert!(seen, "{}: no {}", fault.id, kind.code);
        }
        if file == FileFault::Republished {
            let first = super::REPUBLISHED.len() + 1;
            let again = truth.files.last().expect("files");
            let before = truth.files.iter().find(|f| f.name == again.name[first..]).expect("the first publication");
            assert!(before.rows < again.rows && before.sha1 != again.sha1);
        }
        if file == FileFault::ExtraColumn {
            assert_eq!(read.rows.iter().filter(|r| get(r, "extra").contains("checked twice")).count(), 160);
        }
    }
}

#[test]
fn the_number_of_threads_changes_no_fault() {
    let made: Vec<BTreeMap<PathBuf, Vec<u8>>> = [1, 3]
        .into_iter()
        .map(|threads| {
            let folder = Folder::new(&format!("threads{threads}"));
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("pool");
            let plan = StatementsPlan { part_ids: 101, sub_part_ids: 31, rows: true, ..plan(&["all"]) };
            let plan = StatementsPlan { dirt_per_million: 10_000, ..plan };
            let paths = pool.install(|| statements(&plan, &folder.0, &|_| ())).expect("simulation");
            let relative = |p: &PathBuf| p.strip_prefix(&folder.0).expect("below").to_owned();
            paths.iter().map(|p| (relative(p), std::fs::read(p).expect("file"))).collect()
        })
        .collect();
    assert!(made[0] == made[1]);
}
