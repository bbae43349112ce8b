//! The indicator `penalty-escalation-adherence`.

use std::collections::BTreeMap;

use super::cells::{Cell, CellCounts, Cells, enough, number, value};
use super::records::{natural, process, statistic};
use super::times::level;
use super::{
    Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic, shares,
};
use crate::engine::{Key, Measure, Predicate, Scalar, Tally};
use crate::error::Result;
use crate::estimate::Estimate;
use crate::stats::proportion::clopper_pearson;
use crate::time::Grain;

indicator! {
    /// How often the sanction that the platform's own policy demands follows an episode of offences.
    ///
    /// # Question
    ///
    /// After an episode of confirmed offences, does the sanction reach the level that the published policy demands, in the
    /// time that it sets?
    ///
    /// # Formula
    ///
    /// ```text
    /// N            = episodes after which the policy in force demands a sanction, whose time had run out
    /// share        = episodes followed in time by a sanction at least as severe / N
    /// late_share   = episodes followed by one as severe, but after its time / N
    /// under_share  = episodes followed by milder ones alone / N
    /// absent_share = episodes followed by none / N
    /// over_share   = episodes followed by a more severe sanction than demanded, or by one where none is,
    ///                / all episodes under a policy whose time had run out
    /// trader_share = traders none of whose judged episodes was late, under or absent / traders with a judged episode
    /// ```
    ///
    /// The unit is the episode, which belongs to the day of its first offence. The version of the policy in force on that
    /// day decides; strikes and points are cumulated over episodes, each counted once, within the days after which
    /// they lapse. A step for one kind of violation counts episodes of that kind alone, one for any kind counts all; of the steps
    /// reached the most severe is expected. A sanction works from the instant from which it has effect, not
    /// from that of the record. From the mildest: warning, strike, restriction of features, suspension, termination;
    /// or the platform's own ranks, where actions bear them. A trader who is suspended, terminated or restricted
    /// already needs no new sanction. Where the policy says at once, a day is allowed. A sanction after the next
    /// episode is one for that episode, unless it is still in time for the first. Episodes whose time had not run out when
    /// observation ended, or when the trader closed the account, are excluded whatever followed, and counted in the note. `share` is given by the expected sanction
    /// as well, as the group `step`. Below 10 episodes the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// All episodes are counted: there is no sampling interval. Episodes of a trader are not independent, so the shares of
    /// episodes have no process interval either. The share of traders has the exact one of Clopper and Pearson, of kind *process*:
    /// how far chance would move it if each trader were treated well with one probability. It is given where
    /// everything is one period.
    ///
    /// # Limits
    ///
    /// - It holds the platform against its own words, and does not ask whether these are strict enough.
    /// - A policy leaves discretion (Art. 23(3): gravity, intention), which a table of steps does not show; a severe
    ///   sanction can be right where the policy allows it.
    /// - Without the table `penalty_policy` there is nothing to hold sanctions against.
    /// - Sanctions that were taken back on complaint count as given, unless that was before they had effect.
    /// - Points of an episode are those of its most severe offence; policies that add up the points of a batch
    ///   demand more.
    /// - Points or strikes from before the data begins are not known, so that early episodes seem to be first ones.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 14(4), 23 and 35(1)(b) and (c).
    /// - Clopper C. J., Pearson E. S. (1934), "The use of confidence or fiducial limits illustrated in the case of the
    ///   binomial", *Biometrika* 26, 404–413.
    /// - Cameron A. C., Miller D. L. (2015), "A practitioner's guide to cluster-robust inference", *Journal of Human
    ///   Resources* 50, 317–372; doi:10.3368/jhr.50.2.317.
    PenaltyEscalationAdherence {
        id: "penalty-escalation-adherence",
        version: 1,
        status: Stability::Experimental,
        name: "Adherence to the penalty policy",
        question: "After an episode of confirmed offences, does the sanction that the policy demands follow in time?",
        unit: "episode of offences",
        direction: Direction::UpBetter,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "offences",
            cohort: Cohort::Own("at"),
            columns: &["adherence", "at", "expected_sanction", "never_under"], optional: &[],
        }],
        statistics: &STATISTICS,
        levels: &[Level::D],
        smallest_n: 10,
        legal: &[
            "Regulation (EU) 2022/2065, Art. 14(4)",
            "Regulation (EU) 2022/2065, Art. 23",
            "Regulation (EU) 2022/2065, Art. 35(1)(b) and (c)",
        ],
        references: &[
            "Clopper, Pearson 1934, Biometrika 26, 404-413",
            "Cameron, Miller 2015, doi:10.3368/jhr.50.2.317",
        ],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 6] = [
    statistic("share", "share", 10, "Share of episodes followed in time by a sanction at least as severe as demanded."),
    statistic("late_share", "share", 10, "Share followed by one as severe, but late."),
    statistic("under_share", "share", 10, "Share followed by milder sanctions alone."),
    statistic("absent_share", "share", 10, "Share followed by no sanction."),
    statistic(
        "over_share",
        "share",
        10,
        "Share followed by a more severe sanction than demanded, or by one that none demanded.",
    ),
    statistic("trader_share", "share", 10, "Share of traders none of whose episodes was late, under or absent."),
];

