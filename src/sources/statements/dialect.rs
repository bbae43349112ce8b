//! The CSV dialect of PHP's `fputcsv`, as the exporter of the DSA Transparency Database writes it.
//!
//! Fields are separated by commas and quoted if they hold a comma, a quote, a backslash or a blank. Inside
//! quotes a quote is doubled, **unless a backslash stands before it**: then it stays single, and the
//! backslash stays too. A reader of RFC 4180 misreads `\"`; a reader that takes the backslash for an escape
//! misreads values that end in one. The one real ambiguity is `\"` before a comma: the value may end there
//! or go on. It is resolved by the number of fields and by the form of the typed columns.
//!
//! Most lines have no `\"`: they are split 64 bytes at a time by bit masks. The others are read by trying
//! each reading in turn ("the field ends here" first), and rewritten with every quote doubled, so that all
//! that follows sees one dialect.

use wide::u8x16;

/// Start and end of a field in its line, its outer quotes included.
pub type Span = (u32, u32);

/// What one line turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// All fields were found.
    Fields,
    /// A quoted field does not end in this text.
    Open,
    /// A backslash stands before a quote, or a quote where none belongs: read it with [`readings`].
    Doubtful,
}

/// Bits of the bytes in a block of 64 that equal quote, comma and backslash.
#[inline]
fn masks(block: &[u8; 64]) -> (u64, u64, u64) {
    let (mut quote, mut comma, mut slash) = (0_u64, 0_u64, 0_u64);
    let (q, c, b) = (u8x16::splat(b'"'), u8x16::splat(b','), u8x16::splat(b'\\'));
    for (i, part) in block.chunks_exact(16).enumerate() {
        let mut bytes = [0_u8; 16];
        bytes.copy_from_slice(part);
        let v = u8x16::new(bytes);
        let at = 16 * i;
        quote |= u64::from(wide_eq(v, q)) << at;
        comma |= u64::from(wide_eq(v, c)) << at;
        slash |= u64::from(wide_eq(v, b)) << at;
    }
    (quote, comma, slash)
}

#[inline]
fn wide_eq(a: u8x16, b: u8x16) -> u32 {
    a.simd_eq(b).to_bitmask() & 0xffff
}

/// Splits one line (without its line feed) into fields.
///
/// O(length), about 8 GB/s on one core.
pub fn split(line: &[u8], fields: &mut Vec<Span>) -> Split {
    fields.clear();
    let mut start = 0_u32;
    let mut open = 0_u64;
    let mut slash_before = 0_u64;
    let mut offset = 0_usize;
    let mut doubtful = false;
    while offset < line.len() {
        let mut padded = [0_u8; 64];
        let block: &[u8; 64] = if let Some(block) = line.get(offset..offset + 64).and_then(|b| b.try_into().ok()) {
            block
        } else {
            padded[..line.len() - offset].copy_from_slice(&line[offset..]);
            &padded
        };
        let (quote, comma, slash) = masks(block);
        doubtful |= ((slash << 1) | slash_before) & quote != 0;
        slash_before = slash >> 63;
        // Parity of the quotes up to each byte: all ones from an opening quote to before its closing one.
        let mut inside = quote;
        for shift in [1, 2, 4, 8, 16, 32] {
            inside ^= inside << shift;
        }
        inside ^= open;
        open = 0_u64.wrapping_sub(inside >> 63);
        let mut ends = comma & !inside;
        while ends != 0 {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "a line is shorter than a unit, which is far below 4 GiB"
            )]
            let end = offset as u32 + ends.trailing_zeros();
            fields.push((start, end));
            start = end + 1;
            ends &= ends - 1;
        }
        offset += 64;
    }
    if doubtful {
        return Split::Doubtful;
    }
    if open != 0 {
        return Split::Open;
    }
    #[expect(clippy::cast_possible_truncation, reason = "a line is shorter than a unit, which is far below 4 GiB")]
    fields.push((start, line.len() as u32));
    let misplaced = |&(s, e): &Span| match &line[s as usize..e as usize] {
        [b'"', .., b'"'] => false,
        [b'"', ..] | [.., b'"'] => true,
        _ => false,
    };
    if fields.iter().any(misplaced) { Split::Doubtful } else { Split::Fields }
}

