//! Tables of the page: a caption, heads with their scope, and rows that can be sorted by exact values.

use super::texts::{Texts, fill};
use crate::charts::labels;

/// A table.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Table {
    /// Id within the page.
    pub id: String,
    pub caption: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
    /// What is said where not all rows are shown.
    pub more: Option<String>,
    /// Files that hold all rows.
    pub links: Vec<Link>,
}

/// Head of a column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub text: String,
    pub number: bool,
}

/// A cell: what is read, and by what it is sorted where that is another thing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Cell {
    pub text: String,
    pub sort: Option<String>,
    pub link: Option<String>,
    pub number: bool,
}

/// A link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Link {
    pub text: String,
    pub href: String,
}

/// Heads from their words; those that begin with `#` are of numbers.
pub(super) fn heads(words: &[&str]) -> Vec<Head> {
    words.iter().map(|w| Head { text: w.trim_start_matches('#').to_owned(), number: w.starts_with('#') }).collect()
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    /// A number with what it is sorted by.
    pub fn number(text: impl Into<String>, sort: f64) -> Self {
        Self { text: text.into(), sort: Some(sort.to_string()), number: true, link: None }
    }

    /// A count, or nothing.
    pub fn count(n: Option<u64>) -> Self {
        n.map_or_else(
            || Self { number: true, ..Self::default() },
            |n| Self { text: labels::thousands(&n.to_string()), sort: Some(n.to_string()), number: true, link: None },
        )
    }

    /// Text sorted by another one.
    pub fn sorted(text: impl Into<String>, sort: impl ToString) -> Self {
        Self { sort: Some(sort.to_string()), ..Self::text(text) }
    }

    /// With a link.
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.link = Some(href.into());
        self
    }
}

impl Table {
    pub fn new(id: &str, caption: String, words: &[&str], rows: Vec<Vec<Cell>>) -> Self {
        Self { id: id.to_owned(), caption, heads: heads(words), rows, ..Self::default() }
    }

    /// Keeps the first rows, and says how many there are.
    pub fn cap(mut self, most: usize, links: Vec<Link>, t: &Texts) -> Self {
        let all = self.rows.len();
        if all > most {
            self.rows.truncate(most);
            let (shown, all) = (labels::thousands(&most.to_string()), labels::thousands(&all.to_string()));
            self.more = Some(fill(t.table_rows_shown, &[("shown", &shown), ("all", &all)]));
        }
        self.links = links;
        self
    }

    /// Without the columns that are empty in every row; the first stays.
    pub fn without_empty(mut self) -> Self {
        let keep: Vec<bool> = (0..self.heads.len())
            .map(|c| c == 0 || self.rows.iter().any(|r| r.get(c).is_some_and(|cell| !cell.text.is_empty())))
            .collect();
        let mut at = 0;
        self.heads.retain(|_| {
            at += 1;
            keep[at - 1]
        });
        for row in &mut self.rows {
            let mut at = 0;
            row.retain(|_| {
                at += 1;
                keep.get(at - 1).copied().unwrap_or(false)
            });
        }
        self
    }
}

/// A path as it stands in a link: relative, with everything but plain characters encoded.
pub(super) fn href(base: &str, path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in base.bytes().chain(path.bytes()) {
        if byte.is_ascii_alphanumeric() || b"-_./~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// An id of an element, made of any text.
pub(super) fn slug(text: &str) -> String {
    let slug: String = text
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c.to_ascii_lowercase() } else { '-' })
        .collect();
    if slug.is_empty() { "none".to_owned() } else { slug }
}
