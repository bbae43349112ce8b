//! `systemic run`: the whole way, from exports to a page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;
use rayon::prelude::*;

use super::chart::{Look, for_form, is_figure, relative, spec};
use super::measure::{Choice, choose, dataset_inputs, publishable, scope};
use super::output::{self, Format};
use super::ui::count;
use super::{Ending, Session, load, output_folder};
use crate::charts::{CHARTS, Chart as Form, chart};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate, Estimates};
use crate::indicators::{Basis, Card, Cohort, Indicator};
use crate::measure::Counter;
use crate::provenance::{FILE, Input};
use crate::report;
use crate::study::Study;
use crate::time::{self, Grain};

mod studies;

/// Do the whole way: exports → Parquet tables → estimates → figures → one page to read
#[derive(Debug, Clone, Args)]
pub struct Run {
    /// Files, folders or patterns; `-` reads a CSV from standard input. Or one study file, which names them
    #[arg(required = true, value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// Folder for everything that is made
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Length of the periods in charts over time (default: by the days that are loaded)
    #[arg(long, value_parser = ["day", "week", "month", "quarter", "half", "year"])]
    period: Option<String>,
    #[command(flatten)]
    reading: load::Reading,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    look: Look,
    /// Say what would be read and made, and make nothing
    #[arg(long = "dry-run")]
    only_say: bool,
}

/// Breakdowns of a run, beside those over time: whole period, by platform, and by what was decided on what
/// ground and notice. The finest first: the others are added up from it.
const BREAKDOWNS: &[&str] = &[
    "platform,category,all",
    "category,all",
    "platform,decision_ground,all",
    "platform,source_type,all",
    "platform,all",
    "all",
];

/// Days up to which statements are also counted by day, for a calendar: of some hundred platforms these are
/// some ten thousand rows.
const CALENDAR_DAYS: usize = 800;

