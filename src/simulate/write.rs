//! The simulation itself: days into archives, in parallel, with a few compressed files in memory.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::dirt::{Dirt, Fault, FileFault, FileFaults, REPUBLISHED};
use super::exporter::slug;
use super::plan::StatementsPlan;
use super::statements::{Day, Model};
use super::sub_part::{Slot, SubPart, header_only};
use super::truth::{DayTruth, DirtTally, FileTruth, Tally, Truth};
use super::zip::{Archive, Deflated, Partial, write_file};
use crate::error::{Error, Result};
use crate::time::iso;

/// Writes daily archives of simulated statements, with their `.sha1` files, and `truth.json`, into a folder.
///
/// `progress` is called with the number of statements made so far, which only grows. Returned are the files
/// in the order in which they were written. The same plan gives the same bytes, whatever the number of
/// threads. Work grows with the number of statements times versions; memory with the number of threads, not
/// with the day: the compressed files of two sub-parts for each thread.
///
/// # Errors
/// [`Error::Usage`] where the plan contradicts itself, [`Error::Unknown`] for a fault that nobody knows,
/// [`Error::Io`] where a file cannot be written. Nothing half-written stays under its final name.
pub fn statements(plan: &StatementsPlan, out: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<PathBuf>> {
    let platforms = plan.check()?;
    let dirt = Dirt::of(plan, &platforms)?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("create", out, e))?;
    let model = Model { plan, platforms: &platforms, dirt: &dirt };
    let progress = Progress { made: Mutex::new(0), report: progress };
    let truth = Truth::new(plan, &platforms);
    let mut simulation = Simulation {
        model,
        out,
        progress,
        truth,
        paths: Vec::new(),
        tally: Tally::default(),
        dirt: DirtTally::default(),
    };
    for day in plan.dates().chain(dirt.further_days()) {
        simulation.day(day)?;
    }
    let Simulation { mut truth, mut paths, tally, dirt: faults, .. } = simulation;
    truth.fill(tally, &dirt);
    truth.fill_dirt(faults, &dirt);
    let path = out.join("truth.json");
    let mut text = Vec::new();
    truth.write(&mut text).map_err(|e| Error::io("write", &path, e))?;
    write_file(&path, &text)?;
    paths.push(path);
    Ok(paths)
}

/// The faults that a plan puts in: those that it names, or for `all` those that it has a place for.
///
/// # Errors
/// Those of [`statements`], but for files.
pub fn faults(plan: &StatementsPlan) -> Result<Vec<&'static Fault>> {
    Ok(Dirt::of(plan, &plan.check()?)?.chosen)
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
    tally: Tally<'a>,
    dirt: DirtTally,
}

/// The archives of a day that are being written, publication by publication.
struct Archives {
    open: Vec<(Archive, FileTruth)>,
    publications: usize,
    faults: FileFaults,
}

impl<'a> Simulation<'a> {
    fn day(&mut self, date: i32) -> Result<()> {
        let plan = self.model.plan;
        let day = self.model.day(date);
        let mut archives = self.archives(date)?;
        let rows_path = self.out.join(format!("truth-{}.ndjson", iso(date)));
        let wanted = plan.rows && !archives.faults.refused();
        let mut rows = wanted.then(|| RowsFile::create(&rows_path)).transpose()?;
        let mut tally = Tally::default();
        let ids = day.ids();
        let parts = ids.div_ceil(plan.part_ids);
        for part in 0..parts {
            for (archive, _) in &mut archives.open {
                archive.begin_part(part)?;
            }
            let slots = self.slots(&day, part, &archives);
            let next = slots.len() as u64;
            for window in slots.chunks(rayon::current_num_threads() * 2) {
                let made: Vec<SubPart<'a>> = window
                    .par_iter()
                    .map(|slot| SubPart::make(&self.model, &day, slot, &|rows| self.progress.add(rows)))
                    .collect::<std::io::Result<_>>()
                    .map_err(|e| Error::io("write", self.out, e))?;
                for (slot, sub) in window.iter().zip(made) {
                    for fault in slot.faults.numbers() {
                        self.dirt.file(fault, slot.entry.clone());
                    }
                    let ids = |fault: usize| self.model.dirt.chosen[fault].id.to_owned();
                    for ((archive, truth), file) in archives.open.iter_mut().zip(&sub.files) {
                        if let Some(file) = file {
                            archive.add(part, sub.number, file)?;
                            truth.faults.extend(slot.faults.numbers().map(ids));
                        }
                    }
                    if let Some(file) = &mut rows {
                        file.write(&sub.rows)?;
                    }
                    tally.merge(sub.tally);
                    self.dirt.merge(sub.dirt);
                }
            }
            if part + 1 == parts {
                self.without_rows(&day, &mut archives, part, next)?;
            }
            for (archive, _) in &mut archives.open {
                archive.end_part()?;
            }
        }
        if let Some(file) = rows {
            self.paths.push(file.finish(rows_path)?);
        }
        self.finish(archives, date, tally)
    }

