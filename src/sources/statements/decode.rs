//! Units of text decoded into batches of the table `statements`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, new_null_array};
use xxhash_rust::xxh3::xxh3_128;

use super::codes::{CodeColumn, ListColumn};
use super::columns::{self, Notes, Rows};
use super::derive;
use super::dialect::{self, Span, Split};
use super::header::{self, Layout, Target};
use super::provenance;
use super::record::{Record, fits};
use super::rules::{self, Order};
use super::values;
use crate::error::{Error, Result};
use crate::finding;
use crate::sources::units::Unit;
use crate::sources::{Batch, Cell, UnitReport};
use crate::tables::platforms::{self, Aliases};
use crate::tables::statements::{ALWAYS, COLUMNS, SIMULATED_MARK};
use crate::tables::{Column, Kind, Origin, Values};

/// Records decoded at once: their text stays in the processor's second-level cache.
const BATCH_ROWS: usize = 2048;

/// What stays the same for all units of one inner file.
#[derive(Debug, Clone)]
pub struct Context {
    /// What its header says.
    pub layout: Arc<Layout>,
    /// Its header line, as it stands in the file; empty where it has none.
    pub header: Arc<[u8]>,
    /// Whether its first line is a header.
    pub has_header: bool,
    /// Index of the inner file in the export.
    pub entry: usize,
    /// Name of the inner file; `None` where the export is no archive.
    pub entry_name: Option<Arc<str>>,
    /// Name of the export.
    pub file_name: Arc<str>,
}

/// Columns of the table that a dataset keeps, as indices into the codebook.
///
/// # Errors
/// [`Error::Unknown`] for a name that is no column.
pub fn choose(names: Option<&[String]>) -> Result<Vec<usize>> {
    let Some(names) = names else { return Ok((0..COLUMNS.len()).collect()) };
    for name in names {
        if !COLUMNS.iter().any(|c| c.name == name) {
            return Err(Error::Unknown {
                kind: "column",
                name: name.clone(),
                known: COLUMNS.iter().map(|c| c.name.to_owned()).collect(),
            });
        }
    }
    Ok((0..COLUMNS.len())
        .filter(|&i| ALWAYS.contains(&COLUMNS[i].name) || names.iter().any(|n| n == COLUMNS[i].name))
        .collect())
}

/// Decodes units; one per worker. What it remembers from unit to unit never shows in its output.
#[derive(Debug)]
pub struct Decoder {
    chosen: Arc<[usize]>,
    /// Which columns of the codebook must be read, chosen or needed by a derived one.
    needed: Vec<bool>,
    codes: HashMap<&'static str, CodeColumn>,
    lists: HashMap<&'static str, ListColumn>,
    aliases: Arc<Aliases>,
    spans: Vec<Span>,
    in_side: Vec<bool>,
    lines: Vec<u64>,
    side: Vec<u8>,
    cells: HashMap<(Option<i32>, u32), Cell>,
}

impl Decoder {
    /// A decoder of the chosen columns.
    #[must_use]
    pub fn new(chosen: Arc<[usize]>, aliases: Arc<Aliases>) -> Self {
        let needed = (0..COLUMNS.len())
            .map(|i| {
                chosen.contains(&i)
                    || chosen.iter().any(|&c| match COLUMNS[c].origin {
                        Origin::Derived(from) => from.contains(&COLUMNS[i].name),
                        _ => false,
                    })
            })
            .collect();
        let known = |c: &Column| match c.values {
            Values::Codes(list) => Some(list),
            _ => None,
        };
        let mut codes = HashMap::new();
        let mut lists = HashMap::new();
        for c in COLUMNS {
            match c.kind {
                Kind::Code => drop(codes.insert(c.name, CodeColumn::new(c.name, known(c)))),
                Kind::CodeList => drop(lists.insert(c.name, ListColumn::new(c.name, known(c).unwrap_or_default()))),
                _ => {}
            }
        }
        // Names of platforms repeat like codes do.
        codes.insert("platform_name", CodeColumn::new("platform_name", None));
        Self {
            chosen,
            needed,
            codes,
            lists,
            aliases,
            spans: Vec::new(),
            in_side: Vec::new(),
            lines: Vec::new(),
            side: Vec::new(),
            cells: HashMap::new(),
        }
    }

