//! More tests of indicators on transparency reports: every number by hand.

use std::collections::BTreeSet;

use super::notices_tests::{near, noted, of, run, run_in, scope};
use super::reports_tests::{cell, hand, lacks, with};
use super::{tr_internal_consistency, tr_structural_validity};
use crate::estimate::{Estimate, Status};
use crate::transparency::validate::RULES;
use crate::views::hand_tests::{I, Row, S, V, at};

fn cells(figures: &[(&'static str, f64)]) -> Vec<Row> {
    figures.iter().map(|(code, x)| cell(code, Some(*x))).collect()
}

fn measured(rows: &[Row], id: &str) -> Vec<Estimate> {
    run(&hand(rows), id)
}

fn language(code: &'static str) -> [(&'static str, V); 2] {
    [("scope_kind", S("language")), ("scope", S(code))]
}

fn state(code: &'static str) -> [(&'static str, V); 2] {
    [("scope_kind", S("member_state")), ("scope", S(code))]
}

#[test]
fn disputes() {
    let rows = [
        cells(&[("disputes_total", 40.0), ("disputes_upheld", 15.0), ("disputes_reversed", 5.0)]),
        cells(&[("disputes_omitted", 12.0), ("disputes_time", 48.0), ("disputes_implemented", 0.4)]),
        vec![cell("disputes_partial", None)],
    ]
    .concat();
    let found = measured(&rows, "ods-reversal-rate");
    near(of(&found, "share", ""), 0.25);
    near(of(&found, "share_omitted", ""), 12.0 / 32.0);
    near(of(&found, "disputes", ""), 40.0);
    near(of(&found, "median", ""), 2.0);
    let found = measured(&rows, "ods-implementation-rate");
    near(&found[0], 0.4);
    assert_eq!(found[0].n, Some(5));
    assert!(!found[0].note.as_deref().unwrap_or_default().contains("whole"));
    // 0.3 of five decisions is none.
    let odd = cells(&[("disputes_implemented", 0.3), ("disputes_reversed", 5.0)]);
    noted(&measured(&odd, "ods-implementation-rate")[0], "0.3 of 5 decisions is no whole number");
    // With nothing to implement, 0 is no share; and 85 is none either.
    let nothing = cells(&[("disputes_implemented", 0.0), ("disputes_reversed", 0.0), ("disputes_upheld", 3.0)]);
    lacks(
        &measured(&nothing, "ods-implementation-rate")[0],
        Status::NotApplicable,
        "no decision was against the platform",
    );
    lacks(of(&measured(&nothing, "ods-reversal-rate"), "share", ""), Status::Insufficient, "n = 3");
    let percent = cells(&[("disputes_implemented", 85.0), ("disputes_reversed", 20.0)]);
    lacks(
        &measured(&percent, "ods-implementation-rate")[0],
        Status::NotApplicable,
        "85 is declared, which is no share",
    );
}

#[test]
fn suspensions_and_staff() {
    let id = "suspensions-per-1000-illegal-measures";
    let rows = cells(&[
        ("suspensions_illegal_content", 19.0),
        ("suspensions_unfounded_notices", 0.0),
        ("illegal_measures", 400.0),
        ("notices_law", 100.0),
    ]);
    let found = measured(&rows, id);
    near(of(&found, "rate", ""), 38.0);
    near(of(&found, "suspensions", ""), 19.0);
    near(of(&found, "suspensions_notices", ""), 0.0);
    lacks(of(&found, "suspensions_complaints", ""), Status::NotApplicable, "not in the report");
    // All measures under the terms: no denominator, and the count stands.
    let found = measured(&cells(&[("suspensions_illegal_content", 7.0), ("notices_law", 0.0)]), id);
    lacks(of(&found, "rate", ""), Status::Insufficient, "n = 0");
    near(of(&found, "suspensions", ""), 7.0);

    let rows = cells(&[
        ("moderators_internal", 30.0),
        ("moderators_external", 70.5),
        ("moderators_linguistic", 50.0),
        ("recipients", 50e6),
    ]);
    let found = measured(&rows, "moderators-per-million-amar");
    near(of(&found, "rate", ""), 2.01);
    near(of(&found, "rate_linguistic", ""), 1.0);
    near(of(&found, "moderators", ""), 100.5);
    assert_eq!(of(&found, "rate", "").n, Some(50_000_000));
    near(&measured(&rows, "outsourced-share")[0], 70.5 / 100.5);
    let blank = vec![cell("moderators_internal", None), cell("moderators_external", Some(7.0))];
    lacks(
        &measured(&blank, "outsourced-share")[0],
        Status::NotApplicable,
        "Moderators employed by the provider\" (blank)",
    );
    let none = cells(&[("moderators_internal", 0.0), ("moderators_external", 0.0), ("recipients", 0.0)]);
    lacks(&measured(&none, "outsourced-share")[0], Status::Insufficient, "n = 0");
    lacks(of(&measured(&none, "moderators-per-million-amar"), "rate", ""), Status::Insufficient, "n = 0");
}

