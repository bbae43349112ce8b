//! The source tree keeps to the architecture: who may use whom, and what stays out.

use std::path::{Path, PathBuf};

/// Folder or file of `src/` → the modules of this crate that it may use. Errors, findings and time are for all.
const MAY_USE: &[(&str, &[&str])] = &[
    ("stats", &[]),
    ("tables", &[]),
    ("sampling", &["stats", "tables"]),
    ("transparency", &["tables", "stats"]),
    ("sources", &["tables", "sampling", "transparency"]),
    ("dataset", &["tables", "sources", "views", "transparency"]),
    ("views", &["tables", "sampling", "matching", "wellformed"]),
    ("wellformed", &[]),
    ("engine", &["tables", "views", "dataset"]),
    ("checks", &["tables", "views", "engine", "transparency"]),
    ("disclosure", &["estimate", "stats"]),
    ("compare", &["estimate", "stats"]),
    ("indicators", &["tables", "views", "engine", "stats", "estimate", "sampling", "transparency"]),
    ("charts", &["estimate"]),
    ("simulate", &["tables", "transparency"]),
    ("report", &["estimate", "charts", "provenance", "indicators"]),
    ("provenance", &["sources", "dataset"]),
    ("matching", &["tables"]),
    ("estimate", &[]),
    ("measure", &["engine", "views", "tables", "indicators", "estimate"]),
];

const FOR_ALL: &[&str] = &["error", "finding", "time", "Error", "Result"];

/// Libraries that only some folders may use.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("polars::", &["dataset", "views", "engine", "measure", "indicators"]),
    ("plotters", &["charts"]),
    ("askama", &["report"]),
    ("pulldown_cmark", &["report"]),
    ("rust_xlsxwriter", &["sampling"]),
    ("calamine", &["sources"]),
    ("clap::", &["cli"]),
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
    ("std::process", &["cli", "main"]),
    ("std::env", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    glob::glob(&format!("{}/**/*.rs", src.display()))
        .expect("pattern")
        .flatten()
        .map(|path| {
            let relative = path.strip_prefix(&src).expect("below src").to_owned();
            let room = relative.components().next().expect("a part").as_os_str().to_string_lossy().replace(".rs", "");
            let text = std::fs::read_to_string(&path).expect("source");
            (relative, room, text)
        })
        .collect()
}

/// Tests may use what they need: only what stands before them counts. Files of tests end in `tests.rs`.
fn code<'a>(path: &Path, text: &'a str) -> &'a str {
    if path.to_string_lossy().ends_with("tests.rs") {
        return "";
    }
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

#[test]
fn modules_use_only_what_they_may() {
    let mut faults = Vec::new();
    for (path, room, text) in sources() {
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room) else { continue };
        for line in code(&path, &text).lines().filter(|l| !l.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let names = part.trim_start_matches('{');
                let name: String = names.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let fine = name == room || FOR_ALL.contains(&name.as_str()) || allowed.contains(&name.as_str());
                if !fine && !name.is_empty() {
                    faults.push(format!("{}: {room} may not use {name}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut faults = Vec::new();
    for (path, room, text) in sources() {
        for (library, rooms) in ONLY_IN {
            if rooms.contains(&room.as_str()) {
                continue;
            }
            let lines = code(&path, &text).lines().filter(|l| !l.trim_start().starts_with("//"));
            for line in lines.filter(|l| l.replace("engine::polars::", "").contains(library) && !l.contains("crate::"))
            {
                faults.push(format!("{}: {library} belongs in {rooms:?}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn files_stay_readable() {
    for (path, _, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= 600, "{} has {lines} lines: it asks to be two", path.display());
        assert!(text.starts_with("//!"), "{} does not begin with what it is", path.display());
        for word in ["todo!(", "unimplemented!(", "dbg!("] {
            assert!(!text.contains(word), "{} holds {word}", path.display());
        }
        let unwraps =
            code(&path, &text).lines().filter(|l| l.contains(".unwrap()") && !l.trim_start().starts_with("//"));
        assert_eq!(unwraps.count(), 0, "{} unwraps", path.display());
    }
}

#[test]
fn versions_agree() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let citation = std::fs::read_to_string(root.join("CITATION.cff")).expect("CITATION.cff");
    assert!(
        citation.contains(&format!("\nversion: {}\n", env!("CARGO_PKG_VERSION"))),
        "CITATION.cff and Cargo.toml disagree"
    );
}
