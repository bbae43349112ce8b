//! Tests of the reader: dialects, recognition, and that no cell is lost.

use std::fmt::Write as _;

use super::*;
use crate::finding::{self, Findings, Kind};
use crate::sources::export::{RowSink, TableExport};
use crate::time;
use crate::transparency::numbers::State;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::validate::validate;
use arrow::array::{Array, ArrayRef};

const PERIOD: &str = "2026-01-01/2026-06-30";

/// A part 4 with the template's headers.
fn notices(rows: &[&str]) -> String {
    let names: Vec<&str> =
        crate::transparency::template::INDICATORS.iter().filter(|i| i.part == 4).map(|i| i.name).collect();
    let mut text = String::from(
        "Applicability,Service,Reporting period,Category of illegal content,\"Description of the sub-category \"\"Other\"\"\"",
    );
    for prefix in ["", "Contextual information on "] {
        for name in &names {
            let _ = write!(text, ",{prefix}{name} ");
        }
    }
    text.push('\n');
    for row in rows {
        let _ = writeln!(text, "All,Trovanda (simulated),{PERIOD},{row}");
    }
    text
}

/// Opens some bytes under a name.
fn read(name: &str, bytes: &[u8]) -> Vec<ReportPart> {
    file(name, bytes).map_or_else(Vec::new, |f| f.parts)
}

fn file(name: &str, bytes: &[u8]) -> Option<ReportFile> {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).expect("file");
    open_file(&path, &Services::default()).expect("readable")
}

#[derive(Default)]
struct Taken {
    rows: BTreeMap<&'static str, Vec<Vec<ArrayRef>>>,
    findings: Findings,
    rejected: Vec<(u64, String, String)>,
}

impl RowSink for Taken {
    fn push(&mut self, table: &'static dyn Table, columns: Vec<ArrayRef>) -> Result<()> {
        assert_eq!(columns.len(), table.columns().len());
        for (array, column) in columns.iter().zip(table.columns()) {
            assert_eq!(*array.data_type(), column.kind.data_type(), "{}", column.name);
            assert_eq!(array.len(), columns[0].len());
            assert!(column.nullable || array.null_count() == 0, "{}", column.name);
        }
        self.rows.entry(table.name()).or_default().push(columns);
        Ok(())
    }
    fn reject(&mut self, _: usize, line: u64, reason: &str, bytes: &[u8]) -> Result<()> {
        self.rejected.push((line, reason.to_owned(), String::from_utf8_lossy(bytes).into_owned()));
        Ok(())
    }
    fn find(&mut self, k: &'static Kind, c: Option<&'static str>, v: Option<&str>, n: u64, p: Option<(usize, u64)>) {
        self.findings.add(k, c, v, n, p);
    }
}

fn taken(name: &str, bytes: &[u8]) -> Taken {
    let mut sink = Taken::default();
    let file = file(name, bytes).expect("a report");
    file.read(&mut sink).expect("read");
    sink
}

#[test]
fn figures_keep_their_text_and_blanks_are_no_zeros() {
    let text = notices(&[
        "TOTAL,,\"644,956\",0 ,395348.0,,21.85,NA,/,,12,x",
        "STATEMENT_CATEGORY_SELF_HARM,,1,,,,,,,,,",
        "KEYWORD_OTHER,\"Text to detail the \"\"Other\"\" keyword.\",1,,,,,,,,,",
    ]);
    let parts = read("notices.csv", text.as_bytes());
    assert_eq!(parts.len(), 1);
    let part = &parts[0];
    assert_eq!((part.part, part.values.len()), (4, 30));
    let described = file("notices.csv", text.as_bytes()).expect("a report").description;
    assert!(described.simulated);
    assert_eq!(
        described.identity,
        "transparency report of Trovanda (simulated), 2026-01-01/2026-06-30, parts 4_notices"
    );
    let cells: Vec<(Option<f64>, State, Option<&str>)> =
        part.values[..10].iter().map(|v| (v.value, v.state, v.raw.as_deref())).collect();
    assert_eq!(
        cells,
        [
            (Some(644_956.0), State::Number, Some("644,956")),
            (Some(0.0), State::Number, Some("0 ")),
            (Some(395_348.0), State::Number, Some("395348.0")),
            (None, State::Blank, None),
            (Some(21.85), State::Number, Some("21.85")),
            (None, State::Mark, Some("NA")),
            (None, State::Mark, Some("/")),
            (None, State::Blank, None),
            (Some(12.0), State::Number, Some("12")),
            (None, State::Unreadable, Some("x")),
        ]
    );
    let other = &part.values[20];
    assert_eq!(other.category.as_deref(), Some("STATEMENT_CATEGORY_SELF_HARM"));
    assert_eq!((other.sub_category.as_deref(), other.description.as_deref()), (Some("KEYWORD_OTHER"), None));
    assert!(other.unparsed.as_deref().is_some_and(|u| u.contains("Text to detail")));
    let sink = taken("notices.csv", text.as_bytes());
    let count = |kind| sink.findings.count(kind);
    assert_eq!((count(finding::REPORT_NUMBER), count(finding::REPORT_NOTATION)), (1, 2));
    // Marks are told of by the rules, once: of a report that is in a dataset, not of each file that held it.
    assert_eq!(count(finding::REPORT_MARK), 0);
    let faults = validate(&part.values, &[], &Services::default());
    let marks: Vec<_> = faults.iter().filter(|f| f.kind() == finding::REPORT_MARK).collect();
    assert_eq!(marks.iter().map(|f| f.count).sum::<u64>(), 2);
    assert_eq!((marks.len(), marks[0].shown.as_str(), marks[0].cells.len()), (1, "part 4: /; NA", 2));
    assert_eq!((count(finding::REPORT_DIALECT), count(finding::REPORT_HEADER)), (0, 0));
    assert_eq!(sink.rows["report_values"][0][0].len(), 30);
}

