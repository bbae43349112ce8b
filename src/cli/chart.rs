//! `systemic chart`: figures from estimates.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use super::{Ending, Session};
use crate::charts::{self, CHARTS, Chart as Form, ChartSpec, FigureFormat, Mark, PeriodChoice, Preset, files};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Estimates};
use crate::indicators::{self, Basis, Card};
use crate::provenance::{FILE, Input, Output};
use crate::tables::faults::{FAULTS, Fault, with_origins};
use crate::tables::{codes, rules};
use crate::views;

mod contact_sheet;

/// Draw figures from estimates: SVG, PNG, the plotted rows as CSV, alternative text, Vega-Lite
#[derive(Debug, Args)]
pub struct Chart {
    /// File of estimates: Parquet, CSV, JSON or JSON lines
    #[arg(value_name = "ESTIMATES", required_unless_present = "contact_sheet")]
    estimates: Option<PathBuf>,
    /// Folder for the figures
    #[arg(long, short, value_name = "FOLDER")]
    output: PathBuf,
    /// Indicators to draw (default: all in the file)
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    indicator: Vec<String>,
    /// Chart forms (default: all that the estimates allow)
    #[arg(long, value_name = "FORM", value_delimiter = ',')]
    form: Vec<String>,
    #[command(flatten)]
    pub(super) look: Look,
    /// Statistic to draw, such as median or share
    #[arg(long)]
    statistic: Option<String>,
    /// Grouping variable to draw, where there are several
    #[arg(long)]
    group: Option<String>,
    /// In place of a file: draw every form in every size from invented data that strain it, on one page
    #[arg(long, conflicts_with_all = CONTACT_SHEET_REFUSES)]
    contact_sheet: bool,
    /// Kind of evidence to draw, where there are several: statements, report, listings, audit, vetted or statistics
    #[arg(long)]
    basis: Option<String>,
    /// Files of each figure: svg, png, csv, alt (alternative text), vega (Vega-Lite with the plotted rows)
    #[arg(long, value_name = "FORMAT", value_delimiter = ',', default_values_t = FigureFormat::USUAL)]
    format: Vec<FigureFormat>,
}

/// What a contact sheet has of its own.
const CONTACT_SHEET_REFUSES: [&str; 14] = [
    "estimates",
    "indicator",
    "statistic",
    "group",
    "basis",
    "format",
    "preset",
    "title",
    "subtitle",
    "note",
    "source",
    "highlight",
    "mark",
    "own_scales",
];

/// How figures look.
#[derive(Debug, Clone, Args)]
pub struct Look {
    /// Size: web, wide, square or column
    #[arg(long, default_value = "web", value_name = "SIZE")]
    pub preset: Preset,
    /// Title in place of the generated one
    #[arg(long)]
    title: Option<String>,
    /// Subtitle in place of the generated one
    #[arg(long)]
    subtitle: Option<String>,
    /// A sentence at the head of the note
    #[arg(long)]
    note: Option<String>,
    /// Who published the data
    #[arg(long)]
    source: Option<String>,
    /// Platforms to show in colour
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    highlight: Vec<String>,
    /// A date to mark on axes of time: DATE=LABEL; can be given several times
    #[arg(long, value_name = "DATE=LABEL", value_parser = mark)]
    pub mark: Vec<Mark>,
    /// In small multiples, let each panel have its own scale
    #[arg(long)]
    own_scales: bool,
}

impl Look {
    /// The options that were given and are not as they are by default.
    pub fn given(&self) -> Vec<&'static str> {
        let all = [
            (self.preset != Preset::default(), "--preset"),
            (self.title.is_some(), "--title"),
            (self.subtitle.is_some(), "--subtitle"),
            (self.note.is_some(), "--note"),
            (self.source.is_some(), "--source"),
            (!self.highlight.is_empty(), "--highlight"),
            (!self.mark.is_empty(), "--mark"),
            (self.own_scales, "--own-scales"),
        ];
        all.into_iter().filter(|(given, _)| *given).map(|(_, name)| name).collect()
    }
}

/// A mark from its text, such as `2025-06-18=Commitments binding`.
fn mark(text: &str) -> Result<Mark, String> {
    let (date, label) = text.split_once('=').unwrap_or((text, ""));
    match crate::time::parse_iso(date) {
        Some(start) if !label.trim().is_empty() => {
            Ok(Mark { start, end: None, label: label.trim().to_owned(), platforms: Vec::new() })
        }
        _ => Err("a mark is a date and what happened: 2025-06-18=\"Commitments binding\"".to_owned()),
    }
}

/// The source line of data from the Transparency Database.
const SOURCE: &str = "European Commission, DSA Transparency Database";
/// The source line of what platforms declare.
const REPORTS: &str = "transparency reports of the providers (DSA Art. 15, 24 and 42)";

