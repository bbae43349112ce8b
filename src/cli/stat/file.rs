//! Columns of a CSV file, with the line of every value for what must be said of it.

use std::io::Read as _;
use std::path::PathBuf;

use clap::Args;

use super::answer::{Refusal, need};
use crate::error::{self, Error, Result};
use crate::sources::find::nearest;

/// A CSV file.
#[derive(Debug, Args)]
pub struct Source {
    /// CSV file with a header, separated by commas, semicolons or tabs; `-` reads standard input
    #[arg(value_name = "FILE", required_unless_present = "explain")]
    file: Option<PathBuf>,
    /// Leave out rows in which a column that is needed is empty
    #[arg(long)]
    skip_empty: bool,
}

/// Columns that were asked for, row by row.
#[derive(Debug)]
pub struct Table {
    place: String,
    names: Vec<String>,
    rows: Vec<(u64, Vec<String>)>,
    /// Rows that were left out because a cell was empty.
    pub skipped: usize,
}

impl Source {
    /// Reads the named columns.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Io`]; [`Error::Invalid`] for a column that is absent or there twice, a row of
    /// another length than the header, text that is not UTF-8, and an empty cell unless those are to be skipped.
    pub fn read(&self, names: &[&str]) -> Result<Table, Refusal> {
        let file = need(self.file.as_ref(), "FILE")?;
        let mut bytes = Vec::new();
        let place = if file.as_os_str() == "-" {
            let input = std::io::stdin().lock().read_to_end(&mut bytes);
            input.map_err(|e| Error::io("read", "standard input", e))?;
            "standard input".to_owned()
        } else {
            bytes = std::fs::read(file).map_err(|e| match e.kind() {
                std::io::ErrorKind::NotFound => {
                    Error::NotFound { what: file.display().to_string(), nearest: nearest(file) }
                }
                _ => Error::io("read", file, e),
            })?;
            file.display().to_string()
        };
        Ok(Table::parse(place, &bytes, names, self.skip_empty)?)
    }
}

impl Table {
    /// Parses the named columns of a CSV text.
    pub fn parse(place: String, bytes: &[u8], names: &[&str], skip_empty: bool) -> Result<Self> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(bytes))
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(bytes);
        let header = reader.byte_headers().map_err(|e| invalid(&place, 1, &e.to_string(), "write a plain CSV file"))?;
        let header: Vec<String> = header.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        let places = names.iter().map(|name| column(&place, &header, name)).collect::<Result<Vec<_>>>()?;
        let mut table =
            Self { place, names: names.iter().map(|n| (*n).to_owned()).collect(), rows: Vec::new(), skipped: 0 };
        for record in reader.byte_records() {
            let record = record.map_err(|e| invalid(&table.place, 0, &e.to_string(), "write a plain CSV file"))?;
            let line = record.position().map_or(0, csv::Position::line);
            if record.len() != header.len() {
                let message = format!("this row has {} cells, and the header {}", record.len(), header.len());
                return Err(invalid(&table.place, line, &message, "cells that hold the separator need quotes"));
            }
            let mut cells = Vec::with_capacity(places.len());
            for (c, name) in places.iter().zip(names) {
                let cell = std::str::from_utf8(&record[*c]).map_err(|_| {
                    let place = format!("{}, line {line}, column {name}", table.place);
                    Error::Invalid {
                        place,
                        message: "the text is not UTF-8".into(),
                        hint: "save the file as UTF-8".into(),
                    }
                })?;
                cells.push(cell.to_owned());
            }
            if let Some(c) = cells.iter().position(String::is_empty) {
                if !skip_empty {
                    let place = format!("{}, line {line}, column {}", table.place, names[c]);
                    let hint = "fill it, or leave such rows out with --skip-empty".into();
                    return Err(Error::Invalid { place, message: "the cell is empty".into(), hint });
                }
                table.skipped += 1;
                continue;
            }
            table.rows.push((line, cells));
        }
        Ok(table)
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// The cells of a column, counted as it was asked for.
    pub fn texts(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |(_, cells)| cells[column].as_str())
    }

    /// The values of a column.
    ///
    /// # Errors
    /// [`Error::Invalid`] for the first cell that is not what is `expected`.
    pub fn values<T>(&self, column: usize, expected: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>> {
        let value = |(row, text): (usize, &str)| {
            parse(text).ok_or_else(|| self.fault(row, column, &format!("{text:?} is not {expected}"), hint(text)))
        };
        self.texts(column).enumerate().map(value).collect()
    }

    /// An error about one cell.
    pub fn fault(&self, row: usize, column: usize, message: &str, hint: &str) -> Error {
        let line = self.rows.get(row).map_or(0, |(line, _)| *line);
        let place = format!("{}, line {line}, column {}", self.place, self.names[column]);
        Error::Invalid { place, message: message.into(), hint: hint.into() }
    }

    /// The values of a column of numbers.
    pub fn numbers(&self, column: usize) -> Result<Vec<f64>> {
        self.values(column, "a number", number)
    }

    /// What is to be said of rows that were left out.
    pub fn notes(&self) -> Vec<String> {
        match self.skipped {
            0 => Vec::new(),
            1 => vec!["1 row with an empty cell was left out".into()],
            n => vec![format!("{n} rows with an empty cell were left out")],
        }
    }
}

/// A finite number.
pub fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|x: &f64| x.is_finite())
}

fn hint(text: &str) -> &'static str {
    if text.contains(',') {
        "write decimals with a point, and no separators of thousands"
    } else {
        "correct the cell, or leave the row out"
    }
}

fn invalid(place: &str, line: u64, message: &str, hint: &str) -> Error {
    let place = if line == 0 { place.to_owned() } else { format!("{place}, line {line}") };
    Error::Invalid { place, message: message.into(), hint: hint.into() }
}

fn column(place: &str, header: &[String], name: &str) -> Result<usize> {
    let mut found = header.iter().enumerate().filter(|(_, column)| *column == name);
    match (found.next(), found.next()) {
        (Some((c, _)), None) => Ok(c),
        (Some(_), Some(_)) => {
            let message = format!("the header has two columns {name:?}");
            Err(invalid(place, 1, &message, "rename one of them"))
        }
        (None, _) => {
            let hint = match error::suggest(name, header.iter().map(String::as_str)) {
                Some(near) => format!("did you mean {near:?}?"),
                None => format!("it has {}", header.join(", ")),
            };
            Err(invalid(place, 1, &format!("the header has no column {name:?}"), &hint))
        }
    }
}

/// The separator that the header has most of; a comma where there is none.
fn delimiter(bytes: &[u8]) -> u8 {
    let header = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let parts = |separator: u8| header.split(|b| *b == separator).count();
    [b';', b'\t'].into_iter().filter(|s| parts(*s) > parts(b',')).max_by_key(|s| parts(*s)).unwrap_or(b',')
}
