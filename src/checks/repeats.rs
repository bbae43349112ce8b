//! Statements that bear the identifier of an earlier one.

use super::{Check, Condition, any};
use crate::engine::Predicate;
use crate::finding;

/// The checks.
pub struct Repeats;

impl Check for Repeats {
    fn id(&self) -> &'static str {
        "repeats"
    }
    fn doc(&self) -> &'static str {
        "statements that bear an identifier, of the platform or of the database, which an earlier one bears"
    }
    fn conditions(&self) -> Vec<Condition> {
        let condition = |kind, column, flag| Condition {
            kind,
            column,
            value: None,
            table: "statement_repeats",
            is: Predicate::is_true(flag),
            of: Predicate::not_null(column),
            matters: any,
        };
        vec![
            condition(finding::REPEATED_UID, "platform_uid", "uid_repeated"),
            condition(finding::REPEATED_UUID, "uuid", "uuid_repeated"),
        ]
    }
}
