//! The simulation itself: days into archives, in parallel, with a few compressed files in memory.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::exporter::{header, put_csv, slug};
use super::plan::StatementsPlan;
use super::row::{COLUMNS, Row};
use super::statements::{Day, Model};
use super::truth::{DayTruth, FileTruth, Tally, Truth};
use super::zip::{Archive, CsvFile, Deflated, Partial, write_file};
use crate::error::{Error, Result};
use crate::time::iso;

/// Rows between two reports of progress.
const REPORT_EVERY: u64 = 20_000;

/// Writes daily archives of simulated statements, with their `.sha1` files, and `truth.json`, into a folder.
///
/// `progress` is called with the number of statements made so far, which only grows. Returned are the files
/// in the order in which they were written. The same plan gives the same bytes, whatever the number of
/// threads. Work grows with the number of statements times versions; memory with the number of threads, not
/// with the day: the compressed files of two sub-parts for each thread.
///
/// # Errors
/// [`Error::Usage`] where the plan contradicts itself, [`Error::Io`] where a file cannot be written. Nothing
/// half-written stays under its final name.
pub fn statements(plan: &StatementsPlan, out: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<PathBuf>> {
    let platforms = plan.check()?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("create", out, e))?;
    let model = Model { plan, platforms: &platforms };
    let progress = Progress { made: Mutex::new(0), report: progress };
    let mut simulation = Simulation { model, out, progress, truth: Truth::new(plan, &platforms), paths: Vec::new() };
    let mut tally = Tally::default();
    for day in plan.dates() {
        tally.merge(simulation.day(day)?);
    }
    let Simulation { mut truth, mut paths, .. } = simulation;
    truth.fill(tally);
    let path = out.join("truth.json");
    let mut text = Vec::new();
    truth.write(&mut text).map_err(|e| Error::io("write", &path, e))?;
    write_file(&path, &text)?;
    paths.push(path);
    Ok(paths)
}

struct Progress<'a> {
    made: Mutex<u64>,
    report: &'a (dyn Fn(u64) + Sync),
}

impl Progress<'_> {
    fn add(&self, rows: u64) {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        *made += rows;
        (self.report)(*made);
    }
}

struct Simulation<'a> {
    model: Model<'a>,
    out: &'a Path,
    progress: Progress<'a>,
    truth: Truth,
    paths: Vec<PathBuf>,
}

/// A CSV file of each archive of a day, for one range of ids.
struct SubPart {
    number: u64,
    /// In the order of the archives; `None` where the archive has no such file.
    files: Vec<Option<Deflated>>,
    tally: Tally,
    /// Every row as JSON, where the plan wants it.
    rows: Vec<u8>,
}

