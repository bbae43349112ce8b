//! `systemic compare periods`.

use clap::Args;

use super::{Common, Wanted, breaks, chosen, level, period};
use crate::cli::{Ending, Session};
use crate::compare::periods;
use crate::error::{Error, Result};
use crate::estimate::{ALL_PLATFORMS, Estimate};
use crate::stats::Confidence;
use crate::time::{Period, iso};

/// Hold one period against an earlier one, such as two half-years of reports
#[derive(Debug, Args)]
pub struct Periods {
    #[command(flatten)]
    common: Common,
    /// The earlier period, such as 2025-H1 (default: the one before the latest)
    #[arg(long, value_name = "PERIOD", requires = "to")]
    from: Option<String>,
    /// The later period, such as 2025-H2 (default: the latest)
    #[arg(long, value_name = "PERIOD", requires = "from")]
    to: Option<String>,
    /// Level of confidence of the limits
    #[arg(long, default_value_t = 0.95, value_parser = level)]
    confidence: f64,
}

impl Periods {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the files; [`Error::Unknown`] for a period that is not there, [`Error::Usage`] where there is only one.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let estimates = self.common.read()?;
        let mut rows = chosen(&estimates, &self.common.choice())?;
        rows.retain(|e| e.platform != ALL_PLATFORMS);
        let two = match (&self.from, &self.to) {
            (Some(from), Some(to)) => {
                let two = (period(from, &rows)?, period(to, &rows)?);
                if two.0.end > two.1.start {
                    return Err(Error::usage(
                        format!("{from} does not end before {to} begins"),
                        "--from names the earlier period",
                    ));
                }
                two
            }
            _ => periods::latest_two(&rows).ok_or_else(|| {
                let mut known: Vec<String> = rows.iter().map(|e| e.period().label()).collect();
                known.sort();
                known.dedup();
                Error::usage(
                    format!("there are no two periods of one length after each other: {}", known.join(", ")),
                    "give the estimates of both, or name them with --from and --to",
                )
            })?,
        };
        let confidence =
            Confidence::new(self.confidence).map_err(|e| Error::usage(e.to_string(), "--confidence 0.95"))?;
        let between = |e: &Estimate, window: Period| -> Vec<String> {
            let said = |k: &crate::compare::before_after::Known| {
                let days: Vec<String> = k.within(window).into_iter().map(iso).collect();
                (!days.is_empty()).then(|| format!("known break {} ({}) of {}", k.id, k.label, days.join(" and ")))
            };
            breaks::known(e).iter().filter_map(said).collect()
        };
        let found = periods::compare(&rows, two, confidence, &between);
        let mut questions: Vec<(&str, &str, &str)> =
            found.iter().map(|c| (c.indicator.as_str(), c.statistic.as_str(), c.basis.as_str())).collect();
        questions.sort_unstable();
        questions.dedup();
        let figure = |(indicator, statistic, basis): (&str, &str, &str)| -> Wanted {
            let shown = |e: &&&Estimate| {
                (e.indicator.as_str(), e.statistic.as_str(), e.basis.as_str()) == (indicator, statistic, basis)
                    && (e.period() == two.0 || e.period() == two.1)
            };
            let (wanted, variable) = (statistic.to_owned(), self.common.group.clone());
            Wanted {
                form: "slope",
                indicator: indicator.to_owned(),
                estimates: rows.iter().filter(shown).map(|e| (*e).clone()).collect(),
                name: vec![indicator.to_owned(), statistic.to_owned(), basis.to_owned()],
                set: Box::new(move |spec| {
                    spec.statistic = Some(wanted.clone());
                    spec.group.clone_from(&variable);
                }),
            }
        };
        let figures: Vec<Wanted> = questions.into_iter().map(figure).collect();
        let parameters = serde_json::json!({
            "from": two.0.label(), "to": two.1.label(), "confidence": self.confidence,
        });
        self.common.finish(session, "periods", parameters, found, &figures)
    }
}
