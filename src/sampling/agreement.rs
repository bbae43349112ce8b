//! Agreement of the coders of a sample.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::Label;
use crate::stats::agreement::{Ac1, AlphaLimits, Kappa, Ratings, cohen_kappa};
use crate::stats::proportion::wilson;
use crate::stats::{Confidence, Limits, StatsError};

/// One label of one coder for one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rating<'a> {
    /// The unit.
    pub unit: &'a str,
    /// The coder; labels that were agreed on are no ratings and are to be left out.
    pub coder: &'a str,
    /// The label.
    pub label: Label,
}

/// Agreement of the coders.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Coders, by name.
    pub coders: Vec<String>,
    /// Units with a label.
    pub units: u64,
    /// Units that two coders or more labelled.
    pub compared: u64,
    /// Of these, units on which all agree.
    pub agreed: u64,
    /// Wilson limits of the share agreed.
    pub limits: Result<Limits, StatsError>,
    /// Cohen's kappa; null unless there are two coders exactly.
    pub kappa: Option<Result<Kappa, StatsError>>,
    /// Krippendorff's alpha with bootstrap limits.
    pub alpha: Result<AlphaLimits, StatsError>,
    /// Gwet's AC1, which holds out where one label is rare.
    pub ac1: Result<Ac1, StatsError>,
    /// Units on which coders differ, by identifier: those to talk about.
    pub disputed: Vec<String>,
}

/// Resamples of units for the limits of alpha.
const RESAMPLES: u32 = 1_000;

/// Agreement of coders who labelled some units in common.
///
/// The three labels (positive, negative, unsure) are the categories: an `unsure` beside a `positive` is a
/// disagreement. Of several labels of one coder for one unit the first counts. Complexity: that of the bootstrap.
#[must_use]
pub fn agreement(ratings: &[Rating<'_>], seed: u64, confidence: Confidence) -> Agreement {
    let coders: Vec<&str> = ratings.iter().map(|r| r.coder).collect::<BTreeSet<_>>().into_iter().collect();
    let mut units: BTreeMap<&str, Vec<Option<usize>>> = BTreeMap::new();
    for rating in ratings {
        let Ok(coder) = coders.binary_search(&rating.coder) else { continue };
        let place = &mut units.entry(rating.unit).or_insert_with(|| vec![None; coders.len()])[coder];
        place.get_or_insert(category(rating.label));
    }
    let labels = |unit: &[Option<usize>]| -> Vec<usize> { unit.iter().flatten().copied().collect() };
    let twice: Vec<(&&str, Vec<usize>)> =
        units.iter().map(|(id, unit)| (id, labels(unit))).filter(|(_, l)| l.len() > 1).collect();
    let same = |l: &[usize]| l.windows(2).all(|pair| pair[0] == pair[1]);
    let disputed: Vec<String> = twice.iter().filter(|(_, l)| !same(l)).map(|(id, _)| (**id).to_owned()).collect();
    let compared = twice.len() as u64;
    let agreed = compared - disputed.len() as u64;
    let kappa = (coders.len() == 2).then(|| {
        let mut table = vec![vec![0_u64; Label::ALL.len()]; Label::ALL.len()];
        for unit in units.values() {
            if let [Some(a), Some(b)] = unit[..] {
                table[a][b] += 1;
            }
        }
        cohen_kappa(&table, confidence)
    });
    let rows: Vec<Vec<Option<usize>>> = units.values().cloned().collect();
    let ratings = Ratings::new(&rows, Label::ALL.len());
    Agreement {
        coders: coders.into_iter().map(str::to_owned).collect(),
        units: units.len() as u64,
        compared,
        agreed,
        limits: wilson(agreed, compared, confidence),
        kappa,
        alpha: ratings.clone().and_then(|r| r.krippendorff_alpha_limits(RESAMPLES, seed, confidence)),
        ac1: ratings.and_then(|r| r.gwet_ac1(confidence)),
        disputed,
    }
}

fn category(label: Label) -> usize {
    match label {
        Label::Positive => 0,
        Label::Negative => 1,
        Label::Unsure => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_coders_by_hand() {
        // 20 both positive, 5 a only, 10 b only, 15 both negative: po = 0.7, pe = 0.5, kappa = 0.4.
        let mut ids = Vec::new();
        for (n, a, b) in [
            (20, Label::Positive, Label::Positive),
            (5, Label::Positive, Label::Negative),
            (10, Label::Negative, Label::Positive),
            (15, Label::Negative, Label::Negative),
        ] {
            ids.extend((0..n).map(|i| (format!("{a:?}{b:?}{i:02}"), a, b)));
        }
        let mut ratings: Vec<Rating<'_>> = ids
            .iter()
            .flat_map(|(id, a, b)| [("ana", *a), ("ben", *b)].map(|(coder, label)| Rating { unit: id, coder, label }))
            .collect();
        // A unit of one coder only is no comparison.
        ratings.push(Rating { unit: "z", coder: "ana", label: Label::Unsure });
        let found = agreement(&ratings, 1, Confidence::P95);
        assert_eq!((found.units, found.compared, found.agreed, found.disputed.len()), (51, 50, 35, 15));
        let kappa = found.kappa.expect("two coders").expect("kappa").kappa;
        assert!((kappa - 0.4).abs() <= 1e-12, "{kappa}");
        // Alpha by its formula: Do = 0.3, De = 2 · 55 · 45/(100 · 99) = 0.5.
        let alpha = found.alpha.expect("alpha");
        assert!((alpha.alpha.alpha - (1.0 - 0.3 / 0.5)).abs() <= 1e-12, "{}", alpha.alpha.alpha);
        assert!(alpha.limits.contains(0.4));
        assert!(found.ac1.is_ok() && found.limits.is_ok_and(|l| l.contains(0.7)));
    }

    #[test]
    fn nothing_to_compare() {
        let none = agreement(&[], 1, Confidence::P95);
        assert_eq!((none.units, none.compared), (0, 0));
        assert!(none.alpha.is_err() && none.ac1.is_err() && none.limits.is_err() && none.kappa.is_none());
    }
}