    /// Completes the archives of a day, and takes over its counts where they can be read.
    fn finish(&mut self, archives: Archives, date: i32, tally: Tally<'a>) -> Result<()> {
        let Archives { open, faults, .. } = archives;
        for (archive, mut file) in open {
            (file.rows, file.csv_bytes) = (archive.rows, archive.csv_bytes);
            (file.rejected, file.repeated) = (archive.rejected, archive.repeated);
            file.refused = faults.refused();
            let (paths, sha1, bytes) = archive.finish(&faults)?;
            (file.sha1, file.zip_bytes) = (sha1, bytes);
            self.paths.extend(paths);
            for fault in faults.numbers() {
                self.dirt.file(fault, file.name.clone());
                file.faults.push(self.model.dirt.chosen[fault].id.to_owned());
            }
            self.truth.files.push(file);
        }
        if faults.refused() {
            return Ok(());
        }
        let days = tally.platforms().into_iter().map(|(name, statements)| DayTruth {
            day: iso(date),
            platform: self.model.dirt.names.filed(name).to_owned(),
            statements,
        });
        self.truth.days.extend(days);
        self.tally.merge(tally);
        Ok(())
    }

    /// The archives of a day: global first, then platform by platform, each in every version. Where the day is
    /// published twice, the first publication comes first.
    fn archives(&self, date: i32) -> Result<Archives> {
        let plan = self.model.plan;
        let faults = self.model.dirt.archives(date);
        let folders: &[&str] = if faults.has(FileFault::Republished) { &["", REPUBLISHED] } else { &[""] };
        let mut open = Vec::new();
        for folder in folders {
            let path = self.out.join(folder);
            std::fs::create_dir_all(&path).map_err(|e| Error::io("create", &path, e))?;
            let names = self.model.platforms.iter().filter(|_| plan.per_platform).map(|p| Some(p.name.as_str()));
            for platform in std::iter::once(None).chain(names) {
                for version in &plan.versions {
                    let slug = platform.map_or_else(|| "global".to_owned(), slug);
                    let stem = format!("sor-{slug}-{}-{}", iso(date), version.name());
                    let file = FileTruth {
                        name: Path::new(folder).join(format!("{stem}.zip")).display().to_string(),
                        day: iso(date),
                        platform: platform.map(str::to_owned),
                        version: *version,
                        rows: 0,
                        csv_bytes: 0,
                        zip_bytes: 0,
                        sha1: String::new(),
                        rejected: 0,
                        repeated: 0,
                        refused: false,
                        faults: Vec::new(),
                    };
                    open.push((Archive::create(&path, &stem, date, plan.level)?, file));
                }
            }
        }
        Ok(Archives { open, publications: folders.len(), faults })
    }

    /// The CSV files of a part, with what they have of faults.
    fn slots(&self, day: &Day, part: u64, archives: &Archives) -> Vec<Slot> {
        let plan = self.model.plan;
        let ids = day.ids();
        let of_part = |ids: u64| ids.div_ceil(plan.sub_part_ids);
        let all = ids / plan.part_ids * of_part(plan.part_ids) + of_part(ids % plan.part_ids);
        let first = part * plan.part_ids;
        let end = (first + plan.part_ids).min(ids);
        let slot = |number: u64| {
            let start = first + number * plan.sub_part_ids;
            Slot {
                number,
                ids: start..(start + plan.sub_part_ids).min(end),
                entry: archives.open.first().map_or_else(String::new, |(archive, _)| archive.entry(part, number)),
                faults: self.model.dirt.csv(day.date, part * of_part(plan.part_ids) + number, all),
                publications: archives.publications,
            }
        };
        (0..of_part(end - first)).map(slot).collect()
    }

    /// Adds CSV files without rows to the last part, where these faults are wanted.
    fn without_rows(&self, day: &Day, archives: &mut Archives, part: u64, mut number: u64) -> Result<()> {
        let fail = |e| Error::io("write", self.out, e);
        let mut add = |files: Vec<Deflated>| {
            for (i, (archive, _)) in archives.open.iter_mut().enumerate() {
                archive.add(part, number, &files[i % files.len()])?;
            }
            number += 1;
            Ok::<(), Error>(())
        };
        if archives.faults.has(FileFault::HeaderOnly) {
            add(header_only(&self.model, day).map_err(fail)?)?;
        }
        if archives.faults.has(FileFault::Empty) {
            add(vec![Deflated::empty().map_err(fail)?])?;
        }
        Ok(())
    }
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
