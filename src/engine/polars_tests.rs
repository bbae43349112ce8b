//! Tests of the Polars lowering.

use polars::prelude::{IntoLazy, TimeUnit, TimeZone, df};

use super::*;
use crate::engine::{Key, Measure};

const DAY: i64 = 86_400_000_000;

/// Eight rows with nulls in every column. Day 20,270 is Tuesday, 2025-07-01.
fn statements() -> DataFrame {
    let instant = [
        Some(20_269 * DAY + DAY - 1),
        Some(20_270 * DAY),
        Some(20_270 * DAY + DAY - 1),
        Some(20_271 * DAY),
        Some(20_300 * DAY),
        Some(20_301 * DAY + 5),
        None,
        Some(-1),
    ];
    df!(
        "platform" => [Some("A"), Some("A"), Some("B \"q\""), Some("B \"q\""), Some("C's"), None, Some("A"), Some("A")],
        "automated_detection" => [Some(true), Some(false), None, Some(true), None, Some(true), Some(false), Some(true)],
        "delay_days" => [Some(0_i64), Some(8), None, Some(-2), Some(7), Some(30), None, Some(1)],
        "n_keywords" => [Some(1_i64), None, Some(2), Some(0), Some(3), None, Some(1), Some(1)],
        "created_at" => instant,
        "application_date" => [Some(20_269_i32), Some(20_270), None, Some(20_270), Some(20_300), Some(20_301), Some(20_301), Some(-1)],
    )
    .expect("columns of one length")
    .lazy()
    .with_columns([
        col("created_at").cast(DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))),
        col("application_date").cast(DataType::Date),
    ])
    .collect()
    .expect("casts")
}

fn count(filters: Vec<Predicate>, keys: Vec<Key>, measures: Vec<Measure>) -> Vec<(Vec<Scalar>, Vec<i64>)> {
    let tally = Tally { table: "statements".into(), filters, keys, measures };
    run(statements().lazy(), &tally).expect("counts").rows.into_iter().collect()
}

fn count_of(predicate: Predicate) -> i64 {
    let by_measure = count(vec![], vec![], vec![Measure::count_if("k", predicate.clone())])[0].1[0];
    let by_filter = count(vec![predicate], vec![], vec![Measure::count("n")]).first().map_or(0, |row| row.1[0]);
    assert_eq!(by_measure, by_filter);
    by_measure
}

fn delay(op: Op, days: i64) -> Predicate {
    Predicate::Cmp("delay_days".into(), op, Scalar::Int(days))
}

fn created(op: Op, day: i32) -> Predicate {
    Predicate::Cmp("created_at".into(), op, Scalar::Day(day))
}

#[test]
fn keys_keep_nulls_and_order() {
    let rows = count(
        vec![],
        vec![Key::column("platform"), Key::column("automated_detection")],
        vec![Measure::count("n"), Measure::sum("keywords", "n_keywords")],
    );
    let text = |t: &str| Scalar::from(t);
    assert_eq!(
        rows,
        [
            (vec![Scalar::Null, true.into()], vec![1, 0]),
            (vec![text("A"), false.into()], vec![2, 1]),
            (vec![text("A"), true.into()], vec![2, 2]),
            (vec![text("B \"q\""), Scalar::Null], vec![1, 2]),
            (vec![text("B \"q\""), true.into()], vec![1, 0]),
            (vec![text("C's"), Scalar::Null], vec![1, 3]),
        ]
    );
}

#[test]
fn unknown_is_not_true_and_not_false() {
    assert_eq!(count_of(Predicate::True), 8);
    assert_eq!(count_of(Predicate::eq("automated_detection", true)), 4);
    assert_eq!(count_of(Predicate::eq("automated_detection", true).negated()), 2);
    assert_eq!(count_of(Predicate::is_true("automated_detection").negated()), 4);
    assert_eq!(count_of(Predicate::is_null("automated_detection")), 2);
    assert_eq!((count_of(delay(Op::Gt, 7)), count_of(delay(Op::Ge, 7))), (2, 3));
    assert_eq!((count_of(delay(Op::Lt, 7)), count_of(delay(Op::Le, 7))), (3, 4));
    assert_eq!(count_of(delay(Op::Le, 7).negated()), 2);
    assert_eq!(count_of(Predicate::eq("delay_days", 7)), 1);
    // Kleene: unknown and false is false; unknown or true is true.
    let unknown_or_true = Predicate::Or(vec![Predicate::eq("delay_days", 7), Predicate::True]);
    assert_eq!(count_of(unknown_or_true), 8);
    let unknown_and_false = Predicate::And(vec![Predicate::eq("delay_days", 7), Predicate::True.negated()]);
    assert_eq!(count_of(unknown_and_false.negated()), 8);
    assert_eq!((count_of(Predicate::And(vec![])), count_of(Predicate::Or(vec![]))), (8, 0));
}

