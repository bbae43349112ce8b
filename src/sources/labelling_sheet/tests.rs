//! Sheets as coders and spreadsheets bring them back.

use std::path::PathBuf;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int64Type, TimestampMicrosecondType};

use super::*;
use crate::finding::{self, Kind};
use crate::sampling::sheet::{Details, Sheet, Task};
use crate::sampling::{Allocation, Assumptions, Design, Frame, Unit, draw};

/// Takes rows and what is said of them.
#[derive(Default)]
struct Taken {
    columns: Vec<ArrayRef>,
    rejected: Vec<(u64, String)>,
    found: Vec<(&'static str, Option<&'static str>)>,
}

impl RowSink for Taken {
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()> {
        assert_eq!(table.name(), "audit_labels");
        for (column, array) in table.columns().iter().zip(&columns) {
            assert_eq!(&column.kind.data_type(), array.data_type(), "{}", column.name);
        }
        assert_eq!(columns.len(), table.columns().len());
        self.columns = columns;
        Ok(())
    }

    fn reject(&mut self, _: usize, line: u64, reason: &str, _: &[u8]) -> Result<()> {
        self.rejected.push((line, reason.to_owned()));
        Ok(())
    }

    fn find(
        &mut self,
        kind: &'static Kind,
        column: Option<&'static str>,
        _: Option<&str>,
        _: u64,
        _: Option<(usize, u64)>,
    ) {
        self.found.push((kind.code, column));
    }
}

impl Taken {
    fn of(path: &Path) -> Self {
        let sheet = LabellingSheet::open(path).expect("readable").expect("a labelling sheet");
        let mut taken = Self::default();
        sheet.read(&mut taken).expect("rows");
        taken
    }

    fn array(&self, column: &str) -> &ArrayRef {
        let at = AuditLabels.columns().iter().position(|c| c.name == column).expect("column");
        &self.columns[at]
    }

    fn text(&self, column: &str) -> Vec<Option<String>> {
        self.array(column).as_string::<i32>().iter().map(|t| t.map(str::to_owned)).collect()
    }

    fn count(&self, kind: &Kind) -> usize {
        self.found.iter().filter(|(code, _)| *code == kind.code).count()
    }
}

/// 40 units with difficult identifiers and texts, in two strata; two coders, 4 of 20 units in common.
fn sheet(blind: bool) -> Sheet {
    let id = |i: usize| match i % 4 {
        0 => format!("{i:05}"),
        1 => format!("1234567890123456789{i}"),
        2 => format!("=HYPERLINK({i})"),
        _ => format!("lst-{i}"),
    };
    let unit =
        |i: usize| Unit { id: id(i), stratum: Some(if i < 30 { "a" } else { "b" }.to_owned()), ..Unit::default() };
    let frame = Frame::new((0..40).map(unit).collect()).expect("frame");
    let design = Design::Stratified { n: 20, allocation: Allocation::Proportional, minimum: 2 };
    let sample = draw(&frame, design, &Assumptions::of(0.1), 7).expect("sample");
    let columns = ["title", "description", "flagged", "views", "entered_at"].map(str::to_owned).to_vec();
    let text = |t: &str| Some(t.to_owned());
    let of = |i: usize| {
        let description = text("Grün, \"neu\";\nzwei Zeilen");
        vec![
            text("=1+1"),
            description,
            text(if i.is_multiple_of(2) { "true" } else { "false" }),
            text("12"),
            text("2025-06-01"),
        ]
    };
    let units = sample.units.iter().enumerate().map(|(i, u)| (u.id.clone(), of(i))).collect();
    let task = Task {
        platform: Some("Trovanda".into()),
        sample: "first".into(),
        question: "illegal".into(),
        sampled_at: Some("2025-07-01T00:00:00Z".into()),
        coders: 2,
        overlap: 0.2,
        blind_design: blind,
        seed: 7,
        simulated: true,
        about: vec![("Question".into(), "Is the listing illegal?".into())],
    };
    Sheet::new(&sample, &task, &Details { columns, units }, &["title", "description"]).expect("sheet")
}

fn at(sheet: &Sheet, column: &str) -> usize {
    sheet.rows[0].iter().position(|c| c == column).expect("column")
}

/// Labels in turn, as people type them; the last row stays empty.
fn label(sheet: &mut Sheet) {
    let (at, n) = (at(sheet, "label"), sheet.rows.len());
    for (i, row) in sheet.rows.iter_mut().enumerate().skip(1).take(n - 2) {
        row[at] = ["illegal", " Legal", "LEGAL ", "Unsure"][i % 4].to_owned();
    }
}

fn expected(i: usize, n: usize) -> Option<String> {
    (i + 1 < n).then(|| ["illegal", "legal", "legal", "unsure"][i % 4].to_owned())
}

