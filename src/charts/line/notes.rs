//! What the note of a line chart says: grey lines, marks, intervals, denominators and gaps.

use super::super::labels;
use super::super::marks::{self, Numbered};
use super::super::notes as remarks;
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::words;
use super::Series;
use crate::estimate::{Estimate, Status};
use crate::time::Period;

/// Things named in one note: more would push the chart away, and the table has them.
const NAMED: usize = 4;
/// Gaps of coloured lines that are named one by one.
const GAPS_NAMED: usize = 3;

/// The sentences of the note, in the order of their weight.
pub(super) fn notes(
    selection: &Selection<'_>,
    (periods, series): (&[Period], &[Series<'_>]),
    coloured: &[usize],
    marks: &[Numbered<'_>],
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    out.extend(greys(selection, series, coloured, spec));
    out.extend(marks::note(marks));
    let shown: Vec<&Series<'_>> = coloured.iter().map(|&i| &series[i]).collect();
    let points = shown.iter().flat_map(|s| s.points.iter().copied());
    out.extend(remarks::intervals(points, shape(&shown)));
    out.extend(ends(selection, periods));
    out.extend(gaps(selection, (periods, series), coloured));
    out.extend(sparse(&shown, periods));
    out.extend(absent(series, coloured));
    out.extend(denominators(series));
    out.extend(remarks::of_estimates(selection, "points"));
    out
}

/// How the intervals of series are drawn, in words.
pub(crate) fn shape(series: &[&Series<'_>]) -> &'static str {
    let bands = series.iter().any(|s| !s.bands().is_empty());
    let bars = series.iter().any(|s| !s.bars().is_empty());
    match (bands, bars) {
        (true, true) => "Bands and upright bars",
        (true, false) => "Bands",
        _ => "Upright bars",
    }
}

/// Whether the series can be ranked by their denominators: all have them, and they are not the same in all, as
/// those of parts of a whole are.
pub(crate) fn by_n(series: &[Series<'_>]) -> bool {
    let known = series.iter().all(|s| s.valued().all(|e| e.n.is_some()));
    let drawn = || series.iter().filter(|s| s.drawn());
    if !known || drawn().count() < 2 {
        return known;
    }
    // Parts of a whole have one denominator in each period, however many periods each of them has.
    let mut of_period: std::collections::BTreeMap<i32, Option<i64>> = std::collections::BTreeMap::new();
    drawn().flat_map(Series::valued).any(|e| *of_period.entry(e.period_start).or_insert(e.n) != e.n)
}

/// Whether these sizes say anything about an order.
pub(crate) fn differ(mut sizes: impl Iterator<Item = f64>) -> bool {
    let Some(first) = sizes.next() else { return true };
    let mut rest = sizes.peekable();
    rest.peek().is_none() || rest.any(|s| (s - first).abs() > 0.0)
}

/// What the largest series are chosen by: the sum of their denominators, else their largest value.
pub(crate) fn size(series: &Series<'_>, by_n: bool) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "only for an order")]
    if by_n {
        series.valued().filter_map(|e| e.n).sum::<i64>() as f64
    } else {
        series.valued().filter_map(|e| e.value).fold(f64::NEG_INFINITY, f64::max)
    }
}

fn greys(selection: &Selection<'_>, series: &[Series<'_>], coloured: &[usize], spec: &ChartSpec) -> Option<String> {
    let grey: Vec<String> = (0..series.len())
        .filter(|i| !coloured.contains(i) && series[*i].valued().next().is_some())
        .map(|i| series[i].label.clone())
        .collect();
    if grey.is_empty() {
        return None;
    }
    let who = if grey.len() <= NAMED { labels::some_names(&grey, NAMED) } else { selection.others(grey.len(), "line") };
    let chosen = match (spec.highlight.is_empty(), by_n(series)) {
        (false, _) => String::new(),
        (true, true) => format!("Coloured: the {} with the largest denominators (n). ", coloured.len()),
        (true, false) => format!("Coloured: the {} with the largest values. ", coloured.len()),
    };
    Some(words::sentence(&format!("{chosen}Grey: {who}")))
}

pub(crate) fn denominators(series: &[Series<'_>]) -> Option<String> {
    let all: Vec<i64> = series.iter().flat_map(Series::valued).filter_map(words::denominator).collect();
    match (all.iter().min(), all.iter().max()) {
        (Some(a), Some(b)) if a == b => Some(format!("Denominator (n) of each point: {}.", labels::count(*a))),
        (Some(a), Some(b)) => Some(format!("Denominators (n): {} to {}.", labels::count(*a), labels::count(*b))),
        _ => None,
    }
}

/// Which lines have a value in less than half of the periods, and what would help.
fn sparse(shown: &[&Series<'_>], periods: &[Period]) -> Option<String> {
    let few = |s: &&&Series<'_>| (1..periods.len().div_ceil(2)).contains(&s.valued().count()) && s.thin();
    let rare: Vec<&Series<'_>> = shown.iter().filter(few).copied().collect();
    let things = words::plural(words::rhythm(periods).trim_start_matches("by "));
    let of = periods.len();
    let who = match rare.as_slice() {
        [] => return None,
        [one] if shown.len() == 1 => format!("There is a value in {} of {of} {things}", one.valued().count()),
        [one] => format!("{} has a value in {} of {of} {things}", one.label, one.valued().count()),
        many => format!("{} lines have a value in less than half of the {things}", many.len()),
    };
    Some(words::sentence(&format!("{who}: longer periods would have fewer gaps")))
}

/// Why a period has no point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gap {
    TooFew,
    Withheld,
    NotApplicable,
    NoData,
}

impl Gap {
    const ALL: [Self; 4] = [Self::TooFew, Self::Withheld, Self::NotApplicable, Self::NoData];

    fn of(e: &Estimate) -> Option<Self> {
        match e.status {
            Status::Ok => None,
            Status::Insufficient => Some(Self::TooFew),
            Status::NotApplicable => Some(Self::NotApplicable),
            Status::Suppressed => Some(Self::Withheld),
        }
    }

    fn label(self) -> &'static str {
        if self == Self::TooFew { "too few" } else { self.words() }
    }

    fn words(self) -> &'static str {
        match self {
            Self::TooFew => "too few observations",
            Self::Withheld => "withheld",
            Self::NotApplicable => "not applicable",
            Self::NoData => "no data",
        }
    }
}

/// The spans without a point between the first and the last estimate of a series, joined where adjacent.
fn spans(points: &[&Estimate]) -> Vec<(Gap, Period)> {
    let mut out: Vec<(Gap, Period)> = Vec::new();
    let mut add = |gap: Gap, p: Period| match out.last_mut() {
        Some((g, last)) if *g == gap && last.end >= p.start => last.end = p.end,
        _ => out.push((gap, p)),
    };
    let mut before: Option<&Estimate> = None;
    for e in points.iter().copied() {
        if let Some(b) = before.filter(|b| b.period_end < e.period_start) {
            add(Gap::NoData, Period { start: b.period_end, end: e.period_start });
        }
        if let Some(gap) = Gap::of(e) {
            add(gap, e.period());
        }
        before = Some(e);
    }
    out
}

/// A line that is drawn, and the spans of the axis in which it has no value.
struct Holes<'s> {
    coloured: bool,
    label: &'s str,
    spans: Vec<(Gap, Period)>,
}

/// Which lines have gaps, when and why: one by one where they are few, else how many lines.
fn gaps(
    selection: &Selection<'_>,
    (periods, series): (&[Period], &[Series<'_>]),
    coloured: &[usize],
) -> Option<String> {
    // The spans without a value on the axis of each line, coloured ones first.
    let all = coloured.iter().copied().chain((0..series.len()).filter(|i| !coloured.contains(i)));
    let mut lines: Vec<Holes<'_>> = Vec::new();
    for i in all.filter(|&i| series[i].drawn()) {
        let spans = spans(&on_axis(&series[i].points, periods));
        lines.push(Holes { coloured: coloured.contains(&i), label: &series[i].label, spans });
    }
    let shown = lines.iter().filter(|l| l.coloured).count();
    // Lines that have a gap at the same time are named together.
    let mut named: Vec<(Gap, Period, Vec<String>)> = Vec::new();
    for Holes { label, spans, .. } in lines.iter().filter(|l| l.coloured) {
        for &(gap, p) in spans {
            match named.iter_mut().find(|(g, q, _)| (*g, *q) == (gap, p)) {
                Some((.., who)) => who.push((*label).to_owned()),
                None => named.push((gap, p, vec![(*label).to_owned()])),
            }
        }
    }
    let shaded = series.len() > 1 && periods.len() > 1 && !empty_spans(&selection.rows, periods).is_empty();
    let shaded = if shaded { ", shaded where no line has a value" } else { "" };
    let all_of_them = |who: &[String]| who.len() > 1 && who.len() == shown;
    let count: usize = named.iter().map(|(.., who)| if all_of_them(who) { 1 } else { who.len() }).sum();
    if count == 0 || count > GAPS_NAMED {
        return gaps_in_sum(&lines, shaded, "line");
    }
    let grey = lines.iter().filter(|l| !l.coloured && !l.spans.is_empty()).count();
    let mut reasons: Vec<String> = Vec::new();
    for gap in Gap::ALL {
        let mut whose: Vec<(Vec<String>, Vec<String>)> = Vec::new();
        for (_, p, who) in named.iter().filter(|(g, ..)| *g == gap) {
            let when = in_words(*p, selection);
            match whose.iter_mut().find(|(w, _)| w == who) {
                Some((_, whens)) => whens.push(when),
                None => whose.push((who.clone(), vec![when])),
            }
        }
        let parts: Vec<String> = whose
            .into_iter()
            .map(|(who, when)| {
                let when = labels::names(&when, NAMED);
                if series.len() == 1 {
                    when
                } else if all_of_them(&who) {
                    format!("all {}lines ({when})", if lines.len() > shown { "coloured " } else { "" })
                } else {
                    format!("{} ({when})", labels::some_names(&who, NAMED))
                }
            })
            .collect();
        if !parts.is_empty() {
            reasons.push(format!("{} – {}", gap.words(), parts.join(", ")));
        }
    }
    if grey > 0 {
        reasons.push(format!("also in {grey} grey line{}", if grey == 1 { "" } else { "s" }));
    }
    Some(words::sentence(&format!("Gaps{shaded}: {}", reasons.join("; "))))
}

/// In how many panels there are gaps, and why; these are shaded where no line of the panel has a value.
pub(crate) fn panel_gaps(panels: &[&[Series<'_>]], periods: &[Period]) -> Option<String> {
    let holes = |panel: &&[Series<'_>]| Holes {
        coloured: true,
        label: "",
        spans: panel.iter().flat_map(|s| spans(&on_axis(&s.points, periods))).collect(),
    };
    gaps_in_sum(&panels.iter().map(holes).collect::<Vec<_>>(), ", shaded", "panel")
}

/// In how many lines, or whatever else these are, there are gaps, and why.
fn gaps_in_sum(lines: &[Holes<'_>], shaded: &str, thing: &str) -> Option<String> {
    let with: Vec<_> = lines.iter().filter(|l| !l.spans.is_empty()).collect();
    let n = with.len();
    let what = match (n, lines.len()) {
        (0, _) => return None,
        (_, 1) => "Gaps".to_owned(),
        (n, _) => {
            let grey = if with.iter().any(|l| l.coloured) { "" } else { "grey " };
            format!("Gaps in {n} {grey}{thing}{}", if n == 1 { "" } else { "s" })
        }
    };
    let found = |gap: Gap| with.iter().any(|l| l.spans.iter().any(|(g, _)| *g == gap));
    let reasons: Vec<Gap> = Gap::ALL.into_iter().filter(|g| found(*g)).collect();
    let words: Vec<&str> = reasons.iter().map(|g| g.words()).collect();
    // The table has a row for each period but those without any data.
    let table = if reasons == [Gap::NoData] { "" } else { "; the table lists them" };
    Some(format!("{what} ({}){shaded}{table}.", words.join(", ")))
}

/// That the axis begins after the first estimates, or ends before the last ones.
pub(crate) fn ends(selection: &Selection<'_>, periods: &[Period]) -> Option<String> {
    let before = periods.first().filter(|p| selection.periods.first() != Some(p));
    let after = periods.last().filter(|p| selection.periods.last() != Some(p));
    let parts: Vec<String> = match (before, after) {
        // The year once, where it is the same.
        (Some(a), Some(b)) => {
            let (a, b) = (words::period(*a), words::period(*b));
            let year = b.rsplit(' ').next().unwrap_or_default();
            let a = a.strip_suffix(year).filter(|a| !a.is_empty()).map_or(a.clone(), |a| a.trim_end().to_owned());
            vec![format!("before {a}"), format!("after {b}")]
        }
        (Some(a), None) => vec![format!("before {}", words::period(*a))],
        (None, Some(b)) => vec![format!("after {}", words::period(*b))],
        (None, None) => return None,
    };
    Some(format!("No values {}.", parts.join(" or ")))
}

/// The estimates of periods that are on the axis.
fn on_axis<'a>(points: &[&'a Estimate], periods: &[Period]) -> Vec<&'a Estimate> {
    points.iter().copied().filter(|e| periods.binary_search(&e.period()).is_ok()).collect()
}

/// A gap in words: the name of its period if it is one of those drawn, else from when to when. Three months
/// that lack are no quarter to a reader of months.
fn in_words(gap: Period, selection: &Selection<'_>) -> String {
    if selection.periods.contains(&gap) {
        return words::span(gap, gap);
    }
    words::days(gap)
}

/// Which platforms or groups have no line, and why.
pub(crate) fn absent(series: &[Series<'_>], coloured: &[usize]) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    for gap in Gap::ALL {
        let whose = |s: &&Series<'_>| !s.drawn() && s.points.last().is_some_and(|e| Gap::of(e) == Some(gap));
        let who: Vec<String> = series.iter().filter(whose).map(|s| format!("{}{}", s.label, last_n(s))).collect();
        if !who.is_empty() {
            reasons.push(format!("{} – {}", gap.words(), labels::some_names(&who, NAMED)));
        }
    }
    let bounded = (0..series.len()).filter(|i| !coloured.contains(i)).map(|i| &series[i]);
    let bounded = bounded.filter(|s| s.drawn() && s.valued().next().is_none()).map(|s| s.label.clone());
    let bounded: Vec<String> = bounded.collect();
    if !bounded.is_empty() {
        reasons.push(format!("only bounds known – {}", labels::some_names(&bounded, NAMED)));
    }
    (!reasons.is_empty()).then(|| words::sentence(&format!("Not drawn: {}", reasons.join("; "))))
}

/// The denominator of a single period that was too small.
fn last_n(series: &Series<'_>) -> String {
    match series.points.as_slice() {
        [one] => one.n.map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Spans of the axis in which no series at all has a value, and few words for them.
pub(crate) fn empty_spans(rows: &[&Estimate], periods: &[Period]) -> Vec<(Period, &'static str)> {
    spans(&on_axis(&best_of_each_period(rows), periods)).into_iter().map(|(gap, p)| (p, gap.label())).collect()
}

/// One estimate for each period, with a value if any has one.
fn best_of_each_period<'a>(rows: &[&'a Estimate]) -> Vec<&'a Estimate> {
    let mut best: Vec<&Estimate> = Vec::new();
    let mut rows = rows.to_vec();
    rows.sort_by_key(|e| (e.period(), Gap::of(e).is_some()));
    for e in rows {
        if best.last().is_none_or(|b| b.period() != e.period()) {
            best.push(e);
        }
    }
    best
}