impl Run {
    /// Runs the command.
    ///
    /// # Errors
    /// Those that stop the whole command; a file that fails does not.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let ui = session.ui;
        let (this, found, study) = self.work()?;
        let out = &self.output;
        if self.only_say {
            ui.say(format!(
                "would read {} and write {1}/data, {1}/estimates.parquet, {1}/estimates.csv, {1}/findings.csv, {1}/figures, {1}/{FILE} and {1}/report.html",
                count(found.len() as u64, "file", "files"),
                out.display()
            ));
            return Ok(Ending::Done);
        }
        let data = self.folder_for_outputs()?;
        let loaded = load::load(session, &found, &data, this.reading.options(session.threads)?, true)?;
        let dataset = study.apply(loaded.dataset);
        let mut own = session.manifest(this.reading.parameters(), dataset_inputs(&dataset));
        (own.simulated, own.input_id) = (dataset.register().simulated(), Some(dataset.register().input_id()));
        session.write_manifest(own, &data, FILE, &load::outputs(&dataset))?;
        let mut made: Vec<PathBuf> = load::outputs(&dataset).into_iter().map(|f| Path::new("data").join(f)).collect();
        made.push(Path::new("data").join(FILE));
        let mut parameters = this.choice.parameters()?;
        parameters["command"] = "run".into();
        parameters["reading"] = this.reading.parameters();
        this.make(session, &dataset, &study, (parameters, loaded.inputs, made))?;
        Ok(if loaded.failed > 0 { Ending::Found } else { Ending::Done })
    }

    /// The same from a dataset on, for `report`.
    pub fn of_dataset(output: &Path, period: Option<String>, choice: Choice, look: Look) -> Self {
        let (exports, output, reading) = (Vec::new(), output.to_owned(), load::Reading::default());
        Self { exports, output, period, reading, choice, look, only_say: false }
    }

    /// Measures and draws a dataset that is loaded already.
    ///
    /// # Errors
    /// Those that stop the whole command.
    pub fn dataset(&self, session: &Session, folder: &Path) -> Result<Ending> {
        let study = self.choice.study()?;
        let mut this = self.clone();
        this.complete(&study);
        let dataset = study.apply(Dataset::open(folder)?);
        self.folder_for_outputs()?;
        let mut parameters = this.choice.parameters()?;
        parameters["command"] = "report".into();
        parameters["data"] = folder.display().to_string().into();
        let inputs = dataset_inputs(&dataset);
        this.make(session, &dataset, &study, (parameters, inputs, Vec::new()))?;
        Ok(Ending::Done)
    }

    /// Refuses a folder that holds other things than earlier outputs; gives the folder of the dataset in it.
    fn folder_for_outputs(&self) -> Result<PathBuf> {
        let ours = [
            FILE,
            "data",
            "estimates.parquet",
            "estimates.csv",
            "findings.csv",
            "figures",
            studies::COMPARISONS,
            studies::FIGURES,
            report::FILE,
        ];
        output_folder(&self.output, &|name| ours.contains(&name))?;
        Ok(self.output.join("data"))
    }

    /// Estimates, findings, figures, the record and the page of a dataset. `made` are the files that were made
    /// before, relative to the folder.
    fn make(
        &self,
        session: &Session,
        dataset: &Dataset,
        study: &Study,
        (mut parameters, inputs, made): (serde_json::Value, Vec<Input>, Vec<PathBuf>),
    ) -> Result<()> {
        let (ui, out) = (session.ui, &self.output);
        ui.say("measuring …");
        let indicators = choose(session, dataset, &study.measure.indicators)?;
        let grain = self.period.clone().or_else(|| study.measure.period.clone()).unwrap_or_else(|| grain(dataset));
        let estimates = Self::measure(dataset, &indicators, &grain, (&self.choice, study))?;
        let estimates = publishable(session, estimates, study)?;
        output::estimates(&estimates, Some(&out.join("estimates.parquet")), Format::Parquet)?;
        output::estimates(&estimates, Some(&out.join("estimates.csv")), Format::Csv)?;

        let findings = super::check::write(dataset, &self.reading.services()?, &out.join("findings.csv"))?;

        ui.say("drawing …");
        let figures = self.draw(session, dataset, (&indicators, &estimates, &grain), &out.join("figures"))?;

        let extra = self.study_outputs(session, study)?;

        let mut outputs = made;
        outputs.extend(extra);
        outputs.extend(["estimates.parquet", "estimates.csv", "findings.csv"].map(PathBuf::from));
        outputs.extend(relative(&figures, out));
        parameters["breakdowns"] = breakdowns(study, &grain).into();
        parameters["period"] = grain.into();
        parameters["preset"] = self.look.preset.name().into();
        let mut manifest = session.manifest(parameters, inputs);
        manifest.simulated = dataset.register().simulated();
        manifest.input_id = Some(dataset.register().input_id());
        session.write_manifest(manifest, out, FILE, &outputs)?;
        let page = super::report::finish(out)?;
        self.close(session, dataset, (&estimates, findings), &figures);
        ui.say(format!("Open first: {}", page.display()));
        Ok(())
    }

    fn measure(
        dataset: &Dataset,
        indicators: &[&'static dyn Indicator],
        grain: &str,
        (choice, study): (&Choice, &Study),
    ) -> Result<Estimates> {
        let days = dataset.register().cells().into_keys().filter_map(|(day, _)| day).collect::<BTreeSet<i32>>().len();
        let mut counter = Counter::new(dataset);
        let kept = &dataset.register().columns;
        let mut rows: Vec<Estimate> = Vec::new();
        for by in breakdowns(study, grain) {
            let scope = scope(dataset, &by, choice)?;
            // Statements can be loaded without the column.
            if scope.groups.iter().any(|g| g.column.is_some_and(|c| !kept.iter().any(|k| k == c))) {
                continue;
            }
            // Indicators that make groups of their own are not split a second time: few would read it.
            let grouped = !scope.groups.is_empty();
            let fit = |i: &&&'static dyn Indicator| !(grouped && i.card().own_group.is_some());
            let chosen: Vec<&'static dyn Indicator> = indicators.iter().filter(fit).copied().collect();
            let measured = counter.measure(&chosen, &scope, &mut |_| {})?;
            rows.extend(measured.rows().iter().cloned());
        }
        if days <= CALENDAR_DAYS && study.measure.by.is_empty() {
            let counts: Vec<&'static dyn Indicator> =
                indicators.iter().filter(|i| i.card().id == "statement-count").copied().collect();
            for by in ["platform,day", "day"] {
                let measured = counter.measure(&counts, &scope(dataset, by, choice)?, &mut |_| {})?;
                rows.extend(measured.rows().iter().cloned());
            }
        }
        // One day of data is both a day and everything: the row is the same.
        rows.sort_by(Estimate::cmp_key);
        rows.dedup_by(|a, b| a.cmp_key(b).is_eq());
        Estimates::new(rows)
    }

    fn draw(
        &self,
        session: &Session,
        dataset: &Dataset,
        (indicators, estimates, grain): (&[&'static dyn Indicator], &Estimates, &str),
        folder: &Path,
    ) -> Result<Vec<PathBuf>> {
        output_folder(folder, &is_figure)?;
        // Figures of an earlier run would stand beside the new ones as if they belonged together.
        for old in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            std::fs::remove_file(old.path()).map_err(|e| Error::io("remove", old.path(), e))?;
        }
        let days: BTreeSet<i32> = dataset.register().cells().into_keys().filter_map(|(day, _)| day).collect();
        let draw = |indicator: &&'static dyn Indicator| -> Result<Vec<PathBuf>> {
            let card = indicator.card();
            let own = card.requirement(Basis::Statements).map_or(Cohort::Window, |r| r.cohort);
            let cohort = self.choice.cohort().unwrap_or(own);
            let (rows, trimmed) = for_charts(estimates.rows(), card, cohort, &days);
            let mut spec = spec(card.id, &rows, &self.look);
            spec.group = card.own_group.map(str::to_owned);
            if trimmed && spec.note.is_none() {
                spec.note = Some("Periods that are not loaded whole are left out.".into());
            }
            let main = spec.statistic.clone();
            let mut files = Vec::new();
            let bases: Vec<&str> =
                card.bases().map(Basis::name).filter(|b| rows.iter().any(|e| e.basis == *b)).collect();
            for basis in &bases {
                let rows: Vec<Estimate> = rows.iter().filter(|e| e.basis == *basis).cloned().collect();
                spec.basis = Some((*basis).to_owned());
                let there = |s: &String| rows.iter().any(|e| e.statistic == *s);
                spec.statistic = main.clone().filter(there);
                let before = files.len();
                let name = |form: &str| match bases.len() {
                    1 => format!("{}-{form}", card.id),
                    _ => format!("{}-{basis}-{form}", card.id),
                };
                let draw = |form: &'static dyn Form, needed: bool| -> Result<Vec<PathBuf>> {
                    let rows = of_form(&rows, form.id(), card, grain);
                    let spec = for_form(&spec, form, false);
                    if !form.suits(&rows, &spec) || !(needed || compares(&rows, form.id())) {
                        return Ok(Vec::new());
                    }
                    match form.draw(&rows, &spec) {
                        Ok(figure) => return figure.write(folder, &name(form.id())),
                        // The rows are not of a kind that the form can choose from by itself.
                        Err(Error::Usage { .. } | Error::Unknown { .. }) => {}
                        Err(e) => session.ui.warn(format!("no {} of {}: {e}", form.id(), card.id)),
                    }
                    Ok(Vec::new())
                };
                for form in CHARTS {
                    files.extend(draw(*form, false)?);
                }
                // One value alone is better than no figure.
                let valued = rows.iter().any(|e| e.value.is_some() && e.x.is_none());
                if let Some(form) = chart("ranked-dots").filter(|_| valued && files.len() == before) {
                    files.extend(draw(form, true)?);
                }
            }
            Ok(files)
        };
        let files: Vec<PathBuf> =
            indicators.par_iter().map(draw).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
        Ok(files)
    }

    /// Four lines: what was read, and what was made.
    fn close(
        &self,
        session: &Session,
        dataset: &Dataset,
        (estimates, findings): (&Estimates, usize),
        figures: &[PathBuf],
    ) {
        let (ui, out, register) = (session.ui, self.output.display(), dataset.register());
        let cells = register.cells();
        let days: BTreeSet<i32> = cells.keys().filter_map(|(day, _)| *day).collect();
        let platforms: BTreeSet<&String> = cells.keys().map(|(_, p)| p).collect();
        let rejected: u64 = register.exports.iter().map(|e| e.rejected).sum::<u64>()
            + register.table_exports.iter().map(|e| e.rejected).sum::<u64>();
        let span = match (days.first(), days.last()) {
            (Some(a), Some(b)) => format!(", {} to {}", time::iso(*a), time::iso(*b)),
            _ => String::new(),
        };
        let kind = if register.simulated() { " (simulated data: about no real platform)" } else { "" };
        let of = if register.exports.is_empty() {
            String::new()
        } else {
            format!(" ({}{span})", count(platforms.len() as u64, "platform", "platforms"))
        };
        ui.say(format!("\n{}{of}; {} rejected{kind}", load::holds(register), count(rejected, "row", "rows")));
        ui.say(format!(
            "  {out}/data                Parquet, a folder for each table; {out}/findings.csv: {} on what is odd in it",
            count(findings as u64, "finding", "findings")
        ));
        ui.say(format!(
            "  {out}/estimates.parquet   {}; the same as estimates.csv",
            count(estimates.len() as u64, "estimate", "estimates")
        ));
        ui.say(format!(
            "  {out}/figures             {} as SVG and PNG with their data; {out}/{FILE} records the run",
            count(figures.len() as u64 / 4, "figure", "figures")
        ));
    }
}

