//! Columns of an export with what a sample of their cells looks like.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use serde_json::Value;

use super::super::layout::Layout;
use super::super::mapping::{Format, TableMapping};
use super::super::text::{Text, encoding};
use super::super::{csv, json, parquet};
use crate::error::Result;
use crate::sources::archive::{Archive, Entry};
use crate::sources::rows::barcodes;
use crate::sources::rows::cells::{Reading, number, truth};
use crate::sources::rows::times::{Format as TimeFormat, Moment, moment};
use crate::tables::listings::Listings;

/// Records that are looked at.
pub const SAMPLE: usize = 20_000;

/// Distinct values of a column that are kept.
const DISTINCT: usize = 200;

/// A document is read whole to find its records; larger ones need `records` said.
const DOCUMENT: usize = 64 << 20;

/// One inner file.
#[derive(Debug)]
pub struct Sampled {
    /// Its name.
    pub name: String,
    /// How it is laid out.
    pub layout: Layout,
    /// Name of its encoding, where it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// JSON pointer to its records.
    pub records: String,
    /// Records that were looked at.
    pub rows: usize,
    /// Its columns in their order.
    pub columns: Vec<Profile>,
}

/// What the cells of a column look like.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Cells that hold something.
    pub filled: usize,
    /// Its most frequent values, most frequent first, where they are few.
    pub values: Vec<(String, usize)>,
    /// Whether there are few distinct values, so that [`Profile::values`] are all.
    pub few: bool,
    /// Whether no value stands twice.
    pub unique: bool,
    /// Cells that are numbers with a point, numbers with a comma, and whole numbers.
    pub numbers: [usize; 3],
    /// Cells that are usual words for true and false.
    pub truths: usize,
    /// Cells whose codes are barcodes with a right check digit.
    pub barcodes: usize,
    /// Cells that hold their text twice.
    pub doubled: usize,
    /// Cells that begin like an address of a page.
    pub addresses: usize,
    /// Formats of times that all cells have, with whether they say which zone they are of.
    pub times: Vec<(&'static str, Clockwork)>,
    /// Mean length of a cell.
    pub length: f64,
}

/// What the times of a column say beside the date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clockwork {
    /// An instant.
    Zoned,
    /// A time on a clock that is not named.
    Local,
    /// A date alone.
    Day,
}

/// Formats that are tried, in the order in which they are proposed.
pub const FORMATS: &[&str] = &[
    "iso",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y",
    "%d-%m-%Y %H:%M:%S",
    "%d-%m-%Y %H:%M",
    "%d-%m-%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y/%m/%d",
    "%d.%m.%y %H:%M",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y%m%d",
    "%B %d, %Y",
    "%d %b %Y",
    "%a, %d %b %Y %H:%M:%S %z",
    "epoch_s",
    "epoch_ms",
    "epoch_us",
];

/// Looks at every inner file of an export.
///
/// # Errors
/// Those of the archive.
pub fn sample(path: &Path) -> Result<Vec<Sampled>> {
    let archive = Archive::open(path)?;
    let mut out = Vec::new();
    for entry in &archive.entries {
        let hidden = entry.name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX");
        if !hidden && let Some(one) = of_entry(entry, path)? {
            out.push(one);
        }
    }
    Ok(out)
}

fn of_entry(entry: &Entry, path: &Path) -> Result<Option<Sampled>> {
    let mut blank = TableMapping::blank(&Listings);
    let head = entry.head()?;
    let found = encoding(&head, None);
    let mut label = (found != encoding_rs::UTF_8).then(|| found.name());
    // Text of Western Europe that is no UTF-8 is windows-1252 nearly always.
    if label.is_none()
        && !parquet::is_parquet(&head)
        && std::str::from_utf8(&head).is_err_and(|e| e.error_len().is_some())
    {
        blank.encoding = Some(encoding_rs::WINDOWS_1252);
        label = Some("windows-1252");
    }
    if head.starts_with(b"{") || head.starts_with(b"\xef\xbb\xbf{") {
        blank.records = pointer(entry, &String::from_utf8_lossy(&head))?;
    }
    let layout = Layout::of(entry, path, &blank)?;
    if layout.empty {
        return Ok(None);
    }
    let mut gather: Vec<Gather> = layout.columns.iter().map(|name| Gather::new(name)).collect();
    let mut rows = 0;
    match layout.format {
        Format::Csv => {
            let mut records = csv::Records::new(Text::open(entry, blank.encoding)?, layout.delimiter);
            records.next()?;
            while rows < SAMPLE
                && let Some(record) = records.next()?
            {
                rows += 1;
                for (n, column) in gather.iter_mut().enumerate().take(record.len()) {
                    column.add(record.cell(n));
                }
            }
        }
        Format::Json | Format::JsonLines => {
            let pointer = blank.records.as_deref().unwrap_or_default();
            let paths = layout.columns.clone();
            json::records(entry, blank.encoding, pointer, layout.format, &mut |_, _, record| {
                rows += 1;
                if let Ok(record) = record {
                    for (path, column) in paths.iter().zip(&mut gather) {
                        column.add(json::at(record, path).as_deref());
                    }
                }
                Ok(rows < SAMPLE)
            })?;
        }
        Format::Parquet => {
            for columns in parquet::sample(entry, path, SAMPLE)? {
                rows = columns.len().max(rows);
                if let Some(column) = gather.iter_mut().find(|g| g.profile.name == columns.name) {
                    columns.cells.iter().for_each(|cell| column.add(cell.as_deref()));
                }
            }
        }
    }
    let columns = gather.into_iter().map(Gather::finish).collect();
    Ok(Some(Sampled {
        name: entry.name.clone(),
        layout,
        encoding: label,
        records: blank.records.unwrap_or_default(),
        rows,
        columns,
    }))
}

