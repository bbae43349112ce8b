//! Exports of marketplaces in their own layouts, read through a mapping file.
//!
//! A mapping says which columns of a file are which columns of a table, and how their values are to be read. It is
//! TOML ([`mapping`]), and strict: what is not understood is an error with its line. CSV, JSON lines, JSON and
//! Parquet are read, in zip and gzip too.

pub mod columns;
mod csv;
mod document;
pub mod export;
mod json;
pub mod layout;
mod loader;
pub mod mapping;
pub mod mappings;
mod parquet;
mod text;
mod typed;

pub use export::MappedExport;
pub use mapping::Mapping;
pub use mappings::Mappings;

#[cfg(test)]
mod tests;
