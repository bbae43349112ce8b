//! One indicator on the page: question, answer, figure, table, method, limits, law and rows.

use super::Material;
use super::drawing::{Drawing, inline};
use super::method;
use super::pick::{Answer, Evidence};
use super::sentence;
use super::summary::{platform, value};
use super::table::{Cell, Link, Table, href, slug};
use super::texts::{Texts, fill};
use crate::charts::labels;
use crate::estimate::{Estimate, SIMULATED};
use crate::indicators::{Card, Stability};

/// Rows that the table behind a figure has at most.
const ROWS: usize = 40;
/// Notes of the data that are repeated under an indicator, at most.
const NOTES: usize = 6;

/// What the page says of one indicator.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub id: String,
    pub name: String,
    pub question: Option<String>,
    pub experimental: bool,
    pub answers: Vec<Said>,
    pub figure: Option<Shown>,
    /// Said where the first figure could not be taken in.
    pub unsafe_figure: bool,
    pub further: Vec<Link>,
    pub table: Option<Table>,
    pub table_title: String,
    pub statistics: Vec<Table>,
    pub facts: Vec<(String, String)>,
    pub formula: Option<String>,
    pub uncertainty: Option<String>,
    pub references: Option<String>,
    pub limits: Option<String>,
    pub notes: Vec<String>,
    pub law: Vec<String>,
    pub query: String,
    pub known: bool,
}

/// The answer on one kind of evidence.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub basis: String,
    pub sentence: String,
    pub more: Option<String>,
    pub valued: bool,
}

/// A figure on the page.
#[derive(Debug, Default)]
pub(super) struct Shown {
    pub svg: String,
    pub links: Vec<Link>,
}

/// Links to the files with all estimates.
pub(super) fn all_rows(material: &Material<'_>) -> Vec<Link> {
    ["estimates.parquet", "estimates.csv"].into_iter().filter_map(|name| link(material, name, name)).collect()
}

/// A link to a file of the folder, where it is there.
pub(super) fn link(material: &Material<'_>, path: &str, text: &str) -> Option<Link> {
    material.files.contains(path).then(|| Link { text: text.to_owned(), href: href(&material.base, path) })
}

pub(super) fn basis(name: &str, t: &Texts) -> String {
    let known = match name {
        "statements" => t.basis_statements,
        "report" => t.basis_report,
        "listings" => t.basis_listings,
        "vetted" => t.basis_vetted,
        "audit" => t.basis_audit,
        "statistics" => t.basis_statistics,
        other => return fill(t.basis_other, &[("basis", other)]),
    };
    known.to_owned()
}

