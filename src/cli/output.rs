//! Results on stdout or in a file, in the format asked for.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::compare::{Comparison, Comparisons};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Estimates, Status};

use super::ui;

/// Formats of results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns for a person (on a terminal the default)
    Table,
    /// Comma-separated values with a header (elsewhere the default)
    Csv,
    /// One JSON array
    Json,
    /// One JSON object a line
    Ndjson,
    /// Apache Parquet
    Parquet,
}

impl Format {
    /// The format asked for, or that of the file's name, or what suits where the output goes.
    ///
    /// # Errors
    /// [`Error::Usage`] for Parquet on a terminal, or a file name without a format.
    pub fn choose(asked: Option<Self>, file: Option<&Path>) -> Result<Self> {
        let terminal = file.is_none() && std::io::stdout().is_terminal();
        if let Some(format) = asked {
            if format == Self::Parquet && terminal {
                return Err(Error::usage("Parquet is not for terminals", "write it to a file with -o"));
            }
            return Ok(format);
        }
        let Some(file) = file else { return Ok(if terminal { Self::Table } else { Self::Csv }) };
        match file.extension().and_then(|e| e.to_str()).map(str::to_lowercase).as_deref() {
            Some("csv") => Ok(Self::Csv),
            Some("json") => Ok(Self::Json),
            Some("ndjson" | "jsonl") => Ok(Self::Ndjson),
            Some("parquet") => Ok(Self::Parquet),
            Some("txt") => Ok(Self::Table),
            _ => Err(Error::usage(
                format!("{}: the name does not say a format", file.display()),
                "end it in .parquet, .csv, .json or .ndjson, or say --format",
            )),
        }
    }
}

/// Where results go: `None` for stdout, also where `-` is given.
pub fn target(output: Option<&PathBuf>) -> Option<&Path> {
    output.map(PathBuf::as_path).filter(|p| p.as_os_str() != "-")
}

/// Writes estimates to a file, whole or not at all, or to stdout.
///
/// # Errors
/// [`Error::Io`], [`Error::Engine`].
pub fn estimates(estimates: &Estimates, file: Option<&Path>, format: Format) -> Result<()> {
    let mut bytes = Vec::new();
    match format {
        Format::Parquet => estimates.write_parquet(&mut bytes)?,
        Format::Csv => estimates.write_csv(&mut bytes)?,
        Format::Json => estimates.write_json(&mut bytes, false)?,
        Format::Ndjson => estimates.write_json(&mut bytes, true)?,
        Format::Table => bytes.extend(ui::table(&rows(estimates.rows())).into_bytes()),
    }
    write(file, &bytes)
}

/// Writes comparisons to a file, whole or not at all, or to stdout.
///
/// # Errors
/// [`Error::Io`], [`Error::Engine`].
pub fn comparisons(comparisons: &Comparisons, file: Option<&Path>, format: Format) -> Result<()> {
    let mut bytes = Vec::new();
    match format {
        Format::Parquet => comparisons.write_parquet(&mut bytes)?,
        Format::Json => comparisons.write_json(&mut bytes, false)?,
        Format::Ndjson => comparisons.write_json(&mut bytes, true)?,
        Format::Csv => return records(&comparisons.text()?, file, format),
        Format::Table => return records(&comparison_rows(comparisons.rows()), file, format),
    }
    write(file, &bytes)
}

/// Writes to a file, whole or not at all, or to stdout.
///
/// # Errors
/// [`Error::Io`].
pub fn write(file: Option<&Path>, bytes: &[u8]) -> Result<()> {
    let Some(path) = file else { return stdout(bytes) };
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    }
    crate::dataset::write_whole(path, bytes)
}

/// Writes rows of text, the first being the header, as a table or as data, to a file or to stdout.
///
/// # Errors
/// [`Error::Usage`] for Parquet, [`Error::Io`].
pub fn records(rows: &[Vec<String>], file: Option<&Path>, format: Format) -> Result<()> {
    let Some((header, body)) = rows.split_first() else { return Ok(()) };
    let object = |row: &Vec<String>| -> serde_json::Map<String, serde_json::Value> {
        header.iter().cloned().zip(row.iter().map(|c| c.clone().into())).collect()
    };
    let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write the table", e);
    let bytes = match format {
        Format::Table => ui::table(rows).into_bytes(),
        Format::Csv => {
            let mut writer = csv::Writer::from_writer(Vec::new());
            for row in rows {
                writer.write_record(row).map_err(|e| fail(&e))?;
            }
            writer.into_inner().map_err(|e| fail(&e))?
        }
        Format::Json => {
            let all: Vec<_> = body.iter().map(object).collect();
            let mut text = serde_json::to_vec_pretty(&all).map_err(|e| fail(&e))?;
            text.push(b'\n');
            text
        }
        Format::Ndjson => {
            let mut text = Vec::new();
            for row in body {
                serde_json::to_writer(&mut text, &object(row)).map_err(|e| fail(&e))?;
                text.push(b'\n');
            }
            text
        }
        Format::Parquet => {
            return Err(Error::usage("this list is not written as Parquet", "choose csv, json or ndjson"));
        }
    };
    write(file, &bytes)
}

