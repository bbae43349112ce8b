//! What providers do to the template, one kind an entry.
//!
//! Kinds of form change how a report is written: read rightly, it gives the figures of the clean one. Kinds of content
//! change figures or leave them out: each breaks the rules that it names, and no other.

#![expect(clippy::ptr_arg, reason = "what is done to a report is of one type, and some of it takes parts away")]

use super::sheets::{Encoding, Sheet};
use crate::finding::{self, Kind};
use crate::transparency::template::{TOTAL, indicator};

/// One kind of dirt.
pub struct Dirt {
    /// Its id on the command line.
    pub id: &'static str,
    /// What is done.
    pub meaning: &'static str,
    /// Rules of [`crate::transparency::validate::RULES`] that the report then breaks; a clean one breaks none.
    pub rules: &'static [&'static str],
    /// The findings that reading gives, where reading sees it.
    pub findings: &'static [&'static Kind],
    /// Whether figures change or are lost, rather than how they are written.
    pub content: bool,
    /// Whether it shows beside a clean report of the same service on the half-year before, which is then written too.
    pub after: bool,
    put: fn(&mut Vec<Sheet>),
}

impl std::fmt::Debug for Dirt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Dirt").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Dirt {
    pub(super) fn put(&self, sheets: &mut Vec<Sheet>) {
        (self.put)(sheets);
    }
}

/// A kind of form.
const fn form(
    id: &'static str,
    meaning: &'static str,
    findings: &'static [&'static Kind],
    rules: &'static [&'static str],
    put: fn(&mut Vec<Sheet>),
) -> Dirt {
    Dirt { id, meaning, rules, findings, content: false, after: false, put }
}

/// A kind of content.
const fn content(
    id: &'static str,
    meaning: &'static str,
    rules: &'static [&'static str],
    put: fn(&mut Vec<Sheet>),
) -> Dirt {
    Dirt { id, meaning, rules, findings: &[], content: true, after: false, put }
}

/// A kind of content that shows beside the half-year before.
const fn change(
    id: &'static str,
    meaning: &'static str,
    rules: &'static [&'static str],
    put: fn(&mut Vec<Sheet>),
) -> Dirt {
    Dirt { after: true, ..content(id, meaning, rules, put) }
}

const DIALECT: &[&Kind] = &[finding::REPORT_DIALECT];
const NOTATION: &[&Kind] = &[finding::REPORT_NOTATION];
const HEADER: &[&Kind] = &[finding::REPORT_HEADER];
const BOTH: &[&Kind] = &[finding::REPORT_DIALECT, finding::REPORT_NOTATION];

