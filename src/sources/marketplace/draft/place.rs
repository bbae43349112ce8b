//! Which column of an export may be which column of a table, by names and contents.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::sample::{Profile, Sampled};
use crate::sources::marketplace::columns::ColumnMapping;
use crate::tables::{Column, Kind, TABLES, Table, Values, codes};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Synonyms {
    tables: BTreeMap<String, Vec<String>>,
    columns: BTreeMap<String, Vec<String>>,
}

static SYNONYMS: LazyLock<Synonyms> = LazyLock::new(|| {
    // That the list can be read is tested.
    toml::from_str(include_str!("synonyms.toml"))
        .unwrap_or_else(|_| Synonyms { tables: BTreeMap::new(), columns: BTreeMap::new() })
});

/// Below this confidence a column is not proposed.
pub const LEAST: f64 = 0.55;

/// A proposal: a column of the table, the one of the export, and how well they fit.
#[derive(Debug, Clone)]
pub struct Place<'s> {
    /// Column of the table.
    pub column: &'static Column,
    /// Column of the export.
    pub source: &'s Profile,
    /// From 0 to 1: how well names and contents fit. No probability.
    pub confidence: f64,
    /// The next best column of the export, with its confidence.
    pub other: Option<(&'s str, f64)>,
}

/// A name as names are compared: letters and digits in lower case, without accents.
#[must_use]
pub fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'ą' => out.push('a'),
            'è' | 'é' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ò' | 'ó' | 'ô' | 'õ' => out.push('o'),
            'ù' | 'ú' | 'û' => out.push('u'),
            'ç' | 'ć' => out.push('c'),
            'ñ' | 'ń' => out.push('n'),
            'ł' => out.push('l'),
            'ś' => out.push('s'),
            'ź' | 'ż' => out.push('z'),
            c if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    out
}

/// How well the name of a column of an export fits one of a table.
fn by_name(name: &str, column: &str) -> f64 {
    // Of a path the last step names the value; `id` alone takes the step before along.
    let whole = plain(name);
    let last = name.rsplit('.').next().map(plain).unwrap_or_default();
    let wanted = plain(column);
    let own = [wanted.as_str()];
    let listed = SYNONYMS.columns.get(column).map(Vec::as_slice).unwrap_or_default();
    let words = own.into_iter().chain(listed.iter().map(String::as_str));
    words
        .enumerate()
        .map(|(rank, word)| {
            // Words stand in the order of how surely they mean the column.
            #[allow(clippy::cast_precision_loss)]
            let sure = 1.0 - 0.005 * rank.min(20) as f64;
            if whole == word {
                sure
            } else if last == word {
                sure - 0.03
            } else if word.len() >= 4 && (whole.ends_with(word) || whole.starts_with(word)) {
                0.75 * sure
            } else {
                let near = strsim::jaro_winkler(&whole, word);
                if near > 0.9 && word.len() > 3 { near * 0.8 } else { 0.0 }
            }
        })
        .fold(0.0, f64::max)
}

/// How well the contents of a column fit what a column of a table holds: from 0, which rules it out, to 1.
fn by_content(profile: &Profile, column: &Column, is_key: bool) -> f64 {
    if profile.filled == 0 {
        return 0.3;
    }
    let numbers = profile.share(profile.numbers[0].max(profile.numbers[1]));
    match column.kind {
        Kind::Timestamp | Kind::Date => {
            if profile.times.is_empty() {
                0.0
            } else {
                1.0
            }
        }
        Kind::Integer => profile.share(profile.numbers[0]),
        Kind::Number => numbers,
        Kind::Bool => {
            if profile.truths == profile.filled || (profile.few && profile.values.len() <= 6) {
                1.0
            } else {
                0.2
            }
        }
        Kind::Code | Kind::CodeList => match column.values {
            Values::Codes(_) if !profile.few || profile.values.len() > 60 => 0.2,
            _ if !profile.few => 0.7,
            _ if !profile.times.is_empty() && !profile.times[0].0.starts_with("epoch") => 0.2,
            _ => 1.0,
        },
        Kind::Text if column.name == "gtin" => profile.share(profile.barcodes).max(0.3),
        Kind::Text if column.name == "url" => profile.share(profile.addresses).max(0.2),
        Kind::Text if is_key => {
            if profile.unique {
                1.0
            } else {
                0.8
            }
        }
        // A time is no identifier and no title.
        Kind::Text if !profile.times.is_empty() && profile.times[0].0 != "epoch_s" => 0.3,
        Kind::Text => 1.0,
    }
}

