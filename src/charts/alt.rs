//! Alternative text: what a figure shows, for those who do not see it.

use super::labels;
use super::latency_profile::Profile;
use super::line::Series;
use super::marks::{self, Numbered};
use super::ranked_dots::Row;
use super::select::Selection;
use super::small_multiples::Panel;
use super::stacked_shares::{Bar, Parts};
use super::words::{self, Caption};
use crate::estimate::{Estimate, Status};
use crate::time::Period;

/// Series or rows that are named; the table beside the figure has all.
const NAMED: usize = 4;

/// Sentences about a line chart.
pub(crate) fn line(
    caption: &Caption,
    selection: &Selection<'_>,
    series: &[Series<'_>],
    coloured: &[usize],
    marked: &[Numbered<'_>],
) -> String {
    let n = series.len();
    let mut out = vec![start("Line chart", caption), format!("It has {n} line{}.", if n == 1 { "" } else { "s" })];
    if let Some(first) = selection.rows.first() {
        let lead = words::lead(&first.basis, &selection.platforms);
        let ends = coloured.iter().take(NAMED).filter_map(|&i| {
            let s = &series[i];
            let points = from_to(s, top(selection))?;
            // A single line is what the title names already.
            Some(if n == 1 { points } else { format!("{}, {points}", s.label) })
        });
        let ends = ends.collect::<Vec<_>>().join("; ");
        if !ends.is_empty() {
            out.push(format!("{lead}: {ends}."));
        }
        out.extend(extremes(selection));
    }
    out.extend(missing(selection));
    out.extend(marks::alt(marked));
    finish(&out)
}

/// Sentences about small multiples; `key` names the lines in colour, where a panel can have several.
pub(crate) fn multiples(
    caption: &Caption,
    selection: &Selection<'_>,
    panels: &[Panel<'_>],
    key: &[String],
    marked: &[Numbered<'_>],
) -> String {
    let n = panels.len();
    let lines = if key.is_empty() { "a line each" } else { "several lines each" };
    let mut out = vec![
        start("Small multiples", caption),
        format!("{n} panel{} {lines}.", if n == 1 { " with" } else { "s, with" }),
    ];
    if !key.is_empty() {
        out.push(format!("Coloured lines: {}.", labels::names(key, key.len())));
    }
    if let Some(first) = selection.rows.first() {
        let ends = panels.iter().take(NAMED).filter_map(|p| {
            let [s] = p.series.as_slice() else { return None };
            Some(format!("{}, {}", p.title, from_to(s, top(selection))?))
        });
        let ends = ends.collect::<Vec<_>>().join("; ");
        if !ends.is_empty() {
            out.push(format!("{}: {ends}.", words::lead(&first.basis, &selection.platforms)));
        }
        out.extend(extremes(selection));
    }
    out.extend(missing(selection));
    out.extend(marks::alt(marked));
    finish(&out)
}

/// The first and the last value of a line, with their periods.
fn from_to(s: &Series<'_>, top: f64) -> Option<String> {
    let (a, b) = (s.valued().next()?, s.valued().last()?);
    let at = |e: &Estimate| format!("{} {}", value(e, top), words::during(e.period()));
    Some(if std::ptr::eq(a, b) { at(a) } else { format!("{} and {}", at(a), at(b)) })
}

fn missing(selection: &Selection<'_>) -> Option<String> {
    let missing = selection.rows.iter().filter(|e| e.status != Status::Ok).count();
    let all = selection.rows.len();
    (missing > 0).then(|| format!("{missing} of {all} points have no value and are left out of the lines."))
}

/// Sentences about ranked dots; `rows` are sorted, those without a value last.
pub(crate) fn ranked(caption: &Caption, selection: &Selection<'_>, rows: &[Row<'_>]) -> String {
    let valued: Vec<&Row<'_>> = rows.iter().filter(|r| r.estimate.value.is_some()).collect();
    let n = rows.len();
    let mut out = vec![
        start("Dot chart", caption),
        if n == 1 {
            "It has 1 row.".to_owned()
        } else {
            format!("It has {n} rows, sorted from the largest value to the smallest.")
        },
    ];
    if let (Some(first), Some(last)) = (valued.first(), valued.last()) {
        let lead = words::lead(&first.estimate.basis, &selection.platforms);
        // A single row is what the title names already.
        let name = |r: &Row<'_>| if n == 1 { String::new() } else { format!("{}, ", r.label) };
        let one = |r: &Row<'_>| format!("{}{}{}", name(r), value(r.estimate, top(selection)), of_n(r.estimate));
        let mut named: Vec<String> = valued.iter().take(NAMED - 1).map(|r| one(r)).collect();
        if valued.len() >= NAMED {
            named.push(format!("and as the smallest {}", one(last)));
        }
        out.push(format!("{lead}: {}.", named.join("; ")));
    }
    let few = rows.iter().filter(|r| r.estimate.status != Status::Ok).count();
    out.extend(without(few, "rows"));
    finish(&out)
}

/// Sentences about curves of delays.
pub(crate) fn curves(
    caption: &Caption,
    selection: &Selection<'_>,
    curves: &[&Profile<'_>],
    coloured: &[usize],
) -> String {
    let drawn = curves.iter().filter(|p| p.shares().next().is_some()).count();
    let mut out = vec![
        start("Step chart", caption),
        format!("It has {drawn} rising curve{}.", if drawn == 1 { "" } else { "s" }),
    ];
    let unit = selection.rows.iter().find_map(|e| e.x_unit.as_deref()).unwrap_or("days");
    let one = |p: &Profile<'_>| {
        let quantiles = [("half", p.quantile(0)), ("90%", p.quantile(1))];
        let mut parts: Vec<String> =
            quantiles.into_iter().filter_map(|(share, delay)| Some(words::within(share, delay?, unit))).collect();
        if parts.is_empty() {
            let shares = p.shares().filter(|(x, _)| [1.0, 7.0, 30.0].contains(x));
            parts = shares.map(|(x, share)| words::within(&labels::value(share, "share"), x, unit)).collect();
        }
        let n = p.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let name = if curves.len() == 1 { String::new() } else { format!("{}, ", p.label) };
        format!("{name}{}{n}", labels::names(&parts, parts.len()))
    };
    if let Some(first) = selection.rows.first() {
        let named: Vec<String> = coloured.iter().take(NAMED).map(|&i| one(curves[i])).collect();
        if !named.is_empty() {
            out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
        }
    }
    out.extend(without(curves.len() - drawn, "platforms or groups"));
    finish(&out)
}

/// Sentences about ranges of delays; `rows` are sorted, those without a median last.
pub(crate) fn ranges(caption: &Caption, selection: &Selection<'_>, rows: &[&Profile<'_>]) -> String {
    let n = rows.len();
    let mut out = vec![
        start("Range chart", caption),
        if n == 1 {
            "It has 1 row.".to_owned()
        } else {
            format!("It has {n} rows, sorted from the longest median to the shortest.")
        },
    ];
    let valued: Vec<_> = rows.iter().filter(|r| r.quantile(0).is_some()).collect();
    let one = |r: &Profile<'_>| {
        let unit = r.quantiles[0].map_or("", |e| e.unit.as_str());
        let shares = ["half", "90%", "99%"].into_iter().enumerate();
        let parts = shares.filter_map(|(i, share)| Some(words::within(share, r.quantile(i)?, unit)));
        let n = r.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let parts: Vec<String> = parts.collect();
        let name = if rows.len() == 1 { String::new() } else { format!("{}, ", r.label) };
        format!("{name}{}{n}", labels::names(&parts, parts.len()))
    };
    if let (Some(first), Some(last)) = (valued.first(), valued.last()) {
        let lead = first.quantiles[0].map_or_else(String::new, |e| words::lead(&e.basis, &selection.platforms));
        let mut named: Vec<String> = valued.iter().take(NAMED - 1).map(|r| one(r)).collect();
        if valued.len() >= NAMED {
            named.push(format!("and with the shortest median {}", one(last)));
        }
        out.push(format!("{lead}: {}.", named.join("; ")));
    }
    out.extend(without(n - valued.len(), "rows"));
    finish(&out)
}

/// Sentences about stacked bars.
pub(crate) fn stacked(caption: &Caption, selection: &Selection<'_>, bars: &[Bar<'_>], parts: &Parts) -> String {
    let n = bars.len();
    let all = labels::names(&parts.names, parts.names.len());
    let mut out = vec![
        start("Stacked bar chart", caption),
        format!("It has {n} bar{} of up to {} parts: {all}.", if n == 1 { "" } else { "s" }, parts.names.len()),
    ];
    let drawn: Vec<&Bar<'_>> = bars.iter().filter(|b| b.drawn()).collect();
    let one = |b: &Bar<'_>| {
        let share = |(name, share): (&String, &f64)| format!("{name} {}", labels::value(*share, "share"));
        let shares: Vec<String> = parts.names.iter().zip(&b.shares).map(share).collect();
        let of = b.n().map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default();
        let label = if n == 1 { String::new() } else { format!("{}, ", b.label) };
        format!("{label}{}{of}", labels::names(&shares, shares.len()))
    };
    if let Some(first) = selection.rows.first().filter(|_| !drawn.is_empty()) {
        let named: Vec<String> = drawn.iter().take(NAMED - 1).map(|b| one(b)).collect();
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), named.join("; ")));
    }
    out.extend(without(n - drawn.len(), "bars"));
    finish(&out)
}

