//! Estimates as Parquet, CSV and JSON, both ways.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Date32Type, Field, Float64Type, Int64Type, Schema, UInt32Type};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Estimate, Estimates};
use crate::error::{Error, Result};

impl Estimates {
    /// Writes one Parquet file with plain types: text, 64-bit numbers, dates.
    ///
    /// # Errors
    /// [`Error::Engine`] where the sink refuses.
    pub fn write_parquet(&self, sink: impl Write + Send) -> Result<()> {
        let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write estimates as Parquet", e);
        let batch = self.to_batch().map_err(|e| fail(&e))?;
        let zstd = ZstdLevel::try_new(3).map_err(|e| fail(&e))?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(zstd))
            .set_created_by(concat!("systemic ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        let mut writer = ArrowWriter::try_new(sink, batch.schema(), Some(properties)).map_err(|e| fail(&e))?;
        writer.write(&batch).map_err(|e| fail(&e))?;
        writer.close().map_err(|e| fail(&e))?;
        Ok(())
    }

    /// Writes CSV with a header; empty cells are nulls.
    ///
    /// # Errors
    /// [`Error::Engine`] where the sink refuses.
    pub fn write_csv(&self, sink: impl Write) -> Result<()> {
        let mut writer = csv::Writer::from_writer(sink);
        for row in self.rows() {
            writer.serialize(row).map_err(|e| Error::engine("cannot write estimates as CSV", e))?;
        }
        writer.flush().map_err(|e| Error::engine("cannot write estimates as CSV", e))
    }

    /// Writes a JSON array, or one object a line.
    ///
    /// # Errors
    /// [`Error::Engine`] where the sink refuses.
    pub fn write_json(&self, mut sink: impl Write, lines: bool) -> Result<()> {
        let fail = |e: &dyn std::fmt::Display| Error::engine("cannot write estimates as JSON", e);
        if lines {
            for row in self.rows() {
                serde_json::to_writer(&mut sink, row).map_err(|e| fail(&e))?;
                sink.write_all(b"\n").map_err(|e| fail(&e))?;
            }
        } else {
            serde_json::to_writer_pretty(&mut sink, self.rows()).map_err(|e| fail(&e))?;
            sink.write_all(b"\n").map_err(|e| fail(&e))?;
        }
        sink.flush().map_err(|e| fail(&e))
    }

    /// Reads Parquet, CSV, JSON or JSON lines, told apart by their first bytes.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read, [`Error::Invalid`] where it holds no estimates.
    pub fn read(path: &Path) -> Result<Self> {
        let invalid = |message: String| Error::Invalid {
            place: path.display().to_string(),
            message: format!("this is no file of estimates ({message})"),
            hint: "`systemic measure … -o estimates.parquet` makes one".into(),
        };
        let open = || File::open(path).map_err(|e| Error::io("read", path, e));
        let mut head = [0_u8; 4];
        let got = open()?.read(&mut head).map_err(|e| Error::io("read", path, e))?;
        let rows = match &head[..got] {
            b"PAR1" => read_parquet(open()?).map_err(invalid)?,
            [b'[', ..] => serde_json::from_reader(BufReader::new(open()?)).map_err(|e| invalid(e.to_string()))?,
            [b'{', ..] => read_lines(BufReader::new(open()?)).map_err(invalid)?,
            _ => csv::Reader::from_reader(BufReader::new(open()?))
                .deserialize()
                .collect::<Result<Vec<Estimate>, _>>()
                .map_err(|e| invalid(e.to_string()))?,
        };
        Self::new(rows)
    }

    fn to_batch(&self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let rows = self.rows();
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let mut add = |name: &str, nullable: bool, array: ArrayRef| {
            fields.push(Field::new(name, array.data_type().clone(), nullable));
            columns.push(array);
        };
        let text = |f: &dyn Fn(&Estimate) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(rows.iter().map(f)))
        };
        let maybe = |f: &dyn Fn(&Estimate) -> Option<String>| -> ArrayRef {
            Arc::new(rows.iter().map(f).collect::<StringArray>())
        };
        let number = |f: &dyn Fn(&Estimate) -> Option<f64>| -> ArrayRef {
            Arc::new(rows.iter().map(f).collect::<Float64Array>())
        };
        let count =
            |f: &dyn Fn(&Estimate) -> Option<i64>| -> ArrayRef { Arc::new(rows.iter().map(f).collect::<Int64Array>()) };
        add("indicator", false, text(&|e| e.indicator.clone()));
        add(
            "indicator_version",
            false,
            Arc::new(UInt32Array::from_iter_values(rows.iter().map(|e| e.indicator_version))),
        );
        add("basis", false, text(&|e| e.basis.clone()));
        add("statistic", false, text(&|e| e.statistic.clone()));
        add("status", false, text(&|e| name(&e.status)));
        add("reason", true, maybe(&|e| e.reason.clone()));
        add("platform", false, text(&|e| e.platform.clone()));
        add("group_name", true, maybe(&|e| e.group_name.clone()));
        add("group_value", true, maybe(&|e| e.group_value.clone()));
        add("period_start", false, Arc::new(Date32Array::from_iter_values(rows.iter().map(|e| e.period_start))));
        add("period_end", false, Arc::new(Date32Array::from_iter_values(rows.iter().map(|e| e.period_end))));
        add("x", true, number(&|e| e.x));
        add("x_unit", true, maybe(&|e| e.x_unit.clone()));
        add("value", true, number(&|e| e.value));
        add("lower", true, number(&|e| e.lower));
        add("upper", true, number(&|e| e.upper));
        add("interval", true, maybe(&|e| e.interval.clone()));
        add("interval_kind", false, text(&|e| name(&e.interval_kind)));
        add("confidence", true, number(&|e| e.confidence));
        add("k", true, count(&|e| e.k));
        add("n", true, count(&|e| e.n));
        add("clusters", true, count(&|e| e.clusters));
        add("censored", true, count(&|e| e.censored));
        add("unit", false, text(&|e| e.unit.clone()));
        add("note", true, maybe(&|e| e.note.clone()));
        add("input_id", false, text(&|e| e.input_id.clone()));
        RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
    }
}

