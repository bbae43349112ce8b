//! Batches encoded as Parquet row groups in the worker, and appended to files in order.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties, WriterPropertiesPtr};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::error::{Error, Result};
use crate::sources::Batch;
use crate::tables::{self, Column, Kind};

/// Rows after which a new file is begun: large enough for readers, small enough to be handled.
const FILE_ROWS: u64 = 1_000_000;

/// Files open at once: an export with a row for each day of ten years must not run out of handles.
const MAX_OPEN: usize = 64;

/// Columns whose values hardly ever repeat: a dictionary would be built only to be thrown away.
const UNIQUE: &[&str] = &["uuid", "platform_uid", "source_line", "created_at"];

/// Lists of many short codes: to look each element up in a dictionary takes longer than to write it.
const MANY_ELEMENTS: &[&str] = &["territorial_scope"];

/// Columns worth the cost of minimum and maximum: those that queries select by.
const SELECTED_BY: &[&str] = &[
    "created_at",
    "content_date",
    "application_date",
    "platform",
    "platform_name",
    "category",
    "category_v2",
    "delay_days",
];

/// How a table is written.
pub struct Plan {
    schema: SchemaRef,
    properties: WriterPropertiesPtr,
    factory: ArrowRowGroupWriterFactory,
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plan").field("schema", &self.schema).finish_non_exhaustive()
    }
}

fn fail(e: impl std::fmt::Display) -> Error {
    Error::engine("cannot write Parquet", e)
}

impl Plan {
    /// A plan for some columns of a table.
    ///
    /// # Errors
    /// [`Error::Engine`] for types that Parquet does not have.
    pub fn new(columns: &[&'static Column]) -> Result<Self> {
        let schema = Arc::new(tables::arrow_schema(columns.iter().copied()));
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).map_err(fail)?))
            .set_statistics_enabled(EnabledStatistics::None)
            .set_created_by(concat!("systemic ", env!("CARGO_PKG_VERSION")).to_owned());
        for column in columns {
            let path = match column.kind {
                Kind::CodeList => ColumnPath::new(vec![column.name.into(), "list".into(), "element".into()]),
                _ => ColumnPath::from(column.name),
            };
            if UNIQUE.contains(&column.name) {
                properties = properties.set_column_dictionary_enabled(path.clone(), false);
                if matches!(column.kind, Kind::Integer | Kind::Timestamp) {
                    properties = properties.set_column_encoding(path.clone(), Encoding::DELTA_BINARY_PACKED);
                }
            }
            if MANY_ELEMENTS.contains(&column.name) {
                properties = properties
                    .set_column_dictionary_enabled(path.clone(), false)
                    .set_column_encoding(path.clone(), Encoding::DELTA_LENGTH_BYTE_ARRAY);
            }
            if SELECTED_BY.contains(&column.name) {
                properties = properties.set_column_statistics_enabled(path, EnabledStatistics::Chunk);
            }
        }
        let properties = Arc::new(properties.build());
        // The factory wants a writer to take schema and properties from; nothing is written to it.
        let writer = file_writer(&schema, &properties, std::io::sink())?;
        let factory = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        Ok(Self { schema, properties, factory })
    }

    /// The Arrow schema of the files.
    #[must_use]
    pub fn schema(&self) -> &Schema {
        &self.schema
    }
}

fn file_writer<W: std::io::Write + Send>(
    schema: &Schema,
    properties: &WriterPropertiesPtr,
    sink: W,
) -> Result<SerializedFileWriter<W>> {
    let parquet = ArrowSchemaConverter::new().convert(schema).map_err(fail)?;
    SerializedFileWriter::new(sink, parquet.root_schema_ptr(), Arc::clone(properties)).map_err(fail)
}

/// Days of a unit, beside its first, that get a row group each. A row group costs memory however few its rows
/// are, so the rows of files without any order are filed together.
const MAX_DAYS: usize = 64;

/// Folder of rows of many days.
pub const MIXED: &str = "mixed-days";

/// The folder that rows are filed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Unknown,
    Mixed,
    Day(i32),
}

impl Place {
    fn of(day: Option<i32>) -> Self {
        day.map_or(Self::Unknown, Self::Day)
    }

    fn folder(self) -> String {
        match self {
            Self::Unknown => "unknown-day".to_owned(),
            Self::Mixed => MIXED.to_owned(),
            Self::Day(day) => crate::time::iso(day),
        }
    }
}

/// One row group, encoded and compressed.
pub struct Group {
    place: Place,
    rows: u64,
    chunks: Vec<ArrowColumnChunk>,
}

/// Encodes the batches of one unit: a row group for each day in it.
pub struct Encoder<'a> {
    plan: &'a Plan,
    main: Option<(Option<i32>, Open)>,
    /// Rows of other days than the first: few, so they wait here.
    others: BTreeMap<Option<i32>, Vec<Vec<ArrayRef>>>,
}

struct Open {
    writers: Vec<ArrowColumnWriter>,
    rows: u64,
}

impl<'a> Encoder<'a> {
    /// An encoder for one unit.
    #[must_use]
    pub fn new(plan: &'a Plan) -> Self {
        Self { plan, main: None, others: BTreeMap::new() }
    }

    fn open(&self) -> Result<Open> {
        Ok(Open { writers: self.plan.factory.create_column_writers(0).map_err(fail)?, rows: 0 })
    }

