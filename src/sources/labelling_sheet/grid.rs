//! Cells of a sheet, from CSV or a workbook.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use calamine::{Data, Reader, Xlsx};

use crate::error::{Error, Result};
use crate::sampling::cells::unguard;
use crate::sampling::read::delimiter;
use crate::sampling::sheet::ROW;
use crate::sources::archive::is_zip;
use crate::time;

/// Rows of text below a header.
#[derive(Debug, Default)]
pub struct Grid {
    header: Vec<String>,
    /// Line, or row of the page, and cells without their guards.
    pub rows: Vec<(u64, Vec<String>)>,
}

/// Larger files are no labelling sheets: people cannot label so many units.
const MAX_BYTES: u64 = 1 << 30;

impl Grid {
    /// The cells of a labelling sheet; `None` where the file is none.
    pub fn open(path: &Path) -> Result<Option<Self>> {
        let io = |e| Error::io("read", path, e);
        let mut file = File::open(path).map_err(io)?;
        let size = file.metadata().map_err(io)?.len();
        let mut head = Vec::new();
        file.by_ref().take(1 << 16).read_to_end(&mut head).map_err(io)?;
        if size > MAX_BYTES {
            return Ok(None);
        }
        if is_zip(&head) {
            return Ok(Self::workbook(path)?.into_iter().find(Self::is_sheet));
        }
        if !Self::recognises(&head) {
            return Ok(None);
        }
        Self::csv(path).map(Some)
    }

    /// Whether a text that begins so is a labelling sheet.
    pub fn recognises(head: &[u8]) -> bool {
        let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
        Self::of_header(&csv_line(&decode(line))).is_sheet()
    }

    /// The cells of a key.
    pub fn key(path: &Path) -> Result<Self> {
        let grid = Self::csv(path)?;
        if grid.has(ROW) && grid.has("unit_id") {
            return Ok(grid);
        }
        Err(Error::Invalid {
            place: path.display().to_string(),
            message: "this is no key of a labelling sheet: it has no columns row and unit_id".into(),
            hint: "the key is the file that `systemic sample` wrote beside the sheet".into(),
        })
    }

    /// Whether a column of this name stands in the header.
    pub fn has(&self, column: &str) -> bool {
        self.at(column).is_some()
    }

    /// Names of the columns.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The text of a cell, trimmed; `None` where it is empty or there is no such column.
    pub fn cell<'a>(&self, row: &'a [String], column: &str) -> Option<&'a str> {
        row.get(self.at(column)?).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    }

    fn at(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name == column)
    }

    /// A sheet asks for labels of units, and says of which sample or by its numbered rows that the draw made it.
    fn is_sheet(&self) -> bool {
        self.has("unit_id") && self.has("label") && (self.has("sample") || self.has(ROW)) && self.has("coder")
    }

    fn of_header(header: &[String]) -> Self {
        let header = header.iter().map(|n| n.trim_start_matches('\u{feff}').trim().to_lowercase()).collect();
        Self { header, rows: Vec::new() }
    }

    fn csv(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(|e| Error::io("read", path, e))?;
        let text = decode(&bytes);
        let first = text.lines().next().unwrap_or_default();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter(first.as_bytes()))
            .flexible(true)
            .has_headers(false)
            .from_reader(text.as_bytes());
        let mut grid = Self::default();
        for (at, record) in reader.records().enumerate() {
            let record = record.map_err(|e| Error::Invalid {
                place: path.display().to_string(),
                message: e.to_string(),
                hint: "save the sheet as CSV or as a workbook again".into(),
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            let cells: Vec<String> = record.iter().map(|cell| unguard(cell).to_owned()).collect();
            if at == 0 {
                grid = Self::of_header(&cells);
            } else if cells.iter().any(|cell| !cell.trim().is_empty()) {
                grid.rows.push((line, cells));
            }
        }
        Ok(grid)
    }

    /// Every page of a workbook; none where the archive is no workbook.
    fn workbook(path: &Path) -> Result<Vec<Self>> {
        let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
        let Ok(mut workbook) = Xlsx::new(BufReader::new(file)) else { return Ok(Vec::new()) };
        let mut pages = Vec::new();
        for name in workbook.sheet_names() {
            let Ok(range) = workbook.worksheet_range(&name) else { continue };
            let first = u64::from(range.start().map_or(0, |(row, _)| row)) + 1;
            let mut rows = (first..).zip(range.rows());
            let Some((_, header)) = rows.next() else { continue };
            let mut grid = Self::of_header(&header.iter().map(text).collect::<Vec<_>>());
            for (line, row) in rows {
                let cells: Vec<String> = row.iter().map(|cell| unguard(&text(cell)).to_owned()).collect();
                if cells.iter().any(|cell| !cell.trim().is_empty()) {
                    grid.rows.push((line, cells));
                }
            }
            pages.push(grid);
        }
        Ok(pages)
    }
}

/// A cell of a workbook as text; dates as ISO 8601 in UTC.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::Bool(b) => b.to_string(),
        Data::DateTime(date) => moment(date.as_f64()).unwrap_or_else(|| date.as_f64().to_string()),
        other => other.to_string(),
    }
}

/// Days since 1899-12-30, as workbooks count, as a timestamp.
#[expect(clippy::cast_possible_truncation, reason = "the casts saturate, and such days are refused")]
fn moment(days: f64) -> Option<String> {
    let seconds = (days * 86_400.0).round() as i64;
    let day = i32::try_from(seconds.div_euclid(86_400) - 25_569).ok()?;
    time::date(day)?;
    let rest = seconds.rem_euclid(86_400);
    Some(format!("{}T{:02}:{:02}:{:02}Z", time::iso(day), rest / 3600, rest / 60 % 60, rest % 60))
}

/// UTF-8, or where it is none ISO-8859-1, as some spreadsheets write.
fn decode(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().map(|b| char::from(*b)).collect(),
        |text| text.trim_start_matches('\u{feff}').to_owned(),
    )
}

fn csv_line(line: &str) -> Vec<String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter(line.as_bytes())).has_headers(false).from_reader(line.as_bytes());
    reader.records().flatten().next().map(|r| r.iter().map(str::to_owned).collect()).unwrap_or_default()
}
