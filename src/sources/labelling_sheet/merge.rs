//! A sheet and its key as rows of the table, with what was found on the way.

use std::collections::{BTreeMap, BTreeSet};

use super::grid::Grid;
use crate::finding::{
    BAD_SHEET_VALUE, DESIGN_CHANGED, KEY_MISSING, Kind, LABEL_REPEATED, NO_ANSWER, ROW_ADDED, ROW_NOT_RETURNED,
    UNLABELLED, shown,
};
use crate::sampling::labels::code;
use crate::sampling::read::instant;
use crate::sampling::sheet::{ASKED, ROW, SIMULATED};
use crate::tables::audit_labels::AuditLabels;
use crate::tables::listings::Listings;
use crate::tables::{Column, Kind as Type, Origin, Table};

/// A row of the table: texts that the type of their column can hold.
#[derive(Debug, Clone, Default)]
pub struct Row {
    pub line: u64,
    pub cells: BTreeMap<&'static str, String>,
    pub unparsed: BTreeMap<String, String>,
    pub extra: BTreeMap<String, String>,
}

/// A record that is kept aside.
#[derive(Debug)]
pub struct Rejected {
    pub line: u64,
    pub reason: &'static str,
    pub text: String,
}

/// An observation.
#[derive(Debug)]
pub struct Seen {
    pub kind: &'static Kind,
    pub column: Option<&'static str>,
    pub value: Option<String>,
    pub line: Option<u64>,
}

/// What a sheet comes to.
#[derive(Debug, Default)]
pub struct Merged {
    pub rows: Vec<Row>,
    pub rejected: Vec<Rejected>,
    pub seen: Vec<Seen>,
    pub identity: String,
    pub simulated: bool,
}

impl Merged {
    fn see(&mut self, kind: &'static Kind, column: Option<&'static str>, value: Option<&str>, line: Option<u64>) {
        self.seen.push(Seen { kind, column, value: value.map(shown), line });
    }

    fn reject(&mut self, line: u64, reason: &'static str, cells: &[String]) {
        self.rejected.push(Rejected { line, reason, text: cells.join(",") });
    }
}

/// Rows of the key by their number and by their unit.
struct Key<'a> {
    grid: &'a Grid,
    by_row: BTreeMap<&'a str, usize>,
    by_unit: BTreeMap<&'a str, usize>,
}

impl<'a> Key<'a> {
    fn new(grid: &'a Grid) -> Self {
        let (mut by_row, mut by_unit) = (BTreeMap::new(), BTreeMap::new());
        for (at, (_, cells)) in grid.rows.iter().enumerate() {
            if let Some(row) = grid.cell(cells, ROW) {
                by_row.entry(row).or_insert(at);
            }
            if let Some(unit) = grid.cell(cells, "unit_id") {
                by_unit.entry(unit).or_insert(at);
            }
        }
        Self { grid, by_row, by_unit }
    }

    fn cells(&self, at: usize) -> &'a [String] {
        &self.grid.rows[at].1
    }
}

/// Columns that the table takes from a sheet or key.
fn columns() -> impl Iterator<Item = &'static Column> {
    AuditLabels.columns().iter().filter(|c| c.origin != Origin::Provenance)
}

