//! Brands: the names under which one maker stands, and whether two sides name the same.

use super::words::{fold, once, words};

/// What is written where no brand is known, folded.
const NO_BRAND: &[&str] = &[
    "unknown",
    "unbranded",
    "nobrand",
    "none",
    "na",
    "notavailable",
    "notapplicable",
    "doesnotapply",
    "generic",
    "markenlos",
    "ohnemarke",
    "nichtzutreffend",
    "sonstige",
    "sansmarque",
    "brakmarki",
    "nessuna",
    "inconnu",
    "unspecified",
    "various",
    "other",
];

/// Legal forms of companies and what follows them, folded; left out at the end of a name.
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "america",
    "aps",
    "as",
    "bhd",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "deutschland",
    "europe",
    "france",
    "germany",
    "gmbh",
    "group",
    "holdings",
    "inc",
    "incorporated",
    "international",
    "italia",
    "italy",
    "kg",
    "kft",
    "kk",
    "limited",
    "llc",
    "llp",
    "ltd",
    "ltda",
    "nv",
    "oy",
    "oyj",
    "plc",
    "pte",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "sas",
    "sdn",
    "se",
    "sl",
    "slu",
    "spa",
    "spzoo",
    "srl",
    "sro",
    "trading",
    "uk",
    "us",
    "usa",
];

/// Ways to say that one company appears under another name, folded, between blanks.
const ALSO: &[&str] =
    &[" dba ", " d/b/a ", " doing business as ", " trading as ", " t/a ", " for the benefit of ", " aka "];

/// The names in one field for the brand, each as its words.
///
/// `ECHO Inc., of Lake Zurich, Illinois` is `echo`; `Tech Gear 5.7 Inc., dba Fieldsheer Apparel Technologies, of
/// Carlsbad` is `tech gear 5 7` and `fieldsheer apparel technologies`. Part numbers in the field, and all words of
/// the item's own model, are left out; what was written several times over counts once.
#[must_use]
pub fn names(brand: &str, model: Option<&str>) -> Vec<Vec<String>> {
    let mut text = format!(" {} ", fold(brand));
    for also in ALSO {
        text = text.replace(also, " | ");
    }
    // "(dba X)": the bracket is a boundary already.
    text = text.replace("(dba ", "(").replace("(counterfeit)", " ");
    let text = without_seats(&text);
    let own: Vec<String> = model.map(words).unwrap_or_default();
    let mut names: Vec<Vec<String>> = Vec::new();
    for segment in text.split(['|', '(', ')', ';']) {
        let mut parts: Vec<String> = words(segment);
        let part_number = |word: &str| word.len() >= 4 && word.bytes().any(|b| b.is_ascii_digit());
        parts.retain(|word| !own.contains(word) && !part_number(word));
        let mut parts = once(parts);
        parts.dedup();
        while parts.len() > 1 && ends_in_form(&parts) {
            parts.pop();
        }
        let whole = parts.concat();
        if !whole.is_empty() && !NO_BRAND.contains(&whole.as_str()) && !names.contains(&parts) {
            names.push(parts);
        }
    }
    names
}

