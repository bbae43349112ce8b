//! Labelling sheets: what coders are shown and asked, and the key that they do not see.
//!
//! A row is a unit and a coder. Coders see the text of the unit and nothing of what the platform thinks of it: that
//! stands in the key, a second file which is put together with the sheet again by column `row` when labels come back.
//! Where the strata are made of what coders must not see, these and the weights stand in the key alone.

use std::collections::BTreeMap;

use super::cells::{guard, guard_id};
use super::draw::Sample;
use super::labels;
use super::random::{shuffle, stream};
use super::{float, xlsx};
use crate::error::{Error, Result};

/// Column that numbers the rows of a sheet, in letters and digits that no spreadsheet changes.
pub const ROW: &str = "row";

/// Column that stands in sheets of simulated data, and says so.
pub const SIMULATED: &str = "simulated";

/// Columns that coders fill in.
pub const ASKED: [&str; 3] = ["label", "evasion_tactic", "remark"];

/// Columns of a frame that say what the platform or its classifier thinks of a unit: never shown to coders.
pub const HIDDEN: [&str; 9] = [
    "flagged",
    "test_label",
    "score",
    "mismatch_score",
    "automated",
    "confirmed",
    "detection_source",
    "detected_at",
    "reversed_at",
];

/// Columns of the table `audit_labels` that the draw gives.
pub const DRAWN: [&str; 9] =
    ["platform", "sample", "question", "unit_id", "stratum", "weight", "frame_size", "cluster", "sampled_at"];

/// Columns of the table `audit_labels` that the frame gives.
pub const FROM_FRAME: [&str; 7] = ["listing_id", "trader_id", "category", "country", "entered_at", "views", "orders"];

/// Columns of the table `audit_labels` that stand in the key alone.
pub const IN_KEY: [&str; 4] = ["flagged", "test_label", "score", "automated"];

/// Columns whose texts are identifiers.
const IDS: [&str; 6] = [ROW, "unit_id", "listing_id", "trader_id", "cluster", "gtin"];

/// What a sheet is made for.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// Platform, by its canonical name; null where the details have a column of that name.
    pub platform: Option<String>,
    /// Name of the sample.
    pub sample: String,
    /// Code of the enumeration `audit_question`.
    pub question: String,
    /// Reference time, as text.
    pub sampled_at: Option<String>,
    /// Coders.
    pub coders: u32,
    /// Share of the units that every coder labels.
    pub overlap: f64,
    /// Whether stratum, weight and frame size stand in the key alone.
    pub blind_design: bool,
    /// Seed of who labels what.
    pub seed: u64,
    /// Whether the frame is simulated, which the sheet then says in a column.
    pub simulated: bool,
    /// What the second page of the workbook says of the sample: title and text.
    pub about: Vec<(String, String)>,
}

/// Details of the sampled units, from the frame: column names, and per unit a text for each.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Details {
    /// Names of columns, those of the frame's table.
    pub columns: Vec<String>,
    /// Unit → texts.
    pub units: BTreeMap<String, Vec<Option<String>>>,
}

impl Details {
    fn get(&self, unit: &str, column: &str) -> Option<&str> {
        let at = self.columns.iter().position(|c| c == column)?;
        self.units.get(unit)?.get(at)?.as_deref()
    }

    fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|c| c == column)
    }
}

/// A labelling sheet and its key, as rows of text, the first being the header.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// What coders get.
    pub rows: Vec<Vec<String>>,
    /// What they do not.
    pub key: Vec<Vec<String>>,
    /// Answers to choose from.
    pub choices: [&'static str; 3],
    /// Title and text of each line of the second page.
    pub about: Vec<(String, String)>,
}

/// Most rows of a page of a workbook, without the header.
const MAX_ROWS: usize = 1_048_575;

impl Sheet {
    /// The sheet of a sample; `shown` are the columns of the details to show, in their order.
    ///
    /// # Errors
    /// [`Error::Usage`] for no coder, an overlap outside \[0, 1\], a hidden column among those shown, or more rows than
    /// a workbook holds.
    pub fn new(sample: &Sample, task: &Task, details: &Details, shown: &[&str]) -> Result<Self> {
        if let Some(hidden) = shown.iter().find(|c| HIDDEN.contains(c)) {
            return Err(Error::usage(
                format!("column {hidden} says what the platform thinks of the unit, and coders are to be blind to it"),
                "it is in the key, and joined to the labels when they come back",
            ));
        }
        let assigned = assign(sample, task)?;
        if assigned.len() > MAX_ROWS {
            return Err(Error::usage(
                format!("{} rows do not fit on a page of a workbook", assigned.len()),
                "draw fewer units, or several samples",
            ));
        }
        let mut header = vec![ROW, "coder", "unit_id"];
        let in_header: Vec<&str> = shown.iter().copied().filter(|c| details.has(c)).collect();
        for column in in_header {
            add(&mut header, column);
        }
        header.extend(ASKED);
        let facts = || DRAWN.into_iter().chain(FROM_FRAME.into_iter().filter(|c| details.has(c)));
        if task.simulated {
            header.push(SIMULATED);
        }
        let secret = |c: &str| task.blind_design && ["stratum", "weight", "frame_size"].contains(&c);
        facts().filter(|c| !secret(c)).for_each(|c| add(&mut header, c));
        let mut key_header = vec![ROW, "coder", "unit_id"];
        facts().for_each(|c| add(&mut key_header, c));
        IN_KEY.into_iter().filter(|c| details.has(c) || *c == "test_label").for_each(|c| add(&mut key_header, c));
        if task.simulated {
            key_header.push(SIMULATED);
        }
        let line = |header: &[&str], at: usize, unit: usize, coder: u32| -> Vec<String> {
            header.iter().map(|column| value(sample, task, details, column, (at, unit, coder))).collect()
        };
        let titles = |header: &[&str]| -> Vec<String> { header.iter().map(|c| (*c).to_owned()).collect() };
        let (mut rows, mut key) = (vec![titles(&header)], vec![titles(&key_header)]);
        for (at, (unit, coder)) in assigned.into_iter().enumerate() {
            rows.push(line(&header, at, unit, coder));
            key.push(line(&key_header, at, unit, coder));
        }
        Ok(Self { rows, key, choices: labels::choices(&task.question), about: task.about.clone() })
    }

