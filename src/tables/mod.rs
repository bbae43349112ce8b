//! Typed facts, each table with its codebook.

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, TimeUnit};

pub mod actions;
pub mod affiliates;
pub mod alerts;
pub mod audit_labels;
pub mod authority_orders;
pub mod codes;
mod common;
pub mod complaints;
pub mod faults;
pub mod listing_events;
pub mod listings;
pub mod notices;
pub mod penalty_policy;
pub mod platforms;
pub mod purchases;
pub mod report_texts;
pub mod report_values;
pub mod rules;
pub mod seeded_tests;
pub mod services;
pub mod statements;
pub mod test_purchases;
pub mod traders;
pub mod views;

/// Every table, in the order of the help.
pub static TABLES: &[&dyn Table] = &[
    &statements::Statements,
    &listings::Listings,
    &traders::Traders,
    &actions::Actions,
    &notices::Notices,
    &authority_orders::AuthorityOrders,
    &complaints::Complaints,
    &audit_labels::AuditLabels,
    &alerts::Alerts,
    &listing_events::ListingEvents,
    &purchases::Purchases,
    &views::Views,
    &test_purchases::TestPurchases,
    &seeded_tests::SeededTests,
    &affiliates::Affiliates,
    &penalty_policy::PenaltyPolicy,
    &report_values::ReportValues,
    &report_texts::ReportTexts,
];

/// A table: its name, what a row is, and its columns in order.
pub trait Table: Sync {
    /// Name of the table and of its folder in a dataset.
    fn name(&self) -> &'static str;
    /// What one row is.
    fn row(&self) -> &'static str;
    /// Where the definition comes from.
    fn source(&self) -> &'static str;
    /// The columns that identify a row.
    fn key(&self) -> &'static [&'static str];
    /// The codebook.
    fn columns(&self) -> &'static [Column];

    /// The column of this name.
    fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns().iter().find(|c| c.name == name)
    }
}

/// The table of this name.
#[must_use]
pub fn table(name: &str) -> Option<&'static dyn Table> {
    TABLES.iter().copied().find(|t| t.name() == name)
}

/// One column of a codebook.
#[derive(Debug)]
pub struct Column {
    /// Its name; official columns keep the official name.
    pub name: &'static str,
    /// Type of its values.
    pub kind: Kind,
    /// Whether a cell may be null in a conforming export.
    pub nullable: bool,
    /// Where its values come from.
    pub origin: Origin,
    /// What it means.
    pub meaning: &'static str,
    /// Which values it may hold.
    pub values: Values,
    /// Legal reference.
    pub legal: &'static str,
    /// Whether it may hold personal data, so that its values are kept out of messages.
    pub personal: bool,
}

/// Type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Free text or an identifier.
    Text,
    /// One code of a list, as text.
    Code,
    /// Several codes, in the order of the export.
    CodeList,
    /// True or false.
    Bool,
    /// A date.
    Date,
    /// An instant in UTC, in microseconds.
    Timestamp,
    /// A whole number.
    Integer,
    /// A number. It is never summed in a tally, since such sums differ with the number of threads.
    Number,
}

/// Where the values of a column come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The export, in every header era, full and light.
    Export,
    /// The export, but only its full version.
    FullExport,
    /// The export, since the schema of 2025-07-01.
    ExportV2,
    /// Derived at load from the columns named.
    Derived(&'static [&'static str]),
    /// Set by the loader: where the row stands.
    Provenance,
}

/// Which values a column may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// Anything.
    Any,
    /// Codes of this enumeration in [`codes`].
    Codes(&'static str),
    /// A form, in words.
    Form(&'static str),
}

impl Kind {
    /// The Arrow type that the column is written with: plain, so that every reader opens it.
    #[must_use]
    pub fn data_type(self) -> DataType {
        match self {
            Self::Text | Self::Code => DataType::Utf8,
            Self::CodeList => DataType::List(Arc::new(Field::new("element", DataType::Utf8, true))),
            Self::Bool => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Timestamp => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Integer => DataType::Int64,
            Self::Number => DataType::Float64,
        }
    }

    /// Its name in the codebook.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Code => "code",
            Self::CodeList => "list of codes",
            Self::Bool => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp (UTC, microseconds)",
            Self::Integer => "integer (64 bits)",
            Self::Number => "number (64 bits)",
        }
    }
}

/// Arrow schema of some columns. Every field is nullable: what an export lacks is null.
#[must_use]
pub fn arrow_schema<'a>(columns: impl IntoIterator<Item = &'a Column>) -> Schema {
    Schema::new(columns.into_iter().map(|c| Field::new(c.name, c.kind.data_type(), true)).collect::<Vec<_>>())
}
