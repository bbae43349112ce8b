//! `systemic check`: data-quality findings of a dataset or an export.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::{self, Format};
use super::ui::{count, grouped};
use super::{Ending, Session, load};
use crate::checks::{self, Broken, Facts, Observation};
use crate::dataset::{Dataset, register::Register, register::TableExport};
use crate::error::{Error, Result};
use crate::finding::{self, Finding, Severity};
use crate::indicators::{self, Basis, INDICATORS};
use crate::sources::find;
use crate::tables::services::Services;
use crate::tables::statements::COLUMNS;
use crate::time;
use crate::transparency::validate::validate;

/// Say what is odd in a dataset or an export: missing, impossible, repeated, unknown, out of rule
#[derive(Debug, Args)]
pub struct Check {
    /// A dataset, or files that `load` would read
    #[arg(required = true, value_name = "DATASET|EXPORT")]
    targets: Vec<PathBuf>,
    /// End with status 1 where a finding is at least so severe
    #[arg(long, value_enum, value_name = "SEVERITY")]
    fail_on: Option<Level>,
    /// Leave out findings that are less severe
    #[arg(long, value_enum, value_name = "SEVERITY", default_value = "info")]
    least: Level,
    /// File for the findings; its name says the format
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the findings
    #[arg(long, value_enum)]
    format: Option<Format>,
    #[command(flatten)]
    reading: load::Reading,
}

/// Severities on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Worth knowing
    Info,
    /// Some numbers are affected
    Warning,
    /// Rows are missing from the numbers, or counted twice
    Error,
}

impl From<Level> for Severity {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

/// Kinds that loading counts by export, and the checks by platform: told once.
const BY_PLATFORM: [&finding::Kind; 3] = [finding::UNKNOWN_CODE, finding::MISSING_VALUE, finding::RULE_BROKEN];

/// A line of the answer.
struct Line {
    severity: Severity,
    cells: [String; 13],
}

const HEADER: [&str; 14] = [
    "severity", "code", "platform", "period", "export", "column", "finding", "value", "count", "of", "example",
    "cells", "effect", "touches",
];

/// Columns that are left out on a terminal: the cells of a finding, and the sentence that `explain CODE` says.
const LONG: [&str; 2] = ["cells", "effect"];

impl Check {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of opening and reading the targets.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let file = output::target(self.output.as_ref());
        let format = Format::choose(self.format, file)?;
        let (mut lines, skipped, register) = match self.targets.as_slice() {
            [folder]
                if Dataset::is_dataset(folder) || (folder.is_dir() && Dataset::is_dataset(&folder.join("data"))) =>
            {
                let folder = if Dataset::is_dataset(folder) { folder.clone() } else { folder.join("data") };
                of_dataset(&Dataset::open(folder)?, &self.reading.services()?)?
            }
            exports => self.of_exports(session, exports)?,
        };
        lines.retain(|l| l.severity >= self.least.into());
        if register.simulated() {
            session.ui.say("simulated data: these findings are about no real platform");
        }
        let of = |severity| lines.iter().filter(|l| l.severity == severity).count() as u64;
        let told = format!(
            "{} in {}: {} errors, {} warnings, {} for information; `systemic explain CODE` says what each does",
            count(lines.len() as u64, "finding", "findings"),
            load::holds(&register),
            grouped(of(Severity::Error)),
            grouped(of(Severity::Warning)),
            grouped(of(Severity::Info)),
        );
        let worst = lines.iter().map(|l| l.severity).max();
        let mut table = table(lines);
        if format == Format::Table {
            for name in LONG {
                if let Some(at) = table.first().and_then(|header| header.iter().position(|h| h == name)) {
                    for row in &mut table {
                        row.remove(at);
                    }
                }
            }
        }
        output::records(&table, file, format)?;
        session.ui.say(told);
        // Of data without statements no column is missing.
        if !skipped.is_empty() && register.rows() > 0 {
            let columns: Vec<&str> = skipped.iter().map(String::as_str).collect();
            session.ui.warn(format!("not checked, since these columns were not loaded: {}", columns.join(", ")));
        }
        let failed = self.fail_on.is_some_and(|level| worst >= Some(level.into()));
        Ok(if failed { Ending::Found } else { Ending::Done })
    }

    /// Loads the exports into a folder that is removed afterwards, without the columns of free text.
    fn of_exports(&self, session: &Session, exports: &[PathBuf]) -> Result<Looked> {
        let found = find::find(exports)?;
        let folder = tempfile::tempdir().map_err(|e| Error::io("create", std::env::temp_dir(), e))?;
        let mut options = self.reading.options(session.threads)?;
        let kept = |c: &&crate::tables::Column| !c.personal || c.name == "platform_uid";
        options.columns.get_or_insert_with(|| COLUMNS.iter().filter(kept).map(|c| c.name.to_owned()).collect());
        let loaded = load::load(session, &found, &folder.path().join("data"), options, false)?;
        of_dataset(&loaded.dataset, &self.reading.services()?)
    }
}

