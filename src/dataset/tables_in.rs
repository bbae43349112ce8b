//! Taking exports of other tables than statements into a dataset.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::DERIVED;
use super::folder::{self, move_file};
use super::load::{Loader, Outcome};
use super::pieces::{self, Sides};
use super::pipeline::Progress;
use super::register::TableExport;
use super::table_rows::Sink;
use crate::error::{Error, Result};
use crate::sources::export;

impl Loader {
    /// Loads an export of tables. One of the same identity that was loaded before gives way to it; of exports in
    /// pieces each piece is looked at for itself.
    pub(super) fn load_tables(
        &mut self,
        path: &Path,
        export: &dyn export::TableExport,
        sha256: String,
        progress: &Progress,
    ) -> Result<Outcome> {
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let description = export.description();
        let register = &self.dataset.register;
        let same = |e: &TableExport| e.sha256 == sha256 && e.reading == description.reading;
        if register.table_exports.iter().any(same) && pieces::all_held(&register.table_exports, description) {
            return Ok(Outcome::Known);
        }
        let stem = folder::stem(&name, &sha256);
        let staging = self.dataset.folder.join(format!(".loading-{stem}"));
        let loaded = self.stage_tables((&name, path), export, sha256, (&stem, &staging), progress);
        let _ = std::fs::remove_dir_all(&staging);
        loaded
    }

    fn stage_tables(
        &mut self,
        (name, path): (&str, &Path),
        export: &dyn export::TableExport,
        sha256: String,
        (stem, staging): (&str, &Path),
        progress: &Progress,
    ) -> Result<Outcome> {
        let description = export.description();
        let others = self.dataset.register.table_exports.iter().filter(|e| e.sha256 != sha256);
        let sides = Sides::of(description, others);
        if let Some(held_by) = sides.holders(description) {
            let rows = description.pieces.iter().map(|p| p.rows).sum();
            return self.hold(name, sides, held_by, rows);
        }
        let skipped: BTreeSet<usize> = sides.held.iter().map(|h| h.0).collect();
        let mut sink = Sink::new(staging, stem, (name, export.entries()), skipped, progress);
        export.read(&mut sink)?;
        sides.tell(name, &mut sink);
        let written = sink.finish(description)?;
        let loaded = TableExport {
            name: name.to_owned(),
            sha256,
            bytes: std::fs::metadata(path).map_err(|e| Error::io("read", path, e))?.len(),
            source: description.source.to_owned(),
            identity: description.identity.clone(),
            reading: description.reading.clone(),
            observed_from: description.observed_from,
            observed_until: description.observed_until,
            simulated: description.simulated,
            rows: written.parts.iter().map(|p| p.rows).sum(),
            rejected: written.rejected,
            platforms: written.platforms,
            parts: written.parts,
            rejected_file: written.rejected_file,
            findings: written.findings.list(export.entries()),
        };
        let folder = self.dataset.folder.clone();
        for file in files(&loaded) {
            move_file(&staging.join(&file), &folder.join(&file))?;
        }
        let whole = description.pieces.is_empty();
        let same = |e: &TableExport| if whole { e.identity == loaded.identity } else { e.sha256 == loaded.sha256 };
        let (mut old, mut stay): (Vec<TableExport>, Vec<TableExport>) =
            std::mem::take(&mut self.dataset.register.table_exports).into_iter().partition(same);
        if !whole {
            // A file that takes its own place is not worth a word.
            let own: Vec<PathBuf> = old.drain(..).flat_map(|e| files(&e)).collect();
            old = pieces::take_out(&mut stay, &sides.replaced);
            remove_files(&folder, own.into_iter().filter(|f| !files(&loaded).contains(f)))?;
        }
        self.dataset.register.table_exports = stay;
        self.dataset.register.table_exports.push(loaded.clone());
        self.dataset.register.write(&folder)?;
        let kept = files(&loaded);
        remove(&folder, &old, &kept)?;
        Ok(Outcome::Tables { export: Box::new(loaded), replaced: old.into_iter().map(|e| e.name).collect() })
    }

    /// Says that all pieces of a file are in exports that stay.
    fn hold(&mut self, name: &str, sides: Sides, held_by: Vec<String>, rows: u64) -> Result<Outcome> {
        let told = sides.of_holders(name);
        if !told.is_empty() {
            for export in &mut self.dataset.register.table_exports {
                let own = told.iter().filter(|(sha256, _)| *sha256 == export.sha256);
                let new: Vec<_> = own.flat_map(|(_, f)| f.clone()).filter(|f| !export.findings.contains(f)).collect();
                export.findings.extend(new);
            }
            self.dataset.register.write(&self.dataset.folder)?;
        }
        Ok(Outcome::Held { held_by, rows })
    }

    /// Drops exports of tables that are not among `kept`, given as hashes; returns their names.
    pub(super) fn retain_tables(&mut self, kept: &[String]) -> Result<Vec<String>> {
        let stays = |e: &TableExport| kept.contains(&e.sha256);
        let (stay, go): (Vec<TableExport>, Vec<TableExport>) =
            std::mem::take(&mut self.dataset.register.table_exports).into_iter().partition(stays);
        self.dataset.register.table_exports = stay;
        if !go.is_empty() {
            self.dataset.register.write(&self.dataset.folder)?;
        }
        remove(&self.dataset.folder, &go, &[])?;
        Ok(go.into_iter().map(|e| e.name).collect())
    }

    /// Removes files of tables that no export of the register owns: an interrupted run left them.
    pub(super) fn tidy_tables(&self) -> Result<()> {
        let folder = &self.dataset.folder;
        let owned: Vec<PathBuf> = self.dataset.register.table_exports.iter().flat_map(files).collect();
        let own = &self.dataset.register.table;
        for table in crate::tables::TABLES.iter().map(|t| t.name()).filter(|t| t != own) {
            for file in std::fs::read_dir(folder.join(table)).into_iter().flatten().flatten() {
                let relative = Path::new(table).join(file.file_name());
                let is_parquet = relative.extension().is_some_and(|e| e == "parquet");
                if is_parquet && !owned.contains(&relative) {
                    std::fs::remove_file(file.path()).map_err(|e| Error::io("remove", file.path(), e))?;
                }
            }
        }
        // Views are of what was loaded before.
        match std::fs::remove_dir_all(folder.join(DERIVED)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", folder.join(DERIVED), e)),
            _ => Ok(()),
        }
    }
}

/// Files of an export, relative to the dataset.
fn files(export: &TableExport) -> Vec<PathBuf> {
    let of_part = |p: &super::register::Part| p.files.iter().map(|f| Path::new(&p.table).join(f)).collect::<Vec<_>>();
    export.parts.iter().flat_map(of_part).chain(export.rejected_file.clone()).collect()
}

fn remove(folder: &Path, old: &[TableExport], kept: &[PathBuf]) -> Result<()> {
    remove_files(folder, old.iter().flat_map(files).filter(|f| !kept.contains(f)))
}

fn remove_files(folder: &Path, files: impl Iterator<Item = PathBuf>) -> Result<()> {
    for file in files {
        let path = folder.join(file);
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("remove", &path, e)),
            _ => {}
        }
        if let Some(parent) = path.parent() {
            // Only succeeds when the table has no other file.
            let _ = std::fs::remove_dir(parent);
        }
    }
    Ok(())
}

impl super::register::TableExport {
    /// Its files, relative to the dataset.
    #[must_use]
    pub fn files(&self) -> Vec<PathBuf> {
        files(self)
    }
}
