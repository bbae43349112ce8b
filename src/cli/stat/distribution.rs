//! `stat gini` and `quantile`: how values in a column are spread.

use clap::Args;
use serde_json::{Value, json};

use super::answer::{Answer, Method, Refusal, limits_json, need, percent, row, share, short};
use super::file::Source;
use super::{Calculation, Level};
use crate::cli::ui::grouped;
use crate::error::{Error, Result};
use crate::stats::concentration::{self, Concentration, FrequencyTable};
use crate::stats::quantile::Histogram;
use crate::stats::{Confidence, StatsError};

/// Concentration of a total on few units, from a column of counts
#[derive(Debug, Args)]
pub struct Gini {
    #[command(flatten)]
    source: Source,
    /// Column with the count of each unit: one row is one unit
    #[arg(long, value_name = "COLUMN", required_unless_present = "explain")]
    value: Option<String>,
    /// Resamples for the limits
    #[arg(long, value_name = "N", default_value_t = 1999)]
    replicates: usize,
    /// The resamples follow from it
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    level: Level,
}

static GINI: Method = Method {
    name: "Gini coefficient with bootstrap limits (BCa)",
    formula: "G = Σ_i Σ_j |x_i − x_j| / (2 n² x̄),   corrected G · n/(n − 1)\n\
              by chance: Poisson with the same mean μ,  e^(−2μ) (I₀(2μ) + I₁(2μ))",
    conditions: "Conditions: one row is one unit. Whether units without any are in the file changes the figure: both are given.\n\
                 Limits describe units as drawn from a larger set; a census has none. They are too narrow for heavy\n\
                 tails, since no resample holds a unit larger than the largest that was seen.",
    source: "A. Deaton, The Analysis of Household Surveys (1997), 3.1; P. M. Dixon et al., Ecology 68 (1987),\n\
             1548–1551; B. Efron, Journal of the American Statistical Association 82 (1987), 171–185",
    function: "concentration::gini, poisson_gini, bootstrap",
};

impl Gini {
    /// A row for a person and one for programs.
    fn of(
        &self,
        label: &str,
        table: &FrequencyTable,
        notes: &mut Vec<String>,
    ) -> Result<(Vec<String>, Value), Refusal> {
        let gini = concentration::gini(table)?;
        #[expect(clippy::cast_precision_loss, reason = "a mean to a few digits")]
        let mean = gini.total as f64 / gini.n as f64;
        let chance = concentration::poisson_gini(mean)?;
        let (measure, confidence) = (Concentration::Gini, self.level.confidence);
        let limits = match concentration::bootstrap(table, measure, self.replicates, self.seed, confidence) {
            Ok(found) => Some(found.bca.unwrap_or(found.percentile)),
            // The coefficient stands without limits.
            Err(StatsError::Insufficient(why)) => {
                notes.push(format!("{label}: no limits: {why}"));
                None
            }
            Err(error) => return Err(error.into()),
        };
        let end = |x: Option<f64>| x.map_or_else(String::new, share);
        let cells = vec![
            label.to_owned(),
            grouped(gini.n),
            share(gini.population),
            end(limits.map(|l| l.lower)),
            end(limits.map(|l| l.upper)),
            end(gini.corrected),
            share(chance),
        ];
        let fields = json!({
            "gini": gini.population,
            "limits": limits.map(limits_json),
            "corrected": gini.corrected,
            "by_chance": chance,
            "n": gini.n,
            "total": gini.total.to_string(),
        });
        Ok((cells, fields))
    }
}

impl Calculation for Gini {
    fn name(&self) -> &'static str {
        "gini"
    }

    fn method(&self) -> &'static Method {
        &GINI
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let name = need(self.value.as_deref(), "--value")?;
        let file = self.source.read(&[name])?;
        let mut table = FrequencyTable::default();
        for value in file.values(0, "a whole number of at least 0", |text| text.parse().ok())? {
            table.add(value, 1);
        }
        let positive = table.without_zeros();
        let mut notes = file.notes();
        let (all, all_fields) = self.of("all", &table, &mut notes)?;
        let level = percent(self.level.confidence);
        let mut rows = vec![row(["units", "n", "Gini", "lower", "upper", "corrected", "by chance"]), all];
        let mut fields = vec![
            ("all", all_fields),
            ("confidence", json!(self.level.confidence.level())),
            ("replicates", json!(self.replicates)),
            ("seed", json!(self.seed)),
        ];
        if positive.n() < table.n() {
            let (cells, value) = self.of("above 0", &positive, &mut notes)?;
            rows.push(cells);
            fields.insert(1, ("above_0", value));
        }
        Ok(Answer {
            sentences: vec![format!("Gini coefficient of {name}, with {level} limits")],
            tables: vec![rows],
            notes,
            fields,
        })
    }
}

/// A quantile of a column with distribution-free limits
#[derive(Debug, Args)]
pub struct Quantile {
    #[command(flatten)]
    source: Source,
    /// Column with the values
    #[arg(long, value_name = "COLUMN", required_unless_present = "explain")]
    value: Option<String>,
    /// Which quantiles: 0.5 is the median
    #[arg(long, value_name = "P,P,…", value_delimiter = ',', default_value = "0.5", allow_negative_numbers = true)]
    p: Vec<f64>,
    #[command(flatten)]
    level: Level,
}

