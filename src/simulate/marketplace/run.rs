//! The simulation as a whole: parts of the traders in parallel, each with files of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::audit::{self, Audit};
use super::block::{self, AlertsOf};
use super::census::Census;
use super::clock::{holidays, midnight, put_utc};
use super::export::Part;
use super::meanings;
use super::plan::{Format, MarketplacePlan};
use super::sides::{self, Alert};
use super::truth::MarketplaceTruth;
use super::write::Output;
use super::{dialect, mapping, process};
use crate::error::{Error, Result};
use crate::simulate::zip::write_file;
use crate::time::iso;

/// Blocks of traders in one part: about 100,000 listings, so that a file is worth opening.
const BLOCKS: u64 = 20;

const README: &str = "\
SIMULATED DATA

This folder is the output of `systemic simulate marketplace`. The marketplace \"Trovanda\", its traders, products,
brands, authorities, testers and everything that happens here are invented. Nothing of it is about any real platform,
company or person.

mapping.toml  how the columns and codes of these files become the tables of systemic
truth.json    the true values behind the files, each with its definition
alerts.csv    invented alerts of authorities, in the columns of the table alerts
policy.*      the penalty policy of the marketplace
*             the export of the marketplace, in a layout of its own
";

/// What a part of the traders leaves behind.
struct Done {
    audit: Audit,
    census: Census,
    files: Vec<(&'static str, PathBuf, u64)>,
}

/// What is the same for every part.
struct Setting<'a> {
    plan: &'a MarketplacePlan,
    out: &'a Path,
    alerts: &'a [Alert],
    of: &'a AlertsOf,
    brands: Vec<(u8, &'static str)>,
    holidays: Vec<i32>,
    total: u64,
}

/// Writes an export of the simulated marketplace with its mapping and its truth into a folder.
///
/// `progress` is called with the number of listings made so far, which only grows. Returned are the files in the
/// order of their names within each part. The same plan gives the same bytes, whatever the number of threads. Work
/// grows with the number of listings; memory with the number of threads and of traders, for whom eight bytes for each
/// 500 are kept.
///
/// # Errors
/// [`Error::Usage`] where the plan contradicts itself, [`Error::Io`] where a file cannot be written. Nothing
/// half-written stays under its final name.
pub fn marketplace(plan: &MarketplacePlan, out: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<Vec<PathBuf>> {
    plan.check()?;
    std::fs::create_dir_all(out).map_err(|e| Error::io("create", out, e))?;
    let alerts = sides::alerts(plan);
    let of = sides::by_category(&alerts);
    let blocks = block::blocks(plan);
    let weights: Vec<u64> = (0..blocks).into_par_iter().map(|b| block::weight(plan, b)).collect();
    let mut before = Vec::with_capacity(weights.len());
    let mut total = 0_u64;
    for weight in weights {
        before.push(total);
        total += weight;
    }
    let setting = Setting {
        plan,
        out,
        alerts: &alerts,
        of: &of,
        brands: alerts.iter().map(|a| (a.category, a.product.brand)).collect(),
        holidays: holidays(plan.from, plan.until()),
        total,
    };
    let made = Mutex::new(0_u64);
    let report = |listings: usize| {
        let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
        *made += listings as u64;
        progress(*made);
    };
    let parts: Vec<Done> = (0..blocks.div_ceil(BLOCKS))
        .into_par_iter()
        .map(|part| setting.part(part, &before, &report))
        .collect::<Result<_>>()?;
    let (mut audit, mut census, mut files) = (Audit::default(), Census::default(), Vec::new());
    for done in parts {
        audit.merge(plan, done.audit);
        census.merge(done.census);
        files.extend(done.files);
    }
    setting.sides(&audit, &mut census, &mut files)?;
    setting.texts(census, files)
}

impl Setting<'_> {
    fn part(&self, part: u64, before: &[u64], report: &(dyn Fn(usize) + Sync)) -> Result<Done> {
        let number = usize::try_from(part).unwrap_or(0) + 1;
        let mut files = Part::create(self.out, self.plan.format, number)?;
        let (mut audit, mut census) = (Audit::default(), Census::default());
        let first = part * BLOCKS;
        for (b, before) in (first..first + BLOCKS).zip(before.iter().skip(usize::try_from(first).unwrap_or(0))) {
            let world = block::simulate(self.plan, self.of, b, (*before, self.total));
            files.block(self.plan, &world, self.alerts)?;
            audit.block(self.plan, &world, &self.brands);
            census.block(&world, self.alerts, &self.holidays);
            report(world.listings.len());
        }
        Ok(Done { audit, census, files: files.finish()? })
    }

    /// Files of the whole.
    fn sides(&self, audit: &Audit, census: &mut Census, files: &mut Vec<(&'static str, PathBuf, u64)>) -> Result<()> {
        let format = self.plan.format;
        let mut add = |output: Output, table| output.finish().map(|(path, rows)| files.push((table, path, rows)));
        let mut output = Output::create(self.out, &dialect::AUDIT, format, None)?;
        audit.write(self.plan, self.reference_time(), output.rows());
        add(output, "audit_labels")?;
        let mut output = Output::create(self.out, &dialect::MYSTERY, format, None)?;
        census.side(&meanings::BOUGHT, ("", ""), sides::put_purchases(self.plan, output.rows()));
        add(output, "test_purchases")?;
        let mut output = Output::create(self.out, &dialect::SEEDS, format, None)?;
        census.side(&meanings::SEEDED, ("", ""), sides::put_seeds(self.plan, output.rows()));
        add(output, "seeded_tests")?;
        let mut output = Output::create(self.out, &dialect::POLICY, format, None)?;
        sides::put_policy(self.plan, output.rows());
        add(output, "penalty_policy")?;
        let mut output = Output::create(self.out, &sides::ALERTS, Format::Csv, None)?;
        sides::put_alerts(self.alerts, output.rows());
        add(output, "alerts")
    }

    fn reference_time(&self) -> i64 {
        audit::reference_time_of(midnight(self.plan.from), midnight(self.plan.until()))
    }

    /// Mapping, truth and readme.
    fn texts(&self, census: Census, files: Vec<(&'static str, PathBuf, u64)>) -> Result<Vec<PathBuf>> {
        let plan = self.plan;
        let mut rows: BTreeMap<String, u64> = BTreeMap::new();
        for (table, _, count) in &files {
            *rows.entry((*table).to_owned()).or_default() += count;
        }
        let arriving = super::records::share(census.arriving.0, census.arriving.1).unwrap_or(0.0);
        let mut entries = census.entries(self.alerts.len());
        entries.extend(process::entries(plan, self.of, arriving));
        let instant = |minute: i64| {
            let mut text = String::new();
            put_utc(&mut text, minute);
            text
        };
        let truth = MarketplaceTruth {
            note:
                "simulated data: the marketplace Trovanda does not exist, and nothing here is about any real platform"
                    .to_owned(),
            plan: plan.clone(),
            observed_from: instant(midnight(plan.from)),
            observed_until: instant(midnight(plan.until())),
            reference_time: instant(self.reference_time()),
            holidays: self.holidays.iter().map(|day| iso(*day)).collect(),
            rows,
            entries,
        };
        let text = truth.json().map_err(|e| Error::engine("cannot write the truth", e))?;
        let mut paths: Vec<PathBuf> = files.into_iter().map(|(_, path, _)| path).collect();
        let texts = [
            ("mapping.toml", mapping::mapping(plan).into_bytes()),
            ("truth.json", text.into_bytes()),
            ("README.txt", README.as_bytes().to_vec()),
        ];
        for (name, text) in texts {
            let path = self.out.join(name);
            write_file(&path, &text)?;
            paths.push(path);
        }
        Ok(paths)
    }
}
