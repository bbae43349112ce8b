//! The indicator `complaint-rate`.

use std::collections::BTreeMap;

use super::cells::{Cell, Cells, enough, number, value};
use super::declared::{self, Declared};
use super::records::{natural, statistic};
use super::times::set_limits;
use super::{Basis, Card, Cohort, Counts, Direction, Indicator, Level, Requirement, Scope, Stability, Statistic};
use crate::engine::{Measure, Predicate, Scalar, Tally, Units};
use crate::error::{Error, Result};
use crate::estimate::{Estimate, IntervalKind, Status};
use crate::stats::Confidence;
use crate::stats::rate::poisson_rate;
use crate::time::Grain;

indicator! {
    /// Complaints per thousand restrictions.
    ///
    /// # Question
    ///
    /// How often do those whose content or account is restricted complain?
    ///
    /// # Formula
    ///
    /// ```text
    /// rate              = 1000 · complaints against restrictions / restrictions
    /// rate_all_measures = 1000 · complaints against restrictions / restrictions, warnings and strikes
    ///
    /// in reports (parts 4 to 7):
    /// rate                = 1000 · complaints about restrictions of visibility, service, account and monetisation / measures
    /// rate_all_complaints = 1000 · complaints of all kinds / measures
    /// measures            = own-initiative measures against illegal content and under the terms, and actions on notices
    /// ```
    ///
    /// Kinds of complaints and of measures that a report leaves blank do not apply: they are left out of the sums, and the note names them.
    ///
    /// Complaints are those of the table `complaints` of any type but `non_action`, by the day on which they were filed; without a type they
    /// are excluded and counted in the note. Restrictions are rows of `actions` that remove, disable, demote, refuse or label a listing,
    /// withhold payments, restrict features, suspend or terminate, by the day of the action; reinstatements and examinations
    /// without action are none. All days are UTC. Below 100 restrictions the result is `insufficient`.
    ///
    /// # Uncertainty
    ///
    /// Both are complete counts, so there is no sampling interval. Where asked for, Garwood's limits are given and called
    /// *process* limits: how far chance would move the rate if complaints came as a Poisson process. Traders complain of
    /// many measures at once, so true limits are wider.
    ///
    /// # Limits
    ///
    /// - Complaints can be filed for six months, so those of a period are in part against measures of the one before.
    /// - A single campaign against many listings under the terms changes the denominator more than any complaint the numerator.
    /// - A low rate can mean decisions that are accepted, or a way to complain that nobody finds.
    /// - Of the groups that both tables have, `category` alone means the same in both; split by others there is no rate.
    /// - Measures of a report include demotions and labels, which their subjects may not see, and count items, of which one
    ///   complaint can concern many: declared and measured rates have other denominators.
    /// - Complaints against a decision not to act have another denominator, and are left out.
    ///
    /// # References
    ///
    /// - Regulation (EU) 2022/2065 (Digital Services Act), Art. 17(1), 20(1) and 20(2).
    /// - Garwood F. (1936), "Fiducial limits for the Poisson distribution", *Biometrika* 28, 437–442.
    ComplaintRate {
        id: "complaint-rate",
        version: 1,
        status: Stability::Experimental,
        name: "Complaints per thousand restrictions",
        question: "How often do those whose content or account is restricted complain?",
        unit: "complaint",
        direction: Direction::Ambiguous,
        requires: &[Requirement {
            basis: Basis::Vetted,
            table: "complaints",
            cohort: Cohort::Own("filed_at"),
            columns: &["complaint_type", "filed_at", "actions.action", "actions.action_at"], optional: &[],
        }, declared::REQUIREMENT],
        statistics: &STATISTICS,
        levels: &[Level::A, Level::D],
        smallest_n: 100,
        legal: &["Regulation (EU) 2022/2065, Art. 17(1)", "Regulation (EU) 2022/2065, Art. 20"],
        references: &["Garwood 1936, Biometrika 28, 437-442"],
        own_group: None,
    }
}

static STATISTICS: [Statistic; 3] = [
    statistic("rate", "per 1000 actions", 100, "Complaints against restrictions per thousand restrictions."),
    statistic(
        "rate_all_measures",
        "per 1000 actions",
        100,
        "The same per thousand restrictions, warnings and strikes.",
    ),
    statistic(
        "rate_all_complaints",
        "per 1000 actions",
        100,
        "In reports, complaints of all kinds per thousand measures.",
    ),
];

const RESTRICTED: &[&str] = &[
    "complaints_visibility_total",
    "complaints_service_total",
    "complaints_account_total",
    "complaints_monetary_total",
];
const MEASURES: &[&str] = &["illegal_measures", "terms_measures", "notices_law", "notices_terms"];

fn declared(reports: &Declared<'_>) -> Vec<Estimate> {
    let [rate, _, all] = &STATISTICS;
    let mut rows = reports.undated_rows(&[rate, all]);
    for set in reports.sets() {
        for place in reports.places(&set, &["complaints_total"]) {
            for (statistic, complaints) in [(rate, RESTRICTED), (all, &["complaints_total"])] {
                rows.push(
                    reports.ratio(&set, statistic, &place, 1000.0, |r| {
                        [r.sum(complaints, &place), r.sum(MEASURES, &place)]
                    }),
                );
            }
        }
    }
    rows
}

