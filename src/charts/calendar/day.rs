//! The square of a day: its step of colour, or what it lacks.

use super::super::labels;
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::theme::{AXIS, CONTEXT, Colour, EMPTY, GRID, Marker, PAPER, SMALL_TEXT, Theme, ink};
use super::Lack;
use super::steps::Steps;
use crate::estimate::Estimate;

/// Squares from this size on have a hatching of three lines.
const LARGE: f64 = 13.0;

/// Draws a day, with its value in words where squares are large enough.
pub(super) fn draw(
    canvas: &mut Canvas,
    theme: &Theme,
    place: Rect,
    estimate: Option<&Estimate>,
    steps: &Steps,
    valued: bool,
) {
    let (Some(e), Some(v)) = (estimate, estimate.and_then(|e| e.value)) else {
        if let Some(lack) = Lack::of(estimate) {
            draw_lack(canvas, theme, place, lack);
        }
        return;
    };
    let colour = steps.colour(v);
    draw_value(canvas, place, colour);
    if valued {
        let kind = Type::regular(theme.small, ink(colour)).at(Anchor::Middle);
        let (x, y) = centre(&place);
        canvas.text(x, y + theme.small * 0.35, &value(e), kind);
    }
}

/// The value of a day in words.
pub(super) fn value(e: &Estimate) -> String {
    e.value.map(|v| labels::value(v, &e.unit)).unwrap_or_default()
}

/// A square of this colour, with an outline where it would not be seen on paper.
pub(super) fn draw_value(canvas: &mut Canvas, place: Rect, colour: Colour) {
    canvas.rect(place, colour);
    if colour == PAPER {
        outline(canvas, place, AXIS, hair(place.width()));
    }
}

/// A day without a value: hatched where there is no row, else a sign on grey.
pub(super) fn draw_lack(canvas: &mut Canvas, theme: &Theme, place: Rect, lack: Lack) {
    let (side, hair, (x, y)) = (place.width(), hair(place.width()), centre(&place));
    if lack == Lack::NoData {
        outline(canvas, place, GRID, hair);
        let lines: &[f64] = if side >= LARGE { &[0.5, 1.0, 1.5] } else { &[1.0] };
        for part in lines {
            // From the left or lower edge to the upper or right one.
            let (near, far) = ((part - 1.0).max(0.0) * side, part.min(1.0) * side);
            canvas.line((place.left + near, place.top + far), (place.left + far, place.top + near), CONTEXT, hair);
        }
        return;
    }
    canvas.rect(place, EMPTY);
    let r = (side * 0.2).min(theme.small * 0.4);
    let mut stroke = |from: (f64, f64), to: (f64, f64)| canvas.line(from, to, SMALL_TEXT, hair * 1.3);
    match lack {
        Lack::Withheld => {
            stroke((x - r, y - r), (x + r, y + r));
            stroke((x - r, y + r), (x + r, y - r));
        }
        Lack::NoValue => stroke((x - r, y), (x + r, y)),
        Lack::NoData | Lack::TooFew => {
            canvas.dot((x, y), (side * 0.14).clamp(0.8, theme.small * 0.28), Marker::Circle, SMALL_TEXT);
        }
    }
}

/// Width of the finest lines about squares of this size.
pub(super) fn hair(size: f64) -> f64 {
    (size * 0.06).clamp(0.4, 1.0)
}

/// The middle of a day.
pub(super) fn centre(place: &Rect) -> (f64, f64) {
    (f64::midpoint(place.left, place.right), f64::midpoint(place.top, place.bottom))
}

fn outline(canvas: &mut Canvas, r: Rect, colour: Colour, width: f64) {
    let corners = [(r.left, r.top), (r.right, r.top), (r.right, r.bottom), (r.left, r.bottom), (r.left, r.top)];
    canvas.path(corners.to_vec(), colour, width, &[]);
}
