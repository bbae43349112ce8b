//! Names of platforms that look alike.

use super::{Check, Facts, Observation};
use crate::engine::TallyTable;
use crate::finding;
use crate::tables::platforms;

/// The check.
pub struct LookAlikes;

/// Words that a company's name has and its platform's has not.
const LEGAL: [&str; 22] = [
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "corp",
    "eood",
    "gmbh",
    "inc",
    "international",
    "ireland",
    "kg",
    "limited",
    "llc",
    "ltd",
    "nv",
    "oy",
    "sa",
    "sas",
    "sia",
    "srl",
    "uab",
];

/// Jaro–Winkler similarity from which on two names look alike. Among the names that the database is known
/// to hold, pairs of different platforms stay below it, but for those with a number or a short word more.
const ALIKE: f64 = 0.95;

impl Check for LookAlikes {
    fn id(&self) -> &'static str {
        "names"
    }
    fn doc(&self) -> &'static str {
        "names that differ in case, blanks, entities, legal form, a letter, or a word at the end"
    }
    fn observe(&self, _: &[TallyTable], facts: &Facts) -> Vec<Observation> {
        let names: Vec<&str> = facts.platforms().into_iter().collect();
        let rows = |name: &str| facts.cells.iter().filter(|((_, p), _)| p == name).map(|(_, n)| n).sum::<u64>();
        let mut found = Vec::new();
        for (i, a) in names.iter().enumerate() {
            for b in &names[i + 1..] {
                // Two names that are known to be those of different platforms are.
                if (platforms::is_known(a) && platforms::is_known(b)) || !alike(a, b) {
                    continue;
                }
                let (rarer, other) = if rows(a) < rows(b) { (a, b) } else { (b, a) };
                found.push(Observation {
                    kind: finding::LOOK_ALIKE,
                    period: None,
                    platform: Some((*rarer).to_owned()),
                    column: Some("platform_name"),
                    value: Some(format!("like {other}")),
                    count: rows(rarer),
                    of: Some(rows(a) + rows(b)),
                    example: None,
                    cells: Vec::new(),
                    broken: None,
                });
            }
        }
        found
    }
}

/// Whether two different names may be those of one platform.
fn alike(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return false;
    }
    let (shorter, longer) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    let (text_a, text_b) = (a.concat(), b.concat());
    text_a == text_b
        || (longer.len() == shorter.len() + 1 && longer.starts_with(shorter))
        || (text_a.chars().count().min(text_b.chars().count()) >= 5 && strsim::jaro_winkler(&text_a, &text_b) >= ALIKE)
}

/// The words of a name in lower case, without punctuation, entities and legal form.
fn words(name: &str) -> Vec<String> {
    let plain = name.replace("&quot;", " ").replace("&amp;", " ").replace('.', "").to_lowercase();
    let words = plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.filter(|w| !LEGAL.contains(w)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_platform_under_two_names() {
        for (a, b) in [
            ("Tovaridge", "TOVARIDGE"),
            ("Tovaridge", "Tovaridge Netherlands B.V."),
            ("Tovaridge", "SIA &quot;Tovaridge&quot;"),
            ("Tovaridge", "Tovaridgee"),
            ("Amazon", "Amazon Store"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [("Google Play", "Google Shopping"), ("eBay", "Etsy"), ("X", "Temu"), ("", "A")] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
