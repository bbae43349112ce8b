//! Drafts of mapping files from the names and contents of an export's columns.
//!
//! A draft is a proposal for a person: each line says how sure it is and what else it could be, and what could not be
//! placed stands at its end.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

pub mod place;
pub mod sample;

use place::{LEAST, Place, code_of, place, table_of};
use sample::{Clockwork, Profile, Sampled};

use super::columns::ColumnMapping;
use super::mapping::Format;
use crate::error::{Error, Result};
use crate::finding::shown;
use crate::tables::{Kind, Table, Values, codes};

/// Values of codes that a draft lists.
const LISTED: usize = 30;

/// Drafts a mapping for exports; `table` is theirs if it is given, else it is guessed for each file.
///
/// # Errors
/// Those of the files, and [`Error::Usage`] where they hold no columns.
pub fn draft(paths: &[PathBuf], table: Option<&'static dyn Table>) -> Result<String> {
    let mut files: Vec<Sampled> = Vec::new();
    for path in paths {
        files.extend(sample::sample(path)?);
    }
    if files.is_empty() {
        return Err(Error::usage(
            "the files hold no columns to map",
            "give CSV files with a header, JSON, JSON lines or Parquet",
        ));
    }
    let name = paths.first().map(|p| stem(p)).unwrap_or_default();
    let mut tables = String::new();
    let mut seen: Vec<(Vec<String>, &'static str)> = Vec::new();
    let mut local = Vec::new();
    let mut platform = None;
    for file in &files {
        let table = table.unwrap_or_else(|| table_of(file));
        // Parts of one export have the same columns: one table is enough for them.
        let same = (file.layout.columns.clone(), table.name());
        if seen.contains(&same) {
            continue;
        }
        seen.push(same);
        write_table(&mut tables, file, table, &mut local, &mut platform);
    }
    let mut out = String::new();
    let looked: usize = files.iter().map(|f| f.rows).sum();
    line(&mut out, &format!("# Drafted from {looked} records. Each line is a proposal: look at it before you use it."));
    line(&mut out, "# The percentages say how well names and contents fit. They are no probabilities.");
    line(&mut out, "[mapping]");
    line(&mut out, &format!("name = {}", quoted(&name)));
    match platform {
        Some(column) => line(&mut out, &format!("platform = {{ column = {} }}", quoted(&column))),
        None => line(&mut out, &format!("platform = {}  # write the name of the platform", quoted(&name))),
    }
    if !local.is_empty() {
        line(
            &mut out,
            &format!("# {} hold times without a zone: write the zone that the platform writes in.", local.join(", ")),
        );
        line(&mut out, "time_zone = \"UTC\"  # a guess");
    }
    line(&mut out, "# What is observed: indicators of delays need to know when observation ends.");
    line(&mut out, "# observed_from = \"2025-01-01\"");
    line(&mut out, "# observed_until = \"2025-07-01\"");
    line(&mut out, "# source = \"where the data comes from\"");
    out.push_str(&tables);
    Ok(out)
}

fn write_table(
    out: &mut String,
    file: &Sampled,
    table: &'static dyn Table,
    local: &mut Vec<String>,
    platform: &mut Option<String>,
) {
    let places = place(table, file);
    line(out, "");
    line(out, "[[table]]");
    line(out, &format!("table = {}  # {}", quoted(table.name()), table.row()));
    line(out, &format!("files = [{}]", quoted(&pattern(&file.name))));
    match file.layout.format {
        Format::Csv => {
            line(out, "format = \"csv\"");
            let sign = char::from(file.layout.delimiter).to_string();
            line(out, &format!("delimiter = {}", quoted(&sign)));
        }
        Format::JsonLines => line(out, "format = \"json_lines\""),
        Format::Json => {
            line(out, "format = \"json\"");
            if !file.records.is_empty() {
                line(out, &format!("records = {}", quoted(&file.records)));
            }
        }
        Format::Parquet => line(out, "format = \"parquet\""),
    }
    if let Some(encoding) = file.encoding {
        line(out, &format!("encoding = {}", quoted(&encoding.to_lowercase())));
    }
    line(out, "");
    line(out, "[table.columns]");
    for about in table.columns() {
        let Some(found) = places.iter().find(|p| p.column.name == about.name) else { continue };
        if about.name == "platform" {
            *platform = Some(found.source.name.clone());
            continue;
        }
        write_column(out, found, local);
    }
    let empty: Vec<&str> = table
        .columns()
        .iter()
        .filter(|c| ColumnMapping::can_be_mapped(c) && c.name != "platform")
        .filter(|c| !places.iter().any(|p| p.column.name == c.name))
        .map(|c| c.name)
        .collect();
    if !empty.is_empty() {
        line(out, &format!("# Nothing was found for: {}", empty.join(", ")));
    }
    let left: Vec<String> = file
        .columns
        .iter()
        .filter(|c| !places.iter().any(|p| p.source.name == c.name))
        .map(|c| format!("{} ({})", comment(&c.name), c.about()))
        .collect();
    if !left.is_empty() {
        line(out, &format!("# Not placed, kept in column extra: {}", left.join(", ")));
    }
}

fn write_column(out: &mut String, found: &Place<'_>, local: &mut Vec<String>) {
    let profile = found.source;
    let name = found.column.name;
    let mut keys: Vec<String> = Vec::new();
    let mut notes: Vec<String> = Vec::new();
    if found.confidence < LEAST {
        notes.push("a guess: nothing fits, but every row needs it".to_owned());
    }
    match found.column.kind {
        Kind::Timestamp | Kind::Date => times(found, &mut keys, &mut notes, local),
        Kind::Integer | Kind::Number => numbers(found, &mut keys, &mut notes),
        Kind::Bool => truths(profile, &mut keys, &mut notes),
        Kind::Code | Kind::CodeList => values(found, &mut keys, &mut notes),
        Kind::Text => {
            if profile.share(profile.doubled) > 0.5 {
                keys.push("doubled = true".to_owned());
                notes.push("texts stand twice".to_owned());
            } else if name == "gtin" && profile.share(profile.barcodes) > 0.5 {
                keys.push("split = \" \"".to_owned());
                keys.push("distinct = true".to_owned());
            }
            if name.ends_with("_id") && profile.unique {
                notes.push("every value once".to_owned());
            }
        }
    }
    if let Some((other, fit)) = found.other {
        notes.push(format!("else {} ({:.0} %)", quoted(other), fit * 100.0));
    }
    let source = quoted(&profile.name);
    let value = if keys.is_empty() { source } else { format!("{{ column = {source}, {} }}", keys.join(", ")) };
    let notes = if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) };
    line(out, &format!("{name} = {value}  # {:.0} %{}", found.confidence * 100.0, comment(&notes)));
}

