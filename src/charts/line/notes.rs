//! What the note of a line chart says: intervals, denominators, grey lines and gaps.

use super::super::labels;
use super::super::select::Selection;
use super::super::spec::ChartSpec;
use super::super::words;
use super::Series;
use crate::estimate::{Estimate, Status};
use crate::time::Period;

/// Things named in one note: more would push the chart away, and the table has them.
const NAMED: usize = 4;

/// The sentences of the note, in the order of their weight.
pub(super) fn notes(
    selection: &Selection<'_>,
    series: &[Series<'_>],
    coloured: &[usize],
    spec: &ChartSpec,
) -> Vec<String> {
    let mut out: Vec<String> = spec.note.iter().cloned().collect();
    out.extend(greys(selection, series, coloured, spec));
    let shown = coloured.iter().flat_map(|&i| series[i].points.iter().copied());
    let mut coloured_series = coloured.iter().map(|&i| &series[i]);
    let bands = coloured_series.clone().any(|s| !s.bands().is_empty());
    let bars = coloured_series.any(|s| !s.bars().is_empty());
    let shape = match (bands, bars) {
        (true, true) => "Bands and upright bars",
        (true, false) => "Bands",
        _ => "Upright bars",
    };
    out.extend(words::interval_notes(shown, shape));
    out.extend(gaps(selection, series, coloured));
    out.extend(absent(series, coloured));
    out.extend(denominators(series));
    out.extend(words::estimate_notes(selection));
    out
}

/// Whether all series can be ranked by their denominators.
pub(super) fn by_n(series: &[Series<'_>]) -> bool {
    series.iter().all(|s| s.valued().all(|e| e.n.is_some()))
}

/// What the largest series are chosen by: the sum of their denominators, else their last value.
pub(super) fn size(series: &Series<'_>, by_n: bool) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "only for an order")]
    if by_n {
        series.valued().filter_map(|e| e.n).sum::<i64>() as f64
    } else {
        series.valued().last().and_then(|e| e.value).unwrap_or(f64::NEG_INFINITY)
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
    let who = if grey.len() <= NAMED { labels::names(&grey, NAMED) } else { selection.others(grey.len(), "line") };
    let chosen = match (spec.highlight.is_empty(), by_n(series)) {
        (false, _) => String::new(),
        (true, true) => format!("Coloured: the {} with the largest denominators (n). ", coloured.len()),
        (true, false) => format!("Coloured: the {} with the largest last values. ", coloured.len()),
    };
    Some(format!("{chosen}Grey: {who}."))
}

fn denominators(series: &[Series<'_>]) -> Option<String> {
    let valued = || series.iter().flat_map(Series::valued);
    // The denominator of a count is the count itself: nothing to add.
    #[expect(clippy::cast_precision_loss, reason = "counts below 2⁵³ are exact")]
    let all: Vec<i64> = valued().filter(|e| e.value != e.n.map(|n| n as f64)).filter_map(|e| e.n).collect();
    match (all.iter().min(), all.iter().max()) {
        (Some(a), Some(b)) if a == b => Some(format!("The denominator (n) of each point is {}.", labels::count(*a))),
        (Some(a), Some(b)) => {
            Some(format!("Denominators (n) of points run from {} to {}.", labels::count(*a), labels::count(*b)))
        }
        _ => None,
    }
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
fn spans(series: &Series<'_>) -> Vec<(Gap, Period)> {
    let mut out: Vec<(Gap, Period)> = Vec::new();
    let mut add = |gap: Gap, p: Period| match out.last_mut() {
        Some((g, last)) if *g == gap && last.end >= p.start => last.end = p.end,
        _ => out.push((gap, p)),
    };
    let mut before: Option<&Estimate> = None;
    for e in &series.points {
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

/// Which lines have gaps, when and why.
fn gaps(selection: &Selection<'_>, series: &[Series<'_>], coloured: &[usize]) -> Option<String> {
    let shown: Vec<&Series<'_>> = coloured.iter().map(|&i| &series[i]).filter(|s| s.drawn()).collect();
    let greys: Vec<&Series<'_>> =
        (0..series.len()).filter(|i| !coloured.contains(i)).map(|i| &series[i]).filter(|s| s.drawn()).collect();
    let mut reasons: Vec<String> = Vec::new();
    for gap in Gap::ALL {
        // Lines that have their gaps at the same time are named together.
        let mut when: Vec<(String, Vec<String>)> = Vec::new();
        for s in &shown {
            let spans: Vec<String> =
                spans(s).iter().filter(|(g, _)| *g == gap).map(|(_, p)| in_words(*p, selection)).collect();
            let words = labels::names(&spans, NAMED);
            match when.iter_mut().find(|(w, _)| *w == words) {
                _ if words.is_empty() => {}
                Some((_, who)) => who.push(s.label.clone()),
                None => when.push((words, vec![s.label.clone()])),
            }
        }
        let parts: Vec<String> = when
            .into_iter()
            .map(|(words, who)| match who.len() {
                1 if series.len() == 1 => words,
                n if n > 1 && n == shown.len() && greys.is_empty() => format!("all lines ({words})"),
                n if n > 1 && n == shown.len() => format!("all coloured lines ({words})"),
                _ => format!("{} ({words})", labels::names(&who, NAMED)),
            })
            .collect();
        if !parts.is_empty() {
            reasons.push(format!("{} – {}", gap.words(), parts.join(", ")));
        }
    }
    let grey = greys.iter().filter(|s| !spans(s).is_empty()).count();
    if grey > 0 {
        reasons.push(format!("also in {grey} grey line{}", if grey == 1 { "" } else { "s" }));
    }
    let shaded = series.len() > 1 && selection.periods.len() > 1 && !empty_spans(selection).is_empty();
    let shaded = if shaded { ", shaded where no line has a value" } else { "" };
    (!reasons.is_empty()).then(|| format!("Gaps{shaded}: {}.", reasons.join("; ")))
}

/// A gap in words: the name of its period if it is one of those drawn, else from when to when. Three months
/// that lack are no quarter to a reader of months.
fn in_words(gap: Period, selection: &Selection<'_>) -> String {
    if selection.periods.contains(&gap) {
        return words::span(gap, gap);
    }
    words::span(Period { start: gap.start, end: gap.start + 1 }, gap)
}

/// Which platforms or groups have no line, and why.
fn absent(series: &[Series<'_>], coloured: &[usize]) -> Option<String> {
    let mut reasons: Vec<String> = Vec::new();
    for gap in Gap::ALL {
        let whose = |s: &&Series<'_>| !s.drawn() && s.points.last().is_some_and(|e| Gap::of(e) == Some(gap));
        let who: Vec<String> = series.iter().filter(whose).map(|s| format!("{}{}", s.label, last_n(s))).collect();
        if !who.is_empty() {
            reasons.push(format!("{} – {}", gap.words(), labels::names(&who, NAMED)));
        }
    }
    let bounded = (0..series.len()).filter(|i| !coloured.contains(i)).map(|i| &series[i]);
    let bounded = bounded.filter(|s| s.drawn() && s.valued().next().is_none()).map(|s| s.label.clone());
    let bounded: Vec<String> = bounded.collect();
    if !bounded.is_empty() {
        reasons.push(format!("only bounds known – {}", labels::names(&bounded, NAMED)));
    }
    (!reasons.is_empty()).then(|| format!("Not drawn: {}.", reasons.join("; ")))
}

/// The denominator of a single period that was too small.
fn last_n(series: &Series<'_>) -> String {
    match series.points.as_slice() {
        [one] => one.n.map(|n| format!(" (n = {})", labels::count(n))).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Spans in which no series at all has a value, and few words for them.
pub(super) fn empty_spans(selection: &Selection<'_>) -> Vec<(Period, &'static str)> {
    let all = Series { label: String::new(), points: best_of_each_period(selection) };
    spans(&all).into_iter().map(|(gap, p)| (p, gap.label())).collect()
}

/// One estimate for each period, with a value if any has one.
fn best_of_each_period<'a>(selection: &Selection<'a>) -> Vec<&'a Estimate> {
    let mut best: Vec<&Estimate> = Vec::new();
    let mut rows = selection.rows.clone();
    rows.sort_by_key(|e| (e.period(), Gap::of(e).is_some()));
    for e in rows {
        if best.last().is_none_or(|b| b.period() != e.period()) {
            best.push(e);
        }
    }
    best
}
