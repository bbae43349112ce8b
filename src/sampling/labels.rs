//! Labels of coders, and one label per unit from several.

use std::collections::BTreeMap;

/// A label of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// `illegal`, `yes`: the unit is of the kind that was asked for.
    Positive,
    /// `legal`, `no`.
    Negative,
    /// `unsure`.
    Unsure,
}

impl Label {
    /// Every label.
    pub const ALL: [Self; 3] = [Self::Positive, Self::Negative, Self::Unsure];

    /// The label that a code of the enumeration `audit_label` stands for.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        Some(match code {
            "illegal" | "yes" => Self::Positive,
            "legal" | "no" => Self::Negative,
            "unsure" => Self::Unsure,
            _ => return None,
        })
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
            Self::Unsure => "unsure",
        }
    }
}

/// The code of the enumeration `audit_label` that a coder's text means: case and blanks are forgiven.
///
/// ```
/// use systemic::sampling::labels::code;
/// assert_eq!((code(" Illegal "), code("maybe")), (Some("illegal"), None));
/// ```
#[must_use]
pub fn code(text: &str) -> Option<&'static str> {
    let text: String = text.split_whitespace().collect::<String>().to_lowercase();
    ["illegal", "legal", "unsure", "yes", "no"].into_iter().find(|code| *code == text)
}

/// Codes that a coder may choose from for a question of the enumeration `audit_question`.
#[must_use]
pub fn choices(question: &str) -> [&'static str; 3] {
    if question == "illegal" { ["illegal", "legal", "unsure"] } else { ["yes", "no", "unsure"] }
}

/// One label from those of several coders: each with who gave it, null for the label that was agreed on.
///
/// The agreed label wins; else the one that all gave; else the one that more than half gave; else `unsure`. Several
/// agreed labels are put together in the same way. Null without a label. Complexity: O(labels).
///
/// ```
/// use systemic::sampling::labels::{Label, resolve};
/// let (a, b) = (Some("a"), Some("b"));
/// assert_eq!(resolve([(a, Label::Positive), (b, Label::Positive)]), Some(Label::Positive));
/// assert_eq!(resolve([(a, Label::Positive), (b, Label::Negative)]), Some(Label::Unsure));
/// assert_eq!(resolve([(a, Label::Positive), (b, Label::Negative), (None, Label::Negative)]), Some(Label::Negative));
/// ```
#[must_use]
pub fn resolve<'a>(labels: impl IntoIterator<Item = (Option<&'a str>, Label)>) -> Option<Label> {
    let (mut agreed, mut others): (BTreeMap<Label, u64>, BTreeMap<Label, u64>) = (BTreeMap::new(), BTreeMap::new());
    for (coder, label) in labels {
        let counts = if coder.is_none() { &mut agreed } else { &mut others };
        *counts.entry(label).or_default() += 1;
    }
    let counts = if agreed.is_empty() { others } else { agreed };
    let all: u64 = counts.values().sum();
    if all == 0 {
        return None;
    }
    let majority = counts.iter().find(|(_, n)| 2 * **n > all).map(|(label, _)| *label);
    Some(majority.unwrap_or(Label::Unsure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Label::{Negative, Positive, Unsure};

    #[test]
    fn the_rule_of_several_labels() {
        let of = |labels: &[(Option<&'static str>, Label)]| resolve(labels.iter().copied());
        let (a, b, c) = (Some("a"), Some("b"), Some("c"));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(a, Negative)]), Some(Negative));
        assert_eq!(of(&[(a, Positive), (b, Positive), (c, Unsure)]), Some(Positive));
        assert_eq!(of(&[(a, Positive), (b, Negative), (c, Unsure)]), Some(Unsure));
        assert_eq!(of(&[(a, Positive), (b, Unsure)]), Some(Unsure));
        assert_eq!(of(&[(None, Negative), (a, Positive), (b, Positive)]), Some(Negative));
        assert_eq!(of(&[(None, Negative), (None, Positive)]), Some(Unsure));
    }

    #[test]
    fn texts_of_coders() {
        assert_eq!(code("ILLEGAL"), Some("illegal"));
        assert_eq!(code("\u{a0}Legal\t"), Some("legal"));
        assert_eq!((code(""), code("illegal?"), code("not legal")), (None, None, None));
        // Every code of the codebook is a label, and the other way round.
        let listed: Vec<&str> = crate::tables::codes::codes("audit_label").iter().map(|c| c.code.as_str()).collect();
        assert!(listed.iter().all(|c| code(c) == Some(c) && Label::of(c).is_some()), "{listed:?}");
        assert_eq!(listed.len(), 5);
    }
}
