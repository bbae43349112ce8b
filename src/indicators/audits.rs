//! Labelled audit samples: what the indicators of this kind have in common.
//!
//! The unit is a sampled unit of the view `audit_units`, with the label that its coders' labels amount to. Weights are
//! inverse probabilities of selection; the estimators are those of Hájek and of ratios, with linearised variances
//! by strata and clusters. The limits are of kind *sampling*: they cover the draw of the sample from its frame,
//! and neither errors of labels nor what is not in the frame.
//!
//! A unit that nobody labelled is no answer: weights of the labelled units of its stratum are raised for it, which
//! is right where being labelled tells nothing about the label, and the note gives the number.

use std::collections::{BTreeMap, BTreeSet};

use super::times::{level, set_limits};
use super::{Basis, Card, Counts, Scope, Statistic};
use crate::engine::{Predicate, UnitRows, Units};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, SIMULATED, Status};
use crate::stats::proportion::{clopper_pearson_lower, clopper_pearson_upper, wilson};
use crate::stats::survey::{
    Design, DesignEstimate, EffectiveSize, SinglePsu, domain_mean, korn_graubard, logit_limits, mean_limits, ratio,
};
use crate::stats::{Confidence, Limits, StatsError};
use crate::time::Period;

mod contrasts;
mod positives;

pub use positives::{positive_shares, weighted_shares};

/// Fewer clusters give no interval.
pub const FEWEST_CLUSTERS: usize = 5;
/// Fewer clusters are pointed out.
const FEW_CLUSTERS: usize = 10;
/// With fewer hits than this the logit scale covers too little, and the limits of Korn and Graubard are given.
const FEW_HITS: usize = 10;

/// Columns that every audit reads.
const COLUMNS: &[&str] =
    &["cluster", "frame_size", "outcome", "platform", "question", "sample", "sampled_at", "stratum", "weight"];

/// The rows of an audit on one question.
pub fn units(card: &'static Card, basis: Basis, scope: &Scope, question: &str, more: &[&str]) -> Vec<Units> {
    if card.requirement(basis).is_none() {
        return Vec::new();
    }
    let mut filters = vec![Predicate::eq("question", question)];
    filters.extend(scope.platform_filter());
    let mut columns: BTreeSet<&str> = COLUMNS.iter().chain(more).copied().collect();
    columns.extend(scope.groups.iter().map(|g| g.name.as_str()));
    vec![Units::new("audit_units", filters, &columns.into_iter().collect::<Vec<_>>())]
}

/// One sample on one platform, or on all.
pub struct Sample<'a> {
    rows: &'a UnitRows,
    card: &'static Card,
    scope: &'a Scope,
    /// Canonical name, or [`ALL_PLATFORMS`].
    pub platform: String,
    /// Name of the sample.
    pub name: String,
    /// Whether it is the one that is reported without its name: that with the most labelled units.
    pub main: bool,
    /// Positions of its labelled units among the rows.
    pub units: Vec<usize>,
    /// Sampled units without a label.
    pub unlabelled: usize,
    /// Its design; `None` where weights are missing or contradict each other, and why.
    design: std::result::Result<Design, String>,
    /// Whether units were drawn alike, one by one: no strata, no clusters, equal weights.
    pub simple: bool,
    clusters: Option<usize>,
    period: Period,
    confidence: Confidence,
}

/// A share, mean or ratio with its limits.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Number {
    /// The value.
    pub value: Option<f64>,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Method of the limits.
    pub method: &'static str,
    /// Why there is no value or no interval.
    pub lacking: Option<String>,
}

impl Number {
    /// No value, and why.
    pub fn failed(why: impl Into<String>) -> Self {
        Self { lacking: Some(why.into()), ..Self::default() }
    }

    /// A value between limits.
    pub fn within(value: f64, limits: Limits, method: &'static str) -> Self {
        Self { value: Some(value), lower: Some(limits.lower), upper: Some(limits.upper), method, lacking: None }
    }

