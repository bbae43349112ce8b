//! Frames from files: CSV and Parquet, in passes that hold no more than what they need.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::cells::unguard;
use super::frame::{Frame, NO_STRATUM, Unit};
use super::sheet::Details;
use crate::error::{Error, Result};

/// Columns of a file that make a frame.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Columns {
    /// Identifiers of the units.
    pub id: String,
    /// Columns whose values, joined by `×`, are the strata.
    pub strata: Vec<String>,
    /// Clusters.
    pub cluster: Option<String>,
    /// Sizes.
    pub size: Option<String>,
    /// Size that smaller and missing ones are raised to.
    pub least_size: Option<f64>,
    /// Weights of a first phase.
    pub weight: Option<String>,
    /// Conditions, all of which a unit meets.
    pub filters: Vec<Filter>,
}

/// A condition on units.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// The column has one of these values.
    OneOf(String, Vec<String>),
    /// `live_at` is not after this instant (microseconds since 1970, UTC), and `ended_at` is null or after it.
    LiveAt(i64),
    /// The columns do not have one of these combinations of values.
    NoneOf(Vec<String>, BTreeSet<Vec<String>>),
}

impl Filter {
    fn columns(&self) -> Vec<&str> {
        match self {
            Self::NoneOf(columns, _) => columns.iter().map(String::as_str).collect(),
            Self::OneOf(column, _) => vec![column],
            Self::LiveAt(_) => vec!["live_at", "ended_at"],
        }
    }

    fn holds(&self, cells: &[Option<&str>]) -> bool {
        match self {
            Self::NoneOf(_, values) => {
                let row: Option<Vec<String>> = cells.iter().map(|cell| cell.map(str::to_owned)).collect();
                row.is_none_or(|row| !values.contains(&row))
            }
            Self::OneOf(_, values) => cells[0].is_some_and(|cell| values.iter().any(|v| v == cell)),
            Self::LiveAt(at) => {
                let reached = |cell: Option<&str>| cell.and_then(instant).is_some_and(|t| t <= *at);
                reached(cells[0]) && !reached(cells[1])
            }
        }
    }
}

/// Reads a frame.
///
/// # Errors
/// [`Error::Io`], [`Error::Unknown`] for a column that a file lacks, [`Error::Invalid`] for a size or weight that is no
/// number, and those of [`Frame::new`].
pub fn frame(files: &[PathBuf], columns: &Columns) -> Result<Frame> {
    let mut names: Vec<&str> = vec![&columns.id];
    names.extend(columns.strata.iter().map(String::as_str));
    let strata = 1..names.len();
    let mut optional = |column: &Option<String>| -> Option<usize> {
        // The names live as long as `columns`.
        column.as_ref().map(|_| names.len()).inspect(|_| names.push(""))
    };
    let (cluster, size, weight) = (optional(&columns.cluster), optional(&columns.size), optional(&columns.weight));
    for (at, name) in [(cluster, &columns.cluster), (size, &columns.size), (weight, &columns.weight)] {
        if let (Some(at), Some(name)) = (at, name) {
            names[at] = name;
        }
    }
    let mut units = Vec::new();
    scan(files, &names, &columns.filters, &mut |place, cells| {
        let number = |at: Option<usize>| -> Result<Option<f64>> {
            let Some(text) = at.and_then(|at| cells[at]) else { return Ok(None) };
            text.trim().parse().map(Some).map_err(|_| Error::Invalid {
                place: place.to_owned(),
                message: format!("{text:?} is no number"),
                hint: "sizes and weights are numbers with a point, as 12.5".into(),
            })
        };
        let stratum = (!strata.is_empty()).then(|| {
            let values: Vec<&str> = cells[strata.clone()].iter().map(|c| c.unwrap_or(NO_STRATUM)).collect();
            values.join("×")
        });
        let size = match (number(size)?, columns.least_size) {
            (Some(size), Some(least)) => Some(size.max(least)),
            (None, Some(least)) if columns.size.is_some() => Some(least),
            (size, _) => size,
        };
        units.push(Unit {
            id: cells[0].unwrap_or_default().to_owned(),
            stratum,
            cluster: cluster.and_then(|at| cells[at]).map(str::to_owned),
            size,
            weight: number(weight)?,
        });
        Ok(())
    })?;
    Frame::new(units)
}

/// Reads columns of the units that were drawn; columns that the files lack are left out.
///
/// # Errors
/// As [`frame`].
pub fn details(files: &[PathBuf], columns: &Columns, drawn: &BTreeSet<&str>, wanted: &[&str]) -> Result<Details> {
    let there = header(files)?;
    let kept: Vec<&str> = wanted.iter().copied().filter(|c| there.iter().any(|t| t == c)).collect();
    let mut names = vec![columns.id.as_str()];
    names.extend(&kept);
    let mut units = BTreeMap::new();
    scan(files, &names, &columns.filters, &mut |_, cells| {
        if let Some(id) = cells[0].filter(|id| drawn.contains(id)) {
            units.insert(id.to_owned(), cells[1..].iter().map(|c| c.map(str::to_owned)).collect());
        }
        Ok(())
    })?;
    Ok(Details { columns: kept.into_iter().map(str::to_owned).collect(), units })
}