/// Length of the periods: fine enough to show a change, coarse enough to be read.
fn grain(dataset: &Dataset) -> String {
    let days: BTreeSet<i32> = dataset.register().cells().into_keys().filter_map(|(day, _)| day).collect();
    let span = days.last().zip(days.first()).map_or(0, |(last, first)| last - first + 1);
    let grain = match span {
        _ if days.is_empty() => Grain::Month,
        ..=14 => Grain::Day,
        15..=182 => Grain::Week,
        _ => Grain::Month,
    };
    grain.name().to_owned()
}

/// What estimates are broken down by: as the study says, or over time and as [`BREAKDOWNS`].
fn breakdowns(study: &Study, grain: &str) -> Vec<String> {
    if !study.measure.by.is_empty() {
        return study.measure.by.clone();
    }
    let over_time = [format!("platform,{grain}"), grain.to_owned()];
    over_time.into_iter().chain(BREAKDOWNS.iter().map(|by| (*by).to_owned())).collect()
}

/// Rows of an indicator for its figures.
///
/// By date of decision or content, periods before the first day of submission hold only what was submitted late,
/// and those that reach beyond the last lack what is submitted later; counts of a period that is not loaded
/// whole fall short. All are in the estimates, but a line through them would show a change that is none. Gives
/// also whether any was left out. The longest period always stays: its note says what of it is loaded.
fn for_charts(estimates: &[Estimate], card: &Card, cohort: Cohort, days: &BTreeSet<i32>) -> (Vec<Estimate>, bool) {
    // Beside its groups, an indicator may have a value for all of them together.
    let own = |g: &str| card.own_group == Some(g) || CHARTS.iter().any(|form| form.groups().contains(&g));
    let of_groups = |e: &Estimate| e.group_name.as_deref().is_none_or(own);
    let of_indicator = |e: &&Estimate| e.indicator == card.id && of_groups(e);
    let rows: Vec<Estimate> = estimates.iter().filter(of_indicator).cloned().collect();
    let longest = rows.iter().map(|e| e.period_end - e.period_start).max().unwrap_or_default();
    let counts = rows.iter().all(|e| e.unit == "statements");
    let (first, last) = (days.first().copied().unwrap_or(i32::MIN), days.last().copied().unwrap_or(i32::MAX));
    let stays = |e: &Estimate| {
        let (start, end) = (e.period_start, e.period_end);
        let complete = if cohort != Cohort::Submission {
            end > first && end <= last.saturating_add(1)
        } else if counts {
            (start..end).all(|day| days.contains(&day))
        } else {
            true
        };
        complete || end - start == longest || e.basis != Basis::Statements.name()
    };
    let kept: Vec<Estimate> = rows.iter().filter(|e| stays(e)).cloned().collect();
    let trimmed = kept.len() < rows.len();
    (kept, trimmed)
}

