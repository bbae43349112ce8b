//! Published transparency reports, where they are there: known figures, and what is known to be wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use systemic::sources::transparency_report::{Opened, open};
use systemic::tables::services::Services;
use systemic::transparency::ReportValue;
use systemic::transparency::numbers::State;
use systemic::transparency::scopes::ScopeKind;
use systemic::transparency::validate::{Fault, validate};

use super::support::{s, said, systemic, zip};

fn reports() -> Option<PathBuf> {
    let folder = std::env::var_os("SYSTEMIC_SHARED")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from)
        .join("data/transparency-reports");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: no transparency reports at {}", folder.display());
    None
}

fn opened(path: &Path) -> Opened {
    open(&[path.to_owned()], &Services::default()).expect("readable")
}

fn checked(opened: &Opened) -> Vec<Fault> {
    validate(&opened.values(), &opened.texts(), &Services::default())
}

/// The figure of a platform for everything.
fn total(all: &[ReportValue], platform: &str, code: &str) -> f64 {
    let found: Vec<f64> = all
        .iter()
        .filter(|v| v.platform == platform && v.indicator_code == Some(code))
        .filter(|v| v.scope_kind == ScopeKind::Total && v.is_total_row())
        .filter_map(|v| v.value)
        .collect();
    assert_eq!(found.len(), 1, "{platform} {code}: {found:?}");
    found[0]
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance, "{a} is not {b}");
}

#[test]
fn marketplaces_of_the_second_half_of_2025() {
    let Some(folder) = reports() else { return };
    let opened = opened(&folder.join("h2-2025"));
    assert!(opened.aside.is_empty(), "{:?}", opened.aside);
    let all = opened.values();
    let platforms: BTreeSet<&str> = all.iter().map(|v| v.platform.as_str()).collect();
    assert_eq!(platforms.len(), 22);
    for (platform, reversed, moderators, suspended) in [
        ("AliExpress", 21.0, 5.4, 107_859.0),
        ("Amazon", 67.1, 8.9, 384_805.0),
        ("Temu", 43.2, 27.8, 2.0),
        ("Shein", 93.5, 9.6, 27.0),
    ] {
        let of = |code: &str| total(&all, platform, code);
        let decided = of("complaints_upheld") + of("complaints_partial") + of("complaints_reversed");
        close(100.0 * of("complaints_reversed") / decided, reversed, 0.05);
        let staff = of("moderators_internal") + of("moderators_external");
        close(1e6 * staff / of("recipients"), moderators, 0.05);
        close(of("suspensions_illegal_content"), suspended, 0.0);
    }
    // Greece is EL in every report, whatever it was written as, and GR where statements meet it.
    let greek = all.iter().filter(|v| v.indicator_code == Some("recipients") && v.scope == "EL");
    assert_eq!(greek.filter(|v| v.country.as_deref() == Some("GR")).count(), 16);
}

#[test]
fn what_is_known_to_be_wrong_is_found() {
    let Some(folder) = reports() else { return };
    let faults = checked(&opened(&folder.join("h2-2025")));
    let shown = |platform: &str, rule: &str| -> Vec<&Fault> {
        faults.iter().filter(|f| f.platform == platform && f.rule.id == rule).collect()
    };
    let has = |platform: &str, rule: &str, words: &[&str]| {
        let found = shown(platform, rule);
        let some = found.iter().any(|f| words.iter().all(|w| f.shown.contains(w)));
        assert!(some, "{platform} {rule} {words:?}: {:?}", found.iter().map(|f| &f.shown).collect::<Vec<_>>());
    };
    has("AliExpress", "V12", &["notices", "INTELLECTUAL_PROPERTY_INFRINGEMENTS", "cells of 0", "573,751"]);
    has("AliExpress", "V12", &["PROTECTION_OF_MINORS", "2,351"]);
    has("Shein", "V12", &["INTELLECTUAL_PROPERTY_INFRINGEMENTS", "70", "61"]);
    has("TikTok", "V13", &["part 4, notices:", "624,339", "714,523"]);
    has("TikTok", "V13", &["part 6", "230,574,497", "258,691,522"]);
    has("Pinterest", "V13", &["7,626", "7,618"]);
    has("Booking.com", "V13", &["4,840", "4,841"]);
    has("AliExpress", "V16", &["620,676", "701,165"]);
    has("Shein", "V19", &["96", "43.5"]);
    has("Snapchat", "V24", &["69,2", "11,279,462"]);
    has("Booking.com", "V24", &["831,653", "802,337"]);
    has("AliExpress", "V25", &["223,637,581", "230,6"]);
    has("Amazon", "V26", &["931,270", "83,961"]);
    has("Shein", "V26", &["22,991", "22,985"]);
    has("AliExpress", "V30", &["nothing to implement"]);
    has("AliExpress", "V33", &["no accuracy"]);
    has("Instagram", "V06", &["72.45"]);
    has("App Store", "V36", &["19 Member States"]);
    has("App Store", "V11", &["OTHER_VIOLATION_TC"]);
    has("Pornhub", "V10", &["SEE"]);
    has("TikTok", "V10", &["CZ"]);
    has("Snapchat", "V22", &["restrictions"]);
    assert!(shown("Wikipedia", "V13").is_empty(), "a sum over blank categories is no total");
    assert!(shown("Temu", "V26").is_empty() && shown("AliExpress", "V24").is_empty());
    let differ: BTreeSet<&str> = faults
        .iter()
        .filter(|f| f.rule.id == "V27" && f.cells.iter().any(|c| c.indicator == "complaints_total"))
        .map(|f| f.platform.as_str())
        .collect();
    assert_eq!(
        differ.into_iter().collect::<Vec<_>>(),
        [
            "App Store",
            "Booking.com",
            "Google Maps",
            "Google Multi-Services",
            "Google Play",
            "Google Shopping",
            "Instagram",
            "Snapchat",
            "YouTube"
        ]
    );
}