#[test]
fn workload() {
    let own = [("scope_kind", S("own_initiative"))];
    let rows = [
        cells(&[("moderators_internal", 6.0), ("moderators_external", 4.0), ("complaints_total", 320.0)]),
        vec![
            cell("measures_not_automated", Some(2000.0)),
            with(cell("measures_not_automated", Some(1000.0)), &own),
            with(cell("notices_not_automated", Some(0.0)), &[("scope_kind", S("notices"))]),
        ],
    ]
    .concat();
    let found = measured(&rows, "workload-per-moderator");
    // The second half of 2025 has 132 days from Monday to Friday: 1,320 working days of ten people, 1,320 cases.
    near(of(&found, "cases_per_day", ""), 1.0);
    near(of(&found, "cases_per_day_all", ""), 2320.0 / 1320.0);
    near(of(&found, "minutes_per_case", ""), 480.0);
    noted(of(&found, "cases_per_day", ""), "132 days");
    // A blank is no zero: without notices there is no load.
    let found = measured(&rows[..5], "workload-per-moderator");
    lacks(of(&found, "cases_per_day", ""), Status::NotApplicable, "Notices not processed");
}

#[test]
fn languages_of_users_and_moderators() {
    let rows = vec![
        cell("recipients", Some(100.0)),
        with(cell("recipients", Some(60.0)), &state("DE")),
        with(cell("recipients", Some(20.0)), &state("AT")),
        with(cell("recipients", Some(10.0)), &state("BE")),
        with(cell("recipients", Some(10.0)), &[state("EL").to_vec(), vec![("country", S("GR"))]].concat()),
        with(cell("moderators_linguistic", Some(4.0)), &language("de")),
        with(cell("moderators_linguistic", Some(12.0)), &language("en")),
        with(cell("moderators_linguistic", Some(0.0)), &language("nl")),
        with(cell("moderators_linguistic", Some(3.0)), &language("ar")),
        with(cell("moderators_linguistic", None), &language("el")),
    ];
    let id = "language-coverage-gap";
    let found = measured(&rows, id);
    let whole = |statistic: &str| {
        found
            .iter()
            .find(|r| r.statistic == statistic && r.group_value.is_none())
            .unwrap_or_else(|| panic!("{statistic}"))
    };
    near(whole("languages_covered"), 2.0);
    near(whole("languages_zero"), 1.0);
    near(whole("languages_blank"), 21.0);
    // German is official in Belgium, so that Greece alone is without: 10 of 100.
    near(whole("uncovered_users"), 0.1);
    noted(whole("uncovered_users"), "EL");
    noted(whole("uncovered_users"), "4 of 27 Member States");
    // Users: de 0.8, nl 0.1, el 0.1; moderators: de 0.25, en 0.75.
    near(whole("dissimilarity"), 0.75);
    near(of(&found, "users", "de"), 0.8);
    near(of(&found, "moderators", "de"), 0.25);
    near(of(&found, "users_per_moderator", "de"), 20.0);
    lacks(of(&found, "users_per_moderator", "nl"), Status::NotApplicable, "no moderator is declared");
    lacks(of(&found, "users_per_moderator", "el"), Status::NotApplicable, "blank is not 0");
    assert!(!found.iter().any(|r| r.group_value.as_deref() == Some("ar")));
    let by = run_in(&hand(&rows), id, &scope("country"));
    near(of(&by, "users", "GR"), 0.1);
    near(of(&by, "users_per_moderator", "BE"), 2.5);
    let found = measured(&rows[..5], id);
    let row = found.iter().find(|r| r.statistic == "dissimilarity").expect("a row");
    lacks(row, Status::NotApplicable, "moderators by language");
}

