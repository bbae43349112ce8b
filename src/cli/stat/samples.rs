//! `stat sample-size`, `discovery` and `allocate`: planning of samples.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::answer::{Answer, Method, Refusal, need, percent, row};
use super::{Calculation, Level};
use crate::cli::ui::{count, grouped};
use crate::error::{Error, Result};
use crate::stats::survey;

/// Units to draw for a share to be known to a margin
#[derive(Debug, Args)]
pub struct SampleSize {
    /// The share that is expected; 0.5 is the worst case
    #[arg(long, value_name = "SHARE", required_unless_present = "explain", allow_negative_numbers = true)]
    prevalence: Option<f64>,
    /// Half the width that the limits may have
    #[arg(long, value_name = "SHARE", required_unless_present = "explain", allow_negative_numbers = true)]
    margin: Option<f64>,
    /// Units to draw from (default: so many that it does not matter)
    #[arg(long, value_name = "N")]
    population: Option<u64>,
    /// Design effect: the variance of the design over that of a simple random sample
    #[arg(long, value_name = "DEFF", default_value_t = 1.0, allow_negative_numbers = true)]
    deff: f64,
    #[command(flatten)]
    level: Level,
}

static PRECISION: Method = Method {
    name: "sample size for the precision of a share",
    formula: "n₀ = z² p (1 − p) / e²,   n = D n₀ / (1 + (D n₀ − 1)/N)",
    conditions: "Conditions: n p and n (1 − p) of some 10 at least, since it plans with normal limits. Clusters of m units\n\
                 that are alike to the degree ρ have the design effect D = 1 + (m − 1) ρ.",
    source: "W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 4.4",
    function: "survey::sample_size_for_precision",
};

impl Calculation for SampleSize {
    fn name(&self) -> &'static str {
        "sample-size"
    }

    fn method(&self) -> &'static Method {
        &PRECISION
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let (p, margin) = (need(self.prevalence, "--prevalence")?, need(self.margin, "--margin")?);
        let confidence = self.level.confidence;
        let plan = survey::sample_size_for_precision(p, margin, self.population, self.deff, confidence)?;
        let from = self.population.map_or_else(String::new, |n| format!(" of {}", grouped(n)));
        let sentence = format!(
            "{}{from} give a share of {p} within {margin} at {}",
            count(plan.n, "unit", "units"),
            percent(confidence)
        );
        let mut answer = Answer {
            sentences: vec![sentence],
            fields: vec![
                ("n", json!(plan.n)),
                ("n_infinite", json!(plan.n_infinite)),
                ("prevalence", json!(p)),
                ("margin", json!(margin)),
                ("population", json!(self.population)),
                ("design_effect", json!(self.deff)),
                ("confidence", json!(confidence.level())),
            ],
            ..Answer::default()
        };
        #[expect(clippy::cast_precision_loss, reason = "compared with 10")]
        let expected = plan.n as f64 / self.deff * p.min(1.0 - p);
        if expected < 10.0 && self.population != Some(plan.n) {
            answer.notes.push(
                "fewer than 10 cases are expected in it: normal limits are rough for so few; plan for more".into(),
            );
        }
        Ok(answer)
    }
}

/// Units to draw to find at least one case
#[derive(Debug, Args)]
pub struct Discovery {
    /// The share of cases in the population
    #[arg(long, value_name = "SHARE", required_unless_present_any = ["explain", "cases"], conflicts_with = "cases")]
    #[arg(allow_negative_numbers = true)]
    prevalence: Option<f64>,
    /// The number of cases in a population of a known size
    #[arg(long, value_name = "D", requires = "population")]
    cases: Option<u64>,
    /// Units to draw from, without replacement
    #[arg(long, value_name = "N", requires = "cases")]
    population: Option<u64>,
    #[command(flatten)]
    level: Level,
}

static DISCOVERY: Method = Method {
    name: "discovery sample size",
    formula: "n = ⌈ln(1 − confidence) / ln(1 − p)⌉",
    conditions: "Conditions: simple random sampling from a large population, and cases that are recognised; where a test\n\
                 finds a share s of them, give p·s. Read backwards: n units without a case show that the share is below p.",
    source: "H. Arkin, Handbook of Sampling for Auditing and Accounting (1963)",
    function: "survey::discovery_sample_size",
};

static DISCOVERY_FINITE: Method = Method {
    name: "discovery sample size, exact for a finite population",
    formula: "smallest n with  C(N − D, n) / C(N, n) ≤ 1 − confidence",
    conditions: "Conditions: simple random sampling without replacement of n of N units, D of which are cases that are\n\
                 recognised when drawn.",
    source: "W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 3.6 (hypergeometric distribution)",
    function: "survey::discovery_sample_size_finite",
};

