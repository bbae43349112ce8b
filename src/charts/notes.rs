//! Sentences that the notes of several forms have: what intervals cover, and what the estimates' own notes say.

use super::labels;
use super::select::Selection;
use super::text::clean;
use super::words;
use crate::estimate::{Estimate, IntervalKind, SIMULATED, Status};
use crate::time::Period;

/// Distinct notes of estimates that a figure repeats: more would push the chart away.
const NOTES_SHOWN: usize = 3;
/// Characters that a note of some estimates may have in a figure: about one line.
const OWN_NOTE: usize = 130;
/// Periods loaded in part that are named one by one.
const PARTS_NAMED: usize = 3;

/// What the intervals drawn cover, if any are.
pub(crate) fn intervals<'a>(drawn: impl Iterator<Item = &'a Estimate>, shape: &str) -> Vec<String> {
    let mut kinds: Vec<(IntervalKind, Option<&str>, Option<f64>)> = Vec::new();
    for e in drawn.filter(|e| e.lower.is_some() || e.upper.is_some()) {
        let kind = (e.interval_kind, e.interval.as_deref(), e.confidence);
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds
        .into_iter()
        .map(|(kind, method, confidence)| {
            let level = confidence.map(|c| format!("{}% ", labels::value(c * 100.0, ""))).unwrap_or_default();
            let method = method.map(|m| format!(" ({})", named(m))).unwrap_or_default();
            match kind {
                IntervalKind::Process => format!(
                    "{shape}: {level}process intervals{method}, the variation that chance alone would give in a stable \
                     process. They hold no sampling error: everything reported was counted."
                ),
                _ => format!("{shape}: {level}intervals{method} for sampling error."),
            }
        })
        .collect()
}

/// A method of intervals in words: "clopper-pearson" is named for persons.
fn named(method: &str) -> String {
    const PERSONS: [&str; 7] = ["wilson", "clopper", "pearson", "newcombe", "garwood", "greenwood", "jeffreys"];
    let words = clean(&method.replace('_', " "));
    let mut out = String::new();
    for part in words.split_inclusive([' ', '-']) {
        let person = PERSONS.contains(&part.trim_end_matches([' ', '-']));
        let mut letters = part.chars();
        let first = letters.next().map(|c| if person { c.to_ascii_uppercase() } else { c });
        out.extend(first);
        out.extend(letters);
    }
    out
}

/// What readers must know beside the numbers: the notes that all estimates have. Of those that only some
/// have, a single short one is repeated; more of them are left to the table. `things` are rows or points.
pub(crate) fn of_estimates(selection: &Selection<'_>, things: &str) -> Vec<String> {
    let mut parts: Vec<(&str, Vec<String>)> = Vec::new();
    let several = selection.periods.len() > 1;
    let of_period = |p: &str| several && days_loaded(p).is_some();
    let said = |p: &&str| !p.is_empty() && !p.contains(SIMULATED) && !of_period(p);
    for e in &selection.rows {
        for part in e.note.iter().flat_map(|n| n.split("; ")).filter(said) {
            let label = selection.label(e);
            match parts.iter_mut().find(|(p, _)| *p == part) {
                Some((_, who)) => who.push(label),
                None => parts.push((part, vec![label])),
            }
        }
    }
    // What is suppressed has no note.
    let noted = selection.rows.iter().filter(|e| e.status != Status::Suppressed).count();
    let (common, own): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(_, who)| who.len() == noted);
    let more = common.len().saturating_sub(NOTES_SHOWN);
    let mut out: Vec<String> = loaded_in_part(selection).into_iter().collect();
    out.extend(common.iter().take(NOTES_SHOWN).map(|(part, _)| words::sentence(part)));
    if more > 0 {
        out.push(format!("{more} more note{} in the table.", if more == 1 { " stands" } else { "s stand" }));
    }
    match own.as_slice() {
        [] => {}
        [(part, who)] => {
            let mut who = who.clone();
            who.dedup();
            let named = words::sentence(&format!("{}: {part}", labels::names(&who, 3)));
            out.push(if named.chars().count() <= OWN_NOTE { named } else { own_notes(things) });
        }
        _ => out.push(own_notes(things)),
    }
    out
}

fn own_notes(things: &str) -> String {
    format!("Some {things} have notes of their own, in the table.")
}

/// The numbers of a note that says which part of its period is loaded: "3 of 31 days loaded".
fn days_loaded(part: &str) -> Option<(i64, i64)> {
    let (loaded, all) = part.strip_suffix(" days loaded")?.split_once(" of ")?;
    Some((loaded.parse().ok()?, all.parse().ok()?))
}

