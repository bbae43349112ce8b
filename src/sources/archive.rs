//! Nested zip archives, gzip, plain files and standard input as streams of bytes.
//!
//! Nothing is unpacked to disk, and no stream is held whole: an inner archive that is *stored* in its outer
//! one, as the DSA Transparency Database writes them, is read in place as a range of the file. What no
//! published dump has is refused: encrypted entries, entries that climb out, overlapping entries, bombs.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};
use rawzip::{CompressionMethod, RangeReader, ReaderAt, ZipArchive, ZipLocator};
use sha2::{Digest, Sha256};

use crate::error::{ArchiveProblem, Error, Result};

/// Nesting that is followed: a dump is an archive of archives.
const MAX_DEPTH: usize = 3;

/// Inner archives that are compressed themselves must be inflated whole; larger ones are refused.
const MAX_INNER_ARCHIVE: u64 = 1 << 30;

/// Published dumps inflate about 20 times. Deflate can reach 1,032, and nothing but a bomb comes near.
const MAX_RATIO: u64 = 500;

/// Below this size a high ratio harms nobody.
const RATIO_FREE: u64 = 64 << 20;

/// Bytes looked at to recognise a text.
const HEAD: usize = 64 << 10;

/// Bytes read from the file at once.
const READ_BUFFER: usize = 256 << 10;

/// A file, or what standard input holds, and the streams in it.
#[derive(Debug)]
pub struct Archive {
    /// Path as given; `-` for standard input.
    pub path: PathBuf,
    /// The streams, in the order of the archive.
    pub entries: Vec<Entry>,
    /// Archives in the archive, whose streams are among its entries.
    pub inner: Vec<Inner>,
    /// Length of the file in bytes; 0 for standard input.
    pub bytes: u64,
}

/// An archive in an archive.
#[derive(Debug, Clone)]
pub struct Inner {
    /// Path inside the outer archive; names of its streams begin with it and `/`.
    pub name: String,
    place: String,
    segment: Segment,
}

impl Inner {
    /// File and inner file, for messages.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Its length in bytes.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.segment.len
    }

    /// Whether it has no byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.segment.len == 0
    }

    /// All its bytes: for formats that are read as a whole.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub fn bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        RangeReader::new(self.segment.clone(), 0..self.segment.len)
            .read_to_end(&mut bytes)
            .map_err(|e| Error::io("read", &self.place, e))?;
        Ok(bytes)
    }
}

/// One stream of text in an archive.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Path inside the archive, inner archives separated by `/`; the file's own name if it is no archive.
    pub name: String,
    place: String,
    data: Source,
    encoding: Encoding,
    check: Option<(u32, u64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Deflate,
    Gzip,
}

#[derive(Debug, Clone)]
enum Source {
    Segment(Segment),
    Stream(Arc<Stream>),
}

/// A stream that can be read once, and what was read of it to recognise it.
struct Stream {
    head: Vec<u8>,
    rest: Mutex<Option<Box<dyn Read + Send>>>,
    sha256: Arc<Mutex<Sha256>>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("head", &self.head.len()).finish_non_exhaustive()
    }
}

/// Passes bytes on and digests them.
struct Digesting<R> {
    inner: R,
    sha256: Arc<Mutex<Sha256>>,
}

impl<R: Read> Read for Digesting<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.sha256.lock().unwrap_or_else(PoisonError::into_inner).update(&buf[..n]);
        Ok(n)
    }
}

/// A contiguous range of a file or of inflated bytes.
#[derive(Debug, Clone)]
struct Segment {
    data: Data,
    start: u64,
    len: u64,
}

#[derive(Debug, Clone)]
enum Data {
    File(Arc<rawzip::FileReader>),
    Bytes(Arc<Vec<u8>>),
}

impl ReaderAt for Segment {
    fn read_at(&self, buf: &mut [u8], offset: u64) -> io::Result<usize> {
        let left = self.len.saturating_sub(offset);
        let want = usize::try_from(left).unwrap_or(usize::MAX).min(buf.len());
        match &self.data {
            Data::File(file) => file.read_at(&mut buf[..want], self.start + offset),
            Data::Bytes(bytes) => bytes.read_at(&mut buf[..want], self.start + offset),
        }
    }
}

impl Segment {
    fn range(&self, start: u64, len: u64) -> Self {
        Self { data: self.data.clone(), start: self.start + start, len }
    }

    fn head<const N: usize>(&self) -> io::Result<Vec<u8>> {
        let mut head = vec![0; N];
        let mut got = 0;
        while got < N {
            match self.read_at(&mut head[got..], got as u64)? {
                0 => break,
                n => got += n,
            }
        }
        head.truncate(got);
        Ok(head)
    }
}

