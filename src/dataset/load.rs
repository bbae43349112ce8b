//! Loading: exports in, a dataset that counts every statement once out.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encode::{Files, Plan};
use super::folder::{self, LOCK, cell_records, clear, move_file, rename};
use super::open::{Declared, Opened};
use super::overlap::{self, Verdict};
use super::pipeline::{Progress, Sink};
use super::register::{Export, Register, SetAside, TableExport};
use super::{Dataset, rejected};
use crate::error::{Error, Result};
use crate::finding::{self, Findings};
use crate::sources::checksum::{self, Checksum};
use crate::sources::companions;
use crate::sources::find::Found;
use crate::sources::marketplace::Mappings;
use crate::sources::statements::decode;
use crate::sources::{self, UnitReport};
use crate::tables::Column;
use crate::tables::platforms::Aliases;
use crate::tables::statements::{ALWAYS, COLUMNS};
use crate::time;

/// How to load.
#[derive(Debug, Clone)]
pub struct Options {
    /// Columns to keep; `None` keeps all, or those that the dataset has.
    pub columns: Option<Vec<String>>,
    /// Platform names.
    pub aliases: Arc<Aliases>,
    /// Mappings of exports of tables that the user gives.
    pub mappings: Arc<Mappings>,
    /// Whether a wrong `.sha1` is an error.
    pub enforce_checksum: bool,
    /// Workers; 0 means one per core.
    pub threads: usize,
    /// Whether a dataset that was loaded with other columns or names is begun anew.
    pub rebuild: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            columns: None,
            aliases: Arc::new(Aliases::default()),
            mappings: Arc::default(),
            enforce_checksum: true,
            threads: 0,
            rebuild: false,
        }
    }
}