/// Readings of a doubtful record: how many are consistent, and the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readings {
    /// Consistent readings found: 0, 1, or 2 for "several".
    pub count: usize,
    /// The cells of the first one, as they were before they were written.
    pub cells: Vec<Vec<u8>>,
}

/// Steps after which the search gives up: a record with dozens of doubtful quotes has 2ⁿ readings.
const MAX_STEPS: usize = 200_000;

/// Tries every reading of a record as `columns` cells that `fits` accepts, "the field ends here" first.
///
/// `fits(i, cell)` says whether a cell can be the value of field `i`. O(length) where the columns tell the
/// readings apart early, and bounded in any case.
pub fn readings(record: &[u8], columns: usize, fits: &dyn Fn(usize, &[u8]) -> bool) -> Readings {
    let mut search = Search {
        record,
        columns,
        fits,
        cells: Vec::with_capacity(columns),
        found: Readings { count: 0, cells: Vec::new() },
        steps: 0,
    };
    search.field(0);
    if search.steps > MAX_STEPS && search.found.count == 1 {
        // Nobody looked for a second one.
        search.found.count = 2;
    }
    search.found
}

struct Search<'a> {
    record: &'a [u8],
    columns: usize,
    fits: &'a dyn Fn(usize, &[u8]) -> bool,
    cells: Vec<Vec<u8>>,
    found: Readings,
    steps: usize,
}

impl Search<'_> {
    /// Reads the field that begins at `at`, and all after it.
    fn field(&mut self, at: usize) {
        if self.found.count > 1 || self.cells.len() == self.columns {
            return;
        }
        if self.record.get(at) != Some(&b'"') {
            let end = memchr::memchr(b',', &self.record[at..]).map_or(self.record.len(), |p| at + p);
            self.close(self.record[at..end].to_vec(), end);
            return;
        }
        let mut cell = Vec::new();
        let mut i = at + 1;
        while let Some(&byte) = self.record.get(i) {
            self.steps += 1;
            if self.steps > MAX_STEPS {
                return;
            }
            if byte != b'"' {
                cell.push(byte);
                i += 1;
                continue;
            }
            let after_slash = self.record[i - 1] == b'\\' && i - 1 > at;
            let ends = matches!(self.record.get(i + 1), None | Some(b','));
            if ends {
                self.close(cell.clone(), i + 1);
                if !after_slash || self.found.count > 1 {
                    return;
                }
                cell.push(b'"');
                i += 1;
            } else if after_slash {
                cell.push(b'"');
                i += 1;
            } else if self.record.get(i + 1) == Some(&b'"') {
                cell.push(b'"');
                i += 2;
            } else {
                return;
            }
        }
    }

    /// Accepts a cell that ends before `end` (a comma or the end of the record) and goes on.
    fn close(&mut self, cell: Vec<u8>, end: usize) {
        if !(self.fits)(self.cells.len(), &cell) {
            return;
        }
        self.cells.push(cell);
        if end < self.record.len() {
            self.field(end + 1);
        } else if self.cells.len() == self.columns {
            if self.found.count == 0 {
                self.found.cells.clone_from(&self.cells);
            }
            self.found.count += 1;
        }
        self.cells.pop();
    }
}

/// Writes cells with every quote doubled, and gives the fields of that text.
pub fn rewrite(cells: &[Vec<u8>], text: &mut Vec<u8>, fields: &mut Vec<Span>) {
    text.clear();
    fields.clear();
    for cell in cells {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a record is shorter than a unit, which is far below 4 GiB"
        )]
        let start = text.len() as u32;
        if !cell.is_empty() {
            text.push(b'"');
            for &byte in cell {
                text.push(byte);
                if byte == b'"' {
                    text.push(b'"');
                }
            }
            text.push(b'"');
        }
        #[expect(clippy::cast_possible_truncation, reason = "as above")]
        fields.push((start, text.len() as u32));
        text.push(b',');
    }
}

