//! The invented platforms and how each of them submits statements.

use serde::Deserialize;

use super::text::Template;
use crate::error::{Error, Result};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    platform: Vec<Profile>,
}

/// How a platform submits: shares, delays, codes and texts. The file `platforms.toml` explains the fields.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub name: String,
    pub kind: String,
    pub share: u32,
    pub batch: u32,
    pub single_share: u32,
    #[serde(default)]
    pub empty_arrays: bool,
    pub uid: Uid,
    pub language: Vec<(u32, String)>,
    pub scope: Vec<(u32, Scope)>,
    pub source: Vec<(u32, Source, u32, [u32; 3])>,
    pub illegal_too: Vec<(u32, String)>,
    pub account_type: Vec<(u32, String)>,
    pub content: Vec<(u32, Vec<String>, String)>,
    pub delay: Vec<(u32, i32, i32)>,
    #[serde(default)]
    pub placeholder_share: u32,
    pub submission: Vec<(u32, i32, i32)>,
    pub decision: Vec<Decision>,
    pub facts: Vec<(u32, Template)>,
    #[serde(default)]
    pub ean_share: u32,
    #[serde(default)]
    pub addition_share: u32,
    #[serde(default)]
    pub illegal_share: u32,
    #[serde(default)]
    pub illegal_ground: Vec<Template>,
    #[serde(default)]
    pub illegal_explanation: Vec<Template>,
    #[serde(default)]
    pub url_share: u32,
    #[serde(default)]
    pub url: String,
    pub policy: Vec<Policy>,
}

/// One rule of a platform: category, keyword and words, which belong together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    pub share: u32,
    pub category: [String; 2],
    pub keyword: Option<[String; 2]>,
    #[serde(default)]
    pub keyword_share: u32,
    #[serde(default)]
    pub keyword_other: String,
    pub ground: Vec<(u32, Template)>,
    pub explanation: Vec<(u32, Template)>,
}

/// Restrictions that are imposed together.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Decision {
    pub share: u32,
    pub visibility: Vec<String>,
    pub other: String,
    pub monetary: String,
    pub monetary_other: String,
    pub provision: String,
    pub account: String,
    pub days: Option<(i32, i32)>,
}

/// What led to a decision, in the order of [`Source::CODES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Source {
    #[serde(rename = "ARTICLE_16")]
    Article16,
    TrustedFlagger,
    OtherNotification,
    #[default]
    Voluntary,
}

impl Source {
    /// The official codes, in the order of the variants.
    pub const CODES: [&str; 4] =
        ["SOURCE_ARTICLE_16", "SOURCE_TRUSTED_FLAGGER", "SOURCE_TYPE_OTHER_NOTIFICATION", "SOURCE_VOLUNTARY"];
}

/// Countries that a decision applies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Scope {
    /// The European Economic Area, 30 countries.
    Eea,
    /// The European Union, 27 countries.
    Eu,
    /// One country.
    One,
    /// Two to six countries.
    Some,
    /// No country.
    None,
}

/// Look of the platform's own identifiers of statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Uid {
    /// Up to 13 digits, each once.
    Digits13,
    /// 18 digits.
    Digits18,
    /// 19 or 20 digits.
    Digits19,
    /// 19 digits that begin with the time.
    Snowflake,
    /// 16 hexadecimal digits.
    Hex16,
    /// 32 hexadecimal digits.
    Hex32,
    /// A UUID of version 4.
    Uuid,
    /// A UUID after a word.
    Prefix,
    /// 22 letters, digits, `-` and `_`.
    Mixed,
}

/// The invented platforms, the largest group first; plans take the first few.
///
/// # Errors
/// [`Error::Invalid`] where the shipped file is faulty, which a test excludes.
pub fn profiles() -> Result<Vec<Profile>> {
    toml::from_str::<ProfileFile>(include_str!("platforms.toml")).map(|f| f.platform).map_err(|e| Error::Invalid {
        place: "src/simulate/platforms.toml".into(),
        message: e.to_string(),
        hint: "this is a fault of the tool".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::codes::{code, codes};
    use crate::tables::platforms::{Aliases, is_known};

    #[test]
    fn names_are_invented_and_already_canonical() {
        let aliases = Aliases::default();
        let all = profiles().expect("the shipped file");
        assert_eq!(all.len(), 12);
        for p in &all {
            assert!(!is_known(&p.name), "{} exists", p.name);
            assert_eq!(aliases.canonical(&p.name), p.name);
        }
        assert_eq!(all.iter().map(|p| p.share).sum::<u32>(), 10_000);
        let slugs: std::collections::BTreeSet<String> = all.iter().map(|p| crate::simulate::slug(&p.name)).collect();
        assert_eq!(slugs.len(), all.len(), "archives of two platforms would overwrite each other");
    }

    #[test]
    fn codes_belong_to_their_era() {
        let of_era = |list: &str, text: String, era: &str| {
            let entry = code(list, &text).unwrap_or_else(|| panic!("{text}"));
            assert!(entry.schema == "both" || entry.schema == era, "{text} in {era}");
        };
        for p in profiles().expect("the shipped file") {
            for policy in &p.policy {
                for (era, i) in [("v1", 0), ("v2", 1)] {
                    of_era("category", format!("STATEMENT_CATEGORY_{}", policy.category[i]), era);
                    if let Some(k) = &policy.keyword {
                        of_era("category_specification", format!("KEYWORD_{}", k[i]), era);
                        let other = k[i] == "OTHER";
                        assert!(!other || !policy.keyword_other.is_empty(), "{}: {policy:?}", p.name);
                    }
                }
            }
            for (_, types, other) in &p.content {
                assert_eq!(types.iter().any(|t| t == "OTHER"), !other.is_empty(), "{}", p.name);
                for t in types {
                    of_era("content_type", format!("CONTENT_TYPE_{t}"), "v1");
                }
            }
            for d in &p.decision {
                let some = |list: &str, text: &str| {
                    if !text.is_empty() {
                        of_era(list, format!("{}_{text}", list.to_uppercase()), "v1");
                    }
                };
                for v in &d.visibility {
                    some("decision_visibility", v);
                }
                some("decision_monetary", &d.monetary);
                some("decision_provision", &d.provision);
                some("decision_account", &d.account);
                assert_eq!(d.visibility.iter().any(|v| v == "OTHER"), !d.other.is_empty(), "{}", p.name);
                assert_eq!(d.monetary == "OTHER", !d.monetary_other.is_empty(), "{}", p.name);
                assert!(
                    !(d.visibility.is_empty()
                        && d.monetary.is_empty()
                        && d.provision.is_empty()
                        && d.account.is_empty())
                );
            }
            assert!(p.illegal_share == 0 || !p.illegal_ground.is_empty() && !p.illegal_explanation.is_empty());
            assert!(Source::CODES.iter().all(|s| code("source_type", s).is_some()));
        }
        assert!(!codes("category").is_empty());
    }
}