/// Names of columns that every one of the files has.
///
/// # Errors
/// [`Error::Io`], [`Error::Engine`].
pub fn header(files: &[PathBuf]) -> Result<Vec<String>> {
    let mut common: Option<Vec<String>> = None;
    for path in files {
        let names = if is_parquet(path)? {
            builder(path)?.schema().fields().iter().map(|f| f.name().clone()).collect()
        } else {
            csv_reader(path)?.1
        };
        common = Some(match common {
            None => names,
            Some(before) => before.into_iter().filter(|name| names.contains(name)).collect(),
        });
    }
    Ok(common.unwrap_or_default())
}

/// An instant as microseconds since 1970 (UTC) from a date, a date and time, or a timestamp with its offset.
#[must_use]
pub fn instant(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
        return Some(stamp.as_microsecond());
    }
    if let Some(day) = crate::time::parse_iso(text) {
        return Some(i64::from(day) * 86_400_000_000);
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|z| z.timestamp().as_microsecond())
}

/// The delimiter of a CSV file by its header: the one of comma, semicolon and tab that stands there most often.
#[must_use]
pub fn delimiter(header: &[u8]) -> u8 {
    let count = |d: u8| memchr::memchr_iter(d, header).count();
    // The first of equals wins: `max_by_key` gives the last.
    [b'\t', b';', b','].into_iter().max_by_key(|d| count(*d)).unwrap_or(b',')
}

/// Rows of cells, with where they stand.
pub type Visit<'a> = &'a mut dyn FnMut(&str, &[Option<&str>]) -> Result<()>;

/// Shows each row of the files: its place, and the cells of these columns.
///
/// # Errors
/// [`Error::Io`], [`Error::Unknown`] for a column that a file lacks, and those of `visit`.
pub fn each(files: &[PathBuf], columns: &[&str], visit: Visit<'_>) -> Result<()> {
    scan(files, columns, &[], visit)
}

fn scan(files: &[PathBuf], columns: &[&str], filters: &[Filter], visit: Visit<'_>) -> Result<()> {
    let mut names: Vec<&str> = columns.to_vec();
    names.extend(filters.iter().flat_map(Filter::columns));
    let mut filtered = |place: &str, cells: &[Option<&str>]| {
        let mut at = columns.len();
        for filter in filters {
            let n = filter.columns().len();
            if !filter.holds(&cells[at..at + n]) {
                return Ok(());
            }
            at += n;
        }
        visit(place, &cells[..columns.len()])
    };
    for path in files {
        if is_parquet(path)? {
            scan_parquet(path, &names, &mut filtered)?;
        } else {
            scan_csv(path, &names, &mut filtered)?;
        }
    }
    Ok(())
}

fn is_parquet(path: &Path) -> Result<bool> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    file.take(4).read_to_end(&mut head).map_err(|e| Error::io("read", path, e))?;
    Ok(head == b"PAR1")
}

fn position(there: &[String], name: &str) -> Result<usize> {
    let unknown = || Error::Unknown { kind: "column of the frame", name: name.to_owned(), known: there.to_vec() };
    there.iter().position(|t| t == name).ok_or_else(unknown)
}

fn csv_reader(path: &Path) -> Result<(csv::Reader<File>, Vec<String>)> {
    let fail = |e: csv::Error| Error::engine(format!("cannot read {}", path.display()), e);
    let open = || File::open(path).map_err(|e| Error::io("read", path, e));
    let mut head = Vec::new();
    open()?.take(1 << 16).read_to_end(&mut head).map_err(|e| Error::io("read", path, e))?;
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(line)).flexible(true).from_reader(open()?);
    let names: Vec<String> = reader
        .headers()
        .map_err(fail)?
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').trim().to_owned())
        .collect();
    if names.iter().all(String::is_empty) {
        return Err(Error::Invalid {
            place: path.display().to_string(),
            message: "the file has no header".into(),
            hint: "a frame is a CSV or Parquet file with one row per unit and a column with its identifier".into(),
        });
    }
    Ok((reader, names))
}

fn scan_csv(path: &Path, names: &[&str], visit: Visit<'_>) -> Result<()> {
    let (mut reader, there) = csv_reader(path)?;
    let at = names.iter().map(|name| position(&there, name)).collect::<Result<Vec<_>>>()?;
    for record in reader.records() {
        let record = record.map_err(|e| Error::Invalid {
            place: path.display().to_string(),
            message: e.to_string(),
            hint: "save the file as CSV in UTF-8".into(),
        })?;
        let place = format!("{}, line {}", path.display(), record.position().map_or(0, csv::Position::line));
        let cells: Vec<Option<&str>> =
            at.iter().map(|c| record.get(*c).map(unguard).filter(|cell| !cell.is_empty())).collect();
        visit(&place, &cells)?;
    }
    Ok(())
}

fn builder(path: &Path) -> Result<ParquetRecordBatchReaderBuilder<File>> {
    let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
    ParquetRecordBatchReaderBuilder::try_new(file)
        .map_err(|e| Error::engine(format!("cannot read {}", path.display()), e))
}

