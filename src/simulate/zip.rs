//! Zip archives in the form that PHP's `ZipArchive` gives them: sizes in front of the data, no data descriptors.
//!
//! The outer archive stores inner archives, so that each is one contiguous range of it; its headers are
//! written first and filled in afterwards. ZIP64 comes in only where an offset passes 4 GiB.
//! Format: PKWARE, *.ZIP File Format Specification* 6.3.10.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Crc;
use sha1::{Digest as _, Sha1};

use super::dirt::{Fate, FileFault, FileFaults};
use super::exporter::trimmed;
use crate::error::{Error, Result};
use crate::time::date;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const END_64: u32 = 0x0606_4b50;
const LOCATOR_64: u32 = 0x0706_4b50;
/// Where checksum and sizes stand in a local header.
const CHECKSUM_AT: u64 = 14;

/// A compressed CSV file.
pub(super) struct Deflated {
    pub data: Vec<u8>,
    pub crc: u32,
    pub size: u64,
    pub rows: u64,
    pub rejected: u64,
    pub repeated: u64,
}

impl Deflated {
    /// A file of zero bytes.
    pub fn empty() -> std::io::Result<Self> {
        let deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        Ok(Self { data: deflate.finish()?, crc: 0, size: 0, rows: 0, rejected: 0, repeated: 0 })
    }
}

/// Compresses a CSV file row by row: never more than a few kilobytes wait uncompressed.
pub(super) struct CsvFile {
    deflate: flate2::write::DeflateEncoder<Vec<u8>>,
    waiting: Vec<u8>,
    crc: Crc,
    line_end: &'static [u8],
    rows: u64,
    rejected: u64,
    repeated: u64,
}