pub fn merge(sheet: &Grid, key: Option<&Grid>) -> Merged {
    let mut out = Merged::default();
    let key = key.map(Key::new);
    if key.is_none() {
        out.see(KEY_MISSING, None, None, None);
    }
    let mut used = BTreeSet::new();
    let mut labelled = BTreeSet::new();
    for (line, cells) in &sheet.rows {
        let line = *line;
        let mut row = Row { line, ..Row::default() };
        match &key {
            None => take(&mut out, &mut row, sheet, cells, |_| true),
            Some(key) => {
                let drawn = sheet.cell(cells, ROW).and_then(|r| key.by_row.get(r)).filter(|at| !used.contains(*at));
                let unit = sheet.cell(cells, "unit_id").and_then(|u| key.by_unit.get(u));
                let Some(at) = drawn.or(unit) else {
                    out.see(ROW_ADDED, None, None, Some(line));
                    out.reject(line, "the unit is not in the sample", cells);
                    continue;
                };
                if drawn.is_some() {
                    used.insert(*at);
                    compare(&mut out, sheet, cells, key, *at, line);
                } else {
                    out.see(ROW_ADDED, None, None, Some(line));
                }
                take(&mut out, &mut row, key.grid, key.cells(*at), |c| c != "coder" && !ASKED.contains(&c));
                take(&mut out, &mut row, sheet, cells, |c| c == "coder" || ASKED.contains(&c) || !key.grid.has(c));
                if drawn.is_some() && !row.cells.contains_key("coder") {
                    // A row that the draw made is a coder's: only an added one holds what was agreed on.
                    take(&mut out, &mut row, key.grid, key.cells(*at), |c| c == "coder");
                }
            }
        }
        if let Some(name) = ["platform", "sample", "question", "unit_id"].iter().find(|c| !row.cells.contains_key(**c))
        {
            let reason = match *name {
                "platform" => "no platform",
                "sample" => "no sample",
                "question" => "no question",
                _ => "no identifier of the unit",
            };
            out.reject(line, reason, cells);
            continue;
        }
        let who =
            (row.cells.get("unit_id").cloned(), row.cells.get("requirement").cloned(), row.cells.get("coder").cloned());
        if !labelled.insert(who) {
            out.see(LABEL_REPEATED, None, None, Some(line));
            out.reject(line, "the coder has labelled the unit already", cells);
            continue;
        }
        if !row.cells.contains_key("label") && !row.unparsed.contains_key("label") {
            out.see(UNLABELLED, Some("label"), None, Some(line));
        }
        extra(&mut row, sheet, cells, key.as_ref());
        out.rows.push(row);
    }
    if let Some(key) = &key {
        not_returned(&mut out, key, &used);
    }
    describe(&mut out, sheet, key.as_ref().map(|k| (k.grid, &used)));
    out
}

/// Puts cells into a row where their column can hold them.
fn take(out: &mut Merged, row: &mut Row, grid: &Grid, cells: &[String], wanted: impl Fn(&str) -> bool) {
    for column in columns().filter(|c| wanted(c.name)) {
        let Some(text) = grid.cell(cells, column.name) else { continue };
        let value = if column.name == "label" { code(text).map(str::to_owned) } else { typed(column, text) };
        if let Some(value) = value {
            row.cells.insert(column.name, value);
        } else {
            let kind = if column.name == "label" { NO_ANSWER } else { BAD_SHEET_VALUE };
            out.see(kind, Some(column.name), Some(text), Some(row.line));
            row.unparsed.insert(column.name.to_owned(), text.to_owned());
        }
    }
}

/// The text of a cell in the notation of its type; `None` where it cannot be read as that.
fn typed(column: &Column, text: &str) -> Option<String> {
    match column.kind {
        Type::Bool => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" => Some("true".to_owned()),
            "false" | "no" | "0" => Some("false".to_owned()),
            _ => None,
        },
        Type::Integer => number(text).filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| format!("{n:.0}")),
        // Weights that a spreadsheet rounded may lie a hair below 1.
        Type::Number if column.name == "weight" => {
            number(text).filter(|n| *n >= 1.0 - 1e-6).map(|n| n.max(1.0).to_string())
        }
        Type::Number => number(text).map(|n| n.to_string()),
        Type::Timestamp => instant(text).map(|at| at.to_string()),
        _ => Some(text.to_owned()),
    }
}

/// A number with a point, or with a comma where there is no point.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let parsed = text.parse::<f64>().ok().or_else(|| {
        let one = text.matches(',').count() == 1 && !text.contains('.');
        one.then(|| text.replace(',', ".").parse().ok()).flatten()
    });
    parsed.filter(|n| n.is_finite())
}