impl Simulation<'_> {
    fn day(&mut self, day: i32) -> Result<Tally> {
        let plan = self.model.plan;
        let of_day = self.model.day(day);
        let mut archives = self.archives(day)?;
        let rows_path = self.out.join(format!("truth-{}.ndjson", iso(day)));
        let mut rows = plan.rows.then(|| RowsFile::create(&rows_path)).transpose()?;
        let mut tally = Tally::default();
        let ids = of_day.ids();
        for part in 0..ids.div_ceil(plan.part_ids) {
            for (archive, _) in &mut archives {
                archive.begin_part(part)?;
            }
            let first = part * plan.part_ids;
            let end = (first + plan.part_ids).min(ids);
            let numbers: Vec<u64> = (0..(end - first).div_ceil(plan.sub_part_ids)).collect();
            for window in numbers.chunks(rayon::current_num_threads() * 2) {
                let made: Vec<SubPart> = window
                    .par_iter()
                    .map(|number| {
                        let start = first + number * plan.sub_part_ids;
                        self.sub_part(&of_day, *number, start..(start + plan.sub_part_ids).min(end))
                    })
                    .collect::<Result<_>>()?;
                for sub in made {
                    for ((archive, _), file) in archives.iter_mut().zip(&sub.files) {
                        if let Some(file) = file {
                            archive.add(part, sub.number, file)?;
                        }
                    }
                    if let Some(file) = &mut rows {
                        file.write(&sub.rows)?;
                    }
                    tally.merge(sub.tally);
                }
            }
            for (archive, _) in &mut archives {
                archive.end_part()?;
            }
        }
        for (archive, mut file) in archives {
            (file.rows, file.csv_bytes) = (archive.rows, archive.csv_bytes);
            let (paths, sha1, bytes) = archive.finish()?;
            (file.sha1, file.zip_bytes) = (sha1, bytes);
            self.paths.extend(paths);
            self.truth.files.push(file);
        }
        if let Some(file) = rows {
            self.paths.push(file.finish(rows_path)?);
        }
        let days = tally.platforms().into_iter().map(|(platform, statements)| DayTruth {
            day: iso(day),
            platform: self.model.platforms[platform].name.clone(),
            statements,
        });
        self.truth.days.extend(days);
        Ok(tally)
    }

    /// The archives of a day: global first, then platform by platform, each in every version.
    fn archives(&self, day: i32) -> Result<Vec<(Archive, FileTruth)>> {
        let plan = self.model.plan;
        let names = self.model.platforms.iter().filter(|_| plan.per_platform).map(|p| Some(p.name.as_str()));
        let mut archives = Vec::new();
        for platform in std::iter::once(None).chain(names) {
            for version in &plan.versions {
                let slug = platform.map_or_else(|| "global".to_owned(), slug);
                let stem = format!("sor-{slug}-{}-{}", iso(day), version.name());
                let file = FileTruth {
                    name: format!("{stem}.zip"),
                    day: iso(day),
                    platform: platform.map(str::to_owned),
                    version: *version,
                    rows: 0,
                    csv_bytes: 0,
                    zip_bytes: 0,
                    sha1: String::new(),
                };
                archives.push((Archive::create(self.out, &stem, day, plan.level)?, file));
            }
        }
        Ok(archives)
    }

    fn sub_part(&self, day: &Day, number: u64, ids: Range<u64>) -> Result<SubPart> {
        let plan = self.model.plan;
        let headers: Vec<Vec<(usize, &str)>> = plan.versions.iter().map(|v| header(day.era, *v)).collect();
        let lines: Vec<String> =
            headers.iter().map(|h| h.iter().map(|(_, n)| *n).collect::<Vec<_>>().join(",")).collect();
        let scopes = if plan.per_platform { 1 + self.model.platforms.len() } else { 1 };
        let versions = plan.versions.len();
        let mut files: Vec<Option<CsvFile>> = (0..scopes * versions)
            // The first file of a part exists even without rows; others only when they have some.
            .map(|i| (number == 0).then(|| CsvFile::new(&lines[i % versions], plan.level)))
            .collect();
        let mut tally = Tally::default();
        let mut rows = Vec::new();
        let mut cells = Cells::default();
        let mut unreported = 0;
        self.model
            .rows(day, day.places(ids), |id, row, facts| {
                cells.encode(row);
                let own = if plan.per_platform { Some(1 + facts.platform) } else { None };
                for scope in std::iter::once(0).chain(own) {
                    for (v, columns) in headers.iter().enumerate() {
                        files[scope * versions + v]
                            .get_or_insert_with(|| CsvFile::new(&lines[v], plan.level))
                            .record(columns.iter().map(|(column, _)| cells.cell(*column)))?;
                    }
                }
                tally.add(facts);
                if plan.rows {
                    json_row(&mut rows, id, row)?;
                }
                unreported += 1;
                if unreported == REPORT_EVERY {
                    self.progress.add(std::mem::take(&mut unreported));
                }
                Ok(())
            })
            .and_then(|()| {
                let files = files.into_iter().map(|f| f.map(CsvFile::finish).transpose()).collect::<Result<_, _>>()?;
                self.progress.add(unreported);
                Ok(SubPart { number, files, tally, rows })
            })
            .map_err(|e| Error::io("write", self.out, e))
    }
}

/// The cells of a row as they stand in a CSV line.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn encode(&mut self, row: &Row) {
        self.bytes.clear();
        self.ends.clear();
        for cell in row.cells() {
            put_csv(&mut self.bytes, cell.unwrap_or_default().as_bytes());
            self.ends.push(self.bytes.len());
        }
        debug_assert_eq!(self.ends.len(), COLUMNS);
    }

    fn cell(&self, column: usize) -> &[u8] {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[column]]
    }
}

fn json_row(out: &mut Vec<u8>, id: u64, row: &Row) -> std::io::Result<()> {
    write!(out, "{{\"id\":{id}")?;
    for ((_, name), cell) in header(super::Era::V2, super::Version::Full).iter().zip(row.cells()) {
        write!(out, ",\"{name}\":")?;
        serde_json::to_writer(&mut *out, &cell)?;
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}

/// Every row of a day as JSON.
struct RowsFile {
    out: BufWriter<File>,
    partial: Partial,
}

impl RowsFile {
    fn create(path: &Path) -> Result<Self> {
        let partial = Partial::of(path);
        let file = File::create(partial.path()).map_err(|e| Error::io("create", partial.path(), e))?;
        Ok(Self { out: BufWriter::new(file), partial })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| Error::io("write", self.partial.path(), e))
    }

    fn finish(mut self, path: PathBuf) -> Result<PathBuf> {
        self.out.flush().map_err(|e| Error::io("write", self.partial.path(), e))?;
        self.partial.keep(&path)?;
        Ok(path)
    }
}