/// Classes, in the order of the measures from [`FIRST`] on.
const CLASSES: [&str; 8] = ["followed", "over", "late", "under", "absent", "none_due", "unprovoked", "open"];
const FIRST: usize = 3;

impl Indicator for PenaltyEscalationAdherence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let mut measures = vec![
            Measure::count("all"),
            Measure::count_if("traders", Predicate::not_null("never_under")),
            Measure::count_if("never", Predicate::is_true("never_under")),
        ];
        measures.extend(CLASSES.iter().map(|class| Measure::count_if(class, Predicate::eq("adherence", *class))));
        scope.tallies_of(requirement, vec![Key::column("expected_sanction")], measures)
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        let cells = Cells::new(counts, &CARD, scope)?;
        let mut rows = cells.undated_rows();
        for (cell, counts) in &cells.by_cell {
            rows.extend(of_episodes(&cells, cell, &sums(&counts.values())));
            rows.extend(by_step(&cells, cell, counts));
            if scope.grain == Grain::All {
                rows.push(of_traders(&cells, cell, &sums(&counts.values()))?);
            }
        }
        Ok(rows)
    }
}

/// Sums of all measures.
fn sums<'a>(rows: &(impl Iterator<Item = &'a Vec<i64>> + Clone)) -> Vec<i64> {
    (0..FIRST + CLASSES.len()).map(|at| rows.clone().map(|v| value(v, at)).sum()).collect()
}

/// Episodes of these classes.
fn class(sums: &[i64], names: &[&str]) -> i64 {
    CLASSES.iter().zip(FIRST..).filter(|(class, _)| names.contains(*class)).map(|(_, at)| value(sums, at)).sum()
}

const DUE: [&str; 5] = ["followed", "over", "late", "under", "absent"];

fn of_episodes(cells: &Cells<'_>, cell: &Cell, sums: &[i64]) -> Vec<Estimate> {
    let [share, late, under, absent, over, _] = &STATISTICS;
    let due = class(sums, &DUE);
    let judged = due + class(sums, &["none_due", "unprovoked"]);
    let open = class(sums, &["open"]);
    let parts: [(&Statistic, &[&str], i64); 5] = [
        (share, &["followed", "over"], due),
        (late, &["late"], due),
        (under, &["under"], due),
        (absent, &["absent"], due),
        (over, &["over", "unprovoked"], judged),
    ];
    let row = |(statistic, names, n): (&Statistic, &[&str], i64)| {
        let mut row = row(cells, cell, statistic, (class(sums, names), n));
        if open > 0 {
            row.add_note(&format!(
                "excluded, as their time had not run out when observation or the account ended: {open}"
            ));
        }
        let without = value(sums, 0) - judged - open;
        if without > 0 {
            row.add_note(&format!("excluded, without a policy in force or an end of observation: {without}"));
        }
        enough(row, statistic)
    };
    parts.into_iter().map(row).collect()
}

fn row(cells: &Cells<'_>, cell: &Cell, statistic: &Statistic, (k, n): (i64, i64)) -> Estimate {
    let mut row = cells.row(cell, statistic);
    (row.k, row.n) = (Some(k), Some(n));
    row.value = (n > 0).then(|| number(k) / number(n));
    row
}

/// The share by the sanction that is expected.
fn by_step(cells: &Cells<'_>, cell: &Cell, counts: &CellCounts) -> Vec<Estimate> {
    let share = &STATISTICS[0];
    let steps: BTreeMap<&str, &Vec<i64>> = counts
        .iter()
        .filter_map(|(key, values)| match key.first() {
            Some(Scalar::Text(step)) => Some((step.as_str(), values)),
            _ => None,
        })
        .collect();
    let row = |(step, values): (&str, &Vec<i64>)| {
        let sums = sums(&std::iter::once(values));
        let mut row = row(cells, cell, share, (class(&sums, &["followed", "over"]), class(&sums, &DUE)));
        shares::part(&mut row, "step", step);
        enough(row, share)
    };
    steps.into_iter().map(row).collect()
}

fn of_traders(cells: &Cells<'_>, cell: &Cell, sums: &[i64]) -> Result<Estimate> {
    let statistic = &STATISTICS[5];
    let (n, k) = (value(sums, 1), value(sums, 2));
    let mut row = row(cells, cell, statistic, (k, n));
    row.clusters = Some(n);
    let mut row = enough(row, statistic);
    let limits = clopper_pearson(natural(k), natural(n), level(cells.scope)?).ok();
    process(&mut row, cells.scope, limits, "clopper-pearson")?;
    Ok(row)
}
