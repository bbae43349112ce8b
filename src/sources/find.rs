//! Files that a user means by paths, folders and patterns.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result, suggest};

/// One file to look at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Its path; `-` is standard input.
    pub path: PathBuf,
    /// Whether the user named it: then it must be an export. Others of a folder may be left aside.
    pub named: bool,
}

/// Expands paths, folders (with what is below them) and patterns, in a fixed order and each file once.
///
/// # Errors
/// [`Error::NotFound`] for what matches nothing, [`Error::Io`] for folders that cannot be read.
pub fn find(inputs: &[PathBuf]) -> Result<Vec<Found>> {
    let mut found: Vec<Found> = Vec::new();
    for input in inputs {
        if input.as_os_str() == "-" {
            found.push(Found { path: input.clone(), named: true });
        } else if input.is_dir() {
            let before = found.len();
            walk(input, &mut found)?;
            if found.len() == before {
                return Err(Error::usage(
                    format!("{}: the folder holds no file to read", input.display()),
                    "give the folder that the exports were saved to",
                ));
            }
        } else if input.exists() {
            found.push(Found { path: input.clone(), named: true });
        } else {
            pattern(input, &mut found)?;
        }
    }
    found.sort_by(|a, b| rank(&a.path).cmp(&rank(&b.path)).then_with(|| a.path.cmp(&b.path)));
    found.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

/// Exports that hold others go first, so that less is loaded only to be replaced. Their names only decide
/// the order: what holds what is told by content.
fn rank(path: &Path) -> (bool, bool) {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    (!name.contains("global"), name.contains("light"))
}

fn walk(folder: &Path, found: &mut Vec<Found>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|e| Error::io("read", folder, e))?;
    for entry in entries {
        let path = entry.map_err(|e| Error::io("read", folder, e))?.path();
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if name.starts_with('.') || name == "__MACOSX" {
            continue;
        }
        if path.is_dir() {
            walk(&path, found)?;
        } else if !is_companion(&name) {
            found.push(Found { path, named: false });
        }
    }
    Ok(())
}

/// Whether a file only accompanies others: checksums, descriptions, unfinished downloads.
fn is_companion(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower == super::marketplace::mappings::FOLDER_FILE
        || [".sha1", ".meta.toml", ".partial", ".part", ".crdownload"].iter().any(|end| lower.ends_with(end))
}

fn pattern(input: &Path, found: &mut Vec<Found>) -> Result<()> {
    let text = input.to_string_lossy();
    let before = found.len();
    if text.contains(['*', '?', '['])
        && let Ok(paths) = glob::glob(&text)
    {
        for path in paths.flatten() {
            if path.is_dir() {
                walk(&path, found)?;
            } else if !is_companion(&path.to_string_lossy()) {
                found.push(Found { path, named: true });
            }
        }
    }
    if found.len() > before {
        return Ok(());
    }
    Err(Error::NotFound { what: input.display().to_string(), nearest: nearest(input) })
}

/// The entry of the parent folder whose name is nearest.
#[must_use]
pub fn nearest(path: &Path) -> Option<String> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let name = path.file_name()?.to_string_lossy().into_owned();
    let mut names: Vec<String> =
        std::fs::read_dir(parent).ok()?.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    let near = suggest(&name, names.iter().map(String::as_str))?.to_owned();
    Some(path.with_file_name(near).display().to_string())
}
