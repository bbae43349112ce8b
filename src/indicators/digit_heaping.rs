//! The indicator `digit-heaping`.

use std::collections::BTreeSet;

use super::declared::{self, Declared, Figure, Place, Report};
use super::records::{natural, statistic};
use super::{Basis, Card, Counts, Direction, Indicator, Level, Scope, Stability, Statistic};
use crate::engine::{Tally, Units};
use crate::error::Result;
use crate::estimate::{Estimate, Status};
use crate::stats::series::{FirstDigits, benford};
use crate::transparency::scopes::ScopeKind;
use crate::transparency::template::INDICATORS;
use crate::transparency::values::ReportValue;

indicator! {
    /// Round figures and first digits in transparency reports.
    ///
    /// # Question
    ///
    /// Do the figures of a report look like counts, or like round figures?
    ///
    /// # Formula
    ///
    /// ```text
    /// share_00    = figures from 1,000 on that end in 00 / figures from 1,000 on       (1 % of counts by chance)
    /// share_000   = those that end in 000 / figures from 1,000 on                      (0.1 % by chance)
    /// benford_chi_squared = n Σ (o_d − b_d)² / b_d,   benford_p its upper tail with 8 degrees of freedom
    /// benford_mad = (1/9) Σ |o_d − b_d|,   b_d = log₁₀(1 + 1/d), o_d share of first digit d
    /// ```
    ///
    /// Figures are counts of which no other is a part: sub-categories, and categories without a figure for these, by Member State in part 3;
    /// outcomes of single kinds of complaints, disputes and suspensions; measures by language; recipients by Member State.
    /// Blank cells are none. Below 20 figures the shares are `insufficient`; Benford's law is tested from 300 figures over three
    /// orders of magnitude on, and else there is no value.
    ///
    /// # Uncertainty
    ///
    /// The figures are all there are, so there is no interval. `benford_p` says how likely such first digits are if figures
    /// are independent and follow the law; figures of one report are neither exactly.
    ///
    /// # Limits
    ///
    /// - It is a reason to look, and never evidence of invention. Estimates, thresholds and small units make round figures too.
    /// - Recipients are averages, which providers round as a rule.
    /// - Many counts of reports lie within one or two orders of magnitude, where first digits follow no law.
    ///
    /// # References
    ///
    /// - Benford F. (1938), "The law of anomalous numbers", *Proceedings of the American Philosophical Society* 78, 551–572.
    /// - Nigrini M. J. (2012), *Benford's Law*, Wiley.
    /// - Heitjan D. F., Rubin D. B. (1991), "Ignorability and coarse data", *Annals of Statistics* 19, 2244–2253.
    DigitHeaping {
        id: "digit-heaping",
        version: 1,
        status: Stability::Experimental,
        name: "Round figures and first digits",
        question: "Do the figures of a report look like counts, or like round figures?",
        unit: "cell",
        direction: Direction::Ambiguous,
        requires: &[declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A],
        smallest_n: 20,
        legal: &["Regulation (EU) 2022/2065, Art. 15", "Regulation (EU) 2022/2065, Art. 42"],
        references: &[
            "Benford 1938, Proc. Am. Philos. Soc. 78, 551-572",
            "Nigrini 2012, Benford's Law",
            "Heitjan, Rubin 1991, Ann. Stat. 19, 2244-2253",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 5] = [
    statistic("share_00", "share", 20, "Figures from 1,000 on that end in 00 per such figure."),
    statistic("share_000", "share", 20, "Figures from 1,000 on that end in 000 per such figure."),
    statistic("benford_chi_squared", "ratio", 300, "Pearson's χ² of first digits against Benford's law."),
    statistic("benford_p", "probability", 300, "Its upper tail."),
    statistic("benford_mad", "ratio", 300, "Mean absolute deviation of the shares of first digits."),
];

/// Figures below are round by chance.
const LARGE: i64 = 1_000;
/// Orders of magnitude that Benford's law needs.
const ORDERS: f64 = 3.0;

/// Whether a figure of part 7 is of one outcome or kind.
fn single(code: &str) -> bool {
    let outcome = ["_upheld", "_partial", "_reversed", "_omitted"].iter().any(|end| code.ends_with(end));
    let all = ["complaints_upheld", "complaints_partial", "complaints_reversed"].contains(&code);
    (outcome && !all) || code.starts_with("suspensions_")
}

/// The figures of which no other of the report is a part.
fn leaves(r: &Report) -> Vec<i64> {
    type Row<'a> = (Option<&'static str>, &'a str, Option<&'a str>, Option<&'a str>);
    fn row(v: &ReportValue) -> Row<'_> {
        (v.indicator_code, v.scope.as_str(), v.category.as_deref(), v.surface.as_deref())
    }
    let filled = |v: &&ReportValue| v.value.is_some() && v.unit() == Some("count");
    let divided: BTreeSet<Row> = r.values.iter().filter(filled).filter(|v| v.sub_category.is_some()).map(row).collect();
    let by_state: bool = r.values.iter().filter(filled).any(|v| v.part == 3 && v.scope_kind == ScopeKind::MemberState);
    let is_leaf = |v: &&ReportValue| match v.part {
        3..=6 => {
            let place = v.part != 3 || !by_state || v.scope_kind == ScopeKind::MemberState;
            place && (v.sub_category.is_some() || (v.is_category_row() && !divided.contains(&row(v))))
        }
        7 => single(v.indicator_code.unwrap_or_default()),
        8 => v.scope_kind == ScopeKind::Language,
        10 => v.scope_kind == ScopeKind::MemberState,
        _ => false,
    };
    let leaves = r.values.iter().filter(filled).filter(is_leaf);
    leaves.filter_map(|v| v.value.and_then(declared::whole)).filter(|x| *x >= LARGE).collect()
}

fn number(n: usize) -> Figure {
    Figure::of(f64::from(u32::try_from(n).unwrap_or(u32::MAX)))
}

impl Indicator for DigitHeaping {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, _: Basis, _: &Scope) -> Vec<Tally> {
        Vec::new()
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis != Basis::Report {
            return Vec::new();
        }
        let counts: Vec<&str> = INDICATORS.iter().filter(|i| i.unit == "count").map(|i| i.code).collect();
        declared::units(scope, &counts)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let [hundreds, thousands, tests @ ..] = &STATISTICS;
        let reports = Declared::new(counts, &CARD, scope);
        let mut rows = reports.undated_rows(&STATISTICS.iter().collect::<Vec<_>>());
        if !reports.undivided() {
            return Ok(rows);
        }
        let place = Place::total();
        for set in reports.sets() {
            for (statistic, unit) in [(hundreds, 100), (thousands, 1000)] {
                rows.push(reports.ratio(&set, statistic, &place, 1.0, |r| {
                    let all = leaves(r);
                    [number(all.iter().filter(|x| *x % unit == 0).count()), number(all.len())]
                }));
            }
            let figures: Vec<i64> = set.reports.iter().flat_map(|r| leaves(r)).collect();
            let digits: FirstDigits = figures.iter().map(|x| natural(*x)).collect();
            let n = i64::try_from(figures.len()).unwrap_or(i64::MAX);
            let orders = digits.orders_of_magnitude().unwrap_or_default();
            let found = benford(&digits);
            for (at, statistic) in tests.iter().enumerate() {
                let mut row = reports.row(&set, statistic, &place);
                row.n = Some(n);
                rows.push(match &found {
                    Ok(found) if n >= statistic.smallest_n.cast_signed() && orders >= ORDERS => {
                        let values = [found.chi_squared, found.p, found.mean_absolute_deviation];
                        row.value = values.get(at).copied();
                        row
                    }
                    _ if n < statistic.smallest_n.cast_signed() => {
                        row.without_value(Status::Insufficient, format!("n = {n} is below {}", statistic.smallest_n))
                    }
                    _ => {
                        let reason = format!("figures span {orders:.1} orders of magnitude, below {ORDERS}");
                        row.without_value(Status::Insufficient, reason)
                    }
                });
            }
        }
        Ok(rows)
    }
}
