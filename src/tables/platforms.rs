//! Canonical platform names.
//!
//! A platform is filed under one name however its exports spell it: HTML entities are undone, blanks
//! tidied, and aliases of a documented list replaced. Nothing is guessed: names that merely look alike
//! stay apart.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::error::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AliasFile {
    aliases: BTreeMap<String, String>,
}

/// Spelling → canonical name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aliases(BTreeMap<String, String>);

static SHIPPED: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    toml::from_str::<AliasFile>(include_str!("platform_aliases.toml")).map(|f| f.aliases).unwrap_or_default()
});

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    include_str!("platform_names.txt").lines().filter(|l| !l.starts_with('#') && !l.is_empty()).collect()
});

impl Default for Aliases {
    /// The aliases shipped with this version.
    fn default() -> Self {
        Self(SHIPPED.clone())
    }
}

impl Aliases {
    /// The shipped aliases, and those of a TOML file with a table `[aliases]`; the file's win.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read, [`Error::Invalid`] where it has another form.
    pub fn with_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|e| Error::io("read", path, e))?;
        let file: AliasFile = toml::from_str(&text).map_err(|e| Error::Invalid {
            place: path.display().to_string(),
            message: format!("this is no alias file: {}", e.message()),
            hint: "it holds a table [aliases] with lines like \"Amazon Store\" = \"Amazon\"".into(),
        })?;
        let mut all = SHIPPED.clone();
        all.extend(file.aliases);
        Ok(Self(all))
    }

    /// A digest of all of them: datasets that were loaded with others differ.
    #[must_use]
    pub fn digest(&self) -> String {
        let text: String = self.0.iter().flat_map(|(from, to)| [from, "\t", to, "\n"]).collect();
        format!("{:032x}", xxhash_rust::xxh3::xxh3_128(text.as_bytes()))
    }

    /// The canonical name of a platform.
    #[must_use]
    pub fn canonical(&self, name: &str) -> String {
        let tidy = tidy(name);
        self.0.get(&tidy).cloned().unwrap_or(tidy)
    }
}

/// Whether this version has met a platform of this canonical name.
#[must_use]
pub fn is_known(canonical: &str) -> bool {
    KNOWN.contains(canonical)
}

/// The platform that a text names, such as `Temu`, `Sold on AliExpress` or `https://www.amazon.de/dp/…`; `None` where
/// it names none that this version has met, or several.
///
/// A name counts where its words stand in the text whole. Names of less than four letters are looked for as the text
/// alone: `X` is found in too much.
#[must_use]
pub fn named_in(text: &str) -> Option<&'static str> {
    let canonical = Aliases::default().canonical(text);
    if let Some(name) = KNOWN.get(canonical.as_str()) {
        return Some(name);
    }
    let words = |t: &str| -> Vec<String> {
        t.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect()
    };
    let text = words(text);
    let mut found: Vec<&'static str> = NAME_WORDS
        .iter()
        .filter(|(_, name)| text.windows(name.len()).any(|w| w == name.as_slice()))
        .map(|(name, _)| *name)
        .collect();
    // `Google Shopping` names one platform, though `Shopping` alone may be another.
    found.sort_by_key(|name| std::cmp::Reverse(name.len()));
    match found.as_slice() {
        [] => None,
        [one] => Some(one),
        [longest, rest @ ..] => rest.iter().all(|n| longest.contains(n)).then_some(*longest),
    }
}

/// Known names with their words in lower case, in the order of the names.
static NAME_WORDS: LazyLock<Vec<(&'static str, Vec<String>)>> = LazyLock::new(|| {
    let mut all: Vec<(&'static str, Vec<String>)> = KNOWN
        .iter()
        .filter(|name| name.chars().count() >= 4)
        .map(|name| {
            let words = name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
            (*name, words.map(str::to_lowercase).collect())
        })
        .collect();
    all.sort_unstable();
    all
});

/// Undoes HTML entities and runs of blanks. `&amp;` comes last, so that `&amp;quot;` stays one step away.
fn tidy(name: &str) -> String {
    let mut text = name.to_owned();
    if text.contains('&') {
        for (entity, character) in [
            ("&quot;", "\""),
            ("&#039;", "'"),
            ("&#39;", "'"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&nbsp;", " "),
            ("&amp;", "&"),
        ] {
            text = text.replace(entity, character);
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_platform_meet() {
        let aliases = Aliases::default();
        for (spelling, name) in [
            ("Amazon Store", "Amazon"),
            ("X (formerly Twitter)", "X"),
            ("SIA &quot;JOOM&quot;", "Joom"),
            ("SIA \"JOOM\"", "Joom"),
            ("willhaben internet service GmbH &amp; Co KG", "willhaben"),
            ("  New   Shop ", "New Shop"),
            ("ΣΚΡΟΥΤΖ", "ΣΚΡΟΥΤΖ"),
        ] {
            assert_eq!(aliases.canonical(spelling), name);
        }
        assert!(is_known("AliExpress") && !is_known("New Shop"));
    }

    #[test]
    fn platforms_are_found_in_what_authorities_write() {
        for (text, name) in [
            ("Temu", Some("Temu")),
            ("Sold on AliExpress (seller: Toy Shop)", Some("AliExpress")),
            ("https://www.amazon.de/dp/B00", Some("Amazon")),
            ("bol.com", Some("bol.com")),
            ("Online at Google Shopping", Some("Google Shopping")),
            ("Amazon and Temu", None),
            ("temuesque.example", None),
            ("Brand X toys", None),
            ("", None),
        ] {
            assert_eq!(named_in(text), name, "{text}");
        }
    }

    #[test]
    fn aliases_lead_to_names_that_are_no_aliases() {
        let aliases = Aliases::default();
        for name in aliases.0.values() {
            assert_eq!(&aliases.canonical(name), name);
        }
    }
}