/// Every kind of dirt, in the order of the help.
pub static KINDS: &[Dirt] = &[
    form("semicolons", "semicolons between cells, and a comma before decimals", BOTH, &[], semicolons),
    form("gbk", "part 8 in GBK", DIALECT, &[], |s| encode(s, 8, Encoding::Gbk)),
    form("windows-1252", "part 1 in Windows-1252", DIALECT, &[], |s| encode(s, 1, Encoding::Windows1252)),
    form("utf-16", "part 7 in UTF-16", DIALECT, &[], |s| encode(s, 7, Encoding::Utf16)),
    form("byte-order-mark", "a byte-order mark and line ends of DOS", &[], &[], marked),
    form("title-above", "a title above the header", &[], &[], title),
    form("headers", "headers in capitals, with no-break spaces and blanks at their ends", &[], &[], headers),
    form("extra-column", "a column that the template has not", HEADER, &[], extra),
    form("grouped", "counts as 644,956 and 1 234", NOTATION, &[], |s| counts(s, grouped)),
    form("decimal-counts", "counts as 395348.0", NOTATION, &[], |s| counts(s, |n| format!("{n}.0"))),
    form("millions", "recipients as 124.1M, with all their digits", NOTATION, &[], millions),
    form("percent", "shares as 96.83%", NOTATION, &[], percent),
    form("days", "medians in days, as the contextual column says", NOTATION, &[], days),
    form("marks", "NA, n/a, - and / where nothing applies", &[], &["V08"], marks),
    form("trailing-blanks", "`TOTAL `, `Own-initiative ` and `0 `", &[], &[], trailing),
    form("old-hebrew", "iw, the old code of Hebrew", &[], &["V10"], |s| scope(s, 9, "he", "iw")),
    form("greece", "GR for Greece, which Eurostat writes EL", &[], &["V10"], |s| scope(s, 10, "EL", "GR")),
    form("scope-list", "the template's rows of scope `AT, [...], SE`, left blank", &[], &[], scope_list),
    form("language-words", "`Total number: el` for a language", &[], &["V10"], language_words),
    form("slash-dates", "dates as 2026/8/31", &[], &[], dates),
    content("no-texts", "part 11 is missing", &["V01"], |s| s.retain(|sheet| sheet.part != 11)),
    content("odd-period", "a period that ends a month later", &["V04"], period),
    content("late", "published four months after the period", &["V05"], late),
    content("fraction", "half a complaint", &["V06", "V27"], |s| {
        add(s, 7, &["complaints_omitted"], "", 0.5);
    }),
    content("percent-as-share", "accuracy as 96.83 without a sign", &["V07"], percent_without_sign),
    content("long-text", "a text of more than 5,000 characters", &["V09"], long_text),
    content("own-codes", "a sub-category of the provider's own", &["V10"], own_codes),
    content("misplaced-category", "category 17 in part 5", &["V11"], misplaced),
    content("sub-categories-zero", "sub-categories of 0 under a category that is not", &["V12"], zero_subs),
    content("total", "a total that is not the sum of its categories", &["V13"], |s| {
        add(s, 4, &["notices_items"], TOTAL, 90_174.0);
    }),
    content("state-total", "orders in total that are fewer than those of Member States", &["V13", "V14"], |s| {
        add(s, 3, &["orders_act_items"], TOTAL, 8.0);
    }),
    content("language-total", "measures by language that do not add up to all", &["V14L"], |s| {
        add(s, 8, &["measures_automated"], "bg", 315.0);
    }),
    content("bare-other", "rows `other` without a description", &["V15"], bare_other),
    content("few-items", "fewer items than notices, in a row", &["V12", "V16", "V17", "V20"], few_items),
    content(
        "flaggers-excess",
        "more notices of trusted flaggers than notices",
        &["V12", "V16", "V17"],
        flaggers_excess,
    ),
    content("long-median", "a median of 28,942 hours", &["V18"], |s| set(s, 4, "notices_time", TOTAL, "28942")),
    content("flaggers-last", "trusted flaggers wait longer than others", &["V19"], |s| {
        set(s, 4, "notices_flaggers_time", TOTAL, "196");
        set(s, 4, "notices_time", TOTAL, "43.5");
    }),
    content("detected-excess", "more measures after automated detection than measures", &["V12", "V21"], |s| {
        add(s, 5, &["illegal_detected_automated"], "KEYWORD_ANIMAL_HARM", 5_000.0);
    }),
    content("no-restriction", "measures without a restriction", &["V12", "V22"], |s| {
        add(s, 6, &["terms_measures"], "KEYWORD_ANIMAL_HARM", 7.0);
    }),
    content("restriction-excess", "more restrictions of a kind than measures", &["V12", "V23"], |s| {
        add(s, 6, &["terms_visibility_label"], "KEYWORD_ANIMAL_HARM", 900_000.0);
    }),
    content("part-8-above", "more own-initiative measures in part 8 than in parts 5 and 6", &["V24"], |s| {
        add(s, 8, &["measures_not_automated"], "Own-initiative", 99_000_000.0);
    }),
    content("automation-differs", "automated measures of part 8 are not those of parts 5 and 6", &["V25"], |s| {
        add(s, 8, &["measures_automated"], "Own-initiative", -9.0);
    }),
    content("notices-differ", "notices of part 8 are not those of part 4", &["V26"], |s| {
        add(s, 8, &["notices_automated"], "NAM Total", 12.0);
    }),
    content("complaints", "more complaints than outcomes", &["V27"], |s| {
        add(s, 7, &["complaints_total"], "", 61.0);
    }),
    content("complaint-kinds", "complaints of all kinds are more than all complaints", &["V28"], |s| {
        add(s, 7, &["complaints_visibility_total"], "", 900.0);
    }),
    content("flagger-complaints", "more complaints about notices of trusted flaggers than about all", &["V29"], |s| {
        add(s, 7, &["complaints_flagger_notice_total"], "", 900_000.0);
    }),
    content("nothing-to-implement", "a share of outcomes implemented where there are none", &["V30"], |s| {
        for code in ["disputes_partial", "disputes_reversed", "disputes_implemented"] {
            set(s, 7, code, "", "0");
        }
    }),
    content("suspensions", "more suspensions than restrictions and actions", &["V31"], |s| {
        add(s, 7, &["suspensions_illegal_content"], "", 90_000_000.0);
    }),
    content("accuracy", "accuracy of 0.5 with precision and recall of 1", &["V32"], |s| {
        for (code, share) in [("accuracy", "0.5000"), ("precision", "1.0000"), ("recall", "1.0000")] {
            set(s, 8, code, "Own-initiative", share);
        }
    }),
    content("no-accuracy", "no accuracy, and no reason", &["V33", "V38"], no_accuracy),
    content("linguists", "more moderators with a language than moderators", &["V34"], |s| {
        set(s, 9, "moderators_linguistic", "Total number", "99999");
    }),
    content("few-languages", "moderators of few languages", &["V35"], |s| {
        remove(s, 9, &["bg", "cs", "et", "fi", "ga", "lt", "lv", "mt", "sk", "sl"]);
    }),
    content("few-states", "recipients of few Member States", &["V36"], |s| remove(s, 10, &["LU", "MT", "CY"])),
    content("repeated-row", "a row stands twice", &["V43"], repeated),
    change("jump", "counts are four times what they were the half-year before", &["V40"], |s| times(s, 4)),
    content("round-figures", "every count ends in 000", &["V42"], |s| times(s, 1_000)),
];