    /// Multiplies value and limits.
    pub fn scale(&mut self, factor: f64) {
        for number in [&mut self.value, &mut self.lower, &mut self.upper].into_iter().flatten() {
            *number *= factor;
        }
    }
}

/// The samples of the rows, by platform and name.
///
/// # Errors
/// [`crate::Error::Invalid`] where the rows were not asked for, [`crate::Error::Usage`] for a level of confidence outside (0, 1).
pub fn samples<'a>(counts: &'a Counts, card: &'static Card, scope: &'a Scope) -> Result<Vec<Sample<'a>>> {
    let rows = counts.rows(0)?;
    let confidence = level(scope)?;
    let mut by_sample: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for i in 0..rows.len() {
        let platform = if scope.by_platform { rows.group("platform", i) } else { ALL_PLATFORMS.to_owned() };
        by_sample.entry((platform, rows.group("sample", i))).or_default().push(i);
    }
    let mut samples: Vec<Sample<'a>> = by_sample
        .into_iter()
        .map(|((platform, name), all)| Sample::new(rows, (card, scope, confidence), (platform, name), &all))
        .collect();
    mark_main(&mut samples);
    Ok(samples)
}

/// The simple samples alone: equal weights, no strata, no clusters.
///
/// # Errors
/// As [`samples`].
pub fn simple_samples<'a>(counts: &'a Counts, card: &'static Card, scope: &'a Scope) -> Result<Vec<Sample<'a>>> {
    let mut simple: Vec<Sample<'a>> = samples(counts, card, scope)?.into_iter().filter(|s| s.simple).collect();
    mark_main(&mut simple);
    Ok(simple)
}

