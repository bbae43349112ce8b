//! `systemic stat`: one statistic from a few numbers or a CSV file, with its method and source.
//!
//! Every command is a `Calculation`: it names its `Method` and gives an `Answer`, which prints as sentences
//! and a table for a person, or as JSON.

use clap::{Args, Subcommand};

use super::{Ending, Session, output};
use crate::error::Result;
use crate::stats::Confidence;

mod answer;
mod detection;
mod distribution;
mod file;
mod many;
mod rates;
mod samples;
mod series;
mod shares;
mod survival;
#[cfg(test)]
mod tests;

use answer::{Answer, Method, Refusal};

/// Compute one statistic from numbers or a CSV file: shares, rates, samples, detection, durations, series
#[derive(Debug, Args)]
#[command(arg_required_else_help = true)]
pub struct Stat {
    #[command(subcommand)]
    what: What,
    /// Print the result as JSON, with all digits
    #[arg(long, global = true)]
    json: bool,
    /// Print the method, its formula, conditions and source instead of a result
    #[arg(long, global = true)]
    explain: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    Proportion(shares::Proportion),
    Difference(shares::Difference),
    Ratio(shares::Ratio),
    Rate(rates::Rate),
    RateRatio(rates::RateRatio),
    SampleSize(samples::SampleSize),
    Discovery(samples::Discovery),
    Allocate(samples::Allocate),
    AdjustPrevalence(detection::AdjustPrevalence),
    Capture(detection::Capture),
    Kappa(detection::Kappa),
    Gini(distribution::Gini),
    Quantile(distribution::Quantile),
    Survival(survival::Survival),
    Series(series::Series),
    AdjustP(many::AdjustP),
}

/// One command of `systemic stat`.
trait Calculation {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// The method that its options choose.
    fn method(&self) -> &'static Method;

    /// The result.
    fn answer(&self) -> Result<Answer, Refusal>;
}

/// Level of limits.
#[derive(Debug, Clone, Copy, Args)]
struct Level {
    /// Level of confidence, as a share
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = level)]
    confidence: Confidence,
}

fn level(text: &str) -> Result<Confidence, String> {
    let wrong = || "a level is a share between 0 and 1, such as 0.95".to_owned();
    Confidence::new(text.parse().map_err(|_| wrong())?).map_err(|_| wrong())
}

impl Stat {
    /// Runs the command.
    ///
    /// # Errors
    /// [`crate::Error::Usage`] where the numbers contradict each other or are too few, [`crate::Error::Invalid`]
    /// for a file that does not hold what it must.
    pub fn run(&self, _: &Session) -> Result<Ending> {
        output::stdout(self.text()?.as_bytes())?;
        Ok(Ending::Done)
    }

    fn text(&self) -> Result<String> {
        let calculation = self.what.calculation();
        if self.explain {
            return Ok(calculation.method().page());
        }
        let (name, method) = (calculation.name(), calculation.method());
        let answer = calculation.answer().map_err(|refusal| refusal.into_error(name))?;
        if self.json { answer.json(method) } else { Ok(answer.text(name, method)) }
    }
}

impl What {
    fn calculation(&self) -> &dyn Calculation {
        match self {
            Self::Proportion(c) => c,
            Self::Difference(c) => c,
            Self::Ratio(c) => c,
            Self::Rate(c) => c,
            Self::RateRatio(c) => c,
            Self::SampleSize(c) => c,
            Self::Discovery(c) => c,
            Self::Allocate(c) => c,
            Self::AdjustPrevalence(c) => c,
            Self::Capture(c) => c,
            Self::Kappa(c) => c,
            Self::Gini(c) => c,
            Self::Quantile(c) => c,
            Self::Survival(c) => c,
            Self::Series(c) => c,
            Self::AdjustP(c) => c,
        }
    }
}
