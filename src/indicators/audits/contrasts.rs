//! Differences within a labelled sample: of two ratios, and of coders.

use super::{Number, Sample, count, indicator, real};
use crate::estimate::Estimate;
use crate::indicators::Statistic;
use crate::indicators::cells::enough;
use crate::stats::proportion::newcombe_difference;
use crate::stats::survey::{DesignEstimate, horvitz_thompson_total, mean_limits, ratio};

impl Sample<'_> {
    /// The difference of two ratios, each of hits to units, as plain less evasive recall.
    ///
    /// Limits: Newcombe's for a simple sample, else ± t standard errors of the linearised difference.
    pub fn difference(&self, first: &(Vec<bool>, Vec<bool>), second: &(Vec<bool>, Vec<bool>)) -> Number {
        let counts = |side: &(Vec<bool>, Vec<bool>)| (count(&side.0) as u64, count(&side.1) as u64);
        if self.simple {
            return match newcombe_difference(counts(first), counts(second), self.confidence) {
                Ok(d) => Number::within(d.difference, d.limits, "newcombe"),
                Err(e) => Number::failed(e.to_string()),
            };
        }
        let design = match &self.design {
            Ok(design) => design,
            Err(why) => return Number::failed(why.clone()),
        };
        let mut influence = vec![0.0; self.units.len()];
        let mut value = 0.0;
        for (sign, (hits, of)) in [(1.0, first), (-1.0, second)] {
            let (y, x) = (indicator(hits), indicator(of));
            let total: f64 = design.weights().iter().zip(&x).map(|(w, x)| w * x).sum();
            let Ok(part) = ratio(design, &y, &x) else { return Number::failed("no unit on one side") };
            value += sign * part.estimate;
            for (e, (y, x)) in influence.iter_mut().zip(y.iter().zip(&x)) {
                *e += sign * (y - part.estimate * x) / total;
            }
        }
        let mut number = Number { value: Some(value), ..Number::default() };
        let limits = horvitz_thompson_total(design, &influence).and_then(|total| {
            if let Some(why) = self.too_few(&total) {
                number.lacking = Some(why);
            }
            mean_limits(&DesignEstimate { estimate: value, ..total }, self.confidence)
        });
        match limits {
            Ok(l) if number.lacking.is_none() => {
                (number.lower, number.upper) = (Some(l.limits.lower.max(-1.0)), Some(l.limits.upper.min(1.0)));
                number.method = "linearised t";
            }
            Ok(_) => {}
            Err(e) => number.lacking = Some(e.to_string()),
        }
        number
    }

    /// The share of units with equal labels among those of a domain that several coders labelled.
    pub fn agreement(&self, statistic: &Statistic, group: Option<&String>, domain: &[bool]) -> Estimate {
        let disagreed = self.truth("disagreed");
        let both: Vec<bool> = disagreed.iter().zip(domain).filter(|(_, d)| **d).filter_map(|(a, _)| *a).collect();
        let agreed = both.len() - count(&both);
        let mut row = self.row(statistic, group, (agreed, both.len()));
        row.value = (!both.is_empty()).then(|| real(agreed) / real(both.len()));
        enough(row, statistic)
    }
}
