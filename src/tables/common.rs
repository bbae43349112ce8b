//! Pieces of the codebooks of tables that come through a mapping or a reader of other exports than statements.

use super::{Column, Kind, Origin, Values};

/// A column of the export, which may be null.
pub(super) const fn given(name: &'static str, kind: Kind, legal: &'static str, meaning: &'static str) -> Column {
    Column { name, kind, nullable: true, origin: Origin::Export, meaning, values: Values::Any, legal, personal: false }
}

/// A column that the loader sets.
const fn set(name: &'static str, kind: Kind, nullable: bool, personal: bool, meaning: &'static str) -> Column {
    let (origin, values) = (Origin::Provenance, Values::Any);
    Column { name, kind, nullable, origin, meaning, values, legal: "", personal }
}

impl Column {
    /// A row without it is kept aside.
    pub(super) const fn required(mut self) -> Self {
        self.nullable = false;
        self
    }

    /// It may hold personal data.
    pub(super) const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    /// Its values are codes of this enumeration.
    pub(super) const fn codes(mut self, enumeration: &'static str) -> Self {
        self.values = Values::Codes(enumeration);
        self
    }

    /// Its values have this form.
    pub(super) const fn form(mut self, form: &'static str) -> Self {
        self.values = Values::Form(form);
        self
    }
}

/// The platform, under its canonical name.
pub(super) const PLATFORM: Column =
    given("platform", Kind::Code, "DSA Art. 33", "Canonical name of the platform.").required();

/// Where a row stands, and what its typed columns could not hold; at the end of every table.
pub(super) const SOURCE_FILE: Column =
    set("source_file", Kind::Code, false, false, "Name of the file that the row came from.");
/// See [`SOURCE_FILE`].
pub(super) const SOURCE_ENTRY: Column =
    set("source_entry", Kind::Code, true, false, "Name of the inner file, where the file is an archive.");
/// See [`SOURCE_FILE`].
pub(super) const SOURCE_LINE: Column = set(
    "source_line",
    Kind::Integer,
    false,
    false,
    "Line of the file on which the record begins, or its number where the format has no lines; from 1.",
);
/// See [`SOURCE_FILE`].
pub(super) const UNPARSED: Column = set(
    "unparsed",
    Kind::Text,
    true,
    true,
    "Text of cells that their typed column cannot hold, as a JSON object from column to text.",
);
/// See [`SOURCE_FILE`].
pub(super) const EXTRA: Column = set(
    "extra",
    Kind::Text,
    true,
    true,
    "Cells of columns that nothing maps to this table, as a JSON object from column to text.",
);

/// Declares a table: its type with the documentation, its name, what a row is, where the definition comes from,
/// what identifies a row, and its columns.
macro_rules! table {
    ($(#[$doc:meta])+ $type:ident, $name:literal, row: $row:literal, source: $source:literal,
     key: [$($key:literal),*], columns: [$($column:expr),+ $(,)?]) => {
        $(#[$doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $type;

        impl $crate::tables::Table for $type {
            fn name(&self) -> &'static str {
                $name
            }
            fn row(&self) -> &'static str {
                $row
            }
            fn source(&self) -> &'static str {
                $source
            }
            fn key(&self) -> &'static [&'static str] {
                &[$($key),*]
            }
            fn columns(&self) -> &'static [$crate::tables::Column] {
                static COLUMNS: &[$crate::tables::Column] = &[
                    $($column,)+
                    $crate::tables::common::SOURCE_FILE,
                    $crate::tables::common::SOURCE_ENTRY,
                    $crate::tables::common::SOURCE_LINE,
                    $crate::tables::common::UNPARSED,
                    $crate::tables::common::EXTRA,
                ];
                COLUMNS
            }
        }
    };
}
pub(super) use table;