impl Calculation for Discovery {
    fn name(&self) -> &'static str {
        "discovery"
    }

    fn method(&self) -> &'static Method {
        if self.cases.is_some() { &DISCOVERY_FINITE } else { &DISCOVERY }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let confidence = self.level.confidence;
        let (n, supposed, mut fields) = if let (Some(cases), Some(population)) = (self.cases, self.population) {
            let n = survey::discovery_sample_size_finite(population, cases, confidence)?;
            let supposed = format!("{} of {} are cases", grouped(cases), count(population, "unit", "units"));
            (n, supposed, vec![("cases", json!(cases)), ("population", json!(population))])
        } else if let (Some(p), Some(population)) = (self.prevalence, self.population) {
            // At least so many cases, in whole units.
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a share of a population, which the next line checks"
            )]
            let cases = if (0.0..=1.0).contains(&p) { (p * population as f64).ceil().max(1.0) as u64 } else { 0 };
            let n = survey::discovery_sample_size_finite(population, cases, confidence)?;
            let supposed = format!("{} of {} are cases", grouped(cases), count(population, "unit", "units"));
            (n, supposed, vec![("prevalence", json!(p)), ("cases", json!(cases)), ("population", json!(population))])
        } else {
            let p = need(self.prevalence, "--prevalence")?;
            let n = survey::discovery_sample_size(p, confidence)?;
            (n, format!("a share of {p} are cases"), vec![("prevalence", json!(p))])
        };
        let units = count(n, "unit holds", "units hold");
        let sentence = format!("{units} at least one case with {} confidence, if {supposed}", percent(confidence));
        fields.insert(0, ("n", json!(n)));
        fields.push(("confidence", json!(confidence.level())));
        Ok(Answer { sentences: vec![sentence], fields, ..Answer::default() })
    }
}

/// Division of a sample among strata
#[derive(Debug, Args)]
pub struct Allocate {
    /// Units of the whole sample
    #[arg(long, value_name = "N", required_unless_present = "explain")]
    n: Option<u64>,
    /// Sizes of the strata
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', required_unless_present = "explain")]
    sizes: Vec<u64>,
    /// Standard deviations that are expected in the strata; for a share p it is √(p(1 − p))
    #[arg(long, value_name = "SD,SD,…", value_delimiter = ',', allow_negative_numbers = true)]
    sd: Vec<f64>,
    /// Units that every stratum gets at least
    #[arg(long, value_name = "N", default_value_t = 0)]
    minimum: u64,
    /// How to divide (default: neyman with --sd, else proportional)
    #[arg(long, value_enum)]
    method: Option<Division>,
}

/// Ways to divide a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Division {
    /// In proportion to the sizes of the strata
    Proportional,
    /// In proportion to size times standard deviation: the least variance of the mean
    Neyman,
}

static PROPORTIONAL: Method = Method {
    name: "proportional allocation",
    formula: "n_h ∝ N_h, rounded by the method of Webster to add up to n",
    conditions: "Every stratum gets the minimum, or all it has where that is less, and at most its size.",
    source: "W. G. Cochran, Sampling Techniques, 3rd ed. (1977), 5.5; M. L. Balinski and H. P. Young, Fair\n\
             Representation, 2nd ed. (2001)",
    function: "survey::allocate_proportional",
};

static NEYMAN: Method = Method {
    name: "Neyman allocation in whole units",
    formula: "the whole n_h that minimise  Σ N_h² S_h² / n_h,   Σ n_h = n",
    conditions: "Conditions: the standard deviations S_h are known roughly. Ask for a minimum of 2: the variance of a stratum\n\
                 cannot be estimated from one unit. Every stratum gets at most its size.",
    source: "J. Neyman, Journal of the Royal Statistical Society 97 (1934), 558–625; T. Wright, The American\n\
             Statistician 66 (2012), 217–224",
    function: "survey::allocate_neyman",
};

impl Allocate {
    fn division(&self) -> Division {
        self.method.unwrap_or(if self.sd.is_empty() { Division::Proportional } else { Division::Neyman })
    }
}

impl Calculation for Allocate {
    fn name(&self) -> &'static str {
        "allocate"
    }

    fn method(&self) -> &'static Method {
        match self.division() {
            Division::Proportional => &PROPORTIONAL,
            Division::Neyman => &NEYMAN,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let n = need(self.n, "--n")?;
        let neyman = self.division() == Division::Neyman;
        if neyman && self.sd.is_empty() {
            return Err(Error::usage(
                "Neyman allocation needs the standard deviations of the strata",
                "give them with --sd, one for each stratum, or choose --method proportional",
            )
            .into());
        }
        let units = if neyman {
            survey::allocate_neyman(&self.sizes, &self.sd, n, self.minimum)?
        } else {
            survey::allocate_proportional(&self.sizes, n, self.minimum)?
        };
        let mut table = vec![row(["stratum", "size", "units"])];
        for (h, (size, drawn)) in self.sizes.iter().zip(&units).enumerate() {
            table.push(vec![(h + 1).to_string(), grouped(*size), grouped(*drawn)]);
        }
        let mut answer = Answer {
            tables: vec![table],
            fields: vec![("units", json!(units)), ("n", json!(n)), ("sizes", json!(self.sizes))],
            ..Answer::default()
        };
        if !neyman && !self.sd.is_empty() {
            answer.notes.push("--sd has no part in a proportional allocation".into());
        }
        if units.iter().zip(&self.sizes).any(|(drawn, size)| *drawn < 2 && *size > 1) {
            answer.notes.push("a stratum with fewer than 2 units has no variance that could be estimated".into());
        }
        Ok(answer)
    }
}
