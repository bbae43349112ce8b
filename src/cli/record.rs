//! Manifests of commands.

use std::path::{Path, PathBuf};

use super::Session;
use crate::dataset::load::Outcome;
use crate::error::Result;
use crate::provenance::{Input, Manifest, Output, Run};
use crate::sources::transparency_report::READ_AS;

impl Session {
    /// The record of this run so far.
    #[must_use]
    pub fn manifest(&self, parameters: serde_json::Value, inputs: Vec<Input>) -> Manifest {
        let started_at = jiff::Timestamp::try_from(self.started).map(|t| format!("{t:.0}")).unwrap_or_default();
        Manifest {
            tool: env!("CARGO_PKG_NAME").to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            run: Run { started_at, seconds: 0.0, command: self.args.clone() },
            parameters: match parameters {
                serde_json::Value::Object(map) => map,
                _ => serde_json::Map::new(),
            },
            inputs,
            simulated: false,
            input_id: None,
            outputs: Vec::new(),
        }
    }

    /// Digests the outputs below `folder` and writes the record there as `name`.
    ///
    /// # Errors
    /// [`crate::Error::Io`].
    pub fn write_manifest(&self, mut manifest: Manifest, folder: &Path, name: &str, outputs: &[PathBuf]) -> Result<()> {
        manifest.outputs = Output::digest(folder, outputs)?;
        manifest.run.seconds = (self.clock.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
        manifest.write(&folder.join(name))
    }
}

/// What became of a file, as the manifest says it.
pub fn input(path: &Path, outcome: &Outcome) -> Input {
    let mut input = Input {
        path: path.display().to_string(),
        sha256: None,
        bytes: None,
        outcome: String::new(),
        rows_in: None,
        rows: None,
        rejected: None,
        checksum: None,
    };
    input.outcome = match outcome {
        Outcome::Loaded { export, replaced } => {
            input.sha256 = Some(export.sha256.clone());
            input.bytes = Some(export.bytes);
            (input.rows_in, input.rows, input.rejected) =
                (Some(export.rows_in), Some(export.rows), Some(export.rejected));
            input.checksum = Some(export.checksum);
            if replaced.is_empty() { "loaded".into() } else { format!("loaded in place of {}", replaced.join(", ")) }
        }
        Outcome::Tables { export, replaced } => {
            input.sha256 = Some(export.sha256.clone());
            input.bytes = Some(export.bytes);
            (input.rows, input.rejected) = (Some(export.rows), Some(export.rejected));
            let read =
                if export.reading.starts_with(READ_AS) { format!(" ({})", export.reading) } else { String::new() };
            if replaced.is_empty() {
                format!("loaded{read}")
            } else {
                format!("loaded{read} in place of {}", replaced.join(", "))
            }
        }
        Outcome::Known => "loaded before".into(),
        Outcome::SetAside { held_by, rows } => {
            input.rows_in = Some(*rows);
            format!("set aside: its statements are in {held_by}")
        }
        Outcome::Held { held_by, rows } => {
            input.rows_in = Some(*rows);
            format!("set aside: its rows are in {}", held_by.join(", "))
        }
        Outcome::NoExport(what) => format!("left aside: {what}"),
        Outcome::Companion(purpose) => (*purpose).to_owned(),
        Outcome::Failed(e) => format!("failed: {e}"),
    };
    input
}
