//! The counts behind estimates, as files: what was counted, and the SQL that counts it again.

use std::path::{Path, PathBuf};

use super::measure::tallies;
use super::output_folder;
use crate::dataset::Dataset;
use crate::engine::{Scalar, TallyTable, sql};
use crate::error::{Error, Result};
use crate::indicators::{Indicator, Scope};
use crate::measure::Counter;

/// Writes `<indicator>-<n>.csv` and `.sql` for each tally of each indicator, from the counts that the estimates
/// rest on; gives the paths.
///
/// # Errors
/// [`Error::Usage`] where the folder holds other things, [`Error::Io`], [`Error::Engine`].
pub fn write(
    dataset: &Dataset,
    counter: &mut Counter<'_>,
    chosen: &[&'static dyn Indicator],
    scope: &Scope,
    folder: &Path,
) -> Result<Vec<PathBuf>> {
    let ours = |name: &str| Path::new(name).extension().is_some_and(|e| e == "csv" || e == "sql");
    output_folder(folder, &ours)?;
    std::fs::create_dir_all(folder).map_err(|e| Error::io("create", folder, e))?;
    let from = |name: &str| Dataset::sql_source(dataset.folder(), name);
    let mut files = Vec::new();
    for indicator in chosen {
        for (at, tally) in tallies(dataset, *indicator, scope).iter().enumerate() {
            let stem = format!("{}-{}", indicator.card().id, at + 1);
            let counts = counter.count(tally)?;
            let (csv, query) = (folder.join(format!("{stem}.csv")), folder.join(format!("{stem}.sql")));
            crate::dataset::write_whole(&csv, &as_csv(&counts)?)?;
            crate::dataset::write_whole(&query, sql::sql(tally, &from)?.as_bytes())?;
            files.extend([csv, query]);
        }
    }
    Ok(files)
}

/// Keys, then measures; no value is an empty cell.
fn as_csv(counts: &TallyTable) -> Result<Vec<u8>> {
    let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write counts", e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(counts.keys.iter().chain(&counts.measures)).map_err(|e| fail(&e))?;
    for (key, values) in &counts.rows {
        let keys = key.iter().map(|k| if *k == Scalar::Null { String::new() } else { k.to_string() });
        writer.write_record(keys.chain(values.iter().map(ToString::to_string))).map_err(|e| fail(&e))?;
    }
    writer.into_inner().map_err(|e| fail(&e))
}
