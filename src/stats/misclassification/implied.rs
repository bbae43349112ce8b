//! What published accuracy, precision and recall imply: flagged share and prevalence of the evaluation set.
//!
//! Source: the identities of the confusion matrix. With TP, FP, FN and TN the shares of an evaluation set,
//! accuracy a = TP + TN, precision p = TP/(TP + FP) and recall r = TP/(TP + FN); so the flagged share
//! q = TP + FP and the prevalence π = TP + FN follow from a, p and r. They describe the set on which the figures
//! were measured, which need not resemble the platform.

use super::super::{Limits, StatsError};

/// Flagged share and prevalence that follow from exact figures, see [`implied`].
#[derive(Debug, Clone, PartialEq)]
pub struct Implied {
    /// Share of the evaluation set that was flagged, q.
    pub flagged_share: f64,
    /// Share of the evaluation set that is of the kind, π.
    pub prevalence: f64,
    /// Whether an evaluation set with these exact figures exists: no cell of its table is negative. Figures
    /// that were rounded may fail this and be right, see [`feasible`].
    pub possible: bool,
}

/// Flagged share and prevalence of the evaluation set, from accuracy, precision and recall taken as exact.
///
/// ```text
/// q = (1 − a) r / (p + r − 2pr),  π = (1 − a) p / (p + r − 2pr)
/// ```
///
/// Refused for figures outside \[0, 1\]. With p = r = 1 (no errors) and with p = r = 0 (no hit) every or many
/// evaluation sets agree and the data are insufficient; precision 0 with recall above 0, or the reverse,
/// contradict each other, as does accuracy below 1 with p = r = 1. Complexity: O(1).
pub fn implied(accuracy: f64, precision: f64, recall: f64) -> Result<Implied, StatsError> {
    for (what, value) in [("accuracy", accuracy), ("precision", precision), ("recall", recall)] {
        if !(0.0..=1.0).contains(&value) {
            return Err(StatsError::Domain { what, value, expected: "expected a share in [0, 1]" });
        }
    }
    if (precision > 0.0) != (recall > 0.0) {
        return Err(StatsError::Contradiction("precision and recall are both 0 or both above 0"));
    }
    // p + r − 2pr as a sum of what is not negative.
    let errors = precision * (1.0 - recall) + recall * (1.0 - precision);
    if errors <= 0.0 {
        return Err(if precision > 0.0 && accuracy < 1.0 {
            StatsError::Contradiction("accuracy below 1 without false positives and false negatives")
        } else {
            StatsError::Insufficient("without errors, or without hits, any flagged share agrees")
        });
    }
    let (flagged_share, prevalence) = ((1.0 - accuracy) * recall / errors, (1.0 - accuracy) * precision / errors);
    // The cell that can turn negative: what is right and not a hit.
    let possible = accuracy - prevalence * recall >= -1e-12;
    Ok(Implied { flagged_share, prevalence, possible })
}

/// A published share with the largest difference that rounding may have made.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Published {
    value: f64,
    half_unit: f64,
}

impl Published {
    /// A share that was rounded to so many decimals: 0.98 with 2 stands for \[0.975, 0.985\].
    ///
    /// Both ends belong to it, since ties may have been rounded either way. A percentage without decimals is a
    /// share with 2.
    ///
    /// # Errors
    /// [`StatsError::Domain`] unless the value lies in \[0, 1\].
    pub fn rounded(value: f64, decimals: u32) -> Result<Self, StatsError> {
        Self::within(value, 0.5 * 0.1_f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX)))
    }

    /// A share that is known up to ± `half_unit`; 0 for an exact one.
    ///
    /// # Errors
    /// [`StatsError::Domain`] unless the value lies in \[0, 1\] and `half_unit` is finite and not negative.
    pub fn within(value: f64, half_unit: f64) -> Result<Self, StatsError> {
        if !(0.0..=1.0).contains(&value) {
            return Err(StatsError::Domain { what: "published share", value, expected: "expected a share in [0, 1]" });
        }
        if !(half_unit >= 0.0 && half_unit.is_finite()) {
            let expected = "expected a finite number from 0 on";
            return Err(StatsError::Domain { what: "half unit", value: half_unit, expected });
        }
        Ok(Self { value, half_unit })
    }

    fn range(self) -> Limits {
        Limits { lower: (self.value - self.half_unit).max(0.0), upper: (self.value + self.half_unit).min(1.0) }
    }
}

/// What all evaluation sets that agree with the published figures have in common: ranges, not confidence limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Feasible {
    /// Flagged share q.
    pub flagged_share: Limits,
    /// Prevalence π.
    pub prevalence: Limits,
    /// Accuracy: narrower than published where precision and recall leave less room.
    pub accuracy: Limits,
    /// Precision; `None` where no agreeing set flags anything.
    pub precision: Option<Limits>,
    /// Recall; `None` where no agreeing set has a unit of the kind.
    pub recall: Option<Limits>,
    /// Specificity, TN/(TN + FP); `None` where every unit of each agreeing set is of the kind.
    pub specificity: Option<Limits>,
}