impl Archive {
    /// Opens a file and lists its streams; the kind of file is told by its first bytes.
    ///
    /// # Errors
    /// [`Error::Io`], or [`Error::Archive`] where the archive is damaged or should not be read.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::io("read", path, e))?;
        let bytes = file.metadata().map_err(|e| Error::io("read", path, e))?.len();
        let data = Data::File(Arc::new(rawzip::FileReader::from(file)));
        let whole = Segment { data, start: 0, len: bytes };
        let name = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        let (mut entries, mut inner) = (Vec::new(), Vec::new());
        let head = whole.head::<4>().map_err(|e| Error::io("read", path, e))?;
        if is_zip(&head) {
            list(&whole, &path.display().to_string(), "", 1, (&mut entries, &mut inner))?;
        } else {
            entries.push(Entry {
                name,
                place: path.display().to_string(),
                encoding: if is_gzip(&head) { Encoding::Gzip } else { Encoding::Plain },
                data: Source::Segment(whole),
                check: None,
            });
        }
        Ok(Self { path: path.to_owned(), entries, inner, bytes })
    }

    /// A stream that can be read once, as standard input: plain text or gzip.
    ///
    /// # Errors
    /// [`Error::Io`], and [`Error::Usage`] for a zip archive, whose list of entries stands at its end.
    pub fn stream(name: &str, input: impl Read + Send + 'static) -> Result<Self> {
        let io_error = |e: io::Error| Error::io("read", name, e);
        let sha256 = Arc::new(Mutex::new(Sha256::new()));
        let mut input =
            io::BufReader::with_capacity(READ_BUFFER, Digesting { inner: input, sha256: Arc::clone(&sha256) });
        let start = input.fill_buf().map_err(io_error)?;
        if is_zip(start) {
            return Err(Error::usage(
                format!("{name} holds a zip archive, which cannot be read as a stream"),
                "save it to a file and give its path",
            ));
        }
        let mut text: Box<dyn Read + Send> =
            if is_gzip(start) { Box::new(MultiGzDecoder::new(input)) } else { Box::new(input) };
        let mut head = Vec::new();
        text.by_ref().take(HEAD as u64).read_to_end(&mut head).map_err(io_error)?;
        let stream = Stream { head, rest: Mutex::new(Some(text)), sha256 };
        let entry = Entry {
            name: name.to_owned(),
            place: name.to_owned(),
            data: Source::Stream(Arc::new(stream)),
            encoding: Encoding::Plain,
            check: None,
        };
        Ok(Self { path: PathBuf::from("-"), entries: vec![entry], inner: Vec::new(), bytes: 0 })
    }

    /// SHA-256 of a stream after it was read to its end; `None` for files.
    #[must_use]
    pub fn stream_sha256(&self) -> Option<String> {
        match &self.entries.first()?.data {
            Source::Stream(stream) => {
                let digest = stream.sha256.lock().unwrap_or_else(PoisonError::into_inner).clone().finalize();
                Some(super::checksum::hex(&digest))
            }
            Source::Segment(_) => None,
        }
    }
}

impl Entry {
    /// File and inner file, for messages.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The first bytes of the text, enough for a header.
    ///
    /// # Errors
    /// What [`EntryReader::fill`] gives.
    pub fn head(&self) -> Result<Vec<u8>> {
        if let Source::Stream(stream) = &self.data {
            return Ok(stream.head.clone());
        }
        let mut head = vec![0; HEAD];
        let got = self.open()?.fill(&mut head)?;
        head.truncate(got);
        Ok(head)
    }

    /// Opens the stream. Size and CRC-32 are compared at its end.
    ///
    /// # Errors
    /// [`Error::Archive`] for gzip data that does not begin as such.
    pub fn open(&self) -> Result<EntryReader> {
        let (inner, compressed): (Box<dyn Read + Send>, u64) = match &self.data {
            Source::Stream(stream) => {
                let rest = stream.rest.lock().unwrap_or_else(PoisonError::into_inner).take();
                let rest = rest.unwrap_or_else(|| Box::new(io::empty()));
                (Box::new(io::Cursor::new(stream.head.clone()).chain(rest)), 0)
            }
            Source::Segment(segment) => {
                let raw = RangeReader::new(segment.clone(), 0..segment.len);
                let raw = io::BufReader::with_capacity(READ_BUFFER, raw);
                let reader: Box<dyn Read + Send> = match self.encoding {
                    Encoding::Plain => Box::new(raw),
                    Encoding::Deflate => Box::new(DeflateDecoder::new(raw)),
                    Encoding::Gzip => Box::new(MultiGzDecoder::new(raw)),
                };
                (reader, segment.len)
            }
        };
        Ok(EntryReader {
            inner,
            place: self.place.clone(),
            check: self.check,
            crc: crc32fast::Hasher::new(),
            size: 0,
            compressed: if self.encoding == Encoding::Plain { None } else { Some(compressed) },
        })
    }
}