/// Sentences about calendars.
pub(crate) fn calendar(
    caption: &Caption,
    selection: &Selection<'_>,
    panels: &[Series<'_>],
    span: Period,
    marked: &[Numbered<'_>],
) -> String {
    let (n, days) = (panels.len(), span.end - span.start);
    let mut out = vec![
        start("Calendar of days", caption),
        format!("It has {n} calendar{} of {days} days.", if n == 1 { "" } else { "s" }),
    ];
    let range = |s: &Series<'_>| {
        let by = |a: &&Estimate, b: &&Estimate| a.value.unwrap_or(0.0).total_cmp(&b.value.unwrap_or(0.0));
        let (low, high) = (s.valued().min_by(by)?, s.valued().max_by(by)?);
        let at = |e: &Estimate| format!("{} ({})", value(e, top(selection)), words::period(e.period()));
        let name = if n == 1 { String::new() } else { format!("{}, ", s.label) };
        Some(format!("{name}{} at the least and {} at the most", at(low), at(high)))
    };
    let ranges: Vec<String> = panels.iter().take(NAMED).filter_map(range).collect();
    if let Some(first) = selection.rows.first().filter(|_| !ranges.is_empty()) {
        out.push(format!("{}: {}.", words::lead(&first.basis, &selection.platforms), ranges.join("; ")));
    }
    let rows = panels.iter().map(|p| p.valued().count()).sum::<usize>();
    let all = usize::try_from(days).unwrap_or(0) * n;
    if all > rows {
        out.push(format!("{} of {all} days have no value; they are hatched or have a sign.", all - rows));
    }
    out.extend(marks::alt(marked));
    finish(&out)
}

/// How many things have no value.
pub(crate) fn without(few: usize, things: &str) -> Option<String> {
    let verb = if few == 1 { "has" } else { "have" };
    (few > 0)
        .then(|| format!("{few} of the {things} {verb} no value, most often because there are too few observations."))
}

pub(crate) fn start(form: &str, caption: &Caption) -> String {
    let title = caption.title.trim_end_matches(['.', '!', '?']);
    format!("{form}: {title}. {}.", caption.subtitle.trim_end_matches('.'))
}

fn value(e: &Estimate, top: f64) -> String {
    e.value.map_or_else(|| "no value".to_owned(), |v| labels::beside(v, &e.unit, top))
}

/// The largest value of the figure: it says how fine numbers are.
fn top(selection: &Selection<'_>) -> f64 {
    selection.rows.iter().filter_map(|e| e.value).fold(0.0, f64::max)
}

fn of_n(e: &Estimate) -> String {
    words::denominator(e).map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default()
}

/// The largest and the smallest value, where there are several points.
fn extremes(selection: &Selection<'_>) -> Option<String> {
    let valued = || selection.rows.iter().copied().filter_map(|e| Some((e.value?, e)));
    let (_, high) = valued().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let (_, low) = valued().min_by(|a, b| a.0.total_cmp(&b.0))?;
    if high.value == low.value {
        return None;
    }
    let one = |e: &Estimate| {
        let several = selection.platforms.len() > 1 || selection.groups.len() > 1;
        let who = if several { format!("{}, ", selection.label(e)) } else { String::new() };
        format!("{} ({who}{})", value(e, top(selection)), words::period(e.period()))
    };
    Some(format!("The largest value is {}, the smallest {}.", one(high), one(low)))
}

pub(crate) fn finish(sentences: &[String]) -> String {
    super::text::clean(&sentences.join(" "))
}
