//! At the end: references, the record of the run, how to cite and how to repeat.

use std::collections::BTreeMap;

use super::table::{Cell, Link, Table, href, slug};
use super::texts::Texts;
use super::{Material, pick};
use crate::provenance::Manifest;

/// Files that are listed with their hashes; the others stand in the manifest.
const RESULTS: [&str; 3] = ["estimates.parquet", "estimates.csv", "findings.csv"];
/// Identifier of the Transparency Database.
const DOI: &str = "10.2906/134353607485211";

/// A source with the indicators that follow it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Reference {
    pub text: String,
    pub used_by: Vec<Link>,
}

/// The sources of the indicators on the page, in alphabetical order.
pub(super) fn references(ids: &[&str]) -> Vec<Reference> {
    let mut by: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    for card in ids.iter().filter_map(|id| pick::card(id)) {
        for reference in card.references {
            let link = Link { text: card.id.to_owned(), href: format!("#i-{}", slug(card.id)) };
            by.entry(reference).or_default().push(link);
        }
    }
    let mut all: Vec<Reference> =
        by.into_iter().map(|(text, used_by)| Reference { text: text.to_owned(), used_by }).collect();
    all.sort_by_key(|r| r.text.to_lowercase());
    all
}

/// What to cite: the tool, and the database where statements are in the data and not simulated.
pub(super) fn citations(material: &Material<'_>, simulated: bool) -> Vec<String> {
    let version = material.manifest.map_or(env!("CARGO_PKG_VERSION"), |m| m.version.as_str());
    let mut all = vec![format!("The systemic authors. systemic, version {version}. Software, MIT OR Apache-2.0.")];
    if !simulated && material.estimates.iter().any(|e| e.basis == "statements") {
        all.push(format!(
            "European Commission, DG CONNECT (2023). Digital Services Act Transparency Database. doi:{DOI}. CC BY 4.0."
        ));
    }
    all
}

/// A command line as a shell takes it.
pub(super) fn command(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./,:=+@%".contains(c);
    let quoted = words.iter().map(|w| {
        if !w.is_empty() && w.chars().all(plain) { w.clone() } else { format!("'{}'", w.replace('\'', "'\\''")) }
    });
    std::iter::once(env!("CARGO_PKG_NAME").to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

/// What was asked for, one line each, without what is not set.
pub(super) fn parameters(manifest: &Manifest) -> Vec<(String, String)> {
    let empty = |v: &serde_json::Value| match v {
        serde_json::Value::Null => true,
        serde_json::Value::Array(a) => a.is_empty(),
        serde_json::Value::Object(o) => o.is_empty(),
        _ => false,
    };
    let show = |v: &serde_json::Value| match v {
        serde_json::Value::String(s) => s.clone(),
        other => other.to_string(),
    };
    let mut all: BTreeMap<&String, &serde_json::Value> = BTreeMap::new();
    all.extend(&manifest.parameters);
    // Where the data lies is no part of what was asked.
    all.into_iter()
        .filter(|(name, v)| name.as_str() != "data" && !empty(v))
        .map(|(n, v)| (n.clone(), show(v)))
        .collect()
}

/// The files with the results, with their hashes.
pub(super) fn outputs(material: &Material<'_>, manifest: &Manifest, t: &Texts) -> Option<Table> {
    let rows: Vec<Vec<Cell>> = manifest
        .outputs
        .iter()
        .filter(|o| RESULTS.contains(&o.path.as_str()))
        .map(|o| {
            let file = Cell::text(&*o.path);
            let file = if material.files.contains(&o.path) { file.to(href(&material.base, &o.path)) } else { file };
            vec![file, Cell::count(Some(o.bytes)), Cell::text(&*o.sha256)]
        })
        .collect();
    let heads = [t.manifest_head_file, &format!("#{}", t.manifest_head_bytes), t.manifest_head_hash];
    (!rows.is_empty()).then(|| Table::new("outputs-table", t.manifest_outputs_caption.to_owned(), &heads, rows))
}
