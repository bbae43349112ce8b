//! `systemic measure`: estimates from a dataset.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::output::{self, Format};
use super::ui::count;
use super::{Ending, Session};
use crate::dataset::Dataset;
use crate::engine::{Tally, sql};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Estimates, Status};
use crate::indicators::{self, Basis, Card, Cohort, INDICATORS, Indicator, Requirement, Scope};
use crate::measure::{Counter, Supply, supply};
use crate::provenance::Input;
use crate::study::{Measurement, Study};
use crate::time::{self, Period};
use crate::views;

/// Estimate indicators from a dataset
#[derive(Debug, Clone, Args)]
pub struct Measure {
    /// Ids of indicators (default: all that the dataset allows); `systemic list indicators` names them
    #[arg(value_name = "INDICATOR")]
    indicators: Vec<String>,
    /// The dataset
    #[arg(long, short, value_name = "FOLDER")]
    data: PathBuf,
    /// What to break the numbers down by: platform; one of day, week, month, quarter, half, year, all; and
    /// groups such as category, country, keyword, language, source; `systemic list groups` names them (default:
    /// platform,month, or what the study file says)
    #[arg(long)]
    by: Option<String>,
    #[command(flatten)]
    choice: Choice,
    /// File for the estimates; its ending says the format. `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the estimates
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Folder for the counts behind the estimates, each with the SQL that counts it again
    #[arg(long, value_name = "FOLDER")]
    counts: Option<PathBuf>,
    /// Say what would be measured, as SQL, and measure nothing
    #[arg(long)]
    dry_run: bool,
}

/// Which statements to measure, and how.
#[derive(Debug, Clone, Args)]
pub struct Choice {
    /// Date by which statements are put into periods: content, decision or submission (default: that of the
    /// indicator)
    #[arg(long, value_parser = cohort)]
    cohort: Option<Cohort>,
    /// Only these platforms
    #[arg(long, value_name = "NAME")]
    platform: Vec<String>,
    /// Only statements from this day on, by the date of the cohort
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<i32>,
    /// Only statements before this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<i32>,
    /// Add intervals of kind "process": what chance alone would do in a stable process
    #[arg(long)]
    process_interval: bool,
    /// Confidence level of intervals (default: 0.95, or that of the study file)
    #[arg(long, value_parser = level)]
    confidence: Option<f64>,
    /// Study file: parameters such as holidays and declared values, what to measure where the command line does not say,
    /// and the rule of disclosure. What it says of inputs, comparisons and figures is for `run`, which takes the study.toml
    /// of its folder
    #[arg(long, value_name = "FILE")]
    study: Option<PathBuf>,
}

fn day(text: &str) -> Result<i32, String> {
    time::parse_iso(text).ok_or_else(|| "a date looks like 2025-07-01".to_owned())
}

fn cohort(text: &str) -> Result<Cohort, String> {
    Cohort::ALL
        .into_iter()
        .find(|c| c.name() == text)
        .ok_or_else(|| format!("a cohort is one of {}", Cohort::ALL.map(Cohort::name).join(", ")))
}

fn level(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|l| (0.5..1.0).contains(l)).ok_or_else(|| "a level lies from 0.5 to below 1".to_owned())
}

impl Choice {
    /// The options that were given.
    pub fn given(&self) -> Vec<&'static str> {
        let all = [
            (self.cohort.is_some(), "--cohort"),
            (!self.platform.is_empty(), "--platform"),
            (self.from.is_some(), "--from"),
            (self.until.is_some(), "--until"),
            (self.process_interval, "--process-interval"),
            (self.confidence.is_some(), "--confidence"),
            (self.study.is_some(), "--study"),
        ];
        all.into_iter().filter(|(given, _)| *given).map(|(_, name)| name).collect()
    }

    /// The cohort that was asked for.
    pub fn cohort(&self) -> Option<Cohort> {
        self.cohort
    }

    /// Takes this study file where none was given.
    pub fn with_study(&mut self, path: Option<PathBuf>) {
        self.study = self.study.take().or(path);
    }

    /// Takes what a study says of the choice and the command line does not.
    pub fn complete(&mut self, said: &Measurement) {
        let day = |text: &Option<String>| text.as_deref().and_then(time::parse_iso);
        self.cohort = self.cohort.or_else(|| said.cohort.as_deref().and_then(|c| cohort(c).ok()));
        self.from = self.from.or_else(|| day(&said.from));
        self.until = self.until.or_else(|| day(&said.until));
        self.process_interval |= said.process_interval;
        if self.platform.is_empty() {
            self.platform.clone_from(&said.platforms);
        }
    }

    /// What the study file says; the defaults without one. A level of confidence on the command line wins.
    ///
    /// # Errors
    /// Those of [`Study::read`].
    pub fn study(&self) -> Result<Study> {
        let mut study = self.study.as_deref().map_or_else(|| Ok(Study::default()), Study::read)?;
        study.parameters.confidence = self.confidence.unwrap_or(study.parameters.confidence);
        Ok(study)
    }

    /// The choice as the manifest records it.
    ///
    /// # Errors
    /// Those of [`Study::read`].
    pub fn parameters(&self) -> Result<serde_json::Value> {
        let study = self.study()?;
        Ok(serde_json::json!({
            "cohort": self.cohort.map(Cohort::name), "platform": self.platform,
            "from": self.from.map(time::iso), "until": self.until.map(time::iso),
            "process_interval": self.process_interval, "confidence": study.parameters.confidence,
            "study": study,
        }))
    }
}

