//! Labels at the ends of lines: which lines have one, where it stands, and how it is tied to its line.

use super::super::labels;
use super::super::scale;
use super::super::svg::Type;
use super::super::text::{self, Face};
use super::super::theme::{SMALL_TEXT, TEXT, Theme};
use super::super::words;
use super::Series;
use crate::time::Period;

/// So many grey lines are labelled too; of more, which would crowd the coloured ones' labels, those that end above
/// or below all coloured lines: readers ask for them first.
const GREY_LABELLED: usize = 3;
/// Part of the time axis, at its end, in which a grey line must have its last value to be labelled: from
/// farther left, the eye does not find the way to the label.
const GREY_REACH: f64 = 0.15;
/// The way that a leader may go through the plot, in multiples of the label's size: about 40 pixels.
const LEADER: f64 = 3.1;
/// The height by which a grey line's label without a leader may stand beside its line's end, in the same.
const ADRIFT: f64 = 0.8;

/// A label at the end of a line.
#[derive(Debug, Clone)]
pub(super) struct Label {
    pub series: usize,
    /// `None` for a grey line.
    pub colour: Option<usize>,
    pub name: Vec<String>,
    pub value: Vec<String>,
}

impl Label {
    /// Height of the label, with the space to the next one.
    fn height(&self, theme: &Theme) -> f64 {
        let lines = u32::try_from(self.name.len() + self.value.len()).unwrap_or(u32::MAX);
        f64::from(lines) * Self::leading(theme) + theme.label * 0.35
    }

    pub(super) fn leading(theme: &Theme) -> f64 {
        Theme::leading(theme.label) * 0.94
    }

    pub(super) fn kind(&self, theme: &Theme) -> Type {
        if self.colour.is_some() { Type::bold(theme.label, TEXT) } else { Type::regular(theme.label, SMALL_TEXT) }
    }

    pub(super) fn width(&self, theme: &Theme) -> f64 {
        let widest = |lines: &[String], kind: Type| lines.iter().map(|l| kind.width(l)).fold(0.0, f64::max);
        widest(&self.name, self.kind(theme)).max(widest(&self.value, Type::regular(theme.label, TEXT)))
    }
}

/// A label in its place.
#[derive(Debug)]
pub(super) struct Place<'l> {
    pub label: &'l Label,
    /// The end of its line.
    pub end: (f64, f64),
    /// Top of its first line of text, and the middle of that line.
    pub top: f64,
    pub middle: f64,
    /// Whether a leader runs from the line's end to the label.
    pub led: bool,
}

