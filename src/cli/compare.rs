//! `systemic compare`: estimates held against each other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::chart::{self, Look};
use super::output::{self, Format};
use super::ui::count;
use super::{Ending, Session};
use crate::charts::{self, ChartSpec};
use crate::compare::{self, Choice, Comparison, Comparisons};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Estimates, Status};
use crate::provenance::{FILE, Input};
use crate::time;

mod before_after;
mod breaks;
mod declared;
mod peers;
mod periods;
mod reports;

/// Compare estimates: with peers, declared values, statements, another period, or before and after a date
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Compare {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Peers(peers::Peers),
    Declared(declared::Declared),
    Reports(reports::Reports),
    BeforeAfter(before_after::BeforeAfter),
    Periods(periods::Periods),
}

impl Compare {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Unknown`] for names that do not exist, [`Error::Invalid`] for a file without estimates,
    /// [`Error::Usage`] where there is nothing to compare.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        match &self.what {
            What::Peers(c) => c.run(session),
            What::Declared(c) => c.run(session),
            What::Reports(c) => c.run(session),
            What::BeforeAfter(c) => c.run(session),
            What::Periods(c) => c.run(session),
        }
    }
}

/// Which estimates, and where results go.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Files of estimates: Parquet, CSV, JSON or JSON lines
    #[arg(value_name = "ESTIMATES", required = true)]
    estimates: Vec<PathBuf>,
    /// Indicators to compare (default: all in the files)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub indicator: Vec<String>,
    /// Statistics to compare, such as share or median (default: all)
    #[arg(long, value_delimiter = ',')]
    pub statistic: Vec<String>,
    /// Kinds of evidence: statements, report, listings, vetted, audit, statistics (default: all)
    #[arg(long, value_delimiter = ',')]
    pub basis: Vec<String>,
    /// Grouping variable, such as category (default: estimates without a group)
    #[arg(long)]
    pub group: Option<String>,
    /// Only rows of these platforms
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    pub platform: Vec<String>,
    /// File for the comparisons; its ending says the format. `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the comparisons
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Folder for figures
    #[arg(long, value_name = "FOLDER")]
    figures: Option<PathBuf>,
    #[command(flatten)]
    look: Look,
}

/// A figure to draw: the form, the estimates, and what its file is called beside indicator and form.
pub struct Wanted {
    form: &'static str,
    indicator: String,
    estimates: Vec<Estimate>,
    name: Vec<String>,
    /// What is set of its spec.
    set: Box<dyn Fn(&mut ChartSpec)>,
}

impl Common {
    /// The estimates of all files. A row that stands in several is taken once.
    fn read(&self) -> Result<Estimates> {
        let mut rows: Vec<Estimate> = Vec::new();
        for path in &self.estimates {
            if !path.exists() {
                return Err(Error::NotFound {
                    what: path.display().to_string(),
                    nearest: crate::sources::find::nearest(path),
                });
            }
            let read = Estimates::read(path)?;
            rows.extend(read.rows().iter().cloned());
        }
        if rows.is_empty() {
            let place = self.estimates.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ");
            let message = "no estimates in it".to_owned();
            return Err(Error::Invalid { place, message, hint: "`systemic measure` makes estimates".into() });
        }
        rows.sort_by(Estimate::cmp_key);
        rows.dedup();
        let twice = rows.windows(2).find(|pair| pair[0].cmp_key(&pair[1]).is_eq());
        if let Some(e) = twice.map(|pair| &pair[0]).filter(|_| self.estimates.len() > 1) {
            return Err(Error::usage(
                format!(
                    "{} of {} in {} stands in several files with different values",
                    e.indicator,
                    e.platform,
                    e.period().label()
                ),
                "give one of them",
            ));
        }
        Estimates::new(rows)
    }

    /// What was chosen, platforms aside.
    fn choice(&self) -> Choice {
        Choice {
            indicators: self.indicator.clone(),
            statistics: self.statistic.clone(),
            bases: self.basis.clone(),
            group: self.group.clone(),
            platforms: Vec::new(),
            periods: Vec::new(),
        }
    }

