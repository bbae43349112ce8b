//! Tests of the rules: what they find, and that blanks are no zeros.

use super::*;
use crate::transparency::numbers;
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template::{TOTAL, indicator};

const CATEGORY: &str = "STATEMENT_CATEGORY_SELF_HARM";

/// A cell of a row of part 4, or of part 10 where there is no category.
fn cell(
    line: u64,
    code: &'static str,
    scope: &str,
    category: Option<&str>,
    sub: Option<&str>,
    raw: &str,
) -> ReportValue {
    let known = indicator(code).expect("a code of the template");
    let number = numbers::read(raw, known.unit, "", false);
    let kind = if scope == TOTAL { ScopeKind::Total } else { ScopeKind::MemberState };
    ReportValue {
        platform: "Trovanda".to_owned(),
        provider: None,
        period_start: crate::time::parse_iso("2026-01-01"),
        period_end: crate::time::parse_iso("2026-06-30"),
        published_at: None,
        part: known.part,
        section: None,
        indicator_code: Some(code),
        scope: scope.to_owned(),
        scope_kind: kind,
        country: None,
        category: category.map(str::to_owned),
        sub_category: sub.map(str::to_owned),
        description: None,
        surface: None,
        occurrence: 1,
        value: number.value,
        state: number.state(),
        raw: Some(raw.to_owned()).filter(|r| !r.is_empty()),
        context: None,
        applicability: None,
        entry: 0,
        line,
        unparsed: None,
        extra: None,
    }
}

fn notices(total: &str, category: &str, subs: [&str; 2]) -> Vec<ReportValue> {
    vec![
        cell(2, "notices", TOTAL, Some(TOTAL), None, total),
        cell(3, "notices", TOTAL, Some(CATEGORY), None, category),
        cell(4, "notices", TOTAL, Some(CATEGORY), Some("KEYWORD_SUICIDE"), subs[0]),
        cell(5, "notices", TOTAL, Some(CATEGORY), Some("KEYWORD_SELF_MUTILATION"), subs[1]),
    ]
}

/// What is said of the rules named.
fn said(values: &[ReportValue], rules: &[&str]) -> Vec<String> {
    let faults = validate(values, &[], &Services::default());
    faults.into_iter().filter(|f| rules.contains(&f.rule.id)).map(|f| format!("{} {}", f.rule.id, f.shown)).collect()
}

#[test]
fn sums_are_shown_with_their_arithmetic() {
    let sums = ["V12", "V13"];
    assert!(said(&notices("12", "12", ["7", "5"]), &sums).is_empty());
    assert_eq!(
        said(&notices("1300", "1200", ["700", "400"]), &sums),
        [
            "V12 part 4, notices, STATEMENT_CATEGORY_SELF_HARM: sub-categories 700 + 400 = 1,100, category 1,200",
            "V13 part 4, notices: categories 1,200, TOTAL 1,300",
        ]
    );
}

#[test]
fn a_sum_over_blanks_is_no_total() {
    for values in [notices("100", "", ["", ""]), notices("", "12", ["12", ""]), notices("12", "12", ["", "NA"])] {
        assert!(said(&values, &["V12", "V13"]).is_empty());
    }
    // A blank beside numbers adds nothing to them.
    assert_eq!(said(&notices("12", "12", ["7", ""]), &["V12"]).len(), 1);
}

#[test]
fn rounding_explains_small_differences_only() {
    let recipients = |total: &str, each: &str| -> Vec<ReportValue> {
        let states = crate::transparency::scopes::MEMBER_STATES;
        let rows = (3_u64..).zip(states).map(|(line, s)| cell(line, "recipients", s, None, None, each));
        std::iter::once(cell(2, "recipients", TOTAL, None, None, total)).chain(rows).collect()
    };
    assert!(said(&recipients("28.0M", "1.0M"), &["V36"]).is_empty());
    assert_eq!(said(&recipients("40.0M", "1.0M"), &["V36"]).len(), 1);
    assert!(said(&recipients("27", "1"), &["V36"]).is_empty());
    assert_eq!(said(&recipients("28", "1"), &["V36"]).len(), 1);
}

#[test]
fn rules_are_listed_once_each() {
    assert!(RULES.windows(2).all(|w| w[0].id < w[1].id));
}
