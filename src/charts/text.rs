//! Width of text in the bundled font, and the breaking of text into lines.

use std::sync::LazyLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// Name under which the bundled font is known to the drawing library and in the font files.
pub(crate) const FAMILY: &str = "Noto Sans";
/// The regular face.
pub(crate) static REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Regular.ttf");
/// The bold face.
pub(crate) static BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Bold.ttf");

/// Size at which advances are measured: large, because the library rounds to whole pixels.
const MEASURE: f64 = 100_000.0;
/// The library scales a font so that ascent plus descent is the size, but CSS scales its em.
const HEIGHT_PER_EM: f64 = 1.362;
/// Advance of a character that the font lacks: another font will draw it, and most such are full-width.
const UNKNOWN_ADVANCE: f64 = 1.0;

/// A face of the bundled font.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Face {
    Regular,
    Bold,
}

struct Faces {
    regular: FontDesc<'static>,
    bold: FontDesc<'static>,
    /// Width of the box that stands for a missing character.
    missing: [f64; 2],
}

static FACES: LazyLock<Faces> = LazyLock::new(|| {
    // The files are compiled in, and a test measures with both: a failure here cannot depend on input.
    for (style, bytes) in [(FontStyle::Normal, REGULAR), (FontStyle::Bold, BOLD)] {
        let _ = register_font(FAMILY, style, bytes);
    }
    let font = |style| FontDesc::new(FontFamily::Name(FAMILY), MEASURE, style);
    let (regular, bold) = (font(FontStyle::Normal), font(FontStyle::Bold));
    // U+FFFE is no character, so that every font answers with its box.
    let missing = [&regular, &bold].map(|f| advance(f, '\u{FFFE}'));
    Faces { regular, bold, missing }
});

fn advance(font: &FontDesc<'_>, character: char) -> f64 {
    let mut buffer = [0_u8; 4];
    font.layout_box(character.encode_utf8(&mut buffer))
        .map_or(0.6, |((x0, _), (x1, _))| f64::from(x1 - x0) / MEASURE * HEIGHT_PER_EM)
}

/// Width in pixels of one line of text whose em is `size`.
///
/// Kerning is left out: with it, text is at most this wide but for rare pairs.
pub(crate) fn width(text: &str, size: f64, face: Face) -> f64 {
    let (font, missing) = match face {
        Face::Regular => (&FACES.regular, FACES.missing[0]),
        Face::Bold => (&FACES.bold, FACES.missing[1]),
    };
    let one = |c: char| {
        let a = advance(font, c);
        // Latin letters are never as wide as the box by chance: the widths are compared exactly.
        if !c.is_ascii() && (a - missing).abs() < 1e-9 { UNKNOWN_ADVANCE } else { a }
    };
    text.chars().map(one).sum::<f64>() * size
}

/// Text without what no figure can hold: control characters and line breaks become blanks.
pub(crate) fn clean(text: &str) -> String {
    let printable = |c: char| !c.is_control() && !matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{2028}' | '\u{2029}');
    let text: String = text.chars().map(|c| if printable(c) { c } else { ' ' }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Breaks text into at most `lines` lines of at most `room` pixels. What does not fit ends in "…".
pub(crate) fn wrap(text: &str, size: f64, face: Face, room: f64, lines: usize) -> Vec<String> {
    let fits = |s: &str| width(s, size, face) <= room;
    let mut out: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut words = std::collections::VecDeque::from(tokens(text));
    while let Some(word) = words.pop_front() {
        let longer = if line.is_empty() { word.clone() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
        } else if !line.is_empty() {
            out.push(std::mem::take(&mut line));
            words.push_front(word);
        } else if let Some((first, rest)) = word.split_once(' ') {
            // What should stand together is wider than the line.
            words.push_front(rest.to_owned());
            words.push_front(first.to_owned());
        } else {
            // One word that is wider than the line: it breaks where the room ends, but after one character.
            let (head, tail) = break_word(&word, &fits);
            out.push(head);
            if !tail.is_empty() {
                words.push_front(tail);
            }
        }
    }
    if !line.is_empty() {
        out.push(line);
    }
    if out.len() > lines {
        let rest = out.split_off(lines.max(1) - 1).join(" ");
        out.push(ellipsis(&rest, size, face, room));
    }
    out
}

/// Words, of which those that are read in one breath stay together: "20 October 2024", "n = 3".
fn tokens(text: &str) -> Vec<String> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let joined = out.last_mut().filter(|before| {
            let last = before.rsplit(' ').next().unwrap_or_default();
            let day = last.trim_start_matches('(');
            let date = matches!(day.len(), 1 | 2) && day.chars().all(|c| c.is_ascii_digit());
            let year = word.trim_end_matches(['.', ',', ';', ')']);
            let year = year.len() == 4 && year.chars().all(|c| c.is_ascii_digit());
            let month = |w: &str| MONTHS.iter().any(|m| w.starts_with(m));
            word == "=" || last == "=" || date && month(word) || year && month(last)
        });
        match joined {
            Some(before) => {
                before.push(' ');
                before.push_str(word);
            }
            None => out.push(word.to_owned()),
        }
    }
    out
}