/// The bytes of one stream, verified as they pass.
pub struct EntryReader {
    inner: Box<dyn Read + Send>,
    place: String,
    check: Option<(u32, u64)>,
    crc: crc32fast::Hasher,
    size: u64,
    compressed: Option<u64>,
}

impl std::fmt::Debug for EntryReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EntryReader").field("place", &self.place).field("size", &self.size).finish_non_exhaustive()
    }
}

impl EntryReader {
    /// Fills `buf`, or less at the end of the stream; returns how many bytes it holds.
    ///
    /// # Errors
    /// [`Error::Archive`] where the stream ends early, its checksum differs, or it inflates like a bomb.
    pub fn fill(&mut self, buf: &mut [u8]) -> Result<usize> {
        let mut got = 0;
        while got < buf.len() {
            let n = match self.inner.read(&mut buf[got..]) {
                Ok(n) => n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                Err(e) => return Err(self.damaged(&e)),
            };
            if n == 0 {
                self.verify()?;
                break;
            }
            if self.check.is_some() {
                self.crc.update(&buf[got..got + n]);
            }
            got += n;
            self.size += n as u64;
        }
        if let Some(compressed) = self.compressed
            && self.size > RATIO_FREE
            && self.size / compressed.max(1) > MAX_RATIO
        {
            return Err(self.problem(ArchiveProblem::Bomb(MAX_RATIO)));
        }
        Ok(got)
    }

    /// File and inner file, for messages.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    fn verify(&self) -> Result<()> {
        let Some((crc, size)) = self.check else { return Ok(()) };
        if size != self.size {
            return Err(self.problem(ArchiveProblem::Corrupt(format!("{} bytes instead of {size}", self.size))));
        }
        let got = self.crc.clone().finalize();
        if crc != got {
            return Err(self.problem(ArchiveProblem::Corrupt(format!("CRC-32 {got:08x} instead of {crc:08x}"))));
        }
        Ok(())
    }

    fn damaged(&self, e: &io::Error) -> Error {
        // Only decoders end early or find bad data: files themselves do not.
        match e.kind() {
            io::ErrorKind::UnexpectedEof => self.problem(ArchiveProblem::Truncated("data ends early".into())),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
                self.problem(ArchiveProblem::Corrupt(e.to_string()))
            }
            _ => Error::io("read", &self.place, io::Error::new(e.kind(), e.to_string())),
        }
    }

    fn problem(&self, problem: ArchiveProblem) -> Error {
        Error::Archive { place: self.place.clone(), problem }
    }
}

/// Whether bytes begin as a zip archive, filled or empty.
#[must_use]
pub fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// Whether bytes begin as gzip.
#[must_use]
pub fn is_gzip(head: &[u8]) -> bool {
    head.starts_with(&[0x1f, 0x8b])
}

