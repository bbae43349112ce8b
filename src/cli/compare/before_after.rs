//! `systemic compare before-after`.

use clap::Args;

use super::{Common, Wanted, breaks, chosen, day, known_platforms, level};
use crate::charts::Mark;
use crate::cli::{Ending, Session};
use crate::compare::Scale;
use crate::compare::before_after::{self, Options};
use crate::error::{Error, Result};
use crate::estimate::Estimate;
use crate::stats::Confidence;

/// Estimate the change of a series at a date, alone and beyond that of other platforms
#[derive(Debug, Args)]
pub struct BeforeAfter {
    #[command(flatten)]
    common: Common,
    /// The date: the first day of the new state
    #[arg(long, value_name = "DATE", value_parser = day)]
    date: i32,
    /// Comparison platforms, on which nothing of the kind took effect
    #[arg(long, value_name = "PLATFORM", value_delimiter = ',')]
    controls: Vec<String>,
    /// Scale: identity, log or logit (default: logit for shares, log for numbers above 0)
    #[arg(long, value_parser = scale)]
    scale: Option<Scale>,
    /// Lag of the Newey-West errors (default: by the rule of thumb)
    #[arg(long)]
    lag: Option<usize>,
    /// Level of confidence of the limits
    #[arg(long, default_value_t = 0.95, value_parser = level)]
    confidence: f64,
}

fn scale(text: &str) -> Result<Scale, String> {
    Scale::ALL
        .into_iter()
        .find(|(name, _)| *name == text)
        .map(|(_, s)| s)
        .ok_or_else(|| format!("a scale is one of {}", Scale::ALL.map(|(name, _)| name).join(", ")))
}

impl BeforeAfter {
    /// Runs the command.
    ///
    /// # Errors
    /// Those of the files; [`Error::Unknown`] for platforms that are not there.
    pub fn run(&self, session: &Session) -> Result<Ending> {
        let estimates = self.common.read()?;
        let rows = chosen(&estimates, &self.common.choice())?;
        known_platforms(&self.common.platform, &rows)?;
        known_platforms(&self.controls, &rows)?;
        let confidence =
            Confidence::new(self.confidence).map_err(|e| Error::usage(e.to_string(), "--confidence 0.95"))?;
        let options = Options {
            date: self.date,
            platforms: self.common.platform.clone(),
            controls: self.controls.clone(),
            scale: self.scale,
            lag: self.lag,
            confidence,
        };
        let found = before_after::compare(&rows, &options, &breaks::known);
        if found.is_empty() {
            return Err(Error::usage(
                "no series is left to compare",
                "every platform is a comparison, or none has values",
            ));
        }
        let mut questions: Vec<(&str, &str, &str)> =
            found.iter().map(|c| (c.indicator.as_str(), c.statistic.as_str(), c.basis.as_str())).collect();
        questions.sort_unstable();
        questions.dedup();
        let figures: Vec<Wanted> = questions
            .into_iter()
            .map(|(indicator, statistic, basis)| self.figure(&rows, indicator, statistic, basis))
            .collect();
        let parameters = serde_json::json!({
            "date": crate::time::iso(self.date), "controls": self.controls, "scale": self.scale.map(Scale::name),
            "lag": self.lag, "confidence": self.confidence,
        });
        self.common.finish(session, "before-after", parameters, found, &figures)
    }

    /// The series over time, with the date marked beside known breaks.
    fn figure(&self, rows: &[&Estimate], indicator: &str, statistic: &str, basis: &str) -> Wanted {
        let shown = |e: &&&Estimate| {
            let named = self.common.platform.is_empty()
                || self.common.platform.contains(&e.platform)
                || self.controls.contains(&e.platform);
            named && e.indicator == indicator && e.statistic == statistic && e.basis == basis
        };
        let estimates: Vec<Estimate> = rows.iter().filter(shown).map(|e| (*e).clone()).collect();
        let date = self.date;
        let (wanted, variable) = (statistic.to_owned(), self.common.group.clone());
        Wanted {
            form: "line",
            indicator: indicator.to_owned(),
            estimates,
            name: vec![indicator.to_owned(), statistic.to_owned(), basis.to_owned(), "before-after".to_owned()],
            set: Box::new(move |spec| {
                spec.statistic = Some(wanted.clone());
                spec.group.clone_from(&variable);
                spec.marks.push(Mark {
                    start: date,
                    end: None,
                    label: "date of the comparison".to_owned(),
                    platforms: Vec::new(),
                });
            }),
        }
    }
}