#[test]
fn residual_categories_declared() {
    let of_category = |code, category: &'static str, x| with(cell(code, Some(x)), &[("category", S(category))]);
    let sub = |code, category: &'static str, keyword: &'static str, x| {
        with(cell(code, Some(x)), &[("category", S(category)), ("sub_category", S(keyword))])
    };
    let (other, violence) = ("STATEMENT_CATEGORY_OTHER_VIOLATION_TC", "STATEMENT_CATEGORY_VIOLENCE");
    let mut rows = cells(&[("illegal_measures", 100.0), ("terms_measures", 300.0)]);
    rows.extend([
        of_category("illegal_measures", violence, 100.0),
        of_category("terms_measures", violence, 100.0),
        of_category("terms_measures", other, 200.0),
        sub("terms_measures", violence, "KEYWORD_OTHER", 10.0),
        sub("terms_measures", violence, "KEYWORD_COORDINATED_HARM", 30.0),
    ]);
    let found = measured(&rows, "other-category-share");
    near(of(&found, "share", ""), 0.5);
    near(of(&found, "share_of_terms", ""), 200.0 / 300.0);
    near(of(&found, "share_keyword_other", ""), 0.25);
    near(of(&found, "share_no_keyword", ""), 0.9);
    // Two categories of 200 each: ln 2 / ln 16.
    near(of(&found, "entropy", ""), 0.25);
    let found = measured(&cells(&[("terms_measures", 300.0)]), "other-category-share");
    lacks(of(&found, "share", ""), Status::NotApplicable, "not given");
    lacks(of(&found, "entropy", ""), Status::Insufficient, "n = 0");
    rows.push(sub("terms_measures", violence, "KEYWORD_HUMAN_TRAFFICKING", 500.0));
    lacks(of(&measured(&rows, "other-category-share"), "share_no_keyword", ""), Status::NotApplicable, "exceed");
}

#[test]
fn each_rule_is_of_form_or_of_arithmetic() {
    let form: BTreeSet<&str> = tr_structural_validity::RULES.iter().map(|(id, _)| *id).collect();
    let arithmetic: BTreeSet<&str> = tr_internal_consistency::RULES.iter().map(|(id, _)| *id).collect();
    assert!(form.is_disjoint(&arithmetic));
    // Signals on change and on round figures are neither.
    let neither: Vec<&str> =
        RULES.iter().map(|r| r.id).filter(|id| !form.contains(id) && !arithmetic.contains(id)).collect();
    assert_eq!(neither, ["V40", "V42"]);
    assert!(form.union(&arithmetic).all(|id| RULES.iter().any(|r| r.id == *id)));
}

#[test]
fn rules_kept_and_broken() {
    let category =
        |code, x| with(cell(code, Some(x)), &[("category", S("STATEMENT_CATEGORY_VIOLENCE")), ("raw", S("80"))]);
    let total = |code, x, raw| with(cell(code, Some(x)), &[("category", S("TOTAL")), ("raw", S(raw))]);
    let rows = vec![total("notices", 100.0, "100"), category("notices", 80.0)];
    let found = measured(&rows, "tr-internal-consistency");
    // Part 4 alone: V12, V13, V16 to V20 apply, and V13 is broken.
    near(of(&found, "share", ""), 6.0 / 7.0);
    assert_eq!(of(&found, "share", "").n, Some(7));
    let whole = found.iter().find(|r| r.statistic == "findings" && r.group_value.is_none()).expect("a row");
    near(whole, 1.0);
    near(of(&found, "findings", "V13"), 1.0);
    noted(of(&found, "findings", "V13"), "the total is the sum of the categories");
    near(of(&found, "largest_gap", ""), 0.2);
    // Parts are missing, and that is all.
    let found = measured(&rows, "tr-structural-validity");
    let broken: Vec<&str> = found.iter().filter_map(|r| r.group_value.as_deref()).collect();
    assert_eq!(broken, ["V01"]);
    near(of(&found, "share", ""), 8.0 / 9.0);
    // A sum over blanks breaks no rule.
    let blank = with(cell("notices", None), &[("category", S("STATEMENT_CATEGORY_VIOLENCE"))]);
    let found = measured(&[total("notices", 100.0, "100"), blank], "tr-internal-consistency");
    near(of(&found, "share", ""), 1.0);
    lacks(of(&found, "largest_gap", ""), Status::NotApplicable, "not given");
    assert!(
        measured(&[cell("recipients", None)], "tr-internal-consistency")
            .iter()
            .all(|r| r.group_value.as_deref() != Some("V13"))
    );
}