    /// Decodes one unit, handing over batches of at most 2,048 rows.
    ///
    /// # Errors
    /// What `emit` gives; broken rows are in the report instead.
    pub fn decode(
        &mut self,
        unit: &Unit,
        context: &Context,
        emit: &mut dyn FnMut(Batch) -> Result<()>,
    ) -> Result<UnitReport> {
        let mut report = UnitReport { nulls: vec![0; self.chosen.len()], ..UnitReport::default() };
        report.rejected.entry = context.entry;
        let mut notes = Notes { entry: context.entry, ..Notes::default() };
        self.codes.values_mut().for_each(CodeColumn::begin_unit);
        self.lists.values_mut().for_each(ListColumn::begin_unit);
        self.cells.clear();

        let text = unit.text();
        let mut at = 0;
        let mut line = unit.first_line;
        if line == 1 && text.starts_with(header::BOM) {
            at = header::BOM.len();
            notes.findings.add(finding::BYTE_ORDER_MARK, None, None, 1, Some((context.entry, 1)));
        }
        if line == 1 && context.has_header {
            at = memchr::memchr(b'\n', text).map_or(text.len(), |end| end + 1);
            line += 1;
        }
        self.clear_rows();
        let mut fields = Vec::new();
        while at < text.len() {
            let end = memchr::memchr(b'\n', &text[at..]).map_or(text.len(), |p| at + p);
            let record = Record { text, at, end, line, context };
            let (next, lines) = self.record(&record, &mut fields, &mut notes, &mut report);
            at = next;
            line += lines;
            if self.lines.len() >= BATCH_ROWS {
                self.flush(text, context, &mut notes, &mut report, emit)?;
            }
        }
        self.flush(text, context, &mut notes, &mut report, emit)?;

        if let Some(names) = self.codes.get("platform_name") {
            for ((day, key), cell) in self.cells.drain() {
                let name = names.values().get(key as usize).map_or("", String::as_str);
                let slot = report.cells.entry((day, Arc::from(self.aliases.canonical(name)))).or_default();
                *slot = slot.plus(cell);
            }
            // Simulated platforms have invented names, which nobody can have met.
            let real = report.simulated < report.rows;
            for (name, count, first) in names.met().filter(|_| real) {
                if !platforms::is_known(&self.aliases.canonical(name)) {
                    let place = Some((context.entry, first));
                    let short: String = name.chars().take(80).collect();
                    notes.findings.add(finding::UNKNOWN_PLATFORM, Some("platform_name"), Some(&short), count, place);
                }
            }
        }
        for column in self.codes.values_mut() {
            column.end_unit(&mut notes);
        }
        for column in self.lists.values_mut() {
            column.end_unit(&mut notes);
        }
        report.findings = notes.findings;
        report.rejected_rows = report.rejected.len() as u64;
        Ok(report)
    }

    fn clear_rows(&mut self) {
        self.spans.clear();
        self.in_side.clear();
        self.lines.clear();
        self.side.clear();
    }