/// Writes bytes to stdout.
///
/// # Errors
/// [`Error::Io`].
pub fn stdout(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_err(|e| Error::io("write", "standard output", e))
}

/// Whether an error only says that the reader of a pipe has gone.
pub fn is_closed_pipe(error: &Error) -> bool {
    matches!(error, Error::Io { source, .. } if source.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Estimates as rows for a person: without the columns that are the same or empty everywhere.
fn rows(estimates: &[Estimate]) -> Vec<Vec<String>> {
    let group = estimates.iter().any(|e| e.group_name.is_some());
    let limits = estimates.iter().any(|e| e.lower.is_some() || e.upper.is_some());
    let mut header = vec!["indicator", "platform"];
    if group {
        header.push("group");
    }
    header.extend(["period", "statistic", "value", "unit"]);
    if limits {
        header.extend(["lower", "upper"]);
    }
    header.extend(["k", "n", "note"]);
    let mut rows = vec![header.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for e in estimates {
        let mut row = vec![e.indicator.clone(), e.platform.clone()];
        if group {
            row.push(crate::tables::codes::label(e.group_value.as_deref().unwrap_or("")).to_owned());
        }
        row.extend([e.period().label(), e.statistic.clone()]);
        row.push(match (e.status, e.value) {
            (Status::Ok, Some(v)) => number(v, &e.unit),
            (Status::Ok, None) => String::new(),
            (Status::Insufficient, _) => "insufficient".into(),
            (Status::NotApplicable, _) => "not applicable".into(),
            (Status::Suppressed, _) => "suppressed".into(),
        });
        row.push(e.unit.clone());
        if limits {
            row.push(e.lower.map_or_else(String::new, |v| number(v, &e.unit)));
            row.push(e.upper.map_or_else(String::new, |v| number(v, &e.unit)));
        }
        let count = |n: Option<i64>| n.map_or_else(String::new, |n| ui::grouped(n.unsigned_abs()));
        row.extend([count(e.k), count(e.n), e.reason.clone().or_else(|| e.note.clone()).unwrap_or_default()]);
        rows.push(row);
    }
    rows
}

/// Comparisons as rows for a person: without the columns that are the same or empty everywhere.
fn comparison_rows(rows: &[Comparison]) -> Vec<Vec<String>> {
    type Cell = fn(&Comparison) -> String;
    let columns: [(&str, Cell); 16] = [
        ("indicator", |c| c.indicator.clone()),
        ("statistic", |c| c.statistic.clone()),
        ("quantity", |c| c.quantity.clone()),
        ("platform", |c| c.platform.clone()),
        ("group", |c| crate::tables::codes::label(c.group_value.as_deref().unwrap_or("")).to_owned()),
        ("peers", |c| c.peer_group.clone().unwrap_or_default()),
        ("rank", |c| c.rank.map_or_else(String::new, |r| r.to_string())),
        ("value", |c| c.value.map_or_else(String::new, |v| number(v, &c.unit))),
        ("reference", |c| c.reference.map_or_else(String::new, |v| number(v, &c.unit))),
        ("difference", |c| c.difference.map_or_else(String::new, |v| number(v, &c.unit))),
        ("ratio", |c| c.ratio.map_or_else(String::new, |v| format!("{v:.3}"))),
        ("z", |c| c.z.map_or_else(String::new, |v| format!("{v:.2}"))),
        ("p", |c| c.p.map_or_else(String::new, |v| format!("{v:.4}"))),
        ("p adjusted", |c| c.p_adjusted.map_or_else(String::new, |v| format!("{v:.4}"))),
        ("position", |c| c.position.clone().unwrap_or_default()),
        ("why not", |c| c.reason.clone().unwrap_or_default()),
    ];
    let varies = |(name, cell): &&(&str, Cell)| {
        let mut all: Vec<String> = rows.iter().map(cell).collect();
        let always = ["platform", "value"].contains(name);
        all.sort();
        all.dedup();
        always
            || all.len() > 1
            || !["statistic", "quantity", "peers"].contains(name) && all.iter().any(|c| !c.is_empty())
    };
    let shown: Vec<&(&str, Cell)> = columns.iter().filter(varies).collect();
    let header = shown.iter().map(|(name, _)| (*name).to_owned()).collect();
    std::iter::once(header).chain(rows.iter().map(|c| shown.iter().map(|(_, cell)| cell(c)).collect())).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be a whole number in range")]
fn number(value: f64, unit: &str) -> String {
    if unit == "share" {
        format!("{value:.4}")
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        let sign = if value < 0.0 { "-" } else { "" };
        format!("{sign}{}", ui::grouped(value.abs() as u64))
    } else {
        format!("{value:.2}")
    }
}
