//! What a study file adds to a run: what it reads, comparisons and figures.

use std::path::{Path, PathBuf};

use clap::Parser;

use super::Run;
use crate::charts::Mark;
use crate::cli::chart::{Chart, relative};
use crate::cli::compare::Compare;
use crate::cli::{Ending, Session};
use crate::error::{Error, Result};
use crate::sources::find::{self, Found};
use crate::study::{self, Study};
use crate::time;

/// Folder of the comparisons that the study asks for.
pub const COMPARISONS: &str = "comparisons";
/// Folder of the figures that the study asks for.
pub const FIGURES: &str = "study-figures";

impl Run {
    /// The command completed by the study file, given or found among the exports; the files; and the study.
    pub(super) fn work(&self) -> Result<(Self, Vec<Found>, Study)> {
        let mut this = self.clone();
        let given = match self.exports.as_slice() {
            [file] if file.is_file() && file.extension().is_some_and(|e| e == "toml") => Some(file.clone()),
            _ => None,
        };
        let beside = if given.is_none() { Some(find::find(&self.exports)?) } else { None };
        let named = |p: &&PathBuf| p.file_name().is_some_and(|n| n == study::FILE);
        let lying = beside.iter().flatten().map(|f| &f.path).find(named);
        this.choice.with_study(given.as_ref().or(lying).cloned());
        let study = this.choice.study()?;
        check(&study)?;
        this.complete(&study);
        let mut found = match (&given, beside) {
            (Some(file), _) if study.inputs.exports.is_empty() => {
                return Err(Error::usage(
                    format!("{}: the study names no exports", file.display()),
                    "write [inputs] with exports = [\"folder or file\", …], as seen from the study file",
                ));
            }
            (_, Some(found)) => found,
            (_, None) => {
                this.reading.complete(&study.inputs);
                find::find(&study.inputs.exports)?
            }
        };
        if let Some(path) = given.filter(|p| !study.penalty_policy.is_empty() && !found.iter().any(|f| f.path == *p)) {
            found.push(Found { path, named: true });
        }
        Ok((this, found, study))
    }

    /// Takes what the study says of the measurement and of dates, where the command line says nothing.
    pub(super) fn complete(&mut self, study: &Study) {
        self.choice.complete(&study.measure);
        self.look.mark.extend(marks(study));
    }

    /// Comparisons and figures that the study asks for. One that fails is told, and the others are made.
    pub(super) fn study_outputs(&self, session: &Session, study: &Study) -> Result<Vec<PathBuf>> {
        let (out, estimates) = (&self.output, self.output.join("estimates.parquet"));
        for folder in [COMPARISONS, FIGURES] {
            // Those of an earlier run would stand beside the new ones as if they belonged together.
            if out.join(folder).exists() {
                std::fs::remove_dir_all(out.join(folder)).map_err(|e| Error::io("remove", out.join(folder), e))?;
            }
        }
        let tell = |what: String, done: Result<Ending>| {
            if let Err(e) = done {
                session.ui.warn(format!("{what} of the study was not made: {e}"));
            }
        };
        for (at, words) in study.comparison_words()?.iter().enumerate() {
            std::fs::create_dir_all(out.join(COMPARISONS))
                .map_err(|e| Error::io("create", out.join(COMPARISONS), e))?;
            let command = comparison(words, &estimates, &out.join(COMPARISONS), at + 1)?;
            tell(format!("comparison {}", at + 1), command.run(session));
        }
        for (at, words) in study.figure_words().iter().enumerate() {
            let mut command = figures(words, &estimates, &out.join(FIGURES).join(format!("{:02}", at + 1)))?;
            command.look.mark.extend(marks(study));
            tell(format!("figure {}", at + 1), command.run(session));
        }
        let mut made = Vec::new();
        for folder in [COMPARISONS, FIGURES].map(|f| out.join(f)).iter().filter(|f| f.is_dir()) {
            match find::find(std::slice::from_ref(folder)) {
                Ok(files) => made.extend(files.into_iter().map(|f| f.path)),
                // Nothing could be made, and it was told why.
                Err(Error::Usage { .. }) => {
                    std::fs::remove_dir_all(folder).map_err(|e| Error::io("remove", folder, e))?;
                }
                Err(e) => return Err(e),
            }
        }
        Ok(relative(&made, out))
    }
}

/// The dates of the study, as figures mark them.
fn marks(study: &Study) -> Vec<Mark> {
    let of = |e: &study::Event| {
        let label = e.label.clone().unwrap_or_else(|| e.name.clone());
        Some(Mark { start: time::parse_iso(&e.date)?, end: None, label, platforms: e.platforms.clone() })
    };
    study.events.iter().filter_map(of).collect()
}

/// A wrong option shall be told before hours of work, not after them.
fn check(study: &Study) -> Result<()> {
    for words in study.comparison_words()? {
        comparison(&words, Path::new("estimates.parquet"), Path::new(COMPARISONS), 0)?;
    }
    for words in study.figure_words() {
        figures(&words, Path::new("estimates.parquet"), Path::new(FIGURES))?;
    }
    Ok(())
}

/// A comparison of the study as the command that makes it.
fn comparison(words: &[String], estimates: &Path, folder: &Path, number: usize) -> Result<Compare> {
    #[derive(clap::Parser)]
    #[command(name = "compare")]
    struct Line {
        #[command(flatten)]
        compare: Compare,
    }
    let kind = words.first().map_or("", String::as_str);
    let name = format!("{number:02}-{kind}");
    let (estimates, table, figures) = (estimates.display(), folder.join(format!("{name}.csv")), folder.join(&name));
    let more =
        [format!("--output={}", table.display()), format!("--figures={}", figures.display()), estimates.to_string()];
    let words =
        std::iter::once("compare").chain(words.iter().map(String::as_str)).chain(more.iter().map(String::as_str));
    Line::try_parse_from(words).map(|line| line.compare).map_err(|e| of_study("comparisons", &e))
}

/// Figures of the study as the command that draws them.
fn figures(words: &[String], estimates: &Path, folder: &Path) -> Result<Chart> {
    #[derive(clap::Parser)]
    #[command(name = "chart")]
    struct Line {
        #[command(flatten)]
        chart: Chart,
    }
    let more = [format!("--output={}", folder.display()), estimates.display().to_string()];
    let words = std::iter::once("chart").chain(words.iter().map(String::as_str)).chain(more.iter().map(String::as_str));
    Line::try_parse_from(words).map(|line| line.chart).map_err(|e| of_study("figures", &e))
}

fn of_study(table: &str, error: &clap::Error) -> Error {
    let said = error.to_string();
    let message =
        said.lines().find(|l| !l.trim().is_empty()).unwrap_or_default().trim_start_matches("error: ").to_owned();
    let tip = said.lines().find_map(|l| l.trim().strip_prefix("tip: ").map(str::to_owned));
    Error::usage(
        format!("[[{table}]] of the study: {message}"),
        tip.unwrap_or_else(|| "keys are the options of the command, with _ for -: its --help names them".to_owned()),
    )
}