    /// The sheet as CSV.
    ///
    /// # Errors
    /// [`Error::Engine`], which memory alone could cause.
    pub fn csv(&self) -> Result<Vec<u8>> {
        csv(&self.rows)
    }

    /// The key as CSV.
    ///
    /// # Errors
    /// As [`Sheet::csv`].
    pub fn key_csv(&self) -> Result<Vec<u8>> {
        csv(&self.key)
    }

    /// The sheet as a workbook: labels on the first page, instructions and design on the second.
    ///
    /// # Errors
    /// [`Error::Engine`] where the workbook cannot be made.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        xlsx::workbook(self).map_err(|e| Error::engine("cannot make the workbook", e))
    }

    /// The rows of one coder, for a file of their own; the key stays one.
    #[must_use]
    pub fn of_coder(&self, coder: &str) -> Self {
        let at = self.rows.first().and_then(|h| h.iter().position(|c| c == "coder"));
        let mine = |(i, row): &(usize, &Vec<String>)| {
            *i == 0 || at.and_then(|at| row.get(at)).is_some_and(|name| name == coder)
        };
        let rows = self.rows.iter().enumerate().filter(mine).map(|(_, row)| row.clone()).collect();
        Self { rows, ..self.clone() }
    }
}

/// Name of a coder, to be replaced by a pseudonym or not.
#[must_use]
pub fn coder_name(number: u32) -> String {
    format!("coder-{}", number + 1)
}

fn add<'a>(header: &mut Vec<&'a str>, column: &'a str) {
    if !header.contains(&column) && !ASKED.contains(&column) {
        header.push(column);
    }
}

fn value(
    sample: &Sample,
    task: &Task,
    details: &Details,
    column: &str,
    (at, unit, coder): (usize, usize, u32),
) -> String {
    let drawn = &sample.units[unit];
    let detail = |name: &str| details.get(&drawn.id, name).map(str::to_owned);
    let text = match column {
        ROW => Some(format!("r{}", at + 1)),
        "coder" => Some(coder_name(coder)),
        "unit_id" => Some(drawn.id.clone()),
        "platform" => task.platform.clone().or_else(|| detail("platform")),
        "sample" => Some(task.sample.clone()),
        "question" => Some(task.question.clone()),
        "stratum" => drawn.stratum.clone(),
        "weight" => Some(drawn.weight.to_string()),
        "frame_size" => drawn.frame_size.map(|n| n.to_string()),
        "cluster" => drawn.cluster.clone(),
        "sampled_at" => task.sampled_at.clone(),
        SIMULATED => Some("true".to_owned()),
        "label" | "evasion_tactic" | "remark" => None,
        // The classifier that flagged a unit is the one whose label is to be corrected, unless the frame has another.
        "test_label" => detail("test_label").or_else(|| detail("flagged")),
        other => detail(other),
    };
    let text = text.unwrap_or_default();
    if IDS.contains(&column) { guard_id(&text).into_owned() } else { guard(&text).into_owned() }
}

/// Who labels what: the units that all coders get, spread evenly over strata, and the others in turn. Rows stand in
/// the order of the sample, those of one coder together.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of the units, at most all")]
fn assign(sample: &Sample, task: &Task) -> Result<Vec<(usize, u32)>> {
    if task.coders == 0 {
        return Err(Error::usage("nobody is there to label", "--coders is at least 1"));
    }
    if !(0.0..=1.0).contains(&task.overlap) {
        return Err(Error::usage(
            format!("an overlap of {} is no share from 0 to 1", task.overlap),
            "0.2 gives every fifth unit to all coders",
        ));
    }
    let n = sample.units.len();
    let mut order: Vec<usize> = (0..n).collect();
    shuffle(&mut stream(task.seed, "coders"), &mut order, n);
    // By stratum, at random within: evenly spaced places then hold each stratum in its proportion.
    order.sort_by_key(|u| sample.units[*u].stratum.clone());
    let shared = (float(n) * task.overlap).round() as usize;
    let mut rows = Vec::new();
    let mut turn = 0_u32;
    for (place, unit) in order.iter().enumerate() {
        let common = task.coders > 1 && (place + 1) * shared / n.max(1) > place * shared / n.max(1);
        if common {
            rows.extend((0..task.coders).map(|coder| (*unit, coder)));
        } else {
            rows.push((*unit, turn));
            turn = (turn + 1) % task.coders;
        }
    }
    rows.sort_by_key(|(unit, coder)| (*coder, *unit));
    Ok(rows)
}

fn csv(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write the sheet", e);
    // With a byte-order mark spreadsheets read UTF-8 as what it is.
    let mut writer = csv::Writer::from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        writer.write_record(row).map_err(|e| fail(&e))?;
    }
    writer.into_inner().map_err(|e| fail(&e))
}

#[cfg(test)]
mod tests;
