//! A canvas in pixels, written as accessible SVG.
//!
//! Marks are collected first and drawn last, so that a form may settle the height when its content is
//! known, and a test may ask where every text stands. The drawing library knows whole pixels only:
//! everything is drawn ten times as large, and the smaller size is set over the `viewBox`. It knows no
//! dashes and no accessible name either: those are written into its tags afterwards.

use plotters::backend::SVGBackend;
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontFamily, FontStyle, IntoFont, RGBAColor, ShapeStyle, TextStyle};

use super::text::{self, Face};
use super::theme::{Colour, Marker, PAPER};
use super::values::Values;
use crate::error::{Error, Result};
use crate::estimate::Estimate;

/// Drawn pixels for one pixel of the figure.
const SCALE: f64 = 10.0;
/// Where the bundled font is not installed, the nearest in shape comes first; none is much wider.
pub(crate) const FONT_STACK: &str = "'Noto Sans','Open Sans','Segoe UI','Helvetica Neue',Arial,sans-serif";
/// The library divides a text's size by this.
const TEXT_DIVISOR: f64 = 1.24;
/// The library lets text that hangs from its top begin this part of an em above the baseline.
const TOP_TO_BASELINE: f64 = 0.76;

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Rect {
    pub(crate) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(&self) -> f64 {
        self.bottom - self.top
    }
}

/// Which end of a text stands at its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Type {
    pub size: f64,
    pub face: Face,
    pub colour: Colour,
    pub anchor: Anchor,
}

impl Type {
    pub(crate) fn regular(size: f64, colour: Colour) -> Self {
        Self { size, face: Face::Regular, colour, anchor: Anchor::Start }
    }

    pub(crate) fn bold(size: f64, colour: Colour) -> Self {
        Self { face: Face::Bold, ..Self::regular(size, colour) }
    }

    pub(crate) fn at(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(crate) fn width(&self, text: &str) -> f64 {
        text::width(text, self.size, self.face)
    }
}

/// One thing drawn. Each becomes exactly one tag.
#[derive(Debug, Clone)]
enum Mark {
    Path { points: Vec<(f64, f64)>, colour: Colour, width: f64, dash: Vec<f64> },
    Area { points: Vec<(f64, f64)>, colour: Colour, opacity: f64 },
    Disc { centre: (f64, f64), radius: f64, colour: Colour },
    Text { at: (f64, f64), text: String, kind: Type },
}

/// What is drawn on a figure.
#[derive(Debug, Clone)]
pub(crate) struct Canvas {
    pub width: f64,
    pub height: f64,
    marks: Vec<Mark>,
    values: Values,
}

impl Canvas {
    pub(crate) fn new(width: f64, height: f64) -> Self {
        Self { width, height, marks: Vec::new(), values: Values::default() }
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: Colour, width: f64) {
        self.path(vec![from, to], colour, width, &[]);
    }

    /// A line through points; `dash` in multiples of its width.
    pub(crate) fn path(&mut self, points: Vec<(f64, f64)>, colour: Colour, width: f64, dash: &[f64]) {
        // The drawing library writes no tag for nothing, and each mark must have one.
        if !points.is_empty() {
            self.marks.push(Mark::Path { points, colour, width, dash: dash.to_vec() });
        }
    }

    pub(crate) fn area(&mut self, points: Vec<(f64, f64)>, colour: Colour, opacity: f64) {
        self.marks.push(Mark::Area { points, colour, opacity });
    }

    pub(crate) fn rect(&mut self, r: Rect, colour: Colour) {
        self.area(vec![(r.left, r.top), (r.right, r.top), (r.right, r.bottom), (r.left, r.bottom)], colour, 1.0);
    }

    /// A marker on a rim of paper, so that it stands out from lines behind it.
    pub(crate) fn marker(&mut self, centre: (f64, f64), radius: f64, marker: Marker, colour: Colour) {
        self.dot(centre, radius * 1.3, marker, PAPER);
        self.dot(centre, radius, marker, colour);
    }

    /// A marker without a rim.
    pub(crate) fn dot(&mut self, centre: (f64, f64), radius: f64, marker: Marker, colour: Colour) {
        let (x, y) = centre;
        // The factors give the four shapes about the same area.
        match marker {
            Marker::Circle => self.marks.push(Mark::Disc { centre, radius, colour }),
            Marker::Square => {
                let h = radius * 0.89;
                self.area(vec![(x - h, y - h), (x + h, y - h), (x + h, y + h), (x - h, y + h)], colour, 1.0);
            }
            Marker::Triangle => {
                let h = radius * 1.3;
                self.area(vec![(x, y - h), (x + h, y + h * 0.75), (x - h, y + h * 0.75)], colour, 1.0);
            }
            Marker::Diamond => {
                let h = radius * 1.28;
                self.area(vec![(x, y - h), (x + h, y), (x, y + h), (x - h, y)], colour, 1.0);
            }
        }
    }

