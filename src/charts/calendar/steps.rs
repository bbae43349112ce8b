//! Steps of colour for values: few, with round bounds, the same for all calendars of a figure.

use super::super::labels;
use super::super::scale;
use super::super::theme::{Colour, PAPER, RAMP};
use crate::estimate::Estimate;

/// Steps at most: more blues are not told apart.
const STEPS: usize = 6;
/// Steps of equal width, at most: fewer are easier to find in the key.
const EQUAL: usize = 5;
/// Counts and durations that span more than this factor have steps that grow.
const GROWING_FROM: f64 = 30.0;
/// Which colours of the ramp so many steps take.
const PICKS: [&[usize]; STEPS] = [&[3], &[1, 4], &[0, 2, 4], &[0, 2, 3, 5], &[0, 1, 3, 4, 5], &[0, 1, 2, 3, 4, 5]];

/// The steps: bounds in rising order, one more than there are colours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Steps {
    bounds: Vec<f64>,
    colours: Vec<Colour>,
    /// Whether zero has a step of its own before the others.
    zero: bool,
    pub unit: String,
}

impl Steps {
    pub(super) fn new(rows: &[&Estimate]) -> Self {
        let unit = rows.first().map(|e| e.unit.clone()).unwrap_or_default();
        let values: Vec<f64> = rows.iter().filter_map(|e| e.value).collect();
        let whole = scale::counts(rows.iter().copied());
        let (least, most) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(*v), b.max(*v)));
        let positive = values.iter().copied().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
        let grows = (whole || scale::durations(&unit)) && least >= 0.0 && most / positive > GROWING_FROM;
        let (bounds, zero) = if values.is_empty() {
            (Vec::new(), false)
        } else if least == 0.0 && most == 0.0 {
            (Vec::new(), true)
        } else if grows {
            (growing(positive, most), least == 0.0)
        } else {
            (equal(least, most, whole), false)
        };
        let picks = PICKS.get(bounds.len().wrapping_sub(2)).copied().unwrap_or_default();
        Self { bounds, colours: picks.iter().map(|i| RAMP[*i]).collect(), zero, unit }
    }

    /// The colour of a value: a step holds its lower bound, the last one its upper bound too.
    pub(super) fn colour(&self, value: f64) -> Colour {
        if self.zero && value == 0.0 {
            return PAPER;
        }
        // Bounds are multiples of a step: a value on one of them is not less for its last bit.
        let reached = self.bounds.iter().filter(|b| value >= **b - b.abs() * 1e-9).count();
        let last = self.colours.len().saturating_sub(1);
        self.colours.get(reached.saturating_sub(1).min(last)).copied().unwrap_or(PAPER)
    }

    /// The colours from the least to the largest values.
    pub(super) fn colours(&self) -> &[Colour] {
        &self.colours
    }

    /// Their bounds, one more than there are colours.
    pub(super) fn bounds(&self) -> &[f64] {
        &self.bounds
    }

    /// Whether zero has a step of its own.
    pub(super) fn zero(&self) -> bool {
        self.zero
    }

    /// Labels of the bounds.
    pub(super) fn labels(&self) -> Vec<String> {
        let most = self.bounds.iter().fold(0.0_f64, |m, b| m.max(b.abs()));
        let step = self.bounds.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
        let equal = self.bounds.windows(2).all(|w| (w[1] - w[0] - step).abs() < step * 1e-6);
        let label = |b: &f64| {
            if equal { labels::tick(*b, step, most, &self.unit) } else { labels::tick(*b, *b, *b, &self.unit) }
        };
        if let [low, high] = self.bounds.as_slice()
            && low >= high
        {
            return vec![labels::value(*low, &self.unit)];
        }
        self.bounds.iter().map(label).collect()
    }
}