impl Options {
    pub(super) fn workers(&self) -> usize {
        if self.threads > 0 { self.threads } else { std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// What became of one file.
#[derive(Debug)]
pub enum Outcome {
    /// Its rows are in the dataset.
    Loaded {
        /// Its entry in the register.
        export: Box<Export>,
        /// Exports whose place it took.
        replaced: Vec<String>,
    },
    /// Its rows are in tables of the dataset.
    Tables {
        /// Its entry in the register.
        export: Box<TableExport>,
        /// Exports whose place it took.
        replaced: Vec<String>,
    },
    /// It was loaded before; nothing was done.
    Known,
    /// All its statements are in another export that stays.
    SetAside {
        /// The other export.
        held_by: String,
        /// Statements in this one.
        rows: u64,
    },
    /// All its rows are in exports of tables that stay.
    Held {
        /// Names of these.
        held_by: Vec<String>,
        /// Rows in this one.
        rows: u64,
    },
    /// It is no export, and the user did not name it.
    NoExport(String),
    /// No export either, but read with others: what it is for.
    Companion(&'static str),
    /// It could not be loaded.
    Failed(Error),
}

/// Loads files into datasets.
#[derive(Debug)]
pub struct Loader {
    pub(super) dataset: Dataset,
    options: Options,
    chosen: Arc<[usize]>,
    plan: Plan,
    /// Held while this loader lives.
    _lock: File,
}

impl Loader {
    /// Opens a dataset for loading, or begins one.
    ///
    /// # Errors
    /// [`Error::Usage`] where the folder holds something else, or the dataset has other columns than asked
    /// for; [`Error::Unknown`] for an unknown column.
    pub fn open(folder: &Path, options: Options) -> Result<Self> {
        let mut register = Register::read(folder)?;
        let aliases = options.aliases.digest();
        let asked = options.columns.as_deref();
        let chosen: Arc<[usize]> = match (&register, asked) {
            (Some(register), None) if !options.rebuild => decode::choose(Some(&register.columns))?.into(),
            _ => decode::choose(asked)?.into(),
        };
        let names: Vec<String> = chosen.iter().map(|&i| COLUMNS[i].name.to_owned()).collect();
        if options.rebuild && register.take_if(|r| r.aliases != aliases || r.columns != names).is_some() {
            clear(folder)?;
        }
        let register = match register {
            Some(register) if register.columns != names => {
                return Err(Error::usage(
                    format!("{}: the dataset was loaded with other columns", folder.display()),
                    "every file of a table has the same columns: leave --columns out to load with those of the \
                     dataset, or choose a new folder",
                ));
            }
            Some(register) if register.aliases != aliases => {
                return Err(Error::usage(
                    format!("{}: the dataset was loaded with other platform names", folder.display()),
                    "give the same --aliases, or choose a new folder: a platform must have one name in a dataset",
                ));
            }
            Some(register) => register,
            None => {
                let foreign = std::fs::read_dir(folder).into_iter().flatten().flatten().any(|e| e.file_name() != LOCK);
                if foreign {
                    return Err(Error::usage(
                        format!("{}: the folder is not empty and holds no dataset", folder.display()),
                        "choose another folder, or empty this one",
                    ));
                }
                Register::new("statements", names, aliases)
            }
        };
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
        let lock = super::folder::lock(folder)?;
        let columns: Vec<&'static Column> = chosen.iter().map(|&i| &COLUMNS[i]).collect();
        let plan = Plan::new(&columns)?;
        let dataset = Dataset::of(folder, register);
        let loader = Self { dataset, options, chosen, plan, _lock: lock };
        loader.tidy()?;
        Ok(loader)
    }

    /// The dataset as it is now.
    #[must_use]
    pub fn dataset(&self) -> &Dataset {
        &self.dataset
    }

    /// Loads one file. The register is written after each: an interrupted run loses only the file it was at.
    pub fn load(&mut self, found: &Found, progress: &Progress) -> Outcome {
        match self.try_load(&found.path, progress) {
            Ok(outcome) => outcome,
            Err(Error::Unrecognised { found: what, .. }) if !found.named => match companions::purpose(&found.path) {
                Some(purpose) => Outcome::Companion(purpose),
                None => Outcome::NoExport(what),
            },
            Err(error) => Outcome::Failed(error),
        }
    }

    fn try_load(&mut self, path: &Path, progress: &Progress) -> Result<Outcome> {
        let stdin = path.as_os_str() == "-";
        // What a mapping of the user names is read by it, whatever it looks like.
        let mapped = if stdin { None } else { self.options.mappings.open_with_users(path)? };
        if let Some(export) = mapped {
            return self.load_tables(path, &export, checksum::digest(path, false)?.0, progress);
        }
        let opened = match Opened::open(path) {
            Err(error @ (Error::Unrecognised { .. } | Error::MissingColumns { .. })) if !stdin => {
                match sources::open_tables(path, &self.options.mappings)? {
                    Some(export) => {
                        return self.load_tables(path, &*export, checksum::digest(path, false)?.0, progress);
                    }
                    None => return Err(error),
                }
            }
            opened => opened?,
        };
        let (sha256, check) = if stdin {
            (String::new(), Checksum::Absent)
        } else {
            checksum::verify(path, self.options.enforce_checksum)?
        };
        if !stdin && self.knows(&sha256) {
            return Ok(Outcome::Known);
        }
        if !stdin && let Some(outcome) = self.surely_held(&opened, &sha256, progress)? {
            return Ok(outcome);
        }
        let stem = folder::stem(&opened.name, &sha256);
        let staging = self.dataset.folder.join(format!(".loading-{stem}"));
        let outcome = self.stage(&opened, sha256, check, &stem, &staging, progress);
        let _ = std::fs::remove_dir_all(&staging);
        outcome
    }

    fn knows(&self, sha256: &str) -> bool {
        let register = &self.dataset.register;
        let loaded = |sha: &str| register.exports.iter().any(|e| e.sha256 == sha);
        loaded(sha256) || register.set_aside.iter().any(|s| s.sha256 == sha256 && loaded(&s.held_by_sha256))
    }

    /// Where names say that a richer export of the day is loaded, looks at identifiers alone before loading
    /// all: it saves most of the work where full and light, or global and per-platform, lie side by side.
    fn surely_held(&mut self, opened: &Opened, sha256: &str, progress: &Progress) -> Result<Option<Outcome>> {
        let Some(declared) = opened.entry_names.first().and_then(|n| Declared::parse(n)) else { return Ok(None) };
        let Some(holder) = self.dataset.register.exports.iter().find(|e| {
            e.identity.day == declared.day
                && e.identity.part.is_empty()
                && e.richness >= opened.richness()
                && (e.identity.scope == "global" || e.identity.scope == declared.scope)
                && !(e.identity.scope == declared.scope && e.richness == opened.richness())
        }) else {
            return Ok(None);
        };
        let always: Vec<String> = ALWAYS.iter().map(|n| (*n).to_owned()).collect();
        let report = opened.survey(&decode::choose(Some(&always))?, &self.options, &Progress::default())?;
        let cells = cell_records(&report);
        if report.rejected_rows > 0 || cells.is_empty() || !cells.iter().all(|c| holder.cells.contains(c)) {
            return Ok(None);
        }
        progress.rows.fetch_add(report.rows, std::sync::atomic::Ordering::Relaxed);
        let (name, sha) = (holder.name.clone(), holder.sha256.clone());
        self.set_aside(&opened.name, sha256, &name, &sha, report.rows)?;
        Ok(Some(Outcome::SetAside { held_by: name, rows: report.rows }))
    }

    fn set_aside(&mut self, name: &str, sha256: &str, held_by: &str, held_by_sha256: &str, rows: u64) -> Result<()> {
        self.dataset.register.set_aside.push(SetAside {
            name: name.to_owned(),
            sha256: sha256.to_owned(),
            held_by: held_by.to_owned(),
            held_by_sha256: held_by_sha256.to_owned(),
            rows,
        });
        self.dataset.register.write(&self.dataset.folder)
    }

    fn stage(
        &mut self,
        opened: &Opened,
        sha256: String,
        check: Checksum,
        stem: &str,
        staging: &Path,
        progress: &Progress,
    ) -> Result<Outcome> {
        let table = staging.join(&self.dataset.register.table);
        let rejected_file = rejected::file_name(stem);
        let mut sink = Sink {
            files: Files::new(&self.plan, table.clone(), stem.to_owned()),
            rejected: rejected::Writer::new(
                staging.join(&rejected_file),
                opened.name.clone(),
                opened.entry_names.clone(),
            ),
        };
        let job = opened.job(Arc::clone(&self.chosen), &self.options, progress);
        let mut report = job.run(&self.plan, Some(&mut sink))?;
        let mut files = sink.files.finish()?;
        let mut rejected_file = sink.rejected.finish()?.is_some().then_some(rejected_file);
        let sha256 = opened.archive.stream_sha256().unwrap_or(sha256);
        if self.knows(&sha256) {
            return Ok(Outcome::Known);
        }
        // The hash of a stream is known only now: its files get the name that they would have had.
        let (from, to) = (stem, folder::stem(&opened.name, &sha256));
        if from != to {
            for file in &mut files {
                *file = rename(&table, file, from, &to)?;
            }
            if let Some(file) = &mut rejected_file {
                *file = rename(staging, file, from, &to)?;
            }
        }
        Self::observe(&mut report, opened, check);
        let export = Export {
            name: opened.name.clone(),
            sha256,
            bytes: opened.archive.bytes,
            checksum: check,
            identity: opened.identity(&report),
            richness: opened.richness(),
            rows_in: report.rows + report.rejected_rows,
            rows: report.rows,
            rejected: report.rejected_rows,
            simulated: report.simulated,
            cells: cell_records(&report),
            nulls: self.chosen.iter().map(|&i| COLUMNS[i].name.to_owned()).zip(report.nulls.iter().copied()).collect(),
            files,
            rejected_file,
            findings: report.findings.list(&opened.entry_names),
        };
        self.admit(export, staging, &table)
    }

    fn observe(report: &mut UnitReport, opened: &Opened, check: Checksum) {
        report.findings.merge(&opened.findings);
        match check {
            Checksum::Skipped => report.findings.add(finding::CHECKSUM_SKIPPED, None, None, 1, None),
            Checksum::Mismatch => report.findings.add(finding::CHECKSUM_WRONG, None, None, 1, None),
            Checksum::Verified | Checksum::Absent => {}
        }
        let day = time::parse_iso(&opened.identity(report).day);
        let away = |d: Option<i32>| d.zip(day).map_or(0, |(d, day)| d.abs_diff(day));
        let rows = |test: &dyn Fn(u32) -> bool| {
            report.cells.iter().filter(|((d, _), _)| test(away(*d))).map(|(_, c)| c.rows).sum::<u64>()
        };
        let (near, far) = (rows(&|days| days == 1), rows(&|days| days > 1));
        for (kind, n) in [(finding::OTHER_DAY, near), (finding::FAR_DAY, far)] {
            if n > 0 {
                report.findings.add(kind, Some("created_at"), None, n, None);
            }
        }
    }

    /// Compares a staged export with those that are loaded, and takes it in if its statements are not there.
    fn admit(&mut self, mut export: Export, staging: &Path, table: &Path) -> Result<Outcome> {
        let mut replaced: Vec<(usize, bool)> = Vec::new();
        let mut holder: Option<(String, String)> = None;
        let mut elsewhere = Findings::default();
        for (i, old) in self.dataset.register.exports.iter().enumerate() {
            match overlap::compare(&export, table, old, &self.dataset.table_folder())? {
                Verdict::Independent => {}
                Verdict::FewShared(n) => elsewhere.add(finding::ELSEWHERE_TOO, Some("uuid"), Some(&old.name), n, None),
                Verdict::NewReplacesOld { holds_all } => replaced.push((i, holds_all)),
                Verdict::OldHoldsNew => holder = Some((old.name.clone(), old.sha256.clone())),
                Verdict::Conflict { shared, hint } => {
                    return Err(Error::Overlap { new: export.name, old: old.name.clone(), shared, hint });
                }
            }
        }
        if let Some((name, sha)) = holder {
            self.set_aside(&export.name, &export.sha256, &name, &sha, export.rows)?;
            return Ok(Outcome::SetAside { held_by: name, rows: export.rows });
        }
        export.findings.extend(elsewhere.list(&[]));
        let folder = self.dataset.folder.clone();
        let table_folder = self.dataset.table_folder();
        for file in &export.files {
            move_file(&table.join(file), &table_folder.join(file))?;
        }
        if let Some(file) = &export.rejected_file {
            move_file(&staging.join(file), &folder.join(file))?;
        }
        let mut names = Vec::new();
        let mut removed = Vec::new();
        for (i, holds_all) in replaced.into_iter().rev() {
            let old = self.dataset.register.exports.remove(i);
            names.push(old.name.clone());
            if !holds_all {
                // What was set aside for the old one may not be in the new one: it can be loaded again.
                self.dataset.register.set_aside.retain(|s| s.held_by_sha256 != old.sha256);
            }
            for aside in &mut self.dataset.register.set_aside {
                if aside.held_by_sha256 == old.sha256 {
                    (aside.held_by, aside.held_by_sha256) = (export.name.clone(), export.sha256.clone());
                }
            }
            self.dataset.register.set_aside.push(SetAside {
                name: old.name.clone(),
                sha256: old.sha256.clone(),
                held_by: export.name.clone(),
                held_by_sha256: export.sha256.clone(),
                rows: old.rows,
            });
            removed.push(old);
        }
        self.dataset.register.exports.push(export.clone());
        self.dataset.register.write(&folder)?;
        for old in &removed {
            self.remove_files(old)?;
        }
        names.reverse();
        Ok(Outcome::Loaded { export: Box::new(export), replaced: names })
    }

    fn remove_files(&self, old: &Export) -> Result<()> {
        let table = self.dataset.table_folder();
        let rejected = old.rejected_file.iter().map(|f| self.dataset.folder.join(f));
        for path in old.files.iter().map(|f| table.join(f)).chain(rejected) {
            match std::fs::remove_file(&path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &path, e)),
                _ => {}
            }
            if let Some(day) = path.parent() {
                // Only succeeds when the day has no other file.
                let _ = std::fs::remove_dir(day);
            }
        }
        Ok(())
    }

    /// Drops exports that are not among `kept`, given as hashes; returns their names.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn retain(&mut self, kept: &[String]) -> Result<Vec<String>> {
        let (stay, go): (Vec<Export>, Vec<Export>) =
            std::mem::take(&mut self.dataset.register.exports).into_iter().partition(|e| kept.contains(&e.sha256));
        self.dataset.register.exports = stay;
        let loaded: Vec<String> = self.dataset.register.exports.iter().map(|e| e.sha256.clone()).collect();
        self.dataset.register.set_aside.retain(|s| loaded.contains(&s.held_by_sha256));
        if !go.is_empty() {
            self.dataset.register.write(&self.dataset.folder)?;
        }
        for old in &go {
            self.remove_files(old)?;
        }
        let mut gone: Vec<String> = go.into_iter().map(|e| e.name).collect();
        gone.extend(self.retain_tables(kept)?);
        Ok(gone)
    }

    /// Writes the register and the table of findings.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Engine`].
    pub fn finish(mut self) -> Result<Dataset> {
        self.dataset.register.write(&self.dataset.folder)?;
        let mut writer = csv::Writer::from_writer(Vec::new());
        let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write findings.csv", e);
        let header = ["export", "code", "severity", "column", "value", "count", "first_seen", "title", "effect"];
        writer.write_record(header).map_err(|e| fail(&e))?;
        let register = &self.dataset.register;
        let statements = register.exports.iter().map(|e| (&e.name, &e.findings));
        for (name, findings) in statements.chain(register.table_exports.iter().map(|e| (&e.name, &e.findings))) {
            for f in findings {
                writer
                    .serialize((
                        name,
                        &f.code,
                        f.severity,
                        &f.column,
                        &f.value,
                        f.count,
                        &f.first_seen,
                        &f.title,
                        &f.effect,
                    ))
                    .map_err(|e| fail(&e))?;
            }
        }
        let bytes = writer.into_inner().map_err(|e| fail(&e))?;
        super::write_whole(&self.dataset.folder.join("findings.csv"), &bytes)?;
        // When observation begins and ends may have changed.
        Ok(Dataset::of(&self.dataset.folder, self.dataset.register))
    }

    /// Removes what an interrupted run left: staged files, and files that no export of the register owns.
    fn tidy(&self) -> Result<()> {
        let folder = &self.dataset.folder;
        for entry in std::fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with(".loading-") {
                std::fs::remove_dir_all(entry.path()).map_err(|e| Error::io("remove", entry.path(), e))?;
            }
        }
        self.tidy_tables()?;
        let table = self.dataset.table_folder();
        let owned: Vec<PathBuf> = self.dataset.register.exports.iter().flat_map(|e| e.files.clone()).collect();
        let days = std::fs::read_dir(&table).into_iter().flatten().flatten();
        for file in days.flat_map(|d| std::fs::read_dir(d.path()).into_iter().flatten().flatten()) {
            let path = file.path();
            let relative = path.strip_prefix(&table).unwrap_or(&path);
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let ours = name
                .strip_suffix(".parquet")
                .and_then(|n| n.rsplit_once('-'))
                .is_some_and(|(_, number)| number.len() >= 3 && number.bytes().all(|b| b.is_ascii_digit()));
            if ours && !owned.iter().any(|o| o == relative) {
                std::fs::remove_file(&path).map_err(|e| Error::io("remove", &path, e))?;
            }
        }
        Ok(())
    }
}
