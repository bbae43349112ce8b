//! Free text of simulated statements: templates with a few variable bits, and rare difficult values.

use std::fmt::Write as _;

use serde::Deserialize;

use super::rng::Rng;
use crate::time::date;

/// A text with places that differ from row to row.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

#[derive(Debug, Clone)]
enum Piece {
    Text(String),
    Number,
    Reference,
    Hex,
    Day,
    Word,
    Country,
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim() != text || text.contains(['\n', '\\']) {
            return Err(format!(
                "the site trims texts and line breaks never arrive, so this is no stored text: {text:?}"
            ));
        }
        let mut pieces = Vec::new();
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after.split_once('}').ok_or_else(|| format!("no }} after {{ in {text:?}"))?;
            if !before.is_empty() {
                pieces.push(Piece::Text(before.into()));
            }
            pieces.push(match name {
                "n" => Piece::Number,
                "ref" => Piece::Reference,
                "hex" => Piece::Hex,
                "day" => Piece::Day,
                "word" => Piece::Word,
                "land" => Piece::Country,
                _ => return Err(format!("nothing is called {{{name}}} in {text:?}")),
            });
            rest = tail;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Text(rest.into()));
        }
        Ok(Self(pieces))
    }
}

impl Template {
    /// Appends the text to `out`, with its places filled; `day` is the content date.
    pub fn render(&self, rng: &mut Rng, day: i32, out: &mut String) {
        for piece in &self.0 {
            // Writing to a String cannot fail.
            let _ = match piece {
                Piece::Text(text) => out.write_str(text),
                Piece::Number => write!(out, "{}", 1 + rng.below(40)),
                Piece::Reference => write!(out, "{:08}", rng.below(100_000_000)),
                Piece::Hex => write!(out, "{:08x}", rng.below(1 << 32)),
                Piece::Day => push_date(out, day),
                Piece::Word => out.write_str(rng.one(WORDS).copied().unwrap_or_default()),
                Piece::Country => out.write_str(rng.one(LANDS).copied().unwrap_or_default()),
            };
        }
    }
}

/// Appends a day as `YYYY-MM-DD`.
pub fn push_date(out: &mut String, day: i32) -> std::fmt::Result {
    let Some(d) = date(day) else { return Ok(()) };
    write!(out, "{:04}-{:02}-{:02}", d.year(), d.month(), d.day())
}

const WORDS: &[&str] = &[
    "Führerschein",
    "couteau",
    "coltello",
    "Rezept",
    "médicament",
    "Вино",
    "pistola",
    "nóż",
    "φάρμακο",
    "Schlüssel",
    "životinja",
    "ordonnance",
    "receta",
    "fuegos artificiales",
    "ξύλο",
    "stempel",
    "szampon",
    "gratis, sofort",
    "100 %",
    "zeķes",
    "prášek",
    "lõhkeaine",
    "pénz",
    "mărci",
    "клей",
    "kniv, ny",
    "veitsi",
    "naifa",
    "lék na spaní",
    "arme",
];

const LANDS: &[&str] = &[
    "Austria",
    "Belgium",
    "Bulgaria",
    "Croatia",
    "Cyprus",
    "Czechia",
    "Denmark",
    "Estonia",
    "Finland",
    "France",
    "Germany",
    "Greece",
    "Hungary",
    "Ireland",
    "Italy",
    "Latvia",
    "Lithuania",
    "Luxembourg",
    "Malta",
    "Netherlands",
    "Poland",
    "Portugal",
    "Romania",
    "Slovakia",
    "Slovenia",
    "Spain",
    "Sweden",
];

/// Stored values that break careless readers, trimmed as the site trims them; line feeds become blanks at export.
const DIFFICULT: &[&str] = &[
    r##"The title said \"#1 and free\", which it is not"##,
    r#""quoted", then "quoted again""#,
    r#"\"stop\", he wrote, \"or else\""#,
    r"Folder C:\offers\new\",
    r#"two backslashes \\" and a quote"#,
    "\\",
    "\"",
    ",",
    r#"\","#,
    "=SUM(A1)",
    "@cmd, +1-1",
    "first line\r\nsecond line\r\n\r\nlast, with a comma",
    "one carriage return\rin the middle",
    "tab\tbetween\tcolumns",
    "Ελληνικά, Кирилица, 中文说明, עברית, العربية 🙂",
    "a line\u{2028}separator and a\u{a0}hard blank",
    "&quot;escaped&quot; &amp; kept",
    "null",
    "NaN",
    "[\"a\",\"b\"]",
    "e\u{301} is not é",
];

/// A text that careless readers break on, and the column that it comes in.
#[derive(Debug, Clone, Copy)]
pub struct Difficult(&'static str, Where);

/// Column of a difficult text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// `decision_facts`.
    Facts,
    /// One of the two explanations.
    Explanation,
    /// One of the two grounds.
    Ground,
}

impl Difficult {
    /// One of [`DIFFICULT`], mostly in the facts.
    pub fn draw(rng: &mut Rng) -> Option<Self> {
        let place = [(10, Where::Facts), (7, Where::Explanation), (3, Where::Ground)];
        Some(Self(rng.one(DIFFICULT).copied()?, *rng.pick(&place)?))
    }

    /// The text, if it comes in this column.
    pub fn of(difficult: Option<Self>, place: Where) -> Option<&'static str> {
        difficult.filter(|d| d.1 == place).map(|d| d.0)
    }
}

/// Names that notices give as their sender. None of them exists.
pub const NOTIFIERS: &[&str] = &[
    "Example Alliance of Rights Holders",
    "Verbraucherbund Beispielstadt e.V.",
    "Hotline of the Example Foundation",
    "Association Exemple, signalements",
    "Market surveillance, Exampleland",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_fill_their_places_and_refuse_others() {
        let t = Template::try_from("Offer {ref} of {day}: {n}".to_owned()).expect("template");
        let mut out = String::new();
        t.render(&mut Rng::new([1; 4]), 20_270, &mut out);
        assert!(out.starts_with("Offer ") && out.contains(" of 2025-07-01: "), "{out}");
        assert!(Template::try_from("{price}".to_owned()).is_err());
        assert!(Template::try_from(" blank".to_owned()).is_err());
        assert!(Template::try_from("{n".to_owned()).is_err());
    }

    #[test]
    fn difficult_values_are_trimmed_as_the_site_trims_them() {
        assert!(DIFFICULT.iter().all(|t| t.trim() == *t));
    }
}
