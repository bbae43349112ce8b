//! `systemic load`: exports into a dataset of Parquet tables.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::ui::{count, grouped};
use super::{Ending, Session, record};
use crate::dataset::Dataset;
use crate::dataset::load::{Loader, Options, Outcome};
use crate::dataset::open::Opened;
use crate::dataset::pipeline::Progress;
use crate::dataset::register::Register;
use crate::error::Result;
use crate::finding::Finding;
use crate::provenance::{FILE, Input};
use crate::sources::checksum::Checksum;
use crate::sources::find::{self, Found};
use crate::sources::marketplace::Mappings;
use crate::study::Inputs;
use crate::tables::platforms::Aliases;

/// Load exports into typed Parquet tables, counting every statement once
#[derive(Debug, Args)]
pub struct Load {
    /// Files, folders or patterns; `-` reads a CSV from standard input
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// Folder of the dataset; an existing dataset is added to
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    #[command(flatten)]
    reading: Reading,
    /// Say what would be loaded, and load nothing
    #[arg(long)]
    dry_run: bool,
}

/// How exports are read.
#[derive(Debug, Clone, Default, Args)]
pub struct Reading {
    /// Keep only these columns, and those that identify a row (comma-separated)
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Option<Vec<String>>,
    /// TOML file with a table [aliases]: names of platforms and the names to file them under
    #[arg(long, value_name = "FILE")]
    aliases: Option<PathBuf>,
    /// Mapping of an export of tables in a platform's own layout; can be given several times. A `mapping.toml` in
    /// the folder of an export is found by itself
    #[arg(long, value_name = "FILE")]
    mapping: Vec<PathBuf>,
    /// Load files whose .sha1 differs, and record that
    #[arg(long)]
    no_checksum: bool,
}

impl Reading {
    /// The options of the loader.
    ///
    /// # Errors
    /// Those of the alias file.
    pub fn options(&self, threads: usize) -> Result<Options> {
        let aliases = match &self.aliases {
            Some(path) => Aliases::with_file(path)?,
            None => Aliases::default(),
        };
        let columns = self.columns.as_ref().map(|c| c.iter().map(|n| n.trim().to_owned()).collect());
        Ok(Options {
            columns,
            aliases: Arc::new(aliases),
            mappings: Arc::new(Mappings::new(&self.mapping)?),
            enforce_checksum: !self.no_checksum,
            threads,
            rebuild: false,
        })
    }

    /// Takes what a study says of reading and the command line does not.
    pub fn complete(&mut self, said: &Inputs) {
        self.columns = self.columns.take().or_else(|| said.columns.clone());
        self.aliases = self.aliases.take().or_else(|| said.aliases.clone());
        if self.mapping.is_empty() {
            self.mapping.clone_from(&said.mappings);
        }
    }

    /// The options as the manifest records them.
    pub fn parameters(&self) -> serde_json::Value {
        serde_json::json!({
            "columns": self.columns,
            "aliases": self.aliases.as_ref().map(|p| p.display().to_string()),
            "mapping": self.mapping.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
            "no_checksum": self.no_checksum,
        })
    }
}

/// What loading gave.
pub struct Loaded {
    /// The dataset.
    pub dataset: Dataset,
    /// What became of each file.
    pub inputs: Vec<Input>,
    /// Files that failed.
    pub failed: usize,
}

impl Load {
    /// Runs the command.
    ///
    /// # Errors
    /// Those that stop the whole command; a file that fails does not.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let found = find::find(&self.exports)?;
        let options = self.reading.options(session.threads)?;
        if self.dry_run {
            return Ok(dry_run(session, &found, &self.output));
        }
        let loaded = load(session, &found, &self.output, options, false)?;
        let mut parameters = self.reading.parameters();
        parameters["command"] = "load".into();
        let mut manifest = session.manifest(parameters, loaded.inputs);
        let register = loaded.dataset.register();
        manifest.simulated = register.simulated();
        manifest.input_id = Some(register.input_id());
        let outputs = outputs(&loaded.dataset);
        session.write_manifest(manifest, &self.output, FILE, &outputs)?;
        session.ui.say(format!("{} in {}", holds(register), self.output.display()));
        Ok(if loaded.failed > 0 { Ending::Found } else { Ending::Done })
    }
}

