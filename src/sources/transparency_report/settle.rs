//! Parts that a file has more than once: put together where they complement each other, else one of them is kept.

use std::collections::{BTreeMap, BTreeSet};

use super::file::ReportPart;
use crate::finding::{self, Kind};
use crate::sources::export::Piece;
use crate::transparency::numbers::{State, tidy};
use crate::transparency::values::{ReportText, ReportValue};

/// What is said of a part that a file has more than once.
pub(super) type Told = (&'static Kind, String);

/// Leaves each part once. Sheets of one report that hold different rows of a part, or the same with blanks where the other
/// has figures, are one part; of sheets that disagree, that published last is kept, and of equals the last.
pub(super) fn settle(parts: Vec<ReportPart>, entries: &[String]) -> (Vec<ReportPart>, Vec<Told>) {
    let name = |p: &ReportPart| p.entry.and_then(|e| entries.get(e)).cloned().unwrap_or_default();
    let mut told = Vec::new();
    // Parts put together, each with the names of the sheets that it came from.
    let mut whole: Vec<(ReportPart, Piece, String)> = Vec::new();
    for part in parts {
        let (piece, own) = (part.piece(), name(&part));
        let fits = |(other, known, _): &&mut (ReportPart, Piece, String)| {
            known.identity == piece.identity
                && known.digest != piece.digest
                && other.group == part.group
                && known.edition == piece.edition
                && complement(other, &part)
        };
        if let Some((other, known, names)) = whole.iter_mut().find(fits) {
            told.push((finding::REPORT_SPLIT, format!("{}: in {names} and in {own}", piece.identity)));
            merge(other, part);
            (*known, *names) = (other.piece(), format!("{names}, {own}"));
        } else {
            whole.push((part, piece, own));
        }
    }
    let mut best: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, (_, piece, _)) in whole.iter().enumerate() {
        let place = best.entry(&piece.identity).or_insert(at);
        if piece.edition >= whole[*place].1.edition {
            *place = at;
        }
    }
    for (at, (_, piece, names)) in whole.iter().enumerate() {
        let Some((_, kept, in_kept)) =
            best.get(piece.identity.as_str()).filter(|kept| **kept != at).map(|kept| &whole[*kept])
        else {
            continue;
        };
        let kind = if kept.digest == piece.digest { finding::LEFT_ASIDE } else { finding::REPORT_EDITION };
        told.push((kind, format!("{}: in {names} and in {in_kept}", piece.identity)));
    }
    let kept: BTreeSet<usize> = best.into_values().collect();
    let parts = whole.into_iter().enumerate().filter(|(at, _)| kept.contains(at)).map(|(_, (p, ..))| p).collect();
    (parts, told)
}

/// What tells a figure from others of its part.
fn key(v: &ReportValue) -> String {
    let text = |t: &Option<String>| t.as_deref().map(tidy).unwrap_or_default();
    let code = v.indicator_code.map_or_else(|| text(&v.unparsed), str::to_owned);
    let names = [&v.category, &v.sub_category, &v.description, &v.surface].map(text).join("\u{1f}");
    format!("{code}\u{1f}{}\u{1f}{names}\u{1f}{}", v.scope, v.occurrence)
}

/// What tells a text from others of its part.
fn text_key(t: &ReportText) -> String {
    let text = |t: &Option<String>| t.as_deref().map(tidy).unwrap_or_default();
    let code = t.indicator_code.map_or_else(|| text(&t.label), str::to_owned);
    format!("{code}\u{1f}{}\u{1f}{}\u{1f}{}", text(&t.category), text(&t.sub_category), text(&t.label))
}

fn is_blank(v: &ReportValue) -> bool {
    v.state == State::Blank && v.context.is_none()
}

/// Whether two parts nowhere contradict each other: what both have is the same, or blank in one of them.
fn complement(a: &ReportPart, b: &ReportPart) -> bool {
    let values: BTreeMap<String, &ReportValue> = a.values.iter().map(|v| (key(v), v)).collect();
    let texts: BTreeMap<String, &ReportText> = a.texts.iter().map(|t| (text_key(t), t)).collect();
    let same = |v: &ReportValue, w: &ReportValue| {
        v.value == w.value && v.state == w.state && v.context.as_deref().map(tidy) == w.context.as_deref().map(tidy)
    };
    let said = |t: &ReportText| t.text.as_deref().map(tidy);
    b.values.iter().all(|v| values.get(&key(v)).is_none_or(|w| same(v, w) || is_blank(v) || is_blank(w)))
        && b.texts.iter().all(|t| {
            texts.get(&text_key(t)).is_none_or(|u| said(t) == said(u) || said(t).is_none() || said(u).is_none())
        })
}

/// Adds a part to one that it complements; cells that both have count once, filled ones before blank ones.
fn merge(into: &mut ReportPart, part: ReportPart) {
    let mut values: BTreeMap<String, usize> = into.values.iter().enumerate().map(|(at, v)| (key(v), at)).collect();
    for v in part.values {
        match values.get(&key(&v)) {
            Some(at) if is_blank(&into.values[*at]) => into.values[*at] = v,
            Some(_) => {}
            None => {
                values.insert(key(&v), into.values.len());
                into.values.push(v);
            }
        }
    }
    let mut texts: BTreeMap<String, usize> = into.texts.iter().enumerate().map(|(at, t)| (text_key(t), at)).collect();
    for t in part.texts {
        match texts.get(&text_key(&t)) {
            Some(at) if into.texts[*at].text.is_none() => into.texts[*at] = t,
            Some(_) => {}
            None => {
                texts.insert(text_key(&t), into.texts.len());
                into.texts.push(t);
            }
        }
    }
    into.observed.extend(part.observed);
    into.rejected.extend(part.rejected);
}
