//! `stat adjust-p`: p-values of several tests.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::Calculation;
use super::answer::{Answer, Method, Refusal, row, short};
use crate::error::Result;
use crate::stats::comparison::{Adjustment, adjust};

/// p-values adjusted for the number of tests
#[derive(Debug, Args)]
pub struct AdjustP {
    /// The p-values of all tests of the family
    #[arg(value_name = "P,P,…", value_delimiter = ',', required_unless_present = "explain")]
    #[arg(allow_negative_numbers = true)]
    p: Vec<f64>,
    /// What is controlled
    #[arg(long, value_enum, default_value = "bh")]
    method: Control,
    /// Level at which hypotheses are rejected
    #[arg(long, value_name = "LEVEL", default_value_t = 0.05, value_parser = alpha)]
    alpha: f64,
}

fn alpha(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|a| *a > 0.0 && *a < 1.0)
        .ok_or_else(|| "a level is a share between 0 and 1, such as 0.05".into())
}

/// What an adjustment controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Control {
    /// Benjamini–Hochberg: share of false discoveries, independent tests
    Bh,
    /// Benjamini–Yekutieli: share of false discoveries, any dependence
    By,
    /// Holm: any false discovery
    Holm,
    /// Bonferroni: any false discovery; never better than Holm
    Bonferroni,
}

const FAMILY: &str = "Conditions: the p-values are those of the whole family of tests, declared before the results were seen. Reject\n\
     where the adjusted value is at most the level.";

static BH: Method = Method {
    name: "Benjamini–Hochberg",
    formula: "p₍₁₎ ≤ … ≤ p₍ₘ₎:   adjusted p₍ᵢ₎ = min over j ≥ i of  p₍ⱼ₎ m / j,  at most 1",
    conditions: FAMILY,
    source: "Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995), 289–300",
    function: "comparison::adjust",
};

static BY: Method = Method {
    name: "Benjamini–Yekutieli",
    formula: "p₍₁₎ ≤ … ≤ p₍ₘ₎:   adjusted p₍ᵢ₎ = min over j ≥ i of  p₍ⱼ₎ m (1 + 1/2 + … + 1/m) / j,  at most 1",
    conditions: FAMILY,
    source: "Y. Benjamini and D. Yekutieli, Annals of Statistics 29 (2001), 1165–1188",
    function: "comparison::adjust",
};

static HOLM: Method = Method {
    name: "Holm",
    formula: "p₍₁₎ ≤ … ≤ p₍ₘ₎:   adjusted p₍ᵢ₎ = max over j ≤ i of  p₍ⱼ₎ (m + 1 − j),  at most 1",
    conditions: FAMILY,
    source: "S. Holm, Scandinavian Journal of Statistics 6 (1979), 65–70",
    function: "comparison::adjust",
};

static BONFERRONI: Method = Method {
    name: "Bonferroni",
    formula: "adjusted pᵢ = m pᵢ,  at most 1",
    conditions: FAMILY,
    source: "C. E. Bonferroni (1936); O. J. Dunn, Journal of the American Statistical Association 56 (1961), 52–64",
    function: "comparison::adjust",
};

impl Calculation for AdjustP {
    fn name(&self) -> &'static str {
        "adjust-p"
    }

    fn method(&self) -> &'static Method {
        match self.method {
            Control::Bh => &BH,
            Control::By => &BY,
            Control::Holm => &HOLM,
            Control::Bonferroni => &BONFERRONI,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let method = match self.method {
            Control::Bh => Adjustment::BenjaminiHochberg,
            Control::By => Adjustment::BenjaminiYekutieli,
            Control::Holm => Adjustment::Holm,
            Control::Bonferroni => Adjustment::Bonferroni,
        };
        let adjusted = adjust(&self.p, method)?;
        let alpha = self.alpha;
        let rejected: Vec<bool> = adjusted.iter().map(|p| *p <= alpha).collect();
        let mut table = vec![row(["test", "p", "adjusted", "rejected"])];
        for (i, (p, q)) in self.p.iter().zip(&adjusted).enumerate() {
            let mark = if rejected[i] { "yes" } else { "" };
            table.push(vec![(i + 1).to_string(), short(*p), short(*q), mark.into()]);
        }
        let count = rejected.iter().filter(|r| **r).count();
        Ok(Answer {
            sentences: vec![format!("{count} of {} rejected at {alpha}", self.p.len())],
            tables: vec![table],
            fields: vec![
                ("adjusted", json!(adjusted)),
                ("rejected", json!(rejected)),
                ("p", json!(self.p)),
                ("alpha", json!(alpha)),
            ],
            ..Answer::default()
        })
    }
}