impl Chart {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Unknown`] for names that do not exist, [`Error::Invalid`] for a file without estimates.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let forms: Vec<&'static dyn Form> = if self.form.is_empty() { CHARTS.to_vec() } else { forms(&self.form)? };
        let Some(file) = &self.estimates else { return contact_sheet::run(session, &self.output, &forms) };
        if !file.exists() {
            return Err(Error::NotFound {
                what: file.display().to_string(),
                nearest: crate::sources::find::nearest(file),
            });
        }
        let estimates = Estimates::read(file)?;
        let present = ids(estimates.rows());
        for id in &self.indicator {
            if !present.contains(id) {
                return Err(Error::Unknown { kind: "indicator of this file", name: id.clone(), known: present });
            }
        }
        let chosen: Vec<Estimate> = self.chosen(estimates.rows())?;
        super::output_folder(&self.output, &is_figure)?;
        let mut formats = self.format.clone();
        formats.sort_unstable();
        formats.dedup();
        let mut files = Vec::new();
        let mut refused: Vec<(&str, Error)> = Vec::new();
        let wanted = |id: &String| {
            // Of other evidence than is asked for, nobody expects a figure.
            if self.indicator.is_empty() {
                chosen.iter().any(|e| e.indicator == *id)
            } else {
                self.indicator.contains(id)
            }
        };
        for id in present.iter().filter(|id| wanted(id)) {
            let rows: Vec<Estimate> = chosen.iter().filter(|e| e.indicator == *id).cloned().collect();
            let mut spec = spec(id, &rows, &self.look);
            if self.statistic.is_some() {
                spec.statistic.clone_from(&self.statistic);
            }
            spec.group.clone_from(&self.group);
            spec.basis.clone_from(&self.basis);
            let main = spec.clone();
            let (before, mut last) = (files.len(), None);
            for form in &forms {
                let spec = for_form(&main, *form, self.statistic.is_some());
                // Without a choice, every form that has something to show is drawn.
                if self.form.is_empty() && !form.suits(&rows, &spec) {
                    continue;
                }
                let choices = [self.basis.as_deref(), self.statistic.as_deref(), self.group.as_deref()];
                let stem = [Some(id.as_str())].into_iter().chain(choices).chain([Some(form.id())]);
                let stem = stem.flatten().collect::<Vec<_>>().join("-");
                match files::write(*form, (&rows, &spec), (&self.output, &stem), &formats) {
                    Ok((figure, made)) => {
                        files.extend(made);
                        session.ui.say(format!("drew {stem}: {}", figure.title));
                    }
                    Err(e) => last = Some(e),
                }
            }
            // A figure that no other stands for shall not lack in silence.
            if files.len() == before {
                refused.extend(last.map(|e| (id.as_str(), e)));
            }
        }
        if files.is_empty() {
            let first = refused.into_iter().next().map(|(_, e)| e);
            return Err(first.unwrap_or_else(|| Error::usage("there is nothing to draw", "measure something first")));
        }
        for (id, e) in refused {
            let hint = e.hint().map(|h| format!(" ({h})")).unwrap_or_default();
            session.ui.warn(format!("no figure of {id}: {e}{hint}"));
        }
        let parameters = serde_json::json!({
            "command": "chart", "indicator": self.indicator, "form": self.form, "preset": self.look.preset.name(),
            "statistic": self.statistic, "group": self.group, "title": self.look.title, "subtitle": self.look.subtitle,
            "note": self.look.note, "source": self.look.source, "highlight": self.look.highlight,
            "basis": self.basis, "format": formats.iter().map(|f| f.name()).collect::<Vec<_>>(),
            "mark": self.look.mark.iter().map(|m| format!("{}={}", crate::time::iso(m.start), m.label)).collect::<Vec<_>>(),
        });
        let input = input(file)?;
        let mut manifest = session.manifest(parameters, vec![input]);
        manifest.simulated = estimates.rows().iter().any(Estimate::simulated);
        let files = relative(&files, &self.output);
        session.write_manifest(manifest, &self.output, FILE, &files)?;
        Ok(Ending::Done)
    }

    /// The estimates of the basis that is asked for.
    fn chosen(&self, rows: &[Estimate]) -> Result<Vec<Estimate>> {
        let Some(basis) = &self.basis else { return Ok(rows.to_vec()) };
        let wanted = |e: &&Estimate| self.indicator.is_empty() || self.indicator.contains(&e.indicator);
        let known: BTreeSet<&str> = rows.iter().filter(wanted).map(|e| e.basis.as_str()).collect();
        if !known.contains(basis.as_str()) {
            let known = known.into_iter().map(str::to_owned).collect();
            return Err(Error::Unknown { kind: "basis of these estimates", name: basis.clone(), known });
        }
        Ok(rows.iter().filter(|e| e.basis == *basis).cloned().collect())
    }
}

/// A file that was read, as an input of what is made from it.
pub fn input(path: &Path) -> Result<Input> {
    let name = path.file_name().map(PathBuf::from).unwrap_or_default();
    let digest = Output::digest(path.parent().unwrap_or_else(|| Path::new("")), &[name])?;
    Ok(Input {
        path: path.display().to_string(),
        sha256: digest.first().map(|d| d.sha256.clone()),
        bytes: digest.first().map(|d| d.bytes),
        outcome: "read".into(),
        rows_in: None,
        rows: None,
        rejected: None,
        checksum: None,
    })
}

/// Paths below a folder, relative to it.
pub fn relative(files: &[PathBuf], folder: &Path) -> Vec<PathBuf> {
    files.iter().map(|f| f.strip_prefix(folder).map_or_else(|_| f.clone(), PathBuf::from)).collect()
}

/// Whether a file in a folder of figures is one that this tool writes: drawing again replaces it.
pub fn is_figure(name: &str) -> bool {
    name == FILE || FigureFormat::ALL.iter().any(|format| name.ends_with(format.ending()))
}

/// Ids of the indicators in some estimates.
fn ids(estimates: &[Estimate]) -> Vec<String> {
    let mut ids: Vec<String> = estimates.iter().map(|e| e.indicator.clone()).collect();
    ids.dedup();
    ids
}

fn forms(names: &[String]) -> Result<Vec<&'static dyn Form>> {
    names
        .iter()
        .map(|name| {
            charts::chart(name).ok_or_else(|| Error::Unknown {
                kind: "chart form",
                name: name.clone(),
                known: CHARTS.iter().map(|c| c.id().to_owned()).collect(),
            })
        })
        .collect()
}

/// What a figure of an indicator shall show.
pub fn spec(id: &str, estimates: &[Estimate], look: &Look) -> ChartSpec {
    let simulated = estimates.iter().any(|e| e.indicator == id && e.simulated());
    // Simulated statements were never published by anybody.
    let rests_on = |basis: &str| estimates.iter().any(|e| e.indicator == id && e.basis == basis);
    let source = match (simulated, rests_on("report"), rests_on("statements")) {
        (true, ..) => "simulated data, invented platforms".to_owned(),
        (false, true, true) => format!("{SOURCE}; {REPORTS}"),
        (false, true, false) => REPORTS.to_owned(),
        _ => SOURCE.to_owned(),
    };
    let mut spec = ChartSpec::new(look.source.clone().unwrap_or(source));
    spec.preset = look.preset;
    spec.title.clone_from(&look.title);
    spec.subtitle.clone_from(&look.subtitle);
    spec.note.clone_from(&look.note);
    spec.highlight.clone_from(&look.highlight);
    spec.indicator = Some(id.to_owned());
    spec.period = PeriodChoice::Longest;
    spec.label = label;
    spec.own_scales = look.own_scales;
    if let Ok(indicator) = indicators::indicator(id) {
        let card = indicator.card();
        spec.indicator_name = Some(card.name.to_owned());
        // Figures know which of the usual statistics comes first; of others, the first on the card is the main one.
        let main = &card.statistics[0];
        let usual = ["share", "rate", "ratio", "median", "mean", "count"].contains(&main.name);
        if !usual && estimates.iter().any(|e| e.indicator == id && e.statistic == main.name) {
            spec.statistic = Some(main.name.to_owned());
        }
        spec.meanings = card.statistics.iter().map(|s| (s.name.to_owned(), s.meaning.to_owned())).collect();
        // Groups such as rules and fields rest on a column each: what touches one of them touches not all.
        if !matches!(card.own_group, Some("rule" | "field")) {
            let present: BTreeSet<&str> = estimates.iter().map(|e| e.platform.as_str()).collect();
            spec.marks = marks(card);
            spec.marks.retain(|m| m.platforms.is_empty() || m.platforms.iter().any(|p| present.contains(p.as_str())));
        }
    }
    spec.marks.extend(look.mark.iter().cloned());
    spec
}

/// The same for one form: one that reads statistics of its own is not bound to the main one of the card.
pub fn for_form(spec: &ChartSpec, form: &dyn Form, chosen: bool) -> ChartSpec {
    let mut spec = spec.clone();
    let own = |s: &String| form.reads().contains(&s.as_str());
    if !chosen && !form.reads().is_empty() && !spec.statistic.as_ref().is_some_and(own) {
        spec.statistic = None;
    }
    spec
}

/// Words for a code, or for a rule.
fn label(text: &str) -> &str {
    rules::rule_of(text).map_or_else(|| codes::label(text), |rule| rule.label)
}

/// Known faults and breaks that touch an indicator on statements.
fn marks(card: &'static Card) -> Vec<Mark> {
    let Some(needs) = card.requirement(Basis::Statements) else { return Vec::new() };
    let columns = with_origins(&views::stored_names(needs.table, needs.columns));
    let mark = |f: &Fault| Mark { start: f.from, end: f.until, label: f.label.clone(), platforms: f.platforms.clone() };
    FAULTS.iter().filter(|f| f.concerns(&columns)).map(mark).collect()
}
