//! Mapping files: which columns of an export are which columns of the tables.

use glob::Pattern;
use toml::de::{DeTable, DeValue};

use super::columns::{ColumnMapping, Condition, From};
use super::document::{Document, Section};
use crate::error::{Result, suggest};
use crate::sources::rows::times::{DAY, Format as TimeFormat, Moment, Zone, moment};
use crate::tables::{TABLES, Table, platforms::Aliases};

/// A mapping file, read and checked.
#[derive(Debug)]
pub struct Mapping {
    /// Its name in registers and manifests.
    pub name: String,
    /// The file that it was read from.
    pub place: String,
    /// Digest of its text.
    pub digest: String,
    /// Whether the data is simulated.
    pub simulated: bool,
    /// Instant from which what happened is in the export (microseconds since 1970, UTC).
    pub observed_from: Option<i64>,
    /// Instant at which observation ends.
    pub observed_until: Option<i64>,
    /// Where the data comes from, in words.
    pub source: Option<String>,
    /// Whether it is shipped with this version, and so has to prove itself on the content of a file.
    pub shipped: bool,
    /// What it reads.
    pub tables: Vec<TableMapping>,
}

/// How the rows of one table are made from files.
pub struct TableMapping {
    /// The table.
    pub table: &'static dyn Table,
    /// Patterns of the names of its files.
    pub files: Vec<Pattern>,
    /// Format of the files; told by their content where it is not given.
    pub format: Option<Format>,
    /// Sign between the cells of a CSV file; found from the header where it is not given.
    pub delimiter: Option<u8>,
    /// Encoding of the text; UTF-8, or what a byte-order mark says, where it is not given.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// JSON pointer to the array of records.
    pub records: Option<String>,
    /// Whether only the first row of each key is wanted.
    pub once: bool,
    /// Patterns of columns that are left out and not kept in `extra`.
    pub ignore: Vec<Pattern>,
    /// Which records are rows of the table: those that meet all conditions.
    pub filter: Vec<Condition>,
    /// Its columns.
    pub columns: Vec<ColumnMapping>,
}

/// Format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells between delimiters.
    Csv,
    /// A JSON object on each line.
    JsonLines,
    /// A JSON document that holds an array of objects.
    Json,
    /// Apache Parquet.
    Parquet,
}

impl std::fmt::Debug for TableMapping {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TableMapping")
            .field("table", &self.table.name())
            .field("files", &self.files)
            .field("columns", &self.columns)
            .finish_non_exhaustive()
    }
}

/// What holds for all columns of a table unless they say otherwise.
#[derive(Debug, Clone, Default)]
pub(super) struct Defaults {
    pub zone: Option<Zone>,
    pub decimal: Option<char>,
    pub missing: Vec<String>,
}

const MAPPING_KEYS: &[&str] =
    &["name", "platform", "simulated", "time_zone", "decimal", "missing", "observed_from", "observed_until", "source"];

const TABLE_KEYS: &[&str] = &[
    "table",
    "files",
    "format",
    "delimiter",
    "encoding",
    "records",
    "decimal",
    "time_zone",
    "missing",
    "once",
    "ignore",
    "filter",
    "columns",
];

impl Mapping {
    /// Reads a mapping; `place` names its file in messages.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] with the line, for anything that is not understood to the last key.
    pub fn parse(place: &str, text: &str) -> Result<Self> {
        let document = Document { place, text };
        let root = DeTable::parse(text).map_err(|e| {
            let at = e.span().map_or(0, |s| s.start);
            document.error(at, format!("this is no TOML: {}", e.message()), "see https://toml.io for its rules")
        })?;
        let root = Section { document, table: root.get_ref(), at: 0, what: "a mapping" };
        root.only(
            &["mapping", "table"],
            &[("name", "write it below [mapping]"), ("columns", "columns belong to a [[table]]: [table.columns]")],
        )?;
        let Some(head) = root.section("mapping", "[mapping]")? else {
            return Err(document.error(0, "there is no [mapping]", "begin with [mapping] and name = \"…\""));
        };
        head.only(MAPPING_KEYS, &[("table", "tables follow in [[table]]"), ("files", "files belong to a [[table]]")])?;
        let Some(name) = head.text("name")?.filter(|n| !n.trim().is_empty()) else {
            return Err(head.error("name", "[mapping] has no name", "write name = \"…\": manifests call it by that"));
        };
        let defaults = defaults(&head, &Defaults::default())?;
        let mut tables = Vec::new();
        for section in root.sections("table", "[[table]]")? {
            tables.push(TableMapping::parse(&section, &head, &defaults)?);
        }
        if tables.is_empty() {
            let hint = "add [[table]] with table = \"listings\" and the columns below [table.columns]";
            return Err(document.error(0, "the mapping has no [[table]]", hint));
        }
        let observed_from = instant(&head, "observed_from", &defaults)?;
        let observed_until = instant(&head, "observed_until", &defaults)?;
        if let (Some(from), Some(until)) = (observed_from, observed_until)
            && from >= until
        {
            return Err(head.error(
                "observed_until",
                "observed_until is not after observed_from",
                "the window is half-open: observed_until is the first instant (or day) that is no longer observed",
            ));
        }
        Ok(Self {
            name: name.trim().to_owned(),
            place: place.to_owned(),
            digest: format!("{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes())),
            simulated: head.truth("simulated")?.unwrap_or(false),
            observed_from,
            observed_until,
            source: head.text("source")?.map(str::to_owned),
            shipped: false,
            tables,
        })
    }
}

impl TableMapping {
    /// A mapping of nothing, to look at files with.
    pub(super) fn blank(table: &'static dyn Table) -> Self {
        Self {
            table,
            files: any(),
            format: None,
            delimiter: None,
            encoding: None,
            records: None,
            once: false,
            ignore: Vec::new(),
            filter: Vec::new(),
            columns: Vec::new(),
        }
    }