    /// Keeps the exact value of a mark, for those who point at it.
    pub(crate) fn value(&mut self, at: (f64, f64), label: &str, e: &Estimate) {
        let (x, y) = point(at);
        self.values.add((x.into(), y.into()), label, e);
    }

    /// A line of text on a patch of paper, so that the grid does not run through it.
    pub(crate) fn text_on_paper(&mut self, x: f64, baseline: f64, text: &str, kind: Type) {
        self.text_on(PAPER, x, baseline, text, kind);
    }

    /// A line of text that begins at `x`, on a patch of the ground that it stands on.
    pub(crate) fn text_on(&mut self, ground: Colour, x: f64, baseline: f64, text: &str, kind: Type) {
        let (edge, width) = (kind.size * 0.18, kind.width(text));
        let (top, bottom) = (baseline - kind.size * 0.8, baseline + kind.size * 0.22);
        self.rect(Rect { left: x - edge, right: x + width + edge, top, bottom }, ground);
        self.text(x, baseline, text, kind);
    }

    /// One line of text on a baseline.
    pub(crate) fn text(&mut self, x: f64, baseline: f64, text: &str, kind: Type) {
        let text = text::clean(text);
        if !text.is_empty() {
            self.marks.push(Mark::Text { at: (x, baseline), text, kind });
        }
    }

    /// Lines of text from a first baseline on; returns the baseline after the last one.
    pub(crate) fn lines(&mut self, x: f64, baseline: f64, leading: f64, lines: &[String], kind: Type) -> f64 {
        let mut y = baseline;
        for line in lines {
            self.text(x, y, line, kind);
            y += leading;
        }
        y
    }

    /// Every text with the box that it takes, by the bundled font.
    #[cfg(test)]
    pub(crate) fn texts(&self) -> Vec<(String, Rect)> {
        self.marks
            .iter()
            .filter_map(|m| match m {
                Mark::Text { at: (x, y), text, kind } => {
                    let w = kind.width(text);
                    let left = match kind.anchor {
                        Anchor::Start => *x,
                        Anchor::Middle => x - w / 2.0,
                        Anchor::End => x - w,
                    };
                    let (top, bottom) = (y - kind.size * 0.74, y + kind.size * 0.22);
                    Some((text.clone(), Rect { left, top, right: left + w, bottom }))
                }
                _ => None,
            })
            .collect()
    }

    /// The points of every line of this colour.
    #[cfg(test)]
    pub(crate) fn paths(&self, wanted: Colour) -> Vec<Vec<(f64, f64)>> {
        self.marks
            .iter()
            .filter_map(|m| match m {
                Mark::Path { points, colour, .. } if *colour == wanted => Some(points.clone()),
                _ => None,
            })
            .collect()
    }

    /// The corners of every area of this colour.
    #[cfg(test)]
    pub(crate) fn areas(&self, wanted: Colour) -> Vec<Vec<(f64, f64)>> {
        self.marks
            .iter()
            .filter_map(|m| match m {
                Mark::Area { points, colour, .. } if *colour == wanted => Some(points.clone()),
                _ => None,
            })
            .collect()
    }

