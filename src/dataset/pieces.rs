//! Exports in pieces: each piece counts once, whichever files hold it.
//!
//! A transparency report comes as a workbook, as an archive and as single CSV files, and again when its provider
//! corrects it. A file gives the pieces that no other file has, and those of which it is the later edition.

use std::collections::{BTreeMap, BTreeSet};

use super::register::{Part, TableExport};
use crate::finding::{self, Finding, Findings};
use crate::sources::export::{Description, Piece, RowSink};

/// How the pieces of a file stand to those that a dataset has.
#[derive(Debug, Default)]
pub(super) struct Sides {
    /// Pieces that stay with another export: place, name and hash of that one, and whether it says otherwise.
    pub held: Vec<(usize, String, String, bool)>,
    /// Identities of pieces that are taken from other exports.
    pub replaced: BTreeSet<String>,
    /// What is to be said: which piece, and the file that had it.
    changed: Vec<(String, String)>,
}

/// Whether a dataset has every piece of an export that has rows, from whatever file.
pub(super) fn all_held(exports: &[TableExport], description: &Description) -> bool {
    let held: BTreeSet<&str> = pieces(exports.iter()).map(|(_, _, p)| p.identity.as_str()).collect();
    description.pieces.iter().filter(|p| p.rows > 0).all(|p| held.contains(p.identity.as_str()))
}

fn pieces<'a>(
    exports: impl Iterator<Item = &'a TableExport>,
) -> impl Iterator<Item = (&'a TableExport, &'a Part, &'a Piece)> {
    exports.flat_map(|e| e.parts.iter().filter_map(move |p| Some((e, p, p.piece.as_ref()?))))
}

impl Sides {
    /// Compares a file with other exports. Of two that say the same the one stays that knows when it was published; of
    /// two that differ the one published later, or else the new one.
    pub fn of<'a>(new: &Description, others: impl Iterator<Item = &'a TableExport>) -> Self {
        let known: BTreeMap<&str, (&TableExport, &Piece)> =
            pieces(others).map(|(e, _, p)| (p.identity.as_str(), (e, p))).collect();
        let mut sides = Self::default();
        for (at, piece) in new.pieces.iter().enumerate() {
            let Some((export, old)) = known.get(piece.identity.as_str()) else { continue };
            let same = old.digest == piece.digest;
            let stays = if same {
                piece.edition <= old.edition
            } else {
                old.edition.zip(piece.edition).is_some_and(|(old, new)| old > new)
            };
            if stays {
                sides.held.push((at, export.name.clone(), export.sha256.clone(), !same));
                continue;
            }
            sides.replaced.insert(piece.identity.clone());
            if !same {
                sides.changed.push((piece.identity.clone(), export.name.clone()));
            }
        }
        for (at, name, _, differs) in &sides.held {
            if let Some(piece) = new.pieces.get(*at).filter(|_| *differs) {
                sides.changed.push((piece.identity.clone(), name.clone()));
            }
        }
        sides
    }

    /// The exports that hold all pieces of a file that has any; `None` where one is to be loaded.
    pub fn holders(&self, description: &Description) -> Option<Vec<String>> {
        let held = |at: usize| self.held.iter().any(|h| h.0 == at);
        let all = description.pieces.iter().enumerate().all(|(at, p)| p.rows == 0 || held(at));
        let names: BTreeSet<String> = self.held.iter().map(|h| h.1.clone()).collect();
        (all && !names.is_empty()).then(|| names.into_iter().collect())
    }

    /// Tells of pieces that two files have with different figures.
    pub fn tell(&self, name: &str, sink: &mut dyn RowSink) {
        for (identity, other) in &self.changed {
            sink.find(finding::REPORT_EDITION, None, Some(&said(identity, name, other)), 1, None);
        }
    }

    /// The same, for the exports that stay: their hash, and what is said of each.
    pub fn of_holders(&self, name: &str) -> Vec<(String, Vec<Finding>)> {
        let of = |(identity, other): &(String, String)| {
            let mut findings = Findings::default();
            findings.add(finding::REPORT_EDITION, None, Some(&said(identity, name, other)), 1, None);
            let sha256 = self.held.iter().find(|h| h.1 == *other).map(|h| h.2.clone())?;
            Some((sha256, findings.list(&[])))
        };
        self.changed.iter().filter_map(of).collect()
    }
}

fn said(identity: &str, a: &str, b: &str) -> String {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    format!("{identity}: in {first} and in {second}")
}

/// Takes pieces out of exports; gives what was taken, as exports with these pieces alone. Exports of which nothing
/// stays are taken whole.
pub(super) fn take_out(exports: &mut Vec<TableExport>, identities: &BTreeSet<String>) -> Vec<TableExport> {
    let mut taken = Vec::new();
    for export in exports.iter_mut() {
        let goes = |p: &Part| p.piece.as_ref().is_some_and(|p| identities.contains(&p.identity));
        let (gone, stay): (Vec<Part>, Vec<Part>) = std::mem::take(&mut export.parts).into_iter().partition(goes);
        export.parts = stay;
        if gone.is_empty() {
            continue;
        }
        for part in &gone {
            export.rows = export.rows.saturating_sub(part.rows);
            let Some(platform) = part.piece.as_ref().and_then(|p| p.platform.as_ref()) else { continue };
            if let Some(rows) = export.platforms.get_mut(platform) {
                *rows = rows.saturating_sub(part.rows);
            }
        }
        export.platforms.retain(|_, rows| *rows > 0);
        // Records that were kept aside stay with what stays.
        let rejected_file = export.rejected_file.clone().filter(|_| export.parts.is_empty());
        taken.push(TableExport { parts: gone, rejected_file, ..export.clone() });
    }
    exports.retain(|e| !e.parts.is_empty() || !taken.iter().any(|t| t.sha256 == e.sha256));
    taken
}
