//! The sandwich around every chart: title and subtitle above, note and source below.

use super::svg::{Canvas, Rect, Type};
use super::text::{self, Face};
use super::theme::{SMALL_TEXT, TEXT, Theme};
use super::words::Caption;

/// Lines that each part may take at most: what is longer ends in "…" and is complete in the caption. A note
/// loses whole sentences instead.
const TITLE_LINES: usize = 3;
const SUBTITLE_LINES: usize = 3;
const NOTE_LINES: usize = 5;
const SOURCE_LINES: usize = 2;
/// In place of the last notes, where there is no room for them.
const MORE: &str = "More stands in the table.";

/// The broken lines of a caption, and the heights that they take.
#[derive(Debug)]
pub(crate) struct Frame {
    theme: Theme,
    title: Vec<String>,
    subtitle: Vec<String>,
    note: Vec<String>,
    source: Vec<String>,
}

impl Frame {
    pub(crate) fn new(theme: Theme, caption: &Caption) -> Self {
        let room = theme.width - 2.0 * theme.margin;
        Self {
            theme,
            title: text::wrap_balanced(&caption.title, theme.title, Face::Bold, room, TITLE_LINES),
            subtitle: text::wrap_balanced(&caption.subtitle, theme.subtitle, Face::Regular, room, SUBTITLE_LINES),
            note: note_lines(&caption.notes, &theme, room),
            source: text::wrap(&format!("Source: {}", caption.source), theme.small, Face::Regular, room, SOURCE_LINES),
        }
    }

    /// Height of title and subtitle, with the space below.
    fn top(&self) -> f64 {
        let t = &self.theme;
        t.margin
            + lines(&self.title, Theme::leading(t.title) * 0.95)
            + lines(&self.subtitle, Theme::leading(t.subtitle))
            + t.label * 0.8
    }

    /// Height of note and source, with the space above.
    fn bottom(&self) -> f64 {
        let t = &self.theme;
        let gap = if self.note.is_empty() { 0.0 } else { t.small * 0.5 };
        t.label
            + lines(&self.note, Theme::leading(t.small))
            + gap
            + lines(&self.source, Theme::leading(t.small))
            + t.margin * 0.6
    }

    /// Height of a figure whose chart is so high.
    pub(crate) fn height_with(&self, chart: f64) -> f64 {
        (self.top() + chart + self.bottom() - 1e-6).ceil()
    }

    /// What is left for the chart in a figure of this height.
    pub(crate) fn inner(&self, height: f64) -> Rect {
        let t = &self.theme;
        Rect { left: t.margin, top: self.top(), right: t.width - t.margin, bottom: height - self.bottom() }
    }

    /// The room for a chart of this height in a figure of that height: amid it, where a card is far higher than its
    /// rows need.
    pub(crate) fn amid(&self, height: f64, chart: f64) -> Rect {
        let inner = self.inner(height);
        let free = inner.height() - chart;
        if free < self.theme.label * 2.0 { inner } else { Rect { top: inner.top + free * 0.4, ..inner } }
    }

    /// Writes the words.
    pub(crate) fn draw(&self, canvas: &mut Canvas) {
        let t = &self.theme;
        let leading = Theme::leading(t.title) * 0.95;
        let y = canvas.lines(t.margin, t.margin + t.title * 0.76, leading, &self.title, Type::bold(t.title, TEXT));
        // From the baseline that a further line of the title would have to that of the subtitle.
        let y = y - t.title * 0.76 + t.subtitle * 0.9;
        canvas.lines(t.margin, y, Theme::leading(t.subtitle), &self.subtitle, Type::regular(t.subtitle, SMALL_TEXT));
        let small = Theme::leading(t.small);
        let kind = Type::regular(t.small, SMALL_TEXT);
        let mut y = canvas.height - t.margin * 0.6 - t.small * 0.3 - small * (count(&self.source) - 1.0);
        canvas.lines(t.margin, y, small, &self.source, kind);
        y -= t.small * 0.5 + small * count(&self.note);
        canvas.lines(t.margin, y, small, &self.note, kind);
    }
}

/// As many notes as there is room for, and then as many sentences of the first one.
fn note_lines(notes: &[String], theme: &Theme, room: f64) -> Vec<String> {
    let wrap = |text: &str, lines| text::wrap(text, theme.small, Face::Regular, room, lines);
    for kept in (1..=notes.len()).rev() {
        let more = (kept < notes.len()).then_some(MORE.to_owned());
        let text: Vec<String> = notes[..kept].iter().cloned().chain(more).collect();
        let lines = text::wrap_tidy(&text.join(" "), theme.small, Face::Regular, room);
        if lines.len() <= NOTE_LINES {
            return lines;
        }
    }
    let Some(first) = notes.first() else { return Vec::new() };
    let ends = first.match_indices(". ").map(|(i, _)| wrap(&first[..=i], usize::MAX));
    ends.take_while(|l| l.len() <= NOTE_LINES).last().unwrap_or_else(|| wrap(first, NOTE_LINES))
}

fn count(lines: &[String]) -> f64 {
    f64::from(u32::try_from(lines.len()).unwrap_or(u32::MAX))
}

fn lines(lines: &[String], leading: f64) -> f64 {
    count(lines) * leading
}