#[test]
fn dialects_change_no_figure() {
    let text = notices(&[
        "TOTAL,caf\u{e9} \u{2014} \u{2019}x\u{2019},7,,,,2.5,,,,,",
        "STATEMENT_CATEGORY_VIOLENCE,,7,,,,,,,,,",
    ]);
    let plain = read("4.csv", text.as_bytes());
    let description = |parts: &[ReportPart]| parts[0].values[0].description.clone();
    let same = |name: &str, bytes: &[u8], said: Option<&str>| {
        let parts = read(name, bytes);
        assert_eq!(parts.len(), 1, "{name}");
        for (a, b) in parts[0].values.iter().zip(&plain[0].values) {
            assert_eq!((a.value, a.indicator_code, &a.category), (b.value, b.indicator_code, &b.category), "{name}");
        }
        assert_eq!(description(&parts), description(&plain), "{name}");
        let findings = taken(name, bytes).findings.list(&[]);
        let dialects: Vec<String> =
            findings.iter().filter(|f| f.code == "Q070").filter_map(|f| f.value.clone()).collect();
        assert_eq!(dialects.join(" "), said.unwrap_or_default(), "{name}");
    };
    same("crlf", text.replace('\n', "\r\n").as_bytes(), None);
    same("bom", format!("\u{feff}{text}").as_bytes(), None);
    same("1252", &encoding_rs::WINDOWS_1252.encode(&text).0, Some("encoding windows-1252"));
    let utf16: Vec<u8> = format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    same("utf16", &utf16, Some("encoding UTF-16LE"));
    // No comma stands in a cell here, so that separators can be exchanged.
    same("semicolons", text.replace(',', ";").replace("2.5", "2,5").as_bytes(), Some("semicolons between cells"));
    same(
        "capitals",
        text.replacen("Number of notices received ,", "NUMBER OF NOTICES\u{a0}received,", 1).as_bytes(),
        None,
    );
}

#[test]
fn nothing_is_lost() {
    let mut text = notices(&["TOTAL,,1,,,,,,,,,,,,,,,,,,,,,surplus,more"]);
    text = text.replacen(",\"Description", ",Remarks,\"Description", 1).replacen("TOTAL,,", "TOTAL,a remark,,", 1);
    let with_title = format!("A title above,,\n{text},,2026-01-01/2026-06-30,TOTAL,,,,9\n");
    let parts = read("x.csv", with_title.as_bytes());
    let sink = taken("x.csv", with_title.as_bytes());
    let reasons: Vec<(u64, &str)> = sink.rejected.iter().map(|(l, r, _)| (*l, r.as_str())).collect();
    // The row without a service belongs to the only service of the file.
    assert_eq!(reasons, [(1, "stands above the header")]);
    assert!(sink.rejected[0].2.contains("A title above"));
    let extra = parts[0].values[0].extra.clone().expect("extra");
    assert!(extra.contains("a remark") && extra.contains("surplus") && extra.contains("more"), "{extra}");
    assert_eq!(parts[0].values.iter().filter(|v| v.extra.is_some()).count(), 1);
    assert!(
        sink.findings
            .list(&[])
            .iter()
            .any(|f| f.code == "Q071" && f.value.as_deref() == Some("not in the template: Remarks"))
    );
}