/// Writes a sheet and its key.
fn write(folder: &Path, sheet: &Sheet, name: &str) -> PathBuf {
    let path = folder.join(name);
    let bytes = if name.ends_with("xlsx") { sheet.xlsx() } else { sheet.csv() };
    std::fs::write(&path, bytes.expect("sheet")).expect("file");
    std::fs::write(folder.join("sheet-key.csv"), sheet.key_csv().expect("key")).expect("file");
    path
}

#[test]
fn sheets_come_back_whole_from_both_formats() {
    for blind in [false, true] {
        for name in ["sheet.csv", "sheet.xlsx"] {
            let folder = tempfile::tempdir().expect("folder");
            let mut made = sheet(blind);
            label(&mut made);
            let taken = Taken::of(&write(folder.path(), &made, name));
            let n = made.rows.len();
            let labels: Vec<_> = (1..n).map(|i| expected(i, n)).collect();
            assert_eq!(taken.text("label"), labels, "{name}");
            assert_eq!(
                (taken.rejected.len(), taken.count(finding::UNLABELLED), taken.found.len()),
                (0, 1, 1),
                "{name}"
            );
            let key_at = |c: &str| made.key[0].iter().position(|k| k == c).expect("column");
            let key = |c: &str| -> Vec<Option<String>> {
                let at = key_at(c);
                made.key[1..].iter().map(|r| Some(crate::sampling::cells::unguard(&r[at]).to_owned())).collect()
            };
            assert_eq!(taken.text("unit_id"), key("unit_id"), "{name}");
            assert_eq!((taken.text("stratum"), taken.text("coder")), (key("stratum"), key("coder")));
            let weights: Vec<f64> = taken.array("weight").as_primitive::<Float64Type>().values().to_vec();
            let wanted: Vec<f64> = key("weight").iter().flatten().map(|w| w.parse().expect("number")).collect();
            assert_eq!(weights, wanted);
            let sizes = taken.array("frame_size").as_primitive::<Int64Type>();
            assert!(sizes.values().iter().all(|n| [30, 10].contains(n)));
            let flagged: Vec<bool> = taken.array("flagged").as_boolean().values().iter().collect();
            assert_eq!(flagged, key("flagged").iter().flatten().map(|f| f == "true").collect::<Vec<_>>());
            let time = taken.array("sampled_at").as_primitive::<TimestampMicrosecondType>().value(0);
            assert_eq!(time, 1_751_328_000_000_000);
            assert!(taken.text("extra").iter().all(Option::is_none), "what listings hold is not kept twice");
        }
    }
}

#[test]
fn what_a_sheet_is() {
    let folder = tempfile::tempdir().expect("folder");
    let path = write(folder.path(), &sheet(false), "sheet.xlsx");
    let opened = LabellingSheet::open(&path).expect("readable").expect("a sheet");
    let description = opened.description();
    assert_eq!(description.identity, "labels of sample first (illegal) of Trovanda by coder-1, coder-2");
    assert!(description.simulated && description.reading.len() == 64);
    let columns = &description.tables["audit_labels"];
    assert!(["label", "weight", "flagged", "views"].iter().all(|c| columns.contains(c)), "{columns:?}");
    assert!(!columns.contains(&"requirement") && !columns.contains(&"source_line"));
    let other = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("file");
        LabellingSheet::open(&path).expect("readable").is_none()
    };
    assert!(
        other("a.csv", b"uuid,decision_visibility\nx,y\n") && other("b.csv", b"") && other("c.xlsx", b"PK\x03\x04junk")
    );
    assert!(other("d.csv", &[0xff, 0xfe, 0, 0]));
    // A key is no sheet, and something else is no key.
    assert!(LabellingSheet::open(&folder.path().join("sheet-key.csv")).expect("readable").is_none());
    assert_eq!(
        LabellingSheet::open_with(&path, Some(&folder.path().join("a.csv"))).expect_err("no key").code(),
        "E022"
    );
}