fn scan_parquet(path: &Path, names: &[&str], visit: Visit<'_>) -> Result<()> {
    let place = path.display().to_string();
    let fail = |e: &dyn std::fmt::Display| Error::engine(format!("cannot read {place}"), e);
    let builder = builder(path)?;
    let there: Vec<String> = builder.schema().fields().iter().map(|f| f.name().clone()).collect();
    let roots = names.iter().map(|name| position(&there, name)).collect::<Result<Vec<_>>>()?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    for batch in builder.with_projection(mask).build().map_err(|e| fail(&e))? {
        let batch = batch.map_err(|e| fail(&e))?;
        let mut arrays = Vec::new();
        for name in names {
            let array = batch.column_by_name(name).ok_or_else(|| fail(&"a column is missing"))?;
            arrays.push(text(array).map_err(|e| fail(&e))?);
        }
        for row in 0..batch.num_rows() {
            let cells: Vec<Option<&str>> = arrays
                .iter()
                .map(|a| a.is_valid(row).then(|| a.as_string::<i32>().value(row)).filter(|cell| !cell.is_empty()))
                .collect();
            visit(&place, &cells)?;
        }
    }
    Ok(())
}

/// Cells as text. Instants are written in UTC whatever zone their column names, since names of zones would need a
/// database of them, and an instant is the same in all.
fn text(array: &ArrayRef) -> std::result::Result<ArrayRef, ArrowError> {
    match array.data_type() {
        DataType::Timestamp(unit, Some(_)) => {
            let utc = cast(array, &DataType::Timestamp(*unit, Some("+00:00".into())))?;
            cast(&utc, &DataType::Utf8)
        }
        _ => cast(array, &DataType::Utf8),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::TimestampMicrosecondArray;

    use super::*;

    #[test]
    fn instants_of_parquet_are_read_in_utc() {
        let day = 20_270_i64 * 86_400_000_000;
        for zone in ["UTC", "Europe/Berlin", "+02:00"] {
            let array: ArrayRef = Arc::new(
                TimestampMicrosecondArray::from(vec![Some(day), None, Some(day + 1_500_000)]).with_timezone(zone),
            );
            let cells = text(&array).expect("text");
            let cells = cells.as_string::<i32>();
            assert_eq!(instant(cells.value(0)), Some(day), "{zone}: {}", cells.value(0));
            assert!(cells.is_null(1));
            assert_eq!(instant(cells.value(2)), Some(day + 1_500_000), "{zone}: {}", cells.value(2));
        }
    }

    #[test]
    fn instants() {
        let day = 20_270_i64 * 86_400_000_000;
        assert_eq!(instant("2025-07-01"), Some(day));
        assert_eq!(instant("2025-07-01T00:00:00Z"), Some(day));
        assert_eq!(instant("2025-07-01 02:00:00+02:00"), Some(day));
        assert_eq!(instant("2025-07-01 00:00:01"), Some(day + 1_000_000));
        assert_eq!(instant("1 July"), None);
        assert_eq!((delimiter(b"a,b;c,d"), delimiter(b"a;b;c,d"), delimiter(b"a")), (b',', b';', b','));
    }

    #[test]
    fn frames_from_csv() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("frame.csv");
        let text = "\u{feff}listing_id;category;trader_id;views;live_at;ended_at\n'007;toys;t1;10;2025-01-01;\n\
                    b;;t1;;2025-01-01;2025-03-01\nc;toys;;5;2025-09-01;\n";
        std::fs::write(&path, text).expect("file");
        let files = [path];
        let mut columns = Columns {
            id: "listing_id".into(),
            strata: vec!["category".into()],
            cluster: Some("trader_id".into()),
            size: Some("views".into()),
            least_size: Some(1.0),
            ..Columns::default()
        };
        let read = frame(&files, &columns).expect("frame");
        let ids: Vec<&str> = read.units().iter().map(|u| u.id.as_str()).collect();
        assert_eq!(ids, ["007", "b", "c"]);
        assert_eq!(read.units()[1].size, Some(1.0));
        assert_eq!(
            read.strata().iter().map(|(s, u)| (s.as_deref(), u.len())).collect::<Vec<_>>(),
            [(Some("(none)"), 1), (Some("toys"), 2)]
        );
        assert_eq!(read.clusters().len(), 2);
        columns.filters = vec![Filter::LiveAt(instant("2025-04-01").expect("instant"))];
        assert_eq!(frame(&files, &columns).expect("frame").len(), 1);
        columns.filters = vec![Filter::OneOf("category".into(), vec!["toys".into()])];
        assert_eq!(frame(&files, &columns).expect("frame").len(), 2);
        columns.size = Some("sales".into());
        assert_eq!(frame(&files, &columns).expect_err("no column").code(), "E020");
        let drawn = BTreeSet::from(["007"]);
        columns.size = None;
        let found = details(&files, &columns, &drawn, &["views", "nothing", "category"]).expect("details");
        assert_eq!(found.columns, ["views", "category"]);
        assert_eq!(found.units["007"], [Some("10".to_owned()), Some("toys".to_owned())]);
    }
}
