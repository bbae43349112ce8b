//! A file with parts of reports: what it is, and its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use sha2::{Digest, Sha256};

use super::parts::Observed;
use super::settle::{Told, settle};
use super::{ID, READ_AS, SIMULATED, rows};
use crate::error::Result;
use crate::finding;
use crate::sources::checksum;
use crate::sources::export::{Description, Piece, RowSink, TableExport};
use crate::tables::{Table, report_texts::ReportTexts, report_values::ReportValues};
use crate::time;
use crate::transparency::numbers::{self, State, tidy};
use crate::transparency::template::part_name;
use crate::transparency::values::{ReportText, ReportValue};

/// One part of a report of one service and period.
#[derive(Debug)]
pub struct ReportPart {
    /// Part of the template, 1 to 11.
    pub part: u8,
    /// Canonical name of the service; `None` where nothing names it.
    pub platform: Option<String>,
    /// First and last day of the period.
    pub period: (Option<i32>, Option<i32>),
    /// Figures.
    pub values: Vec<ReportValue>,
    /// Texts.
    pub texts: Vec<ReportText>,
    /// Index of its inner file or sheet; `None` where the file has none.
    pub(super) entry: Option<usize>,
    /// The folder, archive or workbook that it shares with the other parts of its report.
    pub(super) group: PathBuf,
    /// What was observed, with the index of the inner file or sheet.
    pub(super) observed: Vec<(usize, Observed)>,
    /// Records kept aside: index of the inner file or sheet, line, reason, cells.
    pub(super) rejected: Vec<(usize, u64, &'static str, Vec<String>)>,
}

impl ReportPart {
    /// What it is and what it says.
    pub(super) fn piece(&self) -> Piece {
        let digest = self.digest();
        let day = |d: Option<i32>| d.map_or_else(|| "?".to_owned(), time::iso);
        let known = self.platform.as_deref().filter(|_| self.period.0.is_some() && self.period.1.is_some());
        let identity = match known {
            Some(name) => {
                format!("{name}, {}/{}, {}", day(self.period.0), day(self.period.1), part_name(self.part))
            }
            // Without a name or a period nothing but the figures tells it from others.
            None => format!("{} of an unknown report, {}", part_name(self.part), digest.get(..12).unwrap_or_default()),
        };
        let published = self.values.iter().map(|v| v.published_at).chain(self.texts.iter().map(|t| t.published_at));
        Piece {
            identity,
            platform: self.platform.clone(),
            edition: published.max().flatten(),
            digest,
            rows: (self.values.len() + self.texts.len()) as u64,
        }
    }

