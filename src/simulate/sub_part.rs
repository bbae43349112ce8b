//! The CSV files of a day's archives for one range of ids.

use std::io::Write as _;
use std::ops::Range;

use super::dirt::{EXTRA_COLUMN, Fate, FileFault, FileFaults, LACKING};
use super::exporter::{header, put_csv};
use super::row::{COLUMNS, GROUNDS, Row};
use super::statement::Damage;
use super::statements::{Day, Made, Model};
use super::truth::{DirtTally, Tally};
use super::zip::{CsvFile, Deflated};

/// Rows between two reports of progress.
const REPORT_EVERY: u64 = 20_000;

/// Which CSV files.
pub(super) struct Slot {
    pub number: u64,
    pub ids: Range<u64>,
    /// How the first archive of the day names it, for the truth.
    pub entry: String,
    pub faults: FileFaults,
    /// How many times the archives of the day are published. All but the last time rows are lacking.
    pub publications: usize,
}

/// A CSV file of each archive of a day, for one range of ids.
pub(super) struct SubPart<'a> {
    pub number: u64,
    /// In the order of the archives; `None` where the archive has no such file.
    pub files: Vec<Option<Deflated>>,
    pub tally: Tally<'a>,
    pub dirt: DirtTally,
    /// Every row as JSON, where the plan wants it.
    pub rows: Vec<u8>,
}

impl<'a> SubPart<'a> {
    /// Makes the files. `progress` gets numbers of statements made.
    ///
    /// # Errors
    /// Those of the compressor, which none is known to cause.
    pub fn make(model: &Model<'a>, day: &Day, slot: &Slot, progress: &dyn Fn(u64)) -> std::io::Result<Self> {
        let plan = model.plan;
        let columns: Vec<Vec<usize>> = plan.versions.iter().map(|v| columns(day, *v, &slot.faults)).collect();
        let level = plan.level;
        let extra = slot.faults.has(FileFault::ExtraColumn);
        let line_end: &[u8] = if slot.faults.has(FileFault::CarriageReturns) { b"\r\n" } else { b"\n" };
        let headers: Vec<Vec<u8>> = columns.iter().map(|c| header_line(c, &slot.faults)).collect();
        let scopes = if plan.per_platform { 1 + model.platforms.len() } else { 1 };
        let versions = plan.versions.len();
        let mut files: Vec<Option<CsvFile>> = (0..slot.publications * scopes * versions)
            // The first file of a part exists even without rows; others only when they have some.
            .map(|i| (slot.number == 0).then(|| CsvFile::new(&headers[i % versions], line_end, level)))
            .collect();
        let (mut tally, mut dirt) = (Tally::default(), DirtTally::default());
        let (mut rows, mut scratch) = (Vec::new(), Vec::new());
        let (mut row, mut cells) = (Row::default(), Cells::default());
        let mut unreported = 0;
        let mut line = 1;
        model.rows(day, day.places(slot.ids.clone()), |made| {
            let s = made.statement;
            row.write(s);
            cells.encode(&row, s.damage);
            line += 1;
            let own = s.submitter.filter(|_| plan.per_platform).map(|platform| 1 + platform);
            let publications = if is_lacking(made, day) { slot.publications - 1 } else { 0 }..slot.publications;
            for publication in publications {
                for scope in std::iter::once(0).chain(own) {
                    for (v, columns) in columns.iter().enumerate() {
                        files[(publication * scopes + scope) * versions + v]
                            .get_or_insert_with(|| CsvFile::new(&headers[v], line_end, level))
                            .record(cells.record(columns, s.damage, extra), made.fate)?;
                    }
                }
            }
            dirt.add(model.dirt, made, || (slot.entry.clone(), line));
            line += cells.line_feeds();
            if made.fate == Fate::Kept {
                tally.add(s, &mut scratch);
                if plan.rows {
                    json_row(&mut rows, made.id, &row)?;
                }
            }
            unreported += 1;
            if unreported == REPORT_EVERY {
                progress(std::mem::take(&mut unreported));
            }
            Ok::<(), std::io::Error>(())
        })?;
        let files = files.into_iter().map(|f| f.map(CsvFile::finish).transpose()).collect::<Result<_, _>>()?;
        progress(unreported);
        Ok(Self { number: slot.number, files, tally, dirt, rows })
    }
}

