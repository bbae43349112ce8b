//! `systemic sample`: audit samples, from the plan to the labels that come back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::output::{self, Format};
use super::ui::{count, grouped};
use super::{Ending, Session};
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::provenance::Input;
use crate::sampling::read::{self, Columns, Filter};
use crate::sampling::sheet::{FROM_FRAME, HIDDEN, IN_KEY, Sheet, Task, coder_name};
use crate::sampling::{self, Allocation, Assumptions, Chance, Design, Frame, Precision, Sample as Drawn};
use crate::sources::checksum;
use crate::stats::Confidence;
use crate::tables::codes;

mod plan;
mod removed;
mod returned;

/// Draw an audit sample: say what it can show, and write a sheet for those who label it
#[derive(Debug, Args)]
pub struct Sample {
    /// A dataset, or a CSV or Parquet file with one row per unit
    #[arg(value_name = "FRAME", required_unless_present = "labels")]
    from: Option<PathBuf>,
    /// What the units are: the table of the dataset, and the column of their identifiers
    #[arg(long, value_enum, default_value = "listings")]
    frame: Units,
    /// Column of the identifiers, where it is another one
    #[arg(long, value_name = "COLUMN")]
    id: Option<String>,
    /// How the sample is drawn; two-phase is stratified by what the platform flagged
    #[arg(long, value_enum, default_value = "simple")]
    design: Kind,
    /// Units to draw
    #[arg(long, default_value_t = 400)]
    n: u64,
    /// Columns whose values are the strata
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    by: Vec<String>,
    /// How units are shared out to strata
    #[arg(long, value_enum, default_value = "proportional")]
    allocation: Share,
    /// Units of a stratum at least
    #[arg(long, default_value_t = 2)]
    minimum: u64,
    /// Column of the clusters
    #[arg(long, value_name = "COLUMN", default_value = "trader_id")]
    cluster: String,
    /// Clusters to draw (default: as many as --n needs)
    #[arg(long)]
    clusters: Option<u64>,
    /// Units of a cluster at most
    #[arg(long, value_name = "N")]
    per_cluster: Option<u64>,
    /// Draw clusters with equal probability, not in proportion to their size
    #[arg(long)]
    equal_chance: bool,
    /// Column of the sizes that chances are proportional to
    #[arg(long, value_name = "COLUMN")]
    size: Option<String>,
    /// Size that smaller and missing ones are raised to
    #[arg(long)]
    least_size: Option<f64>,
    /// Draw a simple random sample of so many units first, and the sample from that
    #[arg(long, value_name = "N")]
    first_phase: Option<u64>,
    /// Column of weights, where the frame is itself a sample
    #[arg(long, value_name = "COLUMN")]
    first_weight: Option<String>,
    /// Only units of these platforms; the platform's name where the frame does not say it
    #[arg(long, value_name = "NAME")]
    platform: Vec<String>,
    /// Only units of these categories
    #[arg(long, value_delimiter = ',')]
    category: Vec<String>,
    /// Only units of these countries
    #[arg(long, value_delimiter = ',')]
    country: Vec<String>,
    /// Only listings that were live at this time, which is then the reference time of the sample; of a dataset, without
    /// those that an action had taken away by then
    #[arg(long, value_name = "DATE", value_parser = instant)]
    live_at: Option<i64>,
    /// Everything random follows from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    expected: Expected,
    #[command(flatten)]
    labelling: Labelling,
    /// Say what the sample can be expected to show, and draw none
    #[arg(long)]
    plan: bool,
    /// Read a sheet that came back: what was found in it, agreement of the coders, the estimate
    #[arg(long, value_name = "SHEET", conflicts_with_all = ["plan", "from"])]
    labels: Option<PathBuf>,
    /// Key of that sheet, where it does not lie beside it under its name
    #[arg(long, value_name = "FILE", requires = "labels")]
    key: Option<PathBuf>,
    /// Format of the plan or of what is said of the labels
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// File for the sheet, .xlsx or .csv; its key is written beside it
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Say what would be drawn and written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// What is supposed before anybody looks.
#[derive(Debug, Args)]
struct Expected {
    /// Guessed share of units of the kind
    #[arg(long, default_value_t = 0.5)]
    guess: f64,
    /// Guess for one stratum, as toys=0.1
    #[arg(long, value_name = "STRATUM=SHARE", value_parser = pair)]
    guess_in: Vec<(String, f64)>,
    /// How alike units of a cluster are (intraclass correlation)
    #[arg(long, default_value_t = 0.05)]
    intraclass: f64,
    /// Design effect, in place of the one that follows from clusters and weights
    #[arg(long)]
    design_effect: Option<f64>,
    /// Half-width to reach: the plan says how many units that needs
    #[arg(long, value_name = "SHARE")]
    half_width: Option<f64>,
    /// Confidence level
    #[arg(long, default_value_t = 0.95)]
    confidence: f64,
}

/// Who labels, and what they see.
#[derive(Debug, Args)]
struct Labelling {
    /// Name of the sample
    #[arg(long, default_value = "audit")]
    sample: String,
    /// What coders are asked: a code of the enumeration `audit_question` (default: by the frame)
    #[arg(long)]
    question: Option<String>,
    /// Number of coders
    #[arg(long, default_value_t = 1)]
    coders: u32,
    /// Share of the units that all coders label, to see how they agree
    #[arg(long, default_value_t = 0.2)]
    overlap: f64,
    /// Write a sheet for each coder
    #[arg(long)]
    separate: bool,
    /// Columns of the frame to show (default: title, brand, description, address and price of a listing)
    #[arg(long, value_delimiter = ',', value_name = "COLUMN")]
    show: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Units {
    Listings,
    Actions,
    Traders,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Simple,
    Stratified,
    Cluster,
    Unequal,
    TwoPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Share {
    Proportional,
    Neyman,
    Equal,
}

impl Units {
    /// Table, column of identifiers, question, columns to show.
    fn facts(self) -> (&'static str, &'static str, &'static str, &'static [&'static str]) {
        match self {
            Self::Listings => (
                "listings",
                "listing_id",
                "illegal",
                &["title", "brand", "description", "url", "price", "currency", "category", "country"],
            ),
            Self::Actions => {
                ("actions", "action_id", "measure_right", &["listing_id", "action", "ground", "category", "action_at"])
            }
            Self::Traders => ("traders", "trader_id", "trader_details", &["trader_id", "country"]),
        }
    }
}

fn instant(text: &str) -> Result<i64, String> {
    read::instant(text).ok_or_else(|| "a time looks like 2025-07-01 or 2025-07-01T12:00:00Z".to_owned())
}

fn pair(text: &str) -> Result<(String, f64), String> {
    let parts = text.rsplit_once('=').and_then(|(name, share)| Some((name.to_owned(), share.parse().ok()?)));
    parts.ok_or_else(|| "a guess for a stratum looks like toys=0.1".to_owned())
}

/// Where the frame comes from.
struct From {
    files: Vec<PathBuf>,
    inputs: Vec<Input>,
    simulated: bool,
    input_id: Option<String>,
    /// Listings that the platform had taken away by the reference time: platform and identifier.
    gone: Option<BTreeSet<Vec<String>>>,
}

impl Sample {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Usage`] where the design does not fit the frame, or a sheet of that name exists; those of the files.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let confidence = Confidence::new(self.expected.confidence)
            .map_err(|e| Error::usage(e.to_string(), "a level of confidence lies between 0 and 1, as 0.95"))?;
        if let Some(sheet) = &self.labels {
            let format = Format::choose(self.format, output::target(self.output.as_ref()))?;
            return returned::run(
                session,
                (sheet, self.key.as_deref()),
                self.seed,
                confidence,
                (self.output.as_ref(), format),
            );
        }
        let from = self.open()?;
        let there = read::header(&from.files)?;
        let mut columns = self.columns(&there)?;
        if let Some(gone) = &from.gone {
            columns.filters.push(Filter::NoneOf(vec!["platform".into(), "listing_id".into()], gone.clone()));
        }
        let whole = read::frame(&from.files, &columns)?;
        let frame = match self.first_phase {
            Some(n) => whole.first_phase(n, self.seed)?,
            None => whole,
        };
        let design = self.design(&frame);
        let assumed = Assumptions {
            guess: self.expected.guess,
            by_stratum: self.expected.guess_in.iter().cloned().collect(),
            intraclass: if self.design == Kind::Cluster { self.expected.intraclass } else { 0.0 },
            design_effect: self.expected.design_effect,
        };
        if from.simulated {
            session.ui.say("simulated data: these listings are of no real platform");
        }
        let expected = sampling::precision(&frame, design, &assumed, confidence)?;
        if self.plan {
            let needed = match self.expected.half_width {
                Some(half) => Some(sampling::needed(&frame, design, &assumed, half, confidence)?),
                None => None,
            };
            let discovery = sampling::discovery(&frame, expected.guess, expected.design_effect, confidence)?;
            let file = output::target(self.output.as_ref());
            let rows = plan::rows(&expected, needed, discovery);
            output::records(&rows, file, Format::choose(self.format, file)?)?;
            return Ok(Ending::Done);
        }
        session.ui.say(plan::sentence(&expected, confidence));
        let sample = sampling::draw(&frame, design, &assumed, self.seed)?;
        for note in &sample.notes {
            session.ui.warn(note);
        }
        self.write(session, &from, (&columns, &there), (&frame, design, &sample), &expected)
    }

    fn open(&self) -> Result<From> {
        let Some(path) = &self.from else { return Err(Error::usage("no frame was given", "name a dataset or a file")) };
        if path.is_dir() {
            let dataset = Dataset::open(path)?;
            let (table, ..) = self.frame.facts();
            let files = dataset.table_files(table);
            if files.is_empty() {
                return Err(Error::usage(
                    format!("{}: the dataset has no rows of the table {table}", path.display()),
                    "load an export that has them, choose another --frame, or give a CSV or Parquet file",
                ));
            }
            let register = dataset.register();
            // `ended_at` is the trader's doing: what the platform took away stands in another table.
            let gone = self.live_at.map(|at| removed::at(&dataset, at)).transpose()?;
            return Ok(From {
                gone,
                files,
                inputs: super::measure::dataset_inputs(&dataset),
                simulated: register.simulated(),
                input_id: Some(register.input_id()),
            });
        }
        if !path.exists() {
            let nearest = crate::sources::find::nearest(path);
            return Err(Error::NotFound { what: path.display().to_string(), nearest });
        }
        let input = Input {
            path: path.display().to_string(),
            sha256: Some(checksum::digest(path, false)?.0),
            bytes: std::fs::metadata(path).ok().map(|m| m.len()),
            outcome: "frame".into(),
            rows_in: None,
            rows: None,
            rejected: None,
            checksum: None,
        };
        Ok(From { files: vec![path.clone()], inputs: vec![input], simulated: false, input_id: None, gone: None })
    }

    fn strata(&self) -> Vec<String> {
        if self.design == Kind::TwoPhase && self.by.is_empty() { vec!["flagged".into()] } else { self.by.clone() }
    }

    fn columns(&self, there: &[String]) -> Result<Columns> {
        let stratified = matches!(self.design, Kind::Stratified | Kind::TwoPhase);
        if !stratified && !self.by.is_empty() {
            return Err(Error::usage("--by makes strata, and this design has none", "say --design stratified"));
        }
        if self.design == Kind::Unequal && self.size.is_none() {
            return Err(Error::usage(
                "no column says how large the units are",
                "name one with --size, as --size views",
            ));
        }
        let mut filters = Vec::new();
        for (column, values) in [("category", &self.category), ("country", &self.country)] {
            if !values.is_empty() {
                filters.push(Filter::OneOf(column.into(), values.clone()));
            }
        }
        if !self.platform.is_empty() && there.iter().any(|c| c == "platform") {
            filters.push(Filter::OneOf("platform".into(), self.platform.clone()));
        }
        filters.extend(self.live_at.map(Filter::LiveAt));
        Ok(Columns {
            id: self.id.clone().unwrap_or_else(|| self.frame.facts().1.to_owned()),
            strata: self.strata(),
            cluster: (self.design == Kind::Cluster).then(|| self.cluster.clone()),
            size: self.size.clone(),
            least_size: self.least_size,
            weight: self.first_weight.clone(),
            filters,
        })
    }

    fn design(&self, frame: &Frame) -> Design {
        let (n, minimum) = (self.n, self.minimum);
        let allocation = match self.allocation {
            Share::Proportional => Allocation::Proportional,
            Share::Neyman => Allocation::Neyman,
            Share::Equal => Allocation::Equal,
        };
        match self.design {
            Kind::Simple => Design::Simple { n },
            Kind::Stratified | Kind::TwoPhase => Design::Stratified { n, allocation, minimum },
            Kind::Unequal => Design::Unequal { n },
            Kind::Cluster => {
                let all = frame.clusters().len() as u64;
                // Without a limit per cluster, that many clusters of middling size hold n units.
                let each = self.per_cluster.unwrap_or_else(|| (frame.len() as u64).div_ceil(all.max(1))).max(1);
                let clusters = self.clusters.unwrap_or_else(|| n.div_ceil(each).clamp(1, all));
                let chance = if self.equal_chance { Chance::Equal } else { Chance::Size };
                Design::Clusters { clusters, chance, take: self.per_cluster }
            }
        }
    }

    fn task(
        &self,
        from: &From,
        design: Design,
        expected: &Precision,
        sample: &Drawn,
        platform_known: bool,
    ) -> Result<Task> {
        let question = self.labelling.question.clone().unwrap_or_else(|| self.frame.facts().2.to_owned());
        let Some(asked) = codes::code("audit_question", &question) else {
            let known = codes::codes("audit_question").iter().map(|c| c.code.clone()).collect();
            return Err(Error::Unknown { kind: "question", name: question, known });
        };
        let platform = if let [one] = &self.platform[..] { Some(one.clone()) } else { None };
        if platform.is_none() && !platform_known {
            return Err(Error::usage("the frame does not say whose listings these are", "name it with --platform"));
        }
        let hidden = self.strata().iter().chain(&self.size).any(|c| HIDDEN.contains(&c.as_str()));
        let mut task = Task {
            platform,
            sample: self.labelling.sample.clone(),
            question,
            sampled_at: self.live_at.and_then(|at| jiff::Timestamp::from_microsecond(at).ok()).map(|t| t.to_string()),
            coders: self.labelling.coders,
            overlap: self.labelling.overlap,
            blind_design: hidden,
            seed: self.seed,
            simulated: from.simulated,
            about: Vec::new(),
        };
        let level = Confidence::new(self.expected.confidence).unwrap_or_default();
        task.about = plan::about(&asked.label, &task, &design.describe(), sample, &plan::sentence(expected, level));
        Ok(task)
    }

    fn write(
        &self,
        session: &Session,
        from: &From,
        (columns, there): (&Columns, &[String]),
        (frame, design, sample): (&Frame, Design, &Drawn),
        expected: &Precision,
    ) -> Result<Ending> {
        let what = format!(
            "{} of {} in the frame",
            count(sample.units.len() as u64, "unit", "units"),
            grouped(frame.len() as u64)
        );
        let Some(file) = output::target(self.output.as_ref()) else {
            return Err(Error::usage(
                format!("{what} would be drawn, but no file was named for the sheet"),
                "name one with -o sheet.xlsx, or ask for the --plan alone",
            ));
        };
        let workbook = match file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("xlsx") => true,
            Some("csv") => false,
            _ => {
                return Err(Error::usage(
                    format!("{}: a sheet is .xlsx or .csv", file.display()),
                    "end the name in one of them",
                ));
            }
        };
        let task = self.task(from, design, expected, sample, there.iter().any(|c| c == "platform"))?;
        let mut shown: Vec<&str> = self.labelling.show.iter().map(String::as_str).collect();
        if let Some(lacking) = shown.iter().find(|c| !there.iter().any(|t| t == *c)) {
            return Err(Error::Unknown {
                kind: "column of the frame",
                name: (*lacking).to_owned(),
                known: there.to_vec(),
            });
        }
        if shown.is_empty() {
            shown = self.frame.facts().3.to_vec();
        }
        let mut wanted: BTreeSet<&str> = shown.iter().copied().collect();
        wanted.extend(FROM_FRAME.iter().chain(&IN_KEY).chain(&["platform", "live_at"]));
        let drawn: BTreeSet<&str> = sample.units.iter().map(|u| u.id.as_str()).collect();
        let wanted: Vec<&str> = wanted.into_iter().collect();
        let mut details = read::details(&from.files, columns, &drawn, &wanted)?;
        // Of a sample of all listings of a period it would say that they were live at its reference time.
        if self.live_at.is_some() && !details.columns.iter().any(|c| c == "entered_at") {
            details.columns.iter_mut().filter(|c| *c == "live_at").for_each(|c| "entered_at".clone_into(c));
        }
        let sheet = Sheet::new(sample, &task, &details, &shown)?;
        let mut files: Vec<(PathBuf, Vec<u8>)> = Vec::new();
        let bytes = |sheet: &Sheet| if workbook { sheet.xlsx() } else { sheet.csv() };
        if self.labelling.separate {
            for coder in (0..task.coders).map(coder_name) {
                files.push((beside(file, &format!("-{coder}"), None), bytes(&sheet.of_coder(&coder))?));
            }
        } else {
            files.push((file.to_owned(), bytes(&sheet)?));
        }
        files.push((beside(file, "-key", Some("csv")), sheet.key_csv()?));
        if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
            return Err(Error::usage(
                format!("{}: this file exists, and may hold labels", path.display()),
                "choose another name with -o, or move it away",
            ));
        }
        let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
        let rows = count(sheet.rows.len() as u64 - 1, "row", "rows");
        if self.dry_run {
            session.ui.say(format!("would draw {what} and write {rows} to {}", names.join(", ")));
            return Ok(Ending::Done);
        }
        for (path, bytes) in &files {
            output::write(Some(path), bytes)?;
        }
        self.record(session, from, file, (design, sample), &files)?;
        session.ui.say(format!("drew {what}: {rows} to label in {}", names[..names.len() - 1].join(", ")));
        session.ui.say(format!("keep {} from the coders: it says what the platform flagged", names[names.len() - 1]));
        Ok(Ending::Done)
    }

    fn record(
        &self,
        session: &Session,
        from: &From,
        file: &Path,
        (design, sample): (Design, &Drawn),
        files: &[(PathBuf, Vec<u8>)],
    ) -> Result<()> {
        let strata: BTreeMap<&str, [u64; 2]> =
            sample.strata.iter().map(|s| (s.name.as_deref().unwrap_or("(all)"), [s.size, s.drawn])).collect();
        let parameters = serde_json::json!({
            "command": "sample", "design": design.describe(), "seed": self.seed, "frame_size": sample.frame_size,
            "by": self.strata(), "units": sample.units.len(), "strata": strata, "first_phase": self.first_phase,
            "clusters": sample.clusters.map(|(drawn, all)| [all, drawn]), "guess": self.expected.guess,
            "sample": self.labelling.sample, "coders": self.labelling.coders, "overlap": self.labelling.overlap,
            "notes": sample.notes,
        });
        let mut manifest = session.manifest(parameters, from.inputs.clone());
        manifest.simulated = from.simulated;
        manifest.input_id.clone_from(&from.input_id);
        let name = |path: &Path| PathBuf::from(path.file_name().unwrap_or_default());
        let outputs: Vec<PathBuf> = files.iter().map(|(path, _)| name(path)).collect();
        let folder = file.parent().unwrap_or_else(|| Path::new(""));
        session.write_manifest(manifest, folder, &format!("{}.manifest.json", name(file).display()), &outputs)
    }
}

/// A file beside another: its name with something after the stem, and perhaps another ending.
fn beside(file: &Path, after: &str, extension: Option<&str>) -> PathBuf {
    let part = |text: Option<&std::ffi::OsStr>| text.map(|t| t.to_string_lossy().into_owned()).unwrap_or_default();
    let extension = extension.map_or_else(|| part(file.extension()), str::to_owned);
    file.with_file_name(format!("{}{after}.{extension}", part(file.file_stem())))
}
