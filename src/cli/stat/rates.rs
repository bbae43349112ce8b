//! `stat rate` and `rate-ratio`: events per exposure.

use clap::Args;
use serde_json::json;

use super::answer::{Answer, Method, Refusal, limits, limits_json, need, p_value, percent, short};
use super::{Calculation, Level};
use crate::cli::ui::count;
use crate::error::Result;
use crate::stats::rate;

/// Limits of a rate of events
#[derive(Debug, Args)]
pub struct Rate {
    /// Number of events
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events: Option<u64>,
    /// What they are counted by: months, thousand listings
    #[arg(long, value_name = "T", required_unless_present = "explain", allow_negative_numbers = true)]
    exposure: Option<f64>,
    #[command(flatten)]
    level: Level,
}

static GARWOOD: Method = Method {
    name: "Garwood's exact interval of a Poisson rate",
    formula: "lower: quantile α/2 of Gamma(x, 1) / T\nupper: quantile 1 − α/2 of Gamma(x + 1, 1) / T",
    conditions: "Conditions: events that occur independently of each other at one rate. Those that come in bursts vary more\n\
                 than these limits allow.",
    source: "F. Garwood, Biometrika 28 (1936), 437–442",
    function: "rate::poisson_rate",
};

impl Calculation for Rate {
    fn name(&self) -> &'static str {
        "rate"
    }

    fn method(&self) -> &'static Method {
        &GARWOOD
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let (events, exposure) = (need(self.events, "--events")?, need(self.exposure, "--exposure")?);
        let confidence = self.level.confidence;
        let found = rate::poisson_rate(events, exposure, confidence)?;
        let what = count(events, "event", "events");
        let mut answer = Answer {
            sentences: vec![format!(
                "{}, {} ({what} in {exposure})",
                short(found.rate),
                limits(confidence, found.limits, short)
            )],
            fields: vec![
                ("rate", json!(found.rate)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
                ("events", json!(events)),
                ("exposure", json!(exposure)),
            ],
            ..Answer::default()
        };
        if events == 0 {
            let upper = rate::no_event_upper(exposure, confidence)?;
            let level = percent(confidence);
            answer.notes.push(format!(
                "no event was seen: with one-sided {level} confidence the rate is below {}",
                short(upper)
            ));
            answer.fields.push(("one_sided_upper", json!(upper)));
        }
        Ok(answer)
    }
}

/// Ratio of two rates, with limits and test
#[derive(Debug, Args)]
pub struct RateRatio {
    /// First sample: number of events
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events1: Option<u64>,
    /// First sample: exposure
    #[arg(long, value_name = "T", required_unless_present = "explain", allow_negative_numbers = true)]
    exposure1: Option<f64>,
    /// Second sample: number of events
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events2: Option<u64>,
    /// Second sample: exposure, in the same unit
    #[arg(long, value_name = "T", required_unless_present = "explain", allow_negative_numbers = true)]
    exposure2: Option<f64>,
    /// The ratio that is tested
    #[arg(long, value_name = "RATIO", default_value_t = 1.0, allow_negative_numbers = true)]
    null: f64,
    #[command(flatten)]
    level: Level,
}

static CONDITIONAL: Method = Method {
    name: "exact conditional interval and test of a ratio of Poisson rates",
    formula: "of n = x₁ + x₂ events x₁ is binomial with π = ρT₁/(ρT₁ + T₂)\n\
              limits: those of Clopper and Pearson for π, as ρ = π/(1 − π) · T₂/T₁\n\
              p: probability of all divisions of the n events that are no likelier than the observed one",
    conditions: "Conditions: in each sample, events that occur independently of each other at one rate.",
    source: "J. Przyborowski and H. Wilenski, Biometrika 31 (1940), 313–323",
    function: "rate::rate_ratio",
};

impl Calculation for RateRatio {
    fn name(&self) -> &'static str {
        "rate-ratio"
    }

    fn method(&self) -> &'static Method {
        &CONDITIONAL
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let first = (need(self.events1, "--events1")?, need(self.exposure1, "--exposure1")?);
        let second = (need(self.events2, "--events2")?, need(self.exposure2, "--exposure2")?);
        let confidence = self.level.confidence;
        let found = rate::rate_ratio(first, second, self.null, confidence)?;
        Ok(Answer {
            sentences: vec![
                format!("{}, {}", short(found.ratio), limits(confidence, found.limits, short)),
                format!(
                    "Test of the ratio {}: {}; by twice the smaller tail, which agrees with the limits, {}",
                    self.null,
                    p_value(found.p_value),
                    p_value(found.p_value_central)
                ),
            ],
            fields: vec![
                ("ratio", json!(found.ratio)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
                ("null", json!(self.null)),
                ("p_value", json!(found.p_value)),
                ("p_value_central", json!(found.p_value_central)),
            ],
            ..Answer::default()
        })
    }
}