#[test]
fn rows_that_name_no_service_are_kept_aside() {
    let text = notices(&["TOTAL,,1,,,,,,,,,"]).replace("Trovanda (simulated)", " ");
    let parts = read("x.csv", text.as_bytes());
    assert!(parts[0].values.is_empty());
    assert_eq!(taken("x.csv", text.as_bytes()).rejected.len(), 1);
}

#[test]
fn parts_with_the_same_header_are_told_apart() {
    let head = "Applicability,Service,Reporting period,Section,Indicator,Scope,Value,Contextual information\n";
    let row = |section: &str, indicator: &str, scope: &str, value: &str| {
        format!("{head}All,Trovanda,{PERIOD},{section},{indicator},{scope},{value},\n")
    };
    let complaints = "Number of complaints submitted to the internal-complaints mechanism";
    for (text, part, code, scope) in [
        (
            row("Internal complaints mechanism", complaints, "Decisions reversed", "3"),
            7,
            "complaints_reversed",
            "TOTAL",
        ),
        (
            row("Use", "Accuracy of the automated means - Recall ", "Own-initiative ", "96.83%"),
            8,
            "recall",
            "OWN_INITIATIVE",
        ),
        (
            row("Human", "Number of total moderators with sufficient linguistic expertise ", "iw", "4"),
            9,
            "moderators_linguistic",
            "he",
        ),
        (
            row("AMAR", "Number of average monthly active recipients during the reporting period", "GR", "1.2M"),
            10,
            "recipients",
            "EL",
        ),
    ] {
        let parts = read("some.csv", text.as_bytes());
        let value = &parts[0].values[0];
        assert_eq!((parts[0].part, value.indicator_code, value.scope.as_str()), (part, Some(code), scope));
    }
    let greece = read(
        "a.csv",
        row("AMAR", "Number of average monthly active recipients during the reporting period", "GR", "1.2M").as_bytes(),
    );
    assert_eq!(greece[0].values[0].country.as_deref(), Some("GR"));
    assert_eq!(greece[0].values[0].scope_kind, ScopeKind::MemberState);
    assert!(greece[0].values[0].unparsed.as_deref().is_some_and(|u| u.contains("GR")));
    assert!(read("other.csv", b"a,b\n1,2\n").is_empty());
    assert!(!recognise(b"uuid,decision_visibility\n"));
}

