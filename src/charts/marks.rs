//! Breaks and known faults of the data on axes of time: which are shown, in which words, and where.
//!
//! A mark is a number over the chart, tied by a dashed line to its day or by a light band to its days; the
//! note says what the number stands for. Where there is room, the label stands beside its number.

use super::labels;
use super::select::{Selection, platform_label};
use super::spec::{ChartSpec, Mark};
use super::svg::{Anchor, Canvas, Rect, Type};
use super::text::clean;
use super::theme::{MARKED, SMALL_TEXT, TEXT, Theme};
use super::words;
use crate::estimate::ALL_PLATFORMS;
use crate::time::Period;

/// Marks that the note explains; the others stand in the alternative text.
const EXPLAINED: usize = 6;
/// Dash of a mark's line, in multiples of its width: finer than those of the series.
const DASH: [f64; 2] = [3.0, 2.5];
/// A band narrower than this would be mistaken for a line of the grid: it is drawn as a dashed line.
const NARROWEST: f64 = 4.0;

/// A mark that a figure shows, with its number.
#[derive(Debug, Clone)]
pub(crate) struct Numbered<'s> {
    pub number: usize,
    pub mark: &'s Mark,
    /// Platforms of the figure that it concerns; empty for all of them.
    who: Vec<String>,
}

impl Numbered<'_> {
    /// Its days; those of a break are none.
    pub(crate) fn days(&self) -> (i32, i32) {
        (self.mark.start, end(self.mark).unwrap_or(self.mark.start))
    }

    /// Whether it concerns a platform: a fault of one is one of the sum of all.
    pub(crate) fn concerns(&self, platform: &str) -> bool {
        platform == ALL_PLATFORMS || concerns(self.mark, platform)
    }

    fn when(&self) -> String {
        match self.days() {
            (start, end) if end > start => words::days(Period { start, end }),
            (start, _) => words::days(Period { start, end: start + 1 }),
        }
    }

    /// "1 Schema v2 replaces categories (1 July 2025)".
    fn words(&self) -> String {
        let who = if self.who.is_empty() { String::new() } else { format!("{}: ", labels::names(&self.who, 3)) };
        format!("{} {who}{} ({})", self.number, label(self.mark), self.when())
    }
}

fn label(mark: &Mark) -> String {
    clean(mark.label.trim().trim_end_matches('.'))
}

/// The first day after a mark that has days.
fn end(mark: &Mark) -> Option<i32> {
    mark.end.filter(|end| *end > mark.start)
}

fn concerns(mark: &Mark, platform: &str) -> bool {
    mark.platforms.is_empty() || mark.platforms.iter().any(|p| p.to_lowercase() == platform.to_lowercase())
}

/// The marks that concern a platform shown and lie in the time shown, in the order of time.
///
/// A break on the first day has nothing before it that could differ, and is none in this figure.
pub(crate) fn shown<'s>(spec: &'s ChartSpec, selection: &Selection<'_>, periods: &[Period]) -> Vec<Numbered<'s>> {
    let (Some(first), Some(last)) = (periods.iter().map(|p| p.start).min(), periods.iter().map(|p| p.end).max()) else {
        return Vec::new();
    };
    let within = |m: &Mark| match end(m) {
        Some(end) => m.start < last && end > first,
        None => first < m.start && m.start < last,
    };
    let whole = selection.platforms.contains(&ALL_PLATFORMS);
    let here = |m: &&Mark| within(m) && (whole || selection.platforms.iter().any(|p| concerns(m, p)));
    let mut marks: Vec<&Mark> = spec.marks.iter().filter(here).collect();
    marks.sort_by(|a, b| (a.start, a.end, &a.label, &a.platforms).cmp(&(b.start, b.end, &b.label, &b.platforms)));
    marks.dedup();
    let who = |m: &Mark| {
        // In the figure's own spelling; those of a sum are not in it, and keep the mark's.
        let named = selection.platforms.iter().filter(|p| **p != ALL_PLATFORMS && concerns(m, p));
        let named: Vec<String> = named.map(|p| platform_label(p)).collect();
        let absent = m.platforms.iter().filter(|p| !named.iter().any(|n| n.to_lowercase() == p.to_lowercase()));
        let all = if whole { named.iter().cloned().chain(absent.cloned()).collect() } else { named };
        let everyone = m.platforms.is_empty() || !whole && all.len() == selection.platforms.len();
        if everyone { Vec::new() } else { all }
    };
    marks.into_iter().enumerate().map(|(i, mark)| Numbered { number: i + 1, mark, who: who(mark) }).collect()
}

