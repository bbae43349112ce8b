//! Prediction-powered inference: a mean or share from labels of a sample and predictions of all units.
//!
//! Sources: A. N. Angelopoulos, S. Bates, C. Fannjiang, M. I. Jordan and T. Zrnic, "Prediction-powered
//! inference", *Science* 382 (2023), 669–674; A. N. Angelopoulos, J. C. Duchi and T. Zrnic, "PPI++: efficient
//! prediction-powered inference", arXiv:2311.01453 (2023), for the tuned form; A. Fisch and others, "Stratified
//! prediction-powered inference for hybrid language model evaluation", arXiv:2406.04291 (2024).
//!
//! Labels correct the predictions, whatever these are worth: no sensitivity or specificity is assumed, and bad
//! predictions cost width, not coverage. Conditions: labelled and unlabelled units are independent random
//! samples of one population (in each stratum), the model was not fitted to these labels, and the labels are
//! right. Where the unlabelled units *are* the population, the term of their variance is more than is needed.

use super::super::{Confidence, Limits, StatsError};

/// Number, mean and sum of squares of predictions of unlabelled units.
///
/// Parts that were gathered separately merge into what the whole would have given, up to rounding.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Predictions {
    n: u64,
    mean: f64,
    squares: f64,
}

impl Predictions {
    /// Adds the prediction of a unit that is not labelled. O(1).
    pub fn add(&mut self, prediction: f64) {
        *self = self.merge(Self { n: 1, mean: prediction, squares: 0.0 });
    }

    /// Predictions that are 0 or 1: `ones` of `n`.
    ///
    /// # Errors
    /// [`StatsError::Contradiction`] for `ones > n`.
    pub fn of_counts(ones: u64, n: u64) -> Result<Self, StatsError> {
        if ones > n {
            return Err(StatsError::Contradiction("more flagged units than units"));
        }
        if n == 0 {
            return Ok(Self::default());
        }
        let mean = real(ones) / real(n);
        Ok(Self { n, mean, squares: mean * real(n - ones) })
    }

    /// Both parts together. Commutative; an empty part changes nothing.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 || other.n == 0 {
            return if self.n == 0 { other } else { self };
        }
        let n = self.n.saturating_add(other.n);
        let (u, v) = (real(self.n) / real(n), real(other.n) / real(n));
        let apart = self.mean - other.mean;
        let squares = (self.squares + other.squares) + apart * apart * (u * v * real(n));
        Self { n, mean: self.mean * u + other.mean * v, squares }
    }

    /// Number of units.
    #[must_use]
    pub fn n(self) -> u64 {
        self.n
    }
}

impl FromIterator<f64> for Predictions {
    fn from_iter<I: IntoIterator<Item = f64>>(predictions: I) -> Self {
        let mut all = Self::default();
        predictions.into_iter().for_each(|p| all.add(p));
        all
    }
}

/// Number, means, sums of squares and of products of labels and predictions of the labelled units.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Labelled {
    n: u64,
    label: f64,
    prediction: f64,
    squares_label: f64,
    squares_prediction: f64,
    products: f64,
}

impl Labelled {
    /// Adds a labelled unit. O(1).
    pub fn add(&mut self, label: f64, prediction: f64) {
        *self = self.merge(Self { n: 1, label, prediction, ..Self::default() });
    }

    /// Both parts together. Commutative; an empty part changes nothing.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        if self.n == 0 || other.n == 0 {
            return if self.n == 0 { other } else { self };
        }
        let n = self.n.saturating_add(other.n);
        let (u, v) = (real(self.n) / real(n), real(other.n) / real(n));
        let (label, prediction) = (self.label - other.label, self.prediction - other.prediction);
        let between = u * v * real(n);
        Self {
            n,
            label: self.label * u + other.label * v,
            prediction: self.prediction * u + other.prediction * v,
            squares_label: (self.squares_label + other.squares_label) + label * label * between,
            squares_prediction: (self.squares_prediction + other.squares_prediction)
                + prediction * prediction * between,
            products: (self.products + other.products) + label * prediction * between,
        }
    }

    /// Number of units.
    #[must_use]
    pub fn n(self) -> u64 {
        self.n
    }
}

impl FromIterator<(f64, f64)> for Labelled {
    /// From pairs (label, prediction).
    fn from_iter<I: IntoIterator<Item = (f64, f64)>>(units: I) -> Self {
        let mut all = Self::default();
        units.into_iter().for_each(|(label, prediction)| all.add(label, prediction));
        all
    }
}

