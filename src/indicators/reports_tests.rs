//! Tests of indicators on transparency reports: small reports, every number by hand.

use super::indicator;
use super::notices_tests::{near, noted, of, run, run_in, scope};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::transparency::template;
use crate::views::hand_tests::{F, Hand, I, Row, S, V};

/// 2025-07-01 and 2025-12-31, in days since 1970.
const FIRST: i64 = 20_270;
const LAST: i64 = 20_453;

/// A cell for a figure on everything, blank where there is none.
pub(super) fn cell(code: &'static str, value: Option<f64>) -> Row {
    let part = template::indicator(code).map_or(0, |i| i64::from(i.part));
    let mut row = vec![
        ("indicator_code", S(code)),
        ("part", I(part)),
        ("scope", S("TOTAL")),
        ("scope_kind", S("total")),
        ("state", S(if value.is_some() { "number" } else { "blank" })),
        ("occurrence", I(1)),
        ("period_start", I(FIRST)),
        ("period_end", I(LAST)),
    ];
    row.extend(value.map(|x| ("value", F(x))));
    row
}

/// The same cell with other columns.
pub(super) fn with(mut row: Row, more: &[(&'static str, V)]) -> Row {
    row.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
    row.extend_from_slice(more);
    row
}

fn cells(figures: &[(&'static str, f64)]) -> Vec<Row> {
    figures.iter().map(|(code, x)| cell(code, Some(*x))).collect()
}

pub(super) fn hand(rows: &[Row]) -> Hand {
    Hand::until(100).with("report_values", rows)
}

fn measured(rows: &[Row], id: &str) -> Vec<Estimate> {
    run(&hand(rows), id)
}

/// That a statistic has no value, for a reason with these words.
pub(super) fn lacks(row: &Estimate, status: Status, words: &str) {
    let reason = row.reason.as_deref().unwrap_or_default();
    assert!(row.status == status && reason.contains(words), "{}: {:?}, {reason}", row.statistic, row.status);
}

const OWN: [(&str, f64); 4] =
    [("illegal_measures", 30.0), ("terms_measures", 60.0), ("notices_law", 6.0), ("notices_terms", 4.0)];
const CATEGORY_15: (&str, V) = ("category", S("STATEMENT_CATEGORY_OTHER_VIOLATION_TC"));

#[test]
fn a_report_is_a_census_of_its_own_period() {
    let rest = with(cell("terms_measures", Some(20.0)), &[CATEGORY_15]);
    let data = hand(&[cells(&OWN), vec![rest.clone()]].concat());
    for by in ["", "platform,month", "platform,year", "day"] {
        let rows = run_in(&data, "own-initiative-share", &scope(by));
        assert_eq!(rows.len(), 2, "{by}");
        let row = of(&rows, "share", "");
        near(row, 0.9);
        assert_eq!((row.k, row.n, row.basis.as_str()), (Some(90), Some(100), "report"));
        assert_eq!((i64::from(row.period_start), i64::from(row.period_end)), (FIRST, LAST + 1));
        near(of(&rows, "share_without_category_15", ""), 70.0 / 80.0);
    }
    let mut asked = scope("");
    asked.process_interval = Some(0.95);
    let rows = run_in(&data, "own-initiative-share", &asked);
    assert!(rows.iter().all(|r| r.interval_kind == IntervalKind::None && r.lower.is_none()));
    noted(&rows[0], "as declared");
    // A report belongs where its whole period lies within the dates.
    asked.until = Some(20_454);
    assert_eq!(run_in(&data, "own-initiative-share", &asked).len(), 2);
    asked.until = Some(20_453);
    assert!(run_in(&data, "own-initiative-share", &asked).is_empty());
    // By category both sides are those of the category.
    let rows = run_in(&data, "own-initiative-share", &scope("category"));
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].group_value.as_deref(), Some("STATEMENT_CATEGORY_OTHER_VIOLATION_TC"));
    near(&rows[0], 1.0);
}

#[test]
fn blank_is_not_zero() {
    let id = "own-initiative-share";
    let blank = [vec![cell("illegal_measures", None)], cells(&OWN[1..])].concat();
    let rows = measured(&blank, id);
    near(of(&rows, "share", ""), 60.0 / 70.0);
    noted(of(&rows, "share", ""), "without \"Own initiative, illegal content: measures\" (blank)");
    lacks(of(&rows, "share_without_category_15", ""), Status::NotApplicable, "terms and conditions: measures");
    // Absent is told apart from blank, and a mark is shown.
    let mark = with(cell("terms_measures", None), &[("state", S("mark")), ("raw", S("NA"))]);
    let rows = measured(&[cells(&OWN[2..]), vec![mark]].concat(), id);
    let row = of(&rows, "share", "");
    lacks(row, Status::NotApplicable, "\"Own initiative, illegal content: measures\" (not in the report)");
    lacks(row, Status::NotApplicable, "(NA)");
    assert_eq!((row.value, row.k, row.n), (None, None, None));
    // What cannot be read is not left out: the sum is unknown.
    let broken = with(cell("terms_measures", None), &[("state", S("unreadable")), ("raw", S("many"))]);
    lacks(
        &measured(&[cells(&OWN[..1]), vec![broken]].concat(), id)[0],
        Status::NotApplicable,
        "\"many\", which is no number",
    );
    // Zeros are numbers, and their ratio is none.
    let zeros: Vec<(&str, f64)> = OWN.iter().map(|(code, _)| (*code, 0.0)).collect();
    lacks(of(&measured(&cells(&zeros), id), "share", ""), Status::Insufficient, "n = 0 is below 10");
    assert!(measured(&[cell("recipients", Some(5.0))], id).is_empty());
}

#[test]
fn surfaces_add_up_and_rows_alike_do_not() {
    let surface = |name, x| with(cell("terms_measures", Some(x)), &[("surface", S(name))]);
    let rows = measured(
        &[surface("Core", 50.0), surface("Ads", 10.0), cell("notices_law", Some(20.0))],
        "own-initiative-share",
    );
    near(of(&rows, "share", ""), 0.75);
    noted(of(&rows, "share", ""), "added up over 2 surfaces");
    let again = with(cell("terms_measures", Some(60.0)), &[("occurrence", I(2))]);
    let rows = measured(&[cells(&OWN), vec![again]].concat(), "own-initiative-share");
    lacks(of(&rows, "share", ""), Status::NotApplicable, "stands 2 times, and nothing tells the rows apart");
    // Medians of two surfaces have no sum.
    let time = |name| with(cell("complaints_time", Some(5.0)), &[("surface", S(name))]);
    let rows = measured(&[time("Core"), time("Ads")], "complaint-time");
    lacks(&rows[0], Status::NotApplicable, "for 2 surfaces apart");
    let negative = measured(&[cell("terms_measures", Some(-1.0))], "own-initiative-share");
    lacks(&negative[0], Status::NotApplicable, "below 0");
    let rounded = with(cell("recipients", Some(124_100_000.0)), &[("raw", S("124.1M"))]);
    let rows = measured(&[rounded, cell("moderators_internal", Some(10.0))], "moderators-per-million-amar");
    noted(of(&rows, "rate", ""), "rounded: 124.1M");
}

#[test]
fn reports_of_several_platforms() {
    let of_b = |rows: Vec<Row>| -> Vec<Row> { rows.into_iter().map(|r| with(r, &[("platform", S("B"))])).collect() };
    let b = of_b(cells(&[("terms_measures", 5.0), ("notices_terms", 5.0), ("notices", 50.0), ("notices_time", 24.0)]));
    let c = vec![with(cell("notices_law", Some(9.0)), &[("platform", S("C"))])];
    let undated = vec![with(cell("notices_law", Some(9.0)), &[("platform", S("D"))])];
    let undated: Vec<Row> = undated
        .into_iter()
        .map(|row| row.into_iter().filter(|(name, _)| !name.starts_with("period")).collect())
        .collect();
    let data = hand(&[cells(&OWN), b, c, undated].concat());
    let rows = run_in(&data, "own-initiative-share", &scope("platform"));
    near(of(&rows, "share", "A"), 0.9);
    near(of(&rows, "share", "B"), 0.5);
    lacks(of(&rows, "share", "C"), Status::NotApplicable, "not given");
    lacks(of(&rows, "share", "D"), Status::NotApplicable, "does not say what period");
    let rows = run(&data, "own-initiative-share");
    near(of(&rows, "share", ""), 95.0 / 110.0);
    noted(of(&rows, "share", ""), "2 of 3 reports added up");
    assert_eq!(of(&rows, "share", "").platform, "all platforms");
    let mut one = scope("platform");
    one.platforms = vec!["B".into()];
    assert!(run_in(&data, "own-initiative-share", &one).iter().all(|r| r.platform == "B"));
    let both = hand(&[cells(&[("notices_time", 1.0)]), of_b(cells(&[("notices_time", 2.0)]))].concat());
    lacks(&run(&both, "time-to-action")[0], Status::NotApplicable, "2 platforms");
}

#[test]
fn automation_declared() {
    let own = ("scope_kind", S("own_initiative"));
    let notices = ("scope_kind", S("notices"));
    let rows = [
        cells(&[
            ("illegal_measures", 100.0),
            ("illegal_detected_automated", 95.0),
            ("terms_measures", 50.0),
            ("measures_automated", 120.0),
            ("measures_not_automated", 40.0),
        ]),
        vec![
            cell("terms_detected_automated", None),
            with(cell("measures_automated", Some(90.0)), &[own]),
            with(cell("measures_not_automated", Some(10.0)), &[own]),
            with(cell("notices_automated", Some(20.0)), &[notices]),
            with(cell("measures_automated", Some(7.0)), &[("scope_kind", S("language")), ("scope", S("de"))]),
            with(cell("measures_not_automated", Some(21.0)), &[("scope_kind", S("language")), ("scope", S("de"))]),
        ],
    ]
    .concat();
    let found = measured(&rows, "automated-share");
    // Measures under the terms of which the detected ones are blank are in neither part of the ratio.
    near(of(&found, "share_detected", ""), 0.95);
    noted(of(&found, "share_detected", ""), "without");
    near(of(&found, "share_decided_fully", ""), 0.75);
    near(of(&found, "share_decided_not", ""), 0.25);
    near(of(&found, "share_own_initiative", ""), 0.9);
    lacks(of(&found, "share_notices", ""), Status::NotApplicable, "Notices not processed by automated means");
    let german = run_in(&hand(&rows), "automated-share", &scope("language"));
    near(of(&german, "share_decided_fully", "de"), 0.25);
    assert_eq!(german.len(), 2);
    let more = [rows, vec![]].concat();
    let impossible = with(cell("illegal_detected_automated", Some(101.0)), &[]);
    let more: Vec<Row> =
        more.into_iter().filter(|r| !r.contains_code("illegal_detected_automated")).chain([impossible]).collect();
    lacks(of(&measured(&more, "automated-share"), "share_detected", ""), Status::NotApplicable, "exceeds the whole");
}

/// Looks into rows made by hand.
trait Contains {
    fn contains_code(&self, code: &str) -> bool;
}

impl Contains for Row {
    fn contains_code(&self, code: &str) -> bool {
        self.iter().any(|(name, v)| *name == "indicator_code" && matches!(v, S(s) if *s == code))
    }
}

#[test]
fn declared_errors_and_what_they_imply() {
    let share = |code, x: f64, raw| with(cell(code, Some(x)), &[("raw", S(raw))]);
    let rows = vec![
        share("accuracy", 0.98, "0.98"),
        share("precision", 0.88, "0.88"),
        share("recall", 0.99, "0.99"),
        cell("measures_automated", Some(1000.0)),
    ];
    let found = measured(&rows, "automated-error-rate");
    near(of(&found, "error_rate", ""), 0.02);
    near(of(&found, "false_discovery_rate", ""), 0.12);
    near(of(&found, "miss_rate", ""), 0.01);
    near(of(&found, "wrong_measures", ""), 120.0);
    // p + r − 2pr = 0.1276, so q = 0.0198/0.1276 and π = 0.0176/0.1276.
    near(of(&found, "implied_flagged_share", ""), 0.0198 / 0.1276);
    near(of(&found, "implied_prevalence", ""), 0.0176 / 0.1276);
    let range =
        |name: &str| (of(&found, &format!("{name}_least"), "").value, of(&found, &format!("{name}_most"), "").value);
    let within = |(least, most): (Option<f64>, Option<f64>), (a, b): (f64, f64)| {
        assert!(
            least.is_some_and(|x| (x - a).abs() < 0.006) && most.is_some_and(|x| (x - b).abs() < 0.006),
            "{least:?} {most:?}"
        );
    };
    within(range("implied_flagged_share"), (0.11, 0.21));
    within(range("implied_prevalence"), (0.10, 0.19));
    assert!(found.iter().all(|r| r.n.is_none() && r.interval_kind == IntervalKind::None));

    // No evaluation set has all three: hits would exceed what is right.
    let rows = vec![share("accuracy", 0.1, "0.10"), share("precision", 0.95, "0.95"), share("recall", 0.95, "0.95")];
    let found = measured(&rows, "automated-error-rate");
    lacks(of(&found, "implied_prevalence", ""), Status::NotApplicable, "no evaluation set");
    lacks(of(&found, "implied_prevalence_most", ""), Status::NotApplicable, "no evaluation set");
    lacks(of(&found, "wrong_measures", ""), Status::NotApplicable, "measures by automated means alone");

    let ads = ("surface", S("Ads"));
    let rows = vec![
        with(share("precision", 0.9, "0.9"), &[("scope_kind", S("notices")), ("scope", S("NOTICES")), ads]),
        with(share("recall", 96.8, "96.8"), &[("scope_kind", S("language")), ("scope", S("de"))]),
        cell("measures_automated", Some(3.0)),
    ];
    let found = measured(&rows, "automated-error-rate");
    near(of(&found, "false_discovery_rate", "NOTICES: Ads"), 0.1);
    let whole = found.iter().find(|r| r.statistic == "precision" && r.group_value.is_none()).expect("a row");
    lacks(whole, Status::NotApplicable, "not given: precision");
    noted(whole, "by scope, surface or classifier alone");
    // Of two classifiers neither stands for all.
    let second = with(share("precision", 0.7, "0.7"), &[("occurrence", I(2))]);
    let found = measured(&[share("precision", 0.9, "0.9"), second], "automated-error-rate");
    near(of(&found, "precision", "TOTAL: row 1"), 0.9);
    near(of(&found, "precision", "TOTAL: row 2"), 0.7);
    assert!(found.iter().all(|r| r.group_value.is_some() || r.value.is_none()));
    assert!(!found.iter().any(|r| r.statistic == "recall" && r.value.is_some()));
}

#[test]
fn completeness_of_accuracy() {
    let german = [("scope_kind", S("language")), ("scope", S("de"))];
    let rows = vec![
        cell("accuracy", Some(0.9)),
        cell("precision", None),
        cell("recall", Some(1.5)),
        with(cell("accuracy", Some(0.8)), &[("scope_kind", S("notices"))]),
        with(cell("recall", Some(0.7)), &german),
        cell("measures_automated", Some(5.0)),
    ];
    let id = "accuracy-disclosure-completeness";
    let found = measured(&rows, id);
    near(of(&found, "share", ""), 2.0 / 12.0);
    near(of(&found, "share_languages", ""), 1.0 / 24.0);
    lacks(of(&found, "method_given", ""), Status::NotApplicable, "part 11 (not in the data)");
    let text = |code, text: &'static str| {
        vec![
            ("indicator_code", S(code)),
            ("part", I(11)),
            ("period_start", I(FIRST)),
            ("period_end", I(LAST)),
            ("text", S(text)),
        ]
    };
    let told = hand(&rows).with("report_texts", &[text("automated_accuracy", "Measured on a random sample.")]);
    near(of(&run(&told, id), "method_given", ""), 1.0);
    let silent = hand(&rows).with("report_texts", &[text("governance", "A board.")]);
    near(of(&run(&silent, id), "method_given", ""), 0.0);
    near(of(&measured(&[cell("measures_automated", Some(5.0))], id), "share", ""), 0.0);
}

#[test]
fn notices_declared() {
    let rows = cells(&[
        ("notices", 40.0),
        ("notices_time", 48.0),
        ("notices_items", 50.0),
        ("notices_law", 20.0),
        ("notices_terms", 40.0),
        ("notices_flaggers", 12.0),
        ("notices_flaggers_time", 12.0),
        ("notices_flaggers_items", 16.0),
        ("notices_flaggers_law", 4.0),
    ]);
    let found = measured(&rows, "notice-action-rate");
    // Several actions on one item: no share.
    near(of(&found, "actions_per_item", ""), 1.2);
    near(of(&found, "actions_per_item_law", ""), 0.4);
    near(of(&found, "actions_per_item_flaggers", ""), 0.25);
    let found = measured(&rows, "time-to-action");
    near(of(&found, "median", ""), 2.0);
    near(of(&found, "median_flaggers", ""), 0.5);
    assert_eq!((of(&found, "median", "").n, found.len()), (Some(40), 2));
    near(of(&measured(&rows, "trusted-flagger-priority-ratio"), "median_ratio", ""), 0.25);
    noted(&measured(&rows, "trusted-flagger-priority-ratio")[0], "against all notices");

    let few = cells(&[("notices", 9.0), ("notices_time", 5000.0), ("notices_flaggers_time", 1.0)]);
    let found = measured(&few, "time-to-action");
    lacks(of(&found, "median", ""), Status::Insufficient, "n = 9 is below 10");
    noted(of(&found, "median", ""), "longer than the period");
    near(of(&found, "median_flaggers", ""), 1.0 / 24.0);
    noted(of(&found, "median_flaggers", ""), "number of cases is not given");
    let zero = cells(&[("notices_time", 0.0), ("notices_flaggers_time", 3.0), ("notices_flaggers", 30.0)]);
    lacks(&measured(&zero, "trusted-flagger-priority-ratio")[0], Status::NotApplicable, "median of all notices is 0");
    let none = cells(&[("notices_items", 5.0), ("notices_law", 1.0)]);
    lacks(of(&measured(&none, "notice-action-rate"), "actions_per_item", ""), Status::Insufficient, "n = 5");
    let category = ("category", S("STATEMENT_CATEGORY_SELF_HARM"));
    let by = [with(cell("notices_items", Some(20.0)), &[category]), with(cell("notices_law", Some(5.0)), &[category])];
    near(
        of(
            &run_in(&hand(&by), "notice-action-rate", &scope("category")),
            "actions_per_item",
            "STATEMENT_CATEGORY_SELF_HARM",
        ),
        0.25,
    );
}

#[test]
fn orders_declared() {
    let greek = [("scope", S("EL")), ("scope_kind", S("member_state")), ("country", S("GR"))];
    let rows = vec![
        cell("orders_act", Some(20.0)),
        cell("orders_act_effect_time", Some(36.0)),
        cell("orders_act_inform_time", Some(0.0)),
        cell("orders_information", Some(0.0)),
        cell("orders_information_effect_time", None),
        with(cell("orders_act", Some(11.0)), &greek),
        with(cell("orders_act_effect_time", Some(72.0)), &greek),
    ];
    let found = measured(&rows, "order-deadline-compliance");
    near(of(&found, "median_effect_act", ""), 1.5);
    near(of(&found, "median_receipt_act", ""), 0.0);
    lacks(of(&found, "median_effect_information", ""), Status::NotApplicable, "(blank)");
    assert_eq!(found.len(), 4);
    // EL in the report is GR in the result.
    let by = run_in(&hand(&rows), "order-deadline-compliance", &scope("platform,country"));
    near(of(&by, "median_effect_act", "GR"), 3.0);
    assert!(by.iter().all(|r| r.group_name.as_deref() == Some("country")));
}

#[test]
fn complaints_declared() {
    let rows = [
        cells(&OWN),
        cells(&[
            ("complaints_total", 80.0),
            ("complaints_upheld", 30.0),
            ("complaints_reversed", 8.0),
            ("complaints_omitted", 10.0),
            ("complaints_time", 12.0),
            ("complaints_visibility_total", 40.0),
            ("complaints_account_total", 10.0),
            ("complaints_account_upheld", 9.0),
            ("complaints_account_partial", 1.0),
            ("complaints_account_reversed", 0.0),
            ("complaints_account_time", 240.0),
        ]),
        vec![cell("complaints_partial", Some(2.0)), cell("complaints_service_upheld", Some(20.0))],
    ]
    .concat();
    let found = measured(&rows, "complaint-reversal-rate");
    near(of(&found, "share", ""), 0.25);
    near(of(&found, "share_reversed", ""), 0.2);
    near(of(&found, "share_omitted", ""), 0.2);
    let by = run_in(&hand(&rows), "complaint-reversal-rate", &scope("complaint_type"));
    near(of(&by, "share", "account_restriction"), 0.1);
    // Upheld alone is no share: whether any was reversed is not said.
    lacks(of(&by, "share", "service_restriction"), Status::NotApplicable, "not given");
    assert!(by.iter().all(|r| r.statistic != "share_omitted"));
    let found = measured(&rows, "complaint-time");
    near(of(&found, "median", ""), 0.5);
    assert_eq!(of(&found, "median", "").n, Some(40));
    let by = run_in(&hand(&rows), "complaint-time", &scope("complaint_type"));
    near(of(&by, "median", "account_restriction"), 10.0);
    let found = measured(&rows, "complaint-rate");
    near(of(&found, "rate", ""), 500.0);
    near(of(&found, "rate_all_complaints", ""), 800.0);
    noted(of(&found, "rate", ""), "without");
    assert!(found.iter().all(|r| r.statistic != "rate_all_measures"));
    let half = cells(&[("complaints_upheld", 10.0), ("complaints_reversed", 72.5)]);
    let found = measured(&half, "complaint-reversal-rate");
    near(of(&found, "share", ""), 72.5 / 82.5);
    assert_eq!((of(&found, "share", "").k, of(&found, "share", "").n), (None, None));
}

#[test]
fn every_indicator_on_reports_says_so() {
    for id in [
        "own-initiative-share",
        "automated-share",
        "automated-error-rate",
        "accuracy-disclosure-completeness",
        "notice-action-rate",
        "time-to-action",
        "trusted-flagger-priority-ratio",
        "complaint-rate",
        "complaint-reversal-rate",
        "complaint-time",
        "ods-reversal-rate",
        "ods-implementation-rate",
        "suspensions-per-1000-illegal-measures",
        "moderators-per-million-amar",
        "workload-per-moderator",
        "language-coverage-gap",
        "outsourced-share",
        "other-category-share",
        "order-deadline-compliance",
        "tr-structural-validity",
        "tr-internal-consistency",
        "tr-timeliness",
        "tr-sor-reconciliation",
        "digit-heaping",
    ] {
        let card = indicator(id).expect(id).card();
        assert!(card.requirement(super::Basis::Report).is_some() && card.levels.contains(&super::Level::A), "{id}");
        assert!(card.page().to_lowercase().contains("blank") || id.starts_with("tr-"), "{id}: what blank means");
    }
}

/// A cell of a sub-category.
fn sub(
    code: &'static str,
    x: f64,
    category: &'static str,
    keyword: &'static str,
    description: Option<&'static str>,
) -> Row {
    let keys = [("category", S(category)), ("sub_category", S(keyword))];
    let described = description.map(|text| ("description", S(text)));
    with(cell(code, Some(x)), &keys.into_iter().chain(described).collect::<Vec<_>>())
}

#[test]
fn sub_categories_are_a_group() {
    let (animals, minors) = ("STATEMENT_CATEGORY_ANIMAL_WELFARE", "STATEMENT_CATEGORY_PROTECTION_OF_MINORS");
    let harm = "KEYWORD_ANIMAL_HARM";
    let mut rows = cells(&[("notices_items", 1_000.0), ("notices_law", 100.0), ("notices_terms", 0.0)]);
    for (category, keyword, description, [items, law, terms]) in [
        (animals, harm, None, [200.0, 20.0, 30.0]),
        (animals, "KEYWORD_OTHER", Some("snares"), [10.0, 1.0, 1.0]),
        (animals, "KEYWORD_OTHER", Some("traps"), [30.0, 3.0, 3.0]),
        (minors, "KEYWORD_OTHER", Some("else"), [60.0, 0.0, 2.0]),
    ] {
        for (code, x) in [("notices_items", items), ("notices_law", law), ("notices_terms", terms)] {
            rows.push(sub(code, x, category, keyword, description));
        }
    }
    let group = |by: &str, value: &str| {
        let rows = run_in(&hand(&rows), "notice-action-rate", &scope(by));
        of(&rows, "actions_per_item", value).clone()
    };
    for by in ["keyword", "sub_category"] {
        let row = group(by, harm);
        near(&row, 50.0 / 200.0);
        assert_eq!((row.group_name.as_deref(), row.k, row.n), (Some(by), Some(50), Some(200)));
        // Rows `other` of any category together.
        near(&group(by, "KEYWORD_OTHER"), 10.0 / 100.0);
    }
    near(&group("category,keyword", &format!("{animals}\u{d7}KEYWORD_OTHER")), 8.0 / 40.0);
    near(&group("category,keyword", &format!("{minors}\u{d7}KEYWORD_OTHER")), 2.0 / 60.0);
    // Rows that nothing tells apart are not added up, and neither are medians.
    let twice: Vec<Row> = ["notices_items", "notices_law", "notices_terms"]
        .into_iter()
        .flat_map(|code| [1.0, 2.0].map(|x| sub(code, x, animals, "KEYWORD_OTHER", None)))
        .collect();
    let found = run_in(&hand(&twice), "notice-action-rate", &scope("keyword"));
    lacks(of(&found, "actions_per_item", "KEYWORD_OTHER"), Status::NotApplicable, "nothing tells the rows apart");
    let medians = ["snares", "traps"].map(|d| sub("notices_time", 24.0, animals, "KEYWORD_OTHER", Some(d)));
    let found = run_in(&hand(&medians), "time-to-action", &scope("keyword"));
    lacks(of(&found, "median", "KEYWORD_OTHER"), Status::NotApplicable, "2 rows apart, and has no sum");
    // A category is still its own row.
    assert!(run_in(&hand(&rows), "notice-action-rate", &scope("category")).is_empty());
}

#[test]
fn breaches_of_rules_name_the_indicators_behind_them() {
    use super::touched;
    let sum = touched("V12", 4, &["notices_items"]);
    assert!(sum.contains(&"notice-action-rate") && sum.contains(&"tr-internal-consistency"), "{sum:?}");
    assert!(!sum.contains(&"tr-structural-validity") && !sum.contains(&"complaint-rate"), "{sum:?}");
    // Without a figure it is the part.
    let missing = touched("V01", 9, &[]);
    for id in ["moderators-per-million-amar", "language-coverage-gap", "outsourced-share", "tr-structural-validity"] {
        assert!(missing.contains(&id), "{id}: {missing:?}");
    }
    assert!(!missing.contains(&"complaint-reversal-rate"), "{missing:?}");
    assert_eq!(touched("V05", 1, &[]), ["tr-structural-validity", "tr-timeliness"]);
    // The period is behind all.
    let all = super::INDICATORS.iter().filter(|i| i.card().requirement(super::Basis::Report).is_some()).count();
    assert_eq!(touched("V04", 0, &[]).len(), all);
}
