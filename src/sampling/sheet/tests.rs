//! What coders see, and what they do not.

use super::*;
use crate::sampling::{Allocation, Assumptions, Design, Frame, Unit, draw};

fn sample() -> (Sample, Details) {
    let unit = |i: usize| Unit {
        id: format!("{i:03}"),
        stratum: Some(if i < 20 { "true" } else { "false" }.to_owned()),
        ..Unit::default()
    };
    let frame = Frame::new((0..120).map(unit).collect()).expect("frame");
    let design = Design::Stratified { n: 50, allocation: Allocation::Equal, minimum: 2 };
    let sample = draw(&frame, design, &Assumptions::of(0.1), 7).expect("sample");
    let columns = ["title", "flagged", "score", "category"].map(str::to_owned).to_vec();
    let detail = |u: &crate::sampling::Drawn| {
        let flagged = u.stratum.clone();
        (u.id.clone(), vec![Some("=cmd()".to_owned()), flagged, Some("0.5".to_owned()), None])
    };
    let units = sample.units.iter().map(detail).collect();
    (sample, Details { columns, units })
}

fn task() -> Task {
    Task {
        platform: Some("Trovanda".into()),
        sample: "first-audit".into(),
        question: "illegal".into(),
        sampled_at: Some("2025-07-01T00:00:00Z".into()),
        coders: 2,
        overlap: 0.2,
        blind_design: true,
        seed: 7,
        simulated: true,
        about: vec![("Question".into(), "Is the listing illegal?".into())],
    }
}

fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let at = rows[0].iter().position(|c| c == name).unwrap_or_else(|| panic!("{name} in {:?}", rows[0]));
    rows[1..].iter().map(|row| row[at].clone()).collect()
}

#[test]
fn coders_are_blind_and_the_key_is_not() {
    let (sample, details) = sample();
    let sheet = Sheet::new(&sample, &task(), &details, &["title", "category"]).expect("sheet");
    for hidden in HIDDEN.iter().chain(&["stratum", "weight", "frame_size"]) {
        assert!(!sheet.rows[0].iter().any(|c| c == hidden), "{hidden}");
    }
    for kept in ["stratum", "weight", "frame_size", "flagged", "test_label", "score", "simulated"] {
        assert!(sheet.key[0].iter().any(|c| c == kept), "{kept}");
    }
    assert_eq!(column(&sheet.key, "flagged"), column(&sheet.key, "test_label"));
    assert_eq!(column(&sheet.rows, "row"), column(&sheet.key, "row"));
    assert!(column(&sheet.rows, "title").iter().all(|t| t == "'=cmd()"));
    assert!(column(&sheet.rows, "unit_id").iter().all(|id| id.starts_with('\'')));
    assert!(column(&sheet.rows, "label").iter().all(String::is_empty));
    assert!(Sheet::new(&sample, &task(), &details, &["score"]).is_err());
    let open = Task { blind_design: false, ..task() };
    let sheet = Sheet::new(&sample, &open, &details, &["title"]).expect("sheet");
    let weights: f64 = column(&sheet.rows, "weight").iter().map(|w| w.parse::<f64>().expect("a number")).sum();
    assert!(weights > 120.0);
}

#[test]
fn every_coder_gets_a_fair_part() {
    let (sample, details) = sample();
    let sheet = Sheet::new(&sample, &task(), &details, &[]).expect("sheet");
    // 10 of 50 by both, 40 in turn.
    assert_eq!(sheet.rows.len(), 1 + 60);
    let coders = column(&sheet.rows, "coder");
    assert_eq!(coders.iter().filter(|c| *c == "coder-1").count(), 30);
    assert_eq!(sheet.of_coder("coder-2").rows.len(), 31);
    let ids = column(&sheet.rows, "unit_id");
    let twice: Vec<&String> = ids.iter().filter(|id| ids.iter().filter(|other| other == id).count() == 2).collect();
    assert_eq!(twice.len(), 20);
    // Both strata are compared in proportion to the sample: 20 units of the first, 30 of the second.
    let strata = column(&sheet.key, "stratum");
    let of_first = ids.iter().zip(&strata).filter(|(id, s)| twice.contains(id) && *s == "true").count();
    assert_eq!(of_first, 2 * 4);
    for (coders, overlap, rows) in [(1, 0.2, 50), (3, 1.0, 150), (2, 0.0, 50)] {
        let sheet = Sheet::new(&sample, &Task { coders, overlap, ..task() }, &details, &[]).expect("sheet");
        assert_eq!(sheet.rows.len(), 1 + rows, "{coders} {overlap}");
    }
    for (coders, overlap) in [(0, 0.2), (2, 1.1), (2, f64::NAN)] {
        assert!(Sheet::new(&sample, &Task { coders, overlap, ..task() }, &details, &[]).is_err());
    }
}

#[test]
fn equal_sheets_are_equal_bytes() {
    let (sample, details) = sample();
    let sheet = Sheet::new(&sample, &task(), &details, &["title"]).expect("sheet");
    let bytes = sheet.xlsx().expect("workbook");
    assert!(bytes.starts_with(b"PK") && bytes == sheet.xlsx().expect("workbook"));
    assert!(sheet.csv().expect("CSV").starts_with("\u{feff}row,coder,unit_id,title".as_bytes()));
}
