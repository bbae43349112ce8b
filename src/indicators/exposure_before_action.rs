//! The indicator `exposure-before-action`.

use super::cells::{Cell, Cells, enough, number, value};
use super::shares;
use super::times::set_limits;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::stats::quantile::Histogram;

indicator! {
    /// Views that illegal listings had before they were removed.
    ///
    /// # Question
    ///
    /// How often were illegal listings seen before the platform removed them?
    ///
    /// # Formula
    ///
    /// ```text
    /// mean                = Σ v / n                 v = views before the first removal, n = listings
    /// median, p90, p99    = smallest v with at least so large a share of the listings at or below it
    /// share_without_views = listings with v = 0 / n
    /// top_tenth_share     = Σ v over the tenth of the listings with most views / Σ v
    /// ```
    ///
    /// The unit is the listing that an action confirms to be illegal (ground illegal or not given) and that was removed or
    /// disabled by such an action. Views are those by users in the Union before the first of these, as the platform counts views
    /// (`views_before`). Listings that were refused before they were live are not counted: they had no views, and their
    /// share is `pre-listing-interception-rate`. Listings without a number of views are excluded, with a note. A listing belongs
    /// to the period of the first action that confirms it. The tenth is of ⌈n/10⌉ listings. Below n = 10 (p90: 100,
    /// p99: 1 000) the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All such listings are counted, so there is no sampling interval. Where it is asked for there are *process* intervals: of
    /// quantiles between order statistics without an assumption on the distribution, and of the share without views by
    /// Wilson. The mean and the share of the top tenth have none: a few listings decide them.
    ///
    /// # Limits
    ///
    /// - Listings that nobody found are missing, and they go on being seen. `illegal-view-prevalence` has their views too.
    /// - Few listings with many views make the mean; read it with the quantiles and the share of the top tenth.
    /// - What counts as a view differs between platforms, and so do these numbers.
    /// - A listing that was demoted first was seen less for that: its views are counted until the removal.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 34(2), 35(1)(c).
    /// - Commission Implementing Regulation (EU) 2024/2835, Annex II.
    /// - Hyndman R. J., Fan Y. (1996), "Sample quantiles in statistical packages", *The American Statistician* 50, 361–365.
    /// - Conover W. J. (1999), *Practical Nonparametric Statistics*, 3rd ed., 3.2.
    ExposureBeforeAction {
        id: "exposure-before-action",
        version: 1,
        status: Stability::Experimental,
        name: "Views of illegal listings before removal",
        question: "How often were illegal listings seen before the platform removed them?",
        unit: "illegal listing that was removed",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "confirmed_listings",
            cohort: Cohort::Own("found_at"),
            columns: &["found_at", "views_before"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 34(2)", "Implementing Regulation (EU) 2024/2835, Annex II"],
        references: &["Hyndman, Fan 1996, Am. Stat. 50, 361-365", "Conover 1999, Practical Nonparametric Statistics"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    Statistic { name: "mean", unit: "views", smallest_n: 10, meaning: "Mean number of views before the removal." },
    Statistic {
        name: "median",
        unit: "views",
        smallest_n: 10,
        meaning: "Views that half of the listings had at most.",
    },
    Statistic { name: "p90", unit: "views", smallest_n: 100, meaning: "Views that nine in ten listings had at most." },
    Statistic {
        name: "p99",
        unit: "views",
        smallest_n: 1000,
        meaning: "Views that ninety-nine in a hundred listings had at most.",
    },
    Statistic {
        name: "share_without_views",
        unit: "share",
        smallest_n: 10,
        meaning: "Listings that nobody had seen per listing.",
    },
    Statistic {
        name: "top_tenth_share",
        unit: "share",
        smallest_n: 10,
        meaning: "Views of the tenth of the listings with most per view of all of them.",
    },
];

/// Why listings are not counted.
const LACKING: &str = "not removed or disabled, or no views given";

impl Indicator for ExposureBeforeAction {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        scope.tallies_of(requirement, vec![Key::column("views_before")], vec![Measure::count("listings")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [mean, median, p90, p99, without, top] = &STATISTICS;
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let (mut views, mut all) = (Histogram::default(), 0);
            for (key, values) in counts {
                let count = value(values, 0);
                all += count;
                if let (Some(Scalar::Int(seen)), Ok(count)) = (key.first(), u64::try_from(count)) {
                    views.add((*seen).max(0), count);
                }
            }
            let n = views.n().cast_signed();
            let row = |statistic: &Statistic, value: Option<f64>| {
                let mut row = cells.row(cell, statistic);
                (row.n, row.value) = (Some(n), value);
                if n < all {
                    row.add_note(&format!("{} of {all} rows excluded: {LACKING}", all - n));
                }
                row
            };
            rows.push(enough(row(mean, views.mean()), mean));
            for (statistic, p) in [(median, 0.5), (p90, 0.9), (p99, 0.99)] {
                let mut row = row(statistic, views.quantile(p).map(number));
                if let Some(confidence) = scope.process_interval {
                    quantile_limits(&mut row, &views, p, confidence)?;
                }
                rows.push(enough(row, statistic));
            }
            rows.push(without_views(&cells, cell, without, (&views, all))?);
            let last = enough(row(top, top_share(&views)), top);
            rows.push(if last.status == Status::Ok && last.value.is_none() {
                last.without_value(Status::NotApplicable, "no listing had a view".to_owned())
            } else {
                last
            });
        }
        Ok(rows)
    }
}

fn quantile_limits(row: &mut Estimate, views: &Histogram, p: f64, confidence: f64) -> Result<()> {
    let level = Confidence::new(confidence).map_err(|_| {
        Error::usage(format!("{confidence} is no confidence level"), "give a number between 0 and 1, such as 0.95")
    })?;
    if let Ok(limits) = views.quantile_limits(p, level).as_ref()
        && (limits.lower.is_some() || limits.upper.is_some())
    {
        let kind = ("order statistics", IntervalKind::Process, confidence);
        set_limits(row, limits.lower.map(number), limits.upper.map(number), kind);
    }
    Ok(())
}

fn without_views(
    cells: &Cells<'_>,
    cell: &Cell,
    statistic: &Statistic,
    (views, all): (&Histogram, i64),
) -> Result<Estimate> {
    let zero = views.at_most(0).cast_signed();
    shares::row(cells, cell, statistic, (zero, views.n().cast_signed()), (all, LACKING))
}

/// The share of all views on the tenth of the listings with most of them; `None` without a view.
#[expect(clippy::cast_precision_loss, reason = "exact sums; only the result is rounded")]
fn top_share(views: &Histogram) -> Option<f64> {
    let product = |v: i64, count: u64| i128::from(v) * i128::from(count);
    let total: i128 = views.iter().map(|(v, count)| product(v, count)).sum();
    let mut left = views.n().div_ceil(10);
    let mut top = 0_i128;
    let from_most: Vec<(i64, u64)> = views.iter().collect();
    for (v, count) in from_most.into_iter().rev() {
        let taken = count.min(left);
        top += product(v, taken);
        left -= taken;
    }
    (total > 0).then(|| top as f64 / total as f64)
}
