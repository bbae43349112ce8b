//! Exports of marketplaces in their own layouts, read through a mapping file.
//!
//! A mapping says which columns of a file are which columns of a table, and how their values are to be read. It is
//! TOML ([`mapping`]), and strict: what is not understood is an error with its line. CSV, JSON lines, JSON and
//! Parquet are read, in zip and gzip too.

pub mod check;
pub mod columns;
pub(in crate::sources) mod csv;
mod document;
pub mod draft;
pub mod export;
pub(in crate::sources) mod json;
pub mod layout;
mod loader;
pub mod mapping;
pub mod mappings;
mod parquet;
pub(in crate::sources) mod text;
pub(in crate::sources) mod typed;

use super::{Recognition, Source};
use crate::tables::TABLES;

pub use export::MappedExport;
pub use mapping::Mapping;
pub use mappings::Mappings;

/// Exports that a mapping describes.
#[derive(Debug, Clone, Copy)]
pub struct Marketplace;

impl Source for Marketplace {
    fn id(&self) -> &'static str {
        export::ID
    }
    fn about(&self) -> &'static str {
        "exports of marketplaces and other files in a layout of their own, through a mapping file: CSV, JSON lines, \
         JSON and Parquet, in zip and gzip too"
    }
    fn origin(&self) -> &'static str {
        "the platform, under DSA Art. 40(4) or 40(12), or an audit"
    }
    fn table(&self) -> &'static str {
        "listings"
    }
    fn tables(&self) -> Vec<&'static str> {
        TABLES.iter().map(|t| t.name()).filter(|n| *n != "statements").collect()
    }
    fn recognise(&self, _: &[u8]) -> Recognition {
        Recognition::No("whether a mapping fits is told by the whole file and its name".into())
    }
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod tests;
