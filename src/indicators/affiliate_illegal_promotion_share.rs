//! The indicator `affiliate-illegal-promotion-share`.

use std::collections::{BTreeMap, BTreeSet};

use super::audits::FEWEST_CLUSTERS;
use super::cells::enough;
use super::records::statistic;
use super::times::{set_limits, stats_fault};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Tally, UnitRows, Units};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, IntervalKind, SIMULATED, Status};
use crate::stats::Confidence;
use crate::stats::survey::{Design, logit_limits, ratio};

indicator! {
    /// Share of the clicks and commission of affiliate links that illegal listings got.
    ///
    /// # Question
    ///
    /// Which part of what the affiliate programme brings and pays goes to illegal listings?
    ///
    /// # Formula
    ///
    /// ```text
    /// share            = Σ clicks · y / Σ clicks            y = 1 where the listing is confirmed to be illegal, or
    ///                                                       the link was found to be abusive
    /// share_confirmed  = Σ clicks · z / Σ clicks            z = 1 where the listing is confirmed to be illegal
    /// commission_share = Σ commission · y / Σ commission
    /// links_share      = Σ y / links
    /// ```
    ///
    /// Sums are over all links of the data, whatever the day on which they were made: clicks are totals of links. A listing is confirmed to be
    /// illegal by an action that stands. Links without clicks add nothing to clicks; their number is in the note. Commission in several
    /// currencies does not add up: split by `currency`. Below 10 links the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All links are counted: there is no sampling interval. On request there are limits of kind *process*: those of a ratio
    /// whose clusters are affiliates, linearised, on the logit scale, with a t quantile of affiliates − 1 degrees of freedom. With fewer
    /// than five affiliates there are none; below ten the note says so.
    ///
    /// # Limits
    ///
    /// - It is a lower bound: illegal listings that nobody confirmed count as legal, and young links have had less time.
    /// - Few affiliates can decide the figure: the note says so where one has more than half of the clicks, and such a cell
    ///   makes that affiliate identifiable.
    /// - Clicks are counted by the platform; machines click too.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 26 and 35(1)(e).
    /// - Cochran W. G. (1977), *Sampling Techniques*, 3rd ed., ch. 6 (ratios).
    /// - Binder D. A. (1983), "On the variances of asymptotically normal estimators from complex surveys",
    ///   *International Statistical Review* 51, 279–292.
    AffiliateIllegalPromotionShare {
        id: "affiliate-illegal-promotion-share",
        version: 1,
        status: Stability::Experimental,
        name: "Affiliate traffic to illegal listings",
        question: "Which part of what the affiliate programme brings and pays goes to illegal listings?",
        unit: "affiliate link",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "affiliate_sums",
            cohort: Cohort::Window,
            columns: &[
                "affiliate_id",
                "clicks",
                "commission",
                "confirmed_clicks",
                "currency",
                "illegal_clicks",
                "illegal_commission",
                "illegal_links",
                "links",
                "without_clicks",
            ], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 35(1)(e)"],
        references: &["Cochran 1977, Sampling Techniques, ch. 6", "Binder 1983, Int. Stat. Rev. 51, 279-292"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 4] = [
    statistic("share", "share", 10, "Clicks on links to illegal listings or found abusive per click."),
    statistic("share_confirmed", "share", 10, "Clicks on links to listings confirmed to be illegal per click."),
    statistic(
        "commission_share",
        "share",
        10,
        "Commission of links to illegal listings or found abusive, of all commission.",
    ),
    statistic("links_share", "share", 10, "Links to illegal listings or found abusive per link."),
];

/// Columns that are read beside platform and groups.
const COLUMNS: [&str; 10] = [
    "affiliate_id",
    "clicks",
    "commission",
    "confirmed_clicks",
    "currency",
    "illegal_clicks",
    "illegal_commission",
    "illegal_links",
    "links",
    "without_clicks",
];

/// Numerator and denominator of each statistic.
const RATIOS: [(&str, &str); 4] = [
    ("illegal_clicks", "clicks"),
    ("confirmed_clicks", "clicks"),
    ("illegal_commission", "commission"),
    ("illegal_links", "links"),
];

/// Share of one affiliate above which it decides the figure.
const DOMINANT: f64 = 0.5;
/// Fewer affiliates are pointed out.
const FEW: usize = 10;

impl Indicator for AffiliateIllegalPromotionShare {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut columns: BTreeSet<&str> = COLUMNS.into_iter().chain(["platform"]).collect();
        columns.extend(scope.groups.iter().map(|g| g.name.as_str()));
        vec![Units::new(requirement.table, scope.platform_filter(), &columns.into_iter().collect::<Vec<_>>())]
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let rows = counts.rows(0)?;
        let mut cells: BTreeMap<(String, Option<String>), Vec<usize>> = BTreeMap::new();
        for i in 0..rows.len() {
            let platform = if scope.by_platform { rows.group("platform", i) } else { ALL_PLATFORMS.to_owned() };
            let groups: Vec<String> = scope.groups.iter().map(|g| rows.group(&g.name, i)).collect();
            cells.entry((platform, (!groups.is_empty()).then(|| groups.join("×")))).or_default().push(i);
        }
        let mut estimates = Vec::new();
        for ((platform, group), own) in &cells {
            for (statistic, columns) in STATISTICS.iter().zip(RATIOS) {
                let mut row = Estimate::census(
                    CARD.id,
                    CARD.version,
                    statistic.name,
                    statistic.unit,
                    scope.window.unwrap_or(scope.span),
                );
                counts.basis.name().clone_into(&mut row.basis);
                row.platform.clone_from(platform);
                (row.group_name, row.group_value) = (scope.group_name(), group.clone());
                row.input_id.clone_from(&scope.input_id);
                if scope.simulated {
                    row.add_note(SIMULATED);
                }
                row.add_note("over the whole time of observation");
                estimates.push(fill(row, rows, own, (statistic, columns), scope)?);
            }
        }
        Ok(estimates)
    }
}

/// Puts the ratio into its row.
fn fill(
    mut row: Estimate,
    rows: &UnitRows,
    own: &[usize],
    (statistic, (over, under)): (&Statistic, (&str, &str)),
    scope: &Scope,
) -> Result<Estimate> {
    let mut affiliates: BTreeMap<(String, String), [f64; 2]> = BTreeMap::new();
    let (mut links, mut illegal, mut without) = (0, 0, 0);
    for i in own.iter().copied() {
        let sums = affiliates.entry((rows.group("platform", i), rows.group("affiliate_id", i))).or_default();
        sums[0] += rows.number(over, i).unwrap_or(0.0);
        sums[1] += rows.number(under, i).unwrap_or(0.0);
        links += rows.integer("links", i).unwrap_or(0);
        illegal += rows.integer("illegal_links", i).unwrap_or(0);
        without += rows.integer("without_clicks", i).unwrap_or(0);
    }
    (row.k, row.n) = (Some(illegal), Some(links));
    row.clusters = i64::try_from(affiliates.len()).ok();
    if under == "clicks" && without > 0 {
        row.add_note(&format!("{without} of {links} links without clicks"));
    }
    if under == "commission" {
        let paid = |i: &usize| rows.number(under, *i).is_some();
        let currencies: BTreeSet<String> = own.iter().filter(|i| paid(i)).map(|i| rows.group("currency", *i)).collect();
        if currencies.len() != 1 {
            let reason = if currencies.is_empty() {
                "no commission is given".to_owned()
            } else {
                format!("commission in {} currencies does not add up", currencies.len())
            };
            return Ok(row.without_value(Status::NotApplicable, reason));
        }
    }
    let (y, x): (Vec<f64>, Vec<f64>) = affiliates.values().map(|[y, x]| (*y, *x)).unzip();
    let (hits, all): (f64, f64) = (y.iter().sum(), x.iter().sum());
    if all <= 0.0 {
        return Ok(enough(row, statistic).without_value(Status::Insufficient, format!("no {under} at all")));
    }
    row.value = Some((hits / all).clamp(0.0, 1.0));
    if x.iter().any(|x| x / all > DOMINANT) {
        row.add_note(&format!("one affiliate has more than half of the {under}"));
    }
    if affiliates.len() < FEW {
        row.add_note("few affiliates");
    }
    let inside = hits > 0.0 && hits < all;
    if let Some(confidence) = scope.process_interval.filter(|_| inside && affiliates.len() >= FEWEST_CLUSTERS) {
        let level = Confidence::new(confidence).map_err(stats_fault)?;
        // One value for each affiliate: units are the clusters.
        let made =
            Design::new(&vec![1.0; y.len()]).and_then(|d| ratio(&d, &y, &x)).and_then(|e| logit_limits(&e, level));
        if let Ok(made) = made {
            let how = ("linearised logit t", IntervalKind::Process, confidence);
            set_limits(&mut row, Some(made.limits.lower), Some(made.limits.upper), how);
        }
    }
    Ok(enough(row, statistic))
}