#[test]
fn temu_as_published() {
    let Some(folder) = reports() else { return };
    let opened = opened(&folder.join("temu-2026H1"));
    assert!(opened.aside.is_empty(), "{:?}", opened.aside);
    let parts: Vec<u8> = {
        let mut parts: Vec<u8> = opened.parts().map(|p| p.part).collect();
        parts.sort_unstable();
        parts
    };
    assert_eq!(parts, [1, 3, 4, 5, 6, 7, 8, 9, 10]);
    let all = opened.values();
    assert!(all.iter().all(|v| v.provider.as_deref() == Some("Whaleco Technology Limited")));
    assert!(all.iter().all(|v| v.published_at.map(systemic::time::iso).as_deref() == Some("2026-08-31")));
    let of = |code: &str| total(&all, "Temu", code);
    close(of("illegal_detected_automated") + of("terms_detected_automated"), 1_603_848_715.0, 0.0);
    close(of("illegal_detected_automated"), 72_250.0, 0.0);
    close(of("measures_automated"), 1_603_848_715.0, 0.0);
    close(of("recipients"), 124_100_000.0, 0.0);
    assert!(all.iter().any(|v| v.state == State::Mark && v.raw.as_deref() == Some("NA") && v.value.is_none()));
    let precision = all.iter().find(|v| v.indicator_code == Some("precision") && v.surface.as_deref() == Some("IP"));
    close(precision.and_then(|v| v.value).expect("precision"), 0.9923, 1e-12);
    // The bytes are GBK: an em dash stands in the context.
    let staff = all.iter().find(|v| v.indicator_code == Some("moderators_internal")).expect("moderators");
    assert!(staff.context.as_deref().is_some_and(|c| c.contains("functions\u{2014}such as")), "{:?}", staff.context);
    let scopes: BTreeSet<&str> = all.iter().filter(|v| v.part == 3).map(|v| v.scope.as_str()).collect();
    assert!(scopes.contains("AT, […], SE"), "{scopes:?}");

    let faults = checked(&opened);
    let has = |rule: &str, words: &[&str]| {
        assert!(
            faults.iter().any(|f| f.rule.id == rule && words.iter().all(|w| f.shown.contains(w))),
            "{rule} {words:?}: {:?}",
            faults.iter().filter(|f| f.rule.id == rule).map(|f| &f.shown).collect::<Vec<_>>()
        );
    };
    has("V13", &["part 3, orders_act_items", "667", "TOTAL 659", "comments on it"]);
    has("V14", &["orders_act_items, TOTAL", "667", "TOTAL 659"]);
    has("V14L", &["measures_automated", "1,603,403,808", "1,603,848,715"]);
    has("V14L", &["measures_not_automated", "772,713", "773,028"]);
    has("V08", &["part 4", "NA"]);
    has("V11", &["part 5", "OTHER_VIOLATION_TC"]);
    has("V01", &["11_qualitative"]);
    let none = |rule: &str| {
        let found: Vec<&String> = faults.iter().filter(|f| f.rule.id == rule).map(|f| &f.shown).collect();
        assert!(found.is_empty(), "{rule}: {found:?}");
    };
    for rule in ["V04", "V05", "V06", "V07", "V25", "V26", "V27", "V28", "V34", "V36"] {
        none(rule);
    }
}

