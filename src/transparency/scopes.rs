//! Scopes: what a figure of a report covers.

use crate::tables::codes::codes;
use crate::transparency::numbers::{folded, tidy};

/// Official languages of the Union, small letters.
pub const LANGUAGES: [&str; 24] = [
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr", "hu", "it", "lt", "lv", "mt", "nl", "pl",
    "pt", "ro", "sk", "sl", "sv",
];

/// Member States as Eurostat writes them: Greece is `EL`.
pub const MEMBER_STATES: [&str; 27] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// Kind of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ScopeKind {
    /// Everything.
    Total,
    /// One Member State.
    MemberState,
    /// Several together.
    MemberStates,
    /// One language.
    Language,
    /// Measures on the provider's own initiative.
    OwnInitiative,
    /// Notices.
    Notices,
    /// Notices of trusted flaggers.
    NoticesFlaggers,
    /// A place holder of the template.
    Template,
    /// Anything else.
    Other,
}

const KINDS: [(ScopeKind, &str); 9] = [
    (ScopeKind::Total, "total"),
    (ScopeKind::MemberState, "member_state"),
    (ScopeKind::MemberStates, "member_states"),
    (ScopeKind::Language, "language"),
    (ScopeKind::OwnInitiative, "own_initiative"),
    (ScopeKind::Notices, "notices"),
    (ScopeKind::NoticesFlaggers, "notices_flaggers"),
    (ScopeKind::Template, "template"),
    (ScopeKind::Other, "other"),
];

impl ScopeKind {
    /// Its code in the table.
    #[must_use]
    pub fn code(self) -> &'static str {
        KINDS.iter().find(|(kind, _)| *kind == self).map_or("other", |(_, code)| code)
    }

    /// The kind of this code.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        KINDS.iter().find(|(_, c)| *c == code).map(|(kind, _)| *kind)
    }
}

/// A scope, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Its code: `TOTAL`, `EL`, `el`, `OWN_INITIATIVE`, …; the text itself where it is none of these.
    pub code: String,
    /// What kind it is.
    pub kind: ScopeKind,
    /// Whether the part lists it as it is written: `GR` and `iw` are understood, but not listed.
    pub listed: bool,
}

impl Scope {
    fn new(code: &str, kind: ScopeKind, listed: bool) -> Self {
        Self { code: code.to_owned(), kind, listed }
    }

    /// The Member State in the letters of statements and ISO 3166: `GR` for `EL`.
    #[must_use]
    pub fn country(&self) -> Option<&str> {
        (self.kind == ScopeKind::MemberState).then_some(if self.code == "EL" { "GR" } else { &self.code })
    }
}

/// Reads the scope of a row of a part.
///
/// Two capitals are a Member State in parts 3, 8 and 10, and a language in part 9 where they are one of the official
/// ones; two small letters are a language in parts 8 and 9, and a Member State in parts 3 and 10.
#[must_use]
pub fn read(part: u8, text: &str) -> Scope {
    let written = tidy(text);
    let lower = folded(text).replace(['-', '_'], " ");
    let total = |listed| Scope::new("TOTAL", ScopeKind::Total, listed);
    match lower.as_str() {
        "total" => return total(matches!(part, 3 | 10)),
        "total number" => return total(matches!(part, 7..=9)),
        "own initiative" => return Scope::new("OWN_INITIATIVE", ScopeKind::OwnInitiative, part == 8),
        "nam total" => return Scope::new("NOTICES", ScopeKind::Notices, part == 8),
        "nam trusted flagger" | "nam trusted flaggers" => {
            return Scope::new("NOTICES_FLAGGERS", ScopeKind::NoticesFlaggers, part == 8);
        }
        "" => return Scope::new("", ScopeKind::Other, false),
        _ => {}
    }
    if written.contains("[...]") || written.contains("[\u{2026}]") || is_broken_template(&written) {
        return Scope::new(&written, ScopeKind::Template, true);
    }
    let states = matches!(part, 3 | 10);
    if let Some(rest) = lower.strip_prefix("total number: ").or_else(|| lower.strip_prefix("total number "))
        && let Some(language) = language(rest)
    {
        return Scope::new(&language, ScopeKind::Language, false);
    }
    let upper = written.to_uppercase();
    let capitals = written == upper;
    if let Some(state) = state(&upper).filter(|_| states || (part == 8 && capitals)) {
        return Scope::new(state, ScopeKind::MemberState, states && upper == state);
    }
    if let Some(language) = language(&lower).filter(|l| !states && (!capitals || LANGUAGES.contains(&l.as_str()))) {
        return Scope::new(&language, ScopeKind::Language, !capitals && lower == language);
    }
    let several: Option<Vec<&str>> = written.split([',', ';']).map(|s| state(s.trim())).collect();
    if let Some(several) = several.filter(|s| s.len() > 1) {
        return Scope::new(&several.join(", "), ScopeKind::MemberStates, false);
    }
    Scope::new(&written, ScopeKind::Other, false)
}

