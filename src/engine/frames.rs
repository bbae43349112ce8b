//! Where the rows of tables and views come from.

use std::collections::BTreeSet;

use polars::prelude::{
    Engine, FileWriteFormat, LazyFrame, ParquetWriteOptions, PlRefPath, ScanArgsParquet, SinkDestination, SinkTarget,
    UnifiedSinkArgs,
};

use super::tally::unknown_table as unknown;
use crate::dataset::Dataset;
use crate::error::{Error, Result};
use crate::views::{self, Given, View};

/// Gives tables and views as lazy frames.
pub trait Frames {
    /// The table or view of this name.
    ///
    /// # Errors
    /// [`Error::Engine`] where it cannot be opened or made, [`Error::Unknown`] where there is none.
    fn frame(&self, name: &str) -> Result<LazyFrame>;

    /// Columns of a table that some export fills; `None` where that is not known, empty where there is no row.
    fn filled(&self, _table: &str) -> Option<BTreeSet<String>> {
        None
    }
}

/// A frame stands for the table `statements`.
impl Frames for LazyFrame {
    fn frame(&self, name: &str) -> Result<LazyFrame> {
        if name == "statements" { Ok(self.clone()) } else { Err(unknown(name)) }
    }

    fn filled(&self, table: &str) -> Option<BTreeSet<String>> {
        (table != "statements").then(BTreeSet::new)
    }
}

impl Frames for Dataset {
    fn frame(&self, name: &str) -> Result<LazyFrame> {
        if crate::tables::table(name).is_some() {
            return self.table(name);
        }
        let view = views::view(name).ok_or_else(|| unknown(name))?;
        self.remember(name, || {
            let lf = view.frame(&Given {
                frame: &|name| self.frame(name),
                filled: &|table| self.filled_columns(table),
                files: &|table| self.table_files(table),
                rows: &|table| self.register().rows_of(table),
                options: self.options(),
            })?;
            if view.kept() { keep(self, view, lf) } else { Ok(lf) }
        })
    }

    fn filled(&self, table: &str) -> Option<BTreeSet<String>> {
        Some(self.filled_columns(table))
    }
}

/// Makes a view once, as a file of the dataset, and gives the frame of that file.
fn keep(dataset: &Dataset, view: &dyn View, lf: LazyFrame) -> Result<LazyFrame> {
    let fault = |e| Error::engine(format!("cannot make the view {}", view.name()), e);
    let path = dataset.view_file(view.name());
    let folder = path.parent().unwrap_or(&path);
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    let partial = path.with_extension("partial");
    let target = SinkDestination::File { target: SinkTarget::Path(PlRefPath::new(partial.to_string_lossy())) };
    let format = FileWriteFormat::Parquet(ParquetWriteOptions::default().into());
    lf.sink(target, format, UnifiedSinkArgs::default())
        .and_then(|sink| sink.collect_with_engine(Engine::Streaming))
        .map_err(fault)?;
    std::fs::rename(&partial, &path).map_err(|e| Error::io("write", &path, e))?;
    LazyFrame::scan_parquet(PlRefPath::new(path.to_string_lossy()), ScanArgsParquet::default()).map_err(fault)
}
