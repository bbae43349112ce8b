//! Examples of rows: one identifier for each platform and condition.

use std::collections::BTreeMap;

use polars::prelude::{AnyValue, Engine, LazyFrame, PlSmallStr, col};

use super::{Predicate, Scalar, polars::condition};
use crate::error::{Error, Result};
use crate::views;

/// By platform, the smallest `uuid` among the rows that meet each condition: the same on every run, whatever
/// the order in which rows are read. `None` where none does.
///
/// # Errors
/// [`Error::Engine`] where rows cannot be read, [`Error::Invalid`] for a name that is no table.
pub fn first_uuid(
    lf: LazyFrame,
    table: &str,
    conditions: &[Predicate],
) -> Result<BTreeMap<Scalar, Vec<Option<String>>>> {
    if conditions.is_empty() {
        return Ok(BTreeMap::new());
    }
    let fault = |e| Error::engine(format!("cannot find examples in {table}"), e);
    let Some(book) = views::table_or_view(table) else {
        return Err(Error::engine(format!("cannot find examples in {table}"), "it is no table"));
    };
    let name = |i: usize| PlSmallStr::from_string(format!("example{i}"));
    let firsts =
        conditions.iter().enumerate().map(|(i, p)| col("uuid").filter(condition(p, book)).min().alias(name(i)));
    let df = lf
        .group_by([col("platform")])
        .agg(firsts.collect::<Vec<_>>())
        .collect_with_engine(Engine::Streaming)
        .map_err(fault)?
        .unwrap_single();
    let text = |column: PlSmallStr, row: usize| -> Result<Option<String>> {
        Ok(match df.column(&column).map_err(fault)?.get(row).map_err(fault)? {
            AnyValue::String(text) => Some(text.to_owned()),
            AnyValue::StringOwned(text) => Some(text.to_string()),
            _ => None,
        })
    };
    (0..df.height())
        .map(|row| {
            let platform = text("platform".into(), row)?.map_or(Scalar::Null, Scalar::Text);
            let examples = (0..conditions.len()).map(|i| text(name(i), row)).collect::<Result<_>>()?;
            Ok((platform, examples))
        })
        .collect()
}
