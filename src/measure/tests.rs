//! Tests of measuring small frames whose every number is known by hand.

use std::collections::BTreeMap;

use polars::prelude::{DataFrame, DataType, IntoLazy, TimeUnit, TimeZone, col, df};

use super::*;
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};
use crate::indicators::{Cohort, indicator};
use crate::time::{Period, iso};

const MICROSECONDS: i64 = 86_400_000_000;
/// Tuesday, 2025-07-01.
const JULY: i32 = 20_270;

/// One statement: platform, category, source, days of content, decision and submission.
#[derive(Clone)]
struct Row(Option<&'static str>, Option<&'static str>, Option<&'static str>, Option<i32>, Option<i32>, Option<i32>);

/// A statement whose dates are flagged as the loader flags them.
fn frame(rows: &[Row]) -> DataFrame {
    let impossible = |day: i32, first: i32, created: Option<i32>| {
        !(first..=24_837).contains(&day) || created.is_some_and(|c| day > c + 1)
    };
    df!(
        "platform" => rows.iter().map(|r| r.0).collect::<Vec<_>>(),
        "category_v2" => rows.iter().map(|r| r.1).collect::<Vec<_>>(),
        "source_type" => rows.iter().map(|r| r.2).collect::<Vec<_>>(),
        "automated_detection" => rows.iter().map(|r| r.2.map(|s| s == "SOURCE_VOLUNTARY")).collect::<Vec<_>>(),
        "content_date" => rows.iter().map(|r| r.3).collect::<Vec<_>>(),
        "application_date" => rows.iter().map(|r| r.4).collect::<Vec<_>>(),
        "created_at" => rows.iter().map(|r| r.5.map(|d| i64::from(d) * MICROSECONDS + 7)).collect::<Vec<_>>(),
        "delay_days" => rows.iter().map(|r| r.4.zip(r.3).map(|(a, c)| i64::from(a - c))).collect::<Vec<_>>(),
        "content_date_placeholder" => rows.iter().map(|r| r.3.map(|c| c == 10_957 || c == 0)).collect::<Vec<_>>(),
        "content_date_impossible" => rows.iter().map(|r| r.3.map(|c| impossible(c, 10_957, r.5))).collect::<Vec<_>>(),
        "application_date_impossible" => rows.iter().map(|r| r.4.map(|a| impossible(a, 18_262, r.5))).collect::<Vec<_>>(),
    )
    .expect("columns of one length")
    .lazy()
    .with_columns([
        col("created_at").cast(DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC))),
        col("content_date").cast(DataType::Date),
        col("application_date").cast(DataType::Date),
    ])
    .collect()
    .expect("casts")
}

/// A statement of platform A, with a decision in early July, submitted the same day.
fn plain(delay: i32, decision: i32) -> Row {
    let source = Some("SOURCE_VOLUNTARY");
    Row(Some("A"), Some("X"), source, Some(decision - delay), Some(decision), Some(decision))
}

fn scope(by: &str) -> Scope {
    let (by_platform, grain, groups) = Scope::parse_by(by).expect("valid");
    let days = (JULY..JULY + 3).collect();
    Scope { grain, by_platform, groups, ..Scope::new(Period { start: JULY, end: JULY + 3 }, days, "id") }
}

fn try_measure(rows: &[Row], id: &str, scope: &Scope) -> Result<Vec<Estimate>> {
    let estimates = measure(&frame(rows).lazy(), &[indicator(id)?], scope, &mut |_| {})?;
    Ok(estimates.rows().to_vec())
}

fn run(rows: &[Row], id: &str, scope: &Scope) -> Vec<Estimate> {
    try_measure(rows, id, scope).expect("measures")
}

/// Platform, group, period and value of each row.
fn brief(rows: &[Estimate]) -> Vec<String> {
    let line = |e: &Estimate| {
        let value = e.value.map_or_else(|| "-".to_owned(), |v| v.to_string());
        format!("{} {} {} {value}", e.platform, e.group_value.as_deref().unwrap_or("."), e.period().label())
    };
    rows.iter().map(line).collect()
}

fn by_statistic(rows: &[Estimate]) -> BTreeMap<&str, &Estimate> {
    rows.iter().map(|e| (e.statistic.as_str(), e)).collect()
}

#[test]
fn no_data_gives_no_estimate() {
    for id in ["statement-count", "own-initiative-share", "moderation-latency"] {
        for by in ["", "platform,month", "week,category"] {
            assert!(run(&[], id, &scope(by)).is_empty());
        }
        let mut elsewhere = scope("");
        elsewhere.platforms = vec!["B".into()];
        assert!(run(&[plain(1, JULY)], id, &elsewhere).is_empty());
    }
}

