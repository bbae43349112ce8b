//! The indicator `offence-concentration-gini`.

use super::cells::{Cell, Cells, enough, number, value};
use super::records::{natural, process, statistic};
use super::times::{level, thinned};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Scalar, Tally};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::concentration::{
    Concentration, FrequencyTable, bootstrap, gini, herfindahl_hirschman, lorenz, poisson_gini, top_share,
};
use crate::time::Grain;

indicator! {
    /// How unequally confirmed offences are divided among traders.
    ///
    /// # Question
    ///
    /// Do offences come from a few traders or from many?
    ///
    /// # Formula
    ///
    /// ```text
    /// x₁ ≤ … ≤ x_n   = confirmed offences of each of n traders, those without any included
    /// gini           = Σᵢ (2i − n − 1) xᵢ / (n Σ x)
    /// gini_offenders = the same over the traders with x ≥ 1
    /// gini_by_chance = e^(−2μ) (I₀(2μ) + I₁(2μ)), μ = Σ x / n: that of equal traders whose offences are Poisson
    /// hhi            = Σᵢ (xᵢ / Σ x)²
    /// top_1_percent_share, top_10_percent_share = share of Σ x of the ⌈n/100⌉, ⌈n/10⌉ traders with most offences
    /// lorenz         = share of Σ x of the x · n traders with fewest offences
    /// ```
    ///
    /// The unit is the trader who has a listing, an offence or a row in the table of traders. Offences are counted over
    /// the whole time of observation, each action on a listing once: a batch of uploads weighs as much as it holds.
    /// Below 10 traders, or without an offence, the result is `insufficient`; so are the shares of the top where
    /// fewer than three traders would be in it, and everything with traders without offences where the data names none.
    ///
    /// # Uncertainty
    ///
    /// All traders are counted: there is no sampling interval. Limits are *process* limits from 999 resamples of the traders
    /// (percentiles): what would vary if other traders of this kind were on the platform. They cover less than their level
    /// where a few traders have most offences, since no resample holds a larger one than the largest.
    ///
    /// # Limits
    ///
    /// - With or without the traders without offences the coefficient answers different questions: both are given.
    /// - Chance alone concentrates rare offences on few traders: hold `gini` against `gini_by_chance`.
    /// - Accounts of one undertaking count as several traders: true concentration is higher.
    /// - Large traders have more listings and so more offences; it is not corrected for that.
    /// - Shares of the top are about few traders: mind the disclosure rules before they are published.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23 and 35.
    /// - Gini C. (1912), *Variabilità e mutabilità*, Bologna.
    /// - Lorenz M. O. (1905), "Methods of measuring the concentration of wealth", *Publications of the American
    ///   Statistical Association* 9, 209–219.
    /// - Dixon P. M., Weiner J., Mitchell-Olds T., Woodley R. (1987), "Bootstrapping the Gini coefficient of
    ///   inequality", *Ecology* 68, 1548–1551.
    /// - Ramasubban T. A. (1958), "The mean difference and the mean deviation of some discontinuous distributions",
    ///   *Biometrika* 45, 549–556.
    OffenceConcentrationGini {
        id: "offence-concentration-gini",
        version: 1,
        status: Stability::Experimental,
        name: "Concentration of offences on traders",
        question: "Do offences come from a few traders or from many?",
        unit: "trader",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "trader_records",
            cohort: Cohort::Window,
            columns: &["n_offences"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23", "Regulation (EU) 2022/2065, Art. 35"],
        references: &[
            "Gini 1912, Variabilità e mutabilità",
            "Lorenz 1905, Publ. Am. Stat. Assoc. 9, 209-219",
            "Dixon et al. 1987, Ecology 68, 1548-1551",
            "Ramasubban 1958, Biometrika 45, 549-556",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 7] = [
    statistic("gini", "index", 10, "Gini coefficient over all traders."),
    statistic("gini_offenders", "index", 10, "Gini coefficient over the traders with an offence."),
    statistic(
        "gini_by_chance",
        "index",
        10,
        "Gini coefficient that chance alone would give with as many offences and traders.",
    ),
    statistic("hhi", "index", 10, "Sum of the squared shares of traders in all offences."),
    statistic("top_1_percent_share", "share", 201, "Share of offences of the one percent of traders with most."),
    statistic("top_10_percent_share", "share", 21, "Share of offences of the ten percent of traders with most."),
    statistic(
        "lorenz",
        "share",
        10,
        "Share of offences of the share x of traders with fewest: the points of the curve.",
    ),
];

/// Resamples: a number that makes quantiles at usual levels whole.
const RESAMPLES: usize = 999;
/// What resampling begins with: the same counts give the same limits.
const SEED: u64 = 1912;

impl Indicator for OffenceConcentrationGini {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        scope.tallies_of(requirement, vec![Key::column("n_offences")], vec![Measure::count("traders")])
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let [all, offenders, chance, hhi, top1, top10, curve] = &STATISTICS;
        let mut rows = Vec::new();
        for (cell, counts) in &cells.by_cell {
            let values = counts.iter().filter_map(|(key, n)| match key.first() {
                Some(Scalar::Int(x)) => Some((natural(*x), natural(value(n, 0)))),
                _ => None,
            });
            let table: FrequencyTable = values.collect();
            let guilty = table.without_zeros();
            // Where nobody without an offence is named, the data does not hold all traders.
            let whole = Some(&table).filter(|t| t.n() > guilty.n());
            let of = |table: Option<&FrequencyTable>, f: &dyn Fn(&FrequencyTable) -> Option<f64>| table.and_then(f);
            let population = |t: &FrequencyTable| gini(t).ok().map(|g| g.population);
            let index = |t: &FrequencyTable| herfindahl_hirschman(t).ok().map(|h| h.index);
            let top = |p: f64| move |t: &FrequencyTable| top_share(t, p).ok().map(|t| t.share);
            let mean =
                |t: &FrequencyTable| Some(number(i64::try_from(t.total()).ok()?) / number(i64::try_from(t.n()).ok()?));
            let made = [
                (all, whole, of(whole, &population), Some(Concentration::Gini)),
                (offenders, Some(&guilty), of(Some(&guilty), &population), Some(Concentration::Gini)),
                (chance, whole, of(whole, &|t| poisson_gini(mean(t)?).ok()), None),
                (hhi, Some(&guilty), of(Some(&guilty), &index), Some(Concentration::HerfindahlHirschman)),
                (top1, whole, of(whole, &top(0.01)), Some(Concentration::TopShare(0.01))),
                (top10, whole, of(whole, &top(0.1)), Some(Concentration::TopShare(0.1))),
            ];
            for (statistic, of, value, measure) in made {
                let mut row = row(&cells, cell, (&table, &guilty), statistic, of.is_none());
                if row.status == Status::Ok {
                    row.n = of.and_then(|t| i64::try_from(t.n()).ok());
                    row.value = value;
                    row = match value {
                        Some(_) => enough(row, statistic),
                        None => row.without_value(Status::Insufficient, "no trader has an offence"),
                    };
                }
                if let Some((table, measure)) = of.zip(measure).filter(|_| row.status == Status::Ok) {
                    let limits = bootstrap(table, measure, RESAMPLES, SEED, level(scope)?).ok().map(|b| b.percentile);
                    process(&mut row, scope, limits, "bootstrap percentile")?;
                }
                rows.push(row);
            }
            if let Some(table) = whole.filter(|t| t.n() >= curve.smallest_n) {
                rows.extend(points(&cells, cell, (table, &guilty), curve));
            }
        }
        Ok(rows)
    }
}

/// A row without its number: all traders, and how many of them have an offence.
fn row(
    cells: &Cells<'_>,
    cell: &Cell,
    (table, guilty): (&FrequencyTable, &FrequencyTable),
    statistic: &Statistic,
    nobody: bool,
) -> Estimate {
    let mut row = cells.row(cell, statistic);
    (row.k, row.n) = (i64::try_from(guilty.n()).ok(), i64::try_from(table.n()).ok());
    row.clusters = row.n;
    row.add_note(&format!("{} offences of {} traders", table.total(), guilty.n()));
    if nobody {
        return row.without_value(Status::NotApplicable, "the data names no trader without an offence");
    }
    row
}

/// Points of the Lorenz curve.
fn points(
    cells: &Cells<'_>,
    cell: &Cell,
    tables: (&FrequencyTable, &FrequencyTable),
    statistic: &Statistic,
) -> Vec<Estimate> {
    let scope = cells.scope;
    if scope.grain != Grain::All || !scope.groups.is_empty() {
        return Vec::new();
    }
    let Ok(curve) = lorenz(tables.0) else { return Vec::new() };
    let point = |i: usize| {
        let point = curve.get(i)?;
        let mut row = row(cells, cell, tables, statistic, false);
        (row.x, row.x_unit) = (Some(point.unit_share), Some("share of traders".to_owned()));
        row.value = Some(point.total_share.min(1.0));
        Some(row)
    };
    thinned(curve.len()).filter_map(point).collect()
}
