//! Streams cut into units: runs of whole records that workers decode in parallel.
//!
//! Where a stream is cut depends on its bytes alone, so the same input gives the same units, and in the end
//! the same files, whatever the number of threads.

use crate::error::{ArchiveProblem, Error, Result};
use crate::sources::archive::EntryReader;

/// Bytes of text in a unit: about 30,000 statements. Memory grows with it, times the number of workers.
pub const UNIT_BYTES: usize = 32 << 20;

/// Bytes that the buffer begins with and has free before a read.
const STEP: usize = 1 << 20;

/// A run of whole records.
#[derive(Debug, Default)]
pub struct Unit {
    buffer: Vec<u8>,
    end: usize,
    /// Number of its first line in the stream, from 1.
    pub first_line: u64,
}

impl Unit {
    /// A unit of this text, for tests and benchmarks.
    #[must_use]
    pub fn of(text: Vec<u8>) -> Self {
        Self { end: text.len(), buffer: text, first_line: 1 }
    }

    /// The text, ending after a line feed or at the end of the stream.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.buffer[..self.end]
    }
}

/// A stream and what has been read of it.
#[derive(Debug)]
pub struct Units {
    reader: EntryReader,
    carry: Vec<u8>,
    line: u64,
    done: bool,
    boundary: fn(&[u8]) -> Option<usize>,
}

impl Units {
    /// Cuts a stream where `boundary` says: given text, the position of the last record that begins in it
    /// after a line feed.
    #[must_use]
    pub fn new(reader: EntryReader, boundary: fn(&[u8]) -> Option<usize>) -> Self {
        Self { reader, carry: Vec::new(), line: 1, done: false, boundary }
    }

    /// Reads the next unit into `unit`, reusing its memory; false at the end of the stream.
    ///
    /// # Errors
    /// What [`EntryReader::fill`] gives, and [`ArchiveProblem::EndlessLine`] where no line ends.
    pub fn next(&mut self, unit: &mut Unit) -> Result<bool> {
        if self.done {
            return Ok(false);
        }
        let buffer = &mut unit.buffer;
        let mut got = self.carry.len();
        // What the buffer held is overwritten, and it grows only as far as a stream needs.
        while buffer.len() < got + STEP {
            buffer.resize((2 * buffer.len()).clamp(STEP, UNIT_BYTES), 0);
        }
        buffer[..got].copy_from_slice(&self.carry);
        loop {
            got += self.reader.fill(&mut buffer[got..])?;
            if got < buffer.len() || got == UNIT_BYTES {
                break;
            }
            buffer.resize((2 * got).min(UNIT_BYTES), 0);
        }
        self.carry.clear();
        let end = if got < UNIT_BYTES {
            self.done = true;
            got
        } else {
            let cut = (self.boundary)(&buffer[..got]).or_else(|| memchr::memrchr(b'\n', &buffer[..got]).map(|p| p + 1));
            match cut {
                Some(cut) if cut > 0 && UNIT_BYTES - cut < UNIT_BYTES / 2 => cut,
                _ => {
                    return Err(Error::Archive {
                        place: self.reader.place().to_owned(),
                        problem: ArchiveProblem::EndlessLine(UNIT_BYTES / 2),
                    });
                }
            }
        };
        self.carry.extend_from_slice(&buffer[end..got]);
        unit.end = end;
        unit.first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', unit.text()).count() as u64;
        Ok(end > 0)
    }
}
