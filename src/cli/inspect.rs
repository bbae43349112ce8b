//! `systemic inspect`: what is in a dataset or an export.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{self, Format};
use super::ui::grouped;
use super::{Ending, Session};
use crate::dataset::Dataset;
use crate::dataset::load::{Loader, Options, Outcome};
use crate::dataset::open::Opened;
use crate::dataset::pipeline::Progress;
use crate::dataset::register::TableExport;
use crate::error::{Error, Result};
use crate::finding::{Finding, Severity};
use crate::sources::checksum;
use crate::sources::find::Found;
use crate::tables::statements::COLUMNS;
use crate::time;

/// Show rows, period, platforms, missing values and findings of a dataset or an export
#[derive(Debug, Args)]
pub struct Inspect {
    /// A dataset, or a file that `load` would read; `-` reads a CSV from standard input
    #[arg(value_name = "DATASET|EXPORT")]
    target: PathBuf,
    /// Format of the answer
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// What there is to say of a dataset or an export.
#[derive(Default)]
struct Overview {
    exports: Vec<(String, String)>,
    rows: u64,
    rejected: u64,
    simulated: u64,
    days: BTreeMap<Option<i32>, u64>,
    platforms: BTreeMap<String, u64>,
    nulls: BTreeMap<String, u64>,
    /// Of tables other than statements: rows by table, by platform, and empty cells by `table.column`.
    tables: BTreeMap<String, u64>,
    in_tables: BTreeMap<String, u64>,
    nulls_in_tables: BTreeMap<String, u64>,
    findings: Vec<Finding>,
}

impl Inspect {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of opening and reading the target.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let format = Format::choose(self.format, None)?;
        let stdin = self.target.as_os_str() == "-";
        let overview = if !stdin && (self.target.is_dir() || !self.target.exists()) {
            of_dataset(&Dataset::open(&self.target)?)
        } else {
            of_export(session, &self.target)?
        };
        output::records(&overview.rows(format), None, format)?;
        Ok(Ending::Done)
    }
}

fn of_dataset(dataset: &Dataset) -> Overview {
    let register = dataset.register();
    let mut overview = Overview { rows: register.rows(), ..Overview::default() };
    for export in &register.exports {
        overview.exports.push((export.name.clone(), export.identity.to_string()));
        overview.rejected += export.rejected;
        overview.simulated += export.simulated;
        overview.findings.extend(export.findings.iter().cloned());
        for (column, n) in &export.nulls {
            *overview.nulls.entry(column.clone()).or_default() += n;
        }
    }
    for ((day, platform), n) in register.cells() {
        *overview.days.entry(day).or_default() += n;
        *overview.platforms.entry(platform).or_default() += n;
    }
    register.table_exports.iter().for_each(|e| overview.add_tables(e));
    overview
}

/// An export of other tables than statements, loaded into a folder that is removed afterwards.
fn of_tables(path: &Path, options: Options) -> Result<Overview> {
    let folder = tempfile::tempdir().map_err(|e| Error::io("create", std::env::temp_dir(), e))?;
    let mut loader = Loader::open(&folder.path().join("data"), options)?;
    match loader.load(&Found { path: path.to_owned(), named: true }, &Progress::default()) {
        Outcome::Tables { export, .. } => {
            let mut overview = Overview::default();
            overview.add_tables(&export);
            Ok(overview)
        }
        Outcome::Failed(error) => Err(error),
        _ => Ok(Overview::default()),
    }
}

fn of_export(session: &Session, path: &Path) -> Result<Overview> {
    let options = Options { threads: session.threads, ..Options::default() };
    let opened = match Opened::open(path) {
        Err(Error::Unrecognised { .. } | Error::MissingColumns { .. }) if path.as_os_str() != "-" => {
            return of_tables(path, options);
        }
        opened => opened?,
    };
    let progress = Progress::default();
    let all: Vec<usize> = (0..COLUMNS.len()).collect();
    let report = session.ui.with_bar(&opened.name, None, &progress, || opened.survey(&all, &options, &progress))?;
    let mut overview = Overview {
        rows: report.rows,
        rejected: report.rejected_rows,
        simulated: report.simulated,
        findings: report.findings.list(&opened.entry_names),
        ..Overview::default()
    };
    let layout = opened.entries.first().map(|(_, c)| format!("{}, schema {}", c.layout.version, c.layout.schema));
    overview.exports.push((opened.name.clone(), layout.unwrap_or_default()));
    if checksum::beside(path).is_file() {
        let verdict = match checksum::verify(path, true) {
            Ok(_) => "the published one".to_owned(),
            Err(e) => e.to_string(),
        };
        overview.exports.push(("SHA-1".to_owned(), verdict));
    }
    for ((day, platform), cell) in &report.cells {
        *overview.days.entry(*day).or_default() += cell.rows;
        *overview.platforms.entry(platform.to_string()).or_default() += cell.rows;
    }
    overview.nulls = COLUMNS.iter().map(|c| c.name.to_owned()).zip(report.nulls.iter().copied()).collect();
    Ok(overview)
}

