//! `systemic simulate`: synthetic exports with known truth.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use clap::{Args, Subcommand};

mod marketplace;
mod transparency_report;

use marketplace::Marketplace;
use transparency_report::TransparencyReport;

use super::ui::count;
use super::{Ending, Session, output_folder};
use crate::dataset::pipeline::Progress;
use crate::error::{Error, Result};
use crate::provenance::FILE;
use crate::simulate::dirt::{DIRT, Level, PER_MILLION};
use crate::simulate::truth::Truth;
use crate::simulate::{StatementsPlan, Version};
use crate::time;

/// Make synthetic exports with known truth, from invented platforms
#[derive(Debug, Args)]
pub struct Simulate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Statements(Statements),
    Marketplace(Marketplace),
    TransparencyReport(TransparencyReport),
}

/// Daily dumps as the DSA Transparency Database publishes them, with .sha1 files and truth.json
#[derive(Debug, Args)]
struct Statements {
    /// Folder for the archives
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// First day; before 2025-07-01 the archives are of schema v1, from then on of v2
    #[arg(long, default_value = "2025-07-01", value_parser = day)]
    from: i32,
    /// Number of days
    #[arg(long, default_value_t = 1)]
    days: u32,
    /// Statements a day
    #[arg(long, default_value_t = 10_000)]
    rows: u64,
    /// Versions to write
    #[arg(long, value_delimiter = ',', default_value = "full", value_parser = ["full", "light"])]
    versions: Vec<String>,
    /// Write an archive for each platform too
    #[arg(long)]
    per_platform: bool,
    /// Number of invented platforms
    #[arg(long, default_value_t = 12)]
    platforms: u32,
    /// Ids that one inner archive spans
    #[arg(long, default_value_t = 1_000_001)]
    part_ids: u64,
    /// Ids that one CSV file spans
    #[arg(long, default_value_t = 100_001)]
    sub_part_ids: u64,
    /// Rows in 1,000,000 with a text that careless readers break on, such as a quote after a backslash
    #[arg(long, default_value_t = 500, value_name = "N")]
    difficult: u32,
    /// Faults to put in: all, or names separated by commas; --help lists them
    #[arg(long, value_delimiter = ',', value_name = "FAULTS", long_help = faults_help())]
    dirt: Vec<String>,
    /// Rows in 1,000,000 with each fault of single rows; each then has one row in every ⌊1,000,000/N⌋
    #[arg(long, default_value_t = PER_MILLION, value_name = "N")]
    dirt_share: u32,
    /// Write every row's cells to truth-<date>.ndjson as well
    #[arg(long)]
    row_truth: bool,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Every fault that can be put in, with what it is.
fn faults_help() -> String {
    let mut text = "Faults to put in: all, or names separated by commas. truth.json says which rows and files have \
                    them, and what a correct loader does with them"
        .to_owned();
    for (level, title) in [
        (Level::Row, "Of single rows"),
        (Level::Platform, "Of a platform on several days"),
        (Level::File, "Of a file; archives that nobody can load are of days after the last"),
    ] {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n\n{title}:");
        for fault in DIRT.iter().filter(|f| f.level() == level) {
            let _ = write!(text, "\n  {}: {}", fault.id, fault.meaning);
        }
    }
    text
}

fn day(text: &str) -> Result<i32, String> {
    time::parse_iso(text).ok_or_else(|| "a date looks like 2025-07-01".to_owned())
}

/// Faults of single rows that no row has, since there are fewer rows a day than one has the fault in.
fn without_rows(folder: &Path) -> Result<Vec<String>> {
    let path = folder.join("truth.json");
    let text = std::fs::read(&path).map_err(|e| Error::io("read", &path, e))?;
    let truth: Truth = serde_json::from_slice(&text).map_err(|e| Error::engine("cannot read the truth", e))?;
    let none = truth.dirt.into_iter().filter(|d| d.level == Level::Row && d.rows == 0);
    Ok(none.map(|d| d.id).collect())
}

impl Simulate {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Usage`] where the plan contradicts itself, [`Error::Io`].
    pub fn run(&self, session: &Session) -> Result<Ending> {
        match &self.what {
            What::Statements(statements) => statements.run(session),
            What::Marketplace(marketplace) => marketplace.run(session),
            What::TransparencyReport(report) => report.run(session),
        }
    }
}

impl Statements {
    fn run(&self, session: &Session) -> Result<Ending> {
        let s = self;
        let versions = s.versions.iter().map(|v| if v == "light" { Version::Light } else { Version::Full }).collect();
        let plan = StatementsPlan {
            seed: s.seed,
            from: s.from,
            days: s.days,
            rows_per_day: s.rows,
            versions,
            per_platform: s.per_platform,
            platforms: s.platforms,
            part_ids: s.part_ids,
            sub_part_ids: s.sub_part_ids,
            difficult_per_million: s.difficult,
            rows: s.row_truth,
            dirt: s.dirt.iter().map(|id| id.trim().to_owned()).collect(),
            dirt_per_million: s.dirt_share,
            ..StatementsPlan::default()
        };
        let faults = crate::simulate::faults(&plan)?;
        let mut what = format!(
            "{} of {}, from {}",
            count(u64::from(s.days), "day", "days"),
            count(s.rows, "simulated statement", "simulated statements"),
            time::iso(s.from)
        );
        if !faults.is_empty() {
            let _ = write!(what, ", with {}", count(faults.len() as u64, "kind of fault", "kinds of faults"));
        }
        if s.dry_run {
            session.ui.say(format!("would write {what} to {}", s.output.display()));
            return Ok(Ending::Done);
        }
        output_folder(&s.output, &|name| name == FILE || name.starts_with("sor-") || name.starts_with("truth"))?;
        let progress = Progress::default();
        let report = |made: u64| {
            progress.rows.store(made, Ordering::Relaxed);
            progress.bytes.store(made, Ordering::Relaxed);
        };
        let total = u64::from(s.days) * s.rows;
        let files = session.ui.with_bar("simulating", Some(total), &progress, || {
            crate::simulate::statements(&plan, &s.output, &report)
        })?;
        let parameters = serde_json::to_value(&plan).map_err(|e| Error::engine("cannot record the plan", e))?;
        let mut manifest = session.manifest(parameters, Vec::new());
        manifest.parameters.insert("command".into(), "simulate statements".into());
        manifest.simulated = true;
        let files: Vec<PathBuf> =
            files.iter().map(|f| f.strip_prefix(&s.output).map_or_else(|_| f.clone(), PathBuf::from)).collect();
        session.write_manifest(manifest, &s.output, FILE, &files)?;
        session.ui.say(format!("wrote {what} to {}; truth.json holds the counts behind them", s.output.display()));
        if !faults.is_empty() {
            let none = without_rows(&s.output)?;
            if !none.is_empty() {
                session.ui.warn(format!(
                    "no row has {}: ask for more rows a day, or for a larger --dirt-share",
                    none.join(", ")
                ));
            }
        }
        Ok(Ending::Done)
    }
}
