//! Tables in the platform's own layout: their columns, and rows of them in memory.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use arrow::datatypes::{DataType, Schema, TimeUnit};

use crate::error::{Error, Result};

/// How the cells of a column are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As it is.
    Text,
    /// A local time of Berlin, `dd.mm.yyyy HH:MM`.
    Local,
    /// An instant in UTC, `yyyy-mm-ddTHH:MM:00Z`.
    Utc,
    /// A day, `yyyy-mm-dd`.
    Day,
    /// A whole number.
    Int,
    /// Cents.
    Cents,
    /// Thousandths.
    Permille,
    /// A number with decimals.
    Number,
    /// `J` or `N`; true or false in JSON.
    Flag,
}

/// A column in the platform's layout.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in the files.
    pub name: &'static str,
    /// The column of the table that it is mapped to.
    pub to: &'static str,
    pub form: Form,
    /// Codes of the platform with those of the tables; empty where they are the same.
    pub codes: Codes,
}

/// Codes of the platform with those of the tables.
pub(super) type Codes = &'static [(&'static str, &'static str)];

/// How a table is written where it is text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Lines with a delimiter between cells.
    Csv { delimiter: char, gzip: bool },
    /// A JSON object on each line.
    Jsonl { gzip: bool },
}

/// A table in the platform's layout.
#[derive(Debug)]
pub(super) struct Sheet {
    /// The table that it is mapped to.
    pub table: &'static str,
    /// Begin of the names of its files.
    pub stem: &'static str,
    pub style: Style,
    pub fields: &'static [Field],
    /// Columns of the table that are the same in every row.
    pub constants: &'static [(&'static str, &'static str)],
}

#[derive(Debug)]
enum Column {
    Text(StringBuilder),
    Time(TimestampMicrosecondBuilder),
    Day(Date32Builder),
    Int(Int64Builder),
    Number(Float64Builder),
    Flag(BooleanBuilder),
}

/// Rows of a sheet.
#[derive(Debug)]
pub(super) struct Rows {
    pub sheet: &'static Sheet,
    columns: Vec<Column>,
    pub count: usize,
}

impl Form {
    fn data_type(self) -> DataType {
        match self {
            Self::Text => DataType::Utf8,
            Self::Local | Self::Utc => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Day => DataType::Date32,
            Self::Int | Self::Cents | Self::Permille => DataType::Int64,
            Self::Number => DataType::Float64,
            Self::Flag => DataType::Boolean,
        }
    }
}

impl Sheet {
    /// Its columns as Arrow knows them.
    pub fn schema(&self) -> Schema {
        let fields = self.fields.iter().map(|f| arrow::datatypes::Field::new(f.name, f.form.data_type(), true));
        Schema::new(fields.collect::<Vec<_>>())
    }
}

impl Rows {
    /// No rows yet.
    pub fn new(sheet: &'static Sheet) -> Self {
        let column = |f: &Field| match f.form {
            Form::Text => Column::Text(StringBuilder::new()),
            Form::Local | Form::Utc => Column::Time(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Form::Day => Column::Day(Date32Builder::new()),
            Form::Int | Form::Cents | Form::Permille => Column::Int(Int64Builder::new()),
            Form::Number => Column::Number(Float64Builder::new()),
            Form::Flag => Column::Flag(BooleanBuilder::new()),
        };
        Self { sheet, columns: sheet.fields.iter().map(column).collect(), count: 0 }
    }

    /// Begins a row, whose cells follow in the order of the columns.
    pub fn row(&mut self) -> Row<'_> {
        self.count += 1;
        Row { columns: self.columns.iter_mut() }
    }

    /// The rows, of which none are left here.
    ///
    /// # Errors
    /// [`Error::Engine`] where a row was left incomplete, which is a fault of the simulator.
    pub fn take(&mut self) -> Result<RecordBatch> {
        let arrays: Vec<ArrayRef> = self
            .columns
            .iter_mut()
            .map(|column| -> ArrayRef {
                match column {
                    Column::Text(b) => Arc::new(b.finish()),
                    Column::Time(b) => Arc::new(b.finish()),
                    Column::Day(b) => Arc::new(b.finish()),
                    Column::Int(b) => Arc::new(b.finish()),
                    Column::Number(b) => Arc::new(b.finish()),
                    Column::Flag(b) => Arc::new(b.finish()),
                }
            })
            .collect();
        self.count = 0;
        RecordBatch::try_new(Arc::new(self.sheet.schema()), arrays)
            .map_err(|e| Error::engine(format!("cannot put together rows of {}", self.sheet.stem), e))
    }
}

/// A row that is being written, cell by cell. A cell of another kind than its column is dropped, which
/// [`Rows::take`] notices.
pub(super) struct Row<'a> {
    columns: std::slice::IterMut<'a, Column>,
}

impl Row<'_> {
    /// A text.
    pub fn text<'t>(&mut self, value: impl Into<Option<&'t str>>) -> &mut Self {
        if let Some(Column::Text(b)) = self.columns.next() {
            b.append_option(value.into());
        }
        self
    }

    /// A number as text.
    pub fn id(&mut self, value: impl Into<Option<u64>>) -> &mut Self {
        if let Some(Column::Text(b)) = self.columns.next() {
            b.append_option(value.into().map(|id| id.to_string()));
        }
        self
    }

    /// An instant, in minutes.
    pub fn time(&mut self, value: impl Into<Option<i64>>) -> &mut Self {
        if let Some(Column::Time(b)) = self.columns.next() {
            b.append_option(value.into().map(|minute| minute * 60_000_000));
        }
        self
    }

    /// A day.
    pub fn day(&mut self, value: i32) -> &mut Self {
        if let Some(Column::Day(b)) = self.columns.next() {
            b.append_value(value);
        }
        self
    }

    /// A whole number.
    pub fn int(&mut self, value: impl Into<Option<u64>>) -> &mut Self {
        if let Some(Column::Int(b)) = self.columns.next() {
            b.append_option(value.into().map(|n| i64::try_from(n).unwrap_or(i64::MAX)));
        }
        self
    }

    /// A number.
    pub fn number(&mut self, value: f64) -> &mut Self {
        if let Some(Column::Number(b)) = self.columns.next() {
            b.append_value(value);
        }
        self
    }

    /// True or false.
    pub fn flag(&mut self, value: impl Into<Option<bool>>) -> &mut Self {
        if let Some(Column::Flag(b)) = self.columns.next() {
            b.append_option(value.into());
        }
        self
    }
}
