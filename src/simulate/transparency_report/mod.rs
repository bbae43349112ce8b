//! Simulated transparency reports in the form of the template, with their truth beside them.
//!
//! The services are invented and say so in their names. A clean report keeps every rule of
//! [`crate::transparency::validate`]. On request the first report of the first service is written again with each kind
//! of dirt of [`KINDS`], as a service of its own, after a clean one where the dirt is a change.

mod dirt;
mod figures;
mod sheets;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use self::figures::Figures;
use self::sheets::{Head, Sheet};
use super::slug;
use crate::error::{Error, Result, suggest};
use crate::time;
use crate::transparency::template::part_name;

pub use dirt::{Dirt, KINDS};

/// Invented services, and the providers behind them.
const SERVICES: [(&str, &str); 6] = [
    ("Trovanda", "Soci\u{e9}t\u{e9} Trovanda S.A."),
    ("Merkavia", "Merkavia Handel B.V."),
    ("Lindoska", "Lindoska Marketplace Limited"),
    ("Quenziro", "Quenziro Europe Limited"),
    ("Bastelur", "Bastelur GmbH"),
    ("Ofrindel", "Ofrindel Comercio S.L."),
];

/// What to simulate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportPlan {
    /// Everything random follows from it.
    pub seed: u64,
    /// Number of services, at most six.
    pub services: u32,
    /// First day of the first half-year, since 1970-01-01.
    pub from: i32,
    /// Number of half-years.
    pub periods: u32,
    /// Kinds of dirt, each in a report of its own; `all` stands for each of them.
    pub dirt: Vec<String>,
}

impl Default for ReportPlan {
    fn default() -> Self {
        // From 1 January 2026.
        Self { seed: 1, services: 2, from: 20_454, periods: 1, dirt: Vec::new() }
    }
}

/// Truth of simulated reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTruth {
    /// Always true: the reports are simulated data.
    pub simulated: bool,
    /// The reports.
    pub reports: Vec<OneTruth>,
}

/// Truth of one report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTruth {
    /// Its folder.
    pub folder: String,
    /// Name of the service.
    pub service: String,
    /// First day, `YYYY-MM-DD`.
    pub first_day: String,
    /// Last day.
    pub last_day: String,
    /// Counts for everything, by code of the table `report_values`, before dirt.
    pub totals: BTreeMap<String, u64>,
    /// What was done to it.
    pub dirt: Option<DirtTruth>,
}

/// Dirt of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DirtTruth {
    /// Its id.
    pub id: String,
    /// What was done.
    pub meaning: String,
    /// Whether figures changed or were lost, rather than how they are written.
    pub content: bool,
    /// Rules that the report breaks by it.
    pub rules: Vec<String>,
    /// Codes of the findings that reading gives, where reading sees it.
    pub findings: Vec<String>,
}

/// The kinds of dirt of a plan.
///
/// # Errors
/// [`Error::Usage`] for an unknown id.
pub fn kinds(plan: &ReportPlan) -> Result<Vec<&'static Dirt>> {
    if plan.dirt.iter().any(|id| id == "all") {
        return Ok(KINDS.iter().collect());
    }
    let find = |id: &String| {
        KINDS.iter().find(|k| k.id == id).ok_or_else(|| {
            let near = suggest(id, KINDS.iter().map(|k| k.id));
            let hint = near.map_or_else(|| "--help lists the kinds".to_owned(), |n| format!("did you mean {n}?"));
            Error::usage(format!("there is no kind of dirt {id}"), hint)
        })
    };
    plan.dirt.iter().map(find).collect()
}

/// Writes reports as CSV parts, each in a folder of its own, and `truth.json`; gives the paths of all files.
///
/// # Errors
/// [`Error::Usage`] for a plan that cannot be, [`Error::Io`].
pub fn reports(plan: &ReportPlan, folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut truth = ReportTruth { simulated: true, reports: Vec::new() };
    for report in all(plan)? {
        let own = folder.join(&report.truth.folder);
        std::fs::create_dir_all(&own).map_err(|e| Error::io("create", &own, e))?;
        for sheet in &report.sheets {
            let path = own.join(format!("{}.csv", part_name(sheet.part)));
            super::zip::write_file(&path, &sheet.bytes())?;
            files.push(path);
        }
        truth.reports.push(report.truth);
    }
    let path = folder.join("truth.json");
    let mut text = serde_json::to_vec_pretty(&truth).map_err(|e| Error::engine("cannot write the truth", e))?;
    text.push(b'\n');
    super::zip::write_file(&path, &text)?;
    files.push(path);
    Ok(files)
}