    /// Whether a file of this name is one of the table's.
    #[must_use]
    pub fn names(&self, file: &str, entry: &str) -> bool {
        let base = entry.rsplit('/').next().unwrap_or(entry);
        self.files.iter().any(|p| p.matches(base) || p.matches(entry) || p.matches(file))
    }

    /// Whether a column that nothing maps is left out rather than kept.
    #[must_use]
    pub fn ignores(&self, column: &str) -> bool {
        self.ignore.iter().any(|p| p.matches(column))
    }

    /// Columns of the export that it reads, for its filter too.
    pub fn sources(&self) -> impl Iterator<Item = &str> {
        let filter = self.filter.iter().map(|f| f.column.as_str());
        self.columns.iter().flat_map(ColumnMapping::sources).chain(filter)
    }

    /// Columns without which no row can be: each group of them feeds one required column, and one of it is enough.
    pub fn required(&self) -> impl Iterator<Item = Vec<&str>> {
        self.columns
            .iter()
            .filter(|c| !c.about.nullable && matches!(c.from, From::Columns(_)))
            .map(|c| c.sources().collect())
    }

    fn parse(section: &Section<'_>, head: &Section<'_>, above: &Defaults) -> Result<Self> {
        section.only(TABLE_KEYS, &[("platform", "write it below [mapping], or as a column below [table.columns]")])?;
        let known: Vec<&str> = TABLES.iter().map(|t| t.name()).filter(|n| *n != "statements").collect();
        let Some(name) = section.text("table")? else {
            return Err(section.error("table", "[[table]] does not say which table", "write table = \"listings\""));
        };
        let Some(table) = TABLES.iter().copied().find(|t| t.name() == name && name != "statements") else {
            let hint = match suggest(name, known.iter().copied()) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("there is {}", known.join(", ")),
            };
            return Err(section.error("table", format!("there is no table {name:?} for mappings"), hint));
        };
        let format = match section.text("format")? {
            None => None,
            Some("csv") => Some(Format::Csv),
            Some("json_lines") => Some(Format::JsonLines),
            Some("json") => Some(Format::Json),
            Some("parquet") => Some(Format::Parquet),
            Some(other) => {
                let hint = "there is csv, json_lines, json and parquet";
                return Err(section.error("format", format!("there is no format {other:?}"), hint));
            }
        };
        let delimiter = match section.character("delimiter")? {
            None => None,
            Some(c) if c.is_ascii() && !matches!(c, '"' | '\n' | '\r') => u8::try_from(c).ok(),
            Some(_) => {
                let hint = "write \",\", \";\", \"|\", \"\\t\" for a tab, or another ASCII character";
                return Err(section.error("delimiter", "the delimiter cannot part cells", hint));
            }
        };
        let encoding = match section.text("encoding")? {
            None => None,
            Some(label) => Some(encoding_rs::Encoding::for_label(label.as_bytes()).ok_or_else(|| {
                let hint = "write utf-8, windows-1252, utf-16le or another name of the WHATWG Encoding Standard";
                section.error("encoding", format!("there is no encoding {label:?}"), hint)
            })?),
        };
        let records = section.text("records")?.map(str::to_owned);
        if records.as_ref().is_some_and(|r| !r.is_empty() && !r.starts_with('/')) {
            let hint = "a JSON pointer begins with a slash: records = \"/data/items\"";
            return Err(section.error("records", "records is no JSON pointer", hint));
        }
        let defaults = defaults(section, above)?;
        let mut filter = Vec::new();
        for condition in section.sections("filter", "a condition of filter")? {
            filter.push(Condition::parse(&condition)?);
        }
        let columns = Self::columns(section, head, table, &defaults)?;
        let files = patterns(section, "files")?;
        Ok(Self {
            table,
            files: if files.is_empty() { any() } else { files },
            format,
            delimiter,
            encoding,
            records,
            once: section.truth("once")?.unwrap_or(false),
            ignore: patterns(section, "ignore")?,
            filter,
            columns,
        })
    }