/// What a dataset holds, in one line.
pub fn holds(register: &Register) -> String {
    let mut parts = Vec::new();
    if !register.exports.is_empty() {
        let exports = count(register.exports.len() as u64, "export", "exports");
        parts.push(format!("{} of {exports}", count(register.rows(), "statement", "statements")));
    }
    let tables = register.tables().into_iter().filter(|t| *t != register.table);
    parts.extend(tables.map(|t| count(register.rows_of(t), &format!("row of {t}"), &format!("rows of {t}"))));
    if parts.is_empty() { "no row".to_owned() } else { parts.join(", ") }
}

/// The files of a dataset, relative to its folder.
pub fn outputs(dataset: &Dataset) -> Vec<PathBuf> {
    let table = Path::new(&dataset.register().table);
    let mut files = vec![PathBuf::from(crate::dataset::register::FILE), PathBuf::from("findings.csv")];
    for export in &dataset.register().exports {
        files.extend(export.files.iter().map(|f| table.join(f)));
        files.extend(export.rejected_file.clone());
    }
    files.extend(dataset.register().table_exports.iter().flat_map(super::super::dataset::register::TableExport::files));
    files
}

/// Loads files and says what became of each. With `exactly`, exports of earlier runs that are not among
/// the files are dropped.
///
/// # Errors
/// Those that stop the whole command, and that of the only file.
pub fn load(session: &Session, found: &[Found], folder: &Path, options: Options, exactly: bool) -> Result<Loaded> {
    let ui = session.ui;
    let mut loader = Loader::open(folder, Options { rebuild: exactly, ..options })?;
    if exactly && !loader.dataset().register().exports.is_empty() {
        let hashes: Vec<String> =
            found.iter().filter_map(|f| crate::sources::checksum::digest(&f.path, false).ok()).map(|d| d.0).collect();
        for name in loader.retain(&hashes)? {
            ui.say(format!("dropped {name}: it is not among the inputs of this run"));
        }
    }
    let progress = Progress::default();
    let mut inputs = Vec::new();
    let (mut failed, mut held) = (0, 0);
    for (i, file) in found.iter().enumerate() {
        let label = format!("[{}/{}] {}", i + 1, found.len(), short(&file.path));
        // Dumps inflate about twenty times; the bar need not be exact.
        let expected =
            std::fs::metadata(&file.path).ok().map(|m| m.len()).map(|n| if is_text(&file.path) { n } else { n * 18 });
        progress.stop.store(false, std::sync::atomic::Ordering::Relaxed);
        let outcome = ui.with_bar(&label, expected, &progress, || loader.load(file, &progress));
        // The error of the only file is that of the command, which is told once.
        if found.len() > 1 || !matches!(outcome, Outcome::Failed(_)) {
            tell(session, file, &outcome);
        }
        match &outcome {
            Outcome::Failed(_) => failed += 1,
            Outcome::NoExport(_) | Outcome::Companion(_) => {}
            Outcome::Loaded { .. }
            | Outcome::Tables { .. }
            | Outcome::Known
            | Outcome::SetAside { .. }
            | Outcome::Held { .. } => {
                held += 1;
            }
        }
        let mut input = record::input(&file.path, &outcome);
        if input.sha256.is_none() && file.path.is_file() {
            input.sha256 = crate::sources::checksum::digest(&file.path, false).ok().map(|d| d.0);
        }
        inputs.push(input);
        if let Outcome::Failed(error) = outcome
            && found.len() == 1
        {
            return Err(error);
        }
    }
    let dataset = loader.finish()?;
    if held == 0 {
        return Err(crate::Error::usage(
            "no export was loaded",
            "the lines above say why; `systemic list sources` says what can be read",
        ));
    }
    Ok(Loaded { dataset, inputs, failed })
}

