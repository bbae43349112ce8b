//! Everything that the template prints, ready as words.

use std::collections::BTreeSet;

use askama::Template;
use base64::Engine as _;
use sha2::{Digest, Sha256};

use super::back::{self, Reference};
use super::front::{self, Counts, Fact};
use super::pick::{self, Answer, Evidence};
use super::section::{self, Section};
use super::summary::{self, Named, Summary};
use super::table::{Link, Table};
use super::texts::{Texts, fill};
use super::{Material, missing};
use crate::charts::words;
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, Status};
use crate::time::Period;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// The page.
#[derive(Debug, Template)]
#[template(path = "page.html")]
pub(super) struct Page<'t> {
    pub t: &'t Texts,
    pub style: &'static str,
    pub script: String,
    /// Hash by which the browser knows the script: no other one runs.
    pub script_hash: String,
    pub title: String,
    pub tool_line: String,
    pub footer: String,
    pub simulated: bool,
    pub lede: String,
    pub facts: Vec<Fact>,
    pub exports: Option<Table>,
    pub aside: Option<Table>,
    pub tables: Option<Table>,
    pub findings: Option<Table>,
    pub findings_known: bool,
    pub summary: Summary,
    pub indicators_intro: String,
    pub sections: Vec<Section>,
    pub valueless: Option<Table>,
    pub unmeasured: Option<Table>,
    pub unmeasured_known: bool,
    pub references: Vec<Reference>,
    pub citations: Vec<String>,
    pub repeat: String,
    pub again: String,
    pub vega: String,
    pub manifest: Option<Record>,
    pub all_rows: Vec<Link>,
}

/// The record of the run, as far as it is shown.
#[derive(Debug)]
pub(super) struct Record {
    pub tool: String,
    pub input_id: Option<String>,
    pub parameters: Vec<(String, String)>,
    pub outputs: Option<Table>,
    pub link: Option<Link>,
}

impl<'t> Page<'t> {
    pub fn of(material: &Material<'_>, t: &'t Texts) -> Self {
        let estimates = material.estimates;
        let simulated = material.manifest.is_some_and(|m| m.simulated) || estimates.iter().any(Estimate::simulated);
        let ids = ids(material);
        let evidence: Vec<Vec<Evidence<'_>>> = ids
            .iter()
            .map(|id| {
                let rows: Vec<&Estimate> = estimates.iter().filter(|e| e.indicator == *id).collect();
                pick::evidence(&rows, pick::card(id))
            })
            .collect();
        let named: Vec<Named<'_, '_>> = ids
            .iter()
            .zip(&evidence)
            .map(|(id, evidence)| {
                let name = pick::card(id).map_or_else(|| words::name_of(id), |c| c.name.to_owned());
                Named { id, name, evidence }
            })
            .collect();
        let sections: Vec<Section> = named
            .iter()
            .map(|n| Section::of(material, (n.id, &n.name), pick::card(n.id), n.evidence, simulated, t))
            .collect();
        let counts = Counts {
            indicators: ids.len(),
            valued: sections.iter().filter(|s| s.answers.iter().any(|a| a.valued)).count(),
            sampled: named.iter().filter(|n| n.evidence.iter().any(|e| sampled(&e.answer()))).count(),
            platforms: platforms(estimates),
        };
        let shown = sections.iter().filter(|s| s.figure.is_some()).count().to_string();
        let all = material.drawings.len().to_string();
        let summary = summary::summary(material, &named, t);
        let (tool, version) = material
            .manifest
            .map_or((env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION")), |m| (m.tool.as_str(), m.version.as_str()));
        let made_by = [("tool", tool), ("version", version)];
        let answers: Vec<&Estimate> =
            named.iter().flat_map(|n| n.evidence).flat_map(|e| e.answer().rows().collect::<Vec<_>>()).collect();
        let span = span(&answers).map(words::days);
        let of_study = material.manifest.and_then(|m| m.parameters.get("study")?.get("title")?.as_str());
        let of_data = || span.map_or_else(|| t.title_without_period.to_owned(), |p| fill(t.title, &[("period", &p)]));
        let title = of_study.map_or_else(of_data, str::to_owned);
        // As it stands in the page at the end, to the byte.
        let script = super::without_blank_lines(SCRIPT).trim_end().to_owned();
        let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(script.as_bytes()));
        Self {
            t,
            style: STYLE,
            script,
            script_hash: hash,
            title,
            tool_line: fill(t.tool_line, &made_by),
            footer: fill(t.footer, &made_by),
            simulated,
            lede: lede(&counts, t),
            facts: front::facts(material, &counts, t),
            exports: front::exports(material, t),
            aside: front::aside(material, t),
            tables: front::tables(material, t),
            findings: front::findings(material, t),
            findings_known: material.findings.is_some(),
            summary,
            indicators_intro: fill(t.indicators_intro, &[("shown", &shown), ("all", &all)]),
            valueless: missing::valueless(material, &named, t),
            unmeasured: missing::unmeasured(material, t),
            unmeasured_known: material.unmeasured.is_some(),
            references: back::references(&ids),
            citations: back::citations(material, simulated),
            repeat: if material.repeat.is_empty() { String::new() } else { back::command(&material.repeat) },
            again: back::command(&["report".to_owned(), "out".to_owned()]),
            vega: back::command(
                &["chart", "out/estimates.parquet", "--format", "vega", "-o", "vega"].map(str::to_owned),
            ),
            manifest: material.manifest.map(|m| Record {
                tool: format!("{} {}", m.tool, m.version),
                input_id: m.input_id.clone(),
                parameters: back::parameters(m),
                outputs: back::outputs(material, m, t),
                link: section::link(material, "manifest.json", "manifest.json"),
            }),
            all_rows: section::all_rows(material),
            sections,
        }
    }
}

/// Ids of the indicators that have estimates, in the order of the help; those that this version does not know
/// come last.
fn ids<'a>(material: &Material<'a>) -> Vec<&'a str> {
    let present: BTreeSet<&str> = material.estimates.iter().map(|e| e.indicator.as_str()).collect();
    let place = |id: &&str| crate::indicators::INDICATORS.iter().position(|i| i.card().id == *id).unwrap_or(usize::MAX);
    let mut ids: Vec<&str> = present.into_iter().collect();
    ids.sort_by_key(place);
    ids
}

fn platforms(estimates: &[Estimate]) -> Vec<String> {
    let names: BTreeSet<&String> = estimates.iter().map(|e| &e.platform).filter(|p| *p != ALL_PLATFORMS).collect();
    names.into_iter().cloned().collect()
}

/// Whether an answer has an interval for the error of a sample.
fn sampled(answer: &Answer<'_>) -> bool {
    answer.rows().any(|e| e.interval_kind == IntervalKind::Sampling && e.status == Status::Ok)
}

/// From the first to the last day that an answer is of: periods of charts may reach beyond the data.
fn span(estimates: &[&Estimate]) -> Option<Period> {
    let start = estimates.iter().map(|e| e.period_start).min()?;
    let end = estimates.iter().map(|e| e.period_end).max()?;
    Some(Period { start, end })
}

fn lede(counts: &Counts, t: &Texts) -> String {
    let indicators = front::several(counts.indicators, (t.one_indicator, t.many_indicators));
    let platforms = front::several(counts.platforms.len(), (t.one_platform, t.many_platforms));
    fill(t.lede, &[("indicators", &indicators), ("platforms", &platforms)])
}