/// Name and cells of a part of a report, its header first.
pub type Part = (String, Vec<Vec<String>>);

/// The cells of the first report: for files of other forms than CSV.
///
/// # Errors
/// As [`reports`].
pub fn first_report(plan: &ReportPlan) -> Result<Vec<Part>> {
    let sheets = all(plan)?.into_iter().next().map(|r| r.sheets).unwrap_or_default();
    Ok(sheets.into_iter().map(|s| (part_name(s.part), s.rows)).collect())
}

struct Report {
    truth: OneTruth,
    sheets: Vec<Sheet>,
}

fn all(plan: &ReportPlan) -> Result<Vec<Report>> {
    let chosen = kinds(plan)?;
    let services = usize::try_from(plan.services).unwrap_or(usize::MAX);
    if services == 0 || services > SERVICES.len() {
        return Err(Error::usage(
            format!("{} services", plan.services),
            format!("there are 1 to {} invented services", SERVICES.len()),
        ));
    }
    if !(1..=40).contains(&plan.periods) {
        return Err(Error::usage(format!("{} half-years", plan.periods), "give 1 to 40"));
    }
    let mut out = Vec::new();
    for (service, (name, provider)) in (0_u64..).zip(SERVICES).take(services) {
        let mut first = plan.from;
        for period in 0..u64::from(plan.periods) {
            let figures = Figures::draw(plan.seed, service, period);
            let last = last_day(first)?;
            // On the last day of the second month after the period, a little before it is due.
            let head = Head {
                service: format!("{name} (simulated)"),
                provider: format!("{provider} (simulated)"),
                first,
                last,
                published: last + 55,
                before: first + 54,
            };
            out.push(report(&figures, &head, None));
            if service == 0 && period == 0 {
                for kind in &chosen {
                    let head = Head { service: format!("{name} {} (simulated)", kind.id), ..head.clone() };
                    if kind.after {
                        out.push(report(&figures, &before(&head), None));
                    }
                    out.push(report(&figures, &head, Some(kind)));
                }
            }
            first = last + 1;
        }
    }
    Ok(out)
}

/// The report on the half-year before.
fn before(head: &Head) -> Head {
    let last = head.first - 1;
    let year = time::iso(last).get(..4).and_then(|y| y.parse::<i32>().ok()).unwrap_or_default();
    let month = if time::iso(last).ends_with("-12-31") { 7 } else { 1 };
    let first = time::days_from_civil(year, month, 1).unwrap_or(last);
    Head { first, last, published: head.before, before: first + 54, ..head.clone() }
}

fn report(figures: &Figures, head: &Head, kind: Option<&Dirt>) -> Report {
    let mut sheets = sheets::sheets(figures, head);
    if let Some(kind) = kind {
        kind.put(&mut sheets);
    }
    let half = if time::iso(head.first).ends_with("-01-01") { "H1" } else { "H2" };
    let year = time::iso(head.first).get(..4).unwrap_or_default().to_owned();
    let truth = OneTruth {
        folder: format!("{}-{year}{half}", slug(&head.service.replace(" (simulated)", ""))),
        service: head.service.clone(),
        first_day: time::iso(head.first),
        last_day: time::iso(head.last),
        totals: figures.totals(),
        dirt: kind.map(|k| DirtTruth {
            id: k.id.to_owned(),
            meaning: k.meaning.to_owned(),
            content: k.content,
            rules: k.rules.iter().map(|r| (*r).to_owned()).collect(),
            findings: k.findings.iter().map(|f| f.code.to_owned()).collect(),
        }),
    };
    Report { truth, sheets }
}

/// Last day of the half-year that begins on a day.
fn last_day(from: i32) -> Result<i32> {
    let text = time::iso(from);
    let year = text.get(..4).and_then(|y| y.parse::<i32>().ok()).unwrap_or_default();
    let end = match text.get(4..) {
        Some("-01-01") => time::days_from_civil(year, 6, 30),
        Some("-07-01") => time::days_from_civil(year, 12, 31),
        _ => None,
    };
    end.ok_or_else(|| Error::usage(format!("{text} begins no half-year"), "give 1 January or 1 July, as 2026-01-01"))
}