/// What a dataset is measured on: its days, whether it is simulated, its identity.
///
/// # Errors
/// [`Error::Unknown`] for a group or platform that does not exist.
pub fn scope(dataset: &Dataset, by: &str, choice: &Choice) -> Result<Scope> {
    let register = dataset.register();
    let cells = register.cells();
    let days: BTreeSet<i32> = cells.keys().filter_map(|(day, _)| *day).collect();
    let span = match (days.first(), days.last()) {
        (Some(first), Some(last)) => Period { start: *first, end: last + 1 },
        _ => Period { start: 0, end: 1 },
    };
    let observed = register.table_exports.iter().flat_map(|e| e.platforms.keys());
    let platforms: BTreeSet<&String> = cells.keys().map(|(_, p)| p).chain(observed.clone()).collect();
    for name in &choice.platform {
        if !platforms.contains(name) {
            return Err(Error::Unknown {
                kind: "platform of this dataset",
                name: name.clone(),
                known: platforms.into_iter().cloned().collect(),
            });
        }
    }
    if let (Some(from), Some(until)) = (choice.from, choice.until)
        && from >= until
    {
        return Err(Error::usage(
            format!("no day lies from {} to before {}", time::iso(from), time::iso(until)),
            "--until names the first day after the last",
        ));
    }
    let (by_platform, grain, groups) = Scope::parse_by(by)?;
    let mut scope = Scope::new(span, days, &register.input_id());
    (scope.by_platform, scope.grain, scope.groups) = (by_platform, grain, groups);
    scope.cohort = choice.cohort;
    scope.platforms.clone_from(&choice.platform);
    (scope.from, scope.until) = (choice.from, choice.until);
    scope.parameters = choice.study()?.parameters;
    scope.process_interval = choice.process_interval.then_some(scope.parameters.confidence);
    scope.platforms_loaded = cells.keys().map(|(_, p)| p.clone()).collect();
    scope.platforms_observed = observed.cloned().collect();
    scope.window = window(dataset);
    scope.simulated = register.simulated();
    Ok(scope)
}

/// The days that the exports of other tables than statements observe; `None` where they do not say.
fn window(dataset: &Dataset) -> Option<Period> {
    let day = |micros: i64| i32::try_from(micros.div_euclid(86_400_000_000)).ok();
    let (from, until) = dataset.register().observed();
    let (start, end) = (day(from?)?, day(until? - 1)? + 1);
    (start < end).then_some(Period { start, end })
}

/// Indicators by id; all that the dataset has the columns for if none is named.
///
/// # Errors
/// [`Error::Unknown`], or [`Error::Usage`] where a named one needs a column that was not loaded.
pub fn choose(session: &Session, dataset: &Dataset, names: &[String]) -> Result<Vec<&'static dyn Indicator>> {
    // On other bases the estimate itself says which column is missing.
    let missing = |card: &Card| -> Option<Vec<String>> {
        let statements = card.requires.iter().map(|r| (r.basis, supply(dataset, r)));
        let usable = |(basis, supply): &(Basis, Supply)| match supply {
            Supply::Whole => true,
            Supply::Lacks(_) => *basis != Basis::Statements,
            Supply::Nothing(_) => false,
        };
        let all: Vec<(Basis, Supply)> = statements.collect();
        if all.iter().any(usable) {
            return None;
        }
        let lacking = all.into_iter().find_map(|(_, s)| if let Supply::Lacks(c) = s { Some(c) } else { None });
        Some(lacking.unwrap_or_default())
    };
    if names.is_empty() {
        let mut can = Vec::new();
        for indicator in INDICATORS {
            match missing(indicator.card()) {
                None => can.push(*indicator),
                Some(columns) if columns.is_empty() => {}
                Some(columns) => session.ui.warn(format!(
                    "no {}: the dataset was loaded without {}",
                    indicator.card().id,
                    columns.join(", ")
                )),
            }
        }
        return Ok(can);
    }
    names
        .iter()
        .map(|name| {
            let indicator = indicators::indicator(name)?;
            match missing(indicator.card()) {
                None => Ok(indicator),
                Some(columns) if columns.is_empty() => {
                    let needs: Vec<&str> =
                        indicator.card().requires.iter().map(|r| views::first_table(r.table)).collect();
                    Err(Error::usage(
                        format!("{name} cannot be measured on this dataset: it has no {}", needs.join(", and no ")),
                        format!("`systemic explain {name}` says what it needs"),
                    ))
                }
                Some(columns) => Err(Error::usage(
                    format!("{name} needs columns that this dataset was loaded without: {}", columns.join(", ")),
                    "load the exports into a new folder, with these columns among --columns or without that option",
                )),
            }
        })
        .collect()
}

