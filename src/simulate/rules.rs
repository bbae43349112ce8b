//! Which rules of the database a simulated statement breaks, from its own values.
//!
//! Numbers are those of the database's validation and documentation, as the truth file names them:
//! <https://github.com/digital-services-act/transparency-database>. This is written down a second time, apart
//! from the tables, so that tests can compare the two.

use super::profiles::Source;
use super::statement::{Statement, When};

/// Since 2024-04-22 every way of submission sorts the territorial scope.
const SORTED_SCOPES: i32 = 19_835;
/// Since 2024-04-18 every way of submission checks the form of `platform_uid`.
const CHECKED_UIDS: i32 = 19_831;

/// The rules that are counted.
pub(super) const RULES: [&str; 21] = [
    "R02", "R04", "R06", "R12", "R13", "R14", "R16", "R19", "R21", "R22", "R23", "R28", "R29", "R30", "R31", "R34",
    "R36", "R38", "R39", "R40", "R42",
];

/// Whether the statement breaks each of [`RULES`]. A rule that cannot be judged, since a date is no date or a
/// list no list, is not broken.
pub(super) fn broken(s: &Statement<'_>) -> [bool; RULES.len()] {
    let created = s.created_day();
    let (content, applied) = (s.content.day(), s.applied.day());
    let grounds = [!s.legal_ground.is_empty(), !s.legal_explanation.is_empty()];
    let terms = [!s.terms_ground.is_empty(), !s.terms_explanation.is_empty()];
    // Both texts where the ground asks for them, neither where it does not.
    let unfit = |asked: bool, given: [bool; 2]| if asked { given != [true; 2] } else { given != [false; 2] };
    let decisions = [
        (s.visibility.is_filled(), s.visibility_end),
        (!s.monetary.is_empty(), s.monetary_end),
        (!s.provision.is_empty(), s.provision_end),
        (!s.account.is_empty(), s.account_end),
    ];
    let ended = |code: &str| code.ends_with("TERMINATION") || code == "TERMINATED";
    let barcode = s.ean.len() == 13 && s.ean.bytes().all(|b| b.is_ascii_digit());
    [
        !decisions.iter().any(|d| d.0),
        s.visibility.has("OTHER") == s.visibility_other.is_empty(),
        (s.monetary == "OTHER") == s.monetary_other.is_empty(),
        unfit(s.illegal, grounds),
        unfit(!s.illegal, terms),
        s.illegal && !s.illegal_too.is_empty(),
        s.content_types.has("OTHER") == s.content_type_other.is_empty(),
        s.additions.has(s.category),
        !s.keyword_other.is_empty() && !s.keywords.has("OTHER"),
        created >= SORTED_SCOPES && !s.territory.ascends(),
        !s.territory.is_filled(),
        decisions.iter().any(|(_, end)| end.day().zip(applied).is_some_and(|(end, applied)| end < applied)),
        decisions.iter().any(|(taken, end)| !taken && end.day().is_some()),
        content.zip(applied).is_some_and(|(content, applied)| content > applied || applied > created),
        [(s.monetary, s.monetary_end), (s.provision, s.provision_end), (s.account, s.account_end)]
            .iter()
            .any(|(code, end)| ended(code) && *end != When::Never),
        s.source == Source::Voluntary && !s.notifier.is_empty(),
        created >= CHECKED_UIDS && !is_uid(&s.uid),
        !s.ean.is_empty() && !barcode,
        barcode && !has_check_digit(&s.ean),
        s.visibility.repeats() || s.content_types.repeats() || s.keywords.repeats(),
        texts(s).into_iter().any(is_untidy),
    ]
}

/// The free texts that platforms write.
fn texts<'s>(s: &'s Statement<'_>) -> [&'s str; 10] {
    [
        s.visibility_other,
        s.monetary_other,
        &s.legal_ground,
        &s.legal_explanation,
        &s.terms_ground,
        &s.terms_explanation,
        s.keyword_other,
        s.content_type_other,
        &s.facts,
        s.notifier,
    ]
}

fn is_untidy(text: &str) -> bool {
    let blank = |b: Option<&u8>| b.is_some_and(u8::is_ascii_whitespace);
    let bytes = text.as_bytes();
    // Hardly any text has one of the two: the others are done with after one pass.
    let odd = memchr::memchr2(b'\r', b'\\', bytes).is_some();
    blank(bytes.first()) || blank(bytes.last()) || odd && (text.contains('\r') || text.contains("\\\""))
}

