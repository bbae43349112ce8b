//! Texts of alerts without what web pages left in them.

use std::sync::LazyLock;

use regex::Regex;

static TAGS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?s)</?[A-Za-z][^<>]*>|</?(?:a|p|br|b|i|span|div)\b[^<>]*$").ok());

/// The text of a cell: tags and entities undone, the word `null` before texts of the weekly report taken off.
///
/// `None` where nothing is said: empty, `None`, `null`, `Unknown`.
#[must_use]
pub(super) fn clean(text: &str) -> Option<String> {
    let mut text = text.trim().to_owned();
    // Tags may be written with entities themselves.
    if text.contains('&') {
        text = entities(&text);
    }
    if text.contains('<')
        && let Some(tags) = TAGS.as_ref()
    {
        text = tags.replace_all(&text, " ").into_owned();
    }
    if text.contains(['\u{a0}', '\t']) || text.contains("  ") {
        let lines: Vec<String> = text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        text = lines.join("\n");
    }
    let mut text = text.trim();
    if let Some(rest) = text.strip_prefix("null ") {
        text = rest.trim_start();
    }
    let missing = ["none", "null", "unknown", "n/a", "-"].iter().any(|m| text.eq_ignore_ascii_case(m));
    (!text.is_empty() && !missing).then(|| text.to_owned())
}

/// Undoes the entities of HTML that texts of alerts hold. `&amp;` comes last, so that what it hides is undone once.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(10).find(|(_, c)| *c == ';').map(|(i, _)| i);
        let decoded = end.and_then(|end| entity(&rest[1..end]));
        match (decoded, end) {
            (Some(c), Some(end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "rsquo" => '’',
        "lsquo" => '‘',
        "ldquo" => '“',
        "rdquo" => '”',
        "ndash" => '–',
        "mdash" => '—',
        "deg" => '°',
        "reg" => '®',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)?
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_web_pages_left_goes() {
        for (given, wanted) in [
            ("null The toy may break.", Some("The toy may break.")),
            ("<a href=\"x\">AB-1</a>", Some("AB-1")),
            ("Tom &amp; Jerry&#039;s &lt;3", Some("Tom & Jerry's <3")),
            ("Brand <a href=\"http", Some("Brand")),
            ("a < b and c > d", Some("a < b and c > d")),
            ("AT&T &c.;", Some("AT&T &c.;")),
            ("&lt;p&gt;A &lt;b&gt;bold&lt;/b&gt; toy", Some("A bold toy")),
            ("Unknown", None),
            (" none ", None),
            ("", None),
            ("nullify", Some("nullify")),
        ] {
            assert_eq!(clean(given).as_deref(), wanted, "{given}");
        }
    }
}
