//! Several indicators in one number, by weights that the user gives.
//!
//! There is no composite without weights, because there are no neutral ones (OECD and JRC, *Handbook on Constructing
//! Composite Indicators* (2008), steps 5 to 7). The result says so, and gives the ranks that leaving out any one
//! indicator would lead to.

use std::collections::BTreeMap;

use super::peers::CARD;
use super::{Comparison, words};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, Status};

/// The weight of an indicator's statistic. Below 0, larger values count against.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Id of the indicator.
    pub indicator: String,
    /// Its statistic; the only one there is, if none.
    pub statistic: Option<String>,
    /// The weight.
    pub weight: f64,
}

impl Weight {
    /// Reads `indicator=weight` or `indicator/statistic=weight`.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let (name, number) = text.split_once('=').ok_or("a weight looks like complaint-reversal-rate/share=0.5")?;
        let weight: f64 = number.trim().parse().map_err(|_| format!("{number:?} is no number"))?;
        if !weight.is_finite() || weight == 0.0 {
            return Err("a weight is a number other than 0".to_owned());
        }
        let (indicator, statistic) = match name.split_once('/') {
            Some((i, s)) => (i, Some(s.trim().to_owned())),
            None => (name, None),
        };
        Ok(Self { indicator: indicator.trim().to_owned(), statistic, weight })
    }
}

/// Weighted means of standardised values: (value − mean) / standard deviation over the platforms that have all of
/// them, Σ w z / Σ |w|.
///
/// Ranks are those of the mean; `rank_lower` and `rank_upper` the smallest and largest when any one indicator is left
/// out. Platforms that lack a value are `insufficient`.
///
/// # Errors
/// [`Error::Unknown`] for a weight of what is not there, [`Error::Usage`] for fewer than two weights, values of
/// several periods, an indicator that does not vary, or fewer than 3 platforms that have all.
pub fn weighted_means(rows: &[&Estimate], weights: &[Weight]) -> Result<Vec<Comparison>> {
    if weights.len() < 2 {
        return Err(Error::usage("one indicator needs no weights", "give --weight twice or more"));
    }
    let mut columns: Vec<BTreeMap<&str, &Estimate>> = Vec::new();
    for weight in weights {
        columns.push(column(rows, weight)?);
    }
    let mut platforms: Vec<&str> = columns.iter().flat_map(|c| c.keys().copied()).collect();
    platforms.sort_unstable();
    platforms.dedup();
    let value = |c: &BTreeMap<&str, &Estimate>, p: &str| c.get(p).and_then(|e| e.value);
    let whole: Vec<&str> =
        platforms.iter().copied().filter(|p| columns.iter().all(|c| value(c, p).is_some())).collect();
    if whole.len() < super::peers::SMALLEST {
        return Err(Error::usage(
            format!("{} platforms have a value of every weighted indicator", whole.len()),
            "leave out the indicator that most of them lack",
        ));
    }
    let mut standard: Vec<Vec<f64>> = Vec::new();
    for (column, weight) in columns.iter().zip(weights) {
        let values: Vec<f64> = whole.iter().filter_map(|p| value(column, p)).collect();
        standard.push(standardised(&values).ok_or_else(|| {
            Error::usage(format!("{} is the same for all platforms", weight.indicator), "leave it out")
        })?);
    }
    let means = |left_out: Option<usize>| -> Vec<f64> {
        let used: Vec<usize> = (0..weights.len()).filter(|j| Some(*j) != left_out).collect();
        let sum: f64 = used.iter().map(|j| weights[*j].weight.abs()).sum();
        (0..whole.len()).map(|i| used.iter().map(|j| weights[*j].weight * standard[*j][i]).sum::<f64>() / sum).collect()
    };
    let ranks = |means: &[f64]| -> Vec<i64> {
        means.iter().map(|m| 1 + i64::try_from(means.iter().filter(|o| **o > *m).count()).unwrap_or(0)).collect()
    };
    let all = means(None);
    let own = ranks(&all);
    let others: Vec<Vec<i64>> = (0..weights.len()).map(|j| ranks(&means(Some(j)))).collect();
    let said = weights.iter().map(say).collect::<Vec<_>>().join(", ");
    let peers = i64::try_from(whole.len()).unwrap_or(i64::MAX);
    let mut out = Vec::new();
    for platform in platforms {
        let Some(first) = columns.iter().find_map(|c| c.get(platform)) else { continue };
        let mut row = Comparison::of(CARD.id, first);
        row.quantity = "weighted_mean".to_owned();
        (row.indicator, row.statistic, row.unit) =
            ("weighted-mean".to_owned(), "weighted_mean".to_owned(), "standard deviations".to_owned());
        (row.value, row.lower, row.upper, row.k, row.n, row.note) = (None, None, None, None, None, None);
        (row.peer_group, row.peers) = (Some("all".to_owned()), Some(peers));
        row.method = Some(format!("mean of standardised values with weights that the user gave: {said}"));
        row.against = format!("mean of {peers} platforms");
        let simulated = words::any_simulated(columns.iter().filter_map(|c| c.get(platform).copied()));
        if simulated {
            row.add_note(crate::estimate::SIMULATED);
        }
        if let Some(i) = whole.iter().position(|p| *p == platform) {
            (row.status, row.reason) = (Status::Ok, None);
            (row.value, row.rank) = (Some(all[i]), Some(own[i]));
            row.hold_against(row.against.clone(), 0.0);
            let range = || others.iter().map(|r| r[i]);
            (row.rank_lower, row.rank_upper) = (range().min(), range().max());
            row.add_note("rank_lower and rank_upper: ranks when any one indicator is left out");
            row.sentence = words::sentence(
                &format!(
                    "{platform} is {} of {peers} by the mean of standardised values with weights that the user gave \
                     ({said}); leaving out any one of them, it is {} to {}.",
                    words::ordinal(own[i]),
                    words::ordinal(row.rank_lower.unwrap_or(own[i])),
                    words::ordinal(row.rank_upper.unwrap_or(own[i])),
                ),
                simulated,
            );
        } else {
            let lacking: Vec<String> = columns
                .iter()
                .zip(weights)
                .filter(|(c, _)| value(c, platform).is_none())
                .map(|(_, w)| w.indicator.clone())
                .collect();
            row = row.without(Status::Insufficient, format!("no value of {}", lacking.join(", ")));
            row.sentence = words::sentence(
                &format!("{platform}: no weighted mean (no value of {}).", lacking.join(", ")),
                simulated,
            );
        }
        out.push(row);
    }
    Ok(out)
}

