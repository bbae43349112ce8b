//! `stat adjust-prevalence`, `capture` and `kappa`: what detectors, sources and raters find.

use clap::{Args, ValueEnum};
use serde_json::json;

use super::answer::{Answer, Method, Refusal, limits, limits_json, need, row, share, short};
use super::{Calculation, Level};
use crate::cli::ui::{count, grouped};
use crate::error::{Error, Result};
use crate::stats::misclassification::rogan_gladen::{Observed, delta_method, known_error_rates, lang_reiczigel};
use crate::stats::{agreement, capture, proportion};

/// Prevalence behind a flagged share, corrected for errors of the detector
#[derive(Debug, Args)]
pub struct AdjustPrevalence {
    /// Units that the detector flags
    #[arg(long, value_name = "K", required_unless_present = "explain")]
    positive: Option<u64>,
    /// Units that it looked at
    #[arg(long, value_name = "N", required_unless_present = "explain")]
    n: Option<u64>,
    /// Its sensitivity, where that is known
    #[arg(long, value_name = "SHARE", requires = "specificity", conflicts_with_all = ["tp", "fn_", "tn", "fp"])]
    #[arg(allow_negative_numbers = true)]
    sensitivity: Option<f64>,
    /// Its specificity, where that is known
    #[arg(long, value_name = "SHARE", requires = "sensitivity", allow_negative_numbers = true)]
    specificity: Option<f64>,
    /// Validation sample: units of the kind that it flags
    #[arg(long, value_name = "K", requires_all = ["fn_", "tn", "fp"])]
    tp: Option<u64>,
    /// Validation sample: units of the kind that it misses
    #[arg(long = "fn", id = "fn_", value_name = "K", requires = "tp")]
    missed: Option<u64>,
    /// Validation sample: other units that it passes
    #[arg(long, value_name = "K", requires = "tp")]
    tn: Option<u64>,
    /// Validation sample: other units that it flags
    #[arg(long, value_name = "K", requires = "tp")]
    fp: Option<u64>,
    /// Limits for sensitivity and specificity from a validation sample
    #[arg(long, value_enum, default_value = "lang-reiczigel")]
    method: Correction,
    #[command(flatten)]
    level: Level,
}

/// Limits of a corrected prevalence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Correction {
    /// Adjusted limits: close to the level
    LangReiczigel,
    /// Normal limits by the delta method: too narrow in small samples
    Delta,
}

const SAME_ERRORS: &str = "Conditions: sensitivity and specificity are the same where the detector is used as where they were measured; a\n\
     validation sample that is easier than the platform breaks this, and no limits show it. Independent simple\n\
     random samples. Refused where Se + Sp ≤ 1.";

static KNOWN: Method = Method {
    name: "Rogan–Gladen estimator, known error rates, Wilson limits of the flagged share",
    formula: "P = (A + Sp − 1)/(Se + Sp − 1), of the flagged share A and of each of its limits, cut to [0, 1]",
    conditions: SAME_ERRORS,
    source: "W. J. Rogan and B. Gladen, American Journal of Epidemiology 107 (1978), 71–76",
    function: "misclassification::rogan_gladen::known_error_rates",
};

static LANG_REICZIGEL: Method = Method {
    name: "Rogan–Gladen estimator with Lang–Reiczigel limits",
    formula: "P = (A + Sp − 1)/(Se + Sp − 1)\n\
              n′ = n + z²,  A′ = (nA + z²/2)/n′,  Se′ = (n₁Se + 1)/(n₁ + 2),  Sp′ = (n₀Sp + 1)/(n₀ + 2)\n\
              P′ = (A′ + Sp′ − 1)/J′,  J′ = Se′ + Sp′ − 1\n\
              d  = 2z² (P′ Se′(1 − Se′)/(n₁ + 2) − (1 − P′) Sp′(1 − Sp′)/(n₀ + 2))\n\
              V  = (A′(1 − A′)/n′ + P′² Se′(1 − Se′)/(n₁ + 2) + (1 − P′)² Sp′(1 − Sp′)/(n₀ + 2)) / J′²\n\
              limits = P′ + d ∓ z√V, cut to [0, 1]",
    conditions: SAME_ERRORS,
    source: "Z. Lang and J. Reiczigel, Preventive Veterinary Medicine 113 (2014), 13–22",
    function: "misclassification::rogan_gladen::lang_reiczigel",
};

