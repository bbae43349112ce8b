//! The words of curves of time to an event: details, notes and alternative text.

use super::super::alt as sentences;
use super::super::labels;
use super::super::notes as of_rows;
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::words::{self, Caption};
use super::{Curve, Kind, Panel, why};
use crate::estimate::Estimate;

/// Names in one note.
const NAMED: usize = 4;

/// Shares with the digits that they need.
pub(crate) fn share(v: f64) -> String {
    labels::fine_share(v)
}

/// What stands beside a curve: its median or its end, and its denominator.
pub(super) fn details(c: &Curve<'_>) -> Vec<String> {
    let half = c.half().map(|x| format!("median {}", labels::value(x, c.unit())));
    let end = || c.end().map(|(x, s)| format!("{} {} {}", share(s), preposition(c.kind), labels::value(x, c.unit())));
    let n = c.n().map(|n| format!("n = {}", labels::count(n)));
    half.or_else(end).into_iter().chain(n).collect()
}

fn preposition(kind: Kind) -> &'static str {
    if kind == Kind::Survival { "at" } else { "by" }
}

/// The sentences of the note, in the order of their weight.
pub(super) fn notes(
    kind: Kind,
    selection: &Selection<'_>,
    (panels, shown): (&[Panel<'_>], usize),
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if panels.len() > shown {
        let rest = panels.len() - shown;
        out.push(format!("{rest} more panel{} in the table alone.", if rest == 1 { " is" } else { "s are" }));
    }
    let visible = &panels[..shown.min(panels.len())];
    let named = named(visible);
    let curves: Vec<&Curve<'_>> = named.iter().collect();
    let coloured: Vec<&Curve<'_>> = visible.iter().flat_map(Panel::coloured).map(|(c, _)| c).collect();
    let one = curves.len() == 1;
    if kind == Kind::Survival {
        out.extend(medians(&curves, visible.len() > 1, one));
    } else {
        out.push("Every event ends the risk of the others; none is counted as censored.".to_owned());
    }
    out.extend(absent(&curves, one));
    out.extend(of_rows::intervals(coloured.iter().flat_map(|c| c.points.iter().copied()), "Bands and bars"));
    let grey: Vec<String> = match visible {
        [one] => one.curves.iter().filter(|(c, i)| i.is_none() && c.drawn()).map(|(c, _)| c.label.clone()).collect(),
        _ => Vec::new(),
    };
    if !grey.is_empty() {
        out.push(words::sentence(&format!("Grey: {}", labels::some_names(&grey, NAMED))));
    }
    if visible.len() > 1 {
        let unit = curves.first().map_or("days", |c| c.unit());
        let risk = visible.iter().any(|p| !p.risks().is_empty());
        let below = if risk { "; the numbers below are those still at risk" } else { "" };
        out.push(format!("Time in {unit}{below}."));
    }
    if coloured.iter().any(|c| c.censored.iter().any(|e| e.value > Some(0.0))) {
        out.push("Short upright strokes: censored observations.".to_owned());
    }
    let least = coloured.iter().filter_map(|c| c.n()).min();
    let most = coloured.iter().filter_map(|c| c.n()).max();
    // Few labels and heads of panels have them; beside many curves there may be no room.
    if let (Some(least), Some(most), true) = (least, most, visible.len() == 1 && curves.len() > 2) {
        let range = if least == most { String::new() } else { format!(" to {}", labels::count(most)) };
        out.push(format!("Denominator{} (n): {}{range}.", if least == most { "" } else { "s" }, labels::count(least)));
    }
    out.extend(of_rows::of_estimates(selection, "points"));
    out
}

/// All curves, with the name of their panel where an event has a curve in several.
fn named<'a>(panels: &[Panel<'a>]) -> Vec<Curve<'a>> {
    let several = panels.len() > 1;
    let full = |p: &Panel<'a>, c: &Curve<'a>| {
        // Of a panel without any curve, the name is enough.
        let label = if several && !p.drawn() {
            p.title.clone()
        } else if several && c.label != p.title {
            format!("{}, {}", p.title, c.label)
        } else {
            c.label.clone()
        };
        Curve { label, ..c.clone() }
    };
    panels.iter().flat_map(|p| p.curves.iter().map(move |(c, _)| full(p, c))).collect()
}