/// Lists the entries of a zip archive, going into inner archives.
fn list(
    archive: &Segment,
    place: &str,
    prefix: &str,
    depth: usize,
    (out, inners): (&mut Vec<Entry>, &mut Vec<Inner>),
) -> Result<()> {
    let problem = |problem: ArchiveProblem| Error::Archive { place: place.to_owned(), problem };
    let damaged = |e: &rawzip::Error| match e.kind() {
        rawzip::ErrorKind::IO(io) => Error::io("read", place, io::Error::new(io.kind(), io.to_string())),
        _ => problem(ArchiveProblem::Truncated(e.to_string())),
    };
    if depth > MAX_DEPTH {
        return Err(problem(ArchiveProblem::TooDeep(MAX_DEPTH)));
    }
    let mut buffer = vec![0_u8; rawzip::RECOMMENDED_BUFFER_SIZE];
    let zip: ZipArchive<Segment> =
        ZipLocator::new().locate_in_reader(archive.clone(), &mut buffer, archive.len).map_err(|(_, e)| damaged(&e))?;
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    let mut records = Vec::new();
    let mut folders = Vec::new();
    let mut entries = zip.entries(&mut buffer);
    while let Some(record) = entries.next_entry().map_err(|e| damaged(&e))? {
        let name = String::from_utf8_lossy(record.file_path().as_bytes()).into_owned();
        if climbs_out(&name) {
            return Err(problem(ArchiveProblem::ClimbsOut(name)));
        }
        if record.is_dir() {
            folders.push(record.wayfinder());
            continue;
        }
        if record.flags().is_encrypted() {
            return Err(problem(ArchiveProblem::Encrypted));
        }
        let check = (record.crc32(), record.uncompressed_size_hint());
        records.push((name, record.compression_method(), check, record.wayfinder()));
    }
    for (name, method, check, wayfinder) in records {
        let inner_place = format!("{place} > {name}");
        let entry = zip.get_entry(wayfinder).map_err(|e| damaged(&e))?;
        let (start, end) = entry.compressed_data_range();
        if end > archive.len || start > end {
            return Err(problem(ArchiveProblem::Truncated(format!("{name} lies beyond the end"))));
        }
        ranges.push((start, end));
        let segment = archive.range(start, end - start);
        let encoding = match method {
            CompressionMethod::STORE => Encoding::Plain,
            CompressionMethod::DEFLATE => Encoding::Deflate,
            other => return Err(problem(ArchiveProblem::Method(other.to_string()))),
        };
        let full = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        let mut entry = Entry {
            name: full,
            place: inner_place,
            data: Source::Segment(segment.clone()),
            encoding,
            check: Some(check),
        };
        let mut head = [0_u8; 4];
        let got = if entry.encoding == Encoding::Plain {
            segment.read_at(&mut head, 0).map_err(|e| Error::io("read", place, e))?
        } else {
            // Only the first bytes: the end of the entry is not reached, so nothing is verified here.
            let mut reader = entry.open()?;
            reader.check = None;
            reader.fill(&mut head)?
        };
        if is_zip(&head[..got]) {
            let inner = if entry.encoding == Encoding::Plain { segment } else { inflate(&entry)? };
            inners.push(Inner { name: entry.name.clone(), place: entry.place.clone(), segment: inner.clone() });
            list(&inner, &entry.place, &entry.name, depth + 1, (&mut *out, &mut *inners))?;
        } else {
            if is_gzip(&head[..got]) && entry.encoding == Encoding::Plain {
                (entry.encoding, entry.check) = (Encoding::Gzip, None);
            }
            out.push(entry);
        }
    }
    for folder in folders {
        ranges.push(zip.get_entry(folder).map_err(|e| damaged(&e))?.compressed_data_range());
    }
    ranges.sort_unstable();
    // Of an archive that is cut short, the end of its last whole inner archive can be taken for its own.
    if first_data(archive).map_err(|e| Error::io("read", place, e))?.is_some_and(|at| ranges.iter().all(|r| r.0 != at))
    {
        return Err(problem(ArchiveProblem::Truncated("its first entry is not in its directory".to_owned())));
    }
    if ranges.windows(2).any(|w| w[0].1 > w[1].0) {
        return Err(problem(ArchiveProblem::Overlapping));
    }
    Ok(())
}

/// Where the data of the entry at the very beginning of an archive begins; `None` where none begins there.
fn first_data(archive: &Segment) -> io::Result<Option<u64>> {
    let mut header = [0_u8; 30];
    if archive.len < 30 || archive.read_at(&mut header, 0)? < header.len() || !header.starts_with(b"PK\x03\x04") {
        return Ok(None);
    }
    let length = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    Ok(Some(30 + length(26) + length(28)))
}

/// Inflates an inner archive that was compressed again.
fn inflate(entry: &Entry) -> Result<Segment> {
    let size = entry.check.map_or(0, |c| c.1);
    if size > MAX_INNER_ARCHIVE {
        return Err(Error::Archive { place: entry.place.clone(), problem: ArchiveProblem::TooDeep(1) });
    }
    let mut reader = entry.open()?;
    let mut bytes = Vec::new();
    let mut block = vec![0_u8; 1 << 20];
    loop {
        let n = reader.fill(&mut block)?;
        bytes.extend_from_slice(&block[..n]);
        if n < block.len() {
            break;
        }
        if bytes.len() as u64 > MAX_INNER_ARCHIVE {
            return Err(Error::Archive { place: entry.place.clone(), problem: ArchiveProblem::Bomb(MAX_RATIO) });
        }
    }
    let len = bytes.len() as u64;
    Ok(Segment { data: Data::Bytes(Arc::new(bytes)), start: 0, len })
}

/// Whether a path inside an archive leaves the folder it would be unpacked to.
fn climbs_out(name: &str) -> bool {
    let bytes = name.as_bytes();
    name.starts_with(['/', '\\'])
        || (bytes.len() > 1 && bytes[1] == b':')
        || name.split(['/', '\\']).any(|part| part == "..")
        || name.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_climb_out_are_known() {
        for bad in ["../x.csv", "a/../../x", "/etc/passwd", "C:\\x", "a\\..\\x", "x\0y"] {
            assert!(climbs_out(bad), "{bad}");
        }
        for good in ["a.csv", "a/b..c.csv", "…/x"] {
            assert!(!climbs_out(good), "{good}");
        }
    }
}
