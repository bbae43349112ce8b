//! The indicator `recidivism-mcf`.

use std::collections::BTreeMap;

use super::cells::{Cell, CellCounts, Cells, enough, number, value};
use super::records::{natural, process, statistic};
use super::times::{level, stats_fault, thinned};
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Key, Measure, Op, Predicate, Scalar, Tally, UnitRows, Units};
use crate::error::Result;
use crate::estimate::{ALL_PLATFORMS, Estimate, Status};
use crate::stats::survival::{CumulativeTransform, MeanCumulative, RecurrentRow, mean_cumulative_function};
use crate::time::Grain;
use crate::views;

indicator! {
    /// Mean number of further episodes of a trader by the time since its first.
    ///
    /// # Question
    ///
    /// How many further episodes of confirmed offences does a trader have, on average, within so many days of its first?
    ///
    /// # Formula
    ///
    /// ```text
    /// mcf(x) = Σ d(u)/Y(u) over u ≤ x days        (Nelson's mean cumulative function)
    ///          d(u) episodes after the first on day u, Y(u) traders observed on that day since their first
    /// mcf_30, mcf_90, mcf_365 = mcf at these days
    /// ```
    ///
    /// The unit is the trader with an episode; it belongs to the period of its first. Offences within 24 hours of the first
    /// of them are one episode. Time is in whole days since the first episode, which itself does not count. A trader is observed
    /// until it closes the account, is terminated for good, or observation ends; a suspension that ends does not interrupt this.
    /// How many left before the end of observation stands in the note. Below 10 traders the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All traders are counted: there is no sampling interval. Limits are *process* limits: how far chance would move the curve if each
    /// trader were an independent draw. Their variance is the robust one of Lawless and Nadeau, by trader, which supposes
    /// neither a Poisson process nor that traders are alike; the limits are pointwise, on the log scale. They
    /// cover less than their level below some 50 traders.
    ///
    /// # Limits
    ///
    /// - Traders who were terminated leave: it is the mean among those who may still sell, and these are selected. With many exits it
    ///   is higher than the number that a trader really comes to (Ghosh and Lin 2000).
    /// - Suspended traders stay in the denominator though they can hardly offend: the mean is lower than that of active ones.
    /// - It counts what was found: a closer look finds more.
    /// - Rows are taken trader by trader where a trader has a further episode; more than five million are refused.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 23.
    /// - Nelson W. (1988), "Graphical analysis of system repair data", *Journal of Quality Technology* 20, 24–35.
    /// - Lawless J. F., Nadeau C. (1995), "Some simple robust methods for the analysis of recurrent events",
    ///   *Technometrics* 37, 158–168.
    /// - Ghosh D., Lin D. Y. (2000), "Nonparametric analysis of recurrent events and death", *Biometrics* 56, 554–562.
    RecidivismMcf {
        id: "recidivism-mcf",
        version: 1,
        status: Stability::Experimental,
        name: "Mean number of further episodes",
        question: "How many further episodes of offences does a trader have within so many days of its first?",
        unit: "trader with an offence",
        direction: Direction::UpWorse,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "offences",
            cohort: Cohort::Own("first_at"),
            columns: &["days_followed", "days_since_first", "episode", "first_at", "left", "trader_number"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &["Regulation (EU) 2022/2065, Art. 23"],
        references: &[
            "Nelson 1988, J. Qual. Technol. 20, 24-35",
            "Lawless, Nadeau 1995, Technometrics 37, 158-168",
            "Ghosh, Lin 2000, Biometrics 56, 554-562",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    statistic("mcf_30", "episodes per trader", 10, "Mean number of further episodes within 30 days of the first."),
    statistic("mcf_90", "episodes per trader", 10, "Mean number of further episodes within 90 days of the first."),
    statistic("mcf_365", "episodes per trader", 10, "Mean number of further episodes within 365 days of the first."),
    statistic(
        "mcf",
        "episodes per trader",
        10,
        "Mean number of further episodes within x days: the points of the curve.",
    ),
    statistic("at_risk", "count", 10, "Traders observed for x days at least since their first episode."),
];

impl Indicator for RecidivismMcf {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let first = || Predicate::eq("episode", 1);
        let left = Predicate::And(vec![first(), Predicate::is_true("left")]);
        let measures = vec![Measure::count_if("traders", first()), Measure::count_if("left", left)];
        scope.tallies_of(requirement, vec![Key::column("days_followed")], measures)
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut filters = scope.dated_filter("first_at");
        filters.push(Predicate::Cmp("episode".to_owned(), Op::Ge, 2.into()));
        let mut columns = vec!["days_followed", "days_since_first", "first_at", "trader_number"];
        if scope.by_platform {
            columns.push("platform");
        }
        for column in group_columns(scope) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        vec![Units::new(requirement.table, filters, &columns)]
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut further = further(counts.rows(0)?, scope);
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            let key = (cell.platform.clone(), cell.group.clone(), first_day(cell.period.start, scope));
            let traders = further.remove(&key).unwrap_or_default();
            let (stretches, lost) = stretches(counts, &traders);
            let curve = match mean_cumulative_function(&stretches) {
                Ok(curve) => Some(curve),
                Err(crate::stats::StatsError::Insufficient(_)) => None,
                Err(error) => return Err(stats_fault(error)),
            };
            let left: i64 = counts.values().map(|v| value(v, 1)).sum();
            let of = Curve { cells: &cells, cell, mean: curve, left, lost };
            for (statistic, days) in STATISTICS.iter().zip([30.0, 90.0, 365.0]) {
                rows.push(of.at(statistic, days)?);
            }
            rows.extend(of.points(&STATISTICS[3], &STATISTICS[4])?);
        }
        Ok(rows)
    }
}

/// Columns of the groups of a scope.
fn group_columns(scope: &Scope) -> Vec<&'static str> {
    let Some(table) = views::table_or_view("offences") else { return Vec::new() };
    scope.groups.iter().filter_map(|g| g.column_of(table)).collect()
}

