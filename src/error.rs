//! Errors that a person can act on: what failed, where, and what to try.

use std::path::{Path, PathBuf};

/// Result of this crate's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can stop a step.
///
/// Broken rows are no errors: they are kept aside and counted (see [`crate::finding::Finding`]).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused to read or write.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb: "read", "create", …
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's own reason.
        source: std::io::Error,
    },
    /// A path that does not exist, or a pattern that matches nothing.
    #[error("{what}: nothing is there")]
    NotFound {
        /// The path or pattern as given.
        what: String,
        /// The nearest thing that exists, where there is one.
        nearest: Option<String>,
    },
    /// A file whose content no source recognises.
    #[error("{place}: {found}")]
    Unrecognised {
        /// File and inner file.
        place: String,
        /// What was found instead.
        found: String,
    },
    /// An archive that cannot be read, or should not be.
    #[error("{place}: {problem}")]
    Archive {
        /// File and inner file.
        place: String,
        /// What is wrong with it.
        problem: ArchiveProblem,
    },
    /// The file is not the one its checksum was made for.
    #[error("{}: its SHA-1 is {actual}, but {}.sha1 says {expected}", path.display(), path.display())]
    Checksum {
        /// The archive.
        path: PathBuf,
        /// Hex digest in the `.sha1` file.
        expected: String,
        /// Hex digest of the archive.
        actual: String,
    },
    /// A header without columns that every statement dump has.
    #[error("{place}, line 1: the header has no column {}", quoted(missing))]
    MissingColumns {
        /// File and inner file.
        place: String,
        /// Names that are required and absent.
        missing: Vec<String>,
        /// Names in the header that the reader does not know: likely misspellings.
        unknown: Vec<String>,
    },
    /// Two exports share some statements, but neither holds all of the other's.
    #[error("{new} and {old} share {shared} statements, but neither holds all of the other's")]
    Overlap {
        /// The export that was being loaded.
        new: String,
        /// The export that is loaded already.
        old: String,
        /// Statements in both.
        shared: u64,
        /// Why neither replaces the other, and what to do.
        hint: String,
    },
    /// A name that is not in a registry.
    #[error("no {kind} is called {name:?}")]
    Unknown {
        /// What was looked for: "indicator", "column", …
        kind: &'static str,
        /// The name as given.
        name: String,
        /// Every name there is.
        known: Vec<String>,
    },
    /// A request that contradicts itself or the data.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do instead.
        hint: String,
    },
    /// A file of this tool that does not say what it must.
    #[error("{place}: {message}")]
    Invalid {
        /// File, and line where there is one.
        place: String,
        /// What is wrong.
        message: String,
        /// What to do.
        hint: String,
    },
    /// Polars, Arrow or Parquet could not go on.
    #[error("{doing}: {message}")]
    Engine {
        /// What was being done.
        doing: String,
        /// The library's own words.
        message: String,
    },
}

/// Every error code with what it stands for.
pub const CODES: &[(&str, &str)] = &[
    ("E001", "the operating system refused to read or write"),
    ("E002", "a path or pattern at which there is nothing"),
    ("E010", "a file whose content no source recognises"),
    ("E011", "an archive that is damaged, encrypted, or unlike any published one"),
    ("E012", "a file that is not the one its .sha1 was published for"),
    ("E013", "a header without a column that every export of its kind has"),
    ("E014", "two exports that share statements, neither of which holds all of the other's"),
    ("E020", "a name that is not in a registry"),
    ("E021", "a request that contradicts itself or the data"),
    ("E022", "a file of this tool that does not say what it must"),
    ("E030", "Polars, Arrow or Parquet could not go on"),
];

/// What can be wrong with an archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveProblem {
    /// No end-of-archive record, or data that ends early.
    #[error("the archive is cut short or damaged ({0})")]
    Truncated(String),
    /// The entry's checksum or size does not fit its data.
    #[error("the data does not fit the archive's own checksum ({0})")]
    Corrupt(String),
    /// The entry needs a password.
    #[error("the archive is encrypted")]
    Encrypted,
    /// An entry's name leaves the archive's folder.
    #[error("an entry climbs out of the archive: {0:?}")]
    ClimbsOut(String),
    /// The entry inflates to far more than any real dump.
    #[error("the entry inflates more than {0} times: no dump does")]
    Bomb(u64),
    /// Archives in archives in archives.
    #[error("archives are nested more than {0} deep")]
    TooDeep(usize),
    /// One line longer than any record can be.
    #[error("a line is longer than {0} bytes, as no record is")]
    EndlessLine(usize),
    /// A compression method that this build does not read.
    #[error("compression method {0} is not supported")]
    Method(String),
    /// Entries that share bytes of the archive.
    #[error("entries of the archive overlap")]
    Overlapping,
}

