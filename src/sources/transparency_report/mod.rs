//! Harmonised transparency reports (Implementing Regulation (EU) 2024/2835): CSV parts, archives and workbooks.
//!
//! A report is eleven parts. Providers publish them as CSV files, as a zip archive of these, or as one workbook (XLSX).
//! A part is recognised by its header and rows, typed however they may be; its figures become rows of `report_values`,
//! its words rows of `report_texts`, and what is neither is kept aside or in column `extra`. Parts that are opened
//! together tell each other who reports, for which period and when: part 1 names the provider and the dates, part 2
//! names no service at all.

mod parts;
mod recognise;
mod rows;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::parts::{Contents, Identity, Observed};
use self::recognise::Recognised;
use self::text::Sheet;
use super::archive::{Archive, Entry, is_zip};
use super::export::{Description, RowSink, TableExport};
use crate::error::{Error, Result};
use crate::tables::services::Services;
use crate::tables::{Table, report_texts::ReportTexts, report_values::ReportValues};
use crate::time;
use crate::transparency::template::part_name;
use crate::transparency::values::{ReportText, ReportValue};

/// Id of this source.
pub const ID: &str = "transparency_report";

/// What it reads, in a sentence.
pub const ABOUT: &str =
    "harmonised transparency reports of providers: CSV parts, zip archives of them, workbooks (XLSX)";

/// Largest file that is read: the longest published part has some thousand rows.
const MAX_BYTES: u64 = 256 << 20;

/// Largest and most files that are looked at for who reports.
const MAX_NEIGHBOUR: u64 = 8 << 20;
/// See [`MAX_NEIGHBOUR`].
const MAX_NEIGHBOURS: usize = 40;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Mark of simulated reports in the name of their service.
pub const SIMULATED: &str = "(simulated)";

/// One part of a report of one service and period.
#[derive(Debug)]
pub struct ReportPart {
    /// Part of the template, 1 to 11.
    pub part: u8,
    /// Canonical name of the service; `None` where nothing names it.
    pub platform: Option<String>,
    /// First and last day of the period.
    pub period: (Option<i32>, Option<i32>),
    /// Figures.
    pub values: Vec<ReportValue>,
    /// Texts.
    pub texts: Vec<ReportText>,
    entry: usize,
    observed: Vec<Observed>,
    rejected: Vec<(u64, &'static str, Vec<String>)>,
}

/// A file with parts of reports: a CSV file has one, an archive or workbook several.
#[derive(Debug)]
pub struct ReportFile {
    /// Its path.
    pub path: PathBuf,
    /// The parts, in the order of inner files or sheets.
    pub parts: Vec<ReportPart>,
    description: Description,
    entries: Vec<String>,
    inner: bool,
}

/// What was opened.
#[derive(Debug, Default)]
pub struct Opened {
    /// Files with parts of reports.
    pub files: Vec<ReportFile>,
    /// Files and sheets that are none: their name, and what they are instead.
    pub aside: Vec<(String, String)>,
}

impl Opened {
    /// The parts of all files.
    pub fn parts(&self) -> impl Iterator<Item = &ReportPart> {
        self.files.iter().flat_map(|f| &f.parts)
    }

    /// All figures.
    #[must_use]
    pub fn values(&self) -> Vec<ReportValue> {
        self.parts().flat_map(|p| p.values.iter().cloned()).collect()
    }