static QUANTILE: Method = Method {
    name: "quantile of type 1 with limits from order statistics",
    formula: "quantile: smallest value v with #{x ≤ v}/n ≥ p\n\
              limits: x₍ᵣ₎ and x₍ₛ₎, r the largest with P(B ≤ r − 1) ≤ α/2, s the smallest with P(B ≥ s) ≤ α/2,\n\
              B binomial with n and p",
    conditions: "Conditions: independent observations from one distribution, whatever it is. Values that are still pending\n\
                 (durations) need `stat survival`. A census has no such limits. Below some size there is none: 6 for\n\
                 the median, 72 for the upper limit of the 95th percentile, at 95 %.",
    source: "R. J. Hyndman and Y. Fan, The American Statistician 50 (1996), 361–365; W. J. Conover, Practical\n\
             Nonparametric Statistics, 3rd ed. (1999), 3.2",
    function: "quantile::Histogram::quantile, quantile_limits",
};

impl Calculation for Quantile {
    fn name(&self) -> &'static str {
        "quantile"
    }

    fn method(&self) -> &'static Method {
        &QUANTILE
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let name = need(self.value.as_deref(), "--value")?;
        let file = self.source.read(&[name])?;
        let decimals = file.values(0, "a decimal number", Decimal::parse)?;
        let places = decimals.iter().map(|d| d.places).max().unwrap_or(0);
        let mut histogram = Histogram::default();
        for (decimal, text) in decimals.iter().zip(file.texts(0)) {
            let Some(value) = decimal.scaled(places) else {
                let message = format!("{text} has too many digits beside a value with {places} decimals");
                return Err(Error::usage(message, "round the column").into());
            };
            histogram.add(value, 1);
        }
        let confidence: Confidence = self.level.confidence;
        let mut rows = vec![row(["p", "value", "lower", "upper", "coverage"])];
        let mut list = Vec::new();
        for p in &self.p {
            let limits = histogram.quantile_limits(*p, confidence)?;
            let value = histogram.quantile(*p);
            let show = |value: Option<i64>| value.map_or_else(String::new, |v| unscaled(v, places));
            rows.push(vec![
                p.to_string(),
                show(value),
                show(limits.lower),
                show(limits.upper),
                share(limits.ranks.coverage),
            ]);
            let real = |value: Option<i64>| value.and_then(|v| unscaled(v, places).parse::<f64>().ok());
            list.push(json!({
                "p": p,
                "value": real(value),
                "limits": { "lower": real(limits.lower), "upper": real(limits.upper) },
                "ranks": { "lower": limits.ranks.lower, "upper": limits.ranks.upper },
                "coverage": limits.ranks.coverage,
            }));
        }
        let mean = histogram.mean().map(|m| m / 10_f64.powi(places.cast_signed()));
        let mut notes = file.notes();
        if rows.iter().skip(1).any(|cells| cells[2].is_empty() || cells[3].is_empty()) {
            notes.push("a limit is missing where the data are too few for it".into());
        }
        let n = histogram.n();
        Ok(Answer {
            sentences: vec![format!(
                "{} values of {name}, mean {}; quantiles with {} limits",
                grouped(n),
                short(mean.unwrap_or(f64::NAN)),
                percent(confidence)
            )],
            tables: vec![rows],
            notes,
            fields: vec![
                ("quantiles", json!(list)),
                ("n", json!(n)),
                ("mean", json!(mean)),
                ("confidence", json!(confidence.level())),
            ],
        })
    }
}

/// A decimal number as it is written: a whole number and how many of its digits stand behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Decimal {
    digits: i64,
    places: u32,
}

impl Decimal {
    fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        // Digits after the point, which may be none; a sign belongs before it alone.
        if !part.bytes().all(|b| b.is_ascii_digit())
            || (whole.trim_start_matches(['-', '+']).is_empty() && part.is_empty())
        {
            return None;
        }
        let part = part.trim_end_matches('0');
        let digits = format!("{whole}{part}").parse().ok()?;
        Some(Self { digits, places: u32::try_from(part.len()).ok()? })
    }

    /// As a whole number of units of the last of `places` decimals.
    fn scaled(self, places: u32) -> Option<i64> {
        self.digits.checked_mul(10_i64.checked_pow(places.checked_sub(self.places)?)?)
    }
}

/// A whole number of units of the last of `places` decimals, as it is written.
fn unscaled(value: i64, places: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let width = places as usize + 1;
    let digits = format!("{:0>width$}", value.unsigned_abs());
    let (whole, part) = digits.split_at(digits.len() - places as usize);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        for (text, digits, places) in
            [("12", 12, 0), ("-0.50", -5, 1), ("3.", 3, 0), ("+7.25", 725, 2), (".5", 5, 1), ("100", 100, 0)]
        {
            assert_eq!(Decimal::parse(text), Some(Decimal { digits, places }), "{text}");
        }
        for text in ["", ".", "-", "1e3", "1.-5", "0x1", "1,5", "99999999999999999999"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
        assert_eq!(Decimal { digits: 5, places: 1 }.scaled(3), Some(500));
        assert_eq!(Decimal { digits: i64::MAX, places: 0 }.scaled(1), None);
        for (value, places, text) in
            [(500, 3, "0.500"), (-5, 1, "-0.5"), (12, 0, "12"), (i64::MIN, 0, "-9223372036854775808")]
        {
            assert_eq!(unscaled(value, places), text);
        }
    }
}
