//! The drawing of Lorenz curves: a square of two cumulative shares, with labels to the right.

use super::super::labels;
use super::super::panels::{Side, SideLabel};
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::theme::{AXIS, BAND_OPACITY, COLOURS, CONTEXT, DASHES, GRID, MARKERS, SMALL_TEXT, TEXT, Theme};
use super::{Profile, said};
use crate::estimate::Estimate;

/// Part of the width that labels may take: of a single curve, and of several.
pub(super) const LABEL_ROOM: (f64, f64) = (0.36, 0.32);
/// Width of the axes for each height, at most: the line of equal shares should not lie too flat.
pub(super) const ASPECT: f64 = 1.35;
/// Shares of units from the top on that are marked on a single curve, and the statistics that say what they have.
pub(super) const TOPS: [(f64, usize, &str); 2] = [(0.01, 2, "top 1%"), (0.1, 3, "top 10%")];
/// Shares at which there is a line of the grid.
const SHARES: [f64; 6] = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];

pub(super) struct Plot<'p, 'a> {
    theme: Theme,
    profiles: &'p [Profile<'a>],
    coloured: &'p [usize],
    nouns: &'p (String, String),
    area: Rect,
    side: Side,
}

impl<'p, 'a> Plot<'p, 'a> {
    pub(super) fn new(
        theme: Theme,
        inner: &Rect,
        profiles: &'p [Profile<'a>],
        coloured: &'p [usize],
        nouns: &'p (String, String),
    ) -> Self {
        let small = Type::regular(theme.small, SMALL_TEXT);
        let line = Theme::leading(theme.small);
        let area = Rect {
            left: inner.left + small.width("100%") + theme.small * 0.6,
            top: inner.top + line * 1.1,
            right: inner.right,
            bottom: inner.bottom - theme.small * 0.7 - line * 2.0,
        };
        let room = inner.width() * if profiles.len() > 1 { LABEL_ROOM.1 } else { LABEL_ROOM.0 };
        let many = profiles.len() > 1;
        let labels = coloured.iter().enumerate().map(|(colour, &i)| SideLabel {
            colour,
            name: if many { profiles[i].label.clone() } else { String::new() },
            details: said::details(&profiles[i], &nouns.1),
            // All curves end at the same point: labels stand from the top on.
            y: area.top + f64::from(u32::try_from(colour).unwrap_or(0)),
        });
        let side = Side::new(&theme, &labels.collect::<Vec<_>>(), room, area.height());
        let wide = (area.right - side.width - area.left).min(area.height() * ASPECT);
        let area = Rect { right: area.left + wide.max(theme.label * 6.0) - theme.small, ..area };
        Self { theme, profiles, coloured, nouns, area, side }
    }

    fn at(&self, (x, share): (f64, f64)) -> (f64, f64) {
        (self.area.left + x * self.area.width(), self.area.bottom - share * self.area.height())
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_axes(canvas);
        let t = &self.theme;
        let path = |p: &Profile<'_>| p.curve().into_iter().map(|point| self.at(point)).collect::<Vec<_>>();
        for i in (0..self.profiles.len()).filter(|i| !self.coloured.contains(i)) {
            canvas.path(path(&self.profiles[i]), CONTEXT, t.line * 0.6, &[]);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            self.draw_band(canvas, &self.profiles[i], colour);
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            canvas.path(path(&self.profiles[i]), COLOURS[colour], t.line, DASHES[colour]);
        }
        for p in self.profiles.iter().filter(|p| p.drawn()) {
            for e in &p.points {
                if let (Some(x), Some(share)) = (e.x, e.value) {
                    canvas.value(self.at((x, share)), &p.label, e);
                }
            }
        }
        for (colour, &i) in self.coloured.iter().enumerate() {
            self.draw_tops(canvas, &self.profiles[i], colour);
        }
        self.side.draw(canvas, t, self.area.right + t.small, &self.area);
    }

    /// Where those at the top begin: above that height lies what they have.
    fn draw_tops(&self, canvas: &mut Canvas, p: &Profile<'_>, colour: usize) {
        let t = &self.theme;
        for (top, statistic, who) in TOPS.into_iter().filter(|_| p.drawn()) {
            let (Some(share), Some(e)) = (p.number(statistic), p.beside[statistic]) else { continue };
            let centre = self.at((1.0 - top, 1.0 - share));
            canvas.value(centre, &format!("{}, {who}", p.label), e);
            canvas.marker(centre, t.marker, MARKERS[colour], COLOURS[colour]);
        }
        if let [_] = self.profiles {
            self.draw_top_words(canvas, p);
        }
    }

    /// What the tops have, left of their markers: above a curve that bends to the right there is room.
    fn draw_top_words(&self, canvas: &mut Canvas, p: &Profile<'_>) {
        let t = &self.theme;
        let kind = Type::regular(t.label, TEXT);
        let mut free = f64::NEG_INFINITY;
        for (top, statistic, who) in TOPS {
            let Some(share) = p.number(statistic) else { continue };
            let words = format!("{who}: {}", labels::fine_share(share));
            let (x, y) = self.at((1.0 - top, 1.0 - share));
            let (left, base) = (x - t.marker * 2.2 - kind.width(&words), y + t.label * 0.1);
            // Right of the line of equal shares, which a curve near to it leaves no room for.
            let diagonal = self.at((1.0 - share, 1.0 - share)).0 + t.label;
            let inside = left > diagonal && base - t.label > self.area.top && base < self.area.bottom - 2.0;
            if inside && base - t.label * 1.1 > free {
                canvas.text_on_paper(left, base, &words, kind);
                free = base + t.label * 0.3;
            }
        }
    }

    fn draw_band(&self, canvas: &mut Canvas, p: &Profile<'_>, colour: usize) {
        let bounds = |bound: fn(&Estimate) -> Option<f64>| -> Option<Vec<(f64, f64)>> {
            p.points.iter().map(|e| Some(self.at((e.x?, bound(e)?)))).collect()
        };
        if let (Some(lower), Some(upper)) = (bounds(|e| e.lower), bounds(|e| e.upper))
            && lower.len() > 1
        {
            canvas.area(upper.into_iter().chain(lower.into_iter().rev()).collect(), COLOURS[colour], BAND_OPACITY);
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        for share in SHARES {
            let (x, y) = self.at((share, share));
            canvas.line((area.left, y), (area.right, y), if share > 0.0 { GRID } else { AXIS }, 1.0);
            canvas.line((x, area.top), (x, area.bottom), if share > 0.0 { GRID } else { AXIS }, 1.0);
            let label = labels::tick(share, 0.2, 1.0, "share");
            canvas.text(area.left - t.small * 0.6, y + t.small * 0.36, &label, small.at(Anchor::End));
            let kind = small.at(Anchor::Middle);
            canvas.text(x, area.bottom + t.small * 1.6, &label, kind);
        }
        canvas.line(self.at((0.0, 0.0)), self.at((1.0, 1.0)), AXIS, t.line * 0.5);
        let (x, y) = self.at((0.3, 0.3));
        let words = "equal shares";
        let left = x - small.width(words) - t.small * 0.8;
        if left > area.left {
            canvas.text_on_paper(left, y, words, small);
        }
        canvas.text(area.left, area.top - t.small * 0.9, &format!("Share of {}", self.nouns.1), small);
        let words = format!("Share of {}, from the fewest {} on", self.nouns.0, self.nouns.1);
        let shown = super::super::text::ellipsis(&words, t.small, small.face, area.width() + t.small * 2.0);
        canvas.text(area.left, area.bottom + t.small * 1.6 + Theme::leading(t.small), &shown, small);
    }
}
