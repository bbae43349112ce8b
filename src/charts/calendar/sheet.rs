//! The drawing of calendars: their places, their days, and the key.

use super::super::line::Series;
use super::super::marks::{self, Numbered};
use super::super::svg::{Canvas, Rect, Type};
use super::super::text::{self, Face};
use super::super::theme::{AXIS, PAPER, SMALL_TEXT, TEXT, Theme};
use super::super::words;
use super::steps::Steps;
use super::{day, days, key};
use crate::time::{self, Grain, Period};

/// Weeks up to which the days stand in one strip; of more, each year has one.
const ONE_STRIP: i32 = 54;
/// Size of a day: the least that is legible in pixels, what is good to read in multiples of small text, and the
/// most in multiples of labels, for one calendar and for several in a page, and for any in a card.
const LEAST: f64 = 4.5;
const GOOD: f64 = 1.15;
const MOST: (f64, f64, f64) = (3.6, 2.3, 4.5);
/// What an empty place in the last row costs against a height that is off by the same logarithm.
const EMPTY_PLACE: f64 = 0.4;
/// Part of a day's size that is left between two days.
const GAP: f64 = 0.1;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Dash of a break between days, in multiples of its width.
const DASH: [f64; 2] = [2.2, 1.6];

/// What is drawn.
pub(super) struct Given<'s, 'a> {
    pub panels: &'s [Series<'a>],
    pub span: Period,
    pub steps: Steps,
    pub marks: &'s [Numbered<'s>],
}

/// A run of weeks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Strip {
    /// Its first Monday.
    monday: i32,
    pub weeks: i32,
    /// Its days: outside, nothing is drawn.
    pub days: Period,
    /// Its year, where it is one of several.
    pub year: Option<i16>,
}

/// The measures of the calendars, in pixels.
#[derive(Debug, Clone)]
pub(super) struct Sheet {
    theme: Theme,
    strips: Vec<Strip>,
    columns: usize,
    cell: f64,
    gutter: f64,
    /// Width of a panel, and the distance to the next one, across and down.
    across: f64,
    pitch: (f64, f64),
    key: f64,
    /// Whether days are so large that each holds its value.
    valued: bool,
    pub height: f64,
}

