//! Tests of indicators: every number by hand.

use std::collections::BTreeSet;
use std::path::Path;

use super::*;
use crate::engine::sql::sql;
use crate::time::{Grain, Period};
use crate::views;

const SECTIONS: [&str; 5] = ["# Question", "# Formula", "# Uncertainty", "# Limits", "# References"];

fn scope() -> Scope {
    Scope::new(Period { start: 20_270, end: 20_301 }, BTreeSet::new(), "test")
}

#[test]
fn every_indicator_is_documented_and_its_file_bears_its_id() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/indicators");
    let mut ids = BTreeSet::new();
    for card in INDICATORS.iter().map(|i| i.card()) {
        assert!(ids.insert(card.id), "{} twice", card.id);
        assert!(folder.join(format!("{}.rs", card.id.replace('-', "_"))).is_file(), "{} has no file", card.id);
        assert!(card.id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", card.id);
        assert!(card.version > 0 && card.question.ends_with('?') && !card.name.is_empty(), "{}", card.id);
        assert!(!card.legal.is_empty() && !card.references.is_empty() && !card.levels.is_empty(), "{}", card.id);
        assert!(card.bases().next().is_some() && !card.statistics.is_empty(), "{}", card.id);
        assert!(card.statistics.iter().all(|s| s.meaning.ends_with('.')), "{}", card.id);

        let page = card.page();
        let headings: Vec<&str> = page.lines().filter(|l| l.starts_with("# ")).collect();
        assert_eq!(headings, SECTIONS, "{}", card.id);
        assert!(page.lines().next().is_some_and(|l| l.ends_with('.')), "{} has no summary", card.id);
        for section in page.split("\n# ").skip(1) {
            assert!(section.lines().count() > 2, "{}: {section:?} is empty", card.id);
        }
        for requirement in card.requires {
            let table = views::table_or_view(requirement.table).expect("registered");
            let exists = |c: &&str| match c.split_once('.') {
                Some((other, c)) => views::table_or_view(other).is_some_and(|t| t.column(c).is_some()),
                None => table.column(c).is_some(),
            };
            assert!(requirement.columns.iter().chain(requirement.optional).all(exists), "{}", card.id);
        }
    }
}

#[test]
fn cards_name_the_columns_that_are_read() {
    for indicator in INDICATORS {
        for requirement in indicator.card().requires {
            let tallies = indicator.tallies(requirement.basis, &scope());
            let units = indicator.units(requirement.basis, &scope());
            let base =
                views::view(requirement.table).and_then(views::View::base).map(super::super::tables::Table::name);
            let name = |table: &str, column: &str| {
                let own = table == requirement.table || Some(table) == base;
                if own { column.to_owned() } else { format!("{table}.{column}") }
            };
            let mut read: BTreeSet<String> = BTreeSet::new();
            read.extend(tallies.iter().flat_map(|t| t.columns().into_iter().map(|c| name(&t.table, c))));
            for units in &units {
                read.extend(units.columns.iter().map(|c| name(&units.table, c)));
                let filters = Tally {
                    table: units.table.clone(),
                    filters: units.filters.clone(),
                    keys: vec![],
                    measures: vec![],
                };
                read.extend(filters.columns().into_iter().map(|c| name(&units.table, c)));
            }
            // Every row has a platform; to split by it needs no word.
            read.remove("platform");
            let named = requirement.columns.iter().chain(requirement.optional);
            let named: BTreeSet<String> = named.filter(|c| **c != "platform").map(|c| (*c).to_owned()).collect();
            assert_eq!(read, named, "{}", indicator.card().id);
        }
        let unused = Basis::Statistics;
        let scope = scope();
        assert!(indicator.tallies(unused, &scope).is_empty() && indicator.units(unused, &scope).is_empty());
    }
}

#[test]
fn every_tally_of_every_scope_is_valid_and_has_sql() {
    let (_, _, groups) = Scope::parse_by("category,automated_detection,territory_set").expect("valid");
    for indicator in INDICATORS {
        for grain in Grain::ALL {
            for cohort in Cohort::ALL {
                let mut scope = scope();
                (scope.grain, scope.cohort, scope.by_platform) = (grain, Some(cohort), true);
                (scope.from, scope.until) = (Some(20_000), Some(21_000));
                scope.platforms = vec!["O'Reilly".into()];
                for requirement in indicator.card().requires {
                    let table = views::table_or_view(requirement.table).expect("registered");
                    scope.groups = groups.iter().filter(|g| g.column_of(table).is_some()).cloned().collect();
                    for tally in indicator.tallies(requirement.basis, &scope) {
                        let text = sql(&tally, &str::to_owned).expect("valid");
                        // What counts nothing needs no further filter.
                        let filtered = text.contains("'O''Reilly'") || text.contains("where 1 = 0");
                        assert!(text.starts_with("select") && filtered, "{text}");
                    }
                }
            }
        }
    }
}

#[test]
fn unknown_indicators_get_a_suggestion() {
    assert!(indicator("statement-count").is_ok());
    let error = indicator("moderation-latancy").err().expect("unknown");
    assert_eq!((error.code(), error.hint().as_deref()), ("E020", Some("did you mean \"moderation-latency\"?")));
}
