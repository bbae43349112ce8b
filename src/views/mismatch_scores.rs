//! Scores of the mismatch of listings as whole numbers, which can be compared with a threshold.

use polars::prelude::{DataType, LazyFrame, col, lit};

use super::offences::derived;
use super::{Given, View};
use crate::error::Result;
use crate::tables::{Column, Kind, Table, Values, listings::Listings};

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct MismatchScores;

static COLUMNS: [Column; 1] = [derived(
    "mismatch_permille",
    Kind::Integer,
    &["mismatch_score"],
    Values::Form("whole thousandths"),
    "Score of the classifier of listings whose picture, title, variants or reviews disagree, in whole thousandths, rounded down.",
)];

impl Table for MismatchScores {
    fn name(&self) -> &'static str {
        "mismatch_scores"
    }
    fn row(&self) -> &'static str {
        "one listing, with its score of mismatch in whole thousandths"
    }
    fn source(&self) -> &'static str {
        "derived from the table listings"
    }
    fn key(&self) -> &'static [&'static str] {
        Listings.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| Listings.column(name))
    }
}

impl View for MismatchScores {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&Listings)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["listings"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        // 0.29 · 1000 lies just below 290.
        let permille = (col("mismatch_score") * lit(1000.0) + lit(1e-6)).cast(DataType::Int64);
        Ok((given.frame)("listings")?.with_columns([permille.alias("mismatch_permille")]))
    }

    fn sql(&self, _: &dyn Fn(&str) -> String) -> Option<String> {
        None
    }

    fn merges(&self) -> bool {
        true
    }
}
