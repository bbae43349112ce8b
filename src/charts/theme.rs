//! The look of every figure: sizes for each preset, colours, dashes and markers.

use super::spec::Preset;

/// Red, green, blue.
pub(crate) type Colour = (u8, u8, u8);

/// Colours of series, in this order: contrast to white 10.3, 3.2, 9.8, 3.0; neighbours differ by more
/// than 3. Not all pairs do, so that series also differ by dash and marker and are labelled directly.
pub(crate) const COLOURS: [Colour; 4] =
    [(0x12, 0x43, 0x6D), (0x28, 0xA1, 0x97), (0x80, 0x16, 0x50), (0xF4, 0x6A, 0x25)];

/// Steps of a value, from the least to the largest: one hue whose lightness falls by equal parts, so that they
/// are told apart in grey too.
pub(crate) const RAMP: [Colour; 6] = [
    (0xD0, 0xE5, 0xF7),
    (0xA2, 0xC1, 0xDD),
    (0x73, 0x9F, 0xC4),
    (0x3E, 0x79, 0xA7),
    (0x2C, 0x58, 0x7A),
    (0x1A, 0x38, 0x4F),
];

/// Titles and labels.
pub(crate) const TEXT: Colour = (0x1F, 0x1F, 0x1F);
/// Small text: contrast to white 9.
pub(crate) const SMALL_TEXT: Colour = (0x47, 0x47, 0x47);
/// Series that are only context: visible (2.3 to white), and clearly behind the coloured ones.
pub(crate) const CONTEXT: Colour = (0xA8, 0xA8, 0xA8);
/// Dots that are not highlighted, where some are.
pub(crate) const MUTED: Colour = (0x76, 0x76, 0x76);
/// Lines of the grid.
pub(crate) const GRID: Colour = (0xE0, 0xE0, 0xE0);
/// Zero line and ticks.
pub(crate) const AXIS: Colour = (0x70, 0x70, 0x70);
/// Spans for which nothing is known.
pub(crate) const EMPTY: Colour = (0xF1, 0xF1, 0xF1);
/// Days of a break or a known fault: warm and light, so that neither grid nor lines are lost on it.
pub(crate) const MARKED: Colour = (0xFC, 0xEE, 0xDF);
/// Paper.
pub(crate) const PAPER: Colour = (0xFF, 0xFF, 0xFF);

/// Opacity of an interval's band: two of them over each other stay apart.
pub(crate) const BAND_OPACITY: f64 = 0.16;

/// Dash pattern of a series, in multiples of the line's width; empty for a solid line.
pub(crate) const DASHES: [&[f64]; 4] = [&[], &[3.5, 1.6], &[1.1, 1.5], &[6.0, 1.6, 1.1, 1.6]];

/// Contrast ratio of WCAG 2.2.
fn contrast(a: Colour, b: Colour) -> f64 {
    let luminance = |(r, g, b): Colour| {
        let linear = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The colour of text on a ground: dark or paper, whichever is easier to read.
pub(crate) fn ink(ground: Colour) -> Colour {
    if contrast(TEXT, ground) >= contrast(PAPER, ground) { TEXT } else { PAPER }
}

/// Shape that marks the points of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Diamond,
}

/// Marker of each coloured series.
pub(crate) const MARKERS: [Marker; 4] = [Marker::Circle, Marker::Square, Marker::Triangle, Marker::Diamond];

/// Sizes in pixels of the preset.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theme {
    pub width: f64,
    pub height: f64,
    /// Whether the height may follow the number of rows: figures in a page may, cards may not.
    pub elastic: bool,
    pub margin: f64,
    pub title: f64,
    pub subtitle: f64,
    pub label: f64,
    pub small: f64,
    pub line: f64,
    pub marker: f64,
}

impl Theme {
    pub(crate) fn of(preset: Preset) -> Self {
        let (width, height) = preset.size();
        let (title, subtitle, label, small) = match preset {
            Preset::Web => (22.0, 15.0, 13.5, 12.0),
            Preset::Wide => (30.0, 20.0, 17.0, 15.0),
            Preset::Square => (35.0, 23.0, 20.0, 17.0),
            Preset::Column => (18.0, 13.0, 12.0, 11.0),
        };
        Self {
            width: f64::from(width),
            height: f64::from(height),
            elastic: matches!(preset, Preset::Web | Preset::Column),
            margin: title * 0.95,
            title,
            subtitle,
            label,
            small,
            line: label * 0.17,
            marker: label * 0.30,
        }
    }

    /// Distance of two lines of text of this size.
    pub(crate) fn leading(size: f64) -> f64 {
        size * 1.32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_series_are_visible_on_paper() {
        for text in [TEXT, SMALL_TEXT] {
            assert!(contrast(text, PAPER) > 7.0);
        }
        for colour in COLOURS.into_iter().chain([MUTED, AXIS]) {
            assert!(contrast(colour, PAPER) >= 3.0, "{colour:?}");
        }
        for ground in COLOURS.into_iter().chain(RAMP).chain([CONTEXT]) {
            assert!(contrast(ink(ground), ground) >= 4.5, "{ground:?}");
        }
        for pair in RAMP.windows(2) {
            assert!(
                contrast(pair[0], pair[1]) > 1.4 && contrast(pair[1], PAPER) > contrast(pair[0], PAPER),
                "{pair:?}"
            );
        }
        for pair in COLOURS.windows(2) {
            assert!(contrast(pair[0], pair[1]) > 3.0, "{pair:?}");
        }
    }
}
