//! Codes with their labels, schema era and documented successor.
//!
//! Source of those of the DSA Transparency Database: application constants and API documentation of the database's website,
//! <https://github.com/digital-services-act/transparency-database>, commits a76b421d (v1, 2025-06-03)
//! and 69e80a0b (v2, 2026-06-24). Those of the other tables are this project's; those of
//! reports stand for the rows and columns of the template (Implementing Regulation (EU) 2024/2835, Annex I).

use std::collections::HashMap;
use std::sync::LazyLock;

/// One code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The code itself.
    pub code: String,
    /// Era in which it may be submitted: `v1`, `v2` or `both`.
    pub schema: String,
    /// Its English label.
    pub label: String,
    /// The v2 code that the documentation names as its successor.
    pub successor: Option<String>,
}

static CODES: LazyLock<HashMap<String, Vec<Code>>> = LazyLock::new(|| {
    let mut codes: HashMap<String, Vec<Code>> = HashMap::new();
    for list in [include_str!("statement_codes.csv"), include_str!("marketplace_codes.csv")] {
        for row in csv::Reader::from_reader(list.as_bytes()).records().flatten() {
            let cell = |i: usize| row.get(i).unwrap_or_default().to_owned();
            codes.entry(cell(0)).or_default().push(Code {
                code: cell(1),
                schema: cell(2),
                label: cell(3),
                successor: Some(cell(4)).filter(|s| !s.is_empty()),
            });
        }
    }
    for row in csv::Reader::from_reader(include_str!("report_template.csv").as_bytes()).records().flatten() {
        let cell = |i: usize| row.get(i).unwrap_or_default().to_owned();
        codes.entry("report_indicator".to_owned()).or_default().push(Code {
            code: cell(1),
            schema: "both".to_owned(),
            label: cell(6),
            successor: None,
        });
    }
    codes
});

/// The codes of an enumeration, in the order of the documentation; empty for an unknown one.
#[must_use]
pub fn codes(enumeration: &str) -> &'static [Code] {
    CODES.get(enumeration).map_or(&[], Vec::as_slice)
}

/// The entry of one code.
#[must_use]
pub fn code(enumeration: &str, code: &str) -> Option<&'static Code> {
    codes(enumeration).iter().find(|c| c.code == code)
}

/// The code in the terms of schema v2: its documented successor where there is one, else itself.
#[must_use]
pub fn in_v2<'a>(enumeration: &str, text: &'a str) -> &'a str
where
    'static: 'a,
{
    code(enumeration, text).and_then(|c| c.successor.as_deref()).unwrap_or(text)
}

/// English label of a code in any enumeration, for titles and legends; the code itself if unknown, or if it
/// means one thing in one enumeration and something else in another.
#[must_use]
pub fn label(text: &str) -> &str {
    static LABELS: LazyLock<HashMap<&'static str, Option<&'static str>>> = LazyLock::new(|| {
        let mut labels = HashMap::new();
        let named =
            |(name, _): &(&String, &Vec<Code>)| !matches!(name.as_str(), "content_language" | "territorial_scope");
        for code in CODES.iter().filter(named).flat_map(|(_, list)| list) {
            let one = labels.entry(code.code.as_str()).or_insert(Some(code.label.as_str()));
            if one.is_some_and(|label| label != code.label) {
                *one = None;
            }
        }
        labels
    });
    LABELS.get(text).copied().flatten().unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_have_the_documented_lengths() {
        let count = |e: &str, era: &str| codes(e).iter().filter(|c| c.schema == era || c.schema == "both").count();
        assert_eq!((count("category", "v1"), count("category", "v2")), (14, 16));
        assert_eq!((count("category_specification", "v1"), count("category_specification", "v2")), (55, 69));
        assert_eq!((codes("content_language").len(), codes("territorial_scope").len()), (184, 30));
    }

    #[test]
    fn successors_exist_and_others_stay() {
        for c in ["category", "category_specification"].into_iter().flat_map(codes) {
            if let Some(next) = &c.successor {
                assert!(CODES.values().flatten().any(|d| &d.code == next && d.schema != "v1"), "{next}");
            }
        }
        assert_eq!(
            in_v2("category", "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE"),
            "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"
        );
        assert_eq!(in_v2("category", "STATEMENT_CATEGORY_NEW"), "STATEMENT_CATEGORY_NEW");
    }
}