/// Proposals for a table, best first.
#[must_use]
pub fn place<'s>(table: &'static dyn Table, sampled: &'s Sampled) -> Vec<Place<'s>> {
    let columns: Vec<&'static Column> = table.columns().iter().filter(|c| ColumnMapping::can_be_mapped(c)).collect();
    let key = table.key();
    let mut all: Vec<(f64, usize, usize)> = Vec::new();
    for (c, column) in columns.iter().enumerate() {
        let is_key = key.contains(&column.name) && column.name != "platform";
        for (s, profile) in sampled.columns.iter().enumerate() {
            let mut fit = by_name(&profile.name, column.name) * by_content(profile, column, is_key);
            // Barcodes are known by their check digits, whatever their name.
            if column.name == "gtin" && profile.share(profile.barcodes) > 0.8 {
                fit = fit.max(0.9);
            }
            if fit >= LEAST {
                all.push((fit, c, s));
            }
        }
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut places: Vec<Place<'s>> = Vec::new();
    let mut used: Vec<usize> = Vec::new();
    for &(confidence, c, s) in &all {
        if used.contains(&s) || places.iter().any(|p| p.column.name == columns[c].name) {
            continue;
        }
        used.push(s);
        let other = all.iter().find(|o| o.1 == c && o.2 != s).map(|o| (sampled.columns[o.2].name.as_str(), o.0));
        places.push(Place { column: columns[c], source: &sampled.columns[s], confidence, other });
    }
    for column in columns.iter().filter(|c| !c.nullable && c.name != "platform") {
        if places.iter().any(|p| p.column.name == column.name) {
            continue;
        }
        // Every row has to have it: what is left that fits by content, told as the guess it is.
        let left = (0..sampled.columns.len()).filter(|s| !used.contains(s)).map(|s| {
            let profile = &sampled.columns[s];
            let unique = if profile.unique && key.contains(&column.name) { 0.1 } else { 0.0 };
            (by_content(profile, column, key.contains(&column.name)) * 0.1 + unique, s)
        });
        if let Some((_, s)) = left.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))) {
            used.push(s);
            places.push(Place { column, source: &sampled.columns[s], confidence: 0.05, other: None });
        }
    }
    places
}

/// The table that a file most likely is of.
#[must_use]
pub fn table_of(sampled: &Sampled) -> &'static dyn Table {
    let stem = sampled.name.rsplit('/').next().unwrap_or_default();
    let stem = plain(stem.split('.').next().unwrap_or_default());
    let mut best: (f64, &'static dyn Table) = (-1.0, &crate::tables::listings::Listings);
    for table in TABLES.iter().copied().filter(|t| t.name() != "statements") {
        let places = place(table, sampled);
        let required: Vec<&str> =
            table.columns().iter().filter(|c| !c.nullable && ColumnMapping::can_be_mapped(c)).map(|c| c.name).collect();
        let placed = |name: &str| places.iter().any(|p| p.column.name == name && p.confidence >= LEAST);
        let lacking = required.iter().filter(|n| **n != "platform" && !placed(n)).count();
        // Squares: one sure column says more than two doubtful ones.
        let sum: f64 = places.iter().map(|p| p.confidence * p.confidence).sum();
        let words = SYNONYMS.tables.get(table.name()).map(Vec::as_slice).unwrap_or_default();
        let named = words.iter().any(|w| stem.contains(w.as_str()));
        #[allow(clippy::cast_precision_loss)]
        let score = sum - 2.0 * lacking as f64 + if named { 2.0 } else { 0.0 };
        if score > best.0 {
            best = (score, table);
        }
    }
    best.1
}

/// The code of an enumeration that a value of an export most likely means.
#[must_use]
pub fn code_of(enumeration: &str, value: &str) -> Option<&'static str> {
    let wanted = plain(value);
    let near = |text: &str| {
        let text = plain(text);
        if text == wanted {
            1.0
        } else if wanted.len() >= 4 && (text.contains(&wanted) || wanted.contains(&text)) {
            0.9
        } else {
            strsim::jaro_winkler(&text, &wanted)
        }
    };
    codes::codes(enumeration)
        .iter()
        .map(|c| (near(&c.code).max(near(&c.label) - 0.01), c.code.as_str()))
        .filter(|(fit, _)| *fit > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, code)| code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn synonyms_name_tables_and_columns_that_exist() {
        for table in SYNONYMS.tables.keys() {
            assert!(tables::table(table).is_some(), "{table}");
        }
        assert!(!SYNONYMS.columns.is_empty());
        for (column, words) in &SYNONYMS.columns {
            assert!(TABLES.iter().any(|t| t.column(column).is_some()), "{column}");
            for word in words {
                assert_eq!(word, &plain(word), "{column}");
            }
        }
    }

    #[test]
    fn values_are_taken_for_the_codes_that_they_mean() {
        for (value, code) in [("REMOVAL", "removal"), ("Removed", "removal"), ("trusted flagger", "trusted_flagger")] {
            let list = if code == "removal" { "action" } else { "detection_source" };
            assert_eq!(code_of(list, value), Some(code), "{value}");
        }
        assert_eq!(code_of("action", "A7"), None);
    }
}