    /// The SVG, with an accessible name and description.
    ///
    /// # Errors
    /// [`Error::Engine`] where the drawing library refuses.
    pub(crate) fn svg(&self, title: &str, description: &str) -> Result<String> {
        let mut raw = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut raw, (whole(self.width), whole(self.height)));
            for mark in &self.marks {
                draw(&mut backend, mark)?;
            }
            backend.present().map_err(|e| Error::engine("cannot draw the figure", e))?;
        }
        Ok(self.finish(&raw, title, description))
    }

    /// Rewrites the tags of the drawing library: one mark, one tag, in order.
    fn finish(&self, raw: &str, title: &str, description: &str) -> String {
        let (w, h, values) = (self.width, self.height, self.values.json());
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {} {}\" role=\"img\" \
             font-family=\"{FONT_STACK}\" stroke-linejoin=\"round\" stroke-linecap=\"round\">\n\
             <title>{}</title>\n<desc>{}</desc>\n{}<rect width=\"100%\" height=\"100%\" fill=\"#FFFFFF\"/>\n",
            whole(w),
            whole(h),
            escape(title),
            escape(description),
            values.map(|v| format!("<metadata>{}</metadata>\n", escape(&v))).unwrap_or_default(),
        );
        let mut marks = self.marks.iter();
        let mut lines = raw.lines().skip(1);
        while let Some(tag) = lines.next() {
            let Some(mark) = marks.next() else { break };
            let tag = tag.replace(" opacity=\"1\"", "");
            match mark {
                Mark::Text { kind, .. } => {
                    // Text stands on its own line; in one line with its tag it has no stray blanks.
                    let content = lines.next().unwrap_or_default();
                    lines.next();
                    let tag = tag.replace(&format!(" font-family=\"{}\"", text::FAMILY), "");
                    out.push_str(&with_attribute(&tag, "font-size", &format!("{}", (kind.size * SCALE).round())));
                    out.push_str(content);
                    out.push_str("</text>\n");
                }
                Mark::Path { dash, width, .. } if !dash.is_empty() => {
                    let dash = dash.iter().map(|d| format!("{}", (d * width * SCALE).round())).collect::<Vec<_>>();
                    let end = tag.strip_suffix("/>").unwrap_or(&tag);
                    out.push_str(end);
                    out.push_str(" stroke-linecap=\"butt\" stroke-dasharray=\"");
                    out.push_str(&dash.join(" "));
                    out.push_str("\"/>\n");
                }
                _ => {
                    out.push_str(&tag);
                    out.push('\n');
                }
            }
        }
        out.push_str("</svg>\n");
        out
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "figures are some thousand pixels wide")]
fn whole(pixels: f64) -> u32 {
    (pixels * SCALE).round().max(0.0) as u32
}

#[expect(clippy::cast_possible_truncation, reason = "figures are some thousand pixels wide")]
fn point((x, y): (f64, f64)) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

fn draw(backend: &mut SVGBackend<'_>, mark: &Mark) -> Result<()> {
    let style = |(r, g, b): Colour, opacity: f64, width: f64| ShapeStyle {
        color: RGBAColor(r, g, b, opacity),
        filled: true,
        stroke_width: whole(width),
    };
    match mark {
        Mark::Path { points, colour, width, .. } => {
            backend.draw_path(points.iter().copied().map(point), &style(*colour, 1.0, *width))
        }
        Mark::Area { points, colour, opacity } => {
            backend.fill_polygon(points.iter().copied().map(point), &style(*colour, *opacity, 0.0))
        }
        Mark::Disc { centre, radius, colour } => {
            backend.draw_circle(point(*centre), whole(*radius), &style(*colour, 1.0, 0.0), true)
        }
        Mark::Text { at, text, kind } => {
            let face = match kind.face {
                Face::Regular => FontStyle::Normal,
                Face::Bold => FontStyle::Bold,
            };
            let h_pos = match kind.anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let font = (FontFamily::Name(text::FAMILY), kind.size * SCALE * TEXT_DIVISOR, face).into_font();
            let colour = style(kind.colour, 1.0, 0.0).color;
            let style = TextStyle::from(font).color(&colour).pos(Pos::new(h_pos, VPos::Top));
            backend.draw_text(text, &style, point((at.0, at.1 - TOP_TO_BASELINE * kind.size)))
        }
    }
    .map_err(|e| Error::engine("cannot draw the figure", e))
}

/// The tag with another value of an attribute that it has.
fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let start = format!(" {name}=\"");
    let Some(from) = tag.find(&start).map(|i| i + start.len()) else { return tag.to_owned() };
    let Some(to) = tag[from..].find('"').map(|i| i + from) else { return tag.to_owned() };
    format!("{}{value}{}", &tag[..from], &tag[to..])
}

/// Text as it stands between tags.
fn escape(text: &str) -> String {
    text::clean(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_tags_with_their_attributes() {
        let mut canvas = Canvas::new(100.0, 50.0);
        canvas.path(Vec::new(), (1, 2, 3), 2.0, &[]);
        canvas.path(vec![(0.0, 0.0), (10.0, 5.0)], (1, 2, 3), 2.0, &[3.0, 1.0]);
        canvas.text(5.0, 20.0, "a <b> & \"c\" font-size=\"9\"", Type::bold(13.5, (0, 0, 0)));
        canvas.marker((50.0, 25.0), 4.0, Marker::Circle, (9, 9, 9));
        let svg = canvas.svg("T & <t>", "D").expect("drawn");
        assert!(
            svg.contains("role=\"img\"") && svg.contains("<title>T &amp; &lt;t&gt;</title>\n<desc>D</desc>"),
            "{svg}"
        );
        assert!(svg.contains("stroke-dasharray=\"60 20\""), "{svg}");
        assert!(svg.contains("font-size=\"135\" fill=\"#000000\" font-weight=\"bold\">a &lt;b&gt; &amp; &quot;c&quot; font-size=&quot;9&quot;</text>"), "{svg}");
        assert_eq!(svg.matches("<circle").count(), 2);
    }
}
