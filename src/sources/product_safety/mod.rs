//! Alerts on unsafe products: the EU Safety Gate (formerly RAPEX) and the US Consumer Product Safety Commission.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde_json::{Map, Value as Json};

use super::archive::{Archive, Entry};
use super::export::{Description, RowSink, TableExport};
use super::marketplace::mapping::Format;
use super::marketplace::text::{Text, encoding};
use super::marketplace::{csv, json};
use super::rows::cells::Value;
use super::rows::times::{DAY, Format as TimeFormat, Moment, moment};
use super::rows::{Rows, barcodes};
use super::{Recognition, Source};
use crate::error::{Error, Result};
use crate::finding;
use crate::tables::{alerts::Alerts, platforms};

mod clean;
mod layouts;
mod xml;

use clean::clean;
use layouts::{FIRST, LAYOUTS, Layout};

/// Id of the source.
pub const ID: &str = "product-safety";

/// The reader of alerts.
#[derive(Debug, Clone, Copy)]
pub struct ProductSafety;

impl Source for ProductSafety {
    fn id(&self) -> &'static str {
        ID
    }
    fn about(&self) -> &'static str {
        "alerts on unsafe products: Safety Gate (weekly report and search as XML, search as CSV, Opendatasoft's mirror \
         as JSON or CSV) and recalls of the US CPSC (JSON, CSV), in zip and gzip too"
    }
    fn origin(&self) -> &'static str {
        "https://ec.europa.eu/safety-gate-alerts and https://www.saferproducts.gov/RestWebServices"
    }
    fn table(&self) -> &'static str {
        "alerts"
    }
    fn recognise(&self, head: &[u8]) -> Recognition {
        match layout(head) {
            Some(_) => Recognition::Yes,
            None => Recognition::No("no alerts on products".into()),
        }
    }
}

/// A file of alerts.
#[derive(Debug)]
pub struct AlertExport {
    archive: Archive,
    file: String,
    description: Description,
    names: Vec<String>,
    parts: Vec<(usize, &'static Layout)>,
}

impl AlertExport {
    /// Opens a file if its content is in one of the layouts.
    ///
    /// # Errors
    /// Those of the archive.
    pub fn open(path: &Path) -> Result<Option<Self>> {
        let archive = Archive::open(path)?;
        let file = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let mut parts = Vec::new();
        for (index, entry) in archive.entries.iter().enumerate() {
            if let Some(layout) = layout(&entry.head()?) {
                parts.push((index, layout));
            }
        }
        let Some((_, first)) = parts.first() else { return Ok(None) };
        let mut columns = vec!["authority", "product_number", "online_platform"];
        for (_, layout) in &parts {
            for (column, _) in layout.fields {
                if !columns.contains(column) {
                    columns.push(column);
                }
            }
        }
        let description = Description {
            source: ID,
            identity: format!("{ID}:{}:{file}", first.id),
            reading: "1".to_owned(),
            tables: BTreeMap::from([("alerts", columns)]),
            ..Description::default()
        };
        let names = archive.entries.iter().map(|e| e.name.clone()).collect();
        Ok(Some(Self { archive, file, description, names, parts }))
    }
}

impl TableExport for AlertExport {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.names
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        static ALERTS: Alerts = Alerts;
        let mut rows = Rows::new(&ALERTS, &self.file, false)?;
        for (index, layout) in &self.parts {
            let entry = &self.archive.entries[*index];
            let inner = (self.archive.entries.len() > 1 || entry.name != self.file).then_some(entry.name.as_str());
            rows.enter(*index, inner);
            let before = rows.counts();
            read(entry, layout, &mut rows, sink)?;
            if rows.counts() == before {
                sink.find(finding::NO_ROW, None, None, 1, Some((*index, 0)));
            }
        }
        for (index, _) in self.archive.entries.iter().enumerate() {
            if !self.parts.iter().any(|(part, _)| *part == index) {
                sink.find(finding::NOT_MAPPED, None, None, 1, Some((index, 0)));
            }
        }
        rows.finish(sink)?;
        Ok(())
    }
}

