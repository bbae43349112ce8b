//! `systemic compare reports`.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Wanted};
use crate::cli::{Ending, Session};
use crate::compare::reports;
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::tables::services::Services;

/// Hold totals of transparency reports against counts of statements of reasons
#[derive(Debug, Args)]
pub struct Reports {
    #[command(flatten)]
    common: Common,
    /// Counts of reports, as INDICATOR or INDICATOR/STATISTIC (default: tr-sor-reconciliation)
    #[arg(long, value_name = "ID")]
    report: Option<String>,
    /// Counts of statements, as INDICATOR or INDICATOR/STATISTIC (default: those of tr-sor-reconciliation, or else
    /// statement-count)
    #[arg(long, value_name = "ID")]
    statements: Option<String>,
    /// Ratios beyond this factor are marked
    #[arg(long, default_value_t = reports::FACTOR, value_parser = factor)]
    factor: f64,
    /// TOML file with tables [[services]] (name, aliases), in place of the shipped list of services
    #[arg(long, value_name = "FILE")]
    services: Option<PathBuf>,
}

fn factor(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|m: &f64| *m >= 1.0 && m.is_finite()).ok_or_else(|| "a factor of 1 or more".to_owned())
}

/// The indicator that has both sides.
const RECONCILED: &str = "tr-sor-reconciliation";
/// What its two sides are called.
const SIDES: [&str; 2] = ["measures", "statements"];

impl Reports {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the files; [`Error::Unknown`] for an indicator that is not there, [`Error::Usage`] where one side lacks.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let estimates = self.common.read()?;
        let group = self.common.group.as_deref();
        let rows: Vec<&Estimate> =
            estimates.rows().iter().filter(|e| e.x.is_none() && e.group_name.as_deref() == group).collect();
        if rows.is_empty() {
            return Err(Error::usage(
                "no estimates are left to compare",
                "without --group, totals are compared; --group category compares categories",
            ));
        }
        let report = side(&rows, self.report.as_deref(), "report", &[(RECONCILED, SIDES[0]), (RECONCILED, "count")])?;
        let counted = side(
            &rows,
            self.statements.as_deref(),
            "statements",
            &[(RECONCILED, SIDES[1]), (RECONCILED, "count"), ("statement-count", "count")],
        )?;
        let services = self.services.as_deref().map_or_else(|| Ok(Services::default()), Services::from_file)?;
        let name = |platform: &str| services.canonical(platform);
        let found = reports::compare(&report, &counted, self.factor, &name);
        // For the figure, both sides bear one indicator and the service's canonical name.
        let both = report.iter().map(|e| (e, "report")).chain(counted.iter().map(|e| (e, "statements")));
        let estimates: Vec<Estimate> = both
            .map(|(e, basis)| Estimate {
                indicator: RECONCILED.to_owned(),
                indicator_version: 1,
                basis: basis.to_owned(),
                statistic: "count".to_owned(),
                unit: "decisions".to_owned(),
                platform: name(&e.platform),
                ..(*e).clone()
            })
            .collect();
        let variable = self.common.group.clone();
        let figure = Wanted {
            form: "equality-plot",
            indicator: RECONCILED.to_owned(),
            estimates,
            name: vec!["report-statements".to_owned()],
            set: Box::new(move |spec| {
                spec.group.clone_from(&variable);
                spec.indicator_name = Some("Measures in reports and statements of reasons".to_owned());
                spec.source =
                    "transparency reports of the providers; European Commission, DSA Transparency Database".to_owned();
            }),
        };
        let parameters = serde_json::json!({
            "report": self.report, "statements": self.statements, "factor": self.factor, "services": self.services,
        });
        self.common.finish(session, "reports", parameters, found, &[figure])
    }
}

/// The counts of one side: those that were named, or the first of the usual ones that is there.
fn side<'a>(
    rows: &[&'a Estimate],
    named: Option<&str>,
    basis: &str,
    usual: &[(&str, &str)],
) -> Result<Vec<&'a Estimate>> {
    let of = |indicator: &str, statistic: Option<&str>| -> Vec<&'a Estimate> {
        let fits = |e: &&Estimate| e.indicator == indicator && statistic.is_none_or(|s| e.statistic == s);
        rows.iter().copied().filter(fits).collect()
    };
    let known = || {
        let mut known: Vec<String> = rows.iter().map(|e| format!("{}/{}", e.indicator, e.statistic)).collect();
        known.sort();
        known.dedup();
        known
    };
    let found = match named {
        Some(name) => {
            let (indicator, statistic) = name.split_once('/').map_or((name, None), |(i, s)| (i, Some(s)));
            let found = of(indicator, statistic);
            if found.is_empty() {
                let kind = "indicator and statistic of these estimates";
                return Err(Error::Unknown { kind, name: name.to_owned(), known: known() });
            }
            // An indicator can rest on both: the side says which is meant.
            let own: Vec<&Estimate> = found.iter().copied().filter(|e| e.basis == basis).collect();
            if own.is_empty() { found } else { own }
        }
        None => usual
            .iter()
            .map(|(i, s)| {
                let found = of(i, Some(s));
                // A statistic of either side's own name needs no basis of that side.
                if SIDES.contains(s) { found } else { found.into_iter().filter(|e| e.basis == basis).collect() }
            })
            .find(|found: &Vec<&Estimate>| !found.is_empty())
            .ok_or_else(|| {
                Error::usage(
                    format!(
                        "the estimates hold no counts of {}",
                        if basis == "report" { "reports" } else { "statements" }
                    ),
                    format!("name them, as in --{basis} INDICATOR/STATISTIC; there are {}", known().join(", ")),
                )
            })?,
    };
    let mut statistics: Vec<&str> = found.iter().map(|e| e.statistic.as_str()).collect();
    statistics.sort_unstable();
    statistics.dedup();
    if statistics.len() > 1 {
        return Err(Error::usage(
            format!("{} has several statistics: {}", found[0].indicator, statistics.join(", ")),
            format!("say which: --{basis} {}/{}", found[0].indicator, statistics[0]),
        ));
    }
    Ok(found)
}