impl Line {
    /// What was observed while an export of other tables than statements was loaded; of a platform where the export
    /// has but one.
    fn of_table(export: &TableExport, f: &Finding) -> Self {
        let mut line = of_finding(&export.name, f);
        // Columns of the same name in the table of statements are others.
        line.cells[12] = String::new();
        if export.platforms.len() == 1 {
            line.cells[1] = export.platforms.keys().next().cloned().unwrap_or_default();
        }
        line
    }
}

/// Lines, what was not checked, and what the dataset was loaded from.
type Looked = (Vec<Line>, BTreeSet<String>, Register);

fn of_dataset(dataset: &Dataset, services: &Services) -> Result<Looked> {
    let register = dataset.register();
    let reports = dataset.reports()?;
    let faults = validate(&reports.values, &reports.texts, services);
    let facts = Facts { cells: register.cells(), columns: register.columns.clone(), faults, files: reports.files };
    let (observations, skipped) = checks::run(dataset, &facts)?;
    let mut lines: Vec<Line> = observations.iter().map(of_observation).collect();
    for export in &register.exports {
        let told = |f: &&Finding| !BY_PLATFORM.iter().any(|k| k.code == f.code);
        lines.extend(export.findings.iter().filter(told).map(|f| of_finding(&export.name, f)));
    }
    for export in &register.table_exports {
        lines.extend(export.findings.iter().map(|f| Line::of_table(export, f)));
    }
    Ok((lines, skipped, register.clone()))
}

/// Indicators on statements that read a column.
fn touched(reads: impl Fn(&'static str, &'static [&'static str]) -> bool) -> String {
    let ids = INDICATORS.iter().filter_map(|i| {
        let card = i.card();
        let needs = card.requirement(Basis::Statements)?;
        reads(needs.table, needs.columns).then_some(card.id)
    });
    let ids: Vec<&str> = ids.collect();
    if ids.len() == INDICATORS.len() { "every indicator".to_owned() } else { ids.join(", ") }
}

/// Indicators on reports that the breach of a rule touches.
fn of_reports(broken: &Broken) -> String {
    let ids = indicators::touched(broken.rule, broken.part, &broken.figures);
    let all = INDICATORS.iter().filter(|i| i.card().requirement(Basis::Report).is_some()).count();
    if ids.len() == all { "every indicator on reports".to_owned() } else { ids.join(", ") }
}

fn of_observation(o: &Observation) -> Line {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    Line {
        severity: o.severity(),
        cells: [
            o.kind.code.to_owned(),
            text(&o.platform),
            o.period.map_or_else(String::new, |(first, last)| format!("{}/{}", time::iso(first), time::iso(last))),
            String::new(),
            o.column.unwrap_or_default().to_owned(),
            o.kind.title.to_owned(),
            text(&o.value),
            o.count.to_string(),
            o.of.map_or_else(String::new, |n| n.to_string()),
            text(&o.example),
            o.cells.join("; "),
            o.kind.effect.to_owned(),
            o.broken.as_ref().map_or_else(|| touched(|table, columns| o.touches(table, columns)), of_reports),
        ],
    }
}

fn of_finding(export: &str, f: &Finding) -> Line {
    let text = |t: &Option<String>| t.clone().unwrap_or_default();
    let column = f.column.as_deref().and_then(|name| COLUMNS.iter().map(|c| c.name).find(|c| *c == name));
    let rows_are_lost = f.severity == Severity::Error && f.column.is_none();
    Line {
        severity: f.severity,
        cells: [
            f.code.clone(),
            String::new(),
            String::new(),
            export.to_owned(),
            text(&f.column),
            f.title.clone(),
            text(&f.value),
            f.count.to_string(),
            String::new(),
            text(&f.first_seen),
            String::new(),
            f.effect.clone(),
            touched(|table, columns| {
                rows_are_lost
                    || column.is_some_and(|c| {
                        crate::tables::faults::with_origins(&crate::views::stored_names(table, columns)).contains(&c)
                    })
            }),
        ],
    }
}

/// The lines with their header, most severe first.
fn table(mut lines: Vec<Line>) -> Vec<Vec<String>> {
    lines.sort_by(|a, b| (b.severity, &a.cells[0], &a.cells[1]).cmp(&(a.severity, &b.cells[0], &b.cells[1])));
    let row = |l: Line| std::iter::once(format!("{:?}", l.severity).to_lowercase()).chain(l.cells).collect();
    std::iter::once(HEADER.map(str::to_owned).to_vec()).chain(lines.into_iter().map(row)).collect()
}

/// Writes the findings of a dataset to a file; gives how many there are.
///
/// # Errors
/// Those of the checks and of writing.
pub fn write(dataset: &Dataset, services: &Services, path: &Path) -> Result<usize> {
    let table = table(of_dataset(dataset, services)?.0);
    output::records(&table, Some(path), Format::Csv)?;
    Ok(table.len() - 1)
}