#[test]
fn statements_are_counted_by_platform_and_crossed_groups() {
    let notice = |p, c| Row(p, c, Some("SOURCE_ARTICLE_16"), Some(JULY), Some(JULY), Some(JULY + 1));
    let rows = [
        plain(0, JULY),
        plain(3, JULY),
        notice(Some("A"), None),
        notice(Some("B"), Some("X")),
        notice(None, Some("X")),
        Row(Some("B"), Some("Y"), None, None, None, Some(JULY + 2)),
    ];
    let all = run(&rows, "statement-count", &scope(""));
    assert_eq!(brief(&all), [format!("{ALL_PLATFORMS} . 2025-07-01 to 2025-07-03 6")]);
    let one = &all[0];
    assert_eq!((one.unit.as_str(), one.n, one.k, one.interval_kind), ("statements", Some(6), None, IntervalKind::None));
    assert_eq!((one.note.as_deref(), one.input_id.as_str()), (Some("by submission date"), "id"));

    let crossed = run(&rows, "statement-count", &scope("platform,category,automated_detection,month"));
    let expected = [
        "(none) X×false 2025-07 1",
        "A (none)×false 2025-07 1",
        "A X×true 2025-07 2",
        "B X×false 2025-07 1",
        "B Y×(none) 2025-07 1",
    ];
    assert_eq!(brief(&crossed), expected);
    assert_eq!(crossed[0].group_name.as_deref(), Some("category×automated_detection"));
    assert_eq!(crossed[0].note.as_deref(), Some("by submission date; 3 of 31 days loaded"));

    let mut some = scope("platform");
    (some.platforms, some.simulated) = (vec!["B".into()], true);
    let some = run(&rows, "statement-count", &some);
    assert_eq!(brief(&some), ["B . 2025-07-02 to 2025-07-03 2"]);
    assert!(some[0].simulated());
}

#[test]
fn periods_are_weeks_or_add_up_from_months() {
    let days = ["2025-06-29", "2025-06-30", "2025-07-06", "2025-07-07", "2025-09-30", "2025-10-01", "2026-01-01"];
    let rows: Vec<Row> = days.iter().map(|d| plain(0, crate::time::parse_iso(d).expect("date"))).collect();
    let periods = |grain: &str| {
        let rows = run(&rows, "statement-count", &scope(grain));
        rows.iter().map(|e| format!("{} {}", iso(e.period_start), e.value.unwrap_or(-1.0))).collect::<Vec<_>>()
    };
    assert_eq!(periods("day").len(), 7);
    let weeks = ["2025-06-23 1", "2025-06-30 2", "2025-07-07 1", "2025-09-29 2", "2025-12-29 1"];
    assert_eq!(periods("week"), weeks);
    assert_eq!(periods("month"), ["2025-06-01 2", "2025-07-01 2", "2025-09-01 1", "2025-10-01 1", "2026-01-01 1"]);
    assert_eq!(periods("quarter"), ["2025-04-01 2", "2025-07-01 3", "2025-10-01 1", "2026-01-01 1"]);
    assert_eq!(periods("half"), ["2025-01-01 2", "2025-07-01 4", "2026-01-01 1"]);
    assert_eq!(periods("year"), ["2025-01-01 6", "2026-01-01 1"]);
    assert_eq!(periods("all"), ["2025-06-29 7"]);
    let quarter = run(&rows, "statement-count", &scope("quarter"));
    assert_eq!(quarter[1].note.as_deref(), Some("by submission date; 3 of 92 days loaded"));
}

#[test]
fn limits_of_dates_and_missing_dates_are_said() {
    let mut rows: Vec<Row> = (0..4).map(|d| plain(1, JULY + d)).collect();
    rows.push(Row(Some("A"), Some("X"), None, Some(JULY), None, Some(JULY)));
    rows.push(Row(Some("B"), Some("X"), None, Some(JULY), None, Some(JULY)));
    let mut limited = scope("platform,month");
    (limited.from, limited.until, limited.cohort) = (Some(JULY + 1), Some(JULY + 3), Some(Cohort::Decision));
    limited.days_loaded.remove(&(JULY + 1));
    let estimates = run(&rows, "statement-count", &limited);
    assert_eq!(brief(&estimates), ["A . 2025-07 2", "B . 2025-07-01 to 2025-07-03 -"]);
    assert_eq!(
        estimates[0].note.as_deref(),
        Some(
            "by decision date; submitted 2025-07-01 to 2025-07-03 (2 of 3 days loaded); \
             only decision dates from 2025-07-02 and before 2025-07-04; \
             without a decision date and so in no period: 1"
        )
    );
    let lost = &estimates[1];
    assert_eq!((lost.status, lost.n), (Status::NotApplicable, Some(1)));
    assert_eq!(lost.reason.as_deref(), Some("no statement has a decision date"));

    // A date marked as impossible is counted, but does not stretch the one period of all.
    rows.push(Row(Some("A"), Some("X"), None, Some(JULY), Some(JULY + 9_000), Some(JULY)));
    let mut whole = scope("");
    whole.cohort = Some(Cohort::Decision);
    let whole = run(&rows, "statement-count", &whole);
    assert_eq!(brief(&whole), [format!("{ALL_PLATFORMS} . 2025-07-01 to 2025-07-04 5")]);
}