    /// All texts.
    #[must_use]
    pub fn texts(&self) -> Vec<ReportText> {
        self.parts().flat_map(|p| p.texts.iter().cloned()).collect()
    }
}

/// Whether a text that begins with `head` is a part of a report. Workbooks are told by [`open_file`].
#[must_use]
pub fn recognise(head: &[u8]) -> bool {
    recognise::recognise(&text::csv_sheet("", head)).is_some()
}

/// A sheet with where it came from.
struct Found {
    path: PathBuf,
    /// Sheets of one group are of one report, or of reports that name their services.
    group: PathBuf,
    /// Index of the inner file or sheet in its file.
    entry: usize,
    inner: bool,
    sheet: Sheet,
    part: Recognised,
}

/// Opens files and folders that hold parts of reports. What is none of these is named in [`Opened::aside`].
///
/// Parts that do not say who reports learn it from the others in their folder, archive or workbook.
///
/// # Errors
/// Those of files, archives and workbooks that cannot be read.
pub fn open(paths: &[PathBuf], services: &Services) -> Result<Opened> {
    let mut opened = Opened::default();
    let mut found = Vec::new();
    let mut names: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for file in super::find::find(paths)? {
        names.insert(file.path.clone(), sheets(&file.path, &mut found, &mut opened.aside)?);
    }
    opened.files = files(&found, &found, &names, services);
    Ok(opened)
}

/// Opens one file, with its neighbours in the folder to say who reports; `None` where it holds no part of a report.
///
/// # Errors
/// Those of a file, archive or workbook that cannot be read.
pub fn open_file(path: &Path, services: &Services) -> Result<Option<ReportFile>> {
    let (mut own, mut aside) = (Vec::new(), Vec::new());
    let names = BTreeMap::from([(path.to_owned(), sheets(path, &mut own, &mut aside)?)]);
    if own.is_empty() {
        return Ok(None);
    }
    let mut around = Vec::new();
    if own.iter().all(|f| !f.inner && f.part.part != 1) {
        for neighbour in neighbours(path) {
            // What cannot be read there is told of when it is loaded itself.
            let _ = sheets(&neighbour, &mut around, &mut aside);
        }
        around.retain(|f| f.group == own[0].group);
    }
    around.extend(own.iter().map(|f| Found {
        path: f.path.clone(),
        group: f.group.clone(),
        sheet: f.sheet.clone(),
        part: f.part.clone(),
        ..*f
    }));
    Ok(files(&own, &around, &names, services).pop())
}

/// Other CSV files in the folder of a file, no larger than parts of reports are.
fn neighbours(path: &Path) -> Vec<PathBuf> {
    let Some(folder) = path.parent() else { return Vec::new() };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let csv = |p: &PathBuf| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    let small = |p: &PathBuf| std::fs::metadata(p).is_ok_and(|m| m.is_file() && m.len() <= MAX_NEIGHBOUR);
    let all = entries.flatten().map(|e| e.path());
    let mut paths: Vec<PathBuf> = all.filter(|p| p.file_name() != path.file_name() && csv(p) && small(p)).collect();
    paths.sort();
    paths.truncate(MAX_NEIGHBOURS);
    paths
}

/// Reads sheets into files; `around` are all sheets that may tell who reports.
fn files(
    found: &[Found],
    around: &[Found],
    names: &BTreeMap<PathBuf, Vec<String>>,
    services: &Services,
) -> Vec<ReportFile> {
    let mut groups: BTreeMap<&Path, BTreeMap<String, Identity>> = BTreeMap::new();
    let mut named: BTreeMap<&Path, Vec<String>> = BTreeMap::new();
    for one in around {
        if one.part.part == 1 {
            groups.entry(&one.group).or_default().extend(parts::identities(&one.sheet, &one.part, services));
        }
        named.entry(&one.group).or_default().extend(parts::platforms(&one.sheet, &one.part, services));
    }
    for (group, mut platforms) in named {
        platforms.sort();
        platforms.dedup();
        // A part without a service is of the only one that its group names.
        if let [platform] = platforms.as_slice() {
            let identities = groups.entry(group).or_default();
            let known = identities.get(platform).cloned().unwrap_or_default();
            let known = Identity { platform: Some(platform.clone()), ..known };
            identities.insert(String::new(), known);
        }
    }
    let none = BTreeMap::new();
    let mut read: Vec<(usize, Contents)> = Vec::new();
    for (at, one) in found.iter().enumerate() {
        let identity = groups.get(one.group.as_path()).unwrap_or(&none);
        read.push((at, parts::contents(&one.sheet, &one.part, services, identity)));
    }
    lend_periods(found, &mut read);
    let mut files: Vec<ReportFile> = Vec::new();
    for (at, contents) in read {
        let one = &found[at];
        let parts = split(one, contents);
        match files.last_mut().filter(|f| f.path == one.path) {
            Some(file) => file.parts.extend(parts),
            None => files.push(ReportFile {
                path: one.path.clone(),
                parts,
                description: Description::default(),
                entries: names.get(&one.path).cloned().unwrap_or_default(),
                inner: one.inner,
            }),
        }
    }
    for file in &mut files {
        file.description = describe(&file.parts);
    }
    files
}

/// Parts 1 and 2 say no period in their rows: where part 1 lacks its dates too, it is that of the other parts of their
/// report, if these agree on one.
fn lend_periods(found: &[Found], read: &mut [(usize, Contents)]) {
    type Periods = BTreeSet<(i32, i32)>;
    let mut periods: BTreeMap<(PathBuf, String), Periods> = BTreeMap::new();
    for (at, contents) in read.iter() {
        for v in &contents.values {
            if let Some(period) = v.period_start.zip(v.period_end) {
                periods.entry((found[*at].group.clone(), v.platform.clone())).or_default().insert(period);
            }
        }
    }
    for (at, contents) in read.iter_mut() {
        for t in contents.texts.iter_mut().filter(|t| t.period_start.is_none()) {
            let key = (found[*at].group.clone(), t.platform.clone().unwrap_or_default());
            if let Some(period) = periods.get(&key).filter(|p| p.len() == 1).and_then(Periods::first) {
                (t.period_start, t.period_end) = (Some(period.0), Some(period.1));
            }
        }
    }
}

/// The sheets of one file that are parts of reports; gives the names of all its inner files or sheets.
fn sheets(path: &Path, found: &mut Vec<Found>, aside: &mut Vec<(String, String)>) -> Result<Vec<String>> {
    const WHY: &str = "no header of the template of transparency reports";
    let archive = Archive::open(path)?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let file = std::fs::File::open(path).map_err(|e| Error::io("read", path, e))?;
    let zip = begins_as_zip(file, path)?;
    let mut names = Vec::new();
    let mut all = Vec::new();
    if zip && archive.entries.iter().any(|e| e.name == "xl/workbook.xml") {
        if archive.bytes > MAX_BYTES {
            return Err(too_large(&path.display().to_string()));
        }
        let bytes = std::fs::read(path).map_err(|e| Error::io("read", path, e))?;
        for sheet in text::workbook_sheets(&path.display().to_string(), bytes)? {
            names.push(sheet.name.clone());
            all.push((sheet, path.to_owned()));
        }
    } else {
        for entry in &archive.entries {
            names.push(entry.name.clone());
            let name = entry.name.rsplit('/').next().unwrap_or_default();
            let hidden = name.starts_with('.') || entry.name.starts_with("__MACOSX");
            // The beginning is enough to see that a large file is something else.
            let sheet = if hidden || !recognise(&entry.head()?) {
                Sheet { name: entry.name.clone(), ..Sheet::default() }
            } else {
                text::csv_sheet(&entry.name, &bytes(entry)?)
            };
            let inner = || path.join(Path::new(&entry.name).parent().unwrap_or_else(|| Path::new("")));
            all.push((sheet, if zip { inner() } else { folder.clone() }));
        }
    }
    for (entry, (sheet, group)) in all.into_iter().enumerate() {
        match recognise::recognise(&sheet) {
            Some(part) => found.push(Found { path: path.to_owned(), group, entry, inner: zip, sheet, part }),
            None if zip => aside.push((format!("{}/{}", path.display(), sheet.name), WHY.into())),
            None => aside.push((path.display().to_string(), WHY.into())),
        }
    }
    Ok(names)
}

fn too_large(place: &str) -> Error {
    Error::Invalid {
        place: place.to_owned(),
        message: format!("larger than the {} MiB that a part of a report may have", MAX_BYTES >> 20),
        hint: "give the parts of the report, not other data of the provider".into(),
    }
}

fn begins_as_zip(mut file: std::fs::File, path: &Path) -> Result<bool> {
    use std::io::Read as _;
    let mut head = Vec::new();
    file.by_ref().take(4).read_to_end(&mut head).map_err(|e| Error::io("read", path, e))?;
    Ok(is_zip(&head))
}

fn bytes(entry: &Entry) -> Result<Vec<u8>> {
    let mut reader = entry.open()?;
    let mut all = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let got = reader.fill(&mut buffer)?;
        all.extend_from_slice(&buffer[..got]);
        if all.len() as u64 > MAX_BYTES {
            return Err(too_large(entry.place()));
        }
        if got < buffer.len() {
            return Ok(all);
        }
    }
}

