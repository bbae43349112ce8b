//! Which part of the template a sheet is.

use super::language;
use super::text::Sheet;
use crate::error::suggest;
use crate::transparency::numbers::folded;
use crate::transparency::template::{self, OTHER_VIOLATION, has_row};

/// Rows above the header that are passed over: titles that spreadsheets are given.
pub(super) const ABOVE: usize = 20;

/// What a sheet is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recognised {
    /// Part of the template.
    pub part: u8,
    /// Index of the record that is the header.
    pub header: usize,
    /// Whether nothing but the header tells part 5 from part 6, and the template gives both the same.
    pub unsure: bool,
}

/// The part that a sheet is, by its header, and by its rows where parts share one.
pub(super) fn recognise(sheet: &Sheet) -> Option<Recognised> {
    let found = |(at, record): (usize, &super::text::Record)| {
        let names: Vec<String> = record.cells.iter().map(|c| folded(c)).collect();
        let (part, unsure) = by_header(&names, sheet, at)?;
        Some(Recognised { part, header: at, unsure })
    };
    sheet.records.iter().take(ABOVE).enumerate().find_map(found)
}

/// What a sheet that is no part of a report lacks to be the one that it looks like.
pub(super) fn meant(sheet: &Sheet) -> Option<String> {
    let lacks = |record: &super::text::Record| {
        let names: Vec<String> = record.cells.iter().map(|c| folded(c)).collect();
        let has = |name: &str| names.iter().any(|n| n == name);
        let known = |part: u8| template::INDICATORS.iter().filter(|i| i.part == part && has(&folded(i.name))).count();
        let (count, part) = (3..=6).map(|p| (known(p), p)).max_by_key(|(n, p)| (*n, std::cmp::Reverse(*p)))?;
        if count >= 2 {
            let first = template::INDICATORS.iter().find(|i| i.part == part)?;
            let missing = if has("service") { first.name } else { "Service" };
            let near = suggest(&folded(missing), names.iter().map(String::as_str));
            let near = near.and_then(|n| record.cells.iter().find(|c| folded(c) == n));
            let near = near.map_or_else(String::new, |n| format!("; is {:?} meant to be it?", n.trim()));
            let name = template::part_name(part);
            return Some(format!(
                "looks like part {name} of a transparency report, without its column {missing:?}{near}"
            ));
        }
        let long = ["applicability", "service", "indicator", "value"].iter().all(|n| has(n));
        long.then(|| "has the header of a part of a transparency report, but no row that the template has".to_owned())
    };
    sheet.records.iter().take(ABOVE).find_map(lacks).or_else(|| language::unread(sheet))
}

fn by_header(names: &[String], sheet: &Sheet, header: usize) -> Option<(u8, bool)> {
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("category label") && has("category description") {
        return Some((2, false));
    }
    if !has("service") {
        return None;
    }
    let certain = |part| Some((part, false));
    if has("number of orders to act against illegal content received") {
        return certain(3);
    }
    if has("number of notices received") {
        return certain(4);
    }
    if has("number of measures taken at the provider's own initiative") {
        return Some(own_initiative(names, sheet, header));
    }
    if !has("indicator") || !has("value") {
        return None;
    }
    let column = names.iter().position(|n| n == "indicator")?;
    if has("scope") {
        // Parts 7 to 10 share a header: the rows say which it is.
        let votes = |part: u8| {
            let named = |r: &super::text::Record| r.cells.get(column).is_some_and(|c| has_row(part, c));
            sheet.records.iter().skip(header + 1).filter(|r| named(r)).count()
        };
        return (7..=10).map(|p| (votes(p), p)).filter(|(n, _)| *n > 0).max().and_then(|(_, p)| certain(p));
    }
    let known =
        |part: u8| sheet.records.iter().skip(header + 1).any(|r| r.cells.get(column).is_some_and(|c| has_row(part, c)));
    [1, 11].into_iter().find(|part| known(*part)).and_then(certain)
}

/// Part 5 or 6: the header of the categories says which, unless it is the template's CSV, which gives both parts that of
/// part 6. Then the name of the file or sheet, and then whether a category stands there that only part 6 admits.
fn own_initiative(names: &[String], sheet: &Sheet, header: usize) -> (u8, bool) {
    if names.iter().any(|n| n == "category of illegal content") {
        return (5, false);
    }
    let name = sheet.name.rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase();
    let numbered = |digit: char| {
        name.starts_with(digit) && !name[1..].starts_with(|c: char| c.is_ascii_digit())
            || name.contains(&format!("part_{digit}_"))
            || name.contains(&format!("part {digit}"))
    };
    if numbered('5') || name.contains("illegal") {
        return (5, false);
    }
    if numbered('6') || name.contains("_tc") || name.contains("terms") {
        return (6, false);
    }
    let admits =
        sheet.records.iter().skip(header + 1).any(|r| r.cells.iter().any(|c| folded(c) == folded(OTHER_VIOLATION)));
    (6, !admits)
}

/// Names of the columns that a part has beside its value columns, folded.
pub(super) fn key_columns(part: u8) -> &'static [&'static str] {
    match part {
        1 => &["applicability", "service", "indicator", "value"],
        2 => &[
            "category label",
            "category description",
            "category of illegal content / incompatible with the terms and conditions",
            "contextual information",
        ],
        3 => &[
            "applicability",
            "service",
            "reporting period",
            "category of illegal content",
            "description of the sub-category \"other\"",
            "scope",
        ],
        4 => &[
            "applicability",
            "service",
            "reporting period",
            "category of illegal content",
            "description of the sub-category \"other\"",
        ],
        5 | 6 => {
            &["applicability", "service", "reporting period", "category", "description of the sub-category \"other\""]
        }
        7..=9 => &[
            "applicability",
            "service",
            "reporting period",
            "section",
            "indicator",
            "scope",
            "value",
            "contextual information",
        ],
        10 => &["applicability", "service", "reporting period", "section", "indicator", "scope", "value"],
        _ => &["applicability", "service", "reporting period", "indicator", "value"],
    }
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Applicability,
    Service,
    Period,
    Section,
    Indicator,
    Scope,
    Category,
    Description,
    Label,
    Value(&'static template::Indicator),
    /// The value of the long parts, whose rows say what it is.
    Cell,
    /// Contextual information on the value of this code, or on the row.
    Context(Option<&'static str>),
    Unknown,
}

/// The role of a column of a part by its folded header.
pub(super) fn role(part: u8, name: &str) -> Role {
    let wide = (3..=6).contains(&part);
    match name {
        "applicability" => return Role::Applicability,
        "service" => return Role::Service,
        "reporting period" => return Role::Period,
        "section" => return Role::Section,
        "scope" => return Role::Scope,
        "indicator" if !wide => return Role::Indicator,
        "value" if !wide => return Role::Cell,
        "category description" if part == 2 => return Role::Cell,
        "category label" if part == 2 => return Role::Label,
        "contextual information" if !wide => return Role::Context(None),
        _ => {}
    }
    if name.starts_with("category of i") {
        return Role::Category;
    }
    if wide && name.starts_with("description of the sub-category") {
        return Role::Description;
    }
    if wide && let Some(indicator) = template::named(part, name, "") {
        return Role::Value(indicator);
    }
    let about = name.strip_prefix("contextual information on ").and_then(|rest| template::named(part, rest, ""));
    about.filter(|_| wide).map_or(Role::Unknown, |i| Role::Context(Some(i.code)))
}