#[test]
fn damage_is_found_and_does_no_harm() {
    let folder = tempfile::tempdir().expect("folder");
    let mut made = sheet(false);
    label(&mut made);
    let whole = Taken::of(&write(folder.path(), &made, "sheet.csv"));
    let [row, unit, weight, label, coder] = ["row", "unit_id", "weight", "label", "coder"].map(|c| at(&made, c));
    made.rows[1][unit] = "1.23457E+19".into();
    made.rows[2][unit] = String::new();
    made.rows[3][weight] = "1".into();
    made.rows[4][weight] = "=A1*2".into();
    made.rows[5][label] = "probably illegal".into();
    made.rows[6][coder] = "Ana".into();
    made.rows[7][coder] = String::new();
    let gone = made.rows.remove(8);
    let mut added = made.rows[9].clone();
    (added[row], added[coder], added[label]) = (String::new(), String::new(), "illegal".into());
    let mut foreign = added.clone();
    foreign[unit] = "not drawn".into();
    let copied = made.rows[10].clone();
    made.rows.extend([added, foreign, copied]);
    let order: Vec<usize> = (1..made.rows.len()).collect();
    let taken = Taken::of(&write(folder.path(), &made, "sheet.csv"));
    assert_eq!(taken.count(finding::DESIGN_CHANGED), 4, "{:?}", taken.found);
    assert_eq!((taken.count(finding::NO_ANSWER), taken.count(finding::ROW_NOT_RETURNED)), (1, 1));
    // The agreed label, the foreign unit, and the copy.
    assert_eq!((taken.count(finding::ROW_ADDED), taken.count(finding::LABEL_REPEATED)), (3, 1));
    let reasons: Vec<&str> = taken.rejected.iter().map(|(_, r)| r.as_str()).collect();
    assert_eq!(reasons, ["the unit is not in the sample", "the coder has labelled the unit already"]);
    // Every unit is there with the weight that it was drawn with.
    let pairs = |t: &Taken| -> std::collections::BTreeSet<(Option<String>, u64)> {
        let weights = t.array("weight").as_primitive::<Float64Type>().values().to_vec();
        t.text("unit_id").into_iter().zip(weights.into_iter().map(f64::to_bits)).collect()
    };
    assert_eq!(pairs(&taken), pairs(&whole));
    assert_eq!(taken.text("label")[4], None);
    assert_eq!(taken.text("unparsed")[4].as_deref(), Some(r#"{"label":"probably illegal"}"#));
    let coders = taken.text("coder");
    assert_eq!((coders[5].as_deref(), coders[6].as_deref()), (Some("Ana"), Some("coder-1")));
    assert_eq!(coders.iter().filter(|c| c.is_none()).count(), 1);
    let _ = (gone, order);
}

#[test]
fn semicolons_and_old_encodings() {
    let folder = tempfile::tempdir().expect("folder");
    let mut made = sheet(false);
    label(&mut made);
    let remark = at(&made, "remark");
    made.rows[1][remark] = "für später".into();
    let path = write(folder.path(), &made, "sheet.csv");
    let mut writer = csv::WriterBuilder::new().delimiter(b';').from_writer(Vec::new());
    for row in &made.rows {
        // A spreadsheet of a country with decimal commas, where nothing was guarded.
        writer.write_record(row.iter().map(|c| c.replace("1.5", "1,5"))).expect("row");
    }
    let text = String::from_utf8(writer.into_inner().expect("text")).expect("UTF-8");
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("Latin")).collect();
    std::fs::write(&path, latin).expect("file");
    let taken = Taken::of(&path);
    assert_eq!(taken.text("remark")[0].as_deref(), Some("für später"));
    assert_eq!((taken.found.len(), taken.rejected.len()), (1, 0), "{:?}", taken.found);
}

#[test]
fn without_the_key_the_sheet_stands_for_itself() {
    let folder = tempfile::tempdir().expect("folder");
    let mut made = sheet(false);
    label(&mut made);
    let [weight, unit, views] = ["weight", "unit_id", "views"].map(|c| at(&made, c));
    made.rows[1][weight] = "0.5".into();
    made.rows[2][weight] = "2,25".into();
    made.rows[3][unit] = String::new();
    made.rows[4][views] = "many".into();
    let path = write(folder.path(), &made, "sheet.csv");
    std::fs::remove_file(folder.path().join("sheet-key.csv")).expect("removed");
    let taken = Taken::of(&path);
    assert_eq!((taken.count(finding::KEY_MISSING), taken.count(finding::BAD_SHEET_VALUE)), (1, 2), "{:?}", taken.found);
    assert_eq!(taken.rejected.len(), 1);
    let weights = taken.array("weight").as_primitive::<Float64Type>();
    assert!(weights.is_null(0) && (weights.value(1) - 2.25).abs() <= 1e-12);
    assert!(taken.array("flagged").null_count() == taken.array("flagged").len());
}

#[test]
fn sheets_of_single_coders_share_a_key() {
    let folder = tempfile::tempdir().expect("folder");
    let mut made = sheet(true);
    label(&mut made);
    write(folder.path(), &made, "sheet.csv");
    let mut rows = 0;
    for coder in ["coder-1", "coder-2"] {
        let path = folder.path().join(format!("sheet-{coder}.xlsx"));
        std::fs::write(&path, made.of_coder(coder).xlsx().expect("workbook")).expect("file");
        let taken = Taken::of(&path);
        assert_eq!((taken.count(finding::ROW_NOT_RETURNED), taken.count(finding::KEY_MISSING)), (0, 0));
        rows += taken.text("label").len();
    }
    assert_eq!(rows, made.rows.len() - 1);
}