/// The content of a field: without its outer quotes, inner quotes still doubled.
#[inline]
#[must_use]
pub fn content(field: &[u8]) -> &[u8] {
    match field {
        [b'"', inner @ .., b'"'] => inner,
        other => other,
    }
}

/// Appends the value of a field's content to `out`: doubled quotes become single.
#[inline]
pub fn unescape(content: &[u8], out: &mut Vec<u8>) {
    let mut rest = content;
    while let Some(at) = memchr::memchr(b'"', rest) {
        out.extend_from_slice(&rest[..=at]);
        rest = &rest[at + 1..];
        if rest.first() == Some(&b'"') {
            rest = &rest[1..];
        }
    }
    out.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(line: &str) -> Option<Vec<String>> {
        let mut fields = Vec::new();
        (split(line.as_bytes(), &mut fields) == Split::Fields).then(|| {
            fields
                .iter()
                .map(|&(s, e)| {
                    let mut out = Vec::new();
                    unescape(content(&line.as_bytes()[s as usize..e as usize]), &mut out);
                    String::from_utf8(out).expect("text")
                })
                .collect()
        })
    }

    #[test]
    fn plain_lines_split() {
        assert_eq!(
            cells(r#"a,"b,c",,"d ""e"" f","[""X"",""Y""]""#).expect("fields"),
            ["a", "b,c", "", "d \"e\" f", r#"["X","Y"]"#]
        );
        assert_eq!(cells("").expect("fields"), [""]);
        assert_eq!(cells(",").expect("fields"), ["", ""]);
        for n in 55..75 {
            let long = "x".repeat(n);
            assert_eq!(
                cells(&format!("{long},\"{long},\"\"{long}\",z")).expect("fields"),
                [long.clone(), format!("{long},\"{long}"), "z".into()]
            );
        }
    }

    #[test]
    fn open_and_doubtful_lines_are_told() {
        let mut f = Vec::new();
        assert_eq!(split(br#"a,"b"#, &mut f), Split::Open);
        assert_eq!(split(br#"a,"b \" c""#, &mut f), Split::Doubtful);
        assert_eq!(split(br#"a,"b"c,d"#, &mut f), Split::Doubtful);
        let at_edge = format!("\"{}\\\" x\",y", "z".repeat(62));
        assert_eq!(split(at_edge.as_bytes(), &mut f), Split::Doubtful);
    }

    #[test]
    fn backslashes_before_quotes_are_read_as_php_wrote_them() {
        let read = |line: &str, n: usize| {
            let r = readings(line.as_bytes(), n, &|_, _| true);
            (r.count, r.cells.into_iter().map(|c| String::from_utf8(c).expect("text")).collect::<Vec<_>>())
        };
        assert_eq!(read(r#""he said \"stop\" now",b"#, 2), (1, vec![r#"he said \"stop\" now"#.into(), "b".into()]));
        assert_eq!(read(r#""path C:\tmp\",b"#, 2), (1, vec![r"path C:\tmp\".into(), "b".into()]));
        assert_eq!(read(r#""x\\"y",b"#, 2), (1, vec![r#"x\\"y"#.into(), "b".into()]));
        assert_eq!(read(r##""""\"#1 and free\"""",b"##, 2), (1, vec![r##""\"#1 and free\"""##.into(), "b".into()]));
        // "stop\", then" may be one cell or the end of one: with three columns there is one reading.
        assert_eq!(read(r#""stop\", then","c""#, 2).0, 1);
    }

    #[test]
    fn rewritten_cells_read_back() {
        let cells = vec![b"a\"b".to_vec(), Vec::new(), b"c,d\\".to_vec()];
        let (mut text, mut fields) = (Vec::new(), Vec::new());
        rewrite(&cells, &mut text, &mut fields);
        let back: Vec<Vec<u8>> = fields
            .iter()
            .map(|&(s, e)| {
                let mut out = Vec::new();
                unescape(content(&text[s as usize..e as usize]), &mut out);
                out
            })
            .collect();
        assert_eq!(back, cells);
    }
}