/// The layout of a text by the fields that its beginning names.
fn layout(head: &[u8]) -> Option<&'static Layout> {
    let (text, _) = encoding(head, None).decode_with_bom_removal(head);
    let start = text.trim_start();
    let format = match start.bytes().next()? {
        b'<' => None,
        b'[' | b'{' => Some(Format::Json),
        _ => Some(Format::Csv),
    };
    LAYOUTS.iter().filter(|l| l.format == format).find(|layout| match format {
        None => layout.marks.iter().all(|m| start.contains(&format!("<{m}"))),
        Some(Format::Csv) => {
            let sign = csv::delimiter(text.as_bytes(), layout.marks);
            let header = csv::header(text.as_bytes(), sign);
            layout.marks.iter().all(|m| header.iter().any(|h| h == m))
        }
        Some(_) => layout.marks.iter().all(|m| start.contains(&format!("\"{m}\""))),
    })
}

fn read(entry: &Entry, layout: &'static Layout, rows: &mut Rows, sink: &mut dyn RowSink) -> Result<()> {
    match layout.format {
        None => xml::records(entry, &mut |number, fields| {
            let fields = Json::Object(fields.clone());
            alert(layout, number, &fields, fields.to_string().as_bytes(), None, rows, sink)
        }),
        Some(Format::Csv) => read_csv(entry, layout, rows, sink),
        Some(_) => read_json(entry, layout, rows, sink),
    }
}

fn read_csv(entry: &Entry, layout: &'static Layout, rows: &mut Rows, sink: &mut dyn RowSink) -> Result<()> {
    let head = entry.head()?;
    let (text, _) = encoding(&head, None).decode_with_bom_removal(&head);
    let sign = csv::delimiter(text.as_bytes(), layout.marks);
    let header = csv::header(text.as_bytes(), sign);
    let mut records = csv::Records::new(Text::open(entry, None)?, sign);
    records.next()?;
    loop {
        let (line, reason, raw) = {
            let Some(record) = records.next()? else { return Ok(()) };
            let cells: Option<Vec<&str>> = (0..record.len()).map(|n| record.cell(n)).collect();
            match cells {
                Some(cells) if cells.len() == header.len() => {
                    let pairs = header.iter().zip(cells).filter(|(_, c)| !c.is_empty());
                    let fields: Map<String, Json> = pairs.map(|(h, c)| (h.clone(), c.into())).collect();
                    alert(layout, record.line, &Json::Object(fields), record.raw, None, rows, sink)?;
                    continue;
                }
                Some(cells) => {
                    let reason = format!("{} cells instead of {}", cells.len(), header.len());
                    (record.line, reason, record.raw.to_vec())
                }
                None => (record.line, "the text is not UTF-8".to_owned(), record.raw.to_vec()),
            }
        };
        let first = records.back_to_second_line();
        rows.broken(line, &reason, first.as_deref().unwrap_or(&raw), sink)?;
    }
}

fn read_json(entry: &Entry, layout: &'static Layout, rows: &mut Rows, sink: &mut dyn RowSink) -> Result<()> {
    let head = entry.head()?;
    let start = String::from_utf8_lossy(&head);
    let start = start.trim_start_matches('\u{feff}').trim_start();
    let pointer = match start.as_bytes() {
        [b'{', ..] if start.contains("\"results\"") => "/results",
        [b'{', ..] if start.contains("\"records\"") => "/records",
        _ => "",
    };
    let format = if pointer.is_empty() && start.starts_with('{') { Format::JsonLines } else { Format::Json };
    json::records(entry, None, pointer, format, &mut |number, raw, record| {
        let record = match record {
            Ok(record) => record,
            Err(reason) => {
                rows.broken(number, reason, raw, sink)?;
                return Ok(true);
            }
        };
        // Version 1 of Opendatasoft's interface wraps the fields.
        let fields = record.get("fields").filter(|f| f.is_object()).unwrap_or(record);
        let title = fields.get("Title").and_then(Json::as_str).unwrap_or_default();
        if fields.get("RecallID").and_then(Json::as_u64) == Some(0) && title.starts_with("Error") {
            return Err(Error::Invalid {
                place: entry.place().to_owned(),
                message: format!("the file holds an error of the service instead of recalls: {title}"),
                hint: "ask the service for a shorter span of dates".into(),
            });
        }
        match fields.get("Products").and_then(Json::as_array) {
            Some(products) if !products.is_empty() => {
                let several = products.len() > 1;
                for (n, product) in products.iter().enumerate() {
                    let mut fields = fields.clone();
                    if let Some(map) = fields.as_object_mut() {
                        map.remove("Products");
                        map.insert("product".to_owned(), product.clone());
                    }
                    alert(layout, number, &fields, raw, several.then_some(n + 1), rows, sink)?;
                }
            }
            _ => alert(layout, number, fields, raw, None, rows, sink)?,
        }
        Ok(true)
    })
}