/// Whether rows have what a form compares: a line of one point is none, and a rank among one.
fn compares(rows: &[Estimate], form: &str) -> bool {
    let valued = || rows.iter().filter(|e| e.value.is_some() && e.x.is_none());
    match form {
        "line" => valued().map(|e| e.period_start).collect::<BTreeSet<_>>().len() > 1,
        "ranked-dots" => valued().map(|e| (&e.platform, &e.group_value)).collect::<BTreeSet<_>>().len() > 1,
        _ => true,
    }
}

/// Rows for one form: platforms where there are several and the form has room for them, else all together; and
/// periods of one length.
fn of_form(rows: &[Estimate], form: &str, card: &Card, grain: &str) -> Vec<Estimate> {
    let platforms = rows.iter().map(|e| &e.platform).filter(|p| *p != ALL_PLATFORMS).collect::<BTreeSet<_>>().len();
    let together = match form {
        // A panel each.
        "calendar" => platforms > 6,
        // Platforms beside groups would make more lines than anybody follows.
        "line" | "ranked-dots" | "small-multiples" => card.own_group.is_some(),
        _ => false,
    };
    // Days are counted for the calendar even where periods are longer.
    let only_days = form == "calendar" || grain == Grain::Day.name();
    // Samples are of the day on which they were drawn.
    let one_length =
        |e: &&Estimate| only_days || e.period_end - e.period_start > 1 || e.basis != Basis::Statements.name();
    // Forms that draw groups against the whole, or those at risk of all events together, read rows of both.
    let whole = matches!(form, "interval-dots" | "cumulative-incidence");
    let groups: &[&str] = match chart(form) {
        Some(chart) => chart.groups(),
        None => &[],
    };
    let of_groups = |e: &&Estimate| {
        let group = e.group_name.as_deref();
        group == card.own_group || (whole && group.is_none()) || group.is_some_and(|g| groups.contains(&g))
    };
    let of_platform = |e: &&Estimate| (e.platform == ALL_PLATFORMS) == (together || platforms < 2);
    rows.iter().filter(one_length).filter(of_groups).filter(of_platform).cloned().collect()
}
