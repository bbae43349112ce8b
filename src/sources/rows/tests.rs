//! Tests of typed rows: times and zones, numbers, keys, barcodes, and what is kept aside.

use proptest::prelude::*;

use super::cells::{Reading, integer, number, truth};
use super::keys::Keys;
use super::times::{Clock, DAY, Format, Moment, Zone, moment};
use super::{Outcome, Rows, barcodes};
use crate::finding;
use crate::sources::kept::Kept;
use crate::tables;

const HOUR: i64 = 3_600_000_000;

/// Microseconds of an instant that the calendar library reads.
fn at(text: &str) -> i64 {
    text.parse::<jiff::Timestamp>().expect("instant").as_microsecond()
}

#[test]
fn iso_times_are_read() {
    let iso = |t: &str| moment(t, &Format::Iso);
    assert_eq!(iso("2025-07-01T12:30:15.5Z"), Some(Moment::Instant(at("2025-07-01T12:30:15.5Z"))));
    assert_eq!(iso("2025-07-01 12:30+02:00"), Some(Moment::Instant(at("2025-07-01T10:30:00Z"))));
    assert_eq!(iso("2025-07-01 12:30:00 UTC"), Some(Moment::Instant(at("2025-07-01T12:30:00Z"))));
    assert_eq!(iso("2025-07-01T12:30:00.123456789-0330"), Some(Moment::Instant(at("2025-07-01T16:00:00.123456Z"))));
    assert_eq!(iso("2025-07-01T12:30"), Some(Moment::Local(at("2025-07-01T12:30:00Z"))));
    assert_eq!(iso("2025-07-01"), Some(Moment::Day(20_270)));
    assert_eq!(iso("2016-12-31T23:59:60Z"), Some(Moment::Instant(at("2016-12-31T23:59:59Z"))));
    for bad in [
        "2025-02-29",
        "2025-7-1",
        "2025-07-01T24:00",
        "2025-07-01T12",
        "01.07.2025",
        "2025-07-01T12:30:00.Z",
        "2025-07-01T12:30:00+25:00",
        "2025-07-01x",
        "",
        "é2025-07-0",
        "2025-07-01T12:30 CET",
    ] {
        assert_eq!(iso(bad), None, "{bad}");
    }
}