/// The name that serde gives a unit variant.
fn name<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

fn variant<T: DeserializeOwned>(name: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|e| e.to_string())
}

fn read_lines(reader: impl BufRead) -> Result<Vec<Estimate>, String> {
    reader
        .lines()
        .enumerate()
        .map(|(i, line)| {
            let line = line.map_err(|e| e.to_string())?;
            serde_json::from_str(&line).map_err(|e| format!("line {}: {e}", i + 1))
        })
        .collect()
}

fn read_parquet(file: File) -> Result<Vec<Estimate>, String> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|e| e.to_string())?;
    let mut rows = Vec::new();
    for batch in builder.build().map_err(|e| e.to_string())? {
        let batch = batch.map_err(|e| e.to_string())?;
        // Looked up once: every row asks for every column.
        let schema = batch.schema();
        let alike: Vec<ArrayRef> = schema
            .fields()
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| kind_of(field.name()).and_then(|k| alike(array, &k)).unwrap_or(Arc::clone(array)))
            .collect();
        let columns: HashMap<&str, &ArrayRef> = schema.fields().iter().map(|f| f.name().as_str()).zip(&alike).collect();
        let column = |name: &str, kind: &DataType| -> Result<&ArrayRef, String> {
            let array = *columns.get(name).ok_or_else(|| format!("no column {name:?}"))?;
            if array.data_type() == kind {
                Ok(array)
            } else {
                Err(format!("column {name:?} is {} instead of {kind}", array.data_type()))
            }
        };
        for i in 0..batch.num_rows() {
            let text = |name: &str| -> Result<Option<String>, String> {
                let a = column(name, &DataType::Utf8)?.as_string::<i32>();
                Ok(a.is_valid(i).then(|| a.value(i).to_owned()))
            };
            let required = |name: &str| text(name)?.ok_or_else(|| format!("column {name:?} is null in row {}", i + 1));
            let number = |name: &str| -> Result<Option<f64>, String> {
                let a = column(name, &DataType::Float64)?.as_primitive::<Float64Type>();
                Ok(a.is_valid(i).then(|| a.value(i)))
            };
            let count = |name: &str| -> Result<Option<i64>, String> {
                let a = column(name, &DataType::Int64)?.as_primitive::<Int64Type>();
                Ok(a.is_valid(i).then(|| a.value(i)))
            };
            let day = |name: &str| -> Result<i32, String> {
                Ok(column(name, &DataType::Date32)?.as_primitive::<Date32Type>().value(i))
            };
            rows.push(Estimate {
                indicator: required("indicator")?,
                indicator_version: column("indicator_version", &DataType::UInt32)?
                    .as_primitive::<UInt32Type>()
                    .value(i),
                basis: required("basis")?,
                statistic: required("statistic")?,
                status: variant(&required("status")?)?,
                reason: text("reason")?,
                platform: required("platform")?,
                group_name: text("group_name")?,
                group_value: text("group_value")?,
                period_start: day("period_start")?,
                period_end: day("period_end")?,
                x: number("x")?,
                x_unit: text("x_unit")?,
                value: number("value")?,
                lower: number("lower")?,
                upper: number("upper")?,
                interval: text("interval")?,
                interval_kind: variant(&required("interval_kind")?)?,
                confidence: number("confidence")?,
                k: count("k")?,
                n: count("n")?,
                clusters: count("clusters")?,
                censored: count("censored")?,
                unit: required("unit")?,
                note: text("note")?,
                input_id: required("input_id")?,
            });
        }
    }
    Ok(rows)
}