#[test]
fn days_to_publication() {
    let published = |day| vec![with(cell("notices", Some(1.0)), &[("published_at", I(day))])];
    // 2026-02-20 and 2026-03-03; due by 2026-02-28.
    let found = measured(&published(20_504), "tr-timeliness");
    near(of(&found, "days", ""), 51.0);
    near(of(&found, "days_late", ""), 0.0);
    let found = measured(&published(20_515), "tr-timeliness");
    near(of(&found, "days", ""), 62.0);
    near(of(&found, "days_late", ""), 3.0);
    let found = measured(&[cell("notices", Some(1.0))], "tr-timeliness");
    lacks(of(&found, "days_late", ""), Status::NotApplicable, "day of publication");
}

#[test]
fn reports_beside_statements() {
    let violence = "STATEMENT_CATEGORY_VIOLENCE";
    let rows = [
        cells(&[("illegal_measures", 30.0), ("terms_measures", 90.0), ("notices_terms", 6.0)]),
        vec![with(cell("terms_measures", Some(50.0)), &[("category", S(violence))])],
    ]
    .concat();
    let statement = |day, ground: &'static str, category: &'static str| -> Row {
        vec![("created_at", at(day, 5)), ("decision_ground", S(ground)), ("category_v2", S(category))]
    };
    let law = || statement(20_270, "DECISION_GROUND_ILLEGAL_CONTENT", "STATEMENT_CATEGORY_SELF_HARM");
    let terms = || statement(20_453, "DECISION_GROUND_INCOMPATIBLE_CONTENT", violence);
    // Those before and after the period are not counted.
    let before = statement(20_269, "DECISION_GROUND_ILLEGAL_CONTENT", violence);
    let after = statement(20_454, "DECISION_GROUND_ILLEGAL_CONTENT", violence);
    let statements = [vec![law(); 60], vec![terms(); 40], vec![before, after]].concat();
    let data = hand(&rows).with("statements", &statements);
    let id = "tr-sor-reconciliation";
    let mut whole = scope("platform");
    whole.days_loaded = (20_270..20_454).collect();
    let found = run_in(&data, id, &whole);
    near(of(&found, "report", ""), 126.0);
    near(of(&found, "statements", ""), 100.0);
    near(of(&found, "ratio", ""), 1.26);
    near(of(&found, "log_ratio", ""), 1.26_f64.ln());
    near(of(&found, "ratio_illegal", ""), 0.5);
    near(of(&found, "ratio_terms", ""), 2.4);
    noted(of(&found, "ratio", ""), "without");
    let mut by = scope("platform,category");
    by.days_loaded.clone_from(&whole.days_loaded);
    near(of(&run_in(&data, id, &by), "ratio", violence), 50.0 / 40.0);
    // With a day missing there is no ratio, and the count says what it is of.
    whole.days_loaded.remove(&20_300);
    let found = run_in(&data, id, &whole);
    lacks(of(&found, "ratio", ""), Status::NotApplicable, "statements of 183 of 184 days are loaded");
    lacks(of(&found, "log_ratio", ""), Status::NotApplicable, "183 of 184");
    noted(of(&found, "statements", ""), "183 of 184");
    let alone = run(&hand(&rows), id);
    assert!(!alone.is_empty() && alone.iter().all(|r| r.status == Status::NotApplicable));
}

#[test]
fn round_figures() {
    let named = |i: usize| {
        [
            "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU",
            "LV", "MT",
        ][i]
    };
    let round = |i: usize| {
        if i < 4 {
            5_000.0
        } else if i < 6 {
            1_700.0
        } else {
            1_234.0
        }
    };
    let mut rows: Vec<Row> = (0..20).map(|i| with(cell("recipients", Some(round(i))), &state(named(i)))).collect();
    // A total and small figures are not counted.
    rows.push(cell("recipients", Some(1_000_000.0)));
    rows.push(with(cell("recipients", Some(100.0)), &state("NL")));
    let found = measured(&rows, "digit-heaping");
    near(of(&found, "share_000", ""), 0.2);
    near(of(&found, "share_00", ""), 0.3);
    lacks(of(&found, "benford_p", ""), Status::Insufficient, "n = 20 is below 300");
    lacks(of(&measured(&rows[..19], "digit-heaping"), "share_00", ""), Status::Insufficient, "n = 19");
    // Categories whose sub-categories have figures are totals of these.
    let violence = ("category", S("STATEMENT_CATEGORY_VIOLENCE"));
    let category = with(cell("notices", Some(3_000.0)), &[violence]);
    let sub = with(cell("notices", Some(2_001.0)), &[violence, ("sub_category", S("KEYWORD_OTHER"))]);
    assert_eq!(of(&measured(&[category.clone(), sub], "digit-heaping"), "share_00", "").n, Some(1));
    assert_eq!(of(&measured(&[category], "digit-heaping"), "share_00", "").k, Some(1));
}
