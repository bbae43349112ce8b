//! Records of CSV files with their lines and bytes; broken ones lose no other.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::text::Text;
use crate::error::{ArchiveProblem, Error, Result};

/// A record is shorter. What reaches this length is a quote that nobody closed, or no CSV.
const MAX_RECORD: usize = 32 << 20;

/// Signs that part cells, where the mapping names none.
pub(in crate::sources) const DELIMITERS: [u8; 4] = *b",;\t|";

/// Reads the records of a CSV text: cells in quotes may hold delimiters, line breaks and doubled quotes (RFC 4180).
pub(in crate::sources) struct Records {
    text: Text,
    core: Reader,
    delimiter: u8,
    buffer: Vec<u8>,
    /// Where the record begins in the buffer, and how far it was read.
    start: usize,
    at: usize,
    ended: bool,
    out: Vec<u8>,
    ends: Vec<usize>,
    cells: usize,
    /// Line of the first byte at `start`.
    line: u64,
}

/// One record.
#[derive(Debug)]
pub(in crate::sources) struct Record<'r> {
    /// Line on which it begins.
    pub line: u64,
    /// Its bytes without the line break at its end.
    pub raw: &'r [u8],
    bytes: &'r [u8],
    ends: &'r [usize],
}

impl<'r> Record<'r> {
    /// Whether a cell of a record over several lines goes on after its closing quote: then a stray quote has joined
    /// records that are none of one, however well their cells can be counted.
    pub fn joined_by_a_stray_quote(&self, delimiter: u8) -> bool {
        if memchr::memchr(b'\n', self.raw).is_none() {
            return false;
        }
        let (mut quoted, mut begins) = (false, true);
        let mut bytes = self.raw.iter().copied().peekable();
        while let Some(byte) = bytes.next() {
            if quoted {
                if byte != b'"' {
                    continue;
                }
                match bytes.peek() {
                    Some(b'"') => {
                        bytes.next();
                    }
                    None => quoted = false,
                    Some(&next) if next == delimiter || next == b'\r' || next == b'\n' => quoted = false,
                    Some(_) => return true,
                }
                continue;
            }
            quoted = begins && byte == b'"';
            begins = byte == delimiter;
        }
        false
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The n-th cell; `None` where it is not valid UTF-8.
    pub fn cell(&self, n: usize) -> Option<&'r str> {
        let start = n.checked_sub(1).map_or(0, |before| self.ends[before]);
        std::str::from_utf8(&self.bytes[start..self.ends[n]]).ok()
    }
}

impl Records {
    pub fn new(text: Text, delimiter: u8) -> Self {
        Self {
            text,
            core: reader(delimiter),
            delimiter,
            buffer: Vec::new(),
            start: 0,
            at: 0,
            ended: false,
            out: vec![0; 4 << 10],
            ends: vec![0; 64],
            cells: 0,
            line: 1,
        }
    }

    /// The next record; `None` at the end.
    ///
    /// # Errors
    /// Those of the archive, and [`ArchiveProblem::EndlessLine`] for a line that no record can be.
    pub fn next(&mut self) -> Result<Option<Record<'_>>> {
        if !self.advance()? {
            return Ok(None);
        }
        let whole = &self.buffer[self.start..self.at];
        let breaks = whole.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let skipped = lines(&whole[..breaks]);
        let mut raw = &whole[breaks..];
        while let [rest @ .., b'\r' | b'\n'] = raw {
            raw = rest;
        }
        let used = self.cells.checked_sub(1).map_or(0, |last| self.ends[last]);
        Ok(Some(Record { line: self.line + skipped, raw, bytes: &self.out[..used], ends: &self.ends[..self.cells] }))
    }

    /// After a broken record that spans several lines: goes on after its first line, since a stray quote may have
    /// joined them. Returns whether there were several, with the bytes of the first.
    pub fn back_to_second_line(&mut self) -> Option<Vec<u8>> {
        let whole = &self.buffer[self.start..self.at];
        let breaks = whole.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        let end = memchr::memchr(b'\n', &whole[breaks..])?;
        if breaks + end + 1 >= whole.len() {
            return None;
        }
        let first = whole[breaks..breaks + end].strip_suffix(b"\r").unwrap_or(&whole[breaks..breaks + end]).to_vec();
        self.at = self.start + breaks + end + 1;
        self.core = reader(self.delimiter);
        // The core takes a byte-order mark at its start alone.
        Some(first)
    }

    /// Moves `start..at` over the next record.
    fn advance(&mut self) -> Result<bool> {
        self.line += lines(&self.buffer[self.start..self.at]);
        self.start = self.at;
        self.cells = 0;
        let mut used = 0;
        loop {
            if self.at == self.buffer.len() && !self.ended {
                if self.at - self.start > MAX_RECORD {
                    return self.too_long();
                }
                self.buffer.drain(..self.start);
                self.at -= self.start;
                self.start = 0;
                self.ended = !self.text.more(&mut self.buffer)?;
                continue;
            }
            let input = &self.buffer[self.at..];
            let (result, read, wrote, cells) =
                self.core.read_record(input, &mut self.out[used..], &mut self.ends[self.cells..]);
            self.at += read;
            used += wrote;
            self.cells += cells;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.out.resize(self.out.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// A record of many lines without an end is given as it is: it has a wrong number of cells, or its first line
    /// goes aside. One line without an end is no record.
    fn too_long(&mut self) -> Result<bool> {
        if memchr::memchr(b'\n', &self.buffer[self.start..self.at]).is_none() {
            return Err(Error::Archive {
                place: self.text.place().to_owned(),
                problem: ArchiveProblem::EndlessLine(MAX_RECORD),
            });
        }
        self.cells = 0;
        self.core = reader(self.delimiter);
        Ok(true)
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

fn lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// The cells of the first record of a text, which may be cut anywhere after it.
pub(in crate::sources) fn header(text: &[u8], delimiter: u8) -> Vec<String> {
    let mut core = reader(delimiter);
    let (mut out, mut ends) = (vec![0; text.len() + 1], vec![0; text.len() + 2]);
    let (mut read, mut wrote, mut cells) = (0, 0, 0);
    loop {
        let (result, r, w, c) = core.read_record(&text[read..], &mut out[wrote..], &mut ends[cells..]);
        (read, wrote, cells) = (read + r, wrote + w, cells + c);
        match result {
            // The text ends without a line break: once more without input ends the record.
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::Record => break,
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull | ReadRecordResult::End => break,
        }
    }
    let mut start = 0;
    ends[..cells]
        .iter()
        .map(|&end| {
            let cell = String::from_utf8_lossy(&out[start..end]).trim().to_owned();
            start = end;
            cell
        })
        .collect()
}

/// The delimiter of a text: under which most of `wanted` stand in its header, then that which makes most cells.
pub(in crate::sources) fn delimiter(text: &[u8], wanted: &[&str]) -> u8 {
    let rank = |sign: u8| {
        let cells = header(text, sign);
        (cells.iter().filter(|c| wanted.contains(&c.as_str())).count(), cells.len())
    };
    let mut best = (DELIMITERS[0], rank(DELIMITERS[0]));
    for sign in &DELIMITERS[1..] {
        let found = rank(*sign);
        if found > best.1 {
            best = (*sign, found);
        }
    }
    best.0
}
