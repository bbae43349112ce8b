//! Headers of statement dumps: which field is which column, and which era wrote it.

use crate::sources::Recognition;
use crate::tables::statements::{COLUMNS, REQUIRED};
use crate::tables::{Origin, Table, statements::Statements};

use super::dialect;

/// Where a field of a record goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The column of this index in the codebook.
    Column(usize),
    /// A column that the codebook does not have.
    Extra(String),
}

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// One target per field.
    pub targets: Vec<Target>,
    /// `v2` with `content_id_ean`, else `v1`.
    pub schema: &'static str,
    /// `full` with `decision_facts`, else `light`.
    pub version: &'static str,
    /// How many official columns it has: of two exports of the same rows, the one with more is kept.
    pub richness: usize,
    /// Official columns that it lacks although its era and version have them.
    pub absent: Vec<&'static str>,
}

impl Layout {
    /// Reads a header line; `None` if it lacks a required column. Of a column that stands twice, the second
    /// is kept as an unknown one.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let names = names(line);
        let mut targets: Vec<Target> = Vec::with_capacity(names.len());
        for (i, name) in names.iter().enumerate() {
            targets.push(match official(name) {
                Some(index) if !targets.contains(&Target::Column(index)) => Target::Column(index),
                Some(_) => Target::Extra(format!("{name} (field {})", i + 1)),
                None => Target::Extra(name.clone()),
            });
        }
        let has = |name: &str| names.iter().filter(|n| *n == name).count();
        if REQUIRED.iter().any(|r| has(r) == 0) {
            return None;
        }
        let schema = if has("content_id_ean") > 0 { "v2" } else { "v1" };
        let version = if has("decision_facts") > 0 { "full" } else { "light" };
        let absent = COLUMNS
            .iter()
            .filter(|c| match c.origin {
                Origin::Export => true,
                Origin::FullExport => version == "full",
                _ => false,
            })
            .map(|c| c.name)
            .filter(|n| has(n) == 0)
            .collect();
        let richness = targets.iter().filter(|t| matches!(t, Target::Column(_))).count();
        Some(Self { targets, schema, version, richness, absent })
    }

    /// Position of a column among the fields.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<usize> {
        let index = official(column)?;
        self.targets.iter().position(|t| *t == Target::Column(index))
    }
}

/// Index of an official column in the codebook.
fn official(name: &str) -> Option<usize> {
    COLUMNS
        .iter()
        .position(|c| c.name == name && matches!(c.origin, Origin::Export | Origin::FullExport | Origin::ExportV2))
}

fn names(line: &[u8]) -> Vec<String> {
    let line = tidy(line);
    let mut fields = Vec::new();
    dialect::split(line, &mut fields);
    fields
        .iter()
        .map(|&(s, e)| {
            let mut name = Vec::new();
            dialect::unescape(dialect::content(&line[s as usize..e as usize]), &mut name);
            String::from_utf8_lossy(&name).trim().to_owned()
        })
        .collect()
}