/// Whether the last word is a legal form; single letters are where one was written with dots (`U.S.A.`, `N.V.`).
fn ends_in_form(parts: &[String]) -> bool {
    let Some(last) = parts.last() else { return false };
    FORMS.contains(&last.as_str())
        || (parts[0].len() > 2 && last.len() == 1 && last.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// Leaves out where a company sits (", of Lake Zurich, Illinois"), up to the next company ("and …", "dba …").
fn without_seats(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = [", of ", ",of ", ", both of "].iter().filter_map(|seat| rest.find(seat)).min() {
        out.push_str(&rest[..at]);
        let seat = &rest[at..];
        let end = [" and ", "|", "(", ")"].iter().filter_map(|stop| seat.find(stop)).min().unwrap_or(seat.len());
        out.push_str(" | ");
        rest = seat[end..].strip_prefix(" and ").unwrap_or(&seat[end..]);
    }
    out.push_str(rest);
    out
}

/// What one item says about its maker.
#[derive(Debug, Clone, Default)]
pub struct Maker {
    /// Names of the field for the brand.
    pub names: Vec<Vec<String>>,
    /// Words of title and text, in which the other side's brand may stand.
    pub said: Vec<String>,
    /// Words that follow "brand" or "manufacturer" in the text: the brand that a page names.
    pub labelled: Vec<String>,
}

/// Words after which a page names its brand, folded.
const LABELS: &[&str] =
    &["brand", "fabricant", "hersteller", "manufacturer", "marca", "marka", "marke", "marque", "merk", "varumarke"];

/// Words with which such a label is no label ("brand new"), folded.
const NEW: &[&str] = &["new", "neu"];

/// How many words after such a label are taken for a name.
const LABELLED: usize = 6;

impl Maker {
    /// Reads what an item says.
    #[must_use]
    pub fn new(brand: Option<&str>, model: Option<&str>, title: Option<&str>, text: Option<&str>) -> Self {
        let said: Vec<String> = [title, text].into_iter().flatten().flat_map(words).collect();
        let after_label = |text: &str| -> Vec<String> {
            let all = words(text);
            let label = |pair: &[String]| LABELS.contains(&pair[0].as_str()) && !NEW.contains(&pair[1].as_str());
            let at = all.windows(2).position(label);
            at.map(|at| all[at + 1..].iter().take(LABELLED).cloned().collect()).unwrap_or_default()
        };
        let labelled = [text, title].into_iter().flatten().map(after_label).find(|l| !l.is_empty()).unwrap_or_default();
        Self { names: brand.map(|b| names(b, model)).unwrap_or_default(), said, labelled }
    }

    /// Whether this side names a brand at all.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !self.names.is_empty() || !self.labelled.is_empty()
    }
}

/// The name on which both sides agree, as each says it.
///
/// A name of one side stands in the brand field of the other, as a whole or as its first words ("Samsung", "Samsung
/// Electronics"), or in the other's title or text, in any order of its words.
#[must_use]
pub fn agreed(a: &Maker, b: &Maker) -> Option<(String, String)> {
    for x in &a.names {
        for y in &b.names {
            if same(x, y) || begins(x, y) || begins(y, x) || holds(x, y) || holds(y, x) {
                return Some((x.join(" "), y.join(" ")));
            }
        }
    }
    let said = |names: &[Vec<String>], said: &[String]| names.iter().find(|n| is_said(n, said)).map(|n| n.join(" "));
    said(&a.names, &b.said)
        .map(|name| (name.clone(), name))
        .or_else(|| said(&b.names, &a.said).map(|name| (name.clone(), name)))
}

/// Equal words in any order, or equal when written as one word.
fn same(x: &[String], y: &[String]) -> bool {
    let sorted = |parts: &[String]| {
        let mut parts = parts.to_vec();
        parts.sort();
        parts
    };
    x.concat() == y.concat() || sorted(x) == sorted(y)
}

/// Whether one name is the first words of the other, and long enough to be a name.
fn begins(short: &[String], long: &[String]) -> bool {
    long.len() > short.len() && long.starts_with(short) && short.concat().len() >= 4
}

/// Whether a brand field names several makers, one of which this is ("Trade-Shop Stiga Greenworks").
fn holds(short: &[String], long: &[String]) -> bool {
    long.len() > short.len() && short.concat().len() >= 3 && long.windows(short.len()).any(|w| w == short)
}

/// Whether a text says a name: its words next to each other in any order, or written as one word or as two.
fn is_said(name: &[String], said: &[String]) -> bool {
    let whole = name.concat();
    whole.len() >= 2
        && (said.contains(&whole)
            || (name.len() > 1 && said.windows(name.len()).any(|w| same(w, name)))
            || (name.len() == 1 && whole.len() >= 5 && said.windows(2).any(|w| w.concat() == whole)))
}