/// First day of a period; where everything is one period, no day.
fn first_day(day: i32, scope: &Scope) -> Option<i32> {
    if scope.grain == Grain::All { None } else { scope.grain.period(day).map(|p| p.start) }
}

/// A trader's days of further episodes, each with how many, by its days of observation and number.
type Traders = BTreeMap<(i64, i64), BTreeMap<i64, u32>>;

/// Platform, group and first day of the period of a cell; no day where everything is one period.
type Place = (String, Option<String>, Option<i32>);

/// The traders with further episodes, by platform, group and period.
fn further(units: &UnitRows, scope: &Scope) -> BTreeMap<Place, Traders> {
    let groups = group_columns(scope);
    let mut cells: BTreeMap<_, Traders> = BTreeMap::new();
    for i in 0..units.len() {
        let (Some(trader), Some(day)) = (units.integer("trader_number", i), units.integer("days_since_first", i))
        else {
            continue;
        };
        let (Some(followed), Some(first)) = (units.integer("days_followed", i), units.day("first_at", i)) else {
            continue;
        };
        // What is found after a trader left is of the time before.
        if day > followed {
            continue;
        }
        let platform = if scope.by_platform { units.group("platform", i) } else { ALL_PLATFORMS.to_owned() };
        let names: Vec<String> = groups.iter().map(|column| units.group(column, i)).collect();
        let group = (!names.is_empty()).then(|| names.join("×"));
        let cell = cells.entry((platform, group, first_day(first, scope))).or_default();
        *cell.entry((followed, trader)).or_default().entry(day).or_default() += 1;
    }
    cells
}

/// Begin of observation: before the first day, so that a further episode on the day of the first counts.
const BEFORE: f64 = -1.0;