fn is_uid(uid: &str) -> bool {
    uid.len() <= 500 && uid.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

/// Whether the digits, weighted 1, 3, 1, 3, …, add up to a multiple of ten.
fn has_check_digit(ean: &str) -> bool {
    let weighted = ean.bytes().enumerate().map(|(i, b)| u32::from(b - b'0') * if i % 2 == 0 { 1 } else { 3 });
    weighted.sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(s: &Statement<'_>) -> Vec<&'static str> {
        RULES.into_iter().zip(broken(s)).filter(|(_, broken)| *broken).map(|(rule, _)| rule).collect()
    }

    /// A statement that breaks no rule, submitted on 2025-07-02.
    fn fine<'a>() -> Statement<'a> {
        let mut s = Statement {
            illegal: true,
            legal_ground: "An act".into(),
            legal_explanation: "It forbids this".into(),
            category: "VIOLENCE",
            content: When::Day(20_269),
            applied: When::Day(20_270),
            created: 20_271 * 86_400,
            uid: "a-1".into(),
            ..Statement::default()
        };
        s.visibility.set(["CONTENT_REMOVED"]);
        s.territory.set(["AT", "DE"]);
        s.content_types.set(["TEXT"]);
        s
    }

    #[test]
    fn a_conforming_statement_breaks_nothing() {
        assert!(numbers(&fine()).is_empty(), "{:?}", numbers(&fine()));
    }

    #[test]
    fn each_rule_is_broken_by_its_own_fault() {
        type Change = fn(&mut Statement<'_>);
        let cases: [(&str, Change); 25] = [
            ("R02", |s| s.visibility.set(["null"])),
            ("R04", |s| s.visibility.set(["OTHER"])),
            ("R04", |s| s.visibility_other = "hidden"),
            ("R06", |s| s.monetary = "OTHER"),
            ("R06", |s| s.monetary_other = "later"),
            ("R12", |s| s.legal_explanation.clear()),
            ("R13", |s| s.terms_ground = "Terms".into()),
            ("R14", |s| s.illegal_too = "No"),
            ("R16", |s| s.content_types.set(["OTHER"])),
            ("R16", |s| s.content_type_other = "Board"),
            ("R19", |s| s.additions.set(["VIOLENCE"])),
            ("R21", |s| s.keyword_other = "word"),
            ("R22", |s| s.territory.set(["DE", "AT"])),
            ("R22", |s| s.territory.set(["AT", "AT"])),
            ("R23", |s| s.territory.set([])),
            ("R28", |s| s.visibility_end = When::Day(20_269)),
            ("R29", |s| s.provision_end = When::Day(20_280)),
            ("R30", |s| s.content = When::Day(20_271)),
            ("R30", |s| s.applied = When::Day(20_272)),
            ("R31", |s| (s.account, s.account_end) = ("TERMINATED", When::Day(20_280))),
            ("R34", |s| s.notifier = "somebody"),
            ("R36", |s| s.uid = "a 1".into()),
            ("R38", |s| s.ean = "400638133393".into()),
            ("R39", |s| s.ean = "4006381333932".into()),
            ("R42", |s| s.facts = "a \\\"b\\\"".into()),
        ];
        for (rule, change) in cases {
            let mut s = fine();
            change(&mut s);
            assert_eq!(numbers(&s), [rule]);
        }
        let mut s = fine();
        s.content_types.set(["TEXT", "TEXT"]);
        assert_eq!(numbers(&s), ["R40"]);
    }

    #[test]
    fn rules_hold_from_the_day_they_came() {
        let mut s = fine();
        s.territory.set(["DE", "AT"]);
        s.uid = "a 1".into();
        s.created = i64::from(SORTED_SCOPES) * 86_400 - 1;
        (s.content, s.applied) = (When::Day(19_000), When::Day(19_000));
        assert_eq!(numbers(&s), ["R36"]);
        s.created = i64::from(CHECKED_UIDS) * 86_400 - 1;
        assert!(numbers(&s).is_empty());
        (s.content, s.applied) = (When::Text("2025-13-40 00:00:00"), When::Day(21_000));
        assert!(numbers(&s).is_empty(), "what cannot be judged is not broken");
    }
}
