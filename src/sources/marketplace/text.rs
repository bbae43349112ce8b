//! Text of an inner file in UTF-8, whatever its encoding.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

use crate::error::{Error, Result};
use crate::sources::archive::{Entry, EntryReader};

/// Bytes read at once.
const BLOCK: usize = 256 << 10;

/// Reads an entry block by block and turns it into UTF-8. UTF-8 itself passes as it is: who reads it says which
/// record is broken.
pub(in crate::sources) struct Text {
    reader: EntryReader,
    decoder: Option<Decoder>,
    block: Vec<u8>,
    began: bool,
    ended: bool,
    /// The error that a reader through [`Read`] met.
    failure: Option<Error>,
    left: Vec<u8>,
    taken: usize,
}

/// The encoding of a text by its byte-order mark, else as the mapping says, else UTF-8.
pub(in crate::sources) fn encoding(head: &[u8], given: Option<&'static Encoding>) -> &'static Encoding {
    Encoding::for_bom(head).map_or_else(|| given.unwrap_or(UTF_8), |(found, _)| found)
}

impl Text {
    /// Opens an entry; `given` is the encoding that the mapping names.
    pub fn open(entry: &Entry, given: Option<&'static Encoding>) -> Result<Self> {
        let encoding = encoding(&entry.head()?, given);
        Ok(Self {
            reader: entry.open()?,
            decoder: (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal()),
            block: vec![0; BLOCK],
            began: false,
            ended: false,
            failure: None,
            left: Vec::new(),
            taken: 0,
        })
    }

    /// Adds a block to `out`; `false` at the end.
    pub fn more(&mut self, out: &mut Vec<u8>) -> Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let got = self.reader.fill(&mut self.block)?;
        self.ended = got < self.block.len();
        let mut bytes = &self.block[..got];
        match &mut self.decoder {
            None => {
                if !self.began {
                    bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
                }
                out.extend_from_slice(bytes);
            }
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(BLOCK * 4);
                let start = out.len();
                out.resize(start + room, 0);
                let (_, _, wrote, _) = decoder.decode_to_utf8(bytes, &mut out[start..], self.ended);
                out.truncate(start + wrote);
            }
        }
        self.began = true;
        Ok(true)
    }

    /// The error that ended a read through [`Read`].
    pub fn failure(&mut self) -> Option<Error> {
        self.failure.take()
    }

    /// File and inner file.
    pub fn place(&self) -> &str {
        self.reader.place()
    }
}

impl Read for Text {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.left.len() {
            self.left.clear();
            self.taken = 0;
            let mut left = std::mem::take(&mut self.left);
            let more = self.more(&mut left);
            self.left = left;
            match more {
                Ok(true) => {}
                Ok(false) => return Ok(0),
                Err(e) => {
                    self.failure = Some(e);
                    return Err(io::Error::other("the file cannot be read on"));
                }
            }
        }
        let n = (self.left.len() - self.taken).min(buf.len());
        buf[..n].copy_from_slice(&self.left[self.taken..self.taken + n]);
        self.taken += n;
        Ok(n)
    }
}