    /// Keeps the rows of the platforms asked for.
    ///
    /// # Errors
    /// [`Error::Unknown`] for one that no row has.
    fn of_platforms(&self, mut rows: Vec<Comparison>) -> Result<Vec<Comparison>> {
        if let Some(name) = self.platform.iter().find(|p| !rows.iter().any(|c| c.platform == **p)) {
            let known: BTreeSet<String> = rows.iter().map(|c| c.platform.clone()).collect();
            let kind = "platform of these comparisons";
            return Err(Error::Unknown { kind, name: name.clone(), known: known.into_iter().collect() });
        }
        rows.retain(|c| self.platform.is_empty() || self.platform.contains(&c.platform));
        Ok(rows)
    }

    /// Writes comparisons, figures and manifests, and says what was found.
    fn finish(
        &self,
        session: &Session,
        command: &'static str,
        mut parameters: serde_json::Value,
        rows: Vec<Comparison>,
        figures: &[Wanted],
    ) -> Result<Ending> {
        let file = output::target(self.output.as_ref());
        let format = Format::choose(self.format, file)?;
        let rows = Comparisons::new(self.of_platforms(rows)?);
        if rows.rows().is_empty() {
            return Err(Error::usage("there is nothing to compare", "`systemic inspect` says what a file holds"));
        }
        let simulated = rows.rows().iter().any(Comparison::simulated);
        parameters["command"] = format!("compare {command}").into();
        for (name, list) in [("indicator", &self.indicator), ("statistic", &self.statistic), ("basis", &self.basis)] {
            parameters[name] = list.clone().into();
        }
        parameters["group"] = self.group.clone().into();
        parameters["platform"] = self.platform.clone().into();
        let manifest = || -> Result<_> {
            let inputs = self.estimates.iter().map(|p| chart::input(p)).collect::<Result<Vec<Input>>>()?;
            let mut manifest = session.manifest(parameters.clone(), inputs);
            manifest.simulated = simulated;
            Ok(manifest)
        };
        // Figures first: a folder that cannot be written is told before results are.
        if let Some(folder) = &self.figures {
            let files = self.draw(session, folder, figures)?;
            // Where nothing could be drawn there is no folder.
            if !files.is_empty() {
                session.write_manifest(manifest()?, folder, FILE, &chart::relative(&files, folder))?;
            }
        }
        output::comparisons(&rows, file, format)?;
        if let Some(file) = file {
            let name = PathBuf::from(file.file_name().unwrap_or_default());
            let folder = file.parent().unwrap_or_else(|| Path::new(""));
            let record = format!("{}.manifest.json", name.display());
            session.write_manifest(manifest()?, folder, &record, &[name])?;
        }
        if simulated {
            session.ui.say("simulated data: these comparisons are of no real platform");
        }
        tell(session, rows.rows(), file);
        Ok(Ending::Done)
    }

    fn draw(&self, session: &Session, folder: &Path, figures: &[Wanted]) -> Result<Vec<PathBuf>> {
        super::output_folder(folder, &chart::is_figure)?;
        let mut files = Vec::new();
        let mut refused = None;
        for wanted in figures {
            let Some(form) = charts::chart(wanted.form) else { continue };
            let mut spec = chart::spec(&wanted.indicator, &wanted.estimates, &self.look);
            (wanted.set)(&mut spec);
            name_statistic(&mut spec);
            let parts = wanted.name.iter().map(String::as_str).chain([wanted.form]).map(file_name);
            let stem = parts.collect::<Vec<_>>().join("-");
            match form.draw(&wanted.estimates, &spec) {
                Ok(figure) => {
                    files.extend(figure.write(folder, &stem)?);
                    session.ui.say(format!("drew {stem}: {}", figure.title));
                }
                Err(e) => refused = Some((stem, e)),
            }
        }
        match refused {
            Some((_, e)) if files.is_empty() => Err(e),
            Some((stem, e)) => {
                session.ui.warn(format!("no figure {stem}: {e}"));
                Ok(files)
            }
            None if files.is_empty() => {
                session.ui.say("no figure: nothing of this can be drawn");
                Ok(files)
            }
            None => Ok(files),
        }
    }
}