/// A CSV file with a header and no row, for each version of an archive.
pub(super) fn header_only(model: &Model<'_>, day: &Day) -> std::io::Result<Vec<Deflated>> {
    let none = FileFaults::default();
    let versions = model.plan.versions.iter();
    versions
        .map(|v| CsvFile::new(&header_line(&columns(day, *v, &none), &none), b"\n", model.plan.level).finish())
        .collect()
}

/// Whether the first publication of a day that is published twice lacks a record.
fn is_lacking(made: &Made<'_, '_>, day: &Day) -> bool {
    made.index % LACKING == LACKING - 1 || made.index == day.rows - 1
}

/// Places of the columns of a CSV file among those of the second schema.
fn columns(day: &Day, version: super::Version, faults: &FileFaults) -> Vec<usize> {
    let mut columns: Vec<usize> = header(day.era, version).into_iter().map(|(column, _)| column).collect();
    if faults.has(FileFault::Reordered) {
        columns.reverse();
    }
    columns
}

fn header_line(columns: &[usize], faults: &FileFaults) -> Vec<u8> {
    let all = header(super::Era::V2, super::Version::Full);
    let mut names: Vec<&str> = columns.iter().filter_map(|c| all.get(*c)).map(|(_, name)| *name).collect();
    if faults.has(FileFault::ExtraColumn) {
        names.push(EXTRA_COLUMN);
    }
    let mark: &[u8] = if faults.has(FileFault::ByteOrderMark) { b"\xef\xbb\xbf" } else { b"" };
    [mark, names.join(",").as_bytes()].concat()
}

/// The cells of a row as they stand in a CSV line.
#[derive(Default)]
struct Cells {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn encode(&mut self, row: &Row, damage: Damage) {
        self.bytes.clear();
        self.ends.clear();
        for (column, cell) in row.cells().enumerate() {
            let cell = cell.unwrap_or_default();
            let start = self.bytes.len();
            let ground = GROUNDS.contains(&column) && !cell.is_empty();
            match damage {
                Damage::Open if ground => {
                    self.bytes.push(b'"');
                    // The closing quote of a text with blanks, and any other, is lost.
                    self.bytes.extend(cell.bytes().filter(|b| *b != b'"'));
                }
                Damage::Bytes if ground => {
                    put_csv(&mut self.bytes, cell.replace('\u{fffd}', "\u{1}").as_bytes());
                    // A letter with an acute accent, in ISO 8859-1.
                    self.bytes[start..].iter_mut().filter(|b| **b == 1).for_each(|b| *b = 0xe9);
                }
                _ => put_csv(&mut self.bytes, cell.as_bytes()),
            }
            self.ends.push(self.bytes.len());
        }
        debug_assert_eq!(self.ends.len(), COLUMNS);
    }

    fn cell(&self, column: usize) -> &[u8] {
        let start = column.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[column]]
    }

    /// The fields of a record.
    fn record(&self, columns: &[usize], damage: Damage, extra: bool) -> impl Iterator<Item = &[u8]> {
        let missing = if let Damage::Fewer(n) = damage { n } else { 0 };
        let cells = columns.iter().map(|column| self.cell(*column));
        let note = extra.then_some(b"\"checked twice\"".as_slice());
        let surplus = (damage == Damage::More).then_some(b"surplus".as_slice());
        let all = columns.len() + usize::from(extra) + usize::from(damage == Damage::More);
        cells.chain(note).chain(surplus).take(all - missing)
    }

    /// Line feeds inside the record.
    fn line_feeds(&self) -> u64 {
        memchr::memchr_iter(b'\n', &self.bytes).count() as u64
    }
}

fn json_row(out: &mut Vec<u8>, id: u64, row: &Row) -> std::io::Result<()> {
    write!(out, "{{\"id\":{id}")?;
    for ((_, name), cell) in header(super::Era::V2, super::Version::Full).iter().zip(row.cells()) {
        write!(out, ",\"{name}\":")?;
        serde_json::to_writer(&mut *out, &cell)?;
    }
    out.extend_from_slice(b"}\n");
    Ok(())
}
