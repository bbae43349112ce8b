//! `systemic report`: one page of what a run made.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use clap::Args;

use super::chart::Look;
use super::measure::Choice;
use super::run::Run;
use super::{Ending, Session, output};
use crate::charts::CHARTS;
use crate::dataset::Dataset;
use crate::dataset::register::Register;
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Estimates};
use crate::finding::Severity;
use crate::indicators::INDICATORS;
use crate::measure::{Supply, supply};
use crate::provenance::{self, Manifest, Output};
use crate::report::{self, Drawing, Export, Finding, Lack, Material, Unmeasured};
use crate::tables::{codes, rules};
use crate::time::{self, Period};

/// Make one HTML page of what `run` made: answers, figures, tables, methods and limits, readable offline
#[derive(Debug, Args)]
pub struct Report {
    /// Folder that `run` made, or a dataset, which is then measured and drawn
    #[arg(value_name = "OUT|DATASET")]
    target: PathBuf,
    /// File for the page, or a folder for it (default: report.html in OUT; of a dataset, a folder is needed)
    #[arg(long, short, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Of a dataset: length of the periods in charts over time
    #[arg(long, value_parser = ["day", "week", "month", "quarter", "half", "year"])]
    period: Option<String>,
    #[command(flatten)]
    choice: Choice,
    #[command(flatten)]
    look: Look,
}

/// Files of estimates, the first that is there being read.
const ESTIMATES: [&str; 4] = ["estimates.parquet", "estimates.csv", "estimates.json", "estimates.ndjson"];
/// Folder of the figures.
const FIGURES: &str = "figures";