/// Which medians are drawn, and who has none.
fn medians(curves: &[&Curve<'_>], panels: bool, one: bool) -> Vec<String> {
    let mut out = Vec::new();
    let drawn: Vec<&&Curve<'_>> = curves.iter().filter(|c| c.drawn()).collect();
    let reached = drawn.iter().any(|c| c.half().is_some());
    if reached {
        let read = drawn.iter().any(|c| c.median.is_none() && c.half().is_some());
        let how = if read { ", the first time given at which the curve is at 50% or less" } else { "" };
        out.push(format!("Thin dashed lines: median{how}."));
    }
    let without: Vec<String> = drawn.iter().filter(|c| c.half().is_none()).map(|c| c.label.clone()).collect();
    if !without.is_empty() {
        let who = if one { String::new() } else { format!(": {}", who(&without, panels)) };
        out.push(words::sentence(&format!("Median not reached{who}")));
    }
    out
}

/// Names, which panels show anyhow, so that many are counted there.
fn who(names: &[String], panels: bool) -> String {
    if panels && names.len() > NAMED { format!("{} panels", names.len()) } else { labels::some_names(names, NAMED) }
}

/// Which curves are not drawn, and which break or end before the rows do, and why.
fn absent(curves: &[&Curve<'_>], one: bool) -> Vec<String> {
    let mut reasons: Vec<(bool, &str, Vec<String>)> = Vec::new();
    for c in curves {
        let Some(gap) = c.points.iter().find(|e| e.value.is_none()) else { continue };
        let n = c.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let from = gap.x.map(|x| format!("from {} on", labels::value(x, c.unit()))).unwrap_or_default();
        let who = match (c.drawn(), one) {
            (false, _) => format!("{}{n}", c.label),
            (true, true) => from,
            (true, false) => format!("{} {from}", c.label),
        };
        match reasons.iter_mut().find(|(d, r, _)| (*d, *r) == (c.drawn(), why(gap))) {
            Some((.., all)) if all.contains(&who) => {}
            Some((.., all)) => all.push(who),
            None => reasons.push((c.drawn(), why(gap), vec![who])),
        }
    }
    let sentence = |(drawn, reason, who): &(bool, &str, Vec<String>)| {
        let what = if *drawn { "Curves break or end" } else { "Not drawn" };
        words::sentence(&format!("{what}: {reason} – {}", labels::some_names(who, NAMED)))
    };
    reasons.iter().map(sentence).collect()
}

/// Sentences about the curves, for those who do not see them.
pub(super) fn alt(kind: Kind, caption: &Caption, selection: &Selection<'_>, panels: &[Panel<'_>]) -> String {
    let named = named(panels);
    let curves: Vec<&Curve<'_>> = named.iter().collect();
    let drawn: Vec<&&Curve<'_>> = curves.iter().filter(|c| c.drawn()).collect();
    let way = if kind == Kind::Survival { "falling" } else { "rising" };
    let plural = if drawn.len() == 1 { "" } else { "s" };
    let within = if panels.len() > 1 { format!(" in {} panels", panels.len()) } else { String::new() };
    let count = format!("It has {} {way} curve{plural}{within}.", drawn.len());
    let mut out = vec![sentences::start("Step chart", caption), count];
    let one = |c: &Curve<'_>| {
        let end = c.end().map(|(x, s)| format!("{} {} {}", share(s), preposition(kind), labels::value(x, c.unit())));
        let half = c.half().map(|x| format!("median {}", labels::value(x, c.unit())));
        let none = (kind == Kind::Survival && half.is_none()).then(|| "median not reached".to_owned());
        let parts: Vec<String> = half.or(none).into_iter().chain(end).collect();
        let n = c.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let name = if curves.len() == 1 { String::new() } else { format!("{}, ", c.label) };
        format!("{name}{}{n}", labels::names(&parts, parts.len()))
    };
    if let Some(first) = selection.rows.first().filter(|_| !drawn.is_empty()) {
        let named: Vec<String> = drawn.iter().take(NAMED).map(|c| one(c)).collect();
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
    }
    out.extend(sentences::without(curves.len() - drawn.len(), "curves"));
    let breaks: Vec<&Estimate> =
        drawn.iter().flat_map(|c| c.points.iter().copied()).filter(|e| e.value.is_none()).collect();
    if !breaks.is_empty() {
        out.push(format!("{} of the points have no value: curves break or end there.", breaks.len()));
    }
    sentences::finish(&out)
}
