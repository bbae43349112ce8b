//! Statements whose identifier an earlier statement bears already.
//!
//! Two identifiers are looked at: the one that the platform gave (`platform_uid`, unique within a platform),
//! and that of the database (`uuid`). Among statements with one identifier, the first submitted is the
//! original, and the others repeat it. Statements are compared over the whole dataset, so counts over parts
//! of it do not add up.
//!
//! Memory is bounded: identifiers are hashed to 128 bits and compared in as many passes over their columns
//! as keep a fixed number of them in memory. Statements of different identifiers with one hash would be taken
//! for repeats; for 10¹⁰ statements the probability of any such pair is below 10⁻¹⁸.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch, StringArray};
use arrow::datatypes::TimestampMicrosecondType;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use polars::prelude::{Column as Series, DataFrame, IntoLazy, JoinArgs, JoinType, LazyFrame, NamedFrom, col, lit};
use xxhash_rust::xxh3::{Xxh3Default, xxh3_128};

use super::{Given, View};
use crate::error::{Error, Result};
use crate::tables::{Column, Kind, Origin, Table, Values, statements::Statements};

/// Identifiers held in memory at once: 400 MB.
const MAX_HELD: u64 = 8 << 20;
/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// The view.
#[derive(Debug, Clone, Copy)]
pub struct StatementRepeats;

const fn column(name: &'static str, from: &'static [&'static str], meaning: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Bool,
        nullable: true,
        origin: Origin::Derived(from),
        meaning,
        values: Values::Any,
        legal: "",
        personal: false,
    }
}

static COLUMNS: [Column; 3] = [
    column(
        "uid_repeated",
        &["platform", "platform_uid", "created_at", "uuid"],
        "Whether an earlier statement of the platform bears the same platform_uid. Null without one.",
    ),
    column(
        "uid_repeated_across_days",
        &["platform", "platform_uid", "created_at", "uuid"],
        "Whether it repeats the platform_uid of a statement that was submitted first on another UTC day. Null without one.",
    ),
    column(
        "uuid_repeated",
        &["platform", "platform_uid", "created_at", "uuid"],
        "Whether an earlier statement bears the same uuid. Null without one.",
    ),
];

impl Table for StatementRepeats {
    fn name(&self) -> &'static str {
        "statement_repeats"
    }
    fn row(&self) -> &'static str {
        "one statement of reasons, with whether it repeats the identifier of an earlier one"
    }
    fn source(&self) -> &'static str {
        "derived from the table statements"
    }
    fn key(&self) -> &'static [&'static str] {
        Statements.key()
    }
    fn columns(&self) -> &'static [Column] {
        &COLUMNS
    }
    fn column(&self, name: &str) -> Option<&'static Column> {
        COLUMNS.iter().find(|c| c.name == name).or_else(|| Statements.column(name))
    }
}

impl View for StatementRepeats {
    fn base(&self) -> Option<&'static dyn Table> {
        Some(&Statements)
    }

    fn made_of(&self) -> &'static [&'static str] {
        &["statements"]
    }

    fn frame(&self, given: &Given<'_>) -> Result<LazyFrame> {
        let rows = (given.rows)("statements");
        let repeats = repeats(&(given.files)("statements"), rows)?;
        frame((given.frame)("statements")?, repeats, rows)
    }

    fn sql(&self, from: &dyn Fn(&str) -> String) -> Option<String> {
        let from = from("statements");
        let of_platform = "partition by \"platform\", \"platform_uid\" order by \"created_at\" nulls last, \"uuid\"";
        let of_database = "partition by \"uuid\" order by \"created_at\" nulls last, \"platform\", \"platform_uid\"";
        let day = |expr: &str| format!("cast({expr} at time zone 'UTC' as date)");
        Some(format!(
            "select *,\n    case when \"platform_uid\" is null then null else row_number() over ({of_platform}) > 1 end as \
             \"uid_repeated\",\n    case when \"platform_uid\" is null then null else row_number() over ({of_platform}) > 1 and \
             coalesce({} <> {}, false) end as \"uid_repeated_across_days\",\n    case when \"uuid\" is null then null else \
             row_number() over ({of_database}) > 1 end as \"uuid_repeated\"\n  from {from}",
            day("\"created_at\""),
            day("min(\"created_at\") over (partition by \"platform\", \"platform_uid\")"),
        ))
    }

    fn merges(&self) -> bool {
        false
    }
}

/// A row that repeats an identifier.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Repeat {
    uid: bool,
    across_days: bool,
    uuid: bool,
}

/// One statement under one of its identifiers. Ordered by identifier, then by submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u128,
    /// Microseconds; the latest possible where it is unknown.
    created: i64,
    /// Breaks ties as the SQL does, as far as the first bytes of the text tell.
    tie: u64,
    row: u64,
    of_uid: bool,
}