fn say(weight: &Weight) -> String {
    let statistic = weight.statistic.as_ref().map(|s| format!("/{s}")).unwrap_or_default();
    format!("{}{statistic} {}", weight.indicator, weight.weight)
}

/// The estimates of one weight by platform.
fn column<'a>(rows: &[&'a Estimate], weight: &Weight) -> Result<BTreeMap<&'a str, &'a Estimate>> {
    let of: Vec<&Estimate> = rows.iter().copied().filter(|e| e.indicator == weight.indicator).collect();
    if of.is_empty() {
        let mut known: Vec<String> = rows.iter().map(|e| e.indicator.clone()).collect();
        known.dedup();
        return Err(Error::Unknown { kind: "indicator of these estimates", name: weight.indicator.clone(), known });
    }
    let mut statistics: Vec<String> = of.iter().map(|e| e.statistic.clone()).collect();
    statistics.sort();
    statistics.dedup();
    let statistic = match (&weight.statistic, statistics.as_slice()) {
        (Some(s), _) if statistics.contains(s) => s.clone(),
        (Some(s), _) => {
            return Err(Error::Unknown { kind: "statistic of this indicator", name: s.clone(), known: statistics });
        }
        (None, [one]) => one.clone(),
        (None, _) => {
            return Err(Error::usage(
                format!("{} has several statistics: {}", weight.indicator, statistics.join(", ")),
                format!("say which: --weight {}/{}={}", weight.indicator, statistics[0], weight.weight),
            ));
        }
    };
    let mut out = BTreeMap::new();
    for e in of.into_iter().filter(|e| e.statistic == statistic && e.platform != crate::estimate::ALL_PLATFORMS) {
        if out.insert(e.platform.as_str(), e).is_some() {
            return Err(Error::usage(
                format!("{} has several values of {}", e.platform, weight.indicator),
                "choose one period and basis, with --period and --basis",
            ));
        }
    }
    Ok(out)
}

/// (x − mean) / standard deviation; none where all are the same.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "a number of platforms")]
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let deviation = (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    (deviation > 0.0).then(|| values.iter().map(|v| (v - mean) / deviation).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Period;

    fn row(indicator: &str, platform: &str, value: f64) -> Estimate {
        let mut e = Estimate::census(indicator, 1, "share", "share", Period { start: 0, end: 10 });
        (e.platform, e.value) = (platform.into(), Some(value));
        e
    }

    /// Standardised values of 1, 2, 3 are −1, 0, 1, and of 0.3, 0.1, 0.2 they are 1, −1, 0: with weights 3 and −1 the
    /// means are (−3 − 1)/4, (0 + 1)/4 and (3 − 0)/4.
    #[test]
    fn means_by_hand() {
        let mut rows = Vec::new();
        for (p, a, b) in [("A", 0.1, 0.3), ("B", 0.2, 0.1), ("C", 0.3, 0.2)] {
            rows.extend([row("a", p, a), row("b", p, b)]);
        }
        rows.push(row("a", "D", 0.5));
        let rows: Vec<&Estimate> = rows.iter().collect();
        let weights = [Weight::parse("a=3").expect("weight"), Weight::parse("b/share = -1").expect("weight")];
        let means = weighted_means(&rows, &weights).expect("means");
        for (mean, expected) in means.iter().zip([-1.0, 0.25, 0.75]) {
            assert!((mean.value.expect("value") - expected).abs() <= 1e-12, "{mean:?}");
        }
        // By a alone C, B, A; by −b alone B, C, A.
        assert_eq!((means[2].rank, means[2].rank_lower, means[2].rank_upper), (Some(1), Some(1), Some(2)));
        assert!(means[2].sentence.contains("weights that the user gave"), "{}", means[2].sentence);
        assert_eq!((means[3].status, means[3].value), (Status::Insufficient, None));
    }

    #[test]
    fn what_cannot_be_weighted_is_told() {
        let rows = [row("a", "A", 0.1), row("b", "A", 0.2)];
        let rows: Vec<&Estimate> = rows.iter().collect();
        for text in ["a", "a=x", "a=0", "a=inf"] {
            assert!(Weight::parse(text).is_err(), "{text}");
        }
        let weight = |text: &str| Weight::parse(text).expect("weight");
        assert!(weighted_means(&rows, &[weight("a=1")]).is_err(), "one weight");
        assert!(matches!(weighted_means(&rows, &[weight("a=1"), weight("c=1")]), Err(Error::Unknown { .. })));
        assert!(matches!(weighted_means(&rows, &[weight("a=1"), weight("b/rate=1")]), Err(Error::Unknown { .. })));
        assert!(weighted_means(&rows, &[weight("a=1"), weight("b=1")]).is_err(), "one platform");
    }
}