#[test]
fn other_formats_are_read() {
    let format = |f: &str| Format::parse(f).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(moment("1.7.2025 08:05", &format("%d.%m.%Y %H:%M")), Some(Moment::Local(at("2025-07-01T08:05:00Z"))));
    assert_eq!(moment("07/01/25", &format("%m/%d/%y")), Some(Moment::Day(20_270)));
    assert_eq!(moment("1751373000", &format("epoch_s")), Some(Moment::Instant(1_751_373_000_000_000)));
    assert_eq!(moment("1751373000123", &format("epoch_ms")), Some(Moment::Instant(1_751_373_000_123_000)));
    assert_eq!(moment("1751373000.5", &format("epoch_s")), Some(Moment::Instant(1_751_373_000_500_000)));
    assert_eq!(moment("9223372036854775807", &format("epoch_s")), None);
    assert_eq!(
        moment("2025-07-01 10:00 +0200", &format("%Y-%m-%d %H:%M %z")),
        Some(Moment::Instant(at("2025-07-01T08:00:00Z")))
    );
    for bad in ["%H:%M", "%Q", "dd.mm.yyyy", "%Y-%m", ""] {
        assert!(Format::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn clocks_that_change_are_read_by_the_rule() {
    let berlin = Zone::named("Europe/Berlin").expect("zone");
    // Skipped: 02:30 on 30 March 2025 is read with +01:00, which is 03:30 summer time.
    assert_eq!(berlin.instant(at("2025-03-30T02:30:00Z")), Some((at("2025-03-30T01:30:00Z"), Clock::Skipped)));
    // Shown twice: 02:30 on 26 October 2025 is first shown in summer time.
    assert_eq!(berlin.instant(at("2025-10-26T02:30:00Z")), Some((at("2025-10-26T00:30:00Z"), Clock::Twice)));
    assert_eq!(berlin.instant(at("2025-10-26T03:00:00Z")), Some((at("2025-10-26T02:00:00Z"), Clock::Plain)));
    assert_eq!(Zone::named("+05:30").and_then(|z| z.instant(0)), Some((-5 * HOUR - HOUR / 2, Clock::Plain)));
    assert!(Zone::named("Europe/Berln").is_none() && Zone::named("").is_none());
}

proptest! {
    #[test]
    fn local_times_of_a_zone_agree_with_the_calendar_library(seconds in 0_i64..2_000_000_000) {
        let zone = Zone::named("America/New_York").expect("zone");
        let truth = jiff::Timestamp::from_second(seconds).expect("instant").to_zoned(jiff::tz::TimeZone::get("America/New_York").expect("zone"));
        let local = jiff::tz::Offset::UTC.to_timestamp(truth.datetime()).expect("instant").as_microsecond();
        let (read, clock) = zone.instant(local).expect("in range");
        let shift = read - seconds * 1_000_000;
        // Of a time that is shown twice, the second hour reads as the first.
        prop_assert!(shift == 0 || (clock == Clock::Twice && shift == -HOUR), "{shift} {clock:?}");
    }

    #[test]
    fn numbers_written_in_any_notation_come_back(n in -1_000_000_000_i64..1_000_000_000, cents in 0..100_u32) {
        let digits = n.unsigned_abs().to_string();
        let groups = |sign: &str| -> String {
            let mut out = String::new();
            for (i, c) in digits.chars().enumerate() {
                if i > 0 && (digits.len() - i) % 3 == 0 { out.push_str(sign); }
                out.push(c);
            }
            out
        };
        let sign = if n < 0 { "-" } else { "" };
        let wanted: f64 = format!("{sign}{digits}.{cents:02}").parse().expect("number");
        for (text, decimal) in [
            (format!("{sign}{}.{cents:02}", groups("")), None),
            (format!("{sign}{},{cents:02}", groups(".")), Some(',')),
            (format!("{sign}{},{cents:02}", groups(" ")), Some(',')),
            (format!("{sign}{}.{cents:02}", groups(",")), Some('.')),
        ] {
            let read = number(&text, &Reading { decimal, ..Reading::default() });
            prop_assert_eq!(read, Some(wanted), "{}", text);
        }
    }

    #[test]
    fn repeated_keys_are_counted(keys in prop::collection::vec(0_u64..50, 0..300)) {
        let mut distinct = keys.clone();
        distinct.sort_unstable();
        distinct.dedup();
        let mut all = Keys::new();
        let told = keys.iter().filter(|k| all.add(xxhash_rust::xxh3::xxh3_64(&k.to_le_bytes()))).count() as u64;
        prop_assert_eq!(told + all.finish().0, (keys.len() - distinct.len()) as u64);
    }
}

#[test]
fn many_keys_are_sampled_without_bias() {
    let mut keys = Keys::bounded(4_000);
    let mut told = 0;
    for round in 0..2 {
        for n in 0_u64..50_000 {
            // Every fifth key of the second round is new.
            let key = if round == 1 && n % 5 == 0 { n + 1_000_000 } else { n };
            told += u64::from(keys.add(xxhash_rust::xxh3::xxh3_64(&key.to_le_bytes())));
        }
    }
    let (later, each) = keys.finish();
    let estimate = told + later;
    assert!(each >= 16, "{each}");
    assert!(estimate.abs_diff(40_000) < 4_000, "{estimate}");
}

#[test]
fn numbers_that_mean_two_things_are_refused() {
    let with = |decimal| Reading { decimal, ..Reading::default() };
    assert_eq!(number("1,234", &with(None)), None);
    assert_eq!(number("1,234", &with(Some('.'))), Some(1234.0));
    assert_eq!(number("1,234", &with(Some(','))), Some(1.234));
    for (text, decimal) in [
        ("1.23.456", Some(',')),
        ("1.234.5", Some(',')),
        ("1234.567", Some(',')),
        ("12a", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("", None),
        ("€ 5", None),
        ("0x10", None),
    ] {
        assert_eq!(number(text, &with(decimal)), None, "{text}");
    }
    let cents = Reading { scale: Some(0.01), ..Reading::default() };
    assert_eq!((number("1999", &cents), number("3", &cents)), (Some(19.99), Some(0.03)));
    assert_eq!(integer("12.0", &Reading::default()), Some(12));
    assert_eq!(integer("12.5", &Reading::default()), None);
    assert_eq!(integer("9223372036854775807", &Reading::default()), Some(i64::MAX));
    assert_eq!(integer("1.234.567", &with(Some(','))), Some(1_234_567));
    assert_eq!((truth("YES"), truth("0"), truth("maybe")), (Some(true), Some(false), None));
}

#[test]
fn barcodes_have_check_digits() {
    for good in ["4006381333931", "036000291452", "96385074", "00012345600012"] {
        assert!(barcodes::is_valid(good), "{good}");
    }
    for bad in ["4006381333932", "0000000000000", "123", "40063813339310", "400638133393x", ""] {
        assert!(!barcodes::is_valid(bad), "{bad}");
    }
    assert_eq!(
        barcodes::in_text("EAN: 4006381333931; 0 36000 29145 2 / 4006381333931"),
        ["4006381333931", "036000291452"]
    );
    assert!(barcodes::in_text("various").is_empty());
}

#[test]
fn rows_lack_nothing_that_is_required_and_tell_what_is_odd() {
    let table = tables::table("traders").expect("table");
    let mut rows = Rows::new(table, "f.zip", false).expect("rows");
    let mut kept = Kept::default();
    rows.enter(2, Some("inner.csv"));
    let at = |rows: &Rows, name: &str| rows.column(name).expect("column");
    for (line, cells) in [
        (2, &[("platform", "P"), ("trader_id", " t1 "), ("size", "huge"), ("joined_at", "2025-01-01T00:00:00Z")][..]),
        (3, &[("platform", "P"), ("trader_id", "t2"), ("registered", "perhaps"), ("email", "a@b.example")]),
        (4, &[("platform", "P"), ("trader_id", "  ")]),
        (5, &[("platform", "P"), ("trader_id", "t1")]),
    ] {
        for (name, text) in cells {
            rows.text(at(&rows, name), text, line).expect("cell");
        }
        let outcome = rows.end(line, b"raw", &mut kept).expect("end");
        assert_eq!(outcome == Outcome::Rejected, line == 4);
    }
    let counts = rows.finish(&mut kept).expect("finish");
    assert_eq!((counts.rows, counts.rejected, counts.filtered), (3, 1, 0));
    assert_eq!(kept.cell("traders", 0, "trader_id"), Some("t1"));
    assert_eq!(kept.cell("traders", 0, "source_entry"), Some("inner.csv"));
    assert_eq!(kept.cell("traders", 1, "unparsed"), Some("{\"registered\":\"perhaps\"}"));
    assert_eq!(kept.rejected, [(4, "trader_id is empty or cannot be read".to_owned(), "raw".to_owned())]);
    for kind in [finding::UNKNOWN_CODE, finding::BAD_TRUTH, finding::MISSING_REQUIRED, finding::REPEATED_KEY] {
        assert_eq!(kept.findings.count(kind), 1, "{}", kind.code);
    }
}

#[test]
fn personal_values_stay_out_of_findings() {
    let table = tables::table("purchases").expect("table");
    let mut rows = Rows::new(table, "f", false).expect("rows");
    let mut kept = Kept::default();
    let buyer = rows.column("buyer_id").expect("column");
    rows.refuse(buyer, "Jane Doe", 1);
    rows.end(1, b"", &mut kept).expect("end");
    rows.finish(&mut kept).expect("finish");
    let list = kept.findings.list(&[]);
    assert!(list.iter().any(|f| f.code == finding::REFUSED_VALUE.code && f.value.is_none()), "{list:?}");
    assert_eq!(DAY, 24 * HOUR);
}