impl Report {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Usage`] for a folder without estimates, and those of reading and writing.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        if !self.target.exists() {
            return Err(Error::NotFound {
                what: self.target.display().to_string(),
                nearest: crate::sources::find::nearest(&self.target),
            });
        }
        if Dataset::is_dataset(&self.target) {
            let Some(out) = &self.output else {
                return Err(Error::usage(
                    format!("{} is a dataset: its estimates and figures need a folder", self.target.display()),
                    "name one with -o, or give the folder that `systemic run` made",
                ));
            };
            let run = Run::of_dataset(out, self.period.clone(), self.choice.clone(), self.look.clone());
            return run.dataset(session, &self.target);
        }
        self.refuse_unused()?;
        let file = match &self.output {
            None => self.target.join(report::FILE),
            Some(path) if path.is_dir() || path.extension().is_none() => path.join(report::FILE),
            Some(path) => path.clone(),
        };
        let html = page(&self.target, file.parent().unwrap_or_else(|| Path::new("")))?;
        output::write(Some(&file), html.as_bytes())?;
        if same(&file, &self.target.join(report::FILE)) {
            record(&self.target)?;
        }
        session.ui.say(format!("Open: {}", file.display()));
        Ok(Ending::Done)
    }
}

impl Report {
    /// Refuses options that would change nothing: the folder of a run is measured and drawn already, and a page that
    /// silently shows other numbers than were asked for would mislead.
    fn refuse_unused(&self) -> Result<()> {
        let period = self.period.as_ref().map(|_| "--period");
        let given: Vec<&str> = period.into_iter().chain(self.choice.given()).chain(self.look.given()).collect();
        if given.is_empty() {
            return Ok(());
        }
        let verb = if given.len() == 1 { "changes" } else { "change" };
        let data = self.target.join("data");
        let hint = if Dataset::is_dataset(&data) {
            format!("to measure and draw anew, `systemic report {} -o FOLDER` takes them", data.display())
        } else {
            "`systemic run EXPORT… -o FOLDER` takes them".to_owned()
        };
        let folder = self.target.display();
        Err(Error::usage(format!("{} {verb} nothing: {folder} is measured and drawn already", given.join(", ")), hint))
    }
}

fn same(a: &Path, b: &Path) -> bool {
    std::fs::canonicalize(a).ok().zip(std::fs::canonicalize(b).ok()).is_some_and(|(a, b)| a == b)
}

/// Makes the page in the folder of a run, and adds it to the record.
///
/// # Errors
/// Those of [`page`] and of writing.
pub fn finish(out: &Path) -> Result<PathBuf> {
    let file = out.join(report::FILE);
    output::write(Some(&file), page(out, out)?.as_bytes())?;
    record(out)?;
    Ok(file)
}

/// Puts the page among the files that the manifest lists, where there is a manifest.
fn record(out: &Path) -> Result<()> {
    let path = out.join(provenance::FILE);
    if !path.is_file() {
        return Ok(());
    }
    let mut manifest = Manifest::read(&path)?;
    manifest.outputs.retain(|o| o.path != report::FILE);
    manifest.outputs.extend(Output::digest(out, &[PathBuf::from(report::FILE)])?);
    manifest.outputs.sort();
    manifest.write(&path)
}

/// The page of a folder; `from` is the folder that the page will lie in.
fn page(out: &Path, from: &Path) -> Result<String> {
    let Some(name) = ESTIMATES.into_iter().find(|name| out.join(name).is_file()) else {
        return Err(Error::usage(
            format!("{}: there are no estimates in this folder", out.display()),
            "give the folder that `systemic run EXPORT… -o FOLDER` made, or a dataset",
        ));
    };
    let estimates = Estimates::read(&out.join(name))?;
    let manifest = out.join(provenance::FILE);
    let manifest = manifest.is_file().then(|| Manifest::read(&manifest)).transpose()?;
    let dataset = dataset(out, manifest.as_ref())?;
    let register = dataset.as_ref().map(Dataset::register);
    let drawings = drawings(&out.join(FIGURES))?;
    let material = Material {
        estimates: estimates.rows(),
        exports: register.map(exports),
        tables: register.map(tables).unwrap_or_default(),
        days: register.and_then(days),
        findings: findings(&out.join("findings.csv"))?,
        unmeasured: dataset.as_ref().map(|d| unmeasured(d, estimates.rows())),
        repeat: manifest.as_ref().map(repeat).unwrap_or_default(),
        base: base(from, out),
        files: files(out, &drawings),
        drawings,
        manifest: manifest.as_ref(),
        label,
    };
    report::page(&material)
}

/// Words for a code, or for a rule.
fn label(text: &str) -> &str {
    rules::rule_of(text).map_or_else(|| codes::label(text), |rule| rule.label)
}

/// The dataset that the estimates are of: in the folder, or where the manifest says.
fn dataset(out: &Path, manifest: Option<&Manifest>) -> Result<Option<Dataset>> {
    let named = manifest.and_then(|m| m.parameters.get("data")).and_then(serde_json::Value::as_str).map(PathBuf::from);
    let found = std::iter::once(out.join("data")).chain(named).find(|d| Dataset::is_dataset(d));
    let Some(folder) = found else { return Ok(None) };
    let dataset = Dataset::open(folder)?;
    // A dataset that was loaded anew is not what the numbers are of.
    let id = manifest.and_then(|m| m.input_id.clone());
    Ok(id.is_none_or(|id| id == dataset.register().input_id()).then_some(dataset))
}

fn exports(register: &Register) -> Vec<Export> {
    let statements = register.exports.iter().map(|e| {
        let days: BTreeSet<i32> = e.cells.iter().filter_map(|c| time::parse_iso(&c.day)).collect();
        let platforms: BTreeSet<&String> = e.cells.iter().map(|c| &c.platform).collect();
        Export {
            name: e.name.clone(),
            kind: format!("statements, {}, {}, {}", e.identity.scope, e.identity.version, e.identity.schema),
            days: days.first().zip(days.last()).map(|(a, b)| Period { start: *a, end: b + 1 }),
            platforms: platforms.len(),
            rows: e.rows,
            rejected: e.rejected,
            simulated: e.simulated > 0,
            sha256: e.sha256.clone(),
        }
    });
    let day = |micros: i64| i32::try_from(micros.div_euclid(86_400_000_000)).ok();
    let others = register.table_exports.iter().map(|e| {
        let days = e.observed_from.and_then(day).zip(e.observed_until.and_then(|until| day(until - 1)));
        let names: Vec<&str> = e.parts.iter().map(|p| p.table.as_str()).collect();
        Export {
            name: e.name.clone(),
            kind: format!("{}: {}", e.source, names.join(", ")),
            days: days.map(|(a, b)| Period { start: a, end: b + 1 }).filter(|p| p.start < p.end),
            platforms: e.platforms.len(),
            rows: e.rows,
            rejected: e.rejected,
            simulated: e.simulated,
            sha256: e.sha256.clone(),
        }
    });
    statements.chain(others).collect()
}

fn tables(register: &Register) -> Vec<(String, &'static str, u64)> {
    let what = |name: &str| crate::tables::table(name).map_or("", |t| t.row());
    register.tables().into_iter().map(|t| (t.to_owned(), what(t), register.rows_of(t))).collect()
}

fn days(register: &Register) -> Option<(usize, Period)> {
    let days: BTreeSet<i32> = register.cells().into_keys().filter_map(|(day, _)| day).collect();
    Some((days.len(), Period { start: *days.first()?, end: days.last()? + 1 }))
}

/// The findings as `check` wrote them; `None` where there is no file.
fn findings(path: &Path) -> Result<Option<Vec<Finding>>> {
    if !path.is_file() {
        return Ok(None);
    }
    let invalid = |message: String| Error::Invalid {
        place: path.display().to_string(),
        message,
        hint: "findings are written by `systemic check DATASET -o findings.csv`".into(),
    };
    let mut reader = csv::Reader::from_path(path).map_err(|e| invalid(e.to_string()))?;
    let mut all = Vec::new();
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let mut row = row.map_err(|e| invalid(e.to_string()))?;
        let mut cell = |name: &str| row.remove(name).unwrap_or_default();
        let severity = match cell("severity").as_str() {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "info" => Severity::Info,
            other => return Err(invalid(format!("severity {other:?} is none of error, warning, info"))),
        };
        let place = [cell("platform"), cell("export"), cell("column")];
        let (finding, value) = (cell("finding"), cell("value"));
        all.push(Finding {
            severity,
            code: cell("code"),
            place: place.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", "),
            what: if value.is_empty() { finding } else { format!("{finding}: {value}") },
            count: cell("count").parse().ok(),
            of: cell("of").parse().ok(),
            effect: cell("effect"),
        });
    }
    Ok(Some(all))
}

/// Indicators without an estimate, and what they lack.
fn unmeasured(dataset: &Dataset, estimates: &[Estimate]) -> Vec<Unmeasured> {
    let present: BTreeSet<&str> = estimates.iter().map(|e| e.indicator.as_str()).collect();
    let cards = INDICATORS.iter().map(|i| i.card()).filter(|c| !present.contains(c.id));
    cards
        .map(|card| {
            let supplies: Vec<Supply> = card.requires.iter().map(|r| supply(dataset, r)).collect();
            let columns = supplies.iter().find_map(|s| if let Supply::Lacks(c) = s { Some(c.clone()) } else { None });
            let tables: BTreeSet<String> = supplies
                .iter()
                .filter_map(|s| if let Supply::Nothing(t) = s { Some((*t).to_owned()) } else { None })
                .collect();
            let lack = if supplies.contains(&Supply::Whole) {
                Lack::Rows
            } else if let Some(columns) = columns {
                Lack::Columns(columns)
            } else {
                Lack::Tables(tables.into_iter().collect())
            };
            Unmeasured { id: card.id.to_owned(), lack }
        })
        .collect()
}

/// The figures of a folder: of each indicator, the forms in the order of the help.
fn drawings(folder: &Path) -> Result<Vec<Drawing>> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
    let mut found: Vec<(String, usize, PathBuf)> = entries
        .flatten()
        .map(|e| e.path())
        .filter(|p| p.extension().is_some_and(|e| e == "svg"))
        .filter_map(|path| {
            let stem = path.file_stem()?.to_string_lossy().into_owned();
            // The longest form that the name ends in: no form's id is the end of another one by chance.
            let forms = CHARTS.iter().enumerate().filter(|(_, c)| stem.ends_with(&format!("-{}", c.id())));
            let (at, _) = forms.max_by_key(|(_, c)| c.id().len())?;
            Some((stem, at, path))
        })
        .collect();
    found.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    let mut all = Vec::new();
    for (stem, at, path) in found {
        let form = CHARTS[at];
        let svg = std::fs::read_to_string(&path).map_err(|e| Error::io("read", &path, e))?;
        let rows = path.with_extension("csv");
        let rows = if rows.is_file() { Estimates::read(&rows)?.rows().to_vec() } else { Vec::new() };
        // The rows know the indicator; the name may say a statistic and a group too.
        let named = stem.trim_end_matches(form.id()).trim_end_matches('-');
        let indicator = rows.first().map_or_else(|| named.to_owned(), |e| e.indicator.clone());
        all.push(Drawing { stem: format!("{FIGURES}/{stem}"), indicator, form: form.title().to_owned(), svg, rows });
    }
    Ok(all)
}

/// The files that links may point to.
fn files(out: &Path, drawings: &[Drawing]) -> BTreeSet<String> {
    let figures = drawings
        .iter()
        .flat_map(|d| ["svg", "png", "csv", "vl.json", "alt.txt"].map(|end| format!("{}.{end}", d.stem)));
    let results = ["estimates.parquet", "estimates.csv", "findings.csv", provenance::FILE, "data/exports.json"];
    results.into_iter().map(str::to_owned).chain(figures).filter(|name| out.join(name).is_file()).collect()
}

/// The command of the run without what only said where and how loud: so that a page does not depend on it.
fn repeat(manifest: &Manifest) -> Vec<String> {
    let mut words = Vec::new();
    let mut given = manifest.run.command.iter();
    while let Some(word) = given.next() {
        match word.as_str() {
            "-q" | "--quiet" => {}
            "--threads" => {
                given.next();
            }
            "-o" | "--output" => {
                given.next();
                words.extend(["-o".to_owned(), "out".to_owned()]);
            }
            w if w.starts_with("--threads=") => {}
            w if w.starts_with("--output=") || (w.starts_with("-o") && !w.starts_with("--")) => {
                words.extend(["-o".to_owned(), "out".to_owned()]);
            }
            w => words.push(w.to_owned()),
        }
    }
    words
}

/// The relative path from the folder of the page to the folder of the files, with a slash at its end.
fn base(from: &Path, to: &Path) -> String {
    let whole = |p: &Path| {
        let p = if p.as_os_str().is_empty() { Path::new(".") } else { p };
        std::path::absolute(p).and_then(|p| std::fs::canonicalize(&p).or(Ok(p))).unwrap_or_else(|_| p.to_owned())
    };
    let (from, to) = (whole(from), whole(to));
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) = (from.components().collect(), to.components().collect());
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = from.iter().skip(common).map(|_| "..".to_owned());
    let down = to.iter().skip(common).map(|c| c.as_os_str().to_string_lossy().into_owned());
    up.chain(down).map(|part| part + "/").collect()
}
