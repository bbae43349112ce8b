//! Digests of exports, and the `.sha1` files that are published beside them.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};
use sha2::Sha256;

use crate::error::{Error, Result};

/// What a comparison with the published SHA-1 gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Checksum {
    /// The file is the one that the checksum was published for.
    Verified,
    /// No `.sha1` lies beside the file.
    Absent,
    /// A `.sha1` lies there, and the user asked not to compare.
    Skipped,
    /// It differs, and the user asked to load the file all the same.
    Mismatch,
}

/// SHA-256 of a file in hexadecimal, and its SHA-1 if wanted, in one pass.
///
/// # Errors
/// [`Error::Io`] where the file cannot be read.
pub fn digest(path: &Path, with_sha1: bool) -> Result<(String, Option<String>)> {
    let mut file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    let mut sha256 = Sha256::new();
    let mut sha1 = Sha1::new();
    let mut block = vec![0_u8; 1 << 20];
    loop {
        let n = file.read(&mut block).map_err(|e| Error::io("read", path, e))?;
        if n == 0 {
            break;
        }
        // Side by side: on two cores the second digest costs no time.
        let bytes = &block[..n];
        if with_sha1 {
            rayon::join(|| sha256.update(bytes), || sha1.update(bytes));
        } else {
            sha256.update(bytes);
        }
    }
    Ok((hex(&sha256.finalize()), with_sha1.then(|| hex(&sha1.finalize()))))
}

/// Bytes in lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, b| {
        let _ = write!(text, "{b:02x}");
        text
    })
}

/// The `.sha1` file that belongs to an export.
#[must_use]
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".sha1");
    PathBuf::from(name)
}

/// The digest in a `.sha1` file: its first word, forty hexadecimal digits.
///
/// # Errors
/// [`Error::Io`], or [`Error::Invalid`] where the file holds no digest.
pub fn published(sha1_file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(sha1_file).map_err(|e| Error::io("read", sha1_file, e))?;
    let digest = text.split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    if digest.len() == 40 && digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(digest);
    }
    Err(Error::Invalid {
        place: sha1_file.display().to_string(),
        message: "the file holds no SHA-1".into(),
        hint: "it should hold forty hexadecimal digits and the name of the archive; download it again".into(),
    })
}

/// Digests an export and compares it with the published SHA-1, where there is one.
///
/// # Errors
/// [`Error::Checksum`] where they differ and `enforce` is set; [`Error::Io`].
pub fn verify(path: &Path, enforce: bool) -> Result<(String, Checksum)> {
    let beside = beside(path);
    if !beside.is_file() {
        return Ok((digest(path, false)?.0, Checksum::Absent));
    }
    let expected = published(&beside);
    if !enforce && expected.is_err() {
        return Ok((digest(path, false)?.0, Checksum::Skipped));
    }
    let expected = expected?;
    let (sha256, sha1) = digest(path, true)?;
    match sha1 {
        Some(actual) if actual == expected => Ok((sha256, Checksum::Verified)),
        Some(actual) if enforce => Err(Error::Checksum { path: path.to_owned(), expected, actual }),
        _ => Ok((sha256, Checksum::Mismatch)),
    }
}