#[test]
fn part_1_tells_the_others_who_reports() {
    let folder = tempfile::tempdir().expect("folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("file");
    write(
        "one.csv",
        "Applicability,Service,Indicator,Value\nAll,Trovanda,Name of the service provider,Trovanda Trading B.V.\nAll,Trovanda,Date of the publication of the report,2026/8/31\nAll,Trovanda,Starting date of reporting period,2026/1/1\nAll,Trovanda,Ending date of reporting period,2026/6/30\n",
    );
    write("four.csv", &notices(&["TOTAL,,1,,,,,,,,,"]).replace("Trovanda (simulated)", "Trovanda").replace(PERIOD, ""));
    write(
        "two.csv",
        "Category label,Category description,Category of illegal content / incompatible with the terms and conditions,Contextual information\nCategory 12d,Hm,KEYWORD_OTHER,ours\n",
    );
    write("notes.txt", "not a report");
    let opened = open(&[folder.path().to_owned()], &Services::default()).expect("readable");
    assert_eq!(opened.aside.len(), 1);
    let value = opened.parts().find_map(|p| p.values.first()).expect("value");
    assert_eq!(value.provider.as_deref(), Some("Trovanda Trading B.V."));
    assert_eq!(value.published_at.map(time::iso).as_deref(), Some("2026-08-31"));
    assert_eq!(value.period_end.map(time::iso).as_deref(), Some("2026-06-30"));
    let names = opened.parts().find(|p| p.part == 2).expect("part 2");
    assert_eq!(names.texts[0].platform.as_deref(), Some("Trovanda"));
    assert_eq!(names.texts[0].period_start.map(time::iso).as_deref(), Some("2026-01-01"));
    assert_eq!((names.texts[0].text.as_deref(), names.texts[0].context.as_deref()), (Some("Hm"), Some("ours")));
    // One file alone asks its neighbours.
    let alone = open_file(&folder.path().join("four.csv"), &Services::default()).expect("readable").expect("a report");
    assert_eq!(alone.parts.len(), 1);
    assert_eq!(&alone.parts[0].values[0], value);
}

#[test]
fn repeated_rows_are_numbered() {
    let text = notices(&["TOTAL,,1,,,,,,,,,", "TOTAL,,2,,,,,,,,,"]);
    let parts = read("x.csv", text.as_bytes());
    let numbers: Vec<i64> =
        parts[0].values.iter().filter(|v| v.indicator_code == Some("notices")).map(|v| v.occurrence).collect();
    assert_eq!(numbers, [1, 2]);
}

#[test]
fn a_workbook_gives_the_figures_of_its_csv() {
    let text = notices(&["TOTAL,,644956,3,,,21.85,NA,,,,", "STATEMENT_CATEGORY_VIOLENCE,,644956,3,,,,,,,,"]);
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("report.xlsx");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("4_notices").expect("name");
    let mut lines = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for (row, record) in (0_u32..).zip(lines.records()) {
        for (column, cell) in (0_u16..).zip(record.expect("record").iter()) {
            match cell.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).expect("cell"),
                Err(_) => sheet.write_string(row, column, cell).expect("cell"),
            };
        }
    }
    book.save(&path).expect("workbook");
    let workbook = open_file(&path, &Services::default()).expect("readable").expect("a report");
    let plain = read("4.csv", text.as_bytes());
    assert_eq!((workbook.parts.len(), workbook.parts[0].part), (1, 4));
    assert_eq!(workbook.parts[0].values.len(), plain[0].values.len());
    for (a, b) in workbook.parts[0].values.iter().zip(&plain[0].values) {
        assert_eq!(
            (a.value, a.state, a.indicator_code, &a.category),
            (b.value, b.state, b.indicator_code, &b.category)
        );
        assert_eq!(a.line, b.line);
    }
}

/// A workbook of sheets given as CSV.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, text) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).expect("name");
        let mut lines = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        for (row, record) in (0_u32..).zip(lines.records()) {
            for (column, cell) in (0_u16..).zip(record.expect("record").iter()) {
                sheet.write_string(row, column, cell).expect("cell");
            }
        }
    }
    book.save_to_buffer().expect("workbook")
}

/// Category and number of notices of each row.
type Counts = Vec<(Option<String>, Option<f64>)>;

/// Rows of a part that a workbook has on two sheets, and what is told of it.
fn on_two_sheets(first: &[&str], second: &[&str]) -> (Counts, Vec<String>) {
    let book = workbook(&[("4_notices", &notices(first)), ("4_notices (2)", &notices(second))]);
    let parts = read("report.xlsx", &book);
    assert_eq!(parts.len(), 1);
    let counts = parts[0].values.iter().filter(|v| v.indicator_code == Some("notices"));
    let values = counts.map(|v| (v.category.clone(), v.value)).collect();
    let told = taken("report.xlsx", &book).findings.list(&[]).into_iter().map(|f| f.code).collect();
    (values, told)
}

#[test]
fn a_part_on_several_sheets_is_put_together() {
    let named = |name: &str| Some(format!("STATEMENT_CATEGORY_{name}"));
    let total = Some("TOTAL".to_owned());
    // Other rows, the same row twice, and a blank beside a figure.
    let (values, told) = on_two_sheets(
        &["TOTAL,,9,,,,,,,,,", "STATEMENT_CATEGORY_VIOLENCE,,4,,,,,,,,,", "STATEMENT_CATEGORY_SELF_HARM,,,,,,,,,,,"],
        &["TOTAL,,9,,,,,,,,,", "STATEMENT_CATEGORY_SELF_HARM,,5,,,,,,,,,"],
    );
    let expected = [(total.clone(), Some(9.0)), (named("VIOLENCE"), Some(4.0)), (named("SELF_HARM"), Some(5.0))];
    assert_eq!(values, expected);
    assert_eq!(told, [finding::REPORT_SPLIT.code]);
    // Sheets that contradict each other are two editions: one is kept, and the other is told of.
    let (values, told) = on_two_sheets(
        &["TOTAL,,9,,,,,,,,,", "STATEMENT_CATEGORY_VIOLENCE,,4,,,,,,,,,"],
        &["TOTAL,,5,,,,,,,,,", "STATEMENT_CATEGORY_SELF_HARM,,5,,,,,,,,,"],
    );
    assert_eq!(values, [(total.clone(), Some(5.0)), (named("SELF_HARM"), Some(5.0))]);
    assert_eq!(told, [finding::REPORT_EDITION.code]);
    // The same twice is told of as that.
    let (values, told) = on_two_sheets(&["TOTAL,,9,,,,,,,,,"], &["TOTAL,,9,,,,,,,,,"]);
    assert_eq!(values, [(total, Some(9.0))]);
    assert_eq!(told, [finding::LEFT_ASIDE.code]);
}

