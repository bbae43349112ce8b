//! The method page of an indicator as HTML: the text of its card, section by section.

use pulldown_cmark::{Options, Parser, html};

use crate::indicators::Card;

/// The sections of a card's page under their headings, as HTML; the first one, before any heading, is left out.
pub(super) fn sections(card: &Card, table: &str) -> Vec<(String, String)> {
    let page = card.page();
    let mut sections: Vec<(String, String)> = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        fenced ^= line.trim_start().starts_with("```");
        match (line.strip_prefix("# ").filter(|_| !fenced), sections.last_mut()) {
            (Some(title), _) => sections.push((title.trim().to_owned(), String::new())),
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    sections.into_iter().map(|(title, text)| (title, markdown(&text, table))).collect()
}

/// Markdown of this crate's own texts as HTML; `table` is the caption of a table in it.
fn markdown(text: &str, table: &str) -> String {
    let mut out = String::new();
    html::push_html(&mut out, Parser::new_ext(text, Options::ENABLE_TABLES));
    // What is wider than the page is scrolled, by keys too; tables have a caption, and heads their scope.
    out.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", &format!("<table><caption>{table}</caption>"))
        .replace("<th>", "<th scope=\"col\">")
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_of_all_cards_have_their_sections() {
        for indicator in crate::indicators::INDICATORS {
            let card = indicator.card();
            let sections = sections(card, "T");
            let titles: Vec<&str> = sections.iter().map(|(t, _)| t.as_str()).collect();
            assert_eq!(titles, ["Question", "Formula", "Uncertainty", "Limits", "References"], "{}", card.id);
            assert!(sections.iter().all(|(_, html)| html.starts_with('<') && !html.contains("<script")), "{}", card.id);
        }
    }

    #[test]
    fn markdown_becomes_markup() {
        assert_eq!(markdown("- a *b* `<c>`\n", "T"), "<ul>\n<li>a <em>b</em> <code>&lt;c&gt;</code></li>\n</ul>");
    }
}