#[test]
fn own_initiative_counts_unknown_sources_in_n_alone() {
    let source = |s: Option<&'static str>| Row(Some("A"), Some("X"), s, Some(JULY), Some(JULY), Some(JULY));
    let mut rows = vec![source(Some("SOURCE_VOLUNTARY")); 6];
    rows.extend(vec![source(Some("SOURCE_ARTICLE_16")); 2]);
    rows.push(source(Some("SOURCE_NEW")));
    rows.push(source(None));
    let few = &run(&rows, "own-initiative-share", &scope("platform"))[0];
    assert_eq!((few.status, few.value, few.k, few.n), (Status::Insufficient, None, Some(6), Some(9)));
    assert_eq!(few.reason.as_deref(), Some("n = 9 is below 10"));
    assert_eq!(few.note.as_deref(), Some("by submission date; 1 of 10 statements excluded: no source type"));

    rows.push(source(Some("SOURCE_TRUSTED_FLAGGER")));
    let enough = &run(&rows, "own-initiative-share", &scope(""))[0];
    assert_eq!((enough.status, enough.k, enough.n, enough.unit.as_str()), (Status::Ok, Some(6), Some(10), "share"));
    assert!((enough.value.expect("value") - 0.6).abs() <= 1e-12);
    assert_eq!((enough.lower, enough.interval_kind), (None, IntervalKind::None));

    let mut process = scope("");
    process.process_interval = Some(0.95);
    let process = &run(&rows, "own-initiative-share", &process)[0];
    assert_eq!((process.interval_kind, process.interval.as_deref()), (IntervalKind::Process, Some("wilson")));
    // Wilson's formula by hand: z² = 3.841459, centre 0.572247…, half width 0.259573….
    let (lower, upper) = (process.lower.expect("limit"), process.upper.expect("limit"));
    assert!((lower - 0.312_674).abs() <= 1e-5 && (upper - 0.831_820).abs() <= 1e-5, "{lower} {upper}");
    let mut wrong = scope("");
    wrong.process_interval = Some(95.0);
    assert!(try_measure(&rows, "own-initiative-share", &wrong).is_err());
}

/// Ten used delays and one statement for each reason to exclude, on platform A; eleven on platform B.
fn delays() -> Vec<Row> {
    let mut rows: Vec<Row> = [0, 0, 1, 1, 2, 3, 7, 8, 30, 400].map(|d| plain(d, JULY + 1)).into();
    let odd = |content, decision| Row(Some("A"), Some("X"), None, Some(content), Some(decision), Some(JULY + 1));
    rows.push(Row(Some("A"), Some("X"), None, None, Some(JULY), Some(JULY)));
    rows.push(odd(10_957, JULY));
    rows.push(odd(0, JULY));
    rows.push(odd(JULY, 18_261));
    rows.push(odd(JULY + 5, JULY));
    rows.push(odd(JULY + 5, JULY + 6));
    rows.push(odd(JULY + 1, JULY));
    rows.extend((0..11).map(|_| Row(Some("B"), Some("X"), None, Some(JULY), Some(JULY), Some(JULY))));
    rows
}

