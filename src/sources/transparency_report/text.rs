//! Texts and workbooks as sheets of cells, whatever their encoding and separator.

use std::io::Cursor;

use calamine::{Data, Reader};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::language;
use crate::error::{Error, Result};

/// One record of a sheet: the line on which it begins, from 1, and its cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub line: u64,
    pub cells: Vec<String>,
}

/// A CSV file or one sheet of a workbook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sheet {
    /// Name of the file or sheet.
    pub name: String,
    /// Its records, blank ones left out.
    pub records: Vec<Record>,
    /// What of its dialect the template does not have, in words.
    pub dialect: Vec<String>,
    /// Whether decimals are written after a comma.
    pub comma: bool,
    /// English name of the language of its template, where that is not English.
    pub language: Option<&'static str>,
}

/// The text of a file, and the encoding where it is not UTF-8.
pub(super) fn decode(bytes: &[u8]) -> (String, Option<String>) {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let (text, _) = encoding.decode_without_bom_handling(&bytes[mark..]);
        return (text.into_owned(), (encoding != UTF_8).then(|| encoding.name().to_owned()));
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && !bytes.contains(&0)
    {
        return (text.to_owned(), None);
    }
    let encoding = if bytes.contains(&0) { wide(bytes) } else { guess(bytes) };
    let (text, broken) = encoding.decode_without_bom_handling(bytes);
    let mut name = encoding.name().to_owned();
    if broken {
        name.push_str(" with broken characters");
    }
    (text.into_owned(), Some(name))
}

/// UTF-16 without a byte-order mark: zeros stand in the high bytes of Latin letters.
fn wide(bytes: &[u8]) -> &'static Encoding {
    let zeros = |odd: usize| bytes.iter().skip(odd).step_by(2).take(512).filter(|b| **b == 0).count();
    if zeros(0) > zeros(1) { UTF_16BE } else { UTF_16LE }
}

/// The encoding of a text that is not Unicode.
///
/// Reports are in English with a few typographic signs, too few for a detector to count letters by. In GBK these signs
/// are pairs of bytes from A1 A1 to A3 FE, and in Windows-1252 such a pair would be two signs like `¡¯`, which no text
/// has again and again: where all bytes above 7F come in such pairs, it is GBK.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut at = 0;
    let mut signs = true;
    while at < bytes.len() {
        if bytes[at] < 0x80 {
            at += 1;
            continue;
        }
        let second = bytes.get(at + 1).copied().unwrap_or_default();
        signs &= (0xa1..=0xa3).contains(&bytes[at]) && second >= 0xa1;
        at += 2;
    }
    if signs {
        return encoding_rs::GBK;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

/// The sign between cells: the one that the header has most often outside quotes.
fn separator(text: &str) -> u8 {
    let line = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    if let Some(named) = line.trim().strip_prefix("sep=").filter(|s| s.len() == 1) {
        return named.bytes().next().unwrap_or(b',');
    }
    let mut quoted = false;
    let mut counts = [(b',', 0_usize), (b';', 0), (b'\t', 0)];
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (sign, count) in &mut counts {
            *count += usize::from(!quoted && byte == *sign);
        }
    }
    // Of equals the first: the template's comma.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(sign, _)| *sign)
}

/// Lines of a text by offset, for offsets that grow.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the first byte from `offset` on that ends none: a record begins after what ended the one before.
    fn of(&mut self, offset: u64) -> u64 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        while let Some(byte) = self.text.get(self.at).filter(|b| self.at < offset || matches!(b, b'\r' | b'\n')) {
            self.line += u64::from(*byte == b'\n');
            self.at += 1;
        }
        self.line
    }
}

