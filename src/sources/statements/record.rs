//! Single records: where one ends, and whether a cell can be the value of its field.

use super::decode::Context;
use super::dialect::{self, Split};
use super::header::{self, Target};
use super::values;
use crate::tables::Kind;
use crate::tables::statements::COLUMNS;

/// One record in its unit.
pub struct Record<'a> {
    /// Text of the unit.
    pub text: &'a [u8],
    /// Where it begins.
    pub at: usize,
    /// Where its first line ends.
    pub end: usize,
    /// Number of its first line.
    pub line: u64,
    /// What is known of its file.
    pub context: &'a Context,
}

/// Lines that one record may span, in files from before line breaks were removed at export.
const MAX_LINES: usize = 10_000;

/// The same where nothing marks the beginning of a record.
const MAX_UNMARKED_LINES: usize = 100;

/// Bytes that one record may span.
const MAX_RECORD: usize = 4 << 20;

impl Record<'_> {
    /// End of the lines that belong to a record whose quotes stay open, and how many they are.
    ///
    /// It goes up to the line that balances the quotes and completes the fields. Where records begin with a
    /// UUID, and no line does that, it goes up to the line before the next one that begins so; without a mark
    /// of a beginning, a broken record must not be joined with what follows it, so only few lines are tried.
    #[must_use]
    pub fn join(&self, width: usize) -> (usize, u64) {
        let by_uuid = header::begins_with_uuid(&self.text[self.at..self.end]);
        let most = if by_uuid { MAX_LINES } else { MAX_UNMARKED_LINES };
        let quotes = |text: &[u8]| memchr::memchr_iter(b'"', text).count();
        let mut fields = Vec::new();
        let mut balance = quotes(&self.text[self.at..self.end]);
        let mut end = self.end;
        let mut lines = 1;
        while end < self.text.len() && lines < most && end - self.at < MAX_RECORD {
            let start = end + 1;
            if start >= self.text.len() {
                break;
            }
            let next_end = memchr::memchr(b'\n', &self.text[start..]).map_or(self.text.len(), |p| start + p);
            let line = &self.text[start..next_end];
            if by_uuid && header::begins_with_uuid(line) {
                break;
            }
            end = next_end;
            lines += 1;
            balance += quotes(line);
            if balance.is_multiple_of(2) {
                let joined = &self.text[self.at..end];
                let joined = joined.strip_suffix(b"\r").unwrap_or(joined);
                if dialect::split(joined, &mut fields) == Split::Fields && fields.len() == width {
                    break;
                }
            }
        }
        (end, lines as u64)
    }
}

/// Whether a cell can be the value of a field: what tells the readings of a doubtful record apart.
#[must_use]
pub fn fits(target: &Target, cell: &[u8]) -> bool {
    let Target::Column(c) = *target else { return true };
    let column = &COLUMNS[c];
    match column.kind {
        Kind::Text if column.name == "uuid" => header::is_uuid(cell),
        Kind::Text if column.name == "content_id_ean" => cell.iter().all(u8::is_ascii_digit),
        Kind::Code => cell.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'),
        Kind::CodeList => cell.is_empty() || (cell.starts_with(b"[") && cell.ends_with(b"]")),
        Kind::Bool => matches!(cell, b"" | b"Yes" | b"No"),
        Kind::Date => cell.is_empty() || values::date(cell) != values::DateCell::Bad,
        Kind::Timestamp => values::instant(cell).is_some(),
        Kind::Text | Kind::Integer | Kind::Number => true,
    }
}
