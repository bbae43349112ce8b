//! The record of a run: what went in, what was asked, what came out.

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator, ParallelIterator};
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::sources::checksum;

/// Name of the record beside outputs.
pub const FILE: &str = crate::dataset::MANIFEST;

/// The record of one run.
///
/// All but `run` is the same whenever the same inputs are given to the same version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of this tool.
    pub tool: String,
    /// Its version.
    pub version: String,
    /// When and how it was run.
    pub run: Run,
    /// The command and what was asked of it, defaults included.
    pub parameters: serde_json::Map<String, serde_json::Value>,
    /// The files that went in.
    pub inputs: Vec<Input>,
    /// Whether any input is simulated.
    pub simulated: bool,
    /// Identity of the data: hash of the hashes of its exports.
    pub input_id: Option<String>,
    /// The files that came out.
    pub outputs: Vec<Output>,
}

/// When and how a run happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Start, in UTC.
    pub started_at: String,
    /// Duration.
    pub seconds: f64,
    /// The command line.
    pub command: Vec<String>,
}

/// One file that went in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path as given.
    pub path: String,
    /// Its SHA-256, where it was read whole.
    pub sha256: Option<String>,
    /// Its length in bytes.
    pub bytes: Option<u64>,
    /// What became of it.
    pub outcome: String,
    /// Records in it.
    pub rows_in: Option<u64>,
    /// Records loaded from it.
    pub rows: Option<u64>,
    /// Records of it kept aside.
    pub rejected: Option<u64>,
    /// The comparison with its published SHA-1.
    pub checksum: Option<checksum::Checksum>,
}

/// One file that came out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Output {
    /// Its path, relative to the manifest.
    pub path: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its length in bytes.
    pub bytes: u64,
}

impl Output {
    /// Digests files below `folder`; paths are relative to it.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn digest(folder: &Path, files: &[PathBuf]) -> Result<Vec<Self>> {
        let mut outputs = files
            .par_iter()
            .map(|file| {
                let path = folder.join(file);
                let bytes = std::fs::metadata(&path).map_err(|e| Error::io("read", &path, e))?.len();
                let (sha256, _) = checksum::digest(&path, false)?;
                let path = file.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
                Ok(Self { path, sha256, bytes })
            })
            .collect::<Result<Vec<_>>>()?;
        outputs.sort();
        Ok(outputs)
    }
}

impl Manifest {
    /// Writes the record, whole or not at all.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn write(&self, path: &Path) -> Result<()> {
        let mut text = serde_json::to_string_pretty(self).map_err(|e| Error::engine("cannot write the manifest", e))?;
        text.push('\n');
        crate::dataset::write_whole(path, text.as_bytes())
    }

    /// Reads a record.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Invalid`] where it has another form.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        serde_json::from_str(&text).map_err(|e| Error::Invalid {
            place: path.display().to_string(),
            message: format!("this is no manifest: {e}"),
            hint: "manifests are written by systemic beside its outputs".into(),
        })
    }
}
