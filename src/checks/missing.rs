//! What is missing: empty cells that should not be, and columns that a platform never fills in.

use super::{Check, Condition, all_of_many, any};
use crate::engine::Predicate;
use crate::finding;
use crate::tables::{Kind, Origin, Table, statements::Statements};

/// The checks.
pub struct Missing;

/// Optional columns, with the column that says whether they have a value: lists are joined into a scalar one.
const OPTIONAL: [(&str, &str); 5] = [
    ("category_addition", "additional_categories"),
    ("category_specification", "keyword_set"),
    ("content_language", "content_language"),
    ("incompatible_content_illegal", "incompatible_content_illegal"),
    ("territorial_scope", "territory_set"),
];

impl Check for Missing {
    fn id(&self) -> &'static str {
        "missing"
    }
    fn doc(&self) -> &'static str {
        "empty cells in columns that are always filled, and optional columns that a platform never fills in"
    }
    fn conditions(&self) -> Vec<Condition> {
        let required = Statements.columns().iter().filter(|c| !c.nullable && c.kind != Kind::CodeList);
        let required = required.filter_map(|c| {
            let of = match c.origin {
                Origin::Export => Predicate::True,
                Origin::FullExport => Predicate::eq("export_version", "full"),
                _ => return None,
            };
            let (kind, is) = (finding::MISSING_VALUE, Predicate::is_null(c.name));
            Some(Condition { kind, column: c.name, value: None, table: "statements", is, of, matters: any })
        });
        let optional = OPTIONAL.iter().map(|(column, scalar)| {
            let of = match *column {
                "territorial_scope" => Predicate::eq("export_version", "full"),
                "incompatible_content_illegal" => {
                    Predicate::eq("decision_ground", "DECISION_GROUND_INCOMPATIBLE_CONTENT")
                }
                _ => Predicate::True,
            };
            let (kind, is) = (finding::NEVER_FILLED, Predicate::is_null(scalar));
            Condition { kind, column, value: None, table: "statements", is, of, matters: all_of_many }
        });
        required.chain(optional).collect()
    }
}
