//! The template: its parts, the columns and rows of each, and the categories of content.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::numbers::folded;
use super::words::english_of_any;

/// Names of the parts, as files and sheets of the template bear them.
pub const PARTS: [&str; 11] = [
    "report_identification",
    "categories_names",
    "member_states_orders",
    "notices",
    "own_initiative_illegal",
    "own_initiative_TC",
    "appeals_and_recidivism",
    "automated_means",
    "human_resources",
    "AMAR",
    "qualitative",
];

/// Name of a part: `4_notices`.
#[must_use]
pub fn part_name(part: u8) -> String {
    let name = usize::from(part).checked_sub(1).and_then(|at| PARTS.get(at)).copied().unwrap_or_default();
    format!("{part}_{name}")
}

/// A value column (parts 3 to 6) or a row (other parts) of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Part of the template.
    pub part: u8,
    /// Its code in the tables.
    pub code: &'static str,
    /// Unit: `count`, `hours`, `share`, `full-time equivalents` or `text`.
    pub unit: &'static str,
    /// Section of the long parts.
    pub section: &'static str,
    /// Header of the column, or name of the row.
    pub name: &'static str,
    /// Scope of the row where the code includes it (part 7), else empty.
    pub scope: &'static str,
    /// What it is, in a few words.
    pub label: &'static str,
}

/// A category or sub-category of the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// Number in the template: `7`, `7a`.
    pub number: &'static str,
    /// `STATEMENT_CATEGORY_…` or `KEYWORD_…`.
    pub code: &'static str,
    /// Category that it is or falls under.
    pub category: &'static str,
    /// Name in the template.
    pub label: &'static str,
}

/// Code of the row of all categories.
pub const TOTAL: &str = "TOTAL";
/// Code of the sub-category that each category has once or more.
pub const OTHER: &str = "KEYWORD_OTHER";
/// Category that only part 6 may hold.
pub const OTHER_VIOLATION: &str = "STATEMENT_CATEGORY_OTHER_VIOLATION_TC";
/// Category that only part 3 may hold.
pub const ORDER_UNSPECIFIED: &str = "STATEMENT_CATEGORY_NOT_SPECIFIED_ORDER";
/// Category that only part 4 may hold.
pub const NOTICE_UNSPECIFIED: &str = "STATEMENT_CATEGORY_NOT_SPECIFIED_NOTICE";

/// Rows of one of the template's own lists, which `include_str!` holds for as long as the program runs.
fn rows(list: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    list.lines().skip(1).map(fields)
}

/// Fields of a line whose quoted fields hold no line breaks and no doubled quotes.
fn fields(line: &'static str) -> Vec<&'static str> {
    let mut out = Vec::new();
    let mut rest = line;
    loop {
        if let Some((field, after)) = rest.strip_prefix('"').and_then(|quoted| quoted.split_once('"')) {
            out.push(field);
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => return out,
            }
        } else if let Some((field, next)) = rest.split_once(',') {
            out.push(field);
            rest = next;
        } else {
            out.push(rest);
            return out;
        }
    }
}

/// Every column and row of the template, in its order.
pub static INDICATORS: LazyLock<Vec<Indicator>> = LazyLock::new(|| {
    let read = |row: Vec<&'static str>| match row.as_slice() {
        &[part, code, unit, section, name, scope, label] => {
            Some(Indicator { part: part.parse().ok()?, code, unit, section, name, scope, label })
        }
        _ => None,
    };
    rows(include_str!("../tables/report_template.csv")).filter_map(read).collect()
});

/// Every category and sub-category of the template, in its order.
pub static CATEGORIES: LazyLock<Vec<Category>> = LazyLock::new(|| {
    let read = |row: Vec<&'static str>| match row.as_slice() {
        &[number, code, category, label] => Some(Category { number, code, category, label }),
        _ => None,
    };
    rows(include_str!("../tables/report_categories.csv")).filter_map(read).collect()
});

type Key = (u8, String, String);

static BY_NAME: LazyLock<HashMap<Key, &'static Indicator>> =
    LazyLock::new(|| INDICATORS.iter().map(|i| ((i.part, folded(i.name), folded(i.scope)), i)).collect());

