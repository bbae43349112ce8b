//! Rules that a conforming statement meets, as far as one row can answer them.
//!
//! The numbers are this project's, in the order of the columns that the rules are about. Source: validation code
//! and documentation of the database's website, <https://github.com/digital-services-act/transparency-database>, as of 2026-06.
//!
//! Each rule has a boolean column in the table `statements`: true where the row breaks it, false where it
//! meets it, null where it does not apply or cannot be judged because the export lacks a column.

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its number, such as `R04`.
    pub id: &'static str,
    /// Its column.
    pub column: &'static str,
    /// Whether the database refuses a submission that breaks it. A row that breaks it all the same is older
    /// than the rule, was changed by hand, or was damaged on its way here.
    pub enforced: bool,
    /// What is wrong with a row that breaks it, in a few words.
    pub label: &'static str,
    /// What a row must do, as a clause.
    pub demand: &'static str,
    /// Rows that it applies to.
    pub applies: &'static str,
}

/// Every rule, by number.
pub static RULES: &[Rule] = &[
    rule("R02", "breaks_r02", true, "no decision named", "name at least one decision", "every statement"),
    rule(
        "R04",
        "breaks_r04",
        true,
        "other visibility restriction without description, or the reverse",
        "describe another visibility restriction, and only such a one",
        "statements with the code for another visibility restriction, or with its description",
    ),
    rule(
        "R06",
        "breaks_r06",
        true,
        "other monetary restriction without description, or the reverse",
        "describe another monetary restriction, and only such a one",
        "statements with the code for another monetary restriction, or with its description",
    ),
    rule(
        "R12",
        "breaks_r12",
        true,
        "illegal content without its texts, or the reverse",
        "give legal ground and explanation for illegal content, and for no other",
        "statements on illegal content, or with one of these texts",
    ),
    rule(
        "R13",
        "breaks_r13",
        true,
        "incompatible content without its texts, or the reverse",
        "give contractual ground and explanation for incompatible content, and for no other",
        "statements on incompatible content, or with one of these texts",
    ),
    rule(
        "R14",
        "breaks_r14",
        true,
        "legality stated on another ground",
        "say only of incompatible content whether it is also illegal",
        "statements with incompatible_content_illegal",
    ),
    rule(
        "R16",
        "breaks_r16",
        true,
        "other content type without description, or the reverse",
        "describe another content type, and only such a one",
        "statements with the code for another content type, or with its description",
    ),
    rule(
        "R19",
        "breaks_r19",
        false,
        "category repeated among further ones",
        "not repeat the category among the further ones",
        "statements with further categories",
    ),
    rule(
        "R21",
        "breaks_r21",
        false,
        "keyword described without its code",
        "describe a keyword only with the code for another keyword",
        "statements with a described keyword",
    ),
    rule(
        "R22",
        "breaks_r22",
        true,
        "countries unsorted or repeated",
        "list countries sorted and each once",
        "statements with a territorial scope, submitted since 2024-04-22",
    ),
    rule(
        "R23",
        "breaks_r23",
        false,
        "no territorial scope",
        "name a territorial scope",
        "every statement of a full export",
    ),
    rule(
        "R28",
        "breaks_r28",
        false,
        "restriction ends before it begins",
        "end no restriction before it begins",
        "statements with an end date and a date of application",
    ),
    rule(
        "R29",
        "breaks_r29",
        false,
        "end date without its decision",
        "give an end date only with its decision",
        "statements with an end date",
    ),
    rule(
        "R30",
        "breaks_r30",
        false,
        "dates out of order",
        "date the content no later than the decision, and the decision no later than the submission",
        "statements with the three dates",
    ),
    rule(
        "R31",
        "breaks_r31",
        false,
        "termination with an end date",
        "give a termination no end date",
        "statements with a termination",
    ),
    rule(
        "R34",
        "breaks_r34",
        true,
        "notifier of an own-initiative decision",
        "name no notifier of a decision on own initiative",
        "statements on own initiative",
    ),
    rule(
        "R36",
        "breaks_r36",
        true,
        "characters not allowed in platform_uid",
        "identify the statement by letters, digits, hyphen and underscore",
        "statements submitted since 2024-04-18",
    ),
    rule(
        "R38",
        "breaks_r38",
        true,
        "barcode not of 13 digits",
        "give a barcode of 13 digits",
        "statements with content_id_ean",
    ),
    rule(
        "R39",
        "breaks_r39",
        false,
        "wrong check digit of a barcode",
        "give a barcode whose check digit is right",
        "statements with content_id_ean of 13 digits",
    ),
    rule(
        "R40",
        "breaks_r40",
        false,
        "code repeated in a list",
        "list each code once",
        "statements with several visibility restrictions, content types or keywords",
    ),
    rule(
        "R42",
        "breaks_r42",
        false,
        "untidy free text",
        "hold free text without blanks around it, carriage returns and backslashes before quotes",
        "statements with free text",
    ),
];

const fn rule(
    id: &'static str,
    column: &'static str,
    enforced: bool,
    label: &'static str,
    demand: &'static str,
    applies: &'static str,
) -> Rule {
    Rule { id, column, enforced, label, demand, applies }
}

/// The rule of this number or column.
#[must_use]
pub fn rule_of(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|r| r.column == name || r.id.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::{Kind, Origin, Table, statements::Statements};

    #[test]
    fn every_rule_has_its_column_and_every_such_column_its_rule() {
        for rule in RULES {
            let column = Statements.column(rule.column).expect("a column");
            assert_eq!(column.kind, Kind::Bool, "{}", rule.id);
            assert!(matches!(column.origin, Origin::Derived(from) if !from.is_empty()), "{}", rule.id);
            assert_eq!(rule.column, format!("breaks_{}", rule.id.to_lowercase()));
        }
        let columns = Statements.columns().iter().filter(|c| c.name.starts_with("breaks_"));
        assert!(columns.map(|c| c.name).eq(RULES.iter().map(|r| r.column)));
        assert!(RULES.windows(2).all(|w| w[0].id < w[1].id));
    }
}
