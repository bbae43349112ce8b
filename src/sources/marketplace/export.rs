//! A marketplace's export that is read through a mapping.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::columns::ColumnMapping;
use super::layout::Layout;
use super::loader::{Loader, Target};
use super::mapping::{Format, Mapping, TableMapping};
use super::text::{Text, encoding};
use super::{csv, json, parquet};
use crate::error::{Error, Result, suggest};
use crate::finding;
use crate::sources::archive::{Archive, Entry};
use crate::sources::export::{Description, RowSink, TableExport};
use crate::sources::rows::Rows;

/// Id of the source.
pub const ID: &str = "marketplace";

/// A file that a mapping reads.
#[derive(Debug)]
pub struct MappedExport {
    archive: Archive,
    file: String,
    mapping: Arc<Mapping>,
    description: Description,
    names: Vec<String>,
    plan: Vec<Part>,
}

/// How one inner file is read.
#[derive(Debug)]
struct Part {
    entry: usize,
    layout: Layout,
    tables: Vec<usize>,
}

impl MappedExport {
    /// Opens a file if the mapping names it and its content has what the mapping needs.
    ///
    /// A shipped mapping passes over files that lack a column; one that the user gave says which.
    ///
    /// # Errors
    /// Those of the archive, and [`Error::Invalid`] for a file that the user's mapping names but does not fit.
    pub fn open(path: &Path, mapping: &Arc<Mapping>) -> Result<Option<Self>> {
        let archive = Archive::open(path)?;
        let file = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let mut plan = Vec::new();
        for (index, entry) in archive.entries.iter().enumerate() {
            if hidden(&entry.name) {
                continue;
            }
            let mut parts: Vec<Part> = Vec::new();
            for (number, table) in mapping.tables.iter().enumerate() {
                if !table.names(&file, &entry.name) {
                    continue;
                }
                let layout = Layout::of(entry, path, table)?;
                if !layout.empty && !fits(&layout, table, mapping, entry)? {
                    continue;
                }
                match parts
                    .iter_mut()
                    .find(|p| p.layout.format == layout.format && p.layout.delimiter == layout.delimiter)
                {
                    Some(part) => part.tables.push(number),
                    None => parts.push(Part { entry: index, layout, tables: vec![number] }),
                }
            }
            plan.extend(parts);
        }
        if plan.is_empty() || (mapping.shipped && plan.iter().all(|p| p.layout.empty)) {
            return Ok(None);
        }
        let mut tables: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
        for table in plan.iter().flat_map(|p| &p.tables).map(|&t| &mapping.tables[t]) {
            let columns = tables.entry(table.table.name()).or_default();
            for column in table.columns.iter().map(|c| c.about.name) {
                if !columns.contains(&column) {
                    columns.push(column);
                }
            }
        }
        let description = Description {
            source: ID,
            identity: format!("{ID}:{}:{file}", mapping.name),
            reading: format!("{} {}", mapping.name, mapping.digest),
            observed_from: mapping.observed_from,
            observed_until: mapping.observed_until,
            simulated: mapping.simulated,
            tables,
            pieces: Vec::new(),
        };
        let names = archive.entries.iter().map(|e| e.name.clone()).collect();
        Ok(Some(Self { archive, file, mapping: Arc::clone(mapping), description, names, plan }))
    }

    /// The mapping that reads it.
    #[must_use]
    pub fn mapping(&self) -> &Arc<Mapping> {
        &self.mapping
    }

    fn part<'m>(&self, part: &Part, targets: &mut [Target<'m>], sink: &mut dyn RowSink) -> Result<()> {
        let entry = &self.archive.entries[part.entry];
        let inner = (self.archive.entries.len() > 1 || entry.name != self.file).then_some(entry.name.as_str());
        let mut chosen: Vec<&mut Target<'m>> = Vec::new();
        for (number, target) in targets.iter_mut().enumerate() {
            if part.tables.contains(&number) {
                target.rows.enter(part.entry, inner);
                lacking(&part.layout, target);
                chosen.push(target);
            }
        }
        let records = match part.layout.format {
            Format::Parquet if part.layout.empty => 0,
            Format::Json | Format::JsonLines if entry.head()?.is_empty() => 0,
            Format::Csv => read_csv(entry, &part.layout, chosen, sink)?,
            Format::Json | Format::JsonLines => read_json(entry, &part.layout, chosen, sink)?,
            Format::Parquet => parquet::read(entry, &self.archive.path, &mut chosen, sink)?,
        };
        if records == 0 {
            sink.find(finding::NO_ROW, None, None, 1, Some((part.entry, 0)));
        }
        Ok(())
    }
}

impl TableExport for MappedExport {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.names
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        let mut targets = Vec::new();
        for mapping in &self.mapping.tables {
            targets.push(Target { mapping, rows: Rows::new(mapping.table, &self.file, mapping.once)? });
        }
        for part in &self.plan {
            self.part(part, &mut targets, sink)?;
        }
        for (index, entry) in self.archive.entries.iter().enumerate() {
            if !hidden(&entry.name) && !self.plan.iter().any(|p| p.entry == index) {
                sink.find(finding::NOT_MAPPED, None, None, 1, Some((index, 0)));
            }
        }
        for target in targets {
            target.rows.finish(sink)?;
        }
        Ok(())
    }
}