/// What rows of a sheet belong to: platform, first and last day.
type Owner = (Option<String>, Option<i32>, Option<i32>);

/// The parts of a sheet: one, unless it holds several services or periods.
fn split(found: &Found, mut contents: Contents) -> Vec<ReportPart> {
    let mut owners: BTreeMap<Owner, (Vec<ReportValue>, Vec<ReportText>)> = BTreeMap::new();
    for v in std::mem::take(&mut contents.values) {
        owners.entry((Some(v.platform.clone()), v.period_start, v.period_end)).or_default().0.push(v);
    }
    for t in std::mem::take(&mut contents.texts) {
        owners.entry((t.platform.clone(), t.period_start, t.period_end)).or_default().1.push(t);
    }
    if owners.is_empty() {
        owners.insert((None, None, None), (Vec::new(), Vec::new()));
    }
    let mut parts = Vec::new();
    for ((platform, first, last), (mut values, mut texts)) in owners {
        for value in &mut values {
            value.entry = found.entry;
        }
        for text in &mut texts {
            text.entry = found.entry;
        }
        parts.push(ReportPart {
            part: contents.part,
            platform,
            period: (first, last),
            values,
            texts,
            entry: found.entry,
            // Of the sheet, not of one of its services: told once.
            observed: std::mem::take(&mut contents.observed),
            rejected: std::mem::take(&mut contents.rejected),
        });
    }
    parts
}