static DELTA: Method = Method {
    name: "Rogan–Gladen estimator with limits by the delta method",
    formula: "P = (A + Sp − 1)/(Se + Sp − 1)\n\
              V = (A(1 − A)/n + P² Se(1 − Se)/n₁ + (1 − P)² Sp(1 − Sp)/n₀) / (Se + Sp − 1)²\n\
              limits = P ∓ z√V, cut to [0, 1]",
    conditions: SAME_ERRORS,
    source: "W. J. Rogan and B. Gladen, American Journal of Epidemiology 107 (1978), 71–76",
    function: "misclassification::rogan_gladen::delta_method",
};

impl Calculation for AdjustPrevalence {
    fn name(&self) -> &'static str {
        "adjust-prevalence"
    }

    fn method(&self) -> &'static Method {
        match (self.sensitivity, self.method) {
            (Some(_), _) => &KNOWN,
            (None, Correction::LangReiczigel) => &LANG_REICZIGEL,
            (None, Correction::Delta) => &DELTA,
        }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let (k, n, confidence) = (need(self.positive, "--positive")?, need(self.n, "--n")?, self.level.confidence);
        let apparent = Observed::of_counts(k, n)?;
        let (found, sensitivity, specificity) = if let (Some(se), Some(sp)) = (self.sensitivity, self.specificity) {
            let wilson = proportion::wilson(k, n, confidence)?;
            (known_error_rates(apparent.share(), wilson, se, sp)?, se, sp)
        } else if let (Some(tp), Some(missed), Some(tn), Some(fp)) = (self.tp, self.missed, self.tn, self.fp) {
            let se = Observed::of_counts(tp, tp.saturating_add(missed))?;
            let sp = Observed::of_counts(tn, tn.saturating_add(fp))?;
            let method = if self.method == Correction::Delta { delta_method } else { lang_reiczigel };
            (method(apparent, se, sp, confidence)?, se.share(), sp.share())
        } else {
            return Err(Error::usage(
                "the errors of the detector are missing",
                "give --sensitivity and --specificity, or the counts --tp --fn --tn --fp of a validation sample",
            )
            .into());
        };
        let sentence = format!(
            "{}, {} (flagged: {}; sensitivity {}, specificity {})",
            share(found.estimate),
            limits(confidence, found.limits, share),
            share(found.apparent),
            share(sensitivity),
            share(specificity)
        );
        let mut notes = Vec::new();
        if found.incompatible {
            notes.push(
                "no prevalence agrees with these error rates and this flagged share: they do not hold here".into(),
            );
        } else if found.truncated {
            notes.push(format!("the estimate is cut to [0, 1]; the formula gives {}", short(found.untruncated)));
        }
        Ok(Answer {
            sentences: vec![sentence],
            notes,
            fields: vec![
                ("prevalence", json!(found.estimate)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
                ("untruncated", json!(found.untruncated)),
                ("untruncated_limits", limits_json(found.untruncated_limits)),
                ("incompatible", json!(found.incompatible)),
                ("flagged_share", json!(found.apparent)),
                ("sensitivity", json!(sensitivity)),
                ("specificity", json!(specificity)),
            ],
            ..Answer::default()
        })
    }
}