/// Which of several periods are loaded in part. Repeated as it stands, the note of one period would read as if
/// it were about all of them together.
fn loaded_in_part(selection: &Selection<'_>) -> Option<String> {
    let all = selection.periods.len();
    let mut parts: Vec<(Period, (i64, i64))> = Vec::new();
    for e in selection.rows.iter().filter(|_| all > 1) {
        for days in e.note.iter().flat_map(|n| n.split("; ")).filter_map(days_loaded) {
            match parts.iter_mut().find(|(p, _)| *p == e.period()) {
                Some((_, least)) => *least = days.min(*least),
                None => parts.push((e.period(), days)),
            }
        }
    }
    parts.sort_unstable();
    let things = words::rhythm(&selection.periods).trim_start_matches("by ");
    let counts = || parts.iter().map(|(_, (loaded, _))| *loaded);
    let (least, most) = (counts().min()?, counts().max()?);
    let named = |(p, (loaded, of)): &(Period, (i64, i64))| format!("{} ({loaded} of {of} days)", words::span(*p, *p));
    Some(if parts.len() == all && parts.iter().all(|(_, days)| *days == parts[0].1) {
        format!("Of each {things}, {least} of {} days {} loaded.", parts[0].1.1, if least == 1 { "is" } else { "are" })
    } else if parts.len() <= PARTS_NAMED {
        format!("Loaded in part: {}.", labels::names(&parts.iter().map(named).collect::<Vec<_>>(), PARTS_NAMED))
    } else {
        let days = if least == most { least.to_string() } else { format!("{least} to {most}") };
        let days = format!("{days} day{}", if most == 1 { "" } else { "s" });
        let whose = if parts.len() == all { format!("All {all}") } else { format!("{} of {all}", parts.len()) };
        format!("{whose} {things}s are loaded in part: {days} of each; the table has the numbers.")
    })
}

#[cfg(test)]
mod tests {
    use super::super::spec::ChartSpec;
    use super::*;
    use crate::time::{Grain, parse_iso};

    fn note(loaded: &[Option<i64>], platforms: &[&str]) -> String {
        let mut day = parse_iso("2025-03-01").expect("date");
        let mut rows = Vec::new();
        for days in loaded {
            let p = Grain::Month.period(day).expect("month");
            for platform in platforms {
                let mut e = Estimate::census("i", 1, "count", "statements", p);
                (e.platform, e.value) = ((*platform).to_owned(), Some(1.0));
                e.add_note("by submission date");
                if let Some(days) = days {
                    e.add_note(&format!("{days} of {} days loaded", p.end - p.start));
                }
                rows.push(e);
            }
            day = p.end;
        }
        of_estimates(&Selection::of(rows.iter().collect(), &ChartSpec::new("test")), "points").join(" ")
    }

    #[test]
    fn methods_are_named_as_persons_are() {
        assert_eq!(named("wilson"), "Wilson");
        assert_eq!(named("clopper-pearson one-sided"), "Clopper-Pearson one-sided");
        assert_eq!(
            (named("log-log").as_str(), named("bootstrap_percentile").as_str()),
            ("log-log", "bootstrap percentile")
        );
    }

    #[test]
    fn days_loaded_are_those_of_their_period() {
        let both = ["A", "B"];
        assert_eq!(note(&[Some(1)], &both), "By submission date. 1 of 31 days loaded.");
        assert_eq!(
            note(&[Some(1), None, Some(3)], &both),
            "Loaded in part: March 2025 (1 of 31 days) and May 2025 (3 of 31 days). By submission date."
        );
        let five = [Some(1), Some(2), Some(9), Some(4), None];
        assert_eq!(
            note(&five, &both),
            "4 of 5 months are loaded in part: 1 to 9 days of each; the table has the numbers. By submission date."
        );
        assert!(note(&[Some(1); 4], &both).starts_with("All 4 months are loaded in part: 1 day of each;"));
        assert_eq!(note(&[None; 4], &both), "By submission date.");
    }

    #[test]
    fn equal_parts_are_said_once() {
        let rows: Vec<Estimate> = [0, 31]
            .iter()
            .map(|start| {
                let mut e = Estimate::census("i", 1, "count", "statements", Period { start: *start, end: start + 31 });
                e.value = Some(1.0);
                e.add_note("1 of 31 days loaded");
                e
            })
            .collect();
        let selection = Selection::of(rows.iter().collect(), &ChartSpec::new("test"));
        assert_eq!(of_estimates(&selection, "points"), ["Of each period, 1 of 31 days is loaded."]);
    }
}