/// The part of a word that fits, and the rest. A break after a stop or a hyphen is better than one amid letters.
fn break_word(word: &str, fits: &dyn Fn(&str) -> bool) -> (String, String) {
    let ends = word.char_indices().map(|(i, c)| i + c.len_utf8());
    let mut cut = word.chars().next().map_or(0, char::len_utf8);
    for end in ends {
        if !fits(&word[..end]) {
            break;
        }
        cut = cut.max(end);
    }
    let joint = word[..cut].rfind(['.', '-', '_', '/']).map(|i| i + 1);
    if let Some(joint) = joint.filter(|joint| *joint * 3 >= cut && cut < word.len()) {
        cut = joint;
    }
    (word[..cut].to_owned(), word[cut..].to_owned())
}

/// Like [`wrap`], but with lines of about equal width, as titles want them: no single word stands in the last one.
pub(crate) fn wrap_balanced(text: &str, size: f64, face: Face, room: f64, lines: usize) -> Vec<String> {
    let wide = wrap(text, size, face, room, lines);
    if wide.len() < 2 || wide.last().is_some_and(|l| l.ends_with('…')) {
        return wide;
    }
    let mut best = wide;
    for step in 1..=8 {
        let narrow = wrap(text, size, face, room * (1.0 - 0.06 * f64::from(step)), lines + 1);
        if narrow.len() != best.len() {
            break;
        }
        best = narrow;
    }
    best
}

/// Like [`wrap`], but the last of several lines is no single short word, as paragraphs want it.
pub(crate) fn wrap_tidy(text: &str, size: f64, face: Face, room: f64) -> Vec<String> {
    /// Part of the width that the last line has at least.
    const LAST: f64 = 0.16;
    let short = |lines: &[String]| lines.last().is_some_and(|l| width(l, size, face) < room * LAST);
    let mut best = wrap(text, size, face, room, usize::MAX);
    for step in 1..=8 {
        if best.len() < 2 || !short(&best) {
            break;
        }
        let narrow = wrap(text, size, face, room * (1.0 - 0.025 * f64::from(step)), usize::MAX);
        if narrow.len() != best.len() {
            break;
        }
        best = narrow;
    }
    best
}

/// The text, cut and ended with "…" where it is wider than `room`.
pub(crate) fn ellipsis(text: &str, size: f64, face: Face, room: f64) -> String {
    if width(text, size, face) <= room {
        return text.to_owned();
    }
    let mut kept = text.to_owned();
    while kept.pop().is_some() {
        let shown = format!("{}…", kept.trim_end_matches([' ', ',', ';', '.', '(', ':']));
        if width(&shown, size, face) <= room {
            return shown;
        }
    }
    "…".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_come_from_both_faces() {
        // Advances of the font files: M is 907 units wide in the regular face and 943 in the bold one.
        assert!((width("M", 1000.0, Face::Regular) - 907.0).abs() < 1.0);
        assert!((width("M", 1000.0, Face::Bold) - 943.0).abs() < 1.0);
        assert!((width("漢", 10.0, Face::Regular) - 10.0).abs() < 0.01);
        for c in "−≤≥×·…→–—’“”€²Žß≈≠".chars() {
            assert!((advance(&FACES.regular, c) - FACES.missing[0]).abs() > 1e-9, "{c} is missing");
        }
    }

    #[test]
    fn lines_fit_and_overflow_is_marked() {
        let text = "A rather long sentence with Donaudampfschifffahrtsgesellschaftskapitän in its middle";
        for room in [30.0, 80.0, 200.0] {
            let all = wrap(text, 12.0, Face::Regular, room, 99);
            assert!(all.iter().all(|l| width(l, 12.0, Face::Regular) <= room), "{all:?}");
            assert_eq!(all.concat().replace(' ', ""), text.replace(' ', ""));
            let two = wrap(text, 12.0, Face::Regular, room, 2);
            assert!(two.len() == 2 && two[1].ends_with('…'), "{two:?}");
        }
        let dated = "They stand for the time from 20 October 2024 on (n = 3)";
        for room in [40.0, 100.0, 150.0, 200.0, 240.0, 280.0, 300.0] {
            let lines = wrap(dated, 12.0, Face::Regular, room, 99);
            assert!(lines.iter().all(|l| width(l, 12.0, Face::Regular) <= room), "{lines:?}");
            if room >= 100.0 {
                assert!(lines.iter().any(|l| l.contains("20 October 2024")), "{lines:?}");
                assert!(lines.iter().any(|l| l.contains("(n = 3)")), "{lines:?}");
            }
        }
        let note = "Bands: intervals for sampling error. Denominators (n): 400 to 361,251.";
        let wide = width(note, 12.0, Face::Regular) - 10.0;
        assert_eq!(wrap(note, 12.0, Face::Regular, wide, 9)[1], "361,251.");
        assert_eq!(wrap_tidy(note, 12.0, Face::Regular, wide)[1], "to 361,251.");
        assert_eq!(wrap("Nachtlager.example", 12.0, Face::Regular, 90.0, 2), ["Nachtlager.", "example"]);
        assert_eq!(wrap("", 12.0, Face::Regular, 50.0, 2), Vec::<String>::new());
        assert_eq!(ellipsis("wide", 12.0, Face::Regular, 1.0), "…");
    }

    #[test]
    fn control_characters_become_blanks() {
        assert_eq!(clean("a\u{0}b\n c\u{FFFF}"), "a b c");
    }
}