/// What the numbers stand for, for the note.
pub(crate) fn note(marks: &[Numbered<'_>]) -> Option<String> {
    let rest = marks.len().saturating_sub(EXPLAINED);
    let mut parts: Vec<String> = marks.iter().take(EXPLAINED).map(Numbered::words).collect();
    if rest > 0 {
        parts.push(format!("{rest} more in the alternative text"));
    }
    (!parts.is_empty()).then(|| words::sentence(&format!("Marked: {}", parts.join("; "))))
}

/// The same for those who do not see the figure, complete.
pub(crate) fn alt(marks: &[Numbered<'_>]) -> Option<String> {
    let parts: Vec<String> = marks.iter().map(Numbered::words).collect();
    let n = if parts.len() == 1 { "A break or known fault is" } else { "Breaks and known faults are" };
    (!parts.is_empty()).then(|| format!("{n} marked: {}.", parts.join("; ")))
}

/// Height of the strip over a chart in which numbers stand.
pub(crate) fn strip_height(theme: &Theme, marks: &[Numbered<'_>]) -> f64 {
    if marks.is_empty() { 0.0 } else { Theme::leading(theme.small) }
}

/// A number or several in their place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sign {
    pub text: String,
    pub left: f64,
}

/// Where the numbers of marks stand within `from..to`, so that none meets another: beside their labels if all
/// of these fit and `labelled` asks for it, else alone; those too near to each other as one.
pub(crate) fn signs(marks: &[(&Numbered<'_>, f64)], kind: Type, (from, to): (f64, f64), labelled: bool) -> Vec<Sign> {
    let mut marks = marks.to_vec();
    marks.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.number.cmp(&b.0.number)));
    let gap = kind.size * 0.6;
    let at = |text: String, x: f64, half: f64| {
        let left = (x - half).min(to - kind.width(&text)).max(from);
        Sign { text, left }
    };
    let apart = |signs: &[Sign]| {
        signs.windows(2).all(|w| w[0].left + kind.width(&w[0].text) + gap <= w[1].left)
            && signs.iter().all(|s| s.left + kind.width(&s.text) <= to + 1e-9)
    };
    let digit = kind.width("1") / 2.0;
    if labelled {
        let full: Vec<Sign> =
            marks.iter().map(|(m, x)| at(format!("{} {}", m.number, label(m.mark)), *x, digit)).collect();
        if apart(&full) {
            return full;
        }
    }
    // Numbers that would meet stand together over the middle of their lines; that can bring them to others.
    let mut runs: Vec<Vec<(usize, f64)>> = marks.iter().map(|(m, x)| vec![(m.number, *x)]).collect();
    loop {
        let placed: Vec<Sign> = runs
            .iter()
            .map(|run| {
                let text = numbers(run);
                let middle = f64::midpoint(run[0].1, run[run.len() - 1].1);
                let half = kind.width(&text) / 2.0;
                at(text, middle, half)
            })
            .collect();
        let meets = |i: &usize| placed[*i].left + kind.width(&placed[*i].text) + gap > placed[*i + 1].left;
        match (0..placed.len().saturating_sub(1)).find(meets) {
            Some(i) => {
                let next = runs.remove(i + 1);
                runs[i].extend(next);
            }
            None => return placed,
        }
    }
}

/// "1", "1, 2", "1–3".
fn numbers(run: &[(usize, f64)]) -> String {
    let mut all: Vec<usize> = run.iter().map(|(n, _)| *n).collect();
    all.sort_unstable();
    let (first, last) = (all[0], all[all.len() - 1]);
    if all.len() > 2 && last - first + 1 == all.len() {
        return format!("{first}–{last}");
    }
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// How the numbers over a chart look.
pub(crate) fn sign_type(theme: &Theme) -> Type {
    Type::bold(theme.small * 0.95, TEXT)
}

/// Draws bands behind a chart whose days stand at `x`.
pub(crate) fn draw_bands(canvas: &mut Canvas, marks: &[Numbered<'_>], area: &Rect, x: impl Fn(f64) -> f64) {
    for (left, right) in marks.iter().map(|m| edges(m, area, &x)) {
        if right - left >= NARROWEST {
            canvas.rect(Rect { left, right, ..*area }, MARKED);
        }
    }
}

/// Draws the lines of marks and their numbers; `labelled` is whether labels may stand beside these, which can
/// take the width from the chart's left to `right`.
pub(crate) fn draw_lines(
    canvas: &mut Canvas,
    theme: &Theme,
    marks: &[Numbered<'_>],
    (area, right): (&Rect, f64),
    x: impl Fn(f64) -> f64,
    labelled: bool,
) {
    if marks.is_empty() {
        return;
    }
    let mut places = Vec::new();
    for mark in marks {
        let (left, end) = edges(mark, area, &x);
        let band = end - left >= NARROWEST;
        let lines = if band { vec![left, end] } else { vec![f64::midpoint(left, end)] };
        for x in &lines {
            let top = area.top - theme.small * 0.25;
            canvas.path(vec![(*x, top), (*x, area.bottom)], SMALL_TEXT, theme.small * 0.09, &DASH);
        }
        places.push((mark, f64::midpoint(lines[0], lines[lines.len() - 1])));
    }
    let kind = sign_type(theme);
    for sign in signs(&places, kind, (area.left, right), labelled) {
        canvas.text(sign.left, area.top - theme.small * 0.45, &sign.text, kind.at(Anchor::Start));
    }
}

fn edges(mark: &Numbered<'_>, area: &Rect, x: impl Fn(f64) -> f64) -> (f64, f64) {
    let at = |day: i32| x(f64::from(day)).clamp(area.left, area.right);
    let (start, end) = mark.days();
    (at(start), at(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;

    fn mark(start: i32, end: Option<i32>, label: &str, platforms: &[&str]) -> Mark {
        Mark { start, end, label: label.into(), platforms: platforms.iter().map(|p| (*p).to_owned()).collect() }
    }

    fn spec(marks: Vec<Mark>) -> ChartSpec {
        ChartSpec { marks, ..ChartSpec::new("test") }
    }

    fn rows(platforms: &[&str]) -> Vec<Estimate> {
        let period = Period { start: 20_000, end: 20_100 };
        let row = |p: &&str| {
            let mut e = Estimate::census("i", 1, "share", "share", period);
            (e.platform, e.value) = ((*p).to_owned(), Some(0.5));
            e
        };
        platforms.iter().map(row).collect()
    }

    #[test]
    fn only_marks_of_the_time_and_the_platforms_shown_are_numbered() {
        let spec = spec(vec![
            mark(20_050, None, "Schema v2.", &[]),
            mark(20_000, None, "the first day: nothing before it", &[]),
            mark(20_100, None, "after", &[]),
            mark(19_990, Some(20_010), "outage", &["b"]),
            mark(19_990, Some(20_000), "ended", &[]),
            mark(20_020, Some(20_021), "elsewhere", &["C"]),
        ]);
        let rows = rows(&["A", "B"]);
        let selection = Selection::of(rows.iter().collect(), &spec);
        let marks = shown(&spec, &selection, &selection.periods);
        let note = note(&marks).expect("note");
        assert_eq!(note, "Marked: 1 B: outage (24 September to 13 October 2024); 2 Schema v2 (23 November 2024).");
        assert!(alt(&marks).is_some_and(|a| a.starts_with("Breaks and known faults are marked: 1 B: outage")));
        assert!(marks[0].concerns("B") && !marks[0].concerns("A") && marks[1].concerns("A"));
    }

    #[test]
    fn a_fault_of_one_platform_is_one_of_the_sum() {
        let spec = spec(vec![mark(20_020, Some(20_021), "counted twice", &["C"]), mark(20_030, None, "all", &[])]);
        let rows = rows(&[ALL_PLATFORMS]);
        let selection = Selection::of(rows.iter().collect(), &spec);
        let marks = shown(&spec, &selection, &selection.periods);
        assert_eq!(
            marks.iter().map(Numbered::words).collect::<Vec<_>>(),
            ["1 C: counted twice (24 October 2024)", "2 all (3 November 2024)"]
        );
    }

    #[test]
    fn numbers_never_meet() {
        let marks: Vec<Mark> = (0..9).map(|i| mark(i, None, "a label of some length", &[])).collect();
        let numbered: Vec<Numbered<'_>> =
            marks.iter().enumerate().map(|(i, mark)| Numbered { number: i + 1, mark, who: Vec::new() }).collect();
        let kind = Type::bold(12.0, TEXT);
        let texts = |places: &[f64], labelled: bool| -> Vec<String> {
            let placed: Vec<_> = numbered.iter().zip(places.iter().copied()).collect();
            let signs = signs(&placed, kind, (0.0, 400.0), labelled);
            assert!(signs.windows(2).all(|w| w[0].left + kind.width(&w[0].text) < w[1].left), "{signs:?}");
            assert!(signs.iter().all(|s| s.left >= 0.0 && s.left + kind.width(&s.text) <= 400.0), "{signs:?}");
            signs.into_iter().map(|s| s.text).collect()
        };
        assert_eq!(texts(&[10.0, 50.0], false), ["1", "2"]);
        assert_eq!(texts(&[10.0, 200.0], true), ["1 a label of some length", "2 a label of some length"]);
        assert_eq!(texts(&[10.0, 50.0], true), ["1", "2"], "labels that would meet are left to the note");
        assert_eq!(texts(&[10.0, 12.0, 14.0, 399.0], false), ["1–3", "4"]);
        assert_eq!(texts(&[10.0, 12.0], false), ["1, 2"]);
        assert_eq!(texts(&[399.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0, 400.0], false), ["1–9"]);
    }

    #[test]
    fn long_lists_are_cut_in_the_note_alone() {
        let spec = spec((1..10).map(|i| mark(20_000 + i, None, &format!("m{i}"), &[])).collect());
        let rows = rows(&["A"]);
        let selection = Selection::of(rows.iter().collect(), &spec);
        let marks = shown(&spec, &selection, &selection.periods);
        assert!(note(&marks).is_some_and(|n| n.contains("6 m6") && n.ends_with("3 more in the alternative text.")));
        assert!(alt(&marks).is_some_and(|a| a.contains("9 m9")));
    }
}
