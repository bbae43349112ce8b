//! The folder of a dataset: its own files, its lock, and names that are safe in it.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::register::{CellRecord, FILE};
use super::{DERIVED, MANIFEST};
use crate::error::{Error, Result};
use crate::sources::UnitReport;
use crate::time;

/// Name of the file that is locked while a process loads.
pub const LOCK: &str = ".lock";

/// Removes a dataset's own files from its folder.
pub fn clear(folder: &Path) -> Result<()> {
    let tables = crate::tables::TABLES.iter().map(|t| t.name());
    for name in tables.chain([DERIVED, "rejected", FILE, "findings.csv", MANIFEST, LOCK]) {
        let path = folder.join(name);
        let removed = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
        if let Err(e) = removed
            && e.kind() != std::io::ErrorKind::NotFound
        {
            return Err(Error::io("remove", &path, e));
        }
    }
    Ok(())
}

/// Takes the dataset for this process: two that load at once would undo each other's work.
pub fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK);
    let file = File::create(&path).map_err(|e| Error::io("create", &path, e))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(Error::usage(
            format!("{}: another process is loading into this dataset", folder.display()),
            "wait until it has ended",
        )),
        Err(std::fs::TryLockError::Error(e)) => Err(Error::io("lock", &path, e)),
    }
}

/// Renames a staged file; gives its new path relative to `folder`.
pub fn rename(folder: &Path, file: &Path, from: &str, to: &str) -> Result<PathBuf> {
    let name = file.file_name().map(|n| n.to_string_lossy().replacen(from, to, 1)).unwrap_or_default();
    let renamed = file.with_file_name(name);
    move_file(&folder.join(file), &folder.join(&renamed))?;
    Ok(renamed)
}

pub fn move_file(from: &Path, to: &Path) -> Result<()> {
    if let Some(folder) = to.parent() {
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    }
    std::fs::rename(from, to).map_err(|e| Error::io("write", to, e))
}

pub fn cell_records(report: &UnitReport) -> Vec<CellRecord> {
    report
        .cells
        .iter()
        .map(|((day, platform), cell)| CellRecord {
            day: day.map_or_else(|| "unknown-day".to_owned(), time::iso),
            platform: platform.to_string(),
            rows: cell.rows,
            fingerprint: format!("{:032x}", cell.fingerprint),
        })
        .collect()
}

/// Stem of the files of an export: its name, and enough of its hash to tell apart files of one name.
pub fn stem(name: &str, sha256: &str) -> String {
    let base = name.split(".csv").next().unwrap_or(name);
    let base = base.strip_suffix(".zip").unwrap_or(base);
    let safe: String =
        base.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' }).collect();
    let hash = sha256.get(..8).unwrap_or("stream");
    format!("{safe}-{hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems_are_safe_file_names() {
        assert_eq!(stem("sor-global-2025-07-01-full.zip", "0123456789"), "sor-global-2025-07-01-full-01234567");
        assert_eq!(stem("standard input", ""), "standard-input-stream");
        assert_eq!(stem("a b/c.csv.gz", "0123456789"), "a-b-c-01234567");
    }
}