    /// A digest of figures and texts: the same for the CSV and the workbook of a report.
    fn digest(&self) -> String {
        let text = |t: Option<&str>| t.map(tidy).unwrap_or_default();
        let mut lines: BTreeSet<String> = BTreeSet::new();
        for v in self.values.iter().filter(|v| v.state != State::Blank || v.context.is_some()) {
            let figure = match v.value {
                Some(x) => format!("{x:.11e}"),
                None => format!("{:?} {}", v.state, text(v.raw.as_deref())),
            };
            let keys = [
                v.indicator_code.map_or_else(|| text(v.unparsed.as_deref()), str::to_owned),
                v.scope.clone(),
                text(v.category.as_deref()),
                text(v.sub_category.as_deref()),
                text(v.description.as_deref()),
                text(v.surface.as_deref()),
                v.occurrence.to_string(),
                figure,
                text(v.context.as_deref()),
            ];
            lines.insert(keys.join("\u{1f}"));
        }
        for t in &self.texts {
            let said = t.text.as_deref().map(|said| numbers::date(said).map_or_else(|| tidy(said), time::iso));
            let keys = [
                t.indicator_code.map_or_else(|| text(t.label.as_deref()), str::to_owned),
                text(t.category.as_deref()),
                text(t.sub_category.as_deref()),
                if t.part == 2 { text(t.label.as_deref()) } else { String::new() },
                said.unwrap_or_default(),
                text(t.context.as_deref()),
            ];
            lines.insert(keys.join("\u{1f}"));
        }
        let mut digest = Sha256::new();
        for line in lines {
            digest.update(line.as_bytes());
            digest.update(b"\n");
        }
        checksum::hex(&digest.finalize()).chars().take(32).collect()
    }
}

/// A file with parts of reports: a CSV file has one, an archive or workbook several.
#[derive(Debug)]
pub struct ReportFile {
    /// Its path.
    pub path: PathBuf,
    /// The parts, in the order of inner files or sheets.
    pub parts: Vec<ReportPart>,
    /// Names of inner files or sheets that are no parts of reports.
    pub aside: Vec<String>,
    pub(super) description: Description,
    entries: Vec<String>,
    /// Parts that the file has more than once: what is said of each.
    told: Vec<Told>,
}

impl ReportFile {
    pub(super) fn new(entries: Vec<String>, path: PathBuf, parts: Vec<ReportPart>, dialect: &BTreeSet<String>) -> Self {
        let (parts, told) = settle(parts, &entries);
        let description = describe(&parts, parts.iter().map(ReportPart::piece).collect(), dialect);
        Self { path, parts, aside: Vec::new(), description, entries, told }
    }
}

/// What a file is: of whom, for which period, which parts, and how it is written.
fn describe(parts: &[ReportPart], pieces: Vec<Piece>, dialect: &BTreeSet<String>) -> Description {
    type Days = (Option<i32>, Option<i32>);
    let mut owners: BTreeMap<(&str, Days), BTreeSet<u8>> = BTreeMap::new();
    for part in parts {
        owners.entry((part.platform.as_deref().unwrap_or("?"), part.period)).or_default().insert(part.part);
    }
    let day = |d: Option<i32>| d.map_or_else(|| "?".to_owned(), time::iso);
    let names: Vec<String> = owners
        .iter()
        .map(|((platform, (first, last)), numbers)| {
            let numbers: Vec<String> = numbers.iter().copied().map(part_name).collect();
            format!("{platform}, {}/{}, parts {}", day(*first), day(*last), numbers.join(", "))
        })
        .collect();
    let mut tables = BTreeMap::new();
    let mut declare = |table: &'static dyn Table, some: bool| {
        if some {
            tables.insert(table.name(), table.columns().iter().map(|c| c.name).collect());
        }
    };
    declare(&ReportValues, parts.iter().any(|p| !p.values.is_empty()));
    declare(&ReportTexts, parts.iter().any(|p| !p.texts.is_empty()));
    let dialect: Vec<&str> = dialect.iter().map(String::as_str).collect();
    Description {
        source: ID,
        identity: format!("transparency report of {}", names.join("; ")),
        reading: if dialect.is_empty() { String::new() } else { format!("{READ_AS}{}", dialect.join(", ")) },
        // Figures of a period are no events: how long listings were observed does not follow from them.
        observed_from: None,
        observed_until: None,
        simulated: parts.iter().any(|p| p.platform.as_deref().is_some_and(|name| name.contains(SIMULATED))),
        tables,
        pieces,
    }
}

impl TableExport for ReportFile {
    fn description(&self) -> &Description {
        &self.description
    }

    fn entries(&self) -> &[String] {
        &self.entries
    }

    fn read(&self, sink: &mut dyn RowSink) -> Result<()> {
        let file = self.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let inner = self.parts.iter().any(|p| p.entry.is_some());
        let place = rows::Place { file: &file, entries: if inner { &self.entries } else { &[] } };
        for name in &self.aside {
            sink.find(finding::LEFT_ASIDE, None, Some(name), 1, None);
        }
        for (kind, said) in &self.told {
            sink.find(kind, None, Some(said), 1, None);
        }
        for (at, part) in self.parts.iter().enumerate() {
            sink.piece(at)?;
            for (entry, (kind, column, value, count, line)) in &part.observed {
                sink.find(kind, *column, value.as_deref(), *count, line.map(|l| (*entry, l)));
            }
            for (entry, line, reason, cells) in &part.rejected {
                sink.reject(*entry, *line, reason, csv_line(cells).as_bytes())?;
            }
            if !part.values.is_empty() {
                sink.push(&ReportValues, rows::values(&part.values, &place))?;
            }
            if !part.texts.is_empty() {
                sink.push(&ReportTexts, rows::report_texts(&part.texts, &place))?;
            }
        }
        Ok(())
    }
}

/// Cells as a line of CSV.
fn csv_line(cells: &[String]) -> String {
    let quoted = |cell: &String| {
        let plain = !cell.contains([',', '"', '\n', '\r']);
        if plain { cell.clone() } else { format!("\"{}\"", cell.replace('"', "\"\"")) }
    };
    cells.iter().map(quoted).collect::<Vec<_>>().join(",")
}