/// How much the predictions count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tuning {
    /// λ = 1: prediction-powered inference as first published.
    Plain,
    /// λ that minimises the estimated variance, within \[0, 1\]: never wider than labels alone, for large
    /// samples. λ = 0 where the predictions are all equal.
    Power,
    /// A λ that was fixed beforehand, in \[0, 1\]; 0 is the mean of the labels.
    Fixed(f64),
}

/// What is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A mean of any numbers.
    Mean,
    /// A share: estimate and limits are truncated to \[0, 1\], and that is said.
    Share,
}

/// A prediction-powered estimate.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionPowered {
    /// The estimate; for a share within \[0, 1\].
    pub estimate: f64,
    /// Its limits; for a share within \[0, 1\].
    pub limits: Limits,
    /// Whether the estimate or a limit was truncated to \[0, 1\].
    pub truncated: bool,
    /// The estimate before truncation.
    pub untruncated: f64,
    /// The limits before truncation.
    pub untruncated_limits: Limits,
    /// Standard error of the estimate.
    pub standard_error: f64,
    /// Part of its variance that comes from the unlabelled units: λ² Var f / N, weighted over strata.
    pub variance_predictions: f64,
    /// Part that comes from the labelled ones: Var(y − λf) / n, weighted over strata.
    pub variance_labels: f64,
    /// The λ of each stratum; one without strata.
    pub lambda: Vec<f64>,
    /// Mean of the labels alone, weighted over strata, for comparison.
    pub labels_alone: f64,
    /// Its standard error.
    pub labels_alone_standard_error: f64,
}

/// Mean or share of a population from n labelled and N unlabelled units.
///
/// ```text
/// θ = λ f̄_N + (ȳ − λ f̄)_n,  Var θ = λ² Var f / N + Var(y − λf) / n,  limits θ ∓ z √Var θ
/// λ = Cov(y, f) / ((1 + n/N) Var f), truncated to [0, 1]   (Power)
/// ```
///
/// Variances divide by n − 1, and Var f in λ is that of all n + N predictions about their common mean, as in
/// the authors' software, whose other variances divide by n: these limits are wider by some 1/2n. The limits are
/// those of large samples: with few labels, or a rare kind of which few units were labelled or mistaken, they
/// cover less than the level (some 90 % rather than 95 with 30 labels of a share of 0.3); some 20 labels of
/// each kind are a fair demand.
///
/// Two labelled and two unlabelled units at least. Where y − λf does not vary among the labelled units, their
/// error cannot be estimated: the data are insufficient, rather than an interval without width. Values that are
/// not finite are refused. Complexity: O(1) after gathering.
pub fn prediction_powered(
    labelled: Labelled,
    predictions: Predictions,
    tuning: Tuning,
    target: Target,
    confidence: Confidence,
) -> Result<PredictionPowered, StatsError> {
    stratified(&[Stratum { weight: 1.0, labelled, predictions }], tuning, target, confidence)
}

/// A stratum with its share of the population.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Its size or share in the population; weights are divided by their sum.
    pub weight: f64,
    /// Its labelled units.
    pub labelled: Labelled,
    /// The predictions of its unlabelled units.
    pub predictions: Predictions,
}

