//! `stat proportion`, `difference` and `ratio`: shares of counts.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::answer::{Answer, Method, Refusal, limits, limits_json, need, p_value, share, short};
use super::{Calculation, Level};
use crate::cli::ui::grouped;
use crate::error::Result;
use crate::stats::proportion;
use crate::stats::{Confidence, Limits, StatsError};

/// Limits of a share of independent trials
#[derive(Debug, Args)]
pub struct Proportion {
    /// Trials with the event
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events: Option<u64>,
    /// All trials
    #[arg(long, value_name = "N", required_unless_present = "explain")]
    n: Option<u64>,
    /// Kind of limits
    #[arg(long, value_enum, default_value = "wilson")]
    method: Kind,
    #[command(flatten)]
    level: Level,
}

/// Kinds of limits of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Score limits: close to the level on average
    Wilson,
    /// Score limits with continuity correction
    WilsonContinuity,
    /// Exact limits: never below the level
    ClopperPearson,
    /// Exact limits, shorter: never below the level
    Blaker,
    /// Exact limits that agree with the exact test
    Sterne,
    /// Normal limits about an adjusted centre
    AgrestiCoull,
    /// Equal-tailed posterior limits, prior Beta(½, ½)
    Jeffreys,
}

const INDEPENDENT: &str = "Conditions: independent trials with one probability, as in a simple random sample from a large population.\n\
     Clusters and weights ask for a survey estimator. A census has no sampling limits: they then say what chance\n\
     would do in a stable process.";

static WILSON: Method = Method {
    name: "Wilson score interval",
    formula: "(p + z²/2n ∓ z √(p(1 − p)/n + z²/4n²)) / (1 + z²/n),   p = k/n",
    conditions: INDEPENDENT,
    source: "E. B. Wilson, Journal of the American Statistical Association 22 (1927), 209–212",
    function: "proportion::wilson",
};

static WILSON_CONTINUITY: Method = Method {
    name: "Wilson score interval with continuity correction",
    formula: "limits θ solve (|p − θ| − 1/2n)² = z² θ (1 − θ) / n,   p = k/n",
    conditions: INDEPENDENT,
    source: "R. G. Newcombe, Statistics in Medicine 17 (1998), 857–872, method 4",
    function: "proportion::wilson_continuity",
};

static CLOPPER_PEARSON: Method = Method {
    name: "Clopper–Pearson exact interval",
    formula: "lower: quantile α/2 of Beta(k, n − k + 1)\nupper: quantile 1 − α/2 of Beta(k + 1, n − k)",
    conditions: INDEPENDENT,
    source: "C. J. Clopper and E. S. Pearson, Biometrika 26 (1934), 404–413",
    function: "proportion::clopper_pearson",
};

static BLAKER: Method = Method {
    name: "Blaker's exact interval",
    formula: "all θ under which P(the smaller tail is as small as observed) > α",
    conditions: INDEPENDENT,
    source: "H. Blaker, Canadian Journal of Statistics 28 (2000), 783–798",
    function: "proportion::blaker",
};

static STERNE: Method = Method {
    name: "Sterne's exact interval",
    formula: "all θ under which P(counts no likelier than the observed one) > α",
    conditions: INDEPENDENT,
    source: "T. E. Sterne, Biometrika 41 (1954), 275–278",
    function: "proportion::sterne",
};

static AGRESTI_COULL: Method = Method {
    name: "Agresti–Coull interval",
    formula: "p′ ∓ z √(p′(1 − p′)/n′),   n′ = n + z²,   p′ = (k + z²/2)/n′,   cut to [0, 1]",
    conditions: INDEPENDENT,
    source: "A. Agresti and B. A. Coull, The American Statistician 52 (1998), 119–126",
    function: "proportion::agresti_coull",
};

static JEFFREYS: Method = Method {
    name: "Jeffreys interval",
    formula: "quantiles α/2 and 1 − α/2 of Beta(k + ½, n − k + ½)",
    conditions: INDEPENDENT,
    source: "L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001), 101–133",
    function: "proportion::jeffreys",
};

impl Kind {
    fn limits(self, k: u64, n: u64, confidence: Confidence) -> Result<Limits, StatsError> {
        match self {
            Self::Wilson => proportion::wilson(k, n, confidence),
            Self::WilsonContinuity => proportion::wilson_continuity(k, n, confidence),
            Self::ClopperPearson => proportion::clopper_pearson(k, n, confidence),
            Self::Blaker => proportion::blaker(k, n, confidence),
            Self::Sterne => proportion::sterne(k, n, confidence),
            Self::AgrestiCoull => proportion::agresti_coull(k, n, confidence).map(|result| result.limits),
            Self::Jeffreys => proportion::jeffreys(k, n, confidence),
        }
    }
}

impl Calculation for Proportion {
    fn name(&self) -> &'static str {
        "proportion"
    }

    fn method(&self) -> &'static Method {
        match self.method {
            Kind::Wilson => &WILSON,
            Kind::WilsonContinuity => &WILSON_CONTINUITY,
            Kind::ClopperPearson => &CLOPPER_PEARSON,
            Kind::Blaker => &BLAKER,
            Kind::Sterne => &STERNE,
            Kind::AgrestiCoull => &AGRESTI_COULL,
            Kind::Jeffreys => &JEFFREYS,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let (k, n, confidence) = (need(self.events, "--events")?, need(self.n, "--n")?, self.level.confidence);
        let found = self.method.limits(k, n, confidence)?;
        let p = ratio(k, n);
        let mut answer = Answer {
            sentences: vec![format!("{}, {} ({})", share(p), limits(confidence, found, share), of(k, n))],
            fields: vec![
                ("share", json!(p)),
                ("limits", limits_json(found)),
                ("confidence", json!(confidence.level())),
                ("events", json!(k)),
                ("n", json!(n)),
            ],
            ..Answer::default()
        };
        if k == 0 {
            let size = real(n);
            let upper = proportion::zero_events_upper(size, confidence)?;
            answer.notes.push(format!(
                "no event was seen: with one-sided {} confidence the share is below {}",
                super::answer::percent(confidence),
                share(upper)
            ));
            answer.fields.push(("one_sided_upper", json!(upper)));
        }
        Ok(answer)
    }
}