/// Reads a CSV file.
pub(super) fn csv_sheet(name: &str, bytes: &[u8]) -> Sheet {
    let (text, encoding) = decode(bytes);
    let mut dialect: Vec<String> = encoding.into_iter().map(|e| format!("encoding {e}")).collect();
    let sign = separator(&text);
    if sign != b',' {
        dialect.push(if sign == b';' { "semicolons between cells".into() } else { "tabs between cells".into() });
    }
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(sign).from_reader(text.as_bytes());
    let mut records = Vec::new();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    // The text is UTF-8 and any number of cells is fine, so that every record can be read.
    for record in reader.records().flatten() {
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let cells: Vec<String> = record.iter().map(str::to_owned).collect();
        let directive = records.is_empty() && cells.first().is_some_and(|c| c.starts_with("sep="));
        if !directive && cells.iter().any(|c| !c.trim().is_empty()) {
            records.push(Record { line, cells });
        }
    }
    let mut sheet = Sheet { name: name.to_owned(), records, dialect, comma: sign == b';', language: None };
    language::to_english(&mut sheet);
    sheet
}

/// Reads the sheets of a workbook (XLSX).
///
/// # Errors
/// [`Error::Invalid`] where it is none or is broken.
pub(super) fn workbook_sheets(place: &str, bytes: Vec<u8>) -> Result<Vec<Sheet>> {
    let invalid = |e: calamine::XlsxError| Error::Invalid {
        place: place.to_owned(),
        message: format!("the workbook cannot be read: {e}"),
        hint: "open it in a spreadsheet program and save it as .xlsx, or each sheet as CSV (UTF-8)".into(),
    };
    let mut book: calamine::Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).map_err(invalid)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(invalid)?;
        let (top, left) = range.start().unwrap_or_default();
        let mut records = Vec::new();
        for (row, line) in range.rows().zip(u64::from(top) + 1..) {
            let blank = std::iter::repeat_n(String::new(), left as usize);
            let cells: Vec<String> = blank.chain(row.iter().map(cell)).collect();
            if cells.iter().any(|c| !c.trim().is_empty()) {
                records.push(Record { line, cells });
            }
        }
        let mut sheet = Sheet { name, records, ..Sheet::default() };
        language::to_english(&mut sheet);
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The text of a cell, as a CSV of the sheet would hold it.
fn cell(data: &Data) -> String {
    match data {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        Data::Error(error) => format!("{error}"),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let text = "Applicability,Service\nAll,Temu\u{2019}s \u{2014} \u{2026}\n";
        let (gbk, _, _) = encoding_rs::GBK.encode(text);
        assert_eq!(decode(&gbk), (text.to_owned(), Some("GBK".to_owned())));
        let latin = "Applicability,Service\nAll,Caf\u{e9}s r\u{e9}gl\u{e9}s \u{e0} No\u{eb}l \u{2019}\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(latin);
        assert_eq!(decode(&bytes), (latin.to_owned(), Some("windows-1252".to_owned())));
        let mut little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&little), (text.to_owned(), Some("UTF-16LE".to_owned())));
        little.splice(0..0, [0xff, 0xfe]);
        assert_eq!(decode(&little), (text.to_owned(), Some("UTF-16LE".to_owned())));
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&big).0, text);
        assert_eq!(decode(text.as_bytes()), (text.to_owned(), None));
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), (text.to_owned(), None));
    }

    #[test]
    fn separators_are_seen_outside_quotes() {
        for (line, sign) in [
            ("a,b;c,d", b','),
            ("a;b;c", b';'),
            ("\"x,y,z\";b;c", b';'),
            ("a\tb", b'\t'),
            ("sep=;\na,b", b';'),
            ("", b','),
        ] {
            assert_eq!(separator(line), sign, "{line}");
        }
        let sheet = csv_sheet("x", b"sep=;\r\na;b\r\n;\r\n\"1;2\";\"x\ny\"\r\nz;\r\n");
        let lines: Vec<u64> = sheet.records.iter().map(|r| r.line).collect();
        assert_eq!((lines, sheet.records[1].cells[0].as_str()), (vec![2, 4, 6], "1;2"));
        assert!(sheet.comma);
    }
}