/// Marks the sample with the most labelled units of each platform.
fn mark_main(samples: &mut [Sample<'_>]) {
    let mut most: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (at, sample) in samples.iter().enumerate() {
        let largest = most.entry(sample.platform.clone()).or_insert((at, sample.units.len()));
        if sample.units.len() > largest.1 {
            *largest = (at, sample.units.len());
        }
    }
    for (at, sample) in samples.iter_mut().enumerate() {
        sample.main = most.values().any(|(largest, _)| *largest == at);
    }
}

impl<'a> Sample<'a> {
    fn new(
        rows: &'a UnitRows,
        (card, scope, confidence): (&'static Card, &'a Scope, Confidence),
        (platform, name): (String, String),
        all: &[usize],
    ) -> Self {
        let units: Vec<usize> = all.iter().copied().filter(|i| rows.text("outcome", *i).is_some()).collect();
        let stratum = |i: usize| (rows.group("platform", i), rows.group("stratum", i));
        let clustered = !units.is_empty() && units.iter().all(|i| rows.text("cluster", *i).is_some());
        let strata: Vec<(String, String)> = units.iter().map(|i| stratum(*i)).collect();
        let (mut drawn, mut labelled) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
        for i in all {
            *drawn.entry(stratum(*i)).or_default() += 1;
        }
        for s in &strata {
            *labelled.entry(s.clone()).or_default() += 1;
        }
        let weights: Option<Vec<f64>> = units
            .iter()
            .zip(&strata)
            .map(|(i, s)| Some(rows.number("weight", *i)? * real(*drawn.get(s)?) / real(*labelled.get(s)?)))
            .collect();
        let equal = weights.as_ref().is_some_and(|w| w.iter().all(|x| (x - w[0]).abs() <= 1e-9 * w[0].abs()));
        let several = labelled.len() > 1;
        let clusters: Vec<String> = units.iter().map(|i| rows.group("cluster", *i)).collect();
        let sizes: Option<Vec<f64>> = units.iter().map(|i| rows.number("frame_size", *i)).collect();
        let design = weights
            .ok_or_else(|| "a sampled unit has no weight".to_owned())
            .and_then(|w| design(&w, &strata, clustered.then_some(&clusters), sizes).map_err(|e| e.to_string()));
        let days = all.iter().filter_map(|i| rows.day("sampled_at", *i));
        let (first, last) = days.fold((i32::MAX, i32::MIN), |(a, b), d| (a.min(d), b.max(d)));
        let period =
            if first <= last { Period { start: first, end: last + 1 } } else { scope.window.unwrap_or(scope.span) };
        Self {
            rows,
            card,
            scope,
            platform,
            name,
            main: false,
            unlabelled: all.len() - units.len(),
            clusters: clustered.then(|| clusters.iter().collect::<BTreeSet<_>>().len()),
            simple: equal && !several && !clustered,
            units,
            design,
            period,
            confidence,
        }
    }

    /// The rows that it is part of.
    pub fn rows(&self) -> &'a UnitRows {
        self.rows
    }

    /// Whether each unit is labelled positive: illegal, or yes.
    pub fn positive(&self) -> Vec<bool> {
        self.units.iter().map(|i| self.rows.text("outcome", *i) == Some("positive")).collect()
    }

    /// A truth value of each unit.
    pub fn truth(&self, column: &str) -> Vec<Option<bool>> {
        self.units.iter().map(|i| self.rows.bool(column, *i)).collect()
    }

    /// Units of the frame: the sum of the frame sizes of its strata; `None` where one is not given.
    pub fn frame_size(&self) -> Option<f64> {
        let mut sizes: BTreeMap<(String, String), f64> = BTreeMap::new();
        for i in &self.units {
            let stratum = (self.rows.group("platform", *i), self.rows.group("stratum", *i));
            sizes.insert(stratum, self.rows.number("frame_size", *i)?);
        }
        (!sizes.is_empty()).then(|| sizes.values().sum())
    }

    /// Whether each unit is labelled unsure.
    pub fn unsure(&self) -> Vec<bool> {
        self.units.iter().map(|i| self.rows.text("outcome", *i) == Some("unsure")).collect()
    }

    /// Units by the groups of the scope; all of them without groups.
    pub fn domains(&self) -> BTreeMap<Option<String>, Vec<bool>> {
        let names: Vec<&str> = self.scope.groups.iter().map(|g| g.name.as_str()).collect();
        self.domains_by(&names)
    }

    /// Units by the values of columns, crossed.
    pub fn domains_by(&self, columns: &[&str]) -> BTreeMap<Option<String>, Vec<bool>> {
        let of = |i: usize| {
            let values: Vec<String> = columns.iter().map(|c| self.rows.group(c, i)).collect();
            (!values.is_empty()).then(|| values.join("×"))
        };
        let keys: Vec<Option<String>> = self.units.iter().map(|i| of(*i)).collect();
        let distinct: BTreeSet<Option<String>> = keys.iter().cloned().collect();
        distinct.into_iter().map(|key| (key.clone(), keys.iter().map(|k| *k == key).collect())).collect()
    }

    /// The weights, raised for units without a label; `None` without a design.
    pub fn weights(&self) -> Option<&[f64]> {
        self.design.as_ref().ok().map(Design::weights)
    }

    /// The weighted share of units of a domain that are hits.
    ///
    /// Limits: Wilson for a simple sample; else logit-t of the linearised variance, and those of Korn and Graubard
    /// below ten hits or misses; without a hit (or a miss) the exact one-sided bound alone.
    pub fn share(&self, hits: &[bool], domain: &[bool]) -> Number {
        let n = domain.iter().filter(|d| **d).count();
        let k = hits.iter().zip(domain).filter(|(h, d)| **h && **d).count();
        if n == 0 {
            return Number::failed("no labelled unit");
        }
        if self.simple {
            return self.simple_share(k, n);
        }
        let design = match &self.design {
            Ok(design) => design,
            Err(why) => return Number::failed(why.clone()),
        };
        let y: Vec<f64> = hits.iter().map(|h| f64::from(u8::from(*h))).collect();
        let estimate = match domain_mean(design, &y, domain) {
            Ok(estimate) => estimate,
            Err(e) => return Number::failed(e.to_string()),
        };
        let mut number = Number { value: Some(estimate.estimate.clamp(0.0, 1.0)), ..Number::default() };
        if let Some(why) = self.too_few(&estimate) {
            number.lacking = Some(why);
            return number;
        }
        let few = k.min(n - k) < FEW_HITS;
        let one_sided = k == 0 || k == n;
        let level = if one_sided { doubled(self.confidence) } else { self.confidence };
        let limits = if few {
            korn_graubard(&estimate, EffectiveSize::AtMostUnits, level)
        } else {
            logit_limits(&estimate, level)
        };
        match limits {
            Ok(l) => {
                number.lower = (k > 0).then_some(l.limits.lower);
                number.upper = (k < n).then_some(l.limits.upper);
                number.method = if one_sided { "korn-graubard one-sided" } else { l.method };
            }
            Err(e) => number.lacking = Some(e.to_string()),
        }
        number
    }

    /// The share of k in n units that were drawn alike, with Wilson limits.
    pub fn simple_share(&self, k: usize, n: usize) -> Number {
        if n == 0 {
            return Number::failed("no labelled unit");
        }
        let (hits, all) = (k as u64, n as u64);
        let mut number = Number { value: Some(real(k) / real(n)), ..Number::default() };
        if k == 0 {
            number.upper = clopper_pearson_upper(hits, all, self.confidence).ok();
            number.method = "clopper-pearson one-sided";
        } else if k == n {
            number.lower = clopper_pearson_lower(hits, all, self.confidence).ok();
            number.method = "clopper-pearson one-sided";
        } else if let Ok(limits) = wilson(hits, all, self.confidence) {
            (number.lower, number.upper, number.method) = (Some(limits.lower), Some(limits.upper), "wilson");
        }
        number
    }

    /// The ratio of two weighted totals, as views of illegal listings to all views; a share where `x` bounds `y`.
    ///
    /// Limits: logit-t where the ratio is a share inside (0, 1), else ± t standard errors.
    pub fn ratio(&self, y: &[f64], x: &[f64], is_share: bool) -> Number {
        let design = match &self.design {
            Ok(design) => design,
            Err(why) => return Number::failed(why.clone()),
        };
        let estimate = match ratio(design, y, x) {
            Ok(estimate) => estimate,
            Err(e) => return Number::failed(e.to_string()),
        };
        let value = if is_share { estimate.estimate.clamp(0.0, 1.0) } else { estimate.estimate };
        let mut number = Number { value: Some(value), ..Number::default() };
        if let Some(why) = self.too_few(&estimate) {
            number.lacking = Some(why);
            return number;
        }
        let inside = value > 0.0 && value < 1.0;
        let limits = match (is_share, inside) {
            (true, true) => logit_limits(&estimate, self.confidence),
            (true, false) => Err(StatsError::Insufficient("every unit is alike: no variance is seen")),
            (false, _) => mean_limits(&estimate, self.confidence),
        };
        match limits {
            Ok(l) => {
                (number.lower, number.upper, number.method) = (Some(l.limits.lower), Some(l.limits.upper), l.method);
            }
            Err(e) => number.lacking = Some(e.to_string()),
        }
        number
    }

    /// Hits and effective size of a domain as whole numbers: (Σ w)² / Σ w² units, of which the share is hits.
    /// `None` without a share.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded counts of a sample")]
    pub fn effective(&self, number: &Number, domain: &[bool]) -> Option<(u64, u64)> {
        let inside = self.weights()?.iter().zip(domain).filter(|(_, d)| **d).map(|(w, _)| *w);
        let (sum, squares) = inside.fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        let n = (sum * sum / squares).round();
        let x = (n * number.value?).round().min(n);
        (n >= 1.0).then_some((x as u64, n as u64))
    }

    fn too_few(&self, estimate: &DesignEstimate) -> Option<String> {
        let few = self.clusters.filter(|_| estimate.psus < FEWEST_CLUSTERS)?;
        Some(format!("no interval: {} of {few} clusters hold such units, below {FEWEST_CLUSTERS}", estimate.psus))
    }

    /// A row of a statistic: what it is about, how the sample was drawn, k of n.
    pub fn row(&self, statistic: &Statistic, group: Option<&String>, (k, n): (usize, usize)) -> Estimate {
        let card = self.card;
        let mut row = Estimate::census(card.id, card.version, statistic.name, statistic.unit, self.period);
        Basis::Audit.name().clone_into(&mut row.basis);
        row.platform.clone_from(&self.platform);
        if let Some(group) = group {
            row.group_name = self.scope.group_name();
            row.group_value = Some(group.clone());
        }
        row.input_id.clone_from(&self.scope.input_id);
        (row.k, row.n) = (i64::try_from(k).ok(), i64::try_from(n).ok());
        row.clusters = self.clusters.and_then(|c| i64::try_from(c).ok());
        if self.scope.simulated {
            row.add_note(SIMULATED);
        }
        row.add_note(&format!("sample {}", self.name));
        if self.unlabelled > 0 {
            row.add_note(&format!("{} sampled units without a label", self.unlabelled));
        }
        if self.clusters.is_some_and(|c| c < FEW_CLUSTERS) {
            row.add_note("few clusters");
        }
        row
    }

    /// Puts a number into its row, or says why there is none.
    pub fn fill(&self, mut row: Estimate, number: &Number, statistic: &Statistic) -> Estimate {
        row.value = number.value;
        if number.lower.is_some() || number.upper.is_some() {
            let kind = (number.method, IntervalKind::Sampling, self.confidence.level());
            set_limits(&mut row, number.lower, number.upper, kind);
        }
        let row = super::cells::enough(row, statistic);
        match (&number.lacking, row.value) {
            (Some(why), None) if row.status == Status::Ok => row.without_value(Status::Insufficient, why.clone()),
            (Some(why), Some(_)) => {
                let mut row = row;
                row.add_note(why);
                row
            }
            _ => row,
        }
    }

    /// The row under the name of its sample, for where there are several: group `sample`, crossed with others.
    pub fn named(&self, mut row: Estimate) -> Estimate {
        super::shares::part(&mut row, "sample", &self.name);
        row
    }

    /// The level of confidence.
    pub fn confidence(&self) -> Confidence {
        self.confidence
    }
}