/// A figure of a statistic that is measured in another unit than the indicator's first bears its meaning as a title: a
/// number of suspensions is no rate of them.
fn name_statistic(spec: &mut ChartSpec) {
    /// Words that leave room in a title for what is compared.
    const TITLE: usize = 8;
    let Some(Ok(indicator)) = spec.indicator.as_deref().map(crate::indicators::indicator) else { return };
    let card = indicator.card();
    let wanted = spec.statistic.as_deref().and_then(|s| card.statistics.iter().find(|c| c.name == s));
    let Some(statistic) = wanted.filter(|s| s.unit != card.statistics[0].unit) else { return };
    let meaning = statistic.meaning.trim_end_matches('.');
    if meaning.split_whitespace().count() <= TITLE {
        spec.indicator_name = Some(meaning.to_owned());
        spec.meanings.retain(|(name, _)| name != statistic.name);
    }
}

/// What was found, in a few lines on stderr; the sentences of all rows stand in their column.
fn tell(session: &Session, rows: &[Comparison], file: Option<&Path>) {
    /// Sentences that are said at most.
    const SAID: usize = 8;
    let done = rows.iter().filter(|c| c.status == Status::Ok).count();
    let notable = |c: &&Comparison| c.position.as_deref().is_some_and(|p| p != "within");
    let plain = |c: &&Comparison| c.position.is_none() && c.status == Status::Ok && rows.len() <= SAID;
    let said: Vec<&Comparison> = rows.iter().filter(|c| notable(c) || plain(c)).collect();
    if file.is_some() {
        for c in said.iter().take(SAID) {
            session.ui.say(&c.sentence);
        }
        if said.len() > SAID {
            session.ui.say(format!("and {} more, in the column sentence", said.len() - SAID));
        }
    }
    let mut notes: Vec<&str> = Vec::new();
    for note in rows.iter().filter_map(|c| c.note.as_deref()).flat_map(|n| n.split("; ")) {
        if note.starts_with("known break") && !notes.contains(&note) {
            notes.push(note);
        }
    }
    for note in notes {
        session.ui.warn(note);
    }
    if let Some(file) = file {
        let mut text = format!("{} in {}", count(rows.len() as u64, "comparison", "comparisons"), file.display());
        if done < rows.len() {
            let rest = super::ui::grouped((rows.len() - done) as u64);
            text = format!("{text}; {rest} not made, with the reason");
        }
        session.ui.say(text);
    }
}

/// A part of a file's name: letters, digits, points and hyphens.
fn file_name(text: &str) -> String {
    let one = |c: char| if c.is_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    text.chars().map(one).collect::<String>().split('-').filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-")
}

/// A day on the command line.
fn day(text: &str) -> Result<i32, String> {
    time::parse_iso(text).ok_or_else(|| "a date looks like 2025-07-01".to_owned())
}

/// A level of confidence on the command line.
fn level(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|l| (0.5..1.0).contains(l)).ok_or_else(|| "a level lies from 0.5 to below 1".to_owned())
}

/// Refuses platforms that no estimate is of.
fn known_platforms(wanted: &[String], rows: &[&Estimate]) -> Result<()> {
    let known: BTreeSet<&str> = rows.iter().map(|e| e.platform.as_str()).collect();
    match wanted.iter().find(|p| !known.contains(p.as_str())) {
        None => Ok(()),
        Some(name) => Err(Error::Unknown {
            kind: "platform of these estimates",
            name: name.clone(),
            known: known.into_iter().map(str::to_owned).collect(),
        }),
    }
}

/// The period of this label, such as `2025-H2`.
fn period(label: &str, rows: &[&Estimate]) -> Result<time::Period> {
    rows.iter().map(|e| e.period()).find(|p| p.label() == label).ok_or_else(|| {
        let known: BTreeSet<String> = rows.iter().map(|e| e.period().label()).collect();
        Error::Unknown { kind: "period of these estimates", name: label.to_owned(), known: known.into_iter().collect() }
    })
}

/// The estimates of a choice.
fn chosen<'a>(estimates: &'a Estimates, choice: &Choice) -> Result<Vec<&'a Estimate>> {
    compare::choose(estimates.rows(), choice)
}
