//! Files beside exports that say how to read or measure them, and are no exports themselves.

use std::io::Read;
use std::path::Path;

/// What a file beside exports is for; `None` where it is none that this program knows.
///
/// Told by name, as the files are found by name: the study file, mappings, descriptions of datasets, keys of
/// labelling sheets, checksums; and by their header: estimates that an earlier measurement made, as CSV.
#[must_use]
pub fn purpose(path: &Path) -> Option<&'static str> {
    let name = path.file_name()?.to_str()?;
    let beside = |end: &str| {
        let stem = name.strip_suffix(end)?;
        ["csv", "xlsx"].into_iter().any(|e| path.with_file_name(format!("{stem}.{e}")).is_file()).then_some(())
    };
    let toml = Path::new(name).extension().is_some_and(|e| e == "toml");
    if name == "study.toml" {
        Some("the study file: it says how to measure")
    } else if toml && has_line(path, "[inputs]") {
        Some("a study file: `systemic run` does what it says where it is given alone")
    } else if name.ends_with(".meta.toml") {
        Some("describes data beside it")
    } else if toml && has_line(path, "[[table]]") {
        Some("a mapping: it says how files beside it are read")
    } else if beside("-key.csv").is_some() {
        Some("the key of a labelling sheet, read with it")
    } else if path.extension().is_some_and(|e| e == "csv") && is_estimates(path) {
        Some("estimates that were measured before: to compare with, and no export")
    } else {
        None
    }
}

/// Whether a CSV has the header of estimates.
fn is_estimates(path: &Path) -> bool {
    let head = ESTIMATES.as_bytes();
    let mut start = Vec::new();
    std::fs::File::open(path)
        .is_ok_and(|file| file.take(head.len() as u64).read_to_end(&mut start).is_ok_and(|_| start.as_slice() == head))
}

/// The first columns of estimates.
const ESTIMATES: &str = "indicator,indicator_version,basis,statistic,status,";

/// Whether a file has a line that begins a table of this name.
fn has_line(path: &Path, table: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().any(|line| line.trim() == table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_by_name_and_neighbours() {
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        };
        assert!(purpose(&write("study.toml", "")).is_some_and(|p| p.contains("how to measure")));
        assert!(purpose(&write("any.toml", "platform = 'P'\n[[table]]\n")).is_some_and(|p| p.contains("mapping")));
        assert!(purpose(&write("marketplace.meta.toml", "[[table]]")).is_some_and(|p| p.contains("describes")));
        assert!(purpose(&write("work.toml", "[inputs]\nexports = []")).is_some_and(|p| p.contains("given alone")));
        assert_eq!(purpose(&write("other.toml", "a = 1")), None);
        let key = write("audit-key.csv", "row,unit_id\n");
        assert_eq!(purpose(&key), None);
        write("audit.csv", "");
        assert!(purpose(&key).is_some_and(|p| p.contains("key")));
        let header = "indicator,indicator_version,basis,statistic,status,reason\n";
        assert!(purpose(&write("peers.csv", header)).is_some_and(|p| p.contains("estimates")));
        assert_eq!(purpose(&write("short.csv", "indicator,indicator_version\n")), None);
    }
}
