//! Exports opened and recognised: what is in a file, before its rows are read.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::encode::Plan;
use super::load::Options;
use super::pipeline::{Job, Progress};
use super::register::Identity;
use crate::error::{Error, Result};
use crate::finding::{self, Findings};
use crate::sources::archive::{Archive, Entry};
use crate::sources::statements::decode::Context;
use crate::sources::statements::header::{self, Layout};
use crate::sources::{self, Recognition, UnitReport};
use crate::tables::Column;
use crate::tables::statements::COLUMNS;
use crate::time;

/// An export that was opened and recognised, but not read.
#[derive(Debug)]
pub struct Opened {
    /// The file.
    pub archive: Archive,
    /// Its name.
    pub name: String,
    /// Entries that hold rows.
    pub entries: Vec<(usize, Context)>,
    /// Observations so far.
    pub findings: Findings,
    /// Names of all its entries.
    pub entry_names: Vec<String>,
}

impl Opened {
    /// Opens a file and recognises what is in it.
    ///
    /// # Errors
    /// [`Error::Archive`], [`Error::Unrecognised`], [`Error::MissingColumns`], [`Error::Io`].
    pub fn open(path: &Path) -> Result<Self> {
        let stdin = path.as_os_str() == "-";
        let archive = if stdin { Archive::stream("standard input", std::io::stdin())? } else { Archive::open(path)? };
        let name = if stdin {
            "standard input".to_owned()
        } else {
            path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
        };
        Self::recognise(archive, name)
    }

    fn recognise(archive: Archive, name: String) -> Result<Self> {
        let mut findings = Findings::default();
        one_export(&archive, &name)?;
        let entry_names: Vec<String> = archive.entries.iter().map(|e| e.name.clone()).collect();
        let single = matches!(archive.entries.as_slice(), [only] if only.name == name);
        let file_name: Arc<str> = Arc::from(name.as_str());
        let mut entries: Vec<(usize, Context)> = Vec::new();
        let mut not_read: Vec<(usize, String)> = Vec::new();
        for (i, entry) in archive.entries.iter().enumerate() {
            let (layout, header) = match recognise_entry(entry)? {
                Recognised::Layout(layout, header) => (Arc::new(layout), Some(header)),
                Recognised::Headerless => {
                    let Some((_, before)) = entries.last() else {
                        return Err(Error::Unrecognised {
                            place: entry.place().to_owned(),
                            found: "rows of a statement dump, but no header line before them".into(),
                        });
                    };
                    findings.add(finding::HEADERLESS, None, None, 1, Some((i, 0)));
                    (Arc::clone(&before.layout), None)
                }
                Recognised::Empty => {
                    findings.add(finding::EMPTY_FILE, None, None, 1, Some((i, 0)));
                    continue;
                }
                Recognised::Other(what) => {
                    not_read.push((i, what));
                    continue;
                }
            };
            for name in &layout.absent {
                findings.add(finding::ABSENT_COLUMN, Some(name), None, 1, Some((i, 1)));
            }
            for target in &layout.targets {
                if let header::Target::Extra(name) = target {
                    findings.add(finding::UNKNOWN_COLUMN, None, Some(name), 1, Some((i, 1)));
                }
            }
            let entry_name = (!single).then(|| Arc::from(entry.name.as_str()));
            let has_header = header.is_some();
            let header: Arc<[u8]> = header.unwrap_or_default().into();
            let file_name = Arc::clone(&file_name);
            entries.push((i, Context { layout, header, has_header, entry: i, entry_name, file_name }));
        }
        if entries.is_empty() {
            let (place, found) = match not_read.first() {
                Some((i, what)) => (archive.entries[*i].place().to_owned(), what.clone()),
                None if archive.entries.is_empty() => (name, "an archive without files".into()),
                None => (name, "nothing but empty files".into()),
            };
            return Err(Error::Unrecognised { place, found });
        }
        for (i, what) in not_read {
            findings.add(finding::LEFT_ASIDE, None, Some(&what), 1, Some((i, 0)));
        }
        Ok(Self { archive, name, entries, findings, entry_names })
    }

    /// Official columns in the poorest of its headers.
    #[must_use]
    pub fn richness(&self) -> usize {
        self.entries.iter().map(|(_, c)| c.layout.richness).min().unwrap_or(0)
    }

    /// Reads the export without keeping rows: what it holds, for a look at it.
    ///
    /// # Errors
    /// Those of its streams.
    pub fn survey(&self, chosen: &[usize], options: &Options, progress: &Progress) -> Result<UnitReport> {
        let chosen: Arc<[usize]> = chosen.into();
        let columns: Vec<&'static Column> = chosen.iter().map(|&i| &COLUMNS[i]).collect();
        let mut report = self.job(chosen, options, progress).run(&Plan::new(&columns)?, None)?;
        report.findings.merge(&self.findings);
        Ok(report)
    }

    /// The run through this export.
    pub(super) fn job<'a>(&'a self, chosen: Arc<[usize]>, options: &Options, progress: &'a Progress) -> Job<'a> {
        Job {
            archive: &self.archive,
            entries: self.entries.clone(),
            chosen,
            aliases: Arc::clone(&options.aliases),
            threads: options.workers(),
            progress,
        }
    }

