//! `systemic map`: mappings of exports in a layout of their own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::output::{self, Format};
use super::{Ending, Session};
use crate::error::{Error, Result};
use crate::indicators::INDICATORS;
use crate::sources::export::TableExport;
use crate::sources::find;
use crate::sources::marketplace::check::Trial;
use crate::sources::marketplace::columns::{ColumnMapping, From};
use crate::sources::marketplace::draft::draft;
use crate::sources::marketplace::mappings::FOLDER_FILE;
use crate::sources::marketplace::{Mapping, Mappings};
use crate::tables::{TABLES, Table};
use crate::views;

/// Draft and check mappings: which columns of an export are which columns of the tables
#[derive(Debug, Args)]
pub struct Map {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Draft(Draft),
    Check(Check),
}

/// Propose a mapping from the names and contents of an export's columns
#[derive(Debug, Args)]
struct Draft {
    /// Files, folders or patterns: CSV, JSON lines, JSON or Parquet, in zip and gzip too
    #[arg(value_name = "EXPORT", required = true)]
    exports: Vec<PathBuf>,
    /// Table that the files are of (default: the one that fits best)
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// File of the mapping; `-` or nothing is stdout
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Read a mapping, and exports through it, without loading them
#[derive(Debug, Args)]
struct Check {
    /// The mapping file
    #[arg(value_name = "MAPPING")]
    mapping: PathBuf,
    /// Files, folders or patterns to read through it
    #[arg(value_name = "EXPORT")]
    exports: Vec<PathBuf>,
    /// Format of the answer
    #[arg(long, value_enum)]
    format: Option<Format>,
}

impl Map {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the mapping and of the exports.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        match &self.what {
            What::Draft(draft) => draft.run(session),
            What::Check(check) => check.run(session),
        }
    }
}

impl Draft {
    fn run(&self, session: &Session) -> Result<Ending> {
        let table = match &self.table {
            None => None,
            Some(name) => Some(known_table(name)?),
        };
        let paths: Vec<PathBuf> = find::find(&self.exports)?.into_iter().map(|f| f.path).collect();
        let text = draft(&paths, table)?;
        output::write(output::target(self.output.as_ref()), text.as_bytes())?;
        session.ui.say("look at each line, then try it: systemic map check MAPPING EXPORT…");
        Ok(Ending::Done)
    }
}

fn known_table(name: &str) -> Result<&'static dyn Table> {
    TABLES.iter().copied().find(|t| t.name() == name && name != "statements").ok_or_else(|| Error::Unknown {
        kind: "table",
        name: name.to_owned(),
        known: TABLES.iter().map(|t| t.name().to_owned()).filter(|n| n != "statements").collect(),
    })
}

impl Check {
    fn run(&self, session: &Session) -> Result<Ending> {
        let format = Format::choose(self.format, None)?;
        let mappings = Mappings::new(std::slice::from_ref(&self.mapping))?;
        let mut rows = vec![cells(&["about", "file", "table", "name", "count", "note"])];
        let mut ending = Ending::Done;
        for found in find::find(&self.exports)? {
            let name = found.path.display().to_string();
            if found.path.file_name().is_some_and(|n| n == FOLDER_FILE) {
                continue;
            }
            match mappings.open_given(&found.path)? {
                Some(export) => {
                    let trial = Trial::of(&export)?;
                    if trial.rejected() > 0 {
                        ending = Ending::Found;
                    }
                    told(&mut rows, &name, &trial, export.entries());
                }
                None => {
                    ending = Ending::Found;
                    rows.push(cells(&["left aside", &name, "", "", "", "files = […] of no table names it"]));
                }
            }
        }
        for mapping in mappings.given() {
            rows.extend(lacking(mapping));
            session.ui.say(format!("{} is read: {} tables", mapping.place, mapping.tables.len()));
        }
        output::records(&rows, None, format)?;
        Ok(ending)
    }
}

fn cells(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|t| (*t).to_owned()).collect()
}

/// What the reading of one file gave.
fn told(rows: &mut Vec<Vec<String>>, file: &str, trial: &Trial, entries: &[String]) {
    for (table, tried) in &trial.tables {
        rows.push(cells(&["rows", file, table, "", &tried.rows.to_string(), ""]));
        let columns = TABLES.iter().find(|t| t.name() == *table).map_or(&[][..], |t| t.columns());
        for (column, nulls) in columns.iter().zip(&tried.nulls) {
            if *nulls > 0 && ColumnMapping::can_be_mapped(column) {
                #[allow(clippy::cast_precision_loss)]
                let share = *nulls as f64 * 100.0 / tried.rows as f64;
                let note = format!("{share:.1} % of the rows");
                rows.push(cells(&["empty cells", file, table, column.name, &nulls.to_string(), &note]));
            }
        }
    }
    for (table, count) in &trial.filtered {
        rows.push(cells(&["filtered", file, table, "", &count.to_string(), "left out by filter or once"]));
    }
    for (reason, count) in &trial.reasons {
        rows.push(cells(&["kept aside", file, "", "", &count.to_string(), reason]));
    }
    for finding in trial.findings.list(entries) {
        let column = finding.column.unwrap_or_default();
        let mut note = format!("{}: {}", finding.code, finding.title);
        if let Some(value) = &finding.value {
            note = format!("{note}: {value}");
        }
        if let Some(place) = &finding.first_seen {
            note = format!("{note} (first at {place})");
        }
        rows.push(cells(&["finding", file, "", &column, &finding.count.to_string(), &note]));
    }
}

/// For each indicator on tables of the mapping, the columns that the mapping does not fill.
fn lacking(mapping: &Mapping) -> Vec<Vec<String>> {
    let mut filled: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for table in &mapping.tables {
        let columns = table.columns.iter().filter(|c| !matches!(&c.from, From::Constant(text) if text.is_empty()));
        filled.entry(table.table.name()).or_default().extend(columns.map(|c| c.about.name));
    }
    let mut rows = Vec::new();
    for indicator in INDICATORS {
        let card = indicator.card();
        for requirement in card.requires {
            if !filled.contains_key(views::first_table(requirement.table)) {
                continue;
            }
            let lacking = |columns| {
                let mut lacks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
                for (table, column) in views::stored(requirement.table, columns) {
                    let derived = TABLES.iter().find(|t| t.name() == table).and_then(|t| t.column(column));
                    let mappable = derived.is_some_and(ColumnMapping::can_be_mapped);
                    if mappable && !filled.get(table).is_some_and(|c| c.contains(&column)) {
                        lacks.entry(table).or_default().push(column);
                    }
                }
                lacks
            };
            let lacks = lacking(requirement.columns);
            let basis = requirement.basis.name();
            let without: Vec<&str> = lacking(requirement.optional).into_values().flatten().collect();
            let without =
                if without.is_empty() { String::new() } else { format!(" (there is no {})", without.join(", ")) };
            if lacks.is_empty() {
                rows.push(cells(&[
                    "indicator",
                    "",
                    requirement.table,
                    card.id,
                    "",
                    &format!("{basis}: nothing is lacking{without}"),
                ]));
            }
            for (table, columns) in lacks {
                let note = format!("{basis}: the mapping fills no {}", columns.join(", "));
                rows.push(cells(&["indicator", "", table, card.id, &columns.len().to_string(), &note]));
            }
        }
    }
    rows
}