/// Whether two texts say the same: what a spreadsheet rounds or writes in another way is no change.
fn same(column: &Column, a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    match column.kind {
        Type::Number | Type::Integer => {
            number(a).zip(number(b)).is_some_and(|(a, b)| (a - b).abs() <= 1e-6 * a.abs().max(b.abs()))
        }
        Type::Timestamp => instant(a).is_some() && instant(a) == instant(b),
        Type::Bool => a.eq_ignore_ascii_case(b),
        _ => false,
    }
}

fn compare(out: &mut Merged, sheet: &Grid, cells: &[String], key: &Key<'_>, at: usize, line: u64) {
    for column in columns().filter(|c| c.name != "coder" && !ASKED.contains(&c.name)) {
        if !(sheet.has(column.name) && key.grid.has(column.name)) {
            continue;
        }
        let (now, then) = (sheet.cell(cells, column.name), key.grid.cell(key.cells(at), column.name));
        let changed = match (now, then) {
            (Some(now), Some(then)) => !same(column, now, then),
            (None, None) => false,
            _ => true,
        };
        if changed {
            out.see(DESIGN_CHANGED, Some(column.name), None, Some(line));
        }
    }
}

/// Rows of the key that no row of the sheet answers; those of coders who have a sheet of their own are not missed.
fn not_returned(out: &mut Merged, key: &Key<'_>, used: &BTreeSet<usize>) {
    let coder = |at: usize| key.grid.cell(key.cells(at), "coder");
    let here: BTreeSet<Option<&str>> = used.iter().map(|at| coder(*at)).collect();
    for (at, (line, cells)) in key.grid.rows.iter().enumerate() {
        if used.contains(&at) || !here.contains(&coder(at)) {
            continue;
        }
        out.see(ROW_NOT_RETURNED, None, None, None);
        let mut row = Row { line: *line, ..Row::default() };
        take(out, &mut row, key.grid, cells, |_| true);
        out.rows.push(row);
    }
}

/// Columns that are of no table; what the sheet shows of a listing stands in the table of listings.
fn extra(row: &mut Row, sheet: &Grid, cells: &[String], key: Option<&Key<'_>>) {
    for name in sheet.header() {
        let known = AuditLabels.column(name).is_some() || Listings.column(name).is_some();
        let ours = [ROW, SIMULATED].contains(&name.as_str()) || key.is_some_and(|k| k.grid.has(name));
        if !known
            && !ours
            && !name.is_empty()
            && let Some(text) = sheet.cell(cells, name)
        {
            row.extra.insert(name.clone(), text.to_owned());
        }
    }
}

/// What the sheet is, whatever its bytes: samples, questions, and the coders whom it was made for.
fn describe(out: &mut Merged, sheet: &Grid, key: Option<(&Grid, &BTreeSet<usize>)>) {
    let values = |name: &str| -> String {
        let all: BTreeSet<&str> = out.rows.iter().filter_map(|r| r.cells.get(name)).map(String::as_str).collect();
        all.into_iter().collect::<Vec<_>>().join(", ")
    };
    let coders = match key {
        None => values("coder"),
        Some((grid, used)) => {
            let of = |at: &usize| grid.rows.get(*at).and_then(|(_, cells)| grid.cell(cells, "coder"));
            used.iter().filter_map(of).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ")
        }
    };
    let identity =
        format!("labels of sample {} ({}) of {} by {coders}", values("sample"), values("question"), values("platform"));
    let marked = |grid: &Grid| {
        grid.rows.iter().any(|(_, cells)| grid.cell(cells, SIMULATED).is_some_and(|c| c.eq_ignore_ascii_case("true")))
    };
    out.simulated = marked(sheet) || key.is_some_and(|(grid, _)| marked(grid));
    out.identity = identity;
}
