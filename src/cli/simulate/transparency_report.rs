//! `systemic simulate transparency-report`: reports of invented services, with known truth.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::day;
use crate::cli::ui::count;
use crate::cli::{Ending, Session, output_folder};
use crate::error::{Error, Result};
use crate::provenance::FILE;
use crate::simulate::transparency_report::{KINDS, ReportPlan, kinds, reports};
use crate::time;

/// Transparency reports of invented services in the form of the template, with truth.json
#[derive(Debug, Args)]
pub(super) struct TransparencyReport {
    /// Folder for the reports, a folder each
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of invented services, at most six
    #[arg(long, default_value_t = 2, value_name = "N")]
    services: u32,
    /// First day of the first half-year, 1 January or 1 July
    #[arg(long, default_value = "2026-01-01", value_parser = day)]
    from: i32,
    /// Number of half-years
    #[arg(long, default_value_t = 1, value_name = "N")]
    periods: u32,
    /// Kinds of dirt, each put into another copy of the first report: all, or names separated by commas; --help lists
    /// them
    #[arg(long, value_delimiter = ',', value_name = "KINDS", long_help = kinds_help())]
    dirt: Vec<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Every kind of dirt, with what it is.
fn kinds_help() -> String {
    let mut text = "Kinds of dirt, each put into another copy of the first report: all, or names separated by commas. \
                    truth.json says what was done and which rules `check` then finds broken"
        .to_owned();
    for (content, title) in [(false, "Of form, which leave the figures as they are"), (true, "Of content")] {
        // Writing to a String cannot fail.
        let _ = write!(text, "\n\n{title}:");
        for kind in KINDS.iter().filter(|k| k.content == content) {
            let _ = write!(text, "\n  {}: {}", kind.id, kind.meaning);
        }
    }
    text
}

impl TransparencyReport {
    pub(super) fn run(&self, session: &Session) -> Result<Ending> {
        let plan = ReportPlan {
            seed: self.seed,
            services: self.services,
            from: self.from,
            periods: self.periods,
            dirt: self.dirt.iter().map(|id| id.trim().to_owned()).collect(),
        };
        let clean = u64::from(plan.services) * u64::from(plan.periods);
        let mut what = format!(
            "{} of {} from {}",
            count(clean, "simulated report", "simulated reports"),
            count(u64::from(plan.services), "service", "services"),
            time::iso(plan.from)
        );
        let dirt = kinds(&plan)?.len() as u64;
        if dirt > 0 {
            let _ = write!(what, ", and {} with dirt", count(dirt, "copy", "copies"));
        }
        if self.dry_run {
            session.ui.say(format!("would write {what} to {}", self.output.display()));
            return Ok(Ending::Done);
        }
        let own = |name: &str| name == FILE || name == "truth.json" || name.ends_with("H1") || name.ends_with("H2");
        output_folder(&self.output, &own)?;
        let files = reports(&plan, &self.output)?;
        let parameters = serde_json::to_value(&plan).map_err(|e| Error::engine("cannot record the plan", e))?;
        let mut manifest = session.manifest(parameters, Vec::new());
        manifest.parameters.insert("command".into(), "simulate transparency-report".into());
        manifest.simulated = true;
        let files: Vec<PathBuf> =
            files.iter().map(|f| f.strip_prefix(&self.output).map_or_else(|_| f.clone(), PathBuf::from)).collect();
        session.write_manifest(manifest, &self.output, FILE, &files)?;
        session.ui.say(format!("wrote {what} to {}; truth.json holds the counts behind them", self.output.display()));
        Ok(Ending::Done)
    }
}
