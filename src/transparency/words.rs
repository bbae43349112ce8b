//! The template's own words in official languages other than English.
//!
//! Providers may fill in the template of any language. Its headers, its names of rows, sections and scopes, and what it
//! writes where the provider has to fill in stand in `tables/report_words.tsv`, a column a language, taken from the
//! published templates by position. Codes of categories and of Member States are the same in all. A further language is
//! a further column and a line in [`LANGUAGES`].
//!
//! Source: templates of Annex I to Implementing Regulation (EU) 2024/2835 in English, Spanish, French and Italian, as the
//! Commission published them.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::numbers::folded;

/// Languages of the template that are read beside English: code and English name.
pub const LANGUAGES: [(&str, &str); 3] = [("es", "Spanish"), ("fr", "French"), ("it", "Italian")];

/// English words of a language by its own words, folded.
type Words = HashMap<String, &'static str>;

static WORDS: LazyLock<Vec<Words>> = LazyLock::new(|| {
    let list = include_str!("../tables/report_words.tsv");
    let own = |at: usize| -> Words {
        let word = |line: &'static str| {
            let mut fields = line.split('\t');
            let english = fields.next()?;
            fields.nth(at).filter(|w| !w.is_empty()).map(|w| (folded(w), english))
        };
        list.lines().skip(1).filter_map(word).collect()
    };
    (0..LANGUAGES.len()).map(own).collect()
});

/// What a word of the template is in English, of a language by its place in [`LANGUAGES`]; `None` where it is no word of
/// that language's template, or is the same in English.
#[must_use]
pub fn english(language: usize, word: &str) -> Option<&'static str> {
    WORDS.get(language)?.get(&folded(word)).copied()
}

/// What a word of the template of any language is in English.
#[must_use]
pub fn english_of_any(word: &str) -> Option<&'static str> {
    let word = folded(word);
    WORDS.iter().find_map(|words| words.get(&word)).copied()
}

/// The names of the languages that are read, in a sentence.
#[must_use]
pub fn languages() -> String {
    let names: Vec<&str> = std::iter::once("English").chain(LANGUAGES.map(|(_, name)| name)).collect();
    let (last, rest) = names.split_last().unwrap_or((&"English", &[]));
    format!("{} or {last}", rest.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transparency::template::{INDICATORS, is_place_holder, named};

    /// Every header, row, section and scope of the template has its word in each language, or the same as in English.
    #[test]
    fn each_language_is_whole() {
        let list = include_str!("../tables/report_words.tsv");
        let header: Vec<&str> = list.lines().next().unwrap_or_default().split('\t').collect();
        assert_eq!(header[0], "english");
        assert_eq!(header[1..], LANGUAGES.map(|(code, _)| code));
        let words: Vec<String> =
            list.lines().skip(1).map(|l| folded(l.split('\t').next().unwrap_or_default())).collect();
        for (at, (language, _)) in LANGUAGES.iter().enumerate() {
            // No word stands for two of English, so that reading it is certain.
            let filled =
                list.lines().skip(1).filter(|l| l.split('\t').nth(at + 1).is_some_and(|w| !w.is_empty())).count();
            assert_eq!(WORDS[at].len(), filled, "{language}");
            assert!(filled >= 138, "{language}: {filled}");
        }
        let missing: Vec<&str> = INDICATORS
            .iter()
            .filter(|i| i.part != 2)
            .flat_map(|i| [i.name, i.scope, i.section])
            .filter(|w| !w.is_empty() && !words.contains(&folded(w)))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        for (part, context) in INDICATORS.iter().filter(|i| (3..=6).contains(&i.part)).map(|i| (i.part, i.name)) {
            let context = folded(&format!("Contextual information on {context}"));
            assert!(words.contains(&context), "part {part}: {context}");
        }
    }

    #[test]
    fn words_are_those_of_the_published_templates() {
        for (language, word, part, code) in [
            (0, "Número de notificaciones recibidas ", 4, "notices"),
            (1, "NOMBRE DE NOTIFICATIONS REÇUES", 4, "notices"),
            (2, "Numero di segnalazioni ricevute", 4, "notices"),
            (0, "Número de moderadores internos empleados directamente por el prestador", 9, "moderators_internal"),
        ] {
            let found = english(language, word).and_then(|name| named(part, name, ""));
            assert_eq!(found.map(|i| i.code), Some(code), "{word}");
        }
        assert_eq!(english(0, "Número de avisos"), None);
        assert_eq!(english(0, "Nombre de notifications reçues"), None);
        assert_eq!((english(0, "Ámbito"), english(1, "Champ d\u{2019}application")), (Some("Scope"), Some("Scope")));
        assert!(is_place_holder("Texto libre") && is_place_holder("AAAA-MM-JJ") && !is_place_holder("Texto"));
        assert_eq!(languages(), "English, Spanish, French or Italian");
    }
}