/// Shares of an evaluation set: TP, FP, FN, TN.
type Cells = [f64; 4];

/// Ranges of flagged share, prevalence and error rates over all evaluation sets that agree with what is published.
///
/// Each figure bounds the cells linearly (TP is at least the lowest precision times TP + FP, and so on), and so do
/// the cells, which are not negative and add up to 1: the sets form a polytope, and each range is attained at two of
/// its corners, all of which are tried. A figure that was not published (`None`) bounds nothing.
///
/// Where no set agrees the figures contradict each other. Sets are not required to have whole numbers of
/// units. Complexity: O(1), at most 120 corners.
pub fn feasible(
    accuracy: Option<Published>,
    precision: Option<Published>,
    recall: Option<Published>,
) -> Result<Feasible, StatsError> {
    // Half-spaces g · cells ≥ 0 through the origin.
    let mut bounds: Vec<Cells> =
        vec![[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    let figures: [(Option<Published>, Cells, Cells); 3] = [
        (accuracy, [1.0, 0.0, 0.0, 1.0], [1.0; 4]),
        (precision, [1.0, 0.0, 0.0, 0.0], FLAGGED),
        (recall, [1.0, 0.0, 0.0, 0.0], OF_KIND),
    ];
    for (published, part, whole) in figures {
        let Some(range) = published.map(Published::range) else { continue };
        bounds.push(std::array::from_fn(|i| part[i] - range.lower * whole[i]));
        bounds.push(std::array::from_fn(|i| range.upper * whole[i] - part[i]));
    }
    let corners = corners(&bounds);
    let over = |part: &Cells, whole: &Cells| {
        let ratios = corners.iter().filter_map(|c| {
            let size = dot(whole, c);
            (size > SLACK).then(|| (dot(part, c) / size).clamp(0.0, 1.0))
        });
        ratios.fold(None, |range: Option<Limits>, x| {
            let range = range.unwrap_or(Limits { lower: x, upper: x });
            Some(Limits { lower: range.lower.min(x), upper: range.upper.max(x) })
        })
    };
    let all = [1.0; 4];
    let (Some(flagged_share), Some(prevalence), Some(accuracy)) =
        (over(&FLAGGED, &all), over(&OF_KIND, &all), over(&[1.0, 0.0, 0.0, 1.0], &all))
    else {
        return Err(StatsError::Contradiction("no evaluation set has these accuracy, precision and recall"));
    };
    Ok(Feasible {
        flagged_share,
        prevalence,
        accuracy,
        precision: over(&[1.0, 0.0, 0.0, 0.0], &FLAGGED),
        recall: over(&[1.0, 0.0, 0.0, 0.0], &OF_KIND),
        specificity: over(&[0.0, 0.0, 0.0, 1.0], &[0.0, 1.0, 0.0, 1.0]),
    })
}

const FLAGGED: Cells = [1.0, 1.0, 0.0, 0.0];
const OF_KIND: Cells = [1.0, 0.0, 1.0, 0.0];

/// What rounding may leave of a cell that is 0.
const SLACK: f64 = 1e-12;

fn dot(a: &Cells, b: &Cells) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Corners of the polytope: where three bounds are met and none is broken.
fn corners(bounds: &[Cells]) -> Vec<Cells> {
    let mut found = Vec::new();
    for (i, a) in bounds.iter().enumerate() {
        for (j, b) in bounds.iter().enumerate().skip(i + 1) {
            for c in &bounds[j + 1..] {
                let ray = normal(a, b, c);
                let sum: f64 = ray.iter().sum();
                let size: f64 = ray.iter().map(|x| x.abs()).sum();
                // Bounds that coincide, or meet in more than a line, leave no ray.
                if size <= 1e-14 || sum.abs() <= 1e-9 * size {
                    continue;
                }
                let cells = ray.map(|x| x / sum);
                if bounds.iter().all(|g| dot(g, &cells) >= -SLACK) {
                    found.push(cells.map(|x| x.max(0.0)));
                }
            }
        }
    }
    found
}

/// The direction at right angles to three vectors of four components: their generalised cross product.
fn normal(a: &Cells, b: &Cells, c: &Cells) -> Cells {
    let pair = |i: usize, j: usize| b[i] * c[j] - b[j] * c[i];
    let minor = |i: usize, j: usize, k: usize| a[i] * pair(j, k) - a[j] * pair(i, k) + a[k] * pair(i, j);
    [minor(1, 2, 3), -minor(0, 2, 3), minor(0, 1, 3), -minor(0, 1, 2)]
}
