//! Figures within the page: the SVG that the charts make, checked and given ids of its own.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::estimate::Estimate;

/// A figure as it lies in the folder.
#[derive(Debug, Clone, Default)]
pub struct Drawing {
    /// Name of its files without ending, below the folder: `figures/statement-count-line`.
    pub stem: String,
    /// Id of the indicator.
    pub indicator: String,
    /// The form in a few words: "Line over time".
    pub form: String,
    /// The SVG.
    pub svg: String,
    /// The rows plotted.
    pub rows: Vec<Estimate>,
}

/// Elements that a drawing may have: none of them loads or runs anything.
const ELEMENTS: &[&str] = &[
    "svg", "title", "desc", "metadata", "g", "rect", "circle", "ellipse", "line", "polyline", "polygon", "path",
    "text", "tspan",
];

/// The drawing as it may stand in the page: the same marks, with ids that no other figure has. `None` where the
/// file holds anything but a drawing, such as a script or a reference.
pub(super) fn inline(svg: &str, id: &str) -> Option<String> {
    let mut reader = Reader::from_str(svg);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_usize;
    let mut roots = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) => {
                roots += usize::from(depth == 0);
                depth += 1;
                is_plain(&tag)?;
            }
            Event::Empty(tag) => {
                (depth > 0).then_some(())?;
                is_plain(&tag)?;
            }
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Text(_) | Event::Comment(_) | Event::GeneralRef(_) => {}
            Event::Decl(_) => {}
            Event::Eof => break,
            Event::CData(_) | Event::PI(_) | Event::DocType(_) => return None,
        }
    }
    (depth == 0 && roots == 1).then_some(())?;
    let start = svg.find("<svg")?;
    let body = svg[start..].trim_end();
    let named = body.replacen("<title>", &format!("<title id=\"{id}-title\">"), 1).replacen(
        "<desc>",
        &format!("<desc id=\"{id}-desc\">"),
        1,
    );
    let has = |word: &str| named.contains(&format!("id=\"{id}-{word}\""));
    let mut attributes = format!("<svg id=\"{id}\"");
    if has("title") {
        attributes.push_str(&format!(" aria-labelledby=\"{id}-title\""));
    }
    if has("desc") {
        attributes.push_str(&format!(" aria-describedby=\"{id}-desc\""));
    }
    Some(named.replacen("<svg", &attributes, 1))
}

/// Whether a tag draws and does nothing else.
fn is_plain(tag: &BytesStart<'_>) -> Option<()> {
    let name = tag.name();
    ELEMENTS.iter().any(|e| e.as_bytes() == name.as_ref()).then_some(())?;
    for attribute in tag.attributes() {
        let attribute = attribute.ok()?;
        let key = attribute.key.as_ref().to_ascii_lowercase();
        let value = attribute.value.to_ascii_lowercase();
        let runs = key.starts_with(b"on") || key == b"style" || key == b"id" || key.ends_with(b"href");
        let refers = value.windows(4).any(|w| w == b"url(") || value.windows(11).any(|w| w == b"javascript:");
        (!runs && !refers).then_some(())?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_drawings_come_in() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"><title>A &lt; B</title><desc>D</desc><rect/></svg>\n";
        assert_eq!(
            inline(svg, "f1").as_deref(),
            Some(
                "<svg id=\"f1\" aria-labelledby=\"f1-title\" aria-describedby=\"f1-desc\" \
                 xmlns=\"http://www.w3.org/2000/svg\" role=\"img\"><title id=\"f1-title\">A &lt; B</title>\
                 <desc id=\"f1-desc\">D</desc><rect/></svg>"
            )
        );
        for hostile in [
            "<svg><script>alert(1)</script></svg>",
            "<svg><rect onclick=\"a()\"/></svg>",
            "<svg><image href=\"http://example.org/a.png\"/></svg>",
            "<svg><rect fill=\"url(http://example.org/#a)\"/></svg>",
            "<svg><rect style=\"background:red\"/></svg>",
            "<svg><rect></svg>",
            "<svg></svg><img src=\"x\"/>",
            "<svg/><p>",
            "</svg><b>",
            "",
        ] {
            assert_eq!(inline(hostile, "f"), None, "{hostile}");
        }
    }
}