static BY_CODE: LazyLock<HashMap<&'static str, &'static Indicator>> =
    LazyLock::new(|| INDICATORS.iter().map(|i| (i.code, i)).collect());

/// The indicator of a column's header (parts 3 to 6) or of a row's name; `scope` for part 7.
#[must_use]
pub fn named(part: u8, name: &str, scope: &str) -> Option<&'static Indicator> {
    let scope = if part == 7 { folded(scope) } else { String::new() };
    let scope = scope.replace("decisions omitted", "decision omitted");
    BY_NAME.get(&(part, folded(name), scope)).copied()
}

/// The indicator of a code.
#[must_use]
pub fn indicator(code: &str) -> Option<&'static Indicator> {
    BY_CODE.get(code).copied()
}

/// Whether a part has a row of this name, under any scope.
#[must_use]
pub fn has_row(part: u8, name: &str) -> bool {
    let name = folded(name);
    INDICATORS.iter().any(|i| i.part == part && folded(i.name) == name)
}

/// Categories that are no sub-categories.
pub fn categories() -> impl Iterator<Item = &'static Category> {
    CATEGORIES.iter().filter(|c| c.code == c.category)
}

/// The category that a sub-category falls under; `None` for `KEYWORD_OTHER`, which each has, and for unknown ones.
#[must_use]
pub fn category_of(keyword: &str) -> Option<&'static str> {
    static OF: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
        CATEGORIES.iter().filter(|c| c.code != OTHER && c.code != c.category).map(|c| (c.code, c.category)).collect()
    });
    OF.get(keyword).copied()
}

/// Whether the template has this category.
#[must_use]
pub fn is_category(code: &str) -> bool {
    categories().any(|c| c.code == code)
}

/// Whether a part may hold figures of a category: 15 only own-initiative measures under the terms (part 6), 16 only
/// orders (part 3), 17 only notices (part 4).
#[must_use]
pub fn admits(part: u8, category: &str) -> bool {
    match category {
        OTHER_VIOLATION => part == 6,
        ORDER_UNSPECIFIED => part == 3,
        NOTICE_UNSPECIFIED => part == 4,
        _ => true,
    }
}

/// Whether a cell holds what the template writes where the provider has to fill in.
#[must_use]
pub fn is_place_holder(text: &str) -> bool {
    let text = folded(english_of_any(text).unwrap_or(text));
    matches!(text.as_str(), "free text" | "yyyy-mm-dd" | "yyyy-mm-dd/yyyy-mm-dd")
        || text.starts_with("text to detail the \"other\" keyword")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_template_is_whole() {
        let count = |part: u8| INDICATORS.iter().filter(|i| i.part == part).count();
        let counts: Vec<usize> = (1..=11).map(count).collect();
        assert_eq!(counts, [5, 1, 7, 10, 16, 16, 47, 7, 3, 1, 11]);
        let codes: BTreeSet<&str> = INDICATORS.iter().map(|i| i.code).collect();
        assert_eq!(codes.len(), INDICATORS.len());
        assert_eq!((categories().count(), CATEGORIES.len()), (17, 99));
        assert_eq!(CATEGORIES.iter().filter(|c| c.code == OTHER).count(), 15);
    }

    #[test]
    fn names_are_met_however_they_are_typed() {
        let code = |part, name, scope| named(part, name, scope).map(|i| i.code);
        assert_eq!(code(4, "Number of notices received ", ""), Some("notices"));
        assert_eq!(
            code(5, "Number of measures taken at the provider\u{2019}s own\u{a0}initiative ", ""),
            Some("illegal_measures")
        );
        let complaints = "number of complaints submitted to the internal-complaints mechanism";
        assert_eq!(code(7, complaints, "Decisions omitted"), Some("complaints_omitted"));
        assert_eq!(code(7, complaints, "Decisions withdrawn"), None);
        assert_eq!(
            code(11, "Summary of the content moderation engaged in at the providers’ own initiative", ""),
            Some("own_initiative_summary")
        );
        assert_eq!(category_of("KEYWORD_UNSAFE_PRODUCTS"), Some("STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS"));
        assert_eq!(category_of(OTHER), None);
    }
}