#[test]
fn membership_has_no_nulls() {
    let platforms = |names: &[&str]| Predicate::In("platform".into(), names.iter().map(|n| Scalar::from(*n)).collect());
    assert_eq!(count_of(platforms(&["A", "C's"])), 5);
    assert_eq!(count_of(platforms(&["A"]).negated()), 3);
    assert_eq!((count_of(platforms(&[])), count_of(platforms(&[]).negated())), (0, 8));
    let delays = Predicate::In("delay_days".into(), vec![0.into(), 8.into(), 9.into()]);
    assert_eq!((count_of(delays.clone()), count_of(delays.negated())), (2, 4));
    assert_eq!(count_of(Predicate::In("automated_detection".into(), vec![false.into()])), 2);
    let days = Predicate::In("application_date".into(), vec![Scalar::Day(20_270), Scalar::Day(-1)]);
    assert_eq!(count_of(days), 3);
    let created = Predicate::In("created_at".into(), vec![Scalar::Day(20_270), Scalar::Day(-1)]);
    assert_eq!(count_of(created), 3);
}

#[test]
fn days_of_timestamps_are_utc() {
    assert_eq!((count_of(created(Op::Lt, 20_270)), count_of(created(Op::Le, 20_270))), (2, 4));
    assert_eq!((count_of(created(Op::Gt, 20_270)), count_of(created(Op::Ge, 20_270))), (3, 5));
    assert_eq!(count_of(Predicate::Eq("created_at".into(), Scalar::Day(20_270))), 2);
    let application = Predicate::Cmp("application_date".into(), Op::Ge, Scalar::Day(20_300));
    assert_eq!(count_of(application), 3);

    let by = |column: &str, grain| {
        count(vec![], vec![Key::truncated("p", column, grain)], vec![Measure::count("n")])
            .into_iter()
            .map(|(key, n)| (key[0].clone(), n[0]))
            .collect::<Vec<_>>()
    };
    let day = Scalar::Day;
    let days = [
        (Scalar::Null, 1),
        (day(-1), 1),
        (day(20_269), 1),
        (day(20_270), 2),
        (day(20_271), 1),
        (day(20_300), 1),
        (day(20_301), 1),
    ];
    assert_eq!(by("created_at", Grain::Day), days);
    // 1969-12-29, 2025-06-30 and 2025-07-28 are Mondays.
    assert_eq!(by("created_at", Grain::Week), [(Scalar::Null, 1), (day(-3), 1), (day(20_269), 4), (day(20_297), 2)]);
    // December 1969, June, July and August 2025; 31 July is day 20,300.
    let months = [(Scalar::Null, 1), (day(-31), 1), (day(20_240), 1), (day(20_270), 4), (day(20_301), 1)];
    assert_eq!(by("created_at", Grain::Month), months);
    let months = [(Scalar::Null, 1), (day(-31), 1), (day(20_240), 1), (day(20_270), 3), (day(20_301), 2)];
    assert_eq!(by("application_date", Grain::Month), months);
}

#[test]
fn nothing_counted_gives_no_row() {
    let none = || vec![Predicate::True.negated()];
    assert!(count(none(), vec![], vec![Measure::count("n")]).is_empty());
    assert!(count(none(), vec![Key::column("platform")], vec![Measure::count("n")]).is_empty());
    assert_eq!(count(vec![], vec![], vec![Measure::count("n")]), [(vec![], vec![8])]);
    assert_eq!(count(vec![], vec![], vec![]), [(vec![], vec![])]);
}

#[test]
fn a_column_that_the_data_lacks_is_an_error() {
    let tally =
        Tally { table: "statements".into(), filters: vec![], keys: vec![Key::column("category")], measures: vec![] };
    assert_eq!(run(statements().lazy(), &tally).map_err(|e| e.code()).err(), Some("E030"));
}