/// The type of a column of estimates; `None` for other columns.
fn kind_of(name: &str) -> Option<DataType> {
    let empty = Estimates::default().to_batch().ok()?;
    empty.schema().field_with_name(name).ok().map(|field| field.data_type().clone())
}

/// A column in the type that estimates have, where nothing is lost by that. Other tools write the same texts with longer
/// offsets, counts with gaps as floating-point numbers, and columns without a value without a type.
fn alike(array: &ArrayRef, kind: &DataType) -> Option<ArrayRef> {
    use DataType::{Date32, Date64, Dictionary, LargeUtf8, Null, Timestamp, Utf8, Utf8View};
    let from = array.data_type();
    let same_kind = match kind {
        Utf8 => matches!(from, LargeUtf8 | Utf8View | Dictionary(..)),
        Date32 => matches!(from, Date64 | Timestamp(_, None)),
        _ => from.is_numeric(),
    };
    if !same_kind && *from != Null {
        return None;
    }
    let made = cast_with_options(array, kind, &CastOptions { safe: false, ..CastOptions::default() }).ok()?;
    let back = cast(&made, from).ok()?;
    (&back == array).then_some(made)
}

#[cfg(test)]
mod tests {
    use super::super::{IntervalKind, Status};
    use super::*;

    #[test]
    fn what_other_tools_write_is_read() {
        let mut e = Estimate::census("statement-count", 1, "count", "count", Period { start: 20_000, end: 20_031 });
        (e.value, e.n) = (Some(10.0), Some(10));
        let mut f = e.clone();
        f.platform = "B".into();
        (f.k, f.note) = (Some(3), Some("a note".into()));
        let all = Estimates::new(vec![e, f]).expect("valid");
        let ours = all.to_batch().expect("batch");
        let as_other = |change: &dyn Fn(&str, &DataType) -> DataType| {
            let arrays: Vec<(String, ArrayRef)> = ours
                .schema()
                .fields()
                .iter()
                .zip(ours.columns())
                .map(|(f, a)| (f.name().clone(), cast(a, &change(f.name(), f.data_type())).expect("cast")))
                .collect();
            let batch = RecordBatch::try_from_iter(arrays).expect("batch");
            let dir = tempfile::tempdir().expect("folder");
            let path = dir.path().join("other.parquet");
            let mut writer =
                ArrowWriter::try_new(File::create(&path).expect("file"), batch.schema(), None).expect("writer");
            writer.write(&batch).expect("written");
            writer.close().expect("closed");
            Estimates::read(&path)
        };
        let pandas = as_other(&|name, kind| match kind {
            DataType::Utf8 => DataType::LargeUtf8,
            DataType::Int64 if name != "n" => DataType::Float64,
            DataType::UInt32 => DataType::Int64,
            other => other.clone(),
        });
        assert_eq!(pandas.expect("read"), all);
        // A number is no text, and a count of 3.5 is none.
        assert!(as_other(&|_, kind| if *kind == DataType::Int64 { DataType::Utf8 } else { kind.clone() }).is_err());
        let half: ArrayRef = Arc::new(Float64Array::from(vec![3.5]));
        assert!(alike(&half, &DataType::Int64).is_none());
    }
    use crate::time::Period;

    #[test]
    fn every_format_gives_the_same_rows_back() {
        let mut e =
            Estimate::census("own-initiative-share", 1, "share", "share", Period { start: 20_000, end: 20_031 });
        (e.value, e.lower, e.upper, e.k, e.n) = (Some(0.1 + 0.2), Some(0.25), Some(0.5), Some(3), Some(10));
        (e.interval, e.interval_kind, e.confidence) = (Some("wilson".into()), IntervalKind::Process, Some(0.95));
        e.note = Some("a \"note\", with, commas".into());
        let mut f = e.clone();
        f.platform = "ΣΚΡΟΥΤΖ".into();
        (f.group_name, f.group_value) = (Some("category".into()), Some("X".into()));
        let f = f.without_value(Status::Insufficient, "n = 3 is below 10");
        let all = Estimates::new(vec![e, f]).expect("valid");
        let dir = tempfile::tempdir().expect("folder");
        for format in ["parquet", "csv", "json", "ndjson"] {
            let path = dir.path().join(format);
            let file = File::create(&path).expect("file");
            match format {
                "parquet" => all.write_parquet(file),
                "csv" => all.write_csv(file),
                _ => all.write_json(file, format == "ndjson"),
            }
            .expect("written");
            assert_eq!(Estimates::read(&path).expect(format), all, "{format}");
        }
    }
}