fn times(found: &Place<'_>, keys: &mut Vec<String>, notes: &mut Vec<String>, local: &mut Vec<String>) {
    let times = &found.source.times;
    let Some((format, clock)) = times.first() else {
        notes.push("no format fits all of its values: write format = \"…\"".to_owned());
        return;
    };
    if *format != "iso" {
        keys.push(format!("format = {}", quoted(format)));
    }
    if times.len() > 1 {
        let others: Vec<&str> = times[1..].iter().map(|(f, _)| *f).collect();
        notes.push(format!("every value fits {} as well: ask which it is", others.join(" and ")));
    }
    match clock {
        Clockwork::Zoned => {}
        Clockwork::Local => local.push(found.column.name.to_owned()),
        Clockwork::Day => {
            if found.column.kind == Kind::Timestamp {
                local.push(found.column.name.to_owned());
                notes.push("days without a time of day".to_owned());
            }
        }
    }
}

fn numbers(found: &Place<'_>, keys: &mut Vec<String>, notes: &mut Vec<String>) {
    let profile = found.source;
    if profile.numbers[1] > 0 && profile.numbers[0] < profile.filled {
        keys.push("decimal = \",\"".to_owned());
    }
    let name = place::plain(&profile.name);
    let minor = ["cents", "cent", "ct", "minor", "centimes", "pence"].iter().any(|w| name.ends_with(w));
    if found.column.kind == Kind::Number && minor && profile.numbers[2] == profile.filled {
        keys.push("scale = 0.01".to_owned());
        notes.push("whole numbers of a hundredth of the currency".to_owned());
    }
}

fn truths(profile: &Profile, keys: &mut Vec<String>, notes: &mut Vec<String>) {
    if profile.truths == profile.filled || profile.values.is_empty() {
        return;
    }
    let yes =
        ["yes", "true", "y", "j", "ja", "oui", "si", "sí", "tak", "x", "confirmed", "active", "illegal", "flagged"];
    let is_yes = |v: &String| yes.contains(&v.to_lowercase().as_str());
    let chosen = profile.values.iter().map(|(v, _)| v).find(|v| is_yes(v)).unwrap_or(&profile.values[0].0);
    keys.push(format!("is = [{}]", quoted(chosen)));
    let all: Vec<String> = profile.values.iter().take(LISTED).map(|(v, n)| format!("{} {n} times", shown(v))).collect();
    notes.push(format!("true for these of {}", all.join(", ")));
}

fn values(found: &Place<'_>, keys: &mut Vec<String>, notes: &mut Vec<String>) {
    let Values::Codes(list) = found.column.values else { return };
    let unknown: Vec<&String> =
        found.source.values.iter().map(|(v, _)| v).filter(|v| codes::code(list, v).is_none()).take(LISTED).collect();
    let known: Vec<(&String, &str)> = unknown.iter().filter_map(|v| Some((*v, code_of(list, v)?))).collect();
    if !known.is_empty() {
        let pairs: Vec<String> = known.iter().map(|(v, code)| format!("{} = {}", quoted(v), quoted(code))).collect();
        keys.push(format!("values = {{ {} }}", pairs.join(", ")));
    }
    let rest: Vec<String> = unknown.iter().filter(|v| !known.iter().any(|k| k.0 == **v)).map(|v| shown(v)).collect();
    if !rest.is_empty() {
        let all: Vec<&str> = codes::codes(list).iter().map(|c| c.code.as_str()).collect();
        notes.push(format!("no code was found for {}: there is {}", rest.join(", "), all.join(", ")));
    }
}

fn line(out: &mut String, text: &str) {
    let _ = writeln!(out, "{text}");
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.replace(['\n', '\r'], " ")).to_string()
}

/// A text that stands in a comment.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn stem(path: &Path) -> String {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default().trim().to_owned();
    if stem.is_empty() { "export".to_owned() } else { stem }
}

/// A pattern for the names of a file's later versions: what counts or dates them may differ.
fn pattern(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    let mut out = String::new();
    for c in name.chars() {
        match c {
            '0'..='9' | '*' | '?' | '[' | ']' => {
                if !out.ends_with('*') {
                    out.push('*');
                }
            }
            c => out.push(c),
        }
    }
    // Numbers parted by signs alone are one date.
    while let Some(at) = out.find("*-*").or_else(|| out.find("*_*")) {
        out.replace_range(at..at + 3, "*");
    }
    out
}

#[cfg(test)]
mod tests;