impl Section {
    /// `figures` are those of the indicator; the first `inlined` of them may be taken into the page.
    pub fn of(
        material: &Material<'_>,
        (id, name): (&str, &str),
        card: Option<&'static Card>,
        evidence: &[Evidence<'_>],
        simulated: bool,
        t: &Texts,
    ) -> Self {
        let answers: Vec<Answer<'_>> = evidence.iter().map(Evidence::answer).collect();
        let group = |e: &Estimate| group(material, e);
        let said = evidence.iter().zip(&answers).filter_map(|(on, a)| said(on, a, card, &group, simulated, t));
        let slug = slug(id);
        let mut section = Self {
            id: format!("i-{slug}"),
            name: name.to_owned(),
            question: card.map(|c| c.question.to_owned()),
            experimental: card.is_some_and(|c| c.status == Stability::Experimental),
            answers: said.collect(),
            notes: notes(&answers),
            law: card.map(|c| c.legal.iter().map(|l| (*l).to_owned()).collect()).unwrap_or_default(),
            query: format!("select * from 'estimates.parquet' where indicator = '{}'", id.replace('\'', "''")),
            known: card.is_some(),
            ..Self::default()
        };
        let figures: Vec<&Drawing> = material.drawings.iter().filter(|d| d.indicator == id).collect();
        section.draw(material, &figures, t);
        section.tables(material, &figures, (&answers, evidence, card), t);
        if let Some(card) = card {
            section.method(card, t);
        }
        section
    }

    fn draw(&mut self, material: &Material<'_>, figures: &[&Drawing], t: &Texts) {
        let Some((first, others)) = figures.split_first() else { return };
        let files = [
            ("svg", t.file_svg),
            ("png", t.file_png),
            ("csv", t.file_csv),
            ("vl.json", t.file_vega),
            ("alt.txt", t.file_alt),
        ];
        let links = files.iter().filter_map(|(end, word)| link(material, &format!("{}.{end}", first.stem), word));
        let links: Vec<Link> = links.collect();
        match inline(&first.svg, &format!("f-{}", slug(first.stem.rsplit('/').next().unwrap_or_default()))) {
            Some(svg) => self.figure = Some(Shown { svg, links }),
            None => {
                self.unsafe_figure = true;
                self.further.extend(link(material, &format!("{}.svg", first.stem), &first.form));
            }
        }
        self.further.extend(others.iter().filter_map(|d| link(material, &format!("{}.svg", d.stem), &d.form)));
    }

    fn tables(
        &mut self,
        material: &Material<'_>,
        figures: &[&Drawing],
        (answers, evidence, card): (&[Answer<'_>], &[Evidence<'_>], Option<&Card>),
        t: &Texts,
    ) {
        let figure = figures.iter().find(|d| !d.rows.is_empty());
        let behind: Vec<&Estimate> = match figure {
            Some(drawing) => drawing.rows.iter().collect(),
            None => answers.iter().flat_map(Answer::rows).collect(),
        };
        let (title, links) = match figure {
            Some(d) => {
                let own = link(material, &format!("{}.csv", d.stem), d.stem.rsplit('/').next().unwrap_or(&d.stem));
                (t.table_title, own.map(|l| vec![Link { text: format!("{}.csv", l.text), ..l }]).unwrap_or_default())
            }
            None => (t.table_title_alone, all_rows(material)),
        };
        title.clone_into(&mut self.table_title);
        if !behind.is_empty() {
            let several = behind.iter().any(|e| e.statistic != behind[0].statistic);
            let what = if several { t.head_value.to_lowercase() } else { sentence::meaning(behind[0], card) };
            let caption = fill(t.table_caption, &[("name", &self.name), ("what", &what)]);
            let rows = behind.iter().map(|e| row(material, e, several, t)).collect();
            let heads = row_heads(t);
            let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
            let table = Table::new(&format!("{}-rows", self.id), caption, &heads, rows);
            self.table = Some(table.cap(ROWS, links, t).without_empty());
        }
        for (at, (on, answer)) in evidence.iter().zip(answers).enumerate() {
            let Some(of) = answer.whole.or_else(|| answer.platforms.first().copied()) else { continue };
            let rows = on.statistics(of);
            if rows.len() < 2 {
                continue;
            }
            let (platform, period) = (platform(of, t), sentence::period(of));
            let caption =
                fill(t.statistics_caption, &[("name", &self.name), ("platform", &platform), ("period", &period)]);
            let heads = [
                t.head_statistic,
                t.statistics_head_meaning,
                &format!("#{}", t.head_value),
                t.head_interval,
                &format!("#{}", t.head_k),
                &format!("#{}", t.head_n),
                t.head_reason,
            ];
            let cells = |e: &&Estimate| {
                let named = card.is_some_and(|c| c.statistics.iter().any(|s| s.name == e.statistic));
                let meaning = if named { sentence::meaning(e, card) } else { String::new() };
                let count = |n: Option<i64>| Cell::count(n.and_then(|n| u64::try_from(n).ok()));
                vec![
                    Cell::text(&*e.statistic),
                    Cell::text(meaning),
                    value(e, t),
                    Cell::text(sentence::limits(e, t)),
                    count(e.k),
                    count(e.n),
                    Cell::text(e.reason.clone().unwrap_or_default()),
                ]
            };
            let id = format!("{}-statistics-{}", self.id, at + 1);
            let table = Table::new(&id, caption, &heads, rows.iter().map(cells).collect());
            self.statistics.push(table.cap(ROWS, all_rows(material), t).without_empty());
        }
    }

    fn method(&mut self, card: &'static Card, t: &Texts) {
        for (title, html) in method::sections(card, t.method_table) {
            match title.as_str() {
                "Formula" => self.formula = Some(html),
                "Uncertainty" => self.uncertainty = Some(html),
                "Limits" => self.limits = Some(html),
                "References" => self.references = Some(html),
                _ => {}
            }
        }
        let needs: Vec<String> =
            card.requires.iter().map(|r| format!("{} ({})", r.table, basis(r.basis.name(), t))).collect();
        let facts = [
            (t.method_id, card.id.to_owned()),
            (t.method_version, card.version.to_string()),
            (t.method_unit, card.unit.to_owned()),
            (t.method_direction, card.direction.words().trim_start_matches("higher ").to_owned()),
            (t.method_smallest, card.smallest_n.to_string()),
            (t.method_needs, needs.join("; ")),
        ];
        self.facts = facts.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    }
}

/// A group's value in words; each part of a cross by itself.
fn group(material: &Material<'_>, e: &Estimate) -> String {
    let value = e.group_value.as_deref().unwrap_or_default();
    value.split('×').map(|part| (material.label)(part)).collect::<Vec<_>>().join(" × ")
}

fn said(
    on: &Evidence<'_>,
    answer: &Answer<'_>,
    card: Option<&Card>,
    group: &dyn Fn(&Estimate) -> String,
    simulated: bool,
    t: &Texts,
) -> Option<Said> {
    let mut more = None;
    let sentence = if let Some(whole) = answer.whole {
        more = sentence::by_platform(&answer.platforms, t);
        sentence::answer(whole, card, simulated, t)
    } else if !answer.groups.is_empty() {
        let valued: Vec<&&Estimate> = answer.groups.iter().filter(|e| e.value.is_some()).collect();
        if let [high, .., low] = valued.as_slice()
            && valued.len() > 3
        {
            let show = |e: &Estimate| sentence::value(e.value.unwrap_or_default(), &e.unit);
            // One name would be chosen by chance where several have the same.
            let who = |e: &Estimate| match valued.iter().filter(|other| show(other) == show(e)).count() {
                1 => group(e),
                n => fill(t.many_groups, &[("n", &n.to_string())]),
            };
            more = Some(fill(
                t.groups_range,
                &[
                    ("n", &valued.len().to_string()),
                    ("low", &show(low)),
                    ("low_group", &who(low)),
                    ("high", &show(high)),
                    ("high_group", &who(high)),
                ],
            ));
        }
        sentence::groups(&answer.groups, card, group, simulated, t)?
    } else {
        // No row of all platforms together: the one with most observations speaks first.
        let first = answer.platforms.iter().copied().max_by_key(|e| (e.value.is_some(), e.n))?;
        more = sentence::by_platform(&answer.platforms, t);
        sentence::answer(first, card, simulated, t)
    };
    Some(Said { basis: basis(on.basis, t), sentence, more, valued: answer.has_value() })
}

/// What must be read beside the numbers of the answer, each once.
fn notes(answers: &[Answer<'_>]) -> Vec<String> {
    let mut notes: Vec<String> = Vec::new();
    let rows = answers.iter().flat_map(Answer::rows);
    for part in rows.filter_map(|e| e.note.as_deref()).flat_map(|n| n.split("; ")) {
        if part != SIMULATED && !part.is_empty() && !notes.iter().any(|n| n == part) {
            notes.push(part.to_owned());
        }
    }
    let more = notes.len().saturating_sub(NOTES);
    notes.truncate(NOTES);
    if more > 0 {
        notes.push(format!("… (+{more})"));
    }
    notes
}

fn row_heads(t: &Texts) -> Vec<String> {
    let number = |word: &str| format!("#{word}");
    vec![
        t.head_platform.to_owned(),
        t.head_group.to_owned(),
        t.head_period.to_owned(),
        t.head_statistic.to_owned(),
        number(t.head_x),
        number(t.head_value),
        t.head_interval.to_owned(),
        number(t.head_k),
        number(t.head_n),
        t.head_reason.to_owned(),
    ]
}

fn row(material: &Material<'_>, e: &Estimate, several: bool, t: &Texts) -> Vec<Cell> {
    let count = |n: Option<i64>| Cell::count(n.and_then(|n| u64::try_from(n).ok()));
    let at = match (e.x, e.x_unit.as_deref()) {
        (Some(x), unit) => Cell::number(labels::value(x, unit.unwrap_or("")), x),
        (None, _) => Cell { number: true, ..Cell::default() },
    };
    vec![
        Cell::text(platform(e, t)),
        Cell::text(group(material, e)),
        Cell::sorted(sentence::period(e), e.period_start),
        Cell::text(if several { e.statistic.as_str() } else { "" }),
        at,
        value(e, t),
        Cell::text(sentence::limits(e, t)),
        count(e.k),
        count(e.n),
        Cell::text(e.reason.clone().unwrap_or_default()),
    ]
}
