//! What two exports have in common, and which of them stays.
//!
//! Each export leaves a fingerprint per day and platform: the sum of a hash of its statements' identifiers.
//! Equal fingerprints mean equal sets; where they differ, the identifiers themselves are compared, read back
//! from the Parquet files. So the decision rests on which statements are there, not on file names.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray};
use arrow::datatypes::TimestampMicrosecondType;
use foldhash::fast::FixedState;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use xxhash_rust::xxh3::xxh3_128;

use super::encode::MIXED;
use super::register::{CellRecord, Export};
use crate::error::{Error, Result};
use crate::sources::statements::values::day_of;
use crate::time;

/// Identifiers held in memory at once while comparing; more are compared in several passes.
const MAX_HELD: u64 = 8 << 20;

/// Exports of two days may share one statement in so many: days were cut by ranges of ids, and a line may have
/// been written twice. To refuse a day for it would lose more than it saves.
const FEW: u64 = 100;

/// What becomes of two exports that were compared.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They share nothing: both stay.
    Independent,
    /// They are of different days and share few statements: both stay, and it is said how many.
    FewShared(u64),
    /// The new one takes the place of the old one.
    NewReplacesOld {
        /// Whether it holds all of the old one's statements; else it is the same export, published again.
        holds_all: bool,
    },
    /// The old one holds all of the new one's: the new one is set aside.
    OldHoldsNew,
    /// Neither holds the other wholly, with what they share and why.
    Conflict {
        /// Statements in both.
        shared: u64,
        /// What to do.
        hint: String,
    },
}

/// Compares a new export with one that is loaded. `folders` are those of their Parquet files.
///
/// # Errors
/// [`Error::Io`] or [`Error::Engine`] where identifiers cannot be read back.
pub fn compare(new: &Export, new_folder: &Path, old: &Export, old_folder: &Path) -> Result<Verdict> {
    let key = |c: &CellRecord| (c.day.clone(), c.platform.clone());
    let olds: BTreeMap<_, _> = old.cells.iter().map(|c| (key(c), c)).collect();
    let mut shared_new = 0;
    let mut shared_old = 0;
    let mut differing: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for cell in &new.cells {
        match olds.get(&key(cell)) {
            Some(o) if o.rows == cell.rows && o.fingerprint == cell.fingerprint => {
                shared_new += cell.rows;
                shared_old += o.rows;
            }
            Some(_) => drop(differing.entry(cell.day.clone()).or_default().insert(cell.platform.clone())),
            None => {}
        }
    }
    for (day, platforms) in &differing {
        let (n, o) = intersection(day, platforms, (new, new_folder), (old, old_folder))?;
        shared_new += n;
        shared_old += o;
    }
    let (new_in_old, old_in_new) = (shared_new == new.rows, shared_old == old.rows);
    let again = new.identity.declared && new.identity == old.identity && new.rows > 0;
    Ok(if again || (shared_new > 0 && old_in_new && new.richness > old.richness) {
        Verdict::NewReplacesOld { holds_all: old_in_new }
    } else if shared_new == 0 {
        Verdict::Independent
    } else if new_in_old && old.richness >= new.richness {
        Verdict::OldHoldsNew
    } else if old_in_new && new.richness >= old.richness {
        Verdict::NewReplacesOld { holds_all: true }
    } else if new.identity.day != old.identity.day && shared_new.saturating_mul(FEW) <= new.rows.min(old.rows) {
        Verdict::FewShared(shared_new)
    } else {
        let hint = if new_in_old || old_in_new {
            "one holds more statements, the other more columns of each: load the full export of all platforms, \
             or keep them in two folders"
        } else {
            "load the export of the whole day instead of its parts, or keep them in two folders"
        };
        Verdict::Conflict { shared: shared_new.max(shared_old), hint: hint.to_owned() }
    })
}

/// How many statements of each export, of these platforms and this day, are in the other one.
fn intersection(
    day: &str,
    platforms: &BTreeSet<String>,
    new: (&Export, &Path),
    old: (&Export, &Path),
) -> Result<(u64, u64)> {
    let rows = |e: &Export| {
        e.cells.iter().filter(|c| c.day == day && platforms.contains(&c.platform)).map(|c| c.rows).sum::<u64>()
    };
    let passes = u128::from(rows(new.0).max(rows(old.0)) / MAX_HELD + 1);
    let mut counts = (0, 0);
    for pass in 0..passes {
        let mut olds = HashSet::with_hasher(FixedState::default());
        each(old.0, old.1, day, platforms, &mut |hash| {
            if hash % passes == pass {
                olds.insert(hash);
            }
        })?;
        let mut news = HashSet::with_hasher(FixedState::default());
        each(new.0, new.1, day, platforms, &mut |hash| {
            if hash % passes == pass {
                news.insert(hash);
                counts.0 += u64::from(olds.contains(&hash));
            }
        })?;
        drop(olds);
        each(old.0, old.1, day, platforms, &mut |hash| {
            counts.1 += u64::from(hash % passes == pass && news.contains(&hash));
        })?;
    }
    Ok(counts)
}

/// Hashes of the identifiers in an export's files of one day.
fn each(
    export: &Export,
    folder: &Path,
    day: &str,
    platforms: &BTreeSet<String>,
    visit: &mut dyn FnMut(u128),
) -> Result<()> {
    for file in export.files.iter().filter(|f| f.starts_with(day) || f.starts_with(MIXED)) {
        let mixed = file.starts_with(MIXED);
        let path: PathBuf = folder.join(file);
        let fail = |e: &dyn std::fmt::Display| Error::engine(format!("cannot compare with {}", path.display()), e);
        let handle = File::open(&path).map_err(|e| Error::io("read", &path, e))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(handle).map_err(|e| fail(&e))?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), ["uuid", "platform", "created_at"]);
        for batch in builder.with_projection(mask).build().map_err(|e| fail(&e))? {
            let batch = batch.map_err(|e| fail(&e))?;
            let column = |name: &str| batch.column_by_name(name).ok_or_else(|| fail(&format!("no column {name}")));
            let (uuids, names) = (column("uuid")?.as_string::<i32>(), column("platform")?.as_string::<i32>());
            let created = column("created_at")?.as_primitive::<TimestampMicrosecondType>();
            for row in 0..batch.num_rows() {
                if mixed && (created.is_null(row) || time::iso(day_of(created.value(row))) != day) {
                    continue;
                }
                let name = if names.is_valid(row) { names.value(row) } else { "" };
                if uuids.is_valid(row) && platforms.contains(name) {
                    visit(xxh3_128(uuids.value(row).as_bytes()));
                }
            }
        }
    }
    Ok(())
}
