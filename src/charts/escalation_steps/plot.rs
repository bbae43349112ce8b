//! The drawing of one ladder: dots with upright intervals at each step, joined, and the number of decisions below.

use super::super::labels;
use super::super::panels::{Side, SideLabel, number};
use super::super::svg::{Anchor, Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, COLOURS, DASHES, GRID, MARKERS, SMALL_TEXT, Theme};
use super::super::words;
use super::{Ladder, SERIES};

/// Part of the width that labels may take.
const LABEL_ROOM: f64 = 0.24;
/// Distance of two series at one step, as a part of that of two steps, and in radii of a marker at most.
const DODGE: (f64, f64) = (0.16, 3.2);

/// Width of the labels of the axis of values.
pub(super) fn gutter(t: &Theme) -> f64 {
    Type::regular(t.small, SMALL_TEXT).width("100%") + t.small * 0.6
}

/// Height of what stands below the axes: steps and numbers, and in a single plot what they are.
pub(super) fn foot(t: &Theme, single: bool) -> f64 {
    t.small * 0.9 + Theme::leading(t.small) * if single { 3.0 } else { 2.0 }
}

/// One ladder with labels to the right.
pub(super) fn single(canvas: &mut Canvas, t: &Theme, inner: &Rect, ladder: &Ladder<'_>, series: &[usize], by: &str) {
    let area = Rect {
        left: inner.left + gutter(t),
        top: inner.top + t.small * 0.5,
        right: inner.right,
        bottom: inner.bottom - foot(t, true),
    };
    let labels = series.iter().enumerate().filter_map(|(colour, &s)| {
        let last = ladder.steps.iter().rev().find_map(|step| step.shares[s].and_then(|e| e.value))?;
        let y = area.bottom - last * area.height();
        Some(SideLabel { colour, name: words::name_of(SERIES[s].1), details: Vec::new(), y })
    });
    let side = Side::new(t, &labels.collect::<Vec<_>>(), inner.width() * LABEL_ROOM, area.height());
    let area = Rect { right: inner.right - side.width, ..area };
    let plot = Plot::new(*t, area, ladder, series, true);
    plot.draw(canvas);
    side.draw(canvas, t, area.right, &area);
    let small = Type::regular(t.small, SMALL_TEXT);
    let base = area.bottom + t.small * 1.7 + Theme::leading(t.small) * 2.0;
    let words = format!("{}, and number of decisions (n)", words::name_of(by));
    canvas.text(area.left, base, &words, small);
}

pub(super) struct Plot<'p, 'a> {
    theme: Theme,
    area: Rect,
    ladder: &'p Ladder<'a>,
    series: &'p [usize],
    single: bool,
}

impl<'p, 'a> Plot<'p, 'a> {
    pub(super) fn new(theme: Theme, area: Rect, ladder: &'p Ladder<'a>, series: &'p [usize], single: bool) -> Self {
        Self { theme, area, ladder, series, single }
    }

    fn pitch(&self) -> f64 {
        self.area.width() / number(self.ladder.steps.len().max(1))
    }

    fn x(&self, step: usize, colour: usize) -> f64 {
        let dodge = (self.pitch() * DODGE.0).min(self.theme.marker * DODGE.1);
        let middle = number(self.series.len().saturating_sub(1)) / 2.0;
        self.area.left + self.pitch() * (number(step) + 0.5) + (number(colour) - middle) * dodge
    }

    fn y(&self, share: f64) -> f64 {
        self.area.bottom - share * self.area.height()
    }

    pub(super) fn draw(&self, canvas: &mut Canvas) {
        self.draw_axes(canvas);
        let t = &self.theme;
        let places = |colour: usize, s: usize| {
            self.ladder.steps.iter().enumerate().map(move |(i, step)| (self.x(i, colour), step.shares[s]))
        };
        for (colour, &s) in self.series.iter().enumerate() {
            // A line breaks at a step without a value.
            let mut run: Vec<(f64, f64)> = Vec::new();
            for (x, e) in places(colour, s).chain([(0.0, None)]) {
                if let Some(v) = e.and_then(|e| e.value) {
                    run.push((x, self.y(v)));
                } else if run.len() > 1 {
                    canvas.path(std::mem::take(&mut run), COLOURS[colour], t.line * 0.7, DASHES[colour]);
                } else {
                    run.clear();
                }
            }
        }
        for (colour, &s) in self.series.iter().enumerate() {
            for (x, e) in places(colour, s).filter_map(|(x, e)| Some((x, e?))) {
                let (low, high) = (e.lower.or(e.value).or(e.upper), e.upper.or(e.value).or(e.lower));
                if let (Some(low), Some(high), true) = (low, high, e.lower.is_some() || e.upper.is_some()) {
                    canvas.line((x, self.y(low)), (x, self.y(high)), COLOURS[colour], t.line * 0.6);
                    let half = t.marker * 0.55;
                    for bound in [e.lower, e.upper].into_iter().flatten() {
                        let y = self.y(bound);
                        canvas.line((x - half, y), (x + half, y), COLOURS[colour], t.line * 0.6);
                    }
                }
                if let Some(v) = e.value {
                    canvas.marker((x, self.y(v)), t.marker, MARKERS[colour], COLOURS[colour]);
                    canvas.value((x, self.y(v)), &e.platform, e);
                }
            }
        }
    }

    fn draw_axes(&self, canvas: &mut Canvas) {
        let (t, area) = (&self.theme, &self.area);
        let small = Type::regular(t.small, SMALL_TEXT);
        let shares: &[f64] = if self.single { &[0.0, 0.25, 0.5, 0.75, 1.0] } else { &[0.0, 0.5, 1.0] };
        for share in shares {
            let y = self.y(*share);
            canvas.line((area.left, y), (area.right, y), if *share > 0.0 { GRID } else { AXIS }, 1.0);
            let label = labels::tick(*share, 0.05, 1.0, "share");
            canvas.text(area.left - t.small * 0.6, y + t.small * 0.36, &label, small.at(Anchor::End));
        }
        let base = area.bottom + t.small * 1.7;
        let line = Theme::leading(t.small);
        let centre = |i: usize| area.left + self.pitch() * (number(i) + 0.5);
        let kind = small.at(Anchor::Middle);
        let mut free = [f64::NEG_INFINITY; 2];
        for (i, step) in self.ladder.steps.iter().enumerate() {
            let n = match (step.drawn(), step.n()) {
                (true, Some(n)) => labels::count(n),
                // In place of dots.
                (false, _) if self.single => {
                    let e = step.shares.iter().flatten().next();
                    e.map_or_else(String::new, |e| super::reason(e))
                }
                (_, n) => n.map(labels::count).unwrap_or_default(),
            };
            let room = if self.single { self.pitch() * 0.96 } else { self.pitch() * 1.6 };
            let name = text::ellipsis(&step.name, t.small, Face::Regular, room);
            for (row, words) in [name, n].into_iter().enumerate() {
                let half = small.width(&words) / 2.0;
                // A label that would touch the one before is left out: the table has it.
                if centre(i) - half < free[row] || centre(i) - half < area.left - gutter(t) {
                    continue;
                }
                if centre(i) + half > area.right + t.small {
                    continue;
                }
                free[row] = centre(i) + half + t.small * 0.4;
                canvas.text(centre(i), base + line * number(row), &words, kind);
            }
        }
    }
}