/// The pointer to the longest array of objects in a document; `None` for lines of objects.
fn pointer(entry: &Entry, head: &str) -> Result<Option<String>> {
    if json::is_lines(head.trim_start_matches('\u{feff}').trim_start()) {
        return Ok(None);
    }
    let mut text = Text::open(entry, None)?;
    let mut bytes = Vec::new();
    while text.more(&mut bytes)? {
        if bytes.len() > DOCUMENT {
            return Ok(None);
        }
    }
    let Ok(document) = serde_json::from_slice::<Value>(&bytes) else { return Ok(None) };
    let mut best = (0, None);
    search(&document, "", 3, &mut best);
    Ok(best.1)
}

fn search(value: &Value, at: &str, depth: usize, best: &mut (usize, Option<String>)) {
    match value {
        Value::Array(list) => {
            let objects = list.iter().filter(|v| v.is_object()).count();
            if objects > best.0 {
                *best = (objects, Some(at.to_owned()));
            }
        }
        Value::Object(map) if depth > 0 => {
            for (key, inner) in map {
                let step = key.replace('~', "~0").replace('/', "~1");
                search(inner, &format!("{at}/{step}"), depth - 1, best);
            }
        }
        _ => {}
    }
}

/// A column while its cells are looked at.
struct Gather {
    profile: Profile,
    counts: BTreeMap<String, usize>,
    seen: HashSet<u64, foldhash::fast::FixedState>,
    formats: Vec<(&'static str, TimeFormat, Option<Clockwork>)>,
    length: usize,
}

impl Gather {
    fn new(name: &str) -> Self {
        let formats = FORMATS.iter().filter_map(|f| Some((*f, TimeFormat::parse(f).ok()?, None))).collect();
        Self {
            profile: Profile { name: name.to_owned(), few: true, unique: true, ..Profile::default() },
            counts: BTreeMap::new(),
            seen: HashSet::default(),
            formats,
            length: 0,
        }
    }

    fn add(&mut self, cell: Option<&str>) {
        let Some(text) = cell.map(str::trim).filter(|t| !t.is_empty()) else { return };
        let profile = &mut self.profile;
        profile.filled += 1;
        self.length += text.chars().count();
        profile.unique &= self.seen.insert(xxhash_rust::xxh3::xxh3_64(text.as_bytes()));
        if profile.few {
            *self.counts.entry(text.to_owned()).or_default() += 1;
            profile.few = self.counts.len() <= DISTINCT;
        }
        let with = |decimal| Reading { decimal, ..Reading::default() };
        profile.numbers[0] += usize::from(number(text, &with(None)).is_some());
        profile.numbers[1] += usize::from(text.contains(',') && number(text, &with(Some(','))).is_some());
        profile.numbers[2] += usize::from(text.parse::<i64>().is_ok());
        profile.truths += usize::from(truth(text).is_some());
        let mut codes = text.split_whitespace().peekable();
        profile.barcodes += usize::from(codes.peek().is_some() && codes.all(barcodes::is_valid));
        let half = text.len() / 2;
        let bytes = text.as_bytes();
        let twice = bytes.len() % 2 == 1 && bytes[half] == b' ' && bytes[..half] == bytes[half + 1..];
        profile.doubled += usize::from(twice);
        profile.addresses += usize::from(text.starts_with("http://") || text.starts_with("https://"));
        self.formats.retain_mut(|(name, format, clockwork)| {
            let found = match moment(text, format) {
                Some(Moment::Instant(at)) => {
                    // Whole numbers are times only where they fall in the years that exports are of.
                    let year = 31_556_952_000_000_i64;
                    if name.starts_with("epoch") && !(30 * year..80 * year).contains(&at) {
                        return false;
                    }
                    Clockwork::Zoned
                }
                Some(Moment::Local(_)) => Clockwork::Local,
                Some(Moment::Day(day)) => {
                    if *name == "%Y%m%d" && !(10_957..29_220).contains(&day) {
                        return false;
                    }
                    Clockwork::Day
                }
                None => return false,
            };
            // One local time in a column is enough to need a zone.
            if clockwork.is_none() || found != Clockwork::Zoned {
                *clockwork = Some(found);
            }
            true
        });
    }

    fn finish(mut self) -> Profile {
        let profile = &mut self.profile;
        let mut values: Vec<(String, usize)> = self.counts.into_iter().collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        profile.values = values;
        profile.unique &= profile.filled > 0;
        profile.times = self.formats.into_iter().filter_map(|(name, _, clock)| Some((name, clock?))).collect();
        if profile.filled > 0 {
            #[allow(clippy::cast_precision_loss)]
            let mean = self.length as f64 / profile.filled as f64;
            profile.length = mean;
        }
        self.profile
    }
}

impl Profile {
    /// Share of the filled cells that are something.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn share(&self, cells: usize) -> f64 {
        if self.filled == 0 { 0.0 } else { cells as f64 / self.filled as f64 }
    }

    /// What the column holds, in a few words.
    #[must_use]
    pub fn about(&self) -> Cow<'static, str> {
        if self.filled == 0 {
            "empty".into()
        } else if let Some((format, _)) = self.times.first() {
            format!("times, {format}").into()
        } else if self.share(self.barcodes) > 0.5 {
            "barcodes".into()
        } else if self.share(self.numbers[0] + self.numbers[1]) > 0.95 {
            "numbers".into()
        } else if self.share(self.addresses) > 0.9 {
            "addresses".into()
        } else if self.few && self.values.len() <= 30 {
            format!("{} different values", self.values.len()).into()
        } else if self.unique {
            "text, every value once".into()
        } else {
            "text".into()
        }
    }
}