fn of(sheets: &mut [Sheet], part: u8) -> Option<&mut Sheet> {
    sheets.iter_mut().find(|s| s.part == part)
}

fn encode(sheets: &mut [Sheet], part: u8, encoding: Encoding) {
    if let Some(sheet) = of(sheets, part) {
        sheet.encoding = encoding;
    }
}

/// Every cell for a figure, with its unit.
fn cells(sheets: &mut [Sheet], mut change: impl FnMut(u8, &'static str, &mut String)) {
    for sheet in sheets {
        let part = sheet.part;
        let Some((header, rows)) = sheet.rows.split_first_mut() else { continue };
        for row in rows {
            if (3..=6).contains(&part) {
                for (name, cell) in header.iter().zip(row.iter_mut()) {
                    if let Some(i) = crate::transparency::template::named(part, name, "") {
                        change(part, i.unit, cell);
                    }
                }
            } else if (7..=10).contains(&part) {
                let place = |name: &str| header.iter().position(|h| h == name);
                let (Some(name), Some(scope), Some(value)) = (place("Indicator"), place("Scope"), place("Value"))
                else {
                    continue;
                };
                let named = crate::transparency::template::named(part, &row[name], &row[scope]);
                if let (Some(i), Some(cell)) = (named, row.get_mut(value)) {
                    change(part, i.unit, cell);
                }
            }
        }
    }
}

/// Rows of a part that are of a figure (long parts) and a scope or category; any where `key` is empty.
fn find<'a>(sheets: &'a mut [Sheet], part: u8, code: &str, key: &str) -> Option<&'a mut String> {
    let known = indicator(code)?;
    let sheet = of(sheets, part)?;
    let wide = (3..=6).contains(&part);
    let value = sheet.column(if wide { known.name } else { "Value" });
    let (name, scope) = (sheet.column("Indicator"), sheet.column("Scope"));
    let keyed = if wide { 3 } else { scope };
    let fits = |row: &&mut Vec<String>| {
        let cell = |at: usize| row.get(at).map(String::as_str);
        let named =
            wide || (cell(name) == Some(known.name) && (known.scope.is_empty() || cell(scope) == Some(known.scope)));
        named && (key.is_empty() || cell(keyed) == Some(key))
    };
    sheet.rows.iter_mut().skip(1).find(fits)?.get_mut(value)
}

fn set(sheets: &mut [Sheet], part: u8, code: &str, key: &str, text: &str) {
    if let Some(cell) = find(sheets, part, code, key) {
        text.clone_into(cell);
    }
}

fn add(sheets: &mut [Sheet], part: u8, codes: &[&str], key: &str, more: f64) {
    for code in codes {
        if let Some(cell) = find(sheets, part, code, key) {
            *cell = (cell.parse::<f64>().unwrap_or_default() + more).to_string();
        }
    }
}

fn scope(sheets: &mut [Sheet], part: u8, from: &str, to: &str) {
    let Some(sheet) = of(sheets, part) else { return };
    let at = sheet.column("Scope");
    for cell in sheet.rows.iter_mut().filter_map(|r| r.get_mut(at)).filter(|c| *c == from) {
        to.clone_into(cell);
    }
}

fn remove(sheets: &mut [Sheet], part: u8, scopes: &[&str]) {
    let Some(sheet) = of(sheets, part) else { return };
    let at = sheet.column("Scope");
    sheet.rows.retain(|r| !r.get(at).is_some_and(|c| scopes.contains(&c.as_str())));
}

