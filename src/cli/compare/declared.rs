//! `systemic compare declared`.

use std::path::PathBuf;

use clap::Args;

use super::{Common, Wanted, chosen};
use crate::cli::{Ending, Session};
use crate::compare::declared::{self, Declared as Value};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::study::Study;

/// Hold measured values against those that platforms declared
#[derive(Debug, Args)]
pub struct Declared {
    #[command(flatten)]
    common: Common,
    /// Study file with declared values ([[parameters.declared]]), beside those of estimates with basis report
    #[arg(long, value_name = "FILE")]
    study: Option<PathBuf>,
    /// Factor above 1: say also whether the whole interval lies within it of the declared value
    #[arg(long, value_name = "FACTOR", value_parser = margin)]
    margin: Option<f64>,
}

fn margin(text: &str) -> Result<f64, String> {
    text.parse().ok().filter(|m: &f64| *m > 1.0 && m.is_finite()).ok_or_else(|| "a factor above 1".to_owned())
}

impl Declared {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the files; [`Error::Usage`] where nothing is declared of what was measured.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let estimates = self.common.read()?;
        let rows = chosen(&estimates, &self.common.choice())?;
        let mut values: Vec<Value> = rows.iter().filter(|e| e.basis == "report").map(|e| Value::of(e)).collect();
        if let Some(path) = &self.study {
            let study = Study::read(path)?;
            values.extend(study.parameters.declared.iter().map(|d| Value {
                platform: d.platform.clone(),
                indicator: d.indicator.clone(),
                version: None,
                statistic: d.statistic.clone(),
                unit: None,
                group_name: d.group_name.clone(),
                group_value: d.group_value.clone(),
                period: None,
                value: Some(d.value),
                lower: d.lower,
                differs: (!d.comparable).then(|| d.definition.clone()),
                source: d.source.clone(),
                simulated: false,
            }));
        }
        if values.is_empty() {
            return Err(Error::usage(
                "nothing is declared: no estimate has the basis report, and no study file is given",
                "measure a dataset with transparency reports, or give --study FILE with [[parameters.declared]]",
            ));
        }
        let found = declared::compare(&rows, &values, self.margin);
        if found.is_empty() {
            return Err(Error::usage(
                "no indicator was both measured and declared for one platform and group",
                "declared values and estimates meet by indicator, platform and group",
            ));
        }
        let mut indicators: Vec<&str> = found.iter().map(|c| c.indicator.as_str()).collect();
        indicators.sort_unstable();
        indicators.dedup();
        let figures = indicators.into_iter().filter_map(|id| figure(id, &rows)).collect::<Vec<_>>();
        let parameters = serde_json::json!({ "study": self.study, "margin": self.margin });
        self.common.finish(session, "declared", parameters, found, &figures)
    }
}

/// Declared and measured values side by side, where both are estimates.
fn figure(id: &str, rows: &[&Estimate]) -> Option<Wanted> {
    let estimates: Vec<Estimate> = rows.iter().filter(|e| e.indicator == id).map(|e| (*e).clone()).collect();
    let report = |e: &&Estimate| e.basis == "report";
    (estimates.iter().any(|e| report(&e)) && estimates.iter().any(|e| !report(&e))).then(|| Wanted {
        form: "dumbbell",
        indicator: id.to_owned(),
        estimates,
        name: vec![id.to_owned(), "declared".to_owned()],
        set: Box::new(|_| {}),
    })
}
