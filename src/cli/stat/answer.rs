//! Results of `systemic stat` and the pages of their methods.

use std::fmt::Write as _;

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::cli::ui;
use crate::error::{Error, Result};
use crate::stats::{Confidence, Limits, StatsError};

/// A method as its page describes it.
#[derive(Debug)]
pub struct Method {
    /// What it is called.
    pub name: &'static str,
    /// Formula, as lines of text.
    pub formula: &'static str,
    /// When it may be used, and what it does at the edges.
    pub conditions: &'static str,
    /// Book or paper.
    pub source: &'static str,
    /// The function that computes it.
    pub function: &'static str,
}

impl Method {
    /// The page that `--explain` prints.
    pub fn page(&self) -> String {
        let mut text = format!("# {}\n\n", self.name);
        for line in self.formula.lines() {
            let _ = writeln!(text, "    {line}");
        }
        let _ = write!(
            text,
            "\n{}\n\nSource: {}\nFunction: systemic::stats::{}\n",
            self.conditions, self.source, self.function
        );
        text
    }
}

/// A result.
#[derive(Debug, Default)]
pub struct Answer {
    /// What was found, in sentences; one a line.
    pub sentences: Vec<String>,
    /// Tables, each of rows with a header.
    pub tables: Vec<Vec<Vec<String>>>,
    /// What must be read beside the numbers.
    pub notes: Vec<String>,
    /// The same for programs, in this order.
    pub fields: Vec<(&'static str, Value)>,
}

struct Fields<'a>(&'a [(&'static str, Value)]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    method: &'a str,
    source: String,
    result: Fields<'a>,
    notes: &'a [String],
}

impl Answer {
    /// For a person.
    pub fn text(&self, command: &str, method: &Method) -> String {
        let mut text = String::new();
        for sentence in &self.sentences {
            let _ = writeln!(text, "{sentence}");
        }
        for table in &self.tables {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&ui::table(table));
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "note: {note}");
        }
        let _ = writeln!(text, "Method: {} (`systemic stat {command} --explain`)", method.name);
        text
    }

    /// For a program: numbers with all digits, null where there is none or it is not finite.
    pub fn json(&self, method: &Method) -> Result<String> {
        let document = Document {
            method: method.name,
            source: method.source.replace('\n', " "),
            result: Fields(&self.fields),
            notes: &self.notes,
        };
        let mut text = serde_json::to_string_pretty(&document).map_err(|e| Error::engine("cannot write JSON", e))?;
        text.push('\n');
        Ok(text)
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Refusal {
    /// The method refuses the numbers.
    Stats(StatsError),
    /// Anything else.
    Error(Error),
}

impl From<StatsError> for Refusal {
    fn from(error: StatsError) -> Self {
        Self::Stats(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl Refusal {
    /// As an error with what to do.
    pub fn into_error(self, command: &str) -> Error {
        let error = match self {
            Self::Error(error) => return error,
            Self::Stats(error) => error,
        };
        let explain = format!("`systemic stat {command} --explain` prints the conditions of the method");
        let hint = match &error {
            StatsError::Insufficient(_) => format!("no number can be given for so little; {explain}"),
            StatsError::Domain { .. } => "correct this number".to_owned(),
            StatsError::Contradiction(_) => format!("check the numbers against each other; {explain}"),
            _ => explain,
        };
        Error::usage(error.to_string(), hint)
    }
}

/// An argument that the command line asks for unless only the method is to be explained.
pub fn need<T>(value: Option<T>, name: &str) -> Result<T, Refusal> {
    value.ok_or_else(|| Error::usage(format!("{name} is missing"), "give it, or ask for --explain alone").into())
}

/// A number to four significant digits.
pub fn short(x: f64) -> String {
    if x.is_nan() {
        return "none".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "∞".into() } else { "−∞".into() };
    }
    let size = x.abs();
    if size == 0.0 {
        return "0".into();
    }
    if !(1e-5..1e9).contains(&size) {
        return format!("{x:.3e}");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 8")]
    let decimals = (3.0 - size.log10().floor()).clamp(0.0, 8.0) as usize;
    let text = format!("{x:.decimals$}");
    // A whole number has no digits behind the point to speak of.
    if size >= 1000.0 || x.fract() != 0.0 { text } else { format!("{x}") }
}

/// A share to four significant digits, the last of them kept.
pub fn share(x: f64) -> String {
    if x.abs() >= 0.1 && x.is_finite() { format!("{x:.4}") } else { short(x) }
}

/// Limits in words: `95 % limits 0.0435 to 0.2136`.
pub fn limits(confidence: Confidence, limits: Limits, format: fn(f64) -> String) -> String {
    format!("{} limits {} to {}", percent(confidence), format(limits.lower), format(limits.upper))
}

/// A level in percent: `95 %`, `99.8 %`.
pub fn percent(confidence: Confidence) -> String {
    format!("{} %", (confidence.level() * 1e6).round() / 1e4)
}

/// A p-value in words.
pub fn p_value(p: f64) -> String {
    if p < 0.0001 { "p < 0.0001".into() } else { format!("p = {p:.4}") }
}

/// Limits for programs; null where there is no bound.
pub fn limits_json(limits: Limits) -> Value {
    json!({ "lower": limits.lower, "upper": limits.upper })
}

/// A row of a table.
pub fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.iter().map(|c| (*c).to_owned()).collect()
}
