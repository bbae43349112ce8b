//! The key of a calendar: the steps of colour with their bounds, and the signs of days without a value.

use super::super::scale;
use super::super::svg::{Canvas, Rect, Type};
use super::super::theme::{PAPER, SMALL_TEXT, Theme};
use super::sheet::Given;
use super::steps::Steps;
use super::{Lack, day, days};

/// What the key explains.
enum Item {
    Unit(String),
    Zero,
    Steps,
    Lack(Lack),
}

/// An item of the key in its place.
struct Entry {
    item: Item,
    left: f64,
    row: u32,
}

/// The entries of the key, in as many rows as they need.
fn entries(theme: &Theme, given: &Given<'_, '_>, width: f64) -> Vec<Entry> {
    let small = Type::regular(theme.small, SMALL_TEXT);
    let unit = scale::shown_unit(&given.steps.unit).to_owned();
    let occurs =
        |lack: &Lack| given.panels.iter().any(|p| days(p, given.span).iter().any(|(_, e)| Lack::of(*e) == Some(*lack)));
    let items = (!unit.is_empty()).then_some(Item::Unit(unit)).into_iter();
    let items = items.chain(given.steps.zero().then_some(Item::Zero));
    let items = items.chain((!given.steps.colours().is_empty()).then_some(Item::Steps));
    let items = items.chain(Lack::ALL.into_iter().filter(occurs).map(Item::Lack));
    let (mut left, mut row) = (0.0, 0);
    let mut out = Vec::new();
    for item in items {
        let signed = |words: &str| side(theme) + theme.small * 0.45 + small.width(words);
        let (need, gap) = match &item {
            Item::Unit(unit) => (small.width(unit), theme.small),
            Item::Zero => (signed("0"), theme.small),
            Item::Steps => {
                let (widest, width) = step_width(theme, &given.steps);
                (widest + width * number(given.steps.colours().len()), theme.small * 1.6)
            }
            Item::Lack(lack) => (signed(lack.words()), theme.small * 1.3),
        };
        if left > 0.0 && left + need > width {
            (left, row) = (0.0, row + 1);
        }
        out.push(Entry { item, left, row });
        left += need + gap;
    }
    out
}

/// Side of a square of the key.
fn side(theme: &Theme) -> f64 {
    theme.small * 1.15
}

/// Height of a row of the key.
fn row_height(theme: &Theme) -> f64 {
    side(theme) + Theme::leading(theme.small)
}

/// The widest label of a bound, and the width of a step that keeps labels apart.
fn step_width(theme: &Theme, steps: &Steps) -> (f64, f64) {
    let small = Type::regular(theme.small, SMALL_TEXT);
    let widest = steps.labels().iter().map(|l| small.width(l)).fold(0.0, f64::max);
    (widest, (widest + theme.small * 0.6).max(theme.small * 3.0))
}

/// Height of the key, with the space below.
pub(super) fn height(theme: &Theme, given: &Given<'_, '_>, width: f64) -> f64 {
    let rows = entries(theme, given, width).last().map_or(0, |e| e.row + 1);
    f64::from(rows) * row_height(theme) + theme.label * 0.9
}

fn number(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// Steps with their bounds, and the signs of days without a value that occur.
pub(super) fn draw(canvas: &mut Canvas, t: &Theme, inner: &Rect, given: &Given<'_, '_>) {
    let small = Type::regular(t.small, SMALL_TEXT);
    let side = side(t);
    for entry in entries(t, given, inner.width()) {
        let (x, top) = (inner.left + entry.left, inner.top + t.small * 0.1 + f64::from(entry.row) * row_height(t));
        let baseline = top + side - t.small * 0.2;
        let square = Rect { left: x, top, right: x + side, bottom: top + side };
        let words = x + side + t.small * 0.45;
        match entry.item {
            Item::Unit(unit) => canvas.text(x, baseline, &unit, small),
            Item::Zero => {
                day::draw_value(canvas, square, PAPER);
                canvas.text(words, baseline, "0", small);
            }
            Item::Steps => draw_steps(canvas, t, (x, top), &given.steps),
            Item::Lack(lack) => {
                day::draw_lack(canvas, t, square, lack);
                canvas.text(words, baseline, lack.words(), small);
            }
        }
    }
}

fn draw_steps(canvas: &mut Canvas, t: &Theme, (x, top): (f64, f64), steps: &Steps) {
    let small = Type::regular(t.small, SMALL_TEXT);
    let (widest, width) = step_width(t, steps);
    let (from, bottom) = (x + widest / 2.0, top + side(t));
    for (i, colour) in steps.colours().iter().enumerate() {
        let left = from + number(i) * width;
        canvas.rect(Rect { left, top, right: left + width - 1.0, bottom }, *colour);
    }
    let labels = steps.labels();
    for (i, label) in labels.iter().enumerate() {
        let at = if labels.len() == 1 { 0.5 } else { number(i) };
        let left = from + at * width - small.width(label) / 2.0;
        canvas.text(left, bottom + t.small * 1.05, label, small);
    }
}