impl Overview {
    fn add_tables(&mut self, export: &TableExport) {
        let read = if export.reading.is_empty() { String::new() } else { format!(", {}", export.reading) };
        self.exports.push((export.name.clone(), format!("{}: {}{read}", export.source, export.identity)));
        self.rejected += export.rejected;
        self.simulated += if export.simulated { export.rows } else { 0 };
        self.findings.extend(export.findings.iter().cloned());
        for (platform, n) in &export.platforms {
            *self.in_tables.entry(platform.clone()).or_default() += n;
        }
        for part in &export.parts {
            *self.tables.entry(part.table.clone()).or_default() += part.rows;
            for (column, n) in &part.nulls {
                *self.nulls_in_tables.entry(format!("{}.{column}", part.table)).or_default() += n;
            }
        }
    }

    fn rows(&self, format: Format) -> Vec<Vec<String>> {
        let mut rows = vec![["about", "name", "count", "share", "what"].map(str::to_owned).to_vec()];
        let human = format == Format::Table;
        let number = |n: u64| if human { grouped(n) } else { n.to_string() };
        #[expect(clippy::cast_precision_loss, reason = "a share to four digits")]
        let share = |n: u64| if self.rows == 0 { String::new() } else { format!("{:.4}", n as f64 / self.rows as f64) };
        let mut add = |about: &str, name: &str, count: String, share: String, what: &str| {
            rows.push(vec![about.to_owned(), name.to_owned(), count, share, what.to_owned()]);
        };
        for (name, what) in &self.exports {
            add("export", name, String::new(), String::new(), what);
        }
        if self.rows > 0 || self.tables.is_empty() {
            add("rows", "statements", number(self.rows), String::new(), "");
        }
        for (table, n) in &self.tables {
            add("rows", table, number(*n), String::new(), "");
        }
        add("rows", "rejected", number(self.rejected), String::new(), "kept aside, in no number");
        if self.simulated > 0 {
            add("rows", "simulated", number(self.simulated), share(self.simulated), "simulated data");
        }
        let known: Vec<i32> = self.days.keys().flatten().copied().collect();
        if let (Some(first), Some(last)) = (known.first(), known.last()) {
            let span = format!("{} to {}", time::iso(*first), time::iso(*last));
            add("period", &span, number(known.len() as u64), String::new(), "days of submission with statements (UTC)");
        }
        if let Some(n) = self.days.get(&None) {
            add("period", "unknown day", number(*n), share(*n), "created_at is missing or no date");
        }
        let mut platforms: Vec<_> = self.platforms.iter().collect();
        platforms.sort_by(|a, b| b.1.cmp(a.1).then_with(|| a.0.cmp(b.0)));
        for (name, n) in platforms {
            add("platform", if name.is_empty() { "(none)" } else { name }, number(*n), share(*n), "");
        }
        for (name, n) in &self.in_tables {
            add("platform", name, number(*n), String::new(), "rows of tables other than statements");
        }
        for (column, n) in self.nulls_in_tables.iter().filter(|(_, n)| **n > 0) {
            add("missing", column, number(*n), String::new(), "");
        }
        for column in COLUMNS {
            if let Some(n) = self.nulls.get(column.name).filter(|n| **n > 0) {
                add("missing", column.name, number(*n), share(*n), "");
            }
        }
        for f in &self.findings {
            let severity = match f.severity {
                Severity::Info => "info",
                Severity::Warning => "warning",
                Severity::Error => "error",
            };
            let about = [f.column.clone(), f.value.as_ref().map(|v| format!("{v:?}"))];
            let name: Vec<String> = about.into_iter().flatten().collect();
            let name = if name.is_empty() { f.first_seen.clone().unwrap_or_default() } else { name.join(" ") };
            add(
                "finding",
                &name,
                number(f.count),
                String::new(),
                &format!("{} {severity}: {}; {}", f.code, f.title, f.effect),
            );
        }
        rows
    }
}