/// Makes an alert a row.
fn alert(
    layout: &'static Layout,
    line: u64,
    fields: &Json,
    raw: &[u8],
    product: Option<usize>,
    rows: &mut Rows,
    sink: &mut dyn RowSink,
) -> Result<()> {
    let text = |name: &str| json::at(fields, name).and_then(|t| clean(&t));
    let set = |rows: &mut Rows, column: &str, value: Value| {
        if let Some(i) = rows.column(column) {
            rows.set(i, value);
        }
    };
    set(rows, "authority", Value::Text(layout.authority.to_owned()));
    set(rows, "product_number", product.map_or(Value::Null, |n| Value::Text(n.to_string())));
    for (column, names) in layout.fields {
        let Some(i) = rows.column(column) else { continue };
        let mut texts = names.iter().filter_map(|n| text(n));
        let found = if FIRST.contains(column) {
            texts.next()
        } else {
            Some(texts.collect::<Vec<_>>().join("\n")).filter(|t| !t.is_empty())
        };
        let Some(found) = found else { continue };
        match *column {
            "published_at" => match day(&found, layout.dates) {
                Some(at) => rows.set(i, Value::Instant(at)),
                None => {
                    rows.find_cell(finding::BAD_INSTANT, i, &found, line);
                    rows.keep_text(i, &found);
                }
            },
            "gtin" => {
                let codes = barcodes::in_text(&found);
                let joined = codes.join(" ");
                if joined != found {
                    rows.keep_text(i, &found);
                }
                if !codes.is_empty() {
                    rows.text(i, &joined, line)?;
                }
            }
            "online_trader" => {
                let platform = platforms::named_in(&found);
                set(rows, "online_platform", platform.map_or(Value::Null, |p| Value::Text(p.to_owned())));
                rows.text(i, &found, line)?;
            }
            _ => rows.text(i, &found, line)?,
        }
    }
    let mapped: Vec<&str> = layout.fields.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    json::leaves("", fields, &mut |path, value| {
        let root = path.split('.').next().unwrap_or(path);
        let empty = value.is_null() || value.as_str().is_some_and(|t| clean(t).is_none());
        let known = mapped.contains(&path) || layout.dropped.contains(&root);
        let listed = value.as_array().is_some_and(|list| {
            list.is_empty() || mapped.iter().any(|m| m.strip_prefix(path).is_some_and(|r| r.starts_with('.')))
        });
        if !empty && !known && !listed {
            rows.extra(path, value.clone());
        }
    });
    rows.end(line, raw, sink)?;
    Ok(())
}

/// Midnight UTC of a day: authorities publish days without a zone.
fn day(text: &str, formats: &[&str]) -> Option<i64> {
    static PARSED: LazyLock<BTreeMap<&'static str, TimeFormat>> = LazyLock::new(|| {
        let all = LAYOUTS.iter().flat_map(|l| l.dates.iter().copied());
        all.filter_map(|f| Some((f, TimeFormat::parse(f).ok()?))).collect()
    });
    let found = formats.iter().filter_map(|f| PARSED.get(f)).find_map(|format| moment(text, format))?;
    let micros = match found {
        Moment::Day(day) => i64::from(day) * DAY,
        Moment::Local(at) | Moment::Instant(at) => at,
    };
    Some(micros - micros.rem_euclid(DAY))
}

#[cfg(test)]
mod tests;
