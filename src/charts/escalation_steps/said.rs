//! The words of a ladder of penalties: notes and alternative text.

use super::super::alt as sentences;
use super::super::labels;
use super::super::notes as of_rows;
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::step_curves::why;
use super::super::words::{self, Caption};
use super::{Ladder, SERIES, STEP, Step};
use crate::estimate::Estimate;

/// Names in one note.
const NAMED: usize = 4;

/// What the groups are called: step or strike.
pub(super) fn variable(selection: &Selection<'_>) -> String {
    let name = selection.rows.first().and_then(|e| e.group_name.as_deref()).unwrap_or_default();
    name.split('×').find(|part| STEP.contains(part)).unwrap_or(STEP[0]).to_owned()
}

/// The sentences of the note, in the order of their weight.
pub(super) fn notes(
    selection: &Selection<'_>,
    (ladders, shown): (&[Ladder<'_>], usize),
    series: &[usize],
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    if ladders.len() > shown {
        let rest = ladders.len() - shown;
        out.push(format!("{rest} more panel{} in the table alone.", if rest == 1 { " is" } else { "s are" }));
    }
    let visible = &ladders[..shown.min(ladders.len())];
    let by = variable(selection);
    if visible.len() > 1 {
        out.push(format!("Below each panel: {by}, and number of decisions (n)."));
    }
    let drawn = visible.iter().flat_map(|l| &l.steps).flat_map(|s| series.iter().filter_map(|&i| s.shares[i]));
    out.extend(of_rows::intervals(drawn, "Upright bars"));
    out.extend(gaps(visible, &by));
    out.extend(of_rows::of_estimates(selection, "points"));
    out
}

/// Steps that have no dot, and why.
fn gaps(ladders: &[Ladder<'_>], by: &str) -> Option<String> {
    let mut reasons: Vec<(&str, Vec<String>)> = Vec::new();
    for (ladder, step) in ladders.iter().flat_map(|l| l.steps.iter().map(move |s| (l, s))) {
        let Some(e) = step.shares.iter().flatten().find(|e| e.value.is_none()) else { continue };
        let place = if ladders.len() > 1 { format!("{}, ", ladder.title) } else { String::new() };
        let n = step.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let who = format!("{place}{by} {}{n}", step.name);
        match reasons.iter_mut().find(|(r, _)| *r == why(e)) {
            Some((_, all)) => all.push(who),
            None => reasons.push((why(e), vec![who])),
        }
    }
    let parts: Vec<String> =
        reasons.iter().map(|(r, who)| format!("{r} – {}", labels::some_names(who, NAMED))).collect();
    (!parts.is_empty()).then(|| words::sentence(&format!("Gaps: {}", parts.join("; "))))
}

/// Sentences about the ladders, for those who do not see them.
pub(super) fn alt(caption: &Caption, selection: &Selection<'_>, ladders: &[Ladder<'_>]) -> String {
    let steps = ladders.iter().map(|l| l.steps.len()).max().unwrap_or(0);
    let panels = ladders.len();
    let by = variable(selection);
    let mut out = vec![
        sentences::start("Dot chart", caption),
        format!(
            "It has {panels} panel{} of up to {steps} step{}.",
            if panels == 1 { "" } else { "s" },
            if steps == 1 { "" } else { "s" }
        ),
    ];
    let of_step = |s: &Step<'_>| {
        let shares = SERIES
            .iter()
            .zip(s.shares)
            .filter_map(|((_, name), e)| Some(format!("{} {name}", labels::fine_share(e?.value?))));
        let shares: Vec<String> = shares.collect();
        let n = s.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        (!shares.is_empty()).then(|| format!("at {by} {} {}{n}", s.name, labels::names(&shares, shares.len())))
    };
    let one = |l: &Ladder<'_>| {
        let shown: Vec<String> = l.steps.iter().filter_map(of_step).take(NAMED).collect();
        let name = if panels == 1 { String::new() } else { format!("{}, ", l.title) };
        format!("{name}{}", shown.join(", "))
    };
    let named: Vec<String> = ladders.iter().filter(|l| l.drawn()).take(NAMED).map(one).collect();
    if let Some(first) = selection.rows.first().filter(|_| !named.is_empty()) {
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
    }
    let all: Vec<&Estimate> = ladders.iter().flat_map(|l| &l.steps).flat_map(|s| s.shares).flatten().collect();
    let few = all.iter().filter(|e| e.value.is_none()).count();
    out.extend(sentences::without(few, "dots"));
    sentences::finish(&out)
}
