//! Adjusted p-values for several hypotheses.
//!
//! Source: Y. Benjamini and Y. Hochberg, "Controlling the false discovery rate", *Journal of the Royal Statistical
//! Society B* 57 (1995), 289–300; Y. Benjamini and D. Yekutieli, "The control of the false discovery rate in
//! multiple testing under dependency", *Annals of Statistics* 29 (2001), 1165–1188; S. Holm, "A simple
//! sequentially rejective multiple test procedure", *Scandinavian Journal of Statistics* 6 (1979), 65–70.

use crate::stats::StatsError;

/// What is controlled, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adjustment {
    /// Benjamini–Hochberg: the expected share of false rejections among rejections, for p-values that are
    /// independent or positively dependent.
    BenjaminiHochberg,
    /// Benjamini–Yekutieli: the same under any dependence.
    BenjaminiYekutieli,
    /// Holm: the probability of any false rejection, under any dependence.
    Holm,
    /// Bonferroni: as Holm, and never more powerful than it; known better.
    Bonferroni,
}

impl Adjustment {
    /// The method's name, as it stands beside a result.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::BenjaminiHochberg => "Benjamini–Hochberg",
            Self::BenjaminiYekutieli => "Benjamini–Yekutieli",
            Self::Holm => "Holm",
            Self::Bonferroni => "Bonferroni",
        }
    }
}

/// Adjusted p-values, in the order of `p`: reject where the adjusted value is at most the level α.
///
/// With p₍₁₎ ≤ … ≤ p₍ₘ₎ and H = Σ 1/i:
///
/// ```text
/// Benjamini–Hochberg    min over j ≥ i of  p₍ⱼ₎ m / j
/// Benjamini–Yekutieli   min over j ≥ i of  p₍ⱼ₎ m H / j
/// Holm                  max over j ≤ i of  p₍ⱼ₎ (m + 1 − j)
/// Bonferroni            pᵢ m
/// ```
///
/// each at most 1. Equal p-values get equal results. They are those of `p.adjust` in R.
///
/// Conditions: `p` is the whole family of hypotheses, declared before its results were seen; leaving tests out of
/// it makes the result void. Complexity: O(m log m).
///
/// # Errors
/// [`StatsError::Insufficient`] for no p-value; [`StatsError::Domain`] for one outside [0, 1].
pub fn adjust(p: &[f64], method: Adjustment) -> Result<Vec<f64>, StatsError> {
    if p.is_empty() {
        return Err(StatsError::Insufficient("no p-value"));
    }
    if let Some(value) = p.iter().find(|v| !(0.0..=1.0).contains(*v)) {
        return Err(StatsError::Domain { what: "p-value", value: *value, expected: "expected a number in [0, 1]" });
    }
    let m = float(p.len());
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![0.0; p.len()];
    match method {
        Adjustment::Bonferroni => {
            for (result, value) in adjusted.iter_mut().zip(p) {
                *result = (value * m).min(1.0);
            }
        }
        Adjustment::Holm => {
            let mut largest = 0.0_f64;
            for (rank, i) in order.into_iter().enumerate() {
                largest = largest.max((p[i] * (m - float(rank))).min(1.0));
                adjusted[i] = largest;
            }
        }
        Adjustment::BenjaminiHochberg | Adjustment::BenjaminiYekutieli => {
            let harmonic =
                if method == Adjustment::BenjaminiHochberg { 1.0 } else { (1..=p.len()).map(|i| 1.0 / float(i)).sum() };
            let mut smallest = 1.0_f64;
            for (rank, i) in order.into_iter().enumerate().rev() {
                smallest = smallest.min(p[i] * m * harmonic / float(rank + 1));
                adjusted[i] = smallest;
            }
        }
    }
    Ok(adjusted)
}

#[expect(clippy::cast_precision_loss, reason = "a number of hypotheses")]
fn float(n: usize) -> f64 {
    n as f64
}
