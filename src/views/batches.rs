//! Rows of a lazy frame, batch by batch, and frames made of rows: what views of sequences need.
//!
//! What happened to a trader in which order is told by a walk over sorted rows, which no group-by expresses.
//! Batches come one after the other, so that no more than a few of them are in memory.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::mpsc::sync_channel;

use polars::prelude::{
    BooleanChunked, Column, DataFrame, DataType, Engine, Expr, Float64Chunked, Int64Chunked, IntoLazy, LazyFrame,
    NamedFrom, PlanCallback, Series, StringChunked, TimeUnit, TimeZone, col,
};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::error::{Error, Result};

/// Microseconds of an hour.
pub(super) const HOUR: i64 = 3_600_000_000;
/// Microseconds of a day.
pub(super) const DAY: i64 = 24 * HOUR;

/// Rows of a batch at least.
const BATCH: usize = 100_000;

/// The instant of a column, in microseconds.
pub(super) fn instant(name: &str) -> Expr {
    col(name).cast(DataType::Datetime(TimeUnit::Microseconds, None)).cast(DataType::Int64).alias(name)
}

/// Visits the batches of a frame in its order.
///
/// # Errors
/// [`Error::Engine`] where rows cannot be read, or those of `visit`.
pub(super) fn each(lf: LazyFrame, what: &str, mut visit: impl FnMut(&Batch<'_>) -> Result<()>) -> Result<()> {
    let fault = |e: polars::prelude::PolarsError| Error::engine(format!("cannot read the rows of {what}"), e);
    let (send, receive) = sync_channel::<DataFrame>(1);
    let callback = PlanCallback::new(move |df| Ok(send.send(df).is_err()));
    let plan = lf.sink_batches(callback, true, NonZeroUsize::new(BATCH)).map_err(fault)?;
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || plan.collect_with_engine(Engine::Streaming).map(|_| ()));
        let mut visited = Ok(());
        while let Ok(mut df) = receive.recv() {
            df.rechunk_mut();
            visited = visit(&Batch { df: &df, what });
            if visited.is_err() {
                break;
            }
        }
        // Nobody listens any more: the reader ends.
        drop(receive);
        let read =
            reader.join().map_err(|_| Error::engine(format!("cannot read the rows of {what}"), "it was stopped"))?;
        visited.and(read.map_err(fault))
    })
}

/// Some rows.
pub(super) struct Batch<'a> {
    df: &'a DataFrame,
    what: &'a str,
}

impl<'a> Batch<'a> {
    /// How many.
    pub fn len(&self) -> usize {
        self.df.height()
    }

    fn series(&self, name: &str) -> Result<&'a Series> {
        let fault = |e| Error::engine(format!("cannot read the rows of {}", self.what), e);
        Ok(self.df.column(name).map_err(fault)?.as_materialized_series())
    }

    /// A column of text or codes.
    pub fn text(&self, name: &str) -> Result<&'a StringChunked> {
        self.series(name)?.str().map_err(|e| Error::engine(format!("cannot read {}.{name}", self.what), e))
    }

    /// A column of whole numbers, or of an [`instant`].
    pub fn integer(&self, name: &str) -> Result<&'a Int64Chunked> {
        self.series(name)?.i64().map_err(|e| Error::engine(format!("cannot read {}.{name}", self.what), e))
    }

    /// A column of numbers, whole or not.
    pub fn number(&self, name: &str) -> Result<&'a Float64Chunked> {
        self.series(name)?.f64().map_err(|e| Error::engine(format!("cannot read {}.{name}", self.what), e))
    }

    /// A column of truth values.
    pub fn boolean(&self, name: &str) -> Result<&'a BooleanChunked> {
        self.series(name)?.bool().map_err(|e| Error::engine(format!("cannot read {}.{name}", self.what), e))
    }
}

/// Texts with a number each, from 0, in the order in which they were met.
#[derive(Default)]
pub(super) struct Names {
    numbers: HashMap<Box<str>, u32, Xxh3DefaultBuilder>,
    texts: Vec<Box<str>>,
}

impl Names {
    /// The number of a text, new if it has none.
    pub fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.numbers.insert(text.into(), number);
        self.texts.push(text.into());
        number
    }

    /// The number of a text that was met.
    pub fn known(&self, text: &str) -> Option<u32> {
        self.numbers.get(text).copied()
    }

    /// The text of a number.
    pub fn text(&self, number: u32) -> &str {
        self.texts.get(number as usize).map_or("", |t| t)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.texts.len()
    }
}

/// Columns of a frame that is made of rows.
#[derive(Default)]
pub(super) struct Columns(Vec<Column>);

impl Columns {
    /// Adds text.
    pub fn text<'a>(&mut self, name: &str, values: impl Iterator<Item = Option<&'a str>>) {
        self.0.push(values.collect::<StringChunked>().with_name(name.into()).into_column_of());
    }

    /// Adds whole numbers.
    pub fn integer(&mut self, name: &str, values: impl Iterator<Item = Option<i64>>) {
        self.0.push(values.collect::<Int64Chunked>().with_name(name.into()).into_column_of());
    }

    /// Adds numbers.
    pub fn number(&mut self, name: &str, values: impl Iterator<Item = Option<f64>>) {
        self.0.push(values.collect::<Float64Chunked>().with_name(name.into()).into_column_of());
    }

    /// Adds truth values.
    pub fn boolean(&mut self, name: &str, values: impl Iterator<Item = Option<bool>>) {
        self.0.push(values.collect::<BooleanChunked>().with_name(name.into()).into_column_of());
    }

    /// The frame as it is.
    ///
    /// # Errors
    /// That of Polars where columns have different lengths.
    pub fn into_frame(self) -> Result<DataFrame, polars::prelude::PolarsError> {
        DataFrame::new(self.0.first().map_or(0, Column::len), self.0)
    }

    /// The frame, of which these columns are instants in microseconds.
    ///
    /// # Errors
    /// [`Error::Engine`] where columns have different lengths.
    pub fn frame(self, what: &str, instants: &[&str]) -> Result<LazyFrame> {
        let df = self.into_frame().map_err(|e| Error::engine(format!("cannot make the view {what}"), e))?;
        let utc = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
        let casts: Vec<Expr> = instants.iter().map(|name| col(*name).cast(utc.clone())).collect();
        Ok(df.lazy().with_columns(casts))
    }
}

/// A typed column as one of any type.
trait IntoColumnOf {
    fn into_column_of(self) -> Column;
}

impl<T: polars::prelude::IntoSeries> IntoColumnOf for T {
    fn into_column_of(self) -> Column {
        Column::from(self.into_series())
    }
}

/// A column of row numbers, to join by.
pub(super) fn row_numbers(name: &str, rows: &[u32]) -> Column {
    Column::from(Series::new(name.into(), rows))
}
