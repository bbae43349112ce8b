//! What several tests need: running the program, reading datasets back, building archives.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type, TimestampMicrosecondType};
use flate2::{Compression, write::DeflateEncoder};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use systemic::time;

/// One row: column → text, as the export would hold it.
pub type Row = BTreeMap<String, Option<String>>;

/// Runs the program.
pub fn systemic(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_systemic")).args(args).output().expect("the program starts")
}

/// Runs the program with text on standard input.
pub fn systemic_with(args: &[&str], stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_systemic"))
        .args(args)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program starts");
    child.stdin.take().expect("stdin").write_all(stdin).expect("written");
    child.wait_with_output().expect("the program ends")
}

/// Exit status, stdout and stderr as text.
pub fn said(output: &Output) -> (i32, String, String) {
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// Path as text for arguments.
pub fn s(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// All Parquet files below a folder.
pub fn parquet_files(folder: &Path) -> Vec<PathBuf> {
    let pattern = format!("{}/**/*.parquet", folder.display());
    let mut files: Vec<PathBuf> = glob::glob(&pattern).expect("pattern").flatten().collect();
    files.sort();
    files
}

/// The rows of a table of a dataset.
pub fn rows(dataset: &Path, table: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for path in parquet_files(&dataset.join(table)) {
        let file = File::open(&path).expect("file");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet").build().expect("reader");
        for batch in reader {
            let batch = batch.expect("batch");
            for i in 0..batch.num_rows() {
                let schema = batch.schema();
                let row = schema
                    .fields()
                    .iter()
                    .zip(batch.columns())
                    .map(|(f, a)| (f.name().clone(), text(a.as_ref(), i)))
                    .collect();
                rows.push(row);
            }
        }
    }
    rows
}

fn text(array: &dyn Array, i: usize) -> Option<String> {
    if array.is_null(i) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(i).to_owned(),
        DataType::Binary => String::from_utf8_lossy(array.as_binary::<i32>().value(i)).into_owned(),
        DataType::Boolean => if array.as_boolean().value(i) { "Yes" } else { "No" }.to_owned(),
        DataType::Date32 => format!("{} 00:00:00", time::iso(array.as_primitive::<Date32Type>().value(i))),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(i).to_string(),
        DataType::Int64 => array.as_primitive::<Int64Type>().value(i).to_string(),
        DataType::Timestamp(_, _) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(i);
            let seconds = micros.div_euclid(1_000_000).rem_euclid(86_400);
            let day = i32::try_from(micros.div_euclid(86_400_000_000)).expect("a day");
            format!("{} {:02}:{:02}:{:02}", time::iso(day), seconds / 3600, seconds / 60 % 60, seconds % 60)
        }
        DataType::List(_) => {
            let list = array.as_list::<i32>().value(i);
            let elements: Vec<Option<String>> = (0..list.len()).map(|j| text(list.as_ref(), j)).collect();
            serde_json::to_string(&elements).expect("JSON")
        }
        other => panic!("unexpected type {other}"),
    })
}

/// A zip archive of these entries, stored or deflated.
pub fn zip(entries: &[(&str, &[u8])], deflate: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = rawzip::ZipArchiveWriter::new(&mut bytes);
    for (name, data) in entries {
        let method = if deflate { rawzip::CompressionMethod::DEFLATE } else { rawzip::CompressionMethod::STORE };
        let (mut entry, config) = archive
            .new_file(rawzip::path::EntryPath::verbatim(name.as_bytes()))
            .compression_method(method)
            .start()
            .expect("entry");
        if deflate {
            let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
            writer.write_all(data).expect("written");
            let (encoder, descriptor) = writer.finish().expect("finished");
            encoder.finish().expect("finished");
            entry.finish(descriptor).expect("finished");
        } else {
            let mut writer = config.wrap(&mut entry);
            writer.write_all(data).expect("written");
            let (_, descriptor) = writer.finish().expect("finished");
            entry.finish(descriptor).expect("finished");
        }
    }
    archive.finish().expect("archive");
    bytes
}

/// The header of the full export of schema v2.
pub const HEADER: &str = "uuid,decision_visibility,decision_visibility_other,end_date_visibility_restriction,decision_monetary,decision_monetary_other,end_date_monetary_restriction,decision_provision,end_date_service_restriction,decision_account,end_date_account_restriction,account_type,decision_ground,decision_ground_reference_url,illegal_content_legal_ground,illegal_content_explanation,incompatible_content_ground,incompatible_content_explanation,incompatible_content_illegal,category,category_addition,category_specification,category_specification_other,content_type,content_type_other,content_language,content_date,content_id_ean,territorial_scope,application_date,decision_facts,source_type,source_identity,automated_detection,automated_decision,platform_name,platform_uid,created_at";

/// A conforming record of schema v2 with this number in its identifier and these facts (already quoted).
pub fn record(n: u32, facts: &str) -> String {
    format!(
        r#"4b989c23-3736-4fd9-8612-{n:012x},"[""DECISION_VISIBILITY_CONTENT_REMOVED""]",,,,,,,,,,,DECISION_GROUND_INCOMPATIBLE_CONTENT,,,,"Terms, section 3","Not allowed.",,STATEMENT_CATEGORY_SCAMS_AND_FRAUD,[],"[""KEYWORD_PHISHING""]",,"[""CONTENT_TYPE_TEXT""]",,EN,"2025-07-01 00:00:00",,"[""AT"",""BE""]","2025-07-02 00:00:00",{facts},SOURCE_VOLUNTARY,,Yes,AUTOMATED_DECISION_FULLY,TikTok,uid-{n},"2025-07-02 13:14:15""#
    )
}

/// A CSV of these records, as the exporter ends it: without a final line feed.
pub fn csv(records: &[String]) -> String {
    format!("{HEADER}\n{}", records.join("\n"))
}
