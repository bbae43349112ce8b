//! Harmonised transparency reports (Implementing Regulation (EU) 2024/2835): CSV parts, archives and workbooks, on the
//! template in English or one of the languages of [`crate::transparency::words`].
//!
//! A report is eleven parts. Providers publish them as CSV files, as a zip archive of these, or as one workbook (XLSX).
//! A part is recognised by its header and rows, typed however they may be; its figures become rows of `report_values`,
//! its words rows of `report_texts`, and what is neither is kept aside or in column `extra`. Parts that are opened
//! together tell each other who reports, for which period and when: part 1 names the provider and the dates, part 2
//! names no service at all.

mod columns;
mod file;
mod found;
mod language;
mod parts;
mod recognise;
mod rows;
mod settle;
#[cfg(test)]
mod tests;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use self::found::{Found, NO_PART, WORKBOOK, sheets};
use self::parts::{Contents, Identity};
use super::archive::Archive;
use super::{Recognition, Source};
use crate::error::{Error, Result};
use crate::tables::services::Services;
use crate::tables::{Table, report_texts::ReportTexts, report_values::ReportValues};
use crate::transparency::values::{ReportText, ReportValue};
use crate::transparency::words;

pub use file::{ReportFile, ReportPart};

/// Id of this source.
pub const ID: &str = "transparency-report";

/// How the reading of a file begins that is written otherwise than the template asks, as `read as encoding GBK`.
pub const READ_AS: &str = "read as ";

/// The reader of transparency reports.
#[derive(Debug, Clone, Copy)]
pub struct TransparencyReport;

impl Source for TransparencyReport {
    fn id(&self) -> &'static str {
        ID
    }
    fn about(&self) -> &'static str {
        "harmonised transparency reports: CSV parts in any encoding, one by one or in a folder or zip archive, and \
         workbooks (XLSX); a report that comes in several forms counts once"
    }
    fn origin(&self) -> &'static str {
        "pages of the providers; template: Implementing Regulation (EU) 2024/2835, Annex I"
    }
    fn table(&self) -> &'static str {
        ReportValues.name()
    }
    fn tables(&self) -> Vec<&'static str> {
        vec![ReportValues.name(), ReportTexts.name()]
    }
    fn recognise(&self, head: &[u8]) -> Recognition {
        if recognise(head) { Recognition::Yes } else { Recognition::No(NO_PART.to_owned()) }
    }
}

/// Largest and most files that are looked at for who reports.
const MAX_NEIGHBOUR: u64 = 8 << 20;
/// See [`MAX_NEIGHBOUR`].
const MAX_NEIGHBOURS: usize = 40;

/// Mark of simulated reports in the name of their service.
pub const SIMULATED: &str = "(simulated)";

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
    let is_told = |why: &str| why != NO_PART;
    if own.is_empty() {
        return match aside.into_iter().find(|(_, why): &(String, String)| is_told(why)) {
            Some((place, message)) => Err(Error::Invalid {
                place,
                message,
                hint: format!(
                    "headers and rows are those of Annex I to Regulation (EU) 2024/2835, in {}",
                    words::languages()
                ),
            }),
            None => Ok(None),
        };
    }
    let said = |(name, why): &(String, String)| if is_told(why) { format!("{name}: {why}") } else { name.clone() };
    let own_aside = aside.iter().map(said).collect();
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
    let mut file = files(&own, &around, &names, services).pop();
    if let Some(file) = &mut file {
        // Those of its neighbours are told of where they are loaded.
        file.aside = own_aside;
    }
    Ok(file)
}

/// Names of the sheets of a workbook; `None` where a file is none.
///
/// # Errors
/// Those of a file or workbook that cannot be read.
pub fn sheet_names(path: &Path) -> Result<Option<Vec<String>>> {
    let (mut found, mut aside) = (Vec::new(), Vec::new());
    let archive = Archive::open(path)?;
    if !archive.entries.iter().any(|e| e.name == WORKBOOK || e.name.ends_with(&format!("/{WORKBOOK}"))) {
        return Ok(None);
    }
    sheets(path, &mut found, &mut aside).map(Some)
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
    let mut files: Vec<(PathBuf, Vec<ReportPart>, BTreeSet<String>)> = Vec::new();
    for (at, contents) in read {
        let one = &found[at];
        let parts = split(one, contents);
        let language = one.sheet.language.map(|name| format!("the template in {name}"));
        let dialect = one.sheet.dialect.iter().cloned().chain(language);
        match files.last_mut().filter(|f| f.0 == one.path) {
            Some((_, all, dialects)) => {
                all.extend(parts);
                dialects.extend(dialect);
            }
            None => files.push((one.path.clone(), parts, dialect.collect())),
        }
    }
    let entries = |path: &Path| names.get(path).cloned().unwrap_or_default();
    files.into_iter().map(|(path, parts, dialect)| ReportFile::new(entries(&path), path, parts, &dialect)).collect()
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
        // What was observed is of the sheet, not of one of its services: told once.
        let observed = std::mem::take(&mut contents.observed).into_iter().map(|o| (found.entry, o)).collect();
        let rejected = std::mem::take(&mut contents.rejected);
        let rejected = rejected.into_iter().map(|(line, why, cells)| (found.entry, line, why, cells)).collect();
        let entry = found.inner.then_some(found.entry);
        let (period, group) = ((first, last), found.group.clone());
        let part = contents.part;
        parts.push(ReportPart { part, platform, period, values, texts, entry, group, observed, rejected });
    }
    parts
}