fn number(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

/// The Monday of a day's week.
pub(super) fn monday(day: i32) -> i32 {
    Grain::Week.period(day).map_or(day, |week| week.start)
}

/// The strips of a span: one, or one for each year.
pub(super) fn strips(span: Period) -> Vec<Strip> {
    let strip = |days: Period, year: Option<i16>, whole: Period| {
        let first = monday(whole.start);
        Strip { monday: first, weeks: (monday(whole.end - 1) - first) / 7 + 1, days, year }
    };
    let one = strip(span, None, span);
    if one.weeks <= ONE_STRIP {
        return vec![one];
    }
    let mut out = Vec::new();
    let mut day = span.start;
    while let Some(year) = Grain::Year.period(day).filter(|y| y.start < span.end) {
        let days = Period { start: year.start.max(span.start), end: year.end.min(span.end) };
        out.push(strip(days, time::date(year.start).map(jiff::civil::Date::year), year));
        day = year.end;
    }
    out
}

impl Sheet {
    pub(super) fn new(theme: Theme, inner: &Rect, given: &Given<'_, '_>) -> Self {
        let n = given.panels.len().max(1);
        let sheets = (1..=n).map(|columns| Self::with(theme, inner, given, columns));
        let score = |s: &Self| {
            if !theme.elastic {
                return -s.cell;
            }
            let empty = s.columns * n.div_ceil(s.columns) - n;
            let small = (theme.small * GOOD / s.cell.max(0.1)).ln().max(0.0);
            0.6 * (s.height / inner.height()).ln().abs() + small + EMPTY_PLACE * number(empty) / number(s.columns)
        };
        let best = sheets.map(|s| (score(&s), s)).min_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or_else(|| Self::with(theme, inner, given, 1), |(_, sheet)| sheet)
    }

    fn with(theme: Theme, inner: &Rect, given: &Given<'_, '_>, columns: usize) -> Self {
        let strips = strips(given.span);
        let small = Type::regular(theme.small, SMALL_TEXT);
        let years = strips.iter().any(|s| s.year.is_some());
        let weekday = WEEKDAYS.iter().map(|w| small.width(w)).fold(0.0, f64::max);
        let year = Type::bold(theme.small, SMALL_TEXT).width("2025");
        let gutter = weekday.max(if years { year } else { 0.0 }) + theme.small * 0.5;
        let gap = theme.label * 1.8;
        let across = (inner.width() - gap * number(columns - 1)) / number(columns);
        let weeks = strips.iter().map(|s| s.weeks).max().unwrap_or(1);
        let small = Type::regular(theme.small, TEXT);
        let widest =
            given.panels.iter().flat_map(Series::valued).map(|e| small.width(&day::value(e))).fold(0.0, f64::max);
        let key = key::height(&theme, given, inner.width());
        let days = 7.0 * number(strips.len());
        let fixed = Self::fixed(&theme, given, &strips);
        let between = theme.label * 0.9;
        let rows = given.panels.len().max(1).div_ceil(columns);
        let high = (inner.height() - key + between) / number(rows) - between - fixed;
        let wide = (across - gutter) / f64::from(weeks);
        let most = match (theme.elastic, given.panels.len()) {
            (true, 1) => MOST.0,
            (true, _) => MOST.1,
            (false, _) => MOST.2,
        };
        let most = theme.label * most;
        let cell = if theme.elastic { wide.min(most) } else { wide.min(most).min(high / days) };
        let down = fixed + cell.max(0.0) * days + between;
        // Calendars that are narrower than their part of the width stand together.
        let used = gutter + cell * f64::from(weeks);
        let pitch = ((used + gap * 1.4).min(across + gap), down);
        let height = key + down * number(rows) - between;
        let valued = widest + theme.small * 0.3 <= cell * (1.0 - GAP);
        let across = used.max(across.min(pitch.0 - gap));
        Self { theme, strips, columns, cell, gutter, across, pitch, key, valued, height }
    }

    /// Height of a panel without its days: title, months, and the numbers of marks.
    fn fixed(theme: &Theme, given: &Given<'_, '_>, strips: &[Strip]) -> f64 {
        let over: f64 = strips.iter().map(|s| over(theme, given, s)).sum();
        Theme::leading(theme.label) + over + number(strips.len().saturating_sub(1)) * theme.small * 0.4
    }

    /// Whether days are large enough to be seen.
    pub(super) fn legible(&self) -> bool {
        self.cell >= LEAST
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, inner: &Rect, given: &Given<'_, '_>) {
        key::draw(canvas, &self.theme, inner, given);
        for (i, panel) in given.panels.iter().enumerate() {
            let left = inner.left + number(i % self.columns) * self.pitch.0;
            let top = inner.top + self.key + number(i / self.columns) * self.pitch.1;
            self.draw_panel(canvas, panel, (left, top), given);
        }
    }

    fn draw_panel(&self, canvas: &mut Canvas, panel: &Series<'_>, (left, top): (f64, f64), given: &Given<'_, '_>) {
        let t = &self.theme;
        let title = text::ellipsis(&panel.label, t.label, Face::Bold, self.across);
        canvas.text(left, top + t.label * 0.85, &title, Type::bold(t.label, TEXT));
        let estimates = days(panel, given.span);
        let platform = panel.points.first().map_or("", |e| e.platform.as_str());
        let marks: Vec<&Numbered<'_>> = given.marks.iter().filter(|m| m.concerns(platform)).collect();
        let mut y = top + Theme::leading(t.label);
        for strip in &self.strips {
            let over = over(t, given, strip);
            let origin = (left + self.gutter, y + over);
            self.draw_around(canvas, strip, (left, y), origin.1);
            for (day, estimate) in estimates.iter().filter(|(d, _)| (strip.days.start..strip.days.end).contains(d)) {
                let place = self.place(strip, origin, *day);
                day::draw(canvas, &self.theme, place, *estimate, &given.steps, self.valued);
                if let Some(e) = estimate {
                    canvas.value(day::centre(&place), &panel.label, e);
                }
            }
            self.draw_months(canvas, strip, origin);
            self.draw_marks(canvas, strip, origin, &marks);
            y += over + self.cell * 7.0 + t.small * 0.4;
        }
    }

    /// The square of a day.
    fn place(&self, strip: &Strip, origin: (f64, f64), day: i32) -> Rect {
        let (week, weekday) = ((day - strip.monday).div_euclid(7), (day - strip.monday).rem_euclid(7));
        let (left, top) = (origin.0 + f64::from(week) * self.cell, origin.1 + f64::from(weekday) * self.cell);
        let size = self.cell * (1.0 - GAP);
        Rect { left, top, right: left + size, bottom: top + size }
    }

    /// Year, months and weekdays.
    fn draw_around(&self, canvas: &mut Canvas, strip: &Strip, (left, top): (f64, f64), first: f64) {
        let t = &self.theme;
        let small = Type::regular(t.small, SMALL_TEXT);
        let baseline = top + t.small;
        if let Some(year) = strip.year {
            canvas.text(left, baseline, &year.to_string(), Type::bold(t.small, SMALL_TEXT));
        }
        let every = [1, 2, 3, 6].into_iter().find(|n| f64::from(*n) * self.cell >= t.small * 1.05).unwrap_or(6);
        for (weekday, name) in (0..7).zip(WEEKDAYS).filter(|(i, _)| i % every == 0) {
            let base = first + (f64::from(weekday) + 0.5) * self.cell + t.small * 0.32;
            // Above very small days stands the year, where the first weekday has no room.
            if strip.year.is_none() || base - t.small * 0.74 >= baseline + t.small * 0.22 {
                canvas.text(left, base, name, small);
            }
        }
        let mut free = f64::NEG_INFINITY;
        let column = |day: i32| left + self.gutter + f64::from((day - strip.monday).div_euclid(7)) * self.cell;
        let end = column(strip.monday + 7 * strip.weeks.max(5)) + t.label;
        // Every month, or every second or third one, so that their labels are apart.
        let month = small.width("Nov") + t.small * 0.4;
        let step = [1, 2, 3, 6].into_iter().find(|n| f64::from(*n) * 4.3 * self.cell >= month).unwrap_or(6);
        let starts = |day: &i32| *day == strip.days.start || first_of_month(*day);
        let mut days = (strip.days.start..strip.days.end).filter(starts).peekable();
        while let Some(day) = days.next() {
            let (x, next) = (column(day), days.peek().map_or(end, |d| column(*d)));
            let Some(date) = time::date(day) else { continue };
            let name = Grain::Month.period(day).map(words::tick).unwrap_or_default();
            let dated = format!("{name} {}", date.year());
            let fits = |words: &str| x + small.width(words) + t.small * 0.4 <= next;
            // A part of a month at the beginning has a label where there is room for it.
            let due = if first_of_month(day) { (date.month() - 1) % step == 0 } else { fits(&name) };
            // The year stands with the first month and with each January, where no other label does.
            let long = strip.year.is_none() && (free.is_infinite() || date.month() == 1);
            let label = if long && fits(&dated) { dated } else { name };
            if due && x >= free && x + small.width(&label) <= end {
                canvas.text(x, baseline, &label, small);
                free = x + small.width(&label) + t.small * 0.4;
            }
        }
    }

    /// The line between a day and the one before it: along the week's column, with a step at the day.
    fn border(&self, strip: &Strip, origin: (f64, f64), day: i32) -> Vec<(f64, f64)> {
        let (week, weekday) = ((day - strip.monday).div_euclid(7), (day - strip.monday).rem_euclid(7));
        let half = self.cell * GAP / 2.0;
        let x = |week: i32| origin.0 + f64::from(week) * self.cell - half;
        let y = |row: i32| origin.1 + f64::from(row) * self.cell - half;
        if weekday == 0 {
            return vec![(x(week), y(0)), (x(week), y(7))];
        }
        vec![(x(week + 1), y(0)), (x(week + 1), y(weekday)), (x(week), y(weekday)), (x(week), y(7))]
    }

    fn draw_months(&self, canvas: &mut Canvas, strip: &Strip, origin: (f64, f64)) {
        for day in (strip.days.start + 1..strip.days.end).filter(|d| first_of_month(*d)) {
            canvas.path(self.border(strip, origin, day), AXIS, day::hair(self.cell), &[]);
        }
    }

    fn draw_marks(&self, canvas: &mut Canvas, strip: &Strip, origin: (f64, f64), marks: &[&Numbered<'_>]) {
        let t = &self.theme;
        let mut places = Vec::new();
        for mark in marks {
            let (start, end) = mark.days();
            let width = (self.cell * 0.13).clamp(1.0, 2.0);
            let inside = |day: i32| strip.days.start < day && day < strip.days.end;
            let mut lines = Vec::new();
            for day in [start, end].into_iter().filter(|d| inside(*d)) {
                lines.push(self.border(strip, origin, day));
            }
            lines.dedup();
            for line in &lines {
                // On paper, so that it is seen between dark days too.
                canvas.path(line.clone(), PAPER, width * 1.8, &[]);
                canvas.path(line.clone(), TEXT, width, &DASH);
            }
            if end > start && start < strip.days.end && end > strip.days.start || inside(start) {
                // Over the upper ends of its lines, or of those that lie in this strip.
                let top = |day: i32| self.border(strip, origin, day)[0].0;
                let (first, last) = (start.max(strip.days.start), end.max(start).min(strip.days.end));
                places.push((*mark, f64::midpoint(top(first), top(last))));
            }
        }
        let kind = marks::sign_type(t);
        let right = (origin.0 + f64::from(strip.weeks) * self.cell).max(origin.0 + t.small * 4.0);
        for sign in marks::signs(&places, kind, (origin.0, right), false) {
            canvas.text(sign.left, origin.1 - t.small * 0.35, &sign.text, kind);
        }
    }
}

/// Height of what stands over the days of a strip: months, and numbers where it has marks.
fn over(theme: &Theme, given: &Given<'_, '_>, strip: &Strip) -> f64 {
    let here = |m: &Numbered<'_>| {
        let (start, end) = m.days();
        start < strip.days.end && end.max(start + 1) > strip.days.start
    };
    let marks = if given.marks.iter().any(here) { given.marks } else { &[] };
    Theme::leading(theme.small) + marks::strip_height(theme, marks)
}

fn first_of_month(day: i32) -> bool {
    time::date(day).is_some_and(|d| d.day() == 1)
}