impl Error {
    /// Wraps an input or output error with what was tried on which path.
    pub fn io(action: &'static str, path: impl AsRef<Path>, source: std::io::Error) -> Self {
        Self::Io { action, path: path.as_ref().to_owned(), source }
    }

    /// Wraps the message of Polars, Arrow or Parquet.
    pub fn engine(doing: impl Into<String>, message: impl std::fmt::Display) -> Self {
        Self::Engine { doing: doing.into(), message: message.to_string() }
    }

    /// A request that cannot be met, with what to do instead.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: hint.into() }
    }

    /// A stable code, for scripts and for looking the error up.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "E001",
            Self::NotFound { .. } => "E002",
            Self::Unrecognised { .. } => "E010",
            Self::Archive { .. } => "E011",
            Self::Checksum { .. } => "E012",
            Self::MissingColumns { .. } => "E013",
            Self::Overlap { .. } => "E014",
            Self::Unknown { .. } => "E020",
            Self::Usage { .. } => "E021",
            Self::Invalid { .. } => "E022",
            Self::Engine { .. } => "E030",
        }
    }

    /// What the reader can do about it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Io { source, .. } => match source.kind() {
                std::io::ErrorKind::PermissionDenied => {
                    Some("you may not read or write there: choose another folder, or ask who owns it".into())
                }
                std::io::ErrorKind::NotFound => Some("check the path".into()),
                std::io::ErrorKind::StorageFull => Some("the disk is full: free some space and run it again".into()),
                _ => None,
            },
            Self::NotFound { nearest, .. } => Some(match nearest {
                Some(near) => format!("did you mean {near}?"),
                None => "check the path; a pattern with * must be quoted".into(),
            }),
            Self::Unrecognised { .. } => {
                Some("`systemic list sources` says what can be read, and from where it comes".into())
            }
            Self::Archive { problem, .. } => Some(problem.hint().into()),
            Self::Checksum { .. } => {
                Some("download both files again; --no-checksum loads it all the same and records that".into())
            }
            Self::MissingColumns { missing, unknown, .. } => {
                let near = missing.iter().find_map(|m| {
                    suggest(m, unknown.iter().map(String::as_str)).map(|u| format!("is {u:?} meant to be {m:?}? "))
                });
                Some(format!("{}`systemic explain statements` lists the columns of a dump", near.unwrap_or_default()))
            }
            Self::Overlap { hint, .. } | Self::Usage { hint, .. } | Self::Invalid { hint, .. } => Some(hint.clone()),
            Self::Unknown { kind, name, known } => Some(match suggest(name, known.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None if known.is_empty() => "there is none".into(),
                None if known.len() <= 12 => format!("there is {}", known.join(", ")),
                None if matches!(*kind, "indicator" | "column") => format!("`systemic list {kind}s` names them all"),
                None if *kind == "fault" => "`systemic list dirt` names them all".into(),
                None => "check its spelling".into(),
            }),
            Self::Engine { .. } => Some("if the file was written by systemic, this is a fault of the tool".into()),
        }
    }
}

impl ArchiveProblem {
    fn hint(&self) -> &'static str {
        match self {
            Self::Truncated(_) | Self::Corrupt(_) => "download it again and compare its size with the source",
            Self::Encrypted => "unpack it with its password first, then give the CSV files",
            Self::ClimbsOut(_) | Self::Overlapping | Self::Bomb(_) => {
                "do not open it: a published dump has no such entry; ask where the file comes from"
            }
            Self::TooDeep(_) => "unpack the outer archives first",
            Self::EndlessLine(_) => {
                "a record is far shorter: the file is no dump, or a quote or line feed is missing in it"
            }
            Self::Method(_) => "unpack it with another tool, then give the CSV files",
        }
    }
}

/// The known name nearest to `name`, if one is near enough to be a typo.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    known
        .into_iter()
        .map(|k| {
            let candidate = k.to_lowercase();
            let starts =
                wanted.len().min(candidate.len()) >= 4 && (candidate.contains(&wanted) || wanted.contains(&candidate));
            let score = if wanted == candidate {
                1.0
            } else if starts {
                // Of several that contain the word, the one that adds least.
                let lengths = [wanted.len(), candidate.len()].map(|n| u32::try_from(n).map_or(f64::MAX, f64::from));
                0.9 + 0.05 * lengths[0].min(lengths[1]) / lengths[0].max(lengths[1])
            } else {
                strsim::jaro_winkler(&wanted, &candidate)
            };
            (score, k)
        })
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_near_names_and_no_far_ones() {
        let known = ["moderation-latency", "statement-count", "own-initiative-share"];
        assert_eq!(suggest("moderation-latancy", known), Some("moderation-latency"));
        assert_eq!(suggest("latency", known), Some("moderation-latency"));
        assert_eq!(suggest("zebra", known), None);
        // A single letter stands in most words.
        assert_eq!(suggest("nowhere", ["w", "datasets"]), None);
    }
}
