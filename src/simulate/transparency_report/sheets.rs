//! The parts of a report as cells, in the order of the template, and as text.

use super::figures::{Block, Figures, HEBREW, Row};
use crate::time;
use crate::transparency::scopes::{LANGUAGES, MEMBER_STATES};
use crate::transparency::template::{self, CATEGORIES, INDICATORS, OTHER, TOTAL};

/// Who a report is of, and when.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub service: String,
    pub provider: String,
    pub first: i32,
    pub last: i32,
    pub published: i32,
    /// Publication of the report before it.
    pub before: i32,
}

impl Head {
    fn period(&self) -> String {
        format!("{}/{}", time::iso(self.first), time::iso(self.last))
    }
}

/// How a part is written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    /// UTF-8 with a byte-order mark.
    Marked,
    Utf16,
    Windows1252,
    Gbk,
}

/// One part, its header first.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    pub part: u8,
    pub rows: Vec<Vec<String>>,
    pub separator: char,
    pub encoding: Encoding,
    pub line_end: &'static str,
}

impl Sheet {
    fn new(part: u8, header: &[&str]) -> Self {
        let rows = vec![header.iter().map(|h| (*h).to_owned()).collect()];
        Self { part, rows, separator: ',', encoding: Encoding::Utf8, line_end: "\n" }
    }

    fn push(&mut self, cells: &[&str]) {
        self.rows.push(cells.iter().map(|c| (*c).to_owned()).collect());
    }

    /// The column of this header.
    pub fn column(&self, name: &str) -> usize {
        self.rows.first().and_then(|h| h.iter().position(|c| c == name)).unwrap_or(usize::MAX)
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = String::new();
        for row in &self.rows {
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    text.push(self.separator);
                }
                if cell.contains([self.separator, '"', '\n', '\r']) {
                    text.push('"');
                    text.push_str(&cell.replace('"', "\"\""));
                    text.push('"');
                } else {
                    text.push_str(cell);
                }
            }
            text.push_str(self.line_end);
        }
        match self.encoding {
            Encoding::Utf8 => text.into_bytes(),
            Encoding::Marked => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf16 => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(&text).0.into_owned(),
            Encoding::Gbk => encoding_rs::GBK.encode(&text).0.into_owned(),
        }
    }
}

const ALL: &str = "All";
const HOSTS: &str = "Only for providers of hosting services, including online platforms";
const PLATFORMS: &str = "Only for providers of online platforms";
const LARGE: &str = "Only for VLOPs";
const LARGE_AND_SEARCH: &str = "Only for VLOPs and VLOSEs";

const LONG: [&str; 7] = ["Applicability", "Service", "Reporting period", "Section", "Indicator", "Scope", "Value"];

/// All parts of a report.
pub(super) fn sheets(figures: &Figures, head: &Head) -> Vec<Sheet> {
    let own = |at: usize| [("", &figures.own[at])];
    let orders = |scope: &'static str| figures.orders.get(scope).map(|block| (scope, block));
    let scopes: Vec<(&str, &Block)> = ["TOTAL"].into_iter().chain(MEMBER_STATES).filter_map(orders).collect();
    vec![
        identification(head),
        names(),
        wide(3, head, &scopes, figures),
        wide(4, head, &[("", &figures.notices)], figures),
        wide(5, head, &own(0), figures),
        wide(6, head, &own(1), figures),
        complaints(head, figures),
        automated(head, figures),
        moderators(head, figures),
        recipients(head, figures),
        texts(head),
    ]
}

fn identification(head: &Head) -> Sheet {
    let mut sheet = Sheet::new(1, &["Applicability", "Service", "Indicator", "Value"]);
    for indicator in INDICATORS.iter().filter(|i| i.part == 1) {
        let value = match indicator.code {
            "provider_name" => head.provider.clone(),
            "publication_date" => time::iso(head.published),
            "previous_publication_date" => time::iso(head.before),
            "first_day" => time::iso(head.first),
            _ => time::iso(head.last),
        };
        sheet.push(&[ALL, &head.service, indicator.name, &value]);
    }
    sheet
}

