//! Rules that one row can answer.

use super::{Check, Condition, any};
use crate::engine::Predicate;
use crate::finding;
use crate::tables::rules::RULES;

/// The checks.
pub struct Rules;

impl Check for Rules {
    fn id(&self) -> &'static str {
        "rules"
    }
    fn doc(&self) -> &'static str {
        "rules of the database, enforced at submission or only documented, that statements break"
    }
    fn conditions(&self) -> Vec<Condition> {
        let condition = |rule: &'static crate::tables::rules::Rule| Condition {
            kind: if rule.enforced { finding::RULE_BROKEN } else { finding::DOCUMENTED_RULE_BROKEN },
            column: rule.column,
            value: Some(format!("{}: {}", rule.id, rule.label)),
            table: "statements",
            is: Predicate::eq(rule.column, true),
            of: Predicate::not_null(rule.column),
            matters: any,
        };
        RULES.iter().map(condition).collect()
    }
}
