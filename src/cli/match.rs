//! `systemic match`: listings that are the same product as an alert, or as a listing that was removed.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use clap::{Args, ValueEnum};
use parquet::arrow::ArrowWriter;

use super::output::{self, Format};
use super::ui::count;
use super::{Ending, Session};
use crate::dataset::Dataset;
use crate::engine::Frames as _;
use crate::error::{Error, Result};
use crate::estimate::SIMULATED;
use crate::tables::{Table as _, actions::Actions, alerts::Alerts, listings::Listings};
use crate::views::product_pairs::{Against, Pair, pairs};

/// Match listings with alerts of dangerous products or with removed listings, each match with its evidence
#[derive(Debug, Args)]
pub struct Match {
    /// The dataset
    #[arg(value_name = "DATASET")]
    data: PathBuf,
    /// What listings are held against
    #[arg(long, value_enum, default_value = "alerts")]
    against: Side,
    /// Give what comes close and is no match too, with the reason; its rule is empty
    #[arg(long)]
    near: bool,
    /// File for the matches; its ending says the format. `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Format of the matches
    #[arg(long, value_enum)]
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Side {
    /// Alerts: equal barcodes, brand and model, or model
    Alerts,
    /// Listings removed or disabled as illegal: these, and titles that are nearly the same
    Removed,
}

/// Columns of the answer.
const HEADER: [&str; 15] = [
    "platform",
    "listing_id",
    "trader_id",
    "category",
    "country",
    "title",
    "other_source",
    "other_id",
    "other_part",
    "other_title",
    "other_at",
    "rule",
    "similarity",
    "evidence",
    "reason",
];
/// Position of the similarity, the only number.
const SIMILARITY: usize = 12;

impl Match {
    /// Runs the command.
    ///
    /// # Errors
    /// [`Error::Usage`] where the dataset lacks a table; those of reading it, and of writing the matches.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let file = output::target(self.output.as_ref());
        let format = Format::choose(self.format, file)?;
        let dataset = Dataset::open(&self.data)?;
        let (against, needed) = match self.against {
            Side::Alerts => (Against::Alerts, Alerts.name()),
            Side::Removed => (Against::Removed, Actions.name()),
        };
        for table in [Listings.name(), needed] {
            if dataset.filled_columns(table).is_empty() {
                return Err(Error::usage(
                    format!("{}: the dataset has no rows of the table {table}", self.data.display()),
                    "load an export of it; `systemic inspect` says what is there",
                ));
            }
        }
        let mut rows = vec![HEADER.map(str::to_owned).to_vec()];
        // A listing or an alert that stands twice in the exports would give each of its pairs twice.
        let mut seen = HashSet::new();
        let (mut matches, mut close) = (0_u64, 0_u64);
        let simulated = if dataset.register().simulated() { format!(" ({SIMULATED})") } else { String::new() };
        pairs(&|name| dataset.frame(name), against, self.near, &mut |mut pair| {
            pair.reason.push_str(&simulated);
            let matched = pair.rule.is_some();
            let row = record(pair);
            if seen.insert(row.clone()) {
                *(if matched { &mut matches } else { &mut close }) += 1;
                rows.push(row);
            }
            Ok(())
        })?;
        if format == Format::Parquet {
            output::write(file, &parquet(&rows)?)?;
        } else {
            output::records(&rows, file, format)?;
        }
        let near =
            if self.near { format!(", {} that come close", count(close, "pair", "pairs")) } else { String::new() };
        session.ui.say(format!("{}{near}{simulated}", count(matches, "match", "matches")));
        Ok(Ending::Done)
    }
}

/// A pair as a row; empty cells have no value.
fn record(pair: Pair) -> Vec<String> {
    let instant = |micros: i64| jiff::Timestamp::from_microsecond(micros).map(|t| t.to_string()).unwrap_or_default();
    vec![
        pair.platform,
        pair.listing_id,
        pair.trader_id.unwrap_or_default(),
        pair.category.unwrap_or_default(),
        pair.country.unwrap_or_default(),
        pair.title.unwrap_or_default(),
        pair.other_source,
        pair.other_id,
        pair.other_part.unwrap_or_default(),
        pair.other_title.unwrap_or_default(),
        pair.other_at.map(instant).unwrap_or_default(),
        pair.rule.unwrap_or_default().to_owned(),
        format!("{:.3}", pair.similarity),
        pair.evidence,
        pair.reason,
    ]
}

/// The rows as a Parquet file: text, and the similarity as a number.
fn parquet(rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write matches as Parquet", e);
    let body = rows.get(1..).unwrap_or_default();
    let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().filter(|text| !text.is_empty());
    let columns = HEADER.iter().enumerate().map(|(at, name)| {
        let column: ArrayRef = if at == SIMILARITY {
            Arc::new(body.iter().map(|row| cell(row, at)?.parse().ok()).collect::<Float64Array>())
        } else {
            Arc::new(body.iter().map(|row| cell(row, at)).collect::<StringArray>())
        };
        (*name, column, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).map_err(|e| fail(&e))?;
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).map_err(|e| fail(&e))?;
    writer.write(&batch).map_err(|e| fail(&e))?;
    writer.close().map_err(|e| fail(&e))?;
    Ok(bytes)
}