fn names() -> Sheet {
    let category = "Category of illegal content / incompatible with the terms and conditions";
    let mut sheet = Sheet::new(2, &["Category label", "Category description", category, "Contextual information"]);
    sheet.push(&[TOTAL, "All the entries", TOTAL, ""]);
    for c in CATEGORIES.iter() {
        sheet.push(&[&format!("Category {}", c.number), c.label, c.code, ""]);
    }
    sheet
}

/// Tenths as hours.
fn hours(tenths: u64) -> String {
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

/// Parts 3 to 6. Member States have the rows that hold something.
fn wide(part: u8, head: &Head, scopes: &[(&str, &Block)], figures: &Figures) -> Sheet {
    let category = if part == 6 {
        "Category of incompatibility with the provider's terms and conditions"
    } else {
        "Category of illegal content"
    };
    let indicators: Vec<_> = INDICATORS.iter().filter(|i| i.part == part).collect();
    let mut header = vec!["Applicability", "Service", "Reporting period", category];
    header.push("Description of the sub-category \"Other\"");
    if part == 3 {
        header.push("Scope");
    }
    header.extend(indicators.iter().map(|i| i.name));
    let contexts: Vec<String> = indicators.iter().map(|i| format!("Contextual information on {}", i.name)).collect();
    header.extend(contexts.iter().map(String::as_str));
    let mut sheet = Sheet::new(part, &header);
    let (applies, period) = (if part == 4 { HOSTS } else { ALL }, head.period());
    for (scope, block) in scopes {
        let codes = [("0", TOTAL, TOTAL)].into_iter().chain(CATEGORIES.iter().map(|c| (c.number, c.code, c.label)));
        for (number, code, _) in codes {
            let Some(row) = block.rows.get(number) else { continue };
            let whole = scope.is_empty() || *scope == TOTAL;
            if !whole && row.values().all(|n| *n == 0) {
                continue;
            }
            let mut cells = vec![applies.to_owned(), head.service.clone(), period.clone(), code.to_owned()];
            cells.push(if code == OTHER {
                format!("What no sub-category of category {number} names")
            } else {
                String::new()
            });
            if part == 3 {
                cells.push((*scope).to_owned());
            }
            let figure = |i: &&&template::Indicator| figure(i, row, figures);
            cells.extend(indicators.iter().map(|i| figure(&i)));
            cells.extend(indicators.iter().map(|_| String::new()));
            sheet.rows.push(cells);
        }
    }
    sheet
}

/// A cell of parts 3 to 6; a median of nothing is blank.
fn figure(indicator: &template::Indicator, row: &Row, figures: &Figures) -> String {
    let some = |code: &str| row.get(code).is_some_and(|n| *n > 0);
    if indicator.unit != "hours" {
        return row.get(indicator.code).map_or_else(String::new, u64::to_string);
    }
    let of = match indicator.code {
        "notices_time" => "notices",
        "notices_flaggers_time" => "notices_flaggers",
        code if code.starts_with("orders_act") => "orders_act",
        _ => "orders_information",
    };
    figures.medians.get(indicator.code).filter(|_| some(of)).map_or_else(String::new, |tenths| hours(*tenths))
}

fn long(part: u8, context: Option<&'static str>) -> Sheet {
    let header: Vec<&str> = LONG.into_iter().chain(context).collect();
    Sheet::new(part, &header)
}

fn complaints(head: &Head, figures: &Figures) -> Sheet {
    let mut sheet = long(7, Some("Contextual Information"));
    for (at, i) in INDICATORS.iter().filter(|i| i.part == 7).enumerate() {
        let value = figures.complaints.get(i.code).map_or_else(String::new, |n| match i.unit {
            "hours" => hours(*n),
            "share" => format!("{}.{:04}", n / 10_000, n % 10_000),
            _ => n.to_string(),
        });
        let applies = if at == 0 { ALL } else { PLATFORMS };
        sheet.push(&[applies, &head.service, &head.period(), i.section, i.name, i.scope, &value, ""]);
    }
    sheet
}

/// Accuracy, precision and recall, in ten-thousandths.
fn quality([hits, alarms, misses, rejections]: [u64; 4], code: &str) -> String {
    let (part, whole) = match code {
        "accuracy" => (hits + rejections, hits + alarms + misses + rejections),
        "precision" => (hits, hits + alarms),
        _ => (hits, hits + misses),
    };
    let share = (10_000 * part + whole / 2) / whole.max(1);
    format!("{}.{:04}", share / 10_000, share % 10_000)
}

fn automated(head: &Head, figures: &Figures) -> Sheet {
    let mut sheet = long(8, Some("Contextual Information"));
    let named = [
        ("TOTAL", "Total number", ALL),
        ("OWN_INITIATIVE", "Own-initiative", ALL),
        ("NOTICES", "NAM Total", HOSTS),
        ("NOTICES_FLAGGERS", "NAM Trusted Flagger", PLATFORMS),
    ];
    for (scope, written, applies) in named.into_iter().chain(LANGUAGES.map(|l| (l, l, LARGE))) {
        for i in INDICATORS.iter().filter(|i| i.part == 8) {
            let value = if i.unit == "share" {
                figures.evaluations.get(scope).map(|e| quality(*e, i.code))
            } else {
                figures.automated.get(&(scope, i.code)).map(u64::to_string)
            };
            let Some(value) = value else { continue };
            let context = if i.code == "accuracy" { "Drawn by chance \u{2014} checked by hand." } else { "" };
            sheet.push(&[applies, &head.service, &head.period(), i.section, i.name, written, &value, context]);
        }
    }
    sheet
}

fn moderators(head: &Head, figures: &Figures) -> Sheet {
    let mut sheet = long(9, Some("Contextual information"));
    let (internal, external, languages) = &figures.moderators;
    let mut push = |code: &str, scope: &str, n: Option<&u64>| {
        if let Some(i) = template::indicator(code) {
            let value = n.map_or_else(String::new, u64::to_string);
            sheet.push(&[LARGE, &head.service, &head.period(), i.section, i.name, scope, &value, ""]);
        }
    };
    push("moderators_internal", "Total number", Some(internal));
    push("moderators_external", "Total number", Some(external));
    push("moderators_linguistic", "Total number", languages.get("TOTAL"));
    for language in LANGUAGES.into_iter().chain([HEBREW]) {
        push("moderators_linguistic", language, languages.get(language));
    }
    sheet
}

fn recipients(head: &Head, figures: &Figures) -> Sheet {
    let mut sheet = long(10, None);
    let total: u64 = figures.recipients.values().sum();
    if let Some(i) = template::indicator("recipients") {
        let states = MEMBER_STATES.into_iter().filter_map(|s| figures.recipients.get(s).map(|n| (s, *n)));
        for (scope, n) in [(TOTAL, total)].into_iter().chain(states) {
            let cells = [LARGE_AND_SEARCH, &head.service, &head.period(), i.section, i.name, scope, &n.to_string()];
            sheet.push(&cells);
        }
    }
    sheet
}

fn texts(head: &Head) -> Sheet {
    let mut sheet = Sheet::new(11, &["Applicability", "Service", "Reporting period", "Indicator", "Value"]);
    for (at, i) in INDICATORS.iter().filter(|i| i.part == 11).enumerate() {
        let text = format!("Simulated text on: {}. Period {}.", i.label.to_lowercase(), head.period());
        sheet.push(&[if at < 6 { ALL } else { LARGE }, &head.service, &head.period(), i.name, &text]);
    }
    sheet
}