#[test]
fn delays_are_used_or_excluded_for_one_reason() {
    let all = run(&delays(), "moderation-latency", &scope("platform"));
    // The distribution function: up to the first day of the grid within which all delays lie.
    let curve = |platform: &str| {
        let points = all.iter().filter(|e| e.platform == platform && e.statistic == "share_within");
        points.map(|e| (e.x.expect("days"), e.value.expect("share"))).collect::<Vec<_>>()
    };
    assert_eq!(curve("B"), [(0.0, 1.0)]);
    let a = curve("A");
    assert_eq!((a.len(), a[0], a[5], a[a.len() - 1]), (18, (0.0, 0.2), (7.0, 0.7), (730.0, 1.0)));
    let rows: Vec<Estimate> = all.iter().filter(|e| e.x.is_none()).cloned().collect();
    assert_eq!(rows.len(), 20);
    let a = by_statistic(&rows[..]).len();
    assert_eq!(a, 10);
    let of = |platform: &str| rows.iter().filter(|e| e.platform == platform).cloned().collect::<Vec<_>>();
    let (a, b) = (of("A"), of("B"));
    let (a, b) = (by_statistic(&a), by_statistic(&b));

    // Delays of A: 0 0 1 1 2 3 7 8 30 400.
    for (statistic, value, k) in [
        ("median", 2.0, None),
        ("p90", 30.0, None),
        ("mean", 45.2, None),
        ("share_within_1d", 0.4, Some(4)),
        ("share_within_7d", 0.7, Some(7)),
    ] {
        let e = a[statistic];
        assert!((e.value.expect(statistic) - value).abs() <= 1e-12, "{statistic}: {:?}", e.value);
        assert_eq!((e.k, e.n, e.status), (k, Some(10), Status::Ok), "{statistic}");
        assert!(e.note.as_deref().is_some_and(|n| n.ends_with("7 of 17 statements excluded")), "{:?}", e.note);
    }
    assert_eq!((a["p99"].status, a["p99"].n), (Status::Insufficient, Some(10)));
    assert_eq!(a["p99"].reason.as_deref(), Some("n = 10 is below 100"));
    for (statistic, count) in
        [("excluded_missing", 1), ("excluded_placeholder", 2), ("excluded_negative", 3), ("excluded_impossible", 1)]
    {
        let e = a[statistic];
        assert_eq!((e.value, e.k, e.n), (Some(f64::from(count)), Some(i64::from(count)), Some(17)), "{statistic}");
        assert_eq!((b[statistic].value, b[statistic].n), (Some(0.0), Some(11)), "{statistic}");
    }
    assert_eq!((b["median"].value, b["mean"].value, b["share_within_1d"].value), (Some(0.0), Some(0.0), Some(1.0)));
    assert_eq!(b["median"].note.as_deref(), Some("by decision date; submitted 2025-07-01 to 2025-07-03"));
    assert_eq!(a["median"].period().label(), "2025-07-01 to 2025-07-02");
}

#[test]
fn used_and_excluded_add_up_in_every_cell() {
    for by in ["", "day", "week,platform", "month,category", "year,automated_detection,platform"] {
        for cohort in [None, Some(Cohort::Content), Some(Cohort::Submission)] {
            let mut scope = scope(by);
            scope.cohort = cohort;
            let mut cells: BTreeMap<_, (i64, i64, i64)> = BTreeMap::new();
            for e in run(&delays(), "moderation-latency", &scope) {
                assert_ne!(e.status, Status::NotApplicable);
                let key = (e.platform.clone(), e.group_value.clone(), e.period());
                let cell = cells.entry(key).or_default();
                match e.statistic.as_str() {
                    "median" => cell.0 = e.n.expect("n"),
                    s if s.starts_with("excluded") => (cell.1, cell.2) = (cell.1 + e.k.expect("k"), e.n.expect("n")),
                    _ => {}
                }
            }
            assert!(!cells.is_empty());
            for (cell, (used, excluded, n)) in &cells {
                assert_eq!(used + excluded, *n, "{cell:?}");
            }
            let all: i64 = cells.values().map(|c| c.2).sum();
            // The statement without a content date is in no period by content date.
            assert_eq!(all, if cohort == Some(Cohort::Content) { 27 } else { 28 }, "{by} {cohort:?}");
        }
    }
}

#[test]
fn shared_tallies_run_once_and_faults_are_told() {
    let data = frame(&delays()).lazy();
    let ids = ["statement-count", "own-initiative-share"].map(|id| indicator(id).expect("known"));
    let mut steps = Vec::new();
    let estimates =
        measure(&data, &ids, &scope(""), &mut |p| steps.push((p.indicator, p.done, p.of))).expect("measures");
    assert_eq!(estimates.len(), 2);
    // Three tallies each, which differ in nothing but what they count: each is run once for both.
    assert_eq!(steps.len(), 4);
    assert_eq!((steps[0], steps[3]), (("statement-count", 0, 3), ("statement-count", 3, 3)));

    let fault = |result: Result<Estimates>| result.map_err(|e| (e.code(), e.to_string())).err();
    let twice = measure(&data, &[ids[0], ids[0]], &scope(""), &mut |_| {});
    assert_eq!(fault(twice), Some(("E021", "statement-count is named twice".into())));
    let less = data.select([col("created_at"), col("platform")]);
    let (code, message) = fault(measure(&less, &ids, &scope("platform"), &mut |_| {})).expect("fault");
    assert_eq!(code, "E021");
    assert!(message.starts_with("the data has no column source_type"), "{message}");
}

#[test]
fn counts_roll_up_from_finer_ones() {
    let data = frame(&delays()).lazy();
    let ids = ["statement-count", "own-initiative-share", "moderation-latency"].map(|id| indicator(id).expect("known"));
    let mut counter = Counter::new(&data);
    for by in ["platform,day,category", "platform,day", "category", "platform", "day", ""] {
        let rolled = counter.measure(&ids, &scope(by), &mut |_| {}).expect("measures");
        let alone = measure(&data, &ids, &scope(by), &mut |_| {}).expect("measures");
        assert_eq!(rolled.rows(), alone.rows(), "{by}");
    }
}