    /// Reads the record that begins at `r.at`; gives where the next one begins and how many lines it took.
    fn record(
        &mut self,
        r: &Record<'_>,
        fields: &mut Vec<Span>,
        notes: &mut Notes,
        report: &mut UnitReport,
    ) -> (usize, u64) {
        let width = r.context.layout.targets.len();
        let place = Some((r.context.entry, r.line));
        let mut line = &r.text[r.at..r.end];
        if let Some(shorter) = line.strip_suffix(b"\r") {
            // The exporter trims its lines, so a carriage return at the end is never data.
            notes.findings.add(finding::CRLF, None, None, 1, place);
            line = shorter;
        }
        let next = (r.end + 1).min(r.text.len());
        if line.is_empty() {
            notes.findings.add(finding::BLANK_LINE, None, None, 1, place);
            return (next, 1);
        }
        if line == &*r.context.header {
            notes.findings.add(finding::REPEATED_HEADER, None, None, 1, place);
            return (next, 1);
        }
        let mut reject = |reason: String, end: usize, kind: &'static finding::Kind, notes: &mut Notes| {
            notes.findings.add(kind, None, None, 1, place);
            report.rejected.push(r.line, &reason, &r.text[r.at..end]);
        };
        let split = dialect::split(line, fields);
        match split {
            Split::Fields if fields.len() == width => {
                self.push(fields, r.at, r.line);
                return (next, 1);
            }
            Split::Fields => {
                let reason = format!("{} fields where the header has {width}", fields.len());
                reject(reason, r.end, finding::WRONG_FIELD_COUNT, notes);
                return (next, 1);
            }
            Split::Doubtful => {
                if self.doubtful(line, r, notes) {
                    return (next, 1);
                }
            }
            Split::Open => {}
        }
        // A quoted field may go on in the next line.
        let (joined_end, lines) = r.join(width);
        if lines > 1 {
            let joined = &r.text[r.at..joined_end];
            let joined = joined.strip_suffix(b"\r").unwrap_or(joined);
            let read = match dialect::split(joined, fields) {
                Split::Fields if fields.len() == width => {
                    self.push(fields, r.at, r.line);
                    true
                }
                Split::Doubtful => self.doubtful(joined, r, notes),
                _ => false,
            };
            if read {
                notes.findings.add(finding::JOINED_LINES, None, None, 1, place);
                return ((joined_end + 1).min(r.text.len()), lines);
            }
        }
        let reason = if split == Split::Open {
            "a quoted field does not end".to_owned()
        } else {
            format!("no reading of its quotes gives {width} fields that fit their columns")
        };
        reject(reason, r.end, finding::UNREADABLE_ROW, notes);
        (next, 1)
    }

    /// Takes a record into the batch; its fields begin at `at` in the text of the unit.
    #[expect(clippy::cast_possible_truncation, reason = "a unit is far below 4 GiB")]
    fn push(&mut self, fields: &[Span], at: usize, line: u64) {
        let at = at as u32;
        self.spans.extend(fields.iter().map(|(s, e)| (s + at, e + at)));
        self.in_side.push(false);
        self.lines.push(line);
    }

    /// Takes a record with doubtful quotes into the batch, if it has a reading.
    #[expect(clippy::cast_possible_truncation, reason = "a unit is far below 4 GiB")]
    fn doubtful(&mut self, record: &[u8], r: &Record<'_>, notes: &mut Notes) -> bool {
        let targets = &r.context.layout.targets;
        let mut readings = dialect::readings(record, targets.len(), &|i, cell| fits(&targets[i], cell));
        if readings.count == 0 {
            // A cell may be odd beside its quotes: then the identifier and the number of fields must do.
            readings = dialect::readings(record, targets.len(), &|i, cell| match targets[i] {
                Target::Column(c) if COLUMNS[c].name == "uuid" => header::is_uuid(cell),
                _ => true,
            });
        }
        if readings.count == 0 {
            return false;
        }
        if readings.count > 1 {
            notes.findings.add(finding::AMBIGUOUS_ROW, None, None, 1, Some((r.context.entry, r.line)));
        }
        let (mut text, mut fields) = (Vec::new(), Vec::new());
        dialect::rewrite(&readings.cells, &mut text, &mut fields);
        let at = self.side.len() as u32;
        self.side.extend_from_slice(&text);
        self.spans.extend(fields.iter().map(|(s, e)| (s + at, e + at)));
        self.in_side.push(true);
        self.lines.push(r.line);
        true
    }

    /// Turns the records of the batch into arrays.
    fn flush(
        &mut self,
        text: &[u8],
        context: &Context,
        notes: &mut Notes,
        report: &mut UnitReport,
        emit: &mut dyn FnMut(Batch) -> Result<()>,
    ) -> Result<()> {
        if self.lines.is_empty() {
            return Ok(());
        }
        let (spans, in_side, lines, side) = (
            std::mem::take(&mut self.spans),
            std::mem::take(&mut self.in_side),
            std::mem::take(&mut self.lines),
            std::mem::take(&mut self.side),
        );
        let rows = Rows {
            text,
            side: &side,
            spans: &spans,
            width: context.layout.targets.len(),
            in_side: &in_side,
            lines: &lines,
        };
        let batch = self.arrays(&rows, context, notes, report)?;
        report.rows += rows.len() as u64;
        notes.unparsed.clear();
        (self.spans, self.in_side, self.lines, self.side) = (spans, in_side, lines, side);
        self.clear_rows();
        emit(batch)
    }

    fn arrays(
        &mut self,
        rows: &Rows<'_>,
        context: &Context,
        notes: &mut Notes,
        report: &mut UnitReport,
    ) -> Result<Batch> {
        let n = rows.len();
        let mut made: Vec<Option<ArrayRef>> = vec![None; COLUMNS.len()];
        let index = |name: &str| COLUMNS.iter().position(|c| c.name == name).unwrap_or(usize::MAX);
        let mut days = vec![None; n];
        let mut platform_keys = None;
        let mut order = Order::new(n);
        for (field, target) in context.layout.targets.iter().enumerate() {
            let Target::Column(c) = *target else { continue };
            let column = &COLUMNS[c];
            if !self.needed[c] && !matches!(column.name, "uuid" | "platform_name" | "created_at") {
                continue;
            }
            let array: ArrayRef = match column.kind {
                _ if column.name == "platform_name" => {
                    let Some(codes) = self.codes.get_mut(column.name) else { continue };
                    let keys = codes.keys(rows, field, notes);
                    let aliases = Arc::clone(&self.aliases);
                    made[index("platform")] = Some(codes.mapped(&keys, &|name| aliases.canonical(name))?);
                    let array = codes.array(&keys)?;
                    platform_keys = Some(keys);
                    array
                }
                Kind::Text => columns::text(rows, field, column.name, notes)?,
                Kind::Code => {
                    let Some(codes) = self.codes.get_mut(column.name) else { continue };
                    let keys = codes.keys(rows, field, notes);
                    if column.name == "category" {
                        let in_v2 = |code: &str| crate::tables::codes::in_v2("category", code).to_owned();
                        made[index("category_v2")] = Some(codes.mapped(&keys, &in_v2)?);
                    }
                    codes.array(&keys)?
                }
                Kind::CodeList => {
                    let Some(lists) = self.lists.get_mut(column.name) else { continue };
                    let arrays = lists.arrays(rows, field, notes)?;
                    order.add(column.name, &arrays);
                    match column.name {
                        "category_specification" => {
                            made[index("keywords_v2")] = Some(arrays.in_v2);
                            made[index("keyword_set")] = Some(arrays.joined_v2);
                            made[index("n_keywords")] = Some(arrays.counts);
                        }
                        "category_addition" => made[index("additional_categories")] = Some(arrays.joined_v2),
                        "decision_visibility" => made[index("visibility_set")] = Some(arrays.joined),
                        "content_type" => made[index("content_types")] = Some(arrays.joined),
                        "territorial_scope" => made[index("territory_set")] = Some(arrays.joined),
                        _ => {}
                    }
                    arrays.lists
                }
                Kind::Bool => columns::booleans(rows, field, column.name, notes),
                Kind::Date => Arc::new(columns::dates(rows, field, column.name, notes)),
                Kind::Timestamp => {
                    let instants = columns::instants(rows, field, column.name, notes);
                    days = instants.iter().map(|t| t.map(values::day_of)).collect();
                    Arc::new(instants)
                }
                Kind::Integer | Kind::Number => continue,
            };
            if !column.nullable && array.null_count() > 0 {
                // A cell that holds something else is told as that.
                let unread = |row: &usize| {
                    notes.unparsed.get(row).is_some_and(|cells| cells.iter().any(|(name, _)| *name == column.name))
                };
                let empty: Vec<usize> = (0..n).filter(|row| array.is_null(*row) && !unread(row)).collect();
                if let Some(first) = empty.first().map(|row| (context.entry, rows.lines[*row])) {
                    let (kind, n) = (finding::MISSING_VALUE, empty.len() as u64);
                    notes.findings.add(kind, Some(column.name), None, n, Some(first));
                }
            }
            made[c] = Some(array);
        }
        self.count_cells(rows, context, &days, platform_keys.as_ref(), notes, report);
        derive::dates(&mut made, &days);
        rules::judge(&mut made, &days, &order, &|c| self.chosen.contains(&c));
        rules::report(&made, |row| (context.entry, rows.lines[row]), &mut notes.findings);
        provenance::columns(&mut made, rows, context, notes)?;
        let columns: Vec<ArrayRef> = self
            .chosen
            .iter()
            .map(|&c| made[c].take().unwrap_or_else(|| new_null_array(&COLUMNS[c].kind.data_type(), n)))
            .collect();
        for (total, array) in report.nulls.iter_mut().zip(&columns) {
            // Values of dictionaries are never null here, so this counts all.
            *total += array.null_count() as u64;
        }
        Ok(Batch { columns, days })
    }

    /// Counts and fingerprints the statements per day and platform, and looks at their identifiers.
    fn count_cells(
        &mut self,
        rows: &Rows<'_>,
        context: &Context,
        days: &[Option<i32>],
        platforms: Option<&arrow::array::Int32Array>,
        notes: &mut Notes,
        report: &mut UnitReport,
    ) {
        let Some(field) = context.layout.field("uuid") else { return };
        let mut current = (None, u32::MAX);
        let mut cell = Cell::default();
        for (row, &day) in days.iter().enumerate() {
            let uuid = rows.cell(row, field);
            if !header::is_uuid(uuid) && !uuid.is_empty() {
                let value = finding::shown(&String::from_utf8_lossy(uuid));
                notes.findings.add(
                    finding::BAD_UUID,
                    Some("uuid"),
                    Some(&value),
                    1,
                    Some((context.entry, rows.lines[row])),
                );
            }
            if uuid.get(14..18) == Some(SIMULATED_MARK) {
                report.simulated += 1;
            }
            let platform =
                platforms.map_or(u32::MAX, |p| if p.is_valid(row) { p.value(row).cast_unsigned() } else { u32::MAX });
            if (day, platform) != current {
                if cell.rows > 0 {
                    let slot = self.cells.entry(current).or_default();
                    *slot = slot.plus(cell);
                }
                (current, cell) = ((day, platform), Cell::default());
            }
            cell = cell.plus(Cell { rows: 1, fingerprint: xxh3_128(uuid) });
        }
        let slot = self.cells.entry(current).or_default();
        *slot = slot.plus(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn choices_keep_what_identifies_a_row() {
        let chosen = choose(Some(&["category".to_owned()])).expect("columns");
        let names: Vec<_> = chosen.iter().map(|&i| COLUMNS[i].name).collect();
        assert!(names.contains(&"uuid") && names.contains(&"category") && !names.contains(&"decision_facts"));
        assert!(choose(Some(&["categorie".to_owned()])).is_err());
    }
}