/// Files that archives carry along.
fn hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// Whether a file has the columns that every row needs.
fn fits(layout: &Layout, table: &TableMapping, mapping: &Mapping, entry: &Entry) -> Result<bool> {
    for group in table.required() {
        if group.iter().any(|name| layout.has(name)) {
            continue;
        }
        if mapping.shipped {
            return Ok(false);
        }
        let known: Vec<&str> = layout.columns.iter().map(String::as_str).collect();
        let wanted = group.first().copied().unwrap_or_default();
        let near = suggest(wanted, known.iter().copied()).map(|n| format!("is it {n:?}? ")).unwrap_or_default();
        let listed = known.iter().take(30).copied().collect::<Vec<_>>().join(", ");
        return Err(Error::Invalid {
            place: entry.place().to_owned(),
            message: format!(
                "the mapping {} reads {} from this file, but it has no column {wanted:?}",
                mapping.place,
                table.table.name()
            ),
            hint: format!(
                "{near}the file has {listed}; files = [\"…\"] in the mapping says which files hold {}",
                table.table.name()
            ),
        });
    }
    if !mapping.shipped {
        return Ok(true);
    }
    // What is shipped has to know the file by more than the columns that every row needs.
    let sources: Vec<&str> = table.sources().collect();
    let found = sources.iter().filter(|s| layout.has(s)).count();
    Ok(found * 4 >= sources.len() * 3)
}

/// Tells which mapped columns a file lacks.
fn lacking(layout: &Layout, target: &mut Target<'_>) {
    if layout.empty {
        return;
    }
    let missing: Vec<&ColumnMapping> = target
        .mapping
        .columns
        .iter()
        .filter(|c| c.sources().next().is_some() && !c.sources().any(|s| layout.has(s)))
        .collect();
    for column in missing {
        target.rows.note(finding::LACKING_COLUMN, Some(column.about.name), column.sources().next(), 0);
    }
}

fn read_csv(entry: &Entry, layout: &Layout, targets: Vec<&mut Target<'_>>, sink: &mut dyn RowSink) -> Result<u64> {
    let given = targets.first().and_then(|t| t.mapping.encoding);
    let utf8 = encoding(&entry.head()?, given) == encoding_rs::UTF_8;
    let mut records = csv::Records::new(Text::open(entry, given)?, layout.delimiter);
    let mut loader = Loader::bind(targets, &layout.columns);
    let width = layout.columns.len();
    note_unmapped(&mut loader, &layout.columns);
    // The header.
    if records.next()?.is_none() {
        return Ok(0);
    }
    let mut number = 0;
    loop {
        let reason = match records.next()? {
            None => return Ok(number),
            Some(record) => {
                number += 1;
                let surplus = (width..record.len()).any(|n| record.cell(n) != Some(""));
                let reason = if record.len() < width || surplus {
                    Some(format!("{} cells instead of {width}", record.len()))
                } else if record.joined_by_a_stray_quote(layout.delimiter) {
                    Some("a quote that ends nothing".to_owned())
                } else if utf8 && (0..width).any(|n| record.cell(n).is_none()) {
                    Some("the text is not UTF-8: encoding = \"windows-1252\" in the mapping may be meant".to_owned())
                } else {
                    None
                };
                match reason {
                    None => {
                        let cell = |n: usize| record.cell(n).map(Cow::Borrowed);
                        loader.record(record.line, record.raw, &cell, None, sink)?;
                        continue;
                    }
                    Some(reason) => (record.line, reason, record.raw.to_vec()),
                }
            }
        };
        let (line, reason, raw) = reason;
        let first = records.back_to_second_line();
        loader.broken(line, &reason, first.as_deref().unwrap_or(&raw), sink)?;
    }
}

fn read_json(entry: &Entry, layout: &Layout, targets: Vec<&mut Target<'_>>, sink: &mut dyn RowSink) -> Result<u64> {
    let Some(mapping) = targets.first().map(|t| t.mapping) else { return Ok(0) };
    let mut paths: Vec<String> = Vec::new();
    for path in targets.iter().flat_map(|t| t.mapping.sources()) {
        if !paths.iter().any(|p| p == path) {
            paths.push(path.to_owned());
        }
    }
    let mut loader = Loader::bind(targets, &paths);
    let is_mapped = |path: &str| {
        paths.iter().any(|p| p == path || path.strip_prefix(p.as_str()).is_some_and(|rest| rest.starts_with('.')))
    };
    let unmapped: Vec<String> = layout.columns.iter().filter(|c| !is_mapped(c)).cloned().collect();
    note_unmapped(&mut loader, &unmapped);
    let mut number = 0;
    let pointer = mapping.records.as_deref().unwrap_or_default();
    json::records(entry, mapping.encoding, pointer, layout.format, &mut |line, raw, record| {
        number += 1;
        match record {
            Ok(record) => {
                let cell = |n: usize| json::at(record, paths.get(n)?);
                let more = |mapping: &TableMapping, rows: &mut Rows| {
                    json::leaves("", record, &mut |path, value| {
                        if !value.is_null() && !is_mapped(path) && !mapping.ignores(path) {
                            rows.extra(path, value.clone());
                        }
                    });
                };
                loader.record(line, raw, &cell, Some(&more), sink)?;
            }
            Err(reason) => loader.broken(line, reason, raw, sink)?,
        }
        Ok(true)
    })?;
    Ok(number)
}

/// Tells which columns of a file nothing maps.
fn note_unmapped(loader: &mut Loader<'_, '_>, columns: &[String]) {
    for (mapping, rows) in loader.rows() {
        let mapped: Vec<&str> = mapping.sources().collect();
        for column in columns.iter().filter(|c| !c.is_empty() && !mapped.contains(&c.as_str()) && !mapping.ignores(c)) {
            rows.note(finding::UNMAPPED_COLUMN, None, Some(column), 1);
        }
    }
}