/// What a file is: of whom, for which period, and which parts.
fn describe(parts: &[ReportPart]) -> Description {
    type Days = (Option<i32>, Option<i32>);
    let mut owners: BTreeMap<(&str, Days), Vec<u8>> = BTreeMap::new();
    for part in parts {
        owners.entry((part.platform.as_deref().unwrap_or("?"), part.period)).or_default().push(part.part);
    }
    let day = |d: Option<i32>| d.map_or_else(|| "?".to_owned(), time::iso);
    let names: Vec<String> = owners
        .iter()
        .map(|((platform, (first, last)), numbers)| {
            let numbers: BTreeSet<u8> = numbers.iter().copied().collect();
            let numbers: Vec<String> = numbers.into_iter().map(part_name).collect();
            format!("{platform}, {}/{}, parts {}", day(*first), day(*last), numbers.join(", "))
        })
        .collect();
    let mut tables = BTreeMap::new();
    let mut declare = |table: &'static dyn Table, some: bool| {
        if some {
            tables.insert(table.name(), table.columns().iter().map(|c| c.name).collect());
        }
    };
    declare(&ReportValues, parts.iter().any(|p| !p.values.is_empty()));
    declare(&ReportTexts, parts.iter().any(|p| !p.texts.is_empty()));
    Description {
        source: ID,
        identity: format!("transparency report of {}", names.join("; ")),
        reading: String::new(),
        observed_from: parts.iter().filter_map(|p| p.period.0).min().map(|d| i64::from(d) * DAY),
        observed_until: parts.iter().filter_map(|p| p.period.1).max().map(|d| (i64::from(d) + 1) * DAY),
        simulated: parts.iter().any(|p| p.platform.as_deref().is_some_and(|name| name.contains(SIMULATED))),
        tables,
    }
}

impl TableExport for ReportFile {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.entries
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        let file = self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let place = rows::Place { file: &file, entries: if self.inner { &self.entries } else { &[] } };
        for part in &self.parts {
            for (kind, column, value, count, line) in &part.observed {
                sink.find(kind, *column, value.as_deref(), *count, line.map(|l| (part.entry, l)));
            }
            for (line, reason, cells) in &part.rejected {
                sink.reject(part.entry, *line, reason, csv_line(cells).as_bytes())?;
            }
            if !part.values.is_empty() {
                sink.push(&ReportValues, rows::values(&part.values, &place))?;
            }
            if !part.texts.is_empty() {
                sink.push(&ReportTexts, rows::report_texts(&part.texts, &place))?;
            }
        }
        Ok(())
    }
}

/// Cells as a line of CSV.
fn csv_line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        let plain = !cell.contains([',', '"', '\n', '\r']);
        if plain { cell.clone() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",")
}