impl CsvFile {
    /// A file that begins with a header line, and whose lines end so.
    pub fn new(header: &[u8], line_end: &'static [u8], level: u32) -> Self {
        let deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::new(level));
        let (waiting, crc) = (header.to_vec(), Crc::new());
        Self { deflate, waiting, crc, line_end, rows: 0, rejected: 0, repeated: 0 }
    }

    /// Adds a record. Line ends stand between records, so that the last has none.
    pub fn record<'a>(&mut self, cells: impl Iterator<Item = &'a [u8]>, fate: Fate) -> std::io::Result<()> {
        self.waiting.extend_from_slice(self.line_end);
        let start = self.waiting.len();
        for (i, cell) in cells.enumerate() {
            if i > 0 {
                self.waiting.push(b',');
            }
            self.waiting.extend_from_slice(cell);
        }
        let end = start + trimmed(&self.waiting[start..]);
        self.waiting.truncate(end);
        self.rows += 1;
        self.rejected += u64::from(fate == Fate::Rejected);
        self.repeated += u64::from(fate == Fate::Repeated);
        if self.waiting.len() > 32_768 { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.crc.update(&self.waiting);
        self.deflate.write_all(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// The compressed file. One without records ends with a line feed.
    pub fn finish(mut self) -> std::io::Result<Deflated> {
        if self.rows == 0 {
            self.waiting.extend_from_slice(self.line_end);
        }
        self.flush()?;
        // The checksum counts modulo 2³²; sub-parts are smaller.
        let (size, crc) = (self.deflate.total_in(), self.crc.sum());
        let (rows, rejected, repeated) = (self.rows, self.rejected, self.repeated);
        Ok(Deflated { data: self.deflate.finish()?, crc, size, rows, rejected, repeated })
    }
}

struct Entry {
    name: String,
    deflated: bool,
    crc: u32,
    packed: u64,
    size: u64,
    offset: u64,
}

/// An archive of a day that is being written under another name.
pub(super) struct Archive {
    name: String,
    path: PathBuf,
    partial: Partial,
    out: BufWriter<File>,
    at: u64,
    outer: Vec<Entry>,
    inner: Option<Inner>,
    form: Form,
    /// Records so far.
    pub rows: u64,
    /// Those of them that no reader can keep.
    pub rejected: u64,
    /// Those of them whose statement stands elsewhere already.
    pub repeated: u64,
    /// Bytes of CSV text so far.
    pub csv_bytes: u64,
}

/// An inner archive that is being written into its place in the outer one.
struct Inner {
    name: String,
    /// Where its local header begins.
    header: u64,
    /// Where its own bytes begin.
    start: u64,
    crc: Crc,
    entries: Vec<Entry>,
}

/// What all entries of an archive share.
#[derive(Clone, Copy)]
struct Form {
    /// MS-DOS time and date.
    time: [u16; 2],
    /// Bits 1 and 2: how hard the compressor tried.
    flags: u16,
}

/// A file that vanishes unless it is kept.
pub(super) struct Partial(PathBuf, bool);

impl Partial {
    /// The name under which `path` is written until it is complete.
    pub fn of(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push(".partial");
        Self(name.into(), false)
    }

    /// Where to write.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Gives the complete file its name.
    pub fn keep(mut self, path: &Path) -> Result<()> {
        std::fs::rename(&self.0, path).map_err(|e| Error::io("rename to", path, e))?;
        self.1 = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.1 {
            // Nothing can be done about a file that cannot be removed, and the first error matters more.
            let _ = std::fs::remove_file(&self.0);
        }
    }
}

/// Writes a small file in one step.
pub(super) fn write_file(path: &Path, content: &[u8]) -> Result<()> {
    let partial = Partial::of(path);
    std::fs::write(partial.path(), content).map_err(|e| Error::io("write", partial.path(), e))?;
    partial.keep(path)
}

impl Archive {
    /// Begins the archive `<stem>.zip` in a folder, dated as if made in the morning after `day`.
    pub fn create(folder: &Path, stem: &str, day: i32, level: u32) -> Result<Self> {
        let path = folder.join(format!("{stem}.zip"));
        let partial = Partial::of(&path);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(partial.path())
            .map_err(|e| Error::io("create", partial.path(), e))?;
        let flags = match level {
            1 | 2 => 4,
            8 | 9 => 2,
            _ => 0,
        };
        Ok(Self {
            name: stem.to_owned(),
            path,
            partial,
            out: BufWriter::with_capacity(1 << 18, file),
            at: 0,
            outer: Vec::new(),
            inner: None,
            form: Form { time: dos_time(day + 1), flags },
            rows: 0,
            rejected: 0,
            repeated: 0,
            csv_bytes: 0,
        })
    }

    fn fault(&self, source: std::io::Error) -> Error {
        Error::io("write", self.partial.path(), source)
    }

    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.write_all(bytes).map_err(|e| self.fault(e))?;
        self.at += bytes.len() as u64;
        if let Some(inner) = &mut self.inner {
            inner.crc.update(bytes);
        }
        Ok(())
    }

    /// Begins inner archive number `part`.
    pub fn begin_part(&mut self, part: u64) -> Result<()> {
        let name = format!("{}-{part:05}.csv.zip", self.name);
        let header = self.at;
        let blank = Entry { name: name.clone(), deflated: false, crc: 0, packed: 0, size: 0, offset: header };
        let bytes = local(&blank, self.form)?;
        self.write(&bytes)?;
        self.inner = Some(Inner { name, header, start: self.at, crc: Crc::new(), entries: Vec::new() });
        Ok(())
    }

    /// Name of CSV file number `sub` in inner archive number `part`, as readers give it.
    pub fn entry(&self, part: u64, sub: u64) -> String {
        let name = &self.name;
        format!("{name}-{part:05}.csv.zip/{name}-{part:05}-{sub:05}.csv")
    }

    /// Adds CSV file number `sub` to the inner archive number `part`.
    pub fn add(&mut self, part: u64, sub: u64, file: &Deflated) -> Result<()> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let entry = Entry {
            name: format!("{}-{part:05}-{sub:05}.csv", self.name),
            deflated: true,
            crc: file.crc,
            packed: file.data.len() as u64,
            size: file.size,
            offset: self.at - inner.start,
        };
        let header = local(&entry, self.form)?;
        self.write(&header)?;
        self.write(&file.data)?;
        self.rows += file.rows;
        self.rejected += file.rejected;
        self.repeated += file.repeated;
        self.csv_bytes += file.size;
        if let Some(inner) = &mut self.inner {
            inner.entries.push(entry);
        }
        Ok(())
    }

    /// Ends the inner archive: its directory follows, and its header is filled in.
    pub fn end_part(&mut self) -> Result<()> {
        let Some(inner) = &self.inner else { return Ok(()) };
        let directory = directory(&inner.entries, self.at - inner.start, self.form)?;
        self.write(&directory)?;
        let Some(inner) = self.inner.take() else { return Ok(()) };
        let size = self.at - inner.start;
        let entry =
            Entry { name: inner.name, deflated: false, crc: inner.crc.sum(), packed: size, size, offset: inner.header };
        let header = local(&entry, self.form)?;
        let from = usize::try_from(CHECKSUM_AT).unwrap_or(0);
        self.out.seek(SeekFrom::Start(inner.header + CHECKSUM_AT)).map_err(|e| self.fault(e))?;
        self.out.write_all(&header[from..from + 12]).map_err(|e| self.fault(e))?;
        self.out.seek(SeekFrom::Start(self.at)).map_err(|e| self.fault(e))?;
        self.outer.push(entry);
        Ok(())
    }

    /// Completes the archive, and writes its `.sha1` file: their paths, the digest and the size.
    pub fn finish(mut self, faults: &FileFaults) -> Result<(Vec<PathBuf>, String, u64)> {
        let directory = directory(&self.outer, self.at, self.form)?;
        self.write(&directory)?;
        self.out.flush().map_err(|e| self.fault(e))?;
        let digest = self.digest()?;
        if faults.has(FileFault::Truncated) {
            self.at = self.at * 3 / 5;
            self.out.get_mut().set_len(self.at).map_err(|e| self.fault(e))?;
        }
        let Self { path, partial, out, at, name, .. } = self;
        drop(out);
        partial.keep(&path)?;
        let sha1 = path.with_file_name(format!("{name}.zip.sha1"));
        if faults.has(FileFault::MissingSha1) {
            // One that an earlier run left would belie the fault.
            return match std::fs::remove_file(&sha1) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(Error::io("remove", &sha1, e)),
                _ => Ok((vec![path], digest, at)),
            };
        }
        let published = if faults.has(FileFault::WrongSha1) { digest.chars().rev().collect() } else { digest.clone() };
        // As `sha1sum` writes it, but without a line end.
        write_file(&sha1, format!("{published}  {name}.zip").as_bytes())?;
        Ok((vec![path, sha1], digest, at))
    }

    fn digest(&mut self) -> Result<String> {
        let mut hasher = Sha1::new();
        let mut buffer = vec![0; 1 << 18];
        let fault = |e| Error::io("read", self.partial.path(), e);
        let file = self.out.get_mut();
        file.rewind().map_err(fault)?;
        loop {
            let n = file.read(&mut buffer).map_err(fault)?;
            if n == 0 {
                break;
            }
            hasher.update(&buffer[..n]);
        }
        Ok(hasher.finalize().iter().fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = std::fmt::Write::write_fmt(&mut hex, format_args!("{byte:02x}"));
            hex
        }))
    }
}