const SPANISH: &str = "Aplicabilidad;Servicio;Per\u{ed}odo cubierto;Secci\u{f3}n;Indicador;\u{c1}mbito;Valor;Informaci\u{f3}n contextual\n\
    Todos;Trovanda (simulated);2026-01-01/2026-06-30;Recursos humanos dedicados a la moderaci\u{f3}n de contenidos;\
    N\u{fa}mero de moderadores internos empleados directamente por el prestador;N\u{fa}mero total;1.234,5;Indicador\n\
    Todos;Trovanda (simulated);2026-01-01/2026-06-30;Recursos humanos dedicados a la moderaci\u{f3}n de contenidos;\
    N\u{fa}mero total de moderadores con conocimientos ling\u{fc}\u{ed}sticos suficientes ;bg;12;\n";

#[test]
fn the_template_of_another_language_is_read_as_the_english_one() {
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(SPANISH);
    for bytes in [SPANISH.as_bytes(), &*latin] {
        let file = file("9.csv", bytes).expect("a report");
        assert!(file.description.reading.contains("the template in Spanish"), "{}", file.description.reading);
        let part = &file.parts[0];
        let found: Vec<_> =
            part.values.iter().map(|v| (v.indicator_code, v.scope.as_str(), v.scope_kind, v.value)).collect();
        assert_eq!(
            found,
            [
                (Some("moderators_internal"), "TOTAL", ScopeKind::Total, Some(1_234.5)),
                (Some("moderators_linguistic"), "bg", ScopeKind::Language, Some(12.0)),
            ]
        );
        // What the provider wrote stays, also where it is a word of the template.
        assert_eq!(
            (part.values[0].context.as_deref(), part.values[0].raw.as_deref()),
            (Some("Indicador"), Some("1.234,5"))
        );
    }
    let mut codes: Vec<String> =
        taken("9.csv", SPANISH.as_bytes()).findings.list(&[]).into_iter().map(|f| f.code).collect();
    codes.dedup();
    // Semicolons and decimals are told of; the language is no difference from the template.
    assert_eq!(codes, [finding::REPORT_DIALECT.code, finding::REPORT_NOTATION.code]);
}

#[test]
fn a_header_in_no_language_that_is_read_is_told_of() {
    let text = SPANISH.replace(
        "Aplicabilidad;Servicio;Per\u{ed}odo cubierto;Secci\u{f3}n;Indicador;\u{c1}mbito;Valor;",
        "Anwendbarkeit;Dienst;Berichtszeitraum;Abschnitt;Indikator;Umfang;Wert;",
    );
    let text = text.replace("Informaci\u{f3}n contextual", "Kontextinformationen");
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("9_Personal.csv");
    std::fs::write(&path, text).expect("file");
    let error = open_file(&path, &Services::default()).expect_err("refused");
    let said = error.to_string();
    assert!(said.contains("9_Personal.csv") && said.contains("Anwendbarkeit, Dienst, Berichtszeitraum"), "{said}");
    let hint = error.hint().expect("a hint");
    assert!(hint.contains("English, Spanish, French or Italian"), "{hint}");
    // Other tables with periods are none.
    let other = "severity,code,platform,period,export\nerror,Q071,Temu,2026-01-01/2026-06-30,x\n";
    std::fs::write(&path, other).expect("file");
    assert!(open_file(&path, &Services::default()).expect("readable").is_none());
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_end_in_parts_or_errors(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..400)) {
        let mut text = notices(&["TOTAL,,1,,,,,,,,,"]).into_bytes();
        let at = text.len() / 2 + bytes.len() % (text.len() / 2);
        text.splice(at..at, bytes);
        let sheet = text::csv_sheet("x", &text);
        if let Some(found) = recognise::recognise(&sheet) {
            let contents = parts::contents(&sheet, &found, &Services::default(), &BTreeMap::new());
            proptest::prop_assert!(contents.part == found.part);
        }
    }
}
