//! Shares of what auditors label positive: of units, and of a size such as views.

use super::{Sample, count, report, samples};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::indicators::{Card, Counts, Scope, Statistic};

/// For each sample: the share of positive units, that of positive or unsure ones, and how many positive units the frame
/// holds, in the order of `statistics`; the last without groups, and where the frame's size is known.
///
/// # Errors
/// As [`samples`].
pub fn positive_shares(
    counts: &Counts,
    card: &'static Card,
    scope: &Scope,
    statistics: &[Statistic; 3],
) -> Result<Vec<Estimate>> {
    let [share, with_unsure, of_frame] = statistics;
    let samples = samples(counts, card, scope)?;
    Ok(report(&samples, |sample| {
        let (positive, unsure) = (sample.positive(), sample.unsure());
        let either: Vec<bool> = positive.iter().zip(&unsure).map(|(a, b)| *a || *b).collect();
        let mut rows = Vec::new();
        for (group, domain) in sample.domains() {
            let hit = |hits: &[bool]| hits.iter().zip(&domain).filter(|(h, d)| **h && **d).count();
            let n = count(&domain);
            for (statistic, hits) in [(share, &positive), (with_unsure, &either)] {
                let row = sample.row(statistic, group.as_ref(), (hit(hits), n));
                rows.push(sample.fill(row, &sample.share(hits, &domain), statistic));
            }
            if let Some(frame) = sample.frame_size().filter(|_| group.is_none()) {
                let mut number = sample.share(&positive, &domain);
                number.scale(frame);
                let row = sample.row(of_frame, None, (hit(&positive), n));
                rows.push(sample.fill(row, &number, of_frame));
            }
        }
        rows
    }))
}

/// Share of the units with most of a size above which they decide a figure that is weighted by it.
const TOP: f64 = 0.5;

/// The share of a size, such as views, that lies on units labelled positive, by domain.
pub fn weighted_shares(sample: &Sample<'_>, size: &str, statistic: &Statistic) -> Vec<Estimate> {
    let sizes: Vec<Option<f64>> = sample.units.iter().map(|i| sample.rows.number(size, *i)).collect();
    let mut rows = Vec::new();
    for (group, domain) in sample.domains() {
        let within: Vec<f64> = sizes.iter().zip(&domain).map(|(v, d)| v.filter(|_| *d).unwrap_or_default()).collect();
        let hits: Vec<f64> = sample.positive().iter().zip(&within).map(|(y, v)| if *y { *v } else { 0.0 }).collect();
        let known = sizes.iter().zip(&domain).filter(|(v, d)| **d && v.is_some()).count();
        let k = hits.iter().filter(|v| **v > 0.0).count();
        let row = sample.row(statistic, group.as_ref(), (k, known));
        let mut row = sample.fill(row, &sample.ratio(&hits, &within, true), statistic);
        let lacking = count(&domain) - known;
        if lacking > 0 {
            row.add_note(&format!("{lacking} labelled units excluded: no {size}"));
        }
        let mut sorted = within.clone();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let total: f64 = sorted.iter().sum();
        let top: f64 = sorted.iter().take(known.div_ceil(10)).sum();
        if row.value.is_some() && total > 0.0 && top / total > TOP {
            row.add_note(&format!(
                "the tenth of the units with most {size} holds {:.0} % of them",
                100.0 * top / total
            ));
        }
        rows.push(row);
    }
    rows
}