/// The rows that repeat an identifier, by their position in the concatenation of the files.
///
/// # Errors
/// [`Error::Io`], [`Error::Engine`].
pub fn repeats(files: &[PathBuf], rows: u64) -> Result<DataFrame> {
    let passes = u128::from(2 * rows / MAX_HELD + 1);
    let mut found = std::collections::BTreeMap::<u64, Repeat>::new();
    for pass in 0..passes {
        let mut entries: Vec<Entry> = Vec::new();
        each(files, &mut |entry| {
            if entry.hash % passes == pass {
                entries.push(entry);
            }
        })?;
        entries.sort_unstable();
        for group in entries.chunk_by(|a, b| (a.of_uid, a.hash) == (b.of_uid, b.hash)).filter(|g| g.len() > 1) {
            let first = group[0];
            for entry in &group[1..] {
                let repeat = found.entry(entry.row).or_default();
                if entry.of_uid {
                    let known = first.created != i64::MAX && entry.created != i64::MAX;
                    repeat.uid = true;
                    repeat.across_days = known && first.created.div_euclid(DAY) != entry.created.div_euclid(DAY);
                } else {
                    repeat.uuid = true;
                }
            }
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "row numbers of Polars have 32 bits, which `frame` checks")]
    let rows: Vec<u32> = found.keys().map(|row| *row as u32).collect();
    let flags = |name: &str, flag: fn(&Repeat) -> bool| {
        let values: Vec<bool> = found.values().map(flag).collect();
        Series::from(polars::prelude::Series::new(name.into(), values))
    };
    let columns = vec![
        Series::from(polars::prelude::Series::new(ROW.into(), rows)),
        flags("uid_repeated", |r| r.uid),
        flags("uid_repeated_across_days", |r| r.across_days),
        flags("uuid_repeated", |r| r.uuid),
    ];
    DataFrame::new(found.len(), columns).map_err(|e| Error::engine("cannot list repeated statements", e))
}

/// Name of the column that holds the position of a row.
const ROW: &str = "__row_number";

/// The view of a lazy table of which [`repeats`] are known.
///
/// # Errors
/// [`Error::Usage`] for more rows than Polars numbers.
pub fn frame(statements: LazyFrame, repeats: DataFrame, rows: u64) -> Result<LazyFrame> {
    if rows >= u64::from(u32::MAX) {
        return Err(Error::usage(
            format!("{rows} statements are too many to look for repeated ones at once"),
            "measure parts of the data, such as a year, in datasets of their own",
        ));
    }
    let flag = |name: &'static str, id: &'static str| {
        polars::prelude::when(col(id).is_null())
            .then(lit(polars::prelude::NULL))
            .otherwise(col(name).fill_null(lit(false)))
            .cast(polars::prelude::DataType::Boolean)
            .alias(name)
    };
    let joined = statements.with_row_index(ROW, None).join(
        repeats.lazy(),
        [col(ROW)],
        [col(ROW)],
        JoinArgs::new(JoinType::Left),
    );
    Ok(joined.with_columns([
        flag("uid_repeated", "platform_uid"),
        flag("uid_repeated_across_days", "platform_uid"),
        flag("uuid_repeated", "uuid"),
    ]))
}

/// Visits every statement under each of its identifiers, in the order of the files.
fn each(files: &[PathBuf], visit: &mut dyn FnMut(Entry)) -> Result<()> {
    let mut row = 0_u64;
    for path in files {
        let fail = |e: &dyn std::fmt::Display| Error::engine(format!("cannot read {}", path.display()), e);
        let handle = File::open(path).map_err(|e| Error::io("read", path, e))?;
        let builder = ParquetRecordBatchReaderBuilder::try_new(handle).map_err(|e| fail(&e))?;
        let names = ["uuid", "platform", "platform_uid", "created_at"];
        let mask = ProjectionMask::columns(builder.parquet_schema(), names);
        for batch in builder.with_projection(mask).build().map_err(|e| fail(&e))? {
            let batch = batch.map_err(|e| fail(&e))?;
            each_of_batch(&batch, path, row, visit)?;
            row += batch.num_rows() as u64;
        }
    }
    Ok(())
}

fn each_of_batch(batch: &RecordBatch, path: &Path, before: u64, visit: &mut dyn FnMut(Entry)) -> Result<()> {
    let column = |name: &str| {
        batch
            .column_by_name(name)
            .ok_or_else(|| Error::engine(format!("cannot read {}", path.display()), format!("no column {name}")))
    };
    let text = |name: &str| Ok::<&StringArray, Error>(column(name)?.as_string::<i32>());
    let (ids, platforms, uids) = (text("uuid")?, text("platform")?, text("platform_uid")?);
    let created = column("created_at")?.as_primitive::<TimestampMicrosecondType>();
    for i in 0..batch.num_rows() {
        let row = before + i as u64;
        let instant = if created.is_valid(i) { created.value(i) } else { i64::MAX };
        let (uuid, platform) = (given(ids, i), given(platforms, i).unwrap_or_default());
        let tie = |text: &str| {
            // The first bytes, so that the order is that of the text as far as they tell.
            let mut bytes = [0; 8];
            bytes.iter_mut().zip(text.bytes()).for_each(|(to, from)| *to = from);
            u64::from_be_bytes(bytes)
        };
        if uids.is_valid(i) {
            let mut hash = Xxh3Default::new();
            hash.update(platform.as_bytes());
            hash.update(&[0]);
            hash.update(uids.value(i).as_bytes());
            let tie = tie(uuid.unwrap_or_default());
            visit(Entry { hash: hash.digest128(), created: instant, tie, row, of_uid: true });
        }
        if let Some(uuid) = uuid {
            let entry =
                Entry { hash: xxh3_128(uuid.as_bytes()), created: instant, tie: tie(platform), row, of_uid: false };
            visit(entry);
        }
    }
    Ok(())
}

fn given(array: &StringArray, i: usize) -> Option<&str> {
    array.is_valid(i).then(|| array.value(i))
}
