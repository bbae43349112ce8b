//! The page of a run: one HTML file that says what was measured, on what, how surely, and what was not.
//!
//! It is made from a [`Material`]: estimates, drawings, the record of the run, and what is known of the data.
//! Nothing is computed here. The page holds its own style and script, asks no network for anything, and reads
//! without the script. The same material gives the same bytes: no clock is read and none is shown.
//!
//! Sentences keep to the claim ladder (see [`sentence`]); every word that is not data stands in `texts`.

use std::collections::BTreeSet;

use askama::Template;

use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::finding::Severity;
use crate::provenance::Manifest;
use crate::time::Period;

mod back;
mod drawing;
mod front;
mod method;
mod missing;
mod pick;
mod section;
pub mod sentence;
mod summary;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod view;

pub use drawing::Drawing;

/// Name of the page in the folder of a run.
pub const FILE: &str = "report.html";

/// What a page is made from.
#[derive(Debug)]
pub struct Material<'a> {
    /// The estimates, sorted by key.
    pub estimates: &'a [Estimate],
    /// The figures, in the order in which they are to be shown.
    pub drawings: Vec<Drawing>,
    /// The record of the run, where there is one.
    pub manifest: Option<&'a Manifest>,
    /// The exports that were loaded; `None` where the dataset is not at hand.
    pub exports: Option<Vec<Export>>,
    /// Each table with what a row of it is, and its rows.
    pub tables: Vec<(String, &'static str, u64)>,
    /// Days of submission with statements, first and last.
    pub days: Option<(usize, Period)>,
    /// Findings on the data, the most severe first; `None` where there is no file of them.
    pub findings: Option<Vec<Finding>>,
    /// Indicators that were not measured; `None` where it is not known.
    pub unmeasured: Option<Vec<Unmeasured>>,
    /// The command that makes everything again, without the name of the program.
    pub repeat: Vec<String>,
    /// What stands before the names of files in links: empty, or a relative path that ends in `/`.
    pub base: String,
    /// The files of the folder, by name: only these are linked.
    pub files: BTreeSet<String>,
    /// Words for a code in a group's value.
    pub label: fn(&str) -> &str,
}

/// One export that was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Name of the file.
    pub name: String,
    /// What it is, in a few words.
    pub kind: String,
    /// The days that it covers, where it says so.
    pub days: Option<Period>,
    /// Platforms in it.
    pub platforms: usize,
    /// Rows loaded.
    pub rows: u64,
    /// Rows kept aside.
    pub rejected: u64,
    /// Whether its rows are simulated.
    pub simulated: bool,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// One finding on the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Its code.
    pub code: String,
    /// Platform, export and column that it is about, where it says so.
    pub place: String,
    /// What was observed.
    pub what: String,
    /// How many rows, in words of digits.
    pub count: Option<u64>,
    /// Of how many.
    pub of: Option<u64>,
    /// What it does to the numbers.
    pub effect: String,
}

/// An indicator without estimates, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unmeasured {
    /// Its id.
    pub id: String,
    /// What is lacking.
    pub lack: Lack,
}

/// What an indicator lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lack {
    /// Tables of which no row is loaded.
    Tables(Vec<String>),
    /// Columns without which the data was loaded.
    Columns(Vec<String>),
    /// Rows: it was computed, and no row falls under it.
    Rows,
}

/// Makes the page.
///
/// # Errors
/// [`Error::Engine`] where the template cannot be filled.
pub fn page(material: &Material<'_>) -> Result<String> {
    let page = view::Page::of(material, &texts::ENGLISH);
    let html = page.render().map_err(|e| Error::engine("cannot make the page", e))?;
    Ok(without_blank_lines(&html))
}

/// Without the lines that hold nothing but blanks, which the template leaves, but for preformatted text.
fn without_blank_lines(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut preformatted = false;
    for line in html.lines() {
        preformatted |= line.contains("<pre");
        if preformatted || !line.trim().is_empty() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
        preformatted &= !line.contains("</pre");
    }
    out
}