    /// What the export is, as far as names and headers tell; the rest is filled in from its rows.
    pub(super) fn identity(&self, report: &UnitReport) -> Identity {
        let layout = self.entries.first().map(|(_, c)| Arc::clone(&c.layout));
        let (version, schema) = layout.map_or(("", ""), |l| (l.version, l.schema));
        let declared =
            self.entry_names.first().and_then(|n| Declared::parse(n)).or_else(|| Declared::parse(&self.name));
        let mut by_day: BTreeMap<i32, u64> = BTreeMap::new();
        let mut platforms: Vec<&str> = Vec::new();
        for ((day, platform), cell) in &report.cells {
            if let Some(day) = day {
                *by_day.entry(*day).or_default() += cell.rows;
            }
            if !platforms.contains(&platform.as_ref()) {
                platforms.push(platform);
            }
        }
        let busiest = by_day.iter().max_by_key(|(day, rows)| (**rows, -**day)).map(|(day, _)| time::iso(*day));
        let of_rows = || match platforms.as_slice() {
            [one] => (*one).to_owned(),
            [] => "nobody".to_owned(),
            _ => "several platforms".to_owned(),
        };
        let is_declared = declared.is_some();
        let (scope, day, part) = match declared {
            Some(d) => {
                (d.scope, busiest.unwrap_or(d.day), Declared::parse(&self.name).map(|n| n.part).unwrap_or_default())
            }
            None => (of_rows(), busiest.unwrap_or_else(|| "unknown-day".into()), self.name.clone()),
        };
        let (version, schema) = (version.to_owned(), schema.to_owned());
        Identity { scope, day, part, version, schema, declared: is_declared }
    }
}

/// Refuses an archive of several exports: read as one, statements in two of them would count twice.
fn one_export(archive: &Archive, name: &str) -> Result<()> {
    let declared = archive.entries.iter().filter_map(|e| Declared::parse(&e.name));
    let mut exports: Vec<String> = declared.map(|d| format!("{} {} {}", d.scope, d.day, d.version)).collect();
    exports.sort();
    exports.dedup();
    if exports.len() < 2 {
        return Ok(());
    }
    Err(Error::usage(
        format!("{name}: the archive holds {} exports ({}, {}, …)", exports.len(), exports[0], exports[1]),
        "unpack it and give the exports in it, or their folder",
    ))
}

enum Recognised {
    Layout(Layout, Vec<u8>),
    Headerless,
    Empty,
    Other(String),
}

fn recognise_entry(entry: &Entry) -> Result<Recognised> {
    let head = entry.head()?;
    Ok(match sources::recognise(&head).1 {
        Recognition::Yes => match Layout::parse(header::first_line(&head)) {
            Some(layout) => {
                let line = header::first_line(&head);
                let line = line.strip_prefix(header::BOM).unwrap_or(line);
                Recognised::Layout(layout, line.strip_suffix(b"\r").unwrap_or(line).to_vec())
            }
            None => Recognised::Other("a header that cannot be read".into()),
        },
        Recognition::Headerless => Recognised::Headerless,
        Recognition::Broken(missing, unknown) => {
            return Err(Error::MissingColumns { place: entry.place().to_owned(), missing, unknown });
        }
        Recognition::Empty => Recognised::Empty,
        Recognition::No(what) => Recognised::Other(what),
    })
}

/// What the name of a published file says: `sor-<scope>-<YYYY-MM-DD>-<version>[-<part>[-<part>]]`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Declared {
    pub scope: String,
    pub day: String,
    pub version: String,
    pub part: String,
}

impl Declared {
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.split('/').next().unwrap_or(name);
        let stem = name.strip_prefix("sor-")?.split('.').next()?;
        let at =
            (0..stem.len().saturating_sub(9)).find(|&i| stem.get(i..i + 10).and_then(time::parse_iso).is_some())?;
        let scope = stem[..at].trim_end_matches('-');
        let rest = stem[at + 10..].trim_start_matches('-');
        let (version, part) = rest.split_once('-').unwrap_or((rest, ""));
        if !matches!(version, "full" | "light") || !part.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
            return None;
        }
        // The first exports bore no platform: they held all.
        let scope = if scope.is_empty() { "global" } else { scope };
        let day = stem[at..at + 10].to_owned();
        Some(Self { scope: scope.to_owned(), day, version: version.to_owned(), part: part.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_say() {
        let parse = |n: &str| Declared::parse(n).map(|d| (d.scope, d.day, d.part));
        let is = |s: &str, d: &str, p: &str| Some((s.to_owned(), d.to_owned(), p.to_owned()));
        assert_eq!(parse("sor-global-2025-07-01-full.zip"), is("global", "2025-07-01", ""));
        assert_eq!(parse("sor-x-at-y-2025-07-01-light-00001-00002.csv"), is("x-at-y", "2025-07-01", "00001-00002"));
        assert_eq!(parse("sor-2023-10-25-full.csv.zip"), is("global", "2023-10-25", ""));
        assert_eq!(parse("sor-global-2025-07-01-full-00000.csv.zip/a.csv"), is("global", "2025-07-01", "00000"));
        assert_eq!(parse("export.csv"), None);
        assert_eq!(parse("sor-global-2025-99-01-full.zip"), None);
    }
}