/// 06:00 UTC of a day, when the exporter runs.
fn dos_time(day: i32) -> [u16; 2] {
    let date = date(day).map_or(0, |d| {
        (d.year() - 1980).max(0).cast_unsigned() << 9
            | u16::from(d.month().unsigned_abs()) << 5
            | u16::from(d.day().unsigned_abs())
    });
    [6 << 11, date]
}

fn small(n: u64, what: &str) -> Result<u32> {
    u32::try_from(n)
        .ok()
        .filter(|n| *n < u32::MAX)
        .ok_or_else(|| Error::usage(format!("{what} passes 4 GiB"), "let a part span fewer ids"))
}

/// The 26 bytes that local and central headers share.
fn common(entry: &Entry, form: Form, version: u16) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let (flags, method) = if entry.deflated { (form.flags, 8_u16) } else { (0, 0) };
    for n in [version, flags, method, form.time[0], form.time[1]] {
        out.extend(n.to_le_bytes());
    }
    for n in [entry.crc, small(entry.packed, &entry.name)?, small(entry.size, &entry.name)?] {
        out.extend(n.to_le_bytes());
    }
    let length = u16::try_from(entry.name.len()).unwrap_or(u16::MAX);
    out.extend(length.to_le_bytes());
    Ok(out)
}

fn needed(entry: &Entry) -> u16 {
    if entry.deflated { 20 } else { 10 }
}

fn local(entry: &Entry, form: Form) -> Result<Vec<u8>> {
    let mut out = LOCAL.to_le_bytes().to_vec();
    out.extend(common(entry, form, needed(entry))?);
    out.extend(0_u16.to_le_bytes());
    out.extend(entry.name.as_bytes());
    Ok(out)
}

/// The directory at the end of an archive whose entries take `start` bytes.
fn directory(entries: &[Entry], start: u64, form: Form) -> Result<Vec<u8>> {
    // Made by version 6.3 under Unix.
    const MADE_BY: u16 = 0x033f;
    const LIMIT: u64 = u32::MAX as u64;
    let mut out = Vec::new();
    for entry in entries {
        let far = entry.offset >= LIMIT;
        out.extend(CENTRAL.to_le_bytes());
        out.extend(MADE_BY.to_le_bytes());
        out.extend(common(entry, form, if far { 45 } else { needed(entry) })?);
        out.extend(if far { 12_u16 } else { 0 }.to_le_bytes());
        // No comment, first disk, no internal attributes; then the mode of a plain file.
        out.extend([0; 6]);
        let mode: u32 = if entry.deflated { 0o100_666 } else { 0o100_644 };
        out.extend((mode << 16).to_le_bytes());
        out.extend(u32::try_from(entry.offset.min(LIMIT)).unwrap_or(u32::MAX).to_le_bytes());
        out.extend(entry.name.as_bytes());
        if far {
            out.extend([1, 0, 8, 0]);
            out.extend(entry.offset.to_le_bytes());
        }
    }
    let (count, length) = (entries.len() as u64, out.len() as u64);
    if start >= LIMIT || count >= 0xffff {
        out.extend(END_64.to_le_bytes());
        out.extend(44_u64.to_le_bytes());
        out.extend([MADE_BY, 45].map(u16::to_le_bytes).concat());
        out.extend([0; 8]);
        for n in [count, count, length, start] {
            out.extend(n.to_le_bytes());
        }
        out.extend(LOCATOR_64.to_le_bytes());
        out.extend(0_u32.to_le_bytes());
        out.extend((start + length).to_le_bytes());
        out.extend(1_u32.to_le_bytes());
    }
    out.extend(END.to_le_bytes());
    out.extend([0; 4]);
    let count = u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes();
    out.extend([count, count].concat());
    for n in [length, start] {
        out.extend(u32::try_from(n.min(LIMIT)).unwrap_or(u32::MAX).to_le_bytes());
    }
    out.extend(0_u16.to_le_bytes());
    Ok(out)
}