/// Size of a population that sources each found a part of
#[derive(Debug, Args)]
pub struct Capture {
    /// Units that the first source found
    #[arg(long, value_name = "N", required_unless_present_any = ["explain", "observed"], requires_all = ["second", "both"])]
    first: Option<u64>,
    /// Units that the second source found
    #[arg(long, value_name = "N", requires = "first")]
    second: Option<u64>,
    /// Units that both found
    #[arg(long, value_name = "N", requires = "first")]
    both: Option<u64>,
    /// For a lower bound from repeated sightings: units that were seen
    #[arg(long, value_name = "N", conflicts_with = "first", requires_all = ["once", "twice"])]
    observed: Option<u64>,
    /// Units that were seen once
    #[arg(long, value_name = "N", requires = "observed")]
    once: Option<u64>,
    /// Units that were seen twice
    #[arg(long, value_name = "N", requires = "observed")]
    twice: Option<u64>,
    /// Number of sources, where each sees a unit once or not
    #[arg(long, value_name = "T", requires = "observed")]
    sources: Option<u64>,
    #[command(flatten)]
    level: Level,
}

static CHAPMAN: Method = Method {
    name: "Chapman's estimator, log-normal limits",
    formula: "N̂ = (n₁ + 1)(n₂ + 1)/(m + 1) − 1\n\
              V = (n₁ + 1)(n₂ + 1)(n₁ − m)(n₂ − m) / ((m + 1)² (m + 2))\n\
              limits M + f₀/C to M + f₀·C,  M = n₁ + n₂ − m,  f₀ = N̂ − M,  C = exp(z √ln(1 + V/f₀²))",
    conditions: "Conditions: the population does not change; units are matched without error; the sources are independent,\n\
                 and each finds all units with one probability. Two systems that look for the same signs are not\n\
                 independent: the result is then too low.",
    source: "D. G. Chapman, University of California Publications in Statistics 1 (1951), 131–160; G. A. F. Seber,\n\
             Biometrics 26 (1970), 13–22; A. Chao, Biometrics 43 (1987), 783–791",
    function: "capture::chapman",
};

static CHAO: Method = Method {
    name: "Chao's lower bound, bias-corrected, log-normal limits",
    formula: "S + A f₁(f₁ − 1) / 2(f₂ + 1)      S units seen, f₁ of them once, f₂ twice\n\
              A = (t − 1)/t for t sources, each of which sees a unit once or not; else 1",
    conditions: "Conditions: sightings of a unit are independent of each other and matched without error. A bound of the\n\
                 expected number, whatever the units' probabilities of being seen.",
    source: "A. Chao, Scandinavian Journal of Statistics 11 (1984), 265–270, and Biometrics 43 (1987), 783–791",
    function: "capture::chao_lower_bound",
};

impl Calculation for Capture {
    fn name(&self) -> &'static str {
        "capture"
    }

    fn method(&self) -> &'static Method {
        if self.observed.is_some() { &CHAO } else { &CHAPMAN }
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let confidence = self.level.confidence;
        if let Some(observed) = self.observed {
            let (once, twice) = (need(self.once, "--once")?, need(self.twice, "--twice")?);
            let found = capture::chao_lower_bound(observed, once, twice, self.sources, confidence)?;
            let bound = found.bias_corrected_limits;
            return Ok(Answer {
                sentences: vec![format!(
                    "At least {} units, {} ({} seen)",
                    units(found.bias_corrected),
                    limits(confidence, bound, units),
                    grouped(observed)
                )],
                fields: vec![
                    ("lower_bound", json!(found.bias_corrected)),
                    ("standard_error", json!(found.bias_corrected_standard_error)),
                    ("limits", limits_json(bound)),
                    ("confidence", json!(confidence.level())),
                    ("classic", json!(found.classic)),
                    ("observed", json!(observed)),
                    ("sources", json!(self.sources)),
                ],
                ..Answer::default()
            });
        }
        let (first, second) = (need(self.first, "--first")?, need(self.second, "--second")?);
        let both = need(self.both, "--both")?;
        let found = capture::chapman(first, second, both, confidence)?;
        let mut notes = Vec::new();
        if both < 7 {
            notes.push(
                "fewer than 7 units were found by both: the result rests on the correction, and is too low".into(),
            );
        }
        if found.undetected <= 0.0 {
            notes.push("one source found all that the other did: this does not show that nothing was missed".into());
        }
        Ok(Answer {
            sentences: vec![
                format!(
                    "{} units, {} ({} observed, {} by neither source)",
                    units(found.estimate),
                    limits(confidence, found.lognormal, units),
                    grouped(found.observed),
                    units(found.undetected)
                ),
                format!(
                    "The first source found {} of them, the second {}, both together {}",
                    share(found.recall_first),
                    share(found.recall_second),
                    share(found.coverage)
                ),
            ],
            notes,
            fields: vec![
                ("estimate", json!(found.estimate)),
                ("standard_error", json!(found.standard_error)),
                ("limits", limits_json(found.lognormal)),
                ("confidence", json!(confidence.level())),
                ("observed", json!(found.observed)),
                ("undetected", json!(found.undetected)),
                ("recall_first", json!(found.recall_first)),
                ("recall_second", json!(found.recall_second)),
                ("coverage", json!(found.coverage)),
                ("lincoln_petersen", json!(found.lincoln_petersen)),
            ],
            ..Answer::default()
        })
    }
}