/// Rows for each sample: without the name of the sample for the main one, and with it where there are several.
pub fn report(samples: &[Sample<'_>], rows_of: impl Fn(&Sample<'_>) -> Vec<Estimate>) -> Vec<Estimate> {
    let mut rows = Vec::new();
    for sample in samples {
        let several = samples.iter().filter(|s| s.platform == sample.platform).count() > 1;
        let own = rows_of(sample);
        if several && sample.scope.groups.is_empty() {
            rows.extend(own.iter().cloned().map(|row| sample.named(row)));
        }
        if sample.main {
            rows.extend(own);
        }
    }
    rows
}

fn design(
    weights: &[f64],
    strata: &[(String, String)],
    clusters: Option<&Vec<String>>,
    sizes: Option<Vec<f64>>,
) -> std::result::Result<Design, StatsError> {
    let design = Design::new(weights)?.stratified(strata)?;
    let design = match (clusters, sizes) {
        (Some(clusters), _) => {
            // Clusters of one name in two strata are two.
            let nested: Vec<(&(String, String), &String)> = strata.iter().zip(clusters).collect();
            design.clustered(&nested)?
        }
        (None, Some(sizes)) => design.finite_population(&sizes)?,
        (None, None) => design,
    };
    Ok(design.single_psu(SinglePsu::Adjust))
}

/// The level whose two-sided limits are one-sided ones at this level.
fn doubled(confidence: Confidence) -> Confidence {
    Confidence::new(1.0 - 2.0 * confidence.alpha()).unwrap_or(confidence)
}

/// How many are true.
pub fn count(hits: &[bool]) -> usize {
    hits.iter().filter(|h| **h).count()
}

/// 1 for true and 0 for false.
pub fn indicator(hits: &[bool]) -> Vec<f64> {
    hits.iter().map(|h| f64::from(u8::from(*h))).collect()
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "units of a sample lie below 2^53")]
pub fn real(count: usize) -> f64 {
    count as f64
}