/// A line without byte-order mark and carriage return.
fn tidy(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(BOM).unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The byte-order mark of UTF-8.
pub const BOM: &[u8] = b"\xef\xbb\xbf";

/// The first line of a text, without its line feed.
#[must_use]
pub fn first_line(text: &[u8]) -> &[u8] {
    memchr::memchr(b'\n', text).map_or(text, |end| &text[..end])
}

/// Whether a line begins with a UUID and a comma, as records of a dump do, or with a quoted one.
#[must_use]
pub fn begins_with_uuid(line: &[u8]) -> bool {
    match line {
        [b'"', rest @ ..] => rest.len() > 37 && rest.get(36..38) == Some(b"\",") && is_uuid(&rest[..36]),
        _ => line.len() > 36 && line[36] == b',' && is_uuid(&line[..36]),
    }
}

/// Whether a text is a UUID in its usual form.
#[must_use]
pub fn is_uuid(text: &[u8]) -> bool {
    text.len() == 36
        && text
            .iter()
            .enumerate()
            .all(|(i, b)| if matches!(i, 8 | 13 | 18 | 23) { *b == b'-' } else { b.is_ascii_hexdigit() })
}

/// What the beginning of a text says of its format.
#[must_use]
pub fn recognise(head: &[u8]) -> Recognition {
    if head.is_empty() {
        return Recognition::Empty;
    }
    let line = first_line(head);
    if Layout::parse(line).is_some() {
        return Recognition::Yes;
    }
    if begins_with_uuid(line) {
        return Recognition::Headerless;
    }
    let names = names(line);
    let known = names.iter().filter(|n| official(n).is_some()).count();
    if known * 3 >= REQUIRED.len() {
        let missing = REQUIRED.iter().filter(|r| !names.iter().any(|n| n == *r)).map(|r| (*r).to_owned()).collect();
        let unknown = names.iter().filter(|n| Statements.column(n).is_none()).cloned().collect();
        return Recognition::Broken(missing, unknown);
    }
    Recognition::No(describe(head))
}

/// What a text is instead, in a few words.
fn describe(head: &[u8]) -> String {
    let start = head.trim_ascii_start();
    if std::str::from_utf8(&head[..head.len().min(512)]).is_err_and(|e| e.error_len().is_some()) || head.contains(&0) {
        return "binary data, no CSV text".into();
    }
    if start.starts_with(b"<") {
        return "a web page or XML, perhaps the download page instead of the file".into();
    }
    if start.starts_with(b"{") || start.starts_with(b"[") {
        return "JSON".into();
    }
    let line = String::from_utf8_lossy(first_line(head)).into_owned();
    let fields = line.split([',', ';', '\t']).count();
    let plain = line.chars().all(|c| c.is_ascii_alphanumeric() || "_-.,;\t\" \r".contains(c)) && !line.contains(", ");
    if fields > 3 && line.contains(';') && line.contains("uuid") {
        return "a statement dump with semicolons, saved again by a spreadsheet".into();
    }
    if fields < 2 || !plain {
        // Whatever it is, it may be about persons: it is not printed.
        return "text of no format that is known".into();
    }
    let mut short: String = line.chars().take(60).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    format!("no format that is known; its first line is {short:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(schema: &str, version: &str) -> String {
        COLUMNS
            .iter()
            .filter(|c| match c.origin {
                Origin::Export => true,
                Origin::FullExport => version == "full",
                Origin::ExportV2 => schema == "v2",
                _ => false,
            })
            .map(|c| c.name)
            .collect::<Vec<_>>()
            .join(",")
    }

    #[test]
    fn four_headers_of_two_eras() {
        for (schema, version, count) in
            [("v1", "full", 37), ("v1", "light", 33), ("v2", "full", 38), ("v2", "light", 34)]
        {
            let layout = Layout::parse(header(schema, version).as_bytes()).expect("header");
            assert_eq!((layout.schema, layout.version, layout.richness), (schema, version, count));
            assert!(layout.absent.is_empty());
        }
    }

    #[test]
    fn other_headers() {
        let h = header("v2", "full");
        assert_eq!(
            recognise(h.replace("category,", "categorie,").as_bytes()),
            Recognition::Broken(vec!["category".into()], vec!["categorie".into()])
        );
        let odd = format!("\u{feff}{},new_column\r", h.replace("account_type,", ""));
        let layout = Layout::parse(odd.as_bytes()).expect("header");
        assert_eq!(layout.absent, ["account_type"]);
        assert_eq!(layout.targets.last(), Some(&Target::Extra("new_column".into())));
        assert_eq!(recognise(b""), Recognition::Empty);
        assert!(matches!(recognise(b"<html>"), Recognition::No(_)));
        assert!(matches!(recognise(b"a,b,c\n1,2,3"), Recognition::No(_)));
        assert_eq!(recognise(b"4b989c23-3736-4fd9-8612-a975b98d88d6,,,"), Recognition::Headerless);
    }
}
