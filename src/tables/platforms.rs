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
    fn aliases_lead_to_names_that_are_no_aliases() {
        let aliases = Aliases::default();
        for name in aliases.0.values() {
            assert_eq!(&aliases.canonical(name), name);
        }
    }
}
