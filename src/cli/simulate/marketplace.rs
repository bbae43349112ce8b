//! `systemic simulate marketplace`: an export of an invented marketplace with known truth.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use clap::Args;

use super::day;
use crate::cli::ui::count;
use crate::cli::{Ending, Session, output_folder};
use crate::dataset::pipeline::Progress;
use crate::error::{Error, Result};
use crate::provenance::FILE;
use crate::simulate::marketplace::{Format, MarketplacePlan, marketplace};
use crate::time;

/// An export of an invented marketplace, in a layout of its own, with mapping.toml and truth.json
#[derive(Debug, Args)]
pub(super) struct Marketplace {
    /// Folder for the files
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// About how many listings there are; truth.json holds their exact number. There is a trader for every ten
    #[arg(long, default_value_t = 4_000, value_name = "N")]
    listings: u64,
    /// First day of the observation window
    #[arg(long, default_value = "2025-01-01", value_parser = day)]
    from: i32,
    /// Days of the observation window
    #[arg(long, default_value_t = 181, value_name = "N")]
    days: u32,
    /// Text in the platform's dialect, or the same tables as typed Parquet files
    #[arg(long, default_value = "csv", value_parser = ["csv", "parquet"])]
    format: String,
    /// Factor on the share of illegal listings in every category
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    prevalence: f64,
    /// Share of traders who offend often
    #[arg(long, default_value_t = 0.15, value_name = "SHARE")]
    offender_share: f64,
    /// Share of illegal listings with a tactic of evasion
    #[arg(long, default_value_t = 0.35, value_name = "SHARE")]
    evasion: f64,
    /// Share of illegal listings without such a tactic that the classifier labels illegal
    #[arg(long, default_value_t = 0.85, value_name = "SHARE")]
    sensitivity: f64,
    /// Share of legal listings that the classifier labels legal
    #[arg(long, default_value_t = 0.985, value_name = "SHARE")]
    specificity: f64,
    /// Probability that the sanction of the penalty policy follows in time
    #[arg(long, default_value_t = 0.8, value_name = "SHARE")]
    adherence: f64,
    /// Probability that a removed listing is offered again
    #[arg(long, default_value_t = 0.35, value_name = "SHARE")]
    relisting: f64,
    /// Mean number of routine labels and demotions under the terms for each listing
    #[arg(long, default_value_t = 0.25, value_name = "MEAN")]
    routine_actions: f64,
    /// Units of each audit sample, at most
    #[arg(long, default_value_t = 400, value_name = "N")]
    audit: u32,
    /// Listings of the simulation behind the parameters of truth.json that have no formula; 0 leaves them out
    #[arg(long, default_value_t = 600_000, value_name = "N")]
    careers: u64,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Begins of the names of files that a simulation writes.
const STEMS: [&str; 16] = [
    "items",
    "sellers",
    "moderation",
    "reports",
    "authority",
    "appeals",
    "orders",
    "impressions",
    "links",
    "audit",
    "mystery",
    "seeds",
    "policy",
    "alerts",
    "mapping.toml",
    "README.txt",
];

impl Marketplace {
    pub(super) fn run(&self, session: &Session) -> Result<Ending> {
        let plan = MarketplacePlan {
            seed: self.seed,
            listings: self.listings,
            from: self.from,
            days: self.days,
            format: if self.format == "parquet" { Format::Parquet } else { Format::Csv },
            prevalence: self.prevalence,
            offender_share: self.offender_share,
            evasion: self.evasion,
            sensitivity: self.sensitivity,
            specificity: self.specificity,
            adherence: self.adherence,
            relisting: self.relisting,
            routine_actions: self.routine_actions,
            audit: self.audit,
            careers: self.careers,
        };
        plan.check()?;
        let what = format!(
            "{} and {} over {}, from {}",
            count(plan.listings, "simulated listing", "simulated listings"),
            count(plan.traders(), "trader", "traders"),
            count(u64::from(plan.days), "day", "days"),
            time::iso(plan.from)
        );
        if self.dry_run {
            session.ui.say(format!("would write {what} to {}", self.output.display()));
            return Ok(Ending::Done);
        }
        let own = |name: &str| name == FILE || name == "truth.json" || STEMS.iter().any(|stem| name.starts_with(stem));
        output_folder(&self.output, &own)?;
        let progress = Progress::default();
        let report = |made: u64| {
            progress.rows.store(made, Ordering::Relaxed);
            progress.bytes.store(made, Ordering::Relaxed);
        };
        let files = session
            .ui
            .with_bar("simulating", Some(plan.listings), &progress, || marketplace(&plan, &self.output, &report))?;
        let parameters = serde_json::to_value(&plan).map_err(|e| Error::engine("cannot record the plan", e))?;
        let mut manifest = session.manifest(parameters, Vec::new());
        manifest.parameters.insert("command".into(), "simulate marketplace".into());
        manifest.simulated = true;
        let files: Vec<PathBuf> =
            files.iter().map(|f| f.strip_prefix(&self.output).map_or_else(|_| f.clone(), PathBuf::from)).collect();
        session.write_manifest(manifest, &self.output, FILE, &files)?;
        session.ui.say(format!(
            "wrote {what} to {}; truth.json holds what is true of them, mapping.toml says what the columns mean",
            self.output.display()
        ));
        Ok(Ending::Done)
    }
}