/// Says what became of a file: at most a few lines.
fn tell(session: &Session, file: &Found, outcome: &Outcome) {
    let ui = session.ui;
    let name = short(&file.path);
    match outcome {
        Outcome::Loaded { export, replaced } => {
            let mut line = format!("loaded {name}: {}", count(export.rows, "statement", "statements"));
            if export.rejected > 0 {
                let _ = write!(line, ", {} rejected", count(export.rejected, "row", "rows"));
            }
            line.push_str(match export.checksum {
                Checksum::Verified => ", SHA-1 verified",
                Checksum::Mismatch => ", SHA-1 differs",
                Checksum::Absent | Checksum::Skipped => "",
            });
            if !replaced.is_empty() {
                let _ = write!(line, " (takes the place of {})", replaced.join(", "));
            }
            ui.say(line);
            tell_findings(session, &export.findings);
        }
        Outcome::Tables { export, replaced } => {
            let rows: Vec<String> =
                export.parts.iter().map(|p| format!("{} of {}", grouped(p.rows), p.table)).collect();
            let mut line =
                format!("loaded {name}: rows {}", if rows.is_empty() { "none".to_owned() } else { rows.join(", ") });
            if export.rejected > 0 {
                let _ = write!(line, ", {} rejected", count(export.rejected, "row", "rows"));
            }
            if !replaced.is_empty() {
                let _ = write!(line, " (takes the place of {})", replaced.join(", "));
            }
            ui.say(line);
            tell_findings(session, &export.findings);
        }
        Outcome::Known => ui.say(format!("{name}: loaded before, nothing to do")),
        Outcome::SetAside { held_by, rows } => {
            let verb = if *rows == 1 { "is" } else { "are" };
            ui.say(format!("{name}: set aside, its {} {verb} in {held_by}", count(*rows, "statement", "statements")));
        }
        Outcome::Held { held_by, rows } => {
            let verb = if *rows == 1 { "is" } else { "are" };
            let rows = count(*rows, "row", "rows");
            ui.say(format!("{name}: set aside, its {rows} {verb} in {}", held_by.join(", ")));
        }
        Outcome::NoExport(what) => ui.say(format!("left aside {name}: {what}")),
        Outcome::Companion(purpose) => ui.say(format!("{name}: {purpose}")),
        Outcome::Failed(error) => ui.error(error),
    }
}

/// What was observed, a line for each kind.
fn tell_findings(session: &Session, findings: &[Finding]) {
    let mut by_kind: Vec<(&str, u64, Vec<String>)> = Vec::new();
    for f in findings {
        let what = match (&f.column, &f.value) {
            (Some(c), Some(v)) => Some(format!("{c} {v:?}")),
            (Some(c), None) => Some(c.clone()),
            (None, Some(v)) => Some(format!("{v:?}")),
            (None, None) => f.first_seen.clone(),
        };
        match by_kind.iter_mut().find(|k| k.0 == f.title) {
            Some(k) => {
                k.1 += f.count;
                k.2.extend(what);
            }
            None => by_kind.push((&f.title, f.count, what.into_iter().collect())),
        }
    }
    for (title, n, mut what) in by_kind {
        let more = what.len().saturating_sub(3);
        what.truncate(3);
        let mut text = format!("  {} {title}", grouped(n));
        if !what.is_empty() {
            let _ = write!(text, ": {}", what.join(", "));
        }
        if more > 0 {
            let _ = write!(text, " and {more} more");
        }
        session.ui.say(text);
    }
}

fn dry_run(session: &Session, found: &[Found], output: &Path) -> Ending {
    let mut ending = Ending::Done;
    for file in found {
        let name = file.path.display();
        match Opened::open(&file.path) {
            Ok(opened) => {
                let layout = opened.entries.first().map(|(_, c)| format!("{} {}", c.layout.version, c.layout.schema));
                session.ui.say(format!(
                    "would load {name}: statements, {}, {}",
                    layout.unwrap_or_default(),
                    count(opened.entries.len() as u64, "file in it", "files in it"),
                ));
            }
            Err(crate::Error::Unrecognised { found, .. }) if !file.named => {
                session.ui.say(format!("would leave aside {name}: {found}"));
            }
            Err(error) => {
                session.ui.error(&error);
                ending = Ending::Found;
            }
        }
    }
    let state = if Dataset::is_dataset(output) { "add to the dataset in" } else { "begin a dataset in" };
    session.ui.say(format!("would {state} {}", output.display()));
    ending
}

fn short(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "standard input".into();
    }
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned())
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "csv")
}