/// The actions that complaints are held against.
static ACTIONS: Requirement = Requirement {
    basis: Basis::Vetted,
    table: "actions",
    cohort: Cohort::Own("action_at"),
    columns: &["action", "action_at"],
    optional: &[],
};

const RESTRICTIONS: [&str; 9] = [
    "removal",
    "disabling",
    "demotion",
    "interception",
    "labelling",
    "monetary",
    "feature_restriction",
    "suspension",
    "termination",
];

/// What affects a trader and yet restricts nothing.
const OTHERS: [&str; 2] = ["warning", "strike"];

/// The group that means the same in both tables.
const SHARED: &str = "category";

impl Indicator for ComplaintRate {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn units(&self, basis: Basis, scope: &Scope) -> Vec<Units> {
        if basis != Basis::Report {
            return Vec::new();
        }
        declared::units(scope, &[RESTRICTED, MEASURES, &["complaints_total"]].concat())
    }

    fn tallies(&self, basis: Basis, scope: &Scope) -> Vec<Tally> {
        if basis == Basis::Report {
            return Vec::new();
        }
        let Some(requirement) = CARD.requirement(basis) else { return Vec::new() };
        let known = || Predicate::not_null("complaint_type");
        let against = Predicate::And(vec![known(), Predicate::eq("complaint_type", "non_action").negated()]);
        let measures =
            vec![Measure::count("all"), Measure::count_if("against", against), Measure::count_if("known", known())];
        let mut tallies = scope.tallies_of(requirement, vec![], measures);
        if comparable(scope) {
            let of =
                |codes: &[&str]| Predicate::In("action".to_owned(), codes.iter().map(|c| Scalar::from(*c)).collect());
            let measures = vec![
                Measure::count_if("restrictions", of(&RESTRICTIONS)),
                Measure::count_if("measures", of(&[&RESTRICTIONS[..], &OTHERS].concat())),
            ];
            tallies.extend(scope.tallies_of(&ACTIONS, vec![], measures));
        }
        tallies
    }

    fn estimate(&self, counts: &Counts, scope: &Scope) -> Result<Vec<Estimate>> {
        if counts.basis == Basis::Report {
            return Ok(declared(&Declared::new(counts, &CARD, scope)));
        }
        let both = comparable(scope);
        let (complaints, actions) =
            counts.tables.split_at(if both { counts.tables.len() / 2 } else { counts.tables.len() });
        let of = |tables: &[_]| Counts { basis: counts.basis, tables: tables.to_vec(), units: Vec::new() };
        let cells = Cells::new(&of(complaints), &CARD, scope)?;
        let mut rows = cells.undated_rows();
        if !both {
            for cell in cells.by_cell.keys() {
                let reason = "complaints and actions are not told apart by the same group";
                let row = |s| cells.row(cell, s).without_value(Status::NotApplicable, reason);
                rows.extend(STATISTICS.iter().take(2).map(row));
            }
            return Ok(rows);
        }
        let against = Cells::new(&of(actions), &CARD, scope)?;
        // Where everything is one period, the two tables may have spans of their own.
        let place =
            |c: &Cell| (c.platform.clone(), c.group.clone(), (scope.grain != Grain::All).then_some(c.period.start));
        // A place with actions and without complaints has the rate 0.
        let mut places: BTreeMap<_, (&Cell, [i64; 5])> = BTreeMap::new();
        for (measures, first, cells) in [(3, 0, &cells), (2, 3, &against)] {
            for (cell, counts) in &cells.by_cell {
                let (_, sums) = places.entry(place(cell)).or_insert((cell, [0; 5]));
                for values in counts.values() {
                    for (at, sum) in sums.iter_mut().skip(first).take(measures).enumerate() {
                        *sum += value(values, at);
                    }
                }
            }
        }
        for (cell, [all, k, known, restrictions, measures]) in places.into_values() {
            for (statistic, n) in STATISTICS.iter().zip([restrictions, measures]) {
                let mut row = cells.row(cell, statistic);
                (row.k, row.n) = (Some(k), Some(n));
                row.add_note("complaints by filed_at, actions by action_at");
                if known < all {
                    row.add_note(&format!("{} of {all} complaints excluded: no type", all - known));
                }
                row.value = (n > 0).then(|| 1000.0 * number(k) / number(n));
                let mut row = enough(row, statistic);
                set_process_interval(&mut row, (k, n), scope)?;
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

/// Whether the groups of a scope mean the same for complaints and for actions.
fn comparable(scope: &Scope) -> bool {
    scope.groups.iter().all(|g| g.name == SHARED)
}

fn set_process_interval(row: &mut Estimate, (k, n): (i64, i64), scope: &Scope) -> Result<()> {
    let Some(confidence) = scope.process_interval.filter(|_| row.status == Status::Ok) else { return Ok(()) };
    let level = Confidence::new(confidence).map_err(|_| {
        Error::usage(format!("{confidence} is no confidence level"), "give a number between 0 and 1, such as 0.95")
    })?;
    if let Ok(rate) = poisson_rate(natural(k), number(n) / 1000.0, level) {
        let how = ("garwood", IntervalKind::Process, confidence);
        set_limits(row, Some(rate.limits.lower), Some(rate.limits.upper), how);
    }
    Ok(())
}