    fn columns(
        section: &Section<'_>,
        head: &Section<'_>,
        table: &'static dyn Table,
        defaults: &Defaults,
    ) -> Result<Vec<ColumnMapping>> {
        let Some(inner) = section.section("columns", "[table.columns]")? else {
            return Err(section.error(
                "columns",
                format!("[[table]] of {} maps no column", table.name()),
                "add [table.columns] with lines such as listing_id = \"item_no\"",
            ));
        };
        let names: Vec<&str> =
            table.columns().iter().filter(|c| ColumnMapping::can_be_mapped(c)).map(|c| c.name).collect();
        let above = "keys of [[table]] stand above [table.columns]: TOML gives what follows it to the columns";
        let misplaced: Vec<(&str, &str)> =
            TABLE_KEYS.iter().filter(|k| !names.contains(k)).map(|k| (*k, above)).collect();
        let mut known = names.clone();
        known.sort_unstable();
        inner.only(&known, &misplaced)?;
        let mut columns = Vec::new();
        for (index, about) in table.columns().iter().enumerate() {
            if let Some(value) = inner.get(about.name) {
                columns.push(ColumnMapping::parse(&inner, about, index, value, defaults)?);
            } else if about.name == "platform" {
                let Some(value) = head.get("platform") else {
                    return Err(head.error(
                        "platform",
                        format!("nothing says of which platform the rows of {} are", table.name()),
                        "write platform = \"…\" below [mapping], or platform = { column = \"…\" }",
                    ));
                };
                // A text alone is the platform itself: that is what one means at the head of a mapping.
                let column = match value.get_ref() {
                    DeValue::String(name) => ColumnMapping::constant(about, index, &Aliases::default().canonical(name)),
                    _ => ColumnMapping::parse(head, about, index, value, defaults)?,
                };
                columns.push(column);
            } else if ColumnMapping::can_be_mapped(about) && !about.nullable {
                return Err(inner.document.error(
                    inner.at,
                    format!("the mapping gives no {}, which every row of {} has", about.name, table.name()),
                    format!("add {} = \"…\" below [table.columns]; it is: {}", about.name, about.meaning),
                ));
            }
        }
        Ok(columns)
    }
}

/// The pattern that any name fits.
fn any() -> Vec<Pattern> {
    Pattern::new("*").into_iter().collect()
}

fn defaults(section: &Section<'_>, above: &Defaults) -> Result<Defaults> {
    Ok(Defaults {
        zone: zone(section)?.or_else(|| above.zone.clone()),
        decimal: decimal(section)?.or(above.decimal),
        missing: section.texts("missing")?.unwrap_or_else(|| above.missing.clone()),
    })
}

/// The time zone of a section.
pub(super) fn zone(section: &Section<'_>) -> Result<Option<Zone>> {
    let Some(name) = section.text("time_zone")? else { return Ok(None) };
    match Zone::named(name) {
        Some(zone) => Ok(Some(zone)),
        None => Err(section.error(
            "time_zone",
            format!("there is no time zone {name:?}"),
            "write a name of the IANA database such as \"Europe/Berlin\", \"UTC\", or an offset such as \"+02:00\"",
        )),
    }
}

/// The decimal sign of a section.
pub(super) fn decimal(section: &Section<'_>) -> Result<Option<char>> {
    match section.character("decimal")? {
        Some(c) if c != '.' && c != ',' => {
            Err(section.error("decimal", "the decimal sign is a point or a comma", "write decimal = \",\""))
        }
        other => Ok(other),
    }
}

/// Patterns of names.
fn patterns(section: &Section<'_>, key: &str) -> Result<Vec<Pattern>> {
    let mut patterns = Vec::new();
    for text in section.texts(key)?.unwrap_or_default() {
        let pattern = Pattern::new(&text).map_err(|e| {
            section.error(key, format!("{text:?} is no pattern: {}", e.msg), "* stands for any characters, ? for one")
        })?;
        patterns.push(pattern);
    }
    Ok(patterns)
}

/// An instant, or the first instant of a day in the zone of the mapping (UTC without one).
fn instant(section: &Section<'_>, key: &str, defaults: &Defaults) -> Result<Option<i64>> {
    let text = match section.get(key).map(toml::Spanned::get_ref) {
        None => return Ok(None),
        Some(DeValue::String(s)) => s.as_ref().to_owned(),
        Some(DeValue::Datetime(d)) => d.to_string(),
        Some(_) => String::new(),
    };
    let zone = defaults.zone.clone().unwrap_or_else(Zone::utc);
    let at = match moment(text.trim(), &TimeFormat::Iso) {
        Some(Moment::Instant(at)) => Some(at),
        Some(Moment::Local(local)) => zone.instant(local).map(|(at, _)| at),
        Some(Moment::Day(day)) => zone.instant(i64::from(day) * DAY).map(|(at, _)| at),
        None => None,
    };
    at.map(Some).ok_or_else(|| {
        let hint = format!("write {key} = \"2025-01-01\" or {key} = \"2025-01-01T00:00:00Z\"");
        section.error(key, format!("{key} is no day and no instant"), hint)
    })
}