/// Counts of two independent samples.
#[derive(Debug, Args)]
struct TwoSamples {
    /// First sample: trials with the event
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events1: Option<u64>,
    /// First sample: all trials
    #[arg(long, value_name = "N", required_unless_present = "explain")]
    n1: Option<u64>,
    /// Second sample: trials with the event
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    events2: Option<u64>,
    /// Second sample: all trials
    #[arg(long, value_name = "N", required_unless_present = "explain")]
    n2: Option<u64>,
}

impl TwoSamples {
    fn counts(&self) -> Result<[(u64, u64); 2], Refusal> {
        let first = (need(self.events1, "--events1")?, need(self.n1, "--n1")?);
        Ok([first, (need(self.events2, "--events2")?, need(self.n2, "--n2")?)])
    }
}

/// The test beside a difference or ratio, where there is one.
fn test(answer: &mut Answer, first: (u64, u64), second: (u64, u64)) {
    match proportion::score_test(first, second) {
        Ok(test) => {
            answer.sentences.push(format!("Equal shares: z = {}, {}", short(test.z), p_value(test.p_value)));
            answer.fields.extend([("z", json!(test.z)), ("p_value", json!(test.p_value))]);
        }
        Err(error) => answer.notes.push(format!("no test of equal shares: {error}")),
    }
}

/// Difference of two shares, with limits and test
#[derive(Debug, Args)]
pub struct Difference {
    #[command(flatten)]
    samples: TwoSamples,
    #[command(flatten)]
    level: Level,
}

static NEWCOMBE: Method = Method {
    name: "Newcombe's hybrid score interval of a difference",
    formula: "d = p₁ − p₂,   [lᵢ, uᵢ] the Wilson limits of each share\n\
              lower = d − √((p₁ − l₁)² + (u₂ − p₂)²)\nupper = d + √((u₁ − p₁)² + (p₂ − l₂)²)\n\
              test: z = d / √(p(1 − p)(1/n₁ + 1/n₂)),   p = (k₁ + k₂)/(n₁ + n₂)",
    conditions: "Conditions: two independent samples of independent trials; not for pairs, nor for counts so large that\n\
                 everything differs. The test needs expected counts of some 5 or more.",
    source: "R. G. Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10",
    function: "proportion::newcombe_difference, score_test",
};

impl Calculation for Difference {
    fn name(&self) -> &'static str {
        "difference"
    }

    fn method(&self) -> &'static Method {
        &NEWCOMBE
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let ([first, second], confidence) = (self.samples.counts()?, self.level.confidence);
        let found = proportion::newcombe_difference(first, second, confidence)?;
        let mut answer = Answer {
            sentences: vec![format!(
                "{}, {} ({} less {})",
                share(found.difference),
                limits(confidence, found.limits, share),
                of(first.0, first.1),
                of(second.0, second.1)
            )],
            fields: vec![
                ("difference", json!(found.difference)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
            ],
            ..Answer::default()
        };
        test(&mut answer, first, second);
        Ok(answer)
    }
}

/// Ratio of two shares, with limits and test
#[derive(Debug, Args)]
pub struct Ratio {
    #[command(flatten)]
    samples: TwoSamples,
    #[command(flatten)]
    level: Level,
}

static KATZ: Method = Method {
    name: "Katz interval of a ratio of shares",
    formula: "p₁/p₂ · exp(∓ z √(1/k₁ − 1/n₁ + 1/k₂ − 1/n₂))\n\
              test: z = (p₁ − p₂) / √(p(1 − p)(1/n₁ + 1/n₂)),   p = (k₁ + k₂)/(n₁ + n₂)",
    conditions: "Conditions: two independent samples of independent trials, with some events in each; none is added where\n\
                 there is no event.",
    source: "D. Katz, J. Baptista, S. P. Azen and M. C. Pike, Biometrics 34 (1978), 469–474",
    function: "proportion::risk_ratio, score_test",
};

impl Calculation for Ratio {
    fn name(&self) -> &'static str {
        "ratio"
    }

    fn method(&self) -> &'static Method {
        &KATZ
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let ([first, second], confidence) = (self.samples.counts()?, self.level.confidence);
        let found = proportion::risk_ratio(first, second, confidence)?;
        let mut answer = Answer {
            sentences: vec![format!(
                "{}, {} ({} over {})",
                short(found.ratio),
                limits(confidence, found.limits, short),
                of(first.0, first.1),
                of(second.0, second.1)
            )],
            fields: vec![
                ("ratio", json!(found.ratio)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
                ("log_standard_error", json!(found.log_standard_error)),
            ],
            ..Answer::default()
        };
        test(&mut answer, first, second);
        Ok(answer)
    }
}

fn of(k: u64, n: u64) -> String {
    format!("{} of {}", grouped(k), grouped(n))
}

fn ratio(k: u64, n: u64) -> f64 {
    real(k) / real(n)
}

#[expect(clippy::cast_precision_loss, reason = "counts of data lie below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}