/// Mean or share of a population from strata, each with a λ of its own.
///
/// ```text
/// θ = Σ W θₕ,  Var θ = Σ W² Var θₕ
/// ```
///
/// with θₕ as in [`prediction_powered`] and W the weights, which are known and not estimated. A stratum of
/// weight 0 is left out; any other needs two labelled and two unlabelled units. A stratum whose labels do not
/// vary adds no variance, and the data are insufficient where none does. Negative weights and values that are
/// not finite are refused. Complexity: O(strata).
pub fn stratified(
    strata: &[Stratum],
    tuning: Tuning,
    target: Target,
    confidence: Confidence,
) -> Result<PredictionPowered, StatsError> {
    if let Tuning::Fixed(lambda) = tuning
        && !(0.0..=1.0).contains(&lambda)
    {
        return Err(StatsError::Domain { what: "lambda", value: lambda, expected: "expected a number in [0, 1]" });
    }
    if let Some(bad) = strata.iter().find(|s| !(s.weight >= 0.0 && s.weight.is_finite())) {
        let expected = "expected a finite number from 0 on";
        return Err(StatsError::Domain { what: "weight of a stratum", value: bad.weight, expected });
    }
    // Scaled by the largest first: their sum may overflow.
    let largest = strata.iter().fold(0.0, |max: f64, s| max.max(s.weight));
    let total: f64 = strata.iter().map(|s| s.weight / largest).sum();
    let mut sum = Sums::default();
    let mut lambdas = Vec::with_capacity(strata.len());
    for stratum in strata.iter().filter(|s| s.weight > 0.0) {
        let lambda = lambda(stratum, tuning)?;
        sum.add(stratum, lambda, stratum.weight / largest / total);
        lambdas.push(lambda);
    }
    if lambdas.is_empty() {
        return Err(StatsError::Insufficient("no stratum has a weight"));
    }
    let variance = sum.predictions + sum.labels;
    if !(sum.estimate.is_finite() && variance.is_finite()) {
        let expected = "expected finite labels and predictions";
        return Err(StatsError::Domain { what: "estimate", value: sum.estimate, expected });
    }
    if sum.labels <= 0.0 {
        return Err(StatsError::Insufficient("labels less predictions do not vary"));
    }
    let (untruncated, half) = (sum.estimate, confidence.z() * variance.sqrt());
    let untruncated_limits = Limits { lower: untruncated - half, upper: untruncated + half };
    let within = |x: f64| if target == Target::Share { x.clamp(0.0, 1.0) } else { x };
    let estimate = within(untruncated);
    let limits = Limits { lower: within(untruncated_limits.lower), upper: within(untruncated_limits.upper) };
    Ok(PredictionPowered {
        estimate,
        limits,
        truncated: limits != untruncated_limits || within(untruncated).to_bits() != untruncated.to_bits(),
        untruncated,
        untruncated_limits,
        standard_error: variance.sqrt(),
        variance_predictions: sum.predictions,
        variance_labels: sum.labels,
        lambda: lambdas,
        labels_alone: sum.label,
        labels_alone_standard_error: sum.label_variance.sqrt(),
    })
}

/// Weighted sums over strata.
#[derive(Default)]
struct Sums {
    estimate: f64,
    predictions: f64,
    labels: f64,
    label: f64,
    label_variance: f64,
}

impl Sums {
    fn add(&mut self, stratum: &Stratum, lambda: f64, weight: f64) {
        let (y, f) = (&stratum.labelled, &stratum.predictions);
        let squares = weight * weight;
        // Of y − λf; rounding may leave less than nothing where the two agree throughout.
        let rest = y.squares_label - 2.0 * lambda * y.products + lambda * lambda * y.squares_prediction;
        let rest = if rest <= 1e-13 * (y.squares_label + y.squares_prediction) { 0.0 } else { rest };
        self.estimate += weight * (y.label + lambda * (f.mean - y.prediction));
        self.predictions += squares * lambda * lambda * of_mean(f.squares, f.n);
        self.labels += squares * of_mean(rest, y.n);
        self.label += weight * y.label;
        self.label_variance += squares * of_mean(y.squares_label, y.n);
    }
}

/// Variance of a mean from a sum of squares: s / (n − 1) / n.
fn of_mean(squares: f64, n: u64) -> f64 {
    squares / (real(n) - 1.0) / real(n)
}

fn lambda(stratum: &Stratum, tuning: Tuning) -> Result<f64, StatsError> {
    let (y, f) = (stratum.labelled, stratum.predictions);
    if y.n < 2 || f.n < 2 {
        return Err(StatsError::Insufficient("two labelled and two unlabelled units are needed"));
    }
    match tuning {
        Tuning::Plain => Ok(1.0),
        Tuning::Fixed(lambda) => Ok(lambda),
        Tuning::Power => {
            let all = f.merge(Predictions { n: y.n, mean: y.prediction, squares: y.squares_prediction });
            let spread = all.squares / (real(all.n) - 1.0);
            // Var f vanishes only to rounding where predictions are equal.
            if spread <= 1e-30 * all.mean * all.mean {
                return Ok(0.0);
            }
            let lambda = y.products / real(y.n) / (1.0 + real(y.n) / real(f.n)) / spread;
            Ok(if lambda.is_nan() { lambda } else { lambda.clamp(0.0, 1.0) })
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "a relative error of 1e-16 in a count is below any use")]
fn real(count: u64) -> f64 {
    count as f64
}