/// The labels that a plot has room for, `height` high: without those of grey lines, then without values,
/// then fewer. `room` is the width of one, and `top` where the axis of values ends.
pub(super) fn labels(
    theme: &Theme,
    periods: &[Period],
    series: &[Series<'_>],
    coloured: &[usize],
    top: f64,
    (room, height): (f64, f64),
) -> Vec<Label> {
    let single = periods.len() == 1;
    let labels = coloured.iter().enumerate().filter_map(|(colour, &i)| {
        let s = &series[i];
        let last = s.valued().last()?;
        let mut value = last.value.map(|v| labels::beside(v, &last.unit, top)).unwrap_or_default();
        if Some(&last.period()) != periods.last() {
            value = format!("{value} {}", words::during_short(last.period()));
        }
        if let Some(n) = words::denominator(last).filter(|_| single) {
            value = format!("{value} (n = {})", labels::count(n));
        }
        let name = text::wrap(&s.label, theme.label, Face::Bold, room, 2);
        Some(Label {
            series: i,
            colour: Some(colour),
            name,
            value: text::wrap(&value, theme.label, Face::Regular, room, 2),
        })
    });
    let greys: Vec<usize> =
        (0..series.len()).filter(|i| !coloured.contains(i) && series[*i].valued().next().is_some()).collect();
    let few = greys.len() <= GREY_LABELLED;
    let outer = outer(series, coloured, &greys);
    let shown = |i: &usize| (few || outer.contains(i)) && ends_late(&series[*i], periods);
    let greys = greys.into_iter().filter(shown).map(|i| {
        let name = text::wrap(&series[i].label, theme.label, Face::Regular, room, 1);
        Label { series: i, colour: None, name, value: Vec::new() }
    });
    fitting(labels.chain(greys).collect(), theme, height)
}

/// The grey lines that end highest and lowest, where they end above or below all coloured ones.
fn outer(series: &[Series<'_>], coloured: &[usize], greys: &[usize]) -> Vec<usize> {
    let end = |i: &usize| series[*i].valued().last().and_then(|e| e.value).unwrap_or(0.0);
    let ends = || coloured.iter().filter(|i| series[**i].valued().next().is_some()).map(end);
    let (low, high) = (ends().fold(f64::INFINITY, f64::min), ends().fold(f64::NEG_INFINITY, f64::max));
    let highest = greys.iter().copied().max_by(|a, b| end(a).total_cmp(&end(b))).filter(|i| end(i) > high);
    let lowest = greys.iter().copied().min_by(|a, b| end(a).total_cmp(&end(b))).filter(|i| end(i) < low);
    highest.into_iter().chain(lowest).collect()
}

/// Whether the last value of a line lies near the end of the time axis.
fn ends_late(series: &Series<'_>, periods: &[Period]) -> bool {
    let (Some(first), Some(last)) = (periods.first(), periods.last()) else { return false };
    let (from, to) = (scale::middle(*first), scale::middle(*last));
    series.valued().last().is_some_and(|e| to - scale::middle(e.period()) <= GREY_REACH * (to - from))
}

fn fitting(mut labels: Vec<Label>, theme: &Theme, height: f64) -> Vec<Label> {
    let full = |labels: &[Label]| labels.iter().map(|l| l.height(theme)).sum::<f64>() > height;
    if full(&labels) {
        labels.retain(|l| l.colour.is_some());
    }
    if full(&labels) {
        for label in &mut labels {
            label.value.clear();
        }
    }
    while full(&labels) && labels.pop().is_some() {}
    labels
}

/// Puts labels beside the ends of their lines, in the order of these and apart from each other.
///
/// `end` is where a label's line ends, `from..to` the height that there is, and `start` where leaders arrive;
/// only up to `edge` do they run through the plot. A grey line's label that neither stands beside its line
/// nor can be led to it is left out: the note names the line.
pub(super) fn places<'l>(
    theme: &Theme,
    labels: &'l [Label],
    end: impl Fn(&Label) -> (f64, f64),
    (from, to): (f64, f64),
    (edge, start): (f64, f64),
) -> Vec<Place<'l>> {
    let leading = Label::leading(theme);
    let mut kept: Vec<&Label> = labels.iter().collect();
    loop {
        let ends: Vec<(f64, f64)> = kept.iter().map(|l| end(l)).collect();
        let sizes: Vec<f64> = kept.iter().map(|l| l.height(theme)).collect();
        // The first line, not the middle of the label, stands at the height of the line's end.
        let wanted: Vec<f64> =
            ends.iter().zip(&sizes).map(|((_, y), h)| y + (h - leading) / 2.0 - theme.label * 0.17).collect();
        // In the order of the ends, or leaders would cross.
        let mut order: Vec<usize> = (0..kept.len()).collect();
        order.sort_by(|&a, &b| ends[a].1.total_cmp(&ends[b].1).then(a.cmp(&b)));
        let centres = labels::spread(&order, &wanted, &sizes, from, to);
        let places: Vec<Place<'l>> = (0..kept.len())
            .map(|i| {
                let top = centres[i] - sizes[i] / 2.0 + theme.label * 0.17;
                let led = edge.min(start) - leader_start(theme, ends[i].0) <= theme.label * LEADER;
                Place { label: kept[i], end: ends[i], top, middle: top + leading / 2.0, led }
            })
            .collect();
        let adrift =
            |p: &Place<'_>| p.label.colour.is_none() && !p.led && (p.middle - p.end.1).abs() > theme.label * ADRIFT;
        match places.iter().position(adrift) {
            Some(i) => kept.remove(i),
            None => return places,
        };
    }
}

/// Where the leader of a line that ends at this place begins.
pub(super) fn leader_start(theme: &Theme, end: f64) -> f64 {
    end + theme.marker * 1.9
}
