//! What an inner file holds, told by its first bytes and the mapping.

use super::csv;
use super::mapping::{Format, TableMapping};
use super::{json, parquet, text};
use crate::error::Result;
use crate::sources::archive::Entry;

/// How an inner file is laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its format.
    pub format: Format,
    /// Sign between the cells of a CSV file.
    pub delimiter: u8,
    /// Its columns, or the paths of its first records.
    pub columns: Vec<String>,
    /// Whether it holds nothing but perhaps a header.
    pub empty: bool,
}

impl Layout {
    /// The layout of an entry as a table mapping sees it.
    ///
    /// # Errors
    /// Those of the archive, and of a Parquet file whose schema cannot be read.
    pub fn of(entry: &Entry, path: &std::path::Path, mapping: &TableMapping) -> Result<Self> {
        let head = entry.head()?;
        let wanted: Vec<&str> = mapping.sources().collect();
        let none = |format| Self { format, delimiter: b',', columns: Vec::new(), empty: true };
        if head.is_empty() {
            return Ok(none(mapping.format.unwrap_or(Format::Csv)));
        }
        if parquet::is_parquet(&head) && mapping.format.is_none_or(|f| f == Format::Parquet) {
            let columns = parquet::columns(entry, path)?;
            return Ok(Self { format: Format::Parquet, delimiter: b',', empty: columns.is_empty(), columns });
        }
        let encoding = text::encoding(&head, mapping.encoding);
        let (decoded, _) = encoding.decode_with_bom_removal(&head);
        let start = decoded.trim_start();
        let format = mapping.format.unwrap_or_else(|| match start.bytes().next() {
            Some(b'[') => Format::Json,
            Some(b'{') if mapping.records.is_none() && json::is_lines(start) => Format::JsonLines,
            Some(b'{') => Format::Json,
            _ => Format::Csv,
        });
        Ok(match format {
            Format::Csv => {
                let delimiter = mapping.delimiter.unwrap_or_else(|| csv::delimiter(decoded.as_bytes(), &wanted));
                let columns = csv::header(decoded.as_bytes(), delimiter);
                Self { format, delimiter, empty: columns.is_empty(), columns }
            }
            Format::JsonLines | Format::Json => {
                let columns = json::paths(entry, mapping, format)?;
                Self { format, delimiter: b',', empty: columns.is_empty(), columns }
            }
            Format::Parquet => none(format),
        })
    }

    /// Whether the file has a column, or records with a path.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.columns.iter().any(|c| c == name)
    }
}
