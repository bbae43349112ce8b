//! Where the rows of tables and views come from.

use polars::prelude::LazyFrame;

use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::views::statement_repeats;

/// Gives tables and views as lazy frames.
pub trait Frames {
    /// The table or view of this name.
    ///
    /// # Errors
    /// [`Error::Engine`] where it cannot be opened or made, [`Error::Unknown`] where there is none.
    fn frame(&self, name: &str) -> Result<LazyFrame>;
}

fn unknown(name: &str) -> Error {
    Error::Unknown { kind: "table", name: name.to_owned(), known: vec!["statements".to_owned()] }
}

/// A frame stands for the table `statements`.
impl Frames for LazyFrame {
    fn frame(&self, name: &str) -> Result<LazyFrame> {
        if name == "statements" { Ok(self.clone()) } else { Err(unknown(name)) }
    }
}

impl Frames for Dataset {
    fn frame(&self, name: &str) -> Result<LazyFrame> {
        match name {
            "statements" => self.statements(),
            "statement_repeats" => {
                let rows = self.register().rows();
                let key = format!("{name} of {}", self.register().input_id());
                let repeats = self.remember(&key, || statement_repeats::repeats(&self.statement_files(), rows))?;
                statement_repeats::frame(self.statements()?, repeats, rows)
            }
            _ => Err(unknown(name)),
        }
    }
}
