//! The sheets of a file: CSV files, those in archives, and those of workbooks.

use std::path::{Path, PathBuf};

use super::recognise::{self, Recognised};
use super::text::{self, Sheet};
use crate::error::{Error, Result};
use crate::sources::archive::{Archive, Entry, is_zip};

/// What is said of files and sheets that are no parts of reports.
pub(super) const NO_PART: &str = "no header of the template of transparency reports";

/// Largest file that is read: the longest published part has some thousand rows.
const MAX_BYTES: u64 = 256 << 20;

/// A sheet with where it came from.
pub(super) struct Found {
    pub path: PathBuf,
    /// Sheets of one group are of one report, or of reports that name their services.
    pub group: PathBuf,
    /// Index of the inner file or sheet in its file.
    pub entry: usize,
    pub inner: bool,
    pub sheet: Sheet,
    pub part: Recognised,
}

/// A sheet, and the group that it is of.
type Grouped = (Sheet, PathBuf);

/// The sheets of one file that are parts of reports; gives the names of all its inner files or sheets.
pub(super) fn sheets(path: &Path, found: &mut Vec<Found>, aside: &mut Vec<(String, String)>) -> Result<Vec<String>> {
    let archive = Archive::open(path)?;
    let folder = path.parent().map(Path::to_owned).unwrap_or_default();
    let file = std::fs::File::open(path).map_err(|e| Error::io("read", path, e))?;
    let zip = begins_as_zip(file, path)?;
    let has = |name: &str| archive.entries.iter().any(|e| e.name == name);
    let mut names = Vec::new();
    let mut all: Vec<Grouped> = Vec::new();
    if zip && has(WORKBOOK) {
        if archive.bytes > MAX_BYTES {
            return Err(too_large(&path.display().to_string()));
        }
        let bytes = std::fs::read(path).map_err(|e| Error::io("read", path, e))?;
        for sheet in text::workbook_sheets(&path.display().to_string(), bytes)? {
            names.push(sheet.name.clone());
            all.push((sheet, path.to_owned()));
        }
    } else {
        let books: Vec<_> =
            archive.inner.iter().filter(|i| has(&format!("{}/{WORKBOOK}", i.name)) && !is_hidden(&i.name)).collect();
        for book in &books {
            if book.len() > MAX_BYTES {
                return Err(too_large(book.place()));
            }
            for sheet in text::workbook_sheets(book.place(), book.bytes()?)? {
                names.push(format!("{}/{}", book.name, sheet.name));
                all.push((sheet, path.join(&book.name)));
            }
        }
        let in_book = |e: &&Entry| books.iter().any(|b| e.name.starts_with(&format!("{}/", b.name)));
        for entry in archive.entries.iter().filter(|e| !in_book(e)) {
            names.push(entry.name.clone());
            // The beginning is enough to see that a large file is something else.
            let sheet = if is_hidden(&entry.name) {
                Sheet { name: entry.name.clone(), ..Sheet::default() }
            } else {
                let head = text::csv_sheet(&entry.name, &entry.head()?);
                if recognise::recognise(&head).is_none() { head } else { text::csv_sheet(&entry.name, &bytes(entry)?) }
            };
            let inner = || path.join(Path::new(&entry.name).parent().unwrap_or_else(|| Path::new("")));
            all.push((sheet, if zip { inner() } else { folder.clone() }));
        }
    }
    for (entry, (sheet, group)) in all.into_iter().enumerate() {
        let why = || recognise::meant(&sheet).unwrap_or_else(|| NO_PART.to_owned());
        match recognise::recognise(&sheet) {
            Some(part) => found.push(Found { path: path.to_owned(), group, entry, inner: zip, sheet, part }),
            None if zip => aside.push((format!("{}/{}", path.display(), names[entry]), why())),
            None => aside.push((path.display().to_string(), why())),
        }
    }
    Ok(names)
}

/// What every workbook holds.
pub(super) const WORKBOOK: &str = "xl/workbook.xml";

/// Whether an inner file is one that no user sees.
fn is_hidden(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or_default().starts_with('.') || name.starts_with("__MACOSX")
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
