//! The words of Lorenz curves: details, notes and alternative text.

use super::super::alt as sentences;
use super::super::labels;
use super::super::notes as of_rows;
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::step_curves::why;
use super::super::words::{self, Caption};
use super::Profile;
use crate::estimate::Estimate;

/// Names in one note.
const NAMED: usize = 4;

/// A Gini coefficient: two decimals, as it is written.
fn index(v: f64) -> String {
    format!("{v:.2}")
}

/// A Gini coefficient with its limits.
fn gini(e: &Estimate) -> Option<String> {
    let limits = match (e.lower, e.upper) {
        (Some(a), Some(b)) => format!(" ({} to {})", index(a), index(b)),
        (Some(a), None) => format!(" (at least {})", index(a)),
        (None, Some(b)) => format!(" (at most {})", index(b)),
        (None, None) => String::new(),
    };
    Some(format!("Gini {}{limits}", index(e.value?)))
}

/// What stands beside a curve, the weightiest first.
pub(super) fn details(p: &Profile<'_>, what: &str) -> Vec<String> {
    let n = p.n().map(|n| format!("n = {}", labels::count(n)));
    let top = |i: usize, who: &str| Some(format!("top {who}: {} of {what}", labels::fine_share(p.number(i)?)));
    let without = p.beside[1].and_then(gini).map(|g| format!("without zeros: {g}"));
    [p.beside[0].and_then(gini), n, top(2, "1%"), top(3, "10%"), without].into_iter().flatten().collect()
}

/// The sentences of the note, in the order of their weight.
pub(super) fn notes(
    selection: &Selection<'_>,
    profiles: &[Profile<'_>],
    coloured: &[usize],
    (units, what): &(String, String),
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    let shown = || coloured.iter().map(|&i| &profiles[i]);
    if shown().any(|p| p.beside[1].is_some()) {
        out.push(format!("Without zeros: {units} without {what} are left out."));
    }
    out.extend(of_rows::intervals(shown().filter_map(|p| p.beside[0]), "In brackets"));
    out.extend(of_rows::intervals(shown().flat_map(|p| p.points.iter().copied()), "Bands"));
    let grey: Vec<String> = (0..profiles.len())
        .filter(|i| !coloured.contains(i) && profiles[*i].drawn())
        .map(|i| profiles[i].label.clone())
        .collect();
    if !grey.is_empty() {
        let chosen = format!("Coloured: the {} with the largest denominators (n). ", coloured.len());
        let chosen = if spec.highlight.is_empty() { chosen } else { String::new() };
        out.push(words::sentence(&format!("{chosen}Grey: {}", labels::some_names(&grey, NAMED))));
    }
    let mut reasons: Vec<(String, Vec<String>)> = Vec::new();
    for p in profiles.iter().filter(|p| !p.drawn()) {
        let n = p.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let reason = p
            .points
            .first()
            .or(p.beside[0].as_ref())
            .map_or("no data", |e| why(e))
            .replace("no data", "no point between the ends");
        let who = format!("{}{n}", p.label);
        match reasons.iter_mut().find(|(r, _)| *r == reason) {
            Some((_, all)) => all.push(who),
            None => reasons.push((reason, vec![who])),
        }
    }
    let parts: Vec<String> =
        reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, NAMED))).collect();
    if !parts.is_empty() {
        out.push(words::sentence(&format!("Not drawn: {}", parts.join("; "))));
    }
    out.extend(of_rows::of_estimates(selection, "points"));
    out
}

/// Sentences about the curves, for those who do not see them.
pub(super) fn alt(
    caption: &Caption,
    selection: &Selection<'_>,
    profiles: &[Profile<'_>],
    coloured: &[usize],
    (_, what): &(String, String),
) -> String {
    let drawn = profiles.iter().filter(|p| p.drawn()).count();
    let mut out = vec![
        sentences::start("Lorenz curves", caption),
        format!("It has {drawn} curve{} below a line of equal shares.", if drawn == 1 { "" } else { "s" }),
    ];
    let one = |p: &Profile<'_>| {
        let parts = details(p, what);
        let name = if profiles.len() == 1 { String::new() } else { format!("{}, ", p.label) };
        format!("{name}{}", labels::names(&parts, parts.len()))
    };
    if let Some(first) = selection.rows.first().filter(|_| !coloured.is_empty()) {
        let named: Vec<String> = coloured.iter().take(NAMED).map(|&i| one(&profiles[i])).collect();
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
    }
    out.extend(sentences::without(profiles.len() - drawn, "platforms or groups"));
    sentences::finish(&out)
}