    /// Encodes a batch.
    ///
    /// # Errors
    /// [`Error::Engine`] where Parquet refuses.
    pub fn push(&mut self, batch: &Batch) -> Result<()> {
        let Some(&first) = batch.days.first() else { return Ok(()) };
        if self.main.is_none() {
            self.main = Some((first, self.open()?));
        }
        let Some((main_day, open)) = &mut self.main else { return Ok(()) };
        if batch.days.iter().all(|d| d == main_day) {
            return write(self.plan, open, &batch.columns, batch.days.len());
        }
        let mut by_day: BTreeMap<Option<i32>, Vec<u32>> = BTreeMap::new();
        for (row, day) in (0_u32..).zip(&batch.days) {
            by_day.entry(*day).or_default().push(row);
        }
        for (day, rows) in by_day {
            let indices = UInt32Array::from(rows);
            let columns =
                batch.columns.iter().map(|c| take(c, &indices, None).map_err(fail)).collect::<Result<Vec<_>>>()?;
            if day == *main_day {
                write(self.plan, open, &columns, indices.len())?;
            } else {
                self.others.entry(day).or_default().push(columns);
            }
        }
        Ok(())
    }

    /// The row groups, by day.
    ///
    /// # Errors
    /// [`Error::Engine`] where Parquet refuses.
    pub fn finish(mut self) -> Result<Vec<Group>> {
        let mut groups = Vec::new();
        if let Some((day, open)) = self.main.take() {
            groups.push(close(Place::of(day), open)?);
        }
        let others = std::mem::take(&mut self.others);
        if others.len() > MAX_DAYS {
            groups.push(self.group(Place::Mixed, others.into_values().flatten())?);
        } else {
            for (day, batches) in others {
                groups.push(self.group(Place::of(day), batches.into_iter())?);
            }
        }
        Ok(groups)
    }

    fn group(&self, place: Place, batches: impl Iterator<Item = Vec<ArrayRef>>) -> Result<Group> {
        let mut open = self.open()?;
        for columns in batches {
            let rows = columns.first().map_or(0, |c| c.len());
            write(self.plan, &mut open, &columns, rows)?;
        }
        close(place, open)
    }
}

fn write(plan: &Plan, open: &mut Open, columns: &[ArrayRef], rows: usize) -> Result<()> {
    let mut writers = open.writers.iter_mut();
    for (field, array) in plan.schema.fields().iter().zip(columns) {
        for leaf in compute_leaves(field, array).map_err(fail)? {
            let Some(writer) = writers.next() else { return Err(fail("fewer columns than the schema has")) };
            writer.write(&leaf).map_err(fail)?;
        }
    }
    open.rows += rows as u64;
    Ok(())
}

fn close(place: Place, open: Open) -> Result<Group> {
    let chunks = open.writers.into_iter().map(|w| w.close().map_err(fail)).collect::<Result<Vec<_>>>()?;
    Ok(Group { place, rows: open.rows, chunks })
}

/// The files of one export, under a folder for each day.
pub struct Files<'a> {
    plan: &'a Plan,
    folder: PathBuf,
    stem: String,
    open: BTreeMap<Place, OpenFile>,
    numbers: BTreeMap<Place, u32>,
    clock: u64,
    written: Vec<PathBuf>,
}

struct OpenFile {
    writer: SerializedFileWriter<BufWriter<File>>,
    rows: u64,
    used: u64,
}

impl<'a> Files<'a> {
    /// Files `<folder>/<day>/<stem>-NNN.parquet`.
    #[must_use]
    pub fn new(plan: &'a Plan, folder: PathBuf, stem: String) -> Self {
        Self { plan, folder, stem, open: BTreeMap::new(), numbers: BTreeMap::new(), clock: 0, written: Vec::new() }
    }

    /// Appends a row group to the file of its day.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Engine`].
    pub fn append(&mut self, group: Group) -> Result<()> {
        if group.rows == 0 {
            return Ok(());
        }
        self.clock += 1;
        if !self.open.contains_key(&group.place) {
            if self.open.len() >= MAX_OPEN
                && let Some(place) = self.open.iter().min_by_key(|(_, f)| f.used).map(|(p, _)| *p)
            {
                self.close(place)?;
            }
            let file = self.create(group.place)?;
            self.open.insert(group.place, file);
        }
        let Some(file) = self.open.get_mut(&group.place) else { return Ok(()) };
        let mut rows = file.writer.next_row_group().map_err(fail)?;
        for chunk in group.chunks {
            chunk.append_to_row_group(&mut rows).map_err(fail)?;
        }
        rows.close().map_err(fail)?;
        file.rows += group.rows;
        file.used = self.clock;
        if file.rows >= FILE_ROWS {
            self.close(group.place)?;
        }
        Ok(())
    }

    fn create(&mut self, place: Place) -> Result<OpenFile> {
        let number = self.numbers.entry(place).or_default();
        let folder = self.folder.join(place.folder());
        std::fs::create_dir_all(&folder).map_err(|e| Error::io("create", &folder, e))?;
        let path = folder.join(format!("{}-{:03}.parquet", self.stem, *number));
        *number += 1;
        let file = File::create(&path).map_err(|e| Error::io("create", &path, e))?;
        self.written.push(path);
        let writer = file_writer(&self.plan.schema, &self.plan.properties, BufWriter::new(file))?;
        Ok(OpenFile { writer, rows: 0, used: self.clock })
    }

    fn close(&mut self, place: Place) -> Result<()> {
        if let Some(file) = self.open.remove(&place) {
            file.writer.close().map_err(fail)?;
        }
        Ok(())
    }

    /// Closes all files; gives their paths relative to the folder.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Engine`].
    pub fn finish(mut self) -> Result<Vec<PathBuf>> {
        for place in self.open.keys().copied().collect::<Vec<_>>() {
            self.close(place)?;
        }
        let relative = |p: &PathBuf| p.strip_prefix(&self.folder).map_or_else(|_| p.clone(), Path::to_path_buf);
        let mut files: Vec<PathBuf> = self.written.iter().map(relative).collect();
        files.sort();
        Ok(files)
    }
}