fn semicolons(sheets: &mut Vec<Sheet>) {
    cells(sheets, |_, _, cell| *cell = cell.replace('.', ","));
    for sheet in sheets {
        sheet.separator = ';';
    }
}

fn marked(sheets: &mut Vec<Sheet>) {
    for sheet in sheets {
        (sheet.encoding, sheet.line_end) = (Encoding::Marked, "\r\n");
    }
}

fn title(sheets: &mut Vec<Sheet>) {
    for sheet in sheets {
        sheet.rows.insert(0, vec!["Simulated transparency report".to_owned()]);
    }
}

fn headers(sheets: &mut Vec<Sheet>) {
    for name in sheets.iter_mut().filter_map(|s| s.rows.first_mut()).flatten() {
        *name = format!("{} ", name.to_uppercase().replacen(' ', "\u{a0}", 1));
    }
}

fn extra(sheets: &mut Vec<Sheet>) {
    for sheet in sheets.iter_mut().filter(|s| s.part > 2) {
        for (at, row) in sheet.rows.iter_mut().enumerate() {
            row.push(if at == 0 { "Internal remark".to_owned() } else { format!("row {at}") });
        }
    }
}

fn counts(sheets: &mut [Sheet], write: impl Fn(u64) -> String) {
    cells(sheets, |_, unit, cell| {
        if let Some(n) = cell.parse::<u64>().ok().filter(|n| unit == "count" && *n >= 1_000) {
            *cell = write(n);
        }
    });
}

/// Every count times a factor: what held among them holds still.
fn times(sheets: &mut [Sheet], factor: u64) {
    cells(sheets, |_, unit, cell| {
        if let Some(n) = cell.parse::<u64>().ok().filter(|_| unit == "count") {
            *cell = (n * factor).to_string();
        }
    });
}

/// `644,956` and `1 234` in turn.
fn grouped(n: u64) -> String {
    let sign = if n.is_multiple_of(2) { ',' } else { '\u{a0}' };
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(sign);
        }
        out.push(digit);
    }
    out
}

fn millions(sheets: &mut Vec<Sheet>) {
    cells(sheets, |part, _, cell| {
        if let Some(n) = cell.parse::<u64>().ok().filter(|_| part == 10) {
            *cell = format!("{}.{:06}M", n / 1_000_000, n % 1_000_000);
        }
    });
}

fn percent(sheets: &mut Vec<Sheet>) {
    cells(sheets, |_, unit, cell| {
        if let Some((whole, decimals)) = cell.clone().split_once('.').filter(|(_, d)| unit == "share" && d.len() == 4) {
            let (percent, rest) = decimals.split_at(2);
            let percent = format!("{whole}{percent}");
            let percent = percent.trim_start_matches('0');
            *cell = format!("{}.{rest}%", if percent.is_empty() { "0" } else { percent });
        }
    });
}

fn days(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 7) else { return };
    let (scope, value, context) =
        (sheet.column("Scope"), sheet.column("Value"), sheet.column("Contextual Information"));
    for row in sheet.rows.iter_mut().filter(|r| r.get(scope).is_some_and(|s| s == "Median time")) {
        let Some(hours) = row.get(value).and_then(|c| c.parse::<f64>().ok()) else { continue };
        row[value] = (hours / 24.0).to_string();
        "Median in days".clone_into(&mut row[context]);
    }
}

fn marks(sheets: &mut Vec<Sheet>) {
    let mut at = 0_usize;
    cells(sheets, |part, _, cell| {
        if part == 4 && cell.is_empty() {
            ["NA", "n/a", "-", "/"][at % 4].clone_into(cell);
            at += 1;
        }
    });
}

fn trailing(sheets: &mut Vec<Sheet>) {
    for cell in sheets.iter_mut().flat_map(|s| s.rows.iter_mut().skip(1)).flatten() {
        if [TOTAL, "Own-initiative", "NAM Total", "0", "Total number"].contains(&cell.as_str()) {
            cell.push(' ');
        }
    }
}

fn scope_list(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 3) else { return };
    let at = sheet.column("Scope");
    let names: Vec<Vec<String>> =
        sheet.rows.iter().filter(|r| r.get(at).is_some_and(|c| c == TOTAL)).cloned().collect();
    for mut row in names.into_iter().skip(1) {
        "AT, [...], SE".clone_into(&mut row[at]);
        row.iter_mut().skip(at + 1).for_each(String::clear);
        row[4].clear();
        sheet.rows.push(row);
    }
}