/// The tallies of an indicator on every basis that a dataset holds.
pub fn tallies(dataset: &Dataset, indicator: &dyn Indicator, scope: &Scope) -> Vec<Tally> {
    let bases = indicator.card().requires.iter().filter(|r| supply(dataset, r) == Supply::Whole);
    let fit = |r: &&Requirement| views::table_or_view(r.table).is_some_and(|t| scope.groups_fit(t));
    bases.filter(fit).flat_map(|r| indicator.tallies(r.basis, scope)).collect()
}

/// Whether an indicator can be split by the groups of a scope on some basis.
fn splits(indicator: &dyn Indicator, scope: &Scope) -> bool {
    let card = indicator.card();
    let own = scope.groups.iter().any(|g| card.own_group == Some(&g.name) || indicator.compares().contains(&&*g.name));
    let fits = |r: &Requirement| views::table_or_view(r.table).is_some_and(|t| scope.groups_fit(t));
    !own && card.requires.iter().any(fits)
}

impl Measure {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Unknown`] for names that do not exist, [`Error::Usage`] for what is no dataset.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let file = output::target(self.output.as_ref());
        let format = Format::choose(self.format, file)?;
        let study = self.choice.study()?;
        let mut this = self.clone();
        this.choice.complete(&study.measure);
        if this.indicators.is_empty() {
            this.indicators.clone_from(&study.measure.indicators);
        }
        let by = this.breakdowns(&study);
        this.counts_allowed(&study, &by)?;
        let dataset = study.apply(Dataset::open(&self.data)?);
        let mut counter = Counter::new(&dataset);
        let mut rows: Vec<Estimate> = Vec::new();
        let mut ids: Vec<&'static dyn Indicator> = Vec::new();
        let mut span = None;
        for by in &by {
            let scope = scope(&dataset, by, &this.choice)?;
            let mut chosen = this.chosen(session, &dataset, &scope)?;
            if self.by.is_none() && !scope.groups.is_empty() {
                // As in `run`: what makes groups of its own is not split a second time.
                chosen.retain(|i| i.card().own_group.is_none());
            }
            if self.dry_run {
                output::stdout(queries(&dataset, &chosen, &scope)?.as_bytes())?;
                continue;
            }
            rows.extend(counter.measure(&chosen, &scope, &mut |_| {})?.rows().iter().cloned());
            if let Some(folder) = &self.counts {
                let files = super::counts::write(&dataset, &mut counter, &chosen, &scope, folder)?;
                let n = count(files.len() as u64 / 2, "table of counts", "tables of counts");
                session.ui.say(format!("{n} with their SQL in {}", folder.display()));
            }
            ids.extend(
                chosen
                    .into_iter()
                    .filter(|i| !ids.iter().any(|known| known.card().id == i.card().id))
                    .collect::<Vec<_>>(),
            );
            span = Some(scope);
        }
        let Some(scope) = span else { return Ok(Ending::Done) };
        // Breakdowns can share rows, as of indicators with groups of their own.
        rows.sort_by(Estimate::cmp_key);
        rows.dedup_by(|a, b| a.cmp_key(b).is_eq());
        let estimates = publishable(session, Estimates::new(rows)?, &study)?;
        if dataset.register().simulated() {
            session.ui.say("simulated data: these numbers are about no real platform");
        }
        if estimates.is_empty() {
            let days = format!("{} to {}", time::iso(scope.span.start), time::iso(scope.span.end - 1));
            let hint = if scope.days_loaded.is_empty() {
                "no row lies in what was asked for: try --by platform,all, and `systemic explain` for what is needed"
                    .to_owned()
            } else {
                format!("no row lies in what was asked for; submissions are of {days}")
            };
            session.ui.warn(hint);
        }
        output::estimates(&estimates, file, format)?;
        if let Some(file) = file {
            this.record(session, &dataset, file, (&ids, &by))?;
            session.ui.say(summary(&estimates, file));
        }
        Ok(Ending::Done)
    }

    /// What to break the numbers down by: as the command line says, or the study, or by month.
    fn breakdowns(&self, study: &Study) -> Vec<String> {
        match &self.by {
            Some(by) => vec![by.clone()],
            None if study.measure.by.is_empty() => vec!["platform,month".to_owned()],
            None => study.measure.by.clone(),
        }
    }

    /// Refuses counts that would show what the rule of disclosure withholds, or of which there would be several sets.
    fn counts_allowed(&self, study: &Study, by: &[String]) -> Result<()> {
        if self.counts.is_none() {
            return Ok(());
        }
        if study.disclosure.is_some() {
            return Err(Error::usage(
                "the study has a rule of disclosure, and counts would show what it withholds",
                "measure without --counts, or with a study file that has no [disclosure]",
            ));
        }
        if by.len() > 1 {
            let hint = format!("name one with --by, such as {}", by[0]);
            return Err(Error::usage(format!("the study has {} breakdowns, and counts are of one", by.len()), hint));
        }
        Ok(())
    }

    /// The indicators to measure on a scope: those named, or all that can be split so.
    fn chosen(&self, session: &Session, dataset: &Dataset, scope: &Scope) -> Result<Vec<&'static dyn Indicator>> {
        let mut chosen = choose(session, dataset, &self.indicators)?;
        if self.indicators.is_empty() {
            let not: Vec<&str> = chosen.iter().filter(|i| !splits(**i, scope)).map(|i| i.card().id).collect();
            if !not.is_empty() {
                session.ui.warn(format!("not split by {}: {}", scope.group_name().unwrap_or_default(), not.join(", ")));
            }
            chosen.retain(|i| splits(*i, scope));
        }
        Ok(chosen)
    }

    fn record(
        &self,
        session: &Session,
        dataset: &Dataset,
        file: &Path,
        (chosen, by): (&[&'static dyn Indicator], &[String]),
    ) -> Result<()> {
        let ids: Vec<&str> = chosen.iter().map(|i| i.card().id).collect();
        let mut parameters = self.choice.parameters()?;
        parameters["command"] = "measure".into();
        parameters["by"] = if let [by] = by { by.clone().into() } else { by.to_vec().into() };
        parameters["indicators"] = ids.into();
        let mut manifest = session.manifest(parameters, dataset_inputs(dataset));
        manifest.simulated = dataset.register().simulated();
        manifest.input_id = Some(dataset.register().input_id());
        let name = PathBuf::from(file.file_name().unwrap_or_default());
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        let record = format!("{}.manifest.json", name.display());
        session.write_manifest(manifest, folder, &record, &[name])
    }
}

/// The exports of a dataset as inputs of what is made from it.
pub fn dataset_inputs(dataset: &Dataset) -> Vec<Input> {
    dataset
        .register()
        .exports
        .iter()
        .map(|e| Input {
            path: e.name.clone(),
            sha256: Some(e.sha256.clone()),
            bytes: Some(e.bytes),
            outcome: "in the dataset".into(),
            rows_in: Some(e.rows_in),
            rows: Some(e.rows),
            rejected: Some(e.rejected),
            checksum: Some(e.checksum),
        })
        .chain(dataset.register().table_exports.iter().map(|e| Input {
            path: e.name.clone(),
            sha256: Some(e.sha256.clone()),
            bytes: Some(e.bytes),
            outcome: "in the dataset".into(),
            rows_in: None,
            rows: Some(e.rows),
            rejected: Some(e.rejected),
            checksum: None,
        }))
        .collect()
}

/// The SQL of the counts of some indicators.
fn queries(dataset: &Dataset, chosen: &[&'static dyn Indicator], scope: &Scope) -> Result<String> {
    let mut text = String::new();
    for indicator in chosen {
        for tally in tallies(dataset, *indicator, scope) {
            let from = |name: &str| Dataset::sql_source(dataset.folder(), name);
            let _ = write!(text, "-- {}\n{};\n\n", indicator.card().id, sql::sql(&tally, &from)?);
        }
    }
    Ok(text)
}

/// The estimates that may be published, by the rule of disclosure of a study.
///
/// # Errors
/// [`Error::Invalid`] where rows are not estimates.
pub fn publishable(session: &Session, estimates: Estimates, study: &Study) -> Result<Estimates> {
    let Some(rule) = study.disclosure else { return Ok(estimates) };
    let mut rows = estimates.rows().to_vec();
    let hidden = rule.apply(&mut rows);
    session
        .ui
        .say(format!("{} suppressed by the disclosure rule", count(hidden as u64, "estimate is", "estimates are")));
    Estimates::new(rows)
}

fn summary(estimates: &Estimates, file: &Path) -> String {
    let insufficient = estimates.rows().iter().filter(|e| e.status == Status::Insufficient).count();
    let mut text = format!("{} in {}", count(estimates.len() as u64, "estimate", "estimates"), file.display());
    if insufficient > 0 {
        let _ = write!(text, "; {} without a value for want of rows", super::ui::grouped(insufficient as u64));
    }
    text
}