/// The template's `AT, […], SE` after its ellipsis went through a wrong encoding.
fn is_broken_template(text: &str) -> bool {
    text.starts_with("AT, [") && text.ends_with("], SE") && text.chars().count() <= 16
}

/// A Member State in Eurostat's letters.
fn state(upper: &str) -> Option<&'static str> {
    let wanted = if upper == "GR" { "EL" } else { upper };
    MEMBER_STATES.iter().copied().find(|s| *s == wanted)
}

/// A language in its present code (`he` for `iw`), where statements can name it.
fn language(lower: &str) -> Option<String> {
    let wanted = match lower {
        "iw" => "he",
        "in" => "id",
        "ji" => "yi",
        other => other,
    };
    let upper = wanted.to_uppercase();
    let known = LANGUAGES.contains(&wanted) || codes("content_language").iter().any(|c| c.code == upper);
    (wanted.len() == 2 && known).then(|| wanted.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_as_reports_write_them() {
        for (part, text, code, kind, listed) in [
            (10, "TOTAL ", "TOTAL", ScopeKind::Total, true),
            (10, "total", "TOTAL", ScopeKind::Total, true),
            (10, "GR", "EL", ScopeKind::MemberState, false),
            (10, "el", "EL", ScopeKind::MemberState, true),
            (10, "EL", "EL", ScopeKind::MemberState, true),
            (10, "SP", "SP", ScopeKind::Other, false),
            (3, "AT, […], SE", "AT, […], SE", ScopeKind::Template, true),
            (3, "AT, [¡\u{ad}], SE", "AT, [¡\u{ad}], SE", ScopeKind::Template, true),
            (3, "DE, GR", "DE, EL", ScopeKind::MemberStates, false),
            (3, "EN, FR", "EN, FR", ScopeKind::Other, false),
            (7, "Total number", "TOTAL", ScopeKind::Total, true),
            (8, "Own-initiative ", "OWN_INITIATIVE", ScopeKind::OwnInitiative, true),
            (8, "own initiative", "OWN_INITIATIVE", ScopeKind::OwnInitiative, true),
            (8, "NAM Trusted Flagger", "NOTICES_FLAGGERS", ScopeKind::NoticesFlaggers, true),
            (8, "Total number: el", "el", ScopeKind::Language, false),
            (8, "iw", "he", ScopeKind::Language, false),
            (8, "ru", "ru", ScopeKind::Language, true),
            (8, "DE", "DE", ScopeKind::MemberState, false),
            (9, "DE", "de", ScopeKind::Language, false),
            (9, "CZ", "CZ", ScopeKind::Other, false),
            (9, "[...]", "[...]", ScopeKind::Template, true),
            (9, "Agnostic", "Agnostic", ScopeKind::Other, false),
        ] {
            let scope = read(part, text);
            assert_eq!((scope.code.as_str(), scope.kind, scope.listed), (code, kind, listed), "{part} {text}");
        }
        assert_eq!(read(10, "EL").country(), Some("GR"));
        assert_eq!(read(10, "FR").country(), Some("FR"));
        assert_eq!(read(10, "TOTAL").country(), None);
    }
}