/// Bounds of equal steps with the smallest round width that needs few of them.
fn equal(least: f64, most: f64, whole: bool) -> Vec<f64> {
    if most <= least {
        return vec![least, most];
    }
    let widths = (-12..=18).flat_map(|e| [1.0, 2.0, 2.5, 5.0].map(|m| m * 10_f64.powi(e)));
    for width in widths.filter(|w| !whole || *w >= 1.0 && w.fract() == 0.0) {
        let (low, high) = ((least / width + 1e-9).floor(), (most / width - 1e-9).ceil());
        let steps = high - low;
        if steps <= f64::from(u32::try_from(EQUAL).unwrap_or(5)) {
            let n = (0..=EQUAL).map(|i| f64::from(u32::try_from(i).unwrap_or(0)));
            return n.take_while(|i| *i <= steps.max(1.0)).map(|i| (low + i) * width).collect();
        }
    }
    vec![least, most]
}

/// Bounds that grow: 1, 3, 10, 30, … where they are few enough, else powers of ten.
fn growing(least: f64, most: f64) -> Vec<f64> {
    let fine: Vec<f64> = (-12..=18).flat_map(|e| [1.0, 3.0].map(|m| m * 10_f64.powi(e))).collect();
    let coarse = |every: usize| (-12..=18).map(|e| 10_f64.powi(e)).step_by(every).collect::<Vec<f64>>();
    let fit = |bounds: &[f64]| -> Vec<f64> {
        let from = bounds.iter().rposition(|b| *b <= least).unwrap_or(0);
        let to = bounds.iter().position(|b| *b >= most).unwrap_or(bounds.len() - 1);
        bounds[from..=to.max(from + 1).min(bounds.len() - 1)].to_vec()
    };
    let mut candidates = std::iter::once(fine).chain((1..=12).map(coarse)).map(|b| fit(&b));
    candidates.find(|b| b.len() <= STEPS + 1).unwrap_or_else(|| vec![least, most])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Period;

    fn steps(values: &[f64], statistic: &str, unit: &str) -> Steps {
        let rows: Vec<Estimate> = values
            .iter()
            .map(|v| {
                let mut e = Estimate::census("i", 1, statistic, unit, Period { start: 0, end: 1 });
                e.value = Some(*v);
                e
            })
            .collect();
        Steps::new(&rows.iter().collect::<Vec<_>>())
    }

    #[test]
    fn bounds_are_round_and_few_and_hold_all_values() {
        let labels = |values: &[f64], statistic: &str, unit: &str| steps(values, statistic, unit).labels().join(" ");
        assert_eq!(labels(&[0.12, 0.97], "share", "share"), "0% 20% 40% 60% 80% 100%");
        assert_eq!(labels(&[0.91, 0.97], "share", "share"), "90% 92% 94% 96% 98%");
        assert_eq!(labels(&[40.0, 260.0], "count", "statements"), "0 100 200 300");
        assert_eq!(labels(&[3.0, 5.0], "count", "statements"), "3 4 5");
        assert_eq!(labels(&[7.0, 7.0], "count", "statements"), "7");
        assert_eq!(labels(&[2.0, 900.0], "count", "statements"), "1 3 10 30 100 300 1,000");
        assert_eq!(labels(&[0.0, 2.0, 2e6], "count", "statements"), "1 100 10,000 1 million 100 million");
        assert!(labels(&[], "share", "share").is_empty());
    }

    #[test]
    fn a_step_holds_its_lower_bound() {
        let shares = steps(&[0.0, 1.0], "share", "share");
        assert_eq!(shares.colours().len(), 5);
        assert_eq!(shares.colour(0.2), shares.colour(0.399));
        assert_eq!(shares.colour(0.6), shares.colours()[3]);
        assert_ne!(shares.colour(0.199), shares.colour(0.2));
        assert_eq!((shares.colour(0.0), shares.colour(1.0)), (shares.colours()[0], shares.colours()[4]));
        let counts = steps(&[0.0, 2.0, 900.0], "count", "statements");
        assert!(counts.zero() && counts.colour(0.0) == PAPER && counts.colour(1.0) == counts.colours()[0]);
        assert_eq!(steps(&[7.0], "count", "statements").colour(7.0), RAMP[3]);
        // Nothing but zeros look like zeros beside other values.
        let zeros = steps(&[0.0, 0.0], "count", "statements");
        assert!(zeros.zero() && zeros.colour(0.0) == PAPER && zeros.colours().is_empty() && zeros.labels().is_empty());
    }
}
