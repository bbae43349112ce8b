//! The page of a contact sheet: all forms, all cases, all presets. Static; the figures lie beside it.

use std::fmt::Write as _;

use super::super::spec::Preset;
use super::super::{CHARTS, Figure};
use super::{Case, escape};

/// A case in one preset: its figure with the path of its file without ending, relative to the page, or why there is none.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The case.
    pub case: Case,
    /// The preset.
    pub preset: Preset,
    /// The path of its files without their endings, and its words.
    pub figure: Result<Drawn, String>,
}

/// What the page says of a figure.
#[derive(Debug, Clone)]
pub struct Drawn {
    path: String,
    title: String,
    caption: String,
    alt: String,
    size: (u32, u32),
}

impl Drawn {
    /// The path of its files, without their endings.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A figure whose files lie at this path, without their endings.
    #[must_use]
    pub fn new(figure: &Figure, path: String) -> Self {
        Self {
            path,
            title: figure.title.clone(),
            caption: figure.caption.clone(),
            alt: figure.alt.clone(),
            size: (figure.width, figure.height),
        }
    }
}

const STYLE: &str = "\
:root{color-scheme:light;font:16px/1.5 'Noto Sans','Segoe UI','Helvetica Neue',Arial,sans-serif;color:#1f1f1f;background:#f4f4f2}\
body{margin:0 auto;padding:1rem;max-width:110rem}\
a{color:#12436d}a:focus-visible,summary:focus-visible{outline:3px solid #f46a25;outline-offset:2px}\
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;padding:0}\
h2{margin:3rem 0 0;border-top:2px solid #12436d;padding-top:.5rem}h3{margin:2rem 0 .25rem;font-size:1.05rem}p{max-width:60rem;margin:.25rem 0}\
.sizes{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr));gap:1rem;align-items:start}\
figure{margin:0;min-width:0}img{display:block;width:100%;height:auto;background:#fff;border:1px solid #c9c9c9}\
figcaption,summary,.said{font-size:.85rem;color:#474747}.none{border:1px dashed #707070;padding:1rem;background:#fff}\
@media print{.sizes{display:block}figure{break-inside:avoid}}";

/// The page, in the order of the entries, with a section for each form and a row for each case.
#[must_use]
pub fn page(entries: &[Entry]) -> String {
    let forms: Vec<_> = CHARTS.iter().filter(|f| entries.iter().any(|e| e.case.form == f.id())).collect();
    let mut out = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Contact sheet of all chart forms (simulated data)</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>Contact sheet of all chart forms (simulated data)</h1>\n\
         <p>Every form with data that strain it, in every size. The data are invented, and so are the platforms.</p>\n</header>\n\
         <nav aria-label=\"Forms\">\n<ul>\n"
    );
    for form in &forms {
        let _ = writeln!(out, "<li><a href=\"#{0}\">{0}</a></li>", form.id());
    }
    out.push_str("</ul>\n</nav>\n<main>\n");
    for form in forms {
        let _ = write!(
            out,
            "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1} <code>{0}</code></h2>\n<p>{2}</p>\n",
            form.id(),
            escape(form.title()),
            escape(form.doc())
        );
        let mine: Vec<&Entry> = entries.iter().filter(|e| e.case.form == form.id()).collect();
        for case in mine.chunk_by(|a, b| a.case.id == b.case.id) {
            section(&mut out, case);
        }
        out.push_str("</section>\n");
    }
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// One case in its sizes.
fn section(out: &mut String, entries: &[&Entry]) {
    let Some(first) = entries.first() else { return };
    let _ = write!(out, "<h3 id=\"{}\">{}</h3>\n<div class=\"sizes\">\n", first.case.stem(), escape(first.case.about));
    for e in entries {
        let name = e.preset.name();
        match &e.figure {
            Ok(Drawn { path, title, size: (width, height), .. }) => {
                let _ = write!(
                    out,
                    "<figure>\n<a href=\"{path}.svg\"><img src=\"{path}.svg\" width=\"{width}\" height=\"{height}\" \
                     loading=\"lazy\" alt=\"{title}, size {name}\"></a>\n<figcaption>{name}, {width} × {height}: \
                     <a href=\"{path}.png\">PNG<span class=\"said\"> of {stem}</span></a></figcaption>\n</figure>\n",
                    path = escape(path),
                    title = escape(title),
                    stem = e.case.stem(),
                );
            }
            Err(why) => {
                let _ = writeln!(out, "<p class=\"none\">{name}: no figure. {}</p>", escape(why));
            }
        }
    }
    out.push_str("</div>\n");
    // The words are the same in every size.
    if let Some(drawn) = entries.iter().find_map(|e| e.figure.as_ref().ok()) {
        let _ = write!(
            out,
            "<details><summary>Words of {}</summary>\n<p class=\"said\">{}</p>\n<p class=\"said\">{}</p>\n</details>\n",
            first.case.stem(),
            escape(&drawn.caption),
            escape(&drawn.alt)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::super::cases;
    use super::*;

    #[test]
    fn the_page_shows_each_figure_and_says_why_there_is_none() {
        let all = cases();
        let mut entries = Vec::new();
        for case in all.iter().filter(|c| c.form == "funnel-plot") {
            let figure = case.draw(Preset::Column).expect(case.id);
            let path = format!("{}/{}-column", case.form, case.id);
            entries.push(Entry { case: *case, preset: Preset::Column, figure: Ok(Drawn::new(&figure, path)) });
            entries.push(Entry { case: *case, preset: Preset::Wide, figure: Err("too small & \"full\"".into()) });
        }
        let html = page(&entries);
        assert_eq!(html.matches("<figure>").count(), entries.len() / 2);
        assert_eq!(html.matches("wide: no figure. too small &amp; &quot;full&quot;").count(), entries.len() / 2);
        assert!(html.contains("src=\"funnel-plot/gaps-column.svg\"") && html.contains("lang=\"en\""));
        assert!(!html.contains("http") && !html.contains("<script"), "nothing is asked of a network");
        for tag in ["section", "figure", "details", "main", "nav"] {
            assert_eq!(html.matches(&format!("<{tag}")).count(), html.matches(&format!("</{tag}>")).count(), "{tag}");
        }
        assert_eq!(html, page(&entries));
    }
}