fn language_words(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 9) else { return };
    let at = sheet.column("Scope");
    for cell in sheet.rows.iter_mut().filter_map(|r| r.get_mut(at)).filter(|c| c.len() == 2) {
        *cell = format!("Total number: {cell}");
    }
}

fn dates(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 1) else { return };
    for cell in sheet.rows.iter_mut().filter_map(|r| r.get_mut(3)) {
        if let [year, month, day] = cell.split('-').collect::<Vec<_>>().as_slice()
            && year.len() == 4
        {
            *cell = format!("{year}/{}/{}", month.trim_start_matches('0'), day.trim_start_matches('0'));
        }
    }
}

fn period(sheets: &mut Vec<Sheet>) {
    for cell in sheets.iter_mut().flat_map(|s| s.rows.iter_mut().skip(1)).flatten() {
        for (from, to) in [("-06-30", "-07-31"), ("-12-31", "-11-30")] {
            if cell.ends_with(from) && (cell.len() == 10 || cell.len() == 21) {
                *cell = cell.replace(from, to);
            }
        }
    }
}

fn late(sheets: &mut Vec<Sheet>) {
    let day = of(sheets, 1).and_then(|s| s.rows.get(2).and_then(|r| r.get(3)).and_then(|c| crate::time::parse_iso(c)));
    if let Some(day) = day {
        set(sheets, 1, "publication_date", "", &crate::time::iso(day + 62));
    }
}

fn percent_without_sign(sheets: &mut Vec<Sheet>) {
    set(sheets, 8, "accuracy", "Total number", "96.83");
}

fn long_text(sheets: &mut Vec<Sheet>) {
    if let Some(cell) = of(sheets, 11).and_then(|s| s.rows.get_mut(1)).and_then(|r| r.get_mut(4)) {
        *cell = "Simulated text. ".repeat(320);
    }
}

fn own_codes(sheets: &mut Vec<Sheet>) {
    let cells = sheets.iter_mut().filter(|s| s.part == 6).flat_map(|s| s.rows.iter_mut()).filter_map(|r| r.get_mut(3));
    for cell in cells.filter(|c| *c == "KEYWORD_NUDITY") {
        "KEYWORD_OTHER_PROFILE_POLICIES".clone_into(cell);
    }
}

fn misplaced(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 5) else { return };
    let Some(mut row) = sheet.rows.get(1).cloned() else { return };
    "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE".clone_into(&mut row[3]);
    for cell in row.iter_mut().skip(5).filter(|c| !c.is_empty()) {
        "0".clone_into(cell);
    }
    sheet.rows.push(row);
}

/// Figures of the rows of part 4 between a category and the next, sub-categories alone.
fn zero_subs(sheets: &mut Vec<Sheet>) {
    let Some(sheet) = of(sheets, 4) else { return };
    let mut inside = false;
    for row in sheet.rows.iter_mut().skip(1) {
        if row[3].starts_with("STATEMENT_CATEGORY_") {
            inside = row[3] == "STATEMENT_CATEGORY_INTELLECTUAL_PROPERTY_INFRINGEMENTS";
            continue;
        }
        for cell in row.iter_mut().skip(5).filter(|c| inside && !c.is_empty()) {
            "0".clone_into(cell);
        }
    }
}

fn bare_other(sheets: &mut Vec<Sheet>) {
    let rows = sheets.iter_mut().filter(|s| s.part == 6).flat_map(|s| s.rows.iter_mut().skip(1));
    rows.filter(|r| r[3] == "KEYWORD_OTHER").for_each(|r| r[4].clear());
}

fn few_items(sheets: &mut Vec<Sheet>) {
    set(sheets, 4, "notices_items", "KEYWORD_ANIMAL_HARM", "0");
}

fn flaggers_excess(sheets: &mut Vec<Sheet>) {
    add(sheets, 4, &["notices_flaggers"], "KEYWORD_ANIMAL_HARM", 9_000.0);
}

fn no_accuracy(sheets: &mut Vec<Sheet>) {
    cells(sheets, |part, unit, cell| {
        if part == 8 && unit == "share" {
            cell.clear();
        }
    });
    let name = indicator("automated_accuracy").map(|i| i.name);
    let rows = sheets.iter_mut().filter(|s| s.part == 11).flat_map(|s| s.rows.iter_mut());
    rows.filter(|r| r.get(3).map(String::as_str) == name).for_each(|r| "Free text".clone_into(&mut r[4]));
}

fn repeated(sheets: &mut Vec<Sheet>) {
    if let Some(sheet) = of(sheets, 10) {
        let last = sheet.rows.last().cloned();
        sheet.rows.extend(last);
    }
}