/// Every cell that a file holds stands in a value, a text, or a record that was kept aside.
#[test]
fn no_cell_of_a_published_report_is_lost() {
    let Some(folder) = reports() else { return };
    let mut cells = 0_usize;
    for path in glob::glob(&format!("{}/*2026H1/*.csv", folder.display())).expect("pattern").flatten() {
        let bytes = std::fs::read(&path).expect("file");
        let text = String::from_utf8(bytes.clone()).unwrap_or_else(|_| encoding_rs::GBK.decode(&bytes).0.into_owned());
        let opened = opened(&path);
        let mut kept: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
        for v in opened.values() {
            let line = kept.entry(v.line).or_default();
            let also = [v.scope.clone(), v.platform.clone()];
            let words = [v.raw, v.context, v.description, v.category, v.sub_category, v.applicability, v.section];
            line.extend(words.into_iter().flatten().chain(also).map(|t| t.trim().to_owned()));
            line.extend(v.unparsed);
            let name = v.indicator_code.and_then(systemic::transparency::template::indicator);
            line.extend(name.map(|i| i.name.to_owned()));
            line.extend(name.map(|i| i.scope.to_owned()));
        }
        for t in opened.texts() {
            let line = kept.entry(t.line).or_default();
            let words = [t.text, t.context, t.label, t.applicability, t.platform, t.category, t.sub_category];
            line.extend(words.into_iter().flatten().map(|t| t.trim().to_owned()));
        }
        let known = ["2026-01-01/2026-06-30", "Total number", "Own-initiative", "NAM Total", "NAM Trusted Flagger"];
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let mut rows = kept.values();
        for record in reader.records() {
            let record = record.expect("record");
            let line = rows.next().unwrap_or_else(|| panic!("{}: {record:?}", path.display()));
            for cell in record.iter().map(str::trim).filter(|c| !c.is_empty() && !known.contains(c)) {
                cells += 1;
                let inside = line.contains(cell) || line.iter().any(|t| t.contains(&cell.replace('"', "\\\"")));
                assert!(inside, "{}: {cell} is lost: {line:?}", path.display());
            }
        }
    }
    assert!(cells > 10_000, "{cells}");
}

/// The command finds what the rules find, with the cells behind it.
#[test]
fn check_tells_what_is_wrong_in_published_reports() {
    let Some(folder) = reports() else { return };
    let (tiktok, aliexpress) = (folder.join("h2-2025/tiktok"), folder.join("h2-2025/aliexpress"));
    let temu = folder.join("temu-2026H1");
    let args = ["check", s(&tiktok), s(&aliexpress), s(&temu), "--fail-on", "error", "--format", "json"];
    let (status, text, stderr) = said(&systemic(&args));
    assert_eq!(status, 1, "{stderr}");
    let found: Vec<BTreeMap<String, String>> = serde_json::from_str(&text).expect("JSON");
    for (severity, platform, period, words, cells) in [
        ("error", "AliExpress", "2025-07-01/2025-12-31", "cells of 0, category 573,751", "INTELLECTUAL_PROPERTY"),
        ("error", "TikTok", "2025-07-01/2025-12-31", "= 624,339, TOTAL 714,523", "notices TOTAL TOTAL: 714523"),
        ("error", "Temu", "2026-01-01/2026-06-30", "add up to 667, TOTAL 659", "orders_act_items TOTAL TOTAL: 659"),
        ("warning", "Temu", "2026-01-01/2026-06-30", "add up to 1,603,403,808, Total number 1,603,848,715", " bg: "),
        ("warning", "Temu", "2026-01-01/2026-06-30", "add up to 772,713, Total number 773,028", " bg: "),
        ("warning", "Temu", "2026-01-01/2026-06-30", "V08: part 4: NA", "notices_time TOTAL STATEMENT_CATEGORY_"),
        ("error", "Temu", "", "encoding GBK", ""),
    ] {
        let hit = found.iter().find(|f| f["platform"] == platform && f["value"].contains(words));
        let hit = hit.unwrap_or_else(|| panic!("{platform} {words}"));
        assert_eq!((hit["severity"].as_str(), hit["period"].as_str()), (severity, period), "{hit:?}");
        assert!(hit["cells"].contains(cells), "{hit:?}");
    }
    let touches = |platform: &str, words: &str| -> Vec<&str> {
        let hit = found.iter().find(|f| f["platform"] == platform && f["value"].contains(words));
        hit.unwrap_or_else(|| panic!("{platform} {words}"))["touches"].split(", ").collect()
    };
    let sums = touches("AliExpress", "V12: part 4, notices_items, STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY");
    assert_eq!(sums, ["notice-action-rate", "tr-internal-consistency", "digit-heaping"]);
    let languages = touches("Temu", "add up to 1,603,403,808");
    assert!(languages.contains(&"automated-share") && !languages.contains(&"complaint-rate"), "{languages:?}");
    let missing = touches("AliExpress", "V01: part 1_report_identification");
    assert_eq!(missing, ["tr-structural-validity", "tr-timeliness"]);
    let marks = found.iter().filter(|f| f["code"] == "Q077").map(|f| f["count"].parse::<u64>().expect("a count"));
    // Every NA of the report: 144 in part 4, and none elsewhere.
    assert_eq!(marks.sum::<u64>(), 144);
}