/// A number of units with one decimal.
fn units(x: f64) -> String {
    format!("{x:.1}")
}

/// Agreement of two raters beyond chance
#[derive(Debug, Args)]
pub struct Kappa {
    /// Counts of the square table, row by row: rows are the first rater's categories, columns the second's
    #[arg(long, value_name = "N,N,…", value_delimiter = ',', required_unless_present = "explain")]
    table: Vec<u64>,
    #[command(flatten)]
    level: Level,
}

static COHEN: Method = Method {
    name: "Cohen's kappa with the standard error of Fleiss, Cohen and Everitt",
    formula: "κ = (pₒ − pₑ)/(1 − pₑ),  pₒ = Σ pᵢᵢ,  pₑ = Σ pᵢ. p.ᵢ\n\
              V = (Σ pᵢᵢ (1 − (pᵢ. + p.ᵢ)(1 − κ))² + (1 − κ)² Σ_{i≠j} pᵢⱼ (p.ᵢ + pⱼ.)² − (κ − pₑ(1 − κ))²) / (n (1 − pₑ)²)\n\
              limits κ ∓ z√V, cut to [−1, 1]",
    conditions: "Conditions: independent units, the same two raters throughout, large samples. Kappa is low where one\n\
                 category is rare even if the raters nearly always agree: read it beside the agreement and PABAK.",
    source: "J. Cohen, Educational and Psychological Measurement 20 (1960), 37–46; J. L. Fleiss, J. Cohen and\n\
             B. S. Everitt, Psychological Bulletin 72 (1969), 323–327",
    function: "agreement::cohen_kappa",
};

impl Calculation for Kappa {
    fn name(&self) -> &'static str {
        "kappa"
    }

    fn method(&self) -> &'static Method {
        &COHEN
    }

    fn answer(&self) -> Result<Answer, Refusal> {
        let given = self.table.len();
        let side = given.isqrt();
        if side * side != given || side < 2 {
            return Err(Error::usage(
                format!("{} cannot be a square table", count(given as u64, "count", "counts")),
                "give 4 counts for two categories, 9 for three, row by row",
            )
            .into());
        }
        let rows: Vec<Vec<u64>> = self.table.chunks(side).map(<[u64]>::to_vec).collect();
        let confidence = self.level.confidence;
        let found = agreement::cohen_kappa(&rows, confidence)?;
        Ok(Answer {
            sentences: vec![format!("{}, {}", share(found.kappa), limits(confidence, found.limits, share))],
            tables: vec![vec![
                row(["units", "agreement", "by chance", "PABAK"]),
                vec![grouped(found.n), share(found.observed), share(found.expected), share(found.pabak)],
            ]],
            fields: vec![
                ("kappa", json!(found.kappa)),
                ("standard_error", json!(found.standard_error)),
                ("limits", limits_json(found.limits)),
                ("confidence", json!(confidence.level())),
                ("observed_agreement", json!(found.observed)),
                ("expected_agreement", json!(found.expected)),
                ("pabak", json!(found.pabak)),
                ("n", json!(found.n)),
            ],
            ..Answer::default()
        })
    }
}
