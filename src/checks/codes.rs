//! Codes that the schema does not know, or that belong to its other era.

use std::collections::BTreeMap;

use super::{Check, Facts, Observation};
use crate::engine::{Key, Measure, Scalar, Tally, TallyTable};
use crate::finding::{self, shown};
use crate::tables::codes::code;
use crate::tables::{Kind, Table, Values, statements::Statements};

/// The checks.
pub struct UnknownCodes;

/// Columns of joined lists, with the list that they stand for.
const JOINED: [(&str, &str); 5] = [
    ("additional_categories", "category_addition"),
    ("content_types", "content_type"),
    ("keyword_set", "category_specification"),
    ("territory_set", "territorial_scope"),
    ("visibility_set", "decision_visibility"),
];

/// Scalar columns and columns of joined lists, each with its enumeration and the column that it is about.
fn columns() -> Vec<(&'static str, &'static str, &'static str)> {
    let list = |column: &str| match Statements.column(column).map(|c| c.values) {
        Some(Values::Codes(list)) => Some(list),
        _ => None,
    };
    let scalar = Statements.columns().iter().filter(|c| c.kind == Kind::Code && c.name != "category_v2");
    let scalar = scalar.filter_map(|c| Some((c.name, list(c.name)?, c.name)));
    scalar.chain(JOINED.iter().filter_map(|(joined, of)| Some((*joined, list(of)?, *of)))).collect()
}

impl Check for UnknownCodes {
    fn id(&self) -> &'static str {
        "codes"
    }
    fn doc(&self) -> &'static str {
        "codes that the schema does not know, and categories of its other era"
    }
    fn tallies(&self) -> Vec<Tally> {
        let tally = |column: &str| Tally {
            table: "statements".to_owned(),
            filters: Vec::new(),
            keys: ["platform", "schema_version", column].map(Key::column).to_vec(),
            measures: vec![Measure::count("n")],
        };
        columns().iter().map(|(column, _, _)| tally(column)).collect()
    }
    fn observe(&self, counts: &[TallyTable], _: &Facts) -> Vec<Observation> {
        let mut found = Vec::new();
        for table in counts {
            let Some(column) = table.keys.get(2) else { continue };
            let Some((_, list, about)) = columns().into_iter().find(|(c, _, _)| c == column) else { continue };
            let mut odd: BTreeMap<(&'static str, String, String), u64> = BTreeMap::new();
            let mut all: BTreeMap<String, u64> = BTreeMap::new();
            for (key, values) in &table.rows {
                let [platform, era, Scalar::Text(codes)] = key.as_slice() else { continue };
                let n = values.first().and_then(|n| u64::try_from(*n).ok()).unwrap_or_default();
                *all.entry(platform.to_string()).or_default() += n;
                for text in codes.split(',') {
                    let code_of = match code(list, text) {
                        None => finding::UNKNOWN_CODE.code,
                        // Joined lists are in the terms of v2 already.
                        Some(c) if column == "category" && c.schema != "both" && c.schema != era.to_string() => {
                            finding::OTHER_ERA.code
                        }
                        Some(_) => continue,
                    };
                    *odd.entry((code_of, platform.to_string(), shown(text))).or_default() += n;
                }
            }
            for ((code, platform, value), count) in odd {
                let Some(kind) = finding::kind(code) else { continue };
                let of = all.get(&platform).copied();
                let column = Some(about);
                found.push(Observation {
                    kind,
                    period: None,
                    platform: Some(platform),
                    column,
                    value: Some(value),
                    count,
                    of,
                    example: None,
                    cells: Vec::new(),
                    broken: None,
                });
            }
        }
        found
    }
}
