//! Speed of the parts that every byte of an export passes through, in bytes of text per second.
//!
//! `cargo bench --bench decoder`. How long whole commands take beside other tools: `benches/compare.py`.

use std::fmt::Write as _;
use std::sync::Arc;

use divan::{Bencher, black_box, counter::BytesCount};
use systemic::sources::statements::decode::{self, Context, Decoder};
use systemic::sources::statements::dialect;
use systemic::sources::statements::header::Layout;
use systemic::sources::units::Unit;
use systemic::tables::platforms::Aliases;

fn main() {
    divan::main();
}

const HEADER: &str = "uuid,decision_visibility,decision_ground,category,content_type,content_date,territorial_scope,application_date,decision_facts,source_type,automated_detection,automated_decision,platform_name,created_at";

/// About 8 MB of records in the order of a reduced header, with quotes of every usual kind.
fn text() -> Vec<u8> {
    let countries = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT"];
    let scope = format!("\"[\"\"{}\"\"]\"", countries.join("\"\",\"\""));
    let mut text = format!("{HEADER}\n");
    for n in 0..12_000 {
        let facts = "The content was found, in whole or in part, to be at odds with section 4 of the terms. ".repeat(3);
        let _ = writeln!(
            text,
            "4b989c23-3736-4fd9-8612-{n:012x},\"[\"\"DECISION_VISIBILITY_CONTENT_REMOVED\"\"]\",DECISION_GROUND_ILLEGAL_CONTENT,STATEMENT_CATEGORY_VIOLENCE,\"[\"\"CONTENT_TYPE_TEXT\"\"]\",\"2025-07-01 00:00:00\",{scope},\"2025-07-02 00:00:00\",\"{facts}\",SOURCE_VOLUNTARY,Yes,AUTOMATED_DECISION_FULLY,Platform{},\"2025-07-02 13:{:02}:15\"",
            n % 7,
            n % 60
        );
    }
    text.into_bytes()
}

#[divan::bench]
fn split_lines_into_fields(bencher: Bencher) {
    let text = text();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| {
        let mut fields = Vec::new();
        let mut total = 0;
        for line in text.split(|b| *b == b'\n') {
            dialect::split(black_box(line), &mut fields);
            total += fields.len();
        }
        total
    });
}

#[divan::bench]
fn split_by_the_csv_crate(bencher: Bencher) {
    let text = text();
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| {
        let mut reader = csv::Reader::from_reader(black_box(text.as_slice()));
        let mut record = csv::ByteRecord::new();
        let mut total = 0;
        while reader.read_byte_record(&mut record).unwrap_or(false) {
            total += record.len();
        }
        total
    });
}

#[divan::bench(args = ["all columns", "identifiers only"])]
fn decode_into_arrow(bencher: Bencher, columns: &str) {
    let text = text();
    let some = ["uuid".to_owned()];
    let chosen = decode::choose((columns != "all columns").then_some(some.as_slice())).expect("columns");
    let context = Context {
        layout: Arc::new(Layout::parse(HEADER.as_bytes()).expect("header")),
        header: Arc::from(HEADER.as_bytes()),
        has_header: true,
        entry: 0,
        entry_name: None,
        file_name: Arc::from("bench.csv"),
    };
    let mut decoder = Decoder::new(chosen.into(), Arc::new(Aliases::default()));
    let bytes = text.len();
    let unit = Unit::of(text);
    bencher.counter(BytesCount::new(bytes)).bench_local(|| {
        let mut rows = 0;
        let report = decoder.decode(black_box(&unit), &context, &mut |batch| {
            rows += batch.days.len();
            Ok(())
        });
        assert!(report.is_ok() && rows == 12_000);
    });
}