/// Time under observation of each trader, cut at its further episodes; and the traders without an end of observation.
fn stretches(counts: &CellCounts, traders: &Traders) -> (Vec<RecurrentRow>, i64) {
    let (mut rows, mut unit, mut lost) = (Vec::new(), 0, 0);
    let mut known: BTreeMap<i64, u64> = BTreeMap::new();
    for ((followed, _), days) in traders {
        let mut entry = BEFORE;
        for (day, events) in days {
            let exit = number(*day);
            rows.push(RecurrentRow { unit, entry, exit, events: *events });
            entry = exit;
        }
        if number(*followed) > entry {
            rows.push(RecurrentRow { unit, entry, exit: number(*followed), events: 0 });
        }
        unit += 1;
        *known.entry(*followed).or_default() += 1;
    }
    for (key, values) in counts {
        let Some(Scalar::Int(followed)) = key.first() else {
            lost += value(values, 0);
            continue;
        };
        let rest = natural(value(values, 0)).saturating_sub(known.get(followed).copied().unwrap_or(0));
        for _ in 0..rest {
            rows.push(RecurrentRow { unit, entry: BEFORE, exit: number(*followed), events: 0 });
            unit += 1;
        }
    }
    (rows, lost)
}

/// The curve of a cell.
struct Curve<'a> {
    cells: &'a Cells<'a>,
    cell: &'a Cell,
    mean: Option<MeanCumulative>,
    left: i64,
    lost: i64,
}

impl Curve<'_> {
    fn row(&self, statistic: &Statistic) -> Estimate {
        let mut row = self.cells.row(self.cell, statistic);
        let count = |n: Option<u64>| i64::try_from(n.unwrap_or(0)).ok();
        row.k = count(self.mean.as_ref().map(|c| c.events));
        row.n = count(self.mean.as_ref().map(|c| c.units));
        row.clusters = row.n;
        row.add_note(&format!("left before observation ended: {}", self.left));
        if self.lost > 0 {
            row.add_note(&format!("excluded, without an end of observation: {}", self.lost));
        }
        row
    }

    fn at(&self, statistic: &Statistic, days: f64) -> Result<Estimate> {
        let mut row = self.row(statistic);
        let step = self.mean.as_ref().and_then(|c| c.at(days));
        let none = self.mean.as_ref().filter(|c| days <= c.last_time).map(|_| 0.0);
        row.value = step.map(|s| s.mean).or(none);
        let mut row = enough(row, statistic);
        if row.status == Status::Ok && row.value.is_none() {
            row = row.without_value(Status::Insufficient, format!("nobody was observed for {days} days"));
        }
        let limits = step.and_then(|s| s.limits(CumulativeTransform::Log, level(self.cells.scope).ok()?));
        process(&mut row, self.cells.scope, limits, "lawless-nadeau log")?;
        Ok(row)
    }

    fn points(&self, mcf: &Statistic, at_risk: &Statistic) -> Result<Vec<Estimate>> {
        let scope = self.cells.scope;
        let whole = scope.grain == Grain::All && scope.groups.is_empty();
        let Some(curve) = self.mean.as_ref().filter(|c| whole && c.units >= mcf.smallest_n) else {
            return Ok(Vec::new());
        };
        let mut rows = Vec::new();
        for i in thinned(curve.steps.len()) {
            let Some(step) = curve.steps.get(i) else { continue };
            let point = |statistic: &Statistic| {
                let mut row = self.row(statistic);
                (row.x, row.x_unit) = (Some(step.time), Some("days".to_owned()));
                row
            };
            let mut row = point(mcf);
            row.value = Some(step.mean);
            let limits = step.limits(CumulativeTransform::Log, level(scope)?);
            process(&mut row, scope, limits, "lawless-nadeau log")?;
            rows.push(row);
            let mut row = point(at_risk);
            row.value = i64::try_from(step.at_risk).ok().map(number);
            rows.push(row);
        }
        Ok(rows)
    }
}