/// The cells of each sheet of a workbook, without blank rows.
fn sheets(path: &Path) -> Vec<Vec<Vec<String>>> {
    use calamine::Reader as _;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).expect("a workbook");
    let mut all = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).expect("a sheet");
        let rows = range.rows().map(|r| r.iter().map(ToString::to_string).collect::<Vec<String>>());
        all.push(rows.filter(|r| r.iter().any(|c| !c.trim().is_empty())).collect());
    }
    all
}

/// The official workbook, filled with the cells of a simulated report: headers and everything else stay as published.
fn filled(template: &Path, parts: &[(String, Vec<Vec<String>>)]) -> Vec<u8> {
    use std::fmt::Write as _;
    use std::io::Read as _;

    let archive = systemic::sources::archive::Archive::open(template).expect("the template");
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for entry in &archive.entries {
        let mut bytes = vec![0; 8 << 20];
        let got = entry.open().expect("entry").fill(&mut bytes).expect("bytes");
        bytes.truncate(got);
        entries.push((entry.name.clone(), bytes));
    }
    let official = sheets(template);
    let column = |at: usize| -> String {
        let letter = |n: usize| char::from(b'A' + u8::try_from(n).expect("a letter"));
        if at < 26 { letter(at).to_string() } else { format!("{}{}", letter(at / 26 - 1), letter(at % 26)) }
    };
    let plain = systemic::transparency::numbers::folded;
    for (number, ((name, rows), official)) in (1..).zip(parts.iter().zip(&official)) {
        let official: Vec<String> = official[0].iter().map(|c| plain(c)).collect();
        let ours: Vec<String> = rows[0].iter().map(|c| plain(c)).collect();
        assert_eq!(official[..ours.len()], ours, "{name}");
        assert!(official[ours.len()..].iter().all(String::is_empty), "{name}");
        let mut xml = String::new();
        for (row, cells) in (2..).zip(&rows[1..]) {
            let _ = write!(xml, "<row r=\"{row}\">");
            for (at, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let place = format!("{}{row}", column(at));
                match text.parse::<f64>() {
                    Ok(n) => write!(xml, "<c r=\"{place}\"><v>{n}</v></c>"),
                    Err(_) => {
                        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
                        write!(xml, "<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                    }
                }
                .expect("written");
            }
            xml.push_str("</row>");
        }
        let sheet = entries.iter_mut().find(|e| e.0 == format!("xl/worksheets/sheet{number}.xml")).expect("a sheet");
        let mut text = String::new();
        sheet.1.as_slice().read_to_string(&mut text).expect("UTF-8");
        let header = text.find("</row>").expect("the header's row") + "</row>".len();
        let end = text.find("</sheetData>").expect("the end of the data");
        text.replace_range(header..end, &xml);
        sheet.1 = text.into_bytes();
    }
    let all: Vec<(&str, &[u8])> = entries.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    zip(&all, true)
}

/// A figure with its keys, state, value and line.
type Key = (u8, Option<&'static str>, String, Option<String>, Option<String>, Option<String>, State, Option<u64>, u64);

#[test]
fn the_official_workbook_loads_to_the_figures_of_its_csv() {
    use systemic::simulate::transparency_report::{ReportPlan, first_report};

    let Some(folder) = reports() else { return };
    let plan = ReportPlan { services: 1, ..ReportPlan::default() };
    let dir = tempfile::tempdir().expect("folder");
    systemic::simulate::transparency_report::reports(&plan, &dir.path().join("csv")).expect("written");
    let book =
        filled(&folder.join("template/Annex_I_templates_all_languages.xlsx"), &first_report(&plan).expect("a report"));
    let path = dir.path().join("report.xlsx");
    std::fs::write(&path, &book).expect("workbook");
    // A workbook within an archive is the same.
    let packed = dir.path().join("report.zip");
    std::fs::write(&packed, zip(&[("published/report.xlsx", &book)], true)).expect("archive");
    let csv = opened(&dir.path().join("csv/trovanda-2026H1"));
    let figures = |opened: &Opened| -> BTreeSet<Key> {
        let key = |v: ReportValue| {
            let value = v.value.map(f64::to_bits);
            (v.part, v.indicator_code, v.scope, v.category, v.sub_category, v.description, v.state, value, v.line)
        };
        opened.values().into_iter().map(key).collect()
    };
    let expected = figures(&csv);
    assert!(expected.len() > 3_000);
    for form in [&path, &packed] {
        let got = opened(form);
        assert!(got.aside.is_empty(), "{:?}", got.aside);
        assert!(figures(&got) == expected, "{}", form.display());
        let texts = |o: &Opened| -> BTreeSet<_> { o.texts().into_iter().map(|t| (t.part, t.label, t.text)).collect() };
        assert_eq!(texts(&got), texts(&csv));
        assert!(checked(&got).is_empty());
    }
    // All three at once count once.
    let data = dir.path().join("data");
    let csv = dir.path().join("csv/trovanda-2026H1");
    let (status, _, told) = said(&systemic(&["load", s(&csv), s(&path), s(&packed), "-o", s(&data)]));
    assert_eq!(status, 0, "{told}");
    assert_eq!(told.matches("more files").count(), 2, "{told}");
}

/// A simulated report in the words of another official template: each cell that the English template has is the one that
/// stands at its place there.
fn translated(parts: &[(String, Vec<Vec<String>>)], english: &Path, other: &Path) -> Vec<(String, Vec<Vec<String>>)> {
    let plain = systemic::transparency::numbers::folded;
    let mut out = Vec::new();
    for ((name, rows), (ours, theirs)) in parts.iter().zip(sheets(english).iter().zip(&sheets(other))) {
        assert_eq!(ours.len(), theirs.len(), "{name}");
        let mut words: BTreeMap<String, &str> = BTreeMap::new();
        for (a, b) in ours.iter().zip(theirs) {
            words.extend(a.iter().zip(b).filter(|(a, _)| !a.trim().is_empty()).map(|(a, b)| (plain(a), b.as_str())));
        }
        let word = |cell: &String| words.get(&plain(cell)).map_or_else(|| cell.clone(), |w| (*w).to_owned());
        out.push((name.clone(), rows.iter().map(|r| r.iter().map(word).collect()).collect()));
    }
    out
}

#[test]
fn official_workbooks_of_other_languages_load_to_the_figures_of_the_english_one() {
    use systemic::simulate::transparency_report::{ReportPlan, first_report};

    let Some(folder) = reports() else { return };
    let plan = ReportPlan { services: 1, ..ReportPlan::default() };
    let parts = first_report(&plan).expect("a report");
    let dir = tempfile::tempdir().expect("folder");
    systemic::simulate::transparency_report::reports(&plan, &dir.path().join("csv")).expect("written");
    let csv = opened(&dir.path().join("csv/trovanda-2026H1"));
    let figures = |opened: &Opened| -> BTreeSet<_> {
        let key = |v: ReportValue| {
            let keys = (v.part, v.indicator_code, v.section, v.scope, v.category, v.sub_category, v.description);
            (keys, v.state, v.value.map(f64::to_bits), v.line)
        };
        opened.values().into_iter().map(key).collect()
    };
    let english = folder.join("template/Annex_I_templates_all_languages.xlsx");
    for (language, name) in [("ES", "Spanish"), ("FR", "French"), ("IT", "Italian")] {
        let template = folder.join(format!("template/{language}_Annex_I.xlsx"));
        let parts = translated(&parts, &english, &template);
        // The words are others, or nothing would be tested.
        assert!(parts[3].1[0][6].contains("Trusted") || !parts[3].1[0][5].contains("Number"), "{:?}", parts[3].1[0]);
        let path = dir.path().join(format!("{language}.xlsx"));
        std::fs::write(&path, filled(&template, &parts)).expect("workbook");
        let got = opened(&path);
        assert!(got.aside.is_empty(), "{:?}", got.aside);
        assert!(figures(&got) == figures(&csv), "{language}");
        let faults: Vec<String> = checked(&got).iter().map(Fault::value).collect();
        assert!(faults.is_empty(), "{language}: {faults:?}");
        let (status, _, told) = said(&systemic(&["inspect", s(&path)]));
        assert!(status == 0 && !told.contains("error"), "{told}");
        let data = dir.path().join(language);
        said(&systemic(&["load", s(&path), "-o", s(&data)]));
        let manifest = std::fs::read_to_string(data.join("manifest.json")).expect("manifest");
        assert!(manifest.contains(&format!("the template in {name}")), "{manifest}");
    }
}
