//! Dates that stand in for others, cannot be, or say how a form is filled in.

use super::{Check, Condition, all_of_many, any};
use crate::engine::{Op, Predicate};
use crate::finding;

/// The checks.
pub struct Dates;

impl Check for Dates {
    fn id(&self) -> &'static str {
        "dates"
    }
    fn doc(&self) -> &'static str {
        "placeholders, impossible dates, negative delays, and platforms whose delays are all zero"
    }
    fn conditions(&self) -> Vec<Condition> {
        let condition =
            |kind, column, is, of| Condition { kind, column, value: None, table: "statements", is, of, matters: any };
        let given = Predicate::not_null;
        let below_zero = |column: &str| Predicate::Cmp(column.to_owned(), Op::Lt, 0_i64.into());
        let placeholder = || Predicate::is_true("content_date_placeholder");
        // 1970-01-01 is both a placeholder and out of range: it is told as the former.
        let impossible = Predicate::And(vec![Predicate::is_true("content_date_impossible"), placeholder().negated()]);
        let before = Predicate::And(vec![below_zero("delay_days"), placeholder().negated()]);
        let always = Condition {
            matters: all_of_many,
            ..condition(finding::SAME_DAY_ALWAYS, "delay_days", Predicate::eq("delay_days", 0_i64), given("delay_days"))
        };
        vec![
            condition(finding::PLACEHOLDER_DATE, "content_date", placeholder(), given("content_date")),
            condition(finding::IMPOSSIBLE_DATE, "content_date", impossible, given("content_date")),
            condition(
                finding::IMPOSSIBLE_DATE,
                "application_date",
                Predicate::is_true("application_date_impossible"),
                given("application_date"),
            ),
            condition(finding::NEGATIVE_DELAY, "delay_days", before, given("delay_days")),
            condition(
                finding::DECIDED_AFTER_SUBMISSION,
                "submission_delay_days",
                below_zero("submission_delay_days"),
                given("submission_delay_days"),
            ),
            always,
        ]
    }
}
